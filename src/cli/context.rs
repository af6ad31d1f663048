//! What every command is given: where it prints, who can be asked, the time and the folders.
//!
//! Standard output is data and standard error is messages. Nothing is written to either except
//! through [`CleanStream`].

#[cfg(test)]
pub(crate) mod fixture;

use std::{
    fmt::Display,
    io::{self, BufRead as _, IsTerminal, Read, stdin},
};

use jiff::{Timestamp, Zoned, civil::Date};
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    command_error::{CommandError, CommandResult},
    output::{CleanStream, OutputStyle, StyledText},
    prompt::{Console, PromptError, Terminal, read_descriptor},
};
use crate::{
    knowledge::Library,
    services::{AppPaths, PathsError, app_paths, library_of},
    text::{LocalTime, Problem, clean_line},
    vault::{KeyPlace, Strength, Vault, VaultError, VaultPlace, VaultState, probe},
};

/// How often a passphrase may be mistyped at a terminal.
const PASSPHRASE_ATTEMPTS: usize = 3;
/// Bytes of the longest reason.
const MAX_REASON_BYTES: u64 = 4096;

/// Everything a command needs from outside.
pub(crate) struct Context {
    out: CleanStream,
    err: CleanStream,
    /// How standard output looks.
    pub(crate) style: OutputStyle,
    /// Asks for what must not be seen.
    pub(crate) console: Box<dyn Console>,
    /// How hard a new passphrase is to guess.
    pub(crate) strength: Strength,
    /// Where the screens would have keys held.
    pub(crate) keys: KeyPlace,
    clock: fn() -> Timestamp,
    /// The time zone that times are shown in.
    pub(crate) local: LocalTime,
    paths: Result<AppPaths, PathsError>,
}

impl Context {
    /// Returns the context of this process.
    pub(crate) fn from_environment() -> Self {
        let style = OutputStyle::of_stdout();
        Self {
            out: CleanStream::stdout(style.colour),
            err: CleanStream::stderr(),
            style,
            console: Box::new(Terminal),
            strength: Strength::STANDARD,
            keys: KeyPlace::helper(),
            clock: Timestamp::now,
            local: LocalTime::of_system(),
            paths: app_paths(),
        }
    }

    /// Returns the time.
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Returns today's date here.
    pub(crate) fn today(&self) -> Date {
        self.day(self.now())
    }

    /// Returns the date here at this time.
    pub(crate) fn day(&self, at: Timestamp) -> Date {
        self.local(at).date()
    }

    /// Returns the date and time here at this time.
    pub(crate) fn local(&self, at: Timestamp) -> Zoned {
        self.local.zoned(at)
    }

    /// Returns the folders. Fails if there is no home folder, or it is a relative path.
    pub(crate) fn paths(&self) -> CommandResult<AppPaths> {
        Ok(self.paths.clone()?)
    }

    /// Prints one line to standard output: a line end in a cell becomes a space, a tab parts cells.
    pub(crate) fn print(&mut self, line: impl Display) -> io::Result<()> {
        let line = line.to_string();
        let cells: Vec<String> = line.split('\t').map(clean_line).collect();
        self.out.document(&format!("{}\n", cells.join("\t")))
    }

    /// Prints lines to standard output.
    pub(crate) fn print_text(&mut self, text: &str) -> io::Result<()> {
        self.out.text(text)
    }

    /// Prints a document to standard output, in which tabs and CRLF line ends belong to the format.
    pub(crate) fn print_document(&mut self, text: &str) -> io::Result<()> {
        self.out.document(text)
    }

    /// Prints styled text to standard output.
    pub(crate) fn print_styled(&mut self, text: &StyledText) -> io::Result<()> {
        self.out.styled(text)
    }

    /// Prints a problem with its excerpt to standard output, `columns` wide.
    pub(crate) fn print_problem(&mut self, problem: &Problem, columns: usize) -> io::Result<()> {
        self.out.problem(problem, columns)
    }

    /// Prints the prompt before a line that a person types, after everything printed before it.
    pub(crate) fn prompt(&mut self, text: &str) -> io::Result<()> {
        self.out.text(text)?;
        self.out.flush()
    }

    /// Hands over what was printed to standard output.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Prints a JSON document of one line to standard output.
    pub(crate) fn print_json(&mut self, value: &serde_json::Value) -> io::Result<()> {
        self.out.json(value)
    }

    /// Prints a message to standard error, after everything printed before it.
    pub(crate) fn say(&mut self, message: impl Display) -> io::Result<()> {
        self.out.flush()?;
        self.err.text(&format!("{message}\n"))
    }

    /// Asks on standard error for a line that a person types, after everything printed before it.
    pub(crate) fn ask_line(&mut self, question: &str) -> io::Result<()> {
        self.out.flush()?;
        self.err.text(question)
    }

    /// Asks for something that is not shown, after everything printed before it: what it is asked
    /// about must be on the screen.
    pub(crate) fn ask(&mut self, question: &str) -> Result<SecretString, PromptError> {
        self.out.flush().map_err(PromptError::Terminal)?;
        self.console.ask(question)
    }

    /// Asks whether to do what `question` says, unless `agreed` on the command line. Fails if nobody
    /// agreed, or nobody can be asked.
    pub(crate) fn ask_to_agree(&mut self, question: &str, agreed: bool) -> CommandResult {
        if agreed {
            return Ok(());
        }
        if !self.console.can_ask() {
            return Err(CommandError::usage(format!("{question} There is no terminal to ask."))
                .hint("Nothing was changed. In a script, add --yes."));
        }
        self.say(question)?;
        let typed = self.ask("Type yes to go on: ")?;
        if typed.expose_secret().trim().eq_ignore_ascii_case("yes") {
            return Ok(());
        }
        Err(CommandError::failed("Nothing was changed."))
    }

    /// Returns a reason that was given as an argument; for `-`, reads it from standard input (one
    /// line), after a question at a terminal. Other programs can read arguments.
    pub(crate) fn reason(&mut self, given: String) -> CommandResult<String> {
        if given.trim() != "-" {
            return Ok(given);
        }
        if stdin().is_terminal() {
            self.say("Type the reason, without details of the case, then press Enter.")?;
        }
        let mut line = String::new();
        let read = stdin().lock().take(MAX_REASON_BYTES).read_line(&mut line);
        read.map_err(|error| {
            CommandError::failed(format!("The reason could not be read: {error}."))
                .hint("Nothing was changed. Give it as UTF-8 text.")
        })?;
        let reason = clean_line(line.trim_end_matches(['\r', '\n'])).trim().to_owned();
        if reason.is_empty() {
            return Err(CommandError::usage("The reason was empty, so nothing was changed.")
                .hint("Give it on one line."));
        }
        Ok(reason)
    }

    /// Reads text of at most `max_bytes` from standard input, after `question` at a terminal.
    pub(crate) fn read_text(&mut self, question: &str, max_bytes: u64) -> CommandResult<String> {
        if stdin().is_terminal() {
            self.say(question)?;
        }
        let mut text = String::new();
        stdin().take(max_bytes).read_to_string(&mut text).map_err(|error| {
            CommandError::failed(format!("The text could not be read: {error}."))
                .hint("Nothing was saved. Give it as UTF-8 text.")
        })?;
        Ok(text)
    }

    /// Returns the bundled guidance and, where there is a folder for them, the installed packs.
    pub(crate) fn library(&mut self) -> Library {
        let library = match &self.paths {
            Ok(paths) => library_of(paths),
            Err(_) => Library::bundled(),
        };
        for problem in library.problems().iter().filter(|problem| problem.is_error()) {
            // Messages are of no use to a reader that has left.
            let _ = self.say(format_args!("caseclinic: {problem}"));
        }
        library
    }

    /// Unlocks the vault, and takes the copy of the day. Fails if there is no vault, the passphrase
    /// cannot be asked for, or it is wrong.
    pub(crate) fn open_vault(&mut self, passphrase_fd: Option<u32>) -> CommandResult<Vault> {
        let vault = self.unlock_vault(passphrase_fd)?;
        // A copy that failed is tried again at the next opening, and stops nothing.
        if let Err(error) = vault.copier().copy_if_due(self.now()) {
            self.say(format!("There is no copy of the vault for today. {}", error.sentence()))?;
        }
        Ok(vault)
    }

    /// Unlocks the vault for a command that takes a copy of its own. Fails as
    /// [`Context::open_vault`].
    pub(crate) fn unlock_vault(&mut self, passphrase_fd: Option<u32>) -> CommandResult<Vault> {
        let vault = self.ask_until_it_opens(passphrase_fd, Vault::unlock)?;
        self.tell_of_rollback(&vault)?;
        Ok(vault)
    }

    /// Opens the vault to check it: nothing is written. Fails as [`Context::open_vault`].
    pub(crate) fn inspect_vault(&mut self, passphrase_fd: Option<u32>) -> CommandResult<Vault> {
        self.ask_until_it_opens(passphrase_fd, Vault::inspect)
    }

    /// Asks a person for the passphrase again if it is mistyped.
    fn ask_until_it_opens(
        &mut self,
        passphrase_fd: Option<u32>,
        open: fn(VaultPlace, &SecretString) -> Result<Vault, VaultError>,
    ) -> CommandResult<Vault> {
        let mut left = if passphrase_fd.is_none() { PASSPHRASE_ATTEMPTS } else { 1 };
        loop {
            let (place, passphrase) = self.ask_for_vault(passphrase_fd)?;
            left -= 1;
            match open(place, &passphrase) {
                Err(error @ VaultError::WrongPassphrase) if left > 0 => {
                    self.say(error.sentence())?;
                }
                result => return Ok(result?),
            }
        }
    }

    fn ask_for_vault(
        &mut self,
        passphrase_fd: Option<u32>,
    ) -> CommandResult<(VaultPlace, SecretString)> {
        let place = self.paths()?.vault_place();
        if probe(&place.folder) == VaultState::Missing {
            return Err(VaultError::NoVault(place.folder).into());
        }
        let passphrase = match passphrase_fd {
            Some(number) => read_descriptor(number)?,
            None => self.ask("Passphrase: ")?,
        };
        Ok((place, passphrase))
    }

    /// Says if the vault is older than what this computer saw of it.
    pub(crate) fn tell_of_rollback(&mut self, vault: &Vault) -> io::Result<()> {
        match vault.rollback() {
            Some(found) => self.say(format!("Warning: {} {}", found.why, found.advice)),
            None => Ok(()),
        }
    }

    /// Prints help, or what is wrong with a command line, and returns the exit code. Its arguments
    /// were cleaned before.
    pub(crate) fn finish_usage(&mut self, usage: &clap::Error) -> u8 {
        let to = if usage.use_stderr() { &mut self.err } else { &mut self.out };
        // If it cannot be printed, the exit code still says what it was.
        let _ = to.usage(&usage.render()).and_then(|()| to.flush());
        u8::try_from(usage.exit_code()).unwrap_or(2)
    }

    /// Prints what went wrong, and returns the exit code.
    pub(crate) fn finish(&mut self, result: CommandResult) -> u8 {
        let flushed = self.out.flush().map_err(CommandError::from);
        let Err(error) = flushed.and(result) else { return 0 };
        let text = error.to_string();
        if !text.is_empty() {
            // Not after another flush, which fails where the output cannot be written. If the message
            // cannot be printed either, the exit code still says it.
            let _ = self.err.text(&format!("{text}\n"));
        }
        error.kind.exit_code()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use fixture::TestRun;

    #[test]
    fn dates_are_those_of_the_zone_that_was_handed_in() {
        let folder = tempfile::tempdir().expect("a folder");
        for (hours, day) in [(-13, "2026-11-20"), (0, "2026-11-21"), (13, "2026-11-22")] {
            let run = TestRun::at(folder.path()).hours_ahead(hours);
            assert_eq!(run.context.today().to_string(), day);
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_printed_nowhere() {
        let folder = tempfile::tempdir().expect("a folder");
        let (code, out, err) = TestRun::at(folder.path()).run(|context| {
            context.print("a\x1b[2J\tb\nc")?;
            context.print_text("d\x1b[2J\ne\n")?;
            context.say("f\x1b[2J")?;
            Err(CommandError::usage("g\x1b[2J").hint("h"))
        });
        assert_eq!((code, out.as_str()), (2, "a[2J\tb c\nd[2J\ne\n"));
        assert_eq!(err, "f[2J\ng[2J h\n");
    }

    #[test]
    fn a_reader_that_has_left_is_success() {
        struct Left;
        impl Write for Left {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let folder = tempfile::tempdir().expect("a folder");
        let mut run = TestRun::at(folder.path());
        run.context.out = CleanStream::new(Box::new(Left), false);
        let (code, _, err) = run.run(|context| Ok(context.print("a")?));
        assert_eq!((code, err.as_str()), (0, ""));
    }
}
