//! Rules on single items: what each type needs, and what it can't have.

use super::CheckedItem;
use super::conditions::{misfit, misfit_for};
use crate::clinic::template::item_type::OptionUse;
use crate::clinic::template::{ItemType, OptionDef};
use crate::text::Problem;
use crate::text::toml_file::PathStep;

use ItemType::{Actions, Group, Matrix, Rating, Scale};

pub(super) fn check(at: &CheckedItem<'_>, problems: &mut Vec<Problem>) {
    shape(at, problems);
    limits(at, problems);
}

/// What each type must and can't have.
fn shape(at: &CheckedItem<'_>, problems: &mut Vec<Problem>) {
    let item = at.place.item;
    let kind = item.kind;
    let mut say = |keys: &[PathStep<'_>], code, message: &str, advice: &str| {
        problems.push(at.error(keys, code, message, advice));
    };
    if kind == Group && item.items.is_empty() {
        say(
            &[],
            "empty-group",
            "This group has no items.",
            "Put items in it, or use `type = \"display\"`.",
        );
    }
    if kind != Group && !item.items.is_empty() {
        say(
            &[PathStep::Key("item")],
            "items-outside-group",
            "Only a group can have items.",
            "Make this item a group, or move the items out.",
        );
    }
    if kind.is_free_text() && item.sensitivity.is_none() {
        say(
            &[],
            "no-sensitivity",
            &format!("“{}” takes free text but has no `sensitivity`.", item.id),
            "Add `sensitivity = \"free_text\"`, or `identifier`, `special_category` or `none`.",
        );
    }
    if kind.options() == OptionUse::Required && item.options.is_empty() {
        say(
            &[],
            "no-options",
            "There are no options to choose from.",
            "Add `options = [ { code = …, text = … } ]`.",
        );
    }
    if kind.options() == OptionUse::Never && !item.options.is_empty() {
        say(
            &[PathStep::Key("options")],
            "wrong-key",
            "An item of this type cannot have options.",
            "Remove `options`, or make the `type` `choice`.",
        );
    }
    if kind == Matrix && item.domains.is_empty() {
        say(
            &[],
            "no-domains",
            "This matrix has no lines.",
            "Add `domains = [ { code = …, text = … } ]`.",
        );
    }
    if kind != Matrix && !item.domains.is_empty() {
        say(
            &[PathStep::Key("domains")],
            "wrong-key",
            "Only a matrix can have domains.",
            "Remove `domains`.",
        );
    }
    if !kind.can_be_required() && item.required && !item.repeats {
        say(
            &[PathStep::Key("required")],
            "wrong-key",
            "This item takes no answer, so it cannot be required.",
            "Put `required` on a question.",
        );
    }
    codes(at, "options", &item.options, problems);
    codes(at, "domains", &item.domains, problems);
    let mut say = |keys: &[PathStep<'_>], code, message: &str, advice: &str| {
        problems.push(at.error(keys, code, message, advice));
    };
    if let Some(line) = &item.line_after
        && (kind != Rating || !item.options.iter().any(|o| o.code == *line && !o.exclusive))
    {
        say(
            &[PathStep::Key("line_after")],
            "unknown-code",
            &format!("“{line}” is not an option of this rating."),
            "Write the code of the option before the line.",
        );
    }
    if let Some(opens) = &item.opens
        && let Some(why) = misfit(item, &opens.answer)
    {
        say(&[PathStep::Key("opens"), PathStep::Key("answer")], "wrong-answer", &why.0, &why.1);
    }
    let holder = at.place.parent.is_some_and(|parent| parent.kind == Group && parent.repeats);
    let apart = kind == Actions || kind.is_of_earlier_note();
    if apart && (holder || at.place.rows_of.is_some()) {
        say(
            &[],
            "actions-in-rows",
            "Actions cannot be inside a repeating group.",
            "Move them out of the group.",
        );
    }
}

/// Limits that the type can't have, or that nothing can meet.
fn limits(at: &CheckedItem<'_>, problems: &mut Vec<Problem>) {
    let item = at.place.item;
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
        problems.push(at.error(&[PathStep::Key(key)], "wrong-key", &message, &advice));
    }
    let finite = |limit: Option<f64>| limit.is_none_or(f64::is_finite);
    if !finite(item.min)
        || !finite(item.max)
        || matches!((item.min, item.max), (Some(a), Some(b)) if a > b)
    {
        problems.push(at.error(
            &[PathStep::Key("min")],
            "wrong-limit",
            "No number fits between `min` and `max`.",
            "Use ordinary numbers, and make `min` the smaller one.",
        ));
    }
    let none_fits = item.max_length == Some(0);
    if none_fits || matches!((item.min_length, item.max_length), (Some(a), Some(b)) if a > b) {
        problems.push(at.error(
            &[PathStep::Key(if none_fits { "max_length" } else { "min_length" })],
            "wrong-limit",
            "No text can meet `min_length` and `max_length`.",
            "Make `max_length` at least 1, and `min_length` no larger than `max_length`.",
        ));
    }
    if item.kind == Scale && (item.min.is_none() || item.max.is_none()) {
        problems.push(at.error(
            &[],
            "no-ends",
            "A scale needs `min` and `max`.",
            "Add the number for each end.",
        ));
    }
    for (index, rule) in item.constraint.iter().enumerate() {
        if let Some(why) = misfit_for(item, rule.operator, &rule.answer) {
            let keys = [PathStep::Key("constraint"), PathStep::At(index), PathStep::Key("answer")];
            problems.push(at.error(&keys, "wrong-answer", &why.0, &why.1));
        }
    }
}

fn codes(at: &CheckedItem<'_>, key: &str, list: &[OptionDef], problems: &mut Vec<Problem>) {
    for (index, one) in list.iter().enumerate() {
        let way = |part| [PathStep::Key(key), PathStep::At(index), PathStep::Key(part)];
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if one.code.is_empty() || !one.code.chars().all(plain) {
            problems.push(at.error(
                &way("code"),
                "bad-id",
                &format!("“{}” cannot be a code.", one.code),
                "Use letters, digits, “-” and “_”.",
            ));
        }
        if list[..index].iter().any(|other| other.code == one.code) {
            problems.push(at.error(
                &way("code"),
                "duplicate-code",
                &format!("The code “{}” is used twice.", one.code),
                "Give each option its own code.",
            ));
        }
        if one.score.is_some_and(|score| !score.is_finite()) {
            problems.push(at.error(
                &way("score"),
                "wrong-value",
                "A score must be an ordinary number.",
                "Write a number, or remove `score`.",
            ));
        }
    }
}
