//! One simulated statement: its cells as the database stores them, and the facts that the truth counts.

use std::fmt::Write as _;

use super::exporter::Era;
use super::identifiers;
use super::profiles::{Decision, Policy, Profile, Scope, Source};
use super::rng::Rng;
use super::statements::Place;
use super::text::{Difficult, NOTIFIERS, Template, Where, push_date};
use crate::tables::codes::codes;

/// Number of columns of the schema since 2025-07-01.
pub(super) const COLUMNS: usize = 38;
/// 2000-01-01, the earliest content date that the database accepts: what platforms send for "unknown".
pub(super) const PLACEHOLDER: i32 = 10_957;
/// 2020-01-01, the earliest application date.
const FIRST_APPLICATION: i32 = 18_262;
/// Since 2024-04-16 the batch API stores an empty array as `[]`, before as `[""]`.
const EMPTY_ARRAYS: i32 = 19_829;
/// Since 2024-04-22 the batch API sorts the territorial scope and stores `[]` where there is none.
const SORTED_SCOPES: i32 = 19_835;
/// Rows in 100 that share rule, decision, source, language and dates with others of their call.
const ALIKE: u64 = 80;

const EEA: [&str; 30] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];
const OUTSIDE_EU: [&str; 3] = ["IS", "LI", "NO"];
/// Countries of decisions for one country, about as many as their people, in millions.
const COUNTRIES: [(u32, &str); 12] = [
    (84, "DE"),
    (68, "FR"),
    (59, "IT"),
    (48, "ES"),
    (37, "PL"),
    (19, "RO"),
    (18, "NL"),
    (12, "BE"),
    (11, "CZ"),
    (10, "GR"),
    (9, "AT"),
    (6, "SK"),
];
/// Languages of platforms that serve the whole Union.
const LANGUAGES: [(u32, &str); 20] = [
    (20, "DE"),
    (18, "EN"),
    (15, "FR"),
    (12, "IT"),
    (12, "ES"),
    (9, "PL"),
    (6, "NL"),
    (5, "RO"),
    (3, "PT"),
    (3, "SV"),
    (3, "HU"),
    (3, "CS"),
    (2, "EL"),
    (2, "BG"),
    (2, "DA"),
    (1, "FI"),
    (1, "HR"),
    (1, "SK"),
    (1, "LT"),
    (1, "UK"),
];

/// The cells of a statement, in the order of the schema since 2025-07-01.
#[derive(Debug, Default)]
pub(super) struct Row {
    text: String,
    ends: Vec<usize>,
    nulls: Vec<bool>,
}

/// What the truth counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    pub platform: usize,
    /// UTC day of `created_at`.
    pub created: i32,
    pub applied: i32,
    pub content: i32,
    pub source: Source,
    /// Code without its prefix.
    pub category: &'a str,
    pub illegal: bool,
    pub detected: bool,
}

impl Row {
    /// The cells; `None` is SQL's NULL.
    pub fn cells(&self) -> impl Iterator<Item = Option<&str>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .zip(&self.nulls)
            .map(|((start, end), null)| if *null { None } else { self.text.get(start..*end) })
    }

    fn end(&mut self, null: bool) {
        self.ends.push(self.text.len());
        self.nulls.push(null);
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.end(text.is_empty());
    }

    fn code(&mut self, prefix: &str, code: &str) {
        if !code.is_empty() {
            self.text.push_str(prefix);
        }
        self.put(code);
    }

    fn date(&mut self, day: Option<i32>) {
        if let Some(day) = day {
            // Writing to a String cannot fail.
            let _ = push_date(&mut self.text, day);
            self.text.push_str(" 00:00:00");
        }
        self.end(day.is_none());
    }

    fn array<'a>(&mut self, prefix: &str, values: impl IntoIterator<Item = &'a str>) {
        self.text.push('[');
        for (i, value) in values.into_iter().enumerate() {
            if i > 0 {
                self.text.push(',');
            }
            self.text.push('"');
            self.text.push_str(prefix);
            self.text.push_str(value);
            self.text.push('"');
        }
        self.text.push(']');
        self.end(false);
    }

    /// An array as its writer stores it: the single API sorts, the batch API keeps the order.
    fn list(&mut self, place: &Place<'_>, prefix: &str, values: &[String]) {
        if values.is_empty() {
            self.end(true);
        } else if place.single && values.len() > 1 {
            let mut sorted: Vec<&str> = values.iter().map(String::as_str).collect();
            sorted.sort_unstable();
            self.array(prefix, sorted);
        } else {
            self.array(prefix, values.iter().map(String::as_str));
        }
    }

    /// An array that the platform leaves out, or sends empty.
    fn no_list(&mut self, place: &Place<'_>) {
        if !place.profile.empty_arrays {
            self.end(true);
        } else if !place.single && place.day.date < EMPTY_ARRAYS {
            self.array("", [""]);
        } else {
            self.array("", []);
        }
    }

    /// A free text; `difficult` replaces it, or stands behind it.
    fn template(
        &mut self,
        place: &Place<'_>,
        template: Option<&Template>,
        rng: &mut Rng,
        day: i32,
        difficult: Option<&str>,
    ) {
        let Some(template) = template else { return self.end(true) };
        match difficult {
            None => template.render(rng, day, &mut self.text),
            Some(value) => {
                if rng.chance(1, 2) {
                    template.render(rng, day, &mut self.text);
                    self.text.push(' ');
                }
                self.text.push_str(&place.day.clean(value));
            }
        }
        self.end(false);
    }

    /// Makes the statement of a place, and says what the truth counts of it.
    pub fn make<'a>(&mut self, place: &Place<'a>, mut rng: Rng) -> Facts<'a> {
        self.text.clear();
        self.ends.clear();
        self.nulls.clear();
        let rng = &mut rng;
        let p = place.profile;
        let era = usize::from(place.day.era == Era::V2);
        let created = i32::try_from(place.second.div_euclid(86_400)).unwrap_or(place.day.date);
        // A platform often submits the decisions about one user or one rule together.
        let mut common = if rng.chance(ALIKE, 100) { place.common.clone() } else { rng.fork() };
        let common = &mut common;
        let applied = (created - bucket(&p.submission, common)).max(FIRST_APPLICATION);
        let content = if rng.chance(p.placeholder_share.into(), 10_000) {
            PLACEHOLDER
        } else {
            (applied - bucket(&p.delay, rng)).max(PLACEHOLDER)
        };
        let (source, detected, automation) = source(p, common);
        let policy = &p.policy[common.weighted(p.policy.iter().map(|x| u64::from(x.share)))];
        let decision = &p.decision[common.weighted(p.decision.iter().map(|x| u64::from(x.share)))];
        let language = common.pick(&p.language).map_or("", |l| l.as_str());
        let language = if language == "*" { common.pick(&LANGUAGES).copied().unwrap_or_default() } else { language };
        let content_type = common.weighted(p.content.iter().map(|c| u64::from(c.0)));
        // Notices name a law more often than a platform's own checks do.
        let illegal_share = u64::from(p.illegal_share) * if source.is_notice() { 20 } else { 1 };
        let illegal = rng.chance(illegal_share.min(6_000), 10_000);
        let difficult =
            rng.chance(place.difficult_per_million.into(), 1_000_000).then(|| Difficult::draw(rng)).flatten();

        identifiers::uuid(&mut self.text, rng);
        self.end(false);
        self.decisions(place, decision, applied, rng);
        self.code("ACCOUNT_TYPE_", rng.pick(&p.account_type).map_or("", |t| t.as_str()));
        self.grounds(place, policy, illegal, (content, difficult), common, rng);
        self.categories(place, policy, era, rng);
        self.content_types(place, content_type);
        self.put(language);
        self.date(Some(content));
        if era == 1 && rng.chance(p.ean_share.into(), 10_000) {
            identifiers::ean(&mut self.text, rng);
            self.end(false);
        } else {
            self.end(true);
        }
        self.scope(place, rng);
        self.date(Some(applied));
        let facts = Difficult::of(difficult, Where::Facts);
        self.template(place, common.pick(&p.facts), rng, content, facts);
        self.put(Source::CODES[source as usize]);
        let named = match source {
            Source::TrustedFlagger => rng.chance(2, 5),
            Source::Article16 | Source::OtherNotification => rng.chance(1, 100),
            Source::Voluntary => false,
        };
        self.put(if named { rng.one(NOTIFIERS).copied().unwrap_or_default() } else { "" });
        self.put(if detected { "Yes" } else { "No" });
        self.put(automation);
        self.put(&p.name);
        identifiers::uid(&mut self.text, p.uid, place.id, place.second, rng);
        self.end(false);
        self.created(created, place.second);
        Facts {
            platform: place.platform,
            created,
            applied,
            content,
            source,
            category: &policy.category[era],
            illegal,
            detected,
        }
    }

    fn decisions(&mut self, place: &Place<'_>, d: &Decision, applied: i32, rng: &mut Rng) {
        let end = d.days.map(|(low, high)| applied.saturating_add(rng.between(low, high)));
        let visible = d.account.is_empty() && d.provision.is_empty() && d.monetary.is_empty();
        self.list(place, "DECISION_VISIBILITY_", &d.visibility);
        self.put(&d.other);
        self.date(end.filter(|_| visible));
        self.code("DECISION_MONETARY_", &d.monetary);
        self.put(&d.monetary_other);
        self.date(end.filter(|_| !d.monetary.is_empty()));
        self.code("DECISION_PROVISION_", &d.provision);
        self.date(end.filter(|_| !d.provision.is_empty()));
        self.code("DECISION_ACCOUNT_", &d.account);
        self.date(end.filter(|_| !d.account.is_empty()));
    }

    fn grounds(
        &mut self,
        place: &Place<'_>,
        policy: &Policy,
        illegal: bool,
        (day, difficult): (i32, Option<Difficult>),
        common: &mut Rng,
        rng: &mut Rng,
    ) {
        let p = place.profile;
        let ground = if illegal { rng.one(&p.illegal_ground) } else { common.pick(&policy.ground) };
        let explanation = if illegal { rng.one(&p.illegal_explanation) } else { common.pick(&policy.explanation) };
        let texts = |of: bool| if of { (ground, explanation) } else { (None, None) };
        self.put(if illegal { "DECISION_GROUND_ILLEGAL_CONTENT" } else { "DECISION_GROUND_INCOMPATIBLE_CONTENT" });
        self.put(if rng.chance(p.url_share.into(), 10_000) { &p.url } else { "" });
        for of in [illegal, !illegal] {
            let (ground, explanation) = texts(of);
            self.template(place, ground, rng, day, Difficult::of(difficult, Where::Ground));
            self.template(place, explanation, rng, day, Difficult::of(difficult, Where::Explanation));
        }
        let too = rng.pick(&p.illegal_too).map_or("", |t| t.as_str());
        self.put(if illegal { "" } else { too });
    }

    fn categories(&mut self, place: &Place<'_>, policy: &Policy, era: usize, rng: &mut Rng) {
        let category = policy.category[era].as_str();
        self.code("STATEMENT_CATEGORY_", category);
        if rng.chance(place.profile.addition_share.into(), 10_000) {
            let all = codes("category");
            let schema = ["v1", "v2"][era];
            let fits = |c: &&crate::tables::codes::Code| {
                (c.schema == schema || c.schema == "both")
                    && c.code.strip_prefix("STATEMENT_CATEGORY_") != Some(category)
            };
            let others: Vec<&str> = all.iter().filter(fits).map(|c| c.code.as_str()).collect();
            let other = rng.one(&others).copied();
            // The batch API takes the main category among the further ones too.
            let main = format!("STATEMENT_CATEGORY_{category}");
            let repeated = (!place.single && rng.chance(1, 20)).then_some(main.as_str());
            self.array("", other.into_iter().chain(repeated));
        } else {
            self.no_list(place);
        }
        let keyword = policy.keyword.as_ref().map(|k| k[era].as_str());
        let keyword = keyword.filter(|_| rng.chance(policy.keyword_share.into(), 10_000));
        match keyword {
            Some(k) => self.array("KEYWORD_", [k]),
            None => self.no_list(place),
        }
        self.put(if keyword == Some("OTHER") { &policy.keyword_other } else { "" });
    }

    fn content_types(&mut self, place: &Place<'_>, number: usize) {
        if let Some((_, types, other)) = place.profile.content.get(number) {
            self.list(place, "CONTENT_TYPE_", types);
            self.put(other);
        }
    }

    fn scope(&mut self, place: &Place<'_>, rng: &mut Rng) {
        let old_batch = !place.single && place.day.date < SORTED_SCOPES;
        match rng.pick(&place.profile.scope).copied().unwrap_or(Scope::None) {
            Scope::Eea => self.array("", EEA),
            Scope::Eu => self.array("", EEA.into_iter().filter(|c| !OUTSIDE_EU.contains(c))),
            Scope::One => self.array("", rng.pick(&COUNTRIES).copied()),
            Scope::Some => {
                let n = rng.between(2, 6);
                let mut some: Vec<&str> = (0..n).filter_map(|_| rng.pick(&COUNTRIES).copied()).collect();
                if !old_batch {
                    some.sort_unstable();
                    some.dedup();
                }
                self.array("", some);
            }
            Scope::None if old_batch => self.end(true),
            Scope::None => self.array("", []),
        }
    }

    fn created(&mut self, day: i32, second: i64) {
        let of_day = second.rem_euclid(86_400);
        let _ = push_date(&mut self.text, day);
        let _ = write!(self.text, " {:02}:{:02}:{:02}", of_day / 3_600, of_day / 60 % 60, of_day % 60);
        self.end(false);
    }
}

/// Source, automated detection and automated decision belong together.
fn source(p: &Profile, rng: &mut Rng) -> (Source, bool, &'static str) {
    const DECISIONS: [&str; 3] =
        ["AUTOMATED_DECISION_FULLY", "AUTOMATED_DECISION_PARTIALLY", "AUTOMATED_DECISION_NOT_AUTOMATED"];
    let (_, source, detected, decided) = &p.source[rng.weighted(p.source.iter().map(|s| u64::from(s.0)))];
    let detected = rng.chance((*detected).into(), 1_000);
    (*source, detected, DECISIONS[rng.weighted(decided.iter().map(|w| u64::from(*w)))])
}

/// Days from a list of ranges; within a range of several days shorter ones are likelier, as in a long tail.
fn bucket(buckets: &[(u32, i32, i32)], rng: &mut Rng) -> i32 {
    let Some((_, low, high)) = buckets.get(rng.weighted(buckets.iter().map(|b| u64::from(b.0)))) else { return 0 };
    let (a, b) = (rng.between(*low, *high), rng.between(*low, *high));
    if *low < 0 { a.max(b) } else { a.min(b) }
}
