//! Estimation from samples whose units were drawn with unequal probability, in strata or in clusters.
//!
//! Sources: J. Hájek, comment on Basu, in V. P. Godambe and D. A. Sprott (eds), *Foundations of Statistical
//! Inference* (1971), 236; D. G. Horvitz and D. J. Thompson, "A generalization of sampling without replacement
//! from a finite universe", *Journal of the American Statistical Association* 47 (1952), 663–685; D. A. Binder,
//! "On the variances of asymptotically normal estimators from complex surveys", *International Statistical Review*
//! 51 (1983), 279–292; C.-E. Särndal, B. Swensson and J. Wretman, *Model Assisted Survey Sampling* (1992);
//! T. Lumley, *Complex Surveys* (2010) and his R package `survey` 4.1, whose conventions are taken over unless a
//! function says otherwise.
//!
//! What was drawn is a [`Design`]: weights, clusters, strata, sizes of the population. An estimator takes the design
//! and the values of the units and gives a [`DesignEstimate`]: estimate, variance, degrees of freedom. Limits are
//! made from that: [`logit_limits`], [`korn_graubard`], [`arcsine_limits`], [`mean_limits`]. What to draw is planned
//! with [`sample_size_for_precision`], [`discovery_sample_size`], [`allocate_proportional`] and [`allocate_neyman`].
//!
//! ```text
//! let design = Design::new(&weights)?.stratified(&category)?.clustered(&trader)?;
//! let share = hajek_proportion(&design, &illegal)?;
//! let limits = logit_limits(&share, Confidence::P95)?;
//! ```

mod allocation;
mod cluster_robust;
mod design;
mod estimators;
mod limits;
mod planning;
#[cfg(test)]
mod tests;

pub use allocation::{allocate_neyman, allocate_proportional};
pub use cluster_robust::{ClusterRobustMean, cluster_robust_mean};
pub use design::{Design, SinglePsu};
pub use estimators::{
    DesignEffect, DesignEstimate, KishSize, design_effect, domain_mean, hajek_mean, hajek_proportion,
    horvitz_thompson_total, kish_effective_size, ratio,
};
pub use limits::{EffectiveSize, SurveyLimits, arcsine_limits, korn_graubard, logit_limits, mean_limits};
pub use planning::{
    PrecisionPlan, discovery_sample_size, discovery_sample_size_finite, expected_width, margin_of_error,
    sample_size_for_precision,
};

/// A count as a double.
#[expect(clippy::cast_precision_loss, reason = "counts of units in memory lie below 2^53")]
fn float(count: usize) -> f64 {
    count as f64
}
