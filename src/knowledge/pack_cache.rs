//! A large pack as it was read: so that a start reads one file, and not every entry anew.
//!
//! Each entry is kept with what the system says of its file, and is read again as soon as any of
//! that is different. Only entries without a fault are kept, and none whose file was changed so
//! shortly before that a further change might not show. What is damaged, missing, from another
//! version or cannot be written is done without.

#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    collections::HashMap,
    fs,
    os::unix::fs::MetadataExt,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::knowledge::{AgeBand, Entry, Kind, Nation, Placement, Setting, Source, Status};

/// Changes whenever the same file would be kept otherwise.
const FORMAT: u32 = 1;
const CHECKSUM: usize = 32;
/// The clocks of file systems are as coarse as this.
const SETTLED: Duration = Duration::from_secs(2);
/// It is kept anew when one in so many entries had to be read.
const FEW: usize = 16;

/// What the system says of a file; any change of its text changes it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    inode: u64,
    bytes: u64,
    /// Seconds and nanoseconds, of the text and of anything about the file.
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let about = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
        Some(Self {
            inode: about.ino(),
            bytes: about.size(),
            modified: (about.mtime(), about.mtime_nsec()),
            changed: (about.ctime(), about.ctime_nsec()),
        })
    }
}

/// Key, title, publisher, year and address, as in [`Source`].
type Origin<'k> = (&'k str, &'k str, &'k str, Option<i16>, Option<&'k str>);

#[derive(Serialize, Deserialize)]
struct Record<'k> {
    stamp: Stamp,
    hash: &'k str,
    id: &'k str,
    title: &'k str,
    summary: &'k str,
    version: &'k str,
    body: &'k str,
    overlays: Option<&'k str>,
    aliases: Vec<&'k str>,
    superseded_by: Vec<&'k str>,
    sources: Vec<Origin<'k>>,
    /// Year, month, day.
    reviewed: (i16, i8, i8),
    review_by: (i16, i8, i8),
    /// Kind and status, then nations, settings, ages and continuum, as places in their lists.
    terms: (u8, u8),
    lists: [Vec<u8>; 4],
}

/// The file, as it is.
pub(crate) fn bytes_in(place: &Path) -> Vec<u8> {
    let is_file = fs::symlink_metadata(place).is_ok_and(|about| about.is_file());
    if is_file { fs::read(place).unwrap_or_default() } else { Vec::new() }
}

/// What was kept, by the names of files.
#[derive(Default)]
pub(crate) struct Kept<'k> {
    records: HashMap<&'k str, Record<'k>>,
}

impl<'k> Kept<'k> {
    pub(crate) fn read(bytes: &'k [u8]) -> Self {
        let Some((checksum, bytes)) = bytes.split_at_checked(CHECKSUM) else {
            return Self::default();
        };
        if Sha256::digest(bytes).as_slice() != checksum {
            return Self::default();
        }
        let Ok((FORMAT, version, records)) =
            postcard::from_bytes::<(u32, &str, Vec<Record<'k>>)>(bytes)
        else {
            return Self::default();
        };
        if version != env!("CARGO_PKG_VERSION") {
            return Self::default();
        }
        Self { records: records.into_iter().map(|record| (record.id, record)).collect() }
    }

    /// The entry in the file of that name and the hash of its text, if it was read from the file
    /// as it is.
    pub(crate) fn take(&mut self, name: &str, stamp: Option<Stamp>) -> Option<(String, Entry)> {
        let record = self.records.remove(name.strip_suffix(".md")?)?;
        (Some(record.stamp) == stamp).then_some(())?;
        Some((record.hash.to_owned(), entry(record)?))
    }
}

fn entry(record: Record<'_>) -> Option<Entry> {
    let date = |(year, month, day)| Date::new(year, month, day).ok();
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    let sources = record.sources.into_iter().map(|(key, title, publisher, year, url)| Source {
        key: key.to_owned(),
        title: title.to_owned(),
        publisher: publisher.to_owned(),
        year,
        url: url.map(str::to_owned),
    });
    let (kind, status) = record.terms;
    let [nations, settings, ages, continuum] = &record.lists;
    Some(Entry {
        id: record.id.to_owned(),
        title: record.title.to_owned(),
        kind: *Kind::ALL.get(usize::from(kind))?,
        summary: record.summary.to_owned(),
        aliases: owned(record.aliases),
        nations: terms(nations, Nation::ALL)?,
        settings: terms(settings, Setting::ALL)?,
        ages: terms(ages, AgeBand::ALL)?,
        continuum: terms(continuum, Placement::ALL)?,
        status: *Status::ALL.get(usize::from(status))?,
        superseded_by: owned(record.superseded_by),
        reviewed: date(record.reviewed)?,
        review_by: date(record.review_by)?,
        sources: sources.collect(),
        body: Cow::Owned(record.body.to_owned()),
        version: record.version.to_owned(),
        pack: String::new(),
        overlays: record.overlays.map(str::to_owned),
    })
}

fn terms<T: Copy>(places: &[u8], all: &[T]) -> Option<Vec<T>> {
    places.iter().map(|place| all.get(usize::from(*place)).copied()).collect()
}

fn record<'k>(entry: &'k Entry, stamp: Stamp, hash: &'k str) -> Record<'k> {
    let date = |date: Date| (date.year(), date.month(), date.day());
    let source = |source: &'k Source| {
        let Source { key, title, publisher, year, url } = source;
        (key.as_str(), title.as_str(), publisher.as_str(), *year, url.as_deref())
    };
    Record {
        stamp,
        hash,
        id: &entry.id,
        title: &entry.title,
        summary: &entry.summary,
        version: &entry.version,
        body: &entry.body,
        overlays: entry.overlays.as_deref(),
        aliases: entry.aliases.iter().map(String::as_str).collect(),
        superseded_by: entry.superseded_by.iter().map(String::as_str).collect(),
        sources: entry.sources.iter().map(source).collect(),
        reviewed: date(entry.reviewed),
        review_by: date(entry.review_by),
        terms: (entry.kind as u8, entry.status as u8),
        lists: [
            entry.nations.iter().map(|one| *one as u8).collect(),
            entry.settings.iter().map(|one| *one as u8).collect(),
            entry.ages.iter().map(|one| *one as u8).collect(),
            entry.continuum.iter().map(|one| *one as u8).collect(),
        ],
    }
}

/// What is to be kept of a pack that is being read.
pub(crate) struct Keeping {
    began: SystemTime,
    /// By id.
    stamps: HashMap<String, (Stamp, String)>,
    fresh: usize,
}

impl Keeping {
    pub(crate) fn begin() -> Self {
        Self { began: SystemTime::now(), stamps: HashMap::new(), fresh: 0 }
    }

    /// An entry that was kept already.
    pub(crate) fn again(&mut self, id: String, stamp: Option<Stamp>, hash: String) {
        self.stamps.extend(stamp.map(|stamp| (id, (stamp, hash))));
    }

    /// An entry that was read from its file, which was as the stamp says just before.
    pub(crate) fn add(&mut self, id: String, stamp: Option<Stamp>, hash: String) {
        let until = self.began.duration_since(UNIX_EPOCH).unwrap_or_default();
        let until = until.saturating_sub(SETTLED).as_secs() as i64;
        let stamp = stamp.filter(|stamp| stamp.modified.0.max(stamp.changed.0) < until);
        self.fresh += usize::from(stamp.is_some());
        self.again(id, stamp, hash);
    }

    /// Keeps these entries, if reading so many again is worth avoiding.
    pub(crate) fn end(self, place: &Path, entries: &[Entry]) {
        if self.fresh * FEW <= entries.len() {
            return;
        }
        let kept = entries.iter().filter_map(|entry| {
            let (stamp, hash) = self.stamps.get(&entry.id)?;
            Some(record(entry, *stamp, hash))
        });
        let whole = (FORMAT, env!("CARGO_PKG_VERSION"), kept.collect::<Vec<_>>());
        let Ok(bytes) = postcard::to_allocvec(&whole) else { return };
        // A name that the shelf sweeps away should it stay.
        let aside = place.with_file_name(format!(".aside-{}", uuid::Uuid::new_v4()));
        let mut text = Sha256::digest(&bytes).to_vec();
        text.extend(bytes);
        if fs::write(&aside, text).and_then(|()| fs::rename(&aside, place)).is_err() {
            let _ = fs::remove_file(&aside);
        }
    }
}
