//! The estimates that a figure shows, chosen from those it was given.

use super::spec::{ChartSpec, PeriodChoice};
use super::text::clean;
use super::words;
use crate::error::{Error, Result};
use crate::estimate::{ALL_PLATFORMS, Estimate, Estimates};
use crate::time::Period;

/// Statistics in the order in which a figure prefers them, where the caller names none.
const PREFERRED: [&str; 6] = ["share", "rate", "ratio", "median", "mean", "count"];

/// Periods are of one length where the shorter is at least this part of the longer: February has 28 days.
const SAME_LENGTH: f64 = 0.9;

/// Place of a statistic in the order of preference.
pub(crate) fn preference(statistic: &str) -> usize {
    PREFERRED.iter().position(|p| *p == statistic).unwrap_or(PREFERRED.len())
}

/// Whether a form shows periods along an axis, or one period: as a ranking, for which one platform alone is
/// divided into its groups, or as a profile, for which it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    OverTime,
    OnePeriod,
    Profile,
}

/// Estimates of one indicator, version, basis, statistic, unit and grouping variable, sorted by key.
#[derive(Debug, Clone)]
pub(crate) struct Selection<'a> {
    pub rows: Vec<&'a Estimate>,
    /// Distinct platforms, in the order of the rows.
    pub platforms: Vec<&'a str>,
    /// Distinct values of the grouping variable.
    pub groups: Vec<&'a str>,
    /// Distinct periods, sorted.
    pub periods: Vec<Period>,
    label: fn(&str) -> &str,
}

impl<'a> Selection<'a> {
    /// What these rows, sorted by key, are about.
    pub(crate) fn of(rows: Vec<&'a Estimate>, spec: &ChartSpec) -> Self {
        let periods = periods_of(&rows);
        let platforms = distinct(rows.iter().map(|e| e.platform.as_str()));
        let groups = distinct(rows.iter().filter_map(|e| e.group_value.as_deref()));
        Self { rows, platforms, groups, periods, label: spec.label }
    }

    /// The same words for other rows, sorted by key: those of a figure that shows several statistics.
    pub(crate) fn with_rows(&self, rows: Vec<&'a Estimate>) -> Self {
        Self { rows, ..self.clone() }
    }

    /// What tells this estimate's row or line from the others, in words.
    pub(crate) fn label(&self, e: &Estimate) -> String {
        let platform = (self.platforms.len() > 1 || self.groups.len() < 2).then(|| platform_label(&e.platform));
        let group = e.group_value.as_deref().filter(|_| self.groups.len() > 1).map(|g| self.group_label(g));
        platform.into_iter().chain(group).collect::<Vec<_>>().join(", ")
    }

    /// A group's value in words; each part of a cross by itself.
    pub(crate) fn group_label(&self, value: &str) -> String {
        clean(&value.split('×').map(self.label).collect::<Vec<_>>().join(" × "))
    }

    /// The grouping variable in words, lower case.
    pub(crate) fn group_words(&self) -> String {
        let name = self.rows.first().and_then(|e| e.group_name.as_deref()).unwrap_or("group");
        clean(&name.replace(['_', '-'], " ").replace('×', " and "))
    }

    /// What the rows or lines are: platforms, groups, or both.
    pub(crate) fn things(&self) -> String {
        match (self.platforms.len() > 1, self.groups.len() > 1) {
            (_, false) => "platform".to_owned(),
            (false, true) => self.group_words(),
            (true, true) => format!("platform and {}", self.group_words()),
        }
    }

    /// "1 other platform", "3 other platforms", "2 other lines".
    pub(crate) fn others(&self, n: usize, word: &str) -> String {
        let thing = if self.groups.len() > 1 { word } else { "platform" };
        format!("{n} other {thing}{}", if n == 1 { "" } else { "s" })
    }

    /// The estimates plotted, as the table beside the figure.
    ///
    /// # Errors
    /// [`Error::Invalid`] for rows that break the schema, [`Error::Engine`] where CSV cannot be written.
    pub(crate) fn csv(&self) -> Result<String> {
        let mut bytes = Vec::new();
        Estimates::new(self.rows.iter().map(|e| (*e).clone()).collect())?.write_csv(&mut bytes)?;
        String::from_utf8(bytes).map_err(|e| Error::engine("cannot write estimates as CSV", e))
    }

    /// Whether a name of the caller's means this estimate.
    fn named(&self, e: &Estimate, name: &str) -> bool {
        let same = |text: &str| text.to_lowercase() == name.to_lowercase();
        same(&e.platform) || e.group_value.as_deref().is_some_and(same) || same(&self.label(e))
    }

    /// Labels that the caller wants in colour, in the caller's order.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a name that nothing has, [`Error::Usage`] for more than `most`.
    pub(crate) fn highlighted(&self, spec: &ChartSpec, most: usize) -> Result<Vec<String>> {
        let mut labels: Vec<String> = Vec::new();
        for name in &spec.highlight {
            let mut found: Vec<String> =
                self.rows.iter().filter(|e| self.named(e, name)).map(|e| self.label(e)).collect();
            found.dedup();
            if found.is_empty() {
                let mut known: Vec<String> = self.rows.iter().map(|e| self.label(e)).collect();
                known.dedup();
                return Err(Error::Unknown { kind: "platform or group", name: name.clone(), known });
            }
            for label in found {
                if !labels.contains(&label) {
                    labels.push(label);
                }
            }
        }
        if labels.len() > most {
            return Err(Error::usage(
                format!("{} are to be highlighted, but a figure has {most} colours", labels.len()),
                "highlight fewer, or draw several figures",
            ));
        }
        Ok(labels)
    }
}

/// A platform's name as a label.
pub(crate) fn platform_label(name: &str) -> String {
    if name == ALL_PLATFORMS { words::name_of(ALL_PLATFORMS) } else { clean(name) }
}

/// Whether what the spec chooses is made of points of curves alone, for which there are other forms.
pub(crate) fn only_curves(estimates: &[Estimate], spec: &ChartSpec) -> bool {
    let wanted = |e: &&Estimate| {
        spec.indicator.as_ref().is_none_or(|i| *i == e.indicator)
            && spec.statistic.as_ref().is_none_or(|s| *s == e.statistic)
    };
    let mut rows = estimates.iter().filter(wanted).peekable();
    rows.peek().is_some() && rows.all(|e| e.x.is_some())
}

/// Distinct items in the order of their first appearance.
pub(crate) fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut out = Vec::new();
    for item in items {
        if !out.contains(&item) {
            out.push(item);
        }
    }
    out
}

/// Distinct periods, sorted.
fn periods_of(rows: &[&Estimate]) -> Vec<Period> {
    let mut periods: Vec<Period> = rows.iter().map(|e| e.period()).collect();
    periods.sort_unstable();
    periods.dedup();
    periods
}

/// Chooses what a figure shows.
///
/// # Errors
/// [`Error::Usage`] where there is nothing to show or a choice is open, [`Error::Unknown`] for a name that
/// no estimate has, [`Error::Invalid`] for estimates that break the schema.
pub(crate) fn select<'a>(estimates: &'a [Estimate], spec: &ChartSpec, form: Form) -> Result<Selection<'a>> {
    let rows: Vec<&Estimate> = estimates.iter().filter(|e| e.x.is_none()).collect();
    if rows.is_empty() {
        let message = if estimates.is_empty() {
            "there are no estimates to draw"
        } else {
            "all these estimates are points of curves"
        };
        return Err(Error::usage(message, "choose an indicator and a statistic with one value for each period"));
    }
    select_of(rows, spec, form)
}

/// The same for rows that the form has chosen already.
pub(crate) fn select_of<'a>(rows: Vec<&'a Estimate>, spec: &ChartSpec, form: Form) -> Result<Selection<'a>> {
    let mut rows = one_indicator(rows, spec)?;
    let mut statistics = distinct(rows.iter().map(|e| e.statistic.as_str()));
    if spec.statistic.is_none() {
        statistics.sort_by_key(|s| (preference(s), *s));
        statistics.truncate(1);
    }
    let statistic = choose("statistic", spec.statistic.as_deref(), statistics)?;
    rows.retain(|e| e.statistic == statistic);
    choose("unit", None, distinct(rows.iter().map(|e| e.unit.as_str())))?;
    settle(rows, spec, form)
}

/// The estimates of the indicator that the caller names; all where none is named.
///
/// # Errors
/// [`Error::Unknown`] where no estimate is of it.
pub(crate) fn about<'a>(estimates: &'a [Estimate], spec: &ChartSpec) -> Result<Vec<&'a Estimate>> {
    let Some(name) = spec.indicator.as_deref().filter(|_| !estimates.is_empty()) else {
        return Ok(estimates.iter().collect());
    };
    let id = choose("indicator", Some(name), distinct(estimates.iter().map(|e| e.indicator.as_str())))?;
    Ok(estimates.iter().filter(|e| e.indicator == id).collect())
}

/// The rows of the indicator and the basis that a figure shows, in the newest version.
///
/// # Errors
/// [`Error::Usage`] where a choice is open, [`Error::Unknown`] for a name that no row has.
pub(crate) fn one_indicator<'a>(mut rows: Vec<&'a Estimate>, spec: &ChartSpec) -> Result<Vec<&'a Estimate>> {
    let indicator =
        choose("indicator", spec.indicator.as_deref(), distinct(rows.iter().map(|e| e.indicator.as_str())))?;
    rows.retain(|e| e.indicator == indicator);
    // Versions of a definition cannot be compared: the newest stands.
    let newest = rows.iter().map(|e| e.indicator_version).max();
    rows.retain(|e| Some(e.indicator_version) == newest);
    let basis = choose("basis", spec.basis.as_deref(), distinct(rows.iter().map(|e| e.basis.as_str())))?;
    rows.retain(|e| e.basis == basis);
    Ok(rows)
}

/// The rows of one grouping variable and of the periods that a form shows, checked and sorted by key.
///
/// # Errors
/// As [`select`].
pub(crate) fn settle<'a>(rows: Vec<&'a Estimate>, spec: &ChartSpec, form: Form) -> Result<Selection<'a>> {
    let rows = grouped(rows, spec.group.as_deref(), form)?;
    let mut rows = in_period(rows, spec.period, form)?;
    // Checks the rows too: what follows relies on finite numbers in order.
    Estimates::new(rows.iter().map(|e| (*e).clone()).collect())?;
    rows.sort_by(|a, b| a.cmp_key(b));
    Ok(Selection::of(rows, spec))
}

fn choose<'a>(kind: &'static str, wanted: Option<&str>, found: Vec<&'a str>) -> Result<&'a str> {
    let Some(name) = wanted else {
        return match found.as_slice() {
            [one] => Ok(one),
            _ => Err(Error::usage(
                format!("the estimates differ in {kind}: {}", found.join(", ")),
                match kind {
                    "unit" => "a figure shows one unit: choose a statistic".to_owned(),
                    _ => format!("a figure shows one {kind}: say which with --{kind}"),
                },
            )),
        };
    };
    found.iter().copied().find(|f| *f == name).ok_or_else(|| Error::Unknown {
        kind,
        name: name.to_owned(),
        known: found.into_iter().map(str::to_owned).collect(),
    })
}

fn grouped<'a>(rows: Vec<&'a Estimate>, wanted: Option<&str>, form: Form) -> Result<Vec<&'a Estimate>> {
    let groups = distinct(rows.iter().filter_map(|e| e.group_name.as_deref()));
    let (plain, in_groups): (Vec<&Estimate>, Vec<&Estimate>) = rows.into_iter().partition(|e| e.group_name.is_none());
    let platforms = distinct(plain.iter().map(|e| e.platform.as_str())).len();
    // One platform alone makes no ranking: its groups do.
    if wanted.is_none() && !plain.is_empty() && (form != Form::OnePeriod || platforms > 1 || groups.len() != 1) {
        return Ok(plain);
    }
    let group = choose("group", wanted, groups)?;
    Ok(in_groups.into_iter().filter(|e| e.group_name.as_deref() == Some(group)).collect())
}

/// The latest of the longest periods that has about as many values as any of them: of the last one there may be hardly
/// any data yet. Months, quarters and half-years are of one length each.
fn longest(rows: &[&Estimate], periods: &[Period]) -> Option<Period> {
    let days = |p: &Period| f64::from(p.end - p.start);
    let most = periods.iter().map(days).fold(0.0, f64::max);
    let long: Vec<(Period, usize)> = periods
        .iter()
        .filter(|p| days(p) >= most * SAME_LENGTH)
        .map(|p| {
            let valued = |e: &&&Estimate| e.period() == *p && (e.value.is_some() || e.lower.or(e.upper).is_some());
            (*p, rows.iter().filter(valued).count())
        })
        .collect();
    let fullest = long.iter().map(|(_, n)| *n).max().unwrap_or(0);
    long.into_iter().filter(|(_, n)| n * 2 >= fullest).map(|(p, _)| p).max_by_key(|p| (p.end, p.start))
}

fn in_period(rows: Vec<&Estimate>, choice: PeriodChoice, form: Form) -> Result<Vec<&Estimate>> {
    let mut periods = periods_of(&rows);
    if choice == PeriodChoice::Longest && form != Form::OverTime {
        let longest = longest(&rows, &periods);
        return Ok(rows.into_iter().filter(|e| Some(e.period()) == longest).collect());
    }
    if let (PeriodChoice::Exactly(wanted), Form::OnePeriod | Form::Profile) = (choice, form) {
        if !periods.contains(&wanted) {
            return Err(Error::Unknown {
                kind: "period",
                name: wanted.label(),
                known: periods.into_iter().map(Period::label).collect(),
            });
        }
        return Ok(rows.into_iter().filter(|e| e.period() == wanted).collect());
    }
    // A period that holds another one is a total of a coarser grain: the two do not stand on one axis.
    let holds = |a: &Period, b: &Period| a != b && a.start <= b.start && b.end <= a.end;
    let all = periods.clone();
    periods.retain(|p| !all.iter().any(|q| holds(p, q)));
    if form != Form::OverTime {
        periods = periods.into_iter().max_by_key(|p| (p.end, p.start)).into_iter().collect();
    }
    Ok(rows.into_iter().filter(|e| periods.binary_search(&e.period()).is_ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(statistic: &str, platform: &str, group: Option<&str>, start: i32, end: i32) -> Estimate {
        let mut e = Estimate::census("i", 1, statistic, "share", Period { start, end });
        (e.platform, e.value) = (platform.into(), Some(0.5));
        (e.group_name, e.group_value) = (group.map(|_| "category".into()), group.map(str::to_owned));
        e
    }

    #[test]
    fn open_choices_are_named_and_coarse_periods_left_out() {
        let spec = ChartSpec::new("test");
        let mut rows =
            vec![row("share", "A", None, 0, 31), row("share", "A", None, 31, 59), row("share", "A", None, 0, 59)];
        let chosen = select(&rows, &spec, Form::OverTime).expect("selected");
        assert_eq!(chosen.periods.len(), 2);
        assert_eq!(select(&rows, &spec, Form::OnePeriod).expect("selected").periods[0].start, 31);
        let longest = ChartSpec { period: PeriodChoice::Longest, ..spec.clone() };
        assert_eq!(select(&rows, &longest, Form::OnePeriod).expect("selected").periods[0].end, 59);
        let other = ChartSpec { period: PeriodChoice::Exactly(Period { start: 5, end: 6 }), ..spec.clone() };
        assert!(matches!(select(&rows, &other, Form::OnePeriod), Err(Error::Unknown { kind: "period", .. })));
        rows.push(row("aaa", "A", None, 0, 31));
        assert_eq!(select(&rows, &spec, Form::OverTime).expect("selected").rows[0].statistic, "share");
        rows[0].basis = "audit".into();
        assert!(matches!(select(&rows, &spec, Form::OverTime), Err(Error::Usage { .. })));
        assert!(select(&[], &spec, Form::OverTime).is_err());
    }

    #[test]
    fn the_longest_period_is_the_latest_with_about_as_many_values() {
        let spec = ChartSpec { period: PeriodChoice::Longest, ..ChartSpec::new("test") };
        let start = |rows: &[Estimate]| select(rows, &spec, Form::OnePeriod).expect("selected").periods[0].start;
        // February is no shorter a month than January.
        let mut rows = Vec::new();
        for name in ["A", "B", "C"] {
            rows.extend([row("share", name, None, 0, 31), row("share", name, None, 31, 59)]);
        }
        assert_eq!(start(&rows), 31);
        // A month in which one of three has a value is not the one to rank.
        for at in [3, 5] {
            rows[at] = rows[at].clone().without_value(crate::estimate::Status::Insufficient, "n");
        }
        assert_eq!(start(&rows), 0);
        // Where no period has any, the latest says so.
        let none: Vec<Estimate> =
            rows.iter().map(|e| e.clone().without_value(crate::estimate::Status::Insufficient, "n")).collect();
        assert_eq!(start(&none), 31);
    }

    #[test]
    fn one_platform_is_ranked_by_its_groups() {
        let rows =
            [row("share", "A", None, 0, 31), row("share", "A", Some("X"), 0, 31), row("share", "A", Some("Y"), 0, 31)];
        let chosen = select(&rows, &ChartSpec::new("test"), Form::OnePeriod).expect("selected");
        assert_eq!(chosen.rows.iter().map(|e| chosen.label(e)).collect::<Vec<_>>(), ["X", "Y"]);
        assert_eq!(select(&rows, &ChartSpec::new("test"), Form::OverTime).expect("selected").rows.len(), 1);
    }

    #[test]
    fn invalid_estimates_are_refused() {
        let mut bad = row("share", "A", None, 0, 31);
        bad.value = Some(f64::NAN);
        assert!(matches!(select(&[bad], &ChartSpec::new("test"), Form::OverTime), Err(Error::Invalid { .. })));
    }
}
