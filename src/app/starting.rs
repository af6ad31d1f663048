//! The list of meeting formats, from which a clinic is started.
//!
//! It is asked before the vault is opened or made, so that nobody unlocks it for the wrong meeting.

use super::{dialog::choose_by, key::Key};
use crate::clinic::{Format, Language, formats};

/// Which meeting format to start.
pub struct Starting {
    /// The formats there are.
    pub formats: Vec<Format>,
    /// Which is chosen.
    pub chosen: usize,
    /// Walk through the fictional worked case and save nothing.
    pub practice: bool,
}

impl Starting {
    /// The list, at its first format.
    pub fn new(practice: bool) -> Self {
        Self { formats: formats(Language::En), chosen: 0, practice }
    }

    /// The heading.
    pub fn title(&self) -> &'static str {
        if self.practice { "Practise which meeting?" } else { "Which meeting?" }
    }

    /// Takes a key; the id of the format once Enter is pressed or its number typed.
    pub fn take(&mut self, key: Key) -> Option<String> {
        let at = choose_by(key, &mut self.chosen, self.formats.len())?;
        self.formats.get(at).map(|format| format.id.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Code;

    #[test]
    fn enter_starts_the_first_format_and_a_number_the_one_it_stands_beside() {
        let mut starting = Starting::new(false);
        assert_eq!(starting.take(Key::plain(Code::Enter)).as_deref(), Some("peer-case-clinic"));
        let second = starting.formats.get(1).map(|format| format.id.clone());
        assert_eq!(starting.take(Key::char('2')), second);
    }

    #[test]
    fn the_choice_stays_inside_the_list() {
        let mut starting = Starting::new(true);
        for _ in 0..50 {
            assert_eq!(starting.take(Key::plain(Code::Down)), None);
        }
        assert_eq!(starting.chosen, starting.formats.len() - 1);
        assert_eq!(starting.take(Key::char('0')), None);
    }
}
