//! `caseclinic man`: the manual, with a page for each command.

use std::{
    io::{self, Write},
    process::{Command, Stdio},
};

use super::{CommandResult, Context, output::prints_to_terminal};
use crate::system::signals::IgnoredInterrupts;

/// Shows the manual at a terminal, through `man` or else as the long help; elsewhere prints its
/// source, for `man` to read.
pub(crate) fn run(mut command: clap::Command, context: &mut Context) -> CommandResult {
    let mut built = command.clone();
    built.build();
    let mut source = Vec::new();
    pages(&built, &mut source)?;
    if !prints_to_terminal() {
        context.print_document(&String::from_utf8_lossy(&source))?;
    } else if !show(&source) {
        context.print_text(&command.render_long_help().to_string())?;
    }
    Ok(())
}

/// Writes the page of a command, then those of its subcommands.
fn pages(command: &clap::Command, source: &mut Vec<u8>) -> io::Result<()> {
    let page = clap_mangen::Man::new(command.clone());
    page.source(concat!("caseclinic ", env!("CARGO_PKG_VERSION"))).render(source)?;
    let named = command.get_subcommands().filter(|command| command.get_name() != "help");
    for command in named {
        pages(command, source)?;
    }
    Ok(())
}

/// Hands the pages to `man -l -`, which shows them, and waits until it has ended. Returns whether
/// it showed them: not every system has `man`, and not every `man` reads its input.
fn show(pages: &[u8]) -> bool {
    // Ctrl-C is for the pager; ending this program would leave the two of them at one terminal.
    let _interrupts = IgnoredInterrupts::start();
    let started = Command::new("man").args(["-l", "-"]).stdin(Stdio::piped()).spawn();
    started.is_ok_and(|mut man| {
        if let Some(mut input) = man.stdin.take() {
            // A pager that was left early reads no further.
            let _ = input.write_all(pages);
        }
        man.wait().is_ok_and(|status| status.success())
    })
}
