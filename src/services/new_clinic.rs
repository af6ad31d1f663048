//! How a meeting begins: from which template, under which case key, after which note.

use std::path::Path;

use jiff::Timestamp;
use rand::{RngCore, rngs::OsRng};
use uuid::Uuid;

use crate::{
    clinic::{
        Session, Status, Subject, Template, TemplateStatus, bundled_template, case_key,
        check_revision, practice_session,
    },
    text::{LocalTime, Problem, clean_line, show_date},
    vault::{NoteId, NoteSource, Vault},
};

use super::{
    notes::{NoteError, latest_actions, read_completed, read_note},
    templates::{TemplateError, TemplateWithExample, find_template},
};

/// A follow-up that was begun and not completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BegunFollowUp {
    /// Its note.
    pub note: NoteId,
    /// When it was begun.
    pub begun: Timestamp,
    /// The stage it is at, as the list of clinics shows it.
    pub stage: String,
}

impl BegunFollowUp {
    /// When, and how far it is: `started 22 Nov 2026, now at stage 2/7 Last actions`.
    pub fn words(&self, local: &LocalTime) -> String {
        let day = local.day(self.begun);
        format!("started {}, now at stage {}", show_date(day), self.stage)
    }
}

/// The format in which a case is followed up.
const FOLLOW_UP: &str = "follow-up-clinic";
/// The format that starts from a consultation request.
const AFTER_REQUEST: &str = "peer-case-clinic";

/// Why a clinic was not started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The vault takes no notes from this window; the reason, as the end of a sentence.
    #[error("You cannot start a clinic in this window: {0}.")]
    ReadOnly(String),
    /// The template can't be used.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The worked example does not fit its template.
    #[error("{0}")]
    Example(Box<Problem>),
    /// A file has the id and version of a bundled template, and other content.
    #[error(
        "This file says it is version {version} of the built-in format “{id}”, but its content is different. Give it its own id."
    )]
    SameVersion {
        /// The id of both.
        id: String,
        /// The version of both.
        version: String,
    },
    /// The template is not finished.
    #[error(
        "“{0}” is a draft template. Try it with --practice. To use it, set status = \"active\" in the file."
    )]
    DraftTemplate(String),
    /// The template is no longer used.
    #[error("“{0}” is retired, so no new meeting can use it. Choose another meeting format.")]
    RetiredTemplate(String),
    /// The note to be followed up can't be read.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note to be followed up was entered in error.
    #[error("{0} was entered in error, so it cannot be followed up. Start a new clinic.")]
    EnteredInError(String),
    /// The note to be followed up is not completed.
    #[error(
        "{key} is {}, and a follow-up needs a completed note. To continue it: `caseclinic clinic resume {key}`.",
        status.title()
    )]
    NotCompleted {
        /// Its case key.
        key: String,
        /// Its status.
        status: Status,
    },
    /// The note to be followed up is private, and the follow-up would not be.
    #[error(
        "{0} is a private supervision note. This follow-up would copy its content into a note that others can read. Follow it up in supervision, or start a new clinic."
    )]
    Private(String),
}

/// A new clinic from the template called `name` (see [`find_template`]; `folder` is where local ones
/// are), under a case key that no note has.
///
/// # Errors
/// The template is not there or not in use, or the vault takes no notes now.
pub fn new_clinic(
    name: &str,
    folder: &Path,
    vault: &Vault,
) -> Result<(NoteId, Session), StartError> {
    if let Some(why) = vault.read_only() {
        return Err(StartError::ReadOnly(why.to_owned()));
    }
    let template = in_use(find_template(name, folder)?.template)?;
    let key = free_case_key(vault, None)?;
    let session = Session::start(template, Uuid::new_v4(), &key, false, Timestamp::now());
    Ok((NoteId::random(), session))
}

/// Returns a case key that no note has: `wanted`, or a new one.
///
/// # Errors
/// The notes can't be listed.
pub fn free_case_key(vault: &Vault, wanted: Option<&str>) -> Result<String, NoteError> {
    let notes = vault.list()?;
    let heads = notes.iter().filter_map(|row| row.head.as_ref().ok());
    let taken: Vec<&str> = heads.map(|head| head.case_key.as_str()).collect();
    Ok(match wanted {
        Some(wanted) if !taken.contains(&wanted) => wanted.to_owned(),
        _ => case_key(OsRng.next_u64(), &taken),
    })
}

/// Returns the case key of the note that has this name of its own, or was imported from it.
///
/// # Errors
/// The notes can't be listed.
pub fn find_imported(vault: &Vault, note: Uuid) -> Result<Option<String>, NoteError> {
    // A note that does not open is named elsewhere, and hinders no other.
    let mut notes = vault.list()?.into_iter().filter_map(|row| read_note(vault, row.id).ok());
    let is_it = |session: &Session| {
        session.id() == note || session.imported().is_some_and(|from| from.note == note)
    };
    let found = notes.find(|opened| is_it(&opened.session));
    Ok(found.map(|opened| opened.session.case_key().to_owned()))
}

/// A new clinic about the case of a completed note, also of somebody else, named by its id or case key: it keeps the case
/// key and carries over the actions, as all notes tell of them by now, and the placements; of a
/// consultation request the answers. Without a template, a request leads to a peer case clinic,
/// other cases are followed up in a follow-up clinic, supervision and audits by another one.
///
/// # Errors
/// The note is not there or not completed, or the vault takes no notes now.
pub fn follow_up_clinic(
    name: &str,
    template: Option<&str>,
    folder: &Path,
    vault: &Vault,
) -> Result<(NoteId, Session), StartError> {
    if let Some(why) = vault.read_only() {
        return Err(StartError::ReadOnly(why.to_owned()));
    }
    let opened = read_completed(vault, name)?;
    let earlier = &opened.session;
    let key = earlier.case_key();
    let revision = match (earlier.status(), opened.source) {
        (Status::Completed | Status::Amended, NoteSource::Revision(number)) => number,
        (Status::EnteredInError, _) => return Err(StartError::EnteredInError(key.to_owned())),
        (status, _) => return Err(StartError::NotCompleted { key: key.to_owned(), status }),
    };
    let about = &earlier.template().about;
    let usual = match about.subject() {
        Subject::Case if earlier.is_request() => AFTER_REQUEST,
        Subject::Case => FOLLOW_UP,
        Subject::Supervision | Subject::Service => about.id.as_str(),
    };
    let template = in_use(find_template(template.unwrap_or(usual), folder)?.template)?;
    if about.subject().is_private() && !template.about.subject().is_private() {
        return Err(StartError::Private(key.to_owned()));
    }
    let (latest, revision) = (latest_actions(vault, key)?, format!("revision {revision}"));
    let (id, now) = (Uuid::new_v4(), Timestamp::now());
    let session = Session::follow_up(template, id, earlier, &revision, &latest, now);
    Ok((NoteId::random(), session))
}

/// Follow-ups of the note that [`follow_up_clinic`] would follow that were begun and are drafts
/// still, the newest first.
///
/// # Errors
/// The note is not there, or notes can't be read.
pub fn begun_follow_ups(name: &str, vault: &Vault) -> Result<Vec<BegunFollowUp>, NoteError> {
    let earlier = read_completed(vault, name)?.session;
    let (meeting, case_key) = (earlier.id(), earlier.case_key());
    let notes = vault.list()?;
    let follows = |id| {
        let opened = read_note(vault, id).ok();
        let earlier = opened.as_ref().and_then(|opened| opened.session.earlier());
        earlier.is_some_and(|earlier| earlier.note == meeting)
    };
    let mut begun = Vec::new();
    for row in notes.iter().filter(|row| row.source == NoteSource::Draft) {
        if let Ok(head) = &row.head
            && head.case_key == case_key
            && follows(row.id)
        {
            let stage = clean_line(&head.stage);
            begun.push(BegunFollowUp { note: row.id, begun: head.created, stage });
        }
    }
    begun.sort_by_key(|one| std::cmp::Reverse(one.begun));
    Ok(begun)
}

/// The worked, fictional case of the template called `name`; an empty meeting if none comes with it.
///
/// # Errors
/// The template is not there, or its example does not fit it.
pub fn practice_clinic(name: &str, folder: &Path) -> Result<Session, StartError> {
    let TemplateWithExample { template, example } = find_template(name, folder)?;
    let now = Timestamp::now();
    match example {
        Some((file, text)) => {
            practice_session(&template, &file, &text, now).map_err(StartError::Example)
        }
        None => Ok(Session::start(template, Uuid::new_v4(), "PRACTICE-1", true, now)),
    }
}

/// A real meeting takes a template that is finished and not given up.
fn in_use(template: Template) -> Result<Template, StartError> {
    let about = &template.about;
    let (id, version) = (about.id.clone(), about.version.clone());
    let bundled = bundled_template(&id).and_then(|one| one.parse().ok());
    let problems = bundled.map(|old| check_revision(&id, &old, &template));
    if problems.is_some_and(|all| all.iter().any(|one| one.code == "same-version")) {
        return Err(StartError::SameVersion { id, version });
    }
    match about.status {
        TemplateStatus::Active => Ok(template),
        TemplateStatus::Draft => Err(StartError::DraftTemplate(id)),
        TemplateStatus::Retired => Err(StartError::RetiredTemplate(id)),
    }
}
