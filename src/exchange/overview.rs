//! How an exchange stands, for somebody who asks: the people, what waits, and what was erased.

use std::path::PathBuf;

use jiff::Timestamp;

use super::{
    error::ExchangeError,
    names::PersonId,
    post::PostKind,
    received::{count_by_author, receipts_of},
    record::Record,
    taking_in::Exchange,
};
use crate::vault::{NoteId, Vault};

/// Somebody in the table of people.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// Who it is.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their agency.
    pub agency: String,
    /// Their role.
    pub role: String,
    /// Whether they add and remove people.
    pub steward: bool,
    /// Whether it is the owner of the vault.
    pub is_me: bool,
    /// How many posts of theirs are here.
    pub posts: usize,
    /// Since when they take part.
    pub since: Timestamp,
    /// When, by whom and why they were removed.
    pub removed: Option<(Timestamp, String, String)>,
}

/// How an exchange stands.
#[derive(Debug)]
pub struct Overview {
    /// Everybody who takes part, then everybody who did.
    pub people: Vec<PersonRow>,
    /// Notes erased here: how many of those who had them have answered, and how many they are.
    pub erased: Vec<(NoteId, usize, usize)>,
    /// Whether the owner of the vault takes part; `None` if they were removed.
    pub is_listed: Option<bool>,
}

impl<'v> Exchange<'v> {
    /// What the vault keeps of its exchange, without the folder: to ask how it stands. `None` if it
    /// belongs to none.
    pub fn without_folder(vault: &'v Vault) -> Result<Option<Self>, ExchangeError> {
        let Some(mut record) = Record::load(vault)? else { return Ok(None) };
        record.is_to_look = true;
        Ok(Some(Self { vault, store: vault.store(), folder: PathBuf::new(), record }))
    }

    /// Where its folder was the last time on this machine.
    pub fn last_folder(&self) -> Option<&str> {
        self.record.state.folder.as_deref()
    }

    /// Remembers where its folder is.
    pub fn remember_folder(&mut self) -> Result<(), ExchangeError> {
        // A path that is not text is asked for again.
        let folder = self.folder.to_str().filter(|_| self.folder.is_absolute()).map(str::to_owned);
        if folder.is_none() || folder == self.record.state.folder {
            return Ok(());
        }
        self.record.state.folder = folder;
        self.record.save_state(self.vault)
    }

    /// Whether the owner of the vault adds and removes people.
    pub fn is_steward(&self) -> bool {
        self.myself().is_some_and(|person| person.steward)
    }
}

impl Exchange<'_> {
    /// How it stands, as far as was taken in.
    pub fn overview(&self) -> Overview {
        let record = &self.record;
        let counts = count_by_author(record);
        let people = record.people.all().map(|person| {
            let id = person.card.id();
            let posts = counts.iter().filter(|(author, _)| author.person == id);
            PersonRow {
                name: person.card.name.clone(),
                agency: person.card.agency.clone(),
                role: person.card.role.clone(),
                steward: person.steward,
                is_me: id == record.me,
                posts: posts.map(|(_, count)| count).sum(),
                since: person.since,
                removed: person.removed.as_ref().map(|removed| {
                    let by: Vec<String> =
                        removed.by.iter().map(|by| record.people.title(by)).collect();
                    (removed.at, by.join(", "), removed.reason.clone())
                }),
                id,
            }
        });
        let mut people: Vec<PersonRow> = people.collect();
        people.sort_by_key(|row| (row.removed.is_some(), row.name.to_lowercase()));
        let erased = record.own().filter(|facts| facts.header.kind == PostKind::Erasure);
        let erased = erased.map(|facts| {
            let note = facts.header.note;
            (note, receipts_of(record, note), facts.header.readers.len())
        });
        let me = record.people.get(&record.me);
        let is_listed = match me {
            Some(person) if person.removed.is_some() => None,
            person => Some(person.is_some()),
        };
        Overview { people, erased: erased.collect(), is_listed }
    }

    /// The name of somebody, or their fingerprint.
    pub fn title(&self, id: &PersonId) -> String {
        self.record.people.title(id)
    }
}
