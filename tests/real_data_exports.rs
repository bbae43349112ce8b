//! Real exports of other tables than statements, where they are there: see `real_data`.

use std::collections::BTreeSet;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray};
use systemic::finding::{self, Kind};
use systemic::sources::export::RowSink;
use systemic::sources::marketplace::Mappings;
use systemic::sources::marketplace::check::Trial;
use systemic::sources::open_tables;
use systemic::tables::Table;

use crate::real_data::shared;

fn trial(path: &Path) -> Trial {
    let export = open_tables(path, &Mappings::default()).expect("it can be opened").expect("it is recognised");
    Trial::of(export.as_ref()).expect("it can be read")
}

fn rows(trial: &Trial, table: &str) -> u64 {
    trial.tables.get(table).map_or(0, |t| t.rows)
}

/// Filled cells of one column.
#[derive(Default)]
struct Cells {
    table: &'static str,
    column: &'static str,
    texts: Vec<String>,
}

impl RowSink for Cells {
    fn push(&mut self, table: &'static dyn Table, columns: Vec<ArrayRef>) -> systemic::Result<()> {
        if table.name() == self.table {
            let at = table.columns().iter().position(|c| c.name == self.column).expect("column");
            let texts = columns[at].as_string::<i32>();
            self.texts.extend((0..texts.len()).filter(|&i| texts.is_valid(i)).map(|i| texts.value(i).to_owned()));
        }
        Ok(())
    }

    fn reject(&mut self, _: usize, _: u64, _: &str, _: &[u8]) -> systemic::Result<()> {
        Ok(())
    }

    fn find(&mut self, _: &'static Kind, _: Option<&'static str>, _: Option<&str>, _: u64, _: Option<(usize, u64)>) {}
}

fn cells(path: &Path, table: &'static str, column: &'static str) -> Vec<String> {
    let export = open_tables(path, &Mappings::default()).expect("it can be opened").expect("it is recognised");
    let mut cells = Cells { table, column, ..Cells::default() };
    export.read(&mut cells).expect("it can be read");
    cells.texts
}

#[test]
fn listings_of_a_marketplace() {
    let Some(shared) = shared() else { return };
    let path = shared.join("data/product-safety/canon-event/data/sweeps/raw/DE.jsonl");
    let trial = trial(&path);
    assert_eq!((rows(&trial, "listings"), trial.rejected()), (2_090, 0));
    // Six pages name no seller; with these as one, the file has 892.
    assert_eq!(rows(&trial, "traders"), 891);
    assert_eq!(trial.filtered.get("traders"), Some(&(2_090 - 891)));
    // Counted in Python: 2,006 products on 2,090 pages.
    assert_eq!(trial.findings.count(finding::REPEATED_KEY), 2_090 - 2_006);
    let gtins = cells(&path, "listings", "gtin");
    assert_eq!(gtins.len(), 2_073);
    assert!(gtins.contains(&"4044155211825 0615104276628".to_owned()), "doubled codes stand once");
    let brands: BTreeSet<String> = cells(&path, "listings", "brand").into_iter().collect();
    assert!(brands.contains("Festool") && !brands.contains("488135"), "part numbers are no brands");
    assert!(cells(&path, "listings", "country").iter().all(|c| c == "DE"));
}

#[test]
fn alerts_of_two_authorities() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("data/product-safety");
    let seeds = folder.join("canon-event/data/seeds.json");
    assert_eq!((rows(&trial(&seeds), "alerts"), trial(&seeds).rejected()), (207, 0));
    let authorities = cells(&seeds, "alerts", "authority");
    let count = |a: &str| authorities.iter().filter(|x| *x == a).count();
    assert_eq!((count("safety_gate"), count("cpsc")), (104, 103));
    assert_eq!(cells(&seeds, "alerts", "gtin").len(), 104);
    for (name, wanted) in [("seed-2024-11_safetygate.csv", 107), ("seed-2024-12_safetygate.csv", 353)] {
        let path = folder.join(name);
        let trial = trial(&path);
        assert_eq!((rows(&trial, "alerts"), trial.rejected()), (wanted, 0), "{name}");
        let numbers: BTreeSet<String> = cells(&path, "alerts", "alert_number").into_iter().collect();
        assert_eq!(numbers.len() as u64, wanted, "{name}");
        assert!(cells(&path, "alerts", "brand").iter().all(|b| b != "None"), "{name}");
    }
    // 113 cells are filled, three of them with codes of a shop.
    assert_eq!(cells(&folder.join("seed-2024-12_safetygate.csv"), "alerts", "gtin").len(), 110);
}

#[test]
fn takedown_notices() {
    let Some(shared) = shared() else { return };
    for (year, notices, complaints, all) in [(2018, 1_799, 36, 1_846), (2019, 1_762, 36, 1_799)] {
        let path = shared.join(format!("data/notices/{year}-COMPILED-DATA.csv"));
        let trial = trial(&path);
        assert_eq!((rows(&trial, "notices"), rows(&trial, "complaints")), (notices, complaints), "{year}");
        assert_eq!(trial.rejected(), 0);
        assert_eq!(trial.filtered["notices"] + notices, all);
        assert_eq!(trial.filtered["complaints"] + complaints, all);
        assert_eq!(trial.findings.count(finding::BAD_INSTANT), 0);
    }
    let summary = shared.join("data/notices/2018-SUMMARY-DATA.csv");
    assert!(open_tables(&summary, &Mappings::default()).expect("it can be opened").is_none());
}
