//! The commands, with somebody at the keyboard who types what the test says.

use std::{collections::VecDeque, fs, os::unix::fs::PermissionsExt};

use secrecy::SecretString;
use tempfile::TempDir;

use super::{init::init, *};
use crate::vault::{Strength, keys::passphrase};

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

fn init_at(args: &InitArgs, home: &TempDir, typist: &mut Typist) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let place = home.path().join("vault");
    let code = init(Strength::WEAK_FOR_TESTS, args, &place, typist, &mut out, &mut err);
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
    let (code, out, err) = init_at(&InitArgs::default(), &home, &mut typist);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("AGE-SECRET-KEY-1") && !out.contains("my own"));
    assert!(err.contains("not confirmed"), "nobody typed the group");
    assert!(Vault::unlock(&home.path().join("vault"), &"my own passphrase".into()).is_ok());
}

#[test]
fn a_mistyped_or_short_passphrase_creates_nothing() {
    for answers in [&["my own passphrase", "x", "y", "z"][..], &["short"][..], &[][..]] {
        let home = home();
        let (code, out, _) = init_at(&InitArgs::default(), &home, &mut Typist::with(answers));
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
    let (code, out, err) = init_at(&args, &home, &mut typist);
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
    let (code, _, err) = init_at(&args, &home, &mut typist);
    assert_eq!(code, 1);
    assert!(err.contains("Nothing was created"), "{err}");
    assert_eq!(fs::read(&file).expect("still there"), b"Dear");
    assert_eq!(probe(&home.path().join("vault")), VaultState::Missing);
}

#[test]
fn generated_words_have_to_be_typed_back() {
    let home = home();
    let args = InitArgs { generate: true, ..InitArgs::default() };
    let (code, out, err) = init_at(&args, &home, &mut Typist::with(&["a", "b", "c"]));
    assert_eq!(code, 1, "{err}");
    assert_eq!(out.split_whitespace().count(), passphrase::WORDS);
    assert_eq!(probe(&home.path().join("vault")), VaultState::Missing);
}

#[test]
fn a_second_init_leaves_the_first_vault_alone() {
    let home = home();
    let both = ["my own passphrase", "my own passphrase"];
    init_at(&InitArgs::default(), &home, &mut Typist::with(&both));
    let mut typist = Typist::with(&both);
    let (code, _, err) = init_at(&InitArgs::default(), &home, &mut typist);
    assert_eq!(code, 1);
    assert!(err.contains("was not changed") && typist.asked.is_empty(), "{err}");
}

#[test]
fn status_needs_no_passphrase() {
    let home = home();
    let place = home.path().join("vault");
    let mut out = Vec::new();
    assert_eq!(
        status(&StatusArgs { json: true }, &place, &mut out, &mut Vec::new()).expect("written"),
        0
    );
    let value: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!((value["schema"].as_u64(), value["state"].as_str()), (Some(1), Some("missing")));

    let both = ["my own passphrase", "my own passphrase"];
    init_at(&InitArgs::default(), &home, &mut Typist::with(&both));
    let mut out = Vec::new();
    assert_eq!(
        status(&StatusArgs { json: true }, &place, &mut out, &mut Vec::new()).expect("written"),
        0
    );
    let value: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!((value["state"].as_str(), value["notes"].as_u64()), (Some("locked"), Some(0)));
    let mut out = Vec::new();
    status(&StatusArgs::default(), &place, &mut out, &mut Vec::new()).expect("written");
    assert!(String::from_utf8(out).expect("text").contains("Notes           0"));

    fs::remove_file(place.join("vault.toml")).expect("removed");
    assert_eq!(
        status(&StatusArgs::default(), &place, &mut Vec::new(), &mut Vec::new()).expect("written"),
        1
    );
}

#[test]
fn unlocking_for_a_command_says_five_for_a_wrong_passphrase_or_no_vault() {
    let home = home();
    let place = home.path().join("vault");
    let mut err = Vec::new();
    let answer = unlock(&place, None, &mut Typist::with(&["x"]), &mut err).expect("written");
    assert_eq!(answer.err(), Some(5));
    let both = ["my own passphrase", "my own passphrase"];
    init_at(&InitArgs::default(), &home, &mut Typist::with(&both));
    for (typed, expected) in [("wrong passphrase", Some(5)), ("my own passphrase", None)] {
        let answer = unlock(&place, None, &mut Typist::with(&[typed]), &mut err).expect("written");
        assert_eq!(answer.err(), expected);
    }
}

/// A vault with a note, at the usual place.
fn with_note(home: &TempDir) -> std::path::PathBuf {
    let place = home.path().join("vault");
    let passphrase = "my own passphrase".into();
    let (vault, _) =
        Vault::create(&place, &passphrase, Strength::WEAK_FOR_TESTS).expect("a new vault");
    let id = crate::vault::NoteId::random();
    vault.complete(id, &crate::vault::fixtures::head("A"), "text").expect("complete");
    place
}

fn run_at(place: &Path, command: &Command, answers: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let weak = Strength::WEAK_FOR_TESTS;
    let code = run_with(weak, command, place, &mut Typist::with(answers), &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (code.expect("no fault of output"), text(out), text(err))
}

const OWN: &str = "my own passphrase";

#[test]
fn verify_says_zero_for_a_whole_vault_and_four_for_a_damaged_one() {
    let home = home();
    let place = with_note(&home);
    let verify = |json| Command::Verify(VerifyArgs { json, ..VerifyArgs::default() });
    let (code, out, _) = run_at(&place, &verify(false), &[OWN]);
    assert_eq!(code, 0);
    assert!(out.contains("No problems found"), "{out}");
    fs::write(place.join("holiday.jpg"), "x").expect("written");
    fs::write(place.join("ledger.age"), "x").expect("altered");
    let (code, out, _) = run_at(&place, &verify(true), &[OWN]);
    let value: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, value["clean"].as_bool()), (4, Some(false)));
    let kinds: Vec<_> =
        value["findings"].as_array().expect("a list").iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["changed", "foreign"]);
    assert_eq!(run_at(&place, &verify(false), &["wrong passphrase"]).0, 5);
}

#[test]
fn a_backup_is_written_compared_and_brought_back() {
    let home = home();
    let place = with_note(&home);
    let file = home.path().join("backup.age");
    let backup = Command::Backup(BackupArgs { file: file.clone(), key: Key::default() });
    let (code, out, err) = run_at(&place, &backup, &[OWN]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("written and checked"), "{err}");
    let (code, _, err) = run_at(&place, &backup, &[OWN]);
    assert!(code == 1 && err.contains("does not exist yet"), "{err}");
    let opener = backup::OpenerArgs::default();
    let restore = |folder: Option<std::path::PathBuf>| {
        let verify = folder.is_none();
        let (file, opener) = (file.clone(), opener.clone());
        Command::Restore(RestoreArgs { file, folder, verify, opener })
    };
    let (code, out, err) = run_at(&place, &restore(None), &[OWN]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("The same in both: 6 files"), "{out}");
    let there = home.path().join("elsewhere");
    let (code, out, err) = run_at(&place, &restore(Some(there.clone())), &[OWN]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("1 completed revisions"), "{out}");
    assert!(Vault::unlock(&there, &OWN.into()).is_ok());
    let (code, _, err) = run_at(&place, &restore(Some(there)), &[OWN]);
    assert_eq!(code, 1, "{err}");
}

#[test]
fn a_command_that_opens_the_vault_takes_the_copy_of_the_day_once_and_never_fails_for_it() {
    let home = home();
    let place = with_note(&home);
    let (list, verify) = (CopiesArgs::default(), VerifyArgs::default());
    let (list, verify) = (Command::Copies(list), Command::Verify(verify));
    let copies = crate::vault::copies_folder(&place);
    fs::write(&copies, "in the way").expect("written");
    assert_eq!(run_at(&place, &verify, &[OWN]).0, 0, "no copy, and no harm");
    fs::remove_file(&copies).expect("removed");
    assert_eq!(run_at(&place, &list, &[]).0, 3);
    for _ in 0..2 {
        let (code, _, err) = run_at(&place, &verify, &[OWN]);
        assert_eq!((code, err.as_str()), (0, ""));
        let (code, out, _) = run_at(&place, &list, &[]);
        assert_eq!((code, out.lines().count()), (0, 1), "{out}");
    }
}

#[test]
fn the_passphrase_is_changed_after_a_copy_and_says_what_that_does_not_do() {
    let home = home();
    let place = with_note(&home);
    let change = Command::Passphrase(PassphraseArgs::default());
    let new = "another passphrase";
    let (code, _, err) = run_at(&place, &change, &[OWN, "short"]);
    assert_eq!(code, 1, "{err}");
    let (code, _, err) = run_at(&place, &change, &[OWN, new, new]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("still open with the old"), "{err}");
    assert!(Vault::unlock(&place, &new.into()).is_ok());
    let (_, out, _) = run_at(&place, &Command::Copies(CopiesArgs::default()), &[]);
    assert!(out.starts_with("before-passphrase-"), "{out}");
    let forget = CopiesArgs { forget: Some(out.trim().to_owned()) };
    assert_eq!(run_at(&place, &Command::Copies(forget), &[]).0, 0);
    assert_eq!(run_at(&place, &Command::Copies(CopiesArgs::default()), &[]).0, 3);
}

#[test]
fn the_sheet_sets_a_new_passphrase_and_new_keys_make_a_new_sheet() {
    let home = home();
    let place = home.path().join("vault");
    let made = Vault::create(&place, &OWN.into(), Strength::WEAK_FOR_TESTS);
    let (_, sheet) = made.expect("a new vault");
    let recover = Command::Recover(RecoverArgs::default());
    let new = "another passphrase";
    let key = secrecy::ExposeSecret::expose_secret(sheet.key());
    let (code, _, err) = run_at(&place, &recover, &["nonsense", new, new]);
    assert_eq!(code, 5, "{err}");
    let (code, _, err) = run_at(&place, &recover, &[key, new, new]);
    assert_eq!(code, 0, "{err}");
    assert!(Vault::unlock(&place, &new.into()).is_ok());
    let newest = "the newest passphrase";
    let file = home.path().join("sheet.txt");
    let rekey = RekeyArgs { recovery_file: Some(file.clone()), ..RekeyArgs::default() };
    let (code, out, err) = run_at(&place, &Command::Rekey(rekey), &[new, newest, newest]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("can still read earlier copies"), "{err}");
    assert!(Vault::unlock(&place, &newest.into()).is_ok());
    assert!(Vault::unlock_with_recovery(&place, sheet.key()).is_err());
    let sheet = fs::read_to_string(&file).expect("the sheet");
    assert!(Vault::unlock_with_recovery(&place, &sheet.into()).is_ok());
}

#[test]
fn a_member_is_added_with_a_fingerprint_to_read_aloud_and_removed_with_an_honest_sentence() {
    let home = home();
    let place = with_note(&home);
    let public = age::x25519::Identity::generate().to_public().to_string();
    let key = Key::default();
    let add = MembersCommand::Add {
        name: "Asha".into(),
        role: "deputy".into(),
        recipient: public.clone(),
        key,
    };
    let (code, _, err) = run_at(&place, &Command::Members(add), &[OWN]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains(&crate::vault::fingerprint(&public)), "{err}");
    let list = MembersCommand::List { json: false, key };
    let (_, out, _) = run_at(&place, &Command::Members(list), &[OWN]);
    assert!(out.contains("Asha") && out.contains(&public), "{out}");
    let remove = MembersCommand::Remove { name: "Asha".into(), key };
    let (code, _, err) = run_at(&place, &Command::Members(remove), &[OWN]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("can still open"), "{err}");
}

#[test]
fn a_name_that_a_terminal_would_obey_is_shown_without_what_it_obeys() {
    let home = home();
    let place = with_note(&home);
    fs::write(place.join("evil\u{1b}[31mred"), "x").expect("written");
    let (_, out, err) = run_at(&place, &Command::Verify(VerifyArgs::default()), &[OWN]);
    let file = home.path().join("back\u{1b}[2Jup.age");
    let backup = Command::Backup(BackupArgs { file, key: Key::default() });
    let (_, _, made) = run_at(&place, &backup, &[OWN]);
    let (_, _, refused) = run_at(&place, &backup, &[OWN]);
    let all = format!("{out}{err}{made}{refused}");
    assert!(
        all.contains("evil") && all.contains("Backup written") && !all.contains('\u{1b}'),
        "{all:?}"
    );
}

#[test]
fn nobody_to_ask_leaves_the_vault_locked() {
    struct Nobody;
    impl Console for Nobody {
        fn ask(&mut self, _: &str) -> Result<SecretString, PromptError> {
            Err(PromptError::NoTerminal)
        }
    }
    let home = home();
    let place = with_note(&home);
    let answer = unlock(&place, None, &mut Nobody, &mut Vec::new()).expect("written");
    assert_eq!(answer.err(), Some(5));
}
