//! Platforms held against their peers: ranks, the median, and a funnel that allows for how much peers differ.

use super::choose::by_question;
use super::{Card, Comparison, words};
use crate::error::Result;
use crate::estimate::{Estimate, Status};
use crate::stats::comparison::{Adjustment, adjust};

mod curves;
mod ranks;
mod standard;

use standard::Standardised;

/// Card of this kind.
pub static CARD: Card = Card {
    id: "peers",
    title: "Platforms against their peers",
    doc: "Each platform's value beside those of its peers in one period: rank, difference to the median, and its place in a \
          funnel plot.\n\n\
          Ranks: 1 is the largest value; equal values have equal ranks and the next one skips. Where all estimates have \
          sampling intervals, joint limits of the ranks follow from them.\n\n\
          Funnel: shares are taken as binomial, rates (k events per n) as Poisson; estimates whose counts do not give their \
          value are standardised by their sampling interval, on the logit or log scale. Limits by chance alone are exact, \
          interpolated between whole counts, at 95 % and 99.8 %; their p-values are mid-P. With counts in the millions chance \
          explains next to nothing, so that limits allow for the variance between peers: by default additive, with τ² by \
          Paule and Mandel about the mean of the random effects. With sizes that differ by orders of magnitude its false \
          alarms stay near the nominal 5 %, which those of the moments of DerSimonian and Laird with winsorised z-scores \
          (additive-winsorised) and of a multiplicative φ do not. p-values are adjusted by Benjamini and Hochberg for all \
          platforms of a question, group values included.\n\n\
          Limits: a figure of a report is a census: limits say what chance does in a stable process, not how precise the \
          figure is. Who lies outside differs from its peers; why is another question, and one answer is always another \
          definition. With fewer than 5 peers there is no funnel, with fewer than 10 τ is very uncertain, and with 5 no peer \
          can lie outside. Values that have no counts, such as medians of a census, have a rank and a difference alone.",
    references: &[
        "Spiegelhalter 2005, Statistics in Medicine 24, 1185-1202",
        "Spiegelhalter 2005, Quality and Safety in Health Care 14, 347-351",
        "Paule, Mandel 1982, Journal of Research of the National Bureau of Standards 87, 377-385",
        "DerSimonian, Laird 1986, Controlled Clinical Trials 7, 177-188",
        "Lancaster 1961, Journal of the American Statistical Association 56, 223-234",
        "Benjamini, Hochberg 1995, Journal of the Royal Statistical Society B 57, 289-300",
        "Klein, Wright, Wieczorek 2020, Journal of the Royal Statistical Society C 69, 589-606",
        "Goldstein, Spiegelhalter 1996, Journal of the Royal Statistical Society A 159, 385-443",
    ],
};

/// Peers with a value below which nothing is compared.
pub const SMALLEST: usize = 3;
/// Peers below which there is no funnel: an estimate of the variance between fewer says next to nothing.
pub const SMALLEST_FUNNEL: usize = 5;
/// Peers below which the variance between them is said to be very uncertain.
const FEW: usize = 10;

/// How limits and z-scores allow for over-dispersion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// Chance alone.
    None,
    /// Standard errors times √φ, of winsorised z-scores.
    Multiplicative,
    /// τ² of Paule and Mandel added to the variance.
    Additive,
    /// τ² of `DerSimonian` and Laird, of winsorised z-scores, as in Spiegelhalter (2005).
    AdditiveWinsorised,
}

impl Spread {
    /// Every way, in the order of the help.
    pub const ALL: [Self; 4] = [Self::Additive, Self::AdditiveWinsorised, Self::Multiplicative, Self::None];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Multiplicative => "multiplicative",
            Self::Additive => "additive",
            Self::AdditiveWinsorised => "additive-winsorised",
        }
    }
}

/// The centre of a funnel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// The mean of the model: of the random effects where variance between peers is added, else the pooled one.
    Model,
    /// Events of all peers together by their trials.
    Pooled,
    /// The median of the peers.
    Median,
    /// A value that the user gives.
    Fixed(f64),
}

/// How peers are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Over-dispersion.
    pub spread: Spread,
    /// Share of z-scores that is drawn in at each end before φ, and τ² of the winsorised kind, are estimated.
    pub winsorised: f64,
    /// Centre.
    pub target: Target,
}

impl Default for Options {
    /// Additive over-dispersion about the mean of the model; 10 % at each end for φ.
    fn default() -> Self {
        Self { spread: Spread::Additive, winsorised: 0.1, target: Target::Model }
    }
}

/// The peer groups of a platform.
#[derive(Clone, Copy)]
pub enum Grouping<'a> {
    /// All platforms are peers.
    All,
    /// Platforms of the same kind are; one of no known kind stands in no group.
    Kind(&'a dyn Fn(&str) -> Option<String>),
    /// Platforms of this kind are, and others are left out.
    Only(&'a str, &'a dyn Fn(&str) -> Option<String>),
}

impl std::fmt::Debug for Grouping<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::All => "All",
            Self::Kind(_) => "Kind",
            Self::Only(kind, _) => kind,
        })
    }
}

impl Grouping<'_> {
    fn group(&self, platform: &str) -> Option<String> {
        match self {
            Self::All => Some("all".to_owned()),
            Self::Kind(kind) => kind(platform),
            Self::Only(wanted, kind) => kind(platform).filter(|k| k == wanted),
        }
    }
}

/// One question of one peer group in one period, with the limits of its funnel as curves.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// Peer group.
    pub peer_group: String,
    /// The estimates compared, and curves `funnel_…` and `chance_…` whose `x` is the denominator, where there are any.
    pub estimates: Vec<Estimate>,
    /// Whether there are curves.
    pub curves: bool,
}

/// What a comparison of peers gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Peers {
    /// One row for each estimate.
    pub rows: Vec<Comparison>,
    /// The funnels, for figures.
    pub funnels: Vec<Drawn>,
    /// Platforms of no known kind, which are in no peer group.
    pub ungrouped: Vec<String>,
}

/// Compares every question of these estimates, in every period and peer group.
///
/// # Errors
/// Those of an adjustment of p-values, which do not occur for p-values that are.
pub fn compare(estimates: &[&Estimate], grouping: Grouping<'_>, options: Options) -> Result<Peers> {
    let mut out = Peers::default();
    for ((_, _), rows) in by_question(estimates) {
        let mut groups: Vec<String> = rows.iter().filter_map(|e| grouping.group(&e.platform)).collect();
        groups.sort();
        groups.dedup();
        for e in rows.iter().filter(|e| grouping.group(&e.platform).is_none()) {
            if !matches!(grouping, Grouping::Only(..)) && !out.ungrouped.contains(&e.platform) {
                out.ungrouped.push(e.platform.clone());
            }
        }
        for group in groups {
            let members: Vec<&Estimate> =
                rows.iter().copied().filter(|e| grouping.group(&e.platform).as_ref() == Some(&group)).collect();
            one(&members, &group, options, &mut out);
        }
    }
    out.ungrouped.sort();
    adjust_all(&mut out.rows)?;
    for row in &mut out.rows {
        row.sentence = sentence(row);
    }
    Ok(out)
}

/// One question of one peer group in one period.
fn one(members: &[&Estimate], group: &str, options: Options, out: &mut Peers) {
    let valued: Vec<&Estimate> = members.iter().copied().filter(|e| e.value.is_some()).collect();
    let values: Vec<f64> = valued.iter().filter_map(|e| e.value).collect();
    let few = values.len() < SMALLEST;
    let simulated = words::any_simulated(members.iter().copied());
    let standardised = if few { None } else { Some(standard::standardise(&valued, options)) };
    let intervals = if few { None } else { ranks::intervals(&valued) };
    let median = ranks::median(&values);
    let peers = i64::try_from(values.len()).unwrap_or(i64::MAX);
    let mut at = 0;
    for e in members {
        let mut row = Comparison::of(CARD.id, e);
        (row.peer_group, row.peers) = (Some(group.to_owned()), Some(peers));
        let Some(value) = e.value else {
            let status = if e.status == Status::Ok { Status::NotApplicable } else { e.status };
            let reason = e.reason.clone().unwrap_or_else(|| "only bounds are known".to_owned());
            row = row.without(status, reason);
            out.rows.push(noted(row, simulated));
            continue;
        };
        if few {
            row = row.without(
                Status::Insufficient,
                format!("{peers} of this peer group have a value; a comparison needs {SMALLEST}"),
            );
        } else {
            row.rank = Some(ranks::rank(value, &values));
            if let Some(limits) = intervals.as_ref().and_then(|all| all.get(at)) {
                (row.rank_lower, row.rank_upper) = (i64::try_from(limits.lower).ok(), i64::try_from(limits.upper).ok());
            }
            row.hold_against(format!("median of {peers} peers"), median);
            if let Some(result) = &standardised {
                match result {
                    Ok(s) => s.fill(at, &mut row),
                    Err(why) => row.add_note(why),
                }
            }
        }
        at += 1;
        out.rows.push(noted(row, simulated));
    }
    if !few {
        let mut estimates = match &standardised {
            Some(Ok(s)) => curves::curves(&valued, s),
            _ => Vec::new(),
        };
        let curves = !estimates.is_empty();
        estimates.extend(members.iter().map(|e| (*e).clone()));
        out.funnels.push(Drawn { peer_group: group.to_owned(), estimates, curves });
    }
}

impl Standardised {
    /// Writes what is known of unit `i` into its row.
    fn fill(&self, i: usize, row: &mut Comparison) {
        let unit = &self.units[i];
        row.target = Some(self.target);
        (row.limit_lower_95, row.limit_upper_95) = (Some(unit.limits[0].lower), Some(unit.limits[0].upper));
        (row.limit_lower_998, row.limit_upper_998) = (Some(unit.limits[1].lower), Some(unit.limits[1].upper));
        (row.phi, row.tau) = (self.phi, self.tau);
        (row.z, row.p, row.p_chance) = (Some(unit.z), Some(unit.p), unit.p_chance);
        row.position = Some(unit.position.to_owned());
        row.method = Some(self.method.clone());
        row.interval_kind = self.kind;
        for note in &self.notes {
            row.add_note(note);
        }
    }
}

/// Adjusts the p-values of each question in each period and peer group: all platforms and group values are one
/// family.
fn adjust_all(rows: &mut [Comparison]) -> Result<()> {
    let family = |c: &Comparison| {
        (
            (c.indicator.clone(), c.indicator_version, c.basis.clone(), c.statistic.clone(), c.unit.clone()),
            (c.group_name.clone(), c.peer_group.clone(), c.period_start.clone(), c.period_end.clone()),
        )
    };
    let mut families: Vec<_> = rows.iter().filter(|c| c.p.is_some()).map(family).collect();
    families.sort();
    families.dedup();
    for wanted in families {
        let members: Vec<usize> =
            (0..rows.len()).filter(|i| rows[*i].p.is_some() && family(&rows[*i]) == wanted).collect();
        let p: Vec<f64> = members.iter().filter_map(|i| rows[*i].p).collect();
        let adjusted = adjust(&p, Adjustment::BenjaminiHochberg)
            .map_err(|e| crate::error::Error::engine("cannot adjust p-values", e))?;
        for (i, value) in members.into_iter().zip(adjusted) {
            rows[i].p_adjusted = Some(value);
        }
    }
    Ok(())
}

/// Marks a row whose peers are simulated, if it does not say so itself.
fn noted(mut row: Comparison, simulated: bool) -> Comparison {
    if simulated && row.status != Status::Suppressed {
        row.add_note(crate::estimate::SIMULATED);
    }
    row
}

/// The result in one sentence.
fn sentence(row: &Comparison) -> String {
    let what = words::what(&row.indicator, &row.statistic, row.group_value.as_deref());
    let (Some(value), Some(rank), Some(median), Some(difference)) =
        (row.value, row.rank, row.reference, row.difference)
    else {
        let reason = row.reason.as_deref().unwrap_or("no value");
        return words::sentence(&format!("{}, {what}: no comparison ({reason}).", row.platform), row.simulated());
    };
    let peers = row.peers.unwrap_or(0);
    let group = row.peer_group.as_deref().filter(|g| *g != "all").map(|g| format!("{g} ")).unwrap_or_default();
    let mut text = format!(
        "{} {what}: {}; {} of {peers} {group}services from the largest on, {} from the median of {}",
        words::says(&row.basis, &row.platform),
        words::value(value, &row.unit),
        words::ordinal(rank),
        words::difference(difference, &row.unit),
        words::value(median, &row.unit),
    );
    if let Some(position) = &row.position {
        text.push_str(match position.as_str() {
            "within" => "; within the 95% limits of the funnel",
            "above_95" => "; above the 95% limit and within the 99.8% limit of the funnel",
            "below_95" => "; below the 95% limit and within the 99.8% limit of the funnel",
            "above_998" => "; above the 99.8% limit of the funnel",
            _ => "; below the 99.8% limit of the funnel",
        });
        if let Some(p) = row.p_adjusted.filter(|_| position != "within") {
            text.push_str(" (adjusted for the number of tests, ");
            text.push_str(&words::p(p));
            text.push(')');
        }
    }
    text.push('.');
    words::sentence(&text, row.simulated())
}

#[cfg(test)]
mod tests;
