//! Placing from other places: the code for a round, and what is read in the chat of a call.
//!
//! People seal what they choose with `caseclinic place` and paste it into the chat. The facilitator
//! pastes the whole chat into the clinic, as often as they like, and hears who is still to place. What
//! anyone chose stays hidden until the reveal, as it does when the keyboard is passed round. The key
//! of the round is with the vault worker, in no draft: it ends at the reveal, and with the clinic.

use zeroize::Zeroizing;

use super::{apply_event::apply_event, chat_round::ChatRound, control::ControlId};
use crate::{
    app::{ClinicScreen, Dialog, Effect, Model, VaultRequest},
    clinic::{Slot, rating_view},
    vault::{BlockFault, SentPlacement, has_block},
};

/// The button of the code was pressed: it is made, or copied once it is there.
pub(super) fn code_pressed(model: &mut Model, slot: Slot) {
    let Some(clinic) = &mut model.clinic else { return };
    let round = clinic.chat_round.as_ref().filter(|round| *round.slot() == slot);
    if let Some(code) = round.and_then(ChatRound::code) {
        model.perform(Effect::Copy(code));
        return model.show_notice("Copied. Paste it into the chat of the call.");
    }
    match ChatRound::of(&clinic.session, &slot) {
        Ok(round) => {
            let steps = round.steps(&clinic.session);
            clinic.chat_round = Some(round);
            model.request(VaultRequest::BeginPlacing { steps });
        }
        Err(why) => model.warn(why),
    }
}

/// The code is made, or could not be.
pub(crate) fn begun(model: &mut Model, code: Result<String, String>) {
    let Some(clinic) = &mut model.clinic else { return };
    let Some(round) = &mut clinic.chat_round else { return };
    match code {
        Ok(code) => {
            round.open_with(code);
            clinic.refresh_controls();
            model.show_notice("The code is made. Enter: copy it.");
        }
        Err(why) => {
            clinic.chat_round = None;
            model.warn(format!("No code could be made: {why}. Use private messages instead."));
        }
    }
}

/// Takes a chat that was pasted; false if this is another text.
pub(super) fn pasted(model: &mut Model, text: &str) -> bool {
    let Some(clinic) = &model.clinic else { return false };
    let is_on_chat = matches!(clinic.focus, ControlId::Chat(_));
    if !is_on_chat && !has_block(text) {
        return false;
    }
    if clinic.chat_round.as_ref().is_none_or(|round| round.code().is_none()) {
        let why = "This is a sealed placement, and no code is open for it here. Make a code first.";
        model.warn(why);
    } else if has_block(text) {
        model.request(VaultRequest::ReadChat(Zeroizing::new(text.to_owned())));
    } else {
        let why = "There is no sealed placement in what was pasted. Copy the whole chat, with the \
                   lines “BEGIN AGE ENCRYPTED FILE” and “END AGE ENCRYPTED FILE”.";
        model.warn(why);
    }
    true
}

/// The chat is read. Every placement of the round is taken at once, then it is said what is missing
/// and what could not be taken.
pub(crate) fn read(
    model: &mut Model,
    blocks: Result<Vec<Result<SentPlacement, BlockFault>>, String>,
) {
    let blocks = match blocks {
        Ok(blocks) => blocks,
        Err(why) => return model.warn(format!("The chat could not be read: {why}.")),
    };
    let Some(clinic) = &model.clinic else { return };
    let Some(round) = clinic.chat_round.as_ref().filter(|round| round.is_open(&clinic.session))
    else {
        return model.warn("These placements came too late: this round is already revealed.");
    };
    let before = round.ready(&clinic.session);
    let report = round.report(&blocks, &clinic.session);
    for event in round.events(&report, &clinic.session) {
        apply_event(model, event);
    }
    let Some(clinic) = &mut model.clinic else { return };
    let Some(round) = &clinic.chat_round else { return };
    let said = round.sentences(&report, &clinic.session, before);
    let slot = round.slot().clone();
    if rating_view(&clinic.session, &slot).is_some_and(|view| view.waiting.is_empty()) {
        clinic.focus_on(ControlId::Reveal(slot));
    }
    match said.as_slice() {
        [one] => model.show_outcome(one.clone()),
        _ => {
            let (title, text) = ("Read from the chat".to_owned(), said.join("\n\n"));
            model.dialog = Some(Dialog::Reading { title, text, top: 0 });
        }
    }
}

/// Ends the round once people no longer place in it, and its key with it.
pub(crate) fn watch(model: &mut Model) {
    let is_over = |clinic: &ClinicScreen| {
        clinic.chat_round.as_ref().is_some_and(|round| !round.is_open(&clinic.session))
    };
    if let Some(clinic) = model.clinic.as_mut().filter(|clinic| is_over(clinic)) {
        clinic.chat_round = None;
        clinic.refresh_controls();
    }
    if let Some(ClinicScreen { chat_round: Some(round), session, .. }) = &mut model.clinic {
        round.let_in(session);
    }
    let is_open = model.clinic.as_ref().is_some_and(|clinic| clinic.chat_round.is_some());
    if std::mem::replace(&mut model.is_placing_by_chat, is_open) && !is_open {
        model.request(VaultRequest::EndPlacing);
    }
}
