//! A note laid out for the width of the screen.

use crate::{
    app::page::{Page, TextRole, piece},
    knowledge::{Block, Document, Span},
    report::{NoteBlock, NoteDocument, RunStyle, TextRun},
};

/// Lays a note out to at most `columns` (at least 20).
pub(super) fn lay_out(note: &NoteDocument, columns: usize) -> Page {
    let mut layout = NoteLayout { page: Page::default(), columns: columns.max(20) };
    for block in &note.blocks {
        layout.block(block);
    }
    layout.page
}

struct NoteLayout {
    page: Page,
    columns: usize,
}

impl NoteLayout {
    fn block(&mut self, block: &NoteBlock) {
        match block {
            NoteBlock::Heading { level, text } => {
                // As in entries, where the title is not among the headings of the text.
                let level = (*level).max(2);
                self.add(&Block::Heading { level, spans: vec![plain(text)] });
            }
            NoteBlock::Paragraph(runs) => {
                self.add(&Block::Paragraph { spans: runs.iter().map(span).collect() });
            }
            NoteBlock::Answer { question, remark, text } => {
                let question = Span { strong: true, ..plain(question) };
                let remark = remark.iter().flat_map(|run| [plain(" "), span(run)]);
                self.add(&Block::Paragraph {
                    spans: [question].into_iter().chain(remark).collect(),
                });
                match text {
                    Some(text) => self.answer(text),
                    None => self.add(&Block::Paragraph { spans: vec![emphasis("Not answered.")] }),
                }
            }
            NoteBlock::List(items) => {
                for runs in items {
                    self.item(0, "•".to_owned(), runs.iter().map(span).collect());
                }
            }
            NoteBlock::Action { number, what, details } => {
                self.item(0, format!("{number}."), vec![plain(what)]);
                for detail in details {
                    self.item(1, "•".to_owned(), vec![plain(detail)]);
                }
            }
            NoteBlock::Table { head, rows } => {
                let rows = rows.iter().map(|row| cells(row)).collect();
                self.add(&Block::Table { head: cells(head), rows });
            }
        }
    }

    fn add(&mut self, block: &Block) {
        self.page.block(&Document::default(), block, self.columns);
    }

    fn item(&mut self, depth: usize, marker: String, spans: Vec<Span>) {
        self.add(&Block::ListItem { depth, marker, spans });
    }

    /// What people wrote keeps its lines.
    fn answer(&mut self, text: &str) {
        for text in text.lines() {
            match text.trim() {
                "" => self.page.blank(),
                text => self.page.flow(vec![piece(text, TextRole::Body)], self.columns, "", 0),
            }
        }
        self.page.blank();
    }
}

fn span(run: &TextRun) -> Span {
    let (emphasis, strong) = match run.style {
        RunStyle::Plain => (false, false),
        RunStyle::Emphasis => (true, false),
        RunStyle::Strong => (false, true),
    };
    Span { emphasis, strong, ..plain(&run.text) }
}

fn cells(texts: &[String]) -> Vec<Vec<Span>> {
    texts.iter().map(|text| vec![plain(text)]).collect()
}

fn plain(text: &str) -> Span {
    Span { text: text.to_owned(), ..Span::default() }
}

fn emphasis(text: &str) -> Span {
    Span { emphasis: true, ..plain(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_keeps_its_lines_on_the_screen_and_when_it_is_copied() {
        let text = Some("First # line\n\nsecond, which is long\nthird".to_owned());
        let question = "How are they?".to_owned();
        let answer = NoteBlock::Answer { question, remark: None, text };
        let page = lay_out(&NoteDocument { blocks: vec![answer] }, 20);
        let copied = "How are they?\n\nFirst # line\n\nsecond, which is long\nthird";
        assert_eq!(page.text(0..page.lines.len()), copied);
    }
}
