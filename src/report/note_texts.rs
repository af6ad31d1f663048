//! Every text that people wrote and a note shows, with its place in the form.

use uuid::Uuid;

use crate::clinic::{
    ActionDetails, ActionId, ActionStatus, Column, EarlierAction, Field, FieldKind, MatrixLine,
    ParticipantId, RatingState, Session, Slot, Value, form,
};

/// A text that people wrote.
#[derive(Clone, Copy, Debug)]
pub struct NoteText<'a> {
    /// The stage it is in, from 0.
    pub stage: usize,
    /// The field it is written in, if it can still be edited.
    pub place: Option<&'a TextPlace>,
    /// The field's question.
    pub label: &'a str,
    /// The text, which may be empty.
    pub text: &'a str,
}

/// A field that text is written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPlace {
    /// The answer to a question.
    Answer(Slot),
    /// One cell of a matrix.
    Cell(Slot, String, Column),
    /// Why a column of a matrix is empty.
    MatrixReason(Slot),
    /// One part of an action.
    ActionPart(ActionId, ActionText),
    /// The outcome of an action of an earlier note; the slot is that of the list.
    EarlierOutcome(Slot, Uuid, ActionId),
    /// The reasons for a placement.
    Basis(Slot),
    /// The profession of a participant.
    Profession(ParticipantId),
}

/// The parts of an action that are free text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionText {
    /// What will be done.
    What,
    /// Why.
    Why,
    /// The role that owns it.
    Owner,
    /// Its agency.
    Agency,
    /// How we will know that it helped.
    Measure,
}

/// Calls `see` with every text, stage by stage; texts that cannot be edited come after those of
/// their stage that can.
pub fn for_each_text(session: &Session, see: &mut impl FnMut(NoteText<'_>)) {
    for (stage, about) in session.template().stages.iter().enumerate() {
        let fields = form(session, stage);
        let mut see_in = |place: Option<TextPlace>, label: &str, text: &str| {
            see(NoteText { stage, place: place.as_ref(), label, text });
        };
        for field in &fields {
            editable_texts(field, &mut see_in);
        }
        if stage == 0 {
            for one in session.participants() {
                see_in(Some(TextPlace::Profession(one.id)), "Profession", &one.label);
            }
        }
        for pass in session.passes().iter().filter(|pass| pass.stage == about.id) {
            see_in(None, "Reason for continuing", &pass.reason);
        }
        for field in &fields {
            fixed_texts(field, &mut see_in);
        }
    }
    let last = session.template().stages.len().saturating_sub(1);
    let mut see_last = |label, text| see(NoteText { stage: last, place: None, label, text });
    for one in session.leftovers() {
        see_last(&one.question, &one.text);
    }
    for one in session.amendments() {
        see_last("Correction", &one.role);
        see_last("Correction", &one.reason);
        see_last("Correction", &one.text);
    }
    see_last("Reason for stopping", session.stop_reason().unwrap_or_default());
}

/// The texts of a field that can be edited where they stand.
fn editable_texts(field: &Field, see: &mut impl FnMut(Option<TextPlace>, &str, &str)) {
    let place = |place| Some(place).filter(|_| field.editable);
    let slot = || field.slot.clone();
    match &field.kind {
        FieldKind::Line | FieldKind::Text if field.editable => {
            if let Some(Value::Text(text)) = &field.value {
                see(Some(TextPlace::Answer(slot())), &field.label, text);
            }
        }
        FieldKind::Matrix { lines, reason } => {
            for (at, column) in Column::ALL.into_iter().enumerate() {
                for MatrixLine { domain, text, cells, .. } in lines {
                    let evidence = cells[at].as_ref().map_or("", |cell| &cell.evidence);
                    let cell = TextPlace::Cell(slot(), domain.clone(), column);
                    see(place(cell), text, evidence);
                }
            }
            let label = "If a column is empty, why?";
            see(place(TextPlace::MatrixReason(slot())), label, reason);
        }
        FieldKind::Actions(actions) => {
            for one in actions {
                let details = &one.details;
                let parts = [
                    (ActionText::What, "What will be done", &details.what),
                    (ActionText::Why, "Why", &details.why),
                    (ActionText::Owner, "Owner (role)", &details.owner),
                    (ActionText::Agency, "Agency", &details.agency),
                    (ActionText::Measure, "How we will know", &details.measure),
                ];
                for (part, label, text) in parts {
                    see(place(TextPlace::ActionPart(one.id, part)), label, text);
                }
            }
        }
        FieldKind::Rating(view) if view.state == RatingState::Agreed => {
            let label = "Reasons for this placement";
            see(place(TextPlace::Basis(slot())), label, &view.basis);
        }
        FieldKind::LastActions(actions) => {
            for one in actions.iter().filter(|one| takes_outcome(field, one)) {
                let label = "What did this change for a child, or what got in the way?";
                let outcome = TextPlace::EarlierOutcome(slot(), one.note, one.id);
                see(Some(outcome), label, &one.details.outcome);
            }
        }
        _ => {}
    }
}

/// The texts of a field that can only be read.
fn fixed_texts(field: &Field, see: &mut impl FnMut(Option<TextPlace>, &str, &str)) {
    let mut see = |label: &str, text: &str| see(None, label, text);
    match &field.kind {
        FieldKind::Rating(view) => {
            for round in [&view.first, &view.second].into_iter().flatten() {
                let reason = round.early.as_deref().unwrap_or_default();
                see("Reason for revealing placements early", reason);
            }
            for dissent in &view.dissent {
                see("Differing view", &dissent.reason);
            }
        }
        FieldKind::LastActions(actions) => {
            for one in actions {
                let ActionDetails { what, why, owner, measure, outcome, .. } = &one.details;
                for text in [what, why, owner, measure] {
                    see(&field.label, text);
                }
                if !takes_outcome(field, one) {
                    see(&field.label, outcome);
                }
            }
        }
        FieldKind::LastPlacements(placements) => {
            for one in placements {
                see(&field.label, &one.about);
            }
        }
        // Written before it could be read only.
        FieldKind::Line | FieldKind::Text if !field.editable => {
            if let Some(Value::Text(text)) = &field.value {
                see(&field.label, text);
            }
        }
        FieldKind::Actions(actions) => {
            for one in actions {
                see("Outcome of an action", &one.details.outcome);
            }
        }
        _ => {}
    }
}

/// Whether the meeting asks about the outcome of an action of an earlier note.
fn takes_outcome(field: &Field, action: &EarlierAction) -> bool {
    field.editable && action.before == ActionStatus::Open
}
