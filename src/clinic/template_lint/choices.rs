//! Rules on what is chosen from: exclusive options, the points of a scale, the steps of a rating,
//! the lines of a matrix; and keys that do nothing where they stand.

use super::CheckedItem;
use super::possible::can_meet;
use crate::clinic::template::item_type::OptionUse;
use crate::clinic::template::{Item, ItemType, Template};
use crate::text::Problem;
use crate::text::toml_file::PathStep;

use ItemType::{Choice, Display, Group, LastActions, Matrix, MultiChoice, Rating, Scale};

/// Points that a scale can show.
const MAX_POINTS: f64 = 100.0;

pub(super) fn check(at: &CheckedItem<'_>, template: &Template, problems: &mut Vec<Problem>) {
    exclusive(at, problems);
    let kind = at.place.item.kind;
    if kind == Scale {
        scale(at, problems);
    }
    if kind == Rating {
        rating(at, template, problems);
    }
    if kind == LastActions && at.before.iter().any(|(place, _)| place.item.kind == kind) {
        problems.push(at.error(
            &[PathStep::Key("type")],
            "twice",
            "This template asks about the actions of the earlier note twice.",
            "Keep one `last_actions` item.",
        ));
    }
    rules(at, problems);
}

fn exclusive(at: &CheckedItem<'_>, problems: &mut Vec<Problem>) {
    let item = at.place.item;
    for (key, list) in [("options", &item.options), ("domains", &item.domains)] {
        for (index, _) in list.iter().enumerate().filter(|(_, option)| option.exclusive) {
            let keys = [PathStep::Key(key), PathStep::At(index), PathStep::Key("exclusive")];
            if item.kind == Choice {
                problems.push(at.warning(
                    &keys,
                    "no-effect",
                    "People can only choose one option here, so `exclusive` has no effect.",
                    "Remove `exclusive`, or make the `type` `multi_choice`.",
                ));
            } else if item.kind.options() != OptionUse::Required {
                problems.push(at.error(
                    &keys,
                    "wrong-key",
                    "Only options of a `multi_choice` or a `rating` can be exclusive.",
                    "Remove `exclusive`.",
                ));
            }
        }
    }
    let all = !item.options.is_empty() && item.options.iter().all(|option| option.exclusive);
    if item.kind == MultiChoice && all {
        problems.push(at.error(
            &[PathStep::Key("options")],
            "all-exclusive",
            "Every option is exclusive, so nobody can choose more than one.",
            "Make the `type` `choice`, or remove `exclusive` from some options.",
        ));
    }
}

/// A scale has whole points, and its options name some of them.
fn scale(at: &CheckedItem<'_>, problems: &mut Vec<Problem>) {
    let item = at.place.item;
    let (Some(min), Some(max)) = (item.min, item.max) else { return };
    let whole = |number: f64| number.is_finite() && number.fract() == 0.0;
    if !whole(min) || !whole(max) || max - min > MAX_POINTS || min == max {
        problems.push(at.error(
            &[PathStep::Key("min")],
            "wrong-limit",
            "A scale needs whole numbers, with `min` below `max`.",
            "Use whole numbers that are at most 100 apart.",
        ));
        return;
    }
    for (index, option) in item.options.iter().enumerate() {
        let point = option.code.parse::<i64>().ok();
        if !point.is_some_and(|point| (min..=max).contains(&(point as f64))) {
            problems.push(at.error(
                &[PathStep::Key("options"), PathStep::At(index), PathStep::Key("code")],
                "unknown-code",
                &format!("“{}” is not a point on this scale.", option.code),
                &format!("Write a whole number from {min} to {max}, in quotes."),
            ));
        }
    }
}

fn rating(at: &CheckedItem<'_>, template: &Template, problems: &mut Vec<Problem>) {
    let item = at.place.item;
    let steps: Vec<&str> = item
        .options
        .iter()
        .filter(|option| !option.exclusive)
        .map(|option| option.code.as_str())
        .collect();
    if !item.options.is_empty() && steps.len() < 2 {
        problems.push(at.error(
            &[PathStep::Key("options")],
            "too-few-steps",
            "A rating needs at least two options to choose between.",
            "Add options in order, from the first stage to the last. Exclusive options do not count.",
        ));
    }
    if let Some(line) = item.line_after.as_deref()
        && steps.len() > 1
        && steps.last() == Some(&line)
    {
        problems.push(at.error(
            &[PathStep::Key("line_after")],
            "wrong-limit",
            &format!("“{line}” is the last option, so there is nothing after the line."),
            "Write the code of the last option before the line.",
        ));
    }
    if let Some(index) = item.options.iter().position(|option| option.code == "no_agreement") {
        problems.push(at.error(
            &[PathStep::Key("options"), PathStep::At(index), PathStep::Key("code")],
            "duplicate-code",
            "Every rating already has “no_agreement”.",
            "Remove this option.",
        ));
    }
    if template.roles.iter().all(|role| !role.places) {
        problems.push(at.error(
            &[],
            "nobody-places",
            "No role in this template places behaviour, so nobody can answer this.",
            "Add a `[[role]]`, or remove `places = false` from one.",
        ));
    }
}

/// Rules that nothing can meet, and keys without an effect.
fn rules(at: &CheckedItem<'_>, problems: &mut Vec<Problem>) {
    let item = at.place.item;
    for (index, rule) in item.constraint.iter().enumerate() {
        let blank_passes = (crate::clinic::Operator::Exists, &crate::clinic::Scalar::Boolean(true));
        let fits = super::conditions::misfit_for(item, rule.operator, &rule.answer).is_none();
        if fits && !can_meet(item, &[(rule.operator, &rule.answer), blank_passes]) {
            problems.push(at.error(
                &[PathStep::Key("constraint"), PathStep::At(index)],
                "wrong-limit",
                "No possible answer can meet this rule.",
                "Change the rule, `min`, `max` or the options.",
            ));
        }
    }
    if item.required_message.is_some() && !item.required {
        problems.push(at.warning(
            &[PathStep::Key("required_message")],
            "no-effect",
            "This message is never shown, because the item is not required.",
            "Add `required = true`, or remove `required_message`.",
        ));
    }
    if item.enable_behavior.is_some() && item.enable_when.len() < 2 {
        problems.push(at.warning(
            &[PathStep::Key("enable_behavior")],
            "no-effect",
            "There is only one condition, so there is nothing to combine.",
            "Remove `enable_behavior`, or add another condition.",
        ));
    }
    if matches!(item.kind, Display | Group) && item.sensitivity.is_some() {
        problems.push(at.error(
            &[PathStep::Key("sensitivity")],
            "wrong-key",
            "This item takes no answer, so it has no sensitivity.",
            "Put `sensitivity` on the questions.",
        ));
    }
    scores(at, item, problems);
}

fn scores(at: &CheckedItem<'_>, item: &Item, problems: &mut Vec<Problem>) {
    if item.kind != Matrix {
        return;
    }
    if let Some(index) = item.domains.iter().position(|domain| domain.score.is_some()) {
        problems.push(at.error(
            &[PathStep::Key("domains"), PathStep::At(index), PathStep::Key("score")],
            "wrong-key",
            "The lines of a matrix cannot have a score.",
            "Remove `score`.",
        ));
    }
}
