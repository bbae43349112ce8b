//! Statements drawn from what their platform does: whatever is random in a statement is drawn here.

use super::exporter::Era;
use super::identifiers;
use super::profiles::{Decision, Policy, Profile, Scope, Source};
use super::rng::Rng;
use super::statement::{List, Statement, When};
use super::statements::Place;
use super::text::{Difficult, NOTIFIERS, Template, Where};
use crate::tables::codes::codes;

/// 2000-01-01, the earliest content date that the database accepts: what platforms send for "unknown".
pub(super) const PLACEHOLDER: i32 = 10_957;
/// 2020-01-01, the earliest application date.
pub(super) const FIRST_APPLICATION: i32 = 18_262;
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

impl<'a> Statement<'a> {
    /// Draws the statement of a place in the place of the one before.
    pub fn draw(&mut self, place: &Place<'_, 'a>, mut rng: Rng) {
        self.clear();
        let rng = &mut rng;
        let p = place.profile;
        let era = usize::from(place.day.era == Era::V2);
        (self.submitter, self.name, self.platform_name) = (Some(place.platform), place.platform, p.name.as_str());
        self.created = place.second;
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
        (self.applied, self.content) = (When::Day(applied), When::Day(content));
        (self.source, self.detected, self.automation) = source(p, common);
        let policy = &p.policy[common.weighted(p.policy.iter().map(|x| u64::from(x.share)))];
        let decision = &p.decision[common.weighted(p.decision.iter().map(|x| u64::from(x.share)))];
        let language = common.pick(&p.language).map_or("", |l| l.as_str());
        self.language = if language == "*" { common.pick(&LANGUAGES).copied().unwrap_or_default() } else { language };
        let content_type = common.weighted(p.content.iter().map(|c| u64::from(c.0)));
        // Notices name a law more often than a platform's own checks do.
        let illegal_share = u64::from(p.illegal_share) * if self.source.is_notice() { 20 } else { 1 };
        self.illegal = rng.chance(illegal_share.min(6_000), 10_000);
        let difficult =
            rng.chance(place.difficult_per_million.into(), 1_000_000).then(|| Difficult::draw(rng)).flatten();

        identifiers::uuid(&mut self.uuid, rng);
        self.draw_decisions(place, decision, applied, rng);
        self.account_type = rng.pick(&p.account_type).map_or("", |t| t.as_str());
        self.draw_grounds(place, policy, (content, difficult), common, rng);
        self.draw_categories(place, policy, era, rng);
        if let Some((_, types, other)) = p.content.get(content_type) {
            set(&mut self.content_types, place, types);
            self.content_type_other = other;
        }
        if era == 1 && rng.chance(p.ean_share.into(), 10_000) {
            identifiers::ean(&mut self.ean, rng);
        }
        self.draw_territory(place, rng);
        let facts = Difficult::of(difficult, Where::Facts);
        template(&mut self.facts, place, common.pick(&p.facts), rng, content, facts);
        let named = match self.source {
            Source::TrustedFlagger => rng.chance(2, 5),
            Source::Article16 | Source::OtherNotification => rng.chance(1, 100),
            Source::Voluntary => false,
        };
        self.notifier = if named { rng.one(NOTIFIERS).copied().unwrap_or_default() } else { "" };
        identifiers::uid(&mut self.uid, p.uid, place.id, place.second, rng);
    }

    fn draw_decisions(&mut self, place: &Place<'_, 'a>, d: &'a Decision, applied: i32, rng: &mut Rng) {
        let end = d.days.map_or(When::Never, |(low, high)| When::Day(applied.saturating_add(rng.between(low, high))));
        let of = |taken: bool| if taken { end } else { When::Never };
        set(&mut self.visibility, place, &d.visibility);
        self.visibility_other = &d.other;
        self.visibility_end = of(d.account.is_empty() && d.provision.is_empty() && d.monetary.is_empty());
        (self.monetary, self.monetary_other) = (d.monetary.as_str(), d.monetary_other.as_str());
        self.monetary_end = of(!d.monetary.is_empty());
        (self.provision, self.provision_end) = (d.provision.as_str(), of(!d.provision.is_empty()));
        (self.account, self.account_end) = (d.account.as_str(), of(!d.account.is_empty()));
    }

    fn draw_grounds(
        &mut self,
        place: &Place<'_, 'a>,
        policy: &'a Policy,
        (day, difficult): (i32, Option<Difficult>),
        common: &mut Rng,
        rng: &mut Rng,
    ) {
        let p = place.profile;
        let illegal = self.illegal;
        let ground = if illegal { rng.one(&p.illegal_ground) } else { common.pick(&policy.ground) };
        let explanation = if illegal { rng.one(&p.illegal_explanation) } else { common.pick(&policy.explanation) };
        self.url = if rng.chance(p.url_share.into(), 10_000) { &p.url } else { "" };
        let texts = if illegal {
            [&mut self.legal_ground, &mut self.legal_explanation]
        } else {
            [&mut self.terms_ground, &mut self.terms_explanation]
        };
        for (text, (drawn, column)) in
            texts.into_iter().zip([(ground, Where::Ground), (explanation, Where::Explanation)])
        {
            template(text, place, drawn, rng, day, Difficult::of(difficult, column));
        }
        let too = rng.pick(&p.illegal_too).map_or("", |t| t.as_str());
        self.illegal_too = if illegal { "" } else { too };
    }

    fn draw_categories(&mut self, place: &Place<'_, 'a>, policy: &'a Policy, era: usize, rng: &mut Rng) {
        self.category = policy.category[era].as_str();
        if rng.chance(place.profile.addition_share.into(), 10_000) {
            let schema = ["v1", "v2"][era];
            let of_era = codes("category").iter().filter(|c| c.schema == schema || c.schema == "both");
            let codes = of_era.filter_map(|c| c.code.strip_prefix("STATEMENT_CATEGORY_"));
            let others: Vec<&str> = codes.filter(|c| *c != self.category).collect();
            let other = rng.one(&others).copied();
            // The batch API takes the main category among the further ones too.
            let repeated = (!place.single && rng.chance(1, 20)).then_some(self.category);
            self.additions.set(other.into_iter().chain(repeated));
        } else {
            leave_out(&mut self.additions, place);
        }
        let keyword = policy.keyword.as_ref().map(|k| k[era].as_str());
        let keyword = keyword.filter(|_| rng.chance(policy.keyword_share.into(), 10_000));
        match keyword {
            Some(k) => self.keywords.set([k]),
            None => leave_out(&mut self.keywords, place),
        }
        self.keyword_other = if keyword == Some("OTHER") { &policy.keyword_other } else { "" };
    }

    fn draw_territory(&mut self, place: &Place<'_, 'a>, rng: &mut Rng) {
        let old_batch = !place.single && place.day.date < SORTED_SCOPES;
        let territory = &mut self.territory;
        match rng.pick(&place.profile.scope).copied().unwrap_or(Scope::None) {
            Scope::Eea => territory.set(EEA),
            Scope::Eu => territory.set(EEA.into_iter().filter(|c| !OUTSIDE_EU.contains(c))),
            Scope::One => territory.set(rng.pick(&COUNTRIES).copied()),
            Scope::Some => {
                let n = rng.between(2, 6);
                territory.set((0..n).filter_map(|_| rng.pick(&COUNTRIES).copied()));
                if !old_batch {
                    territory.values.sort_unstable();
                    territory.values.dedup();
                }
            }
            Scope::None if old_batch => territory.clear(),
            Scope::None => territory.set([]),
        }
    }
}

/// An array as its writer stores it: the single API sorts, the batch API keeps the order.
fn set<'a>(list: &mut List<'a>, place: &Place<'_, 'a>, values: &'a [String]) {
    if values.is_empty() {
        return list.clear();
    }
    list.set(values.iter().map(String::as_str));
    if place.single {
        list.values.sort_unstable();
    }
}

/// An array that the platform leaves out, or sends empty.
fn leave_out<'a>(list: &mut List<'a>, place: &Place<'_, 'a>) {
    if !place.profile.empty_arrays {
        list.clear();
    } else if !place.single && place.day.date < EMPTY_ARRAYS {
        list.set([""]);
    } else {
        list.set([]);
    }
}

/// A free text; `difficult` replaces it, or stands behind it.
fn template(
    out: &mut String,
    place: &Place<'_, '_>,
    template: Option<&Template>,
    rng: &mut Rng,
    day: i32,
    difficult: Option<&str>,
) {
    let Some(template) = template else { return };
    let Some(difficult) = difficult else { return template.render(rng, day, out) };
    if rng.chance(1, 2) {
        template.render(rng, day, out);
        out.push(' ');
    }
    out.push_str(&place.day.clean(difficult));
}

/// Source, automated detection and automated decision belong together.
fn source(p: &Profile, rng: &mut Rng) -> (Source, &'static str, &'static str) {
    const DECISIONS: [&str; 3] =
        ["AUTOMATED_DECISION_FULLY", "AUTOMATED_DECISION_PARTIALLY", "AUTOMATED_DECISION_NOT_AUTOMATED"];
    let (_, source, detected, decided) = &p.source[rng.weighted(p.source.iter().map(|s| u64::from(s.0)))];
    let detected = rng.chance((*detected).into(), 1_000);
    (*source, if detected { "Yes" } else { "No" }, DECISIONS[rng.weighted(decided.iter().map(|w| u64::from(*w)))])
}

/// Days from a list of ranges; within a range of several days shorter ones are likelier, as in a long tail.
fn bucket(buckets: &[(u32, i32, i32)], rng: &mut Rng) -> i32 {
    let Some((_, low, high)) = buckets.get(rng.weighted(buckets.iter().map(|b| u64::from(b.0)))) else { return 0 };
    let (a, b) = (rng.between(*low, *high), rng.between(*low, *high));
    if *low < 0 { a.max(b) } else { a.min(b) }
}
