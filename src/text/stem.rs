//! The stem of a word: what “plan”, “plans” and “planning” have in common.

use std::cell::RefCell;

use rust_stemmers::{Algorithm, Stemmer};

/// Words that the stemmer would take for others of another meaning: “experience” for “experiment”,
/// “information” for “inform”. In order, each with a stem that only its own forms have. `check`
/// names words of a thesaurus that call for one.
const APART: &[(&str, &str)] = &[
    ("abuser", "abuser"),
    ("abusers", "abuser"),
    ("closeness", "closeness"),
    ("effective", "effectiv"),
    ("effectively", "effectiv"),
    ("effectiveness", "effectiv"),
    ("experience", "experienc"),
    ("experienced", "experienc"),
    ("experiences", "experienc"),
    ("experiencing", "experienc"),
    ("information", "informat"),
    ("position", "position"),
    ("positions", "position"),
    ("procurator", "procurator"),
    ("procurators", "procurator"),
    ("reference", "referenc"),
    ("references", "referenc"),
    ("sexuality", "sexuality"),
];

/// Returns the stem of a folded word. What has a digit is its own stem.
pub(crate) fn stem(word: &str) -> String {
    thread_local! {
        static STEMMER: RefCell<Stemmer> = RefCell::new(Stemmer::create(Algorithm::English));
    }
    if word.bytes().any(|b| b.is_ascii_digit()) {
        return word.to_owned();
    }
    match APART.binary_search_by_key(&word, |(apart, _)| apart) {
        Ok(at) => APART[at].1.to_owned(),
        Err(_) => STEMMER.with_borrow(|stemmer| stemmer.stem(word).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_a_stem_and_other_words_do_not() {
        assert_eq!(stem("planning"), stem("plans"));
        assert_eq!(stem("experiences"), stem("experience"));
        for (one, other) in [
            ("experience", "experiment"),
            ("information", "informal"),
            ("position", "positive"),
            ("sexuality", "sexual"),
            ("effective", "effects"),
            ("abuser", "abusive"),
        ] {
            assert_ne!(stem(one), stem(other), "{one}");
        }
        assert!(APART.is_sorted());
    }
}
