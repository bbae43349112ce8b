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
use crate::transparency::numbers::{Notation, State};
use crate::transparency::scopes::ScopeKind;
use crate::transparency::template;
use crate::transparency::values::ReportValue;

/// Columns that every indicator of this basis reads, beside the platform.
pub const COLUMNS: &[&str] = &[
    "category",
    "context",
    "country",
    "indicator_code",
    "occurrence",
    "part",
    "period_end",
    "period_start",
    "published_at",
    "raw",
    "scope",
    "scope_kind",
    "state",
    "sub_category",
    "surface",
    "value",
];

/// What the indicators of this basis need.
pub const REQUIREMENT: Requirement = Requirement {
    basis: Basis::Report,
    table: "report_values",
    cohort: Cohort::Own("period_start"),
    columns: COLUMNS,
    optional: &[],
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
    vec![Units::new(REQUIREMENT.table, filters, &[COLUMNS, &["platform"]].concat())]
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

/// The report of one platform on one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Canonical name.
    pub platform: String,
    /// The period, half-open.
    pub period: Period,
    /// Day of publication, where part 1 states one.
    pub published_at: Option<i32>,
    /// The cells that were asked for.
    pub values: Vec<ReportValue>,
}

/// Which cells of a figure: of all, or of a category, Member State or language.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Kind of scope.
    pub kind: ScopeKind,
    /// The Member State or language.
    pub scope: Option<String>,
    /// The category; `None` for the row of all.
    pub category: Option<String>,
    /// Name and value of the group in the result.
    pub group: Option<(String, String)>,
}

impl Place {
    /// Everything.
    pub fn total() -> Self {
        Self::of(ScopeKind::Total)
    }

    /// All of a kind of scope.
    pub fn of(kind: ScopeKind) -> Self {
        Self { kind, scope: None, category: None, group: None }
    }

    /// One Member State or language.
    pub fn scope(kind: ScopeKind, scope: &str) -> Self {
        Self { scope: Some(scope.to_owned()), ..Self::of(kind) }
    }

    /// The same cells, as a group of the result.
    pub fn named(mut self, name: &str, value: &str) -> Self {
        self.group = Some((name.to_owned(), value.to_owned()));
        self
    }

    /// The same group, of another kind of scope.
    pub fn with(&self, kind: ScopeKind) -> Self {
        Self { kind, ..self.clone() }
    }

    /// The same group, of one category.
    pub fn in_category(&self, category: &str) -> Self {
        Self { category: Some(category.to_owned()), ..self.clone() }
    }

    fn holds(&self, v: &ReportValue) -> bool {
        v.scope_kind == self.kind
            && self.scope.as_deref().is_none_or(|s| s == v.scope)
            && v.sub_category.is_none()
            && match &self.category {
                Some(category) => v.category.as_ref() == Some(category),
                None => v.is_total_row(),
            }
    }
}

/// A figure of a report, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The number.
    pub value: Option<f64>,
    /// Whether it is left blank, so that it does not apply; otherwise, without a value, it is not known.
    pub blank: bool,
    /// Why there is no number.
    pub why: String,
    /// What must be read beside it.
    pub notes: Vec<String>,
}

impl Figure {
    /// A number.
    pub fn of(value: f64) -> Self {
        Self { value: Some(value), blank: false, why: String::new(), notes: Vec::new() }
    }

    /// No number, since nothing applies.
    pub fn blank(why: impl Into<String>) -> Self {
        Self { value: None, blank: true, why: why.into(), notes: Vec::new() }
    }

    /// No number, though there should be one.
    pub fn unknown(why: impl Into<String>) -> Self {
        Self { blank: false, ..Self::blank(why) }
    }

    /// The sum of figures that apply; none where all are blank, or one is not known.
    pub fn sum(figures: impl IntoIterator<Item = Self>) -> Self {
        let (given, lacking): (Vec<Self>, Vec<Self>) = figures.into_iter().partition(|f| f.value.is_some());
        if let Some(unknown) = lacking.iter().find(|f| !f.blank) {
            return unknown.clone();
        }
        let missing: Vec<String> = lacking.into_iter().map(|f| f.why).collect();
        if given.is_empty() {
            return Self::blank(missing.join(", "));
        }
        let mut sum = Self::of(given.iter().filter_map(|f| f.value).sum());
        sum.notes = given.into_iter().flat_map(|f| f.notes).collect();
        sum.notes.extend(missing.into_iter().map(|m| format!("without {m}")));
        sum
    }

    /// The sum of two figures that both have to be given.
    pub fn both(a: Self, b: Self) -> Self {
        if a.value.is_none() {
            return a;
        }
        if b.value.is_none() { b } else { Self::sum([a, b]) }
    }

    /// Part and whole, each added up over pairs that give both; pairs that lack either are left out of both.
    pub fn pairs(pairs: impl IntoIterator<Item = [Self; 2]>) -> [Self; 2] {
        let (mut parts, mut wholes, mut lacking) = (Vec::new(), Vec::new(), Vec::new());
        for [part, whole] in pairs {
            match (part.value, whole.value) {
                (Some(_), Some(_)) => {
                    parts.push(part);
                    wholes.push(whole);
                }
                (None, _) => lacking.push(part),
                _ => lacking.push(whole),
            }
        }
        parts.extend(lacking);
        [Self::sum(parts), Self::sum(wholes)]
    }

    /// The difference; none where either is missing.
    pub fn minus(self, other: Self) -> Self {
        match (self.value, other.value) {
            (Some(a), Some(b)) => {
                Self { value: Some(a - b), notes: [self.notes, other.notes].concat(), ..Self::of(0.0) }
            }
            (None, _) => self,
            _ => other,
        }
    }
}

impl Report {
    /// The cells of a figure.
    pub fn cells<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a ReportValue> {
        self.values.iter().filter(move |v| v.indicator_code == Some(code))
    }

    /// A figure at a place: a count is added up over surfaces.
    pub fn figure(&self, code: &str, place: &Place) -> Figure {
        let label = template::indicator(code).map_or(code, |i| i.label);
        let unit = template::indicator(code).map_or("count", |i| i.unit);
        let cells: Vec<&ReportValue> = self.cells(code).filter(|v| place.holds(v)).collect();
        if cells.is_empty() {
            return Figure::blank(format!("\"{label}\" (not in the report)"));
        }
        if let Some(v) = cells.iter().find(|v| v.state == State::Unreadable) {
            return Figure::unknown(format!("\"{label}\" is {:?}, which is no number", v.raw.as_deref().unwrap_or("")));
        }
        let filled: Vec<&ReportValue> = cells.iter().filter(|v| v.value.is_some()).copied().collect();
        let Some(first) = filled.first() else {
            let mark = cells.iter().find_map(|v| v.raw.as_deref().filter(|_| v.state == State::Mark));
            return Figure::blank(format!("\"{label}\" ({})", mark.unwrap_or("blank")));
        };
        let mut surfaces = BTreeSet::new();
        if filled.iter().any(|v| v.occurrence > 1 || !surfaces.insert((v.surface.as_deref(), v.scope.as_str()))) {
            return Figure::unknown(format!(
                "\"{label}\" stands {} times, and nothing tells the rows apart",
                filled.len()
            ));
        }
        let sums = matches!(unit, "count" | "full-time equivalents");
        if filled.len() > 1 && !sums {
            return Figure::unknown(format!(
                "\"{label}\" is given for {} surfaces apart, and has no sum",
                filled.len()
            ));
        }
        if let Some(x) = filled.iter().filter_map(|v| v.value).find(|x| *x < 0.0) {
            return Figure::unknown(format!("\"{label}\" is {x}, below 0"));
        }
        let mut figure = Figure::of(filled.iter().filter_map(|v| v.value).sum());
        if filled.len() > 1 {
            figure.notes.push(format!("\"{label}\" added up over {} surfaces", filled.len()));
        }
        let rounded = |v: &&&ReportValue| v.number().notation.contains(&Notation::Scaled);
        if let Some(raw) = filled.iter().find(rounded).and_then(|v| v.raw.as_deref()) {
            figure.notes.push(format!("\"{label}\" is rounded: {raw}"));
        }
        if unit == "hours" && first.value.is_some_and(|h| h > f64::from(self.period.end - self.period.start) * 24.0) {
            figure.notes.push(format!("\"{label}\" is longer than the period: probably in another unit"));
        }
        figure
    }

    /// The sum of figures at a place; see [`Figure::sum`].
    pub fn sum(&self, codes: &[&str], place: &Place) -> Figure {
        Figure::sum(codes.iter().map(|code| self.figure(code, place)))
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
        let mut found: BTreeMap<String, Place> = BTreeMap::new();
        for v in set.reports.iter().flat_map(|r| codes.iter().flat_map(|c| r.cells(c))) {
            let (mut place, mut words) = (Place::total(), Vec::new());
            for group in &groups {
                let kind = match *group {
                    "category" if v.is_category_row() => {
                        place.category.clone_from(&v.category);
                        words.extend(v.category.clone());
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
        self.note(&mut row, set, used, notes);
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
        self.note(&mut row, set, given.len(), given.into_iter().flat_map(|f| f.notes).collect());
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
        figure.notes.iter().for_each(|note| row.add_note(note));
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

    fn note(&self, row: &mut Estimate, set: &Set<'_>, used: usize, notes: Vec<String>) {
        if self.scope.by_platform || set.reports.len() < 2 {
            notes.iter().for_each(|note| row.add_note(note));
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
