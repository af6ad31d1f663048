//! Rules on the template as a whole: its size, and what `[template]` says of its id, version,
//! minutes, dates and what it takes the place of.

use jiff::civil::Date;

use super::Findings;
use crate::clinic::template::Item;
use crate::text::toml_file::PathStep::{self, At, Key};
use crate::text::{counted, show_date};

const MAX_ROLES: usize = 40;
const MAX_STAGES: usize = 60;
const MAX_ITEMS: usize = 1000;
const MAX_OPTIONS: usize = 200;
const MAX_CONDITIONS: usize = 40;
/// Groups inside groups.
const MAX_GROUP_DEPTH: usize = 8;

/// How much a template may hold. What nobody could ask in a meeting is refused in one sentence,
/// before any rule looks at each item beside all others.
pub(super) fn size(found: &Findings<'_>) {
    let check = |path: &[PathStep<'_>], what: &str, count: usize, most: usize| {
        if count > most {
            let message =
                format!("There are {count} {what}. The most a template can have is {most}.");
            let advice = "Remove some, or split this into two templates.";
            found.error(path, "too-large", message, advice);
        }
    };
    let (roles, stages) = (&found.template.roles, &found.template.stages);
    check(&[Key("role"), At(MAX_ROLES)], "roles", roles.len(), MAX_ROLES);
    check(&[Key("stage"), At(MAX_STAGES)], "stages", stages.len(), MAX_STAGES);
    let places = found.template.items();
    if let Some(place) = places.get(MAX_ITEMS) {
        check(&[Key("stage"), At(place.stage)], "items", places.len(), MAX_ITEMS);
    }
    for place in places.iter().take(MAX_ITEMS) {
        let (item, path) = (place.item, [Key("stage"), At(place.stage)]);
        let options = item.options.len().max(item.domains.len());
        check(&path, &format!("options of “{}”", item.id), options, MAX_OPTIONS);
        let rules = item.enable_when.len().max(item.constraint.len());
        check(&path, &format!("conditions of “{}”", item.id), rules, MAX_CONDITIONS);
    }
    for (at, stage) in stages.iter().enumerate() {
        let path = [Key("stage"), At(at)];
        check(&path, "levels of groups", depth(&stage.items), MAX_GROUP_DEPTH);
    }
}

fn depth(items: &[Item]) -> usize {
    items.iter().map(|item| 1 + depth(&item.items)).max().unwrap_or(0)
}

pub(super) fn check(found: &Findings<'_>) {
    let (template, about) = (found.template, &found.template.about);
    if template.schema != 1 {
        let message = format!(
            "This version of caseclinic reads templates with schema 1, not {}.",
            template.schema
        );
        let advice = "Write `schema = 1`, or update caseclinic.";
        found.error(&[Key("schema")], "schema", message, advice);
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    for (key, name) in [("id", &about.id), ("version", &about.version)] {
        if name.is_empty() || !name.chars().all(plain) {
            let message = format!("“{name}” cannot be the {key} of a template.");
            let advice = "Use letters, digits, “.”, “-” and “_”.";
            found.error(&[Key("template"), Key(key)], "bad-id", message, advice);
        }
    }
    if about.declared_subject.is_none() {
        let message = format!(
            "The template does not say what its meetings are about. Their notes are treated as notes about a {}.",
            about.subject().code()
        );
        let advice = "Add `about = \"case\"`, `\"supervision\"` (notes that members cannot open) or `\"service\"`.";
        found.warning(&[Key("template"), Key("id")], "no-about", message, advice);
    }
    if template.stages.is_empty() {
        let message = "This template has no stages.";
        found.error(&[Key("template")], "no-stages", message, "Add at least one `[[stage]]`.");
    }
    let sum: u64 = template.stages.iter().map(|stage| u64::from(stage.minutes)).sum();
    if sum != u64::from(about.minutes) {
        let message = format!(
            "The stages take {} in total, but `minutes` in `[template]` is {}.",
            counted(sum, "minute", "minutes"),
            about.minutes
        );
        let advice = "Change one of them so that they agree.";
        found.error(&[Key("template"), Key("minutes")], "minutes", message, advice);
    }
    for (at, stage) in template.stages.iter().enumerate() {
        if stage.pause.is_some_and(|pause| pause >= stage.minutes) {
            let message = "The pause takes all the minutes of this stage.";
            let advice = "`minutes` includes the pause: make `pause` shorter or `minutes` longer.";
            found.error(&[Key("stage"), At(at), Key("pause")], "pause", message, advice);
        }
    }
    for (at, _) in about.replaces.iter().enumerate().filter(|(_, other)| **other == about.id) {
        let path = [Key("template"), Key("replaces"), At(at)];
        let message = "A template cannot replace itself.";
        let advice = "Write the id of another template. A new version of this template does not need `replaces`.";
        found.error(&path, "replaces-itself", message, advice);
    }
}

/// Dates that can't be so today.
pub(super) fn dates(found: &Findings<'_>, today: Date) {
    let Some(day) = found.template.about.last_review.filter(|day| *day > today) else { return };
    let message = format!("The last review is dated {}, which is in the future.", show_date(day));
    let advice =
        "Write the day on which somebody last reviewed the template, such as `\"2026-11-21\"`.";
    found.error(&[Key("template"), Key("last_review")], "future-review", message, advice);
}
