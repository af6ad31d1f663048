//! A meeting format is chosen, and what is chosen is what starts and what the note says.

use crate::support::{Home, Key, Launch, words};

#[test]
fn the_format_named_on_the_command_line_is_the_one_that_starts() {
    let home = Home::with_vault();
    let args = ["clinic", "new", "--template", "reflective-supervision"];
    let mut terminal = Launch::new(&home).args(&args).unlocked().go();
    terminal.wait_for("1 Check in");
    terminal.write("What do you want to think about", "why I dread the visits");
    let key = terminal.case_key();
    terminal.quit();
    let note = home.note(&key).expect("the draft opens");
    assert!(note.contains("Reflective supervision"), "{note}");
    assert!(note.contains("why I dread the visits"), "{note}");
}

#[test]
fn the_format_chosen_from_the_list_is_the_one_that_starts() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).args(&["clinic", "new"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    terminal.write(words::QUESTION, "the longer one");
    terminal.leave();
    terminal.wait_for(words::DRAFT_KEPT);
    terminal.press(&[Key::Ctrl('n')]);
    terminal.wait_for(words::FORMATS);
    terminal.press(&[Key::Down]);
    terminal.wait_for("Get a second view");
    terminal.press(&[Key::Enter]);
    terminal.wait_for(words::STAGES[0]);
    terminal.write(words::QUESTION, "the shorter one");
    terminal.quit();
    let listed = home.run(&["clinic", "list"]);
    assert!(listed.contains("1/5 Open") && listed.contains("1/8 Open"), "{listed}");
}

#[test]
fn each_format_can_be_practised_from_its_name_alone() {
    for (id, stage) in [
        ("quick-consultation", "1 Open"),
        ("follow-up-clinic", "1 Open"),
        ("safety-plan", "1 Open"),
        ("safety-plan-harmed", "1 Open"),
        ("reflective-supervision", "1 Check in"),
        ("group-supervision", "1 Open"),
        ("framework-audit", "1 Open"),
        ("ng55-baseline", "1 Open"),
        ("workforce-pulse", "1 Before we start"),
    ] {
        let home = Home::new();
        let args = ["clinic", "new", "--template", id, "--practice"];
        let mut terminal = Launch::new(&home).args(&args).go();
        terminal.wait_for(stage);
        terminal.wait_for(words::PRACTICE);
        terminal.quit();
        assert!(!home.vault_place().exists(), "{id}: practice made a vault");
    }
}
