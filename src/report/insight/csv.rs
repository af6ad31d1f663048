//! Figures as CSV that a spreadsheet can open and can't be tricked by.
//!
//! A cell that a spreadsheet would take for a formula gets an apostrophe before it.

use crate::text::clean_line;

use super::{Agency, Collation, Insight};

/// Everything: one line per number. A hidden number is the word `hidden`.
pub fn csv(insight: &Insight) -> String {
    let mut out = String::new();
    line(&mut out, &["figure", "title", "counts", "code", "label", "value", "last_time"]);
    let total = insight.notes.to_string();
    let title = "Completed notes about cases";
    line(&mut out, &["notes", title, "notes", "total", "Total", &total, ""]);
    for figure in &insight.figures {
        let about = figure.about;
        let head = [about.id, about.title, about.unit.title()];
        for row in &figure.rows {
            let value = row.count.to_string();
            line(&mut out, &[&head[..], &[&row.code, &row.label, &value, ""]].concat());
        }
        let value = figure.total.to_string();
        line(&mut out, &[&head[..], &["total", "Total", &value, ""]].concat());
        if let Some(mean) = figure.mean {
            line(&mut out, &[&head[..], &["mean", "Average", &format!("{mean:.1}"), ""]].concat());
        }
    }
    for audit in &insight.audits {
        for domain in &audit.now.domains {
            let before = audit.before.as_ref().and_then(|before| before.domain(&domain.id)?.mean());
            let (now, before) = (score(domain.mean()), score(before));
            let (template, title) = (&audit.now.template, &audit.now.title);
            let cells = [template, title, "mean score", &domain.id, &domain.title, &now, &before];
            line(&mut out, &cells);
        }
    }
    out
}

/// Audits of several agencies: one line per domain and agency.
pub fn collation_csv(collations: &[Collation]) -> String {
    let mut out = String::new();
    line(&mut out, &["audit", "title", "agency", "date", "code", "label", "mean_score"]);
    for collation in collations {
        for (nth, Agency { name, date, .. }) in collation.agencies.iter().enumerate() {
            for domain in &collation.domains {
                let mean = score(domain.means.get(nth).copied().flatten());
                let (template, title) = (&collation.template, &collation.title);
                let date = date.to_string();
                let cells = [template, title, name, &date, &domain.id, &domain.title, &mean];
                line(&mut out, &cells.map(String::as_str));
            }
        }
    }
    out
}

fn score(mean: Option<f64>) -> String {
    mean.map_or(String::new(), |mean| format!("{mean:.2}"))
}

fn line(out: &mut String, cells: &[&str]) {
    let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}

/// A cell as RFC 4180 wants it, and such that no spreadsheet reckons with it. Numbers stay numbers.
pub(super) fn escaped(cell: &str) -> String {
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
