//! `caseclinic place`: what is asked, what is printed, and what is refused.

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
};

use caseclinic::vault::{KeyPlace, PlacingRound};

const STEPS: [&str; 6] =
    ["typical", "inappropriate", "problematic", "abusive", "violent", "not_enough_information"];

fn place(args: &[&str], lines: &str) -> Output {
    let home = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(env!("CARGO_BIN_EXE_caseclinic"))
        .arg("place")
        .args(args)
        .env("CASECLINIC_HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    // The program may have ended; its output says why.
    let _ = child.stdin.take().expect("a pipe").write_all(lines.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let left = std::fs::read_dir(home.path()).expect("a folder").count();
    assert_eq!(left, 0, "nothing is written to the disk");
    output
}

fn said(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn only_the_sealed_placement_is_printed_and_the_round_opens_it() {
    let round = PlacingRound::begin(&KeyPlace::ThisProcess, STEPS).expect("a key");
    let code = round.code().to_string();
    let (one, two) = code.split_at(30);
    let output = place(&[one, two], "3\n4\nthe age gap\n");
    assert!(output.status.success(), "{}", said(&output));
    let block = String::from_utf8(output.stdout.clone()).expect("text");
    assert!(block.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"), "{block}");
    let read = round.read_chat(&block).expect("it opens");
    let [Ok(sent)] = read.as_slice() else { panic!("{read:?}") };
    assert_eq!((sent.person, sent.step, sent.reason.as_str()), (3, 4, "the age gap"));
    let said = said(&output);
    for told in
        ["Do not share your screen", "4 Abusive", "You are number 3, and you chose 4 Abusive."]
    {
        assert!(said.contains(told), "{told}: {said}");
    }
}

#[test]
fn steps_that_are_not_known_here_are_asked_for_by_number() {
    let round = PlacingRound::begin(&KeyPlace::ThisProcess, ["one", "two"]).expect("a key");
    let output = place(&[&round.code().to_string()], "1\n2\n\n");
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("Ask the facilitator to read them out"), "{}", said(&output));
}

#[test]
fn what_cannot_be_placed_is_a_sentence_and_prints_no_block() {
    let round = PlacingRound::begin(&KeyPlace::ThisProcess, STEPS).expect("a key");
    let code = round.code().to_string();
    let other = if &code[20..21] == "q" { "p" } else { "q" };
    let wrong = format!("{}{other}{}", &code[..20], &code[21..]);
    let long = "x".repeat(200);
    for (args, lines, status, told) in [
        (&["hello"][..], "", 2, "not a placing code"),
        (&[wrong.as_str()], "", 2, "incomplete or has a wrong character"),
        (&[code.as_str()], "1\n7\n\n", 2, "from 1 to 6"),
        (&[code.as_str()], "nurse\n", 2, "from 1 to 99"),
        (&[code.as_str()], "1\n2\n", 1, "the input ended"),
        (&[code.as_str()], "", 1, "the input ended"),
        (&[code.as_str()], &format!("1\n2\n{long}\n"), 2, "at most 140 fit"),
        (&[], "", 2, "CODE"),
    ] {
        let output = place(args, lines);
        assert_eq!(output.status.code(), Some(status), "{lines}: {}", said(&output));
        assert!(said(&output).contains(told), "{told}: {}", said(&output));
        assert!(output.stdout.is_empty(), "{lines}");
    }
}
