//! The indicator `seeded-test-detection`.

use super::cells::{CellCounts, enough, number, value};
use super::times::{self, Histograms, Times, level, set_limits};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Predicate, Scalar, Tally};
use crate::error::Result;
use crate::estimate::{Estimate, IntervalKind};
use crate::stats::Confidence;
use crate::stats::proportion::{clopper_pearson, clopper_pearson_lower, clopper_pearson_upper};

indicator! {
    /// Share of planted test listings that the platform detects, by the time since they were live.
    ///
    /// # Question
    ///
    /// Does the platform find test listings that stand for illegal ones, and how soon?
    ///
    /// # Formula
    ///
    /// ```text
    /// within_7_days = x / n         x = refused, or detected within 7 days of going live; n = planted listings
    ///               = 1 − S(7)      where some were taken away undetected before 7 days (Kaplan–Meier)
    /// refused       = refused before they were live / n
    /// ```
    ///
    /// The unit is the planted listing. One that the platform refused counts as detected at time 0. One that the tester took
    /// away, or that was undetected when observation ended, is censored there: the tester's plan ends it, whatever the platform
    /// knew. Times are whole hours, given in days; the period is that of the submission. Groups are `category`,
    /// `evasion_tactic` and `account_age`. Below n = 10 the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The limits are of kind *sampling*: the planted listings are a designed sample of tests like them, and the limits cover
    /// chance in which of such tests are detected. They do not cover what other listings would do. Shares in which every test was
    /// observed long enough have Clopper and Pearson's exact limits; others Greenwood's on the log-log scale. Where no test was
    /// missed there is a one-sided lower limit alone, and the note gives the share of misses that it leaves room for: 59
    /// tests without a miss leave room for 5 % at a level of 95 %, and 299 for 1 %. Where none was detected there is a one-sided
    /// upper limit alone.
    ///
    /// # Limits
    ///
    /// - The tests stand for nothing but themselves: their mix of categories and tactics is the tester's. Read them by group.
    /// - New accounts are watched more closely than old ones. Tests from new accounts alone make detection look quicker.
    /// - Tests by one account are detected together, so that true limits are wider.
    /// - Planting illegal-looking listings needs a legal power or an agreement, and must harm nobody.
    /// - A platform that recognises the tester measures the tester.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 37, 69, 72.
    /// - Commission Delegated Regulation (EU) 2024/436 on independent audits, Art. 13.
    /// - Clopper C. J., Pearson E. S. (1934), "The use of confidence or fiducial limits illustrated in the case of the
    ///   binomial", *Biometrika* 26, 404–413.
    /// - Kaplan E. L., Meier P. (1958), "Nonparametric estimation from incomplete observations", *Journal of the American
    ///   Statistical Association* 53, 457–481.
    /// - Hanley J. A., Lippman-Hand A. (1983), "If nothing goes wrong, is everything all right?", *JAMA* 249, 1743–1745.
    SeededTestDetection {
        id: "seeded-test-detection",
        version: 1,
        status: Stability::Experimental,
        name: "Planted test listings that are detected",
        question: "Does the platform find test listings that stand for illegal ones, and how soon?",
        unit: "planted test listing",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Audit,
            table: "seed_times",
            cohort: Cohort::Own("submitted_at"),
            columns: &["seed_event", "seed_hours", "submitted_at"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::E],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 37, 69, 72", "Delegated Regulation (EU) 2024/436, Art. 13"],
        references: &[
            "Clopper, Pearson 1934, Biometrika 26, 404-413",
            "Kaplan, Meier 1958, J. Am. Stat. Assoc. 53, 457-481",
            "Hanley, Lippman-Hand 1983, JAMA 249, 1743-1745",
        ],
        own_group: None,
    }
}

const fn at_ten(name: &'static str, unit: &'static str, meaning: &'static str) -> Statistic {
    Statistic { name, unit, smallest_n: 10, meaning }
}

static STATISTICS: [Statistic; 6] = [
    at_ten("within_1_day", "share", "Tests refused, or detected within a day, per test."),
    at_ten("within_7_days", "share", "Tests refused, or detected within seven days, per test."),
    at_ten("within_30_days", "share", "Tests refused, or detected within thirty days, per test."),
    at_ten("refused", "share", "Tests that the platform refused before they were live per test."),
    at_ten("survival", "share", "Probability of being undetected after x days: the points of the curve."),
    at_ten("at_risk", "count", "Tests that were observed for x days at least without detection."),
];

/// Code of a test that never was live.
const REFUSED: &str = "refused";

static TIMES: Times = Times {
    exit: "seed_hours",
    entry: None,
    event: "seed_event",
    events: &["detected", REFUSED],
    per_unit: 24,
    unit: "days",
};

impl Indicator for SeededTestDetection {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        times::tallies(&CARD, basis, scope, &TIMES, Predicate::True)
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let [day, week, month, refused, survival, at_risk] = &STATISTICS;
        let all = Histograms::new(counts, &CARD, scope, &TIMES)?;
        let confidence = level(scope)?;
        let nothing = CellCounts::new();
        let mut rows = all.cells.undated_rows();
        for (cell, table) in &all.tables {
            let tests = all.cells.by_cell.get(cell).unwrap_or(&nothing);
            for (statistic, days) in [(day, 1_i64), (week, 7), (month, 30)] {
                let (found, cut_short) = by(tests, days * 24);
                let mut row = all.within(cell, table, statistic, number(days));
                if cut_short == 0 {
                    row = exact(all.row(cell, table, statistic), statistic, found, confidence);
                }
                rows.push(row);
            }
            let k = tests.iter().filter(|(key, _)| is(key, REFUSED)).map(|(_, v)| value(v, 1)).sum();
            rows.push(exact(all.row(cell, table, refused), refused, k, confidence));
            rows.extend(all.curve_rows(cell, table, (survival, at_risk)));
        }
        for row in rows.iter_mut().filter(|row| row.interval_kind == IntervalKind::Process) {
            row.interval_kind = IntervalKind::Sampling;
        }
        Ok(rows)
    }
}

fn is(key: &[Scalar], event: &str) -> bool {
    key.first() == Some(&Scalar::from(event))
}

/// Tests found within so many hours, and those taken away undetected before.
fn by(tests: &CellCounts, hours: i64) -> (i64, i64) {
    let (mut found, mut cut_short) = (0, 0);
    for (key, values) in tests {
        let Some(Scalar::Int(at)) = key.get(1) else { continue };
        let event = TIMES.events.iter().any(|event| is(key, event));
        if event && *at <= hours {
            found += value(values, 1);
        } else if !event && *at < hours {
            cut_short += value(values, 1);
        }
    }
    (found, cut_short)
}

/// The share of k tests with exact limits: one-sided where all or none are counted.
fn exact(mut row: Estimate, statistic: &Statistic, k: i64, confidence: Confidence) -> Estimate {
    let n = row.n.unwrap_or_default();
    row.k = Some(k);
    row.censored = None;
    row.value = (n > 0).then(|| number(k) / number(n));
    let (hits, all) = (k.unsigned_abs(), n.unsigned_abs());
    let (lower, upper, method) = if k == n {
        (clopper_pearson_lower(hits, all, confidence).ok(), None, "clopper-pearson one-sided")
    } else if k == 0 {
        (None, clopper_pearson_upper(hits, all, confidence).ok(), "clopper-pearson one-sided")
    } else {
        let limits = clopper_pearson(hits, all, confidence).ok();
        (limits.map(|l| l.lower), limits.map(|l| l.upper), "clopper-pearson")
    };
    if lower.is_some() || upper.is_some() {
        set_limits(&mut row, lower, upper, (method, IntervalKind::Sampling, confidence.level()));
    }
    if let Some(lower) = lower.filter(|_| k == n) {
        row.add_note(&format!("no miss: up to {:.1} % of such tests could be missed", 100.0 * (1.0 - lower)));
    }
    enough(row, statistic)
}
