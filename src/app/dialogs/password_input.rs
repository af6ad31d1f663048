//! A passphrase being typed: never shown, never in an undo history, wiped when dropped.

use secrecy::SecretString;
use unicode_segmentation::UnicodeSegmentation;
use zeroize::{Zeroize, Zeroizing};

use crate::app::{
    action::KeyAction,
    key::Key,
    keymap::{self, KeyContext},
};
use crate::text::clean_line;

/// Longer than any passphrase; the buffer never grows, so no copy of it is left behind.
const MAX_BYTES: usize = 1024;

/// A passphrase being typed.
pub struct PasswordInput {
    text: Zeroizing<String>,
}

impl Default for PasswordInput {
    fn default() -> Self {
        Self { text: Zeroizing::new(String::with_capacity(MAX_BYTES)) }
    }
}

impl PasswordInput {
    /// Takes a key.
    pub fn handle_key(&mut self, key: Key) {
        match (keymap::own(KeyContext::PassphraseEntry, key), key.typed()) {
            (Some(KeyAction::DeleteBack), _) => {
                let end = self.text.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
                self.text.truncate(end);
            }
            (Some(KeyAction::DeleteToStart), _) => self.text.zeroize(),
            (_, Some(c)) if self.text.len() + c.len_utf8() <= MAX_BYTES => self.text.push(c),
            _ => {}
        }
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        let line = Zeroizing::new(clean_line(text));
        for c in line.trim().chars() {
            self.handle_key(Key::char(c));
        }
    }

    /// How many characters are there, for the dots.
    pub fn len(&self) -> usize {
        self.text.graphemes(true).count()
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it is this text, spaces at the ends and between words apart.
    pub fn is(&self, other: &str) -> bool {
        self.text.split_whitespace().eq(other.split_whitespace())
    }

    /// The passphrase, leaving nothing here.
    pub fn reveal(&mut self) -> SecretString {
        let secret = SecretString::from(self.text.as_str());
        self.text.zeroize();
        secret
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::app::Code;

    #[test]
    fn what_is_typed_is_handed_over_once() {
        let mut hidden = PasswordInput::default();
        hidden.paste(" six wordŝ\n");
        hidden.handle_key(Key::plain(Code::Backspace));
        hidden.handle_key(Key::char('s'));
        assert_eq!(hidden.len(), 9);
        assert!(hidden.is("six  words"));
        assert_eq!(hidden.reveal().expose_secret(), "six words");
        assert!(hidden.is_empty());
    }

    #[test]
    fn a_paste_beyond_reason_stops_at_the_most() {
        let mut hidden = PasswordInput::default();
        hidden.paste(&"x".repeat(5000));
        assert_eq!(hidden.len(), MAX_BYTES);
    }
}
