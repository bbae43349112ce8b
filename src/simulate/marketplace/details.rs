//! What traders tell about themselves, and names of things: invented throughout.
//!
//! Barcodes have the prefix 952, which GS1 keeps for examples; e-mail addresses end in `.example` (RFC 2606);
//! telephone numbers are of ranges that regulators keep for films.

use std::fmt::Write as _;

use super::maths::Draw;
use super::model::{self, CATEGORIES};
use super::world::Trader;
use crate::simulate::rng::Rng;

/// The details of a trader.
#[derive(Debug, Clone, Default)]
pub(super) struct Details {
    pub name: Option<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub identification: bool,
    pub payment: bool,
    pub registered: bool,
    pub register: Option<&'static str>,
    pub register_number: Option<String>,
    pub vat: Option<String>,
    pub self_certified: bool,
    /// Requirements that an auditor can check, with whether what was given checks out.
    pub checks: Vec<(&'static str, bool)>,
}

impl Details {
    /// Whether everything that Art. 30(1) asks for is there; a register number only of those in a register.
    pub fn complete(&self) -> bool {
        self.name.is_some()
            && self.address.is_some()
            && self.phone.is_some()
            && self.email.is_some()
            && self.identification
            && self.payment
            && self.self_certified
            && (!self.registered || self.register_number.is_some())
    }
}

const SYLLABLES: [&str; 24] = [
    "va", "lo", "ner", "ti", "mar", "do", "sel", "ka", "rin", "bu", "fen", "go", "hal", "ju", "ple", "mi", "zor", "ta",
    "wen", "ri", "sto", "qui", "la", "den",
];
const FORMS: [(&str, &str); 6] =
    [("CN", "Trading Co."), ("DE", "GmbH"), ("FR", "SARL"), ("IT", "S.r.l."), ("PL", "Sp. z o.o."), ("GB", "Ltd")];
const BRANDS: [&str; 24] = [
    "Velonta", "Mirdoka", "Quorrel", "Zantivo", "Fenbrook", "Halvessi", "Norpelli", "Tashuna", "Brevoni", "Kolmarra",
    "Dystera", "Lumeqa", "Ostwinn", "Pravelle", "Rinzuka", "Sodavel", "Tremmux", "Ulvora", "Wexandra", "Ygrentis",
    "Calbrisa", "Evontro", "Jubatta", "Xilonde",
];

/// An invented word of some syllables, with a capital.
fn word(rng: &mut Rng, syllables: usize) -> String {
    let mut text: String = (0..syllables).filter_map(|_| rng.one(&SYLLABLES)).copied().collect();
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// Whether a trader is in a register.
pub(super) fn is_registered(trader: &Trader) -> bool {
    Rng::new([trader.key, 11, 0, 0]).happens(model::REGISTERED)
}

/// The details of a trader, which follow from its key.
pub(super) fn details(trader: &Trader) -> Details {
    let mut rng = Rng::new([trader.key, 11, 0, 0]);
    let rng = &mut rng;
    let country = model::TRADER_COUNTRIES.get(usize::from(trader.country)).map_or("CN", |c| c.0);
    let mut d = Details { registered: rng.happens(model::REGISTERED), ..Details::default() };
    let stem = word(rng, 3);
    for (what, given, valid) in model::DETAILS {
        let (given, valid) = (rng.happens(given), rng.happens(valid));
        let number = rng.below(1_000);
        let mut checked = true;
        match what {
            "name" if given => d.name = Some(format!("{stem} {}", form(country))),
            "address" if given => {
                d.address = Some(if valid {
                    format!("{} {}, {:05} {}", word(rng, 2), number % 190 + 1, 10_000 + number * 83, word(rng, 3))
                } else {
                    "n/a".to_owned()
                });
            }
            "phone" if given => {
                d.phone = Some(match (valid, country) {
                    (false, _) => "000000".to_owned(),
                    (true, "FR") => format!("+33 1 99 00 {:02} {:02}", number / 100, number % 100),
                    (true, "GB") => format!("+44 20 7946 0{number:03}"),
                    (true, _) => format!("+49 30 23125 {number:03}"),
                });
            }
            "email" if given => {
                let host = stem.to_ascii_lowercase();
                d.email = Some(if valid { format!("contact@{host}.example") } else { format!("contact(at){host}") });
            }
            "identification" => d.identification = given,
            "payment_account" => d.payment = given,
            "self_certification" => d.self_certified = given,
            "register_number" if given && d.registered => {
                d.register = Some("Trade register");
                d.register_number =
                    Some(if valid { format!("HR {}{:03}", 10 + rng.below(90), number) } else { "-".to_owned() });
            }
            _ => checked = false,
        }
        if checked && matches!(what, "address" | "phone" | "email" | "register_number") {
            d.checks.push((what, valid));
        }
    }
    if d.registered && country != "GB" && rng.happens(model::VAT.0) {
        let valid = rng.happens(model::VAT.1);
        d.vat = Some(vat(rng, country, valid));
        d.checks.push(("vat_number", valid));
    }
    d
}

fn form(country: &str) -> &'static str {
    FORMS.iter().find(|(c, _)| *c == country).map_or("", |(_, form)| form)
}

/// A VAT number whose check digit is right or wrong. Traders from China have a German one.
fn vat(rng: &mut Rng, country: &str, valid: bool) -> String {
    let (prefix, length): (&str, u32) = match country {
        "FR" => ("FR", 8),
        "IT" => ("IT", 10),
        "PL" => ("PL", 9),
        _ => ("DE", 8),
    };
    let least = 10_u64.pow(length - 1);
    let off = u64::from(!valid);
    loop {
        let body = (least + rng.below(9 * least)).to_string();
        let digits: Vec<u64> = body.bytes().map(|b| u64::from(b - b'0')).collect();
        let check = match prefix {
            "DE" => mod_11_10(&digits),
            "PL" => nip(&digits),
            _ => luhn(&digits),
        };
        if check > 9 {
            continue;
        }
        return match prefix {
            "FR" => {
                let siren = body.parse::<u64>().unwrap_or(0) * 10 + check;
                format!("FR{:02}{siren:09}", ((12 + 3 * (siren % 97)) % 97 + off) % 97)
            }
            _ => format!("{prefix}{body}{}", (check + off) % 10),
        };
    }
}

/// Check digit by ISO/IEC 7064, MOD 11,10, of German VAT numbers.
fn mod_11_10(digits: &[u64]) -> u64 {
    let product = digits.iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

/// Check digit of Luhn, of Italian VAT numbers and of the French SIREN.
fn luhn(digits: &[u64]) -> u64 {
    let sum: u64 =
        digits.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { *d }).sum();
    (10 - sum % 10) % 10
}

/// Check digit of the Polish NIP; 10 where a number has none.
fn nip(digits: &[u64]) -> u64 {
    digits.iter().zip([6, 5, 7, 2, 3, 4, 5, 6, 7]).map(|(d, weight)| d * weight).sum::<u64>() % 11
}

/// Brand, model, barcode and title.
#[derive(Debug, Clone, Default)]
pub(super) struct Product {
    pub brand: &'static str,
    pub model: String,
    pub gtin: Option<String>,
    pub title: String,
}

/// The brand of a product, which follows from its key.
pub(super) fn brand(key: u64) -> &'static str {
    Rng::new([key, 12, 0, 0]).one(&BRANDS).copied().unwrap_or_default()
}

/// A product of a category, which follows from a key.
pub(super) fn product(key: u64, category: u8) -> Product {
    let mut rng = Rng::new([key, 12, 0, 0]);
    let brand = rng.one(&BRANDS).copied().unwrap_or_default();
    let letters = [rng.below(26), rng.below(26)].map(|n| char::from(b'A' + u8::try_from(n).unwrap_or(0)));
    let model = format!("{}{}-{:03}", letters[0], letters[1], rng.below(1_000));
    let nouns = CATEGORIES.get(usize::from(category)).map_or(&CATEGORIES[0].nouns, |c| &c.nouns);
    let noun = rng.one(nouns).copied().unwrap_or_default();
    let given = rng.happens(0.6);
    let body = format!("952{:09}", rng.below(1_000_000_000));
    let sum: u32 = body.bytes().enumerate().map(|(i, d)| u32::from(d - b'0') * if i % 2 == 0 { 1 } else { 3 }).sum();
    let mut title = String::new();
    let _ = write!(title, "{brand} {noun} {model}");
    Product { brand, model, gtin: given.then(|| format!("{body}{}", (10 - sum % 10) % 10)), title }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u64> {
        text.bytes().map(|b| u64::from(b - b'0')).collect()
    }

    #[test]
    fn check_digits_are_those_of_published_examples() {
        // The documentation of python-stdnum has these as valid numbers.
        assert_eq!(mod_11_10(&digits("13669597")), 6);
        assert_eq!(luhn(&digits("0074311015")), 7);
        assert_eq!(luhn(&digits("30326504")), 5);
        assert_eq!((12 + 3 * (303_265_045 % 97)) % 97, 40);
        assert_eq!(nip(&digits("856734621")), 5);
    }

    #[test]
    fn products_have_barcodes_for_examples() {
        let barcodes: Vec<String> = (0..50).filter_map(|key| product(key, 3).gtin).collect();
        assert!(barcodes.len() > 15);
        for code in barcodes {
            let sum: u64 = digits(&code).iter().enumerate().map(|(i, d)| d * if i % 2 == 0 { 1 } else { 3 }).sum();
            assert!(code.starts_with("952") && code.len() == 13 && sum.is_multiple_of(10), "{code}");
        }
    }
}
