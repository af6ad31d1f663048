//! Ordinary people's mistakes: taken back, made again, brought back.

use super::apply_event::apply_event;
use crate::app::saving::save_now;
use crate::{
    app::{ChoiceIntent, Choose, Dialog, Effect, Model},
    clinic::{Event, RowId, UndoableChange, next_redo, next_undo, removed_rows},
};

/// Takes back the last change, and goes to where it was. One that stays is told of first, so that
/// nothing older goes unnoticed in its place.
pub(crate) fn undo(model: &mut Model) -> Vec<Effect> {
    if let Some(clinic) = &mut model.clinic
        && let Some(lasting) = clinic.tell_of_lasting()
    {
        let older = next_undo(&clinic.session).map_or_else(String::new, |step| {
            format!(" Ctrl-Z again undoes the change before it: {}.", named(&step))
        });
        model.show_notice(format!("{}{older}", lasting.sentence()));
        return Vec::new();
    }
    step(model, next_undo, Event::Undone, "Nothing to undo.", "Undone")
}

/// Makes again what was taken back, and goes to where it is.
pub(crate) fn redo(model: &mut Model) -> Vec<Effect> {
    step(model, next_redo, Event::Redone, "Nothing to redo.", "Redone")
}

fn step(
    model: &mut Model,
    next: fn(&crate::clinic::Session) -> Option<UndoableChange>,
    event: Event,
    nothing: &str,
    said: &str,
) -> Vec<Effect> {
    let Some(step) = model.clinic.as_ref().and_then(|clinic| next(&clinic.session)) else {
        model.show_notice(nothing);
        return Vec::new();
    };
    let mut effects = apply_event(model, event);
    if model.notice.is_some() {
        return effects;
    }
    let here = model.clinic.as_ref().map(|clinic| clinic.session.stage());
    if let Some(stage) = step.stage.filter(|stage| Some(*stage) != here) {
        effects.extend(apply_event(model, Event::StageOpened { stage }));
    }
    if let Some(clinic) = &mut model.clinic {
        if let Some(slot) = &step.slot {
            clinic.focus_on_slot(slot);
        }
        clinic.show_again();
    }
    model.show_notice(format!("{said}: {}.", named(&step)));
    effects
}

/// What is taken back, within a sentence.
fn named(step: &UndoableChange) -> &str {
    step.what.trim_end_matches(['.', '?'])
}

/// Asks which of the parts that were taken out comes back.
pub(crate) fn ask_what_comes_back(model: &mut Model) {
    let Some(clinic) = &model.clinic else { return };
    let removed = removed_rows(&clinic.session);
    if removed.is_empty() {
        return model.show_notice("Nothing has been removed since this clinic was opened.");
    }
    let options = removed.iter().map(|row| match row.about.as_str() {
        "" => format!("{} (nothing written)", row.title),
        about => format!("{}: {about}", row.title),
    });
    model.dialog = Some(Dialog::Choose(Choose {
        title: "What do you want to restore?".to_owned(),
        text: "Everything written in it is restored too.".to_owned(),
        options: options.collect(),
        chosen: 0,
        purpose: ChoiceIntent::RestoreRemoved(
            removed.iter().map(|row| (row.group.clone(), row.row)).collect(),
        ),
    }));
}

/// Brings it back.
pub(crate) fn bring_back(model: &mut Model, group: String, row: RowId) -> Vec<Effect> {
    let mut effects = apply_event(model, Event::RowBroughtBack { group, row });
    if let Some(clinic) = &mut model.clinic {
        clinic.focus_on_row(row);
    }
    if model.notice.is_none() {
        model.show_notice("Restored, with everything that was written in it.");
    }
    effects.extend(save_now(model));
    effects
}

/// Keeps the answers whose questions no longer apply, as lines of the note, and asks again to
/// complete it.
pub(crate) fn keep_hidden(model: &mut Model) -> Vec<Effect> {
    let hidden = model.clinic.as_ref().map(|clinic| crate::clinic::hidden_answers(&clinic.session));
    let mut effects = Vec::new();
    for answer in hidden.unwrap_or_default() {
        effects.extend(apply_event(model, Event::HiddenAnswerKept { slot: answer.slot }));
    }
    effects.extend(apply_event(model, Event::ClinicCompleted { acknowledged: false }));
    effects
}
