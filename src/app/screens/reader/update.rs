//! Keys inside the reader.

use super::bookmarks;
use crate::{
    app::{
        ChoiceIntent, Effect, HandOverSource, Key, KeyAction, Mark, Model, Reader, Screen,
        keymap::{self, KeyContext},
        screens::{clinic::update::cite, hand_over},
    },
    knowledge::{Library, Target, citation, guide_page},
    report::entry_document,
};

/// Takes a key that means something else while words are found, the outline is open or a source is
/// chosen, and the numbers of links; false if it is for the table.
pub(crate) fn takes(model: &mut Model, key: Key) -> bool {
    let height = model.layout().page_height();
    let is_outline_beside = model.layout().reader().side.is_some();
    let (Some(reader), Some(library)) = (&mut model.reader, &model.library) else { return false };
    if let Some(find) = reader.find.as_mut().filter(|find| find.typing) {
        match keymap::own(KeyContext::ReaderFind, key) {
            Some(KeyAction::Back) => reader.find = None,
            Some(KeyAction::Choose) => find.typing = false,
            _ => {
                find.words.handle_key(key, usize::MAX);
                reader.find_changed(height);
            }
        }
        return true;
    }
    match keymap::action(&[KeyContext::Reader], key) {
        // What lies in front goes first. Beside the text the outline lies over nothing.
        Some(KeyAction::Back) if reader.outline_open && !is_outline_beside => {
            reader.outline_open = false;
            true
        }
        Some(KeyAction::Back) if reader.find.is_some() => {
            reader.find = None;
            true
        }
        Some(KeyAction::Back) if reader.is_at_source() => reader.return_from_source(height),
        Some(KeyAction::ChooseNumber) => {
            let link = keymap::place(key).filter(|link| *link < reader.page.links.len());
            if let Some(link) = link
                && !reader.follow(library, link)
            {
                say_where(model, link);
            }
            link.is_some()
        }
        _ => false,
    }
}

fn ask_address(model: &mut Model, library: &Library) {
    let entry = model.reader.as_ref().and_then(|reader| library.entry(&reader.id));
    let sources = entry.iter().flat_map(|entry| &entry.sources);
    let (titles, addresses): (Vec<String>, Vec<String>) =
        sources.filter_map(|one| Some((one.title.clone(), one.url.clone()?))).unzip();
    if titles.is_empty() {
        return model.show_notice("No source of this entry has a web address.");
    }
    model.offer(
        "Which web address do you want to copy?",
        "This program never goes online. Paste the address into a browser.",
        titles,
        ChoiceIntent::CopyAddress(addresses),
    );
}

/// A link that leads outside is shown, to be copied: this program opens no connection.
fn say_where(model: &mut Model, link: usize) {
    let target = model.reader.as_ref().and_then(|reader| reader.page.links.get(link));
    let text = match target {
        Some((_, Target::Web(address))) => {
            format!("This program never goes online. Paste the address into a browser: {address}")
        }
        Some((_, Target::Entry(id))) => format!("There is no entry called “{id}” in the guidance."),
        None => return,
    };
    model.show_notice(text);
}

/// What the chosen footnote mark stands for.
fn say_source(model: &mut Model) {
    let source = model.reader.as_ref().and_then(Reader::chosen_source);
    let text = match source {
        Some((number, said)) => format!("[{number}] {said} Enter: go to the source and back."),
        None => "This entry has no footnotes.".to_owned(),
    };
    model.show_notice(text);
}

pub(crate) fn handle_action(model: &mut Model, action: KeyAction) {
    let height = model.layout().page_height();
    let is_outline_beside = model.layout().reader().side.is_some();
    let (Some(reader), Some(library)) = (&mut model.reader, model.library.clone()) else {
        model.screen = Screen::Search;
        return;
    };
    let in_guide = guide_page(&reader.id).is_some();
    match action {
        KeyAction::Back if in_guide && reader.leave_guide(&library) => {}
        KeyAction::Back => close(model),
        // A source is left for its statement before the entry is left for another.
        KeyAction::BackOneEntry if reader.is_at_source() && reader.return_from_source(height) => {}
        KeyAction::BackOneEntry => {
            if !reader.back(&library) {
                close(model);
            }
        }
        KeyAction::ForwardOneEntry => {
            if !reader.forward(&library) {
                model.show_notice("There is no next entry.");
            }
        }
        KeyAction::Sources
        | KeyAction::NextNote
        | KeyAction::PreviousNote
        | KeyAction::CopyAddress
        | KeyAction::CopyCitation
        | KeyAction::Bookmark
        | KeyAction::OpenHandOver
        | KeyAction::Cite
            if in_guide =>
        {
            model.show_notice(
                "A page of the guide has no sources, and cannot be cited, bookmarked or handed over.",
            );
        }
        KeyAction::Sources => reader.turn_to_sources(height),
        KeyAction::CopySection => {
            let copied = with_citation(reader, &library, reader.section());
            model.perform(Effect::Copy(copied));
        }
        KeyAction::CopyParagraph => {
            let copied = with_citation(reader, &library, reader.paragraph(height));
            model.perform(Effect::Copy(copied));
        }
        KeyAction::CopyAddress => ask_address(model, &library),
        KeyAction::NextNote | KeyAction::PreviousNote => {
            reader.handle_action(action, height);
            say_source(model);
        }
        KeyAction::Open => {
            let chosen = reader.chosen;
            match chosen {
                Some(Mark::Link(link)) if !reader.follow(&library, link) => say_where(model, link),
                Some(Mark::Link(_)) | None => {}
                Some(Mark::Note(_) | Mark::Source(_)) => reader.turn_to_sources(height),
            }
        }
        KeyAction::Find => reader.start_find(),
        KeyAction::Outline if is_outline_beside => {
            model.show_notice("The outline is beside the text: “In this entry”.");
        }
        KeyAction::Outline => reader.outline_open = !reader.outline_open,
        KeyAction::CopyCitation => {
            model.effects.extend(library.entry(&reader.id).map(citation).map(Effect::Copy));
        }
        KeyAction::OpenHandOver => {
            if let Some(entry) = library.entry(&reader.id) {
                let source =
                    HandOverSource::Entry(entry.id.clone(), entry_document(entry, library.home()));
                hand_over::update::open(model, source);
            }
        }
        KeyAction::Bookmark => {
            let id = reader.id.clone();
            bookmarks::mark(model, &library, &id);
        }
        KeyAction::Cite => {
            let id = reader.id.clone();
            cite(model, &id);
        }
        action => reader.handle_action(action, height),
    }
}

/// Returns a text to be copied with what is read; the guide has no citation.
fn with_citation(reader: &Reader, library: &Library, text: String) -> String {
    match library.entry(&reader.id) {
        Some(entry) => format!("{text}\n\n{}", citation(entry)),
        None => text,
    }
}

/// Goes back to the screen that the reader was opened from, or to the list of clinics if what it
/// showed is closed.
fn close(model: &mut Model) {
    let is_gone = match model.reader_from {
        Screen::Clinic => model.clinic.is_none(),
        Screen::Completed => model.completed.is_none(),
        Screen::HandOver => model.hand_over.is_none(),
        Screen::Note => model.note.is_none(),
        Screen::Locked => model.lock.is_none(),
        _ => false,
    };
    model.screen = if is_gone { Screen::Clinics } else { model.reader_from };
    model.reader = None;
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::{Code, Message, Size, screens::reader::open::open_entry, update};

    fn reading(id: &str) -> Model {
        let now = "2026-11-21T12:00:00Z".parse().expect("a timestamp");
        let mut model = Model::new(Size { columns: 80, rows: 24 }, now);
        update(&mut model, Message::LibraryRead(Arc::new(Library::bundled())), now);
        open_entry(&mut model, id, Screen::Search);
        model
    }

    fn presses(model: &mut Model, key: Key) -> Vec<Effect> {
        let now = model.now;
        update(model, Message::Pressed(key), now)
    }

    fn place(model: &Model) -> (usize, Option<Mark>) {
        let reader = model.reader.as_ref().expect("it is open");
        (reader.top, reader.chosen)
    }

    #[test]
    fn esc_closes_the_outline_then_find_then_the_entry_and_never_what_is_not_seen() {
        let mut model = reading("first-response");
        for key in [Key::char('/'), Key::char('a'), Key::plain(Code::Enter), Key::char('o')] {
            presses(&mut model, key);
        }
        let is_open = |model: &Model| {
            let reader = model.reader.as_ref();
            reader.map(|reader| (reader.outline_open, reader.find.is_some()))
        };
        for left in [(true, true), (false, true), (false, false)] {
            assert_eq!(is_open(&model), Some(left));
            presses(&mut model, Key::plain(Code::Esc));
        }
        assert_eq!(is_open(&model), None, "and then Esc closes the entry");
        let mut model = reading("first-response");
        presses(&mut model, Key::char('o'));
        model.size.columns = 120;
        presses(&mut model, Key::plain(Code::Esc));
        assert!(model.reader.is_none(), "beside the text the outline is not in front");
        let mut model = reading("first-response");
        model.size.columns = 120;
        presses(&mut model, Key::char('o'));
        assert_eq!(is_open(&model), Some((false, false)));
        assert!(model.notice.is_some_and(|notice| notice.text.contains("beside the text")));
    }

    #[test]
    fn a_footnote_is_told_and_enter_backspace_and_esc_lead_back_from_its_source() {
        let mut model = reading("first-response");
        presses(&mut model, Key::char('f'));
        presses(&mut model, Key::char('f'));
        assert!(model.notice.as_ref().is_some_and(|notice| notice.text.starts_with('[')));
        let statement = place(&model);
        assert_eq!(statement.1, Some(Mark::Note(1)));
        for code in [Code::Enter, Code::Backspace, Code::Esc, Code::Char('s')] {
            presses(&mut model, Key::plain(Code::Enter));
            assert!(matches!(place(&model).1, Some(Mark::Source(_))));
            presses(&mut model, Key::plain(code));
            assert_eq!(place(&model), statement, "{code:?}");
        }
        presses(&mut model, Key::plain(Code::Esc));
        assert!(model.reader.is_none(), "and then Esc closes the entry");
    }

    #[test]
    fn a_paragraph_is_copied_with_the_citation_of_its_entry() {
        let mut model = reading("first-response");
        let effects = presses(&mut model, Key::char('p'));
        let [Effect::Copy(text)] = effects.as_slice() else { panic!("nothing was copied") };
        let (paragraph, cited) = text.split_once("\n\n").expect("two parts");
        assert!(!paragraph.contains('\n') && paragraph.len() > 40, "{paragraph}");
        assert!(cited.contains("caseclinic first-response"), "{cited}");
    }

    #[test]
    fn what_leads_to_an_entry_opens_by_its_number() {
        let mut model = reading("helplines");
        let reader = model.reader.as_ref().expect("it is open");
        let named = document_links("helplines");
        assert!(reader.page.links.len() > named, "nothing else to read is offered");
        assert!(reader.related.iter().all(|(link, _)| link.is_some()), "{:?}", reader.related);
        if named < 9 {
            let digit = char::from_digit(named as u32 + 1, 10).expect("a digit");
            presses(&mut model, Key::char(digit));
            assert_ne!(model.reader.map(|reader| reader.id).as_deref(), Some("helplines"));
        }
    }

    fn document_links(id: &str) -> usize {
        let library = Library::bundled();
        crate::knowledge::document(library.entry(id).expect("it is bundled")).links.len()
    }
}
