//! Six people, one case, from the first vault to a sealed note that is read again.

use crate::support::{Home, Key, Launch, PASSPHRASE, Terminal, words};

const PEOPLE: [&str; 6] = [
    "DSL, primary school",
    "social worker",
    "police officer",
    "school nurse",
    "family worker",
    "youth worker",
];
/// One behaviour as the group describes it: the label of each question and the answer.
const ASKED: [(&str, &str); 7] = [
    (words::WHAT_HAPPENED, "asked to keep it secret, stopped when told"),
    ("Where and when?", "after-school club, twice this month"),
    ("Who was involved?", "Child A and a younger pupil"),
    ("How do their ages and stages of", "eleven and seven"),
    ("How often has it happened?", "twice that we know of"),
    ("Was it freely agreed", "not freely; the older child is trusted"),
    ("What happened when adults stepped in?", "it stopped at once"),
];

#[test]
fn a_whole_peer_case_clinic_from_the_first_vault_to_a_note_that_is_read_again() {
    let home = Home::new();
    let mut terminal = Launch::new(&home).go();
    terminal.wait_for(words::NO_VAULT);
    make_the_vault(&mut terminal, &home);

    terminal.wait_for(words::STAGES[0]);
    let case_key = terminal.case_key();
    open(&mut terminal);
    case(&mut terminal);
    behaviours(&mut terminal);
    place_first(&mut terminal);
    place_second(&mut terminal);
    weigh(&mut terminal);
    reflect(&mut terminal);
    respond(&mut terminal);
    close(&mut terminal);

    terminal.push(words::COMPLETE);
    terminal.wait_for("Complete the clinic?");
    terminal.confirm("2");
    let after = terminal.wait_until("the end, or what is missing", |shot| {
        shot.shows(words::COMPLETED) || shot.shows("Check before completing") || shot.shows("Still")
    });
    if after.shows("Check before completing") {
        terminal.confirm("2");
    }
    terminal.wait_for(words::COMPLETED);
    terminal.wait_for(&case_key);
    terminal.press(&[Key::Enter]);
    terminal.wait_for("‹ Clinics · ");
    terminal.press(&[Key::End]);
    terminal.wait_for("Confidential. A record");
    terminal.press(&[Key::Esc]);
    terminal.wait_for(&case_key);
    terminal.quit();

    the_command_line_sees_it(&home, &case_key);
}

fn make_the_vault(terminal: &mut Terminal, home: &Home) {
    terminal.press(&[Key::F(3)]);
    terminal.wait_for("There is no vault");
    terminal.press(&[Key::Ctrl('n')]);
    terminal.wait_for(words::FORMATS);
    terminal.press(&[Key::Enter]);
    terminal.wait_for(words::OFFER);
    terminal.keys("o");
    terminal.wait_for(words::OWN_PASSPHRASE);
    terminal.keys(PASSPHRASE);
    terminal.press(&[Key::Enter]);
    terminal.wait_for(words::ONCE_MORE);
    terminal.keys(PASSPHRASE);
    terminal.press(&[Key::Enter]);
    terminal.resize(120, 50);
    let sheet = terminal.wait_for("of the key:");
    let file = home.path().join("sheet.txt");
    terminal.press(&[Key::Ctrl('s')]);
    terminal.wait_for("File name");
    terminal.keys(&file.to_string_lossy());
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Saved to");
    let saved = std::fs::read_to_string(&file).expect("the sheet is in the file");
    std::fs::remove_file(&file).expect("it was printed");
    let asked = sheet.flat();
    let (_, number) = asked.split_once("Group ").expect("a group is asked for");
    let number: usize = number.split(' ').next().and_then(|n| n.parse().ok()).expect("its number");
    terminal.keys("wrong");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("That does not match this group");
    terminal.press(&[Key::Ctrl('u')]);
    assert!(saved.contains(&group(&sheet.flat(), number)), "the file is the sheet on screen");
    terminal.keys(&group(&sheet.flat(), number));
    terminal.press(&[Key::Enter]);
    terminal.wait_gone(words::SHEET);
    terminal.resize(80, 24);
}

/// The words of a numbered group of the recovery sheet.
fn group(sheet: &str, number: usize) -> String {
    let mark = format!("{number}:");
    let mut words = sheet.split_whitespace();
    words.find_map(|word| word.strip_prefix(&mark)).expect("the group").to_owned()
}

fn open(terminal: &mut Terminal) {
    terminal.choose(words::IN_DANGER, "2");
    terminal.choose(words::KNOWN_CHILD, "1");
    terminal.go_to(words::GROUND_RULES);
    terminal.keys("1234567");
    terminal.wait_for("[x] Responsibility for the case");
    terminal.write(words::QUESTION, "How do we keep both children safe at the club?");
    for (who, role) in PEOPLE.into_iter().zip(["1", "2", "3", "4", "5", "4"]) {
        terminal.add_person(who, role);
    }
    terminal.next_stage(words::STAGES[1]);
}

fn case(terminal: &mut Terminal) {
    terminal.write(words::WHY_NOW, "A second report within one week");
    terminal.choose(words::LIVE_ENQUIRY, "1");
    for (role, age, picture) in [("1", "11", "likes drawing"), ("2", "7", "likes running")] {
        terminal.choose("How was this child involved?", role);
        terminal.write("Age in years", age);
        terminal.write("What is this child like?", picture);
        if role == "1" {
            terminal.push("Add another child");
        }
    }
    terminal.write(words::GOING_WELL, "The club leader knows both children well");
    terminal.choose(words::CONFIDENT, "2");
    terminal.next_stage(words::STAGES[2]);
}

fn behaviours(terminal: &mut Terminal) {
    for row in 0..2 {
        for (label, answer) in ASKED {
            terminal.write(label, answer);
        }
        if row == 0 {
            terminal.push(words::ADD_BEHAVIOUR);
        }
    }
    terminal.write(words::NOT_KNOWN, "What each child wants to happen next");
    terminal.next_stage(words::STAGES[3]);
}

/// Five who place (an observer only listens), one after the other; then all is shown.
fn place(terminal: &mut Terminal, choices: &[(&str, &str)]) {
    for (who, choice) in choices {
        terminal.go_to(&format!("· {who}"));
        terminal.press(&[Key::Enter]);
        terminal.wait_to_place();
        terminal.keys(choice);
        terminal.wait_for(words::CHOSEN_HIDDEN);
        terminal.press(&[Key::Enter]);
        terminal.wait_gone(words::PLACING);
    }
    terminal.push(words::SHOW_ALL);
}

fn place_first(terminal: &mut Terminal) {
    // Cite the guidance of this stage.
    terminal.press(&[Key::Ctrl('g')]);
    terminal.wait_for("type to search");
    terminal.press(&[Key::F(6)]);
    terminal.wait_for(words::CITED);
    terminal.press(&[Key::Esc]);
    terminal.wait_gone("type to search");

    let far_apart = [(0, "3"), (1, "3"), (2, "4"), (3, "2"), (5, "4")];
    place(terminal, &far_apart.map(|(at, choice)| (PEOPLE[at], choice)));
    terminal.wait_for("Views are far apart");
    terminal.push(words::AGAIN);
    terminal.wait_for("0 of 5 ready");
    let nearer = [(0, "3"), (1, "3"), (2, "3"), (3, "3"), (5, "4")];
    place(terminal, &nearer.map(|(at, choice)| (PEOPLE[at], choice)));
    terminal.wait_for("The middle stayed at Problematic.");
    terminal.choose(words::AGREED, "3");
    terminal.write(words::BASIS, "secrecy, and a difference in age");
    terminal.push(words::ADD_DISSENT);
    terminal.wait_for("Whose view differs?");
    terminal.confirm("6");
    terminal.wait_for("Where would they place it?");
    // One Enter too many answers nothing.
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Select one first");
    terminal.confirm("4");
    terminal.wait_for("In their own words");
    terminal.keys("the trust was used");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("How should this view be recorded?");
    terminal.confirm("1");
    terminal.wait_for("the trust was used");
}

fn place_second(terminal: &mut Terminal) {
    let together = [(0, "2"), (1, "2"), (2, "2"), (3, "2"), (5, "2")];
    place(terminal, &together.map(|(at, choice)| (PEOPLE[at], choice)));
    terminal.choose(words::AGREED, "2");
    terminal.write(words::BASIS, "one event, redirected easily");
    terminal.next_stage(words::STAGES[4]);
}

fn weigh(terminal: &mut Terminal) {
    // The arrow goes to the next row of a list, Tab to the next list.
    for (text, key) in [
        ("time alone together", Key::Down),
        ("a secret between them", Key::Tab),
        ("clear rules for both", Key::Tab),
        ("trusts the club leader", Key::Tab),
    ] {
        terminal.keys(text);
        terminal.wait_for(text);
        terminal.press(&[key]);
    }
    terminal.wait_for("If a column is empty");
    terminal.next_stage(words::STAGES[5]);
}

fn reflect(terminal: &mut Terminal) {
    terminal.write("What might be going on?", "copying, or looking for closeness");
    terminal.next_stage(words::STAGES[6]);
}

fn respond(terminal: &mut Terminal) {
    terminal.choose("Level of response", "2");
    terminal.choose("Referral to", "4");
    terminal.write("What are the reasons", "early help fits what is known");
    terminal.push("Add an action");
    terminal.write("What will be done", "a safety plan for the club");
    terminal.write("Why", "so that both can stay");
    terminal.write("Owner (role)", "club leader");
    terminal.write("Agency", "school");
    terminal.write("By when", "2026-12-04");
    terminal.write("How we will know", "no further report by then");
    terminal.next_stage(words::STAGES[7]);
}

fn close(terminal: &mut Terminal) {
    terminal.write("Presenter: what will you take away?", "I know the next step");
    terminal.choose(words::CONFIDENT, "4");
    terminal.write("Review date", "2027-01-15");
}

fn the_command_line_sees_it(home: &Home, case_key: &str) {
    let list = home.run(&["clinic", "list", "--json"]);
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    assert_eq!(list["schema"], 1);
    let note = &list["notes"][0];
    assert_eq!(note["case_key"], case_key);
    assert_eq!((&note["status"], &note["revision"]), (&"completed".into(), &1.into()));
    assert_eq!((&note["vouched_for"], &note["next_review"]), (&true.into(), &"2027-01-15".into()));

    let shown = home.run(&["clinic", "show", case_key]);
    for expected in [
        "How do we keep both children safe at the club?",
        "asked to keep it secret, stopped when told",
        "secrecy, and a difference in age",
        "the trust was used",
        "trusts the club leader",
        "a safety plan for the club",
        "Using the continuum",
    ] {
        assert!(shown.contains(expected), "“{expected}” is not in\n{shown}");
    }
    assert!(!shown.contains("youth worker would"), "dissent is kept by role only:\n{shown}");

    let file = home.path().join("note.md");
    home.run(&["clinic", "export", case_key, file.to_str().expect("text"), "--document", "note"]);
    assert_eq!(std::fs::read_to_string(&file).expect("written"), shown);
}
