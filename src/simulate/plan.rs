//! What to simulate.

use serde::{Deserialize, Serialize};

use super::dirt::PER_MILLION;
use super::profiles::{Profile, profiles};
use crate::error::{Error, Result};
use crate::time::{iso, parse_iso};

/// Third group of the UUID of every simulated statement: `xxxxxxxx-xxxx-8515-[89ab]xxx-xxxxxxxxxxxx`.
///
/// Statements of the database carry random UUIDs, which are version 4; these are version 8, the version that
/// RFC 9562 leaves to experiments, with a fixed sign in their custom bits. The sign stays with the rows
/// through every conversion, so that whatever is made from them can say "simulated data".
pub const UUID_MARK: &[u8; 4] = crate::tables::statements::SIMULATED_MARK;

/// Whether a UUID in its textual form carries [`UUID_MARK`].
#[must_use]
pub fn is_simulated(uuid: &str) -> bool {
    let b = uuid.as_bytes();
    b.len() == 36
        && b.get(14..18) == Some(UUID_MARK)
        && matches!(b.get(19), Some(b'8' | b'9' | b'a' | b'b' | b'A' | b'B'))
}

/// Whether an archive has every column, or lacks the four long ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Version {
    /// Every column.
    Full,
    /// Without both explanations, the territorial scope and the facts.
    Light,
}

impl Version {
    /// Its word in file names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Light => "light",
        }
    }
}

/// A simulation of daily dumps of statements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatementsPlan {
    /// Everything random follows from it.
    pub seed: u64,
    /// First day, in days since 1970-01-01; an ISO date in JSON.
    #[serde(with = "iso_day")]
    pub from: i32,
    /// Number of days.
    pub days: u32,
    /// Statements in the archive of each day.
    pub rows_per_day: u64,
    /// Which versions to write.
    pub versions: Vec<Version>,
    /// Whether to write an archive for each platform too.
    pub per_platform: bool,
    /// Ids that one inner archive spans; the database's exporter counts both ends of a range of 1,000,000.
    pub part_ids: u64,
    /// Ids that one CSV file spans, counted in the same way.
    pub sub_part_ids: u64,
    /// How many of the invented platforms submit, the largest first: 1 to 12.
    pub platforms: u32,
    /// Rows in 1,000,000 with a text that careless readers break on: quotes after backslashes, carriage returns, …
    pub difficult_per_million: u32,
    /// Deflate level, 1 to 9.
    pub level: u32,
    /// Whether to write the cells of every row that can be kept to `truth-<date>.ndjson`, which is larger than
    /// the archives.
    pub rows: bool,
    /// Faults to put in, by their names in [`super::dirt::DIRT`], or `all`.
    pub dirt: Vec<String>,
    /// Rows in 1,000,000 with each fault of single rows.
    pub dirt_per_million: u32,
}

impl Default for StatementsPlan {
    fn default() -> Self {
        Self {
            seed: 1,
            from: 20_270,
            days: 1,
            rows_per_day: 10_000,
            versions: vec![Version::Full],
            per_platform: false,
            part_ids: 1_000_001,
            sub_part_ids: 100_001,
            platforms: 12,
            difficult_per_million: 500,
            level: DEFAULT_LEVEL,
            rows: false,
            dirt: Vec::new(),
            dirt_per_million: PER_MILLION,
        }
    }
}

/// What PHP's `ZipArchive` uses unless told otherwise: libzip takes zlib's best compression as its default.
const DEFAULT_LEVEL: u32 = 9;

/// First day of the database, 2023-09-25.
pub(super) const FIRST_DAY: i32 = 19_625;
/// Last day for which every date of a row stays within what the database accepts, 2037-12-31.
const LAST_DAY: i32 = 24_836;
/// Larger days would outgrow five digits of part numbers or the ids set aside for a day.
const MOST_ROWS: u64 = 1_000_000_000;

impl StatementsPlan {
    /// The days of the plan.
    #[must_use]
    pub fn dates(&self) -> std::ops::Range<i32> {
        self.from..self.from.saturating_add(self.days.try_into().unwrap_or(i32::MAX))
    }

    /// The platforms of the plan.
    ///
    /// # Errors
    /// [`Error::Usage`] where the plan contradicts itself or goes beyond what the database accepts.
    pub(super) fn check(&self) -> Result<Vec<Profile>> {
        let fault = |what: &str, hint: &str| Err(Error::usage(format!("this cannot be simulated: {what}"), hint));
        let mut all = profiles()?;
        let most = all.len();
        let days = self.dates();
        if self.days == 0 || self.rows_per_day == 0 || self.versions.is_empty() {
            return fault("no days, no rows or no version", "ask for at least one of each");
        }
        if days.start < FIRST_DAY || days.end - 1 > LAST_DAY {
            return fault(
                "days outside 2023-09-25 to 2037-12-31",
                "the database began on 2023-09-25 and accepts dates up to 2038-01-01",
            );
        }
        if self.rows_per_day > MOST_ROWS {
            return fault("more than 1,000,000,000 statements a day", "the largest published day has 738,796,406");
        }
        if self.sub_part_ids == 0
            || self.part_ids < self.sub_part_ids
            || self.part_ids > 10_000_000
            || self.sub_part_ids > 1_000_001
        {
            return fault(
                "parts of this size",
                "a part spans 1,000,001 ids and a sub-part 100,001, unless you have a reason",
            );
        }
        if self.rows_per_day / self.part_ids > 90_000 || self.part_ids / self.sub_part_ids > 90_000 {
            return fault("more than 99,999 parts", "let a part span more ids");
        }
        if !(1..=9).contains(&self.level) {
            return fault("a deflate level other than 1 to 9", "9 is the default of the writer that the database uses");
        }
        let wanted = usize::try_from(self.platforms).unwrap_or(usize::MAX);
        if wanted == 0 || wanted > most {
            return fault(&format!("{wanted} platforms"), &format!("there are 1 to {most}"));
        }
        all.truncate(wanted);
        Ok(all)
    }
}

mod iso_day {
    use super::{iso, parse_iso};
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
    pub(super) fn serialize<S: Serializer>(day: &i32, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&iso(*day))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<i32, D::Error> {
        let text = String::deserialize(from)?;
        parse_iso(&text).ok_or_else(|| serde::de::Error::custom(format!("no date: {text}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_survive_json_and_refuse_nonsense() {
        let plan = StatementsPlan { rows: true, ..StatementsPlan::default() };
        let text = serde_json::to_string(&plan).expect("json");
        assert!(text.contains("\"from\":\"2025-07-01\""), "{text}");
        assert_eq!(serde_json::from_str::<StatementsPlan>(&text).expect("json"), plan);
        assert!(plan.check().is_ok());
        for bad in [
            StatementsPlan { days: 0, ..plan.clone() },
            StatementsPlan { platforms: 13, ..plan.clone() },
            StatementsPlan { from: 0, ..plan.clone() },
            StatementsPlan { days: u32::MAX, ..plan.clone() },
            StatementsPlan { part_ids: 10, ..plan.clone() },
            StatementsPlan { versions: Vec::new(), ..plan.clone() },
        ] {
            assert!(matches!(bad.check(), Err(Error::Usage { .. })), "{bad:?}");
        }
    }

    #[test]
    fn the_mark_is_a_version_that_no_statement_has() {
        assert!(is_simulated("01234567-89ab-8515-9def-0123456789ab"));
        assert!(!is_simulated("4b989c23-3736-4fd9-8612-a975b98d88d6"));
        assert!(!is_simulated("01234567-89ab-8515-cdef-0123456789ab"));
        assert!(!is_simulated("8515"));
    }
}
