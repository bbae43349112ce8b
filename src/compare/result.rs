//! The one result schema of comparisons: a row holds one number against another.

use std::cmp::Ordering;
use std::io::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::time;

/// One comparison. What does not apply to its kind is null.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Kind: an id of [`super::COMPARISONS`].
    pub comparison: &'static str,
    /// What is compared: `value`, `level_change`, …
    pub quantity: String,
    /// Id of the indicator.
    pub indicator: String,
    /// Version of its definition.
    pub indicator_version: u32,
    /// Kind of evidence of the value.
    pub basis: String,
    /// What the value is.
    pub statistic: String,
    /// Unit of the value.
    pub unit: String,
    /// Platform.
    pub platform: String,
    /// Name of the subgroup's variable.
    pub group_name: Option<String>,
    /// Its value.
    pub group_value: Option<String>,
    /// First day of the period.
    pub period_start: String,
    /// First day after it.
    pub period_end: String,
    /// Whether there is a comparison.
    pub status: Status,
    /// Why there is none.
    pub reason: Option<String>,
    /// The number compared.
    pub value: Option<f64>,
    /// Its lower limit.
    pub lower: Option<f64>,
    /// Its upper limit.
    pub upper: Option<f64>,
    /// Numerator.
    pub k: Option<i64>,
    /// Denominator.
    pub n: Option<i64>,
    /// What it is held against, in words.
    pub against: String,
    /// The number that it is held against.
    pub reference: Option<f64>,
    /// Value − reference.
    pub difference: Option<f64>,
    /// Lower limit of the difference.
    pub difference_lower: Option<f64>,
    /// Upper limit of the difference.
    pub difference_upper: Option<f64>,
    /// Value / reference.
    pub ratio: Option<f64>,
    /// Lower limit of the ratio.
    pub ratio_lower: Option<f64>,
    /// Upper limit of the ratio.
    pub ratio_upper: Option<f64>,
    /// Method of the limits and of p.
    pub method: Option<String>,
    /// What the limits cover.
    pub interval_kind: IntervalKind,
    /// Their level.
    pub confidence: Option<f64>,
    /// Standardised difference.
    pub z: Option<f64>,
    /// Two-sided p-value of it.
    pub p: Option<f64>,
    /// The same, adjusted by Benjamini–Hochberg for all rows of one question.
    pub p_adjusted: Option<f64>,
    /// Where the number lies: `within`, `above`, `below`, `above_95`, …
    pub position: Option<String>,
    /// Peer group.
    pub peer_group: Option<String>,
    /// Peers with a value, this one included.
    pub peers: Option<i64>,
    /// Rank among them, 1 for the largest; equal values have equal ranks.
    pub rank: Option<i64>,
    /// Smallest rank that the errors allow.
    pub rank_lower: Option<i64>,
    /// Largest rank that the errors allow.
    pub rank_upper: Option<i64>,
    /// Centre of the funnel.
    pub target: Option<f64>,
    /// Limits of the funnel at this denominator.
    pub limit_lower_95: Option<f64>,
    /// Upper limit at 95 %.
    pub limit_upper_95: Option<f64>,
    /// Lower limit at 99.8 %.
    pub limit_lower_998: Option<f64>,
    /// Upper limit at 99.8 %.
    pub limit_upper_998: Option<f64>,
    /// Over-dispersion φ, of z-scores winsorised.
    pub phi: Option<f64>,
    /// Standard deviation between peers, τ, on the scale of the value.
    pub tau: Option<f64>,
    /// Two-sided p-value by chance alone, mid-P.
    pub p_chance: Option<f64>,
    /// The result in one sentence.
    pub sentence: String,
    /// What must be read beside it.
    pub note: Option<String>,
    /// Identity of the data.
    pub input_id: String,
}

/// Columns in the order of the files, with their type and meaning.
pub const SCHEMA: &[(&str, &str, &str)] = &[
    ("comparison", "string", "Kind: peers, declared, reports, before-after, periods."),
    (
        "quantity",
        "string",
        "What is compared: value; level_change, slope_change, difference_in_differences; weighted_mean.",
    ),
    ("indicator", "string", "Id of the indicator."),
    ("indicator_version", "integer", "Version of its definition."),
    ("basis", "string", "Kind of evidence of the value."),
    ("statistic", "string", "What the value is: share, median, count, …"),
    ("unit", "string", "Unit of value, reference and difference."),
    ("platform", "string", "Canonical name of the platform."),
    ("group_name", "string", "Variable of the subgroup."),
    ("group_value", "string", "Its value."),
    ("period_start", "date", "First day of the period; of a series, of its first one."),
    ("period_end", "date", "First day after the period; of a series, after its last one."),
    ("status", "string", "ok, insufficient, not_applicable or suppressed; other than ok means no comparison."),
    ("reason", "string", "Why there is none, such as definitions that differ."),
    ("value", "number", "The number compared."),
    ("lower", "number", "Its lower limit, as estimated."),
    ("upper", "number", "Its upper limit, as estimated."),
    ("k", "integer", "Its numerator."),
    ("n", "integer", "Its denominator."),
    ("against", "string", "What it is held against, in words."),
    ("reference", "number", "The number that it is held against."),
    ("difference", "number", "Value − reference."),
    ("difference_lower", "number", "Lower limit of the difference."),
    ("difference_upper", "number", "Upper limit of the difference."),
    ("ratio", "number", "Value / reference."),
    ("ratio_lower", "number", "Lower limit of the ratio."),
    ("ratio_upper", "number", "Upper limit of the ratio."),
    ("method", "string", "Method of limits and p-value."),
    ("interval_kind", "string", "What the limits cover: sampling, process (chance in a stable process) or none."),
    ("confidence", "number", "Level of confidence of the limits."),
    ("z", "number", "Standardised difference; among peers from the target, with over-dispersion."),
    ("p", "number", "Two-sided p-value of z."),
    ("p_adjusted", "number", "The same, adjusted by Benjamini-Hochberg for all rows of one question."),
    (
        "position",
        "string",
        "within, above or below; in a funnel above_95, above_998, below_95 or below_998 where outside these limits.",
    ),
    ("peer_group", "string", "Peer group: all, or a kind of service."),
    ("peers", "integer", "Peers with a value, this one included."),
    ("rank", "integer", "Rank among them, 1 for the largest value; equal values have equal ranks."),
    ("rank_lower", "integer", "Smallest rank that the intervals of all allow jointly."),
    ("rank_upper", "integer", "Largest rank that they allow."),
    ("target", "number", "Centre of the funnel."),
    ("limit_lower_95", "number", "Lower funnel limit at 95 % for this denominator, with over-dispersion."),
    ("limit_upper_95", "number", "Upper funnel limit at 95 %."),
    ("limit_lower_998", "number", "Lower funnel limit at 99.8 %."),
    ("limit_upper_998", "number", "Upper funnel limit at 99.8 %."),
    ("phi", "number", "Over-dispersion: mean square of z-scores by chance alone, winsorised."),
    ("tau", "number", "Standard deviation between peers beyond chance, on the scale of the value."),
    ("p_chance", "number", "Two-sided mid-P value by chance alone, without over-dispersion."),
    ("sentence", "string", "The result in one sentence."),
    ("note", "string", "What must be read beside it."),
    ("input_id", "string", "Identity of the data: a hash of the hashes of its exports."),
];

impl Comparison {
    /// A comparison of an estimate with nothing yet: the rest is set afterwards.
    #[must_use]
    pub fn of(comparison: &'static str, e: &Estimate) -> Self {
        Self {
            comparison,
            quantity: "value".to_owned(),
            indicator: e.indicator.clone(),
            indicator_version: e.indicator_version,
            basis: e.basis.clone(),
            statistic: e.statistic.clone(),
            unit: e.unit.clone(),
            platform: e.platform.clone(),
            group_name: e.group_name.clone(),
            group_value: e.group_value.clone(),
            period_start: time::iso(e.period_start),
            period_end: time::iso(e.period_end),
            status: e.status,
            reason: e.reason.clone(),
            value: e.value,
            lower: e.lower,
            upper: e.upper,
            k: e.k,
            n: e.n,
            against: String::new(),
            reference: None,
            difference: None,
            difference_lower: None,
            difference_upper: None,
            ratio: None,
            ratio_lower: None,
            ratio_upper: None,
            method: None,
            interval_kind: IntervalKind::None,
            confidence: None,
            z: None,
            p: None,
            p_adjusted: None,
            position: None,
            peer_group: None,
            peers: None,
            rank: None,
            rank_lower: None,
            rank_upper: None,
            target: None,
            limit_lower_95: None,
            limit_upper_95: None,
            limit_lower_998: None,
            limit_upper_998: None,
            phi: None,
            tau: None,
            p_chance: None,
            sentence: String::new(),
            note: e.note.clone(),
            input_id: e.input_id.clone(),
        }
    }

    /// Says that there is no comparison, and why. The value itself stays: it is an estimate as before.
    #[must_use]
    pub fn without(mut self, status: Status, reason: impl Into<String>) -> Self {
        self.status = status;
        self.reason = Some(reason.into());
        (self.difference, self.difference_lower, self.difference_upper) = (None, None, None);
        (self.ratio, self.ratio_lower, self.ratio_upper) = (None, None, None);
        (self.z, self.p, self.p_adjusted, self.position) = (None, None, None, None);
        self
    }

    /// Sets the reference, with difference and ratio where these are numbers.
    pub fn hold_against(&mut self, words: impl Into<String>, reference: f64) {
        self.against = words.into();
        self.reference = Some(reference);
        if let Some(value) = self.value {
            self.difference = Some(value - reference);
            self.ratio = Some(value / reference).filter(|r| reference != 0.0 && r.is_finite());
        }
    }

    /// Adds a part to the note.
    pub fn add_note(&mut self, text: &str) {
        match &mut self.note {
            Some(note) if note.split("; ").any(|part| part == text) => {}
            Some(note) => {
                note.push_str("; ");
                note.push_str(text);
            }
            None => self.note = Some(text.to_owned()),
        }
    }

    /// Whether it rests on simulated data.
    #[must_use]
    pub fn simulated(&self) -> bool {
        self.note.as_deref().is_some_and(|n| n.contains(crate::estimate::SIMULATED))
    }

    fn cmp_key(&self, other: &Self) -> Ordering {
        let key = |c: &Self| {
            (
                (c.comparison, c.indicator.clone(), c.indicator_version, c.basis.clone(), c.statistic.clone()),
                (c.peer_group.clone(), c.group_name.clone(), c.group_value.clone()),
                (c.period_start.clone(), c.period_end.clone()),
                (c.rank.unwrap_or(i64::MAX), c.platform.clone(), c.quantity.clone(), c.against.clone()),
            )
        };
        key(self).cmp(&key(other))
    }
}

/// Comparisons in the order of their key: question, peer group, group, period, rank, platform.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparisons(Vec<Comparison>);

impl Comparisons {
    /// Sorts the rows.
    #[must_use]
    pub fn new(mut rows: Vec<Comparison>) -> Self {
        rows.sort_by(Comparison::cmp_key);
        Self(rows)
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[Comparison] {
        &self.0
    }

    fn maps(&self) -> Result<Vec<Map<String, Value>>> {
        self.0
            .iter()
            .map(|row| match serde_json::to_value(row) {
                Ok(Value::Object(map)) => Ok(map),
                Ok(_) => Err(Error::engine("cannot write comparisons", "a row is no record")),
                Err(e) => Err(Error::engine("cannot write comparisons", e)),
            })
            .collect()
    }

    /// The rows as text, header first; empty text for null.
    ///
    /// # Errors
    /// [`Error::Engine`] where a row is no record.
    pub fn text(&self) -> Result<Vec<Vec<String>>> {
        let mut out = vec![SCHEMA.iter().map(|c| c.0.to_owned()).collect::<Vec<_>>()];
        for map in self.maps()? {
            let cell = |name: &str| match map.get(name) {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            };
            out.push(SCHEMA.iter().map(|c| cell(c.0)).collect());
        }
        Ok(out)
    }

    /// Writes a JSON array, or one object a line.
    ///
    /// # Errors
    /// [`Error::Engine`] where the sink refuses.
    pub fn write_json(&self, mut sink: impl Write, lines: bool) -> Result<()> {
        let fail = |e: &dyn std::fmt::Display| Error::engine("cannot write comparisons as JSON", e);
        if lines {
            for row in &self.0 {
                serde_json::to_writer(&mut sink, row).map_err(|e| fail(&e))?;
                sink.write_all(b"\n").map_err(|e| fail(&e))?;
            }
        } else {
            serde_json::to_writer_pretty(&mut sink, &self.0).map_err(|e| fail(&e))?;
            sink.write_all(b"\n").map_err(|e| fail(&e))?;
        }
        sink.flush().map_err(|e| fail(&e))
    }

    /// Writes one Parquet file with plain types: text, 64-bit numbers, dates.
    ///
    /// # Errors
    /// [`Error::Engine`] where the sink refuses.
    pub fn write_parquet(&self, sink: impl Write + Send) -> Result<()> {
        let fail = |e: &dyn std::fmt::Display| Error::engine("cannot write comparisons as Parquet", e);
        let maps = self.maps()?;
        let (mut fields, mut columns): (Vec<Field>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
        for (name, kind, _) in SCHEMA {
            let cells = || maps.iter().map(|m| m.get(*name).filter(|v| !v.is_null()));
            let text = |v: &Value| v.as_str().map(str::to_owned);
            let array: ArrayRef = match *kind {
                "integer" => Arc::new(cells().map(|v| v.and_then(Value::as_i64)).collect::<Int64Array>()),
                "number" => Arc::new(cells().map(|v| v.and_then(Value::as_f64)).collect::<Float64Array>()),
                "date" => Arc::new(
                    cells().map(|v| v.and_then(text).and_then(|t| time::parse_iso(&t))).collect::<Date32Array>(),
                ),
                _ => Arc::new(cells().map(|v| v.and_then(text)).collect::<StringArray>()),
            };
            fields.push(Field::new(*name, array.data_type().clone(), true));
            columns.push(array);
        }
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(|e| fail(&e))?;
        let zstd = ZstdLevel::try_new(3).map_err(|e| fail(&e))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(zstd))
            .set_created_by(concat!("systemic ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let mut writer = ArrowWriter::try_new(sink, batch.schema(), Some(properties)).map_err(|e| fail(&e))?;
        writer.write(&batch).map_err(|e| fail(&e))?;
        writer.close().map_err(|e| fail(&e))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Period;

    #[test]
    fn every_column_is_documented_and_written() {
        let mut e = Estimate::census("i", 1, "share", "share", Period { start: 20_000, end: 20_010 });
        e.value = Some(0.25);
        let mut row = Comparison::of("peers", &e);
        row.hold_against("median", 0.5);
        assert_eq!((row.difference, row.ratio), (Some(-0.25), Some(0.5)));
        row.hold_against("nothing", 0.0);
        assert_eq!((row.difference, row.ratio), (Some(0.25), None));
        let all = Comparisons::new(vec![row]);
        let map = all.maps().expect("records").remove(0);
        let mut names: Vec<&str> = map.keys().map(String::as_str).collect();
        let mut documented: Vec<&str> = SCHEMA.iter().map(|c| c.0).collect();
        names.sort_unstable();
        documented.sort_unstable();
        assert_eq!(names, documented);
        assert!(SCHEMA.iter().all(|(_, kind, meaning)| {
            ["string", "integer", "number", "date"].contains(kind) && meaning.ends_with(['.', '…'])
        }));
        let mut parquet = Vec::new();
        all.write_parquet(&mut parquet).expect("written");
        assert!(parquet.starts_with(b"PAR1"));
        assert_eq!(all.text().expect("text")[1][10], "2024-10-04");
    }
}
