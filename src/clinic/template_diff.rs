//! Two versions of a template: what changed, how much it matters, and whether drafts can follow.
//!
//! Promises: nothing that could cost an answer is called harmless; a published version whose
//! content changed under the same number is found.

mod migration;
pub(crate) mod preview;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use super::template::item::Content;
use super::template::{
    Item, ItemPlace, Migration, OptionDef, Role, Stage, Template, TemplateStatus,
};
use crate::text::toml_file::nearest_name;
use crate::text::{Problem, Severity};

use ChangeImpact::{Harmless, NeedsMigration, ToConfirm};

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
    /// The new version's `[[migrate]]` says where the answers go.
    pub covered: bool,
}

/// Everything that differs between `old` and `new`, the weightiest first.
pub fn compare(old: &Template, new: &Template) -> Vec<TemplateChange> {
    let steps = &steps(old, new);
    let mut comparison = Comparison { old, new, steps, changes: Vec::new() };
    comparison.about();
    comparison.roles();
    comparison.stages();
    comparison.items();
    comparison.changes.sort_by_key(|change| Reverse(change.weight));
    comparison.changes
}

/// Two versions side by side, and the differences found so far.
struct Comparison<'a> {
    old: &'a Template,
    new: &'a Template,
    /// What the new version says about drafts of the old one.
    steps: &'a Migration,
    changes: Vec<TemplateChange>,
}

impl Comparison<'_> {
    fn add(&mut self, weight: ChangeImpact, id: &str, what: impl Into<String>) {
        let (id, what) = (id.to_owned(), what.into());
        self.changes.push(TemplateChange { weight, id, what, covered: false });
    }

    /// Adds a change that needs a migration; `covered` says whether the new version has it.
    fn add_migration(&mut self, id: &str, what: impl Into<String>, covered: bool) {
        let (id, what) = (id.to_owned(), what.into());
        self.changes.push(TemplateChange { weight: NeedsMigration, id, what, covered });
    }

    fn about(&mut self) {
        let (old, new) = (&self.old.about, &self.new.about);
        if old.id != new.id {
            let what = format!("this is another template (the old id is “{}”)", old.id);
            self.add(NeedsMigration, &new.id, what);
        } else if old != new {
            let same =
                (&old.title, &old.purpose, old.minutes) == (&new.title, &new.purpose, new.minutes);
            let what = if same {
                "details of the template changed"
            } else {
                "the title, purpose or minutes changed"
            };
            self.add(Harmless, &new.id, what);
        }
        let (was, is) = (old.subject(), new.subject());
        if was != is {
            let what = format!(
                "it is now about a {}, not a {}, so different people may be able to open its notes",
                is.code(),
                was.code()
            );
            self.add(ToConfirm, &new.id, what);
        }
    }

    fn roles(&mut self) {
        let (old, new) = (self.old, self.new);
        for was in &old.roles {
            match new.role(&was.id) {
                None => {
                    self.add(
                        ToConfirm,
                        &was.id,
                        "the role was removed; people who have it keep it",
                    );
                }
                Some(is) if is.places != was.places => {
                    self.add(ToConfirm, &was.id, "whether this role places behaviour changed");
                }
                Some(is) if is != was => self.add(Harmless, &was.id, "the role’s wording changed"),
                Some(_) => {}
            }
        }
        for role in new.roles.iter().filter(|one: &&Role| old.role(&one.id).is_none()) {
            self.add(Harmless, &role.id, "a role was added");
        }
    }

    fn stages(&mut self) {
        let (old, new) = (self.old, self.new);
        let find = |template: &Template, id: &str| {
            template.stages.iter().find(|stage| stage.id == id).cloned()
        };
        let bare = |stage: &Stage| Stage { items: Vec::new(), ..stage.clone() };
        for was in &old.stages {
            let Some(is) = find(new, &was.id) else {
                self.add(ToConfirm, &was.id, "the stage was removed");
                continue;
            };
            if (&was.gate, was.skippable) != (&is.gate, is.skippable) {
                let what = "the answers needed before the next stage changed";
                self.add(ToConfirm, &was.id, what);
            } else if bare(was) != bare(&is) {
                let what = "the stage’s wording, minutes or guidance changed";
                self.add(Harmless, &was.id, what);
            }
        }
        for stage in new.stages.iter().filter(|stage| find(old, &stage.id).is_none()) {
            self.add(Harmless, &stage.id, "a stage was added");
        }
        let ids = |template: &'_ Template| -> Vec<String> {
            template.stages.iter().map(|stage| stage.id.clone()).collect()
        };
        if in_both(&ids(old), &ids(new)) != in_both(&ids(new), &ids(old)) {
            self.add(Harmless, &new.about.id, "the order of the stages changed");
        }
    }

    fn items(&mut self) {
        let (old, new, steps) = (self.old, self.new, self.steps);
        for was in old.items() {
            let id = &was.item.id;
            let renamed = steps.rename.get(id);
            let Some(is) = new.item(renamed.unwrap_or(id)) else {
                self.gone(was.item);
                continue;
            };
            if let Some(name) = renamed {
                self.add_migration(id, format!("it is now called “{name}”"), true);
            }
            let from = self.changes.len();
            self.place(&was, &is);
            self.codes(id, &was.item.options, &is.item.options, &is.item.id);
            self.codes(id, &was.item.domains, &is.item.domains, &is.item.id);
            self.rules(was.item, is.item);
            // An item without what is in it and without its id.
            let plain = |item: &Item| Item { id: String::new(), items: Vec::new(), ..item.clone() };
            if self.changes.len() == from && plain(was.item) != plain(is.item) {
                self.add(Harmless, id, "its wording changed");
            }
        }
        let is_known =
            |id: &String| old.item(id).is_some() || steps.rename.values().any(|new| new == id);
        for is in new.items().into_iter().filter(|is| !is_known(&is.item.id)) {
            if is.item.required {
                self.add(ToConfirm, &is.item.id, "a required item was added");
            } else {
                self.add(Harmless, &is.item.id, "an item was added");
            }
        }
    }

    fn gone(&mut self, item: &Item) {
        let silent = match item.kind.content() {
            Content::Display | Content::LastActions | Content::LastPlacements => true,
            Content::Group => !item.repeats,
            Content::Value(_) | Content::Rating | Content::Matrix | Content::Actions => {
                item.calculated.is_some()
            }
        };
        if silent {
            self.add(Harmless, &item.id, "the item was removed; it held no answer");
        } else {
            let is_dropped = self.steps.drop.contains(&item.id);
            self.add_migration(&item.id, "the item was removed", is_dropped);
        }
    }

    /// Its type, its rows and its stage.
    fn place(&mut self, was: &ItemPlace<'_>, is: &ItemPlace<'_>) {
        let (old, new, steps) = (self.old, self.new, self.steps);
        let id = &was.item.id;
        let (a, b) = (was.item.kind, is.item.kind);
        if a != b && a.can_become(b) && !was.item.repeats {
            self.add(ToConfirm, id, "its type changed; its answers still fit");
        } else if a != b {
            self.add(NeedsMigration, id, "its type changed");
        }
        if was.item.repeats != is.item.repeats {
            self.add(NeedsMigration, id, "whether it repeats changed");
        }
        let called = |name: &str| steps.rename.get(name).map_or(name, String::as_str).to_owned();
        let before: Vec<String> = old.groups_around(id).into_iter().map(called).collect();
        if before != new.groups_around(&is.item.id) {
            self.add(NeedsMigration, id, "the rows it is asked for changed");
        }
        let stage =
            |template: &Template, at: usize| template.stages.get(at).map(|one| one.id.clone());
        if stage(old, was.stage) != stage(new, is.stage) {
            self.add(Harmless, id, "it moved to another stage");
        }
    }

    fn codes(&mut self, id: &str, old: &[OptionDef], new: &[OptionDef], new_id: &str) {
        let recode = self.steps.recode.get(new_id);
        for was in old {
            let code = &was.code;
            let called = recode.and_then(|codes| codes.get(code)).unwrap_or(code);
            match new.iter().find(|one| one.code == *called) {
                None => self.add(NeedsMigration, id, format!("“{code}” was removed")),
                Some(is) if is.code != *code => {
                    self.add_migration(id, format!("“{code}” is now “{}”", is.code), true);
                }
                Some(is) if is.score != was.score || is.exclusive != was.exclusive => {
                    let what =
                        format!("the score of “{code}”, or whether it is exclusive, changed");
                    self.add(ToConfirm, id, what);
                }
                Some(is) if is.text != was.text || is.definition != was.definition => {
                    self.add(ToConfirm, id, format!("the wording of “{code}” changed"));
                }
                Some(_) => {}
            }
        }
        let codes = |list: &[OptionDef]| -> Vec<String> {
            list.iter().map(|one| one.code.clone()).collect()
        };
        let (old, new) = (codes(old), codes(new));
        let recoded =
            |code: &String| recode.is_some_and(|codes| codes.values().any(|one| one == code));
        for code in new.iter().filter(|code| !old.contains(code) && !recoded(code)) {
            self.add(Harmless, id, format!("“{code}” was added"));
        }
        if in_both(&old, &new) != in_both(&new, &old) {
            self.add(ToConfirm, id, "the order of its options changed");
        }
    }

    /// Rules and logic: no answer is lost, but it may mean or need something else.
    fn rules(&mut self, was: &Item, is: &Item) {
        let id = &was.id;
        if was.allow_missing && !is.allow_missing {
            let what = "it no longer accepts “not known”, “not asked” or “declined”";
            self.add(NeedsMigration, id, what);
        }
        if was.calculated.is_none() && is.calculated.is_some() {
            self.add(NeedsMigration, id, "it is now calculated, so it takes no answer");
        }
        let logic =
            |item: &Item| (item.enable_when.clone(), item.enable_behavior, item.qualifies.clone());
        if logic(was) != logic(is) {
            self.add(ToConfirm, id, "when it is asked changed");
        }
        let limits = |item: &Item| {
            let numbers = (item.min, item.max, item.min_length, item.max_length);
            let rows = (item.min_occurs, item.max_occurs);
            (item.required, numbers, rows, item.pattern.clone(), item.constraint.clone())
        };
        if limits(was) != limits(is) {
            self.add(ToConfirm, id, "the limits on its answer changed");
        }
        if was.calculated.is_some() && was.calculated != is.calculated {
            self.add(ToConfirm, id, "how it is calculated changed");
        }
        if was.sensitivity != is.sensitivity {
            self.add(ToConfirm, id, "its sensitivity changed");
        }
        if was.line_after != is.line_after {
            self.add(ToConfirm, id, "the line on the continuum moved");
        }
        if (was.read_only, &was.initial) != (is.read_only, &is.initial) {
            self.add(ToConfirm, id, "its initial answer, or whether it is read-only, changed");
        }
    }
}

/// The names of a list that are in the other too, in order.
fn in_both<'a>(names: &'a [String], other: &[String]) -> Vec<&'a String> {
    names.iter().filter(|name| other.contains(name)).collect()
}

/// What is wrong with `new` as the successor of `old`: content that changed under the same version
/// although that one was published, and changes that cost answers without a `[[migrate]]`. `name`
/// is the path of the new file as the reader should see it.
pub fn check_revision(name: &str, old: &Template, new: &Template) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |code, message: String, advice: &str| {
        problems.push(Problem::of_file(name, Severity::Error, code, message, advice));
    };
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
            say("same-version", message, advice);
        }
        return problems;
    }
    if old.about.id == new.about.id && is_newer_version(&old.about.version, &new.about.version) {
        let message = format!(
            "Version {} is not newer than {}, the version it should follow.",
            new.about.version, old.about.version
        );
        let advice = "Put the earlier version first, or raise the version number.";
        say("older-version", message, advice);
    }
    check_migration(old, new, |message, advice| say("wrong-migration", message, advice));
    for change in changes.iter().filter(|one| one.weight == NeedsMigration && !one.covered) {
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
        say("needs-migration", message, &advice);
    }
    problems
}

/// Whether version `one` is later than version `other`: number by number, `2026.10` after `2026.9`;
/// parts that are not numbers by their letters.
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

/// Reports what the new version's `[[migrate]]` says wrongly of the old version.
fn check_migration(old: &Template, new: &Template, mut say: impl FnMut(String, &str)) {
    let steps = steps(old, new);
    let items = old.items();
    let ids = || items.iter().map(|place| place.item.id.as_str()).collect::<Vec<_>>();
    let unknown = |what: &str, known: Vec<&str>, missing: &str| {
        let message = format!(
            "`[[migrate]]` from {} uses the {what} “{missing}”, which that version does not have.",
            old.about.version
        );
        let advice = nearest_name(missing, known).map_or_else(
            || "Remove it, or use one that version has.".to_owned(),
            |near| format!("Did you mean “{near}”?"),
        );
        (message, advice)
    };
    for id in steps.rename.keys().chain(&steps.drop).filter(|id| old.item(id).is_none()) {
        let (message, advice) = unknown("item", ids(), id);
        say(message, &advice);
    }
    let mut targets: Vec<&String> = steps.rename.values().collect();
    targets.sort();
    for pair in targets.windows(2).filter(|pair| pair[0] == pair[1]) {
        let message = format!("`[[migrate]]` gives “{}” the answers of two items.", pair[0]);
        say(message, "Rename one of them, and drop or keep the other.");
    }
    for id in steps.rename.keys().filter(|id| steps.drop.contains(id)) {
        say(format!("`[[migrate]]` both renames and drops “{id}”."), "Keep one of the two.");
    }
    for (id, codes) in &steps.recode {
        let was = steps.rename.iter().find(|(_, new)| *new == id).map_or(id, |(old, _)| old);
        let Some(place) = old.item(was) else {
            let (message, advice) = unknown("item", ids(), was);
            say(message, &advice);
            continue;
        };
        let options = place.item.options.iter().chain(&place.item.domains);
        let known: Vec<&str> = options.map(|option| option.code.as_str()).collect();
        for code in codes.keys().filter(|code| !known.contains(&code.as_str())) {
            let (message, advice) = unknown(&format!("code of “{was}”"), known.clone(), code);
            say(message, &advice);
        }
    }
}
