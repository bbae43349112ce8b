//! `systemic chart --contact-sheet`: every form with invented data that strain it, in every size.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::charts::contact_sheet::{Drawn, Entry, cases, page};
use crate::charts::{CHARTS, Chart as Form, Preset};
use crate::cli::ui::count;
use crate::cli::{Ending, Session};
use crate::error::{Error, Result};
use crate::provenance::FILE;

/// Name of the page.
const PAGE: &str = "contact-sheet.html";

/// Draws the cases of some forms in all sizes into a folder, a folder for each form, and a page that shows them.
///
/// # Errors
/// [`Error::Usage`] for a folder that holds other things, [`Error::Io`] where it cannot be written.
pub(super) fn run(session: &Session, folder: &Path, forms: &[&'static dyn Form]) -> Result<Ending> {
    let ours: BTreeSet<&str> = CHARTS.iter().map(|f| f.id()).chain([PAGE, FILE]).collect();
    super::super::output_folder(folder, &|name| ours.contains(name))?;
    let wanted: Vec<_> = cases().into_iter().filter(|c| forms.iter().any(|f| f.id() == c.form)).collect();
    for case in &wanted {
        let path = folder.join(case.form);
        fs::create_dir_all(&path).map_err(|e| Error::io("create", &path, e))?;
    }
    let jobs: Vec<_> = wanted.iter().flat_map(|case| Preset::ALL.map(|preset| (*case, preset))).collect();
    let entries: Vec<Entry> = jobs
        .into_par_iter()
        .map(|(case, preset)| {
            // A card can be too small for what it is asked to show: the page says so in the figure's place.
            let figure = match case.draw(preset) {
                Err(e) => Err(e.hint().map_or_else(|| e.to_string(), |hint| format!("{e}: {hint}"))),
                Ok(figure) => {
                    let path = format!("{}/{}-{}", case.form, case.id, preset.name());
                    write(&folder.join(format!("{path}.svg")), figure.svg.as_bytes())?;
                    write(&folder.join(format!("{path}.png")), &figure.png()?)?;
                    Ok(Drawn::new(&figure, path))
                }
            };
            Ok(Entry { case, preset, figure })
        })
        .collect::<Result<_>>()?;
    write(&folder.join(PAGE), page(&entries).as_bytes())?;
    let drawn = entries.iter().filter_map(|e| e.figure.as_ref().ok()).map(Drawn::path);
    let mut files: Vec<PathBuf> =
        drawn.flat_map(|path| ["svg", "png"].map(|ending| PathBuf::from(format!("{path}.{ending}")))).collect();
    let figures = files.len() / 2;
    files.push(PathBuf::from(PAGE));
    let names: Vec<&str> = forms.iter().map(|f| f.id()).collect();
    let parameters = serde_json::json!({ "command": "chart", "contact_sheet": true, "form": names });
    let mut manifest = session.manifest(parameters, Vec::new());
    manifest.simulated = true;
    session.write_manifest(manifest, folder, FILE, &files)?;
    session.ui.say(format!("drew {} of simulated data", count(figures as u64, "figure", "figures")));
    let refused = entries.len() - figures;
    if refused > 0 {
        session.ui.say(format!("{refused} that a card is too small for: the page says why"));
    }
    session.ui.say(format!("Open: {}", folder.join(PAGE).display()));
    Ok(Ending::Done)
}

/// Writes a file under another name first, so that it is never seen half.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = path.with_file_name(name);
    fs::write(&partial, bytes).map_err(|e| Error::io("write", &partial, e))?;
    fs::rename(&partial, path).map_err(|e| Error::io("rename", &partial, e))
}
