//! Whether a recorder can write the answers of a stage in its minutes, while people talk.
//!
//! The seconds are an estimate of our own: somebody who listens and types about thirty words a
//! minute. `clinic_templates/README.md` shows the same figures to authors.

use std::collections::HashMap;

use super::Findings;
use crate::clinic::template::item::{Item, ItemType};
use crate::clinic::template::{Stage, Template};
use crate::text::counted;
use crate::text::toml_file::PathStep::{At, Key};

/// One key: how we know an answer.
const QUALIFIER_SECONDS: u32 = 2;
/// A choice, a yes or no, a number or a date.
const CHOICE_SECONDS: u32 = 5;
const MULTI_CHOICE_SECONDS: u32 = 10;
/// A few words.
const STRING_SECONDS: u32 = 15;
/// About twenty words.
const TEXT_SECONDS: u32 = 40;
/// One person places one behaviour.
const PLACEMENT_SECONDS: u32 = 10;
/// What the group agrees about one behaviour, and why.
const OUTCOME_SECONDS: u32 = 60;
/// A few words in a cell of a matrix, and how we know them.
const CELL_SECONDS: u32 = 20 + QUALIFIER_SECONDS;
/// About forty words: what, why, who, by when, and how we will know.
const ACTION_SECONDS: u32 = 75;
/// What came of an action.
const FOLLOWED_UP_SECONDS: u32 = 30;

/// Rows of a repeating group in a usual meeting.
const USUAL_ROWS: u32 = 2;
/// People in a usual meeting of more than two roles.
const USUAL_PEOPLE: u32 = 6;
const USUAL_ACTIONS: u32 = 3;
/// Cells that are filled in each of the three columns of a matrix.
const USUAL_CELLS: u32 = 3;

pub(super) fn check(found: &Findings<'_>) {
    for (at, stage) in found.template.stages.iter().enumerate() {
        let seconds = stage_seconds(found.template, stage);
        let minutes = stage.minutes.saturating_sub(stage.pause.unwrap_or(0));
        if seconds <= minutes.saturating_mul(60) {
            continue;
        }
        let needs = counted(seconds.div_ceil(60), "minute", "minutes");
        let message = format!("Stage {} needs about {needs} to write, and has {minutes}.", at + 1);
        let advice = "Ask less in it, or give it more minutes. The seconds for each type of item are in clinic_templates/README.md.";
        found.warning(&[Key("stage"), At(at), Key("minutes")], "writing-time", message, advice);
    }
}

/// Returns the seconds that the answers of a stage take to write. Only what is asked from the start
/// counts: an item with a condition is asked when its condition is met.
fn stage_seconds(template: &Template, stage: &Stage) -> u32 {
    let items = template.items();
    let groups = items.iter().filter(|place| place.item.repeats);
    let rows: HashMap<&str, u32> =
        groups.map(|place| (place.item.id.as_str(), usual_rows(place.item))).collect();
    let placing = template.roles.iter().filter(|role| role.places).count() as u32;
    let people = if placing > 2 { USUAL_PEOPLE } else { placing.max(1) };
    let of = |item: &Item| {
        let each = item.for_each.as_deref().and_then(|group| rows.get(group));
        item_seconds(item, people).saturating_mul(*each.unwrap_or(&1))
    };
    stage.items.iter().map(of).fold(0, u32::saturating_add)
}

fn item_seconds(item: &Item, people: u32) -> u32 {
    if item.calculated.is_some() || item.read_only || !item.enable_when.is_empty() {
        return 0;
    }
    if item.qualifies.is_some() {
        return QUALIFIER_SECONDS;
    }
    match item.kind {
        ItemType::Display | ItemType::LastPlacements => 0,
        ItemType::Group => {
            let inside = item.items.iter().map(|inner| item_seconds(inner, people));
            inside.fold(0, u32::saturating_add).saturating_mul(usual_rows(item))
        }
        ItemType::Boolean
        | ItemType::Choice
        | ItemType::Scale
        | ItemType::Integer
        | ItemType::Decimal
        | ItemType::Date => CHOICE_SECONDS,
        ItemType::MultiChoice => MULTI_CHOICE_SECONDS,
        ItemType::String => STRING_SECONDS,
        ItemType::Text => TEXT_SECONDS,
        ItemType::Rating => people * PLACEMENT_SECONDS + OUTCOME_SECONDS,
        ItemType::Matrix => 3 * CELL_SECONDS * USUAL_CELLS.min(item.domains.len() as u32),
        ItemType::Actions => ACTION_SECONDS * USUAL_ACTIONS,
        ItemType::LastActions => FOLLOWED_UP_SECONDS * USUAL_ACTIONS,
    }
}

/// Returns how many rows a group has in a usual meeting; one if it does not repeat.
fn usual_rows(group: &Item) -> u32 {
    if !group.repeats {
        return 1;
    }
    let least = group.min_occurs.unwrap_or(0).max(USUAL_ROWS);
    group.max_occurs.map_or(least, |most| most.min(least))
}
