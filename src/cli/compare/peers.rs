//! `systemic compare peers`.

use std::path::PathBuf;

use clap::Args;

use super::{Common, Wanted, chosen};
use crate::cli::{Ending, Session};
use crate::compare::composite::{Weight, weighted_means};
use crate::compare::peers::{self, Grouping, Options, Spread, Target};
use crate::compare::{Choice, fullest_period};
use crate::error::{Error, Result};
use crate::estimate::{ALL_PLATFORMS, Estimate};
use crate::tables::services::Services;

/// Rank platforms, and hold each against its peers in a funnel
#[derive(Debug, Args)]
pub struct Peers {
    #[command(flatten)]
    common: Common,
    /// Period, such as 2025-H2 (default: the one in which most platforms have a value)
    #[arg(long)]
    period: Option<String>,
    /// Peers of a platform: all, kind (of the same kind of service), or one kind, such as marketplace
    #[arg(long = "peers", default_value = "all", value_name = "WHO")]
    who: String,
    /// TOML file with tables [[services]] (name, kind), in place of the shipped list of services
    #[arg(long, value_name = "FILE")]
    services: Option<PathBuf>,
    /// Over-dispersion: additive, additive-winsorised, multiplicative or none; `explain peers` says which when
    #[arg(long, default_value = "additive", value_name = "HOW", value_parser = spread)]
    dispersion: Spread,
    /// Share of z-scores drawn in at each end, for the winsorised kinds
    #[arg(long, default_value_t = 0.1, value_name = "SHARE", value_parser = winsorised)]
    winsorise: f64,
    /// Centre of the funnel: model (mean of the random effects, or pooled), pooled, median, or a number
    #[arg(long, default_value = "model", value_name = "CENTRE", value_parser = target)]
    target: Target,
    /// Take the variance between peers on the scale of ratios (logarithms of rates, logits of shares), for values that
    /// differ by orders of magnitude
    #[arg(long)]
    ratios: bool,
    /// Weight of an indicator, as ID=NUMBER or ID/STATISTIC=NUMBER: two or more give a weighted mean too. There is no
    /// composite without them
    #[arg(long, value_name = "WEIGHT", value_parser = Weight::parse)]
    weight: Vec<Weight>,
}

fn spread(text: &str) -> Result<Spread, String> {
    Spread::ALL
        .into_iter()
        .find(|s| s.name() == text)
        .ok_or_else(|| format!("over-dispersion is one of {}", Spread::ALL.map(Spread::name).join(", ")))
}

fn winsorised(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|w| (0.0..0.5).contains(w)).ok_or_else(|| "a share lies from 0 to below 0.5".to_owned())
}

fn target(text: &str) -> Result<Target, String> {
    match text {
        "model" => Ok(Target::Model),
        "pooled" => Ok(Target::Pooled),
        "median" => Ok(Target::Median),
        number => number
            .parse()
            .ok()
            .filter(|v: &f64| v.is_finite())
            .map(Target::Fixed)
            .ok_or_else(|| "a centre is model, pooled, median or a number".to_owned()),
    }
}

impl Peers {
    /// Runs the command.
    ///
    /// # Errors
    /// Those of the files; [`Error::Usage`] for estimates of one platform alone, [`Error::Unknown`] for a kind that no
    /// service has.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        let estimates = self.common.read()?;
        let choice = Choice { periods: self.period.iter().cloned().collect(), ..self.common.choice() };
        let mut rows = chosen(&estimates, &choice)?;
        rows.retain(|e| e.platform != ALL_PLATFORMS);
        let mut platforms: Vec<&str> = rows.iter().map(|e| e.platform.as_str()).collect();
        platforms.sort_unstable();
        platforms.dedup();
        if platforms.len() < 2 {
            let who = platforms.first().map_or("no platform by itself".to_owned(), |p| format!("{p} only"));
            return Err(Error::usage(
                format!("the estimates are of {who}: there are no peers"),
                "measure --by platform, or give a file with the estimates of other platforms too",
            ));
        }
        super::known_platforms(&self.common.platform, &rows)?;
        if self.period.is_none() {
            rows = fullest_period(&rows);
        }
        let services = self.services.as_deref().map_or_else(|| Ok(Services::default()), Services::from_file)?;
        let kind = |platform: &str| services.get(platform).map(|s| s.kind.clone());
        let grouping = match self.who.as_str() {
            "all" => Grouping::All,
            "kind" => Grouping::Kind(&kind),
            wanted => {
                let mut known: Vec<String> = services.iter().map(|s| s.kind.clone()).collect();
                known.sort();
                known.dedup();
                if !known.iter().any(|k| k == wanted) {
                    known.extend(["all".to_owned(), "kind".to_owned()]);
                    return Err(Error::Unknown { kind: "kind of service", name: wanted.to_owned(), known });
                }
                Grouping::Only(wanted, &kind)
            }
        };
        let options =
            Options { spread: self.dispersion, winsorised: self.winsorise, target: self.target, ratios: self.ratios };
        let mut found = peers::compare(&rows, grouping, options)?;
        if !found.ungrouped.is_empty() {
            session.ui.warn(format!(
                "in no peer group, because the list of services has no kind of them: {}",
                found.ungrouped.join(", ")
            ));
        }
        if !self.weight.is_empty() {
            found.rows.extend(weighted_means(&rows, &self.weight)?);
        }
        if found.rows.is_empty() {
            return Err(Error::usage(
                format!("no platform of these estimates is a {}", self.who),
                "--services FILE takes a list of your own",
            ));
        }
        let figures: Vec<Wanted> = found.funnels.into_iter().filter_map(funnel).collect();
        let weights: Vec<String> = self
            .weight
            .iter()
            .map(|w| {
                let statistic = w.statistic.as_ref().map(|s| format!("/{s}")).unwrap_or_default();
                format!("{}{statistic}={}", w.indicator, w.weight)
            })
            .collect();
        let parameters = serde_json::json!({
            "period": self.period, "peers": self.who, "services": self.services, "dispersion": self.dispersion.name(),
            "winsorise": self.winsorise, "ratios": self.ratios, "target": format!("{:?}", self.target), "weight": weights,
        });
        self.common.finish(session, "peers", parameters, found.rows, &figures)
    }
}

/// The figure of one funnel, or a ranking where there is none.
fn funnel(drawn: peers::Drawn) -> Option<Wanted> {
    let first = drawn.estimates.iter().find(|e| e.platform != ALL_PLATFORMS)?.clone();
    let group = Some(drawn.peer_group).filter(|g| g != "all");
    let name = [
        Some(first.indicator.clone()),
        Some(first.statistic.clone()),
        first.group_value.clone(),
        group,
        Some(first.basis.clone()),
    ];
    let (statistic, variable) = (first.statistic.clone(), first.group_name.clone());
    let mut estimates: Vec<Estimate> = drawn.estimates;
    let funnel = drawn.curves && shows_in_a_funnel(&estimates);
    if drawn.curves && !funnel {
        // The limits are for a funnel; they stand in the table of the comparisons too.
        estimates.retain(|e| e.statistic == statistic && e.x.is_none());
    }
    let form = if funnel { "funnel-plot" } else { "ranked-dots" };
    Some(Wanted {
        form,
        indicator: first.indicator,
        estimates,
        name: name.into_iter().flatten().collect(),
        set: Box::new(move |spec| {
            spec.statistic = Some(statistic.clone());
            spec.group.clone_from(&variable);
        }),
    })
}

/// Whether a funnel shows more than a ranking: platforms differ in size, and their dots do not lie on one another.
fn shows_in_a_funnel(estimates: &[Estimate]) -> bool {
    /// Platforms of nearly one size stand in one column.
    const SIZES: f64 = 1.5;
    /// Values within this part of their range look alike.
    const ALIKE: f64 = 0.02;
    /// Values that differ by more are of different order.
    const ORDERS: f64 = 100.0;
    let points = || estimates.iter().filter(|e| e.x.is_none() && e.platform != ALL_PLATFORMS);
    #[expect(clippy::cast_precision_loss, reason = "counts below 2⁵³ are exact")]
    let sizes: Vec<f64> = points().filter(|e| e.value.is_some()).filter_map(|e| e.n).map(|n| n as f64).collect();
    let mut values: Vec<f64> = points().filter(|e| e.n.is_some()).filter_map(|e| e.value).collect();
    let least = values.iter().copied().filter(|v| *v > 0.0).fold(f64::INFINITY, f64::min);
    // Rates of different order stand on a logarithmic axis.
    if points().all(|e| e.unit != "share") && values.iter().any(|v| *v > ORDERS * least) {
        for v in &mut values {
            *v = v.max(least / 10.0).ln();
        }
    }
    values.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (values.first(), values.last()) else { return false };
    let (small, large) = sizes.iter().fold((f64::INFINITY, 0.0_f64), |(a, b), n| (a.min(*n), b.max(*n)));
    let range = most - least;
    let near = |v: &f64| values.iter().filter(|w| (*w - v).abs() <= ALIKE * range).count();
    let crowd = values.iter().map(near).max().unwrap_or(0);
    large > small * SIZES && 2 * crowd <= values.len()
}
