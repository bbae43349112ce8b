//! Sheets of the template in other languages, read as the English one.

use super::recognise::ABOVE;
use super::text::{Record, Sheet};
use crate::transparency::numbers::{self, folded};
use crate::transparency::words::{self, LANGUAGES};

/// Words of a language that a header has at least: each has more, and no other sheet has so many by chance.
const FEWEST: usize = 3;

/// Columns whose cells are words of the template, by their English header.
const NAMED: [&str; 3] = ["section", "indicator", "scope"];

/// Puts the template's own words of a sheet into English, where its header is of another language that is read: the
/// header, and the names of rows, sections and scopes. What the provider wrote stays.
pub(super) fn to_english(sheet: &mut Sheet) {
    let known = |record: &Record, language: usize| {
        record.cells.iter().filter(|c| words::english(language, c).is_some()).count()
    };
    let header = sheet.records.iter().take(ABOVE).enumerate().find_map(|(at, record)| {
        let (count, language) = (0..LANGUAGES.len()).map(|l| (known(record, l), l)).max_by_key(|(n, _)| *n)?;
        (count >= FEWEST).then_some((at, language))
    });
    let Some((header, language)) = header else { return };
    let mut named: Vec<usize> = Vec::new();
    for (at, cell) in sheet.records[header].cells.iter_mut().enumerate() {
        if let Some(english) = words::english(language, cell) {
            english.clone_into(cell);
        }
        if NAMED.contains(&folded(cell).as_str()) {
            named.push(at);
        }
    }
    for record in sheet.records.iter_mut().skip(header + 1) {
        for at in &named {
            if let Some(cell) = record.cells.get_mut(*at)
                && let Some(english) = words::english(language, cell)
            {
                english.clone_into(cell);
            }
        }
    }
    sheet.language = LANGUAGES.get(language).map(|(_, name)| *name);
}

/// The header of a sheet that has the periods of a part of a report where they stand in the template, but words of no
/// language that is read.
pub(super) fn unread(sheet: &Sheet) -> Option<String> {
    /// Place of the period in parts 3 to 11.
    const PERIOD: usize = 2;
    let header = sheet.records.first()?;
    let dated = |r: &Record| r.cells.get(PERIOD).is_some_and(|c| c.contains('/') && numbers::period(c).is_some());
    let form = header.cells.len() >= 5 && !dated(header) && sheet.records.iter().skip(1).take(ABOVE).any(dated);
    let first: Vec<&str> = header.cells.iter().take(4).map(|c| c.trim()).collect();
    form.then(|| {
        format!(
            "looks like a part of a transparency report, with a header that is not the template's in {}: {}, …",
            words::languages(),
            first.join(", ")
        )
    })
}
