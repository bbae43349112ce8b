//! The indicator `moderators-per-million-amar`.

use super::declared::{self, Declared, Figure};
use super::records::statistic;
use super::{Direction, Level, Stability, Statistic};
use crate::estimate::Estimate;

indicator! {
    /// Moderators per million users in the Union.
    ///
    /// # Question
    ///
    /// How many human moderators does a platform have, compared with its users?
    ///
    /// # Formula
    ///
    /// ```text
    /// rate            = 1,000,000 · (internal + external moderators) / recipients
    /// rate_linguistic = 1,000,000 · moderators with sufficient expertise in a language / recipients
    /// moderators      = internal + external moderators
    /// recipients      = average monthly active recipients of the service in the Union
    /// ```
    ///
    /// Moderators are full-time equivalents (part 9), recipients an average of six months (part 10). Where one kind of moderators
    /// is blank or absent, it does not apply: the sum leaves it out, and the note says so. Without both there is no rate.
    ///
    /// # Uncertainty
    ///
    /// Both are declared in full, so there is no interval. Numbers of recipients are often rounded, which the note says
    /// where the cell shows it.
    ///
    /// # Limits
    ///
    /// - Moderators who work for several services or regions are counted by rules of the provider: of some the figure is
    ///   worldwide, of others for the Union, and some give headcount instead of full-time equivalents.
    /// - The total with expertise in a language can be above or far below internal and external together; both rates
    ///   are given.
    /// - Recipients are counted with and without accounts, and with people on several devices: they are too high by an
    ///   unknown share.
    /// - A marketplace with few reports and a social network with many posts need different numbers for the same care.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 42(2)(a) and 42(3).
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annex I, parts 9 and 10.
    /// - Goldstein H., Spiegelhalter D. J. (1996), "League tables and their limitations: statistical issues in comparisons
    ///   of institutional performance", *Journal of the Royal Statistical Society A* 159, 385–443.
    ModeratorsPerMillionAmar {
        id: "moderators-per-million-amar",
        version: 1,
        status: Stability::Experimental,
        name: "Moderators per million users",
        question: "How many human moderators does a platform have, compared with its users?",
        unit: "moderator",
        direction: Direction::UpBetter,
        requires: &[declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A],
        smallest_n: 1,
        legal: &["Regulation (EU) 2022/2065, Art. 42(2)(a)", "Regulation (EU) 2022/2065, Art. 42(3)"],
        references: &["Goldstein, Spiegelhalter 1996, J. R. Stat. Soc. A 159, 385-443"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 4] = [
    statistic("rate", "per million users", 1, "Internal and external moderators per million average monthly users."),
    statistic("rate_linguistic", "per million users", 1, "Moderators with expertise in a language per million users."),
    statistic("moderators", "full-time equivalents", 1, "Internal and external moderators."),
    statistic("recipients", "users", 1, "Average monthly active recipients in the Union."),
];

const DECLARED: &[&str] = &["moderators_external", "moderators_internal", "moderators_linguistic", "recipients"];

declared!(ModeratorsPerMillionAmar);

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [rate, linguistic, moderators, recipients] = &STATISTICS;
    let mut rows = reports.undated_rows(&[rate, linguistic, moderators, recipients]);
    if !reports.undivided() {
        return rows;
    }
    let place = declared::Place::total();
    for set in reports.sets() {
        let staff = |r: &declared::Report| -> Figure { r.sum(&["moderators_internal", "moderators_external"], &place) };
        let users = |r: &declared::Report| r.figure("recipients", &place);
        rows.push(reports.ratio(&set, rate, &place, 1e6, |r| [staff(r), users(r)]));
        rows.push(
            reports.ratio(&set, linguistic, &place, 1e6, |r| [r.figure("moderators_linguistic", &place), users(r)]),
        );
        rows.push(reports.total(&set, moderators, &place, staff));
        rows.push(reports.total(&set, recipients, &place, users));
    }
    rows
}
