//! Every number of the invented marketplace in one place: what traders do, what the platform does, how fast.
//!
//! Rates are for each day, times in days unless their name says otherwise. Nothing here is an estimate of any real
//! platform: the values are chosen so that every quantity that can be measured has a distinct, plausible size.

/// A category of products.
#[derive(Debug)]
pub(super) struct Category {
    /// Code in the platform's files.
    pub code: &'static str,
    /// Code in the tables.
    pub name: &'static str,
    /// Share of all listings.
    pub share: f64,
    /// Probability that a listing is illegal, before the trader and the country have their say.
    pub prevalence: f64,
    /// Lowest price in cents; prices go up from there with a heavy tail.
    pub price: f64,
    /// What is sold, for titles.
    pub nouns: [&'static str; 3],
    /// Whether a notice of it is about product safety (GPSR Art. 22(8)).
    pub safety: bool,
}

/// The categories. Shares sum to 1.
pub(super) const CATEGORIES: [Category; 9] = [
    category("MED", "medicines", 0.03, 0.30, 900.0, ["tablets", "capsules", "spray"], false),
    category("SUP", "food_supplements", 0.07, 0.20, 700.0, ["powder", "slimming tea", "gummies"], true),
    category("ADU", "adult_material", 0.02, 0.22, 1_200.0, ["film set", "magazine", "costume"], false),
    category("TOY", "toys", 0.13, 0.12, 400.0, ["building blocks", "plush bear", "magnet balls"], true),
    category("ELE", "electronics", 0.20, 0.08, 800.0, ["charger", "LED lamp", "power bank"], true),
    category("COS", "cosmetics", 0.12, 0.10, 500.0, ["face cream", "nail glue", "hair serum"], true),
    category("CLO", "clothing", 0.24, 0.035, 900.0, ["jacket", "trainers", "scarf"], false),
    category("HOU", "household", 0.14, 0.025, 600.0, ["kettle", "knife set", "curtain"], true),
    category("SPO", "sports", 0.05, 0.02, 1_000.0, ["yoga mat", "helmet", "resistance band"], true),
];

const fn category(
    code: &'static str,
    name: &'static str,
    share: f64,
    prevalence: f64,
    price: f64,
    nouns: [&'static str; 3],
    safety: bool,
) -> Category {
    Category { code, name, share, prevalence, price, nouns, safety }
}

/// Countries that listings are offered to: code, language, share, factor on the probability of being illegal.
pub(super) const COUNTRIES: [(&str, &str, f64, f64); 10] = [
    ("DE", "de", 0.24, 1.0),
    ("FR", "fr", 0.18, 0.9),
    ("IT", "it", 0.14, 1.1),
    ("ES", "es", 0.13, 1.0),
    ("PL", "pl", 0.12, 1.3),
    ("NL", "nl", 0.06, 0.8),
    ("RO", "ro", 0.05, 1.3),
    ("SE", "sv", 0.03, 0.7),
    ("AT", "de", 0.03, 1.0),
    ("IE", "en", 0.02, 0.9),
];

/// Countries of traders with their shares.
pub(super) const TRADER_COUNTRIES: [(&str, f64); 6] =
    [("CN", 0.5), ("DE", 0.17), ("FR", 0.11), ("IT", 0.09), ("PL", 0.08), ("GB", 0.05)];

/// Sizes of traders: code of the platform, code of the tables, share.
pub(super) const SIZES: [(&str, &str, f64); 5] =
    [("XS", "micro", 0.5), ("S", "small", 0.3), ("M", "medium", 0.1), ("L", "large", 0.03), ("P", "private", 0.07)];

/// Shape of the Pareto distribution of listings by trader, and where it is cut off: without an end, one trader
/// would hold a fifth of all listings.
pub(super) const LISTINGS_SHAPE: f64 = 1.25;
/// See [`LISTINGS_SHAPE`].
pub(super) const LISTINGS_CUT: f64 = 300.0;
/// Shape of the Pareto distribution of views a day by listing, with its minimum and end.
pub(super) const VIEWS_SHAPE: f64 = 1.3;
/// See [`VIEWS_SHAPE`].
pub(super) const VIEWS_LEAST: f64 = 0.6;
/// See [`VIEWS_SHAPE`].
pub(super) const VIEWS_MOST: f64 = 600.0;
/// Illegal listings draw this many times the views.
pub(super) const VIEWS_ILLEGAL: f64 = 1.4;
/// Orders in 10,000 views: lowest and highest.
pub(super) const CONVERSION: (u64, u64) = (10, 110);

/// Factor on the probability of being illegal for traders who offend often, and for the others.
pub(super) const OFFENDER: (f64, f64) = (4.5, 0.35);
/// No listing is illegal with a higher probability.
pub(super) const MOST_ILLEGAL: f64 = 0.85;
/// Probability that a listing is submitted within two hours of the trader's one before.
pub(super) const BATCH: f64 = 0.25;
/// Share of legal listings that break the terms and conditions, and the rate at which the platform acts on them.
pub(super) const TERMS: (f64, f64) = (0.03, 0.05);
/// Share of traders who open their account within the window.
pub(super) const NEW_TRADERS: f64 = 0.2;
/// Days before the window in which listings of its beginning may have been submitted.
pub(super) const HISTORY: i64 = 365;

/// Days of listing that the stock at the begin of the window is worth: about the mean life of a legal listing, of
/// those that were submitted within [`HISTORY`].
pub(super) const STOCK_DAYS: f64 = 130.0;

/// Factor, as a fraction, on the listings that are asked for: of those of traders who join within the window, most fall
/// into the time before.
pub(super) const SPARE: (u128, u128) = (117, 100);

/// Tactics of evasion: code of the platform, code of the tables, share among those with one, factor on the
/// sensitivity of the classifier.
pub(super) const TACTICS: [(&str, &str, f64, f64); 5] = [
    ("-", "none", 0.0, 1.0),
    ("CW", "coded_words", 0.4, 0.65),
    ("IM", "image_only", 0.25, 0.45),
    ("CS", "category_switch", 0.2, 0.75),
    ("VS", "variant_swap", 0.15, 0.55),
];

/// Probability that a listing that the classifier labels illegal is refused before it is live: illegal, legal.
pub(super) const INTERCEPTED: (f64, f64) = (0.4, 0.03);
/// Rate at which the platform acts on a live illegal listing of its own accord: labelled by the classifier; not
/// labelled, without a tactic; not labelled, with one.
pub(super) const OWN_RATE: (f64, f64, f64) = (1.0 / 6.0, 1.0 / 150.0, 1.0 / 300.0);
/// Rate at which it wrongly acts on a live legal listing that the classifier labels illegal.
pub(super) const WRONG_RATE: f64 = 1.0 / 60.0;
/// Share of own actions that are taken by automated means alone, minutes after the detection; of the others the mean
/// of the exponential days until the decision.
pub(super) const AUTOMATED: f64 = 0.6;
/// See [`AUTOMATED`].
pub(super) const REVIEW: f64 = 0.4;
/// Share of actions on illegal listings whose content somebody confirmed.
pub(super) const CONFIRMED: f64 = 0.92;
/// Share of actions on illegal listings on the ground of the law; the others are on that of the terms.
pub(super) const ON_LAW: f64 = 0.9;
/// Rate at which the trader or the end of the offer takes a listing away: illegal, legal.
pub(super) const ENDED_RATE: (f64, f64) = (1.0 / 100.0, 1.0 / 150.0);

/// A kind of notifier.
#[derive(Debug)]
pub(super) struct Notifier {
    /// Code of the platform.
    pub code: &'static str,
    /// Code of the tables.
    pub name: &'static str,
    /// Notices of a live illegal listing, and of a live legal one, for each day.
    pub rate: (f64, f64),
    /// Probability of action on an illegal listing, and on a legal one.
    pub acted: (f64, f64),
    /// Mean of the exponential days to the decision.
    pub mean: f64,
    /// Share of notices without a login.
    pub anonymous: f64,
}

/// Who notifies.
pub(super) const NOTIFIERS: [Notifier; 4] = [
    notifier("VB", "user", (1.0 / 150.0, 1.0 / 2_000.0), (0.75, 0.08), 2.5, 0.3),
    notifier("RI", "business", (1.0 / 220.0, 1.0 / 5_000.0), (0.85, 0.1), 2.0, 0.1),
    notifier("TF", "trusted_flagger", (1.0 / 500.0, 1.0 / 40_000.0), (0.95, 0.15), 0.8, 0.0),
    notifier("VZ", "organisation", (1.0 / 900.0, 1.0 / 20_000.0), (0.85, 0.1), 2.0, 0.2),
];

const fn notifier(
    code: &'static str,
    name: &'static str,
    rate: (f64, f64),
    acted: (f64, f64),
    mean: f64,
    anonymous: f64,
) -> Notifier {
    Notifier { code, name, rate, acted, mean, anonymous }
}

/// Of notices: share with a contact, of these with a confirmation of receipt and with a message on the decision, and
/// of these with the possibilities of redress.
pub(super) const MESSAGES: (f64, f64, f64, f64) = (0.85, 0.97, 0.9, 0.8);
/// Rate of orders of authorities on a live illegal listing.
pub(super) const ORDER_RATE: f64 = 1.0 / 120.0;
/// Probabilities that an order is given effect on the day of receipt, or 1, 2, … working days later.
pub(super) const ORDER_DAYS: [f64; 7] = [0.1, 0.4, 0.3, 0.1, 0.05, 0.03, 0.02];

/// A step of the penalty policy.
#[derive(Debug)]
pub(super) struct Step {
    /// Code of the platform.
    pub code: &'static str,
    /// Episodes from which it follows.
    pub at_least: u32,
    /// Days within which it follows.
    pub within: i64,
}

/// The policy, in force from the first day of the window; episodes count from then.
pub(super) const POLICY: [Step; 5] = [
    Step { code: "HINW", at_least: 1, within: 3 },
    Step { code: "STRK", at_least: 2, within: 3 },
    Step { code: "FEAT", at_least: 3, within: 5 },
    Step { code: "SPER", at_least: 4, within: 7 },
    Step { code: "KUEN", at_least: 6, within: 7 },
];
/// Step of [`POLICY`] that suspends.
pub(super) const SUSPENSION: usize = 3;
/// Step of [`POLICY`] that terminates.
pub(super) const TERMINATION: usize = 4;
/// Days of a suspension.
pub(super) const SUSPENDED: i64 = 30;
/// Minutes within which offences are one episode.
pub(super) const EPISODE: i64 = 1_440;
/// Of sanctions in time, the share that is one step too severe.
pub(super) const OVER: f64 = 0.06;
/// Of sanctions that are not in time, the share that follows later, and the mean of the exponential days by which.
pub(super) const LATE: (f64, f64) = (0.5, 15.0);
/// Rate at which a trader closes shop: always, and in addition from the fourth episode on.
pub(super) const CLOSING: (f64, f64) = (1.0 / 1_200.0, 1.0 / 60.0);
/// Probability that a suspended or terminated trader returns under another account, and the mean of the exponential
/// days until then.
pub(super) const PHOENIX: (f64, f64) = (0.3, 20.0);
/// Listings of an account of a trader who returned: their mean distance in days, and the most there are.
pub(super) const PHOENIX_LISTINGS: (f64, usize) = (8.0, 12);

/// Mean of the exponential days until a removed listing is offered again, and the share by the same trader.
pub(super) const RELISTED: (f64, f64) = (12.0, 0.6);

/// Probability of a complaint against an action on a listing: wrong, right; against a suspension or termination;
/// against another sanction; against a decision not to act on a notice.
pub(super) const COMPLAINT: (f64, f64, f64, f64, f64) = (0.6, 0.2, 0.5, 0.15, 0.3);
/// Mean of the exponential days until a complaint is filed, and until it is decided after half a day.
pub(super) const COMPLAINT_DAYS: (f64, f64) = (4.0, 6.0);
/// Outcomes upheld, partly reversed, reversed, omitted: of complaints against wrong actions, …
pub(super) const OUTCOMES_WRONG: [f64; 4] = [0.15, 0.1, 0.7, 0.05];
/// … against wrong actions, in a language that few of the platform's staff speak, …
pub(super) const OUTCOMES_WRONG_RARE: [f64; 4] = [0.4, 0.1, 0.45, 0.05];
/// … against right actions and sanctions, …
pub(super) const OUTCOMES_RIGHT: [f64; 4] = [0.88, 0.07, 0.0, 0.05];
/// … and against decisions not to act.
pub(super) const OUTCOMES_NON_ACTION: [f64; 4] = [0.7, 0.05, 0.2, 0.05];
/// Languages that few of the staff speak.
pub(super) const RARE_LANGUAGES: [&str; 3] = ["pl", "ro", "sv"];

/// Share of buyers whose contact is known, and of these who are told of an illegal product; mean of the exponential
/// days until then.
pub(super) const BUYERS: (f64, f64, f64) = (0.95, 0.7, 4.0);
/// Days before the platform knew within which purchases count (DSA Art. 32(1): six months).
pub(super) const LOOK_BACK: i64 = 182;

/// Share of listings with an affiliate link; of links, the share that fronts for something else.
pub(super) const LINKS: (f64, f64) = (0.06, 0.08);
/// Rate at which a link that is abusive is found; mean days until it is disconnected and until its commission stops;
/// probability that the affiliate is suspended, and the mean days until then.
pub(super) const LINK_RATES: (f64, f64, f64, f64, f64) = (1.0 / 30.0, 3.0, 6.0, 0.4, 10.0);

/// What a trader must give, with the share that gives it and the share of what is given that checks out.
pub(super) const DETAILS: [(&str, f64, f64); 8] = [
    ("name", 0.99, 1.0),
    ("address", 0.97, 0.93),
    ("phone", 0.92, 0.88),
    ("email", 0.96, 0.94),
    ("identification", 0.94, 1.0),
    ("payment_account", 0.98, 1.0),
    ("register_number", 0.85, 0.9),
    ("self_certification", 0.9, 1.0),
];
/// Share of traders in a register; of these in the Union, share with a VAT number and of valid ones among them.
pub(super) const REGISTERED: f64 = 0.82;
/// See [`REGISTERED`].
pub(super) const VAT: (f64, f64) = (0.88, 0.9);

/// What a page must show, with the share of traders whose pages mostly do; these do with [`SHOWN`]`.0`, the others
/// with [`SHOWN`]`.1`.
pub(super) const DISPLAY: [f64; 9] = [0.96, 0.9, 0.88, 0.8, 0.75, 0.85, 0.7, 0.9, 0.65];
/// See [`DISPLAY`].
pub(super) const SHOWN: (f64, f64) = (0.98, 0.2);
/// Share of listings whose manufacturer is outside the Union, and of those that need warnings.
pub(super) const APPLIES: (f64, f64) = (0.6, 0.5);

/// Probability that picture, title and variants disagree: with a tactic that swaps, and otherwise; sensitivity and
/// specificity of the classifier of that.
pub(super) const MISMATCH: (f64, f64, f64, f64) = (0.9, 0.01, 0.8, 0.97);

/// Coders of audits: probability that one is unsure, and that one errs otherwise; share of units on which they agree
/// to be unsure.
pub(super) const CODERS: (f64, f64, f64) = (0.02, 0.03, 0.004);

/// Share of listings whose impressions are given by day.
pub(super) const IMPRESSIONS: f64 = 0.01;
/// Alerts on products, and the share of illegal listings of their category that offer one of them.
pub(super) const ALERTS: (u64, f64) = (24, 0.25);

/// Share of live illegal listings that testers notify by two routes; probability of action and mean days to the
/// decision, logged in and not.
pub(super) const TESTED: f64 = 0.4;
/// See [`TESTED`].
pub(super) const ROUTES: [(f64, f64); 2] = [(0.75, 2.5), (0.6, 4.0)];
