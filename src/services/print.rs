//! Printing, by the command that the system has for it.

use std::{
    io::{self, Write},
    process::{Command, Stdio},
};

use crate::text::clean_line;

/// The printing command of CUPS, as POSIX names it.
const COMMAND: &str = "lp";

/// Hands a document to the printing command. Returns what to do if it does not take it.
pub(crate) fn print(contents: &[u8]) -> Result<(), String> {
    print_with(COMMAND, contents)
}

fn print_with(command: &str, contents: &[u8]) -> Result<(), String> {
    let advice = "Save the file, and print it from there.";
    let started = Command::new(command)
        // Others can see the title in the list of print jobs.
        .args(["-t", "document"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = started.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            format!("There is no printing command ({command}) on this computer. {advice}")
        }
        _ => format!("The printing command could not be started: {error}. {advice}"),
    })?;
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::BrokenPipe => {
            format!("The printing command stopped before it had the whole document. {advice}")
        }
        _ => format!("The document could not be printed: {error}. {advice}"),
    };
    let sent = child.stdin.take().map_or(Ok(()), |mut to| to.write_all(contents));
    let output = child.wait_with_output().map_err(failed)?;
    if output.status.success() {
        return sent.map_err(failed);
    }
    let said = clean_line(&String::from_utf8_lossy(&output.stderr));
    let said = said.trim().trim_end_matches('.');
    let why = if said.is_empty() { "no printer took it" } else { said };
    Err(format!("The document could not be printed: {why}. {advice}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_or_failing_printing_command_says_what_to_do() {
        let missing = print_with("no-such-command-here", b"x").expect_err("it is not there");
        assert!(missing.contains("no printing command") && missing.contains("Save the file"));
        let failing = print_with("false", b"x").expect_err("it fails");
        assert!(failing.contains("no printer took it"), "{failing}");
    }
}
