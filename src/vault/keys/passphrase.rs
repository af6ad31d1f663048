//! Passphrases: six words from a public list, or one's own from twelve characters.

use diceware_wordlists::EFF_LONG_WORDLIST;
use rand::{Rng, rngs::OsRng};
use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize as _, Zeroizing};

use crate::vault::error::VaultError;

/// Words in a generated passphrase: 77 bits from the 7776 words of the EFF large list.
pub const WORDS: usize = 6;
/// Characters a passphrase of one's own needs.
pub const MIN_CHARS: usize = 12;
/// Different characters it needs: `aaaaaaaaaaaa` is long and protects nothing.
const MIN_DIFFERENT_CHARS: usize = 5;

/// Six random words with a space between.
pub fn generate() -> SecretString {
    let mut text = Zeroizing::new(String::with_capacity(WORDS * 12));
    for at in 0..WORDS {
        if at > 0 {
            text.push(' ');
        }
        text.push_str(EFF_LONG_WORDLIST[OsRng.gen_range(0..EFF_LONG_WORDLIST.len())]);
    }
    SecretString::from(text.as_str())
}

/// Whether it may protect a new vault.
pub fn check(passphrase: &SecretString) -> Result<(), VaultError> {
    let settled = settled(passphrase);
    let text = settled.expose_secret();
    let found = text.chars().count();
    if found < MIN_CHARS {
        return Err(VaultError::PassphraseTooShort { found, needed: MIN_CHARS });
    }
    let mut different: Vec<char> = text.chars().collect();
    different.sort_unstable();
    different.dedup();
    let found = different.len();
    different.zeroize();
    if found < MIN_DIFFERENT_CHARS {
        return Err(VaultError::PassphraseTooPlain(found));
    }
    Ok(())
}

/// The form in which it is used: without blanks at the ends, accents composed, so that it opens
/// the vault from any keyboard.
pub(crate) fn settled(passphrase: &SecretString) -> SecretString {
    let trimmed = passphrase.expose_secret().trim();
    let mut text = Zeroizing::new(String::with_capacity(trimmed.len() * 3));
    text.extend(trimmed.nfc());
    SecretString::from(text.as_str())
}

/// Returns what is tried to open a vault: the passphrase as it was typed, and six words of the list
/// as they are given out, in small letters with one space between. Nothing is weaker for it: the
/// case and the spaces of words that are given out were never part of the secret.
pub(crate) fn spellings(passphrase: &SecretString) -> Vec<SecretString> {
    let typed = settled(passphrase);
    let given = given_words(&typed).filter(|given| given.expose_secret() != typed.expose_secret());
    [typed].into_iter().chain(given).collect()
}

/// Returns whether a passphrase was typed again as it was chosen. Words that are given out may differ
/// in case and spaces.
pub fn is_repeated(chosen: &SecretString, again: &SecretString) -> bool {
    let (chosen, again) = (settled(chosen), settled(again));
    let is_given = given_words(&chosen).is_some_and(|words| {
        words.expose_secret() == chosen.expose_secret()
            && given_words(&again)
                .is_some_and(|again| again.expose_secret() == words.expose_secret())
    });
    is_given || chosen.expose_secret() == again.expose_secret()
}

/// The words of the list that a text consists of, as they are given out; none for any other text.
fn given_words(text: &SecretString) -> Option<SecretString> {
    let lower = Zeroizing::new(text.expose_secret().to_lowercase());
    let words: Zeroizing<Vec<String>> =
        Zeroizing::new(lower.split_whitespace().map(str::to_owned).collect());
    let is_listed = |word: &String| EFF_LONG_WORDLIST.contains(&word.as_str());
    let all = words.len() == WORDS && words.iter().all(is_listed);
    all.then(|| SecretString::from(words.join(" ")))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn one_character_over_and_over_is_no_passphrase() {
        for (text, is_taken) in
            [("aaaaaaaaaaaa", false), ("abababababab", false), ("pale moon 17!", true)]
        {
            assert_eq!(check(&text.into()).is_ok(), is_taken, "{text}");
        }
    }

    #[test]
    fn words_that_are_given_out_forgive_case_and_spacing_and_nothing_else_does() {
        let given = generate();
        let shouted = SecretString::from(given.expose_secret().to_uppercase().replace(' ', "  "));
        let tried = spellings(&shouted);
        assert_eq!(tried.len(), 2, "as it was typed comes first");
        assert_eq!(tried[1].expose_secret(), given.expose_secret());
        assert!(is_repeated(&given, &shouted));
        assert_eq!(spellings(&given).len(), 1);
        for own in ["My Own Passphrase", "six words that are not all listed"] {
            assert_eq!(spellings(&own.into()).len(), 1, "{own}");
            assert!(!is_repeated(&own.into(), &own.to_uppercase().into()), "{own}");
            assert!(is_repeated(&own.into(), &format!(" {own} ").into()), "{own}");
        }
        assert!(!is_repeated(&shouted, &given), "a person who chose capitals keeps them");
    }

    #[test]
    fn six_words_are_offered_and_never_the_same_twice() {
        let mut seen = HashSet::new();
        for _ in 0..50 {
            let words = generate();
            let words = words.expose_secret();
            assert_eq!(words.split(' ').count(), WORDS);
            assert!(words.split(' ').all(|word| EFF_LONG_WORDLIST.contains(&word)));
            assert!(check(&words.into()).is_ok());
            assert!(seen.insert(words.to_owned()));
        }
    }

    #[test]
    fn the_word_list_is_whole() {
        assert_eq!(EFF_LONG_WORDLIST.iter().collect::<HashSet<_>>().len(), 7776);
        assert_eq!((EFF_LONG_WORDLIST[0], EFF_LONG_WORDLIST[7775]), ("abacus", "zoom"));
    }

    #[test]
    fn eleven_characters_are_too_few_and_blanks_do_not_count() {
        assert!(check(&"elevenchars".into()).is_err());
        assert!(check(&"elevenchars   ".into()).is_err());
        assert!(check(&"twelve chars".into()).is_ok());
    }

    #[test]
    fn an_accent_opens_the_vault_however_it_was_typed() {
        let (one, two) = (settled(&"caf\u{e9} ".into()), settled(&"cafe\u{301}".into()));
        assert_eq!(one.expose_secret(), two.expose_secret());
    }
}
