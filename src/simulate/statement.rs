//! One simulated statement, typed: what its cells, the truth and the rules are made from.

use super::profiles::Source;

/// A statement. Codes stand without the prefix of their column; an empty text is SQL's NULL.
#[derive(Debug, Clone, Default)]
pub(super) struct Statement<'a> {
    /// Number of the platform that submits it; `None` for one that the plan does not have.
    pub submitter: Option<usize>,
    /// Number of the name that it is filed under.
    pub name: usize,
    pub uuid: String,
    pub visibility: List<'a>,
    pub visibility_other: &'a str,
    pub visibility_end: When,
    pub monetary: &'a str,
    pub monetary_other: &'a str,
    pub monetary_end: When,
    pub provision: &'a str,
    pub provision_end: When,
    pub account: &'a str,
    pub account_end: When,
    pub account_type: &'a str,
    /// Whether the ground is illegal content, or content incompatible with the terms.
    pub illegal: bool,
    pub url: &'a str,
    pub legal_ground: String,
    pub legal_explanation: String,
    pub terms_ground: String,
    pub terms_explanation: String,
    pub illegal_too: &'a str,
    pub category: &'a str,
    pub additions: List<'a>,
    pub keywords: List<'a>,
    pub keyword_other: &'a str,
    pub content_types: List<'a>,
    pub content_type_other: &'a str,
    pub language: &'a str,
    pub content: When,
    pub ean: String,
    pub territory: List<'a>,
    pub applied: When,
    pub facts: String,
    pub source: Source,
    pub notifier: &'a str,
    /// `Yes` or `No`; a faulty statement may hold another word.
    pub detected: &'a str,
    pub automation: &'a str,
    /// Name of the platform as exported.
    pub platform_name: &'a str,
    pub uid: String,
    /// Seconds since 1970-01-01.
    pub created: i64,
    pub instant: Instant,
    pub damage: Damage,
}

/// A date cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum When {
    /// Empty.
    #[default]
    Never,
    /// Midnight of a day since 1970-01-01.
    Day(i32),
    /// A second of a day, which the column has no room for.
    Second(i32, u32),
    /// Text that is no date.
    Text(&'static str),
}

/// How the instant of submission is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Instant {
    /// `YYYY-MM-DD HH:MM:SS`.
    #[default]
    Plain,
    /// With microseconds.
    Fraction,
    /// As in ISO 8601, with `T` and `Z`.
    Iso,
}

/// What breaks a record on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Damage {
    /// Nothing.
    #[default]
    None,
    /// So many fields are missing at its end.
    Fewer(usize),
    /// A field too many.
    More,
    /// The quotes around its ground do not close.
    Open,
    /// Where its ground holds U+FFFD, a byte stands that is no UTF-8.
    Bytes,
}

/// A list cell.
#[derive(Debug, Clone, Default)]
pub(super) struct List<'a> {
    pub form: Form,
    /// Elements in the order of the cell. An empty one, and `null`, say nothing.
    pub values: Vec<&'a str>,
}

/// How a list stands in its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Form {
    /// Not at all.
    #[default]
    Null,
    /// A JSON array.
    Array,
    /// A JSON array with a blank after each comma.
    Spaced,
    /// A JSON array whose last bracket is missing: no reader gets anything from it.
    Unclosed,
}

impl When {
    /// The day that a reader gets.
    pub fn day(self) -> Option<i32> {
        match self {
            Self::Day(day) | Self::Second(day, _) => Some(day),
            Self::Never | Self::Text(_) => None,
        }
    }
}

impl<'a> List<'a> {
    /// Replaces the list by an array.
    pub fn set(&mut self, values: impl IntoIterator<Item = &'a str>) {
        self.form = Form::Array;
        self.values.clear();
        self.values.extend(values);
    }

    /// Empties the cell.
    pub fn clear(&mut self) {
        self.form = Form::Null;
        self.values.clear();
    }

    /// The codes that a reader gets, in the order of the cell.
    pub fn codes(&self) -> impl Iterator<Item = &'a str> + Clone + '_ {
        let readable = matches!(self.form, Form::Array | Form::Spaced);
        self.values.iter().copied().filter(move |v| readable && !v.is_empty() && *v != "null")
    }

    /// Whether a reader gets this code.
    pub fn has(&self, code: &str) -> bool {
        self.codes().any(|c| c == code)
    }

    /// Whether a reader gets any code.
    pub fn is_filled(&self) -> bool {
        self.codes().next().is_some()
    }

    /// Whether a code comes twice. Lists are short.
    pub fn repeats(&self) -> bool {
        let mut codes = self.codes();
        while let Some(code) = codes.next() {
            if codes.clone().any(|other| other == code) {
                return true;
            }
        }
        false
    }

    /// Whether every code stands behind those that come before it in the alphabet, and none comes twice.
    pub fn ascends(&self) -> bool {
        let mut before = "";
        self.codes().all(|code| std::mem::replace(&mut before, code) < code)
    }
}

impl Statement<'_> {
    /// UTC day of the submission.
    pub fn created_day(&self) -> i32 {
        i32::try_from(self.created.div_euclid(86_400)).unwrap_or(0)
    }

    /// The ground in words, whichever it is.
    pub fn ground_mut(&mut self) -> &mut String {
        if self.illegal { &mut self.legal_ground } else { &mut self.terms_ground }
    }

    /// Empties it, keeping its memory.
    pub fn clear(&mut self) {
        fn keep(text: &mut String) -> String {
            text.clear();
            std::mem::take(text)
        }
        fn list<'a>(list: &mut List<'a>) -> List<'a> {
            list.clear();
            std::mem::take(list)
        }
        *self = Self {
            uuid: keep(&mut self.uuid),
            legal_ground: keep(&mut self.legal_ground),
            legal_explanation: keep(&mut self.legal_explanation),
            terms_ground: keep(&mut self.terms_ground),
            terms_explanation: keep(&mut self.terms_explanation),
            ean: keep(&mut self.ean),
            facts: keep(&mut self.facts),
            uid: keep(&mut self.uid),
            visibility: list(&mut self.visibility),
            additions: list(&mut self.additions),
            keywords: list(&mut self.keywords),
            content_types: list(&mut self.content_types),
            territory: list(&mut self.territory),
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_give_what_a_reader_gets() {
        let mut list = List::default();
        assert!(!list.is_filled());
        list.set(["", "null", "B", "A", "B"]);
        assert_eq!(list.codes().collect::<Vec<_>>(), ["B", "A", "B"]);
        assert!(list.repeats() && !list.ascends() && list.has("A") && !list.has("null"));
        list.form = Form::Unclosed;
        assert!(!list.is_filled() && !list.repeats() && list.ascends());
    }

    #[test]
    fn a_cleared_statement_is_a_new_one() {
        let mut s = Statement { uuid: "x".into(), monetary: "OTHER", created: 5, ..Statement::default() };
        s.keywords.set(["A"]);
        s.clear();
        assert_eq!(format!("{s:?}"), format!("{:?}", Statement::default()));
    }
}
