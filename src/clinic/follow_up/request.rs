//! Answers of a consultation request, in the meeting that starts from it.
//!
//! Promises: the request is only read; an answer is copied only to the question of the same id and
//! type, in the same row; the audit trail says where it came from, and whether the meeting confirmed
//! it; whether a child is in danger is asked again.

use jiff::Timestamp;

use crate::clinic::engine::{AuditLine, Edit, fitting, max_rows};
use crate::clinic::form::enablement::{is_enabled, is_read_only};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{CONFIRMED, FROM_REQUEST, RequestAnswer, Session, slots};
use crate::clinic::template::value::{Slot, Value};

/// The format that a worker fills in before a meeting.
const CONSULTATION_REQUEST: &str = "consultation-request";

impl Session {
    /// Whether a meeting that starts from this note opens with its answers.
    pub fn is_request(&self) -> bool {
        self.template().about.id == CONSULTATION_REQUEST
    }
}

impl Edit<'_> {
    /// Records that an answer from the request still holds.
    pub(in crate::clinic) fn confirm_answer(&mut self, slot: &Slot) -> Result<(), Refusal> {
        if self.session.request_answer(slot) != Some(RequestAnswer::Unconfirmed) {
            let why = "Only an answer from the consultation request is confirmed, and only once.";
            return Err(Refusal::NotNow { why });
        }
        let standing = self.session.answer(slot).map(Value::plain);
        let line = AuditLine::new(&slot.item, standing.clone(), standing).in_row(slot.row);
        self.record(line.because(CONFIRMED));
        Ok(())
    }
}

/// Gives a new session the answers of a request to the questions that both ask. They can be changed
/// like every answer.
pub(super) fn copy_answers(session: &mut Session, request: &Session, at: Timestamp) {
    let why = session
        .earlier()
        .map_or_else(String::new, |earlier| format!("{FROM_REQUEST}, {}", earlier.revision));
    let template = session.template.clone();
    for asked in request.template().items() {
        let Some(here) = template.item(&asked.item.id) else { continue };
        let item = here.item;
        if item.kind != asked.item.kind || here.rows_of != asked.rows_of {
            continue;
        }
        if item.repeats && here.rows_of.is_none() {
            let rows = request.rows(&item.id).len().min(max_rows(item));
            Edit { session, at }.fill_up(&item.id, None, rows as u32);
        }
        // What opens guidance at once is about today, so it is asked in the meeting.
        if !item.kind.takes_value() || item.opens.is_some() {
            continue;
        }
        for from in slots(request, &asked) {
            let Some(value) = request.answer(&from).filter(|_| is_enabled(request, &from)) else {
                continue;
            };
            let row = from.row.zip(here.rows_of).map(|(row, group)| {
                let number = request.rows(group).iter().position(|one| *one == row);
                number.and_then(|number| session.rows(group).get(number).copied())
            });
            if row.is_some_and(|row| row.is_none()) {
                continue;
            }
            let slot = Slot { item: item.id.clone(), row: row.flatten() };
            if !is_enabled(session, &slot) || is_read_only(session, &slot) {
                continue;
            }
            if let Ok(value) = fitting(session, item, value.clone()) {
                Edit { session, at }.set_answer(&slot, Some(value), Some(&why));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::{
        Event, apply, bundled_template, from_document, members_edition, practice_session,
        to_document,
    };

    fn request() -> Session {
        let one = bundled_template("consultation-request").expect("it is bundled");
        let template = one.parse().expect("it is sound");
        let now = Timestamp::UNIX_EPOCH;
        practice_session(&template, one.example_file, one.example, now).expect("it plays")
    }

    fn peer_clinic(request: &Session) -> Session {
        let template = bundled_template("peer-case-clinic").expect("it is bundled");
        let template = template.parse().expect("it is sound");
        let (id, at) = (uuid::Uuid::from_u128(2), Timestamp::UNIX_EPOCH);
        Session::follow_up(template, id, request, "revision 1", &[], at)
    }

    #[test]
    fn a_clinic_from_a_request_opens_with_its_answers_in_the_same_rows() {
        let request = request();
        let clinic = peer_clinic(&request);
        assert_eq!(clinic.case_key(), request.case_key());
        for item in ["why_now", "key_question", "tried", "going_well", "enquiry_now"] {
            let slot = Slot::once(item);
            assert!(clinic.answer(&slot).is_some(), "{item}");
            assert_eq!(clinic.answer(&slot), request.answer(&slot), "{item}");
        }
        for (group, items) in [
            ("children", &["child_role", "child_age", "child_picture", "child_legal_status"][..]),
            ("behaviour", &["what_happened", "what_happened_known", "who", "agreement_power"][..]),
        ] {
            assert_eq!(clinic.rows(group).len(), 2, "{group}");
            for (here, there) in clinic.rows(group).iter().zip(request.rows(group)) {
                for item in items {
                    let answer = clinic.answer(&Slot::in_row(item, *here));
                    assert!(answer.is_some(), "{item}");
                    assert_eq!(answer, request.answer(&Slot::in_row(item, *there)), "{item}");
                }
            }
        }
        let text = to_document(&clinic);
        assert_eq!(from_document(&text).as_ref(), Ok(&clinic));
    }

    #[test]
    fn the_trail_says_where_each_answer_came_from_and_the_draft_counts_as_begun() {
        let clinic = peer_clinic(&request());
        let line = clinic.audit().iter().find(|line| line.item == "why_now").expect("a line");
        assert_eq!(line.why.as_deref(), Some("from the consultation request, revision 1"));
        assert!(!clinic.is_untouched());
        assert_eq!(crate::clinic::what_changed(&clinic), None);
    }

    #[test]
    fn an_answer_from_the_request_says_so_until_it_is_changed_and_whether_it_was_confirmed() {
        let mut clinic = peer_clinic(&request());
        let at = Timestamp::UNIX_EPOCH;
        let (why_now, tried) = (Slot::once("why_now"), Slot::once("tried"));
        let of = |clinic: &Session, slot: &Slot| clinic.request_answer(slot);
        assert_eq!(of(&clinic, &why_now), Some(RequestAnswer::Unconfirmed));
        assert_eq!(of(&clinic, &Slot::once("last_word")), None);
        let confirm = Event::AnswerConfirmed { slot: why_now.clone() };
        apply(&mut clinic, confirm.clone(), at).expect("it is confirmed");
        assert!(apply(&mut clinic, confirm, at).is_err(), "once");
        assert_eq!(of(&clinic, &why_now), Some(RequestAnswer::Confirmed));
        assert_eq!(of(&members_edition(&clinic), &why_now), Some(RequestAnswer::Confirmed));
        let value = Some(Value::Text("Nothing has helped yet.".to_owned()));
        apply(&mut clinic, Event::Answered { slot: tried.clone(), value }, at).expect("taken");
        assert_eq!(of(&clinic, &tried), None, "it is the meeting's own now");
        apply(&mut clinic, Event::Undone, at).expect("undone");
        assert_eq!(of(&clinic, &tried), Some(RequestAnswer::Unconfirmed));
    }

    #[test]
    fn danger_is_asked_again_in_the_meeting() {
        let request = request();
        assert_eq!(request.answer(&Slot::once("immediate_safety")), Some(&Value::Boolean(false)));
        let clinic = peer_clinic(&request);
        assert_eq!(clinic.answer(&Slot::once("immediate_safety")), None);
    }
}
