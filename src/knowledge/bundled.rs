//! The knowledge that is part of the program: its files, and what the build has read from them.
//!
//! Reading some hundred entries takes several milliseconds, and at each start it would be the same
//! ones. So the build does it, and the program takes over what is said about an entry; its text is
//! always that of the file itself. If any file has a fault, the program reads all of them.

mod build_format;

use std::borrow::Cow;

use super::{Entry, Pack, Source, Step, Thesaurus, pack::PackFile};
use crate::text::Problem;

use build_format::{About, Front, OneWay, Prepared, Ready, Words};

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
    let ready: Ready = postcard::from_bytes(ready).ok()?;
    let pack = pack(ready.pack)?;
    let entries = ready.entries.into_iter().map(|prepared| entry(prepared, &pack.id));
    Some(Bundled {
        entries: entries.collect::<Option<_>>()?,
        thesaurus: thesaurus(ready.thesaurus),
        content_hash: ready.content_hash,
        pack,
    })
}

fn pack(about: About) -> Option<Pack> {
    let About { id, title, version, publisher, licence, nation, review_by } = about;
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

fn entry(prepared: Prepared, pack: &str) -> Option<Entry> {
    let Prepared { file, version, body_at, front } = prepared;
    let (_, text) = FILES.get(file)?;
    let Front { id, title, summary, aliases, superseded_by, .. } = front;
    let sources = front.sources.into_iter().map(|source| Source {
        key: source.key,
        title: source.title,
        publisher: source.publisher,
        year: source.year,
        url: source.url,
    });
    Some(Entry {
        id,
        title,
        kind: front.kind.parse().ok()?,
        summary,
        aliases,
        nations: terms(&front.nations)?,
        settings: terms(&front.settings)?,
        ages: terms(&front.ages)?,
        continuum: terms(&front.continuum)?,
        status: front.status.parse().ok()?,
        superseded_by,
        reviewed: front.reviewed.parse().ok()?,
        review_by: front.review_by.parse().ok()?,
        sources: sources.collect(),
        body: Cow::Borrowed(text.get(body_at..)?),
        version,
        pack: pack.to_owned(),
        overlays: None,
    })
}

fn terms<T: std::str::FromStr>(names: &[String]) -> Option<Vec<T>> {
    names.iter().map(|name| name.parse().ok()).collect()
}

fn thesaurus(words: Words) -> Thesaurus {
    let steps = |steps: Vec<OneWay>| -> Vec<Step> {
        steps.into_iter().map(|step| Step { words: step.words, also: step.also }).collect()
    };
    Thesaurus {
        same: words.same.into_iter().map(|group| group.words).collect(),
        instead: steps(words.instead),
        broader: steps(words.broader),
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
