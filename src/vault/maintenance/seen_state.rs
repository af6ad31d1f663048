//! What this computer last saw of a vault, remembered outside it.
//!
//! A whole vault that was put back to an earlier day is in order by itself. So the number and hash of
//! the newest ledger, and how often each draft was saved, are kept in the state folder, in two small
//! files for each vault and place: `.toml` for the ledger, and `.drafts`, to which each save adds a
//! line, so that a save costs as much with ten thousand drafts as with one. They hold no word of a
//! note. Losing them costs nothing but this comparison.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    system::disk,
    vault::{
        VaultPlace,
        keys::sha256::sha256,
        notes::{
            ledger::{Ledger, LedgerState},
            note::NoteId,
        },
        storage::durable,
    },
};

/// Bytes a file may have: room for more than a hundred thousand drafts.
const MAX_FILE_BYTES: u64 = 64 << 20;
/// Lines of `.drafts` for each draft before the file is rewritten, and lines it may always have.
const LINES_PER_DRAFT: usize = 4;
const FREE_LINES: usize = 1000;

/// The files outside the vault.
#[derive(Default)]
pub(crate) struct SeenState {
    /// The `.toml` file; `None` if nothing is remembered.
    file: Option<PathBuf>,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    seen: Option<Seen>,
    /// The vault is not what was seen: nothing is written until somebody says that it may stay so.
    is_disputed: bool,
    /// Lines that `.drafts` has; `None` if the whole file must be rewritten before a line is added.
    lines: Option<usize>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Seen {
    number: u64,
    hash: String,
    at: Timestamp,
    /// Copies up to this state were known when somebody accepted an older vault.
    #[serde(default)]
    accepted: u64,
    /// How often each draft was saved. Earlier versions kept them in `.toml` too.
    #[serde(default, skip_serializing)]
    drafts: BTreeMap<NoteId, u64>,
    /// When each of them was seen.
    #[serde(default, skip_serializing)]
    drafts_at: BTreeMap<NoteId, Timestamp>,
}

impl Seen {
    /// What the files say, and how many lines `.drafts` has if every one of them was understood: a
    /// file that is not a plain file, is too large or was not written here says nothing.
    fn read(file: &Path) -> Option<(Self, Option<usize>)> {
        let mut seen: Self = toml::from_str(&read_plain(file)?).ok()?;
        let is_hash = seen.hash.len() == 64 && seen.hash.bytes().all(|c| c.is_ascii_hexdigit());
        if !is_hash {
            return None;
        }
        let is_in_drafts_file = seen.drafts.is_empty();
        let text = read_plain(&drafts_file(file)).unwrap_or_default();
        // A crash may have cut the last line short.
        let mut is_whole = text.ends_with('\n');
        for line in text.lines() {
            match draft_line(line) {
                Some((note, saves, at)) => seen.saw(note, saves, at),
                None => is_whole = false,
            }
        }
        let lines = (is_whole && is_in_drafts_file).then(|| text.lines().count());
        Some((seen, lines))
    }

    /// Notes that a draft was saved so often, if it was never seen saved more often.
    fn saw(&mut self, note: NoteId, saves: u64, at: Timestamp) {
        if self.drafts.get(&note).is_none_or(|known| *known <= saves) {
            self.drafts.insert(note, saves);
            self.drafts_at.insert(note, at);
        }
    }
}

/// The text of a plain file that is not too large.
fn read_plain(file: &Path) -> Option<String> {
    let facts = fs::symlink_metadata(file).ok()?;
    let may_be_read = facts.is_file() && facts.len() <= MAX_FILE_BYTES;
    may_be_read.then(|| fs::read_to_string(file).ok()).flatten()
}

fn drafts_file(file: &Path) -> PathBuf {
    file.with_extension("drafts")
}

/// Note, number of saves and time, separated by spaces.
fn draft_line(line: &str) -> Option<(NoteId, u64, Timestamp)> {
    let mut words = line.split(' ');
    let (note, saves, at) = (words.next()?, words.next()?, words.next()?);
    let read = (note.parse().ok()?, saves.parse().ok()?, at.parse().ok()?);
    words.next().is_none().then_some(read)
}

impl SeenState {
    /// What was seen of the vault with this id at this place.
    pub(crate) fn load(place: &VaultPlace, vault: &str) -> Self {
        let at = sha256(place.folder.as_os_str().as_encoded_bytes());
        let file = place
            .seen
            .as_ref()
            .map(|folder| folder.join(format!("{}-{}.toml", Self::digits(vault), &at[..8])));
        // Reached by another path, through a link or a mount point, it is still the same vault.
        let elsewhere = || {
            let entries = fs::read_dir(place.seen.as_ref()?).ok()?;
            let own = format!("{}-", Self::digits(vault));
            let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
            let is_own = |path: &PathBuf| {
                path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&own))
            };
            let seen = files.filter(is_own).filter_map(|path| Some(Seen::read(&path)?.0));
            Some((seen.max_by_key(|seen| seen.number)?, None))
        };
        let found = file.as_ref().and_then(|file| Seen::read(file)).or_else(elsewhere);
        let (seen, lines) = found.map_or((None, None), |(seen, lines)| (Some(seen), lines));
        Self { file, held: Mutex::new(Held { seen, is_disputed: false, lines }) }
    }

    fn digits(vault: &str) -> String {
        vault.chars().filter(char::is_ascii_hexdigit).take(32).collect()
    }

    /// The newest state that was seen, and when.
    pub(crate) fn newest(&self) -> Option<(LedgerState, Timestamp)> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = held.seen.as_ref()?;
        Some((LedgerState { number: seen.number, hash: seen.hash.clone() }, seen.at))
    }

    /// How often a draft was saved, as far as was seen.
    pub(crate) fn draft(&self, note: NoteId) -> Option<u64> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.seen.as_ref()?.drafts.get(&note).copied()
    }

    /// When this save of a draft was seen; `None` if this computer did not see it.
    pub(crate) fn draft_seen_at(&self, note: NoteId, saves: u64) -> Option<Timestamp> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = held.seen.as_ref()?;
        seen.drafts_at.get(&note).copied().filter(|_| seen.drafts.get(&note) == Some(&saves))
    }

    /// Remembers a ledger that was read or written, and forgets drafts that it no longer has.
    pub(crate) fn remember(&self, ledger: &Ledger, now: Timestamp) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_disputed || ledger.is_first_format() {
            return;
        }
        let LedgerState { number, hash } = ledger.state();
        let before = held.seen.take();
        let accepted = before.as_ref().map_or(0, |seen| seen.accepted);
        let (mut drafts, mut drafts_at) =
            before.map(|seen| (seen.drafts, seen.drafts_at)).unwrap_or_default();
        let seen_before = drafts.len();
        drafts.retain(|note, _| ledger.draft(*note).is_some());
        if drafts.len() < seen_before {
            drafts_at.retain(|note, _| drafts.contains_key(note));
            held.lines = None;
        }
        held.seen = Some(Seen { number, hash, at: now, accepted, drafts, drafts_at });
        self.write(&mut held);
    }

    /// Remembers an older vault as the one to compare with, although there are copies up to a newer
    /// state.
    pub(crate) fn accept(&self, ledger: &Ledger, newest_copy: u64, now: Timestamp) {
        let LedgerState { number, hash } = ledger.state();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (accepted, drafts, drafts_at) = (newest_copy, BTreeMap::new(), BTreeMap::new());
        held.seen = Some(Seen { number, hash, at: now, accepted, drafts, drafts_at });
        held.lines = None;
        self.write(&mut held);
    }

    /// Up to which state copies were known when an older vault was accepted.
    pub(crate) fn accepted(&self) -> u64 {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.seen.as_ref().map_or(0, |seen| seen.accepted)
    }

    /// Remembers how often a draft was saved, if it was never seen saved more often.
    pub(crate) fn remember_draft(&self, note: NoteId, saves: u64, now: Timestamp) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_disputed {
            return;
        }
        let Some(seen) = &mut held.seen else { return };
        seen.saw(note, saves, now);
        let many = seen.drafts.len() * LINES_PER_DRAFT + FREE_LINES;
        match held.lines.filter(|lines| *lines < many) {
            Some(lines) => held.lines = self.add_draft(note, saves, now).ok().map(|()| lines + 1),
            None => held.lines = self.write_drafts(&held),
        }
    }

    pub(crate) fn dispute(&self, is_disputed: bool) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).is_disputed = is_disputed;
    }

    /// Writes `.toml`, and `.drafts` if that has to be rewritten.
    fn write(&self, held: &mut Held) {
        let (Some(file), Some(seen)) = (&self.file, &held.seen) else { return };
        let Ok(text) = toml::to_string(seen) else { return };
        if held.lines.is_none() {
            held.lines = self.write_drafts(held);
        }
        // What cannot be remembered is not compared; nothing else depends on it.
        let _ = replace(file, &text);
    }

    /// Writes every draft that was seen. Returns how many lines that took, if it worked.
    fn write_drafts(&self, held: &Held) -> Option<usize> {
        let (file, seen) = (self.file.as_ref()?, held.seen.as_ref()?);
        let mut text = String::new();
        for (note, saves) in &seen.drafts {
            let at = seen.drafts_at.get(note).copied().unwrap_or(seen.at);
            let _ = writeln!(text, "{note} {saves} {at}");
        }
        replace(&drafts_file(file), &text).ok()?;
        Some(seen.drafts.len())
    }

    /// Adds a line to `.drafts`, if that is still a plain file of one name.
    fn add_draft(&self, note: NoteId, saves: u64, at: Timestamp) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut drafts = disk::open_to_append(&drafts_file(file))?;
        drafts.write_all(format!("{note} {saves} {at}\n").as_bytes())
    }
}

/// Puts a text in place of a file. Not made durable: after a power cut an older one is compared, which
/// does not raise a false alarm.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let beside = folder.join(durable::random_name(durable::TEMPORARY));
    let write = || {
        disk::make_private_folders(folder)?;
        let mut new = disk::private_file_options().write(true).create_new(true).open(&beside)?;
        new.write_all(text.as_bytes())?;
        fs::rename(&beside, file)
    };
    write().inspect_err(|_| _ = fs::remove_file(&beside))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const VAULT: &str = "0b7c2f0e";

    fn place(home: &tempfile::TempDir) -> VaultPlace {
        VaultPlace { seen: Some(home.path().join("seen")), ..VaultPlace::from(home.path()) }
    }

    /// What is remembered once a ledger was seen, with so many drafts saved three times.
    fn remembered(place: &VaultPlace, count: usize) -> (SeenState, Vec<NoteId>) {
        let drafts: Vec<NoteId> = (0..count).map(|_| NoteId::random()).collect();
        let seen = SeenState::load(place, VAULT);
        {
            let mut held = seen.held.lock().unwrap();
            held.seen = Some(Seen {
                number: 1,
                hash: sha256(b"a ledger"),
                at: Timestamp::UNIX_EPOCH,
                accepted: 0,
                drafts: drafts.iter().map(|note| (*note, 3)).collect(),
                drafts_at: drafts.iter().map(|note| (*note, Timestamp::UNIX_EPOCH)).collect(),
            });
            seen.write(&mut held);
        }
        (seen, drafts)
    }

    #[test]
    fn so_many_drafts_as_no_service_has_are_all_remembered() {
        let home = tempfile::tempdir().unwrap();
        let (_, drafts) = remembered(&place(&home), 20_000);
        let again = SeenState::load(&place(&home), VAULT);
        assert!(drafts.iter().all(|note| again.draft(*note) == Some(3)));
    }

    #[test]
    fn a_save_writes_one_line_however_many_drafts_there_are() {
        let home = tempfile::tempdir().unwrap();
        let (seen, drafts) = remembered(&place(&home), 10_000);
        let file = drafts_file(seen.file.as_ref().unwrap());
        let number = || disk::facts_to_compare(&file).unwrap().number;
        let (before, number_before) = (fs::metadata(&file).unwrap(), number());
        for saves in 4..=6 {
            seen.remember_draft(drafts[7], saves, Timestamp::UNIX_EPOCH);
        }
        let after = fs::metadata(&file).unwrap();
        assert_eq!(number(), number_before, "the file was rewritten");
        assert!(after.len() - before.len() < 300, "{} bytes", after.len() - before.len());
        let again = SeenState::load(&place(&home), VAULT);
        assert_eq!(again.draft(drafts[7]), Some(6));
        assert_eq!(again.draft_seen_at(drafts[7], 6), Some(Timestamp::UNIX_EPOCH));
    }

    #[test]
    fn a_draft_saved_all_day_does_not_fill_the_disk() {
        let home = tempfile::tempdir().unwrap();
        let (seen, drafts) = remembered(&place(&home), 1);
        for saves in 4..6_000 {
            seen.remember_draft(drafts[0], saves, Timestamp::UNIX_EPOCH);
        }
        let text = read_plain(&drafts_file(seen.file.as_ref().unwrap())).unwrap();
        assert!(text.lines().count() <= FREE_LINES + LINES_PER_DRAFT, "{}", text.lines().count());
        assert_eq!(SeenState::load(&place(&home), VAULT).draft(drafts[0]), Some(5_999));
    }

    #[test]
    fn a_line_cut_short_costs_that_line_and_nothing_that_follows() {
        let home = tempfile::tempdir().unwrap();
        let (seen, drafts) = remembered(&place(&home), 2);
        let file = drafts_file(seen.file.as_ref().unwrap());
        let mut text = read_plain(&file).unwrap();
        text.push_str(&drafts[0].to_string()[..9]);
        fs::write(&file, text).unwrap();
        let again = SeenState::load(&place(&home), VAULT);
        again.remember_draft(drafts[1], 8, Timestamp::UNIX_EPOCH);
        let last = SeenState::load(&place(&home), VAULT);
        assert_eq!([last.draft(drafts[0]), last.draft(drafts[1])], [Some(3), Some(8)]);
    }

    #[test]
    fn drafts_that_an_earlier_version_remembered_are_known() {
        let home = tempfile::tempdir().unwrap();
        let (seen, _) = remembered(&place(&home), 0);
        let file = seen.file.clone().unwrap();
        let note = NoteId::random();
        let text = read_plain(&file).unwrap();
        let earlier =
            format!("{text}[drafts]\n{note} = 5\n[drafts_at]\n{note} = \"1970-01-01T00:00:00Z\"\n");
        fs::write(&file, earlier).unwrap();
        let again = SeenState::load(&place(&home), VAULT);
        assert_eq!(again.draft(note), Some(5));
        again.remember_draft(NoteId::random(), 1, Timestamp::UNIX_EPOCH);
        again.write(&mut again.held.lock().unwrap());
        assert_eq!(SeenState::load(&place(&home), VAULT).draft(note), Some(5));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_added_to_a_file_that_a_link_leads_to() {
        let home = tempfile::tempdir().unwrap();
        let (seen, drafts) = remembered(&place(&home), 1);
        let file = drafts_file(seen.file.as_ref().unwrap());
        let outside = home.path().join("outside");
        fs::write(&outside, "").unwrap();
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink(&outside, &file).unwrap();
        seen.remember_draft(drafts[0], 4, Timestamp::UNIX_EPOCH);
        assert_eq!(fs::metadata(&outside).unwrap().len(), 0);
        // The next save puts a file in place of the link.
        seen.remember_draft(drafts[0], 5, Timestamp::UNIX_EPOCH);
        assert_eq!(SeenState::load(&place(&home), VAULT).draft(drafts[0]), Some(5));
    }
}
