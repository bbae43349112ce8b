//! Tests of the form `funnel-plot`.

use super::super::invented::events::{grouped, row};
use super::super::invented::pairs::funnels;
use super::super::spec::Preset;
use super::super::tests::{assert_layout, spec};
use super::*;

#[test]
fn limits_beside_a_platform_are_on_the_axis_and_the_key_names_no_line_that_is_not_drawn() {
    let (canvas, ..) = compose(&funnels(1, 0), &spec(Preset::Web)).expect("drawn");
    let has = |words: &str| canvas.texts().iter().any(|(t, _)| t == words);
    // One platform at 0%, and limits at 95% up to 90%: those at 99.8% are beyond what a share can be.
    assert!(has("95% limits") && !has("99.8% limits") && has("80%"));
}

fn point(platform: &str, value: f64, n: i64) -> Estimate {
    let mut e = row("share", "share", platform, value);
    (e.basis, e.n) = ("report".into(), Some(n));
    e
}

/// A funnel about 0.4 with these platforms.
fn about_four_tenths(points: &[Estimate]) -> Vec<Estimate> {
    let mut rows: Vec<Estimate> = funnels(1, 1).into_iter().filter(|e| e.platform == ALL_PLATFORMS).collect();
    rows.extend(points.iter().cloned());
    rows
}

#[test]
fn places_follow_the_limits() {
    // At large n the limits are 0.4 ∓ 0.392 and 0.4 ∓ 0.618, cut at 0 and 1.
    let rows = about_four_tenths(&[
        point("Middle", 0.5, 1_000_000),
        point("High", 0.9, 2_000_000),
        point("Low", 0.001, 100_000_000),
        point("Small", 0.85, 10),
    ]);
    for preset in Preset::ALL {
        let (canvas, caption, alt, csv) = compose(&rows, &spec(preset)).expect("drawn");
        assert_layout(&canvas, "funnel");
        assert!(
            alt.contains("Outside the 95% limits: High (90.0%, n = 2,000,000) and Low (0.10%, n = 100,000,000)"),
            "{alt}"
        );
        assert!(alt.contains("Within the limits: Small (85.0%, n = 10) and Middle"), "{alt}");
        assert!(alt.contains("The centre is 40.0%."), "{alt}");
        assert!(caption.note().contains("Limits: binomial, additive over-dispersion"), "{}", caption.note());
        assert!(caption.note().contains("everything reported was counted"), "{}", caption.note());
        assert!(csv.contains("funnel_lower_95") && csv.contains("High"));
        assert!(canvas.texts().iter().any(|(t, _)| t == "High"));
    }
}

#[test]
fn limits_off_the_axis_are_cut() {
    // By chance alone a platform of 10 could lie anywhere, and the axis ends near the values.
    let rows = about_four_tenths(&[point("A", 0.41, 1_000_000), point("B", 0.39, 9_000_000), point("C", 0.4, 10)]);
    let (canvas, ..) = compose(&rows, &spec(Preset::Web)).expect("drawn");
    for path in canvas.paths(AXIS).into_iter().chain(canvas.paths(CONTEXT)) {
        assert!(path.iter().all(|(x, y)| x.is_finite() && y.is_finite()));
    }
}

#[test]
fn what_is_no_funnel_is_refused() {
    let points = [point("A", 0.5, 10), point("B", 0.5, 10)];
    let error = compose(&points, &spec(Preset::Web)).expect_err("no limits");
    assert!(error.hint().is_some_and(|h| h.contains("compare peers")));
    let mut groups = about_four_tenths(&[]);
    groups.extend([grouped(point("A", 0.5, 10), "category", "X"), grouped(point("A", 0.5, 10), "category", "Y")]);
    assert!(compose(&groups, &spec(Preset::Web)).is_err());
}
