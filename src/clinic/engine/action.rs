//! Events of actions, those of the earlier note included, and of cited guidance.

use jiff::civil::Date;
use uuid::Uuid;

use super::{AuditLine, Edit, asked_item, long_text, one_line, restore_in};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{
    Action, ActionChange, ActionDetails, ActionStatus, Citation, EarlierAction, Session,
};
use crate::clinic::template::ItemType;
use crate::clinic::template::value::{ActionId, Slot};

const MAX_ACTIONS: usize = 100;
const MAX_CITATIONS: usize = 200;

impl Edit<'_> {
    pub(super) fn add_action(&mut self, item: &str, details: ActionDetails) -> Result<(), Refusal> {
        asked_item(self.session, &Slot::once(item), |kind| kind == ItemType::Actions)?;
        require_room(self.session)?;
        self.push_action(item, None, cleaned(details)?);
        Ok(())
    }

    pub(super) fn change_action(
        &mut self,
        id: ActionId,
        details: ActionDetails,
    ) -> Result<(), Refusal> {
        let details = cleaned(details)?;
        let action = action(self.session, id)?;
        let (old, new) = (Some(shown(&action.details)), Some(shown(&details)));
        action.details = details;
        self.record(AuditLine::new(&name(id), old, new).typed());
        Ok(())
    }

    pub(super) fn remove_action(&mut self, id: ActionId) -> Result<(), Refusal> {
        let old = Some(shown(&action(self.session, id)?.details));
        self.session.actions.retain(|action| action.id != id);
        self.record(AuditLine::new(&name(id), old, None));
        Ok(())
    }

    /// Changes who does an action and by when. After the end what was agreed stays beside it.
    pub(super) fn reassign(
        &mut self,
        id: ActionId,
        (owner, agency): (&str, &str),
        by: Option<Date>,
        is_closed: bool,
    ) -> Result<(), Refusal> {
        let (owner, agency, at) = (one_line(owner)?, one_line(agency)?, self.at);
        if owner.trim().is_empty() && agency.trim().is_empty() {
            return Err(Refusal::Blank { what: "who will do it" });
        }
        let action = action(self.session, id)?;
        let was = &action.details;
        if (&was.owner, &was.agency, was.by) == (&owner, &agency, by) {
            let why = "This is the owner and the date already. Nothing was changed.";
            return Err(Refusal::NotNow { why });
        }
        let old = Some(shown(was));
        if is_closed {
            let (owner, agency) = (was.owner.clone(), was.agency.clone());
            action.changes.push(ActionChange { at, owner, agency, by: action.details.by });
        }
        (action.details.owner, action.details.agency, action.details.by) = (owner, agency, by);
        let new = Some(shown(&action.details));
        // Under a name of its own: it says nothing of the status, which a later note may know better.
        self.record(AuditLine::new(&format!("{}: owner and date", name(id)), old, new));
        Ok(())
    }

    /// Records the status and outcome of an action, in an open note or after its end.
    pub(super) fn follow_up(
        &mut self,
        id: ActionId,
        status: ActionStatus,
        outcome: &str,
    ) -> Result<(), Refusal> {
        let outcome = long_text(outcome)?;
        if status == ActionStatus::Dropped && outcome.trim().is_empty() {
            return Err(Refusal::NoReason { to: "drop an action" });
        }
        let action = action(self.session, id)?;
        let old = Some(shown(&action.details));
        action.details.status = status;
        action.details.outcome = outcome;
        let new = Some(shown(&action.details));
        self.record(AuditLine::new(&name(id), old, new));
        Ok(())
    }

    /// Records the status and outcome of an action of the earlier note. While it is being written the
    /// reason may still come; completion asks for it.
    pub(super) fn follow_up_earlier(
        &mut self,
        (note, id): (Uuid, ActionId),
        status: ActionStatus,
        outcome: &str,
    ) -> Result<(), Refusal> {
        let outcome = long_text(outcome)?;
        let mut action = earlier_action(self.session, (note, id))?.clone();
        action.details.status = status;
        action.details.outcome = outcome;
        action.followed_up = Some(self.at);
        self.put_earlier(action, None);
        Ok(())
    }

    /// Takes over what other notes say by now of an action of the earlier note. What was recorded of it
    /// here stays.
    pub(super) fn update_earlier(
        &mut self,
        key: (Uuid, ActionId),
        newest: ActionDetails,
    ) -> Result<(), Refusal> {
        let newest = cleaned(newest)?;
        let action = earlier_action(self.session, key)?;
        let old = Some(shown(&action.details));
        if action.followed_up.is_none() {
            (action.before, action.details.status) = (newest.status, newest.status);
            action.details.outcome = newest.outcome;
        }
        let details = &mut action.details;
        (details.owner, details.agency, details.by) = (newest.owner, newest.agency, newest.by);
        let new = Some(shown(&action.details));
        // Under a name of its own: this meeting did not say anything about the action.
        self.record(AuditLine::new(&format!("earlier action {}: as of now", key.1.0), old, new));
        Ok(())
    }

    /// An action that follows from a rating; none if that rating has one already, or the template
    /// has no place for actions.
    pub(super) fn add_action_for(&mut self, from: &Slot, details: ActionDetails) {
        let items = self.session.template.items();
        let item = items.iter().find(|place| place.item.kind == ItemType::Actions);
        let Some(item) = item.map(|place| place.item.id.clone()) else { return };
        if self.session.actions.iter().all(|action| action.from.as_ref() != Some(from)) {
            self.push_action(&item, Some(from.clone()), details);
        }
    }

    fn push_action(&mut self, item: &str, from: Option<Slot>, details: ActionDetails) {
        let id = ActionId(self.session.number());
        let new = Some(shown(&details));
        let action = Action { id, item: item.to_owned(), from, details, changes: Vec::new() };
        self.session.actions.push(action);
        self.record(AuditLine::new(&name(id), None, new));
    }

    /// Restores an action at its place, or removes it.
    pub(super) fn put_action(
        &mut self,
        id: ActionId,
        action: Option<(usize, Box<Action>)>,
        why: &str,
    ) {
        let action = action.map(|(index, action)| (index, *action));
        let is_it = |one: &Action| one.id == id;
        let (old, new) =
            restore_in(&mut self.session.actions, is_it, action, |one| shown(&one.details));
        self.record_difference(AuditLine::new(&name(id), old, new), Some(why));
    }

    /// Sets the status and outcome of an earlier note's action; without a `why` it may be typing. Who
    /// does it and by when stay as they are now.
    pub(super) fn put_earlier(&mut self, mut action: EarlierAction, why: Option<&str>) {
        let actions = self.session.earlier.as_mut().map(|earlier| &mut earlier.actions);
        let mut actions = actions.into_iter().flatten();
        let is_it = |one: &&mut EarlierAction| one.note == action.note && one.id == action.id;
        let Some(found) = actions.find(is_it) else { return };
        action.details.owner.clone_from(&found.details.owner);
        action.details.agency.clone_from(&found.details.agency);
        action.details.by = found.details.by;
        let (old, new) = (Some(shown(&found.details)), Some(shown(&action.details)));
        let item = format!("earlier action {}", action.id.0);
        *found = action;
        self.record_difference(AuditLine::new(&item, old, new), why);
    }

    /// Cites an entry, or gives an entry that is already cited the new version.
    pub(super) fn cite(&mut self, citation: Citation) -> Result<(), Refusal> {
        if citation.id.is_empty() {
            return Err(Refusal::Blank { what: "the id of the entry" });
        }
        let id = citation.id.clone();
        let known = self.session.citations.iter().position(|one| one.id == id);
        if known.is_none() && self.session.citations.len() >= MAX_CITATIONS {
            return Err(Refusal::TooMany { what: "citations", limit: MAX_CITATIONS });
        }
        let there = Some((known.unwrap_or(self.session.citations.len()), citation));
        let (old, new) =
            restore_in(&mut self.session.citations, |one| one.id == id, there, shown_citation);
        self.record(AuditLine::new("citation", old, new));
        Ok(())
    }

    pub(super) fn remove_citation(&mut self, id: String) -> Result<(), Refusal> {
        let index = self.session.citations.iter().position(|one| one.id == id);
        let index = index.ok_or(Refusal::Unknown { what: id })?;
        let old = Some(shown_citation(&self.session.citations.remove(index)));
        self.record(AuditLine::new("citation", old, None));
        Ok(())
    }

    /// Restores a citation at its place, or removes it.
    pub(super) fn put_citation(
        &mut self,
        id: &str,
        citation: Option<(usize, Citation)>,
        why: &str,
    ) {
        let (old, new) =
            restore_in(&mut self.session.citations, |one| one.id == id, citation, shown_citation);
        self.record_difference(AuditLine::new("citation", old, new), Some(why));
    }
}

/// What the trail calls an action.
fn name(id: ActionId) -> String {
    format!("action {}", id.0)
}

fn action(session: &mut Session, id: ActionId) -> Result<&mut Action, Refusal> {
    let found = session.actions.iter_mut().find(|action| action.id == id);
    found.ok_or_else(|| Refusal::Unknown { what: "action".to_owned() })
}

fn earlier_action(
    session: &mut Session,
    (note, id): (Uuid, ActionId),
) -> Result<&mut EarlierAction, Refusal> {
    let actions = session.earlier.as_mut().map(|earlier| &mut earlier.actions);
    let found = actions.into_iter().flatten().find(|one| one.note == note && one.id == id);
    found.ok_or_else(|| Refusal::Unknown { what: "earlier action".to_owned() })
}

/// Refuses if there are as many actions as a note can hold.
pub(super) fn require_room(session: &Session) -> Result<(), Refusal> {
    let is_full = session.actions.len() >= MAX_ACTIONS;
    let full = Refusal::TooMany { what: "actions", limit: MAX_ACTIONS };
    if is_full { Err(full) } else { Ok(()) }
}

pub(super) fn cleaned(details: ActionDetails) -> Result<ActionDetails, Refusal> {
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
pub(in crate::clinic) fn shown(details: &ActionDetails) -> String {
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

fn shown_citation(citation: &Citation) -> String {
    format!("{} {}", citation.id, citation.version)
}
