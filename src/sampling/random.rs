//! Random numbers that are the same on every machine and in every version of this program.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use xxhash_rust::xxh3::xxh3_64;

/// A stream of the seed for one purpose, such as one stratum: what is drawn there does not depend on other strata.
pub fn stream(seed: u64, purpose: &str) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(xxh3_64(purpose.as_bytes()));
    random
}

/// A whole number below `bound`, each with the same probability; 0 for a bound of 0.
///
/// Source: D. Lemire, "Fast random integer generation in an interval", *ACM Transactions on Modeling and Computer
/// Simulation* 29 (2019), 3.
#[expect(clippy::cast_possible_truncation, reason = "the halves of a product of two 64-bit numbers")]
pub fn below(random: &mut impl Rng, bound: usize) -> usize {
    let wide = bound as u64;
    loop {
        let product = u128::from(random.next_u64()) * u128::from(wide);
        // Of 2^64 numbers, those left over that do not go round evenly are refused.
        if product as u64 >= wide.wrapping_neg().checked_rem(wide).unwrap_or(0) {
            return (product >> 64) as usize;
        }
    }
}

/// A number in [0, 1).
#[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
pub fn uniform(random: &mut impl Rng) -> f64 {
    (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// Puts the first `n` places of `items` in random order: those are a simple random sample, and those of a smaller `n`
/// are among them.
pub fn shuffle<T>(random: &mut impl Rng, items: &mut [T], n: usize) {
    for place in 0..n.min(items.len()) {
        let other = place + below(random, items.len() - place);
        items.swap(place, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_even_and_streams_differ() {
        let mut random = stream(7, "test");
        let mut counts = [0_u32; 3];
        for _ in 0..30_000 {
            counts[below(&mut random, 3)] += 1;
        }
        // Four standard errors of a count: 4 √(30000 · 1/3 · 2/3) = 327.
        assert!(counts.iter().all(|c| c.abs_diff(10_000) <= 327), "{counts:?}");
        let mean = (0..10_000).map(|_| uniform(&mut random)).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() <= 4.0 * (1.0 / 12.0_f64).sqrt() / 100.0, "{mean}");
        assert_ne!(stream(7, "a").next_u64(), stream(7, "b").next_u64());
        assert_eq!(stream(7, "a").next_u64(), stream(7, "a").next_u64());
        assert_eq!(below(&mut random, 0), 0);
    }

    #[test]
    fn smaller_samples_lie_in_larger_ones() {
        let order = |n| {
            let mut items: Vec<usize> = (0..50).collect();
            shuffle(&mut stream(3, "s"), &mut items, n);
            items[..n].to_vec()
        };
        assert_eq!(order(10)[..], order(20)[..10]);
    }
}
