//! The command `systemic`: parses its arguments, runs, and maps the result to an exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    systemic::cli::main()
}
