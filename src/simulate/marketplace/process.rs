//! Parameters of the process: by formula where there is one, else by a long simulation of the same model.

use super::block::AlertsOf;
use super::careers;
use super::fate::{self, Nature};
use super::maths::exp;
use super::model::{self, NOTIFIERS, TACTICS};
use super::plan::MarketplacePlan;
use super::sides;
use super::truth::{Meaning, TruthEntry, TruthKind};

pub(super) const fn process(indicator: &'static str, statistic: &'static str, definition: &'static str) -> Meaning {
    Meaning { indicator, statistic, kind: TruthKind::Process, total: false, factor: 1, definition }
}

/// Days after which distributions are given.
const SURVIVAL_DAYS: [u32; 5] = [1, 7, 14, 30, 90];
/// ∫₀ᵗ (1 − e^(−u/m)) du.
fn delayed(t: f64, mean: f64) -> f64 {
    t - mean * (1.0 - exp(-t / mean))
}

/// Probability that a live illegal listing of this nature is not removed within `t` days, no end by the trader
/// interfering.
///
/// Own actions: detection at a constant rate, then no delay by machine or an exponential one by a person. Notices and
/// orders that lead to action arrive as Poisson processes and are decided after independent delays; that none is
/// decided by `t` has the probability exp(−λ·∫₀ᵗF(u)du), where F is the distribution of the delay (Rényi's theorem on
/// displaced Poisson processes). The delay of orders in working days is taken as an exponential one of the same mean:
/// orders are so few that this moves the result by less than 0.002.
fn survival_of(nature: Nature, t: f64) -> f64 {
    let rate = fate::own_rate(nature);
    let review = 1.0 / model::REVIEW;
    let (e, r) = (exp(-rate * t), exp(-review * t));
    // P(detection + review > t) for two exponential times with different rates.
    let reviewed = (review * e - rate * r) / (review - rate);
    let own = model::AUTOMATED * e + (1.0 - model::AUTOMATED) * reviewed;
    let notices: f64 = NOTIFIERS.iter().map(|n| n.rate.0 * n.acted.0 * delayed(t, n.mean)).sum();
    let orders = model::ORDER_RATE * delayed(t, 2.43);
    own * exp(-notices - orders)
}

/// What illegal listings that went live are, with their probabilities.
fn natures(plan: &MarketplacePlan) -> Vec<(Nature, f64)> {
    let mut all = Vec::new();
    for (tactic, (_, _, share, _)) in (0_u8..).zip(&TACTICS) {
        let share = if tactic == 0 { 1.0 - plan.evasion } else { plan.evasion * share };
        let found = fate::sensitivity(plan, tactic);
        for (flagged, p) in [(true, found * (1.0 - model::INTERCEPTED.0)), (false, 1.0 - found)] {
            all.push((Nature { illegal: true, terms: false, tactic, flagged }, share * p));
        }
    }
    let sum: f64 = all.iter().map(|(_, p)| p).sum();
    for (_, p) in &mut all {
        *p /= sum;
    }
    all
}

/// Probability that an illegal listing is still there `t` days after it went live.
fn survival(plan: &MarketplacePlan, t: f64) -> f64 {
    natures(plan).into_iter().map(|(nature, p)| p * survival_of(nature, t)).sum()
}

/// Days at which a falling curve reaches a half, by bisection.
fn median(curve: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 10_000.0);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if curve(middle) > 0.5 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

const SURVIVAL: Meaning = process(
    "time-to-detection",
    "survival",
    "probability that an illegal listing that went live has not been removed or disabled this many days (group) after \
     it went live, were it not for its end by the trader: a Kaplan-Meier curve with delayed entry at \
     first_seen_at that censors at ended_at estimates it",
);
const SURVIVAL_MEDIAN: Meaning =
    process("time-to-detection", "median", "days after which that probability is one half");
const RELISTING: Meaning = process(
    "relisting-rate",
    "cumulative_incidence",
    "probability that content which was removed or disabled on the ground of the law (interceptions aside) is live \
     again under the same fingerprint within this many days (group) of its first removal",
);
const RELISTING_RMST: Meaning =
    process("time-to-relisting", "rmst_90", "mean days without the content in the first 90 days after such a removal");
const PHOENIX: Meaning = process(
    "phoenix-trader-rate",
    "cumulative_incidence",
    "probability that a trader joins under another account of the same linked_entity_id within this many days (group) \
     of its first suspension or termination",
);
const ADHERENCE: Meaning = process(
    "penalty-escalation-adherence",
    "share",
    "probability that the sanction which the policy names for an episode of confirmed offences (24 hours from the \
     first of a batch), or the next more severe one, is decided within the days that the policy names; episodes \
     whose time to be sanctioned the end of the window or of the account cuts short are left out",
);
const OVER: Meaning = process(
    "penalty-escalation-adherence",
    "over_sanctioned",
    "probability that an episode below the last step is followed, in time, by the next more severe sanction than the policy names",
);
const NOTICE: Meaning = process(
    "time-to-action",
    "median",
    "median days from receipt to decision of notices by this type of notifier, pending ones included as censored",
);
const PRIORITY: Meaning = process(
    "trusted-flagger-priority-ratio",
    "median_ratio",
    "median days to decision of notices of trusted flaggers, divided by that of notices of users",
);
const PARITY: Meaning = process(
    "notice-access-parity",
    "difference",
    "probability of action on a test notice by a notifier who is logged in, less that by one who is not",
);
const COMPLAINT: Meaning =
    process("complaint-time", "median", "median days from filing to decision of complaints, pending ones as censored");
const REVERSAL: Meaning = process(
    "complaint-reversal-rate",
    "share",
    "probability that a decided complaint, omitted ones aside, reverses the decision fully or partly, by what the \
     complaint is against: a wrong or right action on a listing or trader, or a decision not to act",
);
const DISPARITY: Meaning = process(
    "reversal-disparity",
    "difference",
    "probability of reversal of wrong actions for listings in de, fr, it, es, nl, en, less that in pl, ro, sv",
);
const LINK: Meaning = process(
    "affiliate-sanction-latency",
    "cumulative_incidence_7",
    "probability that this is done (group) within 7 days after an abusive link was found",
);
const SEEDED: Meaning = process(
    "seeded-test-detection",
    "detected",
    "probability that a planted listing is refused or found within this many days (group)",
);
const FAILURE: Meaning = process(
    "test-purchase-failure-rate",
    "share",
    "probability that a product that was bought fails its test, by how it was selected",
);
const NOTIFIED: Meaning = process(
    "consumer-notification-rate",
    "share",
    "probability that a buyer with known contact, who ordered within 182 days before the platform knew, is told",
);
const EQUAL: Meaning = process(
    "sanction-disparity",
    "ratio",
    "probability that a sanction follows in time, of traders of one size or country divided by that of others: they \
     are treated alike",
);

/// All parameters of the process; `arriving` is the share of listings that went live within the window.
pub(super) fn entries(plan: &MarketplacePlan, alerts: &AlertsOf, arriving: f64) -> Vec<TruthEntry> {
    let ln_2 = std::f64::consts::LN_2;
    let mut all = Vec::new();
    for days in SURVIVAL_DAYS {
        all.push(SURVIVAL.entry(("days", &days.to_string()), Some(survival(plan, days.into()))));
    }
    all.push(SURVIVAL_MEDIAN.entry(("", ""), Some(median(|t| survival(plan, t)))));
    let (mean, _) = model::RELISTED;
    for days in [30_u32, 90] {
        let back = |p: f64, mean: f64| Some(p * (1.0 - exp(-f64::from(days) / mean)));
        all.push(RELISTING.entry(("days", &days.to_string()), back(plan.relisting, mean)));
        all.push(PHOENIX.entry(("days", &days.to_string()), back(model::PHOENIX.0, model::PHOENIX.1)));
    }
    all.push(RELISTING_RMST.entry(("", ""), Some(90.0 - plan.relisting * delayed(90.0, mean))));
    all.push(ADHERENCE.entry(("", ""), Some(plan.adherence)));
    all.push(EQUAL.entry(("", ""), Some(1.0)));
    all.push(OVER.entry(("", ""), Some(plan.adherence * model::OVER)));
    for notifier in &NOTIFIERS {
        all.push(NOTICE.entry(("notifier_type", notifier.name), Some(notifier.mean * ln_2)));
    }
    let mean_of = |name| NOTIFIERS.iter().find(|n| n.name == name).map(|n| n.mean);
    let ratio = mean_of("trusted_flagger").zip(mean_of("user")).map(|(trusted, user)| trusted / user);
    all.push(PRIORITY.entry(("", ""), ratio));
    all.push(PARITY.entry(("", ""), Some(model::ROUTES[0].0 - model::ROUTES[1].0)));
    all.push(COMPLAINT.entry(("", ""), Some(0.5 + model::COMPLAINT_DAYS.1 * ln_2)));
    let reversed = |o: [f64; 4]| (o[1] + o[2]) / (o[0] + o[1] + o[2]);
    for (group, outcomes) in [
        ("wrong", model::OUTCOMES_WRONG),
        ("wrong, rare language", model::OUTCOMES_WRONG_RARE),
        ("right", model::OUTCOMES_RIGHT),
        ("non_action", model::OUTCOMES_NON_ACTION),
    ] {
        all.push(REVERSAL.entry(("against", group), Some(reversed(outcomes))));
    }
    let gap = reversed(model::OUTCOMES_WRONG) - reversed(model::OUTCOMES_WRONG_RARE);
    all.push(DISPARITY.entry(("", ""), Some(gap)));
    let (_, cut, stopped, barred, until_barred) = model::LINK_RATES;
    for (what, p, mean) in
        [("disconnected", 1.0, cut), ("commission_stopped", 1.0, stopped), ("suspended", barred, until_barred)]
    {
        all.push(LINK.entry(("event", what), Some(p * (1.0 - exp(-7.0 / mean)))));
    }
    for days in [1_u32, 7, 30] {
        all.push(SEEDED.entry(("days", &days.to_string()), Some(planted(plan, days.into()))));
    }
    all.push(FAILURE.entry(("selection_rule", "random"), Some(sides::FAILURE.0)));
    all.push(FAILURE.entry(("selection_rule", "suspicious offers"), Some(sides::FAILURE.1)));
    all.push(NOTIFIED.entry(("", ""), Some(model::BUYERS.1)));
    if plan.careers > 0 {
        all.extend(careers::entries(plan, alerts, arriving));
    }
    all
}

/// Probability that a planted listing is found within `t` days; the five tactics, none included, are as frequent.
fn planted(plan: &MarketplacePlan, t: f64) -> f64 {
    let found = |tactic: u8| {
        let p = fate::sensitivity(plan, tactic);
        let by_rate = |flagged| {
            let nature = Nature { illegal: true, terms: false, tactic, flagged };
            1.0 - exp(-fate::own_rate(nature) * t)
        };
        let refused = model::INTERCEPTED.0;
        p * (refused + (1.0 - refused) * by_rate(true)) + (1.0 - p) * by_rate(false)
    };
    (0..5).map(found).sum::<f64>() / 5.0
}
