//! `systemic schema`: the form of tables and results, for programs.

use clap::Args;
use serde_json::{Value, json};

use super::{Ending, Session, output};
use crate::compare;
use crate::engine::sql::identifier;
use crate::error::{Error, Result};
use crate::estimate;
use crate::tables::{Column, Kind, TABLES, Table, Values, codes};
use crate::views::VIEWS;

/// Print the schema of a table, a view, the estimates or the comparisons as a Frictionless Table Schema
#[derive(Debug, Args)]
pub struct Schema {
    /// Name of a table or view, `estimates` or `study`; without one, the names
    /// Name of a table or view, `estimates` or `comparisons`; without one, the names
    #[arg(value_name = "TABLE")]
    table: Option<String>,
    /// Print CREATE TABLE instead
    #[arg(long)]
    sql: bool,
}

impl Schema {
    /// Runs the command.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a name that is none, [`Error::Io`] where stdout refuses.
    pub fn run(&self, _: &Session) -> Result<Ending> {
        let names: Vec<&str> = TABLES
            .iter()
            .map(|t| t.name())
            .chain(VIEWS.iter().map(|v| v.name()))
            .chain(["estimates", "comparisons", "study"])
            .collect();
        let Some(name) = &self.table else {
            output::stdout(format!("{}\n", names.join("\n")).as_bytes())?;
            return Ok(Ending::Done);
        };
        if name == "study" {
            if self.sql {
                return Err(Error::usage("a study file is no table", "leave --sql out: its form is a JSON Schema"));
            }
            output::stdout(format!("{}\n", crate::study::Study::schema()?).as_bytes())?;
            return Ok(Ending::Done);
        }
        let fields: Vec<Field> = if name == "estimates" {
            estimate::SCHEMA.iter().map(|(name, kind, meaning)| Field::of_estimates(name, kind, meaning)).collect()
        } else if name == "comparisons" {
            compare::SCHEMA.iter().map(|(name, kind, meaning)| Field::of_estimates(name, kind, meaning)).collect()
        } else if let Some(table) = TABLES.iter().find(|t| t.name() == name) {
            table.columns().iter().map(Field::of).collect()
        } else if let Some(view) = VIEWS.iter().find(|v| v.name() == name) {
            let base = view.base().map_or(&[][..], Table::columns);
            base.iter().chain(view.columns()).map(Field::of).collect()
        } else {
            let known = names.into_iter().map(str::to_owned).collect();
            return Err(Error::Unknown { kind: "table", name: name.clone(), known });
        };
        let text = if self.sql { create_table(name, &fields) } else { table_schema(&fields)? };
        output::stdout(text.as_bytes())?;
        Ok(Ending::Done)
    }
}

/// A column, in the terms of both forms.
struct Field {
    name: String,
    kind: &'static str,
    sql: &'static str,
    meaning: String,
    codes: Vec<String>,
}

impl Field {
    fn of(column: &Column) -> Self {
        let (kind, sql) = match column.kind {
            Kind::Text | Kind::Code => ("string", "varchar"),
            Kind::CodeList => ("array", "varchar[]"),
            Kind::Bool => ("boolean", "boolean"),
            Kind::Date => ("date", "date"),
            Kind::Timestamp => ("datetime", "timestamp with time zone"),
            Kind::Integer => ("integer", "bigint"),
            Kind::Number => ("number", "double precision"),
        };
        let codes = match (column.kind, column.values) {
            (Kind::Code, Values::Codes(list)) => codes::codes(list).iter().map(|c| c.code.clone()).collect(),
            _ => Vec::new(),
        };
        Self { name: column.name.to_owned(), kind, sql, meaning: column.meaning.to_owned(), codes }
    }

    fn of_estimates(name: &str, kind: &str, meaning: &str) -> Self {
        let (kind, sql) = match kind {
            "integer" => ("integer", "bigint"),
            "number" => ("number", "double precision"),
            "date" => ("date", "date"),
            _ => ("string", "varchar"),
        };
        Self { name: name.to_owned(), kind, sql, meaning: meaning.to_owned(), codes: Vec::new() }
    }
}

/// Source: Frictionless Data, Table Schema, <https://datapackage.org/standard/table-schema/>.
fn table_schema(fields: &[Field]) -> Result<String> {
    let field = |f: &Field| -> Value {
        let mut field = json!({ "name": f.name, "type": f.kind, "description": f.meaning });
        if !f.codes.is_empty() {
            // Not a constraint: codes that nobody knows yet are kept.
            field["categories"] = json!(f.codes);
        }
        field
    };
    let schema = json!({ "fields": fields.iter().map(field).collect::<Vec<_>>() });
    let text = serde_json::to_string_pretty(&schema).map_err(|e| Error::engine("cannot write the schema", e))?;
    Ok(text + "\n")
}

fn create_table(name: &str, fields: &[Field]) -> String {
    let lines: Vec<String> = fields.iter().map(|f| format!("  {} {}", identifier(&f.name), f.sql)).collect();
    format!("create table {} (\n{}\n);\n", identifier(name), lines.join(",\n"))
}
