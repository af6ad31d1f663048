//! Seeing and changing the settings on the screens.

use std::fs;

use crate::support::{Home, Key, Launch};

#[test]
fn a_setting_changed_on_the_screen_is_in_the_file_counts_at_once_and_keeps_the_comments() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let home = Home::new();
        let config = home.path().join("config");
        fs::create_dir(&config).expect("a folder");
        let file = config.join("settings.toml");
        fs::write(&file, "# ours\nbell = true # for Sam\n").expect("written");
        let mut terminal = Launch::new(&home).size(columns, rows).go();
        terminal.wait_for("Search");
        terminal.press(&[Key::F(9)]);
        terminal.wait_for("settings.toml, line 2");
        // From “auto” to “dark”: seen in the file, and on the screen at once.
        terminal.press(&[Key::Down, Key::Right]);
        terminal.wait_for("Saved in");
        terminal.wait_for("‹ \"dark\" ›");
        terminal.press(&[Key::Down, Key::Right]);
        // Lines drawn with a plain keyboard.
        terminal.wait_until("no line drawn", |shot| !shot.shows("─") && shot.shows("ascii"));
        let text = fs::read_to_string(&file).expect("read");
        assert_eq!(text, "# ours\nbell = true # for Sam\ntheme = \"dark\"\nascii = true\n");
        // A mistake made meanwhile is never written over.
        fs::write(&file, "bell = = true\n").expect("written");
        terminal.press(&[Key::Right]);
        terminal.wait_for("so nothing was changed");
        assert_eq!(fs::read_to_string(&file).expect("read"), "bell = = true\n");
        terminal.press(&[Key::Esc]);
        terminal.wait_gone("lock_after_minutes");
        terminal.quit();
    }
}

#[test]
fn an_action_has_the_key_of_the_settings_in_the_bottom_line_help_and_commands() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let home = Home::new();
        let config = home.path().join("config");
        fs::create_dir(&config).expect("a folder");
        let lines = "[keys]\ncopy-citation = \"Ctrl-D\"\ngo-insight = \"F11\"\nquit = \"Esc\"\n";
        fs::write(config.join("settings.toml"), lines).expect("written");
        let mut terminal = Launch::new(&home).size(columns, rows).go();
        // What cannot hold is named with its line, and the rest holds.
        terminal.wait_for("settings.toml:4");
        terminal.wait_for("Ctrl-D copy citation");
        terminal.wait_for("Insight F11");
        terminal.press(&[Key::F(1)]);
        terminal.wait_until("the new key in help", |shot| {
            let said = |key: &str| {
                let mut rows = shot.rows.iter();
                rows.any(|row| row.contains(key) && row.contains("Copy the citation"))
            };
            said("Ctrl-D") && !said("Ctrl-Y")
        });
        terminal.press(&[Key::Esc, Key::Ctrl('p')]);
        terminal.keys("copy the citation");
        terminal.wait_until("the command with its key", |shot| {
            shot.rows.iter().any(|row| row.contains("Copy the citation") && row.contains("Ctrl-D"))
        });
        terminal.press(&[Key::Esc]);
        terminal.wait_gone("Commands");
        // The old key does nothing, the new one does what it says.
        terminal.press(&[Key::F(5), Key::Ctrl('d')]);
        terminal.wait_for("Copied");
        terminal.press(&[Key::F(11)]);
        terminal.wait_for("There is no vault for confidential notes yet");
        terminal.quit();
    }
}

#[test]
fn a_search_of_the_command_line_opens_on_the_screens_with_its_filters() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let home = Home::new();
        let args = ["search", "nudes", "year", "9", "--nation", "Wales", "--tui"];
        let mut terminal = Launch::new(&home).args(&args).size(columns, rows).go();
        terminal.wait_for("nudes year 9");
        terminal.wait_until("results for Wales", |shot| shot.shows("Wales") && shot.shows("▌"));
        terminal.quit();
    }
}
