//! What becomes of one listing when nobody but the platform, notifiers and authorities interferes.
//!
//! The channels by which a listing is removed are independent of each other and of its end by the trader, and the
//! earliest one wins. This makes the distribution of the time to removal a product of closed forms
//! ([`super::process`]).

use super::clock::{day_of, midnight, working_days_after};
use super::maths::{Draw, NEVER, real, whole};
use super::model;
use super::plan::MarketplacePlan;
use crate::simulate::rng::Rng;

/// What a listing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nature {
    pub illegal: bool,
    /// Legal, but against the terms and conditions.
    pub terms: bool,
    /// Index into [`model::TACTICS`].
    pub tactic: u8,
    /// Label of the classifier.
    pub flagged: bool,
}

/// What made the platform act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Own,
    /// Index into the notices of the listing.
    Notice(u8),
    Order,
}

/// An action on a listing that takes it away.
#[derive(Debug, Clone, Copy)]
pub(super) struct Removal {
    pub detected: i64,
    pub acted: i64,
    pub channel: Channel,
    pub automated: bool,
}

/// A notice of a listing.
#[derive(Debug, Clone)]
pub(super) struct Report {
    /// Index into [`model::NOTIFIERS`].
    pub notifier: u8,
    pub received: i64,
    pub decided: i64,
    pub logged_in: bool,
}

/// An order of an authority on a listing.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub received: i64,
    pub effect: i64,
}

/// What becomes of a listing.
#[derive(Debug, Clone)]
pub(super) struct Fate {
    /// Refused before it was live; `removal` then is the refusal.
    pub intercepted: bool,
    pub live: i64,
    pub ended: i64,
    pub removal: Option<Removal>,
    pub reports: Vec<Report>,
    pub order: Option<Order>,
}

impl Fate {
    /// When it leaves the site, or would have been detected.
    pub fn exit(&self) -> i64 {
        self.removal.map_or(self.ended, |r| r.detected.min(self.ended))
    }
}

/// Days as minutes.
pub(super) fn minutes(days: f64) -> i64 {
    whole(days * 1_440.0)
}

/// Rate of own actions on a live listing.
pub(super) fn own_rate(nature: Nature) -> f64 {
    match (nature.illegal, nature.flagged) {
        (true, true) => model::OWN_RATE.0,
        (true, false) if nature.tactic == 0 => model::OWN_RATE.1,
        (true, false) => model::OWN_RATE.2,
        (false, true) => model::WRONG_RATE,
        (false, false) if nature.terms => model::TERMS.1,
        (false, false) => 0.0,
    }
}

/// Sensitivity of the classifier for a tactic.
pub(super) fn sensitivity(plan: &MarketplacePlan, tactic: u8) -> f64 {
    plan.sensitivity * model::TACTICS.get(usize::from(tactic)).map_or(1.0, |t| t.3)
}

/// Draws the fate of a listing. What lies at or after `horizon` may be left out: it is never looked at.
pub(super) fn draw(rng: &mut Rng, nature: Nature, submitted: i64, may_intercept: bool, horizon: i64) -> Fate {
    let of = |pair: (f64, f64)| if nature.illegal { pair.0 } else { pair.1 };
    let live = submitted + rng.minute(5, 60);
    let mut fate = Fate {
        intercepted: false,
        live,
        ended: live + rng.wait(of(model::ENDED_RATE)).max(1),
        removal: None,
        reports: Vec::new(),
        order: None,
    };
    if may_intercept && nature.flagged && rng.happens(of(model::INTERCEPTED)) {
        let detected = submitted + rng.minute(1, 4);
        fate.intercepted = true;
        fate.removal = Some(Removal { detected, acted: detected + 1, channel: Channel::Own, automated: true });
        return fate;
    }
    let rate = own_rate(nature);
    if rate > 0.0 {
        let detected = live + rng.wait(rate).max(1);
        let automated = rng.happens(model::AUTOMATED);
        let acted = detected + if automated { 1 } else { rng.wait(1.0 / model::REVIEW).max(1) };
        fate.removal = Some(Removal { detected, acted, channel: Channel::Own, automated });
    }
    if nature.illegal {
        let received = live + rng.wait(model::ORDER_RATE).max(1);
        if received < horizon && received < first(&fate) {
            let steps = rng.index(model::ORDER_DAYS.into_iter());
            let last = working_days_after(day_of(received), u32::try_from(steps).unwrap_or(0), &[]);
            let effect = rng.minute(midnight(last), midnight(last + 1)).max(received + 1);
            fate.order = Some(Order { received, effect });
            consider(&mut fate, Removal { detected: effect, acted: effect, channel: Channel::Order, automated: false });
        }
    }
    notices(rng, nature, horizon, &mut fate);
    if fate.removal.is_some_and(|r| r.acted >= fate.ended) {
        fate.removal = None;
    }
    let gone = first(&fate);
    fate.reports.retain(|r| r.received < gone);
    fate.order = fate.order.filter(|o| o.received < gone);
    fate
}

fn notices(rng: &mut Rng, nature: Nature, horizon: i64, fate: &mut Fate) {
    let of = |pair: (f64, f64)| if nature.illegal { pair.0 } else { pair.1 };
    let rate: f64 = model::NOTIFIERS.iter().map(|n| of(n.rate)).sum();
    let mut received = fate.live;
    loop {
        received += rng.wait(rate).max(1);
        if received >= horizon || received >= first(fate) || fate.reports.len() >= MOST_REPORTS {
            return;
        }
        let kind = rng.index(model::NOTIFIERS.iter().map(|n| of(n.rate)));
        let notifier = &model::NOTIFIERS[kind];
        let decided = received + rng.wait(1.0 / notifier.mean).max(1);
        let effective = rng.happens(of(notifier.acted));
        let index = u8::try_from(fate.reports.len()).unwrap_or(u8::MAX);
        fate.reports.push(Report {
            notifier: u8::try_from(kind).unwrap_or(0),
            received,
            decided,
            logged_in: !rng.happens(notifier.anonymous),
        });
        if effective {
            let channel = Channel::Notice(index);
            consider(fate, Removal { detected: decided, acted: decided, channel, automated: false });
        }
    }
}

/// More notices of one listing do not happen: at the highest rate there is, about 0.03 a day, this is never reached
/// within the life of a listing.
const MOST_REPORTS: usize = 250;

fn consider(fate: &mut Fate, removal: Removal) {
    if fate.removal.is_none_or(|r| removal.acted < r.acted) {
        fate.removal = Some(removal);
    }
}

/// When the listing leaves the site.
fn first(fate: &Fate) -> i64 {
    fate.removal.map_or(NEVER, |r| r.acted).min(fate.ended)
}

/// Views from one instant to another at a rate of thousandths a day.
pub(super) fn views(rate: u64, from: i64, until: i64) -> u64 {
    let minutes = u64::try_from(until - from).unwrap_or(0);
    u64::try_from(u128::from(rate) * u128::from(minutes) / 1_440_000).unwrap_or(u64::MAX)
}

/// Thousandths of views a day of a listing.
pub(super) fn view_rate(rng: &mut Rng, illegal: bool) -> u64 {
    let factor = if illegal { model::VIEWS_ILLEGAL } else { 1.0 };
    let rate = (model::VIEWS_LEAST * rng.pareto(model::VIEWS_SHAPE)).min(model::VIEWS_MOST) * factor;
    u64::try_from(whole(rate * 1_000.0)).unwrap_or(0)
}

/// A share of units as a whole number of them, at least 0.
pub(super) fn share_of(n: u64, share: f64) -> u64 {
    u64::try_from(whole(real(n) * share)).unwrap_or(0)
}
