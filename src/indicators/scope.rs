//! Scopes: which statements are measured, and how they are split.

use std::collections::BTreeSet;

use crate::engine::{Key, Measure, Op, Predicate, Scalar, Tally};
use crate::error::{Error, Result};
use crate::tables::{self, Table};
use crate::time::{Grain, Period};

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

/// The date by which a statement belongs to a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cohort {
    /// Day on which the content was posted, as the platform states it: `content_date`.
    Content,
    /// Day from which the decision applies: `application_date`.
    Decision,
    /// UTC day of submission to the database: `created_at`.
    Submission,
}

impl Cohort {
    /// Every cohort.
    pub const ALL: [Self; 3] = [Self::Content, Self::Decision, Self::Submission];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Decision => "decision",
            Self::Submission => "submission",
        }
    }

    /// The column that holds the date.
    #[must_use]
    pub fn column(self) -> &'static str {
        match self {
            Self::Content => "content_date",
            Self::Decision => "application_date",
            Self::Submission => "created_at",
        }
    }

    /// Columns that mark a date as impossible or as a placeholder.
    fn doubts(self) -> &'static [&'static str] {
        match self {
            Self::Content => &["content_date_impossible", "content_date_placeholder"],
            Self::Decision => &["application_date_impossible"],
            Self::Submission => &[],
        }
    }
}

/// A variable that statements are split by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name, as given and as it stands in the result.
    pub name: String,
    /// The column that holds its values.
    pub column: &'static str,
    /// Whether the column holds several values joined by a comma, each of which is a group: then a statement
    /// counts in each of its groups, and groups do not add up to the whole.
    pub several: bool,
}

impl Group {
    /// The group of this name: `category` (in the terms of the schema of 2025-07-01),
    /// `category_as_submitted`, `language`, `source`, any column of codes or booleans by its own name, or
    /// `country`, `content_type`, `keyword`, `visibility_restriction`, `additional_category`, of which a
    /// statement can have several.
    ///
    /// # Errors
    /// [`Error::Unknown`] for another name.
    pub fn parse(name: &str) -> Result<Self> {
        if let Some((_, column)) = LIST_GROUPS.iter().find(|(list, _)| *list == name) {
            return Ok(Self { name: name.to_owned(), column, several: true });
        }
        let wanted = GROUP_ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, column)| column);
        if let Some(column) = Self::columns().find(|c| *c == wanted) {
            return Ok(Self { name: name.to_owned(), column, several: false });
        }
        let known = Scope::words().into_iter().map(str::to_owned).collect();
        Err(Error::Unknown { kind: "group", name: name.to_owned(), known })
    }

    /// The values of a key of the tally: itself, or the elements of the list. No value is a group too.
    pub(super) fn values(&self, key: &Scalar) -> Vec<String> {
        match key {
            Scalar::Text(list) if self.several => list.split(',').map(str::to_owned).collect(),
            other => vec![other.to_string()],
        }
    }

    /// Columns that hold one code or truth value per statement.
    fn columns() -> impl Iterator<Item = &'static str> {
        let scalar = |c: &&tables::Column| matches!(c.kind, tables::Kind::Code | tables::Kind::Bool);
        tables::statements::Statements.columns().iter().filter(scalar).map(|c| c.name).filter(|c| *c != PLATFORM)
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
    /// Days of submission in the data; empty where they are not known.
    pub days_loaded: BTreeSet<i32>,
    /// Canonical names of the platforms in the data; empty where they are not known.
    pub platforms_loaded: BTreeSet<String>,
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
            days_loaded,
            platforms_loaded: BTreeSet::new(),
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
                if groups.iter().any(|g| g.column == group.column && g.several == group.several) {
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
        let groups = Group::columns().chain(GROUP_ALIASES.iter().chain(LIST_GROUPS).map(|a| a.0));
        let words: BTreeSet<&str> = groups.chain(Grain::ALL.map(Grain::name)).chain([PLATFORM]).collect();
        words.into_iter().collect()
    }

    /// Names of the groups, crossed; `None` without groups.
    #[must_use]
    pub fn group_name(&self) -> Option<String> {
        let names: Vec<&str> = self.groups.iter().map(|g| g.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join("×"))
    }

    /// The tallies of an indicator on statements, in the order that [`super::cells::Cells`] reads them:
    /// its own counts with these measures and further keys; statements without a cohort date; and, where
    /// everything is one period, the days that it spans.
    pub(super) fn tallies(&self, cohort: Cohort, more: Vec<Key>, measures: Vec<Measure>) -> Vec<Tally> {
        let tally = |filters: Vec<Predicate>, keys: Vec<Key>, measures: Vec<Measure>| Tally {
            table: tables::statements::Statements.name().to_owned(),
            filters,
            keys,
            measures,
        };
        let mut groups = Vec::new();
        if self.by_platform {
            groups.push(Key::column(PLATFORM));
        }
        groups.extend(self.groups.iter().map(|g| Key { name: g.name.clone(), ..Key::column(g.column) }));

        let count = || vec![Measure::count(N)];
        let mut undated = self.platform_filter();
        undated.push(Predicate::is_null(cohort.column()));
        let undated = tally(undated, groups.clone(), count());

        let mut keys = groups;
        let grain = match self.grain {
            Grain::Day | Grain::Week => Some(self.grain),
            Grain::Month | Grain::Quarter | Grain::Half | Grain::Year => Some(Grain::Month),
            Grain::All => None,
        };
        keys.extend(grain.map(|grain| Key::truncated(PERIOD, cohort.column(), grain)));
        // A column can be a group and what the indicator counts by: names keep the two apart.
        keys.extend(more.into_iter().map(|key| Key { name: format!("own_{}", key.name), ..key }));
        let filters = self.dated_filter(cohort);
        let mut tallies = vec![tally(filters.clone(), keys, measures), undated];
        if self.grain == Grain::All {
            let mut filters = filters;
            filters.extend(cohort.doubts().iter().map(|c| Predicate::is_true(c).negated()));
            tallies.push(tally(filters, vec![Key::truncated(PERIOD, cohort.column(), Grain::Day)], count()));
        }
        tallies
    }

    fn platform_filter(&self) -> Vec<Predicate> {
        if self.platforms.is_empty() {
            return Vec::new();
        }
        let names = self.platforms.iter().map(|p| Scalar::from(p.as_str())).collect();
        vec![Predicate::In(PLATFORM.to_owned(), names)]
    }

    fn dated_filter(&self, cohort: Cohort) -> Vec<Predicate> {
        let mut filters = self.platform_filter();
        filters.push(Predicate::not_null(cohort.column()));
        let mut limit = |op, day: Option<i32>| {
            filters.extend(day.map(|d| Predicate::Cmp(cohort.column().to_owned(), op, Scalar::Day(d))));
        };
        limit(Op::Ge, self.from);
        limit(Op::Lt, self.until);
        filters
    }
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
        assert_eq!(columns, [("category", "category_v2"), ("automated_detection", "automated_detection")]);
        let (_, _, groups) = Scope::parse_by("country,territory_set").expect("valid");
        let several: Vec<bool> = groups.iter().map(|g| g.several).collect();
        assert_eq!(several, [true, false]);
        assert_eq!(groups[0].values(&"AT,DE".into()), ["AT", "DE"]);
        assert_eq!(groups[1].values(&"AT,DE".into()), ["AT,DE"]);
        assert_eq!(groups[0].values(&Scalar::Null), ["(none)"]);
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
