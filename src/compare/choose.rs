//! Which estimates are compared: of one indicator, basis, statistic, unit and grouping variable.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::estimate::{ALL_PLATFORMS, Estimate};
use crate::time::Period;

/// What the user chose; what is open takes every value, or the usual one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Ids of indicators; all of the file if none.
    pub indicators: Vec<String>,
    /// Statistics; all if none.
    pub statistics: Vec<String>,
    /// Bases; all if none.
    pub bases: Vec<String>,
    /// Grouping variable; estimates without a group if none.
    pub group: Option<String>,
    /// Platforms; all if none.
    pub platforms: Vec<String>,
    /// Periods by their label, such as `2025-H2`.
    pub periods: Vec<String>,
}

/// The estimates of a choice, in the newest version of each definition, without points of curves.
///
/// # Errors
/// [`Error::Unknown`] for a name that no estimate has, [`Error::Usage`] where there is nothing to compare.
pub fn choose<'a>(estimates: &'a [Estimate], choice: &Choice) -> Result<Vec<&'a Estimate>> {
    let mut rows: Vec<&Estimate> = estimates.iter().filter(|e| e.x.is_none()).collect();
    if rows.is_empty() {
        let message =
            if estimates.is_empty() { "the file holds no estimates" } else { "all estimates are points of curves" };
        return Err(Error::usage(message, "`systemic measure` makes estimates"));
    }
    rows = keep(rows, "indicator of this file", &choice.indicators, |e| Some(e.indicator.clone()))?;
    rows = keep(rows, "basis of these estimates", &choice.bases, |e| Some(e.basis.clone()))?;
    rows = keep(rows, "statistic of these estimates", &choice.statistics, |e| Some(e.statistic.clone()))?;
    let group: Vec<String> = choice.group.iter().cloned().collect();
    rows = if group.is_empty() {
        let plain: Vec<&Estimate> = rows.iter().copied().filter(|e| e.group_name.is_none()).collect();
        if plain.is_empty() {
            let mut names: Vec<&str> = rows.iter().filter_map(|e| e.group_name.as_deref()).collect();
            names.sort_unstable();
            names.dedup();
            return Err(Error::usage(
                format!("these estimates are all of groups: {}", names.join(", ")),
                "name one with --group",
            ));
        }
        plain
    } else {
        keep(rows, "group of these estimates", &group, |e| e.group_name.clone())?
    };
    rows = keep(rows, "platform of these estimates", &choice.platforms, |e| Some(e.platform.clone()))?;
    rows = keep(rows, "period of these estimates", &choice.periods, |e| Some(e.period().label()))?;
    let mut newest: BTreeMap<&str, u32> = BTreeMap::new();
    for e in &rows {
        let version = newest.entry(e.indicator.as_str()).or_default();
        *version = (*version).max(e.indicator_version);
    }
    rows.retain(|e| newest.get(e.indicator.as_str()) == Some(&e.indicator_version));
    Ok(rows)
}

fn keep<'a>(
    rows: Vec<&'a Estimate>,
    kind: &'static str,
    wanted: &[String],
    of: impl Fn(&Estimate) -> Option<String>,
) -> Result<Vec<&'a Estimate>> {
    if wanted.is_empty() {
        return Ok(rows);
    }
    let mut known: Vec<String> = rows.iter().filter_map(|e| of(e)).collect();
    known.sort();
    known.dedup();
    if let Some(name) = wanted.iter().find(|w| !known.contains(w)) {
        return Err(Error::Unknown { kind, name: name.clone(), known });
    }
    Ok(rows.into_iter().filter(|e| of(e).is_some_and(|v| wanted.contains(&v))).collect())
}

/// Of each indicator, basis, statistic and grouping variable, the estimates of the period in which most platforms have
/// a value; of several such periods, the latest.
#[must_use]
pub fn fullest_period<'a>(rows: &[&'a Estimate]) -> Vec<&'a Estimate> {
    let key = |e: &'a Estimate| {
        (e.indicator.as_str(), e.basis.as_str(), e.statistic.as_str(), e.unit.as_str(), e.group_name.as_deref())
    };
    let mut platforms: BTreeMap<_, BTreeMap<Period, std::collections::BTreeSet<&str>>> = BTreeMap::new();
    for e in rows {
        let all = platforms.entry(key(e)).or_default().entry(e.period()).or_default();
        if e.value.is_some() && e.platform != ALL_PLATFORMS {
            all.insert(e.platform.as_str());
        }
    }
    let best: BTreeMap<_, Option<Period>> = platforms
        .into_iter()
        .map(|(key, periods)| {
            (key, periods.into_iter().max_by_key(|(p, all)| (all.len(), p.end, p.start)).map(|b| b.0))
        })
        .collect();
    rows.iter().copied().filter(|e| best.get(&key(e)).copied().flatten() == Some(e.period())).collect()
}

/// What makes estimates comparable with each other: all but platform and period.
pub type Question<'a> = (&'a str, u32, &'a str, &'a str, &'a str, Option<&'a str>, Option<&'a str>);

/// The question that an estimate answers.
pub fn question(e: &Estimate) -> Question<'_> {
    (
        &e.indicator,
        e.indicator_version,
        &e.basis,
        &e.statistic,
        &e.unit,
        e.group_name.as_deref(),
        e.group_value.as_deref(),
    )
}

/// Estimates by question and period, without those of all platforms together.
pub fn by_question<'a>(rows: &[&'a Estimate]) -> BTreeMap<(Question<'a>, Period), Vec<&'a Estimate>> {
    let mut all: BTreeMap<(Question<'a>, Period), Vec<&'a Estimate>> = BTreeMap::new();
    for e in rows.iter().filter(|e| e.platform != ALL_PLATFORMS) {
        all.entry((question(e), e.period())).or_default().push(e);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(indicator: &str, group: Option<&str>) -> Estimate {
        let mut e = Estimate::census(indicator, 1, "share", "share", Period { start: 20_270, end: 20_454 });
        (e.value, e.platform) = (Some(0.5), "A".into());
        (e.group_name, e.group_value) = (group.map(|_| "category".into()), group.map(str::to_owned));
        e
    }

    #[test]
    fn names_that_are_not_there_are_told() {
        let rows = [row("a", None), row("b", Some("X"))];
        let choice = |indicator: &str| Choice { indicators: vec![indicator.into()], ..Choice::default() };
        assert_eq!(choose(&rows, &choice("a")).expect("one").len(), 1);
        assert!(matches!(choose(&rows, &choice("c")), Err(Error::Unknown { .. })));
        let error = choose(&rows, &choice("b")).expect_err("groups");
        assert!(error.to_string().contains("category"), "{error}");
        let grouped = Choice { group: Some("category".into()), ..choice("b") };
        assert_eq!(choose(&rows, &grouped).expect("one").len(), 1);
        assert!(choose(&[], &Choice::default()).is_err());
        let mut later = row("a", None);
        (later.period_start, later.period_end) = (20_454, 20_635);
        let mut other = row("a", None);
        other.platform = "B".into();
        let three = [later, row("a", None), other];
        let all: Vec<&Estimate> = three.iter().collect();
        assert_eq!(fullest_period(&all[..1]).len(), 1);
        assert_eq!(fullest_period(&all).iter().map(|e| e.period_start).collect::<Vec<_>>(), [20_270, 20_270]);
        let mut newer = row("a", None);
        newer.indicator_version = 2;
        let both = [row("a", None), newer];
        assert_eq!(choose(&both, &Choice::default()).expect("newest")[0].indicator_version, 2);
    }
}
