//! The pseudo-terminal: pressing, reading, waiting, ending.

use std::{
    fs,
    io::{Read, Write},
    num::NonZeroU16,
    sync::{
        Arc, Condvar, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::{
    fs::{Mode, OFlags},
    process::{Pid, Signal, kill_process},
    termios::{LocalModes, tcgetattr},
};

use super::{Key, launch::Watcher, screen::Shot};

/// How long something that must appear may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// What the program sends before and behind every whole frame.
const FRAME: (&[u8], &[u8]) = (b"\x1b[?2026h", b"\x1b[?2026l");
/// A lone escape must not run together with what is pressed next.
const AFTER_ESCAPE: Duration = Duration::from_millis(120);

/// How the program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) code: u32,
    pub(crate) signal: Option<String>,
    pub(crate) after: Duration,
}

struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    over: bool,
}

struct Shared {
    seen: Mutex<Seen>,
    changed: Condvar,
    hang_up: AtomicBool,
}

/// The program on a pseudo-terminal. It is killed when this is dropped.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Option<Box<dyn Write + Send>>,
    pty: Option<Box<dyn MasterPty + Send>>,
    shared: Arc<Shared>,
}

impl Terminal {
    pub(super) fn open(
        command: CommandBuilder,
        (columns, rows): (u16, u16),
        watcher: Option<Watcher>,
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pty");
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        let shared = Arc::new(Shared {
            seen: Mutex::new(Seen { parser, bytes: Vec::new(), over: false }),
            changed: Condvar::new(),
            hang_up: AtomicBool::new(false),
        });
        let reader = pair.master.try_clone_reader().expect("a reader");
        let theirs = Arc::clone(&shared);
        thread::spawn(move || read_screen(reader, &theirs, watcher));
        let keyboard = pair.master.take_writer().expect("a keyboard");
        Self { child, keyboard: Some(keyboard), pty: Some(pair.master), shared }
    }

    /// Types text, as it is.
    pub(crate) fn keys(&mut self, text: &str) {
        self.send(text.as_bytes());
    }

    /// Presses keys, one after the other.
    pub(crate) fn press(&mut self, keys: &[Key]) {
        for key in keys {
            self.send(&key.bytes());
            if *key == Key::Esc {
                thread::sleep(AFTER_ESCAPE);
            }
        }
    }

    /// Pastes text in brackets, as terminals do.
    pub(crate) fn paste(&mut self, text: &str) {
        self.send(format!("\x1b[200~{text}\x1b[201~").as_bytes());
    }

    /// Sends bytes, whatever they are.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        let Some(keyboard) = &mut self.keyboard else { return };
        // A program that has ended takes nothing: what follows will see that.
        let _ = keyboard.write_all(bytes).and_then(|()| keyboard.flush());
    }

    /// The screen now.
    pub(crate) fn screen(&self) -> Shot {
        Shot::of(self.seen().parser.screen())
    }

    /// All that was ever sent to the terminal.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.seen().bytes.clone()
    }

    /// Waits for a text to come into view.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) -> Shot {
        self.wait_until(&format!("“{text}” in view"), |shot| shot.shows(text))
    }

    /// Waits for a text to leave the view.
    #[track_caller]
    pub(crate) fn wait_gone(&self, text: &str) -> Shot {
        self.wait_until(&format!("“{text}” no longer in view"), |shot| !shot.shows(text))
    }

    /// Waits for the screen to be as described.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, is_so: impl Fn(&Shot) -> bool) -> Shot {
        match self.wait_at_most(PATIENCE, is_so) {
            Ok(shot) => shot,
            Err(shot) => panic!("waited in vain for {what}; the screen was\n{shot}"),
        }
    }

    /// Waits for a while for the screen to be as described; in vain, the screen as it was.
    pub(crate) fn wait_at_most(
        &self,
        patience: Duration,
        is_so: impl Fn(&Shot) -> bool,
    ) -> Result<Shot, Shot> {
        let since = Instant::now();
        let mut seen = self.seen();
        loop {
            let shot = Shot::of(seen.parser.screen());
            if is_so(&shot) {
                return Ok(shot);
            }
            let left = patience.saturating_sub(since.elapsed());
            if left.is_zero() || seen.over {
                return Err(shot);
            }
            let (next, _) = self.shared.changed.wait_timeout(seen, left).expect("no poison");
            seen = next;
        }
    }

    /// Waits until bytes were sent to the terminal, whether they are in view or not.
    #[track_caller]
    pub(crate) fn wait_for_bytes(&self, wanted: &[u8]) {
        let shown = String::from_utf8_lossy(wanted).escape_debug().to_string();
        self.wait_until(&format!("the bytes {shown}"), |_| true);
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            if contains(&self.seen().bytes, wanted) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("waited in vain for the bytes {shown}; the screen was\n{}", self.screen());
    }

    /// Waits until nothing more was drawn for a moment.
    pub(crate) fn settle(&self, quiet: Duration) -> Shot {
        let mut count = self.seen().bytes.len();
        loop {
            thread::sleep(quiet);
            let now = self.seen().bytes.len();
            if now == count {
                return self.screen();
            }
            count = now;
        }
    }

    /// Makes the window another size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.seen().parser.set_size(cells(rows), cells(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.pty.as_ref().expect("the window is open").resize(size).expect("resized");
    }

    /// The process.
    pub(crate) fn pid(&self) -> Pid {
        let id = self.child.process_id().expect("it runs");
        Pid::from_raw(id as i32).expect("a process id")
    }

    /// The processes that the program started and that still run, on Linux.
    pub(crate) fn children(&self) -> Vec<Pid> {
        let listed = fs::read_dir("/proc").expect("processes").flatten();
        let numbers = listed.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let is_child = |number: &i32| {
            let stat = fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
            let after_name = stat.rsplit(") ").next().unwrap_or_default();
            let parent = after_name.split(' ').nth(1).and_then(|parent| parent.parse().ok());
            parent == Some(self.pid().as_raw_nonzero().get())
        };
        numbers.filter(is_child).filter_map(Pid::from_raw).collect()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("the signal is sent");
    }

    /// Ends it as a power cut would, as far as the program is concerned.
    pub(crate) fn kill_9(&mut self) {
        self.signal(Signal::KILL);
        let _ = self.child.wait();
    }

    /// Closes the window under the program. It must be drawing from time to time.
    pub(crate) fn close_window(&mut self) {
        self.shared.hang_up.store(true, Ordering::SeqCst);
        let since = Instant::now();
        while !self.seen().over && since.elapsed() < PATIENCE {
            self.press(&[Key::Ctrl('l')]);
            thread::sleep(Duration::from_millis(20));
        }
        self.keyboard = None;
        self.pty = None;
    }

    /// Whether it still runs.
    pub(crate) fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for the end.
    #[track_caller]
    pub(crate) fn ended_within(&mut self, patience: Duration) -> Ended {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("its state is known") {
                let after = since.elapsed();
                let signal = status.signal().map(str::to_owned);
                self.drain();
                return Ended { code: status.exit_code(), signal, after };
            }
            let shot = self.screen();
            assert!(since.elapsed() < patience, "still running after {patience:?}\n{shot}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Leaves by the key for it and checks that all is well.
    #[track_caller]
    pub(crate) fn quit(&mut self) {
        self.press(&[Key::Ctrl('q')]);
        assert_eq!(self.ended_within(PATIENCE).code, 0, "{}", self.screen());
        self.assert_given_back();
    }

    /// The terminal must be as it was, and no panic reported.
    #[track_caller]
    pub(crate) fn assert_given_back(&self) {
        self.assert_modes_given_back();
        let bytes = self.bytes();
        assert!(!contains(&bytes, b"panicked at"), "{}", String::from_utf8_lossy(&bytes));
    }

    /// The terminal must be as it was: main screen, cursor shown, paste plain, keys echoed.
    #[track_caller]
    pub(crate) fn assert_modes_given_back(&self) {
        let seen = self.seen();
        let screen = seen.parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is still shown");
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is still on");
        for (on, off) in [("\x1b[?1049h", "\x1b[?1049l"), ("\x1b[?2004h", "\x1b[?2004l")] {
            let (on, off) = (last(&seen.bytes, on.as_bytes()), last(&seen.bytes, off.as_bytes()));
            assert!(on.is_none() || off > on, "a mode was turned on last, not off");
        }
        drop(seen);
        let Some(name) = self.pty.as_ref().and_then(|pty| pty.tty_name()) else { return };
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let terminal = rustix::fs::open(name, flags, Mode::empty()).expect("the terminal opens");
        let modes = tcgetattr(terminal).expect("its modes").local_modes;
        assert!(modes.contains(LocalModes::ECHO | LocalModes::ICANON), "still raw: {modes:?}");
    }

    fn drain(&self) {
        let since = Instant::now();
        while !self.seen().over && since.elapsed() < Duration::from_secs(2) {
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.shared.seen.lock().expect("no poison")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_screen(mut reader: Box<dyn Read + Send>, shared: &Shared, mut watcher: Option<Watcher>) {
    let mut some = [0; 16 * 1024];
    let mut carry = Vec::new();
    while !shared.hang_up.load(Ordering::SeqCst) {
        let count = match reader.read(&mut some) {
            Ok(0) | Err(_) => break,
            Ok(count) => count,
        };
        carry.extend_from_slice(&some[..count]);
        let mut seen = shared.seen.lock().expect("no poison");
        seen.bytes.extend_from_slice(&some[..count]);
        while let Some(at) = find(&carry, FRAME.1) {
            let rest = carry.split_off(at + FRAME.1.len());
            seen.parser.process(&carry);
            carry = rest;
            if let Some(watcher) = &mut watcher {
                watcher(&Shot::of(seen.parser.screen()));
            }
        }
        // Half a frame is kept back, and half a mark with it: a person sees whole frames only.
        let begun = find(&carry, FRAME.0).or_else(|| carry.iter().rposition(|byte| *byte == 0x1b));
        let rest = carry.split_off(begun.unwrap_or(carry.len()));
        seen.parser.process(&carry);
        carry = rest;
        drop(seen);
        shared.changed.notify_all();
    }
    drop(reader);
    let mut seen = shared.seen.lock().expect("no poison");
    seen.parser.process(&carry);
    seen.over = true;
    drop(seen);
    shared.changed.notify_all();
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count.max(1)).expect("one or more")
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    find(bytes, wanted).is_some()
}
