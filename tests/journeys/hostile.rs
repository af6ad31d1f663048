//! What the world does to a program: hostile pastes, tiny windows, keys at random, no colours.

use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};

use crate::support::{Home, Key, Launch, PATIENCE, Terminal, words};

/// How long keys are pressed at random.
const MONKEY: Duration = Duration::from_secs(6);

fn practice(home: &Home) -> Terminal {
    let terminal = Launch::new(home).args(&["clinic", "new", "--practice"]).go();
    terminal.wait_for(words::PRACTICE);
    terminal.wait_for(words::STAGES[0]);
    terminal
}

#[test]
fn pasted_text_keeps_its_lines_and_sends_no_control_codes() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).args(&["clinic", "new"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    let key = terminal.case_key();
    terminal.go_to(words::QUESTION);
    terminal.paste("first line\rsecond line\r\nthird line\nfourth\tline");
    terminal.wait_for("fourth");
    terminal.paste(" \x1b]0;owned\x07\x1b[31mred\u{202e}turned\u{200b}hidden\x00end");
    terminal.wait_for("hidden");
    let shown = terminal.screen();
    for line in ["first line", "second line", "third line", "fourth"] {
        assert!(
            shown.rows.iter().any(|row| row.trim_start_matches(['▌', '┃', ' ']).starts_with(line)),
            "{shown}"
        );
    }
    assert!(shown.is_at(words::QUESTION), "a pasted line end moved the focus\n{shown}");
    terminal.quit();

    let sent = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    for hostile in ["\x1b]0;owned", "\u{202e}", "\u{200b}"] {
        assert!(!sent.contains(hostile), "{hostile:?} reached the terminal");
    }
    let note = home.note(&key).expect("the draft opens");
    assert!(note.contains("second line"), "{note}");
    assert!(!note.contains(['\x1b', '\u{202e}', '\u{200b}', '\r', '\0']), "{note:?}");
}

#[test]
fn a_window_too_small_asks_for_more_room_and_keeps_the_state() {
    let home = Home::new();
    let mut terminal = practice(&home);
    for (columns, rows) in [(50, 10), (1, 1), (20, 3), (59, 18), (60, 17)] {
        terminal.resize(columns, rows);
        if columns >= 50 {
            terminal.wait_for(words::LARGER);
        } else {
            terminal.settle(Duration::from_millis(100));
        }
        assert!(terminal.runs());
        // Nobody sees what these would answer, open or leave.
        for key in [Key::Tab, Key::Down, Key::Enter, Key::F(2), Key::PageDown, Key::Esc] {
            terminal.press(&[key]);
            terminal.keys("1 zq");
        }
        terminal.settle(Duration::from_millis(100));
    }
    for (columns, rows) in [(60, 18), (200, 60), (100, 24), (80, 24)] {
        terminal.resize(columns, rows);
        terminal.wait_for(words::IN_DANGER);
    }
    let shot = terminal.wait_for(words::STAGES[0]);
    assert!(shot.is_at(words::IN_DANGER), "{shot}");
    terminal.quit();
}

#[test]
fn a_key_and_a_resize_at_the_same_moment_are_both_handled() {
    let home = Home::new();
    let mut terminal = Launch::new(&home).go();
    terminal.wait_for(words::READY);
    for round in 0..150_u8 {
        let columns = if round % 2 == 0 { 90 } else { 80 };
        let letter = char::from(b'a' + round % 26).to_string();
        terminal.resize(columns, 24);
        terminal.keys(&letter);
        let width = usize::from(columns) - 1;
        terminal.wait_until(&format!("“{letter}” in {columns} columns"), |shot| {
            let header = shot.row_with("Search F2").unwrap_or_default();
            shot.shows(&format!("› {letter}")) && header.chars().count() == width
        });
        terminal.press(&[Key::Backspace]);
        terminal.wait_gone(&format!("› {letter}"));
    }
    terminal.quit();
}

#[test]
fn the_answer_that_a_child_is_in_danger_shows_what_to_do_now() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).args(&["clinic", "new"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    terminal.choose(words::IN_DANGER, "1");
    terminal.wait_for("who needs to be safe now");
    terminal.wait_for("999");
    terminal.press(&[Key::Esc]);
    terminal.wait_for(words::ACT_FIRST);
    terminal.quit();
}

#[test]
fn without_colour_no_colour_is_sent_and_the_choice_still_shows() {
    let home = Home::new();
    let mut terminal =
        Launch::new(&home).environment("NO_COLOR", "1").environment("COLORFGBG", "15;0").go();
    terminal.wait_for(words::READY);
    terminal.keys("consent");
    terminal.wait_for("power");
    terminal.press(&[Key::Enter]);
    terminal.settle(Duration::from_millis(200));
    terminal.press(&[Key::F(3), Key::Ctrl('t'), Key::Enter]);
    terminal.wait_for(words::PRACTICE);
    terminal.quit();
    let coloured = colours(&terminal.bytes());
    assert!(coloured.is_empty(), "{coloured:?}");

    let mut terminal = Launch::new(&home).environment("COLORFGBG", "15;0").go();
    terminal.wait_for(words::READY);
    terminal.keys("consent");
    terminal.wait_for("power");
    terminal.quit();
    assert!(!colours(&terminal.bytes()).is_empty(), "the check itself sees colours");
}

/// The sequences that set a colour.
fn colours(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let looks = text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == ';' || c == ':'))?;
        rest[end..].starts_with('m').then(|| rest[..end].to_owned())
    });
    let is_colour = |look: &String| {
        let numbers: Vec<u16> = look.split([';', ':']).filter_map(|n| n.parse().ok()).collect();
        numbers.iter().any(|n| matches!(n, 30..=38 | 40..=48 | 90..=97 | 100..=107))
    };
    looks.filter(is_colour).collect()
}

#[test]
fn wrong_passphrase_asks_again_and_creates_nothing() {
    let home = Home::with_vault();
    home.keep_draft("HERON-42", "a question kept before");
    let before = files(&home);
    let mut terminal = Launch::new(&home).args(&["clinic", "resume", "HERON-42"]).go();
    terminal.wait_for(words::UNLOCK);
    terminal.keys("not the right words");
    terminal.press(&[Key::Enter]);
    terminal.wait_for(words::WRONG);
    assert_eq!(files(&home), before, "a wrong passphrase changed the vault");
    terminal.keys(crate::support::PASSPHRASE);
    terminal.press(&[Key::Enter]);
    terminal.wait_for("a question kept before");
    terminal.quit();
}

/// Names and sizes of the files in the vault.
fn files(home: &Home) -> Vec<(String, u64)> {
    fn walk(folder: &std::path::Path, into: &mut Vec<(String, u64)>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let kind = entry.file_type().expect("its kind");
            if kind.is_dir() {
                walk(&entry.path(), into);
            } else {
                let size = entry.metadata().expect("its size").len();
                into.push((entry.path().display().to_string(), size));
            }
        }
    }
    let mut found = Vec::new();
    walk(&home.vault_place(), &mut found);
    found.sort();
    found
}

#[test]
fn keys_pressed_at_random_on_every_screen_never_crash_the_program() {
    let seed = std::env::var("CASECLINIC_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or(20_261_121);
    println!("seed {seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    let home = Home::new();
    let mut keys: Vec<Vec<u8>> = Key::all()
        .into_iter()
        .filter(|key| !matches!(key, Key::Ctrl('q' | 'c')))
        .map(Key::bytes)
        .collect();
    keys.extend("123456 aeiou[]/nNoyŵ€👩🏽".chars().map(|c| c.to_string().into_bytes()));
    let starts: [&[Key]; 6] = [
        &[],
        &[Key::Down, Key::Enter],
        &[Key::F(3)],
        &[Key::F(3), Key::Ctrl('t')],
        &[Key::F(3), Key::Ctrl('t'), Key::Enter],
        &[
            Key::F(3),
            Key::Ctrl('t'),
            Key::Enter,
            Key::Ctrl('o'),
            Key::Down,
            Key::Down,
            Key::Down,
            Key::Down,
            Key::Enter,
        ],
    ];
    for start in starts {
        let since = Instant::now();
        while since.elapsed() < MONKEY / starts.len() as u32 {
            let mut terminal = Launch::new(&home).go();
            terminal.wait_for(words::READY);
            for key in start {
                terminal.press(&[*key]);
                terminal.settle(Duration::from_millis(60));
            }
            while since.elapsed() < MONKEY / starts.len() as u32 && terminal.runs() {
                let key = keys.choose(&mut chance).expect("a key");
                terminal.send(key);
                if chance.gen_bool(0.05) {
                    terminal.resize(chance.gen_range(1..140), chance.gen_range(1..50));
                }
                std::thread::sleep(Duration::from_millis(2));
            }
            std::thread::sleep(Duration::from_millis(150));
            if terminal.runs() {
                terminal.resize(80, 24);
                // A key that comes in the same instant as a new size is read only with the next
                // key.
                terminal.settle(Duration::from_millis(150));
                terminal.send(b"\x1b[A");
                terminal.press(&[Key::Ctrl('q')]);
            }
            // "Save and quit" can also be chosen from the commands. A crash ends otherwise.
            let ended = terminal.ended_within(PATIENCE);
            let bytes = terminal.bytes();
            let said = String::from_utf8_lossy(&bytes);
            // What the program says of a fault has scrolled away.
            let fault = said.find("had a fault of its own").map_or("", |at| &said[at..]);
            let fault = fault.lines().next().unwrap_or_default();
            let how =
                format!("seed {seed} from {start:?}: {ended:?} {fault}\n{}", terminal.screen());
            assert!(ended.code == 0 && ended.signal.is_none(), "{how}");
            terminal.assert_given_back();
        }
    }
    assert!(!home.vault_place().exists(), "keys at random made a vault");
}
