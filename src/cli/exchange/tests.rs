//! The commands, with two people at two keyboards.

use std::{collections::VecDeque, fs, path::Path};

use secrecy::SecretString;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::{
    cli::{
        clinic::{self, ClinicCommand},
        context::fixture::TestRun,
        prompt::{Console, PromptError},
    },
    clinic::{Session, Template, fixture, to_document},
    services::{StartError, begun_follow_ups, follow_up_clinic, head, notes},
    vault::{NoteId, Strength, Vault, fixtures::PASSPHRASE},
};

struct Typist(VecDeque<&'static str>);

impl Console for Typist {
    fn ask(&mut self, _: &str) -> Result<SecretString, PromptError> {
        self.0.pop_front().map(Into::into).ok_or(PromptError::Cancelled)
    }
}

#[derive(clap::Parser)]
struct Line {
    #[command(subcommand)]
    command: Typed,
}

#[derive(clap::Subcommand)]
enum Typed {
    #[command(subcommand)]
    Exchange(ExchangeCommand),
    #[command(subcommand)]
    Clinic(ClinicCommand),
}

/// What a command printed, and its exit code.
fn typed(home: &TempDir, line: &[&str], answers: &[&'static str]) -> (u8, String, String) {
    let parsed = <Line as clap::Parser>::try_parse_from([&["caseclinic"], line].concat());
    let command = parsed.unwrap_or_else(|error| panic!("{error}")).command;
    let answers = [&[PASSPHRASE], answers].concat();
    TestRun::at(home.path()).asking(Typist(answers.into())).run(|context| match command {
        Typed::Exchange(command) => run(&command, context),
        Typed::Clinic(command) => clinic::run(command, context),
    })
}

fn home() -> TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let place = home.path().join("vault");
    Vault::create(&place, &PASSPHRASE.into(), Strength::WEAK_FOR_TESTS).expect("a vault");
    home
}

fn complete(home: &TempDir, key: &str) -> NoteId {
    let vault = Vault::unlock(&home.path().join("vault"), &PASSPHRASE.into()).expect("unlocks");
    let template = Template::parse("rich.toml", fixture::RICH).expect("sound");
    let now = "2026-11-20T12:00:00Z".parse().expect("a time");
    let session = Session::start(template, Uuid::new_v4(), key, false, now);
    let id = NoteId::random();
    vault.complete(id, &head(&session), &to_document(&session)).expect("completes");
    id
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

const ASHA: [&str; 6] = ["--name", "Asha Rahman", "--agency", "Northmoor", "--role", "deputy"];
const BRYN: [&str; 6] = ["--name", "Bryn Evans", "--agency", "Southvale", "--role", "lead"];

#[test]
fn two_people_begin_join_send_and_read() {
    let (asha, bryn, shared) = (home(), home(), tempfile::tempdir().expect("a folder"));
    let folder = shared.path().join("exchange");
    let folder = text(&folder);
    let line = |words: &[&'static str], more: &[&'static str]| -> Vec<String> {
        let words = words.iter().map(|word| (*word).to_owned());
        let more = more.iter().map(|word| (*word).to_owned());
        words.chain([folder.to_owned()]).chain(more).collect()
    };
    let run = |home: &TempDir,
               words: &[&'static str],
               more: &[&'static str],
               answers: &[&'static str]| {
        let line = line(words, more);
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        typed(home, &line, answers)
    };
    let (code, _, err) = run(&asha, &["exchange", "init"], &ASHA, &[]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("You are its first steward"), "{err}");
    // Nobody joins who does not say that the fingerprint is right.
    let (code, _, err) = run(&bryn, &["exchange", "join"], &BRYN, &["no"]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("Nothing was changed."), "{err}");
    let wrong = ["--fingerprint", "0000 0000 0000 0000 0000 0000 0000 0000"];
    let (code, _, err) = run(&bryn, &["exchange", "join"], &[&BRYN[..], &wrong].concat(), &[]);
    assert_eq!((code, err.contains("not the fingerprint")), (1, true), "{err}");
    let (code, _, err) = run(&bryn, &["exchange", "join"], &BRYN, &["yes"]);
    assert_eq!(code, 0, "{err}");
    let (code, _, err) = run(&bryn, &["exchange", "sync"], &[], &[]);
    assert_eq!((code, err.contains("You have not been added")), (1, true), "{err}");
    let (code, out, err) = run(&asha, &["exchange", "add"], &[], &[]);
    assert!(code == 0 && out.contains("Bryn Evans (Southvale), lead"), "{out}{err}");
    let (code, _, err) = run(&asha, &["exchange", "add"], &["Bryn Evans"], &["yes"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("Asha Rahman (Northmoor), Bryn Evans (Southvale)"), "{err}");
    complete(&asha, "HERON-42");
    // It says who will be able to open it, and waits for the answer.
    let (code, _, err) = run(&asha, &["exchange", "sync"], &[], &["no"]);
    assert!(code == 0 && err.contains("HERON-42, revision 1"), "{err}");
    assert!(
        err.contains("will be able to open it, and to keep it: Bryn Evans (Southvale)."),
        "{err}"
    );
    assert!(err.contains("Sent: 0 revisions."), "{err}");
    let (code, out, _) = run(&asha, &["exchange", "status"], &[], &[]);
    assert!(code == 0 && out.contains("To send      1 revision"), "{out}");
    let (code, _, err) = run(&asha, &["exchange", "sync"], &[], &["yes"]);
    assert!(code == 0 && err.contains("Sent: 1 revision."), "{err}");
    let (_, out, _) = run(&bryn, &["exchange", "status"], &[], &[]);
    assert!(out.contains("To take in   1 note"), "{out}");
    let (code, _, err) = run(&bryn, &["exchange", "sync"], &[], &[]);
    assert!(code == 0 && err.contains("Taken in: 1 new note"), "{err}");
    let (code, out, err) = typed(&bryn, &["clinic", "list"], &[]);
    assert!(code == 0 && out.contains("HERON-42"), "{out}{err}");
    assert!(out.contains("from Asha Rahman (Northmoor)"), "{out}");
    let (code, out, err) = typed(&bryn, &["clinic", "show", "HERON-42"], &[]);
    assert!(code == 0 && out.contains("HERON-42"), "{out}{err}");
    assert!(err.contains("only they can change it"), "{err}");
    let (code, out, err) = typed(&bryn, &["clinic", "search", "rich"], &[]);
    assert!(code == 0 && out.contains("from Asha Rahman (Northmoor)"), "{out}{err}");
    is_listed_opened_and_followed_up(&bryn);
    let (code, out, _) = run(&bryn, &["exchange", "status"], &["--json"], &[]);
    let status: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, status["findings"].as_array().map(Vec::len)), (0, Some(0)), "{out}");
    // A member cannot remove; a steward can, and it is said what stays.
    let (code, _, err) =
        run(&bryn, &["exchange", "remove"], &["Asha Rahman", "--reason", "x"], &["yes"]);
    assert_eq!((code, err.contains("not a steward")), (1, true), "{err}");
    let (code, _, err) =
        run(&asha, &["exchange", "remove"], &["Bryn Evans", "--reason", "left"], &["yes"]);
    assert!(code == 0 && err.contains("stays with them"), "{err}");
    let (_, out, _) = run(&asha, &["exchange", "status"], &[], &[]);
    assert!(out.contains("removed 21 Nov 2026 by Asha Rahman (Northmoor): left"), "{out}");
}

/// What screens do with the one note that somebody else sent.
fn is_listed_opened_and_followed_up(home: &TempDir) {
    let vault = Vault::unlock(&home.path().join("vault"), &PASSPHRASE.into()).expect("unlocks");
    let list = notes::list_with_received(&vault).expect("lists");
    let [row] = list.rows.as_slice() else { panic!("{} rows", list.rows.len()) };
    assert_eq!(list.authors[&row.id].title, "Asha Rahman (Northmoor)");
    let opened = notes::read_listed(&vault, row.id).expect("opens");
    assert_eq!(opened.session.case_key(), "HERON-42");
    assert!(opened.received.is_some_and(|received| received.others.is_empty()));
    let unknown = notes::read_listed(&vault, NoteId::random());
    assert!(unknown.is_err_and(|error| error.to_string().contains("no note")));
    // It is complete as far as the vault can tell, and no meeting was.
    let folder = home.path().join("templates");
    for name in [row.id.to_string(), "HERON-42".to_owned()] {
        let refused = follow_up_clinic(&name, None, &folder, &vault);
        assert!(matches!(refused, Err(StartError::NotCompleted { .. })), "{name} is found");
        assert!(begun_follow_ups(&name, &vault).expect("found").is_empty());
    }
}

#[test]
fn what_is_wrong_with_a_folder_is_a_sentence_and_an_exit_code() {
    let (asha, shared) = (home(), tempfile::tempdir().expect("a folder"));
    let folder = text(shared.path());
    let (code, _, err) = typed(&asha, &["exchange", "sync", folder], &[]);
    assert_eq!((code, err.contains("belongs to no exchange")), (1, true), "{err}");
    let join = [&["exchange", "join", folder], &ASHA[..]].concat();
    let (code, _, err) = typed(&asha, &join, &["yes"]);
    assert_eq!((code, err.contains("has no exchange.toml")), (1, true), "{err}");
    fs::write(shared.path().join("letter.txt"), "x").expect("written");
    let init = [&["exchange", "init", folder], &ASHA[..]].concat();
    let (code, _, err) = typed(&asha, &init, &[]);
    assert_eq!((code, err.contains("is not empty")), (1, true), "{err}");
    let begun = shared.path().join("begun");
    let begun = text(&begun);
    let init = [&["exchange", "init", begun], &ASHA[..]].concat();
    assert_eq!(typed(&asha, &init, &[]).0, 0);
    fs::write(shared.path().join("begun/post/letter.txt"), "x").expect("written");
    let (code, out, _) = typed(&asha, &["exchange", "status", begun], &[]);
    assert!(code == 4 && out.contains("1 file is not part of the exchange"), "{out}");
    fs::rename(shared.path().join("begun"), shared.path().join("away")).expect("renamed");
    let (code, _, err) = typed(&asha, &["exchange", "sync", begun], &[]);
    assert_eq!((code, err.contains("Your vault is as it was")), (1, true), "{err}");
}
