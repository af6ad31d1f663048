//! What is wrong with a template: every problem, with its place and what it should be.

mod about;
mod answers;
mod calculated;
mod choices;
mod conditions;
mod gates;
mod items;
mod migrations;
mod names;
mod possible;
mod reach;
mod rows;
mod size;
#[cfg(test)]
mod tests;
mod together;
mod wordings;

use jiff::civil::Date;

pub use together::{ReadTemplate, check_together};

use super::template::source::read_template;
use super::template::{ItemPlace, Template};
use crate::text::toml_file::{PathStep, TomlFile};
use crate::text::{Problem, Severity};

/// An entry that a template may pin.
#[derive(Clone, Copy, Debug)]
pub struct KnownEntry<'a> {
    /// Its id.
    pub id: &'a str,
    /// It is superseded or withdrawn; the id of what took its place, or blank.
    pub superseded_by: Option<&'a str>,
}

/// What a template is held against beside its own rules.
#[derive(Clone, Copy, Debug, Default)]
pub struct Against<'a> {
    /// The entries it may pin; without them none is looked at.
    pub entries: Option<&'a [KnownEntry<'a>]>,
    /// The day it is; without it no date is called one to come.
    pub today: Option<Date>,
}

/// Problems that one file is told of; more would hide the first ones.
const MAX_PROBLEMS: usize = 100;

impl Template {
    /// Reads a template. `name` is the path as the reader should see it. Problems that only ask
    /// for a second look do not refuse it: [`check_template`] tells them too.
    pub fn parse(name: &str, toml: &str) -> Result<Self, Vec<Problem>> {
        let (source, template) = read_template(name, toml)?;
        let mut problems = all(&source, &template);
        problems.retain(|problem| problem.severity == Severity::Error);
        if problems.is_empty() { Ok(template) } else { Err(problems) }
    }
}

/// Every problem of a template, in the order of the file; of very many the first ones, and how many
/// more there are.
pub fn check_template(name: &str, toml: &str, against: Against<'_>) -> Vec<Problem> {
    let (source, template) = match read_template(name, toml) {
        Ok(read) => read,
        Err(problems) => return problems,
    };
    let mut problems = all(&source, &template);
    if let Some(entries) = against.entries {
        names::pinned(&source, &template, entries, &mut problems);
    }
    if let Some(today) = against.today {
        about::dates(&source, &template, today, &mut problems);
    }
    problems.sort_by_key(|problem| problem.span.start);
    first_problems(&source, problems)
}

/// The first problems, and how many more there are.
fn first_problems(source: &TomlFile<'_>, mut problems: Vec<Problem>) -> Vec<Problem> {
    let more = problems.len().saturating_sub(MAX_PROBLEMS);
    if more > 0 {
        problems.truncate(MAX_PROBLEMS);
        let message = format!("There are {more} more problems in this file.");
        let at = problems.last().map_or(0..0, |last| last.span.clone());
        problems.push(source.file.error(
            "more",
            at,
            message,
            "Fix the first ones, then check again.",
        ));
    }
    problems
}

fn all(source: &TomlFile<'_>, template: &Template) -> Vec<Problem> {
    let mut problems = Vec::new();
    size::check(source, template, &mut problems);
    if !problems.is_empty() {
        // Every rule below looks at each item beside all others.
        return problems;
    }
    about::check(source, template, &mut problems);
    names::unique(source, template, &mut problems);
    names::roles(source, template, &mut problems);
    migrations::check(source, template, &mut problems);
    let places = paths(template);
    let reach = reach::Reach::of(template);
    for (at, (place, path)) in places.iter().enumerate() {
        let item = CheckedItem { source, place, path, before: &places[..at], all: &places };
        items::check(&item, &mut problems);
        choices::check(&item, template, &mut problems);
        rows::check(&item, &mut problems);
        answers::check(&item, &mut problems);
        calculated::check(&item, &mut problems);
        conditions::check(&item, &mut problems);
        problems.extend(reach.problem(&item));
    }
    gates::check(source, template, &reach, &mut problems);
    wordings::check(source, template, &places, &mut problems);
    problems.sort_by_key(|problem| problem.span.start);
    problems
}

/// An item on its way through the rules.
struct CheckedItem<'a> {
    source: &'a TomlFile<'a>,
    place: &'a ItemPlace<'a>,
    path: &'a [PathStep<'a>],
    before: &'a [(ItemPlace<'a>, Vec<PathStep<'a>>)],
    all: &'a [(ItemPlace<'a>, Vec<PathStep<'a>>)],
}

impl CheckedItem<'_> {
    fn error(
        &self,
        keys: &[PathStep<'_>],
        code: &'static str,
        message: &str,
        advice: &str,
    ) -> Problem {
        let path: Vec<PathStep<'_>> = self.path.iter().chain(keys).copied().collect();
        self.source.file.error(code, self.source.span(&path), message, advice)
    }

    fn warning(
        &self,
        keys: &[PathStep<'_>],
        code: &'static str,
        message: &str,
        advice: &str,
    ) -> Problem {
        let path: Vec<PathStep<'_>> = self.path.iter().chain(keys).copied().collect();
        self.source.file.warning(code, self.source.span(&path), message, advice)
    }

    /// What the file says under a key of this item, if that is true or false: also where leaving it
    /// out would mean the same.
    fn written(&self, key: &str) -> Option<bool> {
        let path: Vec<PathStep<'_>> =
            self.path.iter().copied().chain([PathStep::Key(key)]).collect();
        self.source.boolean(&path)
    }
}

/// Every item with the way to it, in the order of [`Template::items`].
fn paths(template: &Template) -> Vec<(ItemPlace<'_>, Vec<PathStep<'_>>)> {
    fn walk<'a>(items: &'a [super::Item], path: &[PathStep<'a>], out: &mut Vec<Vec<PathStep<'a>>>) {
        for (at, item) in items.iter().enumerate() {
            let own: Vec<PathStep<'a>> =
                path.iter().copied().chain([PathStep::Key("item"), PathStep::At(at)]).collect();
            out.push(own.clone());
            walk(&item.items, &own, out);
        }
    }
    let mut ways = Vec::new();
    for (at, stage) in template.stages.iter().enumerate() {
        walk(&stage.items, &[PathStep::Key("stage"), PathStep::At(at)], &mut ways);
    }
    template.items().into_iter().zip(ways).collect()
}
