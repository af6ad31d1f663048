//! The machine: a message and the time in, a changed model and effects out.

mod clipboard;
pub(crate) mod keys;
mod mouse;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::{
    ClinicScreen, Dialog, Effect, Message, Model, SaveStatus, Screen, SearchOrigin, Size,
    VaultDialog, VaultRequest, VaultStatus, VaultStep,
    screens::{
        actions,
        clinic::{self, apply_event::follow, chat_placing},
        clinics::{self, migrate_draft, retention},
        completed, hand_over,
        locked::{
            self,
            update::{opened, with_vault},
        },
        note,
        reader::{bookmarks, open::open_entry},
        settings,
        vault::{exchange_update, state::Checked},
    },
};
use crate::{app::dialogs::dialog_results::ask_quit, clinic::Status};

/// Takes a message at a time.
pub fn update(model: &mut Model, message: Message, now: Timestamp) -> Vec<Effect> {
    model.now = now;
    let aside = locked::update::watch(model, &message, now);
    if !aside && !locked::update::is_too_late(model, &message) {
        step(model, message);
    }
    after_update(model);
    let mut effects = std::mem::take(&mut model.effects);
    clipboard::watch(model, &mut effects);
    effects
}

fn step(model: &mut Model, message: Message) {
    match message {
        Message::Pressed(key) => keys::pressed(model, key),
        Message::Pasted(text) => keys::pasted(model, &text),
        Message::Mouse(mouse) => mouse::handle(model, mouse),
        Message::Resized { columns, rows } => model.size = Size { columns, rows },
        Message::TimePassed => {
            let now = model.now;
            let asked = model.clinic.as_mut().map(|clinic| clinic.time_passed(now));
            follow(model, asked.unwrap_or_default());
        }
        Message::BookmarksRead(Ok(kept)) => bookmarks::read(model, kept),
        Message::BookmarksRead(Err(why)) | Message::BookmarksNotSaved(why) => {
            model.warn(why.to_string());
        }
        Message::SettingsRead(seen) => settings::update::read(model, *seen),
        Message::SettingChanged { name, seen } => {
            settings::update::changed(model, name, seen.map(|seen| *seen));
        }
        Message::LibraryRead(library) => {
            let broken = library.problems().iter().find(|problem| problem.is_error());
            if let Some(problem) = broken {
                let text = format!("{}:{}: {}", problem.file, problem.line, problem.message);
                model.warn(text);
            }
            if let Some(clinic) = &mut model.clinic {
                clinic.take_words_of(&library);
            }
            model.library = Some(library);
            if let Some((id, from)) = model.wanted_entry.take() {
                open_entry(model, &id, from);
            }
        }
        Message::IndexReady(notice) => {
            model.search.ready = true;
            if let Some(notice) = notice {
                model.show_notice(notice);
            }
            // What was typed while the index was being built is answered now.
            model.effects.extend(model.search.ask());
        }
        Message::Searched { generation, results, by } => match (by, &mut model.clinic) {
            (SearchOrigin::SearchScreen, _) => model.search.answered(generation, results),
            (SearchOrigin::Guidance, Some(clinic)) => clinic.guidance.answered(generation, results),
            (SearchOrigin::Guidance, None) => {}
        },
        Message::Suggested { generation, suggestions } => {
            if let Some(clinic) = &mut model.clinic {
                clinic.guidance.following.answered(generation, suggestions);
            }
        }
        Message::Offered { generation, instead } => model.search.offer(generation, instead),
        // What is being locked is not to be looked at as open.
        Message::VaultStatusRead(_) if model.lock.is_some() => {}
        Message::VaultStatusRead(look) => {
            model.vault = look;
            match model.wanted.take() {
                Some((wanted, Some(passphrase))) if model.vault == VaultStatus::Locked => {
                    let mut dialog = VaultDialog::unlock(wanted);
                    dialog.step = VaultStep::Busy { creating: false };
                    model.dialog = Some(Dialog::Vault(dialog));
                    model.request(VaultRequest::UnlockVault(passphrase));
                }
                Some((wanted, _)) => with_vault(model, wanted),
                None => {}
            }
        }
        Message::PassphraseOffered(words) => {
            if let Some(Dialog::Vault(dialog)) = &mut model.dialog {
                dialog.offered(words);
            }
        }
        Message::PlacingBegun(code) => chat_placing::begun(model, code),
        Message::ChatRead(blocks) => chat_placing::read(model, blocks),
        Message::DocumentWritten { written, recorded } => {
            hand_over::update::written(model, written, recorded);
        }
        Message::Printed(printed) => hand_over::update::printed(model, printed),
        Message::SheetSaved(saved) => {
            if let Some(Dialog::Vault(dialog)) = &mut model.dialog {
                dialog.sheet_saved(saved.as_ref().err().cloned());
            }
            if let Ok(path) = saved {
                model.show_notice(format!(
                    "Saved to {path}. Print it, lock the paper away, then delete the file."
                ));
            }
        }
        Message::VaultCreated(shown) => {
            model.vault = VaultStatus::Open;
            model.idle.hear(model.now);
            if let Some(Dialog::Vault(dialog)) = &mut model.dialog {
                dialog.created(shown);
            }
        }
        Message::VaultOpened(opening) => {
            model.vault = VaultStatus::Open;
            model.idle.hear(model.now);
            if let Some(why) = &opening.read_only {
                model.warn(format!("The vault is open read-only: {why}."));
            }
            let asks = match &mut model.dialog {
                Some(Dialog::Vault(dialog)) => dialog.opened(&opening),
                _ => false,
            };
            model.read_only = opening.read_only;
            if !asks
                && let Some(Dialog::Vault(dialog)) =
                    model.dialog.take_if(|it| matches!(it, Dialog::Vault(_)))
            {
                opened(model, dialog.then);
            }
        }
        Message::KeysKeptHere(what) => model.warn(what),
        Message::VaultRefused(why) => match &mut model.dialog {
            Some(Dialog::Vault(dialog)) => {
                let request = dialog.refused(why);
                model.effects.extend(request.map(Effect::Vault));
            }
            _ => model.warn(why),
        },
        Message::Unsealed(texts) => {
            if let Some(lock) = &mut model.lock {
                lock.place.sealed = texts.to_vec();
            }
        }
        Message::VaultClosed => locked::update::closed(model),
        Message::NotClosed(why) => locked::update::refused(model, why),
        Message::ClinicStarted(Ok(started)) => {
            let (note, session) = *started;
            clinic::update::open(model, ClinicScreen::open(note, session, model.now));
        }
        Message::FollowUpsBegun { note, template, begun } => {
            note::update::ask_which_follow_up(model, note, template, &begun);
        }
        Message::FormatsRead(formats) => {
            if let Some(Dialog::TemplatePicker(starting)) = &mut model.dialog {
                starting.local.clone_from(&formats);
            }
            model.local_formats = formats;
        }
        Message::DraftKept(kept) => migrate_draft::kept(model, kept),
        Message::NotesListed(Ok(list)) => {
            if let Some(problem) = list.problem.clone().filter(|_| model.notice.is_none()) {
                model.warn(problem);
            }
            let today = model.today();
            model.clinics.listed(list, today);
            clinics::update::search_again(model);
        }
        Message::Kept(Ok(reply)) => retention::kept(model, reply),
        Message::VaultSeen(Ok(seen)) => {
            model.vault_screen.seen = Some(*seen);
            model.screen = Screen::Vault;
            exchange_update::look(model);
        }
        Message::ExchangeWorking(calls) => exchange_update::working(model, calls),
        Message::ExchangeDone(reply) => exchange_update::done(model, reply),
        Message::VaultChecking { done, total } => {
            model.vault_screen.checked = Checked::Under { done, total };
        }
        Message::VaultChecked(seen) => {
            model.vault_screen.checked = Checked::Seen(*seen);
            model.vault_screen.top = 0;
        }
        Message::NotesRead { done, total } => model.clinics.search.read(done, total),
        Message::NotesFound { generation, results } => {
            if model.clinics.search.answered(generation, results) {
                model.clinics.chosen = 0;
            }
        }
        Message::ActionsListed(Ok(list)) => actions::update::listed(model, list),
        Message::Counted(Ok(counted)) => model.insight.counted = Some(*counted),
        Message::ClinicStarted(Err(why))
        | Message::NotesListed(Err(why))
        | Message::Kept(Err(why))
        | Message::VaultSeen(Err(why))
        | Message::ActionsListed(Err(why))
        | Message::Counted(Err(why)) => model.warn(why.to_string()),
        Message::ActionFollowedUp(done) => actions::update::followed_up(model, done),
        Message::Amended { note, revision } => note::update::amended(model, note, revision),
        Message::NoteOpened(opened) => note::update::opened(model, opened),
        Message::Saving(look) => model.saving = look,
        Message::Saved { note, turn, at } => {
            // An older draft that is safe now says nothing about what was typed since.
            let held = model.lock.as_ref().and_then(|lock| lock.clinic.as_ref());
            let clinic = model.clinic.as_ref().or(held);
            if clinic.is_none_or(|clinic| clinic.note == Some(note) && clinic.turn() == turn) {
                model.saving = SaveStatus::Saved(at);
            } else if clinic.is_some_and(|clinic| clinic.note != Some(note)) {
                model.no_longer_unsaved();
            }
            locked::update::saved(model);
        }
        Message::Completed { note, revision } => {
            model.no_longer_unsaved();
            if model.lock.is_some() {
                return locked::update::saved(model);
            }
            // Saved late, it may be another clinic that is open by now.
            let done = model.clinic.take_if(|clinic| clinic.note == Some(note));
            model.request(VaultRequest::ListNotes);
            let in_clinic = model.screen == Screen::Clinic;
            let who = match done {
                Some(clinic) if in_clinic && clinic.session.status() == Status::Completed => {
                    let saved = Some((note, revision));
                    return completed::update::open(model, saved, clinic.session);
                }
                done => {
                    done.and_then(|clinic| clinic.session.template().about.subject().who_opens())
                }
            };
            if in_clinic && model.clinic.is_none() {
                model.screen = Screen::Clinics;
            }
            let never = "It can no longer be edited. You can add corrections.";
            model.show_notice(format!(
                "Completed, and saved as revision {revision}. {}",
                who.unwrap_or(never)
            ));
        }
        Message::Copied(Ok(())) => model.show_notice(clipboard::said(model)),
        Message::Copied(Err(why)) => model.warn(why),
        Message::EndAsked { .. } | Message::TerminalLost => {
            model.save_now();
            model.request(VaultRequest::End { anyway: true });
        }
        // The loop ends by the one and takes the other.
        Message::Ended | Message::TerminalAnswered(_) => {}
        Message::EndRefused(why) => ask_quit(model, &why),
        Message::SuspendAsked => {
            model.save_now();
            model.perform(Effect::Suspend);
        }
        Message::Continued => model.perform(Effect::Redraw),
    }
}

/// What follows every message: pages fit the window, the focus is in view, the draft is saved when
/// it is due, the clock is wound.
fn after_update(model: &mut Model) {
    chat_placing::watch(model);
    let layout = model.layout();
    model.search.stand_beside(model.clinic.is_some());
    if let (Screen::Search, Some(library)) = (model.screen, &model.library) {
        let room = layout.search().preview;
        model.search.fit(library, &model.bookmarks, room.map(|area| usize::from(area.width)));
    }
    if let (Some(reader), Some(library)) = (&mut model.reader, &model.library) {
        reader.fit(library, usize::from(layout.reader().page.width));
    }
    if model.vault == VaultStatus::Open {
        // Whoever unlocks elsewhere comes to these without a list.
        match model.screen {
            Screen::Clinics if model.clinics.notes.is_none() && !model.clinics.is_asked => {
                model.request(VaultRequest::ListNotes);
            }
            Screen::Actions if model.actions.all.is_none() && !model.actions.is_asked => {
                model.request(VaultRequest::ListActions);
            }
            _ => {}
        }
    }
    let is_left = |screen| !matches!(screen, Screen::Completed | Screen::HandOver);
    if is_left(model.screen) && (model.screen != Screen::Reader || is_left(model.reader_from)) {
        model.completed = None;
    }
    let is_over = |screen| screen != Screen::HandOver;
    if is_over(model.screen) && (model.screen != Screen::Reader || is_over(model.reader_from)) {
        model.hand_over = None;
    }
    if let Some(hand_over) = &mut model.hand_over {
        hand_over.fit(usize::from(layout.hand_over().preview.width));
    }
    if let Some(completed) = &mut model.completed {
        let parts = layout.completed();
        let side = parts.side.map(|area| usize::from(area.width));
        completed.fit(usize::from(parts.page.width), side);
    }
    if let Some(note) = &mut model.note {
        note.fit(usize::from(layout.reader().page.width));
    }
    if let Some(clinic) = &mut model.clinic {
        model.clinics.follow(clinic.note);
        let form = layout.clinic(clinic.guidance.open).form;
        clinic.look_at_text(model.local.day(model.now));
        // While the window is too small, the form waits as it was.
        if model.size.is_enough() {
            clinic.scroll_to_focus(usize::from(form.width), usize::from(form.height));
        }
        clinic.schedule_tick(model.now, model.reduced_motion);
        if model.search.ready {
            model.effects.extend(clinic.poll_guidance());
        }
        model.save(false);
    }
}
