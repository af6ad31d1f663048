//! Copies of the vault beside it, taken by themselves: seven days, four weeks, twelve months.
//!
//! A copy is a vault folder of its own, named after its day. Files of a vault are never changed in
//! place, so a copy is made of second names for the same files, and costs next to nothing; where
//! the disk knows no second names they are copied. That guards against mistakes, not against a lost
//! or failing disk: for that there is a backup elsewhere. Sealed files only, no key is needed, and
//! nothing that goes wrong here stops anything else.
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

use crate::vault::{
    Vault, create,
    error::VaultError,
    notes::note_file::MAX_NOTE_FILE_BYTES,
    storage::{
        durable::{self, Existing},
        files::own_files,
        layout,
        lock::{self, Writer},
        store::{Facts, Store},
    },
};

/// Copies kept: the newest of so many days, weeks and months.
const KEPT: [usize; 3] = [7, 4, 12];
/// The beginning of the name of a copy that is being made.
const UNFINISHED: &str = ".copy-unfinished-";
/// A clock that says an earlier day is wrong, and names no copy.
const EARLIEST: Date = date(2024, 1, 1);

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
pub fn copies(store: &dyn Store, place: &Path) -> Vec<Copy> {
    let folder = copies_folder(place);
    let entries = store.list(&folder).unwrap_or_default().into_iter();
    entries
        .filter(|entry| entry.is_folder && !entry.name.starts_with('.'))
        .map(|entry| Copy { folder: folder.join(&entry.name), name: entry.name })
        .collect()
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
        let is_sound = self.current_ledger().is_ok();
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
        let is_there = copies(self.store.as_ref(), &self.folder).iter().any(|one| one.name == name);
        if is_there || !self.may || today < EARLIEST {
            return Ok(false);
        }
        self.take(&name)?;
        self.let_go(today);
        Ok(true)
    }

    /// Takes a copy before something that changes much: `why` is `passphrase` or `rekey`.
    pub fn copy_before(&self, why: &str, now: Timestamp) -> Result<Copy, VaultError> {
        let name = format!("before-{why}-{}", now.strftime("%Y-%m-%d-%H%M%S"));
        let known = copies(self.store.as_ref(), &self.folder);
        match known.into_iter().find(|one| one.name == name) {
            Some(copy) => Ok(copy),
            None => self.take(&name),
        }
    }

    fn take(&self, name: &str) -> Result<Copy, VaultError> {
        let store = self.store.as_ref();
        let home = copies_folder(&self.folder);
        let failed = |path: &Path| VaultError::disk("create", path);
        match store.make_folder(&home) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(failed(&home)(error));
            }
            _ => {}
        }
        for entry in store.list(&home).unwrap_or_default() {
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
            self.fill(&beside)?;
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

    fn fill(&self, folder: &Path) -> io::Result<()> {
        let store = self.store.as_ref();
        let mut folders = BTreeSet::from([PathBuf::new()]);
        for name in [layout::KEYS, layout::NOTES] {
            store.make_folder(&folder.join(name))?;
            folders.insert(name.into());
        }
        for file in own_files(store, &self.folder) {
            let (from, to) = (self.folder.join(&file), folder.join(&file));
            if !layout::is_own_file(&file) {
                continue;
            }
            let above = file.parent().unwrap_or(Path::new("")).to_owned();
            if folders.insert(above.clone()) {
                store.make_folder(&folder.join(&above))?;
            }
            match store.link(&from, &to) {
                Ok(()) => {}
                // A draft that was completed a moment ago.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                // Some disks know one name for a file only.
                Err(_) => {
                    let bytes = store.read(&from, MAX_NOTE_FILE_BYTES)?;
                    durable::put(store, &to, &bytes, Existing::Keep)?;
                }
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
        Ok(_) => Err(VaultError::disk("remove", &copy.folder)(io::Error::other(
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
    let monday = |day: Date| {
        let since = i64::from(day.weekday().to_monday_zero_offset());
        day.saturating_sub(since.days())
    };
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
