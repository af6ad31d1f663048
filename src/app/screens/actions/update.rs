//! The list of actions: recording their outcomes.

use jiff::civil::Date;

use crate::{
    app::{
        AfterUnlock, Ask, ChoiceIntent, Choose, Dialog, KeyAction, Model, Screen, TextIntent,
        VaultRequest, VaultStatus,
        screens::{
            actions::state::UnsavedChange, clinic::apply_event::apply_event,
            locked::update::with_vault,
        },
    },
    clinic::{ActionId, ActionStatus, Event},
    report::actions::TrackedAction,
    services::{ActionList, RequestError},
    text::{clean_line, parse_coming_date, shorten, show_date, show_day, why_no_date},
    vault::NoteId,
};

/// What is typed for an action without a date.
const NO_DATE: &str = "no date";

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
pub(crate) fn listed(model: &mut Model, list: ActionList) {
    let ActionList { actions, unread, received } = list;
    let today = model.today();
    model.actions.listed(actions, received, today);
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
    if let Some(author) = model.actions.authors.get(&chosen.note) {
        let text = format!("This was agreed in a note of {author}. Only they record its outcome.");
        model.show_notice(text);
        return model.request(VaultRequest::OpenNote(chosen.note));
    }
    let choose = Choose::new(
        "Update this action",
        format!("{} · {}", chosen.case_key, chosen.details.what),
        [
            "Done: record the outcome",
            "Dropped: record why",
            "Still open",
            "Change the owner or the date",
            "Open its note",
        ],
        ChoiceIntent::ActionBecame(chosen.note, chosen.id),
    );
    // It marks an action of a list: what was typed for something else must not choose.
    model.dialog = Some(Dialog::Choose(choose.selected(None)));
}

/// What became of it was chosen.
pub(crate) fn became(model: &mut Model, note: NoteId, id: ActionId, at: usize) {
    let status = match at {
        0 => ActionStatus::Done,
        1 => ActionStatus::Dropped,
        2 => return follow_up(model, note, id, ActionStatus::Open, String::new()),
        3 => return ask_owner(model, note, id),
        _ => return model.request(VaultRequest::OpenNote(note)),
    };
    let (title, text) = if status == ActionStatus::Done {
        ("What was the outcome?", "What was done, and how do you know it helped? Roles, not names.")
    } else {
        ("Why was it dropped?", "The reason is recorded with the action in the note.")
    };
    let known = known(model, note, id);
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

/// Asks who does it from now on.
fn ask_owner(model: &mut Model, note: NoteId, id: ActionId) {
    let Some(action) = known(model, note, id) else { return };
    let who = [action.details.owner.trim(), action.details.agency.trim()];
    let who: Vec<&str> = who.into_iter().filter(|part| !part.is_empty()).collect();
    let text = format!(
        "“{}” The role, a comma, and the agency. Roles, not names. What was agreed before stays in \
         the note.",
        shorten(&clean_line(&action.details.what), MAX_NAMED_LEN)
    );
    let ask = Ask::new("Who will do it?", text, TextIntent::ActionOwner(note, id));
    model.dialog = Some(Dialog::Ask(ask.answer(&who.join(", "))));
}

/// Asks by when, once it is known who.
pub(crate) fn owner_written(model: &mut Model, note: NoteId, id: ActionId, owner: String) {
    let Some(action) = known(model, note, id) else { return };
    let by = action.details.by.map_or_else(|| NO_DATE.to_owned(), show_date);
    let text = format!("A date such as 4 Dec, next Friday or in 2 weeks; or “{NO_DATE}”.");
    ask_by(model, text, TextIntent::ActionBy { note, id, owner, passed: None }, &by);
}

fn ask_by(model: &mut Model, text: String, purpose: TextIntent, typed: &str) {
    model.dialog = Some(Dialog::Ask(Ask::new("By when?", text, purpose).answer(typed)));
}

/// Changes the owner and the date. Text that is not a date is asked for again, and so is a date that
/// has passed.
pub(crate) fn by_written(
    model: &mut Model,
    (note, id, owner): (NoteId, ActionId, String),
    passed: Option<Date>,
    typed: &str,
) {
    let today = model.today();
    let by = match parse_coming_date(typed, today) {
        None if typed.trim().eq_ignore_ascii_case(NO_DATE) => None,
        None => {
            let text = format!("{} Or “{NO_DATE}”.", why_no_date(typed, today));
            let purpose = TextIntent::ActionBy { note, id, owner, passed: None };
            return ask_by(model, text, purpose, typed);
        }
        Some(by) if by < today && passed != Some(by) => {
            let day = show_day(by);
            let text = format!("{day} has passed. Press Enter to keep it, or type another date.");
            let purpose = TextIntent::ActionBy { note, id, owner, passed: Some(by) };
            return ask_by(model, text, purpose, typed);
        }
        by => by,
    };
    let (role, agency) = owner.split_once(',').unwrap_or((&owner, ""));
    let owner = (role.trim().to_owned(), agency.trim().to_owned());
    if model.clinic.as_ref().is_some_and(|clinic| clinic.note == Some(note)) {
        let (owner, agency) = owner;
        apply_event(model, Event::ActionReassigned { id, owner, agency, by });
        model.save_now();
        return model.request(VaultRequest::ListActions);
    }
    model.actions.waiting = Some((note, id, UnsavedChange::Owner { owner: owner.clone(), by }));
    model.request(VaultRequest::ReassignAction { note, action: id, owner, by });
}

fn known(model: &Model, note: NoteId, id: ActionId) -> Option<&TrackedAction> {
    let mut all = model.actions.all.iter().flatten();
    all.find(|action| (action.note, action.id) == (note, id))
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
    let change = UnsavedChange::Outcome { status, outcome: outcome.clone() };
    model.actions.waiting = Some((note, action, change));
    model.request(VaultRequest::FollowUpAction { note, action, status, outcome });
}

/// Says that the change is recorded. If it is not, asks for it again with the words that were typed.
pub(crate) fn followed_up(model: &mut Model, done: Result<(), RequestError>) {
    let waiting = model.actions.waiting.take();
    let why = match done {
        Ok(()) => {
            match waiting {
                Some((.., UnsavedChange::Outcome { .. })) => {
                    model.show_notice("Recorded. To undo: Tab to All, then Enter.");
                }
                Some((.., UnsavedChange::Owner { owner, by })) => {
                    let by =
                        by.map_or_else(|| NO_DATE.to_owned(), |by| format!("by {}", show_day(by)));
                    let now = format!("Now {}, {by}. What was agreed stays in the note.", owner.0);
                    model.show_notice(now);
                }
                None => {}
            }
            return model.request(VaultRequest::ListActions);
        }
        Err(why) => why,
    };
    let (purpose, typed) = match waiting.filter(|_| model.dialog.is_none()) {
        Some((note, id, UnsavedChange::Outcome { status, outcome }))
            if !outcome.trim().is_empty() =>
        {
            (TextIntent::ActionOutcome(note, id, status), outcome)
        }
        Some((note, id, UnsavedChange::Owner { owner: (role, agency), by })) => {
            let owner = if agency.is_empty() { role } else { format!("{role}, {agency}") };
            // Whoever kept a date that has passed is not asked about it again.
            let purpose = TextIntent::ActionBy { note, id, owner, passed: by };
            (purpose, by.map_or_else(|| NO_DATE.to_owned(), show_date))
        }
        _ => return model.warn(format!("NOT SAVED: {why}")),
    };
    let ask = Ask::new("NOT SAVED", format!("{why} Press Enter to try again."), purpose);
    model.dialog = Some(Dialog::Ask(ask.answer(&typed)));
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
            agreed: now(),
            number: 1,
        };
        model.actions.which = crate::app::Which::All;
        let today = model.today();
        model.actions.listed(vec![action], Vec::new(), today);
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
        typed(&mut model, "\n1\n");
        let (text, answer) = asked(&model);
        assert!(text.starts_with("“Write the plan” "), "{text}");
        assert_eq!(answer, "It is kpet");
        let mut model = at_an_action(ActionStatus::Done, "It is kpet");
        typed(&mut model, "\n2\n");
        assert_eq!(asked(&model).1, "", "why it is dropped is something else");
    }

    #[test]
    fn nothing_is_noted_down_without_words_and_the_screen_says_so() {
        let mut model = at_an_action(ActionStatus::Open, "");
        let effects = typed(&mut model, "\n1\n \n");
        assert!(effects.is_empty() && model.dialog.is_some());
        assert!(model.notice.as_ref().is_some_and(|notice| notice.text.contains("Esc")));
    }

    #[test]
    fn what_was_said_of_an_action_can_be_taken_back() {
        let mut model = at_an_action(ActionStatus::Done, "The wrong one");
        let effects = typed(&mut model, "\n3\n");
        let [Effect::Vault(VaultRequest::FollowUpAction { status, .. })] = effects.as_slice()
        else {
            panic!("nothing was asked for");
        };
        assert_eq!(*status, ActionStatus::Open);
    }

    #[test]
    fn a_question_about_an_action_leaves_the_screen_when_the_vault_is_locked() {
        let mut model = at_an_action(ActionStatus::Open, "");
        typed(&mut model, "\n1\nIt helped");
        update(&mut model, Message::VaultClosed, now());
        assert!(model.dialog.is_none() && model.actions.all.is_none());
    }

    fn full_disk() -> VaultError {
        VaultError::Disk {
            action: "write",
            path: "notes".into(),
            source: std::io::ErrorKind::StorageFull.into(),
        }
    }

    #[test]
    fn what_could_not_be_noted_down_is_asked_for_again_with_the_words_that_were_typed() {
        let mut model = at_an_action(ActionStatus::Open, "");
        typed(&mut model, "\n1\nIt helped\n");
        assert!(model.dialog.is_none());
        let failed = Message::ActionFollowedUp(Err(full_disk().into()));
        update(&mut model, failed, now());
        let (text, answer) = asked(&model);
        assert!(text.contains("The disk is full"), "{text}");
        assert_eq!(answer, "It helped");
        let again = typed(&mut model, "\n");
        assert!(matches!(again.as_slice(), [Effect::Vault(VaultRequest::FollowUpAction { .. })]));
    }

    #[test]
    fn the_owner_and_the_date_of_an_action_are_changed_and_what_is_no_date_is_asked_again() {
        let mut model = at_an_action(ActionStatus::Open, "");
        typed(&mut model, "\n4\nschool nurse, health\n");
        let (text, answer) = asked(&model);
        assert!(text.contains("next Friday") && answer == "no date", "{text}: {answer}");
        let clear = Key::ctrl(crate::app::Code::Char('u'));
        for (date, advice) in [("soon", "“soon” is not a date."), ("20 Nov 2026", "has passed")]
        {
            update(&mut model, Message::Pressed(clear), now());
            let effects = typed(&mut model, &format!("{date}\n"));
            let (text, answer) = asked(&model);
            assert!(effects.is_empty() && text.contains(advice), "{text}");
            assert_eq!(answer, date, "it is not typed again");
        }
        update(&mut model, Message::Pressed(clear), now());
        let effects = typed(&mut model, "next Friday\n");
        let [Effect::Vault(VaultRequest::ReassignAction { owner, by, .. })] = effects.as_slice()
        else {
            panic!("nothing was asked for");
        };
        assert_eq!(*owner, ("school nurse".to_owned(), "health".to_owned()));
        assert_eq!(*by, Some(jiff::civil::date(2026, 11, 27)));
        assert!(model.notice.is_none(), "nothing is recorded yet");
        update(&mut model, Message::ActionFollowedUp(Err(full_disk().into())), now());
        let (text, answer) = asked(&model);
        assert!(text.contains("The disk is full") && answer == "27 Nov 2026", "{text}: {answer}");
        let again = typed(&mut model, "\n");
        let [Effect::Vault(VaultRequest::ReassignAction { owner, by, .. })] = again.as_slice()
        else {
            panic!("nothing was asked for");
        };
        assert_eq!(*owner, ("school nurse".to_owned(), "health".to_owned()));
        assert_eq!(*by, Some(jiff::civil::date(2026, 11, 27)));
        update(&mut model, Message::ActionFollowedUp(Ok(())), now());
        let notice = model.notice.as_ref().map(|notice| notice.text.clone());
        assert!(notice.is_some_and(|text| text.contains("by Fri 27 Nov 2026")));
    }
}
