//! Two versions of a template: what changed, how much it matters, and whether drafts can follow.
//!
//! Promises: nothing that could cost an answer is called harmless; a published version whose
//! content changed under the same number is found.

mod items;
mod migration;
pub(crate) mod preview;
mod steps;
#[cfg(test)]
mod tests;

use super::template::{Migration, Role, Stage, Template, TemplateStatus};
use crate::text::toml_file::nearest_name;
use crate::text::{Problem, Severity};

pub use migration::{MigrationRefused, migrate};
pub use preview::{Moved, preview};

/// How much a change of a template matters to drafts that began with the version before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeImpact {
    /// Wording, order, something more: a draft moves as it is.
    Harmless,
    /// A draft moves as it is, but what it means or asks may differ: somebody should look.
    ToConfirm,
    /// Answers would lose their place; `[[migrate]]` has to say where they go.
    NeedsMigration,
}

impl ChangeImpact {
    /// Shown.
    pub fn title(self) -> &'static str {
        match self {
            Self::Harmless => "harmless",
            Self::ToConfirm => "to confirm",
            Self::NeedsMigration => "needs migration",
        }
    }
}

/// One difference between two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateChange {
    /// How much it matters.
    pub weight: ChangeImpact,
    /// The id of what changed: an item, a stage, a role, or the template.
    pub id: String,
    /// What changed, in a sentence without its full stop.
    pub what: String,
    /// The new version's `[[migrate]]` says what becomes of the answers.
    pub covered: bool,
}

impl TemplateChange {
    fn new(weight: ChangeImpact, id: &str, what: impl Into<String>) -> Self {
        Self { weight, id: id.to_owned(), what: what.into(), covered: false }
    }

    fn covered(self, covered: bool) -> Self {
        Self { covered, ..self }
    }
}

/// Everything that differs between `old` and `new`, the weightiest first.
pub fn compare(old: &Template, new: &Template) -> Vec<TemplateChange> {
    let mut changes = Vec::new();
    if old.about.id != new.about.id {
        let what = format!("this is another template (the old id is “{}”)", old.about.id);
        changes.push(TemplateChange::new(ChangeImpact::NeedsMigration, &new.about.id, what));
    }
    if old.about != new.about && old.about.id == new.about.id {
        let same = (&old.about.title, &old.about.purpose, old.about.minutes)
            == (&new.about.title, &new.about.purpose, new.about.minutes);
        let what = if same {
            "details of the template changed"
        } else {
            "the title, purpose or minutes changed"
        };
        changes.push(TemplateChange::new(ChangeImpact::Harmless, &new.about.id, what));
    }
    let (was, is) = (old.about.subject(), new.about.subject());
    if was != is {
        let what = format!(
            "it is now about a {}, not a {}, so different people may be able to open its notes",
            is.code(),
            was.code()
        );
        changes.push(TemplateChange::new(ChangeImpact::ToConfirm, &new.about.id, what));
    }
    roles(old, new, &mut changes);
    stages(old, new, &mut changes);
    items::compare(old, new, &steps(old, new), &mut changes);
    changes.sort_by_key(|change| std::cmp::Reverse(change.weight));
    changes
}

/// What is wrong with `new` as the successor of `old`: content that changed under the same version
/// although that one was published, and changes that cost answers without a `[[migrate]]`. `name`
/// is the path of the new file as the reader should see it.
pub fn check_revision(name: &str, old: &Template, new: &Template) -> Vec<Problem> {
    let problem = |code, message: String, advice: &str| {
        Problem::of_file(name, Severity::Error, code, message, advice)
    };
    let mut problems = Vec::new();
    let changes = compare(old, new);
    let published = old.about.status != TemplateStatus::Draft;
    if old.about.id == new.about.id && old.about.version == new.about.version {
        if published && content(old) != content(new) {
            let what = changes.first().map_or("the migrations changed", |first| &first.what);
            let message = format!(
                "Version {} is already published, but its content has changed ({what}).",
                old.about.version
            );
            let advice =
                "Give the template a new version. Notes keep the version they started with.";
            problems.push(problem("same-version", message, advice));
        }
        return problems;
    }
    if old.about.id == new.about.id && is_newer_version(&old.about.version, &new.about.version) {
        let message = format!(
            "Version {} is not newer than {}, the version it should follow.",
            new.about.version, old.about.version
        );
        let advice = "Put the earlier version first, or raise the version number.";
        problems.push(problem("older-version", message, advice));
    }
    problems.extend(steps::check(name, old, new));
    let open =
        changes.iter().filter(|one| one.weight == ChangeImpact::NeedsMigration && !one.covered);
    for change in open {
        let message = format!("“{}”: {}.", change.id, change.what);
        let from = &old.about.version;
        let advice = successor(change, old, new).map_or_else(
            || {
                format!(
                    "Add a `[[migrate]]` table with `from = \"{from}\"` and `rename`, `drop` or `recode`, or leave this as it was."
                )
            },
            |next| {
                let id = &change.id;
                format!(
                    "If this item is now “{next}”, add a `[[migrate]]` table: `from = \"{from}\", rename = {{ {id} = \"{next}\" }}`. To remove its answers instead, use `drop = [\"{id}\"]`."
                )
            },
        );
        problems.push(problem("needs-migration", message, &advice));
    }
    problems
}

/// Whether version `one` is later than version `other`: number by number, `2026.10` after `2026.9`;
/// what is no number by its letters.
pub fn is_newer_version(one: &str, other: &str) -> bool {
    parts(one) > parts(other)
}

/// A version in parts that compare as people count.
fn parts(version: &str) -> Vec<(u64, &str)> {
    version
        .split(['.', '-', '_'])
        .map(|part| {
            let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            let (number, rest) = part.split_at(digits);
            (number.parse().unwrap_or(u64::MAX * u64::from(!number.is_empty())), rest)
        })
        .collect()
}

/// What may not change under one version: everything but whether it is in use, and when somebody
/// last read it through.
fn content(template: &Template) -> Template {
    let mut content = template.clone();
    content.about.status = TemplateStatus::Active;
    content.about.last_review = None;
    content
}

/// The new item that an item that is gone may have become: of the same kind, and alike in its words
/// or its name.
fn successor(change: &TemplateChange, old: &Template, new: &Template) -> Option<String> {
    let was = old.item(&change.id).filter(|_| new.item(&change.id).is_none())?.item;
    let places = new.items();
    let mut added = places
        .iter()
        .map(|place| place.item)
        .filter(|is| old.item(&is.id).is_none() && is.kind == was.kind);
    let same = added.clone().find(|is| is.text == was.text);
    same.map(|is| is.id.clone()).or_else(|| {
        nearest_name(&was.id, added.by_ref().map(|is| is.id.as_str())).map(str::to_owned)
    })
}

/// What the new version says about drafts of the old one.
fn steps(old: &Template, new: &Template) -> Migration {
    let found = new.migrations.iter().find(|one| one.from == old.about.version);
    found.cloned().unwrap_or_default()
}

fn roles(old: &Template, new: &Template, changes: &mut Vec<TemplateChange>) {
    let mut say = |weight, id: &str, what: &str| {
        changes.push(TemplateChange::new(weight, id, what));
    };
    for was in &old.roles {
        match new.role(&was.id) {
            None => say(
                ChangeImpact::ToConfirm,
                &was.id,
                "the role was removed; people who have it keep it",
            ),
            Some(is) if is.places != was.places => {
                say(ChangeImpact::ToConfirm, &was.id, "whether this role places behaviour changed");
            }
            Some(is) if is != was => {
                say(ChangeImpact::Harmless, &was.id, "the role’s wording changed");
            }
            Some(_) => {}
        }
    }
    let added = new.roles.iter().filter(|one: &&Role| old.role(&one.id).is_none());
    for role in added {
        say(ChangeImpact::Harmless, &role.id, "a role was added");
    }
}

fn stages(old: &Template, new: &Template, changes: &mut Vec<TemplateChange>) {
    let find = |template: &Template, id: &str| {
        template.stages.iter().find(|stage| stage.id == id).cloned()
    };
    let mut say = |weight, id: &str, what: &str| {
        changes.push(TemplateChange::new(weight, id, what));
    };
    let bare = |stage: &Stage| Stage { items: Vec::new(), ..stage.clone() };
    for was in &old.stages {
        let Some(is) = find(new, &was.id) else {
            say(ChangeImpact::ToConfirm, &was.id, "the stage was removed");
            continue;
        };
        if (&was.gate, was.skippable) != (&is.gate, is.skippable) {
            say(
                ChangeImpact::ToConfirm,
                &was.id,
                "the answers needed before the next stage changed",
            );
        } else if bare(was) != bare(&is) {
            say(
                ChangeImpact::Harmless,
                &was.id,
                "the stage’s wording, minutes or guidance changed",
            );
        }
    }
    for stage in new.stages.iter().filter(|stage| find(old, &stage.id).is_none()) {
        say(ChangeImpact::Harmless, &stage.id, "a stage was added");
    }
    let order = |template: &Template, other: &Template| -> Vec<String> {
        let both = template.stages.iter().filter(|stage| find(other, &stage.id).is_some());
        both.map(|stage| stage.id.clone()).collect()
    };
    if order(old, new) != order(new, old) {
        say(ChangeImpact::Harmless, &new.about.id, "the order of the stages changed");
    }
}
