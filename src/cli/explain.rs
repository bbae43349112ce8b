//! `systemic explain`: the definition behind any word of the output.

use std::fmt::Write as _;
use std::path::Path;

use clap::Args;

use super::{Ending, Session, output};
use crate::charts::CHARTS;
use crate::compare::{self, COMPARISONS};
use crate::dataset::Dataset;
use crate::engine::sql;
use crate::error::{self, Error, Result};
use crate::finding;
use crate::indicators::{Card, Cohort, Group, INDICATORS, Indicator, Scope};
use crate::sources::SOURCES;
use crate::tables::{Column, Origin, TABLES, Table, Values, codes, faults, rules};
use crate::time::Period;
use crate::views::VIEWS;

/// Explain an indicator, table, column, code, finding, error, source, chart form, comparison or the estimates
#[derive(Debug, Args)]
pub struct Explain {
    /// Any word of the output
    #[arg(value_name = "WORD")]
    word: String,
    /// For an indicator: print the SQL of its counts instead
    #[arg(long)]
    sql: bool,
}

impl Explain {
    /// Runs the command.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a word that nothing explains.
    pub fn run(&self, _: &Session) -> Result<Ending> {
        let text = match INDICATORS.iter().find(|i| i.card().id == self.word) {
            Some(indicator) if self.sql => queries(*indicator)?,
            _ if self.sql => {
                return Err(Error::Unknown { kind: "indicator", name: self.word.clone(), known: ids() });
            }
            Some(indicator) => page(indicator.card()),
            None => explain(&self.word)?,
        };
        output::stdout(text.as_bytes())?;
        Ok(Ending::Done)
    }
}

fn ids() -> Vec<String> {
    INDICATORS.iter().map(|i| i.card().id.to_owned()).collect()
}

/// The method page of an indicator, with its card.
pub fn page(card: &Card) -> String {
    let mut text = format!("# {}: {}\n\n{}\n", card.id, card.name, card.page().trim_end());
    let _ = write!(text, "\n# Card\n\n");
    let mut field = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<18}{value}");
    };
    field("id", card.id);
    field("version", &format!("{} ({:?})", card.version, card.status).to_lowercase());
    field("unit", card.unit);
    field("direction", card.direction.words());
    field("smallest n", &card.smallest_n.to_string());
    for requirement in card.requires {
        let basis = requirement.basis.name();
        field("basis", &format!("{basis}: {} ({})", requirement.table, requirement.columns.join(", ")));
        if !requirement.optional.is_empty() {
            field("optional", &requirement.optional.join(", "));
        }
        field(
            "period",
            &match requirement.cohort {
                Cohort::Own(column) => format!("by {column}"),
                Cohort::Window => "the whole time of observation".to_owned(),
                cohort => format!("by date of {} unless asked otherwise", cohort.name()),
            },
        );
    }
    field("law", &card.legal.join("; "));
    for statistic in card.statistics {
        field("statistic", &format!("{} ({}): {}", statistic.name, statistic.unit, statistic.meaning));
    }
    text
}

fn queries(indicator: &dyn Indicator) -> Result<String> {
    let (by_platform, grain, groups) = Scope::parse_by("platform,month")?;
    let mut scope = Scope::new(Period { start: 0, end: 1 }, std::collections::BTreeSet::new(), "");
    (scope.by_platform, scope.grain, scope.groups) = (by_platform, grain, groups);
    let mut text =
        format!("-- counts of {} by platform and month, as `systemic measure` makes them\n", indicator.card().id);
    let from = |name: &str| Dataset::sql_source(Path::new("data"), name);
    for requirement in indicator.card().requires {
        for tally in indicator.tallies(requirement.basis, &scope) {
            let _ = writeln!(text, "{};\n", sql::sql(&tally, &from)?);
        }
        for units in indicator.units(requirement.basis, &scope) {
            let columns: Vec<String> = units.columns.iter().map(|c| sql::identifier(c)).collect();
            let filters: Vec<String> = sql::conditions(&units.table, &units.filters);
            let filters =
                if filters.is_empty() { String::new() } else { format!("\nwhere {}", filters.join("\n  and ")) };
            let _ = writeln!(
                text,
                "-- rows that are read one by one, not grouped: no group by gives the estimate\nselect\n  {}\nfrom {}{filters};\n",
                columns.join(",\n  "),
                from(&units.table)
            );
        }
    }
    Ok(text)
}

fn explain(word: &str) -> Result<String> {
    if word == "estimates" {
        return Ok(ESTIMATES.to_owned());
    }
    if word == "comparisons" {
        let mut text = "comparisons: the rows of `systemic compare`, one number against another\n\n".to_owned();
        for (name, kind, meaning) in compare::SCHEMA {
            let _ = writeln!(text, "{name:<20}{kind:<9}{meaning}");
        }
        return Ok(text);
    }
    // A column can stand in several tables, and bear the name of one.
    let named = |t: &'static dyn Table| Some((t, t.columns().iter().find(|c| c.name == word)?));
    let views = VIEWS.iter().map(|v| *v as &'static dyn Table);
    let pages: Vec<String> =
        TABLES.iter().copied().chain(views).filter_map(named).map(|(t, c)| column_page(t, c)).collect();
    if let Some(table) = TABLES.iter().find(|t| t.name() == word) {
        return Ok(std::iter::once(codebook(*table)).chain(pages).collect::<Vec<_>>().join("\n"));
    }
    if let Some(view) = VIEWS.iter().find(|v| v.name() == word) {
        let mut text = codebook(*view);
        if let Some(base) = view.base() {
            let _ = write!(text, "\nIt has the columns of {} too.\n", base.name());
        }
        let _ = write!(text, "\nMade of: {}\n", view.made_of().join(", "));
        if let Some(sql) = view.sql(&str::to_owned) {
            let _ = write!(text, "\nAs SQL:\n\n{sql}\n");
        }
        return Ok(text);
    }
    if !pages.is_empty() {
        return Ok(pages.join("\n"));
    }
    if let Some(rule) = rules::rule_of(word) {
        let enforced = if rule.enforced { "The database refuses" } else { "Documented; the database does not refuse" };
        return Ok(format!(
            "{}: a statement shall {}\n\nBroken by:  {}\nApplies to: {}\nEnforced:   {enforced} submissions that break it\nColumn:     {}\n",
            rule.id, rule.demand, rule.label, rule.applies, rule.column
        ));
    }
    if let Some(fault) = faults::fault_of(word) {
        return Ok(format!("{}\n\n{}\n\nSource: {}\n", fault.note(), fault.what, fault.source));
    }
    if let Some(kind) = finding::kind(&word.to_uppercase()) {
        let severity = format!("{:?}", kind.severity).to_lowercase();
        return Ok(format!("{} ({severity}): {}\n\nWhat happens: {}.\n", kind.code, kind.title, kind.effect));
    }
    if let Some((code, what)) = error::CODES.iter().find(|(code, _)| *code == word.to_uppercase()) {
        return Ok(format!("{code}: {what}\n"));
    }
    if let Some(source) = SOURCES.iter().find(|s| s.id() == word) {
        return Ok(format!(
            "{}: {}\n\nTable: {}\nFrom: {}\n",
            source.id(),
            source.about(),
            source.tables().join(", "),
            source.origin()
        ));
    }
    if let Some(chart) = CHARTS.iter().find(|c| c.id() == word) {
        return Ok(format!("{}: {}\n\n{}\n", chart.id(), chart.title(), chart.doc()));
    }
    if let Some(card) = COMPARISONS.iter().find(|c| c.id == word) {
        let references = card.references.join("\n- ");
        return Ok(format!("{}: {}\n\n{}\n\nReferences:\n- {references}\n", card.id, card.title, card.doc));
    }
    if codes::label(word) != word {
        return Ok(code_page(word));
    }
    if let Some(text) = glossary(word) {
        return Ok(text);
    }
    let mut known = vec!["estimates".to_owned(), "comparisons".to_owned()];
    known.extend(ids());
    known.extend(TABLES.iter().flat_map(|t| t.columns().iter().map(|c| c.name.to_owned())));
    known.extend(TABLES.iter().map(|t| t.name().to_owned()));
    known.extend(rules::RULES.iter().map(|r| r.id.to_owned()));
    known.extend(faults::FAULTS.iter().map(|f| f.id.clone()));
    known.extend(CHARTS.iter().map(|c| c.id().to_owned()));
    known.extend(COMPARISONS.iter().map(|c| c.id.to_owned()));
    known.extend(["category", "category_specification"].iter().flat_map(|e| codes::codes(e)).map(|c| c.code.clone()));
    Err(Error::Unknown { kind: "word of the output", name: word.to_owned(), known })
}

/// Words of results that are neither indicators nor columns of tables.
const WORDS: [(&str, &str); 9] = [
    ("ok", "status: there is a value."),
    ("insufficient", "status: the denominator is below the smallest one of the statistic; there is no value."),
    ("not_applicable", "status: the question does not arise for this row; the reason says why."),
    ("suppressed", "status: withheld by a rule of disclosure."),
    ("sampling", "interval kind: the interval covers the error of a sample of a population."),
    ("process", "interval kind: a census seen as one draw of a stable process; what chance alone would do."),
    ("cohort", "the date by which a statement belongs to a period: of content, decision or submission."),
    ("rule", "group of sor-internal-consistency: `systemic list rules` names them."),
    ("field", "group of sor-field-completeness: a column of the table statements."),
];

/// A status, a kind of interval, a column of the estimates, a statistic or a group.
fn glossary(word: &str) -> Option<String> {
    if let Some((_, text)) = WORDS.iter().find(|(w, _)| *w == word) {
        return Some(format!("{word}: {text}\n"));
    }
    if let Some((name, kind, meaning)) = crate::estimate::SCHEMA.iter().find(|(name, _, _)| *name == word) {
        return Some(format!("{name} ({kind}), a column of the estimates: {meaning}\n"));
    }
    if let Some((name, kind, meaning)) = compare::SCHEMA.iter().find(|(name, _, _)| *name == word) {
        return Some(format!("{name} ({kind}), a column of the comparisons: {meaning}\n"));
    }
    if let Ok(group) = Group::parse(word) {
        let several = if group.several { " A statement counts in each group that it names." } else { "" };
        return Some(format!("{word}, a group: the values of statements.{}.{several}\n", group.column.unwrap_or(word)));
    }
    let mut text = String::new();
    for card in INDICATORS.iter().map(|i| i.card()) {
        if card.own_group == Some(word) {
            let _ = writeln!(text, "{word}, a group of {}: {}", card.id, card.question);
        }
        for statistic in card.statistics.iter().filter(|s| s.name == word) {
            let _ = writeln!(text, "{word} of {} ({}): {}", card.id, statistic.unit, statistic.meaning);
        }
    }
    (!text.is_empty()).then_some(text)
}

fn code_page(word: &str) -> String {
    let mut text = format!("{word}: {}\n", codes::label(word));
    for table in TABLES {
        for column in table.columns() {
            let Values::Codes(list) = column.values else { continue };
            let Some(code) = codes::code(list, word) else { continue };
            if matches!(column.origin, Origin::Derived(_)) {
                continue;
            }
            let era = match code.schema.as_str() {
                "v1" => "until 2025-06-30",
                "v2" => "from 2025-07-01",
                _ => "in both schema versions",
            };
            let _ = writeln!(text, "\n{}.{}: accepted {era}", table.name(), column.name);
            if let Some(next) = &code.successor {
                let _ = writeln!(text, "Successor from 2025-07-01: {next}");
            }
        }
    }
    text
}

fn origin(column: &Column) -> String {
    match column.origin {
        Origin::Export => "export".into(),
        Origin::FullExport => "full exports only".into(),
        Origin::ExportV2 => "exports from 2025-07-01".into(),
        Origin::Derived(from) => format!("derived from {}", from.join(", ")),
        Origin::Provenance => "set at load".into(),
    }
}

fn column_page(table: &dyn Table, column: &Column) -> String {
    let mut text = format!("{}.{}\n\n{}\n\n", table.name(), column.name, column.meaning);
    let _ = writeln!(text, "Type:     {}{}", column.kind.name(), if column.nullable { ", may be null" } else { "" });
    let _ = writeln!(text, "From:     {}", origin(column));
    if !column.legal.is_empty() {
        let _ = writeln!(text, "Law:      {}", column.legal);
    }
    if column.personal {
        let _ = writeln!(text, "Personal: may hold personal data; its values are kept out of messages");
    }
    match column.values {
        Values::Any => {}
        Values::Form(form) => {
            let _ = writeln!(text, "Values:   {form}");
        }
        Values::Codes(list) => {
            let _ = writeln!(text, "Values:");
            for code in codes::codes(list) {
                let era = if code.schema == "both" { String::new() } else { format!(" ({} only)", code.schema) };
                let _ = writeln!(text, "  {}{era}: {}", code.code, code.label);
            }
        }
    }
    text
}

fn codebook(table: &dyn Table) -> String {
    let mut text = format!("# {}\n\nA row is {}.\nSource: {}.\n\n", table.name(), table.row(), table.source());
    for column in table.columns() {
        let _ = writeln!(text, "{} ({}; {})\n    {}", column.name, column.kind.name(), origin(column), column.meaning);
    }
    let _ = write!(text, "\n`systemic explain COLUMN` lists the codes of a column.\n");
    text
}

/// The schema of estimates, in words.
const ESTIMATES: &str = "\
# Estimates

One row is one number. Every indicator gives rows of this schema, and every chart reads it.

indicator, indicator_version   id of the indicator, and version of its definition
basis                          kind of evidence: statements, report, listings, vetted, audit, statistics
statistic                      what the value is: count, share, median, p90, mean, …
status, reason                 ok, insufficient, not_applicable or suppressed; not ok means no value, and why
platform                       canonical name, or \"all platforms\"
group_name, group_value        subgroup; crosses as a×b
period_start, period_end       first day, and first day after: half-open, UTC
x, x_unit                      abscissa, for points of a curve
value, unit                    the number; shares lie in [0, 1]
lower, upper, confidence       limits; lower ≤ value ≤ upper
interval, interval_kind        method; and what it covers:
                                 sampling  a sample of a population
                                 process   a census seen as one draw of a stable process
                                 none      a census has no sampling interval
k, n                           numerator and denominator
clusters, censored             independent clusters; censored observations
note                           what must be read beside the number; \"simulated data\" where that is so
input_id                       identity of the data: hash of the hashes of its exports

Key: indicator, indicator_version, basis, statistic, platform, group_name, group_value, period_start,
period_end, x. Rows are unique by it and sorted by it.
";
