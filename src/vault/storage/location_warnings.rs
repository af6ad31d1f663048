//! What is doubtful about the place a vault lies in, in plain words. Nothing is changed.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use super::store::{Disk, Store, without_links};
use crate::vault::maintenance::copies::copies_folder;

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

/// The nearest folder above `place` in which other people can put another folder in the place of the
/// one that leads to the vault.
pub(crate) fn folder_others_can_write(place: &Path) -> Option<&Path> {
    const STICKY: u32 = 0o1000;
    let can_be_written = |folder: &&Path| {
        fs::symlink_metadata(folder).is_ok_and(|facts| {
            let (mode, owner) = (facts.mode(), facts.uid());
            // Where everybody has a group of their own, it has the number of the person.
            let is_own_group = facts.gid() == owner;
            let by_others = mode & 0o002 != 0 || (mode & 0o020 != 0 && !is_own_group);
            // In a sticky folder only the owner of a file renames it.
            by_others && mode & STICKY == 0
        })
    };
    place.ancestors().skip(1).find(can_be_written)
}

#[cfg(target_os = "linux")]
fn lies_on_network(place: &Path) -> bool {
    rustix::fs::statfs(place).is_ok_and(|facts| is_network(i128::from(facts.f_type)))
}

#[cfg(not(target_os = "linux"))]
fn lies_on_network(_: &Path) -> bool {
    false
}

/// Whether a number from `statfs` means NFS, SMB or CIFS, AFS, Ceph, 9P or FUSE (which sshfs is).
#[cfg(target_os = "linux")]
fn is_network(kind: i128) -> bool {
    const NETWORK: [i128; 8] = [
        0x6969,
        0x517B,
        0xFE53_4D42,
        0xFF53_4D42,
        0x5346_414F,
        0x00C3_6400,
        0x0102_1997,
        0x6573_5546,
    ];
    // Some systems hand the number out as a negative one of 32 bits.
    NETWORK.contains(&(kind & 0xFFFF_FFFF))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

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

    #[test]
    fn a_network_folder_is_told_from_a_disk() {
        assert!(is_network(0x6969) && is_network(0xFF53_4D42) && is_network(-11_317_950));
        assert!(!is_network(0xEF53) && !is_network(0x0102_1994) && !is_network(0x9123_683E));
    }
}
