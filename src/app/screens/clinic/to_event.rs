//! Turns what was typed or chosen in a control into an event of the meeting.

use jiff::civil::Date;

use super::{
    control::{ActionPart, Control, ControlId, ControlKind},
    follow_up_controls, rating_controls,
};
use crate::{
    clinic::{
        ActionDetails, ActionId, Attendance, Certainty, Event, Participant, ParticipantId,
        PlacementMethod, Session, Slot, Value, WhyMissing,
    },
    text::parse_coming_date,
};

/// Returns the text of a control as an event; `None` while the text is not an answer yet and waits in
/// its field. Dates can be written as seen from `today`.
pub(crate) fn text(
    session: &Session,
    control: &Control,
    text: String,
    today: Date,
) -> Option<Event> {
    let ControlKind::Text { form, .. } = control.kind else { return None };
    Some(match &control.id {
        ControlId::Answer(slot) => {
            Event::Answered { slot: slot.clone(), value: form.value(&text, today)? }
        }
        ControlId::Cell(slot, domain, column) => Event::MatrixCellWritten {
            slot: slot.clone(),
            domain: domain.clone(),
            column: *column,
            evidence: text,
        },
        ControlId::MatrixReason(slot) => {
            Event::MatrixReasonWritten { slot: slot.clone(), reason: text }
        }
        ControlId::Basis(slot) => Event::BasisWritten { slot: slot.clone(), text },
        ControlId::EarlierOutcome(..) => follow_up_controls::written(session, &control.id, text)?,
        ControlId::ParticipantLabel(id) => {
            let one = participant(session, *id)?;
            changed(one, one.role.clone(), text)
        }
        ControlId::ActionPart(id, part) => Event::ActionChanged {
            id: *id,
            details: action_part(session, *id, *part, text, today)?,
        },
        _ => return None,
    })
}

/// Whether an option stands already, so that choosing it again changes nothing. Of several that may be
/// chosen together, each choice of one is undone by the next.
pub(crate) fn is_chosen(control: &Control, at: usize) -> bool {
    let ControlKind::Pick { options, many: false, .. } = &control.kind else { return false };
    options.get(at).is_some_and(|option| option.chosen)
}

/// The event of leaving out what is chosen; `None` where something always is.
pub(crate) fn clear(control: &Control) -> Option<Event> {
    match &control.id {
        ControlId::Answer(slot) | ControlId::WhyMissing(slot) => {
            Some(Event::Answered { slot: slot.clone(), value: None })
        }
        ControlId::Agreed(slot) => Some(Event::PlacementReopened { slot: slot.clone() }),
        _ => None,
    }
}

/// The event of choosing an option; where several may be chosen, of ticking it or removing its tick.
pub(crate) fn pick(session: &Session, control: &Control, at: usize) -> Option<Event> {
    let ControlKind::Pick { options, many, .. } = &control.kind else { return None };
    let option = options.get(at)?;
    Some(match &control.id {
        ControlId::Answer(slot) => {
            let value = if *many {
                let mut codes: Vec<String> = options
                    .iter()
                    .filter(|one| one.chosen != (one.code == option.code))
                    .map(|one| one.code.clone())
                    .collect();
                codes = alone(session, slot, codes, &option.code);
                (!codes.is_empty()).then_some(Value::Choices(codes))
            } else {
                let place = session.template().item(&slot.item)?;
                Some(place.item.kind.value_of_code(&option.code))
            };
            Event::Answered { slot: slot.clone(), value }
        }
        ControlId::WhyMissing(slot) => {
            let why = WhyMissing::ALL.into_iter().find(|why| why.code() == option.code)?;
            Event::Answered { slot: slot.clone(), value: Some(Value::Missing(why)) }
        }
        ControlId::EarlierStatus(..) => follow_up_controls::chosen(session, &control.id, option)?,
        ControlId::PlacementMethod(_) => {
            let way = PlacementMethod::ALL.into_iter().find(|way| way.title() == option.code)?;
            Event::PlacementMethodChosen(way)
        }
        ControlId::Agreed(slot) => Event::PlacementAgreed {
            slot: slot.clone(),
            outcome: rating_controls::outcome(&option.code),
        },
        ControlId::ParticipantRole(id) => {
            let one = participant(session, *id)?;
            changed(one, option.code.clone(), one.label.clone())
        }
        ControlId::Attendance(id) => {
            let one = participant(session, *id)?;
            let (id, role, label) = (one.id, one.role.clone(), one.label.clone());
            let attendance = Attendance::ALL.into_iter().find(|way| way.title() == option.code)?;
            Event::ParticipantChanged { id, role, label, attendance }
        }
        _ => return None,
    })
}

/// The event of saying how we know an answer: each call goes on to the next way, and from the last to
/// the first.
pub(crate) fn know(control: &Control) -> Option<Event> {
    let known = control.known.as_ref()?;
    let is_chosen = |(code, _): &(String, String)| Some(code) == known.chosen.as_ref();
    let next = known.options.iter().position(is_chosen).map_or(0, |at| at + 1);
    let (code, _) = known.options.get(next).or(known.options.first())?;
    know_as(control, code)
}

/// The event of saying how we know an answer of which nobody said so, as it is usual in the stage.
pub(crate) fn know_as_usual(control: &Control, usual: Certainty) -> Option<Event> {
    let known = control.known.as_ref().filter(|known| known.chosen.is_none())?;
    let (code, _) = known.options.iter().find(|(code, _)| code == usual.title())?;
    know_as(control, code)
}

fn know_as(control: &Control, code: &str) -> Option<Event> {
    let known = control.known.as_ref()?;
    Some(match (&known.slot, &control.id) {
        (Some(slot), _) => {
            let value = Some(Value::Choice(code.to_owned()));
            Event::Answered { slot: slot.clone(), value }
        }
        (None, ControlId::Cell(slot, domain, column)) => Event::MatrixCertaintyGiven {
            slot: slot.clone(),
            domain: domain.clone(),
            column: *column,
            sureness: Certainty::ALL.into_iter().find(|one| one.title() == code),
        },
        _ => return None,
    })
}

/// An exclusive option stands alone: choosing it drops the others, choosing another drops it.
fn alone(session: &Session, slot: &Slot, codes: Vec<String>, newest: &str) -> Vec<String> {
    let Some(place) = session.template().item(&slot.item) else { return codes };
    let exclusive = |code: &str| {
        place.item.options.iter().any(|option| option.code == code && option.exclusive)
    };
    if codes.iter().any(|code| code == newest) && exclusive(newest) {
        return vec![newest.to_owned()];
    }
    codes.into_iter().filter(|code| code == newest || !exclusive(code)).collect()
}

fn participant(session: &Session, id: ParticipantId) -> Option<&Participant> {
    session.participants().iter().find(|one| one.id == id)
}

fn changed(one: &Participant, role: String, label: String) -> Event {
    Event::ParticipantChanged { id: one.id, role, label, attendance: one.attendance() }
}

fn action_part(
    session: &Session,
    id: ActionId,
    part: ActionPart,
    text: String,
    today: Date,
) -> Option<ActionDetails> {
    let mut details = session.actions().iter().find(|one| one.id == id)?.details.clone();
    match part {
        ActionPart::What => details.what = text,
        ActionPart::Why => details.why = text,
        ActionPart::Owner => details.owner = text,
        ActionPart::Agency => details.agency = text,
        ActionPart::Measure => details.measure = text,
        ActionPart::By if text.trim().is_empty() => details.by = None,
        ActionPart::By => details.by = Some(parse_coming_date(&text, today)?),
    }
    Some(details)
}
