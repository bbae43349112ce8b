//! The cells of a statement as the database stores them.

use std::fmt::Write as _;

use super::profiles::Source;
use super::statement::{Form, Instant, List, Statement, When};
use super::text::push_date;

/// Number of columns of the schema since 2025-07-01.
pub(super) const COLUMNS: usize = 38;
/// Columns that hold the ground of a decision in words.
pub(super) const GROUNDS: [usize; 2] = [14, 16];

/// The cells of a statement, in the order of the schema since 2025-07-01.
#[derive(Debug, Default)]
pub(super) struct Row {
    text: String,
    ends: Vec<usize>,
}

impl Row {
    /// The cells; `None` is SQL's NULL.
    pub fn cells(&self) -> impl Iterator<Item = Option<&str>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| self.text.get(start..*end).filter(|cell| !cell.is_empty()))
    }

    fn end(&mut self) {
        self.ends.push(self.text.len());
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.end();
    }

    fn code(&mut self, prefix: &str, code: &str) {
        if !code.is_empty() {
            self.text.push_str(prefix);
        }
        self.put(code);
    }

    fn date(&mut self, when: When) {
        // Writing to a String cannot fail.
        let _ = match when {
            When::Never => Ok(()),
            When::Text(text) => self.text.write_str(text),
            When::Day(day) => push_date(&mut self.text, day).and_then(|()| self.text.write_str(" 00:00:00")),
            When::Second(day, second) => {
                push_date(&mut self.text, day).and_then(|()| time(&mut self.text, ' ', second.into()))
            }
        };
        self.end();
    }

    fn list(&mut self, prefix: &str, list: &List<'_>) {
        if list.form == Form::Null {
            return self.end();
        }
        self.text.push('[');
        for (i, value) in list.values.iter().enumerate() {
            if i > 0 {
                self.text.push_str(if list.form == Form::Spaced { ", " } else { "," });
            }
            self.text.push('"');
            if !value.is_empty() && *value != "null" {
                self.text.push_str(prefix);
            }
            self.text.push_str(value);
            self.text.push('"');
        }
        if list.form != Form::Unclosed {
            self.text.push(']');
        }
        self.end();
    }

    /// Writes the cells of a statement in the place of those before.
    pub fn write(&mut self, s: &Statement<'_>) {
        self.text.clear();
        self.ends.clear();
        self.put(&s.uuid);
        self.list("DECISION_VISIBILITY_", &s.visibility);
        self.put(s.visibility_other);
        self.date(s.visibility_end);
        self.code("DECISION_MONETARY_", s.monetary);
        self.put(s.monetary_other);
        self.date(s.monetary_end);
        self.code("DECISION_PROVISION_", s.provision);
        self.date(s.provision_end);
        self.code("DECISION_ACCOUNT_", s.account);
        self.date(s.account_end);
        self.code("ACCOUNT_TYPE_", s.account_type);
        self.code("DECISION_GROUND_", ground(s.illegal));
        self.put(s.url);
        self.put(&s.legal_ground);
        self.put(&s.legal_explanation);
        self.put(&s.terms_ground);
        self.put(&s.terms_explanation);
        self.put(s.illegal_too);
        self.code("STATEMENT_CATEGORY_", s.category);
        self.list("STATEMENT_CATEGORY_", &s.additions);
        self.list("KEYWORD_", &s.keywords);
        self.put(s.keyword_other);
        self.list("CONTENT_TYPE_", &s.content_types);
        self.put(s.content_type_other);
        self.put(s.language);
        self.date(s.content);
        self.put(&s.ean);
        self.list("", &s.territory);
        self.date(s.applied);
        self.put(&s.facts);
        self.put(Source::CODES[s.source as usize]);
        self.put(s.notifier);
        self.put(s.detected);
        self.put(s.automation);
        self.put(s.platform_name);
        self.put(&s.uid);
        self.created(s);
        debug_assert_eq!(self.ends.len(), COLUMNS);
    }

    fn created(&mut self, s: &Statement<'_>) {
        let of_day = s.created.rem_euclid(86_400);
        let _ = push_date(&mut self.text, s.created_day());
        let _ = time(&mut self.text, if s.instant == Instant::Iso { 'T' } else { ' ' }, of_day);
        match s.instant {
            Instant::Plain => {}
            Instant::Fraction => self.text.push_str(".250000"),
            Instant::Iso => self.text.push('Z'),
        }
        self.end();
    }
}

/// Code of a ground, without its prefix.
pub(super) fn ground(illegal: bool) -> &'static str {
    if illegal { "ILLEGAL_CONTENT" } else { "INCOMPATIBLE_CONTENT" }
}

fn time(out: &mut String, before: char, second: i64) -> std::fmt::Result {
    write!(out, "{before}{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60)
}
