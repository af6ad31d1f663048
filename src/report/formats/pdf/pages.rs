//! Strips on pages: what stays together, where a page begins, and heads of tables again.

use super::layout::{Layout, Mark, PAGE_HEIGHT, Strip};

/// What is drawn on a page, from the top left of its text.
#[derive(Default)]
pub(super) struct PageMarks {
    pub(super) marks: Vec<Mark>,
}

/// A heading with its place.
pub(super) struct PlacedHeading {
    pub(super) level: u8,
    pub(super) text: String,
    pub(super) page: usize,
    pub(super) y: f32,
}

/// Puts the strips on pages. Returns also the headings in order.
pub(super) fn paginate(layout: &mut Layout<'_>) -> (Vec<PageMarks>, Vec<PlacedHeading>) {
    let strips = std::mem::take(&mut layout.strips);
    let mut pages = Paginator {
        table_heads: &layout.table_heads,
        pages: vec![PageMarks::default()],
        headings: Vec::new(),
        y: 0.0,
        is_fresh: true,
    };
    let mut strips = strips.into_iter().peekable();
    while let Some(first) = strips.next() {
        let mut group = vec![first];
        while group.last().is_some_and(|strip| strip.with_next) {
            let Some(next) = strips.next_if(|next| !next.new_page) else { break };
            group.push(next);
        }
        pages.put_group(group);
    }
    (pages.pages, pages.headings)
}

struct Paginator<'a> {
    table_heads: &'a [Strip],
    pages: Vec<PageMarks>,
    headings: Vec<PlacedHeading>,
    y: f32,
    /// Whether nothing is on the page yet.
    is_fresh: bool,
}

impl Paginator<'_> {
    /// Puts strips on one page, unless they are higher than a page.
    fn put_group(&mut self, group: Vec<Strip>) {
        let height: f32 = group.iter().map(|strip| strip.before + strip.height).sum();
        let begins = group.first().is_some_and(|strip| strip.new_page);
        if begins || (self.y + height > PAGE_HEIGHT && height <= PAGE_HEIGHT) {
            self.begin_page();
        }
        for strip in group {
            self.put(strip);
        }
    }

    fn begin_page(&mut self) {
        if !self.is_fresh {
            self.pages.push(PageMarks::default());
            (self.y, self.is_fresh) = (0.0, true);
        }
    }

    fn put(&mut self, strip: Strip) {
        if self.y + strip.before + strip.height > PAGE_HEIGHT {
            self.begin_page();
        }
        let head = strip.table_head.and_then(|head| self.table_heads.get(head));
        if let (true, Some(head)) = (self.is_fresh, head) {
            let (marks, height) = (head.marks.clone(), head.height);
            self.draw(marks);
            (self.y, self.is_fresh) = (self.y + height, false);
        } else if !self.is_fresh {
            self.y += strip.before;
        }
        if let Some((level, text)) = strip.heading {
            let page = self.pages.len() - 1;
            self.headings.push(PlacedHeading { level, text, page, y: self.y });
        }
        self.draw(strip.marks);
        (self.y, self.is_fresh) = (self.y + strip.height, false);
    }

    fn draw(&mut self, marks: Vec<Mark>) {
        let y = self.y;
        if let Some(page) = self.pages.last_mut() {
            page.marks.extend(marks.into_iter().map(|mark| mark.moved_down(y)));
        }
    }
}
