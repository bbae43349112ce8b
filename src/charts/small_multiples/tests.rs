//! Panels, their order and their axes.

use super::super::spec::{ChartSpec, Mark, Preset};
use super::super::svg::Canvas;
use super::super::tests::{Kind, assert_layout, estimates, months, spec};
use super::super::theme::{COLOURS, EMPTY, MARKED, MUTED};
use super::compose;
use crate::estimate::{ALL_PLATFORMS, Estimate, Status};

fn row(platform: &str, group: Option<&str>, period: usize, value: f64, n: i64) -> Estimate {
    let mut e = Estimate::census("i", 1, "share", "share", months(12)[period]);
    (e.platform, e.value, e.n) = (platform.into(), Some(value), Some(n));
    (e.group_name, e.group_value) = (group.map(|_| "category".into()), group.map(str::to_owned));
    e
}

/// Platforms × groups × six months.
fn crossed(platforms: usize, groups: usize) -> Vec<Estimate> {
    let mut out = Vec::new();
    for p in 0..platforms {
        for g in 0..groups {
            let group = (groups > 0).then(|| format!("Group {g}"));
            let level = 0.05 * f64::from(u32::try_from(g + 1).expect("small"));
            let n = 100 * i64::try_from(platforms - p).expect("small");
            out.extend((0..6).map(|i| row(&format!("P{p}"), group.as_deref(), i, level, n)));
        }
    }
    out
}

fn drawn(rows: &[Estimate], spec: &ChartSpec) -> (Canvas, String) {
    let (canvas, caption, ..) = compose(rows, spec).expect("drawn");
    assert_layout(&canvas, "panels");
    (canvas, caption.note())
}

fn count(canvas: &Canvas, text: &str) -> usize {
    canvas.texts().iter().filter(|(t, _)| t == text).count()
}

/// Places of these texts in the order of reading.
fn order(canvas: &Canvas, texts: &[&str]) -> Vec<String> {
    let mut found: Vec<(String, f64, f64)> = canvas
        .texts()
        .into_iter()
        .filter(|(t, _)| texts.contains(&t.as_str()))
        .map(|(t, r)| (t, (r.top / 20.0).round(), r.left))
        .collect();
    found.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.2.total_cmp(&b.2)));
    found.into_iter().map(|(t, ..)| t).collect()
}

#[test]
fn the_side_with_more_than_four_makes_the_panels() {
    // Six platforms with three groups each: a panel for each platform, and three lines in it.
    let rows = crossed(6, 3);
    let (canvas, _) = drawn(&rows, &spec(Preset::Web));
    assert_eq!((count(&canvas, "P5"), count(&canvas, "Group 2")), (1, 1), "the key names a group once");
    assert_eq!(canvas.paths(COLOURS[2]).iter().filter(|p| p.len() == 6).count(), 6);
    // Two platforms with six groups each: a panel for each group.
    let (canvas, _) = drawn(&crossed(2, 6), &spec(Preset::Web));
    assert_eq!((count(&canvas, "Group 5"), count(&canvas, "P1")), (1, 1));
    assert_eq!(canvas.paths(COLOURS[1]).iter().filter(|p| p.len() == 6).count(), 6);
    // One platform: its groups, without a key.
    let (canvas, note) = drawn(&crossed(1, 6), &spec(Preset::Web));
    assert_eq!((count(&canvas, "Group 5"), canvas.paths(COLOURS[1]).len()), (1, 0));
    assert!(note.contains("Panels stand in the order of their largest values"), "denominators are the same: {note}");
    // Six of each: four lines of a panel are coloured, those with the largest values.
    let (canvas, note) = drawn(&crossed(6, 6), &spec(Preset::Web));
    assert!(note.contains("Grey: the other categories of a panel."), "{note}");
    assert_eq!((count(&canvas, "Group 5"), count(&canvas, "Group 1")), (1, 0));
    for preset in Preset::ALL {
        for (p, g) in [(6, 3), (2, 6), (1, 12), (30, 4), (9, 9)] {
            drawn(&crossed(p, g), &spec(preset));
        }
    }
}

#[test]
fn panels_stand_by_size_the_total_first_and_empty_ones_last() {
    let mut rows: Vec<Estimate> =
        [("Small", 10, 0.9), ("Large", 900, 0.1), (ALL_PLATFORMS, 950, 0.2), ("Mid", 40, 0.3)]
            .iter()
            .flat_map(|(p, n, v)| (0..4).map(move |i| row(p, None, i, *v, *n)))
            .collect();
    rows.extend((0..4).map(|i| row("Empty", None, i, 0.0, 3).without_value(Status::Insufficient, "n = 3 is below 10")));
    let (canvas, note) = drawn(&rows, &spec(Preset::Web));
    let names = ["All platforms", "Large", "Mid", "Small", "Empty"];
    assert_eq!(order(&canvas, &names), names);
    assert!(note.contains("Panels stand in the order of their denominators (n), largest first."), "{note}");
    assert!(note.contains("Gaps in 1 panel (too few observations), shaded; the table lists them."), "{note}");
    assert_eq!((count(&canvas, "too few"), canvas.areas(EMPTY).len()), (1, 2), "the shade, and the words on it");
}

#[test]
fn a_gap_breaks_the_line_of_its_panel() {
    let mut rows: Vec<Estimate> = (0..6).map(|i| row("A", None, i, 0.4, 50)).collect();
    rows.extend((0..6).map(|i| row("B", None, i, 0.4, 40)));
    rows[2] = rows[2].clone().without_value(Status::Insufficient, "n = 3 is below 10");
    let (canvas, _) = drawn(&rows, &spec(Preset::Web));
    let paths = canvas.paths(COLOURS[0]);
    assert_eq!(paths.iter().map(Vec::len).collect::<Vec<_>>(), [2, 3, 6]);
    let level = |path: &Vec<(f64, f64)>| path.iter().all(|p| (p.1 - path[0].1).abs() < 1e-9);
    assert!(paths.iter().all(level), "{paths:?}");
}

#[test]
fn all_panels_have_one_scale_unless_own_ones_are_asked_for() {
    let rows: Vec<Estimate> = [("A", 0.02), ("B", 0.9)]
        .iter()
        .flat_map(|(p, v)| (0..4).map(move |i| row(p, None, i, *v, if *p == "A" { 50 } else { 40 })))
        .collect();
    let (canvas, note) = drawn(&rows, &spec(Preset::Web));
    assert_eq!(count(&canvas, "100%"), 1, "the ticks of a row have labels once");
    assert!(!note.contains("of its own"), "{note}");
    let own = ChartSpec { own_scales: true, ..spec(Preset::Web) };
    let (canvas, note) = drawn(&rows, &own);
    assert_eq!((count(&canvas, "100%"), count(&canvas, "2%")), (1, 1));
    assert!(note.contains("largest first, each with a scale of values of its own."), "{note}");
    for preset in Preset::ALL {
        for (kind, n) in [(Kind::Count, 5), (Kind::Days, 12), (Kind::Share, 30)] {
            drawn(&estimates(kind, n, 24, true), &ChartSpec { own_scales: true, ..spec(preset) });
        }
    }
}

#[test]
fn a_card_leaves_what_does_not_fit_to_the_table() {
    let rows = estimates(Kind::Share, 60, 12, false);
    let (canvas, note) = drawn(&rows, &spec(Preset::Wide));
    assert!(note.contains("more platforms are in the table alone."), "{note}");
    assert!((canvas.height - 675.0).abs() < 1e-9);
    let (_, note) = drawn(&estimates(Kind::Share, 30, 12, false), &spec(Preset::Web));
    assert!(!note.contains("table alone"), "a page has room: {note}");
}

#[test]
fn highlighted_panels_are_coloured_and_the_others_stand_back() {
    let rows = estimates(Kind::Share, 7, 5, false);
    let chosen =
        |names: &[&str]| ChartSpec { highlight: names.iter().map(|n| (*n).into()).collect(), ..spec(Preset::Web) };
    let (canvas, _) = drawn(&rows, &chosen(&["Platform 2"]));
    let lines = |colour| canvas.paths(colour).iter().filter(|p| p.len() > 1).count();
    assert!(lines(COLOURS[0]) <= 2 && lines(MUTED) >= 6, "{} {}", lines(COLOURS[0]), lines(MUTED));
    let error = compose(&rows, &chosen(&["Platfrom 2"])).map(|_| ()).expect_err("unknown");
    assert_eq!(error.hint().as_deref(), Some("did you mean \"Platform 2\"?"));
    // A group is coloured in every panel that has it.
    let rows = crossed(6, 6);
    let (canvas, note) = drawn(&rows, &chosen(&["group 0"]));
    assert_eq!((count(&canvas, "Group 0"), count(&canvas, "Group 5")), (1, 0), "{note}");
    assert!(compose(&rows, &chosen(&["P0", "P1", "P2", "P3", "P4"])).is_err());
}

#[test]
fn one_period_is_no_development() {
    let rows = estimates(Kind::Share, 5, 1, false);
    let error = compose(&rows, &spec(Preset::Web)).map(|_| ()).expect_err("one period");
    assert!(error.hint().is_some_and(|h| h.contains("ranked-dots")), "{error}");
}

#[test]
fn a_mark_stands_in_the_panels_that_it_concerns() {
    let rows = crossed(6, 0)
        .into_iter()
        .chain((0..6).flat_map(|p| (0..6).map(move |i| row(&format!("P{p}"), None, i, 0.3, 100 - p))));
    let rows: Vec<Estimate> = rows.collect();
    let mark = |start: i32, end: Option<i32>, platforms: &[&str]| Mark {
        start,
        end,
        label: "a fault".into(),
        platforms: platforms.iter().map(|p| (*p).to_owned()).collect(),
    };
    let day = months(12)[2].start;
    let marks = vec![mark(day, Some(day + 45), &["P3"]), mark(day + 70, None, &[])];
    let (canvas, note) = drawn(&rows, &ChartSpec { marks, ..spec(Preset::Web) });
    assert_eq!((canvas.areas(MARKED).len(), count(&canvas, "1"), count(&canvas, "2")), (1, 1, 6), "{note}");
    assert!(note.contains("Marked: 1 P3: a fault ("), "{note}");
}
