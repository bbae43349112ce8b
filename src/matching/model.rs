//! Model numbers: what in a listing can name a product, and how much it says.
//!
//! A model is compared as a whole: hyphens, dots, slashes and blanks inside do not count, but a part of a longer
//! identifier is another product, and so is one that differs in one character.

use super::words::{Chunk, chunks, once};

/// Where an identifier stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In the field for the model.
    Field,
    /// In the title.
    Title,
    /// In the running text.
    Text,
}

impl Place {
    /// The place in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Field => "model field",
            Self::Title => "title",
            Self::Text => "text",
        }
    }
}

/// How much an identifier says about which product it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// Nothing: no digit in it ("Gel", "Smalto"), or a measure ("200 ml", "10-cup").
    None,
    /// Little: evidence only where both sides have it in the field for the model, and the brand agrees.
    Weak,
    /// Evidence with the brand.
    WithBrand,
    /// Evidence even where one side names no brand.
    Alone,
}

/// An identifier with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Letters and digits, folded.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// Whether the text names it as what the product fits or replaces, not as what it is.
    pub fits: bool,
    /// Whether it is put together from parts with blanks between, as `PB 5810 H`.
    pub joined: bool,
}

/// Units and counts that follow a number in measures, folded. A number with one of these is no model.
const UNITS: &[&str] = &[
    "a", "ah", "bar", "btu", "c", "cc", "ch", "cl", "cm", "cm2", "cm3", "cup", "cups", "db", "dl", "dpi", "er", "fach",
    "ft", "g", "gb", "ghz", "gr", "h", "hz", "in", "inch", "jahre", "k", "kg", "kv", "kw", "kwh", "l", "lb", "lbs",
    "led", "leds", "light", "lights", "liter", "litre", "lm", "lux", "m", "m2", "m3", "ma", "mah", "mb", "mbit", "mg",
    "mhz", "min", "ml", "mm", "mp", "mpa", "mw", "n", "nm", "oz", "p", "pack", "pc", "pcs", "piece", "pieces", "pin",
    "ply", "port", "psi", "pt", "qt", "rpm", "s", "set", "st", "stk", "stuck", "szt", "t", "tb", "teilig", "tlg", "um",
    "v", "va", "vac", "vdc", "volt", "w", "watt", "wh", "wp", "x", "year", "years", "yd", "zoll",
];

/// Words that say that the product fits another one, folded; anywhere before the identifier.
const FITS: &[&str] = &[
    "adapte",
    "alternativ",
    "alternative",
    "compatible",
    "compatibile",
    "compatibles",
    "compatibel",
    "ersatz",
    "ersatzakku",
    "ersatzteil",
    "ersatter",
    "ersetzt",
    "fits",
    "geeignet",
    "geschikt",
    "kompatibel",
    "kompatibilni",
    "kompatybilny",
    "pasuje",
    "passend",
    "passt",
    "remplace",
    "replacement",
    "replaces",
    "ricambio",
    "sostituisce",
    "suitable",
    "vervangt",
    "zamiennik",
];

/// Words for "for", folded; only close before the identifier, since they are common elsewhere.
const FOR: &[&str] = &["dla", "for", "fur", "para", "per", "pour", "til", "till", "voor"];

/// Whom a product is for, folded: after these a word for "for" says nothing about what it fits.
const AUDIENCE: &[&str] = &[
    "adults",
    "babies",
    "baby",
    "boys",
    "children",
    "damen",
    "enfants",
    "erwachsene",
    "femmes",
    "frauen",
    "girls",
    "herren",
    "home",
    "hommes",
    "jungen",
    "kids",
    "kinder",
    "madchen",
    "manner",
    "men",
    "toddlers",
    "women",
];

/// Words that make another model of the one before them, folded: `DDC55 PRO` is not `DDC55`.
const VARIANTS: &[&str] = &["lite", "max", "mini", "plus", "pro", "ultra"];

/// How many chunks before an identifier a word for "for" is looked for: a brand may stand between.
const NEAR: usize = 3;

/// Most chunks of one identifier that is written with blanks.
const PARTS: usize = 4;

/// Longest identifier and longest part of one with blanks.
const LONGEST: usize = 24;
const LONGEST_PART: usize = 12;

/// Shortest parts of a field that are taken for a list of identifiers, where blanks stand between all of them.
const LISTED: usize = 6;

/// Most identifiers that are kept of one item, those of the field and the title first.
pub(super) const MOST_KEYS: usize = 64;

/// Shortest identifiers that are evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lengths {
    /// Letters and digits mixed, with the brand.
    pub mixed: usize,
    /// Digits only, with the brand.
    pub digits: usize,
    /// Letters and digits mixed, without a brand; at least three digits and two letters of these.
    pub alone: usize,
}

/// What an identifier says, by its form.
#[must_use]
pub fn strength(key: &str, lengths: &Lengths) -> Strength {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    let letters = key.bytes().filter(u8::is_ascii_alphabetic).count();
    if digits == 0 || key.len() < 2 || key.len() > LONGEST || is_measure(key) {
        return Strength::None;
    }
    match (letters, key.len()) {
        (0, n) if n >= lengths.digits => Strength::WithBrand,
        (0, n) if n >= 3 => Strength::Weak,
        (0, _) => Strength::None,
        (l, n) if n >= lengths.alone && digits >= 3 && l >= 2 => Strength::Alone,
        (_, n) if n >= lengths.mixed => Strength::WithBrand,
        _ => Strength::Weak,
    }
}

/// A number with a unit, a multiplier (`2x`, `x2`), or dimensions (`90x190`, `90x190cm`).
fn is_measure(key: &str) -> bool {
    let rest = key.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = key.len() - rest.len();
    if digits > 0 && UNITS.contains(&rest) {
        // Longer numbers with one letter are part numbers.
        return rest.len() > 1 || digits <= 4;
    }
    let mut parts = rest.strip_prefix('x').unwrap_or("-").splitn(2, |c: char| !c.is_ascii_digit());
    let (second, _) = (parts.next().unwrap_or_default(), parts.next());
    let unit = rest.get(1 + second.len()..).unwrap_or("-");
    let tail = unit.strip_prefix('x').map_or(unit, |third| third.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.starts_with('x') && !second.is_empty() && (tail.is_empty() || UNITS.contains(&tail))
}

/// Identifiers of the field for the model: its parts between commas, semicolons and the like.
///
/// What is written several times over counts once; words such as "Model No." in front are left out.
#[must_use]
pub fn field_keys(model: &str) -> Vec<String> {
    const LABELS: &[&str] =
        &["art", "artikel", "item", "model", "modell", "models", "no", "nr", "number", "ref", "sku", "typ", "type"];
    let mut keys: Vec<String> = Vec::new();
    let all: Vec<Chunk> = once(chunks(model).into_iter().map(|c| Chunk { capital: false, ..c }).collect());
    let parts = all.split(|c| matches!(c.key.as_str(), "and" | "und" | "et" | "or" | "oder"));
    for part in parts.flat_map(|part| part.chunk_by(|_, next| !next.apart)) {
        let skip = part.iter().take_while(|c| LABELS.contains(&c.key.as_str())).count();
        let part: Vec<&Chunk> = once(part[skip..].iter().collect());
        let whole: String = part.iter().map(|c| c.key.as_str()).collect();
        // Blanks stand inside one identifier, unless each part would be one by itself.
        let list =
            part.len() > 1 && part.iter().all(|c| c.key.len() >= LISTED && c.key.bytes().any(|b| b.is_ascii_digit()));
        let parts = part.iter().filter(|_| list).map(|c| c.key.clone());
        for key in std::iter::once(whole).chain(parts) {
            if !key.is_empty() && !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}

/// Identifiers that a text mentions: chunks, and up to four neighbours together, that hold a digit.
///
/// Left out is what one capital letter or a word such as "Pro" follows after a blank: `PB 5810` in `PB 5810 H` is a
/// part of an identifier.
#[must_use]
pub fn mentions(text: &str, place: Place, lengths: &Lengths) -> Vec<Key> {
    let all = chunks(text);
    let mut keys = Vec::new();
    let mut fits_before = false;
    for start in 0..all.len() {
        fits_before |= all[start].words.iter().any(|w| FITS.contains(&w.as_str()));
        let near = &all[start.saturating_sub(NEAR)..=start];
        let for_it = |pair: &[Chunk]| FOR.contains(&pair[0].key.as_str()) && !AUDIENCE.contains(&pair[1].key.as_str());
        let fits = fits_before || near.windows(2).any(for_it);
        let mut key = String::new();
        for (n, chunk) in all[start..].iter().take(PARTS).enumerate() {
            if n > 0 && (chunk.apart || chunk.key.len() > LONGEST_PART || all[start].key.len() > LONGEST_PART) {
                break;
            }
            key.push_str(&chunk.key);
            if key.len() > LONGEST {
                break;
            }
            let next = all.get(start + n + 1).filter(|next| !next.apart);
            let goes_on = next.is_some_and(|next| next.capital || VARIANTS.contains(&next.key.as_str()))
                && chunk.key.bytes().any(|b| b.is_ascii_digit());
            // Groups of digits with blanks between are numbers of any kind.
            let only_digits = n > 0 && key.bytes().all(|b| b.is_ascii_digit());
            if !goes_on && !only_digits && strength(&key, lengths) >= Strength::WithBrand {
                keys.push(Key { text: key.clone(), place, fits, joined: n > 0 });
            }
        }
    }
    keys
}
