//! A vault of ten thousand notes: how soon its list is there and its text can be searched, how long
//! a query takes, and how long a save.
//!
//! `cargo bench --bench vault`, or with another number of notes (`-- 1000`). The keys are in a process
//! of their own, as for the screens; with `-- here` they are in this one, as for commands. Nine of ten
//! notes are drafts, so that making them takes seconds and not minutes. Nothing is read from or written
//! to the person's own folders. A goal that was missed makes the exit code 1.

use std::{
    fs::{self, File},
    process::ExitCode,
    sync::LazyLock,
    time::{Duration, Instant, SystemTime},
};

use caseclinic::{
    clinic::{Event, Session, Slot, Value, apply, bundled_template, to_document},
    search::{Options, Searcher},
    tui::workers::notes_searcher,
    vault::{KEY_HELPER, KeyPlace, NoteHead, NoteId, Strength, Vault, VaultPlace, serve_keys},
};
use secrecy::SecretString;

/// Bytes that people typed in one note.
const WRITTEN: usize = 2 << 10;
/// Different words in all notes.
const WORDS: usize = 20_000;

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|first| first == KEY_HELPER) {
        return serve_keys(|| ()).into();
    }
    let here = std::env::args().any(|word| word == "here");
    let keys = if here { KeyPlace::ThisProcess } else { KeyPlace::helper() };
    let count = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(10_000);
    let home = tempfile::tempdir().expect("a temporary folder");
    // What was seen of the vault is remembered, as the program does.
    let place = |keys| VaultPlace {
        keys,
        seen: Some(home.path().join("seen")),
        ..VaultPlace::from(&home.path().join("vault"))
    };
    let passphrase: SecretString = "correct horse battery".into();
    let begun = Instant::now();
    fill(place(KeyPlace::ThisProcess), &passphrase, count);
    let size = note(0).len();
    println!("{count} notes of {size} bytes made in {:.1?}", begun.elapsed());
    let unlock = || {
        let vault = Vault::unlock(place(keys.clone()), &passphrase).expect("unlocks");
        assert_eq!(vault.keys_held_here_because(), None);
        vault
    };
    let mut met = true;
    let mut line = |what: &str, took: Duration, goal: Option<u64>| {
        let verdict = goal.map_or(String::new(), |goal| {
            let is_met = took <= Duration::from_millis(goal);
            met &= is_met;
            format!("  goal {goal} ms {}", if is_met { "met" } else { "MISSED" })
        });
        println!("{what:<44}{took:>10.1?}{verdict}");
    };

    let vault = unlock();
    line("list, no catalogue yet", timed(|| assert_eq!(listed(&vault), count)), None);
    drop(vault);
    line("unlock with the catalogue (weak passphrase)", timed(|| drop(unlock())), None);
    let vault = unlock();
    line("list, first after unlocking", timed(|| assert_eq!(listed(&vault), count)), Some(100));
    line("list, again", timed(|| assert_eq!(listed(&vault), count)), Some(100));
    let search = || notes_searcher(&vault).expect("reads").0;
    line("search ready, nothing kept yet", timed(|| drop(search())), None);
    line("search ready, first after unlocking", timed(|| drop(search())), Some(250));
    let (first, p95) = queries(&search());
    line("query, the first", first, None);
    line("query, p95", p95, Some(20));
    let id = NoteId::random();
    let body = note(1);
    let mut saves: Vec<Duration> = (0..200)
        .map(|_| timed(|| _ = vault.save_draft(id, &head(0), &body).expect("saved")))
        .collect();
    saves.sort();
    line("save of a draft, median", saves[100], None);
    line("save of a draft, p99", saves[197], Some(50));
    let taken = timed(|| _ = vault.complete(id, &head(0), &body).expect("complete"));
    line("completion", taken, None);
    let copy = || assert!(vault.copier().copy_if_due(jiff::Timestamp::now()).expect("taken"));
    line("copy of the day, in the background", timed(copy), None);
    if met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn fill(place: VaultPlace, passphrase: &SecretString, count: usize) {
    let folder = place.folder.clone();
    let (vault, _) =
        Vault::create(place, passphrase, Strength::WEAK_FOR_TESTS).expect("a new vault");
    for number in 0..count {
        let body = note(number);
        let (id, head) = (NoteId::random(), head(number));
        if number % 10 == 0 {
            vault.complete(id, &head, &body).expect("complete");
        } else {
            vault.save_draft(id, &head, &body).expect("saved");
        }
    }
    // A file of this very moment is read again each time; a vault at work has old ones.
    let then = SystemTime::now() - Duration::from_hours(1);
    for folder in fs::read_dir(folder.join("notes")).expect("a folder") {
        for file in fs::read_dir(folder.expect("an entry").path()).expect("a folder") {
            let file = File::options().write(true).open(file.expect("an entry").path());
            file.expect("opens").set_modified(then).expect("set");
        }
    }
}

/// A clinic in which a text of this length was written.
static CLINIC: LazyLock<String> = LazyLock::new(|| {
    let template = bundled_template("peer-case-clinic").expect("bundled");
    let template = template.parse().expect("it is sound");
    let now = jiff::Timestamp::UNIX_EPOCH;
    let mut session = Session::start(template, uuid::Uuid::nil(), "HERON-1", false, now);
    let value = Some(Value::Text("x".repeat(WRITTEN)));
    apply(&mut session, Event::Answered { slot: Slot::once("key_question"), value }, now)
        .expect("answered");
    to_document(&session)
});

/// The same with words of its own, the frequent ones more often.
fn note(number: usize) -> String {
    let mut random = number as u64 + 1;
    let mut written = String::with_capacity(WRITTEN + 16);
    while written.len() < WRITTEN {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = (random >> 33) as f64 / f64::from(1_u32 << 31);
        written.push_str(&word((share.powi(4) * WORDS as f64) as usize));
        written.push(' ');
    }
    written.truncate(WRITTEN);
    CLINIC.replace(&"x".repeat(WRITTEN), &written)
}

/// A word for each number: three syllables.
fn word(number: usize) -> String {
    const SYLLABLES: [&str; 28] = [
        "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su",
        "ta", "ve", "wi", "yo", "zu", "bra", "cle", "dri", "flo", "gru", "pla", "spe", "tri",
    ];
    let at = |place: u32| SYLLABLES[number / SYLLABLES.len().pow(place) % SYLLABLES.len()];
    format!("{}{}{}", at(0), at(1), at(2))
}

/// The first query, which reads the vocabulary, and the 95th percentile of what is typed after it.
fn queries(notes: &Searcher) -> (Duration, Duration) {
    let options = Options { limit: 100, typing: true, ..Options::default() };
    let ask = |text: &str| timed(|| _ = notes.search(text, &options));
    let first = ask("ba");
    let mut took = Vec::new();
    for at in (0..WORDS).step_by(WORDS / 60) {
        let (one, two) = (word(at), word(at / 3));
        let slip = format!("{}x{}", &one[..2], &one[2..]);
        let texts = [
            one.clone(),
            one[..3].to_owned(),
            format!("{one} {two}"),
            format!("\"{one} {two}\" -{}", word(7)),
            format!("{slip} "),
        ];
        took.extend(texts.iter().map(|text| ask(text)));
    }
    took.sort();
    (first, took[took.len() * 95 / 100])
}

fn head(number: usize) -> NoteHead {
    NoteHead {
        kind: "clinic".to_owned(),
        case_key: format!("HERON-{number}"),
        title: "Peer case clinic".to_owned(),
        template: "peer-case-clinic 1.0.0".to_owned(),
        stage: "5/9 Placement".to_owned(),
        status: "in progress".to_owned(),
        created: jiff::Timestamp::UNIX_EPOCH,
        updated: jiff::Timestamp::UNIX_EPOCH,
        next_review: None,
        shared_with: Vec::new(),
        question: None,
    }
}

fn listed(vault: &Vault) -> usize {
    vault.list().expect("lists").iter().filter(|row| row.head.is_ok()).count()
}

fn timed(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}
