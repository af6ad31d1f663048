//! The index in its cache: built, opened again, renewed and damaged.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    knowledge::{Library, SAMPLE, library_of},
    search::{Options, Results, Searcher},
};

/// Files of the bundled pack.
fn files() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    let listing = fs::read_dir(folder).expect("the bundled pack").flatten();
    listing
        .filter_map(|item| {
            let name = item.file_name().into_string().ok()?;
            Some((name, fs::read_to_string(item.path()).ok()?))
        })
        .collect()
}

fn library(files: &BTreeMap<String, String>) -> Library {
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    library_of(&files)
}

fn small(title: &str) -> Library {
    library_of(&[("one.md", &SAMPLE.replace("First response", title))])
}

fn named(cache: &Path, start: &str) -> Vec<PathBuf> {
    let listing = fs::read_dir(cache).expect("the cache").flatten().map(|item| item.path());
    let mut paths: Vec<PathBuf> = listing
        .filter(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(start)))
        .collect();
    paths.sort();
    paths
}

fn answers(searcher: &Searcher) -> Vec<Results> {
    let queries = [
        "safety plan siblings",
        "what do i tell the parents",
        "hsb",
        "\"harmful sexual behaviour\"",
        "supervison at scool",
        "police -school",
        "burnt out",
        "zebra",
        "child",
        "nation:Wales law",
    ];
    let typed = ["sexual beh", "zeb", "co"];
    let asked =
        queries.iter().map(|text| (text, false)).chain(typed.iter().map(|text| (text, true)));
    asked
        .map(|(text, typing)| {
            let results = searcher.search(text, &Options { typing, ..Options::default() });
            Results { took: std::time::Duration::ZERO, ..results }
        })
        .collect()
}

#[test]
fn several_threads_that_count_answer_as_one_does() {
    let library = library(&files());
    let alone = answers(&Searcher::open(&library, None).counting_on(1));
    assert!(alone.iter().any(|results| results.total > 50), "there is something to count");
    for threads in [2, 3, 7] {
        let together = answers(&Searcher::open(&library, None).counting_on(threads));
        assert!(alone == together, "{threads} threads answer otherwise");
    }
}

#[test]
fn an_index_that_was_renewed_answers_as_one_that_was_built_afresh() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let all = files();
    let mut now: BTreeMap<String, String> = all
        .iter()
        .filter(|(name, _)| !name.starts_with('s'))
        .map(|(n, t)| (n.clone(), t.clone()))
        .collect();
    let mut largest = 0;
    for step in 0..6 {
        match step {
            0 => {}
            // Some added, one of them with words nothing else has.
            1 => {
                let added =
                    SAMPLE.replace("id = \"one\"", "id = \"zebra\"").replace("Listen", "Zebras");
                now.insert("zebra.md".into(), added);
            }
            2 => now.extend(
                all.iter()
                    .filter(|(name, _)| name.starts_with("sa"))
                    .map(|(n, t)| (n.clone(), t.clone())),
            ),
            // One changed, and one removed: its words are known no more.
            3 => drop(now.remove("zebra.md")),
            4 => {
                let text =
                    now.values_mut().find(|text| text.contains("siblings")).expect("an entry");
                *text = text.replace("siblings", "zebras");
            }
            _ => now = all.clone(),
        }
        let library = library(&now);
        let renewed = Searcher::open(&library, Some(cache.path()));
        assert_eq!(renewed.notice(), None);
        let fresh = Searcher::open(&library, None);
        assert_eq!(answers(&renewed), answers(&fresh), "step {step}");
        let again = Searcher::open(&library, Some(cache.path()));
        assert_eq!(answers(&again), answers(&fresh), "step {step}, from the cache");
        largest = largest.max(named(cache.path(), "part-").len());
    }
    assert!(largest > 3, "the library must be parted for this to say anything");
}

#[test]
fn what_did_not_change_is_not_built_again() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let mut now = files();
    drop(Searcher::open(&library(&now), Some(cache.path())));
    let before = named(cache.path(), "part-");
    now.insert("one.md".into(), SAMPLE.to_owned());
    drop(Searcher::open(&library(&now), Some(cache.path())));
    let after = named(cache.path(), "part-");
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|part| after.contains(part)));
}

#[test]
fn however_often_something_is_added_parts_stay_few() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let mut now = BTreeMap::new();
    for number in 0..40 {
        let id = format!("entry-{number}");
        now.insert(format!("{id}.md"), SAMPLE.replace("id = \"one\"", &format!("id = \"{id}\"")));
        let searcher = Searcher::open(&library(&now), Some(cache.path()));
        assert_eq!(searcher.search("listen", &Options::default()).total, number + 1);
    }
    let list =
        named(cache.path(), "index-").into_iter().filter_map(|list| fs::read_to_string(list).ok());
    let most = list.map(|list| list.lines().count()).max();
    assert!(most.is_some_and(|most| most <= 7), "{most:?}");
}

#[test]
fn the_cache_is_built_once_and_opened_again() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let library = small("First response");
    let built = answers(&Searcher::open(&library, Some(cache.path())));
    let after_build = named(cache.path(), "");
    let searcher = Searcher::open(&library, Some(cache.path()));
    assert_eq!(searcher.notice(), None);
    assert_eq!(answers(&searcher), built);
    assert_eq!(named(cache.path(), ""), after_build);
    assert_eq!(after_build.len(), 2, "nothing is left over: {after_build:?}");
}

#[test]
fn every_way_to_damage_the_cache_is_survived() {
    let library = small("First response");
    let cache = tempfile::tempdir().expect("a temporary folder");
    drop(Searcher::open(&library, Some(cache.path())));
    let files = || {
        let mut paths = named(&named(cache.path(), "part-")[0], "");
        paths.extend(named(cache.path(), "index-"));
        paths
    };
    for at in 0..files().len() {
        for damage in 0..4 {
            let path = files()[at].clone();
            let bytes = fs::read(&path).expect("a file of the index");
            match damage {
                0 => fs::write(&path, b""),
                1 => fs::write(&path, &bytes[..bytes.len() / 2]),
                2 => fs::write(&path, bytes.iter().map(|b| b ^ 0x5A).collect::<Vec<_>>()),
                _ => fs::remove_file(&path),
            }
            .expect("damage is done");
            let searcher = Searcher::open(&library, Some(cache.path()));
            assert_eq!(searcher.notice(), None, "it is rebuilt in its place");
            let results = searcher.search("first response", &Options::default());
            assert_eq!(results.total, 1, "{} {damage}", path.display());
            drop(searcher);
            let again = Searcher::open(&library, Some(cache.path()));
            assert_eq!(again.search("first response", &Options::default()).total, 1);
        }
    }
}

#[test]
fn a_part_that_is_gone_is_built_again_and_the_others_are_kept() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let library = library(&files());
    let built = answers(&Searcher::open(&library, Some(cache.path())));
    let parts = named(cache.path(), "part-");
    fs::remove_dir_all(&parts[0]).expect("removed");
    let searcher = Searcher::open(&library, Some(cache.path()));
    assert_eq!((searcher.notice(), answers(&searcher)), (None, built));
    assert_eq!(named(cache.path(), "part-"), parts);
}

#[test]
fn a_cache_that_cannot_be_written_is_done_without() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let blocked = folder.path().join("file");
    fs::write(&blocked, "not a folder").expect("a file");
    let searcher = Searcher::open(&small("First response"), Some(&blocked));
    assert!(
        searcher.notice().is_some_and(|notice| notice.contains("you can write to this folder"))
    );
    assert_eq!(searcher.search("response", &Options::default()).total, 1);
}

#[test]
fn old_indexes_do_not_pile_up_and_those_of_older_versions_go() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(cache.path().join("index-2-0123")).expect("an old index");
    fs::write(cache.path().join("kept.txt"), "x").expect("something else");
    for year in 2001..2008 {
        drop(Searcher::open(&small(&format!("Year {year}")), Some(cache.path())));
    }
    let (lists, parts) = (named(cache.path(), "index-"), named(cache.path(), "part-"));
    assert_eq!((lists.len(), parts.len(), named(cache.path(), "").len()), (3, 3, 7));
}

#[test]
fn two_at_once_both_answer_and_leave_one_index() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    for round in 0..4 {
        let library = small(&format!("Round {round}"));
        let open = || {
            let searcher = Searcher::open(&library, Some(cache.path()));
            assert_eq!(searcher.notice(), None);
            assert_eq!(searcher.search("round", &Options::default()).total, 1);
        };
        std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(open))));
        open();
    }
    assert!(named(cache.path(), ".building-").is_empty());
}
