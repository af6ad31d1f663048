//! Cleaning text from outside, so that it can neither steer a terminal nor hide what it says.

use std::borrow::Cow;

/// Text of several lines: CR and CRLF become LF, a tab four spaces; control characters, bidi
/// controls, zero-width and other invisible characters go.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c == '\n' || !is_control_or_invisible(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() == Some(&'\n') {
                    chars.next();
                }
                out.push('\n');
            }
            '\u{2028}' | '\u{2029}' | '\u{85}' => out.push('\n'),
            '\t' => out.push_str("    "),
            '\n' => out.push('\n'),
            c if is_control_or_invisible(c) => {}
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Text of one line: as [`clean`], and line ends become single spaces.
pub fn clean_line(text: &str) -> String {
    let cleaned = clean(text);
    if !cleaned.contains('\n') {
        return cleaned.into_owned();
    }
    cleaned.split('\n').map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// As [`clean`], cut to at most `max_bytes` at the end of a word. The flag says whether it was cut.
pub fn clean_capped(text: &str, max_bytes: usize) -> (String, bool) {
    // Cleaning four times the cap is enough: nothing grows but a tab, and that only helps.
    let head = floor_boundary(text, max_bytes.saturating_mul(4));
    let cleaned = clean(&text[..head]);
    if cleaned.len() <= max_bytes && head == text.len() {
        return (cleaned.into_owned(), false);
    }
    let mut end = floor_boundary(&cleaned, max_bytes);
    if end < cleaned.len() {
        end = cleaned[..end].rfind(char::is_whitespace).filter(|&at| at > 0).unwrap_or(end);
    }
    (cleaned[..end].to_owned(), true)
}

/// The last place at or before `at` that lies between two characters.
pub(super) fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Returns whether a character controls a terminal, hides, or turns text around.
pub fn is_control_or_invisible(c: char) -> bool {
    // Nearly every character is one of these, and the whole knowledge base passes here at each
    // start.
    if matches!(c, ' '..='~') {
        return false;
    }
    c.is_control()
        || matches!(
            c,
            '\u{00AD}'
                | '\u{034F}'
                | '\u{061C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_left_alone_without_copying() {
        assert!(matches!(clean("Tŷ, siarad â’r plentyn\nail linell"), Cow::Borrowed(_)));
    }

    #[test]
    fn every_kind_of_line_end_becomes_a_newline() {
        assert_eq!(clean("a\r\nb\rc\u{2028}d"), "a\nb\nc\nd");
    }

    #[test]
    fn escape_sequences_lose_their_power() {
        assert_eq!(clean("\x1b[2Jgone\x07\u{9b}31m"), "[2Jgone31m");
    }

    #[test]
    fn bidi_and_zero_width_characters_go() {
        assert_eq!(clean("safe\u{202E}evil\u{2066}\u{200B}\u{FEFF}"), "safeevil");
    }

    #[test]
    fn a_single_line_keeps_its_words_apart() {
        assert_eq!(clean_line("one\r\n  two\n\nthree"), "one two three");
    }

    #[test]
    fn a_long_paste_is_cut_at_the_end_of_a_word() {
        assert_eq!(clean_capped("alpha beta gamma", 12), ("alpha beta".to_owned(), true));
        assert_eq!(clean_capped("alpha", 12), ("alpha".to_owned(), false));
        assert_eq!(clean_capped("ŵŵŵŵ", 3), ("ŵ".to_owned(), true));
    }
}
