//! Records of JSON lines and of JSON documents, one at a time.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::mapping::{Format, TableMapping};
use super::text::Text;
use crate::error::{ArchiveProblem, Error, Result};
use crate::sources::archive::Entry;

/// A line is shorter. What reaches this length is no JSON lines.
const MAX_LINE: usize = 32 << 20;

/// Records that are looked at to see which paths a file has: records leave out what is empty.
const SAMPLE: usize = 500;

/// Whether a text that begins with an object is a line for each object, rather than one document.
pub(in crate::sources) fn is_lines(start: &str) -> bool {
    let line = start.lines().next().unwrap_or_default();
    serde_json::from_str::<IgnoredAny>(line).is_ok()
}

/// What takes the records: their line or number, bytes, and the record or what is wrong with it.
pub(in crate::sources) type Take<'t> = dyn FnMut(u64, &[u8], std::result::Result<&Value, &str>) -> Result<bool> + 't;

/// Reads the records of an entry until `take` says `false`.
///
/// # Errors
/// Those of the archive and of `take`, and [`Error::Invalid`] for a document that is no JSON to its end.
pub(in crate::sources) fn records(
    entry: &Entry,
    encoding: Option<&'static encoding_rs::Encoding>,
    pointer: &str,
    format: Format,
    take: &mut Take<'_>,
) -> Result<()> {
    let mut text = Text::open(entry, encoding)?;
    if format == Format::JsonLines {
        return lines(&mut text, take);
    }
    let steps: Vec<String> = pointer.split('/').skip(1).map(|s| s.replace("~1", "/").replace("~0", "~")).collect();
    let mut state = State { take, number: 0, failure: None, stopped: false, found: false };
    let read = {
        let mut reader = serde_json::Deserializer::from_reader(std::io::BufReader::new(&mut text));
        let walked = Walk { steps: &steps, state: &mut state }.deserialize(&mut reader);
        walked.and_then(|()| reader.end())
    };
    if let Some(failure) = state.failure {
        return Err(failure);
    }
    if state.stopped {
        return Ok(());
    }
    let found = state.found;
    match read {
        Err(e) => Err(text.failure().unwrap_or_else(|| Error::Invalid {
            place: format!("{}, line {}", entry.place(), e.line()),
            message: format!("this is no JSON: {e}"),
            hint: "the file may be cut short: compare its size with the source; a line for each object is format = \
                   \"json_lines\""
                .into(),
        })),
        Ok(()) if !found => Err(Error::Invalid {
            place: entry.place().to_owned(),
            message: format!("there is no array of records at {pointer:?}"),
            hint: "records = \"/path/to/array\" in the mapping says where it is".into(),
        }),
        Ok(()) => Ok(()),
    }
}

fn lines(text: &mut Text, take: &mut Take<'_>) -> Result<()> {
    let mut buffer = Vec::new();
    let (mut start, mut number, mut ended) = (0, 0_u64, false);
    loop {
        let end = memchr::memchr(b'\n', &buffer[start..]).map(|n| start + n);
        if end.is_none() && !ended {
            if buffer.len() - start > MAX_LINE {
                let problem = ArchiveProblem::EndlessLine(MAX_LINE);
                return Err(Error::Archive { place: text.place().to_owned(), problem });
            }
            buffer.drain(..start);
            start = 0;
            ended = !text.more(&mut buffer)?;
            continue;
        }
        let stop = end.unwrap_or(buffer.len());
        let line = &buffer[start..stop];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        number += 1;
        if !line.trim_ascii().is_empty() {
            let go_on = match serde_json::from_slice::<Value>(line) {
                Ok(value @ Value::Object(_)) => take(number, line, Ok(&value))?,
                Ok(_) => take(number, line, Err("the line is JSON, but no object"))?,
                Err(e) if e.is_eof() => take(number, line, Err("the JSON object ends early"))?,
                Err(_) => take(number, line, Err("the line is no JSON"))?,
            };
            if !go_on {
                return Ok(());
            }
        }
        match end {
            Some(end) => start = end + 1,
            None => return Ok(()),
        }
    }
}

struct State<'s, 't> {
    take: &'s mut Take<'t>,
    number: u64,
    failure: Option<Error>,
    stopped: bool,
    found: bool,
}

/// Follows a pointer through a document and gives the elements of the array at its end.
struct Walk<'w, 's, 't> {
    steps: &'w [String],
    state: &'w mut State<'s, 't>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match self.steps.split_first() {
                Some((step, rest)) if *step == key => {
                    map.next_value_seed(Walk { steps: rest, state: &mut *self.state })?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<(), A::Error> {
        if !self.steps.is_empty() {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        self.state.found = true;
        while let Some(value) = seq.next_element::<Value>()? {
            self.state.number += 1;
            let record = if value.is_object() { Ok(&value) } else { Err("the element is no object") };
            let raw = value.to_string();
            match (self.state.take)(self.state.number, raw.as_bytes(), record) {
                Ok(true) => {}
                Ok(false) => {
                    self.state.stopped = true;
                    return Err(serde::de::Error::custom("enough"));
                }
                Err(e) => {
                    self.state.failure = Some(e);
                    return Err(serde::de::Error::custom("the rows cannot be taken"));
                }
            }
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> std::result::Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> std::result::Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> std::result::Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> std::result::Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> std::result::Result<(), E> {
        Ok(())
    }
}

/// Dotted paths of the first records of an entry.
pub(in crate::sources) fn paths(entry: &Entry, mapping: &TableMapping, format: Format) -> Result<Vec<String>> {
    let mut paths: Vec<String> = Vec::new();
    let mut seen = 0;
    let wanted: Vec<&str> = mapping.sources().collect();
    let pointer = mapping.records.as_deref().unwrap_or_default();
    let outcome = records(entry, mapping.encoding, pointer, format, &mut |_, _, record| {
        seen += 1;
        if let Ok(record) = record {
            leaves("", record, &mut |path, _| {
                if !paths.iter().any(|p| p == path) {
                    paths.push(path.to_owned());
                }
            });
            for path in &wanted {
                if at(record, path).is_some() && !paths.iter().any(|p| p == path) {
                    paths.push((*path).to_owned());
                }
            }
        }
        Ok(seen < SAMPLE)
    });
    match outcome {
        // What is wrong further down is told when the file is read.
        Ok(()) | Err(Error::Invalid { .. } | Error::Archive { .. }) => Ok(paths),
        Err(e) => Err(e),
    }
}

/// Calls `take` with the path of each value that is no object.
pub(in crate::sources) fn leaves(prefix: &str, value: &Value, take: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                leaves(&path, inner, take);
            }
        }
        _ => take(prefix, value),
    }
}

/// The text at a dotted path. A step through an array is taken for each element, and several texts are joined by a
/// blank; a key that holds the dots itself comes first.
pub(in crate::sources) fn at<'v>(record: &'v Value, path: &str) -> Option<Cow<'v, str>> {
    if let Some(value) = record.get(path) {
        return text(value);
    }
    let mut values = vec![record];
    for step in path.split('.') {
        let step = step.strip_suffix("[]").unwrap_or(step);
        let mut next = Vec::new();
        for value in values {
            match value {
                Value::Object(map) => next.extend(map.get(step)),
                Value::Array(list) => match step.parse::<usize>() {
                    Ok(n) => next.extend(list.get(n)),
                    Err(_) => next.extend(list.iter().filter_map(|v| v.get(step))),
                },
                _ => {}
            }
        }
        // An array at the end of a step is gone through by the next one.
        values = next;
    }
    let mut texts: Vec<Cow<'v, str>> = values.into_iter().filter_map(text).collect();
    match texts.len() {
        0 => None,
        1 => texts.pop(),
        _ => Some(Cow::Owned(texts.join(" "))),
    }
}

/// A value as text; arrays of texts joined by a blank, other structures as JSON.
pub(in crate::sources) fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Null => None,
        Value::String(s) => Some(Cow::Borrowed(s)),
        Value::Bool(_) | Value::Number(_) => Some(Cow::Owned(value.to_string())),
        Value::Array(list) if list.iter().all(|v| v.is_string() || v.is_number()) => {
            let texts: Vec<Cow<'_, str>> = list.iter().filter_map(text).collect();
            (!texts.is_empty()).then(|| Cow::Owned(texts.join(" ")))
        }
        Value::Array(_) | Value::Object(_) => Some(Cow::Owned(value.to_string())),
    }
}
