//! `systemic map`: drafts that can be checked, and checks that say what is lacking.

use crate::support::{s, said, systemic};

#[test]
fn a_draft_is_checked_and_reads_what_it_was_drafted_from() {
    let folder = tempfile::tempdir().expect("folder");
    let export = folder.path().join("actions.csv");
    std::fs::write(
        &export,
        "action_id,listing_id,action,detected_at,action_at\n1,a,removal,2025-01-01 10:00,2025-01-02 10:00\n\
         2,b,removal,,2025-01-03 11:00\n3,c,removal,,\n4,d\n",
    )
    .expect("file");
    let mapping = folder.path().join("drafted.toml");
    let (status, _, stderr) = said(&systemic(&["map", "draft", s(&export), "-o", s(&mapping)]));
    assert_eq!(status, 0, "{stderr}");
    let (_, printed, _) = said(&systemic(&["map", "draft", s(&export), "--table", "actions"]));
    assert_eq!(printed, std::fs::read_to_string(&mapping).expect("the draft"));
    let (status, stdout, stderr) = said(&systemic(&["map", "check", s(&mapping), s(&export), "--format", "csv"]));
    assert_eq!(status, 1, "records were kept aside: {stderr}");
    let has = |text: &str| assert!(stdout.contains(text), "{text}\n{stdout}");
    has(&format!("rows,{},actions,,2,", export.display()));
    has("actions,detected_at,1,50.0 % of the rows");
    has("2 cells instead of 5");
    has("action_at is empty or cannot be read");
    has("Q109");
    // Every indicator on these tables is told with what it lacks, or that it lacks nothing.
    has("indicator,");
}

#[test]
fn faults_of_a_mapping_are_told() {
    let folder = tempfile::tempdir().expect("folder");
    let mapping = folder.path().join("m.toml");
    std::fs::write(&mapping, "[mapping]\nname = \"t\"\nplatfrom = \"P\"\n").expect("file");
    let (status, _, stderr) = said(&systemic(&["map", "check", s(&mapping)]));
    assert_eq!(status, 2);
    assert!(stderr.contains("m.toml, line 3") && stderr.contains("did you mean \"platform\"?"), "{stderr}");
    let (status, _, stderr) = said(&systemic(&["map", "draft", s(&mapping), "--table", "listing"]));
    assert!(status == 2 && stderr.contains("listings"), "{stderr}");
}
