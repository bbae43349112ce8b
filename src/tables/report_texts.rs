//! Codebook of the table `report_texts`.

use super::Kind::{Code, Date, Integer, Text};
use super::common::{given, table};

table! {
    /// Words of harmonised transparency reports: who reports, names of categories, and the qualitative part.
    ReportTexts, "report_texts",
    row: "one cell of text in part 1, 2 or 11 of a transparency report",
    source: "Implementing Regulation (EU) 2024/2835, Annex I",
    key: ["platform", "period_start", "period_end", "part", "indicator_code", "category", "sub_category"],
    columns: [
        given("platform", Code, "DSA Art. 33", "Canonical name of the platform; null in part 2 where it was read without the other parts, since it names no service."),
        given("provider", Text, "DSA Art. 15(1)", "Name of the provider: as part 1 of the report states it, or else as the list of services knows it."),
        given("period_start", Date, "DSA Art. 42(1)", "First day of the reporting period."),
        given("period_end", Date, "DSA Art. 42(1)", "Last day of the reporting period, which belongs to it."),
        given("published_at", Date, "DSA Art. 42(1)", "Day on which the report was published, as part 1 states it."),
        given("part", Integer, "Reg. 2024/2835 Art. 1", "Part of the template: 1, 2 or 11.").form("1, 2 or 11").required(),
        given("indicator_code", Code, "Reg. 2024/2835 Art. 1", "What the text is about, as a code for each row of the template; null where the template has none of this name.").codes("report_indicator"),
        given("category", Code, "Reg. 2024/2835 Art. 1", "Category that a row of part 2 is about, or falls under."),
        given("sub_category", Code, "Reg. 2024/2835 Art. 1", "Sub-category that a row of part 2 is about."),
        given("label", Text, "Reg. 2024/2835 Art. 1", "Label of the row, as the report writes it."),
        given("text", Text, "DSA Art. 15(1)(c), (e)", "The text, as the provider wrote it; null where the cell is blank."),
        given("context", Text, "Reg. 2024/2835 Art. 1", "Contextual information on it."),
        given("applicability", Text, "Reg. 2024/2835 Art. 1", "Who has to give the text, in the template's words."),
    ]
}
