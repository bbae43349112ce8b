//! The indicator `evasion-recall-gap`.

use std::collections::BTreeSet;

use super::audits::{count, indicator, report, samples, units};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// How much detection drops on listings that use a tactic of evasion.
    ///
    /// # Question
    ///
    /// How much less often does the platform's own detection find illegal listings that use a tactic of evasion?
    ///
    /// # Formula
    ///
    /// ```text
    /// recall_plain   = Σ w y f / Σ w y over listings without a tactic    y illegal, f flagged, w = 1/π
    /// recall_evasive = the same over listings with one
    /// gap            = recall_plain − recall_evasive
    /// ```
    ///
    /// The unit is the illegal listing. Tactics are labelled blind to what was flagged; `none` is no tactic, and units whose
    /// tactic nobody looked for are excluded. Each tactic is also given for itself, as group `evasion_tactic`. Below 10
    /// illegal listings on either side the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The limits are of kind *sampling*. For a simple sample those of the gap are Newcombe's hybrid score limits; for
    /// others ± t standard errors of the linearised difference of two ratios. Limits of each recall are logit limits. Errors of
    /// labels are not covered.
    ///
    /// # Limits
    ///
    /// - Categories differ in recall and in tactics: compare within a category where the sample allows it.
    /// - The gap is about tactics that coders know; new ones count as plain.
    /// - Tactics that are not public should not be published with the figure.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 34(2), 35(1).
    /// - Newcombe R. G. (1998), "Interval estimation for the difference between independent proportions", *Statistics in
    ///   Medicine* 17, 873–890.
    /// - Binder D. A. (1983), "On the variances of asymptotically normal estimators from complex surveys",
    ///   *International Statistical Review* 51, 279–292.
    EvasionRecallGap {
        id: "evasion-recall-gap",
        version: 1,
        status: Stability::Experimental,
        name: "Recall on plain less recall on evasive listings",
        question: "How much less often does the platform's own detection find illegal listings that use a tactic of evasion?",
        unit: "listing labelled illegal",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Audit,
            table: "audit_units",
            cohort: Cohort::Window,
            columns: &["evasion_tactic", "flagged", "outcome", "question", "sample", "sampled_at", "weight"], optional: &["cluster", "frame_size", "stratum"],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D, Level::E],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 34(2)", "Regulation (EU) 2022/2065, Art. 35(1)"],
        references: &[
            "Newcombe 1998, Stat. Med. 17, 873-890",
            "Binder 1983, Int. Stat. Rev. 51, 279-292",
        ],
        own_group: Some("evasion_tactic"),
    }
}

static STATISTICS: [Statistic; 4] = [
    Statistic {
        name: "gap",
        unit: "difference of shares",
        smallest_n: 10,
        meaning: "Recall on plain less recall on evasive listings.",
    },
    Statistic {
        name: "recall_plain",
        unit: "share",
        smallest_n: 10,
        meaning: "Recall on illegal listings without a tactic.",
    },
    Statistic {
        name: "recall_evasive",
        unit: "share",
        smallest_n: 10,
        meaning: "Recall on illegal listings with a tactic.",
    },
    Statistic {
        name: "recall",
        unit: "share",
        smallest_n: 10,
        meaning: "Recall on illegal listings with this tactic.",
    },
];

impl Indicator for EvasionRecallGap {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, _: Basis, _: &Scope) -> Vec<Tally> {
        Vec::new()
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        units(&CARD, basis, scope, "illegal", &["evasion_tactic", "flagged"])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let [gap, plain_recall, evasive_recall, recall] = &STATISTICS;
        let samples = samples(counts, &CARD, scope)?;
        Ok(report(&samples, |sample| {
            let flagged = sample.truth("flagged");
            let positive = sample.positive();
            let tactic: Vec<Option<&str>> =
                sample.units.iter().map(|i| sample.rows().text("evasion_tactic", *i)).collect();
            let mut rows = Vec::new();
            for (group, domain) in sample.domains() {
                let side = |of: &dyn Fn(&str) -> bool| -> (Vec<bool>, Vec<bool>) {
                    let mine = |i: usize| positive[i] && domain[i] && flagged[i].is_some() && tactic[i].is_some_and(of);
                    let illegal: Vec<bool> = (0..positive.len()).map(mine).collect();
                    let caught = illegal.iter().zip(&flagged).map(|(y, f)| *y && *f == Some(true)).collect();
                    (caught, illegal)
                };
                let plain = side(&|t| t == NONE);
                let evasive = side(&|t| t != NONE);
                for (statistic, (caught, illegal)) in [(plain_recall, &plain), (evasive_recall, &evasive)] {
                    let row = sample.row(statistic, group.as_ref(), (count(caught), count(illegal)));
                    let number = sample.ratio(&indicator(caught), &indicator(illegal), true);
                    rows.push(sample.fill(row, &number, statistic));
                }
                let n = count(&plain.1).min(count(&evasive.1));
                let row = sample.row(gap, group.as_ref(), (count(&evasive.0), n));
                let mut row = sample.fill(row, &sample.difference(&plain, &evasive), gap);
                row.k = None;
                row.add_note("n is that of the smaller side");
                rows.push(row);
                let tactics: BTreeSet<&str> = tactic.iter().flatten().copied().filter(|t| *t != NONE).collect();
                for name in tactics {
                    let (caught, illegal) = side(&|t| t == name);
                    let row = sample.row(recall, group.as_ref(), (count(&caught), count(&illegal)));
                    let number = sample.ratio(&indicator(&caught), &indicator(&illegal), true);
                    let mut row = sample.fill(row, &number, recall);
                    super::shares::part(&mut row, "evasion_tactic", name);
                    rows.push(row);
                }
            }
            rows
        }))
    }
}

/// What coders write where they see no tactic.
const NONE: &str = "none";
