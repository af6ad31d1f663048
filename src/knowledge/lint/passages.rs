//! The passages of a text: a sentence of a paragraph, an item of a list, a row of a table. A
//! statement and its source are in one passage.
//!
//! The author's own words keep their byte positions. Everything else, such as marks, addresses and
//! quotations, is blank.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::knowledge::document::options;

/// The passages of a text.
pub(super) struct Passages {
    /// As long as the text.
    words: String,
    list: Vec<LintedPassage>,
}

/// One passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LintedPassage {
    /// Bytes of the text.
    pub(super) range: Range<usize>,
    pub(super) is_heading: bool,
    /// Whether it has a footnote or a check mark.
    pub(super) has_note: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockShape {
    Heading,
    Sentences,
    Whole,
}

struct PassageBlock {
    range: Range<usize>,
    shape: BlockShape,
}

impl Passages {
    /// The passages of Markdown.
    pub(super) fn of_markdown(text: &str) -> Self {
        let mut blocks: Vec<PassageBlock> = Vec::new();
        let mut shown = vec![false; text.len()];
        let mut notes: Vec<usize> = Vec::new();
        let mut items = 0_usize;
        for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
            match event {
                Event::Start(tag) => {
                    items += usize::from(tag == Tag::Item);
                    if let Some(shape) = shape_of(&tag, items > 0) {
                        blocks.push(PassageBlock { range: range.start..range.start, shape });
                    }
                    if !matches!(tag, Tag::Link { .. } | Tag::Image { .. }) {
                        continue;
                    }
                }
                Event::End(tag) => {
                    items -= usize::from(tag == TagEnd::Item).min(items);
                    continue;
                }
                Event::Text(_) => shown[range.clone()].fill(true),
                Event::FootnoteReference(_) => notes.push(range.start),
                _ => {}
            }
            if let Some(last) = blocks.last_mut() {
                last.range.end = last.range.end.max(range.end);
            }
        }
        // An item ends where one inside it begins.
        for at in 1..blocks.len() {
            let next = blocks[at].range.start;
            let range = &mut blocks[at - 1].range;
            range.end = range.end.min(next).max(range.start);
        }
        for block in &blocks {
            hide_quotations(text, &block.range, &mut shown);
        }
        let words = words_shown(text, &shown);
        let list = blocks.iter().flat_map(|block| passages_of(block, &words, &notes)).collect();
        Self { words, list }
    }

    /// A line without marks, such as a title.
    pub(super) fn of_line(text: &str) -> Self {
        let mut shown = vec![true; text.len()];
        hide_quotations(text, &(0..text.len()), &mut shown);
        let whole = LintedPassage { range: 0..text.len(), is_heading: false, has_note: false };
        Self { words: words_shown(text, &shown), list: vec![whole] }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &LintedPassage> {
        self.list.iter()
    }

    /// The author's own words in a passage, at their places.
    pub(super) fn words(&self, passage: &LintedPassage) -> &str {
        self.words.get(passage.range.clone()).unwrap_or_default()
    }

    /// The passage around a place.
    pub(super) fn at(&self, place: usize) -> Option<&LintedPassage> {
        self.list.iter().find(|passage| passage.range.contains(&place))
    }
}

fn shape_of(tag: &Tag<'_>, in_item: bool) -> Option<BlockShape> {
    match tag {
        Tag::Heading { .. } => Some(BlockShape::Heading),
        Tag::TableHead | Tag::TableRow | Tag::Item => Some(BlockShape::Whole),
        Tag::Paragraph if in_item => Some(BlockShape::Whole),
        Tag::Paragraph | Tag::CodeBlock(_) | Tag::HtmlBlock => Some(BlockShape::Sentences),
        _ => None,
    }
}

/// The passages of a block: one, or one for each of its sentences.
fn passages_of(block: &PassageBlock, words: &str, notes: &[usize]) -> Vec<LintedPassage> {
    let mut ends = Vec::new();
    if block.shape == BlockShape::Sentences {
        ends = sentence_starts(&words[block.range.clone()]);
        ends.iter_mut().for_each(|at| *at += block.range.start);
    }
    ends.push(block.range.end);
    let mut start = block.range.start;
    ends.into_iter()
        .map(|end| {
            let range = start..end;
            start = end;
            LintedPassage {
                has_note: notes.iter().any(|note| range.contains(note)),
                is_heading: block.shape == BlockShape::Heading,
                range,
            }
        })
        .collect()
}

/// Where a further sentence begins. The footnotes behind a full stop are blank here, and so stay
/// with the sentence they follow.
fn sentence_starts(words: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let (mut stopped, mut blank) = (false, false);
    for (at, c) in words.char_indices() {
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        if stopped && blank && (c.is_uppercase() || c.is_numeric()) {
            starts.push(at);
        }
        // A bracket may close behind the full stop.
        stopped = matches!(c, '.' | '?' | '!') || (stopped && !blank && c == ')');
        blank = false;
    }
    starts
}

/// Blanks quotations, if both marks are there.
fn hide_quotations(text: &str, range: &Range<usize>, shown: &mut [bool]) {
    let chars: Vec<(usize, char)> = text[range.clone()]
        .char_indices()
        .map(|(at, c)| (range.start + at, c))
        .filter(|(at, _)| shown[*at])
        .collect();
    let is_letter = |at: Option<usize>| {
        at.and_then(|at| chars.get(at)).is_some_and(|(_, c)| c.is_alphanumeric())
    };
    let mut at = 0;
    while let Some(&(start, open)) = chars.get(at) {
        let close = match open {
            '"' => '"',
            '“' => '”',
            '‘' => '’',
            // Else an apostrophe.
            '\'' if !is_letter(at.checked_sub(1)) && is_letter(Some(at + 1)) => '\'',
            _ => {
                at += 1;
                continue;
            }
        };
        let single = matches!(close, '\'' | '’');
        let end = (at + 1..chars.len())
            .find(|&end| chars[end].1 == close && !(single && is_letter(Some(end + 1))));
        match end {
            Some(end) => {
                let past = chars[end].0 + close.len_utf8();
                shown[start..past].fill(false);
                at = end + 1;
            }
            None => at += 1,
        }
    }
}

/// Returns the text with blanks for what is not shown; its length stays the same.
fn words_shown(text: &str, shown: &[bool]) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if shown[at] {
            out.push(if c.is_whitespace() && c.is_ascii() { ' ' } else { c });
        } else {
            out.extend(std::iter::repeat_n(' ', c.len_utf8()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, bool)> {
        let passages = Passages::of_markdown(text);
        assert_eq!(passages.words.len(), text.len());
        let shown = |passage: &LintedPassage| {
            let words: Vec<&str> = passages.words(passage).split_whitespace().collect();
            (words.join(" "), passage.has_note)
        };
        passages.iter().map(shown).filter(|(words, _)| !words.is_empty()).collect()
    }

    fn passages(expected: &[(&str, bool)]) -> Vec<(String, bool)> {
        expected.iter().map(|(words, note)| ((*words).to_owned(), *note)).collect()
    }

    #[test]
    fn each_sentence_of_a_paragraph_has_its_own_notes() {
        assert_eq!(
            read("Four in\nten.[^a][^b] Then 4.9% more. (So it is.) Yes?[^check]\n"),
            passages(&[
                ("Four in ten.", true),
                ("Then 4.9% more. (So it is.)", false),
                ("Yes?", true)
            ])
        );
    }

    #[test]
    fn an_item_and_a_row_are_whole() {
        assert_eq!(
            read(
                "- One. Two.[^a]\n- Three\n  - Inner[^b]\n\n| Head | X |\n|---|---|\n| A. | B[^c] |\n"
            ),
            passages(&[
                ("One. Two.", true),
                ("Three", false),
                ("Inner", true),
                ("Head X", false),
                ("A. B", true)
            ])
        );
    }

    #[test]
    fn quotations_addresses_and_marks_are_blank() {
        assert_eq!(
            read(
                "## A **b**\n\nSay \"x y\" or “x” or ‘it’s x’ or 'x', [the](x) child's `x` \"open"
            ),
            passages(&[("A b", false), ("Say or or or , the child's \"open", false)])
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(body in "[-#>*_`|\\[\\]()^!0-9a-c.\"'“”‘’é\\\\& \n]{0,200}") {
            let passages = Passages::of_markdown(&body);
            proptest::prop_assert_eq!(passages.words.len(), body.len());
            for passage in passages.iter() {
                let range = &passage.range;
                proptest::prop_assert_eq!(passages.words(passage).len(), range.len());
                proptest::prop_assert!(body.get(range.clone()).is_some());
            }
            let _ = Passages::of_line(&body);
        }
    }
}
