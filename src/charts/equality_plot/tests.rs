//! Tests of the form `equality-plot`.

use super::super::invented::pairs::two_bases;
use super::super::spec::Preset;
use super::super::tests::{assert_layout, spec};
use super::*;

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
