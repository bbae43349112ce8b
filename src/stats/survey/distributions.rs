//! Tails and quantiles of the beta distribution and of Student's t, for real degrees of freedom.
//!
//! Source: W. J. Lentz's evaluation of the continued fraction 26.5.8 and the expansion 26.7.5 of
//! M. Abramowitz and I. A. Stegun, *Handbook of Mathematical Functions* (1964); the form of the leading factor
//! is that of C. Loader, "Fast and accurate computation of binomial probabilities" (2000).
//!
//! The quantiles of statrs 0.19 are not used here: that of Student's t is off by 3·10⁻⁶ at 10⁵ degrees of
//! freedom, by 7 % at 10⁷, and is not found in bounded time at 10⁹.

use statrs::function::gamma::ln_gamma;

use crate::stats::{Confidence, StatsError};

/// Terms of the continued fraction: some √max(a, b) are needed, so that this suffices up to about 10⁹.
const MAX_TERMS: u32 = 200_000;
/// From here on the expansion of the t quantile in 1/df is exact to double precision.
const MANY_DF: f64 = 2000.0;
const NO_TAIL: StatsError = StatsError::NoConvergence("incomplete beta function: parameters above 10^9");

/// Half the width of a two-sided interval in standard errors: the quantile of Student's t at (1 + level) / 2.
///
/// `df` > 0 need not be whole; infinite gives the normal quantile. Relative error below 10⁻¹². Complexity: O(1).
///
/// # Errors
/// [`StatsError::Insufficient`] where `df` is not above 0.
pub(in crate::stats) fn student_two_sided(df: f64, confidence: Confidence) -> Result<f64, StatsError> {
    if df.is_nan() || df <= 0.0 {
        return Err(StatsError::Insufficient("no degree of freedom"));
    }
    let z = confidence.z();
    if df.is_infinite() {
        return Ok(z);
    }
    if df > MANY_DF {
        let s = z * z;
        let terms = [
            z * (s + 1.0) / 4.0,
            z * ((5.0 * s + 16.0) * s + 3.0) / 96.0,
            z * (((3.0 * s + 19.0) * s + 17.0) * s - 15.0) / 384.0,
            z * ((((79.0 * s + 776.0) * s + 1482.0) * s - 1920.0) * s - 945.0) / 92_160.0,
        ];
        return Ok(z + (terms[0] + (terms[1] + (terms[2] + terms[3] / df) / df) / df) / df);
    }
    // t²/(df + t²) is beta with ½ and df/2: the smaller of its tails is α.
    let y = beta_inverse(0.5, df / 2.0, confidence.level(), confidence.alpha())?;
    Ok((df * y / (1.0 - y)).sqrt())
}

/// Quantile of the beta distribution with parameters a, b > 0 at p in (0, 1), for which the tail is exact to
/// some 10⁻¹². Complexity: O(√max(a, b)).
pub(in crate::stats) fn beta_quantile(p: f64, a: f64, b: f64) -> Result<f64, StatsError> {
    beta_inverse(a, b, p, 1.0 - p)
}

/// The x whose lower tail is `lower` and upper tail `upper`; both are given, so that neither loses digits.
fn beta_inverse(a: f64, b: f64, lower: f64, upper: f64) -> Result<f64, StatsError> {
    // Bisection over the doubles themselves, in whose order their bits stand: any magnitude takes 62 steps.
    let (mut below, mut above) = (0_u64, 1.0_f64.to_bits());
    while above - below > 1 {
        let middle = u64::midpoint(below, above);
        let tails = beta_tails(a, b, f64::from_bits(middle)).ok_or(NO_TAIL)?;
        let too_small = if lower < upper { tails.0 < lower } else { tails.1 > upper };
        if too_small {
            below = middle;
        } else {
            above = middle;
        }
    }
    Ok(f64::from_bits(above))
}

/// Lower and upper tail of the beta distribution at x in (0, 1); `None` where the fraction does not settle.
fn beta_tails(a: f64, b: f64, x: f64) -> Option<(f64, f64)> {
    if x <= 0.0 {
        return Some((0.0, 1.0));
    }
    if x >= 1.0 {
        return Some((1.0, 0.0));
    }
    let factor = leading_factor(a, b, x);
    // The fraction converges fast on the side of the mean where the tail is the smaller one.
    if x < (a + 1.0) / (a + b + 2.0) {
        let tail = factor * continued_fraction(a, b, x, 1.0 - x)? / a;
        Some((tail, 1.0 - tail))
    } else {
        let tail = factor * continued_fraction(b, a, 1.0 - x, x)? / b;
        Some((1.0 - tail, tail))
    }
}

/// x^a (1 − x)^b / B(a, b), without the difference of three large log-gammas.
fn leading_factor(a: f64, b: f64, x: f64) -> f64 {
    let sum = a + b;
    let deviation = x * b - (1.0 - x) * a;
    let exponent = a * log1p_less(deviation / a, x * sum / a) + b * log1p_less(-deviation / b, (1.0 - x) * sum / b);
    let scale = (a * b / (std::f64::consts::TAU * sum)).sqrt();
    scale * (exponent + stirling(sum) - stirling(a) - stirling(b)).exp()
}

/// ln(1 + u) − u, where 1 + u is also given as `ratio`, exact to its relative precision for u near −1.
fn log1p_less(u: f64, ratio: f64) -> f64 {
    if u.abs() < 0.05 {
        // Terms −u²/2 + u³/3 − …; 0.05¹⁴ is below double precision.
        let mut sum = 0.0;
        for k in (2..=14).rev() {
            sum = 1.0 / f64::from(k) - u * sum;
        }
        -u * u * sum
    } else if u < -0.5 {
        ratio.ln() - u
    } else {
        u.ln_1p() - u
    }
}

/// ln Γ(x) less Stirling's (x − ½) ln x − x + ½ ln 2π.
fn stirling(x: f64) -> f64 {
    if x < 12.0 {
        let half_log_tau = 0.918_938_533_204_672_7;
        return ln_gamma(x) - ((x - 0.5) * x.ln() - x + half_log_tau);
    }
    let s = 1.0 / (x * x);
    let series = 1.0 / 1680.0 - s * (1.0 / 1188.0 - s * 691.0 / 360_360.0);
    (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s * series))) / x
}

/// The fraction for x, with `rest` = 1 − x to full relative precision.
fn continued_fraction(a: f64, b: f64, x: f64, rest: f64) -> Option<f64> {
    let away_from_zero = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
    let sum = a + b;
    // a + 1 − (a + b) x, in which x near 1 would lose its digits.
    let first = if x > 0.5 { 1.0 - b + sum * rest } else { a + 1.0 - sum * x };
    let (mut above, mut below) = (1.0, 1.0 / away_from_zero(first / (a + 1.0)));
    let mut value = below;
    for term in 1..MAX_TERMS {
        let m = f64::from(term);
        for numerator in [
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
            -(a + m) * (sum + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)),
        ] {
            below = 1.0 / away_from_zero(1.0 + numerator * below);
            above = away_from_zero(1.0 + numerator / above);
            value *= above * below;
        }
        if (above * below - 1.0).abs() <= 4.0 * f64::EPSILON {
            return value.is_finite().then_some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `qt` of R 4.2.2.
    #[test]
    fn student_agrees_with_r() {
        for (df, level, expected) in [
            (1.0, 0.95, 12.706_204_736_174_695),
            (7.0, 0.95, 2.364_624_251_592_784_4),
            (1000.0, 0.95, 1.962_339_080_826_407_6),
            (1e5, 0.95, 1.959_987_707_534_608_8),
            (1e6, 0.95, 1.959_966_356_814_106_6),
            (1e9, 0.95, 1.959_963_986_912_325),
            (2.0, 0.99, 9.924_843_200_918_29),
            (30.0, 0.99, 2.749_995_653_567_225),
            (1e4, 0.99, 2.576_321_046_668_528),
            (1e7, 0.99, 2.575_829_795_203_748),
        ] {
            let t = student_two_sided(df, Confidence::new(level).expect("level")).expect("t");
            assert!((t / expected - 1.0).abs() <= 1e-13, "df {df}, level {level}: {t}");
        }
        assert_eq!(student_two_sided(f64::INFINITY, Confidence::P95), Ok(Confidence::P95.z()));
        for df in [0.0, -1.0, f64::NAN] {
            assert!(student_two_sided(df, Confidence::P95).is_err());
        }
    }

    #[test]
    fn expansion_joins_the_exact_quantile() {
        for level in [0.5, 0.95, 0.9999] {
            let level = Confidence::new(level).expect("level");
            let ends = [MANY_DF, MANY_DF * (1.0 + 1e-12)].map(|df| student_two_sided(df, level).expect("t"));
            assert!((ends[0] / ends[1] - 1.0).abs() <= 1e-13, "{ends:?}");
        }
    }

    /// `scipy.stats.beta.ppf` of `SciPy` 1.17.1.
    #[test]
    fn beta_agrees_with_scipy() {
        for (a, b, p, expected) in BETA {
            let x = beta_quantile(p, a, b).expect("quantile");
            assert!((x / expected - 1.0).abs() <= 1e-11, "a {a}, b {b}, p {p}: {x} {expected}");
        }
    }

    const BETA: [(f64, f64, f64, f64); 20] = [
        (1.0, 20.0, 0.025, 0.001_265_089_497_949_803_8),
        (1.0, 20.0, 0.975, 0.168_433_470_983_085_3),
        (0.3, 15.0, 0.025, 2.174_140_867_045_142_7e-7),
        (0.3, 15.0, 0.975, 0.121_601_136_123_322_67),
        (3.0, 998.0, 0.025, 0.000_619_099_931_649_571_3),
        (3.0, 998.0, 0.975, 0.007_205_838_911_457_497),
        (50.5, 10_000.0, 0.025, 0.003_737_908_304_572_178_5),
        (50.5, 10_000.0, 0.975, 0.006_497_665_190_029_331),
        (1_000.0, 100_000.0, 0.025, 0.009_299_624_809_719_353),
        (1_000.0, 100_000.0, 0.975, 0.010_520_738_223_478_432),
        (0.01, 3.0, 0.025, 1.397_195_934_540_144_7e-161),
        (0.01, 3.0, 0.975, 0.018_517_027_223_824_943),
        (200_000.0, 800_000.0, 0.025, 0.199_216_583_409_570_44),
        (200_000.0, 800_000.0, 0.975, 0.200_784_553_173_840_67),
        (3.9, 15.6, 0.025, 0.059_291_842_638_645_044),
        (3.9, 15.6, 0.975, 0.398_441_076_403_551_2),
        (1_000_000.0, 1_000_000_000.0, 0.025, 0.000_997_044_915_780_893),
        (1_000_000.0, 1_000_000_000.0, 0.975, 0.001_000_958_970_853_776_4),
        (0.5, 0.5, 0.025, 0.001_541_333_133_436_012),
        (0.5, 0.5, 0.975, 0.998_458_666_866_563_9),
    ];

    #[test]
    fn beta_of_one_parameter_has_a_closed_form() {
        for b in [0.001, 1.0, 20.0, 1e6, 1e8] {
            for p in [1e-12_f64, 0.025, 0.5, 0.975] {
                let exact = -((-p).ln_1p() / b).exp_m1();
                let x = beta_quantile(p, 1.0, b).expect("quantile");
                assert!((x / exact - 1.0).abs() <= 1e-12, "b {b}, p {p}: {x} {exact}");
            }
        }
    }
}
