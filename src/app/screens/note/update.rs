//! Reading a completed note, and adding corrections to it.

use crate::{
    app::{
        Ask, ChoiceIntent, ClinicScreen, Dialog, Effect, KeyAction, Model, NoteScreen, Screen,
        TextIntent, VaultRequest, changed_guidance,
        screens::{clinic, clinics::migrate_draft, hand_over, locked},
    },
    clinic::{Event, apply},
    services::{BegunFollowUp, NoteOpened, RequestError},
    vault::NoteId,
};

/// Existing follow-ups that are offered to continue.
const MAX_OFFERED: usize = 8;

/// Shows an opened note: a draft as a clinic, any other note on this screen.
pub(crate) fn opened(model: &mut Model, opened: Result<Box<NoteOpened>, RequestError>) {
    let opened = match opened {
        Ok(opened) => opened,
        Err(why) => {
            if model.returning.take().is_some() {
                model.screen = Screen::Clinics;
            }
            return model.warn(why.to_string());
        }
    };
    if let Some(library) = &model.library
        && let Some(changed) = changed_guidance(&opened.session, library)
    {
        model.show_notice(changed);
    }
    if let Some(doubt) = &opened.doubt {
        model.warn(doubt.to_string());
    }
    let returning = model.returning.take().filter(|place| place.note == Some(opened.id));
    if opened.is_draft() {
        let mut screen = ClinicScreen::open(Some(opened.id), opened.session, model.now);
        screen.reads_only = model.read_only.is_some();
        screen.newer = opened.newer.filter(|_| !screen.reads_only);
        migrate_draft::tell_of(model, &screen);
        clinic::update::open(model, screen);
    } else {
        let columns = usize::from(model.layout().reader().page.width);
        let NoteOpened { id, session, doubt, received, .. } = *opened;
        let in_actions = model.screen == Screen::Actions;
        let from = if in_actions { Screen::Actions } else { Screen::Clinics };
        let note = NoteScreen::open(id, session, doubt, from, model.local.clone(), columns);
        model.note = Some(match received {
            Some(received) => note.received(received),
            None => note,
        });
        model.screen = Screen::Note;
        if let Some((note, action)) = model.next_on_note.take()
            && note == id
        {
            return handle_action(model, action);
        }
    }
    if let Some(place) = returning {
        locked::update::returned(model, place);
    }
}

pub(crate) fn handle_action(model: &mut Model, action: KeyAction) {
    let height = model.layout().page_height();
    let changes = [KeyAction::Correct, KeyAction::EnteredInError, KeyAction::OpenHandOver];
    let author = model.note.as_ref().and_then(|note| note.author.as_ref());
    if let Some(author) = author.filter(|_| changes.contains(&action)) {
        let refusal = author.refusal();
        return model.warn(refusal);
    }
    match action {
        KeyAction::Back => {
            let from = model.note.take().map(|note| note.from);
            model.screen = from.unwrap_or(Screen::Clinics);
        }
        KeyAction::Correct => ask(
            model,
            "Who adds the correction?",
            "Your role, no name. The completed note stays as it was. The correction is added to it with your role and your reason.",
            TextIntent::CorrectionRole,
        ),
        KeyAction::EnteredInError => ask(
            model,
            "Why was this note entered in error?",
            "For example, wrong case or written twice. You can still read the note, but it is not counted, cannot be followed up and takes no corrections. This cannot be undone.",
            TextIntent::EnteredInError,
        ),
        KeyAction::FollowUp => follow_up(model),
        KeyAction::OpenHandOver => {
            if let Some(note) = &model.note {
                let (id, session) = (note.id, note.session.clone());
                hand_over::update::open_note(model, Some(id), session);
            }
        }
        KeyAction::CopySection => {
            let section = model.note.as_ref().map(NoteScreen::section);
            model.effects.extend(section.map(|text| Effect::CopyFromNote(text.into())));
        }
        action => {
            if let Some(note) = &mut model.note {
                note.handle_action(action, height);
            }
        }
    }
}

/// Starts a follow-up, unless another clinic is open.
fn follow_up(model: &mut Model) {
    let Some(note) = &model.note else { return };
    if model.clinic.is_some() {
        return model.warn("A clinic is open (F3). Complete or leave it first.");
    }
    let note = note.id.to_string();
    model.request(VaultRequest::StartFollowUp { note, template: None, another: false });
}

/// Asks which of the existing follow-ups to continue, or whether to start another.
pub(crate) fn ask_which_follow_up(
    model: &mut Model,
    note: String,
    template: Option<String>,
    begun: &[BegunFollowUp],
) {
    // As many as can be chosen by a number; the others are in the list of clinics.
    let begun = &begun[..begun.len().min(MAX_OFFERED)];
    let mut options: Vec<String> =
        begun.iter().map(|one| format!("Continue the one {}", one.words(&model.local))).collect();
    options.push("Start another".into());
    let ids = begun.iter().map(|one| one.note).collect();
    model.offer(
        "A follow-up of this note was already started",
        "Two follow-ups would both record outcomes for the same actions. Esc: start none.",
        options,
        ChoiceIntent::FollowUpBegun(note, template, ids),
    );
}

/// Asks for the reason of a correction after the role of who adds it.
pub(crate) fn ask_correction_reason(model: &mut Model, role: String) {
    let text = "For example: an age was wrong, or something was heard later.";
    ask(model, "Why are you adding a correction?", text, TextIntent::CorrectionReason(role));
}

/// Asks for the text of a correction after its reason.
pub(crate) fn ask_correction(model: &mut Model, role: String, reason: String) {
    let text = "In plain words. Roles, not names.";
    let purpose = TextIntent::Correction(role, reason);
    model.dialog =
        Some(Dialog::Ask(Ask::new("What is the correction?", text, purpose).many_lines()));
}

fn ask(model: &mut Model, title: &str, text: &str, purpose: TextIntent) {
    match &model.read_only {
        Some(why) => model.warn(format!("You cannot add anything in this window: {why}.")),
        None => model.ask(title, text, purpose),
    }
}

/// Asks for the name of the open note before it is marked as entered in error.
pub(crate) fn ask_name(model: &mut Model, reason: String) {
    let Some(name) = model.note.as_ref().map(|note| note.session.case_key().to_owned()) else {
        return;
    };
    let title = format!("Mark {name} as entered in error?");
    let text = format!("To mark it, type {name}. Esc: leave it as it is.");
    model.ask(title, text, TextIntent::EnteredInErrorConfirmed { name, reason });
}

/// Adds a correction to the open note and saves it.
pub(crate) fn correct(model: &mut Model, event: Event) {
    let now = model.now;
    let Some(note) = &mut model.note else { return };
    let mut session = note.session.clone();
    if let Err(refusal) = apply(&mut session, event, now) {
        return model.warn(refusal.to_string());
    }
    note.corrected(session);
    let (id, session) = (note.id, Box::new(note.session.clone()));
    model.request(VaultRequest::Amend { id, session });
}

/// Takes the answer that a correction is saved. A failed save is tried again by the worker, which
/// the status bar shows.
pub(crate) fn amended(model: &mut Model, note: NoteId, revision: u32) {
    model.no_longer_unsaved();
    if let Some(open) = model.note.as_mut().filter(|open| open.id == note) {
        open.saved();
    }
    if model.lock.is_some() {
        return locked::update::saved(model);
    }
    if model.screen != Screen::HandOver {
        model.show_notice(format!("Added, and saved as revision {revision}."));
    }
    model.request(VaultRequest::ListNotes);
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use crate::{
        app::{
            ClinicScreen, Code, Effect, Key, Message, Model, NoteScreen, Screen, Size,
            VaultRequest, update,
        },
        clinic::{Event, Session, apply, bundled_template, practice_session},
        vault::NoteId,
    };

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().expect("a timestamp")
    }

    fn session() -> Session {
        let template = bundled_template("peer-case-clinic").expect("bundled");
        let template = template.parse().expect("a template");
        Session::start(template, Uuid::nil(), "HERON-42", false, now())
    }

    fn at_a_note() -> (Model, NoteId) {
        let mut model = Model::new(Size { columns: 80, rows: 24 }, now());
        let id = NoteId::random();
        model.note = Some(NoteScreen::open(
            id,
            session(),
            None,
            Screen::Clinics,
            crate::text::LocalTime::default(),
            70,
        ));
        model.screen = Screen::Note;
        (model, id)
    }

    #[test]
    fn a_key_asks_for_a_follow_up_of_the_note_in_front_in_its_usual_format() {
        let (mut model, id) = at_a_note();
        let effects = update(&mut model, Message::Pressed(Key::char('f')), now());
        let [Effect::Vault(VaultRequest::StartFollowUp { note, template: None, another: false })] =
            effects.as_slice()
        else {
            panic!("nothing was asked for");
        };
        assert_eq!(*note, id.to_string());
    }

    #[test]
    fn a_follow_up_that_was_begun_is_offered_before_another_is_begun() {
        let (mut model, id) = at_a_note();
        let begun = NoteId::random();
        let offered = crate::services::BegunFollowUp {
            note: begun,
            begun: now(),
            stage: "2/7 Last actions".to_owned(),
        };
        let asked = |model: &mut Model| {
            let begun = vec![offered.clone()];
            let said = Message::FollowUpsBegun { note: id.to_string(), template: None, begun };
            assert!(update(model, said, now()).is_empty());
            let Some(crate::app::Dialog::Choose(choose)) = &model.dialog else {
                panic!("nothing is asked");
            };
            assert!(
                choose.options[0].contains("now at stage 2/7 Last actions"),
                "{:?}",
                choose.options
            );
        };
        asked(&mut model);
        let confirms = |model: &mut Model, number| {
            assert!(update(model, Message::Pressed(Key::char(number)), now()).is_empty());
            update(model, Message::Pressed(Key::char(' ')), now())
        };
        let effects = confirms(&mut model, '1');
        assert!(
            matches!(effects.as_slice(), [Effect::Vault(VaultRequest::OpenNote(id))] if *id == begun)
        );
        asked(&mut model);
        let effects = confirms(&mut model, '2');
        assert!(matches!(
            effects.as_slice(),
            [Effect::Vault(VaultRequest::StartFollowUp { another: true, .. })]
        ));
    }

    #[test]
    fn a_follow_up_never_takes_the_place_of_a_clinic_that_is_open() {
        let (mut model, _) = at_a_note();
        model.clinic = Some(ClinicScreen::open(Some(NoteId::random()), session(), now()));
        let effects = update(&mut model, Message::Pressed(Key::char('f')), now());
        assert!(effects.is_empty() && model.clinic.is_some());
        assert!(model.notice.is_some_and(|notice| notice.text.contains("A clinic is open")));
    }

    #[test]
    fn a_correction_has_many_lines_and_the_role_of_who_adds_it() {
        let (mut model, id) = at_a_note();
        let template = bundled_template("reflective-supervision").expect("bundled");
        let parsed = template.parse().expect("a template");
        let played = practice_session(&parsed, template.example_file, template.example, now());
        let mut session = played.expect("it plays");
        let done = Event::ClinicCompleted { acknowledged: true };
        apply(&mut session, done, now()).expect("it completes");
        let local = crate::text::LocalTime::default();
        model.note = Some(NoteScreen::open(id, session, None, Screen::Clinics, local, 70));
        let press = |model: &mut Model, key: Key| update(model, Message::Pressed(key), now());
        let types = |model: &mut Model, text: &str| {
            for letter in text.chars() {
                press(
                    model,
                    if letter == '\n' { Key::plain(Code::Enter) } else { Key::char(letter) },
                );
            }
        };
        types(&mut model, "asocial worker\nAn age was wrong.\n");
        types(&mut model, "The younger child is 8.\nThe other is 11.");
        assert!(model.dialog.is_some(), "Enter is a new line");
        press(&mut model, Key::ctrl(Code::Char('s')));
        let note = model.note.as_ref().expect("it is open");
        let added = note.session.amendments().last().expect("it was added");
        assert_eq!(
            (added.role.as_str(), added.reason.as_str()),
            ("social worker", "An age was wrong.")
        );
        assert_eq!(added.text, "The younger child is 8.\nThe other is 11.");
        let page = note.page.text(0..note.page.lines.len());
        assert!(page.contains("22 Nov 2026, 12:00, social worker"), "{page}");
    }
}
