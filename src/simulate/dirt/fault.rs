//! What a fault is.

use serde::{Deserialize, Serialize};

use super::names::Names;
use crate::finding::{self, Kind};
use crate::simulate::exporter::Era;
use crate::simulate::rng::Rng;
use crate::simulate::statement::Statement;
use crate::tables::rules::{Rule, rule_of};

/// A fault that can be put into simulated dumps.
#[derive(Debug)]
pub struct Fault {
    /// Its name on the command line and in `truth.json`.
    pub id: &'static str,
    /// What it is, as a noun phrase.
    pub meaning: &'static str,
    /// Where such a fault was seen, or why one must reckon with it.
    pub seen: &'static str,
    /// What a correct loader does with it.
    pub expected: Expected,
    pub(in crate::simulate) make: Make,
    /// Header era outside which it cannot be.
    pub(in crate::simulate) era: Option<Era>,
}

/// What a correct loader does with a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// What becomes of the rows.
    pub fate: Fate,
    /// Findings that it reports, each with the column that it names, if it is about one. Those of rules come
    /// in addition.
    pub findings: &'static [(&'static Kind, &'static str)],
    /// Findings of a look at the whole dataset, beside those of rules.
    pub checks: &'static [&'static Kind],
    /// Rules that the rows break, by number.
    pub rules: &'static [&'static str],
    /// What the reader gets, and which numbers are affected.
    pub effect: &'static str,
}

/// What becomes of a row in a correct loader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// It is kept.
    Kept,
    /// It is kept aside, and counted in no number.
    Rejected,
    /// It is another record of a statement that counts once.
    Repeated,
    /// Its file is refused.
    Refused,
}

/// What a fault happens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Single rows, one in every so many.
    Row,
    /// All rows of one platform on some days.
    Platform,
    /// A file.
    File,
}

/// How a fault comes about.
#[derive(Debug, Clone, Copy)]
pub(in crate::simulate) enum Make {
    /// A statement is changed.
    Row(Change),
    /// Another record follows a statement.
    Another(Another),
    /// A platform behaves in another way for a while.
    Span(Span),
    /// A file is changed.
    File(FileFault),
}

/// Changes a statement so that it has the fault, and as little else as can be.
pub(in crate::simulate) type Change = for<'a> fn(&mut Statement<'a>, &Scene<'a>, &mut Rng);

/// What a change needs to know beside the statement.
pub(in crate::simulate) struct Scene<'a> {
    pub names: &'a Names,
    pub era: Era,
}

/// Which record follows a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulate) enum Another {
    /// Another one of its own day.
    SameDay,
    /// One of the day before.
    DayBefore,
    /// Another one of its own day, under a new UUID.
    NewUuid,
}

/// How a platform behaves for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulate) enum Span {
    /// Content and decision bear one date, and everything is illegal.
    ZeroDelays,
    /// Yes stands for No in `automated_detection`.
    InvertedDetection,
    /// Notices of trusted flaggers are filed under Article 16.
    UnlabelledFlaggers,
    /// It submits nothing.
    Silent,
    /// It submits [`LEVEL`] times as much.
    Level,
}

/// Factor of a level shift.
pub(in crate::simulate) const LEVEL: u64 = 3;

/// How a file is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulate) enum FileFault {
    MissingSha1,
    WrongSha1,
    Truncated,
    Republished,
    ExtraColumn,
    CarriageReturns,
    ByteOrderMark,
    Reordered,
    HeaderOnly,
    Empty,
}

impl Fault {
    pub(super) const fn row(
        id: &'static str,
        meaning: &'static str,
        seen: &'static str,
        expected: Expected,
        change: Change,
    ) -> Self {
        Self { id, meaning, seen, expected, make: Make::Row(change), era: None }
    }

    /// The same, but only where the header is of this era.
    pub(super) const fn only(mut self, era: Era) -> Self {
        self.era = Some(era);
        self
    }

    /// What it happens to.
    #[must_use]
    pub fn level(&self) -> Level {
        match self.make {
            Make::Row(_) | Make::Another(_) => Level::Row,
            Make::Span(_) => Level::Platform,
            Make::File(_) => Level::File,
        }
    }
}

impl Level {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::Platform => "platform",
            Self::File => "file",
        }
    }
}

impl Fate {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Rejected => "rejected",
            Self::Repeated => "repeated",
            Self::Refused => "refused",
        }
    }
}

impl Expected {
    const fn of(fate: Fate, effect: &'static str) -> Self {
        Self { fate, findings: &[], checks: &[], rules: &[], effect }
    }

    pub(super) const fn kept(effect: &'static str) -> Self {
        Self::of(Fate::Kept, effect)
    }

    pub(super) const fn rejected(effect: &'static str) -> Self {
        Self::of(Fate::Rejected, effect)
    }

    pub(super) const fn repeated(effect: &'static str) -> Self {
        Self::of(Fate::Repeated, effect)
    }

    pub(super) const fn refused(effect: &'static str) -> Self {
        Self::of(Fate::Refused, effect)
    }

    pub(super) const fn finds(mut self, findings: &'static [(&'static Kind, &'static str)]) -> Self {
        self.findings = findings;
        self
    }

    pub(super) const fn checks(mut self, checks: &'static [&'static Kind]) -> Self {
        self.checks = checks;
        self
    }

    pub(super) const fn breaks(mut self, rules: &'static [&'static str]) -> Self {
        self.rules = rules;
        self
    }

    /// Every finding that it reports, with the column that each names, if it is about one.
    pub fn all_findings(&self) -> impl Iterator<Item = (&'static Kind, &'static str)> + '_ {
        let rules = self.rules().filter(|r| r.enforced).map(|rule| (finding::RULE_BROKEN, rule.column));
        self.findings.iter().copied().chain(rules)
    }

    /// Every finding of a look at the whole dataset.
    pub fn all_checks(&self) -> impl Iterator<Item = &'static Kind> + '_ {
        let rules = self.rules().filter(|r| !r.enforced).map(|_| finding::DOCUMENTED_RULE_BROKEN);
        self.checks.iter().copied().chain(rules)
    }

    fn rules(&self) -> impl Iterator<Item = &'static Rule> + '_ {
        self.rules.iter().filter_map(|rule| rule_of(rule))
    }
}
