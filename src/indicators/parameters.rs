//! What the user says and the data does not: limits, holidays, declared values.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Parameters of indicators, as the study file gives them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Parameters {
    /// Level of confidence of intervals that belong to the estimate, as of samples.
    pub confidence: f64,
    /// Public holidays besides Saturdays and Sundays, `YYYY-MM-DD`, by which working days are counted.
    pub holidays: Vec<String>,
    /// Time zone in which a day begins, for working days (IANA name).
    pub working_time_zone: String,
    /// Times in days at which curves are read.
    pub horizons: Vec<u32>,
    /// Known sensitivity of the classifier, where it is not estimated from labels.
    pub sensitivity: Option<f64>,
    /// Known specificity of the classifier, where it is not estimated from labels.
    pub specificity: Option<f64>,
    /// Score of mismatch, from 0 to 1, from which a listing counts as flagged; scores are compared in whole thousandths.
    pub mismatch_threshold: f64,
    /// Values that a platform declared, to hold estimates against.
    pub declared: Vec<Declared>,
}

/// A value that a platform declared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Canonical name of the platform.
    pub platform: String,
    /// Indicator that it is about.
    pub indicator: String,
    /// Statistic of that indicator.
    pub statistic: String,
    /// Name of the group, such as `category`; none for the whole.
    pub group_name: Option<String>,
    /// Its value.
    pub group_value: Option<String>,
    /// The value; for a band, its upper edge.
    pub value: f64,
    /// Lower edge of a band.
    pub lower: Option<f64>,
    /// The platform's own definition.
    pub definition: String,
    /// Whether that definition fits the indicator's; where not, the two are not compared.
    #[serde(default = "yes")]
    pub comparable: bool,
    /// Where it was declared.
    pub source: String,
}

fn yes() -> bool {
    true
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            confidence: 0.95,
            holidays: Vec::new(),
            working_time_zone: "UTC".to_owned(),
            horizons: vec![1, 7, 30, 90],
            sensitivity: None,
            specificity: None,
            mismatch_threshold: 0.5,
            declared: Vec::new(),
        }
    }
}
