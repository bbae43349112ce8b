//! Faults in how a row is written: quotes, line ends, bytes, lists, number of fields.

use super::fault::{Expected, Fault};
use crate::finding;
use crate::simulate::statement::{Damage, Form, Instant};

const EXACT: &str = "kept, with its text as it was stored";

pub static BACKSLASH_QUOTE: Fault = Fault::row(
    "backslash-quote",
    "a quote after a backslash, which PHP does not double",
    "11 days from 2024-08-29 to 2024-12-30, and possible again since 2026-06-09; a reader of RFC 4180 loses rows",
    Expected::kept(EXACT).breaks(&["R42"]),
    |s, _, _| s.ground_mut().push_str(r#" (the title said \"for nothing\", which it is not)"#),
);
pub static TRAILING_BACKSLASH: Fault = Fault::row(
    "trailing-backslash",
    "a text that ends in a backslash, so that \\\" ends its field",
    "PHP writes it so; a reader that takes the backslash for an escape runs on into the next field",
    Expected::kept(EXACT),
    |s, _, _| s.ground_mut().push_str(r" C:\offers\"),
);
pub static EMBEDDED_CR: Fault = Fault::row(
    "embedded-cr",
    "a carriage return inside a text",
    "the exporter blanks line feeds alone",
    Expected::kept(EXACT).breaks(&["R42"]),
    |s, _, _| s.ground_mut().push_str(" first\rsecond"),
);
pub static EMBEDDED_LF: Fault = Fault::row(
    "embedded-lf",
    "a line feed inside a text, so that the record spans two lines",
    "exports before 2023-10-25, and files that were written anew",
    Expected::kept("joined and kept whole").finds(&[(finding::JOINED_LINES, "")]),
    |s, _, _| s.ground_mut().push_str(" first line\nsecond line, and more"),
);
pub static BLANKS: Fault = Fault::row(
    "blanks-around-text",
    "blanks before and behind a text",
    "the website trims texts, the batch interface not always",
    Expected::kept(EXACT).breaks(&["R42"]),
    |s, _, _| {
        s.ground_mut().insert(0, ' ');
        s.ground_mut().push_str("  ");
    },
);
pub static BROKEN_UTF8: Fault = Fault::row(
    "invalid-utf8",
    "a byte of another encoding in a text",
    "\"Invalid unicode\" on 2024-08-30, 09-05 and 09-06; passes unnoticed in other tools",
    Expected::kept("U+FFFD stands for the byte; the bytes are kept beside the row")
        .finds(&[(finding::INVALID_UTF8, "")]),
    |s, _, _| {
        s.ground_mut().push_str(" caf\u{fffd}");
        s.damage = Damage::Bytes;
    },
);
pub static SHORT_ROW: Fault = Fault::row(
    "short-row",
    "a row that lacks its last fields",
    "another tool fills it up with nulls, a third drops it silently",
    Expected::rejected("kept aside and counted nowhere").finds(&[(finding::WRONG_FIELD_COUNT, "")]),
    |s, _, rng| s.damage = Damage::Fewer(1 + usize::try_from(rng.below(5)).unwrap_or(0)),
);
pub static SURPLUS_FIELD: Fault = Fault::row(
    "surplus-field",
    "a row with a field too many",
    "another tool cuts it off, a third drops the row silently",
    Expected::rejected("kept aside and counted nowhere").finds(&[(finding::WRONG_FIELD_COUNT, "")]),
    |s, _, _| s.damage = Damage::More,
);
pub static OPEN_QUOTE: Fault = Fault::row(
    "open-quote",
    "a row with a quote that never closes",
    "one such row cost another tool 994 of 2,000 rows",
    Expected::rejected("kept aside and counted nowhere; the rows around it are kept")
        .finds(&[(finding::UNREADABLE_ROW, "")]),
    |s, _, _| s.damage = Damage::Open,
);
pub static EMPTY_LISTS: Fault = Fault::row(
    "empty-lists",
    "lists written as [], [\"\"] or [\"null\"] where other rows have nothing",
    "the batch interface up to 2024-04-16; [] and nothing both mean none",
    Expected::kept("no further category and no keyword, like an empty cell"),
    |s, _, rng| {
        const FORMS: [&[&str]; 3] = [&[], &[""], &["null"]];
        for list in [&mut s.additions, &mut s.keywords] {
            list.set(rng.one(&FORMS).copied().unwrap_or_default().iter().copied());
        }
        s.keyword_other = "";
    },
);
pub static SPACED_LIST: Fault = Fault::row(
    "spaced-list",
    "a list with a blank after its comma",
    "another tool aborts",
    Expected::kept("both elements are read"),
    |s, _, _| {
        s.content_types.set(["IMAGE", "TEXT"]);
        (s.content_types.form, s.content_type_other) = (Form::Spaced, "");
    },
);
pub static BROKEN_LIST: Fault = Fault::row(
    "broken-list",
    "a list of keywords without its last bracket",
    "badly formed category_specification in about 20 of 600 releases",
    Expected::kept("no keyword; the text is kept beside the row")
        .finds(&[(finding::BAD_LIST, "category_specification")]),
    |s, _, _| {
        s.keywords.set(["HATE_SPEECH"]);
        (s.keywords.form, s.keyword_other) = (Form::Unclosed, "");
    },
);
pub static BAD_BOOLEAN: Fault = Fault::row(
    "bad-boolean",
    "true instead of Yes or No",
    "files that passed through other tools; the search index of the website holds booleans",
    Expected::kept("null in automated_detection; the text is kept beside the row")
        .finds(&[(finding::BAD_BOOLEAN, "automated_detection")]),
    |s, _, _| s.detected = "true",
);
pub static BAD_UUID: Fault = Fault::row(
    "bad-uuid",
    "an identifier that is no UUID",
    "shifted columns, and files that were changed by hand",
    Expected::kept("kept as it is").finds(&[(finding::BAD_UUID, "uuid")]),
    // The mark of simulated data stays in it.
    |s, _, _| s.uuid.replace_range(..1, "x"),
);
pub static FRACTION: Fault = Fault::row(
    "fractional-second",
    "created_at with a fraction of a second",
    "another tool aborts",
    Expected::kept("the fraction is kept"),
    |s, _, _| s.instant = Instant::Fraction,
);
pub static ISO: Fault = Fault::row(
    "iso-instant",
    "created_at with T and Z, as in ISO 8601",
    "another tool aborts",
    Expected::kept("read like any other instant"),
    |s, _, _| s.instant = Instant::Iso,
);
