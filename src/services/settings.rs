//! The settings file: few things, each with a default, and never a reason not to start.
//!
//! `settings.toml` in the configuration folder. A mistake in it is named with file, line and the
//! nearest name; what can be understood is used, everything else keeps its default. Changing one
//! setting changes its value in the text of the file: comments and all else stay as they are.

use std::{
    collections::BTreeMap,
    env, fs, io,
    io::Write as _,
    ops::Range,
    path::{Path, PathBuf},
};

use rand::{RngCore as _, rngs::OsRng};
use toml::de::DeValue;

use crate::{
    knowledge::Nation,
    system::disk,
    text::{
        Problem, Severity, SourceFile, clean_line,
        toml_file::{TomlFile, nearest_name, unknown_keys},
    },
};

/// Minutes without a key after which the vault locks itself, unless the settings say otherwise.
pub(crate) const LOCK_AFTER: i64 = 5;

/// Larger than any settings file.
const MAX_BYTES: u64 = 64 * 1024;

/// The table that gives actions other keys; `app/keymap/changed.rs` reads it.
pub(crate) const KEYS_TABLE: &str = "keys";

const SWITCH: &[&str] = &["false", "true"];

/// A setting as people choose it.
#[derive(Debug)]
pub struct SettingInfo {
    /// Its name in the file.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    /// The values to choose from, as they are written in the file.
    pub choices: &'static [&'static str],
    /// Whether a change counts at once, not only after the program is started again.
    pub is_immediate: bool,
}

/// Every setting, in the order of the page and of the guide.
pub const SETTINGS: [SettingInfo; 8] = [
    SettingInfo {
        name: "nation",
        does: "Where you work. What applies there comes first in a search, and whom to call there comes first in an emergency.",
        choices: &["\"England\"", "\"Wales\"", "\"Scotland\"", "\"Northern Ireland\""],
        is_immediate: false,
    },
    SettingInfo {
        name: "theme",
        does: "Colours: \"auto\" follows the background of your terminal, \"terminal\" uses the sixteen colours you chose there, \"monochrome\" uses none.",
        choices: &[
            "\"auto\"",
            "\"dark\"",
            "\"light\"",
            "\"high-contrast\"",
            "\"terminal\"",
            "\"monochrome\"",
        ],
        is_immediate: true,
    },
    SettingInfo {
        name: "ascii",
        does: "Draw lines and signs with the letters and marks of a plain keyboard, such as > and x.",
        choices: SWITCH,
        is_immediate: true,
    },
    SettingInfo {
        name: "reduced_motion",
        does: "Change the clock of a clinic once a minute, not every second.",
        choices: SWITCH,
        is_immediate: true,
    },
    SettingInfo {
        name: "remember_searches",
        does: "Keep the last twenty searches that led to an entry, made outside a clinic. false keeps none, and forgets earlier ones.",
        choices: SWITCH,
        is_immediate: true,
    },
    SettingInfo {
        name: "mouse",
        does: "Click rows and filters, and scroll with the wheel. Most terminals then let you select text only while you hold Shift.",
        choices: SWITCH,
        is_immediate: true,
    },
    SettingInfo {
        name: "bell",
        does: "Sound the bell of the terminal two minutes before a stage ends, and at its end.",
        choices: SWITCH,
        is_immediate: true,
    },
    SettingInfo {
        name: "lock_after_minutes",
        does: "Minutes without a key until the vault locks itself: 1 to 60. It cannot be turned off.",
        choices: &["1", "2", "3", "5", "10", "15", "20", "30", "45", "60"],
        is_immediate: true,
    },
];

/// Names at the top of the file.
const NAMES: [&str; SETTINGS.len() + 1] = {
    let mut names = [KEYS_TABLE; SETTINGS.len() + 1];
    let mut at = 0;
    while at < SETTINGS.len() {
        names[at] = SETTINGS[at].name;
        at += 1;
    }
    names
};

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
    const ALL: [Self; 6] =
        [Self::Auto, Self::Dark, Self::Light, Self::HighContrast, Self::Terminal, Self::Monochrome];

    /// Returns its name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high-contrast",
            Self::Terminal => "terminal",
            Self::Monochrome => "monochrome",
        }
    }

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
        match text_of(&path) {
            Ok(text) => Self::parse(&name, &text),
            Err(why) => unreadable(why),
        }
    }

    /// Returns the value of a setting as it is written in the file.
    pub fn value(&self, name: &str) -> String {
        let quoted = |text: &str| format!("\"{text}\"");
        match name {
            "nation" => quoted(&self.nation.to_string()),
            "theme" => quoted(self.theme.name()),
            "ascii" => self.ascii.to_string(),
            "reduced_motion" => self.reduced_motion.to_string(),
            "remember_searches" => self.remember_searches.to_string(),
            "mouse" => self.mouse.to_string(),
            "bell" => self.bell.to_string(),
            "lock_after_minutes" => self.lock_after_minutes.to_string(),
            _ => String::new(),
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
        let all = SETTINGS.map(|setting| setting.name).join(", ");
        for (key, span) in unknown_keys(toml.table(), &NAMES) {
            let message = format!("There is no setting called `{key}`.");
            let advice = match nearest_name(key, NAMES) {
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
                let named = |theme: &ThemeChoice| value.as_str() == Some(theme.name());
                self.theme = ThemeChoice::ALL.into_iter().find(named).ok_or(
                    "Write \"auto\", \"dark\", \"light\", \"high-contrast\", \"terminal\" or \"monochrome\".",
                )?;
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

/// The keys that the file gives to actions, by the names of both as they are written.
#[derive(Clone, Debug)]
pub struct KeySettings {
    /// The file, for problems.
    pub file: SourceFile,
    /// A row for each action.
    pub rows: Vec<KeyRow>,
    /// What is wrong with the way they are written.
    pub problems: Vec<Problem>,
}

/// An action and its keys, with their places in the file.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// The action.
    pub name: String,
    /// Where it stands.
    pub place: Range<usize>,
    /// The keys, with their places.
    pub keys: Vec<(String, Range<usize>)>,
}

impl KeySettings {
    /// Reads the file. One that cannot be read at all gives no key: [`Settings::read`] says so.
    pub fn read(config: &Path) -> Self {
        let path = config.join("settings.toml");
        Self::parse(&path.display().to_string(), &text_of(&path).unwrap_or_default())
    }

    pub(crate) fn parse(name: &str, text: &str) -> Self {
        const FORM: &str = "Write a key in quotation marks, or several in square brackets.";
        let file = SourceFile::new(name, text);
        let mut keys = Self { file: file.clone(), rows: Vec::new(), problems: Vec::new() };
        let Ok(toml) = TomlFile::parse(file, text, 0) else { return keys };
        let Some(table) = toml.table().get(KEYS_TABLE) else { return keys };
        let DeValue::Table(actions) = table.get_ref() else {
            let message = format!("`{KEYS_TABLE}` is a table.");
            let advice = "Write [keys] on a line of its own, and below it lines such as new-clinic = \"Ctrl-D\".";
            keys.problems.push(keys.file.error("wrong-value", table.span(), message, advice));
            return keys;
        };
        for (name, value) in actions {
            let texts = match value.get_ref() {
                DeValue::String(_) => vec![value],
                DeValue::Array(values) => values.iter().collect(),
                _ => Vec::new(),
            };
            let is_list = matches!(value.get_ref(), DeValue::Array(_));
            let texts: Option<Vec<_>> = texts
                .iter()
                .map(|one| Some((clean_line(one.get_ref().as_str()?), one.span())))
                .collect();
            let name = clean_line(name.get_ref());
            match texts.filter(|texts| is_list || !texts.is_empty()) {
                Some(texts) => {
                    keys.rows.push(KeyRow { name, place: value.span(), keys: texts });
                }
                None => {
                    let message = format!("`{name}` has no key.");
                    keys.problems.push(keys.file.error("wrong-value", value.span(), message, FORM));
                }
            }
        }
        keys.rows.sort_by_key(|row| row.place.start);
        keys
    }
}

/// The text of the file; empty if there is none. The error is a sentence.
fn text_of(path: &Path) -> Result<String, String> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        Ok(facts) if facts.len() > MAX_BYTES => {
            return Err("This file is too large for a settings file.".to_owned());
        }
        _ => {}
    }
    fs::read_to_string(path).map_err(|error| format!("The settings file cannot be read: {error}."))
}

/// The settings with where each comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsSeen {
    /// What counts.
    pub settings: Settings,
    /// The file, whether it is there or not.
    pub file: String,
    /// The line of each setting that the file holds and that is understood.
    pub lines: BTreeMap<String, usize>,
    /// What is wrong with the file.
    pub problems: Vec<Problem>,
    /// Whether `NO_COLOR` turns colours off, whatever the theme.
    pub is_without_colour: bool,
}

/// The settings file, to be seen and changed.
pub struct SettingsFile {
    path: PathBuf,
}

impl SettingsFile {
    /// The file in the configuration folder.
    pub fn in_folder(config: &Path) -> Self {
        Self { path: config.join("settings.toml") }
    }

    /// Reads the settings, and where each comes from.
    pub fn read(&self) -> SettingsSeen {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let (settings, problems) = Settings::read(folder);
        let text = text_of(&self.path).unwrap_or_default();
        let name = self.path.display().to_string();
        let mut lines = BTreeMap::new();
        if let Ok(toml) = TomlFile::parse(SourceFile::new(&name, &text), &text, 0) {
            for (key, value) in toml.table() {
                let is_wrong = Settings::default().set(key.get_ref(), value.get_ref()).is_err();
                let before = &text[..key.span().start];
                if !is_wrong {
                    lines.insert(key.get_ref().to_string(), before.matches('\n').count() + 1);
                }
            }
        }
        let is_without_colour = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        SettingsSeen { settings, file: clean_line(&name), lines, problems, is_without_colour }
    }

    /// Writes one setting into the file, which keeps its comments and everything else. Fails with a
    /// sentence, and changes nothing, if the file cannot be understood or written.
    pub fn change(&self, name: &str, value: &str) -> Result<SettingsSeen, String> {
        let shown = clean_line(&self.path.display().to_string());
        let text = text_of(&self.path).map_err(|why| format!("{shown}: {why}"))?;
        let changed = with_value(&text, name, value).map_err(|line| {
            format!(
                "{shown}:{line}: this line cannot be understood, so nothing was changed. Correct \
                 or delete it first."
            )
        })?;
        self.write(&changed).map_err(|error| {
            format!("{shown} cannot be written: {error}. Nothing was changed. Check the folder.")
        })?;
        Ok(self.read())
    }

    fn write(&self, text: &str) -> io::Result<()> {
        // A link to a file elsewhere stays one.
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let folder = path.parent().unwrap_or(Path::new("."));
        disk::make_private_folders(folder)?;
        let beside = folder.join(format!(".settings-{:016x}", OsRng.next_u64()));
        let write = || -> io::Result<()> {
            let mut file =
                disk::private_file_options().write(true).create_new(true).open(&beside)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            if let Ok(facts) = fs::metadata(&path) {
                if facts.permissions().readonly() {
                    return Err(io::ErrorKind::PermissionDenied.into());
                }
                fs::set_permissions(&beside, facts.permissions())?;
            }
            fs::rename(&beside, &path)
        };
        let written = write();
        if written.is_err() {
            // Only tidying: the error that counts is already known.
            let _ = fs::remove_file(&beside);
        }
        written?;
        disk::sync_any_folder(folder)
    }
}

/// The text of a settings file with another value; the error is the line that cannot be understood.
fn with_value(text: &str, name: &str, value: &str) -> Result<String, usize> {
    let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let source = SourceFile::new("settings.toml", text);
    let toml = TomlFile::parse(source, text, 0).map_err(|error| line_of(error.span().start))?;
    if let Some(old) = toml.table().get(name) {
        let span = old.span();
        return Ok(format!("{}{value}{}", &text[..span.start], &text[span.end..]));
    }
    // What follows the head of a table belongs to it.
    let is_table = |value: &DeValue<'_>| matches!(value, DeValue::Table(_));
    let plain = toml.table().iter().filter(|(_, value)| !is_table(value.get_ref()));
    let at = match plain.map(|(_, value)| value.span().end).max() {
        Some(end) => text[end..].find('\n').map_or(text.len(), |line| end + line + 1),
        None => {
            let mut lines = text.split_inclusive('\n').scan(0, |end, line| {
                *end += line.len();
                Some((*end - line.len(), line))
            });
            lines
                .find(|(_, line)| line.trim_start().starts_with('['))
                .map_or(text.len(), |(at, _)| at)
        }
    };
    let end = if at > 0 && !text[..at].ends_with('\n') { "\n" } else { "" };
    Ok(format!("{}{end}{name} = {value}\n{}", &text[..at], &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_changed_and_comments_tables_and_unknown_lines_stay() {
        for (before, after) in [
            ("", "bell = true\n"),
            ("# mine", "# mine\nbell = true\n"),
            ("bell = false # loud\nmine = 3\n", "bell = true # loud\nmine = 3\n"),
            (
                "# mine\ntheme = \"dark\" # calm\n\n[keys]\nfind = \"Ctrl-F\"\n",
                "# mine\ntheme = \"dark\" # calm\nbell = true\n\n[keys]\nfind = \"Ctrl-F\"\n",
            ),
            ("# mine\n[keys]\nx = \"y\"\n", "# mine\nbell = true\n[keys]\nx = \"y\"\n"),
            ("ascii=true", "ascii=true\nbell = true\n"),
            ("ascii = true\r\nbell = false\r\n", "ascii = true\r\nbell = true\r\n"),
        ] {
            assert_eq!(with_value(before, "bell", "true").as_deref(), Ok(after), "{before}");
            assert!(Settings::parse("settings.toml", after).0.bell, "{after}");
        }
        assert_eq!(with_value("ascii = true\nbell = = 1\n", "bell", "true"), Err(2));
    }

    #[test]
    fn every_choice_is_read_as_the_value_it_names() {
        for setting in &SETTINGS {
            for choice in setting.choices {
                let text = format!("{} = {choice}\n", setting.name);
                let (settings, problems) = Settings::parse("settings.toml", &text);
                assert!(problems.is_empty(), "{text}");
                assert_eq!(settings.value(setting.name), *choice);
            }
            let default = Settings::default().value(setting.name);
            assert!(setting.choices.contains(&default.as_str()), "{default}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_change_is_written_whole_through_a_link_and_a_broken_file_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let (config, elsewhere) = (folder.path().join("config"), folder.path().join("mine.toml"));
        let file = SettingsFile::in_folder(&config);
        let seen = file.change("theme", "\"light\"").expect("written");
        assert_eq!(seen.settings.theme, ThemeChoice::Light);
        assert_eq!(seen.lines.get("theme"), Some(&1));
        fs::rename(config.join("settings.toml"), &elsewhere).expect("moved");
        std::os::unix::fs::symlink(&elsewhere, config.join("settings.toml")).expect("a link");
        file.change("bell", "true").expect("written");
        let text = fs::read_to_string(&elsewhere).expect("read");
        assert_eq!(text, "theme = \"light\"\nbell = true\n");
        fs::write(&elsewhere, "bell = maybe\n").expect("written");
        let refused = file.change("bell", "true").expect_err("it is broken");
        assert!(refused.contains("settings.toml:1: this line cannot be understood"), "{refused}");
        assert_eq!(fs::read_to_string(&elsewhere).expect("read"), "bell = maybe\n");
        let left = fs::read_dir(folder.path()).expect("listed").flatten();
        assert!(left.into_iter().all(|one| !one.file_name().to_string_lossy().starts_with('.')));
    }

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
