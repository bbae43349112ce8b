//! Every form of the registry with rows that it draws, and what holds for all of them.

use super::{Compose, Kind, assert_layout, estimates, spec};
use crate::charts::contact_sheet::cases;
use crate::charts::invented::events::{categories, incidence, ladders, lorenz, survival};
use crate::charts::invented::over_time::{daily, delays, mixes};
use crate::charts::invented::pairs::{both_sides, funnels, two_bases, two_periods};
use crate::charts::spec::{ChartSpec, Mark, Preset};
use crate::charts::theme::{MARKED, SMALL_TEXT};
use crate::charts::{
    CHARTS, calendar, chart, cumulative_incidence, dumbbell, equality_plot, escalation_steps, funnel_plot,
    interval_dots, latency_profile, line, lorenz_curve, ranked_dots, slope, small_multiples, stacked_shares,
    survival_curve,
};
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::time::Period;

/// A form, with rows for so many platforms over so much time.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    pub id: &'static str,
    pub compose: Compose,
    pub rows: fn(usize, usize) -> Vec<Estimate>,
    /// Whether it has an axis of time, on which breaks are marked.
    timed: bool,
}

const fn sample(id: &'static str, compose: Compose, rows: fn(usize, usize) -> Vec<Estimate>, timed: bool) -> Sample {
    Sample { id, compose, rows, timed }
}

/// Every form, in the order of the registry.
pub(crate) const SAMPLES: [Sample; 15] = [
    sample("line", line::compose, |n, size| estimates(Kind::Share, n, size, true), true),
    sample("small-multiples", small_multiples::compose, |n, size| estimates(Kind::Share, n, size.max(2), true), true),
    sample("ranked-dots", ranked_dots::compose, |n, size| estimates(Kind::Count, n, size, false), false),
    sample("latency-profile", latency_profile::compose, delays, false),
    sample("stacked-shares", stacked_shares::compose, mixes, false),
    sample("calendar", calendar::compose, |n, size| daily(n.min(6), size * 9), true),
    sample("survival-curve", survival_curve::compose, survival, false),
    sample("cumulative-incidence", cumulative_incidence::compose, incidence, false),
    sample("lorenz-curve", lorenz_curve::compose, lorenz, false),
    sample("interval-dots", interval_dots::compose, categories, false),
    sample("escalation-steps", escalation_steps::compose, ladders, false),
    sample("funnel-plot", funnel_plot::compose, funnels, false),
    sample("slope", slope::compose, two_periods, true),
    sample("dumbbell", dumbbell::compose, both_sides, false),
    sample("equality-plot", equality_plot::compose, two_bases, false),
];

#[test]
fn every_form_of_the_registry_has_a_sample() {
    let samples: Vec<&str> = SAMPLES.iter().map(|s| s.id).collect();
    assert_eq!(samples, CHARTS.iter().map(|c| c.id()).collect::<Vec<_>>());
}

#[test]
fn no_text_of_any_form_leaves_the_canvas_or_meets_another() {
    for sample in SAMPLES {
        for preset in Preset::ALL {
            for platforms in [1, 2, 5, 8, 9, 12, 30, 60] {
                for size in [1, 2, 12, 40] {
                    let what = format!("{} {} {platforms} × {size}", sample.id, preset.name());
                    match (sample.compose)(&(sample.rows)(platforms, size), &spec(preset)) {
                        Ok((canvas, ..)) => assert_layout(&canvas, &what),
                        // Six calendars of a year do not fit into every card, and the error says what to do.
                        Err(e) => {
                            assert!(sample.id == "calendar" && e.to_string().contains("too small"), "{what}: {e}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn no_text_of_the_contact_sheet_leaves_the_canvas_or_meets_another() {
    for case in cases() {
        let sample = SAMPLES.iter().find(|s| s.id == case.form).expect(case.form);
        for preset in Preset::ALL {
            let what = format!("{} {}", case.stem(), preset.name());
            match (sample.compose)(&case.estimates(), &case.spec(preset)) {
                Ok((canvas, ..)) => assert_layout(&canvas, &what),
                Err(e) => assert!(sample.id == "calendar" && e.to_string().contains("too small"), "{what}: {e}"),
            }
        }
    }
}

#[test]
fn long_words_keep_their_place_in_every_form() {
    let long = "A sentence that goes on and on, with every qualification that a careful author can think of. ";
    for sample in SAMPLES {
        for preset in Preset::ALL {
            let spec = ChartSpec {
                title: Some(long.repeat(3)),
                subtitle: Some(long.repeat(4)),
                note: Some(long.repeat(12)),
                source: long.repeat(3),
                ..spec(preset)
            };
            let (canvas, ..) = (sample.compose)(&(sample.rows)(3, 4), &spec).expect(sample.id);
            assert_layout(&canvas, sample.id);
        }
    }
}

#[test]
fn what_has_no_value_is_said_and_in_the_table() {
    for sample in SAMPLES {
        let rows = (sample.rows)(6, 12);
        let (_, caption, alt, csv) = (sample.compose)(&rows, &spec(Preset::Web)).expect(sample.id);
        assert!(csv.contains("insufficient"), "{}", sample.id);
        assert!(alt.contains("no value"), "{}: {alt}", sample.id);
        // Rankings say it in the row itself.
        let said = caption.note().contains("too few observations");
        assert_eq!(said, !matches!(sample.id, "ranked-dots" | "stacked-shares"), "{}: {}", sample.id, caption.note());
        assert!(!alt.contains("..") && !caption.note().contains(".."), "{}: {alt} {}", sample.id, caption.note());
    }
}

#[test]
fn nothing_to_draw_is_an_error_with_a_hint() {
    for sample in SAMPLES {
        for rows in [&[][..], &[Estimate::census("i", 1, "gini", "index", Period { start: 0, end: 9 })]] {
            if let Err(e) = (sample.compose)(rows, &spec(Preset::Web)) {
                assert!(e.hint().is_some(), "{}: {e}", sample.id);
            } else {
                panic!("{} drew nothing", sample.id);
            }
        }
    }
}

#[test]
fn forms_are_offered_where_they_show_more_than_a_simpler_one() {
    let offered = |rows: &[Estimate]| -> Vec<&str> {
        CHARTS.iter().filter(|c| c.suits(rows, &spec(Preset::Web))).map(|c| c.id()).collect()
    };
    assert_eq!(offered(&estimates(Kind::Share, 4, 12, false)), ["line", "ranked-dots"]);
    assert_eq!(offered(&estimates(Kind::Share, 5, 12, false)), ["line", "small-multiples", "ranked-dots"]);
    // Of a single period, a line would be points.
    assert_eq!(offered(&delays(3, 0)), ["ranked-dots", "latency-profile"]);
    assert_eq!(offered(&mixes(3, 1)), ["ranked-dots", "stacked-shares"]);
    assert_eq!(offered(&daily(2, 60)), ["line", "ranked-dots", "calendar"]);
    assert_eq!(offered(&survival(3, 12)), ["survival-curve"]);
    assert_eq!(offered(&incidence(1, 12)), ["cumulative-incidence"]);
    assert_eq!(offered(&lorenz(2, 12)), ["ranked-dots", "lorenz-curve"]);
    assert_eq!(offered(&categories(1, 5)), ["ranked-dots", "interval-dots"]);
    assert_eq!(offered(&ladders(1, 4)), ["ranked-dots", "escalation-steps"]);
    assert_eq!(offered(&funnels(6, 1)), ["ranked-dots", "funnel-plot"]);
    assert_eq!(offered(&two_periods(4, 1)), ["line", "ranked-dots", "slope"]);
    assert_eq!(offered(&both_sides(4, 1)), ["ranked-dots", "dumbbell"]);
    // Counts of very different size are held against each other on two axes.
    assert_eq!(offered(&two_bases(6, 1)), ["line", "ranked-dots", "dumbbell", "equality-plot"]);
    // A group whose interval is that of a process is a census: its ranking is enough.
    let process = mixes(1, 1).into_iter().map(|mut e| {
        (e.lower, e.upper, e.interval_kind) = (e.value, e.value, IntervalKind::Process);
        e
    });
    assert_eq!(offered(&process.collect::<Vec<_>>()), ["ranked-dots", "stacked-shares"]);
    // Of two half-years of which the later one is of one platform alone, a line is a point for all others.
    let mut later: Vec<Estimate> = two_periods(6, 1);
    later.retain(|e| e.period_start < 20_270 || e.platform == "Platform 1");
    assert_eq!(offered(&later), ["ranked-dots"]);
    // Another statistic that is asked for is not theirs.
    let asked = ChartSpec { statistic: Some("median".into()), ..spec(Preset::Web) };
    assert!(CHARTS.iter().skip(6).all(|c| !c.suits(&survival(3, 12), &asked)));
    // Shares of groups that do not make up the whole may be anything.
    let some: Vec<Estimate> =
        mixes(3, 1).into_iter().filter(|e| e.group_value.as_deref() != Some("Category 2")).collect();
    assert_eq!(offered(&some), ["ranked-dots"]);
}

#[test]
fn a_line_of_one_period_says_what_to_take() {
    let rows = estimates(Kind::Share, 3, 1, false);
    let error = chart("line").expect("form").draw(&rows, &spec(Preset::Web)).expect_err("one period");
    assert!(error.to_string().contains("there is a single period: Oct 2023"), "{error}");
    assert!(error.hint().is_some_and(|h| h.contains("ranked-dots") && h.contains("--by platform,month")));
    assert!(chart("line").expect("form").vega(&rows, &spec(Preset::Web)).is_err());
    // Several periods of which one has a value are not offered, but drawn where they are asked for.
    let mut rows = estimates(Kind::Share, 1, 3, false);
    for e in &mut rows[1..] {
        *e = e.clone().without_value(Status::Insufficient, "n = 3 is below 10");
    }
    assert!(!chart("line").expect("form").suits(&rows, &spec(Preset::Web)));
    assert!(chart("line").expect("form").draw(&rows, &spec(Preset::Web)).is_ok());
}

#[test]
fn bases_are_chosen_by_name() {
    let rows = two_bases(6, 1);
    let of = |basis: Option<&str>| {
        let spec = ChartSpec { basis: basis.map(str::to_owned), ..spec(Preset::Web) };
        chart("ranked-dots").expect("form").draw(&rows, &spec)
    };
    let open = of(None).expect_err("two bases");
    assert!(open.hint().is_some_and(|h| h.contains("--basis")), "{open}");
    let one = of(Some("report")).expect("drawn");
    assert!(one.csv.contains(",report,") && !one.csv.contains(",statements,"), "{}", one.csv);
    assert!(of(Some("reports")).is_err_and(|e| e.hint().as_deref() == Some("did you mean \"report\"?")));
    // One kind of evidence makes no pair.
    let spec = ChartSpec { basis: Some("report".into()), ..spec(Preset::Web) };
    assert!(
        !chart("dumbbell").expect("form").suits(&rows, &spec)
            && chart("dumbbell").expect("form").draw(&rows, &spec).is_err()
    );
}

#[test]
fn every_form_says_exact_values_under_a_pointer() {
    for sample in SAMPLES {
        for platforms in [2, 12] {
            let rows = (sample.rows)(platforms, 4);
            let Ok(figure) = chart(sample.id).expect("form").draw(&rows, &spec(Preset::Web)) else { continue };
            let json = figure.svg.split("<metadata>").nth(1).and_then(|rest| rest.split("</metadata>").next());
            let json = json.unwrap_or_else(|| panic!("{} {platforms} has no values", sample.id));
            let json = json.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            let said: serde_json::Value = serde_json::from_str(&json).expect("JSON");
            let values = said["values"].as_array().expect("values");
            assert!(values.len() > 1, "{}", sample.id);
            for value in values {
                let place = |i: usize| value[i].as_f64().expect("place") / 10.0;
                let (width, height) = (f64::from(figure.width), f64::from(figure.height));
                assert!(
                    (0.0..=width).contains(&place(0)) && (0.0..=height).contains(&place(1)),
                    "{}: {value}",
                    sample.id
                );
                assert!(value[3].as_str().is_some_and(|t| t.contains(|c: char| c.is_ascii_digit())), "{value}");
                assert!(
                    said["labels"].get(usize::try_from(value[2].as_u64().expect("label")).expect("small")).is_some()
                );
            }
        }
    }
}

#[test]
fn breaks_are_marked_on_every_axis_of_time() {
    let marks = |day: i32| {
        let mark = |start: i32, end: Option<i32>, label: &str, platforms: &[&str]| Mark {
            start,
            end,
            label: label.into(),
            platforms: platforms.iter().map(|p| (*p).to_owned()).collect(),
        };
        vec![
            mark(day, None, "Schema v2 replaces categories", &[]),
            mark(day + 3, Some(day + 40), "sent twice", &["platform 0"]),
            mark(day + 5, None, "elsewhere", &["Nobody"]),
            mark(0, None, "long ago", &[]),
        ]
    };
    for sample in SAMPLES {
        for preset in Preset::ALL {
            for platforms in [1, 2, 6] {
                let rows = (sample.rows)(platforms, 12);
                let first = rows.iter().map(|e| e.period_start).min().expect("rows");
                let last = rows.iter().map(|e| e.period_end).max().expect("rows");
                for part in 1..8 {
                    let day = first + (last - first) * part / 8;
                    let spec = ChartSpec { marks: marks(day), ..spec(preset) };
                    let what = format!("{} {} {platforms} {part}", sample.id, preset.name());
                    let (canvas, caption, alt, _) = (sample.compose)(&rows, &spec).expect(&what);
                    assert_layout(&canvas, &what);
                    let said = caption.note().contains("1 Schema v2 replaces categories (");
                    assert_eq!(said, sample.timed, "{what}: {}", caption.note());
                    assert_eq!(alt.contains("1 Schema v2 replaces categories ("), sample.timed, "{what}: {alt}");
                    assert!(!caption.note().contains("elsewhere") && !caption.note().contains("long ago"), "{what}");
                    let whose = if platforms == 1 { "2 sent twice" } else { "2 Platform 0: sent twice" };
                    assert_eq!(caption.note().contains(whose), sample.timed, "{what}: {}", caption.note());
                    let has = |sign: &str| canvas.texts().iter().any(|(t, _)| t.starts_with(sign));
                    assert!(!sample.timed || has("1") && (has("2") || has("1, 2")), "{what}");
                }
            }
        }
    }
    // A break is a line of dashes through the chart, and a span a light band between two.
    let rows = (SAMPLES[0].rows)(1, 12);
    let spec = ChartSpec { marks: marks(rows[5].period_start), ..spec(Preset::Web) };
    let (canvas, ..) = line::compose(&rows, &spec).expect("drawn");
    assert_eq!((canvas.paths(SMALL_TEXT).len(), canvas.areas(MARKED).len()), (3, 1));
}

#[test]
fn forms_are_found_by_name() {
    assert!(CHARTS.iter().all(|c| chart(c.id()).is_some()) && chart("pie").is_none());
}
