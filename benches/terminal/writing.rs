//! From a key to its letter on the screen, in a short, a long and a very long note.
//!
//! Drafts of about 50, 243 and 1,000 answers are resumed at the stage with the most in it, each in a terminal
//! of its own, and sentences are typed into a field in its middle, with guidance beside the form and everything
//! that looks through the text at work. They are typed into by turns, some sentences at a time, so that what
//! else the machine does meets all of them. After each key another one goes to `cat`, which only sends it back:
//! what that takes is the machine's own part.
//!
//! The clock runs from just before the key is written to the terminal until the first frame that shows the
//! letter has been read whole, and after a blank until the first frame with other guidance. Goals are ratios
//! within the run, and processor time, because a busy machine takes longer for everything.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, anyhow};
use caseclinic::{
    clinic::{Event, ItemType, Session, Slot, Value, apply, bundled_template, to_document},
    vault::{NoteHead, NoteId, Strength, Vault},
};
use jiff::Timestamp;

use super::{
    process::{Used, used},
    pty::{COLUMNS, Pty, ROWS, command, home, program},
    report::{Report, Times},
};

/// Keys typed into each note.
const KEYS: usize = 1_200;
/// Keys typed into one note before it is the turn of the next: about five seconds.
const TURN: usize = 120;
/// Rows of children and of behaviours in each note; with so many it has about the answers wanted.
const NOTES: [(&str, u32); 3] = [("50", 1), ("243", 9), ("1,000", 41)];
/// Letters in every text of a note.
const LETTERS: usize = 420;
const PASSPHRASE: &str = "correct horse battery staple";
const CASE_KEY: &str = "HERON-42";
const FORMAT: &str = "peer-case-clinic";
/// The stage with the behaviours.
const STAGE: usize = 2;
/// How long the program may be silent before it counts as waiting for a key.
const SILENCE: Duration = Duration::from_millis(150);
/// First column of the guidance beside the form.
const PANE: u16 = 91;
/// What is already in the fields, with something to find in it.
const WRITTEN: &str = "The younger pupil said he did not want to, and an adult was told the same \
    day. Seen in the playground on 14/11/2026 by the lunchtime supervisor; it was “just a game”, \
    somebody wrote. ";
/// What is typed.
const TYPED: &str = "the children were online at home after school and nudes were asked for, an \
    older boy put pressure on them, mother rang 07700 900123 on 3 May 2012, the secret was kept, \
    boys will be boys somebody said, a safety plan at school is not in place yet and the police \
    were not told ";
/// Sends back each byte at once.
const CONTROL: &str = "stty raw -echo; echo ready; exec cat";

/// A note that is typed into, and what that took.
struct Writing {
    name: &'static str,
    program: Pty,
    typed: usize,
    letters: Vec<Duration>,
    guidance: Vec<Duration>,
    missing: usize,
    spent: Duration,
    drawing: Duration,
    // Kept: the program's own folder goes with it.
    _home: tempfile::TempDir,
}

/// Measures.
pub(crate) fn measure(report: &mut Report) -> anyhow::Result<()> {
    let mut notes = Vec::new();
    for (name, rows) in NOTES {
        let home = home()?;
        let (answers, bytes) = keep_draft(home.path(), rows)?;
        report.fact(
            &format!("note of {name}: answers, bytes of text"),
            format!("{answers}, {bytes}"),
        );
        let mut program = resume(home.path())?;
        to_a_text_in_the_middle(&mut program)?;
        notes.push(Writing {
            name,
            program,
            typed: 0,
            letters: Vec::new(),
            guidance: Vec::new(),
            missing: 0,
            spent: Duration::ZERO,
            drawing: Duration::ZERO,
            _home: home,
        });
    }
    let folder = tempfile::tempdir()?;
    let mut control = Pty::start(command("sh", &["-c", CONTROL], folder.path()))?;
    control.until(|bytes| super::pty::contains(bytes, b"ready"))?;
    let mut controls = Vec::new();
    while notes.iter().any(|note| note.typed < KEYS) {
        for note in &mut notes {
            note.take_a_turn(&mut control, &mut controls)?;
        }
    }
    say(report, &mut notes, Times::of(controls)?)?;
    control.end()?;
    notes.into_iter().try_for_each(|note| note.program.end())
}

fn say(report: &mut Report, notes: &mut [Writing], controls: Times) -> anyhow::Result<()> {
    let cat = controls.at(0.99);
    report.fact("`cat` sends a letter back", controls);
    let ms = |time: Duration| time.as_secs_f64() * 1000.0 / KEYS as f64;
    let (mut each, mut guidance) = (Vec::new(), Vec::new());
    for note in notes {
        let name = note.name;
        let spent = ms(note.spent);
        each.push(spent);
        let both = format!("{spent:.2} ms ({:.2} to draw)", ms(note.drawing));
        report.goal(&format!("{name}: processor time for a key"), both, "≤ 1.5 ms", spent <= 1.5);
        let letters = Times::of(std::mem::take(&mut note.letters))?;
        let ratio = letters.at(0.99).as_secs_f64() / cat.as_secs_f64();
        report.fact(&format!("{name}: key to its letter"), &letters);
        let what = format!("{name}: p99 of that, against `cat`");
        report.goal(&what, format!("{ratio:.1}×"), "≤ 8×", ratio <= 8.0);
        report.goal(
            &format!("{name}: keys without their letter"),
            note.missing,
            "0",
            note.missing == 0,
        );
        guidance.append(&mut note.guidance);
    }
    let (least, most) = each
        .iter()
        .fold((f64::MAX, 0.0_f64), |(least, most), one| (least.min(*one), most.max(*one)));
    let ratio = most / least;
    report.goal(
        "processor time, most against least",
        format!("{ratio:.2}×"),
        "≤ 1.3×",
        ratio <= 1.3,
    );
    match Times::of(guidance) {
        Ok(guidance) => {
            let met = guidance.at(0.99) <= Duration::from_millis(40);
            report.goal("end of a word to other guidance", &guidance, "p99 ≤ 40 ms", met);
        }
        Err(_) => {
            report.goal("end of a word to other guidance", "never seen", "p99 ≤ 40 ms", false);
        }
    }
    Ok(())
}

impl Writing {
    fn take_a_turn(
        &mut self,
        control: &mut Pty,
        controls: &mut Vec<Duration>,
    ) -> anyhow::Result<()> {
        let id = self.program.id()?;
        let before = used(id)?;
        for letter in TYPED.chars().cycle().skip(self.typed).take(TURN) {
            self.press(letter)?;
            controls.push(control.echo(letter)?);
        }
        let Used { nanoseconds, drawing, .. } = used(id)?;
        self.spent += Duration::from_nanos(nanoseconds - before.nanoseconds);
        self.drawing += Duration::from_nanos(drawing - before.drawing);
        Ok(())
    }

    fn press(&mut self, letter: char) -> anyhow::Result<()> {
        // As a quick typist does: 20 to 49 ms between two keys, and longer after a word, so that the guidance
        // for it is seen to come.
        let pause = 20 + (self.typed as u64 * 7) % 30 + if letter == ' ' { 80 } else { 0 };
        let (caret, pane) = (self.program.screen().cursor_position(), pane(self.program.screen()));
        let pressed = self.program.press(letter.encode_utf8(&mut [0; 4]).as_bytes())?;
        let look = |screen: &vt100::Screen| {
            // A blank shows by the caret alone, and not even by that at the edge.
            let is_there =
                screen.cursor_position() != caret && before_caret(screen).ends_with(letter);
            (letter == ' ' || is_there, pane_is(screen, &pane))
        };
        let frames = self.program.frames_seen(pressed + Duration::from_millis(pause), look);
        match frames.iter().find(|(_, (is_there, _))| *is_there) {
            Some((at, _)) => self.letters.push(*at - pressed),
            None => self.missing += 1,
        }
        let other = frames.iter().find(|(_, (_, is_same))| letter == ' ' && !is_same);
        self.guidance.extend(other.map(|(at, _)| *at - pressed));
        self.typed += 1;
        Ok(())
    }
}

/// What stands in the pane beside the form.
fn pane(screen: &vt100::Screen) -> String {
    let rows = screen.rows(PANE, COLUMNS.get() - PANE);
    // Above are the clock and the state of saving, below the keys.
    rows.skip(3).take(usize::from(ROWS.get()) - 6).collect::<Vec<_>>().join("\n")
}

fn pane_is(screen: &vt100::Screen, pane: &str) -> bool {
    self::pane(screen) == pane
}

/// Goes to a field of several lines that has text, in the middle of the stage: a letter typed there shows at the
/// caret.
fn to_a_text_in_the_middle(program: &mut Pty) -> anyhow::Result<()> {
    program.until_screen(|screen| screen.contents().contains("F1 help"))?;
    wait_for_silence(program);
    let mut fields = 1;
    while !program.screen().contents().contains("This is the last field") {
        anyhow::ensure!(fields < 2_000, "the stage has no end:\n{}", program.screen().contents());
        program.press(b"\t")?;
        program.frames_until(Instant::now() + Duration::from_millis(4));
        fields += 1;
    }
    for _ in 0..fields / 2 {
        program.press(b"\x1b[Z")?;
        program.frames_until(Instant::now() + Duration::from_millis(4));
    }
    for _ in 0..40 {
        wait_for_silence(program);
        program.press(b"\x1b[1;5F")?;
        program.press(b"zq")?;
        wait_for_silence(program);
        if before_caret(program.screen()).ends_with("zq") {
            return Ok(());
        }
        program.press(b"\t")?;
    }
    anyhow::bail!("no field takes text:\n{}", program.screen().contents())
}

/// Takes frames until none has come for a while.
fn wait_for_silence(program: &mut Pty) {
    while !program.frames_until(Instant::now() + SILENCE).is_empty() {}
}

fn before_caret(screen: &vt100::Screen) -> String {
    let (row, column) = screen.cursor_position();
    screen.rows(0, column).nth(usize::from(row)).unwrap_or_default()
}

fn resume(home: &Path) -> anyhow::Result<Pty> {
    let file = home.join("passphrase");
    fs::write(&file, PASSPHRASE)?;
    let script = format!("exec \"$0\" clinic resume {CASE_KEY} --passphrase-fd 3 3<passphrase");
    Pty::start(command("sh", &["-c", &script, &program()], home))
}

/// Keeps the draft; answers with how many answers and how much text it holds.
fn keep_draft(home: &Path, rows: u32) -> anyhow::Result<(usize, usize)> {
    let (session, answers, bytes) = long_session(rows)?;
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

/// As many rows in each group, through the same events as in a meeting; stands at the stage that is typed into.
fn long_session(rows: u32) -> anyhow::Result<(Session, usize, usize)> {
    let bundled = bundled_template(FORMAT).context("the format is missing")?;
    let mut template = bundled.parse().map_err(|problems| anyhow!("{}", problems[0]))?;
    for item in template.stages.iter_mut().flat_map(|stage| &mut stage.items) {
        item.max_occurs = item.max_occurs.map(|_| rows.max(1));
    }
    let now = Timestamp::now();
    let mut session = Session::start(template.clone(), uuid::Uuid::nil(), CASE_KEY, false, now);
    for place in template.items().iter().filter(|place| place.item.repeats) {
        while session.rows(&place.item.id).len() < rows as usize {
            let event = Event::RowAdded { group: place.item.id.clone() };
            apply(&mut session, event, now)?;
        }
    }
    let text: String = WRITTEN.chars().cycle().take(LETTERS).collect();
    let (mut answers, mut bytes) = (0, 0);
    for place in template.items() {
        let rows = place.rows_of.map_or(Vec::new(), |group| session.rows(group).to_vec());
        let in_rows = rows.into_iter().map(|row| Slot::in_row(&place.item.id, row));
        let slots: Vec<Slot> = match place.rows_of {
            Some(_) => in_rows.collect(),
            None => vec![Slot::once(&place.item.id)],
        };
        for slot in slots {
            let value = match place.item.kind {
                ItemType::Text => Value::Text(text.clone()),
                ItemType::Choice => Value::Choice(place.item.options[0].code.clone()),
                ItemType::Integer | ItemType::Scale => Value::Integer(10),
                _ => continue,
            };
            // What is not asked yet, or out of bounds, is refused.
            if apply(&mut session, Event::Answered { slot, value: Some(value) }, now).is_ok() {
                answers += 1;
                bytes += if place.item.kind == ItemType::Text { text.len() } else { 0 };
            }
        }
    }
    for reason in ["measured"; STAGE] {
        let event = Event::GateOverridden { reason: reason.to_owned() };
        if apply(&mut session, Event::StageFinished, now).is_err() {
            apply(&mut session, event, now)?;
        }
    }
    Ok((session, answers, bytes))
}
