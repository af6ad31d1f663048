//! The list of actions: what became of them.

use super::{clinic, save_now, then, with_vault};
use crate::{
    app::{
        Action, Ask, Choose, Dialog, Editor, Effect, Model, Purpose, Screen, Then, TrackedAction,
        VaultLook,
    },
    clinic::{ActionId, ActionStatus, Event},
    vault::NoteId,
};

/// Shows the list.
pub(super) fn go(model: &mut Model) -> Vec<Effect> {
    let mut effects = save_now(model);
    model.screen = Screen::Actions;
    if model.vault == VaultLook::Open {
        effects.extend(then(Then::ListActions));
    }
    effects
}

/// Takes the list.
pub(super) fn listed(model: &mut Model, listed: Result<Vec<TrackedAction>, String>) -> Vec<Effect> {
    let today = model.today();
    match listed {
        Ok(actions) => model.actions.listed(actions, today),
        Err(why) => model.warn(why),
    }
    Vec::new()
}

/// Does what a key of the table means here.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let today = model.today();
    match action {
        Action::Previous | Action::Next | Action::PageBack | Action::PageOn => {
            let page = usize::from(model.size.body().height) / 2;
            model.actions.choose(action, page.max(1), today);
        }
        Action::NextKind => model.actions.next_kind(),
        Action::FilterActions => {
            model.dialog = Some(Dialog::Ask(Ask {
                title: "Whose actions?".to_owned(),
                text: "Words of the owner, the agency or the case key. Esc on the list shows all again.".to_owned(),
                answer: Editor::one_line(&model.actions.words),
                purpose: Purpose::FilterActions,
            }));
        }
        Action::Open if model.vault != VaultLook::Open => {
            return with_vault(model, Then::ListActions);
        }
        Action::Open => ask_what_became(model),
        Action::Back if !model.actions.words.is_empty() => {
            model.actions.words.clear();
            model.actions.chosen = 0;
        }
        Action::Back => {
            model.screen = Screen::Clinics;
            if model.vault == VaultLook::Open {
                return then(Then::ListNotes);
            }
        }
        _ => {}
    }
    Vec::new()
}

fn ask_what_became(model: &mut Model) {
    let Some(chosen) = model.actions.chosen(model.today()).cloned() else { return };
    model.dialog = Some(Dialog::Choose(Choose {
        title: "What became of it?".to_owned(),
        text: format!("{} · {}", chosen.case_key, chosen.details.what),
        options: vec![
            "Done: write what came of it".into(),
            "Dropped: write why".into(),
            "Still open".into(),
            "Open its note".into(),
        ],
        chosen: 0,
        purpose: Purpose::ActionBecame(chosen.note, chosen.id),
    }));
}

/// What became of it was chosen.
pub(super) fn became(model: &mut Model, note: NoteId, id: ActionId, at: usize) -> Vec<Effect> {
    let status = match at {
        0 => ActionStatus::Done,
        1 => ActionStatus::Dropped,
        2 => return follow_up(model, note, id, ActionStatus::Open, String::new()),
        _ => return vec![Effect::OpenNote(note)],
    };
    let (title, text) = if status == ActionStatus::Done {
        ("What came of it?", "What was done, and how you know that it helped. Roles, not names.")
    } else {
        ("Why is it dropped?", "The reason stays with the action in the note.")
    };
    model.dialog = Some(Dialog::Ask(Ask {
        title: title.to_owned(),
        text: text.to_owned(),
        answer: Editor::one_line(""),
        purpose: Purpose::ActionOutcome(note, id, status),
    }));
    Vec::new()
}

/// Notes it down: in the clinic that is open if it is that one, else in the vault.
pub(super) fn follow_up(
    model: &mut Model,
    note: NoteId,
    action: ActionId,
    status: ActionStatus,
    outcome: String,
) -> Vec<Effect> {
    if model.clinic.as_ref().is_some_and(|clinic| clinic.note == Some(note)) {
        let mut effects =
            clinic::tell(model, Event::ActionFollowedUp { id: action, status, outcome });
        effects.extend(save_now(model));
        effects.extend(then(Then::ListActions));
        return effects;
    }
    vec![Effect::FollowUpAction { note, action, status, outcome }]
}

/// It is noted down, or not.
pub(super) fn followed_up(model: &mut Model, done: Result<(), String>) -> Vec<Effect> {
    match done {
        Ok(()) => {
            model.tell("Noted down beside the action, in its note.");
            then(Then::ListActions)
        }
        Err(why) => {
            model.warn(format!("NOT SAVED: {why}"));
            Vec::new()
        }
    }
}
