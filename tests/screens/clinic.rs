//! A clinic under way: what is said beside a field, before completing, while somebody places.

use caseclinic::{
    app::{Code, ControlId, Key, Message, SaveStatus},
    vault::NoteId,
};

use super::stage::{SIZES, Stage, open_stage, pictures, practice};

#[test]
fn identifiers_and_wording_are_pointed_out_while_typing_and_before_completing() {
    let written = |stage: &mut Stage| {
        practice(stage);
        open_stage(stage, '2');
        stage.press(Code::Home);
        stage.type_in("The perpetrator, born 3 May 2012, said: ");
    };
    pictures("clinic-identifier", |stage| written(stage));
    pictures("clinic-words", |stage| {
        written(stage);
        stage.press(Code::Home);
    });
    pictures("clinic-names", |stage| {
        written(stage);
        stage.key(Key::ctrl(Code::Char('n')));
        stage.type_in("Robin Ash");
    });
    let complete = |stage: &mut Stage, leave: Key| {
        written(stage);
        open_stage(stage, '5');
        stage.key(leave);
        stage.type_in("shown for the picture");
        stage.press(Code::Enter);
        open_stage(stage, '9');
        while stage.model.clinic.as_ref().is_some_and(|one| one.focus != ControlId::Complete) {
            stage.press(Code::Tab);
        }
        stage.press(Code::Enter);
    };
    pictures("clinic-missing", |stage| complete(stage, Key::plain(Code::PageDown)));
    pictures("clinic-complete", |stage| complete(stage, Key::ctrl(Code::Char('s'))));
}

#[test]
fn placing_privately_before_and_after_a_choice() {
    for (name, keys) in [("placing", ""), ("placing-chosen", "3")] {
        pictures(name, |stage| {
            practice(stage);
            open_stage(stage, '5');
            stage.press(Code::Tab);
            stage.press(Code::Enter);
            stage.type_in(keys);
        });
    }
}

#[test]
fn what_is_chosen_privately_changes_nothing_on_screen() {
    let picture = |choice: &str| {
        let mut stage = Stage::new(SIZES[0]);
        practice(&mut stage);
        open_stage(&mut stage, '5');
        stage.press(Code::Tab);
        stage.press(Code::Enter);
        stage.type_in(choice);
        let chosen = stage.picture();
        stage.press(Code::Enter);
        (chosen, stage.picture())
    };
    let first = picture("1");
    for choice in ["2", "3", "4", "5", "6"] {
        assert_eq!(picture(choice), first, "choice {choice} can be told apart");
    }
}

#[test]
fn without_colour_a_clinic_shows_the_same_focus_and_marks() {
    pictures("clinic-no-colour", |stage| {
        stage.colour = false;
        practice(stage);
        open_stage(stage, '3');
    });
}

#[test]
fn a_closed_gate_asks_for_the_answer_or_a_reason() {
    pictures("clinic-gate", |stage| {
        practice(stage);
        open_stage(stage, '5');
        stage.press(Code::PageDown);
    });
}

#[test]
fn guidance_beside_the_form_with_a_citation() {
    pictures("clinic-guidance", |stage| {
        practice(stage);
        stage.key(Key::ctrl(Code::Char('g')));
        stage.type_in("safe");
        stage.press(Code::F(6));
    });
}

#[test]
fn the_script_to_read_aloud() {
    pictures("clinic-script", |stage| {
        practice(stage);
        stage.press(Code::F(9));
    });
}

#[test]
fn not_saved_is_shown_with_its_reason() {
    pictures("clinic-not-saved", |stage| {
        practice(stage);
        stage.model.clinic.as_mut().expect("it is open").note = Some(NoteId::random());
        stage.apply_event(Message::Saving(SaveStatus::NotSaved(
            "Could not write notes/1/draft.age: no space left. The disk is full: free some space. Text on the screen is kept, and saved as soon as there is space.".to_owned(),
        )));
    });
}
