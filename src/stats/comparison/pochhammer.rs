//! Rising factorials (a)ₖ = Γ(a + k) / Γ(a) and their derivatives, without the cancellation of large terms.
//!
//! Source: NIST *Digital Library of Mathematical Functions*, 5.11.1 and 5.11.2 (expansions of ln Γ and ψ) and 5.5
//! (recurrence).
//!
//! Differences of log-gammas lose all digits where a is far larger than k; here they are taken term by term.

use super::funnel::float;

/// From this argument on the expansions are exact to double precision.
const LARGE: f64 = 32.0;

/// ln (a)ₖ for a > 0.
pub(super) fn ln_rising(a: f64, k: u64) -> f64 {
    let (mut a, mut k) = (a, k);
    let mut sum = 0.0;
    while k > 0 && (a < LARGE || k <= 16) {
        sum += a.ln();
        a += 1.0;
        k -= 1;
    }
    if k == 0 {
        return sum;
    }
    let d = float(k);
    let b = a + d;
    let log = (d / a).ln_1p();
    let series = |x: f64| (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / (1260.0 * x * x)) / (x * x)) / x;
    sum + (a - 0.5) * log + d * b.ln() - d + series(b) - series(a)
}

/// ψ(a + k) − ψ(a) for a > 0: the derivative of ln (a)ₖ by a.
pub(super) fn digamma_step(a: f64, k: u64) -> f64 {
    let (mut a, mut k) = (a, k);
    let mut sum = 0.0;
    while k > 0 && (a < LARGE || k <= 16) {
        sum += 1.0 / a;
        a += 1.0;
        k -= 1;
    }
    if k == 0 {
        return sum;
    }
    let d = float(k);
    let b = a + d;
    let series = |x: f64| (0.5 + (1.0 / 12.0 - (1.0 / 120.0 - 1.0 / (252.0 * x * x)) / (x * x)) / x) / x;
    sum + (d / a).ln_1p() - series(b) + series(a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::function::gamma::{digamma, ln_gamma};

    #[test]
    fn agree_with_sums_and_differences() {
        for a in [0.003, 0.5, 7.0, 31.9, 200.0, 1e6] {
            for k in [0, 1, 5, 16, 17, 40, 1000] {
                let (mut logs, mut reciprocals) = (0.0, 0.0);
                for j in 0..k {
                    logs += (a + float(j)).ln();
                    reciprocals += 1.0 / (a + float(j));
                }
                assert!((ln_rising(a, k) - logs).abs() <= 1e-12 * logs.abs().max(1.0), "{a} {k}");
                assert!((digamma_step(a, k) - reciprocals).abs() <= 1e-13 * reciprocals.max(1.0), "{a} {k}");
            }
        }
        let (a, k) = (3.5, 1_000_000_000);
        assert!((ln_rising(a, k) / (ln_gamma(a + 1e9) - ln_gamma(a)) - 1.0).abs() <= 1e-13);
        assert!((digamma_step(a, k) - (digamma(a + 1e9) - digamma(a))).abs() <= 1e-12);
        // k/a to the last digits, where a difference of digammas has none left.
        assert!((digamma_step(1e18, 1_000_000) / 1e-12 - 1.0).abs() <= 1e-12);
    }
}
