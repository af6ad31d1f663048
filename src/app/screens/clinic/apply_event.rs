//! Applying an event to the open clinic, and doing what it asks for or saying why it was refused.

use super::refusal_dialogs;
use crate::app::VaultRequest;
use crate::{
    app::{Effect, Model, Screen, screens::reader::open::open_entry},
    clinic::{Event, Refusal, SessionEffect as Asked},
};

/// Does what the machine asks for.
pub(crate) fn follow(model: &mut Model, asked: Vec<Asked>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for one in asked {
        match one {
            // Collected and saved by the clock; see `settle`.
            Asked::SaveDraft => {}
            Asked::OpenEntry(id) => {
                open_entry(model, &id, Screen::Clinic);
                model.show_notice(
                    "Before anything else: who needs to be safe now? Esc: back to the clinic.",
                );
            }
            Asked::RingTwoMinutes => {
                model.show_notice("Two minutes left in this stage.");
                effects.extend(model.bell.then_some(Effect::Ring));
            }
            Asked::RingTimeUp => {
                model.show_notice(
                    "Time for this stage is up. F7: add five minutes. PgDn: next stage.",
                );
                effects.extend(model.bell.then_some(Effect::Ring));
            }
            Asked::Complete | Asked::Stop | Asked::Amend => {
                let Some(clinic) = &mut model.clinic else { continue };
                // The completed text is saved as a whole; an older draft must not follow it.
                let _ = clinic.take_unsaved(model.now, true);
                match clinic.note {
                    Some(id) => {
                        let session = Box::new(clinic.session.clone());
                        effects.push(Effect::Vault(VaultRequest::Complete {
                            id,
                            session,
                            turn: clinic.turn(),
                        }));
                    }
                    None => {
                        model.clinic = None;
                        model.screen = Screen::Clinics;
                        model.show_notice("The practice clinic is complete. Nothing was saved.");
                    }
                }
            }
        }
    }
    effects
}

/// Follows what the machine asks for, or says why it refused and how to go on.
pub(crate) fn apply_outcome(model: &mut Model, told: Result<Vec<Asked>, Refusal>) -> Vec<Effect> {
    match told {
        Ok(asked) => follow(model, asked),
        Err(refusal) => {
            refusal_dialogs::refused(model, refusal);
            Vec::new()
        }
    }
}

/// Tells the machine.
pub(crate) fn apply_event(model: &mut Model, event: Event) -> Vec<Effect> {
    let now = model.now;
    let Some(clinic) = &mut model.clinic else { return Vec::new() };
    let told = clinic.apply_event(event, now);
    apply_outcome(model, told)
}
