//! `caseclinic completions`: command completions for a shell.

use clap::CommandFactory;

use super::{command_error::CommandResult, context::Context};

/// Prints the completions of a program for this shell.
pub(crate) fn run<Program: CommandFactory>(
    shell: clap_complete::Shell,
    context: &mut Context,
) -> CommandResult {
    // Into memory first: the crate panics where a reader has left.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Program::command(), "caseclinic", &mut script);
    Ok(context.out.write_all(&script)?)
}
