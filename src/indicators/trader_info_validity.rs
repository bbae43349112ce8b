//! The indicator `trader-info-validity`.

use std::collections::BTreeSet;

use super::audits::{count, samples, units};
use super::records::statistic;
use super::shares::{self, Share};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Predicate, Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Share of traders' details that are well-formed, and that check out in an audit.
    ///
    /// # Question
    ///
    /// Of the details that traders gave, how many can be right, and how many does an audit find to be right?
    ///
    /// # Formula
    ///
    /// ```text
    /// well_formed = details with the form and check digits of their kind / details given (group item)
    /// share       = Σ w y / Σ w   y = 1 where the auditor found the detail right, w = 1/π (group requirement)
    /// coder_agreement = units with equal labels / units that several coders labelled (group requirement)
    /// ```
    ///
    /// On basis *vetted* the unit is the detail that a trader gave, of accounts as of the end of observation (as in
    /// `trader-traceability-completeness`). Addresses of e-mail follow RFC 5322, telephone numbers E.164 or a number as dialled
    /// within a country, value added tax numbers the form and check digits of the member state whose prefix they bear; numbers of other countries are left out.
    /// Register numbers differ by register: those that hold no two digits, one digit repeated, or strange characters are not well-formed. On basis *audit* the unit is
    /// the sampled trader and one check, as the column `requirement` of the labels names it (question `trader_details`). Unsure counts as not right. Below 10 details, or 20 labels,
    /// the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// Of well-formed details all are counted; on request there are limits of kind *process* (Wilson). Limits of audits are of kind *sampling*: Wilson for a simple
    /// sample, else logit limits with the linearised variance and a t quantile, below ten hits or misses those of Korn and Graubard.
    /// They cover the draw of the sample, not errors of labels.
    ///
    /// # Limits
    ///
    /// - Well-formed is not right: a number of the right form can belong to another or to nobody. Nothing is asked of registers.
    /// - Not well-formed is not wrong everywhere: rare forms exist; read the figure beside the audit.
    /// - Art. 30(2) asks for best efforts to assess details: a detail that does not check out is no breach by itself.
    /// - What is not given is in `trader-traceability-completeness`.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 30(2) and (3).
    /// - Council Directive 2006/112/EC, Art. 215; European Commission, *VIES: structure of VAT identification numbers*.
    /// - Internet Engineering Task Force, RFC 5322; International Telecommunication Union, Recommendation E.164 (2010).
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the
    ///   American Statistical Association* 22, 209–212.
    /// - Korn E. L., Graubard B. I. (1998), "Confidence intervals for proportions with small expected number of positive
    ///   counts estimated from survey data", *Survey Methodology* 24, 193–201.
    TraderInfoValidity {
        id: "trader-info-validity",
        version: 1,
        status: Stability::Experimental,
        name: "Traders' details that check out",
        question: "Of the details that traders gave, how many can be right, and how many does an audit find to be right?",
        unit: "detail of a trader",
        direction: Direction::UpBetter,
        requires: &[
            Requirement {
                basis: Basis::Vetted,
                table: "trader_checks",
                cohort: Cohort::Window,
                columns: &[
                    "email_well_formed",
                    "held",
                    "phone_well_formed",
                    "register_number_well_formed",
                    "vat_number_well_formed",
                ], optional: &[],
            },
            Requirement {
                basis: Basis::Audit,
                table: "audit_units",
                cohort: Cohort::Window,
                columns: &["disagreed", "outcome", "question", "requirement", "sample", "sampled_at", "weight"], optional: &["cluster", "frame_size", "stratum"],
            },
        ],
        statistics: &STATISTICS,
        levels: &[Level::D, Level::E],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 30(2)"],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Korn, Graubard 1998, Survey Methodology 24, 193-201",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    statistic("well_formed", "share", 10, "Details with the form of their kind (group item) per detail given."),
    statistic("share", "share", 20, "Details found right per detail audited (group requirement)."),
    statistic(
        "coder_agreement",
        "share",
        20,
        "Units with equal labels per unit that several coders labelled (group requirement).",
    ),
];

/// Items whose form is known.
const ITEMS: [(&str, &str); 4] = [
    ("email", "email_well_formed"),
    ("phone", "phone_well_formed"),
    ("register_number", "register_number_well_formed"),
    ("vat_number", "vat_number_well_formed"),
];

fn parts() -> Vec<Share> {
    let part = |(item, column): (&'static str, &str)| Share {
        statistic: &STATISTICS[0],
        part: Some(("item", item)),
        k: Predicate::is_true(column),
        n: Predicate::not_null(column),
        lacking: "not given, or of a form that is not known",
    };
    ITEMS.map(part).into_iter().collect()
}

impl Indicator for TraderInfoValidity {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        if basis != Basis::Vetted {
            return Vec::new();
        }
        let mut tallies = shares::tallies(&CARD, basis, scope, &parts());
        for tally in &mut tallies {
            tally.filters.push(Predicate::is_true("held"));
        }
        tallies
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        if basis != Basis::Audit {
            return Vec::new();
        }
        units(&CARD, basis, scope, "trader_details", &["disagreed", "requirement"])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        if counts.basis == Basis::Vetted {
            return shares::estimate(&CARD, counts, scope, &parts());
        }
        let [_, share, agreement] = &STATISTICS;
        let rows = counts.rows(0)?;
        let requirements: BTreeSet<String> = (0..rows.len()).map(|i| rows.group("requirement", i)).collect();
        let mut estimates = Vec::new();
        // A trader is one unit of each check: samples are those of one check at a time.
        for requirement in requirements {
            let own = rows.only(|i| rows.group("requirement", i) == requirement);
            let own = Counts { basis: counts.basis, tables: Vec::new(), units: vec![own] };
            let samples = samples(&own, &CARD, scope)?;
            let mut made = super::audits::report(&samples, |sample| {
                let right = sample.positive();
                let mut rows = Vec::new();
                for (group, domain) in sample.domains() {
                    let k = right.iter().zip(&domain).filter(|(r, d)| **r && **d).count();
                    let row = sample.row(share, group.as_ref(), (k, count(&domain)));
                    rows.push(sample.fill(row, &sample.share(&right, &domain), share));
                    rows.push(sample.agreement(agreement, group.as_ref(), &domain));
                }
                rows
            });
            for row in &mut made {
                shares::part(row, "requirement", &requirement);
            }
            estimates.extend(made);
        }
        Ok(estimates)
    }
}
