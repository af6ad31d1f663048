//! Keys and pastes, for whatever is in front.

use zeroize::Zeroizing;

use crate::app::{
    Action, AfterUnlock, Code, Dialog, Effect, Key, LockedBy, Model, Palette, Screen,
    TemplatePicker, VaultRequest, VaultStatus,
    dialogs::vault::Outcome,
    keymap::{self, Context},
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

/// Takes a key.
pub(super) fn pressed(model: &mut Model, key: Key) -> Vec<Effect> {
    // A way out is always open, whatever lies in front.
    if matches!(key.code, Code::Char('q' | 'c')) && key.ctrl {
        return quit(model);
    }
    // And so is locking: somebody may have come in.
    if key == Key::plain(Code::F(8)) && model.vault == VaultStatus::Open {
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
    match keymap::action(model.context(), key) {
        Some(action) => handle_action(model, action),
        None if model.screen == Screen::Search => search::update::typed(model, key),
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
    let escape = key == Key::plain(Code::Esc);
    match model.dialog.as_mut() {
        Some(Dialog::Vault(dialog)) => match dialog.handle_key(key) {
            Outcome::Stay(effects) => effects,
            Outcome::Close => {
                model.dialog = None;
                Vec::new()
            }
            Outcome::Confirmed => {
                let wanted = dialog.then.clone();
                model.dialog = None;
                let mut effects = vec![Effect::Vault(VaultRequest::ConfirmRecovery)];
                effects.extend(locked::resume::opened(model, wanted));
                effects
            }
        },
        Some(Dialog::Help { .. }) if key == Key::plain(Code::F(1)) => {
            guide::offer(model);
            Vec::new()
        }
        Some(Dialog::Help { top } | Dialog::Reading { top, .. }) => {
            match key.code {
                Code::Up => *top = top.saturating_sub(1),
                Code::Down => *top += 1,
                Code::PageUp => *top = top.saturating_sub(10),
                Code::PageDown => *top += 10,
                _ => model.dialog = None,
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
            if key != Key::plain(Code::Enter) {
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
            match key.code {
                Code::Up => agree.top = agree.top.saturating_sub(1),
                Code::Down => agree.top += 1,
                Code::PageUp => agree.top = agree.top.saturating_sub(10),
                Code::PageDown => agree.top += 10,
                Code::Enter => {
                    let purpose = agree.purpose.clone();
                    model.dialog = None;
                    return dialog_results::agreed(model, &purpose);
                }
                _ => {}
            }
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

fn handle_action(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Help => {
            model.dialog = Some(Dialog::Help { top: 0 });
            return Vec::new();
        }
        Action::OpenGuide => {
            guide::offer(model);
            return Vec::new();
        }
        Action::Palette => {
            model.dialog = Some(Dialog::Palette(Palette::new(model.context())));
            return Vec::new();
        }
        Action::Redraw => return vec![Effect::Redraw],
        Action::Quit => return quit(model),
        Action::GoSearch => {
            let effects = save_now(model);
            model.screen = Screen::Search;
            return effects;
        }
        Action::GoClinics => return go_clinics(model),
        Action::GoActions => return actions::update::go(model),
        Action::GoInsight => return insight::update::go(model),
        Action::GoVault => return vault::update::go(model),
        Action::LockVault => return locked::update::lock(model, LockedBy::Person),
        Action::NewClinic | Action::PracticeClinic => {
            let practice = action == Action::PracticeClinic;
            let starting = TemplatePicker::new(practice, model.local_formats.clone());
            model.dialog = Some(Dialog::TemplatePicker(starting));
            return vec![Effect::Vault(VaultRequest::ReadFormats)];
        }
        _ => {}
    }
    match model.context() {
        Context::Search => search::update::handle_action(model, action),
        Context::Reader => reader::update::handle_action(model, action),
        Context::Clinics => in_clinics(model, action),
        Context::Clinic => clinic::update::handle_action(model, action),
        Context::Note => note::update::handle_action(model, action),
        Context::Actions => actions::update::handle_action(model, action),
        Context::Insight => insight::update::handle_action(model, action),
        Context::Vault => vault::update::handle_action(model, action),
        Context::Locked => locked::update::handle_action(model, action),
        Context::Everywhere => Vec::new(),
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

fn in_clinics(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Previous | Action::Next | Action::PageBack | Action::PageOn => {
            let page = usize::from(model.size.body().height) / 2;
            model.clinics.choose(action, page.max(1));
            Vec::new()
        }
        Action::NextKind => {
            model.clinics.next_about();
            Vec::new()
        }
        Action::Open => update_note_search::open(model),
        Action::Find => update_note_search::begin(model),
        Action::KeepHow
        | Action::ListDue
        | Action::ListTrash
        | Action::Discard
        | Action::Erase
        | Action::EnteredInError => retention::handle_action(model, action),
        Action::Back if update_note_search::end(model) => Vec::new(),
        Action::Back => {
            model.screen = Screen::Search;
            Vec::new()
        }
        _ => Vec::new(),
    }
}
