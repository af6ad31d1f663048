//! Words and numbers that are written in one or apart: “selfharm”, “up-skirting”, “s47”, and telephone
//! numbers, whatever their spacing.

use super::token::{is_stop_word, stem};

/// Letters of each part of a word that is split, at least.
const MIN_PART: usize = 3;
/// Letters of a word that two are joined to, at least.
const MIN_JOINED: usize = 6;
/// Small words that may begin a longer one.
const PREFIXES: [&str; 10] =
    ["by", "down", "in", "off", "on", "out", "over", "under", "up", "with"];
/// Digits of a telephone number.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=13;
/// Digits in one part of a telephone number.
const PHONE_PART: std::ops::RangeInclusive<usize> = 2..=5;
/// Parts of a telephone number, at most.
const MAX_PHONE_PARTS: usize = 5;

/// What the index says about words.
pub(super) struct IndexLookup<'s> {
    /// Whether a stem is in the text of an entry.
    pub(super) has: &'s dyn Fn(&str) -> bool,
    /// Whether stems stand in a row somewhere.
    pub(super) has_in_a_row: &'s dyn Fn(&[String]) -> bool,
}

/// Splits a word that is not known into two that stand side by side in the text of an entry.
pub(super) fn split<'w>(word: &'w str, lookup: &IndexLookup<'_>) -> Option<[&'w str; 2]> {
    if !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let ends = MIN_PART..(word.len() + 1).saturating_sub(MIN_PART);
    let parts = ends.map(|end| word.split_at(end));
    // “overtime” is not “over time”.
    let is_small = |part: &str| is_stop_word(part) || PREFIXES.contains(&part);
    let mut likely = parts.filter(|(first, second)| !is_small(first) && !is_small(second));
    likely.find_map(|(first, second)| {
        let stems = [stem(first), stem(second)];
        let is_known = stems.iter().all(|stem| (lookup.has)(stem)) && (lookup.has_in_a_row)(&stems);
        is_known.then_some([first, second])
    })
}

/// The word that two neighbours make together, if entries have it.
pub(super) fn joined(
    first: &str,
    second: &str,
    is_hyphenated: bool,
    lookup: &IndexLookup<'_>,
) -> Option<String> {
    let are_letters = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase());
    let may_join = is_hyphenated
        || !(is_stop_word(first) || is_stop_word(second))
        || (PREFIXES.contains(&first) && !(lookup.has)(&stem(second)));
    let whole = format!("{first}{second}");
    let is_word = whole.len() >= MIN_JOINED && are_letters(&whole);
    (is_word && may_join && (lookup.has)(&stem(&whole))).then_some(whole)
}

/// Returns how entries space a telephone number that is typed as these words, as stems in a row.
pub(super) fn phone_spacings(words: &[&str], lookup: &IndexLookup<'_>) -> Vec<Vec<String>> {
    let digits = words.concat();
    // From abroad.
    let digits = match digits.strip_prefix("44") {
        Some(rest) => format!("0{}", rest.trim_start_matches('0')),
        None => digits,
    };
    let mut known = Vec::new();
    if digits.starts_with('0') && PHONE_DIGITS.contains(&digits.len()) {
        spacings(&digits, &mut Vec::new(), &mut known, lookup);
    }
    known
}

/// Finds the ways in which entries space these digits.
fn spacings(
    digits: &str,
    parts: &mut Vec<String>,
    known: &mut Vec<Vec<String>>,
    lookup: &IndexLookup<'_>,
) {
    if digits.is_empty() {
        if parts.len() == 1 || (lookup.has_in_a_row)(parts) {
            known.push(parts.clone());
        }
        return;
    }
    // A number in one is a word like others.
    if parts.is_empty() && (lookup.has)(digits) {
        known.push(vec![digits.to_owned()]);
    }
    for length in PHONE_PART.filter(|length| *length <= digits.len()) {
        let (part, rest) = digits.split_at(length);
        if parts.len() < MAX_PHONE_PARTS && (lookup.has)(part) {
            parts.push(part.to_owned());
            spacings(rest, parts, known, lookup);
            parts.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks words up in a text.
    fn with_lookup<T>(text: &str, use_it: impl FnOnce(&IndexLookup<'_>) -> T) -> T {
        let stems: Vec<String> = text.split(' ').map(stem).collect();
        let has = |word: &str| stems.iter().any(|known| known == word);
        let has_in_a_row = |run: &[String]| stems.windows(run.len()).any(|known| known == run);
        use_it(&IndexLookup { has: &has, has_in_a_row: &has_in_a_row })
    }

    #[test]
    fn an_unknown_word_is_split_where_its_parts_stand_side_by_side() {
        with_lookup("self harm and non recent abuse not able over time", |lookup| {
            assert_eq!(split("selfharm", lookup), Some(["self", "harm"]));
            assert_eq!(split("nonrecent", lookup), Some(["non", "recent"]));
            for word in ["harmself", "notable", "overtime", "selfabuse", "selfx", "self", "s"] {
                assert_eq!(split(word, lookup), None, "{word}");
            }
        });
    }

    #[test]
    fn neighbours_make_a_word_that_entries_have() {
        with_lookup("upskirting childminder therapist inform line form", |lookup| {
            let joined = |first, second, hyphen| joined(first, second, hyphen, lookup);
            assert_eq!(joined("up", "skirting", false).as_deref(), Some("upskirting"));
            assert_eq!(joined("child", "minders", false).as_deref(), Some("childminders"));
            assert_eq!(joined("in", "form", true).as_deref(), Some("inform"));
            assert_eq!(joined("in", "form", false), None);
            assert_eq!(joined("the", "rapist", false), None, "an article begins no word");
            assert_eq!(joined("child", "line", true), None);
        });
    }

    #[test]
    fn a_telephone_number_is_found_however_it_is_spaced() {
        with_lookup("call 0808 800 5000 or 080 880 20 23", |lookup| {
            for typed in ["08088005000", "0808 8005000", "0808 800 5000", "44 808 800 5000"] {
                let words: Vec<&str> = typed.split(' ').collect();
                assert_eq!(phone_spacings(&words, lookup), [["0808", "800", "5000"]], "{typed}");
            }
            assert!(phone_spacings(&["2023"], lookup).is_empty());
        });
    }
}
