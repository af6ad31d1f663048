//! `caseclinic vault check-note`: whether a note was signed by a vault, for somebody who has neither
//! the vault nor its passphrase.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::{
    cli::{
        command_error::{CommandError, CommandResult, ErrorKind},
        context::Context,
        output::display_path,
    },
    text::clean_line,
    vault::{VaultKey, check_note},
};

/// Bytes of the largest note that is read: the largest that a vault writes, and its encryption.
const MAX_NOTE_BYTES: u64 = 256 << 20;
/// Bytes of the largest key file.
const MAX_KEY_BYTES: u64 = 64 << 10;

/// `caseclinic vault check-note`
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct CheckNoteArgs {
    /// The note: the encrypted file, or its text as `age` prints it; - reads standard input
    pub(crate) file: PathBuf,
    /// Your own key file, which opens the encrypted file
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) identity: Option<PathBuf>,
    /// The fingerprint of the vault’s key, or the key itself, which the owner of the vault gave you
    #[arg(long, value_name = "FINGERPRINT")]
    pub(crate) vault_key: String,
}

/// Says who signed the note and what it is.
///
/// # Errors
/// It cannot be read, or that vault did not sign it.
pub(crate) fn run(args: &CheckNoteArgs, context: &mut Context) -> CommandResult {
    let key: VaultKey =
        args.vault_key.parse().map_err(|why| CommandError::usage(format!("This is {why}.")))?;
    let identity = args.identity.as_deref().map(|path| read(path, MAX_KEY_BYTES)).transpose()?;
    let identity = identity.as_ref().map(|text| String::from_utf8_lossy(text));
    let identity = identity.map(|text| Zeroizing::new(text.into_owned()));
    let note = if args.file.as_os_str() == "-" {
        limited(io::stdin(), MAX_NOTE_BYTES, "Standard input")?
    } else {
        read(&args.file, MAX_NOTE_BYTES)?
    };
    let identity = identity.as_ref().map(|text| text.as_str());
    let checked = check_note(&note, identity, &key).map_err(|why| {
        let kind = if why.is_refuted() { ErrorKind::Problems } else { ErrorKind::Failed };
        let advice = "Do not rely on it. Ask the owner of the vault for the note, and for the \
                      fingerprint once more.";
        let hint = if why.is_refuted() { advice } else { "" };
        CommandError::new(kind, clean_line(&why.to_string())).hint(hint)
    })?;
    context.print(format!("This is {checked}."))?;
    let vault = clean_line(&checked.vault);
    context.print(format!("It was signed by vault {vault}, key {}.", checked.fingerprint))?;
    Ok(context.say("There may be a newer revision: only the vault knows which is the newest.")?)
}

fn read(path: &Path, limit: u64) -> CommandResult<Zeroizing<Vec<u8>>> {
    let shown = display_path(path);
    let file = File::open(path);
    let file = file.map_err(|error| {
        CommandError::failed(format!("{shown} cannot be read: {error}.")).hint("Check its name.")
    })?;
    limited(file, limit, &shown)
}

fn limited(from: impl Read, limit: u64, shown: &str) -> CommandResult<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = from.take(limit + 1).read_to_end(&mut bytes);
    read.map_err(|error| CommandError::failed(format!("{shown} cannot be read: {error}.")))?;
    if bytes.len() as u64 > limit {
        return Err(CommandError::failed(format!("{shown} is too large for a note or a key.")));
    }
    Ok(bytes)
}
