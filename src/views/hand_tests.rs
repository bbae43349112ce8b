//! Tables made by hand, for tests of views and of the indicators that rest on them.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{Column as Series, DataFrame, DataType, IntoLazy, LazyFrame, NamedFrom, TimeUnit, TimeZone, col};

use super::{Given, Options};
use crate::engine::Frames;
use crate::error::Result;
use crate::tables::{self, Kind};

/// A cell.
#[derive(Debug, Clone, Copy)]
pub(crate) enum V {
    S(&'static str),
    I(i64),
    F(f64),
    B(bool),
}
pub(crate) use V::{B, F, I, S};

/// A row: its cells that are not null.
pub(crate) type Row = Vec<(&'static str, V)>;

/// Noon-free instant: so many days and hours after 1970-01-01.
pub(crate) fn at(days: i64, hours: i64) -> V {
    I(days * 86_400_000_000 + hours * 3_600_000_000)
}

/// Tables by name, and how views are made of them.
#[derive(Default)]
pub(crate) struct Hand {
    frames: BTreeMap<&'static str, DataFrame>,
    pub options: Options,
}

impl Hand {
    /// Data whose observation ends after so many days.
    pub fn until(days: i64) -> Self {
        let options =
            Options { observed_from: Some(0), observed_until: Some(days * 86_400_000_000), ..Options::default() };
        Self { frames: BTreeMap::new(), options }
    }

    /// With these rows of a table; platform A where none is named.
    pub fn with(mut self, table: &'static str, rows: &[Row]) -> Self {
        let columns = tables::table(table).expect("a table").columns();
        let mut casts = Vec::new();
        let series = columns.iter().map(|c| {
            let find = |row: &Row| row.iter().find(|(name, _)| *name == c.name).map(|(_, v)| *v);
            let cells: Vec<Option<V>> =
                rows.iter().map(|row| find(row).or(Some(S("A")).filter(|_| c.name == "platform"))).collect();
            let ints = || cells.iter().map(|v| if let Some(I(i)) = v { Some(*i) } else { None }).collect::<Vec<_>>();
            let name = c.name.into();
            let series = match c.kind {
                Kind::Bool => polars::prelude::Series::new(
                    name,
                    cells.iter().map(|v| if let Some(B(b)) = v { Some(*b) } else { None }).collect::<Vec<_>>(),
                ),
                Kind::Integer => polars::prelude::Series::new(name, ints()),
                Kind::Timestamp => {
                    casts.push(col(c.name).cast(DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))));
                    polars::prelude::Series::new(name, ints())
                }
                Kind::Date => {
                    casts.push(col(c.name).cast(DataType::Int32).cast(DataType::Date));
                    polars::prelude::Series::new(name, ints())
                }
                Kind::Number => polars::prelude::Series::new(
                    name,
                    cells.iter().map(|v| if let Some(F(f)) = v { Some(*f) } else { None }).collect::<Vec<_>>(),
                ),
                _ => polars::prelude::Series::new(
                    name,
                    cells.iter().map(|v| if let Some(S(s)) = v { Some(*s) } else { None }).collect::<Vec<_>>(),
                ),
            };
            Series::from(series)
        });
        let series: Vec<Series> = series.collect();
        for row in rows {
            for (name, _) in row {
                assert!(columns.iter().any(|c| c.name == *name), "{table} has no column {name}");
            }
        }
        let df = DataFrame::new(rows.len(), series).expect("columns of one length");
        self.frames.insert(table, df.lazy().with_columns(casts).collect().expect("casts"));
        self
    }

    /// A view or table, made, as text: the named columns of each row, joined by blanks.
    pub fn lines(&self, name: &str, columns: &[&str]) -> Vec<String> {
        let df = self.frame(name).expect("made").select(columns.iter().map(|c| col(*c)).collect::<Vec<_>>());
        let df = df.collect().expect("collected");
        (0..df.height())
            .map(|i| {
                let cell = |s: &Series| s.get(i).expect("a cell").to_string().trim_matches('"').to_owned();
                df.columns().iter().map(cell).collect::<Vec<_>>().join(" ")
            })
            .collect()
    }
}

impl Frames for Hand {
    fn frame(&self, name: &str) -> Result<LazyFrame> {
        if let Some(df) = self.frames.get(name) {
            return Ok(df.clone().lazy());
        }
        if let Some(table) = tables::table(name) {
            return Ok(crate::dataset::scan::empty_of(table).lazy());
        }
        let made = super::view(name).expect("a view").frame(&Given {
            frame: &|name| self.frame(name),
            filled: &|table| self.filled(table).unwrap_or_default(),
            files: &|_| Vec::new(),
            rows: &|table| self.frames.get(table).map_or(0, |df| df.height() as u64),
            options: &self.options,
        })?;
        Ok(made.collect().expect("collected").lazy())
    }

    fn filled(&self, table: &str) -> Option<BTreeSet<String>> {
        let Some(df) = self.frames.get(table) else { return Some(BTreeSet::new()) };
        let filled = df.columns().iter().filter(|c| c.null_count() < df.height());
        Some(filled.map(|c| c.name().to_string()).collect())
    }
}

/// A confirmed offence of a trader.
pub(crate) fn offence(trader: &'static str, day: i64, hour: i64) -> Row {
    vec![
        ("action", S("removal")),
        ("listing_id", S("l")),
        ("trader_id", S(trader)),
        ("confirmed", B(true)),
        ("ground", S("illegal")),
        ("action_at", at(day, hour)),
    ]
}

/// A sanction on a trader.
pub(crate) fn sanction(trader: &'static str, action: &'static str, day: i64, hour: i64) -> Row {
    vec![("action", S(action)), ("trader_id", S(trader)), ("action_at", at(day, hour))]
}

/// A step of version 1 of the policy, by strikes.
pub(crate) fn step(at_least: i64, sanction: &'static str, within_days: i64) -> Row {
    vec![
        ("version", S("1")),
        ("at_least", I(at_least)),
        ("counts", S("strikes")),
        ("sanction", S(sanction)),
        ("within_days", I(within_days)),
    ]
}
