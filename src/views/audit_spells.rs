//! Listings that auditors labelled illegal, followed through the time that they were live.
//!
//! A sample of what is live at one time holds listings in proportion to how long they last. Each of them is
//! therefore at risk of removal from its age at the reference time only, not from its beginning. A sample of all
//! listings of a period, gone ones too, holds each alike: they are followed from going live, or from when they were
//! seen first.
//!
//! Which of both a sample is, is told by its units: it is one of a period where none of them says from when it was live at
//! the reference time (`entered_at`), and at least a tenth of those labelled illegal were gone by then.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{
    BooleanChunked, DataFrame, DataType, IntoLazy, IntoSeries, JoinType, LazyFrame, NamedFrom, SortMultipleOptions,
    TimeUnit, TimeZone, col, lit, when,
};

use super::batches::instant;
use super::moderation::{Spell, effect, known, listing_key, never, ordered, removes};
use super::offences::derived;
use super::{Given, View};
use crate::error::{Error, Result};
use crate::tables::{Column, Kind, Table, Values};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct AuditSpells;

/// Share of the illegal listings of a sample that are gone by its reference time, from which on it is one of a period.
const GONE: f64 = 0.1;

const LABELS: &[&str] = &["audit_labels.label", "audit_labels.question"];
const SPELL: &[&str] = &["actions.listing_id", "audit_labels.label", "audit_labels.sampled_at"];

static COLUMNS: [Column; 10] = [
    derived("platform", Kind::Code, &[], Values::Any, "Canonical name of the platform."),
    derived("sample", Kind::Code, &["audit_labels.sample"], Values::Any, "Name of the sample."),
    derived("listing_id", Kind::Text, LABELS, Values::Any, "Identifier of the listing."),
    derived("category", Kind::Code, &["audit_labels.category"], Values::Any, "Category of the listing."),
    derived("country", Kind::Code, &["audit_labels.country"], Values::Any, "Country that the listing is offered to."),
    derived("sampled_at", Kind::Timestamp, &["audit_labels.sampled_at"], Values::Any, "Reference time of the sample."),
    derived(
        "drawn_alike",
        Kind::Bool,
        &["audit_labels.sample", "audit_labels.weight"],
        Values::Any,
        "Whether the sample has equal weights and, of those of its platform that have, the most labelled units.",
    ),
    derived(
        "spell_event",
        Kind::Code,
        SPELL,
        Values::Form("removed, ended or censored"),
        "What ended the time live (in a sample of what was live: after the reference time): the first removal, disabling or termination on the listing (removed), the trader or the end of the offer (ended), or the end of observation (censored).",
    ),
    derived(
        "exit_hours",
        Kind::Integer,
        SPELL,
        Values::Form("hours"),
        "Whole hours from going live to that; an hour more where it came within the hour of the reference time. Null where it is not known from when the listing was live, or when observation ended, or where one of a sample of what was live had ended before the reference time.",
    ),
    derived(
        "entry_hours",
        Kind::Integer,
        SPELL,
        Values::Form("hours"),
        "Whole hours that the listing had been live at the reference time, or in a sample of a period when it was seen first or observation began; null below one.",
    ),
];

impl Table for AuditSpells {
    fn name(&self) -> &'static str {
        "audit_spells"
    }
    fn row(&self) -> &'static str {
        "one sampled listing that is labelled illegal, with how long it stayed live"
    }
    fn source(&self) -> &'static str {
        "derived from the view audit_units and the tables actions and listings"
    }
    fn key(&self) -> &'static [&'static str] {
        &["platform", "sample", "listing_id"]
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
}

impl View for AuditSpells {
    fn made_of(&self) -> &'static [&'static str] {
        &["audit_units", "actions", "listings"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let fault = |e| Error::engine("cannot follow the listings of audits", e);
        let units = labelled(given)?;
        let alike = drawn_alike(&units)?;
        let mut units = units;
        units.with_column(alike.with_name("drawn_alike".into()).into_series().into()).map_err(fault)?;
        let units = units.lazy().filter(col("outcome").eq(lit("positive"))).collect().map_err(fault)?;

        let [platform, listing] = listing_key();
        let key = || vec![platform.clone(), listing.clone()];
        let mut lf = units.clone().lazy();
        if given.has("listings") {
            let listings = (given.frame)("listings")?.select([
                col("platform"),
                col("listing_id"),
                instant("live_at").alias("__live"),
                instant("ended_at").alias("__gone"),
                instant("first_seen_at").alias("__seen"),
            ]);
            lf = lf.join(listings, key(), key(), ordered(JoinType::Left));
        } else {
            lf = lf.with_columns(["__live", "__gone", "__seen"].map(|name| never().alias(name)));
        }
        if given.has("actions") {
            let takes = removes().or(col("action").eq(lit("termination")));
            let actions = (given.frame)("actions")?.filter(col("listing_id").is_not_null().and(takes)).select([
                col("platform"),
                col("listing_id"),
                effect().alias("__removal"),
            ]);
            let sampled = units.lazy().select([col("platform"), col("sample"), col("listing_id"), col("sampled_at")]);
            let by = || vec![col("platform"), col("sample"), col("listing_id")];
            let after = col("__removal").gt(col("sampled_at"));
            let removals = sampled
                .join(actions, key(), key(), ordered(JoinType::Inner))
                .with_columns([
                    when(after.clone()).then(never()).otherwise(col("__removal")).alias("__earlier"),
                    when(after).then(col("__removal")).otherwise(never()).alias("__removal"),
                ])
                .group_by(by())
                .agg([col("__removal").min(), col("__earlier").min()]);
            lf = lf.join(removals, by(), by(), ordered(JoinType::Left));
        } else {
            lf = lf.with_columns([never().alias("__removal"), never().alias("__earlier")]);
        }
        // Only the auditors can say that a listing was live at the reference time although it had ended before.
        let over = col("__earlier").is_not_null().or(col("__gone").lt_eq(col("sampled_at")).fill_null(lit(false)));
        let lf = lf.with_columns([over.alias("__over")]);
        let samples = lf.clone().group_by([col("platform"), col("sample")]).agg([col("entered_at")
            .is_null()
            .all(true)
            .and(col("__over").cast(DataType::Float64).mean().gt_eq(lit(GONE)))
            .alias("__period")]);
        let by = || [col("platform"), col("sample")];
        let lf = lf.join(samples, by(), by(), ordered(JoinType::Left));
        let of_period = || col("__period");
        let stayed = when(col("__over")).then(never()).otherwise(col("__live"));
        let later = when(col("__gone").gt(col("sampled_at"))).then(col("__gone")).otherwise(never());
        let from = known(given.options.observed_from);
        let unseen = col("__seen").is_null().or(from.clone().gt(col("__seen")).fill_null(lit(false)));
        let spell = Spell {
            live: when(of_period()).then(col("__live")).otherwise(col("entered_at").fill_null(stayed)),
            entry: when(of_period().not()).then(col("sampled_at")).when(unseen).then(from).otherwise(col("__seen")),
            removed: when(of_period()).then(col("__earlier").fill_null(col("__removal"))).otherwise(col("__removal")),
            ended: when(of_period()).then(col("__gone")).otherwise(later),
            end: known(given.options.observed_until),
        };
        let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
        let lf = spell.onto(lf).with_columns([col("sampled_at").cast(utc)]);
        let lf = lf.select(COLUMNS.iter().map(|c| col(c.name)).collect::<Vec<_>>());
        Ok(lf.collect().map_err(fault)?.lazy())
    }

    fn sql(&self, _: &dyn Fn(&str) -> String) -> Option<String> {
        None
    }

    fn merges(&self) -> bool {
        false
    }

    fn kept(&self) -> bool {
        true
    }
}

/// Labelled units of samples of listings, in the order of platform, sample and listing.
fn labelled(given: &Given<'_>) -> Result<DataFrame> {
    let listing = col("listing_id").fill_null(col("unit_id")).alias("listing_id");
    let mut columns = ["platform", "sample", "category", "country", "outcome", "weight"].map(col).to_vec();
    columns.extend([listing, instant("sampled_at"), instant("entered_at")]);
    (given.frame)("audit_units")?
        .filter(col("question").eq(lit("illegal")).and(col("outcome").is_not_null()))
        .select(columns)
        .sort(["platform", "sample", "listing_id"], SortMultipleOptions::default().with_maintain_order(true))
        .collect()
        .map_err(|e| Error::engine("cannot read the units of audits", e))
}

/// Whether each unit is of the sample that is followed: of those with equal weights, the largest of its platform.
fn drawn_alike(units: &DataFrame) -> Result<BooleanChunked> {
    let fault = |e| Error::engine("cannot compare the weights of audits", e);
    let text = |name: &str| units.column(name).and_then(|c| c.as_materialized_series().str().cloned()).map_err(fault);
    let (platforms, samples) = (text("platform")?, text("sample")?);
    let weights = units.column("weight").and_then(|c| c.as_materialized_series().f64().cloned()).map_err(fault)?;
    let keys: Vec<(&str, &str)> = (0..units.height())
        .map(|i| (platforms.get(i).unwrap_or_default(), samples.get(i).unwrap_or_default()))
        .collect();
    let mut of_sample: BTreeMap<(&str, &str), (Option<f64>, bool, usize)> = BTreeMap::new();
    for (key, weight) in keys.iter().zip(weights.iter()) {
        let (first, equal, n) = of_sample.entry(*key).or_insert((weight, true, 0));
        let same = first.zip(weight).is_some_and(|(a, b)| (a - b).abs() <= 1e-9 * a.abs());
        (*equal, *n) = (*equal && same, *n + 1);
    }
    let mut largest: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for ((platform, sample), (_, equal, n)) in &of_sample {
        let most = largest.get(platform).map_or(0, |(n, _)| *n);
        if *equal && *n > most {
            largest.insert(platform, (*n, sample));
        }
    }
    let chosen: BTreeSet<(&str, &str)> = largest.iter().map(|(platform, (_, sample))| (*platform, *sample)).collect();
    let truth: Vec<bool> = keys.iter().map(|key| chosen.contains(key)).collect();
    Ok(BooleanChunked::new("drawn_alike".into(), truth))
}
