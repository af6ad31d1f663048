//! Bundled entries that a partnership's own versions replace.

use super::Library;
use crate::knowledge::{Entry, Pack};

/// A local version of a bundled entry: its pack, and the entry that it replaces.
#[derive(Clone, Copy, Debug)]
pub struct Overlay<'a> {
    /// The pack it comes from.
    pub pack: &'a Pack,
    /// The bundled entry, which is not shown.
    pub beneath: &'a Entry,
    /// Whether the bundled entry has changed since the local version was written.
    pub has_changed: bool,
}

impl Library {
    /// Returns the bundled entry that `entry` replaces, if it replaces any.
    pub fn overlay(&self, entry: &Entry) -> Option<Overlay<'_>> {
        let written_against = entry.overlays.as_ref()?;
        let beneath = self.overlaid.iter().find(|one| one.id == entry.id)?;
        let has_changed = beneath.version != *written_against;
        Some(Overlay { pack: self.pack(&entry.pack)?, beneath, has_changed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::SAMPLE;

    fn overlaid(front: &str) -> Library {
        let store = tempfile::tempdir().expect("a temporary folder");
        let place = store.path().join("northmoor");
        std::fs::create_dir(&place).expect("made");
        let about = "id = \"northmoor\"\ntitle = \"Northmoor\"\nversion = \"3\"\n";
        let text = SAMPLE.replace("id = \"one\"", &format!("{front}id = \"first-response\""));
        for (name, text) in [("pack.toml", about), ("first-response.md", &text)] {
            std::fs::write(place.join(name), text).expect("written");
        }
        Library::with_packs(store.path())
    }

    #[test]
    fn a_local_version_says_whose_it_is_and_what_lies_beneath() {
        let library = overlaid("");
        let entry = library.entry("first-response").expect("the local version");
        let overlay = library.overlay(entry).expect("it stands over one");
        assert_eq!(
            (overlay.pack.title.as_str(), overlay.pack.version.as_str()),
            ("Northmoor", "3")
        );
        assert!(!overlay.beneath.is_local() && !overlay.has_changed);
        let other = library.entry("helplines").expect("bundled");
        assert!(library.overlay(other).is_none());
    }

    #[test]
    fn a_bundled_entry_that_is_another_than_the_pack_names_has_changed() {
        let library = overlaid("overlays = \"000000000000\"\n");
        let entry = library.entry("first-response").expect("the local version");
        assert!(library.overlay(entry).is_some_and(|overlay| overlay.has_changed));
    }
}
