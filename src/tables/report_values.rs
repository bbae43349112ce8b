//! Codebook of the table `report_values`.

use super::Kind::{Code, Date, Integer, Number, Text};
use super::common::{PLATFORM, given, table};

table! {
    /// Figures that platforms declare in harmonised transparency reports.
    ReportValues, "report_values",
    row: "one cell for a figure in a transparency report, filled or blank",
    source: "Implementing Regulation (EU) 2024/2835, Annex I",
    key: ["platform", "period_start", "period_end", "part", "indicator_code", "scope", "category", "sub_category", "description", "surface", "occurrence"],
    columns: [
        PLATFORM,
        given("provider", Text, "DSA Art. 15(1)", "Name of the provider: as part 1 of the report states it, or else as the list of services knows it."),
        given("period_start", Date, "DSA Art. 42(1)", "First day of the reporting period."),
        given("period_end", Date, "DSA Art. 42(1)", "Last day of the reporting period, which belongs to it."),
        given("published_at", Date, "DSA Art. 42(1)", "Day on which the report was published, as part 1 states it."),
        given("part", Integer, "Reg. 2024/2835 Art. 1", "Part of the template, 3 to 10.").form("from 3 to 10").required(),
        given("section", Text, "Reg. 2024/2835 Art. 1", "Section of parts 7 to 10, in the template's words."),
        given("indicator_code", Code, "Reg. 2024/2835 Art. 1", "What the figure is, as a code for each value column and row of the template; null where the template has none of this name.").codes("report_indicator"),
        given("scope", Code, "Reg. 2024/2835 Art. 1", "What the figure covers: TOTAL, a Member State in capitals as Eurostat writes it (EL for Greece), a language in small letters, OWN_INITIATIVE, NOTICES, NOTICES_FLAGGERS, or what the report says where it is none of these.").required(),
        given("scope_kind", Code, "Reg. 2024/2835 Art. 1", "Kind of the scope.").codes("report_scope_kind").required(),
        given("country", Code, "DSA Art. 42(3)", "Member State of the scope as statements and ISO 3166 write it (GR for Greece); null for other scopes."),
        given("category", Code, "Reg. 2024/2835 Art. 1", "Category of content that the row is about, or falls under; TOTAL for all of them, null where the part has none.").form("TOTAL or a code of column category_v2 of statements, and those that only reports have"),
        given("sub_category", Code, "Reg. 2024/2835 Art. 1", "Sub-category (KEYWORD_…); null in the rows of a category or of the total."),
        given("description", Text, "Reg. 2024/2835 Art. 1", "What a sub-category 'other' holds, in the provider's words."),
        given("surface", Text, "Reg. 2024/2835 Art. 1", "Part of the service or classifier that a repeated row is about, where the contextual column names one."),
        given("occurrence", Integer, "Reg. 2024/2835 Art. 1", "Which of several rows that are otherwise the same, from 1."),
        given("value", Number, "Reg. 2024/2835 Art. 1", "The figure; hours for medians and a share of 1 for percentages, whatever the cell writes. Null where the cell is blank, says that nothing applies, or cannot be read.").form("in units of column unit"),
        given("unit", Code, "Reg. 2024/2835 Art. 1", "Unit of the figure.").codes("report_unit"),
        given("state", Code, "Reg. 2024/2835 Art. 1", "Whether the cell holds a number; a blank cell means that nothing applies and is no 0.").codes("report_state").required(),
        given("raw", Text, "Reg. 2024/2835 Art. 1", "Text of the cell as the provider wrote it; null where it is blank."),
        given("context", Text, "Reg. 2024/2835 Art. 1", "Contextual information on the figure, as the provider wrote it."),
        given("applicability", Text, "Reg. 2024/2835 Art. 1", "Who has to give the figure, in the template's words."),
    ]
}
