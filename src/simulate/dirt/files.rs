//! Faults of files: archives, their checksums, and the CSV files in them.

use super::fault::{Expected, Fault, FileFault, Make};
use crate::finding;

const fn file(
    id: &'static str,
    meaning: &'static str,
    seen: &'static str,
    expected: Expected,
    file: FileFault,
) -> Fault {
    Fault { id, meaning, seen, expected, make: Make::File(file), era: None }
}

/// Folder of archives that were published anew. It sorts behind the archives of all platforms.
pub(in crate::simulate) const REPUBLISHED: &str = "sor-republished";

/// Column that no schema has.
pub(in crate::simulate) const EXTRA_COLUMN: &str = "reviewer_note";

/// Statements that an archive lacks which is published anew: one in so many, and the last.
pub(in crate::simulate) const LACKING: u64 = 100;

pub static MISSING_SHA1: Fault = file(
    "missing-sha1",
    "an archive without its .sha1",
    "another tool aborts",
    Expected::kept("loaded, and recorded as not compared"),
    FileFault::MissingSha1,
);
pub static WRONG_SHA1: Fault = file(
    "wrong-sha1",
    "an archive whose .sha1 is that of another file, of a day after the plan's last",
    "files change under their checksums; another tool does not compare",
    Expected::refused("refused with E012; loaded on request, with finding Q041"),
    FileFault::WrongSha1,
);
pub static TRUNCATED: Fault = file(
    "truncated-archive",
    "an archive that ends early, of a day after the plan's last",
    "downloads that broke off",
    Expected::refused("refused with E011: it ends early, even where its last part is an archive that is whole"),
    FileFault::Truncated,
);
pub static REPUBLISHED_ARCHIVE: Fault = file(
    "republished-archive",
    "a day whose archives are published again, with rows that the first ones lack, in folder sor-republished",
    "all archives in June 2024 and many in October 2025",
    Expected::kept("the later archive takes the place of the earlier one"),
    FileFault::Republished,
);
pub static EXTRA: Fault = file(
    "extra-column",
    "a CSV file with a column that no schema has",
    "another tool aborts, a third loses the whole file",
    Expected::kept("kept beside the row").finds(&[(finding::UNKNOWN_COLUMN, "")]),
    FileFault::ExtraColumn,
);
pub static CRLF: Fault = file(
    "crlf",
    "a CSV file whose lines end in CR LF",
    "another tool loses the whole file",
    Expected::kept("the CR is taken off").finds(&[(finding::CRLF, "")]),
    FileFault::CarriageReturns,
);
pub static BOM: Fault = file(
    "byte-order-mark",
    "a CSV file that begins with a byte-order mark",
    "files that passed through a spreadsheet",
    Expected::kept("taken off").finds(&[(finding::BYTE_ORDER_MARK, "")]),
    FileFault::ByteOrderMark,
);
pub static REORDERED: Fault = file(
    "reordered-columns",
    "a CSV file with its columns from the last to the first",
    "the format may change without notice",
    Expected::kept("read by their names"),
    FileFault::Reordered,
);
pub static HEADER_ONLY: Fault = file(
    "header-only-csv",
    "a CSV file with a header and no row, beside the others",
    "parts in which a platform has no statement",
    Expected::kept("nothing to load").finds(&[(finding::HEADER_ONLY, "")]),
    FileFault::HeaderOnly,
);
pub static EMPTY: Fault = file(
    "zero-byte-csv",
    "a CSV file of zero bytes, beside the others",
    "exports that broke off",
    Expected::kept("nothing to load").finds(&[(finding::EMPTY_FILE, "")]),
    FileFault::Empty,
);
