//! The library: every entry that could be read, of the bundled pack and of those installed beside
//! it, and what was wrong with the rest.
//!
//! Reading some hundred bundled entries takes several milliseconds, and at each start it would be
//! the same ones. So the build does it, and the program takes over what is said about an entry; its
//! text is always that of the file itself. If any file has a fault, the program reads all of them.

#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    collections::HashMap,
    path::Path,
    sync::{Arc, LazyLock, OnceLock},
};

use sha2::{Digest, Sha256};

use super::{
    Entry, Nation, Pack, Status, Target, Thesaurus,
    content::{BundledEntry, BundledPack, Edition, is_id},
    document,
    folder::folder_files,
    pack_reader::{EDITIONS_FILE, PackFile, ReadPack, add_hash, content_hash, read_editions},
    pack_store::{installed_packs, wording_of_packs},
};
use crate::text::{Problem, Severity, wording::Wording};

#[cfg(test)]
pub(crate) use tests::{SAMPLE, library_of, sample_entry, sample_library};

// `FILES`, names and texts by name.
include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

static READY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bundled.bin"));

/// Entries offered beside another.
const MAX_RELATED: usize = 5;

/// One pack or several, read.
#[derive(Clone, Debug, Default)]
pub struct Library {
    packs: Vec<Pack>,
    entries: Arc<[Entry]>,
    by_id: HashMap<String, usize>,
    thesaurus: Thesaurus,
    problems: Vec<Problem>,
    content_hash: String,
    /// Bundled entries that an installed pack has taken the place of.
    overlaid: Vec<Entry>,
    /// Words that call for others, where an installed pack adds some.
    wording: Option<Arc<Wording>>,
    /// Where its reader works, if that was said.
    home: Option<Nation>,
    /// For each entry that others lead to, their places.
    links: OnceLock<HashMap<String, Vec<usize>>>,
}

/// A local version of a bundled entry: its pack, and the entry that it replaces.
#[derive(Clone, Copy, Debug)]
pub struct Overlay<'a> {
    /// The pack it comes from.
    pub pack: &'a Pack,
    /// The bundled entry, which is not shown.
    pub beneath: &'a Entry,
    /// Whether the bundled entry has changed since the local version was written.
    pub has_changed: bool,
}

impl Library {
    /// The knowledge that is part of the program.
    pub fn bundled() -> Self {
        bundled_ready(READY).map_or_else(Self::bundled_read, Self::of)
    }

    /// The same, from the files themselves.
    fn bundled_read() -> Self {
        let mut problems = Vec::new();
        let files = bundled_files(&mut problems);
        Self::from_files(&files, problems)
    }

    /// The pack in a folder. What cannot be read is found in [`Self::problems`].
    pub fn from_dir(folder: &Path) -> Self {
        let mut problems = Vec::new();
        let files = folder_files(folder, &mut problems);
        Self::from_files(&files, problems)
    }

    /// The knowledge that is part of the program and the packs installed in a folder, which need
    /// not be there. An entry of an installed pack takes the place of the bundled one with its id.
    pub fn with_packs(store: &Path) -> Self {
        Self::bundled().under(store)
    }

    /// This library with the packs installed in a folder laid over it.
    pub fn under(mut self, store: &Path) -> Self {
        let mut problems = Vec::new();
        let packs = installed_packs(store, &mut problems);
        self.problems.extend(problems);
        if !packs.is_empty() {
            self.lay_over(packs);
            self.wording = wording_of_packs(store).map(Arc::new);
        }
        self
    }

    /// Words that call for others: the bundled ones with those of installed packs, where any pack
    /// has some.
    pub fn wording_of_packs(&self) -> Option<&Arc<Wording>> {
        self.wording.as_ref()
    }

    fn lay_over(&mut self, packs: Vec<ReadPack>) {
        let mut entries = self.entries.to_vec();
        let bundled = entries.len();
        // Packs whose content did not change keep their hash.
        let mut whole = Sha256::new();
        whole.update(self.content_hash.as_bytes());
        for mut read in packs {
            resolve_editions(&mut read);
            let name = read.pack.id.clone();
            add_hash(&mut whole, &name, &read.content_hash);
            for mut entry in read.entries {
                match self.by_id.get(&entry.id).copied() {
                    Some(at) if at < bundled && !entries[at].is_local() => {
                        let version = entries[at].version.clone();
                        entry.overlays.get_or_insert(version);
                        self.overlaid.push(std::mem::replace(&mut entries[at], entry));
                    }
                    Some(at) => {
                        let (id, pack) = (&entry.id, &entries[at].pack);
                        let (file, code) = (format!("{name}/{id}.md"), "duplicate-id");
                        let message = format!(
                            "The pack `{pack}` already has an entry `{id}`. This one is ignored."
                        );
                        let advice = "Give each entry its own id, and add the pack again.";
                        let problem =
                            Problem::of_file(&file, Severity::Error, code, message, advice);
                        self.problems.push(problem);
                    }
                    None => {
                        entry.overlays = None;
                        self.by_id.insert(entry.id.clone(), entries.len());
                        entries.push(entry);
                    }
                }
            }
            self.problems.extend(read.problems);
            self.thesaurus.extend(read.thesaurus);
            self.packs.push(read.pack);
        }
        self.content_hash = content_hash(whole);
        self.arrange(entries);
    }

    fn arrange(&mut self, mut entries: Vec<Entry>) {
        entries.sort_by(|a, b| (&a.title, &a.id).cmp(&(&b.title, &b.id)));
        self.entries = entries.into();
        let places = self.entries.iter().enumerate();
        self.by_id = places.map(|(at, entry)| (entry.id.clone(), at)).collect();
    }

    pub(super) fn from_files(files: &[PackFile], problems: Vec<Problem>) -> Self {
        let mut read = ReadPack::of(files, problems);
        resolve_editions(&mut read);
        Self::of(read)
    }

    /// A library of one pack.
    fn of(read: ReadPack) -> Self {
        let mut library = Self {
            packs: vec![read.pack],
            thesaurus: read.thesaurus,
            problems: read.problems,
            content_hash: read.content_hash,
            ..Self::default()
        };
        library.arrange(read.entries);
        library
    }

    /// The entry of that id.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.by_id.get(id).and_then(|&at| self.entries.get(at))
    }

    /// Every entry, by title.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The same entries, shared.
    pub(crate) fn shared_entries(&self) -> Arc<[Entry]> {
        Arc::clone(&self.entries)
    }

    /// Up to three ids that may have been meant, nearest first.
    pub fn nearest_ids(&self, given: &str) -> Vec<&str> {
        let given = crate::text::fold(given.trim()).replace([' ', '_'], "-");
        let mut near: Vec<_> = self
            .entries
            .iter()
            .filter_map(|entry| {
                let distance = strsim::osa_distance(&given, &entry.id);
                let inside = given.len() > 2 && entry.id.contains(&given);
                let wanted = inside || distance <= (entry.id.len() / 3).max(2);
                wanted.then_some((!inside, distance, entry.id.as_str()))
            })
            .collect();
        near.sort_unstable();
        near.into_iter().take(3).map(|(_, _, id)| id).collect()
    }

    /// What the packs say about themselves; the bundled one first.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The pack of that id.
    pub fn pack(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.id == id)
    }

    /// The same for a reader in this nation.
    pub fn for_reader_in(self, nation: Nation) -> Self {
        Self { home: Some(nation), ..self }
    }

    /// The nation of the reader: what holds there comes first.
    pub fn home(&self) -> Nation {
        self.home.unwrap_or(Nation::England)
    }

    /// Words that mean the same.
    pub fn thesaurus(&self) -> &Thesaurus {
        &self.thesaurus
    }

    /// What was wrong with files of the packs while reading.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The same for two libraries exactly if their files are; 32 hexadecimal digits.
    pub fn content_hash(&self) -> &str {
        &self.content_hash
    }

    /// Returns the bundled entry that `entry` replaces, if it replaces any.
    pub fn overlay(&self, entry: &Entry) -> Option<Overlay<'_>> {
        let written_against = entry.overlays.as_ref()?;
        let beneath = self.overlaid.iter().find(|one| one.id == entry.id)?;
        let has_changed = beneath.version != *written_against;
        Some(Overlay { pack: self.pack(&entry.pack)?, beneath, has_changed })
    }

    /// Looks through every text for its links, so that the first entry shown need not wait for it.
    pub fn warm_up(&self) {
        self.links();
    }

    fn links(&self) -> &HashMap<String, Vec<usize>> {
        self.links.get_or_init(|| {
            let mut links: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, entry) in self.entries.iter().enumerate() {
                for id in ids_in(&entry.body).filter(|id| *id != entry.id) {
                    match links.get_mut(id) {
                        // One text may lead there twice.
                        Some(places) if places.last() == Some(&at) => {}
                        Some(places) => places.push(at),
                        None => drop(links.insert(id.to_owned(), vec![at])),
                    }
                }
            }
            links
        })
    }

    /// What to read beside an entry, each once: what it leads to, then what leads to it, and last
    /// whatever is no longer in force.
    pub fn related(&self, entry: &Entry) -> Vec<&Entry> {
        let document = document(entry);
        let onward = document.links.iter().filter_map(|link| match &link.target {
            Target::Entry(id) => self.entry(id),
            Target::Web(_) => None,
        });
        first_of(entry, onward.chain(self.leading_to(entry)))
    }

    /// The entries that lead to one without being named by it: what its own text cannot say.
    pub fn also_read(&self, entry: &Entry) -> Vec<&Entry> {
        let named: Vec<&str> = ids_in(&entry.body).collect();
        first_of(entry, self.leading_to(entry).filter(|one| !named.contains(&one.id.as_str())))
    }

    /// The entries that lead to one, by title.
    fn leading_to(&self, entry: &Entry) -> impl Iterator<Item = &Entry> {
        let places = self.links().get(&entry.id).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|at| self.entries.get(*at))
    }
}

/// Where the links of a text lead, as far as it can be an entry. The text is scanned for its links
/// only: parsing all texts as Markdown takes too long.
fn ids_in(body: &str) -> impl Iterator<Item = &str> {
    body.split("](").skip(1).filter_map(|rest| {
        let target = &rest[..rest.find([')', '#', ' ', '\n'])?];
        let id = target.strip_suffix(".md").unwrap_or(target);
        (!id.is_empty() && is_id(id)).then_some(id)
    })
}

fn first_of<'a>(entry: &Entry, found: impl Iterator<Item = &'a Entry>) -> Vec<&'a Entry> {
    let mut related: Vec<&Entry> = Vec::new();
    for other in found {
        if other.id != entry.id && related.iter().all(|one| one.id != other.id) {
            related.push(other);
        }
    }
    related.sort_by_key(|one| one.status != Status::Current);
    related.truncate(MAX_RELATED);
    related
}

/// The editions of the bundled pack.
pub(super) fn bundled_editions() -> &'static [Edition] {
    static EDITIONS: LazyLock<Vec<Edition>> = LazyLock::new(|| {
        let mut problems = Vec::new();
        let text = bundled_text(EDITIONS_FILE);
        let file = PackFile::new("knowledge/editions.toml", EDITIONS_FILE, text, &mut problems);
        read_editions(&file, &mut problems)
    });
    &EDITIONS
}

/// Fills in what sources take from their editions: the pack's own, or the bundled ones.
fn resolve_editions(read: &mut ReadPack) {
    let ReadPack { entries, editions, .. } = read;
    for source in entries.iter_mut().flat_map(|entry| &mut entry.sources) {
        let Some(id) = source.edition.clone() else { continue };
        let is_it = |edition: &&Edition| edition.id == id;
        let own = editions.iter().find(is_it);
        source.take_over(&id, own.or_else(|| bundled_editions().iter().find(is_it)));
    }
}

/// The text of a file that is bundled with the program; empty if there is none of that name.
pub(super) fn bundled_text(name: &str) -> &'static str {
    FILES.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text)
}

/// The files that are bundled with the program.
pub(super) fn bundled_files(problems: &mut Vec<Problem>) -> Vec<PackFile> {
    FILES
        .iter()
        .map(|(name, text)| PackFile::new(&format!("knowledge/{name}"), name, text, problems))
        .collect()
}

/// The bundled pack as the build has read it, with the texts of its files; nothing if there was a
/// fault.
fn bundled_ready(ready: &[u8]) -> Option<ReadPack> {
    let BundledPack { pack, thesaurus, content_hash, entries } =
        postcard::from_bytes(ready).ok()?;
    let with_body = |BundledEntry { file, body_at, mut entry }: BundledEntry| {
        let (_, text) = FILES.get(file)?;
        entry.body = Cow::Borrowed(text.get(body_at..)?);
        Some(entry)
    };
    let entries = entries.into_iter().map(with_body).collect::<Option<_>>()?;
    Some(ReadPack { pack, entries, thesaurus, content_hash, ..ReadPack::default() })
}
