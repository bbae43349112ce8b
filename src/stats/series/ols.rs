//! Ordinary least squares, its coefficients and contrasts.
//!
//! Source: W. H. Greene, *Econometric Analysis*, 8th ed. (2018), chapters 3 to 5.

use super::covariance::Covariance;
use super::qr::{Qr, dot};
use crate::stats::student;
use crate::stats::{Confidence, Limits, StatsError};

/// What is said of numbers that double precision cannot hold.
pub(super) const TOO_LARGE: StatsError =
    StatsError::NoConvergence("the values are too large, or too unequal in size, for double precision");

/// A fitted linear model y = Xβ + e.
///
/// The coefficients say nothing of their precision: that takes a [`Covariance`], of which there are several.
#[derive(Debug, Clone, PartialEq)]
pub struct LeastSquares {
    pub(super) qr: Qr,
    coefficients: Vec<f64>,
    residuals: Vec<f64>,
    total: f64,
}

/// An estimated coefficient, or a linear combination of coefficients.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// The estimate, in units of y per unit of the column.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Limits from Student's t with `degrees_of_freedom`.
    pub limits: Limits,
    /// Estimate / standard error; for a standard error of 0 it is 0 or ±∞.
    pub t: f64,
    /// Two-sided p-value of the hypothesis that the coefficient is 0.
    pub p: f64,
    /// Degrees of freedom of the limits and of p.
    pub degrees_of_freedom: f64,
}

impl LeastSquares {
    /// Fits y to the columns of a design. A constant is a column of ones: none is added.
    ///
    /// ```text
    /// β = (XᵀX)⁻¹ Xᵀy      by X = QR, β = R⁻¹ Qᵀy
    /// ```
    ///
    /// Conditions: as many rows as y has values in every column, at least as many rows as columns. The order of
    /// the rows matters to [`Covariance::newey_west`] alone. As many rows as columns give a perfect fit, of which
    /// no classical covariance can be given.
    ///
    /// Complexity: O(n k²) for n rows and k columns.
    ///
    /// Source: Greene (2018), section 3.2.
    ///
    /// # Errors
    /// [`StatsError::Contradiction`] for columns of another length than y or no column; [`StatsError::Domain`] for
    /// an entry that is not finite; [`StatsError::Insufficient`] for fewer rows than columns, and for columns that
    /// are linearly dependent: a column of which less than 10⁻⁷ of its length is left when those before it are
    /// taken out (the tolerance of `lm` in R).
    pub fn fit(columns: &[Vec<f64>], y: &[f64]) -> Result<Self, StatsError> {
        if columns.is_empty() || columns.iter().any(|c| c.len() != y.len()) {
            return Err(StatsError::Contradiction("every column of the design needs a row for every value of y"));
        }
        for (what, value) in columns.iter().flatten().map(|x| ("design", *x)).chain(y.iter().map(|value| ("y", *value)))
        {
            if !value.is_finite() {
                return Err(StatsError::Domain { what, value, expected: "expected a finite number" });
            }
        }
        if y.len() < columns.len() {
            return Err(StatsError::Insufficient("fewer observations than coefficients"));
        }
        let qr =
            Qr::new(columns).ok_or(StatsError::Insufficient("the columns of the design are linearly dependent"))?;
        let mut projection = qr.project(y);
        let mut residuals = y.to_vec();
        take_out(&mut residuals, &qr, &projection);
        // A second pass removes what rounding left of the columns in the residuals.
        let rest = qr.project(&residuals);
        take_out(&mut residuals, &qr, &rest);
        for (p, r) in projection.iter_mut().zip(&rest) {
            *p += r;
        }
        let coefficients = qr.solve(&projection);
        #[expect(clippy::cast_precision_loss, reason = "counts of rows lie below 2^53")]
        let mean = y.iter().sum::<f64>() / y.len() as f64;
        let total = y.iter().map(|v| (v - mean).powi(2)).sum();
        let fit = Self { qr, coefficients, residuals, total };
        if fit.coefficients.iter().chain(&fit.residuals).all(|v| v.is_finite()) { Ok(fit) } else { Err(TOO_LARGE) }
    }

    /// β, in the order of the columns.
    #[must_use]
    pub fn coefficients(&self) -> &[f64] {
        &self.coefficients
    }

    /// y − Xβ, in the order of the rows.
    #[must_use]
    pub fn residuals(&self) -> &[f64] {
        &self.residuals
    }

    /// Number of rows n.
    #[must_use]
    pub fn n(&self) -> usize {
        self.residuals.len()
    }

    /// Number of coefficients k.
    #[must_use]
    pub fn k(&self) -> usize {
        self.coefficients.len()
    }

    /// Sum of squared residuals.
    #[must_use]
    pub fn residual_sum_of_squares(&self) -> f64 {
        dot(&self.residuals, &self.residuals)
    }

    /// R² = 1 − residual / total sum of squares about the mean; `None` where all y are equal.
    ///
    /// A share of the variance only if the columns contain a constant; it can be negative otherwise.
    #[must_use]
    pub fn r_squared(&self) -> Option<f64> {
        (self.total > 0.0).then(|| 1.0 - self.residual_sum_of_squares() / self.total)
    }

    /// Durbin–Watson statistic of the residuals, in their order.
    ///
    /// ```text
    /// d = Σ (eₜ − eₜ₋₁)² / Σ eₜ² ≈ 2 (1 − ρ)
    /// ```
    ///
    /// From 0 to 4; about 2 without autocorrelation of the first order, less for positive, more for negative.
    /// `None` for a perfect fit. Complexity: O(n).
    ///
    /// Source: J. Durbin and G. S. Watson, "Testing for serial correlation in least squares regression",
    /// *Biometrika* 37 (1950), 409–428.
    #[must_use]
    pub fn durbin_watson(&self) -> Option<f64> {
        let squares = self.residual_sum_of_squares();
        let steps: f64 = self.residuals.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum();
        (squares > 0.0).then(|| steps / squares)
    }

    /// The estimate, standard error and limits of coefficient `j` (from 0).
    ///
    /// # Errors
    /// As [`LeastSquares::contrast`]; [`StatsError::Contradiction`] where there is no such coefficient.
    pub fn coefficient(
        &self,
        j: usize,
        covariance: &Covariance,
        confidence: Confidence,
    ) -> Result<Coefficient, StatsError> {
        if j >= self.k() {
            return Err(StatsError::Contradiction("the model has no coefficient of that number"));
        }
        let mut weights = vec![0.0; self.k()];
        weights[j] = 1.0;
        self.contrast(&weights, covariance, confidence)
    }

    /// The estimate, standard error and limits of Σ wⱼ βⱼ.
    ///
    /// ```text
    /// wᵀβ ± t(1 − α/2; df) √(wᵀVw)
    /// ```
    ///
    /// with the degrees of freedom of the covariance. Complexity: O(k²).
    ///
    /// # Errors
    /// [`StatsError::Contradiction`] for weights or a covariance of another size than β; [`StatsError::Domain`]
    /// for a weight that is not finite; [`StatsError::NoConvergence`] for a result beyond double precision.
    pub fn contrast(
        &self,
        weights: &[f64],
        covariance: &Covariance,
        confidence: Confidence,
    ) -> Result<Coefficient, StatsError> {
        let v = covariance.matrix();
        if weights.len() != self.k() || v.len() != self.k() {
            return Err(StatsError::Contradiction("weights and covariance need a place for every coefficient"));
        }
        if let Some(value) = weights.iter().find(|w| !w.is_finite()) {
            return Err(StatsError::Domain { what: "weight", value: *value, expected: "expected a finite number" });
        }
        let estimate = dot(weights, &self.coefficients);
        let variance: f64 = weights.iter().zip(v).map(|(w, row)| w * dot(row, weights)).sum();
        // Rounding can leave a variance of 0 slightly below it.
        let standard_error = variance.max(0.0).sqrt();
        if !estimate.is_finite() || !variance.is_finite() {
            return Err(TOO_LARGE);
        }
        let degrees_of_freedom = covariance.degrees_of_freedom();
        let half = student::two_sided_quantile(confidence.level(), degrees_of_freedom) * standard_error;
        let t = if standard_error > 0.0 {
            estimate / standard_error
        } else if estimate == 0.0 {
            0.0
        } else {
            f64::INFINITY.copysign(estimate)
        };
        Ok(Coefficient {
            estimate,
            standard_error,
            limits: Limits::new(estimate - half, estimate + half),
            t,
            p: student::two_sided(t, degrees_of_freedom),
            degrees_of_freedom,
        })
    }
}

fn take_out(residuals: &mut [f64], qr: &Qr, projection: &[f64]) {
    for (column, part) in qr.q.iter().zip(projection) {
        for (r, q) in residuals.iter_mut().zip(column) {
            *r -= q * part;
        }
    }
}
