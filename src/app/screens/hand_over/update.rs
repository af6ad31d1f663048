//! What the keys of the hand-over do, and what follows once a document is written.

use zeroize::Zeroizing;

use super::state::{HandOverRow, HandOverScreen, HandOverSource, Printing};
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

/// Added to a message where it is so.
const NOT_RECORDED: &str = " The note does not record it.";

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
        return model.warn(format!(
            "For this format the file name must end in .{ending}. Change the ending, or choose \
             another format."
        ));
    }
    let contents = match model.library.as_ref().map(|library| screen.write(library)) {
        Some(Ok(contents)) => Zeroizing::new(contents),
        Some(Err(error)) => return model.warn(error.to_string()),
        None => return,
    };
    if screen.being_written.is_some() {
        return model.show_notice("It is being written. Wait a moment.");
    }
    let what = screen.what(screen.format().name());
    let recorded = recorded(model, what.clone());
    if let Some(screen) = &mut model.hand_over {
        screen.being_written = Some((what, file.clone()));
    }
    let document = DocumentFile { file, contents, replace };
    model.request(VaultRequest::WriteDocument { document, recorded });
}

fn print(model: &mut Model) {
    let Some(screen) = &model.hand_over else { return };
    if model.printing.is_some() {
        return model
            .warn("The printing command still has the last document. Wait until it has answered.");
    }
    let contents = match ExportFormat::Pdf.write(screen.document()) {
        Ok(contents) => Zeroizing::new(contents),
        Err(error) => return model.warn(error.to_string()),
    };
    let note = match &screen.source {
        HandOverSource::Note(id, session) => Some((*id, session.clone())),
        _ => None,
    };
    let (taken, given) = (screen.what("printed"), screen.what("given to the printer"));
    model.printing = Some(Printing { note, taken, given });
    model.perform(Effect::Print(contents));
    model.show_notice("Printing …");
}

/// The document is written and its note records it, or why it is not.
pub(crate) fn written(
    model: &mut Model,
    written: Result<String, FileNotWritten>,
    recorded: Option<(NoteId, Box<Session>)>,
) {
    let is_recorded = recorded.is_some();
    if let Some((id, session)) = recorded {
        take_over(model, id, &session);
    }
    let mut is_note = false;
    if let Some(screen) = &mut model.hand_over {
        is_note = screen.source.note().is_some();
        let now = (screen.what(screen.format().name()), screen.file.text());
        // Something else may have been chosen meanwhile.
        let is_it = screen.being_written.take().is_some_and(|then| then == now);
        screen.written = written.as_ref().ok().filter(|_| is_it).cloned();
    }
    if model.lock.is_some() {
        return;
    }
    match written {
        Ok(path) => {
            let recorded = if is_note && !is_recorded { NOT_RECORDED } else { "" };
            model.show_notice(format!("Saved as {path}. {UNPROTECTED}{recorded}"));
        }
        Err(refused) if refused.exists() && model.hand_over.is_some() => model.offer(
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
    let printing = model.printing.take();
    match printed {
        Ok(()) => {
            let is_note = printing.as_ref().is_some_and(|one| one.note.is_some());
            let is_recorded = printing.is_some_and(|one| record(model, one.note, one.taken));
            if model.lock.is_none() {
                let recorded = if is_note && !is_recorded { NOT_RECORDED } else { "" };
                model.show_notice(format!(
                    "Sent to the printer. Collect it straight away.{recorded}"
                ));
            }
        }
        Err(why) => model.warn(why),
    }
}

/// Records a document that the printing command has not answered for: the vault is about to close.
pub(crate) fn record_unanswered(model: &mut Model) {
    if let Some(printing) = model.printing.take() {
        record(model, printing.note, printing.given);
    }
}

/// Records in a note what left the vault. Returns whether it does.
fn record(model: &mut Model, note: Option<(NoteId, Session)>, what: String) -> bool {
    let Some((id, session)) = note else { return false };
    // Something may have been added to it meanwhile.
    let session = shown(model, id).cloned().unwrap_or(session);
    let Some(session) = with_entry(model, session, what) else { return false };
    take_over(model, id, &session);
    model.request(VaultRequest::Amend { id, session });
    true
}

/// The note that is handed over, with an entry of what leaves the vault; `None` if none is, or if it
/// cannot record it.
fn recorded(model: &Model, what: String) -> Option<(NoteId, Box<Session>)> {
    match &model.hand_over.as_ref()?.source {
        HandOverSource::Note(id, session) => Some((*id, with_entry(model, session.clone(), what)?)),
        _ => None,
    }
}

/// Nothing follows an entry in error, and a window that only reads records nothing.
fn with_entry(model: &Model, mut session: Session, what: String) -> Option<Box<Session>> {
    if model.read_only.is_some() || session.status() == Status::EnteredInError {
        return None;
    }
    apply(&mut session, Event::HandedOver { what }, model.now).ok()?;
    Some(Box::new(session))
}

/// The note as it is shown somewhere.
fn shown(model: &Model, id: NoteId) -> Option<&Session> {
    if let Some(HandOverSource::Note(note, session)) =
        model.hand_over.as_ref().map(|one| &one.source)
        && *note == id
    {
        return Some(session);
    }
    model.note.as_ref().filter(|note| note.id == id).map(|note| &note.session)
}

/// Has a note be shown as it is now.
fn take_over(model: &mut Model, id: NoteId, session: &Session) {
    if let Some(HandOverSource::Note(note, shown)) =
        model.hand_over.as_mut().map(|one| &mut one.source)
        && *note == id
    {
        *shown = session.clone();
    }
    if let Some(note) = model.note.as_mut().filter(|note| note.id == id) {
        note.corrected(session.clone());
    }
    if let Some(completed) = model.completed.as_mut().filter(|one| one.note == Some(id)) {
        completed.session = session.clone();
    }
}
