//! What is true of a simulated marketplace.

use serde::{Deserialize, Serialize};

use super::plan::MarketplacePlan;

/// What a true value is the truth about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TruthKind {
    /// A value of the finite population behind the files, which an audit estimates.
    Population,
    /// A parameter of the process that made the files, which what happened estimates.
    Process,
    /// A count, or a ratio of two, that a correct program finds in the files exactly.
    Count,
}

/// A true value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TruthEntry {
    /// Id of the indicator.
    pub indicator: String,
    /// What the value is.
    pub statistic: String,
    /// What it is split by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_name: Option<String>,
    /// The group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_value: Option<String>,
    /// The value; `None` where there is nothing to have one.
    pub value: Option<f64>,
    /// Numerator of a share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub k: Option<u64>,
    /// Denominator of a share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u64>,
    /// Standard error where the value comes from a long simulation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<f64>,
    /// What it is the truth about.
    pub kind: TruthKind,
    /// Its definition.
    pub definition: String,
}

/// The content of `truth.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarketplaceTruth {
    /// Says that nothing of it is real.
    pub note: String,
    /// What was asked for.
    pub plan: MarketplacePlan,
    /// Begin of the observation window.
    pub observed_from: String,
    /// Its end; what had not happened by then is censored.
    pub observed_until: String,
    /// Reference time of the audit samples of what is live.
    pub reference_time: String,
    /// Public holidays that counts in working days take into account where they say so.
    pub holidays: Vec<String>,
    /// Rows of each table.
    pub rows: std::collections::BTreeMap<String, u64>,
    /// The true values.
    pub entries: Vec<TruthEntry>,
}

impl MarketplaceTruth {
    /// Itself as JSON, an entry on each line.
    ///
    /// # Errors
    /// None that can happen with finite values.
    pub(super) fn json(&self) -> serde_json::Result<String> {
        let head = serde_json::to_string_pretty(&Self { entries: Vec::new(), ..self.clone() })?;
        let entries: Vec<String> = self.entries.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        Ok(head.replace("\"entries\": []", &format!("\"entries\": [\n{}\n  ]", entries.join(",\n"))))
    }

    /// The entry of a statistic for all, or for a group.
    #[must_use]
    pub fn entry(&self, indicator: &str, statistic: &str, group: Option<&str>) -> Option<&TruthEntry> {
        self.entries
            .iter()
            .find(|e| e.indicator == indicator && e.statistic == statistic && e.group_value.as_deref() == group)
    }
}

/// What a statistic is, for all its groups.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Meaning {
    pub indicator: &'static str,
    pub statistic: &'static str,
    pub kind: TruthKind,
    /// Whether the value is the count itself and not its share.
    pub total: bool,
    /// What the value is multiplied with: 1000 where it is a rate for each thousand.
    pub factor: u32,
    pub definition: &'static str,
}

impl Meaning {
    /// An entry with a value.
    pub fn entry(&self, group: (&str, &str), value: Option<f64>) -> TruthEntry {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        TruthEntry {
            indicator: self.indicator.to_owned(),
            statistic: self.statistic.to_owned(),
            group_name: given(group.0),
            group_value: given(group.1),
            value,
            k: None,
            n: None,
            error: None,
            kind: self.kind,
            definition: self.definition.to_owned(),
        }
    }
}
