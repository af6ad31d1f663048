//! From typed words to what is sought: each word a unit with its alternatives, from spelling,
//! completion and the thesaurus.

use std::{collections::HashMap, sync::Arc};

use super::{
    ages::ages_in_query,
    query::{Query, QueryWord},
    token::{is_age_word, is_everyday_word, is_stop_word, stem, words},
    topics::SectionTopic,
    vocabulary::Vocabulary,
};
use crate::knowledge::Thesaurus;

/// How much an alternative counts against the typed word itself.
const SAME: f32 = 0.9;
const BROADER: f32 = 0.35;
const COMPLETED: f32 = 0.7;
const LESS_LIKELY: f32 = 0.5;
/// How much a stop word counts against other words.
const STOP: f32 = 0.25;
/// How much a word of everyday talk counts.
const EVERYDAY: f32 = 0.4;
/// How much an age counts: most answers hold for other ages too, so it must not decide.
const AGE: f32 = 0.15;
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
#[derive(Clone, Debug, PartialEq)]
pub(super) struct QueryUnit {
    /// Stop words count for little.
    pub(super) weight: f32,
    pub(super) is_age: bool,
    pub(super) alternatives: Vec<Alternative>,
}

impl QueryUnit {
    /// Adds a word that may stand for the typed one, unless its stem is there already.
    fn add_word(&mut self, word: &str, weight: f32) {
        let stems = vec![stem(word)];
        if !self.alternatives.iter().any(|known| known.stems == stems) {
            self.alternatives.push(Alternative { stems, weight, broader: false });
        }
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

/// A phrase of the thesaurus, and the others that it becomes.
struct ThesaurusPhrase {
    stems: Vec<String>,
    /// Each as it is written, with its stems. Phrases of a group share them, itself included.
    becomes: Arc<[(String, Vec<String>)]>,
    weight: f32,
    broader: bool,
    /// The number of its group or step in the thesaurus.
    group: usize,
}

impl ThesaurusPhrase {
    /// What the phrase becomes, as it is written and as it is sought.
    fn alternatives(&self) -> impl Iterator<Item = (&str, Alternative)> {
        let others = self.becomes.iter().filter(|(_, stems)| *stems != self.stems);
        others.map(|(text, stems)| {
            let (stems, weight, broader) = (stems.clone(), self.weight, self.broader);
            (text.as_str(), Alternative { stems, weight, broader })
        })
    }
}

impl Expander {
    pub(super) fn new(thesaurus: &Thesaurus) -> Self {
        let mut expander = Self { phrases: HashMap::new(), groups: 0 };
        for group in &thesaurus.same {
            expander.add(&group.words, &group.words, SAME, false);
        }
        let one_way = [(&thesaurus.instead, SAME, false), (&thesaurus.broader, BROADER, true)];
        for (steps, weight, broader) in one_way {
            for step in steps {
                expander.add(&step.words, &step.also, weight, broader);
            }
        }
        expander
    }

    fn add(&mut self, from: &[String], to: &[String], weight: f32, broader: bool) {
        let becomes: Arc<[_]> = to.iter().map(|text| (text.clone(), stems(text))).collect();
        for stems in from.iter().map(|text| stems(text)) {
            let Some(first) = stems.first().cloned() else { continue };
            let becomes = Arc::clone(&becomes);
            let phrase = ThesaurusPhrase { stems, becomes, weight, broader, group: self.groups };
            self.phrases.entry(first).or_default().push(phrase);
        }
        self.groups += 1;
    }

    /// The groups of the thesaurus one of whose phrases these stems begin with: the number of the
    /// group, how many stems the phrase has, and the stems of the phrases that mean the same.
    pub(super) fn groups_at<'a>(
        &'a self,
        stems: &'a [String],
    ) -> impl Iterator<Item = (usize, usize, impl Iterator<Item = &'a Vec<String>>)> {
        let phrases = stems.first().and_then(|first| self.phrases.get(first));
        phrases
            .into_iter()
            .flatten()
            .filter(|phrase| !phrase.broader && stems.starts_with(&phrase.stems))
            .map(|phrase| {
                let same = phrase.becomes.iter().map(|(_, stems)| stems);
                (phrase.group, phrase.stems.len(), same)
            })
    }

    /// Corrects, completes and expands what was typed.
    /// `vocabulary` is asked for only if a word is unfinished, or not in the index.
    pub(super) fn prepare<'v>(
        &self,
        query: &Query,
        vocabulary: &dyn Fn() -> &'v Vocabulary,
        is_indexed: &dyn Fn(&str) -> bool,
        typing: bool,
    ) -> ExpandedQuery {
        let mut sought = ExpandedQuery::default();
        let last = query.words.len().wrapping_sub(1);
        for (at, word) in query.words.iter().enumerate() {
            let unfinished = typing && at == last && !word.exact;
            let (meant, others) = meant(word, unfinished, vocabulary, is_indexed);
            if meant != word.text {
                sought.corrections.push((word.text.clone(), meant.clone()));
            }
            let mut unit = QueryUnit { weight: 1.0, is_age: false, alternatives: Vec::new() };
            unit.add_word(&meant, 1.0);
            for other in &others {
                unit.add_word(other, LESS_LIKELY);
            }
            // One letter begins too many words to mean any of them.
            if unfinished && meant.chars().count() > 1 {
                for word in vocabulary().completions(&meant, MAX_COMPLETIONS) {
                    unit.add_word(word, COMPLETED);
                }
            }
            unit.weight = match () {
                () if word.exact => 1.0,
                () if is_stop_word(&meant) => STOP,
                () if is_age_word(&meant) => AGE,
                () if is_everyday_word(&meant) => EVERYDAY,
                () => 1.0,
            };
            sought.units.push(unit);
        }
        sought.pairs = pairs(&sought.units);
        self.expand(query, &mut sought);
        self.expand_ages(query, &mut sought);
        sought.phrases =
            query.phrases.iter().map(|phrase| phrase.iter().map(|w| stem(w)).collect()).collect();
        sought.excluded = query.excluded.iter().map(|word| stem(word)).collect();
        sought
    }

    /// Notes how old the children are, and adds what the thesaurus has for “8 year old” to each age,
    /// however it was typed.
    fn expand_ages(&self, query: &Query, sought: &mut ExpandedQuery) {
        let words: Vec<&str> = query.words.iter().map(|word| word.text.as_str()).collect();
        for (at, years) in ages_in_query(&words) {
            let phrase = stems(&format!("{} year old", years.start()));
            let known = phrase.first().and_then(|first| self.phrases.get(first));
            let same = known.into_iter().flatten().filter(|known| known.stems == phrase);
            let unit = &mut sought.units[at];
            unit.is_age = true;
            for (_, alternative) in same.flat_map(ThesaurusPhrase::alternatives) {
                if !unit.alternatives.iter().any(|known| known.stems == alternative.stems) {
                    unit.alternatives.push(alternative);
                }
            }
            sought.ages.extend(years);
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
    fn expand(&self, query: &Query, sought: &mut ExpandedQuery) {
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
                if !covered || query.words[start..end].iter().any(|word| word.exact) {
                    continue;
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

/// What a word means, and what else it may have been meant for.
fn meant<'v>(
    word: &QueryWord,
    unfinished: bool,
    vocabulary: &dyn Fn() -> &'v Vocabulary,
    is_indexed: &dyn Fn(&str) -> bool,
) -> (String, Vec<String>) {
    // The vocabulary last: the first to ask for it waits until all of it is read.
    let known = word.exact
        || is_stop_word(&word.text)
        || is_indexed(&stem(&word.text))
        || vocabulary().knows(&word.text)
        || (unfinished && vocabulary().goes_on(&word.text));
    let near = if known { Vec::new() } else { vocabulary().corrections(&word.text) };
    let mut near = near.into_iter();
    let meant = near.next().unwrap_or(&word.text).to_owned();
    (meant, near.map(str::to_owned).collect())
}
