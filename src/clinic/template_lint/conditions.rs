//! What conditions and rules name, and whether it can ever be so.

use super::{CheckedItem, names, rows};
use crate::clinic::template::condition::Operator;
use crate::clinic::template::item_type::OptionUse;
use crate::clinic::template::value::{Scalar, WhyMissing};
use crate::clinic::template::{Item, ItemPlace, ItemType};
use crate::text::Problem;
use crate::text::toml_file::PathStep;

/// Conditions name an earlier question, and compare it with something it can be. An earlier one
/// only: so no circle can be.
pub(super) fn check(at: &CheckedItem<'_>, problems: &mut Vec<Problem>) {
    let item = at.place.item;
    if item.enable_when.len() > 1 && item.enable_behavior.is_none() {
        problems.push(at.error(
            &[PathStep::Key("enable_when")],
            "no-behavior",
            "There is more than one condition, but `enable_behavior` is missing.",
            "Add `enable_behavior = \"all\"` or `\"any\"`.",
        ));
    }
    for (index, one) in item.enable_when.iter().enumerate() {
        let key = |key| [PathStep::Key("enable_when"), PathStep::At(index), PathStep::Key(key)];
        let found = at.before.iter().find(|(place, _)| place.item.id == one.question);
        let Some((question, _)) = found else {
            problems.push(no_question(at, &one.question, &key("question")));
            continue;
        };
        if !question.item.kind.can_be_in_condition() || is_ancestor(at.place, question) {
            problems.push(at.error(
                &key("question"),
                "condition-on-display",
                &format!("“{}” takes no answer, so no condition can use it.", one.question),
                "Use the id of a question.",
            ));
            continue;
        }
        problems.extend(rows::ambiguous(at, question, &key("question")));
        if let Some((message, advice)) = misfit_for(question.item, one.operator, &one.answer) {
            problems.push(at.error(&key("answer"), "wrong-answer", &message, &advice));
        }
    }
}

fn is_ancestor(place: &ItemPlace<'_>, other: &ItemPlace<'_>) -> bool {
    place.parent.is_some_and(|parent| parent.id == other.item.id)
}

fn no_question(at: &CheckedItem<'_>, question: &str, keys: &[PathStep<'_>]) -> Problem {
    let later = at.all.iter().any(|(place, _)| place.item.id == question);
    if question == at.place.item.id {
        at.error(
            keys,
            "circular-condition",
            "This item depends on itself.",
            "Use an earlier question.",
        )
    } else if later && comes_back(at, question) {
        at.error(
            keys,
            "circular-condition",
            &format!("“{question}” depends on this item, so neither can ever be asked."),
            "Let the later of the two depend on the earlier, and not the other way round.",
        )
    } else if later {
        at.error(
            keys,
            "forward-condition",
            &format!("“{question}” comes after this item."),
            "Use an earlier question, or change the order.",
        )
    } else {
        let path: Vec<PathStep<'_>> = at.path.iter().chain(keys).copied().collect();
        let names = at.before.iter().map(|(place, _)| place.item.id.as_str());
        names::unknown(
            at.source,
            "unknown-question",
            at.source.span(&path),
            "earlier item",
            question,
            names,
        )
    }
}

/// Whether what a later item depends on leads back to this one.
fn comes_back(at: &CheckedItem<'_>, question: &str) -> bool {
    let mut ways = vec![question];
    let mut seen: Vec<&str> = Vec::new();
    while let Some(id) = ways.pop() {
        if id == at.place.item.id {
            return true;
        }
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let found = at.all.iter().find(|(place, _)| place.item.id == id);
        let conditions = found.into_iter().flat_map(|(place, _)| &place.item.enable_when);
        ways.extend(conditions.map(|condition| condition.question.as_str()));
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
        if is_missing(question, code) {
            return None;
        }
        if question.kind.options() == OptionUse::Required {
            return unknown_code(question, code);
        }
    }
    (!question.kind.compares_with(answer)).then(|| {
        (
            format!("“{}” can never have this answer.", question.id),
            "Write an answer of the question’s type. Write dates as `\"2026-11-21\"`.".to_owned(),
        )
    })
}

fn is_missing(question: &Item, code: &str) -> bool {
    question.allow_missing && WhyMissing::ALL.iter().any(|why| why.code() == code)
}

fn unknown_code(question: &Item, code: &str) -> Option<(String, String)> {
    let rated = ["no_agreement", "not_enough_information"];
    let extra = if question.kind == ItemType::Rating { &rated[..] } else { &[] };
    let codes =
        question.options.iter().map(|option| option.code.as_str()).chain(extra.iter().copied());
    if codes.clone().any(|known| known == code) {
        return None;
    }
    let near = crate::text::toml_file::nearest_name(code, codes);
    Some((
        format!("“{code}” is not an option of “{}”.", question.id),
        near.map_or_else(
            || "Use one of its codes.".to_owned(),
            |near| format!("Did you mean “{near}”?"),
        ),
    ))
}
