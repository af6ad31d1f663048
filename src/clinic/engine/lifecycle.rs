//! The beginning and the end of a meeting, and what may still happen to its note.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use uuid::Uuid;

use super::{ApplyResult, AuditLine, long_text, one_line, reason, record, rows};
use crate::clinic::event::{Event, SessionEffect};
use crate::clinic::form::completion::completion;
use crate::clinic::rating::PlacementMethod;
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{Amendment, ClockState, History, SCHEMA, Session, Share, Status};
use crate::clinic::template::translated::Language;
use crate::clinic::template::{ConstraintSeverity, Template};
use crate::text::clean_line;

pub(super) fn apply(session: &mut Session, event: Event, at: Timestamp) -> ApplyResult {
    match event {
        Event::ClinicCompleted { acknowledged } => complete(session, acknowledged, at),
        Event::ClinicStopped { reason: why } => {
            let why = reason(&why, "stop the clinic")?;
            session.stop_reason = Some(why.clone());
            become_(session, Status::Stopped, Some(why), at);
            Ok(vec![SessionEffect::Stop])
        }
        Event::MarkedEnteredInError { reason: why } => in_error(session, &why, at),
        Event::AmendmentWritten { .. } => {
            Err(Refusal::NotNow { why: "This note is still a draft. Change it directly." })
        }
        Event::Shared { .. } => {
            Err(Refusal::NotNow { why: "This note is still a draft. Complete it, then share it." })
        }
        Event::ClinicResumed => Err(Refusal::NotNow { why: "The clinic is already running." }),
        other => super::misrouted(&other),
    }
}

/// Events on a note that is no longer being written.
pub(super) fn after_the_end(session: &mut Session, event: Event, at: Timestamp) -> ApplyResult {
    if let Some(stage) = super::stages::leaf(session, &event) {
        session.stage = stage;
        return Ok(Vec::new());
    }
    let status = session.status;
    match event {
        Event::DraftOpened | Event::TimePassed => Ok(Vec::new()),
        Event::LanguageChosen(language) => {
            session.language = language;
            Ok(Vec::new())
        }
        Event::ClinicResumed if status == Status::Stopped => {
            session.clock.skip_to(at);
            session.stop_reason = None;
            // Reading on in a stopped note leads past gates; going on does not.
            session.stage = session.stage.min(session.furthest);
            become_(session, Status::InProgress, None, at);
            Ok(vec![SessionEffect::SaveDraft])
        }
        _ if status == Status::EnteredInError => Err(Refusal::Closed { status }),
        Event::MarkedEnteredInError { reason: why } => in_error(session, &why, at),
        Event::ActionFollowedUp { id, status, outcome } => {
            super::action::follow_up(session, id, status, &outcome, at).map(|effect| vec![effect])
        }
        Event::AmendmentWritten { reason: why, text } if status != Status::Stopped => {
            let why = reason(&why, "add a correction")?;
            let text = long_text(&text)?.trim().to_owned();
            if text.is_empty() {
                return Err(Refusal::Blank { what: "the correction" });
            }
            let new = Some(text.clone());
            session.amendments.push(Amendment { at, reason: why.clone(), text });
            session.status = Status::Amended;
            record(
                session,
                at,
                AuditLine { item: "amendment", new, why: Some(why), ..AuditLine::default() },
            );
            Ok(vec![SessionEffect::Amend])
        }
        Event::Shared { with, key, reason } if status != Status::Stopped => {
            share(session, &with, &key, &reason, at)
        }
        _ => Err(Refusal::Closed { status }),
    }
}

fn complete(session: &mut Session, acknowledged: bool, at: Timestamp) -> ApplyResult {
    let all = completion(session);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|one| one.severity == ConstraintSeverity::Error);
    if !errors.is_empty() {
        return Err(Refusal::Incomplete { missing: errors });
    }
    if !warnings.is_empty() && !acknowledged {
        return Err(Refusal::Unacknowledged { warnings });
    }
    for warning in &warnings {
        let (new, why) = (Some("acknowledged".to_owned()), Some(warning.message.clone()));
        record(session, at, AuditLine { item: "warning", new, why, ..AuditLine::default() });
    }
    super::answers::drop_hidden(session, at);
    for result in session.calculated.clone() {
        let (new, why) = (Some(result.value.plain()), Some("calculated at completion".to_owned()));
        let (item, row) = (result.slot.item.as_str(), result.slot.row);
        record(session, at, AuditLine { item, row, new, why, ..AuditLine::default() });
    }
    become_(session, Status::Completed, None, at);
    Ok(vec![SessionEffect::Complete])
}

fn share(session: &mut Session, with: &str, key: &str, why: &str, at: Timestamp) -> ApplyResult {
    if !session.template.about.subject().is_private() {
        return Err(Refusal::NotNow {
            why: "Only supervision notes need sharing. Members who were added before this note was \
                  completed can already open it.",
        });
    }
    let why = reason(why, "share this note")?;
    let (with, key) = (one_line(with)?, one_line(key)?);
    if session.shares.iter().any(|one| one.key == key) {
        return Err(Refusal::NotNow { why: "This note is already shared with them." });
    }
    let new = Some(format!("{with}, key {key}"));
    session.shares.push(Share { at, with, key, reason: why.clone() });
    record(
        session,
        at,
        AuditLine { item: "shared with", new, why: Some(why), ..AuditLine::default() },
    );
    Ok(vec![SessionEffect::Amend])
}

fn in_error(session: &mut Session, why: &str, at: Timestamp) -> ApplyResult {
    let why = reason(why, "mark this note as entered in error")?;
    become_(session, Status::EnteredInError, Some(why), at);
    Ok(vec![SessionEffect::Amend])
}

fn become_(session: &mut Session, status: Status, why: Option<String>, at: Timestamp) {
    let old = Some(session.status.title().to_owned());
    session.status = status;
    let new = Some(status.title().to_owned());
    record(session, at, AuditLine { item: "status", old, new, why, ..AuditLine::default() });
}

impl Session {
    /// A new session at its first stage, with its clock running. `id` and `case_key` come from
    /// outside ([`case_key`](crate::clinic::case_key)), because this module has no random numbers.
    pub fn start(
        template: Template,
        id: Uuid,
        case_key: &str,
        practice: bool,
        at: Timestamp,
    ) -> Self {
        let mut session = Self {
            schema: SCHEMA,
            id,
            case_key: clean_line(case_key),
            practice,
            language: Language::En,
            status: Status::InProgress,
            started: at,
            updated: at,
            stage: 0,
            furthest: 0,
            placing: PlacementMethod::default(),
            next_number: 1,
            passes: Vec::new(),
            stop_reason: None,
            matrix_reasons: Vec::new(),
            clock: ClockState::start(template.stages.len(), at),
            rows: BTreeMap::new(),
            within: Vec::new(),
            participants: Vec::new(),
            answers: Vec::new(),
            calculated: Vec::new(),
            leftovers: Vec::new(),
            ratings: Vec::new(),
            matrix: Vec::new(),
            actions: Vec::new(),
            citations: Vec::new(),
            amendments: Vec::new(),
            shares: Vec::new(),
            audit: Vec::new(),
            earlier: None,
            template: Arc::new(template),
            history: History::default(),
        };
        rows::prepare(&mut session, at);
        session
    }

    /// A copy of a completed note with an amendment beside the original, which stays as it is:
    /// the next revision. As the event [`Event::AmendmentWritten`].
    pub fn amend(&self, reason: &str, text: &str, at: Timestamp) -> Result<Self, Refusal> {
        let mut next = self.clone();
        let event = Event::AmendmentWritten { reason: reason.to_owned(), text: text.to_owned() };
        super::apply(&mut next, event, at)?;
        Ok(next)
    }

    /// A copy of the note that says it should not exist, and why; everything in it stays. As the
    /// event [`Event::MarkedEnteredInError`].
    pub fn entered_in_error(&self, reason: &str, at: Timestamp) -> Result<Self, Refusal> {
        let mut next = self.clone();
        super::apply(&mut next, Event::MarkedEnteredInError { reason: reason.to_owned() }, at)?;
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::fixture::Play;

    #[test]
    fn a_supervision_note_is_shared_by_name_and_reason_once_it_is_complete_and_a_case_note_is_not()
    {
        let share = |reason: &str| Event::Shared {
            with: "Asha".into(),
            key: "age1asha".into(),
            reason: reason.into(),
        };
        let mut play = Play::with_people(2);
        play.fill();
        assert!(matches!(play.refused(share("her copy")), Refusal::NotNow { .. }), "not complete");
        play.did(Event::ClinicCompleted { acknowledged: false });
        assert!(matches!(play.refused(share("her copy")), Refusal::NotNow { .. }), "about a case");
        let template = std::sync::Arc::make_mut(&mut play.session.template);
        template.about.declared_subject = Some(crate::clinic::Subject::Supervision);
        assert!(matches!(play.refused(share(" ")), Refusal::NoReason { .. }));
        assert_eq!(play.did(share("her copy")), [SessionEffect::Amend]);
        let shares = play.session.shares();
        assert_eq!((shares.len(), shares[0].key.as_str()), (1, "age1asha"));
        let line = play.session.audit().last().expect("a line");
        assert_eq!((line.item.as_str(), line.why.as_deref()), ("shared with", Some("her copy")));
        assert!(matches!(play.refused(share("again")), Refusal::NotNow { .. }));
        let text = crate::clinic::to_document(&play.session);
        assert_eq!(crate::clinic::from_document(&text).as_ref(), Ok(&play.session));
    }
}
