//! From typed words to what is sought: each word a unit with its alternatives, from spelling,
//! completion and the thesaurus.

use std::{collections::HashMap, sync::Arc};

use super::{
    ages::{ages_in_query, is_person},
    compounds::{IndexLookup, joined, phone_spacings, split},
    query::{Query, QueryWord},
    token::{is_age_word, is_everyday_word, is_stop_word, stem, words},
    topics::SectionTopic,
    vocabulary::Vocabulary,
};
use crate::knowledge::{SameWords, Thesaurus, ThesaurusStep};

/// How much an alternative counts against the typed word itself.
const SAME: f32 = 0.9;
const BROADER: f32 = 0.35;
const COMPLETED: f32 = 0.7;
const LESS_LIKELY: f32 = 0.5;
/// How much a word itself counts where its neighbours say that something else is meant.
const REPLACED: f32 = 0.3;
/// How much a stop word counts against other words.
const STOP: f32 = 0.25;
/// How much a word of everyday talk counts.
const EVERYDAY: f32 = 0.4;
/// How much a code counts, such as the number of a form: it says exactly what is meant.
const CODE: f32 = 2.0;
/// How much an age counts: most answers hold for other ages too, so it must not decide.
const AGE: f32 = 0.15;
/// How many words away a word may stand that says what another one means.
const NEIGHBOURS: usize = 4;
/// An unfinished word may become so many others.
const MAX_COMPLETIONS: usize = 24;

/// What may stand for a typed word: one stem, or several in a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Alternative {
    pub(super) stems: Vec<String>,
    pub(super) weight: f32,
    /// From a one-way step of the thesaurus.
    pub(super) broader: bool,
}

/// A typed word and all that may stand for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct QueryUnit {
    /// The word, its spelling corrected.
    pub(super) text: String,
    /// In quotation marks: neither corrected nor expanded.
    pub(super) exact: bool,
    /// Stop words count for little.
    pub(super) weight: f32,
    pub(super) is_age: bool,
    /// Part of a telephone number that entries have.
    pub(super) is_phone: bool,
    pub(super) alternatives: Vec<Alternative>,
}

impl QueryUnit {
    /// Adds what may stand for the typed word, unless it is there already.
    pub(super) fn add(&mut self, alternative: Alternative) {
        if !self.alternatives.iter().any(|known| known.stems == alternative.stems) {
            self.alternatives.push(alternative);
        }
    }

    fn add_word(&mut self, word: &str, weight: f32) {
        self.add(Alternative { stems: vec![stem(word)], weight, broader: false });
    }

    /// The typed stem, and with `also_same` the single ones that mean the same.
    fn single_stems(&self, also_same: bool) -> impl Iterator<Item = &str> {
        self.alternatives
            .iter()
            .enumerate()
            .filter(move |(at, known)| *at == 0 || (also_same && !known.broader))
            .filter_map(|(_, known)| match known.stems.as_slice() {
                [stem] => Some(stem.as_str()),
                _ => None,
            })
    }

    fn may_be(&self, stem: &str, also_same: bool) -> bool {
        self.single_stems(also_same).any(|known| known == stem)
    }

    /// What it counts where one section of an entry is chosen: there an age decides.
    pub(super) fn weight_in_section(&self) -> f32 {
        if self.is_age { 1.0 } else { self.weight }
    }
}

/// A query made ready for the index.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ExpandedQuery {
    pub(super) units: Vec<QueryUnit>,
    /// Typed words that stand side by side: worth more if they do so in the text.
    pub(super) pairs: Vec<[String; 2]>,
    pub(super) phrases: Vec<Vec<String>>,
    pub(super) excluded: Vec<String>,
    /// How old the children are, in years.
    pub(super) ages: Vec<u8>,
    /// Each misspelt word and what it was taken for.
    pub(super) corrections: Vec<(String, String)>,
    /// Words of the thesaurus as they are written there.
    pub(super) expanded: Vec<String>,
}

impl ExpandedQuery {
    /// Whether it asks for sections that are otherwise not shown.
    pub(super) fn asks_for(&self, topic: SectionTopic) -> bool {
        let stems = self.units.iter().flat_map(|unit| unit.single_stems(true));
        stems.into_iter().any(|stem| topic.is_asked_with(stem))
    }
}

/// The thesaurus, ready to be looked up by the stems of a phrase.
pub(super) struct Expander {
    /// From a first stem to the phrases that begin with it, in the order of the thesaurus.
    phrases: HashMap<String, Vec<ThesaurusPhrase>>,
    /// How many groups and steps of the thesaurus were added.
    groups: usize,
}

/// A phrase of the thesaurus, and the group or step that it is in.
struct ThesaurusPhrase {
    stems: Vec<String>,
    group: Arc<ThesaurusGroup>,
}

/// What the phrases of a group or step of the thesaurus become.
struct ThesaurusGroup {
    /// Its place in the thesaurus.
    number: usize,
    /// Each as it is written, with its stems; in a group also the phrase itself.
    becomes: Vec<(String, Vec<String>)>,
    weight: f32,
    broader: bool,
    /// Whether its words mean something else where no neighbour says so.
    replaces: bool,
    /// Stems one of which must be near, if there are any, and stems that must not.
    beside: Vec<String>,
    not_beside: Vec<String>,
}

impl ThesaurusPhrase {
    /// What the phrase becomes, as it is written and as it is sought.
    fn alternatives(&self) -> impl Iterator<Item = (&str, Alternative)> {
        let ThesaurusGroup { becomes, weight, broader, .. } = &*self.group;
        let others = becomes.iter().filter(|(_, stems)| *stems != self.stems);
        others.map(|(text, stems)| {
            let (stems, weight, broader) = (stems.clone(), *weight, *broader);
            (text.as_str(), Alternative { stems, weight, broader })
        })
    }

    /// Whether it means what its group means at this place of a text.
    fn is_meant(&self, text: &[String], start: usize) -> bool {
        let end = (start + self.stems.len()).min(text.len());
        let before = &text[start.saturating_sub(NEIGHBOURS)..start];
        let near = || before.iter().chain(text[end..].iter().take(NEIGHBOURS));
        let ThesaurusGroup { beside, not_beside, .. } = &*self.group;
        (beside.is_empty() || near().any(|stem| beside.contains(stem)))
            && (not_beside.is_empty() || !near().any(|stem| not_beside.contains(stem)))
    }
}

impl Expander {
    pub(super) fn new(thesaurus: &Thesaurus) -> Self {
        let mut expander = Self { phrases: HashMap::new(), groups: 0 };
        for SameWords { words, beside, not_beside } in &thesaurus.same {
            expander.add([words, words], (SAME, false, false), [beside, not_beside]);
        }
        for ThesaurusStep { words, also, beside, not_beside } in &thesaurus.instead {
            let replaces = !beside.is_empty();
            expander.add([words, also], (SAME, false, replaces), [beside, not_beside]);
        }
        for ThesaurusStep { words, also, beside, not_beside } in &thesaurus.broader {
            expander.add([words, also], (BROADER, true, false), [beside, not_beside]);
        }
        expander
    }

    fn add(
        &mut self,
        [from, to]: [&[String]; 2],
        (weight, broader, replaces): (f32, bool, bool),
        [beside, not_beside]: [&[String]; 2],
    ) {
        let all_stems = |texts: &[String]| texts.iter().flat_map(|text| stems(text)).collect();
        let group = Arc::new(ThesaurusGroup {
            number: self.groups,
            becomes: to.iter().map(|text| (text.clone(), stems(text))).collect(),
            weight,
            broader,
            replaces,
            beside: all_stems(beside),
            not_beside: all_stems(not_beside),
        });
        for stems in from.iter().map(|text| stems(text)) {
            let Some(first) = stems.first().cloned() else { continue };
            let phrase = ThesaurusPhrase { stems, group: Arc::clone(&group) };
            self.phrases.entry(first).or_default().push(phrase);
        }
        self.groups += 1;
    }

    /// The groups of the thesaurus one of whose phrases begins at a place of a text, given as stems:
    /// the number of the group, how many stems the phrase has, and the stems of the phrases that
    /// mean the same.
    pub(super) fn groups_at<'a>(
        &'a self,
        text: &'a [String],
        start: usize,
    ) -> impl Iterator<Item = (usize, usize, impl Iterator<Item = &'a Vec<String>>)> {
        let phrases = text.get(start).and_then(|first| self.phrases.get(first));
        let begins = move |phrase: &&ThesaurusPhrase| {
            !phrase.group.broader
                && text[start..].starts_with(&phrase.stems)
                && phrase.is_meant(text, start)
        };
        phrases.into_iter().flatten().filter(begins).map(|phrase| {
            let same = phrase.group.becomes.iter().map(|(_, stems)| stems);
            (phrase.group.number, phrase.stems.len(), same)
        })
    }

    /// Corrects, completes and expands what was typed.
    /// `vocabulary` is asked for only if a word is unfinished, or not in the index.
    pub(super) fn prepare<'v>(
        &self,
        query: &Query,
        vocabulary: &dyn Fn() -> &'v Vocabulary,
        lookup: &IndexLookup<'_>,
        typing: bool,
    ) -> ExpandedQuery {
        let mut sought = ExpandedQuery::default();
        let last = query.words.len().wrapping_sub(1);
        for (at, word) in query.words.iter().enumerate() {
            let unfinished = typing && at == last && !word.exact;
            let known = is_known(word, unfinished, vocabulary, lookup);
            if !known && let Some(parts) = split(&word.text, lookup) {
                sought.corrections.push((word.text.clone(), parts.join(" ")));
                sought.units.extend(parts.map(|part| unit_of(part.to_owned(), false)));
                continue;
            }
            let is_part = |(first, second): (&QueryWord, &QueryWord)| {
                joined(&first.text, &second.text, first.is_hyphenated, lookup).is_some()
            };
            let before = at.checked_sub(1).and_then(|before| query.words.get(before));
            let after = query.words.get(at + 1);
            let is_right = known
                || before.is_some_and(|before| is_part((before, word)))
                || after.is_some_and(|after| is_part((word, after)));
            let near = if is_right { Vec::new() } else { vocabulary().corrections(&word.text) };
            let mut near = near.into_iter();
            let meant = near.next().unwrap_or(&word.text).to_owned();
            if meant != word.text {
                sought.corrections.push((word.text.clone(), meant.clone()));
            }
            let mut unit = unit_of(meant, word.exact);
            for other in near {
                unit.add_word(other, LESS_LIKELY);
            }
            // One letter begins too many words to mean any of them.
            if unfinished && unit.text.chars().count() > 1 {
                for word in vocabulary().completions(&unit.text, MAX_COMPLETIONS) {
                    unit.add_word(word, COMPLETED);
                }
            }
            sought.units.push(unit);
        }
        sought.pairs = pairs(&sought.units);
        add_section_numbers(&mut sought.units);
        add_phone_numbers(&mut sought.units, lookup);
        add_joined(query, &mut sought, lookup);
        self.expand(&mut sought);
        self.expand_ages(&mut sought);
        sought.phrases =
            query.phrases.iter().map(|phrase| phrase.iter().map(|w| stem(w)).collect()).collect();
        sought.excluded = query.excluded.iter().map(|word| stem(word)).collect();
        sought
    }

    /// Notes how old the children are, and adds what the thesaurus has for “8 year old” to each age,
    /// however it was typed.
    fn expand_ages(&self, sought: &mut ExpandedQuery) {
        let words: Vec<&str> = sought.units.iter().map(|unit| unit.text.as_str()).collect();
        for (at, years) in ages_in_query(&words) {
            let phrase = stems(&format!("{} year old", years.start()));
            let known = phrase.first().and_then(|first| self.phrases.get(first));
            let same = known.into_iter().flatten().filter(|known| known.stems == phrase);
            let unit = &mut sought.units[at];
            unit.is_age = true;
            for (_, alternative) in same.flat_map(ThesaurusPhrase::alternatives) {
                unit.add(alternative);
            }
            sought.ages.extend(years);
        }
        // “boy 8”: nothing else says what is sought.
        let says_nothing = |unit: &QueryUnit| unit.weight < 1.0 || is_person(&unit.text);
        if sought.units.iter().all(says_nothing) {
            sought.units.iter_mut().filter(|unit| unit.is_age).for_each(|unit| unit.weight = 1.0);
        }
    }

    /// The phrases of one word, or of several, that may begin with a unit.
    fn beginning(&self, unit: &QueryUnit, several: bool) -> Vec<&ThesaurusPhrase> {
        unit.single_stems(several)
            .filter_map(|stem| self.phrases.get(stem))
            .flatten()
            .filter(|phrase| (phrase.stems.len() > 1) == several)
            .collect()
    }

    /// Adds to each unit what the thesaurus has for it, alone or with its neighbours.
    fn expand(&self, sought: &mut ExpandedQuery) {
        let typed: Vec<String> = sought
            .units
            .iter()
            .map(|unit| unit.alternatives[0].stems.first().cloned().unwrap_or_default())
            .collect();
        let places = (0..typed.len()).map(|start| (start, false));
        let places = places.chain((0..typed.len()).map(|start| (start, true)));
        // Single words first: `yr` has become `year` when `7 year old` is looked for.
        for (start, several) in places {
            for phrase in self.beginning(&sought.units[start], several) {
                let end = start + phrase.stems.len();
                let covered = sought.units.get(start..end).is_some_and(|units| {
                    units.iter().zip(&phrase.stems).all(|(unit, stem)| unit.may_be(stem, several))
                });
                let is_exact = || sought.units[start..end].iter().any(|unit| unit.exact);
                if !covered || is_exact() || !phrase.is_meant(&typed, start) {
                    continue;
                }
                if phrase.group.replaces {
                    for unit in &mut sought.units[start..end] {
                        unit.alternatives[0].weight = REPLACED;
                    }
                }
                for (text, alternative) in phrase.alternatives() {
                    let holds = |words: &[String]| words == alternative.stems;
                    if !sought.expanded.iter().any(|known| known == text)
                        && !typed.windows(alternative.stems.len()).any(holds)
                    {
                        sought.expanded.push(text.to_owned());
                    }
                    for unit in &mut sought.units[start..end] {
                        // What stands for the whole phrase stands for each of its words.
                        let known = unit
                            .alternatives
                            .iter_mut()
                            .find(|known| known.stems == alternative.stems);
                        match known {
                            Some(known) if known.weight < alternative.weight => {
                                *known = alternative.clone();
                            }
                            Some(_) => {}
                            None => unit.alternatives.push(alternative.clone()),
                        }
                    }
                }
            }
        }
    }
}

fn pairs(units: &[QueryUnit]) -> Vec<[String; 2]> {
    let typed = |unit: &QueryUnit| unit.alternatives.first().and_then(|a| a.stems.first()).cloned();
    units
        .windows(2)
        .filter(|pair| pair.iter().any(|unit| unit.weight >= EVERYDAY))
        .filter_map(|pair| Some([typed(&pair[0])?, typed(&pair[1])?]))
        .collect()
}

fn stems(text: &str) -> Vec<String> {
    words(text).map(|word| stem(&word.text)).collect()
}

/// A unit of one word.
fn unit_of(text: String, exact: bool) -> QueryUnit {
    let weight = match () {
        () if exact => 1.0,
        () if is_code(&text) => CODE,
        () if is_stop_word(&text) => STOP,
        () if is_age_word(&text) => AGE,
        () if is_everyday_word(&text) => EVERYDAY,
        () => 1.0,
    };
    let mut unit = QueryUnit { exact, weight, ..QueryUnit::default() };
    unit.add_word(&text, 1.0);
    unit.text = text;
    unit
}

/// Whether a word is a code or the number of a form: it has letters and digits.
fn is_code(word: &str) -> bool {
    let has = |kind: fn(&char) -> bool| word.chars().any(|c| kind(&c));
    has(char::is_ascii_alphabetic) && has(char::is_ascii_digit)
}

/// Whether a word is meant as it is written.
fn is_known<'v>(
    word: &QueryWord,
    unfinished: bool,
    vocabulary: &dyn Fn() -> &'v Vocabulary,
    lookup: &IndexLookup<'_>,
) -> bool {
    // The vocabulary last: the first to ask for it waits until all of it is read.
    word.exact
        || is_stop_word(&word.text)
        || (lookup.has)(&stem(&word.text))
        || vocabulary().knows(&word.text)
        || (unfinished && vocabulary().goes_on(&word.text))
}

/// A number behind one of these words names something: it is no age.
const NUMBERED: [&str; 2] = ["section", "outcome"];

/// Adds “s17” to “section 17”, and has the number count like a word.
fn add_section_numbers(units: &mut [QueryUnit]) {
    for at in 1..units.len() {
        let number = units[at].text.clone();
        let is_number = number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit());
        let [before, unit] = &mut units[at - 1..=at] else { continue };
        if !is_number || unit.exact || !NUMBERED.contains(&before.text.as_str()) {
            continue;
        }
        unit.weight = 1.0;
        if before.text == "section" {
            before.add_word(&format!("s{number}"), 1.0);
            unit.add_word(&format!("s{number}"), 1.0);
        }
    }
}

/// Adds to a telephone number how entries space it.
fn add_phone_numbers(units: &mut [QueryUnit], lookup: &IndexLookup<'_>) {
    let is_number = |unit: &QueryUnit| !unit.exact && unit.text.bytes().all(|b| b.is_ascii_digit());
    let mut start = 0;
    while start < units.len() {
        let length = units[start..].iter().take_while(|unit| is_number(unit)).count();
        let run = &mut units[start..start + length];
        let words: Vec<&str> = run.iter().map(|unit| unit.text.as_str()).collect();
        for stems in phone_spacings(&words, lookup) {
            for unit in run.iter_mut() {
                unit.add(Alternative { stems: stems.clone(), weight: 1.0, broader: false });
                (unit.weight, unit.is_phone) = (1.0, true);
            }
        }
        start += length.max(1);
    }
}

/// Adds the words that neighbours make together.
fn add_joined(query: &Query, sought: &mut ExpandedQuery, lookup: &IndexLookup<'_>) {
    for pair in query.words.windows(2).filter(|pair| !pair.iter().any(|word| word.exact)) {
        let [first, second] = pair else { continue };
        let Some(whole) = joined(&first.text, &second.text, first.is_hyphenated, lookup) else {
            continue;
        };
        let is_pair =
            |units: &[QueryUnit]| units[0].text == first.text && units[1].text == second.text;
        if let Some(at) = sought.units.windows(2).position(is_pair) {
            sought.units[at].add_word(&whole, SAME);
            sought.units[at + 1].add_word(&whole, SAME);
            sought.expanded.push(whole);
        }
    }
}
