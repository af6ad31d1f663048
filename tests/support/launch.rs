//! Starting the program: with which arguments, in which window, with which surroundings.

use std::{ffi::OsString, path::PathBuf};

use portable_pty::CommandBuilder;

use super::{Home, Terminal, screen::Shot};

/// Called with every whole frame, on the thread that reads the screen.
pub(crate) type Watcher = Box<dyn FnMut(&Shot) + Send>;

/// The program, about to be started.
pub(crate) struct Launch<'a> {
    home: &'a Home,
    args: Vec<OsString>,
    size: (u16, u16),
    environment: Vec<(String, OsString)>,
    unlocked: bool,
    room: Option<&'static str>,
    watcher: Option<Watcher>,
    program: PathBuf,
}

impl<'a> Launch<'a> {
    /// With nothing said: the screens, in a window of 80 by 24.
    pub(crate) fn new(home: &'a Home) -> Self {
        Self {
            home,
            args: Vec::new(),
            size: (80, 24),
            environment: Vec::new(),
            unlocked: false,
            room: None,
            watcher: None,
            program: env!("CARGO_BIN_EXE_caseclinic").into(),
        }
    }

    pub(crate) fn args(mut self, args: &[&str]) -> Self {
        self.args.extend(args.iter().map(OsString::from));
        self
    }

    /// Columns and rows.
    pub(crate) fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    pub(crate) fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// Hands over the passphrase, so that nobody is asked.
    pub(crate) fn unlocked(mut self) -> Self {
        self.unlocked = true;
        self
    }

    /// On a disk of its own of this size (such as `8m`), which holds a copy of the home folder at
    /// the same path and is seen by the program alone.
    pub(crate) fn on_disk_of(mut self, room: &'static str) -> Self {
        self.room = Some(room);
        self
    }

    /// From another file than the one that was built.
    pub(crate) fn program(mut self, program: PathBuf) -> Self {
        self.program = program;
        self
    }

    pub(crate) fn watched(mut self, watcher: Watcher) -> Self {
        self.watcher = Some(watcher);
        self
    }

    pub(crate) fn go(mut self) -> Terminal {
        if self.unlocked {
            self.args.extend(["--passphrase-fd".into(), "3".into()]);
        }
        let mut script = String::from("exec \"$0\" \"$@\"");
        if self.unlocked {
            // A pseudo-terminal passes on no descriptors but its own: the shell opens this one.
            script.push_str(" 3<\"$TEST_PASSPHRASE_FILE\"");
        }
        if let Some(room) = self.room {
            script = format!(
                "set -e; cp -a \"$CASECLINIC_HOME\" \"$TEST_COPY\"; \
                 mount -t tmpfs -o size={room},mode=700 tmpfs \"$CASECLINIC_HOME\"; \
                 cp -a \"$TEST_COPY/.\" \"$CASECLINIC_HOME\"; {script}"
            );
        }
        let mut command = if self.room.is_some() {
            let mut command = CommandBuilder::new("unshare");
            command.args(["-m", "/bin/sh"]);
            command
        } else {
            CommandBuilder::new("/bin/sh")
        };
        command.args(["-c", &script]);
        command.arg(&self.program);
        command.args(&self.args);
        for unset in ["NO_COLOR", "COLORTERM", "COLORFGBG", "LC_ALL", "LC_CTYPE"] {
            command.env_remove(unset);
        }
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("CASECLINIC_HOME", self.home.path());
        let file = self.home.passphrase_file();
        command.env("TEST_COPY", file.with_file_name("copy"));
        command.env("TEST_PASSPHRASE_FILE", file);
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        Terminal::open(command, self.size, self.watcher)
    }
}
