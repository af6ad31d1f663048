//! Opening an entry in the reader.

use crate::app::{Model, Reader, Screen};

/// Opens an entry or a page of the guide in the reader; Esc will lead back to `from`.
pub(crate) fn open_entry(model: &mut Model, id: &str, from: Screen) {
    let columns = usize::from(model.size.reader().page.width);
    let Some(library) = &model.library else {
        model.wanted_entry = Some((id.to_owned(), from));
        return;
    };
    match Reader::open(library, id, columns) {
        Some(reader) => {
            model.reader = Some(reader);
            model.reader_from = from;
            model.screen = Screen::Reader;
        }
        None => model.warn(format!("There is no entry called “{id}” in the guidance.")),
    }
}
