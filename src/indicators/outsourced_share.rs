//! The indicator `outsourced-share`.

use super::declared::{self, Declared, Figure};
use super::records::statistic;
use super::{Direction, Level, Stability, Statistic};
use crate::estimate::Estimate;

indicator! {
    /// Share of moderators who work for contractors.
    ///
    /// # Question
    ///
    /// Which share of its moderators does a platform not employ itself?
    ///
    /// # Formula
    ///
    /// ```text
    /// share = external moderators / (internal + external moderators)
    /// ```
    ///
    /// In full-time equivalents, as part 9 of the report gives them. Both have to be given: a blank does not apply, and is neither 0 nor
    /// all. Below one moderator there is no share.
    ///
    /// # Uncertainty
    ///
    /// Both figures are declared in full, so there is no interval.
    ///
    /// # Limits
    ///
    /// - It says who employs moderators, and nothing on how they are trained, paid or supported, which part 11 tells in words.
    /// - Staff of a sister company of the same group can be on either side.
    /// - Moderators of several services or regions are divided by rules of the provider.
    /// - Some reports give no division at all, but only moderators with expertise in a language.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 42(2)(a).
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annex I, part 9.
    OutsourcedShare {
        id: "outsourced-share",
        version: 1,
        status: Stability::Experimental,
        name: "Moderators of contractors",
        question: "Which share of its moderators does a platform not employ itself?",
        unit: "moderator",
        direction: Direction::Ambiguous,
        requires: &[declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A],
        smallest_n: 1,
        legal: &["Regulation (EU) 2022/2065, Art. 42(2)(a)"],
        references: &["Implementing Regulation (EU) 2024/2835, Annex I, part 9"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 1] =
    [statistic("share", "share", 1, "External moderators per moderator, in full-time equivalents.")];

const DECLARED: &[&str] = &["moderators_external", "moderators_internal"];

declared!(OutsourcedShare);

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [share] = &STATISTICS;
    let mut rows = reports.undated_rows(&[share]);
    for set in reports.sets() {
        for place in reports.places(&set, DECLARED) {
            rows.push(reports.ratio(&set, share, &place, 1.0, |r| {
                let [external, internal] = [DECLARED[0], DECLARED[1]].map(|code| r.figure(code, &place));
                [external.clone(), Figure::both(external, internal)]
            }));
        }
    }
    rows
}
