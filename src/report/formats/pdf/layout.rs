//! What a document is laid out as: strips that are put on pages one under the other, with their tags.

use krilla::tagging::TagKind;

use super::shape::{Fonts, LineRun, ShapedText, TextLine, TextStyle};

/// Points of the text on A4 between its margins of two centimetres.
pub(super) const TEXT_WIDTH: f32 = 481.9;
pub(super) const PAGE_HEIGHT: f32 = 728.5;
/// Points of a line of 12 point text to the size of the text.
const LINE_HEIGHT: f32 = 1.24;
/// Points from the top of a line to its baseline, to the size of the text.
const BASELINE: f32 = 0.98;
/// Size of the text in points.
pub(super) const TEXT_SIZE: f32 = 12.0;
/// Lines that stay together where what they belong to is no longer than that.
pub(super) const MAX_KEPT_LINES: usize = 8;

pub(super) const BOLD: TextStyle = TextStyle { bold: true, slanted: false, grey: false };
pub(super) const PLAIN: TextStyle = TextStyle { bold: false, slanted: false, grey: false };
pub(super) const SLANTED: TextStyle = TextStyle { bold: false, slanted: true, grey: false };
pub(super) const GREY: TextStyle = TextStyle { bold: false, slanted: false, grey: true };

/// A tag and what is in it.
pub(super) struct TagNode {
    pub(super) tag: TagKind,
    pub(super) children: Vec<TagChild>,
}

/// What is in a tag: another tag, or text on a page.
#[derive(Clone, Copy, Debug)]
pub(super) enum TagChild {
    Node(usize),
    Content(usize),
}

/// Something that is drawn, from the top left of its strip.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    Text {
        x: f32,
        baseline: f32,
        size: f32,
        run: LineRun,
        /// Its place in the tags; none for what only repeats.
        content: Option<usize>,
    },
    Box {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        shade: Shade,
    },
}

/// The colour of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shade {
    Line,
    TableHead,
    Bar,
}

/// Something as wide as the text that is not parted over two pages.
#[derive(Clone, Debug, Default)]
pub(super) struct Strip {
    pub(super) height: f32,
    /// Space above it, unless it is the first of a page.
    pub(super) before: f32,
    /// Whether it is on the page of the strip that follows.
    pub(super) with_next: bool,
    /// Whether it begins a page.
    pub(super) new_page: bool,
    pub(super) marks: Vec<Mark>,
    /// Its heading: level and words.
    pub(super) heading: Option<(u8, String)>,
    /// The head of its table, drawn again where a page begins with this strip.
    pub(super) table_head: Option<usize>,
}

/// A document laid out, but not yet on pages.
pub(super) struct Layout<'a> {
    pub(super) fonts: &'a Fonts,
    pub(super) strips: Vec<Strip>,
    /// The heads of tables, as often as they are repeated.
    pub(super) table_heads: Vec<Strip>,
    pub(super) nodes: Vec<TagNode>,
    /// The tags that are in no other.
    pub(super) roots: Vec<usize>,
    /// How many texts the tags hold.
    pub(super) contents: usize,
    /// The list of actions that the next one belongs to.
    pub(super) action_list: Option<usize>,
    /// Whether a sign stands for some character.
    pub(super) has_signs: bool,
}

impl<'a> Layout<'a> {
    pub(super) fn new(fonts: &'a Fonts) -> Self {
        Self {
            fonts,
            strips: Vec::new(),
            table_heads: Vec::new(),
            nodes: Vec::new(),
            roots: Vec::new(),
            contents: 0,
            action_list: None,
            has_signs: false,
        }
    }

    pub(super) fn put_lines(&mut self, node: usize, lines: Vec<TextLine>, x: f32, size: f32) {
        for line in lines {
            let marks = self.text_marks(node, line, x, 0.0, size);
            self.strips.push(Strip { height: line_height(size), marks, ..Strip::default() });
        }
    }

    /// Keeps two lines together at the beginning and at the end of what began with this strip, and
    /// all of it if it stays with what follows.
    pub(super) fn keep_ends(&mut self, first: usize, with_next: bool) {
        let lines = &mut self.strips[first..];
        let count = lines.len();
        let short = with_next && count <= MAX_KEPT_LINES;
        for (at, line) in lines.iter_mut().enumerate() {
            let is_last = at + 1 == count;
            let is_end = at == 0 || at + 2 == count;
            line.with_next = if is_last { with_next } else { short || is_end };
        }
    }

    /// A line as marks, with its text in a tag; its top is at `y`.
    pub(super) fn text_marks(
        &mut self,
        node: usize,
        line: TextLine,
        x: f32,
        y: f32,
        size: f32,
    ) -> Vec<Mark> {
        let mut at = x;
        let mut marks = Vec::with_capacity(line.runs.len());
        for run in line.runs {
            let (x, baseline) = (at, y + BASELINE * size);
            at += run.width * size;
            let content = Some(self.contents);
            self.nodes[node].children.push(TagChild::Content(self.contents));
            self.contents += 1;
            marks.push(Mark::Text { x, baseline, size, run, content });
        }
        marks
    }

    pub(super) fn shape(&mut self, text: &str, style: TextStyle) -> ShapedText {
        let shaped = ShapedText::of(text, style, self.fonts);
        self.has_signs |= shaped.has_signs;
        shaped
    }

    /// Adds space to the end of what was put last.
    pub(super) fn space_after(&mut self, points: f32) {
        if let Some(strip) = self.strips.last_mut() {
            strip.height += points;
        }
    }

    /// Adds a tag that is in no other.
    pub(super) fn root(&mut self, tag: TagKind) -> usize {
        self.nodes.push(TagNode { tag, children: Vec::new() });
        self.roots.push(self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    /// Adds a tag within a tag.
    pub(super) fn child(&mut self, parent: usize, tag: TagKind) -> usize {
        self.nodes.push(TagNode { tag, children: Vec::new() });
        let node = self.nodes.len() - 1;
        self.nodes[parent].children.push(TagChild::Node(node));
        node
    }
}

/// Height of a line of this size.
pub(super) fn line_height(size: f32) -> f32 {
    size * LINE_HEIGHT
}
