//! The tabs, and the dialogs that every screen has.

use caseclinic::app::{Code, Dialog, Key, SaveStatus, Screen, VaultStatus};

use crate::stage::{SIZES, Stage, check_look, pictures, practice};

#[test]
fn tabs_and_the_state_of_the_vault_have_room_at_every_width() {
    let unusable = || VaultStatus::Unusable("It cannot be read.".to_owned());
    let not_saved = || SaveStatus::NotSaved("The disk is full.".to_owned());
    let busy = || Some("Open in another window.".to_owned());
    for columns in [60, 61, 70, 79, 80, 99, 100, 119, 120, 140, 200] {
        let states = [
            (VaultStatus::Missing, None, SaveStatus::Nothing, "no vault yet"),
            (VaultStatus::Locked, None, SaveStatus::Nothing, "vault locked"),
            (VaultStatus::Open, None, SaveStatus::Nothing, "● vault open"),
            (VaultStatus::Open, busy(), SaveStatus::Nothing, "read-only"),
            (unusable(), None, SaveStatus::Nothing, "! vault not usable"),
            (VaultStatus::Open, None, not_saved(), "! NOT SAVED"),
        ];
        for (vault, read_only, saving, said) in states {
            let mut stage = Stage::new((columns, 24));
            stage.model.vault = vault;
            stage.model.read_only = read_only;
            stage.model.saving = saving;
            let text = stage.text();
            let mut line = text.lines().next().expect("the tabs");
            for name in ["Search", "Clinics", "Actions", "Insight"] {
                let behind = line.split_once(name);
                line = behind.unwrap_or_else(|| panic!("no {name} at {columns}: {text}")).1;
            }
            let line = line.strip_prefix(" F5").unwrap_or(line);
            assert!(line.starts_with("   ") && line.ends_with(said), "{columns}: {text}");
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
    assert!([Screen::Vault, Screen::Locked].map(tabs) == [false; 2]);
}

#[test]
fn help_and_the_palette() {
    pictures("help", |stage| {
        stage.press(Code::F(1));
        check_look(stage);
    });
    pictures("palette", |stage| {
        stage.key(Key::ctrl(Code::Char('p')));
        check_look(stage);
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
