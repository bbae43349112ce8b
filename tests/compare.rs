//! `systemic compare` as people and scripts meet it.

use std::path::{Path, PathBuf};

use crate::support::{s, said, systemic};

const HEADER: &str = "indicator,indicator_version,basis,statistic,status,reason,platform,group_name,group_value,period_start,period_end,x,x_unit,value,lower,upper,interval,interval_kind,confidence,k,n,clusters,censored,unit,note,input_id";

/// A share of a report: platform, numerator, denominator, first and last day.
fn share(platform: &str, k: u64, n: u64, half: (&str, &str)) -> String {
    let value = f64::from(u32::try_from(k).expect("small")) / f64::from(u32::try_from(n).expect("small"));
    format!(
        "complaint-reversal-rate,1,report,share,ok,,{platform},,,{},{},,,{value},,,,none,,{k},{n},,,share,,id",
        half.0, half.1
    )
}

const H1: (&str, &str) = ("2025-01-01", "2025-07-01");
const H2: (&str, &str) = ("2025-07-01", "2026-01-01");

/// Figures of transparency reports of the second half of 2025 (complaints and decisions reversed), and two of the
/// first half that are made up.
fn reports(dir: &Path) -> PathBuf {
    let mut rows = vec![HEADER.to_owned()];
    for (platform, k, n) in [
        ("AliExpress", 27_369, 130_517),
        ("Amazon", 286_593, 427_067),
        ("Shein", 481_071, 514_510),
        ("Temu", 228_161, 528_527),
        ("Booking.com", 5_799, 27_299),
        ("Pinterest", 92_875, 338_784),
    ] {
        rows.push(share(platform, k, n, H2));
    }
    rows.push(share("AliExpress", 20_000, 100_000, H1));
    rows.push(share("Temu", 100_000, 400_000, H1));
    let path = dir.join("reports.csv");
    std::fs::write(&path, rows.join("\n") + "\n").expect("file");
    path
}

fn column(csv: &str, row: &str, name: &str) -> String {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let at = reader.headers().expect("header").iter().position(|h| h == name).expect("column");
    let platform = reader.headers().expect("header").iter().position(|h| h == "platform").expect("column");
    let found: Vec<csv::StringRecord> = reader.records().flatten().filter(|r| &r[platform] == row).collect();
    found[0][at].to_owned()
}

#[test]
fn peers_are_data_on_stdout_in_every_format_and_figures_in_a_folder() {
    let dir = tempfile::tempdir().expect("folder");
    let file = reports(dir.path());
    let get = |format: &str| systemic(&["compare", "peers", s(&file), "--format", format]);
    let (status, csv, stderr) = said(&get("csv"));
    assert_eq!((status, stderr.as_str()), (0, ""));
    assert!(csv.starts_with("comparison,quantity,indicator,"), "{csv}");
    assert_eq!(csv.lines().count(), 7, "the fullest period alone");
    assert_eq!((column(&csv, "Shein", "rank"), column(&csv, "AliExpress", "rank")), ("1".into(), "6".into()));
    let median: f64 = column(&csv, "Amazon", "reference").parse().expect("number");
    assert!((median - f64::midpoint(228_161.0 / 528_527.0, 92_875.0 / 338_784.0)).abs() <= 1e-12);
    assert!(
        column(&csv, "Shein", "sentence")
            .starts_with("Shein reports complaint reversal rate (share): 93.5%; rank 1 of 6")
    );
    let json: serde_json::Value = serde_json::from_str(&said(&get("json")).1).expect("JSON");
    assert_eq!(json.as_array().map(Vec::len), Some(6));
    assert_eq!(said(&get("ndjson")).1.lines().count(), 6);
    assert!(get("parquet").stdout.starts_with(b"PAR1"));
    assert!(said(&get("table")).1.contains("AliExpress"));

    let (out, figures) = (dir.path().join("peers.csv"), dir.path().join("figures"));
    let made = || {
        said(&systemic(&[
            "compare",
            "peers",
            s(&file),
            "-o",
            s(&out),
            "--figures",
            s(&figures),
            "--peers",
            "marketplace",
        ]))
    };
    let (status, stdout, stderr) = made();
    assert_eq!((status, stdout.as_str()), (0, ""), "{stderr}");
    let ranking = figures.join("complaint-reversal-rate-share-marketplace-report-ranked-dots.png");
    assert!(ranking.is_file(), "four marketplaces have no funnel: {stderr}");
    let (status, _, stderr) = said(&systemic(&["compare", "peers", s(&file), "-o", s(&out), "--figures", s(&figures)]));
    assert_eq!(status, 0, "{stderr}");
    let funnel = figures.join("complaint-reversal-rate-share-report-funnel-plot.csv");
    assert!(funnel.is_file(), "{stderr}");
    for manifest in [dir.path().join("peers.csv.manifest.json"), figures.join("manifest.json")] {
        let text = std::fs::read_to_string(&manifest).expect("manifest");
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(json["parameters"]["command"], "compare peers");
        assert_eq!(json["inputs"][0]["path"], s(&file));
        assert!(json["outputs"].as_array().is_some_and(|o| !o.is_empty()));
    }
    // The table beside the figure draws it again.
    let again = dir.path().join("again");
    let (status, _, stderr) = said(&systemic(&["chart", s(&funnel), "--form", "funnel-plot", "-o", s(&again)]));
    assert_eq!(status, 0, "{stderr}");
    let drawn = std::fs::read(again.join("complaint-reversal-rate-funnel-plot.svg")).expect("figure");
    assert!(drawn == std::fs::read(funnel.with_extension("svg")).expect("figure"));
}

#[test]
fn weights_make_a_mean_and_nothing_else_does() {
    let dir = tempfile::tempdir().expect("folder");
    let file = reports(dir.path());
    let text = std::fs::read_to_string(&file).expect("file");
    let other =
        text.replace("complaint-reversal-rate", "own-initiative-share").lines().skip(1).collect::<Vec<_>>().join("\n");
    std::fs::write(&file, format!("{text}{other}\n")).expect("file");
    let (_, csv, _) = said(&systemic(&["compare", "peers", s(&file)]));
    assert!(!csv.contains("weighted"));
    let weights = ["--weight", "complaint-reversal-rate=2", "--weight", "own-initiative-share=1"];
    let arguments = [&["compare", "peers", s(&file)][..], &weights].concat();
    let (status, csv, stderr) = said(&systemic(&arguments));
    assert_eq!(status, 0, "{stderr}");
    assert!(csv.contains("weights that the user gave: complaint-reversal-rate 2, own-initiative-share 1"), "{csv}");
    let (status, _, stderr) = said(&systemic(&["compare", "peers", s(&file), "--weight", "own-initiative-share=1"]));
    assert!(status == 2 && stderr.contains("one indicator needs no weights"), "{stderr}");
}

#[test]
fn periods_say_what_changed_and_what_broke() {
    let dir = tempfile::tempdir().expect("folder");
    let file = reports(dir.path());
    let figures = dir.path().join("figures");
    let (status, csv, stderr) = said(&systemic(&["compare", "periods", s(&file), "--figures", s(&figures)]));
    assert_eq!(status, 0, "{stderr}");
    let difference: f64 = column(&csv, "AliExpress", "difference").parse().expect("number");
    assert!((difference - (27_369.0 / 130_517.0 - 0.2)).abs() <= 1e-12);
    assert_eq!(column(&csv, "AliExpress", "interval_kind"), "process");
    assert_eq!(column(&csv, "Amazon", "reason"), "no estimate of 2025-H1");
    assert!(stderr.contains("warning: known break harmonised-template"), "{stderr}");
    assert!(figures.join("complaint-reversal-rate-share-report-slope.svg").is_file());
    let (status, _, stderr) =
        said(&systemic(&["compare", "periods", s(&file), "--from", "2025-H2", "--to", "2025-H1"]));
    assert!(status == 2 && stderr.contains("does not end before"), "{stderr}");
}

#[test]
fn declared_values_of_a_study_meet_a_measured_interval() {
    let dir = tempfile::tempdir().expect("folder");
    let audit = dir.path().join("audit.csv");
    let row = "illegal-listing-prevalence,1,audit,share,ok,,Trovanda,,,2025-01-01,2025-07-01,,,0.05,0.03,0.08,wilson,sampling,0.95,20,400,,,share,simulated data,id";
    std::fs::write(&audit, format!("{HEADER}\n{row}\n")).expect("file");
    let study = dir.path().join("study.toml");
    let declared = |comparable: bool| {
        format!(
            "[[parameters.declared]]\nplatform = \"Trovanda\"\nindicator = \"illegal-listing-prevalence\"\nstatistic = \"share\"\nvalue = 0.01\ncomparable = {comparable}\ndefinition = \"share of views\"\nsource = \"risk assessment, page 12\"\n"
        )
    };
    let compare = || said(&systemic(&["compare", "declared", s(&audit), "--study", s(&study), "--margin", "2"]));
    std::fs::write(&study, declared(true)).expect("file");
    let (status, csv, stderr) = compare();
    assert_eq!(status, 0, "{stderr}");
    assert_eq!(
        (column(&csv, "Trovanda", "ratio"), column(&csv, "Trovanda", "position")),
        ("5.0".into(), "above".into())
    );
    assert!(
        column(&csv, "Trovanda", "sentence").starts_with("Simulated data: In this audit sample, Trovanda has"),
        "{csv}"
    );
    assert!(stderr.contains("simulated data"), "{stderr}");
    std::fs::write(&study, declared(false)).expect("file");
    let (_, csv, _) = compare();
    assert_eq!(column(&csv, "Trovanda", "reason"), "not comparable: definitions differ: share of views");
    assert_eq!(
        (column(&csv, "Trovanda", "status"), column(&csv, "Trovanda", "ratio")),
        ("not_applicable".into(), String::new())
    );
    let (status, _, stderr) = said(&systemic(&["compare", "declared", s(&audit)]));
    assert!(status == 2 && stderr.contains("nothing is declared"), "{stderr}");
}

/// Counts of the second half of 2025 from the reports and from the Transparency Database.
#[test]
fn reports_meet_statements_by_the_canonical_name() {
    let dir = tempfile::tempdir().expect("folder");
    let count = |indicator: &str, basis: &str, platform: &str, value: u64| {
        format!("{indicator},1,{basis},count,ok,,{platform},,,{},{},,,{value},,,,none,,,,,,decisions,,id", H2.0, H2.1)
    };
    let rows = [
        HEADER.to_owned(),
        count("own-measures", "report", "SHEIN", 2_794_693),
        count("own-measures", "report", "AliExpress", 238_772_669),
        count("own-measures", "report", "Bing", 92_550),
        count("own-measures", "report", "Snapchat", 11_279_462),
        count("own-measures", "report", "Temu", 768_379_579),
        count("statement-count", "statements", "Shein", 90_103),
        count("statement-count", "statements", "AliExpress", 307_014_174),
        count("statement-count", "statements", "Snapchat", 2_445_817),
        count("statement-count", "statements", "Temu", 134_501_852),
    ];
    let file = dir.path().join("counts.csv");
    std::fs::write(&file, rows.join("\n") + "\n").expect("file");
    let figures = dir.path().join("figures");
    let arguments = ["compare", "reports", s(&file), "--report", "own-measures", "--figures", s(&figures)];
    let (status, csv, stderr) = said(&systemic(&arguments));
    assert_eq!(status, 0, "{stderr}");
    let ratio: f64 = column(&csv, "Shein", "ratio").parse().expect("number");
    assert!((ratio - 2_794_693.0 / 90_103.0).abs() <= 1e-9);
    assert_eq!(column(&csv, "AliExpress", "position"), "below");
    assert_eq!(column(&csv, "Bing", "reason"), "no statements of Bing are counted");
    assert!(figures.join("report-statements-equality-plot.svg").is_file(), "{stderr}");
    let (status, _, stderr) = said(&systemic(&["compare", "reports", s(&file), "--report", "own-measure"]));
    assert!(status == 2 && stderr.contains("did you mean \"own-measures/count\""), "{stderr}");
    let (status, _, stderr) = said(&systemic(&["compare", "reports", s(&file)]));
    assert!(status == 2 && stderr.contains("no counts of reports") && stderr.contains("--report"), "{stderr}");
}

#[test]
fn a_date_is_held_against_the_trend_before_and_known_breaks_are_told() {
    let dir = tempfile::tempdir().expect("folder");
    let mut rows = vec![HEADER.to_owned()];
    for (platform, factor) in [("AliExpress", 0.5), ("Amazon", 1.0), ("Temu", 1.0)] {
        for week in 0..40_i32 {
            let start = 20_092 + 7 * week;
            let noise = f64::from((week * 7919 + i32::try_from(platform.len()).expect("small") * 31) % 13) / 100.0;
            let value = 1000.0 * (1.0 + noise) * if start >= 20_257 { factor } else { 1.0 };
            rows.push(format!(
                "statement-count,1,statements,count,ok,,{platform},,,{},{},,,{value},,,,none,,,,,,statements,,id",
                systemic::time::iso(start),
                systemic::time::iso(start + 7)
            ));
        }
    }
    let file = dir.path().join("weeks.csv");
    std::fs::write(&file, rows.join("\n") + "\n").expect("file");
    let figures = dir.path().join("figures");
    let arguments = [
        "compare",
        "before-after",
        s(&file),
        "--date",
        "2025-06-18",
        "--platform",
        "AliExpress",
        "--controls",
        "Amazon,Temu",
        "--figures",
        s(&figures),
        "--group",
        "category_v2",
    ];
    let (status, _, stderr) = said(&systemic(&arguments));
    assert!(status == 2 && stderr.contains("group of these estimates"), "{stderr}");
    let (status, csv, stderr) = said(&systemic(&arguments[..arguments.len() - 2]));
    assert_eq!(status, 0, "{stderr}");
    let ratio: f64 = column(&csv, "AliExpress", "ratio").parse().expect("number");
    assert!((ratio - 0.5).abs() < 0.05, "{csv}");
    for quantity in ["level_change", "controlled_slope_change", "difference_in_differences", "placebo_in_space"] {
        assert!(csv.contains(&format!("before-after,{quantity},")), "{quantity}: {csv}");
    }
    assert!(figures.join("statement-count-count-statements-before-after-line.svg").is_file());
    let (status, _, stderr) =
        said(&systemic(&["compare", "before-after", s(&file), "--date", "2025-06-18", "--controls", "Amazn"]));
    assert!(status == 2 && stderr.contains("did you mean \"Amazon\""), "{stderr}");
    // A mix of categories stands on both sides of the schema of 2025-07-01, 13 days after the date.
    let mix = std::fs::read_to_string(&file).expect("file").replace("statement-count", "category-mix");
    std::fs::write(&file, mix).expect("file");
    let (status, csv, stderr) = said(&systemic(&["compare", "before-after", s(&file), "--date", "2025-06-18"]));
    assert_eq!(status, 0, "{stderr}");
    assert!(stderr.contains("known break schema-2025-07-01") && stderr.contains("13 days after the date"), "{stderr}");
    assert!(csv.contains("a known break lies within the series"), "{csv}");
}

#[test]
fn what_cannot_be_compared_is_told_with_a_hint() {
    let dir = tempfile::tempdir().expect("folder");
    let file = reports(dir.path());
    let one = dir.path().join("one.csv");
    std::fs::write(&one, format!("{HEADER}\n{}\n", share("Temu", 5, 10, H2))).expect("file");
    let other = dir.path().join("other.csv");
    std::fs::write(&other, format!("{HEADER}\n{}\n", share("Temu", 6, 10, H2))).expect("file");
    let typo = dir.path().join("report.csv");
    let cases: &[(&[&str], &str, &str)] = &[
        (&["compare", "peers", s(&typo)], "E002", "did you mean"),
        (
            &["compare", "peers", s(&file), "--indicator", "complaint-reversal-rat"],
            "E020",
            "\"complaint-reversal-rate\"",
        ),
        (&["compare", "peers", s(&file), "--statistic", "sahre"], "E020", "\"share\""),
        (&["compare", "peers", s(&file), "--basis", "reports"], "E020", "\"report\""),
        (&["compare", "peers", s(&file), "--period", "2025-H3"], "E020", "2025-H2"),
        (&["compare", "peers", s(&file), "--peers", "marketplaces"], "E020", "\"marketplace\""),
        (&["compare", "peers", s(&file), "--platform", "Tenu"], "E020", "\"Temu\""),
        (&["compare", "peers", s(&file), "--group", "category"], "E020", "category"),
        (&["compare", "peers", s(&one)], "E021", "no peers"),
        (&["compare", "peers", s(&one), s(&other)], "E021", "several files"),
        (&["compare", "periods", s(&one)], "E021", "no two periods"),
        (&["compare", "peers", s(&file), "-o", "peers.xyz"], "E021", "--format"),
    ];
    for (arguments, code, word) in cases {
        let (status, stdout, stderr) = said(&systemic(arguments));
        assert_eq!((status, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains(&format!("error[{code}]")) && stderr.contains(word), "{arguments:?}: {stderr}");
        assert!(stderr.contains("  hint: "), "{arguments:?}: {stderr}");
    }
    for arguments in [["--dispersion", "some"], ["--target", "middle"], ["--winsorise", "0.6"], ["--weight", "a"]] {
        let (status, _, stderr) = said(&systemic(&[&["compare", "peers", s(&file)][..], &arguments].concat()));
        assert_eq!(status, 2, "{arguments:?}: {stderr}");
    }
}

/// The figures of the shipped benchmark: of the form that shows most, and with a title that says what the number is.
#[test]
fn figures_of_real_peers_say_what_they_show() {
    let dir = tempfile::tempdir().expect("folder");
    let benchmark = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/benchmarks/vlop-h2-2025.csv");
    let (out, figures) = (dir.path().join("peers.csv"), dir.path().join("figures"));
    let ids = "accuracy-disclosure-completeness,complaint-reversal-rate,suspensions-per-1000-illegal-measures,automated-error-rate";
    let args = ["compare", "peers", s(&benchmark), "--indicator", ids, "-o", s(&out), "--figures", s(&figures)];
    let (status, _, stderr) = said(&systemic(&args));
    assert_eq!(status, 0, "{stderr}");
    let title = |name: &str| {
        let svg =
            std::fs::read_to_string(figures.join(format!("{name}.svg"))).unwrap_or_else(|_| panic!("{name}: {stderr}"));
        let (_, rest) = svg.split_once("<title>").or_else(|| svg.split_once("<title ")).expect("a title");
        rest.split("</title>").next().unwrap_or_default().to_owned()
    };
    // Services that differ in size stand in a funnel; where all have the same denominator, in a ranking.
    assert!(title("complaint-reversal-rate-share-report-funnel-plot").contains("in a funnel plot"));
    assert!(title("accuracy-disclosure-completeness-share-report-ranked-dots").contains("by platform"));
    // Rates of different order are no crowd.
    title("suspensions-per-1000-illegal-measures-rate-report-funnel-plot");
    // A number of suspensions is no rate.
    let count = title("suspensions-per-1000-illegal-measures-suspensions-report-ranked-dots");
    assert!(count.contains("Suspensions for manifestly illegal content, by platform"), "{count}");
    let table = std::fs::read_to_string(&out).expect("comparisons");
    assert!(table.contains("LinkedIn") && table.contains(",precision,"), "declared errors are compared too");
    let empty = dir.path().join("empty.csv");
    std::fs::write(&empty, "").expect("written");
    let (status, _, stderr) = said(&systemic(&["compare", "peers", s(&empty)]));
    assert!(status == 2 && stderr.contains("empty.csv: no estimates in it"), "{stderr}");
}
