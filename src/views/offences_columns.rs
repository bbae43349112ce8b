//! Codebook of the view `offences`.

use crate::tables::{Column, Kind, Origin, Values};

/// What a confirmed offence is known by.
pub(in crate::views) const OFFENCE: &[&str] = &["actions.confirmed", "actions.trader_id"];
/// What the demand of a policy rests on.
const POLICY: &[&str] =
    &["actions.confirmed", "actions.trader_id", "penalty_policy.at_least", "penalty_policy.sanction"];

/// A derived column.
pub(in crate::views) const fn derived(
    name: &'static str,
    kind: Kind,
    from: &'static [&'static str],
    values: Values,
    meaning: &'static str,
) -> Column {
    Column { name, kind, nullable: true, origin: Origin::Derived(from), meaning, values, legal: "", personal: false }
}

pub(super) static COLUMNS: [Column; 25] = [
    derived("platform", Kind::Code, &[], Values::Any, "Canonical name of the platform."),
    derived("trader_id", Kind::Text, OFFENCE, Values::Any, "Identifier of the trader on the platform."),
    derived(
        "trader_number",
        Kind::Integer,
        OFFENCE,
        Values::Form("number"),
        "Number that tells traders of this view apart, without meaning beyond it.",
    ),
    derived("episode", Kind::Integer, OFFENCE, Values::Form("count"), "Number of the episode of this trader, from 1."),
    derived(
        "at",
        Kind::Timestamp,
        OFFENCE,
        Values::Any,
        "Instant of the first offence of the episode: of its detection, or of the action where that is not known.",
    ),
    derived("first_at", Kind::Timestamp, OFFENCE, Values::Any, "Instant of the first offence of the trader."),
    derived(
        "days_since_first",
        Kind::Integer,
        OFFENCE,
        Values::Form("days"),
        "Whole days from the first episode of the trader to this one.",
    ),
    derived(
        "days_followed",
        Kind::Integer,
        OFFENCE,
        Values::Form("days"),
        "Whole days from the first episode to the end of observation, or until the trader closed the account or it was terminated for good; negative times count as 0. Null where the end of observation is not known.",
    ),
    derived(
        "left",
        Kind::Bool,
        OFFENCE,
        Values::Any,
        "Whether the trader closed the account, or it was terminated for good, before observation ended. Null where that end is not known.",
    ),
    derived(
        "n_offences",
        Kind::Integer,
        OFFENCE,
        Values::Form("count"),
        "Number of confirmed offences in the episode: actions, each on one listing.",
    ),
    derived(
        "violation_type",
        Kind::Code,
        &["actions.confirmed", "actions.trader_id", "actions.violation_type"],
        Values::Any,
        "Kind of violation of the most severe offence of the episode: the one with most points, of these the first.",
    ),
    derived(
        "category",
        Kind::Code,
        &["actions.category", "actions.confirmed", "actions.trader_id"],
        Values::Any,
        "Category of the most severe offence.",
    ),
    derived(
        "points",
        Kind::Integer,
        &["actions.confirmed", "actions.points", "actions.trader_id"],
        Values::Form("count"),
        "Penalty points of the most severe offence: an episode counts once.",
    ),
    derived("size", Kind::Code, &["traders.size"], Values::Codes("trader_size"), "Size of the trader."),
    derived("country", Kind::Code, &["traders.country"], Values::Any, "Country of the trader (two letters)."),
    derived(
        "seat",
        Kind::Code,
        &["traders.country"],
        Values::Form("union or third_country"),
        "Whether the country of the trader is a member state of the Union.",
    ),
    derived(
        "policy_version",
        Kind::Code,
        POLICY,
        Values::Any,
        "Version of the penalty policy in force at the episode; null where none was.",
    ),
    derived(
        "cumulated_strikes",
        Kind::Integer,
        POLICY,
        Values::Form("count"),
        "Episodes that count under that version at this one, itself included: those of the kind that the step is for and within its days of reset.",
    ),
    derived(
        "cumulated_points",
        Kind::Integer,
        POLICY,
        Values::Form("count"),
        "Penalty points that count, as strikes do.",
    ),
    derived(
        "expected_sanction",
        Kind::Code,
        POLICY,
        Values::Codes("action"),
        "Sanction that the policy demands: the most severe of the steps that are reached; null where none is.",
    ),
    derived(
        "within_days",
        Kind::Integer,
        POLICY,
        Values::Form("days"),
        "Days within which the policy demands it; null means at once, for which a day is allowed.",
    ),
    derived(
        "applied_sanction",
        Kind::Code,
        OFFENCE,
        Values::Codes("action"),
        "Most severe sanction that took effect on the trader after the episode and before its next one, or later but in time; null where none did.",
    ),
    derived(
        "applied_hours",
        Kind::Integer,
        OFFENCE,
        Values::Form("hours"),
        "Whole hours from the episode until that sanction took effect.",
    ),
    derived(
        "adherence",
        Kind::Code,
        POLICY,
        Values::Form("followed, over, late, under, absent, none_due, unprovoked or open"),
        "How what followed relates to the policy: a sanction as severe as demanded in time, or one that was running (followed); a more severe one (over); one as severe after its time (late); a milder one (under); none (absent); none demanded and none given (none_due), or one given all the same within 30 days (unprovoked); time for it not run out when observation ended (open). Null without a policy in force.",
    ),
    derived(
        "never_under",
        Kind::Bool,
        POLICY,
        Values::Any,
        "In the last judged episode of a trader: whether none of its episodes was late, under or absent. Null elsewhere.",
    ),
];
