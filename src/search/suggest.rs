//! Which entries are worth a glance beside what somebody writes in a note, each with the sentence
//! that answers.
//!
//! A note is not a query: most of its words are everyday ones, and most passages need no guidance.
//! So only words and phrases of the field count, and for an entry only as far as it is about them:
//! a word in one of its many lines says nothing. What does not score enough is not
//! suggested at all.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::{
    index::{BODY, FIELDS, GONE, HEADING, SectionIndex},
    rank::each_in_a_row,
    searcher::Searcher,
    token::{WordSet, is_age_word, is_everyday_word, is_stop_word, stem, words},
};
use crate::knowledge::{Entry, Status};

/// Suggestions for a passage.
pub const MAX_SUGGESTIONS: usize = 3;

/// What a place of a word counts: title, an alias, summary, heading, body.
const PLACE: [f32; FIELDS] = [3.0, 1.0, 1.5, 1.0, 0.5];
/// In the body of one section, further places do not count.
const MAX_IN_SECTION: u32 = 3;
/// An entry is about a word that occurs in it so often; less counts for far less.
const ABOUT: f32 = 3.0;
/// An entry with so many places is among those that make a word frequent.
const MENTIONS: f32 = 2.0;
/// How much words of the thesaurus count against the word itself.
const SAME: f32 = 0.8;
/// How much words count that nearly every passage has: who, where, and what was chosen.
const CONTEXT: f32 = 0.4;
/// How much such a word counts in a phrase that people look for.
const CONTEXT_IN_PHRASE: f32 = 0.3;
/// How much an alias counts that occurs in the passage.
const PHRASE: f32 = 0.6;
/// The share of an alias that must occur in the passage.
const MIN_PHRASE: f32 = 0.6;
/// The aliases of so many entries are compared.
const MAX_COMPARED: usize = 30;
/// How much the stage raises the entries that it pins.
const PINNED: f32 = 1.1;
/// Who and where can add no more than this to what a passage is about.
const MAX_CONTEXT: f32 = 0.6;
/// How much words of the passage count for standing in one section of the entry together.
const TOGETHER: f32 = 0.2;
/// What each word counts of a title or alias that is said in the passage, small words as well.
const SAID: f32 = 1.0;
/// What is worth a glance.
const MIN_SCORE: f32 = 3.6;
/// Some word or phrase of the field must count for so much by itself.
const MIN_EVIDENCE: f32 = 1.5;
/// A further suggestion is not much weaker than the first.
const MIN_SHARE: f32 = 0.5;
/// Shorter words say little, unless the thesaurus knows them.
const MIN_WORD_CHARS: usize = 4;
/// Words and phrases that are looked up for one passage.
const MAX_TERMS: usize = 24;
/// Characters of an answering sentence.
const MAX_ANSWER_CHARS: usize = 180;
const MIN_ANSWER_CHARS: usize = 40;
/// How much the summary, and a sentence of the opening answer, count more than one further down.
const SUMMARY: f32 = 1.6;
const OPENING: f32 = 1.3;
/// Beginnings of sentences that answer nothing without the one before.
const LEANS_ON_OTHERS: [&str; 16] = [
    "it", "its", "this", "that", "these", "those", "they", "he", "she", "both", "but", "and", "so",
    "some", "others", "our",
];

/// Something written in a note, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// As it is written.
    pub text: String,
    /// Answers chosen beside it, in the words of the form.
    pub answers: Vec<String>,
    /// The ids of the entries that the stage pins.
    pub pinned: Vec<String>,
}

/// An entry that is worth a glance.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The entry.
    pub id: String,
    /// The sentence of it that answers.
    pub answer: String,
}

/// A word or phrase of a passage, with all that means the same.
struct Term {
    /// As they are in the passage.
    own: Vec<Vec<String>>,
    /// What else may stand for it.
    same: Vec<Vec<String>>,
    /// Groups of the thesaurus it is in.
    groups: Vec<usize>,
    weight: f32,
}

/// A term, looked up.
struct CountedTerm {
    /// How much it says: much if few entries mention it.
    rarity: f32,
    weight: f32,
    /// By entry, how much of it is about the term, from 0 to 1.
    about: HashMap<u32, f32>,
    /// The sections of entries in which it stands itself.
    sections: HashSet<u32>,
    /// Everything that stands for it.
    phrases: Vec<Vec<String>>,
}

impl Searcher {
    /// The entries worth a glance beside a passage, the best first, three at most; none rather than
    /// one that only shares a word.
    pub fn suggest(&self, passage: &Passage) -> Vec<Suggestion> {
        let Some(index) = self.index() else { return Vec::new() };
        let said: Vec<String> = words(&passage.text).map(|word| stem(&word.text)).collect();
        let terms: Vec<CountedTerm> =
            self.terms(passage).into_iter().filter_map(|term| count(index, term)).collect();
        let mut scored = self.score(index, &terms, &said, &passage.pinned);
        let score = |one: &Scored| one.score + one.said;
        scored.retain(|one| one.evidence >= MIN_EVIDENCE && score(one) >= MIN_SCORE);
        let best = scored.first().map_or(0.0, score);
        scored.retain(|one| score(one) >= best * MIN_SHARE);
        scored.truncate(MAX_SUGGESTIONS);
        let suggestion = |one: &Scored| {
            let entry = &self.entries()[one.entry as usize];
            Suggestion { id: entry.id.clone(), answer: answer(index, one.entry, entry, &terms) }
        };
        scored.iter().map(suggestion).collect()
    }

    /// The words and phrases of a passage that say what it is about.
    fn terms(&self, passage: &Passage) -> Vec<Term> {
        let mut terms = Vec::new();
        self.add_terms(&mut terms, &passage.text, 1.0);
        for answer in &passage.answers {
            self.add_terms(&mut terms, answer, CONTEXT);
        }
        terms.truncate(MAX_TERMS);
        terms
    }

    fn add_terms(&self, terms: &mut Vec<Term>, text: &str, weight: f32) {
        let folded: Vec<String> = words(text).map(|word| word.text).collect();
        let stems: Vec<String> = folded.iter().map(|word| stem(word)).collect();
        let mut in_phrase = vec![false; stems.len()];
        // Phrases first: “learning disability” is not about learning.
        for several in [true, false] {
            for start in 0..stems.len() {
                let says_little = is_stop_word(&folded[start]) || is_common(&folded[start]);
                if !several && (in_phrase[start] || says_little) {
                    continue;
                }
                let word_weight =
                    if !several && is_context(&folded[start]) { CONTEXT } else { 1.0 };
                let mut found = Term {
                    own: Vec::new(),
                    same: Vec::new(),
                    groups: Vec::new(),
                    weight: weight.min(word_weight),
                };
                for (group, length, same) in self.expander().groups_at(&stems, start) {
                    if (length > 1) == several {
                        found.own.push(stems[start..start + length].to_vec());
                        found.groups.push(group);
                        found.same.extend(same.cloned());
                        in_phrase[start..start + length].fill(several);
                    }
                }
                if !several && folded[start].chars().count() >= MIN_WORD_CHARS {
                    found.own.push(vec![stems[start].clone()]);
                }
                found.own.dedup();
                if !found.own.is_empty() {
                    add(terms, found);
                }
            }
        }
    }

    /// The entries that the terms and the phrases lead to, the best first.
    fn score(
        &self,
        index: &SectionIndex,
        terms: &[CountedTerm],
        said: &[String],
        pinned: &[String],
    ) -> Vec<Scored> {
        let mut by_entry: HashMap<u32, Scored> = HashMap::new();
        for term in terms {
            for (&entry, about) in &term.about {
                let scored = by_entry.entry(entry).or_insert(Scored::of(entry));
                let worth = term.rarity * term.weight * about;
                if term.weight > CONTEXT {
                    scored.score += worth;
                    scored.evidence = scored.evidence.max(worth);
                } else {
                    scored.context += worth;
                }
            }
        }
        let phrases = self.phrases().said(said);
        for entry in phrases.keys() {
            by_entry.entry(*entry).or_insert(Scored::of(*entry));
        }
        let mut scored: Vec<Scored> = by_entry.into_values().collect();
        let is_current = |one: &Scored| {
            let entry = self.entries().get(one.entry as usize);
            entry.is_some_and(|entry| entry.status == Status::Current)
        };
        scored.retain(is_current);
        for one in &mut scored {
            one.score += one.context.min(MAX_CONTEXT);
            one.said = SAID * phrases.get(&one.entry).map_or(0.0, |many| *many as f32);
        }
        let better = |a: &Scored, b: &Scored| {
            (b.score + b.said).total_cmp(&(a.score + a.said)).then(a.entry.cmp(&b.entry))
        };
        scored.sort_unstable_by(better);
        scored.truncate(MAX_COMPARED);
        let rarity: HashMap<&str, f32> = terms
            .iter()
            .flat_map(|term| term.phrases.iter().flatten().map(|stem| (stem.as_str(), term.rarity)))
            .collect();
        let words: HashSet<&String> = said.iter().collect();
        for one in &mut scored {
            let entry = &self.entries()[one.entry as usize];
            let names = std::iter::once(&entry.title).chain(&entry.aliases);
            let named = names.map(|name| phrase_worth(name, &words, &rarity)).fold(0.0, f32::max);
            let together = TOGETHER * together(index, one.entry, terms);
            one.said = one.said.max(named);
            one.score += together;
            one.evidence = one.evidence.max(one.said).max(together);
            if pinned.contains(&entry.id) {
                one.score *= PINNED;
                one.said *= PINNED;
            }
        }
        scored.sort_unstable_by(better);
        scored
    }
}

/// What the terms in one section of an entry are worth together, the best of them apart.
fn together(index: &SectionIndex, entry: u32, terms: &[CountedTerm]) -> f32 {
    let (first, end) = index.sections_of[entry as usize];
    let of_section = |section: u32| {
        let here = terms.iter().filter(|term| term.sections.contains(&section));
        let worths = here.map(|term| term.rarity * term.weight);
        let (sum, best) =
            worths.fold((0.0, 0.0_f32), |(sum, best), one| (sum + one, best.max(one)));
        sum - best
    };
    (first..end).map(of_section).fold(0.0, f32::max)
}

/// An entry, and what speaks for it.
struct Scored {
    entry: u32,
    score: f32,
    /// What who and where add.
    context: f32,
    /// What a title or alias is worth that is said.
    said: f32,
    /// The strongest word or phrase of the field.
    evidence: f32,
}

impl Scored {
    fn of(entry: u32) -> Self {
        Self { entry, score: 0.0, context: 0.0, said: 0.0, evidence: 0.0 }
    }
}

/// Adds a term, to one of the same group of the thesaurus if there is one: brother and sister are
/// one thing.
fn add(terms: &mut Vec<Term>, found: Term) {
    let is_same = |known: &&mut Term| {
        known.groups.iter().any(|group| found.groups.contains(group))
            || known.own.iter().any(|own| found.own.contains(own))
    };
    let Some(known) = terms.iter_mut().find(is_same) else { return terms.push(found) };
    known.weight = known.weight.max(found.weight);
    known.groups.extend(found.groups);
    for own in found.own {
        if !known.own.contains(&own) {
            known.own.push(own);
        }
    }
    known.same.extend(found.same);
}

/// Looks a term up; nothing if no entry has it.
fn count(index: &SectionIndex, term: Term) -> Option<CountedTerm> {
    let mut sections = HashSet::new();
    let own = places(index, &term.own, &mut |section| {
        sections.insert(section);
    });
    let others: Vec<Vec<String>> = {
        let mut known: HashSet<&Vec<String>> = term.own.iter().collect();
        term.same.iter().filter(|phrase| known.insert(phrase)).cloned().collect()
    };
    let mut all = own.clone();
    for (entry, count) in places(index, &others, &mut |_| {}) {
        *all.entry(entry).or_default() += count;
    }
    if all.is_empty() {
        return None;
    }
    let entries = index.sections_of.len() as f32;
    let mentioning = all.values().filter(|count| **count >= MENTIONS).count() as f32;
    let about = all.iter().map(|(entry, all)| {
        let count = own.get(entry).copied().unwrap_or(0.0).max(SAME * all);
        (*entry, count * count / (count * count + ABOUT * ABOUT))
    });
    Some(CountedTerm {
        rarity: ((entries + 1.0) / (mentioning + 1.0)).ln(),
        weight: term.weight,
        about: about.collect(),
        sections,
        phrases: term.own.into_iter().chain(others).collect(),
    })
}

/// How often each entry has one of these phrases, by the weight of the places; calls back with each
/// section whose heading or text has one.
fn places(
    index: &SectionIndex,
    phrases: &[Vec<String>],
    in_section: &mut impl FnMut(u32),
) -> HashMap<u32, f32> {
    let mut places: HashMap<u32, f32> = HashMap::new();
    for phrase in phrases {
        for part in &index.parts {
            for (at, field) in part.fields.iter().enumerate() {
                let mut found = |section: u32, times: u32| {
                    let entry = part.entry_of.get(section as usize).copied().unwrap_or(GONE);
                    if entry != GONE {
                        let times = match at {
                            BODY => times.min(MAX_IN_SECTION),
                            ALIASES => times,
                            _ => 1,
                        };
                        *places.entry(entry).or_default() += PLACE[at] * times as f32;
                        if at >= HEADING {
                            in_section(part.first + section);
                        }
                    }
                };
                // What cannot be read is not there.
                let _ = match phrase.as_slice() {
                    [stem] => field.each_with(stem, &mut found),
                    stems => each_in_a_row(field, stems, None, &mut |section, times| {
                        found(section, times);
                        section + 1
                    }),
                };
            }
        }
    }
    places
}

/// The place of the aliases among the fields.
const ALIASES: usize = 1;

/// What a title or alias is worth whose words occur in the passage.
fn phrase_worth(name: &str, said: &HashSet<&String>, rarity: &HashMap<&str, f32>) -> f32 {
    let (mut all, mut here, mut found, mut worth) = (0.0, 0.0, 0, 0.0);
    for word in words(name).filter(|word| !is_stop_word(&word.text)) {
        let weight =
            if is_common(&word.text) || is_context(&word.text) { CONTEXT_IN_PHRASE } else { 1.0 };
        all += weight;
        let stem = stem(&word.text);
        if said.contains(&stem) {
            here += weight;
            found += 1;
            worth += weight * rarity.get(stem.as_str()).copied().unwrap_or(1.0);
        }
    }
    let share = here / f32::max(all, f32::EPSILON);
    if found < 2 || share < MIN_PHRASE { 0.0 } else { worth * share * share * PHRASE }
}

/// The sentence of an entry that answers: the one that has most of the terms, or the first of its
/// summary.
fn answer(index: &SectionIndex, at: u32, entry: &Entry, terms: &[CountedTerm]) -> String {
    let (first, end) = index.sections_of[at as usize];
    let mut best: (f32, Option<String>) = (0.0, None);
    let summary = shortened_summary(&entry.summary);
    let mut consider = |sentence: &str, factor: f32, needed: usize| {
        let (worth, found) = worth_of(sentence, terms);
        if found >= needed && worth * factor > best.0 {
            best = (worth * factor, Some(sentence.to_owned()));
        }
    };
    consider(&summary, SUMMARY, 1);
    for section in first..end {
        let (heading, text) = index.section(section);
        // What to avoid reads like advice where it stands alone.
        if heading.eq_ignore_ascii_case("pitfalls") {
            continue;
        }
        let factor = if section == first { OPENING } else { 1.0 };
        // A cell of a table says little without its row and its heading.
        for line in text.lines().filter(|line| !line.contains(" · ")) {
            for sentence in sentences(line).filter(|sentence| stands_alone(sentence)) {
                consider(sentence, factor, 2);
            }
        }
    }
    best.1.unwrap_or(summary)
}

/// What the terms in a sentence are worth, and how many there are.
fn worth_of(sentence: &str, terms: &[CountedTerm]) -> (f32, usize) {
    let stems: Vec<String> = words(sentence).map(|word| stem(&word.text)).collect();
    let has = |term: &&CountedTerm| {
        term.phrases
            .iter()
            .any(|phrase| stems.windows(phrase.len().max(1)).any(|run| run == phrase))
    };
    let found: Vec<&CountedTerm> = terms.iter().filter(has).collect();
    (found.iter().map(|term| term.rarity * term.weight).sum(), found.len())
}

/// The summary, as many of its sentences as there is room for.
fn shortened_summary(summary: &str) -> String {
    let mut short = String::new();
    for sentence in sentences(summary) {
        if !short.is_empty() {
            if short.chars().count() + sentence.chars().count() >= MAX_ANSWER_CHARS {
                break;
            }
            short.push(' ');
        }
        short.push_str(sentence);
    }
    short
}

/// The sentences of a line, each with its end.
fn sentences(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut chars = rest.char_indices().peekable();
        let mut end = rest.len();
        while let Some((_, c)) = chars.next() {
            if matches!(c, '.' | '?' | '!') {
                while chars.next_if(|(_, c)| matches!(c, '”' | '"' | ')' | '’')).is_some() {}
                let after: String = chars.clone().take(2).map(|(_, c)| c).collect();
                let mut after = after.chars();
                // Not within “e.g. a school” or “0.5”.
                if after.next() == Some(' ') && after.next().is_some_and(|c| !c.is_lowercase()) {
                    end = chars.peek().map_or(rest.len(), |(at, _)| *at);
                    break;
                }
            }
        }
        let (sentence, after) = rest.split_at(end);
        rest = after.trim_start();
        Some(sentence)
    })
}

/// Whether a sentence of the body can be read without the ones around it.
fn stands_alone(sentence: &str) -> bool {
    let length = sentence.chars().count();
    let begins_well = sentence.starts_with(char::is_uppercase)
        && words(sentence)
            .next()
            .is_some_and(|word| !LEANS_ON_OTHERS.contains(&word.text.as_str()));
    // A finding of a study, with its year or its share, does not answer what to do.
    let is_finding = sentence.contains('%')
        || words(sentence).any(|word| word.text.len() == 4 && word.text.parse::<u16>().is_ok());
    (MIN_ANSWER_CHARS..=MAX_ANSWER_CHARS).contains(&length)
        && begins_well
        && !is_finding
        && sentence.ends_with('.')
}

/// Words of everyday notes: frequent in all English, whatever it is about.
fn is_common(word: &str) -> bool {
    const COMMON_WORDS: &str = "\
        above across afternoon ago agree agreed agrees almost along already although among \
        april ate august autumn away bad became become began begin believe best better big \
        both bottom bring brought busy call called came car case cases certain change changed \
        chat class classes clear close closed cold country course cut date days deal december \
        decide different difficult door drink drive drove during early easy eat eaten eight \
        eighteen either eleven end enjoy enjoyed enjoys enough evening everybody fact far \
        february feel feeling feelings feels felt fifteen fifth fifty fine first five follow \
        followed following follows forty forward four fourteen fourth friday full fun funny \
        general given great group half hand happy hard head heads hear heard held herself high \
        himself hot hour hours hundred idea important incident instead itself january july \
        june kind knew lady large last late later latest laugh laughed laughing learn least \
        leave led left liked likes line list listen little live lived lives living long lots \
        loved lovely loves main march match matches meant meet meeting meetings mention met \
        middle minute minutes moment monday month months morning move moved myself name near \
        nearly new next nice nine nobody none nor normal north note nothing november number \
        october often okay older once open order ourselves outside page paper part parts pass \
        past perhaps place places planned please point possible pretty problem question \
        questions quick quickly quiet quietly quite ran rather read reading reads real reason \
        remember rest ring road round run sat saturday say second seem seems send sent \
        september set seven several shall shopping short show showed shown shows side simple \
        since sit sits sitting six sleepy slowly small smile smiled sometimes soon sort speak \
        spoke stand stay stayed step steps stood stop stopped stops story street such suddenly \
        summer sunday sunny talk talked talking talks tea ten themselves therefore thinks \
        third thirteen thirty though thought three through thursday ticket tidy till times \
        today together tomorrow tonight top toward towards town travel true tuesday turn \
        turned twelve twenty twice under understand understands understood unless until upon \
        usual usually walk walked watch watched weather wednesday week weekend weeks went \
        whatever whether winter within without woman word wording words work worked working \
        works world write written wrong wrote year years yesterday young younger yours \
        yourself";
    static KNOWN: WordSet = LazyLock::new(|| COMMON_WORDS.split(' ').collect());
    is_age_word(word) || is_everyday_word(word) || KNOWN.contains(word)
}

/// Words that nearly every note has, since every note says who and where.
fn is_context(word: &str) -> bool {
    const CONTEXT_WORDS: &str = "\
        adult adults assistant assistants aunt aunts boy boys child children class classroom \
        dad dads families family father friend friends girl girls home house kid kids lad man \
        mother mum mums night nights parent parents people person phone phones plan plans \
        pupil pupils room rooms school schools staff student students teacher teachers \
        teaching team uncle uncles woman worker workers";
    static KNOWN: WordSet = LazyLock::new(|| CONTEXT_WORDS.split(' ').collect());
    KNOWN.contains(word)
}
