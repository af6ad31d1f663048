//! Seeing the settings and changing one. What is on the screen is what the file holds: a change is
//! shown once it is written.

use crate::{
    app::{Effect, KeyAction, Model, Screen},
    services::{BookmarkChange, SETTINGS, SettingsSeen},
};

/// Shows the screen, and has the file read again: somebody may have edited it.
pub(crate) fn go(model: &mut Model) {
    model.save_now();
    if model.screen != Screen::Settings {
        model.settings.from = model.screen;
    }
    model.screen = Screen::Settings;
    model.perform(Effect::ReadSettings);
}

pub(crate) fn handle_action(model: &mut Model, action: KeyAction) {
    match action {
        KeyAction::Back => model.screen = model.settings.from,
        KeyAction::PreviousValue | KeyAction::NextValue | KeyAction::Open => {
            let next = model.settings.next_value(action != KeyAction::PreviousValue);
            let change = next.map(|(name, value)| Effect::ChangeSetting { name, value });
            model.effects.extend(change);
        }
        action => model.settings.choose(action),
    }
}

/// Takes the settings over as far as a change counts at once; the terminal takes the rest.
pub(crate) fn read(model: &mut Model, seen: SettingsSeen) {
    let settings = seen.settings;
    model.reduced_motion = settings.reduced_motion;
    model.bell = settings.bell;
    model.idle.lock_after(settings.lock_after_minutes);
    if model.remember_searches && !settings.remember_searches {
        model.bookmarks.apply(&BookmarkChange::SearchesForgotten);
        model.perform(Effect::SaveBookmark(BookmarkChange::SearchesForgotten));
    }
    model.remember_searches = settings.remember_searches;
    model.settings.seen = Some(seen);
}

/// A setting was written into the file, or was not.
pub(crate) fn changed(model: &mut Model, name: &str, seen: Result<SettingsSeen, String>) {
    match seen {
        Ok(seen) => {
            let file = seen.file.clone();
            read(model, seen);
            let setting = SETTINGS.iter().find(|setting| setting.name == name);
            let later = if setting.is_some_and(|setting| setting.is_immediate) {
                ""
            } else {
                " It counts the next time you start the program."
            };
            model.show_notice(format!("Saved in {file}.{later}"));
        }
        Err(why) => model.warn(why),
    }
}
