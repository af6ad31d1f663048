//! On the list of clinics: how long a note is kept, what is due, the trash, erasing, and saying that
//! a note should not exist. What takes something away is asked for twice.

use crate::{
    app::{
        Ask, ChoiceIntent, Choose, Dialog, Key, KeyAction, Model, RetentionText, TextIntent,
        VaultRequest, VaultStatus,
        dialogs::prompts::is_name,
        keymap::{self, KeyContext},
    },
    services::{NamedNote, RetentionReply, RetentionRequest},
    text::{LocalTime, parse_coming_date, show_date, why_no_date},
    vault::{Hold, NoteId, NoteSource, Retention},
};

/// Typed instead of a class or a date, it removes the one that is there.
const NOTHING: &str = "-";

/// Asked for the review date.
const REVIEW_QUESTION: &str = "When should someone decide: keep or erase?";

pub(crate) fn handle_action(model: &mut Model, action: KeyAction) {
    if model.vault != VaultStatus::Open {
        return model.show_notice("The vault is locked. Press Enter to unlock it.");
    }
    match action {
        KeyAction::ListDue => keep(model, RetentionRequest::ListDue),
        KeyAction::ListTrash => keep(model, RetentionRequest::ListTrash),
        _ => match model.clinics.chosen_note().and_then(|id| named(model, id)) {
            Some((id, source, name)) => act_on(model, action, id, source, &name),
            None => model.show_notice("Select a note first."),
        },
    }
}

fn act_on(model: &mut Model, action: KeyAction, id: NoteId, source: NoteSource, name: &str) {
    if let Some(author) = model.clinics.authors.get(&id) {
        let refusal = author.refusal();
        return model.warn(refusal);
    }
    if action != KeyAction::KeepHow && !may_write(model) {
        return;
    }
    if model.clinic.as_ref().is_some_and(|clinic| clinic.note == Some(id)) {
        return model.warn("This clinic is open (F3). Leave it first.");
    }
    match (action, source) {
        (KeyAction::KeepHow, _) => keep(model, RetentionRequest::Read(id)),
        (KeyAction::Erase, _) => model.ask(
            format!("Why do you want to erase {name}?"),
            "This erases every revision and draft, here and in the automatic copies. Nobody can undo it. The date and your reason stay on record, so write no case key and no names.",
            TextIntent::Retention(id, RetentionText::EraseReason(name.to_owned())),
        ),
        (KeyAction::Discard, NoteSource::Draft) => model.ask(
            format!("Move the draft {name} to the trash?"),
            format!("It stays there, encrypted, for 30 days. To restore it, press t in the list. To move it, type {name}. Esc: keep it."),
            TextIntent::Retention(id, RetentionText::DiscardConfirmed(name.to_owned())),
        ),
        (KeyAction::Discard, NoteSource::Revision(_)) => model.warn(
            "A completed note cannot go to the trash. e: mark it as entered in error. x: erase it when it no longer needs to be kept.",
        ),
        (KeyAction::EnteredInError, NoteSource::Draft) => model.warn(
            "Only a completed note can be marked as entered in error. Del: move a draft to the trash.",
        ),
        (KeyAction::EnteredInError, NoteSource::Revision(_)) => {
            model.next_on_note = Some((id, action));
            model.request(VaultRequest::OpenNote(id));
        }
        _ => {}
    }
}

fn keep(model: &mut Model, request: RetentionRequest) {
    model.request(VaultRequest::Keep(request));
}

fn may_write(model: &mut Model) -> bool {
    let Some(why) = model.read_only.clone() else { return true };
    model.warn(format!("You cannot change anything in this window: {why}."));
    false
}

/// Takes a key in the list of notes that are due a retention review: what it says can be done there
/// is done to the chosen one. False if the key means something else.
pub(crate) fn takes(model: &mut Model, key: Key) -> bool {
    let Some(Dialog::Choose(Choose { purpose: ChoiceIntent::OpenOneOf(notes), chosen, .. })) =
        &model.dialog
    else {
        return false;
    };
    let Some(action @ (KeyAction::KeepHow | KeyAction::Erase)) =
        keymap::own(KeyContext::DueDialog, key)
    else {
        return false;
    };
    let Some((id, source, name)) =
        chosen.and_then(|at| notes.get(at)).and_then(|id| named(model, *id))
    else {
        return false;
    };
    model.dialog = None;
    act_on(model, action, id, source, &name);
    true
}

/// A note with where it lies and what it is called.
fn named(model: &Model, id: NoteId) -> Option<(NoteId, NoteSource, String)> {
    let row = model.clinics.notes.as_ref()?.iter().find(|row| row.id == id)?;
    // A damaged note has no case key in sight; the beginning of its id names it.
    let short = || id.to_string().chars().take(8).collect();
    let name = row.head.as_ref().map_or_else(|_| short(), |head| head.case_key.clone());
    Some((id, row.source, name))
}

/// Shows what the vault worker answered.
pub(crate) fn kept(model: &mut Model, reply: RetentionReply) {
    match reply {
        RetentionReply::Current(id, retention) => ask_how(model, id, retention),
        RetentionReply::Due(notes) => list(
            model,
            notes,
            "Notes due a retention review: keep or erase?",
            "Enter: open the selected note. k: change how long it is kept. x: erase it.",
            "No note is due a retention review. To set a date, press k on a note. (The Plan review column shows when the plan itself is due.)",
            ChoiceIntent::OpenOneOf,
        ),
        RetentionReply::Trash(notes) => list(
            model,
            notes,
            "Trash: discarded drafts",
            "Enter: restore the selected draft. Drafts stay here for 30 days.",
            "The trash is empty.",
            ChoiceIntent::BringOneBack,
        ),
        RetentionReply::Done(sentence) => {
            model.show_notice(sentence);
            model.request(VaultRequest::ListNotes);
        }
    }
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
    let options = notes.iter().map(|note| format!("{} · {}", note.name, note.about));
    model.offer(title, text, options, purpose(notes.iter().map(|note| note.id).collect()));
}

fn ask_how(model: &mut Model, id: NoteId, retention: Retention) {
    let hold = match retention.hold {
        Some(_) => "Release the legal hold",
        None => "Place on legal hold (the note cannot be erased)",
    };
    let choose = Choose::new(
        "How long should this note be kept?",
        summary(&retention, &model.local),
        ["Set the retention class", "Set the retention review date", hold, "Leave as it is"],
        ChoiceIntent::KeepHow(id, retention),
    );
    model.dialog = Some(Dialog::Choose(choose.selected(Some(3))));
}

/// Retention class, review date and legal hold, a line each.
fn summary(kept: &Retention, local: &LocalTime) -> String {
    let class = kept.class.as_deref().unwrap_or("not set");
    let review = kept.review.map_or_else(|| "not set".to_owned(), show_date);
    let hold = kept.hold.as_ref().map_or_else(
        || "none".to_owned(),
        |hold| format!("since {}: {}", show_date(local.day(hold.since)), hold.reason),
    );
    format!("Retention class: {class}\nRetention review date: {review}\nLegal hold: {hold}")
}

/// One part of how long a note is kept was chosen.
pub(crate) fn how_chosen(model: &mut Model, id: NoteId, mut retention: Retention, at: usize) {
    if at > 2 || !may_write(model) {
        return;
    }
    match at {
        0 => model.ask(
            "Which retention class?",
            "Use the name in your organisation’s retention schedule. Type - to remove it.",
            TextIntent::Retention(id, RetentionText::Class(retention)),
        ),
        1 => model.ask(
            REVIEW_QUESTION,
            "On this date someone decides whether the note is still needed. Nothing is erased automatically. It is not the plan review date. Example: 22 Nov 2032. Type - to remove it.",
            TextIntent::Retention(id, RetentionText::Review(retention)),
        ),
        _ if retention.hold.take().is_some() => keep(model, RetentionRequest::Set(id, retention)),
        _ => model.ask(
            "Why must this note not be erased?",
            "For example, an inquiry and its reference number. No case key, no names.",
            TextIntent::Retention(id, RetentionText::HoldReason(retention)),
        ),
    }
}

/// What was asked for is written. Text that is not a date is asked for again; before anything is
/// erased, the name of the note is typed.
pub(crate) fn written(model: &mut Model, id: NoteId, asked: RetentionText, text: String) {
    let trimmed = text.trim();
    let kept = match asked {
        RetentionText::Class(kept) => {
            Retention { class: (trimmed != NOTHING).then_some(text), ..kept }
        }
        RetentionText::Review(kept) => {
            let review = parse_coming_date(trimmed, model.today());
            if review.is_none() && trimmed != NOTHING {
                let advice = why_no_date(trimmed, model.today());
                let purpose = TextIntent::Retention(id, RetentionText::Review(kept));
                let ask = Ask::new(REVIEW_QUESTION, advice, purpose).answer(&text);
                model.dialog = Some(Dialog::Ask(ask));
                return;
            }
            Retention { review, ..kept }
        }
        RetentionText::HoldReason(kept) => {
            Retention { hold: Some(Hold { reason: text, since: model.now }), ..kept }
        }
        RetentionText::EraseReason(name) => {
            return model.ask(
                format!("Erase {name} permanently?"),
                format!("To erase it, type {name}. Esc: keep it."),
                TextIntent::Retention(id, RetentionText::EraseConfirmed(name, text)),
            );
        }
        RetentionText::EraseConfirmed(name, reason) if is_name(trimmed, &name) => {
            return keep(model, RetentionRequest::Erase(id, reason));
        }
        RetentionText::DiscardConfirmed(name) if is_name(trimmed, &name) => {
            return keep(model, RetentionRequest::Discard(id));
        }
        RetentionText::DiscardConfirmed(name) => {
            return model.show_notice(format!("Nothing was moved: you did not type {name}."));
        }
        RetentionText::EraseConfirmed(name, _) => {
            return model.show_notice(format!("Nothing was erased: you did not type {name}."));
        }
    };
    keep(model, RetentionRequest::Set(id, kept));
}
