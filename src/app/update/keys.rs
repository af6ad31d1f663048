//! Keys and pastes, for whatever is in front.

use zeroize::Zeroizing;

use crate::app::{
    AfterUnlock, Dialog, Effect, Key, KeyAction, LockedBy, Model, Palette, Screen, TemplatePicker,
    VaultRequest, VaultStatus,
    dialogs::vault::VaultDialogOutcome,
    keymap::{self, KeyContext},
};
use crate::app::{
    dialogs::{confirm_text, dialog_results, open_vault::with_vault},
    saving::save_now,
    screens::{
        actions,
        clinic::{self, paste},
        clinics::{retention, update_note_search},
        insight, locked, note,
        reader::{self, guide},
        search, vault,
    },
};

/// Lines of a page of a dialog.
const DIALOG_PAGE: usize = 10;

/// Takes a key.
pub(super) fn pressed(model: &mut Model, key: Key) -> Vec<Effect> {
    // A way out is always open, whatever lies in front.
    let always = keymap::own(KeyContext::Everywhere, key);
    if always == Some(KeyAction::Quit) {
        return quit(model);
    }
    // And so is locking: somebody may have come in.
    if always == Some(KeyAction::LockVault) && model.vault == VaultStatus::Open {
        return locked::update::lock(model, LockedBy::Person);
    }
    if model.dialog.is_some() {
        return in_dialog(model, key);
    }
    if model.screen == Screen::Clinic && model.clinic.as_ref().is_some_and(|c| c.placing.is_some())
    {
        return clinic::update::placing(model, key);
    }
    if model.screen == Screen::Reader && reader::update::takes(model, key) {
        return Vec::new();
    }
    if model.screen == Screen::Clinic
        && let Some(effects) = clinic::update::takes(model, key)
    {
        return effects;
    }
    if model.screen == Screen::Clinics
        && let Some(effects) = update_note_search::takes(model, key)
    {
        return effects;
    }
    if model.screen == Screen::Search
        && let Some(effects) = search::update::takes(model, key)
    {
        return effects;
    }
    match keymap::action(&[model.context(), KeyContext::Everywhere], key) {
        Some(action) => handle_action(model, action),
        None if model.screen == Screen::Search => model.search.handle_key(key),
        None => Vec::new(),
    }
}

/// Takes pasted text.
pub(super) fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    match &mut model.dialog {
        Some(Dialog::Vault(dialog)) => {
            dialog.paste(text);
            return Vec::new();
        }
        Some(Dialog::Ask(ask)) => {
            ask.answer.insert(text);
            return Vec::new();
        }
        Some(Dialog::Palette(palette)) => {
            palette.words.insert(text);
            return Vec::new();
        }
        Some(
            Dialog::Help { .. }
            | Dialog::Reading { .. }
            | Dialog::Agree(_)
            | Dialog::Choose(_)
            | Dialog::TemplatePicker(_),
        ) => {
            return Vec::new();
        }
        None => {}
    }
    match model.screen {
        Screen::Search => model.search.paste(text),
        Screen::Clinic => paste::paste(model, text),
        Screen::Reader => {
            let height = model.size.page_height();
            if let Some(reader) = &mut model.reader
                && let Some(find) = reader.find.as_mut().filter(|find| find.typing)
            {
                find.words.insert(text);
                reader.find_changed(height);
            }
            Vec::new()
        }
        Screen::Clinics => update_note_search::paste(model, text),
        Screen::Note | Screen::Actions | Screen::Insight | Screen::Vault | Screen::Locked => {
            Vec::new()
        }
    }
}

fn in_dialog(model: &mut Model, key: Key) -> Vec<Effect> {
    if let Some(effects) = retention::takes(model, key) {
        return effects;
    }
    let Some(dialog) = model.dialog.as_mut() else { return Vec::new() };
    let action = keymap::own(dialog.context(), key);
    let escape = action == Some(KeyAction::Back);
    match model.dialog.as_mut() {
        Some(Dialog::Vault(dialog)) => match dialog.handle_key(key) {
            VaultDialogOutcome::Stay(effects) => effects,
            VaultDialogOutcome::Close => {
                model.dialog = None;
                Vec::new()
            }
            VaultDialogOutcome::Opened => {
                let wanted = dialog.then.clone();
                model.dialog = None;
                locked::resume::opened(model, wanted)
            }
            VaultDialogOutcome::Confirmed => {
                let wanted = dialog.then.clone();
                model.dialog = None;
                let mut effects = vec![Effect::Vault(VaultRequest::ConfirmRecovery)];
                effects.extend(locked::resume::opened(model, wanted));
                effects
            }
        },
        Some(Dialog::Help { .. }) if action == Some(KeyAction::OpenGuide) => {
            guide::offer(model);
            Vec::new()
        }
        Some(Dialog::Help { top } | Dialog::Reading { top, .. }) => {
            match action.and_then(|action| scrolled(action, *top)) {
                Some(to) => *top = to,
                None => model.dialog = None,
            }
            Vec::new()
        }
        Some(Dialog::Ask(ask)) if escape => {
            let (purpose, text) = (ask.purpose.clone(), Zeroizing::new(ask.answer.text()));
            if confirm_text::drops(model, &purpose, &text) {
                model.dialog = None;
            }
            Vec::new()
        }
        Some(_) if escape => {
            model.dialog = None;
            Vec::new()
        }
        Some(Dialog::Palette(palette)) => match palette.handle_key(key) {
            Some(action) => {
                model.dialog = None;
                handle_action(model, action)
            }
            None => Vec::new(),
        },
        Some(Dialog::Ask(ask)) => {
            if action != Some(KeyAction::Choose) {
                ask.answer.handle_key(key, usize::MAX);
                return Vec::new();
            }
            if ask.answer.is_blank() {
                model.warn("Type an answer first, or press Esc to cancel.");
                return Vec::new();
            }
            let (purpose, text) = (ask.purpose.clone(), ask.answer.text());
            if !confirm_text::allows(model, &purpose, &text) {
                return Vec::new();
            }
            model.dialog = None;
            dialog_results::written(model, purpose, text)
        }
        Some(Dialog::Choose(choose)) => match choose.handle_key(key) {
            Some(at) => {
                let purpose = choose.purpose.clone();
                model.dialog = None;
                dialog_results::chosen(model, purpose, at)
            }
            None => Vec::new(),
        },
        Some(Dialog::Agree(agree)) => {
            if action == Some(KeyAction::Choose) {
                let purpose = agree.purpose.clone();
                model.dialog = None;
                return dialog_results::agreed(model, &purpose);
            }
            agree.top = action.and_then(|action| scrolled(action, agree.top)).unwrap_or(agree.top);
            Vec::new()
        }
        Some(Dialog::TemplatePicker(starting)) => match starting.handle_key(key) {
            Some(template) => {
                let practice = starting.practice;
                model.dialog = None;
                if practice {
                    return vec![Effect::Vault(VaultRequest::StartClinic { template, practice })];
                }
                with_vault(model, AfterUnlock::StartClinic(template))
            }
            None => Vec::new(),
        },
        None => Vec::new(),
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

fn handle_action(model: &mut Model, action: KeyAction) -> Vec<Effect> {
    match action {
        KeyAction::Help => {
            model.dialog = Some(Dialog::Help { top: 0 });
            return Vec::new();
        }
        KeyAction::OpenGuide => {
            guide::offer(model);
            return Vec::new();
        }
        KeyAction::Palette => {
            model.dialog = Some(Dialog::Palette(Palette::new(model.context())));
            return Vec::new();
        }
        KeyAction::Redraw => return vec![Effect::Redraw],
        KeyAction::Quit => return quit(model),
        KeyAction::GoSearch => {
            let effects = save_now(model);
            model.screen = Screen::Search;
            return effects;
        }
        KeyAction::GoClinics => return go_clinics(model),
        KeyAction::GoActions => return actions::update::go(model),
        KeyAction::GoInsight => return insight::update::go(model),
        KeyAction::GoVault => return vault::update::go(model),
        KeyAction::LockVault => return locked::update::lock(model, LockedBy::Person),
        KeyAction::NewClinic | KeyAction::PracticeClinic => {
            let practice = action == KeyAction::PracticeClinic;
            let starting = TemplatePicker::new(practice, model.local_formats.clone());
            model.dialog = Some(Dialog::TemplatePicker(starting));
            return vec![Effect::Vault(VaultRequest::ReadFormats)];
        }
        _ => {}
    }
    match model.screen {
        Screen::Search => search::update::handle_action(model, action),
        Screen::Reader => reader::update::handle_action(model, action),
        Screen::Clinics => in_clinics(model, action),
        Screen::Clinic => clinic::update::handle_action(model, action),
        Screen::Note => note::update::handle_action(model, action),
        Screen::Actions => actions::update::handle_action(model, action),
        Screen::Insight => insight::update::handle_action(model, action),
        Screen::Vault => vault::update::handle_action(model, action),
        Screen::Locked => locked::update::handle_action(model, action),
    }
}

fn quit(model: &mut Model) -> Vec<Effect> {
    let mut effects = save_now(model);
    effects.push(Effect::Vault(VaultRequest::End { anyway: false }));
    effects
}

fn go_clinics(model: &mut Model) -> Vec<Effect> {
    let mut effects = save_now(model);
    model.screen = match (&model.clinic, &model.lock) {
        (Some(_), _) => Screen::Clinic,
        (None, Some(_)) => Screen::Locked,
        (None, None) => Screen::Clinics,
    };
    if model.screen == Screen::Clinics && model.vault == VaultStatus::Open {
        effects.push(Effect::Vault(VaultRequest::ListNotes));
    }
    effects
}

fn in_clinics(model: &mut Model, action: KeyAction) -> Vec<Effect> {
    match action {
        KeyAction::Previous | KeyAction::Next | KeyAction::PageBack | KeyAction::PageOn => {
            let page = usize::from(model.size.body().height) / 2;
            model.clinics.choose(action, page.max(1));
            Vec::new()
        }
        KeyAction::NextKind => {
            model.clinics.next_about();
            Vec::new()
        }
        KeyAction::Open => update_note_search::open(model),
        KeyAction::Find => update_note_search::begin(model),
        KeyAction::KeepHow
        | KeyAction::ListDue
        | KeyAction::ListTrash
        | KeyAction::Discard
        | KeyAction::Erase
        | KeyAction::EnteredInError => retention::handle_action(model, action),
        KeyAction::Back if update_note_search::end(model) => Vec::new(),
        KeyAction::Back => {
            model.screen = Screen::Search;
            Vec::new()
        }
        _ => Vec::new(),
    }
}
