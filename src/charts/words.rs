//! Generated words: titles, subtitles, periods and notes, neutral and within the claim ladder.

use super::select::Selection;
use super::spec::ChartSpec;
use super::text::clean;
use crate::estimate::{ALL_PLATFORMS, Estimate, SIMULATED};
use crate::time::{self, Grain, Period};

/// Words that a title may have.
const TITLE_WORDS: usize = 10;
/// Statistics whose names say what they are, beside the name of the indicator.
const USUAL: [&str; 5] = ["count", "mean", "median", "rate", "ratio"];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Everything that is written around the chart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caption {
    pub title: String,
    pub subtitle: String,
    pub notes: Vec<String>,
    pub source: String,
}

impl Caption {
    /// The note as one paragraph.
    #[cfg(test)]
    pub(crate) fn note(&self) -> String {
        self.notes.join(" ")
    }
}

fn month(day: i32) -> (String, i16, i8) {
    time::date(day).map_or_else(
        || (time::iso(day), 0, 0),
        |d| (MONTHS[usize::from(d.month().unsigned_abs()) - 1].to_owned(), d.year(), d.day()),
    )
}

fn grain_of(p: Period) -> Option<Grain> {
    Grain::ALL.into_iter().find(|g| g.period(p.start) == Some(p))
}

fn day_in_words(day: i32) -> String {
    let (name, year, d) = month(day);
    format!("{d} {name} {year}")
}

/// A period in full words.
pub(crate) fn period(p: Period) -> String {
    let (name, year, _) = month(p.start);
    match grain_of(p) {
        Some(Grain::Day) => day_in_words(p.start),
        Some(Grain::Week) => format!("the week from {}", day_in_words(p.start)),
        Some(Grain::Month) => format!("{name} {year}"),
        Some(Grain::Quarter) => format!("{} {year}", tick(p)),
        Some(Grain::Half) => format!("the {} half of {year}", if name == "January" { "first" } else { "second" }),
        Some(Grain::Year) => year.to_string(),
        _ => span(p, p),
    }
}

/// A period with its preposition: "in July 2025", "on 1 July 2025".
pub(crate) fn during(p: Period) -> String {
    let words = period(p);
    match grain_of(p) {
        Some(Grain::Day) => format!("on {words}"),
        Some(_) => format!("in {words}"),
        None => format!("from {words}"),
    }
}

/// [`short`] with its preposition: "in Jul 2025", "on 1 Jul 2025", "in the week from 7 Jul 2025".
pub(crate) fn during_short(p: Period) -> String {
    let words = short(p);
    match grain_of(p) {
        Some(Grain::Day) => format!("on {words}"),
        Some(Grain::Week) => format!("in the week from {words}"),
        Some(_) => format!("in {words}"),
        None => format!("from {words}"),
    }
}

/// From the first to the last of some periods, in words.
pub(crate) fn span(first: Period, last: Period) -> String {
    if first == last && grain_of(first).is_some() {
        return period(first).trim_start_matches("the ").to_owned();
    }
    let whole = |day: i32| Grain::Month.period(day);
    let starts_month = whole(first.start).is_some_and(|m| m.start == first.start);
    let ends_month = whole(last.end - 1).is_some_and(|m| m.end == last.end);
    let (from, from_year, _) = month(first.start);
    let (to, to_year, _) = month(last.end - 1);
    match (starts_month && ends_month, from_year == to_year) {
        (true, true) if from == to => format!("{from} {from_year}"),
        (true, true) => format!("{from} to {to} {to_year}"),
        (true, false) => format!("{from} {from_year} to {to} {to_year}"),
        _ if first.start == last.end - 1 => day_in_words(first.start),
        (_, true) if from == to => format!("{} to {}", month(first.start).2, day_in_words(last.end - 1)),
        (_, true) => format!("{} {from} to {}", month(first.start).2, day_in_words(last.end - 1)),
        _ => format!("{} to {}", day_in_words(first.start), day_in_words(last.end - 1)),
    }
}

/// Days in words, even where they happen to be a quarter: "23 November 2024", "1 June to 31 August 2025".
pub(crate) fn days(p: Period) -> String {
    span(Period { start: p.start, end: p.start + 1 }, p)
}

/// A period in few letters: `Jul 2025`, `Q3 2025`, `H2 2025`, `2025`, `7 Jul 2025`.
pub(crate) fn short(p: Period) -> String {
    let (name, year, _) = month(p.start);
    match grain_of(p) {
        Some(Grain::Year) => year.to_string(),
        Some(Grain::Quarter | Grain::Half) => format!("{} {year}", tick(p)),
        Some(Grain::Month) => format!("{} {year}", letters(&name)),
        Some(_) => format!("{} {year}", day_tick(p.start)),
        None => format!("{} {year} – {} {}", day_tick(p.start), day_tick(p.end - 1), month(p.end - 1).1),
    }
}

/// A calendar period within its year.
pub(crate) fn tick(p: Period) -> String {
    let number = time::date(p.start).map_or(1, jiff::civil::Date::month);
    match grain_of(p) {
        Some(Grain::Quarter) => format!("Q{}", (number - 1) / 3 + 1),
        Some(Grain::Half) => format!("H{}", (number - 1) / 6 + 1),
        _ => letters(&month(p.start).0).to_owned(),
    }
}

/// A day within its year.
pub(crate) fn day_tick(day: i32) -> String {
    let (name, _, d) = month(day);
    format!("{d} {}", letters(&name))
}

fn letters(month: &str) -> &str {
    month.get(..3).unwrap_or(month)
}

/// How often: "by month".
pub(crate) fn rhythm(periods: &[Period]) -> &'static str {
    match super::scale::grain(periods) {
        Some(Grain::Day) => "by day",
        Some(Grain::Week) => "by week",
        Some(Grain::Month) => "by month",
        Some(Grain::Quarter) => "by quarter",
        Some(Grain::Half) => "by half-year",
        Some(Grain::Year) => "by year",
        _ => "by period",
    }
}

/// Several of a thing: "categories", "platforms".
pub(crate) fn plural(thing: &str) -> String {
    match thing.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        Some(stem) => format!("{stem}ies"),
        None => format!("{thing}s"),
    }
}

/// A name made of an id: `own-initiative-share` → `Own initiative share`.
pub(crate) fn name_of(id: &str) -> String {
    let words = id.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}

fn statistic(id: &str) -> String {
    match id.strip_prefix('p').and_then(|p| p.parse::<u32>().ok()) {
        Some(p) => format!(
            "{p}{} percentile",
            ["th", "st", "nd", "rd"].get(if p / 10 == 1 { 0 } else { p as usize % 10 }).unwrap_or(&"th")
        ),
        None if id == "gini" => "Gini coefficient".to_owned(),
        None => name_of(id),
    }
}

/// The measure with its unit: "Share (%)", "Median (days)", "Number of statements".
pub(crate) fn measure(stat: &str, unit: &str) -> String {
    match (stat, unit) {
        ("count", "" | "count" | "1") => "Count".to_owned(),
        ("count", unit) => format!("Number of {unit}"),
        (stat, "share") => format!("{} (%)", statistic(stat)),
        (stat, unit) if unit.is_empty() || unit == "1" || unit == stat || unit == "index" => statistic(stat),
        (stat, unit) => format!("{} ({unit})", statistic(stat)),
    }
}

/// A share that lies within a delay: "90% within 3 days", "half on the same day".
pub(crate) fn within(share: &str, delay: f64, unit: &str) -> String {
    if delay == 0.0 && unit == "days" {
        return format!("{share} on the same day");
    }
    format!("{share} within {}", super::labels::value(delay, unit))
}

/// The denominator, but not that of a count, which is the count itself under whatever name.
pub(crate) fn denominator(e: &Estimate) -> Option<i64> {
    #[expect(clippy::cast_precision_loss, reason = "counts below 2⁵³ are exact")]
    e.n.filter(|n| {
        let counts = e.statistic == "count" || matches!(e.unit.as_str(), "count" | "full-time equivalents" | "users");
        !counts || e.value != Some(*n as f64)
    })
}

/// Where the numbers come from, for a subtitle: what evidence of this kind can carry.
fn evidence(basis: &str) -> &'static str {
    match basis {
        "statements" => "as reported in statements of reasons",
        "report" => "as reported in transparency reports",
        "listings" => "in this sample of listings",
        "audit" => "in this audit sample",
        "vetted" => "as estimated from vetted data",
        "statistics" => "as published",
        _ => "as observed",
    }
}

/// How a sentence with numbers begins, for the evidence it rests on.
pub(crate) fn lead(basis: &str, platforms: &[&str]) -> String {
    match basis {
        "statements" | "report" => match platforms {
            [one] if *one != ALL_PLATFORMS => format!("The platform {} reports", clean(one)),
            _ => "The platforms report".to_owned(),
        },
        "listings" | "audit" => "In this sample".to_owned(),
        "vetted" => "We estimate".to_owned(),
        "statistics" => "The published statistics give".to_owned(),
        _ => "The data show".to_owned(),
    }
}

/// Title and subtitle. `over` says what is compared, longest wording first; `when` the period in words.
pub(crate) fn caption(selection: &Selection<'_>, spec: &ChartSpec, over: &[String], when: &str) -> Caption {
    let measure = selection.rows.first().map(|e| {
        // "Share" alone does not say of what, and a statistic of an indicator's own is no word of the language: where there
        // are several, a reader would guess.
        let own = e.unit == "share" || !USUAL.contains(&e.statistic.as_str());
        let meaning = spec.meanings.iter().find(|(name, _)| *name == e.statistic && own);
        let unit = match e.unit.as_str() {
            "share" => " (%)".to_owned(),
            "ratio" => String::new(),
            unit => format!(" ({unit})"),
        };
        meaning.map_or_else(
            || measure(&e.statistic, &e.unit),
            |(_, sentence)| format!("{}{unit}", clean(sentence.trim_end_matches('.'))),
        )
    });
    let measure = measure.unwrap_or_default();
    caption_of(selection, spec, &measure, over, when)
}

/// The same for a form that names its measure itself.
pub(crate) fn caption_of(
    selection: &Selection<'_>,
    spec: &ChartSpec,
    measure: &str,
    over: &[String],
    when: &str,
) -> Caption {
    let simulated = selection.rows.iter().any(|e| e.simulated());
    let first = selection.rows.first();
    let name = spec.indicator_name.clone().unwrap_or_else(|| first.map_or_else(String::new, |e| name_of(&e.indicator)));
    let title = spec.title.clone().unwrap_or_else(|| title(&clean(&name), selection, over, simulated));
    let subtitle = spec.subtitle.clone().unwrap_or_else(|| {
        let mut parts = vec![measure.to_owned(), evidence(first.map_or("", |e| &e.basis)).to_owned()];
        if let [group] = selection.groups.as_slice() {
            parts.push(format!("{}: {}", selection.group_words(), selection.group_label(group)));
        }
        parts.push(when.to_owned());
        parts.join(", ")
    });
    let mark = |text: String| {
        if !simulated || text.to_lowercase().contains(SIMULATED) { text } else { format!("{text} ({SIMULATED})") }
    };
    Caption {
        title: clean(&mark(title)),
        subtitle: clean(&mark(subtitle)),
        notes: Vec::new(),
        source: clean(&spec.source),
    }
}

fn title(name: &str, selection: &Selection<'_>, over: &[String], simulated: bool) -> String {
    let room = TITLE_WORDS - if simulated { 2 } else { 0 };
    let platform = match selection.platforms.as_slice() {
        [one] if *one != ALL_PLATFORMS => format!(": {}", clean(one)),
        _ => String::new(),
    };
    let candidates =
        over.iter().map(|o| format!("{name}{platform}{o}")).chain([format!("{name}{platform}"), name.to_owned()]);
    candidates.into_iter().find(|t| t.split_whitespace().count() <= room).unwrap_or_else(|| {
        let words: Vec<&str> = name.split_whitespace().take(room).collect();
        format!("{} …", words.join(" "))
    })
}

/// A sentence with a capital and exactly one stop: a name may end in one ("N.V.").
pub(crate) fn sentence(text: &str) -> String {
    let text = clean(text);
    let mut letters = text.chars();
    let start: String = letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default();
    if start.is_empty() || start.ends_with(['.', '!', '?']) { start } else { format!("{start}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(grain: Grain, day: &str) -> Period {
        grain.period(time::parse_iso(day).expect("date")).expect("period")
    }

    #[test]
    fn periods_in_words() {
        assert_eq!(period(p(Grain::Month, "2025-07-02")), "July 2025");
        assert_eq!(period(p(Grain::Quarter, "2025-07-02")), "Q3 2025");
        assert_eq!(period(p(Grain::Half, "2025-07-02")), "the second half of 2025");
        assert_eq!(short(p(Grain::Day, "2025-07-02")), "2 Jul 2025");
        assert_eq!(span(p(Grain::Month, "2025-01-02"), p(Grain::Month, "2025-12-02")), "January to December 2025");
        assert_eq!(span(p(Grain::Month, "2024-01-02"), p(Grain::Month, "2025-02-02")), "January 2024 to February 2025");
        let odd = Period { start: 20_000, end: 20_040 };
        assert_eq!(period(odd), "4 October to 12 November 2024");
        assert_eq!(short(odd), "4 Oct 2024 – 12 Nov 2024");
        assert_eq!(during_short(odd), "from 4 Oct 2024 – 12 Nov 2024");
        assert_eq!(during_short(p(Grain::Day, "2025-07-13")), "on 13 Jul 2025");
        assert_eq!(during_short(p(Grain::Month, "2025-07-13")), "in Jul 2025");
        assert_eq!(during_short(p(Grain::Week, "2025-07-13")), "in the week from 7 Jul 2025");
        assert_eq!(during(p(Grain::Week, "2025-07-13")), "in the week from 7 July 2025");
    }

    #[test]
    fn sentences_end_in_one_stop() {
        assert_eq!(sentence("grey: Murmelnet N.V."), "Grey: Murmelnet N.V.");
        assert_eq!((sentence("a").as_str(), sentence("").as_str()), ("A.", ""));
    }

    #[test]
    fn measures_in_words() {
        assert_eq!(measure("share", "share"), "Share (%)");
        assert_eq!(measure("p90", "days"), "90th percentile (days)");
        assert_eq!((measure("p1", "").as_str(), measure("p12", "").as_str()), ("1st percentile", "12th percentile"));
        assert_eq!(measure("count", "statements"), "Number of statements");
        assert_eq!(measure("gini", "index"), "Gini coefficient");
        assert_eq!(name_of("own-initiative-share"), "Own initiative share");
    }
}
