//! Text as the index sees it: folded words with their places, and their stems.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::LazyLock,
};

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::char::is_combining_mark;

use crate::text::fold;
/// The stem under which a folded word is indexed.
pub(super) use crate::text::stem;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FoldedWord {
    /// Folded, without apostrophes and without the `'s` of possession.
    pub(super) text: String,
    /// Bytes of the original.
    pub(super) place: Range<usize>,
}

/// The words of a text in order. A hyphen parts words; an apostrophe does not.
pub(super) fn words(text: &str) -> impl Iterator<Item = FoldedWord> + '_ {
    let mut rest = 0;
    std::iter::from_fn(move || {
        loop {
            let start = rest + text[rest..].find(char::is_alphanumeric)?;
            let len = text[start..]
                .find(|c: char| !c.is_alphanumeric() && !is_apostrophe(c) && !is_combining_mark(c))
                .unwrap_or(text.len() - start);
            let part = &text[start..start + len];
            let len = initials(&text[start..], len).or_else(|| age(part)).unwrap_or(len);
            rest = start + len;
            let raw = text[start..rest].trim_end_matches(is_apostrophe);
            let mut word = fold(raw);
            if !word.bytes().all(|b| b.is_ascii_alphanumeric()) {
                let whole = word.strip_suffix("'s").unwrap_or(&word);
                word = whole.chars().filter(|c| c.is_alphanumeric()).collect();
            }
            if !word.is_empty() {
                return Some(FoldedWord { text: word, place: start..start + raw.len() });
            }
        }
    })
}

/// The length of “C.U.S”, which is one word like “CUS”.
fn initials(text: &str, first: usize) -> Option<usize> {
    let is_letter = |part: &str| part.chars().count() == 1 && part.starts_with(char::is_alphabetic);
    let mut end = first;
    while is_letter(&text[..first]) && text[end..].starts_with('.') {
        let rest = &text[end + 1..];
        let length = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        if !is_letter(&rest[..length]) {
            break;
        }
        end += 1 + length;
    }
    (end > first).then_some(end)
}

/// The length of the number in “8yr” or “14yo”: the age is one word and its unit another.
fn age(word: &str) -> Option<usize> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let is_unit = ["yr", "yrs", "yo", "year", "years"].contains(&&word[digits..]);
    (is_unit && (1..=2).contains(&digits)).then_some(digits)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{02BC}')
}

/// What a word and its stem have in common, so that most words need not be stemmed to know that
/// they do not match: stemming keeps how a word begins, but for `y` and `i`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beginning(Option<char>, Option<char>);

impl Beginning {
    pub(super) fn of(word: &str) -> Self {
        let mut chars = word.chars();
        let first = chars.next();
        Self(first, chars.next().map(|c| if c == 'y' { 'i' } else { c }))
    }
}

/// Words that say little about what is sought. They count for little, but not for nothing.
pub(super) fn is_stop_word(word: &str) -> bool {
    const STOP_WORDS: &[&str] = &[
        "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be",
        "been", "but", "by", "can", "cant", "could", "did", "didnt", "do", "does", "doesnt",
        "doing", "dont", "for", "from", "get", "got", "had", "has", "have", "havent", "he", "her",
        "hes", "him", "his", "how", "i", "if", "im", "in", "into", "is", "isnt", "it", "its",
        "ive", "just", "me", "my", "no", "not", "now", "of", "on", "or", "our", "out", "s", "she",
        "shes", "should", "so", "some", "that", "the", "their", "them", "then", "there", "they",
        "theyre", "this", "to", "up", "us", "was", "wasnt", "we", "were", "weve", "what", "whats",
        "when", "where", "which", "who", "why", "will", "with", "wont", "would", "you", "your",
    ];
    STOP_WORDS.binary_search(&word).is_ok()
}

/// Words of everyday talk: in a small library they look rarer, and so weightier, than they are.
pub(super) fn is_everyday_word(word: &str) -> bool {
    const EVERYDAY_WORDS: &str = "\
        able again always another anyone anything around ask asked asking asks back because \
        before being between bit bring come comes coming day done down each else even ever \
        every everyone everything exactly few find gets getting give go goes going gone good \
        happen happened happening happens having here keep keeps kept know less let lets like \
        look looking lot made make makes many may might more most much must need needs never \
        off one only other others over own people person put really right said same saw saying \
        says see seen someone something start still stuff sure take takes tells than thing \
        things think time told too try trying two use used using very want wants way well \
        while whole yet";
    static KNOWN: WordSet = LazyLock::new(|| EVERYDAY_WORDS.split(' ').collect());
    KNOWN.contains(word)
}

/// Words that only say how old somebody is: “7 yr old”, “year 9”, “aged 14”.
pub(super) fn is_age_word(word: &str) -> bool {
    let is_number = word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
    is_number || matches!(word, "age" | "aged" | "old" | "year" | "years" | "yo" | "yr" | "yrs")
}

/// A list of words that each word of a passage is looked up in.
pub(super) type WordSet = LazyLock<HashSet<&'static str>>;

/// Stems of a build that are remembered: nearly all words of a text have stood there before.
const REMEMBERED: usize = 50_000;

/// The tokeniser of the index: our words, stemmed or as they are.
#[derive(Clone)]
pub(super) struct IndexTokenizer {
    /// From a word to its stem, if words are stemmed.
    stems: Option<HashMap<String, String>>,
}

impl IndexTokenizer {
    pub(super) fn new(stemmed: bool) -> Self {
        Self { stems: stemmed.then(HashMap::new) }
    }
}

/// The words of one value of a field.
pub(super) struct IndexTokens<'a> {
    words: Box<dyn Iterator<Item = FoldedWord> + 'a>,
    stems: Option<&'a mut HashMap<String, String>>,
    token: Token,
}

impl Tokenizer for IndexTokenizer {
    type TokenStream<'a> = IndexTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> IndexTokens<'a> {
        let token = Token { position: usize::MAX, ..Token::default() };
        IndexTokens { words: Box::new(words(text)), stems: self.stems.as_mut(), token }
    }
}

impl IndexTokens<'_> {
    fn take(&mut self, word: String) {
        let Some(stems) = &mut self.stems else {
            self.token.text = word;
            return;
        };
        self.token.text.clear();
        if let Some(known) = stems.get(&word) {
            self.token.text.push_str(known);
            return;
        }
        let stem = stem(&word);
        self.token.text.push_str(&stem);
        if stems.len() < REMEMBERED {
            stems.insert(word, stem);
        }
    }
}

impl TokenStream for IndexTokens<'_> {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.token.offset_from = word.place.start;
        self.token.offset_to = word.place.end;
        self.token.position = self.token.position.wrapping_add(1);
        self.take(word.text);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).map(|word| word.text).collect()
    }

    #[test]
    fn hyphens_part_words_and_apostrophes_do_not() {
        assert_eq!(
            texts("semi-nudes, don’t; the child's (NG55)"),
            ["semi", "nudes", "dont", "the", "child", "ng55"]
        );
    }

    #[test]
    fn initials_are_one_word_with_full_stops_and_without() {
        assert_eq!(texts("a C.U.S. form, e.g. CUS"), ["a", "cus", "form", "eg", "cus"]);
        assert_eq!(texts("s.47 A.B2 Plan A. B"), ["s", "47", "a", "b2", "plan", "a", "b"]);
    }

    #[test]
    fn an_age_is_parted_from_its_unit() {
        assert_eq!(texts("8yr old, 14yo"), ["8", "yr", "old", "14", "yo"]);
        assert_eq!(
            texts("4x4x4 100yr 8years-old ng55"),
            ["4x4x4", "100yr", "8", "years", "old", "ng55"]
        );
    }

    #[test]
    fn welsh_letters_fold_and_keep_their_place() {
        let word = words("yn y tŷ").last().expect("three words");
        assert_eq!((word.text.as_str(), word.place), ("ty", 5..8));
    }

    #[test]
    fn forms_of_a_word_share_a_stem() {
        assert_eq!(stem("siblings"), stem("sibling"));
        assert_eq!(stem("assessments"), stem("assessment"));
        assert_eq!(stem("ng55"), "ng55");
    }

    #[test]
    fn a_stem_begins_like_its_word() {
        for word in ["skies", "dying", "lying", "children", "is", "as", "a", "tys", "universities"]
        {
            assert_eq!(Beginning::of(&stem(word)), Beginning::of(word), "{word}");
        }
    }

    #[test]
    fn stop_words_and_everyday_words_are_found() {
        for word in ["a", "about", "the", "your", "what", "dont", "s", "wont"] {
            assert!(is_stop_word(word), "{word}: the list must be sorted");
        }
        for word in ["able", "asking", "person", "yet"] {
            assert!(is_everyday_word(word), "{word}: the list must be sorted");
        }
        assert!(!is_stop_word("child") && !is_everyday_word("child"));
    }

    proptest::proptest! {
        #[test]
        fn places_lie_in_the_text(text in "\\PC{0,60}") {
            for word in words(&text) {
                proptest::prop_assert!(text.get(word.place).is_some());
            }
        }
    }
}
