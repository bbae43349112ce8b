//! Spells of observation, and the table of who was at risk and who left at each time.
//!
//! Source: the counting-process form of P. K. Andersen, Ø. Borgan, R. D. Gill and N. Keiding, *Statistical
//! Models Based on Counting Processes* (1993): for estimates without covariates, the numbers at risk and the
//! numbers of events by time hold all that matters.

use super::{StatsError, check_time};

/// The code of an exit without event: the unit was still under way when the data ended.
pub const CENSORED: u32 = 0;

/// The largest total of a table: beyond it a count is no longer exact as a real number.
const LARGEST: u64 = 1 << 53;

/// One unit's time under observation: at risk in `(entry, exit]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spell {
    /// Time at which observation began; −∞ where it began with the unit itself, so that an event at time 0
    /// counts too.
    pub entry: f64,
    /// Time of the event, or of the last look.
    pub exit: f64,
    /// [`CENSORED`], or the type of the event: 1, 2, …
    pub event: u32,
}

impl Spell {
    /// A spell that is observed from its beginning.
    #[must_use]
    pub const fn new(exit: f64, event: u32) -> Self {
        Self { entry: f64::NEG_INFINITY, exit, event }
    }

    /// A spell that exists in the data because it lasted beyond `entry` (delayed entry, left truncation).
    #[must_use]
    pub const fn delayed(entry: f64, exit: f64, event: u32) -> Self {
        Self { entry, exit, event }
    }
}

/// Exits of one kind at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cell {
    pub time: f64,
    pub event: u32,
    pub count: u64,
}

/// What happened at one time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub time: f64,
    /// Units with entry < time ≤ exit.
    pub at_risk: u64,
    /// Whether units come under observation at this very time, to be at risk from just after it.
    pub renewed: bool,
    /// The exits, by code; censorings are first, where there are any.
    cells: &'a [Cell],
    exits: u64,
}

impl Row<'_> {
    pub fn exits(&self) -> u64 {
        self.exits
    }

    pub fn of(&self, event: u32) -> u64 {
        self.cells.iter().find(|cell| cell.event == event).map_or(0, |cell| cell.count)
    }

    pub fn censored(&self) -> u64 {
        self.cells.first().filter(|cell| cell.event == CENSORED).map_or(0, |cell| cell.count)
    }

    /// Events of every type.
    pub fn events(&self) -> u64 {
        self.exits.saturating_sub(self.censored())
    }
}

/// How many units left at each time, by reason, and how many came under observation late.
///
/// The compact form of any number of spells: its size is the number of distinct times and reasons, so that
/// ten million delays in days are some thousand cells. Tables of disjoint parts of the data add up with
/// [`RiskTable::merge`]; the empty table is its neutral element. Which unit left when it had come when is
/// forgotten, which no estimator here needs but the infinitesimal jackknife with delayed entry.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RiskTable {
    /// In the order of time and code, each pair once, no count 0.
    cells: Vec<Cell>,
    /// Late entries in the order of time, each time once, no count 0.
    entries: Vec<(f64, u64)>,
}

impl RiskTable {
    /// The table of spells.
    ///
    /// An entry below 0 counts as observation from the beginning. Complexity: one sort of n pairs of numbers.
    ///
    /// # Errors
    /// [`StatsError::Domain`] for an exit that is negative or not finite, or an entry that is not a number;
    /// [`StatsError::Contradiction`] for a unit that left before or when it came.
    pub fn from_spells(spells: &[Spell]) -> Result<Self, StatsError> {
        // Times of at least 0 have the order of their bits. Time and code as one number sort without branches.
        let mut exits: Vec<u128> = Vec::with_capacity(spells.len());
        let mut entries: Vec<u64> = Vec::new();
        for spell in spells {
            check_time("exit", spell.exit)?;
            if spell.entry.is_nan() {
                let expected = "expected a number, or −∞";
                return Err(StatsError::Domain { what: "entry", value: spell.entry, expected });
            }
            if spell.entry >= spell.exit {
                return Err(StatsError::Contradiction("a spell ends before or when it begins"));
            }
            // −0 becomes 0.
            exits.push(u128::from((spell.exit + 0.0).to_bits()) << 32 | u128::from(spell.event));
            if spell.entry >= 0.0 {
                entries.push((spell.entry + 0.0).to_bits());
            }
        }
        exits.sort_unstable();
        entries.sort_unstable();
        let distinct = exits.chunk_by(|a, b| a == b).count();
        let mut cells = Vec::with_capacity(distinct);
        for same in exits.chunk_by(|a, b| a == b) {
            #[expect(clippy::cast_possible_truncation, reason = "taken apart as it was put together")]
            let (time, event) = ((same[0] >> 32) as u64, same[0] as u32);
            cells.push(Cell { time: f64::from_bits(time), event, count: same.len() as u64 });
        }
        let entries = entries.chunk_by(|a, b| a == b).map(|same| (f64::from_bits(same[0]), same.len() as u64));
        Ok(Self { cells, entries: entries.collect() })
    }

    /// The table of a histogram: `(time, code, count)` of exits, and `(time, count)` of late entries. Units
    /// without an entry were observed from their beginning.
    ///
    /// In any order; what is given twice adds up; counts of 0 change nothing. Complexity: O(k log k) in the
    /// number of rows.
    ///
    /// # Errors
    /// [`StatsError::Domain`] for a time that is negative or not finite, and for more than 2⁵³ exits;
    /// [`StatsError::Contradiction`] where more units leave than are under observation.
    pub fn from_histogram(exits: &[(f64, u32, u64)], entries: &[(f64, u64)]) -> Result<Self, StatsError> {
        let mut cells = Vec::with_capacity(exits.len());
        for &(time, event, count) in exits {
            check_time("time", time)?;
            if count > 0 {
                cells.push(Cell { time: time + 0.0, event, count });
            }
        }
        let mut late = Vec::with_capacity(entries.len());
        for &(time, count) in entries {
            check_time("entry", time)?;
            if count > 0 {
                late.push((time + 0.0, count));
            }
        }
        cells.sort_by(|a, b| a.time.total_cmp(&b.time).then(a.event.cmp(&b.event)));
        late.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total = cells.iter().fold(0_u64, |sum, cell| sum.saturating_add(cell.count));
        if total > LARGEST {
            return Err(StatsError::Domain { what: "count", value: super::real(total), expected: "expected ≤ 2^53" });
        }
        let table = Self { cells: joined(cells), entries: joined(late) };
        let entered = table.entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.1));
        if entered > total || table.rows().any(|row| row.exits() > row.at_risk) {
            return Err(StatsError::Contradiction("more units leave than are under observation"));
        }
        Ok(table)
    }

    /// Adds the table of other units. Commutative and associative; counts saturate at 2⁶⁴ − 1.
    ///
    /// Complexity: O(size of both).
    pub fn merge(&mut self, other: &Self) {
        let cells = merged(&self.cells, &other.cells, |a, b| a.time.total_cmp(&b.time).then(a.event.cmp(&b.event)));
        let entries = merged(&self.entries, &other.entries, |a, b| a.0.total_cmp(&b.0));
        self.cells = joined(cells);
        self.entries = joined(entries);
    }

    /// Number of spells.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.cells.iter().fold(0, |sum, cell| sum.saturating_add(cell.count))
    }

    /// Number of events of every type.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.cells.iter().filter(|cell| cell.event != CENSORED).fold(0, |sum, cell| sum.saturating_add(cell.count))
    }

    /// Number of units that came under observation late.
    #[must_use]
    pub fn delayed(&self) -> u64 {
        self.entries.iter().fold(0, |sum, entry| sum.saturating_add(entry.1))
    }

    /// Number of units with entry < t ≤ exit. Complexity: O(size).
    #[must_use]
    pub fn at_risk(&self, t: f64) -> u64 {
        let came = self.entries.iter().take_while(|entry| entry.0 < t).fold(0, |sum: u64, e| sum.saturating_add(e.1));
        let left =
            self.cells.iter().take_while(|cell| cell.time < t).fold(0, |sum: u64, c| sum.saturating_add(c.count));
        self.observed_throughout().saturating_add(came).saturating_sub(left)
    }

    /// The types of events that occurred, in increasing order.
    #[must_use]
    pub fn event_types(&self) -> Vec<u32> {
        let mut types: Vec<u32> = Vec::new();
        for event in self.cells.iter().map(|cell| cell.event).filter(|event| *event != CENSORED) {
            if let Err(place) = types.binary_search(&event) {
                types.insert(place, event);
            }
        }
        types
    }

    /// The table in which every event but those of one type is a censoring.
    ///
    /// It serves for the hazard of that type. Its Kaplan–Meier curve is not the probability of the event
    /// where the other types prevent it: see [`super::aalen_johansen()`].
    #[must_use]
    pub fn cause_specific(&self, event: u32) -> Self {
        let mut cells: Vec<Cell> = Vec::with_capacity(self.cells.len());
        for cell in &self.cells {
            cells.push(Cell { event: if cell.event == event { event } else { CENSORED }, ..*cell });
        }
        cells.sort_by(|a, b| a.time.total_cmp(&b.time).then(a.event.cmp(&b.event)));
        Self { cells: joined(cells), entries: self.entries.clone() }
    }

    /// The time up to which the data say nothing: the earliest entry where nobody was observed from the
    /// beginning. What is estimated is conditional on reaching it.
    pub(super) fn observed_from(&self) -> f64 {
        match self.entries.first() {
            Some(entry) if self.observed_throughout() == 0 => entry.0,
            _ => 0.0,
        }
    }

    fn observed_throughout(&self) -> u64 {
        self.n().saturating_sub(self.delayed())
    }

    /// A bound of the number of distinct times.
    pub(super) fn size(&self) -> usize {
        self.cells.len()
    }

    /// The distinct times of exit in increasing order, with the numbers at risk.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> + '_ {
        let mut walk = Walk::new(self);
        std::iter::from_fn(move || walk.next_time().map(|time| walk.to(time)))
    }
}

/// Visits the distinct times of exit of several groups, with one row for each group at each time.
pub(super) fn together<'a>(groups: &'a [RiskTable], mut visit: impl FnMut(&[Row<'a>])) {
    let mut walks: Vec<Walk> = groups.iter().map(Walk::new).collect();
    let mut rows = Vec::with_capacity(groups.len());
    while let Some(time) = walks.iter().filter_map(Walk::next_time).min_by(f64::total_cmp) {
        rows.clear();
        rows.extend(walks.iter_mut().map(|walk| walk.to(time)));
        visit(&rows);
    }
}

/// A way through the times of a table, in increasing order.
struct Walk<'a> {
    cells: &'a [Cell],
    entries: &'a [(f64, u64)],
    at_risk: u64,
}

impl<'a> Walk<'a> {
    fn new(table: &'a RiskTable) -> Self {
        Self { cells: &table.cells, entries: &table.entries, at_risk: table.observed_throughout() }
    }

    /// The next time at which somebody leaves.
    fn next_time(&self) -> Option<f64> {
        self.cells.first().map(|cell| cell.time)
    }

    /// Goes on to `time`, which is at most the next time of exit.
    fn to(&mut self, time: f64) -> Row<'a> {
        while let Some((entry, rest)) = self.entries.split_first().filter(|(entry, _)| entry.0 < time) {
            self.at_risk = self.at_risk.saturating_add(entry.1);
            self.entries = rest;
        }
        let (mut here, mut exits) = (0, 0_u64);
        while let Some(cell) = self.cells.get(here).filter(|cell| cell.time <= time) {
            exits = exits.saturating_add(cell.count);
            here += 1;
        }
        let (cells, rest) = self.cells.split_at(here);
        self.cells = rest;
        let renewed = self.entries.first().is_some_and(|entry| entry.0 <= time);
        let row = Row { time, at_risk: self.at_risk, renewed, cells, exits };
        self.at_risk = self.at_risk.saturating_sub(exits);
        row
    }
}

/// A count with the key it belongs to.
pub(super) trait Counted: Copy {
    fn same(&self, other: &Self) -> bool;
    fn add(&mut self, other: &Self);
}

impl Counted for Cell {
    fn same(&self, other: &Self) -> bool {
        self.time.total_cmp(&other.time).is_eq() && self.event == other.event
    }

    fn add(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
    }
}

impl Counted for (f64, u64) {
    fn same(&self, other: &Self) -> bool {
        self.0.total_cmp(&other.0).is_eq()
    }

    fn add(&mut self, other: &Self) {
        self.1 = self.1.saturating_add(other.1);
    }
}

/// Adds up neighbours with the same key.
pub(super) fn joined<T: Counted>(mut sorted: Vec<T>) -> Vec<T> {
    sorted.dedup_by(|next, kept| {
        let same = kept.same(next);
        if same {
            kept.add(next);
        }
        same
    });
    sorted
}

/// Two sorted lists as one.
pub(super) fn merged<T: Copy>(a: &[T], b: &[T], order: impl Fn(&T, &T) -> std::cmp::Ordering) -> Vec<T> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    loop {
        let from_a = match (a.peek(), b.peek()) {
            (Some(x), Some(y)) => order(x, y).is_le(),
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return all,
        };
        all.extend(if from_a { a.next() } else { b.next() });
    }
}
