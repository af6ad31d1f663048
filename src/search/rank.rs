//! Which entries match, how well, and which of their sections matches best.
//!
//! Per word, fields are weighed together before they saturate (BM25F), and everything that may
//! stand for a word counts as that word: so matching more of the words typed wins over matching
//! one of them often or in many forms. Weights are the same for every query.

mod barrier;

use std::{array, collections::HashMap, num::NonZero, thread};

use tantivy::{
    DocId, DocSet, TERMINATED, TantivyError, Term, fieldnorm::FieldNormReader, postings::Postings,
    schema::IndexRecordOption,
};

use super::{
    expand::{Alternative, ExpandedQuery, QueryUnit},
    index::{FIELDS, FieldIndex, GONE, HEADING, IndexPart, SUMMARY, SectionIndex},
    topics::SectionTopic,
};

use barrier::{Barrier, BarrierGuard, SharedCounts};

/// Title, aliases, summary, heading, body.
const BOOST: [f32; FIELDS] = [6.0, 4.0, 2.0, 1.5, 0.5];
/// What two typed words are worth if they stand side by side in the text as well.
const PAIR: f32 = 0.4;
/// How much a long field counts against its words.
const LENGTH: [f32; FIELDS] = [0.3, 0.3, 0.4, 0.4, 0.5];
/// How soon further occurrences stop to matter.
const SATURATION: f32 = 2.4;
/// How strongly an entry that lacks some of the words falls behind.
const COVERAGE: f32 = 0.35;
/// What a match in the heading of a section counts there, beside one in its text.
const SECTION_HEADING: f32 = 2.0;
/// What a section is worth whose heading is about an age that was typed.
const AGE_IN_HEADING: f32 = 0.5;
/// What the opening answer is worth as the section to show, beside what matches in it.
const OPENING: f32 = 0.3;
/// How much the rarity of the typed word itself counts beside that of all that may stand for it:
/// a word with frequent synonyms still says something.
const TYPED: f32 = 0.6;
/// How much a word's rarity among titles and aliases counts there: “safety” and “plan” stand in most
/// entries, and in few titles.
const NAMED: f32 = 0.8;
/// How much the best section counts beside the whole entry.
const SECTION: f32 = 0.3;

/// A word in more entries than this is common: two common words side by side are looked for in the
/// best entries only.
const COMMON_WORD_ENTRIES: usize = if cfg!(test) { 20 } else { 3_000 };
/// How many of the best entries that is.
const MAX_PAIR_ENTRIES: usize = if cfg!(test) { 10 } else { 1_000 };
/// A phrase is looked for in the found entries only, if there are this many entries for each.
const MIN_ENTRIES_PER_FOUND: usize = 3;

/// Sections of an entry for which rarities are kept ready.
const MAX_SECTIONS: usize = 33;
/// Shares of the words typed that are remembered: looking through more costs what it saves.
const MAX_COVERAGES: usize = 8;

/// From so many sections on, several threads count a share each.
const SHARED: u32 = if cfg!(test) { 60 } else { 50_000 };
/// More threads than this only wait for each other.
const MAX_THREADS: usize = 4;

/// An entry that matches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ranked {
    /// A place in the library's entries.
    pub(super) entry: usize,
    pub(super) score: f32,
    /// The number of its best section.
    pub(super) section: u32,
    /// The share that the words it has are of what all words typed weigh.
    pub(super) covered: f32,
}

/// What counting showed about a typed word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CountedUnit {
    pub(super) weight: f32,
    /// The same among titles and aliases.
    pub(super) in_title: f32,
    /// Whether it, or something that stands for it, is in any entry.
    pub(super) is_found: bool,
}

/// What is known of an entry while words are counted.
#[derive(Clone, Copy, Default)]
struct EntryTally {
    score: f32,
    /// The weight of the typed words that match.
    covered: f32,
}

/// The buffers for counting: one number for each entry and section, all zero between two queries.
///
/// They are used again, so that a query costs what it finds and not what the library holds.
pub(super) struct Workspace {
    tallies: Vec<EntryTally>,
    /// The entries with a tally.
    found: Vec<u32>,
    /// Occurrences of the unit that is being counted, by entry.
    direct: Vec<f32>,
    broader: Vec<f32>,
    /// Those in titles and aliases.
    named: Vec<f32>,
    /// The entries with an occurrence.
    touched: Vec<u32>,
    in_section: Vec<f32>,
    section_scores: Vec<f32>,
    /// By field and length: what one occurrence counts there.
    damping: [[f32; 256]; FIELDS],
    /// By the sections that an entry has and those of them that have a word: the rarity of that word in
    /// the entry. A logarithm for each entry would be a good part of what a common word costs.
    rarities: [[f32; MAX_SECTIONS]; MAX_SECTIONS],
    /// Shares of the words typed and what they leave of a score: few, and the same for many entries.
    coverages: Vec<(f32, f32)>,
}

impl Workspace {
    /// As many as threads should count.
    pub(super) fn for_all(index: &SectionIndex) -> Vec<Self> {
        let threads = match index.sections {
            sections if sections < SHARED => 1,
            _ => thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS),
        };
        (0..threads.min(index.parts.len()).max(1)).map(|_| Self::new(index)).collect()
    }

    pub(super) fn new(index: &SectionIndex) -> Self {
        let (entries, sections) = (index.sections_of.len(), index.sections as usize);
        let damping = array::from_fn(|field| {
            array::from_fn(|length| {
                let words = FieldNormReader::id_to_fieldnorm(length as u8) as f32;
                let length = words / index.mean_lengths[field];
                1.0 / (1.0 - LENGTH[field] + LENGTH[field] * length)
            })
        });
        Self {
            tallies: vec![EntryTally::default(); entries],
            found: Vec::new(),
            direct: vec![0.0; entries],
            broader: vec![0.0; entries],
            named: vec![0.0; entries],
            touched: Vec::new(),
            in_section: vec![0.0; sections],
            section_scores: vec![0.0; sections],
            damping,
            rarities: array::from_fn(|all| array::from_fn(|having| rarity(all, having))),
            coverages: Vec::new(),
        }
    }

    /// The rarity of a word that so many of all sections of an entry have.
    fn rarity_in_entry(&self, all: usize, having: usize) -> f32 {
        let known = self.rarities.get(all).and_then(|of_all| of_all.get(having));
        known.copied().unwrap_or_else(|| rarity(all, having))
    }

    /// What an entry keeps of its score that has this share of the words typed.
    fn coverage(&mut self, covered: f32) -> f32 {
        if let Some((_, left)) = self.coverages.iter().find(|(known, _)| *known == covered) {
            return *left;
        }
        let left = covered.powf(COVERAGE);
        if self.coverages.len() < MAX_COVERAGES {
            self.coverages.push((covered, left));
        }
        left
    }
}

/// Every entry that matches, in no order; and what was counted of each unit. Each workspace counts a
/// share of the parts, on a thread of its own where there are several.
pub(super) fn rank(
    index: &SectionIndex,
    sought: &ExpandedQuery,
    spaces: &mut [Workspace],
) -> tantivy::Result<(Vec<Ranked>, Vec<CountedUnit>)> {
    let barrier = &Barrier::of(spaces.len());
    let shares = shares(&index.parts, spaces.len());
    let mut counters = spaces.iter_mut().zip(shares).map(|(space, parts)| MatchCounter {
        index,
        parts,
        space,
        barrier: BarrierGuard(barrier),
        fault: None,
    });
    let Some(own) = counters.next() else { return Ok(Default::default()) };
    thread::scope(|scope| {
        let others: Vec<_> =
            counters.map(|counter| scope.spawn(move || counter.rank(sought))).collect();
        let (mut ranked, units) = own.rank(sought)?;
        for other in others {
            let gone = || TantivyError::SystemError("part of the search stopped".to_owned());
            ranked.extend(other.join().map_err(|_| gone())??.0);
        }
        Ok((ranked, units))
    })
}

/// The parts in so many shares of about equal size.
fn shares(parts: &[IndexPart], number: usize) -> Vec<Vec<&IndexPart>> {
    let mut shares: Vec<(usize, Vec<&IndexPart>)> = vec![(0, Vec::new()); number];
    let mut largest_first: Vec<&IndexPart> = parts.iter().collect();
    largest_first.sort_by_key(|part| std::cmp::Reverse(part.entry_of.len()));
    for part in largest_first {
        if let Some((size, share)) = shares.iter_mut().min_by_key(|(size, _)| *size) {
            *size += part.entry_of.len();
            share.push(part);
        }
    }
    shares.into_iter().map(|(_, share)| share).collect()
}

/// What a unit is, and where it is looked for.
#[derive(Clone, Copy)]
enum Counting<'s> {
    /// A word that was typed.
    Typed,
    /// Two of them side by side: worth something, but not a word more of those typed.
    SideBySide,
    /// The same in a large library, and in these sections only. How many entries have them in all
    /// is not counted out: not more than have the rarer word.
    SideBySideAmong { sections: &'s [u32], having: usize },
}

/// Counts the occurrences of one unit at a time, in a share of the parts.
struct MatchCounter<'a> {
    index: &'a SectionIndex,
    parts: Vec<&'a IndexPart>,
    space: &'a mut Workspace,
    barrier: BarrierGuard<'a>,
    /// What could not be read. The others are met all the same.
    fault: Option<TantivyError>,
}

impl MatchCounter<'_> {
    /// Every entry of the share that matches; and what was counted of each unit.
    fn rank(mut self, sought: &ExpandedQuery) -> tantivy::Result<(Vec<Ranked>, Vec<CountedUnit>)> {
        let mut units = Vec::with_capacity(sought.units.len());
        // Of the first word of each pair, and so of the second, how many entries have it.
        let mut having: HashMap<&str, usize> = HashMap::new();
        for unit in &sought.units {
            let (counted, typed) = self.count(unit, Counting::Typed);
            units.push(counted);
            let stem = unit.alternatives.first().and_then(|typed| typed.stems.first());
            having.extend(stem.map(|stem| (stem.as_str(), typed)));
        }
        let whole: f32 = units.iter().map(|unit| unit.weight).sum();
        let mut best = None;
        for pair in &sought.pairs {
            let alternative = Alternative { stems: pair.to_vec(), weight: 1.0, broader: false };
            let unit =
                QueryUnit { weight: PAIR, alternatives: vec![alternative], ..QueryUnit::default() };
            let rarer = pair.iter().filter_map(|stem| having.get(stem.as_str())).min();
            let counting = match rarer.copied().filter(|rarer| *rarer > COMMON_WORD_ENTRIES) {
                Some(having) => {
                    let sections = best.get_or_insert_with(|| self.best_sections());
                    Counting::SideBySideAmong { sections, having }
                }
                None => Counting::SideBySide,
            };
            self.count(&unit, counting);
        }
        let phrases = sought.phrases.iter().map(|phrase| (phrase.as_slice(), true));
        let excluded = sought.excluded.iter().map(|word| (std::slice::from_ref(word), false));
        let asked: Vec<(Vec<bool>, bool)> =
            phrases.chain(excluded).map(|(stems, has)| (self.having(stems), has)).collect();
        self.space.coverages.clear();
        let asked_topics: Vec<SectionTopic> =
            SectionTopic::ALL.into_iter().filter(|topic| sought.asks_for(*topic)).collect();
        self.count_ages(&sought.ages);
        let mut ranked = Vec::with_capacity(self.space.found.len());
        for entry in std::mem::take(&mut self.space.found) {
            let found = self.result(entry, whole, &asked_topics);
            let fits = asked.iter().all(|(having, has)| having[entry as usize] == *has);
            if found.score > 0.0 && fits {
                ranked.push(found);
            }
        }
        match self.fault.take() {
            Some(fault) => Err(fault),
            None => Ok((ranked, units)),
        }
    }

    /// The sections of the best entries of all shares so far, as far as they are in this one, in
    /// order.
    fn best_sections(&self) -> Vec<u32> {
        let better = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        let shorten = |best: &mut Vec<(f32, u32)>| {
            if best.len() > MAX_PAIR_ENTRIES {
                best.select_nth_unstable_by(MAX_PAIR_ENTRIES, better);
                best.truncate(MAX_PAIR_ENTRIES);
            }
        };
        let tallied = |entry: &u32| (self.space.tallies[*entry as usize].score, *entry);
        let mut best: Vec<(f32, u32)> = self.space.found.iter().map(tallied).collect();
        shorten(&mut best);
        let mut best =
            self.barrier.0.exchange(SharedCounts { best, ..SharedCounts::default() }).best;
        shorten(&mut best);
        // Those of other shares are in none of the parts of this one.
        let here = best.iter().filter(|(_, entry)| self.space.tallies[*entry as usize].score > 0.0);
        self.sections_of(here.map(|(_, entry)| *entry))
    }

    /// The sections of these entries, in order.
    fn sections_of(&self, entries: impl Iterator<Item = u32>) -> Vec<u32> {
        let ranges = entries.map(|entry| self.index.sections_of[entry as usize]);
        let mut sections: Vec<u32> = ranges.flat_map(|(first, end)| first..end).collect();
        sections.sort_unstable();
        sections
    }

    /// Keeps what went wrong for the end.
    fn note<T: Default>(&mut self, done: tantivy::Result<T>) -> T {
        done.unwrap_or_else(|fault| {
            self.fault.get_or_insert(fault);
            T::default()
        })
    }

    /// Adds what a unit is worth to every entry and section that has it; returns its weights, and
    /// how many entries have the word itself.
    fn count(&mut self, unit: &QueryUnit, counting: Counting<'_>) -> (CountedUnit, usize) {
        // How many entries have one of the alternatives so far, after each of them.
        let mut after = Vec::with_capacity(unit.alternatives.len());
        for alternative in &unit.alternatives {
            let counted = self.count_alternative(alternative, counting);
            self.note(counted);
            after.push(self.space.touched.len());
        }
        let entries = self.index.sections_of.len();
        let space = &mut *self.space;
        let having = |counts: &[f32]| {
            let has = |entry: &&u32| counts[**entry as usize] > 0.0;
            space.touched.iter().filter(has).count()
        };
        let (directly, broadly) = (having(&space.direct), having(&space.broader));
        let named = having(&space.named);
        let SharedCounts { after, directly, broadly, named, .. } = self
            .barrier
            .0
            .exchange(SharedCounts { after, directly, broadly, named, best: Vec::new() });
        // The word itself: the first alternative that is there at all.
        let typed = after.into_iter().find(|many| *many > 0).unwrap_or(0);
        let (typed, directly) = match counting {
            Counting::SideBySideAmong { having, .. } => (having, having),
            _ => (typed, directly),
        };
        let direct = TYPED * rarity(entries, typed) + (1.0 - TYPED) * rarity(entries, directly);
        let direct = direct * unit.weight;
        let broad = rarity(entries, broadly) * unit.weight;
        // A word that is in no title says nothing about titles.
        let by_title = if named > 0 { NAMED * rarity(entries, named) } else { 0.0 };
        let in_title = by_title * unit.weight;
        let weight_in_section = unit.weight_in_section();
        let mut touched = std::mem::take(&mut space.touched);
        for entry in touched.drain(..) {
            let at = entry as usize;
            let by_direct = direct * saturate(std::mem::take(&mut space.direct[at]));
            let by_broader = broad.min(direct) * saturate(std::mem::take(&mut space.broader[at]));
            let by_title = in_title * saturate(std::mem::take(&mut space.named[at]));
            let tally = &mut space.tallies[at];
            if tally.score == 0.0 {
                space.found.push(entry);
            }
            tally.score += by_direct.max(by_broader).max(by_title);
            if matches!(counting, Counting::Typed) {
                tally.covered += if by_direct > 0.0 { direct } else { broad.min(direct) * 0.5 };
            }
            // The section that answers has words that the others of the entry lack.
            let (first, end) = self.index.sections_of[at];
            let sections = first as usize..end as usize;
            let counts = &space.in_section[sections.clone()];
            let having = counts.iter().filter(|count| **count > 0.0).count();
            if having == 0 {
                continue;
            }
            let worth = weight_in_section * space.rarity_in_entry(counts.len(), having);
            let counts = &mut space.in_section[sections.clone()];
            let scores = &mut space.section_scores[sections];
            for (score, count) in scores.iter_mut().zip(counts) {
                *score += worth * saturate(std::mem::take(count));
            }
        }
        space.touched = touched;
        (CountedUnit { weight: direct, in_title: direct.max(in_title), is_found: typed > 0 }, typed)
    }

    /// Adds what it is worth to a section of a found entry that its heading is about an age.
    fn count_ages(&mut self, ages: &[u8]) {
        for at in 0..self.parts.len() {
            let part = self.parts[at];
            for years in ages {
                let space = &mut *self.space;
                let counted = part.each_for_age(*years, &mut |section| {
                    let entry = part.entry_of[section as usize];
                    if space.tallies.get(entry as usize).is_some_and(|tally| tally.score > 0.0) {
                        space.section_scores[(part.first + section) as usize] += AGE_IN_HEADING;
                    }
                });
                self.note(counted);
            }
        }
    }

    fn count_alternative(
        &mut self,
        alternative: &Alternative,
        counting: Counting<'_>,
    ) -> tantivy::Result<()> {
        for at in 0..self.parts.len() {
            let part = self.parts[at];
            let among = match counting {
                Counting::SideBySideAmong { sections, .. } => Some(part.own(sections)),
                _ => None,
            };
            for field in 0..FIELDS {
                self.count_field(alternative, part, field, among.as_deref())?;
            }
        }
        Ok(())
    }

    fn count_field(
        &mut self,
        alternative: &Alternative,
        part: &IndexPart,
        at: usize,
        among: Option<&[u32]>,
    ) -> tantivy::Result<()> {
        let field = &part.fields[at];
        let weight = BOOST[at] * alternative.weight;
        let space = &mut *self.space;
        let (damping, named) = (&space.damping[at], &mut space.named);
        let (counts, others) = if alternative.broader {
            (&mut space.broader, &space.direct)
        } else {
            (&mut space.direct, &space.broader)
        };
        let mut found = |section: u32, times: u32| {
            let place = part.entry_of[section as usize];
            if place == GONE {
                return;
            }
            let entry = place as usize;
            let length = field.lengths.fieldnorm_id(section);
            let count = weight * times as f32 * damping[usize::from(length)];
            if counts[entry] == 0.0 && others[entry] == 0.0 {
                space.touched.push(place);
            }
            counts[entry] += count;
            if at < SUMMARY && !alternative.broader {
                named[entry] += count;
            }
            if at >= HEADING {
                let boost = if at == HEADING { SECTION_HEADING } else { 1.0 };
                space.in_section[(part.first + section) as usize] += boost * count;
            }
        };
        match alternative.stems.as_slice() {
            [stem] => field.each_with(stem, &mut found),
            stems => each_in_a_row(field, stems, among, &mut |section, times| {
                found(section, times);
                section + 1
            }),
        }
    }

    /// What an entry came to; nothing of it is kept.
    fn result(&mut self, entry: u32, whole: f32, asked: &[SectionTopic]) -> Ranked {
        let entry = entry as usize;
        let tally = std::mem::take(&mut self.space.tallies[entry]);
        let (first, end) = self.index.sections_of[entry];
        let (mut best_score, mut best_worth, mut best_section) = (0.0_f32, 0.0, first);
        for section in first..end {
            let score = std::mem::take(&mut self.space.section_scores[section as usize]);
            best_score = best_score.max(score);
            let is_shown =
                self.index.topics[section as usize].is_none_or(|topic| asked.contains(&topic));
            let opening = if section == first && score > 0.0 { OPENING } else { 0.0 };
            if is_shown && score + opening > best_worth {
                (best_worth, best_section) = (score + opening, section);
            }
        }
        let covered = tally.covered / f32::max(whole, f32::EPSILON);
        let score = (tally.score + SECTION * best_score) * self.space.coverage(covered);
        Ranked { entry, score, section: best_section, covered }
    }

    /// Which entries have these stems in a row in some field; of a phrase, only those that were
    /// found are looked at where they are few.
    fn having(&mut self, stems: &[String]) -> Vec<bool> {
        let mut having = vec![false; self.index.sections_of.len()];
        let found = &self.space.found;
        let few = found.len() < self.index.sections_of.len() / MIN_ENTRIES_PER_FOUND;
        let among = (few && stems.len() > 1).then(|| self.sections_of(found.iter().copied()));
        for at in 0..self.parts.len() {
            let part = self.parts[at];
            let among = among.as_ref().map(|sections| part.own(sections));
            let sections_of = &self.index.sections_of;
            let mut found = |section: u32| {
                let entry = part.entry_of[section as usize] as usize;
                having.get_mut(entry).map_or(section + 1, |has| {
                    *has = true;
                    // One place in an entry is enough.
                    sections_of[entry].1 - part.first
                })
            };
            let mut looked = Ok(());
            for field in &part.fields {
                looked = looked.and(match stems {
                    [stem] => field.each_with(stem, &mut |section, _| {
                        found(section);
                    }),
                    _ => each_in_a_row(field, stems, among.as_deref(), &mut |section, _| {
                        found(section)
                    }),
                });
            }
            self.note(looked);
        }
        having
    }
}

/// How much finding a word says: little if most entries have it.
pub(super) fn rarity(entries: usize, having: usize) -> f32 {
    ((entries as f32 - having as f32 + 0.5) / (having as f32 + 0.5)).ln_1p()
}

fn saturate(count: f32) -> f32 {
    count / (SATURATION + count)
}

/// Calls back with each section whose field has the stems in a row, and how often; the answer is
/// the first section of interest after it. Looks at all sections, or at these.
pub(super) fn each_in_a_row(
    field: &FieldIndex,
    stems: &[String],
    among: Option<&[DocId]>,
    found: &mut impl FnMut(DocId, u32) -> DocId,
) -> tantivy::Result<()> {
    let mut lists = Vec::with_capacity(stems.len());
    for (place, stem) in (0..).zip(stems) {
        let term = Term::from_field_text(field.field, stem);
        match field.terms.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)? {
            Some(list) => lists.push((place, list)),
            None => return Ok(()),
        }
    }
    // The rarest leads, and the others follow.
    lists.sort_by_key(|(_, list)| list.size_hint());
    let Some(((place, first), others)) = lists.split_first_mut() else { return Ok(()) };
    let mut starts: Vec<u32> = Vec::new();
    let mut positions: Vec<u32> = Vec::new();
    let mut among = among.map(|sections| sections.iter().copied().peekable());
    let mut section = first.doc();
    'sections: while section != TERMINATED {
        if let Some(among) = &mut among {
            while among.next_if(|next| *next < section).is_some() {}
            let Some(next) = among.peek() else { break };
            if *next > section {
                section = first.seek(*next);
                continue;
            }
        }
        for (_, other) in others.iter_mut() {
            let at = if other.doc() < section { other.seek(section) } else { other.doc() };
            if at != section {
                section = if at == TERMINATED { TERMINATED } else { first.seek(at) };
                continue 'sections;
            }
        }
        first.positions(&mut starts);
        starts.retain(|start| *start >= *place);
        starts.iter_mut().for_each(|start| *start -= *place);
        for (place, other) in others.iter_mut() {
            other.positions(&mut positions);
            starts.retain(|start| positions.binary_search(&(start + *place)).is_ok());
        }
        let next = match starts.len() {
            0 => section + 1,
            times => found(section, times as u32),
        };
        section = if next > section + 1 { first.seek(next) } else { first.advance() };
    }
    Ok(())
}
