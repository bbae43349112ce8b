//! Tests of the rules on made-up items, and properties of normalisation and matching.

use proptest::prelude::*;

use super::gtin::{self, Kind, check_digit, expand_upc_e, find_in_text, parse, parse_all};
use super::model::{Lengths, Strength, field_keys, strength};
use super::{Index, Item, OtherModel, Rule, Rules, TextRule, brand, fold, one_to_one, words};

const LENGTHS: Lengths = Lengths { mixed: 3, digits: 5, alone: 7 };

fn item<'a>(brand: &'a str, model: &'a str, title: &'a str) -> Item<'a> {
    let given = |text: &'a str| (!text.is_empty()).then_some(text);
    Item { brand: given(brand), model: given(model), title: given(title), ..Item::default() }
}

/// The rule under which an item matches one of the index, with these rules.
fn rule_with(rules: &Rules, here: Item<'_>, there: Item<'_>) -> Option<Rule> {
    Index::new(vec![there], rules).matches(&here).first().map(|m| m.rule)
}

fn rule(here: Item<'_>, there: Item<'_>) -> Option<Rule> {
    rule_with(&Rules::identifiers(), here, there)
}

/// The reason for which an item comes close to one of the index.
fn near(here: Item<'_>, there: Item<'_>) -> String {
    Index::new(vec![there], &Rules::identifiers())
        .near_misses(&here)
        .first()
        .map(|m| m.reason.clone())
        .unwrap_or_default()
}

#[test]
fn check_digits_are_those_that_gs1_publishes() {
    for whole in ["4006381333931", "6291041500213", "036000291452", "96385074", "10614141000415", "9780306406157"] {
        let (payload, last) = whole.split_at(whole.len() - 1);
        assert_eq!(check_digit(payload).to_string(), last, "{whole}");
    }
    assert_eq!(check_digit(""), 0);
    assert_eq!(check_digit("0"), 0);
}

#[test]
fn upc_e_is_expanded_by_its_last_digit() {
    // The examples of the GS1 General Specifications and of the UPC-E article of Wikipedia.
    assert_eq!(expand_upc_e("04252614").as_deref(), Some("042100005264"));
    assert_eq!(expand_upc_e("01234565").as_deref(), Some("012345000065"));
    assert_eq!(expand_upc_e("01234566"), None);
    assert_eq!(expand_upc_e("21234565"), None);
    assert_eq!(parse("04252614").number, parse("042100005264").number);
}

#[test]
fn one_number_has_one_form() {
    let whole = parse("4006381333931");
    assert_eq!((whole.kind, whole.to_string()), (Kind::Global, "04006381333931".to_owned()));
    assert_eq!(parse("04006381333931").number, whole.number);
    // The case of twelve: indicator 1 and its own check digit, computed by hand as 8.
    assert_eq!(parse("14006381333938"), gtin::Gtin { written: "14006381333938".into(), ..whole.clone() });
    for cell in [
        "4006381333931 4006381333931",
        "40063813339314006381333931",
        "4 006381 333931",
        "4006381-333931",
        "EAN: 4006381333931; 04006381333931",
        "0000004006381333931",
    ] {
        let numbers: Vec<u64> = parse_all(cell).iter().map(|g| g.number).collect();
        assert_eq!(numbers, [whole.number], "{cell}");
    }
    // Leading zeros that a spreadsheet cut.
    assert_eq!(parse("36000291452").number, parse("036000291452").number);
    let both: Vec<u64> = parse_all("4006381333931 036000291452").iter().map(|g| g.number).collect();
    assert_eq!(both, [4_006_381_333_931, 36_000_291_452]);
}

#[test]
fn numbers_that_are_no_evidence_are_told_apart() {
    let kind = |digits: &str| parse(digits).kind;
    let with_check = |payload: &str| kind(&format!("{payload}{}", check_digit(payload)));
    for shop in ["200123456789", "291234567890", "020123456789", "040123456789", "0212345", "2123456"] {
        assert_eq!(with_check(shop), Kind::Restricted, "{shop}");
    }
    assert_eq!(with_check("9400638133393"), Kind::Restricted, "variable measure");
    for filler in ["0123456789012", "1234567890128", "0000000000000", "1111111111116", "9999999999994", "12345670"] {
        assert_eq!(kind(filler), Kind::Filler, "{filler}");
    }
    assert_eq!(kind("4006381333932"), Kind::CheckDigit);
    for length in ["6932931853", "991169270", "1234", "123456789012345678", "99999999999999999999999999"] {
        assert_eq!(kind(length), Kind::Length, "{length}");
    }
    assert!(parse_all("n/a").is_empty() && parse_all("").is_empty());
}

#[test]
fn barcodes_match_only_when_equal() {
    let with = |gtin| Item { gtin: Some(gtin), ..Item::default() };
    assert_eq!(rule(with("04006381333931"), with("4006381333931 ")), Some(Rule::Barcode));
    assert_eq!(rule(with("4006381333931"), with("14006381333938")), Some(Rule::Barcode));
    for other in ["4006381333932", "400638133393", "006381333931", "4006381333948"] {
        assert_eq!(rule(with("4006381333931"), with(other)), None, "{other}");
    }
    // Of a shop's own, or filled in: not by itself.
    for weak in ["2001234567893", "1234567890128", "4006381333932"] {
        assert_eq!(rule(with(weak), with(weak)), None, "{weak}");
        assert!(near(with(weak), with(weak)).contains("no evidence"), "{weak}");
    }
    // With the brand it is, unless it only fills the field.
    let of = |gtin| Item { gtin: Some(gtin), brand: Some("Acme"), ..Item::default() };
    assert_eq!(rule(of("2001234567893"), of("2001234567893")), Some(Rule::Barcode));
    assert_eq!(rule(of("1234567890128"), of("1234567890128")), None);
    assert!(near(with("4006381333931"), with("4006381333932")).contains("one character apart"));
}

#[test]
fn barcodes_are_found_in_texts() {
    let found = |text| find_in_text(text).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(found("Happy | Esska | 7312507120307"), ["07312507120307"]);
    assert_eq!(found("https://id.example/01/04006381333931/21/X7"), ["04006381333931"]);
    assert_eq!(found("978-0-306-40615-7"), ["09780306406157"]);
    assert!(found("A4006381333931 20240101 12345670").is_empty(), "part of a word; eight digits");
}

#[test]
fn models_are_compared_as_a_whole() {
    let alert = item("ECHO Inc., of Lake Zurich, Illinois", "PB-5810H", "Backpack blower");
    for same in
        ["PB-5810H", "PB 5810 H", "PB5810H", "pb_5810h", "Model No. PB-5810H", "PB-5810H PB-5810H", "XYZ-1, PB-5810H"]
    {
        assert_eq!(rule(item("Echo", same, ""), alert), Some(Rule::BrandModel), "{same}");
    }
    for title in ["Echo PB 5810 H blower", "ECHO: blower (PB-5810H)", "Echo PB5810H, 58 cc"] {
        assert_eq!(rule(item("", "", title), alert), Some(Rule::BrandModel), "{title}");
    }
    for other in [
        "PB-5810H9",
        "PB-5811H",
        "PB-581",
        "PB-5810",
        "PB-5810HT",
        "APB-5810H",
        "PB-5810H-2",
        "PB-5810H+",
        "PB-5810H Pro",
    ] {
        assert_eq!(rule(item("Echo", other, ""), alert), None, "{other}");
        let title = format!("Echo {other} blower");
        assert_eq!(rule(item("", "", &title), alert), None, "{title}");
    }
    assert_eq!(rule(item("Echo", "", "Echo PB 5810 H"), item("Echo", "PB-5810", "")), None, "PB 5810 is a part of it");
    assert!(near(item("Echo", "PB-5811H", ""), alert).contains("one character apart"));
    assert!(near(item("Echo", "PB-5810H9", ""), alert).contains("the beginning and the whole"));
}

#[test]
fn brands_contradict() {
    let alert = item("ECHO Inc.", "PB-5810H", "");
    assert_eq!(rule(item("Stihl", "PB-5810H", ""), alert), None);
    assert!(near(item("Stihl", "PB-5810H", ""), alert).contains("brands are stihl and echo"));
    assert_eq!(rule(item("Echo", "BR-600", ""), alert), None);
    // No brand on one side: the number is specific enough.
    assert_eq!(rule(item("", "PB-5810H", ""), alert), Some(Rule::Model));
    assert_eq!(rule(item("unbranded", "PB-5810H", ""), alert), Some(Rule::Model));
    let page = |text| Item { text: Some(text), ..Item::default() };
    assert_eq!(rule(page("Item model number PB-5810H Brand Stihl In stock"), alert), None);
    assert_eq!(rule(page("Item model number PB-5810H Brand Echo In stock"), alert), Some(Rule::BrandModel));
    assert_eq!(rule(page("Brand new PB-5810H"), alert), Some(Rule::Model));
    // A brand that the index knows, in the title.
    let index = Index::new(vec![alert, item("Stihl", "BR-600", "")], &Rules::default());
    assert!(index.matches(&item("", "PB-5810H", "Stihl blower")).is_empty());
    // Too short to stand alone: the names of sizes and standards.
    for short in ["CR2032", "HL76", "12715", "GU10"] {
        assert_eq!(rule(item("", short, ""), item("Acme", short, "")), None, "{short}");
        assert_eq!(rule(item("Acme", short, ""), item("Acme", short, "")), Some(Rule::BrandModel), "{short}");
    }
}

#[test]
fn what_a_product_fits_is_not_what_it_is() {
    let alert = item("Rowenta", "RH99A2U1", "Cordless vacuum cleaner");
    for title in
        ["Filter kompatibel mit Rowenta RH99A2U1", "Akku für Rowenta RH99A2U1", "Replacement battery Rowenta RH99A2U1"]
    {
        assert_eq!(rule(item("", "", title), alert), None, "{title}");
        assert!(near(item("", "", title), alert).contains("fits or replaces"), "{title}");
    }
    assert_eq!(rule(item("", "", "Rowenta RH99A2U1 vacuum for home"), alert), Some(Rule::BrandModel));
}

#[test]
fn measures_and_words_are_no_models() {
    for none in
        ["gel", "smalto", "200ml", "160cm", "35mm", "10cup", "8light", "90x190", "90x190cm", "2x", "18v", "1", "12"]
    {
        assert_eq!(strength(none, &LENGTHS), Strength::None, "{none}");
    }
    for weak in ["160", "2059", "p1"] {
        assert_eq!(strength(weak, &LENGTHS), Strength::Weak, "{weak}");
    }
    for with_brand in ["hl76", "12715", "aes015", "3102491a", "11064w", "papablic61a"] {
        assert_eq!(strength(with_brand, &LENGTHS), Strength::WithBrand, "{with_brand}");
    }
    for alone in ["pb5810h", "cy125atv1", "ba7635usbk"] {
        assert_eq!(strength(alone, &LENGTHS), Strength::Alone, "{alone}");
    }
    assert_eq!(field_keys("835-1, Typ BPLA9466"), ["8351", "bpla9466"]);
    assert_eq!(field_keys("GV-N5060EAGLE OC-8GD"), ["gvn5060eagleoc8gd"]);
    assert_eq!(field_keys("AB-1234X CD-5678Y"), ["ab1234xcd5678y", "ab1234x", "cd5678y"]);
}

#[test]
fn brands_are_named_in_many_ways() {
    let names = |text: &str, model| brand::names(text, model).iter().map(|n| n.join(" ")).collect::<Vec<_>>();
    assert_eq!(names("ECHO Inc., of Lake Zurich, Illinois", None), ["echo"]);
    assert_eq!(names("Shenzhen Two Pony Tech Co. Ltd., of China", None), ["shenzhen two pony tech"]);
    assert_eq!(names("Makita U.S.A. Inc., of La Mirada, California", None), ["makita"]);
    assert_eq!(
        names("Tech Gear 5.7 Inc., dba Fieldsheer Apparel Technologies, of Carlsbad", None)[1],
        "fieldsheer apparel technologies"
    );
    assert_eq!(
        names("Linyi Co., Ltd., of China and Xinmu Co., Ltd., dba Seeday, of China", None),
        ["linyi", "xinmu", "seeday"]
    );
    assert_eq!(names("Festool 488135 Festool 488135", Some("488135 488135")), ["festool"]);
    assert_eq!(names("Pop Mart (COUNTERFEIT)", None), ["pop mart"]);
    assert_eq!(names("TEDI ®", None), ["tedi"]);
    assert!(names("9.161225.12.25.11 9.161225.12.25.11", Some("9.161225.12.25.11 9.161225.12.25.11")).is_empty());
    let same = |a, b| {
        brand::agreed(&brand::Maker::new(Some(a), None, None, None), &brand::Maker::new(Some(b), None, None, None))
    };
    for (a, b) in [
        ("7 Toys Kolorow", "7 kolorow toys"),
        ("BIG TOYS", "BigToys"),
        ("Samsung", "Samsung Electronics America Inc."),
        ("Wats élysée", "WATS ELYSEE"),
        ("Röhm GmbH", "Rohm"),
    ] {
        assert!(same(a, b).is_some() && same(b, a).is_some(), "{a}, {b}");
    }
    for (a, b) in [("Bosch", "Bosco"), ("Sam", "Samsung"), ("Estrosa", "Deborah Milano")] {
        assert!(same(a, b).is_none(), "{a}, {b}");
    }
}

#[test]
fn texts_match_above_the_threshold_and_never_against_identifiers() {
    let title = "Wooden rabbit train with three wagons for small children";
    let rules = Rules::listings();
    assert_eq!(
        rule_with(
            &rules,
            item("", "", title),
            item("", "", "wooden RABBIT train, with three wagons for small children")
        ),
        Some(Rule::Text)
    );
    assert_eq!(rule(item("", "", title), item("", "", title)), None, "identifiers alone");
    assert_eq!(rule_with(&rules, item("", "", title), item("", "", "Steel kettle with glass lid, two litres")), None);
    assert_eq!(rule_with(&rules, item("", "", "Rabbit"), item("", "", "Rabbit")), None, "one word");
    let with = |model| item("Acme", model, title);
    assert_eq!(rule_with(&rules, with("AB-1234"), with("AB-1235")), None);
    let weigh = Rules { text: Some(TextRule { threshold: 0.5, other_model: OtherModel::Weigh }), ..rules };
    assert_eq!(rule_with(&weigh, with("AB-1234"), with("AB-1235")), Some(Rule::Text));
    let coded = |gtin| Item { gtin: Some(gtin), ..item("", "", title) };
    assert_eq!(rule_with(&rules, coded("4006381333931"), coded("036000291452")), None, "other barcodes");
}

#[test]
fn one_partner_each() {
    let titles = ["Acme red wooden train", "Acme red wooden train set", "Acme blue steel kettle"];
    let items: Vec<Item<'_>> = titles.iter().map(|t| item("", "", t)).collect();
    let index = Index::new(items.clone(), &Rules::catalogues());
    let pairs: Vec<(usize, usize)> = one_to_one(index.matches_of(&items)).iter().map(|(i, m)| (*i, m.at)).collect();
    assert_eq!(pairs, [(0, 0), (1, 1), (2, 2)]);
    assert!(one_to_one(Vec::new()).is_empty());
}

#[test]
fn empty_sides_match_nothing() {
    let nothing = Item::default();
    for rules in [Rules::identifiers(), Rules::listings(), Rules::catalogues()] {
        assert!(Index::new(Vec::new(), &rules).matches(&item("Acme", "AB-1234", "x")).is_empty());
        let index = Index::new(vec![nothing, nothing], &rules);
        assert!(index.matches(&nothing).is_empty() && index.near_misses(&nothing).is_empty());
    }
    assert!(Rules::listings().to_string().contains("0.85"));
}

/// Digits with their check digit, by a formula of its own: ten minus the weighted sum from the left, with the weight
/// of the first digit chosen by the length.
fn independent(payload: &str) -> u8 {
    let mut weight = if payload.len().is_multiple_of(2) { 1 } else { 3 };
    let mut sum = 0;
    for digit in payload.chars().filter_map(|c| c.to_digit(10)) {
        sum += digit * weight;
        weight = 4 - weight;
    }
    let mut check = 0_u8;
    while !(sum + u32::from(check)).is_multiple_of(10) {
        check += 1;
    }
    check
}

/// Items of few words, so that pairs often have something in common.
fn items() -> impl Strategy<Value = (String, String, String, String)> {
    let brand = prop::sample::select(vec!["", "Acme", "Acme Inc.", "Bolt GmbH", "unknown"]);
    let model = prop::sample::select(vec!["", "AB-1234X", "AB 1234 X", "AB-1234X9", "XY12", "77777", "12"]);
    let gtin = prop::sample::select(vec![
        "",
        "4006381333931",
        "04006381333931 4006381333931",
        "2001234567893",
        "4006381333932",
    ]);
    let word = prop::sample::select(vec!["Acme", "Bolt", "AB-1234X", "XY12", "für", "train", "red", "A", "77777", "|"]);
    let title = prop::collection::vec(word, 0..6).prop_map(|words| words.join(" "));
    (brand, model, gtin, title).prop_map(|(b, m, g, t)| (b.to_owned(), m.to_owned(), g.to_owned(), t))
}

fn borrowed((b, m, g, t): &(String, String, String, String)) -> Item<'_> {
    Item { gtin: (!g.is_empty()).then_some(g.as_str()), ..item(b, m, t) }
}

proptest! {
    #[test]
    fn check_digit_agrees_with_an_independent_formula(payload in "[0-9]{7,13}") {
        prop_assert_eq!(check_digit(&payload), independent(&payload));
    }

    #[test]
    fn normalisation_is_idempotent(text in "\\PC{0,40}", digits in "[0-9]{8,14}") {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded.clone());
        prop_assert!(folded.is_ascii());
        let once = parse(&digits);
        if once.kind == Kind::Global {
            let again = parse(&once.to_string());
            prop_assert_eq!((again.number, again.kind), (once.number, once.kind));
        }
        let keys: Vec<String> = words::chunks(&text).into_iter().map(|c| c.key).collect();
        let again: Vec<String> = words::chunks(&keys.join(" ")).into_iter().map(|c| c.key).collect();
        prop_assert_eq!(again, keys);
    }

    #[test]
    fn a_digit_that_changes_makes_another_number(payload in "[3-8][0-9]{11}", at in 0_usize..13, by in 1_u8..10) {
        let whole = format!("{payload}{}", check_digit(&payload));
        let mut bytes = whole.clone().into_bytes();
        bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
        let other = String::from_utf8(bytes).expect("digits");
        prop_assert!(!parse(&other).is_evidence());
        prop_assert!(parse_all(&whole).iter().all(|g| parse_all(&other).iter().all(|o| o.number != g.number)));
        let cut = &whole[..whole.len() - 1];
        prop_assert!(parse_all(cut).iter().all(|o| o.number != parse(&whole).number));
    }

    #[test]
    fn identifiers_match_both_ways(a in items(), b in items()) {
        let (a, b) = (borrowed(&a), borrowed(&b));
        // A brand that only the index knows is looked for in the item that is asked about.
        let there = Index::new(vec![b], &Rules::identifiers()).matches(&a).first().map(|m| m.rule);
        let back = Index::new(vec![a], &Rules::identifiers()).matches(&b).first().map(|m| m.rule);
        if there != Some(Rule::Model) && back != Some(Rule::Model) {
            prop_assert_eq!(there, back);
        }
    }

    #[test]
    fn threads_and_text_rules_change_nothing_in_identifiers(all in prop::collection::vec(items(), 1..12)) {
        let items: Vec<Item<'_>> = all.iter().map(borrowed).collect();
        let index = Index::new(items.clone(), &Rules::listings());
        let alone: Vec<_> = items.iter().map(|i| index.matches(i)).collect();
        let together = index.matches_of(&items);
        prop_assert_eq!(&alone, &together);
        let strict = Index::new(items.clone(), &Rules::identifiers());
        for (item, all) in items.iter().zip(&together) {
            let only: Vec<usize> = all.iter().filter(|m| m.rule != Rule::Text).map(|m| m.at).collect();
            let found: Vec<usize> = strict.matches(item).iter().map(|m| m.at).collect();
            prop_assert_eq!(only, found);
        }
        let pairs = one_to_one(together);
        let partners: std::collections::BTreeSet<usize> = pairs.iter().map(|(_, m)| m.at).collect();
        let of: std::collections::BTreeSet<usize> = pairs.iter().map(|(of, _)| *of).collect();
        prop_assert_eq!((partners.len(), of.len()), (pairs.len(), pairs.len()));
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,60}", gtin in "[0-9 ,;-]{0,60}") {
        let item = Item { brand: Some(&text), model: Some(&text), gtin: Some(&gtin), title: Some(&text), text: Some(&gtin), ..Item::default() };
        let index = Index::new(vec![item], &Rules::listings());
        let (found, near) = (index.matches(&item), index.near_misses(&item));
        prop_assert!(found.len() + near.len() <= 1);
    }
}
