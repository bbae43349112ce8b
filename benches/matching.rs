//! Speed of matching listings to alerts, on made-up items: a tenth of the alerts is on sale.
//!
//! `cargo bench --bench matching`: ten thousand alerts and a hundred thousand listings, by identifiers alone and with
//! similar titles. `SYSTEMIC_BENCH_ITEMS=1000000 cargo bench --bench matching` takes a million listings and a tenth as
//! many alerts.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use systemic::matching::{Index, Item, Rules, gtin};

fn main() {
    divan::main();
}

const WORDS: usize = 50_000;
const BRANDS: usize = 5_000;

struct Product {
    brand: String,
    model: String,
    gtin: String,
    title: String,
}

/// Words whose frequencies fall as those of a language do.
fn word(vocabulary: &[String], rng: &mut ChaCha8Rng) -> String {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
    let rank = (WORDS as f64).powf(rng.random::<f64>()) as usize;
    vocabulary[rank.min(WORDS - 1)].clone()
}

fn products(n: usize, seed: u64) -> Vec<Product> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let letter = |rng: &mut ChaCha8Rng| char::from(b'a' + rng.random_range(0..26_u8));
    let vocabulary: Vec<String> =
        (0..WORDS).map(|_| (0..rng.random_range(3..10)).map(|_| letter(&mut rng)).collect()).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..n)
        .map(|_| {
            let brand = vocabulary[rng.random_range(0..BRANDS)].clone();
            let model = format!("{}{}-{}", letter(&mut rng), letter(&mut rng), rng.random_range(1_000..1_000_000));
            let payload = format!("{}", rng.random_range(400_000_000_000_u64..999_000_000_000));
            let words: Vec<String> = (0..8).map(|_| word(&vocabulary, &mut rng)).collect();
            let title = format!("{brand} {} {model}", words.join(" "));
            Product { brand, model, gtin: format!("{payload}{}", gtin::check_digit(&payload)), title }
        })
        .collect()
}

fn item(product: &Product) -> Item<'_> {
    let Product { brand, model, gtin, title } = product;
    Item { brand: Some(brand), model: Some(model), gtin: Some(gtin), title: Some(title), ..Item::default() }
}

fn items(products: &[Product]) -> Vec<Item<'_>> {
    products.iter().map(item).collect()
}

fn listings() -> usize {
    #[allow(clippy::disallowed_methods, reason = "the size of the run, chosen by who runs it")]
    let given = std::env::var("SYSTEMIC_BENCH_ITEMS").ok().and_then(|n| n.parse().ok());
    given.unwrap_or(100_000)
}

#[divan::bench(args = ["identifiers", "listings"], sample_count = 1)]
fn listings_to_alerts(bencher: Bencher<'_, '_>, rules: &str) {
    let rules = if rules == "identifiers" { Rules::identifiers() } else { Rules::listings() };
    let n = listings();
    let alerts = products(n / 10, 2);
    let mut offered = products(n, 3);
    for (listing, alert) in offered.iter_mut().step_by(100).zip(products(n / 10, 2)) {
        *listing = alert;
    }
    bencher.counter(ItemsCount::new(n)).bench_local(|| {
        let index = Index::new(items(black_box(&alerts)), &rules);
        let found = index.matches_of(&items(&offered));
        assert!(found.iter().filter(|f| !f.is_empty()).count() >= n / 100);
    });
}
