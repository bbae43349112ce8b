//! The columns of estimates: name, type, meaning.

/// Columns in the order of the files, with their type (`string`, `integer`, `number`, `date`) and meaning.
pub const SCHEMA: &[(&str, &str, &str)] = &[
    ("indicator", "string", "Id of the indicator."),
    ("indicator_version", "integer", "Version of its definition."),
    ("basis", "string", "Kind of evidence: statements, report, listings, vetted, audit, statistics."),
    ("statistic", "string", "What the value is: count, share, median, p90, mean, …"),
    ("status", "string", "ok, insufficient, not_applicable or suppressed; other than ok means no value."),
    ("reason", "string", "Why there is no value."),
    ("platform", "string", "Canonical name of the platform, or \"all platforms\"."),
    ("group_name", "string", "Variable of the subgroup; crosses as a×b."),
    ("group_value", "string", "Its value; crosses as a×b."),
    ("period_start", "date", "First day of the period (UTC)."),
    ("period_end", "date", "First day after the period."),
    ("x", "number", "Abscissa of a point of a curve."),
    ("x_unit", "string", "Unit of x."),
    ("value", "number", "The number; shares lie in [0, 1]."),
    ("lower", "number", "Lower limit."),
    ("upper", "number", "Upper limit."),
    ("interval", "string", "Method of the interval."),
    (
        "interval_kind",
        "string",
        "What it covers: sampling (a sample of a population), process (a census seen as one draw of a stable process), none.",
    ),
    ("confidence", "number", "Level of confidence of the interval."),
    ("k", "integer", "Numerator."),
    ("n", "integer", "Denominator."),
    ("clusters", "integer", "Independent clusters."),
    ("censored", "integer", "Censored observations."),
    ("unit", "string", "Unit of the value."),
    ("note", "string", "What must be read beside the number."),
    ("input_id", "string", "Identity of the data: a hash of the hashes of its exports."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::{Estimate, Estimates};
    use crate::time::Period;

    #[test]
    fn the_files_have_these_columns() {
        let period = Period { start: 0, end: 1 };
        let mut row = Estimate::census("i", 1, "count", "statements", period);
        row.value = Some(1.0);
        let estimates = Estimates::new(vec![row]).expect("valid");
        let mut csv = Vec::new();
        estimates.write_csv(&mut csv).expect("written");
        let header = String::from_utf8(csv).expect("text").lines().next().map(str::to_owned).unwrap_or_default();
        assert_eq!(header.split(',').collect::<Vec<_>>(), SCHEMA.iter().map(|c| c.0).collect::<Vec<_>>());
    }
}
