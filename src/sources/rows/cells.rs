//! Typed values of cells from their text.

use xxhash_rust::xxh3::Xxh3;

use super::times::{Clock, DAY, Format, Moment, Zone, moment};
use crate::tables::Kind;

/// How the texts of a column are read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// How times are written.
    pub format: Format,
    /// Clock of times that name no offset.
    pub zone: Option<Zone>,
    /// The sign before the decimals; where it is given, the other one and blanks may part thousands.
    pub decimal: Option<char>,
    /// What a number is multiplied by.
    pub scale: Option<f64>,
}

/// The typed value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// None.
    Null,
    /// Text or a code.
    Text(String),
    /// Codes.
    List(Vec<String>),
    /// True or false.
    Bool(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01 UTC.
    Instant(i64),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
}

impl Value {
    /// Adds the value to a hash, so that neighbours do not run together.
    pub(super) fn hash(&self, hasher: &mut Xxh3) {
        match self {
            Self::Null => hasher.update(&[0]),
            Self::Text(text) => hash_text(hasher, text),
            Self::List(list) => list.iter().for_each(|text| hash_text(hasher, text)),
            Self::Bool(b) => hasher.update(&[1, u8::from(*b)]),
            Self::Date(day) => hasher.update(&i64::from(*day).to_le_bytes()),
            Self::Instant(n) | Self::Integer(n) => hasher.update(&n.to_le_bytes()),
            Self::Number(n) => hasher.update(&n.to_le_bytes()),
        }
    }
}

/// Adds a text with its length.
pub(super) fn hash_text(hasher: &mut Xxh3, text: &str) {
    hasher.update(&(text.len() as u64 + 1).to_le_bytes());
    hasher.update(text.as_bytes());
}

/// What is odd about a cell whose text was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// A date column holds a time of day.
    TimeInDate,
    /// A time column holds a date alone: its first instant was taken.
    DateAlone,
    /// The clock skips this local time.
    Skipped,
    /// The clock shows this local time twice.
    Twice,
}

/// Why a text has no typed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// Not of the column's type.
    Bad,
    /// A local time, and nobody said of which clock.
    NoZone,
}

/// Reads the text of a cell, which is not empty.
///
/// # Errors
/// Says why there is no typed value.
pub fn read(kind: Kind, text: &str, how: &Reading) -> Result<(Value, Option<Oddity>), Unread> {
    let plain = |v| Ok((v, None));
    match kind {
        Kind::Text | Kind::Code => plain(Value::Text(text.to_owned())),
        Kind::CodeList => plain(Value::List(list(text))),
        Kind::Bool => truth(text).map_or(Err(Unread::Bad), |b| plain(Value::Bool(b))),
        Kind::Integer => integer(text, how).map_or(Err(Unread::Bad), |n| plain(Value::Integer(n))),
        Kind::Number => number(text, how).map_or(Err(Unread::Bad), |n| plain(Value::Number(n))),
        Kind::Timestamp => match moment(text, &how.format).ok_or(Unread::Bad)? {
            Moment::Instant(at) => plain(Value::Instant(at)),
            Moment::Local(local) => {
                let zone = how.zone.as_ref().ok_or(Unread::NoZone)?;
                let (at, clock) = zone.instant(local).ok_or(Unread::Bad)?;
                Ok((Value::Instant(at), odd(clock)))
            }
            Moment::Day(day) => {
                let zone = how.zone.as_ref().ok_or(Unread::NoZone)?;
                let (at, _) = zone.instant(i64::from(day) * DAY).ok_or(Unread::Bad)?;
                Ok((Value::Instant(at), Some(Oddity::DateAlone)))
            }
        },
        Kind::Date => {
            let day = |micros: i64| i32::try_from(micros.div_euclid(DAY)).map_err(|_| Unread::Bad);
            match moment(text, &how.format).ok_or(Unread::Bad)? {
                Moment::Day(day) => plain(Value::Date(day)),
                Moment::Instant(at) => Ok((Value::Date(day(at)?), midnight(at))),
                Moment::Local(local) => match &how.zone {
                    Some(zone) => {
                        let (at, _) = zone.instant(local).ok_or(Unread::Bad)?;
                        Ok((Value::Date(day(at)?), midnight(at)))
                    }
                    None if local.rem_euclid(DAY) == 0 => plain(Value::Date(day(local)?)),
                    None => Err(Unread::NoZone),
                },
            }
        }
    }
}

fn midnight(at: i64) -> Option<Oddity> {
    (at.rem_euclid(DAY) != 0).then_some(Oddity::TimeInDate)
}

/// What a clock's behaviour means for a cell.
#[must_use]
pub fn odd(clock: Clock) -> Option<Oddity> {
    match clock {
        Clock::Plain => None,
        Clock::Skipped => Some(Oddity::Skipped),
        Clock::Twice => Some(Oddity::Twice),
    }
}

/// The usual words for true and false in any case; others need a list in the mapping.
#[must_use]
pub fn truth(text: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|w| text.eq_ignore_ascii_case(w));
    if is(&["true", "yes", "1", "t", "y"]) {
        Some(true)
    } else if is(&["false", "no", "0", "f", "n"]) {
        Some(false)
    } else {
        None
    }
}

/// A whole number: what a 64-bit integer holds; decimals must be zero.
#[must_use]
pub fn integer(text: &str, how: &Reading) -> Option<i64> {
    if how.scale.is_none() {
        if let Ok(n) = text.parse() {
            return Some(n);
        }
        if how.decimal.is_some()
            && let Ok(n) = normal(text, how.decimal)?.parse()
        {
            return Some(n);
        }
    }
    whole(number(text, how)?)
}

/// The whole number that a number is, within the range in which floating-point numbers tell neighbours apart.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i64)
}

/// A finite number. Without a decimal sign in the reading a comma is refused: `1,234` can mean two things.
#[must_use]
pub fn number(text: &str, how: &Reading) -> Option<f64> {
    let plain = |t: &str| t.bytes().all(|c| c.is_ascii_digit() || b"+-.eE".contains(&c));
    let value: f64 = match how.decimal {
        None => Some(text).filter(|t| plain(t))?.parse().ok()?,
        Some(_) => normal(text, how.decimal).filter(|t| plain(t))?.parse().ok()?,
    };
    Some(scaled(value, how.scale)).filter(|v| v.is_finite())
}

/// A number times a scale. A scale of one hundredth divides by a hundred, so that 1999 cents are 19.99.
#[must_use]
pub fn scaled(value: f64, scale: Option<f64>) -> f64 {
    let Some(scale) = scale else { return value };
    let inverse = (1.0 / scale).round();
    if inverse.abs() >= 2.0 && (1.0 / scale - inverse).abs() <= inverse.abs() * 1e-12 {
        value / inverse
    } else {
        value * scale
    }
}

/// The number in the notation of programs: groups of three digits joined, a point before the decimals.
///
/// `None` where a sign that parts thousands does not stand before three digits.
fn normal(text: &str, decimal: Option<char>) -> Option<String> {
    let decimal = decimal?;
    let (whole, fraction) = match text.rsplit_once(decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let groups: Vec<&str> = whole.split(['.', ',', ' ', '\'', '\u{a0}', '\u{202f}', '\u{2019}']).collect();
    if whole.contains(decimal) || groups.iter().skip(1).any(|g| g.len() != 3) {
        return None;
    }
    if groups.len() > 1 && groups[0].trim_start_matches(['+', '-']).len() > 3 {
        return None;
    }
    let mut out = groups.concat();
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    Some(out)
}

/// A JSON array of texts, or the text alone.
fn list(text: &str) -> Vec<String> {
    if text.starts_with('[')
        && let Ok(list) = serde_json::from_str::<Vec<String>>(text)
    {
        return list;
    }
    vec![text.to_owned()]
}
