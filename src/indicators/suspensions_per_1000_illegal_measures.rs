//! The indicator `suspensions-per-1000-illegal-measures`.

use super::declared::{self, Declared};
use super::records::statistic;
use super::{Direction, Level, Stability, Statistic};
use crate::estimate::Estimate;

indicator! {
    /// Suspensions of repeat offenders per thousand measures against illegal content.
    ///
    /// # Question
    ///
    /// How often does a platform suspend those who frequently provide manifestly illegal content, compared with how
    /// often it acts against illegal content?
    ///
    /// # Formula
    ///
    /// ```text
    /// rate                          = 1000 · suspensions / (M5 + L4)
    /// suspensions                   = suspensions for manifestly illegal content (part 7)
    /// M5, L4                        = own-initiative measures against illegal content (part 5), and actions on notices on the
    ///                                 basis of the law (part 4)
    /// suspensions_notices           = suspensions for manifestly unfounded notices
    /// suspensions_complaints        = suspensions for manifestly unfounded complaints
    /// ```
    ///
    /// A part that the report leaves blank or out does not apply and is left out of the sum; the note names it. A platform that acts
    /// under its terms alone has no such measure, and so no rate: the counts of suspensions stand for themselves. Below 100
    /// measures the rate is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The figures are complete counts by the platform, so there is no interval.
    ///
    /// # Limits
    ///
    /// - The law has criteria and no number: what is frequent and what manifestly illegal, each platform decides. Declared
    ///   counts of one half-year run from 2 to several hundred thousand among marketplaces of like size, which no
    ///   difference in behaviour explains. Compare on a log scale, or within a platform over time.
    /// - Illegal content that is removed under the terms is in part 6, and not in the denominator.
    /// - Suspensions need not be among the restrictions of accounts in parts 5 and 6; `tr-internal-consistency` says where they
    ///   exceed all of these.
    /// - It is a ratio of two counts and no share: one suspension answers many items.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 23 and 24(1)(b).
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annex I.
    /// - Spiegelhalter D. J. (2005), "Funnel plots for comparing institutional performance", *Statistics in Medicine* 24,
    ///   1185–1202.
    SuspensionsPer1000IllegalMeasures {
        id: "suspensions-per-1000-illegal-measures",
        version: 1,
        status: Stability::Experimental,
        name: "Suspensions per thousand measures against illegal content",
        question: "How often are providers of manifestly illegal content suspended, compared with measures against illegal content?",
        unit: "suspension",
        direction: Direction::Ambiguous,
        requires: &[declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A],
        smallest_n: 100,
        legal: &["Regulation (EU) 2022/2065, Art. 23", "Regulation (EU) 2022/2065, Art. 24(1)(b)"],
        references: &["Spiegelhalter 2005, Stat. Med. 24, 1185-1202"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 4] = [
    statistic("rate", "per 1000 measures", 100, "Suspensions per thousand measures against illegal content."),
    statistic("suspensions", "count", 1, "Suspensions for manifestly illegal content."),
    statistic("suspensions_notices", "count", 1, "Suspensions for manifestly unfounded notices."),
    statistic("suspensions_complaints", "count", 1, "Suspensions for manifestly unfounded complaints."),
];

const DECLARED: &[&str] = &[
    "illegal_measures",
    "notices_law",
    "suspensions_illegal_content",
    "suspensions_unfounded_complaints",
    "suspensions_unfounded_notices",
];

declared!(SuspensionsPer1000IllegalMeasures);

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [rate, illegal, notices, complaints] = &STATISTICS;
    let mut rows = reports.undated_rows(&[rate, illegal, notices, complaints]);
    for set in reports.sets() {
        for place in reports.places(&set, &["suspensions_illegal_content"]) {
            rows.push(reports.ratio(&set, rate, &place, 1000.0, |r| {
                let measures = r.sum(&["illegal_measures", "notices_law"], &place);
                [r.figure("suspensions_illegal_content", &place), measures]
            }));
            for (statistic, code) in [
                (illegal, "suspensions_illegal_content"),
                (notices, "suspensions_unfounded_notices"),
                (complaints, "suspensions_unfounded_complaints"),
            ] {
                rows.push(reports.total(&set, statistic, &place, |r| r.figure(code, &place)));
            }
        }
    }
    rows
}
