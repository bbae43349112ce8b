//! Similarity of short texts: cosine of trigrams that are weighted by how rare they are.
//!
//! Trigrams are taken inside each chunk with its boundaries (`^pb5810h$`), so that blanks and hyphens do not count
//! and parts of identifiers do. The weight of a trigram that stands n times in a text is
//! (1 + ln n) · ln(1 + N/df), with N texts in the index, df of them with the trigram (at least 1).
//!
//! Sources: G. Salton and C. Buckley, "Term-weighting approaches in automatic text retrieval", *Information
//! Processing & Management* 24 (1988), 513–523; character n-grams for names: W. Cohen, P. Ravikumar and S. Fienberg,
//! "A comparison of string distance metrics for name-matching tasks", *IJCAI-03 Workshop on
//! Information Integration on the Web* (2003), 73–78.

use super::words::Chunk;

/// Letters, digits, plus, and the boundary.
const SYMBOLS: u16 = 38;

/// How many trigrams there can be.
const GRAMS: usize = (SYMBOLS as usize).pow(3);

/// Trigrams of one text with their counts, sorted.
pub(super) type Grams = Vec<(u16, u8)>;

fn symbol(byte: u8) -> u16 {
    match byte {
        b'a'..=b'z' => u16::from(byte - b'a') + 1,
        b'0'..=b'9' => u16::from(byte - b'0') + 27,
        _ => SYMBOLS - 1,
    }
}

/// Trigrams of the chunks of a text.
pub(super) fn grams<'a>(chunks: impl IntoIterator<Item = &'a Chunk>) -> Grams {
    let mut codes = Vec::new();
    for chunk in chunks {
        let (mut first, mut second) = (None, 0);
        for third in chunk.key.bytes().map(symbol).chain([0]) {
            if let Some(first) = first {
                codes.push((first * SYMBOLS + second) * SYMBOLS + third);
            }
            first = Some(second);
            second = third;
        }
    }
    codes.sort_unstable();
    let mut grams: Grams = Vec::new();
    for code in codes {
        match grams.last_mut() {
            Some((last, n)) if *last == code => *n = n.saturating_add(1),
            _ => grams.push((code, 1)),
        }
    }
    grams
}

/// One text with its weights, sorted, and the length of its vector.
#[derive(Debug)]
pub(super) struct Weighed {
    weights: Vec<(u16, f64)>,
    norm: f64,
}

/// Texts of an index: trigrams, how rare each is, and the length of each vector.
#[derive(Debug, Default)]
pub(super) struct Texts {
    starts: Vec<usize>,
    grams: Grams,
    norms: Vec<f64>,
    rarity: Vec<f64>,
}

impl Texts {
    /// Takes the texts in their order.
    pub(super) fn new(texts: Vec<Grams>) -> Self {
        let mut df = vec![0_u32; GRAMS];
        let mut starts = Vec::with_capacity(texts.len() + 1);
        let mut grams = Vec::with_capacity(texts.iter().map(Vec::len).sum());
        starts.push(0);
        let count = texts.len();
        for text in texts {
            for (code, _) in &text {
                df[usize::from(*code)] += 1;
            }
            grams.extend(text);
            starts.push(grams.len());
        }
        #[allow(clippy::cast_precision_loss, reason = "counts of texts are far below 2^52")]
        let n = count as f64;
        let rarity = df.into_iter().map(|df| (n / f64::from(df.max(1))).ln_1p()).collect();
        let mut texts = Self { starts, grams, norms: Vec::new(), rarity };
        texts.norms = (0..count).map(|at| texts.norm(texts.text(at))).collect();
        texts
    }

    fn text(&self, at: usize) -> &[(u16, u8)] {
        &self.grams[self.starts[at]..self.starts[at + 1]]
    }

    fn weight(&self, (code, n): (u16, u8)) -> f64 {
        let times = if n == 1 { 1.0 } else { 1.0 + f64::from(n).ln() };
        times * self.rarity[usize::from(code)]
    }

    /// Length of the vector of a text.
    fn norm(&self, grams: &[(u16, u8)]) -> f64 {
        grams.iter().map(|g| self.weight(*g).powi(2)).sum::<f64>().sqrt()
    }

    /// A text with the weights of this index, to be compared with many.
    pub(super) fn weigh(&self, grams: &[(u16, u8)]) -> Weighed {
        let norm = self.norm(grams);
        Weighed { weights: grams.iter().map(|g| (g.0, self.weight(*g))).collect(), norm }
    }

    /// Cosine of a text with the one at a place of the index; 0 where one is empty.
    pub(super) fn cosine(&self, text: &Weighed, at: usize) -> f64 {
        let (here, there) = (text.weights.as_slice(), self.text(at));
        let (mut i, mut j, mut sum) = (0, 0, 0.0);
        while i < here.len() && j < there.len() {
            let (x, y) = (here[i].0, there[j].0);
            if x == y {
                sum += here[i].1 * self.weight(there[j]);
            }
            i += usize::from(x <= y);
            j += usize::from(y <= x);
        }
        let lengths = text.norm * self.norms[at];
        if lengths > 0.0 { (sum / lengths).min(1.0) } else { 0.0 }
    }
}
