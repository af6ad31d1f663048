//! What a person sees when the machine of the meeting did not take something, and how they go on.

use crate::{
    app::{
        Ask, ChoiceIntent, Choose, Dialog, Editor, Model, TextIntent, dialogs::prompts::ReasonFor,
        screens::clinic::controls::slot_of,
    },
    clinic::{Event, Missing, Refusal},
};

/// The key that says how an answer is known.
pub(crate) const KEY: &str = " (F4)";

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
            model.dialog = ask(
                "Continue without answering? Give a reason, or Esc to go back",
                TextIntent::Reason(ReasonFor::OverridingGate),
            );
        }
        Refusal::NotAllReady { .. } => {
            let slot = model.clinic.as_ref().and_then(|clinic| slot_of(&clinic.focus).cloned());
            if let Some(slot) = slot {
                model.dialog = ask(
                    "Reveal placements now? Give a reason",
                    TextIntent::Reason(ReasonFor::RevealingEarly(slot)),
                );
            }
        }
        Refusal::Incomplete { missing } => {
            model.dialog = Some(missing_dialog(missing.clone()));
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
                purpose: ChoiceIntent::CompleteWithWarnings,
            }));
        }
        _ => model.warn(refusal.to_string()),
    }
}

/// Lists what stands in the way of completing, to be gone to.
pub(crate) fn missing_dialog(missing: Vec<Missing>) -> Dialog {
    let options = missing.iter().map(|one| {
        format!("Stage {}: {}{}", one.stage + 1, one.message, if one.how_known { KEY } else { "" })
    });
    Dialog::Choose(Choose {
        title: match missing.len() {
            1 => "1 answer still needed".to_owned(),
            many => format!("{many} answers still needed"),
        },
        text: "Enter: go to the selected one. The clinic is not completed yet.".to_owned(),
        options: options.collect(),
        chosen: 0,
        purpose: ChoiceIntent::GoToMissing(missing),
    })
}
