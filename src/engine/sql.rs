//! Tallies as SQL: one portable SELECT.
//!
//! The text keeps to what DuckDB, PostgreSQL and Trino share: quoted identifiers, `date_trunc`,
//! `at time zone`, `case when`, `group by` the position of a column. `nulls first` puts rows into the
//! order of a [`TallyTable`](super::TallyTable).

use std::fmt::Write;

use super::{KeyExpr, Kind, Op, Predicate, Scalar, Tally};
use crate::error::Result;
use crate::tables::{self, Table};
use crate::time;

/// The query that gives the counts of a tally. `from` gives what stands for a table after FROM: its name, or any
/// expression, such as DuckDB's `'data/statements/**/*.parquet'`. It is put into the text as it is.
///
/// Keys come first, then measures, each under its name. No row means that no row was counted.
///
/// # Errors
/// Those of [`Tally::check`].
pub fn sql(tally: &Tally, from: &dyn Fn(&str) -> String) -> Result<String> {
    let table = tally.check()?;
    let mut columns: Vec<String> = Vec::new();
    for key in &tally.keys {
        let expr = match &key.expr {
            KeyExpr::Column(c) => identifier(c),
            KeyExpr::Truncated(c, time::Grain::Day) => day_or_column(c, table),
            KeyExpr::Truncated(c, grain) => {
                format!("cast(date_trunc('{}', {}) as date)", grain.name(), day_or_column(c, table))
            }
        };
        columns.push(format!("{expr} as {}", identifier(&key.name)));
    }
    for measure in &tally.measures {
        let expr = match &measure.kind {
            Kind::Count => "count(*)".to_owned(),
            Kind::CountIf(p) => format!("sum(case when {} then 1 else 0 end)", condition(p, table)),
            Kind::Sum(c) => format!("coalesce(sum({}), 0)", identifier(c)),
        };
        columns.push(format!("{expr} as {}", identifier(&measure.name)));
    }
    // A view without SQL is kept as a file of the dataset.
    let from = match crate::views::view(&tally.table).and_then(|view| view.sql(from)) {
        None => from(&tally.table),
        Some(view) => format!("(\n  {view}\n) as {}", identifier(&tally.table)),
    };
    let mut text = format!("select\n  {}\nfrom {from}\n", columns.join(",\n  "));
    let filters: Vec<String> = tally.filters.iter().map(|p| condition(p, table)).collect();
    if !filters.is_empty() {
        let _ = writeln!(text, "where {}", filters.join("\n  and "));
    }
    if tally.keys.is_empty() {
        text.push_str("having count(*) > 0\n");
    } else {
        let positions: Vec<String> = (1..=tally.keys.len()).map(|i| i.to_string()).collect();
        let order: Vec<String> = positions.iter().map(|i| format!("{i} nulls first")).collect();
        let _ = writeln!(text, "group by {}\norder by {}", positions.join(", "), order.join(", "));
    }
    Ok(text)
}

/// Conditions on rows of a table or view, as they stand after WHERE.
#[must_use]
pub fn conditions(table: &str, filters: &[Predicate]) -> Vec<String> {
    let table = crate::views::table_or_view(table);
    table.map_or_else(Vec::new, |table| filters.iter().map(|p| condition(p, table)).collect())
}

fn condition(predicate: &Predicate, table: &dyn Table) -> String {
    let all = |parts: &[Predicate], none: &str, word: &str| {
        if parts.is_empty() {
            return none.to_owned();
        }
        let parts: Vec<String> = parts.iter().map(|p| condition(p, table)).collect();
        format!("({})", parts.join(word))
    };
    match predicate {
        Predicate::True => "1 = 1".to_owned(),
        Predicate::Eq(c, value) => format!("{} = {}", day_or_column(c, table), literal(value)),
        Predicate::In(_, values) if values.is_empty() => "1 = 0".to_owned(),
        Predicate::In(c, values) => {
            let values: Vec<String> = values.iter().map(literal).collect();
            format!("{} in ({})", day_or_column(c, table), values.join(", "))
        }
        Predicate::IsNull(c) => format!("{} is null", identifier(c)),
        Predicate::Cmp(c, op, value) => {
            let sign = match op {
                Op::Lt => "<",
                Op::Le => "<=",
                Op::Gt => ">",
                Op::Ge => ">=",
            };
            format!("{} {sign} {}", day_or_column(c, table), literal(value))
        }
        Predicate::And(parts) => all(parts, "1 = 1", " and "),
        Predicate::Or(parts) => all(parts, "1 = 0", " or "),
        Predicate::Not(part) => format!("not ({})", condition(part, table)),
    }
}

/// The column, or the UTC day of a timestamp.
fn day_or_column(name: &str, table: &dyn Table) -> String {
    match table.column(name).map(|c| c.kind) {
        Some(tables::Kind::Timestamp) => format!("cast({} at time zone 'UTC' as date)", identifier(name)),
        _ => identifier(name),
    }
}

/// A name as a quoted identifier.
#[must_use]
pub fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(value: &Scalar) -> String {
    match value {
        Scalar::Null => "null".to_owned(),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Scalar::Day(day) => format!("date '{}'", time::iso(*day)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Key, Measure};
    use crate::time::Grain;

    #[test]
    fn the_text_is_one_portable_select() {
        let tally = Tally {
            table: "statements".into(),
            filters: vec![
                Predicate::In("platform".into(), vec!["SIA \"JOOM\"".into(), "O'Reilly; drop".into()]),
                Predicate::Or(vec![
                    Predicate::is_null("created_at"),
                    Predicate::Cmp("created_at".into(), Op::Ge, Scalar::Day(20_270)),
                ]),
            ],
            keys: vec![
                Key { name: "the \"key\"".into(), expr: KeyExpr::Column("category_v2".into()) },
                Key::truncated("period", "created_at", Grain::Week),
                Key::truncated("day", "application_date", Grain::Day),
            ],
            measures: vec![
                Measure::count("n"),
                Measure::count_if("auto", Predicate::is_true("automated_detection").negated()),
                Measure::sum("keywords", "n_keywords"),
            ],
        };
        let expected = r#"select
  "category_v2" as "the ""key""",
  cast(date_trunc('week', cast("created_at" at time zone 'UTC' as date)) as date) as "period",
  "application_date" as "day",
  count(*) as "n",
  sum(case when not ((not ("automated_detection" is null) and "automated_detection" = true)) then 1 else 0 end) as "auto",
  coalesce(sum("n_keywords"), 0) as "keywords"
from statements
where "platform" in ('SIA "JOOM"', 'O''Reilly; drop')
  and ("created_at" is null or cast("created_at" at time zone 'UTC' as date) >= date '2025-07-01')
group by 1, 2, 3
order by 1 nulls first, 2 nulls first, 3 nulls first
"#;
        assert_eq!(sql(&tally, &str::to_owned).expect("valid"), expected);
    }

    #[test]
    fn without_keys_there_is_one_row_or_none() {
        let tally = Tally {
            table: "statements".into(),
            filters: vec![Predicate::In("platform".into(), vec![]), Predicate::True],
            keys: vec![],
            measures: vec![Measure::count("n")],
        };
        let expected = "select\n  count(*) as \"n\"\nfrom t\nwhere 1 = 0\n  and 1 = 1\nhaving count(*) > 0\n";
        assert_eq!(sql(&tally, &|_| "t".to_owned()).expect("valid"), expected);
        let bad = Tally { table: "t".into(), ..tally };
        assert!(sql(&bad, &str::to_owned).is_err());
    }
}
