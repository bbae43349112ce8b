//! Which listings of a dataset the platform had taken away by a time.

use std::collections::BTreeSet;

use crate::dataset::Dataset;
use crate::error::Result;
use crate::sampling::read::{self, instant};

/// Columns of the table `actions` that tell.
const COLUMNS: [&str; 6] = ["platform", "listing_id", "action", "action_at", "effective_at", "reversed_at"];

/// Listings, by platform and identifier, that a removal, a disabling or a termination had taken away at an instant
/// (microseconds since 1970, UTC) and that no reversal had given back by then. Empty without the table `actions`.
///
/// # Errors
/// Those of [`read::each`].
pub fn at(dataset: &Dataset, at: i64) -> Result<BTreeSet<Vec<String>>> {
    let mut gone = BTreeSet::new();
    read::each(&dataset.table_files("actions"), &COLUMNS, &mut |_, cells| {
        let by_then = |cell: Option<&str>| cell.and_then(instant).is_some_and(|t| t <= at);
        let takes = matches!(cells[2], Some("removal" | "disabling" | "termination"));
        if let (Some(platform), Some(listing)) = (cells[0], cells[1])
            && takes
            && by_then(cells[4].or(cells[3]))
            && !by_then(cells[5])
        {
            gone.insert(vec![platform.to_owned(), listing.to_owned()]);
        }
        Ok(())
    })?;
    Ok(gone)
}
