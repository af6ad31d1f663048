//! `caseclinic clinic migrate NOTE`: a draft moves to a newer version of its template.
//!
//! It works on a copy. The draft as it was is kept in the trash before the new one takes its place,
//! and comes back from there.

use std::{io::Write, path::Path};

use jiff::Timestamp;

use super::Key;
use crate::cli::output::{FAILED, NOTHING_FOUND, OK};
use crate::{
    clinic::{Template, is_newer_version, preview, to_document},
    services::{find_note, find_template, head, newer_template, read_note},
    vault::Vault,
};

/// `caseclinic clinic migrate`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Case key, such as HERON-42, or note id
    note: String,
    /// The version to move to, if not the newest: a template file, or the id of a meeting format
    #[arg(long, value_name = "TEMPLATE")]
    to: Option<String>,
    /// Only show what would move, change or be left out
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub(super) key: Key,
}

/// Moves the draft, or says what would happen.
pub(super) fn run(
    args: &Args,
    vault: &Vault,
    folder: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    match go(args, vault, folder, out)? {
        Ok(Some(said)) => {
            writeln!(err, "{said}")?;
            Ok(OK)
        }
        Ok(None) => {
            writeln!(
                err,
                "There is no newer version of this draft’s meeting format. Nothing was changed."
            )?;
            Ok(NOTHING_FOUND)
        }
        Err(why) => {
            writeln!(err, "{why}")?;
            Ok(FAILED)
        }
    }
}

type Said = Result<Option<String>, String>;

fn go(args: &Args, vault: &Vault, folder: &Path, out: &mut dyn Write) -> anyhow::Result<Said> {
    let opened = match find_note(vault, &args.note).and_then(|id| read_note(vault, id)) {
        Ok(opened) => opened,
        Err(why) => return Ok(Err(why.to_string())),
    };
    if !opened.is_draft {
        let key = opened.session.case_key();
        let why = format!(
            "{key} is completed, so it stays in the version it was written in. Only drafts can be moved."
        );
        return Ok(Err(why));
    }
    if let Some(doubt) = opened.doubt {
        return Ok(Err(doubt));
    }
    let own = &opened.session.template().about.version;
    let to: Option<Template> = match &args.to {
        None => newer_template(&opened.session, folder),
        Some(name) => match find_template(name, folder) {
            Ok(found) if is_newer_version(&found.template.about.version, own) => {
                Some(found.template)
            }
            Ok(found) => {
                let version = &found.template.about.version;
                let why = format!(
                    "Version {version} is not newer than {own}, which this draft uses. Nothing was changed."
                );
                return Ok(Err(why));
            }
            Err(why) => return Ok(Err(why.to_string())),
        },
    };
    let Some(to) = to else { return Ok(Ok(None)) };
    let moved = match preview(&opened.session, &to, Timestamp::now()) {
        Ok(moved) => moved,
        Err(refused) => return Ok(Err(refused.to_string())),
    };
    writeln!(out, "{} from version {} to {}", to.about.id, moved.from, moved.to)?;
    for sentence in moved.sentences() {
        writeln!(out, "  {sentence}")?;
    }
    if args.dry_run {
        return Ok(Ok(Some("Nothing was changed.".to_owned())));
    }
    let (id, body) = (opened.id, zeroize::Zeroizing::new(to_document(&moved.session)));
    let saved = vault
        .keep_draft(id)
        .and_then(|()| vault.save_draft(id, &head(&moved.session), &body))
        .map_err(|error| error.sentence());
    Ok(saved.map(|_| {
        Some(format!(
            "Saved. The earlier draft stays in the trash for 30 days. To go back to it: `caseclinic clinic trash --restore {id} --swap`."
        ))
    }))
}
