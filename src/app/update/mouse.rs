//! Clicks and the wheel, where the settings ask for them. Everything they do has a key as well.

use crate::app::{Area, KeyAction, ListShape, Model, Mouse, Row, Screen};

/// Lines of a page for one step of the wheel.
const WHEEL_LINES: usize = 3;

/// Takes a click or a step of the wheel; behind a dialog nothing is in reach.
pub(super) fn handle(model: &mut Model, mouse: Mouse) {
    if !model.size.is_enough() {
        return;
    }
    model.notice = None;
    if model.dialog.is_some() {
        return;
    }
    match (model.screen, mouse) {
        (Screen::Search, Mouse::Clicked { column, row }) => click(model, column, row),
        (Screen::Search, Mouse::WheelUp) => choose(model, KeyAction::Previous),
        (Screen::Search, Mouse::WheelDown) => choose(model, KeyAction::Next),
        (Screen::Reader, Mouse::WheelUp) => scroll(model, KeyAction::ScrollUp),
        (Screen::Reader, Mouse::WheelDown) => scroll(model, KeyAction::ScrollDown),
        (Screen::Reader, Mouse::Clicked { .. }) => {}
        (
            Screen::Clinics
            | Screen::Clinic
            | Screen::Completed
            | Screen::HandOver
            | Screen::Note
            | Screen::Actions
            | Screen::Insight
            | Screen::Vault
            | Screen::Settings
            | Screen::Locked,
            _,
        ) => {}
    }
}

fn choose(model: &mut Model, action: KeyAction) {
    if let Some(library) = &model.library {
        model.search.choose(library, &model.bookmarks, action, 1);
    }
}

fn scroll(model: &mut Model, action: KeyAction) {
    let height = model.layout().page_height();
    if let Some(reader) = &mut model.reader {
        for _ in 0..WHEEL_LINES {
            reader.handle_action(action, height);
        }
    }
}

fn click(model: &mut Model, column: u16, row: u16) {
    let Some(library) = &model.library else { return };
    let parts = model.layout().search();
    if let Some((column, _)) = inside(parts.chips, column, row) {
        let columns = usize::from(parts.chips.width);
        model.effects.extend(model.search.click_chips(library, columns, column));
    } else if let Some((_, line)) = inside(parts.list, column, row) {
        let rows = model.search.rows(library, &model.bookmarks);
        if let Some(at) = Row::at_line(&rows, ListShape::of(&parts), line) {
            model.search.chosen = at;
        }
    }
}

/// Column and row inside an area, if it has the cell.
fn inside(area: Area, column: u16, row: u16) -> Option<(usize, usize)> {
    let (column, row) = (column.checked_sub(area.x)?, row.checked_sub(area.y)?);
    (column < area.width && row < area.height).then_some((usize::from(column), usize::from(row)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        app::{Code, Key, Message, Size, update},
        knowledge::Library,
    };

    fn opened() -> Model {
        let now = "2026-11-21T12:00:00Z".parse().expect("a timestamp");
        let mut model = Model::new(Size { columns: 80, rows: 24 }, now);
        hears(&mut model, Message::LibraryRead(Arc::new(Library::bundled())));
        hears(&mut model, Message::IndexReady(None));
        model
    }

    fn hears(model: &mut Model, message: Message) {
        let now = model.now;
        update(model, message, now);
    }

    fn moves(model: &mut Model, mouse: Mouse) {
        hears(model, Message::Mouse(mouse));
    }

    #[test]
    fn a_click_chooses_the_row_and_the_wheel_goes_on_from_there() {
        let mut model = opened();
        let list = model.layout().search().list;
        // The first line is the heading of the first part; the chosen row opens to four.
        moves(&mut model, Mouse::Clicked { column: 10, row: list.y + 4 });
        assert_eq!(model.search.chosen, 0);
        moves(&mut model, Mouse::Clicked { column: 10, row: list.y + 6 });
        assert_eq!(model.search.chosen, 2);
        moves(&mut model, Mouse::WheelDown);
        moves(&mut model, Mouse::WheelDown);
        moves(&mut model, Mouse::WheelUp);
        assert_eq!(model.search.chosen, 3);
        // An empty line between two parts is nobody's.
        let shape = ListShape::of(&model.layout().search());
        let library = model.library.clone().expect("it is read");
        let rows = model.search.rows(&library, &model.bookmarks);
        let empty = (0..shape.height).find(|line| Row::at_line(&rows, shape, *line).is_none());
        let row = list.y + empty.expect("a part ends in view") as u16;
        drop(rows);
        moves(&mut model, Mouse::Clicked { column: 10, row });
        assert_eq!(model.search.chosen, 3);
    }

    #[test]
    fn the_wheel_scrolls_the_reader_and_never_beyond_its_ends() {
        let mut model = opened();
        hears(&mut model, Message::Pressed(Key::plain(Code::Enter)));
        let top = |model: &Model| model.reader.as_ref().map(|reader| reader.top);
        moves(&mut model, Mouse::WheelUp);
        assert_eq!(top(&model), Some(0));
        moves(&mut model, Mouse::WheelDown);
        assert_eq!(top(&model), Some(WHEEL_LINES));
    }

    #[test]
    fn behind_a_dialog_and_on_every_cell_of_every_screen_the_mouse_does_no_harm() {
        let mut model = opened();
        hears(&mut model, Message::Pressed(Key::plain(Code::F(1))));
        moves(&mut model, Mouse::WheelDown);
        assert_eq!(model.search.chosen, 0);
        hears(&mut model, Message::Pressed(Key::plain(Code::Esc)));
        for (columns, rows) in [(1, 1), (60, 18), (120, 40)] {
            hears(&mut model, Message::Resized { columns, rows });
            for (column, row) in (0..columns + 2).flat_map(|x| (0..rows + 2).map(move |y| (x, y))) {
                moves(&mut model, Mouse::Clicked { column, row });
            }
        }
    }
}
