//! Taking the terminal and giving it back: leave is the mirror image of enter, and happens on
//! return, error, panic and signal alike.

use std::{
    io::{self, IsTerminal, Write, stdout},
    panic,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crossterm::{
    cursor, execute, queue,
    style::{Print, ResetColor},
    terminal::{self, EnterAlternateScreen, LeaveAlternateScreen},
};
use ratatui::{Terminal, backend::CrosstermBackend};
use zeroize::Zeroize as _;

use super::message_queue::MessageSender;
use crate::{
    app::Message,
    system::{
        SignalEvent, signals,
        terminal::{self as system_terminal, DirectOutput},
    },
    vault::Watch,
};

/// The terminal as the views draw on it.
pub type TerminalScreen = Terminal<CrosstermBackend<FrameWriter>>;

static TAKEN: AtomicBool = AtomicBool::new(false);
static MOUSE: AtomicBool = AtomicBool::new(false);
/// Who clears the terminal if this program dies.
static WATCH: Mutex<Option<Watch>> = Mutex::new(None);

/// Asks for buttons and the wheel only: a mouse that merely moves wakes nobody.
const HEAR_MOUSE: &str = "\x1b[?1000h\x1b[?1006h";

/// Ends that.
const LEAVE_MOUSE: &str = "\x1b[?1006l\x1b[?1000l";

/// Asks for the begin and the end of a paste to be marked. Written out, because the library refuses
/// these on Windows where it cannot tell that the console takes them.
const MARK_PASTES: &str = "\x1b[?2004h";
/// Ends that, every report of the mouse, and those of focus.
const LEAVE_MODES: &str =
    "\x1b[?2004l\x1b[?1006l\x1b[?1015l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[?1004l";

/// Begin and end of a synchronised update, in which a frame is sent.
const FRAME_BEGINS: &[u8] = b"\x1b[?2026h";
const FRAME_ENDS: &[u8] = b"\x1b[?2026l";

/// Holds the terminal; dropping it gives it back.
pub struct Guard(());

/// Whether a person sits at both ends: keys come from a terminal and the screen goes to one.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && stdout().is_terminal()
}

/// Whether the terminal says that it can place the cursor, which one called “dumb” or nothing cannot.
pub fn can_show_screens() -> bool {
    system_terminal::can_place_cursor()
}

/// Takes the terminal: raw mode, alternate screen, bracketed paste. A panic from here on gives it
/// back before it is reported.
pub fn enter() -> io::Result<(Guard, TerminalScreen)> {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        leave();
        previous(info);
    }));
    take()?;
    // Past the standard library's own buffer, where parts of the last frames would stay.
    let direct = system_terminal::direct_output()?;
    let screen = Terminal::new(CrosstermBackend::new(FrameWriter::new(direct)))?;
    Ok((Guard(()), screen))
}

/// Takes the terminal again after [`leave`], for coming back from suspension.
pub fn take() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    say_in_use(true);
    execute!(stdout(), EnterAlternateScreen, Print(MARK_PASTES))?;
    if MOUSE.load(Ordering::SeqCst) { execute!(stdout(), Print(HEAR_MOUSE)) } else { Ok(()) }
}

/// Listens to the mouse from now on, after coming back from suspension too.
pub fn enable_mouse() -> io::Result<()> {
    MOUSE.store(true, Ordering::SeqCst);
    execute!(stdout(), Print(HEAR_MOUSE))
}

/// Leaves the mouse to the terminal from now on.
pub fn disable_mouse() -> io::Result<()> {
    MOUSE.store(false, Ordering::SeqCst);
    execute!(stdout(), Print(LEAVE_MOUSE))
}

/// Whether the terminal is ours to draw on.
pub fn is_taken() -> bool {
    TAKEN.load(Ordering::SeqCst)
}

/// Gives the terminal back; a second call does nothing. Errors are of no use to anyone here: the
/// terminal may be gone.
pub fn leave() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let _ = restore(&mut stdout());
    let _ = terminal::disable_raw_mode();
    system_terminal::give_back_input();
    say_in_use(false);
}

/// Leaves the screen as it was before, for [`leave`] and for a program that died.
fn restore(out: &mut impl Write) -> io::Result<()> {
    // The screen is cleared first: without an alternate screen, notes must not stay in view.
    queue!(
        out,
        terminal::EndSynchronizedUpdate,
        ResetColor,
        terminal::Clear(terminal::ClearType::All),
        Print(LEAVE_MODES),
        LeaveAlternateScreen,
        cursor::SetCursorStyle::DefaultUserShape,
        cursor::Show
    )?;
    out.flush()
}

/// Has the terminal cleared by another process if this one dies, until it is told of nobody.
pub(crate) fn be_watched(watch: Option<Watch>) {
    let mut held = WATCH.lock().unwrap_or_else(PoisonError::into_inner);
    *held = watch;
    if let Some(watch) = &mut *held {
        watch.say_in_use(is_taken());
    }
}

fn say_in_use(in_use: bool) {
    if let Some(watch) = &mut *WATCH.lock().unwrap_or_else(PoisonError::into_inner) {
        watch.say_in_use(in_use);
    }
}

/// Runs a process that has no screen of its own, apart from the keys and signals of the terminal, and
/// hands it a way to clear the terminal after the program that uses it has died.
pub(crate) fn stand_by(serve: impl FnOnce(Box<dyn FnOnce()>) -> u8) -> u8 {
    // While the terminal still is that of this process.
    let terminal = system_terminal::open();
    system_terminal::stand_apart();
    // Whoever ends this process ends the program too, which then still has to save.
    signals::ignore_all();
    panic::set_hook(Box::new(|_| ()));
    serve(Box::new(move || {
        if let Ok(mut terminal) = terminal {
            // There is nobody left to tell of an error.
            let _ = restore(&mut terminal);
            let _ = system_terminal::end_raw_mode(&terminal);
        }
    }))
}

impl Drop for Guard {
    fn drop(&mut self) {
        leave();
    }
}

/// Starts watching for signals and sends them as messages: ending politely saves first, suspending
/// gives the terminal back. One thread; it ends when nobody listens.
pub(crate) fn watch_signals(messages: MessageSender) -> io::Result<thread::JoinHandle<()>> {
    signals::watch(move |event| {
        let message = match event {
            SignalEvent::Suspend => Message::SuspendAsked,
            SignalEvent::Continue => Message::Continued,
            SignalEvent::End(signal) => Message::EndAsked { signal },
        };
        messages.send(message).is_ok()
    })
}

/// Sends each frame to the terminal in one piece. The cursor is shown and moved by commands that
/// flush; sent as they come, each would wake the terminal once more for the same frame.
///
/// Keeps what is written until it is flushed; within a synchronised update, until that ends. What was
/// sent is wiped: frames show notes.
pub struct FrameWriter<W: Write = DirectOutput> {
    terminal: W,
    kept: Vec<u8>,
}

impl<W: Write> FrameWriter<W> {
    fn new(terminal: W) -> Self {
        Self { terminal, kept: Vec::with_capacity(16 * 1024) }
    }
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.kept.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.kept.starts_with(FRAME_BEGINS) && !self.kept.ends_with(FRAME_ENDS) {
            return Ok(());
        }
        let length = shorten_moves(&mut self.kept);
        let sent = self.terminal.write_all(&self.kept[..length]);
        // What a terminal refused is not offered again: the next frame would begin in its middle.
        self.kept.zeroize();
        sent?;
        self.terminal.flush()
    }
}

/// Turns moves to a later column of the same row into moves by so many columns, which take fewer
/// bytes: of a frame that changes a few letters of many words, moves are a third. Works in place, as
/// frames show notes, and returns how many bytes are left.
///
/// Only after ASCII: terminals disagree on the columns of other letters.
fn shorten_moves(frame: &mut [u8]) -> usize {
    let (mut read, mut written) = (0, 0);
    let mut place: Option<(usize, usize)> = None;
    while read < frame.len() {
        let begin = read;
        if frame[read..].starts_with(b"\x1b[") {
            let is_end = |byte: &u8| (0x40..=0x7e).contains(byte);
            let length = frame[read + 2..].iter().position(is_end).map_or(0, |at| at + 1);
            read = if length == 0 { frame.len() } else { read + 2 + length };
            let wanted = match frame[begin + 2..read].split_last() {
                Some((b'H', numbers)) => Some(row_and_column(numbers)),
                // Colours and modes leave the cursor where it is.
                Some((b'm' | b'h' | b'l', _)) => None,
                _ => Some(None),
            };
            if let (Some((row, column)), Some(Some((to_row, to_column)))) = (place, wanted)
                && row == to_row
                && column < to_column
            {
                let by = to_column - column;
                let short = if by == 1 { "\x1b[C".to_owned() } else { format!("\x1b[{by}C") };
                if short.len() < read - begin {
                    frame[written..written + short.len()].copy_from_slice(short.as_bytes());
                    written += short.len();
                    place = wanted.flatten();
                    continue;
                }
            }
            place = wanted.unwrap_or(place);
        } else {
            let is_over = |byte: &u8| *byte == 0x1b;
            // The first byte may be an escape that begins something else.
            read +=
                1 + frame[read + 1..].iter().position(is_over).unwrap_or(frame.len() - read - 1);
            let is_plain = frame[begin..read].iter().all(|byte| (0x20..0x7f).contains(byte));
            place = place.filter(|_| is_plain).map(|(row, column)| (row, column + read - begin));
        }
        frame.copy_within(begin..read, written);
        written += read - begin;
    }
    written
}

/// The numbers of a move, as in `2;3`.
fn row_and_column(numbers: &[u8]) -> Option<(usize, usize)> {
    let (row, column) = std::str::from_utf8(numbers).ok()?.split_once(';')?;
    Some((row.parse().ok()?, column.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use super::*;

    fn shortened(frame: &str) -> String {
        let mut bytes = frame.as_bytes().to_vec();
        let length = shorten_moves(&mut bytes);
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    #[test]
    fn a_move_on_the_same_row_takes_fewer_bytes() {
        for (frame, expected) in [
            ("\x1b[2;3Hab\x1b[2;6Hc", "\x1b[2;3Hab\x1b[Cc"),
            ("\x1b[2;3Hab\x1b[1m\x1b[2;100Hc", "\x1b[2;3Hab\x1b[1m\x1b[95Cc"),
            ("\x1b[2;3Hab\x1b[3;6Hc", "\x1b[2;3Hab\x1b[3;6Hc"),
            ("\x1b[2;3Hab\x1b[2;4Hc", "\x1b[2;3Hab\x1b[2;4Hc"),
            // How many columns these take is not sure.
            ("\x1b[2;3H─✓\x1b[2;9Hc", "\x1b[2;3H─✓\x1b[2;9Hc"),
            ("\x1b[2;3Ha\nb\x1b[2;9Hc", "\x1b[2;3Ha\nb\x1b[2;9Hc"),
            ("\x1b[2;3Ha\x1b[K\x1b[2;9Hc", "\x1b[2;3Ha\x1b[K\x1b[2;9Hc"),
            ("\x1b]52;c;YQ==\x07\x1b[2;9Hc\x1b[", "\x1b]52;c;YQ==\x07\x1b[2;9Hc\x1b["),
        ] {
            assert_eq!(shortened(frame), expected, "{frame:?}");
        }
    }

    const ROWS: NonZeroU16 = NonZeroU16::new(24).expect("not zero");
    const COLUMNS: NonZeroU16 = NonZeroU16::new(80).expect("not zero");

    proptest::proptest! {
        #[test]
        fn a_shortened_frame_shows_the_same(
            pieces in proptest::collection::vec((1_u16..25, 1_u16..81, "[a-z ─✓é]{0,9}", 0_u8..8), 0..60)
        ) {
            let mut frame = String::new();
            for (row, column, text, colour) in pieces {
                let room = usize::from(81 - column);
                let text: String = text.chars().take(room).collect();
                frame.push_str(&format!("\x1b[{};{column}H\x1b[3{colour}m{text}", row % 4 + 1));
            }
            let shown = |frame: &str| {
                let mut terminal = vt100::Parser::new(ROWS, COLUMNS, 0);
                terminal.process(frame.as_bytes());
                (terminal.screen().contents_formatted(), terminal.screen().cursor_position())
            };
            let short = shortened(&frame);
            proptest::prop_assert!(short.len() <= frame.len());
            proptest::prop_assert_eq!(shown(&short), shown(&frame));
        }
    }

    /// What each write brought.
    #[derive(Default)]
    struct Pieces(Vec<Vec<u8>>);

    impl Write for Pieces {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn write(writer: &mut FrameWriter<Pieces>, bytes: &[u8]) {
        writer.write_all(bytes).and_then(|()| writer.flush()).expect("memory takes it");
    }

    #[test]
    fn a_frame_goes_out_in_one_piece_however_often_it_is_flushed() {
        let mut writer = FrameWriter::new(Pieces::default());
        write(&mut writer, b"\x1b[?2026hwords");
        write(&mut writer, b"\x1b[2;3H");
        assert!(writer.terminal.0.is_empty());
        write(&mut writer, b"\x1b[?2026l");
        assert_eq!(writer.terminal.0, [b"\x1b[?2026hwords\x1b[2;3H\x1b[?2026l".to_vec()]);
    }

    #[test]
    fn what_is_not_part_of_a_frame_goes_out_at_once() {
        let mut writer = FrameWriter::new(Pieces::default());
        write(&mut writer, b"\x1b[2J");
        assert_eq!(writer.terminal.0, [b"\x1b[2J".to_vec()]);
    }
}
