//! What an earlier version wrote still opens, and says the same.
//!
//! The homes in `tests/fixtures/vaults` were made by the program of November 2026; their README
//! says how. Each test works on a copy. Wording may change from version to version, so the tests
//! compare what people wrote and what scripts read.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use caseclinic::{
    clinic::{Session, from_document, to_document},
    vault::NoteId,
};
use serde_json::Value as Json;

use crate::support::{Home, Launch};

/// The stage of the draft in which three of four people have placed a behaviour.
const PLACING: &str = "5/9 Placement";

/// A home of November 2026, copied.
struct Old {
    home: Home,
    /// The folder that holds the original and what was printed about it.
    fixture: PathBuf,
}

impl Old {
    fn new(name: &str) -> Self {
        let fixture = vaults().join("2026-11").join(name);
        let home = Home::copy_of(&fixture.join("home"), &line_of(&fixture.join("passphrase.txt")));
        Self { home, fixture }
    }

    fn json(&self, file: &str) -> Json {
        json(&fs::read_to_string(self.fixture.join(file)).expect("a fixture"))
    }

    /// The notes as they were listed then.
    fn notes(&self) -> Vec<Json> {
        self.json("list.json")["notes"].as_array().expect("notes").clone()
    }

    /// The id of the only note in which this field begins with a value.
    fn id(&self, field: &str, value: &str) -> String {
        let notes = self.notes();
        let mut fitting = notes
            .iter()
            .filter(|note| note[field].as_str().is_some_and(|text| text.starts_with(value)));
        let id = fitting.next().expect("a note")["id"].as_str().expect("an id").to_owned();
        assert!(fitting.next().is_none(), "more than one note has {field} {value}");
        id
    }

    fn run(&self, args: &[&str]) -> String {
        self.home.run(args)
    }

    /// Runs a command that needs no passphrase; it must succeed.
    fn run_plainly(&self, args: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_caseclinic"))
            .args(args)
            .env("CASECLINIC_HOME", self.home.path())
            .stdin(Stdio::null())
            .output()
            .expect("it runs");
        assert!(output.status.success(), "{args:?}: {}", said(&output));
        String::from_utf8(output.stdout).expect("text")
    }

    /// The note as Markdown, with professions.
    fn exported(&self, id: &str) -> String {
        let file = self.home.path().join("exported.md");
        let path = file.to_str().expect("text");
        self.run(&["clinic", "export", id, path, "--attributed", "--document", "note"]);
        let text = fs::read_to_string(&file).expect("the export");
        fs::remove_file(file).expect("removed");
        text
    }
}

fn vaults() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/vaults")
}

/// The first line of a file.
fn line_of(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a fixture");
    text.lines().next().unwrap_or_default().to_owned()
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn said(output: &Output) -> String {
    let err = String::from_utf8_lossy(&output.stderr);
    format!("{}{err}", String::from_utf8_lossy(&output.stdout))
}

/// What was typed into the meetings, line by line, without numbers and commands.
fn typed() -> Vec<String> {
    let answers = fs::read_dir(vaults().join("answers")).expect("the answers").flatten();
    let texts = answers.map(|entry| fs::read_to_string(entry.path()).expect("answers"));
    let mut lines: Vec<String> = texts
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .map(|line| line.strip_prefix("/skip ").map_or(line.clone(), str::to_owned))
        .filter(|line| line.len() > 5 && !line.starts_with('/'))
        .chain(
            ["The report came on a Tuesday.", "The garden was open all week."].map(str::to_owned),
        )
        .chain(["Written after the keys were made anew.".to_owned()])
        .collect();
    lines.sort();
    lines.dedup();
    lines
}

/// Without the fields whose value depends on today's date.
fn undated(mut rows: Json) -> Vec<Json> {
    let rows = rows.as_array_mut().expect("a list");
    for row in rows.iter_mut() {
        for field in ["review_due", "overdue"] {
            row.as_object_mut().expect("an object").remove(field);
        }
    }
    rows.sort_by_key(|row| format!("{}{}", row["id"], row["name"]));
    rows.clone()
}

/// Checks that the lists, the actions and every exported note say what they said then.
fn nothing_changed(old: &Old) {
    let then = old.json("list.json");
    let now = json(&old.run(&["clinic", "list", "--json"]));
    assert_eq!(undated(now["notes"].clone()), undated(then["notes"].clone()));
    let then = old.json("actions.json");
    let now = json(&old.run(&["actions", "--all", "--json"]));
    // Actions have had shorter numbers since.
    let unnumbered = |mut list: serde_json::Value| {
        for action in list.as_array_mut().expect("a list") {
            let action = action.as_object_mut().expect("an action");
            action.retain(|key, _| !["name", "number"].contains(&key.as_str()));
        }
        undated(list)
    };
    assert_eq!(unnumbered(now["actions"].clone()), unnumbered(then["actions"].clone()));
    let typed = typed();
    for note in old.notes() {
        let id = note["id"].as_str().expect("an id");
        let file = old.fixture.join("exported").join(format!("{id}.md"));
        let then = fs::read_to_string(file).expect("the export of that time");
        let now = old.exported(id);
        let words: Vec<&String> = typed.iter().filter(|line| then.contains(*line)).collect();
        assert!(words.len() > 1 || note["revision"].is_null(), "{note}: {words:?}");
        for line in words {
            assert!(now.contains(line), "“{line}” is not in\n{now}");
        }
    }
    let verified = old.home.try_run(&["vault", "verify"], &old.home.passphrase_file());
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
}

#[test]
fn every_kind_of_note_shows_what_was_written() {
    nothing_changed(&Old::new("every-kind"));
}

#[test]
fn notes_sealed_again_after_a_rekey_show_what_was_written() {
    nothing_changed(&Old::new("rekeyed"));
}

/// Whether everything in one value is in the other too; more may be there.
fn holds(all: &toml::Value, part: &toml::Value) -> bool {
    match (all, part) {
        (toml::Value::Table(all), toml::Value::Table(part)) => {
            part.iter().all(|(key, part)| all.get(key).is_some_and(|all| holds(all, part)))
        }
        (toml::Value::Array(all), toml::Value::Array(part)) => {
            all.len() == part.len() && all.iter().zip(part).all(|(all, part)| holds(all, part))
        }
        (all, part) => all == part,
    }
}

/// What one note holds: lines in its trail of changes, people, actions, citations, amendments.
fn counts(session: &Session) -> [usize; 5] {
    [
        session.audit().len(),
        session.participants().len(),
        session.actions().len(),
        session.citations().len(),
        session.amendments().len(),
    ]
}

#[test]
fn reading_a_note_and_writing_it_again_loses_nothing() {
    let expected = [
        ("every-kind", "peer-case-clinic", PLACING, [20, 4, 0, 0, 0]),
        ("every-kind", "peer-case-clinic", "9/9 Close", [87, 4, 2, 1, 1]),
        ("every-kind", "follow-up-clinic", "7/7 Close", [49, 3, 1, 0, 0]),
        ("every-kind", "reflective-supervision", "7/7 You", [35, 2, 1, 0, 0]),
        ("rekeyed", "short-supervision", "1/1 Today", [7, 1, 0, 0, 0]),
    ];
    let mut found = 0;
    for name in ["every-kind", "rekeyed"] {
        let old = Old::new(name);
        let vault = old.home.vault();
        for note in old.notes() {
            let id: NoteId = note["id"].as_str().expect("an id").parse().expect("an id");
            let mut texts = vec![vault.open(id).expect("it opens").body.to_string()];
            for number in vault.revisions(id).expect("its revisions") {
                texts.push(vault.open_revision(id, number).expect("it opens").body.to_string());
            }
            for text in &texts {
                let session = from_document(text).expect("it is read");
                let [then, now] = [text, &to_document(&session)].map(|text| {
                    let mut table: toml::Table = text.parse().expect("TOML");
                    // The length of the whole text, and the number of the shape it is written in.
                    table.remove("end");
                    table.remove("schema");
                    toml::Value::Table(table)
                });
                assert!(holds(&now, &then), "{note}");
            }
            let session = from_document(&texts[0]).expect("it is read");
            let format = session.template().about.id.as_str();
            let stage = note["stage"].as_str().expect("a stage");
            let row = expected.iter().find(|row| (row.0, row.1, row.2) == (name, format, stage));
            if let Some((.., wanted)) = row {
                found += 1;
                assert_eq!(counts(&session), *wanted, "{note}");
            }
        }
    }
    assert_eq!(found, expected.len());
}

#[test]
fn a_draft_resumes_and_placements_stay_hidden_until_all_are_shown() {
    let old = Old::new("every-kind");
    let id = old.id("stage", PLACING);
    let before = old.exported(&id);
    for step in ["Typical", "Abusive", "Violent"] {
        assert!(!before.contains(step), "{step} was placed privately and is in\n{before}");
    }
    // The way of placing stays; the last person places it, and all is shown.
    let resumed = old.home.pipe(&["clinic", "resume", &id, "--plain"], &["", "3", "y"]);
    assert!(resumed.status.success(), "{}", said(&resumed));
    let after = old.exported(&id);
    for (who, step) in [
        ("youth club leader", "Violent"),
        ("school nurse", "Typical"),
        ("police officer", "Abusive"),
        ("family worker", "Problematic"),
    ] {
        let line = after.lines().find(|line| line.contains(who) && line.contains(step));
        assert!(line.is_some(), "{who} placed it at {step}, which is not in\n{after}");
    }
}

#[test]
fn a_follow_up_of_an_old_note_begins_with_the_actions_still_open() {
    let old = Old::new("every-kind");
    let id = old.id("template", "follow-up-clinic");
    let answers =
        ["2", "1", "1 2 3 4 5 6 7", "How is it now?", ".", "3", "nurse", "2", "", "2", ""];
    let begun = old.home.pipe(&["clinic", "follow-up", &id, "--plain"], &answers);
    let text = said(&begun);
    for action in [
        "Lead free play with an adult until five",
        "Ask the younger child what she thinks of free play on Tuesdays",
    ] {
        assert!(text.contains(action), "“{action}” is not asked about in\n{text}");
    }
    assert!(!text.contains("Give the younger child a named adult"), "it was done\n{text}");
}

#[test]
fn a_legal_hold_and_a_retention_class_are_still_in_force() {
    let old = Old::new("every-kind");
    let held = old.id("template", "follow-up-clinic");
    let erase = ["clinic", "erase", &held, "--reason", "the period is over"];
    let refused = old.home.try_run(&erase, &old.home.passphrase_file());
    let why = said(&refused);
    assert_eq!(refused.status.code(), Some(1), "{why}");
    assert!(why.contains("an inquiry asked for it"), "{why}");
    let kept = old.run(&["clinic", "keep", &old.id("status", "amended")]);
    assert!(kept.contains("six years") && kept.contains("1 Dec 2032"), "{kept}");
}

#[test]
fn a_discarded_draft_comes_back_from_the_trash() {
    let old = Old::new("every-kind");
    // The trash keeps a draft for thirty days: this one is discarded today.
    let trash = old.home.vault_place().join("trash");
    let file = fs::read_dir(&trash).expect("the trash").flatten().next().expect("a draft");
    let name = file.file_name().into_string().expect("text");
    let id = name.rsplit_once('-').expect("its second").0.to_owned();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs();
    fs::rename(file.path(), trash.join(format!("{id}-{now}.age"))).expect("renamed");
    assert!(old.run(&["clinic", "trash"]).contains(&id));
    old.run(&["clinic", "trash", "--restore", &id]);
    assert!(old.run(&["clinic", "show", &id]).contains("Maths, and the garden."));
}

#[test]
fn an_old_draft_moves_to_a_later_version_of_its_local_template() {
    let old = Old::new("every-kind");
    let file = old.home.path().join("templates/morning-huddle.toml");
    let text = fs::read_to_string(&file).expect("the template");
    let later =
        text.replacen("\"2026.1\"", "\"2026.2\"", 1).replacen("\"well\"", "\"going_well\"", 1);
    let migrate = "\n[[migrate]]\nfrom = \"2026.1\"\nrename = { well = \"going_well\" }\n";
    fs::write(&file, format!("{later}{migrate}")).expect("written");
    let id = old.id("template", "morning-huddle");
    old.run(&["clinic", "migrate", &id]);
    let note = old.exported(&id);
    assert!(note.contains("morning-huddle 2026.2"), "{note}");
    assert!(note.contains("Maths, and the garden."), "{note}");
}

#[test]
fn only_the_newest_passphrase_and_recovery_sheet_open_a_rekeyed_vault() {
    let old = Old::new("rekeyed");
    let earlier = old.fixture.join("backup-passphrase.txt");
    let refused = old.home.try_run(&["clinic", "list"], &earlier);
    assert_eq!(refused.status.code(), Some(5), "{}", said(&refused));
    let sheet = old.fixture.join("recovery-sheet.txt");
    let recovered = Command::new("/bin/sh")
        .args([
            "-c",
            "exec \"$0\" vault recover --recovery-file \"$1\" --new-passphrase-fd 3 3<\"$2\"",
        ])
        .arg(env!("CARGO_BIN_EXE_caseclinic"))
        .args([&sheet, &earlier])
        .env("CASECLINIC_HOME", old.home.path())
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    assert!(recovered.status.success(), "{}", said(&recovered));
    let opened = old.home.try_run(&["clinic", "list"], &earlier);
    assert!(opened.status.success(), "{}", said(&opened));
}

#[test]
fn a_member_opens_only_what_was_sealed_to_them() {
    let old = Old::new("rekeyed");
    let key = |name: &str| -> age::x25519::Identity {
        let text = fs::read_to_string(vaults().join(format!("members/{name}.txt"))).expect("a key");
        let line = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).expect("a key");
        line.parse().expect("a key")
    };
    let (asha, ben) = (key("asha"), key("ben"));
    let opens = |who: &age::x25519::Identity, id: &str, number: u32| {
        let file = old.home.vault_place().join(format!("notes/{id}/{number:04}.age"));
        let sealed = fs::read(file).expect("a revision");
        let decryptor = age::Decryptor::new(&sealed[..]).expect("an age file");
        decryptor.decrypt(std::iter::once(who as &dyn age::Identity)).is_ok()
    };
    let supervision = old.id("template", "short-supervision");
    assert!(!opens(&asha, &supervision, 1) && opens(&asha, &supervision, 2), "shared by name");
    let amended = old.id("status", "amended");
    assert!(opens(&asha, &amended, 2), "completed while she was a member");
    for id in [&supervision, &amended] {
        assert!(!opens(&ben, id, 2), "completed after he was removed");
    }
    let members = old.run(&["vault", "members", "list"]);
    assert!(members.contains("Asha") && !members.contains("Ben"), "{members}");
    assert!(members.contains("32ee 0724 21f9 c146"), "the fingerprint is the same: {members}");
}

#[test]
fn an_old_backup_is_restored() {
    let old = Old::new("rekeyed");
    let passphrase = line_of(&old.fixture.join("backup-passphrase.txt"));
    let home = Home::copy_of(&old.fixture.join("exported"), &passphrase);
    let backup = old.fixture.join("backup.age");
    let folder = home.vault_place();
    let [backup, folder] = [&backup, &folder].map(|path| path.to_str().expect("text"));
    home.run(&["vault", "restore", backup, folder]);
    let shown = home.run(&["clinic", "show", &old.id("status", "amended")]);
    assert!(shown.contains("Maths, and the garden."), "{shown}");
    assert!(!shown.contains("Written after"), "the backup is of before\n{shown}");
}

/// The colours that were asked for: what a terminal is sent to change the colour of text.
fn colours(sent: &str) -> Vec<&str> {
    let styles = sent.split("\x1b[").skip(1).filter_map(|rest| rest.split_once('m'));
    styles
        .map(|(codes, _)| codes)
        .filter(|codes| codes.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'))
        .filter(|codes| {
            let first = codes.split(';').next().and_then(|code| code.parse::<u8>().ok());
            first.is_some_and(|code| matches!(code, 30..=38 | 40..=48 | 90..=97 | 100..=107))
        })
        .collect()
}

#[test]
fn settings_bookmarks_a_pack_and_a_local_template_are_still_read() {
    let old = Old::new("every-kind");
    let mut terminal = Launch::new(&old.home).size(100, 40).go();
    let shot = terminal.wait_for("★");
    let below = shot.rows.iter().skip_while(|row| !row.contains("Bookmarks")).nth(1);
    let first = below.expect("a row under the heading").to_lowercase();
    assert!(first.contains("nudes"), "the bookmark is not first\n{shot}");
    terminal.wait_for_bytes(b"\x1b[?1000h");
    let sent = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    let colours = colours(&sent);
    assert!(colours.is_empty(), "monochrome, but {colours:?}");
    terminal.quit();

    let found = json(&old.run_plainly(&["search", "duty", "desk", "number", "--json"]));
    assert_eq!(found["hits"][0]["pack"], "northmoor");
    let formats = json(&old.run_plainly(&["clinic", "formats", "--json"]));
    let formats = formats["formats"].as_array().expect("formats");
    let local = formats.iter().find(|format| format["id"] == "morning-huddle");
    assert_eq!(local.expect("the local template")["local"], true);
    assert!(old.run_plainly(&["pack", "list"]).contains("northmoor"));
    assert!(old.run_plainly(&["doctor"]).contains(&old.home.path().display().to_string()));
}
