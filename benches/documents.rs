//! How long a document takes to build and to write: the longest note of the worked examples in every
//! document and format, and the figures of 1,000 notes. Median and slowest of many rounds.
//!
//! `cargo bench --bench documents`

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use caseclinic::{
    clinic::{Session, bundled_template, practice_session},
    knowledge::Library,
    report::{
        DocumentKind, DocumentSource, Edition, ExportFormat, insight::insight, insight_document,
    },
    text::LocalTime,
};

const ROUNDS: usize = 50;
const NOTES: usize = 1_000;

fn main() {
    let now = "2026-11-22T10:00:00Z".parse().expect("a time");
    let one = bundled_template("peer-case-clinic").expect("bundled");
    let template = one.parse().expect("it is sound");
    let session = practice_session(&template, one.example_file, one.example, now);
    let session = session.expect("the worked case fits its template");
    let library = Library::bundled();
    let local = LocalTime::default();
    let edition = Edition::Record;
    let source = DocumentSource { session: &session, edition, local: &local, library: &library };
    for kind in DocumentKind::offered(&session) {
        for format in ExportFormat::ALL {
            let name = format!("{} as {}", kind.name(), format.name());
            report(&name, || {
                let written = format.write(black_box(&kind.build(&source)));
                written.expect("it is written").len()
            });
        }
    }
    let notes = completed(&session);
    let today = jiff::civil::date(2026, 11, 30);
    let period = caseclinic::report::insight::Period::default();
    let started = Instant::now();
    let counted = insight(notes.iter(), period, today);
    let bytes = ExportFormat::Docx.write(&insight_document(&counted)).expect("it is written").len();
    println!(
        "{:44} {:>9} {bytes} bytes",
        format!("insight of {NOTES} notes as Word"),
        shown(started.elapsed())
    );
}

/// So many completed notes of the same case and others.
fn completed(session: &Session) -> Vec<Session> {
    let text = toml::to_string(session).expect("a session is TOML");
    let text = text.replacen("practice = true", "practice = false", 1).replacen(
        "status = \"in-progress\"",
        "status = \"completed\"",
        1,
    );
    let note = |at: usize| {
        let text = text.replacen(session.case_key(), &format!("HERON-{at}"), 1);
        toml::from_str(&text).expect("it is a session")
    };
    (0..NOTES).map(note).collect()
}

fn report(what: &str, work: impl Fn() -> usize) {
    let mut times: Vec<Duration> = Vec::with_capacity(ROUNDS);
    let mut bytes = 0;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        bytes = black_box(work());
        times.push(started.elapsed());
    }
    times.sort();
    let (median, slowest) = (times[ROUNDS / 2], times[ROUNDS - 1]);
    println!("{what:44} {:>9} {:>9} {bytes} bytes", shown(median), shown(slowest));
}

fn shown(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}
