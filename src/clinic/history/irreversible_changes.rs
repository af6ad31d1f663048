//! Changes that stay: each is put right by another step of the meeting, and never taken back as an
//! answer is, so that no placement can be hidden again or shown too early through the form.

use super::Session;

/// A kind of change that stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IrreversibleChange {
    /// Who is here.
    People,
    /// How placements are taken.
    PlacementMethod,
    /// A placement that nobody has seen.
    Placement,
    /// All placements were shown.
    Reveal,
    /// A second round was opened.
    SecondRound,
    /// What the group concluded.
    Agreement,
}

impl IrreversibleChange {
    /// That it stays, and how it is put right: a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::People => {
                "To change who is here, edit the list at the first stage. Undo does not change it."
            }
            Self::PlacementMethod => {
                "To change how placements are made, choose another way. Undo does not change it."
            }
            Self::Placement => {
                "To change a placement, place again. Undo does not change placements."
            }
            Self::Reveal => {
                "Revealed placements stay revealed. To place again, open a second round."
            }
            Self::SecondRound => "A second round cannot be undone once it is open.",
            Self::Agreement => {
                "To change the agreed placement, choose another; to remove it, choose the same one \
                 again. Undo does not change it."
            }
        }
    }
}

/// The change made last, if it stays: what could be taken back was made before it.
pub fn last_change_is_irreversible(session: &Session) -> Option<IrreversibleChange> {
    session.history.lasting
}
