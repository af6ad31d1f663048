//! What is asked now, and what has an answer: the logic of conditions over rows.
//!
//! A question that is not asked counts as unanswered, and takes everything inside it along.

use crate::clinic::rating::rating_view;
use crate::clinic::session::{ActionStatus, Column, Session, place_of};
use crate::clinic::template::item::Content;
use crate::clinic::template::value::{
    Condition, EnableBehavior, Operator, RowId, Scalar, Slot, Value,
};
use crate::clinic::template::{DisabledDisplay, Item, ItemPlace};

/// Deeper than any template that passes the check; a stored note may hold a deeper template.
const MAX_DEPTH: usize = 24;

/// Whether the item is asked now.
pub(in crate::clinic) fn is_enabled(session: &Session, slot: &Slot) -> bool {
    is_enabled_within(session, slot, MAX_DEPTH)
}

fn is_enabled_within(session: &Session, slot: &Slot, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let Some(place) = place_of(session, slot) else { return false };
    let group = place.parent.is_none_or(|parent| {
        let inside = parent.repeats && place.rows_of == Some(&parent.id);
        let row = if inside { slot.row.and_then(|row| session.parent_row(row)) } else { slot.row };
        is_enabled_within(session, &Slot { item: parent.id.clone(), row }, depth)
    });
    group
        && (!place.item.kind.is_of_earlier_note() || session.earlier().is_some())
        && qualified(session, place.item, slot, depth)
        && conditions(session, place.item, slot, depth)
}

fn qualified(session: &Session, item: &Item, slot: &Slot, depth: usize) -> bool {
    item.qualifies.as_ref().is_none_or(|other| {
        let other = Slot { item: other.clone(), row: slot.row };
        let missing = session.answer(&other).is_some_and(Value::is_missing);
        is_enabled_within(session, &other, depth) && is_answered(session, &other) && !missing
    })
}

fn conditions(session: &Session, item: &Item, slot: &Slot, depth: usize) -> bool {
    let mut all = item.enable_when.iter().map(|one| holds(session, one, slot, depth));
    match item.enable_behavior {
        Some(EnableBehavior::Any) => item.enable_when.is_empty() || all.any(|held| held),
        Some(EnableBehavior::All) | None => all.all(|held| held),
    }
}

/// The slots that a reference to an item means, seen from `from`: the nearest there are.
///
/// Both may be in rows. What counts is the innermost row they share: the referring one's own, or
/// one around it. If the item belongs to that row itself, that is the one slot; if it belongs to
/// rows inside (or, with no shared row, to rows at all), every one of those, and a condition holds
/// when it holds for any. The check refuses a reference between two groups of which neither is
/// around the other: no row there is nearer than the next.
pub(in crate::clinic) fn reach(session: &Session, from: &Slot, to: &ItemPlace<'_>) -> Vec<Slot> {
    let Some(group) = to.rows_of else { return vec![Slot::once(&to.item.id)] };
    let template = session.template();
    let own = template.item(&from.item);
    // A group that repeats is named with the row it is in, not with one of its own.
    let mut around = Vec::new();
    let mut next = own.and_then(|own| own.rows_of).zip(from.row);
    while let Some((of, row)) = next.filter(|_| around.len() < MAX_DEPTH) {
        around.push((of, row));
        let outer = template.item(of).and_then(|place| place.rows_of);
        next = outer.zip(session.parent_row(row));
    }
    let groups = template.groups_around(&to.item.id);
    let shared = groups.iter().find_map(|of| around.iter().find(|(own, _)| own == of));
    let rows = session.rows(group).iter().copied();
    let inside = |row: RowId| {
        let Some((_, shared)) = shared else { return true };
        let mut row = Some(row);
        std::iter::from_fn(|| {
            let this = row?;
            row = session.parent_row(this);
            Some(this)
        })
        .take(MAX_DEPTH)
        .any(|one| one == *shared)
    };
    rows.filter(|row| inside(*row)).map(|row| Slot::in_row(&to.item.id, row)).collect()
}

/// An item and the groups it is in, the innermost first.
pub(in crate::clinic) fn with_groups<'a>(
    session: &'a Session,
    place: Option<ItemPlace<'a>>,
) -> impl Iterator<Item = ItemPlace<'a>> {
    let around = |place: &ItemPlace<'a>| session.template().item(&place.parent?.id);
    std::iter::successors(place, around).take(MAX_DEPTH)
}

/// Whether the item, or a group it is in, is never changed by hand.
pub(in crate::clinic) fn is_read_only(session: &Session, slot: &Slot) -> bool {
    with_groups(session, session.template().item(&slot.item))
        .any(|place| place.item.read_only || place.item.calculated.is_some())
}

/// Whether the item stays to be read while it is not asked: it says so, or a group it is in.
pub(in crate::clinic) fn is_protected(session: &Session, slot: &Slot) -> bool {
    with_groups(session, place_of(session, slot))
        .take_while(|place| place.item.kind.can_be_protected())
        .any(|place| place.item.disabled_display == DisabledDisplay::Protected)
}

fn holds(session: &Session, condition: &Condition, slot: &Slot, depth: usize) -> bool {
    let Some(place) = session.template().item(&condition.question) else { return false };
    let asked = reach(session, slot, &place);
    let value = |slot: &Slot| {
        let is_asked = is_enabled_within(session, slot, depth);
        is_asked.then(|| logic_value(session, &place, slot)).flatten()
    };
    if asked.is_empty() {
        return condition.operator.holds(None, &condition.answer);
    }
    let mut held =
        asked.iter().map(|slot| condition.operator.holds(value(slot).as_ref(), &condition.answer));
    // "Not answered" over several rows means that none of them is.
    if condition.operator == Operator::Exists && condition.answer == Scalar::Boolean(false) {
        held.all(|held| held)
    } else {
        held.any(|held| held)
    }
}

fn logic_value(session: &Session, place: &ItemPlace<'_>, slot: &Slot) -> Option<Value> {
    match place.item.kind.content() {
        Content::Rating => {
            let outcome = rating_view(session, slot)?.outcome?;
            Some(Value::Choice(outcome.code().to_owned()))
        }
        Content::Matrix | Content::Actions => {
            is_answered(session, slot).then_some(Value::Boolean(true))
        }
        // Asked only where an earlier note left something: that it is asked is all there is to know.
        Content::LastActions | Content::LastPlacements => Some(Value::Boolean(true)),
        Content::Value(_) | Content::Group | Content::Display => session.answer(slot).cloned(),
    }
}

/// Whether the slot has an answer, of whatever kind its item takes.
pub(in crate::clinic) fn is_answered(session: &Session, slot: &Slot) -> bool {
    let Some(place) = place_of(session, slot) else { return false };
    match place.item.kind.content() {
        Content::Display | Content::LastPlacements => true,
        Content::Group => !place.item.repeats || !session.rows(&place.item.id).is_empty(),
        Content::Rating => rating_view(session, slot).is_some_and(|view| view.outcome.is_some()),
        Content::Matrix => empty_columns(session, slot).is_empty(),
        Content::Actions => {
            // What is still open from last time carries over, and is not written again.
            let earlier = session.earlier().map_or(&[][..], |earlier| &earlier.actions);
            session.actions.iter().any(|action| action.item == slot.item)
                || earlier.iter().any(|one| {
                    one.followed_up.is_some() && one.details.status == ActionStatus::Open
                })
        }
        Content::LastActions => session.earlier().is_none_or(|earlier| {
            let mut open = earlier.actions.iter().filter(|one| one.before == ActionStatus::Open);
            open.all(|one| one.followed_up.is_some())
        }),
        Content::Value(_) => session.answer(slot).is_some_and(|value| !value.is_blank()),
    }
}

/// Columns without evidence; none once a reason was given.
pub(in crate::clinic) fn empty_columns(session: &Session, slot: &Slot) -> Vec<Column> {
    if session.matrix_reason(slot).is_some_and(|reason| !reason.trim().is_empty()) {
        return Vec::new();
    }
    let filled = |column| {
        session
            .matrix
            .iter()
            .any(|c| c.slot == *slot && c.column == column && !c.evidence.trim().is_empty())
    };
    Column::ALL.into_iter().filter(|column| !filled(*column)).collect()
}
