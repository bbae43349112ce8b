//! Tests of the form `interval-dots`.

use super::super::invented::events::{categories, grouped, row, with_limits};
use super::super::spec::Preset;
use super::super::svg::Canvas;
use super::super::tests::{assert_layout, spec};
use super::super::theme::SMALL_TEXT;
use super::*;
use crate::estimate::Status;

fn share(statistic: &str, category: &str, value: f64, (lower, upper): (f64, f64)) -> Estimate {
    let e = with_limits(row(statistic, "share", "A", value), Some(lower), Some(upper));
    let mut e = grouped(e, "category", category);
    (e.k, e.n) = (Some(7), Some(1200));
    e
}

fn drawn(rows: &[Estimate], spec: &ChartSpec) -> (Canvas, String, String, String) {
    let (canvas, caption, alt, csv) = compose(rows, spec).expect("drawn");
    assert_layout(&canvas, "intervals");
    (canvas, caption.note(), alt, csv)
}

fn texts(canvas: &Canvas) -> Vec<String> {
    canvas.texts().into_iter().map(|(t, _)| t).collect()
}

#[test]
fn rows_are_sorted_with_both_estimates_and_the_whole() {
    let mut rows = vec![
        share("share", "Low", 0.1, (0.05, 0.2)),
        share("share", "High", 0.6, (0.5, 0.7)),
        share("share_shrunken", "High", 0.5, (0.45, 0.6)),
        share("share_shrunken", "Low", 0.15, (0.1, 0.2)),
        share("share", "Few", 0.1, (0.05, 0.2)).without_value(Status::Insufficient, "n = 3 is below 10"),
    ];
    let mut all = row("share", "share", "A", 0.3);
    all.n = Some(5000);
    rows.push(all);
    for preset in Preset::ALL {
        let (canvas, note, alt, csv) = drawn(&rows, &spec(preset));
        let top = |text: &str| canvas.texts().into_iter().find(|(t, _)| t == text).map(|(_, r)| r.top);
        assert!(top("High") < top("Low") && top("Low") < top("Few") && top("Few").is_some());
        for words in ["observed", "shrunken", "60.0%", "50.0%", "7 / 1,200", "all together: 30.0%"] {
            assert!(top(words).is_some(), "{preset:?} {words}");
        }
        assert_eq!(canvas.paths(SMALL_TEXT).len(), 1, "the line of the whole");
        assert!(note.contains("Dashed line: all groups together (n = 5,000)."), "{note}");
        assert!(note.contains("No value: too few observations – Few."), "{note}");
        assert_eq!(note.matches("95% intervals").count(), 1, "the same interval is said once: {note}");
        assert!(alt.contains("High, 60.0% (50.0% to 70.0%), shrunken 50.0% (45.0% to 60.0%), n = 1,200"), "{alt}");
        assert_eq!(csv.lines().count(), 7);
    }
}

#[test]
fn tiny_shares_are_per_million_and_wide_ranges_logarithmic() {
    let tiny = [share("share", "X", 2e-5, (1e-5, 4e-5)), share("share", "Y", 3e-4, (1e-4, 6e-4))];
    let all = texts(&drawn(&tiny, &spec(Preset::Web)).0);
    assert!(all.contains(&"per million".to_owned()) && all.contains(&"20".to_owned()), "{all:?}");
    let wide = [share("share", "X", 2e-5, (0.0, 4e-5)), share("share", "Y", 0.3, (0.2, 0.4))];
    let all = texts(&drawn(&wide, &spec(Preset::Web)).0);
    assert!(
        all.contains(&"logarithmic scale, 0 set apart".to_owned()) || all.contains(&"logarithmic scale".to_owned())
    );
    assert!(all.contains(&"0.002%".to_owned()) && all.contains(&"30.0%".to_owned()), "{all:?}");
    let ends = [share("share", "X", 0.0, (0.0, 0.9)), share("share", "Y", 1.0, (0.1, 1.0))];
    let all = texts(&drawn(&ends, &spec(Preset::Column)).0);
    assert!(all.iter().filter(|t| *t == "0%").count() == 2 && all.contains(&"100%".to_owned()), "{all:?}");
}

#[test]
fn groups_stand_before_long_names_of_platforms() {
    let (canvas, ..) = drawn(&categories(4, 2), &spec(Preset::Column));
    assert!(texts(&canvas).iter().any(|t| t.starts_with("C1, Platform 3")));
    for preset in Preset::ALL {
        for size in [1, 2, 5, 30, 60] {
            drawn(&categories(1, size), &spec(preset));
        }
    }
}

#[test]
fn limits_may_lack() {
    let mut one = share("share", "X", 0.2, (0.1, 0.3));
    one.upper = None;
    let mut none = share("share", "Y", 0.4, (0.1, 0.5));
    (none.lower, none.upper, none.interval, none.interval_kind) = (None, None, None, IntervalKind::None);
    let mut bound = share("share", "Z", 0.4, (0.1, 0.5));
    (bound.value, bound.lower) = (None, None);
    let (canvas, ..) = drawn(&[one, none, bound], &spec(Preset::Web));
    assert!(texts(&canvas).contains(&"≤ 50.0%".to_owned()));
}
