//! What platforms declare in transparency reports: what the indicators of basis `report` have in common.
//!
//! The unit is a report: one platform, one reporting period. An estimate bears the report's own period, whatever
//! length of periods was asked for. All figures are complete counts by the one who declares them: there is never an
//! interval, and each note says *as declared*.
//!
//! A blank cell says that a figure does not apply, and is no 0: a sum leaves it out and its note says so, and a sum of
//! blanks is none. A cell that cannot be read makes the sum unknown. Rows for several surfaces (parts of a
//! service) are added up where they are counts; of medians and shares there is no sum. Rows that nothing tells
//! apart are not added up, since they may repeat each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{Basis, Card, Cohort, Counts, Requirement, Scope, Statistic};
use crate::engine::{Predicate, Scalar, UnitRows, Units};
use crate::estimate::{ALL_PLATFORMS, Estimate, SIMULATED, Status};
use crate::time::{self, Period};
use crate::transparency::numbers::State;
use crate::transparency::scopes::ScopeKind;
use crate::transparency::template;
use crate::transparency::values::ReportValue;

mod figures;

pub use figures::{Figure, Place, Report};

/// Columns that what reads reports can do without, and more of these.
macro_rules! optional_columns {
    ($($more:literal),* $(,)?) => {
        &[
            "category",
            "context",
            "country",
            "description",
            "occurrence",
            "part",
            "period_end",
            "period_start",
            "published_at",
            "raw",
            "scope",
            "sub_category",
            "surface",
            "value",
            $($more),*
        ]
    };
}
pub(super) use optional_columns;

/// What the indicators of this basis need. What a report leaves blank is an answer of its own, and no lack.
pub const REQUIREMENT: Requirement = Requirement {
    basis: Basis::Report,
    table: "report_values",
    cohort: Cohort::Own("period_start"),
    columns: &["indicator_code", "scope_kind", "state"],
    optional: optional_columns!(),
};

/// Hours of a day: reports give medians in hours, measured times are in days.
pub const PER_DAY: f64 = 1.0 / 24.0;

/// What complaints are about, as the table `complaints` calls it, with the begin of the codes of a report.
pub const COMPLAINTS: [(&str, &str); 6] = [
    ("listing_restriction", "complaints_visibility"),
    ("service_restriction", "complaints_service"),
    ("account_restriction", "complaints_account"),
    ("monetary_restriction", "complaints_monetary"),
    ("non_action", "complaints_notice"),
    ("non_action_trusted_flagger", "complaints_flagger_notice"),
];

/// The cells of these figures.
pub fn units(scope: &Scope, codes: &[&str]) -> Vec<Units> {
    let mut filters = scope.platform_filter();
    filters.push(Predicate::In("indicator_code".to_owned(), codes.iter().map(|c| Scalar::from(*c)).collect()));
    vec![Units::new(REQUIREMENT.table, filters, &[REQUIREMENT.columns, REQUIREMENT.optional, &["platform"]].concat())]
}

/// A value of a report: a cell read back from the table.
pub fn value(rows: &UnitRows, i: usize) -> ReportValue {
    let text = |column: &str| rows.text(column, i).map(str::to_owned);
    ReportValue {
        platform: text("platform").unwrap_or_default(),
        provider: text("provider"),
        period_start: rows.day("period_start", i),
        period_end: rows.day("period_end", i),
        published_at: rows.day("published_at", i),
        part: rows.integer("part", i).and_then(|p| u8::try_from(p).ok()).unwrap_or_default(),
        section: text("section"),
        indicator_code: rows.text("indicator_code", i).and_then(template::indicator).map(|i| i.code),
        scope: text("scope").unwrap_or_default(),
        scope_kind: rows.text("scope_kind", i).and_then(ScopeKind::of).unwrap_or(ScopeKind::Other),
        country: text("country"),
        category: text("category"),
        sub_category: text("sub_category"),
        description: text("description"),
        surface: text("surface"),
        occurrence: rows.integer("occurrence", i).unwrap_or(1),
        value: rows.number("value", i),
        state: rows.text("state", i).and_then(State::of).unwrap_or(State::Blank),
        raw: text("raw"),
        context: text("context"),
        applicability: text("applicability"),
        entry: 0,
        line: 0,
        unparsed: text("unparsed"),
        extra: None,
    }
}

/// Reports that make one row: that of a platform, or those of all platforms on one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Set<'a> {
    /// Canonical name, or [`ALL_PLATFORMS`].
    pub platform: String,
    /// The period of the reports.
    pub period: Period,
    /// The reports.
    pub reports: Vec<&'a Report>,
}

/// The reports that an indicator rests on.
#[derive(Debug)]
pub struct Declared<'a> {
    card: &'static Card,
    scope: &'a Scope,
    reports: Vec<Report>,
    undated: BTreeSet<String>,
}

impl<'a> Declared<'a> {
    /// Arranges the cells of [`units`] by report. Reports that do not lie within the dates of the scope are left out.
    pub fn new(counts: &Counts, card: &'static Card, scope: &'a Scope) -> Self {
        let mut by_report: BTreeMap<(String, i32, i32), Vec<ReportValue>> = BTreeMap::new();
        let mut undated = BTreeSet::new();
        let nothing = UnitRows::default();
        let rows = counts.units.first().unwrap_or(&nothing);
        for v in (0..rows.len()).map(|i| value(rows, i)) {
            match (v.period_start, v.period_end) {
                (Some(first), Some(last)) if first <= last => {
                    by_report.entry((v.platform.clone(), first, last + 1)).or_default().push(v);
                }
                _ => {
                    undated.insert(v.platform);
                }
            }
        }
        let inside = |start: i32, end: i32| {
            scope.from.is_none_or(|from| from <= start) && scope.until.is_none_or(|until| end <= until)
        };
        let reports = by_report
            .into_iter()
            .filter(|((_, start, end), _)| inside(*start, *end))
            .map(|((platform, start, end), values)| Report {
                platform,
                period: Period { start, end },
                published_at: values.iter().find_map(|v| v.published_at),
                values,
            })
            .collect();
        Self { card, scope, reports, undated }
    }

    /// Each report for itself, or all of one period together, as the scope asks.
    pub fn sets(&self) -> Vec<Set<'_>> {
        let mut sets: BTreeMap<(Period, &str), Vec<&Report>> = BTreeMap::new();
        for report in &self.reports {
            let platform = if self.scope.by_platform { report.platform.as_str() } else { ALL_PLATFORMS };
            sets.entry((report.period, platform)).or_default().push(report);
        }
        let set =
            |((period, platform), reports): ((Period, &str), _)| Set { platform: platform.to_owned(), period, reports };
        sets.into_iter().map(set).collect()
    }

    /// Whether rows without groups are asked for.
    pub fn undivided(&self) -> bool {
        self.scope.groups.is_empty()
    }

    /// The places of a set that the groups of the scope ask for: those of which one of these figures has a cell.
    /// Everything where no group is asked for, and nothing where the template has no such group.
    pub fn places(&self, set: &Set<'_>, codes: &[&str]) -> Vec<Place> {
        let groups = self.groups();
        let Some(name) = self.scope.group_name() else { return vec![Place::total()] };
        let by_keyword = groups.iter().any(|g| ["keyword", "sub_category"].contains(g));
        let mut found: BTreeMap<String, Place> = BTreeMap::new();
        for v in set.reports.iter().flat_map(|r| codes.iter().flat_map(|c| r.cells(c))) {
            let (mut place, mut words) = (Place::total(), Vec::new());
            for group in &groups {
                let kind = match *group {
                    "category" if v.is_category_row() || by_keyword && v.sub_category.is_some() => {
                        place.category.clone_from(&v.category);
                        words.extend(v.category.clone());
                        continue;
                    }
                    "keyword" | "sub_category" if v.sub_category.is_some() => {
                        place.sub_category.clone_from(&v.sub_category);
                        words.extend(v.sub_category.clone());
                        continue;
                    }
                    "country" => ScopeKind::MemberState,
                    "language" => ScopeKind::Language,
                    _ => break,
                };
                (place.kind, place.scope) = (kind, Some(v.scope.clone()));
                // Greece is EL in reports and GR in every other table.
                words.push(v.country.clone().unwrap_or_else(|| v.scope.clone()));
            }
            if words.len() == groups.len() && place.holds(v) {
                let value = words.join("×");
                found.entry(value.clone()).or_insert_with(|| place.named(&name, &value));
            }
        }
        found.into_values().collect()
    }

    /// The kinds of complaints that the scope asks for, each with the begin of its codes.
    pub fn complaints(&self) -> Vec<(Place, &'static str)> {
        let name = self.scope.group_name();
        match name.as_deref() {
            None => vec![(Place::total(), "complaints")],
            Some("complaint_type") => {
                COMPLAINTS.iter().map(|(kind, code)| (Place::total().named("complaint_type", kind), *code)).collect()
            }
            Some(_) => Vec::new(),
        }
    }

    /// A row for a statistic of a set, with everything but its number.
    pub fn row(&self, set: &Set<'_>, statistic: &Statistic, place: &Place) -> Estimate {
        let mut row = Estimate::census(self.card.id, self.card.version, statistic.name, statistic.unit, set.period);
        Basis::Report.name().clone_into(&mut row.basis);
        row.platform.clone_from(&set.platform);
        (row.group_name, row.group_value) = place.group.clone().unzip();
        row.input_id.clone_from(&self.scope.input_id);
        if self.scope.simulated {
            row.add_note(SIMULATED);
        }
        row.add_note("as declared");
        row
    }

    /// `scale` times a ratio of two figures. Over several reports both are added up, where a report gives both.
    pub fn ratio(
        &self,
        set: &Set<'_>,
        statistic: &Statistic,
        place: &Place,
        scale: f64,
        of: impl Fn(&Report) -> [Figure; 2],
    ) -> Estimate {
        let mut row = self.row(set, statistic, place);
        let (mut k, mut n, mut used) = (0.0, 0.0, 0);
        let (mut lacking, mut notes) = (BTreeSet::new(), Vec::new());
        for [above, below] in set.reports.iter().map(|r| of(r)) {
            let (Some(a), Some(b)) = (above.value, below.value) else {
                lacking.insert(if above.value.is_none() { above.why } else { below.why });
                continue;
            };
            (k, n, used) = (k + a, n + b, used + 1);
            notes.extend(above.notes.into_iter().chain(below.notes));
        }
        if used == 0 {
            return row.without_value(Status::NotApplicable, not_given(&lacking));
        }
        self.note(&mut row, set, used, &notes);
        (row.k, row.n) = (whole(k), whole(n));
        if too_few(n, statistic) {
            return row.without_value(Status::Insufficient, format!("n = {n} is below {}", statistic.smallest_n));
        }
        if statistic.unit == "share" && k > n {
            return row.without_value(Status::NotApplicable, format!("the part, {k}, exceeds the whole, {n}"));
        }
        row.value = Some(scale * k / n);
        row
    }

    /// The sum of a figure over reports.
    pub fn total(
        &self,
        set: &Set<'_>,
        statistic: &Statistic,
        place: &Place,
        of: impl Fn(&Report) -> Figure,
    ) -> Estimate {
        let mut row = self.row(set, statistic, place);
        let (given, lacking): (Vec<Figure>, Vec<Figure>) =
            set.reports.iter().map(|r| of(r)).partition(|f| f.value.is_some());
        if given.is_empty() {
            let lacking = lacking.into_iter().map(|f| f.why).collect();
            return row.without_value(Status::NotApplicable, not_given(&lacking));
        }
        row.value = Some(given.iter().filter_map(|f| f.value).sum());
        row.n = row.value.and_then(whole);
        let used = given.len();
        let notes: Vec<String> = given.into_iter().flat_map(|f| f.notes).collect();
        self.note(&mut row, set, used, &notes);
        row
    }

    /// A figure that cannot be added up, times a factor, with the number of cases behind it where one is given.
    pub fn single(
        &self,
        set: &Set<'_>,
        statistic: &Statistic,
        place: &Place,
        factor: f64,
        of: impl Fn(&Report) -> (Figure, Figure),
    ) -> Estimate {
        let mut row = self.row(set, statistic, place);
        let [report] = set.reports.as_slice() else {
            let reason = format!("it does not follow from those of {} platforms", set.reports.len());
            return row.without_value(Status::NotApplicable, reason);
        };
        let (figure, n) = of(report);
        let Some(value) = figure.value else {
            return row.without_value(Status::NotApplicable, not_given(&BTreeSet::from([figure.why])));
        };
        for note in &figure.notes {
            row.add_note(note);
        }
        match n.value {
            Some(n) => {
                row.n = whole(n);
                if too_few(n, statistic) {
                    let reason = format!("n = {n} is below {}", statistic.smallest_n);
                    return row.without_value(Status::Insufficient, reason);
                }
            }
            None => row.add_note("the number of cases is not given"),
        }
        if statistic.unit == "share" && !(0.0..=1.0).contains(&value) {
            return row.without_value(Status::NotApplicable, format!("{value} is declared, which is no share"));
        }
        row.value = Some(factor * value);
        row
    }

    /// The rows of statistics that are known of one report alone: made by `of`, or without a value where there are several.
    pub fn each(
        &self,
        set: &Set<'_>,
        statistics: &[&Statistic],
        of: impl FnOnce(&Report) -> Vec<Estimate>,
    ) -> Vec<Estimate> {
        if let [report] = set.reports.as_slice() {
            return of(report);
        }
        let reason = format!("it does not follow from those of {} platforms", set.reports.len());
        let row =
            |s: &&Statistic| self.row(set, s, &Place::total()).without_value(Status::NotApplicable, reason.clone());
        statistics.iter().map(row).collect()
    }

    /// Names of the groups that are asked for.
    pub fn groups(&self) -> Vec<&str> {
        self.scope.groups.iter().map(|g| g.name.as_str()).collect()
    }

    /// Rows without a value for platforms of which no report says what period it is about.
    pub fn undated_rows(&self, statistics: &[&Statistic]) -> Vec<Estimate> {
        let dated: BTreeSet<&str> = self.reports.iter().map(|r| r.platform.as_str()).collect();
        let period = self.scope.window.unwrap_or(self.scope.span);
        let lost = self.undated.iter().filter(|p| self.scope.by_platform && !dated.contains(p.as_str()));
        lost.flat_map(|platform| {
            let set = Set { platform: platform.clone(), period, reports: Vec::new() };
            statistics.iter().map(move |s| {
                let row = self.row(&set, s, &Place::total());
                row.without_value(Status::NotApplicable, "the report does not say what period it is about")
            })
        })
        .collect()
    }

    fn note(&self, row: &mut Estimate, set: &Set<'_>, used: usize, notes: &[String]) {
        if self.scope.by_platform || set.reports.len() < 2 {
            for note in notes {
                row.add_note(note);
            }
        } else {
            row.add_note(&format!("{used} of {} reports added up", set.reports.len()));
        }
    }
}

/// Why there is no number, where figures are missing.
pub fn not_given(lacking: &BTreeSet<String>) -> String {
    let few: Vec<&str> = lacking.iter().take(3).map(String::as_str).collect();
    let more = if lacking.len() > few.len() { ", …" } else { "" };
    format!("not given: {}{more}", few.join(", "))
}

/// A number of cases that is whole.
#[expect(clippy::cast_possible_truncation, reason = "counts of reports lie below 2^53")]
pub fn whole(x: f64) -> Option<i64> {
    (x.fract() == 0.0 && x.abs() < 9e15).then_some(x as i64)
}

#[expect(clippy::cast_precision_loss, reason = "a smallest denominator")]
fn too_few(n: f64, statistic: &Statistic) -> bool {
    n <= 0.0 || n < statistic.smallest_n as f64
}

/// The days of a period without Saturdays and Sundays.
pub fn weekdays(period: Period) -> i32 {
    // 1970-01-01 was a Thursday, the fourth day of its week.
    let count = (period.start..period.end).filter(|day| (day + 3).rem_euclid(7) < 5).count();
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// First and last day of a period, in words.
pub fn days(period: Period) -> String {
    format!("{} to {}", time::iso(period.start), time::iso(period.end - 1))
}
