//! What is in the memory of a running program, read as root.

use std::{
    fs::{self, File},
    os::unix::fs::FileExt,
    thread,
    time::{Duration, Instant},
};

use memchr::memmem;
use rustix::process::Pid;

/// The largest part of memory that is read at once.
const LARGEST: u64 = 256 << 20;
/// Distances between the letters of a word that is not kept in one piece: wide characters, the cells
/// of a screen, and queues of keys and messages, up to half a kilobyte for one of them.
const STRIDES: [usize; 66] = {
    let mut strides = [0; 66];
    (strides[0], strides[1]) = (2, 4);
    let mut at = 2;
    while at < strides.len() {
        strides[at] = (at - 1) * 8;
        at += 1;
    }
    strides
};
/// The memory must be free of what is looked for so soon after locking.
const WIPED_WITHIN: Duration = Duration::from_secs(2);
/// Bytes shown before and behind what was found.
const AROUND: usize = 40;

/// What is looked for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// What it is called in a report.
    name: String,
    bytes: Vec<u8>,
    /// Whether it is text, whose letters may stand apart.
    is_text: bool,
}

impl Wanted {
    /// A text, in one piece or with its letters apart.
    pub(crate) fn text(text: &str) -> Self {
        Self { name: text.to_owned(), bytes: text.as_bytes().to_vec(), is_text: true }
    }

    /// Bytes in one piece.
    pub(crate) fn bytes(name: &str, bytes: &[u8]) -> Self {
        Self { name: name.to_owned(), bytes: bytes.to_vec(), is_text: false }
    }
}

/// A word that was found.
pub(crate) struct Found {
    pub(crate) word: String,
    /// Which part of memory it is in.
    pub(crate) part: String,
    /// Bytes from one letter to the next.
    pub(crate) stride: usize,
    /// What stands around it, letters only.
    pub(crate) around: String,
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { word, part, stride, around } = self;
        write!(f, "{word} in {part}, a letter every {stride} bytes: {around}")
    }
}

/// Waits until none of these is in memory any more.
#[track_caller]
pub(crate) fn assert_clean(pid: Pid, wanted: &[Wanted]) {
    let since = Instant::now();
    loop {
        let found = search(pid, wanted);
        if found.is_empty() {
            return;
        }
        if since.elapsed() > WIPED_WITHIN {
            let told: Vec<String> = found.iter().map(ToString::to_string).collect();
            panic!("still in memory:\n{}", told.join("\n"));
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Every place where one of these stands.
pub(crate) fn search(pid: Pid, wanted: &[Wanted]) -> Vec<Found> {
    let number = pid.as_raw_nonzero();
    let maps = fs::read_to_string(format!("/proc/{number}/maps")).expect("its memory is listed");
    let memory = File::open(format!("/proc/{number}/mem")).expect("its memory opens");
    let mut found = Vec::new();
    for line in maps.lines() {
        let mut columns = line.split_whitespace();
        let (Some(range), Some(rights)) = (columns.next(), columns.next()) else { continue };
        let name = columns.nth(3).unwrap_or("its own");
        let ends = range.split_once('-').and_then(|(from, to)| {
            Some((u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(to, 16).ok()?))
        });
        let Some((from, to)) = ends else { continue };
        // What can't be written holds the program and its files, as they are on the disk.
        if !rights.starts_with("rw") || to - from > LARGEST {
            continue;
        }
        let mut bytes = vec![0; usize::try_from(to - from).expect("it fits")];
        if memory.read_exact_at(&mut bytes, from).is_err() {
            continue;
        }
        for Wanted { name: word, bytes: letters, is_text } in wanted {
            let places = if *is_text {
                places(&bytes, letters)
            } else {
                memmem::find_iter(&bytes, letters).map(|at| (at, 1)).collect()
            };
            for (at, stride) in places {
                let around = around(&bytes, at, letters.len() * stride);
                let part = format!("{name} {range}");
                found.push(Found { word: word.clone(), part, stride, around });
            }
        }
    }
    found
}
/// Where a word stands, in one piece or with its letters apart.
pub(crate) fn places(bytes: &[u8], word: &[u8]) -> Vec<(usize, usize)> {
    let mut places: Vec<_> = memmem::find_iter(bytes, word).map(|at| (at, 1)).collect();
    let Some((first, rest)) = word.split_first() else { return places };
    for at in memchr::memchr_iter(*first, bytes) {
        let apart = STRIDES.iter().find(|stride| {
            rest.iter()
                .enumerate()
                .all(|(n, letter)| bytes.get(at + (n + 1) * **stride) == Some(letter))
        });
        places.extend(apart.map(|stride| (at, *stride)));
    }
    places
}

fn around(bytes: &[u8], at: usize, long: usize) -> String {
    let part = &bytes[at.saturating_sub(AROUND)..(at + long + AROUND).min(bytes.len())];
    let letter = |byte: &u8| if (0x20..0x7f).contains(byte) { char::from(*byte) } else { '.' };
    part.iter().map(letter).collect()
}
