//! The exchange on the vault screen: what its keys ask and do. Nothing is sent before it was said who
//! will be able to open it.

use super::exchange_state::removable;
use crate::{
    app::{
        Agree, Ask, ChoiceIntent, Choose, ConfirmIntent, Dialog, KeyAction, Model, Screen,
        TextIntent, VaultRequest,
    },
    exchange::{PersonId, PersonRow},
    services::{
        ExchangeFailure, ExchangeReply, ExchangeRequest, Waiting,
        exchange::{addition, removal},
    },
    text::counted,
};

/// Has something done with the exchange, one thing at a time.
fn request(model: &mut Model, request: ExchangeRequest) {
    let part = &mut model.vault_screen.exchange;
    if part.working.is_some() {
        return model.show_notice(ExchangeFailure::Busy.to_string());
    }
    part.working = Some(0);
    part.failure = None;
    model.request(VaultRequest::Exchange(request));
}

/// Looks how the exchange stands, unless something is being done with it.
pub(crate) fn look(model: &mut Model) {
    if model.vault_screen.exchange.working.is_none() {
        request(model, ExchangeRequest::Look);
    }
}

pub(crate) fn handle_action(model: &mut Model, action: KeyAction) {
    let part = &model.vault_screen.exchange;
    if part.working.is_some() {
        return model.show_notice(ExchangeFailure::Busy.to_string());
    }
    let Some(seen) = part.known() else {
        return model.show_notice("This vault belongs to no exchange yet: see under Exchange.");
    };
    if let Some(why) = &model.read_only {
        let text = format!("You cannot do this in this window: {why}.");
        return model.warn(text);
    }
    if action == KeyAction::SyncExchange {
        // A folder that was moved, or a stick under another name, is typed again.
        return match &seen.folder {
            Some(_) if seen.problem.is_none() => {
                request(model, ExchangeRequest::TakeIn { folder: None });
            }
            folder => {
                let typed = folder.clone().unwrap_or_default();
                let text = "The whole path, such as /media/stick/exchange or ~/OneDrive/exchange.";
                let ask =
                    Ask::new("Which folder is the exchange in?", text, TextIntent::ExchangeFolder);
                model.dialog = Some(Dialog::Ask(ask.answer(&typed)));
            }
        };
    }
    if !seen.is_steward {
        return model.show_notice(
            "You are not a steward of this exchange. Ask one of the stewards named here.",
        );
    }
    if action == KeyAction::AddPerson {
        let people = seen.asking.iter().map(|card| (card.id(), card.title()));
        let none = "Nobody asks to take part. Their request may not have been copied yet.";
        choose(model, "Who takes part from now on?", people.collect(), none, ChoiceIntent::AddWho);
    } else {
        let title = |row: &PersonRow| format!("{} ({})", row.name, row.agency);
        let people = removable(seen).map(|row| (row.id.clone(), title(row)));
        let none = "Nobody else takes part.";
        choose(model, "Who is removed?", people.collect(), none, ChoiceIntent::RemoveWho);
    }
}

fn choose(
    model: &mut Model,
    title: &str,
    people: Vec<(PersonId, String)>,
    none: &str,
    purpose: fn(Vec<PersonId>) -> ChoiceIntent,
) {
    if people.is_empty() {
        return model.show_notice(none);
    }
    let (ids, names): (Vec<PersonId>, Vec<String>) = people.into_iter().unzip();
    let choose = Choose::new(title, "", names, purpose(ids));
    // An Enter too many must not choose anybody.
    model.dialog = Some(Dialog::Choose(choose.selected(None)));
}

/// Asks as what somebody is added.
pub(crate) fn ask_as_what(model: &mut Model, person: PersonId) {
    let options = ["They send and receive notes", "They also add and remove people (a steward)"];
    model.offer("What can they do?", "", options, ChoiceIntent::AddAs(person));
}

/// Asks to compare the fingerprint of somebody before they are added.
pub(crate) fn ask_fingerprint(model: &mut Model, person: PersonId, steward: bool) {
    let Some(seen) = model.vault_screen.exchange.known() else { return };
    let Some(card) = seen.asking.iter().find(|card| card.id() == person) else { return };
    let lines = addition(card, &seen.people, steward).to_vec();
    let title = format!("Add {}?", card.name);
    agree(model, title, lines, ConfirmIntent::AddPerson(person, steward));
}

/// Asks why somebody is removed.
pub(crate) fn ask_reason(model: &mut Model, person: PersonId) {
    let text = "Everybody else can read the reason. For example: left the partnership.";
    model.ask("Why are they removed?", text, TextIntent::RemovalReason(person));
}

/// Asks whether somebody is removed for this reason.
pub(crate) fn ask_removal(model: &mut Model, person: PersonId, reason: String) {
    let Some(seen) = model.vault_screen.exchange.known() else { return };
    let Some(row) = removable(seen).find(|row| row.id == person) else { return };
    let title = format!("Remove {}?", row.name);
    let lines =
        vec![removal(&format!("{} ({})", row.name, row.agency)), format!("Reason: {reason}")];
    agree(model, title, lines, ConfirmIntent::RemovePerson(person, reason));
}

/// Syncs with the folder that was typed.
pub(crate) fn folder_typed(model: &mut Model, folder: String) {
    request(model, ExchangeRequest::TakeIn { folder: Some(folder) });
}

fn agree(model: &mut Model, title: String, lines: Vec<String>, purpose: ConfirmIntent) {
    model.dialog = Some(Dialog::Agree(Agree { title, lines, top: 0, purpose }));
}

/// Does what was agreed to.
pub(crate) fn agreed(model: &mut Model, purpose: &ConfirmIntent) {
    let wanted = match purpose {
        ConfirmIntent::SendNotes => {
            model.vault_screen.exchange.to_send.take().map(ExchangeRequest::Send)
        }
        ConfirmIntent::AddPerson(person, steward) => {
            Some(ExchangeRequest::Add { person: person.clone(), steward: *steward })
        }
        ConfirmIntent::RemovePerson(person, reason) => {
            Some(ExchangeRequest::Remove { person: person.clone(), reason: reason.clone() })
        }
        ConfirmIntent::MoveToNewer => None,
    };
    if let Some(wanted) = wanted {
        request(model, wanted);
    }
}

/// So many calls to the folder were made.
pub(crate) fn working(model: &mut Model, calls: usize) {
    if let Some(working) = &mut model.vault_screen.exchange.working {
        *working = calls;
    }
}

/// Takes the result. What waits to be sent is asked about, unless something else is in front.
pub(crate) fn done(model: &mut Model, reply: Result<Box<ExchangeReply>, ExchangeFailure>) {
    let part = &mut model.vault_screen.exchange;
    part.working = None;
    let ExchangeReply { seen, done, failure, to_send, is_changed } = match reply {
        Ok(reply) => *reply,
        Err(failure) => {
            let text = failure.to_string();
            part.failure = Some(text.clone());
            return model.warn(text);
        }
    };
    part.failure.clone_from(&failure);
    part.seen = Some(seen);
    part.to_send = None;
    if let Some(done) = &done {
        model.show_notice(done.clone());
    }
    if let Some(failure) = failure {
        // The page may be scrolled, or another screen in front.
        model.warn(failure);
    }
    if is_changed {
        model.request(VaultRequest::ListNotes);
    }
    let Some(outbox) = to_send else { return };
    let revisions = counted(outbox.notes.len(), "revision waits", "revisions wait");
    if model.screen != Screen::Vault || model.dialog.is_some() {
        let done = done.unwrap_or_default();
        return model.show_notice(format!(
            "{done} {revisions} to be sent. Vault (F12), then s: see who will be able to open them."
        ));
    }
    let part = &mut model.vault_screen.exchange;
    let waiting = part.known().map(|seen| seen.waiting.as_slice()).unwrap_or_default();
    let mut lines: Vec<String> = Vec::new();
    for Waiting { readers, notes } in waiting {
        lines.push(notes.join("\n"));
        lines.push(format!("These will be able to open it, and to keep it: {readers}."));
    }
    part.to_send = Some(outbox);
    agree(model, "Send these notes?".to_owned(), lines, ConfirmIntent::SendNotes);
}
