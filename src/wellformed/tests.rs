//! Tests of the forms of details: numbers that are published as examples, and what is close to them.

use proptest::prelude::*;

use super::{email, phone, register_number, vat};

/// Numbers that tax administrations, companies and libraries of check digits publish, one or more a member state.
const VALID: [&str; 42] = [
    "ATU13585627",
    "ATU37675002",
    "BE0428759497",
    "BE0697449992",
    "BG175074752",
    "BG7523169263",
    "CY10259033P",
    "CZ25123891",
    "CZ7103192745",
    "CZ640903926",
    "DE136695976",
    "DK13585628",
    "EE100931558",
    "EL094259216",
    "GR094259216",
    "ESB58378431",
    "ES54362315K",
    "ESX2482300W",
    "FI20774740",
    "FR40303265045",
    "FR23334175221",
    "FRK7399859412",
    "HR33392005961",
    "HU12892312",
    "IE6433435F",
    "IE6433435OA",
    "IE8D79739I",
    "IT00743110157",
    "LT119511515",
    "LT100001919017",
    "LU15027442",
    "LV40003521600",
    "LV16117519997",
    "MT11679112",
    "NL004495445B01",
    "PL8567346215",
    "PT501964843",
    "RO18547290",
    "SE556188840401",
    "SI50223054",
    "SK2022749619",
    "DE 136.695-976",
];

#[test]
fn published_numbers_are_valid() {
    let refused: Vec<&str> = VALID.into_iter().filter(|n| vat::valid(n) != Some(true)).collect();
    assert!(refused.is_empty(), "{refused:?}");
}

#[test]
fn check_digits_find_most_single_errors() {
    for number in VALID {
        let (mut changed, mut found) = (0, 0);
        for (at, digit) in number.bytes().enumerate().skip(2).filter(|(_, b)| b.is_ascii_digit()) {
            for other in (b'0'..=b'9').filter(|o| *o != digit) {
                let mut bytes = number.as_bytes().to_vec();
                bytes[at] = other;
                changed += 1;
                found += usize::from(vat::valid(&String::from_utf8_lossy(&bytes)) == Some(false));
            }
        }
        // Ten-digit Bulgarian numbers have three rules side by side, and branches of Dutch and Swedish ones no check.
        let least = if number.len() == 12 && number.starts_with("BG") { 60 } else { 70 };
        assert!(100 * found >= least * changed, "{number}: {found} of {changed}");
    }
}

#[test]
fn other_forms_are_refused_or_not_known() {
    for number in [
        "DE",
        "DE12345678",
        "DE000000000",
        "ATU1358562",
        "AT13585627",
        "NL004495445A01",
        "EL09425921",
        "IE",
        "ESZ",
        "FR",
        "FRÄ7399859412",
    ] {
        assert_eq!(vat::valid(number), Some(false), "{number}");
    }
    for number in ["", "D", "CHE107787577", "GB980780684", "n/a", "Ä", "123456789"] {
        assert_eq!(vat::valid(number), None, "{number}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,20}", prefix in 0..VALID.len(), rest in "[0-9A-Z+*]{0,14}") {
        let _ = (vat::valid(&text), email(&text), phone(&text), register_number(&text));
        let _ = vat::valid(&format!("{}{rest}", &VALID[prefix][..2]));
    }
}

#[test]
fn forms_of_contact() {
    for address in ["contact@dogobu.example", " a.b+c@d-e.fr "] {
        assert!(email(address), "{address}");
    }
    for address in ["", "n/a", "a@b", "a b@c.de", "a@b..de", "@c.de", "a@", "a@@b.de"] {
        assert!(!email(address), "{address}");
    }
    for number in ["+33 1 99 00 00 47", "0033199000047", "+49 (0)30 23125-507", "030/23125507", "+1 202 555 0100"] {
        assert!(phone(number), "{number}");
    }
    for number in ["", "n/a", "+0 123 456 789", "12345", "+49 30", "0000000000", "+1234567890123456", "030 23125 ext 5"]
    {
        assert!(!phone(number), "{number}");
    }
    for number in ["HRB 33448", "HR 33448", "552 100 554", "FN 123456a", "0417.497.106", "HRB 11"] {
        assert!(register_number(number), "{number}");
    }
    for number in ["", "n/a", "none", "0", "000000", "HRB 0000", "111111", "a\u{7}12"] {
        assert!(!register_number(number), "{number}");
    }
}
