//! Agreement of people who rate the same units in categories.
//!
//! Sources: J. Cohen, "A coefficient of agreement for nominal scales", *Educational and Psychological
//! Measurement* 20 (1960), 37–46; J. L. Fleiss, J. Cohen and B. S. Everitt, "Large sample standard errors of
//! kappa and weighted kappa", *Psychological Bulletin* 72 (1969), 323–327; T. Byrt, J. Bishop and J. B. Carlin,
//! "Bias, prevalence and kappa", *Journal of Clinical Epidemiology* 46 (1993), 423–429; K. Krippendorff,
//! *Content Analysis*, 2nd ed. (2004), ch. 11; K. L. Gwet, "Computing inter-rater reliability and its variance in
//! the presence of high agreement", *British Journal of Mathematical and Statistical Psychology* 61 (2008),
//! 29–48; A. Zapf, S. Castell, L. Morawietz and A. Karch, "Measuring inter-rater reliability for nominal data",
//! *BMC Medical Research Methodology* 16 (2016), 93, for bootstrap limits.
//!
//! All are 1 for perfect agreement and 0 for what chance would give, which each defines in its own way. Where one
//! category is rare, kappa and alpha are low at high raw agreement; raw agreement is therefore given with them.

mod kappa;
mod ratings;

pub use kappa::{Kappa, cohen_kappa};
pub use ratings::{Ac1, Alpha, AlphaLimits, Ratings};

#[cfg(test)]
mod tests;
