//! Where chosen faults go: which rows, which platforms, which files.
//!
//! A day's rows are cut into stripes, and each fault of single rows has one row in every stripe: their number
//! does not depend on chance. No row has two of them. Each fault of a file hits one file in the plan.

use std::collections::BTreeMap;
use std::ops::Range;

use super::fault::{Another, Fault, FileFault, Make, Span};
use super::names::Names;
use super::platforms::Spell;
use super::{ALL, DIRT};
use crate::error::{Error, Result};
use crate::simulate::exporter::Era;
use crate::simulate::plan::StatementsPlan;
use crate::simulate::profiles::Profile;
use crate::simulate::rng::Rng;
use crate::simulate::statements::stream;

/// The chosen faults of a plan, with their places.
#[derive(Debug)]
pub(in crate::simulate) struct Dirt {
    /// The faults, in the order of the registry.
    pub chosen: Vec<&'static Fault>,
    pub names: Names,
    pub spells: Vec<Spell>,
    seed: u64,
    days: Range<i32>,
    /// Rows in a stripe.
    stripe: u64,
}

/// What an archive, or a CSV file in one, has of the faults of files: their numbers, and what they do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::simulate) struct FileFaults(Vec<(usize, FileFault)>);

impl FileFaults {
    /// Whether it is changed in this way.
    pub fn has(&self, file: FileFault) -> bool {
        self.0.iter().any(|(_, f)| *f == file)
    }

    /// Whether a loader gets nothing out of it.
    pub fn refused(&self) -> bool {
        self.0.iter().any(|(_, file)| refuses(*file))
    }

    /// The numbers of the faults.
    pub fn numbers(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().map(|(number, _)| *number)
    }
}

/// Faults by row, stripe after stripe.
pub(in crate::simulate) struct Places<'d> {
    dirt: &'d Dirt,
    day: i32,
    stripe: Option<u64>,
    faults: BTreeMap<u64, usize>,
}

impl Dirt {
    /// The faults that a plan asks for.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a name that no fault has, [`Error::Usage`] for a fault that the plan has no
    /// place for.
    pub fn of(plan: &StatementsPlan, platforms: &[Profile]) -> Result<Self> {
        let mut chosen = Vec::new();
        for fault in DIRT {
            let named = plan.dirt.iter().any(|id| id == fault.id);
            if !named && !plan.dirt.iter().any(|id| id == ALL) {
                continue;
            }
            match misfit(fault, plan, platforms.len()) {
                None => chosen.push(*fault),
                Some(why) if named => {
                    return Err(Error::usage(
                        format!("this plan has no place for the fault {:?}: {why}", fault.id),
                        "change the plan, or leave the fault out",
                    ));
                }
                Some(_) => {}
            }
        }
        for id in &plan.dirt {
            if id != ALL && !DIRT.iter().any(|f| f.id == id) {
                return Err(Error::Unknown {
                    kind: "fault",
                    name: id.clone(),
                    known: std::iter::once(ALL).chain(DIRT.iter().map(|f| f.id)).map(str::to_owned).collect(),
                });
            }
        }
        let stripe = 1_000_000 / u64::from(plan.dirt_per_million.max(1));
        let in_rows = chosen.iter().filter(|f| matches!(f.make, Make::Row(_) | Make::Another(_))).count() as u64;
        if in_rows > 0 && (plan.dirt_per_million == 0 || stripe < in_rows) {
            return Err(Error::usage(
                format!("{} rows in 1,000,000 with each of {in_rows} faults", plan.dirt_per_million),
                format!("1 to {} rows in 1,000,000 can have each of them: no row has two", 1_000_000 / in_rows),
            ));
        }
        let days = plan.dates();
        let spells = chosen.iter().enumerate().filter_map(|(i, fault)| match fault.make {
            Make::Span(span) => Some(Spell::of(i, span, days.start, days.end - days.start, platforms.len())),
            _ => None,
        });
        let spells = spells.collect();
        Ok(Self { chosen, names: Names::new(platforms), spells, seed: plan.seed, days, stripe })
    }

    /// Whether nothing is to be put in.
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// Whether a day can have faults in its rows.
    pub fn touches(&self, day: i32) -> bool {
        !self.is_empty() && self.days.contains(&day)
    }

    /// Faults of the rows of a day.
    pub fn places(&self, day: i32) -> Places<'_> {
        Places { dirt: self, day, stripe: None, faults: BTreeMap::new() }
    }

    /// Days after the plan's last, for archives that nobody can load.
    pub fn further_days(&self) -> Range<i32> {
        let further = self.files().filter(|(_, file)| refuses(*file)).count();
        self.days.end..self.days.end + i32::try_from(further).unwrap_or(0)
    }

    /// The faults of files, with their numbers.
    fn files(&self) -> impl Iterator<Item = (usize, FileFault)> + '_ {
        self.chosen.iter().enumerate().filter_map(|(i, fault)| match fault.make {
            Make::File(file) => Some((i, file)),
            _ => None,
        })
    }

    /// What the archives of a day have.
    pub fn archives(&self, day: i32) -> FileFaults {
        let mut further = self.days.end..;
        let mut spread = self.days.clone().cycle();
        let here = self.files().filter(|(_, file)| {
            let place = match file {
                FileFault::MissingSha1 => Some(self.days.start),
                FileFault::Republished => Some(self.days.end - 1),
                FileFault::WrongSha1 | FileFault::Truncated => further.next(),
                FileFault::HeaderOnly | FileFault::Empty => spread.next(),
                FileFault::ExtraColumn
                | FileFault::CarriageReturns
                | FileFault::ByteOrderMark
                | FileFault::Reordered => None,
            };
            place == Some(day)
        });
        FileFaults(here.collect())
    }

    /// What CSV file number `csv` of `all` files of a day has.
    pub fn csv(&self, day: i32, csv: u64, all: u64) -> FileFaults {
        let days = u64::from(self.days.end.abs_diff(self.days.start)).max(1);
        let of_csv = self.files().filter(|(_, file)| {
            matches!(
                file,
                FileFault::ExtraColumn | FileFault::CarriageReturns | FileFault::ByteOrderMark | FileFault::Reordered
            )
        });
        let here = (0_u64..).zip(of_csv).filter(|(number, _)| {
            // Each has a day of its own as far as there are enough, then a file of its own in the day.
            let of_day = i64::from(self.days.start) + (number % days).cast_signed();
            of_day == i64::from(day) && number / days % all.max(1) == csv
        });
        FileFaults(here.map(|(_, fault)| fault).collect())
    }
}

impl Places<'_> {
    /// Number of the fault of a row.
    pub fn at(&mut self, index: u64) -> Option<usize> {
        let stripe = index / self.dirt.stripe;
        if self.stripe != Some(stripe) {
            self.stripe = Some(stripe);
            self.fill(stripe);
        }
        self.faults.get(&(index % self.dirt.stripe)).copied()
    }

    fn fill(&mut self, stripe: u64) {
        self.faults.clear();
        let dirt = self.dirt;
        let day = u64::from(self.day.cast_unsigned());
        let mut rng = Rng::new([dirt.seed, stream::DIRT, day, stripe]);
        for (number, fault) in dirt.chosen.iter().enumerate() {
            if !matches!(fault.make, Make::Row(_) | Make::Another(_)) {
                continue;
            }
            let mut place = rng.below(dirt.stripe);
            while self.faults.contains_key(&place) {
                place = (place + 1) % dirt.stripe;
            }
            // A fault that cannot be on this day keeps its place empty.
            self.faults.insert(place, number);
        }
        let era = Era::of(self.day);
        let first = self.day == dirt.days.start || Era::of(self.day - 1) != era;
        self.faults.retain(|_, number| {
            let fault = dirt.chosen[*number];
            let alone = matches!(fault.make, Make::Another(Another::DayBefore)) && first;
            !alone && fault.era.is_none_or(|e| e == era)
        });
    }
}

/// Whether a loader gets nothing out of an archive with this fault.
pub(in crate::simulate) fn refuses(file: FileFault) -> bool {
    matches!(file, FileFault::WrongSha1 | FileFault::Truncated)
}

/// Why a fault cannot be in a plan.
fn misfit(fault: &Fault, plan: &StatementsPlan, platforms: usize) -> Option<&'static str> {
    let no_day = |fits: &dyn Fn(i32) -> bool| !plan.dates().any(fits);
    match fault.make {
        _ if fault.era.is_some_and(|era| no_day(&|day| Era::of(day) == era)) => {
            Some("its column came with schema v2, on 2025-07-01")
        }
        Make::Another(Another::DayBefore) if no_day(&|day| day > plan.from && Era::of(day) == Era::of(day - 1)) => {
            Some("it needs two days of one schema, one after the other")
        }
        Make::Another(_) if plan.rows_per_day < 2 => Some("it needs two rows a day"),
        Make::Span(Span::Silent) if platforms < 2 => Some("it needs two platforms"),
        Make::Span(Span::Level) if plan.days < 2 => Some("it needs two days"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dirt(plan: &StatementsPlan) -> Result<Dirt> {
        Dirt::of(plan, &plan.check()?)
    }

    fn plan(dirt: &[&str]) -> StatementsPlan {
        let dirt = dirt.iter().map(|id| (*id).to_owned()).collect();
        StatementsPlan { rows_per_day: 1_000, dirt, ..StatementsPlan::default() }
    }

    #[test]
    fn each_row_fault_has_one_row_in_every_stripe() {
        let plan = StatementsPlan { from: 20_280, days: 2, ..plan(&[ALL]) };
        let dirt = dirt(&plan).expect("plan");
        let mut places = dirt.places(20_281);
        let mut counts = BTreeMap::new();
        for index in 0..4 * dirt.stripe {
            if let Some(fault) = places.at(index) {
                *counts.entry(fault).or_insert(0) += 1;
            }
        }
        let in_rows = dirt.chosen.iter().filter(|f| matches!(f.make, Make::Row(_) | Make::Another(_))).count();
        assert_eq!(counts.len(), in_rows);
        assert!(counts.values().all(|n| *n == 4) && dirt.stripe <= 1_000, "{}", dirt.stripe);
        // Any row can be asked for by itself.
        let again: Vec<Option<usize>> = [1_777, 3].map(|i| dirt.places(20_281).at(i)).to_vec();
        assert_eq!(again, [1_777, 3].map(|i| places.at(i)));
        assert_eq!(dirt.places(20_280).fault_ids("duplicate-across-days"), 0, "the first day has none before it");
    }

    impl Places<'_> {
        fn fault_ids(&mut self, id: &str) -> usize {
            (0..1_000).filter(|i| self.at(*i).is_some_and(|f| self.dirt.chosen[f].id == id)).count()
        }
    }

    #[test]
    fn each_file_fault_has_one_file() {
        for days in [1, 2, 40] {
            let plan = StatementsPlan { days, ..plan(&[ALL]) };
            let dirt = dirt(&plan).expect("plan");
            let mut met = Vec::new();
            for day in plan.dates().start..dirt.further_days().end {
                met.extend(dirt.archives(day).numbers());
                met.extend((0..3).flat_map(|csv| dirt.csv(day, csv, 3).numbers().collect::<Vec<_>>()));
            }
            met.sort_unstable();
            assert_eq!(met, dirt.files().map(|(i, _)| i).collect::<Vec<_>>(), "{days} days");
        }
        let one = StatementsPlan { days: 1, ..plan(&["crlf", "byte-order-mark"]) };
        let faults = dirt(&one).expect("plan").csv(one.from, 0, 1);
        assert!(
            faults.has(FileFault::CarriageReturns) && faults.has(FileFault::ByteOrderMark),
            "the only file has both"
        );
    }

    #[test]
    fn plans_without_a_place_are_refused() {
        let fault = |plan: &StatementsPlan| dirt(plan).expect_err("refused");
        assert!(matches!(fault(&plan(&["bakslash-quote"])), Error::Unknown { .. }));
        let hint = fault(&plan(&["bakslash-quote"])).hint().unwrap_or_default();
        assert!(hint.contains("\"backslash-quote\""), "{hint}");
        for refused in [
            StatementsPlan { dirt_per_million: 1_000_000, ..plan(&[ALL]) },
            StatementsPlan { dirt_per_million: 0, ..plan(&[ALL]) },
            StatementsPlan { from: 20_000, ..plan(&["wrong-check-digit"]) },
            StatementsPlan { days: 1, ..plan(&["duplicate-across-days"]) },
            StatementsPlan { from: 20_269, days: 2, ..plan(&["duplicate-across-days"]) },
            StatementsPlan { platforms: 1, ..plan(&["silent-day"]) },
            StatementsPlan { days: 1, ..plan(&["level-shift"]) },
        ] {
            assert!(matches!(fault(&refused), Error::Usage { .. }), "{refused:?}");
            let all = StatementsPlan { dirt: vec![ALL.into()], dirt_per_million: 1_000, ..refused };
            assert!(dirt(&all).is_ok(), "what has no place is left out of all");
        }
    }
}
