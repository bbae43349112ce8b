//! Units of audit samples, each with the one label that its coders' labels amount to.
//!
//! The label that was agreed on (without a coder) wins; else what more than half of the coders say; else the unit is
//! unsure. A unit that nobody labelled stays without an outcome. [`crate::sampling::labels::resolve`] is the same rule
//! for one unit.

use polars::prelude::{DataType, Expr, IntoLazy, LazyFrame, NULL, SortMultipleOptions, col, lit, when};

use super::{Given, View};
use crate::error::{Error, Result};
use crate::tables::{Column, Kind, Origin, Table, Values, audit_labels::AuditLabels};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct AuditUnits;

const fn column(name: &'static str, kind: Kind, from: &'static [&'static str], meaning: &'static str) -> Column {
    Column {
        name,
        kind,
        nullable: true,
        origin: Origin::Derived(from),
        meaning,
        values: Values::Any,
        legal: "",
        personal: false,
    }
}

const LABELS: &[&str] = &["audit_labels.label"];

#[rustfmt::skip]
static COLUMNS: &[Column] = &[
    column("platform", Kind::Code, &["audit_labels.platform"], "Canonical name of the platform."),
    column("sample", Kind::Code, &["audit_labels.sample"], "Name of the sample."),
    column("question", Kind::Code, &["audit_labels.question"], "What the coders were asked."),
    column("requirement", Kind::Code, &["audit_labels.requirement"], "The check that the label answers, where a question has several."),
    column("unit_id", Kind::Text, &["audit_labels.unit_id"], "Identifier of the sampled unit."),
    column("listing_id", Kind::Text, &["audit_labels.listing_id"], "Listing of the unit."),
    column("trader_id", Kind::Text, &["audit_labels.trader_id"], "Trader of the unit."),
    column("outcome", Kind::Code, LABELS, "What the labels amount to: positive (illegal or yes), negative (legal or no) or unsure. Null where nobody labelled the unit."),
    column("coders", Kind::Integer, LABELS, "Coders who labelled the unit, the agreed label not counted."),
    column("disagreed", Kind::Bool, LABELS, "Whether coders gave different labels. Null with fewer than two of them."),
    column("stratum", Kind::Code, &["audit_labels.stratum"], "Stratum of the sampling design."),
    column("weight", Kind::Number, &["audit_labels.weight"], "Units of the frame that the unit stands for."),
    column("frame_size", Kind::Integer, &["audit_labels.frame_size"], "Units of the frame in the stratum."),
    column("cluster", Kind::Text, &["audit_labels.cluster"], "Primary sampling unit, where clusters were drawn."),
    column("category", Kind::Code, &["audit_labels.category"], "Category of the unit."),
    column("country", Kind::Code, &["audit_labels.country"], "Country that the unit is offered to."),
    column("sampled_at", Kind::Timestamp, &["audit_labels.sampled_at"], "Reference time of the sample."),
    column("entered_at", Kind::Timestamp, &["audit_labels.entered_at"], "Instant from which the unit was live."),
    column("views", Kind::Integer, &["audit_labels.views"], "Views of the unit."),
    column("orders", Kind::Integer, &["audit_labels.orders"], "Orders of the unit."),
    column("flagged", Kind::Bool, &["audit_labels.flagged"], "Whether the platform's own detection had flagged the unit."),
    column("test_label", Kind::Bool, &["audit_labels.test_label"], "Label of the classifier."),
    column("score", Kind::Number, &["audit_labels.score"], "Score of the classifier."),
    column("evasion_tactic", Kind::Code, &["audit_labels.evasion_tactic"], "Tactic of evasion."),
    column("automated", Kind::Bool, &["audit_labels.automated"], "Whether the sampled action was decided solely by automated means."),
];

/// Columns that identify a unit.
const KEY: [&str; 5] = ["platform", "sample", "question", "requirement", "unit_id"];

/// Columns made of the labels.
const OWN: [&str; 3] = ["outcome", "coders", "disagreed"];

impl Table for AuditUnits {
    fn name(&self) -> &'static str {
        "audit_units"
    }
    fn row(&self) -> &'static str {
        "one sampled unit and one question, with what its labels amount to"
    }
    fn source(&self) -> &'static str {
        "derived from the table audit_labels"
    }
    fn key(&self) -> &'static [&'static str] {
        &KEY
    }
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }
}

impl View for AuditUnits {
    fn made_of(&self) -> &'static [&'static str] {
        &["audit_labels"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let given_labels = (given.frame)(AuditLabels.name())?;
        let agreed = || col("coder").is_null();
        let is = |codes: &[&str]| {
            let any = codes.iter().map(|c| col("label").eq(lit(*c))).reduce(Expr::or);
            any.unwrap_or_else(|| lit(false)).fill_null(lit(false))
        };
        let counted =
            |name: &str, which: Expr, codes: &[&str]| which.and(is(codes)).cast(DataType::Int64).sum().alias(name);
        let (positive, negative, unsure): (&[&str], &[&str], &[&str]) =
            (&["illegal", "yes"], &["legal", "no"], &["unsure"]);
        let mut aggregates = vec![
            counted("agreed_positive", agreed(), positive),
            counted("agreed_negative", agreed(), negative),
            counted("agreed_unsure", agreed(), unsure),
            counted("coded_positive", agreed().not(), positive),
            counted("coded_negative", agreed().not(), negative),
            counted("coded_unsure", agreed().not(), unsure),
        ];
        let kept = COLUMNS.iter().map(|c| c.name).filter(|c| !KEY.contains(c) && !OWN.contains(c));
        aggregates.extend(kept.map(|name| col(name).drop_nulls().first()));
        let df = given_labels
            .group_by(KEY.map(col))
            .agg(aggregates)
            .sort(KEY, SortMultipleOptions::default())
            .with_columns(resolved())
            .select(COLUMNS.iter().map(|c| col(c.name)).collect::<Vec<_>>())
            .collect()
            .map_err(|e| Error::engine("cannot put the labels of audits together", e))?;
        Ok(df.lazy())
    }

    fn sql(&self, _: &dyn Fn(&str) -> String) -> Option<String> {
        None
    }

    fn merges(&self) -> bool {
        false
    }

    fn kept(&self) -> bool {
        true
    }
}

/// The columns made of the labels.
fn resolved() -> [Expr; 3] {
    let more = |a: &str, b: &str, c: &str| col(a).gt(col(b) + col(c));
    let most = |of: &str| {
        let [p, n, u] = ["positive", "negative", "unsure"].map(|kind| format!("{of}_{kind}"));
        when(more(&p, &n, &u))
            .then(lit("positive"))
            .when(more(&n, &p, &u))
            .then(lit("negative"))
            .when((col(p.as_str()) + col(n.as_str()) + col(u.as_str())).gt(lit(0_i64)))
            .then(lit("unsure"))
            .otherwise(lit(NULL).cast(DataType::String))
    };
    let any_agreed = (col("agreed_positive") + col("agreed_negative") + col("agreed_unsure")).gt(lit(0_i64));
    let coders = col("coded_positive") + col("coded_negative") + col("coded_unsure");
    let unanimous = ["coded_positive", "coded_negative", "coded_unsure"]
        .map(|c| col(c).eq(coders.clone()))
        .into_iter()
        .reduce(Expr::or)
        .unwrap_or_else(|| lit(true));
    [
        when(any_agreed).then(most("agreed")).otherwise(most("coded")).alias("outcome"),
        coders.clone().alias("coders"),
        when(coders.gt(lit(1_i64)))
            .then(unanimous.not())
            .otherwise(lit(NULL).cast(DataType::Boolean))
            .alias("disagreed"),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use polars::prelude::{DataFrame, NamedFrom, Series, df};

    use super::*;
    use crate::views::Options;

    /// Labels with every column of the table, null where not given.
    fn labels(rows: &[(&str, Option<&str>, Option<&str>)]) -> DataFrame {
        let ids: Vec<&str> = rows.iter().map(|r| r.0).collect();
        let coders: Vec<Option<&str>> = rows.iter().map(|r| r.1).collect();
        let labels: Vec<Option<&str>> = rows.iter().map(|r| r.2).collect();
        let n = rows.len();
        let mut frame = df!(
            "platform" => vec!["P"; n], "sample" => vec!["s"; n], "question" => vec!["illegal"; n],
            "unit_id" => ids, "coder" => coders, "label" => labels, "weight" => vec![2.0; n],
        )
        .expect("frame");
        for column in AuditLabels.columns() {
            if frame.column(column.name).is_err() {
                let series = match column.kind {
                    Kind::Number => Series::new(column.name.into(), vec![None::<f64>; n]),
                    Kind::Integer | Kind::Timestamp => Series::new(column.name.into(), vec![None::<i64>; n]),
                    Kind::Bool => Series::new(column.name.into(), vec![None::<bool>; n]),
                    _ => Series::new(column.name.into(), vec![None::<&str>; n]),
                };
                frame.with_column(series.into()).expect("column");
            }
        }
        frame
    }

    #[test]
    fn the_agreed_label_wins_then_the_majority() {
        let frame = labels(&[
            ("a", Some("x"), Some("illegal")),
            ("a", Some("y"), Some("legal")),
            ("a", None, Some("illegal")),
            ("b", Some("x"), Some("illegal")),
            ("b", Some("y"), Some("legal")),
            ("c", Some("x"), Some("no")),
            ("c", Some("y"), Some("no")),
            ("d", Some("x"), Some("yes")),
            ("d", Some("y"), Some("yes")),
            ("d", Some("z"), Some("unsure")),
            ("e", Some("x"), None),
        ]);
        let given = Given {
            frame: &|_| Ok(frame.clone().lazy()),
            filled: &|_| BTreeSet::new(),
            files: &|_| Vec::new(),
            rows: &|_| 0,
            options: &Options::default(),
        };
        let units = AuditUnits.frame(&given).and_then(|lf| lf.collect().map_err(|e| Error::engine("test", e)));
        let units = units.expect("view");
        let text = |name: &str| -> Vec<Option<String>> {
            let column = units.column(name).expect(name).str().expect("text").clone();
            column.iter().map(|v| v.map(str::to_owned)).collect()
        };
        let some = |t: &str| Some(t.to_owned());
        assert_eq!(text("unit_id"), ["a", "b", "c", "d", "e"].map(some));
        assert_eq!(text("outcome"), [some("positive"), some("unsure"), some("negative"), some("positive"), None]);
        let coders: Vec<Option<i64>> = units.column("coders").expect("coders").i64().expect("numbers").iter().collect();
        assert_eq!(coders, [Some(2), Some(2), Some(2), Some(3), Some(0)]);
        let disagreed: Vec<Option<bool>> =
            units.column("disagreed").expect("disagreed").bool().expect("truth").iter().collect();
        assert_eq!(disagreed, [Some(true), Some(true), Some(false), Some(true), None]);
    }
}
