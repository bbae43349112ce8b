//! What could not be measured, and why.

use super::pick::{self, Evidence};
use super::sentence;
use super::summary::{Named, platform};
use super::table::{Cell, Table, slug};
use super::texts::{Texts, fill};
use super::{Lack, Material, section};
use crate::charts::{labels, words};
use crate::estimate::Status;

/// Rows that a table has at most.
const MOST: usize = 80;

/// Indicators that were measured and have no value for a platform.
pub(super) fn valueless(material: &Material<'_>, all: &[Named<'_, '_>], t: &Texts) -> Option<Table> {
    let mut rows = Vec::new();
    for Named { id, name, evidence } in all {
        for e in evidence.iter().map(Evidence::answer).flat_map(|a| a.rows().collect::<Vec<_>>()) {
            if e.status == Status::Ok {
                continue;
            }
            let group = e.group_value.as_deref().map(|g| format!(", {}", (material.label)(g))).unwrap_or_default();
            rows.push(vec![
                Cell::text(&**name).to(format!("#i-{}", slug(id))),
                Cell::text(format!("{}{group}", platform(e, t))),
                Cell::text(sentence::status(e.status, t)),
                Cell::text(sentence::why_none(e, t)),
                Cell::sorted(words::short(e.period()), e.period_start),
            ]);
        }
    }
    let heads = [t.head_indicator, t.head_platform, t.missing_head_status, t.missing_head_why, t.head_period];
    let table = Table::new("valueless-table", t.missing_valueless_caption.to_owned(), &heads, rows);
    (!table.rows.is_empty()).then(|| table.cap(MOST, section::all_rows(material), t))
}

/// Indicators that were not measured.
pub(super) fn unmeasured(material: &Material<'_>, t: &Texts) -> Option<Table> {
    let all = material.unmeasured.as_ref().filter(|u| !u.is_empty())?;
    let rows = all.iter().map(|u| {
        let card = pick::card(&u.id);
        let name = card.map_or_else(|| words::name_of(&u.id), |c| c.name.to_owned());
        let list = |names: &[String]| labels::names(names, names.len());
        let why = match &u.lack {
            Lack::Tables(tables) => fill(t.missing_tables, &[("tables", &list(tables))]),
            Lack::Columns(columns) => fill(t.missing_columns, &[("columns", &list(columns))]),
            Lack::Rows => t.missing_rows.to_owned(),
        };
        vec![Cell::text(name), Cell::text(card.map_or("", |c| c.question)), Cell::text(why)]
    });
    let heads = [t.head_indicator, t.missing_head_question, t.missing_head_why];
    Some(Table::new("unmeasured-table", t.missing_unmeasured_caption.to_owned(), &heads, rows.collect()))
}
