//! What people read: nothing blank, and in Welsh all of it or none.

use super::Findings;
use crate::clinic::template::translated::LocalText;
use crate::clinic::template::{Item, ItemPlace, Template};
use crate::text::toml_file::PathStep::{self, At, Key};

/// Texts that are named one by one when they lack a translation.
const MAX_NAMED: usize = 20;

type LocatedText<'a> = (Vec<PathStep<'a>>, &'a LocalText);

pub(super) fn check(found: &Findings<'_>, places: &[(ItemPlace<'_>, Vec<PathStep<'_>>)]) {
    let of_items = places.iter().flat_map(|(place, path)| of_item(place.item, path));
    let texts: Vec<LocatedText<'_>> = about(found.template).into_iter().chain(of_items).collect();
    for (path, _) in texts.iter().filter(|(_, words)| words.en.trim().is_empty()) {
        let advice = "Write what people should read. If the key is optional, remove it.";
        found.error(path, "no-words", "This text is empty.", advice);
    }
    let lacks = |words: &LocalText| words.cy.as_ref().is_none_or(|cy| cy.trim().is_empty());
    let lacking: Vec<&LocatedText<'_>> = texts.iter().filter(|(_, words)| lacks(words)).collect();
    if lacking.len() == texts.len() {
        return;
    }
    for (at, (path, _)) in lacking.iter().enumerate().take(MAX_NAMED) {
        let more = lacking.len() - MAX_NAMED.min(lacking.len());
        let message = if more > 0 && at + 1 == MAX_NAMED {
            format!("This text and {more} after it have no Welsh version. Other texts here do.")
        } else {
            "This text has no Welsh version. Other texts here do.".to_owned()
        };
        let advice = "Write `{ en = \"…\", cy = \"…\" }`. Until then, people see the English text.";
        found.warning(path, "no-translation", message, advice);
    }
}

fn about(template: &Template) -> Vec<LocatedText<'_>> {
    let mut found: Vec<LocatedText<'_>> = Vec::new();
    let way = |key| vec![Key("template"), Key(key)];
    let about = &template.about;
    found.push((way("title"), &about.title));
    found.push((way("purpose"), &about.purpose));
    found.extend(about.audience.iter().map(|words| (way("audience"), words)));
    for (at, role) in template.roles.iter().enumerate() {
        let way = |key| vec![Key("role"), At(at), Key(key)];
        found.extend([(way("title"), &role.title), (way("does"), &role.does)]);
    }
    for (at, stage) in template.stages.iter().enumerate() {
        let way = |key| vec![Key("stage"), At(at), Key(key)];
        found.push((way("title"), &stage.title));
        found.extend(stage.script.iter().map(|words| (way("script"), words)));
    }
    found
}

fn of_item<'a>(item: &'a Item, path: &[PathStep<'a>]) -> Vec<LocatedText<'a>> {
    let way = |keys: &[PathStep<'a>]| [path, keys].concat();
    let mut found = vec![(way(&[Key("text")]), &item.text)];
    let optional = [
        ("hint", &item.hint),
        ("help", &item.help),
        ("required_message", &item.required_message),
        ("entry_format", &item.entry_format),
    ];
    for (key, words) in optional {
        found.extend(words.iter().map(|words| (way(&[Key(key)]), words)));
    }
    for (key, list) in [("options", &item.options), ("domains", &item.domains)] {
        for (index, option) in list.iter().enumerate() {
            let part = |part| way(&[Key(key), At(index), Key(part)]);
            found.push((part("text"), &option.text));
            found.extend(option.definition.iter().map(|words| (part("definition"), words)));
        }
    }
    for (index, rule) in item.constraint.iter().enumerate() {
        let keys = [Key("constraint"), At(index), Key("message")];
        found.push((way(&keys), &rule.message));
    }
    found
}
