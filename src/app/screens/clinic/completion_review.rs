//! What was found in the whole note before it is completed.

use super::apply_event::{KEY, apply_event, offer_missing};
use crate::{
    app::{ChoiceIntent, Model},
    clinic::{ConstraintSeverity, Event, Missing, completion, hidden_answers},
    report::{NoteScan, scan_note},
};

/// Lists what is missing; if nothing is, asks whether to complete, with what was found in the note.
pub(crate) fn ask_completion(model: &mut Model) {
    let missing = model.clinic.as_ref().map(|clinic| completion(&clinic.session));
    let mut missing = missing.unwrap_or_default();
    missing.retain(|one| one.severity == ConstraintSeverity::Error);
    if !missing.is_empty() {
        return offer_missing(model, missing);
    }
    let Some(found) = found(model) else { return };
    let columns = usize::from(model.size.dialog(70, 10).width.saturating_sub(4));
    let mut text =
        "A completed note can no longer be edited. You can add corrections.\n".to_owned();
    text.push_str(&found.lines(columns).join("\n"));
    let mut options = vec!["Not yet", "Complete the clinic"];
    if !found.is_empty() {
        options.push("Go to the first of these");
    }
    model.offer("Complete the clinic?", text, options, ChoiceIntent::Complete);
}

/// Goes to what is missing, and says what it is.
pub(crate) fn go_to_missing(model: &mut Model, missing: &Missing) {
    let here = model.clinic.as_ref().map(|clinic| clinic.session.stage());
    if here != Some(missing.stage) {
        apply_event(model, Event::StageOpened { stage: missing.stage });
    }
    if let Some(clinic) = &mut model.clinic {
        clinic.focus_on_missing(missing);
    }
    let key = if missing.how_known { KEY } else { "" };
    model.show_outcome(format!("{}{key}", missing.sentence()));
}

/// Goes to the first place that was found.
pub(crate) fn go_to_first(model: &mut Model) {
    let found = found(model);
    let Some(finding) = found.as_ref().and_then(NoteScan::first) else { return };
    apply_event(model, Event::StageOpened { stage: finding.stage });
    if let Some(clinic) = &mut model.clinic {
        clinic.go_to_finding(finding);
    }
}

fn found(model: &Model) -> Option<NoteScan> {
    let clinic = model.clinic.as_ref()?;
    Some(scan_note(&clinic.session, clinic.names(), model.today()))
}

/// Keeps the answers whose questions no longer apply, as lines of the note, and asks again to
/// complete it.
pub(crate) fn keep_hidden(model: &mut Model) {
    let hidden = model.clinic.as_ref().map(|clinic| hidden_answers(&clinic.session));
    for answer in hidden.unwrap_or_default() {
        apply_event(model, Event::HiddenAnswerKept { slot: answer.slot });
    }
    apply_event(model, Event::ClinicCompleted { acknowledged: false });
}
