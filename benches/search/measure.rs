//! Measures reading the library, building, opening and renewing its index, and queries by kind:
//! with correction, expansion, filter counts, snippets and twenty hits. If there are rivals, the
//! same texts and queries are measured in them, in the same run.

use std::{
    error::Error,
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use caseclinic::{
    knowledge::Library,
    search::{Options, Searcher},
};

use crate::{
    pack,
    queries::{self, Kind},
    report::{self, Times, repeated, report, size_of},
};

pub(crate) type Outcome = Result<(), Box<dyn Error>>;

/// Other engines that hold the same sections; each call returns how many of twenty were found.
pub(crate) trait Rivals {
    /// Asks `SQLite` FTS5; while somebody is typing, the last word may be unfinished.
    fn sqlite(&self, query: &str, typing: bool) -> usize;
    /// Asks tantivy's own query parser.
    fn tantivy(&self, query: &str) -> usize;
}

/// Fills the rivals with a library, in a folder that is deleted afterwards.
pub(crate) type MakeRivals = fn(&Library, &Path) -> Result<Box<dyn Rivals>, Box<dyn Error>>;

/// Time for the queries of a kind, at most about.
const BUDGET: Duration = Duration::from_secs(3);
/// How often each query is asked, at most.
const ROUNDS: usize = 100;
/// Asks this program to say how much memory it takes to search.
const MEMORY: &str = "--memory-of";

/// Measures each number of sections that the command line names, or the usual three.
pub(crate) fn run(rivals: Option<MakeRivals>) -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [_, shelf, cache, ..] = arguments.as_slice()
        && arguments[0] == MEMORY
    {
        return memory(Path::new(shelf), Path::new(cache));
    }
    let mut sizes: Vec<usize> = arguments.iter().filter_map(|text| text.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![0, 10_000, 100_000];
    }
    sizes.into_iter().try_for_each(|sections| measure(sections, rivals))
}

fn measure(sections: usize, rivals: Option<MakeRivals>) -> Outcome {
    let folder = tempfile::tempdir()?;
    let (shelf, cache) = (folder.path().join("packs"), folder.path().join("cache"));
    if sections == 0 {
        println!("\n## Bundled");
    } else {
        println!("\n## {sections} sections");
        pack::write(&shelf, sections)?;
        // What was written just now might still change unseen, and is not kept as it was read.
        std::thread::sleep(Duration::from_millis(2500));
    }
    report("read library, first", &repeated(1, || drop(Library::with_packs(&shelf))));
    report("read library, again", &repeated(5, || drop(Library::with_packs(&shelf))));
    let library = Library::with_packs(&shelf);
    println!("{} entries, {} problems", library.entries().len(), library.problems().len());
    report("build index on disk", &repeated(1, || drop(open(&library, &cache))));
    report("open index", &repeated(20, || drop(open(&library, &cache))));
    println!("index on disk {:>21} KB", size_of(&cache) / 1024);
    let searcher = open(&library, &cache);
    report("warm up", &repeated(1, || searcher.warm_up()));
    let child = Command::new(std::env::current_exe()?)
        .args([MEMORY.as_ref(), shelf.as_os_str(), cache.as_os_str()])
        .output()?;
    print!("{}", String::from_utf8_lossy(&child.stdout));

    let kinds = queries::kinds();
    let ours: Vec<Times> =
        kinds.iter().map(|kind| asked(kind, &mut |query| search(&searcher, kind, query))).collect();
    let rivals = rivals.map(|make| make(&library, folder.path())).transpose()?;
    report::heading();
    for (kind, ours) in kinds.iter().zip(&ours) {
        let others = rivals.as_ref().map(|rivals| {
            let sqlite = asked(kind, &mut |query| rivals.sqlite(query, kind.typing));
            (sqlite, asked(kind, &mut |query| rivals.tantivy(query)))
        });
        let (sqlite, tantivy) = others.unwrap_or_default();
        report::side_by_side(kind.name, ours, &sqlite, &tantivy);
    }
    drop(rivals);
    if sections > 0 {
        renewed(&shelf, &cache)?;
    }
    Ok(())
}

fn open(library: &Library, cache: &Path) -> Searcher {
    Searcher::open(library, Some(cache))
}

fn search(searcher: &Searcher, kind: &Kind, query: &str) -> usize {
    let options = Options { limit: 20, typing: kind.typing, ..Options::default() };
    searcher.search(query, &options).hits.len()
}

/// Asks the queries of a kind in turn, until there was enough of it.
fn asked(kind: &Kind, ask: &mut dyn FnMut(&str) -> usize) -> Times {
    let mut times = Times::default();
    kind.queries.iter().for_each(|query| times.found += ask(query).min(1));
    let start = Instant::now();
    for _ in 0..ROUNDS {
        for query in &kind.queries {
            let (asked, ran) = (Instant::now(), report::ran());
            ask(query);
            times.took.push(asked.elapsed());
            times.ran.push(report::ran().saturating_sub(ran));
        }
        if start.elapsed() > BUDGET {
            break;
        }
    }
    times.took.sort();
    times.ran.sort();
    times
}

/// From a change in the folder of a pack until a search finds it.
fn renewed(shelf: &Path, cache: &Path) -> Outcome {
    for (what, name, word) in [
        ("an entry added", "entry-new", "zyzzyvanew"),
        ("another added", "entry-second", "zyzzyvasecond"),
        ("an entry changed", "entry-000007", "zyzzyvachanged"),
    ] {
        fs::write(shelf.join("scale").join(format!("{name}.md")), pack::one(name, word))?;
        let start = Instant::now();
        let library = Library::with_packs(shelf);
        let read = start.elapsed();
        let searcher = open(&library, cache);
        let opened = start.elapsed();
        let results = searcher.search(word, &Options::default());
        let found = start.elapsed();
        let first = results.hits.first().map(|hit| hit.id.as_str());
        let which = if first == Some(name) { "found" } else { "NOT FOUND" };
        println!("{what}: {which} after {found:.1?} (read {read:.1?}, index ready {opened:.1?})");
    }
    Ok(())
}

/// Prints the memory of a process that has searched, index from the cache.
fn memory(shelf: &Path, cache: &Path) -> Outcome {
    let library = Library::with_packs(shelf);
    let searcher = open(&library, cache);
    searcher.warm_up();
    for kind in queries::kinds() {
        kind.queries.iter().for_each(|query| {
            search(&searcher, &kind, query);
        });
    }
    for line in fs::read_to_string("/proc/self/status")?.lines() {
        if line.starts_with("VmRSS") || line.starts_with("RssAnon") {
            println!("{line}");
        }
    }
    Ok(())
}
