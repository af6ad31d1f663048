//! What people read: nothing blank, and in Welsh all of it or none.

use super::CheckedItem;
use crate::clinic::template::translated::LocalText;
use crate::clinic::template::{ItemPlace, Template};
use crate::text::Problem;
use crate::text::toml_file::{PathStep, TomlFile};

/// Texts that are named one by one when they lack a translation.
const MAX_NAMED: usize = 20;

type LocatedText<'a> = (Vec<PathStep<'a>>, &'a LocalText);

pub(super) fn check(
    source: &TomlFile<'_>,
    template: &Template,
    places: &[(ItemPlace<'_>, Vec<PathStep<'_>>)],
    problems: &mut Vec<Problem>,
) {
    let mut found = about(template);
    for (at, (place, path)) in places.iter().enumerate() {
        let item = CheckedItem { source, place, path, before: &places[..at], all: places };
        found.extend(of_item(&item));
    }
    for (path, words) in &found {
        if words.en.trim().is_empty() {
            problems.push(source.file.error(
                "no-words",
                source.span(path),
                "This text is empty.",
                "Write what people should read. If the key is optional, remove it.",
            ));
        }
    }
    let lacks = |words: &LocalText| words.cy.as_ref().is_none_or(|cy| cy.trim().is_empty());
    if found.iter().all(|(_, words)| lacks(words)) {
        return;
    }
    let lacking: Vec<&LocatedText<'_>> = found.iter().filter(|(_, words)| lacks(words)).collect();
    for (at, (path, _)) in lacking.iter().enumerate().take(MAX_NAMED) {
        let more = lacking.len() - MAX_NAMED.min(lacking.len());
        let message = if more > 0 && at + 1 == MAX_NAMED {
            format!("This text and {more} after it have no Welsh version. Other texts here do.")
        } else {
            "This text has no Welsh version. Other texts here do.".to_owned()
        };
        let advice = "Write `{ en = \"…\", cy = \"…\" }`. Until then, people see the English text.";
        problems.push(source.file.warning("no-translation", source.span(path), message, advice));
    }
}

fn about(template: &Template) -> Vec<LocatedText<'_>> {
    let mut found: Vec<LocatedText<'_>> = Vec::new();
    let way = |key| vec![PathStep::Key("template"), PathStep::Key(key)];
    let about = &template.about;
    found.push((way("title"), &about.title));
    found.push((way("purpose"), &about.purpose));
    found.extend(about.audience.iter().map(|words| (way("audience"), words)));
    for (at, role) in template.roles.iter().enumerate() {
        let way = |key| vec![PathStep::Key("role"), PathStep::At(at), PathStep::Key(key)];
        found.extend([(way("title"), &role.title), (way("does"), &role.does)]);
    }
    for (at, stage) in template.stages.iter().enumerate() {
        let way = |key| vec![PathStep::Key("stage"), PathStep::At(at), PathStep::Key(key)];
        found.push((way("title"), &stage.title));
        found.extend(stage.script.iter().map(|words| (way("script"), words)));
    }
    found
}

fn of_item<'a>(at: &CheckedItem<'a>) -> Vec<LocatedText<'a>> {
    let item = at.place.item;
    let way = |keys: &[PathStep<'a>]| at.path.iter().chain(keys).copied().collect::<Vec<_>>();
    let mut found = vec![(way(&[PathStep::Key("text")]), &item.text)];
    let optional = [
        ("hint", &item.hint),
        ("help", &item.help),
        ("required_message", &item.required_message),
        ("entry_format", &item.entry_format),
    ];
    for (key, words) in optional {
        found.extend(words.iter().map(|words| (way(&[PathStep::Key(key)]), words)));
    }
    for (key, list) in [("options", &item.options), ("domains", &item.domains)] {
        for (index, option) in list.iter().enumerate() {
            let part = |part| way(&[PathStep::Key(key), PathStep::At(index), PathStep::Key(part)]);
            found.push((part("text"), &option.text));
            found.extend(option.definition.iter().map(|words| (part("definition"), words)));
        }
    }
    for (index, rule) in item.constraint.iter().enumerate() {
        let keys = [PathStep::Key("constraint"), PathStep::At(index), PathStep::Key("message")];
        found.push((way(&keys), &rule.message));
    }
    found
}
