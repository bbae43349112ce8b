//! The indicator `tr-structural-validity`.

use super::declared::Declared;
use super::records::statistic;
use super::rules_kept::{self, Checked, Tested};
use super::{Basis, Card, Counts, Direction, Indicator, Level, Scope, Stability, Statistic};
use crate::engine::{Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Rules of form that a transparency report keeps.
    ///
    /// # Question
    ///
    /// Does a transparency report have the form that the template prescribes?
    ///
    /// # Formula
    ///
    /// ```text
    /// share        = rules kept / rules that apply
    /// share_errors = the same of rules whose breach contradicts the Regulation
    /// findings     = breaches found, and by `rule` for each rule that is broken
    /// ```
    ///
    /// The rules are those of form that `systemic check` tells of: parts present (V01), period (V04), publication (V05), whole counts (V06),
    /// shares in \[0, 1\] (V07), blanks without marks (V08), length of texts (V09), codes (V10) and categories in their
    /// parts (V11), descriptions of "other" (V15), accuracy given or explained (V33), languages (V35), texts of part 11 (V38),
    /// rows told apart (V43). A rule applies where the data has a part that it is about; V01, V04 always apply. A rule
    /// is broken by one breach as by a thousand: `findings` counts them.
    ///
    /// # Uncertainty
    ///
    /// It is a count of rules, so there is no interval.
    ///
    /// # Limits
    ///
    /// - Rules are not equally grave, and a share of them is no grade. Read which are broken.
    /// - Known slips of the template itself, such as trailing blanks or its rows of languages in part 8, are read as what they mean
    ///   and break no rule. Encoding and headers (V02, V03) are seen where files are read, and not here.
    /// - Parts that were not loaded are missing for V01: it is about the data, which may be less than what was published.
    /// - A rule that applies may have nothing to test, where all cells of the part are blank; it then counts as kept.
    ///
    /// # References
    ///
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Art. 1 to 3, Annexes I and II.
    /// - Trujillo A., Tessa B., Cresci S. (2026), "Disarranged Harmonization", arXiv:2605.17655.
    TrStructuralValidity {
        id: "tr-structural-validity",
        version: 1,
        status: Stability::Experimental,
        name: "Rules of form that a report keeps",
        question: "Does a transparency report have the form that the template prescribes?",
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

static STATISTICS: [Statistic; 3] = [
    statistic("share", "share", 1, "Rules of form kept per rule that applies."),
    statistic("share_errors", "share", 1, "Rules whose breach is an error, kept per such rule that applies."),
    statistic("findings", "count", 1, "Breaches of rules of form."),
];

/// Rules of form, with the parts that they are about.
pub(super) const RULES: &[Tested] = &[
    ("V01", &[]),
    ("V04", &[]),
    ("V05", &[&[1]]),
    ("V06", &[&[3, 4, 5, 6, 7, 8, 9, 10]]),
    ("V07", &[&[7, 8]]),
    ("V08", &[&[3, 4, 5, 6, 7, 8, 9, 10]]),
    ("V09", &[&[1, 2, 3, 4, 5, 6, 7, 8, 9, 11]]),
    ("V10", &[&[3, 4, 5, 6, 7, 8, 9, 10]]),
    ("V11", &[&[3, 4, 5, 6]]),
    ("V15", &[&[3, 4, 5, 6]]),
    ("V33", &[&[8]]),
    ("V35", &[&[9]]),
    ("V38", &[&[11]]),
    ("V43", &[&[3, 4, 5, 6, 7, 8, 9, 10]]),
];

impl Indicator for TrStructuralValidity {
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
        let [share, errors, findings] = &STATISTICS;
        Ok(rules_kept::rows(&reports, &Checked::new(counts)?, RULES, [share, errors, findings]))
    }
}
