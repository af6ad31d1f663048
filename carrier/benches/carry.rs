//! What carrying costs: `cargo bench` (1,000 posts of 8 kB, or as many as its argument says).

use std::{fs, time::Instant};

use carrier::{
    carry::Carrier,
    folder::Folder,
    journal::Journal,
    names::hash_of,
    store::{Settings, Store},
};

#[tokio::main]
async fn main() {
    let posts = std::env::args().skip(1).find_map(|text| text.parse().ok()).unwrap_or(1000_usize);
    let home = tempfile::tempdir().expect("a folder");
    let place = |name: &str| {
        let path = home.path().join(name);
        fs::create_dir_all(&path).expect("a folder");
        path
    };
    let (here, there, other) = (place("here"), place("there"), place("other"));
    fs::write(here.join("exchange.toml"), "format = 1\n").expect("written");
    fs::create_dir_all(here.join("post/ab-cd")).expect("a folder");
    for number in 0..posts {
        let bytes: Vec<u8> = (0..8192).map(|at| (at * (number + 7) % 251) as u8).collect();
        let hash = hash_of(&bytes);
        fs::write(here.join(format!("post/ab-cd/{number:06}-{hash}.age")), bytes).expect("written");
    }
    let open = |folder: &std::path::Path, name: &str| {
        let store =
            Store::open(there.to_str().expect("a path"), Settings::default()).expect("a store");
        let journal = Journal::open(&home.path().join(name)).expect("a journal");
        Carrier::new(Folder::open(folder).expect("a folder"), store, journal)
    };
    let mut quiet = |_: usize, _: usize, _: u64| {};
    for (what, carrier) in [
        ("send all", &mut open(&here, "one")),
        ("fetch all", &mut open(&other, "two")),
        ("nothing to do", &mut open(&here, "one")),
    ] {
        let since = Instant::now();
        let report = carrier.pass(&mut quiet).await.expect("carried");
        assert!(report.problems.is_empty(), "{report:?}");
        println!(
            "{what:<14} {posts} posts  {:>8.2} ms  {:>8.1} µs a post  {} bytes",
            since.elapsed().as_secs_f64() * 1e3,
            since.elapsed().as_secs_f64() * 1e6 / posts as f64,
            report.sent.1 + report.fetched.1
        );
    }
}
