//! `systemic man`: manual pages.

use std::path::PathBuf;

use clap::Args;
use clap_mangen::Man as Page;

use super::{Ending, Session, command, output};
use crate::error::{Error, Result};

/// Print the manual page, or write those of all commands into a folder
#[derive(Debug, Args)]
pub struct Man {
    /// Folder for systemic.1, systemic-run.1, …
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

impl Man {
    /// Runs the command.
    ///
    /// # Errors
    /// [`Error::Io`] where stdout or the folder refuses.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        let page = |command: clap::Command| -> Result<Vec<u8>> {
            let mut bytes = Vec::new();
            Page::new(command).render(&mut bytes).map_err(|e| Error::engine("cannot write the manual page", e))?;
            Ok(bytes)
        };
        let mut all = command();
        all.build();
        let Some(folder) = &self.output else {
            output::stdout(&page(all)?)?;
            return Ok(Ending::Done);
        };
        std::fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))?;
        let mut written = 0;
        let commands: Vec<clap::Command> = all.get_subcommands().filter(|c| c.get_name() != "help").cloned().collect();
        for one in std::iter::once(all).chain(commands) {
            let name = one.get_display_name().unwrap_or_else(|| one.get_name()).replace(' ', "-");
            crate::dataset::write_whole(&folder.join(format!("{name}.1")), &page(one)?)?;
            written += 1;
        }
        session.ui.say(format!("{written} manual pages in {}", folder.display()));
        Ok(Ending::Done)
    }
}
