//! Incomplete beta and gamma functions and their inverses, for counts of any size.
//!
//! Source: continued fractions 8.17.22 and 8.9.2, series 8.7.1 and the uniform expansions 8.18.14 and 8.12.3
//! of the NIST *Digital Library of Mathematical Functions*; leading factors after C. Loader, "Fast and accurate
//! computation of binomial probabilities" (2000), which R uses too.
//!
//! statrs takes the leading factor from differences of log-gammas and stops the continued fraction after 140
//! terms: its tails are off by a relative 3 · 10⁻⁹ at counts of 10⁶ and 3 · 10⁻⁷ at 10⁹, more near the mean, and
//! counts of the platforms reach 10⁹. Its log-gamma (small arguments) and error function serve here.

use std::f64::consts::PI;

use statrs::function::{erf::erfc, gamma::ln_gamma};

/// From this smaller parameter on, the first term of the uniform expansion is exact to some 10⁻¹¹ of the tail.
const LARGE: f64 = 1e7;

/// Bound on the terms of a series or continued fraction: they need some √LARGE.
const TERMS: u32 = 200_000;

/// The two tails of a distribution at one point; they add up to 1 and each is exact on its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tails {
    /// P(X ≤ x).
    pub lower: f64,
    /// P(X > x).
    pub upper: f64,
}

/// A point of \[0, 1\] with its complement, which keeps its digits where the point is close to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    /// The point.
    pub x: f64,
    /// 1 − x.
    pub y: f64,
}

impl Point {
    /// The point whose logarithm of odds is `theta`.
    pub(crate) fn of_logit(theta: f64) -> Self {
        Self { x: 1.0 / (1.0 + (-theta).exp()), y: 1.0 / (1.0 + theta.exp()) }
    }

    /// Logarithm of the odds.
    pub(crate) fn logit(self) -> f64 {
        (self.x / self.y).ln()
    }

    /// The point x of \[0, 1\].
    pub(crate) fn of(x: f64) -> Self {
        Self { x, y: 1.0 - x }
    }

    /// The same seen from 1.
    pub(crate) fn flipped(self) -> Self {
        Self { x: self.y, y: self.x }
    }
}

/// Logarithm of Γ(a) less Stirling's approximation (a − ½) ln a − a + ½ ln 2π, a > 0.
fn stirling_error(a: f64) -> f64 {
    if a < 15.0 {
        return ln_gamma(a) - ((a - 0.5) * a.ln() - a + 0.5 * (2.0 * PI).ln());
    }
    let s = 1.0 / (a * a);
    (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s / 1188.0)))) / a
}

/// x ln(x/m) + m − x without cancellation, x ≥ 0 and m > 0: half the deviance of a count x with mean m.
fn deviance(x: f64, m: f64) -> f64 {
    if x == 0.0 {
        return m;
    }
    let difference = x - m;
    if difference.abs() < 0.1 * (x + m) {
        let v = difference / (x + m);
        let mut sum = difference * v;
        let mut term = 2.0 * x * v;
        for j in 1..100 {
            term *= v * v;
            let next = sum + term / f64::from(2 * j + 1);
            if next.to_bits() == sum.to_bits() {
                break;
            }
            sum = next;
        }
        return sum;
    }
    x * (x / m).ln() - difference
}

/// xᵃ yᵇ / B(a, b) for x + y = 1: density of the beta distribution times xy.
fn beta_front(a: f64, b: f64, at: Point) -> f64 {
    if at.x <= 0.0 || at.y <= 0.0 {
        return 0.0;
    }
    let n = a + b;
    let correction = stirling_error(n) - stirling_error(a) - stirling_error(b);
    // a·(b/n): the product of two large counts may overflow before it is divided.
    (a * (b / n) / (2.0 * PI)).sqrt() * (correction - deviance(a, n * at.x) - deviance(b, n * at.y)).exp()
}

/// Lower and upper tail of the beta distribution with a, b > 0.
///
/// The continued fraction needs some √min(a, b) terms; from a smaller parameter of 10⁷ on, the uniform
/// expansion takes its place.
pub(crate) fn beta_tails(a: f64, b: f64, at: Point) -> Tails {
    if at.x <= 0.0 {
        return Tails { lower: 0.0, upper: 1.0 };
    }
    if at.y <= 0.0 {
        return Tails { lower: 1.0, upper: 0.0 };
    }
    if a.min(b) > LARGE {
        let n = a + b;
        let centre = a / n;
        let (m_x, m_y) = (n * at.x, n * at.y);
        let half_square = deviance(a, m_x) + deviance(b, m_y);
        // x − a/n from the smaller side, which has more digits.
        let difference = if at.x < at.y { at.x - centre } else { b / n - at.y };
        let spread = (centre * (b / n)).sqrt() / difference;
        let limit = (1.0 - 2.0 * centre) / (3.0 * (centre * (b / n)).sqrt());
        return uniform(half_square, n, difference, spread, limit);
    }
    let front = beta_front(a, b, at);
    if a * at.y >= b * at.x {
        let lower = front * beta_fraction(a, b, at);
        Tails { lower, upper: 1.0 - lower }
    } else {
        let upper = front * beta_fraction(b, a, at.flipped());
        Tails { lower: 1.0 - upper, upper }
    }
}

/// First term of the uniform expansion in n, where nη²/2 = `half_square` and η has the sign of `sign`.
///
/// Its coefficient is 1/η − `reciprocal`, with `limit` for η → 0, where both grow beyond bounds.
fn uniform(half_square: f64, n: f64, sign: f64, reciprocal: f64, limit: f64) -> Tails {
    let root = half_square.max(0.0).sqrt().copysign(sign);
    let normal = |z: f64| 0.5 * erfc(z);
    let coefficient = if root.abs() < 0.01 { limit } else { (n / 2.0).sqrt() / root - reciprocal };
    let correction = (-half_square).exp() / (2.0 * PI * n).sqrt() * coefficient;
    Tails { lower: normal(-root) + correction, upper: normal(root) - correction }
}

/// Continued fraction of the incomplete beta function by Lentz's method, for x below the mean.
///
/// In the contracted form of A. R. Didonato and A. H. Morris, "Significant digit computation of the incomplete
/// beta function ratios", *ACM Transactions on Mathematical Software* 18 (1992), 360–373: its terms are
/// positive there, so that no digits cancel where x is close to 1.
#[expect(clippy::many_single_char_names, reason = "the names of the formula")]
fn beta_fraction(a: f64, b: f64, at: Point) -> f64 {
    let away = |v: f64| if v.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { v };
    let Point { x, y } = at;
    let below = a * y - b * x + 1.0;
    let mut f = away(a * below / (a + 1.0));
    let (mut c, mut d) = (f, 0.0);
    for m in 1..TERMS {
        let m = f64::from(m);
        let s = a + 2.0 * m;
        let upper = ((a + m - 1.0) / (s - 1.0)) * ((a + b + m - 1.0) / (s - 1.0)) * m * (b - m) * x * x;
        let lower = m + m * (b - m) * x / (s - 1.0) + (a + m) * (below + m * (1.0 + y)) / (s + 1.0);
        d = 1.0 / away(lower + upper * d);
        c = away(lower + upper / c);
        f *= c * d;
        if (c * d - 1.0).abs() <= f64::EPSILON || f.is_nan() {
            break;
        }
    }
    1.0 / f
}

/// Lower and upper tail of the gamma distribution with shape a > 0 and scale 1.
pub(crate) fn gamma_tails(a: f64, x: f64) -> Tails {
    if x <= 0.0 {
        return Tails { lower: 0.0, upper: 1.0 };
    }
    if !x.is_finite() {
        return Tails { lower: 1.0, upper: 0.0 };
    }
    if a > LARGE {
        return uniform(deviance(a, x), a, x - a, a / (x - a), 1.0 / 3.0);
    }
    let front = gamma_front(a, x);
    if x < a + 1.0 {
        let lower = front * gamma_series(a, x);
        Tails { lower, upper: 1.0 - lower }
    } else {
        let upper = front * gamma_fraction(a, x);
        Tails { lower: 1.0 - upper, upper }
    }
}

/// Series of the lower incomplete gamma function, divided by the leading factor.
fn gamma_series(a: f64, x: f64) -> f64 {
    let (mut sum, mut term) = (1.0 / a, 1.0 / a);
    for k in 1..TERMS {
        term *= x / (a + f64::from(k));
        sum += term;
        if term <= sum * f64::EPSILON * 0.5 {
            break;
        }
    }
    sum
}

/// Continued fraction of the upper incomplete gamma function by Lentz's method, divided by the leading factor.
#[expect(clippy::many_single_char_names, reason = "the names of the formula")]
fn gamma_fraction(a: f64, x: f64) -> f64 {
    let away = |v: f64| if v.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { v };
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / f64::MIN_POSITIVE;
    let mut d = 1.0 / away(b);
    let mut h = d;
    for k in 1..TERMS {
        let k = f64::from(k);
        let numerator = -k * (k - a);
        b += 2.0;
        d = 1.0 / away(numerator * d + b);
        c = away(b + numerator / c);
        h *= d * c;
        if (d * c - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    h
}

/// xᵃ e⁻ˣ / Γ(a): density of the gamma distribution times x.
fn gamma_front(a: f64, x: f64) -> f64 {
    (a / (2.0 * PI)).sqrt() * (-stirling_error(a) - deviance(a, x)).exp()
}

/// The point with lower tail p of the beta distribution; 0 < p < 1, a and b > 0.
///
/// Newton's method for the logarithm of the tail in the logarithm of the odds, which is concave, so that it
/// converges from any start; a bracket guards it.
pub(crate) fn beta_quantile(a: f64, b: f64, p: f64) -> Point {
    let theta = solve(p, (a / b).ln(), |theta| {
        let at = Point::of_logit(theta);
        (beta_tails(a, b, at).lower, beta_front(a, b, at))
    });
    Point::of_logit(theta)
}

/// The point with lower tail p of the gamma distribution with shape a > 0 and scale 1; 0 < p < 1.
pub(crate) fn gamma_quantile(a: f64, p: f64) -> f64 {
    solve(p, a.ln(), |theta| (gamma_tails(a, theta.exp()).lower, gamma_front(a, theta.exp()))).exp()
}

/// The point with upper tail p of the gamma distribution.
pub(crate) fn gamma_quantile_upper(a: f64, p: f64) -> f64 {
    let falling = |theta: f64| (gamma_tails(a, (-theta).exp()).upper, gamma_front(a, (-theta).exp()));
    (-solve(p, -a.ln(), falling)).exp()
}

/// θ with F(θ) = p for an increasing F of which ln F is concave; `f` gives (F, F′).
fn solve(p: f64, start: f64, f: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut theta = start;
    let mut reach = 1.0;
    for _ in 0..500 {
        let (tail, slope) = f(theta);
        if tail < p {
            low = theta;
        } else {
            high = theta;
        }
        let off = (tail / p).ln();
        let newton = theta - off * tail / slope;
        let next = if newton > low && newton < high {
            newton
        } else if low.is_finite() && high.is_finite() {
            f64::midpoint(low, high)
        } else {
            reach *= 2.0;
            if low.is_finite() { theta + reach } else { theta - reach }
        };
        if (next - theta).abs() <= f64::EPSILON * theta.abs() || off.abs() <= f64::EPSILON {
            return theta;
        }
        theta = next;
    }
    theta
}

/// Logarithm of the probability of exactly k successes and m failures in k + m trials.
///
/// Failures are an argument of their own, since n − k loses the smaller of two large counts.
pub(crate) fn ln_binomial_probability(k: f64, m: f64, at: Point) -> f64 {
    let n = k + m;
    if at.x <= 0.0 || at.y <= 0.0 {
        let possible = if at.x <= 0.0 { k <= 0.0 } else { m <= 0.0 };
        return if possible { 0.0 } else { f64::NEG_INFINITY };
    }
    if k <= 0.0 {
        return n * ln_of(at.y, at.x);
    }
    if m <= 0.0 {
        return n * ln_of(at.x, at.y);
    }
    let correction = stirling_error(n) - stirling_error(k) - stirling_error(m);
    0.5 * (n / k / m / (2.0 * PI)).ln() + correction - deviance(k, n * at.x) - deviance(m, n * at.y)
}

/// Probability of exactly k successes and m failures in k + m trials.
pub(crate) fn binomial_probability(k: f64, m: f64, at: Point) -> f64 {
    ln_binomial_probability(k, m, at).exp()
}

/// ln x for x + y = 1.
fn ln_of(x: f64, y: f64) -> f64 {
    if y < 0.5 { (-y).ln_1p() } else { x.ln() }
}

/// P(X ≤ k) in k + m trials.
pub(crate) fn binomial_up_to(k: f64, m: f64, at: Point) -> f64 {
    if m <= 0.0 { 1.0 } else { beta_tails(k + 1.0, m, at).upper }
}

/// P(X ≥ k) in k + m trials.
pub(crate) fn binomial_from(k: f64, m: f64, at: Point) -> f64 {
    if k <= 0.0 { 1.0 } else { beta_tails(k, m + 1.0, at).lower }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(x: f64, reference: f64, relative: f64, what: &str) {
        assert!((x / reference - 1.0).abs() <= relative, "{what}: {x} is not {reference}");
    }

    /// Continued fraction in arithmetic of 50 digits (mpmath).
    #[test]
    fn beta_agrees_with_long_arithmetic() {
        for (a, b, x, lower, upper) in [
            (5.0, 46.0, 0.0332, 0.024_787_890_295_848_94, 0.975_212_109_704_151_1),
            (0.5, 20.5, 0.000_02, 0.022_706_105_807_312_117, 0.977_293_894_192_687_9),
            (1.0, 1e6, 1e-6, 0.632_120_742_768_355, 0.367_879_257_231_645_1),
            (3e4, 7e4, 0.298, 0.083_644_040_267_462_83, 0.916_355_959_732_537_2),
            (3e5, 7e5, 0.3005, 0.862_371_094_297_779, 0.137_628_905_702_220_95),
            (1e6, 1e6, 0.4995, 0.078_649_577_580_901_8, 0.921_350_422_419_098_2),
            (2.0, 1e9, 3e-9, 0.800_851_727_424_711_5, 0.199_148_272_575_288_54),
            (1e5, 1e9, 0.000_100_4, 0.902_514_114_195_706, 0.097_485_885_804_293_98),
            (1e5, 1e9, 0.000_099_4, 0.030_835_418_470_039_437, 0.969_164_581_529_960_6),
        ] {
            let tails = beta_tails(a, b, Point::of(x));
            // The point itself is rounded, which at large counts is the larger part of the error.
            let relative = 1e-14 * (a + b).sqrt().max(10.0);
            close(tails.lower, lower, relative, "lower tail");
            close(tails.upper, upper, relative, "upper tail");
        }
    }

    /// As above, beyond where the uniform expansion takes over.
    #[test]
    fn beta_agrees_with_long_arithmetic_at_huge_counts() {
        for (a, b, x, lower, upper) in [
            (2e7, 8e7, 0.200_08, 0.977_241_770_824_034_1, 0.022_758_229_175_965_895),
            (2e7, 8e7, 0.199_9, 0.006_205_063_910_921_12, 0.993_794_936_089_078_9),
            (2e7, 1e10, 0.001_996_9, 0.977_269_951_619_695_8, 0.022_730_048_380_304_194),
            (1e9, 1e9, 0.500_02, 0.963_180_864_979_471_6, 0.036_819_135_020_528_4),
            (2e7, 8e7, 0.2, 0.500_019_947_114_052_5, 0.499_980_052_885_947_5),
        ] {
            let tails = beta_tails(a, b, Point::of(x));
            close(tails.lower, lower, 1e-9, "lower tail");
            close(tails.upper, upper, 1e-9, "upper tail");
        }
    }

    #[test]
    fn gamma_agrees_with_long_arithmetic() {
        for (a, x, lower, upper) in [
            (15.0, 8.4, 0.025_103_472_522_460_61, 0.974_896_527_477_539_4),
            (0.5, 0.001, 0.035_670_591_729_679_89, 0.964_329_408_270_320_1),
            (1e6, 1_001_960.0, 0.974_946_780_600_861_6, 0.025_053_219_399_138_4),
            (1e6, 998_000.0, 0.022_696_114_006_736_803, 0.977_303_885_993_263_2),
            (2e7, 2.001e7, 0.987_316_577_543_468_3, 0.012_683_422_456_531_68),
            (2e7, 1.999e7, 0.012_663_895_814_131_887, 0.987_336_104_185_868_1),
            (1e9, 1.000_06e9, 0.971_108_407_167_651_1, 0.028_891_592_832_348_9),
        ] {
            let tails = gamma_tails(a, x);
            close(tails.lower, lower, 1e-10, "lower tail");
            close(tails.upper, upper, 1e-10, "upper tail");
        }
    }

    #[test]
    fn quantiles_invert_the_tails() {
        for a in [0.5, 1.0, 3.0, 41.0, 1e3, 1e6, 3e7, 1e10, 1e15] {
            for b in [0.5, 1.0, 2.5, 77.0, 1e5, 2e8, 1e12] {
                for p in [1e-12, 0.005, 0.025, 0.5, 0.9, 0.975] {
                    let at = beta_quantile(a, b, p);
                    let found = beta_tails(a, b, at).lower;
                    let relative = 1e-12 * (1.0 + 1e-3 * a.min(b).sqrt()) * (1.0 - p.ln()) * 20.0;
                    close(found, p, relative, &format!("beta({a}, {b}) at {p}"));
                }
            }
            for p in [1e-12, 0.025, 0.5, 0.975] {
                let relative = 1e-12 * (1.0 + 1e-2 * a.sqrt()) * (1.0 - f64::ln(p));
                close(gamma_tails(a, gamma_quantile(a, p)).lower, p, relative, &format!("gamma({a}) at {p}"));
                let upper = gamma_tails(a, gamma_quantile_upper(a, p)).upper;
                close(upper, p, relative, &format!("gamma({a}) at {p} from above"));
            }
        }
    }

    #[test]
    fn the_two_regimes_agree_where_they_meet() {
        for z in [-3.0, -1.0, -0.005, 0.0, 0.02, 2.0] {
            let (a, b) = (LARGE * 1.5, LARGE * 4.0);
            let centre = a / (a + b);
            let x = centre + z * (centre * (1.0 - centre) / (a + b)).sqrt();
            let expansion = beta_tails(a, b, Point::of(x));
            let at = Point::of(x);
            let upper = beta_front(a, b, at) * beta_fraction(b, a, at.flipped());
            let lower = beta_front(a, b, at) * beta_fraction(a, b, at);
            if z <= 0.0 {
                close(expansion.lower, lower, 1e-9, "lower tail");
            } else {
                close(expansion.upper, upper, 1e-9, "upper tail");
            }
        }
    }

    #[test]
    fn binomial_probabilities() {
        // dbinom(3, 10, 0.3), dbinom(0, 5, 0.2) and dbinom(1e6, 2e6, 0.5) of R.
        close(binomial_probability(3.0, 7.0, Point::of(0.3)), 0.266_827_932, 1e-12, "3 of 10");
        close(binomial_probability(0.0, 5.0, Point::of(0.2)), 0.327_68, 1e-14, "0 of 5");
        close(binomial_probability(1e6, 1e6, Point::of(0.5)), 5.641_895_130_337_45e-4, 1e-9, "half");
        for n in [1.0, 7.0, 200.0] {
            let (mut sum, mut k) = (0.0, 0.0);
            while k <= n {
                assert!((binomial_from(k, n - k, Point::of(0.37)) + sum - 1.0).abs() <= 1e-12, "{k} of {n}");
                sum += binomial_probability(k, n - k, Point::of(0.37));
                close(binomial_up_to(k, n - k, Point::of(0.37)), sum, 1e-12, "sum");
                k += 1.0;
            }
        }
        for (at, k, m) in [(0.0, 0.0, 3.0), (1.0, 3.0, 0.0)] {
            assert_eq!(binomial_probability(k, m, Point::of(at)).to_bits(), 1.0_f64.to_bits());
            assert_eq!(binomial_probability(m, k, Point::of(at)).to_bits(), 0.0_f64.to_bits());
        }
    }

    /// `scipy.stats.beta.ppf` of `SciPy` 1.17.1.
    #[test]
    fn beta_quantiles_agree_with_scipy() {
        for (a, b, p, expected) in BETA {
            let x = beta_quantile(a, b, p).x;
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
                let x = beta_quantile(1.0, b, p).x;
                assert!((x / exact - 1.0).abs() <= 1e-11, "b {b}, p {p}: {x} {exact}");
            }
        }
    }
}
