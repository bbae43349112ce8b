//! The indicator `moderation-latency`.

use super::cells::{Cell, CellCounts, Cells, counts_fault, enough, number, value};
use super::scope::N;
use super::{
    Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, delays,
};
use crate::engine::{Key, Measure, Predicate, Scalar, Tally};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::stats::quantile::Histogram;

indicator! {
    /// Days from the date of the content to the date of the decision, as platforms report both.
    ///
    /// # Question
    ///
    /// How old, in whole days, was content when the platform's decision on it took effect?
    ///
    /// # Formula
    ///
    /// ```text
    /// delay  d = application_date − content_date                     (whole days)
    /// used   = statements with a delay that is none of the excluded; n_used is their number
    /// median, p90, p99 = smallest d with #{used delays ≤ d} / n_used ≥ 0.5, 0.9, 0.99
    /// mean             = Σ d / n_used
    /// share_within_t   = #{used delays ≤ t} / n_used                 t = 1, 7 days
    /// share_within(x)  = #{used delays ≤ x} / n_used                 at x days, where all time is one period
    /// ```
    ///
    /// Quantiles are of type 1 of Hyndman and Fan (1996), the inverse of the empirical distribution
    /// function: a delay that occurs, never an average of two. Sums and counts are exact whole numbers.
    ///
    /// Each statement is used or excluded for one reason, the first that applies:
    ///
    /// 1. `excluded_missing`: one of the two dates is missing.
    /// 2. `excluded_placeholder`: `content_date` stands in for an unknown date (2000-01-01, the earliest
    ///    that the database accepts, or 1970-01-01).
    /// 3. `excluded_negative`: the decision is dated before the content.
    /// 4. `excluded_impossible`: `content_date` lies outside 2000-01-01 to 2038-01-01, or
    ///    `application_date` outside 2020-01-01 to 2038-01-01, or either more than a day after submission.
    ///
    /// These four counts are always given, with n = all statements of the cell, so that `n_used` and the
    /// four counts add up to n. Where any is excluded, the note of the other statistics says how
    /// many of how many.
    ///
    /// A statement belongs to the period of its `application_date`; on request, of its `content_date` or
    /// of its submission. Statements without that date are in no period; the note gives their number. A
    /// single period for all the data runs from the first to the last such date that is not marked as
    /// impossible or as a placeholder; statements so marked still count in n.
    ///
    /// Smallest `n_used`: 10 for median, mean and shares, where one statement weighs a tenth or less. For a
    /// quantile at p also n (1 − p) ≥ 1, since otherwise it is the maximum: 10 for p90, 100 for p99.
    /// Below, the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The statements are a census of what was submitted, so there is no sampling interval: the quantiles
    /// are those of the submitted statements. What is uncertain is the dates themselves and what the
    /// data cannot hold, which no interval describes: see the limits.
    ///
    /// # Limits
    ///
    /// - The distribution is conditional on the content having been acted on and the statement having been
    ///   submitted. It is not the time that illegal content stays up, nor the time from notice to decision,
    ///   nor a rate of detection. Content that is never acted on has no delay here; to include it takes a
    ///   sample of content with follow-up and methods for censored data.
    /// - Right truncation. Dumps hold only decisions that were taken and submitted by the last day loaded.
    ///   By date of content, a cohort posted c days before that day can only show delays up to c days,
    ///   so recent cohorts look fast whatever happened; older and newer cohorts are not comparable. From
    ///   such data only the distribution relative to the longest delay that can be observed is identified
    ///   (Lagakos, Barraj and De Gruttola 1988); no correction is made here.
    /// - By date of decision, which is the default, delays are not cut off in that way, but content that
    ///   was never acted on is not seen at all, and decisions that are submitted late are missing in the
    ///   last periods. Periods before the first day loaded hold only decisions that were submitted late.
    ///   The distribution also depends on how much content was posted when: a growing service has younger
    ///   content, and a review of old content raises the delays of that period.
    /// - Resolution is one day: 0 means the same calendar day, not at once, and a delay of 1 can be minutes
    ///   or nearly 48 hours. The time zone of the two dates is not stated; another zone moves a delay by
    ///   one day, and can make it negative.
    /// - The platform chooses `content_date`: the first publication, an edit, the start of a listing or the
    ///   opening of an account. Where the restriction concerns an account, the delay can be the age of the
    ///   account. `application_date` is the day from which the decision applies, which can follow or
    ///   precede the decision.
    /// - Placeholders other than the two known dates cannot be told from real dates. Negative delays were
    ///   reported 1.4 million times up to January 2026, most of them by three marketplaces. A platform that
    ///   enters one day for both dates has delays of exactly zero, which says how it fills in the form.
    /// - Excluding statements changes who is in the distribution. Read it with the excluded counts.
    /// - The maximum and the mean follow a few very old items; median and p90 do not.
    /// - Over all platforms together the largest one dominates. Measure by platform.
    /// - Faster is not always more favourable: speed can come with wrong decisions. The direction is
    ///   ambiguous.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 16(6), 17, 24(5) and 35(1)(c).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Hyndman R. J., Fan Y. (1996), "Sample quantiles in statistical packages", *The American
    ///   Statistician* 50, 361–365.
    /// - Lagakos S. W., Barraj L. M., De Gruttola V. (1988), "Nonparametric analysis of truncated survival
    ///   data, with application to AIDS", *Biometrika* 75, 515–523.
    /// - Kaushal R. et al. (2024), "Automated transparency: a legal and empirical analysis of the Digital
    ///   Services Act Transparency Database", *ACM Conference on Fairness, Accountability, and
    ///   Transparency*; arXiv:2404.02894.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    /// - Drolsbach C., Pröllochs N. (2024), "Content moderation on social media in the EU: insights from
    ///   the DSA Transparency Database", *WWW '24 Companion*; arXiv:2312.04431.
    ModerationLatency {
        id: "moderation-latency",
        version: 1,
        status: Stability::Experimental,
        name: "Reported delay from content to decision",
        question: "How old was content, in days, when the platform's decision on it took effect?",
        unit: "statement of reasons",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Decision,
            columns: &[
                "application_date", "application_date_impossible", "content_date_impossible",
                "content_date_placeholder", "delay_days",
            ], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::B],
        smallest_n: SMALLEST_N,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 17",
            "Regulation (EU) 2022/2065, Art. 24(5)",
            "Regulation (EU) 2022/2065, Art. 35(1)(c)",
        ],
        references: &[
            "Hyndman, Fan 1996, Am. Stat. 50, 361-365",
            "Lagakos, Barraj, De Gruttola 1988, Biometrika 75, 515-523",
            "Kaushal et al. 2024, arXiv:2404.02894",
            "Trujillo, Fagni, Cresci 2025, doi:10.1145/3711085",
            "Drolsbach, Pröllochs 2024, arXiv:2312.04431",
        ],
        own_group: None,
    }
}

/// Below it, one statement weighs more than a tenth.
const SMALLEST_N: u64 = 10;
/// Below it, p99 is the maximum: n (1 − p) ≥ 1.
const SMALLEST_N_P99: u64 = 100;

static STATISTICS: [Statistic; 11] = [
    statistic("median", "days", SMALLEST_N, "Half of the used statements have this delay or a shorter one."),
    statistic("p90", "days", SMALLEST_N, "Nine of ten used statements have this delay or a shorter one."),
    statistic("p99", "days", SMALLEST_N_P99, "99 of 100 used statements have this delay or a shorter one."),
    statistic("mean", "days", SMALLEST_N, "Mean delay of the used statements."),
    statistic("share_within_1d", "share", SMALLEST_N, "Used statements with a delay of at most one day."),
    statistic("share_within_7d", "share", SMALLEST_N, "Used statements with a delay of at most seven days."),
    statistic("excluded_missing", "statements", 0, "Excluded: one of the two dates is missing."),
    statistic("excluded_placeholder", "statements", 0, "Excluded: content_date is a placeholder."),
    statistic("excluded_negative", "statements", 0, "Excluded: the decision is dated before the content."),
    statistic("excluded_impossible", "statements", 0, "Excluded: one of the dates is impossible."),
    statistic("share_within", "share", SMALLEST_N, "Used statements with a delay of at most x days."),
];

const fn statistic(name: &'static str, unit: &'static str, smallest_n: u64, meaning: &'static str) -> Statistic {
    Statistic { name, unit, smallest_n, meaning }
}

/// Used delays and excluded statements of one cell.
#[derive(Debug, Default)]
struct Delays {
    used: Histogram,
    missing: i64,
    placeholder: i64,
    impossible: i64,
    negative: i64,
}

impl Indicator for ModerationLatency {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        if basis != Basis::Statements {
            return Vec::new();
        }
        let placeholder = Predicate::is_true("content_date_placeholder");
        let impossible = Predicate::And(vec![
            placeholder.clone().negated(),
            Predicate::Or(vec![
                Predicate::is_true("content_date_impossible"),
                Predicate::is_true("application_date_impossible"),
            ]),
        ]);
        let measures = vec![
            Measure::count(N),
            Measure::count_if("placeholder", placeholder),
            Measure::count_if("impossible", impossible),
        ];
        scope.tallies(scope.cohort_of(&CARD, basis), vec![Key::column("delay_days")], measures)
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let cells = Cells::new(counts, &CARD, scope)?;
        let mut rows = cells.undated_rows();
        for (cell, counts) in &cells.by_cell {
            rows.extend(Delays::new(counts)?.rows(&cells, cell));
        }
        Ok(rows)
    }
}

impl Delays {
    /// Sorts the statements of each delay into used and excluded ones, by the precedence of the page.
    fn new(counts: &CellCounts) -> Result<Self> {
        let mut delays = Self::default();
        for (key, values) in counts {
            let [n, placeholder, impossible] = [0, 1, 2].map(|at| value(values, at));
            let rest = n - placeholder - impossible;
            let delay = match key.first() {
                Some(Scalar::Null) => {
                    delays.missing += n;
                    continue;
                }
                Some(Scalar::Int(days)) => *days,
                _ => return Err(counts_fault("a delay is no number of days")),
            };
            delays.placeholder += placeholder;
            if delay < 0 {
                delays.negative += impossible + rest;
            } else {
                delays.impossible += impossible;
                let rest = u64::try_from(rest).map_err(|_| counts_fault("more statements excluded than there are"))?;
                delays.used.add(delay, rest);
            }
        }
        Ok(delays)
    }

    fn rows(&self, cells: &Cells, cell: &Cell) -> Vec<Estimate> {
        let used = self.used.n().cast_signed();
        let excluded = self.missing + self.placeholder + self.impossible + self.negative;
        let all = used + excluded;
        let days = |d: Option<i64>| d.map(number);
        let within = |t: i64| (self.used.at_most(t).cast_signed(), self.used.share_at_most(t));
        let [(k1, share1), (k7, share7)] = [within(1), within(7)];
        let main = [
            (days(self.used.quantile(0.5)), None),
            (days(self.used.quantile(0.9)), None),
            (days(self.used.quantile(0.99)), None),
            (self.used.mean(), None),
            (share1, Some(k1)),
            (share7, Some(k7)),
        ];
        let counts = [self.missing, self.placeholder, self.negative, self.impossible];
        let mut rows = Vec::with_capacity(STATISTICS.len());
        for (statistic, (value, k)) in STATISTICS.iter().zip(main) {
            let mut row = cells.row(cell, statistic);
            (row.value, row.k, row.n) = (value, k, Some(used));
            if excluded > 0 {
                row.add_note(&format!("{excluded} of {all} statements excluded"));
            }
            rows.push(enough(row, statistic));
        }
        for (statistic, count) in STATISTICS[main.len()..].iter().zip(counts) {
            let mut row = cells.row(cell, statistic);
            (row.value, row.k, row.n) = (Some(number(count)), Some(count), Some(all));
            rows.push(row);
        }
        if let Some(within) = STATISTICS.last() {
            rows.extend(delays::curve(cells, cell, within, &self.used));
        }
        rows
    }
}
