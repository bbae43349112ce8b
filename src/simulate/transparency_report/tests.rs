//! Tests of simulated reports: clean ones keep every rule, and each kind of dirt does what it says.

use std::collections::BTreeSet;

use super::*;
use crate::finding::{Findings, Kind};
use crate::sources::export::{RowSink, TableExport};
use crate::sources::transparency_report::{Opened, open};
use crate::tables::Table;
use crate::tables::services::Services;
use crate::transparency::scopes::ScopeKind;
use crate::transparency::validate::{Fault, RULES, validate};

fn made(plan: &ReportPlan) -> (tempfile::TempDir, ReportTruth) {
    let folder = tempfile::tempdir().expect("folder");
    reports(plan, folder.path()).expect("written");
    let text = std::fs::read(folder.path().join("truth.json")).expect("truth");
    (folder, serde_json::from_slice(&text).expect("JSON"))
}

fn opened(folder: &Path, truth: &OneTruth) -> Opened {
    open(&[folder.join(&truth.folder)], &Services::default()).expect("readable")
}

fn broken(opened: &Opened) -> BTreeSet<&'static str> {
    validate(&opened.values(), &opened.texts(), &Services::default()).iter().map(|f| f.rule.id).collect()
}

#[test]
fn clean_reports_break_no_rule() {
    for seed in 1..=3 {
        let plan = ReportPlan { seed, services: 4, periods: 2, ..ReportPlan::default() };
        let (folder, truth) = made(&plan);
        assert_eq!(truth.reports.len(), 8);
        let all = open(&[folder.path().to_owned()], &Services::default()).expect("readable");
        assert_eq!(all.aside.len(), 1, "truth.json alone: {:?}", all.aside);
        let faults = validate(&all.values(), &all.texts(), &Services::default());
        assert!(faults.is_empty(), "seed {seed}: {:#?}", faults.iter().map(Fault::value).collect::<Vec<_>>());
        let parts: BTreeSet<u8> = all.parts().map(|p| p.part).collect();
        assert_eq!(parts.len(), 11);
    }
}

#[test]
fn figures_are_those_of_the_truth() {
    let (folder, truth) = made(&ReportPlan { services: 2, periods: 2, ..ReportPlan::default() });
    for one in &truth.reports {
        let values = opened(folder.path(), one).values();
        assert!(one.totals.len() > 60);
        for (code, n) in &one.totals {
            let found: Vec<f64> = values
                .iter()
                .filter(|v| v.indicator_code == Some(code) && v.scope_kind == ScopeKind::Total && v.is_total_row())
                .filter_map(|v| v.value)
                .collect();
            #[expect(clippy::cast_precision_loss, reason = "counts are far below 2⁵³")]
            let expected = *n as f64;
            assert_eq!(found, [expected], "{} {code}", one.service);
        }
    }
}

#[derive(Default)]
struct Told(Findings);

impl RowSink for Told {
    fn push(&mut self, _: &'static dyn Table, _: Vec<arrow::array::ArrayRef>) -> Result<()> {
        Ok(())
    }
    fn reject(&mut self, _: usize, _: u64, _: &str, _: &[u8]) -> Result<()> {
        Ok(())
    }
    fn find(&mut self, k: &'static Kind, c: Option<&'static str>, v: Option<&str>, n: u64, p: Option<(usize, u64)>) {
        self.0.add(k, c, v, n, p);
    }
}

/// What a report says: key and value of every figure; blank cells and marks are no figures.
fn said(opened: &Opened) -> BTreeSet<(String, String)> {
    let key = |v: &crate::transparency::ReportValue| {
        format!("{:?} {} {:?} {:?} {:?}", v.indicator_code, v.scope, v.category, v.sub_category, v.surface)
    };
    opened.values().iter().filter_map(|v| Some((key(v), format!("{:.9e}", v.value?)))).collect()
}

#[test]
fn each_kind_of_dirt_does_what_it_says() {
    let plan = ReportPlan { services: 1, dirt: vec!["all".into()], ..ReportPlan::default() };
    let (folder, truth) = made(&plan);
    let changes = KINDS.iter().filter(|k| k.after).count();
    assert_eq!((truth.reports.len(), changes), (KINDS.len() + 1 + changes, 1));
    let clean = said(&opened(folder.path(), &truth.reports[0]));
    assert!(clean.len() > 3_000, "{}", clean.len());
    let mut wrong = Vec::new();
    for one in &truth.reports {
        let Some(dirt) = &one.dirt else { continue };
        let own = truth.reports.iter().filter(|r| r.service == one.service);
        let folders: Vec<PathBuf> = own.map(|r| folder.path().join(&r.folder)).collect();
        let opened = open(&folders, &Services::default()).expect("readable");
        let mut expect = |what: &str, holds: bool| {
            if !holds {
                wrong.push(format!("{}: {what}", dirt.id));
            }
        };
        expect("every file is a part", opened.aside.is_empty());
        let (found, rules) = (broken(&opened), dirt.rules.iter().map(String::as_str).collect::<BTreeSet<_>>());
        expect(&format!("rules {found:?}, not {rules:?}"), found == rules);
        let mut told = Told::default();
        opened.files.iter().for_each(|f| f.read(&mut told).expect("read"));
        let codes: BTreeSet<String> = told.0.list(&[]).into_iter().map(|f| f.code).collect();
        expect(&format!("findings {codes:?}"), codes == dirt.findings.iter().cloned().collect());
        expect("the figures of the clean report", dirt.content || said(&opened) == clean);
        expect("form breaks no rule but those of codes and marks", dirt.content || dirt.rules.len() <= 1);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn dirt_covers_every_rule() {
    let covered: BTreeSet<&str> = KINDS.iter().flat_map(|k| k.rules.iter().copied()).collect();
    let left: Vec<&str> = RULES.iter().map(|r| r.id).filter(|id| !covered.contains(id)).collect();
    assert!(left.is_empty(), "{left:?}");
    let ids: BTreeSet<&str> = KINDS.iter().map(|k| k.id).collect();
    assert_eq!(ids.len(), KINDS.len());
}

#[test]
fn plans_that_cannot_be_are_refused() {
    let refused = |plan: ReportPlan| {
        let folder = tempfile::tempdir().expect("folder");
        let error = reports(&plan, folder.path()).expect_err("refused");
        assert!(error.hint().is_some());
        error.to_string()
    };
    assert!(refused(ReportPlan { from: 20_455, ..ReportPlan::default() }).contains("2026-01-02"));
    assert!(refused(ReportPlan { services: 7, ..ReportPlan::default() }).contains('7'));
    assert!(refused(ReportPlan { periods: 0, ..ReportPlan::default() }).contains('0'));
    assert!(refused(ReportPlan { dirt: vec!["semicolon".into()], ..ReportPlan::default() }).contains("semicolon"));
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let plan = ReportPlan { dirt: vec!["gbk".into()], ..ReportPlan::default() };
    let bytes = |plan: &ReportPlan| {
        let sheets: Vec<Vec<u8>> =
            all(plan).expect("made").iter().flat_map(|r| r.sheets.iter().map(Sheet::bytes)).collect();
        sheets.concat()
    };
    assert!(bytes(&plan) == bytes(&plan));
    assert!(bytes(&plan) != bytes(&ReportPlan { seed: 2, ..plan.clone() }));
}
