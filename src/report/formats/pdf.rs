//! A document as PDF: A4 pages with tags for screen readers (PDF/UA-1), its language, a list of
//! headings, and its fonts in it.
//!
//! Promises: no link, script, form or attachment; what only repeats (headers, page numbers, heads of
//! tables, lines) is not read aloud; a character that the fonts do not have is shown as a sign, and
//! the document says so.

mod blocks;
mod layout;
mod pages;
mod shape;
mod table;
#[cfg(test)]
mod tests;

use krilla::{
    Document, SerializeSettings,
    color::{luma, rgb},
    configure::{Accessibility, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect, Transform},
    metadata::Metadata,
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, Paint},
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TagGroup, TagTree},
};

use self::{
    layout::{GREY, Layout, Mark, Shade, TEXT_WIDTH, TagChild},
    pages::{PageMarks, PlacedHeading, paginate},
    shape::{Fonts, LineRun, ShapedText},
};
use super::WriteError;
use crate::report::document::ReportDocument;

/// A4 in points.
const PAGE: (f32, f32) = (595.28, 841.89);
/// Points around the text.
const MARGIN: f32 = 56.69;
/// Baselines of the header and of the page number, and their size.
const HEADER_BASELINE: f32 = 38.0;
const FOOTER_BASELINE: f32 = 813.0;
const SMALL_SIZE: f32 = 10.0;
/// How far slanted text leans.
const SLANT: f32 = -0.2;

/// Returns the document as the contents of a PDF file.
pub(super) fn write(document: &ReportDocument) -> Result<Vec<u8>, WriteError> {
    let failed = |why: &str| WriteError { format: "PDF", why: why.to_owned() };
    let fonts = Fonts::read().ok_or_else(|| failed("its fonts cannot be read"))?;
    let mut layout = Layout::of(document, &fonts);
    let (pages, headings) = paginate(&mut layout);

    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| failed("PDF/UA-1 is not known"))?;
    let mut pdf =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let title = if document.title.is_empty() { "Document" } else { &document.title };
    let language = document.language_tag().to_owned();
    pdf.set_metadata(
        Metadata::new()
            .title(title.to_owned())
            .language(language.clone())
            .creator("caseclinic".to_owned()),
    );
    let mut contents = vec![None; layout.contents];
    let count = pages.len();
    for (at, page) in pages.iter().enumerate() {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1)
            .ok_or_else(|| failed("a page of A4 cannot be made"))?;
        let mut pdf_page = pdf.start_page_with(settings);
        let mut pen = Pen { surface: pdf_page.surface(), fonts: &fonts };
        pen.page(page, &mut contents);
        pen.header(&document.header);
        pen.footer(&format!("Page {} of {count}", at + 1));
    }
    pdf.set_outline(outline(&headings, title));
    pdf.set_tag_tree(tags(&layout, &contents).with_lang(Some(language)));
    pdf.finish().map_err(|error| failed(&error.to_string()))
}

struct Pen<'a> {
    surface: Surface<'a>,
    fonts: &'a Fonts,
}

impl Pen<'_> {
    /// Draws what is on a page, and keeps where each text is in the tags.
    fn page(&mut self, page: &PageMarks, contents: &mut [Option<Identifier>]) {
        self.artifact(ArtifactType::Layout);
        for mark in &page.marks {
            if let Mark::Box { x, y, width, height, shade } = mark {
                self.rectangle(MARGIN + x, MARGIN + y, *width, *height, *shade);
            }
        }
        self.surface.end_tagged();
        for mark in &page.marks {
            let Mark::Text { x, baseline, size, run, content } = mark else { continue };
            match content {
                Some(at) => {
                    let tag = ContentTag::Span(SpanTag::empty());
                    contents[*at] = Some(self.surface.start_tagged(tag));
                }
                None => self.artifact(ArtifactType::PaginationOther),
            }
            self.text(MARGIN + x, MARGIN + baseline, *size, run);
            self.surface.end_tagged();
        }
    }

    fn header(&mut self, text: &str) {
        let text = ShapedText::of(text, GREY, self.fonts);
        let lines = text.lines(TEXT_WIDTH / SMALL_SIZE);
        self.artifact(ArtifactType::Header);
        if let Some(line) = lines.first() {
            for run in &line.runs {
                self.text(MARGIN, HEADER_BASELINE, SMALL_SIZE, run);
            }
        }
        self.rectangle(MARGIN, HEADER_BASELINE + 6.0, TEXT_WIDTH, 0.5, Shade::Line);
        self.surface.end_tagged();
    }

    fn footer(&mut self, text: &str) {
        let text = ShapedText::of(text, GREY, self.fonts);
        let x = MARGIN + TEXT_WIDTH - text.width() * SMALL_SIZE;
        self.artifact(ArtifactType::Footer);
        for run in text.lines(f32::MAX).iter().flat_map(|line| &line.runs) {
            self.text(x, FOOTER_BASELINE, SMALL_SIZE, run);
        }
        self.surface.end_tagged();
    }

    fn artifact(&mut self, kind: ArtifactType) {
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
    }

    fn text(&mut self, x: f32, baseline: f32, size: f32, run: &LineRun) {
        let font = self.fonts.font(run.style);
        self.fill(luma::Color::new(if run.style.grey { 0x44 } else { 0 }).into());
        if run.style.slanted {
            self.surface.push_transform(&Transform::from_row(1.0, 0.0, SLANT, 1.0, x, baseline));
            let start = Point::from_xy(0.0, 0.0);
            self.surface.draw_glyphs(start, &run.glyphs, font, &run.text, size, false);
            self.surface.pop();
        } else {
            let start = Point::from_xy(x, baseline);
            self.surface.draw_glyphs(start, &run.glyphs, font, &run.text, size, false);
        }
    }

    fn rectangle(&mut self, x: f32, y: f32, width: f32, height: f32, shade: Shade) {
        let Some(rectangle) = Rect::from_xywh(x, y, width, height) else { return };
        let mut path = PathBuilder::new();
        path.push_rect(rectangle);
        let Some(path) = path.finish() else { return };
        self.fill(match shade {
            Shade::Line => luma::Color::new(0x99).into(),
            Shade::TableHead => luma::Color::new(0xEE).into(),
            Shade::Bar => rgb::Color::new(0x2F, 0x5D, 0x8A).into(),
        });
        self.surface.draw_path(&path);
    }

    fn fill(&mut self, paint: Paint) {
        let fill = Fill { paint, opacity: NormalizedF32::ONE, ..Fill::default() };
        self.surface.set_fill(Some(fill));
    }
}

impl Mark {
    fn moved_down(self, by: f32) -> Self {
        match self {
            Self::Text { x, baseline, size, run, content } => {
                Self::Text { x, baseline: baseline + by, size, run, content }
            }
            Self::Box { x, y, width, height, shade } => {
                Self::Box { x, y: y + by, width, height, shade }
            }
        }
    }
}

/// The headings, each under the one above it.
fn outline(headings: &[PlacedHeading], title: &str) -> Outline {
    let mut outline = Outline::new();
    let (mut rest, mut children) = (headings, Vec::new());
    while !rest.is_empty() {
        children.push(outline_node(&mut rest));
    }
    if children.is_empty() {
        let top = XyzDestination::new(0, Point::from_xy(MARGIN, MARGIN));
        children.push(OutlineNode::new(title.to_owned(), top));
    }
    children.into_iter().for_each(|child| outline.push_child(child));
    outline
}

fn outline_node(rest: &mut &[PlacedHeading]) -> OutlineNode {
    let heading = &rest[0];
    *rest = &rest[1..];
    let point = Point::from_xy(MARGIN, (MARGIN + heading.y - 6.0).max(0.0));
    let node = OutlineNode::new(heading.text.clone(), XyzDestination::new(heading.page, point));
    let mut node = node.with_open(heading.level == 1);
    while rest.first().is_some_and(|next| next.level > heading.level) {
        node.push_child(outline_node(rest));
    }
    node
}

fn tags(layout: &Layout<'_>, contents: &[Option<Identifier>]) -> TagTree {
    let mut tree = TagTree::new();
    layout.roots.iter().for_each(|root| tree.push(tag_group(layout, *root, contents)));
    tree
}

/// Tags are at most as deep as a list within a list.
fn tag_group(layout: &Layout<'_>, node: usize, contents: &[Option<Identifier>]) -> TagGroup {
    let node = &layout.nodes[node];
    let children = node.children.iter().filter_map(|child| match child {
        TagChild::Node(inner) => Some(Node::Group(tag_group(layout, *inner, contents))),
        TagChild::Content(at) => contents[*at].map(Node::Leaf),
    });
    TagGroup::with_children(node.tag.clone(), children.collect())
}

/// Returns the text on each page in the order it is read, a line for each line, for tests.
#[cfg(test)]
pub(super) fn text_on_pages(document: &ReportDocument) -> Vec<String> {
    let fonts = Fonts::read().expect("the fonts are in the program");
    let mut layout = Layout::of(document, &fonts);
    let (pages, _) = paginate(&mut layout);
    let text = |page: &PageMarks| {
        let mut lines: Vec<(i32, String)> = Vec::new();
        for mark in &page.marks {
            let Mark::Text { baseline, run, .. } = mark else { continue };
            let at = (baseline * 10.0) as i32;
            match lines.last_mut() {
                Some((last, line)) if *last == at => line.push_str(&run.text),
                _ => lines.push((at, run.text.clone())),
            }
        }
        lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
    };
    pages.iter().map(text).collect()
}
