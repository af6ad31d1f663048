//! Folding: the form in which two spellings of the same word meet.

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

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn welsh_circumflexes_and_capitals_fold_away() {
        assert_eq!(fold("Tŷ Diogelu’r PLÂNT"), "ty diogelu'r plant");
    }
}
