//! Words of a thesaurus that search takes for others: both have the same stem.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    knowledge::{Entry, Thesaurus, pack_reader::PackFile},
    text::{Problem, fold, stem},
};

/// A word of so many entries is looked for: a rarer one hardly matters.
const MIN_ENTRIES: usize = 3;
/// Endings that leave a word its meaning.
const ENDINGS: [&str; 25] = [
    "", "e", "s", "es", "d", "ed", "ing", "ings", "r", "er", "ers", "or", "ors", "ion", "ions",
    "ment", "ments", "al", "ally", "ly", "ful", "fully", "ous", "ously", "ness",
];

/// Reports words that stand alone in a group and have the stem of another word, which entries use or
/// another group has, unless it is a form of the word or in the same group.
pub(super) fn check_stems(
    file: &PackFile,
    thesaurus: &Thesaurus,
    entries: &[&[Entry]],
    problems: &mut Vec<Problem>,
) {
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries.iter().copied().flatten() {
        let names = entry.aliases.iter().map(String::as_str);
        let texts = names.chain([&*entry.title, &*entry.summary, &*entry.body]);
        let words: BTreeSet<String> = texts.flat_map(words).collect();
        words.into_iter().for_each(|word| *used.entry(word).or_default() += 1);
    }
    for word in thesaurus.phrases().filter_map(single_word) {
        *used.entry(word).or_default() += MIN_ENTRIES;
    }
    let mut by_stem: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for (word, _) in used.iter().filter(|(_, entries)| **entries >= MIN_ENTRIES) {
        by_stem.entry(stem(word)).or_default().push(word);
    }
    let steps = thesaurus.instead.iter().chain(&thesaurus.broader);
    let groups = thesaurus.same.iter().map(|group| (&group.words, None));
    for (typed, also) in groups.chain(steps.map(|step| (&step.words, Some(&step.also)))) {
        let same: Vec<String> =
            typed.iter().chain(also.into_iter().flatten()).flat_map(|text| words(text)).collect();
        for phrase in typed {
            let Some(word) = single_word(phrase) else { continue };
            let others = by_stem.get(&stem(&word)).into_iter().flatten();
            let is_other = |other: &&&String| !same.iter().any(|known| is_form(known, other));
            let Some(other) = others.into_iter().find(is_other) else { continue };
            let quoted = format!("\"{phrase}\"");
            let at = file.text.find(&quoted).unwrap_or(0);
            let message = format!(
                "A search takes “{other}” for “{phrase}”, because both have the stem “{}”.",
                stem(&word)
            );
            let advice = format!(
                "If it means the same, add “{other}” to the words. If not, write a longer phrase \
                 in place of “{phrase}”."
            );
            let place = at..at + quoted.len();
            problems.push(file.source.warning("same-stem", place, message, advice));
        }
    }
}

fn words(text: &str) -> Vec<String> {
    let text = fold(text).replace(['\'', '\u{2019}'], "");
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    parts.map(str::to_owned).collect()
}

fn single_word(phrase: &str) -> Option<String> {
    match words(phrase).as_slice() {
        [word] => Some(word.clone()),
        _ => None,
    }
}

/// Whether two words differ by their endings only.
fn is_form(one: &str, other: &str) -> bool {
    let bases = |word: &str| -> BTreeSet<String> {
        let bases = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending));
        let bases = bases.filter(|base| base.len() >= 2).map(|base| match base.as_bytes() {
            // “plan” and “planning”; “study” and “studies”.
            [.., a, b] if a == b => base[..base.len() - 1].to_owned(),
            [.., b'i'] => format!("{}y", &base[..base.len() - 1]),
            _ => base.to_owned(),
        });
        bases.collect()
    };
    !bases(one).is_disjoint(&bases(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_are_told_from_other_words() {
        for (one, other) in [
            ("plan", "planning"),
            ("study", "studies"),
            ("assess", "assessments"),
            ("separate", "separation"),
            ("danger", "dangerously"),
            ("refer", "referral"),
        ] {
            assert!(is_form(one, other), "{one}");
        }
        for (one, other) in
            [("inform", "information"), ("general", "generate"), ("anonymous", "anonymity")]
        {
            assert!(!is_form(one, other), "{one}");
        }
    }
}
