//! The indicator `tr-internal-consistency`.

use super::declared::{Declared, Figure, Place, Report};
use super::records::statistic;
use super::rules_kept::{self, Checked, Tested};
use super::{Basis, Card, Counts, Direction, Indicator, Level, Scope, Stability, Statistic};
use crate::engine::{Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::transparency::template::INDICATORS;

indicator! {
    /// Rules of arithmetic that a transparency report keeps.
    ///
    /// # Question
    ///
    /// Do the figures of a transparency report agree with each other?
    ///
    /// # Formula
    ///
    /// ```text
    /// share        = rules kept / rules that apply
    /// share_errors = the same of rules whose breach contradicts arithmetic or the Regulation
    /// findings     = breaches found, and by `rule` for each rule that is broken
    /// largest_gap  = largest |T − S| / max(T, S) over counts of parts 4 to 6: T the figure for all categories,
    ///                S the sum over categories
    /// ```
    ///
    /// The rules are those of arithmetic that `systemic check` tells of with the figures: sums of sub-categories (V12), of categories (V13),
    /// Member States (V14) and languages (V14L), items and notices (V16), trusted flaggers (V17, V19), medians (V18), actions (V20), measures
    /// and their parts (V21 to V23), parts 5 and 6 against 8 (V24, V25), 4 against 8 (V26), complaints and disputes (V27 to V30),
    /// suspensions (V31), accuracy (V32), moderators (V34) and recipients (V36). A rule applies where the data has the parts that
    /// it is about. A sum over blank cells is none, and breaks no rule.
    ///
    /// # Uncertainty
    ///
    /// It is a count of rules, so there is no interval. Figures that are written rounded, as 124.1M, are held to their digits alone.
    ///
    /// # Limits
    ///
    /// - Some breaches have good reasons: complaints are filed in one half-year and decided in the next, and a measure can be of
    ///   two categories. They are warnings, and errors what no reason can explain.
    /// - Rules are not equally grave, and a share of them is no grade. Read which are broken, and by how much.
    /// - Figures that agree can be wrong together.
    /// - A rule that applies may have nothing to test, where the cells are blank; it then counts as kept.
    ///
    /// # References
    ///
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annexes I and II.
    /// - Trujillo A., Tessa B., Cresci S. (2026), "Disarranged Harmonization", arXiv:2605.17655.
    /// - Tessa B. et al. (2025), "Improving regulatory oversight in online content moderation", arXiv:2506.04145.
    TrInternalConsistency {
        id: "tr-internal-consistency",
        version: 1,
        status: Stability::Experimental,
        name: "Rules of arithmetic that a report keeps",
        question: "Do the figures of a transparency report agree with each other?",
        unit: "rule",
        direction: Direction::UpBetter,
        requires: &[rules_kept::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A],
        smallest_n: 1,
        legal: &["Implementing Regulation (EU) 2024/2835, Art. 1", "Implementing Regulation (EU) 2024/2835, Annexes I and II"],
        references: &["Trujillo, Tessa, Cresci 2026, arXiv:2605.17655"],
        own_group: Some("rule"),
    }
}

static STATISTICS: [Statistic; 4] = [
    statistic("share", "share", 1, "Rules of arithmetic kept per rule that applies."),
    statistic("share_errors", "share", 1, "Rules whose breach is an error, kept per such rule that applies."),
    statistic("findings", "count", 1, "Breaches of rules of arithmetic."),
    statistic("largest_gap", "share", 1, "Largest relative difference between a total and the sum of its categories."),
];

/// Rules of arithmetic, with the parts that they are about.
pub(super) const RULES: &[Tested] = &[
    ("V12", &[&[3, 4, 5, 6]]),
    ("V13", &[&[3, 4, 5, 6]]),
    ("V14", &[&[3]]),
    ("V14L", &[&[8]]),
    ("V16", &[&[4]]),
    ("V17", &[&[4]]),
    ("V18", &[&[3, 4, 7]]),
    ("V19", &[&[4]]),
    ("V20", &[&[4]]),
    ("V21", &[&[5, 6]]),
    ("V22", &[&[5, 6]]),
    ("V23", &[&[5, 6]]),
    ("V24", &[&[8], &[5, 6]]),
    ("V25", &[&[8], &[5, 6]]),
    ("V26", &[&[4], &[8]]),
    ("V27", &[&[7]]),
    ("V28", &[&[7]]),
    ("V29", &[&[7]]),
    ("V30", &[&[7]]),
    ("V31", &[&[7], &[5, 6]]),
    ("V32", &[&[8]]),
    ("V34", &[&[9]]),
    ("V36", &[&[10]]),
];

/// The largest relative difference between a total and the sum of its categories.
fn largest_gap(r: &Report) -> Figure {
    let place = Place::total();
    let counts = INDICATORS.iter().filter(|i| (4..=6).contains(&i.part) && i.unit == "count");
    let gap = |code: &str| -> Option<f64> {
        let total = r.figure(code, &place).value?;
        let each: Vec<f64> = r.cells(code).filter(|v| v.is_category_row()).filter_map(|v| v.value).collect();
        let (sum, most) = (each.iter().sum::<f64>(), each.iter().sum::<f64>().max(total));
        (!each.is_empty()).then_some(if most > 0.0 { (total - sum).abs() / most } else { 0.0 })
    };
    let largest = counts.filter_map(|i| gap(i.code)).reduce(f64::max);
    largest.map_or_else(|| Figure::blank("totals with categories in parts 4 to 6"), Figure::of)
}

impl Indicator for TrInternalConsistency {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, _: Basis, _: &Scope) -> Vec<Tally> {
        Vec::new()
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        rules_kept::units(basis, scope)
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let reports = Declared::new(counts, &CARD, scope);
        let [share, errors, findings, gap] = &STATISTICS;
        let mut rows = rules_kept::rows(&reports, &Checked::new(counts)?, RULES, [share, errors, findings]);
        if reports.undivided() {
            rows.extend(
                reports
                    .sets()
                    .iter()
                    .map(|set| reports.single(set, gap, &Place::total(), 1.0, |r| (largest_gap(r), Figure::of(1.0)))),
            );
        }
        Ok(rows)
    }
}
