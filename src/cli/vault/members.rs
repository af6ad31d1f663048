//! `caseclinic vault members add|list|remove`: colleagues who open completed notes with the stock
//! age tool and a key of their own. They get no passphrase, and drafts stay closed to them.

use std::{io::Write, path::Path};

use jiff::Timestamp;
use serde_json::json;

use super::{Console, Key, keys::refused, with_vault};
use crate::{
    cli::output::{NOTHING_FOUND, OK},
    text::{clean_line, show_date},
};

/// Said when a list that could not be relied on made room for a new one.
pub(super) const NEW_LIST: &str = "The list of members was missing or could not be trusted, so a new \
                                   list was started.\nAnybody else who was on it is no longer a \
                                   member. Add them again.";

/// What to do with members.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum MembersCommand {
    /// Add a member, who can open notes about cases and services completed from now on
    Add {
        /// Their name, as your team knows them
        name: String,
        /// Their public key, which starts with `age1`
        #[arg(value_name = "PUBLIC_KEY")]
        recipient: String,
        /// Their role, shown in the list, such as deputy or auditor
        #[arg(long, default_value = "reader")]
        role: String,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// List the members and the fingerprints of their keys
    List {
        /// Print JSON
        #[arg(long, help_heading = "For scripts")]
        json: bool,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// Remove a member, who then cannot open notes completed from now on
    Remove {
        /// Their name or public key
        name: String,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
}

/// Runs the command.
pub(super) fn run(
    command: &MembersCommand,
    place: &Path,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    match command {
        MembersCommand::Add { name, recipient, role, key } => {
            with_vault(place, *key, console, err, |vault, err| {
                let had_list = vault.members_fault().is_none();
                match vault.add_member(name, role, recipient, Timestamp::now()) {
                    Ok(member) => {
                        if !had_list {
                            writeln!(err, "{NEW_LIST}")?;
                        }
                        writeln!(
                            err,
                            "Added. Before you rely on it, ask {} to read you the fingerprint of \
                             their key,\nby telephone or face to face:\n\n    {}\n\nNotes completed \
                             from now on open with their key, in the standard `age` tool. \
                             Earlier\nnotes do not, until you add a correction. Drafts never do. To \
                             share a supervision\nnote: `caseclinic clinic share`.",
                            member.name,
                            member.fingerprint()
                        )?;
                        Ok(OK)
                    }
                    Err(error) => refused(&error, err),
                }
            })
        }
        MembersCommand::Remove { name, key } => {
            with_vault(place, *key, console, err, |vault, err| match vault.remove_member(name) {
                Ok(member) => {
                    writeln!(
                        err,
                        "Removed. {} cannot open notes completed from now on. They can still open \
                         the notes\ncompleted while they were a member, wherever they have a copy: \
                         no program can undo that.",
                        member.name
                    )?;
                    Ok(OK)
                }
                Err(error) => refused(&error, err),
            })
        }
        MembersCommand::List { json, key } => {
            with_vault(place, *key, console, err, |vault, err| {
                let members = match vault.list_members() {
                    Ok(members) => members,
                    Err(error) => return refused(&error, err),
                };
                if *json {
                    let members: Vec<_> = members
                        .iter()
                        .map(|one| {
                            json!({
                                "name": one.name,
                                "role": one.role,
                                "recipient": one.recipient,
                                "fingerprint": one.fingerprint(),
                                "since": one.since.to_string(),
                            })
                        })
                        .collect();
                    writeln!(out, "{}", json!({ "schema": 1, "members": members }))?;
                    return Ok(OK);
                }
                for one in &members {
                    let since = one.since.to_zoned(jiff::tz::TimeZone::system()).date();
                    let (name, role) = (clean_line(&one.name), clean_line(&one.role));
                    let (mark, since) = (one.fingerprint(), show_date(since));
                    writeln!(out, "{name} ({role}), since {since}, fingerprint {mark}")?;
                    writeln!(out, "  {}", one.recipient)?;
                }
                if members.is_empty() {
                    writeln!(
                        err,
                        "There are no members. Only the passphrase and the recovery sheet open the notes."
                    )?;
                    return Ok(NOTHING_FOUND);
                }
                Ok(OK)
            })
        }
    }
}
