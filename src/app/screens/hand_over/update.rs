//! What the keys of the hand-over do, and what follows once a document is written.

use zeroize::Zeroizing;

use super::state::{HandOverRow, HandOverScreen, HandOverSource};
use crate::{
    app::{
        ChoiceIntent, DocumentFile, Effect, KeyAction, Model, Screen, VaultRequest,
        key::Key,
        keymap::{self, KeyContext},
    },
    clinic::{Event, Session, Status, apply},
    report::{ExportFormat, NoteFormat},
    services::FileNotWritten,
    vault::NoteId,
};

/// The warning about every file that leaves the vault.
const UNPROTECTED: &str = "It is not encrypted: keep it as safe as the child’s record, and delete it \
                           when you no longer need it.";

/// Opens the hand-over of a note, or of a practice session.
pub(crate) fn open_note(model: &mut Model, note: Option<NoteId>, session: Session) {
    open(
        model,
        match note {
            Some(note) => HandOverSource::Note(note, session),
            None => HandOverSource::Practice(session),
        },
    );
}

/// Opens the hand-over.
pub(crate) fn open(model: &mut Model, source: HandOverSource) {
    let Some(library) = model.library.clone() else {
        return model.warn("The knowledge base is still being read. Try again in a moment.");
    };
    let time = (&model.local, model.today());
    let folder = &model.documents_folder;
    let screen = HandOverScreen::open(source, model.screen, folder, time, &library);
    model.hand_over = Some(screen);
    model.screen = Screen::HandOver;
}

/// Takes what is typed into the name of the file.
pub(crate) fn takes(model: &mut Model, key: Key) -> bool {
    let Some(screen) = &mut model.hand_over else { return false };
    let bound = keymap::own(KeyContext::HandOver, key);
    let is_free = matches!(bound, None | Some(KeyAction::PreviousValue | KeyAction::NextValue));
    if screen.row != HandOverRow::File || !(is_free || key.typed().is_some()) {
        return false;
    }
    let mut is_taken = false;
    screen.typed(|file| is_taken = file.handle_key(key, usize::MAX));
    is_taken
}

/// Puts pasted text into the name of the file.
pub(crate) fn paste(model: &mut Model, text: &str) {
    if let Some(screen) = model.hand_over.as_mut().filter(|one| one.row == HandOverRow::File) {
        screen.typed(|file| {
            file.insert(text);
        });
    }
}

pub(crate) fn handle_action(model: &mut Model, action: KeyAction) {
    let height = usize::from(model.layout().hand_over().preview.height);
    let Some(library) = model.library.clone() else { return };
    let Some(screen) = &mut model.hand_over else { return };
    match action {
        KeyAction::Back => {
            let from = model.hand_over.take().map(|screen| screen.from);
            model.screen = from.unwrap_or(Screen::Clinics);
        }
        KeyAction::Previous | KeyAction::Next => screen.move_row(action == KeyAction::Next),
        KeyAction::PreviousValue | KeyAction::NextValue => {
            screen.turn(action == KeyAction::NextValue, &library);
        }
        KeyAction::SaveDocument => save(model, false),
        KeyAction::Open => match screen.row {
            HandOverRow::File => screen.move_row(true),
            HandOverRow::Save => save(model, false),
            HandOverRow::Print => print(model),
            HandOverRow::Finding(at) => screen.show_finding(at),
            HandOverRow::Document | HandOverRow::Edition | HandOverRow::Format => offer(model),
        },
        action => screen.scroll(action, height),
    }
}

/// Offers the choices of the row in focus.
fn offer(model: &mut Model) {
    let Some(screen) = &model.hand_over else { return };
    let Some((choices, at)) = screen.choices() else { return };
    let title = match screen.row {
        HandOverRow::Document => "Which document?",
        HandOverRow::Edition => "Who is it for?",
        _ => "Which format?",
    };
    model.offer(title, "", choices, ChoiceIntent::HandOver);
    if let Some(crate::app::Dialog::Choose(choose)) = &mut model.dialog {
        choose.chosen = Some(at);
    }
}

/// Takes the choice for the row in focus.
pub(crate) fn chosen(model: &mut Model, at: usize) {
    let Some(library) = model.library.clone() else { return };
    if let Some(screen) = &mut model.hand_over {
        screen.choose(at, &library);
    }
}

/// Has the document written.
pub(crate) fn save(model: &mut Model, replace: bool) {
    let Some(screen) = &model.hand_over else { return };
    let file = screen.file.text();
    let typed = NoteFormat::of_file(file.trim().as_ref());
    if typed.as_ref() != Ok(&screen.format()) {
        let ending = screen.format().file_ending();
        return model.warn(format!("The file name must end in .{ending} for this format."));
    }
    let contents = match model.library.as_ref().map(|library| screen.write(library)) {
        Some(Ok(contents)) => Zeroizing::new(contents),
        Some(Err(error)) => return model.warn(error.to_string()),
        None => return,
    };
    let document = DocumentFile { file, contents, replace };
    model.request(VaultRequest::WriteDocument(document));
}

fn print(model: &mut Model) {
    let Some(screen) = &model.hand_over else { return };
    match ExportFormat::Pdf.write(screen.document()) {
        Ok(contents) => model.perform(Effect::Print(Zeroizing::new(contents))),
        Err(error) => model.warn(error.to_string()),
    }
}

/// The document is written, or why it is not.
pub(crate) fn written(model: &mut Model, written: Result<String, FileNotWritten>) {
    let Some(screen) = &mut model.hand_over else { return };
    match written {
        Ok(path) => {
            screen.written = Some(path.clone());
            let what = screen.what(screen.format().name());
            let recorded = record(model, what);
            model.show_notice(format!("Saved as {path}. {UNPROTECTED}{recorded}"));
        }
        Err(refused) if refused.exists() => model.offer(
            "This file already exists",
            refused.to_string(),
            ["Keep it, and choose another name", "Replace it"],
            ChoiceIntent::ReplaceFile,
        ),
        Err(refused) => model.warn(format!("{refused} {}", refused.advice())),
    }
}

/// The printing command took the document, or why it did not.
pub(crate) fn printed(model: &mut Model, printed: Result<(), String>) {
    let Some(screen) = &model.hand_over else { return };
    match printed {
        Ok(()) => {
            let what = screen.what("printed");
            let recorded = record(model, what);
            model.show_notice(format!("Sent to the printer. Collect it at once.{recorded}"));
        }
        Err(why) => model.warn(why),
    }
}

/// Records in the note what left the vault. Returns what to add to the message if it is not.
fn record(model: &mut Model, what: String) -> &'static str {
    const NOT_RECORDED: &str = " The note does not record it.";
    let (now, reads_only) = (model.now, model.read_only.is_some());
    let Some(screen) = &mut model.hand_over else { return "" };
    let HandOverSource::Note(id, session) = &mut screen.source else { return "" };
    let id = *id;
    // Nothing follows an entry in error.
    if reads_only || session.status() == Status::EnteredInError {
        return NOT_RECORDED;
    }
    let mut recorded = session.clone();
    if apply(&mut recorded, Event::HandedOver { what }, now).is_err() {
        return NOT_RECORDED;
    }
    *session = recorded.clone();
    let session = recorded;
    if let Some(note) = model.note.as_mut().filter(|note| note.id == id) {
        note.corrected(session.clone());
    }
    if let Some(completed) = model.completed.as_mut().filter(|one| one.note == Some(id)) {
        completed.session = session.clone();
    }
    model.request(VaultRequest::Amend { id, session: Box::new(session) });
    ""
}
