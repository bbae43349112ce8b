//! Codebook of the table `statements`: one row per statement of reasons in the DSA Transparency Database.
//!
//! Definitions follow the database's documentation (European Commission, *DSA Transparency Database*,
//! <https://transparency.dsa.ec.europa.eu>, doi:10.2906/134353607485211) and Regulation (EU) 2022/2065.

use super::Kind::{Bool, Code, CodeList, Date, Integer, Text, Timestamp};
use super::Origin::{Derived, Export, ExportV2, FullExport, Provenance};
use super::Values::{Any, Codes, Form};
use super::{Column, Kind, Origin, Table, Values};

/// Statements of reasons (DSA Art. 17) as platforms submit them under Art. 24(5).
#[derive(Debug, Clone, Copy)]
pub struct Statements;

impl Table for Statements {
    fn name(&self) -> &'static str {
        "statements"
    }
    fn row(&self) -> &'static str {
        "one statement of reasons (DSA Art. 17), submitted by a platform to the DSA Transparency Database"
    }
    fn source(&self) -> &'static str {
        "European Commission, DSA Transparency Database, doi:10.2906/134353607485211; daily dumps, CC BY 4.0"
    }
    fn key(&self) -> &'static [&'static str] {
        &["uuid"]
    }
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }
}

/// Columns that every dataset keeps, whatever is chosen: without them a statement can neither be
/// counted once nor traced to its line.
pub const ALWAYS: &[&str] = &[
    "uuid",
    "platform_name",
    "created_at",
    "platform",
    "schema_version",
    "export_version",
    "source_file",
    "source_entry",
    "source_line",
    "unparsed",
    "extra",
];

/// Columns that a header must have: without one of them the file is no statement dump.
pub const REQUIRED: &[&str] = &[
    "uuid",
    "decision_ground",
    "category",
    "content_type",
    "content_date",
    "application_date",
    "source_type",
    "automated_detection",
    "automated_decision",
    "platform_name",
    "created_at",
];

/// Third group of every identifier of a simulated statement.
///
/// Real statements bear UUIDs of version 4; version 8 is free for such uses (RFC 9562). The mark stands in
/// the rows themselves, so that it survives any conversion of a file, and whatever is made from it can say
/// that its data is simulated.
pub const SIMULATED_MARK: &[u8; 4] = b"8515";

#[expect(clippy::too_many_arguments, reason = "a line of the codebook below")]
const fn column(
    name: &'static str,
    kind: Kind,
    nullable: bool,
    origin: Origin,
    values: Values,
    legal: &'static str,
    personal: bool,
    meaning: &'static str,
) -> Column {
    Column { name, kind, nullable, origin, meaning, values, legal, personal }
}

/// The columns, in the order of the files.
#[rustfmt::skip]
pub static COLUMNS: &[Column] = &[
    column("uuid", Text, false, Export, Form("UUID"), "DSA Art. 24(5)", false,
        "Public identifier of the statement."),
    column("decision_visibility", CodeList, true, Export, Codes("decision_visibility"), "DSA Art. 17(1)(a)", false,
        "Restrictions of the visibility of the content."),
    column("decision_visibility_other", Text, true, Export, Form("at most 500 characters"), "DSA Art. 17(1)(a)", true,
        "The visibility restriction in words, where it is another one."),
    column("end_date_visibility_restriction", Date, true, Export, Any, "DSA Art. 17(3)(a)", false,
        "Day on which the visibility restriction ends; null means without end."),
    column("decision_monetary", Code, true, Export, Codes("decision_monetary"), "DSA Art. 17(1)(b)", false,
        "Restriction of monetary payments."),
    column("decision_monetary_other", Text, true, Export, Form("at most 500 characters"), "DSA Art. 17(1)(b)", true,
        "The monetary restriction in words, where it is another one."),
    column("end_date_monetary_restriction", Date, true, Export, Any, "DSA Art. 17(3)(a)", false,
        "Day on which the monetary restriction ends; null means without end."),
    column("decision_provision", Code, true, Export, Codes("decision_provision"), "DSA Art. 17(1)(c)", false,
        "Restriction of the provision of the service."),
    column("end_date_service_restriction", Date, true, Export, Any, "DSA Art. 17(3)(a)", false,
        "Day on which the restriction of the service ends (belongs to decision_provision); null means without end."),
    column("decision_account", Code, true, Export, Codes("decision_account"), "DSA Art. 17(1)(d)", false,
        "Restriction of the account."),
    column("end_date_account_restriction", Date, true, Export, Any, "DSA Art. 17(3)(a)", false,
        "Day on which the restriction of the account ends; null means without end."),
    column("account_type", Code, true, Export, Codes("account_type"), "DSA Art. 17(3)", false,
        "Kind of account that is restricted."),
    column("decision_ground", Code, false, Export, Codes("decision_ground"), "DSA Art. 17(3)(d), (e)", false,
        "Ground of the decision: illegal content, or content incompatible with the terms and conditions."),
    column("decision_ground_reference_url", Text, true, Export, Form("URL, at most 500 characters"), "DSA Art. 17(3)(d), (e)", true,
        "Web address of the legal or contractual ground."),
    column("illegal_content_legal_ground", Text, true, Export, Form("at most 500 characters"), "DSA Art. 17(3)(d)", true,
        "Legal ground relied on, for illegal content."),
    column("illegal_content_explanation", Text, true, FullExport, Form("at most 2,000 characters"), "DSA Art. 17(3)(d)", true,
        "Why the content is considered illegal on that ground."),
    column("incompatible_content_ground", Text, true, Export, Form("at most 500 characters"), "DSA Art. 17(3)(e)", true,
        "Contractual ground relied on, for incompatible content."),
    column("incompatible_content_explanation", Text, true, FullExport, Form("at most 2,000 characters"), "DSA Art. 17(3)(e)", true,
        "Why the content is considered incompatible with that ground."),
    column("incompatible_content_illegal", Bool, true, Export, Form("Yes or No in the export"), "DSA Art. 17(3)(e)", false,
        "Whether incompatible content is also considered illegal; null does not mean no."),
    column("category", Code, false, Export, Codes("category"), "DSA Art. 17(3)(d), (e); Art. 24(5)", false,
        "Category of the content, as submitted."),
    column("category_addition", CodeList, true, Export, Codes("category"), "DSA Art. 24(5)", false,
        "Further categories."),
    column("category_specification", CodeList, true, Export, Codes("category_specification"), "DSA Art. 24(5)", false,
        "Keywords that specify the category, as submitted."),
    column("category_specification_other", Text, true, Export, Form("at most 500 characters"), "DSA Art. 24(5)", true,
        "The keyword in words, where it is another one."),
    column("content_type", CodeList, false, Export, Codes("content_type"), "DSA Art. 24(5)", false,
        "Types of the content."),
    column("content_type_other", Text, true, Export, Form("at most 500 characters"), "DSA Art. 24(5)", true,
        "The content type in words, where it is another one."),
    column("content_language", Code, true, Export, Codes("content_language"), "DSA Art. 24(5)", false,
        "Language of the content, or of the account."),
    column("content_date", Date, false, Export, Form("from 2000-01-01"), "DSA Art. 24(5)", false,
        "Day on which the content was posted or created, as the platform states it."),
    column("content_id_ean", Text, true, ExportV2, Form("13 digits"), "DSA Art. 24(5)", false,
        "EAN-13 barcode of a product; leading zeros are kept."),
    column("territorial_scope", CodeList, true, FullExport, Codes("territorial_scope"), "DSA Art. 17(3)(a)", false,
        "Countries in which the decision applies; Greece is GR."),
    column("application_date", Date, false, Export, Form("from 2020-01-01"), "DSA Art. 17(3)(a)", false,
        "Day from which the decision applies."),
    column("decision_facts", Text, false, FullExport, Form("at most 5,000 characters"), "DSA Art. 17(3)(b)", true,
        "Facts and circumstances relied on in the decision."),
    column("source_type", Code, false, Export, Codes("source_type"), "DSA Art. 17(3)(b)", false,
        "What led to the decision: a notice, or own initiative."),
    column("source_identity", Text, true, Export, Form("at most 500 characters"), "DSA Art. 17(3)(b)", true,
        "Who gave the notice, where that is stated."),
    column("automated_detection", Bool, false, Export, Form("Yes or No in the export"), "DSA Art. 17(3)(c)", false,
        "Whether the content was detected by automated means."),
    column("automated_decision", Code, false, Export, Codes("automated_decision"), "DSA Art. 17(3)(c)", false,
        "Whether the decision was taken by automated means."),
    column("platform_name", Text, false, Export, Any, "DSA Art. 24(5)", false,
        "Name of the platform, as exported."),
    column("platform_uid", Text, false, Export, Form("letters, digits, - and _ since April 2024"), "DSA Art. 24(5)", true,
        "Identifier of the statement within the platform; it identifies neither an account nor a user."),
    column("created_at", Timestamp, false, Export, Any, "DSA Art. 24(5)", false,
        "Instant at which the statement was submitted to the database, to the second."),
    column("platform", Code, false, Derived(&["platform_name"]), Any, "", false,
        "Canonical name of the platform: HTML entities undone, blanks tidied, documented aliases replaced."),
    column("category_v2", Code, true, Derived(&["category"]), Codes("category"), "", false,
        "Category in the terms of the schema of 2025-07-01: the documented successor where there is one, else as submitted."),
    column("keywords_v2", CodeList, true, Derived(&["category_specification"]), Codes("category_specification"), "", false,
        "Keywords in the terms of the schema of 2025-07-01: the documented successor where there is one, else as submitted."),
    column("delay_days", Integer, true, Derived(&["content_date", "application_date"]), Form("days"), "", false,
        "Days from content_date to application_date; negative where the decision is dated before the content. Null where either date is missing."),
    column("submission_delay_days", Integer, true, Derived(&["application_date", "created_at"]), Form("days"), "", false,
        "Days from application_date to the UTC day of created_at; negative where the decision is dated after its submission. Null where either is missing."),
    column("content_date_placeholder", Bool, true, Derived(&["content_date"]), Any, "", false,
        "Whether content_date is 2000-01-01 (the earliest date that the database accepts) or 1970-01-01 (zero of computer clocks): a stand-in for an unknown date. Null without a date."),
    column("content_date_impossible", Bool, true, Derived(&["content_date", "created_at"]), Any, "", false,
        "Whether content_date lies outside 2000-01-01 to 2038-01-01, or more than one day after created_at (one day may be the time zone). Null without a date."),
    column("application_date_impossible", Bool, true, Derived(&["application_date", "created_at"]), Any, "", false,
        "Whether application_date lies outside 2020-01-01 to 2038-01-01, or more than one day after created_at. Null without a date."),
    column("content_types", Code, true, Derived(&["content_type"]), Any, "", false,
        "Content types sorted, without repetition, joined by a comma; null where there is none."),
    column("territory_set", Code, true, Derived(&["territorial_scope"]), Any, "", false,
        "Countries of territorial_scope sorted, without repetition, joined by a comma; null where there is none."),
    column("n_keywords", Integer, false, Derived(&["category_specification"]), Form("count"), "", false,
        "Number of keywords; empty elements and the text null are none."),
    column("keyword_set", Code, true, Derived(&["category_specification"]), Any, "", false,
        "Keywords of keywords_v2 sorted, without repetition, joined by a comma; null where there is none."),
    column("visibility_set", Code, true, Derived(&["decision_visibility"]), Any, "", false,
        "Visibility restrictions sorted, without repetition, joined by a comma; null where there is none."),
    column("additional_categories", Code, true, Derived(&["category_addition"]), Any, "", false,
        "Further categories in the terms of the schema of 2025-07-01, sorted, without repetition, joined by a comma; null where there is none."),
    column("breaks_r02", Bool, true, Derived(&["decision_visibility", "decision_monetary", "decision_provision", "decision_account"]), Form("rule R02"), "", false,
        "Whether no decision is named (rule R02). Null where the rule does not apply or cannot be judged."),
    column("breaks_r04", Bool, true, Derived(&["decision_visibility", "decision_visibility_other"]), Form("rule R04"), "", false,
        "Whether another visibility restriction lacks its description, or a description its code (rule R04). Null where the rule does not apply or cannot be judged."),
    column("breaks_r06", Bool, true, Derived(&["decision_monetary", "decision_monetary_other"]), Form("rule R06"), "", false,
        "Whether another monetary restriction lacks its description, or a description its code (rule R06). Null where the rule does not apply or cannot be judged."),
    column("breaks_r12", Bool, true, Derived(&["decision_ground", "illegal_content_legal_ground", "illegal_content_explanation"]), Form("rule R12"), "", false,
        "Whether illegal content lacks legal ground or explanation, or other content has one (rule R12). Null where the rule does not apply or cannot be judged."),
    column("breaks_r13", Bool, true, Derived(&["decision_ground", "incompatible_content_ground", "incompatible_content_explanation"]), Form("rule R13"), "", false,
        "Whether incompatible content lacks contractual ground or explanation, or other content has one (rule R13). Null where the rule does not apply or cannot be judged."),
    column("breaks_r14", Bool, true, Derived(&["decision_ground", "incompatible_content_illegal"]), Form("rule R14"), "", false,
        "Whether incompatible_content_illegal is filled in for content on another ground (rule R14). Null where the rule does not apply or cannot be judged."),
    column("breaks_r16", Bool, true, Derived(&["content_type", "content_type_other"]), Form("rule R16"), "", false,
        "Whether another content type lacks its description, or a description its code (rule R16). Null where the rule does not apply or cannot be judged."),
    column("breaks_r19", Bool, true, Derived(&["category", "category_addition"]), Form("rule R19"), "", false,
        "Whether the category is repeated among the further ones (rule R19). Null where the rule does not apply or cannot be judged."),
    column("breaks_r21", Bool, true, Derived(&["category_specification", "category_specification_other"]), Form("rule R21"), "", false,
        "Whether a keyword is described without the code for another keyword (rule R21). Null where the rule does not apply or cannot be judged."),
    column("breaks_r22", Bool, true, Derived(&["territorial_scope", "created_at"]), Form("rule R22"), "", false,
        "Whether the countries are unsorted or repeated (rule R22). Null where the rule does not apply or cannot be judged."),
    column("breaks_r23", Bool, true, Derived(&["territorial_scope"]), Form("rule R23"), "", false,
        "Whether no country is named (rule R23). Null where the rule does not apply or cannot be judged."),
    column("breaks_r28", Bool, true, Derived(&["end_date_visibility_restriction", "end_date_monetary_restriction", "end_date_service_restriction", "end_date_account_restriction", "application_date"]), Form("rule R28"), "", false,
        "Whether a restriction ends before application_date (rule R28). Null where the rule does not apply or cannot be judged."),
    column("breaks_r29", Bool, true, Derived(&["decision_visibility", "end_date_visibility_restriction", "decision_monetary", "end_date_monetary_restriction", "decision_provision", "end_date_service_restriction", "decision_account", "end_date_account_restriction"]), Form("rule R29"), "", false,
        "Whether an end date stands without its decision (rule R29). Null where the rule does not apply or cannot be judged."),
    column("breaks_r30", Bool, true, Derived(&["content_date", "application_date", "created_at"]), Form("rule R30"), "", false,
        "Whether content_date, application_date and the UTC day of created_at are out of order (rule R30). Null where the rule does not apply or cannot be judged."),
    column("breaks_r31", Bool, true, Derived(&["decision_monetary", "end_date_monetary_restriction", "decision_provision", "end_date_service_restriction", "decision_account", "end_date_account_restriction"]), Form("rule R31"), "", false,
        "Whether a termination has an end date (rule R31). Null where the rule does not apply or cannot be judged."),
    column("breaks_r34", Bool, true, Derived(&["source_type", "source_identity"]), Form("rule R34"), "", false,
        "Whether a decision on own initiative names a notifier (rule R34). Null where the rule does not apply or cannot be judged."),
    column("breaks_r36", Bool, true, Derived(&["platform_uid", "created_at"]), Form("rule R36"), "", false,
        "Whether platform_uid holds other characters than letters, digits, hyphen and underscore, or more than 500 (rule R36). Null where the rule does not apply or cannot be judged."),
    column("breaks_r38", Bool, true, Derived(&["content_id_ean"]), Form("rule R38"), "", false,
        "Whether content_id_ean is not 13 digits (rule R38). Null where the rule does not apply or cannot be judged."),
    column("breaks_r39", Bool, true, Derived(&["content_id_ean"]), Form("rule R39"), "", false,
        "Whether the check digit of content_id_ean is wrong (rule R39). Null where the rule does not apply or cannot be judged."),
    column("breaks_r40", Bool, true, Derived(&["decision_visibility", "content_type", "category_specification"]), Form("rule R40"), "", false,
        "Whether a code is repeated in its list (rule R40). Null where the rule does not apply or cannot be judged."),
    column("breaks_r42", Bool, true, Derived(&["decision_visibility_other", "decision_monetary_other", "illegal_content_legal_ground", "illegal_content_explanation", "incompatible_content_ground", "incompatible_content_explanation", "category_specification_other", "content_type_other", "decision_facts", "source_identity"]), Form("rule R42"), "", false,
        "Whether free text has blanks around it, a carriage return, or a backslash before a quote (rule R42). Null where the rule does not apply or cannot be judged."),
    column("schema_version", Code, false, Provenance, Form("v1 or v2"), "", false,
        "Era of the header that the row came under: v1 has no column content_id_ean, v2 has it."),
    column("export_version", Code, false, Provenance, Form("full or light"), "", false,
        "Whether the row came from a full or a light export."),
    column("source_file", Code, false, Provenance, Any, "", false,
        "Name of the export."),
    column("source_entry", Code, true, Provenance, Any, "", false,
        "Name of the inner file, where the export is an archive."),
    column("source_line", Integer, false, Provenance, Form("from 1"), "", false,
        "Line of the inner file on which the record begins; the header is line 1."),
    column("unparsed", Text, true, Provenance, Form("JSON object"), "", true,
        "Text of cells that their typed column cannot hold, as a JSON object from column to text; bytes that are no UTF-8 are given as hexadecimal after hex:."),
    column("extra", Text, true, Provenance, Form("JSON object"), "", true,
        "Cells of columns that the schema does not know, as a JSON object from column to text."),
];
