//! Rules on what an item begins with, who may change it, how its answer is written, and what a
//! calculated item is worked out from.

use super::CheckedItem;
use super::conditions::{misfit, not_ambiguous};
use crate::clinic::template::pattern;
use crate::clinic::template::value::{Scalar, Value, WhyMissing};
use crate::clinic::template::{Calculation, DisabledDisplay, Item, ItemType};
use crate::text::toml_file::PathStep::{self, At, Key};

pub(super) fn check(at: &CheckedItem<'_>) {
    let item = at.item;
    if let Some(written) = &item.pattern {
        let key = [Key("pattern")];
        if !item.kind.is_text() {
            at.error(
                &key,
                "wrong-key",
                "Only a text question can have a pattern.",
                "Remove `pattern`.",
            );
        } else if let Some(why) = pattern::fault(written) {
            let message = format!("This pattern cannot be used. {}.", capital(&why.to_string()));
            let advice = "Write a regular expression such as `[A-Z]{2}[0-9]{6}`.";
            at.error(&key, "pattern", message, advice);
        }
    }
    if item.entry_format.is_some() && !item.kind.takes_value() {
        let message = "This item takes no answer, so it cannot have a format for one.";
        at.error(&[Key("entry_format")], "wrong-key", message, "Use `hint` or `help` instead.");
    }
    if let Some(first) = &item.initial
        && let Some((message, advice)) = misfit_first(item, first)
    {
        at.error(&[Key("initial")], "wrong-answer", message, advice);
    }
    if item.allow_missing {
        missing(at);
    }
    let groups = ancestors(at);
    read_only(at, &groups);
    let asked_always = item.enable_when.is_empty()
        && item.qualifies.is_none()
        && groups.iter().all(|one| one.enable_when.is_empty());
    if item.disabled_display == DisabledDisplay::Protected {
        let key = [Key("disabled_display")];
        if !item.kind.can_be_protected() {
            let message = "An item of this type cannot stay visible while it is not asked.";
            at.error(&key, "wrong-key", message, "Remove `disabled_display`.");
        } else if asked_always {
            let message = "This item is always asked, so `disabled_display` has no effect.";
            let advice = "Add `enable_when`, or remove `disabled_display`.";
            at.error(&key, "wrong-key", message, advice);
        }
    }
    if let Some(calculation) = &item.calculated {
        calculated(at, calculation);
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Why the item can’t begin with this; None when it can.
fn misfit_first(item: &Item, first: &Scalar) -> Option<(String, String)> {
    let say = |message: &str, advice: &str| Some((message.to_owned(), advice.to_owned()));
    if !item.kind.takes_value() || item.calculated.is_some() {
        let message = "This item takes no answer of its own, so it cannot start with one.";
        return say(message, "Remove `initial`.");
    }
    let fault = match first {
        Scalar::List(list) if item.kind == ItemType::MultiChoice => {
            list.iter().find_map(|one| misfit(item, one))
        }
        one => misfit(item, one),
    };
    if fault.is_some() {
        return fault;
    }
    let value = item.kind.value_of(first)?;
    if let Value::Choices(codes) = &value {
        let exclusive = item.options.iter().find(|one| one.exclusive && codes.contains(&one.code));
        let alone = exclusive.filter(|_| codes.len() > 1)?;
        let message = format!("“{}” cannot be combined with other options.", alone.code);
        return say(&message, "Start with this option alone, or with other options.");
    }
    let number = value.number()?;
    if item.min.is_some_and(|min| number < min) || item.max.is_some_and(|max| number > max) {
        return say("This number is outside `min` and `max`.", "Start with a number inside them.");
    }
    None
}

fn missing(at: &CheckedItem<'_>) {
    let item = at.item;
    let key = [Key("allow_missing")];
    if !item.kind.takes_value() || item.calculated.is_some() || item.read_only {
        let message = "This item takes no answer of its own, so none can be missing.";
        return at.error(&key, "wrong-key", message, "Remove `allow_missing`.");
    }
    let same = item.options.iter().find(|one| WhyMissing::ALL.iter().any(|w| w.code() == one.code));
    if let Some(same) = same {
        let message = format!("There is already an option “{}”.", same.code);
        at.error(&key, "duplicate-code", message, "Remove `allow_missing`, or that option.");
    }
}

fn read_only(at: &CheckedItem<'_>, groups: &[&Item]) {
    let item = at.item;
    let group = groups.iter().find(|one| one.read_only);
    let key = [Key("read_only")];
    // Also where the file says what leaving the key out would mean.
    if at.found.source.boolean(&at.to(&key)) == Some(false) {
        if item.calculated.is_some() {
            let message = "A calculated item is always read-only.";
            at.error(&key, "contradicts-calculated", message, "Remove `read_only`.");
        } else if let Some(group) = group {
            let message = format!("The group “{}” is read-only, so every item in it is.", group.id);
            let advice = "Remove `read_only`, or move the item out of the group.";
            at.error(&key, "contradicts-group", message, advice);
        }
    }
    if !item.read_only && group.is_none() {
        return;
    }
    let keys: &[PathStep<'_>] = if item.read_only { &key } else { &[] };
    if !item.kind.takes_value() {
        if item.kind.can_be_required() {
            let message = "An item of this type cannot be read-only, or in a read-only group.";
            let advice = "Remove `read_only`, or move the item out of the group.";
            at.error(keys, "wrong-key", message, advice);
        }
    } else if item.initial.is_none() && item.calculated.is_none() {
        let message = format!("“{}” is read-only, and nothing fills it in.", item.id);
        let advice = "Add `initial` or `calculated`, or remove `read_only`.";
        at.error(keys, "never-filled", message, advice);
    }
}

/// The groups around the item, the innermost first.
fn ancestors<'a>(at: &CheckedItem<'a>) -> Vec<&'a Item> {
    let mut found: Vec<&Item> = Vec::new();
    let mut next = at.place.parent;
    while let Some(group) = next.filter(|group| found.iter().all(|one| one.id != group.id)) {
        found.push(group);
        next = at.earlier().find(|place| place.item.id == group.id).and_then(|place| place.parent);
    }
    found
}

/// What a calculated item is worked out from, and whether there can be a result.
fn calculated(at: &CheckedItem<'_>, calculation: &Calculation) {
    let item = at.item;
    let key = calculation.key();
    let own = [Key("calculated")];
    if !item.kind.can_be_calculated() {
        let message = "A calculated item must be a number.";
        at.error(&own, "wrong-key", message, "Make its `type` `integer` or `decimal`.");
    }
    if item.required {
        let message = "A calculated item takes no answer, so it cannot be required.";
        let advice = "Put `required` on the items it is calculated from.";
        at.error(&own, "wrong-key", message, advice);
    }
    if calculation.names().is_empty() {
        let message = format!("`{key}` names no item to calculate from.");
        at.error(&own, "no-source", message, "Write the id of at least one earlier item.");
    }
    let mut whole = !matches!(calculation, Calculation::Mean(_));
    for (index, name) in calculation.names().iter().enumerate() {
        let mut keys = vec![Key("calculated"), Key(key)];
        if !matches!(calculation, Calculation::ScoresOf(_)) {
            keys.push(At(index));
        }
        let Some(source) = at.earlier().find(|place| place.item.id == *name) else {
            let (path, earlier) = (at.to(&keys), at.earlier_ids());
            at.found.unknown(&path, "unknown-item", "earlier item", name, earlier);
            continue;
        };
        let fault = match calculation {
            Calculation::Sum(_) | Calculation::Mean(_) => {
                whole &= is_whole(source.item);
                (!has_number(source.item)).then_some((
                    format!("“{name}” has no number."),
                    "Use numbers, scales, or choices whose options have scores.",
                ))
            }
            Calculation::CountAnswered(_) => (!source.item.kind.can_be_counted()).then_some((
                format!("“{name}” takes no answer."),
                "Use items that take an answer.",
            )),
            Calculation::ScoresOf(_) => {
                let mut scored = scored(&source.item.items);
                whole &= scored.iter().all(|item| is_whole(item));
                scored.retain(|inner| inner.id != item.id);
                let own = scored.is_empty() || source.item.kind != ItemType::Group;
                let inside = own || contains(source.item, &item.id);
                inside.then_some((
                    format!("“{name}” is not an earlier group of choices with scores."),
                    "Write the id of an earlier group whose choices have options with a `score`.",
                ))
            }
        };
        if let Some((message, advice)) = fault {
            at.error(&keys, "wrong-source", message, advice);
        }
        not_ambiguous(at, source, &keys);
    }
    if !whole && item.kind == ItemType::Integer {
        let message = "The result may not be a whole number.";
        at.error(&[Key("type")], "wrong-key", message, "Make its `type` `decimal`.");
    }
}

fn has_number(item: &Item) -> bool {
    item.kind.is_number() || item.options.iter().any(|option| option.score.is_some())
}

fn is_whole(item: &Item) -> bool {
    let mut scores = item.options.iter().filter_map(|option| option.score);
    item.kind != ItemType::Decimal && scores.all(|one| one.fract() == 0.0)
}

fn scored(items: &[Item]) -> Vec<&Item> {
    let mut found = Vec::new();
    for item in items {
        if item.options.iter().any(|option| option.score.is_some()) {
            found.push(item);
        }
        found.extend(scored(&item.items));
    }
    found
}

fn contains(group: &Item, id: &str) -> bool {
    group.items.iter().any(|item| item.id == id || contains(item, id))
}
