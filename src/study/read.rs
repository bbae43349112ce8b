//! Reading a study file, with mistakes told so that they can be mended.

use std::path::{Path, PathBuf};

use super::{Setting, Study};
use crate::error::{Error, Result, suggest};
use crate::indicators::INDICATORS;
use crate::time::{Grain, parse_iso};

/// Tables of a study file, for the hint.
const TABLES: &str = "title, [inputs], [measure], [parameters], [[parameters.declared]], [views], [[penalty_policy]], \
                      [[peer_groups]], [[events]], [[comparisons]], [[figures]] and [disclosure]; `systemic schema study` \
                      prints them all";

impl Study {
    /// Reads a study file. Its paths are taken as seen from its folder.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Invalid`] for what is no TOML, for unknown keys, and for values that mean nothing: levels of
    /// confidence, dates, indicators, periods, names of events and peer groups.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?;
        let line_of = |at: usize| text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let mut study: Self = toml::from_str(&text).map_err(|e| {
            let place = e.span().map_or_else(String::new, |s| format!(", line {}", line_of(s.start)));
            Error::Invalid {
                place: format!("{}{place}", path.display()),
                message: e.message().to_owned(),
                hint: nearest(e.message()).unwrap_or_else(|| format!("a study file has {TABLES}")),
            }
        })?;
        if let Some((message, hint)) = study.fault() {
            return Err(Error::Invalid { place: path.display().to_string(), message, hint });
        }
        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        let inputs = &mut study.inputs;
        let paths = inputs.exports.iter_mut().chain(&mut inputs.mappings).chain(&mut inputs.aliases);
        paths.for_each(|p| *p = folder.join(p.as_path()));
        for key in ["study", "services"] {
            for command in &mut study.comparisons {
                if let Some(Setting::Text(file)) = command.get_mut(key) {
                    *file = folder.join(PathBuf::from(&*file)).display().to_string();
                }
            }
        }
        Ok(study)
    }

    /// The first thing that means nothing, and what to write instead.
    fn fault(&self) -> Option<(String, String)> {
        let confidence = self.parameters.confidence;
        if !(confidence > 0.0 && confidence < 1.0) {
            return Some((
                format!("{confidence} is no level of confidence"),
                "a level lies between 0 and 1: 0.95".to_owned(),
            ));
        }
        let measure = &self.measure;
        let steps = self.penalty_policy.iter().flat_map(|s| s.effective_from.iter().chain(&s.effective_until));
        let dates = (self.parameters.holidays.iter().chain(&measure.from).chain(&measure.until))
            .chain(self.events.iter().map(|e| &e.date))
            .chain(steps);
        for date in dates {
            if parse_iso(date).is_none() {
                return Some((format!("{date:?} is no date YYYY-MM-DD"), "write 2025-06-18".to_owned()));
            }
        }
        let unknown = |kind: &str, name: &str, known: &[&str]| {
            let near = suggest(name, known.iter().copied()).map(|n| format!("did you mean {n:?}?"));
            let hint = near.unwrap_or_else(|| format!("there are: {}", known.join(", ")));
            (format!("no {kind} is called {name:?}"), hint)
        };
        let ids: Vec<&str> = INDICATORS.iter().map(|i| i.card().id).collect();
        let declared = self.parameters.declared.iter().map(|d| &d.indicator);
        if let Some(id) = measure.indicators.iter().chain(declared).find(|id| !ids.contains(&id.as_str())) {
            return Some(unknown("indicator", id, &ids));
        }
        let grains: Vec<&str> = Grain::ALL.iter().map(|g| g.name()).collect();
        if let Some(period) = measure.period.as_deref().filter(|p| !grains.contains(p)) {
            return Some(unknown("period", period, &grains));
        }
        let cohorts = ["content", "decision", "submission"];
        if let Some(cohort) = measure.cohort.as_deref().filter(|c| !cohorts.contains(c)) {
            return Some(unknown("cohort", cohort, &cohorts));
        }
        let groups: Vec<&str> = self.peer_groups.iter().map(|g| g.name.as_str()).collect();
        let events: Vec<&str> = self.events.iter().map(|e| e.name.as_str()).collect();
        for (key, kind, known) in [("peer_group", "peer group", &groups), ("event", "event", &events)] {
            for command in &self.comparisons {
                match command.get(key) {
                    Some(Setting::Text(name)) if known.contains(&name.as_str()) => {}
                    Some(Setting::Text(name)) => return Some(unknown(kind, name, known)),
                    Some(_) => return Some((format!("{key} is no text"), format!("{key} = \"name\""))),
                    None => {}
                }
            }
        }
        None
    }
}

/// For a key that is not known, the nearest one that is.
fn nearest(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let name = quoted.next().filter(|_| message.starts_with("unknown field"))?;
    let known: Vec<&str> = quoted.collect();
    let near = suggest(name, known.iter().copied())?;
    Some(format!("did you mean {near:?}?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::FILE;

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
    fn paths_are_seen_from_the_file() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("any.toml");
        std::fs::write(&path, "[inputs]\nexports = [\"a/*.zip\", \"/b\"]\nmappings = [\"m.toml\"]\n").expect("written");
        let study = Study::read(&path).expect("valid");
        assert_eq!(study.inputs.exports, [folder.path().join("a/*.zip"), PathBuf::from("/b")]);
        assert_eq!(study.inputs.mappings, [folder.path().join("m.toml")]);
    }

    #[test]
    fn mistakes_are_told_with_what_was_meant() {
        for (text, said, hint) in [
            ("[parameters]\nholiday = []\n", "line 2", "holidays"),
            ("[parameters]\nholidays = [\"18.4.2025\"]\n", "no date", "2025-06-18"),
            ("[parameters]\nconfidence = 95\n", "no level", "0.95"),
            ("[study]\n", "study", "schema study"),
            ("[measure]\nindicators = [\"moderation-latnecy\"]\n", "moderation-latnecy", "moderation-latency"),
            ("[measure]\nperiod = \"weak\"\n", "weak", "week"),
            ("[[events]]\nname = \"e\"\ndate = \"2025-06-31\"\n", "2025-06-31", ""),
            ("[[comparisons]]\nkind = \"peers\"\npeer_group = \"shops\"\n", "shops", ""),
            (
                "[[penalty_policy]]\nplatform = \"P\"\nat_least = 1\nsanctions = \"warning\"\n",
                "sanctions",
                "did you mean \"sanction\"?",
            ),
        ] {
            let error = read(text).expect_err("fault");
            assert!(error.to_string().contains(said), "{error}");
            assert!(error.hint().is_some_and(|h| h.contains(hint)), "{text}: {:?}", error.hint());
            assert_eq!(error.code(), "E022");
        }
    }

    #[test]
    fn the_schema_names_every_table() {
        let schema: serde_json::Value =
            serde_json::from_str(&Study::schema().expect("schema")).expect("the schema is JSON");
        let tables = schema["properties"].as_object().expect("properties");
        for name in
            ["inputs", "measure", "parameters", "views", "penalty_policy", "peer_groups", "events", "comparisons"]
        {
            assert!(tables.contains_key(name), "{name}");
        }
        assert_eq!(schema["additionalProperties"], false);
    }
}
