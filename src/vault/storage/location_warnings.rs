//! What is doubtful about the place a vault lies in, in plain words. Nothing is changed.

use std::path::Path;

use super::store::{Disk, Store};
use crate::{
    system::{
        disk::{folder_others_can_write, lies_on_network},
        without_links,
    },
    vault::maintenance::copies::copies_folder,
};

/// Sentences about the folder at `place`: other people may look into it, or put another in its
/// place; it belongs to somebody else; its copies would go elsewhere; or it lies on a network
/// folder, where what was saved may be lost with the connection.
pub fn location_warnings(place: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let place = without_links(place);
    let Ok(facts) = Disk.facts(&place) else { return found };
    let shown = place.display();
    if !facts.is_own {
        found.push(format!(
            "{shown} belongs to another person on this computer, who can delete what is in it. \
             Ask whoever looks after this computer."
        ));
    }
    if facts.is_exposed {
        found.push(format!(
            "Other people on this computer can look into {shown}. The notes are encrypted, but it \
             shows how many there are and when they changed. To fix this: `chmod -R go= {shown}`."
        ));
    }
    if let Some(above) = folder_others_can_write(&place) {
        let above = above.display();
        found.push(format!(
            "Other people on this computer can write to {above}, which contains the vault, so they \
             can put another folder in its place. To fix this: `chmod go-w {above}`. If it is not \
             your folder, move the vault to one of your own."
        ));
    }
    let copies = copies_folder(&place);
    if Disk.facts(&copies).is_ok_and(|facts| !facts.is_folder) {
        found.push(format!(
            "{} is not a folder but a link or a file, so no copies of the vault are made. Remove \
             it: a folder is made with the next copy.",
            copies.display()
        ));
    }
    if lies_on_network(&place) {
        found.push(format!(
            "{shown} is on a network folder. If the connection is lost, saved notes may be lost \
             too, and two windows may not notice each other. Keep the vault on a disk in this \
             computer, and backups on the network."
        ));
    }
    found
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{
        fs,
        os::unix::fs::{MetadataExt, PermissionsExt},
    };

    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_folder_above_the_vault_that_others_can_write_to_is_named() {
        let home = tempfile::tempdir().expect("a folder");
        let (above, place) = (home.path().join("shared"), home.path().join("shared/mine/vault"));
        fs::create_dir_all(&place).expect("folders");
        let mode = |path: &Path, mode: u32| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("set");
        };
        mode(&place, 0o700);
        for (bits, is_named) in [(0o755, false), (0o777, true), (0o1777, false)] {
            mode(&above, bits);
            let said = location_warnings(&place);
            let named = said.iter().any(|one| one.contains(&*above.to_string_lossy()));
            assert_eq!(named, is_named, "{bits:o}: {said:?}");
        }
        mode(&above, 0o775);
        let is_own_group = fs::metadata(&above).map(|facts| facts.gid() == facts.uid());
        let named = location_warnings(&place).len() == 1;
        assert_eq!(named, !is_own_group.expect("facts"), "a group of many");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_place_of_the_copies_is_named() {
        let home = tempfile::tempdir().expect("a folder");
        let place = home.path().join("vault");
        fs::create_dir(&place).expect("a folder");
        fs::set_permissions(&place, fs::Permissions::from_mode(0o700)).expect("set");
        assert!(location_warnings(&place).is_empty());
        std::os::unix::fs::symlink("/", home.path().join("vault-copies")).expect("a link");
        let said = location_warnings(&place);
        assert!(said.len() == 1 && said[0].contains("vault-copies is not a folder"), "{said:?}");
    }
}
