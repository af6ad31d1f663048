//! Text being typed: the engine of `tui-textarea` (lines, cursor, undo) under our own keys, with
//! lines wrapped for the width they are shown in.
//!
//! This is the one place in `app` that touches a screen library: the engine and the widget come in
//! one crate, and only the engine is used. Everything that enters is cleaned first.

use std::ops::Range;

use tui_textarea::{CursorMove, DataCursor, Input, Key as AreaKey, TextArea};
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation as _};

use super::key::{Code, Key};
use crate::text::{clean, clean_capped, clean_line, width, wrap};

/// The most one field takes: far beyond any note, small enough to stay quick.
pub(super) const MAX_BYTES: usize = 64 * 1024;

/// Text being typed.
pub struct Editor {
    area: TextArea<'static>,
    one_line: bool,
}

/// The text broken into lines for a width, with the line and column of the caret.
pub struct Layout {
    /// The whole text; the ranges below are into it.
    pub text: String,
    /// One byte range for each displayed line.
    pub lines: Vec<Range<usize>>,
    /// Displayed line and column of the caret.
    pub caret: (usize, usize),
    /// Byte of the text at which the caret stands.
    pub at: usize,
}

impl Default for Editor {
    /// An empty field of one line.
    fn default() -> Self {
        Self::one_line("")
    }
}

impl Editor {
    /// A field of one line; pasted line ends become spaces.
    pub fn one_line(text: &str) -> Self {
        Self::with(clean_line(text), true)
    }

    /// A field of many lines.
    pub fn many_lines(text: &str) -> Self {
        Self::with(clean(text).into_owned(), false)
    }

    fn with(text: String, one_line: bool) -> Self {
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self { area, one_line }
    }

    /// Whether Enter ends it.
    pub fn is_one_line(&self) -> bool {
        self.one_line
    }

    /// The text as it stands.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Whether nothing but blanks has been typed.
    pub fn is_blank(&self) -> bool {
        self.area.lines().iter().all(|line| line.trim().is_empty())
    }

    /// Replaces the text; the caret goes to its end. It can be undone.
    pub fn set(&mut self, text: &str) {
        // The engine's own selection of everything ends at column 65,535.
        for to in [CursorMove::Top, CursorMove::Head] {
            self.area.move_cursor(to);
        }
        self.area.start_selection();
        for to in [CursorMove::Bottom, CursorMove::End] {
            self.area.move_cursor(to);
        }
        self.area.cut();
        self.area.insert_str(clean(text));
    }

    /// Puts words in place of a range of bytes of the text; the caret goes behind them. It
    /// can be undone.
    pub fn replace(&mut self, range: Range<usize>, words: &str) {
        let text = self.text();
        self.jump_to(&text, range.start);
        self.area.start_selection();
        self.jump_to(&text, range.end);
        self.area.cut();
        self.area.insert_str(clean(words));
    }

    /// Moves the caret to a byte of the text.
    pub fn go_to(&mut self, byte: usize) {
        let text = self.text();
        if text.is_char_boundary(byte) {
            self.jump_to(&text, byte);
        }
    }

    /// The byte of the text at which the caret stands.
    pub fn caret(&self) -> usize {
        self.caret_byte(&self.text())
    }

    /// What of a text would go in, up to the end of a word, if not all of it does.
    pub fn part_that_fits(&self, text: &str) -> Option<String> {
        let room = MAX_BYTES.saturating_sub(self.text().len());
        let (part, cut) = clean_capped(text, room);
        cut.then_some(part)
    }

    /// Puts text in at the caret, cleaned. True if some of it had to be left out.
    pub fn insert(&mut self, text: &str) -> bool {
        let room = MAX_BYTES.saturating_sub(self.text().len());
        let (text, cut) = clean_capped(text, room);
        let text = if self.one_line { clean_line(&text) } else { text };
        self.area.insert_str(text);
        cut
    }

    /// Takes a key. True if the text or the caret changed; other keys are left to the caller, among
    /// them Up on the first line and Down on the last. The caret never stands inside of what is one
    /// character to a reader, such as a letter and its accent, and what is deleted goes as a whole.
    pub fn handle_key(&mut self, key: Key, columns: usize) -> bool {
        if let Some((forward, delete)) = one_character(key) {
            return self.pass_character(forward, delete);
        }
        let changed = self.key_in_engine(key, columns);
        // The engine counts code points.
        let is_back = matches!(key.code, Code::Left);
        let deletes = matches!(
            (key.code, key.ctrl, key.alt),
            (Code::Char('w'), true, false) | (Code::Backspace, _, true)
        );
        while changed && self.is_inside_character() {
            let went = if deletes {
                self.area.delete_word()
            } else {
                let by = if is_back { CursorMove::WordBack } else { CursorMove::Forward };
                moved(&mut self.area, by)
            };
            if !went {
                break;
            }
        }
        changed
    }

    /// Moves the caret by one character or deletes it, at the end of a line the line end. False if
    /// there is none.
    fn pass_character(&mut self, forward: bool, delete: bool) -> bool {
        let text = self.text();
        let at = self.caret_byte(&text);
        let character = if forward {
            text[at..].graphemes(true).next()
        } else {
            text[..at].graphemes(true).next_back()
        };
        let Some(long) = character.map(str::len) else { return false };
        let range = if forward { at..at + long } else { at - long..at };
        match (delete, text[range.clone()].chars().count()) {
            (false, 1) => {
                let by = if forward { CursorMove::Forward } else { CursorMove::Back };
                return moved(&mut self.area, by);
            }
            (false, _) => self.jump_to(&text, if forward { range.end } else { range.start }),
            (true, 1) => {
                let key = if forward { AreaKey::Delete } else { AreaKey::Backspace };
                return self.area.input_without_shortcuts(plain(key));
            }
            (true, _) => self.replace(range, ""),
        }
        true
    }

    /// Whether the caret stands inside of what is one character to a reader.
    fn is_inside_character(&self) -> bool {
        let DataCursor(row, column) = self.area.cursor();
        let Some(line) = self.area.lines().get(row).filter(|line| !line.is_ascii()) else {
            return false;
        };
        let at = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
        let is_boundary = GraphemeCursor::new(at, line.len(), true).is_boundary(line, 0);
        !is_boundary.unwrap_or(true)
    }

    fn key_in_engine(&mut self, key: Key, columns: usize) -> bool {
        let area = &mut self.area;
        match (key.code, key.ctrl, key.alt) {
            (Code::Char('z'), true, false) => area.undo(),
            (Code::Char('r'), true, false) => area.redo(),
            (Code::Char('w'), true, false) | (Code::Backspace, _, true) => area.delete_word(),
            (Code::Char('u'), true, false) => area.delete_line_by_head(),
            (Code::Char('k'), true, false) => area.delete_line_by_end(),
            (Code::Char('a'), true, false) => moved(area, CursorMove::Head),
            (Code::Char('e'), true, false) => moved(area, CursorMove::End),
            (Code::Left, true, _) | (Code::Left, _, true) => moved(area, CursorMove::WordBack),
            (Code::Right, true, _) | (Code::Right, _, true) => moved(area, CursorMove::WordForward),
            (Code::Home, true, _) => moved(area, CursorMove::Top),
            (Code::End, true, _) => moved(area, CursorMove::Bottom),
            (Code::Home, ..) => moved(area, CursorMove::Head),
            (Code::End, ..) => moved(area, CursorMove::End),
            (Code::Up, false, false) => self.move_line(columns, -1),
            (Code::Down, false, false) => self.move_line(columns, 1),
            (Code::Enter, false, _) if !self.one_line => {
                self.room() && {
                    self.area.insert_newline();
                    true
                }
            }
            (Code::Char(c), false, false) => {
                self.room() && self.area.input_without_shortcuts(plain(AreaKey::Char(c)))
            }
            _ => false,
        }
    }

    /// Takes a key in a field of one line. True if the text changed.
    pub fn edit(&mut self, key: Key) -> bool {
        let before = self.text();
        self.handle_key(key, usize::MAX);
        self.text() != before
    }

    fn room(&self) -> bool {
        self.area.lines().iter().map(|line| line.len() + 1).sum::<usize>() < MAX_BYTES
    }

    fn move_line(&mut self, columns: usize, by: isize) -> bool {
        if self.one_line {
            return false;
        }
        let layout = self.layout(columns);
        let (row, column) = layout.caret;
        let Some(target) = row.checked_add_signed(by).filter(|&row| row < layout.lines.len())
        else {
            return false;
        };
        let at = layout.byte_at(target, column);
        self.jump_to(&layout.text, at);
        true
    }

    fn jump_to(&mut self, text: &str, byte: usize) {
        let before = &text[..byte];
        let row = before.matches('\n').count();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = text[line_start..byte].chars().count();
        let (row, column) = (clamp_u16(row), clamp_u16(column));
        self.area.move_cursor(CursorMove::Jump(row, column));
    }

    /// The text laid out for a width, with the caret's place.
    pub fn layout(&self, columns: usize) -> Layout {
        let text = self.text();
        // One column is kept for the caret behind the last character.
        let lines = wrap(&text, columns.saturating_sub(1).max(1));
        let caret_byte = self.caret_byte(&text);
        let row = lines.iter().rposition(|line| line.start <= caret_byte).unwrap_or(0);
        let column = lines.get(row).map_or(0, |line| {
            // A caret among blanks that hang over the edge stays at the edge.
            width(&text[line.start..caret_byte.max(line.start)]).min(columns.saturating_sub(1))
        });
        Layout { text, lines, caret: (row, column), at: caret_byte }
    }

    fn caret_byte(&self, text: &str) -> usize {
        let cursor = self.area.cursor();
        let mut start = 0;
        for (row, line) in text.split('\n').enumerate() {
            if row == cursor.0 {
                let within = line.char_indices().nth(cursor.1).map_or(line.len(), |(at, _)| at);
                return start + within;
            }
            start += line.len() + 1;
        }
        text.len()
    }
}

impl Layout {
    fn byte_at(&self, row: usize, column: usize) -> usize {
        let line = &self.lines[row];
        let mut used = 0;
        for (at, character) in self.text[line.clone()].grapheme_indices(true) {
            if used >= column {
                return line.start + at;
            }
            used += width(character);
        }
        line.end
    }
}

fn moved(area: &mut TextArea<'_>, by: CursorMove) -> bool {
    let before = area.cursor();
    area.move_cursor(by);
    area.cursor() != before
}

/// Whether a key passes one character forwards, and whether it deletes it; none for any other key.
fn one_character(key: Key) -> Option<(bool, bool)> {
    match (key.code, key.ctrl || key.alt) {
        (Code::Left, false) => Some((false, false)),
        (Code::Right, false) => Some((true, false)),
        (Code::Backspace, _) if !key.alt => Some((false, true)),
        (Code::Delete, _) => Some((true, true)),
        _ => None,
    }
}

fn plain(key: AreaKey) -> Input {
    Input { key, ctrl: false, alt: false, shift: false }
}

fn clamp_u16(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn type_in(editor: &mut Editor, text: &str) {
        for c in text.chars() {
            editor.handle_key(Key::char(c), 20);
        }
    }

    #[test]
    fn typing_undo_and_redo_go_there_and_back() {
        let mut editor = Editor::many_lines("");
        type_in(&mut editor, "one");
        editor.handle_key(Key::plain(Code::Enter), 20);
        type_in(&mut editor, "two");
        assert_eq!(editor.text(), "one\ntwo");
        while editor.handle_key(Key::ctrl(Code::Char('z')), 20) {}
        assert_eq!(editor.text(), "");
        while editor.handle_key(Key::ctrl(Code::Char('r')), 20) {}
        assert_eq!(editor.text(), "one\ntwo");
    }

    #[test]
    fn a_paste_of_several_lines_into_one_line_stays_one_line() {
        let mut editor = Editor::one_line("");
        assert!(!editor.insert("first\r\nsecond\rthird\x1b[2J"));
        assert_eq!(editor.text(), "first second third[2J");
    }

    #[test]
    fn a_paste_beyond_the_most_is_cut_and_said() {
        let mut editor = Editor::many_lines("");
        assert!(editor.insert(&"word ".repeat(20_000)));
        assert!(editor.text().len() <= MAX_BYTES);
    }

    #[test]
    fn up_and_down_move_by_displayed_lines_and_stop_at_the_edges() {
        let mut editor = Editor::many_lines("alpha beta gamma");
        let layout = editor.layout(7);
        assert_eq!(layout.lines.len(), 3);
        assert_eq!(layout.caret, (2, 5));
        assert!(editor.handle_key(Key::plain(Code::Up), 7));
        assert_eq!(editor.layout(7).caret.0, 1);
        assert!(editor.handle_key(Key::plain(Code::Up), 7));
        assert!(!editor.handle_key(Key::plain(Code::Up), 7), "the first line is left to the form");
    }

    #[test]
    fn setting_the_text_can_be_undone() {
        let mut editor = Editor::many_lines("before");
        editor.set("after");
        assert_eq!(editor.text(), "after");
        editor.handle_key(Key::ctrl(Code::Char('z')), 20);
        editor.handle_key(Key::ctrl(Code::Char('z')), 20);
        assert_eq!(editor.text(), "before");
        editor.set(&"x".repeat(70_000));
        editor.set("after");
        assert_eq!(editor.text(), "after", "of a line of any length nothing stays");
    }

    /// Letters with accents of their own, a hand and a flag, each one character to a reader.
    const CHARACTERS: [&str; 5] = ["e\u{301}", "x", "👍🏽", "🇬🇧", "n\u{303}\u{323}"];

    #[test]
    fn the_caret_passes_and_deletes_a_letter_with_its_accent_as_one() {
        let text = CHARACTERS.concat();
        let ends: Vec<usize> = (0..=5).map(|count| CHARACTERS[..count].concat().len()).collect();
        for one_line in [true, false] {
            let new = || if one_line { Editor::one_line(&text) } else { Editor::many_lines(&text) };
            let mut editor = new();
            for end in ends.iter().rev().skip(1) {
                assert!(editor.handle_key(Key::plain(Code::Left), 40));
                assert_eq!(editor.caret(), *end);
            }
            assert!(!editor.handle_key(Key::plain(Code::Left), 40), "at the start");
            for end in ends.iter().skip(1) {
                assert!(editor.handle_key(Key::plain(Code::Right), 40));
                assert_eq!(editor.caret(), *end);
            }
            for count in (0..5).rev() {
                assert!(editor.handle_key(Key::plain(Code::Backspace), 40));
                assert_eq!(editor.text(), CHARACTERS[..count].concat());
            }
            let mut editor = new();
            editor.go_to(0);
            for count in 1..=5 {
                assert!(editor.handle_key(Key::plain(Code::Delete), 40));
                assert_eq!(editor.text(), CHARACTERS[count..].concat());
            }
        }
    }

    #[test]
    fn words_lines_and_typing_leave_the_caret_between_characters() {
        let mut editor = Editor::many_lines("cafe\u{301} au lait");
        editor.go_to("cafe\u{301}".len());
        editor.handle_key(Key::ctrl(Code::Left), 40);
        assert_eq!(editor.caret(), 0, "not between the letter and its accent");
        editor.handle_key(Key::ctrl(Code::Right), 40);
        assert!(!editor.is_inside_character());
        editor.go_to("cafe\u{301}".len());
        editor.handle_key(Key::ctrl(Code::Char('w')), 40);
        assert_eq!(editor.text(), " au lait");
        // The accent was first; what is typed before it becomes one character with it.
        let mut editor = Editor::one_line("\u{301}t");
        editor.go_to(0);
        editor.handle_key(Key::char('e'), 40);
        assert_eq!(editor.caret(), "e\u{301}".len());
        // From below the middle of a wide character.
        let mut editor = Editor::many_lines("ae\u{301}b\nxyz");
        editor.go_to(editor.text().len() - 1);
        editor.handle_key(Key::plain(Code::Up), 40);
        assert_eq!(editor.caret(), "ae\u{301}".len());
        let mut editor = Editor::many_lines("one\ntwo");
        editor.go_to(4);
        editor.handle_key(Key::plain(Code::Backspace), 40);
        assert_eq!(editor.text(), "onetwo");
    }

    #[test]
    fn the_caret_is_found_among_wide_and_accented_characters() {
        let editor = Editor::many_lines("日本ŵ");
        assert_eq!(editor.layout(20).caret, (0, 5));
    }
}
