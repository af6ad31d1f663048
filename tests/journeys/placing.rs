//! Nobody sees a placement before all are shown.

use crate::support::{Home, Key, Launch, Shot, Terminal, words};

/// A clinic whose first placement is open to somebody.
fn handed_over(home: &Home) -> Terminal {
    let mut terminal = Launch::new(home).args(&["clinic", "new"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    terminal.choose(words::IN_DANGER, "2");
    for (who, role) in [("social worker", "1"), ("teacher", "2")] {
        terminal.add_person(who, role);
    }
    terminal.next_stage(words::STAGES[1]);
    terminal.next_stage(words::STAGES[2]);
    terminal.write(words::WHAT_HAPPENED, "a quality, not an act");
    terminal.next_stage(words::STAGES[3]);
    terminal.push("· social worker");
    terminal.wait_to_place();
    terminal
}

/// What a choice leaves on the screen: at once, and after it is kept.
fn traces(terminal: &mut Terminal, choice: &str) -> (Vec<String>, Vec<String>) {
    terminal.keys(choice);
    let chosen = terminal.wait_for(words::CHOSEN_HIDDEN);
    terminal.press(&[Key::Enter]);
    let kept = terminal.wait_for("ready");
    let rows = |shot: &Shot| shot.form().into_iter().map(str::to_owned).collect();
    (rows(&chosen), rows(&kept))
}

#[test]
fn what_is_chosen_privately_never_shows_whatever_it_is() {
    let home = Home::with_vault();
    let mut seen = Vec::new();
    for choice in ["1", "3", "5", "6"] {
        let mut terminal = handed_over(&home);
        let drawn_before = terminal.bytes().len();
        seen.push(traces(&mut terminal, choice));
        let drawn = terminal.bytes().split_off(drawn_before);
        let drawn = String::from_utf8_lossy(&drawn).into_owned();
        assert!(!drawn.contains('●') || drawn.matches('●').count() == 1, "{drawn}");
        terminal.quit();
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
}

#[test]
fn somebody_sees_the_behaviour_and_may_check_their_choice_for_a_moment() {
    let home = Home::with_vault();
    let mut terminal = handed_over(&home);
    terminal.wait_for("a quality, not an act");
    terminal.keys("4");
    terminal.wait_for(words::CHOSEN_HIDDEN);
    terminal.keys(" ");
    terminal.wait_for("Your choice: 4  Abusive");
    // Nobody presses a key.
    terminal.wait_gone("Your choice: ");
    terminal.wait_for(words::CHOSEN_HIDDEN);
    terminal.press(&[Key::Enter]);
    terminal.wait_for("ready");
    terminal.quit();
}
