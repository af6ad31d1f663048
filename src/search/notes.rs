//! Searches notes with the same query language as guidance. The index is in memory, or sealed in
//! the vault by the vault worker. Nothing here touches a disk.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use jiff::civil::Date;
use zeroize::Zeroizing;

use super::{
    index::{IndexError, IndexPart, Packed, SectionIndex, part},
    searcher::Searcher,
};
use crate::knowledge::{AgeBand, Entry, Kind, Nation, Setting, Status, Thesaurus};

/// The version of a saved index. It rises with every change of its bytes.
pub const NOTES_FORMAT: u32 = 3;
/// A part with fewer notes is built anew with whatever is added.
const MIN_PART_NOTES: usize = 128;

/// Why notes cannot be searched, as sentences that say what to do.
#[derive(Debug, thiserror::Error)]
#[error("The notes cannot be searched: {0}. Lock the vault and unlock it again.")]
pub struct NoteSearchError(#[from] IndexError);

/// A note to be searched.
#[derive(Clone)]
pub struct NoteToSearch {
    /// Its id.
    pub id: String,
    /// The same exactly as long as its text is.
    pub stamp: String,
    /// What it is called in lists: the case key and the format.
    pub title: String,
}

/// The index of the notes, in parts that are never changed.
#[derive(Default)]
pub struct NotesIndex {
    parts: Vec<NotesPart>,
}

/// A built part, to be added to the index.
pub struct NotesPart {
    packed: Packed,
    /// Id and stamp of each note in it.
    notes: Vec<(String, String)>,
}

impl NotesPart {
    /// Builds a part of these notes and their texts.
    ///
    /// # Errors
    /// Not enough memory.
    pub fn of(notes: &[(&NoteToSearch, Zeroizing<String>)]) -> Result<Self, NoteSearchError> {
        let entries: Vec<Entry> = notes.iter().map(|(note, _)| entry(note)).collect();
        let texts = entries.iter().zip(notes).map(|(entry, (_, text))| (entry, text.as_str()));
        let packed = Packed::of(&texts.collect::<Vec<_>>())?;
        let notes = notes.iter().map(|(note, _)| (note.id.clone(), note.stamp.clone())).collect();
        Ok(Self { packed, notes })
    }
}

impl NotesIndex {
    /// Reads a saved index. Bytes that cannot be used are an empty index.
    pub fn read(mut bytes: &[u8]) -> Self {
        let mut parts = Vec::new();
        while !bytes.is_empty() {
            let Some(part) = read_part(&mut bytes) else { return Self::default() };
            parts.push(part);
        }
        Self { parts }
    }

    /// The bytes to save, which the vault seals.
    pub fn write(&self) -> Option<Zeroizing<Vec<u8>>> {
        let mut out = Vec::new();
        for part in &self.parts {
            let notes = Zeroizing::new(serde_json::to_vec(&part.notes).ok()?);
            part::put(&mut out, &notes);
            part.packed.write(&mut out).ok()?;
        }
        Some(Zeroizing::new(out))
    }

    /// Drops parts with few current notes, and every part with a note that was removed, because its
    /// words must not stay. Returns the places in `wanted` of the notes that are missing.
    pub fn settle(&mut self, wanted: &[NoteToSearch]) -> Vec<usize> {
        let there: HashMap<&str, &str> =
            wanted.iter().map(|note| (note.id.as_str(), note.stamp.as_str())).collect();
        let mut held: HashSet<(String, String)> = HashSet::new();
        let is_missing = |held: &HashSet<(String, String)>, note: &NoteToSearch| {
            !held.contains(&(note.id.clone(), note.stamp.clone()))
        };
        self.parts.retain(|part| {
            let gone = part.notes.iter().any(|(id, _)| !there.contains_key(id.as_str()));
            let same =
                |(id, stamp): &&(String, String)| there.get(id.as_str()) == Some(&stamp.as_str());
            let live = part.notes.iter().filter(same).count();
            let keep = !gone && live * 4 >= part.notes.len() * 3;
            if keep {
                held.extend(part.notes.iter().cloned());
            }
            keep
        });
        if wanted.iter().any(|note| is_missing(&held, note)) {
            self.parts.retain(|part| {
                let keep = part.notes.len() >= MIN_PART_NOTES;
                if !keep {
                    part.notes.iter().for_each(|note| _ = held.remove(note));
                }
                keep
            });
        }
        let missing = wanted.iter().enumerate().filter(|(_, note)| is_missing(&held, note));
        missing.map(|(at, _)| at).collect()
    }

    /// Adds a part.
    pub fn add(&mut self, part: NotesPart) {
        self.parts.push(part);
    }

    /// Answers queries over these notes, all of which must have been added.
    ///
    /// # Errors
    /// A note is missing, or there is not enough memory.
    pub fn searcher(
        &self,
        notes: &[NoteToSearch],
        thesaurus: &Thesaurus,
    ) -> Result<Searcher, NoteSearchError> {
        let entries: Vec<Entry> = notes.iter().map(entry).collect();
        let parts: Result<Vec<IndexPart>, IndexError> =
            self.parts.iter().map(|part| part.packed.open()).collect();
        let index = parts.and_then(|parts| SectionIndex::over(parts, &entries))?;
        Ok(Searcher::over(Some(index), entries.into(), thesaurus.clone()))
    }
}

fn read_part(bytes: &mut &[u8]) -> Option<NotesPart> {
    let notes = serde_json::from_slice(part::take(bytes)?).ok()?;
    Some(NotesPart { notes, packed: Packed::read(bytes).ok()? })
}

/// A note as the index knows it: every filter lets it through.
fn entry(note: &NoteToSearch) -> Entry {
    Entry {
        id: note.id.clone(),
        title: note.title.clone(),
        kind: Kind::Practice,
        summary: String::new(),
        aliases: Vec::new(),
        nations: vec![Nation::Uk],
        settings: vec![Setting::Any],
        ages: vec![AgeBand::Any],
        continuum: Vec::new(),
        status: Status::Current,
        superseded_by: Vec::new(),
        urgent: false,
        reviewed: Date::MIN,
        review_by: Date::MAX,
        sources: Vec::new(),
        body: Cow::Borrowed(""),
        version: note.stamp.clone(),
        pack: String::new(),
        overlays: None,
        imported: None,
        imported_from: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        knowledge::Library,
        search::{Options, Results},
    };

    fn note(id: &str, stamp: &str) -> NoteToSearch {
        let title = format!("{} Peer case clinic", id.to_uppercase());
        NoteToSearch { id: id.to_owned(), stamp: stamp.to_owned(), title }
    }

    fn part(notes: &[(&NoteToSearch, &str)]) -> NotesPart {
        let texts = notes.iter().map(|(note, text)| (*note, Zeroizing::new((*text).to_owned())));
        NotesPart::of(&texts.collect::<Vec<_>>()).expect("there is memory")
    }

    fn find(index: &NotesIndex, notes: &[NoteToSearch], text: &str) -> Results {
        let library = Library::bundled();
        let searcher = index.searcher(notes, library.thesaurus()).expect("it is whole");
        searcher.search(text, &Options { typing: true, ..Options::default() })
    }

    fn ids(results: &Results) -> Vec<&str> {
        results.hits.iter().map(|hit| hit.id.as_str()).collect()
    }

    fn three() -> (NotesIndex, Vec<NoteToSearch>) {
        let notes = vec![note("heron-1", "a"), note("wren-2", "a"), note("owl-3", "a")];
        let mut index = NotesIndex::default();
        assert_eq!(index.settle(&notes), [0, 1, 2]);
        index.add(part(&[
            (&notes[0], "The # tŷ bach stays locked.\n<b>Kindness</b> at the minibus stop."),
            (&notes[1], "At the minibus stop nobody waits. The grandmother helps."),
        ]));
        index.add(part(&[(&notes[2], "The stop after the minibus. A sibling is kind.")]));
        (index, notes)
    }

    #[test]
    fn words_phrases_exclusions_spelling_folding_and_unfinished_words_find_notes() {
        let (index, notes) = three();
        assert_eq!(find(&index, &notes, "grandmother").total, 1);
        assert_eq!(ids(&find(&index, &notes, "\"minibus stop\" -grandmother")), ["heron-1"]);
        assert_eq!(ids(&find(&index, &notes, "ty")), ["heron-1"]);
        assert_eq!(ids(&find(&index, &notes, "grandm")), ["wren-2"]);
        let corrected = find(&index, &notes, "grandmohter ");
        assert_eq!(corrected.corrected.as_deref(), Some("grandmother "));
        assert_eq!(ids(&find(&index, &notes, "heron-1")), ["heron-1"]);
        assert_eq!(find(&index, &notes, "giraffe").total, 0);
    }

    #[test]
    fn what_was_found_is_marked_in_a_line_of_the_note() {
        let (index, notes) = three();
        let results = find(&index, &notes, "grandmother");
        let hit = &results.hits[0];
        let marked: Vec<&str> =
            hit.highlights.iter().map(|place| &hit.snippet[place.clone()]).collect();
        assert_eq!(marked, ["grandmother"]);
    }

    #[test]
    fn what_is_kept_is_read_again_and_what_is_damaged_is_built_anew() {
        let (index, notes) = three();
        let kept = index.write().expect("written");
        let mut again = NotesIndex::read(&kept);
        assert!(again.settle(&notes).is_empty());
        assert_eq!(ids(&find(&again, &notes, "grandmother")), ["wren-2"]);
        let mut cut = NotesIndex::read(&kept[..kept.len() / 2]);
        assert_eq!(cut.settle(&notes).len(), notes.len());
    }

    #[test]
    fn a_note_that_changed_is_read_again_and_found_by_its_new_words_only() {
        let (mut index, mut notes) = three();
        notes[2] = note("owl-3", "b");
        assert_eq!(index.settle(&notes), [0, 1, 2], "small parts are built anew together");
        index.add(part(&[(&notes[0], "x"), (&notes[1], "y"), (&notes[2], "The kayak.")]));
        assert_eq!(ids(&find(&index, &notes, "kayak")), ["owl-3"]);
        assert_eq!(find(&index, &notes, "sibling").total, 0);
    }

    #[test]
    fn words_of_a_note_that_is_gone_do_not_stay() {
        let (mut index, mut notes) = three();
        notes.remove(1);
        index.settle(&notes);
        let kept = index.write().expect("written");
        let text = String::from_utf8_lossy(&kept);
        assert!(!text.contains("grandmother") && !text.contains("wren-2"));
    }
}
