//! Student's t: quantiles and two-sided tails for any number of degrees of freedom.
//!
//! Source: M. Abramowitz and I. A. Stegun, *Handbook of Mathematical Functions* (1964), 26.5.27: of a t with ν degrees
//! of freedom, ν/(ν + t²) has the beta distribution with ν/2 and ½.
//!
//! The quantile of statrs loses digits from some thousand degrees of freedom on (at 10⁷ its 97.5 % quantile is 1.83 in
//! place of 1.96), and at 10⁹ it does not end.

use statrs::distribution::{ContinuousCDF, Normal};

use super::incomplete::{Point, beta_quantile, beta_tails};

/// The t with P(|T| ≤ t) = `level`, for a level in (0, 1) and `df` > 0; infinitely many give the normal one.
pub(in crate::stats) fn two_sided_quantile(level: f64, df: f64) -> f64 {
    if df.is_infinite() {
        return Normal::standard().inverse_cdf(f64::midpoint(1.0, level));
    }
    let Point { x, y } = beta_quantile(df / 2.0, 0.5, 1.0 - level);
    (df * (y / x)).sqrt()
}

/// P(|T| ≥ |t|) for `df` > 0 degrees of freedom.
pub(in crate::stats) fn two_sided(t: f64, df: f64) -> f64 {
    if df.is_infinite() {
        return 2.0 * Normal::standard().sf(t.abs());
    }
    // The ratio is squared last: t² may be beyond what a double holds.
    let ratio = (t / df.sqrt()).powi(2);
    if ratio.is_infinite() {
        return 0.0;
    }
    beta_tails(df / 2.0, 0.5, Point { x: 1.0 / (1.0 + ratio), y: ratio / (1.0 + ratio) }).lower
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.t.ppf` and `.sf` (`SciPy` 1.17.1).
    #[test]
    fn agrees_with_scipy() {
        for (df, q975, q999, tail) in [
            (1.0, 12.706_204_736_174_694, 318.308_838_985_550_15, 0.121_118_941_590_843_41),
            (5.0, 2.570_581_835_636_315, 5.893_429_531_356_009, 0.027_245_049_671_188_13),
            (20.0, 2.085_963_447_265_864, 3.551_808_343_203_332_3, 0.010_616_772_719_566_19),
            (1000.0, 1.962_339_080_826_408_3, 3.098_402_163_912_923_3, 0.006_289_283_900_545_403_6),
            (1e5, 1.959_987_707_534_609_5, 3.090_313_809_427_237_8, 0.006_210_459_596_279_525_5),
            (5e6, 1.959_964_458_994_412_7, 3.090_233_936_194_404, 0.006_209_681_210_806_211),
        ] {
            assert!((two_sided_quantile(0.95, df) / q975 - 1.0).abs() <= 1e-12, "{df}");
            assert!((two_sided_quantile(0.998, df) / q999 - 1.0).abs() <= 1e-12, "{df}");
            assert!((two_sided(-2.5, df) / (2.0 * tail) - 1.0).abs() <= 1e-11, "{df}");
        }
        // `qt` of R 4.2.2.
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
            let t = two_sided_quantile(level, df);
            assert!((t / expected - 1.0).abs() <= 1e-12, "df {df}, level {level}: {t}");
        }
        assert!((two_sided_quantile(0.95, f64::INFINITY) - 1.959_963_984_540_054).abs() <= 1e-12);
        assert!((two_sided(40.0, 1000.0) / (2.0 * 5.239_426_077_586_636e-210) - 1.0).abs() <= 1e-10);
        assert!((two_sided_quantile(0.95, 1e12) - 1.959_963_984_542_4).abs() <= 1e-11);
        assert_eq!((two_sided(0.0, 7.0), two_sided(f64::INFINITY, 7.0), two_sided(1e200, 7.0)), (1.0, 0.0, 0.0));
    }
}
