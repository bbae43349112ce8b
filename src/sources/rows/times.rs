//! Instants and dates from text: formats, time zones, and the hours that a change of the clock skips or repeats.

use std::fmt;

use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use crate::time::days_from_civil;

/// Microseconds of a day.
pub const DAY: i64 = 86_400_000_000;

/// How the times of a column are written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Format {
    /// ISO 8601: a date, or a date and a time of day with or without an offset.
    #[default]
    Iso,
    /// Seconds, milliseconds or microseconds since 1970-01-01 UTC: how many microseconds one is.
    Epoch(i64),
    /// A format of `strptime`, such as `%d.%m.%Y %H:%M`.
    Strptime(String),
}

impl Format {
    /// The format that a mapping names: `iso`, `epoch_s`, `epoch_ms`, `epoch_us`, or a format with `%`.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "iso" => return Ok(Self::Iso),
            "epoch_s" => return Ok(Self::Epoch(1_000_000)),
            "epoch_ms" => return Ok(Self::Epoch(1_000)),
            "epoch_us" => return Ok(Self::Epoch(1)),
            _ if !text.contains('%') => {
                return Err(format!("{text:?} is no format of times"));
            }
            _ => {}
        }
        // A format that cannot write a time cannot read one either.
        let moment =
            DateTime::constant(2025, 7, 2, 13, 14, 15, 0).to_zoned(TimeZone::UTC).map_err(|e| e.to_string())?;
        let mut sample = String::new();
        BrokenDownTime::from(&moment).format(text, &mut sample).map_err(|e| format!("{text:?}: {e}"))?;
        match BrokenDownTime::parse(text, &sample) {
            Ok(parts) if parts.to_date().is_ok() || parts.to_timestamp().is_ok() => Ok(Self::Strptime(text.to_owned())),
            Ok(_) => Err(format!("{text:?} holds no whole date")),
            Err(e) => Err(format!("{text:?}: {e}")),
        }
    }
}

/// A time zone with the name it was given under.
#[derive(Clone)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Zone {
    /// A zone of the IANA time zone database that this version carries, `UTC`, or a fixed offset such as `+02:00`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let zone = if name.eq_ignore_ascii_case("utc") || name == "Z" {
            TimeZone::UTC
        } else if let Some(seconds) = offset(name.as_bytes()) {
            TimeZone::fixed(Offset::from_seconds(seconds).ok()?)
        } else {
            TimeZone::get(name).ok()?
        };
        Some(Self { name: name.to_owned(), zone })
    }

    /// Universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether local time is universal time.
    #[must_use]
    pub fn is_utc(&self) -> bool {
        self.zone == TimeZone::UTC
    }

    /// The instant of a local time, given as microseconds since 1970-01-01T00:00 on the local clock.
    ///
    /// A time that the clock skips is read with the offset before the change, which moves it forward by the length
    /// of the gap; of a time that the clock shows twice, the first is taken (RFC 5545, section 3.3.5).
    #[must_use]
    pub fn instant(&self, local: i64) -> Option<(i64, Clock)> {
        if self.is_utc() {
            return Some((local, Clock::Plain));
        }
        let civil = Offset::UTC.to_datetime(jiff::Timestamp::from_microsecond(local).ok()?);
        let (offset, clock) = match self.zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => (offset, Clock::Plain),
            AmbiguousOffset::Gap { before, .. } => (before, Clock::Skipped),
            AmbiguousOffset::Fold { before, .. } => (before, Clock::Twice),
        };
        Some((local - i64::from(offset.seconds()) * 1_000_000, clock))
    }
}

/// What the clock of a zone does at a local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// It shows the time once.
    Plain,
    /// It skips the time.
    Skipped,
    /// It shows the time twice.
    Twice,
}

/// What a text says of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// An instant, in microseconds since 1970-01-01 UTC.
    Instant(i64),
    /// A date and time of day on some clock, in microseconds since 1970-01-01T00:00 of that clock.
    Local(i64),
    /// A date alone, in days since 1970-01-01.
    Day(i32),
}

/// Reads a time; `None` where the text holds none in this format.
#[must_use]
pub fn moment(text: &str, format: &Format) -> Option<Moment> {
    match format {
        Format::Iso => iso(text.as_bytes()),
        Format::Epoch(unit) => {
            if let Ok(whole) = text.parse::<i64>() {
                return in_range(whole.checked_mul(*unit)?).map(Moment::Instant);
            }
            let number: f64 = text.parse().ok().filter(|n: &f64| n.is_finite())?;
            #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
            let micros = (number * *unit as f64).round() as i64;
            in_range(micros).map(Moment::Instant)
        }
        Format::Strptime(format) => {
            let parts = BrokenDownTime::parse(format, text).ok()?;
            if let Ok(instant) = parts.to_timestamp() {
                return Some(Moment::Instant(instant.as_microsecond()));
            }
            let date = parts.to_date().ok()?;
            let day = crate::time::days(date);
            match parts.to_time() {
                Ok(time) if parts.hour().is_some() => {
                    let seconds =
                        i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
                    let micros = seconds * 1_000_000 + i64::from(time.subsec_nanosecond()) / 1000;
                    Some(Moment::Local(i64::from(day) * DAY + micros))
                }
                _ => Some(Moment::Day(day)),
            }
        }
    }
}

/// Instants of the years −9999 to 9999, which are all that Arrow's readers show.
fn in_range(micros: i64) -> Option<i64> {
    jiff::Timestamp::from_microsecond(micros).ok().map(|_| micros)
}

/// `YYYY-MM-DD`, then optionally `T` or a blank, `HH:MM`, `:SS`, a fraction, and `Z` or an offset.
fn iso(b: &[u8]) -> Option<Moment> {
    if b.len() < 10 || b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    let day = days_from_civil(digits(&b[..4])?.cast_signed(), digits(&b[5..7])?, digits(&b[8..10])?)?;
    if b.len() == 10 {
        return Some(Moment::Day(day));
    }
    if !matches!(b[10], b'T' | b't' | b' ') || b.len() < 16 || b[13] != b':' {
        return None;
    }
    let (hour, minute) = (digits(&b[11..13])?, digits(&b[14..16])?);
    let mut rest = &b[16..];
    let mut second = 0;
    let mut fraction = 0_i64;
    if rest.first() == Some(&b':') {
        second = digits(rest.get(1..3)?)?;
        rest = &rest[3..];
        if matches!(rest.first(), Some(b'.' | b',')) {
            let length = rest[1..].iter().take_while(|c| c.is_ascii_digit()).count();
            if length == 0 {
                return None;
            }
            let mut unit = 100_000;
            for digit in rest[1..=length].iter().take(6) {
                fraction += i64::from(digit - b'0') * unit;
                unit /= 10;
            }
            rest = &rest[1 + length..];
        }
    }
    // A leap second is read as the last second of its minute, as clocks without leap seconds do.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second.min(59));
    let local = i64::from(day) * DAY + seconds * 1_000_000 + fraction;
    while let Some((b' ', tail)) = rest.split_first() {
        rest = tail;
    }
    match rest {
        [] => Some(Moment::Local(local)),
        b"Z" | b"z" | b"UTC" | b"GMT" => Some(Moment::Instant(local)),
        _ => offset(rest).map(|seconds| Moment::Instant(local - i64::from(seconds) * 1_000_000)),
    }
}

/// `±HH`, `±HHMM` or `±HH:MM` in seconds.
fn offset(b: &[u8]) -> Option<i32> {
    let sign = match b.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = match b.len() {
        3 => (digits(&b[1..3])?, 0),
        5 => (digits(&b[1..3])?, digits(&b[3..5])?),
        6 if b[3] == b':' => (digits(&b[1..3])?, digits(&b[4..6])?),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then(|| sign * (hours * 3600 + minutes * 60).cast_signed())
}

fn digits(b: &[u8]) -> Option<u32> {
    b.iter().try_fold(0_u32, |n, c| c.is_ascii_digit().then(|| n * 10 + u32::from(c - b'0')))
}
