//! What others than the platform know: alerts on products, test purchases, planted listings; and the penalty policy.

use super::block::AlertsOf;
use super::clock::{midnight, unambiguous};
use super::details::{Product, product};
use super::fate::{self, Nature};
use super::maths::{DAY, Draw};
use super::model::{self, CATEGORIES, COUNTRIES, POLICY, TACTICS};
use super::plan::MarketplacePlan;
use super::sheet::{Field, Form, Rows, Sheet, Style};
use crate::simulate::rng::Rng;

/// An alert on a product.
#[derive(Debug, Clone)]
pub(super) struct Alert {
    pub category: u8,
    pub published: i64,
    pub product: Product,
}

const fn plain(name: &'static str, form: Form) -> Field {
    Field { name, to: name, form, codes: &[] }
}

/// Alerts, in the plain columns of the table `alerts`: they are of authorities and not of the platform.
pub(super) static ALERTS: Sheet = Sheet {
    table: "alerts",
    stem: "alerts",
    style: Style::Csv { delimiter: ',', gzip: false },
    constants: &[],
    fields: &[
        plain("authority", Form::Text),
        plain("alert_number", Form::Text),
        plain("published_at", Form::Utc),
        plain("product", Form::Text),
        plain("name", Form::Text),
        plain("brand", Form::Text),
        plain("model", Form::Text),
        plain("gtin", Form::Text),
        plain("category", Form::Text),
        plain("risk_type", Form::Text),
        plain("risk_level", Form::Text),
        plain("notifying_country", Form::Text),
    ],
};

/// The alerts of a plan, spread over its window.
pub(super) fn alerts(plan: &MarketplacePlan) -> Vec<Alert> {
    let safety: Vec<u8> =
        (0_u8..).zip(&CATEGORIES).filter(|(_, c)| c.safety && c.prevalence > 0.02).map(|(i, _)| i).collect();
    let (from, until) = (midnight(plan.from), midnight(plan.until()));
    let count = i64::try_from(model::ALERTS.0).unwrap_or(0);
    (0..count)
        .zip(safety.into_iter().cycle())
        .map(|(i, category)| {
            let key = Rng::new([plan.seed, 0x616c_6572, u64::try_from(i).unwrap_or(0), 0]).next();
            // At midnight: alerts are published on a day.
            let published = (from + (until - from) * (i + 1) / (count + 2)).div_euclid(DAY) * DAY;
            let mut product = product(key, category);
            product.gtin = product.gtin.or_else(|| (0..).find_map(|n| super::details::product(key ^ n, category).gtin));
            Alert { category, published, product }
        })
        .collect()
}

/// Which alerts are about a category.
pub(super) fn by_category(alerts: &[Alert]) -> AlertsOf {
    let mut of = AlertsOf::default();
    for (i, alert) in (0_u8..).zip(alerts) {
        if let Some(list) = of.get_mut(usize::from(alert.category)) {
            list.push(i);
        }
    }
    of
}

/// Number of an alert.
pub(super) fn alert_number(index: usize) -> String {
    format!("SIM/{:05}/25", index + 1)
}

/// Writes the alerts.
pub(super) fn put_alerts(alerts: &[Alert], rows: &mut Rows) {
    const RISKS: [&str; 4] = ["Chemical", "Fire", "Choking", "Electric shock"];
    for (i, alert) in alerts.iter().enumerate() {
        let category = &CATEGORIES[usize::from(alert.category)];
        let mut row = rows.row();
        row.text("other").text(alert_number(i).as_str()).time(alert.published);
        row.text(category.nouns[0]).text(alert.product.title.as_str());
        row.text(alert.product.brand).text(alert.product.model.as_str()).text(alert.product.gtin.as_deref());
        row.text(category.name).text(RISKS[i % 4]).text("Serious").text(COUNTRIES[i % COUNTRIES.len()].0);
    }
}

/// Writes the penalty policy.
pub(super) fn put_policy(plan: &MarketplacePlan, rows: &mut Rows) {
    for step in &POLICY {
        let mut row = rows.row();
        row.text("1").time(midnight(plan.from)).int(u64::from(step.at_least)).text("EP").text(step.code);
        row.int(u64::try_from(step.within).ok());
    }
}

/// Share of products that fail their test: bought at random, bought on suspicion, unclear results of both.
pub(super) const FAILURE: (f64, f64, f64) = (0.12, 0.55, 0.03);
/// Test purchases.
pub(super) const PURCHASES: u64 = 200;
const NORMS: [(u8, &str); 4] =
    [(3, "small parts"), (4, "electrical insulation"), (5, "restricted substances"), (1, "maximum dose")];

/// Test purchases: how many random ones failed, of how many with a clear result.
pub(super) fn put_purchases(plan: &MarketplacePlan, rows: &mut Rows) -> (u64, u64) {
    let (from, until) = (midnight(plan.from), midnight(plan.until()));
    let (mut failed, mut clear) = (0, 0);
    for i in 0..PURCHASES {
        let mut rng = Rng::new([plan.seed, 0x7465_7374, i, 0]);
        let random = rng.happens(0.6);
        let (category, norm) = rng.one(&NORMS).copied().unwrap_or(NORMS[0]);
        let fails = rng.happens(if random { FAILURE.0 } else { FAILURE.1 });
        let unclear = rng.happens(FAILURE.2);
        if random && !unclear {
            clear += 1;
            failed += u64::from(fails);
        }
        let mut row = rows.row();
        row.text(format!("P{:04}", i + 1).as_str()).text(None).text(CATEGORIES[usize::from(category)].code);
        row.text(COUNTRIES[rng.index(COUNTRIES.iter().map(|c| c.2))].0).time(rng.minute(from, until)).text(norm);
        row.text(match (unclear, fails) {
            (true, _) => "?",
            (false, true) => "-",
            (false, false) => "+",
        });
        row.text(if random { "random" } else { "suspicious offers" });
    }
    (failed, clear)
}

/// Planted listings.
pub(super) const SEEDS: u64 = 150;
/// Days after which a planted listing is taken away.
pub(super) const PLANTED: i64 = 30;

/// Planted listings: how many were found, of how many.
pub(super) fn put_seeds(plan: &MarketplacePlan, rows: &mut Rows) -> (u64, u64) {
    let (from, until) = (midnight(plan.from), midnight(plan.until()));
    let mut found = 0;
    for i in 0..SEEDS {
        let mut rng = Rng::new([plan.seed, 0x7365_6564, i, 0]);
        let tactic = u8::try_from(i % 5).unwrap_or(0);
        let flagged = rng.happens(fate::sensitivity(plan, tactic));
        let nature = Nature { illegal: true, terms: false, tactic, flagged };
        // All are planted early enough to be watched for their whole time.
        let submitted = unambiguous(rng.minute(from, (until - (PLANTED + 1) * DAY).max(from + 60)));
        let live = submitted + rng.minute(5, 60);
        let refused = flagged && rng.happens(model::INTERCEPTED.0);
        let detected = if refused { submitted + 2 } else { live + rng.wait(fate::own_rate(nature)).max(1) };
        let ended = live + PLANTED * DAY;
        let caught = detected < ended && detected < until;
        found += u64::from(caught);
        let mut row = rows.row();
        row.text(format!("S{:04}", i + 1).as_str()).text(CATEGORIES[usize::try_from(i % 3).unwrap_or(0)].code);
        row.text(TACTICS[usize::from(tactic)].0).text(if rng.happens(0.5) { "new" } else { "old" });
        row.time(submitted).time((!refused).then_some(live)).time(caught.then_some(detected));
        row.time((!caught && ended < until).then_some(ended));
    }
    (found, SEEDS)
}
