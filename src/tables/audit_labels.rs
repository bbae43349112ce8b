//! Codebook of the table `audit_labels`.

use super::Kind::{Bool, Code, Integer, Number, Text, Timestamp};
use super::common::{PLATFORM, given, table};

table! {
    /// Labels that people gave to the units of an audit sample.
    AuditLabels, "audit_labels",
    row: "one label of one coder for one sampled unit and one question",
    source: "the labelling sheet of an audit, as `systemic sample` writes it, or another one through a mapping",
    key: ["platform", "sample", "question", "unit_id", "coder"],
    columns: [
        PLATFORM,
        given("sample", Code, "DSA Art. 34(1)(a)", "Name of the sample: one draw with one design.").required(),
        given("question", Code, "DSA Art. 34(1)(a)", "What the coder was asked.").codes("audit_question").required(),
        given("unit_id", Text, "DSA Art. 34(1)(a)", "Identifier of the sampled unit: listing, action, trader, link or match, as the question demands.").required(),
        given("listing_id", Text, "DSA Art. 34(1)(a)", "Listing of the unit, where it has one."),
        given("trader_id", Text, "DSA Art. 30(1)", "Trader of the unit, by whom units are clustered."),
        given("coder", Text, "DSA Art. 34(1)(a)", "Who labelled, under a pseudonym; null for the label that was agreed on, which takes precedence.").personal(),
        given("label", Code, "DSA Art. 34(1)(a)", "The label; null where the unit was not labelled.").codes("audit_label"),
        given("stratum", Code, "DSA Art. 34(1)(a)", "Stratum of the sampling design."),
        given("weight", Number, "DSA Art. 34(1)(a)", "Number of units of the frame that the unit stands for: the inverse of its probability of selection.").form("at least 1"),
        given("frame_size", Integer, "DSA Art. 34(1)(a)", "Units of the frame in the stratum, or in all without strata.").form("count"),
        given("cluster", Text, "DSA Art. 34(1)(a)", "Primary sampling unit, where clusters were drawn; null where units were."),
        given("category", Code, "DSA Art. 34(1)(a)", "Category of the unit."),
        given("country", Code, "DSA Art. 34(2)", "Country that the unit is offered to (two letters)."),
        given("sampled_at", Timestamp, "DSA Art. 34(1)(a)", "Reference time of the sample."),
        given("entered_at", Timestamp, "DSA Art. 35(1)(c)", "Instant from which the unit was live, where the sample was drawn from what was live at its reference time."),
        given("views", Integer, "DSA Art. 34(2)", "Views of the unit by users in the Union in the period of the audit.").form("count"),
        given("orders", Integer, "DSA Art. 34(2)", "Orders of the unit by users in the Union in the period of the audit.").form("count"),
        given("flagged", Bool, "DSA Art. 15(1)(e)", "Whether the platform's own detection had flagged the unit before any notice, by the reference time of the sample."),
        given("test_label", Bool, "DSA Art. 15(1)(e)", "Label of the classifier that is to be corrected: true for illegal."),
        given("score", Number, "DSA Art. 15(1)(e)", "Score of that classifier.").form("from 0 to 1"),
        given("evasion_tactic", Code, "DSA Art. 34(2)", "Tactic of evasion that the coder saw, blind to what the platform had flagged; `none` where there is none."),
        given("automated", Bool, "DSA Art. 17(3)(c)", "Whether the sampled action was decided solely by automated means."),
        given("remark", Text, "DSA Art. 34(1)(a)", "What the coder wrote beside the label.").personal(),
        given("requirement", Code, "DSA Art. 30(2)", "The check that the label answers, where a question has several, such as `vat_number`."),
    ]
}
