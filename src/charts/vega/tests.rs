//! What holds for the specification of every form, against the rows that its figure plots.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::tests::samples_tests::SAMPLES;
use super::super::{CHARTS, ChartSpec, Figure, FigureFormat, Preset, chart, files};
use super::{SCHEMA, instant, text};
use crate::estimate::{Estimate, Estimates, Status};

/// A figure of a form's sample, its specification, and the rows that it plots.
fn made(id: &str, rows: &[Estimate], spec: &ChartSpec) -> (Figure, Value, Vec<Estimate>) {
    let form = chart(id).expect("registered");
    let figure = form.draw(rows, spec).expect(id);
    let plotted = plotted_rows(&figure);
    (figure, form.vega(rows, spec).expect(id), plotted)
}

fn plotted_rows(figure: &Figure) -> Vec<Estimate> {
    let dir = tempfile::tempdir().expect("folder");
    let file = dir.path().join("rows.csv");
    std::fs::write(&file, &figure.csv).expect("written");
    Estimates::read(&file).expect("rows").rows().to_vec()
}

fn spec(preset: Preset) -> ChartSpec {
    ChartSpec { preset, ..ChartSpec::new("European Commission, DSA Transparency Database") }
}

fn values(spec: &Value) -> &[Value] {
    spec["data"]["values"].as_array().map(Vec::as_slice).expect("rows")
}

/// Every value under a key, at any depth, but for the rows of data.
fn under<'v>(spec: &'v Value, key: &str, out: &mut Vec<&'v Value>) {
    match spec {
        Value::Object(all) => {
            for (name, value) in all.iter().filter(|(name, _)| *name != "data") {
                if name == key {
                    out.push(value);
                }
                under(value, key, out);
            }
        }
        Value::Array(all) => all.iter().for_each(|value| under(value, key, out)),
        _ => {}
    }
}

fn found<'v>(spec: &'v Value, key: &str) -> Vec<&'v Value> {
    let mut out = Vec::new();
    under(spec, key, &mut out);
    out
}

fn joined(lines: &Value) -> String {
    let lines = lines.as_array().expect("lines").iter().filter_map(Value::as_str);
    lines.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_form_has_a_specification_with_the_words_of_its_figure() {
    for (sample, form) in SAMPLES.iter().zip(CHARTS) {
        assert_eq!(sample.id, form.id());
        for preset in Preset::ALL {
            let (figure, spec, _) = made(sample.id, &(sample.rows)(3, 4), &spec(preset));
            let what = format!("{} {}", sample.id, preset.name());
            assert_eq!(spec["$schema"], SCHEMA);
            assert!(!figure.alt.is_empty() && spec["description"] == figure.alt, "{what}");
            assert_eq!(joined(&spec["title"]["text"]), figure.title, "{what}");
            assert!(figure.caption.starts_with(&joined(&spec["title"]["subtitle"])), "{what}");
            let view = &spec["vconcat"][0];
            assert!(joined(&view["title"]["text"]).ends_with("Source: European Commission, DSA Transparency Database"));
            // Sizes are those of the preset, less what is written beside the plot.
            let inner = if view["spec"].is_object() { &view["spec"] } else { view };
            let (width, height) = (inner["width"].as_f64().expect("width"), inner["height"].as_f64().expect("height"));
            let (most, high) = preset.size();
            assert!(width > 60.0 && width < f64::from(most) && height > 20.0, "{what}: {width} × {height}");
            assert!(view["spec"].is_object() || height < f64::from(high), "{what}: {height}");
            assert_eq!(
                spec,
                form.vega(&(sample.rows)(3, 4), &super::tests::spec(preset)).expect("again"),
                "the same each time"
            );
        }
    }
}

#[test]
fn every_row_plotted_is_in_the_data_and_nothing_without_a_value_has_one() {
    for sample in SAMPLES {
        for (platforms, size) in [(1, 1), (2, 12), (6, 12), (12, 3)] {
            let rows = (sample.rows)(platforms, size);
            let (_, spec, plotted) = {
                let Ok(figure) = chart(sample.id).expect("form").draw(&rows, &spec(Preset::Web)) else {
                    // A line of one period, and more calendars than a figure holds.
                    assert!(size == 1 && sample.id == "line", "{} {platforms} × {size}", sample.id);
                    continue;
                };
                let plotted = plotted_rows(&figure);
                (figure, chart(sample.id).expect("form").vega(&rows, &spec(Preset::Web)).expect(sample.id), plotted)
            };
            let data = values(&spec);
            let text = |row: &Value, key: &str| row[key].as_str().map(str::to_owned);
            for e in &plotted {
                let what = format!("{} {platforms} × {size}: {} {} {:?}", sample.id, e.platform, e.statistic, e.x);
                if sample.id == "equality-plot" {
                    // A row has both values of a thing.
                    let here = data.iter().filter(|r| text(r, "platform").as_deref() == Some(&e.platform));
                    let has = here.clone().any(|r| r["x"].as_f64() == e.value || r["y"].as_f64() == e.value);
                    assert!(has, "{what}");
                    continue;
                }
                // Whom a step or a time below the axis has no room for, the table has; and beside a curve stand words.
                let beside =
                    ["at_risk", "censored", "median", "gini", "top_"].iter().any(|s| e.statistic.starts_with(s));
                if beside && plotted.iter().any(|other| other.x.is_some()) {
                    continue;
                }
                let same = |r: &&Value| {
                    text(r, "platform").as_deref() == Some(&e.platform)
                        && text(r, "statistic").as_deref() == Some(&e.statistic)
                        && text(r, "period_start").as_deref() == Some(&crate::time::iso(e.period_start))
                        && r["group"].as_str() == e.group_value.as_deref()
                        && (e.x.is_none() || r["x"].as_f64() == e.x)
                };
                let row = data.iter().find(same).unwrap_or_else(|| panic!("{what} is not in the data"));
                assert_eq!(row["value"].as_f64(), e.value, "{what}");
                assert_eq!((row["lower"].as_f64(), row["upper"].as_f64()), (e.lower, e.upper), "{what}");
                assert_eq!(row["n"].as_i64(), e.n, "{what}");
            }
            for row in data.iter().filter(|r| r["status"].is_string() && r["status"] != "ok") {
                assert!(row["value"].is_null() && row["lower"].is_null() && row["upper"].is_null(), "{row}");
                // Neither has what a form adds for a place on an axis.
                for place in ["low", "high", "shown", "share", "limit", "height"] {
                    assert!(row[place].is_null(), "{}: {row}", sample.id);
                }
            }
        }
    }
}

#[test]
fn limits_are_drawn_in_every_form_that_draws_them() {
    for sample in SAMPLES {
        let (_, spec, plotted) = made(sample.id, &(sample.rows)(2, 12), &spec(Preset::Web));
        let limited = plotted.iter().any(|e| e.lower.is_some() && e.upper.is_some());
        let fields: BTreeSet<&str> = found(&spec, "field").iter().filter_map(|f| f.as_str()).collect();
        assert!(!limited || fields.contains("lower") && fields.contains("upper"), "{}", sample.id);
        let drawn = found(&spec, "y2").len() + found(&spec, "x2").len();
        assert!(!limited || drawn > 0 || sample.id == "funnel-plot", "{}: neither band nor bar", sample.id);
        // The colours of the house, and no others by chance.
        let colours = serde_json::to_string(&spec["vconcat"]).expect("text");
        assert!(colours.contains("#12436D") || sample.id == "calendar" && colours.contains("#3E79A7"), "{}", sample.id);
    }
}

#[test]
fn axes_of_values_have_titles_with_units_and_the_scale_of_the_figure() {
    for (form, kind, title) in [("ranked-dots", 4, "Number of statements, logarithmic scale"), ("calendar", 1, "")] {
        let sample = SAMPLES.iter().find(|s| s.id == form).expect("sample");
        let (_, spec, _) = made(form, &(sample.rows)(5, kind), &spec(Preset::Web));
        let titles: Vec<&str> = found(&spec, "axis").iter().filter_map(|a| a["title"].as_str()).collect();
        assert!(title.is_empty() || titles.iter().any(|t| t.starts_with(title)), "{titles:?}");
        let scales: Vec<&str> = found(&spec, "scale").iter().filter_map(|s| s["type"].as_str()).collect();
        assert!(form == "calendar" || scales.iter().any(|s| matches!(*s, "log" | "symlog")), "{scales:?}");
    }
    for sample in SAMPLES.iter().filter(|s| s.id != "calendar") {
        let (_, spec, _) = made(sample.id, &(sample.rows)(2, 12), &spec(Preset::Web));
        let axes = found(&spec, "axis");
        let titled = axes.iter().filter(|a| a["title"].is_string()).count();
        let head = spec["vconcat"][0]["facet"]["title"].is_string();
        assert!(titled > 0 || head || sample.id == "stacked-shares", "{}", sample.id);
    }
}

#[test]
fn rows_stand_in_the_order_of_the_figure() {
    for id in ["ranked-dots", "interval-dots", "dumbbell", "stacked-shares"] {
        let sample = SAMPLES.iter().find(|s| s.id == id).expect("sample");
        let (_, spec, _) = made(id, &(sample.rows)(6, 3), &spec(Preset::Web));
        let order: Vec<&str> = spec["vconcat"][0]["encoding"]["y"]["sort"]
            .as_array()
            .expect("order")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let labels: BTreeSet<&str> = values(&spec).iter().filter_map(|r| r["label"].as_str()).collect();
        assert_eq!(order.iter().copied().collect::<BTreeSet<_>>(), labels, "{id}");
        if id == "ranked-dots" {
            let place = |label: &&str| {
                let row = values(&spec).iter().find(|r| r["label"] == **label).expect("row");
                row["value"].as_f64().unwrap_or(f64::NEG_INFINITY)
            };
            let places: Vec<f64> = order.iter().map(place).collect();
            assert!(places.windows(2).all(|w| w[0] >= w[1]), "{places:?}");
        }
    }
}

#[test]
fn a_line_breaks_where_a_period_is_missing() {
    let sample = SAMPLES[0];
    let mut rows = (sample.rows)(1, 7);
    rows.remove(3);
    let (_, spec, _) = made("line", &rows, &spec(Preset::Web));
    let runs: Vec<(Option<u64>, bool)> =
        values(&spec).iter().map(|r| (r["run"].as_u64(), r["value"].is_null())).collect();
    // The third of January is gone, and the row of the sixth month has too few.
    assert!(runs.iter().all(|(run, null)| run.is_none() == *null), "{runs:?}");
    assert_eq!(runs[2].0.map(|r| r + 1), runs[3].0, "{runs:?}");
}

#[test]
fn files_are_those_that_are_asked_for_and_hold_a_row_a_line() {
    let dir = tempfile::tempdir().expect("folder");
    let rows = (SAMPLES[0].rows)(2, 4);
    let formats = [FigureFormat::Svg, FigureFormat::Vega];
    let form = chart("line").expect("form");
    let (_, paths) = files::write(form, (&rows, &spec(Preset::Web)), (dir.path(), "f"), &formats).expect("written");
    let names: Vec<String> = paths.iter().filter_map(|p| p.file_name()).map(|n| n.display().to_string()).collect();
    assert_eq!(names, ["f.svg", "f.vl.json"]);
    assert_eq!(std::fs::read_dir(dir.path()).expect("folder").count(), 2, "nothing else, and nothing partial");
    let content = std::fs::read_to_string(&paths[1]).expect("text");
    let read: Value = serde_json::from_str(&content).expect("JSON");
    assert_eq!(read, form.vega(&rows, &spec(Preset::Web)).expect("spec"));
    assert_eq!(content, text(read).expect("text"));
    assert_eq!(content.lines().filter(|l| l.contains("\"period_start\"")).count(), rows.len());
    for format in FigureFormat::ALL {
        assert_eq!(format.name().parse::<FigureFormat>().ok(), Some(format));
    }
    assert!("vgea".parse::<FigureFormat>().is_err_and(|e| e.hint().as_deref() == Some("did you mean \"vega\"?")));
}

#[test]
fn simulated_and_withheld_rows_say_so() {
    let mut rows = (SAMPLES[2].rows)(3, 1);
    for e in &mut rows {
        e.add_note("simulated data");
    }
    rows[0] = rows[0].clone().without_value(Status::Suppressed, "rule");
    let (_, spec, _) = made("ranked-dots", &rows, &spec(Preset::Web));
    assert!(joined(&spec["title"]["text"]).contains("simulated data"));
    let withheld = values(&spec).iter().find(|r| r["status"] == "suppressed").expect("row");
    assert_eq!((withheld["words"].as_str(), &withheld["value"]), (Some("withheld"), &Value::Null));
}

#[test]
fn instants_are_days_and_their_halves() {
    assert_eq!(instant(20_270.0), "2025-07-01T00:00:00Z");
    assert_eq!(instant(20_270.5), "2025-07-01T12:00:00Z");
}
