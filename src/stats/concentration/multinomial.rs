//! Random multinomial and binomial counts, in time that does not grow with the number of trials.
//!
//! Source: W. Hörmann, "The generation of binomial random variates", *Journal of Statistical Computation and
//! Simulation* 46 (1993), 101–110 (algorithm BTRS); below 10 expected successes by inversion.

use rand::{Rng, RngExt};

use super::float;

/// Counts of n trials over cells with the given weights, which need not add up to anything; in time O(cells).
///
/// Cell by cell, each binomial given those before: the exact multinomial distribution.
pub(super) fn multinomial(weights: &[u64], n: u64, rng: &mut impl Rng, counts: &mut Vec<u64>) {
    counts.clear();
    let mut weight_left = weights.iter().fold(0_u64, |sum, weight| sum.saturating_add(*weight));
    let mut left = n;
    for weight in weights {
        let count =
            if *weight >= weight_left { left } else { binomial(left, float(*weight) / float(weight_left), rng) };
        counts.push(count);
        left -= count;
        weight_left = weight_left.saturating_sub(*weight);
    }
}

/// A binomial count of n trials with probability p in \[0, 1\]; n up to 10¹², above which rounding shows.
pub(super) fn binomial(n: u64, p: f64, rng: &mut impl Rng) -> u64 {
    if p > 0.5 {
        return n - binomial(n, 1.0 - p, rng);
    }
    if n == 0 || p <= 0.0 {
        return 0;
    }
    if float(n) * p < 10.0 { inversion(n, p, rng) } else { rejection(n, p, rng) }
}

fn inversion(n: u64, p: f64, rng: &mut impl Rng) -> u64 {
    let odds = p / (1.0 - p);
    let start = (float(n) * (-p).ln_1p()).exp();
    loop {
        let (mut u, mut probability): (f64, f64) = (rng.random(), start);
        for k in 0..n.min(200) {
            if u < probability {
                return k;
            }
            u -= probability;
            probability *= odds * float(n - k) / float(k + 1);
        }
        // With fewer than 10 expected, 200 and more have a probability below 10⁻¹⁵⁰; fewer trials than that end here.
        if n <= 200 {
            return n;
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to lie within 0..=n")]
fn rejection(n: u64, p: f64, rng: &mut impl Rng) -> u64 {
    let (size, q) = (float(n), 1.0 - p);
    let spread = (size * p * q).sqrt();
    let slope = 1.15 + 2.53 * spread;
    let tail = -0.0873 + 0.0248 * slope + 0.01 * p;
    let (centre, quick, scale) = (size * p + 0.5, 0.92 - 4.2 / slope, (2.83 + 5.1 / slope) * spread);
    let (mode, odds) = (((size + 1.0) * p).floor(), p / q);
    let peak = stirling(mode) + stirling(size - mode);
    loop {
        let across = rng.random::<f64>() - 0.5;
        let height: f64 = rng.random();
        let edge = 0.5 - across.abs();
        let k = ((2.0 * tail / edge + slope) * across + centre).floor();
        if !(0.0..=size).contains(&k) {
            continue;
        }
        if edge >= 0.07 && height <= quick {
            return (k as u64).min(n);
        }
        // ln of P(k)/P(mode); ratios near 1 through ln(1 + x), which keeps their digits for large n.
        let log_ratio = (mode + 0.5) * ((mode + 1.0) / (odds * (size - mode + 1.0))).ln()
            + (size + 1.0) * ((k - mode) / (size - k + 1.0)).ln_1p()
            + (k + 0.5) * (odds * (size - k + 1.0) / (k + 1.0)).ln()
            + (peak - stirling(k) - stirling(size - k));
        if (height * scale / (tail / (edge * edge) + slope)).ln() <= log_ratio {
            return (k as u64).min(n);
        }
    }
}

/// ln k! less (k + ½) ln(k + 1) − (k + 1) + ½ ln 2π.
fn stirling(k: f64) -> f64 {
    const TABLE: [f64; 10] = [
        0.081_061_466_795_327_3,
        0.041_340_695_955_409_3,
        0.027_677_925_684_998_3,
        0.020_790_672_103_765_1,
        0.016_644_691_189_821_2,
        0.013_876_128_823_070_7,
        0.011_896_709_945_891_8,
        0.010_411_265_261_972_1,
        0.009_255_462_182_712_7,
        0.008_330_563_433_362_9,
    ];
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 10")]
    if k < 10.0 {
        return TABLE[k.max(0.0) as usize];
    }
    let s = 1.0 / ((k + 1.0) * (k + 1.0));
    (1.0 / 12.0 - s * (1.0 / 360.0 - s / 1260.0)) / (k + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use statrs::distribution::{Binomial, Discrete};

    /// χ² of 20 000 counts against the probabilities, over cells with 5 and more expected.
    #[test]
    fn counts_follow_the_binomial_distribution() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        for (n, p) in [(5_u64, 0.3), (40, 0.1), (40, 0.5), (100, 0.2), (100, 0.93), (1000, 0.011), (400, 0.5)] {
            let (draws, mut seen) = (20_000_u32, vec![0_u32; usize::try_from(n).expect("small") + 1]);
            for _ in 0..draws {
                seen[usize::try_from(binomial(n, p, &mut rng)).expect("small")] += 1;
            }
            let law = Binomial::new(p, n).expect("law");
            let (mut chi2, mut cells) = (0.0_f64, 0.0_f64);
            for (k, seen) in (0..=n).zip(seen) {
                let expected = law.pmf(k) * f64::from(draws);
                if expected >= 5.0 {
                    chi2 += (f64::from(seen) - expected).powi(2) / expected;
                    cells += 1.0;
                } else {
                    assert!(f64::from(seen) < expected + 20.0, "n {n}, p {p}, k {k}: {seen}");
                }
            }
            assert!(chi2 < cells + 4.0 * (2.0 * cells).sqrt(), "n {n}, p {p}: χ² {chi2} of {cells} cells");
        }
    }

    #[test]
    fn large_counts_have_the_right_mean_and_spread() {
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        for (n, p) in [(1_000_000_000_u64, 0.3), (1_000_000_000_000, 1e-6), (1_000_000_000_000, 0.999)] {
            let (mean, spread) = (float(n) * p, (float(n) * p * (1.0 - p)).sqrt());
            let z: Vec<f64> = (0..4000).map(|_| (float(binomial(n, p, &mut rng)) - mean) / spread).collect();
            let average = z.iter().sum::<f64>() / 4000.0;
            let square = z.iter().map(|z| z * z).sum::<f64>() / 4000.0;
            assert!(average.abs() < 0.07 && (square - 1.0).abs() < 0.1, "n {n}, p {p}: {average}, {square}");
        }
    }

    #[test]
    fn cells_add_up() {
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let mut counts = Vec::new();
        for weights in [vec![1_u64], vec![0, 3, 0], vec![5, 0, 1, 4], vec![999_999_999, 1], vec![u64::MAX, 7]] {
            for n in [0, 1, 10, 1_000_000_000] {
                multinomial(&weights, n, &mut rng, &mut counts);
                assert_eq!((counts.len(), counts.iter().sum::<u64>()), (weights.len(), n), "{weights:?}");
                assert!(weights.iter().zip(&counts).all(|(w, c)| *w > 0 || *c == 0), "{weights:?}: {counts:?}");
            }
        }
    }
}
