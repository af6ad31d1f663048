//! The machine: a message and the time in, a changed model and effects out.

mod clipboard;
pub(crate) mod keys;
mod mouse;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::{
    ClinicScreen, Dialog, Effect, MESSAGE_ROWS, Message, Model, SaveStatus, Screen, SearchOrigin,
    Size, VaultDialog, VaultRequest, VaultStatus, VaultStep,
};
use super::{
    dialogs::open_vault::with_vault,
    saving::{no_longer_unsaved, save_now},
};

/// Takes a message at a time.
pub fn update(model: &mut Model, message: Message, now: Timestamp) -> Vec<Effect> {
    model.now = now;
    let (mut effects, aside) = crate::app::screens::locked::update::watch(model, &message, now);
    if !aside && !crate::app::screens::locked::update::is_too_late(model, &message) {
        effects.extend(step(model, message));
    }
    after_update(model, &mut effects);
    clipboard::watch(model, &mut effects);
    effects
}

fn step(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Pressed(key) => {
            model.notice = None;
            keys::pressed(model, key)
        }
        Message::Pasted(text) => keys::pasted(model, &text),
        Message::MouseMoved(mouse) => {
            model.notice = None;
            mouse::moved(model, mouse)
        }
        Message::Resized { columns, rows } => {
            model.size = Size { columns, rows };
            Vec::new()
        }
        Message::TimePassed => {
            let now = model.now;
            let asked = model.clinic.as_mut().map(|clinic| clinic.time_passed(now));
            asked.map_or_else(Vec::new, |asked| {
                crate::app::screens::clinic::apply_event::follow(model, asked)
            })
        }
        Message::ReadingRead(Ok(kept)) => crate::app::screens::reader::bookmarks::read(model, kept),
        Message::ReadingRead(Err(why)) | Message::ReadingNotKept(why) => {
            model.warn(why.to_string());
            Vec::new()
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
                crate::app::screens::reader::open::open_entry(model, &id, from);
            }
            Vec::new()
        }
        Message::IndexReady(notice) => {
            model.search.ready = true;
            if let Some(notice) = notice {
                model.show_notice(notice);
            }
            // What was typed while the index was being built is answered now.
            model.search.ask()
        }
        Message::Searched { generation, results, by } => {
            match (by, &mut model.clinic) {
                (SearchOrigin::SearchScreen, _) => model.search.answered(generation, results),
                (SearchOrigin::Guidance, Some(clinic)) => {
                    clinic.guidance.answered(generation, results);
                }
                (SearchOrigin::Following, Some(clinic)) => {
                    clinic.guidance.following.answered(generation, results);
                }
                (SearchOrigin::Guidance | SearchOrigin::Following, None) => {}
            }
            Vec::new()
        }
        Message::Offered { generation, instead } => {
            model.search.offer(generation, instead);
            Vec::new()
        }
        // What is being locked is not to be looked at as open.
        Message::VaultStatusRead(_) if model.lock.is_some() => Vec::new(),
        Message::VaultStatusRead(look) => {
            model.vault = look;
            match model.wanted.take() {
                Some((wanted, None)) => with_vault(model, wanted),
                Some((wanted, Some(passphrase))) if model.vault == VaultStatus::Locked => {
                    let mut dialog = VaultDialog::unlock(wanted);
                    dialog.step = VaultStep::Busy { creating: false };
                    model.dialog = Some(Dialog::Vault(dialog));
                    vec![Effect::Vault(VaultRequest::UnlockVault(passphrase))]
                }
                Some((wanted, Some(_))) => with_vault(model, wanted),
                None => Vec::new(),
            }
        }
        Message::PassphraseOffered(words) => {
            if let Some(Dialog::Vault(dialog)) = &mut model.dialog {
                dialog.offered(words);
            }
            Vec::new()
        }
        Message::VaultCreated(shown) => {
            model.vault = VaultStatus::Open;
            model.idle.hear(model.now);
            if let Some(Dialog::Vault(dialog)) = &mut model.dialog {
                dialog.created(shown);
            }
            Vec::new()
        }
        Message::VaultOpened(opening) => {
            model.vault = VaultStatus::Open;
            model.idle.hear(model.now);
            if let Some(why) = &opening.read_only {
                model.warn(format!("The vault is open read-only: {why}."));
            }
            if let Some(Dialog::Vault(dialog)) = &mut model.dialog
                && dialog.opened(&opening)
            {
                model.read_only = opening.read_only;
                return Vec::new();
            }
            model.read_only = opening.read_only;
            match model.dialog.take() {
                Some(Dialog::Vault(dialog)) => {
                    crate::app::screens::locked::resume::opened(model, dialog.then)
                }
                other => {
                    model.dialog = other;
                    Vec::new()
                }
            }
        }
        Message::VaultRefused(why) => match &mut model.dialog {
            Some(Dialog::Vault(dialog)) => dialog.refused(why),
            _ => {
                model.warn(why);
                Vec::new()
            }
        },
        Message::Unsealed(texts) => {
            crate::app::screens::locked::update::unsealed(model, texts.to_vec());
            Vec::new()
        }
        Message::VaultClosed => crate::app::screens::locked::update::closed(model),
        Message::NotClosed(why) => crate::app::screens::locked::update::refused(model, why),
        Message::ClinicStarted(started) => match started {
            Ok(started) => {
                let (note, session) = *started;
                crate::app::screens::clinic::update::open(
                    model,
                    ClinicScreen::open(note, session, model.now),
                )
            }
            Err(why) => {
                model.warn(why.to_string());
                Vec::new()
            }
        },
        Message::FollowUpsBegun { note, template, begun } => {
            crate::app::screens::note::update::ask_which_follow_up(model, note, template, &begun);
            Vec::new()
        }
        Message::FormatsRead(formats) => {
            if let Some(Dialog::TemplatePicker(starting)) = &mut model.dialog {
                starting.local.clone_from(&formats);
            }
            model.local_formats = formats;
            Vec::new()
        }
        Message::DraftKept(kept) => crate::app::screens::clinics::migrate_draft::kept(model, kept),
        Message::NotesListed(Ok(notes)) => {
            model.clinics.listed(notes);
            crate::app::screens::clinics::update_note_search::again(model)
        }
        Message::Kept(done) => crate::app::screens::clinics::retention::kept(model, done),
        Message::VaultSeen(Ok(seen)) => crate::app::screens::vault::update::seen(model, *seen),
        Message::VaultSeen(Err(why)) => {
            model.warn(why.to_string());
            Vec::new()
        }
        Message::VaultChecking { done, total } => {
            crate::app::screens::vault::update::checking(model, done, total)
        }
        Message::VaultChecked(seen) => crate::app::screens::vault::update::checked(model, *seen),
        Message::NotesRead { done, total } => {
            model.clinics.search.read(done, total);
            Vec::new()
        }
        Message::NotesFound { generation, results } => {
            if model.clinics.search.answered(generation, results) {
                model.clinics.chosen = 0;
            }
            Vec::new()
        }
        Message::NotesListed(Err(why)) => {
            model.warn(why.to_string());
            Vec::new()
        }
        Message::ActionsListed(actions) => {
            crate::app::screens::actions::update::listed(model, actions)
        }
        Message::Counted(counted) => crate::app::screens::insight::update::counted(model, counted),
        Message::ActionFollowedUp(done) => {
            crate::app::screens::actions::update::followed_up(model, done)
        }
        Message::Amended { note, revision } => {
            crate::app::screens::note::update::amended(model, note, revision)
        }
        Message::NoteOpened(opened) => crate::app::screens::note::update::opened(model, opened),
        Message::Saving(look) => {
            model.saving = look;
            Vec::new()
        }
        Message::Saved { note, turn, at } => {
            // An older draft that is safe now says nothing about what was typed since.
            let held = model.lock.as_ref().and_then(|lock| lock.clinic.as_ref());
            let clinic = model.clinic.as_ref().or(held);
            if clinic.is_none_or(|clinic| clinic.note == Some(note) && clinic.turn() == turn) {
                model.saving = SaveStatus::Saved(at);
            } else if clinic.is_some_and(|clinic| clinic.note != Some(note)) {
                no_longer_unsaved(model);
            }
            crate::app::screens::locked::update::saved(model)
        }
        Message::Completed { note, revision } => {
            no_longer_unsaved(model);
            if model.lock.is_some() {
                return crate::app::screens::locked::update::saved(model);
            }
            // Saved late, it may be another clinic that is open by now.
            let done = model.clinic.take_if(|clinic| clinic.note == Some(note));
            let subject = |clinic: &ClinicScreen| clinic.session.template().about.subject();
            let who = done.as_ref().and_then(|clinic| subject(clinic).who_opens());
            if done.is_some() && model.screen == Screen::Clinic {
                model.screen = Screen::Clinics;
            }
            let never = "It can no longer be edited. You can add corrections.";
            model.show_notice(format!(
                "Completed, and saved as revision {revision}. {}",
                who.unwrap_or(never)
            ));
            vec![Effect::Vault(VaultRequest::ListNotes)]
        }
        Message::Copied(Ok(())) => {
            model.show_notice(clipboard::said(model));
            Vec::new()
        }
        Message::Copied(Err(why)) => {
            model.warn(why);
            Vec::new()
        }
        Message::EndAsked { .. } | Message::TerminalLost => {
            let mut effects = save_now(model);
            effects.push(Effect::Vault(VaultRequest::End { anyway: true }));
            effects
        }
        // The loop ends by it.
        Message::Ended => Vec::new(),
        Message::EndRefused(why) => {
            crate::app::dialogs::dialog_results::ask_quit(model, &why);
            Vec::new()
        }
        Message::SuspendAsked => {
            let mut effects = save_now(model);
            effects.push(Effect::Suspend);
            effects
        }
        Message::Continued => vec![Effect::Redraw],
    }
}

/// What follows every message: pages fit the window, the focus is in view, the draft is saved when
/// it is due, the clock is wound.
fn after_update(model: &mut Model, effects: &mut Vec<Effect>) {
    let size = model.size;
    model.search.stand_beside(model.clinic.is_some());
    if let (Screen::Search, Some(library)) = (model.screen, &model.library) {
        let room = size.search().preview_text();
        model.search.fit(library, &model.reading, room.map(|area| usize::from(area.width)));
    }
    if let (Some(reader), Some(library)) = (&mut model.reader, &model.library) {
        reader.fit(library, usize::from(size.reader().page.width));
    }
    if let Some(note) = &mut model.note {
        note.fit(usize::from(size.reader().page.width));
    }
    if let Some(clinic) = &mut model.clinic {
        model.clinics.follow(clinic.note);
        let form = size.clinic().form;
        clinic.look_at_text(model.now);
        // What stays on screen until the draft is saved must not cover what is being typed.
        let lasting = matches!(model.saving, SaveStatus::NotSaved(_));
        let height = form.height.saturating_sub(if lasting { MESSAGE_ROWS } else { 0 });
        clinic.scroll_to_focus(usize::from(form.width), usize::from(height));
        clinic.schedule_tick(model.now, model.reduced_motion);
        if model.search.ready {
            effects.extend(clinic.poll_guidance());
        }
        if let Some((id, session)) = clinic.take_unsaved(model.now, false) {
            model.saving = SaveStatus::Saving;
            let turn = clinic.turn();
            effects.push(Effect::Vault(VaultRequest::SaveDraft {
                id,
                session: Box::new(session),
                turn,
            }));
        }
    }
}
