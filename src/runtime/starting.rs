//! How a meeting begins: from which template, under which case key, after which note; and what a
//! list shows of it.

use jiff::Timestamp;
use rand::{RngCore, rngs::OsRng};
use uuid::Uuid;

use crate::{
    app::BegunFollowUp,
    clinic::{
        BundledTemplate, FollowedUp, Session, Status, Subject, Template, bundled_template,
        case_key, practice_session, summary,
    },
    text::clean_line,
    vault::{NoteHead, NoteId, NoteSource, Vault},
};

use super::notes::{find_completed, list_actions, read_note};

/// The format in which a case is followed up.
const FOLLOW_UP: &str = "follow-up-clinic";
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

/// A new clinic about the case of a completed note, named by its id or case key: it keeps the case
/// key and carries over the actions, as all notes tell of them by now, and the placements. Without
/// a template, cases are followed up in a follow-up clinic, supervision and audits by another one.
///
/// # Errors
/// As a sentence: the note is not there or not completed, or the vault takes no notes now.
pub fn follow_up_clinic(
    name: &str,
    template_id: Option<&str>,
    vault: &Vault,
) -> Result<(NoteId, Session), String> {
    if let Some(why) = vault.read_only() {
        return Err(format!("A clinic can't be started in this window: {why}."));
    }
    let opened = read_note(vault, find_completed(vault, name)?)?;
    let earlier = &opened.session;
    let key = earlier.case_key();
    let revision = match (earlier.status(), opened.source) {
        (Status::Completed | Status::Amended, NoteSource::Revision(number)) => number,
        (Status::EnteredInError, _) => {
            return Err(format!("{key} was entered in error: nothing follows it."));
        }
        (status, _) => {
            return Err(format!(
                "{key} is {}: a follow-up needs a completed note. `caseclinic clinic resume {key}` goes on with it.",
                status.title()
            ));
        }
    };
    let about = &earlier.template().about;
    let usual = if about.subject() == Subject::Case { FOLLOW_UP } else { about.id.as_str() };
    let (_, template) = template(template_id.unwrap_or(usual))?;
    if about.subject().is_private() && !template.about.subject().is_private() {
        return Err(format!(
            "{key} is a supervision note, and private: what it says would go over into a note that others read. Follow it up in supervision, or start a clinic of its own."
        ));
    }
    let told: Vec<FollowedUp> = list_actions(vault)?
        .into_iter()
        .map(|action| FollowedUp {
            note: action.meeting,
            id: action.id,
            status: action.details.status,
            outcome: action.details.outcome,
            at: action.told,
        })
        .collect();
    let revision = format!("revision {revision}");
    let (id, now) = (Uuid::new_v4(), Timestamp::now());
    let session = Session::follow_up(template, id, earlier, &revision, &told, now);
    Ok((NoteId::random(), session))
}

/// Follow-ups of the note that [`follow_up_clinic`] would follow that were begun and are drafts
/// still, the newest first.
///
/// # Errors
/// As a sentence: the note is not there, or notes can't be read.
pub fn begun_follow_ups(name: &str, vault: &Vault) -> Result<Vec<BegunFollowUp>, String> {
    let id = find_completed(vault, name)?;
    let meeting = read_note(vault, id)?.session.id();
    let notes = vault.list().map_err(|error| error.sentence())?;
    let head = |id| notes.iter().find(|row| row.id == id)?.head.as_ref().ok();
    let case_key = head(id).map(|head| head.case_key.as_str());
    let drafts = notes.iter().filter(|row| row.source == NoteSource::Draft);
    let of_the_case = drafts
        .filter_map(|row| Some((row.id, row.head.as_ref().ok()?)))
        .filter(|(_, head)| Some(head.case_key.as_str()) == case_key);
    let mut begun: Vec<BegunFollowUp> = of_the_case
        .filter(|(id, _)| {
            let opened = read_note(vault, *id).ok();
            let earlier = opened.as_ref().and_then(|opened| opened.session.earlier());
            earlier.is_some_and(|earlier| earlier.note == meeting)
        })
        .map(|(note, head)| BegunFollowUp {
            note,
            begun: head.created,
            stage: clean_line(&head.stage),
        })
        .collect();
    begun.sort_by_key(|one| std::cmp::Reverse(one.begun));
    Ok(begun)
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
        kind: template.about.subject().code().to_owned(),
        case_key: facts.case_key,
        title: facts.title,
        template: format!("{} {}", template.about.id, template.about.version),
        stage: format!("{}/{} {}", facts.stage, facts.stages, facts.stage_title),
        status: facts.status.title().to_owned(),
        created: facts.started,
        updated: facts.updated,
        next_review: facts.next_review,
        shared_with: session.shares().iter().map(|share| share.key.clone()).collect(),
    }
}
