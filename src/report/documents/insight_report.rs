//! The figures of a vault as a document for others: what is hidden there is hidden here.

use crate::{
    clinic::Language,
    report::{
        document::{BlockList, Chart, ChartRow, ReportBlock, ReportDocument, plain, strong},
        insight::{Compared, Figure, Insight, answers_in_words, lowest_areas, period_in_words},
    },
    text::show_date,
};

/// Returns the figures as a document. Numbers below five are hidden, and so is one that would give
/// another away.
pub fn insight_document(insight: &Insight) -> ReportDocument {
    let mut blocks = BlockList::default();
    blocks.heading(1, "Insight from case clinics");
    blocks.say(&format!("{}.", period_in_words(insight.period)));
    blocks.say(&match insight.notes.shown() {
        Some(0) => "There are no completed notes about cases.".to_owned(),
        Some(notes) => format!("Completed notes about cases: {notes}."),
        None => "Not shown: fewer than five cases, so a child could be identified.".to_owned(),
    });
    blocks.say(
        "Practice notes, notes entered in error and drafts are left out. A number below five is \
         hidden, and so is one that would give it away.",
    );
    let (told, hidden): (Vec<&Figure>, Vec<&Figure>) =
        insight.figures.iter().partition(|figure| figure.total.shown().is_some());
    told.into_iter().for_each(|figure| put_figure(figure, &mut blocks));
    if !hidden.is_empty() {
        let titles: Vec<&str> = hidden.iter().map(|figure| figure.about.title).collect();
        blocks.heading(2, "Not shown");
        blocks.list(titles.into_iter().map(str::to_owned));
    }
    insight.audits.iter().for_each(|audit| put_audit(audit, &mut blocks));
    ReportDocument {
        title: "Insight from case clinics".to_owned(),
        header: "Insight · without names, small numbers hidden".to_owned(),
        language: Language::En,
        blocks: blocks.0,
    }
}

fn put_figure(figure: &Figure, blocks: &mut BlockList) {
    let about = figure.about;
    blocks.heading(2, about.title);
    let rows = figure.rows.iter().filter_map(|row| {
        let count = usize::try_from(row.count.shown()?).unwrap_or(usize::MAX);
        Some(ChartRow { name: row.label.clone(), counts: vec![count], marked: false })
    });
    blocks.push(ReportBlock::Chart(Chart {
        about: format!("{}: {} {} in all", about.title, figure.total, about.unit.title()),
        rows_name: String::new(),
        series: vec!["How many".to_owned()],
        rows: rows.collect(),
        mark: String::new(),
        is_brief: false,
    }));
    let hidden = figure.rows.iter().filter(|row| row.count.shown().is_none());
    let hidden: Vec<&str> = hidden.map(|row| row.label.as_str()).collect();
    if !hidden.is_empty() {
        blocks.say(&format!("Not shown, because the number is small: {}.", hidden.join("; ")));
    }
    blocks.paragraph([strong("Shows: "), plain(about.says)]);
    blocks.paragraph([strong("Does not show: "), plain(about.cannot_say)]);
}

fn put_audit(compared: &Compared, blocks: &mut BlockList) {
    let now = &compared.now;
    blocks.heading(2, format!("{}, {}", now.title, show_date(now.date)));
    let before = compared.before.as_ref();
    let last = before.map_or("No earlier one".to_owned(), |one| show_date(one.date));
    let rows = now.domains.iter().map(|domain| {
        let then = before.and_then(|one| one.domain(&domain.id)).map(answers_in_words);
        [domain.title.clone(), answers_in_words(domain), then.unwrap_or_else(|| "–".to_owned())]
    });
    blocks.table(["Area", "Now", &last], rows.collect());
    blocks.say(&lowest_areas(&now.domains));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{document_text, insight::Period};

    #[test]
    fn a_report_without_notes_says_so_and_shows_no_figure() {
        let none: [crate::clinic::Session; 0] = [];
        let day = jiff::civil::date(2026, 11, 30);
        let insight = crate::report::insight::insight(none, Period::default(), day);
        let text = document_text(&insight_document(&insight));
        assert!(text.contains("There are no completed notes about cases."), "{text}");
        assert!(!text.contains("Shows:"), "{text}");
    }
}
