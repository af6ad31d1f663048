//! Rules on repeating groups and on what refers to their rows.

use super::{CheckedItem, names};
use crate::clinic::template::ItemPlace;
use crate::text::Problem;
use crate::text::toml_file::PathStep;

/// Repeating groups and what refers to them.
pub(super) fn check(at: &CheckedItem<'_>, problems: &mut Vec<Problem>) {
    let item = at.place.item;
    let mut say = |key, code, message: &str, advice: &str| {
        problems.push(at.error(&[PathStep::Key(key)], code, message, advice));
    };
    if item.repeats && !item.kind.can_repeat() {
        say(
            "repeats",
            "wrong-key",
            "Only a group can repeat.",
            "Put the item in a group that repeats.",
        );
    }
    if item.repeats && groups_around(at, at.place).len() > 1 {
        say(
            "repeats",
            "nested-repeat",
            "A repeating group can be inside one other repeating group, but no deeper.",
            "Remove `repeats` from one of the three.",
        );
    }
    if !item.repeats && (item.min_occurs.is_some() || item.max_occurs.is_some()) {
        let key = if item.min_occurs.is_some() { "min_occurs" } else { "max_occurs" };
        say(
            key,
            "wrong-key",
            "Only a repeating group has rows.",
            "Add `repeats = true`, or remove `min_occurs` and `max_occurs`.",
        );
    }
    if item.repeats && item.min_occurs.unwrap_or(0) > 0 && !item.required {
        problems.push(at.warning(
            &[PathStep::Key("min_occurs")],
            "occurs-not-required",
            "The group needs rows, but the group itself is optional.",
            "Add `required = true` to the group, or remove `min_occurs`.",
        ));
    }
    let mut say = |key, code, message: &str, advice: &str| {
        problems.push(at.error(&[PathStep::Key(key)], code, message, advice));
    };
    let most = item.max_occurs.unwrap_or(50);
    if most > 50 || item.min_occurs.unwrap_or(0) > most {
        say(
            "max_occurs",
            "wrong-limit",
            "This number of rows is not possible.",
            "Make `min_occurs` no larger than `max_occurs`, and `max_occurs` at most 50.",
        );
    }
    if let Some(group) = &item.for_each {
        let known = at.before.iter().filter(|(place, _)| place.item.repeats);
        if !known.clone().any(|(place, _)| place.item.id == *group) {
            let span = key_span(at, "for_each");
            let names = known.map(|(place, _)| place.item.id.as_str());
            problems.push(names::unknown(
                at.source,
                "unknown-group",
                span,
                "earlier repeating group",
                group,
                names,
            ));
        } else if at.place.parent.is_some() {
            say(
                "for_each",
                "wrong-key",
                "Only an item directly in a stage can be asked for each row.",
                "Move it out of its group.",
            );
        }
    }
    if let Some(other) = &item.qualifies {
        let beside = at.before.iter().filter(|(place, _)| {
            place.stage == at.place.stage
                && place.rows_of == at.place.rows_of
                && place.item.id != item.id
        });
        if !beside.clone().any(|(place, _)| place.item.id == *other) {
            let span = key_span(at, "qualifies");
            let names = beside.map(|(place, _)| place.item.id.as_str());
            problems.push(names::unknown(
                at.source,
                "unknown-item",
                span,
                "earlier item in the same stage and row",
                other,
                names,
            ));
        }
    }
}

fn key_span(at: &CheckedItem<'_>, key: &str) -> std::ops::Range<usize> {
    let path: Vec<PathStep<'_>> = at.path.iter().copied().chain([PathStep::Key(key)]).collect();
    at.source.span(&path)
}

/// The repeating groups around an item, the innermost first.
pub(super) fn groups_around<'a>(at: &CheckedItem<'a>, place: &ItemPlace<'a>) -> Vec<&'a str> {
    let mut groups: Vec<&str> = Vec::new();
    let mut next = place.rows_of;
    while let Some(group) = next.filter(|group| !groups.contains(group)) {
        groups.push(group);
        let outer = at.all.iter().find(|(place, _)| place.item.id == group);
        next = outer.and_then(|(place, _)| place.rows_of);
    }
    groups
}

/// A reference between two groups of which neither is around the other: no row of the one is
/// nearer than the next.
pub(super) fn ambiguous<'a>(
    at: &CheckedItem<'a>,
    other: &ItemPlace<'a>,
    keys: &[PathStep<'_>],
) -> Option<Problem> {
    let own = groups_around(at, at.place);
    let its = groups_around(at, other);
    let apart = !own.is_empty() && !its.is_empty() && !own.iter().any(|one| its.contains(one));
    apart.then(|| {
        at.error(
            keys,
            "ambiguous-reference",
            &format!(
                "“{}” is asked for each row of “{}”, this item for each row of “{}”: the \
                 rows cannot be matched.",
                other.item.id, its[0], own[0]
            ),
            "Use an item in the same rows, in an outer row, or one that is asked once.",
        )
    })
}
