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

/// Where `words` stand in `text` when both are folded: byte ranges into `text`, in order, apart.
pub fn find_folded(text: &str, words: &str) -> Vec<Range<usize>> {
    let words = fold(words.trim());
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
    folded
        .match_indices(&words)
        .map(|(at, found)| origins[at].0..origins[at + found.len() - 1].1)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{find_folded, fold};

    #[test]
    fn words_are_found_whatever_their_capitals_and_accents() {
        let text = "Siarad â’r Plentyn, siarad A'R plentyn";
        let found: Vec<&str> =
            find_folded(text, "siarad a'r").into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["Siarad â’r", "siarad A'R"]);
        assert!(find_folded(text, "  ").is_empty());
    }

    #[test]
    fn welsh_circumflexes_and_capitals_fold_away() {
        assert_eq!(fold("Tŷ Diogelu’r PLÂNT"), "ty diogelu'r plant");
    }
}
