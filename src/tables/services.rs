//! Services that publish transparency reports: names, providers, kinds and designations.

use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;

use super::platforms::Aliases;
use crate::error::{Error, Result};
use crate::time;

/// One service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Canonical name of the platform, as in statements.
    pub name: String,
    /// Its provider.
    pub provider: Option<String>,
    /// What it is, in a word: `marketplace`, `social`, `search`, …
    pub kind: String,
    /// Day (`YYYY-MM-DD`) of its designation as very large; `None` where it is not designated.
    pub designated: Option<String>,
    /// Where the designation, or its end, is known from.
    pub source: Option<String>,
    /// Where the provider is known from.
    pub provider_source: Option<String>,
    /// Fields of which no source was found that could be read.
    #[serde(default)]
    pub unverified: Vec<String>,
    /// Whether it is a search engine.
    #[serde(default)]
    pub search_engine: bool,
    /// Other names, as reports write them.
    #[serde(default)]
    pub aliases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    services: Vec<Service>,
}

/// A list of services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Services(Vec<Service>);

static SHIPPED: LazyLock<Vec<Service>> =
    LazyLock::new(|| toml::from_str::<File>(include_str!("services.toml")).map(|f| f.services).unwrap_or_default());

impl Default for Services {
    /// The list shipped with this version.
    fn default() -> Self {
        Self(SHIPPED.clone())
    }
}

impl Services {
    /// The list of a TOML file with tables `[[services]]`, in place of the shipped one.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be read, [`Error::Invalid`] where it has another form.
    pub fn from_file(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?;
        let invalid = |message: String, hint: &str| Error::Invalid {
            place: path.display().to_string(),
            message,
            hint: hint.into(),
        };
        let file: File = toml::from_str(&text).map_err(|e| {
            invalid(
                format!("this is no list of services: {}", e.message()),
                "it holds tables [[services]] with name, kind and, where known, provider, designated and aliases",
            )
        })?;
        for service in &file.services {
            if let Some(day) = service.designated.as_deref().filter(|d| time::parse_iso(d).is_none()) {
                return Err(invalid(
                    format!("{}: {day} is no day", service.name),
                    "designated = \"2023-04-25\", or leave it out",
                ));
            }
        }
        Ok(Self(file.services))
    }

    /// The services, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = &Service> {
        self.0.iter()
    }

    /// The service of this name or alias; capitals and blanks do not matter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Service> {
        let wanted = folded(name);
        self.0.iter().find(|s| folded(&s.name) == wanted || s.aliases.iter().any(|a| folded(a) == wanted))
    }

    /// The canonical name of a service as a report writes it: of this list, or else as platforms of statements are
    /// named.
    #[must_use]
    pub fn canonical(&self, name: &str) -> String {
        self.get(name).map_or_else(|| Aliases::default().canonical(name), |s| s.name.clone())
    }
}

fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_services_are_whole_and_distinct() {
        let services = Services::default();
        assert!(services.iter().count() >= 25);
        let mut names: Vec<String> =
            services.iter().flat_map(|s| s.aliases.iter().chain([&s.name]).map(|n| folded(n))).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
        for service in services.iter() {
            assert!(service.designated.as_deref().is_none_or(|d| time::parse_iso(d).is_some()), "{}", service.name);
            assert!(service.provider.is_some() && !service.kind.is_empty());
            let sourced = |field: &str, value: bool, source: bool| {
                let open = service.unverified.iter().any(|u| u == field);
                assert!(!value || source != open, "{}: {field} has a source, or is said to have none", service.name);
            };
            sourced("designated", service.designated.is_some(), service.source.is_some());
            sourced("provider", true, service.provider_source.is_some());
            assert!(service.unverified.iter().all(|u| ["provider", "designated"].contains(&u.as_str())));
        }
    }

    #[test]
    fn spellings_meet_the_names_of_statements() {
        let services = Services::default();
        for (spelling, name) in
            [("SHEIN", "Shein"), ("Aliexpress", "AliExpress"), ("amazon  store", "Amazon"), ("Nowhere", "Nowhere")]
        {
            assert_eq!(services.canonical(spelling), name);
        }
    }

    #[test]
    fn a_list_of_ones_own_takes_its_place() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("services.toml");
        std::fs::write(&path, "[[services]]\nname = \"Trovanda\"\nkind = \"marketplace\"\n").expect("file");
        let services = Services::from_file(&path).expect("list");
        assert!(services.get("TROVANDA").is_some() && services.get("Temu").is_none());
        std::fs::write(&path, "[[services]]\nname = \"A\"\nkind = \"b\"\ndesignated = \"soon\"\n").expect("file");
        assert!(matches!(Services::from_file(&path), Err(Error::Invalid { .. })));
    }
}
