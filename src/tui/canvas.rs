//! Drawing by role: text is put into a row and column of an area, clipped to it. What is put replaces what stood
//! there; on the band of a chosen row it keeps the band's ground.

use std::ops::Range;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::theme::{StyleRole, Theme};
use crate::{
    app::{Area, Editor, MARGIN, MAX_PROSE, ScreenLayout},
    text::{paragraphs, shorten, width, wrap},
};

/// Stands at the left of what has the focus.
pub(super) const FOCUS: &str = "▌";

/// In fewer columns beside a box only parts of words would be left.
const MIN_BESIDE_BOX: u16 = 20;

/// What views draw on.
pub(super) struct Canvas<'a> {
    buffer: &'a mut Buffer,
    theme: Theme,
    /// Where the terminal's own cursor goes: the caret, or the chosen row, for screen readers.
    pub cursor: Option<Position>,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(buffer: &'a mut Buffer, theme: Theme) -> Self {
        let all = buffer.area;
        buffer.set_style(all, theme.style(StyleRole::Text, false));
        Self { buffer, theme, cursor: None }
    }

    /// Puts text into a row of an area, from a column on; returns the column behind it. What does
    /// not fit is cut off.
    pub(super) fn put(
        &mut self,
        area: Area,
        row: usize,
        column: usize,
        text: &str,
        role: StyleRole,
    ) -> usize {
        let room = usize::from(area.width).saturating_sub(column);
        if row >= usize::from(area.height) || room == 0 {
            return column;
        }
        let (x, y) = (area.x + column as u16, area.y + row as u16);
        let Some(cell) = self.buffer.cell(Position { x, y }) else { return column };
        let style = self.theme.style(role, self.theme.is_band(cell.style()));
        let (end, _) = self.buffer.set_stringn(x, y, self.theme.glyphs.show(text), room, style);
        usize::from(end.saturating_sub(area.x))
    }

    /// As [`Self::put`], with `…` where text was cut off.
    pub(super) fn put_short(
        &mut self,
        area: Area,
        row: usize,
        column: usize,
        text: &str,
        role: StyleRole,
    ) -> usize {
        let room = usize::from(area.width).saturating_sub(column);
        self.put(area, row, column, &shorten(text, room), role)
    }

    /// Puts text at the right edge of a row, if it is wider than `column` leaves free, not at all.
    pub(super) fn put_right(
        &mut self,
        area: Area,
        row: usize,
        column: usize,
        text: &str,
        role: StyleRole,
    ) {
        let start = usize::from(area.width).checked_sub(width(text));
        if let Some(start) = start.filter(|&start| start >= column) {
            self.put(area, row, start, text, role);
        }
    }

    /// Lays the band of what is chosen under rows of an area, with the focus bar at its left. What is put there
    /// afterwards stands on the band.
    pub(super) fn choose_rows(&mut self, area: Area, row: usize, rows: usize) {
        for row in row..(row + rows).min(usize::from(area.height)) {
            let line = Rect::new(area.x, area.y + row as u16, area.width, 1);
            let line = line.intersection(self.buffer.area);
            self.buffer.set_style(line, self.theme.style(StyleRole::Chosen, true));
            if let Some(cell) = self.buffer.cell_mut(Position { x: area.x, y: line.y }) {
                cell.set_style(self.theme.style(StyleRole::Text, false));
            }
            self.put(area, row, 0, FOCUS, StyleRole::Accent);
        }
    }

    /// Puts names behind the name of the screen, the shown one marked; returns the column behind
    /// them.
    pub(super) fn put_tabs(
        &mut self,
        area: Area,
        row: usize,
        names: impl IntoIterator<Item = (String, bool)>,
    ) -> usize {
        let names: Vec<(String, bool)> = names.into_iter().collect();
        let mut column = 10;
        let columns: usize = names.iter().map(|(name, _)| width(name) + 3).sum();
        let between = if column + columns < usize::from(area.width) { " · " } else { "  " };
        for (at, (name, shown)) in names.into_iter().enumerate() {
            if at > 0 {
                column = self.put(area, row, column, between, StyleRole::Quiet);
            }
            if shown {
                column = self.put(area, row, column, "▸ ", StyleRole::Accent);
            }
            let role = if shown { StyleRole::Strong } else { StyleRole::Text };
            column = self.put(area, row, column, &name, role);
        }
        column
    }

    /// Puts a rule across a row, with the free column at each side.
    pub(super) fn put_rule(&mut self, area: Area) {
        let columns = usize::from(area.width).saturating_sub(2);
        self.put(area, 0, 1, &"─".repeat(columns), StyleRole::Rule);
    }

    /// Puts the line that is being typed, from where its last `columns` before the caret are in
    /// view; returns the column of the caret.
    pub(super) fn put_typed(
        &mut self,
        area: Area,
        row: usize,
        column: usize,
        typed: &Editor,
        columns: usize,
    ) -> usize {
        let layout = typed.layout(usize::from(u16::MAX));
        let skip = layout.caret.1.saturating_sub(columns);
        let shown: String = layout.text.chars().skip(skip).collect();
        self.put(area, row, column, &shown, StyleRole::Strong);
        column + layout.caret.1 - skip
    }

    /// Empties an area, for what lies over it.
    pub(super) fn clear(&mut self, area: Area) {
        for y in area.y..area.y + area.height {
            for x in area.x..area.x + area.width {
                if let Some(cell) = self.buffer.cell_mut(Position { x, y }) {
                    cell.reset();
                    cell.set_style(self.theme.style(StyleRole::Text, false));
                }
            }
        }
    }

    /// Makes all that is drawn so far stand back, for what will lie over it.
    pub(super) fn stand_back(&mut self) {
        let (all, style) = (self.buffer.area, self.theme.style(StyleRole::Rule, false));
        self.buffer.set_style(all, style);
    }

    /// A rule down the left side of a pane, with a free column between them.
    pub(super) fn rule_before(&mut self, area: Area) {
        let Some(x) = area.x.checked_sub(2) else { return };
        let column = Area { x, width: 1, ..area };
        for row in 0..usize::from(area.height) {
            self.put(column, row, 0, "│", StyleRole::Rule);
        }
    }

    /// A box with a title over what stands back, with a free row and column around it; returns the room inside.
    pub(super) fn frame(&mut self, area: Area, title: &str) -> Area {
        let columns = self.buffer.area.width;
        let beside = if area.x < MIN_BESIDE_BOX { area.x } else { 1 };
        self.clear(Area {
            x: area.x - beside,
            y: area.y.saturating_sub(1),
            width: (area.width + 2 * beside + 1).min(columns.saturating_sub(area.x - beside)),
            height: area.height + 1 + area.y.min(1),
        });
        let (width, height) = (usize::from(area.width), usize::from(area.height));
        if width < 4 || height < 3 {
            return area;
        }
        let bar = "─".repeat(width - 2);
        self.put(area, 0, 0, &format!("╭{bar}╮"), StyleRole::Rule);
        for row in 1..height - 1 {
            self.put(area, row, 0, "│", StyleRole::Rule);
            self.put(area, row, width - 1, "│", StyleRole::Rule);
        }
        self.put(area, height - 1, 0, &format!("╰{bar}╯"), StyleRole::Rule);
        let top = Area { width: area.width - 2, ..area };
        self.put_short(top, 0, 2, &format!(" {title} "), StyleRole::Heading);
        Area { x: area.x + 3, y: area.y + 1, width: area.width - 6, height: area.height - 2 }
    }

    /// A frame in the middle, at most this wide and as high as so many rows need, with an empty row above and below
    /// them where there is room; returns the room for the rows.
    pub(super) fn dialog(
        &mut self,
        layout: ScreenLayout,
        width: u16,
        title: &str,
        rows: usize,
    ) -> Area {
        let needed = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(4);
        let area = layout.dialog(width, needed);
        let inner = self.frame(area, title);
        if area.height < needed {
            return inner;
        }
        Area { y: inner.y + 1, height: inner.height.saturating_sub(2), ..inner }
    }

    /// As [`Self::choose_rows`] inside a frame: the band reaches from border to border, and text stays in its column.
    pub(super) fn choose_rows_in_dialog(&mut self, inner: Area, row: usize, rows: usize) {
        let x = inner.x.saturating_sub(2);
        self.choose_rows(Area { x, width: inner.width + 4, ..inner }, row, rows);
    }

    /// Puts the terminal's cursor into a row and column of an area.
    pub(super) fn point(&mut self, area: Area, row: usize, column: usize) {
        let x = area.x + (column as u16).min(area.width.saturating_sub(1));
        let y = area.y + (row as u16).min(area.height.saturating_sub(1));
        self.cursor = Some(Position { x, y });
    }

    /// Puts lines into an area from a row on; returns the row below them.
    pub(super) fn put_lines<'t>(
        &mut self,
        area: Area,
        row: usize,
        lines: impl IntoIterator<Item = &'t String>,
        role: StyleRole,
    ) -> usize {
        lines.into_iter().fold(row, |row, line| {
            self.put(area, row, 0, line, role);
            row + 1
        })
    }

    /// Puts a text into an area from a row on; returns the row below it.
    pub(super) fn put_paragraph(
        &mut self,
        area: Area,
        row: usize,
        text: &str,
        role: StyleRole,
    ) -> usize {
        self.put_lines(area, row, &paragraphs(text, area.width), role)
    }

    /// Puts a warning behind its sign, from a row and column of an area on; returns the row below it.
    pub(super) fn put_warning(
        &mut self,
        area: Area,
        row: usize,
        column: usize,
        text: &str,
    ) -> usize {
        self.put(area, row, column, "!", StyleRole::Bad);
        let columns = usize::from(area.width).saturating_sub(column + 2);
        wrap(text, columns).into_iter().fold(row, |row, range| {
            self.put_warning_line(area, row, column + 2, text, range);
            row + 1
        })
    }

    /// Puts one line of a warning: its first sentence says what is wrong, and what to do is read as text.
    pub(super) fn put_warning_line(
        &mut self,
        area: Area,
        row: usize,
        column: usize,
        text: &str,
        line: Range<usize>,
    ) {
        let lead = text.find(". ").map_or(text.len(), |dot| dot + 1).clamp(line.start, line.end);
        let end = self.put(area, row, column, &text[line.start..lead], StyleRole::Bad);
        self.put(area, row, end, &text[lead..line.end], StyleRole::Text);
    }

    /// Puts a text that stands in the place of a list, and the cursor at its beginning.
    pub(super) fn explain(&mut self, area: Area, column: usize, text: &str) {
        let columns = usize::from(area.width).saturating_sub(column + 1);
        for (row, range) in wrap(text, columns.min(usize::from(MAX_PROSE))).into_iter().enumerate()
        {
            self.put(area, row, column, &text[range], StyleRole::Text);
        }
        self.point(area, 0, column);
    }

    /// As [`Self::explain`] at the left edge of text, and below it what keys do now.
    pub(super) fn explain_keys(&mut self, area: Area, text: &str, keys: &[(&str, &str)]) {
        let margin = usize::from(MARGIN);
        let columns = usize::from(area.width).saturating_sub(margin + 1);
        let columns = columns.min(usize::from(MAX_PROSE));
        self.explain(area, margin, text);
        let mut row = wrap(text, columns).len() + 1;
        let indent = keys.iter().map(|(key, _)| width(key) + 2).max().unwrap_or(0);
        let columns = columns.saturating_sub(indent);
        for (key, does) in keys {
            self.put(area, row, margin, key, StyleRole::Heading);
            for range in wrap(does, columns) {
                self.put(area, row, margin + indent, &does[range], StyleRole::Text);
                row += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;

    /// The window gets smaller before the program hears of it.
    #[test]
    fn a_box_beyond_the_edge_of_what_is_drawn_on_is_cut_off() {
        for width in 1..=40 {
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, 4));
            let area = Area { x: 30, y: 1, width: 20, height: 6 };
            Canvas::new(&mut buffer, Theme::default()).frame(area, "A title");
        }
    }
}
