//! The study file: which data, how measured, held against what, shown how.
//!
//! One TOML file names a whole piece of work, so that it can be repeated: `systemic run study.toml -o out`. Every
//! table may be left out. In a folder of exports the file `study.toml` is found by itself, and its inputs are the files
//! beside it. `systemic schema study` prints its form, and `datasets/example-study.toml` is an example with comments.

mod commands;
mod read;

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::dataset::Dataset;
use crate::disclosure::Rule;
use crate::indicators::Parameters;

/// Name of the study file in a folder of exports.
pub const FILE: &str = "study.toml";

/// What a study file says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Study {
    /// What the study is about, in a few words: the title of the page.
    pub title: Option<String>,
    /// What is read.
    pub inputs: Inputs,
    /// What is measured, and by what.
    pub measure: Measurement,
    /// Parameters of indicators: holidays, horizons, declared values.
    pub parameters: Parameters,
    /// How views are made.
    pub views: Views,
    /// Steps of a platform's published penalty policy, where no export has them: rows of the table `penalty_policy`.
    pub penalty_policy: Vec<PolicyStep>,
    /// Platforms that are held against each other.
    pub peer_groups: Vec<PeerGroup>,
    /// Dates that figures mark and comparisons refer to.
    pub events: Vec<Event>,
    /// Comparisons: `kind` is a subcommand of `systemic compare`, every other key one of its options, with `_` for `-`.
    /// `peer_group` names a peer group, `event` an event.
    pub comparisons: Vec<Command>,
    /// Figures beside those that a run makes by itself: keys are the options of `systemic chart`, with `_` for `-`.
    pub figures: Vec<Command>,
    /// Which estimates may be published.
    pub disclosure: Option<Rule>,
}

/// What is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Inputs {
    /// Files, folders or patterns, as seen from the study file.
    pub exports: Vec<PathBuf>,
    /// Mappings of exports in a platform's own layout.
    pub mappings: Vec<PathBuf>,
    /// File with a table \[aliases\]: names of platforms and the names to file them under.
    pub aliases: Option<PathBuf>,
    /// Columns of statements to keep, besides those that identify a row.
    pub columns: Option<Vec<String>>,
}

/// What is measured, and by what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Measurement {
    /// Ids of indicators; all that the data allows if none is named.
    pub indicators: Vec<String>,
    /// Breakdowns, such as `platform,category,all`, in place of those that a run makes by itself.
    pub by: Vec<String>,
    /// Length of the periods in figures over time: day, week, month, quarter, half or year.
    pub period: Option<String>,
    /// Date by which statements are put into periods: content, decision or submission.
    pub cohort: Option<String>,
    /// Only these platforms.
    pub platforms: Vec<String>,
    /// Only from this day on, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Only before this day, `YYYY-MM-DD`.
    pub until: Option<String>,
    /// Whether censuses get an interval of kind *process*.
    pub process_interval: bool,
}

/// How views are made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Views {
    /// Offences of a trader within these hours of the first of them are one episode.
    pub episode_hours: Option<u32>,
    /// Days within which a removed product must come back to count as relisted.
    pub relisting_days: Option<u32>,
}

/// One step of a penalty policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyStep {
    /// Canonical name of the platform.
    pub platform: String,
    /// Version of the policy.
    pub version: Option<String>,
    /// First day of the version, `YYYY-MM-DD` in UTC; from the beginning if absent.
    pub effective_from: Option<String>,
    /// First day after it; still in force if absent.
    pub effective_until: Option<String>,
    /// Kind of violation that the step is for; any if absent.
    pub violation_type: Option<String>,
    /// Cumulated strikes or points from which the step applies.
    pub at_least: u32,
    /// What is cumulated: a code of the list `policy_counts`.
    pub counts: Option<String>,
    /// Sanction that follows: a code of the list `action`.
    pub sanction: String,
    /// Days within which it follows; at once if absent.
    pub within_days: Option<u32>,
    /// Days after which a violation no longer counts; never if absent.
    pub resets_after_days: Option<u32>,
}

/// Platforms that are held against each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeerGroup {
    /// Its name.
    pub name: String,
    /// Canonical names of the platforms.
    pub platforms: Vec<String>,
}

/// A date that matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its name, by which comparisons refer to it.
    pub name: String,
    /// The first day on which things are different, `YYYY-MM-DD`.
    pub date: String,
    /// What figures say of it, in a few words; the name if absent.
    pub label: Option<String>,
    /// Platforms that it concerns; all if none is named.
    #[serde(default)]
    pub platforms: Vec<String>,
}

/// Options of a command.
pub type Command = BTreeMap<String, Setting>;

/// The value of an option.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Setting {
    /// A switch.
    Switch(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
}

impl Study {
    /// The dataset, with its views made as the study says.
    #[must_use]
    pub fn apply(&self, dataset: Dataset) -> Dataset {
        dataset.with_options(|options| {
            options.episode_hours = self.views.episode_hours.unwrap_or(options.episode_hours);
            options.relisting_days = self.views.relisting_days.unwrap_or(options.relisting_days);
        })
    }

    /// The form of a study file as a JSON Schema (2020-12).
    ///
    /// # Errors
    /// [`crate::Error::Engine`] where it cannot be written.
    pub fn schema() -> crate::Result<String> {
        let schema = schemars::schema_for!(Study);
        let text = serde_json::to_string_pretty(&schema);
        text.map_err(|e| crate::Error::engine("cannot write the schema of a study file", e))
    }
}
