//! Figures as CSV.

use crate::report::csv_line::push_line;

use super::{Agency, Collation, Insight, ScoreCount};

/// Everything: one line per number. A hidden number is the word `hidden`.
pub fn csv(insight: &Insight) -> String {
    let mut out = String::new();
    push_line(&mut out, &["figure", "title", "counts", "code", "label", "value", "last_time"]);
    let total = insight.notes.to_string();
    let title = "Completed notes about cases";
    push_line(&mut out, &["notes", title, "notes", "total", "Total", &total, ""]);
    for figure in &insight.figures {
        let about = figure.about;
        let head = [about.id, about.title, about.unit.title()];
        for row in &figure.rows {
            let value = row.count.to_string();
            push_line(&mut out, &[&head[..], &[&row.code, &row.label, &value, ""]].concat());
        }
        let value = figure.total.to_string();
        push_line(&mut out, &[&head[..], &["total", "Total", &value, ""]].concat());
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
                push_line(&mut out, &[template, title, "answers", &code, &label, &count, &last]);
            }
        }
    }
    out
}

/// Audits of several agencies: one line for each domain, agency and score.
pub fn collation_csv(collations: &[Collation]) -> String {
    let mut out = String::new();
    push_line(&mut out, &["audit", "title", "agency", "date", "code", "label", "score", "answers"]);
    for collation in collations {
        for (nth, Agency { name, date, .. }) in collation.agencies.iter().enumerate() {
            for domain in &collation.domains {
                let own = domain.of_agencies.get(nth).and_then(Option::as_ref);
                for ScoreCount { label, count, .. } in own.map_or(&[][..], |one| &one.scores) {
                    let (template, title) = (&collation.template, &collation.title);
                    let (date, count) = (date.to_string(), count.to_string());
                    let cells =
                        [template, title, name, &date, &domain.id, &domain.title, label, &count];
                    push_line(&mut out, &cells.map(String::as_str));
                }
            }
        }
    }
    out
}
