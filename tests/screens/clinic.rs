//! A clinic under way: what is said beside a field, before completing, while somebody places.

use caseclinic::{
    app::{
        ChoiceIntent, Choose, Code, ControlId, Dialog, FormRole, Key, Message, SaveStatus, Screen,
    },
    clinic::{Event, Session, Slot, Value, bundled_template},
    vault::NoteId,
};
use uuid::Uuid;

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
        open_stage(stage, '4');
        stage.key(leave);
        stage.type_in("shown for the picture");
        stage.press(Code::Enter);
        open_stage(stage, '8');
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
    for (name, keys) in [("placing", ""), ("placing-chosen", "3"), ("placing-checked", "3 ")] {
        pictures(name, |stage| {
            practice(stage);
            open_stage(stage, '4');
            stage.press(Code::Tab);
            stage.press(Code::Enter);
            stage.waits_to_place();
            stage.type_in(keys);
        });
    }
}

#[test]
fn what_is_chosen_privately_changes_nothing_on_screen() {
    let picture = |choice: &str| {
        let mut stage = Stage::new(SIZES[0]);
        practice(&mut stage);
        open_stage(&mut stage, '4');
        stage.press(Code::Tab);
        stage.press(Code::Enter);
        stage.waits_to_place();
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
fn what_others_see_of_a_shared_screen_has_no_list_no_guidance_and_no_name() {
    let written = |stage: &mut Stage| {
        practice(stage);
        open_stage(stage, '2');
        stage.press(Code::Home);
        stage.type_in("Her cousin Darren Holt, born 3 May 2012, came to stay. ");
    };
    pictures("clinic-shared", |stage| {
        written(stage);
        assert!(stage.text().contains("Darren Holt"), "it is marked, and shown to its writer");
        stage.press(Code::F(6));
        let text = stage.text();
        for hidden in ["Darren", "Holt", "3 May", "Clinics", "vault", "Ctrl-G", "For this stage"] {
            assert!(!text.contains(hidden), "{hidden} in\n{text}");
        }
        assert!(text.contains("came to stay"), "{text}");
    });
    let mut stage = Stage::new(SIZES[0]);
    written(&mut stage);
    stage.press(Code::F(6));
    for leaves in [Key::plain(Code::F(2)), Key::plain(Code::F(3)), Key::plain(Code::Esc)] {
        stage.key(leaves);
        let text = stage.text();
        assert!(text.contains("Others can see this screen") && text.contains("2 of 8"), "{text}");
    }
    stage.key(Key::ctrl(Code::Char('g')));
    assert!(!stage.model.clinic.as_ref().is_some_and(|clinic| clinic.guidance.open));
    stage.press(Code::F(6));
    assert!(stage.text().contains("Darren Holt"), "{}", stage.text());
}

#[test]
fn a_name_in_the_behaviour_being_placed_is_not_shown_to_others() {
    let mut stage = Stage::new(SIZES[0]);
    practice(&mut stage);
    open_stage(&mut stage, '3');
    stage.press(Code::Home);
    stage.type_in("Darren Holt, born 3 May 2012, asked. ");
    assert!(stage.text().contains("Darren Holt"), "{}", stage.text());
    open_stage(&mut stage, '4');
    stage.press(Code::F(6));
    let text = stage.text();
    for hidden in ["Darren", "Holt", "3 May"] {
        assert!(!text.contains(hidden), "{hidden} in\n{text}");
    }
    assert!(text.contains("asked. The older child"), "{text}");
    // The window in which a person chooses repeats it.
    stage.press(Code::Down);
    for _ in 0..4 {
        stage.press(Code::Tab);
    }
    let text = stage.text();
    assert!(!text.contains("Darren") && !text.contains("Holt"), "{text}");
}

#[test]
fn a_surname_behind_a_name_that_is_watched_for_is_hidden_too() {
    let mut stage = Stage::new(SIZES[0]);
    practice(&mut stage);
    open_stage(&mut stage, '2');
    stage.press(Code::Home);
    stage.type_in("Dave Johnson and Mrs Patel-Smith came. ");
    let now = stage.model.now;
    let clinic = stage.model.clinic.as_mut().expect("a clinic");
    clinic.add_names("Dave, Patel", now).expect("they are taken");
    stage.press(Code::F(6));
    let text = stage.text();
    for hidden in ["Dave", "Johnson", "Patel", "Smith"] {
        assert!(!text.contains(hidden), "{hidden} in\n{text}");
    }
}

#[test]
fn what_comes_next_is_covered_while_others_see_the_screen() {
    let mut stage = Stage::new(SIZES[0]);
    practice(&mut stage);
    stage.press(Code::F(6));
    let is_covered = |stage: &mut Stage| {
        let text = stage.text();
        let covers = text.contains("What comes next is for you alone");
        assert!(!covers || !text.contains("F3"), "{text}");
        covers
    };
    assert!(!is_covered(&mut stage));
    // A dialog about a person, or about what the note holds.
    stage.model.dialog = Some(Dialog::Choose(Choose {
        title: "Complete the clinic?".to_owned(),
        text: "“What happened”: name, “Kayleigh”".to_owned(),
        options: vec!["Complete".to_owned()],
        chosen: Some(0),
        purpose: ChoiceIntent::Complete,
    }));
    assert!(is_covered(&mut stage), "{}", stage.text());
    assert!(!stage.text().contains("Kayleigh"), "{}", stage.text());
    stage.press(Code::Enter);
    assert!(is_covered(&mut stage), "nobody answers what is not seen");
    stage.press(Code::Esc);
    assert!(!is_covered(&mut stage) && stage.model.dialog.is_none());
    // Another screen, however it came there.
    for screen in [Screen::Completed, Screen::Actions, Screen::Clinics, Screen::Search] {
        stage.model.screen = screen;
        assert!(is_covered(&mut stage), "{}", stage.text());
        stage.press(Code::F(4));
        assert_eq!(stage.model.screen, screen);
    }
    stage.press(Code::F(6));
    assert!(!is_covered(&mut stage));
}

#[test]
fn a_choice_is_not_checked_on_a_screen_that_others_see() {
    let mut stage = Stage::new(SIZES[0]);
    practice(&mut stage);
    open_stage(&mut stage, '4');
    stage.press(Code::Tab);
    stage.press(Code::F(6));
    stage.press(Code::Enter);
    stage.waits_to_place();
    stage.type_in("3 ");
    let text = stage.text();
    assert!(text.contains("Chosen and hidden") && !text.contains("Your choice:"), "{text}");
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
        open_stage(stage, '4');
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
fn the_first_choice_of_a_new_clinic_says_how_to_choose() {
    pictures("clinic-first-choice", |stage| {
        let template = bundled_template("peer-case-clinic").expect("a format");
        let template = template.parse().expect("it is sound");
        let session = Session::start(template, Uuid::nil(), "HERON-42", false, stage.now);
        let started = Box::new((Some(NoteId::random()), session));
        stage.apply_event(Message::ClinicStarted(Ok(started)));
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

/// The rows of the form, without tabs, place line, rule and keys.
fn form_rows(stage: &Stage) -> Vec<String> {
    let text = stage.text();
    let rows: Vec<String> = text.lines().map(str::to_owned).collect();
    let first = if rows.len() >= 30 { 4 } else { 3 };
    rows[first..rows.len() - 1].to_vec()
}

/// What a row says behind the rail of an answer.
fn behind_rail(row: &str) -> Option<&str> {
    let text = row.trim_start_matches(['▌', ' ']);
    text.strip_prefix(['│', '┃']).map(str::trim)
}

fn tab_until(stage: &mut Stage, wanted: impl Fn(&ControlId) -> bool) {
    for _ in 0..200 {
        if stage.model.clinic.as_ref().is_some_and(|clinic| wanted(&clinic.focus)) {
            return;
        }
        stage.press(Code::Tab);
    }
    panic!("nothing like it has the focus\n{}", stage.text());
}

#[test]
fn the_first_stage_shows_four_fields_at_rest() {
    let mut stage = Stage::new(SIZES[0]);
    practice(&mut stage);
    for _ in 0..3 {
        stage.press(Code::Tab);
    }
    let text = stage.text();
    for question in [
        "Might any child be in danger now or later today?",
        "Was everyone asked before today if they know the child?",
        "Ground rules agreed",
        "What is your one question for today?",
    ] {
        assert!(text.contains(question), "{question} is not in\n{text}");
    }
    assert!(text.contains("│ 7 of 7 ticked") && text.contains("│ No"), "{text}");
}

#[test]
fn six_people_fit_one_screen_a_row_each() {
    let mut stage = Stage::new(SIZES[0]);
    practice(&mut stage);
    tab_until(&mut stage, |id| *id == ControlId::AddParticipant);
    let rows = form_rows(&stage);
    for (profession, role) in [
        ("safeguarding lead", "Facilitator"),
        ("class teacher", "Presenter"),
        ("family support worker", "Recorder"),
        ("social worker", "Consultant"),
        ("school nurse", "Consultant"),
        ("educational psychologist", "Consultant"),
    ] {
        let row = rows.iter().filter_map(|row| behind_rail(row));
        let mut row = row.filter(|row| row.starts_with(profession));
        assert!(row.any(|row| row.ends_with(role)), "{profession} in\n{}", rows.join("\n"));
    }
}

#[test]
fn four_actions_fit_one_screen() {
    let mut stage = Stage::new(SIZES[0]);
    practice(&mut stage);
    // What is not placed yet is passed over with a reason.
    open_stage(&mut stage, '4');
    stage.key(Key::ctrl(Code::Char('s')));
    stage.type_in("shown for the picture");
    stage.press(Code::Enter);
    open_stage(&mut stage, '7');
    tab_until(&mut stage, |id| matches!(id, ControlId::AddAction(_)));
    let now = stage.now;
    let clinic = stage.model.clinic.as_mut().expect("it is open");
    let own = clinic.session.actions().to_vec();
    let (item, mut details) = (own[0].item.clone(), own[0].details.clone());
    for at in own.len()..4 {
        details.what = format!("Ask a fourth service what it can offer, number {at}");
        let event = Event::ActionAdded { item: item.clone(), details: details.clone() };
        clinic.apply_event(event, now).expect("it is taken");
    }
    stage.apply_event(Message::Resized { columns: 80, rows: 24 });
    let rows = form_rows(&stage);
    let facts = rows.iter().filter_map(|row| behind_rail(row));
    assert_eq!(facts.filter(|row| row.contains(" · by ")).count(), 4, "{}", rows.join("\n"));
}

#[test]
fn question_hint_and_answer_are_told_apart_without_styles() {
    let mut stage = Stage::new(SIZES[0]);
    practice(&mut stage);
    for _ in 0..3 {
        stage.press(Code::Tab);
    }
    let rows = form_rows(&stage);
    // A question begins after an empty row; its hint follows in the same column, its answer behind a rail.
    let at =
        rows.iter().position(|row| row.contains("What is your one question")).expect("it is there");
    assert_eq!(rows[at - 1].trim(), "");
    assert!(rows[at].starts_with("▌  What") && rows[at].ends_with('✓'), "{}", rows[at]);
    let answer = rows[at..].iter().position(|row| row.contains('┃')).expect("a rail") + at;
    assert!(answer > at + 1, "a hint stands between");
    for row in &rows[at + 1..answer] {
        assert!(behind_rail(row).is_none() && row.starts_with("▌  "), "{row}");
    }
    assert!(behind_rail(&rows[answer]).is_some_and(|text| text.starts_with("How do we keep")));
    let resting =
        rows.iter().position(|row| row.contains("Ground rules agreed")).expect("it is there");
    assert_eq!(behind_rail(&rows[resting + 1]), Some("7 of 7 ticked"));
    // Nothing stands left of the fourth column but the mark of the focus.
    for row in &rows {
        let margin: String = row.chars().take(3).collect();
        assert!(margin.trim_matches(['▌', ' ']).is_empty(), "{row}");
    }
}

#[test]
fn a_stage_is_ticked_only_when_all_it_needs_is_answered() {
    let mut stage = Stage::new((120, 36));
    practice(&mut stage);
    let now = stage.now;
    let shows = |stage: &Stage, wanted: &str| {
        let text = stage.text();
        assert!(text.contains(wanted), "“{wanted}” is not in\n{text}");
    };
    shows(&stage, "▸ 1 Open");
    shows(&stage, "4/4");
    let clinic = stage.model.clinic.as_mut().expect("it is open");
    let slot = Slot::once("known_child");
    clinic.apply_event(Event::Answered { slot, value: None }, now).expect("it is taken");
    shows(&stage, "3/4");
    stage.press(Code::PageDown);
    shows(&stage, "– 1 Open");
    open_stage(&mut stage, '1');
    let clinic = stage.model.clinic.as_mut().expect("it is open");
    let (slot, value) = (Slot::once("known_child"), Some(Value::Choice("asked".into())));
    clinic.apply_event(Event::Answered { slot, value }, now).expect("it is taken");
    stage.press(Code::PageDown);
    shows(&stage, "✓ 1 Open");
}

/// The pane of the form alone, without the stages beside it.
fn form_pane(stage: &Stage) -> Vec<String> {
    let is_open = stage.model.clinic.as_ref().is_some_and(|clinic| clinic.guidance.open);
    let form = stage.model.layout().clinic(is_open).form;
    let margin = usize::from(form.x - 3);
    form_rows(stage).iter().map(|row| row.chars().skip(margin).collect()).collect()
}

#[test]
fn a_reveal_shows_its_own_picture_whole_with_what_to_do_next_below_it() {
    for size in [(80, 24), (100, 30), (120, 36)] {
        let mut stage = Stage::new(size);
        practice(&mut stage);
        open_stage(&mut stage, '4');
        tab_until(&mut stage, |id| matches!(id, ControlId::Reveal(_)));
        stage.press(Code::Enter);
        let whole = |stage: &Stage, words: &str, which: &str| {
            let (text, rows) = (stage.text(), form_pane(stage));
            let steps = ["Typical ", "Inappropriate ", "Problematic ", "Abusive ", "Violent "];
            let is_step = |row: &&String| steps.iter().any(|step| row.trim().starts_with(step));
            assert_eq!(rows.iter().filter(is_step).count(), 5, "{size:?}\n{text}");
            let mut rules = text.lines().filter(|line| line.trim_start().starts_with('─'));
            let rule = rules.next().unwrap_or_else(|| panic!("no rule\n{text}"));
            assert!(rule.trim_end_matches([' ', '─']).ends_with(which), "{text}");
            let numbers = rows.iter().filter(is_step).filter_map(|row| {
                let last = row.split_once('◂').map_or(row.as_str(), |(row, _)| row).trim_end();
                last.chars().last().filter(char::is_ascii_digit).map(|_| last.chars().count())
            });
            let columns: std::collections::BTreeSet<usize> = numbers.collect();
            assert_eq!(columns.len(), 1, "the numbers stand in one column\n{text}");
            assert!(text.contains("┄┄ problematic / abusive"), "{text}");
            let row_of = |wanted: &str| rows.iter().position(|row| row.contains(wanted));
            let (named, focus) = (row_of(words), row_of("▌"));
            assert!(named.is_some_and(|row| row < 3), "{words} does not stand at the top\n{text}");
            assert!(focus > row_of("Violent"), "what to do next does not stand below\n{text}");
        };
        whole(&stage, "play a secret, sexualised", "behaviour 1 of 2");
        // Nothing is lost by another size in the middle of it.
        let before = stage.text();
        for (columns, rows) in [(60, 18), (140, 45), size] {
            stage.apply_event(Message::Resized { columns, rows });
        }
        assert_eq!(stage.text(), before);
        tab_until(&mut stage, |id| matches!(id, ControlId::Agreed(_)));
        let first = stage.model.clinic.as_ref().map(|clinic| clinic.focus.clone());
        tab_until(&mut stage, |id| {
            matches!(id, ControlId::Agreed(_)) && Some(id) != first.as_ref()
        });
        whole(&stage, "jokes with sexual words", "behaviour 2 of 2");
    }
}

#[test]
fn guidance_over_the_right_side_leaves_the_field_whole_and_esc_closes_it_alone() {
    for (columns, rows) in [(80, 24), (99, 24), (100, 30), (118, 30), (119, 30), (140, 45)] {
        let mut stage = Stage::with((columns, rows), caseclinic::knowledge::Library::bundled());
        practice(&mut stage);
        tab_until(&mut stage, |id| *id == ControlId::Answer(Slot::once("key_question")));
        let form = |stage: &Stage| -> Vec<String> {
            let columns = usize::from(stage.model.layout().clinic(false).form.width) + 3;
            form_pane(stage).iter().map(|row| row.chars().take(columns).collect()).collect()
        };
        let before = form(&stage);
        stage.key(Key::ctrl(Code::Char('g')));
        stage.type_in("consent");
        for _ in 0..12 {
            stage.press(Code::Down);
        }
        let text = stage.text();
        let parts = stage.model.layout().clinic(true);
        let (left, pane) = (parts.form, parts.guidance.expect("it is open"));
        let is_whole = |row: &str| {
            let row: Vec<char> = format!("{row:<200}").chars().collect();
            let [rule, free, beside] = [2, 1, 3].map(|left| row[usize::from(pane.x - left)]);
            rule == '│' && free == ' ' && [' ', '↑', '↓'].contains(&beside)
        };
        let body = usize::from(left.y)..usize::from(left.y + left.height);
        let rows: Vec<&str> = text.lines().collect();
        assert!(rows[body].iter().all(|row| is_whole(row)), "{columns}\n{text}");
        let said = form_pane(&stage).into_iter().map(|row| {
            let row: String = row.chars().take(usize::from(left.width) + 3).collect();
            row.trim().trim_start_matches(['┃', ' ']).trim_end_matches(['✓', ' ']).to_owned() + " "
        });
        let said: String = said.collect();
        for wanted in [
            "What is your one question for today?",
            "How do we keep the younger child safe and happy at after-school club, and help the \
             older child without shutting him out?",
        ] {
            assert!(said.contains(wanted), "{columns}: {wanted}\n{text}");
        }
        // The entry that is chosen is in view, and how many follow.
        assert!(text.contains("▌") && text.contains(" more below ↓"), "{columns}\n{text}");
        stage.press(Code::Esc);
        assert_eq!(form(&stage), before, "{columns}");
    }
    // In little room the field is scrolled to its caret.
    let mut stage = Stage::new((60, 18));
    practice(&mut stage);
    stage.key(Key::ctrl(Code::Char('g')));
    assert!(stage.text().contains("Esc: back to"), "{}", stage.text());
}

const WIDTHS: [u16; 10] = [60, 79, 80, 99, 100, 119, 120, 140, 164, 200];

/// A paragraph of the form is in view from its first word to its last, in the columns of the form.
fn says(rows: &[String], wanted: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let said: Vec<String> = rows
        .iter()
        .flat_map(|row| words(row.trim_start_matches(['▌', ' ']).trim_start_matches(['│', '┃'])))
        .collect();
    let wanted = words(wanted);
    let mut at = 0;
    for word in said {
        at = if word == wanted[at] { at + 1 } else { usize::from(word == wanted[0]) };
        if at == wanted.len() {
            return true;
        }
    }
    false
}

#[test]
fn at_every_width_the_question_in_focus_its_rail_and_its_error_are_in_view_together() {
    for (columns, rows) in WIDTHS.into_iter().flat_map(|width| [(width, 18), (width, 24)]) {
        let mut stage = Stage::new((columns, rows));
        practice(&mut stage);
        let now = stage.now;
        let clinic = stage.model.clinic.as_mut().expect("it is open");
        for question in ["known_child", "key_question"] {
            let slot = Slot::once(question);
            clinic.apply_event(Event::Answered { slot, value: None }, now).expect("it is taken");
        }
        clinic.show_missing = true;
        for question in ["known_child", "key_question"] {
            let wanted = ControlId::Answer(Slot::once(question));
            tab_until(&mut stage, |id| *id == wanted);
            let control = stage.model.clinic.as_ref().and_then(|clinic| clinic.focused());
            let control = control.expect("a field");
            let problem = control.problem.clone().expect("it is needed");
            let text = stage.text();
            let rows: Vec<String> =
                form_pane(&stage).into_iter().filter(|row| row.starts_with('▌')).collect();
            let form = usize::from(stage.model.layout().clinic(false).form.width) + 3;
            let rows: Vec<String> =
                rows.iter().map(|row| row.chars().take(form).collect()).collect();
            let unmarked: Vec<String> = rows.iter().map(|row| row.replace(" needed", "")).collect();
            assert!(says(&unmarked, &control.label), "{columns}: {}\n{text}", control.label);
            assert!(says(&rows, &format!("! {problem}")), "{columns}: {problem}\n{text}");
            assert!(rows.iter().any(|row| row.contains('┃')), "{columns}\n{text}");
            assert!(rows.iter().any(|row| row.ends_with(" needed")), "{columns}\n{text}");
        }
    }
}

#[test]
fn at_every_width_no_button_is_cut_and_no_line_of_the_form_is_too_wide() {
    for template in caseclinic::clinic::bundled_templates() {
        let mut stage = Stage::practising(template.id);
        let stages =
            stage.model.clinic.as_ref().map_or(0, |one| one.session.template().stages.len());
        for _ in 0..stages {
            for columns in WIDTHS {
                stage.apply_event(Message::Resized { columns, rows: 24 });
                let form = usize::from(stage.model.layout().clinic(false).form.width);
                let clinic = stage.model.clinic.as_ref().expect("it is open");
                let layout = clinic.layout(form);
                for placed in &layout.controls {
                    for piece in placed.pieces.iter() {
                        let end = piece.column + piece.text.chars().count();
                        assert!(end <= form, "{columns}, {}: {}", template.id, piece.text);
                        let prose = [FormRole::Hint, FormRole::Answer, FormRole::Problem];
                        let is_prose = prose.contains(&piece.role);
                        assert!(!is_prose || piece.text.trim_end().chars().count() <= 72);
                    }
                }
            }
            stage.press(Code::PageDown);
            stage.model.dialog = None;
            stage.key(Key::ctrl(Code::Char('s')));
            if stage.model.dialog.is_some() {
                stage.type_in("shown for the picture");
                stage.press(Code::Enter);
            }
        }
    }
}

#[test]
fn too_small_a_window_says_what_it_needs_and_keeps_all_that_was_typed() {
    for (columns, rows) in [(59, 24), (80, 17), (59, 17)] {
        let mut stage = Stage::new(SIZES[0]);
        practice(&mut stage);
        tab_until(&mut stage, |id| *id == ControlId::Answer(Slot::once("key_question")));
        stage.type_in(" And what next?");
        let before = stage.text();
        stage.apply_event(Message::Resized { columns, rows });
        let text = stage.text();
        let has = format!("(now {columns} by {rows})");
        for said in ["Make the window larger:", "at least 60 by 18", &has, "Ctrl-Q: save and quit"]
        {
            assert!(text.contains(said), "{text}");
        }
        stage.apply_event(Message::Resized { columns: 80, rows: 24 });
        assert!(before.contains("And what next?") && stage.text() == before, "{}", stage.text());
    }
}

#[test]
fn what_folds_above_does_not_move_the_question_that_gets_the_focus() {
    let mut stage = Stage::new((80, 36));
    practice(&mut stage);
    open_stage(&mut stage, '3');
    let mut kept = 0;
    for _ in 0..14 {
        let (rows, top) = (form_rows(&stage), stage.model.clinic.as_ref().map_or(0, |one| one.top));
        stage.press(Code::Tab);
        let clinic = stage.model.clinic.as_ref().expect("it is open");
        let label = clinic.focused().map(|one| one.label.clone()).unwrap_or_default();
        let is_it = |row: &String| row.trim_start_matches(['▌', ' ']).starts_with(&label);
        let Some(was) = rows.iter().position(is_it).filter(|_| top > 0 && clinic.top > 0) else {
            continue;
        };
        let now = form_rows(&stage).iter().position(is_it).expect("the focus is in view");
        // It goes up only to show all of what opens.
        assert!(now <= was, "{label}: {was} to {now}\n{}", stage.text());
        kept += usize::from(now == was);
    }
    assert!(kept > 2, "only {kept} questions kept their row");
}
