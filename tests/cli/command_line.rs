//! The contract of the command line: what goes to stdout, what it means, and how it ends.

use std::{
    fs,
    io::Read,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

use assert_cmd::cargo::CommandCargoExt;
use serde_json::Value;

use crate::support::{Home, Launch, PATIENCE};

/// Runs a command; answers with exit code, stdout and stderr.
fn run(home: &Home, args: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("caseclinic")
        .expect("the program")
        .args(args)
        .env("CASECLINIC_HOME", home.path())
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    let code = output.status.code().expect("it was not killed");
    (code, text(output.stdout), text(output.stderr))
}

fn json(home: &Home, args: &[&str]) -> Value {
    let (code, out, err) = run(home, args);
    assert_eq!(code, 0, "{args:?}: {err}");
    let value: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"));
    assert_eq!(value["schema"], 1, "{args:?}");
    value
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn a_terminal_without_a_cursor_is_told_of_the_plain_commands() {
    let home = Home::new();
    for name in ["dumb", ""] {
        let mut terminal = Launch::new(&home).environment("TERM", name).go();
        let ended = terminal.ended_within(PATIENCE);
        let said = String::from_utf8_lossy(&terminal.bytes()).into_owned();
        assert_eq!(ended.code, 2, "{said}");
        assert!(said.contains("cannot show the full-screen program"), "{said}");
        assert!(
            said.contains("clinic new --plain") && said.contains("caseclinic search"),
            "{said}"
        );
        assert!(!said.contains("\u{1b}["), "nothing is drawn: {said}");
    }
}

#[test]
fn search_json_has_every_promised_field() {
    let home = Home::new();
    let found = json(&home, &["search", "sexting", "yr", "9", "--json", "--limit", "5"]);
    let mut wanted = [
        "schema",
        "query",
        "corrected",
        "expanded",
        "close",
        "not_found",
        "took_us",
        "total",
        "hits",
    ];
    wanted.sort_unstable();
    assert_eq!(keys(&found), wanted);
    assert_eq!(found["query"], "sexting yr 9");
    let hits = found["hits"].as_array().expect("hits");
    assert!(!hits.is_empty() && hits.len() <= 5);
    assert!(found["total"].as_u64() >= Some(hits.len() as u64));
    for hit in hits {
        for field in ["id", "title", "kind", "section", "status", "nation", "score", "sources"] {
            assert!(!hit[field].is_null(), "{field}: {hit}");
        }
        let snippet = hit["snippet"].as_str().expect("a snippet");
        for range in hit["highlights"].as_array().expect("highlights") {
            let at = |n: usize| range[n].as_u64().expect("a number") as usize;
            assert!(snippet.get(at(0)..at(1)).is_some_and(|words| !words.is_empty()), "{hit}");
        }
        for source in hit["sources"].as_array().expect("sources") {
            assert!(source["title"].is_string() && source["publisher"].is_string(), "{source}");
        }
    }
}

#[test]
fn search_filters_by_kind_and_exits_with_three_when_nothing_is_found() {
    let home = Home::new();
    let found = json(&home, &["search", "consent", "--kind", "principle", "--json"]);
    let hits = found["hits"].as_array().expect("hits");
    assert!(hits.iter().all(|hit| hit["kind"] == "principle"), "{hits:?}");
    let (code, out, err) = run(&home, &["search", "qqqqqqzzzzz"]);
    assert_eq!((code, out.as_str()), (3, ""), "{err}");
    assert!(err.contains("Nothing found"), "{err}");
}

#[test]
fn the_nation_in_the_settings_comes_first_in_a_search_and_in_an_emergency() {
    let home = Home::new();
    let first = |home: &Home| {
        json(home, &["search", "local rules and guidance", "--json"])["hits"][0]["id"].clone()
    };
    let (_, entry, _) = run(&home, &["show", "scotland-framework"]);
    assert!(entry.contains("Scotland, not England"), "{entry}");
    assert_ne!(first(&home), "scotland-framework");
    let config = home.path().join("config");
    fs::create_dir_all(&config).expect("a folder");
    fs::write(config.join("settings.toml"), "nation = \"Scotland\"\n").expect("written");
    let (_, entry, _) = run(&home, &["show", "england-working-together"]);
    assert!(entry.contains("England, not Scotland"), "{entry}");
    let (_, entry, _) = run(&home, &["show", "immediate-safety"]);
    let place = |text: &str| entry.find(text).expect(text);
    assert!(
        place("999") < place("Scotland: ") && place("Scotland: ") < place("England and Wales: ")
    );
    assert_eq!(first(&home), "scotland-framework");
}

#[test]
fn wrong_usage_is_reported_on_stderr_and_exits_with_two() {
    let home = Home::new();
    for args in [
        &["search"][..],
        &["search", ""],
        &["search", "x", "--kind", "nonsense"],
        &["search", "x", "--limit", "-1"],
        &["nonsense"],
        &["show"],
        &["show", "helplines", "--cite", "--json"],
        &["clinic", "new", "--template", "nonsense"],
        &["clinic", "new", "--passphrase-fd", "99"],
        &["clinic"],
    ] {
        let (code, out, err) = run(&home, args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {err}");
        assert!(!err.is_empty(), "{args:?}");
    }
}

#[test]
fn nobody_but_the_program_itself_starts_its_other_processes() {
    let home = Home::new();
    for process in ["key-helper", "pdf-reader"] {
        let (code, out, err) = run(&home, &[process]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains("started by caseclinic itself"), "{err}");
        assert!(!run(&home, &["--help"]).1.contains(process));
    }
}

#[test]
fn the_meeting_formats_are_listed_with_what_they_are_for() {
    let home = Home::new();
    let listed = json(&home, &["clinic", "formats", "--json"]);
    let formats = listed["formats"].as_array().expect("formats");
    assert_eq!(formats[0]["id"], "peer-case-clinic");
    let (code, out, err) = run(&home, &["clinic", "formats"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
    for format in formats {
        assert!(format["minutes"].as_u64() > Some(0), "{format}");
        assert!(out.contains(format["id"].as_str().expect("an id")), "{out}");
    }
}

#[test]
fn an_entry_is_shown_cited_and_printed_as_json() {
    let home = Home::new();
    let (code, out, err) = run(&home, &["show", "first-response"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("Sources") && !out.contains('\x1b'), "{out}");
    let (code, cite, _) = run(&home, &["show", "first-response", "--cite"]);
    assert_eq!((code, cite.lines().count()), (0, 1), "{cite}");
    let shown = json(&home, &["show", "first-response", "--json"]);
    assert_eq!(shown["entry"]["id"], "first-response");
    let (code, out, err) = run(&home, &["show", "first-respones"]);
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(err.contains("first-response"), "the nearest is named: {err}");
    let file = home.path().join("entry.docx");
    let path = file.to_str().expect("text");
    let (code, out, err) = run(&home, &["show", "first-response", "--output", path]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(fs::read(&file).expect("written").starts_with(b"PK"), "a DOCX file is an archive");
    let (code, _, err) = run(&home, &["show", "first-response", "--output", path]);
    assert!(code == 1 && err.contains("already exists") && err.contains("--replace"), "{err}");
}

#[test]
fn the_list_holds_every_entry_and_a_kind_narrows_it() {
    let home = Home::new();
    let all = json(&home, &["list", "--json"]);
    let entries = all["entries"].as_array().expect("entries");
    assert!(entries.len() >= 49);
    let myths = json(&home, &["list", "--kind", "myth", "--json"]);
    let myths = myths["entries"].as_array().expect("entries");
    assert!(!myths.is_empty() && myths.iter().all(|entry| entry["kind"] == "myth"));
    let (code, out, _) = run(&home, &["list"]);
    assert_eq!((code, out.lines().count()), (0, entries.len()));
}

#[test]
fn check_passes_the_bundle_and_names_a_broken_file_and_line() {
    let home = Home::new();
    let (code, out, err) = run(&home, &["check"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    let pack = home.path().join("pack");
    copy_entry(&pack, "first-response");
    let entry = pack.join("first-response.md");
    let text = fs::read_to_string(&entry).expect("text");
    fs::write(&entry, text.replace("kind = \"practice\"", "kind = \"practise\"")).expect("written");
    let line =
        text.lines().position(|line| line.starts_with("kind = ")).expect("it has a kind") + 1;
    let folder = pack.to_str().expect("text");
    let (code, out, _) = run(&home, &["check", folder]);
    assert_eq!(code, 4);
    assert!(out.contains(&format!("first-response.md:{line}")), "{out}");
    assert!(out.contains("practice"), "the nearest name is given: {out}");
    let (code, out, _) = run(&home, &["check", folder, "--json"]);
    let problems: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &problems["schema"]), (4, &1.into()));
}

/// A pack of one entry of the bundle.
fn copy_entry(pack: &Path, id: &str) {
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    fs::create_dir(pack).expect("a folder");
    for name in ["pack.toml", &format!("{id}.md")] {
        fs::copy(bundled.join(name), pack.join(name)).expect("copied");
    }
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let home = Home::new();
    for args in [
        &["list"][..],
        &["list", "--json"],
        &["show", "helplines"],
        &["search", "child", "--json"],
        &["man"],
        &["completions", "bash"],
        &["check", "no-such-folder"],
        &["pack", "list"],
        &["doctor"],
        &["vault", "status"],
        &["clinic", "formats"],
        &["clinic", "new", "--practice", "--plain"],
    ] {
        let mut child = Command::cargo_bin("caseclinic")
            .expect("the program")
            .args(args)
            .env("CASECLINIC_HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().expect("stderr").read_to_string(&mut said).expect("text");
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "{args:?}: {said}");
        assert!(!said.contains("os error"), "{args:?}: {said}");
    }
}

#[test]
fn dates_follow_the_time_zone() {
    let home = Home::new();
    let clock_in = |zone: &str| {
        let output = Command::cargo_bin("caseclinic")
            .expect("the program")
            .args(["doctor", "--json"])
            .env("CASECLINIC_HOME", home.path())
            .env("TZ", zone)
            .output()
            .expect("it runs");
        let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let findings = found["findings"].as_array().expect("findings");
        let clock = findings.iter().find(|one| one["name"] == "clock").expect("the clock");
        clock["says"].as_str().expect("a date").to_owned()
    };
    // Fourteen hours ahead of UTC and eleven behind: never the same day.
    assert_ne!(clock_in("AHEAD-14"), clock_in("BEHIND11"));
}

#[test]
fn a_note_shows_the_times_of_the_reader_and_its_stored_times_stay_in_utc() {
    let home = Home::with_vault();
    home.keep_draft("HERON-42", "What now?");
    let shown = |zone: &str, args: &[&str]| {
        let output = Command::new("/bin/sh")
            .args(["-c", "exec \"$0\" \"$@\" --passphrase-fd 3 3<\"$TEST_PASSPHRASE_FILE\""])
            .arg(env!("CARGO_BIN_EXE_caseclinic"))
            .args(args)
            .env("CASECLINIC_HOME", home.path())
            .env("TEST_PASSPHRASE_FILE", home.passphrase_file())
            .env("TZ", zone)
            .output()
            .expect("it runs");
        String::from_utf8(output.stdout).expect("text")
    };
    let started = |zone: &str| {
        let note = shown(zone, &["clinic", "show", "HERON-42"]);
        let line = note.lines().find_map(|line| line.strip_prefix("- Started: "));
        let line = line.unwrap_or_else(|| panic!("no time in {note}"));
        jiff::civil::DateTime::strptime("%d %b %Y, %H:%M", line).expect("a time without a zone")
    };
    // Fourteen hours ahead of UTC, and eleven behind.
    let apart = started("AHEAD-14").duration_since(started("BEHIND11"));
    assert_eq!(apart.as_hours(), 25);
    let listed = |zone: &str| shown(zone, &["clinic", "list", "--json"]);
    assert!(listed("AHEAD-14").contains("Z\""));
    assert_eq!(listed("AHEAD-14"), listed("BEHIND11"));
}

#[test]
fn odd_queries_never_fail() {
    let home = Home::new();
    let long = "sexting ".repeat(3000);
    for query in [
        "\"",
        "\"unclosed",
        "((((",
        "a AND",
        "OR",
        "-",
        "--",
        "*",
        "?",
        "~",
        "^2",
        ":",
        "kind:",
        "kind:nonsense x",
        "title:x",
        "[a TO b]",
        "a\u{202e}b",
        "\u{0}x",
        "\\",
        "/",
        "\u{1b}[31mred",
        "👩🏽‍🏫",
        "ŵŷ",
        "' OR 1=1",
        "<b>",
        "%s%n",
        "NEAR/2",
        "+",
        "+-+",
        "year:9",
        "…",
        &long,
    ] {
        let Ok(output) = Command::cargo_bin("caseclinic")
            .expect("the program")
            .args(["search", "--json", "--", query])
            .env("CASECLINIC_HOME", home.path())
            .output()
        else {
            // A zero byte can't be handed over at all.
            assert!(query.contains('\0'), "{query:?}");
            continue;
        };
        let code = output.status.code();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(code, Some(0 | 2 | 3)), "{query:?}: {code:?} {said}");
        assert!(!said.contains('\x1b') && !output.stdout.contains(&0x1b), "{query:?}");
    }
}

#[test]
fn a_vault_is_created_once_and_status_needs_no_passphrase() {
    let home = Home::new();
    let status = json(&home, &["vault", "status", "--json"]);
    assert_eq!(status["state"], "missing");
    let sheet = home.path().join("sheet.txt");
    let init = ["vault", "init", "--recovery-file", sheet.to_str().expect("text")];
    let made = home.try_run(&init, &home.passphrase_file());
    assert!(made.status.success(), "{made:?}");
    assert!(fs::read_to_string(&sheet).expect("the sheet").contains("AGE-SECRET-KEY-1"));
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&sheet), mode(&home.vault_place())), (0o600, 0o700));
    let status = json(&home, &["vault", "status", "--json"]);
    assert_eq!(status["state"], "locked");
    let confirmed = &status["recovery_confirmed"];
    assert_eq!(confirmed, true, "else the next unlock would void the sheet in the file");
    let again = home.try_run(&["vault", "init"], &home.passphrase_file());
    assert_eq!(again.status.code(), Some(1), "a second vault is not made over the first");
}

#[test]
fn notes_are_listed_shown_and_exported_and_a_wrong_passphrase_exits_with_five() {
    let home = Home::with_vault();
    let (code, out, _) = run(&home, &["clinic", "list"]);
    assert_eq!((code, out.as_str()), (5, ""), "without a terminal nobody can be asked");
    let none = home.try_run(&["clinic", "list"], &home.passphrase_file());
    assert_eq!(none.status.code(), Some(3), "{none:?}");

    home.keep_draft("HERON-42", "how do we keep both safe? (born 3 May 2012)");
    let list: Value = serde_json::from_str(&home.run(&["clinic", "list", "--json"])).expect("JSON");
    let note = &list["notes"][0];
    assert_eq!((&list["schema"], &note["case_key"]), (&1.into(), &"HERON-42".into()));
    assert!(note["revision"].is_null());
    assert!(home.run(&["clinic", "show", "heron-42"]).contains("how do we keep both safe?"));

    let file = home.path().join("note.md");
    let path = file.to_str().expect("text");
    let written = home.try_run(&["clinic", "export", "HERON-42", path], &home.passphrase_file());
    let said = String::from_utf8_lossy(&written.stderr);
    assert!(written.status.success() && said.contains("1 possible identifier found."), "{said}");
    let mode = fs::metadata(&file).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let again = home.try_run(&["clinic", "export", "HERON-42", path], &home.passphrase_file());
    assert_eq!(again.status.code(), Some(1), "a file that is there is not written over");
    let said = String::from_utf8_lossy(&again.stderr);
    assert!(said.contains("note.md already exists") && !said.contains("os error"), "{said}");
    let unknown = home.path().join("note.doc");
    let asked = ["clinic", "export", "HERON-42", unknown.to_str().expect("text")];
    let refused = home.try_run(&asked, &home.passphrase_file());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!((refused.status.code(), unknown.exists()), (Some(2), false), "{said}");
    assert!(said.contains("“.doc”") && said.contains(".md (Markdown)"), "{said}");
    let help = home.try_run(&["clinic", "export", "--help"], &home.passphrase_file());
    let help =
        String::from_utf8_lossy(&help.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains(".md (Markdown)") && help.contains(".pdf (PDF)"), "{help}");
    let lost = home.path().join("none/note.md");
    let lost = ["clinic", "export", "HERON-42", lost.to_str().expect("text")];
    let lost = home.try_run(&lost, &home.passphrase_file());
    let said = String::from_utf8_lossy(&lost.stderr);
    assert_eq!(lost.status.code(), Some(1), "{said}");
    assert!(said.contains("does not exist") && !said.contains("os error"), "{said}");

    let wrong = home.path().join("wrong");
    fs::write(&wrong, "not the right words\n").expect("written");
    for args in [&["clinic", "list"][..], &["clinic", "show", "HERON-42"]] {
        let refused = home.try_run(args, &wrong);
        assert_eq!((refused.status.code(), refused.stdout.len()), (Some(5), 0), "{refused:?}");
    }
    let unknown = home.try_run(&["clinic", "show", "WREN-1"], &home.passphrase_file());
    assert!(matches!(unknown.status.code(), Some(1 | 3)), "{unknown:?}");
    assert!(home.faults().is_empty());
}

#[test]
fn a_missing_vault_exits_with_five_and_is_not_created() {
    let home = Home::new();
    let refused = home.try_run(&["clinic", "list"], &home.passphrase_file());
    assert_eq!(refused.status.code(), Some(5), "{refused:?}");
    assert!(!home.vault_place().exists());
    let (code, _, err) = run(&home, &["clinic", "list"]);
    assert!(code == 5 && err.contains("vault init"), "without a terminal too: {err}");
}

#[test]
fn the_screens_need_a_terminal_and_exit_with_two() {
    let home = Home::new();
    for args in [&[][..], &["clinic", "new", "--practice"]] {
        let (code, out, err) = run(&home, args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
        assert!(err.contains("terminal"), "{args:?}: {err}");
    }
}

#[test]
fn completions_and_a_manual_page_for_every_command_are_printed() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        let (code, out, _) = run(&home, &["completions", shell]);
        assert!(code == 0 && out.contains("caseclinic"), "{shell}");
    }
    let (code, out, _) = run(&home, &["man"]);
    assert_eq!(code, 0);
    for page in ["caseclinic", "caseclinic-search", "caseclinic-vault-backup"] {
        let head = format!(".TH {page} ");
        assert_eq!(out.lines().filter(|line| line.starts_with(&head)).count(), 1, "{page}");
    }
    assert!(!out.contains("caseclinic-vault-help"), "{out}");
}

/// A folder with a program `man` that says what it was asked and read.
fn folder_with_man(home: &Home) -> String {
    let folder = home.path().join("programs");
    fs::create_dir(&folder).expect("a folder");
    let man = folder.join("man");
    let script = "#!/bin/sh\nread -r first\n/bin/cat > /dev/null\necho \"man $*, $first\"\n";
    fs::write(&man, script).expect("written");
    fs::set_permissions(&man, fs::Permissions::from_mode(0o755)).expect("may be run");
    folder.display().to_string()
}

#[test]
fn manual_in_a_pipe_is_roff_and_starts_no_other_program() {
    let home = Home::new();
    let output = Command::cargo_bin("caseclinic")
        .expect("the program")
        .arg("man")
        .env("CASECLINIC_HOME", home.path())
        .env("PATH", folder_with_man(&home))
        .output()
        .expect("it runs");
    let out = String::from_utf8(output.stdout).expect("text");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    assert!(out.lines().any(|line| line.starts_with(".TH caseclinic ")), "{out}");
    assert!(!out.contains("man -l -,"), "{out}");
}

#[test]
fn manual_at_a_terminal_is_shown_by_man() {
    let home = Home::new();
    let path = folder_with_man(&home);
    let mut terminal = Launch::new(&home).args(&["man"]).environment("PATH", &path).go();
    assert_eq!(terminal.ended_within(PATIENCE).code, 0);
    let shot = terminal.screen();
    assert!(shot.shows("man -l -, .ie"), "{shot}");
    assert!(!shot.shows(".TH"), "{shot}");
}

#[test]
fn manual_at_a_terminal_without_man_is_the_long_help() {
    let home = Home::new();
    let empty = home.path().display().to_string();
    let launch = Launch::new(&home).args(&["man"]).size(100, 60).environment("PATH", &empty);
    let mut terminal = launch.go();
    assert_eq!(terminal.ended_within(PATIENCE).code, 0);
    let shot = terminal.screen();
    assert!(shot.shows("Usage: caseclinic [COMMAND]"), "{shot}");
    assert!(shot.shows("call 999 first"), "{shot}");
    assert!(!shot.shows(".TH"), "{shot}");
}

#[test]
fn a_key_that_names_several_notes_means_the_one_that_fits_or_lists_them() {
    let home = Home::with_vault();
    let completed = home.keep_completed("THRUSH-80").to_string();
    let draft = home.keep_draft("THRUSH-80", "What helps at school?").to_string();
    let answer = |args: &[&str]| {
        let output = home.try_run(args, &home.passphrase_file());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, shown, said) = answer(&["clinic", "show", "THRUSH-80"]);
    assert_eq!((code, shown.as_str()), (Some(2), ""), "{said}");
    for id in [&completed, &draft] {
        assert!(said.contains(&format!("{}  Peer case clinic, begun ", &id[..8])), "{said}");
    }
    assert!(said.contains("in progress") && said.contains("completed"), "{said}");

    let file = home.path().join("note.md");
    let path = file.to_str().expect("text");
    let (code, _, said) = answer(&["clinic", "export", "THRUSH-80", path, "--document", "note"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("names several notes. This is ") && said.contains(&completed[..8]));
    assert!(!fs::read_to_string(&file).expect("it is there").contains("What helps at school?"));
    assert_eq!(answer(&["clinic", "revisions", "thrush-80"]).0, Some(0));
    let (_, _, said) = answer(&["clinic", "discard", "THRUSH-80"]);
    assert!(said.contains(&format!("--restore {draft}")), "{said}");
    assert_eq!(answer(&["clinic", "show", "THRUSH-80"]).0, Some(0), "one is left");
    assert!(home.faults().is_empty());
}

#[test]
fn every_id_that_is_shown_names_its_note_and_so_does_its_beginning() {
    let home = Home::with_vault();
    let draft = home.keep_draft("HERON-42", "How do we keep both safe?").to_string();
    home.keep_draft("WREN-7", "Who helps?");
    let shown = home.run(&["clinic", "show", &draft]);
    let own = shown.split("Note: ").nth(1).and_then(|rest| rest.get(..36)).expect("its own id");
    assert_ne!(own, draft);
    let list = home.run(&["clinic", "list"]);
    let line = list.lines().find(|line| line.contains("HERON-42")).expect("its line");
    assert!(line.contains(&draft[..8]) && line.contains("Peer case clinic"), "{line}");
    for name in [&draft[..8], &draft.to_uppercase()[..12], own, &own[..8]] {
        assert_eq!(home.run(&["clinic", "show", name]), shown, "{name}");
    }
    let short = home.try_run(&["clinic", "show", &draft[..3]], &home.passphrase_file());
    assert_eq!(short.status.code(), Some(1), "too short to mean one");
}
