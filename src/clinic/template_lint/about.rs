//! Rules on `[template]`: its id, version, minutes, dates and what it takes the place of.

use jiff::civil::Date;

use crate::clinic::template::Template;
use crate::text::toml_file::{PathStep, TomlFile};
use crate::text::{Problem, show_date};

pub(super) fn check(source: &TomlFile<'_>, template: &Template, problems: &mut Vec<Problem>) {
    if template.schema != 1 {
        problems.push(source.file.error(
            "schema",
            source.span(&[PathStep::Key("schema")]),
            format!(
                "This version of caseclinic reads templates with schema 1, not {}.",
                template.schema
            ),
            "Write `schema = 1`, or update caseclinic.",
        ));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    for (key, name) in [("id", &template.about.id), ("version", &template.about.version)] {
        if name.is_empty() || !name.chars().all(plain) {
            problems.push(source.file.error(
                "bad-id",
                source.span(&[PathStep::Key("template"), PathStep::Key(key)]),
                format!("“{name}” cannot be the {key} of a template."),
                "Use letters, digits, “.”, “-” and “_”.",
            ));
        }
    }
    if template.about.declared_subject.is_none() {
        let meant = template.about.subject();
        problems.push(source.file.warning(
            "no-about",
            source.span(&[PathStep::Key("template"), PathStep::Key("id")]),
            format!(
                "The template does not say what its meetings are about. Their notes are treated as notes about a {}.",
                meant.code()
            ),
            "Add `about = \"case\"`, `\"supervision\"` (notes that members cannot open) or `\"service\"`.",
        ));
    }
    if template.stages.is_empty() {
        problems.push(source.file.error(
            "no-stages",
            source.span(&[PathStep::Key("template")]),
            "This template has no stages.",
            "Add at least one `[[stage]]`.",
        ));
    }
    let sum: u64 = template.stages.iter().map(|stage| u64::from(stage.minutes)).sum();
    if sum != u64::from(template.about.minutes) {
        problems.push(source.file.error(
            "minutes",
            source.span(&[PathStep::Key("template"), PathStep::Key("minutes")]),
            format!(
                "The stages take {sum} minutes in total, but `minutes` in `[template]` is {}.",
                template.about.minutes
            ),
            "Change one of them so that they agree.",
        ));
    }
    for (at, other) in template.about.replaces.iter().enumerate() {
        let way = [PathStep::Key("template"), PathStep::Key("replaces"), PathStep::At(at)];
        if *other == template.about.id {
            problems.push(source.file.error(
                "replaces-itself",
                source.span(&way),
                "A template cannot replace itself.",
                "Write the id of another template. A new version of this template does not need `replaces`.",
            ));
        }
    }
}

/// Dates that can't be so today.
pub(super) fn dates(
    source: &TomlFile<'_>,
    template: &Template,
    today: Date,
    problems: &mut Vec<Problem>,
) {
    let Some(day) = template.about.last_review.filter(|day| *day > today) else { return };
    problems.push(source.file.error(
        "future-review",
        source.span(&[PathStep::Key("template"), PathStep::Key("last_review")]),
        format!("The last review is dated {}, which is in the future.", show_date(day)),
        "Write the day on which somebody last reviewed the template, such as `\"2026-11-21\"`.",
    ));
}
