//! The matrix, actions and citations.

use jiff::Timestamp;

use super::{Done, Line, asked, long_text, one_line, record, saved};
use crate::clinic::event::{Effect, Event};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::Session;
use crate::clinic::template::ItemType;
use crate::clinic::template::value::{ActionId, Slot};
use crate::clinic::work::{Action, ActionDetails, ActionStatus, Citation, Column, MatrixCell};

pub(super) use super::restore::{
    forget, put_action, put_cell, put_citation, put_earlier, put_reason,
};

const MOST_ACTIONS: usize = 100;
const MOST_CITATIONS: usize = 200;

pub(super) fn apply(session: &mut Session, event: Event, at: Timestamp) -> Done {
    match event {
        Event::MatrixCellWritten { slot, domain, column, evidence } => {
            let evidence = long_text(&evidence)?;
            let cell = cell(session, &slot, &domain, column)?;
            let old = filled(&cell.evidence);
            let new = filled(&evidence);
            cell.evidence = evidence;
            let item = format!("{}.{domain}.{}", slot.item, column.title().to_lowercase());
            record(
                session,
                at,
                Line { item: &item, row: slot.row, old, new, why: None, typed: true },
            );
        }
        Event::MatrixSurenessGiven { slot, domain, column, sureness } => {
            let cell = cell(session, &slot, &domain, column)?;
            let old = cell.sureness.map(|known| known.title().to_owned());
            let new = sureness.map(|known| known.title().to_owned());
            cell.sureness = sureness;
            let item = format!("{}.{domain}.{}.sureness", slot.item, column.title().to_lowercase());
            record(session, at, Line { item: &item, row: slot.row, old, new, ..Line::default() });
        }
        Event::MatrixReasonWritten { slot, reason } => {
            asked(session, &slot, |kind| kind == ItemType::Matrix)?;
            let reason = filled(&long_text(&reason)?);
            put_reason(session, &slot, reason, at, None);
        }
        Event::ActionAdded { item, details } => {
            asked(session, &Slot::once(&item), |kind| kind == ItemType::Actions)?;
            if session.actions.len() >= MOST_ACTIONS {
                return Err(Refusal::TooMany { what: "actions", limit: MOST_ACTIONS });
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
            record(session, at, Line { item: &item, row: None, old, new, why: None, typed: true });
        }
        Event::ActionRemoved { id } => {
            let old = Some(shown(&action(session, id)?.details));
            session.actions.retain(|action| action.id != id);
            let item = format!("action {}", id.0);
            record(session, at, Line { item: &item, old, ..Line::default() });
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
        Event::EntryCited { id, title, version } => {
            let citation = Citation {
                id: one_line(&id)?,
                title: one_line(&title)?,
                version: one_line(&version)?,
            };
            if citation.id.is_empty() {
                return Err(Refusal::Blank { what: "which entry is cited" });
            }
            let known = session.citations.iter().position(|one| one.id == citation.id);
            if known.is_none() && session.citations.len() >= MOST_CITATIONS {
                return Err(Refusal::TooMany { what: "citations", limit: MOST_CITATIONS });
            }
            let new = Some(format!("{} {}", citation.id, citation.version));
            let old = known.map(|index| session.citations.remove(index));
            let old = old.map(|one| format!("{} {}", one.id, one.version));
            session.citations.insert(known.unwrap_or(session.citations.len()), citation);
            record(session, at, Line { item: "citation", old, new, ..Line::default() });
        }
        Event::CitationRemoved { id } => {
            let index = session.citations.iter().position(|one| one.id == id);
            let index = index.ok_or(Refusal::Unknown { what: id })?;
            let one = session.citations.remove(index);
            let old = Some(format!("{} {}", one.id, one.version));
            record(session, at, Line { item: "citation", old, ..Line::default() });
        }
        other => return super::misrouted(&other),
    }
    saved()
}

/// What became of an action, in an open note or after its end.
pub(super) fn follow_up(
    session: &mut Session,
    id: ActionId,
    status: ActionStatus,
    outcome: &str,
    at: Timestamp,
) -> Result<Effect, Refusal> {
    let outcome = outcome_of(status, outcome)?;
    let action = action(session, id)?;
    let old = Some(shown(&action.details));
    action.details.status = status;
    action.details.outcome = outcome;
    let new = Some(shown(&action.details));
    let item = format!("action {}", id.0);
    record(session, at, Line { item: &item, old, new, ..Line::default() });
    Ok(Effect::Amend)
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
    record(session, at, Line { item: &item, new, ..Line::default() });
}

fn action(session: &mut Session, id: ActionId) -> Result<&mut Action, Refusal> {
    let found = session.actions.iter_mut().find(|action| action.id == id);
    found.ok_or_else(|| Refusal::Unknown { what: "action".to_owned() })
}

fn cell<'a>(
    session: &'a mut Session,
    slot: &Slot,
    domain: &str,
    column: Column,
) -> Result<&'a mut MatrixCell, Refusal> {
    let place = asked(session, slot, |kind| kind == ItemType::Matrix)?;
    if !place.item.domains.iter().any(|one| one.code == domain) {
        return Err(Refusal::Unknown { what: domain.to_owned() });
    }
    let same =
        |cell: &MatrixCell| cell.slot == *slot && cell.domain == domain && cell.column == column;
    let index = session.matrix.iter().position(same).unwrap_or_else(|| {
        session.matrix.push(MatrixCell {
            slot: slot.clone(),
            domain: domain.to_owned(),
            column,
            evidence: String::new(),
            sureness: None,
        });
        session.matrix.len() - 1
    });
    Ok(&mut session.matrix[index])
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
pub(super) fn shown(details: &ActionDetails) -> String {
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

pub(super) fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
