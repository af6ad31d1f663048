//! Whether the guidance beside a form is worth a glance, measured on judged passages.
//!
//! `guidance-passages.toml` was written before looking at what the program shows. Most of it is held
//! out: it may be counted and never tuned on. The floors stand just under what has been reached.

use caseclinic::{
    clinic::bundled_template,
    knowledge::Library,
    search::{MAX_SUGGESTIONS, Passage, Searcher, Suggestion},
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Judged {
    half: String,
    stage: String,
    text: String,
    #[serde(default)]
    answers: Vec<String>,
    useful: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    passage: Vec<Judged>,
}

impl Judged {
    fn is_useful(&self, shown: &Suggestion) -> bool {
        self.useful.contains(&shown.id)
    }
}

/// What was shown for some of the passages.
#[derive(Default)]
struct Measured {
    with_guidance: usize,
    first_useful: usize,
    without_guidance: usize,
    noisy: usize,
    shown: usize,
    shown_useful: usize,
}

fn measure(halves: &[&str]) -> Measured {
    let file: File = toml::from_str(include_str!("guidance-passages.toml")).expect("it is sound");
    let searcher = Searcher::open(&Library::bundled(), None);
    let bundled = bundled_template("peer-case-clinic").expect("it is bundled");
    let template = bundled.parse().expect("it is sound");
    let mut measured = Measured::default();
    for judged in file.passage.iter().filter(|one| halves.contains(&one.half.as_str())) {
        let stage = template.stages.iter().find(|stage| stage.id == judged.stage);
        let shown = searcher.suggest(&Passage {
            text: judged.text.clone(),
            answers: judged.answers.clone(),
            pinned: stage.expect("a stage of the peer clinic").kb.clone(),
        });
        assert!(shown.len() <= MAX_SUGGESTIONS);
        let first = shown.first().is_some_and(|first| judged.is_useful(first));
        // What is held out is not looked at.
        if judged.half == "tuned" {
            let ids: Vec<&str> = shown.iter().map(|one| one.id.as_str()).collect();
            println!("{first:<5} {} … wanted {:?}, got {ids:?}", judged.text, judged.useful);
            for one in &shown {
                println!("      {}: {}", one.id, one.answer);
            }
        }
        if judged.useful.is_empty() {
            measured.without_guidance += 1;
            measured.noisy += usize::from(!shown.is_empty());
        } else {
            measured.with_guidance += 1;
            measured.first_useful += usize::from(first);
        }
        measured.shown += shown.len();
        measured.shown_useful += shown.iter().filter(|one| judged.is_useful(one)).count();
    }
    measured
}

fn is_worth_a_glance(halves: &[&str]) {
    let half = halves.join(" and ");
    let Measured { with_guidance, first_useful, without_guidance, noisy, shown, shown_useful } =
        measure(halves);
    println!(
        "{half}: first entry useful {first_useful} of {with_guidance}; something shown where \
         nothing helps {noisy} of {without_guidance}; {shown_useful} of {shown} shown useful"
    );
    assert!(10 * first_useful >= 8 * with_guidance, "{half}: {first_useful} of {with_guidance}");
    assert!(10 * noisy <= without_guidance, "{half}: noise for {noisy} of {without_guidance}");
}

#[test]
fn the_first_guidance_beside_a_passage_helps_and_noise_is_not_shown() {
    is_worth_a_glance(&["tuned"]);
}

#[test]
fn so_it_does_beside_passages_that_nothing_was_tuned_on() {
    is_worth_a_glance(&["held-out", "unseen"]);
}

/// Each answer is a whole sentence, short enough for a glance.
#[test]
fn each_suggestion_comes_with_a_sentence_that_answers() {
    let searcher = Searcher::open(&Library::bundled(), None);
    let text = "Shares a bedroom with his two brothers, no door on the bathroom. ".to_owned();
    let shown = searcher.suggest(&Passage { text, ..Passage::default() });
    assert!(!shown.is_empty());
    for Suggestion { id, answer } in shown {
        assert!(answer.ends_with(['.', '”']) && answer.chars().count() <= 200, "{id}: {answer}");
    }
}
