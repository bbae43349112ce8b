//! A study file makes the whole work, and mistakes in it are told before anything is read.

use std::path::Path;

use systemic::estimate::{Estimates, Status};

use crate::support::{s, said, systemic};

fn datasets() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets")
}

#[test]
fn the_example_is_done_as_it_says() {
    let dir = tempfile::tempdir().expect("folder");
    let out = dir.path().join("out");
    let (status, stdout, stderr) = said(&systemic(&["run", s(&datasets().join("example-study.toml")), "-o", s(&out)]));
    assert_eq!((status, stdout.as_str()), (0, ""), "{stderr}");
    assert!(!stderr.contains("warning"), "{stderr}");
    for name in ["01-declared.csv", "02-peers.csv", "03-before-after.csv"] {
        let text = std::fs::read_to_string(out.join("comparisons").join(name)).expect(name);
        assert!(text.lines().count() > 1 && text.contains("simulated data"), "{name}: {text}");
    }
    let declared = std::fs::read_to_string(out.join("comparisons/01-declared.csv")).expect("comparison");
    assert!(declared.contains("Flimmerix") && declared.contains("0.9"), "{declared}");
    assert!(out.join("study-figures/01/moderation-latency-ranked-dots.svg").is_file());

    let page = std::fs::read_to_string(out.join("report.html")).expect("page");
    assert!(page.contains("How statements of reasons changed at the turn of July"));
    let estimates = Estimates::read(&out.join("estimates.parquet")).expect("estimates");
    let mut ids: Vec<&str> = estimates.rows().iter().map(|e| e.indicator.as_str()).collect();
    ids.dedup();
    assert_eq!(ids, ["automated-share", "moderation-latency", "own-initiative-share", "statement-count"]);
    let few = |e: &&systemic::estimate::Estimate| e.status == Status::Ok && e.n.is_some_and(|n| n > 0 && n < 10);
    assert_eq!(estimates.rows().iter().filter(few).count(), 0);
    assert!(estimates.rows().iter().any(|e| e.status == Status::Suppressed));

    let manifest: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(out.join("manifest.json")).expect("manifest")).expect("JSON");
    assert_eq!(manifest["parameters"]["study"]["events"][0]["name"], "schema 2", "{manifest}");
    let listed = |name: &str| {
        manifest["outputs"].as_array().is_some_and(|all| all.iter().any(|o| o["path"].as_str() == Some(name)))
    };
    assert!(listed("comparisons/02-peers.csv") && listed("study-figures/01/moderation-latency-ranked-dots.svg"));
}

#[test]
fn a_penalty_policy_of_the_study_is_a_table() {
    let dir = tempfile::tempdir().expect("folder");
    let study = dir.path().join("my.toml");
    let exports = datasets().join("marketplace");
    let text = format!(
        "[inputs]\nexports = [{:?}]\n[measure]\nindicators = [\"penalty-escalation-adherence\"]\nby = [\"all\"]\n\
         [[penalty_policy]]\nplatform = \"Trovanda\"\nversion = \"own\"\nat_least = 2\nsanction = \"suspension\"\n",
        s(&exports)
    );
    std::fs::write(&study, text).expect("written");
    let out = dir.path().join("out");
    let (status, _, stderr) = said(&systemic(&["run", s(&study), "-o", s(&out)]));
    assert_eq!(status, 0, "{stderr}");
    assert!(stderr.contains("loaded my.toml: rows 1 of penalty_policy"), "{stderr}");
    assert!(stderr.contains("6 rows of penalty_policy"), "{stderr}");
}

#[test]
fn mistakes_are_told_before_anything_is_read() {
    let dir = tempfile::tempdir().expect("folder");
    let (study, out) = (dir.path().join("my.toml"), dir.path().join("out"));
    for (text, says) in [
        ("title = \"no inputs\"\n", "names no exports"),
        ("[inputs]\nexports = [\"x.zip\"]\n[[comparisons]]\nkind = \"peers\"\nindicatr = \"x\"\n", "--indicator"),
        ("[inputs]\nexports = [\"x.zip\"]\n[[comparisons]]\nindicator = \"x\"\n", "no kind"),
        ("[inputs]\nexports = [\"x.zip\"]\n[[figures]]\nform = \"line\"\nprest = \"web\"\n", "--preset"),
        ("[inputs]\nexport = [\"x.zip\"]\n", "did you mean \"exports\"?"),
        ("[inputs]\nexports = [\"nothing-here.zip\"]\n", "nothing-here.zip"),
    ] {
        std::fs::write(&study, text).expect("written");
        let (status, _, stderr) = said(&systemic(&["run", s(&study), "-o", s(&out)]));
        assert!(status == 2 && stderr.contains(says), "{text}: {stderr}");
        assert!(!out.exists(), "{text}");
    }
}

#[test]
fn comparisons_that_cannot_be_made_do_not_stop_the_run() {
    let dir = tempfile::tempdir().expect("folder");
    let (study, out) = (dir.path().join("my.toml"), dir.path().join("out"));
    let text = format!(
        "[inputs]\nexports = [{:?}]\n[measure]\nindicators = [\"statement-count\"]\nby = [\"platform,all\"]\n\
         [[comparisons]]\nkind = \"peers\"\nindicator = \"complaint-rate\"\n",
        s(&datasets().join("statements"))
    );
    std::fs::write(&study, text).expect("written");
    let (status, _, stderr) = said(&systemic(&["run", s(&study), "-o", s(&out)]));
    assert_eq!(status, 0, "{stderr}");
    assert!(stderr.contains("comparison 1 of the study was not made"), "{stderr}");
    assert!(out.join("report.html").is_file() && !out.join("comparisons").exists());
}

#[test]
fn measure_keeps_to_what_a_study_says() {
    let dir = tempfile::tempdir().expect("folder");
    let data = dir.path().join("data");
    assert_eq!(said(&systemic(&["load", s(&datasets().join("statements")), "-o", s(&data), "--quiet"])).0, 0);
    let study = dir.path().join("my.toml");
    let text = "[measure]\nindicators = [\"own-initiative-share\"]\nby = [\"platform,day\", \"all\"]\n";
    let file = dir.path().join("estimates.csv");
    let measure = |more: &[&str]| {
        let mut args = vec!["measure", "--data", s(&data), "--study", s(&study), "-o", s(&file)];
        args.extend(more);
        said(&systemic(&args))
    };
    let few = |e: &systemic::estimate::Estimate| e.status == Status::Ok && e.n.is_some_and(|n| n > 0 && n < 40);
    std::fs::write(&study, text).expect("written");
    assert_eq!(measure(&[]).0, 0);
    let plain = Estimates::read(&file).expect("estimates");
    assert!(plain.rows().iter().all(|e| e.indicator == "own-initiative-share"));
    assert!(plain.rows().iter().any(|e| e.platform == "all platforms") && plain.rows().len() > 20);
    // The command line wins.
    assert_eq!(measure(&["statement-count", "--by", "all"]).0, 0);
    let own = Estimates::read(&file).expect("estimates");
    assert!(own.rows().iter().all(|e| e.indicator == "statement-count" && e.platform == "all platforms"));
    assert_eq!(measure(&["--counts", s(&dir.path().join("counts"))]).0, 2, "two breakdowns have no one set of counts");
    // The rule of disclosure holds here as in a run, and counts would get around it.
    std::fs::write(&study, format!("{text}[disclosure]\nsmallest_n = 40\n")).expect("written");
    let (status, _, told) = measure(&[]);
    assert!(status == 0 && told.contains("suppressed by the disclosure rule"), "{told}");
    let kept = Estimates::read(&file).expect("estimates");
    assert_eq!(kept.rows().len(), plain.rows().len());
    assert!(kept.rows().iter().any(|e| e.status == Status::Suppressed) && !kept.rows().iter().any(few));
    let (status, _, told) = measure(&["--by", "all", "--counts", s(&dir.path().join("counts"))]);
    assert!(status == 2 && told.contains("would show what it withholds"), "{told}");
}
