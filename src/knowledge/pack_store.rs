//! The pack store: the folder of installed packs, one folder each.
//!
//! A pack that is damaged or missing is reported, and the others work. A marker beside each folder
//! says that the pack was added, so that a folder that was removed is noticed.
//!
//! A large pack has a cache: its entries as they were read, in one file beside the pack. An entry is
//! taken from the cache while the system reports its file as unchanged. The cache holds only entries
//! without problems, and none whose file was changed so shortly before that a further change might
//! not show. A cache that is damaged, missing or of another version is rebuilt; if it cannot be
//! written, the entries are read from their files each time.

#[cfg(test)]
mod cache_tests;

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    Entry,
    folder::{list, read_files},
    pack_reader::{PackReader, ReadPack, is_pack_id},
};
use crate::system::{FileStamp, disk};
use crate::text::{Problem, Severity, clean_line, wording::Wording};

/// A pack of more files than this has a cache; fewer are read in no time.
const MIN_CACHED_FILES: usize = if cfg!(test) { 4 } else { 128 };
/// The ending of markers.
const MARKER: &str = "added";
/// Bytes of a marker that are read: a path.
const MAX_MARKER_LEN: usize = 4096;

/// The version of the format, and of the program. The first rises with every change of the bytes.
const VERSION: (u32, &str) = (4, env!("CARGO_PKG_VERSION"));
const CHECKSUM_BYTES: usize = 32;
/// File systems may record times no more exactly than this.
const MIN_FILE_AGE: Duration = Duration::from_secs(2);
/// The cache is written again when more than one in so many entries had to be read.
const ENTRIES_PER_REWRITE: usize = 16;

/// The folder of the pack of that id; `None` if no pack can have it.
pub fn folder_of(store: &Path, id: &str) -> Option<PathBuf> {
    is_pack_id(id).then(|| store.join(id))
}

/// The marker of the pack of that id. It holds the path the pack was added from.
pub fn marker_file_of(store: &Path, id: &str) -> Option<PathBuf> {
    is_pack_id(id).then(|| store.join(format!("{id}.{MARKER}")))
}

/// The cache of the pack of that id, if it is large. It may be removed at any time.
pub fn cache_file_of(store: &Path, id: &str) -> Option<PathBuf> {
    is_pack_id(id).then(|| store.join(format!(".{id}.kept")))
}

/// Every installed pack, by id.
pub(super) fn installed_packs(store: &Path, problems: &mut Vec<Problem>) -> Vec<ReadPack> {
    // No pack was ever installed.
    if fs::symlink_metadata(store).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    {
        return Vec::new();
    }
    let mut packs = Vec::new();
    for path in list(store, problems) {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let is_folder = fs::symlink_metadata(&path).is_ok_and(|about| about.is_dir());
        if name.starts_with('.') {
            // Packs that are being added.
        } else if is_folder && is_pack_id(&name) {
            packs.push(read(&path, &name, problems));
        } else if let Some(id) = name.strip_suffix(&format!(".{MARKER}")) {
            problems.extend(missing(store, id, &path));
        } else {
            let (file, code) = (path.display(), "ignored-file");
            let message = "This is not a pack and is ignored.";
            let advice = "Add packs with `caseclinic pack add PATH`.";
            problems.push(Problem::of_file(file, Severity::Warning, code, message, advice));
        }
    }
    packs
}

fn read(folder: &Path, id: &str, problems: &mut Vec<Problem>) -> ReadPack {
    let mut own = Vec::new();
    let paths = list(folder, &mut own);
    let cache = folder.parent().and_then(|store| cache_file_of(store, id));
    let read = match cache.filter(|_| paths.len() > MIN_CACHED_FILES) {
        Some(cache) => read_large(&paths, &cache, own, PackCacheWriter::new()),
        None => ReadPack::of(&read_files(&paths, None, &mut own), own),
    };
    if read.pack.id != id {
        let (file, code) = (folder.join("pack.toml").display().to_string(), "damaged-pack");
        let message = format!("The file does not have the id of the pack `{id}`.");
        let advice = format!(
            "Add the pack again with `caseclinic pack add --replace PATH`. Until then, its entries ({}) are still used.",
            read.entries.len()
        );
        problems.push(Problem::of_file(&file, Severity::Error, code, message, advice));
    }
    read.named(id)
}

/// Reads a pack, with unchanged entries from its cache, and writes the cache again if much changed.
fn read_large(
    paths: &[PathBuf],
    cache: &Path,
    problems: Vec<Problem>,
    mut writer: PackCacheWriter,
) -> ReadPack {
    let bytes = read_cache(cache);
    let mut cached = cached_entries(&bytes).unwrap_or_default();
    let mut reader = PackReader::new(problems);
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let stamp = disk::stamp(path);
        let unchanged = name
            .strip_suffix(".md")
            .and_then(|name| cached.remove(name))
            .filter(|cached| Some(cached.stamp) == stamp);
        if let Some(CachedEntry { hash, entry, .. }) = unchanged {
            let id = entry.id.clone();
            if reader.take_over(hash, entry) {
                writer.keep(id, stamp, hash.to_owned());
                continue;
            }
        }
        let mut own = Vec::new();
        let file = read_files(std::slice::from_ref(path), None, &mut own).pop();
        let clean = own.is_empty();
        reader.problems().append(&mut own);
        let taken = file.as_ref().and_then(|file| reader.take(file));
        if let Some((hash, entry)) = taken.filter(|_| clean) {
            writer.add(entry.id.clone(), stamp, hash);
        }
    }
    let read = reader.finish();
    writer.write(cache, &read.entries);
    read
}

fn missing(store: &Path, id: &str, marker: &Path) -> Option<Problem> {
    let folder = folder_of(store, id)?;
    if folder.is_dir() {
        return None;
    }
    let mut from = fs::read(marker).unwrap_or_default();
    from.truncate(MAX_MARKER_LEN);
    let from = clean_line(String::from_utf8_lossy(&from).trim());
    let (file, code) = (folder.display(), "missing-pack");
    let message = format!("The pack `{id}` was added, but its folder is gone.");
    let advice =
        format!("Add it again from {from}, or remove it with `caseclinic pack remove {id}`.");
    Some(Problem::of_file(file, Severity::Error, code, message, advice))
}

/// The words that come with the program and those in `wording.toml` of each pack installed in a
/// folder, which need not be there; `None` if no pack has any. A list that can't be read is left
/// out; `check` says why.
pub(super) fn wording_of_packs(store: &Path) -> Option<Wording> {
    let mut wording = None;
    for pack in list(store, &mut Vec::new()) {
        let name = pack.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let path = pack.join("wording.toml");
        if !is_pack_id(&name) || !path.exists() {
            continue;
        }
        for file in read_files(&[path], None, &mut Vec::new()) {
            let (own, _) = Wording::parse(file.source.name(), &file.text);
            let before = wording.unwrap_or_else(|| Wording::bundled().clone());
            wording = Some(before.extended(own));
        }
    }
    wording
}

/// An entry with its file; `E` is `&Entry` when it is written and [`Entry`] when it is read.
#[derive(Serialize, Deserialize)]
struct CachedEntry<'c, E> {
    /// The name of the file without `.md`.
    name: &'c str,
    stamp: FileStamp,
    /// The hash of its text.
    hash: &'c str,
    entry: E,
}

/// The bytes of a cache; none if it is not a file or cannot be read.
fn read_cache(path: &Path) -> Vec<u8> {
    let is_file = fs::symlink_metadata(path).is_ok_and(|about| about.is_file());
    if is_file { fs::read(path).unwrap_or_default() } else { Vec::new() }
}

/// Reads the bytes of a cache: entries by the names of their files. Returns none for bytes that are
/// damaged or of another version.
fn cached_entries(bytes: &[u8]) -> Option<HashMap<&str, CachedEntry<'_, Entry>>> {
    let (checksum, bytes) = bytes.split_at_checked(CHECKSUM_BYTES)?;
    if Sha256::digest(bytes).as_slice() != checksum {
        return None;
    }
    // The version comes first: entries of another one may have other fields.
    let (version, bytes) = postcard::take_from_bytes::<(u32, &str)>(bytes).ok()?;
    if version != VERSION {
        return None;
    }
    let entries: Vec<CachedEntry<'_, Entry>> = postcard::from_bytes(bytes).ok()?;
    Some(entries.into_iter().map(|cached| (cached.name, cached)).collect())
}

/// Collects what the cache of a pack will hold while the pack is being read.
struct PackCacheWriter {
    began: SystemTime,
    /// By id.
    stamps: HashMap<String, (FileStamp, String)>,
    /// How many entries the old cache did not have.
    fresh: usize,
}

impl PackCacheWriter {
    fn new() -> Self {
        Self { began: SystemTime::now(), stamps: HashMap::new(), fresh: 0 }
    }

    /// Keeps an entry of the old cache.
    fn keep(&mut self, id: String, stamp: Option<FileStamp>, hash: String) {
        self.stamps.extend(stamp.map(|stamp| (id, (stamp, hash))));
    }

    /// Adds an entry that was read from its file. `stamp` was taken before it was read.
    fn add(&mut self, id: String, stamp: Option<FileStamp>, hash: String) {
        let until = self.began.duration_since(UNIX_EPOCH).unwrap_or_default();
        let until = until.saturating_sub(MIN_FILE_AGE).as_secs() as i64;
        let stamp = stamp.filter(|stamp| stamp.modified.0.max(stamp.changed.0) < until);
        self.fresh += usize::from(stamp.is_some());
        self.keep(id, stamp, hash);
    }

    /// Writes the cache, if enough of `entries` are new. A cache that cannot be written is left out.
    fn write(self, path: &Path, entries: &[Entry]) {
        if self.fresh * ENTRIES_PER_REWRITE <= entries.len() {
            return;
        }
        let cached = entries.iter().filter_map(|entry| {
            let (stamp, hash) = self.stamps.get(&entry.id)?;
            Some(CachedEntry { name: &entry.id, stamp: *stamp, hash, entry })
        });
        let whole = (VERSION, cached.collect::<Vec<_>>());
        let Ok(content) = postcard::to_allocvec(&whole) else { return };
        // Should the file stay, the next installation of a pack removes it by its name.
        let temporary = path.with_file_name(format!(".aside-{}", uuid::Uuid::new_v4()));
        let mut bytes = Sha256::digest(&content).to_vec();
        bytes.extend(content);
        if fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path)).is_err() {
            let _ = fs::remove_file(&temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Library, library::SAMPLE};

    const ABOUT: &str = "id = \"northmoor\"\ntitle = \"Northmoor\"\nversion = \"1\"\n";

    fn store(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let store = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            let path = store.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
        store
    }

    fn codes(library: &Library) -> Vec<&str> {
        library.problems().iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn without_a_pack_store_there_is_what_is_bundled() {
        let library = Library::with_packs(Path::new("/nowhere/at/all"));
        assert_eq!(library.content_hash(), Library::bundled().content_hash());
        assert_eq!(codes(&library), [] as [&str; 0]);
    }

    #[test]
    fn an_installed_entry_stands_beside_the_bundled_ones_and_knows_its_pack() {
        let store = store(&[
            ("northmoor/pack.toml", ABOUT.as_bytes()),
            ("northmoor/one.md", SAMPLE.as_bytes()),
        ]);
        let library = Library::with_packs(store.path());
        assert_eq!(codes(&library), [] as [&str; 0]);
        let entry = library.entry("one").expect("the local entry");
        assert_eq!(entry.origin().as_deref(), Some("local pack northmoor"));
        assert_eq!(library.entries().len(), Library::bundled().entries().len() + 1);
        assert!(library.entry("first-response").is_some_and(|entry| !entry.is_local()));
        assert_ne!(library.content_hash(), Library::bundled().content_hash());
    }

    #[test]
    fn a_local_version_takes_the_place_of_the_bundled_one_and_says_so() {
        let local = SAMPLE.replace("id = \"one\"", "id = \"first-response\"");
        let store = store(&[
            ("northmoor/pack.toml", ABOUT.as_bytes()),
            ("northmoor/first-response.md", local.as_bytes()),
        ]);
        let (library, bundled) = (Library::with_packs(store.path()), Library::bundled());
        assert_eq!(library.entries().len(), bundled.entries().len());
        let entry = library.entry("first-response").expect("the local version");
        assert!(
            entry.origin().is_some_and(|origin| origin.contains("replaces the built-in entry"))
        );
        let version = bundled.entry("first-response").map(|entry| entry.version.clone());
        assert_eq!(entry.overlays, version);
    }

    #[cfg(unix)]
    #[test]
    fn a_damaged_a_removed_and_a_strange_pack_are_named_and_the_rest_works() {
        let store = store(&[
            ("northmoor/pack.toml", b"id = ".as_slice()),
            ("northmoor/one.md", SAMPLE.as_bytes()),
            ("southmoor.added", b"/home/dsl/procedures\n"),
            ("Not A Pack/one.md", SAMPLE.as_bytes()),
            ("stray.txt", b""),
        ]);
        std::os::unix::fs::symlink(store.path(), store.path().join("loop")).expect("a link");
        let library = Library::with_packs(store.path());
        assert!(library.entry("one").is_some_and(|entry| entry.pack == "northmoor"));
        let mut codes = codes(&library);
        codes.sort_unstable();
        let strange = ["ignored-file"; 3];
        assert_eq!(codes[..2], ["damaged-pack", "ignored-file"], "{:?}", library.problems());
        assert_eq!(codes[1..4], strange);
        assert_eq!(codes[4..], ["missing-pack", "toml-syntax"]);
        let missing = library.problems().iter().find(|problem| problem.code == "missing-pack");
        assert!(missing.is_some_and(|problem| problem.advice.contains("/home/dsl/procedures")));
    }

    #[test]
    fn of_two_packs_with_the_same_entry_the_first_one_keeps_it() {
        let second = ABOUT.replace("northmoor", "southmoor");
        let store = store(&[
            ("northmoor/pack.toml", ABOUT.as_bytes()),
            ("northmoor/one.md", SAMPLE.as_bytes()),
            ("southmoor/pack.toml", second.as_bytes()),
            ("southmoor/one.md", SAMPLE.as_bytes()),
        ]);
        let library = Library::with_packs(store.path());
        assert!(library.entry("one").is_some_and(|entry| entry.pack == "northmoor"));
        assert_eq!(codes(&library), ["duplicate-id"]);
    }

    #[test]
    fn the_words_of_a_pack_come_before_the_bundled_ones() {
        let store = tempfile::tempdir().expect("a folder");
        assert!(wording_of_packs(store.path()).is_none());
        for pack in ["northmoor", ".half-written"] {
            let folder = store.path().join(pack);
            fs::create_dir(&folder).expect("a folder");
            let list = "schema = 1\n[[advice]]\nkind = \"blaming\"\nwords = [\"handful\", \"banter\"]\n\
                        instead = \"ours\"\nbecause = \"B.\"\nentry = \"language-guide\"\n";
            fs::write(folder.join("wording.toml"), list).expect("written");
        }
        let wording = wording_of_packs(store.path()).expect("a pack has words");
        assert_eq!(wording.len(), Wording::bundled().len() + 1);
        let found = wording.find("a handful, and banter");
        assert!(found.iter().all(|advice| advice.instead == "ours") && found.len() == 2);
        assert!(wording_of_packs(Path::new("/nowhere/at/all")).is_none());
    }

    #[test]
    fn the_example_pack_has_words_of_its_own_that_a_library_carries() {
        let example = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/northmoor"));
        let store = tempfile::tempdir().expect("a folder");
        let pack = store.path().join("northmoor");
        fs::create_dir(&pack).expect("a folder");
        for file in fs::read_dir(example).expect("the example").flatten() {
            fs::copy(file.path(), pack.join(file.file_name())).expect("copied");
        }
        let library = Library::with_packs(store.path());
        let wording = library.wording_of_packs().expect("the example has some");
        assert!(wording.len() > Wording::bundled().len());
        assert!(Library::bundled().wording_of_packs().is_none());
    }
}
