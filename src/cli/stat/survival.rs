//! `stat survival`: times until an event, some of them still running.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::answer::{Answer, Method, Refusal, limits_json, need, p_value, percent, row, share, short};
use super::file::{Source, number};
use super::{Calculation, Level};
use crate::cli::ui::grouped;
use crate::error::{Error, Result};
use crate::stats::Limits;
use crate::stats::survival::{
    IncidenceVariance, QuantileConvention, RiskTable, Spell, Transform, aalen_johansen, gray_test, kaplan_meier,
    log_rank,
};

/// Times until an event, of which some are still pending: median, shares over time, comparison of groups
#[derive(Debug, Args)]
pub struct Survival {
    #[command(flatten)]
    source: Source,
    /// Column with the time until the event, or until the last look
    #[arg(long, value_name = "COLUMN", required_unless_present = "explain")]
    time: Option<String>,
    /// Column that says how it ended: 0 still pending, 1 event, 2 and more other kinds of events
    #[arg(long, value_name = "COLUMN", required_unless_present = "explain")]
    event: Option<String>,
    /// Column with the time at which observation began, where it was after 0
    #[arg(long, value_name = "COLUMN")]
    entry: Option<String>,
    /// Column with the groups to compare
    #[arg(long, value_name = "COLUMN")]
    by: Option<String>,
    /// Times at which to give the share
    #[arg(long, value_name = "T,T,…", value_delimiter = ',', allow_negative_numbers = true)]
    at: Vec<f64>,
    /// How kinds of events are treated
    #[arg(long, value_enum, default_value = "kaplan-meier")]
    method: Kind,
    #[command(flatten)]
    level: Level,
}

/// How kinds of events are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Share without any event; all kinds count as one
    KaplanMeier,
    /// Share with each kind of event, where one rules the others out
    AalenJohansen,
}

static KAPLAN_MEIER: Method = Method {
    name: "Kaplan–Meier estimator, log-log limits by Greenwood's variance, log-rank test",
    formula: "S(t) = Π (1 − dᵢ/nᵢ) over tᵢ ≤ t      dᵢ events among nᵢ at risk\n\
              limits S^exp(± z·se/(S ln S)),   se = S √Σ dᵢ/(nᵢ(nᵢ − dᵢ))\n\
              median: smallest t with S(t) ≤ ½, limits by inverting those of S\n\
              log-rank: events of each group against d·nⱼ/n, χ² with the hypergeometric covariance",
    conditions: "Conditions: whether and when a time is pending says nothing of its event. Units that left for a reason that\n\
                 rules the event out are not pending: use --method aalen-johansen. Where the curve does not come down\n\
                 to ½ there is no median; beyond the last time there is no share.",
    source: "E. L. Kaplan and P. Meier, Journal of the American Statistical Association 53 (1958), 457–481; R. Brookmeyer\n\
             and J. Crowley, Biometrics 38 (1982), 29–41; N. Mantel, Cancer Chemotherapy Reports 50 (1966), 163–170",
    function: "survival::kaplan_meier, log_rank",
};

static AALEN_JOHANSEN: Method = Method {
    name: "Aalen–Johansen estimator, log-log limits, Gray's test",
    formula: "Fⱼ(t) = Σ S(u−) dⱼ(u)/n(u) over u ≤ t      Σⱼ Fⱼ(t) + S(t) = 1\n\
              variance: infinitesimal jackknife (with late entry: Aalen's)",
    conditions: "Conditions: whether and when a time is pending says nothing of the event, nor of its kind. 1 − Kaplan–Meier\n\
                 with the other kinds as pending overstates these shares.",
    source: "O. O. Aalen and S. Johansen, Scandinavian Journal of Statistics 5 (1978), 141–150; R. J. Gray, Annals of\n\
             Statistics 16 (1988), 1141–1154",
    function: "survival::aalen_johansen, gray_test",
};

/// 0, 1, 2, … or a truth value.
fn code(text: &str) -> Option<u32> {
    match text.to_lowercase().as_str() {
        "true" | "yes" => Some(1),
        "false" | "no" => Some(0),
        other => other.parse().ok(),
    }
}

/// A time as it is written, without digits that say nothing.
fn time(t: Option<f64>) -> String {
    t.map_or_else(String::new, |t| if t.fract() == 0.0 && t.abs() < 1e15 { format!("{t}") } else { short(t) })
}

fn ends(limits: Option<Limits>) -> [String; 2] {
    limits.map_or_else(Default::default, |l| [share(l.lower), share(l.upper)])
}

impl Survival {
    /// The tables of the groups, by name, and what is to be said of the file.
    fn groups(&self) -> Result<(BTreeMap<String, RiskTable>, Vec<String>), Refusal> {
        let mut names = vec![need(self.time.as_deref(), "--time")?, need(self.event.as_deref(), "--event")?];
        names.extend(self.entry.as_deref());
        names.extend(self.by.as_deref());
        let file = self.source.read(&names)?;
        let times = file.values(0, "a time of at least 0", |text| number(text).filter(|t| *t >= 0.0))?;
        let codes = file.values(1, "a code of an event (0, 1, 2, …, true or false)", code)?;
        let entries = self.entry.as_ref().map(|_| file.numbers(2)).transpose()?;
        let mut spells: BTreeMap<String, Vec<Spell>> = BTreeMap::new();
        let groups: Vec<&str> = match &self.by {
            Some(_) => file.texts(names.len() - 1).collect(),
            None => vec!["all"; file.len()],
        };
        for (i, group) in groups.into_iter().enumerate() {
            let entry = entries.as_ref().map(|entries| entries[i]);
            if entry.is_some_and(|entry| entry >= times[i]) {
                let message = format!("observation begins at {}, when the time was over", time(entry));
                return Err(file.fault(i, 2, &message, "leave out units that were not observed").into());
            }
            let spell = entry.map_or(Spell::new(times[i], codes[i]), |entry| Spell::delayed(entry, times[i], codes[i]));
            spells.entry(group.to_owned()).or_default().push(spell);
        }
        if spells.is_empty() {
            return Err(Error::usage("the file has no rows", "give one row for each unit").into());
        }
        if spells.len() > 100 {
            let message = format!("there are {} groups", spells.len());
            return Err(Error::usage(message, "--by takes a column with at most 100 different values").into());
        }
        let mut notes = file.notes();
        if !codes.contains(&0) {
            notes.push("no row is pending (code 0): every time counts as one to an event".into());
        }
        let tables = spells
            .into_iter()
            .map(|(name, spells)| Ok((name, RiskTable::from_spells(&spells)?)))
            .collect::<Result<_, Refusal>>()?;
        Ok((tables, notes))
    }

    fn kaplan_meier(&self, groups: &BTreeMap<String, RiskTable>, answer: &mut Answer) -> Result<(), Refusal> {
        let confidence = self.level.confidence;
        let mut medians = vec![row(["group", "n", "events", "median", "lower", "upper"])];
        let mut shares = vec![row(["group", "time", "at risk", "without event", "lower", "upper"])];
        let mut list = Vec::new();
        for (name, table) in groups {
            let curve = kaplan_meier(table)?;
            let median = curve.quantile(0.5, QuantileConvention::Inverse, Transform::LogLog, confidence)?;
            medians.push(vec![
                name.clone(),
                grouped(curve.n),
                grouped(curve.events),
                time(median.estimate),
                time(median.lower),
                time(median.upper),
            ]);
            let mut points = Vec::new();
            for t in &self.at {
                let value = curve.at(*t);
                let limits = value.and_then(|v| v.limits(Transform::LogLog, confidence));
                let [lower, upper] = ends(limits);
                let survival = value.map(|v| v.survival);
                shares.push(vec![
                    name.clone(),
                    time(Some(*t)),
                    grouped(table.at_risk(*t)),
                    survival.map_or_else(String::new, share),
                    lower,
                    upper,
                ]);
                points.push(json!({
                    "time": t,
                    "at_risk": table.at_risk(*t),
                    "survival": survival,
                    "standard_error": value.and_then(|v| v.standard_error),
                    "limits": limits.map(limits_json),
                }));
            }
            if curve.exhausted_at.is_some() {
                answer.notes.push(format!(
                    "{name}: after time {} nobody was at risk, although units came later; the curve is not to be used from there on",
                    time(curve.exhausted_at)
                ));
            }
            list.push(json!({
                "group": name,
                "n": curve.n,
                "events": curve.events,
                "median": median.estimate,
                "median_limits": { "lower": median.lower, "upper": median.upper },
                "conditional_on_at_least": curve.conditional_on_at_least,
                "at": points,
            }));
        }
        answer.fields.push(("groups", json!(list)));
        answer.tables.push(medians);
        if !self.at.is_empty() {
            answer.tables.push(shares);
        }
        if groups.values().any(|table| table.event_types().len() > 1) {
            answer.notes.push(
                "several kinds of events count as one here; for each of them choose --method aalen-johansen".into(),
            );
        }
        if groups.len() > 1 {
            let tables: Vec<RiskTable> = groups.values().cloned().collect();
            match log_rank(&tables) {
                Ok(test) => {
                    let (chi, df) = (short(test.chi_squared), test.degrees_of_freedom);
                    answer.sentences.push(format!("Log-rank test: χ² = {chi}, {df} df, {}", p_value(test.p)));
                    answer.fields.push(("log_rank", test_json(test.chi_squared, df, test.p)));
                }
                Err(error) => answer.notes.push(format!("no log-rank test: {error}")),
            }
        }
        Ok(())
    }

    fn aalen_johansen(&self, groups: &BTreeMap<String, RiskTable>, answer: &mut Answer) -> Result<(), Refusal> {
        let confidence = self.level.confidence;
        let variance =
            if self.entry.is_some() { IncidenceVariance::Aalen } else { IncidenceVariance::InfinitesimalJackknife };
        let mut rows = vec![row(["group", "event", "time", "with event", "lower", "upper"])];
        let mut list = Vec::new();
        let mut kinds: Vec<u32> = Vec::new();
        for (name, table) in groups {
            let curves = aalen_johansen(table, variance)?;
            let end = curves.times.last().copied().unwrap_or(0.0);
            let times = if self.at.is_empty() { vec![end] } else { self.at.clone() };
            for event in &curves.types {
                for t in &times {
                    let value = curves.at(*t, *event);
                    let limits = value.and_then(|v| v.limits(Transform::LogLog, confidence));
                    let [lower, upper] = ends(limits);
                    let incidence = value.map(|v| v.incidence);
                    let shown = incidence.map_or_else(String::new, share);
                    rows.push(vec![name.clone(), event.to_string(), time(Some(*t)), shown, lower, upper]);
                    list.push(json!({
                        "group": name,
                        "event": event,
                        "time": t,
                        "incidence": incidence,
                        "standard_error": value.and_then(|v| v.standard_error),
                        "limits": limits.map(limits_json),
                    }));
                }
            }
            kinds.extend(&curves.types);
        }
        answer.fields.push(("incidence", json!(list)));
        answer.tables.push(rows);
        kinds.sort_unstable();
        kinds.dedup();
        if groups.len() > 1 {
            let tables: Vec<RiskTable> = groups.values().cloned().collect();
            let mut tests = Vec::new();
            for event in kinds {
                match gray_test(&tables, event) {
                    Ok(test) => {
                        let (chi, df) = (short(test.chi_squared), test.degrees_of_freedom);
                        let p = p_value(test.p);
                        answer.sentences.push(format!("Gray's test of event {event}: χ² = {chi}, {df} df, {p}"));
                        tests.push(json!({ "event": event, "test": test_json(test.chi_squared, df, test.p) }));
                    }
                    Err(error) => answer.notes.push(format!("no test of event {event}: {error}")),
                }
            }
            answer.fields.push(("gray", json!(tests)));
        }
        Ok(())
    }
}

fn test_json(chi_squared: f64, degrees_of_freedom: usize, p: f64) -> Value {
    json!({ "chi_squared": chi_squared, "degrees_of_freedom": degrees_of_freedom, "p_value": p })
}

impl Calculation for Survival {
    fn name(&self) -> &'static str {
        "survival"
    }

    fn method(&self) -> &'static Method {
        match self.method {
            Kind::KaplanMeier => &KAPLAN_MEIER,
            Kind::AalenJohansen => &AALEN_JOHANSEN,
        }
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let confidence = self.level.confidence;
        let (groups, notes) = self.groups()?;
        let mut answer = Answer {
            sentences: vec![format!("Times until the event, with {} limits", percent(confidence))],
            notes,
            fields: vec![("confidence", json!(confidence.level()))],
            ..Answer::default()
        };
        match self.method {
            Kind::KaplanMeier => self.kaplan_meier(&groups, &mut answer)?,
            Kind::AalenJohansen => self.aalen_johansen(&groups, &mut answer)?,
        }
        Ok(answer)
    }
}
