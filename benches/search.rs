//! How long opening the library and its index takes, and how long queries take, by kind: median
//! and 99th percentile, with correction, expansion, snippets and twenty hits.
//!
//! `cargo bench --bench search`, or with a number of sections (`-- 100000`) for a large library of
//! made-up entries beside the bundled ones.

use std::{
    fmt::Write as _,
    fs,
    time::{Duration, Instant},
};

use caseclinic::{
    knowledge::Library,
    search::{Options, Searcher},
};

const ROUNDS: usize = 200;

const QUERIES: &[(&str, &[&str])] = &[
    ("one word", &["sexting", "porn", "supervision", "consent"]),
    (
        "several words",
        &["safety plan at home siblings bedrooms", "threshold for referral mash hsb"],
    ),
    ("small words", &["what do i do", "who do i tell", "do we tell police"]),
    ("misspelt", &["defintion of harmful sexual behavior", "seven eyed supervison", "assesment"]),
    ("phrase", &["\"harmful sexual behaviour\"", "\"safety plan\" school -police"]),
    ("filtered", &["nudes nation:Wales", "kind:guidance school age:7"]),
    ("typing", &["s", "se", "sexual beh", "safety plan fo", "burnt ou"]),
];

fn main() {
    let sections = std::env::args().skip(1).find_map(|argument| argument.parse::<usize>().ok());
    let cache = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => return eprintln!("no temporary folder: {error}"),
    };
    report("read bundled library", &mut repeated(20, || drop(Library::bundled())));
    let library = Library::bundled();
    println!("{} entries, {} problems", library.entries().len(), library.problems().len());
    measure(&library, cache.path());
    if let Some(sections) = sections {
        let folder = cache.path().join("pack");
        match made_up(&folder, sections) {
            Ok(()) => measure(&Library::from_dir(&folder), cache.path()),
            Err(error) => eprintln!("the made-up pack could not be written: {error}"),
        }
    }
}

fn measure(library: &Library, cache: &std::path::Path) {
    report("first build in memory", &mut repeated(3, || drop(Searcher::open(library, None))));
    let home = cache.join("index");
    report("first build on disk", &mut repeated(1, || drop(Searcher::open(library, Some(&home)))));
    report("open from the cache", &mut repeated(20, || drop(Searcher::open(library, Some(&home)))));
    let searcher = Searcher::open(library, Some(&home));
    let first = Instant::now();
    searcher.search("asessment", &Options::default());
    report("first query", &mut [first.elapsed()]);
    for (kind, queries) in QUERIES {
        let options = Options { limit: 20, typing: *kind == "typing", ..Options::default() };
        let mut took = Vec::new();
        for _ in 0..ROUNDS {
            for query in *queries {
                took.push(searcher.search(query, &options).took);
            }
        }
        report(kind, &mut took);
    }
    if let Ok(status) = fs::read_to_string("/proc/self/status") {
        for line in status.lines().filter(|line| line.starts_with("VmRSS")) {
            println!("{line}");
        }
    }
}

fn repeated(rounds: usize, work: impl Fn()) -> Vec<Duration> {
    (0..rounds)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect()
}

fn report(what: &str, took: &mut [Duration]) {
    took.sort();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    println!("{what:<24} p50 {:>10.1?}   p99 {:>10.1?}", at(0.5), at(0.99));
}

/// Writes a pack of made-up entries with about so many sections, from the bundled words.
fn made_up(folder: &std::path::Path, sections: usize) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let library = Library::bundled();
    let words: Vec<&str> = library.entries().iter().flat_map(|e| e.body.split(' ')).collect();
    let mut state = 1_usize;
    let mut random = move |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below.max(1)
    };
    for number in 0..sections / 20 {
        let mut text = format!(
            "+++\nid = \"entry-{number}\"\ntitle = \"Entry {number}\"\nkind = \"practice\"\n\
             summary = \"Made up\"\naliases = [\"number {number}\"]\nnations = [\"UK\"]\n\
             settings = [\"any\"]\nages = [\"any\"]\ncontinuum = [\"any\"]\nstatus = \"current\"\n\
             reviewed = 2026-11-21\nreview_by = 2027-11-21\n+++\n"
        );
        for section in 0..20 {
            if section > 0 {
                // Writing into a `String` cannot fail.
                let _ = writeln!(text, "\n## Part {section}\n");
            }
            for _ in 0..60 {
                let word = words.get(random(words.len())).copied().unwrap_or("word");
                text.push_str(word.trim_matches(|c: char| !c.is_alphanumeric()));
                text.push(' ');
            }
        }
        fs::write(folder.join(format!("entry-{number}.md")), text)?;
    }
    Ok(())
}
