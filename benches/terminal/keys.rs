//! From a key to its results on the screen.
//!
//! Queries of the judged set are typed key by key. The clock runs from just before the key is
//! written to the terminal until the last frame that follows it has been read whole: the program
//! draws once for the key and once for the answer, and nothing else makes it draw, so the last
//! frame is the one with the answer. That the screen then shows this query, its number of results
//! and its best entry is checked against the same search done here; a key whose answer never comes
//! up counts as wrong and misses the goal. Keys that empty the line between queries are not
//! counted.
//!
//! After each key another one goes to `cat` in a terminal of its own, which only sends it back:
//! what that takes is the machine's own part, and its longest times tell how busy it was.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use caseclinic::{
    knowledge::Library,
    search::{Options, Results, Searcher},
};

use super::{
    pty::{COLUMNS, Pty, caseclinic, command, contains, home},
    report::{Report, Times},
};

const KEYS: usize = 1_500;
/// Sends back each byte at once.
const CONTROL: &str = "stty raw -echo; echo ready; exec cat";
/// As many as the program asks for while one types.
const LIMIT: usize = 50;
/// Queries longer than the line are shown in part and can't be compared.
const LONGEST: usize = 80;
/// Where the caret stands in an empty line.
const CARET: usize = 4;
/// How long an answer may be missing before its key counts as wrong.
const LATEST: Duration = Duration::from_secs(2);

/// Measures.
pub(crate) fn measure(report: &mut Report) -> anyhow::Result<()> {
    let home = home()?;
    let library = Library::bundled();
    let searcher = Searcher::open(&library, None);
    let mut program = caseclinic(home.path())?;
    program.until_screen(|screen| screen.contents().contains("Everything"))?;
    program.frames_until(Instant::now() + Duration::from_secs(1));

    let mut control = Pty::start(command("sh", &["-c", CONTROL], home.path()))?;
    control.until(|bytes| contains(bytes, b"ready"))?;

    let before = program.received();
    let (mut echoes, mut answers, mut controls) = (Vec::new(), Vec::new(), Vec::new());
    let (mut wrong, mut second) = (0, 0);
    let mut pauses = Pauses(1);
    'typing: for query in queries()? {
        let mut typed = String::new();
        for letter in query.chars() {
            typed.push(letter);
            let options = Options { limit: LIMIT, typing: true, ..Options::default() };
            let expected = searcher.search(&typed, &options);
            // The search here has just used the processor the program needs.
            thread::sleep(Duration::from_millis(1));
            match press(&mut program, letter, pauses.next(), &typed, &expected)? {
                Some((echo, answer)) => {
                    second += usize::from(echo != answer);
                    echoes.push(echo);
                    answers.push(answer);
                }
                None => wrong += 1,
            }
            controls.push(control.echo(letter)?);
            if answers.len() + wrong >= KEYS {
                break 'typing;
            }
        }
        program.press(b"\x1b")?;
        program.until_screen(|screen| query_line(screen).contains("Type what you want"))?;
        program.frames_until(Instant::now() + Duration::from_millis(60));
    }
    let bytes = (program.received() - before) / answers.len().max(1);
    let answers = Times::of(answers)?;
    report.fact("bytes sent for a key and its results", bytes);
    report.fact("`cat` sends a letter back", Times::of(controls)?);
    report.fact("the letter itself", Times::of(echoes)?);
    report.fact("answers in a frame of their own", second);
    let met = answers.at(0.99) <= Duration::from_millis(5) && wrong == 0;
    report.goal("key to painted results", &answers, "p99 ≤ 5 ms", met);
    report.goal("keys without their results", wrong, "0", wrong == 0);
    control.end()?;
    program.press(b"\x11")?;
    program.until_exit().map(drop)
}

/// Presses a key; the times until the first and the last frame it led to, if the screen then shows
/// what it should.
fn press(
    program: &mut Pty,
    letter: char,
    pause: Duration,
    typed: &str,
    expected: &Results,
) -> anyhow::Result<Option<(Duration, Duration)>> {
    let pressed = program.press(letter.encode_utf8(&mut [0; 4]).as_bytes())?;
    let mut frames = program.frames_until(pressed + pause);
    while frames.is_empty() || !shows(program.screen(), typed, expected) {
        if pressed.elapsed() > LATEST {
            return Ok(None);
        }
        frames.extend(program.frames_until(Instant::now() + pause));
    }
    let (first, last) = (frames.first(), frames.last());
    let (first, last) = first.zip(last).context("the answer came without a frame")?;
    Ok(Some((*first - pressed, *last - pressed)))
}

fn shows(screen: &vt100::Screen, typed: &str, expected: &Results) -> bool {
    let line = query_line(screen);
    let count = match expected.total {
        0 => " nothing found".to_owned(),
        total => format!(" {total} found"),
    };
    // A title that doesn't fit is broken.
    let best = expected.hits.first().map_or("nothing found", |hit| &hit.title);
    let best: String = best.chars().take(20).collect();
    // A space at the end shows by the caret alone.
    let (_, caret) = screen.cursor_position();
    let query = line.trim_start_matches([' ', '›']);
    let rest = query.strip_prefix(typed.trim_end());
    rest.is_some_and(|rest| rest.starts_with("  ") && rest.contains(&count))
        && usize::from(caret) == CARET + typed.chars().count()
        && screen.contents().contains(&best)
}

fn query_line(screen: &vt100::Screen) -> String {
    let mut rows = screen.rows(0, COLUMNS.get());
    rows.find(|row| row.trim_start().starts_with('›')).unwrap_or_default()
}

fn queries() -> anyhow::Result<Vec<String>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/queries.tsv");
    let text = std::fs::read_to_string(path).with_context(|| format!("{path} is missing"))?;
    let queries = text.lines().skip(1).filter_map(|line| line.split('\t').next());
    Ok(queries.filter(|query| query.len() <= LONGEST).map(str::to_owned).collect())
}

/// Pauses of 20 to 50 ms between keys, the same in every run.
struct Pauses(u64);

impl Pauses {
    fn next(&mut self) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        Duration::from_millis(20 + (self.0 >> 33) % 31)
    }
}
