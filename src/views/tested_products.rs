//! Products that testers bought, each with the one result that its requirements amount to.

use polars::prelude::{DataType, Expr, IntoLazy, LazyFrame, SortMultipleOptions, col, lit, when};

use super::offences::derived;
use super::{Given, View};
use crate::error::{Error, Result};
use crate::tables::{Column, Kind, Table, Values};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct TestedProducts;

static COLUMNS: [Column; 8] = [
    derived("platform", Kind::Code, &[], Values::Any, "Canonical name of the platform."),
    derived("purchase_id", Kind::Text, &["test_purchases.purchase_id"], Values::Any, "Identifier of the purchase."),
    derived("category", Kind::Code, &["test_purchases.category"], Values::Any, "Category of the product."),
    derived(
        "country",
        Kind::Code,
        &["test_purchases.country"],
        Values::Any,
        "Country that the product was delivered to.",
    ),
    derived("bought_at", Kind::Timestamp, &["test_purchases.bought_at"], Values::Any, "Instant of the purchase."),
    derived(
        "selection_rule",
        Kind::Code,
        &["test_purchases.selection_rule"],
        Values::Any,
        "How the product was selected: `random`, or a purposive rule.",
    ),
    derived(
        "product_result",
        Kind::Code,
        &["test_purchases.result"],
        Values::Codes("test_result"),
        "Whether the product fails a requirement (fail); else whether a test was unclear or has no result (unclear); else pass.",
    ),
    derived(
        "requirements",
        Kind::Integer,
        &["test_purchases.result"],
        Values::Form("count"),
        "Requirements that the product was tested for.",
    ),
];

/// Columns that are the same for every requirement of a product.
const COMMON: [&str; 4] = ["category", "country", "bought_at", "selection_rule"];

impl Table for TestedProducts {
    fn name(&self) -> &'static str {
        "tested_products"
    }
    fn row(&self) -> &'static str {
        "one product that was bought and tested"
    }
    fn source(&self) -> &'static str {
        "derived from the table test_purchases"
    }
    fn key(&self) -> &'static [&'static str] {
        &["platform", "purchase_id"]
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
}

impl View for TestedProducts {
    fn made_of(&self) -> &'static [&'static str] {
        &["test_purchases"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let is = |code: &str| col("result").eq(lit(code)).fill_null(lit(false));
        let any = |of: Expr| of.cast(DataType::Int64).sum();
        let mut columns: Vec<Expr> = COMMON.iter().map(|name| col(*name).drop_nulls().first()).collect();
        columns.extend([
            any(is("fail")).alias("__failed"),
            any(is("pass")).alias("__passed"),
            any(col("platform").is_not_null()).alias("requirements"),
        ]);
        let result = when(col("__failed").gt(lit(0_i64)))
            .then(lit("fail"))
            .when(col("__passed").eq(col("requirements")))
            .then(lit("pass"))
            .otherwise(lit("unclear"));
        let df = (given.frame)("test_purchases")?
            .group_by([col("platform"), col("purchase_id")])
            .agg(columns)
            .sort(["platform", "purchase_id"], SortMultipleOptions::default())
            .with_columns([result.alias("product_result")])
            .select(COLUMNS.iter().map(|c| col(c.name)).collect::<Vec<_>>())
            .collect()
            .map_err(|e| Error::engine("cannot put the tests of products together", e))?;
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
