//! Folding: the form in which two spellings of the same word meet.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case without accents (`Tŷ` becomes `ty`), curly apostrophes straightened.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' | '\u{02BC}' => '\'',
            c => c,
        })
        .collect()
}

/// Words to look for in many texts, folded once.
pub struct FoldedWords(String);

impl FoldedWords {
    /// Folds what was typed.
    pub fn new(typed: &str) -> Self {
        Self(fold(typed.trim()))
    }

    /// Returns the byte ranges of `text` where the words are found when it is folded too, in order,
    /// without overlaps.
    pub fn find_in(&self, text: &str) -> Vec<Range<usize>> {
        let Self(words) = self;
        if words.is_empty() {
            return Vec::new();
        }
        // Folding changes lengths, so each folded byte remembers the character it came from.
        let mut folded = String::with_capacity(text.len());
        let mut origins = Vec::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            let part = fold(c.encode_utf8(&mut [0; 4]));
            origins.extend(std::iter::repeat_n((at, at + c.len_utf8()), part.len()));
            folded.push_str(&part);
        }
        // Preparing to look for a long paste costs more than reading a short text.
        if folded.len() < words.len() {
            return Vec::new();
        }
        folded
            .match_indices(words.as_str())
            .map(|(at, found)| origins[at].0..origins[at + found.len() - 1].1)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{FoldedWords, fold};

    #[test]
    fn words_are_found_whatever_their_capitals_and_accents() {
        let text = "Siarad â’r Plentyn, siarad A'R plentyn";
        let found: Vec<&str> = FoldedWords::new("siarad a'r")
            .find_in(text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, ["Siarad â’r", "siarad A'R"]);
        assert!(FoldedWords::new("  ").find_in(text).is_empty());
        assert!(FoldedWords::new(&text.repeat(2)).find_in(text).is_empty());
    }

    #[test]
    fn welsh_circumflexes_and_capitals_fold_away() {
        assert_eq!(fold("Tŷ Diogelu’r PLÂNT"), "ty diogelu'r plant");
    }
}
