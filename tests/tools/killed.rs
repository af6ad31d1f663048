//! The program is killed at every call that puts a document into its place: the file is whole, as it was,
//! or not there, and nothing else is left in the folder.

use std::{fs, process::Command};

use crate::support::Home;

/// The calls that write a document, in the order they are made.
const CALLS: [&str; 6] = ["write", "fsync", "linkat", "rename", "renameat", "renameat2"];

pub(crate) fn a_document_is_whole_or_not_there() {
    let home = Home::new();
    home.prepare_search();
    let mut kills = 0;
    for replace in [false, true] {
        for call in CALLS {
            for when in 1..=3 {
                let folder = tempfile::tempdir().expect("a folder");
                let file = folder.path().join("helplines.txt");
                if replace {
                    fs::write(&file, "kept").expect("written");
                }
                let mut command = Command::new("strace");
                command.args(["-f", "-o", "/dev/null", "-e"]);
                command.arg(format!("inject={call}:signal=KILL:when={when}"));
                command.arg(env!("CARGO_BIN_EXE_caseclinic")).args([
                    "show",
                    "helplines",
                    "--output",
                ]);
                command.arg(&file).args(replace.then_some("--replace"));
                let ended = command.env("CASECLINIC_HOME", home.path()).output().expect("it runs");
                kills += usize::from(!ended.status.success());
                let text = fs::read_to_string(&file).ok();
                let is_whole = |text: &str| text.contains("Helplines") && text.ends_with('\n');
                match &text {
                    Some(text) if text == "kept" => assert!(replace),
                    Some(text) => assert!(is_whole(text), "{call} {when}: {text}"),
                    None => assert!(!replace, "{call} {when}: the old file is gone"),
                }
                let left = fs::read_dir(folder.path()).expect("a folder").flatten();
                let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
                // Between its first name and its own there is one moment in which it has both.
                let may_be = usize::from(text.is_some())
                    + usize::from(replace && !["write", "fsync"].contains(&call));
                assert!(left.len() <= may_be, "{call} {when}: {left:?}");
            }
        }
    }
    assert!(kills >= 4, "the program was killed {kills} times only");
}

/// Whether `strace` may follow other programs here.
pub(crate) fn can_follow() -> bool {
    let args = ["-o", "/dev/null", "-e", "inject=fsync:error=EIO:when=1", "true"];
    Command::new("strace").args(args).output().is_ok_and(|output| output.status.success())
}
