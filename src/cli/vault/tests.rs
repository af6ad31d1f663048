//! The commands, with somebody at the keyboard who types what the test says.

use std::{collections::VecDeque, os::unix::fs::PermissionsExt};

use tempfile::TempDir;

use super::*;

type Answer = Box<dyn Fn(&str) -> String>;

/// Answers each question in turn; each answer may read what was printed so far.
struct Typist {
    answers: VecDeque<Answer>,
    asked: Vec<String>,
}

impl Typist {
    fn with(answers: &[&str]) -> Self {
        let answers = answers.iter().map(|answer| {
            let answer = (*answer).to_owned();
            Box::new(move |_: &str| answer.clone()) as Answer
        });
        Self { answers: answers.collect(), asked: Vec::new() }
    }
}

impl Console for Typist {
    fn ask(&mut self, question: &str) -> Result<SecretString, PromptError> {
        self.asked.push(question.to_owned());
        let answer = self.answers.pop_front().ok_or(PromptError::Cancelled)?;
        Ok(answer(question).into())
    }
}

fn run(args: &InitArgs, home: &TempDir, typist: &mut Typist) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let place = home.path().join("vault");
    let code = init_with(Strength::WEAK_FOR_TESTS, args, &place, typist, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (code.expect("no fault of output"), text(out), text(err))
}

fn home() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn a_passphrase_of_ones_own_is_typed_twice_and_the_sheet_is_shown() {
    let home = home();
    let mut typist = Typist::with(&["my own passphrase", "my own passphrase"]);
    let (code, out, err) = run(&InitArgs::default(), &home, &mut typist);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("AGE-SECRET-KEY-1") && !out.contains("my own"));
    assert!(err.contains("not confirmed"), "nobody typed the group");
    assert!(Vault::unlock(&home.path().join("vault"), &"my own passphrase".into()).is_ok());
}

#[test]
fn a_mistyped_or_short_passphrase_creates_nothing() {
    for answers in [&["my own passphrase", "x", "y", "z"][..], &["short"][..], &[][..]] {
        let home = home();
        let (code, out, _) = run(&InitArgs::default(), &home, &mut Typist::with(answers));
        assert_eq!((code, out.as_str()), (1, ""));
        assert_eq!(fs::read_dir(home.path()).expect("a folder").count(), 0);
    }
}

#[test]
fn the_sheet_goes_to_a_new_private_file_and_is_confirmed_from_it() {
    let home = home();
    let file = home.path().join("sheet.txt");
    let args = InitArgs { recovery_file: Some(file.clone()), ..InitArgs::default() };
    let mut typist = Typist::with(&["my own passphrase", "my own passphrase"]);
    let sheet = file.clone();
    typist.answers.push_back(Box::new(move |question| {
        let number = question.trim_end_matches(": ").rsplit(' ').next().unwrap_or_default();
        let text = fs::read_to_string(&sheet).expect("the sheet");
        let label = format!("{number}:");
        text.split_whitespace().find_map(|word| word.strip_prefix(&label)).unwrap_or("").to_owned()
    }));
    let (code, out, err) = run(&args, &home, &mut typist);
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(err.contains("Confirmed"), "{err}");
    assert_eq!(fs::metadata(&file).expect("facts").permissions().mode() & 0o777, 0o600);
    let VaultState::Locked(facts) = probe(&home.path().join("vault")) else { panic!("a vault") };
    assert!(facts.recovery_confirmed);
}

#[test]
fn a_sheet_never_overwrites_a_file_and_then_no_vault_is_made() {
    let home = home();
    let file = home.path().join("letter.txt");
    fs::write(&file, "Dear").expect("written");
    let args = InitArgs { recovery_file: Some(file.clone()), ..InitArgs::default() };
    let mut typist = Typist::with(&["my own passphrase", "my own passphrase"]);
    let (code, _, err) = run(&args, &home, &mut typist);
    assert_eq!(code, 1);
    assert!(err.contains("Nothing was created"), "{err}");
    assert_eq!(fs::read(&file).expect("still there"), b"Dear");
    assert_eq!(probe(&home.path().join("vault")), VaultState::Missing);
}

#[test]
fn generated_words_have_to_be_typed_back() {
    let home = home();
    let args = InitArgs { generate: true, ..InitArgs::default() };
    let (code, out, err) = run(&args, &home, &mut Typist::with(&["a", "b", "c"]));
    assert_eq!(code, 1, "{err}");
    assert_eq!(out.split_whitespace().count(), passphrase::WORDS);
    assert_eq!(probe(&home.path().join("vault")), VaultState::Missing);
}

#[test]
fn a_second_init_leaves_the_first_vault_alone() {
    let home = home();
    let both = ["my own passphrase", "my own passphrase"];
    run(&InitArgs::default(), &home, &mut Typist::with(&both));
    let mut typist = Typist::with(&both);
    let (code, _, err) = run(&InitArgs::default(), &home, &mut typist);
    assert_eq!(code, 1);
    assert!(err.contains("left as it is") && typist.asked.is_empty(), "{err}");
}

#[test]
fn status_needs_no_passphrase() {
    let home = home();
    let place = home.path().join("vault");
    let mut out = Vec::new();
    assert_eq!(status(&StatusArgs { json: true }, &place, &mut out).expect("written"), 0);
    let value: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!((value["schema"].as_u64(), value["state"].as_str()), (Some(1), Some("missing")));

    let both = ["my own passphrase", "my own passphrase"];
    run(&InitArgs::default(), &home, &mut Typist::with(&both));
    let mut out = Vec::new();
    assert_eq!(status(&StatusArgs { json: true }, &place, &mut out).expect("written"), 0);
    let value: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!((value["state"].as_str(), value["notes"].as_u64()), (Some("locked"), Some(0)));
    let mut out = Vec::new();
    status(&StatusArgs::default(), &place, &mut out).expect("written");
    assert!(String::from_utf8(out).expect("text").contains("Notes           0"));

    fs::remove_file(place.join("vault.toml")).expect("removed");
    assert_eq!(status(&StatusArgs::default(), &place, &mut Vec::new()).expect("written"), 1);
}

#[test]
fn unlocking_for_a_command_says_five_for_a_wrong_passphrase_or_no_vault() {
    let home = home();
    let place = home.path().join("vault");
    let mut err = Vec::new();
    let answer = unlock(&place, None, &mut Typist::with(&["x"]), &mut err).expect("written");
    assert_eq!(answer.err(), Some(5));
    let both = ["my own passphrase", "my own passphrase"];
    run(&InitArgs::default(), &home, &mut Typist::with(&both));
    for (typed, expected) in [("wrong passphrase", Some(5)), ("my own passphrase", None)] {
        let answer = unlock(&place, None, &mut Typist::with(&[typed]), &mut err).expect("written");
        assert_eq!(answer.err(), expected);
    }
}
