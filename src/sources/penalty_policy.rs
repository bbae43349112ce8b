//! Penalty policies that a study file states: tables `[[penalty_policy]]` as rows of `penalty_policy`.

use std::collections::BTreeMap;
use std::path::Path;

use super::export::{Description, RowSink, TableExport};
use super::rows::Rows;
use super::{Recognition, Source};
use crate::error::{Error, Result};
use crate::tables::penalty_policy::PenaltyPolicy;
use crate::tables::{Origin, Table};

/// The reader of penalty policies in study files.
#[derive(Debug, Clone, Copy)]
pub struct StudyPolicy;

impl Source for StudyPolicy {
    fn id(&self) -> &'static str {
        ID
    }
    fn about(&self) -> &'static str {
        "penalty policies that a study file states in [[penalty_policy]]"
    }
    fn origin(&self) -> &'static str {
        "the study file; the terms and conditions of the platform (DSA Art. 14)"
    }
    fn table(&self) -> &'static str {
        PenaltyPolicy.name()
    }
    fn recognise(&self, head: &[u8]) -> Recognition {
        let text = String::from_utf8_lossy(head);
        if text.lines().any(|line| line.trim() == "[[penalty_policy]]") {
            Recognition::Yes
        } else {
            Recognition::No("no study file with a penalty policy".into())
        }
    }
}

/// Id of this source.
const ID: &str = "penalty-policy";

/// Larger files are no study files.
const MAX_BYTES: u64 = 4 << 20;

/// The policy of a study file.
#[derive(Debug)]
pub struct PolicyExport {
    description: Description,
    entries: Vec<String>,
    /// Line and cells of each step.
    steps: Vec<(u64, toml::Table)>,
}

impl PolicyExport {
    /// Opens a study file; `None` for any other file, and for one that states no policy.
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::Invalid`] for a policy that is no list of tables.
    pub fn open(path: &Path) -> Result<Option<Self>> {
        let fits = path.extension().is_some_and(|e| e == "toml")
            && path.metadata().is_ok_and(|m| m.is_file() && m.len() <= MAX_BYTES);
        if !fits {
            return Ok(None);
        }
        let text = std::fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?;
        let Ok(study) = text.parse::<toml::Table>() else { return Ok(None) };
        let Some(steps) = study.get("penalty_policy") else { return Ok(None) };
        let table = |v: &toml::Value| v.as_table().cloned();
        let steps: Option<Vec<toml::Table>> = steps.as_array().and_then(|all| all.iter().map(table).collect());
        let Some(steps) = steps else {
            return Err(Error::Invalid {
                place: path.display().to_string(),
                message: "penalty_policy is no list of tables".into(),
                hint: "write [[penalty_policy]] before each step".into(),
            });
        };
        let lines = (1..).zip(text.lines()).filter(|(_, l)| l.trim() == "[[penalty_policy]]").map(|(number, _)| number);
        let lines = lines.chain(std::iter::repeat(0));
        let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let platforms: Vec<String> =
            steps.iter().filter_map(|s| s.get("platform")?.as_str().map(str::to_owned)).collect();
        let columns = PenaltyPolicy.columns().iter().filter(|c| c.origin != Origin::Provenance).map(|c| c.name);
        let columns = columns.filter(|c| steps.iter().any(|s| s.contains_key(*c))).collect();
        let description = Description {
            source: ID,
            identity: format!("study:{name}:{}", platforms.first().map_or("", String::as_str)),
            tables: BTreeMap::from([(PenaltyPolicy.name(), columns)]),
            ..Description::default()
        };
        Ok(Some(Self { description, entries: vec![name], steps: lines.zip(steps).collect() }))
    }
}

impl TableExport for PolicyExport {
    fn description(&self) -> &Description {
        &self.description
    }

    fn entries(&self) -> &[String] {
        &self.entries
    }

    fn read(&self, sink: &mut dyn RowSink) -> Result<()> {
        static POLICY: PenaltyPolicy = PenaltyPolicy;
        let mut rows = Rows::new(&POLICY, self.entries.first().map_or("", String::as_str), false)?;
        for (line, step) in &self.steps {
            for (key, value) in step {
                let text = match value {
                    toml::Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                match rows.column(key) {
                    // A day stands for its beginning in UTC.
                    Some(at) if key.starts_with("effective_") && text.len() == 10 => {
                        rows.text(at, &format!("{text}T00:00:00Z"), *line)?;
                    }
                    Some(at) => rows.text(at, &text, *line)?,
                    None => rows.extra(key, text),
                }
            }
            rows.end(*line, toml::to_string(step).unwrap_or_default().as_bytes(), sink)?;
        }
        rows.finish(sink)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::kept::Kept;

    #[test]
    fn steps_are_rows() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("study.toml");
        let text = "title = \"T\"\n[[penalty_policy]]\nplatform = \"P\"\nat_least = 2\nsanction = \"warning\"\n\
                    effective_from = \"2025-01-01\"\n\n[[penalty_policy]]\nplatform = \"P\"\nsanction = \"suspension\"\n";
        std::fs::write(&path, text).expect("written");
        let export = PolicyExport::open(&path).expect("read").expect("a policy");
        let mut kept = Kept::default();
        export.read(&mut kept).expect("rows");
        assert_eq!((kept.count("penalty_policy"), kept.rejected.len()), (1, 1));
        let cell = |name: &str| kept.cell("penalty_policy", 0, name).map(str::to_owned);
        assert_eq!([cell("platform"), cell("sanction")], [Some("P".to_owned()), Some("warning".to_owned())]);
        assert_eq!(kept.rejected[0].0, 8);
        std::fs::write(&path, "[measure]\n").expect("written");
        assert!(PolicyExport::open(&path).expect("read").is_none());
        std::fs::write(&path, "penalty_policy = 3\n").expect("written");
        assert!(PolicyExport::open(&path).is_err_and(|e| e.hint().is_some_and(|h| h.contains("[["))));
    }
}
