//! Which part of the screen is what, at every size. One place, so that the machine that scrolls
//! and the views that draw agree.

/// Size of the terminal in cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
}

/// A part of the screen, in cells from the top left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// First column.
    pub x: u16,
    /// First row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// Below this the program asks for a larger window.
pub const MIN_SIZE: Size = Size { columns: 60, rows: 18 };

/// Rows that a message may cover, up from the bottom.
pub const MESSAGE_ROWS: u16 = 4;

/// From this width on, panes stand side by side.
const WIDE: u16 = 100;

/// The search screen's parts.
pub struct SearchParts {
    /// The search line, with the count at its right.
    pub query: Area,
    /// What was corrected and what else was searched.
    pub notes: Area,
    /// The list.
    pub list: Area,
    /// The preview, on a wide screen.
    pub preview: Option<Area>,
    /// The chips.
    pub chips: Area,
}

/// The reader's parts.
pub struct ReaderParts {
    /// The title line.
    pub title: Area,
    /// The text.
    pub page: Area,
    /// Outline and sources, on a wide screen.
    pub side: Option<Area>,
}

/// A clinic's parts.
pub struct ClinicParts {
    /// The title line.
    pub title: Area,
    /// The stages, on a wide screen.
    pub rail: Option<Area>,
    /// The form.
    pub form: Area,
    /// The guidance pane, on a wide screen.
    pub guidance: Option<Area>,
}

impl SearchParts {
    /// The part of the preview that holds text, between its margins.
    pub fn preview_text(&self) -> Option<Area> {
        self.preview.map(|area| area.inset(1))
    }
}

impl Size {
    /// Whether the window is large enough to work in.
    pub fn is_enough(self) -> bool {
        self.columns >= MIN_SIZE.columns && self.rows >= MIN_SIZE.rows
    }

    fn is_wide(self) -> bool {
        self.columns >= WIDE
    }

    /// On a wide screen the parts left and right of a column, else all of it.
    fn split(self, area: Area, columns: u16) -> (Area, Option<Area>) {
        let (left, right) = area.split_at(columns);
        if self.is_wide() { (left, Some(right)) } else { (area, None) }
    }

    fn row(self, y: u16) -> Area {
        Area { x: 0, y, width: self.columns, height: 1 }
    }

    /// The top bar.
    pub fn top_bar(self) -> Area {
        self.row(0)
    }

    /// The bottom bar.
    pub fn bottom_bar(self) -> Area {
        self.row(self.rows.saturating_sub(1))
    }

    /// All between the bars.
    pub fn body(self) -> Area {
        Area { x: 0, y: 1, width: self.columns, height: self.rows.saturating_sub(2) }
    }

    /// The page of counts, below the line that says which notes they are of.
    pub fn insight(self) -> Area {
        let body = self.body();
        let width = body.width.saturating_sub(2);
        Area { x: 1, y: body.y + 2, width, height: body.height.saturating_sub(2) }
    }

    /// The search screen's parts.
    pub fn search(self) -> SearchParts {
        let body = self.body();
        let rest = Area { y: body.y + 2, height: body.height.saturating_sub(3), ..body };
        let chips = self.row(rest.y + rest.height);
        let (query, notes) = (self.row(body.y), self.row(body.y + 1));
        let (list, preview) = self.split(rest, self.columns * 9 / 20);
        SearchParts { query, notes, list, preview, chips }
    }

    /// The reader's parts.
    pub fn reader(self) -> ReaderParts {
        let body = self.body();
        let title = self.row(body.y);
        let rest = Area { y: body.y + 1, height: body.height.saturating_sub(1), ..body };
        let (page, side) = self.split(rest, self.columns.saturating_sub(40));
        ReaderParts { title, page: page.inset(1), side }
    }

    /// Rows of the text in the reader and of a note.
    pub fn page_height(self) -> usize {
        usize::from(self.reader().page.height)
    }

    /// A clinic's parts.
    pub fn clinic(self) -> ClinicParts {
        let body = self.body();
        let title = self.row(body.y);
        let rest = Area { y: body.y + 1, height: body.height.saturating_sub(1), ..body };
        if !self.is_wide() {
            return ClinicParts { title, rail: None, form: rest.inset(1), guidance: None };
        }
        let (rail, rest) = rest.split_at(23);
        let (form, guidance) = rest.split_at(rest.width - 34);
        ClinicParts { title, rail: Some(rail), form: form.inset(1), guidance: Some(guidance) }
    }

    /// A box in the middle, at most this large.
    pub fn dialog(self, width: u16, height: u16) -> Area {
        let body = self.body();
        let width = width.min(body.width.saturating_sub(4));
        let height = height.min(body.height);
        Area {
            x: body.x + (body.width - width) / 2,
            y: body.y + (body.height - height) / 2,
            width,
            height,
        }
    }
}

impl Area {
    /// The part left of a column, and the part right of it behind a one-column rule.
    fn split_at(self, columns: u16) -> (Self, Self) {
        let left = Self { width: columns.min(self.width), ..self };
        let right = Self {
            x: self.x + left.width + 1,
            width: self.width.saturating_sub(left.width + 1),
            ..self
        };
        (left, right)
    }

    /// The same with this many columns left free at both sides.
    fn inset(self, columns: u16) -> Self {
        Self { x: self.x + columns, width: self.width.saturating_sub(columns * 2), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_sixty_by_eighteen_a_larger_window_is_asked_for() {
        assert!(Size { columns: 60, rows: 18 }.is_enough());
        assert!(!Size { columns: 59, rows: 18 }.is_enough());
        assert!(!Size { columns: 60, rows: 17 }.is_enough());
    }

    #[test]
    fn no_part_leaves_the_screen_at_any_size() {
        for columns in (0..=130).chain([200, 500]) {
            for rows in 0..=50 {
                let size = Size { columns, rows };
                let search = size.search();
                let reader = size.reader();
                let clinic = size.clinic();
                let dialog = size.dialog(70, 20);
                if !size.is_enough() {
                    continue;
                }
                let parts = [search.query, search.notes, search.list, search.chips]
                    .into_iter()
                    .chain(search.preview)
                    .chain([reader.title, reader.page])
                    .chain(reader.side)
                    .chain([clinic.title, clinic.form, dialog])
                    .chain(clinic.rail)
                    .chain(clinic.guidance);
                for part in parts {
                    assert!(part.x + part.width <= columns, "{part:?} at {size:?}");
                    assert!(part.y + part.height < rows, "{part:?} at {size:?}");
                }
            }
        }
    }

    #[test]
    fn at_eighty_columns_panes_collapse_into_one() {
        let size = Size { columns: 80, rows: 24 };
        assert!(size.search().preview.is_none() && size.clinic().guidance.is_none());
        let size = Size { columns: 120, rows: 40 };
        assert!(size.search().preview.is_some() && size.clinic().guidance.is_some());
    }
}
