//! Pairs of estimates of one thing: of two statistics, or of two kinds of evidence.

use super::select::{Form, Selection, about, distinct, settle};
use super::spec::ChartSpec;
use super::words;
use crate::error::{Error, Result};
use crate::estimate::{ALL_PLATFORMS, Estimate};

/// Statistics that are made to be held against each other, the one across or to the left first.
const STATISTICS: [(&str, &str); 2] = [("users", "moderators"), ("statements", "report")];

/// The two sides that a figure shows.
#[derive(Debug, Clone)]
pub(crate) struct Pairs<'a> {
    /// All rows of both sides.
    pub selection: Selection<'a>,
    pub all: Vec<Pair<'a>>,
    /// What the two sides are, in words.
    pub names: [String; 2],
}

/// One thing with both of its estimates, where it has them.
#[derive(Debug, Clone)]
pub(crate) struct Pair<'a> {
    pub label: String,
    pub first: Option<&'a Estimate>,
    pub second: Option<&'a Estimate>,
}

impl Pair<'_> {
    pub(crate) fn values(&self) -> [Option<f64>; 2] {
        [self.first.and_then(|e| e.value), self.second.and_then(|e| e.value)]
    }
}

/// Whether the pairs are of statistics that are made for it, or of two kinds of evidence: a form need not be asked for.
pub(crate) fn natural(estimates: &[Estimate], spec: &ChartSpec) -> bool {
    about(estimates, spec).is_ok_and(|rows| {
        let of_basis = |e: &&Estimate| spec.basis.as_ref().is_none_or(|b| *b == e.basis);
        let rows: Vec<&Estimate> = rows.into_iter().filter(|e| e.x.is_none()).filter(of_basis).collect();
        by_statistic(&rows).is_some() || by_basis(&rows, spec).is_some()
    })
}

/// Chooses the pairs.
///
/// # Errors
/// [`Error::Usage`] where there are no pairs, or groups of several platforms; as [`settle`].
pub(crate) fn choose<'a>(estimates: &'a [Estimate], spec: &ChartSpec) -> Result<Pairs<'a>> {
    let mut rows: Vec<&Estimate> =
        about(estimates, spec)?.into_iter().filter(|e| e.x.is_none() && e.platform != ALL_PLATFORMS).collect();
    let indicators = distinct(rows.iter().map(|e| e.indicator.as_str()));
    if indicators.len() > 1 {
        return Err(Error::usage(
            format!("the estimates differ in indicator: {}", indicators.join(", ")),
            "a figure shows one indicator: say which",
        ));
    }
    let newest = rows.iter().map(|e| e.indicator_version).max();
    rows.retain(|e| Some(e.indicator_version) == newest);
    if let Some(basis) = &spec.basis {
        rows.retain(|e| e.basis == *basis);
    }
    let side = by_statistic(&rows)
        .or_else(|| by_basis(&rows, spec))
        .or_else(|| two_statistics(&rows, spec))
        .ok_or_else(|| {
            Error::usage(
                "these estimates make no pairs",
                "give two statistics of one indicator, or one statistic of two kinds of evidence, such as report and \
                 statements",
            )
        })?;
    rows.retain(|e| side.of(e).is_some());
    let units = distinct(rows.iter().map(|e| e.unit.as_str()));
    if units.len() > 1 {
        return Err(Error::usage(
            format!("the two sides differ in unit: {}", units.join(", ")),
            "only values of one unit stand on one axis",
        ));
    }
    let all = settle(rows, spec, Form::Profile)?;
    let mut kept = all.rows.clone();
    if all.platforms.len() > 1 && all.groups.len() > 1 {
        // Groups of several platforms: of the one that is highlighted.
        let named = |e: &&&Estimate| spec.highlight.iter().any(|h| h.eq_ignore_ascii_case(&e.platform));
        let wanted = distinct(kept.iter().filter(named).map(|e| e.platform.as_str()));
        let [one] = wanted.as_slice() else {
            return Err(Error::usage(
                format!("the estimates are of groups of {} platforms", all.platforms.len()),
                "name the platform to show with --highlight",
            ));
        };
        let one = (*one).to_owned();
        kept.retain(|e| e.platform == one);
    }
    let selection = Selection::of(kept, spec);
    let mut pairs: Vec<Pair<'a>> = Vec::new();
    for e in &selection.rows {
        let label = selection.label(e);
        let first = side.of(e) == Some(0);
        let at = match pairs.iter().position(|p| p.label == label) {
            Some(i) => i,
            None => {
                pairs.push(Pair { label, first: None, second: None });
                pairs.len() - 1
            }
        };
        let slot = if first { &mut pairs[at].first } else { &mut pairs[at].second };
        *slot = Some(e);
    }
    Ok(Pairs { selection, all: pairs, names: side.names() })
}

/// What tells the two sides apart.
#[derive(Debug, Clone)]
enum Side {
    Statistics(String, String),
    /// Statistic, and two bases.
    Bases(String, String, String),
}

impl Side {
    fn of(&self, e: &Estimate) -> Option<usize> {
        let (value, names) = match self {
            Self::Statistics(a, b) => (&e.statistic, [a, b]),
            Self::Bases(statistic, a, b) => {
                if e.statistic != *statistic {
                    return None;
                }
                (&e.basis, [a, b])
            }
        };
        names.iter().position(|n| *n == value)
    }

    fn names(&self) -> [String; 2] {
        let basis = |b: &str| match b {
            "report" => "transparency reports".to_owned(),
            "statements" => "statements of reasons".to_owned(),
            "audit" => "audit".to_owned(),
            "vetted" => "vetted data".to_owned(),
            other => words::name_of(other).to_lowercase(),
        };
        match self {
            Self::Statistics(a, b) if a == "statements" => [a, b].map(|s| basis(s)),
            // A share of them: the axis says so.
            Self::Statistics(a, b) => [a, b].map(|s| words::name_of(s).to_lowercase()),
            Self::Bases(_, a, b) => [basis(a), basis(b)],
        }
    }
}

fn by_statistic(rows: &[&Estimate]) -> Option<Side> {
    let has = |s: &str| rows.iter().any(|e| e.statistic == s);
    let (a, b) = STATISTICS.into_iter().find(|(a, b)| has(a) && has(b))?;
    Some(Side::Statistics(a.to_owned(), b.to_owned()))
}

/// One statistic of two bases, that of reports second: it is what the other is held against.
fn by_basis(rows: &[&Estimate], spec: &ChartSpec) -> Option<Side> {
    let bases = distinct(rows.iter().map(|e| e.basis.as_str()));
    let [a, b] = bases.as_slice() else { return None };
    let (a, b) = if *a == "report" { (*b, *a) } else { (*a, *b) };
    let statistics = distinct(rows.iter().map(|e| e.statistic.as_str()));
    let both = |s: &str| [a, b].iter().all(|b| rows.iter().any(|e| e.basis == *b && e.statistic == s));
    let wanted = spec.statistic.as_deref();
    let mut shared: Vec<&str> =
        statistics.iter().copied().filter(|s| both(s)).filter(|s| wanted.is_none_or(|w| w == *s)).collect();
    shared.sort_by_key(|s| (super::select::preference(s), *s));
    Some(Side::Bases((*shared.first()?).to_owned(), a.to_owned(), b.to_owned()))
}

/// The only two statistics there are.
fn two_statistics(rows: &[&Estimate], spec: &ChartSpec) -> Option<Side> {
    let statistics = distinct(rows.iter().map(|e| e.statistic.as_str()));
    match statistics.as_slice() {
        [a, b] if spec.statistic.is_none() => Some(Side::Statistics((*a).to_owned(), (*b).to_owned())),
        _ => None,
    }
}
