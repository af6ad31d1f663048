//! What the Settings screen knows: the settings as they were last read, and which one is chosen.

use crate::{
    app::{action::KeyAction, screens::Screen},
    services::{SETTINGS, SettingInfo, SettingsSeen},
};

/// The Settings screen.
#[derive(Debug, Default)]
pub struct SettingsScreen {
    /// The settings, once they are read.
    pub seen: Option<SettingsSeen>,
    /// Which setting is chosen.
    pub chosen: usize,
    /// Where Esc leads.
    pub(super) from: Screen,
}

/// One setting as the screen shows it.
#[derive(Debug, PartialEq, Eq)]
pub struct SettingRow {
    /// Its name in the file.
    pub name: &'static str,
    /// Its value, as in the file.
    pub value: String,
    /// Where the value comes from.
    pub source: String,
}

impl SettingsScreen {
    /// Returns a row for every setting; none before they are read.
    pub fn rows(&self) -> Vec<SettingRow> {
        let Some(seen) = &self.seen else { return Vec::new() };
        let row = |setting: &SettingInfo| {
            let source = match seen.lines.get(setting.name) {
                _ if setting.name == "theme" && seen.is_without_colour => {
                    "no colours: NO_COLOR is set".to_owned()
                }
                Some(line) => format!("settings.toml, line {line}"),
                None => "usual value".to_owned(),
            };
            SettingRow { name: setting.name, value: seen.settings.value(setting.name), source }
        };
        SETTINGS.iter().map(row).collect()
    }

    /// Returns the text about the chosen setting: what it does, and when a change counts.
    pub fn about(&self) -> [&'static str; 2] {
        let setting = self.setting();
        let counts = if setting.is_immediate {
            "A change counts at once."
        } else {
            "A change counts the next time you start the program."
        };
        [setting.does, counts]
    }

    /// Has Esc lead to the list of clinics if the screen it would lead to is gone.
    pub(crate) fn leave_if(&mut self, gone: impl Fn(Screen) -> bool) {
        if gone(self.from) {
            self.from = Screen::Clinics;
        }
    }

    /// Moves to another setting.
    pub(super) fn choose(&mut self, action: KeyAction) {
        self.chosen = action.chosen(self.chosen, SETTINGS.len(), SETTINGS.len());
    }

    /// Returns the name of the chosen setting with the value after or before the one it has.
    pub(super) fn next_value(&self, forward: bool) -> Option<(&'static str, &'static str)> {
        let setting = self.setting();
        let value = self.seen.as_ref()?.settings.value(setting.name);
        let (count, number) = (setting.choices.len(), |text: &str| text.parse::<i64>().ok());
        let at = match setting.choices.iter().position(|choice| *choice == value) {
            Some(at) if forward => (at + 1) % count,
            Some(at) => (at + count - 1) % count,
            // A number that somebody wrote between two of the choices.
            None => {
                let above = setting.choices.iter().position(|one| number(one) > number(&value));
                let above = above.unwrap_or(0);
                if forward { above } else { (above + count - 1) % count }
            }
        };
        Some((setting.name, setting.choices.get(at)?))
    }

    fn setting(&self) -> &'static SettingInfo {
        &SETTINGS[self.chosen.min(SETTINGS.len() - 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::Settings;

    #[test]
    fn values_follow_one_another_and_a_number_between_goes_to_its_neighbours() {
        let settings = Settings { lock_after_minutes: 7, ..Settings::default() };
        let seen = Some(SettingsSeen { settings, ..SettingsSeen::default() });
        let mut screen = SettingsScreen { seen, ..SettingsScreen::default() };
        assert_eq!(screen.next_value(false), Some(("nation", "\"Northern Ireland\"")));
        assert_eq!(screen.next_value(true), Some(("nation", "\"Wales\"")));
        screen.chosen = SETTINGS.len() - 1;
        assert_eq!(screen.next_value(true), Some(("lock_after_minutes", "10")));
        assert_eq!(screen.next_value(false), Some(("lock_after_minutes", "5")));
    }
}
