//! What has to hold before and after every event.

use jiff::Timestamp;
use proptest::prelude::*;

use crate::clinic::engine::{Memory, apply};
use crate::clinic::session::slots;
use crate::clinic::{
    Event, Field, FieldKind, Leftover, RatingState, RoundView, Session, Status, clock, completion,
    followed_up, form, from_document, hidden_answers, members_edition, next_redo, next_undo,
    rating_view, removed_rows, summary, to_document, what_changed,
};

/// Everything about the form that an undo has to give back.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    fields: Vec<Vec<Field>>,
    leftovers: Vec<Leftover>,
    citations: Vec<crate::clinic::Citation>,
}

fn seen(session: &Session) -> Seen {
    Seen {
        fields: (0..session.template().stages.len()).map(|at| form(session, at)).collect(),
        leftovers: session.leftovers().to_vec(),
        citations: session.citations().to_vec(),
    }
}

/// What was seen before each change that can be undone, and after each that can be made again.
#[derive(Default)]
pub(super) struct Watch {
    undo: Vec<Seen>,
    redo: Vec<Seen>,
}

impl Watch {
    pub(super) fn see(
        &mut self,
        before: &Session,
        event: &Event,
        after: &Session,
        taken: bool,
    ) -> Result<(), TestCaseError> {
        if !taken {
            prop_assert!(*event != Event::StageReturned, "back was refused");
            prop_assert!(before == after, "a refused event changed something");
            return Ok(());
        }
        prop_assert!(nothing_is_lost(before, after), "something is lost");
        prop_assert!(after.audit().starts_with(&before.audit()[..before.audit().len().max(1) - 1]));
        gates(before, event, after)?;
        secrets(before, event, after)?;
        self.undoing(before, event, after)?;
        Ok(())
    }

    fn undoing(
        &mut self,
        before: &Session,
        event: &Event,
        after: &Session,
    ) -> Result<(), TestCaseError> {
        let (undo, redo) = before.history.depth();
        let (undo_now, redo_now) = after.history.depth();
        match event {
            Event::Undone => {
                prop_assert_eq!((undo_now, redo_now), (undo - 1, redo + 1));
                let now = seen(after);
                if let Some(then) = self.undo.pop() {
                    prop_assert!(now == then, "undo did not return exactly");
                }
                self.redo.push(seen(before));
            }
            Event::Redone => {
                prop_assert_eq!((undo_now, redo_now), (undo + 1, redo - 1));
                let now = seen(after);
                if let Some(then) = self.redo.pop() {
                    prop_assert!(now == then, "redo did not return exactly");
                }
                self.undo.push(seen(before));
            }
            _ => {
                let shows = matches!(Memory::of(event), Memory::IrreversibleChange(_))
                    || matches!(event, Event::LanguageChosen(_));
                if shows || undo_now < undo {
                    self.undo.clear();
                    self.redo.clear();
                } else if undo_now > undo {
                    self.undo.push(seen(before));
                }
                if redo_now == 0 {
                    self.redo.clear();
                }
            }
        }
        Ok(())
    }
}

/// Everything that can be told of a session can be told, and back is open.
pub(super) fn look(session: &Session, now: Timestamp) -> Result<(), TestCaseError> {
    let mut back = session.clone();
    prop_assert!(apply(&mut back, Event::StageReturned, now).is_ok(), "back is blocked");
    seen(session);
    let told = (completion(session), hidden_answers(session), summary(session));
    prop_assert!(told.2.stage <= told.2.stages);
    clock(session, now);
    let _ = (next_undo(session), next_redo(session), removed_rows(session));
    let _ = (what_changed(session), followed_up(session));
    Ok(())
}

/// Its document is whole.
pub(super) fn read_back(session: &Session) -> Result<(), TestCaseError> {
    let read = from_document(&to_document(session));
    prop_assert!(read.as_ref() == Ok(session), "not read back equal: {:?}", read.err());
    Ok(())
}

/// What members read shows what the note shows, but for placements, which name nobody.
pub(super) fn members_read_the_same(session: &Session) -> Result<(), TestCaseError> {
    let edition = members_edition(session);
    prop_assert_eq!(members_edition(&edition), edition.clone(), "made twice it is another");
    for round in edition.ratings.iter().flat_map(|one| [Some(&one.first), one.second.as_ref()]) {
        let placed = round.map_or(&[][..], |round| &round.placed);
        prop_assert!(placed.iter().all(|one| one.participant.0 == 0), "somebody is named");
    }
    if !matches!(session.status(), Status::Completed | Status::Amended) {
        return Ok(());
    }
    for stage in 0..session.template().stages.len() {
        let shown = |session: &Session| {
            let fields = form(session, stage).into_iter();
            let is_rating = |field: &Field| matches!(field.kind, FieldKind::Rating(_));
            fields.filter(|field| !is_rating(field)).collect::<Vec<_>>()
        };
        prop_assert_eq!(shown(&edition), shown(session));
    }
    Ok(())
}

/// Every answer, cell, action and leftover that is gone is in the trail.
fn nothing_is_lost(before: &Session, after: &Session) -> bool {
    let told = |item: &str, old: &str| {
        // A run of typing keeps what stood at its longest.
        after.audit().iter().any(|line| {
            line.item == item && line.old.as_ref().is_some_and(|one| one.len() >= old.len())
        })
    };
    let answers = before.answers.iter().all(|answer| {
        after.answers.iter().any(|one| one.slot == answer.slot)
            || told(&answer.slot.item, &answer.value.plain())
    });
    let cells = before.matrix.iter().all(|cell| {
        let column = cell.column.title().to_lowercase();
        let item = format!("{}.{}.{column}", cell.slot.item, cell.domain);
        cell.evidence.is_empty()
            || after.cell(&cell.slot, &cell.domain, cell.column).is_some()
            || told(&item, &cell.evidence)
    });
    let actions = before.actions().iter().all(|action| {
        after.actions().iter().any(|one| one.id == action.id)
            || told(&format!("action {}", action.id.0), &action.details.what)
    });
    let leftovers = before.leftovers().iter().all(|one| {
        after.leftovers().contains(one)
            || after.answers.iter().any(|answer| answer.slot == one.slot)
            || told("leftovers", &one.text)
    });
    answers && cells && actions && leftovers
}

/// Nobody comes further than ever before past a gate that is open, but with a reason.
fn gates(before: &Session, event: &Event, after: &Session) -> Result<(), TestCaseError> {
    for stage in before.furthest()..after.furthest() {
        let id = &before.template().stages[stage].id;
        let passed = after.passes().iter().find(|pass| pass.stage == *id);
        if let Some(pass) = passed {
            prop_assert!(!pass.reason.trim().is_empty(), "passed without a reason");
            continue;
        }
        let reached: Vec<Field> = (0..=stage).flat_map(|at| form(before, at)).collect();
        for gate in &before.template().stages[stage].gate {
            let open = reached.iter().find(|field| {
                let plain =
                    !matches!(field.kind, FieldKind::Heading { .. } | FieldKind::AddRow { .. });
                field.slot.item == *gate && plain && field.editable && !field.answered
            });
            prop_assert!(open.is_none(), "{event:?} went past {gate}");
        }
    }
    Ok(())
}

/// What is not revealed shows nowhere, and what was revealed stays.
fn secrets(before: &Session, event: &Event, after: &Session) -> Result<(), TestCaseError> {
    for place in after.template().items() {
        for slot in slots(after, &place) {
            let Some(view) = rating_view(after, &slot) else { continue };
            let collecting = view.state == RatingState::Collecting;
            prop_assert_eq!(view.first.is_some(), !collecting);
            prop_assert!(!collecting || view.second.is_none() && view.outcome.is_none());
            prop_assert!(view.state != RatingState::SecondRound || view.second.is_none());
            prop_assert!(view.steps.iter().all(|step| step.count == 0));
            let placements = |round: RoundView| round.placements;
            let then = rating_view(before, &slot);
            let ratings_kept = after.rating(&slot).is_some() && before.rating(&slot).is_some();
            let then = then.and_then(|view| view.first).map(placements);
            if ratings_kept && then.is_some() {
                prop_assert_eq!(view.first.map(placements), then, "round one changed");
            }
        }
    }
    let quiet = matches!(
        event,
        Event::PlacedPrivately { .. }
            | Event::PlacedAgain { .. }
            | Event::PlacementReasonGiven { .. }
            | Event::PlacementWithdrawn { .. }
    );
    let same_trail = before.audit().len() == after.audit().len();
    prop_assert!(!quiet || same_trail, "the trail tells of a placement");
    prop_assert!(before.status() != Status::InProgress || after.updated() >= before.updated());
    Ok(())
}
