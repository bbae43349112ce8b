//! The study file: what the user says and the data does not.
//!
//! ```toml
//! [parameters]                     # of indicators
//! holidays = ["2025-04-18"]        # besides Saturdays and Sundays, for working days
//! [[parameters.declared]]          # values that a platform declared, to hold estimates against
//! platform = "Trovanda"
//! indicator = "illegal-listing-prevalence"
//! statistic = "share"
//! value = 0.01
//! definition = "share of listings found illegal in internal audits"
//! source = "risk assessment of 2025, page 12"
//! [views]                          # how rows are put together
//! episode_hours = 24
//! relisting_days = 90
//! ```

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::indicators::Parameters;

/// Name of the study file in a folder of exports.
pub const FILE: &str = "study.toml";

/// What a study file says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Study {
    /// Parameters of indicators.
    pub parameters: Parameters,
    /// How views are made.
    pub views: Views,
}

/// How views are made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Views {
    /// Offences of a trader within these hours of the first of them are one episode.
    pub episode_hours: Option<u32>,
    /// Days within which a removed product must come back to count as relisted.
    pub relisting_days: Option<u32>,
}

impl Study {
    /// Reads a study file.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Invalid`] for what is no TOML, for unknown keys, and for a level of confidence or a
    /// holiday that is none.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?;
        let invalid = |message: String, at: Option<usize>| {
            let line = at.map(|at| text.get(..at).unwrap_or_default().matches('\n').count() + 1);
            Error::Invalid {
                place: line.map_or_else(|| path.display().to_string(), |l| format!("{}, line {l}", path.display())),
                message,
                hint: "a study file has the tables [parameters], [[parameters.declared]] and [views]".into(),
            }
        };
        let study: Self =
            toml::from_str(&text).map_err(|e| invalid(e.message().to_owned(), e.span().map(|s| s.start)))?;
        let confidence = study.parameters.confidence;
        if !(confidence > 0.0 && confidence < 1.0) {
            return Err(invalid(format!("{confidence} is no level of confidence"), None));
        }
        if let Some(bad) = study.parameters.holidays.iter().find(|h| crate::time::parse_iso(h).is_none()) {
            return Err(invalid(format!("{bad:?} is no date YYYY-MM-DD"), None));
        }
        Ok(study)
    }

    /// The dataset, with its views made as the study says.
    #[must_use]
    pub fn apply(&self, dataset: Dataset) -> Dataset {
        dataset.with_options(|options| {
            options.episode_hours = self.views.episode_hours.unwrap_or(options.episode_hours);
            options.relisting_days = self.views.relisting_days.unwrap_or(options.relisting_days);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Study> {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join(FILE);
        std::fs::write(&path, text).expect("written");
        Study::read(&path)
    }

    #[test]
    fn what_is_not_said_stays_as_it_is() {
        let study = read("[parameters]\nholidays = [\"2025-04-18\"]\n[views]\nepisode_hours = 48\n").expect("valid");
        assert_eq!(study.parameters.holidays, ["2025-04-18"]);
        assert!((study.parameters.confidence - 0.95).abs() < 1e-12);
        assert_eq!((study.views.episode_hours, study.views.relisting_days), (Some(48), None));
        assert_eq!(read("").expect("empty"), Study::default());
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        for (text, said) in [
            ("[parameters]\nholiday = []\n", "line 2"),
            ("[parameters]\nholidays = [\"18.4.2025\"]\n", "no date"),
            ("[parameters]\nconfidence = 95\n", "no level"),
            ("[study]\n", "study"),
        ] {
            let error = read(text).expect_err("fault");
            assert!(error.to_string().contains(said), "{error}");
            assert_eq!(error.code(), "E022");
        }
    }
}
