//! Faults one by one: the row has its fault and no other, and the rest of the day is as it was.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::simulate::plan::StatementsPlan;
use crate::simulate::profiles::Profile;
use crate::simulate::row::Row;
use crate::simulate::rules::{RULES, broken};
use crate::simulate::statements::Model;

type Cells = Vec<Option<String>>;

/// A record, with what is known of it.
struct Record {
    index: u64,
    fate: Fate,
    faults: Vec<&'static str>,
    broken: BTreeSet<&'static str>,
    cells: Cells,
}

fn records(plan: &StatementsPlan, platforms: &[Profile]) -> Vec<Record> {
    let dirt = Dirt::of(plan, platforms).expect("plan");
    let model = Model { plan, platforms, dirt: &dirt };
    let (mut out, mut row) = (Vec::new(), Row::default());
    for date in plan.dates() {
        let day = model.day(date);
        let first = u64::from(date.abs_diff(plan.from)) * 1_000_000;
        model
            .rows(&day, 0..day.rows, |made| {
                row.write(made.statement);
                let rules = RULES.into_iter().zip(broken(made.statement)).filter(|(_, b)| *b).map(|(rule, _)| rule);
                out.push(Record {
                    index: first + made.index,
                    fate: made.fate,
                    faults: made.faults.iter().map(|f| dirt.chosen[*f].id).collect(),
                    broken: rules.collect(),
                    cells: row.cells().map(|c| c.map(str::to_owned)).collect(),
                });
                Ok::<(), ()>(())
            })
            .expect("rows");
    }
    out
}

fn plan(from: i32, dirt: &[&str]) -> StatementsPlan {
    let dirt = dirt.iter().map(|id| (*id).to_owned()).collect();
    StatementsPlan {
        seed: 5,
        from,
        days: 2,
        rows_per_day: 200,
        dirt,
        dirt_per_million: 20_000,
        ..StatementsPlan::default()
    }
}

#[test]
fn entries_are_complete_and_their_names_unique() {
    let mut ids = BTreeSet::from([ALL]);
    for fault in DIRT {
        assert!(ids.insert(fault.id), "{} stands twice", fault.id);
        assert!(fault.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", fault.id);
        for text in [fault.meaning, fault.seen, fault.expected.effect] {
            assert!(!text.is_empty() && !text.ends_with('.') && !text.contains('\n'), "{}: {text:?}", fault.id);
        }
        assert!(fault.expected.rules.iter().all(|r| RULES.contains(r)), "{}", fault.id);
        assert_eq!(fault.expected.fate == Fate::Refused, matches!(fault.make, Make::File(f) if placement::refuses(f)));
        assert!(std::ptr::eq(super::fault(fault.id).expect("found by its name"), *fault));
    }
    assert_eq!(super::fault("backslash-quotes").map(|f| f.id), None);
    // Since a day has each of them at least once.
    let in_rows = DIRT.iter().filter(|f| f.level() == Level::Row).count();
    assert!(in_rows as u64 <= 1_000_000 / u64::from(PER_MILLION));
}

#[test]
fn a_faulty_row_breaks_the_rules_of_its_fault_and_no_others() {
    // 2023-11-10, 2024-04-25, 2025-01-01, 2025-07-10, 2026-06-20: every era of the rules.
    for from in [19_671, 19_838, 20_089, 20_279, 20_624] {
        let clean = plan(from, &[]);
        let platforms = clean.check().expect("plan");
        let before: BTreeMap<u64, Record> =
            records(&clean, &platforms).into_iter().map(|record| (record.index, record)).collect();
        for fault in DIRT.iter().filter(|f| matches!(f.make, Make::Row(_))) {
            if fault.era.is_some_and(|era| era != crate::simulate::Era::of(from)) {
                continue;
            }
            let mut faulty = 0;
            for record in records(&plan(from, &[fault.id]), &platforms) {
                let was = &before[&record.index];
                if record.faults.is_empty() {
                    assert!(record.cells == was.cells, "{}: row {} changed", fault.id, record.index);
                    continue;
                }
                faulty += 1;
                assert_eq!((record.faults.as_slice(), record.fate), ([fault.id].as_slice(), fault.expected.fate));
                let new: BTreeSet<&str> = record.broken.difference(&was.broken).copied().collect();
                let expected: BTreeSet<&str> = fault.expected.rules.iter().copied().collect();
                assert!(new.is_subset(&expected), "{} breaks {new:?}, not only {expected:?}", fault.id);
                let young = |rule: &str| matches!(rule, "R22" | "R36") && from < 19_833;
                assert!(
                    expected.iter().all(|r| young(r) || record.broken.contains(r)),
                    "{} lacks {expected:?}",
                    fault.id
                );
                assert!(record.cells != was.cells || fault.expected.fate == Fate::Rejected, "{}", fault.id);
            }
            assert_eq!(faulty, 8, "{}: one row in fifty", fault.id);
        }
    }
}

#[test]
fn another_record_of_a_statement_is_the_same_or_has_a_new_uuid() {
    let ids = ["duplicate-uuid", "duplicate-across-days", "duplicate-platform-uid"];
    let plan = plan(20_279, &ids);
    let platforms = plan.check().expect("plan");
    let all = records(&plan, &platforms);
    let (copies, originals): (Vec<&Record>, Vec<&Record>) = all.iter().partition(|r| !r.faults.is_empty());
    assert_eq!(originals.len(), 400);
    for id in ids {
        let of_fault: Vec<&&Record> = copies.iter().filter(|r| r.faults == [id]).collect();
        assert_eq!(of_fault.len(), if id == "duplicate-across-days" { 4 } else { 8 }, "{id}");
        for copy in of_fault {
            let original = originals.iter().find(|o| o.cells[1..] == copy.cells[1..]).expect("a statement like it");
            assert_eq!(original.cells[0] == copy.cells[0], copy.fate == Fate::Repeated, "{id}");
            let day = |r: &Record| r.index / 1_000_000;
            assert_eq!(day(original) == day(copy), id != "duplicate-across-days");
        }
    }
}

#[test]
fn platforms_behave_in_their_spells_and_only_then() {
    let ids = ["zero-delays", "inverted-detection", "unlabelled-flaggers", "silent-day", "level-shift"];
    let dirty = StatementsPlan { days: 6, rows_per_day: 3_000, ..plan(20_279, &ids) };
    let platforms = dirty.check().expect("plan");
    let dirt = Dirt::of(&dirty, &platforms).expect("plan");
    let all = records(&dirty, &platforms);
    let of = |record: &Record| (record.index / 1_000_000, record.cells[35].clone().expect("a name"));
    let rows = |platform: &str, days: &[u64]| -> Vec<&Record> {
        all.iter().filter(|r| of(r).1 == platform && days.contains(&of(r).0)).collect()
    };
    for spell in &dirt.spells {
        let name = platforms[spell.platform].name.as_str();
        let id = dirt.chosen[spell.fault].id;
        let inside: Vec<u64> = spell.days.clone().map(|d| u64::from(d.abs_diff(dirty.from))).collect();
        let outside: Vec<u64> = (0..6).filter(|d| !inside.contains(d)).collect();
        let (within, without) = (rows(name, &inside), rows(name, &outside));
        assert!(without.iter().all(|r| !r.faults.contains(&id)));
        let yes =
            |rows: &[&Record]| rows.iter().filter(|r| r.cells[33].as_deref() == Some("Yes")).count() * 100 / rows.len();
        let flagged = |rows: &[&Record]| rows.iter().any(|r| r.cells[31].as_deref() == Some("SOURCE_TRUSTED_FLAGGER"));
        match spell.span {
            Span::ZeroDelays => {
                let zero = |r: &&Record| {
                    r.cells[26] == r.cells[29] && r.cells[12].as_deref() == Some("DECISION_GROUND_ILLEGAL_CONTENT")
                };
                assert!(within.iter().all(zero) && within.iter().all(|r| r.faults.contains(&id)));
            }
            Span::InvertedDetection => assert!(yes(&within) < 20 && yes(&without) > 80),
            Span::UnlabelledFlaggers => {
                assert!(!flagged(&within) && flagged(&without));
                assert!(within.iter().any(|r| r.faults.contains(&id)) && within.iter().any(|r| r.faults.is_empty()));
            }
            Span::Silent => assert!(within.is_empty() && without.len() > 500),
            Span::Level => {
                let (before, after) = (without.len() / outside.len(), within.len() / inside.len());
                assert!((250..350).contains(&(after * 100 / before)), "{before} a day, then {after}");
            }
        }
    }
    // What one platform does leaves the numbers of the others.
    let biggest = platforms[0].name.as_str();
    let usual = rows(biggest, &[0]).len();
    assert!((0..6).all(|day| rows(biggest, &[day]).len().abs_diff(usual) * 10 < usual));
}
