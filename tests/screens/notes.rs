//! What is kept, as pictures: the list of notes, the search in them, the vault, and the lock.

use std::{collections::BTreeMap, iter, sync::Arc};

use caseclinic::{
    app::{
        ClinicScreen, Code, ControlId, Effect, Key, Message, SaveStatus, Screen, VaultOpening,
        VaultRequest, VaultSeen, VaultStatus, update,
    },
    clinic::{
        ActionDetails, ActionId, ActionStatus, Event, Outcome, Session, Slot, Subject, apply,
        bundled_template, practice_session,
    },
    exchange::{Card, Outbox, Outgoing, PersonId, PersonRow},
    knowledge,
    report::{
        TrackedAction,
        insight::{Count, CountedNotes, FIGURES, Figure, FigureRow, Insight, OwnCount, Period},
    },
    search::{Hit, Results},
    services::{
        ActionList, ExchangeReply, ExchangeRequest, ExchangeSeen, NoteAuthor, NoteList, NoteOpened,
        ReceivedEdition, Waiting,
    },
    vault::{
        Damage, Finding, FindingKind, Member, NoteHead, NoteId, NoteRow, NoteSource, VaultFacts,
        Verification, Verified,
    },
};
use jiff::{Timestamp, ToSpan as _};

use super::stage::{SIZES, Stage, check_look, open_stage, pictures, practice};

/// Case key, what it is about, format, stage, status, days ago, review, the one question.
type Line = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    i64,
    &'static str,
    &'static str,
);

const NOTES: [Line; 5] = [
    (
        "OAK-10",
        "case",
        "Peer case clinic",
        "4/9 Placing",
        "in progress",
        0,
        "",
        "How do we keep the younger child safe and happy at after-school club, and help the older child?",
    ),
    ("ELM-02", "case", "Safety plan", "", "completed", 3, "2026-11-20", ""),
    ("ASH-07", "supervision", "Reflective supervision", "", "completed", 9, "2027-01-09", ""),
    (
        "FIR-31",
        "case",
        "Follow-up clinic",
        "",
        "amended",
        30,
        "2027-02-01",
        "What has changed for both children since September?",
    ),
    ("TEAM-1", "service", "Framework audit", "", "entered in error", 90, "", ""),
];

pub(crate) fn id(number: usize) -> NoteId {
    format!("00000000-0000-4000-8000-{number:012}").parse().expect("an id")
}

fn row(number: usize, now: Timestamp) -> NoteRow {
    let (key, about, format, stage, status, days, review, question) = NOTES[number];
    let at = now.checked_sub((days * 24).hours()).expect("a time");
    let head = NoteHead {
        kind: about.to_owned(),
        case_key: key.to_owned(),
        title: format.to_owned(),
        template: "one 1".to_owned(),
        stage: stage.to_owned(),
        status: status.to_owned(),
        created: at,
        updated: at,
        next_review: (!review.is_empty()).then(|| review.parse().expect("a date")),
        shared_with: Vec::new(),
        question: (!question.is_empty()).then(|| question.to_owned()),
    };
    let source = if stage.is_empty() { NoteSource::Revision(1) } else { NoteSource::Draft };
    NoteRow { id: id(number), source, head: Ok(head), verified: Verified::Yes }
}

/// A vault that is open, with a note of every kind and a damaged one.
pub(crate) fn listed(stage: &mut Stage) {
    stage.apply_event(Message::VaultStatusRead(VaultStatus::Locked));
    stage.apply_event(Message::VaultOpened(VaultOpening::default()));
    let mut notes: Vec<NoteRow> = (0..NOTES.len()).map(|number| row(number, stage.now)).collect();
    let damage = Damage {
        file: "notes/00000000-0000-4000-8000-000000000009/0001.age".into(),
        why:
            "notes/00000000-0000-4000-8000-000000000009/0001.age was changed since it was written."
                .to_owned(),
        advice: "Bring it back from a backup.".to_owned(),
    };
    notes.push(NoteRow { id: id(9), head: Err(damage), ..notes[1].clone() });
    stage.press(Code::F(3));
    stage.apply_event(Message::NotesListed(Ok(notes.into())));
    stage.apply_event(Message::NotesRead { done: NOTES.len(), total: NOTES.len() });
}

fn hit(number: usize, snippet: &str) -> Hit {
    let marked = snippet.find("school").expect("the word that is looked for");
    Hit {
        id: id(number).to_string(),
        title: NOTES[number].2.to_owned(),
        kind: knowledge::Kind::Guidance,
        section: String::new(),
        status: knowledge::Status::Current,
        nations: Vec::new(),
        pack: String::new(),
        local: false,
        score: 1.0,
        snippet: snippet.to_owned(),
        highlights: iter::once(marked..marked + "school".len()).collect(),
        title_highlights: Vec::new(),
    }
}

/// Types the word and answers the last question as the worker would.
fn look_for(stage: &mut Stage, word: &str, hits: Vec<Hit>) {
    stage.key(Key::char('/'));
    let mut asked = None;
    for c in word.chars() {
        for effect in update(&mut stage.model, Message::Pressed(Key::char(c)), stage.now) {
            if let Effect::Vault(VaultRequest::FindNotes { generation, .. }) = effect {
                asked = Some(generation);
            }
        }
    }
    let results = Results { query: word.to_owned(), total: hits.len(), hits, ..Results::default() };
    let generation = asked.expect("a word asks");
    stage.apply_event(Message::NotesFound { generation, results: Ok(Arc::new(results)) });
}

fn hits() -> Vec<Hit> {
    vec![
        hit(2, "The worker feels alone with it at school and asks for time to think."),
        hit(0, "Seen at school by two members of staff; nobody was told for a week."),
        hit(1, "An adult walks with both children from the school gate to the class."),
    ]
}

#[test]
fn the_list_of_notes_shows_subjects_reviews_due_and_damage() {
    pictures("clinics-notes", listed);
    pictures("clinics-supervision", |stage| {
        listed(stage);
        stage.press(Code::Tab);
        stage.press(Code::Tab);
    });
}

#[test]
fn damaged_notes_and_messages_leave_in_view_what_goes_on() {
    for size in [(60, 18), (80, 24), (120, 36)] {
        let mut stage = Stage::new(size);
        listed(&mut stage);
        let damage = |number: usize| Damage {
            file: format!("notes/{number}/0001.age").into(),
            why: format!("notes/{number}/0001.age was changed since it was written."),
            advice: "Bring it back from a backup.".to_owned(),
        };
        let sound = row(1, stage.now);
        let mut notes = vec![row(0, stage.now), sound.clone()];
        notes.extend((20..32).map(|at| NoteRow {
            id: id(at),
            head: Err(damage(at)),
            ..sound.clone()
        }));
        stage.apply_event(Message::NotesListed(Ok(notes.into())));
        stage.model.saving = SaveStatus::NotSaved("The disk is full. Free some space.".to_owned());
        stage.model.warn("3 notes could not be read. Open Vault (F12) to check every file.");
        let text = stage.text();
        for asked in ["In progress", "▌  OAK-10", "! NOT SAVED: The disk is full.", "Esc back"] {
            assert!(text.contains(asked), "{size:?}: {asked} is not in\n{text}");
        }
        check_look("clinics-damaged", &stage);
        for _ in 0..3 {
            stage.press(Code::Down);
        }
        assert!(stage.text().contains("▌  !"), "{size:?}\n{}", stage.text());
    }
}

/// What, owner, agency, by when, status, outcome.
type Agreed = (&'static str, &'static str, &'static str, &'static str, ActionStatus, &'static str);

const ACTIONS: [Agreed; 4] = [
    (
        "Ask the pupil who was harmed what would help in the corridor, and say what happens next",
        "form tutor",
        "school",
        "2026-11-18",
        ActionStatus::Open,
        "",
    ),
    (
        "Lead free play with an adult until five, and close off the corner behind the shed",
        "safeguarding lead",
        "school",
        "2026-12-04",
        ActionStatus::Open,
        "",
    ),
    (
        "Ask early help for a short piece of work",
        "class teacher, with the family support worker",
        "early help and the after-school club",
        "",
        ActionStatus::Open,
        "",
    ),
    (
        "Walk with both children from the gate",
        "teaching assistant",
        "",
        "2026-11-01",
        ActionStatus::Done,
        "Both say that they feel safe on the way to class.",
    ),
];

pub(crate) fn agreed(stage: &mut Stage) {
    listed(stage);
    stage.press(Code::F(4));
    let actions = ACTIONS.iter().enumerate().map(|(at, action)| {
        let (what, owner, agency, by, status, outcome) = *action;
        TrackedAction {
            note: id(at.min(1)),
            meeting: uuid::Uuid::default(),
            case_key: NOTES[at.min(1)].0.to_owned(),
            format: NOTES[at.min(1)].2.to_owned(),
            about: Subject::Case,
            id: ActionId(at as u32),
            details: ActionDetails {
                what: what.to_owned(),
                owner: owner.to_owned(),
                agency: agency.to_owned(),
                by: (!by.is_empty()).then(|| by.parse().expect("a date")),
                status,
                outcome: outcome.to_owned(),
                ..ActionDetails::default()
            },
            told: stage.now,
            agreed: stage.now,
            number: at as u32 + 1,
        }
    });
    let list = ActionList { actions: actions.collect(), ..ActionList::default() };
    stage.apply_event(Message::ActionsListed(Ok(list)));
}

#[test]
fn actions_name_the_task_first_and_what_is_overdue() {
    pictures("actions", agreed);
    pictures("actions-all", |stage| {
        agreed(stage);
        stage.press(Code::Tab);
        stage.press(Code::Tab);
        stage.press(Code::Down);
    });
    pictures("actions-update", |stage| {
        agreed(stage);
        stage.press(Code::Enter);
    });
}

/// Completes the worked case of the first format, as the clinic of this note or as practice.
pub(crate) fn complete(stage: &mut Stage, note: Option<NoteId>) {
    listed(stage);
    practice(stage);
    let clinic = stage.model.clinic.as_mut().expect("a clinic");
    clinic.note = note;
    let slot = Slot::in_row("placement", clinic.session.rows("behaviour")[0]);
    let text = "Repeated, secret and with a promise; not freely agreed.".to_owned();
    let events = [
        Event::PlacementsRevealed { slot: slot.clone(), reason: None },
        Event::PlacementAgreed {
            slot: slot.clone(),
            outcome: Outcome::Placed("problematic".to_owned()),
        },
        Event::BasisWritten { slot, text },
    ];
    for event in events {
        apply(&mut clinic.session, event, stage.now).expect("the worked case is placed");
    }
    open_stage(stage, '8');
    let last = |clinic: &ClinicScreen| clinic.focus == ControlId::Complete;
    for _ in 0..100 {
        if stage.model.clinic.as_ref().is_some_and(last) {
            break;
        }
        stage.press(Code::Tab);
    }
    // To complete, and to complete although something is pointed out.
    stage.press(Code::Enter);
    for _ in 0..2 {
        if stage.model.dialog.is_some() {
            stage.type_in("2");
            stage.press(Code::Enter);
        }
    }
    assert!(stage.model.clinic.is_none() || note.is_some(), "{}", stage.text());
    if let Some(note) = note {
        stage.apply_event(Message::Completed { note, revision: 1 });
    }
}

#[test]
fn a_completed_clinic_shows_what_was_agreed_and_what_to_do_next() {
    pictures("completed", |stage| complete(stage, Some(id(1))));
    pictures("completed-end", |stage| {
        complete(stage, Some(id(1)));
        for _ in 0..9 {
            stage.press(Code::PageDown);
        }
    });
    pictures("completed-practice", |stage| complete(stage, None));
    pictures("completed-practice-note", |stage| {
        complete(stage, None);
        stage.press(Code::Enter);
    });
}

#[test]
fn handing_over_shows_the_choices_and_the_document() {
    pictures("hand-over", |stage| {
        complete(stage, Some(id(1)));
        stage.type_in("h");
    });
    pictures("hand-over-saved", |stage| {
        complete(stage, None);
        stage.type_in("h");
        stage.press(Code::Down);
        stage.press(Code::Right);
        stage.press(Code::Right);
        let save = Message::Pressed(Key::ctrl(Code::Char('s')));
        drop(update(&mut stage.model, save, stage.now));
        stage.apply_event(Message::DocumentWritten {
            written: Ok("/home/asha/Documents/WREN-21.docx".into()),
            recorded: None,
        });
    });
}

#[test]
fn a_document_that_was_written_is_recorded_in_its_note_and_none_of_it_stays_after_locking() {
    let mut stage = Stage::new(SIZES[0]);
    let note = id(1);
    complete(&mut stage, Some(note));
    stage.type_in("h");
    let save = Message::Pressed(Key::ctrl(Code::Char('s')));
    let effects = update(&mut stage.model, save, stage.now);
    let [Effect::Vault(VaultRequest::WriteDocument { document, recorded: Some(recorded) })] =
        effects.as_slice()
    else {
        panic!("nothing is written and recorded");
    };
    assert!(document.file.ends_with(".docx") && !document.replace, "{}", document.file);
    assert!(document.contents.starts_with(b"PK"), "a DOCX file is an archive");
    assert_eq!(recorded.0, note);
    let entries = |session: &Session| -> Vec<String> {
        session.handed_over().map(|(_, what)| what.to_owned()).collect()
    };
    assert_eq!(entries(&recorded.1), ["Case-file document (Word)"]);
    // Another choice, and another press, before the answer: what was asked for is what counts.
    stage.press(Code::Right);
    let save = Message::Pressed(Key::ctrl(Code::Char('s')));
    assert!(update(&mut stage.model, save, stage.now).is_empty(), "one after the other");
    let written = Message::DocumentWritten {
        written: Ok("/tmp/x.docx".to_owned()),
        recorded: Some(recorded.clone()),
    };
    assert!(update(&mut stage.model, written, stage.now).is_empty());
    let shown = stage.model.hand_over.as_ref().expect("open");
    assert_eq!(shown.written, None, "what is chosen now was not saved");
    assert_eq!(entries(shown.source.session().expect("a note")), ["Case-file document (Word)"]);
    stage.press(Code::F(8));
    assert!(stage.model.hand_over.is_none() && stage.model.completed.is_none());
}

/// What the notes record that are to be saved now.
fn recorded_by(effects: &[Effect]) -> Vec<String> {
    let amended = effects.iter().filter_map(|effect| match effect {
        Effect::Vault(VaultRequest::Amend { session, .. }) => Some(session),
        _ => None,
    });
    let entries =
        amended.flat_map(|session| session.handed_over().map(|(_, what)| what.to_owned()));
    entries.collect()
}

#[test]
fn a_printed_document_is_recorded_as_what_it_was_wherever_somebody_went_meanwhile() {
    let print = |stage: &mut Stage| {
        complete(stage, Some(id(1)));
        stage.type_in("h");
        (0..5).for_each(|_| stage.press(Code::Down));
        let effects =
            update(&mut stage.model, Message::Pressed(Key::plain(Code::Enter)), stage.now);
        assert!(matches!(effects.as_slice(), [Effect::Print(_)]), "nothing is printed");
    };
    let answer = |stage: &mut Stage| update(&mut stage.model, Message::Printed(Ok(())), stage.now);
    let mut stage = Stage::new(SIZES[0]);
    print(&mut stage);
    (0..5).for_each(|_| stage.press(Code::Up));
    stage.press(Code::Right);
    assert_eq!(recorded_by(&answer(&mut stage)), ["Case-file document (printed)"]);
    // Back on the screen before.
    let mut stage = Stage::new(SIZES[0]);
    print(&mut stage);
    stage.press(Code::Esc);
    assert_eq!(recorded_by(&answer(&mut stage)), ["Case-file document (printed)"]);
    // Locked, and leaving: the printer has not answered.
    for key in [Key::plain(Code::F(8)), Key::ctrl(Code::Char('q'))] {
        let mut stage = Stage::new(SIZES[0]);
        print(&mut stage);
        let effects = update(&mut stage.model, Message::Pressed(key), stage.now);
        assert_eq!(recorded_by(&effects), ["Case-file document (given to the printer)"]);
        assert!(recorded_by(&answer(&mut stage)).is_empty(), "once");
    }
}

#[test]
fn an_entry_and_the_figures_are_handed_over_too() {
    pictures("hand-over-entry", |stage| {
        stage.type_in("helplines");
        stage.press(Code::Enter);
        stage.type_in("h");
    });
    let mut stage = Stage::new(SIZES[0]);
    stage.type_in("helplines");
    stage.press(Code::Enter);
    stage.type_in("h");
    let save = Message::Pressed(Key::ctrl(Code::Char('s')));
    let effects = update(&mut stage.model, save, stage.now);
    assert!(matches!(
        effects.as_slice(),
        [Effect::Vault(VaultRequest::WriteDocument { recorded: None, .. })]
    ));
    let written =
        Message::DocumentWritten { written: Ok("/tmp/x.docx".to_owned()), recorded: None };
    assert!(update(&mut stage.model, written, stage.now).is_empty(), "no note records it");
    stage.press(Code::Esc);
    assert_eq!(stage.model.screen, Screen::Reader);
}

#[test]
fn a_file_name_follows_the_choices_until_somebody_types_one() {
    let mut stage = Stage::new(SIZES[0]);
    complete(&mut stage, Some(id(1)));
    stage.type_in("h");
    let file = |stage: &Stage| {
        stage.model.hand_over.as_ref().map(|screen| screen.file.text()).expect("it is open")
    };
    let usual = file(&stage);
    assert!(usual.contains("-case-file-") && usual.ends_with(".docx"), "{usual}");
    stage.press(Code::Right);
    assert!(file(&stage).contains("-extract-"), "{}", file(&stage));
    for _ in 0..3 {
        stage.press(Code::Down);
    }
    stage.type_in("x");
    stage.press(Code::Up);
    stage.press(Code::Right);
    let named = file(&stage);
    assert!(named.contains("-extract-") && !named.ends_with(".docx"), "only the ending: {named}");
    // An ending that is none of the format is refused before anything is written.
    stage.press(Code::Down);
    stage.type_in("zip");
    let save = Message::Pressed(Key::ctrl(Code::Char('s')));
    assert!(update(&mut stage.model, save, stage.now).is_empty());
    let notice = stage.model.notice.as_ref().expect("it says why");
    assert!(notice.text.contains("must end in"), "{}", notice.text);
}

#[test]
fn from_a_completed_clinic_keys_lead_to_the_note_the_follow_up_and_the_list() {
    let asks = |stage: &mut Stage, key: Key| -> Vec<String> {
        let effects = update(&mut stage.model, Message::Pressed(key), stage.now);
        effects
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::Vault(VaultRequest::OpenNote(note)) => Some(format!("open {note}")),
                Effect::Vault(VaultRequest::StartFollowUp { note, .. }) => {
                    Some(format!("follow up {note}"))
                }
                Effect::Vault(VaultRequest::Keep(_)) => Some("keep".to_owned()),
                Effect::CopyFromNote(_) => Some("copy".to_owned()),
                _ => None,
            })
            .collect()
    };
    let note = id(1);
    let mut stage = Stage::new(SIZES[0]);
    complete(&mut stage, Some(note));
    assert_eq!(stage.model.screen, Screen::Completed);
    let open = format!("open {note}");
    assert_eq!(asks(&mut stage, Key::plain(Code::Enter)), [open.as_str()]);
    assert_eq!(asks(&mut stage, Key::char('a')), [open.as_str()]);
    assert_eq!(asks(&mut stage, Key::char('f')), [format!("follow up {note}")]);
    assert_eq!(asks(&mut stage, Key::char('k')), ["keep"]);
    assert_eq!(asks(&mut stage, Key::char('c')), ["copy"]);
    stage.press(Code::Esc);
    assert_eq!(stage.model.screen, Screen::Clinics);
    assert!(stage.model.completed.is_none(), "nothing of the note stays behind");

    let mut stage = Stage::new(SIZES[0]);
    complete(&mut stage, None);
    for key in ['f', 'a', 'k'] {
        assert!(asks(&mut stage, Key::char(key)).is_empty(), "{key}: there is no note");
    }
    assert_eq!(asks(&mut stage, Key::char('c')), ["copy"]);
}

#[test]
fn locking_takes_a_completed_note_off_the_screen() {
    let mut stage = Stage::new(SIZES[0]);
    complete(&mut stage, Some(id(1)));
    stage.press(Code::F(8));
    assert!(stage.model.completed.is_none() && stage.model.screen == Screen::Locked);
    stage.apply_event(Message::VaultClosed);
    assert!(!stage.text().contains("Who does what"));
}

#[test]
fn note_search_results_can_be_filtered_by_subject() {
    pictures("clinics-found", |stage| {
        listed(stage);
        look_for(stage, "school", hits());
    });
    pictures("clinics-found-cases", |stage| {
        listed(stage);
        look_for(stage, "school", hits());
        stage.press(Code::Tab);
        stage.press(Code::Down);
    });
    pictures("clinics-found-elsewhere", |stage| {
        listed(stage);
        look_for(stage, "school", hits());
        for _ in 0..3 {
            stage.press(Code::Tab);
        }
    });
    pictures("clinics-found-nothing", |stage| {
        listed(stage);
        look_for(stage, "zebra", Vec::new());
    });
}

/// The worked case of a format, with its first placement shown and agreed, as a note that is completed.
pub(crate) fn worked_note(stage: &Stage) -> Box<NoteOpened> {
    let one = bundled_template("peer-case-clinic").expect("the format");
    let template = one.parse().expect("it is sound");
    let mut session = practice_session(&template, one.example_file, one.example, stage.now)
        .expect("the worked case fits its template");
    let slot = Slot::in_row("placement", session.rows("behaviour")[0]);
    let outcome = Outcome::Placed("problematic".to_owned());
    for event in [
        Event::PlacementsRevealed { slot: slot.clone(), reason: None },
        Event::PlacementAgreed { slot, outcome },
    ] {
        apply(&mut session, event, stage.now).expect("taken");
    }
    let (id, source) = (id(3), NoteSource::Revision(1));
    Box::new(NoteOpened { id, session, source, newer: None, doubt: None, received: None })
}

#[test]
fn a_note_begins_with_what_was_agreed_and_who_does_what() {
    let open = |stage: &mut Stage| {
        listed(stage);
        let opened = worked_note(stage);
        stage.apply_event(Message::NoteOpened(Ok(opened)));
        stage.model.notice = None;
    };
    pictures("note", open);
    pictures("note-stages", |stage| {
        open(stage);
        for _ in 0..3 {
            stage.press(Code::PageDown);
        }
    });
    pictures("note-end", |stage| {
        open(stage);
        stage.press(Code::End);
    });
}

/// A vault with two notes of others between its own, one of them corrected twice.
fn listed_with_received(stage: &mut Stage) {
    listed(stage);
    let mut rows: Vec<NoteRow> = (0..NOTES.len()).map(|number| row(number, stage.now)).collect();
    let mut authors = BTreeMap::new();
    for (number, key, title, versions) in
        [(1, "WREN-18", "Bryn Evans (Southvale)", 2), (3, "LARK-05", "Asha Rahman (Northmoor)", 1)]
    {
        let mut sent = NoteRow { id: id(20 + number), ..row(number, stage.now) };
        if let Ok(head) = &mut sent.head {
            head.case_key = key.to_owned();
        }
        authors.insert(sent.id, NoteAuthor { title: title.to_owned(), versions });
        rows.push(sent);
    }
    stage.apply_event(Message::NotesListed(Ok(NoteList { rows, authors, problem: None })));
}

#[test]
fn notes_of_others_are_listed_with_who_wrote_them() {
    pictures("clinics-received", |stage| {
        listed_with_received(stage);
        for _ in 0..2 {
            stage.press(Code::Down);
        }
    });
}

/// A note that somebody else sent, corrected twice.
fn received_note(stage: &Stage) -> Box<NoteOpened> {
    let mut opened = worked_note(stage);
    let author = NoteAuthor { title: "Bryn Evans (Southvale)".to_owned(), versions: 2 };
    let others = vec![(stage.now, opened.session.clone())];
    opened.id = id(21);
    opened.received = Some(ReceivedEdition { author, revision: 2, sent: stage.now, others });
    opened
}

#[test]
fn a_note_of_somebody_else_says_whose_it_is_and_shows_every_correction() {
    let open = |stage: &mut Stage| {
        listed_with_received(stage);
        let opened = received_note(stage);
        stage.apply_event(Message::NoteOpened(Ok(opened)));
        stage.model.notice = None;
    };
    pictures("note-received", open);
    let mut stage = Stage::new(SIZES[0]);
    open(&mut stage);
    let note = stage.model.note.as_ref().expect("it is open");
    let text = note.page.text(0..note.page.lines.len());
    assert_eq!(text.matches("Who does what").count(), 2, "{text}");
    assert!(text.contains("Another correction, revision 2, sent 21 Nov 2026"), "{text}");
}

#[test]
fn a_note_of_somebody_else_cannot_be_changed_or_handed_over_and_says_why() {
    let mut stage = Stage::new(SIZES[0]);
    listed_with_received(&mut stage);
    let asks = |stage: &mut Stage, key: Key| {
        let effects = update(&mut stage.model, Message::Pressed(key), stage.now);
        (effects, stage.model.dialog.take().is_some())
    };
    let said = |stage: &Stage| stage.model.notice.as_ref().map(|one| one.text.clone());
    let at = stage.model.clinics.shown().iter().position(|note| *note == id(21)).expect("listed");
    stage.model.clinics.chosen = at;
    for key in ["k", "e", "x"].map(|key| Key::char(key.chars().next().expect("a letter"))) {
        let (effects, has_dialog) = asks(&mut stage, key);
        assert!(effects.is_empty() && !has_dialog, "{key}");
        assert!(said(&stage).is_some_and(|text| text.contains("Bryn Evans (Southvale) wrote")));
    }
    assert!(asks(&mut stage, Key::plain(Code::Delete)).0.is_empty());
    let (effects, _) = asks(&mut stage, Key::plain(Code::Enter));
    assert!(
        matches!(effects.as_slice(), [Effect::Vault(VaultRequest::OpenNote(note))] if *note == id(21))
    );
    let opened = received_note(&stage);
    stage.apply_event(Message::NoteOpened(Ok(opened)));
    stage.model.notice = None;
    let footer = stage.text();
    for word in ["a correct", "h hand over"] {
        assert!(!footer.contains(word), "{word}\n{footer}");
    }
    for key in ['a', 'e', 'h'] {
        let (effects, has_dialog) = asks(&mut stage, Key::char(key));
        assert!(effects.is_empty() && !has_dialog, "{key}");
        assert_eq!(stage.model.screen, Screen::Note);
        assert!(said(&stage).is_some_and(|text| text.contains("Ask them to correct it")));
    }
    let (effects, _) = asks(&mut stage, Key::char('f'));
    assert!(
        matches!(effects.as_slice(), [Effect::Vault(VaultRequest::StartFollowUp { note, .. })] if *note == id(21).to_string())
    );
    // Locked, nothing of it is left.
    stage.press(Code::F(8));
    assert!(stage.model.note.is_none() && stage.model.clinics.authors.is_empty());
    stage.apply_event(Message::VaultClosed);
    let text = stage.text();
    assert!(!text.contains("Bryn") && !text.contains("WREN"), "{text}");
}

/// The figure with this short name for the owner of the vault and for others, who do not see where
/// a line is hidden.
fn figure(id: &str, rows: &[(&str, u64, bool)], hidden: bool) -> (Figure<OwnCount>, Figure) {
    let about = FIGURES.iter().find(|about| about.id == id).expect("a figure");
    let own = |number, is_small| OwnCount { number, is_small };
    let shared = |number, hidden| if hidden { Count::Hidden } else { Count::Shown(number) };
    let line = |label: &str| (label.to_owned(), label.to_owned());
    let total = rows.iter().map(|(_, number, _)| number).sum();
    let own_rows = rows.iter().map(|(label, number, is_hidden)| {
        let (code, label) = line(label);
        FigureRow { code, label, count: own(*number, *is_hidden && *number < 5) }
    });
    let shared_rows = rows.iter().map(|(label, number, is_hidden)| {
        let (code, label) = line(label);
        FigureRow { code, label, count: shared(*number, *is_hidden || hidden) }
    });
    (
        Figure { about, rows: own_rows.collect(), total: own(total, hidden) },
        Figure { about, rows: shared_rows.collect(), total: shared(total, hidden) },
    )
}

#[test]
fn insight_shows_its_owner_every_number_and_says_once_what_others_do_not_see() {
    let show = |stage: &mut Stage, figures: Vec<(Figure<OwnCount>, Figure)>| {
        listed(stage);
        stage.press(Code::F(5));
        let number = if figures.is_empty() { 0 } else { 14 };
        let (own, shared) = figures.into_iter().unzip();
        let (period, audits) = (Period::default(), Vec::new());
        let counted = CountedNotes {
            own: Insight {
                period,
                notes: OwnCount { number, is_small: false },
                figures: own,
                audits: audits.clone(),
            },
            shared: Insight { period, notes: Count::Shown(number), figures: shared, audits },
        };
        stage.apply_event(Message::Counted(Ok(Box::new(counted))));
    };
    let placed = [
        ("Typical", 2, true),
        ("Inappropriate", 7, false),
        ("Problematic", 12, false),
        ("Abusive", 0, false),
        ("Violent", 3, true),
    ];
    let figures = || {
        vec![
            figure("placement", &placed, false),
            figure("quarters", &[("2026, quarter 4", 14, false)], false),
            figure("response", &[("Early help", 3, true)], true),
            figure("settings", &[("School", 4, true)], true),
        ]
    };
    pictures("insight", |stage| {
        show(stage, figures());
        let text = stage.text();
        assert!(text.contains(" 3 * ") && text.contains("they are hidden in what you"), "{text}");
    });
    pictures("insight-shared", |stage| {
        show(stage, figures());
        stage.press(Code::F(6));
        let text = stage.text();
        assert!(text.contains("No figures: Typical; Violent"), "{text}");
        assert!(!text.contains('*') && !text.contains("Clinics"), "{text}");
    });
    pictures("insight-nothing", |stage| show(stage, Vec::new()));
    pictures("insight-locked", |stage| {
        stage.apply_event(Message::VaultStatusRead(VaultStatus::Locked));
        stage.press(Code::F(5));
    });
}

/// The screen of a vault with copies and a member.
pub(crate) fn vault_screen(stage: &mut Stage) {
    listed(stage);
    stage.press(Code::F(12));
    let since = "2026-10-01T09:00:00Z".parse().expect("a time");
    let facts = VaultFacts {
        unread: Vec::new(),
        folder: "/home/ana/.local/share/caseclinic/vault".into(),
        id: "0b7c2f0e-52f5-4d6f-9c40-1f6a3d0a7f11".to_owned(),
        created: since,
        recovery_confirmed: true,
        notes: 5,
        drafts: 1,
        bytes: 86_016,
    };
    let member = Member {
        name: "Deputy lead".to_owned(),
        role: "deputy".to_owned(),
        recipient: "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq".to_owned(),
        since,
    };
    let copies = ["2026-11-19", "2026-11-20", "2026-11-21"].map(str::to_owned).to_vec();
    let (members, location_warnings) = (Ok(vec![member]), Vec::new());
    let seen = VaultSeen { facts: Some(facts), copies, members, location_warnings };
    stage.apply_event(Message::VaultSeen(Ok(Box::new(seen))));
    // It belongs to no exchange.
    stage.apply_event(Message::ExchangeDone(Ok(Box::default())));
}

/// An exchange of three people, in which somebody asks to take part and a note waits.
fn exchange_seen(stage: &Stage) -> ExchangeSeen {
    let person = |digit: &str| PersonId::try_from(digit.repeat(32)).expect("a fingerprint");
    let row = |digit, name: &str, agency: &str, role: &str, steward, is_me| PersonRow {
        id: person(digit),
        name: name.to_owned(),
        agency: agency.to_owned(),
        role: role.to_owned(),
        steward,
        is_me,
        posts: 3,
        since: stage.now,
        removed: None,
    };
    let gone = (stage.now, "Asha Rahman (Northmoor)".to_owned(), "left the partnership".to_owned());
    let card = "format = 1\nname = 'Cerys Huws'\nagency = 'Westbay'\nrole = 'health visitor'\n\
                recipient = 'age1x'\nkey = 'ed25519:x'\n";
    ExchangeSeen {
        fingerprint: "6F2A 91C4 0D77 53BE A1E0 48F9 2C6D B315".to_owned(),
        own_fingerprint: person("a").spoken(),
        folder: Some("/home/ana/OneDrive/exchange".to_owned()),
        problem: None,
        is_listed: Some(true),
        is_steward: true,
        people: vec![
            row("a", "Asha Rahman", "Northmoor", "deputy", true, true),
            row("b", "Bryn Evans", "Southvale", "lead", false, false),
            PersonRow { removed: Some(gone), ..row("c", "Dilys Rees", "Eastwick", "lead", false, false) },
        ],
        asking: vec![toml::from_str::<Card>(card).expect("a card")],
        to_take_in: Some((2, 0)),
        to_send: "1 revision".to_owned(),
        waiting: vec![Waiting {
            readers: "Bryn Evans (Southvale)".to_owned(),
            notes: vec!["ELM-02, revision 1 of “Safety plan”".to_owned()],
        }],
        kept_back: Vec::new(),
        erased: Vec::new(),
        findings: vec![
            "Post 17 of Bryn Evans (Southvale) is missing. Wait until everything has been copied, then sync again."
                .to_owned(),
        ],
    }
}

/// At the vault screen, with an exchange that was looked at.
fn at_the_exchange(stage: &mut Stage) {
    vault_screen(stage);
    let seen = Some(exchange_seen(stage));
    let reply = ExchangeReply { seen, ..ExchangeReply::default() };
    stage.apply_event(Message::ExchangeDone(Ok(Box::new(reply))));
}

/// What a sync found to send, before it is agreed to.
fn to_send(stage: &Stage) -> Message {
    let NoteRow { id: note, head: Ok(head), .. } = row(1, stage.now) else { panic!("a head") };
    let readers = vec![PersonId::try_from("b".repeat(32)).expect("a fingerprint")];
    let notes = vec![Outgoing { note, revision: 1, head, readers }];
    Message::ExchangeDone(Ok(Box::new(ExchangeReply {
        seen: Some(exchange_seen(stage)),
        done: Some("Taken in: 2 new notes or corrections.".to_owned()),
        failure: None,
        to_send: Some(Outbox { notes, ..Outbox::default() }),
        is_changed: true,
    })))
}

#[test]
fn the_vault_screen_shows_the_exchange_and_asks_before_it_sends() {
    pictures("vault-exchange", |stage| {
        at_the_exchange(stage);
        for _ in 0..7 {
            stage.press(Code::Down);
        }
    });
    pictures("vault-send", |stage| {
        at_the_exchange(stage);
        stage.key(Key::char('s'));
        let asks = to_send(stage);
        stage.apply_event(asks);
        stage.model.notice = None;
    });
}

/// The requests about the exchange that a key leads to.
fn exchange_requests(stage: &mut Stage, key: Key) -> usize {
    let effects = update(&mut stage.model, Message::Pressed(key), stage.now);
    let is_one = |effect: &&Effect| matches!(effect, Effect::Vault(VaultRequest::Exchange(_)));
    effects.iter().filter(is_one).count()
}

#[test]
fn nothing_is_sent_by_a_key_too_many_or_to_a_screen_that_was_left() {
    let mut stage = Stage::new(SIZES[0]);
    at_the_exchange(&mut stage);
    let (sync, enter) = (Key::char('s'), Key::plain(Code::Enter));
    assert_eq!(exchange_requests(&mut stage, sync), 1);
    assert_eq!(exchange_requests(&mut stage, sync), 0, "one at a time");
    assert!(stage.text().contains("being read or written"), "{}", stage.text());
    let asks = to_send(&stage);
    stage.apply_event(asks);
    for key in [enter, sync, Key::char(' ')] {
        assert_eq!(exchange_requests(&mut stage, key), 0, "{key}");
    }
    assert_eq!(exchange_requests(&mut stage, Key::char('y')), 1);
    // On another screen a question would take the keys that are typed there.
    stage.press(Code::F(3));
    let asks = to_send(&stage);
    stage.apply_event(asks);
    assert!(stage.model.dialog.is_none());
    assert!(stage.model.notice.as_ref().is_some_and(|one| one.text.contains("1 revision waits")));
}

#[test]
fn somebody_is_added_only_after_the_fingerprint_was_shown_and_agreed_to() {
    let mut stage = Stage::new(SIZES[0]);
    at_the_exchange(&mut stage);
    let enter = Key::plain(Code::Enter);
    assert_eq!(exchange_requests(&mut stage, Key::char('a')), 0);
    assert_eq!(exchange_requests(&mut stage, enter), 0, "nobody is selected");
    stage.key(Key::char('1'));
    stage.key(enter);
    stage.key(Key::char('2'));
    stage.key(enter);
    let text = stage.text();
    assert!(
        text.contains("Add Cerys Huws?") && text.contains("telephone or face to face"),
        "{text}"
    );
    assert_eq!(exchange_requests(&mut stage, enter), 0);
    let effects = update(&mut stage.model, Message::Pressed(Key::char('y')), stage.now);
    assert!(matches!(
        effects.as_slice(),
        [Effect::Vault(VaultRequest::Exchange(ExchangeRequest::Add { steward: true, .. }))]
    ));
}

#[test]
fn locking_takes_the_exchange_off_the_screen_and_its_late_answers_too() {
    let mut stage = Stage::new(SIZES[0]);
    at_the_exchange(&mut stage);
    stage.key(Key::char('s'));
    let asks = to_send(&stage);
    stage.apply_event(asks);
    stage.press(Code::F(8));
    assert!(stage.model.dialog.is_none() && stage.model.vault_screen.exchange.seen.is_none());
    let late = to_send(&stage);
    stage.apply_event(late);
    assert!(stage.model.vault_screen.exchange.seen.is_none());
    stage.apply_event(Message::VaultClosed);
    let text = stage.text();
    assert!(!text.contains("Bryn") && !text.contains("ELM-02"), "{text}");
}

#[test]
fn the_vault_screen_shows_copies_members_and_findings() {
    pictures("vault-screen", vault_screen);
    pictures("vault-screen-checked", |stage| {
        vault_screen(stage);
        let finding = Finding {
            file: "notes/00000000-0000-4000-8000-000000000009/0001.age".into(),
            kind: FindingKind::Changed,
            why: "It was changed since it was written.".to_owned(),
            advice: "Bring it back from a backup.".to_owned(),
        };
        stage.apply_event(Message::VaultChecked(Box::new(Verification {
            notes: 5,
            revisions: 4,
            drafts: 1,
            ledger_state: Some("9c1185a5c5e9fc54".to_owned()),
            findings: vec![finding],
        })));
    });
}

#[test]
fn a_locked_vault_shows_nothing_of_a_note_and_how_to_unlock() {
    let lock = |stage: &mut Stage| {
        listed(stage);
        stage.press(Code::F(8));
    };
    pictures("locked-closing", lock);
    pictures("locked", |stage| {
        lock(stage);
        stage.apply_event(Message::VaultClosed);
    });
    pictures("locked-by-itself", |stage| {
        listed(stage);
        stage.now = stage.now.checked_add(5.minutes()).expect("a time");
        stage.apply_event(Message::TimePassed);
        stage.apply_event(Message::VaultClosed);
    });
    pictures("locked-not-saved", |stage| {
        lock(stage);
        stage.apply_event(Message::NotClosed("Not saved: the disk is full.".to_owned()));
    });
}
