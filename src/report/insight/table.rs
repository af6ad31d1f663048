//! Figures as plain text: numbers and words first, then a bar.

use std::fmt::Write as _;

use crate::text::{counted, shorten, show_date, width, wrap};

use super::{
    Agency, Collation, Compared, Domain, Figure, FigureRow, Insight, Period, TableCount,
    lowest_areas,
};

/// Columns of the longest bar.
const MAX_BAR_LEN: usize = 24;
const MAX_LABEL_LEN: usize = 34;
/// Before what has its number hidden.
pub(crate) const NO_FIGURES: &str = "No figures:";

/// A bar for `count` where the largest is `largest`: at least one mark unless it is zero, none
/// for a hidden number. It never says more than the number beside it.
pub fn bar(count: impl TableCount, largest: u64, columns: usize) -> String {
    match count.shown() {
        None | Some(0) => String::new(),
        Some(number) => {
            let share = number as f64 / largest.max(1) as f64;
            let marks = (share * columns as f64).round() as usize;
            "■".repeat(marks.clamp(1, columns.max(1)))
        }
    }
}

/// Everything, at most `columns` wide. Says which numbers are hidden, or would be for others.
pub fn table<N: TableCount>(insight: &Insight<N>, columns: usize) -> String {
    let mut out = String::new();
    paragraph(&mut out, &period_in_words(insight.period), 0, columns);
    let about = match insight.notes.shown() {
        Some(0) => "There are no completed notes about cases.".to_owned(),
        Some(number) => {
            let notes =
                counted(number, "completed note about cases", "completed notes about cases");
            format!("{notes}.")
        }
        None => "Not shown: fewer than five cases, so a child could be identified.".to_owned(),
    };
    paragraph(&mut out, &about, 0, columns);
    if !insight.figures.is_empty() {
        let left_out = "Practice notes, notes entered in error and drafts are left out.";
        let small = if N::IS_OWN {
            "You see every number. Those marked * are below five, or come from fewer than five \
             cases, so they could point to a child: they are hidden in what you copy or export."
        } else {
            "A number below five is hidden, and so is one that would give it away: “No figures” \
             says where."
        };
        paragraph(&mut out, &format!("{left_out} {small}"), 0, columns);
    }
    let (told, hidden): (Vec<&Figure<N>>, Vec<&Figure<N>>) =
        insight.figures.iter().partition(|figure| figure.total.shown().is_some());
    for figure in told {
        out.push('\n');
        self::figure(&mut out, figure, columns);
    }
    if !hidden.is_empty() {
        let titles: Vec<&str> = hidden.iter().map(|figure| figure.about.title).collect();
        out.push('\n');
        paragraph(&mut out, &format!("{NO_FIGURES} {}", titles.join("; ")), 0, columns);
    }
    for compared in &insight.audits {
        out.push('\n');
        audit(&mut out, compared, columns);
    }
    out
}

fn figure<N: TableCount>(out: &mut String, figure: &Figure<N>, columns: usize) {
    let about = figure.about;
    paragraph(
        out,
        &format!("{} ({} {})", about.title, figure.total, about.unit.title()),
        0,
        columns,
    );
    let (shown, hidden): (Vec<_>, Vec<_>) =
        figure.rows.iter().partition(|row| row.count.shown().is_some());
    // A mark stands behind its number, so that numbers stay one below the other.
    let number = |row: &FigureRow<N>| {
        let text = row.count.to_string();
        if N::IS_OWN && !text.ends_with('*') { format!("{text}  ") } else { text }
    };
    let numbers = shown.iter().map(|row| number(row).len()).max().unwrap_or(0);
    let widest = shown.iter().map(|row| width(&row.label)).max().unwrap_or(0);
    let widest = widest.min(MAX_LABEL_LEN).min(columns.saturating_sub(numbers + 6).max(8));
    let largest = shown.iter().filter_map(|row| row.count.shown()).max().unwrap_or(0);
    let bar_columns = columns.saturating_sub(widest + numbers + 6).min(MAX_BAR_LEN);
    for row in shown {
        let label = pad(&shorten(&row.label, widest), widest);
        let number = number(row);
        let bar = bar(row.count, largest, bar_columns);
        let line = format!("  {label}  {number:>numbers$}  {bar}");
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if !hidden.is_empty() {
        let labels: Vec<&str> = hidden.iter().map(|row| row.label.as_str()).collect();
        paragraph(out, &format!("{NO_FIGURES} {}", labels.join("; ")), 2, columns);
    }
    paragraph(out, &format!("Shows: {}", about.says), 2, columns);
    paragraph(out, &format!("Does not show: {}", about.cannot_say), 2, columns);
}

fn audit(out: &mut String, compared: &Compared, columns: usize) {
    let now = &compared.now;
    let against = compared.before.as_ref().map_or_else(
        || "no earlier audit to compare with".to_owned(),
        |before| format!("compared with {}", show_date(before.date)),
    );
    paragraph(out, &format!("{}, {}: {against}", now.title, show_date(now.date)), 0, columns);
    for domain in &now.domains {
        paragraph(out, &domain.title, 2, columns);
        paragraph(out, &answers_in_words(domain), 4, columns);
        if let Some(before) = compared.before.as_ref().and_then(|one| one.domain(&domain.id)) {
            paragraph(out, &format!("last time: {}", answers_in_words(before)), 4, columns);
        }
    }
    paragraph(out, &lowest_areas(&now.domains), 2, columns);
    if let Some(before) = compared.before.as_ref().filter(|one| one.version != now.version) {
        let words = format!(
            "Version {} of the questions was used last time, and version {} now. Compare with care.",
            before.version, now.version
        );
        paragraph(out, &words, 2, columns);
    }
    let says = "Shows: how many questions a service gave each answer in each area, now and last \
                time. Answers are counted and never averaged.";
    let cannot = "Does not show: how children are doing, or how one service compares with \
                  another. People score themselves, and a service that looks hard at itself may \
                  score lower. A blank answer is not counted.";
    paragraph(out, says, 2, columns);
    paragraph(out, cannot, 2, columns);
}

/// Audits of several agencies, at most `columns` wide.
pub fn collation_table(collations: &[Collation], columns: usize) -> String {
    let mut out = String::new();
    for (at, collation) in collations.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let number = collation.agencies.len();
        paragraph(&mut out, &format!("{}: {number} audits", collation.title), 0, columns);
        for (nth, Agency { name, date, version }) in collation.agencies.iter().enumerate() {
            let mut line = format!("  {}  {name}, {}", nth + 1, show_date(*date));
            if collation.differ_in_version() {
                let _ = write!(line, ", version {version}");
            }
            let _ = writeln!(out, "{}", shorten(&line, columns));
        }
        for domain in &collation.domains {
            paragraph(&mut out, &domain.title, 2, columns);
            for (of_agency, nth) in domain.of_agencies.iter().zip(1..) {
                let words =
                    of_agency.as_ref().map_or_else(|| "not asked".to_owned(), answers_in_words);
                paragraph(&mut out, &format!("{nth}: {words}"), 4, columns);
            }
        }
        for nth in 0..number {
            let own = collation.domains.iter().filter_map(|one| one.of_agencies.get(nth)?.clone());
            let own: Vec<Domain> = own.collect();
            paragraph(&mut out, &format!("{}: {}", nth + 1, lowest_areas(&own)), 2, columns);
        }
        if collation.differ_in_version() {
            let words =
                "The agencies answered different versions of the questions. Compare with care.";
            paragraph(&mut out, words, 2, columns);
        }
        let words = "Shows: where agencies that used the same questions gave different answers. \
                     Does not show: which agency is better. Talk first about the areas where the \
                     answers differ most.";
        paragraph(&mut out, words, 2, columns);
    }
    out
}

/// Returns how many questions have each answer, lowest first.
pub(in crate::report) fn answers_in_words(domain: &Domain) -> String {
    let answered = format!("{} of {} answered", domain.answered, domain.asked);
    if domain.scores.is_empty() {
        return format!("{answered}; this older export does not say how. Export it again.");
    }
    let counts = domain.scores.iter().map(|one| format!("{} {}", one.label, one.count));
    format!("{}; {answered}", counts.collect::<Vec<_>>().join(", "))
}

/// Returns which notes were counted, in words.
pub(in crate::report) fn period_in_words(period: Period) -> String {
    match (period.from.map(show_date), period.to.map(show_date)) {
        (None, None) => "All notes".to_owned(),
        (Some(from), None) => format!("Notes started on or after {from}"),
        (None, Some(to)) => format!("Notes started on or before {to}"),
        (Some(from), Some(to)) => format!("Notes started from {from} to {to}"),
    }
}

fn paragraph(out: &mut String, text: &str, indent: usize, columns: usize) {
    for line in wrap(text, columns.saturating_sub(indent).max(20)) {
        let _ = writeln!(out, "{}{}", " ".repeat(indent), text[line].trim_end());
    }
}

fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}
