//! The knowledge that is part of the program: its files, and what the build has read from them.
//!
//! Reading some hundred entries takes several milliseconds, and at each start it would be the same
//! ones. So the build does it, and the program takes over what is said about an entry; its text is
//! always that of the file itself. If any file has a fault, the program reads all of them.

use std::borrow::Cow;

use super::{
    content::{BundledEntry, BundledPack},
    pack::PackFile,
};
use crate::text::Problem;

// `FILES`, names and texts by name.
include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

static READY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bundled.bin"));

/// The files that are bundled with the program.
pub(super) fn bundled_files(problems: &mut Vec<Problem>) -> Vec<PackFile> {
    FILES
        .iter()
        .map(|(name, text)| PackFile::new(&format!("knowledge/{name}"), name, text, problems))
        .collect()
}

/// What the build has read, with the texts of the entries; nothing if there was a fault.
pub(super) fn bundled_ready() -> Option<BundledPack> {
    take_over(READY)
}

fn take_over(ready: &[u8]) -> Option<BundledPack> {
    let mut bundled: BundledPack = postcard::from_bytes(ready).ok()?;
    for BundledEntry { file, body_at, entry } in &mut bundled.entries {
        let (_, text) = FILES.get(*file)?;
        entry.body = Cow::Borrowed(text.get(*body_at..)?);
    }
    Some(bundled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_whole_is_not_taken_over() {
        assert!(take_over(READY).is_some());
        for length in [0, 1, READY.len() / 2, READY.len() - 1] {
            assert!(take_over(&READY[..length]).is_none(), "{length}");
        }
    }
}
