//! The dialogs that every screen has.

use caseclinic::app::{Code, Dialog, Key};

use crate::stage::{Stage, check_look, pictures, practice};

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
