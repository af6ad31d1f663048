//! `caseclinic vault restore`: a backup in a new folder, or compared with the vault.

use std::path::{Path, PathBuf};

use super::{
    recovery_sheet::{OpenerArgs, ask_opener},
    verify,
};
use crate::{
    cli::{
        command_error::{CommandError, CommandResult, ErrorKind},
        context::Context,
        output::display_path,
    },
    text::{clean_line, counted},
    vault::{Comparison, Member, Opener, Unread, Vault, VaultError, lies_in_vault, restore},
};

/// `caseclinic vault restore`
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct RestoreArgs {
    /// The backup file
    pub(crate) file: PathBuf,
    /// The new folder to restore into
    #[arg(required_unless_present = "verify", conflicts_with = "verify")]
    pub(crate) folder: Option<PathBuf>,
    /// Only open every file in the backup and compare it with the vault; nothing is changed
    #[arg(long)]
    pub(crate) verify: bool,
    #[command(flatten)]
    pub(crate) opener: OpenerArgs,
}

/// Restores the backup, or compares it.
///
/// # Errors
/// If it does not open, or a file in it has a problem.
pub(crate) fn run(args: &RestoreArgs, context: &mut Context) -> CommandResult {
    let paths = context.paths()?;
    let place = paths.vault_place();
    let (secret, is_sheet) = ask_opener(&args.opener, context)?;
    let opener = if is_sheet { Opener::Sheet(&secret) } else { Opener::Passphrase(&secret) };
    let seen = match &args.folder {
        None => {
            let vault = match opener {
                Opener::Passphrase(secret) => Vault::unlock(place, secret)?,
                Opener::Sheet(secret) => Vault::unlock_with_recovery(place, secret)?,
            };
            let compared = vault.compare_backup(&args.file, opener)?;
            context.print_text(&as_text(&compared))?;
            if !compared.unread.is_empty() {
                return Err(CommandError::silent(ErrorKind::Problems));
            }
            compared.seen
        }
        Some(folder) => {
            if lies_in_vault(&place.folder, folder) {
                return Err(VaultError::InsideVault(folder.clone()).into());
            }
            let place = paths.remembered_place(folder);
            let restored = restore(&args.file, place, opener)?;
            let (shown, files) = (folder, counted(restored.files, "file", "files"));
            context.say(format!("Restored to {}: {files}.", display_path(shown)))?;
            context.say("Unlock it with the passphrase from the day of the backup.")?;
            context.say(how_to_use(shown, &paths.vault))?;
            context.print_text(&verify::as_text(&restored.seen))?;
            let members: Vec<String> = restored.members.iter().map(Member::title).collect();
            if !members.is_empty() {
                context.say(format!(
                    "Members on the day of the backup can read what is completed in the restored \
                     vault: {}. To remove one: `caseclinic vault members remove NAME`.",
                    members.join(", ")
                ))?;
            }
            restored.seen
        }
    };
    seen.is_clean().then_some(()).ok_or(CommandError::silent(ErrorKind::Problems))
}

/// Says how a restored vault is used: looked into where it is, or put in the place of the vault.
fn how_to_use(folder: &Path, vault: &Path) -> String {
    let (restored, place) = (display_path(folder), display_path(vault));
    let look = match folder.parent().filter(|_| folder.file_name() == vault.file_name()) {
        Some(parent) if parent.is_absolute() => {
            format!("`CASECLINIC_HOME={} caseclinic`.", quoted(&display_path(parent)))
        }
        _ => "put it into a folder of its own under the name “vault”, and start caseclinic with \
              CASECLINIC_HOME set to the full path of that folder."
            .to_owned(),
    };
    let first = if vault.exists() {
        format!("quit caseclinic, rename {place} so that it is kept, then ")
    } else {
        String::new()
    };
    format!(
        "To look into it: {look}\nTo go on with it instead of your vault: {first}move {restored} \
         to {place}."
    )
}

/// A path as a shell takes it for one word.
fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
    if path.chars().all(is_plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

fn as_text(compared: &Comparison) -> String {
    let mut text = verify::as_text(&compared.seen);
    for Unread { file, why, .. } in &compared.unread {
        let (file, why) = (display_path(file), clean_line(why));
        text.push_str(&format!("not compared: {file}: in the vault, it {why}\n"));
    }
    for (files, what) in [
        (&compared.different, "changed since the backup"),
        (&compared.only_in_vault, "added since the backup"),
        (&compared.only_in_backup, "only in the backup"),
    ] {
        for file in files {
            text.push_str(&format!("{what}: {}\n", display_path(file)));
        }
    }
    text.push_str(&format!("The same in both: {}.\n", counted(compared.same, "file", "files")));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_that_looks_into_a_restored_vault_holds_for_a_folder_with_blanks() {
        let vault = Path::new("/home/ash/.local/share/caseclinic/vault");
        let hint = |folder: &str| how_to_use(Path::new(folder), vault);
        assert!(hint("/mnt/usb/vault").contains("`CASECLINIC_HOME=/mnt/usb caseclinic`"));
        let with_blank = hint("/mnt/Jo’s old laptop/vault");
        assert!(with_blank.contains("CASECLINIC_HOME='/mnt/Jo’s old laptop' case"), "{with_blank}");
        assert_eq!(quoted("Jo's"), r"'Jo'\''s'");
    }
}
