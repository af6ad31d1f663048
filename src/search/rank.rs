//! Which entries match, how well, and which of their sections matches best.
//!
//! Per word, fields are weighed together before they saturate (BM25F), and everything that may
//! stand for a word counts as that word: so matching more of the words typed wins over matching
//! one of them often or in many forms. Weights are the same for every query.

use std::collections::HashMap;

use super::{
    expand::{Alternative, Sought, Unit},
    index::{FIELDS, GONE, HEADING, Part, SectionIndex},
};

mod occurrence;
mod workspace;

use occurrence::{each_in_a_row, each_of_one};
pub(super) use workspace::Workspace;

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
/// How much an equal match in the opening answer counts more than in a later section.
const OPENING: f32 = 1.2;
/// How much the rarity of the typed word itself counts beside that of all that may stand for it:
/// a word with frequent synonyms still says something.
const TYPED: f32 = 0.6;
/// How much the best section counts beside the whole entry.
const SECTION: f32 = 0.1;

/// In how many entries a word is common: two such words side by side are looked for in the best
/// entries only, so many of them.
const MANY: usize = if cfg!(test) { 20 } else { 3_000 };
const LOOKED_AT: usize = if cfg!(test) { 10 } else { 1_000 };

/// An entry that matches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ranked {
    /// A place in the library's entries.
    pub(super) entry: usize,
    pub(super) score: f32,
    /// The number of its best section.
    pub(super) section: u32,
}

/// Every entry that matches, in no order; and the weight of each unit.
pub(super) fn rank(
    index: &SectionIndex,
    sought: &Sought,
    workspace: &mut Workspace,
) -> tantivy::Result<(Vec<Ranked>, Vec<f32>)> {
    let mut counter = Counter { index, space: workspace };
    let mut weights = Vec::with_capacity(sought.units.len());
    // Of the first word of each pair, and so of the second, how many entries have it.
    let mut having: HashMap<&str, usize> = HashMap::new();
    for unit in &sought.units {
        let (weight, typed) = counter.count(unit, Counting::Typed)?;
        weights.push(weight);
        let stem = unit.alternatives.first().and_then(|typed| typed.stems.first());
        having.extend(stem.map(|stem| (stem.as_str(), typed)));
    }
    let whole: f32 = weights.iter().sum();
    let mut best = None;
    for pair in &sought.pairs {
        let alternative = Alternative { stems: pair.to_vec(), weight: 1.0, broader: false };
        let unit = Unit { weight: PAIR, alternatives: vec![alternative] };
        let rarer = pair.iter().filter_map(|stem| having.get(stem.as_str())).min();
        let counting = match rarer.copied().filter(|rarer| *rarer > MANY) {
            Some(having) => {
                let sections = best.get_or_insert_with(|| counter.best_sections());
                Counting::SideBySideAmong { sections, having }
            }
            None => Counting::SideBySide,
        };
        counter.count(&unit, counting)?;
    }
    let phrases = sought.phrases.iter().map(|phrase| (phrase.as_slice(), true));
    let excluded = sought.excluded.iter().map(|word| (std::slice::from_ref(word), false));
    let asked = phrases.chain(excluded).map(|(stems, has)| Ok((counter.having(stems)?, has)));
    let asked: Vec<(Vec<bool>, bool)> = asked.collect::<tantivy::Result<_>>()?;
    let mut ranked = Vec::with_capacity(counter.space.found.len());
    for entry in counter.space.take_found() {
        let found = counter.result(entry, whole);
        if found.score > 0.0 && asked.iter().all(|(having, has)| having[entry as usize] == *has) {
            ranked.push(found);
        }
    }
    Ok((ranked, weights))
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

/// Counts the occurrences of one unit at a time.
struct Counter<'a> {
    index: &'a SectionIndex,
    space: &'a mut Workspace,
}

impl Counter<'_> {
    /// The sections of the best entries so far, in order.
    fn best_sections(&self) -> Vec<u32> {
        let tallies = &self.space.tallies;
        let mut best = self.space.found.clone();
        if best.len() > LOOKED_AT {
            best.select_nth_unstable_by(LOOKED_AT, |a, b| {
                let (one, other) = (&tallies[*a as usize], &tallies[*b as usize]);
                other.score.total_cmp(&one.score).then(a.cmp(b))
            });
            best.truncate(LOOKED_AT);
        }
        let ranges = best.iter().map(|entry| self.index.sections_of[*entry as usize]);
        let mut sections: Vec<u32> = ranges.flat_map(|(first, end)| first..end).collect();
        sections.sort_unstable();
        sections
    }

    /// Adds what a unit is worth to every entry and section that has it; returns its weight, and
    /// how many entries have the word itself.
    fn count(&mut self, unit: &Unit, counting: Counting<'_>) -> tantivy::Result<(f32, usize)> {
        let mut typed = 0;
        for alternative in &unit.alternatives {
            self.count_alternative(alternative, counting)?;
            if typed == 0 {
                typed = self.space.touched.len();
            }
        }
        let entries = self.index.sections_of.len();
        let space = &mut *self.space;
        let having = |counts: &[f32]| {
            let has = |entry: &&u32| counts[**entry as usize] > 0.0;
            space.touched.iter().filter(has).count()
        };
        let (typed, directly) = match counting {
            Counting::SideBySideAmong { having, .. } => (having, having),
            _ => (typed, having(&space.direct)),
        };
        let direct = TYPED * rarity(entries, typed) + (1.0 - TYPED) * rarity(entries, directly);
        let direct = direct * unit.weight;
        let broad = rarity(entries, having(&space.broader)) * unit.weight;
        for entry in space.touched.drain(..) {
            let at = entry as usize;
            let by_direct = direct * saturate(std::mem::take(&mut space.direct[at]));
            let by_broader = broad.min(direct) * saturate(std::mem::take(&mut space.broader[at]));
            let tally = &mut space.tallies[at];
            if tally.score == 0.0 {
                space.found.push(entry);
            }
            tally.score += by_direct.max(by_broader);
            if matches!(counting, Counting::Typed) {
                tally.covered += if by_direct > 0.0 { direct } else { broad.min(direct) * 0.5 };
            }
            let (first, end) = self.index.sections_of[at];
            for section in first as usize..end as usize {
                let count = std::mem::take(&mut space.in_section[section]);
                if count > 0.0 {
                    space.section_scores[section] += direct * saturate(count);
                }
            }
        }
        Ok((direct, typed))
    }

    fn count_alternative(
        &mut self,
        alternative: &Alternative,
        counting: Counting<'_>,
    ) -> tantivy::Result<()> {
        for part in &self.index.parts {
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
        part: &Part,
        at: usize,
        among: Option<&[u32]>,
    ) -> tantivy::Result<()> {
        let field = &part.fields[at];
        let weight = BOOST[at] * alternative.weight;
        let space = &mut *self.space;
        let damping = &space.damping[at];
        let (counts, others) = match alternative.broader {
            true => (&mut space.broader, &space.direct),
            false => (&mut space.direct, &space.broader),
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
            if at >= HEADING {
                space.in_section[(part.first + section) as usize] += count;
            }
        };
        match alternative.stems.as_slice() {
            [stem] => each_of_one(field, stem, &mut found),
            stems => each_in_a_row(field, stems, among, &mut |section, times| {
                found(section, times);
                section + 1
            }),
        }
    }

    /// What an entry came to; nothing of it is kept.
    fn result(&mut self, entry: u32, whole: f32) -> Ranked {
        let entry = entry as usize;
        let tally = std::mem::take(&mut self.space.tallies[entry]);
        let (first, end) = self.index.sections_of[entry];
        let (mut best_score, mut best_worth, mut best_section) = (0.0_f32, 0.0, first);
        for section in first..end {
            let score = std::mem::take(&mut self.space.section_scores[section as usize]);
            best_score = best_score.max(score);
            let worth = if section == first { score * OPENING } else { score };
            if worth > best_worth {
                (best_worth, best_section) = (worth, section);
            }
        }
        let covered = tally.covered / f32::max(whole, f32::EPSILON);
        // Most entries a single word finds have all of it.
        let coverage = if covered == 1.0 { 1.0 } else { covered.powf(COVERAGE) };
        let score = (tally.score + SECTION * best_score) * coverage;
        Ranked { entry, score, section: best_section }
    }

    /// Which entries have these stems in a row in some field.
    fn having(&self, stems: &[String]) -> tantivy::Result<Vec<bool>> {
        let mut having = vec![false; self.index.sections_of.len()];
        for part in &self.index.parts {
            let mut found = |section: u32| {
                let entry = part.entry_of[section as usize] as usize;
                having.get_mut(entry).map_or(section + 1, |has| {
                    *has = true;
                    // One place in an entry is enough.
                    self.index.sections_of[entry].1 - part.first
                })
            };
            for field in &part.fields {
                match stems {
                    [stem] => each_of_one(field, stem, &mut |section, _| {
                        found(section);
                    })?,
                    _ => each_in_a_row(field, stems, None, &mut |section, _| found(section))?,
                }
            }
        }
        Ok(having)
    }
}

/// How much finding a word says: little if most entries have it.
fn rarity(entries: usize, having: usize) -> f32 {
    ((entries as f32 - having as f32 + 0.5) / (having as f32 + 0.5)).ln_1p()
}

fn saturate(count: f32) -> f32 {
    count / (SATURATION + count)
}
