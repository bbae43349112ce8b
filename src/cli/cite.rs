//! `systemic cite`: how to cite the tool, the data, and the sources of an indicator.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};

use super::{Ending, Session, output};
use crate::error::Result;
use crate::indicators::indicator;

/// Say how to cite this version, the data, and the sources of indicators
#[derive(Debug, Args)]
pub struct Cite {
    /// Indicators whose sources to name
    #[arg(value_name = "INDICATOR")]
    indicators: Vec<String>,
    /// Form of the citation
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A line each
    Text,
    /// BibTeX
    Bibtex,
    /// The file CITATION.cff
    Cff,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");
const DOI: &str = "10.2906/134353607485211";

impl Cite {
    /// Runs the command.
    ///
    /// # Errors
    /// [`crate::Error::Unknown`] for what is no indicator, [`crate::Error::Io`] where stdout refuses.
    pub fn run(&self, _: &Session) -> Result<Ending> {
        let mut text = match self.format {
            Form::Cff => include_str!("../../CITATION.cff").to_owned(),
            Form::Bibtex => format!(
                "@software{{systemic,\n  title = {{systemic}},\n  author = {{{{The systemic authors}}}},\n  version = {{{VERSION}}},\n  \
                 license = {{MIT OR Apache-2.0}}\n}}\n\n@misc{{dsa_transparency_database,\n  title = {{Digital Services \
                 Act Transparency Database}},\n  author = {{{{European Commission, DG CONNECT}}}},\n  year = {{2023}},\n  \
                 doi = {{{DOI}}}\n}}\n"
            ),
            Form::Text => format!(
                "The systemic authors. systemic, version {VERSION}. Software, MIT OR Apache-2.0.\n\
                 European Commission, DG CONNECT (2023). Digital Services Act Transparency Database. doi:{DOI}. CC BY 4.0.\n"
            ),
        };
        let comment = if self.format == Form::Text { "" } else { "# " };
        for id in &self.indicators {
            let card = indicator(id)?.card();
            let _ = writeln!(text, "\n{comment}{} (version {}) follows:", card.id, card.version);
            for reference in card.references {
                let _ = writeln!(text, "{comment}  {reference}");
            }
        }
        output::stdout(text.as_bytes())?;
        Ok(Ending::Done)
    }
}
