//! What a person sees when the machine of the meeting did not take something, and how they go on.

use super::{completion_review, update::apply_event};
use crate::{
    app::{Ask, Choose, Dialog, DialogIntent, Editor, Model, screens::clinic::controls::slot_of},
    clinic::{Event, Refusal},
};

/// Says why, and asks what is needed to go on.
pub(crate) fn refused(model: &mut Model, refusal: Refusal) {
    let ask = |title: &str, purpose| {
        Some(Dialog::Ask(Ask {
            title: title.to_owned(),
            text: refusal.to_string(),
            answer: Editor::one_line(""),
            purpose,
        }))
    };
    match &refusal {
        Refusal::GateClosed { stage, .. } => {
            let here = model.clinic.as_ref().is_some_and(|open| open.session.stage() == *stage);
            if !here {
                // The gate of a stage in between: it is answered, or overridden, there.
                let _ = apply_event(model, Event::StageOpened { stage: *stage });
            }
            if let Some(clinic) = &mut model.clinic {
                clinic.focus_on_gate();
            }
            if !here {
                return model.warn(refusal.to_string());
            }
            model.dialog = ask(
                "Continue without answering? Give a reason, or Esc to go back",
                DialogIntent::OverrideGate,
            );
        }
        Refusal::NotAllReady { .. } => {
            let slot = model.clinic.as_ref().and_then(|clinic| slot_of(&clinic.focus).cloned());
            if let Some(slot) = slot {
                model.dialog =
                    ask("Reveal placements now? Give a reason", DialogIntent::RevealEarly(slot));
            }
        }
        Refusal::Incomplete { missing } => {
            completion_review::list_missing(model, missing.clone());
        }
        Refusal::Unacknowledged { warnings } => {
            let list: Vec<String> =
                warnings.iter().map(|one| format!("- {}", one.sentence())).collect();
            let mut options = vec!["Go back to the clinic".into(), "Complete anyway".into()];
            let hides = |clinic: &crate::app::ClinicScreen| {
                !crate::clinic::hidden_answers(&clinic.session).is_empty()
            };
            if model.clinic.as_ref().is_some_and(hides) {
                options.push("Keep the answers no longer asked for, at the end of the note".into());
            }
            model.dialog = Some(Dialog::Choose(Choose {
                title: "Check before completing".to_owned(),
                text: list.join("\n"),
                options,
                chosen: 0,
                purpose: DialogIntent::CompleteWithWarnings,
            }));
        }
        _ => model.warn(refusal.to_string()),
    }
}
