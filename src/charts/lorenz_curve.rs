//! Lorenz curves: which share of all offences falls to which share of traders, from those with the fewest on.
//!
//! Source: M. O. Lorenz, "Methods of measuring the concentration of wealth", Publications of the American
//! Statistical Association 9(70), 1905, 209–219.

use super::select::{Form, Selection, about, one_indicator, settle};
use super::spec::ChartSpec;
use super::svg::Canvas;
use super::theme::Theme;
use super::words::{self, Caption};
use super::{Chart, Figure, frame::Frame};
use crate::error::{Error, Result};
use crate::estimate::Estimate;
use crate::time;

mod plot;
mod said;
mod vega;

/// The statistic of a curve's points.
const CURVE: &str = "lorenz";
/// The statistics of a single number that stand beside a curve.
const BESIDE: [&str; 4] = ["gini", "gini_without_zeros", "top_1_percent_share", "top_10_percent_share"];
/// Another name of the second of them.
const OFFENDERS: &str = "gini_offenders";
/// Curves in colour.
const COLOURED: usize = 4;

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct LorenzCurve;

/// The concentration of one platform or group.
#[derive(Debug, Clone)]
pub(crate) struct Profile<'a> {
    pub label: String,
    /// The points of its curve, by `x`.
    pub points: Vec<&'a Estimate>,
    /// The statistics beside it, in their order.
    pub beside: [Option<&'a Estimate>; 4],
}

impl Profile<'_> {
    /// The curve from (0, 0) to (1, 1), the points with a value between them.
    pub(crate) fn curve(&self) -> Vec<(f64, f64)> {
        let given: Vec<(f64, f64)> = self.points.iter().filter_map(|e| Some((e.x?, e.value?))).collect();
        if given.is_empty() || !self.drawn() {
            return given;
        }
        let mut all = given;
        if all.first().is_some_and(|p| p.0 > 0.0) {
            all.insert(0, (0.0, 0.0));
        }
        if all.last().is_some_and(|p| p.0 < 1.0) {
            all.push((1.0, 1.0));
        }
        all
    }

    pub(crate) fn drawn(&self) -> bool {
        // The corners are the same for all: one point between them makes a curve.
        self.points.iter().any(|e| e.value.is_some() && e.x.is_some_and(|x| x > 0.0 && x < 1.0))
    }

    /// A statistic beside the curve that has a value.
    pub(crate) fn number(&self, i: usize) -> Option<f64> {
        self.beside[i].and_then(|e| e.value)
    }

    /// Its denominator.
    pub(crate) fn n(&self) -> Option<i64> {
        self.points.iter().chain(self.beside.iter().flatten()).find_map(|e| e.n)
    }
}

impl Chart for LorenzCurve {
    fn id(&self) -> &'static str {
        "lorenz-curve"
    }

    fn title(&self) -> &'static str {
        "Lorenz curves of concentration"
    }

    fn doc(&self) -> &'static str {
        "Shows how concentrated offences are among traders in one period, from rows of lorenz with x, the cumulative \
         share of traders from those with the fewest on. The straight line stands for equal shares. Rows of gini, \
         gini_without_zeros (or gini_offenders), top_1_percent_share and top_10_percent_share give the numbers beside the curve. Where x_unit \
         is \"share of A by B\", the axes name A and B. Up to four platforms or groups are coloured, others grey."
    }

    fn reads(&self) -> &'static [&'static str] {
        &[CURVE, "gini"]
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        choose(estimates, spec).is_ok_and(|(_, profiles)| profiles.iter().any(Profile::drawn))
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
    let (selection, profiles) = choose(estimates, spec)?;
    let coloured = coloured(&selection, &profiles, spec)?;
    let nouns = nouns(&profiles);
    let over = if profiles.len() > 1 { vec![format!(", by {}", selection.things())] } else { Vec::new() };
    let when = selection.periods.first().map(|p| words::span(*p, *p)).unwrap_or_default();
    let measure = format!("Cumulative share of {} by cumulative share of {} (%)", nouns.1, nouns.0);
    let mut caption = words::caption_of(&selection, spec, &measure, &over, &when);
    caption.notes = said::notes(&selection, &profiles, &coloured, &nouns, spec);
    let theme = Theme::of(spec.preset);
    let frame = Frame::new(theme, &caption);
    let mut canvas = Canvas::new(theme.width, theme.height);
    frame.draw(&mut canvas);
    plot::Plot::new(theme, &frame.inner(theme.height), &profiles, &coloured, &nouns).draw(&mut canvas);
    let alt = said::alt(&caption, &selection, &profiles, &coloured, &nouns);
    Ok((canvas, caption, alt, selection.csv()?))
}

/// What is divided among whom: the units, and what they have.
fn nouns(profiles: &[Profile<'_>]) -> (String, String) {
    let unit = profiles.iter().flat_map(|p| &p.points).find_map(|e| e.x_unit.as_deref()).unwrap_or_default();
    let words = unit.replace('_', " ");
    let named = words.strip_prefix("share of ").unwrap_or_default();
    let (units, what) = named.split_once(" by ").unwrap_or((named, ""));
    let or = |noun: &str, default: &str| if noun.is_empty() { default.to_owned() } else { noun.to_owned() };
    (or(units, "traders"), or(what, "offences"))
}

/// Indices of the curves in colour: those wanted, or all if they are few, or those with the largest n.
fn coloured(selection: &Selection<'_>, profiles: &[Profile<'_>], spec: &ChartSpec) -> Result<Vec<usize>> {
    let wanted = selection.highlighted(spec, COLOURED)?;
    let mut all: Vec<usize> = (0..profiles.len()).filter(|&i| profiles[i].drawn()).collect();
    if !wanted.is_empty() {
        all.retain(|&i| wanted.contains(&profiles[i].label));
    }
    if all.len() > COLOURED {
        all.sort_by_key(|&i| (std::cmp::Reverse(profiles[i].n()), i));
        all.truncate(COLOURED);
        all.sort_unstable();
    }
    Ok(all)
}

/// The rows of one period: curves, and the numbers beside them.
fn choose<'a>(estimates: &'a [Estimate], spec: &ChartSpec) -> Result<(Selection<'a>, Vec<Profile<'a>>)> {
    if let Some(name) = spec.statistic.as_deref().filter(|s| *s != CURVE && beside_of(s).is_none()) {
        let known = [CURVE].iter().chain(&BESIDE).map(|s| (*s).to_owned()).collect();
        return Err(Error::Unknown { kind: "statistic of this form", name: name.to_owned(), known });
    }
    let curve = |e: &Estimate| e.statistic == CURVE && e.x.is_some();
    let beside = |e: &Estimate| e.x.is_none() && beside_of(&e.statistic).is_some();
    let rows: Vec<&Estimate> = about(estimates, spec)?.into_iter().filter(|e| curve(e) || beside(e)).collect();
    if !rows.iter().any(|e| curve(e)) {
        return Err(Error::usage(
            "there are no Lorenz curves to draw",
            format!("this form reads {CURVE} with x from 0 to 1, and {} beside it", BESIDE.join(", ")),
        ));
    }
    let rows = one_indicator(rows, spec)?;
    let (curves, others): (Vec<&Estimate>, Vec<&Estimate>) = rows.into_iter().partition(|e| e.statistic == CURVE);
    let chosen = settle(curves, spec, Form::Profile)?;
    let (period, group) = (chosen.periods.first().copied(), chosen.rows.first().map(|e| &e.group_name));
    let mut rows = chosen.rows.clone();
    rows.extend(others.into_iter().filter(|e| Some(e.period()) == period && Some(&e.group_name) == group));
    let exactly = ChartSpec { group: group.cloned().flatten(), ..spec.clone() };
    let selection = settle(rows, &exactly, Form::Profile)?;
    let mut profiles: Vec<Profile<'a>> = Vec::new();
    let mut keys: Vec<(&str, Option<&str>)> = Vec::new();
    for e in &selection.rows {
        let key = (e.platform.as_str(), e.group_value.as_deref());
        let at = keys.iter().position(|k| *k == key).unwrap_or_else(|| {
            keys.push(key);
            profiles.push(Profile { label: selection.label(e), points: Vec::new(), beside: [None; 4] });
            keys.len() - 1
        });
        match beside_of(&e.statistic) {
            Some(i) => profiles[at].beside[i] = Some(e),
            None => profiles[at].points.push(e),
        }
    }
    // The most equal curve is the highest one, and has the highest label.
    let area = |p: &Profile<'_>| -> f64 {
        if !p.drawn() {
            return f64::NEG_INFINITY;
        }
        p.curve().windows(2).map(|w| (w[1].0 - w[0].0) * f64::midpoint(w[0].1, w[1].1)).sum()
    };
    profiles.sort_by(|a, b| area(b).total_cmp(&area(a)).then_with(|| a.label.cmp(&b.label)));
    for p in &profiles {
        check(p)?;
    }
    Ok((selection, profiles))
}

/// The place of a statistic beside a curve.
fn beside_of(statistic: &str) -> Option<usize> {
    let name = if statistic == OFFENDERS { BESIDE[1] } else { statistic };
    BESIDE.iter().position(|s| *s == name)
}

/// A Lorenz curve rises, ever steeper, below the line of equal shares.
fn check(p: &Profile<'_>) -> Result<()> {
    let curve = p.curve();
    let falls = curve.windows(2).any(|w| w[1].1 < w[0].1 - 1e-9 || w[1].0 < w[0].0);
    let above = curve.iter().any(|(x, v)| *v > x + 1e-9 || !(0.0..=1.0).contains(x));
    if falls || above || p.points.iter().any(|e| e.unit != "share") {
        return Err(Error::Invalid {
            place: format!("{CURVE} of {} from {}", p.label, time::iso(p.points.first().map_or(0, |e| e.period_start))),
            message: "this is no Lorenz curve".into(),
            hint: "x and value are cumulative shares from 0 to 1, from those with the fewest on: the value never \
                   falls, and is never larger than x"
                .into(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
