//! What conditions and rules name and whether it can ever be so, and what refers to the rows of
//! repeating groups.

use super::CheckedItem;
use crate::clinic::template::item::OptionUse;
use crate::clinic::template::value::{Operator, Scalar, WhyMissing};
use crate::clinic::template::{Item, ItemPlace, ItemType};
use crate::text::toml_file::PathStep::{self, At, Key};
use crate::text::toml_file::nearest_name;

/// Conditions name an earlier question, and compare it with something it can be. An earlier one
/// only: so no circle can be.
pub(super) fn check(at: &CheckedItem<'_>) {
    let item = at.item;
    if item.enable_when.len() > 1 && item.enable_behavior.is_none() {
        let message = "There is more than one condition, but `enable_behavior` is missing.";
        let advice = "Add `enable_behavior = \"all\"` or `\"any\"`.";
        at.error(&[Key("enable_when")], "no-behavior", message, advice);
    }
    for (index, one) in item.enable_when.iter().enumerate() {
        let key = |key| [Key("enable_when"), At(index), Key(key)];
        let Some(question) = at.earlier().find(|place| place.item.id == one.question) else {
            no_question(at, &one.question, &key("question"));
            continue;
        };
        let is_parent = at.place.parent.is_some_and(|parent| parent.id == question.item.id);
        if !question.item.kind.can_be_in_condition() || is_parent {
            let message =
                format!("“{}” takes no answer, so no condition can use it.", one.question);
            let advice = "Use the id of a question.";
            at.error(&key("question"), "condition-on-display", message, advice);
            continue;
        }
        not_ambiguous(at, question, &key("question"));
        if let Some((message, advice)) = misfit_for(question.item, one.operator, &one.answer) {
            at.error(&key("answer"), "wrong-answer", message, advice);
        }
    }
}

fn no_question(at: &CheckedItem<'_>, question: &str, keys: &[PathStep<'_>]) {
    let later = at.item_called(question).is_some();
    if question == at.item.id {
        let message = "This item depends on itself.";
        at.error(keys, "circular-condition", message, "Use an earlier question.");
    } else if later && comes_back(at, question) {
        let message = format!("“{question}” depends on this item, so neither can ever be asked.");
        let advice = "Let the later of the two depend on the earlier, and not the other way round.";
        at.error(keys, "circular-condition", message, advice);
    } else if later {
        let message = format!("“{question}” comes after this item.");
        let advice = "Use an earlier question, or change the order.";
        at.error(keys, "forward-condition", message, advice);
    } else {
        let (path, names) = (at.to(keys), at.earlier_ids());
        at.found.unknown(&path, "unknown-question", "earlier item", question, names);
    }
}

/// Whether what a later item depends on leads back to this one.
fn comes_back(at: &CheckedItem<'_>, question: &str) -> bool {
    let mut ways = vec![question];
    let mut seen: Vec<&str> = Vec::new();
    while let Some(id) = ways.pop() {
        if id == at.item.id {
            return true;
        }
        if !seen.contains(&id) {
            seen.push(id);
            let conditions = at.item_called(id).into_iter().flat_map(|at| &at.item.enable_when);
            ways.extend(conditions.map(|condition| condition.question.as_str()));
        }
    }
    false
}

/// Why `question` can never be compared like this; None when it can.
pub(super) fn misfit_for(
    question: &Item,
    operator: Operator,
    answer: &Scalar,
) -> Option<(String, String)> {
    let say = |message: &str, advice: &str| Some((message.to_owned(), advice.to_owned()));
    match (operator, answer) {
        (Operator::Exists, Scalar::Boolean(_)) => None,
        (Operator::Exists, _) => {
            say("“exists” needs true or false as its answer.", "Write `answer = true`.")
        }
        (Operator::In, Scalar::List(list)) => list.iter().find_map(|one| misfit(question, one)),
        (Operator::In, _) => say("“in” needs a list as its answer.", "Write `answer = [ …, … ]`."),
        (Operator::Equal | Operator::NotEqual, one) => misfit(question, one),
        (_, one) if question.kind.is_ordered() => misfit(question, one),
        _ => say("Only numbers and dates can be greater or less.", "Use `=`, `!=` or `in`."),
    }
}

pub(super) fn misfit(question: &Item, answer: &Scalar) -> Option<(String, String)> {
    if let Scalar::Text(code) = answer {
        if question.allow_missing && WhyMissing::ALL.iter().any(|why| why.code() == code) {
            return None;
        }
        if question.kind.options() == OptionUse::Required {
            return unknown_code(question, code);
        }
    }
    let message = format!("“{}” can never have this answer.", question.id);
    let advice = "Write an answer of the question’s type. Write dates as `\"2026-11-21\"`.";
    (!question.kind.compares_with(answer)).then(|| (message, advice.to_owned()))
}

fn unknown_code(question: &Item, code: &str) -> Option<(String, String)> {
    let rated = ["no_agreement", "not_enough_information"];
    let extra = if question.kind == ItemType::Rating { &rated[..] } else { &[] };
    let codes =
        question.options.iter().map(|option| option.code.as_str()).chain(extra.iter().copied());
    if codes.clone().any(|known| known == code) {
        return None;
    }
    let advice = nearest_name(code, codes)
        .map_or("Use one of its codes.".to_owned(), |near| format!("Did you mean “{near}”?"));
    Some((format!("“{code}” is not an option of “{}”.", question.id), advice))
}

/// Repeating groups, and what refers to their rows.
pub(super) fn rows(at: &CheckedItem<'_>) {
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
        at.found.warning(&at.to(&[Key("min_occurs")]), "occurs-not-required", message, advice);
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
