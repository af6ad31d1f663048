//! The clipboard: words of a note get there only when somebody asks, and do not stay.
//!
//! What was put there is removed after half a minute, and before the program ends, stands aside or
//! locks the vault; whatever lies there by then goes with it, for nobody can look without asking.

use jiff::SignedDuration;

use crate::app::{Effect, Model, Screen, VaultRequest};

/// How long words of a note stay on the clipboard.
const STAYS: SignedDuration = SignedDuration::from_secs(30);

/// Follows what is put on the clipboard, and takes words of a note out when it is time.
pub(super) fn watch(model: &mut Model, effects: &mut Vec<Effect>) {
    let is_over = model.clipboard_until.is_some_and(|until| model.now >= until);
    let leaves = |effect: &Effect| {
        matches!(
            effect,
            Effect::Vault(VaultRequest::End { .. } | VaultRequest::LockVault { .. })
                | Effect::Suspend
        )
    };
    if is_over || (model.clipboard_until.is_some() && effects.iter().any(leaves)) {
        model.clipboard_until = None;
        effects.insert(0, Effect::EmptyClipboard);
        if is_over {
            model.show_notice("Clipboard cleared: it contained text from a note.");
        }
    }
    for effect in effects.iter() {
        match effect {
            Effect::CopyFromNote(_) => model.clipboard_until = model.now.checked_add(STAYS).ok(),
            Effect::Copy(_) => model.clipboard_until = None,
            _ => {}
        }
    }
}

pub(super) fn said(model: &Model) -> &'static str {
    match model.clipboard_until {
        Some(_) => "Copied from a note. The clipboard will be cleared in 30 seconds.",
        None if model.screen == Screen::Insight => {
            "Copied. Small numbers are hidden in the copy, and those that would give them away."
        }
        None => "Copied.",
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::{
        app::{Key, Message, NoteScreen, Screen, Size, update},
        clinic::{Session, bundled_template},
        vault::NoteId,
    };

    fn start() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().expect("a timestamp")
    }

    fn at_a_note() -> Model {
        let mut model = Model::new(Size { columns: 80, rows: 24 }, start());
        let template = bundled_template("peer-case-clinic").expect("bundled");
        let template = template.parse().expect("a template");
        let session = Session::start(template, Uuid::nil(), "HERON-42", false, start());
        model.note = Some(NoteScreen::open(
            NoteId::random(),
            session,
            None,
            Screen::Clinics,
            crate::text::LocalTime::default(),
            70,
        ));
        model.screen = Screen::Note;
        model
    }

    fn empties(effects: &[Effect]) -> bool {
        effects.iter().any(|effect| matches!(effect, Effect::EmptyClipboard))
    }

    fn later(seconds: i64) -> Timestamp {
        start() + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn words_of_a_note_leave_the_clipboard_after_half_a_minute() {
        let mut model = at_a_note();
        let effects = update(&mut model, Message::Pressed(Key::char('c')), start());
        let [Effect::CopyFromNote(text)] = effects.as_slice() else { panic!("nothing is copied") };
        assert!(text.contains("Ground rules agreed"), "the section in view is copied");
        update(&mut model, Message::Copied(Ok(())), start());
        assert!(model.notice.as_ref().is_some_and(|notice| notice.text.contains("30 seconds")));
        assert_eq!(model.deadline(), Some(later(30)), "the program is woken for it");
        assert!(!empties(&update(&mut model, Message::TimePassed, later(29))));
        assert!(empties(&update(&mut model, Message::TimePassed, later(30))));
        assert!(model.notice.is_some_and(|notice| notice.text.contains("cleared")));
    }

    #[test]
    fn it_is_emptied_before_the_program_ends_or_stands_aside() {
        for message in [Message::EndAsked { signal: 15 }, Message::SuspendAsked] {
            let mut model = at_a_note();
            update(&mut model, Message::Pressed(Key::char('c')), start());
            let effects = update(&mut model, message, later(1));
            assert!(matches!(effects.first(), Some(Effect::EmptyClipboard)));
        }
    }

    #[test]
    fn guidance_on_the_clipboard_stays_there() {
        let mut model = at_a_note();
        update(&mut model, Message::Pressed(Key::char('c')), start());
        let mut effects = vec![Effect::Copy("guidance".to_owned())];
        model.now = later(1);
        watch(&mut model, &mut effects);
        assert!(!empties(&update(&mut model, Message::TimePassed, later(60))));
        assert!(!empties(&update(&mut model, Message::SuspendAsked, later(61))));
    }
}
