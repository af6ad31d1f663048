//! Events of actions, those of the earlier note included.

use jiff::Timestamp;

use super::{
    ApplyResult, AuditLine, asked_item, long_text, one_line, record, record_difference, saved,
};
use crate::clinic::event::{Event, SessionEffect};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{Action, ActionDetails, ActionStatus, EarlierAction, Session};
use crate::clinic::template::ItemType;
use crate::clinic::template::value::{ActionId, Slot};

const MAX_ACTIONS: usize = 100;

pub(super) fn apply(session: &mut Session, event: Event, at: Timestamp) -> ApplyResult {
    match event {
        Event::ActionAdded { item, details } => {
            asked_item(session, &Slot::once(&item), |kind| kind == ItemType::Actions)?;
            if session.actions.len() >= MAX_ACTIONS {
                return Err(Refusal::TooMany { what: "actions", limit: MAX_ACTIONS });
            }
            let details = cleaned(details)?;
            push(session, &item, None, details, at);
        }
        Event::ActionChanged { id, details } => {
            let details = cleaned(details)?;
            let action = action(session, id)?;
            let (old, new) = (Some(shown(&action.details)), Some(shown(&details)));
            action.details = details;
            let item = format!("action {}", id.0);
            record(
                session,
                at,
                AuditLine { item: &item, row: None, old, new, why: None, typed: true },
            );
        }
        Event::ActionRemoved { id } => {
            let old = Some(shown(&action(session, id)?.details));
            session.actions.retain(|action| action.id != id);
            let item = format!("action {}", id.0);
            record(session, at, AuditLine { item: &item, old, ..AuditLine::default() });
        }
        Event::ActionFollowedUp { id, status, outcome } => {
            follow_up(session, id, status, &outcome, at)?;
        }
        Event::EarlierActionFollowedUp { note, id, status, outcome } => {
            // While it is being written the reason may still come; completion asks for it.
            let outcome = long_text(&outcome)?;
            let actions = session.earlier.as_ref().map_or(&[][..], |earlier| &earlier.actions);
            let found = actions.iter().find(|one| one.note == note && one.id == id);
            let unknown = || Refusal::Unknown { what: "earlier action".to_owned() };
            let mut action = found.ok_or_else(unknown)?.clone();
            action.details.status = status;
            action.details.outcome = outcome;
            action.followed_up = Some(at);
            put_earlier(session, action, at, None);
        }
        other => return super::misrouted(&other),
    }
    saved()
}

/// Records the status and outcome of an action, in an open note or after its end.
pub(super) fn follow_up(
    session: &mut Session,
    id: ActionId,
    status: ActionStatus,
    outcome: &str,
    at: Timestamp,
) -> Result<SessionEffect, Refusal> {
    let outcome = outcome_of(status, outcome)?;
    let action = action(session, id)?;
    let old = Some(shown(&action.details));
    action.details.status = status;
    action.details.outcome = outcome;
    let new = Some(shown(&action.details));
    let item = format!("action {}", id.0);
    record(session, at, AuditLine { item: &item, old, new, ..AuditLine::default() });
    Ok(SessionEffect::Amend)
}

fn outcome_of(status: ActionStatus, outcome: &str) -> Result<String, Refusal> {
    let outcome = long_text(outcome)?;
    if status == ActionStatus::Dropped && outcome.trim().is_empty() {
        return Err(Refusal::NoReason { to: "drop an action" });
    }
    Ok(outcome)
}

/// An action that follows from a rating; none if that rating has one already, or the template
/// has no place for actions.
pub(super) fn add_for(session: &mut Session, from: &Slot, details: ActionDetails, at: Timestamp) {
    let items = session.template.items();
    let item = items.iter().find(|place| place.item.kind == ItemType::Actions);
    let Some(item) = item.map(|place| place.item.id.clone()) else { return };
    if session.actions.iter().all(|action| action.from.as_ref() != Some(from)) {
        push(session, &item, Some(from.clone()), details, at);
    }
}

fn push(
    session: &mut Session,
    item: &str,
    from: Option<Slot>,
    details: ActionDetails,
    at: Timestamp,
) {
    let id = ActionId(session.number());
    let new = Some(shown(&details));
    session.actions.push(Action { id, item: item.to_owned(), from, details });
    let item = format!("action {}", id.0);
    record(session, at, AuditLine { item: &item, new, ..AuditLine::default() });
}

fn action(session: &mut Session, id: ActionId) -> Result<&mut Action, Refusal> {
    let found = session.actions.iter_mut().find(|action| action.id == id);
    found.ok_or_else(|| Refusal::Unknown { what: "action".to_owned() })
}

fn cleaned(details: ActionDetails) -> Result<ActionDetails, Refusal> {
    Ok(ActionDetails {
        what: long_text(&details.what)?,
        why: long_text(&details.why)?,
        owner: one_line(&details.owner)?,
        agency: one_line(&details.agency)?,
        by: details.by,
        measure: long_text(&details.measure)?,
        status: details.status,
        outcome: long_text(&details.outcome)?,
    })
}

/// Everything about an action as one text for the trail.
fn shown(details: &ActionDetails) -> String {
    let mut parts = vec![details.what.clone()];
    let by = details.by.map(|date| date.to_string()).unwrap_or_default();
    let named = [
        ("why", details.why.as_str()),
        ("owner", details.owner.as_str()),
        ("agency", details.agency.as_str()),
        ("by", by.as_str()),
        ("measure", details.measure.as_str()),
        ("outcome", details.outcome.as_str()),
    ];
    let filled = named.into_iter().filter(|(_, text)| !text.is_empty());
    parts.extend(filled.map(|(name, text)| format!("{name}: {text}")));
    parts.push(details.status.title().to_owned());
    parts.join(" · ")
}

/// Restores an action at its place, or removes it.
pub(super) fn put_action(
    session: &mut Session,
    id: ActionId,
    action: Option<(usize, Box<Action>)>,
    at: Timestamp,
    why: &str,
) {
    let index = session.actions.iter().position(|one| one.id == id);
    let old = index.map(|index| shown(&session.actions.remove(index).details));
    let new = action.as_ref().map(|(_, action)| shown(&action.details));
    if let Some((index, action)) = action {
        session.actions.insert(index.min(session.actions.len()), *action);
    }
    record_difference(session, &format!("action {}", id.0), None, (old, new), Some(why), at);
}

/// Sets the status and outcome of an earlier note's action; without a `why` it may be typing.
pub(super) fn put_earlier(
    session: &mut Session,
    action: EarlierAction,
    at: Timestamp,
    why: Option<&str>,
) {
    let actions = session.earlier.as_mut().map(|earlier| &mut earlier.actions);
    let found = actions.into_iter().flatten();
    let found = found.into_iter().find(|one| one.note == action.note && one.id == action.id);
    let Some(found) = found else { return };
    let (old, new) = (Some(shown(&found.details)), Some(shown(&action.details)));
    let item = format!("earlier action {}", action.id.0);
    *found = action;
    record_difference(session, &item, None, (old, new), why, at);
}
