//! Sheets that came back: what was found, how coders agree, and the estimate.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::output::{self, Format};
use crate::cli::ui::count;
use crate::cli::{Ending, Session};
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::sampling::labels::{Label, resolve};
use crate::sampling::{Rating, agreement};
use crate::sources::export::TableExport;
use crate::sources::labelling_sheet::{LabellingSheet, SheetLabel};
use crate::stats::survey::{Design, EffectiveSize, SinglePsu, hajek_proportion, korn_graubard};
use crate::stats::{Confidence, StatsError};

/// Says what a sheet holds.
///
/// # Errors
/// [`Error::Unrecognised`] for what is no labelling sheet; those of the file.
pub fn run(
    session: &Session,
    (path, key): (&Path, Option<&Path>),
    seed: u64,
    confidence: Confidence,
    (file, format): (Option<&PathBuf>, Format),
) -> Result<Ending> {
    let sheet = match key {
        Some(key) => LabellingSheet::open_with(path, Some(key))?,
        None => LabellingSheet::open(path)?,
    };
    let Some(sheet) = sheet else {
        return Err(Error::Unrecognised {
            place: path.display().to_string(),
            found: "this is no labelling sheet: it lacks columns unit_id, label, coder and sample".into(),
        });
    };
    if sheet.description().simulated {
        session.ui.say("simulated data: these labels are about no real platform");
    }
    let findings = sheet.findings().list(sheet.entries());
    for found in &findings {
        let place = found.first_seen.as_deref().map(|p| format!(", first at {p}")).unwrap_or_default();
        let column = found.column.as_deref().map(|c| format!(" ({c})")).unwrap_or_default();
        session.ui.say(format!("{}: {}: {}{column}{place}; {}", found.code, found.count, found.title, found.effect));
    }
    let labels = sheet.labels();
    let rows = rows(&labels, seed, confidence);
    output::records(&rows, output::target(file), format)?;
    let kept_aside = sheet.rejected().len() as u64;
    if kept_aside > 0 {
        session.ui.warn(format!("{} kept aside", count(kept_aside, "row", "rows")));
    }
    let odd = kept_aside > 0 || findings.iter().any(|f| f.severity != Severity::Info);
    Ok(if odd { Ending::Found } else { Ending::Done })
}

/// Who gave a label, and which.
type Given<'a> = (Option<&'a str>, Label);

fn rows(labels: &[SheetLabel], seed: u64, confidence: Confidence) -> Vec<Vec<String>> {
    let given = |l: &SheetLabel| l.label.as_deref().and_then(Label::of);
    let ratings: Vec<Rating<'_>> = labels
        .iter()
        .filter_map(|l| Some(Rating { unit: &l.unit, coder: l.coder.as_deref()?, label: given(l)? }))
        .collect();
    let agreed = agreement(&ratings, seed, confidence);
    let mut units: BTreeMap<&str, (&SheetLabel, Vec<Given<'_>>)> = BTreeMap::new();
    for l in labels {
        let unit = units.entry(&l.unit).or_insert_with(|| (l, Vec::new()));
        unit.1.extend(given(l).map(|label| (l.coder.as_deref(), label)));
    }
    let resolved: Vec<(&SheetLabel, Option<Label>)> =
        units.into_values().map(|(unit, labels)| (unit, resolve(labels))).collect();
    let n = |wanted: Option<Label>| resolved.iter().filter(|(_, l)| *l == wanted).count().to_string();
    let mut rows = vec![["statistic", "value", "lower", "upper", "note"].map(str::to_owned).to_vec()];
    let mut add = |name: &str, value: String, limits: Option<(f64, f64)>, note: String| {
        let (lower, upper) = limits.map_or((String::new(), String::new()), |(a, b)| (short(a), short(b)));
        rows.push(vec![name.to_owned(), value, lower, upper, note]);
    };
    add("units", resolved.len().to_string(), None, String::new());
    for label in Label::ALL {
        add(label.name(), n(Some(label)), None, "units, one label each".into());
    }
    add("unlabelled", n(None), None, "units".into());
    match share(&resolved, confidence) {
        Ok((value, lower, upper)) => add(
            "share_positive",
            short(value),
            Some((lower, upper)),
            "weighted by the design, of units labelled positive or negative; Korn-Graubard limits".into(),
        ),
        Err(e) => add("share_positive", String::new(), None, e.to_string()),
    }
    add("compared", agreed.compared.to_string(), None, "units that two coders or more labelled".into());
    if agreed.compared > 0 {
        let limits = agreed.limits.as_ref().ok().map(|l| (l.lower, l.upper));
        #[expect(clippy::cast_precision_loss, reason = "counts of labelled units")]
        let share = agreed.agreed as f64 / agreed.compared as f64;
        add("agreed", short(share), limits, "share of these on which all coders agree; Wilson limits".into());
        match &agreed.kappa {
            Some(Ok(k)) => add("cohen_kappa", short(k.kappa), Some((k.limits.lower, k.limits.upper)), String::new()),
            Some(Err(e)) => add("cohen_kappa", String::new(), None, e.to_string()),
            None => {}
        }
        match &agreed.alpha {
            Ok(a) => {
                let limits = Some((a.limits.lower, a.limits.upper));
                add("krippendorff_alpha", short(a.alpha.alpha), limits, format!("bootstrap limits, seed {}", a.seed));
            }
            Err(e) => add("krippendorff_alpha", String::new(), None, e.to_string()),
        }
        match &agreed.ac1 {
            Ok(a) => add("gwet_ac1", short(a.ac1), Some((a.limits.lower, a.limits.upper)), String::new()),
            Err(e) => add("gwet_ac1", String::new(), None, e.to_string()),
        }
    }
    for unit in &agreed.disputed {
        add("disputed", unit.clone(), None, "coders differ: talk it over and add a row without a coder".into());
    }
    rows
}

/// Weighted share of positive labels, with limits.
fn share(
    resolved: &[(&SheetLabel, Option<Label>)],
    confidence: Confidence,
) -> std::result::Result<(f64, f64, f64), StatsError> {
    let used: Vec<(&SheetLabel, bool)> = resolved
        .iter()
        .filter_map(|(unit, label)| match label {
            Some(Label::Positive) => Some((*unit, true)),
            Some(Label::Negative) => Some((*unit, false)),
            _ => None,
        })
        .collect();
    let weights = used.iter().map(|(unit, _)| unit.weight).collect::<Option<Vec<f64>>>();
    let weights = weights.ok_or(StatsError::Insufficient("a unit has no weight"))?;
    let mut design = Design::new(&weights)?;
    if used.iter().any(|(unit, _)| unit.stratum.is_some()) {
        design = design.stratified(&used.iter().map(|(unit, _)| unit.stratum.as_deref()).collect::<Vec<_>>())?;
    }
    if used.iter().any(|(unit, _)| unit.cluster.is_some()) {
        design = design.clustered(&used.iter().map(|(unit, _)| unit.cluster.as_deref()).collect::<Vec<_>>())?;
    }
    let design = design.single_psu(SinglePsu::Adjust);
    let hits: Vec<bool> = used.iter().map(|(_, hit)| *hit).collect();
    let estimate = hajek_proportion(&design, &hits)?;
    let limits = korn_graubard(&estimate, EffectiveSize::AtMostUnits, confidence)?;
    Ok((estimate.estimate, limits.limits.lower, limits.limits.upper))
}

fn short(value: f64) -> String {
    format!("{value:.5}")
}
