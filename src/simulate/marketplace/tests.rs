//! Tests of the invented marketplace: sizes, determinism, agreement of files and truth, and of process and formula.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;

use super::block::{self, AlertsOf};
use super::careers::careers;
use super::census::Census;
use super::clock::midnight;
use super::fate;
use super::maths::{DAY, real};
use super::model;
use super::process::entries;
use super::world::{Exit, Kind, World};
use super::{Format, MarketplacePlan, MarketplaceTruth, dialect, marketplace, sides};
use crate::error::Error;

fn small() -> MarketplacePlan {
    MarketplacePlan { listings: 3_000, ..MarketplacePlan::default() }
}

fn write(plan: &MarketplacePlan, threads: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| marketplace(plan, folder.path(), &|_| ())).expect("simulation");
    folder
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("folder").map(|e| e.expect("entry").path());
    entries
        .map(|p| (p.file_name().expect("name").to_string_lossy().into_owned(), std::fs::read(&p).expect("file")))
        .collect()
}

fn truth(folder: &Path) -> MarketplaceTruth {
    serde_json::from_slice(&std::fs::read(folder.join("truth.json")).expect("truth")).expect("json")
}

/// Rows of a text file of the export, by column.
fn rows(folder: &Path, stem: &str, delimiter: u8) -> Vec<BTreeMap<String, String>> {
    let mut all = Vec::new();
    for (name, bytes) in files(folder).into_iter().filter(|(name, _)| name.starts_with(stem)) {
        let mut text = String::new();
        if std::path::Path::new(&name).extension().is_some_and(|e| e == "gz") {
            flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).expect("gzip");
        } else {
            text = String::from_utf8(bytes).expect("text");
        }
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
        let header = reader.headers().expect("header").clone();
        for record in reader.records() {
            let record = record.expect("record");
            all.push(header.iter().zip(record.iter()).map(|(k, v)| (k.to_owned(), v.to_owned())).collect());
        }
    }
    all
}

/// Number of affiliate links.
fn rows_of_links(folder: &Path) -> usize {
    let files = files(folder);
    files.iter().filter(|(name, _)| name.starts_with("links")).map(|(_, b)| b.split(|c| *c == b'\n').count() - 1).sum()
}

/// Blocks of a plan without files.
fn worlds(plan: &MarketplacePlan) -> impl Iterator<Item = World> {
    let of = sides::by_category(&sides::alerts(plan));
    let weights: Vec<u64> = (0..block::blocks(plan)).map(|b| block::weight(plan, b)).collect();
    let total: u64 = weights.iter().sum();
    let mut before = 0;
    weights.into_iter().enumerate().map(move |(b, weight)| {
        let world = block::simulate(plan, &of, b as u64, (before, total));
        before += weight;
        world
    })
}

fn near(found: f64, expected: f64, error: f64, what: &str) {
    assert!((found - expected).abs() <= error, "{what}: {found} is not {expected} ± {error}");
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    // More than one part of traders.
    let plan = MarketplacePlan { listings: 110_000, audit: 50, routine_actions: 0.0, ..MarketplacePlan::default() };
    let (one, two) = (files(write(&plan, 1).path()), files(write(&plan, 3).path()));
    assert!(one.contains_key("items-0002.csv.gz"), "{:?}", one.keys());
    assert!(one == two, "bytes depend on the number of threads");
    let other = files(write(&MarketplacePlan { seed: 2, ..small() }, 1).path());
    assert_ne!(one.get("items-0001.csv.gz"), other.get("items-0001.csv.gz"));
}

#[test]
fn files_and_truth_agree() {
    let folder = write(&small(), 2);
    let (folder, truth) = (folder.path(), truth(folder.path()));
    let k = |indicator: &str, statistic: &str, group: Option<&str>| {
        let entry = truth.entry(indicator, statistic, group).unwrap_or_else(|| panic!("{indicator} {statistic}"));
        (entry.k.expect("k"), entry.n.expect("n"))
    };
    let items = rows(folder, "items", b';');
    let count = |n: usize| n as u64;
    assert_eq!(truth.rows["listings"], count(items.len()));
    let (flagged, all) = k("misclassification-adjusted-prevalence", "apparent", None);
    assert_eq!((flagged, all), (count(items.iter().filter(|r| r["ki_label"] == "J").count()), count(items.len())));
    let ids: BTreeSet<&str> = items.iter().map(|r| r["item_no"].as_str()).collect();
    assert_eq!(ids.len(), items.len(), "identifiers repeat");

    let cases = rows(folder, "moderation", b',');
    assert_eq!(truth.rows["actions"], count(cases.len()));
    assert!(cases.iter().all(|r| r["item_no"].is_empty() || ids.contains(r["item_no"].as_str())));
    let on_listings: Vec<_> = cases.iter().filter(|r| !r["item_no"].is_empty() && r["measure"] != "BACK").collect();
    let own = on_listings.iter().filter(|r| r["trigger"] == "OWN").count();
    assert_eq!(k("own-initiative-share", "share", None), (count(own), count(on_listings.len())));
    let confirmed: Vec<_> = on_listings.iter().filter(|r| r["basis"] == "LAW" && r["verified"] == "J").collect();
    // Of each content the first action counts, and no content that was refused was live before.
    let contents: BTreeSet<&str> = confirmed.iter().map(|r| r["fp"].as_str()).collect();
    let first =
        |fp: &str| confirmed.iter().filter(|r| r["fp"] == fp).min_by_key(|r| r["done_on"].clone()).expect("one");
    let refused = contents.iter().filter(|fp| first(fp)["measure"] == "REF").count();
    assert_eq!(k("pre-listing-interception-rate", "share", None), (count(refused), count(contents.len())));
    let views: u64 = confirmed
        .iter()
        .filter(|r| r["measure"] != "REF")
        .map(|r| r["hits_before"].parse::<u64>().expect("views"))
        .sum();
    assert_eq!(k("exposure-before-action", "mean", None).0, views);
    let hits: u64 = items.iter().map(|r| r["hits"].parse::<u64>().expect("views")).sum();
    assert_eq!(k("illegal-view-prevalence", "share_of_period", None).1, hits);
    let sold: u64 = items.iter().map(|r| r["sold"].parse::<u64>().expect("orders")).sum();
    let orders = rows(folder, "orders", b',');
    assert_eq!((k("illegal-order-prevalence", "share_of_period", None).1, count(orders.len())), (sold, sold));
    let told = orders.iter().filter(|r| !r["told_on"].is_empty()).count();
    assert_eq!(k("consumer-notification-rate", "share", None).0, count(told));

    let reports = rows(folder, "reports", b',');
    let decided: Vec<_> = reports.iter().filter(|r| !r["decided"].is_empty()).collect();
    let acted = decided.iter().filter(|r| r["result"] == "L" || r["result"] == "A").count();
    assert_eq!(k("notice-action-rate", "share", None), (count(acted), count(decided.len())));
    assert_eq!(k("notice-backlog", "share", None).1, count(reports.len()));
    let appeals = rows(folder, "appeals", b',');
    let outcome = |code: &str| appeals.iter().filter(|r| r["result"] == code).count();
    let judged = outcome("STAY") + outcome("PART") + outcome("BACK");
    let of = |statistic| k("complaint-reversal-rate", statistic, None);
    assert_eq!(of("share"), (count(outcome("PART") + outcome("BACK")), count(judged)));
    assert_eq!(of("share_reversed"), (count(outcome("BACK")), count(judged)));
    assert_eq!(of("share_omitted"), (count(outcome("VOID")), count(judged + outcome("VOID"))));
    let audit = rows(folder, "audit", b';');
    assert_eq!(truth.rows["audit_labels"], count(audit.len()));
    let links = rows_of_links(folder);
    let mut keys = BTreeSet::new();
    for row in &audit {
        assert!(keys.insert(["draw", "question", "unit", "coder"].map(|c| row[c].as_str())), "{row:?} repeats");
    }
    for (draw, units) in [("period", items.len()), ("simple", items.len()), ("links", links)] {
        let agreed = audit.iter().filter(|r| r["draw"] == draw && r["coder"].is_empty());
        let sum: f64 = agreed.map(|r| r["weight"].parse::<f64>().expect("weight")).sum();
        near(sum, real(count(units)), 1e-6 * real(count(units)), draw);
    }
}

/// Everything happens in the order in which it can, and within the window.
#[test]
fn histories_are_coherent() {
    let plan = MarketplacePlan { listings: 120_000, ..MarketplacePlan::default() };
    let mut seen = BTreeMap::<&str, u64>::new();
    for world in worlds(&plan) {
        let mut note = |what, n: usize| *seen.entry(what).or_default() += n as u64;
        for (_, listing) in world.offered() {
            let trader = &world.traders[listing.trader as usize];
            assert!(listing.submitted <= listing.fate.live && listing.submitted < world.until);
            assert!(listing.gone(&world) >= world.from, "gone before the window");
            assert!(listing.fate.live >= trader.joined.min(world.from), "listed before the account was opened");
            if let Some(removal) = listing.removal() {
                assert!(removal.detected <= removal.acted && removal.acted < world.until);
                assert!(listing.fate.intercepted || removal.detected > listing.fate.live - 1);
                assert!(listing.ended(&world).is_none());
            }
            if let Some((at, _)) = trader.exit {
                assert!(listing.submitted < at && !listing.is_live(&world, world.until.max(at)));
            }
            note("relisted", usize::from(listing.relisted));
            note("alerted", usize::from(listing.alert.is_some()));
        }
        for action in &world.actions {
            assert!(action.taken.acted < world.until && action.taken.acted >= world.from);
            if let Kind::Sanction(step) = action.kind {
                note(dialect::MEASURE[5 + usize::from(step)].1, 1);
            }
            if action.confirmed == Some(true) {
                assert!(action.right);
            }
        }
        note("phoenix", world.traders.iter().filter(|t| t.phoenix).count());
        note("closed", world.traders.iter().filter(|t| matches!(t.exit, Some((_, Exit::Closed)))).count());
        let orders = |w: &World| w.offered().filter(|(_, l)| super::records::order(w, l).is_some()).count();
        note("orders", orders(&world));
    }
    for (what, n) in &seen {
        assert!(*n >= 10, "hardly any {what}: {n}");
    }
    assert_eq!(seen.len(), 10, "{seen:?}");
}

/// Share of listings removed by `t` days by the product-limit method with delayed entry, of events in order.
fn kaplan_meier(times: &mut [(i64, i64, bool)], t: i64) -> f64 {
    times.sort_unstable_by_key(|(_, end, _)| *end);
    let mut entries: Vec<i64> = times.iter().map(|(entry, ..)| *entry).collect();
    entries.sort_unstable();
    let (mut survival, mut left, mut i) = (1.0, 0_u64, 0);
    while i < times.len() && times[i].1 <= t {
        let at = times[i].1;
        let same = times[i..].iter().take_while(|(_, end, _)| *end == at);
        let (ties, events) = same.fold((0_u64, 0_u64), |(n, d), (_, _, event)| (n + 1, d + u64::from(*event)));
        let entered = entries.partition_point(|entry| *entry < at) as u64;
        let risk = entered - left;
        survival *= 1.0 - real(events) / real(risk.max(1));
        left += ties;
        i += usize::try_from(ties).expect("small");
    }
    survival
}

#[test]
fn times_to_removal_follow_their_formula() {
    let plan = MarketplacePlan { listings: 200_000, routine_actions: 0.0, ..MarketplacePlan::default() };
    let mut times = Vec::new();
    for world in worlds(&plan) {
        for (_, listing) in world.offered().filter(|(_, l)| l.nature.illegal) {
            let Some(live) = listing.live() else { continue };
            let entry = (world.from - live).max(0);
            let end = listing.removal().map_or_else(|| listing.gone(&world), |r| r.acted) - live;
            if end > entry {
                times.push((entry, end, listing.action.is_some()));
            }
        }
    }
    assert!(times.len() > 5_000, "{}", times.len());
    let all = entries(&MarketplacePlan { listings: 1_000, ..plan }, &AlertsOf::default(), 0.5);
    for days in ["1", "7", "14", "30", "90"] {
        let formula = all
            .iter()
            .find(|e| e.statistic == "survival" && e.group_value.as_deref() == Some(days))
            .and_then(|e| e.value)
            .expect("formula");
        let found = kaplan_meier(&mut times, days.parse::<i64>().expect("days") * DAY);
        // Four standard errors of a share of 5,000, and a little for the clustering by trader.
        near(found, formula, 0.025, &format!("survival at {days} days"));
    }
}

#[test]
fn relisting_phoenix_and_adherence_have_their_probabilities() {
    let plan = MarketplacePlan { listings: 150_000, routine_actions: 0.0, days: 365, ..MarketplacePlan::default() };
    let (mut removed, mut back) = (0_u64, 0_u64);
    let (mut out, mut returned) = (0_u64, 0_u64);
    let mut census = Census::default();
    for world in worlds(&plan) {
        census.block(&world, &[], &[]);
        let followed = world.until - 90 * DAY;
        let mut first: BTreeMap<u64, i64> = BTreeMap::new();
        let mut live: BTreeMap<u64, Vec<i64>> = BTreeMap::new();
        for (_, listing) in world.offered() {
            let action = listing.action.map(|i| &world.actions[i as usize]);
            if let Some(action) = action.filter(|a| a.on_law && a.kind != Kind::Interception) {
                let at = first.entry(listing.content).or_insert(action.taken.acted);
                *at = action.taken.acted.min(*at);
            }
            live.entry(listing.content).or_default().extend(listing.live());
        }
        for (content, at) in first.into_iter().filter(|(_, at)| *at < followed) {
            removed += 1;
            back += u64::from(live[&content].iter().any(|live| *live > at && *live <= at + 30 * DAY));
        }
        for (i, trader) in world.traders.iter().enumerate() {
            let severe = world.actions.iter().filter(|a| {
                a.trader as usize == i && matches!(a.kind, Kind::Sanction(s) if usize::from(s) >= model::SUSPENSION)
            });
            let Some(at) = severe.map(|a| a.taken.acted).min().filter(|at| *at < followed) else { continue };
            let new = |t: &super::world::Trader| t.phoenix && t.entity.is_some() && t.entity == trader.entity;
            // A trader who returned may do so again: only the first account of an undertaking is asked.
            if !trader.phoenix {
                out += 1;
                returned +=
                    u64::from(world.traders.iter().any(|t| new(t) && t.joined > at && t.joined <= at + 30 * DAY));
            }
        }
    }
    let expect = |p: f64, mean: f64| p * (1.0 - (-30.0 / mean).exp());
    let error = |p: f64, n: u64| 4.0 * (p * (1.0 - p) / real(n)).sqrt();
    let relisting = expect(plan.relisting, model::RELISTED.0);
    near(real(back) / real(removed), relisting, error(relisting, removed), "relisting");
    let phoenix = expect(model::PHOENIX.0, model::PHOENIX.1);
    assert!(out > 150, "{out}");
    near(real(returned) / real(out), phoenix, error(phoenix, out), "phoenix");
    let all = census.entries(0);
    let kept = all.iter().find(|e| e.indicator == "penalty-escalation-adherence").expect("adherence");
    // A late sanction of one episode may fall into the time of the next, which counts for it: a little more than 0.8.
    let value = kept.value.expect("share");
    assert!((0.78..0.86).contains(&value), "adherence {value}");
    let error =
        all.iter().find(|e| e.indicator == "moderation-precision" && e.group_value.is_none()).and_then(|e| e.value);
    assert!(error.is_some_and(|p| (0.6..0.99).contains(&p)), "{error:?}");
}

#[test]
fn long_runs_agree_with_each_other() {
    let plan = MarketplacePlan::default();
    let of = AlertsOf::default();
    let (a, b) = (careers(&plan, &of, 0.7, 150_000), careers(&MarketplacePlan { seed: 9, ..plan }, &of, 0.7, 150_000));
    assert!(a.fourth > 100 && b.fourth > 100, "{a:?} {b:?}");
    let share = |k: u64, n: u64| real(k) / real(n);
    for i in 0..2 {
        let error = |p: f64, n: u64, m: u64| 4.0 * (p * (1.0 - p) * (1.0 / real(n) + 1.0 / real(m))).sqrt();
        let p = share(a.suspended[i], a.fourth);
        near(share(b.suspended[i], b.fourth), p, error(p, a.fourth, b.fourth), "suspension");
        let q = share(a.second[i], a.first);
        near(share(b.second[i], b.first), q, error(q, a.first, b.first), "second episode");
        assert!(a.suspended[i] + a.closed[i] <= a.fourth);
    }
}

#[test]
fn without_offences_nothing_is_illegal() {
    let plan = MarketplacePlan { prevalence: 0.0, listings: 2_000, ..MarketplacePlan::default() };
    let folder = write(&plan, 2);
    let truth = truth(folder.path());
    let prevalence = truth.entry("illegal-listing-prevalence", "share_of_period", None).expect("entry");
    assert_eq!((prevalence.k, prevalence.value), (Some(0), Some(0.0)));
    assert!(truth.entry("proactive-detection-recall", "share", None).is_none());
    // One listing of one trader is a marketplace too.
    let one = write(&MarketplacePlan { listings: 1, ..plan }, 1);
    assert_eq!(self::truth(one.path()).rows["traders"], 1);
}

#[test]
fn parquet_holds_the_same_rows() {
    let plan = MarketplacePlan { listings: 1_500, format: Format::Parquet, ..MarketplacePlan::default() };
    let folder = write(&plan, 2);
    let truth = truth(folder.path());
    let text = self::truth(write(&MarketplacePlan { format: Format::Csv, ..plan }, 2).path());
    assert_eq!((truth.rows, truth.entries), (text.rows.clone(), text.entries));
    for sheet in dialect::OF_PARTS {
        let file = std::fs::File::open(folder.path().join(format!("{}-0001.parquet", sheet.stem))).expect("file");
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
        let names: Vec<&str> = reader.schema().fields().iter().map(|f| f.name().as_str()).collect();
        assert_eq!(names, sheet.fields.iter().map(|f| f.name).collect::<Vec<_>>());
        let rows = reader.metadata().file_metadata().num_rows();
        assert_eq!(u64::try_from(rows).expect("rows"), text.rows[sheet.table], "{}", sheet.stem);
    }
}

#[test]
fn the_mapping_names_columns_and_codes_that_there_are() {
    for format in [Format::Csv, Format::Parquet] {
        let text = super::mapping::mapping(&MarketplacePlan { format, ..MarketplacePlan::default() });
        let parsed: toml::Table = toml::from_str(&text).expect("TOML");
        assert_eq!(parsed["mapping"]["simulated"].as_bool(), Some(true));
        let tables = parsed["table"].as_array().expect("tables");
        assert_eq!(tables.len(), 14);
        for table in tables {
            let name = table["table"].as_str().expect("name");
            let known = crate::tables::table(name).unwrap_or_else(|| panic!("no table {name}"));
            for (column, spec) in table["columns"].as_table().expect("columns") {
                let about = known.columns().iter().find(|c| c.name == column);
                let about = about.unwrap_or_else(|| panic!("{name} has no column {column}"));
                let values = spec.get("values").and_then(toml::Value::as_table);
                if let (Some(values), crate::tables::Values::Codes(list)) = (values, about.values) {
                    let codes = crate::tables::codes::codes(list);
                    for code in values.values().filter_map(toml::Value::as_str) {
                        assert!(codes.iter().any(|c| c.code == code), "{name}.{column}: {code}");
                    }
                }
            }
        }
    }
}

#[test]
fn every_meaning_is_told_once() {
    let mut keys: Vec<_> = super::meanings::ALL.iter().map(|m| (m.indicator, m.statistic)).collect();
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), all);
}

#[test]
fn nonsense_is_refused() {
    let plan = MarketplacePlan::default();
    assert!(plan.check().is_ok());
    let json = serde_json::to_string(&plan).expect("json");
    assert_eq!(serde_json::from_str::<MarketplacePlan>(&json).expect("json"), plan);
    for bad in [
        MarketplacePlan { listings: 0, ..plan.clone() },
        MarketplacePlan { listings: u64::MAX, ..plan.clone() },
        MarketplacePlan { days: 3, ..plan.clone() },
        MarketplacePlan { days: u32::MAX, ..plan.clone() },
        MarketplacePlan { from: 0, ..plan.clone() },
        MarketplacePlan { evasion: 1.5, ..plan.clone() },
        MarketplacePlan { adherence: f64::NAN, ..plan.clone() },
        MarketplacePlan { relisting: 1.0, ..plan.clone() },
        MarketplacePlan { audit: 0, ..plan.clone() },
    ] {
        let error = bad.check().expect_err("nonsense");
        assert!(matches!(error, Error::Usage { .. }) && error.hint().is_some(), "{bad:?}");
    }
}

#[test]
fn windows_shape_what_is_seen() {
    let plan = MarketplacePlan { days: 30, listings: 5_000, ..MarketplacePlan::default() };
    for world in worlds(&plan) {
        assert_eq!(world.until - world.from, 30 * DAY);
        assert_eq!(world.from, midnight(plan.from));
        for (_, listing) in world.offered() {
            assert!(
                fate::views(listing.view_rate, world.from, world.until) >= listing.views_until(&world, world.until)
            );
        }
    }
}
