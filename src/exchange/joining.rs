//! Beginning an exchange, asking to take part in one, and who takes part: adding and removing people.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use jiff::Timestamp;

use super::{
    charter::{CHARTER, Charter, FORMAT, check_format},
    error::ExchangeError,
    names::{PersonId, typed_digits},
    people::{Addition, Card, Person, RemovalOf, Signed, Statement, short},
    record::{Record, State, make_folder},
    requests::{JOIN, MAX_REQUEST_BYTES, Request, request_name, write_request},
    sending::Sent,
    taking_in::{Exchange, PEOPLE, POSTS, read_charter},
};
use crate::system::without_links;
use crate::vault::{
    NoteId, Vault, VaultError,
    keys::members::{comparable, label},
    lies_in_vault,
    storage::{
        durable::{self, Existing},
        store::or_empty,
    },
};

/// Requests that are read.
const MAX_REQUESTS: usize = 500;

/// Which exchange a folder is: its fingerprint, as people read it aloud.
pub fn exchange_fingerprint(vault: &Vault, folder: &Path) -> Result<String, ExchangeError> {
    read_charter(vault.store().as_ref(), &without_links(folder)).map(|charter| charter.spoken())
}

/// Whether somebody typed the fingerprint of an exchange.
pub fn is_fingerprint(typed: &str, fingerprint: &str) -> bool {
    let digits = typed_digits(typed);
    digits.is_some() && digits == typed_digits(fingerprint)
}

/// What the vault completed before: it does not travel by itself.
fn completed_before(vault: &Vault) -> Result<BTreeMap<NoteId, u32>, ExchangeError> {
    Ok(vault.completed()?.into_iter().collect())
}

/// Begins an exchange in an empty or new folder, with the owner of the vault as its steward.
pub fn init<'v>(
    vault: &'v Vault,
    folder: &Path,
    (name, agency, role): (&str, &str, &str),
    now: Timestamp,
) -> Result<Exchange<'v>, ExchangeError> {
    let folder = new_place(vault, folder)?;
    let store = vault.store();
    let card = Card::sign(vault, name, agency, role)?;
    let is_there = store.is_there(&folder).map_err(ExchangeError::disk("read", &folder))?;
    if !is_there {
        make_folder(store.as_ref(), &folder)?;
    }
    let entries = store.list(&folder).map_err(ExchangeError::disk("read", &folder))?;
    // A copying program may keep notes of its own.
    if entries.iter().any(|entry| !entry.name.starts_with('.')) {
        return Err(ExchangeError::NotEmpty(folder));
    }
    let charter = Charter::new(vault);
    for name in [PEOPLE, POSTS, JOIN] {
        make_folder(store.as_ref(), &folder.join(name))?;
    }
    let path = folder.join(CHARTER);
    let text = charter.write().map_err(VaultError::unwritable)?;
    durable::put(store.as_ref(), &path, text.as_bytes(), Existing::Keep)
        .map_err(ExchangeError::disk("written", &path))?;
    let state = State::new(charter, card.clone(), completed_before(vault)?);
    let record = Record::create(vault, state)?;
    let mut exchange = Exchange { vault, store, folder, record };
    exchange.state(Some(Addition { steward: true, card }), None, now)?;
    exchange.deliver(&mut Sent::default())?;
    exchange.remember_folder()?;
    Ok(exchange)
}

/// Asks to take part in the exchange of a folder.
pub fn join<'v>(
    vault: &'v Vault,
    folder: &Path,
    (name, agency, role): (&str, &str, &str),
) -> Result<Exchange<'v>, ExchangeError> {
    let folder = new_place(vault, folder)?;
    let store = vault.store();
    let charter = read_charter(store.as_ref(), &folder)?;
    let card = Card::sign(vault, name, agency, role)?;
    let me = PersonId::of_keys(&vault.public_key(), &vault.recipient());
    write_request(store.as_ref(), &folder, &me, &card)?;
    let state = State::new(charter, card, completed_before(vault)?);
    let record = Record::create(vault, state)?;
    let mut exchange = Exchange { vault, store, folder, record };
    exchange.remember_folder()?;
    Ok(exchange)
}

/// Where an exchange may be, for a vault that belongs to none.
fn new_place(vault: &Vault, folder: &Path) -> Result<std::path::PathBuf, ExchangeError> {
    vault.may_write()?;
    if lies_in_vault(vault.folder(), folder) {
        return Err(ExchangeError::InsideVault(folder.to_owned()));
    }
    match Record::load(vault)? {
        Some(record) => Err(ExchangeError::AlreadyIn(record.state.charter.spoken())),
        None => Ok(without_links(folder)),
    }
}

impl Exchange<'_> {
    /// The fingerprint of the exchange, as people read it aloud.
    pub fn fingerprint(&self) -> String {
        self.record.state.charter.spoken()
    }

    /// The fingerprint of the owner of the vault, as people read it aloud.
    pub fn own_fingerprint(&self) -> String {
        self.record.me.spoken()
    }

    /// Who asks to be added, and is not on the list.
    pub fn requests(&self) -> Result<Vec<Card>, ExchangeError> {
        Ok(self.signed_requests()?.into_iter().map(|(_, card)| card).collect())
    }

    fn signed_requests(&self) -> Result<Vec<(Signed, Card)>, ExchangeError> {
        let folder = self.folder.join(JOIN);
        let entries =
            or_empty(self.store.list(&folder)).map_err(ExchangeError::disk("read", &folder))?;
        let names = entries.into_iter().filter(|entry| entry.bytes <= MAX_REQUEST_BYTES);
        let mut found = Vec::new();
        for entry in names.take(MAX_REQUESTS) {
            let bytes = self.store.read(&folder.join(&entry.name), MAX_REQUEST_BYTES);
            let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let text = text.filter(|text| check_format(text).is_ok());
            let Some(Ok(request)) = text.map(|text| toml::from_str::<Request>(&text)) else {
                continue;
            };
            let Ok(card) = Card::read(&request.card) else { continue };
            let is_it = entry.name == request_name(&card.id());
            if is_it && self.record.people.get(&card.id()).is_none() {
                found.push((request.card, card));
            }
        }
        Ok(found)
    }

    /// Who asks to be added under this name or fingerprint.
    pub fn request_of(&self, name: &str) -> Result<Card, ExchangeError> {
        self.find_request(name).map(|(_, card)| card)
    }

    fn find_request(&self, name: &str) -> Result<(Signed, Card), ExchangeError> {
        let wanted = comparable(name.trim());
        let digits = typed_digits(name);
        let is_it =
            |card: &Card| comparable(&card.name) == wanted || digits == Some(card.id().to_string());
        let requests = self.signed_requests()?.into_iter();
        let mut fitting = requests.filter(|(_, card)| is_it(card));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(only),
            (Some(_), Some(_)) => Err(ExchangeError::SeveralPeople(name.to_owned())),
            (None, _) => match self.record.people.all().find(|person| is_it(&person.card)) {
                Some(person) if person.removed.is_some() => {
                    Err(ExchangeError::WasRemoved(person.card.title()))
                }
                Some(person) => Err(ExchangeError::AlreadyListed(person.card.title())),
                None => Err(ExchangeError::NoSuchPerson(name.to_owned())),
            },
        }
    }

    /// Adds somebody who asked: from now on, what everybody completes is encrypted for them too.
    pub fn add(
        &mut self,
        name: &str,
        steward: bool,
        now: Timestamp,
    ) -> Result<Card, ExchangeError> {
        self.must_be_steward()?;
        let (signed, card) = self.find_request(name)?;
        let same_name = comparable(&card.name);
        let known = self.record.people.listed().map(|person| &person.card);
        if let Some(known) = known.into_iter().find(|known| comparable(&known.name) == same_name) {
            return Err(ExchangeError::AlreadyListed(known.title()));
        }
        self.state(Some(Addition { steward, card: signed }), None, now)?;
        self.deliver(&mut Sent::default())?;
        Ok(card)
    }

    /// Somebody who takes part, by name or fingerprint.
    pub fn find_person(&self, name: &str) -> Result<&Person, ExchangeError> {
        let wanted = comparable(name.trim());
        let digits = typed_digits(name);
        let mut fitting = self.record.people.listed().filter(|person| {
            comparable(&person.card.name) == wanted || digits == Some(person.card.id().to_string())
        });
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(only),
            (Some(_), Some(_)) => Err(ExchangeError::SeveralPeople(name.to_owned())),
            (None, _) => Err(ExchangeError::NoSuchPerson(name.to_owned())),
        }
    }

    /// Removes somebody: from now on nothing is encrypted for them. What they have stays theirs.
    pub fn remove(
        &mut self,
        name: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<Card, ExchangeError> {
        self.must_be_steward()?;
        let card = self.find_person(name)?.card.clone();
        let person = card.id();
        if person == self.record.me {
            return Err(ExchangeError::Oneself);
        }
        let record = &self.record;
        let here = record.posts.keys().chain(&record.closed);
        let mut posts: BTreeSet<String> = here
            .filter(|post| post.author.person == person)
            .map(|post| short(&post.name.sha256))
            .collect();
        for (_, list) in record.lists.iter().filter(|(author, _)| author.person == person) {
            posts.extend(list.names().into_values().flatten().map(|name| short(&name.sha256)));
        }
        let known = record.state.statements.iter();
        let statements = known
            .filter(|signed| Statement::read(signed).is_ok_and(|one| one.by == person))
            .map(Signed::short_name)
            .collect();
        let reason = label(reason, "reason")?;
        self.state(None, Some(RemovalOf { person, reason, statements, posts }), now)?;
        self.deliver(&mut Sent::default())?;
        Ok(card)
    }

    pub(crate) fn must_be_steward(&self) -> Result<(), ExchangeError> {
        self.vault.may_write()?;
        match self.myself() {
            None => Err(ExchangeError::NotListed),
            Some(person) if person.steward => Ok(()),
            Some(_) => Err(ExchangeError::NoSteward),
        }
    }

    fn state(
        &mut self,
        add: Option<Addition>,
        remove: Option<RemovalOf>,
        now: Timestamp,
    ) -> Result<(), ExchangeError> {
        let by = self.record.me.clone();
        let number = self.record.people.newest_statement(&by) + 1;
        let exchange = self.record.exchange();
        let statement = Statement { format: FORMAT, exchange, by, number, at: now, add, remove };
        let signed = statement.sign(self.vault)?;
        self.record.learn([signed]);
        self.record.save_state(self.vault)
    }
}
