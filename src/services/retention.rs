//! What happens to a note after its meeting: how long it is kept, the trash, erasing.

use jiff::{Timestamp, civil::Date};

use crate::{
    exchange::erase_sent,
    text::{LocalTime, show_date},
    vault::{NoteHead, NoteId, Retention, Vault, VaultError},
};

/// Something to be done with a note beside its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetentionRequest {
    /// Read how long it is kept.
    Read(NoteId),
    /// Say how long it is kept, in place of what was said before.
    Set(NoteId, Retention),
    /// List the notes of which somebody decides now whether they are still needed.
    ListDue,
    /// Put its draft into the trash.
    Discard(NoteId),
    /// List the discarded drafts.
    ListTrash,
    /// Bring the newest discarded draft back.
    RestoreDraft(NoteId),
    /// Erase every revision, draft and cache of it, for this reason.
    Erase(NoteId, String),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetentionReply {
    /// How long a note is kept.
    Current(NoteId, Retention),
    /// The notes whose review date has come, the earliest first.
    Due(Vec<NamedNote>),
    /// The discarded drafts, the newest first.
    Trash(Vec<NamedNote>),
    /// It is done: a sentence.
    Done(String),
}

/// A note by name, with what is to be known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedNote {
    /// Which note.
    pub id: NoteId,
    /// Its case key, or what is wrong with its file.
    pub name: String,
    /// In a few words.
    pub about: String,
}

/// Performs a request and returns its outcome, with days as they are here.
pub(crate) fn perform(
    vault: &Vault,
    request: RetentionRequest,
    local: &LocalTime,
) -> Result<RetentionReply, VaultError> {
    Ok(match request {
        RetentionRequest::Read(id) => RetentionReply::Current(id, vault.retention(id)?),
        RetentionRequest::Set(id, retention) => {
            vault.set_retention(id, &retention)?;
            RetentionReply::Done(recorded(&retention))
        }
        RetentionRequest::ListDue => {
            RetentionReply::Due(name_due(vault, local.day(Timestamp::now()))?)
        }
        RetentionRequest::Discard(id) => {
            vault.discard_draft(id)?;
            RetentionReply::Done("Discarded. It stays in the trash (t) for 30 days.".to_owned())
        }
        RetentionRequest::ListTrash => RetentionReply::Trash(trash(vault, local)?),
        RetentionRequest::RestoreDraft(id) => {
            vault.restore_draft(id)?;
            RetentionReply::Done("Restored the draft.".to_owned())
        }
        RetentionRequest::Erase(id, reason) => {
            RetentionReply::Done(match vault.erase(id, &reason, Timestamp::now()) {
                // It is erased all the same: the list has it no more, and nothing of it is saved.
                Err(error @ VaultError::NotAllErased { .. }) => error.sentence(),
                erased => erased.map(|_| {
                    let done = "Erased from the vault and its copies. Backups and exports you made earlier still contain it.";
                    match erase_sent(vault, Timestamp::now()) {
                        Ok(0) => done.to_owned(),
                        Ok(_) => format!("{done} {ASK_OTHERS_TO_ERASE}"),
                        Err(error) => format!("{done} {}", error.sentence()),
                    }
                })?,
            })
        }
    })
}

/// Said after a note was erased that others received.
pub(crate) const ASK_OTHERS_TO_ERASE: &str = "It was sent through the exchange: the others are asked \
     to erase it with the next sync (Vault, F12, then s; or `caseclinic exchange sync FOLDER`), where you \
     also see how many have.";

fn recorded(retention: &Retention) -> String {
    let review = retention.review.map_or(String::new(), |day| {
        format!(" Decide on {} whether to keep or erase it.", show_date(day))
    });
    let hold = if retention.hold.is_some() { " On legal hold: it cannot be erased." } else { "" };
    format!("Recorded.{review}{hold}")
}

/// Returns the notes whose review date has come and that date, the earliest first.
pub(crate) fn retentions_due(
    vault: &Vault,
    today: Date,
) -> Result<Vec<(NoteId, Date, Retention)>, VaultError> {
    let kept = vault.retentions()?.into_iter();
    let mut due: Vec<(NoteId, Date, Retention)> = kept
        .filter_map(|(id, kept)| Some((id, kept.review.filter(|day| *day <= today)?, kept)))
        .collect();
    due.sort_by_key(|(_, day, _)| *day);
    Ok(due)
}

fn name_due(vault: &Vault, today: Date) -> Result<Vec<NamedNote>, VaultError> {
    let due = retentions_due(vault, today)?;
    let rows = vault.list()?;
    let named = |(id, day, kept): (NoteId, Date, Retention)| {
        let head = rows.iter().find(|row| row.id == id).and_then(|row| row.head.as_ref().ok());
        let class = kept.class.map_or(String::new(), |class| format!(" · {class}"));
        let hold = if kept.hold.is_some() { " · on legal hold" } else { "" };
        NamedNote { id, name: name(id, head), about: format!("{}{class}{hold}", show_date(day)) }
    };
    Ok(due.into_iter().map(named).collect())
}

fn trash(vault: &Vault, local: &LocalTime) -> Result<Vec<NamedNote>, VaultError> {
    let named = |one: crate::vault::Trashed| {
        let day = show_date(local.day(one.discarded));
        let head = one.head.as_ref().ok();
        let about = match &one.head {
            Ok(head) => format!("{} · discarded {day}", head.title),
            Err(damage) => format!("discarded {day} · {}", damage.why),
        };
        NamedNote { id: one.id, name: name(one.id, head), about }
    };
    Ok(vault.trash()?.into_iter().map(named).collect())
}

fn name(id: NoteId, head: Option<&NoteHead>) -> String {
    head.map_or_else(|| id.to_string().chars().take(8).collect(), |head| head.case_key.clone())
}

#[cfg(test)]
mod tests {
    use jiff::tz::{self, TimeZone};

    use super::*;
    use crate::vault::fixtures::{head, place, vault};

    /// Performs a request where clocks show UTC.
    fn perform(vault: &Vault, request: RetentionRequest) -> Result<RetentionReply, VaultError> {
        super::perform(vault, request, &LocalTime::default())
    }

    #[test]
    fn a_note_is_due_from_its_review_date_on_and_told_by_its_case_key() {
        let (_home, vault) = vault();
        let id = NoteId::random();
        vault.save_draft(id, &head("A"), "x").expect("saved");
        let key = head("A").case_key;
        let day: Date = "2030-01-01".parse().expect("a date");
        let retention = Retention { class: Some("CP-25".into()), review: Some(day), hold: None };
        let kept = perform(&vault, RetentionRequest::Set(id, retention)).expect("noted");
        assert!(matches!(kept, RetentionReply::Done(text) if text.contains("1 Jan 2030")));
        assert!(name_due(&vault, day.yesterday().expect("a day")).expect("listed").is_empty());
        let listed = name_due(&vault, day).expect("listed");
        assert_eq!((listed[0].id, &listed[0].name), (id, &key));
        assert!(listed[0].about.contains("CP-25"), "{}", listed[0].about);
    }

    #[test]
    fn a_discarded_draft_is_listed_and_comes_back() {
        let (_home, vault) = vault();
        let id = NoteId::random();
        vault.save_draft(id, &head("A"), "x").expect("saved");
        perform(&vault, RetentionRequest::Discard(id)).expect("discarded");
        let Ok(RetentionReply::Trash(listed)) = perform(&vault, RetentionRequest::ListTrash) else {
            panic!("no list")
        };
        assert_eq!(listed[0].id, id);
        perform(&vault, RetentionRequest::RestoreDraft(id)).expect("back");
        assert_eq!(vault.open(id).expect("opens").body.as_str(), "x");
    }

    #[test]
    fn the_day_of_a_discarded_draft_is_the_one_here() {
        let (home, vault) = vault();
        let id = NoteId::random();
        vault.save_draft(id, &head("A"), "x").expect("saved");
        vault.discard_draft(id).expect("discarded");
        let trash = place(&home).join("trash");
        let entry = std::fs::read_dir(&trash).expect("lists").next().expect("one").expect("it");
        // 31 May 2026, 23:30 UTC.
        let named = trash.join(format!("{id}-1780270200.age"));
        std::fs::rename(entry.path(), named).expect("renamed");
        for (hours, day) in [(0, "31 May 2026"), (1, "1 Jun 2026")] {
            let local = LocalTime::in_zone(TimeZone::fixed(tz::offset(hours)));
            let listed = super::perform(&vault, RetentionRequest::ListTrash, &local);
            let Ok(RetentionReply::Trash(listed)) = listed else { panic!("no list") };
            assert!(listed[0].about.contains(&format!("discarded {day}")), "{}", listed[0].about);
        }
    }

    #[test]
    fn a_hold_keeps_a_note_from_being_erased_and_says_why() {
        let (_home, vault) = vault();
        let id = NoteId::random();
        vault.complete(id, &head("A"), "x").expect("complete");
        let hold = Some(crate::vault::Hold { reason: "inquiry 7".into(), since: Timestamp::now() });
        let retention = Retention { hold, ..Retention::default() };
        perform(&vault, RetentionRequest::Set(id, retention)).expect("noted");
        let refused = perform(&vault, RetentionRequest::Erase(id, "no longer kept".into()));
        assert!(refused.expect_err("held").to_string().contains("inquiry 7"));
        perform(&vault, RetentionRequest::Set(id, Retention::default())).expect("lifted");
        perform(&vault, RetentionRequest::Erase(id, "no longer kept".into())).expect("erased");
        assert!(vault.list().expect("lists").is_empty());
    }

    #[test]
    fn a_note_that_could_not_be_erased_everywhere_is_done_with_and_says_where_it_is_left() {
        let (_home, vault) = vault();
        let id = NoteId::random();
        vault.complete(id, &head("A"), "x").expect("complete");
        let copies = crate::vault::copies_folder(vault.folder());
        std::fs::write(&copies, "no folder").expect("written");
        let done =
            perform(&vault, RetentionRequest::Erase(id, "no longer kept".into())).expect("erased");
        assert!(
            matches!(done, RetentionReply::Done(text) if text.contains(&*copies.to_string_lossy()))
        );
    }
}
