//! The knowledge that is part of the program: its files, and what the build has read from them.
//!
//! Reading some hundred entries takes several milliseconds, and at each start it would be the same
//! ones. So the build does it, and the program takes over what is said about an entry; its text is
//! always that of the file itself. If any file has a fault, the program reads all of them.

mod build_format;

use std::borrow::Cow;

use super::{Entry, Pack, Thesaurus, ThesaurusStep, pack::PackFile};
use crate::text::Problem;

use build_format::{BundledEntry, BundledPack, OneWay, PackToml, ThesaurusToml};

// `FILES`, names and texts by name.
include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

static READY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bundled.bin"));

/// The bundled pack as the build has read it.
pub(super) struct Bundled {
    pub(super) pack: Pack,
    pub(super) entries: Vec<Entry>,
    pub(super) thesaurus: Thesaurus,
    pub(super) content_hash: String,
}

/// The files that are bundled with the program.
pub(super) fn bundled_files(problems: &mut Vec<Problem>) -> Vec<PackFile> {
    FILES
        .iter()
        .map(|(name, text)| PackFile::new(&format!("knowledge/{name}"), name, text, problems))
        .collect()
}

/// What the build has read; nothing if there was a fault.
pub(super) fn bundled_ready() -> Option<Bundled> {
    take_over(READY)
}

fn take_over(ready: &[u8]) -> Option<Bundled> {
    let BundledPack { content_hash, pack, thesaurus, entries } =
        postcard::from_bytes(ready).ok()?;
    Some(Bundled {
        entries: entries.into_iter().map(with_body).collect::<Option<_>>()?,
        thesaurus: to_thesaurus(thesaurus),
        pack: to_pack(pack)?,
        content_hash,
    })
}

fn with_body(BundledEntry { file, body_at, mut entry }: BundledEntry) -> Option<Entry> {
    let (_, text) = FILES.get(file)?;
    entry.body = Cow::Borrowed(text.get(body_at..)?);
    Some(entry)
}

fn to_pack(toml: PackToml) -> Option<Pack> {
    let PackToml { id, title, version, publisher, licence, nation, review_by } = toml;
    Some(Pack {
        id,
        title,
        version,
        publisher,
        licence,
        nation: nation.map(|nation| nation.parse()).transpose().ok()?,
        review_by: review_by.map(|date| date.parse()).transpose().ok()?,
    })
}

fn to_thesaurus(toml: ThesaurusToml) -> Thesaurus {
    let steps = |steps: Vec<OneWay>| -> Vec<ThesaurusStep> {
        steps.into_iter().map(|step| ThesaurusStep { words: step.words, also: step.also }).collect()
    };
    Thesaurus {
        same: toml.same.into_iter().map(|group| group.words).collect(),
        instead: steps(toml.instead),
        broader: steps(toml.broader),
    }
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
