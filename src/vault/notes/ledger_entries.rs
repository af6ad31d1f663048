//! The entries of the ledger: a revision or a draft each, as many as there are notes.
//!
//! They are plain TOML, and written and read line by line, because all of them are read when the
//! vault is unlocked and written at every change of the ledger.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::note::NoteId;

const REVISION: &str = "[[revision]]\n";
const DRAFT: &str = "[[draft]]\n";
/// Digits of a SHA-256.
const HASH_DIGITS: usize = 64;
/// Bytes that no revision and no draft exceeds.
const MAX_REVISION_BYTES: usize = 256;
const MAX_DRAFT_BYTES: usize = 96;

/// What a completed revision holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RevisionContent {
    /// SHA-256 of the plaintext.
    pub(crate) sha256: String,
    /// SHA-256 of the plaintext of its members' edition, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) members: Option<String>,
}

/// The content of a revision that no member opens.
impl From<String> for RevisionContent {
    fn from(sha256: String) -> Self {
        Self { sha256, members: None }
    }
}

/// An entry.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A completed revision: its note, its number, its content.
    Revision(NoteId, u32, RevisionContent),
    /// A draft: its note, and how often it was saved.
    Draft(NoteId, u64),
}

/// Returns the texts and after them the entries.
pub(super) fn write<'a>(
    before: &[&str],
    revisions: impl ExactSizeIterator<Item = (NoteId, u32, &'a RevisionContent)>,
    drafts: impl ExactSizeIterator<Item = (NoteId, u64)>,
) -> Zeroizing<String> {
    // Room for everything at once: a growing buffer leaves copies behind.
    let room = before.iter().map(|part| part.len()).sum::<usize>()
        + revisions.len() * MAX_REVISION_BYTES
        + drafts.len() * MAX_DRAFT_BYTES;
    let mut text = Zeroizing::new(String::with_capacity(room));
    before.iter().for_each(|part| text.push_str(part));
    // Writing to a string cannot fail.
    for (note, number, content) in revisions {
        let sha256 = quoted(&content.sha256);
        let _ =
            write!(text, "\n{REVISION}note = \"{note}\"\nnumber = {number}\nsha256 = {sha256}\n");
        if let Some(members) = &content.members {
            let _ = writeln!(text, "members = {}", quoted(members));
        }
    }
    for (note, saves) in drafts {
        let _ = write!(text, "\n{DRAFT}note = \"{note}\"\nsaves = {saves}\n");
    }
    text
}

fn quoted(hash: &str) -> String {
    if is_hash(hash) {
        format!("\"{hash}\"")
    } else {
        toml::Value::String(hash.to_owned()).to_string()
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == HASH_DIGITS && text.bytes().all(|c| c.is_ascii_hexdigit())
}

/// The entries that stand one after the other in `text`, from the first one on, and what stands
/// before and after them. There are none where one of them is not as it is written here.
pub(super) fn split(text: &str) -> (&str, Vec<Entry>, &str) {
    let starts = [REVISION, DRAFT].into_iter().filter_map(|head| text.find(&format!("\n{head}")));
    let Some(start) = starts.min() else { return (text, Vec::new(), "") };
    let (before, mut rest) = text.split_at(start + 1);
    let mut entries = Vec::new();
    while let Some((entry, after)) = entry(rest) {
        entries.push(entry);
        rest = after;
    }
    // What follows must begin a table of its own, or it would belong to the last entry.
    let mut lines = rest.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let is_over = lines.next().is_none_or(|line| line.starts_with('['));
    if is_over { (before, entries, rest) } else { (text, Vec::new(), "") }
}

/// The entry at the beginning of `text`, and what follows it.
fn entry(text: &str) -> Option<(Entry, &str)> {
    let (entry, rest) = if let Some(rest) = text.strip_prefix(REVISION) {
        let (note, rest) = note(rest)?;
        let (number, rest) = value(rest, "number = ", "")?;
        let (sha256, mut rest) = hash(rest, "sha256 = \"")?;
        let mut members = None;
        if let Some((edition, after)) = hash(rest, "members = \"") {
            (members, rest) = (Some(edition), after);
        }
        (Entry::Revision(note, number.parse().ok()?, RevisionContent { sha256, members }), rest)
    } else {
        let (note, rest) = note(text.strip_prefix(DRAFT)?)?;
        let (saves, rest) = value(rest, "saves = ", "")?;
        (Entry::Draft(note, saves.parse().ok()?), rest)
    };
    Some((entry, rest.strip_prefix('\n').unwrap_or(rest)))
}

fn note(text: &str) -> Option<(NoteId, &str)> {
    let (note, rest) = value(text, "note = \"", "\"")?;
    Some((note.parse().ok()?, rest))
}

fn hash<'a>(text: &'a str, key: &str) -> Option<(String, &'a str)> {
    let (hash, rest) = value(text, key, "\"")?;
    is_hash(hash).then(|| (hash.to_owned(), rest))
}

/// What stands in a line between a key and an end, and what follows the line.
fn value<'a>(text: &'a str, key: &str, end: &str) -> Option<(&'a str, &'a str)> {
    let (line, rest) = text.strip_prefix(key)?.split_once('\n')?;
    Some((line.strip_suffix(end)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::keys::sha256::sha256;

    fn written(before: &str) -> (Zeroizing<String>, Vec<Entry>) {
        let content = |members: bool| RevisionContent {
            sha256: sha256(b"one"),
            members: members.then(|| sha256(b"two")),
        };
        let note = NoteId::random();
        let revisions = [(note, 1, content(true)), (note, u32::MAX, content(false))];
        let drafts = [(NoteId::random(), 0), (NoteId::random(), 7)];
        let lines = revisions.iter().map(|(note, number, content)| (*note, *number, content));
        let text = write(&[before], lines, drafts.into_iter());
        let revisions =
            revisions.into_iter().map(|(note, at, what)| Entry::Revision(note, at, what));
        let drafts = drafts.into_iter().map(|(note, saves)| Entry::Draft(note, saves));
        (text, revisions.chain(drafts).collect())
    }

    #[test]
    fn entries_come_back_with_what_stands_around_them() {
        let (text, entries) = written("# ledger\n[seal]\nnumber = 1\n");
        let (before, read, after) = split(&text);
        assert_eq!((before, read, after), ("# ledger\n[seal]\nnumber = 1\n\n", entries, ""));
        for after in ["#   \n# signature\n", "[[kept]]\nnote = 1\n", "# x\n[a]\n"] {
            let whole = format!("{}{after}", *text);
            assert_eq!(split(&whole).2, after);
            assert_eq!(split(&whole).1.len(), 4);
        }
        assert_eq!(split("[seal]\n"), ("[seal]\n", Vec::new(), ""));
    }

    #[test]
    fn what_would_belong_to_the_last_entry_is_left_to_the_toml_library() {
        let (text, _) = written("# ledger\n");
        for after in ["more = 1\n", "# x\nmore = 1\n", "\n  more = 1\n"] {
            let whole = format!("{}{after}", *text);
            assert_eq!(split(&whole), (&*whole, Vec::new(), ""), "{after:?}");
        }
    }

    #[test]
    fn entries_are_what_the_toml_library_reads_in_them() {
        let (text, entries) = written("");
        let document: toml::Table = toml::from_str(&text).expect("a document");
        let read = |kind: &str| document[kind].as_array().expect("tables").clone();
        let revisions = read("revision").into_iter().map(|line| {
            let text = |key: &str| Some(line.get(key)?.as_str()?.to_owned());
            let number = line["number"].as_integer().expect("a number");
            let sha256 = text("sha256").expect("a hash");
            let content = RevisionContent { sha256, members: text("members") };
            let note = line["note"].as_str().expect("an id").parse().expect("an id");
            Entry::Revision(note, number.try_into().expect("a number"), content)
        });
        let drafts = read("draft").into_iter().map(|line| {
            let saves = line["saves"].as_integer().expect("a number");
            let note = line["note"].as_str().expect("an id").parse().expect("an id");
            Entry::Draft(note, saves.try_into().expect("a number"))
        });
        assert_eq!(revisions.chain(drafts).collect::<Vec<_>>(), entries);
        let odd = quoted("a \"b\"\n");
        let document: toml::Table = toml::from_str(&format!("hash = {odd}\n")).expect("read");
        assert_eq!(document["hash"].as_str(), Some("a \"b\"\n"));
    }
}
