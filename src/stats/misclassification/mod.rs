//! Shares measured by means that err: correction, verification, and what published error rates imply.
//!
//! A classifier, a matcher or a keyword rule flags units; a sample is checked by people. [`rogan_gladen`]
//! corrects a flagged share by sensitivity and specificity that were measured elsewhere; [`two_phase`] estimates
//! recall where flagged and unflagged units were checked at different rates; [`prediction`] combines
//! predictions of all units with labels of a sample; [`implied`] says which evaluation sets agree with published
//! accuracy, precision and recall.

pub mod implied;
pub mod prediction;
pub mod rogan_gladen;
pub mod two_phase;

#[cfg(test)]
mod tests;
