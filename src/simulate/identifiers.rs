//! Identifiers of simulated statements and products.

use std::fmt::Write as _;

use super::profiles::Uid;
use super::rng::Rng;

/// A prime below 10¹³: multiplication by a number below it maps ids to other numbers, each once.
const UID_PRIME: u128 = 9_999_999_999_971;
const UID_FACTOR: u128 = 6_180_339_887_499;

/// A UUID that carries [`super::UUID_MARK`].
pub(super) fn uuid(out: &mut String, rng: &mut Rng) {
    let (a, b) = (rng.next(), rng.next());
    let _ = write!(out, "{:08x}-{:04x}-8515-{:04x}-{:012x}", a >> 32, a >> 16 & 0xffff, 0x8000 | (a & 0x3fff), b >> 16);
}

/// A barcode: one in ten has a wrong check digit, which the site does not look at.
pub(super) fn ean(out: &mut String, rng: &mut Rng) {
    // Some begin with zeros, which readers of numbers lose.
    let end = if rng.chance(1, 5) { 1_000_000_000 } else { 1_000_000_000_000 };
    let digits = format!("{:012}", rng.below(end));
    let sum: u32 = digits.bytes().enumerate().map(|(i, d)| u32::from(d - b'0') * if i % 2 == 0 { 1 } else { 3 }).sum();
    let check = (10 - sum % 10 + u32::from(rng.chance(1, 10))) % 10;
    let _ = write!(out, "{digits}{check}");
}

/// A platform's own identifier of statement `id`, submitted in `second`.
pub(super) fn uid(out: &mut String, style: Uid, id: u64, second: i64, rng: &mut Rng) {
    let (a, b) = (rng.next(), rng.next());
    // UUIDs of platforms are version 4, as usual.
    let uuid = |prefix: &str| {
        format!(
            "{prefix}{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            a >> 32,
            a >> 16 & 0xffff,
            a >> 4 & 0xfff,
            0x8000 | (b & 0x3fff),
            b >> 16
        )
    };
    let _ = match style {
        Uid::Digits13 => write!(out, "{}", u128::from(id) * UID_FACTOR % UID_PRIME),
        Uid::Digits18 => write!(out, "{}", 100_000_000_000_000_000 + a % 900_000_000_000_000_000),
        Uid::Digits19 => write!(out, "{}", a | 1 << 63),
        Uid::Snowflake => write!(out, "{}", second.unsigned_abs() << 32 | a >> 32),
        Uid::Hex16 => write!(out, "{a:016x}"),
        Uid::Hex32 => write!(out, "{a:016x}{b:016x}"),
        Uid::Uuid => out.write_str(&uuid("")),
        Uid::Prefix => out.write_str(&uuid("ad-")),
        Uid::Mixed => {
            const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let bits = u128::from(a) << 64 | u128::from(b);
            (0..22).try_for_each(|i| {
                let six = usize::try_from(bits >> (6 * i) & 63).unwrap_or(0);
                out.write_char(char::from(LETTERS[six]))
            })
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_the_form_that_the_database_accepts() {
        let mut rng = Rng::new([5; 4]);
        for style in [
            Uid::Digits13,
            Uid::Digits18,
            Uid::Digits19,
            Uid::Snowflake,
            Uid::Hex16,
            Uid::Hex32,
            Uid::Uuid,
            Uid::Prefix,
            Uid::Mixed,
        ] {
            let mut out = String::new();
            uid(&mut out, style, 123_456_789, 1_751_328_000, &mut rng);
            assert!(
                out.len() >= 5 && out.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'),
                "{out}"
            );
        }
        for _ in 0..1_000 {
            let (mut code, mut id) = (String::new(), String::new());
            ean(&mut code, &mut rng);
            assert!(code.len() == 13 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
            uuid(&mut id, &mut rng);
            assert!(super::super::is_simulated(&id), "{id}");
        }
    }
}
