//! Estimators against values that other software gives, and their coverage in simulations.
//!
//! Values that matter stand in the files beside this one, with their source. Where the folder of reference
//! data is present (`../shared`, or `$SYSTEMIC_SHARED`), all its cases are compared too.

mod agreement;
mod capture;
mod comparison;
mod concentration;
mod coverage_proportion;
mod coverage_series;
mod coverage_survey;
mod coverage_survival;
mod list;
mod misclassification;
mod proportion;
mod quantile;
mod rate;
mod series;
mod survey;
mod survival;
mod survival_groups;
mod survival_rivals;
mod survival_tables;

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The folder of reference data; prints that it is absent where it is.
pub fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("SYSTEMIC_SHARED").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: no reference data at {} (set SYSTEMIC_SHARED)", folder.display());
        return None;
    }
    Some(folder)
}

/// A case of `reference_values.json`.
pub fn case(id: &str) -> Option<Value> {
    let path = shared()?.join("reference/reference_values.json");
    let text = std::fs::read_to_string(path).expect("reference values");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let found = all["cases"].as_array().expect("cases").iter().find(|c| c["id"] == id).cloned();
    Some(found.unwrap_or_else(|| panic!("no case {id}")))
}

/// Asserts |x − reference| ≤ tolerance.
pub fn near(x: f64, reference: f64, tolerance: f64, what: &str) {
    assert!((x - reference).abs() <= tolerance, "{what}: {x} is not within {tolerance} of {reference}");
}
