//! A note that was exported as JSON, imported into another vault.

use std::{fs, path::Path};

use crate::support::Home;

/// Runs a command that must fail; returns what it says.
fn refused(home: &Home, args: &[&str]) -> String {
    let output = home.try_run(args, &home.passphrase_file());
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(matches!(output.status.code(), Some(1 | 2)), "{said}");
    said
}

fn export(home: &Home, key: &str, file: &Path) {
    home.run(&["clinic", "export", key, file.to_str().expect("text")]);
}

#[test]
fn a_note_goes_from_one_vault_to_another_once_and_says_so() {
    let (here, there) = (Home::with_vault(), Home::with_vault());
    let key = here.complete_a_clinic();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("note.json");
    export(&here, &key, &file);
    let path = file.to_str().expect("text");

    let said = there.run(&["clinic", "import", path]);
    assert!(said.starts_with(&format!("New draft {key}: Peer case clinic")), "{said}");
    assert!(said.contains("In the file it was completed. Nobody signed the file"), "{said}");
    let note = there.run(&["clinic", "show", &key]);
    assert!(note.contains("Status: in progress") && note.contains("Imported on "), "{note}");
    let trail = there.run(&["clinic", "show", &key, "--history"]);
    assert!(trail.contains("imported: nothing → “from a file: "), "{trail}");
    assert_eq!(trail.trim().lines().count(), 1, "{trail}");
    for document in ["case-file", "letter", "extract"] {
        let text = folder.path().join(format!("{document}.txt"));
        let text = text.to_str().expect("text");
        there.run(&["clinic", "export", &key, text, "--document", document]);
        let text = fs::read_to_string(text).expect("written");
        assert!(text.contains("from a file that nobody signed"), "{document}: {text}");
    }

    // The same note again, here and there, also under another name of the file.
    let again = refused(&there, &["clinic", "import", path]);
    assert!(again.contains(&format!("in the vault already, as {key}")), "{again}");
    let own = refused(&here, &["clinic", "import", path]);
    assert!(own.contains(&format!("in the vault already, as {key}")), "{own}");
    assert_eq!((there.case_keys().len(), here.case_keys().len()), (1, 1));
    assert!(there.faults().is_empty() && here.faults().is_empty());
}

#[test]
fn a_case_key_that_is_taken_is_never_given_to_another_case() {
    let (here, there) = (Home::with_vault(), Home::with_vault());
    here.keep_completed("HERON-42");
    there.keep_completed("HERON-42");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("note.json");
    export(&here, "HERON-42", &file);
    let said = there.run(&["clinic", "import", file.to_str().expect("text")]);
    assert!(!said.starts_with("New draft HERON-42:"), "{said}");
    assert!(said.contains("In the file it is HERON-42") && said.contains("another case"), "{said}");
    let mut keys = there.case_keys();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 2, "{keys:?}");
}

#[test]
fn a_file_that_is_no_whole_note_changes_nothing() {
    let (here, there) = (Home::with_vault(), Home::with_vault());
    here.keep_completed("HERON-42");
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    export(&here, "HERON-42", &place("note.json"));
    let whole = fs::read_to_string(place("note.json")).expect("written");
    let half = &whole[..whole.len() / 2];
    let later = whole.replacen("caseclinic-note/1", "caseclinic-note/7", 1);
    let no_format = whole.replacen("peer-case-clinic", "our-own-format", 1);
    for (text, why) in [
        (half, "the rest of the note is missing"),
        (&later, "a newer version of caseclinic"),
        (&no_format, "our-own-format"),
        ("\u{1b}[31m", "Line 1, position 1: This is not JSON"),
    ] {
        fs::write(place("changed.json"), text).expect("written");
        let path = place("changed.json");
        let said = refused(&there, &["clinic", "import", path.to_str().expect("text")]);
        assert!(said.contains(why) && !said.contains('\u{1b}'), "{said}");
    }
    export(&here, "HERON-42", &place("note.fhir.json"));
    let path = place("note.fhir.json");
    let said = refused(&there, &["clinic", "import", path.to_str().expect("text")]);
    assert!(said.contains("is a FHIR file"), "{said}");
    assert_eq!(there.case_keys(), [""; 0]);
}
