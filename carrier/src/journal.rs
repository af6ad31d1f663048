//! What this carrier put where: a file with a line for each, so that it never deletes anything else.
//!
//! A line is on the disk before the file it names is carried. A line for a file that was never carried
//! does no harm.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use crate::names::kind;

/// Which way a file went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Into the store.
    Sent,
    /// Into the folder.
    Fetched,
}

/// What was put where.
#[derive(Debug)]
pub struct Journal {
    file: File,
    /// Into the store.
    pub sent: BTreeSet<String>,
    /// Into the folder.
    pub fetched: BTreeSet<String>,
}

impl Journal {
    /// Reads a journal, or begins one. A line that was cut short by a crash is left out.
    pub fn open(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read?,
        };
        let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        let names = |way: &str| {
            let names = text.lines().filter_map(|line| line.strip_prefix(way));
            names.filter(|name| kind(name).is_some()).map(str::to_owned).collect()
        };
        Ok(Self { sent: names("sent "), fetched: names("fetched "), file })
    }

    /// Notes files down before they are carried.
    pub fn note<'a>(
        &mut self,
        way: Way,
        paths: impl IntoIterator<Item = &'a String>,
    ) -> io::Result<()> {
        let (word, known) = match way {
            Way::Sent => ("sent", &mut self.sent),
            Way::Fetched => ("fetched", &mut self.fetched),
        };
        let mut lines = String::new();
        for path in paths {
            if known.insert(path.clone()) {
                lines.push_str(&format!("{word} {path}\n"));
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        self.file.write_all(lines.as_bytes())?;
        self.file.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_there_again_and_half_a_line_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("state/journal");
        let post = |n: u8| format!("post/ab/{n}-{}.age", "0f".repeat(32));
        let mut journal = Journal::open(&path).expect("it opens");
        journal.note(Way::Sent, [&post(1), &post(1)]).expect("noted");
        journal.note(Way::Fetched, [&post(2)]).expect("noted");
        fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(b"sent post/ab/3-0f0f"))
            .expect("cut short");
        let mut journal = Journal::open(&path).expect("it opens");
        assert_eq!(journal.sent, BTreeSet::from([post(1)]));
        assert_eq!(journal.fetched, BTreeSet::from([post(2)]));
        journal.note(Way::Sent, [&post(4)]).expect("noted");
        let journal = Journal::open(&path).expect("it opens");
        assert_eq!(journal.sent, BTreeSet::from([post(1), post(4)]));
    }
}
