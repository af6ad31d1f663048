//! The cache: a folder of parts, and for each content a list of the parts that make up its index.
//!
//! Parts are built aside and renamed into place; a list is written when its parts stand. When a
//! library has changed, parts that are still of use are used again, and a new one holds what has
//! been added. What is open stays usable whatever another process removes.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use super::{
    IndexError, IndexPart, KeyedEntry, each_part,
    part::{ContentKey, EntryRecord},
};

/// Changes whenever an index of the same content would look different.
const FORMAT: u32 = 5;
/// A part with less text is built anew with whatever is added.
const MIN_PART_BYTES: usize = if cfg!(test) { 1 } else { 2 * 1024 * 1024 };
/// Lists of other contents that are kept beside the one in use.
const KEPT: usize = 2;
const LIST: &str = "index-";
const PART: &str = "part-";
const BUILDING: &str = ".building-";

/// The parts that hold all these entries: those of the list for this content, or of what is there
/// the usable ones, and new ones for the rest.
pub(super) fn parts(
    cache: &Path,
    content_hash: &str,
    wanted: &[KeyedEntry<'_>],
) -> Result<Vec<IndexPart>, IndexError> {
    let list = cache.join(format!("{LIST}{FORMAT}-{content_hash}"));
    if let Some(parts) = listed(cache, &list, wanted) {
        return Ok(parts);
    }
    fs::create_dir_all(cache)?;
    let (mut parts, missing) = usable(cache, wanted);
    parts.extend(each_part(&missing, &|share| built(cache, share))?);
    let names: String = parts.iter().map(|part| name(&part.records) + "\n").collect();
    let aside = cache.join(format!("{BUILDING}{}", uuid::Uuid::new_v4()));
    fs::write(&aside, names)?;
    fs::rename(&aside, &list)?;
    remove_old(cache, &list);
    Ok(parts)
}

fn name(records: &[EntryRecord]) -> String {
    format!("{PART}{FORMAT}-{}", ContentKey::name_of(records.iter().map(|record| record.key)))
}

/// The parts of a list, if they are all there and sound, and hold all entries.
fn listed(cache: &Path, list: &Path, wanted: &[KeyedEntry<'_>]) -> Option<Vec<IndexPart>> {
    let mut missing: HashSet<ContentKey> = wanted.iter().map(|(key, _)| *key).collect();
    let parts: Vec<IndexPart> =
        names_in(list).iter().map(|name| sound(&cache.join(name))).collect::<Option<_>>()?;
    for record in parts.iter().flat_map(|part| &part.records) {
        missing.remove(&record.key);
    }
    missing.is_empty().then_some(parts)
}

fn names_in(list: &Path) -> Vec<String> {
    let text = fs::read_to_string(list).unwrap_or_default();
    // Nothing but a part is ever opened or removed.
    text.lines()
        .filter(|line| line.starts_with(PART) && !line.contains('/'))
        .map(str::to_owned)
        .collect()
}

/// Opens a part, and removes it if it is damaged.
fn sound(folder: &Path) -> Option<IndexPart> {
    or_removed(folder, IndexPart::open(folder))
}

/// What was read of the part in a folder. A part that cannot be read is removed.
fn or_removed<T>(folder: &Path, read: Result<T, IndexError>) -> Option<T> {
    if read.is_err() {
        let _ = fs::remove_dir_all(folder);
    }
    read.ok()
}

/// Parts that are worth using again, and the entries they lack. A part is not if a quarter of it
/// has gone, or if building it anew with what is missing takes little longer: so parts stay few,
/// and however often something is added, each entry is indexed again a few times only.
fn usable<'e>(cache: &Path, wanted: &[KeyedEntry<'e>]) -> (Vec<IndexPart>, Vec<KeyedEntry<'e>>) {
    let mut missing: HashMap<ContentKey, usize> =
        wanted.iter().map(|(key, entry)| (*key, entry.body.len())).collect();
    let mut found: Vec<(usize, Vec<ContentKey>, PathBuf)> = Vec::new();
    let mut there = parts_in(cache);
    // Of parts that share entries the largest has most of them.
    there.sort_by_key(|(records, _)| std::cmp::Reverse(records.len()));
    for (records, path) in there {
        let held: Vec<ContentKey> = records
            .iter()
            .map(|record| record.key)
            .filter(|key| missing.contains_key(key))
            .collect();
        if held.len() * 4 >= records.len() * 3 {
            let bytes = held.iter().filter_map(|key| missing.remove(key)).sum();
            found.push((bytes, held, path));
        }
    }
    found.sort_by_key(|(bytes, ..)| *bytes);
    let mut absent: usize = missing.values().sum();
    let mut lacking: HashSet<ContentKey> = missing.into_keys().collect();
    let mut parts = Vec::new();
    for (bytes, held, path) in found {
        let small = !lacking.is_empty() && bytes <= MIN_PART_BYTES.max(2 * absent);
        match if small { None } else { sound(&path) } {
            Some(part) => parts.push(part),
            None => {
                absent += bytes;
                lacking.extend(held);
            }
        }
    }
    (parts, wanted.iter().filter(|(key, _)| lacking.contains(key)).copied().collect())
}

/// What is known of the parts in the cache that this program can read; others of its are removed.
fn parts_in(cache: &Path) -> Vec<(Vec<EntryRecord>, PathBuf)> {
    let Ok(listing) = fs::read_dir(cache) else { return Vec::new() };
    let ours = format!("{PART}{FORMAT}-");
    let named =
        listing.flatten().filter(|item| item.file_name().to_string_lossy().starts_with(&ours));
    named
        .map(|item| item.path())
        .filter_map(|path| Some((or_removed(&path, IndexPart::records_in(&path))?, path)))
        .collect()
}

/// Builds a part aside, and gives it its place.
fn built(cache: &Path, entries: &[KeyedEntry<'_>]) -> Result<IndexPart, IndexError> {
    let aside = cache.join(format!("{BUILDING}{}", uuid::Uuid::new_v4()));
    fs::create_dir(&aside)?;
    let part = IndexPart::on_disk(entries, &aside);
    let home = part.as_ref().map(|part| cache.join(name(&part.records)));
    // Fails if another process was faster; then its part is as good.
    if !home.is_ok_and(|home| fs::rename(&aside, home).is_ok()) {
        // What is left over is removed by a later build at the latest.
        let _ = fs::remove_dir_all(&aside);
    }
    part
}

/// Removes lists nobody is likely to ask for again, parts that are in none, and builds that were
/// broken off.
fn remove_old(cache: &Path, in_use: &Path) {
    let Ok(listing) = fs::read_dir(cache) else { return };
    let mut lists: Vec<(SystemTime, PathBuf)> = Vec::new();
    let mut parts: Vec<PathBuf> = Vec::new();
    for item in listing.flatten() {
        let name = item.file_name();
        let name = name.to_string_lossy();
        let Ok(about) = item.metadata() else { continue };
        let Ok(changed) = about.modified() else { continue };
        let old = changed.elapsed().is_ok_and(|age| age > Duration::from_hours(1));
        if name.starts_with(LIST) && about.is_file() {
            lists.push((changed, item.path()));
        } else if name.starts_with(PART)
            || name.starts_with(LIST)
            || (name.starts_with(BUILDING) && old)
        {
            parts.push(item.path());
        }
    }
    lists.sort();
    lists.reverse();
    // The one in use may not look like the newest: clocks are set back.
    lists.sort_by_key(|(_, path)| path != in_use);
    let mut listed: HashSet<String> = HashSet::new();
    for (at, (_, path)) in lists.iter().enumerate() {
        if at <= KEPT {
            listed.extend(names_in(path));
        } else {
            let _ = fs::remove_file(path);
        }
    }
    for path in parts {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !listed.contains(name.as_ref()) {
            // One that fails to go is tried again after the next build.
            let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
        }
    }
}
