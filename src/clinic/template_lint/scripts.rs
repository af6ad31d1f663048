//! Whether a script can be read aloud: sentences short enough for one breath, one negation at a
//! time, and no label for a child.

use std::ops::Range;

use super::Findings;
use crate::text::counted;
use crate::text::toml_file::PathStep::{At, Key};
use crate::text::wording::{Wording, WordingKind};

/// Words of the longest sentence that is easy to read aloud.
const MAX_WORDS: usize = 25;

/// Words that turn a sentence round, beside those that end in n’t.
const NEGATIONS: [&str; 13] = [
    "no", "not", "never", "nobody", "nothing", "nowhere", "none", "neither", "nor", "without",
    "unless", "cannot", "except",
];
/// Words that begin another part of a sentence.
const JOINTS: [&str; 5] = ["and", "but", "or", "because", "so"];

pub(super) fn check(found: &Findings<'_>) {
    for (at, stage) in found.template.stages.iter().enumerate() {
        let Some(script) = &stage.script else { continue };
        let path = [Key("stage"), At(at), Key("script")];
        let mut place = Place { found, whole: found.source.span(&path), from: 0 };
        for sentence in sentences(&script.en) {
            place.check(sentence);
        }
    }
}

/// Where a sentence is in the file: the search goes on after the one before.
struct Place<'a> {
    found: &'a Findings<'a>,
    whole: Range<usize>,
    from: usize,
}

impl Place<'_> {
    fn check(&mut self, sentence: &str) {
        let span = self.find(sentence);
        let warn = |code, span: Range<usize>, message: String, advice: &str| {
            let problem = self.found.source.file.warning(code, span, message, advice);
            self.found.problems.borrow_mut().push(problem);
        };
        let length = words(sentence).count();
        if length > MAX_WORDS {
            let message = format!("This sentence has {}.", counted(length, "word", "words"));
            let advice = "Somebody reads this aloud. Make two sentences of it.";
            warn("long-sentence", span.clone(), message, advice);
        }
        if let Some(part) = parts(sentence).into_iter().find(|part| negations(part) > 1) {
            let message = format!("“{part}” has more than one negation.");
            let advice = "Say what is so, or what to do.";
            warn("negations", span.clone(), message, advice);
        }
        for label in Wording::bundled().find(sentence) {
            if label.kind == WordingKind::Label && !label.quoted {
                let message = format!("“{}” labels a child.", &sentence[label.range.clone()]);
                let advice = format!("Write: {}.", label.instead);
                let exact = span.len() == sentence.len();
                let own = span.start + label.range.start..span.start + label.range.end;
                warn("label", if exact { own } else { span.clone() }, message, &advice);
            }
        }
    }

    /// The place of a sentence; that of the whole script if it is written with escapes.
    fn find(&mut self, sentence: &str) -> Range<usize> {
        let text = self.found.source.file.text();
        let from = self.whole.start + self.from;
        let Some(at) = text.get(from..self.whole.end).and_then(|rest| rest.find(sentence)) else {
            return self.whole.clone();
        };
        let (start, end) = (from + at, from + at + sentence.len());
        self.from = end - self.whole.start;
        start..end
    }
}

/// The sentences of a text: each ends with a mark before a blank, or with its line.
fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut start = 0;
        let mut ends = false;
        for (at, c) in line.char_indices() {
            if ends && c.is_whitespace() {
                found.push(line[start..at].trim());
                start = at;
            }
            // A closing quotation mark or bracket belongs to the sentence before it.
            ends = ".?!…".contains(c) || ends && "”’\")".contains(c);
        }
        found.push(line[start..].trim());
    }
    found.retain(|sentence| !sentence.is_empty());
    found
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || "–—".contains(c))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
}

/// The parts of a sentence between marks and between words that join them.
fn parts(sentence: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in sentence.split([',', ';', ':', '–', '—', '(', ')', '“', '”']) {
        let mut own: Vec<&str> = Vec::new();
        for word in words(part) {
            if JOINTS.contains(&word.to_lowercase().as_str()) {
                found.push(own.join(" "));
                own.clear();
            } else {
                own.push(word);
            }
        }
        found.push(own.join(" "));
    }
    found
}

fn negations(part: &str) -> usize {
    let turns = |word: &str| {
        let word = word.to_lowercase().replace('’', "'");
        NEGATIONS.contains(&word.as_str()) || word.ends_with("n't")
    };
    words(part).filter(|word| turns(word)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_with_their_mark_and_keep_the_quotation_around_them() {
        let text =
            "Over to you. “Not done” is worth knowing. He said “stop.” Ready?\nRing at 10.15";
        let found = sentences(text);
        let wanted = [
            "Over to you.",
            "“Not done” is worth knowing.",
            "He said “stop.”",
            "Ready?",
            "Ring at 10.15",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn negations_count_where_they_change_each_other() {
        let stacked = |text| parts(text).iter().any(|part| negations(part) > 1);
        assert!(stacked("We don’t do nothing."));
        assert!(stacked("It stays here unless nobody acts."));
        assert!(!stacked("We use no names, no places and nothing that points to a family."));
        assert!(!stacked("Nobody is on trial: not the child, not the family."));
    }
}
