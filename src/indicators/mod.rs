//! Indicators, one file each: a question, the counts that answer it, and the estimates made of them.
//!
//! A new indicator is a new file and two lines here: its module, and its place in [`INDICATORS`].

use crate::engine::{Tally, TallyTable, UnitRows, Units};
use crate::error::{Error, Result};
use crate::estimate::Estimate;

mod audits;
pub mod card;
mod cells;
mod classified;
mod contrasts;
mod deadlines;
mod declared;
mod delays;
mod mix;
pub mod parameters;
mod placed;
mod records;
mod rules_kept;
mod scope;
mod shares;
mod times;
mod working_days;

pub use card::{Basis, Card, Direction, Level, Requirement, Stability, Statistic};
pub use parameters::Parameters;
pub use rules_kept::touched;
pub use scope::{Cohort, Group, Scope};

/// Declares an indicator: its method page, once, becomes both the documentation of the type and the text
/// of the card, so that `explain`, the report and the documentation print the same words.
macro_rules! indicator {
    ($(#[doc = $line:literal])+ $name:ident { $($field:ident: $value:expr),+ $(,)? }) => {
        $(#[doc = $line])+
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        static CARD: $crate::indicators::Card = $crate::indicators::Card {
            doc: concat!($($line, "\n"),+),
            $($field: $value),+
        };
    };
}

/// Makes an indicator of the shares that the function `parts` of its file lists; with `declared`, also of what reports
/// declare: its file has the codes of figures in `DECLARED` and makes their estimates in `declared`.
macro_rules! shares {
    ($name:ident, declared) => {
        impl $crate::indicators::Indicator for $name {
            fn card(&self) -> &'static $crate::indicators::Card {
                &CARD
            }

            fn tallies(
                &self,
                basis: $crate::indicators::Basis,
                scope: &$crate::indicators::Scope,
            ) -> Vec<$crate::engine::Tally> {
                if basis == $crate::indicators::Basis::Report {
                    return Vec::new();
                }
                $crate::indicators::shares::tallies(&CARD, basis, scope, &parts(basis))
            }

            fn units(
                &self,
                basis: $crate::indicators::Basis,
                scope: &$crate::indicators::Scope,
            ) -> Vec<$crate::engine::Units> {
                if basis == $crate::indicators::Basis::Report {
                    $crate::indicators::declared::units(scope, DECLARED)
                } else {
                    Vec::new()
                }
            }

            fn estimate(
                &self,
                counts: &$crate::indicators::Counts,
                scope: &$crate::indicators::Scope,
            ) -> $crate::error::Result<Vec<$crate::estimate::Estimate>> {
                if counts.basis == $crate::indicators::Basis::Report {
                    return Ok(declared(&$crate::indicators::declared::Declared::new(counts, &CARD, scope)));
                }
                $crate::indicators::shares::estimate(&CARD, counts, scope, &parts(counts.basis))
            }
        }
    };
    ($name:ident) => {
        impl $crate::indicators::Indicator for $name {
            fn card(&self) -> &'static $crate::indicators::Card {
                &CARD
            }

            fn tallies(
                &self,
                basis: $crate::indicators::Basis,
                scope: &$crate::indicators::Scope,
            ) -> Vec<$crate::engine::Tally> {
                $crate::indicators::shares::tallies(&CARD, basis, scope, &parts())
            }

            fn estimate(
                &self,
                counts: &$crate::indicators::Counts,
                scope: &$crate::indicators::Scope,
            ) -> $crate::error::Result<Vec<$crate::estimate::Estimate>> {
                $crate::indicators::shares::estimate(&CARD, counts, scope, &parts())
            }
        }
    };
}

/// Makes an indicator of what reports declare: its file has the codes of figures in `DECLARED` and makes their estimates in
/// `declared`.
macro_rules! declared {
    ($name:ident) => {
        impl $crate::indicators::Indicator for $name {
            fn card(&self) -> &'static $crate::indicators::Card {
                &CARD
            }

            fn tallies(
                &self,
                _: $crate::indicators::Basis,
                _: &$crate::indicators::Scope,
            ) -> Vec<$crate::engine::Tally> {
                Vec::new()
            }

            fn units(
                &self,
                basis: $crate::indicators::Basis,
                scope: &$crate::indicators::Scope,
            ) -> Vec<$crate::engine::Units> {
                if basis == $crate::indicators::Basis::Report {
                    $crate::indicators::declared::units(scope, DECLARED)
                } else {
                    Vec::new()
                }
            }

            fn estimate(
                &self,
                counts: &$crate::indicators::Counts,
                scope: &$crate::indicators::Scope,
            ) -> $crate::error::Result<Vec<$crate::estimate::Estimate>> {
                Ok(declared(&$crate::indicators::declared::Declared::new(counts, &CARD, scope)))
            }
        }
    };
}

pub mod account_sanction_share;
pub mod accuracy_disclosure_completeness;
pub mod affiliate_illegal_promotion_share;
pub mod affiliate_sanction_latency;
pub mod automated_error_rate;
pub mod automated_share;
pub mod category_mix;
pub mod complaint_rate;
pub mod complaint_reversal_rate;
pub mod complaint_time;
pub mod consumer_notification_rate;
pub mod decision_type_mix;
pub mod digit_heaping;
pub mod evasion_recall_gap;
pub mod exposure_before_action;
pub mod hidden_link_prevalence;
pub mod illegal_ground_share;
pub mod illegal_listing_prevalence;
pub mod illegal_order_prevalence;
pub mod illegal_view_prevalence;
pub mod keyword_mix;
pub mod language_coverage_gap;
pub mod listing_content_mismatch;
pub mod machine_assisted_prevalence;
pub mod misclassification_adjusted_prevalence;
pub mod moderation_latency;
pub mod moderation_precision;
pub mod moderators_per_million_amar;
pub mod notice_access_parity;
pub mod notice_acknowledgement;
pub mod notice_action_rate;
pub mod notice_backlog;
pub mod notice_deadline_compliance;
pub mod ods_implementation_rate;
pub mod ods_reversal_rate;
pub mod offence_concentration_gini;
pub mod order_deadline_compliance;
pub mod other_category_share;
pub mod outsourced_share;
pub mod own_initiative_share;
pub mod penalty_escalation_adherence;
pub mod phoenix_trader_rate;
pub mod platform_concentration;
pub mod post_threshold_activity;
pub mod pre_listing_interception_rate;
pub mod prevalence_by_category_eb;
pub mod proactive_detection_recall;
pub mod product_safety_info_completeness;
pub mod recidivism_mcf;
pub mod relisting_rate;
pub mod repeat_offender_rate;
pub mod residual_illegal_stock;
pub mod reversal_disparity;
pub mod risk_assessment_calibration_ratio;
pub mod safety_gate_match_rate;
pub mod sanction_disparity;
pub mod seeded_test_detection;
pub mod sor_duplicate_rate;
pub mod sor_field_completeness;
pub mod sor_internal_consistency;
pub mod sor_timeliness;
pub mod statement_count;
pub mod suspensions_per_1000_illegal_measures;
pub mod territorial_uniformity;
pub mod test_purchase_failure_rate;
pub mod time_to_action;
pub mod time_to_detection;
pub mod time_to_relisting;
pub mod time_to_suspension;
pub mod tr_internal_consistency;
pub mod tr_sor_reconciliation;
pub mod tr_structural_validity;
pub mod tr_timeliness;
pub mod trader_info_display_rate;
pub mod trader_info_validity;
pub mod trader_traceability_completeness;
pub mod trusted_flagger_priority_ratio;
pub mod trusted_flagger_share;
pub mod unsafe_product_share;
pub mod workload_per_moderator;

/// Every indicator, in the order of the help.
pub static INDICATORS: &[&dyn Indicator] = &[
    &statement_count::StatementCount,
    &own_initiative_share::OwnInitiativeShare,
    &trusted_flagger_share::TrustedFlaggerShare,
    &automated_share::AutomatedShare,
    &illegal_ground_share::IllegalGroundShare,
    &unsafe_product_share::UnsafeProductShare,
    &account_sanction_share::AccountSanctionShare,
    &category_mix::CategoryMix,
    &keyword_mix::KeywordMix,
    &decision_type_mix::DecisionTypeMix,
    &platform_concentration::PlatformConcentration,
    &moderation_latency::ModerationLatency,
    &sor_timeliness::SorTimeliness,
    &territorial_uniformity::TerritorialUniformity,
    &other_category_share::OtherCategoryShare,
    &sor_field_completeness::SorFieldCompleteness,
    &sor_internal_consistency::SorInternalConsistency,
    &sor_duplicate_rate::SorDuplicateRate,
    &illegal_listing_prevalence::IllegalListingPrevalence,
    &illegal_view_prevalence::IllegalViewPrevalence,
    &illegal_order_prevalence::IllegalOrderPrevalence,
    &misclassification_adjusted_prevalence::MisclassificationAdjustedPrevalence,
    &machine_assisted_prevalence::MachineAssistedPrevalence,
    &prevalence_by_category_eb::PrevalenceByCategoryEb,
    &risk_assessment_calibration_ratio::RiskAssessmentCalibrationRatio,
    &test_purchase_failure_rate::TestPurchaseFailureRate,
    &residual_illegal_stock::ResidualIllegalStock,
    &proactive_detection_recall::ProactiveDetectionRecall,
    &moderation_precision::ModerationPrecision,
    &evasion_recall_gap::EvasionRecallGap,
    &pre_listing_interception_rate::PreListingInterceptionRate,
    &exposure_before_action::ExposureBeforeAction,
    &time_to_detection::TimeToDetection,
    &seeded_test_detection::SeededTestDetection,
    &repeat_offender_rate::RepeatOffenderRate,
    &offence_concentration_gini::OffenceConcentrationGini,
    &penalty_escalation_adherence::PenaltyEscalationAdherence,
    &time_to_suspension::TimeToSuspension,
    &post_threshold_activity::PostThresholdActivity,
    &recidivism_mcf::RecidivismMcf,
    &relisting_rate::RelistingRate,
    &time_to_relisting::TimeToRelisting,
    &phoenix_trader_rate::PhoenixTraderRate,
    &sanction_disparity::SanctionDisparity,
    &hidden_link_prevalence::HiddenLinkPrevalence,
    &listing_content_mismatch::ListingContentMismatch,
    &notice_action_rate::NoticeActionRate,
    &time_to_action::TimeToAction,
    &notice_deadline_compliance::NoticeDeadlineCompliance,
    &order_deadline_compliance::OrderDeadlineCompliance,
    &trusted_flagger_priority_ratio::TrustedFlaggerPriorityRatio,
    &notice_acknowledgement::NoticeAcknowledgement,
    &notice_access_parity::NoticeAccessParity,
    &notice_backlog::NoticeBacklog,
    &complaint_reversal_rate::ComplaintReversalRate,
    &complaint_rate::ComplaintRate,
    &complaint_time::ComplaintTime,
    &reversal_disparity::ReversalDisparity,
    &affiliate_illegal_promotion_share::AffiliateIllegalPromotionShare,
    &affiliate_sanction_latency::AffiliateSanctionLatency,
    &trader_traceability_completeness::TraderTraceabilityCompleteness,
    &trader_info_validity::TraderInfoValidity,
    &trader_info_display_rate::TraderInfoDisplayRate,
    &product_safety_info_completeness::ProductSafetyInfoCompleteness,
    &safety_gate_match_rate::SafetyGateMatchRate,
    &consumer_notification_rate::ConsumerNotificationRate,
    &automated_error_rate::AutomatedErrorRate,
    &accuracy_disclosure_completeness::AccuracyDisclosureCompleteness,
    &suspensions_per_1000_illegal_measures::SuspensionsPer1000IllegalMeasures,
    &ods_reversal_rate::OdsReversalRate,
    &ods_implementation_rate::OdsImplementationRate,
    &moderators_per_million_amar::ModeratorsPerMillionAmar,
    &workload_per_moderator::WorkloadPerModerator,
    &language_coverage_gap::LanguageCoverageGap,
    &outsourced_share::OutsourcedShare,
    &tr_structural_validity::TrStructuralValidity,
    &tr_internal_consistency::TrInternalConsistency,
    &tr_timeliness::TrTimeliness,
    &tr_sor_reconciliation::TrSorReconciliation,
    &digit_heaping::DigitHeaping,
];

/// A question that data answers with estimates.
pub trait Indicator: Sync {
    /// What it is.
    fn card(&self) -> &'static Card;

    /// Groups that it compares itself, and by which it can therefore not be split.
    fn compares(&self) -> &'static [&'static str] {
        &[]
    }

    /// The counts that it needs on a basis; none where it cannot rest on it.
    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally>;

    /// The rows that it needs on a basis, where counts cannot answer: few, and of a view.
    fn units(&self, _basis: Basis, _scope: &Scope) -> Vec<Units> {
        Vec::new()
    }

    /// Turns the merged counts of [`Indicator::tallies`] and the rows of [`Indicator::units`] for the same scope
    /// into estimates. Pure and cheap.
    ///
    /// Data without a row gives no estimate.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the counts are not those of the tallies; [`Error::Usage`] where the scope
    /// asks for what cannot be.
    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>>;
}

/// The counts of an indicator's tallies and the rows of its units, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    /// The basis that the tallies were asked for.
    pub basis: Basis,
    /// One table for each tally.
    pub tables: Vec<TallyTable>,
    /// Rows for each request of units.
    pub units: Vec<UnitRows>,
}

impl Counts {
    fn table(&self, at: usize) -> Result<&TallyTable> {
        self.tables.get(at).ok_or_else(|| cells::counts_fault(&format!("table {} is missing", at + 1)))
    }

    pub(crate) fn rows(&self, at: usize) -> Result<&UnitRows> {
        self.units.get(at).ok_or_else(|| cells::counts_fault(&format!("rows {} are missing", at + 1)))
    }
}

/// The indicator of this id.
///
/// # Errors
/// [`Error::Unknown`] with all ids.
pub fn indicator(id: &str) -> Result<&'static dyn Indicator> {
    INDICATORS.iter().copied().find(|i| i.card().id == id).ok_or_else(|| Error::Unknown {
        kind: "indicator",
        name: id.to_owned(),
        known: INDICATORS.iter().map(|i| i.card().id.to_owned()).collect(),
    })
}

#[cfg(test)]
mod complaints_tests;
#[cfg(test)]
mod notices_tests;
#[cfg(test)]
mod penalties_tests;
#[cfg(test)]
mod products_tests;
#[cfg(test)]
mod reports_more_tests;
#[cfg(test)]
mod reports_tests;
#[cfg(test)]
mod spells_tests;
#[cfg(test)]
mod tests;
