//! The console: keys as the bytes that terminals elsewhere send, its modes, its line of input.
//!
//! Windows turns keys into such bytes itself where it is asked to; what it leaves as a key becomes
//! the same bytes here. So one parser reads all terminals.

use std::{
    env,
    io::{self, Read, Write},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use crossterm_winapi::{Console, ConsoleMode, Handle, InputRecord, KeyEventRecord};
use zeroize::{Zeroize, Zeroizing};

use crate::system::TerminalEvents;

/// Modes of a console’s input: Ctrl-C as a signal, lines, echo.
const COOKED: u32 = 0x1 | 0x2 | 0x4;
/// Changes of the window are told.
const WINDOW_INPUT: u32 = 0x8;
/// A mouse selects text by itself; without it the program hears the mouse.
const QUICK_EDIT: u32 = 0x40;
const EXTENDED_FLAGS: u32 = 0x80;
/// Keys arrive as the sequences of a terminal.
const VIRTUAL_TERMINAL_INPUT: u32 = 0x200;

/// What was held with a key.
const ALT: u32 = 0x1 | 0x2;
const CTRL: u32 = 0x4 | 0x8;
const SHIFT: u32 = 0x10;

const VK_BACK: u16 = 0x08;
const VK_TAB: u16 = 0x09;
const VK_MENU: u16 = 0x12;

/// How often a console is asked while something is waited for that may not come.
const ASKED_EVERY: Duration = Duration::from_millis(5);
/// A paste of which nothing came for so long is over.
const PASTE_PAUSE: Duration = Duration::from_millis(20);
/// So many bytes at once, with a line end among them, were not typed.
const MIN_PASTE_BYTES: usize = 6;
const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// Code units that one call writes.
const MAX_WRITE_BYTES: usize = 8 * 1024;

/// Environment variables of other systems do not say here which letters can be shown.
pub(crate) const USES_LOCALE: bool = false;

/// The modes that the console had before this program changed them.
static MODE_BEFORE: OnceLock<u32> = OnceLock::new();

/// The screen, past the buffers of the standard library, where parts of notes would stay.
#[allow(unreachable_pub, reason = "the screen that is drawn on has a public name")]
pub struct DirectOutput(Console);

impl Write for DirectOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        write(&self.0, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes as many whole characters as one call takes.
fn write(console: &Console, bytes: &[u8]) -> io::Result<usize> {
    let some = &bytes[..bytes.len().min(MAX_WRITE_BYTES)];
    let length = match std::str::from_utf8(some) {
        Ok(text) => text.len(),
        Err(error) if error.valid_up_to() > 0 => error.valid_up_to(),
        Err(_) => return Err(io::ErrorKind::InvalidData.into()),
    };
    if length == 0 { Ok(0) } else { console.write_char_buffer(&some[..length]) }
}

/// The screen, without a buffer.
pub(crate) fn direct_output() -> io::Result<DirectOutput> {
    Ok(DirectOutput(Console::from(Handle::current_out_handle()?)))
}

/// Whether the terminal can place the cursor.
pub(crate) fn can_place_cursor() -> bool {
    env::var_os("TERM").is_none_or(|name| name != "dumb")
}

/// A process that is only told what to do has no console here.
pub(crate) fn stand_apart() {}

/// The console that this process belongs to, whatever was redirected.
pub(crate) struct OwnTerminal {
    keys: Keys,
    screen: Console,
}

/// Opens the console that the process belongs to.
pub(crate) fn open() -> io::Result<OwnTerminal> {
    let screen = Console::from(Handle::current_out_handle()?);
    Ok(OwnTerminal { keys: Keys::of_console()?, screen })
}

impl Read for OwnTerminal {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.keys.bytes.is_empty() {
            self.keys.take_next()?;
        }
        Ok(self.keys.hand_over(bytes))
    }
}

impl Write for OwnTerminal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        write(&self.screen, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The bytes that are typed, and changes of the window.
pub(crate) struct TerminalInput(Keys);

impl TerminalInput {
    /// Takes the keys of the console from here on.
    pub(crate) fn start() -> io::Result<Self> {
        let mode = ConsoleMode::from(Handle::current_in_handle()?);
        let before = mode.mode()?;
        let _ = MODE_BEFORE.set(before | COOKED);
        let wanted = (before & !(COOKED | QUICK_EDIT)) | WINDOW_INPUT | EXTENDED_FLAGS;
        // An old console knows no sequences; then the keys come as keys.
        mode.set_mode(wanted | VIRTUAL_TERMINAL_INPUT).or_else(|_| mode.set_mode(wanted))?;
        Ok(Self(Keys::of_console()?))
    }

    /// Waits until something was typed or the window has another size, for so long at most.
    pub(crate) fn wait(&mut self, patience: Option<Duration>) -> io::Result<TerminalEvents> {
        let keys = &mut self.0;
        let since = Instant::now();
        let mut resized = false;
        while keys.bytes.is_empty() && !resized {
            if let Some(patience) = patience
                && keys.count()? == 0
            {
                if since.elapsed() >= patience {
                    break;
                }
                thread::sleep(ASKED_EVERY);
                continue;
            }
            resized |= keys.take_next()?;
            resized |= keys.take_waiting()?;
        }
        if is_paste(&keys.bytes) {
            resized |= keys.take_rest_of_paste()?;
        }
        Ok(TerminalEvents { typed: !keys.bytes.is_empty(), resized })
    }

    /// Reads what was typed.
    pub(crate) fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        Ok(self.0.hand_over(bytes))
    }
}

/// Whether so many keys at once are a paste, from a console that does not say so.
fn is_paste(bytes: &[u8]) -> bool {
    let has_line = bytes.iter().rev().skip(1).any(|byte| matches!(byte, b'\r' | b'\n'));
    bytes.len() >= MIN_PASTE_BYTES && has_line && !bytes.contains(&0x1b)
}

/// The keys of a console as bytes.
struct Keys {
    console: Console,
    bytes: Zeroizing<Vec<u8>>,
    /// The first half of a character that Windows hands out in two.
    half: Option<u16>,
}

impl Keys {
    fn of_console() -> io::Result<Self> {
        let console = Console::from(Handle::current_in_handle()?);
        Ok(Self { console, bytes: Zeroizing::default(), half: None })
    }

    fn count(&self) -> io::Result<u32> {
        self.console.number_of_console_input_events()
    }

    /// Waits for one event. Returns whether the window has another size.
    fn take_next(&mut self) -> io::Result<bool> {
        let record = self.console.read_single_input_event()?;
        Ok(self.take(&record))
    }

    /// Takes what waits.
    fn take_waiting(&mut self) -> io::Result<bool> {
        let mut resized = false;
        for record in self.console.read_console_input()? {
            resized |= self.take(&record);
        }
        Ok(resized)
    }

    /// Takes everything until nothing more comes, as one paste.
    fn take_rest_of_paste(&mut self) -> io::Result<bool> {
        let mut resized = false;
        thread::sleep(PASTE_PAUSE);
        while self.count()? > 0 {
            resized |= self.take_waiting()?;
            thread::sleep(PASTE_PAUSE);
        }
        let mut paste = Zeroizing::new(Vec::with_capacity(self.bytes.len() + 16));
        paste.extend_from_slice(PASTE_BEGINS);
        paste.extend_from_slice(&self.bytes);
        paste.extend_from_slice(PASTE_ENDS);
        self.bytes = paste;
        Ok(resized)
    }

    fn take(&mut self, record: &InputRecord) -> bool {
        match record {
            InputRecord::KeyEvent(key) => {
                for _ in 0..key.repeat_count.max(1) {
                    self.take_key(key);
                }
                false
            }
            InputRecord::WindowBufferSizeEvent(_) => true,
            _ => false,
        }
    }

    fn take_key(&mut self, key: &KeyEventRecord) {
        let held = |state| key.control_key_state.has_state(state);
        let modifiers = Modifiers { shift: held(SHIFT), alt: held(ALT), ctrl: held(CTRL) };
        // A character typed by its number comes when Alt is let go of.
        if key.key_down || (key.virtual_key_code == VK_MENU && key.u_char != 0) {
            let unit = key.u_char;
            push_key(&mut self.bytes, &mut self.half, unit, key.virtual_key_code, modifiers);
        }
    }

    /// Moves what was typed to `bytes`, as far as there is room.
    fn hand_over(&mut self, bytes: &mut [u8]) -> usize {
        let count = bytes.len().min(self.bytes.len());
        bytes[..count].copy_from_slice(&self.bytes[..count]);
        self.bytes[..count].zeroize();
        self.bytes.drain(..count);
        count
    }
}

#[derive(Clone, Copy, Default)]
struct Modifiers {
    shift: bool,
    alt: bool,
    ctrl: bool,
}

/// Adds the bytes that a terminal sends for a key: of its character, or of the key itself.
fn push_key(
    bytes: &mut Vec<u8>,
    half: &mut Option<u16>,
    unit: u16,
    key: u16,
    modifiers: Modifiers,
) {
    let Modifiers { shift, alt, ctrl } = modifiers;
    if unit == 0 {
        bytes.extend_from_slice(sequence(key, modifiers).as_bytes());
        return;
    }
    let units: Vec<u16> = half.take().into_iter().chain([unit]).collect();
    let text: String = match char::decode_utf16(units.iter().copied()).collect::<Result<_, _>>() {
        Ok(text) => text,
        Err(_) => {
            // The second half comes with the next event; one without a first half is nothing.
            *half = (0xD800..0xDC00).contains(&unit).then_some(unit);
            return;
        }
    };
    match key {
        VK_TAB if shift => bytes.extend_from_slice(b"\x1b[Z"),
        VK_BACK if !ctrl => bytes.push(0x7f),
        _ => {
            // With Ctrl it is AltGr, which is part of the character.
            if alt && !ctrl {
                bytes.push(0x1b);
            }
            bytes.extend_from_slice(text.as_bytes());
        }
    }
}

/// What a terminal sends for a key without a character; nothing for one that means nothing alone.
fn sequence(key: u16, modifiers: Modifiers) -> String {
    let Modifiers { shift, alt, ctrl } = modifiers;
    let with = 1 + u8::from(shift) + 2 * u8::from(alt) + 4 * u8::from(ctrl);
    let letter = match key {
        0x23 => 'F',
        0x24 => 'H',
        0x25 => 'D',
        0x26 => 'A',
        0x27 => 'C',
        0x28 => 'B',
        0x70..=0x73 => char::from(b'P' + (key - 0x70) as u8),
        _ => '~',
    };
    let number = match key {
        0x21 => 5,
        0x22 => 6,
        0x2D => 2,
        0x2E => 3,
        0x74 => 15,
        0x75..=0x79 => key - 0x75 + 17,
        0x7A..=0x7B => key - 0x7A + 23,
        _ => 0,
    };
    match (letter, number, with) {
        ('~', 0, _) => String::new(),
        ('~', number, 1) => format!("\x1b[{number}~"),
        ('~', number, with) => format!("\x1b[{number};{with}~"),
        ('P'..='S', _, 1) => format!("\x1bO{letter}"),
        (letter, _, 1) => format!("\x1b[{letter}"),
        (letter, _, with) => format!("\x1b[1;{with}{letter}"),
    }
}

/// Gives the console the modes back that it had before [`TerminalInput::start`].
pub(crate) fn give_back_input() {
    if let Some(before) = MODE_BEFORE.get()
        && let Ok(handle) = Handle::current_in_handle()
    {
        // If the console is gone there is nothing to put right.
        let _ = ConsoleMode::from(handle).set_mode(before | EXTENDED_FLAGS);
    }
}

/// Ends raw mode, unless a shell has already set modes of its own.
pub(crate) fn end_raw_mode(_terminal: &OwnTerminal) -> io::Result<()> {
    let mode = ConsoleMode::from(Handle::current_in_handle()?);
    let before = mode.mode()?;
    if before & COOKED == 0 { mode.set_mode(before | COOKED) } else { Ok(()) }
}

/// A console that shows nothing of what is typed, until dropped.
pub(crate) struct QuietTerminal {
    mode: ConsoleMode,
    before: u32,
}

impl QuietTerminal {
    pub(crate) fn start(_terminal: &OwnTerminal) -> io::Result<Self> {
        let mode = ConsoleMode::from(Handle::current_in_handle()?);
        let before = mode.mode()?;
        // Ctrl-C arrives as a key, and the console is put right first.
        mode.set_mode(before & !COOKED)?;
        Ok(Self { mode, before })
    }
}

impl Drop for QuietTerminal {
    fn drop(&mut self) {
        // If the console is gone there is nothing to put right.
        let _ = self.mode.set_mode(self.before);
    }
}

/// Waiting for a line that a person types. Ctrl-C ends the program: every answer before it is saved.
pub(crate) struct LineWait(Console);

impl LineWait {
    pub(crate) fn start() -> io::Result<Self> {
        Ok(Self(Console::from(Handle::current_in_handle()?)))
    }

    /// Waits for nothing: reading does.
    pub(crate) fn is_interrupted(&self) -> bool {
        false
    }

    /// Whether the console holds more already: nobody types that fast, so this was pasted. The end of
    /// Enter is one event.
    pub(crate) fn more_waits(&self) -> bool {
        self.0.number_of_console_input_events().is_ok_and(|count| count > 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[(u16, u16, Modifiers)]) -> String {
        let (mut bytes, mut half) = (Vec::new(), None);
        for (unit, key, modifiers) in keys {
            push_key(&mut bytes, &mut half, *unit, *key, *modifiers);
        }
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn keys_become_the_bytes_that_terminals_send() {
        let none = Modifiers::default();
        let shift = Modifiers { shift: true, ..none };
        let ctrl = Modifiers { ctrl: true, ..none };
        let alt = Modifiers { alt: true, ..none };
        let alt_gr = Modifiers { alt: true, ctrl: true, ..none };
        for (unit, key, modifiers, bytes) in [
            (0x61, 0x41, none, "a"),
            (0xe9, 0, none, "é"),
            (0x03, 0x43, ctrl, "\x03"),
            (0x61, 0x41, alt, "\x1ba"),
            (0x20ac, 0x45, alt_gr, "€"),
            (0x09, 0x09, none, "\t"),
            (0x09, 0x09, shift, "\x1b[Z"),
            (0x08, 0x08, none, "\x7f"),
            (0x0d, 0x0d, none, "\r"),
            (0x1b, 0x1b, none, "\x1b"),
            (0, 0x26, none, "\x1b[A"),
            (0, 0x27, ctrl, "\x1b[1;5C"),
            (0, 0x21, none, "\x1b[5~"),
            (0, 0x2E, shift, "\x1b[3;2~"),
            (0, 0x70, none, "\x1bOP"),
            (0, 0x73, shift, "\x1b[1;2S"),
            (0, 0x74, none, "\x1b[15~"),
            (0, 0x77, none, "\x1b[19~"),
            (0, 0x7B, none, "\x1b[24~"),
            (0, 0x10, shift, ""),
        ] {
            assert_eq!(typed(&[(unit, key, modifiers)]), bytes, "{unit:x} {key:x}");
        }
        assert_eq!(typed(&[(0xD83D, 0, none), (0xDE00, 0, none), (0x61, 0x41, none)]), "😀a");
    }

    #[test]
    fn a_burst_with_lines_is_a_paste_and_what_a_person_types_is_none() {
        assert!(is_paste(b"one\rtwo") && is_paste(b"a long line\rand another\r"));
        for typed in [&b"a"[..], b"\r", b"yes\r", b"abcdefgh\r", b"\r\r", b"\x1b[200~a\rb\x1b[201~"]
        {
            assert!(!is_paste(typed), "{typed:?}");
        }
    }
}
