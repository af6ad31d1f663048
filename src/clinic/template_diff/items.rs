//! Differences between the items of two versions.

use super::{ChangeImpact, TemplateChange};
use crate::clinic::template::item_type::Content;
use crate::clinic::template::{Item, ItemPlace, Migration, OptionDef, Template};

use ChangeImpact::{Harmless, NeedsMigration, ToConfirm};

pub(super) fn compare(
    old: &Template,
    new: &Template,
    steps: &Migration,
    changes: &mut Vec<TemplateChange>,
) {
    for was in old.items() {
        let id = &was.item.id;
        let renamed = steps.rename.get(id);
        let Some(is) = new.item(renamed.unwrap_or(id)) else {
            changes.push(gone(was.item, steps));
            continue;
        };
        if let Some(name) = renamed {
            let what = format!("it is now called “{name}”");
            changes.push(TemplateChange::new(NeedsMigration, id, what).covered(true));
        }
        let from = changes.len();
        place(old, new, &was, &is, steps, changes);
        codes(id, &was.item.options, &is.item.options, steps, &is.item.id, changes);
        codes(id, &was.item.domains, &is.item.domains, steps, &is.item.id, changes);
        rules(was.item, is.item, changes);
        if changes.len() == from && plain(was.item) != plain(is.item) {
            changes.push(TemplateChange::new(Harmless, id, "its wording changed"));
        }
    }
    let renamed = |id: &String| steps.rename.values().any(|new| new == id);
    for is in new.items() {
        let id = &is.item.id;
        if old.item(id).is_some() || renamed(id) {
            continue;
        }
        let (weight, what) = if is.item.required {
            (ToConfirm, "a required item was added")
        } else {
            (Harmless, "an item was added")
        };
        changes.push(TemplateChange::new(weight, id, what));
    }
}

fn gone(item: &Item, steps: &Migration) -> TemplateChange {
    let silent = match item.kind.content() {
        Content::Display | Content::LastActions | Content::LastPlacements => true,
        Content::Group => !item.repeats,
        Content::Value(_) | Content::Rating | Content::Matrix | Content::Actions => {
            item.calculated.is_some()
        }
    };
    if silent {
        return TemplateChange::new(Harmless, &item.id, "the item was removed; it held no answer");
    }
    let dropped = steps.drop.contains(&item.id);
    TemplateChange::new(NeedsMigration, &item.id, "the item was removed").covered(dropped)
}

/// Its type, its rows and its stage.
fn place(
    old: &Template,
    new: &Template,
    was: &ItemPlace<'_>,
    is: &ItemPlace<'_>,
    steps: &Migration,
    changes: &mut Vec<TemplateChange>,
) {
    let id = &was.item.id;
    let mut say = |weight, what: &str| changes.push(TemplateChange::new(weight, id, what));
    let (a, b) = (was.item.kind, is.item.kind);
    if a != b {
        if a.can_become(b) && !was.item.repeats {
            say(ToConfirm, "its type changed; its answers still fit");
        } else {
            say(NeedsMigration, "its type changed");
        }
    }
    if was.item.repeats != is.item.repeats {
        say(NeedsMigration, "whether it repeats changed");
    }
    let called = |name: &str| steps.rename.get(name).map_or(name, String::as_str).to_owned();
    let before: Vec<String> = old.groups_around(id).into_iter().map(called).collect();
    if before != new.groups_around(&is.item.id) {
        say(NeedsMigration, "the rows it is asked for changed");
    }
    let stage = |template: &Template, at: usize| template.stages.get(at).map(|one| one.id.clone());
    if stage(old, was.stage) != stage(new, is.stage) {
        say(Harmless, "it moved to another stage");
    }
}

fn codes(
    id: &str,
    old: &[OptionDef],
    new: &[OptionDef],
    steps: &Migration,
    new_id: &str,
    changes: &mut Vec<TemplateChange>,
) {
    let recode = steps.recode.get(new_id);
    for was in old {
        let called = recode.and_then(|codes| codes.get(&was.code));
        let is = new.iter().find(|one| one.code == *called.unwrap_or(&was.code));
        let change = match is {
            None => TemplateChange::new(NeedsMigration, id, format!("“{}” was removed", was.code)),
            Some(is) if is.code != was.code => {
                let what = format!("“{}” is now “{}”", was.code, is.code);
                TemplateChange::new(NeedsMigration, id, what).covered(true)
            }
            Some(is) if is.score != was.score || is.exclusive != was.exclusive => {
                TemplateChange::new(
                    ToConfirm,
                    id,
                    format!("the score of “{}”, or whether it is exclusive, changed", was.code),
                )
            }
            Some(is) if is.text != was.text || is.definition != was.definition => {
                TemplateChange::new(ToConfirm, id, format!("the wording of “{}” changed", was.code))
            }
            Some(_) => continue,
        };
        changes.push(change);
    }
    let recoded = |code: &String| recode.is_some_and(|codes| codes.values().any(|one| one == code));
    let added = new.iter().filter(|one| old.iter().all(|was| was.code != one.code));
    for one in added.filter(|one| !recoded(&one.code)) {
        changes.push(TemplateChange::new(Harmless, id, format!("“{}” was added", one.code)));
    }
    let order = |list: &[OptionDef], other: &[OptionDef]| -> Vec<String> {
        let both = list.iter().filter(|one| other.iter().any(|two| two.code == one.code));
        both.map(|one| one.code.clone()).collect()
    };
    if order(old, new) != order(new, old) {
        changes.push(TemplateChange::new(ToConfirm, id, "the order of its options changed"));
    }
}

/// Rules and logic: no answer is lost, but it may mean or need something else.
fn rules(was: &Item, is: &Item, changes: &mut Vec<TemplateChange>) {
    let id = &was.id;
    let mut say = |weight, what: &str| changes.push(TemplateChange::new(weight, id, what));
    if was.allow_missing && !is.allow_missing {
        say(NeedsMigration, "it no longer accepts “not known”, “not asked” or “declined”");
    }
    if was.calculated.is_none() && is.calculated.is_some() {
        say(NeedsMigration, "it is now calculated, so it takes no answer");
    }
    let logic =
        |item: &Item| (item.enable_when.clone(), item.enable_behavior, item.qualifies.clone());
    if logic(was) != logic(is) {
        say(ToConfirm, "when it is asked changed");
    }
    let limits = |item: &Item| {
        let numbers = (item.min, item.max, item.min_length, item.max_length);
        let rows = (item.min_occurs, item.max_occurs);
        (item.required, numbers, rows, item.pattern.clone(), item.constraint.clone())
    };
    if limits(was) != limits(is) {
        say(ToConfirm, "the limits on its answer changed");
    }
    if was.calculated.is_some() && was.calculated != is.calculated {
        say(ToConfirm, "how it is calculated changed");
    }
    if was.sensitivity != is.sensitivity {
        say(ToConfirm, "its sensitivity changed");
    }
    if was.line_after != is.line_after {
        say(ToConfirm, "the line on the continuum moved");
    }
    if (was.read_only, &was.initial) != (is.read_only, &is.initial) {
        say(ToConfirm, "its initial answer, or whether it is read-only, changed");
    }
}

/// An item without what is in it and without its id.
fn plain(item: &Item) -> Item {
    Item { id: String::new(), items: Vec::new(), ..item.clone() }
}
