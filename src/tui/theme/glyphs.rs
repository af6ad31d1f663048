//! The signs that are drawn, for terminals and fonts that have only ASCII.

use std::{borrow::Cow, env};

use crate::text::width;

/// Which signs can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyphs {
    /// All.
    Unicode,
    /// Signs of ASCII; letters of other alphabets as they are.
    AsciiSigns,
    /// Nothing but ASCII: the locale of the terminal is not UTF-8.
    Ascii,
}

impl Glyphs {
    /// Returns what the locale can show, with only the signs of ASCII if a person asked for them.
    pub fn of_environment(ascii: bool) -> Self {
        // The first of these that is set decides, as for every program.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .iter()
            .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
        Self::of_locale(locale.as_deref(), ascii)
    }

    fn of_locale(locale: Option<&str>, ascii: bool) -> Self {
        // Without a locale nothing is known, and today's terminals are UTF-8.
        let is_utf8 = locale.is_none_or(|locale| {
            let set = locale.split('.').nth(1).unwrap_or_default();
            set.replace('-', "").to_ascii_lowercase().starts_with("utf8")
        });
        match (is_utf8, ascii) {
            (false, _) => Self::Ascii,
            (true, true) => Self::AsciiSigns,
            (true, false) => Self::Unicode,
        }
    }

    /// Returns the text as it can be drawn, in as many columns.
    pub fn show(self, text: &str) -> Cow<'_, str> {
        if self == Self::Unicode || text.is_ascii() {
            return Cow::Borrowed(text);
        }
        let mut shown = String::with_capacity(text.len());
        for c in text.chars() {
            match in_ascii(c) {
                Some(sign) => shown.push(sign),
                None if c.is_ascii() || self == Self::AsciiSigns => shown.push(c),
                None => shown.extend(std::iter::repeat_n('?', width(c.encode_utf8(&mut [0; 4])))),
            }
        }
        Cow::Owned(shown)
    }
}

/// Returns the sign that stands for one that ASCII does not have.
fn in_ascii(c: char) -> Option<char> {
    Some(match c {
        '▌' | '▸' | '›' | '→' | '▶' => '>',
        '◂' | '‹' | '←' => '<',
        '│' | '┃' | '├' | '┤' => '|',
        '─' | '┄' | '━' | '–' | '—' | '‑' | '‐' | '−' => '-',
        '╭' | '╮' | '╰' | '╯' | '┌' | '┐' | '└' | '┘' | '┼' | '┬' | '┴' => {
            '+'
        }
        '✓' | '×' | '✗' => 'x',
        '·' => '.',
        '•' | '●' | '★' => '*',
        '○' => 'o',
        '■' => '#',
        '▏' => '|',
        '↑' => '^',
        '↓' => 'v',
        '…' => '~',
        '“' | '”' | '„' => '"',
        '‘' | '’' => '\'',
        '\u{a0}' | '\u{202f}' => ' ',
        '£' => 'L',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_keeps_its_columns() {
        for text in ["▌ 1 Open ✓", "│ ( ) (•) “don’t” …", "┄┄ ■ ■ ↑↓ ◂ middle", "Zoë 日本 é"]
        {
            assert_eq!(width(&Glyphs::AsciiSigns.show(text)), width(text), "{text}");
            let ascii = Glyphs::Ascii.show(text);
            assert!(ascii.is_ascii() && width(&ascii) == width(text), "{text}: {ascii}");
        }
    }

    #[test]
    fn letters_stay_where_the_terminal_can_show_them() {
        assert_eq!(Glyphs::AsciiSigns.show("▌ Zoë’s"), "> Zoë's");
        assert_eq!(Glyphs::Ascii.show("Zoë"), "Zo?");
        assert_eq!(Glyphs::Unicode.show("▌ Zoë’s"), "▌ Zoë’s");
    }

    #[test]
    fn the_locale_says_what_the_terminal_can_show() {
        for (locale, ascii, glyphs) in [
            (Some("en_GB.UTF-8"), false, Glyphs::Unicode),
            (Some("en_GB.utf8"), true, Glyphs::AsciiSigns),
            (Some("en_GB.ISO-8859-1"), false, Glyphs::Ascii),
            (Some("C.UTF-8"), false, Glyphs::Unicode),
            (Some("C"), false, Glyphs::Ascii),
            (None, false, Glyphs::Unicode),
            (None, true, Glyphs::AsciiSigns),
        ] {
            assert_eq!(Glyphs::of_locale(locale, ascii), glyphs, "{locale:?}");
        }
    }
}
