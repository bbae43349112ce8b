//! The exporter's dialect: header eras, CSV as PHP writes it, cleaning of texts, names of files.
//!
//! Follows the database's own code (`DayArchiveService`, `StatementExportTrait`, `StatementCsvExportZ` in
//! <https://github.com/digital-services-act/transparency-database>, commit 69e80a0b, and branch
//! `archive/main`) and PHP's `fputcsv`.

use super::plan::Version;
use crate::tables::statements::COLUMNS;
use crate::tables::{Column, Origin};

/// Schema that the statements of a day were collected under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// Before 2025-07-01: 37 columns.
    V1,
    /// Since 2025-07-01: 38 columns, with `content_id_ean`.
    V2,
}

/// First day of the second schema, 2025-07-01.
const V2_FROM: i32 = 20_270;
/// Days on which the exporter replaced `\"` by `"`: from 2025-01-24 to before 2026-06-09, when another
/// database, in which the same query means something else, took over.
const QUOTES_CLEANED: std::ops::Range<i32> = 20_112..20_613;

impl Era {
    /// The era of a day, in days since 1970-01-01.
    #[must_use]
    pub fn of(day: i32) -> Self {
        if day < V2_FROM { Self::V1 } else { Self::V2 }
    }
}

/// Places, among the columns of the second schema, of those that an archive has, with their names in order.
#[must_use]
pub fn header(era: Era, version: Version) -> Vec<(usize, &'static str)> {
    let exported = |c: &&Column| matches!(c.origin, Origin::Export | Origin::FullExport | Origin::ExportV2);
    COLUMNS
        .iter()
        .filter(exported)
        .enumerate()
        .filter(|(_, c)| match c.origin {
            Origin::ExportV2 => era == Era::V2,
            Origin::FullExport => version == Version::Full,
            _ => true,
        })
        .map(|(i, c)| (i, c.name))
        .collect()
}

/// Appends a cell as PHP's `fputcsv` with its default arguments does.
///
/// Only cells with a comma, quote, backslash, line feed, carriage return, tab or space are quoted. In a
/// quoted cell a quote is doubled unless a backslash stands right before it: the backslash is PHP's escape
/// character, and is kept. Linear in the length.
pub fn put_csv(out: &mut Vec<u8>, cell: &[u8]) {
    if !cell.iter().any(|b| QUOTED[usize::from(*b)]) {
        out.extend_from_slice(cell);
        return;
    }
    out.push(b'"');
    let mut escaped = false;
    let mut rest = cell;
    while let Some(i) = rest.iter().position(|b| matches!(b, b'"' | b'\\')) {
        escaped &= i == 0;
        out.extend_from_slice(&rest[..i]);
        if rest[i] == b'\\' {
            escaped = true;
        } else {
            if !escaped {
                out.push(b'"');
            }
            escaped = false;
        }
        out.push(rest[i]);
        rest = &rest[i + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

const QUOTED: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    let marks = b",\"\\\n\r\t ";
    while i < marks.len() {
        table[marks[i] as usize] = true;
        i += 1;
    }
    table
};

/// Length of a line without what `csvstr` trims from its end: blanks, tabs, line ends, NUL, vertical tabs.
#[must_use]
pub(super) fn trimmed(line: &[u8]) -> usize {
    line.iter().rposition(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0 | 0x0b)).map_or(0, |i| i + 1)
}

/// A free text as the exporter's query of a day returns it: line feeds are blanks, and for some time `\"` was `"`.
#[must_use]
pub fn clean(text: &str, day: i32) -> String {
    let text = text.replace('\n', " ");
    if QUOTES_CLEANED.contains(&day) { text.replace("\\\"", "\"") } else { text }
}

/// A platform's name in file names, as Laravel's `Str::slug` makes it.
///
/// Letters of Latin scripts lose their marks; `_` and blanks become `-`, `@` becomes `-at-`; all else that is
/// no letter, digit or `-` is dropped.
#[must_use]
pub fn slug(name: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in name.replace('@', "-at-").chars() {
        if c == '-' || c == '_' || c.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        for ascii in plain(c).chars().filter(char::is_ascii_alphanumeric) {
            if std::mem::take(&mut gap) {
                out.push('-');
            }
            out.push(ascii.to_ascii_lowercase());
        }
    }
    out
}

/// A letter without its mark; letters of other scripts are dropped.
fn plain(c: char) -> String {
    const MARKED: [(&str, &str); 18] = [
        ("àáâãäåāăąÀÁÂÃÄÅĀĂĄ", "a"),
        ("çćčÇĆČ", "c"),
        ("ďđĎĐ", "d"),
        ("èéêëēėęěÈÉÊËĒĖĘĚ", "e"),
        ("ğģĞĢ", "g"),
        ("ìíîïīįÌÍÎÏĪĮ", "i"),
        ("ķĶ", "k"),
        ("ļľłĻĽŁ", "l"),
        ("ñńňņÑŃŇŅ", "n"),
        ("òóôõöøőÒÓÔÕÖØŐ", "o"),
        ("ŕřŔŘ", "r"),
        ("śşšșŚŞŠȘ", "s"),
        ("ťţțŤŢȚ", "t"),
        ("ùúûüūůűųÙÚÛÜŪŮŰŲ", "u"),
        ("ýÿÝŸ", "y"),
        ("źżžŹŻŽ", "z"),
        ("ß", "ss"),
        ("æÆ", "ae"),
    ];
    if c.is_ascii() {
        return c.to_string();
    }
    MARKED.iter().find(|(marked, _)| marked.contains(c)).map_or_else(String::new, |(_, ascii)| (*ascii).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(cell: &str) -> String {
        let mut out = Vec::new();
        put_csv(&mut out, cell.as_bytes());
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn cells_are_written_as_php_writes_them() {
        for (cell, written) in [
            ("", ""),
            ("abc-123_DEF", "abc-123_DEF"),
            ("[]", "[]"),
            ("null", "null"),
            ("a;b'c\u{a0}\u{2028}é", "a;b'c\u{a0}\u{2028}é"),
            ("two words", "\"two words\""),
            ("a,b", "\"a,b\""),
            ("tab\t", "\"tab\t\""),
            ("cr\r", "\"cr\r\""),
            ("\"", "\"\"\"\""),
            (r#"["CONTENT_TYPE_TEXT"]"#, r#""[""CONTENT_TYPE_TEXT""]""#),
            (r#"The "seller" said: click here"#, r#""The ""seller"" said: click here""#),
            (r#"he said \"stop\", then left"#, r#""he said \"stop\", then left""#),
            (r##""\"#1 and free\"""##, r##""""\"#1 and free\"""""##),
            (r"path C:\tmp\", r#""path C:\tmp\""#),
            (r#"x\\"y"#, r#""x\\"y""#),
            (r#"\x""#, r#""\x""""#),
            (r#"\"""#, r#""\"""""#),
            ("2025-07-01 00:00:00", "\"2025-07-01 00:00:00\""),
        ] {
            assert_eq!(csv(cell), written, "{cell:?}");
        }
    }

    #[test]
    fn headers_are_those_of_their_era() {
        let count = |era, version| header(era, version).len();
        assert_eq!((count(Era::V1, Version::Full), count(Era::V1, Version::Light)), (37, 33));
        assert_eq!((count(Era::V2, Version::Full), count(Era::V2, Version::Light)), (38, 34));
        let names: Vec<&str> = header(Era::V2, Version::Full).into_iter().map(|(_, n)| n).collect();
        assert_eq!(
            names.join(","),
            "uuid,decision_visibility,decision_visibility_other,end_date_visibility_restriction,decision_monetary,decision_monetary_other,end_date_monetary_restriction,decision_provision,end_date_service_restriction,decision_account,end_date_account_restriction,account_type,decision_ground,decision_ground_reference_url,illegal_content_legal_ground,illegal_content_explanation,incompatible_content_ground,incompatible_content_explanation,incompatible_content_illegal,category,category_addition,category_specification,category_specification_other,content_type,content_type_other,content_language,content_date,content_id_ean,territorial_scope,application_date,decision_facts,source_type,source_identity,automated_detection,automated_decision,platform_name,platform_uid,created_at"
        );
        let light: Vec<&str> = header(Era::V1, Version::Light).into_iter().map(|(_, n)| n).collect();
        for gone in [
            "illegal_content_explanation",
            "incompatible_content_explanation",
            "territorial_scope",
            "decision_facts",
            "content_id_ean",
        ] {
            assert!(!light.contains(&gone));
        }
        assert_eq!((Era::of(20_269), Era::of(20_270)), (Era::V1, Era::V2));
    }

    #[test]
    fn texts_are_cleaned_as_in_their_time() {
        let stored = "a \\\"b\\\" c\r\nd \\\\\" e";
        assert_eq!(clean(stored, 20_000), "a \\\"b\\\" c\r d \\\\\" e");
        assert_eq!(clean(stored, 20_270), "a \"b\" c\r d \\\" e");
        assert_eq!(clean(stored, 20_700), clean(stored, 20_000));
    }

    #[test]
    fn slugs_follow_laravel() {
        for (name, expected) in [
            ("Discord Netherlands B.V.", "discord-netherlands-bv"),
            ("Booking.com", "bookingcom"),
            ("Example@Shop N.V.", "example-at-shop-nv"),
            ("user@host", "user-at-host"),
            ("hello_world  again - and", "hello-world-again-and"),
            ("Vidégrenelle", "videgrenelle"),
            (" -Použité- ", "pouzite"),
        ] {
            assert_eq!(slug(name), expected, "{name}");
        }
    }

    #[test]
    fn line_ends_are_trimmed() {
        assert_eq!(trimmed(b"a,b \t\r\n\0\x0b"), 3);
        assert_eq!(trimmed(b""), 0);
    }
}
