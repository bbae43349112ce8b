//! The README's examples run, in order, in a folder of their own, and print what the README says.

use std::path::Path;

use crate::examples;

#[test]
fn examples_of_the_readme_run_as_printed() {
    let dir = tempfile::tempdir().expect("folder");
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README");
    let ran = examples::run("README.md", &text, dir.path());
    assert!(ran >= 8, "{ran} examples ran");
}
