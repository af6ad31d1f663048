//! Large packs, read from their files and from their cache.

use super::*;
use crate::knowledge::{Library, SAMPLE};

/// As if the files of the pack had been written a while ago.
fn settle(store: &Path) {
    let before = SystemTime::now() - Duration::from_mins(1);
    for item in fs::read_dir(store.join("northmoor")).expect("the pack").flatten() {
        let file = fs::File::options().append(true).open(item.path()).expect("a file");
        file.set_modified(before).expect("an older file");
    }
}

fn write(store: &Path, name: &str, title: &str) {
    let id = name.trim_end_matches(".md");
    let text = SAMPLE.replace("id = \"one\"", &format!("id = \"{id}\""));
    let text = text.replace("First response", title);
    fs::write(store.join("northmoor").join(name), text).expect("written");
}

fn store() -> tempfile::TempDir {
    let store = tempfile::tempdir().expect("a temporary folder");
    let folder = store.path().join("northmoor");
    fs::create_dir(&folder).expect("a pack");
    let about = "id = \"northmoor\"\ntitle = \"Northmoor\"\nversion = \"1\"\n";
    fs::write(folder.join("pack.toml"), about).expect("written");
    for number in 0..8 {
        write(store.path(), &format!("local-{number}.md"), &format!("Entry {number}"));
    }
    store
}

/// Reads the pack with its cache, which must be as without.
fn read(store: &Path) -> Library {
    let cached = Library::with_packs(store);
    let place = cache_file_of(store, "northmoor").expect("an id");
    let bytes = fs::read(&place).ok();
    let _ = fs::remove_file(&place);
    let fresh = Library::with_packs(store);
    if let Some(bytes) = bytes {
        fs::write(&place, bytes).expect("written back");
    }
    assert_eq!(cached.entries(), fresh.entries());
    assert_eq!(cached.packs(), fresh.packs());
    assert_eq!(cached.problems(), fresh.problems());
    assert_eq!(cached.content_hash(), fresh.content_hash());
    cached
}

/// Writes the cache of the pack as if its files had been there for long.
fn write_cache(store: &Path) -> PathBuf {
    let place = cache_file_of(store, "northmoor").expect("an id");
    let mut writer = PackCacheWriter::new();
    writer.began += Duration::from_mins(1);
    let paths = list(&store.join("northmoor"), &mut Vec::new());
    read_large(&paths, &place, Vec::new(), writer);
    place
}

#[test]
fn what_was_written_just_now_is_not_cached() {
    let store = store();
    settle(store.path());
    assert_eq!(Library::with_packs(store.path()).problems(), []);
    assert!(!cache_file_of(store.path(), "northmoor").expect("an id").exists());
}

#[test]
fn a_pack_reads_the_same_from_its_cache_and_from_its_files() {
    let store = store();
    let place = write_cache(store.path());
    let bytes = fs::read(&place).expect("there is a cache");
    let cache = cached_entries(&bytes).expect("it is whole");
    let path = store.path().join("northmoor/local-3.md");
    let cached = cache.get("local-3").expect("an entry");
    assert!(Some(cached.stamp) == disk::stamp(&path));
    assert_eq!(cached.entry.title, "Entry 3");
    assert_eq!(read(store.path()).entries().iter().filter(|e| e.is_local()).count(), 8);
}

#[test]
fn an_entry_that_was_changed_added_or_removed_is_noticed() {
    let store = store();
    write_cache(store.path());
    write(store.path(), "local-3.md", "Entry X");
    write(store.path(), "local-9.md", "Added");
    fs::remove_file(store.path().join("northmoor/local-5.md")).expect("removed");
    let library = read(store.path());
    assert_eq!(library.entry("local-3").map(|entry| entry.title.as_str()), Some("Entry X"));
    assert!(library.entry("local-9").is_some() && library.entry("local-5").is_none());
}

#[test]
fn an_entry_with_a_fault_is_read_each_time_and_says_so() {
    let store = store();
    write(store.path(), "local-2.md", "A title\u{200B} with something hidden");
    let path = store.path().join("northmoor/aaa.md");
    fs::write(&path, SAMPLE.replace("id = \"one\"", "id = \"local-4\"")).expect("written");
    write_cache(store.path());
    let library = read(store.path());
    let codes: Vec<&str> = library.problems().iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["id-file-name", "hidden-character", "duplicate-id"]);
}

#[test]
fn whatever_is_damaged_is_read_from_the_files() {
    let store = store();
    let place = write_cache(store.path());
    let bytes = fs::read(&place).expect("there is a cache");
    for at in (0..bytes.len()).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x5A;
        assert!(cached_entries(&damaged).is_none());
        assert!(cached_entries(&bytes[..at]).is_none());
    }
    fs::write(&place, &bytes[..bytes.len() / 2]).expect("damaged");
    assert_eq!(read(store.path()).problems(), []);
    fs::remove_file(&place).expect("removed");
    fs::create_dir(&place).expect("a folder in its place");
    assert_eq!(Library::with_packs(store.path()).problems(), []);
}

#[test]
fn a_cache_of_the_version_before_is_rebuilt() {
    let store = store();
    let path = write_cache(store.path());
    let content = postcard::to_allocvec(&(1_u32, VERSION.1, Vec::<u8>::new())).expect("bytes");
    let mut bytes = Sha256::digest(&content).to_vec();
    bytes.extend(content);
    assert!(cached_entries(&bytes).is_none());
    fs::write(&path, bytes).expect("written");
    let cached = write_cache(store.path());
    assert_eq!(cached_entries(&fs::read(cached).expect("a cache")).map(|all| all.len()), Some(8));
    assert_eq!(read(store.path()).problems(), []);
}
