//! Data-quality observations: what is odd in an export, how often, and what it does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How much a finding matters to the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; no number changes.
    Info,
    /// Some numbers are affected, or some values could not be read.
    Warning,
    /// Rows are missing from the numbers.
    Error,
}

/// One kind of data-quality finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Stable code, `Q0xx`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What was observed, as a noun phrase.
    pub title: &'static str,
    /// What the loader does, and what it means for the numbers.
    pub effect: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $code:literal, $severity:ident, $title:literal, $effect:literal;)*) => {
        $(#[doc = $title] pub const $name: &Kind = &Kind {
            code: $code, severity: Severity::$severity, title: $title, effect: $effect,
        };)*
        /// Every kind of finding, by code.
        pub static KINDS: &[&Kind] = &[$($name),*];
    };
}

kinds! {
    WRONG_FIELD_COUNT = "Q001", Error, "rows with a wrong number of fields",
        "kept aside in rejected/, not counted in any number";
    UNREADABLE_ROW = "Q002", Error, "rows whose quoting has no consistent reading",
        "kept aside in rejected/, not counted in any number";
    AMBIGUOUS_ROW = "Q003", Warning, "rows with several consistent readings of their quotes",
        "loaded in the reading that closes fields first; free text may be split at the wrong comma";
    JOINED_LINES = "Q004", Info, "records that span several lines",
        "loaded whole";
    BLANK_LINE = "Q005", Info, "blank lines between records",
        "passed over; they are no rows";
    INVALID_UTF8 = "Q006", Warning, "cells that are not valid UTF-8",
        "loaded with U+FFFD in place of the broken bytes; the bytes are kept in column unparsed";
    CRLF = "Q007", Info, "lines that end in CR LF",
        "the CR is taken off; the exporter writes LF alone, so the file was changed after export";
    BYTE_ORDER_MARK = "Q008", Info, "a byte-order mark before the header",
        "taken off; the exporter writes none, so the file was changed after export";
    HEADER_ONLY = "Q009", Info, "files with a header and no row",
        "nothing to load: usual for parts in which a platform has no statement";
    EMPTY_FILE = "Q010", Warning, "files of zero bytes",
        "nothing to load: the exporter always writes a header, so the file may be cut";
    HEADERLESS = "Q011", Info, "files without a header line",
        "read with the header of the part before, as exports of January and February 2024 need";
    UNKNOWN_COLUMN = "Q012", Warning, "columns that the schema does not know",
        "kept as JSON text in column extra";
    ABSENT_COLUMN = "Q013", Warning, "columns of the schema that the header lacks",
        "null in every row";
    LEFT_ASIDE = "Q014", Info, "files in the export that are no part of it",
        "not read";
    REPEATED_HEADER = "Q015", Info, "header lines between records",
        "passed over; files that were put one after the other have them";
    ELSEWHERE_TOO = "Q016", Error, "statements that stand in a loaded export of another day too",
        "counted once for each export: few enough not to refuse the day; sor-duplicate-rate measures them";
    UNKNOWN_PLATFORM = "Q020", Info, "statements of platforms that this version has not met",
        "kept as they are";
    UNKNOWN_CODE = "Q021", Warning, "cells with a code that the schema does not know",
        "kept as they are; indicators that select codes do not count them";
    BAD_DATE = "Q022", Warning, "date cells that hold no date",
        "null in the typed column; the text is kept in column unparsed";
    DATE_WITH_TIME = "Q023", Info, "date cells with a time other than midnight",
        "loaded as the date; the text is kept in column unparsed";
    BAD_BOOLEAN = "Q024", Warning, "cells of a two-valued column that hold neither Yes nor No",
        "null in the typed column; the text is kept in column unparsed";
    BAD_LIST = "Q025", Warning, "list cells that hold no list",
        "null in the typed column; the text is kept in column unparsed";
    BAD_UUID = "Q026", Warning, "identifiers that are no UUID",
        "kept as they are";
    MISSING_VALUE = "Q027", Warning, "empty cells in a column that is always filled",
        "null; indicators that need the value do not count the row";
    RULE_BROKEN = "Q028", Warning, "statements that break a rule which the database enforces",
        "kept as they are; older than the rule, changed by hand, or damaged on their way";
    OTHER_DAY = "Q030", Info, "statements created on another day than most of their export",
        "filed under the day they were created on; rows near midnight do this";
    FAR_DAY = "Q031", Warning, "statements created days away from most of their export",
        "filed under the day they were created on, which is otherwise not in this export";
    CHECKSUM_SKIPPED = "Q040", Warning, "exports loaded without comparing their SHA-1",
        "the file may not be the published one";
    CHECKSUM_WRONG = "Q041", Error, "exports whose SHA-1 differs from the published one",
        "loaded because --no-checksum was given; the file is not the published one";
    NEVER_FILLED = "Q050", Info, "an optional column that the platform never fills in",
        "nothing can be said of this platform by it";
    PLACEHOLDER_DATE = "Q051", Warning, "content dates that stand in for an unknown day",
        "left out of delays; counted as excluded_placeholder";
    IMPOSSIBLE_DATE = "Q052", Warning, "dates out of the range that the database accepts, or after submission",
        "left out of delays; counted as excluded";
    NEGATIVE_DELAY = "Q053", Warning, "decisions dated before their content",
        "left out of delays from content to decision; counted as excluded_negative";
    DECIDED_AFTER_SUBMISSION = "Q054", Info, "decisions dated after their submission",
        "used as negative delays of submission; a decision may take effect later";
    SAME_DAY_ALWAYS = "Q055", Warning, "a platform whose delays are all zero",
        "its delays say how it fills in the form, not how fast it is";
    REPEATED_UID = "Q056", Warning, "statements that repeat an identifier of the platform",
        "counted like any other statement";
    REPEATED_UUID = "Q057", Error, "statements that repeat an identifier of the database",
        "counted more than once: files were put together twice, or lines repeated";
    OTHER_ERA = "Q058", Warning, "cells with a code of another era of the schema",
        "kept as they are; category_v2 maps old codes to their successors";
    DOCUMENTED_RULE_BROKEN = "Q059", Warning, "statements that break a documented rule which the database does not enforce",
        "kept as they are; sor-internal-consistency measures it";
    SILENT_DAYS = "Q060", Warning, "loaded days without statements of a platform that usually sends",
        "counts of these days are zero: an outage, a late delivery, or an incomplete export";
    LOOK_ALIKE = "Q061", Warning, "names of platforms that look alike",
        "counted as different platforms; an alias file puts them together";
    KNOWN_FAULT = "Q062", Info, "announced faults and breaks that touch the data",
        "estimates that they touch say so in their note";
    REPORT_DIALECT = "Q070", Error, "report parts that are not UTF-8 with commas between cells",
        "read in the encoding and with the separator that were detected; letters may be wrong";
    REPORT_HEADER = "Q071", Error, "columns of a report part that differ from the template",
        "cells of unknown columns are kept as JSON text in column extra; absent columns give no figures";
    REPORT_PART_MISSING = "Q072", Error, "parts of a report that are not there",
        "their figures are missing; a report without a part is incomplete unless a reason is given";
    REPORT_PERIOD = "Q073", Error, "reporting periods that are no half-year or year, or differ within a report",
        "filed under the period that is stated; rows without a readable one have none";
    REPORT_PUBLISHED = "Q074", Error, "dates of publication that are late, early, missing or out of order",
        "kept as stated";
    REPORT_COUNT = "Q075", Error, "counts that are negative or not whole, and negative medians",
        "kept as they are";
    REPORT_SHARE = "Q076", Error, "shares outside 0 to 1",
        "kept as they are; indicators of accuracy cannot use them";
    REPORT_MARK = "Q077", Warning, "cells with a mark such as NA or a stroke in place of a blank",
        "null; a blank means that nothing applies, and 0 that there was none";
    REPORT_NUMBER = "Q078", Warning, "cells for figures that hold no number",
        "null; the text is kept in column raw";
    REPORT_NOTATION = "Q079", Warning, "figures written in another way than the template asks",
        "read as the number that they mean; the text is kept in column raw";
    REPORT_LONG_TEXT = "Q080", Error, "texts of more than 5,000 characters",
        "kept whole";
    REPORT_CODE = "Q081", Error, "codes, scopes and rows that the template does not list",
        "kept as they are; sums and comparisons leave out what they cannot place";
    REPORT_CATEGORY_PLACE = "Q082", Error, "categories in a part that does not admit them",
        "kept as they are";
    REPORT_SUBCATEGORY_SUM = "Q083", Error, "categories that differ from the sum of their sub-categories",
        "kept as they are; shares by sub-category do not add up";
    REPORT_TOTAL_SUM = "Q084", Error, "totals that differ from the sum of categories",
        "kept as they are; shares by category do not add up";
    REPORT_STATE_SUM = "Q085", Error, "totals of orders that differ from the sum over Member States",
        "kept as they are; shares by Member State do not add up";
    REPORT_BREAKDOWN = "Q086", Warning, "totals that breakdowns by language or Member State do not fit",
        "kept as they are; one user or measure may be counted in several, but not in none";
    REPORT_OTHER = "Q087", Warning, "sub-categories 'other' without a description of their own",
        "nothing can be said of what they hold";
    REPORT_EXCESS = "Q088", Error, "figures that exceed the whole of which they are a part",
        "kept as they are; shares of them lie above 1";
    REPORT_ORDER = "Q089", Warning, "figures that exceed what they are expected to stay within",
        "kept as they are; the contextual column may explain them";
    REPORT_MEDIAN = "Q090", Warning, "medians longer than the reporting period",
        "kept as they are; they may be in another unit than hours";
    REPORT_PARTS_DISAGREE = "Q091", Warning, "figures of one part that differ from those of another",
        "both are kept; they may count different things";
    REPORT_COMPLAINTS = "Q092", Warning, "complaints and disputes whose outcomes do not add up",
        "kept as they are; complaints of another period may be among them";
    REPORT_REPEATED = "Q093", Warning, "rows of a report that nothing tells apart",
        "kept, numbered in column occurrence; sums that they are part of are not checked";
    REPORT_ACCURACY = "Q094", Warning, "accuracy, precision and recall that contradict each other",
        "kept as they are; no evaluation set has all three";
    REPORT_UNEXPLAINED = "Q095", Info, "figures and texts that a report leaves unexplained",
        "nothing can be said of what they would show";
    REPORT_LANGUAGES = "Q096", Warning, "official languages without moderators in a report, or with more than there are",
        "kept as they are; a language without a figure is not one without moderators";
    REPORT_QUESTION = "Q097", Info, "figures that are rounder than counts are, or change by more than a factor of three",
        "kept as they are";
    REPORT_EDITION = "Q098", Warning, "parts of a report that are there twice, with different figures",
        "one is kept, the other is in no number: of the editions published last, the one loaded last";
    REPORT_SPLIT = "Q099", Info, "parts of a report that are spread over several sheets",
        "put together: each figure counts once";
    BAD_INSTANT = "Q100", Warning, "cells of a time column that hold no time in the given format",
        "null in the typed column; the text is kept in column unparsed";
    BAD_NUMBER = "Q101", Warning, "cells of a numeric column that hold no number in the given notation",
        "null in the typed column; the text is kept in column unparsed";
    BAD_TRUTH = "Q102", Warning, "cells of a two-valued column that hold neither true nor false",
        "null in the typed column; the text is kept in column unparsed";
    UNMAPPED_COLUMN = "Q103", Info, "columns of an export that its reader maps to no table",
        "kept as JSON text in column extra";
    LACKING_COLUMN = "Q104", Warning, "columns that the mapping names and a file lacks",
        "null in every row of the file";
    SKIPPED_TIME = "Q105", Warning, "local times that the change to summer time skips",
        "read with the offset before the change, which moves them forward by the length of the gap";
    REPEATED_TIME = "Q106", Info, "local times that the clock shows twice when summer time ends",
        "taken as the first of the two instants; the other one is an hour later";
    DAY_ALONE = "Q107", Info, "cells of a time column that hold a date without a time of day",
        "taken as the first instant of the day in its time zone; delays from or to them are known to a day";
    REPEATED_KEY = "Q108", Warning, "rows that repeat the key of another row of their export",
        "kept; counted like any other row unless an indicator says otherwise";
    MISSING_REQUIRED = "Q109", Error, "rows without a value in a column that their table requires",
        "kept aside in rejected/, not counted in any number";
    REFUSED_VALUE = "Q110", Error, "rows with a value that the mapping refuses",
        "kept aside in rejected/, not counted in any number";
    FILTERED_ROW = "Q111", Info, "records that the filter of the mapping gives to no row of the table",
        "not loaded into this table";
    BROKEN_RECORD = "Q112", Error, "records that are broken",
        "kept aside in rejected/, not counted in any number";
    VALUE_LEFT_OUT = "Q113", Info, "cells with a value that the mapping leaves out",
        "null; the text is kept in column unparsed";
    BAD_BARCODE = "Q114", Info, "barcodes of another length than a GTIN has, or whose check digit is wrong",
        "kept as they are; they match no other barcode";
    NO_ROW = "Q115", Info, "files of a mapped export without a record",
        "nothing to load";
    NOT_MAPPED = "Q116", Info, "files in an export that its mapping does not name",
        "not read";
    NO_ANSWER = "Q140", Warning, "labels that are none of the answers",
        "null; the text is kept in column unparsed";
    DESIGN_CHANGED = "Q141", Warning, "cells of a labelling sheet that were changed after the draw",
        "the value of the key is taken";
    ROW_ADDED = "Q142", Warning, "rows of a labelling sheet that the draw did not make",
        "loaded where the unit is of the sample; else kept aside, since the unit has no weight";
    ROW_NOT_RETURNED = "Q143", Warning, "rows of a labelling sheet that did not come back",
        "loaded without a label";
    UNLABELLED = "Q144", Info, "rows of a labelling sheet without a label",
        "loaded with a null label; those who estimate must say how they treat them";
    KEY_MISSING = "Q145", Warning, "labelling sheets without their key",
        "weights and identifiers are taken as they stand, and what the platform had flagged is null";
    LABEL_REPEATED = "Q146", Warning, "labels of a coder for a unit that has one of that coder already",
        "kept aside: the first one counts";
    BAD_SHEET_VALUE = "Q147", Warning, "cells of a labelling sheet that their column cannot hold, or weights below 1",
        "null; the text is kept in column unparsed";
}

/// The kind with this code.
#[must_use]
pub fn kind(code: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|k| k.code == code)
}

/// A value as messages may show it: a code, a list of codes, a number or a date.
///
/// Where the columns of a file are shifted, text about persons stands where codes should: it stays in the data.
#[must_use]
pub fn shown(value: &str) -> String {
    let code = |c: char| c.is_ascii_alphanumeric() || "_-.:+/[]\",".contains(c);
    let date = |c: char| c.is_ascii_digit() || "-:./ TZ+".contains(c);
    if value.len() <= 80 && (value.chars().all(code) || value.chars().all(date)) {
        return value.to_owned();
    }
    format!("(text of {} characters)", value.chars().count())
}

/// One observation, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Code of its [`Kind`].
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// Column of the table, where it is about one.
    pub column: Option<String>,
    /// The value, where it is about one and the column is not personal.
    pub value: Option<String>,
    /// How often.
    pub count: u64,
    /// Where it was seen first: inner file and line.
    pub first_seen: Option<String>,
    /// What was observed, in words.
    pub title: String,
    /// What the tool did, and what it means for the numbers.
    pub effect: String,
}

/// A count of findings: kind, column, value, how often, and the place of the first.
pub type Count<'a> = (&'static Kind, Option<&'static str>, Option<&'a str>, u64, Option<(usize, u64)>);

type Key = (&'static str, Option<&'static str>, Option<String>);

/// Counts of findings; merges in any order except for the place of the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    counts: BTreeMap<Key, (u64, Option<(usize, u64)>)>,
    distinct: BTreeMap<(&'static str, Option<&'static str>), usize>,
}

/// Distinct values kept per code and column: beyond it a column is free text in a code's place,
/// and a list of its values helps nobody.
const MAX_DISTINCT: usize = 1000;

impl Findings {
    /// Counts one observation at `place` = (index of the inner file, line).
    pub fn add(
        &mut self,
        kind: &'static Kind,
        column: Option<&'static str>,
        value: Option<&str>,
        count: u64,
        place: Option<(usize, u64)>,
    ) {
        let mut key: Key = (kind.code, column, value.map(str::to_owned));
        if key.2.is_some() && !self.counts.contains_key(&key) {
            let distinct = self.distinct.entry((kind.code, column)).or_default();
            if *distinct >= MAX_DISTINCT {
                key.2 = Some("(more values)".to_owned());
            } else {
                *distinct += 1;
            }
        }
        let slot = self.counts.entry(key).or_insert((0, None));
        slot.0 += count;
        slot.1 = match (slot.1, place) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    /// Adds the counts of another collection.
    pub fn merge(&mut self, other: &Self) {
        for ((code, column, value), (count, place)) in &other.counts {
            if let Some(kind) = kind(code) {
                self.add(kind, *column, value.as_deref(), *count, *place);
            }
        }
    }

    /// Each count: kind, column, value, how often, and the place of the first.
    pub fn iter(&self) -> impl Iterator<Item = Count<'_>> {
        self.counts.iter().filter_map(|((code, column, value), (count, place))| {
            Some((kind(code)?, *column, value.as_deref(), *count, *place))
        })
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// How often a kind was found, over all columns and values.
    #[must_use]
    pub fn count(&self, kind: &Kind) -> u64 {
        self.counts.iter().filter(|(k, _)| k.0 == kind.code).map(|(_, v)| v.0).sum()
    }

    /// The findings, most severe and most frequent first; `files` names the inner files.
    #[must_use]
    pub fn list(&self, files: &[String]) -> Vec<Finding> {
        let mut out: Vec<Finding> = self
            .counts
            .iter()
            .filter_map(|((code, column, value), (count, place))| {
                let kind = kind(code)?;
                Some(Finding {
                    code: kind.code.to_owned(),
                    severity: kind.severity,
                    column: column.map(str::to_owned),
                    value: value.clone(),
                    count: *count,
                    first_seen: place.map(|(file, line)| {
                        let file = files.get(file).map_or("?", String::as_str);
                        if line == 0 { file.to_owned() } else { format!("{file}:{line}") }
                    }),
                    title: kind.title.to_owned(),
                    effect: kind.effect.to_owned(),
                })
            })
            .collect();
        out.sort_by(|a, b| {
            (b.severity, &a.code, b.count, &a.column, &a.value)
                .cmp(&(a.severity, &b.code, a.count, &b.column, &b.value))
        });
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_keeps_counts_and_the_first_place() {
        let mut a = Findings::default();
        a.add(UNKNOWN_CODE, Some("category"), Some("X"), 2, Some((1, 5)));
        let mut b = Findings::default();
        b.add(UNKNOWN_CODE, Some("category"), Some("X"), 3, Some((0, 9)));
        let mut empty = Findings::default();
        empty.merge(&a);
        assert_eq!(empty, a);
        a.merge(&b);
        let list = a.list(&["p0".into(), "p1".into()]);
        assert_eq!(list.len(), 1);
        assert_eq!((list[0].count, list[0].first_seen.as_deref()), (5, Some("p0:9")));
    }

    #[test]
    fn codes_are_unique_and_ordered() {
        assert!(KINDS.windows(2).all(|w| w[0].code < w[1].code));
    }
}
