//! Tests of the form `escalation-steps`.

use super::super::invented::events::{grouped, ladders, row, with_limits};
use super::super::spec::Preset;
use super::super::svg::Canvas;
use super::super::tests::{assert_layout, spec};
use super::super::theme::{COLOURS, Theme};
use super::*;
use crate::estimate::Status;

fn step(statistic: &str, name: &str, share: f64) -> Estimate {
    let e = with_limits(row(statistic, "share", "A", share), Some(share * 0.9), Some((share * 1.1).min(1.0)));
    let mut e = grouped(e, "step", name);
    e.n = Some(120);
    e
}

fn drawn(rows: &[Estimate], spec: &ChartSpec) -> (Canvas, String, String, String) {
    let (canvas, caption, alt, csv) = compose(rows, spec).expect("drawn");
    assert_layout(&canvas, "steps");
    (canvas, caption.note(), alt, csv)
}

#[test]
fn steps_stand_in_the_order_of_their_numbers_and_gaps_break_the_line() {
    let mut rows: Vec<Estimate> = ["1", "2", "3", "4", "10"].iter().map(|name| step("adherence", name, 0.8)).collect();
    rows[2] = rows[2].clone().without_value(Status::Insufficient, "n = 4 is below 10");
    rows.push(step("under_sanctioned", "1", 0.15));
    for preset in Preset::ALL {
        let (canvas, note, alt, _) = drawn(&rows, &spec(preset));
        let left = |text: &str| canvas.texts().into_iter().find(|(t, _)| t == text).map(|(_, r)| r.left);
        assert!(left("4") < left("10") && left("4").is_some(), "10 is no step between 1 and 2");
        // Two runs of two steps; intervals and their ends are level or upright.
        // The sample of a line beside its label is shorter than two steps are apart.
        let least = Theme::of(preset).label * 3.0;
        let level = |p: &Vec<(f64, f64)>| (p[0].1 - p[p.len() - 1].1).abs() < 1e-9;
        let runs = canvas.paths(COLOURS[0]).into_iter().filter(|p| level(p) && p[p.len() - 1].0 - p[0].0 > least);
        assert_eq!(runs.count(), 2, "the line breaks at step 3");
        assert!(note.contains("Gaps: too few observations – step 3 (n = 120)."), "{note}");
        assert!(alt.contains("at step 1 80.0% as the policy says and 15.0% below the policy (n = 120)"), "{alt}");
    }
}

#[test]
fn crosses_and_platforms_have_panels() {
    for preset in Preset::ALL {
        for n in [1, 2, 5, 30] {
            for size in [1, 3, 10] {
                let (_, note, alt, _) = drawn(&ladders(n, size), &spec(preset));
                assert!(alt.contains(&format!("It has {n} panel")), "{alt}");
                assert_eq!(note.contains("Below each panel: step"), n > 1, "{note}");
            }
        }
    }
    let crossed = |severity: &str| {
        let mut e = step("adherence", "1", 0.5);
        (e.group_name, e.group_value) = (Some("severity×step".into()), Some(format!("{severity}×1")));
        e
    };
    let (canvas, ..) = drawn(&[crossed("grave"), crossed("slight")], &spec(Preset::Web));
    assert!(canvas.texts().iter().any(|(t, _)| t == "grave") && canvas.texts().iter().any(|(t, _)| t == "slight"));
}

#[test]
fn steps_named_by_their_sanction_stand_by_severity() {
    let rows: Vec<Estimate> = ["termination", "suspension", "warning"].iter().map(|s| step("share", s, 0.5)).collect();
    let (canvas, _, alt, _) = drawn(&rows, &spec(Preset::Web));
    let left = |text: &str| canvas.texts().into_iter().find(|(t, _)| t == text).map(|(_, r)| r.left);
    assert!(left("warning").is_some() && left("warning") < left("suspension"), "{alt}");
    assert!(left("suspension") < left("termination"), "{alt}");
    assert!(EscalationSteps.suits(&rows, &spec(Preset::Web)));
}

#[test]
fn one_step_is_no_ladder() {
    assert!(!EscalationSteps.suits(&[step("adherence", "1", 0.5)], &spec(Preset::Web)));
    assert!(EscalationSteps.suits(&[step("adherence", "1", 0.5), step("adherence", "2", 0.4)], &spec(Preset::Web)));
    assert!(compose(&[step("under_sanctioned", "1", 0.5)], &spec(Preset::Web)).is_err());
}
