//! Small completed notes for tests: a clinic whose answers all count, and an audit.

use jiff::{SignedDuration, Timestamp, civil::Date};
use uuid::Uuid;

use crate::clinic::{
    ActionDetails, ActionStatus, Event, Outcome, Private, Session, Slot, Template, Value, apply,
};

const CLINIC: &str = r#"
schema = 1
[template]
id = "small-clinic"
version = "1"
status = "active"
title = "=Small clinic"
about = "case"
purpose = "For tests."
minutes = 10
[[role]]
id = "consultant"
title = "Consultant"
does = "Thinks along."
[[stage]]
id = "talk"
title = "Talk"
minutes = 5
item = [
  { id = "question", type = "text", text = "Question", sensitivity = "free_text" },
  { id = "confidence_before", type = "scale", text = "Before", min = 1, max = 5 },
  { id = "children", type = "group", text = "Child", repeats = true, item = [
    { id = "child_role", type = "choice", text = "Role", options = [{ code = "displayed", text = "Showed" }, { code = "harmed", text = "Harmed" }, { code = "both", text = "Both" }, { code = "present", text = "Saw it" }] },
    { id = "child_age", type = "integer", text = "Age" },
  ] },
  { id = "behaviour", type = "group", text = "Behaviour", repeats = true, min_occurs = 1, item = [
    { id = "technology_assisted", type = "choice", text = "Online?", options = [{ code = "yes", text = "Yes" }, { code = "no", text = "No" }] },
  ] },
  { id = "settings", type = "multi_choice", text = "Where?", options = [{ code = "school", text = "School" }, { code = "home", text = "Home" }] },
  { id = "placement", type = "rating", text = "Where does it sit?", for_each = "behaviour", line_after = "problematic", options = [
    { code = "typical", text = "Typical" }, { code = "inappropriate", text = "Inappropriate" }, { code = "problematic", text = "Problematic" },
    { code = "abusive", text = "Abusive" }, { code = "violent", text = "Violent" }, { code = "not_enough_information", text = "Not enough information", exclusive = true },
  ] },
]
[[stage]]
id = "plan"
title = "Plan"
minutes = 5
item = [
  { id = "response_level", type = "choice", text = "Response", options = [{ code = "universal", text = "Universal" }, { code = "targeted", text = "Targeted" }, { code = "specialist", text = "Specialist" }] },
  { id = "actions", type = "actions", text = "Actions", sensitivity = "free_text" },
  { id = "confidence_after", type = "scale", text = "After", min = 1, max = 5 },
]
[[stage]]
id = "close"
title = "Close"
minutes = 0
item = [{ id = "last_word", type = "text", text = "Last word", sensitivity = "free_text" }]
"#;

const AUDIT: &str = r#"
schema = 1
[template]
id = "small-audit"
version = "1"
status = "active"
title = "Small audit"
about = "service"
purpose = "For tests."
minutes = 10
[[role]]
id = "facilitator"
title = "Facilitator"
does = "Keeps time."
[[stage]]
id = "prevention"
title = "Prevention"
minutes = 5
item = [
  { id = "one", type = "scale", text = "One", min = 0, max = 3, options = [{ code = "0", text = "Not yet", score = 0 }, { code = "3", text = "In place", score = 3 }] },
  { id = "two", type = "choice", text = "Two", options = [{ code = "yes", text = "Yes", score = 2 }, { code = "no", text = "No", score = 0 }, { code = "not_known", text = "Not known" }] },
  { id = "gap", type = "text", text = "Gap", sensitivity = "free_text" },
]
[[stage]]
id = "responses"
title = "Responses"
minutes = 5
item = [{ id = "three", type = "scale", text = "Three", min = 0, max = 3, options = [{ code = "0", text = "Not yet", score = 0 }, { code = "3", text = "In place", score = 3 }] }]
"#;

/// What goes into a note.
pub(super) struct Meeting {
    pub(super) case_key: String,
    pub(super) day: &'static str,
    pub(super) practice: bool,
    pub(super) answers: Vec<(&'static str, Value)>,
    pub(super) children: Vec<(&'static str, i64)>,
    pub(super) first: Vec<&'static str>,
    pub(super) second: Vec<&'static str>,
    pub(super) outcome: Outcome,
    pub(super) online: Option<&'static str>,
    pub(super) skip_plan: bool,
    /// By when, and after how many days it was done; None while it is open.
    pub(super) actions: Vec<(&'static str, Option<i64>)>,
}

impl Meeting {
    pub(super) fn about(case_key: &str, day: &'static str) -> Self {
        Self {
            case_key: case_key.to_owned(),
            day,
            practice: false,
            answers: Vec::new(),
            children: Vec::new(),
            first: vec!["problematic", "problematic"],
            second: Vec::new(),
            outcome: Outcome::Placed("problematic".to_owned()),
            online: None,
            skip_plan: false,
            actions: Vec::new(),
        }
    }
}

/// A completed supervision, which asks for confidence and agrees an action as a clinic does.
pub(super) fn supervision(told: &Meeting) -> Session {
    let about = ("about = \"case\"", "about = \"supervision\"");
    played(&CLINIC.replacen(about.0, about.1, 1), told)
}

fn did(session: &mut Session, event: Event, at: Timestamp) {
    let told = format!("{event:?}");
    apply(session, event, at).unwrap_or_else(|refusal| panic!("{told}: {refusal}"));
}

fn started(template: &str, case_key: &str, day: &str, practice: bool) -> (Session, Timestamp) {
    let template = Template::parse("fixture.toml", template);
    let template = template.unwrap_or_else(|problems| panic!("{problems:?}"));
    let at: Timestamp = format!("{day}T10:00:00Z").parse().expect("a time");
    (Session::start(template, Uuid::new_v4(), case_key, practice, at), at)
}

fn answer(session: &mut Session, slot: Slot, value: Value, at: Timestamp) {
    did(session, Event::Answered { slot, value: Some(value) }, at);
}

/// A clinic, played to its end.
pub(super) fn clinic(told: &Meeting) -> Session {
    played(CLINIC, told)
}

fn played(template: &str, told: &Meeting) -> Session {
    let (mut own, at) = started(template, &told.case_key, told.day, told.practice);
    let session = &mut own;
    for label in ["nurse", "teacher"] {
        let (role, label) = ("consultant".to_owned(), label.to_owned());
        did(session, Event::ParticipantAdded { role, label }, at);
    }
    let secret = Value::Text("SECRET Tom of LS1 4AP".to_owned());
    answer(session, Slot::once("question"), secret, at);
    for (role, age) in &told.children {
        did(session, Event::RowAdded { group: "children".to_owned() }, at);
        let row = *session.rows("children").last().expect("a row");
        answer(session, Slot::in_row("child_role", row), Value::Choice((*role).to_owned()), at);
        answer(session, Slot::in_row("child_age", row), Value::Integer(*age), at);
    }
    let row = session.rows("behaviour")[0];
    if let Some(online) = told.online {
        let value = Value::Choice(online.to_owned());
        answer(session, Slot::in_row("technology_assisted", row), value, at);
    }
    let slot = Slot::in_row("placement", row);
    let who: Vec<_> = session.participants().iter().map(|one| one.id).collect();
    for (participant, code) in who.iter().zip(&told.first) {
        let (slot, code) = (slot.clone(), Private::new(code));
        did(session, Event::PlacedPrivately { slot, participant: *participant, code }, at);
    }
    did(session, Event::PlacementsRevealed { slot: slot.clone(), reason: None }, at);
    if !told.second.is_empty() {
        did(session, Event::SecondRoundOpened { slot: slot.clone() }, at);
        for (participant, code) in who.iter().zip(&told.second) {
            let (slot, code) = (slot.clone(), Private::new(code));
            did(session, Event::PlacedAgain { slot, participant: *participant, code }, at);
        }
        did(session, Event::PlacementsRevealed { slot: slot.clone(), reason: None }, at);
    }
    let outcome = told.outcome.clone();
    did(session, Event::PlacementAgreed { slot: slot.clone(), outcome }, at);
    did(session, Event::BasisWritten { slot, text: "SECRET".to_owned() }, at);
    let mut added = Vec::new();
    for (by, _) in &told.actions {
        let by: Option<Date> = by.parse().ok();
        let details = ActionDetails {
            what: "SECRET".to_owned(),
            owner: "SECRET".to_owned(),
            by,
            ..ActionDetails::default()
        };
        did(session, Event::ActionAdded { item: "actions".to_owned(), details }, at);
        added.push(session.actions().last().expect("an action").id);
    }
    for (item, value) in &told.answers {
        answer(session, Slot::once(item), value.clone(), at);
    }
    did(session, Event::StageFinished, at);
    let reason = "SECRET".to_owned();
    let on = if told.skip_plan { Event::StageSkipped { reason } } else { Event::StageFinished };
    did(session, on, at);
    did(session, Event::ClinicCompleted { acknowledged: true }, at);
    for (id, (_, days)) in added.into_iter().zip(&told.actions) {
        let Some(days) = days else { continue };
        let at = at + SignedDuration::from_hours(24 * days);
        let (status, outcome) = (ActionStatus::Done, "SECRET".to_owned());
        did(session, Event::ActionFollowedUp { id, status, outcome }, at);
    }
    own
}

/// An audit with these answers, played to its end.
pub(super) fn audit(day: &str, answers: &[(&str, Value)]) -> Session {
    let (mut session, at) = started(AUDIT, "OWL-1", day, false);
    for (item, value) in answers {
        answer(&mut session, Slot::once(item), value.clone(), at);
    }
    did(&mut session, Event::StageFinished, at);
    did(&mut session, Event::ClinicCompleted { acknowledged: true }, at);
    session
}

/// A follow-up of a clinic, in the same format, that records these statuses of its actions on these
/// days, counted from the clinic. It is left a draft.
pub(super) fn followed_up(earlier: &Session, said: &[(ActionStatus, i64)]) -> Session {
    let template = Template::parse("fixture.toml", CLINIC);
    let template = template.unwrap_or_else(|problems| panic!("{problems:?}"));
    let (id, at) = (Uuid::new_v4(), earlier.started());
    let mut own = Session::follow_up(template, id, earlier, "revision 1", &[], at);
    for action in earlier.actions() {
        for (status, days) in said {
            let (at, note) = (at + SignedDuration::from_hours(24 * days), earlier.id());
            let (id, status, outcome) = (action.id, *status, "SECRET".to_owned());
            did(&mut own, Event::EarlierActionFollowedUp { note, id, status, outcome }, at);
        }
    }
    own
}
