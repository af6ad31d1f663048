//! Which entries match, how well, and which of their sections matches best.
//!
//! Per word, fields are weighed together before they saturate (BM25F), and everything that may
//! stand for a word counts as that word: so matching more of the words typed wins over matching
//! one of them often or in many forms. Weights are the same for every query.

use tantivy::{DocId, DocSet, TERMINATED, Term, postings::Postings, schema::IndexRecordOption};

use super::{
    expand::{Alternative, Sought, Unit},
    index::{BODY, FIELDS, FieldIndex, HEADING, SectionIndex},
};

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

/// An entry that matches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ranked {
    /// A place in the library's entries.
    pub(super) entry: usize,
    pub(super) score: f32,
    /// Its best section.
    pub(super) section: DocId,
}

/// What is known of an entry while words are counted.
#[derive(Clone, Copy)]
struct Tally {
    score: f32,
    /// The weight of all that matched so far.
    counted: f32,
    /// The weight of the typed words that match.
    covered: f32,
    best_score: f32,
    /// As [`Self::best_score`], with the opening answer preferred.
    best_worth: f32,
    best_section: DocId,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            score: 0.0,
            counted: 0.0,
            covered: 0.0,
            best_score: 0.0,
            best_worth: 0.0,
            best_section: DocId::MAX,
        }
    }
}

/// Every admitted entry that matches, in no order; and the weight of each unit.
pub(super) fn rank(
    index: &SectionIndex,
    entries: usize,
    sought: &Sought,
    admitted: &dyn Fn(usize) -> bool,
) -> tantivy::Result<(Vec<Ranked>, Vec<f32>)> {
    let mut tallies = vec![Tally::default(); entries];
    let mut section_scores = vec![0.0_f32; index.sections as usize];
    let mut counter = Counter::new(index, entries);
    let mut weights = Vec::with_capacity(sought.units.len());
    for unit in &sought.units {
        let weight = counter.count(unit, &mut tallies, &mut section_scores)?;
        weights.push(weight);
    }
    let whole: f32 = weights.iter().sum();
    for tally in &mut tallies {
        tally.covered = tally.counted;
    }
    for pair in &sought.pairs {
        let side_by_side = Alternative { stems: pair.to_vec(), weight: 1.0, broader: false };
        let unit = Unit { weight: PAIR, alternatives: vec![side_by_side] };
        counter.count(&unit, &mut tallies, &mut section_scores)?;
    }
    for (section, &score) in section_scores.iter().enumerate() {
        if score > 0.0 {
            let entry = counter.entry_of(section as DocId);
            let opens = counter.opens(section as DocId, entry);
            let tally = &mut tallies[entry];
            tally.best_score = tally.best_score.max(score);
            let worth = if opens { score * OPENING } else { score };
            if worth > tally.best_worth {
                tally.best_worth = worth;
                tally.best_section = section as DocId;
            }
        }
    }
    let mut allowed: Vec<bool> =
        tallies.iter().enumerate().map(|(at, t)| t.covered > 0.0 && admitted(at)).collect();
    for phrase in &sought.phrases {
        let having = counter.entries_with(phrase)?;
        allowed.iter_mut().zip(having).for_each(|(allowed, has)| *allowed &= has);
    }
    for word in &sought.excluded {
        let having = counter.entries_with(std::slice::from_ref(word))?;
        allowed.iter_mut().zip(having).for_each(|(allowed, has)| *allowed &= !has);
    }
    let ranked = tallies
        .iter()
        .zip(allowed)
        .enumerate()
        .filter(|(_, (_, allowed))| *allowed)
        .map(|(entry, (tally, _))| Ranked {
            entry,
            score: (tally.score + SECTION * tally.best_score)
                * (tally.covered / f32::max(whole, f32::EPSILON)).powf(COVERAGE),
            section: tally.best_section,
        })
        .collect();
    Ok((ranked, weights))
}

/// Counts the occurrences of one unit at a time.
struct Counter<'a> {
    index: &'a SectionIndex,
    entries: usize,
    direct: Vec<f32>,
    broader: Vec<f32>,
    touched: Vec<usize>,
    in_section: Vec<f32>,
    touched_sections: Vec<DocId>,
}

impl<'a> Counter<'a> {
    fn new(index: &'a SectionIndex, entries: usize) -> Self {
        Self {
            index,
            entries,
            direct: vec![0.0; entries],
            broader: vec![0.0; entries],
            touched: Vec::new(),
            in_section: vec![0.0; index.sections as usize],
            touched_sections: Vec::new(),
        }
    }

    fn entry_of(&self, section: DocId) -> usize {
        // The index was built from the same entries; a value beyond them cannot be.
        let place = self.index.entry_of.first(section).unwrap_or_default() as usize;
        place.min(self.entries.saturating_sub(1))
    }

    /// Whether a section is the first one of its entry.
    fn opens(&self, section: DocId, entry: usize) -> bool {
        section == 0 || self.entry_of(section - 1) != entry
    }

    /// Adds what a unit is worth to every entry and section that has it; returns its weight.
    fn count(
        &mut self,
        unit: &Unit,
        tallies: &mut [Tally],
        section_scores: &mut [f32],
    ) -> tantivy::Result<f32> {
        let mut typed = 0;
        for alternative in &unit.alternatives {
            self.count_alternative(alternative, tallies)?;
            self.touched.sort_unstable();
            self.touched.dedup();
            if typed == 0 {
                typed = self.touched.len();
            }
        }
        let having = |counts: &[f32], touched: &[usize]| {
            touched.iter().filter(|&&entry| counts[entry] > 0.0).count()
        };
        let direct = TYPED * rarity(self.entries, typed)
            + (1.0 - TYPED) * rarity(self.entries, having(&self.direct, &self.touched));
        let direct = direct * unit.weight;
        let broad = rarity(self.entries, having(&self.broader, &self.touched)) * unit.weight;
        for entry in std::mem::take(&mut self.touched) {
            let tally = &mut tallies[entry];
            let by_direct = direct * saturate(std::mem::take(&mut self.direct[entry]));
            let by_broader = broad.min(direct) * saturate(std::mem::take(&mut self.broader[entry]));
            tally.score += by_direct.max(by_broader);
            tally.counted += if by_direct > 0.0 { direct } else { broad.min(direct) * 0.5 };
        }
        for section in std::mem::take(&mut self.touched_sections) {
            let count = std::mem::take(&mut self.in_section[section as usize]);
            section_scores[section as usize] += direct * saturate(count);
        }
        Ok(direct)
    }

    fn count_alternative(
        &mut self,
        alternative: &Alternative,
        tallies: &mut [Tally],
    ) -> tantivy::Result<()> {
        let index = self.index;
        for (at, field) in index.fields.iter().enumerate() {
            let weight = BOOST[at] * alternative.weight;
            each_occurrence(field, &alternative.stems, &mut |section, times| {
                let length = field.lengths.fieldnorm(section) as f32 / field.mean_length;
                let count = weight * times as f32 / (1.0 - LENGTH[at] + LENGTH[at] * length);
                let entry = self.entry_of(section);
                let counts = if alternative.broader { &mut self.broader } else { &mut self.direct };
                counts[entry] += count;
                self.touched.push(entry);
                tallies[entry].best_section = tallies[entry].best_section.min(section);
                if at == HEADING || at == BODY {
                    self.in_section[section as usize] += count;
                    self.touched_sections.push(section);
                }
            })?;
        }
        Ok(())
    }

    /// Which entries have these stems in a row in some field.
    fn entries_with(&self, stems: &[String]) -> tantivy::Result<Vec<bool>> {
        let mut having = vec![false; self.entries];
        for field in &self.index.fields {
            each_occurrence(field, stems, &mut |section, _| {
                having[self.entry_of(section)] = true;
            })?;
        }
        Ok(having)
    }
}

/// How much finding a word says: little if most entries have it.
fn rarity(entries: usize, having: usize) -> f32 {
    (1.0 + (entries as f32 - having as f32 + 0.5) / (having as f32 + 0.5)).ln()
}

fn saturate(count: f32) -> f32 {
    count / (SATURATION + count)
}

/// Calls back with each section whose field has the stems in a row, and how often.
fn each_occurrence(
    field: &FieldIndex,
    stems: &[String],
    found: &mut dyn FnMut(DocId, u32),
) -> tantivy::Result<()> {
    let option = match stems {
        [_] => IndexRecordOption::WithFreqs,
        _ => IndexRecordOption::WithFreqsAndPositions,
    };
    let mut lists = Vec::with_capacity(stems.len());
    for stem in stems {
        let term = Term::from_field_text(field.field, stem);
        match field.terms.read_postings(&term, option)? {
            Some(list) => lists.push(list),
            None => return Ok(()),
        }
    }
    let Some((first, others)) = lists.split_first_mut() else { return Ok(()) };
    let mut starts: Vec<u32> = Vec::new();
    let mut positions: Vec<u32> = Vec::new();
    let mut section = first.doc();
    'sections: while section != TERMINATED {
        if others.is_empty() {
            found(section, first.term_freq());
            section = first.advance();
            continue;
        }
        for other in others.iter_mut() {
            let at = if other.doc() < section { other.seek(section) } else { other.doc() };
            if at != section {
                section = if at == TERMINATED { TERMINATED } else { first.seek(at) };
                continue 'sections;
            }
        }
        first.positions(&mut starts);
        for (distance, other) in (1..).zip(others.iter_mut()) {
            other.positions(&mut positions);
            starts.retain(|start| positions.binary_search(&(start + distance)).is_ok());
        }
        if !starts.is_empty() {
            found(section, starts.len() as u32);
        }
        section = first.advance();
    }
    Ok(())
}
