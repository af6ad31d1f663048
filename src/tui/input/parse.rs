//! Bytes of a terminal as keys, pastes and clicks. Pure: bytes and the passing of time go in,
//! messages come out.
//!
//! It never panics and never waits for ever: whatever is not understood is passed over, and what
//! was begun and does not go on is taken for what it looks like. What was understood is
//! overwritten.

#[cfg(test)]
mod tests;

use zeroize::{Zeroize, Zeroizing};

use crate::app::{Code, Key, Message, Mouse};

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x07;
const PASTE_ENDS: &[u8] = b"\x1b[201~";
/// Bytes of a sequence that is none: no terminal sends more.
const MAX_SEQUENCE_BYTES: usize = 64;
/// Bytes of an answer that is none.
const MAX_ANSWER_BYTES: usize = 4096;

/// Bit of a report of the mouse: the button was let go of or the mouse moved.
const MOVED: u16 = 0b10_0000;
/// Bit of a report of the mouse: the wheel.
const WHEEL: u16 = 0b100_0000;
/// Bits of a report of the mouse that say which keys were held.
const HELD: u16 = 0b1_1100;

/// What has begun and is not at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waiting {
    /// Nothing that time would end.
    Nothing,
    /// A sequence.
    Sequence,
    /// An escape, which with the next character may be a key with Alt.
    Escape,
    /// An escape behind which only the rest of a sequence is still looked for.
    AgedEscape,
    /// The rest of a sequence whose escape was taken for the key.
    LateSequence,
    /// An answer of the terminal.
    Answer,
    /// A paste.
    Paste,
}

/// Takes bytes as they come, in pieces of any size.
#[derive(Default)]
pub(super) struct Parser {
    /// What came; noughts stand in place of what is understood.
    bytes: Zeroizing<Vec<u8>>,
    /// How many of them are understood.
    done: usize,
    /// How far a paste has been looked through for its end; `None` outside of a paste.
    paste: Option<usize>,
    /// Nothing follows what is here.
    is_over: bool,
    escape: LoneEscape,
}

/// What time has made of an escape that nothing followed.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum LoneEscape {
    /// There is none, or it has just come: with the next character it is that key with Alt.
    #[default]
    Fresh,
    /// It is the key, unless the rest of a sequence follows.
    Aged,
    /// It is the key.
    Certain,
    /// It was taken for the key, and what comes may be the rest of its sequence.
    Taken,
}

/// What the beginning of the bytes is.
enum Begins {
    /// So many bytes are understood, and mean this.
    With(usize, Option<Message>),
    /// A paste begins behind so many bytes.
    WithPaste(usize),
    /// More is needed to tell.
    Unclear,
}

impl Parser {
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.is_over = false;
        match std::mem::take(&mut self.escape) {
            LoneEscape::Aged if !begins_sequence(bytes) => self.escape = LoneEscape::Certain,
            LoneEscape::Certain => self.escape = LoneEscape::Certain,
            LoneEscape::Taken if is_key_sequence(bytes) => self.add(&[ESCAPE]),
            LoneEscape::Fresh | LoneEscape::Aged | LoneEscape::Taken => {}
        }
        self.add(bytes);
    }

    fn add(&mut self, bytes: &[u8]) {
        // What grows leaves its old place behind: here that is overwritten too.
        if self.bytes.len() + bytes.len() > self.bytes.capacity() {
            let room = (self.rest().len() + bytes.len()).next_power_of_two();
            let mut larger = Zeroizing::new(Vec::with_capacity(room));
            larger.extend_from_slice(self.rest());
            (self.bytes, self.done) = (larger, 0);
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// What is not understood yet.
    fn rest(&self) -> &[u8] {
        &self.bytes[self.done..]
    }

    /// Nothing came for a while: what was begun is all there is.
    pub(super) fn time_passed(&mut self) {
        let is_lone = self.paste.is_none() && matches!(self.rest(), [ESCAPE]);
        self.escape = match self.escape {
            LoneEscape::Fresh if is_lone => LoneEscape::Aged,
            LoneEscape::Aged => LoneEscape::Taken,
            LoneEscape::Fresh | LoneEscape::Certain | LoneEscape::Taken => LoneEscape::Fresh,
        };
        self.is_over = self.escape != LoneEscape::Aged;
    }

    pub(super) fn waiting(&self) -> Waiting {
        match (self.paste, self.rest().is_empty()) {
            (Some(_), _) => Waiting::Paste,
            (None, _) if matches!(self.rest(), [ESCAPE, b']', b'0'..=b'9', ..]) => Waiting::Answer,
            (None, false) if self.escape == LoneEscape::Aged => Waiting::AgedEscape,
            (None, false) if self.rest() == [ESCAPE] => Waiting::Escape,
            (None, false) => Waiting::Sequence,
            (None, true) if self.escape == LoneEscape::Taken => Waiting::LateSequence,
            (None, true) => Waiting::Nothing,
        }
    }

    /// The next message, if one is whole.
    pub(super) fn next(&mut self) -> Option<Message> {
        if self.escape == LoneEscape::Certain {
            self.escape = LoneEscape::Fresh;
            self.forget(1);
            return Some(Message::Pressed(Key::plain(Code::Esc)));
        }
        loop {
            if self.paste.is_some() {
                return self.pasted();
            }
            if self.rest().is_empty() {
                return None;
            }
            match begins(self.rest(), self.is_over) {
                Begins::With(count, message) => {
                    self.forget(count);
                    if message.is_some() {
                        return message;
                    }
                }
                Begins::WithPaste(count) => {
                    self.forget(count);
                    self.paste = Some(0);
                }
                Begins::Unclear => return None,
            }
        }
    }

    /// The text of a paste, once its end is there or will not come.
    fn pasted(&mut self) -> Option<Message> {
        let seen = self.paste?;
        let rest = self.rest();
        let from = seen.saturating_sub(PASTE_ENDS.len());
        let end = rest[from..].windows(PASTE_ENDS.len()).position(|some| some == PASTE_ENDS);
        let (text, all) = match end {
            Some(at) => (from + at, from + at + PASTE_ENDS.len()),
            None if self.is_over => (rest.len(), rest.len()),
            None => {
                self.paste = Some(rest.len());
                return None;
            }
        };
        let text = String::from_utf8_lossy(&rest[..text]).into_owned();
        self.paste = None;
        self.forget(all);
        Some(Message::Pasted(text))
    }

    /// Overwrites what was understood.
    fn forget(&mut self, count: usize) {
        let until = self.done + count;
        self.bytes[self.done..until].zeroize();
        self.done = until;
        if self.done == self.bytes.len() {
            self.bytes.clear();
            self.done = 0;
        }
    }
}

/// Whether these bytes can go on with a sequence that an escape began.
fn begins_sequence(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'[' | b'O' | b']'))
}

/// Whether bytes that came together are all of a key's sequence but its escape. Nobody types so fast.
fn is_key_sequence(bytes: &[u8]) -> bool {
    let whole = [&[ESCAPE], bytes].concat();
    bytes.len() > 1
        && begins_sequence(bytes)
        && matches!(begins(&whole, false), Begins::With(count, Some(Message::Pressed(key)))
            if matches!(whole[count..], [] | [ESCAPE, ..]) && !matches!(key.code, Code::Char(_)))
}

fn begins(bytes: &[u8], is_over: bool) -> Begins {
    match bytes {
        [ESCAPE] if is_over => key(1, Key::plain(Code::Esc)),
        [ESCAPE] => Begins::Unclear,
        [ESCAPE, ESCAPE, ..] => key(1, Key::plain(Code::Esc)),
        [ESCAPE, b'[', ..] => control_sequence(bytes, is_over),
        [ESCAPE, b']', ..] => answer(bytes, is_over),
        [ESCAPE, b'O', ..] => match bytes.get(2).copied().map(single_shift) {
            Some(Some(code)) => key(3, Key::plain(code)),
            Some(None) => Begins::With(3, None),
            None if is_over => key(2, Key::alt(Code::Char('O'))),
            None => Begins::Unclear,
        },
        [ESCAPE, rest @ ..] => match plain(rest, is_over) {
            Begins::With(count, Some(Message::Pressed(pressed))) => {
                key(count + 1, Key { alt: true, ..pressed })
            }
            Begins::With(count, message) => Begins::With(count + 1, message),
            other => other,
        },
        _ => plain(bytes, is_over),
    }
}

/// A key without a sequence: a character or one of the control bytes.
fn plain(bytes: &[u8], is_over: bool) -> Begins {
    let first = bytes.first().copied().unwrap_or_default();
    let ctrl = |from: u8, to: char| {
        let c = char::from(first - from + to as u8);
        key(1, Key::ctrl(Code::Char(c)))
    };
    match first {
        b'\r' => key(1, Key::plain(Code::Enter)),
        // What some terminals send for Enter inside of a paste without brackets.
        b'\n' => key(1, Key::plain(Code::Enter)),
        b'\t' => key(1, Key::plain(Code::Tab)),
        // Some terminals send Ctrl-H for Backspace.
        0x08 | 0x7f => key(1, Key::plain(Code::Backspace)),
        0x00 => key(1, Key::ctrl(Code::Char(' '))),
        0x01..=0x1a => ctrl(0x01, 'a'),
        ESCAPE => key(1, Key::plain(Code::Esc)),
        0x1c..=0x1f => ctrl(0x1c, '4'),
        0x20..=0x7e => key(1, Key::char(char::from(first))),
        _ => character(bytes, is_over),
    }
}

/// A character of several bytes; bytes that are no character are passed over.
fn character(bytes: &[u8], is_over: bool) -> Begins {
    let long = match bytes.first() {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => return Begins::With(1, None),
    };
    match bytes.get(..long).map(std::str::from_utf8) {
        Some(Ok(text)) => match text.chars().next() {
            // The second half of the control characters are keys of no keyboard.
            Some(c) if !c.is_control() => key(long, Key::char(c)),
            _ => Begins::With(long, None),
        },
        Some(Err(_)) => Begins::With(1, None),
        None if is_over => Begins::With(bytes.len(), None),
        None => Begins::Unclear,
    }
}

/// `ESC [`, numbers, and a last byte that says what they mean.
fn control_sequence(bytes: &[u8], is_over: bool) -> Begins {
    let body = &bytes[2..];
    // The console of Linux names its first five function keys in a way of its own.
    if let [b'[', last, ..] = body {
        let message = matches!(last, b'A'..=b'E').then(|| Key::plain(Code::F(last - b'A' + 1)));
        return Begins::With(4, message.map(Message::Pressed));
    }
    // The oldest report of the mouse: three bytes behind the last one.
    if body.first() == Some(&b'M') {
        return match body.get(1..4) {
            Some(&[what, column, row]) => {
                let number = |byte: u8| u16::from(byte.saturating_sub(32));
                let seen = mouse(number(what), number(column), number(row), false);
                Begins::With(6, seen.map(Message::Mouse))
            }
            _ if is_over => Begins::With(bytes.len(), None),
            _ => Begins::Unclear,
        };
    }
    let Some(end) = body.iter().position(|byte| matches!(byte, 0x40..=0x7e)) else {
        return match body {
            [] if is_over => key(2, Key::alt(Code::Char('['))),
            _ if is_over || body.len() > MAX_SEQUENCE_BYTES => Begins::With(bytes.len(), None),
            _ => Begins::Unclear,
        };
    };
    let (whole, parameters) = (end + 3, &body[..end]);
    if body[end] == b'~' && parameters == b"200" {
        return Begins::WithPaste(whole);
    }
    Begins::With(whole, meaning(parameters, body[end]))
}

/// `ESC ]`, an answer of the terminal, and its end: the bell or `ESC \`. The key Alt-] is the same without an answer.
fn answer(bytes: &[u8], is_over: bool) -> Begins {
    let body = &bytes[2..];
    if let Some(end) = body.iter().position(|byte| matches!(*byte, BELL | ESCAPE)) {
        let whole = match body.get(end + 1) {
            _ if body[end] == BELL => end + 3,
            Some(b'\\') => end + 4,
            // Another key or sequence begins: the answer was cut off.
            Some(_) => end + 2,
            None if is_over => end + 2,
            None => return Begins::Unclear,
        };
        let said = String::from_utf8_lossy(&body[..end]).into_owned();
        return Begins::With(whole, Some(Message::TerminalAnswered(said)));
    }
    match body {
        [] if is_over => key(2, Key::alt(Code::Char(']'))),
        _ if is_over || body.len() > MAX_ANSWER_BYTES => Begins::With(bytes.len(), None),
        // No answer begins so: it was Alt-] and the next key.
        [first, ..] if !first.is_ascii_digit() => key(2, Key::alt(Code::Char(']'))),
        _ => Begins::Unclear,
    }
}

fn meaning(parameters: &[u8], last: u8) -> Option<Message> {
    let is_mouse = parameters.first() == Some(&b'<');
    let parameters = if is_mouse { &parameters[1..] } else { parameters };
    let numbers: Vec<u16> = parameters
        .split(|byte| *byte == b';')
        .map(|number| std::str::from_utf8(number).ok()?.split(':').next()?.parse().ok())
        .map(Option::unwrap_or_default)
        .collect();
    let number = |at: usize| numbers.get(at).copied().unwrap_or_default();
    if is_mouse {
        let seen = mouse(number(0), number(1), number(2), last == b'm');
        return seen.filter(|_| matches!(last, b'M' | b'm')).map(Message::Mouse);
    }
    let code = match last {
        b'~' => tilde(number(0))?,
        b'Z' => Code::Tab,
        // With another first number this says where the cursor is.
        b'R' if number(0) != 1 => return None,
        _ => single_shift(last)?,
    };
    // One more than the sum of the keys held: shift 1, alt 2, control 4.
    let held = number(1).saturating_sub(1);
    let shift = held & 1 != 0 || last == b'Z';
    Some(Message::Pressed(Key { code, shift, alt: held & 2 != 0, ctrl: held & 4 != 0 }))
}

/// The keys that have a letter, behind `ESC O` or at the end of a sequence.
fn single_shift(last: u8) -> Option<Code> {
    Some(match last {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'F' => Code::End,
        b'H' => Code::Home,
        b'M' => Code::Enter,
        b'P'..=b'S' => Code::F(last - b'P' + 1),
        _ => return None,
    })
}

/// The keys that have a number.
fn tilde(number: u16) -> Option<Code> {
    let function = |first: u16, key: u16| u8::try_from(number - first + key).ok().map(Code::F);
    Some(match number {
        1 | 7 => Code::Home,
        3 => Code::Delete,
        4 | 8 => Code::End,
        5 => Code::PageUp,
        6 => Code::PageDown,
        11..=15 => return function(11, 1),
        17..=21 => return function(17, 6),
        23..=24 => return function(23, 11),
        _ => return None,
    })
}

fn key(count: usize, key: Key) -> Begins {
    Begins::With(count, Some(Message::Pressed(key)))
}

/// A report of the mouse: its first number, and the place counted from one. Clicks of the first
/// button and the wheel are understood; whatever else it does says nothing.
fn mouse(what: u16, column: u16, row: u16, is_release: bool) -> Option<Mouse> {
    if what & MOVED != 0 || is_release {
        return None;
    }
    match (what & !HELD, what & WHEEL != 0) {
        (0, false) => {
            Some(Mouse::Clicked { column: column.saturating_sub(1), row: row.saturating_sub(1) })
        }
        (0b100_0000, true) => Some(Mouse::WheelUp),
        (0b100_0001, true) => Some(Mouse::WheelDown),
        _ => None,
    }
}
