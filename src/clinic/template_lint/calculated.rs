//! Rules on calculated items: what they are worked out from, and whether there can be a result.

use super::{CheckedItem, names, rows};
use crate::clinic::template::{Calculation, Item, ItemType};
use crate::text::Problem;
use crate::text::toml_file::PathStep;

pub(super) fn check(at: &CheckedItem<'_>, problems: &mut Vec<Problem>) {
    let item = at.place.item;
    let Some(calculation) = &item.calculated else { return };
    let key = calculation.key();
    let mut say = |code, message: &str, advice: &str| {
        problems.push(at.error(&[PathStep::Key("calculated")], code, message, advice));
    };
    if !item.kind.can_be_calculated() {
        let message = "A calculated item must be a number.";
        say("wrong-key", message, "Make its `type` `integer` or `decimal`.");
    }
    if item.required {
        let message = "A calculated item takes no answer, so it cannot be required.";
        say("wrong-key", message, "Put `required` on the items it is calculated from.");
    }
    if calculation.names().is_empty() {
        let message = format!("`{key}` names no item to calculate from.");
        say("no-source", &message, "Write the id of at least one earlier item.");
    }
    let mut whole = !matches!(calculation, Calculation::Mean(_));
    for (index, name) in calculation.names().iter().enumerate() {
        let mut keys = vec![PathStep::Key("calculated"), PathStep::Key(key)];
        if !matches!(calculation, Calculation::ScoresOf(_)) {
            keys.push(PathStep::At(index));
        }
        let Some(source) = at.before.iter().map(|(place, _)| place).find(|p| p.item.id == *name)
        else {
            let path: Vec<PathStep<'_>> = at.path.iter().chain(&keys).copied().collect();
            let earlier = at.before.iter().map(|(place, _)| place.item.id.as_str());
            let span = at.source.span(&path);
            problems.push(names::unknown(
                at.source,
                "unknown-item",
                span,
                "earlier item",
                name,
                earlier,
            ));
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
            problems.push(at.error(&keys, "wrong-source", &message, advice));
        }
        problems.extend(rows::ambiguous(at, source, &keys));
    }
    if !whole && item.kind == ItemType::Integer {
        problems.push(at.error(
            &[PathStep::Key("type")],
            "wrong-key",
            "The result may not be a whole number.",
            "Make its `type` `decimal`.",
        ));
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
