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

/// Columns left of all text: the focus bar stands in the first.
pub const MARGIN: u16 = 3;
/// The widest that prose is.
pub const MAX_PROSE: u16 = 72;

/// From this width on, panes stand side by side.
const WIDE: u16 = 100;
/// From this width on, the frame has two columns of margin.
const LARGE: u16 = 120;
/// From this width on there is room for everything.
const ROOMY: u16 = 140;
/// From this height on, an empty row stands under the tabs.
const TALL: u16 = 30;
/// Rows that stay for the screen however much there is to say.
const MIN_BODY: u16 = 8;
/// The widest a form is where it shares the screen, and where there is room for everything.
const FORM: u16 = 72;
const ROOMY_FORM: u16 = 80;
/// The columns of guidance over the right side of a form, and those that the form keeps beside it.
const OPEN_GUIDANCE: u16 = 40;
const LEFT_OF_GUIDANCE: u16 = 43;

/// Which part of the screen is what: from the top the tabs, where one is, a rule that carries stages or filters, the
/// body, messages if there are any, and the keys.
#[derive(Clone, Copy, Debug)]
pub struct ScreenLayout {
    size: Size,
    messages: u16,
}

/// The search screen's parts.
pub struct SearchParts {
    /// The search line, with the count at its right.
    pub query: Area,
    /// The filters.
    pub chips: Area,
    /// What was corrected and what else was searched, and what to do in danger.
    pub notes: Area,
    /// The list.
    pub list: Area,
    /// The preview, on a wide screen.
    pub preview: Option<Area>,
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

/// Columns of the form of handing over, where the document is beside it.
const HAND_OVER_FORM: u16 = 62;
/// Its rows where the document is below it.
const HAND_OVER_ROWS: u16 = 11;

/// The parts of handing over.
pub struct HandOverParts {
    /// What is chosen.
    pub form: Area,
    /// The document as it will read.
    pub preview: Area,
    /// Whether the document is beside the form, not below it.
    pub is_beside: bool,
}

/// The parts of the summary of a completed clinic.
pub struct CompletedParts {
    /// What was agreed and who does what.
    pub page: Area,
    /// What to do next, on a wide screen.
    pub side: Option<Area>,
}

/// A clinic's parts.
pub struct ClinicParts {
    /// The title line.
    pub title: Area,
    /// The stages, on a wide screen.
    pub rail: Option<Area>,
    /// The form, without the margin at its left.
    pub form: Area,
    /// The guidance pane, on a wide screen or while it is open.
    pub guidance: Option<Area>,
}

impl Size {
    /// Whether the window is large enough to work in.
    pub fn is_enough(self) -> bool {
        self.columns >= MIN_SIZE.columns && self.rows >= MIN_SIZE.rows
    }
}

impl ScreenLayout {
    /// The parts of a screen on which messages take so many rows.
    pub fn new(size: Size, messages: usize) -> Self {
        let most = size.rows.saturating_sub(MIN_BODY + 5);
        Self { size, messages: u16::try_from(messages).unwrap_or(u16::MAX).min(most) }
    }

    fn is_wide(self) -> bool {
        self.size.columns >= WIDE
    }

    /// A row of the frame. Views leave one free column at each side of it; a large window has two.
    fn row(self, y: u16) -> Area {
        let more = u16::from(self.size.columns >= LARGE);
        Area { x: more, y, width: self.size.columns - 2 * more, height: 1 }
    }

    /// All of it.
    pub fn all(self) -> Area {
        Area { x: 0, y: 0, width: self.size.columns, height: self.size.rows }
    }

    /// The tabs.
    pub fn tabs(self) -> Area {
        self.row(0)
    }

    /// Where one is, and its state.
    pub fn place(self) -> Area {
        self.row(1 + u16::from(self.size.rows >= TALL))
    }

    /// The rule below.
    pub fn rule(self) -> Area {
        self.row(self.place().y + 1)
    }

    /// All between the rule and the messages.
    pub fn body(self) -> Area {
        let y = self.rule().y + 1;
        let height = self.size.rows.saturating_sub(y + 1 + self.messages);
        Area { x: 0, y, width: self.size.columns, height }
    }

    /// The messages, above the keys.
    pub fn messages(self) -> Area {
        let y = self.size.rows.saturating_sub(1 + self.messages);
        Area { x: 0, y, width: self.size.columns, height: self.messages }
    }

    /// The keys.
    pub fn keys(self) -> Area {
        self.row(self.size.rows.saturating_sub(1))
    }

    /// The body without the margin at its left and the free column at its right, as wide as prose may be.
    pub fn prose(self) -> Area {
        let text = self.body().text();
        Area { width: text.width.min(MAX_PROSE), ..text }
    }

    /// The search screen's parts.
    pub fn search(self) -> SearchParts {
        let body = self.body();
        let notes = Area { height: 1, ..body };
        let below = Area { y: body.y + 2, height: body.height.saturating_sub(2), ..body };
        let (list, preview) = if self.is_wide() {
            // The list, and the blanks behind the rule after it.
            let (columns, blanks) = match self.size.columns {
                ROOMY.. => (54, 2),
                120.. => (43, 2),
                _ => (38, 1),
            };
            let preview = below.after(columns + 4 + blanks);
            let preview = Area { width: preview.width.saturating_sub(1).min(MAX_PROSE), ..preview };
            (Area { width: columns + 1, ..below }, Some(preview))
        } else {
            (below, None)
        };
        SearchParts { query: self.place(), chips: self.rule(), notes, list, preview }
    }

    /// The reader's parts.
    pub fn reader(self) -> ReaderParts {
        // The scroll bar stands in the last column, away from the text.
        let columns = self.size.columns.saturating_sub(2 * MARGIN);
        let page = Area { width: columns.min(MAX_PROSE), ..self.body().text() };
        let side = self.is_wide().then(|| {
            let side = self.body().after(MARGIN + MAX_PROSE + 5);
            let most = if self.size.columns >= ROOMY { 40 } else { 30 };
            Area { width: side.width.saturating_sub(1).min(most), ..side }
        });
        ReaderParts { title: self.place(), page, side }
    }

    /// The parts of handing over: the document beside the form where a line of it has room, else below.
    pub fn hand_over(self) -> HandOverParts {
        let text = self.body().text();
        let beside = self.body().after(MARGIN + HAND_OVER_FORM + 3);
        if beside.width >= 48 {
            let form = Area { width: HAND_OVER_FORM, ..text };
            let width = beside.width.saturating_sub(1).min(MAX_PROSE);
            return HandOverParts { form, preview: Area { width, ..beside }, is_beside: true };
        }
        let rows = HAND_OVER_ROWS.min(text.height);
        let form = Area { height: rows, ..text };
        let width = text.width.min(MAX_PROSE);
        let below = rows + 1;
        let height = text.height.saturating_sub(below);
        let preview = Area { y: text.y + below, height, width, ..text };
        HandOverParts { form, preview, is_beside: false }
    }

    /// The parts of the summary of a completed clinic.
    pub fn completed(self) -> CompletedParts {
        let side = self.body().after(MARGIN + MAX_PROSE + 5);
        let side = Area { width: side.width.saturating_sub(1).min(44), ..side };
        // Narrower, a key has no room behind what it does.
        let side = Some(side).filter(|side| side.width >= 36);
        CompletedParts { page: self.prose(), side }
    }

    /// Rows of the text in the reader and of a note.
    pub fn page_height(self) -> usize {
        usize::from(self.body().height)
    }

    /// A clinic's parts. A wider window never makes the form narrower. Where guidance has no column of its own, it
    /// takes the right side of the form while it is open, and the form stays whole beside it.
    pub fn clinic(self, is_guidance_open: bool) -> ClinicParts {
        let (title, body) = (self.place(), self.body());
        let (rail, form) = match self.size.columns {
            ROOMY.. => (Some(20), ROOMY_FORM),
            WIDE.. => (Some(16), FORM),
            _ => (None, FORM),
        };
        let rail = rail.map(|width| Area { x: title.x + 1, width, ..body });
        let right = rail.map_or(body, |rail| body.after(rail.x + rail.width + 2)).text();
        // Behind the form stand a free column and the arrows.
        let form = Area { width: right.width.saturating_sub(2).min(form), ..right };
        let beside = |form: Area| {
            let pane = body.after(form.x + form.width + 4);
            Area { width: pane.width.saturating_sub(1), ..pane }
        };
        let pane = beside(form);
        // Below this no sentence of an entry can be read.
        if pane.width >= 20 {
            let guidance = Some(Area { width: pane.width.min(44), ..pane });
            return ClinicParts { title, rail, form, guidance };
        }
        if !is_guidance_open {
            return ClinicParts { title, rail, form, guidance: None };
        }
        let both = right.width.saturating_sub(4);
        let left = if rail.is_some() {
            both.saturating_sub(OPEN_GUIDANCE).max(LEFT_OF_GUIDANCE)
        } else {
            (both / 2).min(LEFT_OF_GUIDANCE)
        };
        let form = Area { width: left, ..form };
        ClinicParts { title, rail, form, guidance: Some(beside(form)) }
    }

    /// A box in the middle, at most this large.
    pub fn dialog(self, width: u16, height: u16) -> Area {
        let top = self.place().y;
        let room = self.size.rows.saturating_sub(top + 1 + self.messages);
        let width = width.min(self.size.columns.saturating_sub(4));
        let height = height.min(room);
        Area { x: (self.size.columns - width) / 2, y: top + (room - height) / 2, width, height }
    }

    /// Columns of text in a box at most this wide.
    pub fn dialog_columns(self, width: u16) -> u16 {
        self.dialog(width, 0).width.saturating_sub(6)
    }

    /// Rows of text in a box at most this wide that has so many to show: with an empty row above and below them where
    /// there is room.
    pub fn dialog_height(self, width: u16, rows: usize) -> usize {
        let needed = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(4);
        let height = self.dialog(width, needed).height;
        usize::from(if height < needed { height.saturating_sub(2) } else { needed - 4 })
    }
}

impl Area {
    /// The part from a column on.
    fn after(self, columns: u16) -> Self {
        let columns = columns.min(self.x + self.width);
        Self { x: columns, width: self.x + self.width - columns, ..self }
    }

    /// The part that holds text: between the margin and the free column at the right edge.
    pub fn text(self) -> Self {
        Self {
            x: self.x + MARGIN.min(self.width),
            width: self.width.saturating_sub(MARGIN + 1),
            ..self
        }
    }

    /// The same with the margin at the left of its text.
    pub fn with_margin(self) -> Self {
        let margin = MARGIN.min(self.x);
        Self { x: self.x - margin, width: self.width + margin, ..self }
    }

    /// The part from a row on.
    pub fn below(self, rows: u16) -> Self {
        let rows = rows.min(self.height);
        Self { y: self.y + rows, height: self.height - rows, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(columns: u16, rows: u16) -> ScreenLayout {
        ScreenLayout::new(Size { columns, rows }, 0)
    }

    #[test]
    fn below_sixty_by_eighteen_a_larger_window_is_asked_for() {
        assert!(Size { columns: 60, rows: 18 }.is_enough());
        assert!(!Size { columns: 59, rows: 18 }.is_enough());
        assert!(!Size { columns: 60, rows: 17 }.is_enough());
    }

    #[test]
    fn no_part_leaves_the_screen_at_any_size_and_none_covers_messages_or_keys() {
        for columns in (60..=170).chain([200, 500]) {
            for (rows, messages) in
                (18..=50).flat_map(|rows| [0, 1, 4, 40].map(|some| (rows, some)))
            {
                let layout = ScreenLayout::new(Size { columns, rows }, messages);
                let search = layout.search();
                let reader = layout.reader();
                let [clinic, open] = [false, true].map(|is_open| layout.clinic(is_open));
                let parts = [search.query, search.notes, search.list, search.chips]
                    .into_iter()
                    .chain(search.preview)
                    .chain([reader.title, reader.page])
                    .chain(reader.side)
                    .chain([clinic.title, clinic.form, layout.dialog(70, 20)])
                    .chain(clinic.rail)
                    .chain(clinic.guidance)
                    .chain([open.form])
                    .chain(open.guidance);
                let below = layout.messages();
                assert_eq!(below.y + below.height, layout.keys().y);
                for part in parts {
                    assert!(part.x + part.width <= columns, "{part:?} at {columns}x{rows}");
                    assert!(part.y + part.height <= below.y, "{part:?} at {columns}x{rows}");
                }
                assert!(layout.body().height >= MIN_BODY, "{columns}x{rows}, {messages}");
            }
        }
    }

    #[test]
    fn panes_stand_side_by_side_only_where_there_is_room() {
        let narrow = layout(99, 24);
        assert!(narrow.search().preview.is_none() && narrow.clinic(false).rail.is_none());
        let wide = layout(100, 30);
        assert!(wide.search().preview.is_some() && wide.reader().side.is_some());
        assert!(wide.clinic(false).rail.is_some());
        for (columns, is_beside) in [(60, false), (99, false), (118, false), (119, true)] {
            let layout = layout(columns, 36);
            assert_eq!(layout.clinic(false).guidance.is_some(), is_beside, "{columns}");
            let open = layout.clinic(true);
            assert_eq!(open.form.width < layout.clinic(false).form.width, !is_beside, "{columns}");
            // One free column at each side of the rule between them.
            let guidance = open.guidance.expect("guidance that is open is shown");
            assert_eq!(guidance.x, open.form.x + open.form.width + 4, "{columns}");
            assert!(guidance.width >= 20 && open.form.width >= 24, "{columns}");
        }
    }

    #[test]
    fn a_wider_window_never_makes_a_form_narrower_and_prose_is_never_too_wide() {
        let (mut last, mut last_open) = (0, 0);
        for columns in 60..=300 {
            let layout = layout(columns, 24);
            let [form, open] = [false, true].map(|is_open| layout.clinic(is_open).form.width);
            assert!(form >= last, "{form} at {columns}, {last} before");
            assert!(open >= last_open, "{open} at {columns}, {last_open} before");
            (last, last_open) = (form, open);
            let search = layout.search();
            let prose = [layout.reader().page, layout.prose()].into_iter().chain(search.preview);
            assert!(prose.into_iter().all(|area| area.width <= MAX_PROSE), "{columns}");
        }
    }
}
