//! Figures of the contact sheet in preset web, byte by byte as they were accepted.
//!
//! A change of a form changes its figures: the test then says which, writes the new ones, and they are accepted with
//! `SYSTEMIC_BLESS=1` after somebody has looked at them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use systemic::charts::contact_sheet::{Case, cases};
use systemic::charts::{CHARTS, Preset};

/// Bytes that all of them may have together.
const MOST: u64 = 1_000_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Whether figures are accepted as they are made now.
fn blessing() -> bool {
    std::env::var_os("SYSTEMIC_BLESS").is_some_and(|v| v == "1")
}

fn golden() -> Vec<Case> {
    cases().into_iter().filter(|c| c.golden).collect()
}

/// The first line that differs, as it was and as it is.
fn difference(old: &str, new: &str) -> String {
    let mut lines = old.lines().zip(new.lines()).enumerate();
    let short = |line: &str| line.chars().take(160).collect::<String>();
    match lines.find(|(_, (a, b))| a != b) {
        Some((i, (a, b))) => format!("line {}:\n    was {}\n    is  {}", i + 1, short(a), short(b)),
        None => format!("{} lines in place of {}", new.lines().count(), old.lines().count()),
    }
}

#[test]
fn figures_are_as_they_were_accepted() {
    let bless = blessing();
    if bless {
        // Those of cases that are no more go.
        let _ = fs::remove_dir_all(folder());
        fs::create_dir_all(folder()).expect("tests/golden");
    }
    let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
    fs::create_dir_all(&made).expect("folder for new figures");
    let mut changed = Vec::new();
    for case in golden() {
        let file = format!("{}.svg", case.stem());
        let figure = case.draw(Preset::Web).unwrap_or_else(|e| panic!("form {}, case {}: {e}", case.form, case.id));
        let kept = folder().join(&file);
        if bless {
            fs::write(&kept, &figure.svg).expect("accepted figure");
            continue;
        }
        let old = fs::read_to_string(&kept).unwrap_or_default();
        if old != figure.svg {
            let new = made.join(&file);
            fs::write(&new, &figure.svg).expect("new figure");
            let what = if old.is_empty() { "there is none yet".to_owned() } else { difference(&old, &figure.svg) };
            changed.push(format!(
                "form {}, case {} ({}): {what}\n    accepted: {}\n    new:      {}",
                case.form,
                case.id,
                case.about,
                kept.display(),
                new.display()
            ));
        }
    }
    assert!(
        changed.is_empty(),
        "{} figures are not as they were accepted:\n{}\nLook at both. If the new ones are right, accept them: \
         SYSTEMIC_BLESS=1 cargo test --test main golden",
        changed.len(),
        changed.join("\n")
    );
}

#[test]
fn every_form_has_one_and_none_is_left_over() {
    if blessing() {
        return;
    }
    let wanted: BTreeSet<String> = golden().iter().map(|c| format!("{}.svg", c.stem())).collect();
    for form in CHARTS {
        assert!(golden().iter().any(|c| c.form == form.id()), "{} has no golden case", form.id());
    }
    let mut found = BTreeSet::new();
    let mut bytes = 0;
    for entry in fs::read_dir(folder()).expect("tests/golden").flatten() {
        found.insert(entry.file_name().to_string_lossy().into_owned());
        bytes += entry.metadata().expect("size").len();
    }
    assert_eq!(found, wanted, "figures of cases that are not there, or the other way round");
    assert!(bytes < MOST, "{bytes} bytes: keep smaller cases");
}
