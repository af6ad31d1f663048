//! Figures, sorted and printed.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// How long queries took, in order, and how many of them found something.
#[derive(Default)]
pub(crate) struct Times {
    pub(crate) took: Vec<Duration>,
    /// Of that, the time in which the thread had a processor: all of it on an idle machine.
    pub(crate) ran: Vec<Duration>,
    pub(crate) found: usize,
}

fn at(sorted: &[Duration], share: f64) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share) as usize).copied().unwrap_or_default()
}

/// The time this thread has had a processor.
pub(crate) fn ran() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

pub(crate) fn repeated(rounds: usize, work: impl Fn()) -> Times {
    let took = (0..rounds).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    let mut took: Vec<_> = took.collect();
    took.sort();
    Times { took, ..Times::default() }
}

pub(crate) fn report(what: &str, times: &Times) {
    println!(
        "{what:<22} p50 {:>10.1?}   p99 {:>10.1?}",
        at(&times.took, 0.5),
        at(&times.took, 0.99)
    );
}

pub(crate) fn heading() {
    println!("milliseconds of processor time at p50 and p99, and of waiting too at p99");
    println!(
        "{:<18}{:>24}{:>27}{:>27}   FTS5 : ours  found",
        "", "ours", "SQLite FTS5", "stock tantivy"
    );
}

/// Milliseconds, how often ours goes into `SQLite`'s, and how many queries found something.
pub(crate) fn side_by_side(what: &str, ours: &Times, sqlite: &Times, tantivy: &Times) {
    print!("{what:<16}");
    for times in [ours, sqlite, tantivy] {
        for time in [at(&times.ran, 0.5), at(&times.ran, 0.99), at(&times.took, 0.99)] {
            print!(" {:>8.3}", time.as_secs_f64() * 1000.0);
        }
    }
    let times =
        |share| at(&sqlite.ran, share).as_secs_f64() / at(&ours.ran, share).as_secs_f64().max(1e-9);
    let found = format!("{}/{}/{}", ours.found, sqlite.found, tantivy.found);
    println!(" {:>6.1} {:>6.1}  {found}", times(0.5), times(0.99));
}

/// Bytes of all files below a folder.
pub(crate) fn size_of(folder: &Path) -> u64 {
    let Ok(listing) = fs::read_dir(folder) else { return 0 };
    let size = |item: fs::DirEntry| match item.metadata() {
        Ok(about) if about.is_dir() => size_of(&item.path()),
        Ok(about) => about.len(),
        Err(_) => 0,
    };
    listing.flatten().map(size).sum()
}
