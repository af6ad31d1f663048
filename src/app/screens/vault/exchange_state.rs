//! The exchange on the vault screen: what is known of it, and its part of the page.

use super::lines::{
    VaultLineSort::{Bad, Good, Said},
    VaultPage,
};
use crate::{
    app::action::KeyAction,
    exchange::{Outbox, PersonRow},
    services::{
        ExchangeSeen, Waiting,
        exchange::{since, taking_part},
    },
    text::{LocalTime, counted},
};

/// Said where there is none.
const NONE: &str = "Completed notes can be shared with colleagues and other agencies, encrypted, \
                    through a folder. To begin: `caseclinic exchange init FOLDER`. To take part: \
                    `caseclinic exchange join FOLDER`.";

/// What the screen knows of the exchange.
#[derive(Default)]
pub struct ExchangePart {
    /// How it stands, once it was looked at; `None` inside if there is none.
    pub seen: Option<Option<ExchangeSeen>>,
    /// How often the folder was called so far, while something is done with it.
    pub working: Option<usize>,
    /// Why the last look or sync failed.
    pub failure: Option<String>,
    /// What waits for the answer whether to send it.
    pub(super) to_send: Option<Outbox>,
}

impl ExchangePart {
    /// How it stands, if there is one and it was looked at.
    pub(super) fn known(&self) -> Option<&ExchangeSeen> {
        self.seen.as_ref()?.as_ref()
    }

    /// Whether an action of the screen has something to act on.
    pub(crate) fn can_act(&self, action: KeyAction) -> bool {
        match action {
            KeyAction::SyncExchange => self.known().is_some(),
            KeyAction::AddPerson => {
                self.known().is_some_and(|seen| seen.is_steward && !seen.asking.is_empty())
            }
            KeyAction::RemovePerson => {
                self.known().is_some_and(|seen| seen.is_steward && removable(seen).next().is_some())
            }
            _ => true,
        }
    }

    /// Adds what there is to see to the page.
    pub(super) fn lay_out(&self, local: &LocalTime, page: &mut VaultPage) {
        match &self.seen {
            None => page.add(Said, "Reading the exchange …"),
            Some(None) => page.add(Said, NONE),
            Some(Some(seen)) => self.lay_out_seen(seen, local, page),
        }
        if let Some(failure) = &self.failure {
            page.add(Bad, failure);
        }
    }

    fn lay_out_seen(&self, seen: &ExchangeSeen, local: &LocalTime, page: &mut VaultPage) {
        page.add(Said, format!("Fingerprint {}", seen.fingerprint));
        match (&seen.folder, &self.working) {
            (Some(folder), None) => page.add(Said, format!("Folder {folder}")),
            (Some(folder), Some(calls)) => {
                page.add(Said, format!("Folder {folder} · reading and writing it, step {calls} …"));
            }
            (None, _) => page.add(Said, "Where its folder is, is asked at the first sync (s)."),
        }
        if let Some(problem) = &seen.problem {
            page.add(Bad, problem);
        }
        page.add(Said, format!("You take part: {}.", taking_part(seen.is_listed)));
        if let Some((notes, erased)) = seen.to_take_in {
            let notes = counted(notes, "new note or correction", "new notes or corrections");
            page.add(Said, format!("To take in: {notes}. To erase here: {erased}."));
        }
        page.add(Said, format!("To send: {}.", seen.to_send));
        for Waiting { readers, notes } in &seen.waiting {
            for note in notes {
                page.add(Said, format!("  {note}"));
            }
            page.add(Said, format!("  Will be able to open it: {readers}."));
        }
        let has_some = seen.to_take_in.is_some_and(|(notes, erased)| notes + erased > 0);
        if has_some || !seen.waiting.is_empty() {
            page.add(Said, "Press s to sync. You are asked before a note is sent.");
        }
        for why in &seen.kept_back {
            page.add(Bad, why);
        }
        for line in &seen.erased {
            page.add(Said, format!("Erased: {line}."));
        }
        for row in &seen.people {
            let you = if row.is_me { " (you)" } else { "" };
            let since = since(row, local);
            let since = if row.removed.is_some() { since } else { format!("since {since}") };
            page.add(Said, format!("{}{you}, {}, {}, {since}", row.name, row.agency, row.role));
            page.add(Said, format!("  fingerprint {}", row.id.spoken()));
        }
        if seen.is_listed == Some(false) {
            page.add(Said, format!("Your fingerprint {}", seen.own_fingerprint));
        }
        for card in &seen.asking {
            page.add(Said, format!("Asks to take part: {}, {}", card.title(), card.role));
            page.add(Said, format!("  fingerprint {}", card.id().spoken()));
        }
        if seen.is_steward && !seen.asking.is_empty() {
            page.add(Said, "Press a to add them, once they have read you their fingerprint.");
        }
        match (seen.findings.is_empty(), seen.to_take_in) {
            (true, Some(_)) => page.add(Good, "Nothing is missing, and everything matches."),
            _ => seen.findings.iter().for_each(|text| page.add(Bad, text)),
        }
    }
}

/// Who can be removed: everybody who takes part but oneself.
pub(super) fn removable(seen: &ExchangeSeen) -> impl Iterator<Item = &PersonRow> {
    seen.people.iter().filter(|row| row.removed.is_none() && !row.is_me)
}
