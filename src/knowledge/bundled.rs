//! The knowledge that is part of the program: its files, and what the build has read from them.
//!
//! Reading some hundred entries takes several milliseconds, at each start the same ones. The build
//! does it, for files without any fault only, and the program takes over what is then said about
//! an entry. The text is always that of the file itself. A file with a fault is read by the program
//! like everybody's, with all the others.

use std::borrow::Cow;

use super::{
    Entry, Pack, Source, Step, Thesaurus,
    pack::{PackFile, Role, role_of},
};
use crate::text::Problem;

mod shape;

use shape::{About, Front, OneWay, Prepared, Ready, Words};

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
        .filter(|(name, _)| role_of(name) != Role::None)
        .map(|(name, text)| PackFile::new(&format!("knowledge/{name}"), name, text, problems))
        .collect()
}

/// What the build has read; nothing if there was a fault.
pub(super) fn bundled_ready() -> Option<Bundled> {
    let ready: Ready = postcard::from_bytes(READY).ok()?;
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
