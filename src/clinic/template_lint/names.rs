//! Names in a template: each thing once, and no name of something that is not there, in stages,
//! gates, migrations and pinned entries.

use std::collections::BTreeMap;

use super::reach::Reach;
use super::{Findings, KnownEntry, paths};
use crate::text::toml_file::PathStep::{self, At, Key};

/// Ids of roles, stages and items.
pub(super) fn unique(found: &Findings<'_>) {
    let template = found.template;
    let mut named: Vec<(&str, &str, Vec<PathStep<'_>>)> = Vec::new();
    for (at, role) in template.roles.iter().enumerate() {
        named.push(("a role", &role.id, vec![Key("role"), At(at)]));
    }
    for (at, stage) in template.stages.iter().enumerate() {
        named.push(("a stage", &stage.id, vec![Key("stage"), At(at)]));
    }
    for (place, path) in paths(template) {
        named.push(("an item", &place.item.id, path));
    }
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (kind, id, mut path) in named {
        path.push(Key("id"));
        if !is_plain(id) {
            let advice = "Use small letters, digits, “-” and “_”, starting with a letter.";
            found.error(&path, "bad-id", format!("“{id}” cannot be an id."), advice);
        }
        if let Some(first) = seen.insert((kind, id), found.source.span(&path).start) {
            let line = found.source.file.error("", first..first, "", "").line;
            let message = format!("There is already {kind} with the id “{id}”, on line {line}.");
            let advice = "Give it an id of its own that was never used before.";
            found.error(&path, "duplicate-id", message, advice);
        }
    }
}

fn is_plain(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
}

/// The roles that lead stages.
pub(super) fn roles(found: &Findings<'_>) {
    let template = found.template;
    for (at, stage) in template.stages.iter().enumerate() {
        if let Some(role) = stage.role.as_ref().filter(|role| template.role(role).is_none()) {
            let path = [Key("stage"), At(at), Key("role")];
            let roles = template.roles.iter().map(|role| role.id.as_str());
            found.unknown(&path, "unknown-role", "role", role, roles);
        }
    }
}

/// What has to be answered before going forward must be there, be asked, and be something that can
/// be answered.
pub(super) fn gates(found: &Findings<'_>, reach: &Reach<'_>) {
    let items = found.template.items();
    for (at, stage) in found.template.stages.iter().enumerate() {
        for (index, id) in stage.gate.iter().enumerate() {
            let path = [Key("stage"), At(at), Key("gate"), At(index)];
            let what = "item up to this stage";
            let Some(place) = items.iter().find(|place| place.item.id == *id) else {
                let here = items.iter().filter(|place| place.stage <= at);
                let here = here.map(|place| place.item.id.as_str());
                found.unknown(&path, "unknown-gate", what, id, here);
                continue;
            };
            let item = place.item;
            let answerable = item.kind.can_be_required() || item.repeats;
            if place.stage > at {
                let message = format!("There is no {what} called “{id}”.");
                let advice = "This item comes in a later stage. Put it in the gate of that stage.";
                found.error(&path, "unknown-gate", message, advice);
            } else if stage.gate[..index].contains(id) {
                let message = format!("“{id}” is already in this gate.");
                found.error(&path, "twice", message, "List it once.");
            } else if !answerable || item.calculated.is_some() {
                let message = format!("“{id}” takes no answer, so a gate cannot wait for one.");
                found.error(&path, "gate-without-answer", message, "Use the id of a question.");
            } else if reach.is_dead(id) {
                let message = format!("“{id}” is never asked, so this gate has no effect.");
                let advice = "Fix its conditions, or use another item.";
                found.error(&path, "gate-never-asked", message, advice);
            } else if !item.required {
                let message = format!("“{id}” must be answered here, but the item is optional.");
                let advice = "Add `required = true` to the item, or remove it from the gate.";
                found.warning(&path, "gate-optional", message, advice);
            }
        }
    }
}

/// What `[[migrate]]` names must have been there, or be there now.
pub(super) fn migrations(found: &Findings<'_>) {
    let template = found.template;
    let items = template.items();
    let ids = || items.iter().map(|place| place.item.id.as_str());
    for (at, one) in template.migrations.iter().enumerate() {
        let twice = template.migrations[..at].iter().any(|other| other.from == one.from);
        if one.from == template.about.version || twice {
            let message = if twice {
                format!("There is already a `[[migrate]]` from “{}”.", one.from)
            } else {
                format!("“{}” is the version of this template.", one.from)
            };
            let advice = "Use each earlier version once.";
            found.error(&[Key("migrate"), At(at), Key("from")], "wrong-version", message, advice);
        }
        let is_gone = |id: &str, path: &[PathStep<'_>]| {
            if ids().any(|known| known == id) {
                let message = format!("“{id}” is still an item in this version.");
                let advice = "Use an item that is no longer there.";
                found.error(path, "still-there", message, advice);
            }
        };
        for (old, new) in &one.rename {
            let path = [Key("migrate"), At(at), Key("rename"), Key(old)];
            is_gone(old, &path);
            if !ids().any(|known| known == new) {
                found.unknown(&path, "unknown-item", "item", new, ids());
            }
        }
        for (index, old) in one.drop.iter().enumerate() {
            is_gone(old, &[Key("migrate"), At(at), Key("drop"), At(index)]);
        }
        for (id, codes) in &one.recode {
            let Some(place) = items.iter().find(|place| place.item.id == *id) else {
                let path = [Key("migrate"), At(at), Key("recode"), Key(id)];
                found.unknown(&path, "unknown-item", "item", id, ids());
                continue;
            };
            let known = || {
                let options = place.item.options.iter().chain(&place.item.domains);
                options.map(|option| option.code.as_str())
            };
            for (old, new) in codes.iter().filter(|(_, new)| !known().any(|code| code == **new)) {
                let path = [Key("migrate"), At(at), Key("recode"), Key(id), Key(old)];
                found.unknown(&path, "unknown-code", "code", new, known());
            }
        }
    }
}

/// Entries that stages and items open must be there and current.
pub(super) fn pinned(found: &Findings<'_>, entries: &[KnownEntry<'_>]) {
    let mut pinned: Vec<(&str, Vec<PathStep<'_>>)> = Vec::new();
    for (at, stage) in found.template.stages.iter().enumerate() {
        for (index, id) in stage.kb.iter().enumerate() {
            pinned.push((id, vec![Key("stage"), At(at), Key("kb"), At(index)]));
        }
    }
    for (place, mut path) in paths(found.template) {
        if let Some(opens) = &place.item.opens {
            path.extend([Key("opens"), Key("entry")]);
            pinned.push((&opens.entry, path));
        }
    }
    for (id, path) in pinned {
        match entries.iter().find(|entry| entry.id == id) {
            None => {
                let ids = entries.iter().map(|entry| entry.id);
                found.unknown(&path, "unknown-entry", "entry", id, ids);
            }
            Some(KnownEntry { superseded_by: Some(newer), .. }) => {
                let message = format!("The entry “{id}” is no longer current.");
                let advice = if newer.is_empty() {
                    "Use a current entry.".to_owned()
                } else {
                    format!("Use “{newer}” instead.")
                };
                found.warning(&path, "superseded-entry", message, advice);
            }
            Some(_) => {}
        }
    }
}
