//! The mapping file that turns the platform's layout into tables, written from the layout itself.

use std::fmt::Write as _;

use super::dialect::{OF_ALL, OF_PARTS};
use super::plan::{Format, MarketplacePlan};
use super::sheet::{Field, Form, Sheet, Style};
use crate::time::iso;

/// The mapping for an export.
pub(super) fn mapping(plan: &MarketplacePlan) -> String {
    let mut out = format!(
        "# Simulated data: what the columns and codes of the invented marketplace \"Trovanda\" mean.\n\n\
         [mapping]\n\
         name = \"trovanda\"\n\
         platform = \"Trovanda\"\n\
         simulated = true\n\
         time_zone = \"Europe/Berlin\" # of local times without a zone\n\
         observed_from = \"{}T00:00:00Z\"\n\
         observed_until = \"{}T00:00:00Z\" # what had not happened by then is censored\n",
        iso(plan.from),
        iso(plan.until())
    );
    for (sheet, parts) in OF_PARTS.into_iter().map(|s| (s, true)).chain(OF_ALL.into_iter().map(|s| (s, false))) {
        put_sheet(&mut out, plan.format, sheet, parts);
    }
    // Alerts are of authorities, and always text.
    put_sheet(&mut out, Format::Csv, &super::sides::ALERTS, false);
    out
}

fn put_sheet(out: &mut String, format: Format, sheet: &Sheet, parts: bool) {
    let name = super::write::name(sheet, format, None);
    let ending = name.trim_start_matches(sheet.stem);
    let files = if parts { format!("{}-*{ending}", sheet.stem) } else { name.clone() };
    // Writing to a String cannot fail.
    let _ = write!(out, "\n[[table]]\ntable = \"{}\"\nfiles = [\"{files}\"]\n", sheet.table);
    if let (Format::Csv, Style::Csv { delimiter, .. }) = (format, sheet.style) {
        let _ = writeln!(out, "delimiter = \"{delimiter}\"");
    }
    out.push_str("[table.columns]\n");
    for field in sheet.fields {
        let _ = writeln!(out, "{} = {}", field.to, column(field, format, sheet.style));
    }
    for (column, value) in sheet.constants {
        let _ = writeln!(out, "{column} = {{ constant = \"{value}\" }}");
    }
}

fn column(field: &Field, format: Format, style: Style) -> String {
    let name = field.name;
    let text = format == Format::Csv;
    match field.form {
        Form::Local if text => format!("{{ column = \"{name}\", format = \"%d.%m.%Y %H:%M\" }}"),
        Form::Cents => format!("{{ column = \"{name}\", scale = 0.01 }}"),
        Form::Permille => format!("{{ column = \"{name}\", scale = 0.001 }}"),
        Form::Flag if text && !matches!(style, Style::Jsonl { .. }) => {
            format!("{{ column = \"{name}\", values = {{ J = \"true\", N = \"false\" }} }}")
        }
        _ if !field.codes.is_empty() => {
            let codes: Vec<String> =
                field.codes.iter().map(|(theirs, ours)| format!("\"{theirs}\" = \"{ours}\"")).collect();
            format!("{{ column = \"{name}\", values = {{ {} }} }}", codes.join(", "))
        }
        _ => format!("\"{name}\""),
    }
}
