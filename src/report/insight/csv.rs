//! Figures as CSV that a spreadsheet can open and can't be tricked by.
//!
//! A cell that a spreadsheet would take for a formula gets an apostrophe before it.

use crate::text::clean_line;

use super::{Agency, Collation, Insight, ScoreCount};

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
    }
    for audit in &insight.audits {
        for domain in &audit.now.domains {
            let before = audit.before.as_ref().and_then(|before| before.domain(&domain.id));
            for ScoreCount { score, label, count } in &domain.scores {
                let last = before.and_then(|one| one.scores.iter().find(|one| one.score == *score));
                let last = last.map_or(String::new(), |one| one.count.to_string());
                let (template, title) = (&audit.now.template, &audit.now.title);
                let code = format!("{}:{score}", domain.id);
                let label = format!("{}: {label}", domain.title);
                let count = count.to_string();
                line(&mut out, &[template, title, "answers", &code, &label, &count, &last]);
            }
        }
    }
    out
}

/// Audits of several agencies: one line for each domain, agency and score.
pub fn collation_csv(collations: &[Collation]) -> String {
    let mut out = String::new();
    line(&mut out, &["audit", "title", "agency", "date", "code", "label", "score", "answers"]);
    for collation in collations {
        for (nth, Agency { name, date, .. }) in collation.agencies.iter().enumerate() {
            for domain in &collation.domains {
                let own = domain.of_agencies.get(nth).and_then(Option::as_ref);
                for ScoreCount { label, count, .. } in own.map_or(&[][..], |one| &one.scores) {
                    let (template, title) = (&collation.template, &collation.title);
                    let (date, count) = (date.to_string(), count.to_string());
                    let cells =
                        [template, title, name, &date, &domain.id, &domain.title, label, &count];
                    line(&mut out, &cells.map(String::as_str));
                }
            }
        }
    }
    out
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
