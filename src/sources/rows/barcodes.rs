//! Barcodes (GTIN-8, -12, -13 and -14) in texts.
//!
//! Reference: GS1 General Specifications, section 7.9, check digit calculations.

/// Whether a text is a GTIN: 8, 12, 13 or 14 digits, not all zero, the last of which is the check digit of the others.
#[must_use]
pub fn is_valid(code: &str) -> bool {
    if !matches!(code.len(), 8 | 12 | 13 | 14) || !code.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    // From the right, digits weigh 1 and 3 in turn; the check digit makes the sum a multiple of ten.
    let sum: u32 = code.bytes().rev().zip([1, 3].into_iter().cycle()).map(|(b, w)| u32::from(b - b'0') * w).sum();
    sum.is_multiple_of(10) && code.bytes().any(|b| b != b'0')
}

/// The codes of digits in a text as people write them: several of them, or groups of digits of one parted by blanks
/// or hyphens. Repeated codes come once.
#[must_use]
pub fn in_text(text: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for part in text.split([',', ';', '/', '|', '\n', '\r', '\t']) {
        let joined: String = part.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let parts: Vec<String> = if is_valid(&joined) {
            vec![joined]
        } else {
            part.split_whitespace().map(|p| p.chars().filter(char::is_ascii_alphanumeric).collect()).collect()
        };
        for code in parts {
            let digits = code.len() >= 8 && code.bytes().all(|b| b.is_ascii_digit());
            if digits && !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    codes
}
