//! Taking the terminal and giving it back: leave is the mirror image of enter, and happens on
//! return, error, panic and signal alike.

mod frame_writer;
pub(crate) mod signals;

use std::{
    fs::File,
    io::{self, IsTerminal, Write, stdout},
    os::fd::AsFd as _,
    panic,
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
    cursor, event, execute, queue,
    style::{Print, ResetColor},
    terminal::{self, EnterAlternateScreen, LeaveAlternateScreen},
};
use ratatui::{Terminal, backend::CrosstermBackend};

use frame_writer::FrameWriter;

/// The terminal as the views draw on it.
pub type TerminalScreen = Terminal<CrosstermBackend<FrameWriter>>;

static TAKEN: AtomicBool = AtomicBool::new(false);
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Asks for buttons and the wheel only: a mouse that merely moves wakes nobody. What ends
/// crossterm's own capture ends this as well.
const HEAR_MOUSE: &str = "\x1b[?1000h\x1b[?1006h";

/// Holds the terminal; dropping it gives it back.
pub struct Guard(());

/// Whether a person sits at both ends: keys come from a terminal and the screen goes to one.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && stdout().is_terminal()
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
    let direct = File::from(stdout().as_fd().try_clone_to_owned()?);
    let screen = Terminal::new(CrosstermBackend::new(FrameWriter::new(direct)))?;
    Ok((Guard(()), screen))
}

/// Takes the terminal again after [`leave`], for coming back from suspension.
pub fn take() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(stdout(), EnterAlternateScreen, event::EnableBracketedPaste)?;
    if MOUSE.load(Ordering::SeqCst) { execute!(stdout(), Print(HEAR_MOUSE)) } else { Ok(()) }
}

/// Listens to the mouse from now on, after coming back from suspension too.
pub fn enable_mouse() -> io::Result<()> {
    MOUSE.store(true, Ordering::SeqCst);
    execute!(stdout(), Print(HEAR_MOUSE))
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
    let mut out = stdout();
    // The screen is cleared first: without an alternate screen, notes must not stay in view.
    let _ = queue!(
        out,
        terminal::EndSynchronizedUpdate,
        ResetColor,
        terminal::Clear(terminal::ClearType::All),
        event::DisableBracketedPaste,
        event::DisableMouseCapture,
        event::DisableFocusChange,
        LeaveAlternateScreen,
        cursor::SetCursorStyle::DefaultUserShape,
        cursor::Show
    );
    let _ = out.flush();
    let _ = terminal::disable_raw_mode();
}

impl Drop for Guard {
    fn drop(&mut self) {
        leave();
    }
}
