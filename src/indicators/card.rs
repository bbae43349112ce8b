//! Cards: what an indicator is, in fields that programs read and a page that people read.

use std::fmt;

use super::Cohort;

/// The description of an indicator.
#[derive(Debug)]
pub struct Card {
    /// Id in kebab-case: a noun phrase without a verdict.
    pub id: &'static str,
    /// Version of the definition; a change that moves a number raises it.
    pub version: u32,
    /// How settled the definition is.
    pub status: Stability,
    /// Name in titles.
    pub name: &'static str,
    /// The question that it answers, in one sentence.
    pub question: &'static str,
    /// Unit of observation: what is counted.
    pub unit: &'static str,
    /// How to read a higher value.
    pub direction: Direction,
    /// What it needs, for each basis that it can rest on.
    pub requires: &'static [Requirement],
    /// Statistics that it gives, in the order of the result.
    pub statistics: &'static [Statistic],
    /// Data levels that it can be computed from.
    pub levels: &'static [Level],
    /// Smallest denominator of its main statistic.
    pub smallest_n: u64,
    /// Legal provisions that it refers to.
    pub legal: &'static [&'static str],
    /// Sources of the definition and of its known limits.
    pub references: &'static [&'static str],
    /// Name of the group that it splits every cell by, such as `category` for a mix; `None` without one.
    pub own_group: Option<&'static str>,
    /// Text of the documentation comment, each line with the blank that precedes it there.
    pub doc: &'static str,
}

impl Card {
    /// The method page as Markdown: a title, then *Question, Formula, Uncertainty, Limits, References*.
    #[must_use]
    pub fn page(&self) -> String {
        self.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }

    /// The bases that it can rest on.
    pub fn bases(&self) -> impl Iterator<Item = Basis> + '_ {
        self.requires.iter().map(|r| r.basis)
    }

    /// What it needs on a basis; `None` where it cannot rest on it.
    #[must_use]
    pub fn requirement(&self, basis: Basis) -> Option<&'static Requirement> {
        self.requires.iter().find(|r| r.basis == basis)
    }
}

/// What an indicator needs to rest on a basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirement {
    /// The basis.
    pub basis: Basis,
    /// Table or view.
    pub table: &'static str,
    /// Date by which a row is assigned to a period; for statements, if nothing else is asked for.
    pub cohort: Cohort,
    /// Columns that it reads without groups and filters, in order of their names; those of another table as
    /// `table.column`, at the end.
    pub columns: &'static [&'static str],
    /// Columns that it reads too and can do without, such as the strata of a sample that may have none.
    pub optional: &'static [&'static str],
}

/// One statistic of an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statistic {
    /// Its name in the result: `share`, `median`, …
    pub name: &'static str,
    /// Its unit: `share`, `days`, …
    pub unit: &'static str,
    /// Smallest denominator; below it there is no value.
    pub smallest_n: u64,
    /// What it says.
    pub meaning: &'static str,
}

/// The kind of evidence that an estimate rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// Statements of reasons in the DSA Transparency Database.
    Statements,
    /// What a platform declares in a transparency report.
    Report,
    /// Public listings.
    Listings,
    /// Data under DSA Art. 40.
    Vetted,
    /// A labelled audit sample.
    Audit,
    /// Official statistics.
    Statistics,
}

/// How settled a definition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stability {
    /// It may still change.
    Experimental,
    /// A change raises its version.
    Stable,
}

/// How to read a higher value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Higher is more favourable.
    UpBetter,
    /// Higher is less favourable.
    UpWorse,
    /// It depends on what else is known; no colour judges it.
    Ambiguous,
}

/// Where data comes from, from public files to an independent test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Transparency report files.
    A,
    /// The DSA Transparency Database.
    B,
    /// Public pages, or an interface under Art. 40(12).
    C,
    /// Vetted data under Art. 40(4), or an authority's.
    D,
    /// An independent test.
    E,
}

impl Basis {
    /// Its name in the result.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Statements => "statements",
            Self::Report => "report",
            Self::Listings => "listings",
            Self::Vetted => "vetted",
            Self::Audit => "audit",
            Self::Statistics => "statistics",
        }
    }
}

impl Stability {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Experimental => "experimental",
            Self::Stable => "stable",
        }
    }
}

impl Direction {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::UpBetter => "higher is more favourable",
            Self::UpWorse => "higher is less favourable",
            Self::Ambiguous => "ambiguous: a higher value can have favourable and unfavourable causes",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A (transparency reports)",
            Self::B => "B (DSA Transparency Database)",
            Self::C => "C (public pages or interface)",
            Self::D => "D (vetted data)",
            Self::E => "E (independent test)",
        })
    }
}
