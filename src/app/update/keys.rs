//! Keys and pastes, for whatever is in front.

use super::{answers, clinic, save_now, then, with_vault};
use crate::{
    app::{
        Action, Choose, Code, Dialog, Effect, Key, Model, Palette, Purpose, Reader, Screen, Then,
        VaultLook,
        keymap::{self, Context},
        vault_dialog::Outcome,
    },
    knowledge::{Library, Target, citation},
};

/// Takes a key.
pub(super) fn pressed(model: &mut Model, key: Key) -> Vec<Effect> {
    // A way out is always open, whatever lies in front.
    if matches!(key.code, Code::Char('q' | 'c')) && key.ctrl {
        return quit(model);
    }
    if model.dialog.is_some() {
        return in_dialog(model, key);
    }
    if model.screen == Screen::Clinic && model.clinic.as_ref().is_some_and(|c| c.placing.is_some())
    {
        return clinic::placing(model, key);
    }
    if model.screen == Screen::Reader && reader_takes(model, key) {
        return Vec::new();
    }
    if model.screen == Screen::Clinic
        && let Some(effects) = clinic::takes(model, key)
    {
        return effects;
    }
    match keymap::action(model.context(), key) {
        Some(action) => act(model, action),
        None if model.screen == Screen::Search => in_search_line(model, key),
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
        Some(Dialog::Help { .. } | Dialog::Reading { .. } | Dialog::Choose(_)) => {
            return Vec::new();
        }
        None => {}
    }
    match model.screen {
        Screen::Search => model.search.paste(text),
        Screen::Clinic => clinic::paste(model, text),
        Screen::Reader => {
            let height = page_height(model);
            if let Some(reader) = &mut model.reader
                && let Some(find) = reader.find.as_mut().filter(|find| find.typing)
            {
                find.words.insert(text);
                reader.find_changed(height);
            }
            Vec::new()
        }
        Screen::Clinics | Screen::Note => Vec::new(),
    }
}

fn in_dialog(model: &mut Model, key: Key) -> Vec<Effect> {
    let escape = key == Key::plain(Code::Esc);
    match model.dialog.as_mut() {
        Some(Dialog::Vault(dialog)) => match dialog.take(key) {
            Outcome::Stay(effects) => effects,
            Outcome::Close => {
                model.dialog = None;
                Vec::new()
            }
            Outcome::Confirmed => {
                let wanted = dialog.then.clone();
                model.dialog = None;
                let mut effects = vec![Effect::ConfirmRecovery];
                effects.extend(then(wanted));
                effects
            }
        },
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
        Some(_) if escape => {
            model.dialog = None;
            Vec::new()
        }
        Some(Dialog::Palette(palette)) => match palette.take(key) {
            Some(action) => {
                model.dialog = None;
                act(model, action)
            }
            None => Vec::new(),
        },
        Some(Dialog::Ask(ask)) => {
            if key != Key::plain(Code::Enter) {
                ask.answer.take(key, usize::MAX);
                return Vec::new();
            }
            if ask.answer.is_blank() {
                return Vec::new();
            }
            let (purpose, text) = (ask.purpose.clone(), ask.answer.text());
            model.dialog = None;
            answers::written(model, purpose, text)
        }
        Some(Dialog::Choose(choose)) => match choose.take(key) {
            Some(at) => {
                let purpose = choose.purpose.clone();
                model.dialog = None;
                answers::chosen(model, purpose, at)
            }
            None => Vec::new(),
        },
        None => Vec::new(),
    }
}

/// Keys the reader takes before the table: typing what is looked for, and the numbers of links.
fn reader_takes(model: &mut Model, key: Key) -> bool {
    let height = page_height(model);
    let (Some(reader), Some(library)) = (&mut model.reader, model.library.clone()) else {
        return false;
    };
    if let Some(find) = reader.find.as_mut().filter(|find| find.typing) {
        match key.code {
            Code::Esc => reader.find = None,
            Code::Enter => find.typing = false,
            _ => {
                find.words.take(key, usize::MAX);
                reader.find_changed(height);
            }
        }
        return true;
    }
    if key == Key::plain(Code::Esc) && (reader.find.is_some() || reader.outline_open) {
        reader.find = None;
        reader.outline_open = false;
        return true;
    }
    let number = key.typed().and_then(|c| c.to_digit(10)).and_then(|n| (n as usize).checked_sub(1));
    match number {
        Some(link) if link < reader.page.links.len() => {
            if !reader.follow(&library, link) {
                say_where(model, link);
            }
            true
        }
        _ => false,
    }
}

/// Which source's address is copied.
fn ask_address(model: &mut Model, library: &Library) {
    let entry = model.reader.as_ref().and_then(|reader| library.entry(&reader.id));
    let sources: Vec<(String, String)> = entry
        .map(|entry| {
            let sources = entry.sources.iter();
            sources.filter_map(|one| Some((one.title.clone(), one.url.clone()?))).collect()
        })
        .unwrap_or_default();
    if sources.is_empty() {
        return model.tell("No source of this entry has an address.");
    }
    let (titles, addresses) = sources.into_iter().unzip();
    model.dialog = Some(Dialog::Choose(Choose {
        title: "Copy which address?".to_owned(),
        text: "This program opens no connection: paste the address into a browser.".to_owned(),
        options: titles,
        chosen: 0,
        purpose: Purpose::CopyAddress(addresses),
    }));
}

/// A link that leads outside is shown, to be copied: this program opens no connection.
fn say_where(model: &mut Model, link: usize) {
    let target = model.reader.as_ref().and_then(|reader| reader.page.links.get(link));
    let text = match target {
        Some((_, Target::Web(address))) => format!("Outside this program: {address}"),
        Some((_, Target::Entry(id))) => format!("There is no entry “{id}” in this knowledge base."),
        None => return,
    };
    model.tell(text);
}

fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Help => {
            model.dialog = Some(Dialog::Help { top: 0 });
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
        Action::LockVault => return lock(model),
        Action::NewClinic => return with_vault(model, Then::StartClinic),
        Action::PracticeClinic => return vec![Effect::StartClinic { practice: true }],
        _ => {}
    }
    match model.context() {
        Context::Search => in_search(model, action),
        Context::Reader => in_reader(model, action),
        Context::Clinics => in_clinics(model, action),
        Context::Clinic => clinic::act(model, action),
        Context::Note => {
            let height = page_height(model);
            if action == Action::Back {
                model.note = None;
                model.screen = Screen::Clinics;
            } else if let Some(note) = &mut model.note {
                note.act(action, height);
            }
            Vec::new()
        }
        Context::Everywhere => Vec::new(),
    }
}

fn quit(model: &mut Model) -> Vec<Effect> {
    let mut effects = save_now(model);
    effects.push(Effect::End { anyway: false });
    effects
}

fn lock(model: &mut Model) -> Vec<Effect> {
    if model.vault != VaultLook::Open {
        model.tell("The vault is not open.");
        return Vec::new();
    }
    let mut effects = save_now(model);
    effects.push(Effect::LockVault);
    effects
}

fn go_clinics(model: &mut Model) -> Vec<Effect> {
    let mut effects = save_now(model);
    model.screen = if model.clinic.is_some() { Screen::Clinic } else { Screen::Clinics };
    if model.screen == Screen::Clinics && model.vault == VaultLook::Open {
        effects.push(Effect::ListNotes);
    }
    effects
}

/// Keys of the search line; ← and → belong to the filter in hand, if there is one.
fn in_search_line(model: &mut Model, key: Key) -> Vec<Effect> {
    let turns = matches!(key.code, Code::Left | Code::Right) && !key.ctrl && !key.alt;
    match model.library.clone().filter(|_| turns && model.search.facet.is_some()) {
        Some(library) => model.search.turn_value(&library, key.code == Code::Right),
        None => model.search.take(key),
    }
}

fn in_search(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(library) = model.library.clone() else { return Vec::new() };
    match action {
        Action::Previous | Action::Next | Action::PageBack | Action::PageOn => {
            let page = usize::from(model.size.search().list.height) / 2;
            model.search.choose(&library, action, page.max(1));
            Vec::new()
        }
        Action::NextFilter | Action::PreviousFilter => {
            model.search.turn_facet(action == Action::NextFilter);
            Vec::new()
        }
        Action::Open => {
            let chosen = model.search.chosen_entry(&library).map(|entry| entry.id.clone());
            if let Some(id) = chosen {
                open_entry(model, &id, Screen::Search);
            }
            Vec::new()
        }
        Action::CopyCitation => match model.search.chosen_entry(&library) {
            Some(entry) => vec![Effect::Copy(citation(entry))],
            None => Vec::new(),
        },
        Action::Back => {
            model.search.clear();
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn in_reader(model: &mut Model, action: Action) -> Vec<Effect> {
    let height = page_height(model);
    let (Some(reader), Some(library)) = (&mut model.reader, model.library.clone()) else {
        model.screen = Screen::Search;
        return Vec::new();
    };
    match action {
        Action::Back => {
            model.screen = model.reader_from;
            model.reader = None;
        }
        Action::BackOneEntry => {
            if !reader.back(&library) {
                model.screen = model.reader_from;
                model.reader = None;
            }
        }
        Action::ForwardOneEntry => {
            if !reader.forward(&library) {
                model.tell("There is no entry to go forward to.");
            }
        }
        Action::Sources => reader.turn_to_sources(height),
        Action::CopySection => {
            let entry = library.entry(&reader.id);
            let text = entry.map(|entry| format!("{}\n\n{}", reader.section(), citation(entry)));
            return text.map_or_else(Vec::new, |text| vec![Effect::Copy(text)]);
        }
        Action::CopyAddress => ask_address(model, &library),
        Action::Open => {
            if let Some(link) = reader.link
                && !reader.follow(&library, link)
            {
                say_where(model, link);
            }
        }
        Action::Find => reader.start_find(),
        Action::Outline => reader.outline_open = !reader.outline_open,
        Action::CopyCitation => {
            let entry = library.entry(&reader.id);
            return entry.map_or_else(Vec::new, |entry| vec![Effect::Copy(citation(entry))]);
        }
        Action::Cite => {
            let id = reader.id.clone();
            return clinic::cite(model, &id);
        }
        action => reader.act(action, height),
    }
    Vec::new()
}

fn in_clinics(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Previous | Action::Next | Action::PageBack | Action::PageOn => {
            let page = usize::from(model.size.body().height) / 2;
            model.clinics.choose(action, page.max(1));
            Vec::new()
        }
        Action::Open => match model.clinics.chosen_note() {
            Some(id) => with_vault(model, Then::OpenNote(id)),
            None if model.vault == VaultLook::Open => Vec::new(),
            None => with_vault(model, Then::ListNotes),
        },
        Action::Back => {
            model.screen = Screen::Search;
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Opens an entry in the reader; Esc will lead back to `from`.
pub(super) fn open_entry(model: &mut Model, id: &str, from: Screen) {
    let columns = usize::from(model.size.reader().page.width);
    let Some(library) = &model.library else {
        model.wanted_entry = Some((id.to_owned(), from));
        return;
    };
    match Reader::open(library, id, columns) {
        Some(reader) => {
            model.reader = Some(reader);
            model.reader_from = from;
            model.screen = Screen::Reader;
        }
        None => model.warn(format!("There is no entry “{id}” in this knowledge base.")),
    }
}

fn page_height(model: &Model) -> usize {
    usize::from(model.size.reader().page.height)
}
