//! Blocks of a document as strips.

use std::num::NonZeroU16;

use krilla::tagging::{ListNumbering, Tag};

use crate::{
    report::document::{ReportBlock, ReportDocument, RunStyle, TextRun},
    text::{clean, shorten},
};

use super::{
    layout::{BOLD, Layout, MAX_KEPT_LINES, Mark, PLAIN, SLANTED, Shade, TEXT_SIZE, TEXT_WIDTH},
    shape::{Fonts, SIGN, ShapedText},
    table,
};

/// Points of text beside the bar of an answer, and of a list beside its marks.
const INDENT: f32 = 12.0;
const LIST_INDENT: f32 = 18.0;
/// Bytes of a heading in the list of headings.
const MAX_TITLE_BYTES: usize = 300;

/// Where lines are put, and how.
struct LineSettings {
    x: f32,
    size: f32,
    before: f32,
    /// Whether the last line stays with what follows.
    with_next: bool,
}

impl<'a> Layout<'a> {
    /// Lays out a document.
    pub(super) fn of(document: &ReportDocument, fonts: &'a Fonts) -> Self {
        let mut layout = Self::new(fonts);
        let mut page_break = false;
        for block in &document.blocks {
            let first = layout.strips.len();
            layout.block(block);
            page_break |= *block == ReportBlock::PageBreak;
            if let Some(strip) = layout.strips.get_mut(first) {
                strip.new_page = std::mem::take(&mut page_break);
            }
        }
        if layout.has_signs {
            let about = format!(
                "{SIGN} stands for a character that this file cannot show. The same document as \
                 Word or text has it."
            );
            let about = [TextRun { text: about, style: RunStyle::Emphasis }];
            layout.paragraph(&about, 12.0);
        }
        layout
    }

    fn block(&mut self, block: &ReportBlock) {
        if !matches!(block, ReportBlock::Action { .. }) {
            self.action_list = None;
        }
        match block {
            ReportBlock::Heading { level, text } => self.heading(*level, text),
            ReportBlock::Paragraph(runs) => self.paragraph(runs, 0.0),
            ReportBlock::Answer { question, remark, text } => {
                self.question(question, remark.as_ref());
                self.answer(text.as_deref().unwrap_or("Not answered."));
            }
            ReportBlock::List(items) => {
                let list = self.root(Tag::L(ListNumbering::Disc).into());
                for runs in items {
                    let text = self.runs(runs);
                    self.item(list, "•", &text, 0.0, 3.0);
                }
            }
            ReportBlock::Action { number, what, details } => self.action(*number, what, details),
            ReportBlock::Table { head, rows } => table::put_table(self, head, rows),
            ReportBlock::Chart(chart) => table::put_chart(self, chart),
            ReportBlock::PageBreak => {}
        }
        if matches!(block, ReportBlock::List(_)) {
            self.space_after(3.0);
        }
    }

    fn heading(&mut self, level: u8, text: &str) {
        if text.is_empty() {
            return;
        }
        let level = level.clamp(1, 3);
        let (size, before, after) = match level {
            1 => (18.0, 0.0, 8.0),
            2 => (14.0, 12.0, 4.0),
            _ => (12.0, 12.0, 4.0),
        };
        let title = shorten(text, MAX_TITLE_BYTES);
        let rank = NonZeroU16::new(level.into()).unwrap_or(NonZeroU16::MIN);
        let node = self.root(Tag::Hn(rank, Some(title.clone())).into());
        let first = self.strips.len();
        let shaped = self.shape(text, BOLD);
        self.lines(node, &shaped, &LineSettings { x: 0.0, size, before, with_next: true });
        if let Some(strip) = self.strips.get_mut(first) {
            strip.heading = Some((level, title));
        }
        self.space_after(after);
    }

    fn paragraph(&mut self, runs: &[TextRun], before: f32) {
        let node = self.root(Tag::P.into());
        let shaped = self.runs(runs);
        let settings = LineSettings { x: 0.0, size: TEXT_SIZE, before, with_next: false };
        self.lines(node, &shaped, &settings);
        self.space_after(5.0);
    }

    fn question(&mut self, question: &str, remark: Option<&TextRun>) {
        let node = self.root(Tag::P.into());
        let mut shaped = self.shape(question, BOLD);
        if let Some(remark) = remark {
            shaped.push(&format!(" {}", remark.text), PLAIN, self.fonts);
            self.has_signs |= shaped.has_signs;
        }
        let settings = LineSettings { x: 0.0, size: TEXT_SIZE, before: 8.0, with_next: true };
        self.lines(node, &shaped, &settings);
        self.space_after(2.0);
    }

    /// What people wrote: blank lines part paragraphs, other line ends stay line ends.
    fn answer(&mut self, text: &str) {
        let text = clean(text);
        let parts = text.split("\n\n").filter(|part| !part.trim().is_empty());
        let mut parts = parts.peekable();
        while let Some(part) = parts.next() {
            let node = self.root(Tag::P.into());
            let first = self.strips.len();
            for line in part.trim_matches('\n').lines() {
                let shaped = self.shape(line, PLAIN);
                let lines = shaped.lines((TEXT_WIDTH - INDENT) / TEXT_SIZE);
                self.put_lines(node, lines, INDENT, TEXT_SIZE);
            }
            self.keep_ends(first, false);
            if parts.peek().is_some() {
                self.space_after(4.0);
            }
            // A bar beside what people wrote, so that it is not taken for what the form says.
            for strip in &mut self.strips[first..] {
                let bar = Mark::Box {
                    x: 0.0,
                    y: 0.0,
                    width: 1.5,
                    height: strip.height,
                    shade: Shade::Line,
                };
                strip.marks.push(bar);
            }
        }
        self.space_after(4.0);
    }

    fn action(&mut self, number: usize, what: &str, details: &[String]) {
        let list = match self.action_list {
            Some(list) => list,
            None => self.root(Tag::L(ListNumbering::Decimal).into()),
        };
        self.action_list = Some(list);
        let first = self.strips.len();
        let text = self.shape(what, BOLD);
        let body = self.item(list, &format!("{number}."), &text, 0.0, 2.0);
        if let Some(strip) = self.strips.get_mut(first) {
            strip.before = 8.0;
        }
        if !details.is_empty() {
            if let Some(strip) = self.strips.last_mut() {
                strip.with_next = true;
            }
            let inner = self.child(body, Tag::L(ListNumbering::Disc).into());
            for detail in details {
                let text = self.shape(detail, PLAIN);
                self.item(inner, "•", &text, LIST_INDENT, 2.0);
            }
        }
        self.space_after(2.0);
        let last = self.strips.len().saturating_sub(1);
        if last < first + MAX_KEPT_LINES * 2 {
            let strips = self.strips.get_mut(first..last).unwrap_or_default();
            strips.iter_mut().for_each(|strip| strip.with_next = true);
        }
    }

    /// An item of a list with its mark. Returns the tag of its text.
    fn item(&mut self, list: usize, mark: &str, text: &ShapedText, x: f32, after: f32) -> usize {
        let item = self.child(list, Tag::LI.into());
        let label = self.child(item, Tag::Lbl.into());
        let body = self.child(item, Tag::LBody.into());
        let first = self.strips.len();
        let mark_style = if mark == "•" { PLAIN } else { BOLD };
        let shaped = ShapedText::of(mark, mark_style, self.fonts);
        let mark_width = shaped.width() * TEXT_SIZE;
        let mut marks = Vec::new();
        for line in shaped.lines(f32::MAX) {
            marks.extend(self.text_marks(label, line, x, 0.0, TEXT_SIZE));
        }
        let text_x = x + LIST_INDENT.max(mark_width + 4.0);
        let lines = text.lines((TEXT_WIDTH - text_x) / TEXT_SIZE);
        self.put_lines(body, lines, text_x, TEXT_SIZE);
        self.keep_ends(first, false);
        if let Some(strip) = self.strips.get_mut(first) {
            marks.append(&mut strip.marks);
            strip.marks = marks;
        }
        self.space_after(after);
        body
    }

    fn lines(&mut self, node: usize, text: &ShapedText, settings: &LineSettings) {
        let first = self.strips.len();
        let lines = text.lines((TEXT_WIDTH - settings.x) / settings.size);
        self.put_lines(node, lines, settings.x, settings.size);
        if let Some(strip) = self.strips.get_mut(first) {
            strip.before = settings.before;
        }
        self.keep_ends(first, settings.with_next);
    }

    fn runs(&mut self, runs: &[TextRun]) -> ShapedText {
        let mut shaped = ShapedText::default();
        for run in runs {
            let style = match run.style {
                RunStyle::Plain => PLAIN,
                RunStyle::Emphasis => SLANTED,
                RunStyle::Strong => BOLD,
            };
            shaped.push(&run.text, style, self.fonts);
        }
        self.has_signs |= shaped.has_signs;
        shaped
    }
}
