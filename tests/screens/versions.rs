//! Formats of one's own, and drafts begun with an earlier version of a format.

use caseclinic::{
    app::{Code, Key, Message},
    clinic::{Event, MeetingFormat, Session, Slot, Template, Value, apply, bundled_template},
    services::{LocalFormat, NoteOpened, TemplateError},
    text::{Problem, Severity},
    vault::NoteSource,
};

use super::stage::pictures;

#[test]
fn local_formats_are_listed_below_and_a_broken_one_says_why() {
    pictures("formats-local", |stage| {
        stage.key(Key::ctrl(Code::Char('n')));
        let format = MeetingFormat {
            id: "morning-huddle".into(),
            title: "Morning huddle".into(),
            minutes: 10,
            purpose: "Ten minutes before the day begins.".into(),
            audience: String::new(),
        };
        let why = "The stages take 10 minutes in total, but `minutes` in `[template]` is 11.";
        let mut problem = Problem::of_file("plan.toml", Severity::Error, "minutes", why, "");
        (problem.line, problem.column) = (9, 11);
        let broken = TemplateError::Broken(vec![problem]);
        stage.apply_event(Message::FormatsRead(vec![
            LocalFormat { file: "huddle.toml".into(), format: Ok(format) },
            LocalFormat { file: "plan.toml".into(), format: Err(broken) },
        ]));
        stage.press(Code::Down);
        for _ in 0..9 {
            stage.press(Code::Down);
        }
    });
}

#[test]
fn a_draft_with_a_newer_format_version_offers_to_migrate() {
    let opened = |now| {
        let bundled = bundled_template("quick-consultation").expect("it is there");
        let newer = bundled.parse().expect("it is sound");
        let earlier = bundled.text.replacen("id = \"facts\"", "id = \"told\"", 1);
        let earlier = earlier.replacen("id = \"key_question\"", "id = \"question\"", 1);
        let version = format!("version = \"{}\"", newer.about.version);
        let earlier = earlier.replacen(&version, "version = \"2025.1\"", 1);
        let template = Template::parse("earlier.toml", &earlier).expect("it is sound");
        let mut session = Session::start(template, uuid::Uuid::nil(), "HERON-42", false, now);
        let slot = Slot::once("question");
        let value = Some(Value::Text("What helps first?".into()));
        apply(&mut session, Event::Answered { slot, value }, now).expect("answered");
        let id = "750e8cfd-daf9-4c2f-b923-1f273a452304".parse().expect("an id");
        let newer = Some(Box::new(newer));
        let source = NoteSource::Draft;
        Box::new(NoteOpened { id, session, source, newer, doubt: None, received: None })
    };
    pictures("clinic-newer-version", |stage| {
        let opened = opened(stage.now);
        stage.apply_event(Message::NoteOpened(Ok(opened)));
    });
    pictures("clinic-newer-dialog", |stage| {
        let opened = opened(stage.now);
        stage.apply_event(Message::NoteOpened(Ok(opened)));
        stage.press(Code::F(12));
    });
}
