//! Scopes: which statements are measured, and how they are split.

use std::collections::BTreeSet;

use super::card::{Basis, Card, Requirement};
use super::parameters::Parameters;
use crate::engine::{Key, Measure, Op, Predicate, Scalar, Tally};
use crate::error::{Error, Result};
use crate::tables::{self, Table};
use crate::time::{Grain, Period};
use crate::views;

/// Name of the key that holds the first day of a period.
pub(super) const PERIOD: &str = "period";
/// Name of the key that holds the platform, and of its column.
pub(super) const PLATFORM: &str = "platform";
/// Name of the measure that counts statements.
pub(super) const N: &str = "n";

/// Names of groups that stand for a column of another name.
const GROUP_ALIASES: &[(&str, &str)] = &[
    ("category", "category_v2"),
    ("category_as_submitted", "category"),
    ("language", "content_language"),
    ("source", "source_type"),
];

/// Names of groups of which one statement can have several, and the column that holds them joined by a comma.
const LIST_GROUPS: &[(&str, &str)] = &[
    ("country", "territory_set"),
    ("content_type", "content_types"),
    ("keyword", "keyword_set"),
    ("visibility_restriction", "visibility_set"),
    ("additional_category", "additional_categories"),
];

/// Names of groups that other tables have under the name of another column.
const OTHERS: &[(&str, &str, &str)] = &[
    ("report_values", "language", "scope"),
    ("report_values", "complaint_type", "indicator_code"),
    // The sub-categories of reports are keywords of statements, and either word asks for them.
    ("report_values", "keyword", "sub_category"),
];

/// The date by which a row belongs to a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cohort {
    /// Date in this column of another table than statements.
    Own(&'static str),
    /// No date: rows are about the whole time of observation.
    Window,
    /// Day on which the content was posted, as the platform states it: `content_date`.
    Content,
    /// Day from which the decision applies: `application_date`.
    Decision,
    /// UTC day of submission to the database: `created_at`.
    Submission,
}

impl Cohort {
    /// Every cohort of statements.
    pub const ALL: [Self; 3] = [Self::Content, Self::Decision, Self::Submission];

    /// Its name: for statements that on the command line, else that of the column.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Own(column) => column,
            Self::Window => "window",
            Self::Content => "content",
            Self::Decision => "decision",
            Self::Submission => "submission",
        }
    }

    /// The column that holds the date; `None` where no date matters.
    #[must_use]
    pub fn column(self) -> Option<&'static str> {
        match self {
            Self::Own(column) => Some(column),
            Self::Window => None,
            Self::Content => Some("content_date"),
            Self::Decision => Some("application_date"),
            Self::Submission => Some("created_at"),
        }
    }

    /// What a note says of it.
    pub(super) fn words(self) -> String {
        match self {
            Self::Own(column) => format!("by {column}"),
            Self::Window => "over the whole time of observation".to_owned(),
            _ => format!("by {} date", self.name()),
        }
    }

    /// Columns that mark a date as impossible or as a placeholder.
    fn doubts(self) -> &'static [&'static str] {
        match self {
            Self::Content => &["content_date_impossible", "content_date_placeholder"],
            Self::Decision => &["application_date_impossible"],
            Self::Submission | Self::Own(_) | Self::Window => &[],
        }
    }
}

/// A variable that rows are split by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name, as given and as it stands in the result.
    pub name: String,
    /// The column of the table `statements` that holds its values; `None` where only other tables have it, under
    /// its own name.
    pub column: Option<&'static str>,
    /// Whether the column of statements holds several values joined by a comma, each of which is a group: then a statement
    /// counts in each of its groups, and groups do not add up to the whole.
    pub several: bool,
}

impl Group {
    /// The group of this name: `category` (in the terms of the schema of 2025-07-01),
    /// `category_as_submitted`, `language`, `source`, any column of codes or booleans by its own name, or
    /// `country`, `content_type`, `keyword`, `visibility_restriction`, `additional_category`, of which a
    /// statement can have several. Of other tables and views, any column of codes or booleans.
    ///
    /// # Errors
    /// [`Error::Unknown`] for another name.
    pub fn parse(name: &str) -> Result<Self> {
        if let Some((_, column)) = LIST_GROUPS.iter().find(|(list, _)| *list == name) {
            return Ok(Self { name: name.to_owned(), column: Some(column), several: true });
        }
        let wanted = GROUP_ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, column)| column);
        let column = Self::columns(&tables::statements::Statements).find(|c| *c == wanted);
        if column.is_some() || Self::of_others().any(|c| c == name) {
            return Ok(Self { name: name.to_owned(), column, several: false });
        }
        let known = Scope::words().into_iter().map(str::to_owned).collect();
        Err(Error::Unknown { kind: "group", name: name.to_owned(), known })
    }

    /// The values of a key of the tally: itself, or the elements of the list. No value is a group too.
    pub(super) fn values(key: &Scalar, several: bool) -> Vec<String> {
        match key {
            Scalar::Text(list) if several => list.split(',').map(str::to_owned).collect(),
            other => vec![other.to_string()],
        }
    }

    /// The column of a table or view that holds its values; `None` where it has none.
    #[must_use]
    pub fn column_of(&self, table: &'static dyn Table) -> Option<&'static str> {
        if is_statements(table) {
            return self.column;
        }
        // A view has the columns of its base too.
        let base = views::view(table.name()).and_then(views::View::base);
        let wanted = OTHERS.iter().find(|(other, name, _)| (*other, *name) == (table.name(), self.name.as_str()));
        let wanted = wanted.map_or(self.name.as_str(), |(_, _, column)| column);
        Self::columns(table).chain(base.into_iter().flat_map(Self::columns)).find(|c| *c == wanted)
    }

    /// Whether one row of a table or view can be in several of its groups.
    pub(super) fn several_in(&self, table: &'static dyn Table) -> bool {
        self.several && is_statements(table)
    }

    /// Columns that hold one code or truth value per row.
    fn columns(table: &'static dyn Table) -> impl Iterator<Item = &'static str> {
        let scalar = move |c: &&tables::Column| {
            matches!(c.kind, tables::Kind::Code | tables::Kind::Bool)
                && (c.origin != tables::Origin::Provenance || is_statements(table))
        };
        table.columns().iter().filter(scalar).map(|c| c.name).filter(|c| *c != PLATFORM)
    }

    /// Groups of other tables and views than statements.
    fn of_others() -> impl Iterator<Item = &'static str> {
        let tables = tables::TABLES.iter().copied();
        let views = views::VIEWS.iter().map(|v| *v as &'static dyn Table);
        tables.chain(views).filter(|t| !is_statements(*t)).flat_map(Self::columns)
    }
}

/// What to measure: periods, splits, filters, and what is known about the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Scope {
    /// Length of the periods.
    pub grain: Grain,
    /// Whether each platform is measured for itself.
    pub by_platform: bool,
    /// Variables to split by, crossed.
    pub groups: Vec<Group>,
    /// The date that assigns statements to periods; `None` takes each indicator's own.
    pub cohort: Option<Cohort>,
    /// Canonical names of the platforms to measure; empty means all.
    pub platforms: Vec<String>,
    /// First day of the cohort date, if limited.
    pub from: Option<i32>,
    /// First day after the cohort dates, if limited.
    pub until: Option<i32>,
    /// Confidence level of the process intervals of shares; `None` gives no intervals.
    pub process_interval: Option<f64>,
    /// From the first day of submission in the data to the day after the last.
    pub span: Period,
    /// Time of observation of the other tables; `None` where their exports do not say.
    pub window: Option<Period>,
    /// What the user, and not the data, says.
    pub parameters: Parameters,
    /// Days of submission in the data; empty where they are not known.
    pub days_loaded: BTreeSet<i32>,
    /// Canonical names of the platforms in the data; empty where they are not known.
    pub platforms_loaded: BTreeSet<String>,
    /// Canonical names of the platforms in other tables than statements.
    pub platforms_observed: BTreeSet<String>,
    /// Whether the data is simulated.
    pub simulated: bool,
    /// Identity of the data.
    pub input_id: String,
}

impl Scope {
    /// Everything in the data, in one period, undivided.
    #[must_use]
    pub fn new(span: Period, days_loaded: BTreeSet<i32>, input_id: &str) -> Self {
        Self {
            grain: Grain::All,
            by_platform: false,
            groups: Vec::new(),
            cohort: None,
            platforms: Vec::new(),
            from: None,
            until: None,
            process_interval: None,
            span,
            window: None,
            parameters: Parameters::default(),
            days_loaded,
            platforms_loaded: BTreeSet::new(),
            platforms_observed: BTreeSet::new(),
            simulated: false,
            input_id: input_id.to_owned(),
        }
    }

    /// Reads a list such as `platform,month,category` as whether to split by platform, the length of the
    /// periods ([`Grain::All`] if none is named) and the groups.
    ///
    /// # Errors
    /// Those of [`Group::parse`]; [`Error::Usage`] where a group is named twice, or two periods are.
    pub fn parse_by(text: &str) -> Result<(bool, Grain, Vec<Group>)> {
        let (mut by_platform, mut grain, mut groups) = (false, None::<Grain>, Vec::<Group>::new());
        for word in text.split(',').map(str::trim).filter(|w| !w.is_empty()) {
            if word == PLATFORM {
                by_platform = true;
            } else if let Some(named) = Grain::ALL.into_iter().find(|g| g.name() == word) {
                if let Some(other) = grain.filter(|g| *g != named) {
                    return Err(Error::usage(
                        format!("{} and {word} are two lengths of one period", other.name()),
                        "name one of them, and measure twice for both",
                    ));
                }
                grain = Some(named);
            } else {
                let group = Group::parse(word)?;
                if groups.iter().any(|g| {
                    g.name == group.name || g.column.is_some() && g.column == group.column && g.several == group.several
                }) {
                    return Err(Error::usage(format!("{word} is a group already"), "name each group once"));
                }
                groups.push(group);
            }
        }
        Ok((by_platform, grain.unwrap_or(Grain::All), groups))
    }

    /// Every word that [`Scope::parse_by`] understands, sorted.
    #[must_use]
    pub fn words() -> Vec<&'static str> {
        let own = Group::columns(&tables::statements::Statements);
        let groups = own.chain(GROUP_ALIASES.iter().chain(LIST_GROUPS).map(|a| a.0)).chain(Group::of_others());
        let words: BTreeSet<&str> = groups.chain(Grain::ALL.map(Grain::name)).chain([PLATFORM]).collect();
        words.into_iter().collect()
    }

    /// Names of the groups, crossed; `None` without groups.
    #[must_use]
    pub fn group_name(&self) -> Option<String> {
        let names: Vec<&str> = self.groups.iter().map(|g| g.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join("×"))
    }

    /// The date by which rows belong to a period on a basis: for statements, the one asked for where one is.
    #[must_use]
    pub fn cohort_of(&self, card: &Card, basis: Basis) -> Cohort {
        let own = card.requirement(basis).map_or(Cohort::Window, |r| r.cohort);
        if basis == Basis::Statements { self.cohort.unwrap_or(own) } else { own }
    }

    /// Level of confidence of intervals that are not asked for but belong to the estimate, as of samples.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        self.parameters.confidence
    }

    /// Whether a table or view has a column for each group.
    #[must_use]
    pub fn groups_fit(&self, table: &'static dyn Table) -> bool {
        self.groups.iter().all(|g| g.column_of(table).is_some())
    }

    /// The tallies of an indicator on statements; see [`Scope::tallies_of`].
    pub(super) fn tallies(&self, cohort: Cohort, more: Vec<Key>, measures: Vec<Measure>) -> Vec<Tally> {
        self.tallies_by(&tables::statements::Statements, cohort, more, measures)
    }

    /// The tallies of an indicator on what it requires; see [`Scope::tallies_by`].
    pub(super) fn tallies_of(&self, requirement: &Requirement, more: Vec<Key>, measures: Vec<Measure>) -> Vec<Tally> {
        let Some(table) = views::table_or_view(requirement.table) else { return Vec::new() };
        let statements = requirement.basis == Basis::Statements;
        let cohort = self.cohort.filter(|_| statements).unwrap_or(requirement.cohort);
        self.tallies_by(table, cohort, more, measures)
    }

    /// The tallies of an indicator on a table or view, in the order that [`super::cells::Cells`] reads them:
    /// its own counts with these measures and further keys; rows without a cohort date; and, where everything is
    /// one period, the days that it spans. Where no date matters, there is the first alone.
    fn tallies_by(
        &self,
        table: &'static dyn Table,
        cohort: Cohort,
        more: Vec<Key>,
        measures: Vec<Measure>,
    ) -> Vec<Tally> {
        let tally = |filters: Vec<Predicate>, keys: Vec<Key>, measures: Vec<Measure>| Tally {
            table: table.name().to_owned(),
            filters,
            keys,
            measures,
        };
        // Dates of a view are those of its base.
        let stored = views::view(table.name()).and_then(views::View::base).unwrap_or(table).name();
        let mut groups = Vec::new();
        if self.by_platform {
            groups.push(Key::column(PLATFORM));
        }
        let columns = self.groups.iter().filter_map(|g| Some((g.name.clone(), g.column_of(table)?)));
        groups.extend(columns.map(|(name, column)| Key { name, ..Key::column(column) }));
        // A column can be a group and what the indicator counts by: names keep the two apart.
        let own = more.into_iter().map(|key| Key { name: format!("own_{}", key.name), ..key });

        let Some(date) = cohort.column() else {
            groups.extend(own);
            return vec![tally(self.platform_filter(), groups, measures)];
        };
        let count = || vec![Measure::count(N)];
        let mut undated = self.platform_filter();
        undated.push(Predicate::is_null(date));
        let undated = Tally { table: stored.to_owned(), ..tally(undated, groups.clone(), count()) };

        let mut keys = groups;
        let grain = match self.grain {
            Grain::Day | Grain::Week => Some(self.grain),
            Grain::Month | Grain::Quarter | Grain::Half | Grain::Year => Some(Grain::Month),
            Grain::All => None,
        };
        keys.extend(grain.map(|grain| Key::truncated(PERIOD, date, grain)));
        keys.extend(own);
        let filters = self.dated_filter(date);
        let mut tallies = vec![tally(filters.clone(), keys, measures), undated];
        if self.grain == Grain::All {
            let mut filters = filters;
            filters.extend(cohort.doubts().iter().map(|c| Predicate::is_true(c).negated()));
            let days = tally(filters, vec![Key::truncated(PERIOD, date, Grain::Day)], count());
            tallies.push(Tally { table: stored.to_owned(), ..days });
        }
        tallies
    }

    pub(super) fn platform_filter(&self) -> Vec<Predicate> {
        if self.platforms.is_empty() {
            return Vec::new();
        }
        let names = self.platforms.iter().map(|p| Scalar::from(p.as_str())).collect();
        vec![Predicate::In(PLATFORM.to_owned(), names)]
    }

    pub(super) fn dated_filter(&self, date: &str) -> Vec<Predicate> {
        let mut filters = self.platform_filter();
        filters.push(Predicate::not_null(date));
        let mut limit = |op, day: Option<i32>| {
            filters.extend(day.map(|d| Predicate::Cmp(date.to_owned(), op, Scalar::Day(d))));
        };
        limit(Op::Ge, self.from);
        limit(Op::Lt, self.until);
        filters
    }
}

/// Whether rows are statements: those of the table, or of a view with its rows.
fn is_statements(table: &dyn Table) -> bool {
    let base = views::view(table.name()).and_then(views::View::base);
    base.map_or(table.name(), |b| b.name()) == tables::statements::Statements.name()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_are_read_from_a_list() {
        let (by_platform, grain, groups) =
            Scope::parse_by("platform, month,category,automated_detection").expect("valid");
        assert!(by_platform);
        assert_eq!(grain, Grain::Month);
        let columns: Vec<_> = groups.iter().map(|g| (g.name.as_str(), g.column)).collect();
        let expected = [("category", Some("category_v2")), ("automated_detection", Some("automated_detection"))];
        assert_eq!(columns, expected);
        let own: Vec<_> = groups.iter().map(|g| g.column_of(&tables::listings::Listings)).collect();
        assert_eq!(own, [Some("category"), None]);
        let (_, _, groups) = Scope::parse_by("country,territory_set").expect("valid");
        let several: Vec<bool> = groups.iter().map(|g| g.several).collect();
        assert_eq!(several, [true, false]);
        assert_eq!(Group::values(&"AT,DE".into(), true), ["AT", "DE"]);
        assert_eq!(Group::values(&"AT,DE".into(), false), ["AT,DE"]);
        assert_eq!(Group::values(&Scalar::Null, true), ["(none)"]);
        assert_eq!(Scope::parse_by("").expect("valid"), (false, Grain::All, vec![]));
        for word in Scope::words() {
            assert!(Scope::parse_by(word).is_ok(), "{word}");
        }
        for (text, code) in [
            ("categroy", "E020"),
            ("delay_days", "E020"),
            ("uuid", "E020"),
            ("territorial_scope", "E020"),
            ("month,year", "E021"),
            ("category,category_v2", "E021"),
        ] {
            assert_eq!(Scope::parse_by(text).map_err(|e| e.code()).err(), Some(code), "{text}");
        }
        let hint = Scope::parse_by("languge").err().and_then(|e| e.hint());
        assert_eq!(hint.as_deref(), Some("did you mean \"language\"?"));
    }
}
