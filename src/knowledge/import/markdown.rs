//! Reads Markdown without the front matter of an entry: what wikis and editors write, with tags of
//! HTML among it.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{
    builder::BlockKind,
    html::HtmlReader,
    model::{ImportedDocument, TableCell},
};

const MAX_LIST_DEPTH: usize = 8;

pub(super) fn read(text: &str) -> ImportedDocument {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    let mut reader = MarkdownImporter { source: text, ..MarkdownImporter::default() };
    for (event, place) in Parser::new_ext(text, options).into_offset_iter() {
        reader.take(event, place);
        if reader.page.builder.is_full() {
            break;
        }
    }
    reader.page.finish()
}

#[derive(Default)]
struct MarkdownImporter<'a> {
    source: &'a str,
    /// Takes the tags, and builds the document.
    page: HtmlReader,
    /// For each open list, the number of its next item if it is numbered.
    lists: Vec<Option<u64>>,
    /// The tags of the block that is open.
    tags: Option<String>,
    code: Option<String>,
    /// The description of the picture that is open.
    picture: Option<String>,
    struck_out: usize,
}

impl MarkdownImporter<'_> {
    fn take(&mut self, event: Event<'_>, place: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, place),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text);
            }
            Event::Code(text) => {
                self.page.code += 1;
                self.text(&text);
                self.page.code -= 1;
            }
            Event::Html(text) | Event::InlineHtml(text) => match &mut self.tags {
                Some(tags) => tags.push_str(&text),
                None => self.page.read(&text),
            },
            Event::FootnoteReference(name) if !self.is_left_out() => {
                self.page.builder.note_mark(&format!("note {name}"), &name);
            }
            Event::SoftBreak => self.text("\n"),
            Event::HardBreak if !self.is_left_out() => self.page.builder.line_break(),
            Event::TaskListMarker(done) => self.text(if done { "☒ " } else { "☐ " }),
            Event::Rule | Event::HardBreak | Event::FootnoteReference(_) => {}
        }
    }

    fn is_left_out(&self) -> bool {
        self.struck_out > 0 || self.page.is_unread()
    }

    fn text(&mut self, text: &str) {
        if let Some(code) = &mut self.code {
            code.push_str(text);
        } else if let Some(picture) = &mut self.picture {
            picture.push_str(text);
        } else if self.struck_out == 0 {
            self.page.text(text);
        }
    }

    fn start(&mut self, tag: Tag<'_>, place: Range<usize>) {
        let builder = &mut self.page.builder;
        match tag {
            Tag::Paragraph => builder.flush(),
            Tag::Heading { level, .. } => builder.open(BlockKind::Heading(level as u8)),
            Tag::BlockQuote(_) => builder.open(BlockKind::Quote),
            Tag::CodeBlock(_) => {
                builder.flush();
                self.code = Some(String::new());
            }
            Tag::HtmlBlock => self.tags = Some(String::new()),
            Tag::List(first) => {
                builder.flush();
                self.lists.push(first);
            }
            Tag::Item => {
                let depth = self.lists.len().saturating_sub(1).min(MAX_LIST_DEPTH);
                let label = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let source = self.source.get(place).unwrap_or_default();
                        let end = source.trim_start_matches(|c: char| c.is_ascii_digit());
                        let end = if end.starts_with(')') { ')' } else { '.' };
                        *number += 1;
                        format!("{}{end}", *number - 1)
                    }
                    _ => String::new(),
                };
                builder.open(BlockKind::Item(depth, label));
            }
            Tag::FootnoteDefinition(name) => builder.open_note(&format!("note {name}")),
            Tag::Table(_) => builder.open_table(),
            Tag::TableHead => builder.open_row(true),
            Tag::TableRow => builder.open_row(false),
            Tag::TableCell => builder.open_cell(TableCell::default()),
            Tag::Emphasis => self.page.emphasis += 1,
            Tag::Strong => self.page.strong += 1,
            Tag::Strikethrough => {
                self.struck_out += 1;
                builder.document.left_out.struck_out += 1;
                builder.text(" ");
            }
            Tag::Link { dest_url, .. } => builder.open_entry_link(&dest_url),
            Tag::Image { .. } => self.picture = Some(String::new()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        let is_left_out = self.is_left_out();
        let builder = &mut self.page.builder;
        match tag {
            TagEnd::Paragraph => builder.flush(),
            TagEnd::Heading(_) | TagEnd::BlockQuote(_) | TagEnd::Item => {
                builder.open(around(&self.lists));
            }
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                if !is_left_out {
                    builder.code(&code);
                }
            }
            TagEnd::HtmlBlock => {
                let tags = self.tags.take().unwrap_or_default();
                self.page.read(&tags);
            }
            TagEnd::List(_) => {
                self.lists.pop();
                builder.open(around(&self.lists));
            }
            TagEnd::FootnoteDefinition => builder.close_note(),
            TagEnd::Table => builder.close_table(),
            TagEnd::TableHead | TagEnd::TableRow => builder.close_row(),
            TagEnd::TableCell => builder.close_cell(),
            TagEnd::Emphasis => self.page.emphasis = self.page.emphasis.saturating_sub(1),
            TagEnd::Strong => self.page.strong = self.page.strong.saturating_sub(1),
            TagEnd::Strikethrough => self.struck_out = self.struck_out.saturating_sub(1),
            TagEnd::Link => builder.close_link(),
            TagEnd::Image => {
                let picture = self.picture.take().unwrap_or_default();
                if !is_left_out {
                    builder.picture(&picture);
                }
            }
            _ => {}
        }
    }
}

/// What text outside of any block is.
fn around(lists: &[Option<u64>]) -> BlockKind {
    match lists.len() {
        0 => BlockKind::Paragraph,
        open => BlockKind::ItemParagraph((open - 1).min(MAX_LIST_DEPTH)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{
        import::{about::take_title, plain, write::write},
        read_markdown, sections,
    };

    #[test]
    fn what_was_written_out_reads_as_the_same_blocks() {
        let text = "# A\n\nText[^1] **b** <br>c\n\n1. one\n   - (a) x\n\n     more\n2. two\n\n> q\n\n\
            | a | b |\n|---|---|\n| c | d |\n\n```\ncode\n```\n\n[^1]: Note.\n";
        let once = write(&read(text)).expect("it is short");
        let twice = write(&read(&once)).expect("it is short");
        assert_eq!(once, twice);
        assert!(once.contains("\\[Note 1: Note.\\]") && !once.contains("<br>"), "{once}");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_a_reader_panic(
            text in "[-#>*_`|~\\[\\]()^!<>/bhrsdel0-9a-c.:\u{2002}\u{F0A8} \n\r\t]{0,160}", any in "\\PC{0,60}",
        ) {
            for text in [&text, &any] {
                for mut document in [read(text), plain::read(text)] {
                    let _ = take_title(&mut document, None);
                    let markdown = write(&document).expect("it is short");
                    let mut entry = crate::knowledge::library::sample_entry("one");
                    let _ = read_markdown(&markdown);
                    entry.body = markdown.into();
                    let _ = sections(&entry);
                }
            }
        }
    }
}
