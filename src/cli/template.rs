//! `caseclinic template …`: versions of clinic templates.

mod diff;

use super::{command_error::CommandResult, context::Context};

/// What to do with templates.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum TemplateCommand {
    /// Compare two versions of a template, and show whether drafts can move to the new one
    Diff(diff::DiffArgs),
}

/// Runs the command.
pub(crate) fn run(command: &TemplateCommand, context: &mut Context) -> CommandResult {
    match command {
        TemplateCommand::Diff(args) => diff::run(args, context),
    }
}
