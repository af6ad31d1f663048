//! Files that leave the program, where something goes wrong while they are written: the file is whole
//! under its name, or nothing is there.

use std::{
    fs,
    os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink},
    path::Path,
    process::{Command, Output},
};

use crate::support::Home;

/// Runs a command in a shell that does this first.
fn run_after(first: &str, home: &Home, args: &[&str]) -> Output {
    Command::new("/bin/sh")
        .args(["-c", &format!("{first}; exec \"$0\" \"$@\" 3<\"$TEST_PASSPHRASE_FILE\"")])
        .arg(env!("CARGO_BIN_EXE_caseclinic"))
        .args(args)
        .env("CASECLINIC_HOME", home.path())
        .env("TEST_PASSPHRASE_FILE", home.passphrase_file())
        .output()
        .expect("it runs")
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// `ulimit -f` counts blocks of 512 bytes.
#[test]
fn a_document_larger_than_files_may_be_is_not_there_by_halves() {
    let home = Home::with_vault();
    home.prepare_search();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("helplines.docx");
    let path = file.to_str().expect("text");
    let write = |first: &str| {
        run_after(first, &home, &["show", "helplines", "--output", path, "--replace"])
    };
    let refused = write("ulimit -f 2");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("limit") && said.contains("Nothing was written"), "{said}");
    assert_eq!(names_in(folder.path()), [""; 0]);
    // One that is there stays as it is.
    fs::write(&file, "kept").expect("written");
    assert_eq!(write("ulimit -f 2").status.code(), Some(1));
    assert_eq!(fs::read(&file).expect("it is there"), b"kept");
    assert!(write(":").status.success());
    assert!(fs::metadata(&file).expect("it is there").len() > 1024);
    assert_eq!(names_in(folder.path()), ["helplines.docx"]);
}

#[test]
fn a_note_larger_than_files_may_be_is_refused_and_the_vault_stays_whole() {
    let home = Home::with_vault();
    home.keep_draft("HERON-42", "kept before");
    let args = ["clinic", "new", "--plain", "--passphrase-fd", "3"];
    let text = "A long answer. ".repeat(400);
    let typed = home.passphrase_file().with_file_name("typed");
    fs::write(&typed, format!("2\n{text}\n:quit\n")).expect("written");
    let first = format!("ulimit -f 8; exec < '{}'", typed.display());
    let refused = run_after(&first, &home, &args);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{:?}: {said}", refused.status);
    assert!(said.contains("NOT SAVED") && said.contains("limit"), "{said}");
    assert!(home.faults().is_empty(), "{:?}", home.faults());
    assert!(home.note("HERON-42").expect("it opens").contains("kept before"));
}

#[test]
fn output_that_a_file_cannot_hold_is_said() {
    let home = Home::new();
    let folder = tempfile::tempdir().expect("a folder");
    let first = format!("ulimit -f 1; exec >'{}'", folder.path().join("out").display());
    let refused = run_after(&first, &home, &["show", "helplines"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("not written whole") && said.contains("limit"), "{said}");
}

#[test]
fn only_plain_files_are_replaced() {
    let home = Home::new();
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let made = Command::new("mkfifo").arg(place("pipe.txt")).status();
    assert!(made.expect("mkfifo runs").success());
    fs::write(place("real.txt"), "of somebody else").expect("written");
    symlink(place("real.txt"), place("link.txt")).expect("a link");
    symlink(place("nowhere.txt"), place("dangling.txt")).expect("a link");
    fs::create_dir(place("folder.txt")).expect("a folder");
    let write = |name: &str, replace: &[&str]| {
        let path = place(name);
        let args = ["show", "helplines", "--output", path.to_str().expect("text")];
        let output = run_after(":", &home, &[&args[..], replace].concat());
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for replace in [&[][..], &["--replace"]] {
        let (code, said) = write("pipe.txt", replace);
        assert!(code == Some(1) && said.contains("not a file"), "{said}");
        let (code, said) = write("folder.txt", replace);
        assert!(code == Some(1) && said.contains("is a folder"), "{said}");
    }
    for name in ["link.txt", "dangling.txt"] {
        let (code, said) = write(name, &[]);
        assert!(code == Some(1) && said.contains("already exists"), "{said}");
        let (code, said) = write(name, &["--replace"]);
        assert!(code == Some(0), "{said}");
        assert!(fs::symlink_metadata(place(name)).expect("it is there").is_file(), "{name}");
    }
    assert_eq!(fs::read(place("real.txt")).expect("it is there"), b"of somebody else");
    assert!(!place("nowhere.txt").exists());
    let pipe = fs::symlink_metadata(place("pipe.txt")).expect("it is there");
    assert!(pipe.file_type().is_fifo());
    // A name that no other program would take.
    let odd = "a 'b' \"c\" \u{202e}\u{1b}[31m\n.txt";
    let (code, said) = write(odd, &[]);
    assert!(code == Some(0) && !said.contains(['\u{1b}', '\u{202e}']), "{said:?}");
    let mode = fs::metadata(place(odd)).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // The longest name a file can have.
    let long = format!("{}.txt", "n".repeat(251));
    for replace in [&[][..], &["--replace"]] {
        let (code, said) = write(&long, replace);
        assert_eq!(code, Some(0), "{said}");
    }
    assert_eq!(names_in(folder.path()).len(), 7);
}
