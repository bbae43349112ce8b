//! The layout of Trovanda's export: names, codes and forms that differ from those of the tables on purpose.

use super::sheet::{Codes, Field, Form, Sheet, Style};

const fn field(name: &'static str, to: &'static str, form: Form) -> Field {
    Field { name, to, form, codes: &[] }
}

const fn coded(name: &'static str, to: &'static str, codes: Codes) -> Field {
    Field { name, to, form: Form::Text, codes }
}

const CATEGORY: Codes = &[
    ("MED", "medicines"),
    ("SUP", "food_supplements"),
    ("ADU", "adult_material"),
    ("TOY", "toys"),
    ("ELE", "electronics"),
    ("COS", "cosmetics"),
    ("CLO", "clothing"),
    ("HOU", "household"),
    ("SPO", "sports"),
];
const SIZE: Codes = &[("XS", "micro"), ("S", "small"), ("M", "medium"), ("L", "large"), ("P", "private")];
/// Measures, in the order of [`super::world::Kind`], then of the policy.
pub(super) const MEASURE: Codes = &[
    ("DEL", "removal"),
    ("DIS", "disabling"),
    ("DEM", "demotion"),
    ("LAB", "labelling"),
    ("REF", "interception"),
    ("HINW", "warning"),
    ("STRK", "strike"),
    ("FEAT", "feature_restriction"),
    ("SPER", "suspension"),
    ("KUEN", "termination"),
    ("BACK", "reinstatement"),
];
const TRIGGER: Codes = &[("OWN", "own_initiative"), ("REP", "notice"), ("TFR", "trusted_flagger"), ("AUT", "order")];
const GROUND: Codes = &[("LAW", "illegal"), ("AGB", "incompatible")];
const RESULT: Codes = &[("L", "action_on_law"), ("A", "action_on_terms"), ("0", "no_action"), ("D", "duplicate")];
const NOTIFIER: Codes =
    &[("VB", "user"), ("RI", "business"), ("TF", "trusted_flagger"), ("VZ", "organisation"), ("TT", "tester")];
const ORDER_BASIS: Codes = &[("GPSR", "gpsr_22_4"), ("DSA9", "dsa_9")];
const COMPLAINT: Codes = &[
    ("ITEM", "listing_restriction"),
    ("ACCT", "account_restriction"),
    ("SERV", "service_restriction"),
    ("NOACT", "non_action"),
];
/// Outcomes of complaints, in the order of [`super::model::OUTCOMES_RIGHT`].
pub(super) const OUTCOME: Codes =
    &[("STAY", "upheld"), ("PART", "partly_reversed"), ("BACK", "reversed"), ("VOID", "omitted")];
const STATE: Codes = &[("OK", "completed"), ("ST", "cancelled"), ("RE", "refunded")];
const TACTIC: Codes =
    &[("-", "none"), ("CW", "coded_words"), ("IM", "image_only"), ("CS", "category_switch"), ("VS", "variant_swap")];
const QUESTION: Codes = &[
    ("Q1", "illegal"),
    ("Q2", "measure_right"),
    ("Q3", "hidden_link"),
    ("Q4", "mismatch"),
    ("Q5", "match"),
    ("Q6", "trader_details"),
];
const LABEL: Codes = &[("ill", "illegal"), ("leg", "legal"), ("?", "unsure"), ("y", "yes"), ("n", "no")];
const TEST: Codes = &[("+", "pass"), ("-", "fail"), ("?", "unclear")];
const COUNTED: Codes = &[("EP", "strikes")];
const PLACE: Codes = &[("S", "search"), ("R", "recommendation")];

/// Offers.
pub(super) static ITEMS: Sheet = Sheet {
    table: "listings",
    stem: "items",
    style: Style::Csv { delimiter: ';', gzip: true },
    constants: &[("currency", "EUR")],
    fields: &[
        field("item_no", "listing_id", Form::Text),
        field("vendor", "trader_id", Form::Text),
        coded("cat", "category", CATEGORY),
        field("shop", "country", Form::Text),
        field("lang", "language", Form::Text),
        field("headline", "title", Form::Text),
        field("make", "brand", Form::Text),
        field("type", "model", Form::Text),
        field("ean", "gtin", Form::Text),
        field("price_ct", "price", Form::Cents),
        field("fp", "fingerprint", Form::Text),
        field("sent", "submitted_at", Form::Local),
        field("online_since", "live_at", Form::Local),
        field("withdrawn", "ended_at", Form::Local),
        field("known_since", "first_seen_at", Form::Local),
        field("hits", "views", Form::Int),
        field("sold", "orders", Form::Int),
        field("ki_label", "flagged", Form::Flag),
        field("ki_value", "score", Form::Permille),
        field("mm_value", "mismatch_score", Form::Permille),
        field("p_name", "shows_trader_name", Form::Flag),
        field("p_addr", "shows_trader_address", Form::Flag),
        field("p_cont", "shows_trader_contact", Form::Flag),
        field("p_regno", "shows_register_number", Form::Flag),
        field("p_self", "shows_self_certification", Form::Flag),
        field("p_manu", "shows_manufacturer", Form::Flag),
        field("p_resp", "shows_responsible_person", Form::Flag),
        field("p_ident", "shows_product_identifier", Form::Flag),
        field("p_warn", "shows_warnings", Form::Flag),
    ],
};

/// Accounts of traders.
pub(super) static SELLERS: Sheet = Sheet {
    table: "traders",
    stem: "sellers",
    style: Style::Jsonl { gzip: true },
    constants: &[],
    fields: &[
        field("vendor", "trader_id", Form::Text),
        field("group", "linked_entity_id", Form::Text),
        field("since", "joined_at", Form::Utc),
        field("left", "closed_at", Form::Utc),
        field("seat", "country", Form::Text),
        coded("class", "size", SIZE),
        field("firm", "name", Form::Text),
        field("street", "address", Form::Text),
        field("phone", "phone", Form::Text),
        field("mail", "email", Form::Text),
        field("id_copy", "has_identification", Form::Flag),
        field("payout", "has_payment_account", Form::Flag),
        field("in_register", "registered", Form::Flag),
        field("register", "register_name", Form::Text),
        field("register_no", "register_number", Form::Text),
        field("ust_id", "vat_number", Form::Text),
        field("pledge", "self_certified", Form::Flag),
    ],
};

/// Moderation log.
pub(super) static MODERATION: Sheet = Sheet {
    table: "actions",
    stem: "moderation",
    style: Style::Csv { delimiter: ',', gzip: true },
    constants: &[],
    fields: &[
        field("case_no", "action_id", Form::Text),
        field("item_no", "listing_id", Form::Text),
        field("vendor", "trader_id", Form::Text),
        coded("measure", "action", MEASURE),
        coded("trigger", "detection_source", TRIGGER),
        field("seen_on", "detected_at", Form::Utc),
        field("done_on", "action_at", Form::Utc),
        field("until", "ends_at", Form::Utc),
        coded("basis", "ground", GROUND),
        coded("cat", "category", CATEGORY),
        field("machine", "automated", Form::Flag),
        field("verified", "confirmed", Form::Flag),
        field("undone_on", "reversed_at", Form::Utc),
        field("rank", "sanction_rank", Form::Int),
        field("hits_before", "views_before", Form::Int),
        field("sold_before", "orders_before", Form::Int),
        field("fp", "fingerprint", Form::Text),
        field("report_no", "notice_id", Form::Text),
    ],
};

/// Notices.
pub(super) static REPORTS: Sheet = Sheet {
    table: "notices",
    stem: "reports",
    style: Style::Csv { delimiter: ',', gzip: false },
    constants: &[],
    fields: &[
        field("report_no", "notice_id", Form::Text),
        field("item_no", "listing_id", Form::Text),
        field("pair", "pair_id", Form::Text),
        field("came_in", "received_at", Form::Local),
        field("receipt", "receipt_sent_at", Form::Local),
        field("decided", "decided_at", Form::Local),
        field("answered", "decision_sent_at", Form::Local),
        coded("result", "decision", RESULT),
        coded("basis", "ground", GROUND),
        coded("cat", "category", CATEGORY),
        field("safety", "product_safety", Form::Flag),
        coded("who", "notifier_type", NOTIFIER),
        field("tf", "trusted_flagger", Form::Flag),
        field("login", "logged_in", Form::Flag),
        field("mail_given", "contact_given", Form::Flag),
        field("redress", "redress_info", Form::Flag),
        field("land", "country", Form::Text),
        field("machine", "automated", Form::Flag),
    ],
};

/// Orders of authorities.
pub(super) static AUTHORITY: Sheet = Sheet {
    table: "authority_orders",
    stem: "authority",
    style: Style::Csv { delimiter: ';', gzip: false },
    constants: &[],
    fields: &[
        field("ref", "order_id", Form::Text),
        field("item_no", "listing_id", Form::Text),
        coded("basis", "legal_basis", ORDER_BASIS),
        field("office", "authority", Form::Text),
        field("land", "country", Form::Text),
        coded("cat", "category", CATEGORY),
        field("came_in", "received_at", Form::Utc),
        field("told", "informed_at", Form::Utc),
        field("effect", "effect_at", Form::Utc),
        field("due", "deadline_at", Form::Utc),
    ],
};

/// Complaints.
pub(super) static APPEALS: Sheet = Sheet {
    table: "complaints",
    stem: "appeals",
    style: Style::Csv { delimiter: ',', gzip: false },
    constants: &[],
    fields: &[
        field("appeal_no", "complaint_id", Form::Text),
        field("case_no", "action_id", Form::Text),
        field("vendor", "trader_id", Form::Text),
        coded("about", "complaint_type", COMPLAINT),
        coded("cat", "category", CATEGORY),
        field("filed", "filed_at", Form::Utc),
        field("decided", "decided_at", Form::Utc),
        coded("result", "outcome", OUTCOME),
        field("machine", "automated", Form::Flag),
        field("lang", "language", Form::Text),
        field("land", "country", Form::Text),
        coded("class", "trader_size", SIZE),
    ],
};

/// Purchases.
pub(super) static ORDERS: Sheet = Sheet {
    table: "purchases",
    stem: "orders",
    style: Style::Csv { delimiter: ',', gzip: true },
    constants: &[("currency", "EUR")],
    fields: &[
        field("order_no", "purchase_id", Form::Text),
        field("item_no", "listing_id", Form::Text),
        field("vendor", "trader_id", Form::Text),
        field("buyer", "buyer_id", Form::Text),
        field("bought", "ordered_at", Form::Utc),
        coded("state", "status", STATE),
        field("land", "country", Form::Text),
        field("pieces", "quantity", Form::Int),
        field("paid_ct", "amount", Form::Cents),
        field("contact", "contact_known", Form::Flag),
        field("known_on", "illegal_known_at", Form::Utc),
        field("told_on", "notified_at", Form::Utc),
    ],
};

/// Impressions by day of some listings.
pub(super) static IMPRESSIONS: Sheet = Sheet {
    table: "views",
    stem: "impressions",
    style: Style::Csv { delimiter: ';', gzip: true },
    constants: &[],
    fields: &[
        field("item_no", "listing_id", Form::Text),
        field("day", "day", Form::Day),
        coded("place", "surface", PLACE),
        field("land", "country", Form::Text),
        field("shown", "impressions", Form::Int),
    ],
};

/// Affiliate links.
pub(super) static LINKS: Sheet = Sheet {
    table: "affiliates",
    stem: "links",
    style: Style::Jsonl { gzip: false },
    constants: &[("currency", "EUR")],
    fields: &[
        field("link", "link_id", Form::Text),
        field("partner", "affiliate_id", Form::Text),
        field("item_no", "listing_id", Form::Text),
        field("promise", "promised_product", Form::Text),
        field("channel", "channel", Form::Text),
        coded("cat", "category", CATEGORY),
        field("made", "posted_at", Form::Utc),
        field("clicks", "clicks", Form::Int),
        field("fee_ct", "commission", Form::Cents),
        field("found", "detected_at", Form::Utc),
        field("cut_off", "disconnected_at", Form::Utc),
        field("fee_stopped", "commission_stopped_at", Form::Utc),
        field("barred", "suspended_at", Form::Utc),
    ],
};

/// Labels of audits.
pub(super) static AUDIT: Sheet = Sheet {
    table: "audit_labels",
    stem: "audit",
    style: Style::Csv { delimiter: ';', gzip: true },
    constants: &[],
    fields: &[
        field("draw", "sample", Form::Text),
        coded("question", "question", QUESTION),
        field("unit", "unit_id", Form::Text),
        field("item_no", "listing_id", Form::Text),
        field("vendor", "trader_id", Form::Text),
        field("coder", "coder", Form::Text),
        coded("label", "label", LABEL),
        field("cell", "stratum", Form::Text),
        field("weight", "weight", Form::Number),
        field("frame", "frame_size", Form::Int),
        field("psu", "cluster", Form::Text),
        coded("cat", "category", CATEGORY),
        field("shop", "country", Form::Text),
        field("drawn_on", "sampled_at", Form::Utc),
        field("online_since", "entered_at", Form::Utc),
        field("hits", "views", Form::Int),
        field("sold", "orders", Form::Int),
        field("ki_found", "flagged", Form::Flag),
        field("ki_label", "test_label", Form::Flag),
        field("ki_value", "score", Form::Permille),
        coded("trick", "evasion_tactic", TACTIC),
        field("machine", "automated", Form::Flag),
        field("check", "requirement", Form::Text),
    ],
};

/// Test purchases.
pub(super) static MYSTERY: Sheet = Sheet {
    table: "test_purchases",
    stem: "mystery",
    style: Style::Csv { delimiter: ';', gzip: false },
    constants: &[("tester", "Testhaus Nordlicht")],
    fields: &[
        field("parcel", "purchase_id", Form::Text),
        field("item_no", "listing_id", Form::Text),
        coded("cat", "category", CATEGORY),
        field("land", "country", Form::Text),
        field("bought", "bought_at", Form::Utc),
        field("norm", "requirement", Form::Text),
        coded("result", "result", TEST),
        field("picked", "selection_rule", Form::Text),
    ],
};

/// Seeded test listings.
pub(super) static SEEDS: Sheet = Sheet {
    table: "seeded_tests",
    stem: "seeds",
    style: Style::Csv { delimiter: ',', gzip: false },
    constants: &[],
    fields: &[
        field("seed", "seed_id", Form::Text),
        coded("cat", "category", CATEGORY),
        coded("trick", "evasion_tactic", TACTIC),
        field("account", "account_age", Form::Text),
        field("sent", "submitted_at", Form::Utc),
        field("online", "live_at", Form::Utc),
        field("caught", "detected_at", Form::Utc),
        field("withdrawn", "ended_at", Form::Utc),
    ],
};

/// The penalty policy.
pub(super) static POLICY: Sheet = Sheet {
    table: "penalty_policy",
    stem: "policy",
    style: Style::Csv { delimiter: ',', gzip: false },
    constants: &[],
    fields: &[
        field("edition", "version", Form::Text),
        field("valid_from", "effective_from", Form::Utc),
        field("from_count", "at_least", Form::Int),
        coded("counted", "counts", COUNTED),
        coded("measure", "sanction", MEASURE),
        field("days", "within_days", Form::Int),
    ],
};

/// Sheets of which each part of the traders has a file.
pub(super) static OF_PARTS: [&Sheet; 9] =
    [&ITEMS, &SELLERS, &MODERATION, &REPORTS, &AUTHORITY, &APPEALS, &ORDERS, &IMPRESSIONS, &LINKS];
/// Sheets of the whole.
pub(super) static OF_ALL: [&Sheet; 4] = [&AUDIT, &MYSTERY, &SEEDS, &POLICY];
