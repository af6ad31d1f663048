//! How a meeting begins: from which template, under which case key; and what a list shows of it.

use jiff::Timestamp;
use rand::{RngCore, rngs::OsRng};
use uuid::Uuid;

use crate::{
    clinic::{
        BundledTemplate, Session, Template, bundled_template, case_key, practice_session, summary,
    },
    vault::{NoteHead, NoteId, Vault},
};

/// A new clinic from the template called `id`, under a case key that no note has.
///
/// # Errors
/// As a sentence: the template is not there, or the vault takes no notes now.
pub fn new_clinic(id: &str, vault: &Vault) -> Result<(NoteId, Session), String> {
    if let Some(why) = vault.read_only() {
        return Err(format!("A clinic can't be started in this window: {why}."));
    }
    let (_, template) = template(id)?;
    let notes = vault.list().map_err(|error| error.sentence())?;
    let taken: Vec<&str> = notes
        .iter()
        .filter_map(|row| row.head.as_ref().ok())
        .map(|head| head.case_key.as_str())
        .collect();
    let key = case_key(OsRng.next_u64(), &taken);
    let session = Session::start(template, Uuid::new_v4(), &key, false, Timestamp::now());
    Ok((NoteId::random(), session))
}

/// The worked, fictional case of the template called `id`.
///
/// # Errors
/// As a sentence: the template is not there.
pub fn practice_clinic(id: &str) -> Result<Session, String> {
    let (bundled, template) = template(id)?;
    practice_session(&template, bundled.example_file, bundled.example, Timestamp::now())
        .map_err(|problem| problem.to_string())
}

fn template(id: &str) -> Result<(&'static BundledTemplate, Template), String> {
    let bundled =
        bundled_template(id).ok_or_else(|| format!("There is no meeting format “{id}”."))?;
    let template = bundled.parse().map_err(|problems| {
        problems.first().map_or_else(String::new, |problem| problem.to_string())
    })?;
    Ok((bundled, template))
}

/// What a list shows of a session.
pub fn head(session: &Session) -> NoteHead {
    let facts = summary(session);
    let template = session.template();
    NoteHead {
        kind: "clinic".to_owned(),
        case_key: facts.case_key,
        title: facts.title,
        template: format!("{} {}", template.about.id, template.about.version),
        stage: format!("{}/{} {}", facts.stage, facts.stages, facts.stage_title),
        status: facts.status.title().to_owned(),
        created: facts.started,
        updated: facts.updated,
        next_review: facts.next_review,
    }
}
