//! Figures through the program as it is shipped: notes in a sealed vault, counts on stdout.

use std::fs;

use caseclinic::{
    clinic::{
        Event, Outcome, Session, Slot, Template, apply, bundled_templates, completion,
        from_document, practice_session, to_document,
    },
    report::insight::FIGURES,
    services::head,
    vault::NoteId,
};
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::support::{Home, Key, Launch};

/// What must never come out.
const SECRETS: [&str; 4] = ["FINCH", "SECRET", "class teacher", "social worker"];

/// When every note began.
const BEGAN: &str = "2026-05-04T10:00:00Z";

/// The bundled worked case as if it were a real one of its own, walked to its end.
fn note(case_key: &str, outcome: &str) -> Session {
    let (template, mut session) = own("peer-case-clinic", case_key);
    let waiting: Vec<Slot> = completion(&session).into_iter().map(|missing| missing.slot).collect();
    let mut did = |event: Event| did(&mut session, event);
    for _ in 0..3 {
        did(Event::StageFinished);
    }
    for slot in waiting {
        did(Event::PlacementsRevealed { slot: slot.clone(), reason: None });
        let outcome = Outcome::Placed(outcome.to_owned());
        did(Event::PlacementAgreed { slot: slot.clone(), outcome });
        did(Event::BasisWritten { slot, text: "SECRET".to_owned() });
    }
    for _ in 3..template.stages.len() - 1 {
        did(Event::StageFinished);
    }
    did(Event::ClinicCompleted { acknowledged: true });
    session
}

/// The worked example of this format, as a note of its own that is still being written.
fn own(format: &str, case_key: &str) -> (Template, Session) {
    let bundled = bundled_templates().iter().find(|one| one.id == format);
    let bundled = bundled.expect("the template");
    let template = Template::parse(bundled.file, bundled.text).expect("it parses");
    let began: Timestamp = BEGAN.parse().expect("a time");
    let practice = practice_session(&template, "example", bundled.example, began);
    let practice = practice.unwrap_or_else(|problem| panic!("{problem}"));
    let written = to_document(&practice);
    let (body, _) = written.rsplit_once("\n[end]\n").expect("an end");
    let own = body.replacen("practice = true", "practice = false", 1).replacen(
        practice.case_key(),
        case_key,
        1,
    );
    let whole = format!("{own}\n[end]\nbytes = {}\n", own.len());
    (template, from_document(&whole).expect("a session"))
}

fn did(session: &mut Session, event: Event) {
    let told = format!("{event:?}");
    let began = BEGAN.parse().expect("a time");
    apply(session, event, began).unwrap_or_else(|refusal| panic!("{told}: {refusal}"));
}

/// The worked audit, walked to its end.
fn audit() -> Session {
    walked("framework-audit", "OWL-1")
}

/// The worked example of a format in which nothing is placed, walked to its end.
fn walked(format: &str, case_key: &str) -> Session {
    let (template, mut session) = own(format, case_key);
    for _ in 1..template.stages.len() {
        did(&mut session, Event::StageFinished);
    }
    did(&mut session, Event::ClinicCompleted { acknowledged: true });
    session
}

fn keep(home: &Home, sessions: &[Session]) {
    let vault = home.vault();
    for session in sessions {
        vault.complete(NoteId::random(), &head(session), &to_document(session)).expect("sealed");
    }
}

fn clean(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}

#[test]
fn figures_contain_no_names_and_hide_small_numbers() {
    let home = Home::with_vault();
    let mut notes: Vec<Session> =
        (0..6).map(|at| note(&format!("FINCH-{at}"), "problematic")).collect();
    notes.push(note("FINCH-77", "typical"));
    keep(&home, &notes);

    let shown = home.run(&["insight"]);
    assert!(shown.contains("7 completed notes about cases."), "{shown}");
    assert!(shown.contains("Shows: ") && shown.contains("Does not show: "), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    clean(&shown);

    let text = home.run(&["insight", "--json"]);
    clean(&text);
    let json: Json = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&json["schema"], &json["notes"]["count"]), (&1.into(), &7.into()));
    let figures = json["figures"].as_array().expect("figures");
    let placement = figures.iter().find(|one| one["id"] == "placement").expect("placements");
    let rows = placement["rows"].as_array().expect("rows");
    let typical = rows.iter().find(|row| row["code"] == "typical").expect("a row");
    assert!(typical["hidden"] == true && typical["count"].is_null());
    let hidden = rows.iter().filter(|row| row["hidden"] == true).count();
    assert!(hidden >= 2, "the total would tell one alone: {placement}");

    let csv = home.run(&["insight", "--csv"]);
    clean(&csv);
    assert!(csv.starts_with("figure,title,counts,code,label,value,last_time\r\n"), "{csv}");
    assert!(csv.contains("response,Level of response,notes,total,Total,7,"), "{csv}");

    let none = home.try_run(&["insight", "--to", "2026-05-03"], &home.passphrase_file());
    assert_eq!((none.status.code(), none.stdout.len()), (Some(3), 0), "{none:?}");
    let odd = ["insight", "--from", "2026-05-03", "--to", "2026-05-02"];
    assert_eq!(home.try_run(&odd, &home.passphrase_file()).status.code(), Some(2));
    assert!(home.faults().is_empty(), "reading changes nothing");
}

#[test]
fn fewer_than_five_cases_show_no_figure() {
    let home = Home::with_vault();
    let notes: Vec<Session> =
        (0..4).map(|at| note(&format!("FINCH-{at}"), "problematic")).collect();
    keep(&home, &notes);
    let shown = home.run(&["insight"]);
    assert!(shown.contains("fewer than five cases") && !shown.contains("placement"), "{shown}");
    clean(&shown);
}

#[test]
fn insight_exits_with_five_without_an_unlocked_vault() {
    let home = Home::with_vault();
    let wrong = home.path().join("wrong");
    fs::write(&wrong, "not the right words\n").expect("written");
    let refused = home.try_run(&["insight"], &wrong);
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(5), 0), "{refused:?}");
    let none = Home::new();
    let refused = none.try_run(&["insight"], &none.passphrase_file());
    assert_eq!(refused.status.code(), Some(5), "{refused:?}");
    assert!(!none.vault_place().exists());
}

#[test]
fn collating_names_an_unreadable_export_and_needs_no_vault() {
    let home = Home::new();
    let file = home.path().join("north.json");
    fs::write(&file, "{\"schema\":1,\"audits\":[]}").expect("written");
    let path = file.to_str().expect("text");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_caseclinic"))
        .args(["insight", "--collate", path])
        .env("CASECLINIC_HOME", home.path())
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("north.json") && said.contains("no audit"), "{said}");
}

#[test]
fn collating_refuses_a_file_named_twice_and_names_a_missing_one() {
    let home = Home::new();
    let file = home.path().join("north.json");
    fs::write(&file, "{\"schema\":1,\"audits\":[]}").expect("written");
    let collate = |files: [&str; 2]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_caseclinic"))
            .args(["insight", "--collate"])
            .args(files)
            .current_dir(home.path())
            .env("CASECLINIC_HOME", home.path())
            .output()
            .expect("it runs");
        (output.status.code(), String::from_utf8(output.stderr).expect("text"))
    };
    for files in [["north.json", "north.json"], [".", "north.json"]] {
        let (code, said) = collate(files);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("north.json is named twice"), "{said}");
    }
    let (code, said) = collate(["north.json", "south.json"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("south.json: There is no such file."), "{said}");
    assert!(!said.contains("os error"), "{said}");
}

#[test]
fn collating_a_folder_names_broken_exports_and_counts_the_others() {
    let exports = tempfile::tempdir().expect("a folder");
    let put = |name: &str, text: &str| {
        fs::write(exports.path().join(name), text).expect("written");
    };
    for agency in ["north", "south"] {
        let home = Home::with_vault();
        keep(&home, &[audit()]);
        put(&format!("{agency}.json"), &home.run(&["insight", "--json"]));
    }
    put("east.json", "{\"schema\":1,\"audits\":[{\"now\":");
    put("notes.txt", "no export");
    let folder = exports.path().to_str().expect("text");
    let collate = |more: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_caseclinic"))
            .args([&["insight", "--collate", folder], more].concat())
            .env("CASECLINIC_HOME", exports.path())
            .output()
            .expect("it runs");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (code, shown, said) = collate(&[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("east.json") && said.contains("left out"), "{said}");
    assert!(!said.contains("notes.txt"), "{said}");
    assert!(said.contains("south.json has exactly the same answers in “"), "{said}");
    assert!(said.contains("as north, begun on the same day. Both are counted."), "{said}");
    assert!(shown.contains("2 audits") && shown.contains("1  north"), "{shown}");
    let (_, csv, _) = collate(&["--csv"]);
    assert!(csv.contains(",south,"), "{csv}");
    let (_, json, _) = collate(&["--json"]);
    let json: Json = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["collations"][0]["agencies"].as_array().map(Vec::len), Some(2));
    fs::remove_file(exports.path().join("east.json")).expect("removed");
    assert_eq!(collate(&[]).0, Some(0));
}

#[test]
fn every_figure_is_on_screen_in_the_table_in_csv_and_in_json() {
    let home = Home::with_vault();
    let mut notes: Vec<Session> =
        (0..6).map(|at| note(&format!("FINCH-{at}"), "problematic")).collect();
    notes.extend((0..5).map(|at| walked("reflective-supervision", &format!("FINCH-9{at}"))));
    notes.push(audit());
    keep(&home, &notes);
    let (table, csv) = (home.run(&["insight"]), home.run(&["insight", "--csv"]));
    let json: Json = serde_json::from_str(&home.run(&["insight", "--json"])).expect("JSON");
    let figures = json["figures"].as_array().expect("figures");
    clean(&table);
    let mut terminal =
        Launch::new(&home).args(&["clinic", "resume"]).size(120, 250).unlocked().go();
    terminal.wait_for("FINCH-0");
    terminal.press(&[Key::F(5)]);
    let shown = terminal.wait_for("Range of responses").flat();
    terminal.quit();
    clean(&shown);
    for about in FIGURES {
        let one = figures.iter().find(|one| one["id"] == about.id);
        let one = one.unwrap_or_else(|| panic!("{} is not in the JSON", about.id));
        assert_eq!((&one["title"], &one["says"]), (&about.title.into(), &about.says.into()));
        let lines = csv.lines().filter(|line| line.starts_with(&format!("{},", about.id))).count();
        assert!(lines >= 2, "{} is not in the CSV", about.id);
        for (place, text) in [("table", &table), ("screen", &shown)] {
            assert!(text.contains(about.title), "{} is not in the {place}", about.id);
        }
    }
    for domain in ["Range of responses", "Workforce"] {
        for (place, text) in [("table", &table), ("screen", &shown), ("CSV", &csv)] {
            assert!(text.contains(domain), "{domain} is not in the {place}");
        }
    }
    assert_eq!(json["audits"].as_array().map(Vec::len), Some(1));
    assert!(table.contains("Lowest areas: Working together (Not yet 2)."), "{table}");
    for text in [&table, &csv, &json.to_string()] {
        assert!(!text.contains("verage: ") && !text.contains("\"mean\""), "{text}");
    }
}
