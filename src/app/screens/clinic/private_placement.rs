//! Somebody placing a behaviour privately: what they choose is not shown, and the screen is handed on
//! clean.
//!
//! They can look at their own choice once more. A terminal reports that a key was pressed, not that
//! it is held, so holding one to look is not possible. Instead the key shows the choice for three
//! seconds, and any other key hides it at once: an answer that stayed until the next key would still
//! stand there when the keyboard is passed on.

use jiff::{SignedDuration, Timestamp};

use crate::{
    app::{
        action::KeyAction,
        key::Key,
        keymap::{self, KeyContext},
    },
    clinic::{Bar, ParticipantId, PlacementMethod, Private, Slot},
};

/// A key so soon after the window opened was meant for what was there before it.
const TOO_SOON: SignedDuration = SignedDuration::from_millis(500);

/// How long somebody sees their choice.
const CHECK: SignedDuration = SignedDuration::from_secs(3);

/// Somebody placing a behaviour.
pub struct Placing {
    /// The behaviour.
    pub slot: Slot,
    /// What it is, in the words of the note; blank if nothing is written yet.
    pub behaviour: String,
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
    /// When the window opened.
    pub(super) opened: Timestamp,
    /// The chosen step, by its place.
    pub(super) chosen: Option<usize>,
    /// Until when it is shown.
    pub(super) checked_until: Option<Timestamp>,
}

/// What a key led to.
pub enum PlacingOutcome {
    /// More is needed.
    Stay,
    /// They went away without placing.
    Cancelled,
    /// Text was typed that does nothing in the window: it was meant for something else.
    TextTyped,
    /// They placed it.
    Placed(Private),
}

impl Placing {
    /// Whether something is chosen. What it is stays hidden.
    pub fn is_chosen(&self) -> bool {
        self.chosen.is_some()
    }

    /// The choice, with its number, while the person who made it checks it.
    pub fn checked(&self, now: Timestamp) -> Option<(usize, &Bar)> {
        let at = self.chosen.filter(|_| self.checked_until.is_some_and(|until| now < until))?;
        Some((at + 1, self.steps.get(at)?))
    }

    /// When the choice is to be hidden again.
    pub(crate) fn deadline(&self, now: Timestamp) -> Option<Timestamp> {
        self.checked_until.filter(|until| now < *until)
    }

    /// Takes a key: a number chooses, Space shows the choice for a moment, Enter keeps it, Esc goes
    /// away. Text typed without looking never places for anybody: a key too soon does nothing, and a
    /// letter ends it.
    pub fn handle_key(&mut self, key: Key, now: Timestamp) -> PlacingOutcome {
        self.checked_until = None;
        let action = keymap::own(KeyContext::Placing, key);
        if action.is_none() && key.typed().is_some() {
            return PlacingOutcome::TextTyped;
        }
        let since = now.duration_since(self.opened);
        let is_too_soon = (SignedDuration::ZERO..TOO_SOON).contains(&since);
        if is_too_soon && action != Some(KeyAction::Back) {
            return PlacingOutcome::Stay;
        }
        match action {
            Some(KeyAction::ChooseNumber) => {
                if let Some(at) = keymap::place(key).filter(|at| *at < self.steps.len()) {
                    self.chosen = Some(at);
                }
            }
            Some(KeyAction::CheckChoice) => self.checked_until = now.checked_add(CHECK).ok(),
            Some(KeyAction::ClearChoice) => self.chosen = None,
            Some(KeyAction::Back) => return PlacingOutcome::Cancelled,
            Some(KeyAction::Choose) => {
                let chosen = self.chosen.take().and_then(|at| self.steps.get(at));
                return chosen.map_or(PlacingOutcome::Stay, |step| {
                    PlacingOutcome::Placed(Private::new(&step.code))
                });
            }
            _ => {}
        }
        PlacingOutcome::Stay
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Code;

    fn placing() -> Placing {
        let step = |code: &str| Bar {
            code: code.to_owned(),
            text: code.to_owned(),
            definition: String::new(),
            exclusive: false,
            count: 0,
        };
        Placing {
            slot: Slot::once("placement"),
            behaviour: "He asked twice.".to_owned(),
            participant: ParticipantId(1),
            who: "school nurse".to_owned(),
            steps: ["typical", "inappropriate"].map(step).into(),
            again: false,
            way: PlacementMethod::default(),
            opened: "2026-11-22T09:59:00Z".parse().expect("a time"),
            chosen: None,
            checked_until: None,
        }
    }

    #[test]
    fn a_choice_is_seen_for_three_seconds_and_any_other_key_hides_it() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().expect("a time");
        let later = |seconds| now + SignedDuration::from_secs(seconds);
        let seen = |placing: &Placing, at| placing.checked(at).map(|(number, _)| number);
        let mut placing = placing();
        placing.handle_key(Key::char(' '), now);
        assert_eq!(seen(&placing, now), None, "nothing is chosen");
        placing.handle_key(Key::char('2'), now);
        assert_eq!(seen(&placing, now), None, "choosing shows nothing");
        placing.handle_key(Key::char(' '), now);
        assert_eq!((seen(&placing, now), seen(&placing, later(2))), (Some(2), Some(2)));
        assert_eq!(placing.deadline(now), Some(later(3)));
        assert_eq!((seen(&placing, later(3)), placing.deadline(later(3))), (None, None));
        placing.handle_key(Key::char(' '), later(4));
        assert_eq!(seen(&placing, later(5)), Some(2), "one may look as often as one likes");
        placing.handle_key(Key::char('9'), later(5));
        assert_eq!(seen(&placing, later(5)), None);
        assert!(placing.is_chosen());
        placing.handle_key(Key::plain(Code::Backspace), later(6));
        placing.handle_key(Key::char(' '), later(6));
        assert_eq!(seen(&placing, later(6)), None, "it was cleared");
    }

    #[test]
    fn keys_too_soon_choose_nothing_and_a_letter_ends_it() {
        let opened = "2026-11-22T10:00:00Z".parse().expect("a time");
        let later = |millis| opened + SignedDuration::from_millis(millis);
        let mut placing = Placing { opened, ..placing() };
        placing.handle_key(Key::char('1'), later(200));
        assert!(!placing.is_chosen(), "this was meant for what was there before");
        placing.handle_key(Key::char('1'), later(600));
        assert!(placing.is_chosen());
        for other in ['y', '.', 'Y'] {
            let outcome = placing.handle_key(Key::char(other), later(700));
            assert!(matches!(outcome, PlacingOutcome::TextTyped), "{other}");
        }
    }
}
