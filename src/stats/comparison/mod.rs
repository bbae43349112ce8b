//! Comparing many units: funnel plots, partial pooling, and testing many hypotheses at once.
//!
//! [`Funnel`] asks which units lie outside what chance explains, [`BetaBinomial`] shrinks each towards all,
//! [`adjust`] corrects p-values for their number, [`joint_rank_intervals`] says which ranks the data allow. Each file names its sources.

mod chance;
mod empirical_bayes;
mod funnel;
mod heterogeneity;
mod multiplicity;
mod pochhammer;
mod ranks;
#[cfg(test)]
mod tests;

pub use chance::{binomial_mid_p, poisson_funnel_limits_exact, poisson_mid_p};
pub use empirical_bayes::{BetaBinomial, PosteriorShare, RankInterval, beta_binomial};
pub use funnel::{Dispersion, Events, Funnel, OverDispersion, funnel_limits, funnel_limits_exact};
pub use heterogeneity::{RandomEffects, paule_mandel};
pub use multiplicity::{Adjustment, adjust};
pub use ranks::{RankLimits, joint_rank_intervals};
