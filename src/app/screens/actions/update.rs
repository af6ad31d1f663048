//! The list of actions: recording their outcomes.

use crate::{
    app::{
        AfterUnlock, Ask, ChoiceIntent, Dialog, KeyAction, Model, Screen, TextIntent, VaultRequest,
        VaultStatus,
        screens::{clinic::apply_event::apply_event, locked::update::with_vault},
    },
    clinic::{ActionId, ActionStatus, Event},
    services::{ActionList, RequestError},
    text::{clean_line, shorten},
    vault::NoteId,
};

/// Columns of an action where it is only named.
const MAX_NAMED_LEN: usize = 60;

pub(crate) fn go(model: &mut Model) {
    model.save_now();
    model.screen = Screen::Actions;
    if model.vault == VaultStatus::Open {
        model.request(VaultRequest::ListActions);
    }
}

/// Takes the list.
pub(crate) fn listed(model: &mut Model, ActionList { actions, unread }: ActionList) {
    let today = model.today();
    model.actions.listed(actions, today);
    if !unread.is_empty() {
        let text = match unread.len() {
            1 => "1 note cannot be read, so its actions are missing here.".to_owned(),
            some => format!("{some} notes cannot be read, so their actions are missing here."),
        };
        model.warn(format!("{text} The list of clinics says which, and what to do."));
    }
}

pub(crate) fn handle_action(model: &mut Model, action: KeyAction) {
    let today = model.today();
    match action {
        KeyAction::Previous | KeyAction::Next | KeyAction::PageBack | KeyAction::PageOn => {
            let page = usize::from(model.layout().body().height) / 2;
            model.actions.choose(action, page.max(1), today);
        }
        KeyAction::NextKind => model.actions.next_kind(),
        KeyAction::FilterActions => {
            let text = "Type an owner, an agency or a case key. To show all actions again, press Esc in the list.";
            let ask = Ask::new("Filter actions", text, TextIntent::FilterActions);
            model.dialog = Some(Dialog::Ask(ask.answer(&model.actions.words)));
        }
        KeyAction::Open if model.vault != VaultStatus::Open => {
            with_vault(model, AfterUnlock::ListActions);
        }
        KeyAction::Open => ask_what_became(model),
        KeyAction::Back if !model.actions.words.is_empty() => {
            model.actions.words.clear();
            model.actions.chosen = 0;
        }
        KeyAction::Back => {
            model.screen = Screen::Clinics;
            if model.vault == VaultStatus::Open {
                model.request(VaultRequest::ListNotes);
            }
        }
        _ => {}
    }
}

fn ask_what_became(model: &mut Model) {
    let Some(chosen) = model.actions.chosen(model.today()).cloned() else { return };
    model.offer(
        "Update this action",
        format!("{} · {}", chosen.case_key, chosen.details.what),
        ["Done: record the outcome", "Dropped: record why", "Still open", "Open its note"],
        ChoiceIntent::ActionBecame(chosen.note, chosen.id),
    );
}

/// What became of it was chosen.
pub(crate) fn became(model: &mut Model, note: NoteId, id: ActionId, at: usize) {
    let status = match at {
        0 => ActionStatus::Done,
        1 => ActionStatus::Dropped,
        2 => return follow_up(model, note, id, ActionStatus::Open, String::new()),
        _ => return model.request(VaultRequest::OpenNote(note)),
    };
    let (title, text) = if status == ActionStatus::Done {
        ("What was the outcome?", "What was done, and how do you know it helped? Roles, not names.")
    } else {
        ("Why was it dropped?", "The reason is recorded with the action in the note.")
    };
    let all = model.actions.all.iter().flatten();
    let known = all.into_iter().find(|action| (action.note, action.id) == (note, id));
    // A text that is corrected is not typed again; for another status a new one is typed.
    let said = known.filter(|action| action.details.status == status);
    let said = said.map_or("", |action| &action.details.outcome);
    let what = known.map_or(String::new(), |action| {
        format!("“{}” ", shorten(&clean_line(&action.details.what), MAX_NAMED_LEN))
    });
    let purpose = TextIntent::ActionOutcome(note, id, status);
    let ask = Ask::new(title, format!("{what}{text}"), purpose);
    model.dialog = Some(Dialog::Ask(ask.answer(said)));
}

/// Notes it down: in the clinic that is open if it is that one, else in the vault.
pub(crate) fn follow_up(
    model: &mut Model,
    note: NoteId,
    action: ActionId,
    status: ActionStatus,
    outcome: String,
) {
    if model.clinic.as_ref().is_some_and(|clinic| clinic.note == Some(note)) {
        apply_event(model, Event::ActionFollowedUp { id: action, status, outcome });
        model.save_now();
        return model.request(VaultRequest::ListActions);
    }
    model.actions.waiting = Some((note, action, status, outcome.clone()));
    model.request(VaultRequest::FollowUpAction { note, action, status, outcome });
}

/// It is noted down, or not: then it is asked for again, so that nothing written is lost.
pub(crate) fn followed_up(model: &mut Model, done: Result<(), RequestError>) {
    let waiting = model.actions.waiting.take();
    match (done, waiting) {
        (Ok(()), _) => {
            model.show_notice("Recorded. To undo: Tab to All, then Enter.");
            model.request(VaultRequest::ListActions);
        }
        (Err(why), Some((note, id, status, outcome)))
            if model.dialog.is_none() && !outcome.trim().is_empty() =>
        {
            let text = format!("{why} Press Enter to try again.");
            let purpose = TextIntent::ActionOutcome(note, id, status);
            let ask = Ask::new("NOT SAVED", text, purpose).answer(&outcome);
            model.dialog = Some(Dialog::Ask(ask));
        }
        (Err(why), _) => model.warn(format!("NOT SAVED: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use crate::{
        app::{
            Dialog, Effect, Key, Message, Model, Screen, Size, VaultRequest, VaultStatus, update,
        },
        clinic::{ActionDetails, ActionId, ActionStatus},
        report::actions::TrackedAction,
        vault::{NoteId, VaultError},
    };

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().expect("a timestamp")
    }

    /// At the list of actions, with one of this status.
    fn at_an_action(status: ActionStatus, outcome: &str) -> Model {
        let mut model = Model::new(Size { columns: 80, rows: 24 }, now());
        model.vault = VaultStatus::Open;
        model.screen = Screen::Actions;
        let action = TrackedAction {
            note: NoteId::random(),
            meeting: Uuid::nil(),
            case_key: "OWL-1".to_owned(),
            format: "Peer case clinic".to_owned(),
            about: crate::clinic::Subject::Case,
            id: ActionId(1),
            details: ActionDetails {
                what: "Write the plan".to_owned(),
                status,
                outcome: outcome.to_owned(),
                ..ActionDetails::default()
            },
            told: now(),
        };
        model.actions.which = crate::app::Which::All;
        model.actions.listed(vec![action], model.today());
        model
    }

    fn typed(model: &mut Model, keys: &str) -> Vec<Effect> {
        let keys = keys.chars().map(|c| match c {
            '\n' => Key::plain(crate::app::Code::Enter),
            c => Key::char(c),
        });
        keys.flat_map(|key| update(model, Message::Pressed(key), now())).collect()
    }

    fn asked(model: &Model) -> (String, String) {
        match &model.dialog {
            Some(Dialog::Ask(ask)) => (ask.text.clone(), ask.answer.text()),
            _ => panic!("nothing is asked"),
        }
    }

    #[test]
    fn the_question_names_the_action_and_a_correction_begins_with_what_was_said() {
        let mut model = at_an_action(ActionStatus::Done, "It is kpet");
        typed(&mut model, "\n1");
        let (text, answer) = asked(&model);
        assert!(text.starts_with("“Write the plan” "), "{text}");
        assert_eq!(answer, "It is kpet");
        let mut model = at_an_action(ActionStatus::Done, "It is kpet");
        typed(&mut model, "\n2");
        assert_eq!(asked(&model).1, "", "why it is dropped is something else");
    }

    #[test]
    fn nothing_is_noted_down_without_words_and_the_screen_says_so() {
        let mut model = at_an_action(ActionStatus::Open, "");
        let effects = typed(&mut model, "\n1 \n");
        assert!(effects.is_empty() && model.dialog.is_some());
        assert!(model.notice.as_ref().is_some_and(|notice| notice.text.contains("Esc")));
    }

    #[test]
    fn what_was_said_of_an_action_can_be_taken_back() {
        let mut model = at_an_action(ActionStatus::Done, "The wrong one");
        let effects = typed(&mut model, "\n3");
        let [Effect::Vault(VaultRequest::FollowUpAction { status, .. })] = effects.as_slice()
        else {
            panic!("nothing was asked for");
        };
        assert_eq!(*status, ActionStatus::Open);
    }

    #[test]
    fn a_question_about_an_action_leaves_the_screen_when_the_vault_is_locked() {
        let mut model = at_an_action(ActionStatus::Open, "");
        typed(&mut model, "\n1It helped");
        update(&mut model, Message::VaultClosed, now());
        assert!(model.dialog.is_none() && model.actions.all.is_none());
    }

    #[test]
    fn what_could_not_be_noted_down_is_asked_for_again_with_the_words_that_were_typed() {
        let mut model = at_an_action(ActionStatus::Open, "");
        typed(&mut model, "\n1It helped\n");
        assert!(model.dialog.is_none());
        let full = VaultError::Disk {
            action: "write",
            path: "notes".into(),
            source: std::io::ErrorKind::StorageFull.into(),
        };
        let failed = Message::ActionFollowedUp(Err(full.into()));
        update(&mut model, failed, now());
        let (text, answer) = asked(&model);
        assert!(text.contains("The disk is full"), "{text}");
        assert_eq!(answer, "It helped");
        let again = typed(&mut model, "\n");
        assert!(matches!(again.as_slice(), [Effect::Vault(VaultRequest::FollowUpAction { .. })]));
    }
}
