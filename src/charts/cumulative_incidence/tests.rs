//! Tests of the form `cumulative-incidence`.

use super::super::invented::events::{at, grouped, incidence, row};
use super::super::spec::Preset;
use super::super::svg::Canvas;
use super::super::tests::{assert_layout, spec};
use super::super::theme::COLOURS;
use super::*;

fn event(platform: &str, name: &str, points: &[(f64, f64)]) -> Vec<Estimate> {
    let point = |(x, share): &(f64, f64)| {
        grouped(at(row("cumulative_incidence", "share", platform, *share), *x), "event", name)
    };
    points.iter().map(point).collect()
}

fn drawn(rows: &[Estimate], spec: &ChartSpec) -> (Canvas, String, String, String) {
    let (canvas, caption, alt, csv) = compose(rows, spec).expect("drawn");
    assert_layout(&canvas, "incidence");
    (canvas, caption.note(), alt, csv)
}

#[test]
fn events_rise_from_zero_in_one_colour_each() {
    let mut rows = event("A", "suspension", &[(10.0, 0.2), (20.0, 0.5)]);
    rows.extend(event("A", "closed_by_trader", &[(10.0, 0.1), (20.0, 0.1)]));
    // Given once, without an event, for all of them.
    rows.extend([(0.0, 80.0), (10.0, 50.0), (20.0, 9.0)].map(|(x, n)| at(row("at_risk", "count", "A", n), x)));
    let (canvas, note, alt, csv) = drawn(&rows, &spec(Preset::Web));
    let path = canvas.paths(COLOURS[0]).into_iter().max_by_key(Vec::len).expect("a path");
    let heights: Vec<f64> = path.iter().map(|(_, y)| (path[0].1 - y) / (path[0].1 - path[4].1) * 0.5).collect();
    for (height, wanted) in heights.iter().zip([0.0, 0.0, 0.2, 0.2, 0.5]) {
        assert!((height - wanted).abs() < 1e-6, "{heights:?}");
    }
    let texts: Vec<String> = canvas.texts().into_iter().map(|(t, _)| t).collect();
    for wanted in ["suspension", "closed by trader", "50.0% by 20 days", "Number at risk", "80", "9"] {
        assert_eq!(texts.iter().filter(|t| *t == wanted).count(), 1, "{wanted}: {texts:?}");
    }
    assert!(note.contains("none is counted as censored") && alt.contains("2 rising curves"), "{note} {alt}");
    assert_eq!(csv.matches("at_risk").count(), 3);
}

#[test]
fn tiny_shares_keep_their_digits() {
    let (canvas, ..) = drawn(&event("A", "suspension", &[(10.0, 1e-5), (20.0, 2e-5)]), &spec(Preset::Web));
    assert!(canvas.texts().iter().any(|(t, _)| t == "0.002% by 20 days"));
    for value in [0.0, 1.0] {
        drawn(&event("A", "suspension", &[(10.0, value)]), &spec(Preset::Column));
    }
}

#[test]
fn platforms_have_a_panel_each() {
    for preset in Preset::ALL {
        for n in [1, 2, 5, 30] {
            for size in [1, 3, 200] {
                let (_, note, alt, _) = drawn(&incidence(n, size), &spec(preset));
                assert_eq!(alt.contains(&format!(" in {n} panels")), n > 1, "{alt}");
                assert!(!note.contains(".."), "{note}");
            }
        }
    }
}

#[test]
fn complements_of_survival_are_refused() {
    let mut rows = event("A", "suspension", &[(10.0, 0.7)]);
    rows.extend(event("A", "closed", &[(10.0, 0.6)]));
    let error = compose(&rows, &spec(Preset::Web)).map(|_| ()).expect_err("more than all");
    assert_eq!(error.code(), "E022", "{error}");
    let falling = event("A", "suspension", &[(10.0, 0.7), (20.0, 0.6)]);
    assert!(compose(&falling, &spec(Preset::Web)).is_err());
}
