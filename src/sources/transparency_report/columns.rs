//! The columns of a sheet: what each is for.

use serde_json::{Map, Value as Json};

use super::recognise::{Role, key_columns, role};
use super::text::Record;
use crate::transparency::numbers::{folded, tidy};
use crate::transparency::template;

/// The header of a sheet with the role of each column.
pub(super) struct Columns {
    pub part: u8,
    pub roles: Vec<Role>,
    names: Vec<String>,
}

impl Columns {
    pub fn new(part: u8, header: &Record) -> Self {
        let roles = header.cells.iter().map(|c| role(part, &folded(c))).collect();
        Self { part, roles, names: header.cells.iter().map(|c| tidy(c)).collect() }
    }

    pub fn cell<'a>(&self, record: &'a Record, wanted: Role) -> &'a str {
        let at = self.roles.iter().position(|r| *r == wanted);
        at.and_then(|at| record.cells.get(at)).map_or("", String::as_str)
    }

    /// Cells that no column of the table takes, by header.
    pub fn extra(&self, record: &Record) -> Option<String> {
        let mut left = Map::new();
        for (at, cell) in record.cells.iter().enumerate().filter(|(_, c)| !c.trim().is_empty()) {
            let role = self.roles.get(at).copied().unwrap_or(Role::Unknown);
            let repeated = role != Role::Unknown && self.roles.iter().position(|r| *r == role) != Some(at);
            if role == Role::Unknown || repeated {
                let name = self.names.get(at).filter(|n| !n.is_empty() && !left.contains_key(*n));
                let name = name.cloned().unwrap_or_else(|| format!("column {}", at + 1));
                left.insert(name, Json::String(cell.clone()));
            }
        }
        (!left.is_empty()).then(|| Json::Object(left).to_string())
    }

    /// How the header differs from the template.
    pub fn differences(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (name, role) in self.names.iter().zip(&self.roles) {
            if *role == Role::Unknown && !name.is_empty() {
                out.push(format!("not in the template: {name}"));
            }
        }
        for key in key_columns(self.part) {
            let there = self
                .names
                .iter()
                .any(|n| folded(n) == *key || (*key == "category" && folded(n).starts_with("category of i")));
            if !there {
                out.push(format!("absent: {key}"));
            }
        }
        if (3..=6).contains(&self.part) {
            for indicator in template::INDICATORS.iter().filter(|i| i.part == self.part) {
                if !self.roles.contains(&Role::Value(indicator)) {
                    out.push(format!("absent: {}", indicator.name));
                }
                if !self.roles.contains(&Role::Context(Some(indicator.code))) {
                    out.push(format!("absent: Contextual information on {}", indicator.name));
                }
            }
        }
        out
    }
}
