//! What an earlier note left, as controls: its actions, each with its status and outcome; its placements
//! to read; and at the end of the meeting what changed. What was agreed then is never changed here.

use super::control::{Control, ControlId, ControlKind, Pick, group_heading};
use crate::{
    clinic::{ActionStatus, EarlierAction, EarlierPlacement, Event, Field, Session, what_changed},
    text::show_date,
};

/// What may become of an action, in the order it is asked.
const MAY_BECOME: [(ActionStatus, &str); 3] = [
    (ActionStatus::Done, "Done"),
    (ActionStatus::Open, "Still open"),
    (ActionStatus::Dropped, "Dropped"),
];

/// The actions: those that were open are asked for, the others are read.
pub(crate) fn actions(field: &Field, actions: &[EarlierAction], out: &mut Vec<Control>) {
    out.push(Control { problem: field.problem.clone(), ..group_heading(field) });
    if actions.is_empty() {
        out.push(reading(field, 0, "The earlier note has no actions.".to_owned()));
    }
    for (at, one) in actions.iter().enumerate() {
        let number = format!("Action {} of {}", at + 1, actions.len());
        if one.before != ActionStatus::Open {
            let status = one.details.status.title();
            let mut parts = vec![format!("{number}, already {status}: {}", agreed(one))];
            parts.extend(Some(one.details.outcome.clone()).filter(|text| !text.trim().is_empty()));
            out.push(reading(field, at, parts.join(". ")));
            continue;
        }
        out.push(reading(field, at, format!("{number}: {}", agreed(one))));
        if field.editable {
            became(field, one, out);
        } else {
            out.push(reading(field, actions.len() + at, one.details.status.title().to_owned()));
        }
    }
}

fn became(field: &Field, one: &EarlierAction, out: &mut Vec<Control>) {
    let is = |status| one.followed_up.is_some() && one.details.status == status;
    let options = MAY_BECOME.map(|(status, text)| Pick::new(status.title(), text, is(status)));
    let id = ControlId::EarlierStatus(field.slot.clone(), one.note, one.id);
    let kind = ControlKind::one_of(options, true);
    let status = Control::new(id, "Is this action done?", kind).depth(field.depth + 1);
    out.push(Control { required: field.required, ..status });
    let id = ControlId::EarlierOutcome(field.slot.clone(), one.note, one.id);
    let label = "What did this change for a child, or what got in the way?";
    let outcome = Control::text(id, label, &one.details.outcome, false).depth(field.depth + 1);
    let measure = one.details.measure.trim();
    let hint = (!measure.is_empty()).then(|| format!("How we said we would know: {measure}"));
    out.push(Control { hint, ..outcome });
}

/// What was agreed, who owned it, and by when.
fn agreed(one: &EarlierAction) -> String {
    let details = &one.details;
    let who = [details.owner.trim(), details.agency.trim()].map(str::to_owned);
    let by = details.by.map_or(String::new(), |by| format!("by {}", show_date(by)));
    let facts: Vec<String> = who.into_iter().chain([by]).filter(|part| !part.is_empty()).collect();
    match facts.as_slice() {
        [] => details.what.trim().to_owned(),
        facts => format!("{} ({})", details.what.trim().trim_end_matches('.'), facts.join(", ")),
    }
}

/// The placements, as they were agreed.
pub(crate) fn placements(field: &Field, placements: &[EarlierPlacement], out: &mut Vec<Control>) {
    out.push(group_heading(field));
    for (at, one) in placements.iter().enumerate() {
        let number = if one.number > 0 { format!("{}. ", one.number) } else { String::new() };
        let about = if one.about.is_empty() { String::new() } else { format!(": {}", one.about) };
        out.push(reading(field, at, format!("{number}{}{about}", one.shown)));
    }
    if placements.is_empty() {
        out.push(reading(field, 0, "The earlier note has no agreed placements.".to_owned()));
    }
}

/// At the end of a follow-up: what changed since the earlier note.
pub(crate) fn changed(session: &Session, out: &mut Vec<Control>) {
    let lines = what_changed(session).map(|changed| changed.lines()).unwrap_or_default();
    if !lines.is_empty() {
        let id = ControlId::Heading("what changed".to_owned());
        out.push(Control::new(id, "What changed since last time", ControlKind::lines(lines)));
    }
}

fn reading(field: &Field, at: usize, text: String) -> Control {
    let id = ControlId::Heading(format!("{:?} {at}", field.slot));
    Control::reading(id, text).depth(field.depth + 1)
}

/// Returns the event of choosing the status of an action.
pub(crate) fn chosen(session: &Session, id: &ControlId, option: &Pick) -> Option<Event> {
    let one = action(session, id)?;
    let status = MAY_BECOME.into_iter().find(|(status, _)| status.title() == option.code)?.0;
    Some(told(one, status, one.details.outcome.clone()))
}

/// Returns the event of writing the outcome of an action.
pub(crate) fn written(session: &Session, id: &ControlId, outcome: String) -> Option<Event> {
    let one = action(session, id)?;
    Some(told(one, one.details.status, outcome))
}

fn action<'a>(session: &'a Session, id: &ControlId) -> Option<&'a EarlierAction> {
    let (ControlId::EarlierStatus(_, note, id) | ControlId::EarlierOutcome(_, note, id)) = id
    else {
        return None;
    };
    session.earlier()?.actions.iter().find(|one| one.note == *note && one.id == *id)
}

fn told(one: &EarlierAction, status: ActionStatus, outcome: String) -> Event {
    Event::EarlierActionFollowedUp { note: one.note, id: one.id, status, outcome }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::app::{ClinicScreen, Taken};
    use crate::clinic::{bundled_template, followed_up, practice_session};

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().expect("a timestamp")
    }

    /// The worked follow-up, at the stage of the last actions, on the first of them.
    fn at_the_actions() -> ClinicScreen {
        let bundled = bundled_template("follow-up-clinic").expect("bundled");
        let template = bundled.parse().expect("a template");
        let session = practice_session(&template, "example", bundled.example, now());
        let session = session.unwrap_or_else(|problem| panic!("{problem}"));
        let mut screen = ClinicScreen::open(None, session, now());
        screen.apply_event(Event::StageFinished, now()).expect("the gate is answered");
        screen
    }

    #[test]
    fn each_action_is_read_and_asked_for_and_what_is_chosen_shows_at_once() {
        let mut screen = at_the_actions();
        assert!(matches!(screen.focus, ControlId::EarlierStatus(..)), "{:?}", screen.focus);
        let readings = screen.controls().iter().map(|control| control.label.as_str());
        assert_eq!(readings.filter(|label| label.starts_with("Action ")).count(), 3);
        assert!(matches!(screen.choose_at(2, now()), Taken::Applied(Ok(_))));
        assert_eq!(followed_up(&screen.session)[0].status, ActionStatus::Dropped);
        screen.move_focus(true);
        assert!(matches!(screen.write("Not needed any more", now()), Taken::Applied(Ok(_))));
        let told = &followed_up(&screen.session)[0];
        assert_eq!(
            (told.status, told.outcome.as_str()),
            (ActionStatus::Dropped, "Not needed any more")
        );
    }

    #[test]
    fn the_last_stage_says_what_changed() {
        let mut screen = at_the_actions();
        let last = screen.session.template().stages.len() - 1;
        let mut controls = Vec::new();
        while screen.session.stage() < last {
            let reason = "Told before".to_owned();
            screen.apply_event(Event::StageSkipped { reason }, now()).expect("skipped");
        }
        changed(&screen.session, &mut controls);
        let [Control { kind: ControlKind::Picture { drawn: lines, .. }, .. }] = controls.as_slice()
        else {
            panic!("nothing changed");
        };
        assert!(lines.iter().any(|line| line.contains("2 done, 1 still open")), "{lines:?}");
        assert!(lines.iter().any(|line| line.ends_with("2 last time, 3 now")), "{lines:?}");
    }
}
