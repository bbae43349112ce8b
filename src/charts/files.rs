//! The files of a figure.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::{Chart, ChartSpec, Figure, vega};
use crate::error::{Error, Result};
use crate::estimate::Estimate;

/// A kind of file that a figure comes as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FigureFormat {
    /// The drawing, in lines.
    Svg,
    /// The same drawing in pixels, at twice the size.
    Png,
    /// The estimates plotted.
    Csv,
    /// What the figure shows, in sentences.
    Alt,
    /// A specification in Vega-Lite with the rows plotted.
    Vega,
}

impl FigureFormat {
    /// Every format, in the order of the help.
    pub const ALL: [Self; 5] = [Self::Svg, Self::Png, Self::Csv, Self::Alt, Self::Vega];
    /// Those that a figure has where nobody says which.
    pub const USUAL: [Self; 4] = [Self::Svg, Self::Png, Self::Csv, Self::Alt];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Csv => "csv",
            Self::Alt => "alt",
            Self::Vega => "vega",
        }
    }

    /// What the name of its file ends in.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Svg => ".svg",
            Self::Png => ".png",
            Self::Csv => ".csv",
            Self::Alt => ".alt.txt",
            Self::Vega => ".vl.json",
        }
    }
}

impl fmt::Display for FigureFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for FigureFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name).ok_or_else(|| Error::Unknown {
            kind: "format of a figure",
            name: name.to_owned(),
            known: Self::ALL.iter().map(|f| f.name().to_owned()).collect(),
        })
    }
}

/// Draws a figure and writes it in these formats as `<stem>.svg` and so on into a folder, which is made if absent.
/// Gives the figure and the paths in the order of the formats.
///
/// # Errors
/// As [`Chart::draw`] and [`Figure::write`].
pub fn write(
    form: &dyn Chart,
    (estimates, spec): (&[Estimate], &ChartSpec),
    (dir, stem): (&Path, &str),
    formats: &[FigureFormat],
) -> Result<(Figure, Vec<PathBuf>)> {
    let figure = form.draw(estimates, spec)?;
    let mut paths = Vec::new();
    for format in formats {
        let bytes = match format {
            FigureFormat::Vega => vega::text(form.vega(estimates, spec)?)?.into_bytes(),
            other => figure.bytes(*other)?,
        };
        paths.push(put(dir, stem, *format, &bytes)?);
    }
    Ok((figure, paths))
}

impl Figure {
    /// The content of a file; empty for a specification, which the drawing does not hold.
    fn bytes(&self, format: FigureFormat) -> Result<Vec<u8>> {
        Ok(match format {
            FigureFormat::Svg => self.svg.clone().into_bytes(),
            FigureFormat::Png => self.png()?,
            FigureFormat::Csv => self.csv.clone().into_bytes(),
            FigureFormat::Alt => format!("{}\n", self.alt).into_bytes(),
            FigureFormat::Vega => Vec::new(),
        })
    }

    /// Writes `<stem>.svg`, `.png`, `.csv` and `.alt.txt` into a folder, which is made if absent. Each is
    /// written under another name first, so that none is ever seen half. Returns the paths in this order.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder cannot be written, [`Error::Engine`] where the PNG cannot be drawn.
    pub fn write(&self, dir: &Path, stem: &str) -> Result<Vec<PathBuf>> {
        // All of them before the first is written.
        let all = FigureFormat::USUAL.map(|format| self.bytes(format).map(|bytes| (format, bytes)));
        let all = all.into_iter().collect::<Result<Vec<_>>>()?;
        all.into_iter().map(|(format, bytes)| put(dir, stem, format, &bytes)).collect()
    }
}

fn put(dir: &Path, stem: &str, format: FigureFormat, bytes: &[u8]) -> Result<PathBuf> {
    fs::create_dir_all(dir).map_err(|e| Error::io("create", dir, e))?;
    let path = dir.join(format!("{stem}{}", format.ending()));
    let partial = dir.join(format!("{stem}{}.partial", format.ending()));
    fs::write(&partial, bytes).map_err(|e| Error::io("write", &partial, e))?;
    fs::rename(&partial, &path).map_err(|e| Error::io("rename", &partial, e))?;
    Ok(path)
}
