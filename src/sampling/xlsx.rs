//! Labelling sheets as workbooks.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Workbook, Worksheet, XlsxError,
};

use super::sheet::{ASKED, ROW, Sheet};

/// Most characters of a cell.
const MAX_CELL: usize = 32_000;

/// Makes a workbook of a sheet; equal sheets give equal bytes.
pub(super) fn workbook(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // A fixed date: the clock must not be in the file.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title("Labelling sheet").set_creation_datetime(&created));
    labels(workbook.add_worksheet().set_name("Labels")?, sheet)?;
    instructions(workbook.add_worksheet().set_name("Instructions")?, sheet)?;
    workbook.save_to_buffer()
}

/// Width of a column in characters.
fn width(column: &str) -> f64 {
    match column {
        "title" | "url" | "remark" => 40.0,
        "description" => 60.0,
        "unit_id" | "brand" | "stratum" | "evasion_tactic" | "listing_id" | "trader_id" => 20.0,
        ROW => 8.0,
        _ => 14.0,
    }
}

fn labels(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let text = Format::new().set_num_format("@").set_align(FormatAlign::Top);
    let wrapped = text.clone().set_text_wrap();
    let asked = wrapped.clone().set_background_color(Color::RGB(0x00FF_F8E1)).set_border(FormatBorder::Hair);
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top).set_num_format("@");
    let Some((header, body)) = sheet.rows.split_first() else { return Ok(()) };
    for (c, name) in (0_u16..).zip(header) {
        page.write_string_with_format(0, c, name, &head)?;
        page.set_column_width(c, width(name))?;
        let format = match name.as_str() {
            name if ASKED.contains(&name) => &asked,
            "title" | "description" | "url" => &wrapped,
            _ => &text,
        };
        // The format of the column holds for cells that are empty yet, so that what is typed there stays text.
        page.set_column_format(c, format)?;
        for (r, row) in (1_u32..).zip(body) {
            let cell = row.get(usize::from(c)).map_or("", String::as_str);
            if !cell.is_empty() {
                page.write_string_with_format(r, c, short(cell), format)?;
            }
        }
    }
    let last = u32::try_from(body.len()).unwrap_or(u32::MAX);
    if let Some(c) = header.iter().position(|name| name == "label").and_then(|c| u16::try_from(c).ok())
        && last > 0
    {
        let answers = DataValidation::new()
            .allow_list_strings(&sheet.choices)?
            .set_error_style(DataValidationErrorStyle::Stop)
            .set_error_title("Label")?
            .set_error_message(format!("One of {}, or nothing.", sheet.choices.join(", ")))?;
        page.add_data_validation(1, c, last, c, &answers)?;
    }
    if let Some(c) = u16::try_from(header.len()).ok().and_then(|n| n.checked_sub(1)) {
        page.autofilter(0, 0, last, c)?;
    }
    page.set_freeze_panes(1, 3)?;
    Ok(())
}

fn instructions(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_align(FormatAlign::Top).set_num_format("@");
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_num_format("@");
    page.set_column_width(0, 28)?;
    page.set_column_width(1, 100)?;
    for (r, (title, words)) in (0_u32..).zip(&sheet.about) {
        page.write_string_with_format(r, 0, title, &bold)?;
        page.write_string_with_format(r, 1, short(words), &wrapped)?;
    }
    Ok(())
}

/// A text that fits into a cell.
fn short(text: &str) -> String {
    if text.encode_utf16().count() <= MAX_CELL {
        return text.to_owned();
    }
    // Two units at most for a character.
    let mut kept: String = text.chars().take(MAX_CELL / 2).collect();
    kept.push('…');
    kept
}
