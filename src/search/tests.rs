//! The searcher as a whole: over small libraries, in memory and on disk.

use super::{Facet, Filters, Options, Results, Searcher};
use crate::knowledge::{Kind, Library, Nation, SAMPLE, Status, library_of};

fn entry(id: &str, title: &str, aliases: &str, body: &str) -> String {
    SAMPLE
        .replace("id = \"one\"", &format!("id = \"{id}\""))
        .replace("First response", title)
        .replace("Stay calm, tell the lead, write it down.", "A summary.")
        .replace("\"what do I do now\", \"child told me\", \"disclosure\"", aliases)
        .replace("Answer in short.[^a]", body)
}

fn library() -> Library {
    let old = entry("old-plan", "Safety plan of 2015", "\"safety plan\"", "Safety plan words.")
        .replace("\"current\"", "\"withdrawn\"");
    let wales = entry("wales", "Welsh duties", "\"wales\"", "Diogelu: the plant in the tŷ.")
        .replace("[\"UK\"]", "[\"Wales\"]")
        .replace("\"practice\"", "\"guidance\"");
    let thesaurus = "[[same]]\nwords = [\"sibling\", \"brother\", \"sister\"]\n\
        [[same]]\nwords = [\"burnt out\", \"vicarious trauma\"]\n\
        [[broader]]\nwords = [\"xbox\"]\nalso = [\"online\"]\n";
    library_of(&[
        ("one.md", SAMPLE),
        ("plan.md", &entry("plan", "Plans at home", "\"bedrooms\"", "A safety plan for siblings.")),
        ("old-plan.md", &old),
        ("wales.md", &wales),
        (
            "strain.md",
            &entry("strain", "Looking after yourself", "\"strain\"", "Vicarious trauma."),
        ),
        ("online.md", &entry("online", "Online harm", "\"images\"", "Online supervision helps.")),
        ("thesaurus.toml", thesaurus),
    ])
}

fn search(text: &str) -> Results {
    Searcher::open(&library(), None).search(text, &Options::default())
}

fn ids(results: &Results) -> Vec<&str> {
    results.hits.iter().map(|hit| hit.id.as_str()).collect()
}

#[test]
fn what_is_no_longer_in_force_comes_last_however_well_it_fits() {
    let results = search("safety plan");
    assert_eq!(ids(&results).first(), Some(&"plan"));
    assert_eq!(ids(&results).last(), Some(&"old-plan"));
    let options = Options {
        filters: Filters { status: Some(Status::Withdrawn), ..Filters::default() },
        ..Options::default()
    };
    let withdrawn = Searcher::open(&library(), None).search("safety plan", &options);
    assert_eq!(ids(&withdrawn), ["old-plan"]);
}

#[test]
fn a_slip_is_corrected_and_said() {
    let results = search("online supervison");
    assert_eq!(results.corrected.as_deref(), Some("online supervision"));
    assert_eq!(ids(&results).first(), Some(&"online"));
}

#[test]
fn initials_are_found_with_full_stops_and_without() {
    let text = entry("cus", "Levels of speaking up", "\"graded\"", "Say I am C.U.S. aloud.");
    let library = library_of(&[("one.md", SAMPLE), ("cus.md", &text)]);
    let searcher = Searcher::open(&library, None);
    for typed in ["CUS", "c.u.s.", "C.U.S"] {
        let results = searcher.search(typed, &Options::default());
        assert_eq!(ids(&results), ["cus"], "{typed}");
        let hit = &results.hits[0];
        assert_eq!(&hit.snippet[hit.highlights[0].clone()], "C.U.S", "{typed}");
    }
}

#[test]
fn neighbours_say_what_a_word_means() {
    let thesaurus = "[[same]]\nwords = [\"watching\", \"guard\"]\nbeside = [\"door\"]\n\
        [[same]]\nwords = [\"watching\", \"clock\"]\nnot_beside = [\"door\"]\n";
    let library = library_of(&[("one.md", SAMPLE), ("thesaurus.toml", thesaurus)]);
    assert_eq!(library.problems(), []);
    let searcher = Searcher::open(&library, None);
    for (typed, also) in
        [("watching the doors", "guard"), ("watching", "clock"), ("watching tv", "clock")]
    {
        assert_eq!(searcher.search(typed, &Options::default()).expanded, [also], "{typed}");
    }
}

#[test]
fn other_words_for_the_same_are_searched_and_named() {
    let results = search("brother");
    assert_eq!(ids(&results), ["plan"]);
    assert!(results.expanded.contains(&"sibling".to_owned()));
    assert_eq!(ids(&search("burnt out")), ["strain"]);
    assert_eq!(ids(&search("xbox")), ["online"]);
}

#[test]
fn quoted_words_stand_together_and_excluded_ones_are_absent() {
    assert_eq!(ids(&search("\"plan for siblings\"")), ["plan"]);
    assert_eq!(ids(&search("\"siblings for plan\"")), [] as [&str; 0]);
    assert_eq!(ids(&search("safety plan -siblings")), ["old-plan"]);
}

#[test]
fn filters_in_the_query_and_in_the_options_narrow() {
    assert_eq!(ids(&search("plant kind:guidance")), ["wales"]);
    assert!(ids(&search("plant nation:England")).is_empty());
    assert!(ids(&search("calm nation:England")).contains(&"one"), "the UK includes England");
    let results = search("safety kind:myth");
    assert!(results.hits.is_empty());
    assert_eq!(results.counts.count(Facet::Kind, "practice"), 2, "{:?}", results.counts);
}

#[test]
fn an_unfinished_word_finds_while_typing() {
    let searcher = Searcher::open(&library(), None);
    let typing = Options { typing: true, ..Options::default() };
    let results = searcher.search("superv", &typing);
    assert_eq!((ids(&results), &results.corrected), (vec!["online"], &None));
    assert!(ids(&searcher.search("superv", &Options::default())).is_empty());
}

#[test]
fn small_words_alone_still_find_something() {
    assert_eq!(ids(&search("what do i do")).first(), Some(&"one"));
}

#[test]
fn welsh_letters_are_found_with_and_without_their_hats() {
    assert_eq!(ids(&search("ty")), ["wales"]);
    assert_eq!(ids(&search("tŷ")), ["wales"]);
}

#[test]
fn highlights_lie_in_the_snippet_and_show_what_matched() {
    for query in ["brother safety", "supervison", "burnt out", "tŷ", "listen more"] {
        for hit in search(query).hits {
            for mark in &hit.highlights {
                assert!(hit.snippet.get(mark.clone()).is_some(), "{query}: {hit:?}");
            }
            for mark in &hit.title_highlights {
                assert!(hit.title.get(mark.clone()).is_some(), "{query}: {hit:?}");
            }
        }
    }
    let results = search("brother");
    let hit = &results.hits[0];
    assert_eq!(&hit.snippet[hit.highlights[0].clone()], "siblings");
}

#[test]
fn the_best_section_is_named() {
    let results = search("listen");
    assert_eq!(results.hits[0].section, "What to do first");
}

#[test]
fn filters_alone_list_what_they_admit() {
    let listed = search("kind:guidance");
    assert!(listed.total > 0 && listed.warning().is_none());
    assert!(listed.hits.iter().all(|hit| hit.kind == Kind::Guidance && !hit.snippet.is_empty()));
    let titles: Vec<_> = listed.hits.iter().map(|hit| hit.title.to_lowercase()).collect();
    assert!(titles.is_sorted(), "{titles:?}");
}

#[test]
fn what_holds_in_the_nation_of_the_reader_comes_first() {
    let of = |id, title, nation: &str| {
        entry(id, title, "\"lanyard\"", "Lanyards.").replace("[\"UK\"]", &format!("[\"{nation}\"]"))
    };
    let files = [
        ("a.md", of("a", "Lanyards here", "England")),
        ("b.md", of("b", "Lanyards", "Scotland")),
        ("c.md", of("c", "Lanyards of today", "UK")),
    ];
    let files: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let first = |nation: Option<Nation>, text: &str| {
        let library = library_of(&files);
        let library = match nation {
            Some(nation) => library.for_reader_in(nation),
            None => library,
        };
        let found = Searcher::open(&library, None).search(text, &Options::default());
        found.hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
    };
    assert_eq!(first(None, "lanyards").last().map(String::as_str), Some("b"), "England by default");
    assert_eq!(first(Some(Nation::Scotland), "lanyards")[0], "b");
    assert_eq!(first(Some(Nation::Scotland), "lanyards").last().map(String::as_str), Some("a"));
    assert_eq!(first(None, "lanyards scotland")[0], "b", "the query names it");
    assert_eq!(first(None, "kind:practice"), ["a", "c", "b"]);
    assert_eq!(first(None, "lanyards nation:Scotland")[0], "b");
}

#[test]
fn an_empty_query_and_an_empty_library_find_nothing() {
    assert_eq!(search("").total, 0);
    let empty = Searcher::open(&Library::default(), None);
    assert_eq!(empty.search("anything", &Options::default()).total, 0);
}

#[test]
fn searchers_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Searcher>();
}

#[test]
fn wales_is_found_by_its_nation() {
    let options = Options {
        filters: Filters { nation: Some(Nation::Wales), ..Filters::default() },
        ..Options::default()
    };
    let results = Searcher::open(&library(), None).search("duties", &options);
    assert_eq!(ids(&results), ["wales"]);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]
    #[test]
    fn nothing_typed_makes_a_search_fail(text in "\\PC{0,40}", odd in "[-:\"a-e'() ]{0,30}") {
        static SEARCHER: std::sync::OnceLock<Searcher> = std::sync::OnceLock::new();
        let searcher = SEARCHER.get_or_init(|| Searcher::open(&library(), None));
        for typing in [false, true] {
            let options = Options { typing, ..Options::default() };
            let _ = searcher.search(&text, &options);
            let _ = searcher.search(&odd, &options);
        }
    }
}
