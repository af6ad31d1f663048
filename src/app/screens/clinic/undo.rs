//! Undo and redo across the form, and restoring what was removed.

use super::apply_event::apply_event;
use crate::{
    app::{ChoiceIntent, Model},
    clinic::{Event, RowId, Session, UndoableChange, next_redo, next_undo, removed_rows},
};

/// Undoes the last change, and goes to where it was. A change that cannot be undone is named first, so
/// that nothing older goes unnoticed in its place.
pub(crate) fn undo(model: &mut Model) {
    if let Some(clinic) = &mut model.clinic
        && let Some(lasting) = clinic.tell_of_lasting()
    {
        let older = next_undo(&clinic.session).map_or_else(String::new, |step| {
            format!(" Ctrl-Z again undoes the change before it: {}.", named(&step))
        });
        return model.show_notice(format!("{}{older}", lasting.sentence()));
    }
    step(model, next_undo, Event::Undone, "Nothing to undo.", "Undone");
}

/// Makes again what was undone, and goes to where it is.
pub(crate) fn redo(model: &mut Model) {
    step(model, next_redo, Event::Redone, "Nothing to redo.", "Redone");
}

fn step(
    model: &mut Model,
    next: fn(&Session) -> Option<UndoableChange>,
    event: Event,
    nothing: &str,
    said: &str,
) {
    let Some(step) = model.clinic.as_ref().and_then(|clinic| next(&clinic.session)) else {
        return model.show_notice(nothing);
    };
    apply_event(model, event);
    if model.notice.is_some() {
        return;
    }
    let here = model.clinic.as_ref().map(|clinic| clinic.session.stage());
    if let Some(stage) = step.stage.filter(|stage| Some(*stage) != here) {
        apply_event(model, Event::StageOpened { stage });
    }
    if let Some(clinic) = &mut model.clinic {
        if let Some(slot) = &step.slot {
            clinic.focus_on_slot(slot);
        }
        clinic.show_again();
    }
    model.show_notice(format!("{said}: {}.", named(&step)));
}

/// What is undone, within a sentence.
fn named(step: &UndoableChange) -> &str {
    step.what.trim_end_matches(['.', '?'])
}

/// Asks which of the parts that were removed is restored.
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
    let rows = removed.iter().map(|row| (row.group.clone(), row.row)).collect();
    model.offer(
        "What do you want to restore?",
        "Everything written in it is restored too.",
        options,
        ChoiceIntent::RestoreRemoved(rows),
    );
}

pub(crate) fn bring_back(model: &mut Model, group: String, row: RowId) {
    apply_event(model, Event::RowBroughtBack { group, row });
    if let Some(clinic) = &mut model.clinic {
        clinic.focus_on_row(row);
    }
    model.show_outcome("Restored, with everything that was written in it.");
    model.save_now();
}
