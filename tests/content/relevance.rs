//! How often a practitioner's words find the entry that answers, measured on judged queries.
//!
//! The floors stand just under what has been reached: a change that finds less fails here.

use caseclinic::{
    knowledge::Library,
    search::{Options, Searcher},
};

/// A judged query.
struct Judged {
    text: &'static str,
    best: &'static str,
    also_good: Vec<&'static str>,
}

impl Judged {
    fn is_best(&self, id: &str) -> bool {
        id == self.best || (self.best == "core-principles" && id.starts_with("principle-"))
    }

    fn is_good(&self, id: &str) -> bool {
        self.is_best(id) || self.also_good.contains(&id)
    }
}

/// The queries whose best answer is in the library.
fn judged(library: &Library, table: &'static str) -> Vec<Judged> {
    table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let (text, best) = (cells.next()?, cells.next()?);
            let also_good = cells.next().unwrap_or_default().split('|').collect();
            library.entry(best).is_some().then_some(Judged { text, best, also_good })
        })
        .collect()
}

#[derive(Debug, Default)]
#[expect(dead_code, reason = "all of it is printed")]
struct Measured {
    queries: usize,
    success_at_1: f64,
    success_at_3: f64,
    best_at_1: f64,
    best_at_3: f64,
    mrr_at_10: f64,
}

fn measure(searcher: &Searcher, queries: &[Judged], change: impl Fn(&str) -> String) -> Measured {
    let mut measured = Measured { queries: queries.len(), ..Measured::default() };
    let share = 1.0 / queries.len().max(1) as f64;
    let options = Options { limit: 10, ..Options::default() };
    for query in queries {
        let text = change(query.text);
        let results = searcher.search(&text, &options);
        let rank = |good: &dyn Fn(&str) -> bool| {
            results.hits.iter().position(|hit| good(&hit.id)).unwrap_or(usize::MAX)
        };
        let good = rank(&|id| query.is_good(id));
        let best = rank(&|id| query.is_best(id));
        measured.success_at_1 += if good < 1 { share } else { 0.0 };
        measured.success_at_3 += if good < 3 { share } else { 0.0 };
        measured.best_at_1 += if best < 1 { share } else { 0.0 };
        measured.best_at_3 += if best < 3 { share } else { 0.0 };
        if good != usize::MAX {
            measured.mrr_at_10 += share / (good + 1) as f64;
        }
        if good >= 1 {
            let first: Vec<_> = results.hits.iter().take(3).map(|hit| hit.id.as_str()).collect();
            let place = if good == usize::MAX { "-".to_owned() } else { (good + 1).to_string() };
            println!("{place:>3}  {text:<50} wanted {:<28} got {}", query.best, first.join(", "));
        }
    }
    measured
}

/// One slip of a finger in one word of four letters or more; the same one on every run.
fn misspelt(text: &str) -> String {
    let mut state = text.bytes().fold(0x9E37_79B9_7F4A_7C15_u64, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize % below
    };
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let long: Vec<usize> = (0..words.len())
        .filter(|&at| words[at].len() >= 4 && words[at].bytes().all(|b| b.is_ascii_lowercase()))
        .collect();
    if long.is_empty() {
        return text.to_owned();
    }
    let word = &mut words[long[random(long.len())]];
    let mut letters: Vec<char> = word.chars().collect();
    let at = random(letters.len());
    let letter = char::from(b'a' + random(26) as u8);
    match random(4) {
        0 => letters.insert(at, letter),
        1 => letters[at] = letter,
        2 => drop(letters.remove(at)),
        _ => {
            let at = at.min(letters.len() - 2);
            letters.swap(at, at + 1);
        }
    }
    *word = letters.into_iter().collect();
    words.join(" ")
}

/// What has been reached on a set of queries, less a little.
struct Floor {
    success_at_1: f64,
    success_at_3: f64,
    mrr_at_10: f64,
    /// A slip of a finger may lose so much of success@3.
    lost_to_slips: f64,
}

fn hold(table: &'static str, floor: &Floor) {
    let library = Library::bundled();
    let searcher = Searcher::open(&library, None);
    assert_eq!(searcher.notice(), None);
    let queries = judged(&library, table);
    assert_eq!(queries.len() + 1, table.lines().count(), "every best answer is in the library");
    let measured = measure(&searcher, &queries, str::to_owned);
    println!("{measured:#?}");
    println!("with one slip of a finger in each:");
    let slipped = measure(&searcher, &queries, misspelt);
    let lost = measured.success_at_3 - slipped.success_at_3;
    println!("{slipped:#?}\nsuccess@3 lost to slips: {lost:.3}");
    assert!(measured.success_at_1 >= floor.success_at_1, "success@1 fell: {measured:?}");
    assert!(measured.success_at_3 >= floor.success_at_3, "success@3 fell: {measured:?}");
    assert!(measured.mrr_at_10 >= floor.mrr_at_10, "MRR@10 fell: {measured:?}");
    assert!(lost <= floor.lost_to_slips, "slips lose {lost:.3} of success@3");
}

#[test]
fn the_words_people_type_find_what_answers_them() {
    let floor =
        Floor { success_at_1: 0.95, success_at_3: 0.985, mrr_at_10: 0.965, lost_to_slips: 0.02 };
    hold(include_str!("../queries.tsv"), &floor);
}

/// Written from the titles alone. One half was read while aliases and weights were chosen; on the
/// other half, never read, success@1 was 0.85, success@3 0.95 and MRR@10 0.90.
#[test]
fn words_typed_without_knowing_the_entries_find_what_answers_them() {
    let floor =
        Floor { success_at_1: 0.905, success_at_3: 0.96, mrr_at_10: 0.938, lost_to_slips: 0.02 };
    hold(include_str!("../queries-more.tsv"), &floor);
}

#[test]
fn words_are_understood_however_they_are_written() {
    let library = Library::bundled();
    let searcher = Searcher::open(&library, None);
    for (text, id) in [
        // In one or apart.
        ("selfharm", "self-harm-and-suicide"),
        ("nonrecent abuse", "past-disclosures"),
        ("safetyplan for home", "safety-plan-home"),
        ("child minder worried", "early-years"),
        ("up-skirting", "upskirting-and-definitions"),
        // Sections of an Act.
        ("s17", "england-working-together"),
        ("s.47", "england-working-together"),
        // Telephone numbers.
        ("08088005000", "helplines"),
        ("0808 8005000", "helplines"),
        ("02895049999", "northern-ireland-framework"),
        ("0800 148 8888", "sexual-health-and-sarc"),
        // Words whose neighbours say what they mean.
        ("TA touched by pupil at school", "behaviour-towards-adults"),
        ("TA-HSB", "technology-assisted-hsb"),
        ("supervision of the child at home", "safety-plan-home"),
        ("supervision", "supervision-for-hsb"),
        // Words with the stem of others.
        ("sexuality", "lgbtq-young-people"),
        ("procurator fiscal", "victims-rights"),
    ] {
        let results = searcher.search(text, &Options::default());
        assert_eq!(results.hits.first().map(|hit| hit.id.as_str()), Some(id), "{text}");
        assert!(results.is_close, "{text}");
    }
    for (text, kept_out) in [
        ("experience of a group", "curiosity"),
        ("position of trust", "resilience"),
        ("procurator fiscal", "commissioning"),
        ("criminal record", "chronology"),
        ("supervision at bedtime", "reflective supervision"),
    ] {
        let expanded = searcher.search(text, &Options::default()).expanded;
        assert!(!expanded.iter().any(|word| word == kept_out), "{text}: {expanded:?}");
    }
    for text in ["inclusion", "meditation", "sale", "bought", "movies"] {
        assert_eq!(searcher.search(text, &Options::default()).corrected, None, "{text}");
    }
    // With nothing else to go by, an age is what is sought.
    let hits = searcher.search("boy 8", &Options::default()).hits;
    assert!(hits.iter().take(3).any(|hit| hit.id == "under-12s-evidence"), "boy 8");
}

/// Written with the sections judged helpful before any result was looked at.
#[test]
fn the_first_result_shows_the_section_that_answers() {
    let library = Library::bundled();
    let searcher = Searcher::open(&library, None);
    let table = include_str!("../queries-sections.tsv");
    let (mut queries, mut right, mut helpful) = (0, 0, 0);
    for line in table.lines().skip(1) {
        let [text, id, sections] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("three cells: {line}")
        };
        assert!(library.entry(id).is_some(), "{id} is in the library");
        queries += 1;
        let results = searcher.search(text, &Options { limit: 1, ..Options::default() });
        let Some(hit) = results.hits.first() else { continue };
        let is_helpful = sections.split('|').any(|section| section == hit.section);
        right += usize::from(hit.id == id);
        helpful += usize::from(hit.id == id && is_helpful);
        if hit.id != id || !is_helpful {
            println!("{text:<50} wanted {id} {sections} got {} {}", hit.id, hit.section);
        }
    }
    println!("{queries} queries, right entry first {right}, helpful section {helpful}");
    let share = helpful as f64 / right as f64;
    assert!(share >= 0.9, "of right entries, a helpful section: {share:.3}");
    let share = helpful as f64 / queries as f64;
    assert!(share >= 0.78, "right entry and helpful section: {share:.3}");
}

#[test]
fn pitfalls_and_research_are_shown_only_to_who_asks() {
    let library = Library::bundled();
    let searcher = Searcher::open(&library, None);
    let first =
        |text: &str| searcher.search(text, &Options { limit: 1, ..Options::default() }).hits;
    let asks =
        ["research", "evidence", "stud", "survey", "many", "common", "rate", "figure", "stat"];
    let tables = [include_str!("../queries.tsv"), include_str!("../queries-more.tsv")];
    for query in tables.into_iter().flat_map(|table| judged(&library, table)) {
        let results = searcher.search(query.text, &Options::default());
        let words = format!("{} {}", query.text, results.expanded.join(" "));
        let is_asked = asks.iter().any(|word| words.contains(word));
        let pitfalls = ["pitfall", "avoid", "mistak", "wrong"];
        let asks_for_pitfalls = pitfalls.iter().any(|word| words.contains(word));
        for hit in results.hits {
            let is_pitfall = hit.section == "Pitfalls" && !asks_for_pitfalls;
            assert!(!is_pitfall, "{}: {}", query.text, hit.id);
            assert!(
                is_asked || !hit.section.contains("research"),
                "{}: {}",
                query.text,
                hit.section
            );
        }
    }
    let pitfalls = first("safety plan at home pitfalls").remove(0);
    assert_eq!(pitfalls.section, "Pitfalls");
    let begins = pitfalls.snippet.trim_start_matches('…');
    assert!(begins.starts_with("Avoid") || begins.starts_with("Do not"), "{begins}");
    let marked = pitfalls.highlights.iter().map(|range| &pitfalls.snippet[range.clone()]);
    assert!(marked.into_iter().any(|word| word == "plan"), "{pitfalls:?}");
}

/// The threshold was set on the queries for `set` and on the judged ones, before those for `test`
/// were asked.
#[test]
fn what_the_library_does_not_answer_is_said() {
    let library = Library::bundled();
    let searcher = Searcher::open(&library, None);
    let is_said = |text: &str| {
        let results = searcher.search(text, &Options::default());
        results.total == 0 || results.warning().is_some()
    };
    let scope = include_str!("../queries-scope.tsv").lines().skip(1);
    let scope: Vec<Vec<&str>> = scope.map(|line| line.split('\t').collect()).collect();
    let share = |used_for: &str, in_scope: &str| {
        let queries = scope.iter().filter(|query| query[..2] == [used_for, in_scope]);
        let queries: Vec<&str> = queries.map(|query| query[2]).collect();
        let said: Vec<&str> = queries.iter().copied().filter(|text| is_said(text)).collect();
        println!("{used_for}, in scope {in_scope}: {} of {} {said:?}", said.len(), queries.len());
        said.len() as f64 / queries.len() as f64
    };
    for (used_for, least) in [("set", 0.7), ("test", 0.83)] {
        assert!(share(used_for, "no") >= least && share(used_for, "yes") <= 0.025, "{used_for}");
    }
    let judged = [include_str!("../queries.tsv"), include_str!("../queries-more.tsv")];
    let judged: Vec<Judged> =
        judged.into_iter().flat_map(|table| self::judged(&library, table)).collect();
    let said = judged.iter().filter(|query| is_said(query.text)).count();
    println!("judged: {said} of {}", judged.len());
    assert!(said <= 11, "{said} answered queries are said to have no close answer");
    let results = searcher.search("annual leave policy", &Options::default());
    assert!(results.warning().is_some(), "{:?}", results.query);
    let results = searcher.search("asthma inhaler in school", &Options::default());
    assert_eq!(results.not_found, ["asthma", "inhaler"]);
}
