//! The quadratic form of a score with a covariance matrix that may be singular.
//!
//! Source: the form u′V⁻u does not depend on the generalised inverse V⁻ where u lies in the range of V
//! (C. R. Rao, *Linear Statistical Inference and Its Applications*, 2nd edition (1973), section 1b.5), as the
//! scores of k groups do, which add up to 0.

use super::super::StatsError;

/// A pivot below this share of the largest variance is nothing but rounding.
const RANK: f64 = 1e-10;

/// `(u′V⁻u, rank of V)` by symmetric elimination with the largest remaining variance as pivot.
///
/// # Errors
/// [`StatsError::Insufficient`] where V is 0, so that nothing can be compared.
pub(super) fn quadratic_form(score: &[f64], covariance: &[Vec<f64>]) -> Result<(f64, usize), StatsError> {
    let k = score.len();
    let mut u = score.to_vec();
    let mut v = covariance.to_vec();
    let mut open: Vec<usize> = (0..k).collect();
    let scale = (0..k).map(|i| v[i][i]).fold(0.0, f64::max);
    let (mut form, mut rank) = (0.0, 0);
    while let Some(place) = (0..open.len()).max_by(|a, b| v[open[*a]][open[*a]].total_cmp(&v[open[*b]][open[*b]])) {
        let p = open[place];
        if v[p][p].is_nan() || v[p][p] <= RANK * scale {
            break;
        }
        open.swap_remove(place);
        form += u[p] * u[p] / v[p][p];
        rank += 1;
        for &i in &open {
            let factor = v[i][p] / v[p][p];
            u[i] -= factor * u[p];
            for &j in &open {
                v[i][j] -= factor * v[p][j];
            }
        }
    }
    if rank == 0 || !form.is_finite() {
        return Err(StatsError::Insufficient("the groups cannot be compared: the score has no variance"));
    }
    Ok((form, rank))
}
