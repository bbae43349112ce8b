//! Nonparametric maximum likelihood estimate from times known only to lie in intervals.
//!
//! Source: B. W. Turnbull, "The empirical distribution function with arbitrarily grouped, censored and
//! truncated data", *Journal of the Royal Statistical Society B* 38 (1976), 290–295; computed by the iterative
//! convex minorant with expectation–maximisation steps between (J. A. Wellner and Y. Zhan, *Journal of the
//! American Statistical Association* 92 (1997), 945–959); the condition for the maximum is that of R.
//! Gentleman and C. J. Geyer, *Biometrika* 81 (1994), 618–623.

use super::{Limits, SLACK, StatsError, check_time, real};

/// Units whose event lies in `(after, by]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CensoredInterval {
    /// The last look without event; 0 where there was none. Equal to `by` for a time that is known exactly.
    pub after: f64,
    /// The first look with event; ∞ where there was none (right-censored).
    pub by: f64,
    /// How many units.
    pub count: u64,
}

/// An interval that carries probability. Where in it the probability lies, the data do not say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TurnbullInterval {
    /// Its beginning, excluded unless equal to its end.
    pub after: f64,
    /// Its end, included; ∞ for what lies beyond the last look.
    pub by: f64,
    /// The probability.
    pub probability: f64,
}

/// A distribution estimated from intervals.
#[derive(Debug, Clone, PartialEq)]
pub struct Turnbull {
    /// The intervals with probability above 0, in increasing order.
    pub intervals: Vec<TurnbullInterval>,
    /// Number of units.
    pub n: u64,
    /// Logarithm of the likelihood.
    pub log_likelihood: f64,
    /// By how much at most the maximum exceeds it, by concavity.
    pub gap: f64,
    /// Rounds that were needed.
    pub rounds: u32,
}

/// Stop where the likelihood is proven to be within so much of the maximum, per unit.
const PRECISION: f64 = 1e-10;
const ROUNDS: u32 = 20_000;
/// A probability below this is 0.
const NOTHING: f64 = 1e-11;

/// Estimates the distribution of times from intervals that contain them (crawls, periodic looks).
///
/// The likelihood depends on the probabilities of Turnbull's innermost intervals alone, those that begin at
/// some `after` and end at the next `by` with neither between. Found are the probabilities that maximise
/// `Σ count·ln P(after < T ≤ by)`. With exact and right-censored times alone it is the Kaplan–Meier estimate.
///
/// Conditions: when one looks tells nothing about the event. No limits are given: the estimate converges at
/// the rate n^⅓ where looks are continuous in time, so that neither normal limits nor a simple bootstrap hold
/// in general. Where it is not unique in a tie of intervals, one maximum is given. Complexity: O(rounds·(k +
/// m)) for k distinct intervals and m innermost ones.
///
/// # Errors
/// [`StatsError::Domain`] for an interval that is negative or not a number; [`StatsError::Contradiction`] for
/// one that ends before it begins; [`StatsError::Insufficient`] for no unit; [`StatsError::NoConvergence`]
/// where the maximum was not reached.
pub fn turnbull(intervals: &[CensoredInterval]) -> Result<Turnbull, StatsError> {
    let mut problem = Problem::new(intervals)?;
    for rounds in 0..ROUNDS {
        let gap = problem.expectation_maximisation();
        if gap <= PRECISION * problem.n {
            return Ok(problem.result(gap, rounds));
        }
        problem.convex_minorant();
    }
    Err(StatsError::NoConvergence("the likelihood of interval-censored times did not reach its maximum"))
}

/// An end of an interval: its time, and its order among ends at the same time: 0 for `[t`, 1 for `t]`, 2 for
/// `(t`.
type End = (f64, u8);

/// Units whose event lies in the innermost intervals `first..past`.
struct Range {
    first: usize,
    past: usize,
    count: f64,
}

struct Problem {
    innermost: Vec<(f64, f64)>,
    ranges: Vec<Range>,
    n: f64,
    units: u64,
    /// Probability of the innermost intervals before each one: 0, …, 1.
    cumulative: Vec<f64>,
}

impl Problem {
    fn new(intervals: &[CensoredInterval]) -> Result<Self, StatsError> {
        let mut pairs: Vec<(End, End, u64)> = Vec::with_capacity(intervals.len());
        for interval in intervals {
            check_time("after", interval.after)?;
            if interval.by.is_nan() || interval.by < 0.0 {
                let expected = "expected a number of at least 0, or infinity";
                return Err(StatsError::Domain { what: "by", value: interval.by, expected });
            }
            if interval.by < interval.after {
                return Err(StatsError::Contradiction("an interval ends before it begins"));
            }
            if interval.count > 0 {
                let exact = interval.by <= interval.after;
                // −0 becomes 0.
                let begin = (interval.after + 0.0, if exact { 0 } else { 2 });
                pairs.push((begin, (interval.by + 0.0, 1), interval.count));
            }
        }
        if pairs.is_empty() {
            return Err(StatsError::Insufficient("no unit"));
        }
        let order = |a: &End, b: &End| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        pairs.sort_by(|a, b| order(&a.0, &b.0).then(order(&a.1, &b.1)));
        let mut ends: Vec<End> = pairs.iter().flat_map(|pair| [pair.0, pair.1]).collect();
        ends.sort_by(order);
        let innermost: Vec<(End, End)> =
            ends.windows(2).filter(|pair| pair[0].1 != 1 && pair[1].1 == 1).map(|pair| (pair[0], pair[1])).collect();
        let units = pairs.iter().fold(0_u64, |sum, pair| sum.saturating_add(pair.2));
        let ranges: Vec<Range> = pairs
            .chunk_by(|a, b| a.0 == b.0 && a.1 == b.1)
            .map(|same| Range {
                first: innermost.partition_point(|(begin, _)| order(begin, &same[0].0).is_lt()),
                past: innermost.partition_point(|(_, end)| order(end, &same[0].1).is_le()),
                count: same.iter().map(|pair| real(pair.2)).sum(),
            })
            .collect();
        let m = innermost.len();
        let n = ranges.iter().map(|range| range.count).sum();
        #[expect(clippy::cast_precision_loss, reason = "a number of intervals in memory")]
        let cumulative = (0..=m).map(|j| j as f64 / m as f64).collect();
        let innermost = innermost.into_iter().map(|(begin, end)| (begin.0, end.0)).collect();
        Ok(Self { innermost, ranges, n, units, cumulative })
    }

    fn log_likelihood(&self) -> f64 {
        self.ranges.iter().map(|r| r.count * (self.cumulative[r.past] - self.cumulative[r.first]).ln()).sum()
    }

    /// Growth of the likelihood by a move: as a sum of logarithms of ratios, as close to the maximum the
    /// difference of two likelihoods is nothing but rounding.
    fn growth(&self, moved: &[f64]) -> f64 {
        let of = |r: &Range| {
            let before = self.cumulative[r.past] - self.cumulative[r.first];
            let after = moved[r.past] - moved[r.first];
            r.count * ((after - before) / before).ln_1p()
        };
        self.ranges.iter().map(of).sum()
    }

    /// One self-consistency step. Returns the bound of what is missing to the maximum before it.
    fn expectation_maximisation(&mut self) -> f64 {
        let m = self.innermost.len();
        // Σ count/P over the ranges that contain each innermost interval, as a sum of differences.
        let mut slopes = vec![0.0; m + 1];
        for range in &self.ranges {
            let share = range.count / (self.cumulative[range.past] - self.cumulative[range.first]);
            slopes[range.first] += share;
            slopes[range.past] -= share;
        }
        let mut steepest = 0.0_f64;
        let mut slope = 0.0;
        let mut masses = Vec::with_capacity(m);
        for (j, change) in slopes[..m].iter().enumerate() {
            slope += change;
            steepest = steepest.max(slope);
            masses.push((self.cumulative[j + 1] - self.cumulative[j]) * slope.max(0.0));
        }
        let total: f64 = masses.iter().sum();
        if total > 0.0 && total.is_finite() {
            let mut sum = 0.0;
            for (j, mass) in masses.iter().enumerate() {
                sum += mass / total;
                self.cumulative[j + 1] = sum;
            }
            self.cumulative[m] = 1.0;
        }
        (steepest - self.n).max(0.0)
    }

    /// One Newton step with the diagonal of the second derivative, projected on increasing functions, and
    /// halved until the likelihood grows.
    fn convex_minorant(&mut self) {
        let m = self.innermost.len();
        let mut gradient = vec![0.0; m + 1];
        let mut curvature = vec![0.0; m + 1];
        for range in &self.ranges {
            let probability = self.cumulative[range.past] - self.cumulative[range.first];
            let slope = range.count / probability;
            gradient[range.past] += slope;
            gradient[range.first] -= slope;
            curvature[range.past] += slope / probability;
            curvature[range.first] += slope / probability;
        }
        if m < 2 {
            return;
        }
        let target: Vec<(f64, f64)> =
            (1..m).map(|j| (self.cumulative[j] + gradient[j] / curvature[j], curvature[j])).collect();
        let fitted = isotonic(&target);
        let mut share = 1.0;
        for _ in 0..30 {
            let mut moved = self.cumulative.clone();
            for (j, value) in fitted.iter().enumerate() {
                moved[j + 1] += share * (value - moved[j + 1]);
            }
            if self.growth(&moved) > 0.0 {
                self.cumulative = moved;
                return;
            }
            share *= 0.5;
        }
    }

    fn result(&self, gap: f64, rounds: u32) -> Turnbull {
        let masses: Vec<f64> = self.cumulative.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let kept: f64 = masses.iter().filter(|mass| **mass > NOTHING).sum();
        let intervals = self.innermost.iter().zip(&masses).filter(|(_, mass)| **mass > NOTHING);
        Turnbull {
            intervals: intervals
                .map(|(&(after, by), mass)| TurnbullInterval { after, by, probability: mass / kept })
                .collect(),
            n: self.units,
            log_likelihood: self.log_likelihood(),
            gap,
            rounds,
        }
    }
}

/// The increasing function within [0, 1] nearest to the values, by weighted squares: pooling of adjacent
/// violators.
fn isotonic(points: &[(f64, f64)]) -> Vec<f64> {
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for &(value, weight) in points {
        let mut block = (value, weight, 1);
        while let Some(last) = blocks.pop_if(|last| last.0 >= block.0) {
            let weight = last.1 + block.1;
            block = ((last.0 * last.1 + block.0 * block.1) / weight, weight, last.2 + block.2);
        }
        blocks.push(block);
    }
    blocks.iter().flat_map(|block| std::iter::repeat_n(block.0.clamp(0.0, 1.0), block.2)).collect()
}

impl Turnbull {
    /// The range of P(T > t) that the estimate leaves open: one value outside the intervals and at their ends,
    /// between two within. Complexity: O(intervals).
    #[must_use]
    pub fn survival(&self, t: f64) -> Limits {
        let surely = |past: &dyn Fn(&TurnbullInterval) -> bool| {
            let happened: f64 = self.intervals.iter().filter(|i| past(i)).map(|i| i.probability).sum();
            (1.0 - happened).clamp(0.0, 1.0)
        };
        // Begun, so that some of it may have happened; and ended, so that all of it has.
        Limits::new(surely(&|i| i.after < t || i.by <= t), surely(&|i| i.by <= t))
    }

    /// The interval that holds the quantile: the first at whose end a share `p` has had the event. `None` for a
    /// `p` outside (0, 1). Complexity: O(intervals).
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<Limits> {
        let mut sum = 0.0;
        let inner = p > 0.0 && p < 1.0;
        self.intervals.iter().filter(|_| inner).find_map(|interval| {
            sum += interval.probability;
            (sum >= p - SLACK).then(|| Limits::new(interval.after, interval.by))
        })
    }
}
