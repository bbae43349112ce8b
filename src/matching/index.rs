//! Items that can be asked which of them are the same product as another.

use std::collections::BTreeSet;

use foldhash::quality::FixedState;
use rayon::prelude::*;

use super::decide::{Pair, Verdict};
use super::prepared::Prepared;
use super::rules::Rules;
use super::text::{Grams, Texts, Weighed, grams};
use super::{Item, Match, NearMiss};

/// One side of a matching: alerts, removed listings, or a catalogue.
///
/// Takes about 500 bytes for each item besides its text. The same items in the same order give the same matches,
/// whatever the number of threads.
#[derive(Debug)]
pub struct Index<'a> {
    items: Vec<Item<'a>>,
    rules: Rules,
    /// Barcode → item.
    gtins: Vec<(u64, u32)>,
    /// Hashes of identifiers, of words, and of names of brands → item, packed and sorted.
    keys: Postings,
    words: Postings,
    brands: Postings,
    /// First characters of the identifiers of the field for the model → item.
    stems: Postings,
    texts: Texts,
}

/// How many lists of neighbours by barcode, model and brand are looked through for near misses.
const NEAR_CANDIDATES: usize = 200;

/// First characters of an identifier under which it is listed as a word, so that shops' endings do not hide it.
const PREFIX: usize = 5;

/// The most by which identifiers raise a similarity: what is below cannot reach the threshold.
const HIGHEST_GAIN: f64 = 0.4;

/// Sorted pairs of a hash and an item.
#[derive(Debug, Default)]
struct Postings(Vec<u64>);

fn hash(text: &str) -> u32 {
    use std::hash::BuildHasher;
    // The upper half of a well-mixed hash. Equal hashes of different texts only add candidates.
    u32::try_from(FixedState::with_seed(0).hash_one(text) >> 32).unwrap_or(0)
}

impl Postings {
    fn new(lists: impl Iterator<Item = (u32, Vec<u32>)>) -> Self {
        let mut all: Vec<u64> = lists
            .flat_map(|(at, hashes)| hashes.into_iter().map(move |h| (u64::from(h) << 32) | u64::from(at)))
            .collect();
        all.par_sort_unstable();
        all.dedup();
        all.shrink_to_fit();
        Self(all)
    }

    /// Items under a hash.
    fn under(&self, hash: u32) -> &[u64] {
        let from = self.0.partition_point(|p| *p < u64::from(hash) << 32);
        let until = from + self.0[from..].partition_point(|p| p >> 32 == u64::from(hash));
        &self.0[from..until]
    }
}

fn item_of(posting: u64) -> u32 {
    u32::try_from(posting & u64::from(u32::MAX)).unwrap_or(u32::MAX)
}

/// What one item is listed under.
struct Listed {
    gtins: Vec<u64>,
    keys: Vec<u32>,
    words: Vec<u32>,
    brands: Vec<u32>,
    stems: Vec<u32>,
    grams: Grams,
}

/// Hashes of the words of a name: its words, and the beginnings of its identifiers.
fn word_hashes(item: &Prepared) -> Vec<u32> {
    let mut hashes: Vec<u32> = item
        .words()
        .into_iter()
        .flat_map(|word| {
            let begins = (word.len() > PREFIX && word.bytes().any(|b| b.is_ascii_digit())).then(|| &word[..PREFIX]);
            [Some(word), begins].into_iter().flatten().map(hash)
        })
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

impl<'a> Index<'a> {
    /// Reads and lists all items. O(n log n) for n items; at most 2³² − 1 of them are listed.
    #[must_use]
    pub fn new(items: Vec<Item<'a>>, rules: &Rules) -> Self {
        let listed: Vec<Listed> = items
            .par_iter()
            .map(|item| {
                let read = Prepared::new(item, &rules.lengths);
                let text = rules.text.is_some();
                Listed {
                    gtins: read.gtins.iter().map(|g| g.number).collect(),
                    keys: read.keys.iter().map(|k| hash(&k.text)).collect(),
                    words: if text { word_hashes(&read) } else { Vec::new() },
                    brands: read.maker.names.iter().map(|name| hash(&name.concat())).collect(),
                    stems: read.field_keys().filter_map(|k| k.text.get(..PREFIX)).map(hash).collect(),
                    grams: grams(&read.name),
                }
            })
            .collect();
        let mut parts = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (at, one) in (0_u32..).zip(listed) {
            parts.0.extend(one.gtins.into_iter().map(|g| (g, at)));
            parts.1.push((at, one.keys));
            parts.2.push((at, one.words));
            parts.3.push((at, one.brands));
            parts.4.push(one.grams);
            parts.5.push((at, one.stems));
        }
        let (mut gtins, keys, words, brands, texts, stems) = parts;
        gtins.par_sort_unstable();
        gtins.dedup();
        Self {
            items,
            rules: *rules,
            gtins,
            keys: Postings::new(keys.into_iter()),
            words: Postings::new(words.into_iter()),
            brands: Postings::new(brands.into_iter()),
            stems: Postings::new(stems.into_iter()),
            texts: Texts::new(texts),
        }
    }

    /// The items, in the order in which they were given.
    #[must_use]
    pub fn items(&self) -> &[Item<'a>] {
        &self.items
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The items that are the same product, by rule, falling similarity, and place.
    #[must_use]
    pub fn matches(&self, item: &Item<'_>) -> Vec<Match> {
        let here = Here::new(self, item);
        let mut found: Vec<Match> = Vec::new();
        for at in self.candidates(&here) {
            let (verdict, similarity) = self.compare(&here, at);
            if let Verdict::Same(rule, evidence, reason) = verdict {
                found.push(Match { at, rule, similarity, evidence, reason });
            }
        }
        found.sort_by(|x, y| x.rule.cmp(&y.rule).then(y.similarity.total_cmp(&x.similarity)).then(x.at.cmp(&y.at)));
        found
    }

    /// The matches of many items, on all threads, in the order of the items.
    #[must_use]
    pub fn matches_of(&self, items: &[Item<'_>]) -> Vec<Vec<Match>> {
        items.par_iter().map(|item| self.matches(item)).collect()
    }

    /// The items that come close and are no match, with the reason, by falling similarity and place.
    ///
    /// Looks further than [`Index::matches`]: at barcodes with another last digit, at models with the same beginning,
    /// and at items of the same brand.
    #[must_use]
    pub fn near_misses(&self, item: &Item<'_>) -> Vec<NearMiss> {
        let here = Here::new(self, item);
        let mut candidates: BTreeSet<usize> = self.candidates(&here).into_iter().collect();
        for gtin in &here.read.gtins {
            let tens = gtin.number / 10;
            let from = self.gtins.partition_point(|(g, _)| *g < tens * 10);
            let beside = self.gtins[from..].iter().take(NEAR_CANDIDATES).take_while(|(g, _)| g / 10 == tens);
            candidates.extend(beside.map(|(_, at)| *at as usize));
        }
        let said = here.read.maker.said.iter().map(|word| hash(word));
        let names = here.read.maker.names.iter().map(|name| hash(&name.concat()));
        for brand in names.chain(said) {
            candidates.extend(self.brands.under(brand).iter().take(NEAR_CANDIDATES).map(|p| item_of(*p) as usize));
        }
        for stem in here.read.keys.iter().filter_map(|key| key.text.get(..PREFIX)).map(hash) {
            candidates.extend(self.stems.under(stem).iter().take(NEAR_CANDIDATES).map(|p| item_of(*p) as usize));
        }
        let mut found: Vec<NearMiss> = Vec::new();
        for at in candidates {
            if let (Verdict::Near(evidence, reason), similarity) = self.compare(&here, at) {
                found.push(NearMiss { at, similarity, evidence, reason });
            }
        }
        found.sort_by(|x, y| y.similarity.total_cmp(&x.similarity).then(x.at.cmp(&y.at)));
        found
    }

    fn compare(&self, here: &Here, at: usize) -> (Verdict, f64) {
        let there = Prepared::new(&self.items[at], &self.rules.lengths);
        let cosine = self.texts.cosine(&here.name, at);
        let other_brand = self.other_brand(&here.read, &there);
        let pair = Pair { here: &here.read, there: &there, cosine, other_brand, rules: &self.rules };
        (pair.verdict(), pair.similarity())
    }

    /// Places of the items that share a barcode, an identifier, or rare words.
    fn candidates(&self, here: &Here) -> Vec<usize> {
        let mut found = BTreeSet::new();
        for gtin in &here.read.gtins {
            let from = self.gtins.partition_point(|(g, _)| *g < gtin.number);
            let equal = self.gtins[from..].iter().take(self.rules.max_postings);
            found.extend(equal.take_while(|(g, _)| *g == gtin.number).map(|(_, at)| *at as usize));
        }
        for key in &here.read.keys {
            let items = self.keys.under(hash(&key.text));
            if items.len() <= self.rules.max_postings {
                found.extend(items.iter().map(|p| item_of(*p) as usize));
            }
        }
        if let Some(text) = &self.rules.text {
            let near = self.by_words(&here.read).into_iter().filter(|at| {
                let cosine = self.texts.cosine(&here.name, *at);
                cosine + HIGHEST_GAIN * (1.0 - cosine) >= text.threshold
            });
            found.extend(near);
        }
        found.into_iter().collect()
    }

    /// Items with which the most, and the rarest, words are shared.
    fn by_words(&self, read: &Prepared) -> Vec<usize> {
        let mut lists: Vec<&[u64]> = word_hashes(read).into_iter().map(|h| self.words.under(h)).collect();
        lists.retain(|list| !list.is_empty() && list.len() <= self.rules.max_postings);
        // Stable, and the hashes are in order.
        lists.sort_by_key(|list| list.len());
        let mut seen: Vec<(u32, f64)> = Vec::new();
        #[allow(clippy::cast_precision_loss, reason = "counts of items are far below 2^52")]
        for list in lists {
            if seen.len() + list.len() > self.rules.max_postings {
                break;
            }
            let weight = (self.items.len() as f64 / list.len() as f64).ln_1p();
            seen.extend(list.iter().map(|p| (item_of(*p), weight)));
        }
        seen.sort_unstable_by(|x, y| x.0.cmp(&y.0).then(y.1.total_cmp(&x.1)));
        let mut summed: Vec<(u32, f64)> = Vec::new();
        for (at, weight) in seen {
            match summed.last_mut() {
                Some((last, sum)) if *last == at => *sum += weight,
                _ => summed.push((at, weight)),
            }
        }
        summed.sort_unstable_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
        summed.into_iter().take(self.rules.max_candidates).map(|(at, _)| at as usize).collect()
    }

    /// A brand of the index that the item's title names, where the item has no field for it.
    fn other_brand(&self, here: &Prepared, there: &Prepared) -> Option<String> {
        if here.maker.is_named() || !there.maker.is_named() {
            return None;
        }
        let words: Vec<&str> = here.name.iter().flat_map(|c| c.words.iter()).map(String::as_str).collect();
        (1..=4).flat_map(|n| words.windows(n)).find_map(|run| {
            let name = run.concat();
            let known = name.len() >= 4 && !self.brands.under(hash(&name)).is_empty();
            let own = there.maker.names.iter().any(|n| n.concat() == name) || there.maker.said.contains(&name);
            (known && !own && name.bytes().any(|b| b.is_ascii_alphabetic())).then(|| run.join(" "))
        })
    }
}

/// The item that is asked about.
struct Here {
    read: Prepared,
    name: Weighed,
}

impl Here {
    fn new(index: &Index<'_>, item: &Item<'_>) -> Self {
        let read = Prepared::new(item, &index.rules.lengths);
        let name = index.texts.weigh(&grams(&read.name));
        Self { read, name }
    }
}
