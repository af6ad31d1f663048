//! A context whose output is kept in memory, over a temporary folder.

use std::{cell::RefCell, io::Write, path::Path, rc::Rc};

use jiff::tz::{self, TimeZone};
use secrecy::SecretString;

use super::*;
use crate::cli::prompt::PromptError;

/// Output that is kept in memory.
#[derive(Clone, Default)]
struct Recorder(Rc<RefCell<Vec<u8>>>);

impl Recorder {
    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).expect("text")
    }
}

impl Write for Recorder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Nobody;

impl Console for Nobody {
    fn ask(&mut self, _: &str) -> Result<SecretString, PromptError> {
        Err(PromptError::NoTerminal)
    }

    fn can_ask(&self) -> bool {
        false
    }
}

/// One run of a command: the context it gets, and what it printed.
pub(crate) struct TestRun {
    pub(crate) context: Context,
    out: Recorder,
    err: Recorder,
}

impl TestRun {
    /// A run over the folders under `root`, where nobody can be asked.
    pub(crate) fn at(root: &Path) -> Self {
        let (out, err) = (Recorder::default(), Recorder::default());
        let context = Context {
            out: CleanStream::new(Box::new(out.clone()), false),
            err: CleanStream::new(Box::new(err.clone()), false),
            style: OutputStyle::default(),
            console: Box::new(Nobody),
            strength: Strength::WEAK_FOR_TESTS,
            keys: KeyPlace::ThisProcess,
            clock: || "2026-11-21T12:00:00Z".parse().expect("a time"),
            local: LocalTime::default(),
            paths: Ok(AppPaths {
                vault: root.join("vault"),
                data: root.to_owned(),
                packs: root.join("packs"),
                cache: root.join("cache"),
                config: root.join("config"),
                state: root.join("state"),
            }),
        };
        Self { context, out, err }
    }

    /// With somebody at the keyboard.
    pub(crate) fn asking(mut self, console: impl Console + 'static) -> Self {
        self.context.console = Box::new(console);
        self
    }

    /// Returns what tells what has reached standard output so far.
    pub(crate) fn printed(&self) -> impl Fn() -> String + 'static {
        let out = self.out.clone();
        move || out.text()
    }

    /// Where clocks are this many hours ahead of UTC.
    pub(crate) fn hours_ahead(mut self, hours: i8) -> Self {
        self.context.local = LocalTime::in_zone(TimeZone::fixed(tz::offset(hours)));
        self
    }

    /// On a terminal of this width, or in a pipe.
    pub(crate) fn styled(mut self, style: OutputStyle) -> Self {
        self.context.style = style;
        self.context.out = CleanStream::new(Box::new(self.out.clone()), style.colour);
        self
    }

    /// Runs a command. Returns the exit code, standard output and standard error.
    pub(crate) fn run(
        mut self,
        command: impl FnOnce(&mut Context) -> CommandResult,
    ) -> (u8, String, String) {
        let result = command(&mut self.context);
        let code = self.context.finish(result);
        (code, self.out.text(), self.err.text())
    }
}
