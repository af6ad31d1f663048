//! Which slots an item has in a session.

use super::Session;
use crate::clinic::template::ItemPlace;
use crate::clinic::template::value::Slot;

/// Every slot of an item: one, or one per row.
pub(in crate::clinic) fn slots(session: &Session, place: &ItemPlace<'_>) -> Vec<Slot> {
    match place.rows_of {
        None => vec![Slot::once(&place.item.id)],
        Some(group) => {
            session.rows(group).iter().map(|row| Slot::in_row(&place.item.id, *row)).collect()
        }
    }
}

/// Whether the slot exists: its item does, and its row is one of the item's rows.
pub(in crate::clinic) fn place_of<'a>(session: &'a Session, slot: &Slot) -> Option<ItemPlace<'a>> {
    let place = session.template().item(&slot.item)?;
    let fits = match (place.rows_of, slot.row) {
        (None, None) => true,
        (Some(group), Some(row)) => session.rows(group).contains(&row),
        _ => false,
    };
    fits.then_some(place)
}
