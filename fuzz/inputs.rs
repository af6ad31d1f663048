//! What is fed with whatever bytes come: entries, templates, queries, notes, keys. Each function
//! takes one input and must come back, soon, whatever it is; it says whether the input was taken or
//! refused. Used by the fuzz targets here and by `tests/content/inputs.rs`.
#![allow(dead_code, reason = "each fuzz target uses one of them")]

use std::sync::{Arc, OnceLock};

use caseclinic::{
    app::{Code, Effect, Key, Message, Model, Size, update},
    clinic::{
        Against, Event, Session, Slot, Template, Value, apply, bundled_template, check_template,
        completion, form, from_document, practice_session, summary, to_document,
    },
    knowledge::{Entry, Library},
    report::markdown,
    search::{Options, Searcher},
    text::{LocalTime, Severity},
    tui::{theme::Theme, views},
};
use jiff::{SignedDuration, Timestamp};
use ratatui::{Terminal, backend::TestBackend};

/// Keys of one input that are heard; the rest is left out.
pub(crate) const KEYS_HEARD: usize = 400;

/// A file of an entry.
pub(crate) fn front_matter(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let (entry, problems) = Entry::read("entry.md", &text);
    assert!(entry.is_some() || !problems.is_empty(), "refused without a word");
    for problem in problems {
        assert!(problem.line > 0 && !problem.message.is_empty());
    }
    entry.is_some()
}

/// A clinic template. What passes the check can be walked through from end to end.
pub(crate) fn template(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let template = match Template::parse("template.toml", &text) {
        Ok(template) => template,
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a word");
            return false;
        }
    };
    let problems = check_template("template.toml", &text, Against::default());
    assert!(problems.iter().all(|problem| problem.severity != Severity::Error));
    let now = start();
    let stages = template.stages.len();
    let mut session = Session::start(template, uuid::Uuid::nil(), "OAK-10", false, now);
    for _ in 0..stages.min(40) {
        let shown = form(&session, session.stage());
        for field in shown.iter().filter(|field| field.editable).take(60) {
            let value = Some(Value::Text("said".to_owned()));
            let answer = Event::Answered { slot: field.slot.clone(), value };
            let _ = apply(&mut session, answer, now);
        }
        let reason = "no answer".to_owned();
        if apply(&mut session, Event::StageFinished, now).is_err() {
            let _ = apply(&mut session, Event::GateOverridden { reason }, now);
        }
    }
    let _ = completion(&session);
    let document = to_document(&session);
    let again = from_document(&document).expect("a session that was written is read");
    assert_eq!(again, session);
    true
}

/// A query, as it is typed.
pub(crate) fn query(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let typing = data.first().is_some_and(|byte| byte % 2 == 0);
    let results = searcher().search(&text, &Options { typing, ..Options::default() });
    for hit in results.hits {
        for mark in hit.highlights {
            assert!(hit.snippet.get(mark).is_some(), "a mark outside its snippet");
        }
    }
    true
}

/// The text inside a sealed note. Its end, which says how long it is, is made to fit, or nothing
/// that was changed would be read at all.
pub(crate) fn note(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let _ = from_document(&text);
    let body = text.rsplit_once("\n[end]\n").map_or(text.as_ref(), |(body, _)| body);
    let text = format!("{body}\n[end]\nbytes = {}\n", body.len());
    let Ok(mut session) = from_document(&text) else { return false };
    let shown = markdown(&session, true, &LocalTime::default());
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "a control character got out");
    let _ = (summary(&session), completion(&session));
    for stage in 0..session.template().stages.len().min(40) {
        let _ = form(&session, stage);
    }
    let answer = Event::Answered { slot: Slot::once("key_question"), value: None };
    let _ = apply(&mut session, answer, start());
    let again = from_document(&to_document(&session)).expect("a note that was written is read");
    assert_eq!(
        markdown(&again, true, &LocalTime::default()),
        markdown(&session, true, &LocalTime::default())
    );
    true
}

/// Keys, window sizes and pauses, in a practice clinic and everywhere one gets from there.
pub(crate) fn keys(data: &[u8]) -> bool {
    let mut now = start();
    let mut model = Model::new(Size { columns: 80, rows: 24 }, now);
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("a screen in memory");
    let mut pending = vec![
        Message::LibraryRead(library()),
        Message::IndexReady(None),
        Message::ClinicStarted(Ok(Box::new((None, case().clone())))),
    ];
    for (at, pair) in data.chunks(2).take(KEYS_HEARD).enumerate() {
        for message in pending.drain(..) {
            let _ = update(&mut model, message, now);
        }
        let message = event(pair[0], pair.get(1).copied().unwrap_or_default());
        if let Message::Resized { columns, rows } = message {
            terminal.backend_mut().resize(columns, rows);
        }
        now += SignedDuration::from_millis(i64::from(pair[0]) * 40);
        for effect in update(&mut model, message, now) {
            if let Effect::Search { generation, text, filters, by } = effect {
                let options = Options { filters, typing: true, ..Options::default() };
                let results = Arc::new(searcher().search(&text, &options));
                pending.push(Message::Searched { generation, results, by });
            }
        }
        if at % 8 == 0 {
            terminal
                .draw(|frame| views::draw(frame, &model, Theme::default()))
                .expect("a screen in memory takes everything");
        }
    }
    true
}

fn event(first: u8, second: u8) -> Message {
    let ctrl = first & 0x80 != 0;
    let code = match first & 0x1f {
        0 => return Message::TimePassed,
        1 => {
            let (columns, rows) = (u16::from(second), u16::from(second.rotate_left(3) & 0x3f));
            return Message::Resized { columns, rows };
        }
        2 => {
            let text =
                format!("line {second}\u{202e}\u{1b}[31m\n{}", "é日".repeat(usize::from(second)));
            return Message::Pasted(text);
        }
        3 => Code::Enter,
        4 => Code::Esc,
        5 => Code::Tab,
        6 => return Message::Pressed(Key { shift: true, ..Key::plain(Code::Tab) }),
        7 => Code::Backspace,
        8 => Code::Delete,
        9 => Code::Up,
        10 => Code::Down,
        11 => Code::Left,
        12 => Code::Right,
        13 => Code::Home,
        14 => Code::End,
        15 => Code::PageUp,
        16 => Code::PageDown,
        17 | 18 => Code::F(second % 13),
        19 => Code::Char(char::from_u32(0x300 + u32::from(second)).unwrap_or('x')),
        _ => Code::Char(char::from(second)),
    };
    Message::Pressed(Key { ctrl, ..Key::plain(code) })
}

fn start() -> Timestamp {
    Timestamp::from_second(1_795_000_000).expect("a time")
}

fn searcher() -> &'static Searcher {
    static SEARCHER: OnceLock<Searcher> = OnceLock::new();
    SEARCHER.get_or_init(|| Searcher::open(&library(), None))
}

fn library() -> Arc<Library> {
    static LIBRARY: OnceLock<Arc<Library>> = OnceLock::new();
    Arc::clone(LIBRARY.get_or_init(|| Arc::new(Library::bundled())))
}

fn case() -> &'static Session {
    static CASE: OnceLock<Session> = OnceLock::new();
    CASE.get_or_init(|| {
        let bundled = bundled_template("peer-case-clinic").expect("it is bundled");
        let template = bundled.parse().expect("it is sound");
        let case = practice_session(&template, bundled.example_file, bundled.example, start());
        case.expect("its example fits")
    })
}
