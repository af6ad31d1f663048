//! A clinic and its follow-up: what was agreed, its outcome, and one list that knows both.

use caseclinic::{
    clinic::to_document,
    services::{NoteKind, find_note, head, read_note},
    vault::Correction,
};

use crate::support::{Home, Launch, words};

/// Its follow-up: the first action is done, the second still open, one is new.
const SECOND: [&str; 44] = [
    "2",
    "1",
    "1 2 3",
    "Is the plan kept?",
    ".",
    "2",
    "",
    "1",
    "It is kept on most days.",
    ".",
    "2",
    "",
    "She says that break is fun.",
    ".",
    "/skip Told with the actions.",
    "/skip Not seen again.",
    "/skip See the last note.",
    "2",
    "1",
    "It is at work.",
    ".",
    "",
    "y",
    "Ask her again before the holidays.",
    ".",
    "",
    "class teacher",
    "",
    "1 March 2099",
    "",
    "",
    "/next",
    "Thank you.",
    ".",
    "",
    "4",
    "",
    "2",
    "The class teacher tells both.",
    ".",
    "y",
    "y",
    "y",
    "y",
];

fn said(output: &std::process::Output) -> String {
    let err = String::from_utf8_lossy(&output.stderr);
    format!("{}{err}", String::from_utf8_lossy(&output.stdout))
}

#[test]
fn a_follow_up_asks_about_earlier_actions_and_the_list_shows_each_once() {
    let home = Home::with_vault();
    let key = home.complete_a_clinic();
    let told = said(&home.pipe(&["clinic", "follow-up", &key, "--plain"], &SECOND));
    let asked = "Action 1 of 2: Agree a plan for break times (class teacher, primary school, by 1 Nov 2020)";
    for expected in [
        asked,
        "Is this action done?",
        "What changed since last time",
        "1 done, 1 still open, 0 dropped. New actions: 1",
        "Presenter: how confident do you feel about the next step now? 3 last time, 4 now",
        "Completed, and saved as revision 1.",
    ] {
        assert!(told.contains(expected), "“{expected}” is not in\n{told}");
    }
    assert_eq!(home.case_keys(), [key.as_str(), &key], "both notes carry one case key");

    let open = home.run(&["actions"]);
    assert_eq!(open.lines().count(), 2, "{open}");
    assert!(open.contains("See the child") && open.contains("Ask her again"), "{open}");
    let all = home.run(&["actions", "--all"]);
    let plan: Vec<&str> = all.lines().filter(|line| line.contains("Agree a plan")).collect();
    assert_eq!(plan.len(), 1, "{all}");
    assert!(plan[0].contains("\tdone\t") && plan[0].contains("kept on most days"), "{all}");

    let note = home.note(&key).expect("the follow-up opens and the vault vouches for it");
    assert!(note.contains("- Follows up: Peer case clinic of"), "{note}");
    assert!(note.contains("revision 1") && note.contains("## What changed since last time"));
    assert!(home.faults().is_empty(), "{:?}", home.faults());
}

#[test]
fn a_key_on_a_completed_note_starts_its_follow_up_under_the_same_case_key() {
    let home = Home::with_vault();
    let key = home.complete_a_clinic();
    let mut terminal = Launch::new(&home).args(&["clinic", "resume", &key]).unlocked().go();
    terminal.wait_for("follow up");
    terminal.keys("f");
    terminal.wait_for(words::STAGES[0]);
    assert_eq!(terminal.case_key(), key);
    terminal.choose(words::IN_DANGER, "2");
    terminal.next_stage("2 Actions");
    terminal.wait_for("Agree a plan for break times");
    terminal.choose("Is this action done?", "3");
    terminal.wait_for("(•) Dropped");
    terminal.write("What did this change for a child", "There is a better plan");
    terminal.wait_saved();
    terminal.leave();
    terminal.wait_for(words::DRAFT_KEPT);
    terminal.quit();
    let dropped = home.run(&["actions", "--all"]);
    assert!(dropped.contains("\tdropped\t") && dropped.contains("There is a better plan"));

    // Another is begun only when that is meant.
    let refused = home.pipe(&["clinic", "follow-up", &key, "--plain"], &[]);
    let told = said(&refused);
    assert!(told.contains("was already started") && told.contains("now at stage 2/7"), "{told}");
    assert!(told.contains("clinic resume") && told.contains("--another"), "{told}");
    assert_eq!((refused.status.code(), home.case_keys().len()), (Some(1), 2));

    let mut terminal = Launch::new(&home).args(&["clinic", "follow-up", &key]).unlocked().go();
    terminal.wait_for("A follow-up of this note was already started");
    terminal.confirm("1");
    terminal.wait_for("2 Actions");
    terminal.wait_for("There is a better plan");
    terminal.quit();
    assert_eq!(home.case_keys().len(), 2);
}

#[test]
fn a_review_due_is_shown_in_both_lists_and_by_clinic_due() {
    let home = Home::with_vault();
    let key = home.complete_a_clinic();
    assert!(!home.run(&["clinic", "list"]).contains("DUE"));
    let due = home.try_run(&["clinic", "due"], &home.passphrase_file());
    assert_eq!(due.status.code(), Some(3), "{}", said(&due));
    {
        let vault = home.vault();
        let id = find_note(&vault, &key, NoteKind::Any).expect("the note").id;
        let session = read_note(&vault, id).expect("it opens").session;
        let mut head = head(&session);
        head.next_review = "2026-11-01".parse().ok();
        let locked = vault.amend(id, &head, &to_document(&session), Correction::Amended);
        locked.expect("locked");
    }
    let list = home.run(&["clinic", "list"]);
    assert!(list.contains("REVIEW DUE 1 Nov 2026"), "{list}");
    let due = home.run(&["clinic", "due"]);
    assert!(due.contains(&format!("1 Nov 2026  review due: {key}, Peer case clinic")), "{due}");
    let json = home.run(&["clinic", "due", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["reviews"][0]["case_key"], key.as_str());
    let mut terminal = Launch::new(&home).args(&["clinic", "resume"]).unlocked().go();
    terminal.wait_for("due 1 Nov 26");
    terminal.quit();
}

/// A consultation request, as a worker types it alone.
const REQUEST: [&str; 30] = [
    "2",
    "It happened again last week.",
    ".",
    "How do we keep both children safe?",
    ".",
    "",
    "Both talk with us.",
    ".",
    "class teacher",
    "1",
    "",
    "1",
    "9",
    "Draws maps.",
    ".",
    "",
    "2",
    "",
    "Asked for a secret game.",
    ".",
    "2",
    "At the club.",
    ".",
    "1",
    "/skip Only this is known today.",
    "1",
    "1",
    "Deputy head",
    "y",
    "y",
];

#[test]
fn a_clinic_from_a_request_opens_with_its_answers_on_the_screen_and_on_the_command_line() {
    let home = Home::with_vault();
    let written =
        home.pipe(&["clinic", "new", "--template", "consultation-request", "--plain"], &REQUEST);
    let told = said(&written);
    let key = home.case_keys().pop().expect("a request");
    assert!(told.contains("Completed, and saved as revision 1."), "{told}");

    let begun = home.pipe(&["clinic", "new", "--from", &key, "--plain"], &["2", "/quit"]);
    assert!(begun.status.success(), "{}", said(&begun));
    assert_eq!(home.case_keys(), [key.as_str(), &key], "both notes carry one case key");
    let draft = home.note(&key).expect("the draft opens");
    for expected in [
        "- Follows up: Consultation request of",
        "How do we keep both children safe?",
        "It happened again last week.",
        "Asked for a secret game.",
        "in progress",
    ] {
        assert!(draft.contains(expected), "“{expected}” is not in\n{draft}");
    }

    // From the screen, too; the clinic that was begun already is offered first.
    let id = {
        let vault = home.vault();
        let rows = vault.list().expect("the notes");
        let request = rows.iter().find(|row| {
            row.head.as_ref().is_ok_and(|head| head.template.starts_with("consultation-request"))
        });
        request.expect("the request").id.to_string()
    };
    let mut terminal = Launch::new(&home).args(&["clinic", "resume", &id]).unlocked().go();
    terminal.wait_for("start a meeting from it");
    terminal.keys("f");
    terminal.wait_for("was already started");
    terminal.confirm("1");
    terminal.wait_for(words::STAGES[0]);
    terminal.wait_for("How do we keep both children safe?");
    terminal.quit();
}
