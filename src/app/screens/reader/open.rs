//! Opening an entry or a page of the guide in the reader, from any screen.

use crate::{
    app::{ChoiceIntent, Choose, Dialog, Model, Reader, Screen},
    knowledge::{GUIDE, guide_page},
};

/// Opens an entry or a page of the guide in the reader; Esc will lead back to `from`.
pub(crate) fn open_entry(model: &mut Model, id: &str, from: Screen) {
    let columns = usize::from(model.layout().reader().page.width);
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

/// Offers the pages, with the one for this screen selected.
pub(crate) fn offer_guide(model: &mut Model) {
    let fitting = fitting_page(model);
    let chosen = GUIDE.iter().position(|page| page.id == fitting).or(Some(0));
    let title = "Guide: which page do you want to read?";
    let options = GUIDE.iter().map(|page| page.title);
    let choose = Choose::new(title, "", options, ChoiceIntent::OpenGuide);
    model.dialog = Some(Dialog::Choose(choose.selected(chosen)));
}

/// Opens a page by its place in the list; Esc leads back to the screen, or to the entry that is open.
pub(crate) fn open_guide(model: &mut Model, at: usize) {
    let Some(page) = GUIDE.get(at) else { return };
    match (model.screen, &mut model.reader, &model.library) {
        (Screen::Reader, Some(reader), _) if reader.id == page.id => {}
        (Screen::Reader, Some(reader), Some(library)) => {
            reader.go(library, page.id);
        }
        (from, ..) => open_entry(model, page.id, from),
    }
}

/// Returns the id of the page about the screen that is shown.
fn fitting_page(model: &Model) -> &str {
    match model.screen {
        Screen::Search => "guide:README",
        Screen::Reader => match &model.reader {
            Some(reader) if guide_page(&reader.id).is_some() => &reader.id,
            _ => "guide:find-guidance",
        },
        Screen::Clinics | Screen::Clinic => "guide:run-a-clinic",
        Screen::HandOver => "guide:hand-over",
        Screen::Completed | Screen::Note | Screen::Actions => "guide:after-the-clinic",
        Screen::Insight => "guide:insight",
        Screen::Settings => "guide:accessibility",
        Screen::Vault | Screen::Locked => "guide:keep-notes-safe",
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, sync::Arc};

    use super::*;
    use crate::{
        app::{Code, Key, Message, Size, VaultStatus, update},
        clinic::{Template, bundled_templates, practice_session},
        knowledge::{Block, Library},
    };

    fn started() -> Model {
        let now = "2026-11-21T12:00:00Z".parse().expect("a timestamp");
        let mut model = Model::new(Size { columns: 80, rows: 24 }, now);
        hears(&mut model, Message::LibraryRead(Arc::new(Library::bundled())));
        model
    }

    fn hears(model: &mut Model, message: Message) {
        let now = model.now;
        update(model, message, now);
    }

    fn press(model: &mut Model, codes: &[Code]) {
        for code in codes {
            hears(model, Message::Pressed(Key::plain(*code)));
        }
    }

    fn reads(model: &Model) -> &str {
        let shown = model.reader.as_ref().filter(|_| model.screen == Screen::Reader);
        shown.map_or("", |reader| &reader.id)
    }

    const FIRST_PAGE: [Code; 4] = [Code::F(1), Code::F(1), Code::Char('1'), Code::Enter];

    #[test]
    fn a_page_opens_from_help_and_links_lead_on_and_back() {
        let mut model = started();
        press(&mut model, &FIRST_PAGE);
        assert_eq!(reads(&model), "guide:README");
        press(&mut model, &[Code::Char('2')]);
        assert_eq!(reads(&model), "guide:run-a-clinic");
        press(&mut model, &[Code::Backspace]);
        assert_eq!(reads(&model), "guide:README");
        press(&mut model, &[Code::Char('b'), Code::Char('s'), Code::F(6), Code::Esc]);
        assert_eq!((model.screen, reads(&model)), (Screen::Search, ""));
    }

    #[test]
    fn every_line_of_a_picture_or_command_in_the_guide_fits_a_row_at_80x24() {
        let mut model = started();
        for (at, page) in GUIDE.iter().enumerate() {
            open_guide(&mut model, at);
            assert_eq!(reads(&model), page.id);
            let shown = model.reader.iter().flat_map(|reader| &reader.page.lines);
            let rows: BTreeSet<String> = shown
                .map(|line| line.pieces.iter().map(|piece| piece.text.as_str()).collect())
                .collect();
            for block in page.document().blocks {
                let Block::Code { lines, .. } = block else { continue };
                for line in lines {
                    assert!(rows.contains(line.trim_end()), "{}: too wide:\n{line}", page.id);
                }
            }
        }
    }

    #[test]
    fn the_entry_that_was_read_and_the_open_clinic_are_still_there_afterwards() {
        let mut model = started();
        open_entry(&mut model, "helplines", Screen::Search);
        press(&mut model, &[Code::Down]);
        let top = model.reader.as_ref().map(|reader| reader.top);
        press(&mut model, &FIRST_PAGE);
        press(&mut model, &[Code::Char('2'), Code::Esc]);
        assert_eq!(reads(&model), "helplines");
        assert_eq!(model.reader.as_ref().map(|reader| reader.top), top);
        press(&mut model, &[Code::Esc]);
        assert_eq!(model.screen, Screen::Search);

        let bundled = &bundled_templates()[0];
        let template = Template::parse(bundled.file, bundled.text).expect("it is sound");
        let session = practice_session(&template, bundled.example_file, bundled.example, model.now);
        let session = session.expect("it fits");
        hears(&mut model, Message::ClinicStarted(Ok(Box::new((None, session)))));
        press(&mut model, &[Code::F(1), Code::F(1), Code::Enter]);
        assert_eq!(reads(&model), "guide:run-a-clinic");
        press(&mut model, &[Code::Esc]);
        assert_eq!(model.screen, Screen::Clinic);
        assert!(model.clinic.is_some());
    }

    #[test]
    fn a_locked_screen_opens_the_guide_and_comes_back_locked() {
        let mut model = started();
        model.vault = VaultStatus::Open;
        press(&mut model, &[Code::F(12), Code::F(8)]);
        assert_eq!(model.screen, Screen::Locked);
        press(&mut model, &[Code::F(1), Code::F(1), Code::Enter]);
        assert_eq!(reads(&model), "guide:keep-notes-safe");
        press(&mut model, &[Code::Esc]);
        assert_eq!(model.screen, Screen::Locked);
        // What was locked is settled while the page is read: there is nothing to come back to.
        press(&mut model, &FIRST_PAGE);
        hears(&mut model, Message::VaultClosed);
        press(&mut model, &[Code::Esc]);
        assert_eq!(model.screen, Screen::Clinics);
    }

    #[test]
    fn search_does_not_find_the_guide() {
        assert!(Library::bundled().entries().iter().all(|entry| guide_page(&entry.id).is_none()));
    }
}
