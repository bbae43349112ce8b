//! Alternative text: what a figure shows, for those who do not see it.

use super::labels;
use super::line::Series;
use super::ranked_dots::Row;
use super::select::Selection;
use super::words::{self, Caption};
use crate::estimate::{Estimate, Status};

/// Series or rows that are named; the table beside the figure has all.
const NAMED: usize = 4;

/// Sentences about a line chart.
pub(crate) fn line(caption: &Caption, selection: &Selection<'_>, series: &[Series<'_>], coloured: &[usize]) -> String {
    let n = series.len();
    let mut out = vec![start("Line chart", caption), format!("It has {n} line{}.", if n == 1 { "" } else { "s" })];
    if let Some(first) = selection.rows.first() {
        let lead = words::lead(&first.basis, &selection.platforms);
        let ends = coloured.iter().take(NAMED).filter_map(|&i| {
            let s = &series[i];
            let (a, b) = (s.valued().next()?, s.valued().last()?);
            let at = |e: &Estimate| format!("{} {}", value(e), words::during(e.period()));
            let points = if std::ptr::eq(a, b) { at(a) } else { format!("{} and {}", at(a), at(b)) };
            // A single line is what the title names already.
            Some(if n == 1 { points } else { format!("{}, {points}", s.label) })
        });
        let ends = ends.collect::<Vec<_>>().join("; ");
        if !ends.is_empty() {
            out.push(format!("{lead}: {ends}."));
        }
        out.extend(extremes(selection));
    }
    let missing = selection.rows.iter().filter(|e| e.status != Status::Ok).count();
    if missing > 0 {
        out.push(format!("{missing} of {} points have no value and are left out of the lines.", selection.rows.len()));
    }
    finish(&out)
}

/// Sentences about ranked dots; `rows` are sorted, those without a value last.
pub(crate) fn ranked(caption: &Caption, selection: &Selection<'_>, rows: &[Row<'_>]) -> String {
    let valued: Vec<&Row<'_>> = rows.iter().filter(|r| r.estimate.value.is_some()).collect();
    let n = rows.len();
    let mut out = vec![
        start("Dot chart", caption),
        if n == 1 {
            "It has 1 row.".to_owned()
        } else {
            format!("It has {n} rows, sorted from the largest value to the smallest.")
        },
    ];
    if let (Some(first), Some(last)) = (valued.first(), valued.last()) {
        let lead = words::lead(&first.estimate.basis, &selection.platforms);
        // A single row is what the title names already.
        let name = |r: &Row<'_>| if n == 1 { String::new() } else { format!("{}, ", r.label) };
        let one = |r: &Row<'_>| format!("{}{}{}", name(r), value(r.estimate), of_n(r.estimate));
        let mut named: Vec<String> = valued.iter().take(NAMED - 1).map(|r| one(r)).collect();
        if valued.len() >= NAMED {
            named.push(format!("and as the smallest {}", one(last)));
        }
        out.push(format!("{lead}: {}.", named.join("; ")));
    }
    let few = rows.iter().filter(|r| r.estimate.status != Status::Ok).count();
    if few > 0 {
        out.push(format!(
            "{few} of the rows {} no value, most often because there are too few observations.",
            if few == 1 { "has" } else { "have" }
        ));
    }
    finish(&out)
}

fn start(form: &str, caption: &Caption) -> String {
    let title = caption.title.trim_end_matches(['.', '!', '?']);
    format!("{form}: {title}. {}.", caption.subtitle.trim_end_matches('.'))
}

fn value(e: &Estimate) -> String {
    e.value.map_or_else(|| "no value".to_owned(), |v| labels::value(v, &e.unit))
}

fn of_n(e: &Estimate) -> String {
    words::denominator(e).map(|n| format!(" (n = {})", labels::count(n))).unwrap_or_default()
}

/// The largest and the smallest value, where there are several points.
fn extremes(selection: &Selection<'_>) -> Option<String> {
    let valued = || selection.rows.iter().copied().filter_map(|e| Some((e.value?, e)));
    let (_, high) = valued().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (_, low) = valued().min_by(|a, b| a.0.total_cmp(&b.0))?;
    if high.value == low.value {
        return None;
    }
    let one = |e: &Estimate| {
        let several = selection.platforms.len() > 1 || selection.groups.len() > 1;
        let who = if several { format!("{}, ", selection.label(e)) } else { String::new() };
        format!("{} ({who}{})", value(e), words::period(e.period()))
    };
    Some(format!("The largest value is {}, the smallest {}.", one(high), one(low)))
}

fn finish(sentences: &[String]) -> String {
    super::text::clean(&sentences.join(" "))
}
