//! From a key to its letter on the screen, in a long note.
//!
//! A draft of two hundred answers and 60 KB is resumed at the stage with the most in it, and
//! sentences are typed into a field in its middle, with guidance beside the form and everything
//! that looks through the text at work. The clock runs from just before the key is written to the
//! terminal until the first frame that shows the letter has been read whole; later frames (guidance
//! that follows, identifiers underlined) are counted apart.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, anyhow};
use caseclinic::{
    clinic::{Event, ItemType, Session, Slot, Value, apply, bundled_template, to_document},
    vault::{NoteHead, NoteId, Strength, Vault},
};
use jiff::Timestamp;

use super::{
    process::used,
    pty::{Pty, command, home},
    report::{Report, Times},
};

const KEYS: usize = 1_500;
const ANSWERS: usize = 200;
const BYTES: usize = 60 * 1024;
const PASSPHRASE: &str = "correct horse battery staple";
const CASE_KEY: &str = "HERON-42";
const FORMAT: &str = "peer-case-clinic";
/// Children, and behaviours.
const ROWS: u32 = 9;
/// Fields to go past before one is typed into: about the middle of the stage.
const TABS: usize = 90;
/// The stage with the behaviours.
const STAGE: usize = 2;
/// What is already in the fields, with something to find in it.
const WRITTEN: &str = "The younger pupil said he did not want to, and an adult was told the same \
    day. Seen in the playground on 14/11/2026 by the lunchtime supervisor; it was “just a game”, \
    somebody wrote. ";
/// What is typed.
const TYPED: &str = "the children were online at home after school and nudes were asked for, an \
    older boy put pressure on them, mother rang 07700 900123 on 3 May 2012, the secret was kept, \
    boys will be boys somebody said, a safety plan at school is not in place yet and the police \
    were not told ";

/// Measures.
pub(crate) fn measure(report: &mut Report) -> anyhow::Result<()> {
    let home = home()?;
    let (answers, bytes) = keep_long_draft(home.path())?;
    report.fact("answers in the draft, bytes of text", format!("{answers}, {bytes}"));
    let mut program = resume(home.path())?;
    program.until_screen(|screen| screen.contents().contains("Guidance"))?;
    for _ in 0..TABS {
        program.press(b"\t")?;
        program.frames_until(Instant::now() + Duration::from_millis(5));
    }
    to_long_text(&mut program)?;
    let before = used(program.id()?)?;
    let (mut letters, mut followed, mut wrong, mut later) = (Vec::new(), Vec::new(), 0, 0);
    for (at, letter) in TYPED.chars().cycle().take(KEYS).enumerate() {
        // As a quick typist does: 20 to 49 ms between two keys, and longer after a word, so that
        // the guidance for it is seen to come.
        let pause = 20 + (at as u64 * 7) % 30 + if letter == ' ' { 80 } else { 0 };
        let pause = Duration::from_millis(pause);
        let pressed = program.press(letter.encode_utf8(&mut [0; 4]).as_bytes())?;
        let frames = program.frames_until(pressed + pause);
        later += frames.len().saturating_sub(1);
        if let (' ', [_, .., last]) = (letter, frames.as_slice()) {
            followed.push(*last - pressed);
        }
        match frames.first() {
            Some(first) if shows(program.screen(), letter) => letters.push(*first - pressed),
            _ => wrong += 1,
        }
        thread::yield_now();
    }
    let after = used(program.id()?)?;
    let times = Times::of(letters)?;
    let met = times.at(0.99) <= Duration::from_millis(8);
    report.goal("key to its letter on the screen", &times, "p99 ≤ 8 ms", met);
    report.goal("keys without their letter", wrong, "0", wrong == 0);
    // The clock and the state of saving draw frames of their own, so the longest are theirs.
    let followed = Times::of(followed)?;
    let met = followed.median() <= Duration::from_millis(50);
    report.goal("end of a word to the guidance for it", &followed, "p50 ≤ 50 ms", met);
    report.fact("frames that followed (guidance, underlines, clock)", later);
    let spent = (after.ticks - before.ticks) as f64 * 10.0 / KEYS as f64;
    report.fact("processor time of all threads for a key", format!("{spent:.2} ms"));
    program.end()
}

/// Into a field of several lines that has text: a letter typed there shows at the caret.
fn to_long_text(program: &mut Pty) -> anyhow::Result<()> {
    for _ in 0..40 {
        program.press(b"\x1b[1;5F")?;
        program.press(b"zq")?;
        program.frames_until(Instant::now() + Duration::from_millis(200));
        if before_caret(program.screen()).ends_with("zq") {
            return Ok(());
        }
        program.press(b"\t")?;
    }
    anyhow::bail!("no field takes text:\n{}", program.screen().contents())
}

fn shows(screen: &vt100::Screen, letter: char) -> bool {
    // A space at the end of a line shows by the caret alone.
    letter == ' ' || before_caret(screen).ends_with(letter)
}

fn before_caret(screen: &vt100::Screen) -> String {
    let (row, column) = screen.cursor_position();
    screen.rows(0, column).nth(usize::from(row)).unwrap_or_default()
}

fn resume(home: &Path) -> anyhow::Result<Pty> {
    let file = home.join("passphrase");
    fs::write(&file, PASSPHRASE)?;
    let script = format!("exec \"$0\" clinic resume {CASE_KEY} --passphrase-fd 3 3<passphrase");
    Pty::start(command("sh", &["-c", &script, env!("CARGO_BIN_EXE_caseclinic")], home))
}

/// Keeps the draft; answers with how many answers and how much text it holds.
fn keep_long_draft(home: &Path) -> anyhow::Result<(usize, usize)> {
    let (session, answers, bytes) = long_session()?;
    let (vault, _) =
        Vault::create(&home.join("vault"), &PASSPHRASE.into(), Strength::WEAK_FOR_TESTS)?;
    vault.confirm_recovery()?;
    let head = NoteHead {
        kind: "clinic".to_owned(),
        case_key: CASE_KEY.to_owned(),
        title: "Peer case clinic".to_owned(),
        template: FORMAT.to_owned(),
        stage: "Behaviour".to_owned(),
        status: "in progress".to_owned(),
        created: Timestamp::now(),
        updated: Timestamp::now(),
        next_review: None,
        shared_with: Vec::new(),
        question: None,
    };
    vault.save_draft(NoteId::random(), &head, &to_document(&session))?;
    Ok((answers, bytes))
}

/// As many rows as the format allows and more answers than are asked for, through the same events
/// as in a meeting; stands at the stage that is typed into.
fn long_session() -> anyhow::Result<(Session, usize, usize)> {
    let bundled = bundled_template(FORMAT).context("the format is missing")?;
    let mut template = bundled.parse().map_err(|problems| anyhow!("{}", problems[0]))?;
    for item in template.stages.iter_mut().flat_map(|stage| &mut stage.items) {
        item.max_occurs = item.max_occurs.map(|_| ROWS);
    }
    let now = Timestamp::now();
    let mut session = Session::start(template.clone(), uuid::Uuid::nil(), CASE_KEY, false, now);
    for place in template.items().iter().filter(|place| place.item.repeats) {
        for _ in 1..ROWS {
            let event = Event::RowAdded { group: place.item.id.clone() };
            apply(&mut session, event, now)?;
        }
    }
    let mut texts = Vec::new();
    let mut answers = 0;
    for place in template.items() {
        let rows = place.rows_of.map_or(Vec::new(), |group| session.rows(group).to_vec());
        let in_rows = rows.into_iter().map(|row| Slot::in_row(&place.item.id, row));
        let slots: Vec<Slot> = match place.rows_of {
            Some(_) => in_rows.collect(),
            None => vec![Slot::once(&place.item.id)],
        };
        for slot in slots {
            let value = match place.item.kind {
                ItemType::Text => Value::Text(WRITTEN.to_owned()),
                ItemType::Choice => Value::Choice(place.item.options[0].code.clone()),
                ItemType::Integer | ItemType::Scale => Value::Integer(10),
                _ => continue,
            };
            // What is not asked yet, or out of bounds, is refused.
            let answered = Event::Answered { slot: slot.clone(), value: Some(value) };
            if apply(&mut session, answered, now).is_ok() {
                answers += 1;
                if place.item.kind == ItemType::Text {
                    texts.push(slot);
                }
            }
        }
    }
    let each = BYTES.div_ceil(texts.len());
    let text: String = WRITTEN.chars().cycle().take(each).collect();
    let bytes = each * texts.len();
    for slot in texts {
        let value = Some(Value::Text(text.clone()));
        apply(&mut session, Event::Answered { slot, value }, now)?;
    }
    anyhow::ensure!(answers >= ANSWERS, "only {answers} answers");
    for reason in ["measured"; STAGE] {
        let event = Event::GateOverridden { reason: reason.to_owned() };
        if apply(&mut session, Event::StageFinished, now).is_err() {
            apply(&mut session, event, now)?;
        }
    }
    Ok((session, answers, bytes))
}
