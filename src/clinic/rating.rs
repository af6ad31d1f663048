//! Placing behaviour on the continuum: what is kept, and what may be seen of it.
//!
//! Promises: while placements are being collected nothing says what anyone chose, how many chose
//! what, or who came first; [`rating_view`] is the only way to read a placement; round one never
//! changes once it is shown; a debug print never shows a placement.

#[cfg(test)]
mod tests;
mod view;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::template::value::{ParticipantId, Slot};

pub use view::{Bar, DissentView, PictureLine, RatingPicture, RatingView, RoundView, rating_view};
pub(in crate::clinic) use view::{may_place, waiting};

/// An option code, or a reason, that a debug print never shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private(String);

impl Private {
    /// Wraps an option code or a reason.
    pub fn new(code: &str) -> Self {
        Self(code.to_owned())
    }

    pub(in crate::clinic) fn code(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[placed privately]")
    }
}

/// Who placed a behaviour, where that is not told. No participant has this number.
pub(in crate::clinic) const NOBODY: ParticipantId = ParticipantId(0);

/// How placements were taken; the note records it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlacementMethod {
    /// The keyboard goes round, entry is hidden.
    #[default]
    PassTheKeyboard,
    /// Cards or fingers shown together in the room, typed by the facilitator.
    Cards,
    /// On a video call: by private chat, or fingers shown together.
    VideoCall,
    /// Said one after the other round the table. Not offered any more: later people hear earlier ones.
    RoundTheTable,
}

impl PlacementMethod {
    /// All, those that are offered first.
    pub const ALL: [Self; 4] =
        [Self::PassTheKeyboard, Self::Cards, Self::VideoCall, Self::RoundTheTable];
    /// Those that are offered, in their order.
    pub const OFFERED: [Self; 3] = [Self::PassTheKeyboard, Self::Cards, Self::VideoCall];

    /// Shown and exported.
    pub fn title(self) -> &'static str {
        match self {
            Self::PassTheKeyboard => "In the room: the keyboard passed round, choices hidden",
            Self::Cards => "In the room: cards or fingers, all shown together",
            Self::VideoCall => "Video call: private chat, or fingers shown together",
            Self::RoundTheTable => "Spoken in turn round the table, typed by the facilitator",
        }
    }
}

/// How far a rating has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatingState {
    /// People place, nobody sees.
    #[default]
    Collecting,
    /// The last round is shown.
    Revealed,
    /// People place again, round one is shown.
    SecondRound,
    /// The group has said where it stands.
    Agreed,
}

/// What the group concluded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A step of the continuum, by its code.
    Placed(String),
    /// The group does not agree; this makes an action.
    NoAgreement,
    /// Not enough is known to place it.
    NotEnoughInformation,
}

impl Outcome {
    /// The code that conditions compare with.
    pub fn code(&self) -> &str {
        match self {
            Self::Placed(code) => code,
            Self::NoAgreement => "no_agreement",
            Self::NotEnoughInformation => "not_enough_information",
        }
    }
}

/// A view that differs from the agreed placement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dissent {
    /// Who holds it.
    pub participant: ParticipantId,
    /// Where they would place the behaviour.
    pub placement: String,
    /// Why.
    pub reason: String,
    /// They asked to be named by their profession, not only their part in the meeting.
    pub attributed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::clinic) struct PrivatePlacement {
    pub(in crate::clinic) participant: ParticipantId,
    pub(in crate::clinic) code: Private,
    /// Why, in a line, where it was sent from another place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::clinic) reason: Option<Private>,
}

/// One round. `placed` is in order of participant, so that it never tells who came first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::clinic) struct Round {
    pub(in crate::clinic) placed: Vec<PrivatePlacement>,
    /// How many were asked when it was shown.
    pub(in crate::clinic) asked: u32,
    /// Why it was shown before everyone was ready.
    pub(in crate::clinic) early: Option<String>,
    /// How it was taken; known once it is shown, in notes that keep it for each round.
    pub(in crate::clinic) way: Option<PlacementMethod>,
}

impl Round {
    pub(in crate::clinic) fn put(&mut self, participant: ParticipantId, code: Private) {
        self.withdraw(participant);
        let at = self.placed.partition_point(|one| one.participant < participant);
        self.placed.insert(at, PrivatePlacement { participant, code, reason: None });
    }

    /// Adds a reason to a placement; false if they have not placed.
    pub(in crate::clinic) fn give_reason(&mut self, who: ParticipantId, reason: Private) -> bool {
        let placed = self.placed.iter_mut().find(|one| one.participant == who);
        placed.map(|one| one.reason = Some(reason)).is_some()
    }

    pub(in crate::clinic) fn withdraw(&mut self, participant: ParticipantId) -> bool {
        let before = self.placed.len();
        self.placed.retain(|one| one.participant != participant);
        self.placed.len() != before
    }
}

/// Everything kept about the placing of one behaviour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::clinic) struct Rating {
    pub(in crate::clinic) slot: Slot,
    #[serde(default)]
    pub(in crate::clinic) state: RatingState,
    #[serde(default)]
    pub(in crate::clinic) first: Round,
    pub(in crate::clinic) second: Option<Round>,
    pub(in crate::clinic) outcome: Option<Outcome>,
    #[serde(default)]
    pub(in crate::clinic) basis: String,
    #[serde(default)]
    pub(in crate::clinic) dissent: Vec<Dissent>,
}

impl Rating {
    pub(in crate::clinic) fn new(slot: Slot) -> Self {
        Self {
            slot,
            state: RatingState::Collecting,
            first: Round::default(),
            second: None,
            outcome: None,
            basis: String::new(),
            dissent: Vec::new(),
        }
    }

    /// Whether they placed or hold a differing view here.
    pub(in crate::clinic) fn names(&self, who: ParticipantId) -> bool {
        let rounds = [Some(&self.first), self.second.as_ref()];
        let placed = |round: &Round| round.placed.iter().any(|one| one.participant == who);
        rounds.into_iter().flatten().any(placed)
            || self.dissent.iter().any(|one| one.participant == who)
    }

    /// The round people are placing in now, if any.
    pub(in crate::clinic) fn open_round(&self) -> Option<&Round> {
        match self.state {
            RatingState::Collecting => Some(&self.first),
            RatingState::SecondRound => self.second.as_ref(),
            RatingState::Revealed | RatingState::Agreed => None,
        }
    }
}
