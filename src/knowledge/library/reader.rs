//! From the files of a pack to its entries, one after the other.
//!
//! What was read before and has not changed may be handed over as it was; what comes out is the
//! same as if the file had been read again.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use crate::{
    knowledge::{
        Entry, Pack, Thesaurus,
        front_matter::read_entry,
        pack::{FileRole, PackFile, read_pack, role_of},
        thesaurus::read_thesaurus,
    },
    text::Problem,
};

/// A pack, read.
#[derive(Default)]
pub(in crate::knowledge) struct ReadPack {
    pub(in crate::knowledge) pack: Pack,
    /// In the order of their files.
    pub(in crate::knowledge) entries: Vec<Entry>,
    pub(in crate::knowledge) thesaurus: Thesaurus,
    pub(in crate::knowledge) problems: Vec<Problem>,
    /// The same for two packs exactly if their files are.
    pub(in crate::knowledge) content_hash: String,
}

impl ReadPack {
    /// The same as the pack of that id, whatever its own files say.
    pub(in crate::knowledge) fn named(mut self, id: &str) -> Self {
        self.entries.iter_mut().for_each(|entry| id.clone_into(&mut entry.pack));
        id.clone_into(&mut self.pack.id);
        if self.pack.title.is_empty() {
            id.clone_into(&mut self.pack.title);
        }
        self
    }
}

/// Reads a pack whose files are handed over by name.
pub(in crate::knowledge) struct PackReader {
    whole: Sha256,
    ids: HashSet<String>,
    read: ReadPack,
}

impl PackReader {
    /// With what is wrong already.
    pub(in crate::knowledge) fn new(problems: Vec<Problem>) -> Self {
        let read = ReadPack { problems, ..ReadPack::default() };
        Self { whole: Sha256::new(), ids: HashSet::new(), read }
    }

    /// Reads a file. An entry without a fault is shown with the hash of its file.
    pub(in crate::knowledge) fn take(&mut self, file: &PackFile) -> Option<(String, &Entry)> {
        let hash = hex(&Sha256::digest(file.text.as_bytes()));
        self.add(&file.name, &hash);
        let problems = self.read.problems.len();
        match role_of(&file.name) {
            FileRole::Entry if self.take_entry(file, &hash[..12]) => {
                let faultless = self.read.problems.len() == problems;
                return self.read.entries.last().filter(|_| faultless).map(|entry| (hash, entry));
            }
            FileRole::Pack => self.read.pack = read_pack(file, &mut self.read.problems),
            FileRole::Thesaurus => {
                self.read.thesaurus = read_thesaurus(file, &mut self.read.problems);
            }
            FileRole::Entry | FileRole::Wording | FileRole::None => {}
        }
        None
    }

    /// Takes over an entry without a fault as it was read from the file of its name, which had
    /// that hash; unless there is one of its id, so that the file must be read to say so.
    pub(in crate::knowledge) fn take_over(&mut self, hash: &str, entry: Entry) -> bool {
        let new = self.ids.insert(entry.id.clone());
        if new {
            self.add(&format!("{}.md", entry.id), hash);
            self.read.entries.push(entry);
        }
        new
    }

    /// What is wrong so far.
    pub(in crate::knowledge) fn problems(&mut self) -> &mut Vec<Problem> {
        &mut self.read.problems
    }

    pub(in crate::knowledge) fn finish(self) -> ReadPack {
        let mut read = self.read;
        read.content_hash = hex(&self.whole.finalize())[..32].to_owned();
        for entry in &mut read.entries {
            entry.pack.clone_from(&read.pack.id);
        }
        read
    }

    fn add(&mut self, name: &str, hash: &str) {
        self.whole.update(name.as_bytes());
        self.whole.update([0]);
        self.whole.update(hash.as_bytes());
    }

    /// Whether there is one more entry.
    fn take_entry(&mut self, file: &PackFile, version: &str) -> bool {
        let problems = &mut self.read.problems;
        let entry = read_entry(&file.source, &file.text, version.to_owned(), problems);
        let Some(entry) = entry else { return false };
        let id_line = file.text.find("id =").unwrap_or(0);
        let id_place = id_line..id_line + file.text[id_line..].find('\n').unwrap_or(0);
        if file.name.strip_suffix(".md") != Some(&entry.id) {
            problems.push(file.source.error(
                "id-file-name",
                id_place.clone(),
                format!("The id `{}` is not the same as the file name.", entry.id),
                format!("Rename the file to `{}.md`, or change the id to match.", entry.id),
            ));
        }
        if !self.ids.insert(entry.id.clone()) {
            problems.push(file.source.error(
                "duplicate-id",
                id_place,
                format!("Another file already has the id `{}`. This one is ignored.", entry.id),
                "Give each entry its own id.",
            ));
            return false;
        }
        self.read.entries.push(entry);
        true
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing into a `String` cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
