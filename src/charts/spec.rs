//! What a figure shall show and how large it is.

use std::str::FromStr;

use crate::error::{Error, Result};
use crate::time::Period;

/// Size of a figure in CSS pixels.
///
/// In `web` and `column`, which stand in a page that scrolls, the height of a chart with rows follows the
/// number of rows. `wide` and `square` are cards: their size is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Preset {
    /// 850 × 600, for a web page.
    #[default]
    Web,
    /// 1200 × 675, for slides and link previews.
    Wide,
    /// 1080 × 1080, for social media.
    Square,
    /// 640 × 450, for a text column or a telephone.
    Column,
}

impl Preset {
    /// Every preset, in the order of the help.
    pub const ALL: [Self; 4] = [Self::Web, Self::Wide, Self::Square, Self::Column];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Wide => "wide",
            Self::Square => "square",
            Self::Column => "column",
        }
    }

    /// Width and height in CSS pixels.
    #[must_use]
    pub fn size(self) -> (u32, u32) {
        match self {
            Self::Web => (850, 600),
            Self::Wide => (1200, 675),
            Self::Square => (1080, 1080),
            Self::Column => (640, 450),
        }
    }
}

impl FromStr for Preset {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|p| p.name() == name).ok_or_else(|| Error::Unknown {
            kind: "preset",
            name: name.to_owned(),
            known: Self::ALL.iter().map(|p| p.name().to_owned()).collect(),
        })
    }
}

/// Which period a chart of one period shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PeriodChoice {
    /// The latest one of the shortest length there is.
    #[default]
    Last,
    /// The longest one: everything that was loaded, where there are estimates for it. Of several, the latest that has
    /// about as many values as any.
    Longest,
    /// This one.
    Exactly(Period),
}

/// A break or a known fault of the data, which every form with an axis of time marks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mark {
    /// Its first day, in days since 1970-01-01. Where there is no end, the day from which things are different.
    pub start: i32,
    /// The first day after it, as in [`Period::end`]; `None` for a break at the beginning of a day.
    pub end: Option<i32>,
    /// What it is, in a few words: "Schema v2 replaces categories".
    pub label: String,
    /// The platforms that it concerns; empty for all.
    pub platforms: Vec<String>,
}

/// What a figure shall show. Everything but the source has a default: see [`ChartSpec::new`].
///
/// Choices that are left open are made where only one is possible; where several are, drawing fails with a
/// message that names them.
#[derive(Debug, Clone)]
pub struct ChartSpec {
    /// Size of the figure.
    pub preset: Preset,
    /// Title in place of the generated one, at most ten words.
    pub title: Option<String>,
    /// Subtitle in place of the generated one: measure, unit, period.
    pub subtitle: Option<String>,
    /// Who published the data, such as "European Commission, DSA Transparency Database".
    pub source: String,
    /// A sentence at the head of the note.
    pub note: Option<String>,
    /// Up to four platforms, groups or labels to show in colour.
    pub highlight: Vec<String>,
    /// Id of the indicator, where the estimates are of several.
    pub indicator: Option<String>,
    /// Name of the indicator in words, a noun phrase; made from its id if absent.
    pub indicator_name: Option<String>,
    /// The statistic, where there are several; if absent, the first of share, rate, ratio, median, mean,
    /// count that is there.
    pub statistic: Option<String>,
    /// What statistics of the indicator say, as (statistic, sentence): the subtitle takes it in place of a bare
    /// "share".
    pub meanings: Vec<(String, String)>,
    /// The basis, where there are several.
    pub basis: Option<String>,
    /// Name of the grouping variable; if absent, ungrouped estimates are preferred.
    pub group: Option<String>,
    /// The period of a chart that shows one.
    pub period: PeriodChoice,
    /// Breaks and known faults of the data. Those within the time shown that concern a platform shown are
    /// marked and explained in the note.
    pub marks: Vec<Mark>,
    /// Whether each panel of small multiples has a scale of values of its own, in place of one for all.
    pub own_scales: bool,
    /// Words for a code in a group's value. The default gives the code itself.
    pub label: fn(&str) -> &str,
}

impl ChartSpec {
    /// A figure with defaults throughout, from data that `source` published.
    #[must_use]
    pub fn new(source: impl Into<String>) -> Self {
        Self {
            preset: Preset::default(),
            title: None,
            subtitle: None,
            source: source.into(),
            note: None,
            highlight: Vec::new(),
            indicator: None,
            indicator_name: None,
            statistic: None,
            meanings: Vec::new(),
            basis: None,
            group: None,
            period: PeriodChoice::default(),
            marks: Vec::new(),
            own_scales: false,
            label: |code| code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_found_by_name() {
        for preset in Preset::ALL {
            assert_eq!(preset.name().parse::<Preset>().ok(), Some(preset));
        }
        assert_eq!("wdie".parse::<Preset>().err().and_then(|e| e.hint()).as_deref(), Some("did you mean \"wide\"?"));
    }
}
