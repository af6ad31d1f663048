//! Words that occur nowhere else are typed wherever something can be typed, and then looked for:
//! in every file, on the raw disk, in the arguments and the environment of the program, in what a
//! crash leaves, and, once the vault is locked, in its memory.

use std::{fs, path::Path, time::Duration};

use caseclinic::vault::{Strength, Vault};
use rand::{Rng, rngs::StdRng};
use rustix::process::{Pid, Signal};

use crate::{
    disk::{self, LoopDisk},
    memory::{self, Wanted},
    part::{Case, Part, Tally},
    support::{Home, Key, Launch, Terminal, words},
};

/// Letters that words are made of: no syllable of English, nothing of a key.
const LETTERS: &[u8] = b"qzxjkvw";
/// What must be found, so that finding nothing means something.
const CONTROL: &str = "this file is meant to be found 7219";

pub(crate) const PART: Part = Part {
    name: "canaries",
    promise: "nothing typed is readable on the disk, from outside, or in memory after locking",
    unit: "words",
    timed: "",
    short: 2,
    full: 50,
    abreast: 4,
    hindrance: || None,
    case: one,
};

fn one(case: &mut Case) -> Tally {
    let mut tally = Tally::default();
    let mut disk = match disk::no_loop_device() {
        None => Some(LoopDisk::make(&[]).expect("a disk")),
        Some(why) => {
            tally.not_run.push(format!("the raw disk: {why}"));
            None
        }
    };
    let folder = disk::quick_folder();
    let place = disk.as_ref().map_or(folder.path().to_owned(), LoopDisk::place);
    let home = Home::inside(&place);
    let typed = Typed::by_chance(&mut case.chance);
    let passphrase = typed.passphrase.as_str();
    let made = Vault::create(&home.vault_place(), &passphrase.into(), Strength::WEAK_FOR_TESTS);
    let (vault, _) = made.expect("a vault");
    vault.confirm_recovery().expect("confirmed");
    drop(vault);

    let mut terminal = Launch::new(&home)
        .args(&["clinic", "new"])
        .environment("HOME", &place.display().to_string())
        .environment("TMPDIR", &place.display().to_string())
        .go();
    typed.type_all(&mut terminal);
    let all = typed.all();
    let pid = terminal.pid();
    seen_from_outside(pid, &all);
    let may_read = rustix::process::geteuid().is_root();
    if may_read {
        assert!(
            !memory::search(pid, &[Wanted::text(&typed.question)]).is_empty(),
            "the search of the memory finds nothing"
        );
    } else {
        tally.not_run.push("the memory: needs root".to_owned());
    }
    // A crash before the vault is locked, and a lock that must leave nothing.
    if case.index % 2 == 1 {
        terminal.signal(Signal::ABORT);
        terminal.ended_within(Duration::from_secs(20));
    } else {
        terminal.press(&[Key::F(8)]);
        terminal.wait_for(words::VAULT_LOCKED);
        if may_read {
            let wanted: Vec<Wanted> = all.iter().map(|word| Wanted::text(word)).collect();
            memory::assert_clean(pid, &wanted);
            tally.count("words looked for in memory after locking", all.len());
        }
        terminal.quit();
    }
    fs::write(place.join("control"), CONTROL).expect("written");
    let mut wanted = all.clone();
    wanted.push(CONTROL.to_owned());
    let found = in_files(&place, &wanted);
    assert_eq!(found, [CONTROL.to_owned()], "readable in files");
    drop(home);
    if let Some(disk) = &mut disk {
        disk.unmount().expect("unmounted");
        let bytes = fs::read(disk.image()).expect("the raw disk");
        let found: Vec<_> = wanted
            .iter()
            .filter(|word| !memory::places(&bytes, word.as_bytes()).is_empty())
            .collect();
        assert_eq!(found, [CONTROL], "readable on the raw disk");
    }
    tally.tried = all.len();
    tally
}

/// What is typed, and where.
struct Typed {
    passphrase: String,
    question: String,
    fields: Vec<(usize, &'static str, String)>,
    taken_back: String,
    avoided: String,
    looked_up: String,
    command: String,
}

impl Typed {
    fn by_chance(chance: &mut StdRng) -> Self {
        let mut word = || -> String {
            let letters = (0..12).map(|_| LETTERS[chance.gen_range(0..LETTERS.len())]);
            // Every letter, or it may be too plain for a passphrase.
            LETTERS.iter().copied().chain(letters).map(char::from).collect()
        };
        Self {
            passphrase: word(),
            question: word(),
            fields: [
                (1, words::WHY_NOW),
                (1, words::TRIED),
                (1, words::UNDERSTAND),
                (2, words::WHAT_HAPPENED),
            ]
            .map(|(stage, label)| (stage, label, word()))
            .into(),
            taken_back: word(),
            avoided: word(),
            looked_up: word(),
            command: word(),
        }
    }

    fn all(&self) -> Vec<String> {
        let fields = self.fields.iter().map(|(_, _, word)| word);
        let others = [
            &self.passphrase,
            &self.question,
            &self.taken_back,
            &self.avoided,
            &self.looked_up,
            &self.command,
        ];
        fields.chain(others).cloned().collect()
    }

    /// Types it all, as a person does, and waits until it is saved.
    fn type_all(&self, terminal: &mut Terminal) {
        terminal.wait_for(words::UNLOCK);
        terminal.keys(&self.passphrase);
        terminal.press(&[Key::Enter]);
        terminal.wait_for(words::STAGES[0]);
        terminal.choose(words::IN_DANGER, "2");
        terminal.write(words::QUESTION, &self.question);
        terminal.paste(&format!(" {}", self.taken_back));
        terminal.wait_for(&self.taken_back);
        for _ in 0..=self.taken_back.len() {
            terminal.press(&[Key::Backspace]);
        }
        terminal.wait_gone(&self.taken_back);
        let mut now = 0;
        for (stage, label, word) in &self.fields {
            while now < *stage {
                now += 1;
                terminal.next_stage(words::STAGES[now]);
            }
            terminal.write(label, word);
        }
        terminal.press(&[Key::Ctrl('n')]);
        terminal.settle(Duration::from_millis(150));
        terminal.keys(&self.avoided);
        terminal.wait_for(&self.avoided);
        terminal.press(&[Key::Enter]);
        terminal.wait_gone(&self.avoided);
        terminal.press(&[Key::Ctrl('g')]);
        terminal.settle(Duration::from_millis(150));
        terminal.keys(&self.looked_up);
        terminal.wait_for(&self.looked_up);
        terminal.press(&[Key::Esc]);
        terminal.press(&[Key::Ctrl('p')]);
        terminal.settle(Duration::from_millis(150));
        terminal.keys(&self.command);
        terminal.wait_for(&self.command);
        terminal.press(&[Key::Esc]);
        terminal.wait_gone(&self.command);
        terminal.wait_saved();
    }
}

/// What every other program may read of this one.
fn seen_from_outside(pid: Pid, words: &[String]) {
    for what in ["cmdline", "environ", "comm", "status"] {
        let path = format!("/proc/{}/{what}", pid.as_raw_nonzero());
        let bytes = fs::read(&path).expect("it is read");
        for word in words {
            assert!(memory::places(&bytes, word.as_bytes()).is_empty(), "{word} in {path}");
        }
    }
}

/// Those of the words that are readable in a file below, or in its name.
fn in_files(folder: &Path, words: &[String]) -> Vec<String> {
    fn walk(folder: &Path, words: &[String], found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            let mut bytes = path.display().to_string().into_bytes();
            if path.is_dir() {
                walk(&path, words, found);
            } else if path.is_file() {
                bytes.extend(fs::read(&path).expect("it is read"));
            }
            let inside = |word: &&String| !memory::places(&bytes, word.as_bytes()).is_empty();
            found.extend(words.iter().filter(inside).cloned());
        }
    }
    let mut found = Vec::new();
    walk(folder, words, &mut found);
    found
}
