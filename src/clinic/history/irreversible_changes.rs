//! Changes that stay: each is put right by another step of the meeting, and never taken back as an
//! answer is, so that no placement can be hidden again or shown too early through the form.

use super::Session;

/// A kind of change that stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// Who is here.
    People,
    /// How placements are taken.
    WayOfPlacing,
    /// A placement that nobody has seen.
    Placement,
    /// All placements were shown.
    Reveal,
    /// A second round was opened.
    SecondRound,
    /// What the group concluded.
    Agreement,
}

impl Lasting {
    /// That it stays, and how it is put right: a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::People => {
                "Who is here is put right in the list at the first stage, not taken back."
            }
            Self::WayOfPlacing => {
                "How placements are taken is changed by choosing another way, not taken back."
            }
            Self::Placement => "A placement is changed by placing again, not taken back.",
            Self::Reveal => {
                "Placements that were shown stay shown; a second round places once more."
            }
            Self::SecondRound => "A second round that was opened is not taken back.",
            Self::Agreement => {
                "An agreed placement is not taken back here: choose another, or the same again to \
                 take it out."
            }
        }
    }
}

/// The change made last, if it stays: what could be taken back was made before it.
pub fn last_is_lasting(session: &Session) -> Option<Lasting> {
    session.history.lasting
}
