//! The indicator `prevalence-by-category-eb`.

use super::audits::{Number, count, report, samples, units};
use super::shares::part;
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Tally, Units};
use crate::error::{Error, Result};
use crate::estimate::Estimate;
use crate::stats::comparison::beta_binomial;

indicator! {
    /// Share of illegal listings by category, with small categories drawn to the others.
    ///
    /// # Question
    ///
    /// How do categories differ in the share of illegal listings, when some of them have few labelled units?
    ///
    /// # Formula
    ///
    /// ```text
    /// share          = Σ w y / Σ w within the category    y = 1 where labelled illegal, w = 1/π
    /// share_shrunken = (x + α) / (n + α + β)              α, β by maximum likelihood over the categories (beta-binomial)
    /// ```
    ///
    /// The unit is the listing, by category (group `category`). n is the effective number of labelled units of the category, (Σ
    /// w)² / Σ w², and x = n · share, both rounded to whole numbers; in a sample with equal weights within categories they
    /// are the counts. Fewer than three categories give no shrunken shares. Below n = 5 labelled units a category is
    /// `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// Limits of `share` are those of the sample, of kind *sampling*. Limits of `share_shrunken` are quantiles of the posterior,
    /// which take α and β as known: their mean coverage is near the level for some 30 categories and far below it for few (84
    /// % at six). Do not rank shrunken shares without intervals of ranks.
    ///
    /// # Limits
    ///
    /// - Shrunken shares are a compromise between a category's own figure and all others: good on average, and wrong for a
    ///   category that truly stands apart. The raw share stands beside them.
    /// - Categories are those of the mapping; another cut gives another picture.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 34(1), (2).
    /// - Efron B., Morris C. (1975), "Data analysis using Stein's estimator and its generalizations", *Journal of the
    ///   American Statistical Association* 70, 311–319.
    /// - Rao J. N. K., Molina I. (2015), *Small Area Estimation*, 2nd ed., Wiley.
    PrevalenceByCategoryEb {
        id: "prevalence-by-category-eb",
        version: 1,
        status: Stability::Experimental,
        name: "Illegal listings by category, partially pooled",
        question: "How do categories differ in the share of illegal listings, when some of them have few labelled units?",
        unit: "listing",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Audit,
            table: "audit_units",
            cohort: Cohort::Window,
            columns: &["category", "outcome", "question", "sample", "sampled_at", "weight"], optional: &["cluster", "frame_size", "stratum"],
        }],
        statistics: &STATISTICS,
        levels: &[Level::C, Level::D],
        smallest_n: 5,
        legal: &["Regulation (EU) 2022/2065, Art. 34(1)", "Regulation (EU) 2022/2065, Art. 34(2)"],
        references: &[
            "Efron, Morris 1975, J. Am. Stat. Assoc. 70, 311-319",
            "Rao, Molina 2015, Small Area Estimation, 2nd ed., Wiley",
        ],
        own_group: Some("category"),
    }
}

static STATISTICS: [Statistic; 2] = [
    Statistic {
        name: "share",
        unit: "share",
        smallest_n: 5,
        meaning: "Listings of the category labelled illegal per listing of it.",
    },
    Statistic {
        name: "share_shrunken",
        unit: "share",
        smallest_n: 5,
        meaning: "The same, drawn to the other categories.",
    },
];

/// Fewer categories say nothing of how categories differ.
const FEWEST: usize = 3;

impl Indicator for PrevalenceByCategoryEb {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, _: Basis, _: &Scope) -> Vec<Tally> {
        Vec::new()
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        units(&CARD, basis, scope, "illegal", &["category"])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        if scope.groups.iter().any(|g| g.name == "category") {
            return Err(Error::usage(
                format!("{} is split by category already", CARD.id),
                "measure it without category in --by",
            ));
        }
        let [share, shrunken] = &STATISTICS;
        let samples = samples(counts, &CARD, scope)?;
        Ok(report(&samples, |sample| {
            let illegal = sample.positive();
            let mut rows = Vec::new();
            for (group, within) in sample.domains() {
                let categories: Vec<(String, Vec<bool>)> = sample
                    .domains_by(&["category"])
                    .into_iter()
                    .filter_map(|(name, domain)| {
                        let both: Vec<bool> = domain.iter().zip(&within).map(|(a, b)| *a && *b).collect();
                        Some((name?, both)).filter(|(_, both)| both.iter().any(|d| *d))
                    })
                    .collect();
                let mut effective = Vec::new();
                for (name, domain) in &categories {
                    let k = illegal.iter().zip(domain).filter(|(y, d)| **y && **d).count();
                    let number = sample.share(&illegal, domain);
                    let row = sample.row(share, group.as_ref(), (k, count(domain)));
                    let mut row = sample.fill(row, &number, share);
                    part(&mut row, "category", name);
                    rows.push(row);
                    effective.push(sample.effective(&number, domain));
                }
                let usable: Option<Vec<(u64, u64)>> = effective.into_iter().collect();
                let fit = usable.filter(|u| u.len() >= FEWEST).and_then(|u| {
                    let (x, n): (Vec<u64>, Vec<u64>) = u.into_iter().unzip();
                    beta_binomial(&x, &n).ok()
                });
                let posterior = fit.map_or_else(Vec::new, |f| f.posterior(sample.confidence()));
                for (at, (name, domain)) in categories.iter().enumerate() {
                    let k = illegal.iter().zip(domain).filter(|(y, d)| **y && **d).count();
                    let number = match posterior.get(at) {
                        Some(p) => Number::within(p.mean, p.limits, "beta-binomial posterior"),
                        None => {
                            Number::failed(format!("{} categories are below {FEWEST}, or do not fit", categories.len()))
                        }
                    };
                    let row = sample.row(shrunken, group.as_ref(), (k, count(domain)));
                    let mut row = sample.fill(row, &number, shrunken);
                    part(&mut row, "category", name);
                    rows.push(row);
                }
            }
            rows
        }))
    }
}
