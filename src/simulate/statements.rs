//! The model: which statements the invented platforms submit on a day.
//!
//! Places of a day are cut into blocks of [`BLOCK`]; a block is a sequence of calls, each of one platform and
//! one second, so that platforms alternate as their batches came in. Each row then follows from its place.

use std::ops::Range;

use super::dirt::{Another, Dirt, Fate, LEVEL, Make, Scene, Span};
use super::exporter::{Era, clean};
use super::identifiers;
use super::plan::StatementsPlan;
use super::profiles::{Profile, Source};
use super::rng::Rng;
use super::statement::{Damage, Statement};

/// Places whose calls are drawn together.
const BLOCK: u64 = 1_000;
/// The database skips an id now and then: a submission that was rolled back.
const GAP_EVERY: u64 = 2_500;
/// Ids skipped at once.
const GAP: u64 = 3;
/// Ids set aside for a day, so that ids never repeat.
const IDS_OF_A_DAY: u64 = 1_100_000_000;
/// First id of the table that began on 2025-07-01.
const FIRST_ID_V2: u64 = 100_000_000_000;
/// Share of a day's submissions in each UTC hour, in proportion: quiet before dawn, busy with the jobs that
/// platforms run after midnight and in office hours.
const HOURS: [u64; 24] =
    [130, 110, 90, 80, 78, 82, 88, 95, 102, 108, 112, 114, 112, 114, 116, 112, 108, 104, 100, 96, 92, 90, 92, 98];
/// Since this day (2026-06-09) archives hold the statements of the UTC day exactly; before, the first and
/// last few could belong to the day next to it.
const EXACT_DAYS: i32 = 20_613;

/// Rows of a day outside the plan: its archive is one that nobody can load.
const FURTHER_ROWS: u64 = 1_000;
/// Draws after which no statement without a fault is looked for any more.
const MOST_DRAWS: u32 = 64;

/// What a generator is for, so that no two draw the same numbers.
pub(super) mod stream {
    pub const DAY: u64 = 1;
    pub const CALLS: u64 = 2;
    pub const ROW: u64 = 3;
    pub const COMMON: u64 = 4;
    pub const DIRT: u64 = 5;
    pub const FAULT: u64 = 6;
    pub const COPY: u64 = 7;
}

/// A plan with its platforms and faults.
pub(super) struct Model<'a> {
    pub plan: &'a StatementsPlan,
    pub platforms: &'a [Profile],
    pub dirt: &'a Dirt,
}

/// One day of the plan.
pub(super) struct Day {
    /// Days since 1970-01-01.
    pub date: i32,
    pub era: Era,
    first_id: u64,
    /// Number of places.
    pub rows: u64,
    /// Weight of a call of each platform.
    calls: Vec<u64>,
    /// Longest call of each platform.
    longest: Vec<u64>,
}

/// Consecutive rows that one platform submitted at once.
struct Call {
    platform: usize,
    rows: u64,
    /// Seconds since 1970-01-01.
    second: i64,
    single: bool,
    /// What its statements have in common is drawn from here.
    common: Rng,
}

/// A statement's place, for the statement to be drawn from.
pub(super) struct Place<'c, 'a> {
    pub day: &'c Day,
    pub platform: usize,
    pub profile: &'a Profile,
    pub id: u64,
    pub second: i64,
    /// Whether it came through the API for single statements, which sorts arrays.
    pub single: bool,
    pub difficult_per_million: u32,
    /// Draws the same for every row of a call.
    pub common: &'c Rng,
}

/// A record of a day.
pub(super) struct Made<'m, 'a> {
    pub id: u64,
    /// Place in the day; that of the record before, where it is another one of a statement.
    pub index: u64,
    pub statement: &'m Statement<'a>,
    /// What a correct loader does with it.
    pub fate: Fate,
    /// Numbers of its faults.
    pub faults: &'m [usize],
}

impl<'a> Model<'a> {
    /// The day's own parameters.
    pub fn day(&self, day: i32) -> Day {
        let rows = self.plan.rows_per_day;
        // On small days calls are short, or a hundred rows would come from two platforms.
        let longest: Vec<u64> =
            self.platforms.iter().map(|p| u64::from(p.batch).min((rows / 500).max(1)).max(1)).collect();
        let factors: Vec<u64> = (0..self.platforms.len()).map(|platform| self.factor(platform, day)).collect();
        let calls = self
            .platforms
            .iter()
            .zip(&longest)
            .zip(&factors)
            .enumerate()
            .map(|(i, ((p, longest), factor))| {
                let mut rng = self.rng(stream::DAY, day, i as u64);
                // From day to day a platform's volume moves by up to 15 %.
                factor * u64::from(p.share) * (85 + rng.below(31)) * 1_000 / (longest + 1)
            })
            .collect();
        let era = Era::of(day);
        let since = u64::from(day.abs_diff(super::plan::FIRST_DAY));
        let first_id = 1 + since * IDS_OF_A_DAY + if era == Era::V2 { FIRST_ID_V2 } else { 0 };
        // The others submit what they did, whatever one platform does.
        let share = |factor: &dyn Fn(usize) -> u64| {
            self.platforms.iter().enumerate().map(|(i, p)| factor(i) * u64::from(p.share)).sum::<u64>()
        };
        let rows = if self.plan.dates().contains(&day) { rows } else { rows.min(FURTHER_ROWS) };
        let rows = (rows * share(&|i| factors[i]) / share(&|_| 1).max(1)).max(1);
        Day { date: day, era, first_id, rows, calls, longest }
    }

    /// How many times its usual volume a platform submits on a day.
    fn factor(&self, platform: usize, day: i32) -> u64 {
        let spells = self.dirt.spells.iter().filter(|s| s.platform == platform && s.days.contains(&day));
        spells.fold(1, |factor, spell| match spell.span {
            Span::Silent => 0,
            Span::Level => factor * LEVEL,
            Span::ZeroDelays | Span::InvertedDetection | Span::UnlabelledFlaggers => factor,
        })
    }

    fn rng(&self, stream: u64, day: i32, index: u64) -> Rng {
        Rng::new([self.plan.seed, stream, u64::from(day.cast_unsigned()), index])
    }

    /// Makes the records of some places of a day, in order, reusing their memory.
    ///
    /// # Errors
    /// Whatever `each` returns.
    pub fn rows<E>(
        &self,
        day: &Day,
        places: Range<u64>,
        mut each: impl FnMut(&Made<'_, 'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = Statement::default();
        let mut copied = Statement::default();
        let mut faults = Vec::new();
        let mut dirt = self.dirt.touches(day.date).then(|| self.dirt.places(day.date));
        let mut block = places.start / BLOCK;
        while block * BLOCK < places.end {
            let mut at = block * BLOCK;
            for call in self.calls(day, block) {
                for index in at..at + call.rows {
                    if !places.contains(&index) {
                        continue;
                    }
                    let id = day.id(index);
                    let fault = dirt.as_mut().and_then(|places| places.at(index));
                    self.make(day, &call, index, fault, &mut statement, &mut faults);
                    let fate = match statement.damage {
                        Damage::Fewer(_) | Damage::More | Damage::Open => Fate::Rejected,
                        Damage::None | Damage::Bytes => Fate::Kept,
                    };
                    each(&Made { id, index, statement: &statement, fate, faults: &faults })?;
                    if let Some(number) = fault
                        && let Make::Another(another) = self.dirt.chosen[number].make
                        && let Some(fate) = self.another(day, index, another, &mut copied, &mut faults)
                    {
                        faults.push(number);
                        each(&Made { id, index, statement: &copied, fate, faults: &faults })?;
                    }
                }
                at += call.rows;
            }
            block += 1;
        }
        Ok(())
    }

    /// Makes the statement of a place, with what its platform and its row have of faults.
    fn make(
        &self,
        day: &Day,
        call: &Call,
        index: u64,
        fault: Option<usize>,
        s: &mut Statement<'a>,
        faults: &mut Vec<usize>,
    ) {
        faults.clear();
        let change = fault.and_then(|number| match self.dirt.chosen[number].make {
            Make::Row(change) => Some((number, change)),
            _ => None,
        });
        let place = Place {
            day,
            platform: call.platform,
            profile: &self.platforms[call.platform],
            id: day.id(index),
            second: call.second,
            single: call.single,
            // One difficulty at a time: a faulty row has no difficult text beside its fault.
            difficult_per_million: if change.is_some() { 0 } else { self.plan.difficult_per_million },
            common: &call.common,
        };
        s.draw(&place, self.rng(stream::ROW, day.date, index));
        if !self.dirt.touches(day.date) {
            return;
        }
        let mut rng = self.rng(stream::FAULT, day.date, index);
        for spell in &self.dirt.spells {
            if spell.change(s, day.date, &mut rng) {
                faults.push(spell.fault);
            }
        }
        if let Some((number, change)) = change {
            change(s, &Scene { names: &self.dirt.names, era: day.era }, &mut rng);
            faults.retain(|f| self.dirt.spells.iter().any(|spell| spell.fault == *f && spell.shows(s)));
            faults.push(number);
        }
    }

    /// Makes another record of a statement that has no fault, and says what a correct loader does with it.
    fn another(
        &self,
        day: &Day,
        index: u64,
        another: Another,
        s: &mut Statement<'a>,
        faults: &mut Vec<usize>,
    ) -> Option<Fate> {
        let before = (another == Another::DayBefore).then(|| self.day(day.date - 1));
        let of = before.as_ref().unwrap_or(day);
        let mut rng = self.rng(stream::COPY, day.date, index);
        let mut places = self.dirt.places(of.date);
        let other = (0..MOST_DRAWS)
            .map(|_| rng.below(of.rows))
            .find(|other| (before.is_some() || *other != index) && places.at(*other).is_none())?;
        let mut at = other / BLOCK * BLOCK;
        let calls = self.calls(of, other / BLOCK);
        let call = calls.iter().find(|call| {
            at += call.rows;
            other < at
        })?;
        self.make(of, call, other, None, s, faults);
        if another == Another::NewUuid {
            s.uuid.clear();
            identifiers::uuid(&mut s.uuid, &mut rng);
            return Some(Fate::Kept);
        }
        // The platform's faults are counted with the first record.
        faults.clear();
        Some(Fate::Repeated)
    }

    fn calls(&self, day: &Day, block: u64) -> Vec<Call> {
        let mut rng = self.rng(stream::CALLS, day.date, block);
        let mut at = block * BLOCK;
        let end = (at + BLOCK).min(day.rows);
        let mut calls = Vec::new();
        while at < end {
            let platform = rng.weighted(day.calls.iter().copied());
            let profile = &self.platforms[platform];
            let single = rng.chance(profile.single_share.into(), 10_000);
            // The single API takes one statement a call; to keep shares, the same number of calls follow
            // each other.
            let rows = (1 + rng.below(day.longest[platform])).min(end - at);
            let second = day.second(at, &mut rng);
            let common = self.rng(stream::COMMON, day.date, at);
            calls.push(Call { platform, rows, second, single, common });
            at += rows;
        }
        calls
    }
}

impl Day {
    /// Id of a place.
    pub fn id(&self, index: u64) -> u64 {
        self.first_id + index + index / GAP_EVERY * GAP
    }

    /// Places whose ids lie in `[first_id + start, first_id + end)`.
    pub fn places(&self, ids: Range<u64>) -> Range<u64> {
        let place = |offset: u64| {
            let (rounds, rest) = (offset / (GAP_EVERY + GAP), offset % (GAP_EVERY + GAP));
            (rounds * GAP_EVERY + rest.min(GAP_EVERY)).min(self.rows)
        };
        place(ids.start)..place(ids.end)
    }

    /// Number of ids from the first to the last of the day.
    pub fn ids(&self) -> u64 {
        self.id(self.rows - 1) - self.first_id + 1
    }

    /// When the call that begins at a place came in: along [`HOURS`], some seconds early or late.
    fn second(&self, index: u64, rng: &mut Rng) -> i64 {
        let total: u64 = HOURS.iter().sum();
        let mut target = (2 * index + 1) * total * 3_600 / (2 * self.rows);
        let mut second = 0;
        for weight in HOURS {
            if target < weight * 3_600 {
                second += target / weight;
                break;
            }
            target -= weight * 3_600;
            second += 3_600;
        }
        let jitter = i64::from(rng.between(-2, 4));
        let midnight = i64::from(self.date) * 86_400;
        let at = midnight + second.cast_signed() + jitter;
        if self.date < EXACT_DAYS { at } else { at.clamp(midnight, midnight + 86_399) }
    }

    /// A free text as the exporter of this day stores it.
    pub fn clean(&self, text: &str) -> String {
        clean(text, self.date)
    }
}

impl Source {
    /// Whether a notice led to the decision.
    pub(super) fn is_notice(self) -> bool {
        self != Self::Voluntary
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::plan::is_simulated;
    use crate::simulate::row::Row;

    fn cells(plan: &StatementsPlan, day: i32, places: Range<u64>) -> Vec<(u64, String, Vec<Option<String>>)> {
        let platforms = plan.check().expect("plan");
        let dirt = Dirt::of(plan, &platforms).expect("plan");
        let model = Model { plan, platforms: &platforms, dirt: &dirt };
        let day = model.day(day);
        let (mut out, mut row) = (Vec::new(), Row::default());
        model
            .rows(&day, places, |made| {
                row.write(made.statement);
                let cells = row.cells().map(|c| c.map(str::to_owned)).collect();
                out.push((made.id, made.statement.category.to_owned(), cells));
                Ok::<(), ()>(())
            })
            .expect("rows");
        out
    }

    #[test]
    fn a_row_does_not_depend_on_the_rows_around_it() {
        let plan = StatementsPlan { rows_per_day: 5_000, ..StatementsPlan::default() };
        let all = cells(&plan, plan.from, 0..5_000);
        assert_eq!(all.len(), 5_000);
        assert_eq!(all[2_345..2_360], cells(&plan, plan.from, 2_345..2_360));
        assert_ne!(all, cells(&StatementsPlan { seed: 2, ..plan.clone() }, plan.from, 0..5_000));
        let mut ids: Vec<u64> = all.iter().map(|r| r.0).collect();
        ids.dedup();
        assert_eq!(ids.len(), 5_000);
        assert!(all.iter().all(|r| is_simulated(r.2[0].as_deref().unwrap_or_default())));
    }

    #[test]
    fn ids_and_places_are_inverse() {
        let plan = StatementsPlan { rows_per_day: 12_345, ..StatementsPlan::default() };
        let platforms = plan.check().expect("plan");
        let dirt = Dirt::of(&plan, &platforms).expect("plan");
        let day = Model { plan: &plan, platforms: &platforms, dirt: &dirt }.day(plan.from);
        let mut rows = 0;
        for start in (0..day.ids()).step_by(1_001) {
            let places = day.places(start..start + 1_001);
            rows += places.end - places.start;
            for i in places {
                assert!((start..start + 1_001).contains(&(day.id(i) - day.first_id)));
            }
        }
        assert_eq!(rows, 12_345);
    }

    #[test]
    fn shares_are_those_of_the_platforms() {
        let plan = StatementsPlan { rows_per_day: 60_000, ..StatementsPlan::default() };
        let all = cells(&plan, plan.from, 0..60_000);
        let of = |name: &str| all.iter().filter(|r| r.2[35].as_deref() == Some(name)).count();
        assert!((33_000..39_000).contains(&of("Quirandel Shopping")), "{}", of("Quirandel Shopping"));
        assert!(of("Tovaridge") > 50);
    }
}
