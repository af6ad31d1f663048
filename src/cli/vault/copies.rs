//! `caseclinic vault copies`: the automatic copies of the vault.

use crate::{
    cli::{
        command_error::{CommandError, CommandResult},
        context::Context,
        output::display_path,
    },
    vault::{Disk, copies_folder, forget_copy, list_copies},
};

/// `caseclinic vault copies`
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct CopiesArgs {
    /// Remove this copy
    #[arg(long, value_name = "NAME")]
    pub(crate) forget: Option<String>,
}

/// Lists the copies, or removes one.
///
/// # Errors
/// If there is none, or none of this name, or their folder cannot be read.
pub(crate) fn run(args: &CopiesArgs, context: &mut Context) -> CommandResult {
    let place = context.paths()?.vault;
    let all = list_copies(&Disk, &place)?;
    if let Some(name) = &args.forget {
        let copy = all.iter().find(|copy| copy.name == *name).ok_or_else(|| {
            CommandError::failed(format!("There is no copy “{name}”."))
                .hint("`caseclinic vault copies` lists them.")
        })?;
        forget_copy(&Disk, copy).map_err(|error| error.sentence())?;
        return Ok(());
    }
    for copy in &all {
        context.print(&copy.name)?;
    }
    if all.is_empty() {
        return Err(CommandError::not_found("There are no copies yet.")
            .hint("The first is made when the vault is next unlocked."));
    }
    Ok(context.say(format!(
        "In {}. Each copy is the whole encrypted vault of that day, and opens with the\n\
         passphrase of that day. The copies are on the same disk as the vault. To keep one on\n\
         another disk: `caseclinic vault backup FILE`.",
        display_path(&copies_folder(&place))
    ))?)
}
