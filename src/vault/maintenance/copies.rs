//! Copies of the vault beside it, taken by themselves: seven days, four weeks, twelve months.
//!
//! A copy is a vault folder of its own, named after its day. Files of a vault are never changed in
//! place, so most copies are made of second names for the same files, and cost next to nothing;
//! where the disk knows no second names they are copied. A damaged file is damaged under its second
//! names as well, so the first copy of each week has files of its own. That guards against
//! mistakes and single damaged files, not against a lost or failing disk: for that there is a
//! backup elsewhere. Sealed files only, no key is needed, and nothing that goes wrong here stops
//! anything else.
//!
//! A copy goes on while notes are saved, completed and erased, and even after the vault was locked.
//! One during which the ledger changed is given up, so that no erased note stays in it.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, date},
    tz::TimeZone,
};

use crate::{
    system::{disk, without_links},
    vault::{
        Vault, create,
        error::VaultError,
        notes::note_file::MAX_NOTE_FILE_BYTES,
        storage::{
            durable,
            files::{OwnFiles, Unread, find_own_files},
            layout,
            lock::{self, Writer},
            store::{Facts, Store},
        },
    },
};

/// Copies kept: the newest of so many days, weeks and months.
const KEPT: [usize; 3] = [7, 4, 12];
/// The beginning of the name of a copy that is being made.
const UNFINISHED: &str = ".copy-unfinished-";
/// A clock that says an earlier day is wrong, and names no copy.
const EARLIEST: Date = date(2024, 1, 1);

/// What a copy is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Files {
    /// Second names for the files of the vault, where the disk knows them.
    Shared,
    /// Files of its own.
    Own,
}

/// A copy that is there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Copy {
    /// Its day, or `before-…` with a day and a time.
    pub name: String,
    /// Its folder: a vault that can be looked at, or moved to where a vault is needed.
    pub folder: PathBuf,
}

/// The folder that holds the copies of the vault at `place`.
pub fn copies_folder(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    create::parent_of(place).join(format!("{name}-copies"))
}

/// The folder beside the vault at `place` for what came and went through an exchange.
pub(crate) fn exchange_folder(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    create::parent_of(place).join(format!("{name}-exchange"))
}

/// Whether a file with this name, links in its path resolved, would lie in the folder of the vault
/// at `place`, in that of its copies or in that of its exchange.
pub fn lies_in_vault(place: &Path, file: &Path) -> bool {
    let place = without_links(place);
    let ours = [&place, &copies_folder(&place), &exchange_folder(&place)];
    let ours = ours.map(|ours| disk::identity(ours));
    // By number: the same folder may be spelled in several ways.
    without_links(file).ancestors().any(|above| {
        let above = disk::identity(above);
        above.is_some() && ours.contains(&above)
    })
}

/// The folder of every copy, the unfinished ones too. A folder of copies that cannot be read is an
/// error: nobody may take it for an empty one.
pub(crate) fn every_copy(store: &dyn Store, place: &Path) -> Result<Vec<PathBuf>, VaultError> {
    let home = copies_folder(place);
    match store.folders(&home) {
        Ok(names) => Ok(names.into_iter().map(|name| home.join(name)).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(VaultError::disk("read", &home)(error)),
    }
}

/// The copies of the vault at `place`, the oldest first.
///
/// # Errors
/// If their folder cannot be read, or is a link.
pub fn list_copies(store: &dyn Store, place: &Path) -> Result<Vec<Copy>, VaultError> {
    let folder = copies_folder(&without_links(place));
    let entries = match store.list(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(VaultError::disk("read", &folder)(error)),
    };
    let named = entries.into_iter().filter(|one| one.is_folder && !one.name.starts_with('.'));
    Ok(named.map(|one| Copy { folder: folder.join(&one.name), name: one.name }).collect())
}

/// As [`list_copies`], where a folder that cannot be read has been named elsewhere.
pub fn copies(store: &dyn Store, place: &Path) -> Vec<Copy> {
    list_copies(store, place).unwrap_or_default()
}

/// Takes copies of one vault. It holds no key, so that locking does not wait for it.
pub struct Copier {
    store: Arc<dyn Store>,
    folder: PathBuf,
    /// A damaged vault must not push the whole ones out, and a reading window takes none.
    may: bool,
}

impl Vault {
    /// What takes the copies of this vault, on whatever thread.
    pub fn copier(&self) -> Copier {
        // An older vault must not push the copies of the newer one out.
        let is_sound = self.current_ledger().is_ok() && self.rollback().is_none();
        let may = is_sound && matches!(self.writer, Writer::Us { .. });
        Copier { store: self.store.clone(), folder: self.folder.clone(), may }
    }
}

impl Copier {
    /// Takes today's copy unless it is there, and lets go of the ones whose time is over. Says
    /// whether a copy was taken.
    pub fn copy_if_due(&self, now: Timestamp) -> Result<bool, VaultError> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let name = today.to_string();
        let there = list_copies(self.store.as_ref(), &self.folder)?;
        if there.iter().any(|one| one.name == name) || !self.may || today < EARLIEST {
            return Ok(false);
        }
        let this_week = there.iter().filter(|copy| {
            copy.name.parse().is_ok_and(|day: Date| monday(today) <= day && day < today)
        });
        let mut files = Files::Own;
        if this_week.into_iter().any(|copy| self.shares_nothing_with(&copy.folder)) {
            files = Files::Shared;
        }
        match self.take(&name, files) {
            // Better a copy without files of its own than none.
            Err(VaultError::Disk { source, .. })
                if source.kind() == io::ErrorKind::StorageFull && files == Files::Own =>
            {
                self.take(&name, Files::Shared)?
            }
            taken => taken?,
        };
        self.let_go(today);
        Ok(true)
    }

    /// Takes a copy before something that changes much: `why` is `passphrase` or `rekey`. What has
    /// its name already, because a clock was set back or somebody put it there, is not that copy.
    pub fn copy_before(&self, why: &str, now: Timestamp) -> Result<Copy, VaultError> {
        let first = format!("before-{why}-{}", now.strftime("%Y-%m-%d-%H%M%S"));
        let known = list_copies(self.store.as_ref(), &self.folder)?;
        let is_free = |name: &String| !known.iter().any(|one| one.name == *name);
        let further = (2..).map(|number| format!("{first}-{number}"));
        let name = std::iter::once(first.clone()).chain(further).find(is_free);
        self.take(&name.unwrap_or(first), Files::Shared)
    }

    /// Whether no file of the vault is the same file as the one in a copy: damage to one is then
    /// none to the other.
    fn shares_nothing_with(&self, copy: &Path) -> bool {
        let store = self.store.as_ref();
        let files = find_own_files(store, &self.folder).paths.into_iter();
        let mut shared = files.filter(|file| layout::is_own_file(file)).filter(|file| {
            let (Ok(ours), Ok(theirs)) =
                (store.facts(&self.folder.join(file)), store.facts(&copy.join(file)))
            else {
                return false;
            };
            ours.number == theirs.number
        });
        shared.next().is_none()
    }

    fn take(&self, name: &str, files: Files) -> Result<Copy, VaultError> {
        let store = self.store.as_ref();
        let home = copies_folder(&self.folder);
        let failed = |path: &Path| VaultError::disk("create", path);
        match store.make_folder(&home) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(failed(&home)(error));
            }
            _ => {}
        }
        for entry in store.list(&home).map_err(failed(&home))? {
            let left = home.join(&entry.name);
            if !entry.is_folder || !entry.name.starts_with(UNFINISHED) {
                continue;
            }
            // Somebody else may be at work on it.
            if let Ok(Writer::Us { .. }) = lock::take(&left) {
                create::remove(store, &left);
            }
        }
        let beside = home.join(durable::random_name(UNFINISHED));
        let folder = home.join(name);
        let made = self.ledger_now().and_then(|ledger| {
            store.make_folder(&beside)?;
            let _held = lock::take(&beside)?;
            self.fill(&beside, files)?;
            self.unchanged_since(&ledger)?;
            store.sync_below(&beside)?;
            self.unchanged_since(&ledger)?;
            store.rename_new(&beside, &folder)?;
            let settled = store.sync_folder(&home).and_then(|()| self.unchanged_since(&ledger));
            settled.inspect_err(|_| create::remove(store, &folder))
        });
        made.map_err(|error| {
            create::remove(store, &beside);
            failed(&folder)(error)
        })?;
        Ok(Copy { name: name.to_owned(), folder })
    }

    fn ledger_now(&self) -> io::Result<Facts> {
        self.store.facts(&self.folder.join(layout::LEDGER))
    }

    /// A ledger that was replaced belongs to another moment than the notes: one may be erased now.
    fn unchanged_since(&self, ledger: &Facts) -> io::Result<()> {
        if self.ledger_now()? == *ledger {
            return Ok(());
        }
        Err(io::Error::other("a note was completed or erased while the copy was made"))
    }

    fn fill(&self, folder: &Path, files: Files) -> io::Result<()> {
        let store = self.store.as_ref();
        let mut folders = BTreeSet::from([PathBuf::new()]);
        for name in [layout::KEYS, layout::NOTES] {
            store.make_folder(&folder.join(name))?;
            folders.insert(name.into());
        }
        let OwnFiles { paths, unread } = find_own_files(store, &self.folder);
        // A copy that lacks a note must not push out the ones that have it.
        if let Some(Unread { file, why, kind }) = unread.first() {
            return Err(io::Error::new(*kind, format!("{} {why}", file.display())));
        }
        for file in paths {
            let (from, to) = (self.folder.join(&file), folder.join(&file));
            if !layout::is_own_file(&file) {
                continue;
            }
            match store.facts(&from) {
                Ok(facts) if !facts.is_file => {
                    let why = format!("{} is not a regular file", file.display());
                    return Err(io::Error::new(io::ErrorKind::InvalidData, why));
                }
                // A draft that was completed a moment ago.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                facts => facts?,
            };
            let above = file.parent().unwrap_or(Path::new("")).to_owned();
            if folders.insert(above.clone()) {
                store.make_folder(&folder.join(&above))?;
            }
            if files == Files::Shared {
                match store.link(&from, &to) {
                    Ok(()) => continue,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    // Some disks know one name for a file only.
                    Err(_) => {}
                }
            }
            let bytes = match store.read(&from, MAX_NOTE_FILE_BYTES) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                bytes => bytes?,
            };
            let mut copied = store.create_new(&to)?;
            store.write_all(&mut copied, &bytes)?;
            if !cfg!(target_os = "linux") {
                // There, everything below the copy is made durable at once.
                store.sync_file(&copied)?;
            }
        }
        Ok(())
    }

    fn let_go(&self, today: Date) {
        let dated: Vec<(Date, Copy)> = copies(self.store.as_ref(), &self.folder)
            .into_iter()
            .filter_map(|copy| Some((copy.name.parse().ok()?, copy)))
            .collect();
        let days: Vec<Date> = dated.iter().map(|(day, _)| *day).collect();
        let kept = kept(&days, today);
        for (_, copy) in dated.into_iter().filter(|(day, _)| !kept.contains(day)) {
            create::remove(self.store.as_ref(), &copy.folder);
        }
    }
}

/// Removes one copy. A folder that holds anything else stays.
pub fn forget_copy(store: &dyn Store, copy: &Copy) -> Result<(), VaultError> {
    create::remove(store, &copy.folder);
    match store.facts(&copy.folder) {
        Err(_) => Ok(()),
        Ok(_) => Err(VaultError::disk("remove", &copy.folder)(io::Error::new(
            io::ErrorKind::DirectoryNotEmpty,
            "it contains files that are not part of a vault",
        ))),
    }
}

/// The days whose copies stay: the newest of each of the last days, weeks and months. A day that
/// has not come yet is a sign of a wrong clock and stays too.
fn kept(days: &[Date], today: Date) -> BTreeSet<Date> {
    let mut newest_first: Vec<Date> = days.to_vec();
    newest_first.sort_by(|one, other| other.cmp(one));
    let mut kept: BTreeSet<Date> = days.iter().copied().filter(|day| *day > today).collect();
    newest_first.retain(|day| *day <= today);
    let periods: [&dyn Fn(Date) -> Date; 3] =
        [&|day| day, &monday, &|day: Date| day.first_of_month()];
    for (period, most) in periods.into_iter().zip(KEPT) {
        let mut seen = BTreeSet::new();
        for day in &newest_first {
            if seen.len() < most && seen.insert(period(*day)) {
                kept.insert(*day);
            }
        }
    }
    kept
}

/// The first day of a week.
fn monday(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_days_four_weeks_and_twelve_months_stay() {
        let mut days: Vec<Date> = Vec::new();
        let first = date(2024, 11, 1);
        for since in 0..800 {
            let today = first.saturating_add(i64::from(since).days());
            days.push(today);
            let stay = kept(&days, today);
            days.retain(|day| stay.contains(day));
            assert!(days.len() <= 23, "{today}: {}", days.len());
        }
        let today = *days.last().expect("some");
        for back in 0..7 {
            assert!(days.contains(&today.saturating_sub(i64::from(back).days())), "day {back}");
        }
        let oldest = days.first().expect("some");
        assert!(*oldest <= today.saturating_sub(10.months()), "{oldest}");
        assert!(days.len() >= 20);
    }

    #[test]
    fn a_wrong_clock_throws_nothing_away() {
        let days = [date(2026, 11, 1), date(2099, 1, 1), date(2026, 11, 2)];
        assert_eq!(kept(&days, date(2026, 11, 2)).len(), 3);
        assert_eq!(kept(&days, date(1969, 1, 1)).len(), 3);
        assert_eq!(kept(&days, date(2099, 1, 2)).len(), 3);
    }
}
