//! What a vault keeps of its exchange, in a folder beside it. Everything is encrypted.
//!
//! ```text
//! state.age                      which exchange, which machine, every statement; signed
//! index.age                      a cache of what the posts say; may be deleted at any time
//! sent/MACHINE/NUMBER-HASH.age   what this vault posted, byte for byte: the exchange can be filled again
//! sent/people/NUMBER-HASH.age    what it stated about people, as a steward
//! received/AUTHOR/…              what others posted, as it came, and the newest list of each
//! ```
//!
//! A file is written here before it goes to the exchange, so what was begun is finished by the next
//! sync.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rand::{RngCore, rngs::OsRng};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::{
    charter::{Charter, FORMAT},
    error::ExchangeError,
    names::{Author, FileName, PersonId, PostRef},
    people::{Card, People, Signed, signed_by_stewards},
    post::{Post, PostFacts},
    post_list::{HEAD, MAX_HEAD_BYTES, PostList},
};
use crate::vault::{
    NoteId, Store, Vault, VaultError,
    keys::{
        seal::NotOpened,
        sha256::sha256,
        signed_text::{Kind, verified},
    },
    notes::{check::read_key, note_file::MAX_NOTE_FILE_BYTES},
    storage::{
        durable::{self, Existing},
        store::or_empty,
    },
};

const STATE: &str = "state.age";
const INDEX: &str = "index.age";
const SENT: &str = "sent";
const RECEIVED: &str = "received";
const PEOPLE: &str = "people";
/// Bytes of the state and of the index.
const MAX_STATE_BYTES: u64 = 256 << 20;
/// Bytes a post may have: the largest note, and what is around it.
pub(crate) const MAX_POST_BYTES: u64 = MAX_NOTE_FILE_BYTES + (1 << 20);

/// What the vault remembers; nothing else says it again.
#[derive(Serialize, Deserialize)]
pub(crate) struct State {
    format: u32,
    pub(crate) charter: Charter,
    /// This machine.
    pub(crate) device: String,
    /// What the owner of the vault says of themselves.
    pub(crate) card: Signed,
    /// What was completed before the vault joined, and does not travel by itself: each note with
    /// its newest revision of that day.
    pub(crate) before: BTreeMap<NoteId, u32>,
    /// Every statement about people that was signed by a steward, as far as is known.
    pub(crate) statements: BTreeSet<Signed>,
    /// How often this vault handed on all statements.
    pub(crate) bundles: u64,
    /// What the last of them said, and to whom.
    pub(crate) bundle: Option<String>,
    /// Where its folder was the last time on this machine. The screens begin with it.
    #[serde(default)]
    pub(crate) folder: Option<String>,
}

impl State {
    pub(crate) fn new(charter: Charter, card: Signed, before: BTreeMap<NoteId, u32>) -> Self {
        Self {
            format: FORMAT,
            charter,
            device: random_device(),
            card,
            before,
            statements: BTreeSet::new(),
            bundles: 0,
            bundle: None,
            folder: None,
        }
    }
}

/// A name for a machine that no other has.
pub(crate) fn random_device() -> String {
    format!("{:08x}", OsRng.next_u32())
}

#[derive(Default, Serialize, Deserialize)]
struct Index {
    posts: Vec<PostFacts>,
    closed: BTreeSet<PostRef>,
}

/// What a vault keeps of its exchange.
pub(crate) struct Record {
    pub(crate) folder: PathBuf,
    store: Arc<dyn Store>,
    pub(crate) state: State,
    /// The owner of the vault.
    pub(crate) me: PersonId,
    pub(crate) people: People,
    /// Every post that is kept here, its own and those of others.
    pub(crate) posts: BTreeMap<PostRef, PostFacts>,
    /// Posts of others that are not for this vault.
    pub(crate) closed: BTreeSet<PostRef>,
    /// The newest list of each machine.
    pub(crate) lists: BTreeMap<Author, PostList>,
    /// Kept files that do not open, or are not what they were: they count for nothing.
    pub(crate) damaged: Vec<PathBuf>,
    /// Only to look: what is learnt is known, and nothing is written.
    pub(crate) is_to_look: bool,
}

impl Record {
    /// A new record for a vault that begins or joins an exchange.
    pub(crate) fn create(vault: &Vault, state: State) -> Result<Self, ExchangeError> {
        vault.may_write()?;
        let (folder, store) = (vault.exchange_folder(), vault.store());
        for folder in [folder.clone(), folder.join(SENT), folder.join(RECEIVED)] {
            make_folder(store.as_ref(), &folder)?;
        }
        let record = Self::with(vault, folder, store, state)?;
        record.save_state(vault)?;
        Ok(record)
    }

    fn with(
        vault: &Vault,
        folder: PathBuf,
        store: Arc<dyn Store>,
        state: State,
    ) -> Result<Self, ExchangeError> {
        let me = PersonId::of_keys(&vault.public_key(), &vault.recipient());
        let card = Card::read(&state.card).ok().filter(|card| card.id() == me);
        if card.is_none() {
            return Err(ExchangeError::OtherKeys(folder));
        }
        let people = People::of(&state.charter, &state.statements);
        Ok(Self {
            folder,
            store,
            state,
            me,
            people,
            posts: BTreeMap::new(),
            closed: BTreeSet::new(),
            lists: BTreeMap::new(),
            damaged: Vec::new(),
            is_to_look: false,
        })
    }

    /// The record beside a vault; `None` if it belongs to no exchange.
    pub(crate) fn load(vault: &Vault) -> Result<Option<Self>, ExchangeError> {
        let (folder, store) = (vault.exchange_folder(), vault.store());
        let path = folder.join(STATE);
        let sealed = match store.read(&path, MAX_STATE_BYTES) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(ExchangeError::disk("read", &path))?,
        };
        let state: State = match open_own(vault, "state", &sealed) {
            Ok(state) => state,
            Err(NotOpened::WrongKey) => return Err(ExchangeError::OtherKeys(folder)),
            Err(NotOpened::KeysGone) => return Err(VaultError::KeysGone.into()),
            Err(why) => return Err(ExchangeError::Damaged { path, why: why.to_string() }),
        };
        if state.format > FORMAT {
            return Err(ExchangeError::Newer { path, format: state.format });
        }
        let mut record = Self::with(vault, folder, store, state)?;
        record.read_posts(vault)?;
        record.read_lists();
        Ok(Some(record))
    }

    /// What is kept is what the files are: the index only saves opening them.
    fn read_posts(&mut self, vault: &Vault) -> Result<(), ExchangeError> {
        let sealed = self.store.read(&self.folder.join(INDEX), MAX_STATE_BYTES);
        let index = sealed.ok().and_then(|sealed| open_own::<Index>(vault, "index", &sealed).ok());
        let Index { posts, closed } = index.unwrap_or_default();
        let known: BTreeMap<PostRef, PostFacts> =
            posts.into_iter().map(|facts| (facts.reference(), facts)).collect();
        self.closed = closed;
        for reference in self.files()? {
            if let Some(facts) = known.get(&reference) {
                self.posts.insert(reference, facts.clone());
            } else if let Some(facts) = self.read_facts(vault, &reference) {
                self.posts.insert(reference, facts);
            } else {
                self.damaged.push(self.path(&reference));
            }
        }
        Ok(())
    }

    fn read_facts(&self, vault: &Vault, reference: &PostRef) -> Option<PostFacts> {
        let (post, plain) = self.open(vault, reference).ok()?;
        Some(PostFacts::of(&post, reference.name.clone(), &plain))
    }

    /// Every post that has a file here.
    fn files(&self) -> Result<Vec<PostRef>, ExchangeError> {
        let mut found = Vec::new();
        for top in [SENT, RECEIVED] {
            let top_folder = self.folder.join(top);
            for entry in self.list(&top_folder)?.into_iter().filter(|entry| entry.is_folder) {
                let author = if top == SENT {
                    format!("{}-{}", self.me, entry.name).parse::<Author>()
                } else {
                    entry.name.parse()
                };
                let Ok(author) = author else { continue };
                for file in self.list(&top_folder.join(&entry.name))? {
                    if let (false, Ok(name)) = (file.is_folder, file.name.parse()) {
                        found.push(PostRef { author: author.clone(), name });
                    }
                }
            }
        }
        Ok(found)
    }

    fn list(&self, folder: &Path) -> Result<Vec<crate::vault::FolderEntry>, ExchangeError> {
        or_empty(self.store.list(folder)).map_err(ExchangeError::disk("read", folder))
    }

    fn read_lists(&mut self) {
        let entries = self.store.list(&self.folder.join(RECEIVED)).unwrap_or_default();
        for author in entries.iter().filter_map(|entry| entry.name.parse::<Author>().ok()) {
            let key = self.people.get(&author.person).and_then(|one| one.card.verifying_key());
            let bytes = self.store.read(&self.folder_of(&author).join(HEAD), MAX_HEAD_BYTES);
            if let (Some(key), Ok(bytes)) = (key, bytes)
                && let Ok(list) = PostList::read(&bytes, &self.exchange(), &author, &key)
            {
                self.lists.insert(author, list);
            }
        }
    }

    /// The name of the exchange.
    pub(crate) fn exchange(&self) -> String {
        self.state.charter.id()
    }

    /// This machine.
    pub(crate) fn author(&self) -> Author {
        Author::new(&self.me, &self.state.device)
    }

    fn folder_of(&self, author: &Author) -> PathBuf {
        if author.person == self.me {
            self.folder.join(SENT).join(&author.device)
        } else {
            self.folder.join(RECEIVED).join(author.to_string())
        }
    }

    /// Where a post is kept.
    pub(crate) fn path(&self, reference: &PostRef) -> PathBuf {
        self.folder_of(&reference.author).join(reference.name.to_string())
    }

    /// Makes the state durable.
    pub(crate) fn save_state(&self, vault: &Vault) -> Result<(), ExchangeError> {
        let sealed = seal_own(vault, "state", &self.state)?;
        self.put(&self.folder.join(STATE), &sealed)
    }

    /// Saves the index. What cannot be written costs time only.
    pub(crate) fn save_index(&self, vault: &Vault) {
        let posts = self.posts.values().cloned().collect();
        let index = Index { posts, closed: self.closed.clone() };
        if let Ok(sealed) = seal_own(vault, "index", &index) {
            let _ = self.put(&self.folder.join(INDEX), &sealed);
        }
    }

    fn put(&self, path: &Path, bytes: &[u8]) -> Result<(), ExchangeError> {
        if self.is_to_look {
            return Ok(());
        }
        durable::put(self.store.as_ref(), path, bytes, Existing::Replace)
            .map_err(ExchangeError::disk("written", path))
    }

    fn make_folder(&self, folder: &Path) -> Result<(), ExchangeError> {
        if self.is_to_look { Ok(()) } else { make_folder(self.store.as_ref(), folder) }
    }

    /// Keeps a post, durably.
    pub(crate) fn keep(&mut self, facts: PostFacts, sealed: &[u8]) -> Result<(), ExchangeError> {
        let reference = facts.reference();
        self.make_folder(&self.folder_of(&reference.author))?;
        self.put(&self.path(&reference), sealed)?;
        self.posts.insert(reference, facts);
        Ok(())
    }

    /// Keeps the newest list of a machine.
    pub(crate) fn keep_list(
        &mut self,
        author: &Author,
        list: PostList,
        bytes: &[u8],
    ) -> Result<(), ExchangeError> {
        let folder = self.folder_of(author);
        self.make_folder(&folder)?;
        self.put(&folder.join(HEAD), bytes)?;
        self.lists.insert(author.clone(), list);
        Ok(())
    }

    /// Removes the file of a post, durably. What it said is no longer known either.
    pub(crate) fn forget(&mut self, reference: &PostRef) -> Result<(), ExchangeError> {
        self.posts.remove(reference);
        if self.is_to_look {
            return Ok(());
        }
        let (path, folder) = (self.path(reference), self.folder_of(&reference.author));
        or_empty(self.store.remove_file(&path)).map_err(ExchangeError::disk("removed", &path))?;
        self.store.sync_folder(&folder).map_err(ExchangeError::disk("written", &folder))
    }

    /// The bytes of a post as they are kept, if they are what they were.
    pub(crate) fn bytes(&self, reference: &PostRef) -> Result<Vec<u8>, ExchangeError> {
        let path = self.path(reference);
        let bytes = self.store.read(&path, MAX_POST_BYTES);
        let bytes = bytes.map_err(ExchangeError::disk("read", &path))?;
        if reference.name.fits(&bytes) {
            return Ok(bytes);
        }
        Err(ExchangeError::Damaged { path, why: "was changed or damaged".to_owned() })
    }

    /// Opens a kept post, and checks it once more.
    pub(crate) fn open(
        &self,
        vault: &Vault,
        reference: &PostRef,
    ) -> Result<(Post, Zeroizing<Vec<u8>>), ExchangeError> {
        let sealed = self.bytes(reference)?;
        let damaged = |why: String| ExchangeError::Damaged { path: self.path(reference), why };
        let plain = vault.open_sealed(&sealed).map_err(|why| match why {
            NotOpened::KeysGone => VaultError::KeysGone.into(),
            why => damaged(why.to_string()),
        })?;
        let key = if reference.author.person == self.me {
            read_key(&vault.public_key())
        } else {
            self.people.get(&reference.author.person).and_then(|one| one.card.verifying_key())
        };
        let is_signed = key.is_some_and(|key| verified(Kind::ExchangePost, &plain, &key).is_some());
        let post = Post::read(&plain).ok().filter(|post| {
            let header = &post.header;
            is_signed && header.author == reference.author && header.number == reference.name.number
        });
        match post {
            Some(post) => Ok((post, plain)),
            None => Err(damaged("is not the post it should be".to_owned())),
        }
    }

    /// Learns those statements that a steward signed. Returns whether one was new.
    pub(crate) fn learn(&mut self, statements: impl IntoIterator<Item = Signed>) -> bool {
        let mut all = self.state.statements.clone();
        all.extend(statements);
        let signed = signed_by_stewards(&self.state.charter, &all).into_iter();
        let known = signed.map(|(signed, _)| signed).collect();
        let is_new = known != self.state.statements;
        if is_new {
            self.state.statements = known;
            self.people = People::of(&self.state.charter, &self.state.statements);
        }
        is_new
    }

    /// Writes what this steward hands on, and removes what it replaces.
    pub(crate) fn keep_bundle(&self, number: u64, sealed: &[u8]) -> Result<(), ExchangeError> {
        let folder = self.folder.join(SENT).join(PEOPLE);
        self.make_folder(&folder)?;
        let name = FileName::of(number, sealed).to_string();
        self.put(&folder.join(&name), sealed)?;
        for entry in self.list(&folder)?.into_iter().filter(|entry| entry.name != name) {
            or_empty(self.store.remove_file(&folder.join(entry.name)))
                .map_err(ExchangeError::disk("written", &folder))?;
        }
        Ok(())
    }

    /// What this steward hands on: the newest file.
    pub(crate) fn bundle(&self) -> Result<Option<(FileName, Vec<u8>)>, ExchangeError> {
        let folder = self.folder.join(SENT).join(PEOPLE);
        let names = self.list(&folder)?.into_iter();
        let newest = names.filter_map(|entry| entry.name.parse::<FileName>().ok()).max();
        let Some(name) = newest else { return Ok(None) };
        let path = folder.join(name.to_string());
        let bytes = self.store.read(&path, MAX_STATE_BYTES);
        let bytes = bytes.map_err(ExchangeError::disk("read", &path))?;
        Ok(name.fits(&bytes).then_some((name, bytes)))
    }

    /// The posts of the owner of the vault, from all their machines.
    pub(crate) fn own(&self) -> impl Iterator<Item = &PostFacts> {
        self.posts.values().filter(|facts| facts.header.author.person == self.me)
    }

    /// The notes that their authors erased, as far as is known.
    pub(crate) fn erased_notes(&self) -> BTreeSet<(PersonId, NoteId)> {
        self.erasures().map(|one| (one.header.author.person.clone(), one.header.note)).collect()
    }

    /// Every erasure that counts.
    pub(crate) fn erasures(&self) -> impl Iterator<Item = &PostFacts> {
        self.posts.values().filter(|facts| {
            facts.header.kind == super::post::PostKind::Erasure && self.counts(facts)
        })
    }

    /// Whether its sender takes part, or did when it was sent.
    pub(crate) fn counts(&self, facts: &PostFacts) -> bool {
        facts.header.author.person == self.me || self.people.counts(&facts.reference())
    }
}

/// Makes a folder, if it is not there, and makes its name durable.
pub(crate) fn make_folder(store: &dyn Store, folder: &Path) -> Result<(), ExchangeError> {
    match store.make_folder(folder) {
        Ok(()) => {
            let above = folder.parent().unwrap_or(folder);
            store.sync_folder(above).map_err(ExchangeError::disk("written", above))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(ExchangeError::disk("made", folder)(error)),
    }
}

/// A value as a file that only this vault opens, and that it signed as what it is.
fn seal_own(vault: &Vault, what: &str, value: &impl Serialize) -> Result<Vec<u8>, VaultError> {
    let body = Zeroizing::new(serde_json::to_vec(value).map_err(VaultError::unwritable)?);
    let block = vault.sign_text(Kind::ExchangeState, &heading(what, &body))?;
    let mut plain = Zeroizing::new(Vec::with_capacity(block.len() + body.len()));
    plain.extend_from_slice(&block);
    plain.extend_from_slice(&body);
    vault.seal_for(&[], &plain)
}

/// The signed block at the beginning of such a file.
const BLOCK: usize = 4096;

fn heading(what: &str, body: &[u8]) -> String {
    format!("# caseclinic exchange {what}\n# {}\n", sha256(body))
}

fn open_own<T: DeserializeOwned>(vault: &Vault, what: &str, sealed: &[u8]) -> Result<T, NotOpened> {
    let plain = vault.open_sealed(sealed)?;
    let (block, body) = plain.split_at_checked(BLOCK).ok_or(NotOpened::Altered)?;
    let key = read_key(&vault.public_key()).ok_or(NotOpened::Altered)?;
    let text = verified(Kind::ExchangeState, block, &key).ok_or(NotOpened::Altered)?;
    if !text.starts_with(&heading(what, body)) {
        return Err(NotOpened::Altered);
    }
    serde_json::from_slice(body).map_err(|_| NotOpened::Altered)
}
