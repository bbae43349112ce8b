//! The indicator `automated-share`.

use super::declared::{self, Declared, Figure};
use super::shares::{self, Share};
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::Predicate;
use crate::estimate::Estimate;
use crate::transparency::scopes::ScopeKind;

indicator! {
    /// Share of statements in which platforms report automated detection, and an automated decision.
    ///
    /// # Question
    ///
    /// Of the decisions that platforms report, which share concerns content that was detected by automated
    /// means, and which share was itself taken by automated means: fully, partially, or not?
    ///
    /// # Formula
    ///
    /// ```text
    /// share_detected          = statements with automated_detection = Yes / n_detection
    /// share_decided_fully     = statements with automated_decision = AUTOMATED_DECISION_FULLY / n_decision
    /// share_decided_partially = statements with automated_decision = AUTOMATED_DECISION_PARTIALLY / n_decision
    /// share_decided_not       = statements with automated_decision = AUTOMATED_DECISION_NOT_AUTOMATED / n_decision
    /// share_both              = statements with automated detection and a fully automated decision / n_both
    /// n_detection, n_decision = statements with a value of that column; n_both = with both
    ///
    /// in exports of a marketplace:
    /// share_decided_fully  = actions on listings with automated = true / actions on listings of which this is given,
    ///                        reinstatements aside
    /// share_decided_not    = 1 − share_decided_fully
    ///
    /// in reports:
    /// share_detected       = own-initiative measures after detection by automated means alone / own-initiative measures
    ///                        (parts 5 and 6)
    /// share_decided_fully  = measures taken by automated means alone / (those + measures not so taken)   (part 8)
    /// share_decided_not    = 1 − share_decided_fully
    /// share_own_initiative = the same of own-initiative measures
    /// share_notices        = notices processed by automated means alone / (those + notices not so processed)
    /// ```
    ///
    /// In exports the unit is the action on a listing, by the day on which it was decided; `automated` says whether the decision was
    /// taken by automated means alone.
    ///
    /// A blank cell of a report does not apply: without either of two figures there is no share. By `category` there is the first,
    /// by `language` and `country` those of measures, where the report breaks them down.
    ///
    /// Detection and decision are different columns and are never added up here. The three shares of
    /// decisions add up to one where no unknown code occurs; such codes count in `n_decision` alone.
    ///
    /// The unit is the statement of reasons. The period is that of the day of submission in UTC, or of the
    /// date asked for; statements without that date are in no period, and the note gives their number.
    /// Below n = 10 the result is `insufficient`: one statement would move a share by ten points or more.
    ///
    /// # Uncertainty
    ///
    /// The statements are a census of what was submitted, so there is no sampling interval. On request a
    /// Wilson interval (1927) is drawn and called a *process* interval: it says how far chance alone would
    /// move the share if every statement were an independent draw of one stable process. Decisions come in
    /// batches and processes change, so the share usually varies more than that. The interval covers no
    /// error of reporting.
    ///
    /// # Limits
    ///
    /// - Detection says how the content came to attention, decision how it was judged. A figure of "automated
    ///   moderation" that does not say which of the two it means cannot be compared with these.
    /// - Google Play's `automated_detection` was inverted in part of its statements from September 2023 to May
    ///   2026 (announcement of the database, 2026-06-08).
    /// - What counts as partially automated is for the platform to say; transparency reports have no such row.
    /// - The template of reports has rows for measures taken solely and not by automated means, and none for those taken
    ///   in part so. Where providers leave these out of both, `share_decided_fully` is above that of statements, which have
    ///   a third value; where they count them in the second, it compares.
    /// - In reports `share_detected` is about own-initiative measures alone, in statements about all.
    /// - A high share is no error rate: accuracy is reported elsewhere (Art. 15(1)(e)), or estimated from a
    ///   labelled sample.
    /// - Over all platforms together the largest one dominates. Measure by platform.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 15(1)(c) and (e), 17(3)(c) and 24(5).
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annex I, parts 5, 6
    ///   and 8.
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    ///   *Journal of the American Statistical Association* 22, 209–212.
    /// - Drolsbach C., Pröllochs N. (2024), "Content moderation on social media in the EU: insights from
    ///   the DSA Transparency Database", *WWW '24 Companion*; arXiv:2312.04431.
    /// - Kaushal R. et al. (2024), "Automated transparency: a legal and empirical analysis of the Digital
    ///   Services Act Transparency Database", *ACM Conference on Fairness, Accountability, and
    ///   Transparency*; arXiv:2404.02894.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    AutomatedShare {
        id: "automated-share",
        version: 1,
        status: Stability::Experimental,
        name: "Automated detection and decision",
        question: "Which share of reported decisions was detected, and which was taken, by automated means?",
        unit: "statement of reasons",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["automated_decision", "automated_detection", "created_at"],
            optional: &[],
        }, shares::AUTOMATED_MEASURES, declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A, Level::B, Level::D],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 15(1)(c), (e)",
            "Regulation (EU) 2022/2065, Art. 17(3)(c)",
            "Regulation (EU) 2022/2065, Art. 24(5)",
        ],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Drolsbach, Pröllochs 2024, arXiv:2312.04431",
            "Kaushal et al. 2024, arXiv:2404.02894",
            "Trujillo, Fagni, Cresci 2025, doi:10.1145/3711085",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 7] = [
    Statistic {
        name: "share_detected",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements with automated detection per statement.",
    },
    Statistic {
        name: "share_decided_fully",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements with a fully automated decision per statement.",
    },
    Statistic {
        name: "share_decided_partially",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements with a partially automated decision per statement.",
    },
    Statistic {
        name: "share_decided_not",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements with a decision that was not automated per statement.",
    },
    Statistic {
        name: "share_both",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements with automated detection and fully automated decision per statement.",
    },
    Statistic {
        name: "share_own_initiative",
        unit: "share",
        smallest_n: 10,
        meaning: "In reports, own-initiative measures taken by automated means alone per such measure.",
    },
    Statistic {
        name: "share_notices",
        unit: "share",
        smallest_n: 10,
        meaning: "In reports, notices processed by automated means alone per notice.",
    },
];

const DETECTED: &[&str] = &["illegal_detected_automated", "terms_detected_automated"];
const DECIDED: &[&str] = &["measures_automated", "measures_not_automated"];
const DECLARED: &[&str] = &[
    "illegal_detected_automated",
    "illegal_measures",
    "measures_automated",
    "measures_not_automated",
    "notices_automated",
    "notices_not_automated",
    "terms_detected_automated",
    "terms_measures",
];

shares!(AutomatedShare, declared);

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [detected, fully, _, not, _, own, notices] = &STATISTICS;
    let mut rows = reports.undated_rows(&[detected, fully, not, own, notices]);
    for set in reports.sets() {
        for place in reports.places(&set, DETECTED) {
            rows.push(reports.ratio(&set, detected, &place, 1.0, |r| {
                let part = |found: &str, all: &str| [r.figure(found, &place), r.figure(all, &place)];
                Figure::pairs([part(DETECTED[0], "illegal_measures"), part(DETECTED[1], "terms_measures")])
            }));
        }
        for place in reports.places(&set, DECIDED) {
            let share = |r: &declared::Report, place: &declared::Place, codes: [&str; 2]| {
                let one = r.figure(codes[0], place);
                [one.clone(), Figure::both(one, r.figure(codes[1], place))]
            };
            rows.push(reports.ratio(&set, fully, &place, 1.0, |r| share(r, &place, [DECIDED[0], DECIDED[1]])));
            rows.push(reports.ratio(&set, not, &place, 1.0, |r| share(r, &place, [DECIDED[1], DECIDED[0]])));
            if reports.undivided() {
                let of_own = place.with(ScopeKind::OwnInitiative);
                rows.push(reports.ratio(&set, own, &of_own, 1.0, |r| share(r, &of_own, [DECIDED[0], DECIDED[1]])));
                let of_notices = place.with(ScopeKind::Notices);
                rows.push(reports.ratio(&set, notices, &of_notices, 1.0, |r| {
                    share(r, &of_notices, ["notices_automated", "notices_not_automated"])
                }));
            }
        }
    }
    rows
}

fn parts(basis: Basis) -> Vec<Share> {
    let share = |at: usize, k, n, lacking| Share { statistic: &STATISTICS[at], part: None, k, n, lacking };
    if basis == Basis::Vetted {
        let known = || Predicate::And(vec![shares::is_measure(), Predicate::not_null("automated")]);
        let automated = |yes: bool| Predicate::eq("automated", yes);
        let lacking = "on a trader, a reinstatement, or not said whether it was automated";
        return vec![share(1, automated(true), known(), lacking), share(3, automated(false), known(), lacking)];
    }
    let detection = || Predicate::not_null("automated_detection");
    let decision = || Predicate::not_null("automated_decision");
    let detected = || Predicate::eq("automated_detection", true);
    let decided = |how: &str| Predicate::eq("automated_decision", format!("AUTOMATED_DECISION_{how}").as_str());
    let lacking = "no value of automated_decision";
    vec![
        share(0, detected(), detection(), "no value of automated_detection"),
        share(1, decided("FULLY"), decision(), lacking),
        share(2, decided("PARTIALLY"), decision(), lacking),
        share(3, decided("NOT_AUTOMATED"), decision(), lacking),
        share(
            4,
            Predicate::And(vec![detected(), decided("FULLY")]),
            Predicate::And(vec![detection(), decision()]),
            "one of the two values is missing",
        ),
    ]
}
