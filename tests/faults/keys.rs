//! After locking, no key is in the program's memory: not the vault's age identity nor its signing
//! key, not the key of a recovery sheet, not the key of a single file, and neither the passphrase nor
//! a word that was typed. The vault is unlocked and locked again and again, by F8 and by itself, with
//! notes found, opened and completed between.

use std::{
    cell::RefCell,
    fs,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use age::{Decryptor, x25519};
use age_core::{
    format::{FileKey, Stanza},
    primitives::hkdf,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use caseclinic::{
    clinic::{
        Event, Outcome, Session, Slot, Template, Value, apply, bundled_templates, from_document,
        practice_session, to_document,
    },
    services::head,
    vault::{NoteId, Strength, Vault},
};
use jiff::Timestamp;
use rand::{Rng, rngs::StdRng};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha512};

use crate::{
    disk,
    memory::{self, Wanted},
    part::{Case, Part, Tally},
    support::{Clock, Home, Key, Launch, PASSPHRASE, Terminal, words},
};

/// Times that each program is unlocked and locked.
const CYCLES: usize = 3;
/// The same, in the full form: ten cases make two hundred.
const CYCLES_IN_FULL: usize = 20;
/// Characters in a group of the recovery sheet.
const GROUPS: usize = 10;
/// Leaves nothing of an old screen in view.
const QUIET: Duration = Duration::from_millis(150);

pub(crate) const PART: Part = Part {
    name: "keys",
    promise: "no key, passphrase or typed word is in memory after locking",
    unit: "times locked",
    timed: "",
    short: 2,
    full: 10,
    abreast: 2,
    hindrance,
    case: one,
};

fn hindrance() -> Option<String> {
    let root = rustix::process::geteuid().is_root();
    (!cfg!(target_os = "linux") || !root)
        .then(|| "needs Linux and root".to_owned())
        .or_else(|| disk::without("cc"))
}

fn one(case: &mut Case) -> Tally {
    let cycles = if case.full { CYCLES_IN_FULL } else { CYCLES };
    let clock = Clock::new().expect("a C compiler");
    let folder = disk::quick_folder();
    let home = Home::inside(folder.path());
    let config = home.path().join("config");
    fs::create_dir_all(&config).expect("a folder");
    fs::write(config.join("settings.toml"), "lock_after_minutes = 1\n").expect("written");
    let launch = |arguments: &[&str]| {
        Launch::new(&home)
            .size(120, 50)
            .args(arguments)
            .environment("LD_PRELOAD", &Clock::text(&clock.library()))
            .environment("TEST_CLOCK_FILE", &Clock::text(&clock.file()))
            .go()
    };
    let (mut terminal, sheet) = if case.index.is_multiple_of(2) {
        let made = Vault::create(&home.vault_place(), &PASSPHRASE.into(), Strength::WEAK_FOR_TESTS);
        let (vault, sheet) = made.expect("a vault");
        vault.confirm_recovery().expect("confirmed");
        let terminal = launch(&["clinic", "resume"]);
        terminal.wait_for(words::UNLOCK);
        (terminal, sheet.key().expose_secret().to_owned())
    } else {
        let mut terminal = launch(&[]);
        terminal.wait_for(words::NO_VAULT);
        let sheet = make_the_vault(&mut terminal);
        terminal.wait_for(words::STAGES[0]);
        terminal.leave();
        terminal.settle(QUIET);
        lock(&mut terminal);
        (terminal, sheet)
    };
    let mut secrets = Secrets::of(&home, &sheet);
    let pid = terminal.pid();
    if case.index % 2 == 1 {
        memory::assert_clean(pid, &secrets.all());
        terminal.press(&[Key::Enter]);
        terminal.wait_for(words::UNLOCK);
    }
    let notes: Vec<Draft> = (0..cycles).map(|at| Draft::ready(at, &mut case.chance)).collect();
    let vault = home.vault();
    for note in &notes {
        vault.save_draft(NoteId::random(), &head(&note.session), &note.body).expect("saved");
    }
    drop(vault);
    let (mut tally, mut ahead) = (Tally::default(), 0);
    for (at, note) in notes.iter().enumerate() {
        terminal.keys(PASSPHRASE);
        terminal.press(&[Key::Enter]);
        terminal.wait_for(words::VAULT_OPEN);
        if at > 0 {
            // The note completed last is in view again.
            terminal.wait_for("‹ Clinics · ");
            terminal.press(&[Key::Esc]);
        }
        terminal.wait_for(&note.case_key);
        secrets.words.push(note.word.clone());
        let while_open = memory::search(terminal.pid(), &secrets.keys);
        let held = terminal.children().into_iter();
        let held: usize = held.map(|child| memory::search(child, &secrets.keys).len()).sum();
        find_and_complete(&mut terminal, note);
        if at % 2 == 0 {
            lock(&mut terminal);
        } else {
            ahead += 120;
            clock.moves_to(ahead);
            terminal.wait_for("no key was pressed for a minute");
            terminal.wait_for("Nothing is lost");
        }
        memory::assert_clean(pid, &secrets.all());
        // While notes are read the keys are in the process that holds them, and there alone.
        let told: Vec<String> = while_open.iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "in memory while the vault was open:\n{}", told.join("\n"));
        assert!(held > 0, "the search of the memory finds nothing");
        assert_eq!(terminal.children(), [], "a process that held the keys is still there");
        tally.tried += 1;
        tally.count("keys of files looked for", secrets.files.len());
        terminal.press(&[Key::Enter]);
        terminal.wait_for(words::UNLOCK);
    }
    terminal.press(&[Key::Esc]);
    terminal.quit();
    assert!(home.faults().is_empty(), "{:?}", home.faults());
    tally
}

fn lock(terminal: &mut Terminal) {
    terminal.press(&[Key::F(8)]);
    terminal.wait_for("Nothing is lost");
}

/// Finds a note by its word, opens it and completes it.
fn find_and_complete(terminal: &mut Terminal, note: &Draft) {
    terminal.keys("/");
    terminal.keys(&note.word);
    terminal.wait_for("1 note");
    terminal.press(&[Key::Enter]);
    terminal.wait_for(words::STAGES[7]);
    terminal.push(words::COMPLETE);
    terminal.wait_for("Complete the clinic?");
    terminal.confirm("2");
    let after = terminal.wait_until("the end, or what is to be checked", |shot| {
        shot.shows(words::COMPLETED) || shot.shows("Check before completing")
    });
    if after.shows("Check before completing") {
        terminal.confirm("2");
    }
    terminal.wait_for(words::COMPLETED);
}

/// A draft of which only the last step is missing, with a word in it that is nowhere else.
struct Draft {
    session: Session,
    body: String,
    case_key: String,
    word: String,
}

impl Draft {
    fn ready(number: usize, chance: &mut StdRng) -> Self {
        const LETTERS: &[u8] = b"bcdfghjklm";
        let word: String =
            (0..14).map(|_| char::from(LETTERS[chance.gen_range(0..LETTERS.len())])).collect();
        let bundled = bundled_templates().iter().find(|one| one.id == "peer-case-clinic");
        let bundled = bundled.expect("the format");
        let template = Template::parse(bundled.file, bundled.text).expect("it parses");
        let now = Timestamp::now();
        let practice = practice_session(&template, bundled.example_file, bundled.example, now);
        let practice = practice.unwrap_or_else(|problem| panic!("{problem}"));
        let written = to_document(&practice);
        let (body, _) = written.rsplit_once("\n[end]\n").expect("an end");
        let case_key = format!("HERON-{}", 100 + number);
        let own = body.replacen("practice = true", "practice = false", 1);
        let own = own.replacen(practice.case_key(), &case_key, 1);
        let whole = format!("{own}\n[end]\nbytes = {}\n", own.len());
        let mut session = from_document(&whole).expect("a session");
        let value = Some(Value::Text(format!("What of {word}?")));
        apply(&mut session, Event::Answered { slot: Slot::once("key_question"), value }, now)
            .expect("answered");
        // One behaviour of the worked case waits for its reveal.
        for row in session.rows("behaviour").to_vec() {
            let slot = || Slot::in_row("placement", row);
            let text = "Agreed for this test.".to_owned();
            for event in [
                Event::PlacementsRevealed { slot: slot(), reason: None },
                Event::PlacementAgreed { slot: slot(), outcome: Outcome::NotEnoughInformation },
                Event::BasisWritten { slot: slot(), text },
            ] {
                // The other was revealed already.
                let _ = apply(&mut session, event, now);
            }
        }
        while session.stage() + 1 < template.stages.len() {
            let on = apply(&mut session, Event::StageFinished, now);
            on.unwrap_or_else(|refusal| panic!("{refusal}"));
        }
        let body = to_document(&session);
        Self { session, body, case_key, word }
    }
}

/// Everything that must not be found.
struct Secrets {
    vault: PathBuf,
    identity: x25519::Identity,
    keys: Vec<Wanted>,
    words: Vec<String>,
    files: Vec<Wanted>,
}

impl Secrets {
    /// What the identity file of the vault holds, and the key of its recovery sheet.
    fn of(home: &Home, sheet: &str) -> Self {
        let sealed = fs::read(home.vault_place().join("keys/identity.age")).expect("it is there");
        let by_passphrase = age::scrypt::Identity::new(PASSPHRASE.into());
        let file = String::from_utf8(age::decrypt(&by_passphrase, &sealed).expect("it opens"));
        let file = file.expect("text");
        let line = |start: &str| file.lines().find(|line| line.starts_with(start)).expect("a line");
        let identity: x25519::Identity = line("AGE-SECRET-KEY-1").parse().expect("a key");
        let seed = line("# signing-key: ed25519 ").rsplit(' ').next().expect("the key");
        let mut keys = key_in_every_form("the age identity", line("AGE-SECRET-KEY-1"));
        keys.extend(key_in_every_form("the sheet's key", sheet));
        keys.push(Wanted::text(seed));
        let seed = BASE64_STANDARD.decode(seed).expect("base64");
        keys.push(Wanted::bytes("the signing key", &seed));
        let expanded = Sha512::digest(&seed);
        // Its first and last byte change when it becomes a number.
        keys.push(Wanted::bytes("the signing key, expanded", &expanded[1..31]));
        keys.push(Wanted::bytes("the signing key’s second half", &expanded[32..]));
        let groups = groups(sheet);
        keys.extend(groups.iter().map(|group| Wanted::text(group)));
        Self {
            vault: home.vault_place(),
            identity,
            keys,
            words: vec![PASSPHRASE.to_owned()],
            files: Vec::new(),
        }
    }

    fn all(&mut self) -> Vec<Wanted> {
        self.files.clear();
        file_keys(&self.vault.clone(), &self.identity, &mut self.files);
        let words = self.words.iter().map(|word| Wanted::text(word));
        self.keys.iter().cloned().chain(words).chain(self.files.iter().cloned()).collect()
    }
}

/// A key as text in both cases, and as bytes.
fn key_in_every_form(name: &str, text: &str) -> Vec<Wanted> {
    let data = text.strip_prefix("AGE-SECRET-KEY-1").expect("a key");
    let bytes = bech32_bytes(data);
    vec![
        Wanted::text(data),
        Wanted::text(&data.to_lowercase()),
        // Its first and last byte change when it becomes a number.
        Wanted::bytes(name, &bytes[1..31]),
    ]
}

/// The bytes of a Bech32 text, without its checksum of six letters.
fn bech32_bytes(data: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
    let (mut bytes, mut bits, mut many) = (Vec::new(), 0_u32, 0);
    for letter in data[..data.len() - 6].bytes() {
        let value = LETTERS.iter().position(|one| *one == letter).expect("a letter of Bech32");
        bits = bits << 5 | value as u32;
        many += 5;
        if many >= 8 {
            many -= 8;
            bytes.push((bits >> many & 0xff) as u8);
        }
    }
    assert_eq!(bytes.len(), 32, "a key has 32 bytes");
    bytes
}

/// The whole groups of a sheet. The last one is so short that memory holds it by chance.
fn groups(sheet: &str) -> Vec<String> {
    let data = sheet.strip_prefix("AGE-SECRET-KEY-1").expect("a key");
    data.as_bytes()
        .chunks_exact(6)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect()
}

/// The key of every encrypted file below, and the key of its content that is made of it.
fn file_keys(folder: &Path, identity: &x25519::Identity, found: &mut Vec<Wanted>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            file_keys(&path, identity, found);
            continue;
        }
        let sealed = fs::read(&path).expect("it is read");
        let seen = Seen { identity, key: RefCell::default() };
        let Ok(decryptor) = Decryptor::new_buffered(sealed.as_slice()) else { continue };
        let Ok(mut opened) = decryptor.decrypt(std::iter::once(&seen as &dyn age::Identity)) else {
            continue;
        };
        let mut plain = Vec::new();
        opened.read_to_end(&mut plain).expect("it opens");
        let key = seen.key.into_inner();
        let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        let mac = memchr::memmem::find(&sealed, b"\n--- ").expect("a header");
        let end = mac + 5 + memchr::memchr(b'\n', &sealed[mac + 5..]).expect("its end") + 1;
        let payload = hkdf(&sealed[end..end + 16], b"payload", &key);
        found.push(Wanted::bytes(&format!("the key of {name}"), &key));
        found.push(Wanted::bytes(&format!("the key of the content of {name}"), &payload));
    }
}

/// An identity that remembers the key of the file it opened.
struct Seen<'a> {
    identity: &'a x25519::Identity,
    key: RefCell<Vec<u8>>,
}

impl age::Identity for Seen<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        let opened = self.identity.unwrap_stanza(stanza);
        if let Some(Ok(key)) = &opened {
            *self.key.borrow_mut() = key.expose_secret().to_vec();
        }
        opened
    }
}

/// Makes a vault on screen; returns the key of its recovery sheet.
fn make_the_vault(terminal: &mut Terminal) -> String {
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
    let shown = terminal.wait_for("of the key:").flat();
    let (_, asked) = shown.split_once("Group ").expect("a group is asked for");
    let asked: usize = asked.split(' ').next().and_then(|n| n.parse().ok()).expect("its number");
    let group = |number: usize| {
        let mark = format!("{number}:");
        let found = shown.split_whitespace().find_map(|word| word.strip_prefix(&mark));
        found.expect("the group").to_owned()
    };
    let key: String = (1..=GROUPS).map(group).collect();
    terminal.keys(&group(asked));
    terminal.press(&[Key::Enter]);
    terminal.wait_gone(words::SHEET);
    format!("AGE-SECRET-KEY-1{key}")
}
