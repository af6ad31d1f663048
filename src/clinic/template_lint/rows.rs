//! Rules on repeating groups and on what refers to their rows.

use super::CheckedItem;
use crate::clinic::template::ItemPlace;
use crate::text::toml_file::PathStep::{self, Key};

/// Repeating groups and what refers to them.
pub(super) fn check(at: &CheckedItem<'_>) {
    let item = at.item;
    if item.repeats && !item.kind.can_repeat() {
        let advice = "Put the item in a group that repeats.";
        at.error(&[Key("repeats")], "wrong-key", "Only a group can repeat.", advice);
    }
    if item.repeats && groups_around(at, at.place).len() > 1 {
        let message = "A repeating group can be inside one other repeating group, but no deeper.";
        let advice = "Remove `repeats` from one of the three.";
        at.error(&[Key("repeats")], "nested-repeat", message, advice);
    }
    if !item.repeats && (item.min_occurs.is_some() || item.max_occurs.is_some()) {
        let key = if item.min_occurs.is_some() { "min_occurs" } else { "max_occurs" };
        let advice = "Add `repeats = true`, or remove `min_occurs` and `max_occurs`.";
        at.error(&[Key(key)], "wrong-key", "Only a repeating group has rows.", advice);
    }
    if item.repeats && item.min_occurs.unwrap_or(0) > 0 && !item.required {
        let message = "The group needs rows, but the group itself is optional.";
        let advice = "Add `required = true` to the group, or remove `min_occurs`.";
        at.warning(&[Key("min_occurs")], "occurs-not-required", message, advice);
    }
    let most = item.max_occurs.unwrap_or(50);
    if most > 50 || item.min_occurs.unwrap_or(0) > most {
        let message = "This number of rows is not possible.";
        let advice = "Make `min_occurs` no larger than `max_occurs`, and `max_occurs` at most 50.";
        at.error(&[Key("max_occurs")], "wrong-limit", message, advice);
    }
    if let Some(group) = &item.for_each {
        let known = at.earlier().filter(|place| place.item.repeats);
        if !known.clone().any(|place| place.item.id == *group) {
            let names = known.map(|place| place.item.id.as_str());
            let what = "earlier repeating group";
            at.found.unknown(&at.to(&[Key("for_each")]), "unknown-group", what, group, names);
        } else if at.place.parent.is_some() {
            let message = "Only an item directly in a stage can be asked for each row.";
            at.error(&[Key("for_each")], "wrong-key", message, "Move it out of its group.");
        }
    }
    if let Some(other) = &item.qualifies {
        let beside = at.earlier().filter(|place| {
            place.stage == at.place.stage
                && place.rows_of == at.place.rows_of
                && place.item.id != item.id
        });
        if !beside.clone().any(|place| place.item.id == *other) {
            let names = beside.map(|place| place.item.id.as_str());
            let what = "earlier item in the same stage and row";
            at.found.unknown(&at.to(&[Key("qualifies")]), "unknown-item", what, other, names);
        }
    }
}

/// The repeating groups around an item, the innermost first.
fn groups_around<'a>(at: &CheckedItem<'a>, place: &ItemPlace<'a>) -> Vec<&'a str> {
    let mut groups: Vec<&str> = Vec::new();
    let mut next = place.rows_of;
    while let Some(group) = next.filter(|group| !groups.contains(group)) {
        groups.push(group);
        next = at.item_called(group).and_then(|place| place.rows_of);
    }
    groups
}

/// Reports a reference between two groups of which neither is around the other: no row of the one
/// is nearer than the next.
pub(super) fn not_ambiguous<'a>(
    at: &CheckedItem<'a>,
    other: &ItemPlace<'a>,
    keys: &[PathStep<'_>],
) {
    let own = groups_around(at, at.place);
    let its = groups_around(at, other);
    if !own.is_empty() && !its.is_empty() && !own.iter().any(|one| its.contains(one)) {
        let message = format!(
            "“{}” is asked for each row of “{}”, this item for each row of “{}”: the rows cannot \
             be matched.",
            other.item.id, its[0], own[0]
        );
        let advice = "Use an item in the same rows, in an outer row, or one that is asked once.";
        at.error(keys, "ambiguous-reference", message, advice);
    }
}
