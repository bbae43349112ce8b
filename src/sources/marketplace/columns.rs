//! Mapped columns: from the texts of a record to the cell of a table.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use toml::Spanned;
use toml::de::DeValue;

use super::document::Section;
use super::mapping::{Defaults, decimal, zone};
use crate::error::Result;
use crate::sources::rows::cells::{Reading, Value, number};
use crate::sources::rows::times::Format;
use crate::tables::{Column, Kind, Origin, platforms::Aliases};

static ALIASES: LazyLock<Aliases> = LazyLock::new(Aliases::default);

/// How one column of a table is filled.
#[derive(Debug, Clone)]
pub struct ColumnMapping {
    /// Its codebook entry.
    pub about: &'static Column,
    /// Its index in the table.
    pub index: usize,
    /// Where its values come from.
    pub from: From,
    /// How their text is read.
    pub reading: Reading,
    steps: Steps,
}

/// Where the values of a column come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// Columns of the export, or dotted paths of its records.
    Columns(Vec<String>),
    /// The same for every row.
    Constant(String),
}

#[derive(Debug, Clone, Default)]
struct Steps {
    missing: Vec<String>,
    first: bool,
    doubled: bool,
    without: Option<String>,
    pattern: Option<Regex>,
    split: Option<String>,
    distinct: bool,
    join: Option<String>,
    values: BTreeMap<String, String>,
    other: Other,
    test: Option<Test>,
    canonical: bool,
}

/// What becomes of values that a list of values does not name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Other {
    /// They stay as they are.
    #[default]
    Keep,
    /// The cell is null; the text is kept in `unparsed`.
    Null,
    /// The record is kept aside.
    Reject,
}

/// A question about a text.
#[derive(Debug, Clone)]
pub enum Test {
    /// Is it one of these?
    Is(Vec<String>),
    /// Is it none of these?
    IsNot(Vec<String>),
    /// Is it a number of at least this?
    AtLeast(f64),
    /// Is it a number of at most this?
    AtMost(f64),
    /// Does it match this pattern?
    Matches(Regex),
    /// Is there any?
    Filled(bool),
}

/// A condition on a column of the export.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The column.
    pub column: String,
    /// The question.
    pub test: Test,
}

/// A cell after the steps of its mapping.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'t> {
    /// Nothing.
    Null,
    /// Text that is to be read by the type of the column.
    Text(Cow<'t, str>),
    /// A value.
    Value(Value),
    /// A text that the mapping makes null.
    LeftOut(Cow<'t, str>),
    /// A text for which the record is kept aside.
    Refused(Cow<'t, str>),
}

const KEYS: &[&str] = &[
    "column",
    "columns",
    "constant",
    "format",
    "time_zone",
    "decimal",
    "scale",
    "values",
    "other",
    "split",
    "distinct",
    "join",
    "first",
    "doubled",
    "without",
    "pattern",
    "missing",
    "is",
    "is_not",
    "at_least",
    "at_most",
    "filled",
];

const TEST_KEYS: &[&str] = &["is", "is_not", "at_least", "at_most", "filled"];

impl ColumnMapping {
    /// Whether a mapping may fill the column: it comes from exports.
    #[must_use]
    pub fn can_be_mapped(about: &Column) -> bool {
        about.origin != Origin::Provenance
    }

    pub(super) fn constant(about: &'static Column, index: usize, text: &str) -> Self {
        Self {
            about,
            index,
            from: From::Constant(text.to_owned()),
            reading: Reading::default(),
            steps: Steps::default(),
        }
    }

    /// Names of the columns of the export that it needs, those of `without` included.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        let own = match &self.from {
            From::Columns(names) => names.as_slice(),
            From::Constant(_) => &[],
        };
        own.iter().map(String::as_str).chain(self.steps.without.as_deref())
    }

    /// Whether a text comes out as it went in, so that typed columns need not become text.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let s = &self.steps;
        let one = matches!(&self.from, From::Columns(names) if names.len() == 1);
        one && s.missing.is_empty()
            && !s.doubled
            && s.without.is_none()
            && s.pattern.is_none()
            && s.split.is_none()
            && s.values.is_empty()
            && s.other == Other::Keep
            && s.test.is_none()
            && !s.canonical
    }

    pub(super) fn parse(
        parent: &Section<'_>,
        about: &'static Column,
        index: usize,
        value: &Spanned<DeValue<'_>>,
        defaults: &Defaults,
    ) -> Result<Self> {
        let reading =
            Reading { format: Format::Iso, zone: defaults.zone.clone(), decimal: defaults.decimal, scale: None };
        let canonical = about.name == "platform";
        let table = match value.get_ref() {
            DeValue::String(name) => {
                let steps = Steps { missing: defaults.missing.clone(), canonical, ..Steps::default() };
                return Ok(Self { about, index, from: From::Columns(vec![name.as_ref().to_owned()]), reading, steps });
            }
            DeValue::Table(table) => table,
            _ => {
                return Err(parent.error(
                    about.name,
                    format!("{} is neither a column nor a table", about.name),
                    format!("write {0} = \"…\" or {0} = {{ column = \"…\" }}", about.name),
                ));
            }
        };
        let s = Section { document: parent.document, table, at: value.span().start, what: about.name };
        s.only(KEYS, &[])?;
        let from = match (s.text("column")?, s.texts("columns")?, constant(&s)?) {
            (Some(one), None, None) => From::Columns(vec![one.to_owned()]),
            (None, Some(many), None) if !many.is_empty() => From::Columns(many),
            (None, None, Some(text)) => From::Constant(text),
            _ => {
                let hint = "write column = \"…\", or columns = [\"…\", \"…\"], or constant = \"…\"";
                return Err(s.document.error(s.at, format!("{} needs one source", about.name), hint));
            }
        };
        Self::check_kinds(&s, about)?;
        let steps = Steps {
            missing: s.texts("missing")?.unwrap_or_else(|| defaults.missing.clone()),
            first: s.truth("first")?.unwrap_or(false),
            doubled: s.truth("doubled")?.unwrap_or(false),
            without: s.text("without")?.map(str::to_owned),
            pattern: regex(&s)?,
            split: s.text("split")?.filter(|t| !t.is_empty()).map(str::to_owned),
            distinct: s.truth("distinct")?.unwrap_or(false),
            join: s.text("join")?.map(str::to_owned),
            values: values(&s)?,
            other: match s.text("other")? {
                None | Some("keep") => Other::Keep,
                Some("null") => Other::Null,
                Some("reject") => Other::Reject,
                Some(word) => {
                    let hint = "there is keep, null and reject";
                    return Err(s.error("other", format!("there is no way {word:?} to treat other values"), hint));
                }
            },
            test: Test::parse(&s)?,
            canonical,
        };
        if steps.distinct && steps.split.is_none() {
            let hint = "split = \" \" says what parts the values";
            return Err(s.error("distinct", "distinct needs split", hint));
        }
        let reading = Reading {
            format: match s.text("format")? {
                None => Format::Iso,
                Some(text) => Format::parse(text).map_err(|message| {
                    let hint = "write iso, epoch_s, epoch_ms, epoch_us, or a format such as \"%d.%m.%Y %H:%M\"";
                    s.error("format", message, hint)
                })?,
            },
            zone: zone(&s)?.or(reading.zone),
            decimal: decimal(&s)?.or(reading.decimal),
            scale: s.number("scale")?,
        };
        if reading.scale == Some(0.0) {
            return Err(s.error("scale", "a scale of zero makes every number zero", "one cent is scale = 0.01"));
        }
        Ok(Self { about, index, from, reading, steps })
    }

    /// Refuses keys that a column of this type has no use for.
    fn check_kinds(s: &Section<'_>, about: &Column) -> Result<()> {
        let times = matches!(about.kind, Kind::Timestamp | Kind::Date);
        let numbers = matches!(about.kind, Kind::Integer | Kind::Number);
        for (keys, fits, what) in [
            (&["format", "time_zone"][..], times, "a time or a date"),
            (&["decimal", "scale"][..], numbers || about.kind == Kind::Bool, "a number"),
            (TEST_KEYS, about.kind == Kind::Bool, "true or false"),
        ] {
            if let Some(key) = keys.iter().find(|k| !fits && s.get(k).is_some()) {
                let message = format!("{} is no use for {}, which is {}", key, about.name, about.kind.name());
                return Err(s.error(key, message, format!("{key} is for columns that are {what}")));
            }
        }
        Ok(())
    }

    /// The cell from the texts of its sources; `text` gives the one of the n-th source.
    #[must_use]
    pub fn cell<'t>(&self, text: &dyn Fn(usize) -> Option<Cow<'t, str>>) -> Cell<'t> {
        let s = &self.steps;
        let mut whole: Cow<'t, str> = match &self.from {
            From::Constant(text) => Cow::Owned(text.clone()),
            From::Columns(names) if names.len() == 1 => match self.filled(text(0)) {
                Some(text) => text,
                None => return self.empty(),
            },
            From::Columns(names) => {
                let mut parts = (0..names.len()).filter_map(|i| self.filled(text(i)));
                if s.first {
                    match parts.next() {
                        Some(text) => text,
                        None => return self.empty(),
                    }
                } else {
                    let parts: Vec<Cow<'t, str>> = parts.collect();
                    if parts.is_empty() {
                        return self.empty();
                    }
                    Cow::Owned(parts.join(s.join.as_deref().unwrap_or(" ")))
                }
            }
        };
        if s.doubled {
            whole = once(whole);
        }
        if s.without.is_some() {
            let last = self.sources().count() - 1;
            if let Some(end) = text(last) {
                let end = if s.doubled { once(trimmed(end)) } else { trimmed(end) };
                if !end.is_empty()
                    && let Some(rest) = whole.strip_suffix(end.as_ref())
                {
                    whole = Cow::Owned(rest.trim().to_owned());
                }
            }
            if whole.is_empty() {
                return self.empty();
            }
        }
        if let Some(pattern) = &s.pattern {
            let Some(found) = pattern.captures(&whole) else { return Cell::LeftOut(whole) };
            let part = found.get(1).or_else(|| found.get(0)).map_or("", |m| m.as_str()).to_owned();
            whole = Cow::Owned(part);
        }
        if let Some(sign) = &s.split {
            let mut parts: Vec<&str> = Vec::new();
            for part in whole.split(sign.as_str()).map(str::trim).filter(|p| !p.is_empty()) {
                if !s.distinct || !parts.contains(&part) {
                    parts.push(part);
                }
            }
            if self.about.kind == Kind::CodeList {
                return Cell::Value(Value::List(parts.iter().map(|p| self.replaced(p).to_owned()).collect()));
            }
            whole = Cow::Owned(parts.join(s.join.as_deref().unwrap_or(" ")));
        }
        if !s.values.is_empty() || s.other != Other::Keep {
            match (s.values.get(whole.as_ref()), s.other) {
                (Some(code), _) => whole = Cow::Owned(code.clone()),
                (None, Other::Keep) => {}
                (None, Other::Null) => return Cell::LeftOut(whole),
                (None, Other::Reject) => return Cell::Refused(whole),
            }
        }
        if let Some(test) = &s.test {
            return match test.holds(&whole, &self.reading) {
                Some(answer) => Cell::Value(Value::Bool(answer)),
                None => Cell::LeftOut(whole),
            };
        }
        if s.canonical {
            whole = Cow::Owned(ALIASES.canonical(&whole));
        }
        Cell::Text(whole)
    }

    /// The cell of a record without a text: null, but for the question whether there is any.
    fn empty<'t>(&self) -> Cell<'t> {
        match self.steps.test {
            Some(Test::Filled(wanted)) => Cell::Value(Value::Bool(!wanted)),
            _ => Cell::Null,
        }
    }

    fn filled<'t>(&self, text: Option<Cow<'t, str>>) -> Option<Cow<'t, str>> {
        let text = trimmed(text?);
        (!text.is_empty() && !self.steps.missing.iter().any(|m| *m == text)).then_some(text)
    }

    fn replaced<'a>(&'a self, text: &'a str) -> &'a str {
        self.steps.values.get(text).map_or(text, String::as_str)
    }
}

impl Test {
    fn parse(s: &Section<'_>) -> Result<Option<Self>> {
        let mut all = Vec::new();
        all.extend(s.texts("is")?.map(Self::Is));
        all.extend(s.texts("is_not")?.map(Self::IsNot));
        all.extend(s.number("at_least")?.map(Self::AtLeast));
        all.extend(s.number("at_most")?.map(Self::AtMost));
        all.extend(s.truth("filled")?.map(Self::Filled));
        if all.len() > 1 {
            return Err(s.document.error(s.at, format!("{} asks several questions", s.what), "ask one of them"));
        }
        Ok(all.pop())
    }

    /// The answer for a text that is there; `None` where a number is asked for and it is none.
    #[must_use]
    pub fn holds(&self, text: &str, how: &Reading) -> Option<bool> {
        match self {
            Self::Is(list) => Some(list.iter().any(|t| t == text)),
            Self::IsNot(list) => Some(!list.iter().any(|t| t == text)),
            Self::AtLeast(limit) => number(text, how).map(|n| n >= *limit),
            Self::AtMost(limit) => number(text, how).map(|n| n <= *limit),
            Self::Matches(pattern) => Some(pattern.is_match(text)),
            Self::Filled(wanted) => Some(*wanted),
        }
    }
}

impl Condition {
    pub(super) fn parse(s: &Section<'_>) -> Result<Self> {
        s.only(&["column", "is", "is_not", "at_least", "at_most", "filled", "pattern"], &[])?;
        let Some(column) = s.text("column")? else {
            let hint = "write filter = [{ column = \"type\", is = [\"item\"] }]";
            return Err(s.document.error(s.at, "a condition names no column", hint));
        };
        let test = match (Test::parse(s)?, regex(s)?) {
            (Some(test), None) => test,
            (None, Some(pattern)) => Test::Matches(pattern),
            _ => {
                let hint = "write one of is, is_not, at_least, at_most, filled and pattern";
                return Err(s.document.error(s.at, format!("the condition on {column:?} asks nothing"), hint));
            }
        };
        Ok(Self { column: column.to_owned(), test })
    }

    /// Whether a record meets it; an empty cell meets only `filled = false` and `is_not`.
    #[must_use]
    pub fn holds(&self, text: Option<&str>) -> bool {
        match text.map(str::trim).filter(|t| !t.is_empty()) {
            None => matches!(self.test, Test::Filled(false) | Test::IsNot(_)),
            Some(text) => self.test.holds(text, &Reading::default()).unwrap_or(false),
        }
    }
}

/// A constant: a text, a number, or true or false.
fn constant(s: &Section<'_>) -> Result<Option<String>> {
    match s.get("constant").map(Spanned::get_ref) {
        None => Ok(None),
        Some(DeValue::Boolean(b)) => Ok(Some(b.to_string())),
        Some(DeValue::Integer(_) | DeValue::Float(_)) => Ok(s.number("constant")?.map(|n| n.to_string())),
        Some(DeValue::Datetime(d)) => Ok(Some(d.to_string())),
        Some(_) => Ok(s.text("constant")?.map(str::to_owned)),
    }
}

fn regex(s: &Section<'_>) -> Result<Option<Regex>> {
    let Some(text) = s.text("pattern")? else { return Ok(None) };
    // Patterns come from mapping files: their automata stay small.
    regex::RegexBuilder::new(text).size_limit(1 << 20).build().map(Some).map_err(|e| {
        let reason = e.to_string();
        let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let hint = "it is a regular expression of https://docs.rs/regex; in '…' backslashes need no doubling";
        s.error("pattern", format!("the pattern cannot be read: {reason}"), hint)
    })
}

fn values(s: &Section<'_>) -> Result<BTreeMap<String, String>> {
    let Some(inner) = s.section("values", "values")? else { return Ok(BTreeMap::new()) };
    let mut out = BTreeMap::new();
    for (from, to) in inner.table {
        let Some(to) = to.get_ref().as_str() else {
            let hint = "write values = { \"their value\" = \"our_code\" }";
            return Err(inner.document.error(from.span().start, "a value is no text", hint));
        };
        out.insert(from.get_ref().as_ref().to_owned(), to.to_owned());
    }
    Ok(out)
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    let short = text.trim().len();
    if short == text.len() {
        return text;
    }
    match text {
        Cow::Borrowed(t) => Cow::Borrowed(t.trim()),
        Cow::Owned(t) => Cow::Owned(t.trim().to_owned()),
    }
}

/// A text that stands twice, parted by a blank, taken once.
fn once(text: Cow<'_, str>) -> Cow<'_, str> {
    let half = text.len() / 2;
    let twice =
        text.len() % 2 == 1 && text.as_bytes()[half] == b' ' && text.as_bytes()[..half] == text.as_bytes()[half + 1..];
    if !twice {
        return text;
    }
    match text {
        Cow::Borrowed(t) => Cow::Borrowed(&t[..half]),
        Cow::Owned(mut t) => {
            t.truncate(half);
            Cow::Owned(t)
        }
    }
}
