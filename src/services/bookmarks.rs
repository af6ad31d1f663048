//! What a person comes back to: bookmarked entries and recent searches, in `reading.toml` in the data
//! folder, for this account alone.
//!
//! It is kept in plain text, so it knows entries and what was typed into the search line to find
//! them, and never a word from a clinic. A file that can't be understood is named and never written
//! over.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use rand::{RngCore as _, rngs::OsRng};
use serde::{Deserialize, Serialize};

use crate::{system::disk, text::clean_line};

/// Searches kept at most.
const MAX_SEARCHES: usize = 20;
/// A longer text is not a search: somebody pasted something, and it may be about a case.
const MAX_SEARCH_LEN: usize = 80;
/// Larger than any such file.
const MAX_BYTES: u64 = 1024 * 1024;
/// The beginning of the name a new file has before it takes the old one's place.
const BESIDE: &str = ".reading-";
/// No write takes so long.
const LEFT_BEHIND: Duration = Duration::from_mins(1);

const HEAD: &str =
    "# Bookmarks and recent searches of caseclinic, in plain text. You can delete this file.\n";

/// Bookmarks and recent searches, as they are in the file. Any other key there is a mistake, so
/// that writing never loses it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bookmarks {
    /// Ids of bookmarked entries, oldest first.
    pub bookmarks: Vec<String>,
    /// Searches that led to reading an entry, newest first.
    pub searches: Vec<String>,
}

/// A change of it. Changes are kept one by one, so that two windows don't undo each other's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BookmarkChange {
    /// An entry was bookmarked.
    Marked(String),
    /// A bookmark was removed.
    Unmarked(String),
    /// A search led to reading an entry.
    Searched(String),
    /// Searches are not to be remembered, those of before neither.
    SearchesForgotten,
}

impl Bookmarks {
    /// Whether an entry is bookmarked.
    pub fn is_marked(&self, id: &str) -> bool {
        self.bookmarks.iter().any(|marked| marked == id)
    }

    /// Applies a change; false if nothing is different after it.
    pub fn apply(&mut self, change: &BookmarkChange) -> bool {
        let before = self.clone();
        match change {
            BookmarkChange::Marked(id) if !self.is_marked(id) => self.bookmarks.push(id.clone()),
            BookmarkChange::Marked(_) => {}
            BookmarkChange::Unmarked(id) => self.bookmarks.retain(|marked| marked != id),
            BookmarkChange::Searched(text) => {
                let text = text.trim();
                if !text.is_empty() && text.chars().count() <= MAX_SEARCH_LEN {
                    self.searches.retain(|known| known != text);
                    self.searches.insert(0, text.to_owned());
                    self.searches.truncate(MAX_SEARCHES);
                }
            }
            BookmarkChange::SearchesForgotten => self.searches.clear(),
        }
        *self != before
    }
}

/// Why bookmarks and searches could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum BookmarksError {
    /// The file can't be read, or is something else.
    #[error(
        "{}: {why}. The file was not changed. Bookmarks are not saved until you fix or delete it.",
        .path.display()
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, as the end of a sentence.
        why: String,
    },
    /// The file can't be written.
    #[error("Bookmarks could not be saved in {}: {why}. Free some space, or check the folder.", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The answer of the system.
        why: io::Error,
    },
}

/// The file, whether it is there or not.
pub(crate) struct BookmarksFile {
    path: PathBuf,
}

impl BookmarksFile {
    /// The file in the data folder.
    pub(crate) fn in_folder(data: &Path) -> Self {
        Self { path: data.join("reading.toml") }
    }

    /// What is kept; nothing if there is no file.
    pub(crate) fn read(&self) -> Result<Bookmarks, BookmarksError> {
        let wrong = |why: String| BookmarksError::Unreadable { path: self.path.clone(), why };
        match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Bookmarks::default());
            }
            Ok(facts) if facts.len() > MAX_BYTES || !facts.is_file() => {
                return Err(wrong("this is not a list of bookmarks".to_owned()));
            }
            _ => {}
        }
        let text = fs::read_to_string(&self.path).map_err(|error| wrong(error.to_string()))?;
        let written: Bookmarks = toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            wrong(format!("line {line}: {}", clean_line(error.message())))
        })?;
        let mut reading = Bookmarks::default();
        for id in &written.bookmarks {
            reading.apply(&BookmarkChange::Marked(clean_line(id)));
        }
        for text in written.searches.iter().rev() {
            reading.apply(&BookmarkChange::Searched(clean_line(text)));
        }
        Ok(reading)
    }

    /// Keeps a change: what is on the disk now, with the change, is put in its place at once.
    pub(crate) fn keep(&self, change: &BookmarkChange) -> Result<(), BookmarksError> {
        let mut reading = self.read()?;
        if reading.apply(change) {
            self.write(&reading)
                .map_err(|why| BookmarksError::Unwritable { path: self.path.clone(), why })?;
        }
        Ok(())
    }

    fn write(&self, reading: &Bookmarks) -> io::Result<()> {
        let text = toml::to_string_pretty(reading).map_err(io::Error::other)?;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        disk::make_private_folders(folder)?;
        sweep(folder);
        let beside = folder.join(format!("{BESIDE}{:016x}", OsRng.next_u64()));
        let placed = write_new(&beside, &format!("{HEAD}{text}"))
            .and_then(|()| fs::rename(&beside, &self.path));
        if placed.is_err() {
            // Only tidying: the error that counts is already known.
            let _ = fs::remove_file(&beside);
        }
        placed?;
        disk::sync_any_folder(folder)
    }
}

/// Removes what a crash left half-written; younger ones may belong to another window.
fn sweep(folder: &Path) {
    let Ok(listed) = fs::read_dir(folder) else { return };
    for entry in listed.flatten() {
        let is_beside = entry.file_name().to_str().is_some_and(|name| name.starts_with(BESIDE));
        let changed = entry.metadata().and_then(|facts| facts.modified()).ok();
        let age = changed.and_then(|changed| changed.elapsed().ok());
        if is_beside && age.is_some_and(|age| age > LEFT_BEHIND) {
            // A leftover that stays does no harm: nobody reads it.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = disk::private_file_options().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn searched(text: &str) -> BookmarkChange {
        BookmarkChange::Searched(text.to_owned())
    }

    #[test]
    fn the_last_twenty_searches_are_kept_newest_first_and_each_once() {
        let mut reading = Bookmarks::default();
        for number in 0..30 {
            assert!(reading.apply(&searched(&format!("year {number}"))));
        }
        assert!(reading.apply(&searched(" year 20 ")));
        assert!(!reading.apply(&searched("year 20")));
        assert_eq!(reading.searches.len(), MAX_SEARCHES);
        assert_eq!(reading.searches[..2], ["year 20", "year 29"]);
    }

    #[test]
    fn a_pasted_page_is_no_search_to_remember() {
        let mut reading = Bookmarks::default();
        assert!(!reading.apply(&searched(&"he said ".repeat(20))));
        assert!(!reading.apply(&searched("  ")));
        assert_eq!(reading, Bookmarks::default());
    }

    #[test]
    fn a_bookmark_is_there_once_and_goes_again() {
        let mut reading = Bookmarks::default();
        assert!(reading.apply(&BookmarkChange::Marked("a".into())));
        assert!(!reading.apply(&BookmarkChange::Marked("a".into())));
        assert_eq!(reading.bookmarks, ["a"]);
        assert!(reading.apply(&BookmarkChange::Unmarked("a".into())));
        assert!(!reading.is_marked("a"));
    }

    fn marked(id: &str) -> BookmarkChange {
        BookmarkChange::Marked(id.to_owned())
    }

    #[cfg(unix)]
    #[test]
    fn what_is_kept_is_read_again_and_belongs_to_this_account_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("not/there/yet");
        let file = BookmarksFile::in_folder(&data);
        assert_eq!(file.read().expect("no file is no mistake"), Bookmarks::default());
        for text in ["first \"quoted\"", "second"] {
            file.keep(&BookmarkChange::Searched(text.to_owned())).expect("kept");
        }
        // Another window has marked something meanwhile.
        BookmarksFile::in_folder(&data).keep(&marked("other")).expect("kept");
        file.keep(&marked("first-response")).expect("kept");
        let reading = file.read().expect("read");
        assert_eq!(reading.searches, ["second", "first \"quoted\""]);
        assert_eq!(reading.bookmarks, ["other", "first-response"]);
        let mode = fs::metadata(data.join("reading.toml")).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(&data).expect("listed").count(), 1, "nothing else is left");
    }

    #[test]
    fn what_a_crash_left_half_written_goes_and_what_is_being_written_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let (old, young) = (folder.path().join(".reading-1"), folder.path().join(".reading-2"));
        for path in [&old, &young] {
            fs::write(path, "half").expect("written");
        }
        let before = std::time::SystemTime::now() - Duration::from_hours(1);
        let file = fs::File::options().write(true).open(&old).expect("opened");
        file.set_modified(before).expect("dated back");
        BookmarksFile::in_folder(folder.path()).keep(&marked("a")).expect("kept");
        assert!(!old.exists() && young.exists());
    }

    #[test]
    fn a_broken_file_is_named_and_left_alone() {
        for broken in ["bookmarks = [\nsearches", "notes = 1\n", "bookmarks = \"a\"\n"] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("reading.toml");
            fs::write(&path, broken).expect("written");
            let file = BookmarksFile::in_folder(folder.path());
            let error = file.read().expect_err("it is broken").to_string();
            assert!(error.contains("reading.toml: line "), "{error}");
            assert!(file.keep(&marked("a")).is_err());
            assert_eq!(fs::read_to_string(&path).expect("there"), broken);
        }
    }

    #[test]
    fn a_file_that_somebody_else_wrote_can_not_steer_the_terminal() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = "searches = [\"a\\u001b[2Jb\"]\nbookmarks = []\n";
        fs::write(folder.path().join("reading.toml"), text).expect("written");
        let reading = BookmarksFile::in_folder(folder.path()).read().expect("read");
        assert!(reading.searches.iter().all(|text| !text.contains('\u{1b}')));
    }
}
