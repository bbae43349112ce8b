//! What is compared of one item: barcodes, identifiers, makers, and the words of its title.

use super::Item;
use super::brand::Maker;
use super::gtin::{self, Gtin};
use super::model::{self, Key, Lengths, MOST_KEYS, Place, Strength};
use super::words::{Chunk, chunks};

/// One item, read.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    /// Barcodes of the field, and those that model, title and text mention.
    pub gtins: Vec<Gtin>,
    /// Identifiers that can be evidence, those of the field first.
    pub keys: Vec<Key>,
    /// Who made it.
    pub maker: Maker,
    /// Chunks of the title, and of brand and model where the title does not say them.
    pub name: Vec<Chunk>,
    /// Price.
    pub price: Option<f64>,
}

impl Prepared {
    pub(super) fn new(item: &Item<'_>, lengths: &Lengths) -> Self {
        let mut gtins = item.gtin.map(gtin::parse_all).unwrap_or_default();
        for text in [item.model, item.title, item.text].into_iter().flatten() {
            for found in gtin::find_in_text(text) {
                if !gtins.iter().any(|g| g.number == found.number) {
                    gtins.push(found);
                }
            }
        }
        let maker = Maker::new(item.brand, item.model, item.title, item.text);
        Self { gtins, keys: keys(item, lengths), name: name(item, &maker), maker, price: item.price }
    }

    /// Identifiers in the field for the model.
    pub(super) fn field_keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter().filter(|key| key.place == Place::Field)
    }

    /// Identifiers of field and title that are long enough to contradict each other.
    pub(super) fn identifiers(&self, lengths: &Lengths) -> Vec<&str> {
        let title = self.name.iter().map(|c| c.key.as_str());
        let mut all: Vec<&str> = self
            .field_keys()
            .map(|key| key.text.as_str())
            .chain(title)
            .filter(|key| key.len() >= 4 && model::strength(key, lengths) >= Strength::WithBrand)
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Distinct words of the name.
    pub(super) fn words(&self) -> Vec<&str> {
        let mut words: Vec<&str> =
            self.name.iter().flat_map(|c| c.words.iter().chain([&c.key])).map(String::as_str).collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

fn keys(item: &Item<'_>, lengths: &Lengths) -> Vec<Key> {
    let field = item.model.map(model::field_keys).unwrap_or_default();
    let mut keys: Vec<Key> = field
        .into_iter()
        .filter(|key| model::strength(key, lengths) >= Strength::Weak)
        .map(|text| Key { text, place: Place::Field, fits: false, joined: false })
        .collect();
    for (text, place) in [(item.title, Place::Title), (item.text, Place::Text)] {
        for key in text.map(|text| model::mentions(text, place, lengths)).unwrap_or_default() {
            if keys.len() >= MOST_KEYS {
                break;
            }
            // The strongest place counts, and a mention that is no "fits …" before one that is.
            match keys.iter_mut().find(|k| k.text == key.text) {
                Some(known) => {
                    known.fits &= key.fits;
                    known.joined &= key.joined;
                }
                None => keys.push(key),
            }
        }
    }
    keys
}

/// The title with brand and model, each once.
fn name(item: &Item<'_>, maker: &Maker) -> Vec<Chunk> {
    let mut name = item.title.map(chunks).unwrap_or_default();
    let said = |name: &[Chunk], key: &str| name.iter().any(|c| c.key == key || c.words.iter().any(|w| w == key));
    for word in maker.names.iter().flatten() {
        if !said(&name, word) {
            name.push(Chunk { key: word.clone(), words: vec![word.clone()], apart: false, capital: false });
        }
    }
    if let Some(key) = item.model.map(model::field_keys).unwrap_or_default().into_iter().next()
        && !said(&name, &key)
    {
        name.push(Chunk { words: vec![key.clone()], key, apart: true, capital: false });
    }
    name
}
