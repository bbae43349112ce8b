//! Alerts of the Safety Gate's XML files, read tolerantly: these files are not always well-formed.

use std::io::BufReader;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value};

use super::layouts::LAYOUTS;
use crate::error::{Error, Result};
use crate::sources::archive::Entry;
use crate::sources::marketplace::text::Text;

/// Elements that hold one alert each.
const ALERT: &[u8] = b"notifications";

/// Elements above the alerts whose text belongs to all of them.
const HEAD: &[&str] = &["report_date", "report_year", "report_week"];

/// No element is larger: a text that reaches this length has lost its end.
const MAX_TEXT: usize = 16 << 20;

/// What takes the alerts: number and fields.
pub(super) type Take<'t> = dyn FnMut(u64, &Map<String, Value>) -> Result<()> + 't;

/// Reads the alerts of a file. An element that stands several times in an alert is joined by blanks.
///
/// # Errors
/// Those of the archive and of `take`, and [`Error::Invalid`] where the text is no XML.
pub(super) fn records(entry: &Entry, take: &mut Take<'_>) -> Result<()> {
    let mut text = Text::open(entry, None)?;
    let outcome = walk(&mut text, entry.place(), take);
    match (outcome, text.failure()) {
        (_, Some(failure)) => Err(failure),
        (outcome, None) => outcome,
    }
}

fn walk(text: &mut Text, place: &str, take: &mut Take<'_>) -> Result<()> {
    let mut reader = Reader::from_reader(BufReader::new(text));
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    config.expand_empty_elements = true;
    let mut number = 0;
    let mut head = Map::new();
    let mut alert: Option<Map<String, Value>> = None;
    let mut field: Option<String> = None;
    let mut content = String::new();
    let mut depth = 0_usize;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|e| Error::Invalid {
            place: format!("{place}, byte {}", reader.error_position()),
            message: match (&e, &alert) {
                (quick_xml::Error::Syntax(_), Some(_)) => format!("the file ends within alert {}", number + 1),
                _ => format!("this is no XML: {e}"),
            },
            hint: "download it again; the address of a weekly report must keep its search=WEB_REPORT part".into(),
        })?;
        match event {
            Event::Eof => break,
            Event::Start(tag) if tag.local_name().as_ref() == ALERT => {
                // An alert that never ended ends where the next one begins.
                if let Some(fields) = alert.take() {
                    number += 1;
                    take(number, &fields)?;
                }
                alert = Some(head.clone());
                (field, depth) = (None, 0);
            }
            Event::Start(tag) => {
                let name = String::from_utf8_lossy(tag.local_name().as_ref()).into_owned();
                let wanted = alert.is_some() || HEAD.contains(&name.as_str());
                // A field that never ended ends where the next one begins.
                if is_field(&name)
                    && let (Some(fields), Some(before)) = (&mut alert, field.take())
                {
                    add(fields, before, &content);
                }
                match &field {
                    // Markup that was not escaped, or a list: its text belongs to the field.
                    Some(_) => {
                        depth += 1;
                        content.push(' ');
                    }
                    None if wanted => {
                        field = Some(name);
                        content.clear();
                        depth = 0;
                    }
                    None => {}
                }
            }
            Event::End(tag) => {
                let its = field.as_ref().is_some_and(|f| f.as_bytes() == tag.local_name().as_ref());
                if tag.local_name().as_ref() == ALERT {
                    if let (Some(fields), Some(name)) = (&mut alert, field.take()) {
                        add(fields, name, &content);
                    }
                    if let Some(fields) = alert.take() {
                        number += 1;
                        take(number, &fields)?;
                    }
                } else if depth > 0 && !its {
                    depth -= 1;
                } else if let Some(name) = field.take() {
                    add(alert.as_mut().unwrap_or(&mut head), name, &content);
                }
            }
            Event::Text(piece) => content.push_str(&String::from_utf8_lossy(&piece)),
            Event::CData(piece) => content.push_str(&String::from_utf8_lossy(&piece)),
            Event::GeneralRef(name) => {
                // Entities are undone with those that stand in the texts themselves.
                content.push('&');
                content.push_str(&String::from_utf8_lossy(&name));
                content.push(';');
            }
            _ => {}
        }
        if content.len() > MAX_TEXT {
            return Err(Error::Invalid {
                place: place.to_owned(),
                message: format!("a text in alert {} does not end", number + 1),
                hint: "the file may be cut short or damaged: download it again".into(),
            });
        }
    }
    match alert {
        None => Ok(()),
        Some(_) => Err(Error::Invalid {
            place: place.to_owned(),
            message: format!("the file ends within alert {}", number + 1),
            hint: "it is cut short: download it again".into(),
        }),
    }
}

/// Whether an element is a field of alerts in one of the layouts.
fn is_field(name: &str) -> bool {
    let mut fields = LAYOUTS.iter().filter(|l| l.format.is_none()).flat_map(|l| l.fields);
    fields.any(|(_, names)| names.contains(&name))
}

fn add(fields: &mut Map<String, Value>, name: String, content: &str) {
    let content = content.trim();
    if content.is_empty() {
        return;
    }
    match fields.get_mut(&name) {
        Some(Value::String(before)) => {
            before.push(' ');
            before.push_str(content);
        }
        _ => {
            fields.insert(name, content.into());
        }
    }
}
