//! What a classifier says of all listings, beside samples of them that people label.

use std::collections::BTreeMap;

use super::audits::{Sample, real};
use super::{Basis, Card, Counts, Scope};
use crate::engine::{Key, Measure, Predicate, Tally};
use crate::error::Result;
use crate::estimate::ALL_PLATFORMS;
use crate::tables::{Table, listings::Listings};

/// Part by which the size of a frame and the number of classified listings may differ: some listings come and go
/// between the draw and the export.
const FRAME_SLACK: f64 = 0.05;

/// The tally of the listings that the platform's classifier flags.
pub fn flagged(card: &'static Card, basis: Basis, scope: &Scope) -> Vec<Tally> {
    classified(card, basis, scope, (&Listings, Predicate::is_true("flagged"), Predicate::not_null("flagged")))
}

/// The tally of what a classifier says of all listings: those of a table or view that it flags, of those that it looked at.
///
/// None where the basis is not the card's, or the table has no column for a group.
pub fn classified(
    card: &'static Card,
    basis: Basis,
    scope: &Scope,
    (table, flagged, looked_at): (&'static dyn Table, Predicate, Predicate),
) -> Vec<Tally> {
    if card.requirement(basis).is_none() || !scope.groups_fit(table) {
        return Vec::new();
    }
    let mut keys: Vec<Key> = Vec::new();
    if scope.by_platform {
        keys.push(Key::column("platform"));
    }
    keys.extend(scope.groups.iter().map(|g| Key::column(&g.name)));
    vec![Tally {
        table: table.name().to_owned(),
        filters: scope.platform_filter(),
        keys,
        measures: vec![Measure::count_if("flagged", flagged), Measure::count_if("classified", looked_at)],
    }]
}

/// Flagged and classified listings, by platform and group.
pub struct Classified(BTreeMap<(String, Option<String>), (usize, usize)>);

impl Classified {
    /// Reads the counts of [`classified`].
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] where the counts are others.
    pub fn new(counts: &Counts, scope: &Scope) -> Result<Self> {
        let mut found = BTreeMap::new();
        let table = if counts.tables.is_empty() { return Ok(Self(found)) } else { counts.table(0)? };
        for (key, values) in &table.rows {
            let mut key = key.iter().map(ToString::to_string);
            let platform = if scope.by_platform { key.next() } else { None };
            let groups: Vec<String> = key.collect();
            let group = (!groups.is_empty()).then(|| groups.join("×"));
            let number = |at: usize| values.get(at).and_then(|v| usize::try_from(*v).ok()).unwrap_or_default();
            found.insert((platform.unwrap_or_else(|| ALL_PLATFORMS.to_owned()), group), (number(0), number(1)));
        }
        Ok(Self(found))
    }

    /// Why a sample does not speak of the listings that the classifier looked at: their numbers differ by more than a
    /// twentieth. A sample of what is live on one day and flags of a whole year are about different listings. `None`
    /// where the frame may be the same, or its size is not given.
    pub fn other_frame(&self, sample: &Sample<'_>) -> Option<String> {
        let frame = sample.frame_size()?;
        let classified = self.0.iter().filter(|((platform, _), _)| *platform == sample.platform);
        let classified = real(classified.map(|(_, (_, n))| *n).sum());
        let differs = (frame - classified).abs() > FRAME_SLACK * frame.max(classified);
        differs.then(|| format!("the sample is of {frame:.0} listings, and the classifier looked at {classified:.0}"))
    }

    /// Flagged and classified listings of a platform and group.
    pub fn of(&self, platform: &str, group: Option<&String>) -> Option<(usize, usize)> {
        self.0.get(&(platform.to_owned(), group.cloned())).copied().filter(|(_, n)| *n > 0)
    }
}
