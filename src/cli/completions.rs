//! `systemic completions`: completion scripts for shells.

use clap::Args;
use clap_complete::{Shell, generate};

use super::{Ending, Session, command, output};
use crate::error::Result;

/// Print a completion script for a shell
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// Runs the command.
    ///
    /// # Errors
    /// [`crate::Error::Io`] where stdout refuses.
    pub fn run(&self, _: &Session) -> Result<Ending> {
        let mut script = Vec::new();
        generate(self.shell, &mut command(), "systemic", &mut script);
        output::stdout(&script)?;
        Ok(Ending::Done)
    }
}
