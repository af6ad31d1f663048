//! The words that call for others: the bundled list, and over it those of installed packs.

use std::{fs, path::Path};

use super::{folder::read_files, pack::is_pack_id};
use crate::text::wording::Wording;

/// The words that come with the program and those in `wording.toml` of each pack installed in a
/// folder, which need not be there; `None` if no pack has any. A list that can't be read is left
/// out; `check` says why.
pub(super) fn wording_of_packs(store: &Path) -> Option<Wording> {
    let mut wording = None;
    let mut packs: Vec<_> = fs::read_dir(store)
        .map(|listed| listed.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    packs.sort();
    for pack in packs {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Library;

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
