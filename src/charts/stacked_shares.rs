//! Parts of a whole: one bar of 100 % for each platform, or for each period of one platform.
//!
//! The shares of a bar must be parts of the same whole: shares that add up to more than one, or that have
//! different denominators, are refused. The largest groups are coloured, and the others are one grey part.

use super::line;
use super::select::{Form, Selection, about, distinct, one_indicator, platform_label, settle};
use super::spec::{ChartSpec, PeriodChoice};
use super::svg::Canvas;
use super::words::{self, Caption};
use super::{Chart, Figure, alt, labels, notes};
use crate::error::{Error, Result};
use crate::estimate::{ALL_PLATFORMS, Estimate, Status};

mod bars;
mod vega;

/// The statistic, where the caller names none.
const SHARE: &str = "share";
/// Parts in colour.
const COLOURED: usize = 4;
/// By so much may the shares of a bar exceed one: they are rounded where they were published rounded.
const TOLERANCE: f64 = 1e-6;
/// Sum from which on parts make up the whole.
const COMPLETE: f64 = 0.95;
/// Bars at most: a longer list is a table.
const BARS: usize = 40;

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct StackedShares;

/// A bar: the parts of one platform in one period.
#[derive(Debug, Clone)]
pub(crate) struct Bar<'a> {
    pub label: String,
    /// Whether it is the one of all platforms together.
    pub total: bool,
    pub rows: Vec<&'a Estimate>,
    /// Shares of the coloured parts, then that of the grey one.
    pub shares: Vec<f64>,
}

impl Bar<'_> {
    pub(crate) fn drawn(&self) -> bool {
        self.rows.iter().any(|e| e.value.is_some())
    }

    fn sum(&self) -> f64 {
        self.rows.iter().filter_map(|e| e.value).sum()
    }

    pub(crate) fn n(&self) -> Option<i64> {
        self.rows.iter().find_map(|e| e.n)
    }

    fn share(&self, group: &str) -> Option<f64> {
        self.rows.iter().find(|e| e.group_value.as_deref() == Some(group)).and_then(|e| e.value)
    }
}

/// The parts of all bars, in the order of their colours; the last one may be grey.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub names: Vec<String>,
    /// How many are coloured: the grey one is not.
    pub coloured: usize,
    /// Groups that the grey part holds.
    folded: Vec<String>,
}

impl Chart for StackedShares {
    fn id(&self) -> &'static str {
        "stacked-shares"
    }

    fn title(&self) -> &'static str {
        "Stacked shares"
    }

    fn doc(&self) -> &'static str {
        "Shows how a whole divides into groups, such as decisions into categories: a bar of 100% for each platform in \
         one period, or for each period of one platform, from rows of a share with groups. The four largest groups, \
         or those highlighted, are coloured; the others are one grey part. Shares that are no parts of one whole, such \
         as those of groups that overlap, are refused: take ranked-dots for them, or small-multiples over time."
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        let bars = choose(estimates, spec).and_then(|selection| bars(&selection));
        // Nobody asked for it: so the parts must make up the whole, but for what is withheld.
        let complete =
            |b: &Bar<'_>| b.sum() >= COMPLETE || !b.drawn() || b.rows.iter().any(|e| e.status == Status::Suppressed);
        bars.is_ok_and(|bars| bars.iter().all(complete) && bars.iter().any(|b| b.drawn() && b.rows.len() > 1))
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
    let selection = choose(estimates, spec)?;
    let mut bars = bars(&selection)?;
    let (parts, bold) = parts(&selection, &bars, spec)?;
    for bar in &mut bars {
        bar.shares = shares(bar, &parts, &selection);
    }
    sorted(&mut bars, &selection);
    let over = match (bars.len(), selection.periods.len()) {
        (0 | 1, _) => Vec::new(),
        (_, 0 | 1) => vec![", by platform".to_owned()],
        _ => vec![format!(", {}", words::rhythm(&selection.periods))],
    };
    let measure = format!("Share by {} (%)", selection.group_words());
    let mut caption = words::caption_of(&selection, spec, &measure, &over, &line::when(&selection));
    let over_time = selection.periods.len() > 1;
    let drawing = bars::Drawing { bars: &bars, parts: &parts, bold: &bold, over_time };
    let canvas = bars::draw(spec, &mut caption, &drawing, &|shown| said(&selection, &bars, &parts, spec, shown));
    let alt = alt::stacked(&caption, &selection, &bars, &parts);
    Ok((canvas, caption, alt, selection.csv()?))
}

/// The rows of shares with groups: of one period, or of all where there is one platform.
fn choose<'a>(estimates: &'a [Estimate], spec: &ChartSpec) -> Result<Selection<'a>> {
    let statistic = spec.statistic.as_deref().unwrap_or(SHARE);
    let part = |e: &&Estimate| e.statistic == statistic && e.unit == SHARE && e.x.is_none() && e.group_value.is_some();
    let rows: Vec<&Estimate> = about(estimates, spec)?.into_iter().filter(part).collect();
    if rows.is_empty() {
        return Err(Error::usage(
            format!("there is no {statistic} of groups to stack"),
            "measure an indicator that divides statements into groups, such as a mix of categories",
        ));
    }
    let rows = one_indicator(rows, spec)?;
    let one = distinct(rows.iter().map(|e| e.platform.as_str())).len() == 1;
    let over_time = one && !matches!(spec.period, PeriodChoice::Exactly(_));
    let selection = settle(rows, spec, if over_time { Form::OverTime } else { Form::OnePeriod })?;
    if selection.periods.len() > BARS {
        return Err(Error::usage(
            format!("there are {} periods, and a figure holds {BARS} bars", selection.periods.len()),
            "measure by a longer period, or take small-multiples",
        ));
    }
    Ok(selection)
}

/// One bar for each platform and period, with parts of one whole.
fn bars<'a>(selection: &Selection<'a>) -> Result<Vec<Bar<'a>>> {
    let over_time = selection.periods.len() > 1;
    let mut bars: Vec<Bar<'a>> = Vec::new();
    let mut rows = selection.rows.clone();
    rows.sort_by_key(|e| e.period());
    for e in rows {
        let same =
            |b: &&mut Bar<'_>| b.rows.first().is_some_and(|r| (&r.platform, r.period()) == (&e.platform, e.period()));
        match bars.iter_mut().find(same) {
            Some(bar) => bar.rows.push(e),
            None => bars.push(Bar {
                label: if over_time { words::short(e.period()) } else { platform_label(&e.platform) },
                total: !over_time && e.platform == ALL_PLATFORMS && selection.platforms.len() > 1,
                rows: vec![e],
                shares: Vec::new(),
            }),
        }
    }
    for bar in &bars {
        whole(bar)?;
    }
    Ok(bars)
}

/// Bars of one period in the order of their first part, that of all together first; those of periods stay.
fn sorted(bars: &mut [Bar<'_>], selection: &Selection<'_>) {
    if selection.periods.len() < 2 {
        let rank = |b: &Bar<'_>| (b.total, b.drawn());
        let first = |b: &Bar<'_>| b.shares.first().copied().unwrap_or(0.0);
        bars.sort_by(|a, b| {
            rank(b).cmp(&rank(a)).then(first(b).total_cmp(&first(a))).then_with(|| a.label.cmp(&b.label))
        });
    }
}

/// Whether the shares of a bar are parts of one whole.
fn whole(bar: &Bar<'_>) -> Result<()> {
    let refuse = |why: String| {
        Err(Error::usage(
            format!("the shares of {} {why}: they are no parts of one whole", bar.label),
            "groups may overlap, as where a statement counts in several: take ranked-dots or small-multiples",
        ))
    };
    if bar.sum() > 1.0 + TOLERANCE {
        return refuse(format!("add up to {}%", labels::value(bar.sum() * 100.0, "")));
    }
    let mut wholes = bar.rows.iter().filter(|e| e.value.is_some()).filter_map(|e| e.n);
    if let Some(n) = wholes.next()
        && wholes.any(|other| other != n)
    {
        return refuse("have different denominators".to_owned());
    }
    // Overlapping groups can add up to less than one where most statements are in none.
    if bar.rows.iter().any(|e| e.note.as_deref().is_some_and(|n| n.contains("counts in each"))) {
        return refuse("are of groups that overlap".to_owned());
    }
    Ok(())
}

/// What is coloured and what is grey, and the labels of bars that are highlighted.
fn parts(selection: &Selection<'_>, bars: &[Bar<'_>], spec: &ChartSpec) -> Result<(Parts, Vec<String>)> {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let (mut wanted, mut bold): (Vec<&str>, Vec<String>) = (Vec::new(), Vec::new());
    for name in &spec.highlight {
        let group = selection.groups.iter().find(|g| same(g, name) || same(&selection.group_label(g), name));
        match (group, bars.iter().find(|b| same(&b.label, name))) {
            (Some(group), _) => wanted.push(group),
            (None, Some(bar)) => bold.push(bar.label.clone()),
            (None, None) => {
                let groups = selection.groups.iter().map(|g| selection.group_label(g));
                let known = groups.chain(bars.iter().map(|b| b.label.clone())).collect();
                return Err(Error::Unknown { kind: "platform or group", name: name.clone(), known });
            }
        }
    }
    if wanted.len() > COLOURED {
        return Err(Error::usage(
            format!("{} groups are to be highlighted, but a figure has {COLOURED} colours", wanted.len()),
            "highlight fewer, or draw several figures",
        ));
    }
    let size = |group: &str| bars.iter().filter_map(|b| b.share(group)).sum::<f64>();
    let mut groups = selection.groups.clone();
    groups.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.cmp(b)));
    let chosen: Vec<&str> = if wanted.is_empty() { groups.iter().copied().take(COLOURED).collect() } else { wanted };
    let folded: Vec<&str> = groups.into_iter().filter(|g| !chosen.contains(g)).collect();
    let mut names: Vec<String> = chosen.iter().map(|g| selection.group_label(g)).collect();
    match folded.as_slice() {
        [] => {}
        // A single group needs no other name.
        [one] => names.push(selection.group_label(one)),
        more => names.push(format!("{} others", more.len())),
    }
    let coloured = chosen.len();
    Ok((Parts { names, coloured, folded: folded.into_iter().map(str::to_owned).collect() }, bold))
}

/// The shares of a bar in the order of the parts.
fn shares(bar: &Bar<'_>, parts: &Parts, selection: &Selection<'_>) -> Vec<f64> {
    let named = |name: &String| {
        let group = selection.groups.iter().find(|g| selection.group_label(g) == *name);
        group.and_then(|g| bar.share(g)).unwrap_or(0.0)
    };
    let coloured = parts.names[..parts.coloured].iter().map(named);
    let grey: f64 = parts.folded.iter().filter_map(|g| bar.share(g)).sum();
    let grey = (parts.names.len() > parts.coloured).then_some(grey);
    coloured.chain(grey).collect()
}

fn said(selection: &Selection<'_>, bars: &[Bar<'_>], parts: &Parts, spec: &ChartSpec, shown: usize) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    if bars.len() > shown {
        let rest = bars.len() - shown;
        let (thing, where_to) =
            if selection.periods.len() > 1 { ("earlier period", "above") } else { ("more platform", "below") };
        let things = if rest == 1 { thing.to_owned() } else { words::plural(thing) };
        out.push(format!("And {rest} {things} {where_to} these: the table beside the figure has them."));
    }
    let drawn = || bars.iter().filter(|b| b.drawn());
    if selection.periods.len() < 2 && drawn().count() > 1 {
        out.push("Bars stand in the order of their first part.".to_owned());
    }
    if parts.folded.len() > 1 {
        let most = drawn().flat_map(|b| parts.folded.iter().filter_map(|g| b.share(g))).fold(0.0, f64::max);
        let groups = words::plural(&selection.group_words());
        let each = format!("each at most {} of a bar", labels::value(most, SHARE));
        out.push(format!("Grey: the {} other {groups} together, {each}.", parts.folded.len()));
    }
    // What a bar lacks is not zero.
    let lacks = |b: &&Bar<'_>| b.sum() < 1.0 - TOLERANCE;
    let short = drawn().filter(lacks).count();
    if short > 0 {
        let hidden = drawn().flat_map(|b| &b.rows).any(|e| e.status == Status::Suppressed);
        let why = if hidden { "withheld or in no row" } else { "in no row" };
        let which = if drawn().count() == 1 { "the bar".to_owned() } else { format!("{short} of the bars") };
        out.push(format!("Pale: what {which} lack{} to 100% is {why}.", if short == 1 { "s" } else { "" }));
    }
    out.extend(notes::of_estimates(selection, "parts"));
    out
}

#[cfg(test)]
mod tests;
