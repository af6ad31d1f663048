//! A vault of ten thousand notes: how soon its list and its words are there, and how long a save
//! takes in it.
//!
//! `cargo bench --bench vault`, or with another number of notes (`-- 1000`). Nine of ten notes are
//! drafts, so that making them takes seconds and not minutes. Nothing is read from or written to
//! the person's own folders. A goal that was missed makes the exit code 1.

use std::{
    fs::{self, File},
    process::ExitCode,
    time::{Duration, Instant, SystemTime},
};

use caseclinic::vault::{NoteHead, NoteId, Strength, Vault};
use secrecy::SecretString;

/// Bytes of one note: a long clinic with its template and audit trail.
const BODY: usize = 16 << 10;
/// Words people typed in one note, as a search takes them out.
const WORDS: usize = 2 << 10;

fn main() -> ExitCode {
    let count = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(10_000);
    let home = tempfile::tempdir().expect("a temporary folder");
    let place = home.path().join("vault");
    let passphrase: SecretString = "correct horse battery".into();
    let begun = Instant::now();
    fill(&place, &passphrase, count);
    println!("{count} notes of {BODY} bytes made in {:.1?}", begun.elapsed());
    let unlock = || Vault::unlock(&place, &passphrase).expect("unlocks");
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
    let words = |body: &str| body[..WORDS.min(body.len())].to_owned();
    let read = || assert_eq!(vault.texts(1, words).expect("reads").len(), count);
    line("words of all notes, nothing kept yet", timed(read), None);
    line("words of all notes, kept", timed(read), Some(250));
    let id = NoteId::random();
    let body = "x".repeat(BODY);
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

fn fill(place: &std::path::Path, passphrase: &SecretString, count: usize) {
    let (vault, _) =
        Vault::create(place, passphrase, Strength::WEAK_FOR_TESTS).expect("a new vault");
    let filler = "A long answer that somebody typed into a form, with words of its own. ";
    for number in 0..count {
        let body = format!("note {number}\n{}", filler.repeat(BODY / filler.len()));
        let (id, head) = (NoteId::random(), head(number));
        if number % 10 == 0 {
            vault.complete(id, &head, &body).expect("complete");
        } else {
            vault.save_draft(id, &head, &body).expect("saved");
        }
    }
    // A file of this very moment is read again each time; a vault at work has old ones.
    let then = SystemTime::now() - Duration::from_secs(3600);
    for folder in fs::read_dir(place.join("notes")).expect("a folder") {
        for file in fs::read_dir(folder.expect("an entry").path()).expect("a folder") {
            let file = File::options().write(true).open(file.expect("an entry").path());
            file.expect("opens").set_modified(then).expect("set");
        }
    }
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
