//! A file or folder of the vault without permission to read it: every command that would leave it
//! out says so, and none takes it for an empty one.

use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::{Command, Stdio},
};

use crate::support::Home;

/// A person who is no administrator: an administrator reads everything.
const SOMEBODY: u32 = 65534;

fn is_administrator() -> bool {
    rustix::process::geteuid().is_root()
}

/// Gives a folder and everything in it to that person, where the tests run as an administrator.
fn give(path: &Path) {
    if is_administrator() {
        chown(path, Some(SOMEBODY), Some(SOMEBODY)).expect("given");
        for entry in fs::read_dir(path).into_iter().flatten() {
            give(&entry.expect("an entry").path());
        }
    }
}

fn run(home: &Home, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "exec \"$0\" \"$@\" --passphrase-fd 3 3<\"$TEST_PASSPHRASE_FILE\""])
        .arg(env!("CARGO_BIN_EXE_caseclinic"))
        .args(args)
        .env("CASECLINIC_HOME", home.path())
        .env("TEST_PASSPHRASE_FILE", home.passphrase_file())
        .current_dir(home.path())
        .stdin(Stdio::null());
    if is_administrator() {
        command.uid(SOMEBODY).gid(SOMEBODY);
    }
    let output = command.output().expect("it runs");
    let words = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("a code"), words(output.stdout), words(output.stderr))
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("set");
}

#[test]
fn what_cannot_be_read_is_named_by_every_command_and_is_in_no_backup_in_silence() {
    let home = Home::with_vault();
    home.keep_draft("HERON-42", "a gannet by the sea");
    home.keep_draft("OWL-7", "a puffin by the sea");
    give(home.path());
    give(home.passphrase_file().parent().expect("its folder"));
    let (code, _, err) = run(&home, &["clinic", "list"]);
    assert_eq!(code, 0, "{err}");
    if !err.is_empty() {
        eprintln!("not run: another person may not run this: {err}");
        return;
    }
    let notes = home.path().join("vault/notes");
    let lost = fs::read_dir(&notes).expect("notes").next().expect("one").expect("one").path();
    let id = lost.file_name().expect("an id").to_str().expect("an id").to_owned();
    let about_permissions = |said: &str| {
        assert!(said.contains(&id) && said.contains("permission denied"), "{said}");
    };
    let commands: [&[&str]; 5] = [
        &["clinic", "list"],
        &["clinic", "search", "sea"],
        &["actions"],
        &["clinic", "due"],
        &["insight"],
    ];

    allow(&lost, 0o000);
    for command in commands {
        let (code, out, err) = run(&home, command);
        assert_eq!(code, 1, "{command:?}: {out}{err}");
        about_permissions(&err);
    }
    let (code, out, _) = run(&home, &["clinic", "search", "sea", "--json"]);
    assert_eq!((code, out.contains("\"total\":1")), (1, true), "the other one is found: {out}");
    let (code, _, err) = run(&home, &["vault", "backup", "lacking.age"]);
    assert_eq!(code, 4, "{err}");
    assert!(err.contains(&format!("NOT in the backup: notes/{id}")), "{err}");
    let (code, out, _) = run(&home, &["vault", "restore", "lacking.age", "--verify"]);
    assert_eq!((code, out.contains("The backup lacks this")), (4, true), "{out}");
    assert!(out.contains("not compared"), "{out}");
    let (code, out, _) = run(&home, &["vault", "verify"]);
    assert_eq!(code, 4, "{out}");
    about_permissions(&out);
    assert!(out.contains("restore nothing before that"), "{out}");

    allow(&lost, 0o700);
    let (code, out, _) = run(&home, &["vault", "restore", "lacking.age", "--verify"]);
    assert_eq!((code, out.contains("The backup lacks this")), (4, true), "{out}");
    let (code, out, _) = run(&home, &["vault", "restore", "lacking.age", "restored"]);
    assert_eq!((code, out.contains(&id)), (4, true), "{out}");
    let (code, _, err) = run(&home, &["vault", "backup", "whole.age"]);
    assert_eq!(code, 0, "{err}");
    let (code, out, _) = run(&home, &["vault", "restore", "whole.age", "--verify"]);
    assert_eq!(code, 0, "{out}");

    // The list knows it already; the text is another matter, and is read once that is allowed.
    allow(&lost.join("draft.age"), 0o000);
    for command in commands.iter().filter(|command| command[1..] != ["due"]) {
        let (code, out, err) = run(&home, command);
        assert_eq!(code, 1, "{command:?}: {out}{err}");
        about_permissions(&err);
    }
    allow(&lost.join("draft.age"), 0o600);
    let (code, out, err) = run(&home, &["clinic", "search", "sea", "--json"]);
    assert_eq!((code, out.contains("\"total\":2")), (0, true), "{out}{err}");

    allow(&notes, 0o000);
    for command in commands {
        let (code, out, err) = run(&home, command);
        assert_eq!(code, 1, "{command:?}: {out}{err}");
        assert!(err.contains("notes") && err.contains("permissions"), "{command:?}: {err}");
    }
    let (code, _, err) = run(&home, &["vault", "backup", "empty.age"]);
    assert_eq!(code, 4, "{err}");
    assert!(err.contains("NOT in the backup: notes:"), "{err}");
    allow(&notes, 0o700);
}
