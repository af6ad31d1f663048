//! What was found in the whole note before it is completed.

use super::{
    apply_event::apply_event,
    refusal_dialogs::{KEY, missing_dialog},
};
use crate::{
    app::{ChoiceIntent, Choose, Dialog, Effect, Model},
    clinic::{ConstraintSeverity, Event, Missing, completion},
    report::{NoteScan, scan_note},
};

/// Lists what is missing; if nothing is, asks whether to complete, with what was found in the note.
pub(crate) fn ask_completion(model: &mut Model) {
    let missing = model.clinic.as_ref().map(|clinic| completion(&clinic.session));
    let mut missing = missing.unwrap_or_default();
    missing.retain(|one| one.severity == ConstraintSeverity::Error);
    if !missing.is_empty() {
        model.dialog = Some(missing_dialog(missing));
        return;
    }
    let Some(found) = found(model) else { return };
    let columns = usize::from(model.size.dialog(70, 10).width.saturating_sub(4));
    let mut text =
        "A completed note can no longer be edited. You can add corrections.\n".to_owned();
    text.push_str(&found.lines(columns).join("\n"));
    let mut options = vec!["Not yet".into(), "Complete the clinic".into()];
    if !found.is_empty() {
        options.push("Go to the first of these".into());
    }
    model.dialog = Some(Dialog::Choose(Choose {
        title: "Complete the clinic?".to_owned(),
        text,
        options,
        chosen: 0,
        purpose: ChoiceIntent::Complete,
    }));
}

/// Goes to what is missing, and says what it is.
pub(crate) fn go_to_missing(model: &mut Model, missing: &Missing) -> Vec<Effect> {
    let here = model.clinic.as_ref().map(|clinic| clinic.session.stage());
    let mut effects = Vec::new();
    if here != Some(missing.stage) {
        effects = apply_event(model, Event::StageOpened { stage: missing.stage });
    }
    if let Some(clinic) = &mut model.clinic {
        clinic.focus_on_missing(missing);
    }
    if model.notice.is_none() {
        let key = if missing.how_known { KEY } else { "" };
        model.show_notice(format!("{}{key}", missing.sentence()));
    }
    effects
}

/// Goes to the first place that was found.
pub(crate) fn go_to_first(model: &mut Model) -> Vec<Effect> {
    let found = found(model);
    let Some(finding) = found.as_ref().and_then(NoteScan::first) else { return Vec::new() };
    let effects = apply_event(model, Event::StageOpened { stage: finding.stage });
    if let Some(clinic) = &mut model.clinic {
        clinic.go_to_finding(finding);
    }
    effects
}

fn found(model: &Model) -> Option<NoteScan> {
    let clinic = model.clinic.as_ref()?;
    Some(scan_note(&clinic.session, clinic.names(), model.today()))
}
