//! The words of a text, and where they stand: runs of letters and digits with their accents.
//!
//! One pass over the text; what joins or parts words is for the caller to judge.

use std::{borrow::Cow, ops::Range};

use unicode_normalization::char::is_combining_mark;

use super::fold;

/// What a word is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// Digits 0 to 9 only.
    Digits,
    /// No digit.
    Letters,
    /// Both.
    Both,
}

/// One word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// Its first byte.
    pub(super) start: usize,
    /// The byte after its last.
    pub(super) end: usize,
    /// What it is made of.
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
}
