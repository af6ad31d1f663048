//! Filling in a clinic: going to a field by its label, writing, choosing, changing the stage.

use std::{thread, time::Duration};

use super::{Key, Terminal, words};

/// How long a press of Tab may take to show.
const ONE_STEP: Duration = Duration::from_millis(1500);
/// Nothing is drawn for so long once a key has been answered.
const QUIET: Duration = Duration::from_millis(40);
/// Longer than the window in which somebody places takes no key.
const TOO_SOON_TO_PLACE: Duration = Duration::from_millis(700);
/// More fields than any stage has.
const MAX_FIELDS: usize = 120;

impl Terminal {
    /// Presses Tab until the field with this label has the focus.
    #[track_caller]
    pub(crate) fn go_to(&mut self, label: &str) {
        // What was typed just now must not be taken for a move.
        self.settle(QUIET);
        // Something else that is drawn late may be taken for a move, and the field be passed: then it
        // lies behind.
        for key in [Key::Tab, Key::BackTab] {
            for _ in 0..MAX_FIELDS {
                let before = self.screen();
                if before.is_at(label) {
                    return;
                }
                self.press(&[key]);
                let moved = self.wait_at_most(ONE_STEP, |shot| {
                    shot.markers() != before.markers() || shot.focused() != before.focused()
                });
                if moved.is_err() && (key == Key::BackTab || before.shows("This is the last field"))
                {
                    break;
                }
            }
            self.settle(QUIET);
        }
        panic!("no field “{label}” from here on; the screen was\n{}", self.screen());
    }

    /// Writes into the next field with this label.
    #[track_caller]
    pub(crate) fn write(&mut self, label: &str, text: &str) {
        self.go_to(label);
        self.keys(text);
        let end: String =
            text.chars().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect();
        self.wait_for(end.trim());
    }

    /// Presses the button with this label.
    #[track_caller]
    pub(crate) fn push(&mut self, label: &str) {
        self.go_to(label);
        self.handle_action(Key::Enter.bytes());
    }

    /// Adds somebody who is here, with the role of this number.
    #[track_caller]
    pub(crate) fn add_person(&mut self, profession: &str, role: &str) {
        self.push(words::ADD_SOMEBODY);
        self.wait_for(words::WHO_IS_HERE);
        self.keys(profession);
        self.press(&[Key::Enter]);
        self.wait_for(words::ROLE_TODAY);
        self.confirm(role);
        self.wait_gone(words::ROLE_TODAY);
    }

    /// Waits until the window in which somebody places takes keys: not at first.
    #[track_caller]
    pub(crate) fn wait_to_place(&self) {
        self.wait_for(words::PRESS_A_NUMBER);
        thread::sleep(TOO_SOON_TO_PLACE);
    }

    /// Chooses by number in the next field with this label.
    #[track_caller]
    pub(crate) fn choose(&mut self, label: &str, number: &str) {
        self.go_to(label);
        self.handle_action(number.as_bytes().to_vec());
    }

    /// Sends bytes and waits until something came of them, so that what follows starts from there.
    fn handle_action(&mut self, bytes: Vec<u8>) {
        let before = self.screen();
        self.send(&bytes);
        // What was chosen already stays chosen: then nothing changes, and that is well.
        let _ = self.wait_at_most(ONE_STEP, |shot| shot.form() != before.form());
    }

    /// Selects an option of the dialog by its number, and confirms it.
    #[track_caller]
    pub(crate) fn confirm(&mut self, number: &str) {
        self.keys(number);
        self.press(&[Key::Enter]);
    }

    /// Leaves the clinic, which is asked about once.
    #[track_caller]
    pub(crate) fn leave(&mut self) {
        self.press(&[Key::Esc]);
        self.wait_for("Leave this clinic?");
        self.confirm("2");
    }

    /// Finishes the stage; the next one must open.
    #[track_caller]
    pub(crate) fn next_stage(&mut self, title: &str) {
        self.press(&[Key::PageDown]);
        self.wait_for(title);
    }

    /// Waits until all is saved, and stays so.
    #[track_caller]
    pub(crate) fn wait_saved(&self) {
        self.wait_for(words::SAVED);
    }

    /// The case key in the place line of the clinic.
    #[track_caller]
    pub(crate) fn case_key(&self) -> String {
        let shot = self.screen();
        let title = shot.rows.get(shot.place_row()).cloned().unwrap_or_default();
        let key = title.split_whitespace().find(|word| is_case_key(word));
        key.unwrap_or_else(|| panic!("no case key in “{title}”")).to_owned()
    }
}

fn is_case_key(word: &str) -> bool {
    let Some((name, number)) = word.split_once('-') else { return false };
    !name.is_empty()
        && name.chars().all(|c| c.is_ascii_uppercase())
        && !number.is_empty()
        && number.chars().all(|c| c.is_ascii_digit())
}
