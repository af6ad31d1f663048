//! The words of the pack as they are written: which typed words are known, what an unfinished one
//! may become, and what a misspelt one was meant to be.
//!
//! Spelling works on whole words, never on stems: a stem hides simple slips, and a corrected stem
//! cannot be shown.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashSet},
    ops::Range,
    sync::LazyLock,
};

use diceware_wordlists::EFF_LONG_WORDLIST;
use tantivy::{schema::IndexRecordOption, termdict::TermStreamer};

use super::{
    index::{GONE, IndexPart},
    token::{WordSet, is_stop_word, words},
};
use crate::{knowledge::Thesaurus, text::identifiers::is_ordinary_word};

const ORDINARY_WORDS: &str = include_str!("ordinary_words.txt");
/// Endings that an ordinary word may have.
const ENDINGS: [&str; 8] = ["s", "es", "d", "ed", "er", "ers", "ing", "ness"];
/// Letters before an ending, at least.
const MIN_BASE: usize = 3;

/// A misspelt word may have been meant for so many others.
const MAX_CORRECTIONS: usize = 4;

/// Nobody writes a longer word.
const MAX_WORD_LEN: usize = 40;

/// Every known word with the number of sections that have it. Kept flat: half a million words are
/// scanned for each misspelt word.
#[derive(Default)]
pub(super) struct Vocabulary {
    /// All words in a row, in order.
    text: String,
    /// The bytes of each of them in the text.
    places: Vec<Range<u32>>,
    shapes: Vec<u32>,
    sections: Vec<u32>,
}

/// The words of a part, one after the other.
struct Stream<'p> {
    part: &'p IndexPart,
    terms: TermStreamer<'p>,
    ended: bool,
    /// Whether every section of the part counts.
    whole: bool,
}

impl<'p> Stream<'p> {
    fn new(part: &'p IndexPart) -> Option<Self> {
        let mut terms = part.written.terms().stream().ok()?;
        let ended = !terms.advance();
        Some(Self { part, terms, ended, whole: !part.entry_of.contains(&GONE) })
    }

    /// The number of sections that have the word.
    fn sections(&self) -> u32 {
        let about = self.terms.value();
        if self.whole {
            return about.doc_freq;
        }
        let option = IndexRecordOption::Basic;
        let postings = self.part.written.read_block_postings_from_terminfo(about, option);
        let Ok(mut blocks) = postings else { return 0 };
        let place = |section: &u32| self.part.entry_of.get(*section as usize);
        let is_there = |section: &&u32| place(section).is_some_and(|at| *at != GONE);
        let mut count = 0;
        while blocks.block_len() > 0 {
            count += blocks.docs().iter().filter(is_there).count() as u32;
            blocks.advance();
        }
        count
    }
}

impl Vocabulary {
    /// The words of the index and those of the thesaurus. What cannot be read is unknown.
    pub(super) fn new(parts: &[IndexPart], thesaurus: &Thesaurus) -> Self {
        let also: BTreeSet<String> =
            thesaurus.phrases().flat_map(words).map(|word| word.text).collect();
        let mut also = also.into_iter().peekable();
        let mut streams: Vec<Stream<'_>> = parts.iter().filter_map(Stream::new).collect();
        let mut vocabulary = Self::default();
        let mut word: Vec<u8> = Vec::new();
        loop {
            let rest = streams.iter().filter(|stream| !stream.ended);
            let Some(least) = rest.map(|stream| stream.terms.key()).min() else { break };
            word.clear();
            word.extend_from_slice(least);
            let mut sections = 0;
            for stream in &mut streams {
                if !stream.ended && stream.terms.key() == word {
                    sections += stream.sections();
                    stream.ended = !stream.terms.advance();
                }
            }
            let Ok(word) = std::str::from_utf8(&word) else { continue };
            while let Some(before) = also.next_if(|also| also.as_str() < word) {
                vocabulary.push(&before, 1);
            }
            sections += u32::from(also.next_if(|also| also == word).is_some());
            if sections > 0 {
                vocabulary.push(word, sections);
            }
        }
        also.for_each(|word| vocabulary.push(&word, 1));
        vocabulary
    }

    /// Adds the next word in order.
    fn push(&mut self, word: &str, sections: u32) {
        let start = self.text.len() as u32;
        self.text.push_str(word);
        self.places.push(start..self.text.len() as u32);
        self.shapes.push(shape(word));
        self.sections.push(sections);
    }

    fn word_at(&self, place: &Range<u32>) -> &str {
        &self.text[place.start as usize..place.end as usize]
    }

    fn word(&self, at: usize) -> &str {
        self.word_at(&self.places[at])
    }

    /// Where a word stands, or would.
    fn search(&self, word: &str) -> usize {
        self.places.partition_point(|place| self.word_at(place) < word)
    }

    pub(super) fn knows(&self, word: &str) -> bool {
        self.places.get(self.search(word)).is_some_and(|place| self.word_at(place) == word)
    }

    /// The words that begin like this one and go on, in order.
    fn beginning(&self, start: &str) -> impl Iterator<Item = usize> {
        (self.search(start)..self.places.len())
            .take_while(move |at| self.word(*at).starts_with(start))
            .skip_while(move |at| self.word(*at).len() == start.len())
    }

    /// Whether a word begins like this one and goes on.
    pub(super) fn goes_on(&self, start: &str) -> bool {
        self.beginning(start).next().is_some()
    }

    /// The words that begin like this one and go on, the most frequent first.
    pub(super) fn completions(&self, start: &str, most: usize) -> Vec<&str> {
        // Places are in the order of words.
        let found = self.beginning(start).map(|at| (Reverse(self.sections[at]), at));
        let mut found: Vec<_> = found.collect();
        if most < found.len() {
            found.select_nth_unstable(most);
            found.truncate(most);
        }
        found.sort_unstable();
        found.into_iter().map(|(_, at)| self.word(at)).collect()
    }

    /// What a word that is not known was meant to be, the likeliest first: the nearest known words,
    /// those with the same first letter before others, then the most frequent. An ordinary English
    /// word is right as it is, and nobody means a stop word.
    pub(super) fn corrections(&self, word: &str) -> Vec<&str> {
        let letters = word.chars().count();
        let is_right = is_english_word(word);
        let most = match letters {
            _ if is_right || word.bytes().any(|b| b.is_ascii_digit()) => return Vec::new(),
            0..=3 => return Vec::new(),
            4..=7 => 1,
            _ => 2,
        };
        let near = self.near(word, letters, most, true);
        let nearest = near.first().map(|best| best.0);
        near.into_iter()
            .take_while(|found| Some(found.0) == nearest)
            .map(|(_, _, _, at)| self.word(at))
            .filter(|word| !is_stop_word(word))
            .take(MAX_CORRECTIONS)
            .collect()
    }

    /// Returns the words nearest to an unknown word, for a person to choose from, each with the share
    /// of its letters that differ. They may differ more than an automatic correction.
    pub(super) fn nearest(&self, word: &str, most: usize) -> Vec<(f64, &str)> {
        let letters = word.chars().count();
        if !(3..=MAX_WORD_LEN).contains(&letters) {
            return Vec::new();
        }
        let near = self.near(word, letters, (letters * 2 / 5).max(1), false);
        let share = |distance| distance as f64 / letters as f64;
        near.into_iter()
            .filter(|(distance, ..)| *distance > 0)
            .take(most)
            .map(|(distance, _, _, at)| (share(distance), self.word(at)))
            .collect()
    }

    /// The words at most so many edits away, as distance, whether the first letter differs, the
    /// number of sections and the place. Short ones are left out, by letters or by bytes.
    fn near(
        &self,
        word: &str,
        letters: usize,
        edits: usize,
        by_letters: bool,
    ) -> Vec<(usize, bool, Reverse<u32>, usize)> {
        let (own, first) = (shape(word), word.chars().next());
        let mut near = Vec::new();
        for (at, shape) in self.shapes.iter().enumerate() {
            // One edit changes the set of letters by two at most.
            if (shape ^ own).count_ones() as usize > 2 * edits {
                continue;
            }
            let known = self.word(at);
            let length = known.chars().count();
            let short = if by_letters { length <= 2 } else { known.len() <= 2 };
            if short || length.abs_diff(letters) > edits {
                continue;
            }
            let distance = strsim::osa_distance(word, known);
            if distance <= edits {
                let other_start = known.chars().next() != first;
                near.push((distance, other_start, Reverse(self.sections[at]), at));
            }
        }
        near.sort_unstable();
        near
    }
}

/// Whether a word is ordinary English, with or without an ending, or the name of a person.
fn is_english_word(word: &str) -> bool {
    static KNOWN: WordSet = LazyLock::new(|| {
        let lines = ORDINARY_WORDS.lines().filter(|line| !line.starts_with('#'));
        let listed = lines.flat_map(str::split_ascii_whitespace);
        listed.chain(EFF_LONG_WORDLIST.iter().copied()).collect::<HashSet<_>>()
    });
    let is_known = |word: &str| KNOWN.contains(word) || is_ordinary_word(word);
    let with_ending = |ending: &&str| {
        let base = word.strip_suffix(*ending).filter(|base| base.len() >= MIN_BASE);
        base.is_some_and(|base| is_known(base) || is_known(&format!("{base}e")))
    };
    is_known(word) || ENDINGS.iter().any(with_ending)
}

/// Which letters a word has: one bit each.
fn shape(word: &str) -> u32 {
    word.chars().fold(0, |set, c| set | 1 << (c as u32 & 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(words: &[(&str, u32)]) -> Vocabulary {
        let mut words = words.to_vec();
        words.sort_unstable();
        let mut vocabulary = Vocabulary::default();
        words.into_iter().for_each(|(word, sections)| vocabulary.push(word, sections));
        vocabulary
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
    fn an_ordinary_word_is_right_and_nobody_means_a_stop_word() {
        let vocabulary = vocabulary(&[("tension", 9), ("she", 90), ("life", 9), ("here", 9)]);
        for typed in ["pension", "shed", "herre", "pensions"] {
            assert!(!vocabulary.corrections(typed).contains(&"she"), "{typed}");
        }
        for typed in ["bought", "inclusion", "movies", "sale", "meditation", "kate"] {
            assert!(is_english_word(typed), "{typed}");
        }
        for typed in ["saftey", "assesment", "planx", "behavoiur"] {
            assert!(!is_english_word(typed), "{typed}");
        }
        assert!(vocabulary.corrections("pension").is_empty());
        assert_eq!(vocabulary.corrections("sshe"), [] as [&str; 0]);
        assert_eq!(vocabulary.corrections("tensoin"), ["tension"]);
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
