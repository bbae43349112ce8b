//! The indicator `language-coverage-gap`.

use std::collections::BTreeMap;

use super::declared::{self, Declared, Place, Report, Set, whole};
use super::records::statistic;
use super::{Direction, Level, Stability, Statistic};
use crate::estimate::{Estimate, Status};
use crate::transparency::scopes::{LANGUAGES, ScopeKind};

indicator! {
    /// Users and moderators by language.
    ///
    /// # Question
    ///
    /// Are there moderators for the languages that a platform's users speak, and in which proportion?
    ///
    /// # Formula
    ///
    /// ```text
    /// languages_covered = official languages of the Union with a number of moderators above 0
    /// languages_zero    = official languages for which 0 is declared
    /// languages_blank   = official languages whose cell is blank or absent
    /// uncovered_users   = recipients in Member States of which no official language has moderators / recipients in all
    /// dissimilarity     = ½ Σ |u − m| over official languages
    /// users u, moderators m = shares of recipients and of moderators, by language
    /// users_per_moderator   = recipients / moderators, by language, or by Member State
    /// ```
    ///
    /// Moderators are those with expertise in a language (part 9); recipients are those of Member States (part 10), put under the
    /// official language that most people there use: Dutch in Belgium, Greek in Cyprus, Finnish in Finland, English in
    /// Ireland, French in Luxembourg, Maltese in Malta, German in Austria. For `uncovered_users`, and by `country`, any official
    /// language of the State counts. A blank number of moderators does not apply, and a language without a row is not one
    /// with 0: both are `languages_blank`, and neither covers a language. Shares of languages are over those with a figure.
    ///
    /// # Uncertainty
    ///
    /// The figures are declared in full, so there is no interval. There is no value over several platforms.
    ///
    /// # Limits
    ///
    /// - A moderator with several languages counts once in each, so that shares of moderators are of language skills, and the sum
    ///   over languages exceeds the number of people.
    /// - Member States are not language areas: minorities, migrants and users of English are put under the main language.
    /// - Everybody with English, as content in English and tools need, makes its share of moderators large everywhere: the
    ///   dissimilarity is mostly that.
    /// - Expertise is declared at level B2 of understanding. Machines and translation can serve languages without a moderator.
    /// - Codes that are no language, such as those of countries, are left out.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 34(2) and 42(2)(a) and (b), 42(3).
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annexes I and II.
    /// - Council Regulation No 1 determining the languages to be used by the European Economic Community, Art. 1.
    /// - Duncan O. D., Duncan B. (1955), "A methodological analysis of segregation indexes", *American Sociological Review*
    ///   20, 210–217.
    LanguageCoverageGap {
        id: "language-coverage-gap",
        version: 1,
        status: Stability::Experimental,
        name: "Users and moderators by language",
        question: "Are there moderators for the languages that a platform's users speak, and in which proportion?",
        unit: "language",
        direction: Direction::UpWorse,
        requires: &[declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A],
        smallest_n: 1,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 34(2)",
            "Regulation (EU) 2022/2065, Art. 42(2)(a)",
            "Regulation (EU) 2022/2065, Art. 42(3)",
        ],
        references: &["Duncan, Duncan 1955, Am. Sociol. Rev. 20, 210-217"],
        own_group: Some("language"),
    }
}

static STATISTICS: [Statistic; 8] = [
    statistic("languages_covered", "languages", 1, "Official languages with moderators."),
    statistic("languages_zero", "languages", 1, "Official languages for which no moderator is declared."),
    statistic("languages_blank", "languages", 1, "Official languages without a figure."),
    statistic("uncovered_users", "share", 1, "Recipients in Member States without moderators of an official language."),
    statistic(
        "dissimilarity",
        "share",
        1,
        "Share of moderators who would have to have another language to match users.",
    ),
    statistic("users", "share", 1, "Share of recipients, by language or Member State."),
    statistic("moderators", "share", 1, "Share of moderators with expertise, by language."),
    statistic("users_per_moderator", "users", 1, "Recipients per moderator, by language or Member State."),
];

const DECLARED: &[&str] = &["moderators_linguistic", "recipients"];

/// Member States as reports write them, with their official languages, the one that most people use first.
const STATES: [(&str, &[&str]); 27] = [
    ("AT", &["de"]),
    ("BE", &["nl", "fr", "de"]),
    ("BG", &["bg"]),
    ("CY", &["el"]),
    ("CZ", &["cs"]),
    ("DE", &["de"]),
    ("DK", &["da"]),
    ("EE", &["et"]),
    ("EL", &["el"]),
    ("ES", &["es"]),
    ("FI", &["fi", "sv"]),
    ("FR", &["fr"]),
    ("HR", &["hr"]),
    ("HU", &["hu"]),
    ("IE", &["en", "ga"]),
    ("IT", &["it"]),
    ("LT", &["lt"]),
    ("LU", &["fr", "de"]),
    ("LV", &["lv"]),
    ("MT", &["mt", "en"]),
    ("NL", &["nl"]),
    ("PL", &["pl"]),
    ("PT", &["pt"]),
    ("RO", &["ro"]),
    ("SE", &["sv"]),
    ("SI", &["sl"]),
    ("SK", &["sk"]),
];

declared!(LanguageCoverageGap);

/// What a report says by language and Member State.
struct Spread {
    moderators: BTreeMap<&'static str, f64>,
    recipients: BTreeMap<&'static str, f64>,
}

impl Spread {
    fn of(r: &Report) -> Self {
        let take = |code: &str, kind: ScopeKind, scope: &str| r.figure(code, &Place::scope(kind, scope)).value;
        let moderators =
            LANGUAGES.iter().filter_map(|l| Some((*l, take("moderators_linguistic", ScopeKind::Language, l)?)));
        let recipients = STATES.iter().filter_map(|(s, _)| Some((*s, take("recipients", ScopeKind::MemberState, s)?)));
        Self { moderators: moderators.collect(), recipients: recipients.collect() }
    }

    /// Moderators of the official languages of a State; `None` where none has a figure.
    fn of_state(&self, languages: &[&str]) -> Option<f64> {
        let given: Vec<f64> = languages.iter().filter_map(|l| self.moderators.get(l)).copied().collect();
        (!given.is_empty()).then(|| given.iter().sum())
    }

    /// Recipients by the main language of their State.
    fn by_language(&self) -> BTreeMap<&'static str, f64> {
        let mut sums = BTreeMap::new();
        for (state, languages) in &STATES {
            if let (Some(users), Some(main)) = (self.recipients.get(state), languages.first()) {
                *sums.entry(*main).or_insert(0.0) += users;
            }
        }
        sums
    }
}

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [covered, zero, blank, uncovered, gap, ..] = &STATISTICS;
    let whole_report = [covered, zero, blank, uncovered, gap];
    let mut rows = reports.undated_rows(&whole_report);
    for set in reports.sets() {
        match reports.groups().as_slice() {
            [] => rows.extend(reports.each(&set, &whole_report, |r| {
                let spread = Spread::of(r);
                [summary(reports, &set, &spread), by_language(reports, &set, &spread)].concat()
            })),
            ["language"] => rows.extend(reports.each(&set, &[], |r| by_language(reports, &set, &Spread::of(r)))),
            ["country"] => rows.extend(reports.each(&set, &[], |r| by_state(reports, &set, &Spread::of(r)))),
            _ => {}
        }
    }
    rows
}

/// A row with a value, or without one and why.
fn row(reports: &Declared<'_>, set: &Set<'_>, at: usize, place: &Place, value: Result<f64, &str>) -> Estimate {
    let row = reports.row(set, &STATISTICS[at], place);
    match value {
        Ok(value) => Estimate { value: Some(value), ..row },
        Err(why) => row.without_value(Status::NotApplicable, why),
    }
}

const NO_RECIPIENTS: &str = "not given: recipients by Member State";
const NO_MODERATORS: &str = "not given: moderators by language";

fn summary(reports: &Declared<'_>, set: &Set<'_>, spread: &Spread) -> Vec<Estimate> {
    let place = Place::total();
    let count = |of: &dyn Fn(&f64) -> bool| {
        let n = spread.moderators.values().filter(|m| of(m)).count();
        f64::from(u32::try_from(n).unwrap_or(u32::MAX))
    };
    let (covered, zero) = (count(&|m| *m > 0.0), count(&|m| *m <= 0.0));
    let counts = [covered, zero, 24.0 - covered - zero];
    let mut rows: Vec<Estimate> = counts
        .into_iter()
        .enumerate()
        .map(|(at, x)| {
            let value = if spread.moderators.is_empty() && at < 2 { Err(NO_MODERATORS) } else { Ok(x) };
            Estimate { n: Some(24), ..row(reports, set, at, &place, value) }
        })
        .collect();
    let all: f64 = spread.recipients.values().sum();
    let bare = |(state, languages): &&(&str, &[&str])| {
        spread.recipients.contains_key(state) && spread.of_state(languages).is_none_or(|m| m <= 0.0)
    };
    let left: f64 = STATES.iter().filter(bare).filter_map(|(state, _)| spread.recipients.get(state)).sum();
    let lacking = if all <= 0.0 { Some(NO_RECIPIENTS) } else { spread.moderators.is_empty().then_some(NO_MODERATORS) };
    let share = lacking.map_or(Ok(left / all), Err);
    let mut uncovered = row(reports, set, 3, &place, share);
    (uncovered.k, uncovered.n) = (whole(left), whole(all));
    let names: Vec<&str> = STATES.iter().filter(bare).map(|(state, _)| *state).collect();
    if lacking.is_none() && !names.is_empty() {
        uncovered.add_note(&format!("no moderators in an official language: {}", names.join(", ")));
    }
    if spread.recipients.len() < STATES.len() {
        uncovered.add_note(&format!("recipients of {} of 27 Member States", spread.recipients.len()));
    }
    rows.push(uncovered);
    let skills: f64 = spread.moderators.values().sum();
    let users = spread.by_language();
    let share =
        |of: &BTreeMap<&str, f64>, language: &str, sum: f64| of.get(language).copied().unwrap_or_default() / sum;
    let distance: f64 =
        LANGUAGES.iter().map(|l| (share(&users, l, all) - share(&spread.moderators, l, skills)).abs()).sum();
    let lacking = lacking.or_else(|| (skills <= 0.0).then_some("no moderator has expertise in an official language"));
    rows.push(row(reports, set, 4, &place, lacking.map_or_else(|| Ok((distance / 2.0).min(1.0)), Err)));
    rows
}

fn by_language(reports: &Declared<'_>, set: &Set<'_>, spread: &Spread) -> Vec<Estimate> {
    let users = spread.by_language();
    let (all, skills): (f64, f64) = (users.values().sum(), spread.moderators.values().sum());
    let mut rows = Vec::new();
    for language in LANGUAGES {
        let place = Place::total().named("language", language);
        let (u, m) = (users.get(language).copied(), spread.moderators.get(language).copied());
        if let Some(u) = u.filter(|_| all > 0.0) {
            rows.push(Estimate { k: whole(u), n: whole(all), ..row(reports, set, 5, &place, Ok(u / all)) });
        }
        if let Some(m) = m.filter(|_| skills > 0.0) {
            rows.push(Estimate { k: whole(m), n: whole(skills), ..row(reports, set, 6, &place, Ok(m / skills)) });
        }
        rows.extend(u.map(|u| per_moderator(reports, set, &place, u, m)));
    }
    rows
}

fn by_state(reports: &Declared<'_>, set: &Set<'_>, spread: &Spread) -> Vec<Estimate> {
    let all: f64 = spread.recipients.values().sum();
    let mut rows = Vec::new();
    for (state, languages) in &STATES {
        let Some(users) = spread.recipients.get(state).copied() else { continue };
        let place = Place::total().named("country", if *state == "EL" { "GR" } else { state });
        if all > 0.0 {
            rows.push(Estimate { k: whole(users), n: whole(all), ..row(reports, set, 5, &place, Ok(users / all)) });
        }
        rows.push(per_moderator(reports, set, &place, users, spread.of_state(languages)));
    }
    rows
}

fn per_moderator(
    reports: &Declared<'_>,
    set: &Set<'_>,
    place: &Place,
    users: f64,
    moderators: Option<f64>,
) -> Estimate {
    let value = match moderators {
        Some(m) if m > 0.0 => Ok(users / m),
        Some(_) => Err("no moderator is declared"),
        None => Err("not given: moderators (blank is not 0)"),
    };
    let mut row = row(reports, set, 7, place, value);
    (row.k, row.n) = (whole(users), moderators.and_then(whole));
    row
}
