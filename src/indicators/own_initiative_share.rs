//! The indicator `own-initiative-share`.

use super::declared::{self, Declared, Figure};
use super::shares::{self, Share};
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::Predicate;
use crate::estimate::Estimate;
use crate::transparency::template::OTHER_VIOLATION;

indicator! {
    /// Share of statements that platforms attribute to their own initiative.
    ///
    /// # Question
    ///
    /// Of the decisions that platforms report, which share was taken on the platform's own initiative
    /// rather than after a notice?
    ///
    /// # Formula
    ///
    /// ```text
    /// share = k / n
    /// k = statements with source_type = SOURCE_VOLUNTARY ("own voluntary initiative")
    /// n = statements with any source_type
    ///
    /// in exports of a marketplace:
    /// k = actions on listings with detection_source = own_initiative
    /// n = actions on listings with any detection_source, reinstatements aside
    ///
    /// in reports:
    /// share                     = (M5 + M6) / (M5 + M6 + A4)
    /// share_without_category_15 = (M5 + M6 − C15) / (M5 + M6 − C15 + A4)
    /// M5, M6 = own-initiative measures against illegal content, and against what the terms forbid
    /// A4     = actions on notices, on the basis of the law and of the terms
    /// C15    = measures of M6 in category 15, "other violation of terms and conditions"
    /// ```
    ///
    /// In transparency reports the unit is the measure. A part that the report leaves blank or out does not apply; it is left
    /// out of the sum, and the note says so. A report without any of the figures has no share. Measures on orders are not
    /// counted in either basis. By `category`, both parts of the ratio are those of the category.
    ///
    /// In exports the unit is the action on a listing, by the day on which it was decided. Actions on orders count in n there.
    ///
    /// The unit is the statement of reasons (DSA Art. 17(3)(b)). The other documented sources are notices
    /// under Art. 16, notices of trusted flaggers and other notifications. Codes that the documentation
    /// does not know count in n and not in k. Statements without a source type are in neither; the note
    /// gives their number. The period is that of the day of submission in UTC, or of the date asked for;
    /// statements without that date are in no period, and the note gives their number. Below n = 10 the
    /// result is `insufficient`: one statement would move the share by ten points or more.
    ///
    /// # Uncertainty
    ///
    /// The statements are a census of what was submitted, so there is no sampling interval. On request a
    /// Wilson interval (1927) is drawn and called a *process* interval: it says how far chance alone
    /// would move the share if every statement were an independent draw of one stable process. Decisions
    /// come in batches and processes change, so the share usually varies more than that. The interval
    /// covers no error of reporting.
    ///
    /// # Limits
    ///
    /// - It is not a rate of detection. Content that neither the platform nor anyone else found is in
    ///   neither count, so the share says nothing on how much of such content the platform finds. A high
    ///   share can come with many undetected items.
    /// - A high share can mean active search by the platform, a notice channel that few use, or a large
    ///   mass of minor decisions under the terms and conditions. The direction is ambiguous. Compare with
    ///   and without the categories that hold most statements.
    /// - Over all platforms together the largest one dominates: Google Shopping made up about four of five
    ///   statements of the database up to January 2026. Measure by platform.
    /// - The platform chooses the code, and practice differs: notices under the terms and conditions can
    ///   be filed as own initiative or as other notification. Meta's statements on notices of trusted
    ///   flaggers do not carry that label before 2025-10-28 (announcement of the database, 2025-11-19).
    /// - Statements are not decisions one to one, and orders of authorities lead to none (Art. 17(5)).
    ///   Transparency reports count other units, so their share can differ.
    /// - Groups and periods with few statements move by chance and by batch.
    /// - In reports own-initiative measures count single items, of which disabling under the terms can make hundreds of
    ///   millions, and actions on notices count actions: the share is near 1 wherever moderation by machine is at work.
    ///   The one without category 15 leaves the largest residual class out.
    /// - A measure that counts in two categories, or first as demotion and then as removal, is in the report twice.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 15(1)(b) and (c), 16, 17(3)(b), 22 and 24(5).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annex I, parts 4 to 6.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    ///   *Journal of the American Statistical Association* 22, 209–212.
    /// - Kaushal R. et al. (2024), "Automated transparency: a legal and empirical analysis of the Digital
    ///   Services Act Transparency Database", *ACM Conference on Fairness, Accountability, and
    ///   Transparency*; arXiv:2404.02894.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    OwnInitiativeShare {
        id: "own-initiative-share",
        version: 1,
        status: Stability::Experimental,
        name: "Share of own-initiative statements",
        question: "Which share of reported decisions was taken on the platform's own initiative?",
        unit: "statement of reasons",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["created_at", "source_type"],
            optional: &[],
        }, shares::MEASURES_BY_CHANNEL, declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A, Level::B, Level::D],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 15(1)(b), (c)",
            "Regulation (EU) 2022/2065, Art. 17(3)(b)",
            "Regulation (EU) 2022/2065, Art. 24(5)",
        ],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Kaushal et al. 2024, arXiv:2404.02894",
            "Trujillo, Fagni, Cresci 2025, doi:10.1145/3711085",
        ],
        own_group: None,
    }
}

/// Ten, so that one statement moves the share by at most ten points.
static STATISTICS: [Statistic; 2] = [
    Statistic {
        name: "share",
        unit: "share",
        smallest_n: 10,
        meaning: "Own-initiative statements or measures per statement or measure.",
    },
    Statistic {
        name: "share_without_category_15",
        unit: "share",
        smallest_n: 10,
        meaning: "Own-initiative measures per measure in reports, without those in category 15.",
    },
];

const DECLARED: &[&str] = &["illegal_measures", "notices_law", "notices_terms", "terms_measures"];

shares!(OwnInitiativeShare, declared);

fn parts(basis: Basis) -> Vec<Share> {
    let (k, n, lacking) = if basis == Basis::Vetted {
        (
            Predicate::eq("detection_source", "own_initiative"),
            Predicate::And(vec![shares::is_measure(), Predicate::not_null("detection_source")]),
            "on a trader, a reinstatement, or no source of detection",
        )
    } else {
        (Predicate::eq("source_type", "SOURCE_VOLUNTARY"), Predicate::not_null("source_type"), "no source type")
    };
    vec![Share { statistic: &STATISTICS[0], part: None, k, n, lacking }]
}

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [share, without] = &STATISTICS;
    let mut rows = reports.undated_rows(&[share, without]);
    for set in reports.sets() {
        for place in reports.places(&set, DECLARED) {
            rows.push(reports.ratio(&set, share, &place, 1.0, |r| {
                let own = r.sum(&["illegal_measures", "terms_measures"], &place);
                let all = Figure::sum([own.clone(), r.sum(&["notices_law", "notices_terms"], &place)]);
                [own, all]
            }));
            if reports.undivided() {
                let rest = place.in_category(OTHER_VIOLATION);
                rows.push(reports.ratio(&set, without, &place, 1.0, |r| {
                    let own = r.sum(&["illegal_measures", "terms_measures"], &place);
                    let own = own.minus(r.figure("terms_measures", &rest));
                    let all = Figure::sum([own.clone(), r.sum(&["notices_law", "notices_terms"], &place)]);
                    [own, all]
                }));
            }
        }
    }
    rows
}
