//! Rules on gates: what has to be answered before going forward must be there, be asked, and be
//! something that can be answered.

use super::names::unknown;
use super::reach::Reach;
use crate::clinic::template::Template;
use crate::text::Problem;
use crate::text::toml_file::{PathStep, TomlFile};

pub(super) fn check(
    source: &TomlFile<'_>,
    template: &Template,
    reach: &Reach<'_>,
    problems: &mut Vec<Problem>,
) {
    let items = template.items();
    for (at, stage) in template.stages.iter().enumerate() {
        for (index, id) in stage.gate.iter().enumerate() {
            let way = [
                PathStep::Key("stage"),
                PathStep::At(at),
                PathStep::Key("gate"),
                PathStep::At(index),
            ];
            let span = source.span(&way);
            let found = items.iter().find(|place| place.item.id == *id);
            let Some(place) = found.filter(|place| place.stage <= at) else {
                let here = items.iter().filter(|place| place.stage <= at);
                let here = here.map(|place| place.item.id.as_str());
                let mut problem =
                    unknown(source, "unknown-gate", span, "item up to this stage", id, here);
                if found.is_some() {
                    problem.advice =
                        "This item comes in a later stage. Put it in the gate of that stage."
                            .to_owned();
                }
                problems.push(problem);
                continue;
            };
            let item = place.item;
            let answerable = item.kind.can_be_required() || item.repeats;
            let silent = !answerable || item.calculated.is_some();
            if stage.gate[..index].contains(id) {
                let message = format!("“{id}” is already in this gate.");
                problems.push(source.file.error("twice", span, message, "List it once."));
            } else if silent {
                let message = format!("“{id}” takes no answer, so a gate cannot wait for one.");
                let advice = "Use the id of a question.";
                problems.push(source.file.error("gate-without-answer", span, message, advice));
            } else if reach.is_dead(id) {
                let message = format!("“{id}” is never asked, so this gate has no effect.");
                let advice = "Fix its conditions, or use another item.";
                problems.push(source.file.error("gate-never-asked", span, message, advice));
            } else if !item.required {
                let message = format!("“{id}” must be answered here, but the item is optional.");
                let advice = "Add `required = true` to the item, or remove it from the gate.";
                problems.push(source.file.warning("gate-optional", span, message, advice));
            }
        }
    }
}
