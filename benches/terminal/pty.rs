//! A program in a pseudo terminal: what it paints, and when it has arrived.
//!
//! A thread reads without pause and notes when each piece came, so that working out what stands on
//! the screen never delays a measurement.

use std::{
    fs,
    io::{Read, Write},
    num::NonZeroU16,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Columns of the terminal: wide enough for list and preview, which is the most there is to draw.
pub(crate) const COLUMNS: NonZeroU16 = NonZeroU16::new(120).expect("not zero");
/// Rows of the terminal.
pub(crate) const ROWS: NonZeroU16 = NonZeroU16::new(36).expect("not zero");
/// Longer than anything takes that works.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// The end of a synchronised update: the frame is complete.
const FRAME_END: &[u8] = b"\x1b[?2026l";
/// How a program asks for the colour of the terminal's ground, and what this one answers: nearly black.
const GROUND_ASKED: &[u8] = b"\x1b]11;?";
const GROUND: &[u8] = b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\";

/// A running program and its terminal.
pub(crate) struct Pty {
    started: Instant,
    child: Box<dyn Child + Send + Sync>,
    keys: Arc<Mutex<Box<dyn Write + Send>>>,
    came: Receiver<(Instant, Vec<u8>)>,
    received: Vec<u8>,
    screen: vt100::Parser,
    // Kept: the terminal hangs up when it goes.
    _master: Box<dyn MasterPty + Send>,
}

fn write(to: &Mutex<Box<dyn Write + Send>>, bytes: &[u8]) -> std::io::Result<()> {
    let mut to = to.lock().unwrap_or_else(PoisonError::into_inner);
    to.write_all(bytes)?;
    to.flush()
}

/// A command with nothing of the caller's environment but the path.
pub(crate) fn command(program: &str, arguments: &[&str], home: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.args(arguments);
    command.env_clear();
    command.cwd(home);
    for (name, value) in environment(home) {
        command.env(name, value);
    }
    command
}

/// The environment every measured program has.
pub(crate) fn environment(home: &Path) -> Vec<(&'static str, std::ffi::OsString)> {
    vec![
        ("PATH", std::env::var_os("PATH").unwrap_or_default()),
        ("TERM", "xterm-256color".into()),
        ("COLORTERM", "truecolor".into()),
        ("LANG", "C.UTF-8".into()),
        ("HOME", home.into()),
        ("CASECLINIC_HOME", home.into()),
    ]
}

/// The file of the program that is measured: the one that Cargo built, or that of this variable.
pub(crate) fn program() -> String {
    std::env::var("CASECLINIC_MEASURED").unwrap_or_else(|_| env!("CARGO_BIN_EXE_caseclinic").into())
}

/// The program that is measured, in a terminal.
pub(crate) fn caseclinic(home: &Path) -> anyhow::Result<Pty> {
    Pty::start(command(&program(), &[], home))
}

impl Pty {
    /// Starts a program. The clock runs from just before it is asked for.
    pub(crate) fn start(command: CommandBuilder) -> anyhow::Result<Self> {
        let size =
            PtySize { rows: ROWS.get(), cols: COLUMNS.get(), pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size)?;
        let mut reader = pair.master.try_clone_reader()?;
        let keys = Arc::new(Mutex::new(pair.master.take_writer()?));
        let answers = Arc::clone(&keys);
        let (send, came) = channel();
        thread::Builder::new().name("reader".into()).spawn(move || {
            let mut piece = vec![0; 64 * 1024];
            // A terminal whose program has left reads as an error.
            while let Ok(count) = reader.read(&mut piece) {
                if count == 0 || send.send((Instant::now(), piece[..count].to_vec())).is_err() {
                    return;
                }
                if contains(&piece[..count], GROUND_ASKED) && write(&answers, GROUND).is_err() {
                    return;
                }
            }
        })?;
        let started = Instant::now();
        let child = pair.slave.spawn_command(command)?;
        Ok(Self {
            started,
            child,
            keys,
            came,
            received: Vec::new(),
            screen: vt100::Parser::new(ROWS, COLUMNS, 0),
            _master: pair.master,
        })
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> anyhow::Result<u32> {
        self.child.process_id().context("the program is not running")
    }

    /// How many bytes came since the start.
    pub(crate) fn received(&self) -> usize {
        self.received.len()
    }

    /// What is on the screen.
    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }

    /// Writes keys; answers with the time just before.
    pub(crate) fn press(&mut self, keys: &[u8]) -> anyhow::Result<Instant> {
        let pressed = Instant::now();
        write(&self.keys, keys)?;
        Ok(pressed)
    }

    /// Takes what comes until `deadline`; answers with the times at which frames were complete.
    /// Nothing is worked out before then: the program needs the processor.
    pub(crate) fn frames_until(&mut self, deadline: Instant) -> Vec<Instant> {
        self.frames_seen(deadline, |_| ()).into_iter().map(|(at, ())| at).collect()
    }

    /// As [`Self::frames_until`], with what `look` finds on the screen after each frame.
    pub(crate) fn frames_seen<T>(
        &mut self,
        deadline: Instant,
        look: impl Fn(&vt100::Screen) -> T,
    ) -> Vec<(Instant, T)> {
        let mut pieces = Vec::new();
        while let Some(piece) = self.receive(deadline) {
            pieces.push(piece);
        }
        let mut frames = Vec::new();
        for (at, piece) in pieces {
            if self.take(&piece) {
                frames.push((at, look(self.screen())));
            }
        }
        frames
    }

    /// Takes what comes until the first bytes that satisfy `is_there`, given everything received
    /// since the start; answers with the time from the start until then.
    pub(crate) fn until(&mut self, is_there: impl Fn(&[u8]) -> bool) -> anyhow::Result<Duration> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let (at, piece) =
                self.receive(deadline).context("the program did not show its screen")?;
            self.take(&piece);
            if is_there(&self.received) {
                return Ok(at - self.started);
            }
        }
    }

    /// Takes what comes until the screen satisfies `shows`.
    pub(crate) fn until_screen(
        &mut self,
        shows: impl Fn(&vt100::Screen) -> bool,
    ) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !shows(self.screen()) {
            let Some((_, piece)) = self.receive(deadline) else {
                let screen = self.screen().contents();
                anyhow::bail!("the program did not show what was waited for, but this:\n{screen}");
            };
            self.take(&piece);
        }
        Ok(())
    }

    /// Writes a letter; answers with the time until something came back.
    pub(crate) fn echo(&mut self, letter: char) -> anyhow::Result<Duration> {
        let pressed = self.press(letter.encode_utf8(&mut [0; 4]).as_bytes())?;
        let came = self.receive(pressed + PATIENCE).context("the letter did not come back")?;
        Ok(came.0 - pressed)
    }

    /// Ends a program that can't be asked to leave.
    pub(crate) fn end(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop).map_err(Into::into)
    }

    /// Waits for the end of the program; answers with the time from its start.
    pub(crate) fn until_exit(mut self) -> anyhow::Result<Duration> {
        let status = self.child.wait()?;
        let took = self.started.elapsed();
        anyhow::ensure!(status.success(), "the program failed: {status:?}");
        Ok(took)
    }

    /// The next piece and when it came; `None` if nothing came in time.
    fn receive(&self, deadline: Instant) -> Option<(Instant, Vec<u8>)> {
        let left = deadline.saturating_duration_since(Instant::now());
        self.came.recv_timeout(left).ok()
    }

    /// Puts a piece on the screen; whether it ends a frame.
    fn take(&mut self, piece: &[u8]) -> bool {
        // The mark may be spread over two pieces.
        let from = self.received.len().saturating_sub(FRAME_END.len() - 1);
        self.received.extend_from_slice(piece);
        self.screen.process(piece);
        ends_frame(&self.received[from..])
    }
}

/// Whether these bytes hold the end of a frame.
pub(crate) fn ends_frame(bytes: &[u8]) -> bool {
    contains(bytes, FRAME_END)
}

/// Whether these bytes hold those.
pub(crate) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A home of its own for a measured program, with its search index made.
pub(crate) fn home() -> anyhow::Result<tempfile::TempDir> {
    let home = tempfile::tempdir().context("no temporary folder")?;
    let status = std::process::Command::new(program())
        .args(["search", "safety"])
        .env_clear()
        .envs(environment(home.path()))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()?;
    anyhow::ensure!(status.success(), "the search index was not made");
    anyhow::ensure!(fs::read_dir(home.path().join("cache"))?.count() > 0, "there is no cache");
    Ok(home)
}
