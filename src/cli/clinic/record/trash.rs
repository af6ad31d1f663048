//! `caseclinic clinic discard|trash`: drafts that were put away, and drafts that were kept before a
//! great change. Nothing here is lost for thirty days.

use std::io::Write;

use jiff::tz::TimeZone;

use super::Done;
use crate::cli::output::{NOTHING_FOUND, OK};
use crate::{
    services::find_note,
    text::{clean_line, show_date},
    vault::{NoteId, NoteSource, Vault, VaultError},
};

pub(super) fn discard(vault: &Vault, name: &str, err: &mut dyn Write) -> Done {
    let id = find_note(vault, name)?;
    let note = vault.open(id)?;
    if note.source != NoteSource::Draft {
        return Err(VaultError::AlreadyComplete(id).into());
    }
    vault.discard_draft(id)?;
    let key = clean_line(&note.head.case_key);
    writeln!(
        err,
        "Discarded the draft of {key}. It stays in the trash for 30 days. To restore it: `caseclinic clinic trash --restore {id}`."
    )?;
    Ok(OK)
}

pub(super) fn trash(
    vault: &Vault,
    restore: Option<NoteId>,
    swap: bool,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Done {
    if let Some(id) = restore.filter(|_| swap) {
        vault.swap_draft(id)?;
        writeln!(err, "Restored the earlier draft. The draft it replaced is in the trash.")?;
        return Ok(OK);
    }
    if let Some(id) = restore {
        if vault.open(id).is_ok_and(|note| note.source == NoteSource::Draft) {
            let why = "This note already has a draft. To exchange the two, add --swap.";
            return Err(why.to_owned().into());
        }
        vault.restore_draft(id)?;
        writeln!(err, "Restored the draft. It is in the list of notes again.")?;
        return Ok(OK);
    }
    let all = vault.trash();
    for one in &all {
        let then = one.discarded.to_zoned(TimeZone::system());
        let day = show_date(then.date());
        match &one.head {
            Ok(head) => writeln!(
                out,
                "{}  {day} {:02}:{:02}  {}  {}",
                one.id,
                then.hour(),
                then.minute(),
                clean_line(&head.case_key),
                clean_line(&head.template)
            )?,
            Err(damage) => writeln!(err, "{} {}", damage.why, damage.advice)?,
        }
    }
    if all.is_empty() {
        writeln!(err, "The trash is empty.")?;
        return Ok(NOTHING_FOUND);
    }
    Ok(OK)
}
