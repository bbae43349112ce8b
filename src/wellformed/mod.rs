//! Whether details of traders can be what they are given as: forms and check digits, without asking anybody.
//!
//! What has the right form can belong to another or to nobody; what has not cannot check out. The checks are
//! lenient where rules differ by authority: they find what is made up or mistyped, and refuse no rare form.
//!
//! Sources: Internet Engineering Task Force, RFC 5321 and RFC 5322 (addresses of e-mail); International
//! Telecommunication Union, Recommendation E.164 (2010) (telephone numbers); [`vat`] for value added tax numbers.

pub mod vat;

#[cfg(test)]
mod tests;

use email_address::EmailAddress;

/// Fewest and most digits of a telephone number with its country code (E.164 sets the most).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// Fewest and most digits of a telephone number as it is dialled within its country.
const NATIONAL_DIGITS: std::ops::RangeInclusive<usize> = 6..=13;
/// Fewest and most characters of a register number.
const REGISTER_CHARACTERS: std::ops::RangeInclusive<usize> = 3..=40;

/// Whether a text is an address of e-mail by RFC 5322 whose domain has several parts.
#[must_use]
pub fn email(text: &str) -> bool {
    let text = text.trim();
    EmailAddress::is_valid(text) && text.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'))
}

/// Whether a text has the form of a telephone number: with country code as E.164 has it (`+` or `00`, a first digit that
/// is not 0, 8 to 15 digits), or of 6 to 13 digits as dialled within a country; not one digit repeated.
#[must_use]
pub fn phone(text: &str) -> bool {
    let text = text.trim();
    let marks = |c: char| matches!(c, ' ' | '\u{a0}' | '-' | '.' | '/' | '(' | ')');
    let (plus, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
    if !rest.chars().all(|c| c.is_ascii_digit() || marks(c)) {
        return false;
    }
    // `+49 (0)30 …`: the zero is dialled within the country alone.
    let digits: String = rest.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
    let international = if plus { Some(digits.as_str()) } else { digits.strip_prefix("00") };
    let fits = match international {
        Some(number) => !number.starts_with('0') && PHONE_DIGITS.contains(&number.len()),
        None => NATIONAL_DIGITS.contains(&digits.len()),
    };
    fits && varied(&digits)
}

/// Whether a text has the form of a register number, which differs by register: 3 to 40 letters, digits and marks,
/// with at least two digits that are not all alike, unless letters tell it apart.
#[must_use]
pub fn register_number(text: &str) -> bool {
    let text = text.trim();
    let marks = |c: char| matches!(c, ' ' | '-' | '.' | '/' | ':' | ',' | '(' | ')' | '&');
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    REGISTER_CHARACTERS.contains(&text.chars().count())
        && text.chars().all(|c| c.is_alphanumeric() || marks(c))
        && digits.len() >= 2
        && (varied(&digits) || text.chars().any(char::is_alphabetic) && digits.bytes().any(|d| d != b'0'))
}

/// Whether a text of digits has two that differ.
fn varied(digits: &str) -> bool {
    let first = digits.bytes().next();
    digits.bytes().any(|d| Some(d) != first)
}
