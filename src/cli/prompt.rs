//! Asking for a passphrase: at the terminal without echo, or from a descriptor handed over.
//!
//! Never from arguments or environment, where other programs could read it. The terminal is as it
//! was when the prompt ends, also after Ctrl-C.

use std::{
    io::{self, Read, Write},
    path::PathBuf,
};

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{
    command_error::{CommandError, ErrorKind},
    output::{display_path, is_attended},
};
use crate::{
    system::{
        process::open_descriptor,
        terminal::{self, OwnTerminal, QuietTerminal},
    },
    text::clean_line,
};

/// Bytes a passphrase may have.
const MAX_BYTES: usize = 1024;

/// Said of a line that is not text: guessing its letters would change what somebody wrote.
pub(crate) const NOT_TEXT: &str =
    "This line is not UTF-8 text, so it was not taken: its accents would be lost.";

/// Returns a line that was read, without its end; `None` if it is not text.
pub(crate) fn text_of(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let text = std::str::from_utf8(bytes).ok()?;
    Some(Zeroizing::new(text.trim_end_matches(['\n', '\r']).to_owned()))
}

/// Why there is no passphrase.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PromptError {
    /// Nobody can be asked.
    #[error("There is no terminal to ask for the passphrase. In a script, use --passphrase-fd.")]
    NoTerminal,
    /// Ctrl-C, Ctrl-D or the end of input.
    #[error("Nothing was typed, so nothing was changed.")]
    Cancelled,
    /// More than a passphrase.
    #[error(
        "This is too long for a passphrase (at most {MAX_BYTES} bytes) or a recovery sheet. Use a shorter passphrase, or check which file you named."
    )]
    TooLong,
    /// It has to be text.
    #[error("The passphrase is not UTF-8 text. Type it again, or save the file as UTF-8.")]
    NotText,
    /// The number names nothing that can be read.
    #[error(
        "--passphrase-fd {number} cannot be read: {source}. Open it for reading, as in `--passphrase-fd 3 3< FILE`."
    )]
    Descriptor {
        /// The number given.
        number: u32,
        /// What the system answered.
        source: io::Error,
    },
    /// The sheet is not in the file that was named.
    #[error(
        "The recovery sheet {} cannot be read: {source}. Check the file name.",
        display_path(path)
    )]
    Sheet {
        /// The path given.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The terminal went away.
    #[error("The terminal is not responding: {0}. Open another one and try again.")]
    Terminal(io::Error),
}

/// For a command that needs the vault open: if nobody could be asked or nobody answered, the vault
/// stays locked.
impl From<PromptError> for CommandError {
    fn from(error: PromptError) -> Self {
        let kind = match error {
            PromptError::NoTerminal | PromptError::Cancelled => ErrorKind::VaultLocked,
            _ => ErrorKind::Usage,
        };
        Self::new(kind, error.to_string())
    }
}

/// Where the passphrase comes from.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct PassphraseSource {
    /// Read the passphrase from this file descriptor (its first line) instead of asking
    #[arg(long, value_name = "N", help_heading = "For scripts")]
    pub(crate) passphrase_fd: Option<u32>,
}

/// Somebody who can be asked. What is typed is a secret and is not echoed.
pub(crate) trait Console {
    /// Asks once.
    fn ask(&mut self, question: &str) -> Result<SecretString, PromptError>;

    /// Returns whether there is anybody to ask.
    fn can_ask(&self) -> bool {
        true
    }
}

/// The terminal this program runs in. With input, output and messages all redirected nobody is
/// expected to answer, although the terminal may still be there.
#[derive(Debug, Default)]
pub(crate) struct Terminal;

impl Terminal {
    fn open(&self) -> Result<OwnTerminal, PromptError> {
        terminal::open().ok().filter(|_| is_attended()).ok_or(PromptError::NoTerminal)
    }
}

impl Console for Terminal {
    fn ask(&mut self, question: &str) -> Result<SecretString, PromptError> {
        ask_at(self.open()?, question)
    }

    fn can_ask(&self) -> bool {
        self.open().is_ok()
    }
}

fn ask_at(mut terminal: OwnTerminal, question: &str) -> Result<SecretString, PromptError> {
    let quiet = QuietTerminal::start(&terminal).map_err(PromptError::Terminal)?;
    write!(terminal, "{}", clean_line(question)).map_err(PromptError::Terminal)?;
    let typed = read_keys(&mut terminal);
    drop(quiet);
    // The line end was not echoed; without it the next message would stand behind the question.
    let _ = writeln!(terminal);
    typed
}

/// Returns the first line of a descriptor, for `--passphrase-fd N`.
pub(crate) fn read_descriptor(number: u32) -> Result<SecretString, PromptError> {
    let failed = |source| PromptError::Descriptor { number, source };
    let file = open_descriptor(number).map_err(failed)?;
    first_line(file, failed)
}

fn first_line(
    mut file: impl Read,
    failed: impl Fn(io::Error) -> PromptError,
) -> Result<SecretString, PromptError> {
    let mut line = Zeroizing::new(Vec::with_capacity(MAX_BYTES));
    let mut byte = Zeroizing::new([0_u8]);
    // One byte at a time: what follows the line belongs to somebody else.
    while file.read(byte.as_mut()).map_err(&failed)? == 1 && byte[0] != b'\n' {
        if line.len() == MAX_BYTES {
            return Err(PromptError::TooLong);
        }
        line.push(byte[0]);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    secret(&line)
}

fn read_keys(terminal: &mut impl Read) -> Result<SecretString, PromptError> {
    const CTRL_C: u8 = 3;
    const CTRL_D: u8 = 4;
    const BACKSPACE: [u8; 2] = [8, 127];
    const CTRL_U: u8 = 21;
    let mut line = Zeroizing::new(Vec::with_capacity(MAX_BYTES));
    let mut byte = Zeroizing::new([0_u8]);
    loop {
        if terminal.read(byte.as_mut()).map_err(PromptError::Terminal)? == 0 {
            return Err(PromptError::Cancelled);
        }
        match byte[0] {
            b'\r' | b'\n' => return secret(&line),
            CTRL_C => return Err(PromptError::Cancelled),
            CTRL_D if line.is_empty() => return Err(PromptError::Cancelled),
            CTRL_U => line.clear(),
            key if BACKSPACE.contains(&key) => {
                // A whole character: its bytes from the last one back to the first.
                while line.pop().is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000) {}
            }
            key if key < b' ' => {}
            key if line.len() < MAX_BYTES => line.push(key),
            _ => return Err(PromptError::TooLong),
        }
    }
}

fn secret(line: &[u8]) -> Result<SecretString, PromptError> {
    std::str::from_utf8(line).map(SecretString::from).map_err(|_| PromptError::NotText)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn typed(keys: &[u8]) -> Result<String, PromptError> {
        read_keys(&mut &keys[..]).map(|secret| secret.expose_secret().to_owned())
    }

    #[cfg(unix)]
    #[test]
    fn what_is_typed_at_a_terminal_is_not_echoed_and_the_terminal_is_put_right() {
        for (keys, cancelled) in [("hush hush\r", false), ("hush\x03", true)] {
            let pty = portable_pty::native_pty_system()
                .openpty(portable_pty::PtySize::default())
                .expect("a pty");
            let path = pty.master.tty_name().expect("its name");
            let open =
                || std::fs::File::options().read(true).write(true).open(&path).expect("opens");
            let terminal = open();
            let before = rustix::termios::tcgetattr(&terminal).expect("its modes");
            let theirs = open();
            let asked = std::thread::spawn(move || ask_at(theirs, "Passphrase: "));
            let mut screen = pty.master.try_clone_reader().expect("a reader");
            let mut shown = [0; 12];
            screen.read_exact(&mut shown).expect("the question");
            pty.master
                .take_writer()
                .expect("a keyboard")
                .write_all(keys.as_bytes())
                .expect("typed");
            let answer = asked.join().expect("no panic");
            assert_eq!(answer.is_err(), cancelled);
            let mut rest = [0; 2];
            screen.read_exact(&mut rest).expect("the line end");
            assert_eq!((&shown, &rest), (b"Passphrase: ", b"\r\n"));
            let after = rustix::termios::tcgetattr(&terminal).expect("its modes");
            assert_eq!(after.local_modes, before.local_modes);
        }
    }

    fn line(bytes: &[u8]) -> Result<String, PromptError> {
        first_line(bytes, PromptError::Terminal).map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn backspace_takes_a_whole_character_and_ctrl_u_the_line() {
        assert_eq!(typed("caf\u{e9}\u{7f}e\r".as_bytes()).expect("typed"), "cafe");
        assert_eq!(typed(b"wrong\x15right\n").expect("typed"), "right");
        assert_eq!(typed(b"\x7f\x7fa\r").expect("typed"), "a");
    }

    #[test]
    fn ctrl_c_and_the_end_of_input_cancel() {
        assert!(matches!(typed(b"secret\x03\r"), Err(PromptError::Cancelled)));
        assert!(matches!(typed(b"\x04"), Err(PromptError::Cancelled)));
        assert!(matches!(typed(b"no end"), Err(PromptError::Cancelled)));
    }

    #[test]
    fn only_the_first_line_of_a_descriptor_counts() {
        assert_eq!(line(b"six words\r\nnot this\n").expect("read"), "six words");
        assert_eq!(line(b"no line end").expect("read"), "no line end");
        assert!(matches!(line(&[b'x'; 1025]), Err(PromptError::TooLong)));
        assert!(matches!(line(&[0xff, b'\n']), Err(PromptError::NotText)));
    }
}
