//! The tabs, and the dialogs that every screen has.

use caseclinic::{
    app::{Code, Dialog, Key, Message, RecoveryShown, SaveStatus, Screen, VaultStatus},
    knowledge::Nation,
    services::SettingsFile,
};

use crate::stage::{SIZES, Stage, pictures, practice};

#[test]
fn tabs_and_the_state_of_the_vault_have_room_at_every_width() {
    let unusable = || VaultStatus::Unusable("It cannot be read.".to_owned());
    let not_saved = || SaveStatus::NotSaved("The disk is full.".to_owned());
    let busy = || Some("Open in another window.".to_owned());
    for columns in [60, 61, 70, 79, 80, 99, 100, 119, 120, 140, 200] {
        let read_only = if columns < 65 { "! read-only" } else { "! vault open, read-only" };
        let states = [
            (VaultStatus::Missing, None, SaveStatus::Nothing, "no vault yet"),
            (VaultStatus::Locked, None, SaveStatus::Nothing, "vault locked"),
            (VaultStatus::Open, None, SaveStatus::Nothing, "● vault open"),
            (VaultStatus::Open, busy(), SaveStatus::Nothing, read_only),
            (unusable(), None, SaveStatus::Nothing, "! vault not usable"),
            (VaultStatus::Open, None, not_saved(), "! NOT SAVED"),
        ];
        for (vault, read_only, saving, said) in states {
            let mut stage = Stage::new((columns, 24));
            stage.model.vault = vault;
            stage.model.read_only = read_only;
            stage.model.saving = saving;
            let text = stage.text();
            let line = text.lines().next().expect("the tabs");
            let tabs = if columns < 80 {
                "Search   Clinics   Actions   Insight"
            } else {
                "Search F2   Clinics F3   Actions F4   Insight F5"
            };
            let name = if columns < 100 { "" } else { "caseclinic    " };
            let margin = if columns < 120 { " " } else { "  " };
            let tabs = format!("{margin}{name}{tabs}   ");
            assert!(line.starts_with(&tabs) && line.ends_with(said), "{columns}: {text}");
            let width = usize::from(columns) - margin.len();
            assert_eq!(line.chars().count(), width, "{columns}: {text}");
        }
    }
}

#[test]
fn the_open_tab_is_marked_and_the_vault_and_the_lock_are_none() {
    let tabs = |screen| {
        let mut stage = Stage::new(SIZES[0]);
        stage.model.screen = screen;
        let picture = stage.picture();
        picture.lines().nth(1).expect("the roles of the tabs").contains("chosen")
    };
    assert!(
        [Screen::Search, Screen::Clinics, Screen::Actions, Screen::Insight].map(tabs) == [true; 4]
    );
    assert!([Screen::Vault, Screen::Settings, Screen::Locked].map(tabs) == [false; 3]);
}

#[test]
fn settings_say_their_values_where_they_come_from_and_what_the_chosen_one_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "# ours\ntheme = \"high-contrast\"\nbel = true\n";
    std::fs::write(folder.path().join("settings.toml"), text).expect("written");
    let mut seen = SettingsFile::in_folder(folder.path()).read();
    seen.file = "/home/asha/.config/caseclinic/settings.toml".to_owned();
    seen.is_without_colour = false;
    pictures("settings", |stage| {
        stage.press(Code::F(9));
        stage.apply_event(Message::SettingsRead(Box::new(seen.clone())));
        stage.press(Code::Down);
    });
    pictures("settings-saved", |stage| {
        stage.press(Code::F(9));
        let mut seen = seen.clone();
        seen.problems.clear();
        stage.apply_event(Message::SettingsRead(Box::new(seen.clone())));
        seen.settings.nation = Nation::Wales;
        seen.lines.insert("nation".to_owned(), 4);
        let changed = Message::SettingChanged { name: "nation", seen: Ok(Box::new(seen)) };
        stage.apply_event(changed);
    });
}

#[test]
fn help_and_the_palette() {
    pictures("help", |stage| {
        stage.press(Code::F(1));
    });
    pictures("palette", |stage| {
        stage.key(Key::ctrl(Code::Char('p')));
        stage.type_in("clinic");
    });
}

#[test]
fn every_command_is_told_in_full_and_the_chosen_one_is_in_view_at_every_size() {
    for size in [(60, 18), (80, 24), (120, 36)] {
        for begin in [|_: &mut Stage| {}, practice as fn(&mut Stage)] {
            let mut stage = Stage::new(size);
            begin(&mut stage);
            stage.key(Key::ctrl(Code::Char('p')));
            let Some(Dialog::Palette(palette)) = &stage.model.dialog else { panic!("no commands") };
            let told: Vec<&str> = palette.rows().into_iter().map(|(_, text, _)| text).collect();
            let mut seen = String::new();
            for _ in &told {
                let picture = stage.picture();
                assert!(picture.contains("chosen"), "{size:?}: {picture}");
                seen.push_str(&picture);
                stage.press(Code::Down);
            }
            for word in told.iter().flat_map(|text| text.split_whitespace()) {
                assert!(seen.contains(word), "{size:?}: {word}");
            }
        }
    }
}

/// As far as keys go down, and the first key back moves what is in view.
fn scrolls_to_its_end(stage: &mut Stage, last: &str) {
    for size in [(60, 18), (80, 24), (120, 36)] {
        stage.apply_event(Message::Resized { columns: size.0, rows: size.1 });
        let start = stage.text();
        for key in [Code::Down, Code::PageDown] {
            for _ in 0..200 {
                stage.press(key);
            }
        }
        let end = stage.text();
        assert!(end.contains(last), "{size:?}: {end}");
        stage.press(Code::Up);
        if end != start {
            assert_ne!(stage.text(), end, "{size:?}");
        }
        for _ in 0..200 {
            stage.press(Code::Up);
        }
        assert_eq!(stage.text(), start, "{size:?}");
    }
}

#[test]
fn what_is_scrolled_ends_with_its_last_line_and_goes_back_at_once() {
    let mut stage = Stage::new(SIZES[0]);
    stage.press(Code::F(1));
    scrolls_to_its_end(&mut stage, "Save and quit");

    let mut stage = Stage::new(SIZES[0]);
    practice(&mut stage);
    let text: String = (1..=90).map(|number| format!("Line {number} to read aloud.\n")).collect();
    let title = "To read aloud".to_owned();
    stage.model.dialog = Some(Dialog::Reading { title, text, top: 0 });
    scrolls_to_its_end(&mut stage, "Line 90 to read aloud.");

    let mut stage = Stage::new(SIZES[0]);
    stage.key(Key::ctrl(Code::Char('n')));
    stage.press(Code::Enter);
    let sheet: String = (1..=60).map(|number| format!("# sheet, line {number}\n")).collect();
    stage.apply_event(Message::VaultCreated(RecoveryShown {
        renewed: false,
        sheet: sheet.clone().into(),
        copied: sheet.into(),
        question: "Group 2 of the key:".to_owned(),
        confirms: Box::new(|typed| typed == "BBBBBB"),
    }));
    scrolls_to_its_end(&mut stage, "# sheet, line 60");
}
