//! Opens the full-screen program.

use super::{CommandError, CommandResult, Context, PassphraseSource, prompt::read_descriptor};
use crate::{
    app::AfterUnlock,
    tui::{self, Start},
};

/// Opens the screens. Fails if there is no terminal, or it cannot be used.
pub(crate) fn open(start: Start, context: &Context) -> CommandResult {
    if !tui::terminal::is_interactive() {
        return Err(CommandError::usage("caseclinic: the full-screen program needs a terminal.")
            .hint(
                "Use a command instead, such as `caseclinic search WORDS`. `caseclinic --help` \
                 lists the commands.",
            ));
    }
    if !tui::terminal::can_show_screens() {
        return Err(CommandError::usage(
            "caseclinic: this terminal cannot show the full-screen program (TERM is “dumb” or not set).",
        )
        .hint(
            "Hold a meeting as plain lines: `caseclinic clinic new --plain`, or with a fictional case \
             `caseclinic clinic new --practice --plain`. Search with `caseclinic search WORDS`. \
             `caseclinic --help` lists the commands.",
        ));
    }
    tui::run(start, context.paths()?)
        .map_err(|error| CommandError::failed(format!("caseclinic: {error:#}")))
}

/// Opens the screens, and goes on there once the vault is unlocked. Fails as [`open`], or if the
/// passphrase cannot be read from its descriptor.
pub(crate) fn open_after_unlock(
    then: AfterUnlock,
    key: PassphraseSource,
    context: &Context,
) -> CommandResult {
    let passphrase = key.passphrase_fd.map(read_descriptor).transpose();
    let passphrase = passphrase.map_err(|error| CommandError::usage(error.to_string()))?;
    open(Start { then: Some(then), passphrase, ..Start::default() }, context)
}
