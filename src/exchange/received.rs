//! The notes of others, as they are kept beside the vault: to read, never to change.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    error::ExchangeError,
    names::{Author, PersonId, PostRef},
    record::Record,
};
use crate::{
    clinic::{Session, from_document, to_document},
    text::{clean, clean_line},
    vault::{NoteHead, NoteId, Vault},
};

/// Characters that the beginning of an id needs.
const MIN_ID_CHARS: usize = 4;

/// One revision of a note of somebody else.
#[derive(Clone)]
pub struct ReceivedRevision {
    /// Counted from 1.
    pub number: u32,
    /// When it was sent, by the clock of its author.
    pub at: Timestamp,
    /// What lists show of it, cleaned.
    pub head: NoteHead,
    /// The post that brought it.
    pub post: PostRef,
    words: Option<String>,
}

/// A note of somebody else.
#[derive(Clone)]
pub struct ReceivedNote {
    /// Which note.
    pub id: NoteId,
    /// Whose note.
    pub author: PersonId,
    /// Their name and agency.
    pub title: String,
    /// Its revisions, the oldest first. Two with one number stand side by side.
    pub revisions: Vec<ReceivedRevision>,
}

impl ReceivedNote {
    /// The id it has in lists beside the vault's own notes. Its own id may be there too: in a copy
    /// of this vault, or with somebody who posts again after getting new keys.
    pub fn list_id(&self) -> NoteId {
        NoteId::of_text(&format!("caseclinic:received-note\n{}\n{}\n", self.author, self.id))
    }

    /// Whether this is its case key, its id in lists, or the beginning of its own id.
    pub fn is_called(&self, name: &str) -> bool {
        let name = name.trim();
        let is_id = |id: NoteId| {
            name.len() >= MIN_ID_CHARS && id.to_string().starts_with(&name.to_ascii_lowercase())
        };
        is_id(self.id)
            || is_id(self.list_id())
            || self.newest().head.case_key.eq_ignore_ascii_case(name)
    }

    /// Its newest revision.
    pub fn newest(&self) -> &ReceivedRevision {
        // A note is made from a revision, so there is one.
        &self.revisions[self.revisions.len() - 1]
    }

    /// Its newest revisions: several, where one revision was corrected twice.
    pub fn newest_ones(&self) -> impl Iterator<Item = &ReceivedRevision> {
        let number = self.newest().number;
        self.revisions.iter().filter(move |revision| revision.number == number)
    }
}

/// Everything that others sent and that is kept here.
pub struct Received {
    record: Record,
    notes: Vec<ReceivedNote>,
}

impl Received {
    /// What a vault received; `None` if it belongs to no exchange.
    pub fn load(vault: &Vault) -> Result<Option<Self>, ExchangeError> {
        let Some(record) = Record::load(vault)? else { return Ok(None) };
        let notes = notes_of(vault, &record)?;
        Ok(Some(Self { record, notes }))
    }

    /// The notes, by author and id.
    pub fn notes(&self) -> &[ReceivedNote] {
        &self.notes
    }

    /// Opens a revision, with every text cleaned.
    pub fn session(
        &self,
        vault: &Vault,
        revision: &ReceivedRevision,
    ) -> Result<Session, ExchangeError> {
        let (post, _) = self.record.open(vault, &revision.post)?;
        let damaged =
            |why: String| ExchangeError::Damaged { path: self.record.path(&revision.post), why };
        let body = post.body.ok_or_else(|| damaged("brings no note".to_owned()))?;
        let session = from_document(&body).map_err(|why| damaged(why.to_string()))?;
        cleaned(&session).map_err(damaged)
    }
}

/// Whether it is written by a copy of this vault on another machine.
fn is_own(vault_notes: &BTreeMap<NoteId, u32>, note: NoteId, number: u32) -> bool {
    vault_notes.get(&note).is_some_and(|newest| number <= *newest)
}

pub(crate) fn notes_of(vault: &Vault, record: &Record) -> Result<Vec<ReceivedNote>, ExchangeError> {
    let own: BTreeMap<NoteId, u32> = vault.completed().unwrap_or_default().into_iter().collect();
    let erased = record.erased_notes();
    let mut notes: BTreeMap<(PersonId, NoteId), Vec<ReceivedRevision>> = BTreeMap::new();
    for facts in record.posts.values().filter(|facts| record.counts(facts)) {
        let header = &facts.header;
        let Some(head) = facts.head.as_ref().filter(|_| header.kind.is_note()) else { continue };
        let person = &header.author.person;
        let is_mine = *person == record.me && is_own(&own, header.note, header.revision);
        let note = (person.clone(), header.note);
        if is_mine || erased.contains(&note) {
            continue;
        }
        let revisions = notes.entry(note).or_default();
        // The same words posted by two copies of a vault are one revision.
        let is_again =
            |one: &ReceivedRevision| one.number == header.revision && one.words == facts.words;
        if !revisions.iter().any(is_again) {
            revisions.push(ReceivedRevision {
                number: header.revision,
                at: header.at,
                head: cleaned_head(head),
                post: facts.reference(),
                words: facts.words.clone(),
            });
        }
    }
    let note = |((author, id), mut revisions): ((PersonId, NoteId), Vec<ReceivedRevision>)| {
        revisions.sort_by(|one, other| {
            (one.number, one.at, &one.post).cmp(&(other.number, other.at, &other.post))
        });
        let title = record.people.title(&author);
        ReceivedNote { id, author, title, revisions }
    };
    Ok(notes.into_iter().map(note).collect())
}

fn cleaned_head(head: &NoteHead) -> NoteHead {
    let line = |text: &str| clean_line(text);
    NoteHead {
        kind: line(&head.kind),
        case_key: line(&head.case_key),
        title: line(&head.title),
        template: line(&head.template),
        stage: line(&head.stage),
        status: line(&head.status),
        shared_with: head.shared_with.iter().map(|key| line(key)).collect(),
        question: head.question.as_deref().map(line),
        ..head.clone()
    }
}

/// The same session, with nothing in it that could steer a terminal.
fn cleaned(session: &Session) -> Result<Session, String> {
    let text = to_document(session);
    let body = text.rsplit_once("\n[end]\n").map_or(text.as_str(), |(body, _)| body);
    let mut table: toml::Value = toml::from_str(body).map_err(|error| error.to_string())?;
    if !clean_value(&mut table) {
        return Ok(session.clone());
    }
    let body = toml::to_string(&table).map_err(|error| error.to_string())?;
    let text = format!("{body}\n[end]\nbytes = {}\n", body.len());
    from_document(&text).map_err(|why| why.to_string())
}

/// Cleans every text in a value. Returns whether one was not clean.
fn clean_value(value: &mut toml::Value) -> bool {
    match value {
        toml::Value::String(text) => {
            let cleaned = clean(text).into_owned();
            let is_other = cleaned != *text;
            *text = cleaned;
            is_other
        }
        toml::Value::Array(values) => {
            // All of them, also after the first that was not clean.
            values.iter_mut().map(clean_value).filter(|changed| *changed).count() > 0
        }
        toml::Value::Table(table) => {
            table.iter_mut().map(|(_, value)| clean_value(value)).filter(|changed| *changed).count()
                > 0
        }
        _ => false,
    }
}

/// Who answered that they erased a note, of those who could open it.
pub(crate) fn receipts_of(record: &Record, note: NoteId) -> usize {
    let mut people: Vec<&PersonId> = record
        .posts
        .values()
        .filter(|facts| facts.header.of.as_ref() == Some(&record.me) && facts.header.note == note)
        .map(|facts| &facts.header.author.person)
        .collect();
    people.sort();
    people.dedup();
    people.len()
}

/// How many notes somebody sent that are kept here, by author.
pub(crate) fn count_by_author(record: &Record) -> BTreeMap<Author, usize> {
    let mut counts = BTreeMap::new();
    for facts in record.posts.values() {
        *counts.entry(facts.header.author.clone()).or_default() += 1;
    }
    counts
}
