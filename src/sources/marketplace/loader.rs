//! Records of one inner file, given to the tables that its mapping makes of them.

use std::borrow::Cow;

use super::columns::Cell;
use super::mapping::TableMapping;
use crate::error::Result;
use crate::sources::export::RowSink;
use crate::sources::rows::Rows;

/// Tables of one export with the rows that grow for them.
pub(super) struct Target<'m> {
    pub mapping: &'m TableMapping,
    pub rows: Rows,
}

/// The tables that the records of one inner file go to.
pub(super) struct Loader<'m, 't> {
    targets: Vec<Bound<'m, 't>>,
}

/// A table whose mapped columns are found in the file.
struct Bound<'m, 't> {
    target: &'t mut Target<'m>,
    /// For each mapped column the cells of the record that it needs.
    cells: Vec<Vec<Option<usize>>>,
    /// For each condition of the filter its cell.
    filter: Vec<Option<usize>>,
    /// Cells that nothing maps, with their names.
    extra: Vec<(usize, String)>,
}

/// What is done with a row before it is ended.
pub type More<'a> = &'a dyn Fn(&TableMapping, &mut Rows);

/// The text of a cell of a record, by its position.
pub type CellOf<'a, 'r> = &'a dyn Fn(usize) -> Option<Cow<'r, str>>;

impl<'m, 't> Loader<'m, 't> {
    /// Finds the columns of a file, which are `columns`, in the mappings of the tables.
    pub fn bind(targets: Vec<&'t mut Target<'m>>, columns: &[String]) -> Self {
        let at = |name: &str| columns.iter().position(|c| c == name);
        let mapped: Vec<&str> = targets.iter().flat_map(|t| t.mapping.sources()).collect();
        let unmapped: Vec<usize> =
            (0..columns.len()).filter(|&i| !columns[i].is_empty() && !mapped.contains(&columns[i].as_str())).collect();
        let targets = targets
            .into_iter()
            .map(|target| Bound {
                cells: target.mapping.columns.iter().map(|c| c.sources().map(at).collect()).collect(),
                filter: target.mapping.filter.iter().map(|f| at(&f.column)).collect(),
                extra: unmapped
                    .iter()
                    .filter(|&&i| !target.mapping.ignores(&columns[i]))
                    .map(|&i| (i, columns[i].clone()))
                    .collect(),
                target,
            })
            .collect();
        Self { targets }
    }

    /// Gives a record to the tables. `cell` is the text of a cell, `raw` the bytes of the record.
    pub fn record(
        &mut self,
        line: u64,
        raw: &[u8],
        cell: CellOf<'_, '_>,
        more: Option<More<'_>>,
        sink: &mut dyn RowSink,
    ) -> Result<()> {
        for bound in &mut self.targets {
            let Target { mapping, rows } = &mut *bound.target;
            let meets = mapping
                .filter
                .iter()
                .zip(&bound.filter)
                .all(|(condition, at)| condition.holds(at.and_then(cell).as_deref()));
            if !meets {
                rows.pass();
                continue;
            }
            for (column, cells) in mapping.columns.iter().zip(&bound.cells) {
                let text = |n: usize| cells.get(n).copied().flatten().and_then(cell);
                match column.cell(&text) {
                    Cell::Null => {}
                    Cell::Text(text) => rows.read(column.index, &text, &column.reading, line)?,
                    Cell::Value(value) => rows.set(column.index, value),
                    Cell::LeftOut(text) => rows.leave_out(column.index, &text, line),
                    Cell::Refused(text) => rows.refuse(column.index, &text, line),
                }
            }
            for (at, name) in &bound.extra {
                if let Some(text) = cell(*at).filter(|t| !t.is_empty()) {
                    rows.extra(name, text.as_ref());
                }
            }
            if let Some(more) = more {
                more(mapping, rows);
            }
            rows.end(line, raw, sink)?;
        }
        Ok(())
    }

    /// Keeps a record aside that no table can take.
    pub fn broken(&mut self, line: u64, reason: &str, raw: &[u8], sink: &mut dyn RowSink) -> Result<()> {
        if let Some(first) = self.targets.first_mut() {
            first.target.rows.broken(line, reason, raw, sink)?;
        }
        Ok(())
    }

    /// The rows of each table.
    pub fn rows(&mut self) -> impl Iterator<Item = (&'m TableMapping, &mut Rows)> {
        self.targets.iter_mut().map(|b| (b.target.mapping, &mut b.target.rows))
    }
}
