//! Templates of one's own, and drafts that move to a newer version of theirs: on the command line
//! and on the screen, with the way back.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use assert_cmd::cargo::CommandCargoExt;
use caseclinic::{
    clinic::{
        Event, Session, SessionEffect, Slot, Template, Value, apply, bundled_template,
        bundled_templates, check_revision, from_document, migrate, practice_session, to_document,
    },
    services::{NoteKind, find_note, head, read_note},
    vault::NoteId,
};
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::support::{Home, Key, Launch};

/// The example that authors are shown.
const PAGE: &str = include_str!("../../clinic_templates/README.md");

fn huddle(version: &str) -> String {
    let (_, after) = PAGE.rsplit_once("```toml\n").expect("an example");
    let text = after.split("```").next().expect("its end");
    text.replacen("\"2026.1\"", &format!("\"{version}\""), 1)
}

/// A later version: one question has another id, one is gone, one is new.
fn second() -> String {
    let text = huddle("2026.2");
    let text = text.replacen("id = \"danger_plan\"", "id = \"danger_now\"", 1);
    let text = text.replacen("id = \"going_well\"", "id = \"goes_well\"", 1);
    let text = text.replacen("{ code = \"home\",", "{ code = \"family\",", 1);
    format!(
        "{text}\n[[migrate]]\nfrom = \"2026.1\"\nrename = {{ danger_plan = \"danger_now\" }}\n\
         recode = {{ support = {{ home = \"family\" }} }}\n"
    )
}

fn put(home: &Home, name: &str, text: &str) -> PathBuf {
    let folder = home.path().join("templates");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    fs::write(&path, text).expect("written");
    path
}

/// A draft begun with the first version, with answers in it.
fn keep_draft(home: &Home) -> NoteId {
    let template = Template::parse("huddle.toml", &huddle("2026.1")).expect("it is sound");
    let now = Timestamp::now();
    let mut session = Session::start(template, uuid::Uuid::new_v4(), "HERON-42", false, now);
    let mut apply_event = |event| drop(apply(&mut session, event, now).expect("it fits"));
    let once = |item: &str, value| Event::Answered { slot: Slot::once(item), value: Some(value) };
    apply_event(once("danger", Value::Boolean(true)));
    apply_event(once("danger_plan", Value::Text("A calm adult stays near, from nine.".into())));
    apply_event(Event::RowAdded { group: "child".into() });
    let row = session.rows("child")[0];
    let slot = Slot::in_row("going_well", row);
    let value = Some(Value::Text("Maths, and the garden.".into()));
    apply(&mut session, Event::Answered { slot, value }, now).expect("it fits");
    let slot = Slot::in_row("support", row);
    let value = Some(Value::Choices(vec!["home".into()]));
    apply(&mut session, Event::Answered { slot, value }, now).expect("it fits");
    let id = NoteId::random();
    let saved = home.vault().save_draft(id, &head(&session), &to_document(&session));
    saved.expect("saved");
    id
}

fn session(home: &Home) -> Session {
    let vault = home.vault();
    let id = find_note(&vault, "HERON-42", NoteKind::Any).expect("it is there").id;
    read_note(&vault, id).expect("it opens").session
}

fn version(home: &Home) -> String {
    session(home).template().about.version.clone()
}

fn try_run(home: &Home, args: &[&str]) -> (Option<i32>, String, String) {
    told(home.try_run(args, &home.passphrase_file()))
}

fn told(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn run(home: &Home, args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::cargo_bin("caseclinic")
        .expect("the program")
        .args(args)
        .env("CASECLINIC_HOME", home.path())
        .stdin(Stdio::null())
        .output();
    told(output.expect("it runs"))
}

#[test]
fn a_draft_migrates_on_request_and_can_be_restored() {
    let home = Home::with_vault();
    let id = keep_draft(&home).to_string();
    let before = session(&home);
    let (code, _, err) = try_run(&home, &["clinic", "migrate", "HERON-42"]);
    assert_eq!(code, Some(3), "there is no newer version: {err}");
    put(&home, "huddle.toml", &second());
    let draft = home.vault_place().join("notes").join(&id).join("draft.age");
    let bytes = fs::read(&draft).expect("the draft");

    let (_, _, hint) = try_run(&home, &["clinic", "show", "HERON-42"]);
    assert!(hint.contains("caseclinic clinic migrate HERON-42 --dry-run"), "{hint}");
    let (code, said, err) = try_run(&home, &["clinic", "migrate", "HERON-42", "--dry-run"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(said.contains("from version 2026.1 to 2026.2"), "{said}");
    assert!(said.contains("“What goes well?") && said.contains("end of the note"), "{said}");
    assert!(said.contains("“Where is more support needed?” keeps its answer"), "{said}");
    assert!(!said.contains("garden") && !said.contains("calm adult"), "{said}");
    assert_eq!(fs::read(&draft).expect("the draft"), bytes, "nothing was written");
    assert!(home.vault().trash().expect("read").is_empty());

    let (code, _, err) = try_run(&home, &["clinic", "migrate", "HERON-42"]);
    assert_eq!(code, Some(0), "{err}");
    let after = session(&home);
    assert_eq!(after.template().about.version, "2026.2");
    let plan = after.answer(&Slot::once("danger_now")).expect("it moved");
    assert_eq!(plan, &Value::Text("A calm adult stays near, from nine.".into()));
    assert_eq!(after.leftovers().len(), 1);
    let logged = after.audit().iter().find(|line| line.item == "template").expect("a line");
    assert_eq!(logged.new.as_deref(), Some("morning-huddle 2026.2"));
    assert_eq!(from_document(&to_document(&after)), Ok(after));

    assert!(err.contains(&format!("--restore {id} --swap")), "it says how: {err}");
    let (code, _, err) = try_run(&home, &["clinic", "trash", "--restore", &id]);
    assert_eq!(code, Some(1), "never over the draft there is: {err}");
    let (code, _, err) = try_run(&home, &["clinic", "trash", "--restore", &id, "--swap"]);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(session(&home), before, "as it was");
    let (_, listed, _) = try_run(&home, &["clinic", "trash"]);
    assert!(listed.contains("morning-huddle 2026.2"), "the other one is kept: {listed}");
    assert!(home.faults().is_empty(), "{:?}", home.faults());
}

#[test]
fn only_drafts_migrate_and_only_to_a_later_version_of_their_format() {
    let home = Home::with_vault();
    let id = keep_draft(&home);
    let refused = |to: &str| {
        let (code, _, err) = try_run(&home, &["clinic", "migrate", "HERON-42", "--to", to]);
        assert_eq!(code, Some(1), "{err}");
        err
    };
    let same = home.path().join("same.toml");
    fs::write(&same, huddle("2026.1")).expect("written");
    assert!(refused(&same.display().to_string()).contains("not newer"));
    assert!(refused("peer-case-clinic").contains("not a version of"));
    assert!(refused("nothing").contains("no meeting format"));
    let vault = home.vault();
    let mut done = read_note(&vault, id).expect("it opens").session;
    let leave = Event::ClinicStopped { reason: "the family moved".into() };
    apply(&mut done, leave, Timestamp::now()).expect("stopped");
    vault.complete(id, &head(&done), &to_document(&done)).expect("locked");
    drop(vault);
    put(&home, "huddle.toml", &second());
    let (code, _, err) = try_run(&home, &["clinic", "migrate", "HERON-42"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("keeps the version"), "{err}");
}

#[test]
fn a_version_that_is_about_something_else_is_refused_on_the_command_line_and_on_screen() {
    let home = Home::with_vault();
    keep_draft(&home);
    let other = second().replacen("about = \"case\"", "about = \"supervision\"", 1);
    assert!(other.contains("about = \"supervision\""));
    put(&home, "huddle.toml", &other);
    for args in
        [&["clinic", "migrate", "HERON-42", "--dry-run"][..], &["clinic", "migrate", "HERON-42"]]
    {
        let (code, _, err) = try_run(&home, args);
        assert_eq!(code, Some(1), "{err}");
        assert!(err.contains("about cases") && err.contains("about supervision"), "{err}");
    }
    let resume = ["clinic", "resume", "HERON-42"];
    let mut terminal = Launch::new(&home).args(&resume).unlocked().go();
    terminal.wait_for("Version 2026.2 is now available");
    terminal.press(&[Key::F(12)]);
    terminal.wait_for("This draft is about cases");
    terminal.quit();
    assert_eq!(version(&home), "2026.1");
}

#[test]
fn the_screen_offers_a_migration_that_escape_leaves_and_enter_accepts() {
    let home = Home::with_vault();
    keep_draft(&home);
    put(&home, "huddle.toml", &second());
    let resume = ["clinic", "resume", "HERON-42"];
    let mut terminal = Launch::new(&home).args(&resume).unlocked().go();
    terminal.wait_for("Version 2026.2 is now available");
    terminal.press(&[Key::F(12)]);
    terminal.wait_for("Update this draft to version 2026.2?");
    terminal.press(&[Key::Esc]);
    terminal.wait_gone("Update this draft to version");
    terminal.quit();
    assert_eq!(version(&home), "2026.1");

    let mut terminal = Launch::new(&home).args(&resume).unlocked().go();
    terminal.wait_for("Version 2026.2 is now available");
    terminal.press(&[Key::Ctrl('p')]);
    terminal.keys("newer version");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Update this draft to version 2026.2?");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("now uses version 2026.2");
    terminal.wait_for("A calm adult stays near");
    terminal.wait_saved();
    terminal.quit();
    assert_eq!(version(&home), "2026.2");
    assert_eq!(home.vault().trash().expect("read").len(), 1, "the earlier draft");
    assert!(home.faults().is_empty(), "{:?}", home.faults());
}

#[test]
fn a_local_template_is_listed_practised_and_used() {
    let home = Home::with_vault();
    put(&home, "a.toml", &huddle("2026.1").replacen("minutes = 10", "minutes = 9", 1));
    put(&home, "huddle.toml", &huddle("2026.1"));
    let (code, listed, err) = run(&home, &["clinic", "formats", "--json"]);
    assert_eq!(code, Some(0), "{err}");
    let listed: Json = serde_json::from_str(&listed).expect("JSON");
    let local = listed["formats"].as_array().expect("formats").last().expect("one").clone();
    assert_eq!((&local["id"], &local["local"]), (&"morning-huddle".into(), &true.into()));
    let broken = listed["broken"][0]["problem"].as_str().expect("a sentence");
    assert!(broken.contains("a.toml:10") && broken.contains("so that they agree"), "{broken}");
    let (code, told, _) = run(&home, &["check"]);
    assert_eq!(code, Some(4), "local templates are checked with what is bundled");
    assert!(told.contains("a.toml:10:11"), "{told}");

    for name in ["morning-huddle", "huddle.toml"] {
        let path = home.path().join("templates").join(name);
        let name = if path.is_file() { path.display().to_string() } else { name.to_owned() };
        let args = ["clinic", "new", "--template", &name];
        let mut terminal = Launch::new(&home).args(&args).unlocked().go();
        terminal.wait_for("Might any child be in danger today?");
        terminal.choose("Might any child be in danger today?", "2");
        terminal.wait_saved();
        terminal.quit();
        let args = ["clinic", "new", "--practice", "--template", &name];
        let mut terminal = Launch::new(&home).args(&args).go();
        terminal.wait_for("Might any child be in danger today?");
        terminal.quit();
    }
    for (name, text, why) in [
        ("draft", huddle("1").replacen("\"active\"", "\"draft\"", 1), "is a draft"),
        ("retired", huddle("1").replacen("\"active\"", "\"retired\"", 1), "is retired"),
        ("taken", bundled_templates()[1].text.replacen("second view", "view", 1), "its own id"),
    ] {
        let path = home.path().join(format!("{name}.toml"));
        fs::write(&path, text).expect("written");
        let path = path.display().to_string();
        let (code, _, err) = try_run(&home, &["clinic", "new", "--plain", "--template", &path]);
        assert_eq!(code, Some(1), "{err}");
        assert!(err.contains(why), "{err}");
    }
    fs::remove_dir_all(home.path().join("templates")).expect("gone");
    let vault = home.vault();
    let rows = vault.list().expect("the notes");
    let held = rows.iter().filter(|row| {
        let note = read_note(&vault, row.id).expect("it opens without its file");
        note.session.template().about.id == "morning-huddle"
    });
    assert_eq!(held.count(), 2);
}

#[test]
fn template_diff_classifies_changes_and_exits_with_four_for_a_bad_migration() {
    let home = Home::new();
    let file = |name: &str, text: &str| {
        let path = home.path().join(name);
        fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let old = file("old.toml", &huddle("2026.1"));
    let bare = second().split("\n[[migrate]]").next().expect("a head").to_owned();
    let moved = second().replacen("rename = {", "drop = [\"going_well\"]\nrename = {", 1);
    let cases = [
        ("same", huddle("2026.1"), 0, "There are no differences."),
        ("worded", huddle("2026.2").replacen("today?", "this morning?", 1), 0, "harmless"),
        (
            "required",
            huddle("2026.2").replacen("repeats = true", "required = true\nrepeats = true", 1),
            0,
            "to confirm",
        ),
        ("bare", bare, 4, "rename = { danger_plan = \"danger_now\" }"),
        ("half", second(), 4, "“going_well”: the item was removed"),
        ("moved", moved.clone(), 0, "migrated"),
        (
            "wrong",
            moved.replacen("drop = [\"going_well\"]", "drop = [\"going_well\", \"dangr\"]", 1),
            4,
            "Did you mean “danger”?",
        ),
        (
            "published",
            huddle("2026.1").replacen("today?", "this morning?", 1),
            4,
            "Give the template a new version",
        ),
        ("earlier", huddle("2025.9"), 4, "raise the version"),
    ];
    for (name, text, exit, phrase) in cases {
        let new = file(&format!("{name}.toml"), &text);
        let (code, out, err) = run(&home, &["template", "diff", &old, &new]);
        assert_eq!(code, Some(exit), "{name}: {out}{err}");
        assert!(out.contains(phrase), "{name}: {out}");
        let (code, out, _) = run(&home, &["template", "diff", &old, &new, "--json"]);
        let told: Json = serde_json::from_str(&out).expect("JSON");
        assert_eq!((code, &told["schema"]), (Some(exit), &1.into()), "{name}");
        assert_eq!(told["problems"].as_array().map(Vec::is_empty), Some(exit == 0), "{name}");
    }
    let broken = file("broken.toml", "schema = 1\n[template\n");
    let (code, _, err) = run(&home, &["template", "diff", &old, &broken]);
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("broken.toml:2"), "{err}");
    let (code, out, _) = run(&home, &["template", "diff", "safety-plan", "safety-plan"]);
    assert_eq!(code, Some(0), "{out}");
}

/// What an earlier version of a bundled format asked that its next one does not.
const NO_LONGER_ASKED: [(&str, usize); 0] = [];

#[test]
fn a_draft_of_an_earlier_bundled_version_finishes_as_it_is_or_moves_with_every_answer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/templates/earlier");
    let now = Timestamp::UNIX_EPOCH;
    let mut seen = 0;
    for one in fs::read_dir(&folder).expect("the folder").flatten() {
        let path = one.path();
        if !path.is_file() {
            continue;
        }
        let name = one.file_name().into_string().expect("text");
        let example = folder.join("examples").join(&name);
        let [text, example] = [&path, &example].map(|path| fs::read_to_string(path).expect("read"));
        let earlier = Template::parse(&name, &text).expect("it is sound");
        let next = bundled_template(&earlier.about.id).expect("it is still there").parse();
        let next = next.expect("it is sound");
        let problems = check_revision(&name, &earlier, &next);
        assert!(problems.is_empty(), "{problems:?}");

        let draft = practice_session(&earlier, &name, &example, now).expect("it plays");
        let moved = migrate(&draft, &next, now).expect("it moves");
        let left: Vec<_> = moved.leftovers().iter().map(|one| &one.question).collect();
        let dropped = NO_LONGER_ASKED.iter().find(|(id, _)| *id == earlier.about.id);
        assert_eq!(left.len(), dropped.map_or(0, |(_, count)| *count), "{name}: {left:?}");
        assert_eq!(moved.actions().len(), draft.actions().len(), "{name}");
        assert_eq!(from_document(&to_document(&moved)), Ok(moved), "{name}");

        let mut session = from_document(&to_document(&draft)).expect("it opens");
        for _ in 1..earlier.stages.len() {
            apply(&mut session, Event::StageFinished, now).expect("it goes on");
        }
        let complete = Event::ClinicCompleted { acknowledged: true };
        let ended = apply(&mut session, complete, now).expect("it ends");
        assert_eq!(ended, [SessionEffect::Complete], "{name}");
        assert_eq!(session.template(), &earlier, "{name}");
        seen += 1;
    }
    assert!(seen > 0);
}
