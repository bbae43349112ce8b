//! Random numbers that are the same on every machine and in every version of this crate.

/// `SplitMix64`, seeded by what the numbers are for.
///
/// A row draws from a generator of its own, keyed by seed, day and place in the day, so that any row can be
/// made without the rows before it. Method: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom
/// number generators", OOPSLA 2014. Only whole numbers are drawn: floating-point functions differ between
/// systems in the last bit.
#[derive(Debug, Clone)]
pub struct Rng(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Rng {
    /// The generator of this key.
    #[must_use]
    pub fn new(key: [u64; 4]) -> Self {
        Self(key.iter().fold(GOLDEN, |state, part| mix(state.wrapping_add(GOLDEN) ^ part.wrapping_mul(GOLDEN))))
    }

    /// Any 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// Another generator, whose draws leave this one's as they are.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        Self(mix(self.next()))
    }

    /// A whole number below `end`; 0 where `end` is 0. The bias is below `end` in 2⁶⁴.
    pub fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = u64::from(high.abs_diff(low)) + 1;
        let step = self.below(width);
        low.min(high).saturating_add(i32::try_from(step).unwrap_or(0))
    }

    /// True in `share` of `of` cases.
    pub fn chance(&mut self, share: u64, of: u64) -> bool {
        self.below(of) < share
    }

    /// An index, drawn in proportion to its weight; 0 where all weights are 0.
    pub fn weighted(&mut self, weights: impl Iterator<Item = u64> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        for (i, weight) in weights.enumerate() {
            if left < weight {
                return i;
            }
            left -= weight;
        }
        0
    }

    /// An element of a weighted list.
    pub fn pick<'a, T>(&mut self, list: &'a [(u32, T)]) -> Option<&'a T> {
        let i = self.weighted(list.iter().map(|(weight, _)| u64::from(*weight)));
        list.get(i).map(|(_, value)| value)
    }

    /// An element of a list.
    pub fn one<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(usize::try_from(self.below(list.len() as u64)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_never_change() {
        let mut rng = Rng(1_234_567);
        // The published reference values of SplitMix64 for this state.
        assert_eq!(rng.next(), 6_457_827_717_110_365_317);
        assert_eq!(rng.next(), 3_203_168_211_198_807_973);
        let (mut a, mut b) = (Rng::new([1, 2, 3, 4]), Rng::new([1, 2, 3, 5]));
        assert_ne!(a.next(), b.next());
    }

    #[test]
    fn draws_stay_in_range_and_follow_weights() {
        let mut rng = Rng::new([0; 4]);
        let mut seen = [0_u32; 3];
        for _ in 0..10_000 {
            assert!((-3..=4).contains(&rng.between(-3, 4)));
            seen[rng.weighted([1, 0, 3].into_iter())] += 1;
        }
        assert_eq!(seen[1], 0);
        assert!((2_300..2_700).contains(&seen[0]), "{seen:?}");
        assert_eq!(rng.below(0), 0);
    }
}
