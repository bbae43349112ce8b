//! What each counted statistic of the truth means.

use super::truth::{Meaning, TruthKind};

const fn population(indicator: &'static str, statistic: &'static str, definition: &'static str) -> Meaning {
    Meaning { indicator, statistic, kind: TruthKind::Population, total: false, factor: 1, definition }
}

const fn population_total(indicator: &'static str, statistic: &'static str, definition: &'static str) -> Meaning {
    Meaning { indicator, statistic, kind: TruthKind::Population, total: true, factor: 1, definition }
}

const fn count(indicator: &'static str, statistic: &'static str, definition: &'static str) -> Meaning {
    Meaning { indicator, statistic, kind: TruthKind::Count, total: false, factor: 1, definition }
}

/// A ratio for each thousand.
const fn rate(indicator: &'static str, statistic: &'static str, definition: &'static str) -> Meaning {
    Meaning { indicator, statistic, kind: TruthKind::Count, total: false, factor: 1000, definition }
}

const fn total(indicator: &'static str, statistic: &'static str, definition: &'static str) -> Meaning {
    Meaning { indicator, statistic, kind: TruthKind::Count, total: true, factor: 1, definition }
}

macro_rules! meanings {
    ($($name:ident = $kind:ident($indicator:literal, $statistic:literal, $definition:literal);)*) => {
        $(pub(super) static $name: Meaning = $kind($indicator, $statistic, $definition);)*
        /// All of them.
        #[cfg(test)]
        pub(super) static ALL: &[&Meaning] = &[$(&$name),*];
    };
}

meanings! {
    PREVALENCE = population("illegal-listing-prevalence", "share",
        "share of the listings live at the reference time that are illegal; samples stock and clusters estimate it");
    PREVALENCE_EVER = population("illegal-listing-prevalence", "share_of_period",
        "share of all listings of the export that are illegal; samples simple and period estimate it");
    VIEWS = population("illegal-view-prevalence", "share",
        "share of the views, from the begin of the window to the reference time, of listings live at the reference time that went to illegal ones; samples stock and clusters estimate it");
    VIEWS_EVER = population("illegal-view-prevalence", "share_of_period",
        "share of all views of the window that went to illegal listings, those of removed listings included; samples simple and period estimate it");
    ORDERS = population("illegal-order-prevalence", "share",
        "share of the orders, from the begin of the window to the reference time, of listings live at the reference time that were of illegal ones; samples stock and clusters estimate it");
    ORDERS_EVER = population("illegal-order-prevalence", "share_of_period",
        "share of all orders of the window that were of illegal listings; samples simple and period estimate it");
    APPARENT = count("misclassification-adjusted-prevalence", "apparent",
        "share of all listings of the export that the classifier labels illegal (column flagged)");
    SENSITIVITY = population("misclassification-adjusted-prevalence", "sensitivity",
        "share of the illegal listings of the export that the classifier labels illegal");
    SPECIFICITY = population("misclassification-adjusted-prevalence", "specificity",
        "share of the legal listings of the export that the classifier labels legal");
    ADJUSTED = population("misclassification-adjusted-prevalence", "share",
        "share of all listings of the export that are illegal");
    BY_CATEGORY = population("prevalence-by-category-eb", "share",
        "share of the listings live at the reference time that are illegal");
    STOCK = population_total("residual-illegal-stock", "total",
        "illegal listings of the export, whether live before or refused, that the platform took no action on (routine labels and demotions under the terms aside) and that nobody notified, by the end of the window");
    ILLEGAL = population_total("residual-illegal-stock", "total_illegal", "illegal listings of the export");
    RECALL = population("proactive-detection-recall", "share",
        "share of the illegal listings of the export that the platform's own detection marked (label of the classifier, or an action of its own initiative before any notice) by the end of the window; samples simple and period estimate it");
    PRECISION = population("moderation-precision", "share",
        "share of the actions on listings, reinstatements aside, that were right; sample measures estimates it");
    PRECISION_LABELLED = population("moderation-precision", "share_labelled",
        "the same less the share of units that auditors agree to be unsure of, which count as not right: what sample measures estimates with the labels that it has");
    INTERCEPTION = count("pre-listing-interception-rate", "share",
        "contents whose first action with ground illegal and confirmed came before any listing with such an action and that content was live, among contents with such an action");
    EXPOSURE = count("exposure-before-action", "mean",
        "mean views_before of removals and disablings with ground illegal and confirmed; k is their sum, n their number");
    UNSEEN = count("exposure-before-action", "share_without_views",
        "share of removals and disablings with ground illegal and confirmed whose views_before is 0");
    OWN = count("own-initiative-share", "share",
        "actions with detection_source own_initiative among actions on listings, reinstatements aside");
    AUTOMATED = count("automated-share", "share_decided_fully", "automated actions among actions on listings, reinstatements aside");
    SEEDED = total("seeded-test-detection", "found", "planted listings with detected_at");
    BOUGHT = count("test-purchase-failure-rate", "share", "failed among test purchases with selection_rule random and a clear result");
    EPISODES_1 = total("repeat-offender-rate", "traders_1", "traders with at least one episode of confirmed offences (ground illegal, confirmed, dated by detected_at; 24 hours from the first are one) in the window");
    EPISODES_2 = count("repeat-offender-rate", "share", "share with a second episode within 90 days of the first, of traders whose first episode (as above) began at least 90 days before the end of the window");
    EPISODES_3 = count("repeat-offender-rate", "share_3", "of these, the share with a third episode within 90 days of the first");
    GINI = count("offence-concentration-gini", "gini_offenders", "Gini coefficient, without correction for small numbers, of confirmed offences (actions, not episodes) by trader, over traders with at least one");
    GINI_ALL = count("offence-concentration-gini", "gini", "the same over all accounts of the export");
    ADHERENCE = count("penalty-escalation-adherence", "share",
        "episodes for which a sanction at least as severe (in the order of sanction_rank) as the policy names for their number is decided from their begin until within_days later, among episodes of which that time ends within the window and before a closure of the account");
    THRESHOLD = total("time-to-suspension", "suspended", "traders with a fourth episode in the window: n is their number, and the value k is how many of them are suspended or terminated from its begin to the end of the window");
    RELISTED = count("relisting-rate", "share", "share of the fingerprints with a removal or disabling on the ground of the law in the window, not taken back in it, that are live again by another listing after the first of these");
    SUSPENDED = total("phoenix-trader-rate", "returned", "traders with a suspension or termination in the window are n; the value k is how many of them have an account of the same linked_entity_id that joined later");
    SUSPENSIONS = rate("suspensions-per-1000-illegal-measures", "rate", "suspensions and terminations for each 1000 actions on listings with ground illegal");
    POST_ORDERS = total("post-threshold-activity", "orders", "purchases, cancelled ones aside, from traders from the begin of their fourth episode until they are suspended, terminated or close, or the window ends");
    POST_LISTINGS = total("post-threshold-activity", "listings", "listings that went live in these times");
    POST_MINUTES = total("post-threshold-activity", "trader_minutes", "minutes in these times, summed over traders");
    LINK_FRONTS = population("hidden-link-prevalence", "share", "share of affiliate links that front for something else; sample links estimates it");
    MISMATCH = population("listing-content-mismatch", "share", "share of the listings live at the reference time whose picture, title and variants disagree; sample mismatch estimates it");
    CLICKS = population("affiliate-illegal-promotion-share", "share", "share of the clicks on affiliate links that lead to illegal listings");
    CLICKS_CONFIRMED = count("affiliate-illegal-promotion-share", "share_confirmed", "share of the clicks on affiliate links that lead to listings with an action with ground illegal and confirmed in the window");
    RECEIVED = count("notice-backlog", "share", "notices without decision at the end of the window among all");
    ACTED = count("notice-action-rate", "share", "notices decided with action on the law or the terms among decided ones, duplicates included");
    DEADLINE = count("notice-deadline-compliance", "share_without_holidays",
        "product-safety notices decided by the end of the third working day (Monday to Friday, UTC days) after the day of receipt, among those of which that day ends within the window or which were decided by its end");
    DEADLINE_HOLIDAYS = count("notice-deadline-compliance", "share",
        "the same where the listed public holidays are no working days");
    RECEIPTS = count("notice-acknowledgement", "receipt", "notices whose receipt was confirmed among those with a contact");
    ANSWERS = count("notice-acknowledgement", "decision", "notices whose decision was sent among decided ones with a contact");
    REDRESS = count("notice-acknowledgement", "redress", "notices whose decision told of redress among those whose decision was sent");
    PAIRS = count("notice-access-parity", "discordant_share", "pairs of test notices that differ in whether there was action, among those of which both are decided");
    ROUTE = count("notice-access-parity", "share", "decided test notices with action, by whether the notifier was logged in");
    ORDER_DEADLINE = count("order-deadline-compliance", "share",
        "orders under GPSR Art. 22(4) given effect by the end of the second working day (Monday to Friday, UTC days) after the day of receipt, among those of which that day ends within the window or which were given effect by its end");
    REVERSED = count("complaint-reversal-rate", "share", "complaints reversed fully or partly among decided ones, omitted ones aside");
    REVERSED_WHOLLY = count("complaint-reversal-rate", "share_reversed", "complaints reversed fully among decided ones, omitted ones aside");
    OMITTED = count("complaint-reversal-rate", "share_omitted", "omitted complaints among those with an outcome");
    COMPLAINTS = rate("complaint-rate", "rate_all_measures", "complaints against restrictions of listings or traders (all but non_action) for each 1000 actions, reinstatements aside");
    COMPLETE = count("trader-traceability-completeness", "share", "accounts with all of Art. 30(1): name, address, phone, email, identification, payment account, self-certification, and a register number where registered");
    GIVEN = count("trader-traceability-completeness", "given", "accounts that give this (group); the register number among registered ones");
    VALID = population("trader-info-validity", "share", "share of what accounts give (group) that checks out; the samples traders-<group> estimate it");
    SHOWN = count("trader-info-display-rate", "shown", "share of all listings of the export whose page shows this (group), where it applies");
    SAFETY = count("product-safety-info-completeness", "shown", "share of all listings of the export whose page shows this (group), where it applies");
    ALERTS = population("safety-gate-match-rate", "share", "share of alerts whose product at least one listing offers live this many days (group) after publication");
    ALERT_LISTINGS = population_total("safety-gate-match-rate", "listings", "listings of the export that offer the product of an alert");
    TOLD = count("consumer-notification-rate", "share", "purchases whose buyer was told among those with known contact, ordered before illegal_known_at by at most 182 days");
}
