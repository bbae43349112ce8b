//! Every word of the page that is not data, in one place.
//!
//! A language is one value of [`Texts`]: to add one, translate [`ENGLISH`]. Words in braces stand for what
//! [`fill`] puts in. Numbers and periods are written by the charts, so that page and figures agree.

macro_rules! texts {
    ($($name:ident = $english:literal;)*) => {
        /// The words of the page in one language.
        #[derive(Debug)]
        pub(crate) struct Texts {
            $(pub $name: &'static str,)*
        }

        /// The page in English.
        pub(crate) static ENGLISH: Texts = Texts { $($name: $english,)* };

        /// Names of all texts, with the English ones.
        #[cfg(test)]
        pub(crate) static ALL: &[(&str, &str)] = &[$((stringify!($name), $english),)*];
    };
}

texts! {
    // The frame.
    language = "en";
    title = "What the data show: {period}";
    title_without_period = "What the data show";
    tool_line = "Measurement under the EU Digital Services Act, made by {tool} {version}";
    skip = "Skip to the content";
    contents = "Contents";
    simulated_banner = "Simulated data. Platforms and numbers on this page are invented: they are about no real platform.";
    simulated_mark = "simulated data";
    footer = "Made by {tool} {version} from the files in this folder. The page needs no network.";

    one_indicator = "1 indicator";
    many_indicators = "{n} indicators";
    one_platform = "1 platform";
    many_platforms = "{n} platforms";
    one_export = "1 export";
    many_exports = "{n} exports";
    count_of = "{n} of {all}";

    // At a glance.
    glance = "At a glance";
    lede = "{indicators} on {platforms}: questions about how online platforms moderate content and trade under the EU Digital Services Act, each answered from data.";
    in_short = "Each question has its answer in one sentence, which says how many observations it rests on, from when they are, and, where the evidence carries one, how far the value may be off; below it a figure, and, folded, all numbers, how it was measured and what limits it. What could not be measured stands at the end, with the reason.";
    fact_indicators = "Indicators";
    fact_indicators_note = "{valued} with a value, {without} without, {unmeasured} not measured";
    fact_sampled = "Answers from samples";
    fact_sampled_note = "of {valued} with a value: they have a sampling interval; the others count all that the data hold, and are as complete as the data";
    fact_platforms = "Platforms";
    fact_rows = "Rows read";
    fact_rejected = "Rows rejected";
    fact_rejected_note = "kept aside, in no number";
    fact_findings = "Findings on the data";
    fact_findings_note = "{errors} of severity error, {warnings} warnings";
    fact_days = "Days with statements";
    fact_days_note = "by day of submission, UTC";
    reading = "How to read this page";
    reading_basis = "What a sentence may say depends on the evidence. Statements of reasons and transparency reports support “the platform reports”; listings, audits and tests support “in this sample”; a measurement on vetted data supports “we estimate”. Nothing on this page says that a law was broken: only an authority or a court decides that.";
    reading_interval = "An interval of kind sampling covers the error of a sample of a population. One of kind process sees a full count as one draw of a stable process and says what chance alone would do. A full count has no sampling interval, and then none is given.";
    reading_status = "Below the smallest denominator there is no value: the status is insufficient, never 0. Not applicable means that the question does not arise or that the data cannot answer it; suppressed, that a rule of disclosure withholds the value.";
    reading_compare = "Platforms differ in size, content and duties. A difference between two numbers can have many causes; each indicator says what limits it.";

    // What went in.
    data = "What data went in";
    data_none = "The folder holds no register of exports: the list is that of the record of the run.";
    exports_caption = "Exports, with their rows";
    exports_head_file = "File";
    exports_head_kind = "Kind";
    exports_head_period = "Days";
    exports_head_platforms = "Platforms";
    exports_head_rows = "Rows loaded";
    exports_head_rejected = "Rejected";
    exports_head_hash = "SHA-256 (start)";
    exports_simulated = "{kind} (simulated)";
    aside_caption = "Files that were not loaded";
    aside_head_what = "What became of it";
    tables_caption = "Tables, with their rows";
    tables_head_table = "Table";
    tables_head_what = "What a row is";
    tables_head_rows = "Rows";
    findings = "What is odd in the data";
    findings_none = "The checks found nothing odd.";
    findings_unknown = "There is no file of findings in the folder.";
    findings_caption = "Findings, the most severe first";
    findings_head_severity = "Severity";
    findings_head_code = "Code";
    findings_head_where = "Where";
    findings_head_what = "What was observed";
    findings_head_count = "Rows";
    findings_head_effect = "What it does to the numbers";

    // The summary.
    summary = "Summary by platform";
    summary_intro = "One line for each indicator and platform: the main statistic over the longest period. Indicators that divide into groups stand below with their own tables.";
    summary_caption = "Main statistic of each indicator, by platform";
    summary_empty = "There is no estimate in this folder.";
    head_platform = "Platform";
    head_indicator = "Indicator";
    head_statistic = "Statistic";
    head_group = "Group";
    head_period = "Period";
    head_x = "At";
    head_value = "Value";
    head_interval = "Interval";
    head_k = "k";
    head_n = "n";
    head_reason = "Why no value";
    filter_platform = "Platform";
    filter_indicator = "Indicator";
    filter_all = "all";
    filter_text = "Search in the table";
    filter_legend = "Choose rows";
    filter_shown = "{shown} of {all} rows";
    filter_clear = "Show all";
    theme_label = "Colours";
    theme_auto = "as the device";
    theme_light = "light";
    theme_dark = "dark";

    // One indicator.
    indicators = "Indicators";
    indicators_intro = "Figures: {shown} of {all} stand on this page; the others are linked as files.";
    printed_note = "In print, what is folded is left out: tables, statistics and methods. Unfold it on the page first to print it, or read a method with systemic explain and its id.";
    by_platform = "By platform: {list}.";
    by_platform_range = "By platform, values go from {low} ({low_platform}) to {high} ({high_platform}).";
    by_platform_same = "All {n} platforms with a value have {value}.";
    by_platform_missing = "{n} of {all} platforms have no value.";
    group_named = "{name} “{group}”";
    group_first = "{lead} the largest value for {group}: {value} ({meaning}){of}{interval}, {during}";
    group_first_sample = "In this sample, {group} has the largest value: {value} ({meaning}){of}{interval}, {during}";
    group_next = "; next come {list}";
    many_groups = "{n} groups";
    groups_range = "Of {n} groups, values go from {low} ({low_group}) to {high} ({high_group}).";
    figure_files = "This figure as a file: ";
    further_figures = "Further figures: ";
    figure_unsafe = "The figure is not shown here, since its file holds more than a drawing: open it by itself.";
    file_svg = "SVG";
    file_png = "PNG";
    file_csv = "rows (CSV)";
    file_alt = "description";
    file_vega = "Vega-Lite";
    rows_title = "Rows behind the answer";
    table_title = "Table behind the figure";
    table_title_alone = "Table of the estimates";
    table_caption = "{name}: {what}";
    table_rows_shown = "The first {shown} of {all} rows.";
    table_all = "All rows: ";
    statistics_title = "Every statistic of this indicator";
    statistics_caption = "{name}: every statistic, {platform}, {period}";
    statistics_head_meaning = "What it says";
    method_title = "How it was measured";
    method_formula = "Formula";
    method_uncertainty = "Uncertainty";
    method_references = "References";
    method_table = "Table of the method";
    method_id = "Id";
    method_version = "Version";
    method_unit = "Unit of observation";
    method_direction = "A higher value";
    method_smallest = "Smallest denominator";
    method_needs = "Needs";
    method_unknown = "This version of the tool has no method page for this indicator: the numbers come from another version or from elsewhere.";
    limits_title = "What limits it";
    limits_data = "To be read with it:";
    law_title = "Law";
    basis_word = "Evidence";
    basis_statements = "statements of reasons";
    basis_report = "transparency reports";
    basis_listings = "public listings";
    basis_vetted = "vetted data";
    basis_audit = "audit sample or test";
    basis_statistics = "official statistics";
    basis_other = "other data: {basis}";
    experimental = "experimental definition";

    // Sentences, by what the evidence can carry.
    says_report_one = "The platform {platform} reports";
    says_report_all = "The platforms report";
    says_estimate_one = "For {platform}, we estimate";
    says_estimate_all = "We estimate";
    says_statistics = "The published statistics give";
    says_other = "The data show";
    sentence_bare = "{lead} {quantity}{of}{interval}, {during}";
    sentence_of = "{lead} {quantity} ({meaning}){of}{interval}, {during}";
    sample_one = "In this sample of {platform}, {quantity_is} ({meaning}){of}{interval}, {during}";
    sample_all = "In this sample, {quantity_is} ({meaning}){of}{interval}, {during}";
    a_of = "a {noun} of {value}";
    the_is = "the {noun} is {value}";
    plain_is = "the value is {value}";
    bounds_are = "only bounds are known: {bounds}";
    noun_share = "share";
    noun_rate = "rate";
    noun_ratio = "ratio";
    noun_median = "median";
    noun_mean = "mean";
    noun_count = "count";
    noun_gini = "Gini coefficient";
    noun_difference = "difference";
    noun_percentile = "{p}th percentile";
    k_of_n = ", {k} of {n}";
    k_of_n_weighted = ", from {k} of {n} before weights and corrections";
    n_is = ", n = {n}";
    interval_sampling = ", {level} sampling interval {low} to {high}";
    interval_process = ", {level} process interval {low} to {high} (what chance alone would do)";
    bound_upper = ", {level} upper bound {high} ({kind})";
    bound_lower = ", {level} lower bound {low} ({kind})";
    between = "{low} to {high}";
    at_most = "at most {high}";
    at_least = "at least {low}";
    kind_sampling = "sampling";
    kind_process = "process";
    none_insufficient = "Too few observations for a value ({meaning}), {during}: {reason}";
    none_not_applicable = "No value can be given ({meaning}), {during}: {reason}";
    none_suppressed = "The value is withheld by a rule of disclosure ({meaning}), {during}: {reason}";
    none_of_platform = "{platform}: {sentence}";
    no_reason = "no reason is given";
    sentence_simulated = "{sentence} (simulated data).";
    sentence_plain = "{sentence}.";
    status_insufficient = "insufficient";
    status_not_applicable = "not applicable";
    status_suppressed = "suppressed";
    all_platforms = "all platforms";

    // What could not be measured.
    missing = "What could not be measured, and why";
    missing_none = "Every indicator that this version knows was measured, and has a value.";
    missing_valueless_caption = "Measured, but without a value";
    missing_unmeasured_caption = "Not measured";
    missing_head_status = "Status";
    missing_head_why = "Why";
    missing_head_question = "Question";
    missing_tables = "The data has no {tables}.";
    missing_columns = "The data was loaded without {columns}.";
    missing_rows = "No row of the data falls under it.";
    missing_unknown = "The dataset is not in this folder, so that what is not measured is not known.";

    // The end.
    methods = "Methods and sources";
    methods_intro = "Exports are read as they are: rows that cannot be read are kept aside and counted. Rows become tables, tables become counts, counts become estimates with an interval where the evidence carries one. Each indicator has a method page with its formula; the page stands above under “How it was measured”.";
    references = "References";
    references_intro = "Sources of the definitions and of their known limits, with the indicators that follow them.";
    cite = "How to cite";
    repeat = "How to repeat it";
    repeat_intro = "The same inputs and version give the same numbers, figures and page. With the input files in place:";
    repeat_page = "This page alone is made again by";
    repeat_vega = "Figures to go on from, as Vega-Lite specifications with their rows, are made by";
    manifest = "Record of the run";
    manifest_intro = "The full record, with the hash of every file that was made and the time of the run:";
    manifest_tool = "Tool";
    manifest_input = "Identity of the data";
    manifest_parameters = "Parameters";
    manifest_outputs_caption = "Files that hold the results";
    manifest_head_file = "File";
    manifest_head_bytes = "Bytes";
    manifest_head_hash = "SHA-256";
}

/// A text with its words in braces filled in. What is put in is not filled again.
pub(crate) fn fill(pattern: &str, words: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let Some(close) = from.find('}') else {
            out.push_str(from);
            return out;
        };
        let name = &from[1..close];
        match words.iter().find(|(n, _)| *n == name) {
            Some((_, word)) => out.push_str(word),
            None => out.push_str(&from[..=close]),
        }
        rest = &from[close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_filled_once() {
        assert_eq!(fill("{a} of {b}", &[("a", "{b}"), ("b", "2")]), "{b} of 2");
        assert_eq!(fill("{unknown} stays, {open", &[("a", "1")]), "{unknown} stays, {open");
    }

    #[test]
    fn words_are_neutral_and_none_is_empty() {
        for (name, text) in ALL {
            assert!(!text.trim().is_empty(), "{name} is empty");
            for word in ["violation", "breach", "fake", "score", " best", " worst", "guilty"] {
                assert!(!text.to_lowercase().contains(word), "{name} holds {word:?}");
            }
            assert_eq!(text.matches('{').count(), text.matches('}').count(), "{name}");
        }
    }
}
