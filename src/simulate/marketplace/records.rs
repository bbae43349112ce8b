//! Records that follow from a listing: notices, orders, purchases, links, what its page shows.
//!
//! They are drawn from the listing's own key, so that the files and the truth see the same without keeping them.

use super::clock::unambiguous;
use super::export::notifier;
use super::fate::{self, Channel};
use super::maths::{DAY, Draw, exp, ln, real, whole};
use super::model::{self, CATEGORIES, NOTIFIERS};
use super::world::{Complaint, Listing, World};
use crate::simulate::rng::Rng;

/// A notice as the export tells it.
#[derive(Debug, Clone)]
pub(super) struct Notice {
    pub id: u64,
    pub listing: u64,
    pub pair: Option<u64>,
    pub received: i64,
    pub receipt: Option<i64>,
    pub decided: Option<i64>,
    pub answered: Option<i64>,
    pub decision: Option<Decision>,
    /// Code of the platform.
    pub notifier: &'static str,
    pub trusted: bool,
    pub logged_in: bool,
    pub contact: bool,
    pub redress: Option<bool>,
}

/// A decision on a notice, in codes of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decision {
    pub code: &'static str,
    pub ground: Option<&'static str>,
}

const NOTHING: Decision = Decision { code: "0", ground: None };

/// Whether a notifier is a trusted flagger.
pub(super) fn is_trusted(index: u8) -> bool {
    NOTIFIERS.get(usize::from(index)).is_some_and(|n| n.name == "trusted_flagger")
}

/// Identifier of a notice of a listing.
pub(super) fn notice_id(world: &World, listing: &Listing, number: u64) -> u64 {
    world.listing_id(listing) * 1_000 + number
}

/// The notices of a listing that were received in the window.
pub(super) fn notices(world: &World, listing: &Listing) -> Vec<Notice> {
    let gone = listing.gone(world);
    let removal = listing.removal();
    let on_law = listing.action.and_then(|i| world.actions.get(i as usize)).is_some_and(|a| a.on_law);
    let acted =
        if on_law { Decision { code: "L", ground: Some("LAW") } } else { Decision { code: "A", ground: Some("AGB") } };
    let mut all = Vec::new();
    for (number, report) in (0_u64..).zip(&listing.fate.reports) {
        if report.received < world.from || report.received >= gone {
            continue;
        }
        let wins = removal.is_some_and(|r| r.channel == Channel::Notice(u8::try_from(number).unwrap_or(u8::MAX)));
        let decision = match removal {
            Some(_) if wins => acted,
            Some(r) if r.acted <= report.decided => Decision { code: "D", ground: None },
            _ => NOTHING,
        };
        let trusted = is_trusted(report.notifier);
        let who = (notifier(report.notifier), trusted, report.logged_in);
        all.push(notice(world, listing, number, (report.received, report.decided), decision, who));
    }
    let mut rng = Rng::new([listing.key, 21, 0, 0]);
    let start = listing.fate.live.max(world.from);
    if listing.nature.illegal && listing.live().is_some() && gone > start + 2 * DAY && rng.happens(model::TESTED) {
        let at = rng.minute(start, gone - DAY);
        let first = rng.below(2);
        for turn in 0..2_u64 {
            let logged_in = (first + turn).is_multiple_of(2);
            let (acts, mean) = model::ROUTES[usize::from(!logged_in)];
            let received = at + if turn == 0 { 0 } else { rng.minute(30, DAY) };
            let decided = received + rng.wait(1.0 / mean).max(1);
            let action = Decision { code: "A", ground: Some("AGB") };
            let decision = if rng.happens(acts) { action } else { NOTHING };
            let who = ("TT", false, logged_in);
            let mut test = notice(world, listing, 900 + turn, (received, decided), decision, who);
            test.pair = Some(world.listing_id(listing));
            all.push(test);
        }
    }
    all.retain(|n| n.received < world.until);
    all
}

fn notice(
    world: &World,
    listing: &Listing,
    number: u64,
    (received, decided): (i64, i64),
    decision: Decision,
    (notifier, trusted, logged_in): (&'static str, bool, bool),
) -> Notice {
    let mut rng = Rng::new([listing.key, 22, number, 0]);
    let (contact, receipt, message, redress) = model::MESSAGES;
    let (received, decided) = (unambiguous(received), unambiguous(decided));
    let contact = logged_in || notifier == "TF" || rng.happens(contact);
    let known = (decided < world.until).then_some(decided);
    let answered = known.filter(|_| contact && rng.happens(message)).map(|at| unambiguous(at + 1));
    let answered = answered.filter(|at| *at < world.until);
    let receipt = (contact && rng.happens(receipt)).then(|| unambiguous(received + 1)).filter(|at| *at < world.until);
    Notice {
        id: notice_id(world, listing, number),
        listing: world.listing_id(listing),
        pair: None,
        received,
        receipt,
        decided: known,
        answered,
        decision: known.map(|_| decision),
        notifier,
        trusted,
        logged_in,
        contact,
        redress: answered.map(|_| rng.happens(redress)),
    }
}

/// A complaint against a decision not to act on a notice.
pub(super) fn non_action(world: &World, notice: &Notice) -> Option<Complaint> {
    let decided = notice.decided.filter(|_| notice.decision == Some(NOTHING) && notice.contact)?;
    let mut rng = Rng::new([notice.id, 23, 0, 0]);
    if !rng.happens(model::COMPLAINT.4) {
        return None;
    }
    let filed = decided + rng.wait(1.0 / model::COMPLAINT_DAYS.0).max(10);
    let later = filed + DAY / 2 + rng.wait(1.0 / model::COMPLAINT_DAYS.1);
    let outcome = u8::try_from(rng.index(model::OUTCOMES_NON_ACTION.into_iter())).unwrap_or(0);
    (filed < world.until).then_some(Complaint { filed, decided: later, outcome })
}

/// An order of an authority as the export tells it.
#[derive(Debug, Clone, Copy)]
pub(super) struct AuthorityOrder {
    pub received: i64,
    pub effect: i64,
    pub told: i64,
    pub gpsr: bool,
}

/// The order on a listing that was received in the window.
pub(super) fn order(world: &World, listing: &Listing) -> Option<AuthorityOrder> {
    let order = listing.fate.order.as_ref()?;
    if order.received < world.from || order.received >= listing.gone(world) {
        return None;
    }
    let mut rng = Rng::new([listing.key, 24, 0, 0]);
    let gpsr = CATEGORIES[usize::from(listing.category)].safety && rng.happens(0.8);
    Some(AuthorityOrder { received: order.received, effect: order.effect, told: order.effect + DAY / 2, gpsr })
}

/// A purchase.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purchase {
    pub id: u64,
    pub at: i64,
    pub buyer: u64,
    pub pieces: u64,
    pub state: &'static str,
    pub contact: bool,
    /// When the platform knew that the product is illegal.
    pub known: Option<i64>,
    pub told: Option<i64>,
}

/// The purchases of a listing in the window: each at the minute at which the number of its orders grows.
pub(super) fn purchases(world: &World, listing: &Listing) -> impl Iterator<Item = Purchase> + use<> {
    let orders = listing.orders(listing.views_until(world, world.until));
    let start = listing.fate.live.max(world.from);
    let action = listing.action.and_then(|i| world.actions.get(i as usize));
    let confirmed = action.filter(|a| a.on_law && a.confirmed == Some(true) && !listing.fate.intercepted);
    let known = confirmed.map(|a| a.taken.acted);
    let (rate, conversion, key) = (listing.view_rate.max(1), listing.conversion.max(1), listing.key);
    let (id, until) = (world.listing_id(listing), world.until);
    (1..=orders).map(move |number| {
        let mut rng = Rng::new([key, 25, number, 0]);
        let views = (number * 10_000).div_ceil(conversion);
        let after = (u128::from(views) * 1_440_000).div_ceil(u128::from(rate));
        let at = start + i64::try_from(after).unwrap_or(0);
        let (contact, told, mean) = model::BUYERS;
        let contact = rng.happens(contact);
        let told = rng.happens(told).then(|| rng.wait(1.0 / mean).max(30));
        let recent = known.filter(|known| at < *known && *known - at <= model::LOOK_BACK * DAY);
        let told = recent.filter(|_| contact).and_then(|known| told.map(|wait| known + wait));
        Purchase {
            id: id * 100_000 + number,
            at,
            buyer: rng.next() >> 32,
            pieces: 1 + u64::from(rng.happens(0.15)),
            state: ["OK", "ST", "RE"][rng.index([0.92, 0.04, 0.04].into_iter())],
            contact,
            known,
            told: told.filter(|at| *at < until),
        }
    })
}

/// Price in cents.
pub(super) fn price(listing: &Listing) -> u64 {
    let mut rng = Rng::new([listing.content, 26, 0, 0]);
    let least = CATEGORIES[usize::from(listing.category)].price;
    // Within two powers of ten, most of them low.
    let factor = exp(rng.unit() * rng.unit() * ln(60.0));
    u64::try_from(whole(least * factor)).unwrap_or(0) / 10 * 10 + 9
}

/// What the page of a listing shows, in the order of the columns; `None` where it need not.
pub(super) fn display(world: &World, listing: &Listing) -> [Option<bool>; 9] {
    let mut rng = Rng::new([listing.key, 27, 0, 0]);
    let trader = &world.traders[listing.trader as usize];
    let (outside, warned) = (rng.happens(model::APPLIES.0), rng.happens(model::APPLIES.1));
    let registered = super::details::is_registered(trader);
    let mut shown =
        trader.display.map(|mostly| Some(rng.happens(if mostly { model::SHOWN.0 } else { model::SHOWN.1 })));
    for (part, applies) in [(3, registered), (6, outside), (8, warned)] {
        if !applies {
            shown[part] = None;
        }
    }
    shown
}

/// An affiliate link.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub partner: u64,
    /// Whether it fronts for something else than the listing.
    pub front: bool,
    pub channel: &'static str,
    pub posted: i64,
    pub clicks: u64,
    pub found: Option<i64>,
    pub cut: Option<i64>,
    pub stopped: Option<i64>,
    pub barred: Option<i64>,
}

/// The affiliate link to a listing, where there is one.
pub(super) fn link(world: &World, listing: &Listing) -> Option<Link> {
    let mut rng = Rng::new([listing.key, 28, 0, 0]);
    let live = listing.live()?;
    let (start, gone) = (live.max(world.from), listing.gone(world));
    if !rng.happens(model::LINKS.0) || gone <= start + 1 {
        return None;
    }
    let front = rng.happens(model::LINKS.1);
    let posted = rng.minute(start, gone);
    let u = rng.unit();
    let partner = world.number * 40 + u64::try_from(whole(40.0 * u * u * u)).unwrap_or(0) + 1;
    let (rate, cut, stopped, barred, until_barred) = model::LINK_RATES;
    let clicks = u64::try_from(whole(rng.pareto(1.2).min(2_000.0) * 3.0)).unwrap_or(0);
    let found = (front || listing.nature.illegal).then(|| posted + rng.wait(rate).max(1));
    let after = |rng: &mut Rng, mean: f64| found.map(|at| at + rng.wait(1.0 / mean).max(1));
    let (cut, stopped) = (after(&mut rng, cut), after(&mut rng, stopped));
    let barred = if rng.happens(barred) { after(&mut rng, until_barred) } else { None };
    let seen = |at: Option<i64>| at.filter(|at| *at < world.until);
    Some(Link {
        partner,
        front,
        channel: rng.one(&["video", "forum", "chat group", "blog"]).copied().unwrap_or("blog"),
        posted,
        clicks,
        found: seen(found),
        cut: seen(cut),
        stopped: seen(stopped),
        barred: seen(barred),
    })
}

/// A share with its parts, or nothing where there is no whole.
pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| real(part) / real(whole))
}

/// Views of a listing before it was taken away.
pub(super) fn views_before(world: &World, listing: &Listing, acted: i64) -> u64 {
    fate::views(listing.view_rate, listing.fate.live.max(world.from), acted)
}
