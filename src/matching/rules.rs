//! Rules by which two items are taken for the same product, with their thresholds.

use std::fmt;

use super::model::Lengths;

/// What an identifier that contradicts does to a match by text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherModel {
    /// No match: the same brand with another model is another product.
    Reject,
    /// A lower similarity: for catalogues in which shops write part numbers of their own.
    Weigh,
}

/// Rule of similar texts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextRule {
    /// Smallest similarity, from 0 to 1.
    pub threshold: f64,
    /// What identifiers do that differ.
    pub other_model: OtherModel,
}

/// Rules with thresholds. Printing them gives what stands in a report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Shortest identifiers that are evidence.
    pub lengths: Lengths,
    /// Rule of similar texts; `None` where only identifiers count.
    pub text: Option<TextRule>,
    /// A barcode, identifier or word that more items share finds no candidates.
    pub max_postings: usize,
    /// Most candidates by text that are compared for one item.
    pub max_candidates: usize,
}

/// Lengths: `HL76` is evidence with its brand and `P1` is not; five digits are a number that a maker gave rather
/// than a size or a year; seven characters with three digits keep out the names of standards (CR2032, IP67, GU10).
const LENGTHS: Lengths = Lengths { mixed: 3, digits: 5, alone: 7 };

impl Rules {
    /// Barcodes, brands and models alone: what an alert can be matched by.
    #[must_use]
    pub const fn identifiers() -> Self {
        Self { lengths: LENGTHS, text: None, max_postings: 1_000, max_candidates: 50 }
    }

    /// Identifiers, and texts that are so close that a trader may have put up the same listing again.
    ///
    /// 0.85: of the pairs of Abt and Buy that are this similar, 97 in 100 are one product, without any choice among
    /// them; a listing that is copied has a similarity near 1.
    #[must_use]
    pub const fn listings() -> Self {
        let text = TextRule { threshold: 0.85, other_model: OtherModel::Reject };
        Self { text: Some(text), ..Self::identifiers() }
    }

    /// Two catalogues of different shops, for [`super::one_to_one`]: each product has one partner at most, so
    /// that the nearest one is taken where it is similar at all.
    #[must_use]
    pub const fn catalogues() -> Self {
        let text = TextRule { threshold: 0.3, other_model: OtherModel::Weigh };
        Self { text: Some(text), ..Self::identifiers() }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::identifiers()
    }
}

impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lengths { mixed, digits, alone } = self.lengths;
        writeln!(f, "barcode: equal after normalisation to 14 digits, valid, not of a prefix for use within one shop")?;
        writeln!(
            f,
            "brand and model: the brand agrees, and an identifier is equal as a whole; of at least {mixed} characters with letters and digits, or {digits} digits"
        )?;
        writeln!(
            f,
            "model alone: an identifier of at least {alone} characters with letters and digits is equal, and no other brand is named"
        )?;
        match &self.text {
            None => writeln!(f, "text: not used")?,
            Some(TextRule { threshold, other_model }) => {
                let other = match other_model {
                    OtherModel::Reject => "no match where identifiers differ",
                    OtherModel::Weigh => "lower where identifiers differ",
                };
                writeln!(f, "text: similarity of at least {threshold}, {other}")?;
            }
        }
        write!(
            f,
            "bounds: what more than {} items share finds no candidates; {} candidates by text",
            self.max_postings, self.max_candidates
        )
    }
}
