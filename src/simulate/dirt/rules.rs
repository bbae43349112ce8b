//! Faults that break a rule of the database, one rule each.

use super::fault::{Expected, Fault};
use crate::simulate::draw::FIRST_APPLICATION;
use crate::simulate::exporter::Era;
use crate::simulate::profiles::Source;
use crate::simulate::statement::{Statement, When};
use crate::simulate::text::NOTIFIERS;

const OLD_BATCH: &str = "the batch interface dropped or did not ask for it up to 2023-12-21";
const DOCUMENTED: &str = "documented, but not enforced";
const ENFORCED: &str = "enforced today: older rows, and rows that were changed by hand";
const AS_IT_IS: &str = "kept as it is";

macro_rules! breaks {
    ($name:ident, $rule:literal, $id:literal, $meaning:literal, $seen:expr, $change:expr) => {
        pub static $name: Fault = Fault::row($id, $meaning, $seen, Expected::kept(AS_IT_IS).breaks(&[$rule]), $change);
    };
    ($name:ident, $id:literal, $meaning:literal, $seen:expr, $change:expr) => {
        pub static $name: Fault = Fault::row($id, $meaning, $seen, Expected::kept(AS_IT_IS), $change);
    };
}

breaks!(NO_DECISION, "R02", "no-decision", "a statement without any decision", ENFORCED, |s, _, _| {
    s.visibility.clear();
    (s.visibility_other, s.monetary, s.monetary_other, s.provision, s.account) = ("", "", "", "", "");
    for end in [&mut s.visibility_end, &mut s.monetary_end, &mut s.provision_end, &mut s.account_end] {
        *end = When::Never;
    }
});
breaks!(
    VISIBILITY_WITHOUT_TEXT,
    "R04",
    "visibility-other-without-text",
    "another visibility restriction that nobody describes",
    OLD_BATCH,
    |s, _, _| {
        s.visibility.set(["OTHER"]);
        s.visibility_other = "";
    }
);
breaks!(
    VISIBILITY_WITHOUT_CODE,
    "R04",
    "visibility-text-without-other",
    "a visibility restriction in words without its code",
    ENFORCED,
    |s, _, _| {
        s.visibility.set(["CONTENT_REMOVED"]);
        s.visibility_other = "Shown to fewer people";
    }
);
breaks!(
    MONETARY_WITHOUT_TEXT,
    "R06",
    "monetary-other-without-text",
    "another monetary restriction that nobody describes",
    OLD_BATCH,
    |s, _, _| (s.monetary, s.monetary_other, s.monetary_end) = ("OTHER", "", When::Never)
);
breaks!(
    MONETARY_WITHOUT_CODE,
    "R06",
    "monetary-text-without-other",
    "a monetary restriction in words without its code",
    ENFORCED,
    |s, _, _| (s.monetary, s.monetary_other, s.monetary_end) = ("SUSPENSION", "Money is kept back", When::Never)
);
breaks!(
    TYPE_WITHOUT_TEXT,
    "R16",
    "content-type-other-without-text",
    "another content type that nobody describes",
    OLD_BATCH,
    |s, _, _| {
        s.content_types.set(["OTHER"]);
        s.content_type_other = "";
    }
);
breaks!(
    TYPE_WITHOUT_CODE,
    "R16",
    "content-type-text-without-other",
    "a content type in words without its code",
    ENFORCED,
    |s, _, _| {
        s.content_types.set(["TEXT"]);
        s.content_type_other = "Account";
    }
);
breaks!(
    KEYWORD_WITHOUT_CODE,
    "R21",
    "keyword-text-without-other",
    "a keyword in words without its code",
    "128 million rows of one sentence in published dumps",
    |s, _, _| {
        s.keywords.clear();
        s.keyword_other = "Stated later than the rest of the form";
    }
);
breaks!(
    ILLEGAL_WITHOUT_GROUND,
    "R12",
    "illegal-without-ground",
    "illegal content without legal ground and explanation",
    OLD_BATCH,
    |s, _, _| {
        illegal(s);
        s.legal_ground.clear();
        s.legal_explanation.clear();
    }
);
breaks!(
    ILLEGAL_WITH_TERMS,
    "R13",
    "illegal-with-terms",
    "illegal content with a contractual ground and its explanation too",
    ENFORCED,
    |s, _, _| {
        illegal(s);
        s.terms_ground.push_str("Terms, section 3");
        s.terms_explanation.push_str("The terms forbid it too.");
    }
);
breaks!(
    TERMS_WITHOUT_GROUND,
    "R13",
    "incompatible-without-ground",
    "incompatible content without contractual ground and explanation",
    OLD_BATCH,
    |s, _, _| {
        illegal(s);
        s.illegal = false;
        s.legal_ground.clear();
        s.legal_explanation.clear();
    }
);
breaks!(
    ILLEGAL_TOO,
    "R14",
    "illegal-flag-on-illegal-ground",
    "incompatible_content_illegal on a decision about illegal content",
    ENFORCED,
    |s, _, _| {
        illegal(s);
        s.illegal_too = "Yes";
    }
);
breaks!(
    REPEATED_CATEGORY,
    "R19",
    "repeated-category",
    "the category among the further categories",
    "the batch interface takes it",
    |s, _, _| s.additions.set([s.category])
);
breaks!(UNSORTED_COUNTRIES, "R22", "unsorted-countries", "a territorial scope out of order", ENFORCED, |s, _, _| {
    s.territory.set(["NL", "DE", "BE"]);
});
breaks!(
    REPEATED_COUNTRY,
    "R22",
    "repeated-country",
    "a territorial scope that names a country twice",
    "lists of up to 48 countries in published dumps",
    |s, _, _| s.territory.set(["BE", "DE", "DE"])
);
breaks!(NO_TERRITORY, "R23", "no-territory", "an empty territorial scope", "38.9 million rows", |s, _, _| {
    s.territory.set([]);
});
breaks!(
    END_BEFORE_START,
    "R28",
    "end-before-start",
    "a restriction that ends before it begins",
    DOCUMENTED,
    |s, _, rng| {
        s.visibility.set(["CONTENT_REMOVED"]);
        s.visibility_other = "";
        s.visibility_end = When::Day(begin(s) - rng.between(1, 10));
    }
);
breaks!(
    END_WITHOUT_DECISION,
    "R29",
    "end-without-decision",
    "an end date without its decision",
    DOCUMENTED,
    |s, _, rng| {
        s.visibility.set(["CONTENT_REMOVED"]);
        (s.visibility_other, s.monetary, s.monetary_other) = ("", "", "");
        s.monetary_end = When::Day(begin(s) + rng.between(1, 60));
    }
);
breaks!(
    TERMINATION_WITH_END,
    "R31",
    "termination-with-end",
    "a termination with an end date",
    DOCUMENTED,
    |s, _, rng| {
        s.account = "TERMINATED";
        s.account_end = When::Day(begin(s) + rng.between(1, 60));
    }
);
breaks!(
    NOTIFIER,
    "R34",
    "notifier-of-own-initiative",
    "a notifier of a decision on own initiative",
    OLD_BATCH,
    |s, _, rng| {
        s.source = Source::Voluntary;
        s.notifier = rng.one(NOTIFIERS).copied().unwrap_or_default();
    }
);
breaks!(
    PLATFORM_UID,
    "R36",
    "bad-platform-uid",
    "a platform_uid with blanks and other signs",
    "free text up to 2024-04-18",
    |s, _, _| s.uid.insert_str(0, "case no. ")
);
pub static SHORT_BARCODE: Fault = Fault::row(
    "short-barcode",
    "a barcode of 12 digits, as a spreadsheet leaves one that begins with 0",
    "leading zeros get lost where barcodes are read as numbers",
    Expected::kept("kept as text").breaks(&["R38"]),
    |s, _, rng| {
        let code = barcode(rng.below(100_000_000_000), 0);
        s.ean.clear();
        s.ean.push_str(&code[1..]);
    },
)
.only(Era::V2);
pub static CHECK_DIGIT: Fault = Fault::row(
    "wrong-check-digit",
    "a barcode whose check digit is wrong",
    "the website never looks at it",
    Expected::kept("kept as it is").breaks(&["R39"]),
    |s, _, rng| {
        let code = barcode(rng.below(1_000_000_000_000), 1 + rng.below(9));
        s.ean.clear();
        s.ean.push_str(&code);
    },
)
.only(Era::V2);
breaks!(
    REPEATED_CODE,
    "R40",
    "repeated-code",
    "a content type that is named twice",
    "the batch interface takes it",
    |s, _, _| {
        s.content_types.set(["TEXT", "TEXT"]);
        s.content_type_other = "";
    }
);
breaks!(
    UNSORTED_CODES,
    "unsorted-codes",
    "content types out of order",
    "the batch interface keeps the order of the platform",
    |s, _, _| {
        s.content_types.set(["VIDEO", "IMAGE"]);
        s.content_type_other = "";
    }
);

/// Makes the statement one on illegal content, with its two texts and no others.
pub(super) fn illegal(s: &mut Statement<'_>) {
    s.illegal = true;
    s.illegal_too = "";
    s.terms_ground.clear();
    s.terms_explanation.clear();
    if s.legal_ground.is_empty() {
        s.legal_ground.push_str("The act that the notice names");
        s.legal_explanation.push_str("What was shown is what the act forbids.");
    }
}

/// Day from which the decision applies.
fn begin(s: &Statement<'_>) -> i32 {
    s.applied.day().unwrap_or(FIRST_APPLICATION)
}

/// Twelve digits and their check digit, or one that is off by so much.
fn barcode(number: u64, off: u64) -> String {
    let digits = format!("{number:012}");
    let weighted = digits.bytes().enumerate().map(|(i, b)| u64::from(b - b'0') * if i % 2 == 0 { 1 } else { 3 });
    format!("{digits}{}", (10 - weighted.sum::<u64>() % 10 + off) % 10)
}
