//! The library: every entry that could be read, of the bundled pack and of those installed beside
//! it, and what was wrong with the rest.

mod links;
mod overlay;
mod reader;
#[cfg(test)]
mod tests;

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
    pack::PackFile,
    pack_store::installed_packs,
    wordlist::wording_of_packs,
};
use crate::text::{Problem, Severity, wording::Wording};

use reader::hex;
pub(super) use reader::{PackReader, ReadPack};

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
        for read in packs {
            let name = read.pack.id.clone();
            whole.update(name.as_bytes());
            whole.update([0]);
            whole.update(read.content_hash.as_bytes());
            for mut entry in read.entries {
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
                            "The pack `{}` already has an entry `{}`. This one is ignored.",
                            entries[at].pack, entry.id
                        ),
                        "Give each entry its own id, and add the pack again.",
                    )),
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
        self.content_hash = hex(&whole.finalize())[..32].to_owned();
        self.arrange(entries);
    }

    fn arrange(&mut self, mut entries: Vec<Entry>) {
        entries.sort_by(|a, b| (&a.title, &a.id).cmp(&(&b.title, &b.id)));
        self.entries = entries.into();
        let places = self.entries.iter().enumerate();
        self.by_id = places.map(|(at, entry)| (entry.id.clone(), at)).collect();
    }

    pub(super) fn from_files(files: &[PackFile], problems: Vec<Problem>) -> Self {
        let mut reader = PackReader::new(problems);
        files.iter().for_each(|file| drop(reader.take(file)));
        let read = reader.finish();
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
    super::front_matter::read_entry(&file, &text, "v".into(), &mut problems)
        .expect("the sample is whole")
}
