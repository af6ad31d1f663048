//! The beginning and the end of a meeting, and what may still happen to its note.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use uuid::Uuid;

use super::{ApplyResult, AuditLine, Edit, long_text, one_line, reason};
use crate::clinic::event::{Event, SessionEffect};
use crate::clinic::form::completion::completion;
use crate::clinic::rating::PlacementMethod;
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{
    Amendment, Answers, ClockState, HANDED_OVER, History, SCHEMA, Session, Share, Status,
};
use crate::clinic::template::translated::Language;
use crate::clinic::template::{ConstraintSeverity, Template};
use crate::text::clean_line;

impl Edit<'_> {
    pub(super) fn stop(&mut self, why: &str) -> ApplyResult {
        let why = reason(why, "stop the clinic")?;
        self.session.stop_reason = Some(why.clone());
        self.set_status(Status::Stopped, Some(why));
        Ok(vec![SessionEffect::Stop])
    }

    /// Events on a note that is no longer being written.
    pub(super) fn after_the_end(&mut self, event: Event) -> ApplyResult {
        if let Some(stage) = super::stages::leaf(self.session, &event) {
            self.session.stage = stage;
            return Ok(Vec::new());
        }
        let status = self.session.status;
        match event {
            Event::DraftOpened | Event::TimePassed | Event::TypingEnded => Ok(Vec::new()),
            Event::LanguageChosen(language) => {
                self.session.language = language;
                Ok(Vec::new())
            }
            Event::ClinicResumed if status == Status::Stopped => {
                self.session.clock.since = self.at;
                self.session.stop_reason = None;
                // Reading on in a stopped note leads past gates; going on does not.
                self.session.stage = self.session.stage.min(self.session.furthest);
                self.set_status(Status::InProgress, None);
                Ok(vec![SessionEffect::SaveDraft])
            }
            _ if status == Status::EnteredInError => Err(Refusal::Closed { status }),
            Event::MarkedEnteredInError { reason: why } => self.mark_entered_in_error(&why),
            Event::ActionFollowedUp { id, status, outcome } => {
                self.follow_up(id, status, &outcome)?;
                Ok(vec![SessionEffect::Amend])
            }
            Event::ActionReassigned { id, owner, agency, by } => {
                self.reassign(id, (&owner, &agency), by, true)?;
                Ok(vec![SessionEffect::Amend])
            }
            Event::AmendmentWritten { role, reason: why, text } if status != Status::Stopped => {
                let why = reason(&why, "add a correction")?;
                let role = one_line(&role)?.trim().to_owned();
                if role.is_empty() {
                    return Err(Refusal::Blank { what: "the role of who adds the correction" });
                }
                let text = long_text(&text)?.trim().to_owned();
                if text.is_empty() {
                    return Err(Refusal::Blank { what: "the correction" });
                }
                let line = AuditLine::new("amendment", None, Some(text.clone())).because(&why);
                self.record(line);
                self.session.amendments.push(Amendment { at: self.at, role, reason: why, text });
                self.session.status = Status::Amended;
                Ok(vec![SessionEffect::Amend])
            }
            Event::Shared { with, key, reason } if status != Status::Stopped => {
                self.share(&with, &key, &reason)
            }
            Event::HandedOver { what } => {
                let what = one_line(&what)?;
                self.record(AuditLine::new(HANDED_OVER, None, Some(what)));
                Ok(vec![SessionEffect::Amend])
            }
            _ => Err(Refusal::Closed { status }),
        }
    }

    pub(super) fn complete(&mut self, acknowledged: bool) -> ApplyResult {
        let all = completion(self.session);
        let (errors, warnings): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|one| one.severity == ConstraintSeverity::Error);
        if !errors.is_empty() {
            return Err(Refusal::Incomplete { missing: errors });
        }
        if !warnings.is_empty() && !acknowledged {
            return Err(Refusal::Unacknowledged { warnings });
        }
        for warning in &warnings {
            let line = AuditLine::new("warning", None, Some("acknowledged".to_owned()));
            self.record(line.because(&warning.message));
        }
        self.drop_hidden();
        for result in self.session.calculated.clone() {
            let line = AuditLine::new(&result.slot.item, None, Some(result.value.plain()));
            let line = line.in_row(result.slot.row).because("calculated at completion");
            self.record(line);
        }
        self.set_status(Status::Completed, None);
        Ok(vec![SessionEffect::Complete])
    }

    fn share(&mut self, with: &str, key: &str, why: &str) -> ApplyResult {
        if !self.session.template.about.subject().is_private() {
            return Err(Refusal::NotNow {
                why: "Only supervision notes need sharing. Members who were added before this note was \
                      completed can already open it.",
            });
        }
        let why = reason(why, "share this note")?;
        let (with, key) = (one_line(with)?, one_line(key)?);
        if self.session.shares.iter().any(|one| one.key == key) {
            return Err(Refusal::NotNow { why: "This note is already shared with them." });
        }
        let new = Some(format!("{with}, key {key}"));
        self.record(AuditLine::new("shared with", None, new).because(&why));
        self.session.shares.push(Share { at: self.at, with, key, reason: why });
        Ok(vec![SessionEffect::Amend])
    }

    pub(super) fn mark_entered_in_error(&mut self, why: &str) -> ApplyResult {
        let why = reason(why, "mark this note as entered in error")?;
        self.set_status(Status::EnteredInError, Some(why));
        Ok(vec![SessionEffect::Amend])
    }

    fn set_status(&mut self, status: Status, why: Option<String>) {
        let old = Some(self.session.status.code().to_owned());
        self.session.status = status;
        let new = Some(status.code().to_owned());
        self.record(AuditLine { why, ..AuditLine::new("status", old, new) });
    }
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
            watched_names: Vec::new(),
            passes: Vec::new(),
            stop_reason: None,
            matrix_reasons: Vec::new(),
            clock: ClockState::start(template.stages.len(), at),
            rows: BTreeMap::new(),
            within: Vec::new(),
            participants: Vec::new(),
            answers: Answers::default(),
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
            imported: None,
            template: Arc::new(template),
            history: History::default(),
        };
        Edit { session: &mut session, at }.begin(None, None);
        session
    }

    /// A copy of a completed note with an amendment beside the original, which stays as it is:
    /// the next revision. As the event [`Event::AmendmentWritten`].
    pub fn amend(
        &self,
        role: &str,
        reason: &str,
        text: &str,
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        let mut next = self.clone();
        let [role, reason, text] = [role, reason, text].map(str::to_owned);
        let event = Event::AmendmentWritten { role, reason, text };
        super::apply(&mut next, event, at)?;
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::fixture::Play;

    #[test]
    fn a_document_of_a_completed_note_that_was_handed_over_stands_in_its_trail_for_members_too() {
        let handed = |what: &str| Event::HandedOver { what: what.to_owned() };
        let mut play = Play::with_people(2);
        play.fill();
        assert!(matches!(play.refused(handed("Letter")), Refusal::NotNow { .. }), "not complete");
        play.did(Event::ClinicCompleted { acknowledged: false });
        assert_eq!(play.did(handed("Letter of advice (Word)")), [SessionEffect::Amend]);
        play.did(handed("Record extract (PDF)"));
        let edition = crate::clinic::members_edition(&play.session);
        for session in [&play.session, &edition] {
            let said: Vec<&str> = session.handed_over().map(|(_, what)| what).collect();
            assert_eq!(said, ["Letter of advice (Word)", "Record extract (PDF)"]);
        }
        assert_eq!(play.session.status(), Status::Completed, "nothing of it has changed");
    }

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
        let template = Arc::make_mut(&mut play.session.template);
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
