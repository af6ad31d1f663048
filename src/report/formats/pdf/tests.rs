use super::*;
use crate::{
    clinic::Language,
    report::document::{Chart, ChartRow, ReportBlock, RunStyle, TextRun},
};

fn document(blocks: Vec<ReportBlock>) -> ReportDocument {
    ReportDocument {
        title: "Case-file document: HERON-42".to_owned(),
        header: "HERON-42 · confidential".to_owned(),
        language: Language::En,
        blocks,
    }
}

fn heading(level: u8, text: &str) -> ReportBlock {
    ReportBlock::Heading { level, text: text.to_owned() }
}

fn paragraph(text: &str) -> ReportBlock {
    ReportBlock::Paragraph(vec![TextRun { text: text.to_owned(), style: RunStyle::Plain }])
}

fn answer(text: &str) -> ReportBlock {
    let question = "What happened?".to_owned();
    ReportBlock::Answer { question, remark: None, text: Some(text.to_owned()) }
}

fn table(head: &[&str], rows: Vec<Vec<String>>) -> ReportBlock {
    ReportBlock::Table { head: head.iter().map(|name| (*name).to_owned()).collect(), rows }
}

/// The text of each page; the file is written too, which checks it against PDF/UA-1.
fn pages(blocks: Vec<ReportBlock>) -> Vec<String> {
    let document = document(blocks);
    let file = write(&document).unwrap_or_else(|error| panic!("{error}"));
    let file = String::from_utf8_lossy(&file);
    for active in
        ["/JavaScript", "/JS", "/URI", "/Launch", "/EmbeddedFile", "/AcroForm", "/OpenAction"]
    {
        assert!(!file.contains(active), "{active}");
    }
    text_on_pages(&document)
}

#[test]
fn a_file_is_tagged_with_its_title_language_and_headings() {
    let blocks = vec![heading(1, "Note"), heading(2, "One"), paragraph("Text.")];
    let file = write(&document(blocks)).expect("it is written");
    let file = String::from_utf8_lossy(&file);
    for part in ["/Marked true", "/Lang(en-GB)", "<pdfuaid:part>1", "/S/H1", "/S/H2", "/Outlines"] {
        assert!(file.contains(part), "no {part} in {file}");
    }
    assert!(file.contains("HERON-42"), "its title");
}

#[test]
fn a_heading_is_never_the_last_on_its_page() {
    for lines in 30..60 {
        let mut blocks = vec![heading(1, "Note")];
        blocks.extend((0..lines).map(|_| paragraph("A line.")));
        blocks.extend([heading(2, "Part"), heading(3, "Inside"), paragraph("Under it.")]);
        for page in pages(blocks) {
            let last = page.lines().last().expect("a line");
            assert!(!["Part", "Inside"].contains(&last), "{lines}: {page}");
        }
    }
}

#[test]
fn no_page_is_empty_and_a_break_begins_one() {
    let cut = ReportBlock::PageBreak;
    for (blocks, count) in [
        (vec![], 1),
        (vec![cut.clone(), cut.clone(), paragraph("One")], 1),
        (vec![paragraph("One"), cut.clone(), cut.clone(), paragraph("Two"), cut.clone()], 2),
        (vec![heading(1, "One"), cut.clone(), table(&["A"], vec![vec!["B".into()]])], 2),
    ] {
        let pages = pages(blocks);
        assert_eq!(pages.len(), count, "{pages:?}");
        assert!(count == 1 || pages.iter().all(|page| !page.is_empty()), "{pages:?}");
    }
}

#[test]
fn answers_keep_their_line_ends_and_lose_no_text() {
    let text = "First line\nsecond line\n\nA paragraph with a very long word: ".to_owned()
        + &"x".repeat(300);
    let page = pages(vec![answer(&text)]).join("\n");
    assert!(page.contains("What happened?\nFirst line\nsecond line\nA paragraph"), "{page}");
    assert_eq!(page.matches('x').count(), 300);
    let long = (0..2000).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
    let whole = pages(vec![answer(&long)]).join("\n").replace('\n', "");
    assert_eq!(whole, format!("What happened?{long}"));
}

#[test]
fn a_head_of_a_table_is_repeated_and_rows_stay_whole() {
    let row = |n: usize| {
        vec![format!("row {n} begins and goes on {}", "on ".repeat(30)), format!("end {n}.")]
    };
    let pages = pages(vec![table(&["What", "Done on"], (0..80).map(row).collect())]);
    assert!(pages.len() > 2, "{}", pages.len());
    for (at, page) in pages.iter().enumerate() {
        assert!(page.starts_with("What\nDone on") || page.starts_with("WhatDone on"), "{page}");
        for n in 0..80 {
            let begins = page.contains(&format!("row {n} begins"));
            assert_eq!(begins, page.contains(&format!("end {n}.")), "row {n} on page {at}");
        }
    }
}

#[test]
fn a_row_higher_than_a_page_is_parted_and_loses_nothing() {
    let long = (0..3000).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
    for head in [&["What", "Text"][..], &["", ""]] {
        let rows = vec![vec!["a".to_owned(), long.clone()], vec!["b".into(), "after".into()]];
        let pages = pages(vec![table(head, rows)]);
        assert!(pages.len() > 3, "{}", pages.len());
        let text = pages.join("\n");
        for n in [1, 2, 1500, 2999] {
            assert_eq!(text.split([' ', '\n']).filter(|word| *word == format!("w{n}")).count(), 1);
        }
        assert!(pages.last().expect("a page").contains("after"));
    }
    // A head that is higher than a page is written once.
    let text = pages(vec![table(&[&long], vec![vec!["after".into()]])]).join("\n");
    assert!(text.contains("w2999") && text.contains("after"));
}

#[test]
fn what_is_on_a_page_fits_on_it() {
    let fonts = Fonts::read().expect("the fonts are in the program");
    let long = "word ".repeat(3000);
    let blocks = vec![
        heading(1, &long),
        answer(&long),
        table(&["A", "B", "C"], vec![vec![long.clone(), String::new(), "x".repeat(500)]; 3]),
        ReportBlock::Action { number: 1234, what: long.clone(), details: vec![long.clone()] },
        ReportBlock::List(vec![vec![TextRun { text: long, style: RunStyle::Strong }]]),
    ];
    let document = document(blocks);
    write(&document).expect("it is written");
    let mut layout = Layout::of(&document, &fonts);
    for page in paginate(&mut layout).0 {
        for mark in page.marks {
            match mark {
                Mark::Text { x, baseline, size, run, .. } => {
                    let width = run.text.trim_end().chars().count() as f32;
                    let shaped = ShapedText::of(run.text.trim_end(), run.style, &fonts);
                    let right = x + shaped.width() * size;
                    assert!(right <= TEXT_WIDTH + 0.5, "{width} characters end at {right}");
                    assert!(baseline <= layout::PAGE_HEIGHT + 0.5, "{baseline}");
                }
                Mark::Box { x, y, width, height, .. } => {
                    assert!(
                        x + width <= TEXT_WIDTH + 1.0 && y + height <= layout::PAGE_HEIGHT + 1.0
                    );
                }
            }
        }
    }
}

#[test]
fn a_chart_is_a_table_with_bars_as_long_as_its_counts() {
    let fonts = Fonts::read().expect("the fonts are in the program");
    let row =
        |name: &str, count, marked| ChartRow { name: name.into(), counts: vec![count], marked };
    let chart = Chart {
        about: "How people placed it.".into(),
        rows_name: "Stage".into(),
        series: vec!["First round".into()],
        rows: vec![row("Normal", 0, false), row("Problematic", 2, true), row("Abusive", 4, false)],
        mark: "agreed".into(),
        is_brief: false,
    };
    let document = document(vec![ReportBlock::Chart(chart)]);
    let text = pages(document.blocks.clone()).join("\n");
    assert!(text.starts_with("How people placed it.\nStageFirst roundOutcome"), "{text}");
    assert!(text.contains("Problematic2agreed"), "{text}");
    let layout = Layout::of(&document, &fonts);
    let bars = layout.strips.iter().flat_map(|strip| &strip.marks);
    let bars = bars.filter_map(|mark| match mark {
        Mark::Box { width, shade: Shade::Bar, .. } => Some(*width),
        _ => None,
    });
    let bars: Vec<f32> = bars.collect();
    assert_eq!(bars.len(), 2, "none for nothing");
    assert!((bars[1] / bars[0] - 2.0).abs() < 0.01, "{bars:?}");
}

#[test]
fn what_people_typed_is_shown_or_has_a_sign_and_the_document_says_so() {
    let typed = "<b>\u{202E}a\u{7} =1+1 (x) \\ %% ]>> endstream /JS 😀 语 ש e\u{301} \u{FFFE}";
    let page = pages(vec![answer(typed), answer(&"\u{E000}".repeat(3))]).join("\n");
    assert!(page.contains("<b>a =1+1 (x) \\ %% ]>> endstream"), "{page}");
    assert!(page.contains("😀 语 ש é"), "{page}");
    assert!(page.contains("□ stands for a character"), "{page}");
    assert!(!pages(vec![answer("Tŷ 5 – 6")]).join("").contains('□'));
    let tables = pages(vec![table(&["A"], vec![vec!["😀".into()]])]).join("");
    assert!(tables.contains("□ stands for"), "{tables}");
}

#[test]
fn a_megabyte_is_written() {
    let text = "word and word ".repeat(75_000);
    let pages = pages(vec![answer(&text), heading(2, &"x".repeat(100_000))]);
    assert!(pages.len() > 200, "{}", pages.len());
}

#[test]
fn documents_without_a_title_heading_or_text_are_written() {
    let empty = ReportDocument { title: String::new(), ..document(vec![]) };
    write(&empty).expect("it is written");
    write(&document(vec![heading(3, ""), paragraph(""), answer(""), table(&[], vec![])]))
        .expect("it is written");
}
