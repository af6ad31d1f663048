//! Sending: what the vault completed and the exchange lacks. Everything is kept beside the vault
//! before it goes to the folder, and the folder gets whatever it lacks of that, so an emptied folder
//! is filled again and what was begun is finished.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use age::x25519;
use jiff::Timestamp;

use super::{
    error::ExchangeError,
    names::{Author, FileName, PersonId, PostRef},
    people::{Bundle, Person},
    post::{Post, PostFacts, PostHeader, PostKind, header},
    post_list::{HEAD, MAX_HEAD_BYTES, PostList},
    record::{MAX_POST_BYTES, Record, make_folder},
    requests::{JOIN, request_name, write_request},
    taking_in::{Exchange, PEOPLE, POSTS},
};
use crate::{
    clinic::{from_document, members_edition, to_document},
    vault::{
        NoteHead, NoteId, Vault, VaultError, Verified,
        keys::sha256::sha256,
        storage::{
            durable::{self, Existing},
            store::or_empty,
        },
    },
};

/// A revision that waits to be sent.
pub struct Outgoing {
    /// Which note.
    pub note: NoteId,
    /// Which revision of it.
    pub revision: u32,
    /// What lists show of it.
    pub head: NoteHead,
    /// Who will be able to open it.
    pub readers: Vec<PersonId>,
}

/// What waits to be sent.
#[derive(Default)]
pub struct Outbox {
    /// Revisions and corrections.
    pub notes: Vec<Outgoing>,
    /// Notes that were erased here, and that others are to erase too.
    pub erasures: Vec<(NoteId, Vec<PostRef>)>,
    /// Notes of others that were erased here, which they are to know.
    pub receipts: Vec<(PersonId, NoteId)>,
    /// Notes that cannot be sent: a sentence each.
    pub kept_back: Vec<String>,
    /// Revisions that wait because nobody else takes part yet.
    pub without_readers: usize,
}

/// What was sent.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Revisions and corrections.
    pub notes: usize,
    /// Erasures.
    pub erasures: usize,
    /// Files that the folder lacked, these included.
    pub files: usize,
    /// Files of erased notes that were removed from the folder.
    pub removed: usize,
}

/// Erases what is kept beside the vault of notes that were erased in it, and prepares to ask those
/// who received them to erase them too, which the next sync does. Returns how many notes that are.
pub fn erase_sent(vault: &Vault, now: Timestamp) -> Result<usize, ExchangeError> {
    let Some(record) = Record::load(vault)? else { return Ok(0) };
    vault.may_write()?;
    // Nothing of this goes to the folder yet.
    let mut exchange = Exchange { vault, store: vault.store(), folder: PathBuf::new(), record };
    let due = exchange.due_erasures()?;
    let count = due.len();
    for (note, posts) in due {
        exchange.post_erasure(note, posts, now)?;
    }
    exchange.record.save_index(vault);
    Ok(count)
}

impl Exchange<'_> {
    /// The owner of the vault, if they take part.
    pub(crate) fn myself(&self) -> Option<&Person> {
        self.record.people.listed_as(&self.record.me)
    }

    /// What waits to be sent. `earlier` adds what was completed before the vault joined.
    pub fn outbox(&self, earlier: bool) -> Result<Outbox, ExchangeError> {
        let mut outbox = Outbox::default();
        if self.myself().is_none() {
            return Ok(outbox);
        }
        let record = &self.record;
        let sent: BTreeSet<(NoteId, u32)> = record
            .own()
            .filter(|facts| facts.header.kind.is_note())
            .map(|facts| (facts.header.note, facts.header.revision))
            .collect();
        let heads: BTreeMap<NoteId, NoteHead> = self
            .vault
            .list()?
            .into_iter()
            .filter_map(|row| Some((row.id, row.head.ok()?)))
            .collect();
        for (note, newest) in self.vault.completed()? {
            // For this vault alone: nothing of it need be opened.
            let is_closed =
                |head: &NoteHead| head.subject().is_private() && head.shared_with.is_empty();
            if heads.get(&note).is_some_and(is_closed) {
                continue;
            }
            let before = record.state.before.get(&note).filter(|_| !earlier).copied();
            for revision in before.unwrap_or(0) + 1..=newest {
                if !sent.contains(&(note, revision)) {
                    self.add_outgoing(note, revision, &mut outbox);
                }
            }
        }
        outbox.erasures = self.due_erasures()?;
        let told: BTreeSet<(PersonId, NoteId)> = record
            .own()
            .filter(|facts| facts.header.kind == PostKind::Receipt)
            .filter_map(|facts| Some((facts.header.of.clone()?, facts.header.note)))
            .collect();
        for erasure in record.erasures() {
            let (person, note) = (&erasure.header.author.person, erasure.header.note);
            let receipt = (person.clone(), note);
            let is_due = *person != record.me && !told.contains(&receipt);
            if is_due && record.people.listed_as(person).is_some() {
                outbox.receipts.push(receipt);
            }
        }
        outbox.receipts.sort();
        outbox.receipts.dedup();
        Ok(outbox)
    }

    /// The notes that were erased here, with what was sent of them and is not erased yet.
    fn due_erasures(&self) -> Result<Vec<(NoteId, Vec<PostRef>)>, ExchangeError> {
        let mut due = Vec::new();
        for stone in self.vault.erased()? {
            let posts = self.record.own().filter(|one| one.header.note == stone.note);
            let posts = posts.filter(|one| one.header.kind.is_note()).map(PostFacts::reference);
            let posts: Vec<PostRef> = posts.collect();
            if !posts.is_empty() {
                due.push((stone.note, posts));
            }
        }
        Ok(due)
    }

    fn add_outgoing(&self, note: NoteId, revision: u32, outbox: &mut Outbox) {
        let opened = match self.vault.open_revision(note, revision) {
            Ok(opened) => opened,
            Err(error) => {
                let what = format!("Revision {revision} of note {note} is not sent.");
                outbox.kept_back.push(format!("{what} {}", error.sentence()));
                return;
            }
        };
        if let Verified::No(why) = opened.verified {
            outbox.kept_back.push(format!("Revision {revision} of note {note} is not sent. {why}"));
            return;
        }
        let head = opened.head;
        let is_private = head.subject().is_private();
        let may_read =
            |person: &&Person| !is_private || head.shared_with.contains(&person.card.recipient);
        let others = self.record.people.listed().filter(may_read).map(|person| person.card.id());
        let readers: Vec<PersonId> = others.filter(|id| *id != self.record.me).collect();
        if !readers.is_empty() {
            outbox.notes.push(Outgoing { note, revision, head, readers });
        } else if !is_private {
            outbox.without_readers += 1;
        }
    }

    /// Keeps everything that waits beside the vault, signed and sealed, then gives the folder what
    /// it lacks.
    pub fn send(&mut self, outbox: Outbox, now: Timestamp) -> Result<Sent, ExchangeError> {
        self.vault.may_write()?;
        let mut sent = Sent::default();
        for one in outbox.notes {
            if self.post_note(&one, now)? {
                sent.notes += 1;
            }
        }
        for (note, posts) in outbox.erasures {
            self.post_erasure(note, posts, now)?;
            sent.erasures += 1;
        }
        for (person, note) in outbox.receipts {
            let mut receipt = self.next_header(PostKind::Receipt, note, now);
            receipt.of = Some(person.clone());
            receipt.readers = vec![person];
            self.post(receipt, None)?;
        }
        self.record.save_index(self.vault);
        self.deliver(&mut sent)?;
        Ok(sent)
    }

    fn post_note(&mut self, one: &Outgoing, now: Timestamp) -> Result<bool, ExchangeError> {
        let opened = self.vault.open_revision(one.note, one.revision)?;
        let Ok(session) = from_document(&opened.body) else { return Ok(false) };
        let body = zeroize::Zeroizing::new(to_document(&members_edition(&session)));
        let kind = if one.revision == 1 { PostKind::Revision } else { PostKind::Correction };
        let mut header = self.next_header(kind, one.note, now);
        header.revision = one.revision;
        header.readers = one.readers.clone();
        self.post(header, Some((&opened.head, &body)))?;
        Ok(true)
    }

    /// Tells everybody who can open the posts of a note to erase it, and removes them here.
    fn post_erasure(
        &mut self,
        note: NoteId,
        posts: Vec<PostRef>,
        now: Timestamp,
    ) -> Result<(), ExchangeError> {
        let known = posts.iter().filter_map(|post| self.record.posts.get(post));
        let readers: BTreeSet<PersonId> =
            known.flat_map(|facts| facts.header.readers.iter().cloned()).collect();
        let is_listed = |id: &PersonId| self.record.people.listed_as(id).is_some();
        let mut header = self.next_header(PostKind::Erasure, note, now);
        header.readers = readers.into_iter().filter(is_listed).collect();
        header.erased = posts.clone();
        self.post(header, None)?;
        for post in posts {
            self.record.forget(&post)?;
        }
        Ok(())
    }

    fn next_header(&self, kind: PostKind, note: NoteId, now: Timestamp) -> PostHeader {
        let author = self.record.author();
        let kept = self.record.own().filter(|facts| facts.header.author == author);
        let mut names: BTreeSet<FileName> = kept.map(|facts| facts.name.clone()).collect();
        names.extend(self.erased_names(&author));
        if let Some(list) = self.record.lists.get(&author) {
            names.extend(list.names().into_values().flatten());
        }
        let last = names.last();
        let place = (last.map_or(1, |last| last.number + 1), last.map(|last| last.sha256.clone()));
        header(&self.record.exchange(), &author, place, kind, note, now)
    }

    /// The posts of this machine whose notes were erased.
    fn erased_names(&self, author: &Author) -> BTreeSet<FileName> {
        let own = self.record.own().flat_map(|facts| &facts.header.erased);
        own.filter(|post| post.author == *author).map(|post| post.name.clone()).collect()
    }

    fn post(
        &mut self,
        header: PostHeader,
        note: Option<(&NoteHead, &str)>,
    ) -> Result<(), ExchangeError> {
        let plain = Post::sign(self.vault, &header, note)?;
        let sealed = self.vault.seal_for(&self.keys_of(&header.readers), &plain)?;
        let name = FileName::of(header.number, &sealed);
        let post = Post::read(&plain).map_err(|_| VaultError::unwritable("a post"))?;
        let facts = PostFacts::of(&post, name, &plain);
        self.record.keep(facts, &sealed)
    }

    fn keys_of(&self, readers: &[PersonId]) -> Vec<x25519::Recipient> {
        let people = readers.iter().filter_map(|id| self.record.people.listed_as(id));
        people.filter_map(|person| person.card.recipient.parse().ok()).collect()
    }

    /// As a steward, hands on every statement to everybody, unless the last time said the same to the
    /// same people.
    pub(crate) fn renew_bundle(&mut self) -> Result<(), ExchangeError> {
        if !self.myself().is_some_and(|person| person.steward) {
            return Ok(());
        }
        let people = self.record.people.listed().map(|person| person.card.id());
        let readers: Vec<PersonId> = people.filter(|id| *id != self.record.me).collect();
        let text = Bundle::write(&self.record.exchange(), &self.record.state.statements)?;
        let names: Vec<String> = readers.iter().map(ToString::to_string).collect();
        let mark = sha256(format!("{text}{}", names.join("\n")).as_bytes());
        if self.record.state.bundle.as_ref() == Some(&mark) {
            return Ok(());
        }
        let sealed = self.vault.seal_for(&self.keys_of(&readers), text.as_bytes())?;
        let number = self.record.state.bundles + 1;
        self.record.keep_bundle(number, &sealed)?;
        self.record.state.bundles = number;
        self.record.state.bundle = Some(mark);
        self.record.save_state(self.vault)
    }

    /// Gives the folder what it lacks of what is kept here, and removes what was erased.
    pub(crate) fn deliver(&mut self, sent: &mut Sent) -> Result<(), ExchangeError> {
        self.renew_bundle()?;
        self.deliver_bundle(sent)?;
        self.deliver_request()?;
        let mut devices: BTreeMap<Author, Vec<PostRef>> = BTreeMap::new();
        for facts in self.record.own() {
            devices.entry(facts.header.author.clone()).or_default().push(facts.reference());
        }
        for (author, posts) in devices {
            let folder = self.folder.join(POSTS).join(author.to_string());
            for folder in [self.folder.join(POSTS), folder.clone()] {
                make_folder(self.store.as_ref(), &folder)?;
            }
            durable::sweep(self.store.as_ref(), &folder);
            let erased = self.erased_names(&author);
            let mut names = erased.clone();
            for post in &posts {
                names.insert(post.name.clone());
                let path = folder.join(post.name.to_string());
                let there = self.store.read(&path, MAX_POST_BYTES);
                if !there.is_ok_and(|bytes| post.name.fits(&bytes)) {
                    let bytes = self.record.bytes(post)?;
                    self.put(&path, &bytes)?;
                    sent.files += 1;
                }
            }
            // The list last: it promises that the posts are there.
            let mut all_erased = erased.clone();
            if let Some(list) = self.record.lists.get(&author) {
                names.extend(list.names().into_values().flatten());
                all_erased.extend(list.erased());
            }
            let list = PostList::new(&self.record.exchange(), &author, &names, &all_erased);
            let bytes = list.sign(self.vault)?;
            let path = folder.join(HEAD);
            if !self.store.read(&path, MAX_HEAD_BYTES).is_ok_and(|there| there == *bytes) {
                self.put(&path, &bytes)?;
            }
            for name in erased {
                let path = folder.join(name.to_string());
                match self.store.remove_file(&path) {
                    Ok(()) => sent.removed += 1,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(ExchangeError::disk("removed", &path)(error)),
                }
            }
        }
        Ok(())
    }

    fn deliver_bundle(&self, sent: &mut Sent) -> Result<(), ExchangeError> {
        let Some((name, bytes)) = self.record.bundle()? else { return Ok(()) };
        let folder = self.folder.join(PEOPLE).join(self.record.me.to_string());
        for folder in [self.folder.join(PEOPLE), folder.clone()] {
            make_folder(self.store.as_ref(), &folder)?;
        }
        let path = folder.join(name.to_string());
        if !self.store.read(&path, bytes.len() as u64).is_ok_and(|there| name.fits(&there)) {
            self.put(&path, &bytes)?;
            sent.files += 1;
        }
        let entries = self.store.list(&folder).map_err(ExchangeError::disk("read", &folder))?;
        for entry in entries {
            if entry.name.parse::<FileName>().is_ok_and(|one| one.number < name.number) {
                // Everything it says stands in the newer one.
                let _ = self.store.remove_file(&folder.join(entry.name));
            }
        }
        Ok(())
    }

    /// The request to be added stays until somebody has added this vault.
    fn deliver_request(&self) -> Result<(), ExchangeError> {
        let path = self.folder.join(JOIN).join(request_name(&self.record.me));
        if self.record.people.get(&self.record.me).is_some() {
            return or_empty(self.store.remove_file(&path))
                .map_err(ExchangeError::disk("removed", &path));
        }
        write_request(self.store.as_ref(), &self.folder, &self.record.me, &self.record.state.card)
    }

    fn put(&self, path: &Path, bytes: &[u8]) -> Result<(), ExchangeError> {
        durable::put(self.store.as_ref(), path, bytes, Existing::Replace)
            .map_err(ExchangeError::disk("written", path))
    }
}
