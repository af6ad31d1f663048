//! What happens to a note after its meeting, and to the vault around it, from the command line.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use caseclinic::vault::Vault;

use crate::support::{Home, PASSPHRASE};

/// Runs a command with text on its standard input; answers with exit code, stdout and stderr.
fn run(home: &Home, args: &[&str], text: &str) -> (i32, String, String) {
    let mut child = Command::new("/bin/sh")
        .args(["-c", "exec \"$0\" \"$@\" --passphrase-fd 3 3<\"$TEST_PASSPHRASE_FILE\""])
        .arg(env!("CARGO_BIN_EXE_caseclinic"))
        .args(args)
        .env("CASECLINIC_HOME", home.path())
        .env("TEST_PASSPHRASE_FILE", home.passphrase_file())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().expect("its input").write_all(text.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let words = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("a code"), words(output.stdout), words(output.stderr))
}

#[test]
fn nothing_readable_is_exported_among_the_encrypted_files() {
    let home = Home::with_vault();
    home.keep_completed("HERON-42");
    assert_eq!(run(&home, &["clinic", "list"], "").0, 0, "and a copy is taken");
    let vault = home.path().join("vault");
    std::os::unix::fs::symlink(&vault, home.path().join("link")).expect("a link");
    for folder in ["vault", "vault/notes", "vault-copies", "link"] {
        let file = home.path().join(folder).join("note.md");
        let path = file.to_str().expect("text");
        for command in
            [["clinic", "export", "HERON-42", path].as_slice(), &["vault", "backup", path]]
        {
            let (code, _, err) = run(&home, command, "");
            assert_eq!(code, 1, "{err}");
            assert!(err.contains("folder of the vault") && err.contains("another folder"), "{err}");
            assert!(!file.exists());
        }
    }
    let file = home.path().join("note.md");
    let export = ["clinic", "export", "HERON-42", file.to_str().expect("text")];
    assert_eq!(run(&home, &export, "").0, 0);
}

#[test]
fn a_note_becomes_the_documents_that_fit_it_and_its_trail_names_each() {
    let home = Home::with_vault();
    let id = home.keep_completed("HERON-42").to_string();
    let path = |name: &str| home.path().join(name).to_str().expect("text").to_owned();
    let export = |file: &str, more: &[&str]| {
        let args = [&["clinic", "export", &id, file], more].concat();
        run(&home, &args, "")
    };
    let letter = path("letter.docx");
    let (code, _, err) = export(&letter, &["--document", "letter"]);
    assert!(code == 0 && err.contains("Letter of advice exported to"), "{err}");
    let (code, _, err) = export(&letter, &["--document", "letter"]);
    assert!(code == 1 && err.contains("already exists") && err.contains("--replace"), "{err}");
    let (code, _, err) = export(&letter, &["--document", "letter", "--replace"]);
    assert_eq!(code, 0, "{err}");
    let (code, _, err) = export(&path("plan.docx"), &["--document", "plan"]);
    assert!(code == 1 && err.contains("cannot become a safety plan"), "{err}");
    assert!(err.contains("case-file"), "it says what there is: {err}");
    let (code, _, err) = export(&path("copy.txt"), &["--for", "shareable"]);
    assert_eq!(code, 0, "{err}");
    let copy = fs::read_to_string(path("copy.txt")).expect("written");
    assert!(copy.contains("Left out of this copy"), "{copy}");
    let (code, _, err) = export(&path("x.docx"), &["--document", "novel"]);
    assert!(code == 2 && err.contains("case-file"), "{err}");
    let (_, shown, _) = run(&home, &["clinic", "show", &id], "");
    assert_eq!(shown.matches("Handed over: ").count(), 3, "{shown}");
    assert!(shown.contains("Case-file document, for somebody outside (plain text)"), "{shown}");
    let (code, out, err) = run(&home, &["vault", "verify"], "");
    assert_eq!(code, 0, "{out}{err}");
}

#[test]
fn a_note_is_amended_from_standard_input_and_every_revision_printed() {
    let home = Home::with_vault();
    let id = home.keep_completed("HERON-42").to_string();
    let amend = ["clinic", "amend", &id, "--role", "social worker", "--reason", "a date was wrong"];
    let (code, _, err) = run(&home, &amend, "The visit was on the ninth.\n");
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("revision 2"), "{err}");
    let (code, out, err) = run(&home, &["clinic", "revisions", &id], "");
    assert_eq!((code, out.lines().count()), (0, 2), "{err}");
    let (_, first, _) = run(&home, &["clinic", "revisions", &id, "--show", "1"], "");
    let (_, newest, _) = run(&home, &["clinic", "show", &id], "");
    assert!(newest.contains("on the ninth") && !first.contains("on the ninth"));
    assert!(newest.contains("social worker"), "{newest}");
    let (code, _, err) =
        run(&home, &["clinic", "amend", &id, "--role", "social worker", "--reason", "x"], "");
    assert_eq!(code, 1, "{err}");
    let mark = ["clinic", "mark-error", &id, "--reason", "wrong case"];
    assert_eq!(run(&home, &mark, "").0, 0);
    assert_eq!(run(&home, &amend, "more").0, 1, "nothing follows it");
    let (code, out, err) = run(&home, &["vault", "verify"], "");
    assert_eq!(code, 0, "{out}{err}");
}

#[test]
fn a_note_gets_a_retention_class_a_hold_a_release_and_is_erased() {
    let home = Home::with_vault();
    let id = home.keep_completed("HERON-42").to_string();
    let keep = ["clinic", "keep", &id, "--class", "six years", "--review", "1 Jan 2025"];
    let (code, out, err) = run(&home, &[&keep[..], &["--hold", "inquiry"]].concat(), "");
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("six years") && out.contains("inquiry"), "{out}");
    let (code, out, _) = run(&home, &["clinic", "due"], "");
    assert!(code == 0 && out.contains(&id) && out.contains("on legal hold"), "{out}");
    let erase = ["clinic", "erase", &id, "--reason", "retention period over"];
    let (code, _, err) = run(&home, &erase, "");
    assert!(code == 1 && err.contains("legal hold"), "{err}");
    assert_eq!(run(&home, &["clinic", "keep", &id, "--release"], "").0, 0);
    assert_eq!(run(&home, &["clinic", "erase", "HERON-42", "--reason", "x"], "").0, 1);
    let (code, _, err) = run(&home, &erase, "");
    assert!(code == 0 && err.contains("Not erased: backups"), "{err}");
    assert_eq!(run(&home, &["clinic", "show", &id], "").0, 1);
    assert_eq!(run(&home, &["vault", "verify"], "").0, 0);
}

#[test]
fn reasons_are_read_from_standard_input_and_stand_in_no_argument() {
    let home = Home::with_vault();
    let id = home.keep_completed("HERON-42").to_string();
    let amend = ["clinic", "amend", &id, "--role", "social worker", "--reason", "-"];
    let (code, _, err) = run(&home, &amend, "a day was wrong\nThe visit was on the ninth.\n");
    assert_eq!(code, 0, "{err}");
    let (_, shown, _) = run(&home, &["clinic", "show", &id], "");
    assert!(shown.contains("a day was wrong") && shown.contains("on the ninth"), "{shown}");
    let (code, out, err) = run(&home, &["clinic", "keep", &id, "--hold", "-"], "an inquiry\n");
    assert!(code == 0 && out.contains("an inquiry"), "{out}{err}");
    let erase = ["clinic", "erase", &id, "--reason", "-"];
    let (code, _, err) = run(&home, &erase, "period over\n");
    assert!(code == 1 && err.contains("an inquiry"), "{err}");
    assert_eq!(run(&home, &["clinic", "keep", &id, "--release"], "").0, 0);
    // Without a reason nothing is done.
    for empty in ["", "\n", " \u{200b}\n"] {
        let (code, _, err) = run(&home, &erase, empty);
        assert!(code == 2 && err.contains("reason was empty"), "{err}");
    }
    assert_eq!(run(&home, &["clinic", "mark-error", &id, "--reason", "-"], "wrong case\n").0, 0);
    assert_eq!(run(&home, &erase, "period over\n").0, 0);
}

#[test]
fn an_empty_list_exits_with_three_in_json_too() {
    let home = Home::with_vault();
    let lists: [&[&str]; 5] = [
        &["clinic", "due"],
        &["clinic", "list"],
        &["clinic", "search", "words"],
        &["actions"],
        &["vault", "members", "list"],
    ];
    for list in lists {
        let (code, out, _) = run(&home, list, "");
        // The list of members begins with the key of the vault itself.
        let says_nothing = out.is_empty() || list[0] == "vault";
        assert!(code == 3 && says_nothing, "{list:?}: {out}");
        let (code, out, _) = run(&home, &[list, &["--json"]].concat(), "");
        let json = serde_json::from_str::<serde_json::Value>(&out);
        assert!(code == 3 && json.is_ok_and(|json| json["schema"] == 1), "{list:?}: {out}");
    }
}

#[test]
fn a_discarded_draft_comes_back() {
    let home = Home::with_vault();
    let id = home.keep_draft("HERON-42", "What now?").to_string();
    let (code, _, err) = run(&home, &["clinic", "discard", "HERON-42"], "");
    assert_eq!(code, 0, "{err}");
    assert_eq!(run(&home, &["clinic", "list"], "").0, 3);
    let (_, out, _) = run(&home, &["clinic", "trash"], "");
    assert!(out.contains("HERON-42"), "{out}");
    assert_eq!(run(&home, &["clinic", "trash", "--restore", &id], "").0, 0);
    assert!(run(&home, &["clinic", "show", "HERON-42"], "").1.contains("What now?"));
}

#[test]
fn a_relative_home_is_refused_and_creates_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for command in [["vault", "status"], ["vault", "copies"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_caseclinic"))
            .args(command)
            .env("CASECLINIC_HOME", "here")
            .current_dir(folder.path())
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains("absolute path"), "{said}");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

/// Runs a command through the shell, whose redirections are a part of what is tried.
fn shell(home: &Home, line: &str) -> (i32, String, String) {
    let output = Command::new("/bin/sh")
        .args(["-c", &format!("cd \"$CASECLINIC_HOME\" && {line}")])
        .env("CASECLINIC", env!("CARGO_BIN_EXE_caseclinic"))
        .env("CASECLINIC_HOME", home.path())
        .output()
        .expect("it runs");
    let words = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("a code"), words(output.stdout), words(output.stderr))
}

#[test]
fn a_passphrase_and_the_text_after_it_in_one_file_are_kept_apart() {
    let home = Home::with_vault();
    let id = home.keep_completed("HERON-42").to_string();
    let both = home.path().join("both");
    fs::write(&both, format!("{PASSPHRASE}\nThe visit was on the ninth.\n")).expect("written");
    for (way, number) in [("--passphrase-fd 0 < both", 2), ("--passphrase-fd 3 < both 3<&0", 3)] {
        let amend = format!("\"$CASECLINIC\" clinic amend {id} --role nurse --reason r {way}");
        let (code, _, err) = shell(&home, &amend);
        assert!(code == 0 && err.contains(&format!("revision {number}")), "{way}: {err}");
        let (_, text, _) =
            run(&home, &["clinic", "revisions", &id, "--show", &number.to_string()], "");
        assert!(text.contains("on the ninth") && !text.contains(PASSPHRASE), "{way}: {text}");
    }
    let new = "\"$CASECLINIC\" clinic new --plain --passphrase-fd 0 < both";
    let (_, out, err) = shell(&home, new);
    assert!(!format!("{out}{err}").contains(PASSPHRASE), "{out}{err}");
    fs::write(&both, format!("{PASSPHRASE}\nvisit\n")).expect("written");
    let (code, out, err) = shell(&home, "\"$CASECLINIC\" clinic search - --passphrase-fd 0 < both");
    assert_eq!(code, 0, "{out}{err}");
}

#[test]
fn one_descriptor_can_give_the_old_and_the_new_passphrase() {
    let home = Home::with_vault();
    let lines = format!("{PASSPHRASE}\nquite another passphrase\n");
    fs::write(home.path().join("lines"), lines).expect("written");
    let change = "\"$CASECLINIC\" vault passphrase --passphrase-fd 3 --new-passphrase-fd 3 3<lines";
    let (code, _, err) = shell(&home, change);
    assert_eq!(code, 0, "{err}");
    let opens = |passphrase: &str| Vault::unlock(&home.vault_place(), &passphrase.into()).is_ok();
    assert!(opens("quite another passphrase") && !opens(PASSPHRASE));
    fs::write(home.path().join("lines"), "quite another passphrase\n").expect("written");
    let (code, _, err) = shell(&home, change);
    assert!(code != 0 && opens("quite another passphrase"), "one line is no new passphrase: {err}");
}

#[test]
fn no_passphrase_is_generated_without_a_terminal_to_type_it_back() {
    let home = Home::with_vault();
    for command in ["passphrase", "rekey"] {
        let (code, out, err) = run(&home, &["vault", command, "--generate"], "");
        assert_eq!((code, out.as_str()), (2, ""), "{command}: {err}");
        assert!(err.contains("no terminal") && !err.contains("Write it down"), "{command}: {err}");
    }
    let empty = Home::new();
    let (code, out, err) = shell(&empty, "\"$CASECLINIC\" vault init --generate < /dev/null");
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(!empty.vault_place().exists());
}
