//! Keys and pastes, for whatever is in front.

use zeroize::Zeroizing;

use crate::app::{
    AfterUnlock, Choose, Dialog, Effect, Key, KeyAction, LockedBy, Model, Palette,
    QUESTION_COLUMNS, Screen, TemplatePicker, TextIntent, VaultRequest, VaultStatus,
    dialogs::{dialog_results, vault::VaultDialogOutcome},
    keymap::{self, KeyContext},
    screens::{
        actions,
        clinic::{self, buttons},
        clinics::{self, retention},
        completed, hand_over, insight,
        locked::{
            self,
            update::{opened, with_vault},
        },
        note,
        reader::{self, open::offer_guide},
        search, settings, vault,
    },
};

/// Lines of a page of a dialog.
const DIALOG_PAGE: usize = 10;
/// Columns of a dialog that no answer is typed in.
pub(crate) const ANSWER_MARGIN: usize = 3;

pub(super) fn pressed(model: &mut Model, key: Key) {
    // What nobody can see stays as it is.
    let is_seen = model.size.is_enough();
    if is_seen {
        model.notice = None;
    }
    let Some(key) = model.keys.usual(&model.contexts(), key) else { return };
    // A way out is always open, whatever lies in front.
    let always = keymap::own(KeyContext::Everywhere, key);
    if always == Some(KeyAction::Quit) {
        return quit(model);
    }
    // And so is locking: somebody may have come in.
    if always == Some(KeyAction::LockVault) && model.vault == VaultStatus::Open {
        return locked::update::lock(model, LockedBy::Person);
    }
    if !is_seen {
        if always == Some(KeyAction::Redraw) {
            model.perform(Effect::Redraw);
        }
        return;
    }
    if model.is_covered() {
        let leaves = |dialog: &Dialog| keymap::own(dialog.context(), key) == Some(KeyAction::Back);
        let ends = keymap::own(KeyContext::Clinic, key) == Some(KeyAction::ShareView);
        return match always {
            _ if ends => model.share_view(),
            _ if model.dialog.as_ref().is_some_and(leaves) => in_dialog(model, key),
            _ => {}
        };
    }
    if model.dialog.is_some() {
        return in_dialog(model, key);
    }
    let is_taken = match model.screen {
        Screen::Search => search::update::takes(model, key),
        Screen::Reader => reader::update::takes(model, key),
        Screen::Clinics => clinics::update::takes(model, key),
        Screen::Clinic => clinic::update::takes(model, key),
        Screen::HandOver => hand_over::update::takes(model, key),
        Screen::Completed
        | Screen::Note
        | Screen::Actions
        | Screen::Insight
        | Screen::Vault
        | Screen::Settings
        | Screen::Locked => false,
    };
    if is_taken {
        return;
    }
    match keymap::action(&[model.context(), KeyContext::Everywhere], key) {
        Some(action) => handle_action(model, action),
        None if model.screen == Screen::Search => {
            model.effects.extend(model.search.handle_key(key));
        }
        None => {}
    }
}

pub(super) fn pasted(model: &mut Model, text: &str) {
    if !model.size.is_enough() || model.is_covered() {
        return;
    }
    match &mut model.dialog {
        Some(Dialog::Vault(dialog)) => return dialog.paste(text),
        Some(Dialog::Ask(ask)) => {
            // A pasted list becomes a line of several people, which Enter confirms.
            let people = buttons::people_of(text);
            let is_list = ask.purpose == TextIntent::AddParticipant && people.len() > 1;
            let after = if ask.answer.is_blank() { "" } else { "; " };
            let list = format!("{after}{}", people.join("; "));
            if ask.answer.insert(if is_list { &list } else { text }) {
                model.warn("This field is full. The end of your text was left out.");
            }
            return;
        }
        Some(Dialog::Palette(palette)) => {
            palette.words.insert(text);
            palette.chosen = 0;
            return;
        }
        Some(
            Dialog::Help { .. }
            | Dialog::Reading { .. }
            | Dialog::Agree(_)
            | Dialog::Choose(_)
            | Dialog::TemplatePicker(_),
        ) => return,
        None => {}
    }
    match model.screen {
        Screen::Search => model.effects.extend(model.search.paste(text)),
        Screen::Clinic => clinic::update::paste(model, text),
        Screen::Reader => {
            let height = model.layout().page_height();
            if let Some(reader) = &mut model.reader
                && let Some(find) = reader.find.as_mut().filter(|find| find.typing)
            {
                find.words.insert(text);
                reader.find_changed(height);
            }
        }
        Screen::Clinics => clinics::update::paste(model, text),
        Screen::HandOver => hand_over::update::paste(model, text),
        Screen::Completed
        | Screen::Note
        | Screen::Actions
        | Screen::Insight
        | Screen::Vault
        | Screen::Settings
        | Screen::Locked => {}
    }
}

fn in_dialog(model: &mut Model, key: Key) {
    // A window that got larger shows more of it.
    model.keep_dialog_in_view();
    dialog_key(model, key);
    model.keep_dialog_in_view();
}

fn dialog_key(model: &mut Model, key: Key) {
    if retention::takes(model, key) {
        return;
    }
    let columns = model.layout().dialog_columns(QUESTION_COLUMNS);
    let columns = usize::from(columns).saturating_sub(ANSWER_MARGIN);
    let Some(dialog) = &mut model.dialog else { return };
    let action = keymap::own(dialog.context(), key);
    let escape = action == Some(KeyAction::Back);
    match dialog {
        Dialog::Vault(dialog) => match dialog.handle_key(key) {
            VaultDialogOutcome::Stay => {}
            VaultDialogOutcome::Request(request) => model.request(request),
            VaultDialogOutcome::Close => model.dialog = None,
            VaultDialogOutcome::Lock => locked::update::lock(model, LockedBy::Person),
            VaultDialogOutcome::Opened => {
                let wanted = dialog.then.clone();
                model.dialog = None;
                opened(model, wanted);
            }
            VaultDialogOutcome::Confirmed => {
                let wanted = dialog.then.clone();
                model.dialog = None;
                model.request(VaultRequest::ConfirmRecovery);
                opened(model, wanted);
            }
        },
        Dialog::Help { .. } if action == Some(KeyAction::OpenGuide) => offer_guide(model),
        Dialog::Help { top } | Dialog::Reading { top, .. } => {
            match action.and_then(|action| scrolled(action, *top)) {
                Some(to) => *top = to,
                None => model.dialog = None,
            }
        }
        Dialog::Ask(ask) if escape => {
            let (purpose, text) = (ask.purpose.clone(), Zeroizing::new(ask.answer.text()));
            if dialog_results::drops(model, &purpose, &text) {
                model.dialog = None;
            }
        }
        // Nothing that was written is lost with a question that follows it.
        Dialog::Choose(_) if escape => {
            model.dialog = model.dialog.take().and_then(Dialog::into_ask).map(Dialog::Ask);
            if model.dialog.is_some() {
                model.show_notice("Not recorded yet. Enter: go on. Esc: leave it.");
            }
        }
        _ if escape => model.dialog = None,
        Dialog::Palette(palette) => {
            if let Some(action) = palette.handle_key(key) {
                model.dialog = None;
                handle_action(model, action);
            }
        }
        Dialog::Ask(ask) if action != Some(KeyAction::Choose) => {
            ask.answer.handle_key(key, columns);
        }
        Dialog::Ask(ask) if ask.answer.is_blank() => {
            model.warn("Type an answer first, or press Esc to cancel.");
        }
        Dialog::Ask(ask) => {
            let (purpose, text) = (ask.purpose.clone(), ask.answer.text());
            if dialog_results::allows(model, &purpose, &text) {
                model.dialog = None;
                dialog_results::written(model, purpose, text);
            }
        }
        Dialog::Choose(Choose { chosen: None, .. }) if action == Some(KeyAction::Choose) => {
            model.show_notice("Select one first: press its number, or ↑ and ↓.");
        }
        Dialog::Choose(choose) => {
            if let Some(at) = choose.handle_key(key) {
                let purpose = choose.purpose.clone();
                model.dialog = None;
                dialog_results::chosen(model, purpose, at);
            }
        }
        Dialog::Agree(agree) if action == Some(KeyAction::Choose) => {
            let purpose = agree.purpose.clone();
            model.dialog = None;
            dialog_results::agreed(model, &purpose);
        }
        Dialog::Agree(agree) => {
            agree.top = action.and_then(|action| scrolled(action, agree.top)).unwrap_or(agree.top);
        }
        Dialog::TemplatePicker(starting) => {
            if let Some(template) = starting.handle_key(key) {
                let practice = starting.practice;
                model.dialog = None;
                if practice {
                    model.request(VaultRequest::StartClinic { template, practice });
                } else {
                    with_vault(model, AfterUnlock::StartClinic(template));
                }
            }
        }
    }
}

/// The first line in view of a dialog after an action; none if it does not scroll.
fn scrolled(action: KeyAction, top: usize) -> Option<usize> {
    match action {
        KeyAction::ScrollUp => Some(top.saturating_sub(1)),
        KeyAction::ScrollDown => Some(top + 1),
        KeyAction::PageBack => Some(top.saturating_sub(DIALOG_PAGE)),
        KeyAction::PageOn => Some(top + DIALOG_PAGE),
        _ => None,
    }
}

/// Whether an action would show more than others may see of the screen.
fn shows_more(model: &Model, action: KeyAction) -> bool {
    let goes_elsewhere = matches!(
        action,
        KeyAction::GoSearch
            | KeyAction::GoClinics
            | KeyAction::GoActions
            | KeyAction::GoInsight
            | KeyAction::GoVault
            | KeyAction::GoSettings
            | KeyAction::NewClinic
            | KeyAction::PracticeClinic
            | KeyAction::OpenGuide
            | KeyAction::Guidance
            | KeyAction::NamesToAvoid
            | KeyAction::Back
    );
    model.is_shared() && goes_elsewhere
}

fn handle_action(model: &mut Model, action: KeyAction) {
    if shows_more(model, action) {
        return model.show_notice(
            "Others can see this screen. Press F6 first to end the screen-share view.",
        );
    }
    match action {
        KeyAction::ShareView => model.share_view(),
        KeyAction::Help => model.dialog = Some(Dialog::Help { top: 0 }),
        KeyAction::OpenGuide => offer_guide(model),
        KeyAction::Palette => {
            model.dialog = Some(Dialog::Palette(Palette::new(model.command_contexts())));
        }
        KeyAction::Redraw => model.perform(Effect::Redraw),
        KeyAction::Quit => quit(model),
        KeyAction::GoSearch => {
            model.save_now();
            if model.screen != Screen::Search {
                model.search.is_selected = true;
            }
            model.screen = Screen::Search;
        }
        KeyAction::GoClinics => clinics::update::go(model),
        KeyAction::GoActions => actions::update::go(model),
        KeyAction::GoInsight => insight::update::go(model),
        KeyAction::GoVault => vault::update::go(model),
        KeyAction::GoSettings => settings::update::go(model),
        KeyAction::LockVault => locked::update::lock(model, LockedBy::Person),
        KeyAction::NewClinic | KeyAction::PracticeClinic => {
            let practice = action == KeyAction::PracticeClinic;
            let starting = TemplatePicker::new(practice, model.local_formats.clone());
            model.dialog = Some(Dialog::TemplatePicker(starting));
            model.request(VaultRequest::ReadFormats);
        }
        _ => match model.screen {
            Screen::Search => search::update::handle_action(model, action),
            Screen::Reader => reader::update::handle_action(model, action),
            Screen::Clinics => clinics::update::handle_action(model, action),
            Screen::Clinic => clinic::update::handle_action(model, action),
            Screen::Completed => completed::update::handle_action(model, action),
            Screen::HandOver => hand_over::update::handle_action(model, action),
            Screen::Note => note::update::handle_action(model, action),
            Screen::Actions => actions::update::handle_action(model, action),
            Screen::Insight => insight::update::handle_action(model, action),
            Screen::Vault => vault::update::handle_action(model, action),
            Screen::Settings => settings::update::handle_action(model, action),
            Screen::Locked => locked::update::handle_action(model, action),
        },
    }
}

fn quit(model: &mut Model) {
    model.save_now();
    hand_over::update::record_unanswered(model);
    if clinic::update::asks_before_quitting(model) {
        return;
    }
    model.request(VaultRequest::End { anyway: false });
}
