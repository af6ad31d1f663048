//! Blank forms as files, and forms that came back. The fixtures were filled in by a script, and two were
//! saved again by `LibreOffice`. In `rearranged` rows are moved, deleted and merged, hints are deleted,
//! a question is new, and a child is in a table without a heading.

use std::{
    fs::{self, File},
    io::{Cursor, Write},
    path::{Path, PathBuf},
    process::Command,
};

use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::Home;

/// Runs a command; answers with exit code, stdout and stderr.
fn run(home: &Home, args: &[&str]) -> (i32, String, String) {
    let needs_key = args[0] == "clinic";
    let key = if needs_key { " --passphrase-fd 3 3<\"$TEST_PASSPHRASE_FILE\"" } else { "" };
    let script = format!("exec \"$0\" \"$@\"{key}");
    let output = Command::new("/bin/sh")
        .args(["-c", &script])
        .arg(env!("CARGO_BIN_EXE_caseclinic"))
        .args(args)
        .env("CASECLINIC_HOME", home.path())
        .env("TEST_PASSPHRASE_FILE", home.passphrase_file())
        .output()
        .expect("it runs");
    let words = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("a code"), words(output.stdout), words(output.stderr))
}

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/forms");
    folder.join(name).to_str().expect("text").to_owned()
}

/// The case key of the draft that an import names.
fn key(said: &str) -> &str {
    let named = said.strip_prefix("New draft ").and_then(|rest| rest.split(':').next());
    named.unwrap_or_else(|| panic!("no draft is named: {said}"))
}

#[test]
fn a_form_filled_in_with_a_word_processor_becomes_a_draft() {
    let home = Home::with_vault();
    for name in ["filled-in.docx", "filled-in-libreoffice.docx"] {
        let (code, said, err) = run(&home, &["clinic", "import", &fixture(name)]);
        assert_eq!(code, 0, "{name}: {err}");
        assert!(said.contains("with 25 answers from the form"), "{name}: {said}");
        assert!(said.contains("Child 2, Age in years: “eight”"), "{name}: {said}");
        assert!(err.contains("is not encrypted"), "{err}");
        let key = key(&said);
        assert!(said.contains(&format!("`caseclinic clinic resume {key}`")), "{said}");
        let (_, note, _) = run(&home, &["clinic", "show", key]);
        for part in [
            "The school rang again on Tuesday.\\\nWe don't know what to say to them.",
            "### Child 1 of 2\n\n**How was this child involved?**\n\nShowed the behaviour\n\n**Age in years**\n\n13\n",
            "### Child 2 of 2\n\n**How was this child involved?**\n\nWas, or may have been, harmed",
            "### Behaviour 1 of 1\n\n**What happened, in plain words?** *(Reported)*",
            "safe? \\=SUM(A1) &lt;b&gt;bold&lt;/b&gt;",
            "From the form, not placed:\\\n\\- Date: 30 November 2026",
            "PS: please ring me on Monday.",
        ] {
            assert!(note.contains(part), "{name}: {part} is not in\n{note}");
        }
    }
}

#[test]
fn a_form_with_its_rows_rearranged_loses_nothing_and_mixes_nothing() {
    let home = Home::with_vault();
    let file = fixture("rearranged-in-libreoffice.docx");
    let (code, said, err) = run(&home, &["clinic", "import", &file]);
    assert_eq!(code, 0, "{err}");
    assert!(said.contains("7 texts were not placed"), "{said}");
    for part in [
        "“Which school? A primary school in the north.” (the form asks no such question)",
        "Behaviour 1, Where and when? / Who was involved?: “On the bus.",
        "(more than one answer is chosen)",
    ] {
        assert!(said.contains(part), "{part} is not in\n{said}");
    }
    let (_, note, _) = run(&home, &["clinic", "show", key(&said)]);
    for part in [
        "**Why now?**\n\nThe school rang",
        "**What is your one question for the meeting?**\n\nHow do we keep both",
        "### Child 3 of 3",
        "Shy. Talks about trains.",
        "Child A and a younger pupil",
        "A primary school in the north.",
        "**Where and when?**\n\n*Not answered.*",
        "Not known gnp.exe",
    ] {
        assert!(note.contains(part), "{part} is not in\n{note}");
    }
}

#[test]
fn a_blank_form_is_written_in_every_format_and_comes_back_as_blank() {
    let home = Home::with_vault();
    let path = |name: &str| home.path().join(name).to_str().expect("text").to_owned();
    for ending in ["docx", "pdf", "html", "md", "txt"] {
        let file = path(&format!("request.{ending}"));
        let blank = ["template", "blank", "consultation-request", "--output", &file];
        let (code, _, err) = run(&home, &blank);
        assert!(code == 0 && err.contains("Written to"), "{err}");
        let (code, _, err) = run(&home, &blank);
        assert!(code == 1 && err.contains("already exists") && err.contains("--replace"), "{err}");
        let (code, said, err) = run(&home, &["clinic", "import", &file]);
        let why = if ["pdf", "txt"].contains(&ending) {
            "is not DOCX, HTML or Markdown"
        } else {
            "Nothing is filled in"
        };
        assert!(code == 1 && err.contains(why) && err.contains("Nothing was saved"), "{said}{err}");
    }
    let (code, _, err) =
        run(&home, &["template", "blank", "safety-plan", "--output", &path("plan.odt")]);
    assert!(code == 2 && err.contains("Nothing was written") && err.contains(".docx"), "{err}");
    let inside = path("vault/form.docx");
    let (code, _, err) = run(&home, &["template", "blank", "safety-plan", "--output", &inside]);
    assert!(code == 1 && err.contains("inside the vault"), "{err}");
    assert_eq!(run(&home, &["clinic", "list"]).1, "", "no draft came of it");
}

#[test]
fn placing_cards_are_for_formats_with_a_placement() {
    let home = Home::with_vault();
    let (code, cards, err) = run(&home, &["template", "blank", "peer-case-clinic", "--cards"]);
    assert_eq!(code, 0, "{err}");
    assert!(cards.contains("# 4   Abusive\n\n**Stage four of five**"), "{cards}");
    let (code, _, err) = run(&home, &["template", "blank", "consultation-request", "--cards"]);
    assert!(code == 1 && err.contains("has no continuum"), "{err}");
}

#[test]
fn files_that_are_no_form_are_refused_with_a_sentence() {
    let home = Home::with_vault();
    let path = |name: &str| -> PathBuf { home.path().join(name) };
    let refused = |file: &Path, why: &str| {
        let file = file.to_str().expect("text");
        let (code, out, err) = run(&home, &["clinic", "import", file]);
        assert!(code != 0 && err.contains(why), "{file}: {out}{err}");
        assert!(!err.contains("panicked"), "{err}");
    };
    let large = path("large.docx");
    File::create(&large).and_then(|file| file.set_len(50 * 1024 * 1024)).expect("a file");
    refused(&large, "is larger than 20 MiB");
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("word/document.xml", SimpleFileOptions::default()).expect("a part");
    let blanks = vec![b' '; 1024 * 1024];
    (0..64).for_each(|_| archive.write_all(&blanks).expect("written"));
    let bomb = path("bomb.docx");
    fs::write(&bomb, archive.finish().expect("an archive").into_inner()).expect("written");
    refused(&bomb, "unpacks to more than 32 MiB");
    let text = path("letter.docx");
    fs::write(&text, "Dear colleague").expect("written");
    refused(&text, "not a DOCX file");
    let other = path("other.md");
    fs::write(&other, "# A letter\n\nDear colleague").expect("written");
    refused(&other, "does not say which form it is");
    refused(&path("nowhere.docx"), "could not be read");
    refused(home.path(), "is not a file");
    let unknown = path("unknown.md");
    fs::write(&unknown, "Form: our-own-form 1.0").expect("written");
    refused(&unknown, "our-own-form");
    let meeting = path("meeting.md");
    fs::write(&meeting, "Form: peer-case-clinic 2027.1").expect("written");
    refused(&meeting, "is a format for a meeting");
}

#[test]
fn an_older_form_says_so_and_a_markdown_form_is_read_too() {
    let home = Home::with_vault();
    let (_, blank, _) = run(&home, &["template", "blank", "consultation-request"]);
    let line = "______________________________________________________________________";
    let filled = blank
        .replacen(
            &format!("rather than last month?\n\n{line}"),
            "rather than last month?\n\nIt happened twice.",
            1,
        )
        .replacen("- ☐ Both", "- ☒ Both", 1)
        .replace("consultation-request 2027.1", "consultation-request 2026.3");
    let file = home.path().join("request.md");
    fs::write(&file, filled).expect("written");
    let (code, said, err) = run(&home, &["clinic", "import", file.to_str().expect("text")]);
    assert_eq!(code, 0, "{err}");
    assert!(said.contains("with 2 answers"), "{said}");
    assert!(
        said.contains("The form is of version 2026.3, and the draft of version 2027.1"),
        "{said}"
    );
    let (_, note, _) = run(&home, &["clinic", "show", key(&said)]);
    assert!(note.contains("**Why now?**\n\nIt happened twice."), "{note}");
}
