//! Commands as they are typed: what they print, as text and as JSON, and what they refuse.

use std::path::Path;

use clap::{CommandFactory, Parser};
use proptest::prelude::*;
use serde_json::Value;

use super::answer::{p_value, percent, share, short};
use super::file::Table;
use super::*;
use crate::error::Error;

#[derive(Debug, Parser)]
struct Typed {
    #[command(flatten)]
    stat: Stat,
}

fn run(line: &str) -> Result<String> {
    let words = std::iter::once("stat").chain(line.split_whitespace());
    Typed::try_parse_from(words).unwrap_or_else(|e| panic!("{line}: {e}")).stat.text()
}

fn printed(line: &str) -> String {
    run(line).unwrap_or_else(|e| panic!("{line}: {e}"))
}

fn result(line: &str) -> Value {
    let document: Value = serde_json::from_str(&printed(&format!("{line} --json"))).expect("JSON");
    assert!(document["method"].is_string() && document["source"].is_string() && document["notes"].is_array());
    document["result"].clone()
}

fn close(value: &Value, reference: f64) {
    let x = value.as_f64().unwrap_or_else(|| panic!("{value} is no number"));
    assert!((x - reference).abs() <= 1e-6 * reference.abs().max(1e-3), "{x} is not {reference}");
}

/// What an error says, and its hint.
fn refused(line: &str) -> (String, String) {
    let error = run(line).expect_err(line);
    (error.to_string(), error.hint().unwrap_or_default())
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("file");
    std::fs::write(file.path(), text).expect("written");
    file
}

fn name(file: &tempfile::NamedTempFile) -> &str {
    file.path().to_str().expect("a plain path")
}

#[test]
fn definitions_hold() {
    Typed::command().debug_assert();
    let all: Vec<String> = Typed::command().get_subcommands().map(|c| c.get_name().to_owned()).collect();
    assert_eq!(all.len(), 16, "{all:?}");
    for line in ["proportion --n 5", "survival --time t", "adjust-p", "capture --first 3", "discovery --population 9"] {
        let words = std::iter::once("stat").chain(line.split_whitespace());
        assert!(Typed::try_parse_from(words).is_err(), "{line}");
    }
}

/// Every command explains itself without numbers, for every method it has, and names functions that there are.
#[test]
fn methods_are_explained() {
    let source = stats_source();
    for command in Typed::command().get_subcommands() {
        let methods: Vec<String> = command
            .get_arguments()
            .filter(|a| a.get_id() == "method")
            .flat_map(clap::Arg::get_possible_values)
            .map(|value| format!("--method {}", value.get_name()))
            .collect();
        for method in if methods.is_empty() { vec![String::new()] } else { methods } {
            let page = printed(&format!("{} --explain {method}", command.get_name()));
            assert!(page.starts_with("# ") && page.contains("\nSource: "), "{page}");
            let functions = page.split("systemic::stats::").nth(1).expect("functions");
            for path in functions.trim().split(", ") {
                let function = path.rsplit("::").next().expect("a name");
                assert!(
                    source.contains(&format!("pub fn {function}")),
                    "{function} of {} is not there",
                    command.get_name()
                );
            }
        }
    }
    assert!(printed("discovery --explain --cases 3 --population 9").contains("C(N − D, n)"));
    assert!(printed("adjust-prevalence --explain --sensitivity 0.9 --specificity 0.9").contains("known"));
    assert!(printed("capture --explain --observed 9 --once 3 --twice 1").contains("Chao"));
    assert!(printed("allocate --explain --sd 1,2").contains("Neyman"));
}

fn stats_source() -> String {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/stats")];
    let mut text = String::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("src/stats").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                text.push_str(&std::fs::read_to_string(path).expect("source"));
            }
        }
    }
    text
}

/// Values of statsmodels 0.15 and of the papers; more in the tests of the functions themselves.
#[test]
fn numbers_are_those_of_the_library() {
    let text = printed("proportion --events 5 --n 50");
    assert_eq!(
        text,
        "0.1000, 95 % limits 0.04348 to 0.2136 (5 of 50)\n\n\
         Method: Wilson score interval (`systemic stat proportion --explain`)\n"
    );
    for (method, lower) in [
        ("wilson", 0.043_475_764_931_890_4),
        ("clopper-pearson", 0.033_275_093_589_022_5),
        ("agresti-coull", 0.039_140_345_437_150_7),
        ("jeffreys", 0.039_194_364_394_183_8),
    ] {
        close(&result(&format!("proportion --events 5 --n 50 --method {method}"))["limits"]["lower"], lower);
    }
    let none = printed("proportion --events 0 --n 100");
    assert!(none.contains("one-sided 95 % confidence the share is below 0.02951"), "{none}");
    close(&result("discovery --prevalence 0.01")["n"], 299.0);
    close(&result("discovery --cases 5 --population 1000")["n"], 450.0);
    close(&result("sample-size --prevalence 0.5 --margin 0.05")["n"], 385.0);
    close(&result("sample-size --prevalence 0.5 --margin 0.05 --population 1000 --deff 2")["n"], 435.0);
    close(&result("capture --first 200 --second 150 --both 50")["estimate"], 594.117_647_058_823_5);
    close(&result("rate --events 15 --exposure 1")["limits"]["lower"], 8.395_385_774_8);
    close(&result("rate --events 0 --exposure 2")["one_sided_upper"], 1.497_866_136_777);
    close(&result("rate-ratio --events1 10 --exposure1 5 --events2 5 --exposure2 5")["ratio"], 2.0);
    close(&result("kappa --table 40,9,6,45")["kappa"], 0.699_519_230_769_2);
    let known = result("adjust-prevalence --positive 30 --n 200 --sensitivity 0.9 --specificity 0.95");
    close(&known["prevalence"], 0.1 / 0.85);
    let counted = result("adjust-prevalence --positive 30 --n 200 --tp 90 --fn 10 --tn 190 --fp 10");
    close(&counted["prevalence"], 0.1 / 0.85);
    assert_ne!(known["limits"], counted["limits"]);
    assert_eq!(result("allocate --n 500 --sizes 1000,200,50 --minimum 10")["units"], serde_json::json!([400, 80, 20]));
    let adjusted = result("adjust-p 0.01,0.04,0.03 --method holm");
    assert_eq!(adjusted["rejected"], serde_json::json!([true, false, false]));
    close(&adjusted["adjusted"][2], 0.06);
    let difference = result("difference --events1 56 --n1 70 --events2 48 --n2 80");
    // Newcombe (1998), table II (a), method 10.
    close(&difference["difference"], 0.2);
    assert!((difference["limits"]["lower"].as_f64().expect("number") - 0.0524).abs() <= 5e-5);
    close(&result("ratio --events1 10 --n1 100 --events2 5 --n2 100")["ratio"], 2.0);
}

#[test]
fn refusals_say_what_to_do() {
    for (line, what, hint) in [
        ("proportion --events 5 --n 3", "more successes than trials", "check the numbers"),
        ("proportion --events 0 --n 0", "insufficient data", "no number can be given"),
        ("rate --events 1 --exposure -2", "exposure is -2", "correct this number"),
        ("kappa --table 1,2,3", "3 counts cannot be a square table", "4 counts for two categories"),
        ("adjust-prevalence --positive 3 --n 20", "errors of the detector are missing", "--tp --fn --tn --fp"),
        ("adjust-p 0.2,1.5", "p-value is 1.5", "correct this number"),
        ("allocate --n 9 --sizes 5,6 --method neyman", "needs the standard deviations", "--sd"),
        ("gini /nowhere/at/all.csv --value x", "nothing is there", "check the path"),
    ] {
        let (message, advice) = refused(line);
        assert!(message.contains(what) && advice.contains(hint), "{line}: {message} / {advice}");
    }
}

#[test]
fn columns_are_read_from_files() {
    let counts = file("trader;offences\nt1;0\nt2;2\nt3;\nt4;6\n");
    let line = format!("gini {} --value offences", name(&counts));
    let (message, hint) = refused(&line);
    assert!(
        message.contains("line 4, column offences: the cell is empty") && hint.contains("--skip-empty"),
        "{message}"
    );
    let found = result(&format!("{line} --skip-empty"));
    // |0 − 2| + |0 − 6| + |2 − 6| = 12, twice, over 2 · 9 · 8/3.
    close(&found["all"]["gini"], 0.5);
    close(&found["above_0"]["gini"], 0.25);
    let text = printed(&format!("{line} --skip-empty"));
    assert!(text.contains("note: 1 row with an empty cell was left out"), "{text}");
    let (message, hint) = refused(&format!("gini {} --value offenses", name(&counts)));
    assert!(message.contains("no column \"offenses\"") && hint == "did you mean \"offences\"?", "{message} {hint}");

    let delays = file("delay\n0.5\n2\n1.25\n7\n3\n4\n5\n6\n");
    let found = result(&format!("quantile {} --value delay --p 0.5,0.9", name(&delays)));
    close(&found["quantiles"][0]["value"], 3.0);
    close(&found["quantiles"][0]["limits"]["lower"], 0.5);
    assert!(found["quantiles"][1]["limits"]["upper"].is_null());
    close(&found["mean"], 28.75 / 8.0);
    let text = printed(&format!("quantile {} --value delay", name(&delays)));
    assert!(text.contains("0.5   3.00   0.50   7.00"), "{text}");
    let (message, _) = refused(&format!("quantile {} --value delay --p 1.5", name(&delays)));
    assert!(message.contains("p is 1.5"), "{message}");
}

/// The remission of leukaemia by 6-mercaptopurine (Freireich et al. 1963): medians 23 and 8, log-rank χ² 16.79.
#[test]
fn durations_are_compared() {
    let treated = [6, 6, 6, 7, 10, 13, 16, 22, 23, -6, -9, -10, -11, -17, -19, -20, -25, -32, -32, -34, -35];
    let control = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];
    let mut rows = vec!["weeks,event,arm".to_owned()];
    for (arm, times) in [("6-MP", treated), ("control", control)] {
        rows.extend(times.iter().map(|t| format!("{},{},{arm}", i32::abs(*t), *t > 0)));
    }
    let data = file(&rows.join("\n"));
    let line = format!("survival {} --time weeks --event event --by arm --at 10,40", name(&data));
    let found = result(&line);
    close(&found["groups"][0]["median"], 23.0);
    close(&found["groups"][1]["median"], 8.0);
    close(&found["log_rank"]["chi_squared"], 16.792_94);
    close(&found["groups"][0]["at"][0]["survival"], 0.752_941_176_470_588_2);
    assert!(found["groups"][0]["at"][1]["survival"].is_null());
    let shown = printed(&line);
    assert!(shown.contains("Log-rank test: χ² = 16.79, 1 df, p < 0.0001"), "{shown}");

    let rivals = file("t,code\n1,1\n2,2\n3,0\n4,1\n");
    let line = format!("survival {} --time t --event code", name(&rivals));
    assert!(printed(&line).contains("several kinds of events count as one here"));
    let found = result(&format!("{line} --method aalen-johansen"));
    // ¼ + ½ · 1 of kind 1, ¼ of kind 2.
    close(&found["incidence"][0]["incidence"], 0.75);
    close(&found["incidence"][1]["incidence"], 0.25);
    let (message, _) = refused(&format!("{line} --entry t"));
    assert!(message.contains("line 2, column t: observation begins at 1"), "{message}");
    let events = file("t,code\n1,1\n-2,1\n");
    let (message, _) = refused(&format!("survival {} --time t --event code", name(&events)));
    assert!(message.contains("line 3, column t: \"-2\" is not a time of at least 0"), "{message}");
}

/// The series of the case `its-nw-4`, by month, day and row number, in any order of the rows.
#[test]
fn series_are_broken_at_a_date() {
    let values = [
        10.2, 10.8, 10.1, 11.0, 11.4, 10.9, 11.8, 12.1, 11.7, 12.5, 12.2, 12.9, 9.8, 9.5, 9.9, 9.1, 9.4, 8.8, 9.0, 8.5,
        8.9, 8.1, 8.3, 7.9,
    ];
    let mut rows: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(i, v)| {
            let (year, month) = (2024 + i / 12, i % 12 + 1);
            format!("{year}-{month:02},{year}-{month:02}-15,2025-03-{:02},{v},{},{}", i + 1, i % 3, i * i % 5)
        })
        .collect();
    let header = "month,middle,day,rate,a,b\n";
    let ordered = file(&format!("{header}{}\n", rows.join("\n")));
    rows.reverse();
    let reversed = file(&format!("{header}{}\n", rows.join("\n")));
    for (data, options) in [
        (&ordered, "--break 13"),
        (&ordered, "--time month --break 2025-01"),
        (&reversed, "--time month --break 2025-01"),
        (&reversed, "--time middle --break 2025-01"),
        (&reversed, "--time day --break 2025-03-13"),
    ] {
        let found = result(&format!("series {} --value rate {options} --lag 4", name(data)));
        let change = &found["changes"][0];
        close(&change["level_change"]["estimate"], -3.105_011_655_011_66);
        close(&change["level_change"]["standard_error"], 0.086_371_662_897_305_5);
        close(&change["slope_change"]["standard_error"], 0.011_385_179_323_425_9);
        close(&found["points_before"], 12.0);
    }
    let data = name(&ordered);
    let compared = printed(&format!("series {data} --value rate --break 13 --compare a,b"));
    assert!(compared.contains("rank 1 of 3, p = 0.3333"), "{compared}");
    let few = printed(&format!("series {data} --value rate --break 4,13 --method prais-winsten"));
    assert!(few.contains("note: a segment has 3 points") && few.contains("Errors: autocorrelation"), "{few}");
    for (options, what) in [
        ("--break 2030-01 --time month", "does not lie within the series"),
        ("--break soon --time month", "is not a month such as 2025-07"),
        ("--break 30", "does not lie within the series"),
        ("--break 13 --time a", "at another distance"),
        ("--break 13,13", "must increase"),
        ("--break 2", "fewer than two points"),
        ("--break 13 --lag 99", "the lag must be smaller"),
    ] {
        let (message, _) = refused(&format!("series {data} --value rate {options}"));
        assert!(message.contains(what), "{options}: {message}");
    }
}

#[test]
fn numbers_are_short() {
    for (x, text) in [
        (0.0, "0"),
        (1.0, "1"),
        (-2.5, "-2.500"),
        (0.001_234_56, "0.001235"),
        (12_345.67, "12346"),
        (1.5e12, "1.500e12"),
        (1e-7, "1.000e-7"),
        (f64::INFINITY, "∞"),
        (f64::NEG_INFINITY, "−∞"),
        (f64::NAN, "none"),
    ] {
        assert_eq!(short(x), text);
    }
    assert_eq!((share(1.0), share(0.5), share(0.0)), ("1.0000".into(), "0.5000".into(), "0".into()));
    assert_eq!((p_value(0.000_01), p_value(0.05)), ("p < 0.0001".into(), "p = 0.0500".into()));
    let level = |level| percent(Confidence::new(level).expect("a level"));
    assert_eq!((level(0.95), level(0.998), level(0.9)), ("95 %".into(), "99.8 %".into(), "90 %".into()));
}

fn parsed(text: &[u8], names: &[&str]) -> Result<Table> {
    Table::parse("data.csv".into(), text, names, false)
}

#[test]
fn csv_files_of_all_kinds_are_read() {
    for text in ["a,b\n1,2\n", "\u{feff}a;b\r\n1;2\r\n", "a\tb\n 1 \t2", "b,a\n2,\"1\"\n"] {
        let table = parsed(text.as_bytes(), &["a", "b"]).expect(text);
        assert_eq!((table.numbers(0).expect("numbers"), table.numbers(1).expect("numbers")), (vec![1.0], vec![2.0]));
    }
    for (text, what) in [
        (&b"a,b\n1,2,3\n"[..], "data.csv, line 2: this row has 3 cells, and the header 2"),
        (b"a,a\n1,2\n", "data.csv, line 1: the header has two columns \"a\""),
        (b"x,y\n1,2\n", "data.csv, line 1: the header has no column \"a\""),
        (b"", "data.csv, line 1: the header has no column \"a\""),
        (b"a\n\xff\n", "data.csv, line 2, column a: the text is not UTF-8"),
    ] {
        assert_eq!(parsed(text, &["a"]).map(|_| ()).expect_err(what).to_string(), what);
    }
    let wrong = parsed(b"a\n1\n\"1,5\"\n", &["a"]).expect("a column").numbers(0).expect_err("no number");
    assert_eq!(wrong.to_string(), "data.csv, line 3, column a: \"1,5\" is not a number");
    assert!(matches!(&wrong, Error::Invalid { hint, .. } if hint.contains("decimals with a point")));
    for text in ["nan", "inf", "1e999"] {
        assert!(super::file::number(text).is_none(), "{text}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived(text in prop::collection::vec(any::<u8>(), 0..200), skip in any::<bool>()) {
        for names in [&["a"][..], &["a", "b"], &[]] {
            if let Ok(table) = Table::parse("x".into(), &text, names, skip) {
                prop_assert!(names.is_empty() || table.texts(0).count() == table.len());
            }
        }
    }

    #[test]
    fn any_number_is_shown(x in prop::num::f64::ANY) {
        prop_assert!(!short(x).is_empty() && !share(x).is_empty() && short(x).len() < 16);
    }
}
