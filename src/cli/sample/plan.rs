//! What a sample can be expected to show, in rows and in words.

use crate::cli::ui::grouped;
use crate::sampling::sheet::Task;
use crate::sampling::{Needed, Precision, Sample, labels};
use crate::stats::Confidence;

/// The plan: a row for all units, and one for each stratum.
pub fn rows(expected: &Precision, needed: Option<Needed>, discovery: u64) -> Vec<Vec<String>> {
    let header = [
        "stratum",
        "frame_size",
        "n",
        "guess",
        "expected_cases",
        "half_width",
        "expected_width",
        "design_effect",
        "chance_of_a_case",
        "needed_normal",
        "needed_exact",
        "discovery_n",
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    let number = |n: Option<u64>| n.map_or_else(String::new, |n| n.to_string());
    rows.push(vec![
        "(all)".into(),
        expected.frame_size.to_string(),
        format!("{:.0}", expected.n),
        short(expected.guess),
        format!("{:.1}", expected.expected_cases),
        short(expected.half_width),
        short(expected.expected_width),
        format!("{:.3}", expected.design_effect),
        short(expected.chance_of_a_case),
        number(needed.and_then(|n| n.normal)),
        number(needed.and_then(|n| n.exact)),
        discovery.to_string(),
    ]);
    for s in &expected.strata {
        let mut row = vec![
            s.name.clone(),
            s.size.to_string(),
            s.n.to_string(),
            short(s.guess),
            format!("{:.1}", s.expected_cases),
            short(s.half_width),
            short(s.expected_width),
        ];
        row.resize(header.len(), String::new());
        rows.push(row);
    }
    rows
}

fn short(share: f64) -> String {
    format!("{share:.5}")
}

/// The plan in a sentence.
pub fn sentence(expected: &Precision, confidence: Confidence) -> String {
    format!(
        "if {} of {} units are of the kind, {:.0} labelled units are expected to give an interval {} wide ({} %), with {:.1} \
         cases among them",
        percent(expected.guess),
        grouped(expected.frame_size),
        expected.n,
        percent(expected.expected_width),
        (confidence.level() * 1000.0).round() / 10.0,
        expected.expected_cases,
    )
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

/// Lines of the second page of a workbook.
pub fn about(question: &str, task: &Task, design: &str, sample: &Sample, expected: &str) -> Vec<(String, String)> {
    let mut lines = vec![
        ("Question", question.to_owned()),
        ("Answers", labels::choices(&task.question).join(", ")),
        (
            "How to label",
            "Label each row by yourself, from what the row shows and its address, without asking other coders. \
                          Leave a row empty if you could not look at it; unsure means that you looked and cannot say."
                .to_owned(),
        ),
        (
            "evasion_tactic",
            "The way in which the offer hides what it is, if you see one; none if there is none.".to_owned(),
        ),
        ("remark", "Anything that explains the label.".to_owned()),
        (
            "Do not change",
            "All other columns: they tie the labels to the sample. Rows may be sorted and filtered.".to_owned(),
        ),
        (
            "Agreed labels",
            "Where coders differ and agree later, add a row with the unit_id, no row number and no coder.".to_owned(),
        ),
        ("Sample", task.sample.clone()),
        ("Frame", format!("{} units", grouped(sample.frame_size))),
        ("Design", design.to_owned()),
        ("Seed", task.seed.to_string()),
        ("Coders", format!("{}; share of units that all of them label: {}", task.coders, task.overlap)),
        ("Expected", expected.to_owned()),
    ];
    if task.simulated {
        lines.insert(
            0,
            ("Simulated data", "The units of this sheet are simulated data, of no real platform.".to_owned()),
        );
    }
    let mut lines: Vec<(String, String)> = lines.into_iter().map(|(a, b)| (a.to_owned(), b)).collect();
    if !task.blind_design {
        lines.extend(sample.strata.iter().filter_map(|s| {
            let name = s.name.as_ref()?;
            Some((format!("Stratum {name}"), format!("{} of {} units", grouped(s.drawn), grouped(s.size))))
        }));
    }
    lines
}
