//! The titles and aliases of entries as phrases that people say: which of them a passage holds, in
//! order and close together.

use std::collections::{HashMap, HashSet};

use super::token::{stem, words};
use crate::knowledge::Entry;

/// Words of a title or alias that must be said, and words that may stand between them.
const MIN_SAID: usize = 3;
const MAX_BETWEEN: usize = 2;
/// The titles and aliases of all entries by their words: people say what others search for.
pub(super) struct PhraseIndex {
    /// The entry of each, and its stems.
    phrases: Vec<(u32, Vec<String>)>,
    /// By stem, the phrases whose two rarest words it is one of.
    by_stem: HashMap<String, Vec<u32>>,
}

impl PhraseIndex {
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut phrases: Vec<(u32, Vec<String>)> = Vec::new();
        for (entry, at) in entries.iter().zip(0..) {
            for name in std::iter::once(&entry.title).chain(&entry.aliases) {
                let stems: Vec<String> = words(name).map(|word| stem(&word.text)).collect();
                if stems.len() >= MIN_SAID {
                    phrases.push((at, stems));
                }
            }
        }
        let mut frequency: HashMap<&str, u32> = HashMap::new();
        for stem in phrases.iter().flat_map(|(_, stems)| stems) {
            *frequency.entry(stem).or_default() += 1;
        }
        let mut by_stem: HashMap<String, Vec<u32>> = HashMap::new();
        for ((_, stems), at) in phrases.iter().zip(0..) {
            let mut rarest: Vec<&String> = stems.iter().collect();
            rarest.sort_by_key(|stem| (frequency.get(stem.as_str()), stem.as_str()));
            rarest.dedup();
            for stem in rarest.into_iter().take(2) {
                by_stem.entry(stem.clone()).or_default().push(at);
            }
        }
        Self { phrases, by_stem }
    }

    /// The entries one of whose phrases is said, and how many words of it.
    pub(super) fn said(&self, stems: &[String]) -> HashMap<u32, usize> {
        let distinct: HashSet<&String> = stems.iter().collect();
        let near = distinct.into_iter().filter_map(|stem| self.by_stem.get(stem)).flatten();
        let near: HashSet<u32> = near.copied().collect();
        let mut said: HashMap<u32, usize> = HashMap::new();
        for at in near {
            let (entry, phrase) = &self.phrases[at as usize];
            if let Some(many) = words_said(phrase, stems) {
                let best = said.entry(*entry).or_default();
                *best = many.max(*best);
            }
        }
        said
    }
}

/// How many words of a phrase are said in order and close together, if all are, or of a longer one
/// all but one.
fn words_said(phrase: &[String], stems: &[String]) -> Option<usize> {
    let needed = if phrase.len() > MIN_SAID { phrase.len() - 1 } else { phrase.len() };
    let from = |start: usize, first: usize| {
        let (mut found, mut last) = (1, start);
        for word in &phrase[first + 1..] {
            let end = (start + phrase.len() + MAX_BETWEEN).min(stems.len());
            if let Some(next) = (last + 1..end).find(|at| stems[*at] == *word) {
                (found, last) = (found + 1, next);
            }
        }
        (last + 1 - start <= found + MAX_BETWEEN && found >= needed).then_some(found)
    };
    let starts = (0..stems.len()).flat_map(|start| [(start, 0), (start, 1)]);
    let starts = starts.filter(|(start, first)| phrase.get(*first) == Some(&stems[*start]));
    starts.filter_map(|(start, first)| from(start, first)).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(phrase: &str, passage: &str) -> Option<usize> {
        let stems = |text| words(text).map(|word| stem(&word.text)).collect::<Vec<_>>();
        words_said(&stems(phrase), &stems(passage))
    }

    #[test]
    fn a_phrase_is_said_in_order_and_close_together() {
        assert_eq!(said("she did not say no", "She froze and did not say no."), Some(5));
        assert_eq!(said("other parents asking questions", "Other parents are asking."), Some(3));
        assert_eq!(said("can girls do this", "girls do not do this"), Some(3));
        assert_eq!(said("did not say no", "No, he did. She could not. They say it."), None);
        assert_eq!(said("he owns up", "he owns it"), None, "all of a short one");
    }
}
