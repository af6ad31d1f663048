//! Applying an event to the open clinic, and doing what it asks for or saying why it was refused and
//! how to go on.

use crate::{
    app::{
        ChoiceIntent, ClinicScreen, Effect, Model, Screen, TextIntent, VaultRequest,
        dialogs::prompts::ReasonFor,
        screens::{clinic::controls::slot_of, completed, reader::open::open_entry},
    },
    clinic::{Event, Missing, Refusal, SessionEffect as Asked, hidden_answers},
    text::counted,
};

/// The key that says how an answer is known.
pub(crate) const KEY: &str = " (F4)";

/// Does what the machine asks for.
pub(crate) fn follow(model: &mut Model, asked: Vec<Asked>) {
    for one in asked {
        match one {
            // Collected and saved by the clock; see `after_update`.
            Asked::SaveDraft => {}
            Asked::OpenEntry(id) => {
                open_entry(model, &id, Screen::Clinic);
                model.show_notice(
                    "Before anything else: who needs to be safe now? Esc: back to the clinic.",
                );
            }
            Asked::RingPauseOver => ring(model, "The pause is over. Welcome everyone back."),
            Asked::RingTwoMinutes => ring(model, "Two minutes left in this stage."),
            Asked::RingTimeUp => {
                ring(model, "Time for this stage is up. F7: add five minutes. PgDn: next stage.");
            }
            Asked::Complete | Asked::Stop | Asked::Amend => {
                let Some(clinic) = &mut model.clinic else { continue };
                // The completed text is saved as a whole; an older draft must not follow it.
                let _ = clinic.take_unsaved(model.now, true);
                match clinic.note {
                    Some(id) => {
                        let (session, turn) = (Box::new(clinic.session.clone()), clinic.turn());
                        model.request(VaultRequest::Complete { id, session, turn });
                    }
                    None => {
                        let session = clinic.session.clone();
                        model.clinic = None;
                        completed::update::open(model, None, session);
                    }
                }
            }
        }
    }
}

fn ring(model: &mut Model, text: &str) {
    model.show_notice(text);
    if model.bell {
        model.perform(Effect::Ring);
    }
}

/// Follows what the machine asks for, or says why it refused and how to go on.
pub(crate) fn apply_outcome(model: &mut Model, outcome: Result<Vec<Asked>, Refusal>) {
    match outcome {
        Ok(asked) => follow(model, asked),
        Err(refusal) => refused(model, refusal),
    }
}

/// Applies an event to the open clinic, and does what follows.
pub(crate) fn apply_event(model: &mut Model, event: Event) {
    let now = model.now;
    if let Some(clinic) = &mut model.clinic {
        let outcome = clinic.apply_event(event, now);
        apply_outcome(model, outcome);
    }
}

/// Says why, and asks what is needed to go on.
fn refused(model: &mut Model, refusal: Refusal) {
    match &refusal {
        Refusal::GateClosed { stage, .. } => {
            let here = model.clinic.as_ref().is_some_and(|open| open.session.stage() == *stage);
            if !here {
                // The gate of a stage in between: it is answered, or overridden, there.
                let now = model.now;
                let clinic = model.clinic.as_mut();
                let _ =
                    clinic.map(|open| open.apply_event(Event::StageOpened { stage: *stage }, now));
            }
            if let Some(clinic) = &mut model.clinic {
                clinic.focus_on_gate();
            }
            if !here {
                return model.warn(refusal.to_string());
            }
            model.ask(
                "Continue without answering? Give a reason, or Esc to go back",
                refusal.to_string(),
                TextIntent::Reason(ReasonFor::OverridingGate),
            );
        }
        Refusal::NotAllReady { .. } => {
            let slot = model.clinic.as_ref().and_then(|clinic| slot_of(&clinic.focus).cloned());
            if let Some(slot) = slot {
                let purpose = TextIntent::Reason(ReasonFor::RevealingEarly(slot));
                model.ask("Reveal placements now? Give a reason", refusal.to_string(), purpose);
            }
        }
        Refusal::Incomplete { missing } => offer_missing(model, missing.clone()),
        Refusal::Unacknowledged { warnings } => {
            let list: Vec<String> =
                warnings.iter().map(|one| format!("- {}", one.sentence())).collect();
            let mut options = vec!["Go back to the clinic", "Complete anyway"];
            let hides = |clinic: &ClinicScreen| !hidden_answers(&clinic.session).is_empty();
            if model.clinic.as_ref().is_some_and(hides) {
                options.push("Complete, and keep these answers at the end of the note");
            }
            let purpose = ChoiceIntent::CompleteWithWarnings;
            model.offer("Check before completing", list.join("\n"), options, purpose);
        }
        _ => model.warn(refusal.to_string()),
    }
}

/// Lists what is missing before the clinic can be completed, to be gone to.
pub(crate) fn offer_missing(model: &mut Model, missing: Vec<Missing>) {
    let title = counted(missing.len(), "answer still needed", "answers still needed");
    let options: Vec<String> = missing
        .iter()
        .map(|one| {
            let key = if one.how_known { KEY } else { "" };
            format!("Stage {}: {}{key}", one.stage + 1, one.message)
        })
        .collect();
    let text = "Enter: go to the selected one. The clinic is not completed yet.";
    model.offer(title, text, options, ChoiceIntent::GoToMissing(missing));
}
