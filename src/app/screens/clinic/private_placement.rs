//! Somebody placing a behaviour privately: what they choose is not shown, not even to themselves
//! once it is chosen, and the screen is handed on clean.

use crate::{
    app::{
        action::KeyAction,
        key::Key,
        keymap::{self, KeyContext},
    },
    clinic::{Bar, ParticipantId, PlacementMethod, Private, Slot},
};

/// Somebody placing a behaviour.
pub struct Placing {
    /// The behaviour.
    pub slot: Slot,
    /// Who places.
    pub participant: ParticipantId,
    /// Their profession, for “pass the keyboard to”.
    pub who: String,
    /// The steps, numbered from 1.
    pub steps: Vec<Bar>,
    /// Whether this is the second round.
    pub again: bool,
    /// Who types, and from what.
    pub way: PlacementMethod,
    pub(super) chosen: Option<Private>,
}

/// What a key led to.
pub enum PlacingOutcome {
    /// More is needed.
    Stay,
    /// They went away without placing.
    Cancelled,
    /// They placed it.
    Placed(Private),
}

impl Placing {
    /// Whether something is chosen. What it is stays hidden.
    pub fn is_chosen(&self) -> bool {
        self.chosen.is_some()
    }

    /// Takes a key: a number chooses, Enter keeps it, Esc goes away.
    pub fn handle_key(&mut self, key: Key) -> PlacingOutcome {
        match keymap::own(KeyContext::Placing, key) {
            Some(KeyAction::ChooseNumber) => {
                if let Some(step) = keymap::place(key).and_then(|at| self.steps.get(at)) {
                    self.chosen = Some(Private::new(&step.code));
                }
            }
            Some(KeyAction::ClearChoice) => self.chosen = None,
            Some(KeyAction::Back) => return PlacingOutcome::Cancelled,
            Some(KeyAction::Choose) => {
                return self.chosen.take().map_or(PlacingOutcome::Stay, PlacingOutcome::Placed);
            }
            _ => {}
        }
        PlacingOutcome::Stay
    }
}
