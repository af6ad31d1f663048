//! The library: every entry that could be read, of the bundled pack and of those installed beside
//! it, and what was wrong with the rest.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, OnceLock},
};

use sha2::{Digest, Sha256};

use self::links::Links;
pub use self::overlay::Overlay;
use super::{
    Entry, Pack, Thesaurus,
    bundled::{bundled_files, bundled_ready},
    folder::folder_files,
    front_matter::read_entry,
    pack::{PackFile, Role, read_pack, role_of},
    shelf::installed_packs,
    thesaurus::read_thesaurus,
};
use crate::text::{Problem, Severity};

mod links;
mod overlay;

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
    links: OnceLock<Links>,
}

impl Library {
    /// The knowledge that is part of the program.
    pub fn bundled() -> Self {
        let Some(bundled) = bundled_ready() else { return Self::bundled_read() };
        let mut library = Self {
            packs: vec![bundled.pack],
            thesaurus: bundled.thesaurus,
            content_hash: bundled.content_hash,
            ..Self::default()
        };
        library.arrange(bundled.entries);
        library
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
    pub fn with_packs(shelf: &Path) -> Self {
        Self::bundled().under(shelf)
    }

    /// This library with the packs installed in a folder laid over it.
    pub fn under(mut self, shelf: &Path) -> Self {
        let mut problems = Vec::new();
        let packs = installed_packs(shelf, &mut problems);
        self.problems.extend(problems);
        if !packs.is_empty() {
            self.lay_over(packs);
        }
        self
    }

    fn lay_over(&mut self, packs: Vec<Self>) {
        let mut entries = self.entries.to_vec();
        let bundled = entries.len();
        // Packs whose content did not change keep their hash: an index per pack could go by it.
        let mut whole = Sha256::new();
        whole.update(self.content_hash.as_bytes());
        for pack in packs {
            let name = pack.own_id().to_owned();
            whole.update(name.as_bytes());
            whole.update([0]);
            whole.update(pack.content_hash.as_bytes());
            for entry in pack.entries.iter() {
                let mut entry = entry.clone();
                match self.by_id.get(&entry.id).copied() {
                    Some(at) if at < bundled && !entries[at].is_local() => {
                        let version = entries[at].version.clone();
                        entry.overlays.get_or_insert(version);
                        self.overlaid.push(std::mem::replace(&mut entries[at], entry));
                    }
                    Some(at) => self.problems.push(Problem::of_file(
                        &format!("{name}/{}.md", entry.id),
                        Severity::Error,
                        "duplicate-id",
                        format!(
                            "the pack `{}` already has an entry `{}`; this one is ignored",
                            entries[at].pack, entry.id
                        ),
                        "give each entry an id of its own, and add the pack again",
                    )),
                    None => {
                        entry.overlays = None;
                        self.by_id.insert(entry.id.clone(), entries.len());
                        entries.push(entry);
                    }
                }
            }
            self.problems.extend(pack.problems);
            self.thesaurus.extend(pack.thesaurus);
            self.packs.extend(pack.packs);
        }
        self.content_hash = hex(&whole.finalize())[..32].to_owned();
        self.arrange(entries);
    }

    fn arrange(&mut self, mut entries: Vec<Entry>) {
        entries.sort_by(|a, b| (&a.title, &a.id).cmp(&(&b.title, &b.id)));
        self.entries = entries.into();
        let places = self.entries.iter().enumerate();
        self.by_id = places.map(|(at, entry)| (entry.id.clone(), at)).collect();
    }

    /// The same library as the pack of that id, whatever its own files say.
    pub(super) fn named(mut self, id: &str) -> Self {
        let mut entries = self.entries.to_vec();
        entries.iter_mut().for_each(|entry| id.clone_into(&mut entry.pack));
        self.entries = entries.into();
        let mut pack = self.packs.pop().unwrap_or_default();
        id.clone_into(&mut pack.id);
        if pack.title.is_empty() {
            id.clone_into(&mut pack.title);
        }
        self.packs = vec![pack];
        self
    }

    pub(super) fn from_files(files: &[PackFile], problems: Vec<Problem>) -> Self {
        let mut library = Self { problems, ..Self::default() };
        let mut entries: Vec<Entry> = Vec::with_capacity(files.len());
        let mut whole = Sha256::new();
        let mut pack = Pack::default();
        for file in files {
            let hash = hex(&Sha256::digest(file.text.as_bytes()));
            whole.update(file.name.as_bytes());
            whole.update([0]);
            whole.update(hash.as_bytes());
            match role_of(&file.name) {
                Role::Entry => library.take_entry(file, &hash[..12], &mut entries),
                Role::Pack => pack = read_pack(file, &mut library.problems),
                Role::Thesaurus => {
                    library.thesaurus = read_thesaurus(file, &mut library.problems);
                }
                Role::Wording | Role::None => {}
            }
        }
        library.content_hash = hex(&whole.finalize())[..32].to_owned();
        entries.iter_mut().for_each(|entry| entry.pack.clone_from(&pack.id));
        library.packs = vec![pack];
        library.arrange(entries);
        library
    }

    fn take_entry(&mut self, file: &PackFile, version: &str, entries: &mut Vec<Entry>) {
        let entry = read_entry(&file.source, &file.text, version.to_owned(), &mut self.problems);
        let Some(entry) = entry else { return };
        let id_line = file.text.find("id =").unwrap_or(0);
        let id_place = id_line..id_line + file.text[id_line..].find('\n').unwrap_or(0);
        if file.name.strip_suffix(".md") != Some(&entry.id) {
            self.problems.push(file.source.error(
                "id-file-name",
                id_place.clone(),
                format!("the id `{}` is not the file name", entry.id),
                format!("rename the file to `{}.md`, or set the id to match", entry.id),
            ));
        }
        if self.by_id.contains_key(&entry.id) {
            self.problems.push(file.source.error(
                "duplicate-id",
                id_place,
                format!("another file already has the id `{}`; this one is ignored", entry.id),
                "give each entry an id of its own",
            ));
            return;
        }
        self.by_id.insert(entry.id.clone(), entries.len());
        entries.push(entry);
    }

    /// The entry of that id.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.by_id.get(id).and_then(|&at| self.entries.get(at))
    }

    /// Every entry, by title.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The same entries, to be kept by whoever answers from them.
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

    /// Words that mean the same.
    pub fn thesaurus(&self) -> &Thesaurus {
        &self.thesaurus
    }

    /// The id of the only pack there is.
    fn own_id(&self) -> &str {
        self.packs.first().map_or("", |pack| pack.id.as_str())
    }

    /// What was wrong with files of the packs while reading.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The same for two libraries exactly if their files are; 32 hexadecimal digits.
    pub fn content_hash(&self) -> &str {
        &self.content_hash
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing into a `String` cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// A whole entry without a fault, for tests.
#[cfg(test)]
pub(crate) const SAMPLE: &str = r#"+++
id = "one"
title = "First response"
kind = "practice"
summary = "Stay calm, tell the lead, write it down."
aliases = ["what do I do now", "child told me", "disclosure"]
nations = ["UK"]
settings = ["any"]
ages = ["any"]
continuum = ["any"]
status = "current"
superseded_by = []
reviewed = 2026-11-21
review_by = 2027-11-21

[[sources]]
key = "a"
title = "Source A"
publisher = "NICE"
year = 2020
url = "https://example.org/a"

[[sources]]
key = "b"
title = "Source B"
publisher = "NSPCC"
year = 2019
+++

Answer in short.[^a]

## What to do first

Listen.[^b] More.[^check]
"#;

/// A library that holds the sample.
#[cfg(test)]
pub(crate) fn sample_library() -> Library {
    library_of(&[("one.md", SAMPLE)])
}

/// A library of these files.
#[cfg(test)]
pub(crate) fn library_of(files: &[(&str, &str)]) -> Library {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file in it");
    }
    Library::from_dir(folder.path())
}

#[cfg(test)]
pub(crate) fn sample_entry(id: &str) -> Entry {
    let text = SAMPLE.replace("id = \"one\"", &format!("id = \"{id}\""));
    let mut problems = Vec::new();
    let file = crate::text::SourceFile::new("sample.md", &text);
    read_entry(&file, &text, "v".into(), &mut problems).expect("the sample is whole")
}

#[cfg(test)]
mod tests;
