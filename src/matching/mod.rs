//! Matching of listings to alerts of dangerous products and to listings that were removed.
//!
//! An [`Index`] holds one side, [`Index::matches`] finds what an item of the other side is equal to, and why:
//!
//! 1. **Barcode**: equal after normalisation ([`gtin`]).
//! 2. **Brand and model**: the brand agrees, and a model number is equal as a whole.
//! 3. **Model**: a model number that is specific by itself is equal, and no other brand is named.
//! 4. **Text**: titles are similar, where the [`Rules`] ask for it.
//!
//! Each match keeps what it rests on and a reason in words; [`Index::near_misses`] gives what came close and why it
//! is no match. A match says that two records name the same product. It does not say that the unit on sale is one
//! that an alert is about: alerts may concern single batches.
//!
//! Candidates are found by inverted lists of barcodes, identifiers and rare words, so that the work for one item
//! has a bound ([`Rules::max_postings`], [`Rules::max_candidates`]) whatever the size of the index.

mod assign;
mod brand;
mod decide;
pub mod gtin;
mod index;
mod model;
mod prepared;
mod rules;
mod text;
mod words;

pub use assign::one_to_one;
pub use index::Index;
pub use model::Lengths;
pub use rules::{OtherModel, Rules, TextRule};
pub use words::fold;

use std::fmt;

/// A listing or an alert, as far as it says which product it is about.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Item<'a> {
    /// Identifier; not compared.
    pub id: &'a str,
    /// Field for the brand or the maker.
    pub brand: Option<&'a str>,
    /// Field for the model, type or part number; several joined by commas.
    pub model: Option<&'a str>,
    /// Field for barcodes.
    pub gtin: Option<&'a str>,
    /// Title, or the name of the product.
    pub title: Option<&'a str>,
    /// Running text: description, or the text of a page.
    pub text: Option<&'a str>,
    /// Price, in one currency for all items.
    pub price: Option<f64>,
}

/// The rule that a match rests on, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Equal barcodes.
    Barcode,
    /// Brand and model number agree.
    BrandModel,
    /// A specific model number agrees, and no brand contradicts.
    Model,
    /// Texts are similar.
    Text,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 4] = [Self::Barcode, Self::BrandModel, Self::Model, Self::Text];

    /// Code of the rule in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Barcode => "barcode",
            Self::BrandModel => "brand-model",
            Self::Model => "model",
            Self::Text => "text",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One value on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What is compared: `barcode`, `brand`, `model`, `text`.
    pub what: &'static str,
    /// As the item says it.
    pub here: String,
    /// As the item of the index says it.
    pub there: String,
}

/// An item of the index that is the same product.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Place of the item in the index.
    pub at: usize,
    /// The strongest rule that holds.
    pub rule: Rule,
    /// Similarity of the titles, from 0 to 1, whatever the rule; a low one beside an equal barcode is worth a look.
    pub similarity: f64,
    /// The values on both sides.
    pub evidence: Vec<Evidence>,
    /// Why, in words.
    pub reason: String,
}

/// An item of the index that comes close and is no match.
#[derive(Debug, Clone, PartialEq)]
pub struct NearMiss {
    /// Place of the item in the index.
    pub at: usize,
    /// Similarity of the titles, from 0 to 1.
    pub similarity: f64,
    /// The values on both sides.
    pub evidence: Vec<Evidence>,
    /// Why it is no match, in words.
    pub reason: String,
}

#[cfg(test)]
mod tests;
