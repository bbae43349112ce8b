//! Every indicator and check on simulated data, clean and dirty, against values computed here from the truth file.

#![expect(clippy::cast_precision_loss, reason = "counts of a small sample")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use systemic::estimate::{ALL_PLATFORMS, Estimate, Estimates};
use systemic::simulate::truth::{CreatedTruth, Truth, Values};
use systemic::tables::codes::in_v2;
use systemic::time;

use crate::support::{HEADER, record, s, said, systemic};

/// Faults that put one statement into the files twice: their rows are counted twice, and tested by themselves.
const COPIES: [&str; 2] = ["duplicate-uuid", "duplicate-across-days"];

/// Truth, dataset and estimates of whole-period shares by platform.
struct World {
    truth: Truth,
    data: PathBuf,
    rows: Vec<Estimate>,
    _folder: tempfile::TempDir,
}

impl World {
    fn new(simulate: &[&str], refused: bool) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let (exports, data) = (folder.path().join("sim"), folder.path().join("data"));
        let mut arguments = vec!["simulate", "statements", "-o", s(&exports)];
        arguments.extend(simulate);
        let (status, _, stderr) = said(&systemic(&arguments));
        assert_eq!(status, 0, "{stderr}");
        let truth = std::fs::read_to_string(exports.join("truth.json")).expect("truth");
        let truth: Truth = serde_json::from_str(&truth).expect("truth");
        let (status, _, stderr) = said(&systemic(&["load", s(&exports), "-o", s(&data)]));
        // Refused archives are told, and the others are loaded.
        assert_eq!(status, i32::from(refused), "{stderr}");
        let file = folder.path().join("e.parquet");
        let (status, _, stderr) =
            said(&systemic(&["measure", "--data", s(&data), "--by", "platform,all", "-o", s(&file)]));
        assert_eq!(status, 0, "{stderr}");
        let rows = Estimates::read(&file).expect("estimates").rows().to_vec();
        Self { truth, data, rows, _folder: folder }
    }

    /// The truth of each platform over all days.
    fn platforms(&self) -> BTreeMap<String, Vec<&CreatedTruth>> {
        let mut all: BTreeMap<String, Vec<&CreatedTruth>> = BTreeMap::new();
        for cell in &self.truth.created {
            // Statements without a platform are filed under no name.
            let name = if cell.platform.is_empty() { "(none)" } else { &cell.platform };
            all.entry(name.to_owned()).or_default().push(cell);
        }
        all
    }

    fn find(&self, indicator: &str, statistic: &str, platform: &str, group: Option<&str>) -> &Estimate {
        let fits = |e: &&Estimate| {
            e.indicator == indicator
                && e.statistic == statistic
                && e.platform == platform
                && e.group_value.as_deref() == group
                && e.x.is_none()
        };
        let mut found = self.rows.iter().filter(fits);
        let row = found.next().unwrap_or_else(|| panic!("no {indicator} {statistic} of {platform} {group:?}"));
        assert!(found.next().is_none(), "{indicator} {statistic} of {platform} {group:?} stands twice");
        row
    }

    /// A share must be k of n, or `insufficient` below ten.
    fn share(&self, indicator: &str, statistic: &str, platform: &str, group: Option<&str>, (k, n): (u64, u64)) {
        let row = self.find(indicator, statistic, platform, group);
        let what = format!("{indicator} {statistic} of {platform} {group:?}");
        assert_eq!((row.k, row.n), (Some(k.cast_signed()), Some(n.cast_signed())), "{what}");
        match row.value {
            Some(value) => assert!(n >= 10 && (value - k as f64 / n as f64).abs() <= 1e-12, "{what}: {value}"),
            None => assert!(n < 10, "{what}: no value"),
        }
    }
}

fn clean() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::new(&["--from", "2025-06-26", "--days", "10", "--rows", "600", "--seed", "7"], false))
}

fn dirty() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let (_, list, _) = said(&systemic(&["list", "dirt", "--format", "csv"]));
        let ids = list.lines().skip(1).filter_map(|l| l.split(',').next()).filter(|id| !COPIES.contains(id));
        let dirt = ids.collect::<Vec<_>>().join(",");
        let plan = ["--from", "2025-06-25", "--days", "12", "--rows", "1000", "--seed", "11", "--dirt", &dirt];
        World::new(&plan, true)
    })
}

fn sum(cells: &[&CreatedTruth], of: impl Fn(&CreatedTruth) -> &Values) -> Values {
    let mut all = Values::new();
    for cell in cells {
        for (value, n) in of(cell) {
            *all.entry(value.clone()).or_default() += n;
        }
    }
    all
}

fn of(values: &Values, codes: &[&str]) -> u64 {
    codes.iter().map(|c| values.get(*c).copied().unwrap_or_default()).sum()
}

fn total(values: &Values) -> u64 {
    values.values().sum()
}

/// Values of joined sets, exploded: a statement counts once with each code.
fn exploded(sets: &Values) -> Values {
    let mut all = Values::new();
    for (set, n) in sets {
        for code in set.split(',').filter(|c| !c.is_empty()) {
            *all.entry(code.to_owned()).or_default() += n;
        }
    }
    all
}

/// What holds of clean and of dirty data alike.
fn shares_are_those_of_the_truth(world: &World) {
    for (platform, cells) in &world.platforms() {
        let n: u64 = cells.iter().map(|c| c.statements).sum();
        let share = |id: &str, statistic: &str, k_n: (u64, u64)| world.share(id, statistic, platform, None, k_n);
        assert_eq!(world.find("statement-count", "count", platform, None).n, Some(n.cast_signed()), "{platform}");

        let sources = sum(cells, |c| &c.source_type);
        let all = total(&sources);
        let flagged = of(&sources, &["SOURCE_TRUSTED_FLAGGER"]);
        let notices = flagged + of(&sources, &["SOURCE_ARTICLE_16", "SOURCE_TYPE_OTHER_NOTIFICATION"]);
        share("own-initiative-share", "share", (of(&sources, &["SOURCE_VOLUNTARY"]), all));
        share("trusted-flagger-share", "share", (flagged, all));
        share("trusted-flagger-share", "share_notices", (notices, all));
        share("trusted-flagger-share", "share_of_notices", (flagged, notices));

        let detection = sum(cells, |c| &c.automated_detection);
        share("automated-share", "share_detected", (of(&detection, &["Yes"]), total(&detection)));
        let decision = sum(cells, |c| &c.automated_decision);
        for (statistic, code) in [("fully", "FULLY"), ("partially", "PARTIALLY"), ("not", "NOT_AUTOMATED")] {
            let k = of(&decision, &[&format!("AUTOMATED_DECISION_{code}")]);
            share("automated-share", &format!("share_decided_{statistic}"), (k, total(&decision)));
        }
        let ground = sum(cells, |c| &c.decision_ground);
        let illegal = of(&ground, &["DECISION_GROUND_ILLEGAL_CONTENT"]);
        share("illegal-ground-share", "share", (illegal, total(&ground)));

        let category = sum(cells, |c| &c.category);
        let unsafe_codes = ["ILLEGAL", "PROHIBITED"].map(|c| format!("STATEMENT_CATEGORY_UNSAFE_AND_{c}_PRODUCTS"));
        let unsafe_k = of(&category, &unsafe_codes.each_ref().map(String::as_str));
        share("unsafe-product-share", "share", (unsafe_k, total(&category)));
        let accounts = sum(cells, |c| &c.decision_account);
        share("account-sanction-share", "share", (total(&accounts), n));
        share("account-sanction-share", "share_suspended", (of(&accounts, &["DECISION_ACCOUNT_SUSPENDED"]), n));
        share("account-sanction-share", "share_terminated", (of(&accounts, &["DECISION_ACCOUNT_TERMINATED"]), n));

        let mut in_terms_of_v2 = Values::new();
        for (code, k) in &category {
            *in_terms_of_v2.entry(in_v2("category", code).to_owned()).or_default() += k;
        }
        for (code, k) in &in_terms_of_v2 {
            world.share("category-mix", "share", platform, Some(code), (*k, total(&category)));
        }
        let other = of(&in_terms_of_v2, &["STATEMENT_CATEGORY_OTHER_VIOLATION_TC"]);
        share("other-category-share", "share", (other, total(&category)));
        let filled = sum(cells, |c| &c.filled);
        let keywords = of(&filled, &["category_specification"]);
        let named = sum(cells, |c| &c.category_specification);
        share("other-category-share", "share_no_keyword", (n - keywords, n));
        share("other-category-share", "share_keyword_other", (of(&named, &["KEYWORD_OTHER"]), keywords));
        for (code, k) in named.iter().filter(|(code, _)| in_v2("category_specification", code) == code.as_str()) {
            // Codes that are the successor of another one are counted with it.
            let successors: Vec<&str> =
                named.keys().filter(|c| *c != code).map(|c| in_v2("category_specification", c)).collect();
            if !successors.contains(&code.as_str()) {
                world.share("keyword-mix", "share", platform, Some(code), (*k, keywords));
            }
        }
        let visible = exploded(&sum(cells, |c| &c.decision_visibility));
        for kind in [visible, sum(cells, |c| &c.decision_monetary), sum(cells, |c| &c.decision_provision), accounts] {
            for (code, k) in kind {
                world.share("decision-type-mix", "share", platform, Some(&code), (k, n));
            }
        }
        let scopes = sum(cells, |c| &c.territorial_scope);
        let with_scope = total(&scopes);
        let size = |lengths: &[usize]| {
            scopes.iter().filter(|(set, _)| lengths.contains(&set.split(',').count())).map(|(_, k)| k).sum::<u64>()
        };
        share("territorial-uniformity", "share_one", (size(&[1]), with_scope));
        share("territorial-uniformity", "share_none", (n - with_scope, n));
        let field = |name: &str, k: u64| world.share("sor-field-completeness", "share", platform, Some(name), (k, n));
        for name in ["category_addition", "content_language", "decision_ground_reference_url", "territorial_scope"] {
            field(name, of(&filled, &[name]));
        }
        field("category_specification", keywords);
        // Rules: how many statements break each; how many it applies to is in no truth.
        let rules = sum(cells, |c| &c.rules);
        for rule in ["R19", "R21", "R23", "R28", "R29", "R30", "R31", "R39", "R40", "R42"] {
            let row = world.find("sor-internal-consistency", "share", platform, Some(rule));
            assert_eq!(row.k, Some(of(&rules, &[rule]).cast_signed()), "{rule} of {platform}");
        }
        timeliness_is_that_of_the_truth(world, platform, cells);
    }
}

fn timeliness_is_that_of_the_truth(world: &World, platform: &str, cells: &[&CreatedTruth]) {
    let mut delays: Vec<i32> = Vec::new();
    for cell in cells {
        let created = time::parse_iso(&cell.day);
        for (days, n) in &cell.submission_delay_days {
            // A decision more than one day after its submission, or before 2020, is impossible.
            let possible = created.is_some_and(|c| *days >= -1 && c - days >= 18_262);
            if possible {
                delays.extend(std::iter::repeat_n(*days, usize::try_from(*n).expect("few")));
            }
        }
    }
    delays.sort_unstable();
    let n = delays.len() as u64;
    let count = |test: &dyn Fn(i32) -> bool| delays.iter().filter(|d| test(**d)).count() as u64;
    world.share("sor-timeliness", "share_over_7d", platform, None, (count(&|d| d > 7), n));
    world.share("sor-timeliness", "share_negative", platform, None, (count(&|d| d < 0), n));
    let median = world.find("sor-timeliness", "median", platform, None);
    let expected = (n >= 10).then(|| f64::from(delays[delays.len().div_ceil(2) - 1]));
    assert_eq!(median.value, expected, "{platform}");
    for point in world.rows.iter().filter(|e| {
        e.indicator == "sor-timeliness" && e.platform == platform && e.statistic == "share_within" && e.value.is_some()
    }) {
        let x = point.x.expect("days");
        assert_eq!(point.k, Some(count(&|d| f64::from(d) <= x).cast_signed()), "{platform} within {x} days");
    }
}

#[test]
fn clean_data_has_the_shares_of_its_truth() {
    shares_are_those_of_the_truth(clean());
}

#[test]
fn dirty_data_has_the_shares_of_its_truth() {
    shares_are_those_of_the_truth(dirty());
}

#[test]
fn concentration_is_that_of_the_truth() {
    let world = clean();
    let sizes: Vec<f64> =
        world.platforms().values().map(|cells| cells.iter().map(|c| c.statements).sum::<u64>() as f64).collect();
    let (m, all) = (sizes.len() as f64, sizes.iter().sum::<f64>());
    // Half the relative mean difference, over all pairs.
    let pairs: f64 = sizes.iter().flat_map(|a| sizes.iter().map(move |b| (a - b).abs())).sum();
    let get =
        |statistic: &str| world.find("platform-concentration", statistic, ALL_PLATFORMS, None).value.expect("value");
    assert!((get("gini") - pairs / (2.0 * m * all)).abs() <= 1e-12);
    assert!((get("hhi") - sizes.iter().map(|x| (x / all).powi(2)).sum::<f64>()).abs() <= 1e-12);
    let mut sorted = sizes.clone();
    sorted.sort_by(|a, b| b.total_cmp(a));
    assert!((get("top1_share") - sorted[0] / all).abs() <= 1e-12);
    assert!((get("top3_share") - sorted[..3].iter().sum::<f64>() / all).abs() <= 1e-12);
    assert!((get("platforms") - m).abs() <= f64::EPSILON);
}

/// The answer of `systemic check` as code, platform, column, value → count.
fn check(target: &Path, arguments: &[&str]) -> Vec<BTreeMap<String, String>> {
    let mut all = vec!["check", s(target), "--format", "csv"];
    all.extend(arguments);
    let (_, stdout, stderr) = said(&systemic(&all));
    let mut reader = csv::Reader::from_reader(stdout.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows: Vec<_> = reader
        .records()
        .map(|r| {
            let row = r.expect("a row");
            header.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect()
        })
        .collect();
    assert!(!rows.is_empty(), "{stderr}");
    rows
}

#[test]
fn check_finds_every_fault_and_counts_its_rows() {
    let world = dirty();
    let rows = check(&world.data, &[]);
    let codes: BTreeSet<&str> = rows.iter().map(|r| r["code"].as_str()).collect();
    for fault in &world.truth.dirt {
        let expected = &fault.expected;
        let made = fault.rows > 0 || !fault.files.is_empty();
        // Platforms with few statements have too few for these two.
        let may_be_missed = ["zero-delays", "silent-day"].contains(&fault.id.as_str());
        for code in expected.findings.iter().map(|f| &f.code).chain(&expected.checks) {
            assert!(!made || may_be_missed || codes.contains(code.as_str()), "{} left no {code}", fault.id);
        }
    }
    for (platform, cells) in &world.platforms() {
        for (rule, n) in sum(cells, |c| &c.rules) {
            let found = rows.iter().find(|r| r["platform"] == *platform && r["value"].starts_with(&format!("{rule}:")));
            let count = found.map(|r| r["count"].parse::<u64>().expect("a count"));
            assert_eq!(count, (n > 0).then_some(n), "{rule} of {platform}");
            assert!(found.is_none_or(|r| r["example"].len() == 36 || rule == "R02"), "{rule} of {platform}");
        }
    }
    let (status, _, _) = said(&systemic(&["check", s(&world.data), "--fail-on", "error"]));
    assert_eq!(status, 1);
    let clean = check(&clean().data, &[]);
    assert!(clean.iter().all(|r| r["severity"] != "error"), "clean data has errors");
}

#[test]
fn repeated_statements_are_counted_and_told() {
    let plan = [
        "--from",
        "2025-07-02",
        "--days",
        "3",
        "--rows",
        "900",
        "--dirt",
        "duplicate-uuid,duplicate-platform-uid,duplicate-across-days",
    ];
    let world = World::new(&plan, false);
    let copies = |ids: &[&str]| -> BTreeMap<String, u64> {
        let mut all = BTreeMap::new();
        for fault in world.truth.dirt.iter().filter(|f| ids.contains(&f.id.as_str())) {
            for cell in &fault.cells {
                *all.entry(cell.platform.clone()).or_default() += cell.rows;
            }
        }
        all
    };
    let uuids = copies(&COPIES);
    let platform_ids = copies(&["duplicate-uuid", "duplicate-across-days", "duplicate-platform-uid"]);
    assert!(!uuids.is_empty() && platform_ids.values().sum::<u64>() > uuids.values().sum());
    for platform in world.platforms().keys() {
        let k = |statistic: &str| world.find("sor-duplicate-rate", statistic, platform, None).k.expect("a count");
        let expected = |of: &BTreeMap<String, u64>| of.get(platform).copied().unwrap_or_default().cast_signed();
        assert_eq!(k("share_uuid"), expected(&uuids), "{platform}");
        assert_eq!(k("share"), expected(&platform_ids), "{platform}");
        // Copies bear the instant of the original, in whichever archive they stand.
        assert_eq!(k("share_across_days"), 0, "{platform}");
    }
    let rows = check(&world.data, &["--least", "error"]);
    let told: u64 =
        rows.iter().filter(|r| r["code"] == "Q057").map(|r| r["count"].parse::<u64>().expect("a count")).sum();
    assert_eq!(told, uuids.values().sum::<u64>());
    assert!(rows.iter().any(|r| r["code"] == "Q016"), "the loader told nothing of the day before");
}

#[test]
fn exports_are_checked_without_a_dataset() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/statements/sor-global-2025-07-01-full.zip");
    let rows = check(&file, &["--least", "info"]);
    assert!(rows.iter().any(|r| r["code"] == "Q050" && r["platform"] == "Quirandel Shopping"), "{rows:?}");
    let (status, _, stderr) = said(&systemic(&["check", "no-such-file.zip"]));
    assert!(status == 2 && stderr.contains("hint:"), "{stderr}");
    let (status, _, stderr) = said(&systemic(&["check", s(&file), "--fail-on", "wrning"]));
    assert!(status == 2 && stderr.contains("warning"), "{stderr}");
}

#[test]
fn identifiers_used_again_on_another_day_are_told_apart() {
    let folder = tempfile::tempdir().expect("folder");
    let (file, data) = (folder.path().join("day.csv"), folder.path().join("data"));
    // Three statements with one platform_uid: two of the first day, one of the next; and one with its own.
    let of = |n: u32, uid: &str, created: &str| {
        let mut cells: Vec<String> = record(n, "facts").split(',').map(str::to_owned).collect();
        let last = cells.len() - 1;
        (cells[last - 1], cells[last]) = (uid.to_owned(), format!("\"{created}\""));
        cells.join(",")
    };
    let rows = [
        of(1, "again", "2025-07-01 08:00:00"),
        of(2, "again", "2025-07-01 09:00:00"),
        of(3, "again", "2025-07-02 08:00:00"),
        of(4, "own", "2025-07-02 08:00:00"),
    ];
    std::fs::write(&file, format!("{HEADER}\n{}\n", rows.join("\n"))).expect("written");
    let (status, _, stderr) = said(&systemic(&["load", s(&file), "-o", s(&data)]));
    assert_eq!(status, 0, "{stderr}");
    let arguments = ["measure", "sor-duplicate-rate", "--data", s(&data), "--by", "all", "--format", "json"];
    let (_, stdout, _) = said(&systemic(&arguments));
    let rows: Vec<Estimate> = serde_json::from_str(&stdout).expect("estimates");
    let k = |statistic: &str| rows.iter().find(|e| e.statistic == statistic).and_then(|e| e.k);
    assert_eq!((k("share"), k("share_across_days"), k("share_uuid")), (Some(2), Some(1), Some(0)));
}
