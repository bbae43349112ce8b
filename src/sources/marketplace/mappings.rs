//! The mappings at hand: those that a user gives, that of a folder, and those that are shipped.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use super::export::MappedExport;
use super::mapping::Mapping;
use crate::error::{Error, Result};

/// Name of the mapping of a folder of exports.
pub const FOLDER_FILE: &str = "mapping.toml";

/// Files of the mappings that are shipped.
const FILES: &[(&str, &str)] = &[
    ("github-takedowns.toml", include_str!("../../../datasets/mappings/github-takedowns.toml")),
    ("kaufland-listings.toml", include_str!("../../../datasets/mappings/kaufland-listings.toml")),
    ("product-alerts.toml", include_str!("../../../datasets/mappings/product-alerts.toml")),
];

static SHIPPED: LazyLock<Vec<Arc<Mapping>>> = LazyLock::new(|| {
    // That each of them can be read is tested.
    let read = |(name, text): &(&str, &str)| Mapping::parse(name, text).ok();
    FILES.iter().filter_map(read).map(|m| Arc::new(Mapping { shipped: true, ..m })).collect()
});

/// Mappings in the order in which they are tried.
#[derive(Debug, Clone, Default)]
pub struct Mappings {
    given: Vec<Arc<Mapping>>,
}

impl Mappings {
    /// Reads the mapping files that a user gives.
    ///
    /// # Errors
    /// [`Error::Io`], and what [`Mapping::parse`] gives.
    pub fn new(files: &[PathBuf]) -> Result<Self> {
        Ok(Self { given: files.iter().map(|f| read(f)).collect::<Result<_>>()? })
    }

    /// Those that were given.
    #[must_use]
    pub fn given(&self) -> &[Arc<Mapping>] {
        &self.given
    }

    /// Those that are shipped with this version.
    #[must_use]
    pub fn shipped() -> &'static [Arc<Mapping>] {
        &SHIPPED
    }

    /// Opens a file through the first given mapping that names it and fits it: patterns such as `*.json` in one mapping
    /// often name files that are meant for another.
    ///
    /// # Errors
    /// See [`MappedExport::open`]; that of the first mapping that names the file, where none fits.
    pub fn open_given(&self, path: &Path) -> Result<Option<MappedExport>> {
        let mut misfit = None;
        for mapping in &self.given {
            match MappedExport::open(path, mapping) {
                Ok(Some(export)) => return Ok(Some(export)),
                Ok(None) => {}
                Err(error @ Error::Invalid { .. }) => misfit = misfit.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        misfit.map_or(Ok(None), Err)
    }

    /// Opens a file through the first mapping of the user that names it: those given, then the `mapping.toml` in its
    /// folder.
    ///
    /// # Errors
    /// See [`MappedExport::open`].
    pub fn open_with_users(&self, path: &Path) -> Result<Option<MappedExport>> {
        if let Some(export) = self.open_given(path)? {
            return Ok(Some(export));
        }
        let beside = path.parent().unwrap_or_else(|| Path::new(".")).join(FOLDER_FILE);
        if path.file_name().is_some_and(|n| n == FOLDER_FILE) || !beside.is_file() {
            return Ok(None);
        }
        MappedExport::open(path, &read(&beside)?)
    }

    /// Opens a file through the first shipped mapping that its name and content fit.
    ///
    /// # Errors
    /// Those of the archive.
    pub fn open_with_shipped(path: &Path) -> Result<Option<MappedExport>> {
        for mapping in Self::shipped() {
            if let Some(export) = MappedExport::open(path, mapping)? {
                return Ok(Some(export));
            }
        }
        Ok(None)
    }
}

fn read(path: &Path) -> Result<Arc<Mapping>> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?;
    Ok(Arc::new(Mapping::parse(&path.display().to_string(), &text)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_mapping_is_read() {
        let names: Vec<&str> = Mappings::shipped().iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names, ["github-takedowns", "kaufland-listings", "product-alerts"]);
        for (name, text) in FILES {
            let mapping = Mapping::parse(name, text).unwrap_or_else(|e| panic!("{e} ({:?})", e.hint()));
            assert!(name.starts_with(&mapping.name) && text.contains("# Source: ") && mapping.source.is_some());
        }
    }
}
