//! Faults in values: codes that no list has, and dates that are none or cannot be.

use super::fault::{Expected, Fault};
use crate::finding;
use crate::simulate::draw::{FIRST_APPLICATION, PLACEHOLDER};
use crate::simulate::exporter::Era;
use crate::simulate::rng::Rng;
use crate::simulate::statement::{Statement, When};

/// A code that no list has, in any column.
const UNHEARD_OF: &str = "UNHEARD_OF";
/// 2038-01-01, the last date that the database accepts.
const LAST_DATE: i32 = 24_837;
/// Seconds of a day.
const DAY: i64 = 86_400;

const NEW_CODES: &str = "codes are added and renamed, and other tools abort on a new one";
const AS_IT_IS: &str = "kept as it is; selections by code do not count it";

pub static CATEGORY: Fault = Fault::row(
    "unknown-category",
    "a category that no schema has",
    NEW_CODES,
    Expected::kept(AS_IT_IS).finds(&[(finding::UNKNOWN_CODE, "category")]),
    |s, _, _| s.category = UNHEARD_OF,
);
pub static KEYWORD: Fault = Fault::row(
    "unknown-keyword",
    "a keyword that no schema has",
    NEW_CODES,
    Expected::kept(AS_IT_IS).finds(&[(finding::UNKNOWN_CODE, "category_specification")]),
    |s, _, _| {
        s.keywords.set([UNHEARD_OF]);
        s.keyword_other = "";
    },
);
pub static LANGUAGE: Fault = Fault::row(
    "unknown-language",
    "a language that no list has",
    "118 languages in published dumps; other tools abort on a new one",
    Expected::kept(AS_IT_IS).finds(&[(finding::UNKNOWN_CODE, "content_language")]),
    |s, _, _| s.language = "XX",
);
pub static COUNTRY: Fault = Fault::row(
    "unknown-country",
    "a country outside the European Economic Area",
    "other tools abort on it",
    Expected::kept(AS_IT_IS).finds(&[(finding::UNKNOWN_CODE, "territorial_scope")]),
    |s, _, _| {
        // The last in the alphabet, so that a sorted list stays sorted.
        let mut countries = std::mem::take(&mut s.territory.values);
        countries.retain(|c| !c.is_empty());
        countries.push("ZZ");
        s.territory.set(countries);
    },
);
pub static DECISION: Fault = Fault::row(
    "unknown-decision",
    "a decision that no list has, on visibility, money, service or account",
    NEW_CODES,
    Expected::kept(AS_IT_IS).finds(&[(finding::UNKNOWN_CODE, "")]),
    |s, _, rng| match rng.below(4) {
        0 => {
            s.visibility.set([UNHEARD_OF]);
            s.visibility_other = "";
        }
        1 => (s.monetary, s.monetary_other, s.monetary_end) = (UNHEARD_OF, "", When::Never),
        2 => (s.provision, s.provision_end) = (UNHEARD_OF, When::Never),
        _ => (s.account, s.account_end) = (UNHEARD_OF, When::Never),
    },
);
pub static OTHER_ERA_CATEGORY: Fault = Fault::row(
    "other-era-category",
    "a category of the other schema: of v1 on a day of v2, or the other way round",
    "four categories end on 2025-06-30 and six begin on 2025-07-01",
    Expected::kept("kept; category_v2 holds the successor of a category of v1").checks(&[finding::OTHER_ERA]),
    |s, scene, _| {
        s.category = if scene.era == Era::V2 { "SCOPE_OF_PLATFORM_SERVICE" } else { "OTHER_VIOLATION_TC" };
    },
);
pub static OTHER_ERA_KEYWORD: Fault = Fault::row(
    "other-era-keyword",
    "a keyword of the other schema: of v1 on a day of v2, or the other way round",
    "ten keywords end on 2025-06-30 and 24 begin on 2025-07-01",
    Expected::kept("kept; keywords_v2 holds the successor of a keyword of v1"),
    |s, scene, _| {
        s.keywords.set([if scene.era == Era::V2 { "DISINFORMATION" } else { "CYBER_STALKING" }]);
        s.keyword_other = "";
    },
);

const NO_DATE: &str = "null in the typed column; the text is kept beside the row; the row has no delay";

pub static BAD_DATE: Fault = Fault::row(
    "bad-date",
    "2025-13-40 as date of the content or of the decision",
    "other tools abort, or drop the row silently",
    Expected::kept(NO_DATE).finds(&[(finding::BAD_DATE, "")]),
    |s, _, rng| no_date(s, rng, "2025-13-40 00:00:00"),
);
pub static ZERO_DATE: Fault = Fault::row(
    "zero-date",
    "0000-00-00 as date of the content or of the decision",
    "what MySQL stores for a date that it cannot read",
    Expected::kept(NO_DATE).finds(&[(finding::BAD_DATE, "")]),
    |s, _, rng| no_date(s, rng, "0000-00-00 00:00:00"),
);
pub static TIME: Fault = Fault::row(
    "date-with-time",
    "a content date with a time other than midnight",
    "dates are timestamps in the database",
    Expected::kept("read as the date; the text is kept beside the row")
        .finds(&[(finding::DATE_WITH_TIME, "content_date")]),
    |s, _, rng| {
        let second = u32::try_from(1 + rng.below(86_399)).unwrap_or(1);
        s.content = When::Second(s.content.day().unwrap_or(PLACEHOLDER), second);
    },
);
pub static PLACEHOLDER_DATE: Fault = Fault::row(
    "placeholder-date",
    "2000-01-01 as date of the content, which stands for an unknown one",
    "TikTok on 762 platform-days and Snapchat on 564, with delays of up to 9,506 days",
    Expected::kept("kept; delays leave it out").checks(&[finding::PLACEHOLDER_DATE]),
    |s, _, _| s.content = When::Day(PLACEHOLDER),
);
pub static NEGATIVE_DELAY: Fault = Fault::row(
    "negative-delay",
    "a decision that is dated before its content",
    "1,432,469 rows up to January 2026",
    Expected::kept("kept; delays leave it out").breaks(&["R30"]).checks(&[finding::NEGATIVE_DELAY]),
    |s, _, rng| {
        let content = s.created_day() - rng.between(0, 2);
        s.content = When::Day(content);
        apply(s, content - rng.between(1, 20));
    },
);
pub static LATE_DECISION: Fault = Fault::row(
    "decision-after-submission",
    "a decision that is dated two days or more after its submission",
    "1,000,046 rows up to January 2026",
    Expected::kept("kept; marked as impossible, and left out of delays")
        .breaks(&["R30"])
        .checks(&[finding::IMPOSSIBLE_DATE, finding::DECIDED_AFTER_SUBMISSION]),
    |s, _, rng| {
        let applied = (s.created_day() + rng.between(2, 30)).min(LAST_DATE);
        apply(s, applied);
    },
);
pub static OTHER_DAY: Fault = Fault::row(
    "other-day",
    "a statement that was submitted some days before the day of its file",
    "\"statements created in one day might end in the following or previous day's dump\"",
    Expected::kept("filed under the day of its submission").finds(&[(finding::FAR_DAY, "created_at")]),
    |s, _, rng| {
        let days = rng.between(2, 6);
        s.created -= i64::from(days) * DAY;
        for date in [&mut s.content, &mut s.applied] {
            if let When::Day(day) = date {
                *day -= days;
            }
        }
        s.applied = s.applied.day().map_or(s.applied, |day| When::Day(day.max(FIRST_APPLICATION)));
        s.content = s.content.day().map_or(s.content, |day| When::Day(day.max(PLACEHOLDER)));
    },
);

/// Dates the decision; restrictions that would then end before they begin have no end.
fn apply(s: &mut Statement<'_>, applied: i32) {
    s.applied = When::Day(applied);
    for end in [&mut s.visibility_end, &mut s.monetary_end, &mut s.provision_end, &mut s.account_end] {
        if end.day().is_some_and(|day| day < applied) {
            *end = When::Never;
        }
    }
}

/// One of the two dates is no date.
fn no_date(s: &mut Statement<'_>, rng: &mut Rng, text: &'static str) {
    if rng.chance(1, 2) {
        s.content = When::Text(text);
    } else {
        s.applied = When::Text(text);
    }
}
