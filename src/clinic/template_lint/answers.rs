//! Rules on what an item begins with, who may change it, and how its answer is written.

use super::CheckedItem;
use super::conditions::misfit;
use crate::clinic::template::pattern;
use crate::clinic::template::value::{Scalar, Value, WhyMissing};
use crate::clinic::template::{DisabledDisplay, Item, ItemType};
use crate::text::Problem;
use crate::text::toml_file::PathStep;

pub(super) fn check(at: &CheckedItem<'_>, problems: &mut Vec<Problem>) {
    let item = at.place.item;
    let mut say = |keys: &[PathStep<'_>], code, message: &str, advice: &str| {
        problems.push(at.error(keys, code, message, advice));
    };
    if let Some(written) = &item.pattern {
        let key = [PathStep::Key("pattern")];
        if !item.kind.is_text() {
            say(&key, "wrong-key", "Only a text can have a pattern.", "Remove `pattern`.");
        } else if let Some(why) = pattern::fault(written) {
            let message = format!("This pattern cannot be used. {}.", capital(&why.to_string()));
            say(
                &key,
                "pattern",
                &message,
                "Write a regular expression such as `[A-Z]{2}[0-9]{6}`.",
            );
        }
    }
    if item.entry_format.is_some() && !item.kind.takes_value() {
        let message = "This item takes no answer, so it cannot have a format for one.";
        say(
            &[PathStep::Key("entry_format")],
            "wrong-key",
            message,
            "Use `hint` or `help` instead.",
        );
    }
    if let Some(first) = &item.initial
        && let Some((message, advice)) = misfit_first(item, first)
    {
        say(&[PathStep::Key("initial")], "wrong-answer", &message, &advice);
    }
    missing(at, &mut say);
    read_only(at, &mut say);
    let asked_always = item.enable_when.is_empty()
        && item.qualifies.is_none()
        && ancestors(at).iter().all(|one| one.enable_when.is_empty());
    let own = !item.kind.can_be_protected();
    if item.disabled_display == DisabledDisplay::Protected && (own || asked_always) {
        let key = [PathStep::Key("disabled_display")];
        if own {
            let message = "An item of this type cannot stay visible while it is not asked.";
            say(&key, "wrong-key", message, "Remove `disabled_display`.");
        } else {
            let message = "This item is always asked, so `disabled_display` has no effect.";
            say(&key, "wrong-key", message, "Add `enable_when`, or remove `disabled_display`.");
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Why the item can’t begin with this; None when it can.
fn misfit_first(item: &Item, first: &Scalar) -> Option<(String, String)> {
    if !item.kind.takes_value() || item.calculated.is_some() {
        let message = "This item takes no answer of its own, so it cannot start with one.";
        return Some((message.to_owned(), "Remove `initial`.".to_owned()));
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
    let number = match item.kind.value_of(first) {
        Some(Value::Integer(number)) => Some(number as f64),
        Some(Value::Decimal(number)) => Some(number),
        Some(Value::Choices(codes)) if codes.len() > 1 => {
            let alone = item.options.iter().find(|one| one.exclusive && codes.contains(&one.code));
            return alone.map(|one| {
                (
                    format!("“{}” cannot be combined with other options.", one.code),
                    "Start with this option alone, or with other options.".to_owned(),
                )
            });
        }
        _ => None,
    };
    let below = number.zip(item.min).is_some_and(|(number, min)| number < min);
    let above = number.zip(item.max).is_some_and(|(number, max)| number > max);
    (below || above).then(|| {
        (
            "This number is outside `min` and `max`.".to_owned(),
            "Start with a number inside them.".to_owned(),
        )
    })
}

fn missing(at: &CheckedItem<'_>, say: &mut impl FnMut(&[PathStep<'_>], &'static str, &str, &str)) {
    let item = at.place.item;
    if !item.allow_missing {
        return;
    }
    let key = [PathStep::Key("allow_missing")];
    if !item.kind.takes_value() || item.calculated.is_some() || item.read_only {
        let message = "This item takes no answer of its own, so none can be missing.";
        return say(&key, "wrong-key", message, "Remove `allow_missing`.");
    }
    let same = item.options.iter().find(|one| WhyMissing::ALL.iter().any(|w| w.code() == one.code));
    if let Some(same) = same {
        let message = format!("There is already an option “{}”.", same.code);
        say(&key, "duplicate-code", &message, "Remove `allow_missing`, or that option.");
    }
}

fn read_only(
    at: &CheckedItem<'_>,
    say: &mut impl FnMut(&[PathStep<'_>], &'static str, &str, &str),
) {
    let item = at.place.item;
    let group = ancestors(at).into_iter().find(|one| one.read_only);
    if at.written("read_only") == Some(false) {
        let key = [PathStep::Key("read_only")];
        if item.calculated.is_some() {
            let message = "A calculated item is always read-only.";
            say(&key, "contradicts-calculated", message, "Remove `read_only`.");
        } else if let Some(group) = group {
            let message = format!("The group “{}” is read-only, so every item in it is.", group.id);
            let advice = "Remove `read_only`, or move the item out of the group.";
            say(&key, "contradicts-group", &message, advice);
        }
    }
    if !item.read_only && group.is_none() {
        return;
    }
    let keys: &[PathStep<'_>] = if item.read_only { &[PathStep::Key("read_only")] } else { &[] };
    if !item.kind.takes_value() {
        if item.kind.can_be_required() {
            let message = "An item of this type cannot be read-only, or in a read-only group.";
            let advice = "Remove `read_only`, or move the item out of the group.";
            say(keys, "wrong-key", message, advice);
        }
    } else if item.initial.is_none() && item.calculated.is_none() {
        let message = format!("“{}” is read-only, and nothing fills it in.", item.id);
        let advice = "Add `initial` or `calculated`, or remove `read_only`.";
        say(keys, "never-filled", &message, advice);
    }
}

/// The groups around the item, the innermost first.
fn ancestors<'a>(at: &CheckedItem<'a>) -> Vec<&'a Item> {
    let mut found: Vec<&Item> = Vec::new();
    let mut next = at.place.parent;
    while let Some(group) = next.filter(|group| found.iter().all(|one| one.id != group.id)) {
        found.push(group);
        let place = at.before.iter().find(|(place, _)| place.item.id == group.id);
        next = place.and_then(|(place, _)| place.parent);
    }
    found
}
