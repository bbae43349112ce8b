//! The indicator `automated-error-rate`.

use std::collections::BTreeMap;

use super::declared::{self, Declared, Place, Report, Set};
use super::records::statistic;
use super::{Direction, Level, Stability, Statistic};
use crate::estimate::{Estimate, Status};
use crate::stats::Limits;
use crate::stats::misclassification::implied::{Feasible, Published, feasible, implied};
use crate::transparency::scopes::ScopeKind;
use crate::transparency::values::ReportValue;

indicator! {
    /// Declared errors of automated means, and what they imply.
    ///
    /// # Question
    ///
    /// How often are automated means wrong, as the platform declares it, and on what kind of material was that measured?
    ///
    /// # Formula
    ///
    /// ```text
    /// accuracy a, precision p, recall r    as declared in part 8
    /// error_rate            = 1 − a
    /// false_discovery_rate  = 1 − p
    /// miss_rate             = 1 − r
    /// wrong_measures        = (1 − p) · measures taken, or notices processed, by automated means alone
    /// implied_flagged_share = (1 − a) r / (p + r − 2pr)
    /// implied_prevalence    = (1 − a) p / (p + r − 2pr)
    /// …_least, …_most       least and most over all evaluation sets whose figures round to those declared
    /// ```
    ///
    /// Three figures of one classifier determine how much of the material on which they were measured was flagged, and how much was
    /// of the kind looked for. Rows are those of all measures, and by `scope`: own initiative, notices, notices of trusted
    /// flaggers, each with surface, category and number of the row where a report has several. Split by `language`, they are those
    /// of languages.
    /// Figures are taken to be rounded to the decimals that the cell with the most shows, two at least. A blank figure does
    /// not apply: what needs it is absent. Figures outside \[0, 1\] are no shares and give nothing.
    ///
    /// # Uncertainty
    ///
    /// The size of the evaluation set is not in the report, so there is no interval. Least and most are what rounding allows, and no
    /// confidence limits.
    ///
    /// # Limits
    ///
    /// - The implied prevalence is that of the evaluation set, and not of the platform: sets are often enriched, or drawn from
    ///   what was flagged, for which both implied shares are near 1.
    /// - An accuracy near 1 says little where few items are of the kind: flagging nothing reaches it too.
    /// - Precision and recall mean nothing without the method, which part 11 should describe; recall in particular needs a
    ///   sample of what was not flagged. `moderation-precision` and `proactive-detection-recall` estimate them from audits.
    /// - `wrong_measures` holds the precision of the evaluation set against the measures of the platform: where the set is
    ///   richer in violations than the platform, it is too low.
    /// - Rows of several classifiers have no common rate.
    /// - Decisions reversed on complaint are a lower bound of errors.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 15(1)(e) and 42(2)(c).
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annex I, part 8.
    /// - The identities of the table of hits and misses: with flagged share q and prevalence π, p q = r π and
    ///   a = 1 − q (1 − p) − π (1 − r).
    AutomatedErrorRate {
        id: "automated-error-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Declared errors of automated means",
        question: "How often are automated means wrong, as the platform declares it, and on what kind of material was that measured?",
        unit: "classifier",
        direction: Direction::UpWorse,
        requires: &[declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A],
        smallest_n: 1,
        legal: &["Regulation (EU) 2022/2065, Art. 15(1)(e)", "Regulation (EU) 2022/2065, Art. 42(2)(c)"],
        references: &["Implementing Regulation (EU) 2024/2835, Annex I, part 8"],
        own_group: Some("scope"),
    }
}

static STATISTICS: [Statistic; 13] = [
    statistic("accuracy", "share", 1, "Declared accuracy."),
    statistic("precision", "share", 1, "Declared precision."),
    statistic("recall", "share", 1, "Declared recall."),
    statistic("error_rate", "share", 1, "1 − accuracy: what was judged wrongly per item."),
    statistic("false_discovery_rate", "share", 1, "1 − precision: what was flagged in error per item flagged."),
    statistic("miss_rate", "share", 1, "1 − recall: what was missed per item of the kind."),
    statistic(
        "wrong_measures",
        "count",
        1,
        "Measures by automated means alone that the declared precision makes wrong.",
    ),
    statistic("implied_flagged_share", "share", 1, "Share of the evaluation set that was flagged."),
    statistic(
        "implied_flagged_share_least",
        "share",
        1,
        "Smallest share of the evaluation set that was flagged, as rounding allows.",
    ),
    statistic(
        "implied_flagged_share_most",
        "share",
        1,
        "Largest share of the evaluation set that was flagged, as rounding allows.",
    ),
    statistic("implied_prevalence", "share", 1, "Share of the evaluation set that is of the kind looked for."),
    statistic(
        "implied_prevalence_least",
        "share",
        1,
        "Smallest share of the evaluation set that is of the kind looked for, as rounding allows.",
    ),
    statistic(
        "implied_prevalence_most",
        "share",
        1,
        "Largest share of the evaluation set that is of the kind looked for, as rounding allows.",
    ),
];

const MEASURES: [&str; 3] = ["accuracy", "precision", "recall"];
/// Kinds of scopes that are given beside all measures; languages where these are asked for.
const KINDS: [ScopeKind; 4] =
    [ScopeKind::Total, ScopeKind::OwnInitiative, ScopeKind::Notices, ScopeKind::NoticesFlaggers];
const AUTOMATED: [&str; 2] = ["measures_automated", "notices_automated"];
const DECLARED: &[&str] = &["accuracy", "measures_automated", "notices_automated", "precision", "recall"];

declared!(AutomatedErrorRate);

/// Kind and code of the scope, category, surface and number of the row of a classifier.
type Key<'a> = (ScopeKind, &'a str, Option<&'a str>, Option<&'a str>, i64);

/// What the three rows of a classifier say, and how many measures it took alone.
type Classifier<'a> = ([Option<&'a ReportValue>; 3], Option<f64>);

fn key(v: &ReportValue) -> Key<'_> {
    let category = v.category.as_deref().filter(|c| *c != crate::transparency::template::TOTAL);
    (v.scope_kind, v.scope.as_str(), category, v.surface.as_deref(), v.occurrence)
}

fn classifiers(r: &Report) -> BTreeMap<Key<'_>, Classifier<'_>> {
    let mut all: BTreeMap<Key<'_>, Classifier<'_>> = BTreeMap::new();
    for (at, code) in MEASURES.iter().enumerate() {
        for v in r.cells(code).filter(|v| v.value.is_some() && v.scope_kind != ScopeKind::Template) {
            all.entry(key(v)).or_default().0[at] = Some(v);
        }
    }
    for v in AUTOMATED.iter().flat_map(|code| r.cells(code)) {
        if let Some(classifier) = all.get_mut(&key(v)) {
            classifier.1 = v.value;
        }
    }
    // Measures of a scope are not those of one of its classifiers.
    let several: Vec<Key<'_>> = all.keys().filter(|k| k.4 > 1).copied().collect();
    for (key, classifier) in &mut all {
        if several.iter().any(|k| (k.0, k.1, k.2, k.3) == (key.0, key.1, key.2, key.3)) {
            classifier.1 = None;
        }
    }
    all
}

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let statistics: Vec<&Statistic> = STATISTICS.iter().collect();
    let mut rows = reports.undated_rows(&statistics);
    let by_language = reports.groups() == ["language"];
    if !reports.undivided() && !by_language {
        return rows;
    }
    for set in reports.sets() {
        rows.extend(reports.each(&set, &statistics, |r| {
            let mut rows = Vec::new();
            let classifiers = classifiers(r);
            // Of several rows the first is that of one classifier as much as the others.
            let rows_of_all = classifiers.keys().filter(|(kind, ..)| *kind == ScopeKind::Total).count();
            let whole = (ScopeKind::Total, "TOTAL", None, None, 1);
            let alone = rows_of_all == 1 && classifiers.contains_key(&whole);
            if !by_language {
                let one = classifiers.get(&whole).copied().filter(|_| alone);
                let mut all = figures(reports, &set, &Place::total(), &one.unwrap_or_default(), true);
                if one.is_none() && !classifiers.is_empty() {
                    for row in &mut all {
                        row.add_note("declared by scope, surface or classifier alone");
                    }
                }
                rows.extend(all);
            }
            for (key, classifier) in &classifiers {
                let (kind, scope, category, surface, occurrence) = key;
                let more: Vec<String> = [*category, *surface].into_iter().flatten().map(str::to_owned).collect();
                let more = [
                    more,
                    if *occurrence > 1 || (*key == whole && rows_of_all > 1) {
                        vec![format!("row {occurrence}")]
                    } else {
                        Vec::new()
                    },
                ]
                .concat();
                let value = if more.is_empty() { (*scope).to_owned() } else { format!("{scope}: {}", more.join(", ")) };
                if by_language && *kind == ScopeKind::Language {
                    rows.extend(figures(reports, &set, &Place::total().named("language", &value), classifier, false));
                } else if !(by_language || alone && *key == whole) && KINDS.contains(kind) {
                    rows.extend(figures(reports, &set, &Place::total().named("scope", &value), classifier, false));
                }
            }
            rows
        }));
    }
    rows
}

/// The rows of a classifier; those without a value too where `all` is set.
fn figures(
    reports: &Declared<'_>,
    set: &Set<'_>,
    place: &Place,
    (cells, measures): &Classifier<'_>,
    all: bool,
) -> Vec<Estimate> {
    let given: Vec<&ReportValue> = cells.iter().flatten().copied().collect();
    let share = |at: usize| -> Result<f64, String> {
        match cells[at].and_then(|v| v.value) {
            Some(x) if (0.0..=1.0).contains(&x) => Ok(x),
            Some(x) => Err(format!("{} is {x}, which is no share", MEASURES[at])),
            None => Err(format!("not given: {}", MEASURES[at])),
        }
    };
    let [a, p, r] = [share(0), share(1), share(2)];
    let less = |x: &Result<f64, String>| x.clone().map(|x| 1.0 - x);
    let wrong = p.clone().and_then(|p| {
        let measures = measures.ok_or_else(|| "not given: measures by automated means alone".to_owned())?;
        Ok((1.0 - p) * measures)
    });
    let three = a.clone().and_then(|a| Ok((a, p.clone()?, r.clone()?)));
    // A 1 beside 0.96 and 0.52 was rounded as they were.
    let decimals = given.iter().map(|v| v.number().decimals).max().unwrap_or(0).max(2);
    let range = three.clone().and_then(|(a, p, r)| {
        let published = [a, p, r].map(|x| Published::rounded(x, decimals).ok());
        feasible(published[0], published[1], published[2])
            .map_err(|_| "no evaluation set has all three figures".to_owned())
    });
    let point = range.clone().and(three).and_then(|(a, p, r)| implied(a, p, r).map_err(|e| e.to_string()));
    let exact = |x: f64| -> Result<f64, String> {
        let fits = (0.0..=1.0).contains(&x) && point.as_ref().is_ok_and(|i| i.possible);
        fits.then_some(x).ok_or_else(|| "only rounded figures agree with an evaluation set".to_owned())
    };
    let end = |of: fn(&Feasible) -> Limits, least: bool| {
        range.clone().map(|range| if least { of(&range).lower } else { of(&range).upper })
    };
    let values = [
        a.clone(),
        p.clone(),
        r.clone(),
        less(&a),
        less(&p),
        less(&r),
        wrong,
        point.clone().and_then(|i| exact(i.flagged_share)),
        end(|f| f.flagged_share, true),
        end(|f| f.flagged_share, false),
        point.clone().and_then(|i| exact(i.prevalence)),
        end(|f| f.prevalence, true),
        end(|f| f.prevalence, false),
    ];
    let row = |(statistic, value): (&Statistic, Result<f64, String>)| {
        let mut row = reports.row(set, statistic, place);
        match value {
            Ok(x) => {
                row.value = Some(x);
                if statistic.name.ends_with("_least") || statistic.name.ends_with("_most") {
                    row.add_note(&format!("what figures rounded to {decimals} decimals allow"));
                }
                Some(row)
            }
            Err(_) if !all && given.len() < 3 => None,
            Err(why) => Some(row.without_value(Status::NotApplicable, why)),
        }
    };
    STATISTICS.iter().zip(values).filter_map(row).collect()
}
