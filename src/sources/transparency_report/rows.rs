//! Figures and texts as rows of their tables.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, StringArray};

use crate::tables::{Table, report_texts::ReportTexts, report_values::ReportValues};
use crate::transparency::values::{ReportText, ReportValue};

fn texts<'a, T>(rows: &'a [T], get: impl Fn(&'a T) -> Option<&'a str>) -> ArrayRef {
    Arc::new(rows.iter().map(get).collect::<StringArray>())
}

fn days<T>(rows: &[T], get: impl Fn(&T) -> Option<i32>) -> ArrayRef {
    Arc::new(rows.iter().map(get).collect::<Date32Array>())
}

fn integers<T>(rows: &[T], get: impl Fn(&T) -> Option<i64>) -> ArrayRef {
    Arc::new(rows.iter().map(get).collect::<Int64Array>())
}

/// Where rows come from.
pub(super) struct Place<'a> {
    /// Name of the file.
    pub file: &'a str,
    /// Names of inner files, empty where the file is none of several.
    pub entries: &'a [String],
}

fn line(line: u64) -> Option<i64> {
    i64::try_from(line).ok()
}

/// The columns of `report_values`, in the order of the codebook.
pub(super) fn values(rows: &[ReportValue], place: &Place) -> Vec<ArrayRef> {
    let column = |name: &str| match name {
        "platform" => texts(rows, |v| Some(&v.platform)),
        "provider" => texts(rows, |v| v.provider.as_deref()),
        "period_start" => days(rows, |v| v.period_start),
        "period_end" => days(rows, |v| v.period_end),
        "published_at" => days(rows, |v| v.published_at),
        "part" => integers(rows, |v| Some(v.part.into())),
        "section" => texts(rows, |v| v.section.as_deref()),
        "indicator_code" => texts(rows, |v| v.indicator_code),
        "scope" => texts(rows, |v| Some(&v.scope)),
        "scope_kind" => texts(rows, |v| Some(v.scope_kind.code())),
        "country" => texts(rows, |v| v.country.as_deref()),
        "category" => texts(rows, |v| v.category.as_deref()),
        "sub_category" => texts(rows, |v| v.sub_category.as_deref()),
        "description" => texts(rows, |v| v.description.as_deref()),
        "surface" => texts(rows, |v| v.surface.as_deref()),
        "occurrence" => integers(rows, |v| Some(v.occurrence)),
        "value" => Arc::new(rows.iter().map(|v| v.value).collect::<Float64Array>()),
        "unit" => texts(rows, |v: &ReportValue| v.unit()),
        "state" => texts(rows, |v| Some(v.state.code())),
        "raw" => texts(rows, |v| v.raw.as_deref()),
        "context" => texts(rows, |v| v.context.as_deref()),
        "applicability" => texts(rows, |v| v.applicability.as_deref()),
        "source_file" => texts(rows, |_| Some(place.file)),
        "source_entry" => texts(rows, |v| place.entries.get(v.entry).map(String::as_str)),
        "source_line" => integers(rows, |v| line(v.line)),
        "unparsed" => texts(rows, |v| v.unparsed.as_deref()),
        "extra" => texts(rows, |v| v.extra.as_deref()),
        _ => texts(rows, |_| None),
    };
    ReportValues.columns().iter().map(|c| column(c.name)).collect()
}

/// The columns of `report_texts`, in the order of the codebook.
pub(super) fn report_texts(rows: &[ReportText], place: &Place) -> Vec<ArrayRef> {
    let column = |name: &str| match name {
        "platform" => texts(rows, |t| t.platform.as_deref()),
        "provider" => texts(rows, |t| t.provider.as_deref()),
        "period_start" => days(rows, |t| t.period_start),
        "period_end" => days(rows, |t| t.period_end),
        "published_at" => days(rows, |t| t.published_at),
        "part" => integers(rows, |t| Some(t.part.into())),
        "indicator_code" => texts(rows, |t| t.indicator_code),
        "category" => texts(rows, |t| t.category.as_deref()),
        "sub_category" => texts(rows, |t| t.sub_category.as_deref()),
        "label" => texts(rows, |t| t.label.as_deref()),
        "text" => texts(rows, |t| t.text.as_deref()),
        "context" => texts(rows, |t| t.context.as_deref()),
        "applicability" => texts(rows, |t| t.applicability.as_deref()),
        "source_file" => texts(rows, |_| Some(place.file)),
        "source_entry" => texts(rows, |t| place.entries.get(t.entry).map(String::as_str)),
        "source_line" => integers(rows, |t| line(t.line)),
        "unparsed" => texts(rows, |t| t.unparsed.as_deref()),
        "extra" => texts(rows, |t| t.extra.as_deref()),
        _ => texts(rows, |_| None),
    };
    ReportTexts.columns().iter().map(|c| column(c.name)).collect()
}
