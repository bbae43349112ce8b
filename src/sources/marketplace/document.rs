//! Sections of a TOML document with the line of everything, for messages.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Error, Result, suggest};

/// Text of a document with its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Document<'d> {
    pub place: &'d str,
    pub text: &'d str,
}

impl Document<'_> {
    /// The line of a byte, from 1.
    fn line(&self, at: usize) -> usize {
        1 + self.text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count()
    }

    pub fn error(&self, at: usize, message: impl Into<String>, hint: impl Into<String>) -> Error {
        Error::Invalid {
            place: format!("{}, line {}", self.place, self.line(at)),
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// A table of a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Section<'d> {
    pub document: Document<'d>,
    pub table: &'d DeTable<'d>,
    /// Where it begins.
    pub at: usize,
    /// What it is, for messages: `[mapping]`, or the column that it maps.
    pub what: &'d str,
}

impl<'d> Section<'d> {
    /// Refuses keys that the section does not know; each known one comes with what it is for.
    pub fn only(&self, known: &[&str], elsewhere: &[(&str, &str)]) -> Result<()> {
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            let hint = if let Some((_, place)) = elsewhere.iter().find(|(k, _)| *k == name) {
                (*place).to_owned()
            } else if let Some(near) = suggest(name, known.iter().copied()) {
                format!("did you mean {near:?}?")
            } else {
                format!("{} knows {}", self.what, known.join(", "))
            };
            return Err(self.document.error(key.span().start, format!("{} has no key {name:?}", self.what), hint));
        }
        Ok(())
    }

    pub fn get(&self, key: &str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.table.get(key)
    }

    /// An error at a key of the section.
    pub fn error(&self, key: &str, message: impl Into<String>, hint: impl Into<String>) -> Error {
        let at = self.get(key).map_or(self.at, |v| v.span().start);
        self.document.error(at, message, hint)
    }

    fn expected(&self, key: &str, what: &str) -> Error {
        let found = self.get(key).map_or("nothing", |v| v.get_ref().type_str());
        self.error(key, format!("{key} is {found}, but should be {what}"), format!("write {key} = {what}"))
    }

    /// The text of a key.
    pub fn text(&self, key: &str) -> Result<Option<&'d str>> {
        match self.get(key).map(Spanned::get_ref) {
            None => Ok(None),
            Some(DeValue::String(s)) => Ok(Some(s.as_ref())),
            Some(_) => Err(self.expected(key, "a text in quotes")),
        }
    }

    /// The texts of a key: a list, or one alone.
    pub fn texts(&self, key: &str) -> Result<Option<Vec<String>>> {
        match self.get(key).map(Spanned::get_ref) {
            None => Ok(None),
            Some(DeValue::String(s)) => Ok(Some(vec![s.as_ref().to_owned()])),
            Some(DeValue::Array(list)) => {
                let text = |v: &Spanned<DeValue<'_>>| v.get_ref().as_str().map(str::to_owned);
                let all: Option<Vec<String>> = list.iter().map(text).collect();
                all.map(Some).ok_or_else(|| self.expected(key, "a list of texts: [\"…\", \"…\"]"))
            }
            Some(_) => Err(self.expected(key, "a list of texts: [\"…\", \"…\"]")),
        }
    }

    pub fn truth(&self, key: &str) -> Result<Option<bool>> {
        match self.get(key).map(Spanned::get_ref) {
            None => Ok(None),
            Some(DeValue::Boolean(b)) => Ok(Some(*b)),
            Some(_) => Err(self.expected(key, "true or false")),
        }
    }

    pub fn number(&self, key: &str) -> Result<Option<f64>> {
        let text = match self.get(key).map(Spanned::get_ref) {
            None => return Ok(None),
            Some(DeValue::Float(n)) => n.as_str().replace('_', ""),
            Some(DeValue::Integer(n)) if n.radix() == 10 => n.as_str().replace('_', ""),
            Some(_) => return Err(self.expected(key, "a number")),
        };
        match text.parse::<f64>() {
            Ok(n) if n.is_finite() => Ok(Some(n)),
            _ => Err(self.expected(key, "a finite number")),
        }
    }

    /// A text that is one character.
    pub fn character(&self, key: &str) -> Result<Option<char>> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Ok(Some(c)),
            _ => Err(self.expected(key, "one character in quotes")),
        }
    }

    /// A table below this one.
    pub fn section(&self, key: &str, what: &'d str) -> Result<Option<Section<'d>>> {
        match self.get(key) {
            None => Ok(None),
            Some(value) => match value.get_ref() {
                DeValue::Table(table) => {
                    Ok(Some(Section { document: self.document, table, at: value.span().start, what }))
                }
                _ => Err(self.expected(key, "a table")),
            },
        }
    }

    /// The tables of a list of tables.
    pub fn sections(&self, key: &str, what: &'d str) -> Result<Vec<Section<'d>>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let one = |value: &'d Spanned<DeValue<'d>>| match value.get_ref() {
            DeValue::Table(table) => Ok(Section { document: self.document, table, at: value.span().start, what }),
            _ => Err(self.expected(key, "a list of tables")),
        };
        match value.get_ref() {
            DeValue::Array(list) => list.iter().map(one).collect(),
            DeValue::Table(_) => Ok(vec![one(value)?]),
            _ => Err(self.expected(key, "a list of tables")),
        }
    }
}
