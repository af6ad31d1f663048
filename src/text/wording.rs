//! Words that call for others: labels, words that make harm small, words that blame a child.
//!
//! It advises and never changes a text, and it knows that somebody's own words, in quotation
//! marks, are kept as they were said. The words are data ([`Wording::parse`], bundled from
//! `knowledge/wording.toml`), each with what to write instead, why, and the entry that explains it.
//! One pass in linear time.

#[cfg(test)]
mod tests;

use std::{collections::HashMap, ops::Range, sync::OnceLock};

use serde::Deserialize;
use toml::Spanned;

use super::{
    Problem, SourceFile, clean, clean_line,
    tokens::{Token, folded, joins, tokens},
    toml_file::TomlError,
};

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

    /// Returns the range of `text` to replace and the words to write there. An “a” or “an” before
    /// the words is replaced too, and a capital is kept. `None` for quoted words, and for advice
    /// that needs more thought than other words.
    pub fn replacement_in(&self, text: &str) -> Option<(Range<usize>, String)> {
        let replacement = self.replacement.filter(|_| !self.quoted)?;
        let said = text.get(self.range.clone())?;
        let mut range = self.range.clone();
        let mut words = String::new();
        let before = text[..range.start].trim_end_matches(' ');
        let article = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        if article.eq_ignore_ascii_case("a") || article.eq_ignore_ascii_case("an") {
            range.start = before.len() - article.len();
            words.push_str(&article[..1]);
            let is_vowel = replacement.starts_with(['a', 'e', 'i', 'o', 'u']);
            words.push_str(if is_vowel { "n " } else { " " });
        }
        let begins = said.starts_with(char::is_uppercase) && said.contains(char::is_lowercase);
        match replacement.chars().next().filter(|_| begins) {
            Some(first) => {
                words.extend(first.to_uppercase());
                words.push_str(&replacement[first.len_utf8()..]);
            }
            None => words.push_str(replacement),
        }
        Some((range, words))
    }
}

/// A list of words that call for others.
#[derive(Clone, Debug, Default)]
pub struct Wording {
    entries: Vec<WordingEntry>,
    /// Phrases by the two first bytes of their first word, the longest first.
    phrases: HashMap<[u8; 2], Vec<(WordPattern, usize)>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordingToml {
    schema: Spanned<u32>,
    #[serde(default)]
    advice: Vec<Spanned<WordingEntry>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordingEntry {
    kind: WordingKind,
    words: Vec<Spanned<String>>,
    instead: Spanned<String>,
    because: Spanned<String>,
    entry: Spanned<String>,
    put: Option<String>,
    put_many: Option<String>,
    #[serde(default)]
    not_after: Vec<String>,
    #[serde(default)]
    not_before: Vec<String>,
    #[serde(default)]
    guidance: bool,
}

impl WordingEntry {
    /// The same with its texts cleaned, and with the words beside it folded.
    fn cleaned(mut self) -> Self {
        for text in [&mut self.instead, &mut self.because, &mut self.entry] {
            *text.get_mut() = clean_line(text.get_ref().trim());
        }
        for words in [&mut self.put, &mut self.put_many] {
            *words = words.take().map(|words| clean_line(words.trim()));
            words.take_if(|words| words.is_empty());
        }
        for word in self.not_after.iter_mut().chain(&mut self.not_before) {
            *word = folded(word.trim()).into_owned();
        }
        self
    }

    /// The words that may replace those in `range`: singular or plural, and none before an
    /// apostrophe, where a phrase of several words would own the wrong thing.
    fn replacement_for(&self, text: &str, range: &Range<usize>) -> Option<&str> {
        if text[range.end..].starts_with(['\'', '’']) {
            return None;
        }
        let many = text[range.clone()].ends_with(['s', 'S']);
        if many { self.put_many.as_deref() } else { self.put.as_deref() }
    }
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
        Self::read(file, text, None)
    }

    /// Everything wrong with a file of words; `knows` says whether there is an entry of that id.
    pub fn check(file: &str, text: &str, knows: &dyn Fn(&str) -> bool) -> Vec<Problem> {
        Self::read(file, text, Some(knows)).1
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

    fn read(file: &str, text: &str, knows: Option<&dyn Fn(&str) -> bool>) -> (Self, Vec<Problem>) {
        let text = clean(text);
        let source = SourceFile::new(file, &text);
        let mut problems = Vec::new();
        let mut wording = Self::default();
        let list: WordingToml = match toml::from_str(&text) {
            Ok(list) => list,
            Err(error) => {
                let summary = "This list cannot be read";
                let advice =
                    "Write each piece of advice as the top of knowledge/wording.toml shows.";
                let error = TomlError::from(error);
                problems.push(error.to_problem(&source, "wording-syntax", summary, advice));
                return (wording, problems);
            }
        };
        let schema = list.schema.get_ref();
        if *schema != 1 {
            let message = format!("This list has schema {schema}. Only schema 1 can be read.");
            let advice = "Update caseclinic.";
            problems.push(source.error("wording-schema", list.schema.span(), message, advice));
            return (wording, problems);
        }
        let mut seen: Vec<WordPattern> = Vec::new();
        for written in list.advice {
            let place = written.span();
            let written = written.into_inner();
            for (key, value) in [("instead", &written.instead), ("because", &written.because)] {
                if value.get_ref().trim().is_empty() {
                    let message = format!("`{key}` is empty.");
                    let advice = "Say what to write instead, and why.";
                    problems.push(source.error("empty-advice", value.span(), message, advice));
                }
            }
            let id = written.entry.get_ref();
            if knows.is_some_and(|knows| !knows(id)) {
                let message = format!("There is no entry `{id}`.");
                let advice = "Use the id of the entry that explains the advice. `caseclinic list` shows them all.";
                problems.push(source.error("unknown-entry", written.entry.span(), message, advice));
            }
            let before = seen.len();
            for line in &written.words {
                let words = line.get_ref();
                match WordPattern::parse(words) {
                    Ok(phrase) if seen.contains(&phrase) => {
                        let message = format!("“{words}” is listed twice.");
                        let advice = "Keep the one with the better advice.";
                        let place = line.span();
                        problems.push(source.warning("duplicate-words", place, message, advice));
                    }
                    Ok(phrase) => seen.push(phrase),
                    Err(why) => {
                        let message = format!("“{words}” {why}.");
                        let advice = "Write words with letters, separated by spaces.";
                        problems.push(source.error("bad-words", line.span(), message, advice));
                    }
                }
            }
            let phrases = &seen[before..];
            if phrases.is_empty() {
                problems.push(source.error("no-words", place, "`words` is empty.", "Add `words`."));
                continue;
            }
            wording.add(written.cleaned(), phrases);
        }
        (wording, problems)
    }

    fn add(&mut self, entry: WordingEntry, phrases: &[WordPattern]) {
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
                replacement: entry.replacement_for(text, &range),
                range,
                kind: entry.kind,
                instead: entry.instead.get_ref(),
                because: entry.because.get_ref(),
                entry: entry.entry.get_ref(),
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
            let fits = phrase.fits(0, &first)
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

/// A phrase of a list of words, such as `young|sex offender` or `minimis*`: words in a row, each
/// with the forms it may have.
#[derive(Clone, Debug, PartialEq, Eq)]
struct WordPattern {
    words: Vec<Vec<Form>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Form {
    stem: String,
    /// Whatever the ending.
    open: bool,
}

impl WordPattern {
    /// The phrase that a line of a list stands for: a form that is two words (`didn't`) makes the
    /// phrase longer. Or what is wrong with it, as the end of a sentence.
    fn parse(line: &str) -> Result<Self, &'static str> {
        let mut words: Vec<Vec<Form>> = Vec::new();
        for word in line.split_whitespace() {
            let forms: Vec<Vec<Form>> = word.split('|').map(forms_of).collect();
            match forms.as_slice() {
                [single] if single.is_empty() => return Err("has a part without letters"),
                [single] => words.extend(single.iter().map(|form| vec![form.clone()])),
                several if several.iter().any(|form| form.len() != 1) => {
                    return Err("has a form next to `|` that is not one word");
                }
                several => words.push(several.concat()),
            }
        }
        match words.first() {
            None => Err("is empty"),
            Some(first) if first.iter().any(|form| form.stem.len() < 2) => {
                Err("starts with a single letter")
            }
            Some(_) => Ok(Self { words }),
        }
    }

    fn len(&self) -> usize {
        self.words.len()
    }

    /// The first two bytes with which it may begin.
    fn keys(&self) -> Vec<[u8; 2]> {
        let mut keys: Vec<[u8; 2]> = self.words[0]
            .iter()
            .filter_map(|form| form.stem.as_bytes().first_chunk().copied())
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whether a word in its folded form fits the place `nth`; the last may have an s.
    fn fits(&self, nth: usize, word: &str) -> bool {
        let last = nth + 1 == self.words.len();
        self.words.get(nth).is_some_and(|forms| {
            forms.iter().any(|form| match word.strip_prefix(form.stem.as_str()) {
                Some("") => true,
                Some("s") => last || form.open,
                Some(_) => form.open,
                None => false,
            })
        })
    }
}

/// The words of a form. Only the last may have any ending.
fn forms_of(written: &str) -> Vec<Form> {
    let open = written.ends_with('*');
    let words = tokens(written);
    let form = |(nth, word): (usize, &Token)| Form {
        stem: folded(word.of(written)).into_owned(),
        open: open && nth + 1 == words.len(),
    };
    words.iter().enumerate().map(form).collect()
}

/// Returns the quotations in a text, without their marks, in order, without overlaps. Marks pair within a
/// paragraph; a mark that is never closed quotes nothing.
fn quoted(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    // Where a straight, a curly double and a single mark opened.
    let (mut straight, mut double, mut single) = (None, None, None);
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        match c {
            '\n' if next == '\n' => (straight, double, single) = (None, None, None),
            '"' => match straight.take() {
                Some(start) => found.push(start..at),
                None => straight = Some(at),
            },
            '“' | '„' | '«' => double = Some(at),
            '”' | '»' => found.extend(double.take().map(|start| start..at)),
            '‘' | '\'' if !before.is_alphanumeric() && next.is_alphanumeric() => {
                single = single.or(Some(at));
            }
            '’' | '\'' if !next.is_alphanumeric() => {
                found.extend(single.take().map(|start| start..at));
            }
            _ => {}
        }
        before = c;
    }
    found.sort_by_key(|range| range.start);
    // A quotation inside another is part of it.
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
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
