//! Student's t: quantiles and two-sided tails for any number of degrees of freedom.
//!
//! Source: M. Abramowitz and I. A. Stegun, *Handbook of Mathematical Functions* (1964), 26.7.5 (quantile by an
//! expansion about the normal one); G. W. Hill, "Algorithm 395: Student's t-distribution", *Communications of the
//! ACM* 13 (1970), 617–619 (tail).
//!
//! statrs is exact to 12 digits up to some thousand degrees of freedom. Above it loses them (at 10⁷ its 97.5 %
//! quantile is 1.83 in place of 1.96), because its continued fraction stops after 140 terms; there the expansions
//! are exact to the last digits.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// Degrees of freedom from which the expansions are used: their error is below 1e-13 there.
const MANY: f64 = 1000.0;

/// Quantile of Student's t for p in (0, 1) and `df` > 0 degrees of freedom; infinitely many give the normal one.
pub(super) fn quantile(p: f64, df: f64) -> f64 {
    let z = Normal::standard().inverse_cdf(p);
    if df < MANY {
        return StudentsT::new(0.0, 1.0, df).map_or(f64::NAN, |t| t.inverse_cdf(p));
    }
    let z2 = z * z;
    let g1 = (z2 + 1.0) * z / 4.0;
    let g2 = ((5.0 * z2 + 16.0) * z2 + 3.0) * z / 96.0;
    let g3 = (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) * z / 384.0;
    let g4 = ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) * z / 92_160.0;
    z + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df
}

/// P(|T| ≥ |t|) for `df` > 0 degrees of freedom.
pub(super) fn two_sided(t: f64, df: f64) -> f64 {
    if t.is_infinite() {
        return 0.0;
    }
    if df < MANY {
        return StudentsT::new(0.0, 1.0, df).map_or(f64::NAN, |d| (2.0 * d.sf(t.abs())).min(1.0));
    }
    if df.is_infinite() {
        return 2.0 * Normal::standard().sf(t.abs());
    }
    let a = df - 0.5;
    let scale = 48.0 * a * a;
    let square = a * (t * t / df).ln_1p();
    let root = square.sqrt();
    let second = (((4.0 * square + 33.0) * square + 240.0) * square + 855.0) * root
        / (10.0 * (scale + 0.8 * square * square + 100.0));
    let z = root + ((square + 3.0) * root - second) / scale;
    2.0 * Normal::standard().sf(z)
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
            assert!((quantile(0.975, df) / q975 - 1.0).abs() <= 1e-12, "{df}");
            assert!((quantile(0.025, df) / q975 + 1.0).abs() <= 1e-12, "{df}");
            assert!((quantile(0.999, df) / q999 - 1.0).abs() <= 1e-11, "{df}");
            assert!((two_sided(-2.5, df) / (2.0 * tail) - 1.0).abs() <= 1e-10, "{df}");
        }
        assert!((quantile(0.975, f64::INFINITY) - 1.959_963_984_540_054).abs() <= 1e-12);
        assert!((two_sided(40.0, 1000.0) / (2.0 * 5.239_426_077_586_636e-210) - 1.0).abs() <= 1e-6);
        assert_eq!((two_sided(0.0, 7.0), two_sided(f64::INFINITY, 7.0)), (1.0, 0.0));
    }
}
