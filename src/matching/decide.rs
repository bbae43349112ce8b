//! Whether two items are the same product, and why.

use super::brand::agreed;
use super::gtin::{Gtin, Kind};
use super::model::{Key, Place, Strength, strength};
use super::prepared::Prepared;
use super::rules::{OtherModel, Rules, TextRule};
use super::{Evidence, Rule};

/// What comes of comparing two items.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Verdict {
    /// The same product.
    Same(Rule, Vec<Evidence>, String),
    /// Close, and not the same.
    Near(Vec<Evidence>, String),
    /// Nothing in common.
    Other,
}

/// What is compared: an item, one of the index, and their similarity by trigrams.
pub(super) struct Pair<'a> {
    pub here: &'a Prepared,
    pub there: &'a Prepared,
    pub cosine: f64,
    /// A brand of the index, other than that of the pair, that the title of the item names.
    pub other_brand: Option<String>,
    pub rules: &'a Rules,
}

/// Fewest distinct words on either side for a match by text: two words are a kind of product.
const FEWEST_WORDS: usize = 3;

/// What part of the way to 1 an equal identifier, or one that holds the other, takes a similarity.
const EQUAL_IDENTIFIER: f64 = 0.4;
const HELD_IDENTIFIER: f64 = 0.2;
/// What identifiers leave of a similarity where none of them agree.
const OTHER_IDENTIFIER: f64 = 0.7;
/// Prices within this ratio say nothing; each doubling beyond it leaves this much of a similarity.
const PRICE_RATIO: f64 = 2.0;
const PRICE_DOUBLED: f64 = 0.9;

/// How the identifiers of two names stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Identifiers {
    Missing,
    Equal,
    Held,
    Differ,
}

fn evidence(what: &'static str, here: impl Into<String>, there: impl Into<String>) -> Evidence {
    Evidence { what, here: here.into(), there: there.into() }
}

impl Pair<'_> {
    /// Applies the rules, the strongest first.
    pub(super) fn verdict(&self) -> Verdict {
        let brand = agreed(&self.here.maker, &self.there.maker);
        let mut near = None;
        for step in [self.by_barcode(brand.as_ref()), self.by_model(brand.as_ref()), self.by_text(brand.as_ref())] {
            match step {
                Verdict::Same(..) => return step,
                Verdict::Near(..) => near = near.or(Some(step)),
                Verdict::Other => {}
            }
        }
        near.unwrap_or_else(|| self.nearly(brand.as_ref()))
    }

    fn by_barcode(&self, brand: Option<&(String, String)>) -> Verdict {
        let equal = |kinds: &[Kind]| -> Option<(&Gtin, &Gtin)> {
            self.here.gtins.iter().filter(|g| kinds.contains(&g.kind)).find_map(|g| {
                let same = |h: &&Gtin| {
                    let digits = |gtin: &Gtin| gtin.written.trim_start_matches('0').to_owned();
                    h.kind == g.kind && h.number == g.number && (g.is_evidence() || digits(g) == digits(h))
                };
                self.there.gtins.iter().find(same).map(|h| (g, h))
            })
        };
        if let Some((g, h)) = equal(&[Kind::Global]) {
            let found = vec![evidence("barcode", &g.written, &h.written)];
            return Verdict::Same(Rule::Barcode, found, format!("both carry the barcode {g}"));
        }
        // Eight digits and more, the same on both sides by the same maker, are no chance.
        let Some((g, h)) = equal(&[Kind::Restricted, Kind::CheckDigit, Kind::Length]) else {
            return match equal(&[Kind::Filler]) {
                Some((g, h)) => Verdict::Near(
                    vec![evidence("barcode", &g.written, &h.written)],
                    format!("equal barcodes, but {}: no evidence", g.kind.words()),
                ),
                None => Verdict::Other,
            };
        };
        let mut found = vec![evidence("barcode", &g.written, &h.written)];
        match brand {
            Some((here, there)) if g.written.len() >= 8 => {
                found.push(evidence("brand", here, there));
                Verdict::Same(
                    Rule::Barcode,
                    found,
                    format!("both carry {} ({}), and the brand agrees", g.written, g.kind.words()),
                )
            }
            _ => Verdict::Near(
                found,
                format!("equal barcodes, but {}, and no brand that agrees: no evidence by itself", g.kind.words()),
            ),
        }
    }

    fn by_model(&self, brand: Option<&(String, String)>) -> Verdict {
        let mut near = Verdict::Other;
        for key in &self.here.keys {
            let Some(other) = self.there.keys.iter().find(|k| k.text == key.text) else { continue };
            let step = self.by_key(key, other, brand);
            if let Verdict::Same(..) = step {
                return step;
            }
            if near == Verdict::Other {
                near = step;
            }
        }
        near
    }

    /// One identifier that stands on both sides.
    fn by_key(&self, key: &Key, other: &Key, brand: Option<&(String, String)>) -> Verdict {
        let says = strength(&key.text, &self.rules.lengths);
        let mut found = vec![evidence("model", &key.text, &other.text)];
        let no = |why: String| Verdict::Near(vec![evidence("model", &key.text, &other.text)], why);
        let model = &key.text;
        if key.fits || other.fits {
            let place = if key.fits { key.place } else { other.place };
            return no(format!("the {} names {model} as what the product fits or replaces", place.words()));
        }
        let fields = [key, other].iter().filter(|k| k.place == Place::Field).count();
        if fields == 0 {
            if key.place == Place::Text || other.place == Place::Text {
                return no(format!("{model} stands in running text only"));
            }
            let (a, b) = (self.here.field_keys().next(), self.there.field_keys().next());
            if let (Some(a), Some(b)) = (a, b) {
                return no(format!("both titles name {model}, but the model fields say {} and {}", a.text, b.text));
            }
            if key.joined || other.joined {
                return no(format!(
                    "{model} is written with blanks in two titles: it may be a part of a longer number"
                ));
            }
            if let Some((x, y)) = self.other_barcodes() {
                return no(format!("both titles name {model}, but the barcodes are {x} and {y}"));
            }
            if key.text.len() < 5 || key.text.bytes().all(|b| b.is_ascii_digit()) {
                return no(format!("{model} in two titles is too short to name a product"));
            }
        }
        if let Some((here, there)) = brand {
            if says == Strength::Weak && fields < 2 {
                return no(format!("{model} is too short, or only digits, outside the field for the model"));
            }
            found.push(evidence("brand", here, there));
            let place = key.place.max(other.place);
            let and = if fields == 2 { String::new() } else { format!(", in the {} of one", place.words()) };
            return Verdict::Same(Rule::BrandModel, found, format!("brand {there} and model {model} agree{and}"));
        }
        let says_brand = |maker: &super::brand::Maker| match maker.names.first() {
            Some(name) => name.join(" "),
            None => maker.labelled.join(" "),
        };
        let (a, b) = (&self.here.maker, &self.there.maker);
        if a.is_named() && b.is_named() {
            found.push(evidence("brand", says_brand(a), says_brand(b)));
            let why = format!("model {model} agrees, but the brands are {} and {}", says_brand(a), says_brand(b));
            return Verdict::Near(found, why);
        }
        if let Some(named) = &self.other_brand {
            found.push(evidence("brand", named, says_brand(b)));
            return Verdict::Near(found, format!("model {model} agrees, but the title names the brand {named}"));
        }
        if says < Strength::Alone || fields == 0 {
            return no(format!("{model} is not specific enough without a brand that agrees"));
        }
        Verdict::Same(Rule::Model, found, format!("model {model} agrees, and no other brand is named"))
    }

    /// Similarity of the names with what identifiers and prices say.
    pub(super) fn similarity(&self) -> f64 {
        let cosine = self.cosine;
        let by_identifiers = match self.identifiers().0 {
            Identifiers::Missing => cosine,
            Identifiers::Equal => cosine + EQUAL_IDENTIFIER * (1.0 - cosine),
            Identifiers::Held => cosine + HELD_IDENTIFIER * (1.0 - cosine),
            Identifiers::Differ => cosine * OTHER_IDENTIFIER,
        };
        let ratio = match (self.here.price, self.there.price) {
            (Some(a), Some(b)) if a > 0.0 && b > 0.0 => (a / b).max(b / a),
            _ => 1.0,
        };
        by_identifiers * PRICE_DOUBLED.powf((ratio / PRICE_RATIO).max(1.0).log2())
    }

    /// A valid barcode of each side, where both have one; only asked where none is equal.
    fn other_barcodes(&self) -> Option<(String, String)> {
        let global = |side: &Prepared| side.gtins.iter().find(|g| g.is_evidence()).map(ToString::to_string);
        global(self.here).zip(global(self.there))
    }

    /// How the identifiers stand to each other, with the first of each side.
    fn identifiers(&self) -> (Identifiers, String, String) {
        let here = self.here.identifiers(&self.rules.lengths);
        let there = self.there.identifiers(&self.rules.lengths);
        let (Some(a), Some(b)) = (here.first(), there.first()) else {
            return (Identifiers::Missing, String::new(), String::new());
        };
        if let Some(equal) = here.iter().find(|key| there.contains(key)) {
            return (Identifiers::Equal, (*equal).to_owned(), (*equal).to_owned());
        }
        for x in &here {
            if let Some(y) = there.iter().find(|y| y.contains(x) || x.contains(**y)) {
                return (Identifiers::Held, (*x).to_owned(), (*y).to_owned());
            }
        }
        (Identifiers::Differ, (*a).to_owned(), (*b).to_owned())
    }

    fn by_text(&self, brand: Option<&(String, String)>) -> Verdict {
        let Some(TextRule { threshold, other_model }) = self.rules.text else { return Verdict::Other };
        let similarity = self.similarity();
        if similarity < threshold || self.cosine <= 0.0 {
            return Verdict::Other;
        }
        let said = |side: &Prepared| side.name.iter().map(|c| c.key.as_str()).collect::<Vec<_>>().join(" ");
        let mut found = vec![evidence("text", said(self.here), said(self.there))];
        let alike = format!("titles are similar ({similarity:.2}, at least {threshold:.2})");
        if self.here.words().len().min(self.there.words().len()) < FEWEST_WORDS {
            return Verdict::Near(found, format!("{alike}, but of fewer than {FEWEST_WORDS} words"));
        }
        let (stand, a, b) = self.identifiers();
        if other_model == OtherModel::Reject {
            if let Some((x, y)) = self.other_barcodes() {
                found.push(evidence("barcode", x, y));
                return Verdict::Near(found, format!("{alike}, but the barcodes are others"));
            }
            if matches!(stand, Identifiers::Differ | Identifiers::Held) {
                let why = format!("{alike}, but the models are {a} and {b}");
                found.push(evidence("model", a, b));
                return Verdict::Near(found, why);
            }
            if brand.is_none() && self.here.maker.is_named() && self.there.maker.is_named() {
                return Verdict::Near(found, format!("{alike}, but the brands do not agree"));
            }
        }
        Verdict::Same(Rule::Text, found, alike)
    }

    /// What came close without any rule to hold: numbers one character apart, or one the beginning of the other.
    fn nearly(&self, brand: Option<&(String, String)>) -> Verdict {
        for g in self.here.gtins.iter().filter(|g| g.written.len() >= 8) {
            for h in self.there.gtins.iter().filter(|h| h.written.len() >= 8) {
                let (x, y) = (g.written.trim_start_matches('0'), h.written.trim_start_matches('0'));
                if let Some(how) = apart(x, y) {
                    let found = vec![evidence("barcode", &g.written, &h.written)];
                    return Verdict::Near(found, format!("barcodes {x} and {y} are {how}: other products"));
                }
            }
        }
        for key in &self.here.keys {
            for other in &self.there.keys {
                let fields = key.place == Place::Field || other.place == Place::Field;
                if let Some(how) = apart(&key.text, &other.text).filter(|_| fields) {
                    let found = vec![evidence("model", &key.text, &other.text)];
                    let (x, y) = (&key.text, &other.text);
                    return Verdict::Near(found, format!("models {x} and {y} are {how}: other products"));
                }
            }
        }
        let (stand, a, b) = self.identifiers();
        if let (Some((here, there)), Identifiers::Differ) = (brand, stand) {
            let why = format!("both name the brand {there}, but the models are {a} and {b}");
            return Verdict::Near(vec![evidence("brand", here, there), evidence("model", a, b)], why);
        }
        Verdict::Other
    }
}

/// In which way two numbers are close: `None` where they are equal or far.
fn apart(x: &str, y: &str) -> Option<&'static str> {
    let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
    if x == y || short.len() < 4 {
        return None;
    }
    if long.starts_with(short) {
        return Some("the beginning and the whole of a number");
    }
    (long.len() - short.len() <= 1 && strsim::damerau_levenshtein(x, y) == 1).then_some("one character apart")
}
