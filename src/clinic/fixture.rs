//! A small meeting for tests, with every kind of item, and short ways to play it.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::*;

pub(in crate::clinic) const TEMPLATE: &str = include_str!("fixture.toml");
/// What [`TEMPLATE`] lacks: rows in rows, calculated items, reasons for a missing answer.
pub(crate) const RICH: &str = include_str!("fixture_rich.toml");

/// A session and the time in it.
pub(in crate::clinic) struct Play {
    pub(in crate::clinic) session: Session,
    pub(in crate::clinic) now: Timestamp,
}

pub(in crate::clinic) fn template() -> Template {
    Template::parse("fixture.toml", TEMPLATE).unwrap_or_else(|problems| panic!("{problems:?}"))
}

impl Play {
    /// The small meeting, at its start.
    pub(in crate::clinic) fn start() -> Self {
        Self::of(template())
    }

    /// The rich meeting, at its start.
    pub(in crate::clinic) fn rich() -> Self {
        let parsed = Template::parse("fixture_rich.toml", RICH);
        Self::of(parsed.unwrap_or_else(|problems| panic!("{}", problems[0])))
    }

    pub(in crate::clinic) fn of(template: Template) -> Self {
        let now: Timestamp = "2026-11-21T14:00:00Z".parse().expect("a time");
        Self { session: Session::start(template, Uuid::nil(), "HERON-42", false, now), now }
    }

    /// The small meeting with `count` people who place.
    pub(in crate::clinic) fn with_people(count: usize) -> Self {
        let mut play = Self::start();
        for at in 0..count {
            let role = if at == 0 { "facilitator" } else { "consultant" };
            play.did(Event::ParticipantAdded { role: role.into(), label: format!("person {at}") });
        }
        play
    }

    pub(in crate::clinic) fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    /// The event is taken.
    pub(in crate::clinic) fn did(&mut self, event: Event) -> Vec<SessionEffect> {
        let told = format!("{event:?}");
        apply(&mut self.session, event, self.now)
            .unwrap_or_else(|refusal| panic!("{told}: {refusal}"))
    }

    /// The event is refused, and changes nothing.
    pub(in crate::clinic) fn refused(&mut self, event: Event) -> Refusal {
        let before = self.session.clone();
        let refusal = apply(&mut self.session, event, self.now).expect_err("a refusal");
        assert_eq!(self.session, before);
        refusal
    }

    pub(in crate::clinic) fn answer(&mut self, item: &str, value: Value) -> Vec<SessionEffect> {
        self.did(Event::Answered { slot: Slot::once(item), value: Some(value) })
    }

    pub(in crate::clinic) fn answer_in(&mut self, item: &str, row: RowId, value: Value) {
        self.did(Event::Answered { slot: Slot::in_row(item, row), value: Some(value) });
    }

    pub(in crate::clinic) fn value(&self, item: &str) -> Option<&Value> {
        self.session.answer(&Slot::once(item))
    }

    pub(in crate::clinic) fn who(&self, at: usize) -> ParticipantId {
        self.session.participants()[at].id
    }

    /// The placement of the first behaviour.
    pub(in crate::clinic) fn slot(&self) -> Slot {
        Slot::in_row("placement", self.session.rows("behaviour")[0])
    }

    pub(in crate::clinic) fn place(&mut self, codes: &[&str]) {
        for (at, code) in codes.iter().enumerate() {
            let (slot, participant) = (self.slot(), self.who(at));
            let code = Private::new(code);
            self.did(match self.view().state {
                RatingState::SecondRound => Event::PlacedAgain { slot, participant, code },
                _ => Event::PlacedPrivately { slot, participant, code },
            });
        }
    }

    pub(in crate::clinic) fn reveal(&mut self) {
        let slot = self.slot();
        self.did(Event::PlacementsRevealed { slot, reason: None });
    }

    pub(in crate::clinic) fn agree(&mut self, outcome: Outcome) {
        let slot = self.slot();
        self.did(Event::PlacementAgreed { slot, outcome });
    }

    pub(in crate::clinic) fn view(&self) -> RatingView {
        rating_view(&self.session, &self.slot()).expect("a rating")
    }

    /// Everything needed for completion.
    pub(in crate::clinic) fn fill(&mut self) {
        self.answer("danger", Value::Boolean(false));
        self.answer("question", Value::Text("What next?".into()));
        let row = self.session.rows("behaviour")[0];
        let slot = Slot::in_row("what", row);
        self.did(Event::Answered { slot, value: Some(Value::Text("A secret game".into())) });
        let slot = Slot::in_row("what_known", row);
        self.did(Event::Answered { slot, value: Some(Value::Choice("known".into())) });
        self.place(&["problematic", "problematic"]);
        self.reveal();
        self.agree(Outcome::Placed("problematic".into()));
        let slot = self.slot();
        self.did(Event::BasisWritten { slot, text: "Repeated.".into() });
        for column in Column::ALL {
            self.cell(column, "something");
        }
        let details = ActionDetails {
            what: "Lead the play".into(),
            owner: "teacher".into(),
            by: Some(jiff::civil::date(2026, 12, 1)),
            ..ActionDetails::default()
        };
        self.did(Event::ActionAdded { item: "actions".into(), details });
    }

    pub(in crate::clinic) fn cell(&mut self, column: Column, evidence: &str) {
        self.did(Event::MatrixCellWritten {
            slot: Slot::once("domains"),
            domain: "child".into(),
            column,
            evidence: evidence.into(),
        });
    }
}
