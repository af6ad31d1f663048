//! A second look at what is written into a note that never changes again: possible identifiers and
//! words that call for others are said before it is kept, and it is not dropped by one key.
//!
//! Neither blocks anything: the same key again does it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::{
    app::{Model, SecondLook, TextIntent},
    report::{WatchedNames, lint_summary},
};

/// Whether what was written goes in now; if not, why not was said.
pub(crate) fn allows(model: &mut Model, purpose: &TextIntent, text: &str) -> bool {
    let seen = SecondLook::Keep(number(text));
    if !is_for_good(purpose) || model.second_look == Some(seen) {
        return true;
    }
    let names = model.library.as_deref().map(WatchedNames::for_words_of).unwrap_or_default();
    let Some(found) = lint_summary(text, &names, model.today()) else { return true };
    model.second_look = Some(seen);
    model.warn(format!("{found} Enter again: keep your text as it is."));
    false
}

/// Whether what was written is dropped now; if not, a notice says that it would be.
pub(crate) fn drops(model: &mut Model, purpose: &TextIntent, text: &str) -> bool {
    let seen = SecondLook::Drop(number(text));
    if !is_for_good(purpose) || text.trim().is_empty() || model.second_look == Some(seen) {
        return true;
    }
    model.second_look = Some(seen);
    model.warn("Esc again: discard what you typed. Enter: record it.");
    false
}

/// Whether it goes into a note beside what was completed.
fn is_for_good(purpose: &TextIntent) -> bool {
    matches!(
        purpose,
        TextIntent::CorrectionReason
            | TextIntent::Correction(_)
            | TextIntent::EnteredInError
            | TextIntent::ActionOutcome(..)
    )
}

/// A number for a text, so that the text itself is kept nowhere.
fn number(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::app::{Ask, Code, Dialog, Editor, Key, Message, Size, update};

    fn asked(answer: &str) -> Model {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        let mut model = Model::new(Size { columns: 80, rows: 24 }, now);
        model.dialog = Some(Dialog::Ask(Ask {
            title: String::new(),
            text: String::new(),
            answer: Editor::one_line(answer),
            purpose: TextIntent::Correction("a date was wrong".to_owned()),
        }));
        model
    }

    fn presses(model: &mut Model, code: Code) -> String {
        let now = model.now;
        update(model, Message::Pressed(Key::plain(code)), now);
        model.notice.as_ref().map(|notice| notice.text.clone()).unwrap_or_default()
    }

    #[test]
    fn a_correction_with_a_possible_identifier_is_kept_only_by_a_second_enter() {
        let mut model = asked("The child was born on 3/4/2015.");
        let said = presses(&mut model, Code::Enter);
        assert!(said.contains("3/4/2015") && said.contains("Enter again"), "{said}");
        assert!(model.dialog.is_some());
        presses(&mut model, Code::Enter);
        assert!(model.dialog.is_none(), "it went where corrections go");
    }

    #[test]
    fn words_that_label_a_child_are_said_too_and_what_is_plain_goes_in_at_once() {
        let mut model = asked("The abuser was twelve.");
        let said = presses(&mut model, Code::Enter);
        assert!(said.contains("abuser"), "{said}");
        let mut model = asked("The meeting was in May, not in April.");
        presses(&mut model, Code::Enter);
        assert!(model.dialog.is_none());
    }

    #[test]
    fn what_is_written_for_a_note_is_dropped_only_by_a_second_esc() {
        let mut model = asked("Both parents were told by the lead.");
        let said = presses(&mut model, Code::Esc);
        assert!(said.contains("Esc again"), "{said}");
        assert!(model.dialog.is_some());
        presses(&mut model, Code::Esc);
        assert!(model.dialog.is_none());
        let mut model = asked("");
        presses(&mut model, Code::Esc);
        assert!(model.dialog.is_none(), "nothing is lost");
    }
}
