//! On the list of clinics: how long a note is kept, what is due, the trash, erasing, and saying that
//! a note should not exist. What takes something away is asked for twice.

use jiff::tz::TimeZone;

use crate::{
    app::{
        Ask, ChoiceIntent, Choose, Dialog, Editor, Effect, Key, KeyAction, Model, TextIntent,
        VaultRequest, VaultStatus,
        keymap::{self, KeyContext},
    },
    services::{NamedNote, RequestError, RetentionReply, RetentionRequest},
    text::{parse_date, show_date},
    vault::{Hold, NoteId, NoteSource, Retention},
};

/// Typed instead of a class or a date, it takes the one out that is there.
const NOTHING: &str = "-";

/// Does what a key of the table means here.
pub(crate) fn handle_action(model: &mut Model, action: KeyAction) -> Vec<Effect> {
    if model.vault != VaultStatus::Open {
        model.show_notice("The vault is locked. Press Enter to unlock it.");
        return Vec::new();
    }
    match action {
        KeyAction::ListDue => return keep(RetentionRequest::ListDue),
        KeyAction::ListTrash => return keep(RetentionRequest::ListTrash),
        _ => {}
    }
    let Some((id, source, name)) = chosen(model) else {
        model.show_notice("Select a note first.");
        return Vec::new();
    };
    act_on(model, action, id, source, &name)
}

fn act_on(
    model: &mut Model,
    action: KeyAction,
    id: NoteId,
    source: NoteSource,
    name: &str,
) -> Vec<Effect> {
    if action != KeyAction::KeepHow && !may_write(model) {
        return Vec::new();
    }
    if model.clinic.as_ref().is_some_and(|clinic| clinic.note == Some(id)) {
        model.warn("This clinic is open (F3). Leave it first.");
        return Vec::new();
    }
    match (action, source) {
        (KeyAction::KeepHow, _) => return keep(RetentionRequest::Read(id)),
        (KeyAction::Erase, _) => ask(
            model,
            &format!("Why do you want to erase {name}?"),
            "This erases every revision and draft, here and in the automatic copies. Nobody can undo it. The date and your reason stay on record, so write no case key and no names.",
            TextIntent::EraseReason(id, name.to_owned()),
        ),
        (KeyAction::Discard, NoteSource::Draft) => {
            model.dialog = Some(Dialog::Choose(Choose {
                title: format!("Move the draft {name} to the trash?"),
                text: "It stays there, encrypted, for 30 days. To restore it, press t in the list."
                    .to_owned(),
                options: vec!["Keep it".into(), "Move it to the trash".into()],
                chosen: 0,
                purpose: ChoiceIntent::DiscardDraft(id),
            }));
        }
        (KeyAction::Discard, NoteSource::Revision(_)) => model.warn(
            "A completed note cannot go to the trash. e: mark it as entered in error. x: erase it when it no longer needs to be kept.",
        ),
        (KeyAction::EnteredInError, NoteSource::Draft) => model.warn(
            "Only a completed note can be marked as entered in error. Del: move a draft to the trash.",
        ),
        (KeyAction::EnteredInError, NoteSource::Revision(_)) => {
            model.marks_error = Some(id);
            return vec![Effect::Vault(VaultRequest::OpenNote(id))];
        }
        _ => {}
    }
    Vec::new()
}

fn keep(keeping: RetentionRequest) -> Vec<Effect> {
    vec![Effect::Vault(VaultRequest::Keep(keeping))]
}

fn may_write(model: &mut Model) -> bool {
    let Some(why) = model.read_only.clone() else { return true };
    model.warn(format!("You cannot change anything in this window: {why}."));
    false
}

/// The chosen note, where it lies, and what it is called.
fn chosen(model: &Model) -> Option<(NoteId, NoteSource, String)> {
    named(model, model.clinics.chosen_note()?)
}

/// Takes a key in the list of notes whose day to decide has come: what it says can be done there is
/// done to the chosen one. None if the key means something else.
pub(crate) fn takes(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let Some(Dialog::Choose(Choose { purpose: ChoiceIntent::OpenOneOf(notes), chosen, .. })) =
        &model.dialog
    else {
        return None;
    };
    let action = keymap::own(KeyContext::DueDialog, key);
    let action = action.filter(|one| matches!(one, KeyAction::KeepHow | KeyAction::Erase))?;
    let (id, source, name) = named(model, *notes.get(*chosen)?)?;
    model.dialog = None;
    Some(act_on(model, action, id, source, &name))
}

fn named(model: &Model, id: NoteId) -> Option<(NoteId, NoteSource, String)> {
    let row = model.clinics.notes.as_ref()?.iter().find(|row| row.id == id)?;
    // A damaged note has no case key in sight; the beginning of its id names it.
    let short = || id.to_string().chars().take(8).collect();
    let name = row.head.as_ref().map_or_else(|_| short(), |head| head.case_key.clone());
    Some((id, row.source, name))
}

fn ask(model: &mut Model, title: &str, text: &str, purpose: TextIntent) {
    model.dialog = Some(Dialog::Ask(Ask {
        title: title.to_owned(),
        text: text.to_owned(),
        answer: Editor::one_line(""),
        purpose,
    }));
}

/// Something came of it.
pub(crate) fn kept(model: &mut Model, kept: Result<RetentionReply, RequestError>) -> Vec<Effect> {
    match kept {
        Ok(RetentionReply::Current(id, retention)) => ask_how(model, id, retention),
        Ok(RetentionReply::Due(notes)) => list(
            model,
            notes,
            "Notes due a retention review: keep or erase?",
            "Enter: open the selected note. k: change how long it is kept. x: erase it.",
            "No note is due a retention review. To set a date, press k on a note. (The Plan review column shows when the plan itself is due.)",
            ChoiceIntent::OpenOneOf,
        ),
        Ok(RetentionReply::Trash(notes)) => list(
            model,
            notes,
            "Trash: discarded drafts",
            "Enter: restore the selected draft. Drafts stay here for 30 days.",
            "The trash is empty.",
            ChoiceIntent::BringOneBack,
        ),
        Ok(RetentionReply::Done(sentence)) => {
            model.show_notice(sentence);
            return vec![Effect::Vault(VaultRequest::ListNotes)];
        }
        Err(why) => model.warn(why.to_string()),
    }
    Vec::new()
}

fn list(
    model: &mut Model,
    notes: Vec<NamedNote>,
    title: &str,
    text: &str,
    none: &str,
    purpose: fn(Vec<NoteId>) -> ChoiceIntent,
) {
    if notes.is_empty() {
        return model.show_notice(none);
    }
    model.dialog = Some(Dialog::Choose(Choose {
        title: title.to_owned(),
        text: text.to_owned(),
        options: notes.iter().map(|note| format!("{} · {}", note.name, note.about)).collect(),
        chosen: 0,
        purpose: purpose(notes.iter().map(|note| note.id).collect()),
    }));
}

fn ask_how(model: &mut Model, id: NoteId, retention: Retention) {
    let hold = match retention.hold {
        Some(_) => "Release the legal hold",
        None => "Place on legal hold (the note cannot be erased)",
    };
    model.dialog = Some(Dialog::Choose(Choose {
        title: "How long should this note be kept?".to_owned(),
        text: summary(&retention),
        options: vec![
            "Set the retention class".into(),
            "Set the retention review date".into(),
            hold.into(),
            "Leave as it is".into(),
        ],
        chosen: 3,
        purpose: ChoiceIntent::KeepHow(id, retention),
    }));
}

/// Retention class, review date and legal hold, a line each.
fn summary(kept: &Retention) -> String {
    let class = kept.class.as_deref().unwrap_or("not set");
    let review = kept.review.map_or_else(|| "not set".to_owned(), show_date);
    let hold = kept.hold.as_ref().map_or_else(
        || "none".to_owned(),
        |hold| {
            format!(
                "since {}: {}",
                show_date(hold.since.to_zoned(TimeZone::system()).date()),
                hold.reason
            )
        },
    );
    format!("Retention class: {class}\nRetention review date: {review}\nLegal hold: {hold}")
}

/// One part of how long a note is kept was chosen.
pub(crate) fn how_chosen(
    model: &mut Model,
    id: NoteId,
    mut retention: Retention,
    at: usize,
) -> Vec<Effect> {
    if at > 2 || !may_write(model) {
        return Vec::new();
    }
    match (at, retention.hold.take()) {
        (0, hold) => {
            retention.hold = hold;
            ask(
                model,
                "Which retention class?",
                "Use the name in your organisation’s retention schedule. Type - to remove it.",
                TextIntent::KeepClass(id, retention),
            );
        }
        (1, hold) => {
            retention.hold = hold;
            ask(
                model,
                "When should someone decide: keep or erase?",
                "On this date someone decides whether the note is still needed. Nothing is erased automatically. It is not the plan review date. Example: 22 Nov 2032. Type - to remove it.",
                TextIntent::KeepUntil(id, retention),
            );
        }
        (_, Some(_)) => return keep(RetentionRequest::Set(id, retention)),
        (_, None) => ask(
            model,
            "Why must this note not be erased?",
            "For example, an inquiry and its reference number. No case key, no names.",
            TextIntent::HoldReason(id, retention),
        ),
    }
    Vec::new()
}

/// The class was written.
pub(crate) fn class_written(id: NoteId, mut retention: Retention, text: String) -> Vec<Effect> {
    retention.class = (text.trim() != NOTHING).then_some(text);
    keep(RetentionRequest::Set(id, retention))
}

/// The review date was written; one that is no date is asked for again.
pub(crate) fn review_written(
    model: &mut Model,
    id: NoteId,
    mut retention: Retention,
    text: String,
) -> Vec<Effect> {
    retention.review = match (text.trim(), parse_date(text.trim())) {
        (NOTHING, _) => None,
        (_, Some(day)) => Some(day),
        (_, None) => {
            model.dialog = Some(Dialog::Ask(Ask {
                title: "When should someone decide: keep or erase?".to_owned(),
                text: format!("“{text}” is not a date. Write it like this: 22 Nov 2032."),
                answer: Editor::one_line(&text),
                purpose: TextIntent::KeepUntil(id, retention),
            }));
            return Vec::new();
        }
    };
    keep(RetentionRequest::Set(id, retention))
}

/// The reason for a hold was written.
pub(crate) fn hold_written(
    model: &Model,
    id: NoteId,
    mut retention: Retention,
    reason: String,
) -> Vec<Effect> {
    retention.hold = Some(Hold { reason, since: model.now });
    keep(RetentionRequest::Set(id, retention))
}

/// The reason for erasing was written: the name of the note is typed before anything is done.
pub(crate) fn erase_reason(model: &mut Model, id: NoteId, name: String, reason: String) {
    ask(
        model,
        &format!("Erase {name} permanently?"),
        &format!("To erase it, type {name}. Esc: keep it."),
        TextIntent::EraseConfirmed(id, name, reason),
    );
}

/// The name was typed, or something else.
pub(crate) fn erase_confirmed(
    model: &mut Model,
    id: NoteId,
    name: &str,
    reason: String,
    typed: &str,
) -> Vec<Effect> {
    if typed.trim().eq_ignore_ascii_case(name) {
        return keep(RetentionRequest::Erase(id, reason));
    }
    model.show_notice(format!("Nothing was erased: you did not type {name}."));
    Vec::new()
}
