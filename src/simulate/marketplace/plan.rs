//! What marketplace to simulate.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::time::iso;

/// In which form an export is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Text in the platform's own dialect: semicolons, local times, cents, codes, JSON lines.
    #[default]
    Csv,
    /// The same tables and columns as typed Parquet files.
    Parquet,
}

/// A simulation of an export of the marketplace "Trovanda".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MarketplacePlan {
    /// Everything random follows from it.
    pub seed: u64,
    /// Listings, about: what comes back after a removal is added, what a suspended trader would have offered is left
    /// out. The truth holds their exact number.
    pub listings: u64,
    /// First day of the observation window, in days since 1970-01-01.
    pub from: i32,
    /// Days of the observation window.
    pub days: u32,
    /// Form of the files.
    pub format: Format,
    /// Factor on the share of illegal listings in every category.
    pub prevalence: f64,
    /// Share of traders who offend often.
    pub offender_share: f64,
    /// Share of illegal listings with a tactic of evasion.
    pub evasion: f64,
    /// Share of illegal listings without a tactic that the classifier labels illegal.
    pub sensitivity: f64,
    /// Share of legal listings that the classifier labels legal.
    pub specificity: f64,
    /// Probability that an episode of offences is followed by the sanction of the policy in time.
    pub adherence: f64,
    /// Probability that a removed listing is offered again.
    pub relisting: f64,
    /// Mean number of routine actions under the terms and conditions for each listing.
    pub routine_actions: f64,
    /// Units of each audit sample, at most.
    pub audit: u32,
    /// Listings of the simulation behind those parameters of the truth that have no formula; without any there are none
    /// of them, and many bazaars of one plan take less time.
    pub careers: u64,
}

impl Default for MarketplacePlan {
    fn default() -> Self {
        Self {
            seed: 1,
            listings: 4_000,
            from: 20_089,
            days: 181,
            format: Format::Csv,
            prevalence: 1.0,
            offender_share: 0.15,
            evasion: 0.35,
            sensitivity: 0.85,
            specificity: 0.985,
            adherence: 0.8,
            relisting: 0.35,
            routine_actions: 0.25,
            audit: 400,
            careers: 600_000,
        }
    }
}

/// First day that is sensible: the regulation applies to all platforms from 2024-02-17.
const FIRST_DAY: i32 = 19_723;
/// 2037-12-31, as for statements.
const LAST_DAY: i32 = 24_836;
/// Longer windows would outgrow the numbers that are set aside for the listings of one trader.
const MOST_DAYS: u32 = 1_096;
/// Ids of listings leave room for as many.
const MOST_LISTINGS: u64 = 1_000_000_000;

impl MarketplacePlan {
    /// Number of accounts of traders at the beginning; some come back under another one later.
    #[must_use]
    pub fn traders(&self) -> u64 {
        (self.listings / 10).max(1)
    }

    /// Day before which the observation ends.
    #[must_use]
    pub fn until(&self) -> i32 {
        self.from.saturating_add(i32::try_from(self.days).unwrap_or(i32::MAX))
    }

    /// Whether it can be simulated.
    ///
    /// # Errors
    /// [`Error::Usage`] where it contradicts itself.
    pub fn check(&self) -> Result<()> {
        let fault = |what: String, hint: &str| Err(Error::usage(format!("this cannot be simulated: {what}"), hint));
        if self.listings == 0 || self.listings > MOST_LISTINGS {
            return fault(format!("{} listings", self.listings), "ask for 1 to 1,000,000,000");
        }
        if self.days < 14 || self.days > MOST_DAYS {
            return fault(
                format!("a window of {} days", self.days),
                "ask for 14 to 1096 days: within fewer, hardly anything is decided",
            );
        }
        if self.from < FIRST_DAY || self.until() - 1 > LAST_DAY {
            return fault(
                format!("a window from {} to {}", iso(self.from), iso(self.until() - 1)),
                "choose days from 2024-01-01 to 2037-12-31",
            );
        }
        let shares = [
            ("--offender-share", self.offender_share, 0.0, 1.0),
            ("--evasion", self.evasion, 0.0, 1.0),
            ("--sensitivity", self.sensitivity, 0.0, 1.0),
            ("--specificity", self.specificity, 0.0, 1.0),
            ("--adherence", self.adherence, 0.0, 1.0),
            // Each removal would bring on more than one further one.
            ("--relisting", self.relisting, 0.0, 0.95),
            ("--prevalence", self.prevalence, 0.0, 5.0),
            ("--routine-actions", self.routine_actions, 0.0, 20.0),
        ];
        for (name, value, low, high) in shares {
            if !(low..=high).contains(&value) {
                return fault(format!("{name} {value}"), &format!("it lies between {low} and {high}"));
            }
        }
        if self.careers > MOST_LISTINGS {
            return fault(format!("--careers {}", self.careers), "ask for 0 to 1,000,000,000");
        }
        if !(1..=100_000).contains(&self.audit) {
            return fault(format!("audit samples of {} units", self.audit), "ask for 1 to 100,000");
        }
        Ok(())
    }
}
