//! Shares of the groups of one indicator with their intervals, sorted, against the value of all together.
//!
//! Where shrunken estimates are there too, each row has both: the share as observed, and drawn towards the
//! whole. A share of few observations is far from the whole by chance alone; the shrunken one says how far.

use super::frame::Frame;
use super::labels;
use super::ranked_dots::{DENSE, ROWS, rows_in};
use super::select::{Form, Selection, about, platform_label, select_of};
use super::spec::ChartSpec;
use super::step_curves::why;
use super::svg::Canvas;
use super::theme::Theme;
use super::words::{self, Caption};
use super::{Chart, Figure, alt as sentences, notes};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, IntervalKind};

mod table;
mod vega;

use table::Table;

/// What the name of a statistic of shrunken estimates ends in.
const SHRUNKEN: &str = "_shrunken";
/// Names in one note, and rows in the alternative text.
const NAMED: usize = 4;
/// Shares that are all below this are given per million.
const MILLION_BELOW: f64 = 0.001;

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct IntervalDots;

/// One row: the estimate as observed, and the shrunken one.
#[derive(Debug, Clone)]
pub(crate) struct Row<'a> {
    pub label: String,
    /// The label with the group first: names of platforms can be long.
    pub name: String,
    pub raw: &'a Estimate,
    pub shrunken: Option<&'a Estimate>,
}

/// In which unit values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit<'a> {
    PerMillion,
    Of(&'a str),
}

impl Unit<'_> {
    /// The number on the axis.
    pub(crate) fn scaled(self, v: f64) -> f64 {
        if self == Self::PerMillion { v * 1e6 } else { v }
    }

    /// A value in words; the axis says "per million".
    pub(crate) fn words(self, v: f64) -> String {
        match self {
            Self::PerMillion => labels::value(v * 1e6, ""),
            Self::Of("share") => labels::fine_share(v),
            Self::Of(unit) => labels::value(v, unit),
        }
    }
}

impl Chart for IntervalDots {
    fn id(&self) -> &'static str {
        "interval-dots"
    }

    fn title(&self) -> &'static str {
        "Shares of groups with their intervals"
    }

    fn doc(&self) -> &'static str {
        "Compares the groups of one indicator in one period, such as categories: a dot and an interval for each, sorted, \
         with numerator and denominator, and a line for all together where there is an estimate without a group. \
         Shrunken estimates, such as share_shrunken beside share, have a dot of their own. Values that span more than \
         two orders of magnitude stand on a logarithmic axis, and tiny shares are given per million. For platforms, or \
         without intervals, take ranked-dots."
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        choose(estimates, spec).is_ok_and(|(selection, rows, _)| {
            let sampled = |r: &&Row<'_>| r.shrunken.is_some() || r.raw.interval_kind == IntervalKind::Sampling;
            let valued = rows.iter().filter(|r| r.raw.value.is_some());
            // Other statistics, such as those of a ladder of penalties, have forms of their own.
            let share = |e: &Estimate| e.unit == "share" && e.statistic == "share";
            selection.rows.iter().all(|e| share(e)) && valued.filter(sampled).count() > 1
        })
    }

    fn draw(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<Figure> {
        let (canvas, caption, alt, csv) = compose(estimates, spec)?;
        Figure::new(&canvas, &caption, alt, csv)
    }

    fn vega(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<serde_json::Value> {
        vega::vega(estimates, spec)
    }
}

/// The drawing before it is written, with its words and its table.
pub(crate) fn compose(estimates: &[Estimate], spec: &ChartSpec) -> Result<(Canvas, Caption, String, String)> {
    let (selection, rows, overall) = choose(estimates, spec)?;
    let highlighted = selection.highlighted(spec, super::ranked_dots::HIGHLIGHTED)?;
    let unit = unit(&rows, overall);
    let when = selection.periods.first().map(|p| words::span(*p, *p)).unwrap_or_default();
    let over = [format!(", by {}", selection.things())];
    let mut caption = words::caption(&selection, spec, if rows.len() > 1 { &over } else { &[] }, &when);
    let mut theme = Theme::of(spec.preset);
    let mut shown = rows.len().min(ROWS);
    let mut frame;
    loop {
        caption.notes = said(&selection, spec, (&rows, shown), overall);
        frame = Frame::new(theme, &caption);
        let room = frame.inner(theme.height).height() - table::heights(&theme, overall.is_some());
        // A row with two dots is higher.
        let fit = rows_in(room / table::stretch(&rows), &theme).max(1);
        if theme.elastic || shown <= fit {
            break;
        }
        // A card that is too low for the rows has smaller ones first, and then fewer.
        if theme.label > theme.small * DENSE {
            theme.label = theme.small * DENSE;
        } else {
            shown = fit;
        }
    }
    let table = Table::new(theme, &frame, &rows[..shown], overall, unit, &highlighted);
    let mut canvas = Canvas::new(theme.width, table.height);
    frame.draw(&mut canvas);
    table.draw(&mut canvas);
    let alt = alt(&caption, &selection, &rows, overall);
    let plotted = rows.iter().flat_map(|r| [Some(r.raw), r.shrunken]).chain([overall]).flatten().collect();
    let csv = selection.with_rows(plotted).csv()?;
    Ok((canvas, caption, alt, csv))
}

/// What a figure shows: the selection of rows, the rows, and the estimate without a group.
type Chosen<'a> = (Selection<'a>, Vec<Row<'a>>, Option<&'a Estimate>);

/// Rows of one statistic by group, sorted, those without a value last.
fn choose<'a>(estimates: &'a [Estimate], spec: &ChartSpec) -> Result<Chosen<'a>> {
    let all: Vec<&Estimate> = about(estimates, spec)?.into_iter().filter(|e| e.x.is_none()).collect();
    let (grouped, plain): (Vec<&Estimate>, Vec<&Estimate>) = all.into_iter().partition(|e| e.group_name.is_some());
    let (shrunken, raw): (Vec<&Estimate>, Vec<&Estimate>) =
        grouped.into_iter().partition(|e| e.statistic.ends_with(SHRUNKEN));
    if raw.is_empty() {
        return Err(Error::usage(
            "there are no estimates of groups to draw",
            "measure by a group, such as category, or take ranked-dots",
        ));
    }
    let selection = select_of(raw, spec, Form::Profile)?;
    let Some(first) = selection.rows.first().copied() else {
        return Err(Error::usage("there is nothing to draw", "measure by a group, such as category"));
    };
    let same = |e: &&&Estimate| {
        (&e.indicator, e.indicator_version, &e.basis, &e.unit, e.period())
            == (&first.indicator, first.indicator_version, &first.basis, &first.unit, first.period())
    };
    let beside = |raw: &Estimate| {
        let fits = |e: &&&Estimate| {
            e.statistic.strip_suffix(SHRUNKEN) == Some(raw.statistic.as_str())
                && (&e.platform, &e.group_name, &e.group_value) == (&raw.platform, &raw.group_name, &raw.group_value)
        };
        shrunken.iter().filter(same).find(|e| fits(e)).copied()
    };
    let mut rows: Vec<Row<'a>> = selection
        .rows
        .iter()
        .map(|e| Row { label: selection.label(e), name: group_first(&selection, e), raw: e, shrunken: beside(e) })
        .collect();
    let place = |r: &Row<'_>| r.raw.value.or(r.raw.upper).or(r.raw.lower).unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|a, b| place(b).total_cmp(&place(a)).then_with(|| a.label.cmp(&b.label)));
    // Of several platforms, no single value is the one of all together.
    let whole = |e: &&&Estimate| e.statistic == first.statistic && e.platform == first.platform && e.value.is_some();
    let overall = plain.iter().filter(same).find(whole).copied().filter(|_| selection.platforms.len() == 1);
    Ok((selection, rows, overall))
}

/// The label of a row with the group before the platform.
fn group_first(selection: &Selection<'_>, e: &Estimate) -> String {
    match e.group_value.as_deref() {
        Some(group) if selection.platforms.len() > 1 && selection.groups.len() > 1 => {
            format!("{}, {}", selection.group_label(group), platform_label(&e.platform))
        }
        _ => selection.label(e),
    }
}

/// Per million where all shares are tiny.
fn unit<'a>(rows: &[Row<'a>], overall: Option<&Estimate>) -> Unit<'a> {
    let unit = rows.first().map_or("share", |r| r.raw.unit.as_str());
    let all = rows.iter().flat_map(|r| [Some(r.raw), r.shrunken]).chain([overall]).flatten();
    let most = all.filter_map(|e| e.value.or(e.upper)).fold(0.0, f64::max);
    if unit == "share" && most > 0.0 && most < MILLION_BELOW { Unit::PerMillion } else { Unit::Of(unit) }
}

/// The sentences of the note, in the order of their weight.
fn said(
    selection: &Selection<'_>,
    spec: &ChartSpec,
    (rows, shown): (&[Row<'_>], usize),
    overall: Option<&Estimate>,
) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    if rows.len() > shown {
        let rest = rows.len() - shown;
        let rest = if rest == 1 { "row".to_owned() } else { format!("{rest} rows") };
        out.push(format!("And {rest} more below these: the table beside the figure has them."));
    }
    let visible = &rows[..shown];
    if visible.iter().any(|r| r.shrunken.is_some_and(|e| e.value.is_some())) {
        out.push("Shrunken: drawn towards the whole, the more so the smaller n.".to_owned());
    }
    let raw = |shape: &str| notes::intervals(visible.iter().map(|r| r.raw), shape);
    let shrunken = |shape: &str| notes::intervals(visible.iter().filter_map(|r| r.shrunken), shape);
    if shrunken("").is_empty() || raw("") == shrunken("") {
        out.extend(raw("Bars"));
    } else {
        out.extend(raw("Bars through dots"));
        out.extend(shrunken("Bars through diamonds"));
    }
    if let Some(e) = overall {
        let n = e.n.map(|n| format!(" (n = {})", labels::count(n))).unwrap_or_default();
        out.push(format!("Dashed line: all groups together{n}."));
    }
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for r in visible.iter().filter(|r| r.raw.value.is_none() && r.raw.lower.or(r.raw.upper).is_none()) {
        match reasons.iter_mut().find(|(why_not, _)| *why_not == why(r.raw)) {
            Some((_, all)) => all.push(r.label.clone()),
            None => reasons.push((why(r.raw), vec![r.label.clone()])),
        }
    }
    let parts: Vec<String> =
        reasons.iter().map(|(r, who)| format!("{r} – {}", labels::some_names(who, NAMED))).collect();
    if !parts.is_empty() {
        out.push(words::sentence(&format!("No value: {}", parts.join("; "))));
    }
    out.extend(notes::of_estimates(selection, "rows"));
    out
}

/// Sentences about the rows, for those who do not see them.
fn alt(caption: &Caption, selection: &Selection<'_>, rows: &[Row<'_>], overall: Option<&Estimate>) -> String {
    let n = rows.len();
    let mut out = vec![
        sentences::start("Dot chart with intervals", caption),
        if n == 1 {
            "It has 1 row.".to_owned()
        } else {
            format!("It has {n} rows, sorted from the largest value to the smallest.")
        },
    ];
    let share = |v: f64, unit: &str| Unit::Of(unit).words(v);
    let value = |e: &Estimate| {
        let limits = match (e.lower, e.upper) {
            (Some(a), Some(b)) => format!(" ({} to {})", share(a, &e.unit), share(b, &e.unit)),
            _ => String::new(),
        };
        Some(format!("{}{limits}", share(e.value?, &e.unit)))
    };
    let one = |r: &Row<'_>| {
        let shrunken = r.shrunken.and_then(value).map(|v| format!(", shrunken {v}")).unwrap_or_default();
        let of = r.raw.n.map(|n| format!(", n = {}", labels::count(n))).unwrap_or_default();
        Some(format!("{}, {}{shrunken}{of}", r.label, value(r.raw)?))
    };
    let valued: Vec<&Row<'_>> = rows.iter().filter(|r| r.raw.value.is_some()).collect();
    let mut named: Vec<String> = valued.iter().take(NAMED - 1).filter_map(|r| one(r)).collect();
    if let Some(last) = valued.last().filter(|_| valued.len() >= NAMED).and_then(|r| one(r)) {
        named.push(format!("and as the smallest {last}"));
    }
    if let Some(first) = selection.rows.first().filter(|_| !named.is_empty()) {
        out.push(format!("{}: {}.", words::lead(&first.basis, &selection.platforms), named.join("; ")));
    }
    out.extend(overall.and_then(value).map(|v| format!("All together: {v}.")));
    out.extend(sentences::without(n - valued.len(), "rows"));
    sentences::finish(&out)
}

#[cfg(test)]
mod tests;
