//! The plain file that says what a folder is, and the names inside a vault.
//!
//! `vault.toml` is the only readable file: format, vault id, when it was created, whether the
//! recovery sheet was confirmed. Nobody signs it, so it decides nothing: the ledger says the same,
//! and counts. It never says anything about cases.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{system::disk::with_slashes, vault::notes::note::NoteId};

/// The format this program writes.
pub(crate) const FORMAT: u32 = 2;
pub(crate) const MANIFEST: &str = "vault.toml";
pub(crate) const KEYS: &str = "keys";
pub(crate) const IDENTITY: &str = "keys/identity.age";
pub(crate) const RECOVERY: &str = "keys/recovery.age";
pub(crate) const NOTES: &str = "notes";
/// Which revisions were completed, and with what content.
pub(crate) const LEDGER: &str = "ledger.age";
/// The members of a vault of the first format.
pub(crate) const MEMBERS: &str = "members.age";
pub(crate) const TRASH: &str = "trash";
pub(crate) const CATALOGUE: &str = "catalogue.age";
pub(crate) const TEXTS: &str = "texts.age";
pub(crate) const DRAFT: &str = "draft.age";
/// In a backup only: what could not be read when it was made.
pub(crate) const NOT_IN_BACKUP: &str = "not-in-this-backup.txt";
/// The end of the name of a members' edition.
const MEMBERS_ENDING: &str = ".members.age";
/// The beginning of the name of a file that made room for another.
pub(crate) const SET_ASIDE: &str = "set-aside-";
/// Bytes a key file or the manifest may have; larger ones are not ours.
pub(crate) const SMALL: u64 = 64 << 10;

/// What `vault.toml` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format: u32,
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    /// What a locked vault can show; the ledger says what is so.
    #[serde(default)]
    pub(crate) recovery_confirmed: bool,
}

/// Why a manifest cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    Unreadable,
    Newer(u32),
}

#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

impl Manifest {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Unusable> {
        let text = std::str::from_utf8(bytes).map_err(|_| Unusable::Unreadable)?;
        // The format first: a newer manifest may have a shape that is not known here.
        let FormatOnly { format } = toml::from_str(text).map_err(|_| Unusable::Unreadable)?;
        match format {
            0 => return Err(Unusable::Unreadable),
            newer if newer > FORMAT => return Err(Unusable::Newer(newer)),
            _ => {}
        }
        toml::from_str(text).map_err(|_| Unusable::Unreadable)
    }

    pub(crate) fn write(&self) -> Result<String, toml::ser::Error> {
        Ok(format!(
            "# A caseclinic vault. Everything else here is encrypted; see keys/ and notes/.\n{}",
            toml::to_string(self)?
        ))
    }
}

/// The folder of a note, from the vault's folder on.
pub(crate) fn note_folder(note: NoteId) -> PathBuf {
    Path::new(NOTES).join(note.to_string())
}

/// The draft of a note, from the vault's folder on.
pub(crate) fn draft_file(note: NoteId) -> PathBuf {
    note_folder(note).join(DRAFT)
}

/// A revision of a note, from the vault's folder on.
pub(crate) fn revision_file(note: NoteId, number: u32) -> PathBuf {
    note_folder(note).join(format!("{number:04}.age"))
}

/// The revision a file name stands for: four digits or more, from 1, and no other spelling.
pub(crate) fn revision_number(name: &str) -> Option<u32> {
    let number = name.strip_suffix(".age")?.parse().ok().filter(|number| *number > 0)?;
    (name == format!("{number:04}.age")).then_some(number)
}

/// The members' edition of a revision, from the vault's folder on.
pub(crate) fn members_file(note: NoteId, number: u32) -> PathBuf {
    note_folder(note).join(format!("{number:04}{MEMBERS_ENDING}"))
}

/// The revision whose members' edition a file name stands for.
pub(crate) fn members_number(name: &str) -> Option<u32> {
    let number = name.strip_suffix(MEMBERS_ENDING)?;
    revision_number(&format!("{number}.age"))
}

/// Whether it is the name of a draft, a revision or its members' edition.
pub(crate) fn is_note_file(name: &str) -> bool {
    name == DRAFT || revision_number(name).is_some() || members_number(name).is_some()
}

/// Whether a path, from the vault's folder on, is one that a file of a vault can have.
pub(crate) fn is_own_file(path: &Path) -> bool {
    let Some(text) = with_slashes(path) else { return false };
    if [MANIFEST, IDENTITY, RECOVERY, MEMBERS, LEDGER].contains(&&*text) {
        return true;
    }
    match text.split('/').collect::<Vec<_>>().as_slice() {
        [name] => is_set_aside(name),
        [TRASH, name] => trash_name(name).is_some(),
        [NOTES, note, name] => {
            note.parse::<NoteId>().is_ok() && (is_note_file(name) || is_set_aside(name))
        }
        _ => false,
    }
}

/// Whether a path, from the vault's folder on, is a file of a vault or the folder of a note.
pub(crate) fn is_in_vault(path: &Path) -> bool {
    is_own_file(path) || path.starts_with(NOTES)
}

/// A draft that was discarded at a second since 1970, from the vault's folder on.
pub(crate) fn trash_file(note: NoteId, second: i64) -> PathBuf {
    Path::new(TRASH).join(format!("{note}-{second}.age"))
}

/// The note and the second that a name in the trash stands for.
pub(crate) fn trash_name(name: &str) -> Option<(NoteId, i64)> {
    const UUID: usize = 36;
    let (note, second) = (name.get(..UUID)?, name.get(UUID..)?);
    let second: i64 = second.strip_prefix('-')?.strip_suffix(".age")?.parse().ok()?;
    let note = note.parse().ok()?;
    (second >= 0 && trash_file(note, second) == Path::new(TRASH).join(name))
        .then_some((note, second))
}

/// Whether it is the name of a file that made room for another: sealed, and read by nothing.
pub(crate) fn is_set_aside(name: &str) -> bool {
    let name = name.strip_prefix("ledger-").unwrap_or(name);
    let rest = name.strip_prefix(SET_ASIDE).and_then(|rest| rest.strip_suffix(".age"));
    rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_hexdigit() || c == '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_stands_for_one_revision_only() {
        assert_eq!(revision_number("0001.age"), Some(1));
        assert_eq!(revision_number("12345.age"), Some(12345));
        for name in ["1.age", "0000.age", "00001.age", "+001.age", "0001", "draft.age", ".age"] {
            assert_eq!(revision_number(name), None, "{name}");
        }
        assert_eq!(members_number("0012.members.age"), Some(12));
        for name in ["0012.age", "12.members.age", "0000.members.age", ".members.age"] {
            assert_eq!(members_number(name), None, "{name}");
        }
    }

    #[test]
    fn only_names_that_a_vault_gives_are_its_own() {
        let note = NoteId::random();
        for name in ["vault.toml", "keys/recovery.age", "set-aside-0001-00ff.age"] {
            assert!(is_own_file(Path::new(name)), "{name}");
        }
        assert!(is_own_file(&draft_file(note)) && is_own_file(&revision_file(note, 12)));
        assert!(is_own_file(&members_file(note, 12)));
        for name in ["/vault.toml", "../vault.toml", "keys/../vault.toml", "lock", "notes/x/1.age"]
        {
            assert!(!is_own_file(Path::new(name)), "{name}");
        }
        assert!(!is_own_file(&note_folder(note).join("set-aside-../x.age")));
    }

    #[test]
    fn a_newer_format_is_named_whatever_its_shape() {
        assert_eq!(Manifest::read(b"format = 7\nshape = 'new'"), Err(Unusable::Newer(7)));
        assert_eq!(Manifest::read(b"format = 'x'"), Err(Unusable::Unreadable));
        let none = b"format = 0\nid = 'x'\ncreated = '2026-11-30T00:00:00Z'";
        assert_eq!(Manifest::read(none), Err(Unusable::Unreadable));
        assert_eq!(Manifest::read(&[0xff]), Err(Unusable::Unreadable));
    }
}
