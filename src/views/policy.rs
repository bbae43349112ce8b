//! The penalty policy of a platform as rules: which sanction follows from an episode of offences.
//!
//! A policy has versions, each in force for a time. A version has steps: from so many strikes or points on, cumulated
//! over episodes of one kind of violation or of any, this sanction follows within so many days. A step without a
//! kind counts all episodes. Where several steps apply to an episode, the most severe sanction is the one expected.

use std::collections::BTreeMap;

use polars::prelude::{LazyFrame, col};

use super::batches::{self, DAY, instant};
use crate::error::Result;

/// The sanctions on traders, from the mildest to the most severe.
pub(super) const SANCTIONS: [&str; 5] = ["warning", "strike", "feature_restriction", "suspension", "termination"];
/// Position of the first sanction that takes the trader off the platform.
pub(super) const SUSPENSION: u8 = 3;
/// Position of the one that does so for good.
pub(super) const TERMINATION: u8 = 4;

/// Position of a code among [`SANCTIONS`].
pub(super) fn sanction(code: &str) -> Option<u8> {
    SANCTIONS.iter().zip(0_u8..).find(|(name, _)| **name == code).map(|(_, at)| at)
}

/// One episode, as a policy sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Episode<'a> {
    /// Its first offence, in microseconds.
    pub at: i64,
    /// Points of its most severe offence.
    pub points: i64,
    /// Kind of violation.
    pub kind: Option<&'a str>,
}

/// What a policy demands after an episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Demand<'a> {
    /// Version in force.
    pub version: &'a str,
    /// Position of the sanction among [`SANCTIONS`]; `None` where no step is reached.
    pub sanction: Option<u8>,
    /// Days within which it follows; `None` means at once.
    pub within_days: Option<i64>,
    /// Strikes that count towards the step; without a step, those of all kinds that the version counts.
    pub strikes: i64,
    /// Points that count, as strikes.
    pub points: i64,
}

#[derive(Debug, Clone)]
struct Step {
    kind: Option<String>,
    at_least: i64,
    by_points: bool,
    sanction: u8,
    within_days: Option<i64>,
    resets_after_days: Option<i64>,
}

#[derive(Debug, Clone)]
struct Version {
    name: String,
    from: Option<i64>,
    until: Option<i64>,
    steps: Vec<Step>,
}

/// The policies of all platforms.
#[derive(Debug, Clone, Default)]
pub(super) struct Policies(BTreeMap<String, Vec<Version>>);

impl Policies {
    /// Reads the table `penalty_policy`. Steps whose sanction is none on traders are left out.
    ///
    /// # Errors
    /// [`crate::Error::Engine`] where rows cannot be read.
    pub fn read(lf: LazyFrame) -> Result<Self> {
        let mut policies = Self::default();
        let names = ["platform", "version", "violation_type", "at_least", "counts", "sanction", "within_days"];
        let mut columns: Vec<_> = names.iter().map(|n| col(*n)).collect();
        columns.extend([col("resets_after_days"), instant("effective_from"), instant("effective_until")]);
        batches::each(lf.select(columns), "penalty_policy", |batch| {
            let text = |name| batch.text(name);
            let (platform, version, kind) = (text("platform")?, text("version")?, text("violation_type")?);
            let (counts, code) = (text("counts")?, text("sanction")?);
            let (at_least, within) = (batch.integer("at_least")?, batch.integer("within_days")?);
            let (resets, from) = (batch.integer("resets_after_days")?, batch.integer("effective_from")?);
            let until = batch.integer("effective_until")?;
            for i in 0..batch.len() {
                let (Some(platform), Some(at_least)) = (platform.get(i), at_least.get(i)) else { continue };
                let Some(sanction) = code.get(i).and_then(sanction) else { continue };
                let step = Step {
                    kind: kind.get(i).map(str::to_owned),
                    at_least,
                    by_points: counts.get(i) == Some("points"),
                    sanction,
                    within_days: within.get(i),
                    resets_after_days: resets.get(i),
                };
                let name = version.get(i).unwrap_or_default();
                policies.add(platform, (name, from.get(i), until.get(i)), step);
            }
            Ok(())
        })?;
        for versions in policies.0.values_mut() {
            versions.sort_by(|a, b| (a.from, &a.name).cmp(&(b.from, &b.name)));
        }
        Ok(policies)
    }

    fn add(&mut self, platform: &str, (name, from, until): (&str, Option<i64>, Option<i64>), step: Step) {
        let versions = self.0.entry(platform.to_owned()).or_default();
        let same = |v: &&mut Version| (v.name.as_str(), v.from, v.until) == (name, from, until);
        if let Some(version) = versions.iter_mut().find(same) {
            version.steps.push(step);
        } else {
            versions.push(Version { name: name.to_owned(), from, until, steps: vec![step] });
        }
    }

    /// What the policy of a platform demands after each of the episodes of one trader, which stand in their order;
    /// `None` where no version is in force.
    ///
    /// Of several versions in force, the one that came last holds. Cumulated is over episodes of all versions.
    /// A violation counts while less time has passed since than the days of reset. Complexity: O(episodes · steps).
    pub fn demands<'a>(&'a self, platform: &str, episodes: &[Episode<'_>]) -> Vec<Option<Demand<'a>>> {
        let mut demands: Vec<Option<Demand<'a>>> = vec![None; episodes.len()];
        let Some(versions) = self.0.get(platform) else { return demands };
        for version in versions {
            let holds = |e: &Episode<'_>| {
                version.from.is_none_or(|from| from <= e.at) && version.until.is_none_or(|until| e.at < until)
            };
            if !episodes.iter().any(holds) {
                continue;
            }
            // What counts where no step is reached, with the reset that most of the version's kin have: its first step's.
            let resets = version.steps.first().and_then(|s| s.resets_after_days);
            let all = cumulated(episodes, None, resets);
            for ((demand, episode), (strikes, points)) in demands.iter_mut().zip(episodes).zip(all) {
                if holds(episode) {
                    *demand =
                        Some(Demand { version: &version.name, sanction: None, within_days: None, strikes, points });
                }
            }
            for step in &version.steps {
                let counts = cumulated(episodes, step.kind.as_deref(), step.resets_after_days);
                for ((demand, episode), (strikes, points)) in demands.iter_mut().zip(episodes).zip(counts) {
                    let concerns = step.kind.is_none() || step.kind.as_deref() == episode.kind;
                    let reached = if step.by_points { points } else { strikes } >= step.at_least;
                    let Some(demand) = demand.as_mut().filter(|_| holds(episode) && concerns && reached) else {
                        continue;
                    };
                    // The most severe; of two alike, the one that follows sooner.
                    let within = (demand.within_days.unwrap_or(0), step.within_days.unwrap_or(0));
                    let sooner = demand.sanction == Some(step.sanction) && within.1 < within.0;
                    if demand.sanction < Some(step.sanction) || sooner {
                        *demand = Demand {
                            sanction: Some(step.sanction),
                            within_days: step.within_days,
                            strikes,
                            points,
                            ..*demand
                        };
                    }
                }
            }
        }
        demands
    }
}

/// Strikes and points up to each episode and with it, of one kind or all, of no more than so many days.
fn cumulated(episodes: &[Episode<'_>], kind: Option<&str>, resets: Option<i64>) -> Vec<(i64, i64)> {
    let counts = |e: &Episode<'_>| {
        if kind.is_none() || kind == e.kind { (1, e.points) } else { (0, 0) }
    };
    let reach = resets.map_or(i64::MAX, |days| days.saturating_mul(DAY));
    let (mut strikes, mut points, mut first) = (0, 0_i64, 0);
    let mut sums = Vec::with_capacity(episodes.len());
    for episode in episodes {
        let new = counts(episode);
        (strikes, points) = (strikes + new.0, points.saturating_add(new.1));
        while let Some(old) = episodes.get(first).filter(|old| old.at < episode.at && episode.at - old.at >= reach) {
            let old = counts(old);
            (strikes, points) = (strikes - old.0, points.saturating_sub(old.1));
            first += 1;
        }
        sums.push((strikes, points));
    }
    sums
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
