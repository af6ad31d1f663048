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
    app::{Names, look_at},
    clinic::{Event, apply, to_document},
    report::markdown,
    services::{find_note, head, read_note},
    text::{clean_line, parse_date, show_date},
    vault::{Correction, Hold, NoteId, Retention, Vault, VaultError, Verified},
};

/// Bytes an amendment may have.
const LARGEST_AMENDMENT: u64 = 1 << 20;

/// What to do with a note after its meeting.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Add to a completed note, or put something right; the text comes from standard input
    Amend {
        /// Case key, such as HERON-42, or note id
        note: String,
        /// Why, without case text
        #[arg(long)]
        reason: String,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// Mark a note as entered in error; it stays as it was, and nothing follows it
    MarkError {
        /// Case key, such as HERON-42, or note id
        note: String,
        /// Why, without case text
        #[arg(long)]
        reason: String,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// List the revisions of a note, or print one of them
    Revisions {
        /// Case key, such as HERON-42, or note id
        note: String,
        /// Print this one
        #[arg(long, value_name = "NUMBER")]
        show: Option<u32>,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// Say how long a note is kept: class, review date, legal hold. Without these, print them
    Keep {
        /// Case key, such as HERON-42, or note id
        note: String,
        /// The class of your retention schedule
        #[arg(long)]
        class: Option<String>,
        /// When somebody decides whether it is still needed
        #[arg(long, value_name = "DATE")]
        review: Option<String>,
        /// Forbid erasing it, and say why
        #[arg(long, value_name = "REASON", conflicts_with = "release")]
        hold: Option<String>,
        /// Allow erasing it again
        #[arg(long)]
        release: bool,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// List the notes whose review date has come: cases to look at again, notes to keep or erase
    Due {
        /// Print JSON
        #[arg(long)]
        json: bool,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// Erase every revision, draft and cache of a note; a line with the day and the reason stays
    Erase {
        /// Note id, in full: a case key is not enough for this
        note: String,
        /// Why, without case text: it stays
        #[arg(long)]
        reason: String,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// Put a draft into the trash, where it stays for thirty days
    Discard {
        /// Case key, such as HERON-42, or note id
        note: String,
        /// Where the passphrase comes from
        #[command(flatten)]
        key: Key,
    },
    /// List discarded drafts, or bring one back
    Trash {
        /// Bring the draft of this note id back
        #[arg(long, value_name = "ID")]
        restore: Option<NoteId>,
        /// In place of the draft there is now, which goes into the trash instead
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
                    writeln!(err, "Type what is added; Ctrl-D on a line of its own ends it.")?;
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
                        writeln!(err, "“{text}” is no date; write it as 22 Nov 2032.")?;
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

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        Self { why: format!("The answer cannot be written: {error}."), code: FAILED }
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
        Event::AmendmentWritten { reason, text } => {
            look_at(&format!("{reason}\n{text}"), &Names::default(), Zoned::now().date())
        }
        _ => None,
    };
    let mut session = opened.session;
    apply(&mut session, event, Timestamp::now()).map_err(|refusal| refusal.to_string())?;
    let receipt = vault.amend(id, &head(&session), &to_document(&session), correction)?;
    if let Some(found) = found {
        writeln!(
            err,
            "{found} It is locked as it was given; another correction can put it right."
        )?;
    }
    let number = receipt.revision.unwrap_or_default();
    writeln!(err, "Locked as revision {number}. The ones before it stay as they are.")?;
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
        writeln!(err, "This note is a draft: it has no completed revision yet.")?;
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
    writeln!(out, "Class   {class}\nReview  {review}\nHold    {hold}")?;
    Ok(OK)
}

fn erase(vault: &Vault, name: &str, reason: &str, err: &mut dyn Write) -> Done {
    let id: NoteId = name.parse().map_err(|_| {
        let why = "Erasing takes the whole note id, so that no other note is meant";
        format!("{why}; `caseclinic clinic list --json` shows it.")
    })?;
    let stone = vault.erase(id, reason, Timestamp::now())?;
    writeln!(
        err,
        "Erased: {} completed revisions, and every draft, cache and copy of them beside the vault.\n\
         The day and the reason stay. What this does not do: backups and exports made before still\n\
         hold the note, and so may the disk itself, sealed, until it writes over it.",
        stone.revisions
    )?;
    Ok(OK)
}
