//! The buffers for counting: one number for each entry and section, all zero between two queries.
//!
//! They are used again, so that a query costs what it finds and not what the library holds.

use std::{array, num::NonZero, thread};

use tantivy::fieldnorm::FieldNormReader;

use super::{LENGTH, SectionIndex};

/// What is known of an entry while words are counted.
#[derive(Clone, Copy, Default)]
pub(super) struct EntryTally {
    pub(super) score: f32,
    /// The weight of the typed words that match.
    pub(super) covered: f32,
}

/// Buffers for the queries over one index, one at a time.
pub(in crate::search) struct Workspace {
    pub(super) tallies: Vec<EntryTally>,
    /// The entries with a tally.
    pub(super) found: Vec<u32>,
    /// Occurrences of the unit that is being counted, by entry.
    pub(super) direct: Vec<f32>,
    pub(super) broader: Vec<f32>,
    /// The entries with an occurrence.
    pub(super) touched: Vec<u32>,
    pub(super) in_section: Vec<f32>,
    pub(super) section_scores: Vec<f32>,
    /// By field and length: what one occurrence counts there.
    pub(super) damping: [[f32; 256]; super::FIELDS],
}

/// From so many sections on, several threads count a share each.
const SHARED: u32 = if cfg!(test) { 60 } else { 50_000 };
/// More threads than this only wait for each other.
const MAX_THREADS: usize = 4;

impl Workspace {
    /// As many as threads should count.
    pub(in crate::search) fn for_all(index: &SectionIndex) -> Vec<Self> {
        let threads = match index.sections {
            sections if sections < SHARED => 1,
            _ => thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS),
        };
        (0..threads.min(index.parts.len()).max(1)).map(|_| Self::new(index)).collect()
    }

    pub(in crate::search) fn new(index: &SectionIndex) -> Self {
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
            touched: Vec::new(),
            in_section: vec![0.0; sections],
            section_scores: vec![0.0; sections],
            damping,
        }
    }

    pub(super) fn take_found(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.found)
    }
}
