//! A key as the screens know it, free of any terminal library, with the name people read.

use std::{fmt, str::FromStr};

/// Which key, without its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A character, as typed (capital letters arrive as capitals, without shift).
    Char(char),
    /// Enter or Return.
    Enter,
    /// Escape.
    Esc,
    /// Tab; with shift it is the back tab.
    Tab,
    /// Backspace.
    Backspace,
    /// Delete forward.
    Delete,
    /// Left arrow.
    Left,
    /// Right arrow.
    Right,
    /// Up arrow.
    Up,
    /// Down arrow.
    Down,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A function key.
    F(u8),
}

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Control held.
    pub ctrl: bool,
    /// Alt (or Option) held.
    pub alt: bool,
    /// Shift held; only meaningful for keys that are not characters.
    pub shift: bool,
}

impl Key {
    /// The key alone.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character alone.
    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// The key with control.
    pub const fn ctrl(code: Code) -> Self {
        Self { code, ctrl: true, alt: false, shift: false }
    }

    /// The key with alt.
    pub const fn alt(code: Code) -> Self {
        Self { code, ctrl: false, alt: true, shift: false }
    }

    /// The key with shift.
    pub const fn shift(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: true }
    }

    /// Returns a named key, such as an arrow, alone; `None` for a character or a key without
    /// modifiers.
    pub(super) fn without_modifiers(self) -> Option<Self> {
        let is_held = self.ctrl || self.alt || self.shift;
        let is_named = !matches!(self.code, Code::Char(_) | Code::F(_));
        (is_held && is_named).then_some(Self::plain(self.code))
    }

    /// Whether it leads on or out of everything, so that nobody may lose it.
    pub(super) fn is_kept(self) -> bool {
        match self.code {
            Code::Esc | Code::Enter | Code::Tab => true,
            Code::F(1) => !self.shift,
            Code::Char('c') => self.ctrl,
            _ => false,
        }
    }

    /// Whether it types nothing and moves no cursor.
    pub(super) fn is_command(self) -> bool {
        self.ctrl || self.alt || matches!(self.code, Code::F(_) | Code::PageUp | Code::PageDown)
    }

    /// Returns the name of the key that a terminal sends the same byte for.
    pub(super) fn same_in_terminals(self) -> Option<&'static str> {
        match self.code {
            Code::Char('i') if self.ctrl => Some("Tab"),
            Code::Char('j' | 'm') if self.ctrl => Some("Enter"),
            Code::Char('h') if self.ctrl => Some("Backspace"),
            _ => None,
        }
    }

    /// The character this key types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.code {
            Code::Char(' ') => f.write_str("Space"),
            Code::Char(c) if self.ctrl || self.alt => write!(f, "{}", c.to_ascii_uppercase()),
            Code::Char(c) => write!(f, "{c}"),
            Code::Enter => f.write_str("Enter"),
            Code::Esc => f.write_str("Esc"),
            Code::Tab => f.write_str("Tab"),
            Code::Backspace => f.write_str("Backspace"),
            Code::Delete => f.write_str("Del"),
            Code::Left => f.write_str("←"),
            Code::Right => f.write_str("→"),
            Code::Up => f.write_str("↑"),
            Code::Down => f.write_str("↓"),
            Code::Home => f.write_str("Home"),
            Code::End => f.write_str("End"),
            Code::PageUp => f.write_str("PgUp"),
            Code::PageDown => f.write_str("PgDn"),
            Code::F(n) => write!(f, "F{n}"),
        }
    }
}

/// Reads a key as people write it: `F7`, `Ctrl-G`, `Alt-Left`, `PgUp`, `Space`, `j`.
impl FromStr for Key {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut key = Self::plain(Code::Enter);
        let mut rest = text.trim();
        loop {
            let held =
                [("ctrl", 0), ("alt", 1), ("shift", 2)].into_iter().find_map(|(name, which)| {
                    let head = rest.get(..name.len())?;
                    let behind = rest.get(name.len()..)?.strip_prefix(['-', '+'])?;
                    head.eq_ignore_ascii_case(name).then_some((which, behind))
                });
            let Some((which, behind)) = held.filter(|(_, behind)| !behind.is_empty()) else {
                break;
            };
            *[&mut key.ctrl, &mut key.alt, &mut key.shift][which] = true;
            rest = behind;
        }
        let mut letters = rest.chars();
        key.code = match (letters.next(), letters.next()) {
            (Some(letter), None) if !"←→↑↓".contains(letter) => {
                let is_held = key.ctrl || key.alt;
                // No terminal sends Shift with a letter, or Ctrl with a sign, as a key of its own.
                if key.shift || key.ctrl && !letter.is_ascii_alphabetic() || letter.is_control() {
                    return Err(());
                }
                Code::Char(if is_held { letter.to_ascii_lowercase() } else { letter })
            }
            _ => named(rest)?,
        };
        Ok(key)
    }
}

fn named(name: &str) -> Result<Code, ()> {
    Ok(match name.to_lowercase().as_str() {
        "space" => Code::Char(' '),
        "enter" | "return" => Code::Enter,
        "esc" | "escape" => Code::Esc,
        "tab" => Code::Tab,
        "backspace" => Code::Backspace,
        "del" | "delete" => Code::Delete,
        "left" | "←" => Code::Left,
        "right" | "→" => Code::Right,
        "up" | "↑" => Code::Up,
        "down" | "↓" => Code::Down,
        "home" => Code::Home,
        "end" => Code::End,
        "pgup" | "pageup" => Code::PageUp,
        "pgdn" | "pgdown" | "pagedown" => Code::PageDown,
        other => {
            let number = other.strip_prefix('f').and_then(|number| number.parse().ok());
            Code::F(number.filter(|number| (1..=12).contains(number)).ok_or(())?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_as_people_read_it() {
        assert_eq!(Key::ctrl(Code::Char('b')).to_string(), "Ctrl-B");
        assert_eq!(Key::shift(Code::Tab).to_string(), "Shift-Tab");
        assert_eq!(Key::plain(Code::F(6)).to_string(), "F6");
        assert_eq!(Key::char('/').to_string(), "/");
    }

    #[test]
    fn a_key_is_read_as_people_write_it() {
        for (text, key) in [
            ("f7", Key::plain(Code::F(7))),
            ("ctrl+g", Key::ctrl(Code::Char('g'))),
            ("Alt-Left", Key::alt(Code::Left)),
            ("Shift-Tab", Key::shift(Code::Tab)),
            ("PageDown", Key::plain(Code::PageDown)),
            ("N", Key::char('N')),
            ("-", Key::char('-')),
            ("space", Key::char(' ')),
        ] {
            assert_eq!(text.parse(), Ok(key), "{text}");
        }
        for text in ["", "F0", "F13", "Ctrl-", "Ctrl-F99", "Shift-a", "Ctrl-5", "Hyper-x", "ab"] {
            assert_eq!(text.parse::<Key>(), Err(()), "{text}");
        }
    }

    #[test]
    fn only_a_character_without_control_or_alt_types_something() {
        assert_eq!(Key::char('ŵ').typed(), Some('ŵ'));
        assert_eq!(Key::ctrl(Code::Char('b')).typed(), None);
        assert_eq!(Key::plain(Code::Enter).typed(), None);
    }
}
