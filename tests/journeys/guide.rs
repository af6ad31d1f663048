//! Somebody needs to know how a thing is done, and does not want to leave where they are.

use crate::support::{Home, Key, Launch, words};

#[test]
fn a_newcomer_opens_help_chooses_a_page_follows_a_link_and_goes_back() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let home = Home::new();
        let mut terminal = Launch::new(&home).size(columns, rows).go();
        terminal.wait_for(words::READY);
        terminal.press(&[Key::F(1)]);
        terminal.wait_for("Read the selected entry");
        terminal.press(&[Key::F(1)]);
        terminal.wait_for("3 Run a clinic");
        terminal.press(&[Key::Down, Key::Down, Key::Enter]);
        terminal.wait_for("Take a group through a case in timed stages");

        // The link leads to another page of the guide, and Backspace back to this one.
        terminal.keys("/for the last five");
        terminal.press(&[Key::Enter, Key::Esc, Key::Tab, Key::Enter]);
        terminal.wait_for("Hold reflective supervision with one worker");
        terminal.press(&[Key::Backspace]);
        terminal.wait_for("see (1) Supervise");

        terminal.keys("/shift-tab");
        terminal.wait_for("1 of 1");
        terminal.press(&[Key::Esc]);
        terminal.keys("c");
        terminal.wait_for(words::COPIED);
        terminal.press(&[Key::Esc]);
        terminal.wait_for(words::READY);

        // The guide is no guidance: a search for its words does not find it.
        terminal.keys("\"take a group through a case in timed stages\"");
        terminal.wait_until("nothing found", |shot| !shot.shows("Run a clinic"));
        terminal.quit();
    }
}

#[test]
fn the_guide_opens_from_a_clinic_by_its_name_and_the_field_is_as_it_was() {
    let home = Home::new();
    let mut terminal = Launch::new(&home).args(&["clinic", "new", "--practice"]).go();
    terminal.wait_for(words::IN_DANGER);
    terminal.press(&[Key::Tab]);
    let before = terminal.wait_until("the next field", |shot| !shot.is_at(words::IN_DANGER));
    terminal.press(&[Key::Ctrl('p')]);
    terminal.keys("guide op");
    terminal.wait_for("Open the guide");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Guide: which page");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Take a group through a case in timed stages");
    terminal.press(&[Key::Esc]);
    terminal.wait_until("the same field", |shot| shot.form() == before.form());
    terminal.quit();
}

#[test]
fn a_locked_screen_has_the_guide_too() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).args(&["clinic", "new"]).unlocked().go();
    terminal.wait_for(words::IN_DANGER);
    terminal.press(&[Key::F(8)]);
    terminal.wait_for("You locked the vault");
    terminal.press(&[Key::F(1), Key::F(1), Key::Enter]);
    terminal.wait_for("Make the vault, keep its passphrase");
    terminal.press(&[Key::Esc]);
    terminal.wait_for("You locked the vault");
    terminal.quit();
}
