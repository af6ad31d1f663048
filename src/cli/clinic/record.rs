//! `caseclinic clinic amend|mark-error|revisions|keep|due|erase|discard|trash`: what happens to a
//! note after its meeting. The text of an amendment comes from standard input, never from the
//! arguments, where other programs could read it.

mod due;
mod trash;

use std::{
    io::{IsTerminal, Read, Write, stdin},
    path::Path,
};

use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};

use crate::cli::{
    output::{FAILED, NOTHING_FOUND, OK, USAGE},
    vault::{Console, Key, exit_code, with_vault},
};
use crate::{
    clinic::{Event, apply, to_document},
    report::{WatchedNames, lint_summary, markdown},
    services::{NoteError, find_note, head, read_note},
    text::{clean_line, parse_date, show_date},
    vault::{Correction, Hold, NoteId, Retention, Vault, VaultError, Verified},
};

/// Bytes an amendment may have.
const LARGEST_AMENDMENT: u64 = 1 << 20;

/// What to do with a note after its meeting.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Add a correction to a completed note; you type the text when asked
    #[command(after_help = "For scripts: the text can be given on standard input.")]
    Amend {
        /// Case key, such as HERON-42, or note id
        note: String,
        /// The reason, without details of the case
        #[arg(long)]
        reason: String,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// Mark a note as entered in error; it stays as it is, and nothing can be added to it
    MarkError {
        /// Case key, such as HERON-42, or note id
        note: String,
        /// The reason, without details of the case
        #[arg(long)]
        reason: String,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// List the revisions of a note, or show one of them
    Revisions {
        /// Case key, such as HERON-42, or note id
        note: String,
        /// Show this revision
        #[arg(long, value_name = "NUMBER")]
        show: Option<u32>,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// Show or set how long a note is kept: retention class, review date, legal hold
    Keep {
        /// Case key, such as HERON-42, or note id
        note: String,
        /// The class in your retention schedule
        #[arg(long)]
        class: Option<String>,
        /// The date to decide whether the note is still needed, such as 2032-11-22
        #[arg(long, value_name = "DATE")]
        review: Option<String>,
        /// Place a legal hold, so that the note cannot be erased, and give the reason
        #[arg(long, value_name = "REASON", conflicts_with = "release")]
        hold: Option<String>,
        /// Release the legal hold
        #[arg(long)]
        release: bool,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// List the reviews that are due: cases to review, and notes to keep or erase
    Due {
        /// Print JSON
        #[arg(long, help_heading = "For scripts")]
        json: bool,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// Erase a note for good: every revision, draft and copy; the date and the reason are kept
    Erase {
        /// The full note id; a case key is not enough
        note: String,
        /// The reason, without details of the case, because it is kept
        #[arg(long)]
        reason: String,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// Discard a draft; it stays in the trash for 30 days
    Discard {
        /// Case key, such as HERON-42, or note id
        note: String,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// List discarded drafts, or restore one
    Trash {
        /// Restore the draft with this note id
        #[arg(long, value_name = "ID")]
        restore: Option<NoteId>,
        /// Exchange it with the note’s current draft, which goes into the trash
        #[arg(long, requires = "restore")]
        swap: bool,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
}

/// Runs the command. Answers with the exit code.
pub fn run(
    command: &Command,
    place: &Path,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let key = match command {
        Command::Amend { key, .. }
        | Command::MarkError { key, .. }
        | Command::Revisions { key, .. }
        | Command::Keep { key, .. }
        | Command::Due { key, .. }
        | Command::Erase { key, .. }
        | Command::Discard { key, .. }
        | Command::Trash { key, .. } => *key,
    };
    with_vault(place, key, console, err, |vault, err| {
        let done = match command {
            Command::Amend { note, reason, .. } => {
                if stdin().is_terminal() {
                    writeln!(err, "Type the correction. To finish: Enter, then Ctrl-D.")?;
                }
                let mut text = String::new();
                stdin().take(LARGEST_AMENDMENT).read_to_string(&mut text)?;
                let event = Event::AmendmentWritten { reason: reason.clone(), text };
                correct(&vault, note, event, Correction::Amended, err)
            }
            Command::MarkError { note, reason, .. } => {
                let event = Event::MarkedEnteredInError { reason: reason.clone() };
                correct(&vault, note, event, Correction::EnteredInError, err)
            }
            Command::Revisions { note, show, .. } => revisions(&vault, note, *show, out, err),
            Command::Keep { note, class, review, hold, release, .. } => {
                let review = match review.as_deref().map(|text| (text, parse_date(text))) {
                    None => None,
                    Some((_, Some(date))) => Some(date),
                    Some((text, None)) => {
                        writeln!(err, "“{text}” is not a date. Write it like 22 Nov 2032.")?;
                        return Ok(USAGE);
                    }
                };
                let said =
                    Said { class: class.clone(), review, hold: hold.clone(), release: *release };
                keep(&vault, note, said, out)
            }
            Command::Due { json, .. } => due::due(&vault, *json, out, err),
            Command::Erase { note, reason, .. } => erase(&vault, note, reason, err),
            Command::Discard { note, .. } => trash::discard(&vault, note, err),
            Command::Trash { restore, swap, .. } => trash::trash(&vault, *restore, *swap, out, err),
        };
        done.or_else(|refusal| {
            writeln!(err, "{}", refusal.why)?;
            Ok(refusal.code)
        })
    })
}

/// What was refused, as a sentence, and the exit code.
struct Refusal {
    why: String,
    code: u8,
}

impl From<VaultError> for Refusal {
    fn from(error: VaultError) -> Self {
        Self { why: error.sentence(), code: exit_code(&error) }
    }
}

impl From<String> for Refusal {
    fn from(why: String) -> Self {
        Self { why, code: FAILED }
    }
}

impl From<NoteError> for Refusal {
    fn from(error: NoteError) -> Self {
        Self { why: error.to_string(), code: FAILED }
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        Self { why: format!("The output could not be written: {error}."), code: FAILED }
    }
}

type Done = Result<u8, Refusal>;

fn correct(
    vault: &Vault,
    name: &str,
    event: Event,
    correction: Correction,
    err: &mut dyn Write,
) -> Done {
    let id = find_note(vault, name)?;
    let opened = read_note(vault, id)?;
    if let Some(doubt) = opened.doubt {
        return Err(doubt.into());
    }
    let found = match &event {
        Event::AmendmentWritten { reason, text } => lint_summary(
            &format!("{reason}\n{text}"),
            &WatchedNames::default(),
            Zoned::now().date(),
        ),
        _ => None,
    };
    let mut session = opened.session;
    apply(&mut session, event, Timestamp::now()).map_err(|refusal| refusal.to_string())?;
    let receipt = vault.amend(id, &head(&session), &to_document(&session), correction)?;
    if let Some(found) = found {
        writeln!(
            err,
            "{found} It was saved as you wrote it. To change it, add another correction."
        )?;
    }
    let number = receipt.revision.unwrap_or_default();
    writeln!(err, "Saved as revision {number}. Earlier revisions stay as they are.")?;
    Ok(OK)
}

fn revisions(
    vault: &Vault,
    name: &str,
    show: Option<u32>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Done {
    let id = find_note(vault, name)?;
    if let Some(number) = show {
        let opened = vault.open_revision(id, number)?;
        if let Verified::No(why) = &opened.verified {
            writeln!(err, "{why}")?;
        }
        let session = crate::clinic::from_document(&opened.body).map_err(|e| e.to_string())?;
        write!(out, "{}", markdown(&session, false))?;
        return Ok(OK);
    }
    let numbers = vault.revisions(id)?;
    for number in &numbers {
        match vault.open_revision(id, *number) {
            Ok(note) => {
                let day = show_date(note.head.updated.to_zoned(TimeZone::system()).date());
                let doubt = match note.verified {
                    Verified::Yes => String::new(),
                    Verified::No(why) => format!("  {why}"),
                };
                writeln!(out, "{number}  {}  {}{doubt}", day, clean_line(&note.head.status))?;
            }
            Err(error) => writeln!(err, "{number}  {}", error.sentence())?,
        }
    }
    if numbers.is_empty() {
        writeln!(err, "This note is a draft, so it has no completed revisions yet.")?;
        return Ok(NOTHING_FOUND);
    }
    Ok(OK)
}

/// What is to be said of a note, in place of what was said before.
struct Said {
    class: Option<String>,
    review: Option<Date>,
    hold: Option<String>,
    release: bool,
}

fn keep(vault: &Vault, name: &str, said: Said, out: &mut dyn Write) -> Done {
    let id = find_note(vault, name)?;
    let before = vault.retention(id)?;
    let hold = match said.hold {
        Some(reason) => Some(Hold { reason, since: Timestamp::now() }),
        None => before.hold.clone().filter(|_| !said.release),
    };
    let changed = Retention {
        class: said.class.or(before.class.clone()),
        review: said.review.or(before.review),
        hold,
    };
    if changed != before {
        vault.set_retention(id, &changed)?;
    }
    let class = changed.class.as_deref().map_or("none".to_owned(), clean_line);
    let review = changed.review.map_or("none".to_owned(), show_date);
    let hold = changed.hold.map_or("no".to_owned(), |hold| clean_line(&hold.reason));
    writeln!(out, "Retention class  {class}\nReview date      {review}\nLegal hold       {hold}")?;
    Ok(OK)
}

fn erase(vault: &Vault, name: &str, reason: &str, err: &mut dyn Write) -> Done {
    let id: NoteId = name.parse().map_err(|_| {
        let why = "Give the full note id, so that no other note is erased by mistake";
        format!("{why}. `caseclinic clinic list --json` shows the ids.")
    })?;
    let stone = vault.erase(id, reason, Timestamp::now())?;
    writeln!(
        err,
        "Erased from the vault and its automatic copies: {} completed revisions, and every draft.\n\
         The date and the reason are kept. Not erased: backups and exports you made earlier. The\n\
         disk may also keep encrypted traces until it writes over them.",
        stone.revisions
    )?;
    Ok(OK)
}
