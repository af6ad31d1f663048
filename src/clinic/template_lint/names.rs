//! Names in a template: each thing once, and no name of something that is not there.

use std::collections::BTreeMap;

use super::{KnownEntry, paths};
use crate::clinic::template::Template;
use crate::text::{
    Problem,
    toml_file::{PathStep, TomlFile, nearest_name},
};

/// Names that are listed where none is like what was written.
const MAX_NAMED: usize = 8;

pub(super) fn unique(source: &TomlFile<'_>, template: &Template, problems: &mut Vec<Problem>) {
    let mut named: Vec<(&str, &str, Vec<PathStep<'_>>)> = Vec::new();
    for (at, role) in template.roles.iter().enumerate() {
        named.push(("role", &role.id, vec![PathStep::Key("role"), PathStep::At(at)]));
    }
    for (at, stage) in template.stages.iter().enumerate() {
        named.push(("stage", &stage.id, vec![PathStep::Key("stage"), PathStep::At(at)]));
    }
    for (place, path) in paths(template) {
        named.push(("item", &place.item.id, path));
    }
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (kind, id, mut path) in named {
        path.push(PathStep::Key("id"));
        let span = source.span(&path);
        if !is_plain(id) {
            problems.push(source.file.error(
                "bad-id",
                span.clone(),
                format!("“{id}” cannot be an id."),
                "Use small letters, digits, “-” and “_”, starting with a letter.",
            ));
        }
        if let Some(first) = seen.insert((kind, id), span.start) {
            let first = source.file.error("", first..first, "", "").line;
            problems.push(source.file.error(
                "duplicate-id",
                span,
                format!(
                    "There is already {} {kind} with the id “{id}”, on line {first}.",
                    article(kind)
                ),
                "Give it an id of its own that was never used before.",
            ));
        }
    }
}

fn article(kind: &str) -> &'static str {
    if kind == "item" { "an" } else { "a" }
}

fn is_plain(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
}

pub(super) fn roles(source: &TomlFile<'_>, template: &Template, problems: &mut Vec<Problem>) {
    for (at, stage) in template.stages.iter().enumerate() {
        let Some(role) = stage.role.as_ref().filter(|role| template.role(role).is_none()) else {
            continue;
        };
        let span = source.span(&[PathStep::Key("stage"), PathStep::At(at), PathStep::Key("role")]);
        let roles = template.roles.iter().map(|role| role.id.as_str());
        problems.push(unknown(source, "unknown-role", span, "role", role, roles));
    }
}

pub(super) fn pinned(
    source: &TomlFile<'_>,
    template: &Template,
    entries: &[KnownEntry<'_>],
    problems: &mut Vec<Problem>,
) {
    let mut pinned: Vec<(&str, Vec<PathStep<'_>>)> = Vec::new();
    for (at, stage) in template.stages.iter().enumerate() {
        let base = [PathStep::Key("stage"), PathStep::At(at), PathStep::Key("kb")];
        for (index, id) in stage.kb.iter().enumerate() {
            pinned.push((id, base.iter().copied().chain([PathStep::At(index)]).collect()));
        }
    }
    for (place, mut path) in paths(template) {
        if let Some(opens) = &place.item.opens {
            path.extend([PathStep::Key("opens"), PathStep::Key("entry")]);
            pinned.push((&opens.entry, path));
        }
    }
    for (id, path) in pinned {
        let span = source.span(&path);
        match entries.iter().find(|entry| entry.id == id) {
            None => {
                let ids = entries.iter().map(|entry| entry.id);
                problems.push(unknown(source, "unknown-entry", span, "entry", id, ids));
            }
            Some(KnownEntry { superseded_by: Some(newer), .. }) => {
                problems.push(source.file.warning(
                    "superseded-entry",
                    span,
                    format!("The entry “{id}” is no longer current."),
                    if newer.is_empty() {
                        "Use a current entry.".to_owned()
                    } else {
                        format!("Use “{newer}” instead.")
                    },
                ));
            }
            Some(_) => {}
        }
    }
}

/// A name of something that is not there, with the nearest one that is.
pub(super) fn unknown<'n>(
    source: &TomlFile<'_>,
    code: &'static str,
    span: std::ops::Range<usize>,
    what: &str,
    name: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Problem {
    let names: Vec<&str> = names.into_iter().collect();
    let advice = match nearest_name(name, names.iter().copied()) {
        Some(near) => format!("Did you mean “{near}”?"),
        None if (1..=MAX_NAMED).contains(&names.len()) => {
            format!("Remove it, or use one of these: {}.", names.join(", "))
        }
        None => "Remove it, or use one that exists.".to_owned(),
    };
    source.file.error(code, span, format!("There is no {what} called “{name}”."), advice)
}
