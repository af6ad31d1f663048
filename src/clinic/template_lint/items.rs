//! Rules on single items: what each type needs and what it can't have, what is chosen from, and
//! keys that do nothing where they stand.

use super::CheckedItem;
use super::conditions::{misfit, misfit_for};
use super::possible::can_meet;
use crate::clinic::template::item::OptionUse;
use crate::clinic::template::value::{Operator, Scalar};
use crate::clinic::template::{ItemType, OptionDef};
use crate::text::toml_file::PathStep::{At, Key};

use ItemType::{Actions, Choice, Display, Group, LastActions, Matrix, MultiChoice, Rating, Scale};

/// Points that a scale can show.
const MAX_POINTS: f64 = 100.0;

pub(super) fn check(at: &CheckedItem<'_>) {
    shape(at);
    limits(at);
    exclusive(at);
    match at.item.kind {
        Scale => scale(at),
        Rating => rating(at),
        LastActions if at.earlier().any(|place| place.item.kind == LastActions) => {
            let message = "This template asks about the actions of the earlier note twice.";
            at.error(&[Key("type")], "twice", message, "Keep one `last_actions` item.");
        }
        _ => {}
    }
    rules(at);
}

/// What each type must and can't have.
fn shape(at: &CheckedItem<'_>) {
    let item = at.item;
    let kind = item.kind;
    if kind == Group && item.items.is_empty() {
        let advice = "Put items in it, or use `type = \"display\"`.";
        at.error(&[], "empty-group", "This group has no items.", advice);
    }
    if kind != Group && !item.items.is_empty() {
        let advice = "Make this item a group, or move the items out.";
        at.error(&[Key("item")], "items-outside-group", "Only a group can have items.", advice);
    }
    if kind.is_free_text() && item.sensitivity.is_none() {
        let message = format!("“{}” takes free text but has no `sensitivity`.", item.id);
        let advice =
            "Add `sensitivity = \"free_text\"`, or `identifier`, `special_category` or `none`.";
        at.error(&[], "no-sensitivity", message, advice);
    }
    if kind.options() == OptionUse::Required && item.options.is_empty() {
        let advice = "Add `options = [ { code = …, text = … } ]`.";
        at.error(&[], "no-options", "There are no options to choose from.", advice);
    }
    if kind.options() == OptionUse::Never && !item.options.is_empty() {
        let message = "An item of this type cannot have options.";
        let advice = "Remove `options`, or make the `type` `choice`.";
        at.error(&[Key("options")], "wrong-key", message, advice);
    }
    if kind == Matrix && item.domains.is_empty() {
        let advice = "Add `domains = [ { code = …, text = … } ]`.";
        at.error(&[], "no-domains", "This matrix has no domains.", advice);
    }
    if kind != Matrix && !item.domains.is_empty() {
        let message = "Only a matrix can have domains.";
        at.error(&[Key("domains")], "wrong-key", message, "Remove `domains`.");
    }
    if !kind.can_be_required() && item.required && !item.repeats {
        let message = "This item takes no answer, so it cannot be required.";
        at.error(&[Key("required")], "wrong-key", message, "Put `required` on a question.");
    }
    codes(at, "options", &item.options);
    codes(at, "domains", &item.domains);
    if let Some(line) = &item.line_after
        && (kind != Rating || !item.options.iter().any(|o| o.code == *line && !o.exclusive))
    {
        let message = format!("“{line}” is not an option of this rating.");
        let advice = "Write the code of the option before the line.";
        at.error(&[Key("line_after")], "unknown-code", message, advice);
    }
    if let Some(opens) = &item.opens
        && let Some((message, advice)) = misfit(item, &opens.answer)
    {
        at.error(&[Key("opens"), Key("answer")], "wrong-answer", message, advice);
    }
    let holder = at.place.parent.is_some_and(|parent| parent.kind == Group && parent.repeats);
    let apart = kind == Actions || kind.is_of_earlier_note();
    if apart && (holder || at.place.rows_of.is_some()) {
        let message = "Actions cannot be inside a repeating group.";
        at.error(&[], "actions-in-rows", message, "Move them out of the group.");
    }
}

fn codes(at: &CheckedItem<'_>, key: &str, list: &[OptionDef]) {
    for (index, one) in list.iter().enumerate() {
        let code = [Key(key), At(index), Key("code")];
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if one.code.is_empty() || !one.code.chars().all(plain) {
            let message = format!("“{}” cannot be a code.", one.code);
            at.error(&code, "bad-id", message, "Use letters, digits, “-” and “_”.");
        }
        if list[..index].iter().any(|other| other.code == one.code) {
            let message = format!("The code “{}” is used twice.", one.code);
            at.error(&code, "duplicate-code", message, "Give each option its own code.");
        }
        if one.score.is_some_and(|score| !score.is_finite()) {
            let score = [Key(key), At(index), Key("score")];
            let message = "A score must be an ordinary number.";
            at.error(&score, "wrong-value", message, "Write a number, or remove `score`.");
        }
    }
}

/// Limits that the type can't have, or that nothing can meet.
fn limits(at: &CheckedItem<'_>) {
    let item = at.item;
    let number = item.kind.is_number();
    let text = item.kind.is_text();
    let wrong = [
        ("min", item.min.is_some() && !number),
        ("max", item.max.is_some() && !number),
        ("min_length", item.min_length.is_some() && !text),
        ("max_length", item.max_length.is_some() && !text),
        ("constraint", !item.constraint.is_empty() && !item.kind.takes_value()),
    ];
    for (key, _) in wrong.into_iter().filter(|(_, wrong)| *wrong) {
        let meant = match key {
            "min" | "max" if text => Some(format!("{key}_length")),
            "min_length" | "max_length" if number => key.strip_suffix("_length").map(str::to_owned),
            _ => None,
        };
        let advice = meant.map_or_else(
            || "Remove it, or change the `type`.".to_owned(),
            |meant| format!("Did you mean `{meant}`?"),
        );
        let message = format!("An item of this type cannot have `{key}`.");
        at.error(&[Key(key)], "wrong-key", message, advice);
    }
    let finite = |limit: Option<f64>| limit.is_none_or(f64::is_finite);
    let crossed = matches!((item.min, item.max), (Some(min), Some(max)) if min > max);
    if !finite(item.min) || !finite(item.max) || crossed {
        let message = "No number fits between `min` and `max`.";
        let advice = "Use ordinary numbers, and make `min` the smaller one.";
        at.error(&[Key("min")], "wrong-limit", message, advice);
    }
    let none_fits = item.max_length == Some(0);
    if none_fits || matches!((item.min_length, item.max_length), (Some(a), Some(b)) if a > b) {
        let key = if none_fits { "max_length" } else { "min_length" };
        let message = "No text can meet `min_length` and `max_length`.";
        let advice = "Make `max_length` at least 1, and `min_length` no larger than `max_length`.";
        at.error(&[Key(key)], "wrong-limit", message, advice);
    }
    if item.kind == Scale && (item.min.is_none() || item.max.is_none()) {
        let advice = "Add the number for each end.";
        at.error(&[], "no-ends", "A scale needs `min` and `max`.", advice);
    }
    for (index, rule) in item.constraint.iter().enumerate() {
        if let Some((message, advice)) = misfit_for(item, rule.operator, &rule.answer) {
            let keys = [Key("constraint"), At(index), Key("answer")];
            at.error(&keys, "wrong-answer", message, advice);
        }
    }
}

fn exclusive(at: &CheckedItem<'_>) {
    let item = at.item;
    for (key, list) in [("options", &item.options), ("domains", &item.domains)] {
        for (index, _) in list.iter().enumerate().filter(|(_, option)| option.exclusive) {
            let keys = [Key(key), At(index), Key("exclusive")];
            if item.kind == Choice {
                let message =
                    "People can only choose one option here, so `exclusive` has no effect.";
                let advice = "Remove `exclusive`, or make the `type` `multi_choice`.";
                at.found.warning(&at.to(&keys), "no-effect", message, advice);
            } else if item.kind.options() != OptionUse::Required {
                let message = "Only options of a `multi_choice` or a `rating` can be exclusive.";
                at.error(&keys, "wrong-key", message, "Remove `exclusive`.");
            }
        }
    }
    let all = !item.options.is_empty() && item.options.iter().all(|option| option.exclusive);
    if item.kind == MultiChoice && all {
        let message = "Every option is exclusive, so nobody can choose more than one.";
        let advice = "Make the `type` `choice`, or remove `exclusive` from some options.";
        at.error(&[Key("options")], "all-exclusive", message, advice);
    }
}

/// A scale has whole points, and its options name some of them.
fn scale(at: &CheckedItem<'_>) {
    let (Some(min), Some(max)) = (at.item.min, at.item.max) else { return };
    let whole = |number: f64| number.is_finite() && number.fract() == 0.0;
    if !whole(min) || !whole(max) || max - min > MAX_POINTS || min == max {
        let message = "A scale needs whole numbers, with `min` below `max`.";
        let advice = "Use whole numbers that are at most 100 apart.";
        return at.error(&[Key("min")], "wrong-limit", message, advice);
    }
    for (index, option) in at.item.options.iter().enumerate() {
        let point = option.code.parse::<i64>().ok();
        if !point.is_some_and(|point| (min..=max).contains(&(point as f64))) {
            let keys = [Key("options"), At(index), Key("code")];
            let message = format!("“{}” is not a point on this scale.", option.code);
            let advice = format!("Write a whole number from {min} to {max}, in quotes.");
            at.error(&keys, "unknown-code", message, advice);
        }
    }
}

fn rating(at: &CheckedItem<'_>) {
    let options = &at.item.options;
    let steps = options.iter().filter(|option| !option.exclusive);
    let steps: Vec<&str> = steps.map(|option| option.code.as_str()).collect();
    if !options.is_empty() && steps.len() < 2 {
        let message = "A rating needs at least two options to choose between.";
        let advice = "Add options in order, from the first stage to the last. Exclusive options do not count.";
        at.error(&[Key("options")], "too-few-steps", message, advice);
    }
    if let Some(line) = at.item.line_after.as_deref()
        && steps.len() > 1
        && steps.last() == Some(&line)
    {
        let message = format!("“{line}” is the last option, so there is nothing after the line.");
        let advice = "Write the code of the last option before the line.";
        at.error(&[Key("line_after")], "wrong-limit", message, advice);
    }
    if let Some(index) = options.iter().position(|option| option.code == "no_agreement") {
        let keys = [Key("options"), At(index), Key("code")];
        let message = "Every rating already has “no_agreement”.";
        at.error(&keys, "duplicate-code", message, "Remove this option.");
    }
    if at.found.template.roles.iter().all(|role| !role.places) {
        let message = "No role in this template places behaviour, so nobody can answer this.";
        let advice = "Add a `[[role]]`, or remove `places = false` from one.";
        at.error(&[], "nobody-places", message, advice);
    }
}

/// Rules that nothing can meet, and keys without an effect.
fn rules(at: &CheckedItem<'_>) {
    let item = at.item;
    for (index, rule) in item.constraint.iter().enumerate() {
        let blank_passes = (Operator::Exists, &Scalar::Boolean(true));
        let fits = misfit_for(item, rule.operator, &rule.answer).is_none();
        if fits && !can_meet(item, &[(rule.operator, &rule.answer), blank_passes]) {
            let message = "No possible answer can meet this rule.";
            let advice = "Change the rule, `min`, `max` or the options.";
            at.error(&[Key("constraint"), At(index)], "wrong-limit", message, advice);
        }
    }
    if item.required_message.is_some() && !item.required {
        let message = "This message is never shown, because the item is not required.";
        let advice = "Add `required = true`, or remove `required_message`.";
        at.found.warning(&at.to(&[Key("required_message")]), "no-effect", message, advice);
    }
    if item.enable_behavior.is_some() && item.enable_when.len() < 2 {
        let message = "There is only one condition, so there is nothing to combine.";
        let advice = "Remove `enable_behavior`, or add another condition.";
        at.found.warning(&at.to(&[Key("enable_behavior")]), "no-effect", message, advice);
    }
    if matches!(item.kind, Display | Group) && item.sensitivity.is_some() {
        let message = "This item takes no answer, so it has no sensitivity.";
        at.error(
            &[Key("sensitivity")],
            "wrong-key",
            message,
            "Put `sensitivity` on the questions.",
        );
    }
    let scored = item.domains.iter().position(|domain| domain.score.is_some());
    if let Some(index) = scored.filter(|_| item.kind == Matrix) {
        let keys = [Key("domains"), At(index), Key("score")];
        at.error(
            &keys,
            "wrong-key",
            "The domains of a matrix cannot have a score.",
            "Remove `score`.",
        );
    }
}
