//! Barcode numbers (GTIN) as they are written: read, checked and brought to one form of 14 digits.
//!
//! Source: GS1 General Specifications, release 24, sections 1.4 (prefixes), 2.1 (trade items), 5.2.2.4 (UPC-E) and
//! 7.9 (check digits). A GTIN-8, -12 or -13 is the same number with leading zeros; a GTIN-14 with an indicator from
//! 1 to 8 is a case of the trade item whose number it holds, and is read as that item.

use std::fmt;

/// What a number can be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Length and check digit are right, and the prefix is one under which products are numbered for the world.
    Global,
    /// Right, but of a prefix that each shop or company uses as it likes (02, 04, 20 to 29; GTIN-8: 0 and 2), or a
    /// trade item of variable measure (indicator 9): equal numbers can be different products.
    Restricted,
    /// Digits that somebody typed to fill a field: all equal, or a run such as 1234567890128.
    Filler,
    /// The check digit is wrong.
    CheckDigit,
    /// No length that a GTIN has.
    Length,
}

impl Kind {
    /// The kind in words, as it stands in reasons.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Global => "a valid number",
            Self::Restricted => "a number for use within one shop or company",
            Self::Filler => "digits that fill a field",
            Self::CheckDigit => "a number whose check digit is wrong",
            Self::Length => "a number of a length that no barcode has",
        }
    }
}

/// One number read from a cell or a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin {
    /// The digits as written, without blanks and hyphens.
    pub written: String,
    /// The number of the trade item in its form of 14 digits: leading zeros added, a case brought to what it
    /// holds. Of a number that is not valid: its digits.
    pub number: u64,
    /// What the number can be used for.
    pub kind: Kind,
}

impl Gtin {
    /// Whether an equal number on both sides is evidence by itself.
    #[must_use]
    pub fn is_evidence(&self) -> bool {
        self.kind == Kind::Global
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:014}", self.number)
    }
}

/// Check digit of the digits before it: weights 3, 1, 3, … from the right, up to the next ten.
///
/// Characters that are no digits count as 0.
#[must_use]
pub fn check_digit(payload: &str) -> u8 {
    let sum: u32 = payload
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| u32::from(if b.is_ascii_digit() { b - b'0' } else { 0 }) * if i % 2 == 0 { 3 } else { 1 })
        .sum();
    u8::try_from((10 - sum % 10) % 10).unwrap_or(0)
}

/// Whether the last digit is the check digit of those before it.
fn checked(digits: &str) -> bool {
    let Some((payload, last)) = digits.len().checked_sub(1).and_then(|at| digits.split_at_checked(at)) else {
        return false;
    };
    !payload.is_empty() && last.as_bytes() == [b'0' + check_digit(payload)]
}

/// The UPC-A number that a UPC-E code of eight digits (number system, six digits, check digit) stands for.
///
/// `None` where it is none: the number system is 0 or 1, and the check digit is that of the expanded number.
#[must_use]
pub fn expand_upc_e(code: &str) -> Option<String> {
    if code.len() != 8 || !code.bytes().all(|b| b.is_ascii_digit()) || !code.starts_with(['0', '1']) {
        return None;
    }
    let (system, body, check) = (&code[..1], &code[1..7], &code[7..]);
    let payload = match &body[5..] {
        last @ ("0" | "1" | "2") => format!("{system}{}{last}0000{}", &body[..2], &body[2..5]),
        "3" => format!("{system}{}00000{}", &body[..3], &body[3..5]),
        "4" => format!("{system}{}00000{}", &body[..4], &body[4..5]),
        last => format!("{system}{}0000{last}", &body[..5]),
    };
    let whole = format!("{payload}{check}");
    checked(&whole).then_some(whole)
}

/// A case of several items as the item that it holds: indicator 0, and the check digit that belongs to it.
fn unit(padded: &str) -> String {
    if padded.starts_with('0') {
        return padded.to_owned();
    }
    let payload = format!("0{}", &padded[1..13]);
    let check = check_digit(&payload);
    format!("{payload}{check}")
}

/// Whether the digits are all equal, or go up or down by one without end (9 is followed by 0).
fn is_filler(digits: &str) -> bool {
    // Without the check digit, which the run does not choose, and without the zeros that only fill up.
    let body = digits.get(..digits.len().saturating_sub(1)).unwrap_or_default();
    let bare = if body.trim_start_matches('0').len() >= 7 { body.trim_start_matches('0') } else { body };
    let runs = |step: u8| {
        [body, bare].iter().any(|part| part.as_bytes().windows(2).all(|w| (w[0] - b'0' + step) % 10 == w[1] - b'0'))
    };
    runs(0) || runs(1) || runs(9) || body.trim_start_matches('0').is_empty()
}

/// Reads one number from its digits.
///
/// A spreadsheet that takes barcodes for integers cuts leading zeros; 9 to 11 digits with a right check digit are
/// read with their zeros again. An eight-digit number that is a valid GTIN-8 is read as one, since those are far
/// more common in data than UPC-E; else as UPC-E where it is one.
#[must_use]
pub fn parse(digits: &str) -> Gtin {
    let number = |text: &str| text.parse().unwrap_or(u64::MAX);
    let made = |kind, number| Gtin { written: digits.to_owned(), number, kind };
    let significant = digits.trim_start_matches('0');
    // Some exports pad all numbers to 18 digits and more.
    let digits_14 =
        if digits.len() > 14 && significant.len() >= 8 && significant.len() <= 14 { significant } else { digits };
    if !(8..=14).contains(&digits_14.len()) {
        return made(Kind::Length, number(significant));
    }
    let upc_e = (digits_14.len() == 8 && !checked(digits_14)).then(|| expand_upc_e(digits_14)).flatten();
    let digits_14 = upc_e.as_deref().unwrap_or(digits_14);
    if is_filler(digits_14) {
        return made(Kind::Filler, number(digits_14));
    }
    if !checked(digits_14) {
        let kind = if (9..=11).contains(&digits_14.len()) { Kind::Length } else { Kind::CheckDigit };
        return made(kind, number(digits_14));
    }
    let padded = format!("{digits_14:0>14}");
    // Six leading zeros: a GTIN-8, whatever its written length. Its first digit says whether a shop made it.
    let restricted = match padded.strip_prefix("000000") {
        Some(eight) => eight.starts_with(['0', '2']),
        None => padded.starts_with('9') || ["02", "04"].contains(&&padded[1..3]) || &padded[1..2] == "2",
    };
    if restricted {
        return made(Kind::Restricted, number(&padded));
    }
    made(Kind::Global, number(&unit(&padded)))
}

/// Whether the length is one that a barcode is written in.
fn usual(digits: &str) -> bool {
    matches!(digits.len(), 8 | 12..=14)
}

/// One number that a collector wrote twice without a blank: `40063813339314006381333931`.
fn undoubled(digits: &str) -> &str {
    let half = digits.len() / 2;
    if digits.len().is_multiple_of(2) && usual(&digits[..half]) && digits[..half] == digits[half..] {
        return &digits[..half];
    }
    digits
}

/// Reads all numbers of a cell that is meant for barcodes.
///
/// Several numbers may be joined by blanks, commas, semicolons, bars or words, doubled, or written with blanks and
/// hyphens inside (`4 006381 333931`, `0362-8281-8705`). Equal numbers are given once, in the order of the cell.
/// Shorter groups of digits that do not come together to a valid number are given with [`Kind::Length`].
#[must_use]
pub fn parse_all(text: &str) -> Vec<Gtin> {
    let mut found = Vec::new();
    for part in
        text.split(|c: char| !c.is_ascii_digit() && !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
    {
        let groups: Vec<&str> =
            part.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).map(undoubled).collect();
        join_groups(&groups, &mut found);
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|gtin: &Gtin| seen.insert((gtin.number, gtin.kind)));
    found
}

/// Groups of digits to numbers: a group of a usual length stands for itself, else as few neighbours as give a
/// valid number are taken together.
fn join_groups(groups: &[&str], found: &mut Vec<Gtin>) {
    let mut at = 0;
    while at < groups.len() {
        let alone = parse(groups[at]);
        if (usual(groups[at]) && alone.kind != Kind::CheckDigit) || groups[at].len() > 14 {
            found.push(alone);
            at += 1;
            continue;
        }
        let mut joined = String::new();
        let mut taken = None;
        for (n, group) in groups[at..].iter().enumerate().take(6) {
            joined.push_str(group);
            if joined.len() > 14 {
                break;
            }
            // A shorter sum could be valid by chance: the parts of one number are all shorter than a number.
            if n > 0 && usual(&joined) && checked(&joined) && groups[at..=at + n].iter().all(|g| g.len() < 8) {
                taken = Some((n + 1, parse(&joined)));
            }
        }
        let (used, gtin) = taken.unwrap_or((1, alone));
        found.push(gtin);
        at += used;
    }
}

/// Finds numbers of 12 to 14 digits in running text, with hyphens or without, and those of GS1 Digital Links.
///
/// Eight digits are left alone: one in ten numbers of that length, and many dates, pass the check.
#[must_use]
pub fn find_in_text(text: &str) -> Vec<Gtin> {
    let mut found: Vec<Gtin> = text
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| word.len() >= 12 && word.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
        .filter_map(|word| {
            let digits: String = word.chars().filter(char::is_ascii_digit).collect();
            let digits = undoubled(&digits);
            matches!(digits.len(), 12..=14).then(|| parse(digits))
        })
        .filter(|gtin| gtin.kind != Kind::Filler)
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|gtin| seen.insert(gtin.number));
    found
}
