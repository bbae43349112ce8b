//! The indicator `residual-illegal-stock`.

use super::cells::{Cell, Cells, number, value};
use super::times::{level, set_limits};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Key, Measure, Scalar, Tally};
use crate::error::Result;
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::stats::capture::{LowerBound, TwoSources, chao_lower_bound, chapman};
use crate::stats::{Confidence, Limits};

indicator! {
    /// Number of illegal listings that no channel found, from how often channels find the same ones.
    ///
    /// # Question
    ///
    /// How many illegal listings were there, and how many of them did nobody find?
    ///
    /// # Formula
    ///
    /// ```text
    /// illegal_listings  N̂ = (n₁ + 1)(n₂ + 1)/(m + 1) − 1    n₁ = found by the platform on its own initiative
    ///                                                       n₂ = told by anybody else, m = both (Chapman)
    /// undetected        = N̂ − (n₁ + n₂ − m)
    /// coverage          = (n₁ + n₂ − m)/N̂
    /// chao_lower_bound  = S + (t − 1)/t · f₁(f₁ − 1)/2(f₂ + 1)    S found at all, f₁ by one channel, f₂ by two, of t
    /// ```
    ///
    /// The unit is the listing that an action confirms to be illegal (ground illegal or not given), or on which a notice was
    /// decided by action on the law. The first source is the platform's own initiative. The second is everybody else: users,
    /// businesses, trusted flaggers, authorities, audits and sources that are not given. For Chao's bound notices are one channel
    /// and everything else besides own initiative another, so t is two or three. The counts are over the whole time of
    /// observation. The row's n is the number of listings found, k that found by both sources. Below seven found by both
    /// the result is `insufficient`, since the estimate then rests on a handful of listings.
    ///
    /// # Uncertainty
    ///
    /// The limits are of kind *process*: they are those of chance in which listings each source finds, given that the sources
    /// are independent. They are log-normal in the undetected part, with Seber's variance, which keeps the lower limit from
    /// falling below what was found. They do not cover dependence of the sources, which is the greater error.
    ///
    /// # Limits
    ///
    /// - Sources that find the same conspicuous listings are positively dependent. The estimate is then too low: read it as a
    ///   lower bound of what there was, unless one source is a random audit.
    /// - A listing that one source has removed can no longer be found by the other. That is negative dependence, and makes the
    ///   estimate too high. Where notices on removed listings are not recorded it can outweigh the other.
    /// - Listings that differ in how visible they are make it too low, even where the sources know nothing of each other.
    ///   Chao's bound holds for those too, but only where channels are independent for each listing.
    /// - A listing that two sources name differently counts as two, and as found once: that raises the estimate.
    /// - What no source could ever find, such as a listing that nobody sees, is in no estimate.
    /// - A prevalence by random audit (`illegal-listing-prevalence`) needs none of these assumptions.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 34(1)(a).
    /// - Chapman D. G. (1951), "Some properties of the hypergeometric distribution with applications to zoological sample
    ///   censuses", *University of California Publications in Statistics* 1, 131–160.
    /// - Seber G. A. F. (1970), "The effects of trap response on tag recapture estimates", *Biometrics* 26, 13–22.
    /// - Chao A. (1987), "Estimating the population size for capture–recapture data with unequal catchability", *Biometrics*
    ///   43, 783–791.
    /// - Hook E. B., Regal R. R. (1995), "Capture–recapture methods in epidemiology", *Epidemiologic Reviews* 17, 243–264.
    ResidualIllegalStock {
        id: "residual-illegal-stock",
        version: 1,
        status: Stability::Experimental,
        name: "Illegal listings that nobody found",
        question: "How many illegal listings were there, and how many of them did nobody find?",
        unit: "illegal listing",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "confirmed_listings",
            cohort: Cohort::Window,
            columns: &["found_notice", "found_other", "found_own"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D, Level::E],
        smallest_n: LEAST,
        legal: &["Regulation (EU) 2022/2065, Art. 34(1)(a)"],
        references: &[
            "Chapman 1951, Univ. Calif. Publ. Stat. 1, 131-160",
            "Seber 1970, Biometrics 26, 13-22",
            "Chao 1987, Biometrics 43, 783-791",
            "Hook, Regal 1995, Epidemiol. Rev. 17, 243-264",
        ],
        own_group: None,
    }
}

/// Fewer listings found by both sources give no estimate.
const LEAST: u64 = 7;

static STATISTICS: [Statistic; 4] = [
    Statistic {
        name: "illegal_listings",
        unit: "listings",
        smallest_n: LEAST,
        meaning: "Illegal listings, found or not.",
    },
    Statistic {
        name: "undetected",
        unit: "listings",
        smallest_n: LEAST,
        meaning: "Illegal listings that nobody found.",
    },
    Statistic {
        name: "coverage",
        unit: "share",
        smallest_n: LEAST,
        meaning: "Illegal listings that somebody found per illegal listing.",
    },
    Statistic {
        name: "chao_lower_bound",
        unit: "listings",
        smallest_n: LEAST,
        meaning: "Lower bound of the number of illegal listings where these differ in how easily they are found.",
    },
];

/// What the note says of the sources.
const DEPENDENCE: &str = "a lower bound where the sources find the same listings";

/// How many listings the channels found.
#[derive(Debug, Default)]
struct Found {
    own: u64,
    told: u64,
    both: u64,
    once: u64,
    twice: u64,
    all: u64,
    channels: [bool; 3],
}

impl Found {
    fn add(&mut self, channels: [bool; 3], count: u64) {
        let [own, notice, other] = channels;
        let times = channels.iter().filter(|c| **c).count();
        let told = notice || other;
        self.all += if times > 0 { count } else { 0 };
        self.own += if own { count } else { 0 };
        self.told += if told { count } else { 0 };
        self.both += if own && told { count } else { 0 };
        self.once += if times == 1 { count } else { 0 };
        self.twice += if times == 2 { count } else { 0 };
        for (any, this) in self.channels.iter_mut().zip(channels) {
            *any |= this && count > 0;
        }
    }
}

impl Indicator for ResidualIllegalStock {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let keys = ["found_own", "found_notice", "found_other"].map(Key::column).to_vec();
        scope.tallies_of(requirement, keys, vec![Measure::count("listings")])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let cells = Cells::new(counts, &CARD, scope)?;
        let confidence = level(scope)?;
        let mut rows = Vec::new();
        for (cell, counts) in &cells.by_cell {
            let mut found = Found::default();
            for (key, values) in counts {
                let is = |at: usize| key.get(at) == Some(&Scalar::Bool(true));
                found.add([is(0), is(1), is(2)], u64::try_from(value(values, 0)).unwrap_or_default());
            }
            if found.all > 0 {
                rows.extend(rows_of(&cells, cell, &found, confidence));
            }
        }
        Ok(rows)
    }
}

fn rows_of(cells: &Cells<'_>, cell: &Cell, found: &Found, confidence: Confidence) -> [Estimate; 4] {
    let [total, undetected, coverage, bound] = &STATISTICS;
    let row = |statistic: &Statistic| {
        let mut row = cells.row(cell, statistic);
        (row.k, row.n) = (Some(found.both.cast_signed()), Some(found.all.cast_signed()));
        row.add_note(&format!(
            "own initiative {}, others {}, both {}: {DEPENDENCE}",
            found.own, found.told, found.both
        ));
        row
    };
    let set = |row: &mut Estimate, value: f64, Limits { lower, upper }: Limits, method: &str| {
        row.value = Some(value);
        set_limits(row, Some(lower), Some(upper), (method, IntervalKind::Process, confidence.level()));
    };
    let two = chapman(found.own, found.told, found.both, confidence);
    let filled = |statistic: &Statistic, fill: &dyn Fn(&TwoSources) -> (f64, Limits)| {
        let mut row = row(statistic);
        match &two {
            Err(why) => row.without_value(Status::Insufficient, why.to_string()),
            Ok(_) if found.both < LEAST => {
                row.without_value(Status::Insufficient, format!("{} found by both sources: below {LEAST}", found.both))
            }
            Ok(two) => {
                let (value, limits) = fill(two);
                set(&mut row, value, limits, "chapman log-normal");
                row
            }
        }
    };
    let observed = number(found.all.cast_signed());
    let rest = |limits: Limits| Limits { lower: limits.lower - observed, upper: limits.upper - observed };
    let share = |limits: Limits| Limits { lower: observed / limits.upper, upper: observed / limits.lower };
    let channels = found.channels.iter().filter(|c| **c).count() as u64;
    let chao = chao_lower_bound(found.all, found.once, found.twice, Some(channels), confidence);
    let mut last = row(bound);
    last.add_note(&format!("{} found by one of {channels} channels, {} by two", found.once, found.twice));
    let last = match chao {
        Err(why) => last.without_value(Status::Insufficient, why.to_string()),
        Ok(_) if found.all - found.once < LEAST => last.without_value(
            Status::Insufficient,
            format!("{} found by more than one channel: below {LEAST}", found.all - found.once),
        ),
        Ok(LowerBound { bias_corrected, bias_corrected_limits, .. }) => {
            set(&mut last, bias_corrected, bias_corrected_limits, "chao log-normal");
            last
        }
    };
    [
        filled(total, &|two| (two.estimate, two.lognormal)),
        filled(undetected, &|two| (two.undetected, rest(two.lognormal))),
        filled(coverage, &|two| (two.coverage, share(two.lognormal))),
        last,
    ]
}
