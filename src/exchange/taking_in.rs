//! Taking in what others sent: only what is whole, signed, in its place and meant for this vault.
//! Everything else is named, stays where it is, and is looked at again the next time.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    charter::{CHARTER, Charter, MAX_CHARTER_BYTES, Unusable},
    error::ExchangeError,
    findings::{Finding, FindingKind},
    names::{Author, FileName, PersonId, PostRef},
    people::{Bundle, Signed, Statement},
    post::{Post, PostFacts, PostKind},
    post_list::{HEAD, MAX_HEAD_BYTES, PostList},
    record::{MAX_POST_BYTES, Record, random_device},
};
use crate::{
    system::{disk, without_links},
    text::clean_line,
    vault::{
        FolderEntry, NoteId, Store, Vault, VaultError,
        keys::{
            seal::NotOpened,
            signed_text::{Kind, verified},
        },
        notes::check::read_key,
        storage::store::or_empty,
    },
};

/// The folder of statements about people.
pub(crate) const PEOPLE: &str = "people";
/// The folder of posts.
pub(crate) const POSTS: &str = "post";
/// Bytes that the statements about people may have together.
const MAX_BUNDLE_BYTES: u64 = 32 << 20;
/// Bytes of the disk that are left for the vault's own notes.
const MIN_FREE_BYTES: u64 = 256 << 20;

/// An exchange folder, and what the vault keeps of it.
pub struct Exchange<'v> {
    pub(crate) vault: &'v Vault,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) folder: PathBuf,
    pub(crate) record: Record,
}

/// What was taken in.
#[derive(Debug, Default)]
pub struct Intake {
    /// Revisions and corrections that are new here.
    pub notes: usize,
    /// Notes of others that were erased here.
    pub erased: usize,
    /// What somebody should know.
    pub findings: Vec<Finding>,
    foreign: Vec<String>,
}

/// Reads which exchange a folder is.
pub(crate) fn read_charter(store: &dyn Store, folder: &Path) -> Result<Charter, ExchangeError> {
    let path = folder.join(CHARTER);
    let bytes = match store.read(&path, MAX_CHARTER_BYTES) {
        // A folder that is not there is something else than one that is no exchange.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            store.list(folder).map_err(ExchangeError::disk("read", folder))?;
            return Err(ExchangeError::NotAnExchange(folder.to_owned()));
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(ExchangeError::BrokenCharter(path));
        }
        read => read.map_err(ExchangeError::disk("read", &path))?,
    };
    Charter::read(&bytes).map_err(|why| match why {
        Unusable::Newer(format) => ExchangeError::Newer { path, format },
        Unusable::Unreadable => ExchangeError::BrokenCharter(path),
    })
}

impl<'v> Exchange<'v> {
    /// Opens the exchange of a vault, whose files are in this folder.
    pub fn open(vault: &'v Vault, folder: &Path) -> Result<Self, ExchangeError> {
        let record = Record::load(vault)?.ok_or(ExchangeError::NotIn)?;
        let (store, folder) = (vault.store(), without_links(folder));
        let charter = read_charter(store.as_ref(), &folder)?;
        if charter != record.state.charter {
            let (found, own) = (charter.spoken(), record.state.charter.spoken());
            return Err(ExchangeError::OtherExchange { path: folder, found, own });
        }
        Ok(Self { vault, store, folder, record })
    }

    /// Opens it only to look: nothing is written anywhere.
    pub fn look(vault: &'v Vault, folder: &Path) -> Result<Self, ExchangeError> {
        let mut exchange = Self::open(vault, folder)?;
        exchange.record.is_to_look = true;
        Ok(exchange)
    }

    /// Takes in what others sent. An error means that some of it was not looked at; what was taken
    /// in before stays.
    pub fn take_in(&mut self) -> Result<Intake, ExchangeError> {
        if !self.record.is_to_look {
            self.vault.may_write()?;
        }
        let mut intake = Intake::default();
        let taken = self.take_in_people(&mut intake).and_then(|()| self.take_in_posts(&mut intake));
        // Kept also after an error: it is true of the files that are here.
        let erased = self.erase_what_is_erased(&mut intake);
        self.record.save_index(self.vault);
        taken.and(erased)?;
        self.find_gaps(&mut intake);
        let people = self.record.people.problems.iter().cloned();
        intake.findings.extend(people.map(|text| Finding::new(FindingKind::People, text)));
        for path in &self.record.damaged {
            let text = format!(
                "{} cannot be opened, so its note is not shown. Move it to another place and sync \
                 again: it is taken in once more.",
                path.display()
            );
            intake.findings.push(Finding::new(FindingKind::Damaged, clean_line(&text)));
        }
        if let Some(example) = intake.foreign.first() {
            intake.findings.push(Finding::foreign(intake.foreign.len(), &clean_line(example)));
        }
        intake.findings.sort();
        intake.findings.dedup();
        Ok(intake)
    }

    fn listed(&self, folder: &Path) -> Result<Vec<FolderEntry>, ExchangeError> {
        or_empty(self.store.list(folder)).map_err(ExchangeError::disk("read", folder))
    }

    fn take_in_people(&mut self, intake: &mut Intake) -> Result<(), ExchangeError> {
        let folder = self.folder.join(PEOPLE);
        let exchange = self.record.exchange();
        let mut statements: Vec<Signed> = Vec::new();
        for steward in self.listed(&folder)? {
            let Ok(person) = PersonId::try_from(steward.name.clone()) else {
                note_foreign(intake, &steward);
                continue;
            };
            let title = self.record.people.title(&person);
            for file in self.listed(&folder.join(&steward.name))? {
                let Ok(name) = file.name.parse::<FileName>() else {
                    note_foreign(intake, &file);
                    continue;
                };
                let shown = format!("Statement {} about people", name.number);
                let path = folder.join(&steward.name).join(&file.name);
                let Some(sealed) =
                    self.read_whole(&path, &file, MAX_BUNDLE_BYTES, (&shown, &title), intake)
                else {
                    continue;
                };
                let plain = match self.vault.open_sealed(&sealed) {
                    Ok(plain) => plain,
                    Err(NotOpened::KeysGone) => return Err(VaultError::KeysGone.into()),
                    // From before this vault took part, or put there by somebody.
                    Err(_) => continue,
                };
                let bundle = match Bundle::read(&plain) {
                    Ok(bundle) if bundle.exchange == exchange => bundle,
                    Err(Unusable::Newer(_)) => {
                        intake.findings.push(Finding::newer(&shown, &title));
                        continue;
                    }
                    _ => {
                        intake.findings.push(Finding::not_signed(&shown, &title));
                        continue;
                    }
                };
                let is_newer =
                    |one: &Signed| matches!(Statement::read(one), Err(Unusable::Newer(_)));
                if bundle.statements.iter().any(is_newer) {
                    intake.findings.push(Finding::newer(&shown, &title));
                }
                statements.extend(bundle.statements);
            }
        }
        if self.record.learn(statements) {
            self.record.save_state(self.vault)?;
        }
        Ok(())
    }

    /// Reads a file whose name carries its hash, if it is whole. What is wrong with it is named.
    fn read_whole(
        &self,
        path: &Path,
        entry: &FolderEntry,
        limit: u64,
        (shown, title): (&str, &str),
        intake: &mut Intake,
    ) -> Option<Vec<u8>> {
        let name: FileName = entry.name.parse().ok()?;
        if entry.bytes > limit {
            intake.findings.push(Finding::too_large(shown, title, entry.bytes));
            return None;
        }
        match self.store.read(path, limit) {
            Ok(bytes) if name.fits(&bytes) => Some(bytes),
            Ok(_) => {
                intake.findings.push(Finding::mismatch(shown, title));
                None
            }
            // It went between two looks.
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                let place = path.strip_prefix(&self.folder).unwrap_or(path);
                intake.findings.push(Finding::unreadable(&place.display().to_string(), &error));
                None
            }
        }
    }

    fn take_in_posts(&mut self, intake: &mut Intake) -> Result<(), ExchangeError> {
        let folder = self.folder.join(POSTS);
        let mut authors = Vec::new();
        for entry in self.listed(&folder)? {
            match entry.name.parse::<Author>() {
                Ok(author) if entry.is_folder => authors.push(author),
                _ => note_foreign(intake, &entry),
            }
        }
        let mut inbox = Inbox::new(&self.record);
        for author in authors {
            let files = self.listed(&folder.join(author.to_string()))?;
            let is_own = author.person == self.record.me;
            let person = self.record.people.get(&author.person);
            let key = if is_own {
                read_key(&self.vault.public_key())
            } else {
                person.and_then(|person| person.card.verifying_key())
            };
            let Some(key) = key else {
                let posts = files.iter().filter(|file| file.name.parse::<FileName>().is_ok());
                intake.findings.push(Finding::not_listed(&author, posts.count()));
                continue;
            };
            let title = self.record.people.title(&author.person);
            self.take_in_list(&author, &key, &title, intake)?;
            inbox.learn_erased(&self.record, &author);
            for file in files {
                if file.name == HEAD {
                    continue;
                }
                let Ok(name) = file.name.parse::<FileName>() else {
                    note_foreign(intake, &file);
                    continue;
                };
                let reference = PostRef { author: author.clone(), name };
                let is_known = self.record.posts.contains_key(&reference)
                    || self.record.closed.contains(&reference);
                if is_known {
                    continue;
                }
                self.take_in_post(reference, &file, &key, &title, &mut inbox, intake)?;
            }
        }
        Ok(())
    }

    fn take_in_list(
        &mut self,
        author: &Author,
        key: &ed25519_dalek::VerifyingKey,
        title: &str,
        intake: &mut Intake,
    ) -> Result<(), ExchangeError> {
        let path = self.folder.join(POSTS).join(author.to_string()).join(HEAD);
        let bytes = match self.store.read(&path, MAX_HEAD_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => {
                let place = path.strip_prefix(&self.folder).unwrap_or(&path);
                intake.findings.push(Finding::unreadable(&place.display().to_string(), &error));
                return Ok(());
            }
        };
        let shown = "The list of posts";
        let list = match PostList::read(&bytes, &self.record.exchange(), author, key) {
            Ok(list) => list,
            Err(Unusable::Newer(_)) => {
                intake.findings.push(Finding::newer(shown, title));
                return Ok(());
            }
            Err(Unusable::Unreadable) => {
                intake.findings.push(Finding::mismatch(shown, title));
                return Ok(());
            }
        };
        match self.record.lists.get(author) {
            Some(known) if *known == list => Ok(()),
            Some(known) if !list.is_as_new_as(known) => {
                intake.findings.push(Finding::older_list(title));
                Ok(())
            }
            _ => self.record.keep_list(author, list, &bytes),
        }
    }

    fn take_in_post(
        &mut self,
        reference: PostRef,
        file: &FolderEntry,
        key: &ed25519_dalek::VerifyingKey,
        title: &str,
        inbox: &mut Inbox,
        intake: &mut Intake,
    ) -> Result<(), ExchangeError> {
        let is_own = reference.author.person == self.record.me;
        let shown = format!("Post {}", reference.name.number);
        if inbox.erased_posts.contains(&reference) {
            intake.findings.push(Finding::came_back(&shown, title, is_own));
            return Ok(());
        }
        if !is_own && !self.record.people.counts(&reference) {
            intake.findings.push(Finding::after_removal(&shown, title));
            return Ok(());
        }
        let path = self.folder.join(POSTS).join(reference.author.to_string()).join(&file.name);
        let Some(sealed) = self.read_whole(&path, file, MAX_POST_BYTES, (&shown, title), intake)
        else {
            return Ok(());
        };
        let plain = match self.vault.open_sealed(&sealed) {
            Ok(plain) => plain,
            Err(NotOpened::WrongKey) => {
                self.record.closed.insert(reference);
                return Ok(());
            }
            Err(NotOpened::KeysGone) => return Err(VaultError::KeysGone.into()),
            Err(_) => {
                intake.findings.push(Finding::not_signed(&shown, title));
                return Ok(());
            }
        };
        // Before the signature: what is newer may be signed in another way.
        let post = match Post::read(&plain) {
            Err(Unusable::Newer(_)) => {
                intake.findings.push(Finding::newer(&shown, title));
                return Ok(());
            }
            post => post.ok(),
        };
        let is_signed = verified(Kind::ExchangePost, &plain, key).is_some();
        let Some(post) = post.filter(|_| is_signed) else {
            intake.findings.push(Finding::not_signed(&shown, title));
            return Ok(());
        };
        let header = &post.header;
        let is_here = header.exchange == self.record.exchange()
            && header.author == reference.author
            && header.number == reference.name.number;
        if !is_here || !(is_own || header.readers.contains(&self.record.me)) {
            intake.findings.push(Finding::wrong_place(&shown, title));
            return Ok(());
        }
        let note = (header.author.person.clone(), header.note);
        // One of this vault that its erasure did not know of is kept until the next sync erases it.
        if header.kind.is_note() && !is_own && inbox.erased_notes.contains(&note) {
            intake.findings.push(Finding::came_back(&shown, title, false));
            return Ok(());
        }
        let facts = PostFacts::of(&post, reference.name.clone(), &plain);
        if !inbox.signed.insert(facts.signed.clone()) {
            // The same post, sealed once more by somebody who could read it.
            intake.findings.push(Finding::wrong_place(&shown, title));
            self.record.closed.insert(reference);
            return Ok(());
        }
        if !self.record.is_to_look && !has_room(&self.record.folder, sealed.len() as u64) {
            return Err(ExchangeError::NoRoom);
        }
        if header.kind == PostKind::Erasure {
            inbox.erased_notes.insert(note);
            inbox.erased_posts.extend(header.erased.iter().cloned());
        }
        intake.notes += usize::from(header.kind.is_note());
        let is_clone = is_own && reference.author.device == self.record.state.device;
        self.record.keep(facts, &sealed)?;
        if is_clone {
            intake.findings.push(Finding::cloned());
            self.record.state.device = random_device();
            self.record.save_state(self.vault)?;
        }
        Ok(())
    }

    /// Erases the notes of others that they erased.
    fn erase_what_is_erased(&mut self, intake: &mut Intake) -> Result<(), ExchangeError> {
        let erased = self.record.erased_notes();
        let me = &self.record.me;
        let gone: Vec<(PostRef, NoteId)> = self
            .record
            .posts
            .values()
            .filter(|facts| facts.header.kind.is_note() && facts.header.author.person != *me)
            .filter(|facts| {
                let note = (facts.header.author.person.clone(), facts.header.note);
                erased.contains(&note)
            })
            .map(|facts| (facts.reference(), facts.header.note))
            .collect();
        let notes: BTreeSet<NoteId> = gone.iter().map(|(_, note)| *note).collect();
        intake.erased = notes.len();
        for (reference, _) in gone {
            self.record.forget(&reference)?;
        }
        Ok(())
    }

    /// Names what is missing of what somebody posted, and what does not fit together.
    fn find_gaps(&self, intake: &mut Intake) {
        let record = &self.record;
        let mut authors: BTreeMap<&Author, Chain> = BTreeMap::new();
        for facts in record.posts.values() {
            let chain = authors.entry(&facts.header.author).or_default();
            let number = facts.header.number;
            if let (Some(sha256), 2..) = (&facts.header.before, number) {
                let sha256 = sha256.clone();
                chain.linked.insert(FileName { number: number - 1, sha256 });
            }
            chain.names.entry(number).or_default().insert(facts.name.clone());
            chain.here.entry(number).or_default().insert(facts.name.clone());
            chain.follows.push((number, facts.header.before.clone()));
            chain.signed.entry(number).or_default().insert(facts.signed.clone());
        }
        for closed in &record.closed {
            let chain = authors.entry(&closed.author).or_default();
            chain.closed.entry(closed.name.number).or_default().insert(closed.name.clone());
        }
        for (author, list) in &record.lists {
            let chain = authors.entry(author).or_default();
            chain.listed = list.highest;
            for (number, names) in list.names() {
                chain.names.entry(number).or_default().extend(names);
            }
            chain.erased.extend(list.erased());
        }
        for erasure in record.erasures() {
            let own = erasure.header.erased.iter();
            for one in own.filter(|one| one.author.person == erasure.header.author.person) {
                if let Some(chain) = authors.get_mut(&one.author) {
                    chain.names.entry(one.name.number).or_default().insert(one.name.clone());
                    chain.erased.insert(one.name.clone());
                }
            }
        }
        for (author, chain) in authors {
            let title = record.people.title(&author.person);
            let counts = |name: &FileName| {
                let reference = PostRef { author: author.clone(), name: name.clone() };
                author.person == record.me || record.people.counts(&reference)
            };
            for gap in chain.gaps(counts) {
                intake.findings.push(Finding::gap(&title, gap));
            }
            let unlisted = chain.unlisted();
            if unlisted > 0 {
                intake.findings.push(Finding::unlisted(&title, unlisted));
            }
            if let Some(number) = chain.first_doubled() {
                intake.findings.push(Finding::doubled(&title, number));
            } else if let Some(number) = chain.first_that_does_not_follow() {
                intake.findings.push(Finding::does_not_follow(&title, number));
            }
        }
    }
}

/// What is looked up for every post that arrives.
struct Inbox {
    erased_notes: BTreeSet<(PersonId, NoteId)>,
    erased_posts: BTreeSet<PostRef>,
    signed: BTreeSet<String>,
}

impl Inbox {
    fn new(record: &Record) -> Self {
        let posts = record.erasures().flat_map(|one| {
            // Nobody erases what others posted.
            let own = |post: &&PostRef| post.author.person == one.header.author.person;
            one.header.erased.iter().filter(own).cloned()
        });
        Self {
            erased_notes: record.erased_notes(),
            erased_posts: posts.collect(),
            signed: record.posts.values().map(|facts| facts.signed.clone()).collect(),
        }
    }

    fn learn_erased(&mut self, record: &Record, author: &Author) {
        let Some(list) = record.lists.get(author) else { return };
        let posts = list.erased().map(|name| PostRef { author: author.clone(), name });
        self.erased_posts.extend(posts);
    }
}

/// What is known of the posts of one machine, by number.
#[derive(Default)]
struct Chain {
    /// Files that somebody signed for: posts, lists and erasures name them.
    names: BTreeMap<u64, BTreeSet<FileName>>,
    here: BTreeMap<u64, BTreeSet<FileName>>,
    closed: BTreeMap<u64, BTreeSet<FileName>>,
    erased: BTreeSet<FileName>,
    /// The highest number that the list names.
    listed: u64,
    /// The file that each post says came before it.
    linked: BTreeSet<FileName>,
    /// The number of each post, and what it says came before.
    follows: Vec<(u64, Option<String>)>,
    signed: BTreeMap<u64, BTreeSet<String>>,
}

impl Chain {
    /// What is missing, from the first number to the last.
    fn gaps(&self, counts: impl Fn(&FileName) -> bool) -> Vec<(u64, u64)> {
        let empty = BTreeSet::new();
        let mut missing: BTreeSet<u64> = BTreeSet::new();
        let mut known: BTreeSet<u64> = BTreeSet::new();
        for (number, names) in &self.names {
            known.insert(*number);
            let here = self.here.get(number).unwrap_or(&empty);
            let closed = self.closed.get(number).unwrap_or(&empty);
            let is_missing = |name: &FileName| {
                let is_there = here.contains(name) || closed.contains(name);
                !is_there && !self.erased.contains(name) && counts(name)
            };
            if names.iter().any(is_missing) {
                missing.insert(*number);
            }
        }
        // Past the list, a post still names the one before it: another file with its number, which
        // nobody here can open, is not that file.
        for name in self.linked.iter().filter(|name| name.number > self.listed) {
            let closed = self.closed.get(&name.number).unwrap_or(&empty);
            let is_there = self.names.contains_key(&name.number) || closed.contains(name);
            known.insert(name.number);
            if !is_there && counts(name) {
                missing.insert(name.number);
            }
        }
        // The rest of such files count as there, and `unlisted` names them.
        known.extend(self.closed.keys().filter(|number| **number > self.listed));
        let mut gaps: Vec<(u64, u64)> = Vec::new();
        let mut expected = 1;
        for number in known {
            if number > expected {
                gaps.push((expected, number - 1));
            }
            if missing.contains(&number) {
                match gaps.last_mut() {
                    Some((_, last)) if *last + 1 == number => *last = number,
                    _ => gaps.push((number, number)),
                }
            }
            expected = number + 1;
        }
        gaps
    }

    /// How many files there are that nothing signed vouches for: anybody may have put them there, and
    /// one of them may stand where a post is missing.
    fn unlisted(&self) -> usize {
        let past = self.closed.range(self.listed + 1..).flat_map(|(_, names)| names);
        past.filter(|name| !self.linked.contains(name)).count()
    }

    fn first_doubled(&self) -> Option<u64> {
        self.signed.iter().find(|(_, posts)| posts.len() > 1).map(|(number, _)| *number)
    }

    fn first_that_does_not_follow(&self) -> Option<u64> {
        let follows = |number: u64, before: Option<&str>| {
            let known = |names: &BTreeMap<u64, BTreeSet<FileName>>| {
                let names = names.get(&(number - 1)).into_iter().flatten();
                names.map(|name| name.sha256.clone()).collect::<Vec<_>>()
            };
            let (signed, closed) = (known(&self.names), known(&self.closed));
            let is_one = |names: &[String]| names.iter().any(|name| Some(name.as_str()) == before);
            if number == 1 {
                before.is_none()
            } else {
                signed.is_empty() || is_one(&signed) || is_one(&closed)
            }
        };
        let odd = self.follows.iter().filter(|(at, before)| !follows(*at, before.as_deref()));
        odd.map(|(number, _)| *number).min()
    }
}

fn note_foreign(intake: &mut Intake, entry: &FolderEntry) {
    // What is being written, and what a copying program keeps for itself, begins with a dot.
    if !entry.name.starts_with('.') {
        intake.foreign.push(entry.name.clone());
    }
}

/// Whether the disk of the vault keeps room for the vault's own notes.
fn has_room(folder: &Path, bytes: u64) -> bool {
    disk::free_bytes(folder).is_none_or(|free| free >= bytes.saturating_add(MIN_FREE_BYTES))
}
