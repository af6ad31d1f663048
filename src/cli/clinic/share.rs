//! `caseclinic clinic share`: a supervision note, which is private to this vault, opens for one
//! member too. That it was shared, with whom and why, stands in the note's own record.

use std::{io::Write, path::Path};

use jiff::Timestamp;

use crate::cli::{
    output::{FAILED, OK},
    vault::{Console, Key, exit_code, with_vault},
};
use crate::{
    clinic::{Event, apply, to_document},
    services::{find_note, head, read_note},
    vault::{Correction, Member, NoteId, Vault},
};

/// Share a supervision note, which is otherwise private, with one member
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Case key, such as HERON-42, or note id
    note: String,
    /// The member’s name, as `caseclinic vault members list` shows it
    #[arg(long, value_name = "MEMBER")]
    with: String,
    /// The reason, without details of the case
    #[arg(long)]
    reason: String,
    /// Where the passphrase comes from
    #[command(flatten)]
    key: Key,
}

/// Runs the command. Answers with the exit code: 0, or 1 with the reason on `err`.
///
/// # Errors
/// If `err` cannot be written.
pub fn run(
    args: &Args,
    place: &Path,
    console: &mut dyn Console,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    with_vault(place, args.key, console, err, |vault, err| {
        let (id, member) = match found(args, &vault) {
            Ok(found) => found,
            Err(why) => {
                writeln!(err, "{why}")?;
                return Ok(FAILED);
            }
        };
        let session = match shared(args, &vault, id, &member) {
            Ok(session) => session,
            Err(why) => {
                writeln!(err, "{why}")?;
                return Ok(FAILED);
            }
        };
        let (head, body) = (head(&session), to_document(&session));
        match vault.amend(id, &head, &body, Correction::Amended) {
            Ok(receipt) => {
                let number = receipt.revision.unwrap_or_default();
                writeln!(
                    err,
                    "Shared with {} ({}): revision {number}, and every later one. They can open \
                     notes/{id}/{number:04}.age in the vault’s folder with their own key. Sharing \
                     cannot be undone.",
                    member.name,
                    member.fingerprint()
                )?;
                Ok(OK)
            }
            Err(error) => {
                writeln!(err, "{}", error.sentence())?;
                Ok(exit_code(&error))
            }
        }
    })
}

fn found(args: &Args, vault: &Vault) -> Result<(NoteId, Member), String> {
    let id = find_note(vault, &args.note).map_err(|error| error.to_string())?;
    let members = vault.list_members().map_err(|error| error.sentence())?;
    let known: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let known = match known.as_slice() {
        [] => "There are no members yet. To add one: `caseclinic vault members add`.".to_owned(),
        known => format!("The members are: {}.", known.join(", ")),
    };
    let member =
        members.into_iter().find(|member| member.name.eq_ignore_ascii_case(args.with.trim()));
    let member = member.ok_or_else(|| format!("“{}” is not a member. {known}", args.with))?;
    Ok((id, member))
}

/// The note with the line that says with whom it is shared.
fn shared(
    args: &Args,
    vault: &Vault,
    id: NoteId,
    member: &Member,
) -> Result<crate::clinic::Session, String> {
    let opened = read_note(vault, id).map_err(|error| error.to_string())?;
    if let Some(doubt) = opened.doubt {
        return Err(doubt);
    }
    let mut session = opened.session;
    let (with, key) = (format!("{} ({})", member.name, member.role), member.recipient.clone());
    let event = Event::Shared { with, key, reason: args.reason.clone() };
    apply(&mut session, event, Timestamp::now()).map_err(|refusal| refusal.to_string())?;
    Ok(session)
}
