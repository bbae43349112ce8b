//! Tests of the form `equality-plot`.

use super::super::invented::pairs::two_bases;
use super::super::spec::Preset;
use super::super::svg::Rect;
use super::super::tests::{assert_layout, spec};
use super::*;

#[test]
fn names_keep_clear_of_the_line_and_counts_have_whole_ticks() {
    let (canvas, ..) = compose(&two_bases(12, 1), &spec(Preset::Web)).expect("drawn");
    let lines = canvas.paths(super::super::theme::AXIS);
    let line = lines.iter().find(|l| (l[0].0 - l[1].0).abs() > 9.0 && (l[0].1 - l[1].1).abs() > 9.0);
    let [a, b] = line.expect("line of equality").as_slice() else { panic!("two ends") };
    let above = |x: f64, y: f64| (b.0 - a.0) * (y - a.1) - (b.1 - a.1) * (x - a.0) > 0.0;
    let names = canvas.texts().into_iter().filter(|(t, _)| t.starts_with("Platform") || t.starts_with("<Plat>"));
    // Platform 7 has 0 and 0, and stands before the line begins.
    let names = names.filter(|(t, _)| t != "Platform 7");
    let crossed = |r: &Rect| {
        let corners = [(r.left, r.top), (r.right, r.top), (r.left, r.bottom), (r.right, r.bottom)];
        corners.iter().any(|c| above(c.0, c.1)) && corners.iter().any(|c| !above(c.0, c.1))
    };
    assert_eq!(names.filter(|(_, r)| crossed(r)).map(|(t, _)| t).collect::<Vec<_>>(), Vec::<String>::new());
    let (canvas, caption, ..) = compose(&two_bases(1, 1), &spec(Preset::Web)).expect("drawn");
    assert!(!canvas.texts().iter().any(|(t, _)| t.contains(".5")), "no half decisions");
    assert!(!caption.title.contains("by platform"), "{}", caption.title);
}

#[test]
fn dots_lie_above_or_below_the_line() {
    let rows = two_bases(9, 1);
    for preset in Preset::ALL {
        let (canvas, caption, alt, _) = compose(&rows, &spec(preset)).expect("drawn");
        assert_layout(&canvas, "equality");
        assert!(alt.contains("above the line, with more in transparency reports"), "{alt}");
        assert!(
            caption.note().contains("too few observations in transparency reports – Platform 5"),
            "{}",
            caption.note()
        );
        let line = canvas
            .paths(AXIS)
            .into_iter()
            .find(|p| p.len() == 2 && (p[0].0 - p[1].0).abs() > 50.0 && (p[0].1 - p[1].1).abs() > 50.0);
        let line = line.expect("the line of equality");
        assert!(line[0].0 < line[1].0 && line[0].1 > line[1].1, "from the lower left to the upper right");
    }
}

#[test]
fn nothing_paired_is_an_error() {
    let rows: Vec<Estimate> =
        two_bases(3, 1).into_iter().filter(|e| (e.platform == "Platform 0") == (e.basis == "report")).collect();
    let error = compose(&rows, &spec(Preset::Web)).expect_err("no pair");
    assert!(error.hint().is_some_and(|h| h.contains("meet by platform")), "{error}");
}
