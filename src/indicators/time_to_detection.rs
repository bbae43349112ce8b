//! The indicator `time-to-detection`.

use super::cells::{CellCounts, number, value};
use super::times::{self, Histograms, Times};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Predicate, Scalar, Tally};
use crate::error::Result;
use crate::estimate::{Estimate, IntervalKind, Status};

indicator! {
    /// Time from going live to removal, of illegal listings.
    ///
    /// # Question
    ///
    /// How long are illegal listings live before the platform removes them?
    ///
    /// # Formula
    ///
    /// ```text
    /// S(t)         = Π (1 − dᵢ/nᵢ) over tᵢ ≤ t    dᵢ removed at the age tᵢ, nᵢ under observation at that age (Kaplan–Meier)
    /// median, p90  = smallest t with 1 − S(t) ≥ 0.5, 0.9
    /// within_1_day = 1 − S(1 day), and so on
    /// rmst_30      = ∫ S(u) du from 0 to 30 days
    /// incidence_30 = Σ P(u−) d(u)/n(u) over u ≤ 30 days    P(u−) = neither removed nor ended before u (Aalen–Johansen)
    /// ```
    ///
    /// The unit is the illegal listing, the clock its time live. The event is the first removal or disabling of the listing, or a
    /// termination that names it. Listings that the trader took away, or whose offer ended, leave at that time: the curve
    /// says how fast removal is among those still live, as if nothing else ended them, while the incidence gives the
    /// share that the platform removed, with the trader's own end as rival event. What is live when observation ends is censored.
    /// Times are whole hours, given in days. A listing that came under observation when it was live already counts from that
    /// age on only (delayed entry): `n` at risk at an age are those observed at that age. Below n = 10 the result
    /// is `insufficient`.
    ///
    /// Basis `audit`: listings that auditors label illegal. Those of a sample of what was live at its reference time are followed
    /// from there: they enter at their age at that time, since a sample of what is live holds long-lived listings in proportion to
    /// their length. Those of a sample of all listings of a period, gone ones too, are followed from going live, or from when
    /// they were seen first. A sample is of a period where no unit says from when it was live (`entered_at`) and a
    /// tenth or more of those labelled illegal were gone by its reference time. Of the samples with equal weights the largest of each platform counts; where there is none the result
    /// is `insufficient`. Basis `vetted`: listings that an action confirmed to be illegal, from going live, or
    /// from when they were seen first or observation began; the period is that of going live.
    ///
    /// # Uncertainty
    ///
    /// On the basis `audit` the limits are of kind *sampling*: how far the draw of listings and chance in their times would move
    /// the estimate; clusters in the draw are not taken into account. On `vetted` all listings that were found are
    /// counted, and the limits are *process* limits. Limits of probabilities are Greenwood's on the log-log scale; those of
    /// quantiles invert them (Brookmeyer and Crowley); those of incidences use Aalen's variance where entries are delayed. A
    /// quantile is the first time at which the curve reaches it; other software averages over a plateau. With
    /// few listings at risk at the smallest ages one early removal moves the whole curve: look at `at_risk`.
    ///
    /// # Limits
    ///
    /// - On the basis `vetted` listings that nobody found are missing. They would have the longest times: the times given are too
    ///   short, and the note says so. Only an audit has them.
    /// - Medians of removed listings alone, as reports give them, leave out what is live still, and are far too short.
    /// - An audit of what is live says nothing of ages below the youngest sampled one: the curve is that of listings which had
    ///   reached it. The note gives that age, and what asks for a younger one is `insufficient`.
    /// - Removal for another reason than illegality counts as detection: the listing is gone for users.
    /// - Listings that were refused before they were live are not in it; see `pre-listing-interception-rate`.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 35(1)(c).
    /// - Kaplan E. L., Meier P. (1958), "Nonparametric estimation from incomplete observations", *Journal of the American
    ///   Statistical Association* 53, 457–481.
    /// - Greenwood M. (1926), "The natural duration of cancer", *Reports on Public Health and Medical Subjects* 33.
    /// - Brookmeyer R., Crowley J. (1982), "A confidence interval for the median survival time", *Biometrics* 38, 29–41.
    /// - Lai T. L., Ying Z. (1991), "Estimating a distribution function with truncated and censored data", *The Annals of
    ///   Statistics* 19, 417–442.
    /// - Aalen O. O., Johansen S. (1978), "An empirical transition matrix for non-homogeneous Markov chains based on censored
    ///   observations", *Scandinavian Journal of Statistics* 5, 141–150.
    /// - Royston P., Parmar M. K. B. (2013), "Restricted mean survival time", *BMC Medical Research Methodology* 13, 152.
    TimeToDetection {
        id: "time-to-detection",
        version: 1,
        status: Stability::Experimental,
        name: "Time from going live to removal",
        question: "How long are illegal listings live before the platform removes them?",
        unit: "illegal listing",
        direction: Direction::UpWorse,
        requires: &[
            Requirement {
                basis: Basis::Audit,
                table: "audit_spells",
                cohort: Cohort::Window,
                columns: &["drawn_alike", "entry_hours", "exit_hours", "spell_event"], optional: &[],
            },
            Requirement {
                basis: Basis::Vetted,
                table: "listing_spells",
                cohort: Cohort::Own("live_at"),
                columns: &["confirmed", "entry_hours", "exit_hours", "live_at", "spell_event"], optional: &[],
            },
        ],
        statistics: &STATISTICS,
        levels: &[Level::C, Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 35(1)(c)"],
        references: &[
            "Kaplan, Meier 1958, J. Am. Stat. Assoc. 53, 457-481",
            "Greenwood 1926, Rep. Public Health Med. Subj. 33",
            "Brookmeyer, Crowley 1982, Biometrics 38, 29-41",
            "Lai, Ying 1991, Ann. Stat. 19, 417-442",
            "Aalen, Johansen 1978, Scand. J. Stat. 5, 141-150",
            "Royston, Parmar 2013, BMC Med. Res. Methodol. 13, 152",
        ],
        own_group: None,
    }
}

const fn at_ten(name: &'static str, unit: &'static str, meaning: &'static str) -> Statistic {
    Statistic { name, unit, smallest_n: 10, meaning }
}

static STATISTICS: [Statistic; 10] = [
    at_ten("median", "days", "Time by which half of the listings are removed."),
    Statistic { name: "p90", unit: "days", smallest_n: 100, meaning: "Time by which nine in ten are removed." },
    at_ten("within_1_day", "share", "Probability of removal within a day, were there no other end."),
    at_ten("within_7_days", "share", "Probability of removal within seven days, were there no other end."),
    at_ten("within_30_days", "share", "Probability of removal within thirty days, were there no other end."),
    at_ten("incidence_30", "share", "Probability of removal within thirty days and before any other end."),
    at_ten("rmst_30", "days", "Mean of the time live, cut off at thirty days."),
    at_ten("survival", "share", "Probability of not being removed within x days: the points of the curve."),
    at_ten("at_risk", "count", "Listings that were observed at the age of x days."),
    at_ten(
        "cumulative_incidence",
        "share",
        "Probability of this end (group event) within x days and before the other: the points of the curve.",
    ),
];

/// Ends of the time live, in the order of their numbers.
const EVENTS: &[&str] = &["removed", "ended"];
/// Number of the event of interest.
const REMOVED: u32 = 1;

static TIMES: Times = Times {
    exit: "exit_hours",
    entry: Some("entry_hours"),
    event: "spell_event",
    events: EVENTS,
    per_unit: 24,
    unit: "days",
};

/// The smallest age, in days, at which a listing was observed.
fn youngest(spells: &CellCounts) -> Option<f64> {
    let cases =
        spells.iter().filter(|(key, values)| value(values, 1) > 0 && matches!(key.get(1), Some(Scalar::Int(_))));
    let ages = cases.map(|(key, _)| if let Some(Scalar::Int(hours)) = key.get(2) { *hours } else { 0 });
    ages.min().map(|hours| number(hours) / 24.0)
}

fn conditional(age: f64) -> String {
    format!("of listings that had been live for {age:.1} days: none was observed when younger")
}

impl Indicator for TimeToDetection {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let audit = basis == Basis::Audit;
        let of = if audit { Predicate::is_true("drawn_alike") } else { Predicate::True };
        let mut tallies = times::tallies(&CARD, basis, scope, &TIMES, of);
        if !audit {
            // Most listings are not of interest: they need no cell of the histogram.
            for tally in &mut tallies {
                tally.filters.push(Predicate::is_true("confirmed"));
            }
        }
        tallies
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let [median, p90, day, week, month, incidence, mean, survival, at_risk, cumulative] = &STATISTICS;
        let all = Histograms::new(counts, &CARD, scope, &TIMES)?;
        let mut rows = all.cells.undated_rows();
        for (cell, table) in &all.tables {
            let removal = table.cause_specific(REMOVED);
            let youngest = all.cells.by_cell.get(cell).and_then(youngest).filter(|age| *age > 0.0);
            let before = rows.len();
            rows.push(all.quantile(cell, &removal, median, 0.5));
            rows.push(all.quantile(cell, &removal, p90, 0.9));
            rows.push(all.within(cell, &removal, day, 1.0));
            rows.push(all.within(cell, &removal, week, 7.0));
            rows.push(all.within(cell, &removal, month, 30.0));
            rows.push(all.incidence_within(cell, table, incidence, (REMOVED, 30.0)));
            rows.push(all.restricted_mean(cell, &removal, mean, 30.0));
            rows.extend(all.curve_rows(cell, &removal, (survival, at_risk)));
            let curves = all.incidence_rows(cell, table, (cumulative, at_risk), EVENTS);
            // The numbers at risk stand with the curve of survival.
            rows.extend(curves.into_iter().filter(|row| row.statistic == cumulative.name));
            if let Some(age) = youngest {
                rows.iter_mut().skip(before).for_each(|row| row.add_note(&conditional(age)));
                let horizons = [(day, 1.0), (week, 7.0), (month, 30.0), (incidence, 30.0)];
                for (statistic, _) in horizons.into_iter().filter(|(_, t)| *t <= age) {
                    for row in rows.iter_mut().skip(before).filter(|row| row.statistic == statistic.name) {
                        let why = "no listing was observed at so young an age".to_owned();
                        *row = row.clone().without_value(Status::Insufficient, why);
                    }
                }
            }
        }
        let audit = counts.basis == Basis::Audit;
        if audit {
            for cell in all.cells.by_cell.keys().filter(|cell| !all.tables.contains_key(cell)) {
                rows.extend(STATISTICS.iter().map(|statistic| {
                    let row = all.cells.row(cell, statistic);
                    row.without_value(Status::Insufficient, "no sample of listings has equal weights".to_owned())
                }));
            }
        }
        for row in &mut rows {
            if !audit {
                row.add_note("listings that nobody found are missing: times are too short");
            } else if row.interval_kind == IntervalKind::Process {
                row.interval_kind = IntervalKind::Sampling;
            }
        }
        Ok(rows)
    }
}
