//! `systemic list`: what there is.

use clap::{Args, ValueEnum};

use super::output::{self, Format};
use super::{Ending, Session};
use crate::charts::{CHARTS, Preset};
use crate::checks::CHECKS;
use crate::compare::COMPARISONS;
use crate::error::{self, Result};
use crate::finding::KINDS;
use crate::indicators::{INDICATORS, Scope};
use crate::simulate::DIRT;
use crate::sources::SOURCES;
use crate::tables::{TABLES, faults::FAULTS, rules::RULES, services::Services};
use crate::time;
use crate::views::VIEWS;

/// List indicators, sources, tables, views, columns, groups, rules, checks, faults, services, dirt, charts, comparisons, findings or errors
#[derive(Debug, Args)]
pub struct List {
    /// What to list
    #[arg(value_enum, value_name = "WHAT")]
    what: What,
    /// Format of the list
    #[arg(long, value_enum)]
    format: Option<Format>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// Questions that can be answered
    Indicators,
    /// Export formats that can be read
    Sources,
    /// Tables that exports are loaded into
    Tables,
    /// Derivations of tables
    Views,
    /// Columns of the tables
    Columns,
    /// Words that `measure --by` understands
    Groups,
    /// Rules that a conforming statement meets
    Rules,
    /// Groups of data-quality checks
    Checks,
    /// Announced faults and breaks of the data
    Faults,
    /// Services that publish transparency reports, with their providers, designations and sources
    Services,
    /// Faults that `simulate statements --dirt` puts in
    Dirt,
    /// Chart forms
    Charts,
    /// Kinds of comparison
    Comparisons,
    /// Sizes of figures
    Presets,
    /// Kinds of data-quality findings
    Findings,
    /// Error codes
    Errors,
}

impl List {
    /// Runs the command.
    ///
    /// # Errors
    /// [`crate::Error::Io`] where stdout refuses.
    pub fn run(&self, _: &Session) -> Result<Ending> {
        output::records(&rows(self.what), None, Format::choose(self.format, None)?)?;
        Ok(Ending::Done)
    }
}

#[expect(clippy::too_many_lines, reason = "one arm for each list")]
fn rows(what: What) -> Vec<Vec<String>> {
    let line = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
    match what {
        What::Indicators => {
            let mut rows = vec![line(&["id", "version", "name", "needs"])];
            rows.extend(INDICATORS.iter().map(|i| {
                let card = i.card();
                let needs = card.requires.iter().map(|r| r.table).collect::<Vec<_>>().join(", ");
                line(&[card.id, &card.version.to_string(), card.name, &needs])
            }));
            rows
        }
        What::Sources => {
            let mut rows = vec![line(&["id", "table", "reads", "from"])];
            rows.extend(SOURCES.iter().map(|s| line(&[s.id(), &s.tables().join(", "), s.about(), s.origin()])));
            rows
        }
        What::Tables => {
            let mut rows = vec![line(&["name", "columns", "a row is"])];
            rows.extend(TABLES.iter().map(|t| line(&[t.name(), &t.columns().len().to_string(), t.row()])));
            rows
        }
        What::Columns => {
            let mut rows = vec![line(&["table", "column", "type", "meaning"])];
            for table in TABLES {
                rows.extend(table.columns().iter().map(|c| line(&[table.name(), c.name, c.kind.name(), c.meaning])));
            }
            rows
        }
        What::Views => {
            let mut rows = vec![line(&["name", "of", "adds", "a row is"])];
            rows.extend(VIEWS.iter().map(|v| {
                let adds: Vec<&str> = v.columns().iter().map(|c| c.name).collect();
                line(&[v.name(), &v.made_of().join(", "), &adds.join(", "), v.row()])
            }));
            rows
        }
        What::Groups => {
            let mut rows = vec![line(&["name"])];
            rows.extend(Scope::words().iter().map(|w| line(&[w])));
            rows
        }
        What::Rules => {
            let mut rows = vec![line(&["rule", "column", "enforced", "a statement shall", "applies to"])];
            let yes = |b: bool| if b { "yes" } else { "no" };
            rows.extend(RULES.iter().map(|r| line(&[r.id, r.column, yes(r.enforced), r.demand, r.applies])));
            rows
        }
        What::Checks => {
            let mut rows = vec![line(&["id", "looks for"])];
            rows.extend(CHECKS.iter().map(|c| line(&[c.id(), c.doc()])));
            rows
        }
        What::Faults => {
            let mut rows = vec![line(&["id", "platforms", "columns", "from", "until", "what", "source"])];
            rows.extend(FAULTS.iter().map(|f| {
                let until = f.until.map_or_else(String::new, time::iso);
                let (platforms, columns) = (f.platforms.join(", "), f.columns.join(", "));
                line(&[&f.id, &platforms, &columns, &time::iso(f.from), &until, &f.what, &f.source])
            }));
            rows
        }
        What::Services => services(),
        What::Dirt => {
            let mut rows =
                vec![line(&["id", "level", "rows are", "findings", "checks", "rules", "what", "seen", "effect"])];
            rows.extend(DIRT.iter().map(|f| {
                let e = &f.expected;
                let findings = e.all_findings().map(|(kind, _)| kind.code).collect::<Vec<_>>().join(" ");
                let checks = e.all_checks().map(|kind| kind.code).collect::<Vec<_>>().join(" ");
                let rules = e.rules.join(" ");
                line(&[f.id, f.level().name(), e.fate.name(), &findings, &checks, &rules, f.meaning, f.seen, e.effect])
            }));
            rows
        }
        What::Charts => {
            let mut rows = vec![line(&["id", "shows", "use it"])];
            rows.extend(CHARTS.iter().map(|c| line(&[c.id(), c.title(), c.doc()])));
            rows
        }
        What::Comparisons => {
            let mut rows = vec![line(&["id", "shows", "references"])];
            rows.extend(COMPARISONS.iter().map(|c| line(&[c.id, c.title, &c.references.join("; ")])));
            rows
        }
        What::Presets => {
            let mut rows = vec![line(&["name", "width", "height"])];
            rows.extend(Preset::ALL.iter().map(|p| {
                let (width, height) = p.size();
                line(&[p.name(), &width.to_string(), &height.to_string()])
            }));
            rows
        }
        What::Findings => {
            let mut rows = vec![line(&["code", "severity", "what", "effect"])];
            rows.extend(
                KINDS.iter().map(|k| line(&[k.code, &format!("{:?}", k.severity).to_lowercase(), k.title, k.effect])),
            );
            rows
        }
        What::Errors => {
            let mut rows = vec![line(&["code", "what"])];
            rows.extend(error::CODES.iter().map(|(code, what)| line(&[code, what])));
            rows
        }
    }
}

/// The shipped services: what is said of each, where that is known from, and what could not be verified.
fn services() -> Vec<Vec<String>> {
    let names = ["name", "provider", "kind", "designated", "unverified", "source", "provider source", "aliases"];
    let mut rows = vec![names.map(str::to_owned).to_vec()];
    let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
    rows.extend(Services::default().iter().map(|s| {
        let (unverified, aliases) = (s.unverified.join(", "), s.aliases.join(", "));
        let (source, of_provider) = (text(&s.source), text(&s.provider_source));
        vec![
            s.name.clone(),
            text(&s.provider),
            s.kind.clone(),
            text(&s.designated),
            unverified,
            source,
            of_provider,
            aliases,
        ]
    }));
    rows
}
