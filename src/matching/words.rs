//! Text in one spelling, cut into words.
//!
//! Compatibility forms are resolved (NFKC, Unicode Standard Annex 15), other scripts and accents are written in
//! ASCII, and capitals are folded. What stands between two words is kept as far as it decides whether they are one
//! identifier: `PB-5810H` is one, `PB 5810 H` may be one, `PB, 5810` is none.

use unicode_normalization::UnicodeNormalization;

/// Text in ASCII with its capitals: `Wats élysée ®` becomes `Wats elysee  `.
fn ascii(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    // Signs of registration would be spelled out as letters.
    let plain: String = text.chars().map(|c| if matches!(c, '®' | '™' | '©' | '℠') { ' ' } else { c }).nfkc().collect();
    deunicode::deunicode_with_tofu(&plain, " ")
}

/// Text in its one spelling: ASCII, lower case. Idempotent.
#[must_use]
pub fn fold(text: &str) -> String {
    ascii(text).to_ascii_lowercase()
}

/// One chunk of a text: letters and digits, with what glues them left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Letters and digits, folded: `pb5810h`. A plus at the end stays, as it tells models apart.
    pub key: String,
    /// Words that are glued together in it: `pb`, `5810h`.
    pub words: Vec<String>,
    /// Whether more than a blank or a dash stands before it: what came before is another matter.
    pub apart: bool,
    /// Whether it is one capital letter, as at the end of `PB 5810 H`.
    pub capital: bool,
}

/// Cuts a text into chunks: at blanks, commas, bars, brackets and the like, not at hyphens, slashes and dots inside.
#[must_use]
pub fn chunks(text: &str) -> Vec<Chunk> {
    let text = ascii(text);
    let bytes = text.as_bytes();
    let mut chunks: Vec<Chunk> = Vec::new();
    let (mut apart, mut blank, mut at) = (false, true, 0);
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            blank |= bytes[at].is_ascii_whitespace() || is_hard(bytes[at]);
            apart |= is_hard(bytes[at]);
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
            at += 1;
        }
        let ends = |at: usize| bytes.get(at).is_none_or(|b| b.is_ascii_whitespace() || is_hard(*b));
        let plus = bytes.get(at) == Some(&b'+') && ends(at + 1);
        let word = text[start..at + usize::from(plus)].to_ascii_lowercase();
        let capital = at == start + 1 && bytes[start].is_ascii_uppercase();
        match chunks.last_mut() {
            Some(last) if !blank => {
                last.key.push_str(&word);
                last.words.push(word);
                last.capital = false;
            }
            _ => chunks.push(Chunk { key: word.clone(), words: vec![word], apart, capital }),
        }
        at += usize::from(plus);
        (apart, blank) = (false, false);
    }
    chunks
}

/// Characters that end an identifier even without a blank.
fn is_hard(byte: u8) -> bool {
    matches!(
        byte,
        b',' | b';' | b'|' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'"' | b'!' | b'?' | b':' | b'=' | b'<' | b'>'
    )
}

/// The words of a text, folded.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    chunks(text).into_iter().flat_map(|chunk| chunk.words).collect()
}

/// A sequence that was written several times over, once: `a b a b` is `a b`.
#[must_use]
pub fn once<T: PartialEq>(mut parts: Vec<T>) -> Vec<T> {
    let n = parts.len();
    for period in 1..=n / 2 {
        if n.is_multiple_of(period) && (period..n).all(|i| parts[i] == parts[i - period]) {
            parts.truncate(period);
            return parts;
        }
    }
    parts
}
