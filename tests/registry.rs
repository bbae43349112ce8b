//! Every entry of every registry is documented, cited, exemplified, and found by its name.

use std::collections::BTreeSet;
use std::path::Path;

use systemic::charts::CHARTS;
use systemic::compare::COMPARISONS;
use systemic::indicators::INDICATORS;
use systemic::sources::SOURCES;
use systemic::tables::{Origin, TABLES, Values, codes};

use crate::support::{said, systemic};

fn source_file(folder: &str, id: &str) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    let name = id.replace('-', "_");
    path.join(format!("{name}.rs")).is_file() || path.join(name).is_dir()
}

fn explained(word: &str) -> String {
    let (status, stdout, stderr) = said(&systemic(&["explain", word]));
    assert_eq!(status, 0, "explain {word}: {stderr}");
    stdout
}

#[test]
fn indicators() {
    let mut ids = BTreeSet::new();
    for indicator in INDICATORS {
        let card = indicator.card();
        assert!(ids.insert(card.id), "{} stands twice", card.id);
        assert!(source_file("indicators", card.id), "{} has no file of its name", card.id);
        assert!(!card.references.is_empty() && !card.legal.is_empty(), "{} is not cited", card.id);
        let page = explained(card.id);
        let mut at = 0;
        for section in ["# Question", "# Formula", "# Uncertainty", "# Limits", "# References"] {
            let found = page[at..].find(section).unwrap_or_else(|| panic!("{}: no {section} in its place", card.id));
            at += found;
        }
        for statistic in card.statistics {
            assert!(page.contains(statistic.name), "{}: {} is not explained", card.id, statistic.name);
        }
        let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README");
        assert!(readme.contains(card.id), "{} is not in the README", card.id);
        let (status, sql, stderr) = said(&systemic(&["explain", card.id, "--sql"]));
        assert!(status == 0 && sql.to_lowercase().contains("group by"), "{}: {stderr}", card.id);
    }
}

#[test]
fn tables_and_columns() {
    for table in TABLES {
        let mut names = BTreeSet::new();
        let codebook = explained(table.name());
        for column in table.columns() {
            assert!(names.insert(column.name), "{} stands twice", column.name);
            assert!(column.meaning.ends_with('.') && column.meaning.len() > 10, "{} has no meaning", column.name);
            assert!(codebook.contains(column.name), "{} is not in the codebook", column.name);
            if let Values::Codes(list) = column.values {
                assert!(!codes::codes(list).is_empty(), "{}: no enumeration {list}", column.name);
            }
            if let Origin::Derived(from) = column.origin {
                for name in from {
                    assert!(table.column(name).is_some(), "{}: derived from unknown {name}", column.name);
                }
            } else if !matches!(column.origin, Origin::Provenance) {
                assert!(column.legal.contains("Art."), "{} has no legal reference", column.name);
            }
            assert!(explained(column.name).contains(column.meaning));
        }
    }
}

#[test]
fn views_rules_and_faults_are_explained() {
    for view in systemic::views::VIEWS {
        let page = explained(view.name());
        assert!(view.columns().iter().all(|c| page.contains(c.name)), "{}", view.name());
        assert!(view.made_of().iter().all(|t| page.contains(t)), "{}", view.name());
        assert_eq!(page.contains("As SQL"), view.sql(&str::to_owned).is_some(), "{}", view.name());
        assert!(view.sql(&str::to_owned).is_some() || view.base().is_some() || view.kept(), "{}", view.name());
        assert!(view.columns().iter().all(|c| explained(c.name).contains(c.meaning)));
    }
    for rule in systemic::tables::rules::RULES {
        assert!(explained(rule.id).contains(rule.demand) && explained(rule.column).contains(rule.id), "{}", rule.id);
    }
    for fault in systemic::tables::faults::FAULTS.iter() {
        assert!(explained(&fault.id).contains(&fault.source), "{}", fault.id);
    }
}

#[test]
fn schemas_citations_completions_and_manuals_are_printed() {
    let (status, names, _) = said(&systemic(&["schema"]));
    assert_eq!(status, 0);
    let expected: Vec<&str> =
        TABLES.iter().map(|t| t.name()).chain(systemic::views::VIEWS.iter().map(|v| v.name())).collect();
    assert_eq!(names.lines().collect::<Vec<_>>(), [expected, vec!["estimates", "comparisons"]].concat());
    for name in names.lines() {
        let (status, text, stderr) = said(&systemic(&["schema", name]));
        let schema: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert!(status == 0 && schema["fields"].as_array().is_some_and(|f| f.len() > 5), "{name}: {stderr}");
        assert!(said(&systemic(&["schema", name, "--sql"])).1.starts_with("create table"));
    }
    assert_eq!(said(&systemic(&["schema", "statment"])).0, 2);
    for format in ["text", "bibtex", "cff"] {
        let (status, text, _) = said(&systemic(&["cite", "moderation-latency", "--format", format]));
        assert!(
            status == 0 && text.contains("10.2906/134353607485211") && text.contains("Hyndman"),
            "{format}: {text}"
        );
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (status, text, _) = said(&systemic(&["completions", shell]));
        assert!(status == 0 && text.contains("measure"));
    }
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("man");
    assert_eq!(said(&systemic(&["man", "-o", path.to_str().expect("UTF-8")])).0, 0);
    for command in systemic::cli::command().get_subcommands() {
        let page = std::fs::read_to_string(path.join(format!("systemic-{}.1", command.get_name()))).expect("page");
        assert!(page.contains(".SH SYNOPSIS"), "{}", command.get_name());
    }
    assert!(said(&systemic(&["man"])).1.contains("systemic"));
}

#[test]
fn sources_and_charts() {
    for source in SOURCES {
        assert!(source_file("sources", source.id()), "{} has no file of its name", source.id());
        assert!(TABLES.iter().any(|t| t.name() == source.table()), "{}: no table {}", source.id(), source.table());
    }
    for chart in CHARTS {
        assert!(source_file("charts", chart.id()), "{} has no file of its name", chart.id());
        assert!(explained(chart.id()).contains(chart.doc()));
    }
}

#[test]
fn comparisons() {
    let commands: Vec<String> = systemic::cli::command()
        .get_subcommands()
        .filter(|c| c.get_name() == "compare")
        .flat_map(|c| c.get_subcommands().map(|s| s.get_name().to_owned()))
        .collect();
    assert_eq!(commands, COMPARISONS.iter().map(|c| c.id).collect::<Vec<_>>());
    for card in COMPARISONS {
        assert!(source_file("compare", card.id), "{} has no file of its name", card.id);
        assert!(source_file("cli/compare", card.id), "{} has no command of its name", card.id);
        assert!(!card.references.is_empty(), "{} is not cited", card.id);
        let page = explained(card.id);
        assert!(page.contains(card.doc) && page.contains("Limits:"), "{}", card.id);
    }
    let page = explained("comparisons");
    assert!(systemic::compare::SCHEMA.iter().all(|(name, _, meaning)| page.contains(name) && page.contains(meaning)));
}

#[test]
fn commands_have_a_file_help_and_a_place_in_the_readme() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README");
    let command = systemic::cli::command();
    for sub in command.get_subcommands() {
        let name = sub.get_name();
        assert!(sub.get_about().is_some(), "{name} has no help");
        assert!(source_file("cli", name), "{name} has no file");
        assert!(
            readme.contains(&format!("systemic {name}")) || readme.contains(&format!("-- {name}")),
            "{name} is not in the README"
        );
        for argument in sub.get_arguments() {
            assert!(argument.get_help().is_some(), "{name} {}: no help", argument.get_id());
        }
    }
}

#[test]
fn lists_are_complete_in_every_format() {
    let lists = [
        "indicators",
        "sources",
        "tables",
        "views",
        "columns",
        "groups",
        "rules",
        "checks",
        "faults",
        "dirt",
        "charts",
        "comparisons",
        "presets",
        "findings",
        "errors",
    ];
    for what in lists {
        for format in ["table", "csv", "json", "ndjson"] {
            let (status, stdout, stderr) = said(&systemic(&["list", what, "--format", format]));
            assert!(status == 0 && !stdout.is_empty(), "list {what} --format {format}: {stderr}");
        }
    }
    let (_, errors, _) = said(&systemic(&["list", "errors", "--format", "csv"]));
    for (code, _) in systemic::error::CODES {
        assert!(errors.contains(code));
        assert!(explained(code).contains(code));
    }
    for kind in systemic::finding::KINDS {
        assert!(explained(kind.code).contains(kind.title));
    }
}
