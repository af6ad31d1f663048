//! Notes of an open vault as meetings: finding and reading them, their actions, their corrections.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    fmt::{self, Display},
};

use jiff::{Timestamp, civil::Date};
use zeroize::Zeroizing;

use super::received::{NoteList, ReceivedEdition, find_received, open_received};
use crate::{
    clinic::{
        ActionId, ActionStatus, ActionStatusIndex, BrokenDocument, Event, LatestAction, Refusal,
        Session, SessionEffect, Slot, Status, Template, Value, apply, from_document,
        members_edition, summary, to_document,
    },
    exchange::{ExchangeError, Received},
    report::{
        actions::{TrackedAction, apply_latest_status, number_actions, tracked},
        insight::{CountedNotes, Period, count_notes},
    },
    text::{clean_line, shorten},
    vault::{
        Correction, NoteHead, NoteId, NoteRow, NoteSource, RevisionText, Vault, VaultError,
        Verified,
    },
};

/// Why a note could not be found, read or changed.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// No note has this case key or id.
    #[error("There is no note “{0}”. `caseclinic clinic list` lists all notes.")]
    NotFound(String),
    /// No note that can be read has this case key or id, and there are others.
    #[error(
        "There is no note “{0}” among those that can be read. `caseclinic clinic list` names the \
         others, and says what to do."
    )]
    NotAmongReadable(String),
    /// Several notes have this case key, or an id that begins so.
    #[error("“{name}” names {} notes. Choose one in the list of clinics, or give its id.", notes.len())]
    Several {
        /// What was asked for.
        name: String,
        /// The notes, the newest first.
        notes: Vec<NoteChoice>,
    },
    /// The vault refused.
    #[error("{}", .0.sentence())]
    Vault(#[from] VaultError),
    /// What others sent cannot be read.
    #[error("{}", .0.sentence())]
    Exchange(#[from] ExchangeError),
    /// The text of the note is not a session.
    #[error(transparent)]
    Document(#[from] BrokenDocument),
    /// The meeting does not take this now.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// A note as it was read.
pub struct NoteOpened {
    /// Which note.
    pub id: NoteId,
    /// What it holds.
    pub session: Session,
    /// Where it was read from.
    pub source: NoteSource,
    /// A later version of a draft's template, if there is one.
    pub newer: Option<Box<Template>>,
    /// Why what was read is not a verified note on the disk, if it is not.
    pub doubt: Option<NoteDoubt>,
    /// Who sent it, if it is not the vault's own.
    pub received: Option<ReceivedEdition>,
}

/// Why what is shown is not a verified note on the disk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteDoubt {
    /// It waits in the save queue.
    #[error("Not saved yet. Saving is tried again every two seconds.")]
    NotSaved,
    /// The vault cannot vouch for the file, for this reason.
    #[error("{0}")]
    NotVerified(String),
}

impl NoteDoubt {
    /// Returns the few words for the line above the note.
    pub(crate) fn title(&self) -> &'static str {
        match self {
            Self::NotSaved => "not saved yet",
            Self::NotVerified(_) => "not confirmed by the ledger",
        }
    }
}

impl NoteOpened {
    /// Whether it is a draft that can be gone on with.
    pub fn is_draft(&self) -> bool {
        self.source == NoteSource::Draft
    }
}

/// A note that a case key or the beginning of an id names.
#[derive(Clone)]
pub struct NoteChoice {
    /// Which note.
    pub id: NoteId,
    /// What the list shows of it.
    pub head: NoteHead,
    /// Whether it is a draft.
    pub is_draft: bool,
}

/// A debug print shows no words of the note.
impl fmt::Debug for NoteChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NoteChoice").field(&self.id).finish()
    }
}

/// Which note of a case is meant, where its case key names several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// Any of them.
    Any,
    /// The draft.
    Draft,
    /// The completed one.
    Completed,
}

/// A note that was found by its name.
pub struct FoundNote {
    /// Which note.
    pub id: NoteId,
    /// The note, if it was chosen among several of its case because it alone is of the kind wanted.
    pub chosen: Option<NoteChoice>,
}

/// Characters that the beginning of an id needs.
const MIN_ID_CHARS: usize = 4;

/// The note with this case key or id. An id is that of the list or the one that the note itself
/// shows, or the beginning of either.
///
/// # Errors
/// There is none, or there are several and not exactly one of the kind wanted.
pub fn find_note(vault: &Vault, name: &str, kind: NoteKind) -> Result<FoundNote, NoteError> {
    let rows = vault.list()?;
    let found = |id| Ok(FoundNote { id, chosen: None });
    let name = name.trim();
    if let Some(row) = rows.iter().find(|row| row.id.to_string() == name) {
        return found(row.id);
    }
    let mut notes = readable(&rows, |row, head| {
        head.case_key.eq_ignore_ascii_case(name) || begins(row.id, name)
    });
    if notes.is_empty() && is_beginning_of_id(name) {
        notes = readable(&rows, |row, _| {
            // One note at a time: none stays in memory.
            read_note(vault, row.id).is_ok_and(|opened| begins(opened.session.id(), name))
        });
    }
    let wanted = |note: &&NoteChoice| match kind {
        NoteKind::Any => true,
        NoteKind::Draft => note.is_draft,
        NoteKind::Completed => !note.is_draft,
    };
    let mut fitting = notes.iter().filter(wanted);
    match (notes.as_slice(), fitting.next(), fitting.next()) {
        ([], ..) if rows.iter().all(|row| row.head.is_ok()) => {
            Err(NoteError::NotFound(name.to_owned()))
        }
        ([], ..) => Err(NoteError::NotAmongReadable(name.to_owned())),
        ([only], ..) => found(only.id),
        (_, Some(one), None) => Ok(FoundNote { id: one.id, chosen: Some(one.clone()) }),
        _ => Err(NoteError::Several { name: name.to_owned(), notes }),
    }
}

/// The notes that fit and whose heads can be read, those changed last first.
fn readable(rows: &[NoteRow], fits: impl Fn(&NoteRow, &NoteHead) -> bool) -> Vec<NoteChoice> {
    let heads = rows.iter().filter_map(|row| Some((row, row.head.as_ref().ok()?)));
    let fitting = heads.filter(|(row, head)| fits(row, head)).map(|(row, head)| NoteChoice {
        id: row.id,
        head: head.clone(),
        is_draft: row.source == NoteSource::Draft,
    });
    let mut notes: Vec<NoteChoice> = fitting.collect();
    notes.sort_by_key(|note| Reverse(note.head.updated));
    notes
}

fn is_beginning_of_id(name: &str) -> bool {
    name.len() >= MIN_ID_CHARS && name.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

fn begins(id: impl Display, name: &str) -> bool {
    is_beginning_of_id(name) && id.to_string().starts_with(&name.to_ascii_lowercase())
}

/// The beginning of an id that no other note of the list has.
pub fn short_id(id: NoteId, rows: &[NoteRow]) -> String {
    const USUAL_CHARS: usize = 8;
    let whole = id.to_string();
    let is_unique = |length: &usize| {
        let beginning = &whole[..*length];
        !rows.iter().any(|row| row.id != id && row.id.to_string().starts_with(beginning))
    };
    let length = (USUAL_CHARS..whole.len()).find(is_unique).unwrap_or(whole.len());
    whole[..length].to_owned()
}

/// The completed note with this case key that was begun last, else what [`find_note`] finds: a
/// follow-up follows the last meeting, whatever was noted down beside earlier ones since.
pub(crate) fn find_completed(vault: &Vault, name: &str) -> Result<NoteId, NoteError> {
    let notes = vault.list()?;
    let complete = [Status::Completed, Status::Amended].map(Status::code);
    let heads = notes.iter().filter_map(|row| Some((row.id, row.head.as_ref().ok()?)));
    heads
        .filter(|(_, head)| head.case_key.eq_ignore_ascii_case(name))
        .filter(|(_, head)| complete.contains(&head.status.as_str()))
        .max_by_key(|(_, head)| head.created)
        .map_or_else(
            || find_note(vault, name, NoteKind::Completed).map(|found| found.id),
            |(id, _)| Ok(id),
        )
}

/// Reads the note that a follow-up of this name follows: what [`find_completed`] finds, else the one
/// note of somebody else with this case key or id.
pub(crate) fn read_completed(vault: &Vault, name: &str) -> Result<NoteOpened, NoteError> {
    let why = match find_completed(vault, name) {
        Ok(id) => return read_note(vault, id),
        Err(why @ (NoteError::NotFound(_) | NoteError::NotAmongReadable(_))) => why,
        Err(why) => return Err(why),
    };
    match find_received(vault, name)? {
        Some(id) => read_listed(vault, id),
        None => Err(why),
    }
}

/// Reads a note of an open vault.
pub fn read_note(vault: &Vault, id: NoteId) -> Result<NoteOpened, NoteError> {
    let opened = vault.open(id)?;
    let session = from_document(&opened.body)?;
    let doubt = match opened.verified {
        Verified::Yes => None,
        Verified::No(why) => Some(NoteDoubt::NotVerified(why)),
    };
    Ok(NoteOpened { id, session, source: opened.source, newer: None, doubt, received: None })
}

/// Reads a note of an open vault, or a note that somebody else sent, by its id in lists.
pub(crate) fn read_listed(vault: &Vault, id: NoteId) -> Result<NoteOpened, NoteError> {
    let own = read_note(vault, id);
    if !matches!(own, Err(NoteError::Vault(VaultError::NoSuchNote(_)))) {
        return own;
    }
    let Some((session, received)) = open_received(vault, id)? else { return own };
    let (source, received) = (NoteSource::Revision(received.revision), Some(received));
    Ok(NoteOpened { id, session, source, newer: None, doubt: None, received })
}

/// Lists the vault's own notes and those that others sent.
pub(crate) fn list_with_received(vault: &Vault) -> Result<NoteList, VaultError> {
    let mut list = NoteList::from(vault.list()?);
    list.add_received(vault);
    Ok(list)
}

/// An action that was agreed in a note of somebody else.
#[derive(Clone, Debug)]
pub struct ReceivedAction {
    /// Their name and agency.
    pub author: String,
    /// The id that their note has in lists.
    pub list_id: NoteId,
    /// The action.
    pub action: TrackedAction,
}

/// The actions of all notes.
#[derive(Debug, Default)]
pub struct ActionList {
    /// Each once, and as it was last told of, also by follow-ups.
    pub actions: Vec<TrackedAction>,
    /// Notes that could not be read, so their actions are missing: a sentence for each.
    pub unread: Vec<String>,
    /// Those of notes that others sent. Only their authors record outcomes.
    pub received: Vec<ReceivedAction>,
}

/// Reads the actions of every note, and names the notes that cannot be read.
pub fn list_actions(vault: &Vault) -> Result<ActionList, NoteError> {
    let mut list = actions_where(vault, |_| true)?;
    match Received::load(vault) {
        Ok(Some(received)) => add_received_actions(vault, &received, &mut list),
        Ok(None) => {}
        Err(error) => list.unread.push(error.sentence()),
    }
    Ok(list)
}

/// Adds the actions in the notes of others. What one of them tells of an action counts for their own
/// notes only: nobody can settle an action of somebody else.
fn add_received_actions(vault: &Vault, received: &Received, list: &mut ActionList) {
    for notes in received.notes().chunk_by(|one, next| one.author == next.author) {
        let (mut actions, mut told) = (Vec::new(), ActionStatusIndex::default());
        let mut list_ids = BTreeMap::new();
        for note in notes {
            list_ids.insert(note.id, note.list_id());
            match received.session(vault, note.newest()) {
                Ok(session) => {
                    actions.extend(tracked(note.id, &session));
                    told.add_note(&session);
                }
                Err(error) => list.unread.push(error.sentence()),
            }
        }
        apply_latest_status(&mut actions, &told);
        number_actions(&mut actions);
        let author = notes.first().map(|note| note.title.clone()).unwrap_or_default();
        list.received.extend(actions.into_iter().map(|action| ReceivedAction {
            author: author.clone(),
            list_id: list_ids.get(&action.note).copied().unwrap_or(action.note),
            action,
        }));
    }
}

/// The notes of others, each once, in its newest revision. What does not open is named in `unread`.
pub fn received_sessions(vault: &Vault, unread: &mut Vec<String>) -> Vec<Session> {
    let received = match Received::load(vault) {
        Ok(received) => received,
        Err(error) => {
            unread.push(error.sentence());
            None
        }
    };
    let Some(received) = received else { return Vec::new() };
    let mut sessions = Vec::new();
    for note in received.notes() {
        match received.session(vault, note.newest()) {
            Ok(session) => sessions.push(session),
            Err(error) => unread.push(error.sentence()),
        }
    }
    sessions
}

/// The actions of one case, as all its notes tell of them by now.
///
/// # Errors
/// The notes can't be listed.
pub(crate) fn latest_actions(
    vault: &Vault,
    case_key: &str,
) -> Result<Vec<LatestAction>, NoteError> {
    let is_of_case = |row: &NoteRow| {
        row.head.as_ref().is_ok_and(|head| head.case_key.eq_ignore_ascii_case(case_key))
    };
    let actions = actions_where(vault, is_of_case)?.actions.into_iter();
    let latest =
        actions.map(|one| LatestAction { note: one.meeting, id: one.id, details: one.details });
    Ok(latest.collect())
}

/// Brings a draft of a follow-up up to date with what other notes say by now of the actions it asks
/// about. Where they can't be read, it stays as it was.
pub fn update_earlier_actions(vault: &Vault, opened: &mut NoteOpened) {
    let session = &mut opened.session;
    let asks = session.earlier().is_some_and(|earlier| !earlier.actions.is_empty());
    if opened.source == NoteSource::Draft
        && asks
        && let Ok(latest) = latest_actions(vault, session.case_key())
    {
        session.update_earlier_actions(&latest, Timestamp::now());
    }
}

fn actions_where(
    vault: &Vault,
    is_wanted: impl Fn(&NoteRow) -> bool,
) -> Result<ActionList, NoteError> {
    let mut rows = vault.list()?;
    rows.retain(is_wanted);
    let (mut list, mut told) = (ActionList::default(), ActionStatusIndex::default());
    // One note at a time: none stays in memory.
    for row in &rows {
        match read_note(vault, row.id) {
            Ok(opened) => {
                list.actions.extend(tracked(opened.id, &opened.session));
                told.add_note(&opened.session);
            }
            Err(why) => list.unread.push(format!("{}: {why}", row.id)),
        }
    }
    apply_latest_status(&mut list.actions, &told);
    number_actions(&mut list.actions);
    Ok(list)
}

/// Counts the completed notes of these days, as they stand `today`; a note that does not open is named by the list of
/// clinics.
pub(crate) fn count(vault: &Vault, period: Period, today: Date) -> Result<CountedNotes, NoteError> {
    let rows = vault.list()?;
    // One note at a time: none stays in memory.
    let notes = rows.iter().filter_map(|row| read_note(vault, row.id).ok());
    let received = received_sessions(vault, &mut Vec::new());
    Ok(count_notes(notes.map(|opened| opened.session).chain(received), period, today))
}

/// Records the outcome of an action: in the draft, or as a revision beside a completed note.
///
/// # Errors
/// The note does not take it now, or it could not be saved.
pub fn follow_up(
    vault: &Vault,
    note: NoteId,
    action: ActionId,
    status: ActionStatus,
    outcome: String,
) -> Result<(), NoteError> {
    change(vault, note, Event::ActionFollowedUp { id: action, status, outcome })
}

/// Changes who does an action and by when: in the draft, or as a revision beside a completed note.
///
/// # Errors
/// The note does not take it now, or it could not be saved.
pub fn reassign(
    vault: &Vault,
    note: NoteId,
    action: ActionId,
    (owner, agency): (String, String),
    by: Option<Date>,
) -> Result<(), NoteError> {
    change(vault, note, Event::ActionReassigned { id: action, owner, agency, by })
}

fn change(vault: &Vault, note: NoteId, event: Event) -> Result<(), NoteError> {
    let mut session = read_note(vault, note)?.session;
    let asked = apply(&mut session, event, Timestamp::now())?;
    if asked.contains(&SessionEffect::Amend) {
        let how = correction(&session);
        vault.amend(note, &head(&session), RevisionBodies::of(&session).text(), how)?;
    } else {
        vault.save_draft(note, &head(&session), &to_document(&session))?;
    }
    Ok(())
}

/// The text of a revision as the vault keeps it, and as members read it.
pub(crate) struct RevisionBodies {
    whole: Zeroizing<String>,
    for_members: Zeroizing<String>,
}

impl RevisionBodies {
    /// The two texts of a session.
    pub(crate) fn of(session: &Session) -> Self {
        Self {
            whole: Zeroizing::new(to_document(session)),
            for_members: Zeroizing::new(to_document(&members_edition(session))),
        }
    }

    /// Both, for the vault.
    pub(crate) fn text(&self) -> RevisionText<'_> {
        RevisionText { whole: &self.whole, for_members: Some(&self.for_members) }
    }
}

/// What members read of the body of a note; `None` if it is no session.
pub(crate) fn edition_of(body: &str) -> Option<Zeroizing<String>> {
    let session = from_document(body).ok()?;
    Some(Zeroizing::new(to_document(&members_edition(&session))))
}

/// What a corrected session says of what was completed.
pub(crate) fn correction(session: &Session) -> Correction {
    if session.status() == Status::EnteredInError {
        Correction::EnteredInError
    } else {
        Correction::Amended
    }
}

/// What a list shows of a session.
pub fn head(session: &Session) -> NoteHead {
    let facts = summary(session);
    let template = session.template();
    NoteHead {
        kind: template.about.subject().code().to_owned(),
        case_key: facts.case_key,
        title: facts.title,
        template: format!("{} {}", template.about.id, template.about.version),
        stage: format!("{}/{} {}", facts.stage, facts.stages, facts.stage_title),
        status: facts.status.code().to_owned(),
        created: facts.started,
        updated: facts.updated,
        next_review: facts.next_review,
        shared_with: session.shares().iter().map(|share| share.key.clone()).collect(),
        question: question(session),
    }
}

/// The item that holds the one question of a meeting, in every format that asks for one.
const QUESTION: &str = "key_question";
/// Characters of it that a list has room for.
const MAX_QUESTION: usize = 160;

fn question(session: &Session) -> Option<String> {
    let Some(Value::Text(text)) = session.answer(&Slot::once(QUESTION)) else { return None };
    let line = clean_line(text).trim().to_owned();
    (!line.is_empty()).then(|| shorten(&line, MAX_QUESTION))
}

#[cfg(test)]
mod tests {
    use age::x25519;
    use jiff::SignedDuration;
    use uuid::Uuid;

    use super::*;
    use crate::{
        clinic::{ItemType, Slot, Value, bundled_template},
        report::find_changes,
        vault::{fixtures, keys::seal},
    };

    /// Words that are typed and removed.
    const WORDS: usize = 100;

    #[test]
    fn what_was_taken_back_is_in_no_file_that_a_member_opens_and_the_vault_finds_it() {
        let template = bundled_template("peer-case-clinic").expect("there").parse();
        let template = template.expect("it is sound");
        let texts: Vec<String> = template
            .items()
            .iter()
            .filter(|place| place.item.kind == ItemType::Text && place.rows_of.is_none())
            .map(|place| place.item.id.clone())
            .collect();
        let mut now: Timestamp = "2026-11-21T14:00:00Z".parse().expect("a time");
        let mut session = Session::start(template, Uuid::nil(), "HERON-42", false, now);
        let word = |at: usize| format!("takenback{at:04}");
        let mut taken = 0;
        for at in 0.. {
            // Some questions are asked only after another answer.
            let slot = Slot::once(&texts[at % texts.len()]);
            let say = |text: &str| Some(Value::Text(text.to_owned()));
            now += SignedDuration::from_secs(200);
            let event = Event::Answered { slot: slot.clone(), value: say(&word(taken)) };
            if apply(&mut session, event, now).is_ok() {
                let event = Event::Answered { slot, value: say("It stands.") };
                apply(&mut session, event, now).expect("taken");
                taken += 1;
            }
            if taken == WORDS {
                break;
            }
            assert!(at < WORDS * 50, "too few questions are asked");
        }
        let (home, vault) = fixtures::vault();
        let identity = x25519::Identity::generate();
        let public = identity.to_public().to_string();
        vault.add_member("Asha", "deputy", &public, now).expect("added");
        let id = NoteId::random();
        let bodies = RevisionBodies::of(&session);
        vault.complete(id, &head(&session), bodies.text()).expect("completed");
        let mut opened = 0;
        let folder = fixtures::place(&home).join("notes").join(id.to_string());
        for entry in std::fs::read_dir(folder).expect("lists") {
            let sealed = std::fs::read(entry.expect("an entry").path()).expect("reads");
            let Ok(plain) = seal::open_with(&identity, &sealed) else { continue };
            let text = String::from_utf8_lossy(&plain);
            opened += 1;
            assert!(text.contains("It stands."));
            let leaked = (0..WORDS).filter(|at| text.contains(&word(*at))).count();
            assert_eq!(leaked, 0);
        }
        assert_eq!(opened, 1, "one file, the edition");
        let whole = read_note(&vault, id).expect("opens").session;
        let found = (0..WORDS)
            .filter(|at| {
                !find_changes(&whole, &word(*at), &crate::text::LocalTime::default()).is_empty()
            })
            .count();
        assert_eq!(found, WORDS);
    }
}
