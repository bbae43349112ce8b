//! Faults of one platform on several days.

use std::ops::Range;

use super::fault::{Expected, Fault, Make, Span};
use crate::finding;
use crate::simulate::profiles::Source;
use crate::simulate::rng::Rng;
use crate::simulate::statement::Statement;
use crate::simulate::text::NOTIFIERS;

/// Notices of trusted flaggers among the statements of the platform that files them under Article 16, in a
/// hundred: enough of them for the days without any to be seen.
const FLAGGED: u64 = 10;

const fn span(id: &'static str, meaning: &'static str, seen: &'static str, expected: Expected, span: Span) -> Fault {
    Fault { id, meaning, seen, expected, make: Make::Span(span), era: None }
}

pub static ZERO_DELAYS: Fault = span(
    "zero-delays",
    "a platform whose every decision is about illegal content and bears the date of the content",
    "X: 2,188,028 statements, all illegal content, mean delay exactly 0.0 days",
    Expected::kept("kept; its delays say how it fills in the form").checks(&[finding::SAME_DAY_ALWAYS]),
    Span::ZeroDelays,
);
pub static INVERTED: Fault = span(
    "inverted-detection",
    "a platform that says Yes for No and No for Yes in automated_detection, for some days",
    "Google Play, September 2023 to May 2026, announced on 2026-06-08",
    Expected::kept("kept as submitted; shares of automated detection are turned round on these days"),
    Span::InvertedDetection,
);
pub static UNLABELLED: Fault = span(
    "unlabelled-flaggers",
    "a platform that files notices of trusted flaggers under Article 16, for some days",
    "Facebook and Instagram before 2025-10-28, announced on 2025-11-19",
    Expected::kept("kept as submitted; trusted flaggers seem to begin on a day on which nothing changed"),
    Span::UnlabelledFlaggers,
);
pub static SILENT: Fault = span(
    "silent-day",
    "a platform that submits nothing on one day",
    "outages in published dumps",
    Expected::kept("no row: a day without statements, which is no day without decisions")
        .checks(&[finding::SILENT_DAYS]),
    Span::Silent,
);
pub static LEVEL_SHIFT: Fault = span(
    "level-shift",
    "a platform that submits three times as much from one day on",
    "Google Shopping changed what it submits on 2024-06-28 and 2025-05-30",
    Expected::kept("kept; numbers before and after are not comparable"),
    Span::Level,
);

/// A fault of a platform, with its platform and days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::simulate) struct Spell {
    /// Number of the fault among the chosen ones.
    pub fault: usize,
    pub span: Span,
    pub platform: usize,
    pub days: Range<i32>,
}

impl Spell {
    /// The spell of a fault in a plan of these days and so many platforms.
    ///
    /// Platforms of middling size are taken, each another one as far as there are enough.
    pub fn of(fault: usize, span: Span, from: i32, days: i32, platforms: usize) -> Self {
        let (rank, start, end) = match span {
            Span::Level => (1, days / 2, days),
            Span::Silent => (2, days * 2 / 3, days * 2 / 3 + 1),
            Span::InvertedDetection => (3, days / 3, days - days / 3),
            Span::ZeroDelays => (4, 0, days),
            Span::UnlabelledFlaggers => (5, 0, (days + 1) / 2),
        };
        Self { fault, span, platform: rank % platforms.max(1), days: from + start..from + end }
    }

    /// Changes a statement of a day, if it is one of the platform's; says whether it has the fault now.
    pub fn change(&self, s: &mut Statement<'_>, day: i32, rng: &mut Rng) -> bool {
        if s.submitter != Some(self.platform) {
            return false;
        }
        let now = self.days.contains(&day);
        match self.span {
            Span::ZeroDelays if now => {
                super::rules::illegal(s);
                s.content = s.applied;
            }
            Span::InvertedDetection if now => s.detected = if s.detected == "Yes" { "No" } else { "Yes" },
            Span::UnlabelledFlaggers => {
                if rng.chance(FLAGGED, 100) {
                    s.source = Source::TrustedFlagger;
                    s.notifier = rng.one(NOTIFIERS).copied().unwrap_or_default();
                    (s.detected, s.automation) = ("No", "AUTOMATED_DECISION_NOT_AUTOMATED");
                }
                if !now || s.source != Source::TrustedFlagger {
                    return false;
                }
                s.source = Source::Article16;
            }
            _ => {}
        }
        now
    }

    /// Whether a statement that has the fault still shows it after another fault came on top.
    pub fn shows(&self, s: &Statement<'_>) -> bool {
        match self.span {
            Span::ZeroDelays => s.illegal && s.content == s.applied,
            Span::InvertedDetection => matches!(s.detected, "Yes" | "No"),
            Span::UnlabelledFlaggers => s.source == Source::Article16,
            Span::Level => s.submitter.is_some(),
            Span::Silent => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_lie_within_their_plan() {
        for days in [1, 2, 3, 28] {
            for (i, span) in
                [Span::Level, Span::Silent, Span::InvertedDetection, Span::ZeroDelays, Span::UnlabelledFlaggers]
                    .into_iter()
                    .enumerate()
            {
                for platforms in [2, 12] {
                    let spell = Spell::of(i, span, 20_000, days, platforms);
                    assert!(spell.platform < platforms && !spell.days.is_empty(), "{spell:?}");
                    assert!(spell.days.start >= 20_000 && spell.days.end <= 20_000 + days, "{spell:?}");
                }
            }
        }
    }
}
