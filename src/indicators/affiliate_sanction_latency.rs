//! The indicator `affiliate-sanction-latency`.

use super::records::{dated, statistic};
use super::times::{self, Histograms, Times};
use super::{
    Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, shares,
};
use crate::engine::{Predicate, Tally};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Time from when an abusive affiliate link is found to the reactions to it.
    ///
    /// # Question
    ///
    /// Once a link is found to lead to illegal products, how long until it, its commission and its affiliate are stopped?
    ///
    /// # Formula
    ///
    /// ```text
    /// S(t)           = Π (1 − dᵢ/nᵢ) over tᵢ ≤ t    dᵢ stopped, nᵢ going on at tᵢ (Kaplan–Meier)
    /// median         = smallest t with 1 − S(t) ≥ 0.5
    /// within_1_day   = 1 − S(1 day), and so on
    /// ```
    ///
    /// for each of three reactions by itself, as group `event`: `disconnected`, `commission_stopped`, `suspended`. They are no
    /// rivals: all three can follow one link. The unit is the link that was found to be abusive. Times are whole hours, given in days; the period is that of the day
    /// on which it was found. What had not happened when observation ended is censored there. What happened before the link was found is
    /// excluded and counted in the note: an affiliate suspended already cannot be suspended again. Below n = 10 the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All links are counted: there is no sampling interval. The limits are of kind *process*: Greenwood on the log-log
    /// scale, and Brookmeyer and Crowley for medians. Links of one affiliate are found and stopped together, so true limits are wider.
    ///
    /// # Limits
    ///
    /// - The clock starts when the platform found the link, not when it was posted: a platform that finds late is not seen to be slow.
    /// - The law sets no number: the distribution is reported.
    /// - Suspension is due after frequent abuse (Art. 23(1)), not after each link: a low share within a time is no fault by itself.
    /// - The end of observation must be known, else links that go on are excluded, with a note.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 23 and 35(1).
    /// - Kaplan E. L., Meier P. (1958), "Nonparametric estimation from incomplete observations", *Journal of the
    ///   American Statistical Association* 53, 457–481.
    /// - Brookmeyer R., Crowley J. (1982), "A confidence interval for the median survival time", *Biometrics* 38,
    ///   29–41.
    AffiliateSanctionLatency {
        id: "affiliate-sanction-latency",
        version: 1,
        status: Stability::Experimental,
        name: "Time from an abusive affiliate link to reactions",
        question: "Once a link is found to lead to illegal products, how long until it, its commission and its affiliate are stopped?",
        unit: "affiliate link",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "affiliate_times",
            cohort: Cohort::Own("detected_at"),
            columns: &[
                "commission_event",
                "commission_hours",
                "detected_at",
                "disconnection_event",
                "disconnection_hours",
                "suspension_event",
                "suspension_hours",
            ], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 23", "Regulation (EU) 2022/2065, Art. 35(1)"],
        references: &[
            "Kaplan, Meier 1958, J. Am. Stat. Assoc. 53, 457-481",
            "Brookmeyer, Crowley 1982, Biometrics 38, 29-41",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 6] = [
    statistic("median", "days", 10, "Time by which half of the links had the reaction (group event)."),
    statistic("within_1_day", "share", 10, "Probability of the reaction (group event) within a day."),
    statistic("within_7_days", "share", 10, "Probability of the reaction (group event) within seven days."),
    statistic("within_30_days", "share", 10, "Probability of the reaction (group event) within thirty days."),
    statistic(
        "survival",
        "share",
        10,
        "Probability that the reaction (group event) is still due after x days: the points of the curve.",
    ),
    statistic(
        "at_risk",
        "count",
        10,
        "Links observed to go on without the reaction (group event) for x days at least.",
    ),
];

const fn reaction(event: &'static str, exit: &'static str) -> Times {
    Times { exit, entry: None, event, events: &["done"], per_unit: 24, unit: "days" }
}

/// The reactions, each with its times.
static REACTIONS: [(&str, Times); 3] = [
    ("disconnected", reaction("disconnection_event", "disconnection_hours")),
    ("commission_stopped", reaction("commission_event", "commission_hours")),
    ("suspended", reaction("suspension_event", "suspension_hours")),
];

impl Indicator for AffiliateSanctionLatency {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        // Links that were not found to be abusive have no date, and are not lost.
        let of = |times| dated(times::tallies(&CARD, basis, scope, times, Predicate::True));
        REACTIONS.iter().flat_map(|(_, times)| of(times)).collect()
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let [median, day, week, month, survival, at_risk] = &STATISTICS;
        let each = (counts.tables.len() / REACTIONS.len()).max(1);
        let mut rows = Vec::new();
        for ((event, times), tables) in REACTIONS.iter().zip(counts.tables.chunks(each)) {
            let own = Counts { basis: counts.basis, tables: tables.to_vec(), units: Vec::new() };
            let all = Histograms::new(&own, &CARD, scope, times)?;
            for (cell, table) in &all.tables {
                let mut made = vec![
                    all.quantile(cell, table, median, 0.5),
                    all.within(cell, table, day, 1.0),
                    all.within(cell, table, week, 7.0),
                    all.within(cell, table, month, 30.0),
                ];
                made.extend(all.curve_rows(cell, table, (survival, at_risk)));
                for row in &mut made {
                    shares::part(row, "event", event);
                }
                rows.extend(made);
            }
        }
        Ok(rows)
    }
}
