//! What is doubtful about the place a vault lies in, in plain words. Nothing is changed.

use std::path::Path;

use super::store::{Disk, Store};

/// Sentences about the folder at `place`: other people may look into it, it belongs to somebody
/// else, or it lies on a network folder, where what was saved may be lost with the connection.
pub fn location_warnings(place: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let Ok(facts) = Disk.facts(place) else { return found };
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
    if lies_on_network(place) {
        found.push(format!(
            "{shown} is on a network folder. If the connection is lost, saved notes may be lost \
             too, and two windows may not notice each other. Keep the vault on a disk in this \
             computer, and backups on the network."
        ));
    }
    found
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
    use super::*;

    #[test]
    fn a_network_folder_is_told_from_a_disk() {
        assert!(is_network(0x6969) && is_network(0xFF53_4D42) && is_network(-11_317_950));
        assert!(!is_network(0xEF53) && !is_network(0x0102_1994) && !is_network(0x9123_683E));
    }
}
