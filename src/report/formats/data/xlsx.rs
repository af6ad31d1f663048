//! A workbook of the actions of a note, and of a self-review also its counts and its answers.
//!
//! Promises: all text is written as text, never as a formula or a link; no author is named.

use jiff::civil::Date;
use rust_xlsxwriter::{
    Chart, ChartType, Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Workbook, Worksheet, XlsxError,
};

use crate::{
    clinic::{FieldKind, form},
    report::{
        formats::WriteError,
        insight::{self, Profile, ScoreCount},
    },
    text::{clean, clean_line, width},
};

use super::{NoteEdition, is_question};

/// What a cell holds at most, in UTF-16 units. A longer text goes on in the row below.
const MAX_CELL: usize = 32_000;
/// Heights of a line and of the highest row, in points.
const LINE_HEIGHT: f64 = 15.0;
const MAX_ROW_HEIGHT: f64 = 409.0;
/// The number of A4 among paper sizes.
const A4: u8 = 9;
/// Rows that a chart leaves free above itself.
const CHART_GAP: u32 = 2;

/// Returns the contents of a workbook.
pub(super) fn write(note: &NoteEdition<'_>) -> Result<Vec<u8>, WriteError> {
    workbook(note).map_err(|error| WriteError { format: "Excel", why: error.to_string() })
}

fn workbook(note: &NoteEdition<'_>) -> Result<Vec<u8>, XlsxError> {
    let session = &note.session;
    let mut workbook = Workbook::new();
    let changed = note.local.day(session.updated());
    let title = session.template().about.title.show(session.language());
    workbook.set_properties(
        &DocProperties::new()
            .set_title(format!("{}: {}", clean_line(title), session.case_key()))
            .set_creation_datetime(&excel_date(changed)?),
    );
    let sheets = Sheets { heading: heading(note), formats: Formats::new() };
    if let Some(profile) = insight::profile(session) {
        sheets.counts(workbook.add_worksheet(), &profile)?;
        sheets.questions(workbook.add_worksheet(), note)?;
    }
    sheets.actions(workbook.add_worksheet(), note)?;
    workbook.save_to_buffer()
}

/// What stands at the top of every printed page.
fn heading(note: &NoteEdition<'_>) -> String {
    let practice = note.session.is_practice();
    let what = if practice { "practice, fictional" } else { "confidential" };
    // An ampersand begins a code there.
    format!("&L{} · {what}", note.session.case_key().replace('&', "&&"))
}

fn excel_date(date: Date) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(date.year()).unwrap_or_default();
    ExcelDateTime::from_ymd(year, date.month().unsigned_abs(), date.day().unsigned_abs())
}

struct Formats {
    head: Format,
    text: Format,
    date: Format,
    number: Format,
}

impl Formats {
    fn new() -> Self {
        let cell = || {
            Format::new()
                .set_font_name("Arial")
                .set_font_size(11)
                .set_align(FormatAlign::Top)
                .set_border(FormatBorder::Thin)
                .set_border_color(Color::RGB(0x99_99_99))
        };
        Self {
            head: cell().set_bold().set_text_wrap().set_background_color(Color::RGB(0xEE_EE_EE)),
            text: cell().set_text_wrap().set_align(FormatAlign::Left),
            date: cell().set_num_format("d mmm yyyy").set_align(FormatAlign::Left),
            number: cell(),
        }
    }
}

/// What a cell shows.
enum Cell<'a> {
    Text(&'a str),
    Date(Option<Date>),
    Number(u32),
}

struct Sheets {
    heading: String,
    formats: Formats,
}

impl Sheets {
    fn actions(&self, sheet: &mut Worksheet, note: &NoteEdition<'_>) -> Result<(), XlsxError> {
        let columns = [
            ("No.", 5.0),
            ("What", 34.0),
            ("Why", 22.0),
            ("Who", 16.0),
            ("Agency", 14.0),
            ("By", 13.0),
            ("How we will know", 24.0),
            ("Status", 9.0),
            ("Outcome", 18.0),
        ];
        self.begin(sheet, "Actions", &columns)?;
        let mut row = 1;
        for (at, action) in note.actions().into_iter().enumerate() {
            let details = &action.details;
            let cells = [
                Cell::Number(at as u32 + 1),
                Cell::Text(&details.what),
                Cell::Text(&details.why),
                Cell::Text(&details.owner),
                Cell::Text(&details.agency),
                Cell::Date(details.by),
                Cell::Text(&details.measure),
                Cell::Text(details.status.title()),
                Cell::Text(&details.outcome),
            ];
            row = self.row(sheet, row, &columns, &cells)?;
        }
        Ok(())
    }

    fn counts(&self, sheet: &mut Worksheet, profile: &Profile) -> Result<(), XlsxError> {
        let mut answers: Vec<(f64, &str)> = Vec::new();
        for one in profile.domains.iter().flat_map(|domain| &domain.scores) {
            if !answers.contains(&(one.score, one.label.as_str())) {
                answers.push((one.score, &one.label));
            }
        }
        answers.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut columns = vec![("Area", 44.0)];
        columns.extend(answers.iter().map(|(_, label)| (*label, 14.0)));
        columns.push(("No answer", 14.0));
        self.begin(sheet, "Answers by area", &columns)?;
        let mut row = 1;
        for domain in &profile.domains {
            let counts = answers.iter().map(|(score, label)| {
                let same = |one: &&ScoreCount| one.score == *score && one.label == *label;
                domain.scores.iter().find(same).map_or(0, |one| one.count)
            });
            let counts = counts.chain([domain.asked.saturating_sub(domain.answered)]);
            let title = [Cell::Text(&domain.title)];
            let cells: Vec<Cell<'_>> = title.into_iter().chain(counts.map(Cell::Number)).collect();
            row = self.row(sheet, row, &columns, &cells)?;
        }
        let (last_row, last_column) = (row - 1, columns.len() as u16 - 1);
        if last_row > 0 {
            sheet.insert_chart(row + CHART_GAP, 0, &chart(last_row, last_column))?;
        }
        Ok(())
    }

    fn questions(&self, sheet: &mut Worksheet, note: &NoteEdition<'_>) -> Result<(), XlsxError> {
        let columns = [("Area", 22.0), ("Part", 20.0), ("Question", 46.0), ("Answer", 52.0)];
        self.begin(sheet, "Questions", &columns)?;
        let session = &note.session;
        let mut row = 1;
        for (at, stage) in session.template().stages.iter().enumerate() {
            let area = stage.title.show(session.language());
            let mut part = String::new();
            for field in form(session, at) {
                match &field.kind {
                    FieldKind::Heading { row: Some((_, number, of)), .. } => {
                        part = format!("{} {number} of {of}", field.label);
                    }
                    FieldKind::Heading { row: None, .. } => part.clone_from(&field.label),
                    _ if is_question(&field) => {
                        let answer = field.shown.as_deref().filter(|_| field.answered);
                        let cells = [
                            Cell::Text(area),
                            Cell::Text(&part),
                            Cell::Text(&field.label),
                            Cell::Text(answer.unwrap_or_default()),
                        ];
                        row = self.row(sheet, row, &columns, &cells)?;
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn begin(
        &self,
        sheet: &mut Worksheet,
        name: &str,
        columns: &[(&str, f64)],
    ) -> Result<(), XlsxError> {
        sheet.set_name(name)?.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
        sheet.set_header(&self.heading).set_footer("&RPage &P of &N");
        sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        for (at, (name, width)) in columns.iter().enumerate() {
            sheet.set_column_width(at as u16, *width)?;
            sheet.write_string_with_format(0, at as u16, clean_line(name), &self.formats.head)?;
        }
        Ok(())
    }

    /// Writes a row, and below it what is too long for a cell. Returns the number of the next row.
    fn row(
        &self,
        sheet: &mut Worksheet,
        at: u32,
        columns: &[(&str, f64)],
        cells: &[Cell<'_>],
    ) -> Result<u32, XlsxError> {
        let mut next = at + 1;
        let mut heights = vec![1];
        for (column, cell) in cells.iter().enumerate() {
            let column = column as u16;
            match cell {
                Cell::Text(text) => {
                    for (down, part) in parts(&clean(text)).into_iter().enumerate() {
                        let row = at + down as u32;
                        let lines = lines(&part, columns.get(usize::from(column)));
                        heights.resize(heights.len().max(down + 1), 1);
                        heights[down] = heights[down].max(lines);
                        sheet.write_string_with_format(row, column, part, &self.formats.text)?;
                        next = next.max(row + 1);
                    }
                }
                Cell::Number(number) => {
                    sheet.write_number_with_format(at, column, *number, &self.formats.number)?;
                }
                Cell::Date(date) => match date.map(|date| (date, excel_date(date))) {
                    Some((_, Ok(date))) => {
                        sheet.write_datetime_with_format(at, column, &date, &self.formats.date)?;
                    }
                    // A day that Excel has no number for.
                    Some((date, Err(_))) => {
                        let text = date.to_string();
                        sheet.write_string_with_format(at, column, text, &self.formats.text)?;
                    }
                    None => {
                        sheet.write_string_with_format(at, column, "", &self.formats.text)?;
                    }
                },
            }
        }
        // Not every program makes rows as high as their text by itself.
        for (down, lines) in heights.into_iter().enumerate() {
            let height = (LINE_HEIGHT * f64::from(lines)).min(MAX_ROW_HEIGHT);
            sheet.set_row_height(at + down as u32, height)?;
        }
        Ok(next)
    }
}

/// How many lines a text takes in a column, roughly.
fn lines(text: &str, column: Option<&(&str, f64)>) -> u32 {
    let columns = column.map_or(10.0, |(_, width)| *width);
    let lines =
        text.lines().map(|line| (width(line) as f64 * 1.1 / columns).ceil().max(1.0) as u32);
    lines.sum::<u32>().max(1)
}

/// A bar for each area, with a part for each answer. Its names are those of the cells.
fn chart(last_row: u32, last_column: u16) -> Chart {
    const SHEET: &str = "Answers by area";
    let mut chart = Chart::new(ChartType::BarStacked);
    for column in 1..=last_column {
        chart
            .add_series()
            .set_categories((SHEET, 1, 0, last_row, 0))
            .set_values((SHEET, 1, column, last_row, column))
            .set_name((SHEET, 0, column));
    }
    chart.title().set_name("Answers by area");
    // Bars lie, so that y is where the areas are. The first is the top one, as in the table.
    chart.y_axis().set_reverse();
    chart.x_axis().set_name("Questions").set_major_unit(1);
    chart.set_width(900).set_height(60 + 45 * last_row);
    chart
        .set_alt_text("How many questions of each area have each answer: the table above as bars.");
    chart
}

/// A text in parts that fit a cell.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut used = 0;
    for c in text.chars() {
        if used + c.len_utf16() > MAX_CELL {
            parts.push(String::new());
            used = 0;
        }
        used += c.len_utf16();
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}
