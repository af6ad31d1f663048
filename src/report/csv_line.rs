//! Lines of CSV that a spreadsheet can open and can't be tricked by.
//!
//! A cell that a spreadsheet would take for a formula gets an apostrophe before it.

use crate::text::clean_line;

/// Adds a line.
pub(super) fn push_line(out: &mut String, cells: &[&str]) {
    let cells: Vec<String> = cells.iter().map(|cell| escape_cell(cell)).collect();
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}

/// A cell as RFC 4180 wants it, and such that no spreadsheet reckons with it. Numbers stay numbers.
pub(super) fn escape_cell(cell: &str) -> String {
    let cleaned = clean_line(cell);
    let begins = cleaned.trim_start().chars().next();
    let formula = begins.is_some_and(|c| {
        matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '|' | '%')
    });
    let neutral =
        if formula && cleaned.parse::<f64>().is_err() { format!("'{cleaned}") } else { cleaned };
    if neutral.contains([',', '"', '\n', '\r', ';']) || neutral.starts_with(' ') {
        format!("\"{}\"", neutral.replace('"', "\"\""))
    } else {
        neutral
    }
}
