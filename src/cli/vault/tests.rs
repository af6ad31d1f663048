//! The commands, with somebody at the keyboard who types what the test says.

#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::{
    cell::Cell,
    collections::VecDeque,
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use secrecy::SecretString;
use tempfile::TempDir;

use super::{
    backup::BackupArgs, copies::CopiesArgs, init::InitArgs, members::MembersCommand,
    new_passphrase::NewPassphrase, passphrase::PassphraseArgs, recover::RecoverArgs,
    recovery_sheet::OpenerArgs, rekey::RekeyArgs, restore::RestoreArgs, status::StatusArgs,
    verify::VerifyArgs, *,
};
use crate::{
    cli::{
        context::fixture::TestRun,
        prompt::{Console, PassphraseSource, PromptError},
    },
    vault::{Strength, Vault, VaultState, passphrase, probe},
};

type Answer = Box<dyn Fn(&str) -> String>;

/// Answers each question in turn; each answer may read what was printed so far.
struct Typist {
    answers: VecDeque<Answer>,
    asked: Rc<Cell<usize>>,
}

impl Typist {
    fn with(answers: &[&str]) -> Self {
        let answers = answers.iter().map(|answer| {
            let answer = (*answer).to_owned();
            Box::new(move |_: &str| answer.clone()) as Answer
        });
        Self { answers: answers.collect(), asked: Rc::default() }
    }
}

impl Console for Typist {
    fn ask(&mut self, question: &str) -> Result<SecretString, PromptError> {
        self.asked.set(self.asked.get() + 1);
        let answer = self.answers.pop_front().ok_or(PromptError::Cancelled)?;
        Ok(answer(question).into())
    }
}

fn init_at(args: &InitArgs, home: &TempDir, typist: Typist) -> (u8, String, String) {
    TestRun::at(home.path()).asking(typist).run(|context| init::run(args, context))
}

fn home() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn a_passphrase_of_ones_own_is_typed_twice_and_the_sheet_is_shown() {
    let home = home();
    let typist = Typist::with(&["my own passphrase", "my own passphrase"]);
    let (code, out, err) = init_at(&InitArgs::default(), &home, typist);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("AGE-SECRET-KEY-1") && !out.contains("my own"));
    assert!(err.contains("not confirmed"), "nobody typed the group");
    assert!(Vault::unlock(&home.path().join("vault"), &"my own passphrase".into()).is_ok());
}

#[test]
fn a_mistyped_or_short_passphrase_creates_nothing() {
    for answers in [&["my own passphrase", "x", "y", "z"][..], &["short"][..], &[][..]] {
        let home = home();
        let (code, out, _) = init_at(&InitArgs::default(), &home, Typist::with(answers));
        assert_eq!((code, out.as_str()), (1, ""));
        assert_eq!(fs::read_dir(home.path()).expect("a folder").count(), 0);
    }
}

#[cfg(unix)]
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
    let (code, out, err) = init_at(&args, &home, typist);
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
    let typist = Typist::with(&["my own passphrase", "my own passphrase"]);
    let (code, _, err) = init_at(&args, &home, typist);
    assert_eq!(code, 1);
    assert!(err.contains("Nothing was created"), "{err}");
    assert_eq!(fs::read(&file).expect("still there"), b"Dear");
    assert_eq!(probe(&home.path().join("vault")), VaultState::Missing);
}

#[test]
fn generated_words_have_to_be_typed_back() {
    let home = home();
    let args = InitArgs { generate: true, ..InitArgs::default() };
    let (code, out, err) = init_at(&args, &home, Typist::with(&["a", "b", "c"]));
    assert_eq!(code, 1, "{err}");
    let shown: Vec<&str> = out.split_whitespace().collect();
    let (once, again) = shown.split_at(passphrase::WORDS);
    assert_eq!(once, again, "the same words are shown again, and then nobody types any more");
    assert_eq!(probe(&home.path().join("vault")), VaultState::Missing);
}

#[test]
fn a_new_passphrase_that_is_too_short_or_mistyped_is_asked_for_again() {
    let home = home();
    let answers = ["short", "my own passphrase", "x", "y", "z", OWN, OWN];
    let (code, _, err) = init_at(&InitArgs::default(), &home, Typist::with(&answers));
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("at least 12") || err.contains("12 characters"), "{err}");
    assert!(err.contains("Choose the passphrase again."), "{err}");
    assert!(Vault::unlock(&home.path().join("vault"), &OWN.into()).is_ok());
}

#[test]
fn words_that_are_given_out_are_on_the_screen_when_they_are_asked_for_in_any_case_and_spacing() {
    let home = home();
    let args = InitArgs { generate: true, ..InitArgs::default() };
    let mut typist = Typist::with(&[]);
    let run = TestRun::at(home.path());
    let printed = run.printed();
    typist.answers.push_back(Box::new(move |_| {
        let words = printed();
        assert_eq!(words.split_whitespace().count(), passphrase::WORDS, "{words:?}");
        words.to_uppercase()
    }));
    let (code, out, err) = run.asking(typist).run(|context| init::run(&args, context));
    assert_eq!(code, 0, "{err}");
    let words: Vec<&str> = out.split_whitespace().take(passphrase::WORDS).collect();
    let sloppy = words.join("   ").to_uppercase();
    assert!(Vault::unlock(&home.path().join("vault"), &sloppy.into()).is_ok());
}

#[test]
fn a_mistyped_passphrase_is_asked_for_again_before_a_command_ends() {
    let home = home();
    with_note(&home);
    let verify = VaultCommand::Verify(VerifyArgs::default());
    let (code, _, err) = run_at(home.path(), &verify, &["wrong passphrase", OWN]);
    assert_eq!(code, 0, "{err}");
    let wrong = ["wrong passphrase"; 4];
    assert_eq!(run_at(home.path(), &verify, &wrong).0, 5);
}

#[test]
fn a_second_init_leaves_the_first_vault_alone() {
    let home = home();
    let both = ["my own passphrase", "my own passphrase"];
    init_at(&InitArgs::default(), &home, Typist::with(&both));
    let typist = Typist::with(&both);
    let asked = Rc::clone(&typist.asked);
    let (code, _, err) = init_at(&InitArgs::default(), &home, typist);
    assert_eq!(code, 1);
    assert!(err.contains("was not changed") && asked.get() == 0, "{err}");
}

#[test]
fn status_needs_no_passphrase() {
    let home = home();
    let status = |json| run_at(home.path(), &VaultCommand::Status(StatusArgs { json }), &[]);
    let (code, out, _) = status(true);
    let value: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(
        (code, value["schema"].as_u64(), value["state"].as_str()),
        (0, Some(1), Some("missing"))
    );

    let both = ["my own passphrase", "my own passphrase"];
    init_at(&InitArgs::default(), &home, Typist::with(&both));
    let (code, out, _) = status(true);
    let value: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(
        (code, value["state"].as_str(), value["notes"].as_u64()),
        (0, Some("locked"), Some(0))
    );
    assert!(status(false).1.contains("Notes           0"));

    fs::remove_file(home.path().join("vault/vault.toml")).expect("removed");
    assert_eq!(status(false).0, 1);
}

#[test]
fn unlocking_for_a_command_says_five_for_a_wrong_passphrase_or_no_vault() {
    let home = home();
    let unlock = |typed: &str| {
        let run = TestRun::at(home.path()).asking(Typist::with(&[typed]));
        run.run(|context| context.unlock_vault(None).map(drop)).0
    };
    assert_eq!(unlock("x"), 5);
    let both = ["my own passphrase", "my own passphrase"];
    init_at(&InitArgs::default(), &home, Typist::with(&both));
    for (typed, expected) in [("wrong passphrase", 5), ("my own passphrase", 0)] {
        assert_eq!(unlock(typed), expected);
    }
}

/// A vault with a note, at the usual place.
fn with_note(home: &TempDir) -> PathBuf {
    let place = home.path().join("vault");
    let passphrase = "my own passphrase".into();
    let (vault, _) =
        Vault::create(&place, &passphrase, Strength::WEAK_FOR_TESTS).expect("a new vault");
    let id = crate::vault::NoteId::random();
    vault.complete(id, &crate::vault::fixtures::head("A"), "text").expect("complete");
    place
}

fn run_at(home: &Path, command: &VaultCommand, answers: &[&str]) -> (u8, String, String) {
    TestRun::at(home).asking(Typist::with(answers)).run(|context| run(command, context))
}

const OWN: &str = "my own passphrase";

#[test]
fn verify_says_zero_for_a_whole_vault_and_four_for_a_damaged_one() {
    let home = home();
    let place = with_note(&home);
    let verify = |json| VaultCommand::Verify(VerifyArgs { json, ..VerifyArgs::default() });
    let (code, out, _) = run_at(home.path(), &verify(false), &[OWN]);
    assert_eq!(code, 0);
    assert!(out.contains("No problems found"), "{out}");
    fs::write(place.join("holiday.jpg"), "x").expect("written");
    fs::write(place.join("ledger.age"), "x").expect("altered");
    let (code, out, _) = run_at(home.path(), &verify(true), &[OWN]);
    let value: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, value["clean"].as_bool()), (4, Some(false)));
    let kinds: Vec<_> =
        value["findings"].as_array().expect("a list").iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["changed", "foreign"]);
    assert_eq!(run_at(home.path(), &verify(false), &["wrong passphrase"]).0, 5);
}

#[test]
fn a_backup_is_written_compared_and_brought_back() {
    let home = home();
    with_note(&home);
    let file = home.path().join("backup.age");
    let backup =
        VaultCommand::Backup(BackupArgs { file: file.clone(), key: PassphraseSource::default() });
    let (code, out, err) = run_at(home.path(), &backup, &[OWN]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("written and checked"), "{err}");
    let (code, _, err) = run_at(home.path(), &backup, &[OWN]);
    assert!(code == 1 && err.contains("does not exist yet"), "{err}");
    let opener = OpenerArgs::default();
    let restore = |folder: Option<PathBuf>| {
        let verify = folder.is_none();
        let (file, opener) = (file.clone(), opener.clone());
        VaultCommand::Restore(RestoreArgs { file, folder, verify, opener })
    };
    let (code, out, err) = run_at(home.path(), &restore(None), &[OWN]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("The same in both: 5 files"), "{out}");
    let there = home.path().join("elsewhere");
    let (code, out, err) = run_at(home.path(), &restore(Some(there.clone())), &[OWN]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("1 completed revision and 0 drafts"), "{out}");
    assert!(Vault::unlock(&there, &OWN.into()).is_ok());
    let (code, _, err) = run_at(home.path(), &restore(Some(there)), &[OWN]);
    assert_eq!(code, 1, "{err}");
}

#[test]
fn a_command_that_opens_the_vault_takes_the_copy_of_the_day_once_and_never_fails_for_it() {
    let home = home();
    let place = with_note(&home);
    let list = VaultCommand::Copies(CopiesArgs::default());
    let members = MembersCommand::List { json: true, key: PassphraseSource::default() };
    let members = VaultCommand::Members(members);
    let copies = crate::vault::copies_folder(&place);
    fs::write(&copies, "in the way").expect("written");
    let (code, _, err) = run_at(home.path(), &members, &[OWN]);
    assert_eq!(code, 3, "no copy, and no harm: nobody is a member");
    assert!(err.contains("no copy of the vault for today"), "{err}");
    fs::remove_file(&copies).expect("removed");
    assert_eq!(run_at(home.path(), &list, &[]).0, 3);
    for _ in 0..2 {
        let (code, _, err) = run_at(home.path(), &members, &[OWN]);
        assert!(code == 3 && err.starts_with("There are no members"), "{err}");
        let (code, out, _) = run_at(home.path(), &list, &[]);
        assert_eq!((code, out.lines().count()), (0, 1), "{out}");
    }
}

#[test]
fn the_passphrase_is_changed_after_a_copy_and_says_what_that_does_not_do() {
    let home = home();
    let place = with_note(&home);
    let change = VaultCommand::Passphrase(PassphraseArgs::default());
    let new = "another passphrase";
    let (code, _, err) = run_at(home.path(), &change, &[OWN, "short"]);
    assert_eq!(code, 1, "{err}");
    let (code, _, err) = run_at(home.path(), &change, &[OWN, new, new]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("still open with the old"), "{err}");
    assert!(Vault::unlock(&place, &new.into()).is_ok());
    let (_, out, _) = run_at(home.path(), &VaultCommand::Copies(CopiesArgs::default()), &[]);
    assert!(out.starts_with("before-passphrase-"), "{out}");
    let forget = CopiesArgs { forget: Some(out.trim().to_owned()) };
    assert_eq!(run_at(home.path(), &VaultCommand::Copies(forget), &[]).0, 0);
    assert_eq!(run_at(home.path(), &VaultCommand::Copies(CopiesArgs::default()), &[]).0, 3);
}

#[test]
fn the_sheet_sets_a_new_passphrase_and_new_keys_make_a_new_sheet() {
    let home = home();
    let place = home.path().join("vault");
    let made = Vault::create(&place, &OWN.into(), Strength::WEAK_FOR_TESTS);
    let (_, sheet) = made.expect("a new vault");
    let recover = VaultCommand::Recover(RecoverArgs::default());
    let new = "another passphrase";
    let key = secrecy::ExposeSecret::expose_secret(sheet.key());
    let (code, _, err) = run_at(home.path(), &recover, &["nonsense", new, new]);
    assert_eq!(code, 5, "{err}");
    // The key of fifty-eight characters is typed once, whatever happens to the passphrase.
    let (code, _, err) = run_at(home.path(), &recover, &[key, "short", OWN, OWN, new, "x", new]);
    assert_eq!(code, 0, "{err}");
    assert!(Vault::unlock(&place, &new.into()).is_ok());
    let newest = "the newest passphrase";
    let file = home.path().join("sheet.txt");
    let rekey = RekeyArgs { recovery_file: Some(file.clone()), ..RekeyArgs::default() };
    let (code, out, err) = run_at(home.path(), &VaultCommand::Rekey(rekey), &[new, newest, newest]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("can still read earlier copies"), "{err}");
    assert!(Vault::unlock(&place, &newest.into()).is_ok());
    assert!(Vault::unlock_with_recovery(&place, sheet.key()).is_err());
    let sheet = fs::read_to_string(&file).expect("the sheet");
    assert!(Vault::unlock_with_recovery(&place, &sheet.into()).is_ok());
}

#[test]
fn the_passphrase_in_use_is_no_new_one() {
    let home = home();
    let place = home.path().join("vault");
    let made = Vault::create(&place, &OWN.into(), Strength::WEAK_FOR_TESTS);
    let (_, sheet) = made.expect("a new vault");
    let key = secrecy::ExposeSecret::expose_secret(sheet.key());
    // In another spelling of the same passphrase, too.
    let again = &format!(" {OWN} ");
    for (command, opener) in [
        (VaultCommand::Passphrase(PassphraseArgs::default()), OWN),
        (VaultCommand::Recover(RecoverArgs::default()), key),
        (VaultCommand::Rekey(RekeyArgs::default()), OWN),
    ] {
        let (code, out, err) = run_at(home.path(), &command, &[opener, again, again]);
        assert_eq!((code, out.as_str()), (1, ""), "{err}");
        assert!(err.contains("opens the vault already"), "{err}");
        assert!(!err.contains("no longer open"), "{err}");
    }
    assert!(Vault::unlock_with_recovery(&place, sheet.key()).is_ok());
    assert_eq!(run_at(home.path(), &VaultCommand::Copies(CopiesArgs::default()), &[]).0, 3);
}

#[test]
fn a_member_is_added_with_a_fingerprint_to_read_aloud_and_removed_with_an_honest_sentence() {
    let home = home();
    with_note(&home);
    let public = age::x25519::Identity::generate().to_public().to_string();
    let key = PassphraseSource::default();
    let add = MembersCommand::Add {
        yes: true,
        name: "Asha".into(),
        role: "deputy".into(),
        recipient: public.clone(),
        key,
    };
    let (code, _, err) = run_at(home.path(), &VaultCommand::Members(add), &[OWN]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains(&crate::vault::fingerprint(&public)), "{err}");
    let list = MembersCommand::List { json: false, key };
    let (_, out, _) = run_at(home.path(), &VaultCommand::Members(list), &[OWN]);
    assert!(out.contains("Asha") && out.contains(&public), "{out}");
    let remove = MembersCommand::Remove { name: "Asha".into(), key };
    let (code, _, err) = run_at(home.path(), &VaultCommand::Members(remove), &[OWN]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("can still open"), "{err}");
}

#[test]
fn a_name_that_a_terminal_would_obey_is_shown_without_what_it_obeys() {
    let home = home();
    let place = with_note(&home);
    fs::write(place.join("evil\u{1b}[31mred"), "x").expect("written");
    let (_, out, err) = run_at(home.path(), &VaultCommand::Verify(VerifyArgs::default()), &[OWN]);
    let file = home.path().join("back\u{1b}[2Jup.age");
    let backup = VaultCommand::Backup(BackupArgs { file, key: PassphraseSource::default() });
    let (_, _, made) = run_at(home.path(), &backup, &[OWN]);
    let (_, _, refused) = run_at(home.path(), &backup, &[OWN]);
    let all = format!("{out}{err}{made}{refused}");
    assert!(
        all.contains("evil") && all.contains("Backup written") && !all.contains('\u{1b}'),
        "{all:?}"
    );
}

#[test]
fn nobody_to_ask_leaves_the_vault_locked() {
    let home = home();
    with_note(&home);
    let (code, _, err) =
        TestRun::at(home.path()).run(|context| context.unlock_vault(None).map(drop));
    assert_eq!(code, 5, "{err}");
}

#[test]
fn no_passphrase_is_generated_when_nobody_could_type_it_back() {
    let home = home();
    let vault = Vault::unlock(&with_note(&home), &OWN.into()).expect("it opens");
    let new = NewPassphrase { new_passphrase_fd: None, generate: true };
    let (code, out, err) =
        TestRun::at(home.path()).run(|context| new_passphrase::ask(new, &vault, context).map(drop));
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(err.contains("--new-passphrase-fd") && !err.contains("Write it down"), "{err}");
}

fn add(name: &str, key: &str, yes: bool) -> VaultCommand {
    VaultCommand::Members(MembersCommand::Add {
        name: name.to_owned(),
        recipient: key.to_owned(),
        role: "deputy".to_owned(),
        yes,
        key: PassphraseSource::default(),
    })
}

fn member_names(home: &TempDir) -> Vec<String> {
    let vault = Vault::unlock(&home.path().join("vault"), &OWN.into()).expect("unlocks");
    vault.list_members().expect("lists").into_iter().map(|one| one.name).collect()
}

#[test]
fn adding_a_member_asks_with_the_names_of_all_who_could_then_read() {
    let home = home();
    with_note(&home);
    let key = || age::x25519::Identity::generate().to_public().to_string();
    let (code, _, err) = run_at(home.path(), &add("Asha", &key(), false), &[OWN, "no"]);
    assert!(code == 1 && err.contains("Asha (deputy)"), "{err}");
    assert!(member_names(&home).is_empty());
    let (code, _, err) = run_at(home.path(), &add("Asha", &key(), false), &[OWN, "yes"]);
    assert!(code == 0 && err.contains("fingerprint"), "{err}");
    let (code, _, err) = run_at(home.path(), &add("Ben", &key(), false), &[OWN]);
    assert!(code != 0 && err.contains("Asha (deputy), Ben (deputy)"), "{err}");
    assert_eq!(member_names(&home), ["Asha"]);
    let (code, _, err) = run_at(home.path(), &add("Ben", &key(), true), &[OWN]);
    assert_eq!((code, member_names(&home).len()), (0, 2), "{err}");
    // A supervision note that was shared with a key opens to whoever has it again.
    let cleo = key();
    let shared = crate::vault::NoteHead {
        kind: "supervision".to_owned(),
        shared_with: vec![cleo.clone()],
        ..crate::vault::fixtures::head("Supervision")
    };
    let vault = Vault::unlock(&home.path().join("vault"), &OWN.into()).expect("unlocks");
    vault.complete(crate::vault::NoteId::random(), &shared, "x").expect("completed");
    drop(vault);
    let (code, _, err) = run_at(home.path(), &add("Cleo", &cleo, false), &[OWN, ""]);
    assert!(code == 1 && err.contains("shared with this key before: HERON-42"), "{err}");
}

#[test]
fn a_member_checks_a_note_with_the_fingerprint_that_the_owner_gave_them() {
    use crate::vault::{NoteId, RevisionText, fixtures::head};
    use age::secrecy::ExposeSecret as _;
    let home = home();
    let place = with_note(&home);
    let identity = age::x25519::Identity::generate();
    let public = identity.to_public().to_string();
    let (code, _, told) = run_at(home.path(), &add("Asha", &public, true), &[OWN]);
    assert_eq!(code, 0, "{told}");
    let (id, fingerprint) = {
        let vault = Vault::unlock(&place, &OWN.into()).expect("unlocks");
        let text = RevisionText { whole: "whole", for_members: Some("for members") };
        let id = NoteId::random();
        vault.complete(id, &head("A"), text).expect("completed");
        (id, vault.key_fingerprint())
    };
    assert!(told.contains(&fingerprint), "{told}");
    let list = VaultCommand::Members(MembersCommand::List {
        json: false,
        key: PassphraseSource::default(),
    });
    let (_, listed, _) = run_at(home.path(), &list, &[OWN]);
    assert!(listed.contains(&fingerprint), "{listed}");
    let keyfile = home.path().join("key.txt");
    fs::write(&keyfile, identity.to_string().expose_secret()).expect("written");
    let check = |file: PathBuf, identity: Option<&Path>, vault_key: &str| {
        let args = check_note::CheckNoteArgs {
            file,
            identity: identity.map(Path::to_owned),
            vault_key: vault_key.to_owned(),
        };
        run_at(home.path(), &VaultCommand::CheckNote(args), &[])
    };
    let folder = place.join("notes").join(id.to_string());
    let edition = folder.join("0001.members.age");
    let (code, out, err) = check(edition.clone(), Some(&keyfile), &fingerprint);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains(&format!("revision 1 of note {id}")), "{out}");
    assert!(out.contains(&fingerprint), "{out}");
    // What members cannot open, another vault, a file that is none, and no key at all.
    assert_eq!(check(folder.join("0001.age"), Some(&keyfile), &fingerprint).0, 1);
    let other = "0".repeat(32);
    let (code, out, err) = check(edition.clone(), Some(&keyfile), &other);
    assert!(code == 4 && out.is_empty() && err.contains("NOT signed"), "{err}");
    assert_eq!(check(keyfile.clone(), None, &fingerprint).0, 4);
    assert_eq!(check(edition.clone(), None, &fingerprint).0, 1);
    assert_eq!(check(edition, Some(&keyfile), "nonsense").0, 2);
}

#[test]
fn a_backup_and_an_older_state_that_bring_members_back_say_who_can_then_read() {
    let home = home();
    let place = with_note(&home);
    let public = age::x25519::Identity::generate().to_public().to_string();
    assert_eq!(run_at(home.path(), &add("Asha", &public, true), &[OWN]).0, 0);
    let file = home.path().join("backup.age");
    let key = PassphraseSource::default();
    let backup = VaultCommand::Backup(BackupArgs { file: file.clone(), key });
    assert_eq!(run_at(home.path(), &backup, &[OWN]).0, 0);
    let ledger = place.join("ledger.age");
    let earlier = fs::read(&ledger).expect("reads");
    let remove = MembersCommand::Remove { name: "Asha".into(), key };
    assert_eq!(run_at(home.path(), &VaultCommand::Members(remove), &[OWN]).0, 0);

    let folder = Some(home.path().join("elsewhere"));
    let opener = OpenerArgs::default();
    let restore = VaultCommand::Restore(RestoreArgs { file, folder, verify: false, opener });
    let (code, _, err) = run_at(home.path(), &restore, &[OWN]);
    assert!(code == 0 && err.contains("Asha (deputy)"), "{err}");

    // The restored vault is the newest state that was seen: it is forgotten here.
    fs::remove_dir_all(home.path().join("state")).expect("removed");
    assert!(Vault::unlock(&place, &OWN.into()).is_ok());
    let (code, _, err) = run_at(home.path(), &add("Ben", &public, true), &[OWN]);
    assert_eq!(code, 0, "{err}");
    fs::write(&ledger, earlier).expect("put back");
    let accept = VaultCommand::Accept(accept::AcceptArgs { state: None, key });
    let (code, _, err) = run_at(home.path(), &accept, &[OWN, "no"]);
    assert!(code == 1 && err.contains("Asha (deputy)"), "{err}");
}

#[test]
fn accepting_without_a_terminal_names_all_the_options_that_a_script_needs() {
    let home = home();
    with_note(&home);
    let key = PassphraseSource::default();
    let accept = VaultCommand::Accept(accept::AcceptArgs { state: None, key });
    let (code, _, err) = TestRun::at(home.path()).run(|context| run(&accept, context));
    assert!(code == 2 && err.contains("--state") && err.contains("--passphrase-fd"), "{err}");
}

#[test]
fn an_older_draft_is_accepted_by_the_number_of_the_state_after_it_was_named() {
    let home = home();
    let place = with_note(&home);
    let id = crate::vault::NoteId::random();
    let file = place.join(format!("notes/{id}/draft.age"));
    TestRun::at(home.path()).asking(Typist::with(&[OWN])).run(|context| {
        let vault = context.unlock_vault(None)?;
        let head = crate::vault::fixtures::head("A");
        vault.save_draft(id, &head, "first")?;
        let first = fs::read(&file)?;
        vault.save_draft(id, &head, "second")?;
        Ok(fs::write(&file, first)?)
    });
    let key = PassphraseSource::default();
    let accept = |state| VaultCommand::Accept(accept::AcceptArgs { state, key });
    let (code, _, err) = run_at(home.path(), &accept(None), &[OWN, "no"]);
    assert!(code == 1 && err.contains("HERON-42: This draft is older"), "{err}");
    assert!(err.contains("save 2 was seen on") && err.contains("this is save 1"), "{err}");
    assert!(!err.contains("who is a member"), "the vault itself is not older: {err}");
    let (_, out, _) = run_at(home.path(), &VaultCommand::Verify(VerifyArgs::default()), &[OWN]);
    let code = out.split("Check code ").nth(1).and_then(|code| code.split(' ').next());
    let number = code.and_then(|number| number.parse().ok());
    assert_eq!(run_at(home.path(), &accept(number), &[OWN]).0, 0);
    assert_eq!(
        run_at(home.path(), &VaultCommand::Verify(VerifyArgs::default()), &[OWN]).0,
        0,
        "nothing is named any more"
    );
    let (code, _, err) = run_at(home.path(), &accept(number), &[OWN]);
    assert!(code == 0 && err.contains("nothing to accept"), "{err}");
}

#[test]
fn a_sheet_is_never_written_into_the_folder_of_the_vault_or_its_copies() {
    let home = home();
    let (vault, copies) = (home.path().join("vault"), home.path().join("vault-copies"));
    for folder in [&vault, &copies] {
        fs::create_dir(folder).expect("a folder");
    }
    let typist = || Typist::with(&[OWN, OWN]);
    let refused = |file: PathBuf, (code, _, err): (u8, String, String)| {
        assert!(code == 1 && err.contains("Choose another folder"), "{err}");
        assert!(!file.exists(), "{}", file.display());
    };
    for folder in [&vault, &copies] {
        let file = folder.join("sheet.txt");
        let args = InitArgs { recovery_file: Some(file.clone()), ..InitArgs::default() };
        refused(file, init_at(&args, &home, typist()));
    }
    assert_eq!(init_at(&InitArgs::default(), &home, typist()).0, 0);
    for folder in [vault.clone(), vault.join("keys"), copies] {
        let file = folder.join("sheet.txt");
        let recovery_file = Some(file.clone());
        let sheet = sheet::SheetArgs { recovery_file, ..Default::default() };
        refused(file.clone(), run_at(home.path(), &VaultCommand::Sheet(sheet), &[OWN]));
        let recovery_file = Some(file.clone());
        let rekey = RekeyArgs { recovery_file, ..Default::default() };
        refused(file, run_at(home.path(), &VaultCommand::Rekey(rekey), &[OWN]));
    }
}
