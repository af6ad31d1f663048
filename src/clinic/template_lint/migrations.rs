//! Rules on `[[migrate]]`: what it names must have been there, or be there now.

use super::names::unknown;
use crate::clinic::template::Template;
use crate::text::Problem;
use crate::text::toml_file::{PathStep, TomlFile};

pub(super) fn check(source: &TomlFile<'_>, template: &Template, problems: &mut Vec<Problem>) {
    let items = template.items();
    let ids = || items.iter().map(|place| place.item.id.as_str());
    for (at, one) in template.migrations.iter().enumerate() {
        let way = |keys: &[PathStep<'_>]| {
            let path: Vec<PathStep<'_>> = [PathStep::Key("migrate"), PathStep::At(at)]
                .into_iter()
                .chain(keys.iter().copied())
                .collect();
            source.span(&path)
        };
        let twice = template.migrations[..at].iter().any(|other| other.from == one.from);
        if one.from == template.about.version || twice {
            let message = if twice {
                format!("There is already a `[[migrate]]` from “{}”.", one.from)
            } else {
                format!("“{}” is the version of this template.", one.from)
            };
            let advice = "Use each earlier version once.";
            let span = way(&[PathStep::Key("from")]);
            problems.push(source.file.error("wrong-version", span, message, advice));
        }
        let still_there = |id: &str, keys: &[PathStep<'_>]| {
            ids().any(|known| known == id).then(|| {
                let message = format!("“{id}” is still an item in this version.");
                let advice = "Use an item that is no longer there.";
                source.file.error("still-there", way(keys), message, advice)
            })
        };
        for (old, new) in &one.rename {
            let keys = [PathStep::Key("rename"), PathStep::Key(old)];
            problems.extend(still_there(old, &keys));
            if !ids().any(|known| known == new) {
                let span = way(&keys);
                problems.push(unknown(source, "unknown-item", span, "item", new, ids()));
            }
        }
        for (index, old) in one.drop.iter().enumerate() {
            problems.extend(still_there(old, &[PathStep::Key("drop"), PathStep::At(index)]));
        }
        for (id, codes) in &one.recode {
            let keys = [PathStep::Key("recode"), PathStep::Key(id)];
            let Some(place) = items.iter().find(|place| place.item.id == *id) else {
                let span = way(&keys);
                problems.push(unknown(source, "unknown-item", span, "item", id, ids()));
                continue;
            };
            let known = || {
                let options = place.item.options.iter().chain(&place.item.domains);
                options.map(|option| option.code.as_str())
            };
            for (old, new) in codes.iter().filter(|(_, new)| !known().any(|code| code == **new)) {
                let span = way(&[keys[0], keys[1], PathStep::Key(old)]);
                problems.push(unknown(source, "unknown-code", span, "code", new, known()));
            }
        }
    }
}
