//! The settings file: few things, each with a default, and never a reason not to start.
//!
//! `settings.toml` in the configuration folder. A mistake in it is named with file, line and the
//! nearest name; what can be understood is used, everything else keeps its default.

use std::{fs, io, path::Path};

use toml::de::DeValue;

use crate::{
    knowledge::Nation,
    text::{
        Problem, Severity, SourceFile,
        toml_file::{TomlFile, nearest_name, unknown_keys},
    },
};

/// Minutes without a key after which the vault locks itself, unless the settings say otherwise.
pub(crate) const LOCK_AFTER: i64 = 5;

/// Larger than any settings file.
const MAX_BYTES: u64 = 64 * 1024;

const KEYS: [&str; 8] = [
    "nation",
    "theme",
    "ascii",
    "reduced_motion",
    "remember_searches",
    "mouse",
    "bell",
    "lock_after_minutes",
];

/// Where a person may work.
const NATIONS: [Nation; 4] =
    [Nation::England, Nation::Wales, Nation::Scotland, Nation::NorthernIreland];

/// Minutes after which the vault may lock itself. There is no “never”.
const MINUTES: std::ops::RangeInclusive<i64> = 1..=60;

/// What a person can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where the person works: what holds there comes first.
    pub nation: Nation,
    /// How meanings look.
    pub theme: ThemeChoice,
    /// Lines and signs are drawn with ASCII alone.
    pub ascii: bool,
    /// The clock is redrawn once a minute instead of every second.
    pub reduced_motion: bool,
    /// Searches that led to an entry are remembered.
    pub remember_searches: bool,
    /// Clicks and the wheel are for this program, and no longer for the terminal's selection.
    pub mouse: bool,
    /// The terminal's bell rings when two minutes of a stage are left, and when its time is up.
    pub bell: bool,
    /// Minutes without a key after which the vault locks itself: 1 to 60.
    pub lock_after_minutes: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            nation: Nation::England,
            theme: ThemeChoice::default(),
            ascii: false,
            reduced_motion: false,
            remember_searches: true,
            mouse: false,
            bell: false,
            lock_after_minutes: LOCK_AFTER,
        }
    }
}

/// The looks there are. `NO_COLOR`, set to anything, turns colours off whichever is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// By the ground and the colours the terminal has.
    #[default]
    Auto,
    /// For a dark ground.
    Dark,
    /// For a light ground.
    Light,
    /// White on black, or black on white on a light ground.
    HighContrast,
    /// The terminal's own sixteen colours.
    Terminal,
    /// No colour at all.
    Monochrome,
}

impl ThemeChoice {
    /// Whether it looks different on a light ground.
    pub fn depends_on_ground(self) -> bool {
        matches!(self, Self::Auto | Self::HighContrast | Self::Terminal)
    }
}

impl Settings {
    /// Reads the file, if there is one.
    pub fn read(config: &Path) -> (Self, Vec<Problem>) {
        let path = config.join("settings.toml");
        let name = path.display().to_string();
        let unreadable = |why: String| {
            let advice = "Fix or delete the file. Until then, the default settings are used.";
            let problem = Problem::of_file(&name, Severity::Error, "unreadable", why, advice);
            (Self::default(), vec![problem])
        };
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return (Self::default(), Vec::new());
            }
            Ok(facts) if facts.len() > MAX_BYTES => {
                return unreadable("This file is too large for a settings file.".to_owned());
            }
            _ => {}
        }
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&name, &text),
            Err(error) => unreadable(format!("The settings file cannot be read: {error}.")),
        }
    }

    fn parse(name: &str, text: &str) -> (Self, Vec<Problem>) {
        let file = SourceFile::new(name, text);
        let mut settings = Self::default();
        let mut problems = Vec::new();
        let toml = match TomlFile::parse(file.clone(), text, 0) {
            Ok(toml) => toml,
            Err(error) => {
                let summary = "This line cannot be understood";
                let advice = "Write each setting on its own line, as `name = value`.";
                problems.push(error.to_problem(&file, "not-toml", summary, advice));
                return (settings, problems);
            }
        };
        let all = KEYS.join(", ");
        for (key, span) in unknown_keys(toml.table(), &KEYS) {
            let message = format!("There is no setting called `{key}`.");
            let advice = match nearest_name(key, KEYS) {
                Some(nearest) => format!("Did you mean `{nearest}`? The settings are: {all}."),
                None => format!("The settings are: {all}."),
            };
            problems.push(file.error("unknown-key", span, message, advice));
        }
        for (key, value) in toml.table() {
            if let Err(advice) = settings.set(key.get_ref(), value.get_ref()) {
                let message = format!("`{}` cannot have this value.", key.get_ref());
                problems.push(file.error("wrong-value", value.span(), message, advice));
            }
        }
        problems.sort_by_key(|problem| problem.line);
        (settings, problems)
    }

    /// Sets one value; the error says how to write it.
    fn set(&mut self, key: &str, value: &DeValue<'_>) -> Result<(), &'static str> {
        let switch = || value.as_bool().ok_or("Write true or false, without quotation marks.");
        match key {
            "nation" => {
                let nation = value.as_str().and_then(|name| name.parse().ok());
                self.nation = nation
                    .filter(|nation| NATIONS.contains(nation))
                    .ok_or("Write \"England\", \"Wales\", \"Scotland\" or \"Northern Ireland\".")?;
            }
            "theme" => {
                self.theme = match value.as_str() {
                    Some("auto") => ThemeChoice::Auto,
                    Some("dark") => ThemeChoice::Dark,
                    Some("light") => ThemeChoice::Light,
                    Some("high-contrast") => ThemeChoice::HighContrast,
                    Some("terminal") => ThemeChoice::Terminal,
                    Some("monochrome") => ThemeChoice::Monochrome,
                    _ => {
                        return Err(
                            "Write \"auto\", \"dark\", \"light\", \"high-contrast\", \"terminal\" or \"monochrome\".",
                        );
                    }
                }
            }
            "ascii" => self.ascii = switch()?,
            "reduced_motion" => self.reduced_motion = switch()?,
            "remember_searches" => self.remember_searches = switch()?,
            "mouse" => self.mouse = switch()?,
            "bell" => self.bell = switch()?,
            "lock_after_minutes" => {
                let number = value.as_integer();
                let minutes =
                    number.and_then(|it| i64::from_str_radix(it.as_str(), it.radix()).ok());
                self.lock_after_minutes = minutes.filter(|minutes| MINUTES.contains(minutes)).ok_or(
                    "Write a whole number of minutes from 1 to 60. The lock cannot be turned off.",
                )?;
            }
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_means_the_defaults_and_no_complaint() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(Settings::read(folder.path()), (Settings::default(), Vec::new()));
    }

    #[test]
    fn what_is_understood_is_used_and_the_rest_is_named_with_its_line() {
        let text = "theme = \"monochrome\"\nreduced_motoin = true\nreduced_motion = \"yes\"\n";
        let (settings, problems) = Settings::parse("settings.toml", text);
        assert_eq!(settings.theme, ThemeChoice::Monochrome);
        let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [2, 3]);
        assert!(problems[0].advice.contains("`reduced_motion`"));
    }

    #[test]
    fn the_nation_is_england_unless_another_is_set() {
        assert_eq!(Settings::default().nation, Nation::England);
        let read = |value: &str| Settings::parse("settings.toml", &format!("nation = {value}\n"));
        for (value, nation) in
            [("\"Wales\"", Nation::Wales), ("\"northern ireland\"", Nation::NorthernIreland)]
        {
            let (settings, problems) = read(value);
            assert!(problems.is_empty() && settings.nation == nation, "{value}");
        }
        for value in ["\"UK\"", "\"Cornwall\"", "3"] {
            let (settings, problems) = read(value);
            assert_eq!((settings.nation, problems.len()), (Nation::England, 1), "{value}");
        }
    }

    #[test]
    fn searches_are_remembered_and_the_mouse_is_left_to_the_terminal_unless_said_otherwise() {
        let settings = Settings::default();
        assert!(settings.remember_searches && !settings.mouse);
        let (settings, problems) =
            Settings::parse("settings.toml", "remember_searches = false\nmouse = true\n");
        assert!(!settings.remember_searches && settings.mouse && problems.is_empty());
    }

    #[test]
    fn the_vault_locks_itself_after_one_to_sixty_minutes_and_never_not_at_all() {
        assert_eq!(Settings::default().lock_after_minutes, 5);
        let read = |value: &str| {
            Settings::parse("settings.toml", &format!("lock_after_minutes = {value}\n"))
        };
        for (value, minutes) in [("1", 1), ("60", 60)] {
            let (settings, problems) = read(value);
            assert!(problems.is_empty() && settings.lock_after_minutes == minutes);
        }
        for value in ["0", "61", "-5", "\"never\"", "false", "99999999999999999999", "1.5"] {
            let (settings, problems) = read(value);
            assert_eq!((settings.lock_after_minutes, problems.len()), (5, 1), "{value}");
        }
    }

    #[test]
    fn nonsense_is_named_and_the_defaults_hold() {
        let (settings, problems) = Settings::parse("settings.toml", "theme = = 3");
        assert_eq!(settings, Settings::default());
        assert_eq!(problems[0].line, 1);
    }
}
