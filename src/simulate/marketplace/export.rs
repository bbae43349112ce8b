//! The world in the platform's layout.

use super::clock::{day_of, midnight};
use super::details::{Product, details, product};
use super::dialect::{self, MEASURE, OUTCOME};
use super::fate::{self, Channel};
use super::maths::{DAY, Draw, whole};
use super::model::{self, CATEGORIES, COUNTRIES, NOTIFIERS, POLICY, SIZES};
use super::plan::{Format, MarketplacePlan};
use super::records::{self, Notice, Purchase};
use super::sheet::Rows;
use super::sides::Alert;
use super::world::{Action, Exit, Kind, Listing, World};
use super::write::Output;
use crate::error::Result;
use crate::simulate::rng::Rng;
use std::path::{Path, PathBuf};

/// The open files of a part, in the order of [`dialect::OF_PARTS`].
pub(super) struct Part {
    items: Output,
    sellers: Output,
    moderation: Output,
    reports: Output,
    authority: Output,
    appeals: Output,
    orders: Output,
    impressions: Output,
    links: Output,
}

impl Part {
    /// Begins the files of a part, whose number counts from 1.
    ///
    /// # Errors
    /// [`crate::Error::Io`].
    pub fn create(folder: &Path, format: Format, number: usize) -> Result<Self> {
        let open = |sheet| Output::create(folder, sheet, format, Some(number));
        Ok(Self {
            items: open(&dialect::ITEMS)?,
            sellers: open(&dialect::SELLERS)?,
            moderation: open(&dialect::MODERATION)?,
            reports: open(&dialect::REPORTS)?,
            authority: open(&dialect::AUTHORITY)?,
            appeals: open(&dialect::APPEALS)?,
            orders: open(&dialect::ORDERS)?,
            impressions: open(&dialect::IMPRESSIONS)?,
            links: open(&dialect::LINKS)?,
        })
    }

    /// Writes a block.
    ///
    /// # Errors
    /// Those of [`Output::settle`].
    pub fn block(&mut self, plan: &MarketplacePlan, world: &World, alerts: &[Alert]) -> Result<()> {
        sellers(world, self.sellers.rows());
        for (_, listing) in world.offered() {
            item(world, listing, alerts, self.items.rows());
            for notice in records::notices(world, listing) {
                report(listing, &notice, self.reports.rows());
                non_action(world, listing, &notice, self.appeals.rows());
            }
            order(world, listing, self.authority.rows());
            for purchase in records::purchases(world, listing) {
                bought(world, listing, &purchase, self.orders.rows());
            }
            shown(plan, world, listing, self.impressions.rows());
            if let Some(link) = records::link(world, listing) {
                affiliate(world, listing, &link, self.links.rows());
            }
        }
        for (i, action) in world.actions.iter().enumerate() {
            case(world, i, action, self.moderation.rows());
            appeal(world, i, action, self.appeals.rows());
        }
        for output in self.all() {
            output.settle()?;
        }
        Ok(())
    }

    fn all(&mut self) -> [&mut Output; 9] {
        [
            &mut self.items,
            &mut self.sellers,
            &mut self.moderation,
            &mut self.reports,
            &mut self.authority,
            &mut self.appeals,
            &mut self.orders,
            &mut self.impressions,
            &mut self.links,
        ]
    }

    /// Completes the files; the names of their tables with their rows.
    ///
    /// # Errors
    /// Those of [`Output::finish`].
    pub fn finish(self) -> Result<Vec<(&'static str, PathBuf, u64)>> {
        let all = [
            self.items,
            self.sellers,
            self.moderation,
            self.reports,
            self.authority,
            self.appeals,
            self.orders,
            self.impressions,
            self.links,
        ];
        all.into_iter()
            .zip(dialect::OF_PARTS)
            .map(|(output, sheet)| output.finish().map(|(path, rows)| (sheet.table, path, rows)))
            .collect()
    }
}

fn fingerprint(listing: &Listing) -> String {
    format!("{:012x}", listing.content >> 16)
}

/// The product of a listing.
fn offered(listing: &Listing, alerts: &[Alert]) -> Product {
    match listing.alert.and_then(|i| alerts.get(usize::from(i))) {
        Some(alert) => alert.product.clone(),
        None => product(listing.content, listing.category),
    }
}

fn item(world: &World, listing: &Listing, alerts: &[Alert], rows: &mut Rows) {
    let product = offered(listing, alerts);
    let category = &CATEGORIES[usize::from(listing.category)];
    let country = &COUNTRIES[usize::from(listing.country)];
    let views = listing.views_until(world, world.until);
    let live = listing.live();
    let mut row = rows.row();
    row.id(world.listing_id(listing)).id(world.traders[listing.trader as usize].id);
    row.text(category.code).text(country.0).text(country.1).text(product.title.as_str()).text(product.brand);
    row.text(product.model.as_str()).text(product.gtin.as_deref());
    row.int(records::price(listing)).text(fingerprint(listing).as_str());
    row.time(listing.submitted).time(live).time(listing.ended(world));
    row.time(live.filter(|live| *live < world.from).map(|_| world.from));
    row.int(views).int(listing.orders(views));
    row.flag(listing.nature.flagged).int(u64::from(listing.score)).int(u64::from(listing.mismatch_score));
    for shown in records::display(world, listing) {
        row.flag(shown);
    }
}

fn sellers(world: &World, rows: &mut Rows) {
    for trader in &world.traders {
        let d = details(trader);
        let closed = trader.exit.filter(|(_, exit)| *exit == Exit::Closed).map(|(at, _)| at);
        let mut row = rows.row();
        row.id(trader.id).id(trader.entity.unwrap_or(trader.id)).time(trader.joined).time(closed);
        row.text(model::TRADER_COUNTRIES[usize::from(trader.country)].0).text(SIZES[usize::from(trader.size)].0);
        row.text(d.name.as_deref()).text(d.address.as_deref()).text(d.phone.as_deref()).text(d.email.as_deref());
        row.flag(d.identification).flag(d.payment).flag(d.registered);
        row.text(d.register).text(d.register_number.as_deref()).text(d.vat.as_deref()).flag(d.self_certified);
    }
}

/// Code of a measure.
fn measure(kind: Kind) -> &'static str {
    match kind {
        Kind::Removal => MEASURE[0].0,
        Kind::Disabling => MEASURE[1].0,
        Kind::Demotion => MEASURE[2].0,
        Kind::Labelling => MEASURE[3].0,
        Kind::Interception => MEASURE[4].0,
        Kind::Sanction(step) => POLICY[usize::from(step)].code,
        Kind::Reinstatement => "BACK",
    }
}

fn case(world: &World, index: usize, action: &Action, rows: &mut Rows) {
    let listing = action.listing.and_then(|i| world.listings.get(i as usize));
    let taken = action.taken;
    let (trigger, notice) = match taken.channel {
        Channel::Own => ("OWN", None),
        Channel::Order => ("AUT", None),
        Channel::Notice(i) => {
            let report = listing.and_then(|l| l.fate.reports.get(usize::from(i)));
            let trusted = report.is_some_and(|r| records::is_trusted(r.notifier));
            // A notice from before the window is not in the export.
            let known = report.is_some_and(|r| r.received >= world.from);
            let id = listing.filter(|_| known).map(|l| records::notice_id(world, l, u64::from(i)));
            (if trusted { "TFR" } else { "REP" }, id)
        }
    };
    let sanction = match action.kind {
        Kind::Sanction(step) => Some(u64::from(step) + 1),
        _ => None,
    };
    let views = listing.map(|l| l.views_until(world, taken.acted));
    let mut row = rows.row();
    row.id(world.action_id(index)).id(listing.map(|l| world.listing_id(l)));
    row.id(world.traders[action.trader as usize].id).text(measure(action.kind));
    row.text((action.kind != Kind::Reinstatement).then_some(trigger)).time(taken.detected).time(taken.acted);
    row.time(action.ends).text(if action.on_law { "LAW" } else { "AGB" });
    row.text(listing.map(|l| CATEGORIES[usize::from(l.category)].code)).flag(taken.automated);
    row.flag(if action.kind == Kind::Reinstatement { None } else { action.confirmed }).time(action.reversed);
    row.int(sanction).int(views).int(views.and_then(|v| listing.map(|l| l.orders(v))));
    row.text(listing.map(fingerprint).as_deref()).id(notice);
}

fn report(listing: &Listing, notice: &Notice, rows: &mut Rows) {
    let category = &CATEGORIES[usize::from(listing.category)];
    let mut row = rows.row();
    row.id(notice.id).id(notice.listing).id(notice.pair).time(notice.received).time(notice.receipt);
    row.time(notice.decided).time(notice.answered);
    row.text(notice.decision.map(|d| d.code)).text(notice.decision.and_then(|d| d.ground)).text(category.code);
    row.flag(category.safety).text(notice.notifier).flag(notice.trusted).flag(notice.logged_in);
    row.flag(notice.contact).flag(notice.redress).text(COUNTRIES[usize::from(listing.country)].0);
    row.flag(notice.decision.map(|_| false));
}

fn non_action(world: &World, listing: &Listing, notice: &Notice, rows: &mut Rows) {
    let Some(complaint) = records::non_action(world, notice) else { return };
    let country = &COUNTRIES[usize::from(listing.country)];
    let decided = (complaint.decided < world.until).then_some(complaint.decided);
    let mut row = rows.row();
    row.text(format!("N{}", notice.id).as_str()).text(None).text(None).text("NOACT");
    row.text(CATEGORIES[usize::from(listing.category)].code).time(complaint.filed).time(decided);
    row.text(decided.map(|_| OUTCOME[usize::from(complaint.outcome)].0)).flag(decided.map(|_| false));
    row.text(country.1).text(country.0).text(None);
}

fn appeal(world: &World, index: usize, action: &Action, rows: &mut Rows) {
    let Some(complaint) = action.complaint else { return };
    let trader = &world.traders[action.trader as usize];
    let listing = action.listing.and_then(|i| world.listings.get(i as usize));
    let about = match action.kind {
        Kind::Sanction(step) if usize::from(step) >= model::SUSPENSION => "ACCT",
        Kind::Sanction(_) => "SERV",
        _ => "ITEM",
    };
    let decided = (complaint.decided < world.until).then_some(complaint.decided);
    let language = listing.map_or("en", |l| COUNTRIES[usize::from(l.country)].1);
    let mut row = rows.row();
    row.text(format!("A{}", world.action_id(index)).as_str()).id(world.action_id(index)).id(trader.id).text(about);
    row.text(listing.map(|l| CATEGORIES[usize::from(l.category)].code)).time(complaint.filed).time(decided);
    row.text(decided.map(|_| OUTCOME[usize::from(complaint.outcome)].0)).flag(decided.map(|_| false));
    row.text(language).text(model::TRADER_COUNTRIES[usize::from(trader.country)].0);
    row.text(SIZES[usize::from(trader.size)].0);
}

fn order(world: &World, listing: &Listing, rows: &mut Rows) {
    let Some(order) = records::order(world, listing) else { return };
    let country = COUNTRIES[usize::from(listing.country)].0;
    let effect = (order.effect < world.until).then_some(order.effect);
    let told = (order.told < world.until).then_some(order.told);
    let mut row = rows.row();
    row.id(world.listing_id(listing)).id(world.listing_id(listing)).text(if order.gpsr { "GPSR" } else { "DSA9" });
    row.text(format!("Market surveillance {country}").as_str()).text(country);
    row.text(CATEGORIES[usize::from(listing.category)].code).time(order.received).time(told).time(effect);
    // Orders under the GPSR have the limit of the law, others one of their own.
    row.time((!order.gpsr).then_some(order.received + 3 * DAY));
}

fn bought(world: &World, listing: &Listing, purchase: &Purchase, rows: &mut Rows) {
    let mut row = rows.row();
    row.id(purchase.id).id(world.listing_id(listing)).id(world.traders[listing.trader as usize].id);
    row.text(format!("b{:08x}", purchase.buyer).as_str()).time(purchase.at).text(purchase.state);
    row.text(COUNTRIES[usize::from(listing.country)].0).int(purchase.pieces);
    row.int(records::price(listing) * purchase.pieces).flag(purchase.contact);
    row.time(purchase.known).time(purchase.told);
}

fn shown(plan: &MarketplacePlan, world: &World, listing: &Listing, rows: &mut Rows) {
    let mut rng = Rng::new([plan.seed, listing.key, 20, 0]);
    let Some(live) = listing.live().filter(|_| rng.happens(model::IMPRESSIONS)) else { return };
    let (start, end) = (live.max(world.from), listing.gone(world));
    for day in day_of(start)..=day_of(end - 1) {
        let begin = midnight(day).max(start);
        let views = |at: i64| fate::views(listing.view_rate, start, at);
        let count = views((midnight(day) + DAY).min(end)).saturating_sub(views(begin));
        if count > 0 {
            let mut row = rows.row();
            row.id(world.listing_id(listing)).day(day).text("S").text(COUNTRIES[usize::from(listing.country)].0);
            row.int(count);
        }
    }
}

fn affiliate(world: &World, listing: &Listing, link: &records::Link, rows: &mut Rows) {
    let noun = CATEGORIES[usize::from(if link.front { 0 } else { listing.category })].nouns[0];
    let mut row = rows.row();
    row.text(format!("L{}", world.listing_id(listing)).as_str()).text(format!("P{:06}", link.partner).as_str());
    row.id(world.listing_id(listing)).text(noun).text(link.channel);
    row.text(CATEGORIES[usize::from(listing.category)].code).time(link.posted).int(link.clicks);
    row.int(u64::try_from(whole(super::maths::real(link.clicks) * 4.0)).ok());
    row.time(link.found).time(link.cut).time(link.stopped).time(link.barred);
}

/// Names of notifiers in the platform's codes.
pub(super) fn notifier(index: u8) -> &'static str {
    NOTIFIERS.get(usize::from(index)).map_or("VB", |n| n.code)
}
