//! Questions that the dialogs and the conversation both ask: what they say, and what an answer
//! becomes.

use jiff::Timestamp;

use crate::{
    app::screens::clinic::control::ControlId,
    clinic::{ActionId, Event, ParticipantId, Refusal, RowId, Session, Slot, apply, rating_view},
};

/// Said before something is removed.
pub const REMOVAL_STAYS_ON_RECORD: &str = "This is removed from the form. The encrypted note still keeps what was written, in its record of changes, which is not part of the note you read or export.";

/// Whether what was typed to confirm something is the name of the note.
pub(crate) fn is_name(typed: &str, name: &str) -> bool {
    typed.trim().eq_ignore_ascii_case(name)
}

/// Something that is removed once the person says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// A row of a group.
    Row(String, RowId),
    /// An action.
    Action(ActionId),
    /// Somebody who takes part.
    Participant(ParticipantId),
    /// A differing view.
    Dissent(Slot, ParticipantId),
}

impl Removal {
    /// Returns what a button removes; `None` if it removes nothing.
    pub fn of(button: &ControlId) -> Option<Self> {
        match button {
            ControlId::RemoveRow(group, row) => Some(Self::Row(group.clone(), *row)),
            ControlId::RemoveAction(id) => Some(Self::Action(*id)),
            ControlId::RemoveParticipant(id) => Some(Self::Participant(*id)),
            ControlId::RemoveDissent(slot, who) => Some(Self::Dissent(slot.clone(), *who)),
            _ => None,
        }
    }

    /// Returns why it cannot be removed, before anybody is asked; `None` if it can.
    pub fn refusal(&self, session: &Session, at: Timestamp) -> Option<Refusal> {
        let mut trial = session.clone();
        apply(&mut trial, self.clone().event(), at).err()
    }

    /// Returns the event that removes it.
    pub fn event(self) -> Event {
        match self {
            Self::Row(group, row) => Event::RowRemoved { group, row },
            Self::Action(id) => Event::ActionRemoved { id },
            Self::Participant(id) => Event::ParticipantRemoved { id },
            Self::Dissent(slot, participant) => Event::DissentWithdrawn { slot, participant },
        }
    }
}

/// What a reason is given for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReasonFor {
    /// Skipping the stage.
    SkippingStage,
    /// Going on although the gate of the stage is not answered.
    OverridingGate,
    /// Showing placements before everyone is ready.
    RevealingEarly(Slot),
}

impl ReasonFor {
    /// Returns the event that records the reason.
    pub fn event(self, reason: String) -> Event {
        match self {
            Self::SkippingStage => Event::StageSkipped { reason },
            Self::OverridingGate => Event::GateOverridden { reason },
            Self::RevealingEarly(slot) => Event::PlacementsRevealed { slot, reason: Some(reason) },
        }
    }
}

/// A question about a differing view that is answered by choosing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DissentChoice {
    /// Whose view it is.
    Who {
        /// The behaviour.
        slot: Slot,
    },
    /// Where they would place it.
    Where {
        /// The behaviour.
        slot: Slot,
        /// Whose view it is.
        who: ParticipantId,
    },
    /// Whether their profession is added.
    Named {
        /// Whose view it is, and where they would place it.
        asked: DissentReason,
        /// Why.
        reason: String,
    },
}

/// The question why somebody sees it differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DissentReason {
    /// The behaviour.
    pub slot: Slot,
    /// Whose view it is.
    pub who: ParticipantId,
    /// Where they would place it.
    pub placement: String,
}

/// What follows a choice about a differing view.
pub enum AfterDissentChoice {
    /// The next choice.
    Choice(DissentChoice),
    /// The reason.
    Reason(DissentReason),
    /// The view is recorded.
    Event(Event),
}

impl DissentChoice {
    /// Returns the behaviour it is about.
    pub fn slot(&self) -> &Slot {
        match self {
            Self::Who { slot } | Self::Where { slot, .. } => slot,
            Self::Named { asked, .. } => &asked.slot,
        }
    }

    /// Returns the question.
    pub fn question(&self) -> &'static str {
        match self {
            Self::Who { .. } => "Whose view differs?",
            Self::Where { .. } => "Where would they place it?",
            Self::Named { .. } => "How should this view be recorded?",
        }
    }

    /// Returns what to know before choosing; empty if nothing.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Who { .. } => {
                "It is recorded with their role today. Add their profession only if they wish."
            }
            Self::Where { .. } => "",
            Self::Named { .. } => "Ask the person which they prefer.",
        }
    }

    /// Returns the answers to choose from.
    pub fn options(&self, session: &Session) -> Vec<String> {
        match self {
            Self::Who { .. } => {
                session.participants().iter().map(|one| one.label.clone()).collect()
            }
            Self::Where { slot, .. } => {
                let steps = rating_view(session, slot).map(|view| view.steps).unwrap_or_default();
                steps.into_iter().map(|step| step.text).collect()
            }
            Self::Named { .. } => {
                vec!["Role today only".into(), "Role today and profession".into()]
            }
        }
    }

    /// Returns the place of the answer that stands, if somebody's view is being changed.
    pub fn standing(&self, session: &Session) -> Option<usize> {
        let of = |slot: &Slot, who: ParticipantId| {
            let view = rating_view(session, slot)?;
            let theirs = view.dissent.iter().find(|one| one.participant == who)?;
            let at = view.steps.iter().position(|step| step.code == theirs.placement)?;
            Some((at, theirs.attributed))
        };
        match self {
            Self::Who { .. } => None,
            Self::Where { slot, who } => of(slot, *who).map(|(at, _)| at),
            Self::Named { asked, .. } => of(&asked.slot, asked.who).map(|(_, is)| usize::from(is)),
        }
    }

    /// Takes the answer at a place of the options; `None` if there is none.
    pub fn choose(self, session: &Session, at: usize) -> Option<AfterDissentChoice> {
        match self {
            Self::Who { slot } => {
                let who = session.participants().get(at)?.id;
                Some(AfterDissentChoice::Choice(Self::Where { slot, who }))
            }
            Self::Where { slot, who } => {
                let placement = rating_view(session, &slot)?.steps.into_iter().nth(at)?.code;
                Some(AfterDissentChoice::Reason(DissentReason { slot, who, placement }))
            }
            Self::Named { asked: DissentReason { slot, who, placement }, reason } => {
                let (participant, attributed) = (who, at == 1);
                let event =
                    Event::DissentRecorded { slot, participant, placement, reason, attributed };
                Some(AfterDissentChoice::Event(event))
            }
        }
    }
}

impl DissentReason {
    /// Returns the reason they gave before, if their view is being changed.
    pub fn said(&self, session: &Session) -> Option<String> {
        let view = rating_view(session, &self.slot)?;
        let theirs = view.dissent.into_iter().find(|one| one.participant == self.who);
        theirs.map(|one| one.reason)
    }

    /// Takes the reason, and returns the choice that follows.
    pub fn give(self, reason: String) -> DissentChoice {
        DissentChoice::Named { asked: self, reason }
    }
}
