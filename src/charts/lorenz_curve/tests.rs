//! Tests of the form `lorenz-curve`.

use super::super::invented::events::{lorenz, row, with_limits};
use super::super::spec::Preset;
use super::super::svg::Canvas;
use super::super::tests::{assert_layout, spec};
use super::super::theme::{COLOURS, CONTEXT};
use super::*;

fn point(x: f64, share: f64) -> Estimate {
    let mut e = row("lorenz", "share", "A", share);
    (e.x, e.x_unit, e.n) = (Some(x), Some("share".into()), Some(40));
    e
}

fn drawn(rows: &[Estimate], spec: &ChartSpec) -> (Canvas, String, String, String) {
    let (canvas, caption, alt, csv) = compose(rows, spec).expect("drawn");
    assert_layout(&canvas, "lorenz");
    (canvas, caption.note(), alt, csv)
}

fn has(canvas: &Canvas, text: &str) -> bool {
    canvas.texts().iter().any(|(t, _)| t == text)
}

#[test]
fn a_curve_runs_from_corner_to_corner_with_its_numbers_beside_it() {
    let mut rows = vec![point(0.5, 0.0), point(0.9, 0.3)];
    rows.push(with_limits(row("gini", "index", "A", 0.75), Some(0.7), Some(0.8)));
    rows.push(row("gini_without_zeros", "index", "A", 0.4));
    rows.push(row("top_1_percent_share", "share", "A", 0.25));
    rows.push(row("top_10_percent_share", "share", "A", 0.7));
    for preset in Preset::ALL {
        let (canvas, note, alt, csv) = drawn(&rows, &spec(preset));
        let path = canvas.paths(COLOURS[0]).into_iter().max_by_key(Vec::len).expect("a path");
        assert_eq!(path.len(), 4, "both corners are added");
        let part =
            |p: (f64, f64)| ((p.0 - path[0].0) / (path[3].0 - path[0].0), (path[0].1 - p.1) / (path[0].1 - path[3].1));
        let (x, share) = part(path[2]);
        assert!((x - 0.9).abs() < 1e-6 && (share - 0.3).abs() < 1e-6, "{x} {share}");
        for words in ["Gini 0.75 (0.70 to 0.80)", "n = 40", "top 10%: 70.0%", "top 1%: 25.0%", "equal shares"] {
            assert!(canvas.texts().iter().any(|(t, _)| t.starts_with(words)), "{preset:?} {words}");
        }
        assert!(note.contains("Without zeros: traders without offences are left out."), "{note}");
        assert!(note.contains("In brackets: 95% intervals (log-log) for sampling error."), "{note}");
        assert!(alt.contains("Gini 0.75 (0.70 to 0.80), n = 40, top 1%: 25.0% of offences"), "{alt}");
        assert_eq!(csv.lines().count(), 7);
    }
}

#[test]
fn axes_name_what_the_unit_names() {
    let mut rows = [point(0.5, 0.1), point(1.0, 1.0)];
    for e in &mut rows {
        e.x_unit = Some("share_of_sellers_by_listings".into());
    }
    let (canvas, ..) = drawn(&rows, &spec(Preset::Web));
    assert!(has(&canvas, "Share of sellers, from the fewest listings on") && has(&canvas, "Share of listings"));
}

#[test]
fn many_curves_are_grey_and_few_points_are_none() {
    for preset in Preset::ALL {
        for n in [1, 2, 5, 30] {
            for size in [1, 3, 200] {
                let (canvas, note, ..) = drawn(&lorenz(n, size), &spec(preset));
                let curves = (0..n).filter(|i| i % 9 != 5 && size > 1).count();
                assert_eq!(canvas.paths(CONTEXT).iter().filter(|p| p.len() > 2).count(), curves.saturating_sub(4));
                assert_eq!(note.contains("no point between the ends"), size == 1, "{note}");
            }
        }
    }
}

#[test]
fn what_is_no_lorenz_curve_is_refused() {
    for rows in [vec![point(0.5, 0.6)], vec![point(0.5, 0.4), point(0.7, 0.3)], vec![point(1.5, 0.4)]] {
        let error = compose(&rows, &spec(Preset::Web)).map(|_| ()).expect_err("no curve");
        assert_eq!(error.code(), "E022", "{error}");
    }
}
