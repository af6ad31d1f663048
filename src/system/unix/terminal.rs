//! The terminal: its bytes, its modes, its line of input.

use std::{
    env,
    fs::{File, OpenOptions},
    io::{self, Read, stdin, stdout},
    os::{fd::AsFd, unix::net::UnixStream},
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    termios::{
        InputModes, LocalModes, OptionalActions, OutputModes, SpecialCodeIndex, Termios, tcgetattr,
        tcsetattr,
    },
};
use signal_hook::{
    consts::{SIGINT, SIGWINCH},
    low_level::pipe,
};

use crate::system::TerminalEvents;

/// `LANG` and its like say which letters can be shown.
pub(crate) const USES_LOCALE: bool = true;

/// The terminal past the buffers of the standard library, where parts of notes would stay.
pub(crate) type DirectOutput = File;
/// The terminal that this process belongs to, whatever was redirected.
pub(crate) type OwnTerminal = File;

/// Opens the terminal that the process belongs to.
pub(crate) fn open() -> io::Result<OwnTerminal> {
    OpenOptions::new().read(true).write(true).open("/dev/tty")
}

/// The screen, without a buffer.
pub(crate) fn direct_output() -> io::Result<DirectOutput> {
    Ok(stdout().as_fd().try_clone_to_owned()?.into())
}

/// Whether the terminal says that it can place the cursor, which one called “dumb” or nothing cannot.
pub(crate) fn can_place_cursor() -> bool {
    env::var_os("TERM").is_some_and(|name| !name.is_empty() && name != "dumb")
}

/// Leaves the terminal of this process, for a process that is only told what to do.
pub(crate) fn stand_apart() {
    // Fails for a process that leads others, which nobody but a shell starts.
    let _ = rustix::process::setsid();
}

/// The bytes that are typed, and changes of the window.
pub(crate) struct TerminalInput {
    resized: UnixStream,
}

impl TerminalInput {
    /// Takes the keys of the terminal from here on.
    pub(crate) fn start() -> io::Result<Self> {
        let (resized, tell) = UnixStream::pair()?;
        resized.set_nonblocking(true)?;
        tell.set_nonblocking(true)?;
        pipe::register(SIGWINCH, tell)?;
        Ok(Self { resized })
    }

    /// Waits until something was typed or the window has another size, for so long at most.
    pub(crate) fn wait(&mut self, patience: Option<Duration>) -> io::Result<TerminalEvents> {
        let patience = patience.and_then(|time| Timespec::try_from(time).ok());
        let stdin = rustix::stdio::stdin();
        let mut both = [
            PollFd::new(&stdin, PollFlags::IN),
            PollFd::from_borrowed_fd(self.resized.as_fd(), PollFlags::IN),
        ];
        loop {
            match poll(&mut both, patience.as_ref()) {
                Ok(_) => break,
                // A signal came: whoever listens to it is told in another way.
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        // A terminal that hung up is read once more: reading then says so.
        let events = both.map(|one| !one.revents().is_empty());
        let [typed, resized] = events;
        if resized {
            let mut some = [0; 64];
            while (&self.resized).read(&mut some).is_ok_and(|count| count == some.len()) {}
        }
        Ok(TerminalEvents { typed, resized })
    }

    /// Reads what was typed; nothing if the terminal is gone.
    pub(crate) fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(rustix::stdio::stdin(), bytes)?)
    }
}

/// Gives the modes back that [`TerminalInput::start`] changed: here it changes none.
pub(crate) fn give_back_input() {}

/// Ends raw mode, unless a shell has already set modes of its own.
pub(crate) fn end_raw_mode(terminal: &OwnTerminal) -> io::Result<()> {
    let mut modes: Termios = tcgetattr(terminal)?;
    let is_raw = !modes.local_modes.intersects(LocalModes::ICANON | LocalModes::ISIG)
        && !modes.output_modes.contains(OutputModes::OPOST);
    if !is_raw {
        return Ok(());
    }
    modes.input_modes |= InputModes::BRKINT | InputModes::ICRNL | InputModes::IXON;
    modes.output_modes |= OutputModes::OPOST;
    modes.local_modes |= LocalModes::ECHO
        | LocalModes::ECHOE
        | LocalModes::ECHOK
        | LocalModes::ICANON
        | LocalModes::ISIG
        | LocalModes::IEXTEN;
    Ok(tcsetattr(terminal, OptionalActions::Now, &modes)?)
}

/// A terminal that shows nothing of what is typed, until dropped.
pub(crate) struct QuietTerminal {
    terminal: OwnTerminal,
    before: Termios,
}

impl QuietTerminal {
    pub(crate) fn start(terminal: &OwnTerminal) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut quiet = before.clone();
        // Without signals from keys: Ctrl-C arrives as a key, and the terminal is put right first.
        quiet.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
        quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(terminal, OptionalActions::Flush, &quiet)?;
        Ok(Self { terminal: terminal.try_clone()?, before })
    }
}

impl Drop for QuietTerminal {
    fn drop(&mut self) {
        // If the terminal is gone there is nothing to put right.
        let _ = tcsetattr(&self.terminal, OptionalActions::Flush, &self.before);
    }
}

/// Waiting for a line that a person types. Ctrl-C ends the wait from here on and not the program.
pub(crate) struct LineWait {
    interrupted: UnixStream,
}

impl LineWait {
    pub(crate) fn start() -> io::Result<Self> {
        let (interrupted, write) = UnixStream::pair()?;
        pipe::register(SIGINT, write)?;
        Ok(Self { interrupted })
    }

    /// Waits for a line or for Ctrl-C, and tells whether that came.
    pub(crate) fn is_interrupted(&self) -> bool {
        let stdin = stdin();
        let mut both =
            [PollFd::new(&stdin, PollFlags::IN), PollFd::new(&self.interrupted, PollFlags::IN)];
        // The signal ends the first wait, and what it wrote the second.
        while poll(&mut both, None) == Err(Errno::INTR) {}
        !both[1].revents().is_empty()
    }

    /// Whether the terminal holds more already: nobody types that fast, so this was pasted.
    pub(crate) fn more_waits(&self) -> bool {
        let stdin = stdin();
        let mut waits = [PollFd::new(&stdin, PollFlags::IN)];
        poll(&mut waits, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
    }
}
