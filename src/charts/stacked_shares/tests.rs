//! Parts of a whole, what is none, and what is folded.

use super::super::invented::over_time::mixes;
use super::super::spec::{ChartSpec, PeriodChoice, Preset};
use super::super::svg::Canvas;
use super::super::tests::{assert_layout, months, spec};
use super::super::theme::{COLOURS, CONTEXT, EMPTY};
use super::compose;
use crate::error::Error;
use crate::estimate::{ALL_PLATFORMS, Estimate, Status};

fn bar(platform: &str, period: usize, n: i64, shares: &[f64]) -> Vec<Estimate> {
    let row = |(g, share): (usize, &f64)| {
        let mut e = Estimate::census("mix", 1, "share", "share", months(50)[period]);
        (e.platform, e.group_name) = (platform.into(), Some("category".into()));
        (e.group_value, e.value, e.n) = (Some(format!("Group {g}")), Some(*share), Some(n));
        e
    };
    shares.iter().enumerate().map(row).collect()
}

fn drawn(rows: &[Estimate], spec: &ChartSpec) -> (Canvas, String, String) {
    let (canvas, caption, alt, _) = compose(rows, spec).expect("drawn");
    assert_layout(&canvas, "bars");
    (canvas, caption.note(), alt)
}

fn refused(rows: &[Estimate]) -> String {
    match compose(rows, &spec(Preset::Web)).map(|_| ()) {
        Err(Error::Usage { message, .. }) => message,
        other => panic!("{other:?}"),
    }
}

fn has(canvas: &Canvas, text: &str) -> bool {
    canvas.texts().iter().any(|(t, _)| t == text)
}

/// Widths of the areas of a colour, but for the squares of the key.
fn widths(canvas: &Canvas, colour: (u8, u8, u8)) -> Vec<f64> {
    let wide = |p: Vec<(f64, f64)>| (p[1].0 - p[0].0, p[2].1 - p[1].1);
    canvas.areas(colour).into_iter().map(wide).filter(|(w, h)| (w - h).abs() > 1.0).map(|(w, _)| w).collect()
}

#[test]
fn parts_are_as_wide_as_their_shares() {
    let (canvas, note, alt) = drawn(&bar("A", 0, 50, &[0.5, 0.25, 0.15, 0.1]), &spec(Preset::Web));
    let parts: Vec<f64> = COLOURS.iter().map(|c| widths(&canvas, *c)[0]).collect();
    let whole: f64 = parts.iter().sum();
    for (width, share) in parts.iter().zip([0.5, 0.25, 0.15, 0.1]) {
        assert!((width / whole - share).abs() < 1e-9, "{parts:?}");
    }
    assert!(!note.contains("Grey") && !note.contains("Pale") && has(&canvas, "Group 0 50.0%"), "{note}");
    assert!(alt.contains("Group 0 50.0%, Group 1 25.0%, Group 2 15.0% and Group 3 10.0% (n = 50)."), "{alt}");
}

#[test]
fn the_smallest_groups_are_one_grey_part() {
    let rows: Vec<Estimate> =
        [bar("A", 0, 50, &[0.1, 0.5, 0.02, 0.2, 0.08, 0.1]), bar("B", 0, 90, &[0.3, 0.3, 0.3, 0.0, 0.1, 0.0])].concat();
    let (canvas, note, _) = drawn(&rows, &spec(Preset::Web));
    assert!(note.contains("Grey: the 2 other categories together, each at most 10.0% of a bar."), "{note}");
    assert!(has(&canvas, "2 others") && !has(&canvas, "Group 5") && widths(&canvas, CONTEXT).len() == 2);
    // Five groups: the smallest one keeps its name.
    let (canvas, note, _) = drawn(&bar("A", 0, 50, &[0.3, 0.3, 0.2, 0.15, 0.05]), &spec(Preset::Web));
    assert!(has(&canvas, "Group 4 5.0%") && !note.contains("Grey"), "{note}");
    // Those highlighted are coloured, be they small.
    let chosen = ChartSpec { highlight: vec!["group 2".into(), "B".into()], ..spec(Preset::Web) };
    let (canvas, note, _) = drawn(&rows, &chosen);
    assert!(has(&canvas, "Group 2") && has(&canvas, "5 others") && widths(&canvas, COLOURS[1]).is_empty(), "{note}");
    let wrong = ChartSpec { highlight: vec!["Group 22".into()], ..spec(Preset::Web) };
    assert!(matches!(compose(&rows, &wrong), Err(Error::Unknown { .. })));
}

#[test]
fn shares_that_are_no_parts_of_a_whole_are_refused() {
    assert!(refused(&bar("A", 0, 50, &[0.7, 0.6])).contains("the shares of A add up to 130%"));
    let mut rows = bar("A", 0, 50, &[0.3, 0.4]);
    rows[1].n = Some(51);
    assert!(refused(&rows).contains("have different denominators"));
    let mut rows = bar("A", 0, 50, &[0.1, 0.2]);
    rows[1].add_note("a statement counts in each category that it names");
    assert!(refused(&rows).contains("groups that overlap"));
    // Rounding is no overlap.
    assert!(compose(&bar("A", 0, 50, &[0.333_333_4, 0.333_333_4, 0.333_333_4]), &spec(Preset::Web)).is_ok());
    let mut plain = bar("A", 0, 50, &[0.5]);
    (plain[0].group_name, plain[0].group_value) = (None, None);
    assert!(refused(&plain).contains("no share of groups"));
}

#[test]
fn what_is_missing_is_pale_and_not_zero() {
    let mut rows = bar("A", 0, 50, &[0.5, 0.3, 0.2]);
    rows[2] = rows[2].clone().without_value(Status::Suppressed, "rule");
    rows.extend(bar("B", 0, 3, &[0.5, 0.5]).into_iter().map(|e| e.without_value(Status::Insufficient, "n = 3")));
    let (canvas, note, alt) = drawn(&rows, &spec(Preset::Web));
    assert!(note.contains("Pale: what the bar lacks to 100% is withheld or in no row."), "{note}");
    assert!(
        has(&canvas, "too few (n = 3)") && !widths(&canvas, EMPTY).is_empty() && alt.contains("1 of the bars has no")
    );
}

#[test]
fn one_platform_has_a_bar_for_each_period() {
    let rows: Vec<Estimate> = (0..12).flat_map(|p| bar("A", p, 50, &[0.5, 0.5])).collect();
    let (canvas, _, alt) = drawn(&rows, &spec(Preset::Web));
    assert!(alt.contains("It has 12 bars") && has(&canvas, "Oct 2023") && has(&canvas, "Sep 2024"), "{alt}");
    let one = ChartSpec { period: PeriodChoice::Exactly(months(50)[3]), ..spec(Preset::Web) };
    assert!(drawn(&rows, &one).2.contains("It has 1 bar "));
    let many: Vec<Estimate> = (0..41).flat_map(|p| bar("A", p, 50, &[0.5, 0.5])).collect();
    assert!(refused(&many).contains("41 periods"));
    // Several platforms: one period, the latest.
    let both: Vec<Estimate> =
        (0..12).flat_map(|p| [bar("A", p, 50, &[0.5]), bar("B", p, 50, &[0.6])].concat()).collect();
    assert!(drawn(&both, &spec(Preset::Web)).2.contains("September 2024. It has 2 bars"));
}

#[test]
fn bars_are_sorted_by_their_first_part_the_total_first() {
    let rows: Vec<Estimate> =
        [bar("A", 0, 9, &[0.4, 0.1]), bar("B", 0, 9, &[0.9, 0.1]), bar(ALL_PLATFORMS, 0, 9, &[0.5, 0.1])].concat();
    let (canvas, note, _) = drawn(&rows, &spec(Preset::Web));
    let top = |text: &str| canvas.texts().into_iter().find(|(t, _)| t == text).map_or(0.0, |(_, r)| r.top);
    assert!(top("All platforms") < top("B") && top("B") < top("A"));
    assert!(note.contains("Bars stand in the order of their first part."), "{note}");
}

#[test]
fn cards_say_what_they_leave_out() {
    let (_, note, _) = drawn(&mixes(60, 1), &spec(Preset::Wide));
    assert!(note.contains("more platforms below these: the table beside the figure has them."), "{note}");
    let (canvas, note, _) = drawn(&mixes(1, 30), &spec(Preset::Wide));
    assert!(note.contains("earlier periods above these: the table beside the figure has them."), "{note}");
    let has = |month: &str| canvas.texts().iter().any(|(t, _)| t == month);
    assert!(has("Mar 2026") && !has("Oct 2023"), "the latest months are shown");
}
