//! What is wrong with a template: every problem, with its place and what it should be. Of templates
//! beside each other: each id once, a published version unchanged, and what is retired has something
//! in its place.

mod about;
mod answers;
mod conditions;
mod invisible;
mod items;
mod names;
mod possible;
mod reach;
mod scripts;
#[cfg(test)]
mod tests;
mod wordings;
mod writing_time;

use std::cell::RefCell;

use jiff::civil::Date;

use super::template::source::{parse_toml, read_template};
use super::template::{Item, ItemPlace, Template, TemplateStatus};
use super::template_diff::check_revision;
use crate::text::toml_file::PathStep::{self, At, Key};
use crate::text::toml_file::{TomlFile, nearest_name};
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

/// Problems that are reported for one file; more would hide the first ones.
const MAX_PROBLEMS: usize = 100;
/// Names that are listed where none is like what was written.
const MAX_NAMED: usize = 8;

impl Template {
    /// Reads a template. `name` is the path as the reader should see it. Problems that only ask
    /// for a second look do not refuse it: [`check_template`] tells them too.
    pub fn parse(name: &str, toml: &str) -> Result<Self, Vec<Problem>> {
        let (source, template) = read_template(name, toml)?;
        let mut problems = Findings::of_rules(&source, &template).into_problems();
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
    let found = Findings::of_rules(&source, &template);
    invisible::check(&found);
    scripts::check(&found);
    writing_time::check(&found);
    if let Some(entries) = against.entries {
        names::pinned(&found, entries);
    }
    if let Some(today) = against.today {
        about::dates(&found, today);
    }
    let mut problems = found.into_problems();
    let more = problems.len().saturating_sub(MAX_PROBLEMS);
    if more > 0 {
        problems.truncate(MAX_PROBLEMS);
        let message = format!("There are {more} more problems in this file.");
        let advice = "Fix the first ones, then check again.";
        let at = problems.last().map_or(0..0, |last| last.span.clone());
        problems.push(source.file.error("more", at, message, advice));
    }
    problems
}

/// A template and the file it was read from.
#[derive(Clone, Copy, Debug)]
pub struct ReadTemplate<'a> {
    /// The path as the reader should see it.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What the text says.
    pub template: &'a Template,
}

/// What is wrong with templates that are used together. `published` are those in use already: a
/// file with the id and version of one of them must say the same.
pub fn check_together(files: &[ReadTemplate<'_>], published: &[Template]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, one) in files.iter().enumerate() {
        let about = &one.template.about;
        let Ok(source) = parse_toml(one.file, one.text) else { continue };
        let way = |key| source.span(&[Key("template"), Key(key)]);
        if let Some(other) = files[..at].iter().find(|other| other.template.about.id == about.id) {
            let message = format!("{} already has the id “{}”.", other.file, about.id);
            let advice = "Give this template an id of its own, or remove one of the two files.";
            problems.push(source.file.error("duplicate-template", way("id"), message, advice));
        }
        for old in published.iter().filter(|old| old.about.id == about.id) {
            let same = check_revision(one.file, old, one.template);
            for problem in same.into_iter().filter(|problem| problem.code == "same-version") {
                let Problem { code, message, advice, .. } = problem;
                problems.push(source.file.error(code, way("version"), message, advice));
            }
        }
        if about.status == TemplateStatus::Retired {
            let others = files.iter().map(|other| other.template).chain(published);
            let replaced = others.clone().any(|other| {
                other.about.status == TemplateStatus::Active
                    && (other.about.replaces.contains(&about.id)
                        || other.about.id == about.id && !std::ptr::eq(other, one.template))
            });
            if !replaced {
                let message = format!("“{}” is retired, and no template replaces it.", about.id);
                let advice = format!(
                    "Add `replaces = [\"{}\"]` to the template that replaces it, or set its status to `active`.",
                    about.id
                );
                problems.push(source.file.warning("no-successor", way("status"), message, advice));
            }
        }
    }
    problems
}

/// A template on its way through the rules, and what they have found.
struct Findings<'a> {
    source: &'a TomlFile<'a>,
    template: &'a Template,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Findings<'a> {
    /// Applies every rule that needs nothing but the template.
    fn of_rules(source: &'a TomlFile<'a>, template: &'a Template) -> Self {
        let found = Self { source, template, problems: RefCell::default() };
        about::size(&found);
        if !found.problems.borrow().is_empty() {
            // Every rule below looks at each item beside all others.
            return found;
        }
        about::check(&found);
        names::unique(&found);
        names::roles(&found);
        names::migrations(&found);
        let places = paths(template);
        let reach = reach::Reach::of(template);
        for (at, (place, path)) in places.iter().enumerate() {
            let (before, all) = (&places[..at], &places[..]);
            let item = CheckedItem { found: &found, item: place.item, place, path, before, all };
            items::check(&item);
            conditions::rows(&item);
            answers::check(&item);
            conditions::check(&item);
            reach.check(&item);
        }
        names::gates(&found, &reach);
        wordings::check(&found, &places);
        found
    }

    /// The problems, in the order of the file.
    fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.span.start);
        problems
    }

    fn error(
        &self,
        path: &[PathStep<'_>],
        code: &'static str,
        message: impl AsRef<str>,
        advice: impl AsRef<str>,
    ) {
        let problem = self.source.file.error(code, self.source.span(path), message, advice);
        self.problems.borrow_mut().push(problem);
    }

    fn warning(
        &self,
        path: &[PathStep<'_>],
        code: &'static str,
        message: impl AsRef<str>,
        advice: impl AsRef<str>,
    ) {
        let problem = self.source.file.warning(code, self.source.span(path), message, advice);
        self.problems.borrow_mut().push(problem);
    }

    /// A name of something that is not there, with the nearest known name.
    fn unknown<'n>(
        &self,
        path: &[PathStep<'_>],
        code: &'static str,
        what: &str,
        name: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        let names: Vec<&str> = names.into_iter().collect();
        let advice = match nearest_name(name, names.iter().copied()) {
            Some(near) => format!("Did you mean “{near}”?"),
            None if (1..=MAX_NAMED).contains(&names.len()) => {
                format!("Remove it, or use one of these: {}.", names.join(", "))
            }
            None => "Remove it, or use one that exists.".to_owned(),
        };
        self.error(path, code, format!("There is no {what} called “{name}”."), advice);
    }
}

/// An item on its way through the rules.
struct CheckedItem<'a> {
    found: &'a Findings<'a>,
    item: &'a Item,
    place: &'a ItemPlace<'a>,
    path: &'a [PathStep<'a>],
    before: &'a [(ItemPlace<'a>, Vec<PathStep<'a>>)],
    all: &'a [(ItemPlace<'a>, Vec<PathStep<'a>>)],
}

impl<'a> CheckedItem<'a> {
    /// The items before this one.
    fn earlier(&self) -> impl Iterator<Item = &'a ItemPlace<'a>> + Clone {
        self.before.iter().map(|(place, _)| place)
    }

    fn earlier_ids(&self) -> impl Iterator<Item = &'a str> {
        self.earlier().map(|place| place.item.id.as_str())
    }

    /// The first item of the template that is called `id`.
    fn item_called(&self, id: &str) -> Option<&'a ItemPlace<'a>> {
        self.all.iter().map(|(place, _)| place).find(|place| place.item.id == id)
    }

    /// The path to what is under `keys` of this item.
    fn to<'k>(&'k self, keys: &[PathStep<'k>]) -> Vec<PathStep<'k>> {
        self.path.iter().chain(keys).copied().collect()
    }

    fn error(
        &self,
        keys: &[PathStep<'_>],
        code: &'static str,
        message: impl AsRef<str>,
        advice: impl AsRef<str>,
    ) {
        self.found.error(&self.to(keys), code, message, advice);
    }
}

/// Every item with the path to it, in the order of [`Template::items`].
fn paths(template: &Template) -> Vec<(ItemPlace<'_>, Vec<PathStep<'_>>)> {
    fn walk<'a>(items: &'a [Item], path: &[PathStep<'a>], out: &mut Vec<Vec<PathStep<'a>>>) {
        for (at, item) in items.iter().enumerate() {
            let own = [path, &[Key("item"), At(at)]].concat();
            out.push(own.clone());
            walk(&item.items, &own, out);
        }
    }
    let mut paths = Vec::new();
    for (at, stage) in template.stages.iter().enumerate() {
        walk(&stage.items, &[Key("stage"), At(at)], &mut paths);
    }
    template.items().into_iter().zip(paths).collect()
}
