//! What is wrong with a template: every problem, with its place and what it should be.

mod answers;
mod calculated;
mod conditions;
mod items;
mod migrations;
mod names;
mod rows;

use super::source::{Source, Step};
use super::template::{ItemPlace, ItemType, Template};
use crate::text::{Problem, Severity};

/// An entry that a template may pin.
#[derive(Clone, Copy, Debug)]
pub struct KnownEntry<'a> {
    /// Its id.
    pub id: &'a str,
    /// It is superseded or withdrawn; the id of what took its place, or blank.
    pub superseded_by: Option<&'a str>,
}

impl Template {
    /// Reads a template. `name` is the path as the reader should see it. Problems that only ask
    /// for a second look do not refuse it: [`check_template`] tells them too.
    pub fn parse(name: &str, toml: &str) -> Result<Self, Vec<Problem>> {
        let source = Source::read(name, toml)?;
        let template = source.template(toml)?;
        let mut problems = all(&source, &template);
        problems.retain(|problem| problem.severity == Severity::Error);
        if problems.is_empty() { Ok(template) } else { Err(problems) }
    }
}

/// Every problem of a template, in the order of the file. With `entries`, also pinned entries that
/// do not exist or are no longer in force.
pub fn check_template(name: &str, toml: &str, entries: Option<&[KnownEntry<'_>]>) -> Vec<Problem> {
    let source = match Source::read(name, toml) {
        Ok(source) => source,
        Err(problems) => return problems,
    };
    let template = match source.template(toml) {
        Ok(template) => template,
        Err(problems) => return problems,
    };
    let mut problems = all(&source, &template);
    if let Some(entries) = entries {
        names::pinned(&source, &template, entries, &mut problems);
    }
    problems.sort_by_key(|problem| problem.span.start);
    problems
}

fn all(source: &Source<'_>, template: &Template) -> Vec<Problem> {
    let mut problems = Vec::new();
    whole(source, template, &mut problems);
    names::unique(source, template, &mut problems);
    names::gates_and_roles(source, template, &mut problems);
    migrations::check(source, template, &mut problems);
    let places = paths(template);
    for (at, (place, path)) in places.iter().enumerate() {
        let item = Checked { source, place, path, before: &places[..at], all: &places };
        items::check(&item, &mut problems);
        rows::check(&item, &mut problems);
        answers::check(&item, &mut problems);
        calculated::check(&item, &mut problems);
        conditions::check(&item, &mut problems);
    }
    problems.sort_by_key(|problem| problem.span.start);
    problems
}

/// An item on its way through the rules.
struct Checked<'a> {
    source: &'a Source<'a>,
    place: &'a ItemPlace<'a>,
    path: &'a [Step<'a>],
    before: &'a [(ItemPlace<'a>, Vec<Step<'a>>)],
    all: &'a [(ItemPlace<'a>, Vec<Step<'a>>)],
}

impl Checked<'_> {
    fn error(&self, keys: &[Step<'_>], code: &'static str, message: &str, advice: &str) -> Problem {
        let path: Vec<Step<'_>> = self.path.iter().chain(keys).copied().collect();
        self.source.file.error(code, self.source.span(&path), message, advice)
    }
}

/// Every item with the way to it, in the order of [`Template::items`].
fn paths(template: &Template) -> Vec<(ItemPlace<'_>, Vec<Step<'_>>)> {
    fn walk<'a>(items: &'a [super::Item], path: &[Step<'a>], out: &mut Vec<Vec<Step<'a>>>) {
        for (at, item) in items.iter().enumerate() {
            let own: Vec<Step<'a>> =
                path.iter().copied().chain([Step::Key("item"), Step::At(at)]).collect();
            out.push(own.clone());
            walk(&item.items, &own, out);
        }
    }
    let mut ways = Vec::new();
    for (at, stage) in template.stages.iter().enumerate() {
        walk(&stage.items, &[Step::Key("stage"), Step::At(at)], &mut ways);
    }
    template.items().into_iter().zip(ways).collect()
}

fn whole(source: &Source<'_>, template: &Template, problems: &mut Vec<Problem>) {
    if template.schema != 1 {
        problems.push(source.file.error(
            "schema",
            source.span(&[Step::Key("schema")]),
            format!("This program reads templates of schema 1, not {}.", template.schema),
            "Write schema = 1, or use a newer caseclinic.",
        ));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    for (key, name) in [("id", &template.about.id), ("version", &template.about.version)] {
        if name.is_empty() || !name.chars().all(plain) {
            problems.push(source.file.error(
                "bad-id",
                source.span(&[Step::Key("template"), Step::Key(key)]),
                format!("“{name}” can’t be the {key} of a template."),
                "Use letters, digits, “.”, “-” and “_”.",
            ));
        }
    }
    if template.stages.is_empty() {
        problems.push(source.file.error(
            "no-stages",
            0..0,
            "This template has no stage.",
            "Add at least one [[stage]].",
        ));
    }
    if template.about.said.is_none() {
        problems.push(source.file.warning(
            "no-about",
            source.span(&[Step::Key("template"), Step::Key("id")]),
            format!(
                "It does not say what it is about; notes of it are taken as about a {}.",
                template.about.subject().code()
            ),
            "Write about = \"case\", \"supervision\" (private to whoever holds the vault) or \"service\".",
        ));
    }
    let sum: u64 = template.stages.iter().map(|stage| u64::from(stage.minutes)).sum();
    if sum != u64::from(template.about.minutes) {
        problems.push(source.file.error(
            "minutes",
            source.span(&[Step::Key("template"), Step::Key("minutes")]),
            format!(
                "The stages take {sum} minutes together, the template says {}.",
                template.about.minutes
            ),
            "Make the two agree.",
        ));
    }
}

/// Whether an item holds free text.
fn is_free_text(kind: ItemType) -> bool {
    matches!(kind, ItemType::String | ItemType::Text | ItemType::Matrix | ItemType::Actions)
}

#[cfg(test)]
mod tests;
