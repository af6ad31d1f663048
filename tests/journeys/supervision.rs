//! Supervision: apart from cases in every list, private to the vault, shared only on purpose.

use caseclinic::{
    clinic::{Event, Session, Template, apply, bundled_templates, practice_session, to_document},
    services::head,
    vault::{NoteId, Vault},
};
use jiff::Timestamp;

use crate::support::{Home, Key, Launch, words};

/// A completed note in this format, with whatever its worked case holds.
fn complete(vault: &Vault, format: &str, key: &str) -> NoteId {
    let bundled = bundled_templates().iter().find(|one| one.id == format).expect("the format");
    let template = Template::parse(bundled.file, bundled.text).expect("it parses");
    let now = Timestamp::now();
    let practice = practice_session(&template, bundled.example_file, bundled.example, now);
    let practice = practice.unwrap_or_else(|problem| panic!("{problem}"));
    let written = to_document(&practice);
    let (body, _) = written.rsplit_once("\n[end]\n").expect("an end");
    let own = body.replacen("practice = true", "practice = false", 1).replacen(
        practice.case_key(),
        key,
        1,
    );
    let whole = format!("{own}\n[end]\nbytes = {}\n", own.len());
    let mut session: Session = caseclinic::clinic::from_document(&whole).expect("a session");
    while session.stage() + 1 < template.stages.len() {
        let on = apply(&mut session, Event::StageFinished, now);
        on.unwrap_or_else(|refusal| panic!("{format}: {refusal}"));
    }
    let done = apply(&mut session, Event::ClinicCompleted { acknowledged: true }, now);
    done.unwrap_or_else(|refusal| panic!("{format}: {refusal}"));
    let id = NoteId::random();
    vault.complete(id, &head(&session), &to_document(&session)).expect("sealed");
    id
}

struct Filled {
    home: Home,
    supervision: NoteId,
    asha: age::x25519::Identity,
}

/// A member, two supervision notes and an audit, in the vault of this home.
fn filled(home: Home) -> Filled {
    let asha = age::x25519::Identity::generate();
    let vault = home.vault();
    let public = asha.to_public().to_string();
    vault.add_member("Asha", "supervisor", &public, Timestamp::now()).expect("added");
    let supervision = complete(&vault, "reflective-supervision", "WREN-1");
    complete(&vault, "group-supervision", "WREN-2");
    complete(&vault, "framework-audit", "OWL-3");
    Filled { home, supervision, asha }
}

impl Filled {
    fn opens(&self, number: u32) -> bool {
        ["age", "members.age"].iter().any(|ending| {
            let file = format!("notes/{}/{number:04}.{ending}", self.supervision);
            let Ok(sealed) = std::fs::read(self.home.vault_place().join(file)) else {
                return false;
            };
            let decryptor = age::Decryptor::new(&sealed[..]).expect("an age file");
            decryptor.decrypt(std::iter::once(&self.asha as &dyn age::Identity)).is_ok()
        })
    }
}

#[test]
fn supervision_and_audits_are_listed_apart_from_cases() {
    let home = Home::with_vault();
    let case = home.complete_a_clinic();
    let filled = filled(home);
    let home = &filled.home;
    let supervision = home.run(&["clinic", "list", "--about", "supervision"]);
    assert_eq!(supervision.lines().count(), 2, "{supervision}");
    assert!(supervision.lines().all(|line| line.contains("supervision")), "{supervision}");
    let cases = home.run(&["clinic", "list", "--about", "case"]);
    assert!(cases.lines().count() == 1 && cases.starts_with(&case), "{cases}");
    let odd = ["clinic", "list", "--about", "worker"];
    assert_eq!(home.try_run(&odd, &home.passphrase_file()).status.code(), Some(2));
    let actions = home.run(&["actions", "--all", "--of", "supervision"]);
    assert!(!actions.is_empty() && !actions.contains(&case), "{actions}");
    assert!(actions.lines().all(|line| line.contains("\tsupervision: ")), "{actions}");

    let mut terminal = Launch::new(home).args(&["clinic", "resume"]).unlocked().go();
    terminal.wait_for(words::VAULT_OPEN);
    terminal.wait_for("All 4");
    terminal.press(&[Key::Tab]);
    terminal.wait_for("▸ Cases 1");
    terminal.wait_gone("WREN-1");
    terminal.press(&[Key::Tab]);
    terminal.wait_for("▸ Supervision 2");
    terminal.wait_for("WREN-1");
    terminal.wait_gone(&case);
    terminal.quit();
}

#[test]
fn a_member_opens_a_supervision_note_only_once_it_was_shared_with_them_by_name() {
    let filled = filled(Home::with_vault());
    let home = &filled.home;
    assert!(!filled.opens(1));
    let share = |note: &str, with: &str, reason: &str| {
        let args = ["clinic", "share", note, "--with", with, "--reason", reason, "--yes"];
        let output = home.try_run(&args, &home.passphrase_file());
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, why) = share("WREN-1", "Ben", "her copy");
    assert!(code == Some(1) && why.contains("is not a member") && why.contains("Asha"), "{why}");
    let (code, why) = share("WREN-1", "Asha", " ");
    assert!(code == Some(1) && why.contains("reason"), "{why}");
    let (code, why) = share("OWL-3", "Asha", "her copy");
    assert!(code == Some(1) && why.contains("Only supervision notes need sharing"), "{why}");
    let unasked = ["clinic", "share", "WREN-1", "--with", "Asha", "--reason", "her copy"];
    let unasked = home.try_run(&unasked, &home.passphrase_file());
    let why = String::from_utf8_lossy(&unasked.stderr).into_owned();
    assert!(unasked.status.code() == Some(2) && why.contains("read by: Asha"), "{why}");
    assert!(!filled.opens(2), "nobody agreed");
    let (code, told) = share("WREN-1", "asha", "her copy");
    assert!(code == Some(0) && told.contains("revision 2"), "{told}");
    let (code, why) = share("WREN-1", "Asha", "again");
    assert!(code == Some(1) && why.contains("already"), "{why}");

    // Nor does it get into a note that members open by way of a follow-up.
    let follow_up = ["clinic", "follow-up", "WREN-1", "--template", "follow-up-clinic", "--plain"];
    let refused = home.pipe(&follow_up, &[]);
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(1) && why.contains("private"), "{why}");

    assert!(filled.opens(2) && !filled.opens(1), "what was completed stays as it was sealed");
    let note = home.note("WREN-1").expect("the note opens and the vault vouches for it");
    assert!(note.contains("- Shared with: Asha (supervisor), "), "{note}");
    assert!(note.contains("her copy"), "{note}");
    assert!(home.faults().is_empty(), "{:?}", home.faults());
}
