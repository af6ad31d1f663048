//! Who takes part in an exchange: what people say of themselves, and what stewards say of them.
//!
//! Each statement is signed by the steward who makes it, and the description of a person is signed
//! by that person, so a steward cannot put another key in its place. All statements together give
//! the same list in whatever order they arrive:
//!
//! 1. A steward is the founder, and whoever a steward added as one.
//! 2. A removal counts always. It names every post and statement of the removed person that its
//!    writer knew of, by hash: these count, and nothing else of that person.
//! 3. A person takes part who was added by a statement that counts, and removed by none.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::VerifyingKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    charter::{Charter, FORMAT, Unusable, check_format},
    names::{PersonId, PostRef},
};
use crate::vault::{
    Vault, VaultError,
    keys::{
        member::canonical,
        members::{comparable, label},
        sha256::sha256,
        signed_text::{Kind, is_signature_of},
    },
    notes::check::{read_key, shown_key},
};

/// A short text with its signature.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Signed {
    pub(crate) text: String,
    pub(crate) signature: String,
}

impl Signed {
    pub(crate) fn new(vault: &Vault, kind: Kind, text: String) -> Result<Self, VaultError> {
        let signature = vault.sign_beside(kind, &text)?;
        Ok(Self { text, signature })
    }

    /// How a removal names it.
    pub(crate) fn short_name(&self) -> String {
        short(&sha256(format!("{}{}", self.text, self.signature).as_bytes()))
    }

    fn is_by(&self, kind: Kind, key: &VerifyingKey) -> bool {
        is_signature_of(kind, &self.text, &self.signature, key)
    }
}

/// What somebody says of themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    format: u32,
    /// Their name.
    pub name: String,
    /// The agency they work for.
    pub agency: String,
    /// Their role there.
    pub role: String,
    /// The key that opens files, in its one spelling.
    pub recipient: String,
    /// The key that they sign with.
    pub key: String,
}

impl Card {
    /// The card of the owner of a vault, signed.
    pub(crate) fn sign(
        vault: &Vault,
        name: &str,
        agency: &str,
        role: &str,
    ) -> Result<Signed, VaultError> {
        let card = Self {
            format: FORMAT,
            name: label(name, "name")?,
            agency: label(agency, "agency")?,
            role: label(role, "role")?,
            recipient: vault.recipient(),
            key: vault.public_key(),
        };
        let text = toml::to_string(&card).map_err(VaultError::unwritable)?;
        Signed::new(vault, Kind::ExchangePerson, text)
    }

    /// The card in a text that its own key signed, with names that can be shown.
    pub(crate) fn read(signed: &Signed) -> Result<Self, Unusable> {
        check_format(&signed.text)?;
        let card: Self = toml::from_str(&signed.text).map_err(|_| Unusable::Unreadable)?;
        let key = read_key(&card.key).filter(|key| shown_key(key) == card.key);
        let is_signed = key.is_some_and(|key| signed.is_by(Kind::ExchangePerson, &key));
        let are_labels =
            [&card.name, &card.agency, &card.role].iter().all(|text| label(text, "name").is_ok());
        let is_canonical = canonical(&card.recipient).as_ref() == Some(&card.recipient);
        if is_signed && are_labels && is_canonical { Ok(card) } else { Err(Unusable::Unreadable) }
    }

    /// Who it is.
    pub fn id(&self) -> PersonId {
        PersonId::of_keys(&self.key, &self.recipient)
    }

    /// Their name and agency, as lists and questions show them.
    pub fn title(&self) -> String {
        format!("{} ({})", self.name, self.agency)
    }

    pub(crate) fn verifying_key(&self) -> Option<VerifyingKey> {
        read_key(&self.key)
    }
}

/// What a steward says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Statement {
    pub(crate) format: u32,
    pub(crate) exchange: String,
    pub(crate) by: PersonId,
    /// Counts the statements of this steward, from 1.
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) add: Option<Addition>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) remove: Option<RemovalOf>,
}

/// Somebody takes part from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Addition {
    pub(crate) steward: bool,
    pub(crate) card: Signed,
}

/// Somebody takes part no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RemovalOf {
    pub(crate) person: PersonId,
    pub(crate) reason: String,
    /// Their statements that count.
    pub(crate) statements: BTreeSet<String>,
    /// Their posts that count.
    pub(crate) posts: BTreeSet<String>,
}

/// Digits of a hash in a removal: 128 bits, so that a removal of somebody who posted much stays small.
const SHORT_DIGITS: usize = 32;

/// How a removal names what it lets count.
pub(crate) fn short(sha256: &str) -> String {
    sha256.chars().take(SHORT_DIGITS).collect()
}

impl Statement {
    pub(crate) fn sign(&self, vault: &Vault) -> Result<Signed, VaultError> {
        let text = toml::to_string(self).map_err(VaultError::unwritable)?;
        Signed::new(vault, Kind::ExchangeStatement, text)
    }

    /// The statement in a text, whose signature is still to be checked.
    pub(crate) fn read(signed: &Signed) -> Result<Self, Unusable> {
        check_format(&signed.text)?;
        toml::from_str(&signed.text).map_err(|_| Unusable::Unreadable)
    }
}

/// All statements that somebody knows of, as a steward hands them on.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Bundle {
    format: u32,
    pub(crate) exchange: String,
    #[serde(rename = "statement")]
    pub(crate) statements: Vec<Signed>,
}

impl Bundle {
    pub(crate) fn write(
        exchange: &str,
        statements: &BTreeSet<Signed>,
    ) -> Result<String, VaultError> {
        let statements = statements.iter().cloned().collect();
        let bundle = Self { format: FORMAT, exchange: exchange.to_owned(), statements };
        toml::to_string(&bundle).map_err(VaultError::unwritable)
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Unusable> {
        let text = std::str::from_utf8(bytes).map_err(|_| Unusable::Unreadable)?;
        check_format(text)?;
        toml::from_str(text).map_err(|_| Unusable::Unreadable)
    }
}

/// Somebody who takes part, or did.
#[derive(Debug, Clone)]
pub struct Person {
    /// What they say of themselves.
    pub card: Card,
    /// Whether they say who takes part.
    pub steward: bool,
    /// Since when, by the clock of whoever added them.
    pub since: Timestamp,
    /// How they were removed.
    pub removed: Option<Removed>,
}

/// How somebody was removed.
#[derive(Debug, Clone)]
pub struct Removed {
    /// By whom: names, or fingerprints where there is no name.
    pub by: Vec<PersonId>,
    /// When, by the clock of whoever did it.
    pub at: Timestamp,
    /// Why, in their words.
    pub reason: String,
    posts: BTreeSet<String>,
}

/// Everybody who takes part, or did.
#[derive(Debug, Default, Clone)]
pub struct People {
    people: BTreeMap<PersonId, Person>,
    /// What somebody should look at: a sentence each.
    pub(crate) problems: Vec<String>,
    /// The highest number of the statements of each steward.
    numbers: BTreeMap<PersonId, u64>,
}

impl People {
    /// The list that these statements give, in whatever order they came.
    pub(crate) fn of(charter: &Charter, statements: &BTreeSet<Signed>) -> Self {
        let parsed = signed_by_stewards(charter, statements);
        let mut removals: BTreeMap<&PersonId, Vec<(&Statement, &RemovalOf)>> = BTreeMap::new();
        for (_, one) in &parsed {
            if let Some(removal) = &one.remove {
                removals.entry(&removal.person).or_default().push((one, removal));
            }
        }
        let counts = |signed: &Signed, one: &Statement| {
            removals.get(&one.by).is_none_or(|removals| {
                let name = signed.short_name();
                removals.iter().any(|(_, removal)| removal.statements.contains(&name))
            })
        };
        let mut list = Self::default();
        let mut void = Vec::new();
        let mut cards: BTreeMap<PersonId, BTreeMap<(Timestamp, String), Card>> = BTreeMap::new();
        for (signed, one) in &parsed {
            let number = list.numbers.entry(one.by.clone()).or_default();
            *number = one.number.max(*number);
            let Some(addition) = &one.add else { continue };
            let Ok(card) = Card::read(&addition.card) else { continue };
            if !counts(signed, one) {
                void.push((one.by.clone(), card));
                continue;
            }
            let id = card.id();
            let known = list.people.entry(id.clone()).or_insert_with(|| Person {
                card: card.clone(),
                steward: false,
                since: one.at,
                removed: None,
            });
            known.steward |= addition.steward;
            known.since = known.since.min(one.at);
            cards.entry(id).or_default().insert((one.at, addition.card.text.clone()), card);
        }
        for (id, cards) in cards {
            let names: BTreeSet<String> = cards.values().map(Card::title).collect();
            if names.len() > 1 {
                let names: Vec<String> = names.into_iter().collect();
                list.problems.push(format!(
                    "One person is listed twice, as {}. Ask them for their name, and add them \
                     under it once more.",
                    names.join(" and as ")
                ));
            }
            if let (Some(person), Some((_, card))) =
                (list.people.get_mut(&id), cards.into_iter().next_back())
            {
                person.card = card;
            }
        }
        for (id, removals) in &removals {
            let Some(person) = list.people.get_mut(id) else { continue };
            let posts = removals.iter().flat_map(|(_, removal)| removal.posts.iter().cloned());
            let posts = posts.collect();
            let first = removals.iter().min_by_key(|(one, _)| (one.at, &one.by, one.number));
            let Some((first, removal)) = first else { continue };
            let by: BTreeSet<PersonId> = removals.iter().map(|(one, _)| one.by.clone()).collect();
            let (at, reason) = (first.at, removal.reason.clone());
            person.removed = Some(Removed { by: by.into_iter().collect(), at, reason, posts });
        }
        list.find_problems(void);
        list
    }

    fn find_problems(&mut self, void: Vec<(PersonId, Card)>) {
        let mut problems = Vec::new();
        for (by, card) in void {
            if self.get(&card.id()).is_none() {
                problems.push(format!(
                    "{} was added by {} after {} was removed, so this does not count. If they are \
                     to take part, another steward has to add them.",
                    card.title(),
                    self.title(&by),
                    self.title(&by),
                ));
            }
        }
        for (id, person) in &self.people {
            let Some(removed) = &person.removed else { continue };
            for other in removed.by.iter().filter(|other| *other > id) {
                let back = self.get(other).and_then(|other| other.removed.as_ref());
                if back.is_some_and(|back| back.by.contains(id)) {
                    problems.push(format!(
                        "{} and {} removed each other, so neither takes part. If one of them is to, \
                         another steward has to add them with new keys.",
                        self.title(id),
                        self.title(other)
                    ));
                }
            }
        }
        let mut names: BTreeMap<String, Vec<&Card>> = BTreeMap::new();
        for person in self.listed() {
            names.entry(comparable(&person.card.name)).or_default().push(&person.card);
        }
        for cards in names.values().filter(|cards| cards.len() > 1) {
            let keys: Vec<String> = cards.iter().map(|card| card.id().spoken()).collect();
            problems.push(format!(
                "{} people are listed as {}, with these fingerprints: {}. Notes are encrypted for \
                 each of them. Ask which is theirs, and have a steward remove the others.",
                cards.len(),
                cards[0].title(),
                keys.join("; ")
            ));
        }
        if !self.people.is_empty() && !self.listed().any(|person| person.steward) {
            problems.push(
                "No steward is left, so nobody can be added or removed. Begin a new exchange: what \
                 you have stays."
                    .to_owned(),
            );
        }
        self.problems.extend(problems);
    }

    /// Somebody who takes part, or did.
    pub fn get(&self, id: &PersonId) -> Option<&Person> {
        self.people.get(id)
    }

    /// Everybody who takes part, or did.
    pub fn all(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    /// Everybody who takes part.
    pub fn listed(&self) -> impl Iterator<Item = &Person> {
        self.people.values().filter(|person| person.removed.is_none())
    }

    /// Somebody, if they take part.
    pub fn listed_as(&self, id: &PersonId) -> Option<&Person> {
        self.get(id).filter(|person| person.removed.is_none())
    }

    /// Their name, or their fingerprint where there is none.
    pub fn title(&self, id: &PersonId) -> String {
        self.get(id).map_or_else(|| id.spoken(), |person| person.card.title())
    }

    /// Whether this post counts: its sender takes part, or did when it was sent.
    pub(crate) fn counts(&self, post: &PostRef) -> bool {
        let Some(person) = self.get(&post.author.person) else { return false };
        let removed = person.removed.as_ref();
        removed.is_none_or(|removed| removed.posts.contains(&short(&post.name.sha256)))
    }

    /// The highest number of the statements of a steward.
    pub(crate) fn newest_statement(&self, by: &PersonId) -> u64 {
        self.numbers.get(by).copied().unwrap_or(0)
    }
}

/// The statements about this exchange that somebody signed who was ever a steward.
pub(crate) fn signed_by_stewards(
    charter: &Charter,
    statements: &BTreeSet<Signed>,
) -> Vec<(Signed, Statement)> {
    let exchange = charter.id();
    let mut unchecked: Vec<(&Signed, Statement)> = statements
        .iter()
        .filter_map(|signed| Some((signed, Statement::read(signed).ok()?)))
        .filter(|(_, one)| one.exchange == exchange && one.add.is_some() != one.remove.is_some())
        .collect();
    let mut stewards: BTreeMap<PersonId, VerifyingKey> = BTreeMap::new();
    stewards.extend(read_key(&charter.founder).map(|key| (charter.founder(), key)));
    let mut signed_ones: Vec<(Signed, Statement)> = Vec::new();
    loop {
        let before = signed_ones.len();
        let mut rest = Vec::new();
        for (signed, one) in unchecked {
            match stewards.get(&one.by) {
                None => rest.push((signed, one)),
                Some(key) if signed.is_by(Kind::ExchangeStatement, key) => {
                    signed_ones.push((signed.clone(), one));
                }
                Some(_) => {}
            }
        }
        unchecked = rest;
        for (_, one) in &signed_ones[before..] {
            let card = one.add.as_ref().filter(|add| add.steward).map(|add| Card::read(&add.card));
            if let Some(Ok(card)) = card {
                stewards.extend(card.verifying_key().map(|key| (card.id(), key)));
            }
        }
        if signed_ones.len() == before {
            return signed_ones;
        }
    }
}
