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
pub(super) const NEW_LIST: &str = "The list of members was missing or could not be relied on, and a \
                                   new one is begun.\nWhoever else was on it is no member any more: \
                                   add them again.";

/// What to do with members.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum MembersCommand {
    /// Seal notes about cases and services completed from now on to this person too
    Add {
        /// Who, as your team calls them
        name: String,
        /// Their public key: it begins with `age1`
        recipient: String,
        /// Their part, shown in the list: deputy, auditor …
        #[arg(long, default_value = "reader")]
        role: String,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// List the members, with the fingerprints of their keys
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// Seal nothing to this person any more
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
                            "Added. Before you rely on it, have {} read the fingerprint of their \
                             key to you,\nby telephone or face to face:\n\n    {}\n\nWhat is \
                             completed from now on opens with their key and the stock age tool; \
                             what\nwas completed before does not, until it is corrected or `vault \
                             rekey` seals it afresh.\nDrafts never do; supervision notes only by \
                             `clinic share`.",
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
                        "Removed. Nothing is sealed to {} any more. What was sealed to them while \
                         they were a\nmember they can still open, wherever they have a copy of it: \
                         no program can take that back.",
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
                        "Nobody else. Only the passphrase and the recovery sheet open it."
                    )?;
                    return Ok(NOTHING_FOUND);
                }
                Ok(OK)
            })
        }
    }
}
