//! The screens as pictures for documents, with everything that is bundled. `docs/pictures` has the ones that are
//! used; `cargo xtask pictures` draws those again, and all of them into a folder of your choice.

use std::{
    env,
    ffi::OsStr,
    fs, iter,
    path::{Path, PathBuf},
};

use caseclinic::{
    app::{Code, Message},
    clinic::{Event, Outcome, Session, Slot, apply, bundled_template, practice_session},
    knowledge::Library,
    report::insight::{Period, count_notes},
    services::ThemeChoice,
    tui::theme::{
        Theme,
        glyphs::Glyphs,
        ground::{Colours, Ground},
    },
};

use jiff::Timestamp;

use super::{
    notes::{agreed, complete, id, listed, vault_screen, worked_note},
    stage::{SIZES, Stage, open_stage, practice},
    svg::{Own, svg},
};

const ON_DARK: Own = Own { letters: "#d6dbe0", ground: "#16191d", frame: "#3b434b" };
const ON_BLACK: Own = Own { letters: "#ffffff", ground: "#000000", frame: "#d9d9d9" };
const ON_LIGHT: Own = Own { letters: "#1f2429", ground: "#ffffff", frame: "#c5ccd3" };

/// Name, what a person chose, the colours and the ground of the terminal.
const THEMES: [(&str, ThemeChoice, Colours, Ground, Own); 4] = [
    ("dark", ThemeChoice::Auto, Colours::True, Ground::Dark, ON_DARK),
    ("light", ThemeChoice::Auto, Colours::True, Ground::Light, ON_LIGHT),
    ("high-contrast", ThemeChoice::HighContrast, Colours::True, Ground::Dark, ON_BLACK),
    ("monochrome", ThemeChoice::Monochrome, Colours::True, Ground::Dark, ON_DARK),
];

type Play = fn(&mut Stage);

/// Name of a picture, and how to get there.
const SCREENS: [(&str, Play); 12] = [
    ("landing", |_| {}),
    ("results", |stage| stage.type_in("nudes year 9")),
    ("reader", |stage| {
        stage.type_in("nudes year 9");
        stage.press(Code::Enter);
    }),
    ("clinic", practice),
    ("reveal", |stage| {
        practice(stage);
        let session = stage.model.clinic.as_mut().map(|clinic| &mut clinic.session);
        reveal(session.expect("a clinic"), stage.now);
        open_stage(stage, '5');
    }),
    ("completed", |stage| complete(stage, Some(id(1)))),
    ("note", |stage| {
        listed(stage);
        let mut opened = worked_note(stage);
        opened.session = completed("peer-case-clinic", "WREN-21", stage.now);
        stage.apply_event(Message::NoteOpened(Ok(opened)));
        stage.model.notice = None;
    }),
    ("actions", agreed),
    ("clinics", listed),
    ("insight", counted),
    ("vault", vault_screen),
    ("help", |stage| stage.press(Code::F(1))),
];

/// Shows where everybody placed the first behaviour.
fn reveal(session: &mut Session, now: Timestamp) {
    let slot = Slot::in_row("placement", session.rows("behaviour")[0]);
    apply(session, Event::PlacementsRevealed { slot, reason: None }, now).expect("all are ready");
}

/// The worked case of a format as a note that is kept and completed.
fn completed(format: &str, case_key: &str, now: Timestamp) -> Session {
    let one = bundled_template(format).expect("the format");
    let template = one.parse().expect("it is sound");
    let mut session = practice_session(&template, one.example_file, one.example, now)
        .expect("the worked case fits its template");
    if format == "peer-case-clinic" {
        reveal(&mut session, now);
        let slot = Slot::in_row("placement", session.rows("behaviour")[0]);
        let outcome = Outcome::Placed("problematic".to_owned());
        apply(&mut session, Event::PlacementAgreed { slot, outcome }, now).expect("it is shown");
    }
    let text = toml::to_string(&session)
        .expect("a session is TOML")
        .replacen("practice = true", "practice = false", 1)
        .replacen("status = \"in-progress\"", "status = \"completed\"", 1)
        .replacen(session.case_key(), case_key, 1);
    toml::from_str(&text).expect("it is a session")
}

/// The figures of several completed notes.
fn counted(stage: &mut Stage) {
    listed(stage);
    stage.press(Code::F(5));
    let formats = [("peer-case-clinic", 12), ("follow-up-clinic", 7), ("framework-audit", 1)];
    let formats = formats.into_iter().flat_map(|(format, count)| iter::repeat_n(format, count));
    let notes = formats
        .enumerate()
        .map(|(number, format)| completed(format, &format!("HERON-{}", number + 10), stage.now));
    let notes: Vec<Session> = notes.collect();
    let counted = count_notes(notes, Period::default(), stage.model.today());
    stage.apply_event(Message::Counted(Ok(Box::new(counted))));
}

/// With `CASECLINIC_PICTURES` every picture is written into that folder instead.
#[test]
fn the_pictures_in_documents_show_the_screens_of_today() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    let chosen = env::var_os("CASECLINIC_PICTURES").map(PathBuf::from);
    let redraws = env::var_os("INSTA_UPDATE").as_deref() == Some(OsStr::new("always"));
    let library = Library::bundled();
    let mut compared = 0;
    for (name, play) in SCREENS {
        for size in SIZES {
            let file = |theme: &str| format!("{name}-{}x{}-{theme}.svg", size.0, size.1);
            let is_wanted = |theme: &str| chosen.is_some() || kept.join(file(theme)).exists();
            let wanted: Vec<_> = THEMES.into_iter().filter(|theme| is_wanted(theme.0)).collect();
            if wanted.is_empty() {
                continue;
            }
            let mut stage = Stage::with(size, library.clone());
            play(&mut stage);
            for (theme, choice, colours, ground, own) in wanted {
                let style = Theme::of(choice, colours, ground, Glyphs::Unicode);
                let drawn = svg(&stage.cells(style), own);
                let path = chosen.as_ref().unwrap_or(&kept).join(file(theme));
                if chosen.is_some() || redraws {
                    fs::write(&path, &drawn).expect("the folder can be written to");
                }
                let found = fs::read_to_string(&path).expect("it can be read");
                assert!(
                    found == drawn,
                    "{} is of an earlier screen: run `cargo xtask pictures`",
                    path.display()
                );
                compared += 1;
            }
        }
    }
    if chosen.is_none() {
        let files = fs::read_dir(kept).expect("there are pictures").count();
        assert_eq!(files, compared, "docs/pictures has a file that shows no screen");
    }
}
