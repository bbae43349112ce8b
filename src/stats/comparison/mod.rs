//! Comparing many units: funnel plots, partial pooling, and testing many hypotheses at once.
//!
//! [`Funnel`] asks which units lie outside what chance explains, [`BetaBinomial`] shrinks each towards all,
//! [`adjust`] corrects p-values for their number. Each file names its sources.

mod empirical_bayes;
mod funnel;
mod multiplicity;
mod pochhammer;
#[cfg(test)]
mod tests;

pub use empirical_bayes::{BetaBinomial, PosteriorShare, RankInterval, beta_binomial};
pub use funnel::{Dispersion, Funnel, OverDispersion, funnel_limits, funnel_limits_exact};
pub use multiplicity::{Adjustment, adjust};
