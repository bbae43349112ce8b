//! The command line: the only place that prints, reads the clock, or decides an exit status.
//!
//! stdout is data, stderr is talk. Exit status: 0 done, 1 done but something was found or some inputs
//! failed, 2 could not do it.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::error::Result;

mod chart;
mod check;
mod cite;
mod compare;
mod completions;
mod counts;
mod explain;
mod inspect;
mod list;
mod load;
mod man;
mod map;
#[path = "match.rs"]
mod matches;
mod measure;
mod output;
mod record;
mod report;
mod run;
mod sample;
mod schema;
mod simulate;
mod stat;
pub mod ui;

use ui::Ui;

/// Measures systemic risk on very large online platforms from the data they publish or hand to researchers
/// under the EU Digital Services Act.
#[derive(Debug, Parser)]
#[command(name = "systemic", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Start here: systemic run EXPORT… -o out\nEvery word of the output: systemic explain WORD")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Say nothing but errors
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Number of threads (default: one per core)
    #[arg(long, global = true, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Load(load::Load),
    Inspect(inspect::Inspect),
    Check(check::Check),
    Measure(measure::Measure),
    Compare(compare::Compare),
    Chart(chart::Chart),
    Report(Box<report::Report>),
    List(list::List),
    Explain(explain::Explain),
    Sample(Box<sample::Sample>),
    Simulate(simulate::Simulate),
    Map(map::Map),
    Match(matches::Match),
    Stat(stat::Stat),
    Schema(schema::Schema),
    Cite(cite::Cite),
    Completions(completions::Completions),
    Man(man::Man),
}

/// What a command needs beside its own arguments.
#[derive(Debug)]
pub struct Session {
    /// Where to talk.
    pub ui: Ui,
    /// Number of threads; 0 means one per core.
    pub threads: usize,
    /// The command line.
    pub args: Vec<String>,
    started: SystemTime,
    clock: Instant,
}

/// How a command ended that could do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Everything was done.
    Done,
    /// It was done, but some inputs failed, or something was found.
    Found,
}

/// Parses the arguments, runs the command, and gives the exit status.
#[must_use]
pub fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(e) => {
            let status = if e.use_stderr() { 2 } else { 0 };
            // Help goes to a pipe that may be closed: that is no failure.
            let _ = e.print();
            return ExitCode::from(status);
        }
    };
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock: for the manifest")]
    let session = Session {
        ui: Ui { quiet: cli.common.quiet },
        threads: cli.common.threads,
        args: args.iter().skip(1).map(|a| a.to_string_lossy().into_owned()).collect(),
        started: SystemTime::now(),
        clock: Instant::now(),
    };
    // A fault of the tool is an error like others: it exits with 2, and never with the status of a finding.
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&cli.command, &session)))
        .unwrap_or_else(|_| Err(crate::Error::engine("cannot go on", "a part of the program stopped, as said above")));
    match result {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Found) => ExitCode::from(1),
        Err(e) if output::is_closed_pipe(&e) => ExitCode::SUCCESS,
        Err(e) => {
            session.ui.error(&e);
            ExitCode::from(2)
        }
    }
}

/// Runs a command.
fn run(command: &Command, session: &Session) -> Result<Ending> {
    match command {
        Command::Run(c) => c.run(session),
        Command::Load(c) => c.run(session),
        Command::Inspect(c) => c.run(session),
        Command::Check(c) => c.run(session),
        Command::Measure(c) => c.run(session),
        Command::Compare(c) => c.run(session),
        Command::Chart(c) => c.run(session),
        Command::Report(c) => c.run(session),
        Command::List(c) => c.run(session),
        Command::Explain(c) => c.run(session),
        Command::Sample(c) => c.run(session),
        Command::Simulate(c) => c.run(session),
        Command::Map(c) => c.run(session),
        Command::Match(c) => c.run(session),
        Command::Stat(c) => c.run(session),
        Command::Schema(c) => c.run(session),
        Command::Cite(c) => c.run(session),
        Command::Completions(c) => c.run(session),
        Command::Man(c) => c.run(session),
    }
}

/// The command line's definition, for help and for tests that walk it.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// The folder that outputs go to, refusing one that holds other things.
///
/// # Errors
/// [`crate::Error::Usage`].
fn output_folder(path: &Path, ours: &dyn Fn(&str) -> bool) -> Result<()> {
    if path.is_file() {
        return Err(crate::Error::usage(
            format!("{}: this is a file, and a folder is needed", path.display()),
            "choose another name",
        ));
    }
    let Ok(entries) = std::fs::read_dir(path) else { return Ok(()) };
    let foreign = entries
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .find(|name| !ours(name) && !name.starts_with('.'));
    match foreign {
        Some(name) => Err(crate::Error::usage(
            format!("{}: the folder already holds {name:?}, which systemic did not write", path.display()),
            "choose a new folder, or empty this one",
        )),
        None => Ok(()),
    }
}
