//! The words of a text, and where they stand: runs of letters and digits with their accents; and
//! folding, the form in which two spellings of the same word meet.
//!
//! One pass over the text; what joins or parts words is for the caller to judge.

use std::{borrow::Cow, ops::Range};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// Digits 0 to 9 only.
    Digits,
    /// No digit.
    Letters,
    Both,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) made: Made,
}

impl Token {
    pub(super) fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    pub(super) fn len(self) -> usize {
        self.end - self.start
    }
}

/// The words of `text`, in order.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::with_capacity(text.len() / 6);
    for (at, c) in text.char_indices() {
        let (start, end) = (at, at + c.len_utf8());
        let goes_on = found.last().is_some_and(|last| last.end == at);
        let made = match c {
            '0'..='9' => Made::Digits,
            'a'..='z' | 'A'..='Z' => Made::Letters,
            c if c.is_ascii() => continue,
            c if c.is_alphanumeric() || (goes_on && is_combining_mark(c)) => Made::Letters,
            _ => continue,
        };
        match found.last_mut().filter(|_| goes_on) {
            Some(last) => {
                last.end = end;
                if last.made != made {
                    last.made = Made::Both;
                }
            }
            None => found.push(Token { start, end, made }),
        }
    }
    found
}

/// Returns a word in the form that is the same for two spellings of it; borrowed if it has it.
pub(super) fn folded(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(fold(word))
    }
}

/// Whether what stands between two words leaves them parts of one phrase.
pub(super) fn joins(gap: &str) -> bool {
    !gap.is_empty()
        && gap.chars().all(|c| {
            c.is_whitespace() || matches!(c, '-' | '‐'..='―' | '\'' | '’' | '‘' | 'ʼ' | '*' | '_')
        })
        && gap.matches('\n').count() < 2
}

/// The bytes of the text from the first to the last word of `range`.
pub(super) fn span(tokens: &[Token], range: Range<usize>) -> Option<Range<usize>> {
    let inside = tokens.get(range)?;
    Some(inside.first()?.start..inside.last()?.end)
}

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
    use super::*;

    #[test]
    fn words_hold_their_accents_and_know_what_they_are_made_of() {
        let text = "Zoe\u{308} met Siân at 16:30 in A1, \u{301}x";
        let all: Vec<(&str, Made)> =
            tokens(text).into_iter().map(|token| (token.of(text), token.made)).collect();
        assert_eq!(all[0], ("Zoe\u{308}", Made::Letters));
        assert_eq!(all[2], ("Siân", Made::Letters));
        assert_eq!(all[4..6], [("16", Made::Digits), ("30", Made::Digits)]);
        assert_eq!(all[7..], [("A1", Made::Both), ("x", Made::Letters)]);
        assert_eq!(folded("Zoe\u{308}"), "zoe");
    }

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
