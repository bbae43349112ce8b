//! Rows that repeat a key, counted in bounded memory.

use std::collections::HashSet;

/// Keys up to which the place of a repetition is known: 64 MB of hashes.
const PLACED: usize = 4 << 20;

/// Hashes that are kept at most: 256 MB. Beyond it, keys are sampled.
const KEPT: usize = 32 << 20;

/// Counts rows whose key stood before.
///
/// Of each key a 64-bit hash is kept; among 30 million keys, two share one with a probability of 2 in 100,000. Up to
/// `PLACED` distinct keys every repetition is told when it comes. Beyond, hashes are gathered and sorted at the
/// end. Beyond `KEPT`, only the hashes divisible by a growing power of two are kept, and the count is multiplied by
/// that power: all rows of a key are in the sample or none, so the estimate is unbiased.
#[derive(Debug, Default)]
pub struct Keys {
    seen: HashSet<u64, foldhash::fast::FixedState>,
    later: Vec<u64>,
    halvings: u32,
    counted: u64,
    kept: usize,
}

impl Keys {
    /// No keys yet.
    #[must_use]
    pub fn new() -> Self {
        Self { kept: KEPT, ..Self::default() }
    }

    #[cfg(test)]
    pub(super) fn bounded(kept: usize) -> Self {
        Self { kept, ..Self::default() }
    }

    /// Adds the key of a row; `true` where it is known already that it stood before.
    pub fn add(&mut self, hash: u64) -> bool {
        if self.halvings == 0 && self.later.is_empty() && self.seen.len() < PLACED.min(self.kept) {
            return !self.seen.insert(hash);
        }
        if self.seen.contains(&hash) && self.halvings == 0 {
            return true;
        }
        if hash.trailing_zeros() >= self.halvings {
            self.later.push(hash);
            if self.later.len() + self.seen.len() > self.kept {
                self.thin();
            }
        }
        false
    }

    /// Makes room: repetitions are counted and go first, then every other key.
    fn thin(&mut self) {
        self.count();
        while self.later.len() + self.seen.len() > self.kept / 4 * 3 && self.halvings < 40 {
            self.halvings += 1;
            let bits = self.halvings;
            self.later.retain(|h| h.trailing_zeros() >= bits);
            self.seen.retain(|h| h.trailing_zeros() >= bits);
        }
    }

    fn count(&mut self) {
        let before = self.later.len();
        self.later.sort_unstable();
        self.later.dedup();
        self.later.retain(|h| !self.seen.contains(h));
        self.counted += ((before - self.later.len()) as u64) << self.halvings;
    }

    /// Repetitions that [`Keys::add`] did not tell, and of how many keys one was kept.
    #[must_use]
    pub fn finish(mut self) -> (u64, u64) {
        self.count();
        (self.counted, 1 << self.halvings)
    }
}
