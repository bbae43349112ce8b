//! Sentences by hand for each status, basis and unit; and pages of hostile, unknown and empty material.

use std::collections::BTreeSet;

use super::texts::ENGLISH;
use super::{Drawing, Lack, Material, Unmeasured, page, pick, sentence};
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::time::Period;

/// July 2025.
const JULY: Period = Period { start: 20270, end: 20301 };

fn estimate(indicator: &str, basis: &str, statistic: &str, unit: &str, platform: &str) -> Estimate {
    let mut e = Estimate::census(indicator, 1, statistic, unit, JULY);
    (e.basis, e.platform) = (basis.to_owned(), platform.to_owned());
    e
}

fn share(basis: &str, platform: &str, k: i64, n: i64) -> Estimate {
    let mut e = estimate("own-initiative-share", basis, "share", "share", platform);
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let value = k as f64 / n as f64;
    (e.value, e.k, e.n) = (Some(value), Some(k), Some(n));
    e
}

fn limits(mut e: Estimate, kind: IntervalKind, lower: Option<f64>, upper: Option<f64>) -> Estimate {
    (e.lower, e.upper, e.interval_kind, e.confidence) = (lower, upper, kind, Some(0.95));
    e.interval = Some("wilson".to_owned());
    e
}

fn said(e: &Estimate) -> String {
    sentence::answer(e, pick::card(&e.indicator), false, &ENGLISH)
}

#[test]
fn sentences_keep_to_the_ladder_of_their_evidence() {
    let of = |basis: &str, platform: &str| said(&share(basis, platform, 5, 20));
    let what = "(own-initiative statements or measures per statement or measure), 5 of 20, in July 2025.";
    assert_eq!(of("statements", "all platforms"), format!("The platforms report a share of 25.0% {what}"));
    assert_eq!(of("statements", "Bazaria"), format!("The platform Bazaria reports a share of 25.0% {what}"));
    assert_eq!(of("report", "Bazaria"), format!("The platform Bazaria reports a share of 25.0% {what}"));
    assert_eq!(of("listings", "Bazaria"), format!("In this sample of Bazaria, the share is 25.0% {what}"));
    assert_eq!(of("audit", "all platforms"), format!("In this sample, the share is 25.0% {what}"));
    assert_eq!(of("vetted", "all platforms"), format!("We estimate a share of 25.0% {what}"));
    assert_eq!(of("vetted", "Bazaria"), format!("For Bazaria, we estimate a share of 25.0% {what}"));
    assert_eq!(of("statistics", "Bazaria"), format!("The published statistics give a share of 25.0% {what}"));
    assert_eq!(of("hearsay", "Bazaria"), format!("The data show a share of 25.0% {what}"));
}

#[test]
fn sentences_say_what_an_interval_covers() {
    let audit = limits(share("audit", "all platforms", 5, 20), IntervalKind::Sampling, Some(0.1), Some(0.5));
    assert!(said(&audit).contains("5 of 20, 95% sampling interval 10.0% to 50.0%, in July 2025."), "{}", said(&audit));
    let process = limits(share("statements", "A", 5, 20), IntervalKind::Process, Some(0.1), Some(0.5));
    assert!(said(&process).contains("95% process interval 10.0% to 50.0% (what chance alone would do)"));
    let none = limits(share("audit", "all platforms", 0, 20), IntervalKind::Sampling, None, Some(0.139));
    assert_eq!(
        said(&none),
        "In this sample, the share is 0% (own-initiative statements or measures per statement or measure), 0 of 20, 95% upper bound 13.9% \
         (sampling), in July 2025."
    );
    let mut bounds = limits(share("vetted", "A", 0, 20), IntervalKind::Sampling, Some(0.2), Some(0.4));
    (bounds.value, bounds.k) = (None, None);
    assert_eq!(
        said(&bounds),
        "For A, we estimate 20.0% to 40.0% (own-initiative statements or measures per statement or measure), n = 20, 95% sampling interval \
         20.0% to 40.0%, in July 2025."
    );
    let mut weighted = share("audit", "all platforms", 5, 20);
    weighted.value = Some(0.3);
    assert!(said(&weighted).contains("the share is 30.0%") && said(&weighted).contains("from 5 of 20 before weights"));
}

#[test]
fn sentences_have_the_words_of_their_unit() {
    let of = |indicator: &str, statistic: &str, unit: &str, value: f64| {
        let mut e = estimate(indicator, "vetted", statistic, unit, "A");
        (e.value, e.n) = (Some(value), Some(40));
        said(&e)
    };
    assert_eq!(
        of("time-to-action", "median", "days", 1.0),
        "For A, we estimate a median of 1 day (time by which half of the items are decided), n = 40, in July 2025."
    );
    assert!(
        of("time-to-action", "p90", "days", 12.345).starts_with("For A, we estimate a 90th percentile of 12.3 days (")
    );
    assert!(
        of("exposure-before-action", "mean", "views", 39.4).starts_with("For A, we estimate a mean of 39.4 views (")
    );
    assert!(
        of("recidivism-mcf", "mcf_30", "episodes per trader", 0.5)
            .starts_with("For A, we estimate 0.50 episodes per trader (")
    );
    assert!(
        of("odd-thing", "ratio", "ratio", 3.6).starts_with("For A, we estimate a ratio of 3.60 (odd thing), n = 40")
    );
    assert!(of("odd-thing", "gini", "gini", 0.62).starts_with("For A, we estimate a Gini coefficient of 0.62 ("));
    let mut count = estimate("statement-count", "statements", "count", "statements", "all platforms");
    (count.value, count.n) = (Some(7560.0), Some(7560));
    assert_eq!(said(&count), "The platforms report 7,560 statements, in July 2025.");
    (count.value, count.n) = (Some(1.0), Some(1));
    assert_eq!(said(&count), "The platforms report 1 statement, in July 2025.");
    let mut days = limits(
        estimate("time-to-action", "vetted", "median", "days", "A"),
        IntervalKind::Process,
        Some(3.5),
        Some(6.0),
    );
    (days.value, days.n) = (Some(5.0), Some(40));
    assert!(said(&days).contains("95% process interval 3.50 to 6 days ("), "{}", said(&days));
}

#[test]
fn sentences_without_a_value_say_why() {
    let of = |status: Status, reason: &str| said(&share("vetted", "A", 1, 4).without_value(status, reason));
    let what = "(own-initiative statements or measures per statement or measure), in July 2025";
    assert_eq!(
        of(Status::Insufficient, "n = 4 is below 10"),
        format!("A: too few observations for a value {what}: n = 4 is below 10.")
    );
    assert_eq!(of(Status::NotApplicable, "no policy"), format!("A: no value can be given {what}: no policy."));
    assert_eq!(
        of(Status::Suppressed, "fewer than 5"),
        format!("A: the value is withheld by a rule of disclosure {what}: fewer than 5.")
    );
    let all = share("vetted", "all platforms", 1, 4).without_value(Status::Insufficient, " ");
    assert!(
        said(&all).starts_with("Too few observations") && said(&all).ends_with("no reason is given."),
        "{}",
        said(&all)
    );
}

#[test]
fn simulated_data_is_said_in_every_sentence() {
    let mut e = share("statements", "A", 5, 20);
    e.add_note("simulated data");
    assert!(said(&e).ends_with("in July 2025 (simulated data)."));
    // A suppressed estimate has lost its note: the whole run says it.
    let suppressed = e.without_value(Status::Suppressed, "rule");
    assert!(sentence::answer(&suppressed, None, true, &ENGLISH).ends_with("rule (simulated data)."));
}

#[test]
fn platforms_are_listed_or_spanned() {
    let rows = |values: &[i64]| -> Vec<Estimate> {
        values.iter().zip('A'..).map(|(k, name)| share("statements", &name.to_string(), *k, 100)).collect()
    };
    let of = |rows: &[Estimate]| sentence::by_platform(&rows.iter().collect::<Vec<_>>(), &ENGLISH);
    assert_eq!(of(&rows(&[10, 30, 20])).as_deref(), Some("By platform: B 30.0%, C 20.0% and A 10.0%."));
    assert_eq!(
        of(&rows(&[10, 0, 0, 40, 5])).as_deref(),
        Some("By platform, values go from 0% (2 platforms) to 40.0% (D).")
    );
    assert_eq!(of(&rows(&[0, 0, 0, 0, 0])).as_deref(), Some("All 5 platforms with a value have 0%."));
    let mut some = rows(&[10, 30, 20]);
    some[2] = some[2].clone().without_value(Status::Insufficient, "n");
    assert_eq!(of(&some).as_deref(), Some("By platform: B 30.0% and A 10.0%. 1 of 3 platforms have no value."));
    assert_eq!(of(&[]), None);
}

#[test]
fn the_answer_is_of_the_longest_period() {
    let week = |start: i32| Estimate { period_start: start, period_end: start + 7, ..share("statements", "A", 1, 10) };
    let rows = [week(20270), share("statements", "A", 4, 10), week(20290)];
    let rows: Vec<&Estimate> = rows.iter().collect();
    let evidence = pick::evidence(&rows, None);
    assert_eq!(evidence.len(), 1);
    assert_eq!(evidence[0].answer().whole.and_then(|e| e.k), Some(4));
}

fn material(estimates: &[Estimate], drawings: Vec<Drawing>) -> Material<'_> {
    Material {
        estimates,
        drawings,
        manifest: None,
        exports: None,
        tables: Vec::new(),
        days: None,
        findings: None,
        unmeasured: None,
        repeat: Vec::new(),
        base: String::new(),
        files: BTreeSet::new(),
        label: |code| code,
    }
}

#[test]
fn hostile_names_stay_text() {
    let name = "<script>alert(1)</script>\"'&";
    let mut grouped = share("statements", name, 5, 20);
    (grouped.indicator, grouped.group_name, grouped.group_value) =
        ("<img src=x onerror=a()>".into(), Some("category".into()), Some("</table><b>".into()));
    let mut plain = share("statements", name, 5, 20);
    plain.note = Some("</p><script>x</script>".into());
    let svg = "<svg role=\"img\"><title>t</title><script>alert(2)</script></svg>".to_owned();
    let drawing =
        Drawing { indicator: plain.indicator.clone(), svg, stem: "figures/a b\"><c".into(), ..Drawing::default() };
    let estimates = [grouped, plain];
    let html = page(&material(&estimates, vec![drawing])).expect("a page");
    assert_eq!(html.matches("<script").count(), 1, "its own script alone");
    for bad in ["<img", "alert(2)", "</table><b>", "onerror=a()>"] {
        assert!(!html.contains(bad), "{bad}");
    }
    assert!(html.contains("&#60;script&#62;alert(1)"), "the name is read as it is");
    assert!(html.contains(ENGLISH.figure_unsafe));
}

#[test]
fn an_indicator_that_nobody_has_written_is_shown() {
    let mut e = share("vetted", "A", 5, 20);
    e.indicator = "moon-phase-share".into();
    let estimates = [e];
    let html = page(&material(&estimates, Vec::new())).expect("a page");
    assert!(html.contains("<h3 id=\"i-moon-phase-share-title\">Moon phase share</h3>"));
    assert!(html.contains("For A, we estimate a share of 25.0% (moon phase share), 5 of 20, in July 2025."));
    assert!(html.contains(ENGLISH.method_unknown));
}

#[test]
fn a_page_without_estimates_says_so() {
    let mut nothing = material(&[], Vec::new());
    nothing.unmeasured = Some(vec![
        Unmeasured { id: "statement-count".into(), lack: Lack::Tables(vec!["statements".into()]) },
        Unmeasured { id: "moon".into(), lack: Lack::Columns(vec!["a.b".into(), "a.c".into()]) },
        Unmeasured { id: "time-to-action".into(), lack: Lack::Rows },
    ]);
    let html = page(&nothing).expect("a page");
    assert!(html.contains(ENGLISH.summary_empty) && html.contains("<h1>What the data show</h1>"));
    assert!(html.contains("The data has no statements.") && html.contains("The data was loaded without a.b and a.c."));
    assert!(html.contains(ENGLISH.missing_rows) && !html.contains(ENGLISH.simulated_banner));
}

#[test]
fn the_script_is_the_one_that_the_policy_names() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let html = page(&material(&[], Vec::new())).expect("a page");
    let script = html.split_once("<script>").and_then(|(_, rest)| rest.split_once("</script>")).expect("a script").0;
    let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(script.as_bytes()));
    assert!(html.contains(&format!("script-src 'sha256-{hash}'")));
    assert!(!script.contains('<') || !script.contains("</"), "nothing in it ends it early");
}

#[test]
fn long_tables_are_cut_with_a_word() {
    let estimates: Vec<Estimate> = (0..60)
        .map(|i| Estimate { period_start: 20270 + i, period_end: 20271 + i, ..share("statements", "A", 5, 20) })
        .collect();
    let drawing = Drawing {
        stem: "figures/own-initiative-share-line".into(),
        indicator: "own-initiative-share".into(),
        svg: "<svg role=\"img\"><title>t</title><desc>d</desc></svg>".into(),
        rows: estimates.clone(),
        ..Drawing::default()
    };
    let mut material = material(&estimates, vec![drawing]);
    material.base = "../o ut/".into();
    material.files.insert("figures/own-initiative-share-line.csv".into());
    let html = page(&material).expect("a page");
    assert!(html.contains("The first 40 of 60 rows."), "said");
    assert!(html.contains("href=\"../o%20ut/figures/own-initiative-share-line.csv\""), "and linked");
    assert!(html.contains("<svg id=\"f-own-initiative-share-line\" aria-labelledby="));
}

/// 25 platforms, 40 indicators, 24 months, with a figure of each.
#[test]
fn a_page_of_many_platforms_stays_small() {
    use crate::charts::{ChartSpec, chart};
    use crate::time::Grain;
    let months: Vec<Period> = (0..24)
        .scan(19723, |day, _| {
            let month = Grain::Month.period(*day)?;
            *day = month.end;
            Some(month)
        })
        .collect();
    let all = Period { start: months[0].start, end: months[23].end };
    let (mut estimates, mut drawings) = (Vec::new(), Vec::new());
    for i in 0..40_i64 {
        let id = crate::indicators::INDICATORS[usize::try_from(i).expect("small")].card().id;
        let mut rows = Vec::new();
        for p in 0..25_i64 {
            for (m, period) in months.iter().chain([&all]).enumerate() {
                let m = i64::try_from(m).expect("small");
                let mut e = share(
                    "statements",
                    &format!("Platform number {p}"),
                    100 + (i * 7 + p * 31 + m * 13) % 800,
                    1000 + p,
                );
                e.indicator = id.into();
                (e.period_start, e.period_end) = (period.start, period.end);
                rows.push(limits(e, IntervalKind::Process, Some(0.05), Some(0.95)));
            }
        }
        let monthly: Vec<Estimate> = rows.iter().filter(|e| e.period() != all).cloned().collect();
        for form in ["line", "small-multiples"] {
            let mut spec = ChartSpec::new("the test");
            spec.indicator = Some(id.into());
            let figure = chart(form).expect("form").draw(&monthly, &spec).expect("drawn");
            drawings.push(Drawing {
                stem: format!("figures/{id}-{form}"),
                indicator: id.into(),
                form: form.into(),
                svg: figure.svg,
                rows: monthly.clone(),
            });
        }
        estimates.extend(rows);
    }
    let estimates = crate::estimate::Estimates::new(estimates).expect("estimates");
    assert_eq!(estimates.len(), 40 * 25 * 25);
    let html = page(&material(estimates.rows(), drawings)).expect("a page");
    assert!(html.len() < 5_000_000, "{} bytes", html.len());
    assert!(html.contains("Figures: 40 of 80 stand on this page"));
    assert_eq!(html.matches("<article").count(), 40);
}
