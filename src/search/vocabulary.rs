//! The words of the pack as they are written: which typed words are known, what an unfinished one
//! may become, and what a misspelt one was meant to be.
//!
//! Spelling works on whole words, never on stems: a stem hides simple slips, and a corrected stem
//! cannot be shown.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use tantivy::InvertedIndexReader;

use super::token::words;
use crate::knowledge::Thesaurus;

/// A misspelt word may have been meant for so many others.
const MOST_CORRECTIONS: usize = 4;

/// Nobody writes a longer word.
const LONGEST_WORD: usize = 40;

/// Every known word with the number of sections it stands in.
pub(super) struct Vocabulary {
    known: BTreeMap<Box<str>, u32>,
}

impl Vocabulary {
    /// The words of the index and those of the thesaurus. What cannot be read is unknown.
    pub(super) fn new(written: &InvertedIndexReader, thesaurus: &Thesaurus) -> Self {
        let mut known = BTreeMap::new();
        if let Ok(mut stream) = written.terms().stream() {
            while let Some((word, about)) = stream.next() {
                if let Ok(word) = std::str::from_utf8(word) {
                    known.insert(word.into(), about.doc_freq);
                }
            }
        }
        let also: BTreeSet<String> =
            thesaurus.phrases().flat_map(words).map(|word| word.text).collect();
        for word in also {
            *known.entry(word.into_boxed_str()).or_insert(0) += 1;
        }
        Self { known }
    }

    pub(super) fn knows(&self, word: &str) -> bool {
        self.known.contains_key(word)
    }

    /// The words that begin like this one and go on, the most frequent first.
    pub(super) fn completions(&self, start: &str, most: usize) -> Vec<&str> {
        let mut found: Vec<(&str, u32)> = self
            .known
            .range::<str, _>((Bound::Included(start), Bound::Unbounded))
            .take_while(|(word, _)| word.starts_with(start))
            .filter(|(word, _)| word.len() > start.len())
            .map(|(word, count)| (word.as_ref(), *count))
            .collect();
        found.sort_by_key(|&(word, count)| (std::cmp::Reverse(count), word));
        found.into_iter().take(most).map(|(word, _)| word).collect()
    }

    /// What a word that is not known was meant to be, the likeliest first: the nearest known words,
    /// those with the same first letter before others, then the most frequent.
    pub(super) fn corrections(&self, word: &str) -> Vec<&str> {
        let letters = word.chars().count();
        let most = match letters {
            _ if word.bytes().any(|b| b.is_ascii_digit()) => return Vec::new(),
            0..=3 => return Vec::new(),
            4..=7 => 1,
            _ => 2,
        };
        let shape = shape(word);
        let first = word.chars().next();
        let mut near: Vec<_> = self
            .known
            .iter()
            .filter(|(known, _)| {
                // One edit changes the set of letters by two at most, and a letter of another
                // alphabet has up to four bytes.
                known.len().abs_diff(word.len()) <= most * 4
                    && (self::shape(known) ^ shape).count_ones() as usize <= 2 * most
            })
            .filter(|(known, _)| known.chars().count() > 2)
            .map(|(known, count)| (strsim::osa_distance(word, known), known, count))
            .filter(|(distance, _, _)| *distance <= most)
            .map(|(distance, known, count)| {
                (distance, known.chars().next() != first, std::cmp::Reverse(*count), known.as_ref())
            })
            .collect();
        near.sort_unstable();
        let nearest = near.first().map(|best| best.0);
        near.into_iter()
            .take_while(|found| Some(found.0) == nearest)
            .take(MOST_CORRECTIONS)
            .map(|(_, _, _, known)| known)
            .collect()
    }

    /// The words nearest to one that is not known, for a person to choose from: further away than
    /// a correction that is made unasked may be. Each with the share of its letters that differ.
    pub(super) fn nearest(&self, word: &str, most: usize) -> Vec<(f64, &str)> {
        let letters = word.chars().count();
        if !(3..=LONGEST_WORD).contains(&letters) {
            return Vec::new();
        }
        let edits = (letters * 2 / 5).max(1);
        let mut near: Vec<_> = self
            .known
            .iter()
            .filter(|(known, _)| known.chars().count().abs_diff(letters) <= edits)
            .filter(|(known, _)| known.len() > 2 && known.as_ref() != word)
            .map(|(known, count)| (strsim::osa_distance(word, known), known, count))
            .filter(|(distance, _, _)| *distance <= edits)
            .map(|(distance, known, count)| {
                let other_start = known.chars().next() != word.chars().next();
                (distance, other_start, std::cmp::Reverse(*count), known.as_ref())
            })
            .collect();
        near.sort_unstable();
        let share = |distance| distance as f64 / letters as f64;
        near.into_iter().take(most).map(|(far, _, _, known)| (share(far), known)).collect()
    }
}

/// Which letters a word has: one bit each.
fn shape(word: &str) -> u32 {
    word.bytes().fold(0, |set, b| set | 1 << (b & 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(words: &[(&str, u32)]) -> Vocabulary {
        Vocabulary { known: words.iter().map(|&(word, count)| (word.into(), count)).collect() }
    }

    #[test]
    fn a_slip_finds_its_word() {
        let vocabulary =
            vocabulary(&[("supervision", 9), ("assessment", 9), ("girls", 2), ("goals", 7)]);
        for (typed, meant) in [
            ("supervison", "supervision"),
            ("assesment", "assessment"),
            ("spuervisoin", "supervision"),
            ("gilrs", "girls"),
            ("girsl", "girls"),
        ] {
            assert_eq!(vocabulary.corrections(typed).first().copied(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn short_words_numbers_and_strangers_are_left_alone() {
        let vocabulary = vocabulary(&[("girl", 9), ("ng55", 3), ("child", 9)]);
        for typed in ["gil", "ng56", "zebra", "chlddd"] {
            assert_eq!(vocabulary.corrections(typed).first().copied(), None, "{typed}");
        }
    }

    #[test]
    fn the_nearest_word_wins_then_the_first_letter_then_the_most_frequent() {
        let vocabulary = vocabulary(&[("plan", 1), ("plane", 1), ("clan", 50), ("plant", 9)]);
        assert_eq!(vocabulary.corrections("plann"), ["plant", "plan", "plane"]);
        assert_eq!(vocabulary.corrections("slan"), ["clan", "plan"]);
    }

    #[test]
    fn for_a_person_to_choose_from_words_may_be_further_away() {
        let vocabulary = vocabulary(&[("safeguarding", 9), ("guardian", 2), ("plan", 5)]);
        assert!(vocabulary.corrections("sayfgarden").is_empty());
        let near = vocabulary.nearest("sayfgarding", 3);
        assert_eq!(near.first().map(|(_, word)| *word), Some("safeguarding"));
        assert!(vocabulary.nearest("zzzzqqqq", 3).is_empty());
        assert!(vocabulary.nearest(&"plan".repeat(50), 3).is_empty());
    }

    #[test]
    fn an_unfinished_word_may_become_the_most_frequent_ones() {
        let vocabulary = vocabulary(&[("plan", 3), ("plans", 9), ("planned", 1), ("plug", 5)]);
        assert_eq!(vocabulary.completions("plan", 5), ["plans", "planned"]);
        assert_eq!(vocabulary.completions("pl", 2), ["plans", "plug"]);
        assert!(vocabulary.completions("x", 5).is_empty());
    }
}
