//! What follows a clinic: actions that somebody follows up, and corrections beside the note.

use crate::support::{Home, Key, Launch, words};

#[test]
fn an_outcome_entered_in_the_action_list_is_kept_in_the_note() {
    let home = Home::with_vault();
    let key = home.complete_a_clinic();
    let overdue = home.run(&["actions", "--overdue"]);
    let (name, rest) = overdue.split_once('\t').expect("a name");
    assert!(name.starts_with(&format!("{key}/")), "{overdue}");
    assert!(rest.starts_with("OVERDUE since 1 Nov 2020\tclass teacher"), "{overdue}");
    assert_eq!(overdue.lines().count(), 1, "{overdue}");

    let mut terminal = Launch::new(&home).args(&["clinic", "resume"]).unlocked().go();
    terminal.wait_for(words::VAULT_OPEN);
    terminal.wait_for(&key);
    terminal.press(&[Key::F(4)]);
    terminal.wait_for("Open 2");
    terminal.wait_for("OVERDUE since 1 Nov 2020");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Update this action");
    // Nothing is selected until it is meant.
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Select one first");
    terminal.confirm("1");
    terminal.wait_for("What was the outcome?");
    terminal.keys("The plan is agreed and kept.");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Open 1");
    terminal.keys("/");
    terminal.wait_for("Filter actions");
    terminal.keys("nobody");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("No actions match this filter");
    terminal.press(&[Key::Esc]);
    terminal.wait_for("social worker");
    terminal.quit();

    let all: serde_json::Value =
        serde_json::from_str(&home.run(&["actions", "--all", "--json"])).expect("JSON");
    let done = &all["actions"][1];
    assert_eq!((done["status"].as_str(), done["number"].is_u64()), (Some("done"), true), "{all}");
    let note = home.note(&key).expect("the note opens and the vault vouches for it");
    assert!(note.contains("The plan is agreed and kept."), "{note}");
    assert!(home.faults().is_empty(), "{:?}", home.faults());
}

#[test]
fn the_command_line_marks_corrects_and_reopens_an_action() {
    let home = Home::with_vault();
    let key = home.complete_a_clinic();
    let name = |line: &str| line.split('\t').next().expect("a name").to_owned();
    let plan = name(&home.run(&["actions", "--overdue"]));
    let said = |output: std::process::Output| {
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };

    let (code, why) = said(home.pipe(&["actions", "done", &plan], &["", " "]));
    assert!(code == Some(2) && why.contains("nothing was recorded"), "{why}");
    let (code, why) = said(home.pipe(&["actions", "done", &format!("{key}/99")], &["Kept."]));
    assert!(code == Some(1) && why.contains("no action"), "{why}");
    assert_eq!(home.run(&["actions"]).lines().count(), 2, "nothing was marked");

    let (code, told) = said(home.pipe(&["actions", "done", &plan], &["The plan is kpet."]));
    assert!(code == Some(0) && told.contains("is now done (it was open)"), "{told}");
    let (code, told) = said(home.pipe(&["actions", "done", &plan], &["The plan is kept."]));
    assert!(code == Some(0) && told.contains("is now done (it was done)"), "{told}");
    let all = home.run(&["actions", "--all"]);
    assert!(all.contains("\tdone\t") && all.contains("The plan is kept."), "{all}");
    assert!(!all.contains("kpet"), "{all}");

    let (code, told) = said(home.pipe(&["actions", "reopen", &plan], &[]));
    assert!(code == Some(0) && told.contains("is now open (it was done)"), "{told}");
    assert_eq!(home.run(&["actions"]).lines().count(), 2);
    let (code, _) = said(home.pipe(&["actions", "drop", &plan], &["The school does it."]));
    assert_eq!(code, Some(0));
    assert!(home.run(&["actions", "--all"]).contains("\tdropped\t"));
    assert!(home.note(&key).is_ok_and(|note| note.contains("The school does it.")));
    assert!(home.faults().is_empty(), "{:?}", home.faults());
}

#[test]
fn a_correction_is_added_to_a_completed_note_with_its_reason() {
    let home = Home::with_vault();
    let key = home.complete_a_clinic();
    let mut terminal = Launch::new(&home).args(&["clinic", "resume", &key]).unlocked().go();
    terminal.wait_for("a correct");
    terminal.keys("a");
    terminal.wait_for("Who adds the correction?");
    terminal.keys("social worker");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Why are you adding a correction?");
    terminal.keys("Somebody was left out");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("What is the correction?");
    terminal.keys("The school nurse joined by telephone.");
    terminal.press(&[Key::Enter]);
    terminal.keys("She spoke twice.");
    terminal.wait_for("She spoke twice.");
    terminal.press(&[Key::Ctrl('s')]);
    terminal.wait_for("saved as revision 2");
    terminal.press(&[Key::End]);
    terminal.wait_for("Somebody was left out");
    terminal.quit();
    let note = home.note(&key).expect("the note opens and the vault vouches for it");
    assert!(note.contains("The school nurse joined by telephone.\\\nShe spoke twice."), "{note}");
    assert!(note.contains(", social worker"), "{note}");
    assert!(note.contains("How do we keep both safe?"), "{note}");
}

#[test]
fn who_does_an_action_and_by_when_is_changed_later_and_what_was_agreed_stays_in_the_note() {
    let home = Home::with_vault();
    let key = home.complete_a_clinic();
    let mut terminal = Launch::new(&home).args(&["clinic", "resume"]).unlocked().go();
    terminal.wait_for(words::VAULT_OPEN);
    terminal.wait_for(&key);
    terminal.press(&[Key::F(4)]);
    terminal.wait_for("OVERDUE since 1 Nov 2020");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Update this action");
    terminal.confirm("4");
    terminal.wait_for("Who will do it?");
    terminal.press(&[Key::Ctrl('u')]);
    terminal.keys("head of year, primary school");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("By when?");
    terminal.press(&[Key::Ctrl('u')]);
    terminal.keys("1 March 2099");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("by Sun 1 Mar 2099");
    terminal.wait_for("head of year");
    terminal.quit();
    let list = home.run(&["actions"]);
    assert!(list.contains("by 1 Mar 2099\thead of year, primary school"), "{list}");
    let name = list.lines().find(|line| line.contains("head of year")).expect("the action");
    let name = name.split('\t').next().expect("its name");
    let output = home.pipe(&["actions", "reassign", name, "--by", "2 March 2099"], &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = home.pipe(&["actions", "reassign", name, "--by", "soonish"], &[]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("in 2 weeks"), "what can be written");
    let shown = home.run(&["clinic", "show", &key]);
    assert!(shown.contains("Until then: class teacher, primary school, due 1 Nov 2020"), "{shown}");
    assert!(shown.contains("Until then: head of year, primary school, due 1 Mar 2099"), "{shown}");
    assert!(home.run(&["clinic", "revisions", &key]).lines().count() == 3);
    assert!(home.faults().is_empty(), "{:?}", home.faults());
}
