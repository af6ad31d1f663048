//! Words that call for others: labels, words that make harm small, words that blame a child.
//!
//! It advises and never changes a text, and it knows that somebody's own words, in quotation
//! marks, are kept as they were said. The words are data ([`Wording::parse`], bundled from
//! `knowledge/wording.toml`), each with what to write instead, why, and the entry that explains it.
//! One pass in linear time.

mod phrase;
mod quoted;
mod read;
mod replace;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, ops::Range, sync::OnceLock};

use serde::Deserialize;

use super::{
    Problem,
    tokens::{Token, folded, joins, tokens},
};
use phrase::WordPattern;
use quoted::quoted;

/// The bundled words, as people read and extend them.
pub const BUNDLED_WORDING: &str = include_str!("../../knowledge/wording.toml");
/// Their file, as problems name it.
pub const WORDING_FILE: &str = "knowledge/wording.toml";

/// How many words before it may say that a word is not about a child.
const REACH: usize = 2;

/// Why words call for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WordingKind {
    /// Sums a child up by one part of their life.
    Label,
    /// Makes harm look small.
    Minimising,
    /// Puts the cause on the child who was harmed.
    Blaming,
}

impl WordingKind {
    /// What such words do, after "this".
    pub fn title(self) -> &'static str {
        match self {
            Self::Label => "labels a child",
            Self::Minimising => "may minimise harm",
            Self::Blaming => "may blame a child",
        }
    }
}

/// Words in a text, and what may stand there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice<'a> {
    /// Where they stand, in bytes of the text.
    pub range: Range<usize>,
    /// Why they call for others.
    pub kind: WordingKind,
    /// What to write.
    pub instead: &'a str,
    /// Why, in one sentence.
    pub because: &'a str,
    /// The entry that explains it.
    pub entry: &'a str,
    /// Words that may replace them as they are.
    pub replacement: Option<&'a str>,
    /// They are in quotation marks: somebody's own words.
    pub quoted: bool,
}

impl Advice<'_> {
    /// The advice as a sentence to show; softer for somebody's own words.
    pub fn sentence(&self) -> String {
        if self.quoted {
            format!(
                "Keep somebody’s own words as they were said. In your own words: {}. {}",
                self.instead, self.because
            )
        } else {
            format!("Suggested wording: {}. {}", self.instead, self.because)
        }
    }
}

/// A list of words that call for others.
#[derive(Clone, Debug, Default)]
pub struct Wording {
    entries: Vec<WordingEntry>,
    /// Phrases by the two first bytes of their first word, the longest first.
    phrases: HashMap<[u8; 2], Vec<(WordPattern, usize)>>,
}

#[derive(Clone, Debug)]
struct WordingEntry {
    kind: WordingKind,
    instead: String,
    because: String,
    entry: String,
    replacement: Option<String>,
    plural_replacement: Option<String>,
    not_after: Vec<String>,
    not_before: Vec<String>,
    guidance: bool,
}

impl Wording {
    /// The words that come with the program.
    pub fn bundled() -> &'static Self {
        static BUNDLED: OnceLock<Wording> = OnceLock::new();
        // A test holds that nothing is wrong with them.
        BUNDLED.get_or_init(|| Self::parse(WORDING_FILE, BUNDLED_WORDING).0)
    }

    /// The words in a file, and what is wrong with it. What is wrong is left out, the rest works.
    pub fn parse(file: &str, text: &str) -> (Self, Vec<Problem>) {
        read::read(file, text, None)
    }

    /// Everything wrong with a file of words; `knows` says whether there is an entry of that id.
    pub fn check(file: &str, text: &str, knows: &dyn Fn(&str) -> bool) -> Vec<Problem> {
        read::read(file, text, Some(knows)).1
    }

    /// Takes over another list: for the same words, its advice comes before this one's.
    #[must_use]
    pub fn extended(mut self, other: Self) -> Self {
        let offset = self.entries.len();
        self.entries.extend(other.entries);
        for (key, phrases) in other.phrases {
            let own = self.phrases.entry(key).or_default();
            own.splice(..0, phrases.into_iter().map(|(phrase, at)| (phrase, at + offset)));
            own.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
        }
        self
    }

    /// How many pieces of advice it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn add(&mut self, entry: WordingEntry, phrases: Vec<WordPattern>) {
        let at = self.entries.len();
        self.entries.push(entry);
        for phrase in phrases {
            for key in phrase.keys() {
                let same = self.phrases.entry(key).or_default();
                same.push((phrase.clone(), at));
                same.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
            }
        }
    }

    /// The words in `text` that call for others, in order, apart.
    pub fn find(&self, text: &str) -> Vec<Advice<'_>> {
        self.find_those(text, |_| true)
    }

    /// As [`Wording::find`], with the words alone that entries of guidance are checked for.
    pub fn find_in_guidance(&self, text: &str) -> Vec<Advice<'_>> {
        self.find_those(text, |entry| entry.guidance)
    }

    fn find_those(&self, text: &str, wanted: fn(&WordingEntry) -> bool) -> Vec<Advice<'_>> {
        let words = tokens(text);
        let quotes = quoted(text);
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let Some((phrase, entry)) = self.starts(text, &words, at, wanted) else {
                at += 1;
                continue;
            };
            let end = at + phrase.len();
            let range = words[at].start..words[end - 1].end;
            let quoted = quotes.partition_point(|quote| quote.end <= range.start);
            found.push(Advice {
                quoted: quotes.get(quoted).is_some_and(|quote| quote.start <= range.start),
                replacement: replace::replacement(text, &range, entry),
                range,
                kind: entry.kind,
                instead: &entry.instead,
                because: &entry.because,
                entry: &entry.entry,
            });
            at = end;
        }
        found
    }

    /// The longest phrase that begins with the word at `at`, unless it is not about a child.
    fn starts(
        &self,
        text: &str,
        words: &[Token],
        at: usize,
        wanted: fn(&WordingEntry) -> bool,
    ) -> Option<(&WordPattern, &WordingEntry)> {
        let first = folded(words[at].of(text));
        let key = [*first.as_bytes().first()?, *first.as_bytes().get(1)?];
        self.phrases.get(&key)?.iter().find_map(|(phrase, entry)| {
            let end = at + phrase.len();
            let here = words.get(at..end)?;
            let fits = phrase.fits_first(&first)
                && (1..here.len()).all(|nth| {
                    joins(&text[here[nth - 1].end..here[nth].start])
                        && phrase.fits(nth, &folded(here[nth].of(text)))
                });
            let entry = &self.entries[*entry];
            (fits
                && wanted(entry)
                && !beside(text, words, at..end, entry)
                && !is_official(text, words, at..end))
            .then_some((phrase, entry))
        })
    }
}

/// Whether a word beside it says that no child is meant.
fn beside(text: &str, words: &[Token], place: Range<usize>, entry: &WordingEntry) -> bool {
    let is = |at: usize, known: &[String]| {
        words
            .get(at)
            .is_some_and(|token| known.iter().any(|known| *folded(token.of(text)) == **known))
    };
    (place.start.saturating_sub(REACH)..place.start).any(|at| is(at, &entry.not_after))
        || is(place.end, &entry.not_before)
}

/// Whether the words are part of a name: capitals throughout, and beside them another.
fn is_official(text: &str, words: &[Token], place: Range<usize>) -> bool {
    let is_name = |at: usize| {
        words.get(at).is_some_and(|token| {
            let mut chars = token.of(text).chars();
            chars.next().is_some_and(char::is_uppercase) && chars.any(char::is_lowercase)
        })
    };
    let joined = |at: usize| {
        words.get(at).zip(words.get(at + 1)).is_some_and(|(one, next)| {
            matches!(&text[one.end..next.start], " " | "-" | "' " | "’ ")
        })
    };
    let before = place.start.checked_sub(1).is_some_and(|at| is_name(at) && joined(at));
    let after = is_name(place.end) && joined(place.end - 1);
    place.clone().all(is_name) && (before || after)
}
