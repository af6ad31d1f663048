//! The index: parts that are built once and never changed, and what is known of them together.
//!
//! Opening never fails: a cache that is missing, damaged, of another version or not writable is
//! rebuilt, or the index stays in memory. The division into parts never shows in an answer: every
//! count is taken over the whole library. Only bundled and installed guidance is written to the
//! disk; notes never are.

mod cache;
pub(super) mod part;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, io, path::Path};

use super::topics::SectionTopic;
use crate::knowledge::{Entry, Library};

use part::ContentKey;
pub(super) use part::{FieldIndex, GONE, IndexPart, Packed};

/// The searched fields, in the order of [`IndexPart::fields`].
pub(super) const FIELDS: usize = 5;
pub(super) const SUMMARY: usize = 2;
pub(super) const HEADING: usize = 3;
pub(super) const BODY: usize = 4;

/// Bytes of text in a part, about: what takes a few seconds to build.
const PART: usize = if cfg!(test) { 64 * 1024 } else { 32 * 1024 * 1024 };

/// Every part of a library's index, open.
pub(super) struct SectionIndex {
    pub(super) parts: Vec<IndexPart>,
    /// For each entry, the numbers of its sections.
    pub(super) sections_of: Vec<(u32, u32)>,
    /// Of all parts, those of entries that have gone too.
    pub(super) sections: u32,
    /// Of each section, whether it answers only who asks for it.
    pub(super) topics: Vec<Option<SectionTopic>>,
    /// Words per document that has them, of each field.
    pub(super) mean_lengths: [f32; FIELDS],
}

/// Why an index could not be had from the cache.
#[derive(Debug, thiserror::Error)]
pub(super) enum IndexError {
    #[error("the saved search data could not be used: {0}")]
    Io(#[from] io::Error),
    #[error("the saved search data could not be read: {0}")]
    Index(#[from] tantivy::TantivyError),
    #[error("the saved search data is damaged")]
    Damaged,
}

impl SectionIndex {
    /// The index of a library: from `cache` if it is there and sound, else built, in `cache` if
    /// that can be written, else in memory. The text says why it is in memory, if that was not
    /// asked for.
    pub(super) fn of(
        library: &Library,
        cache: Option<&Path>,
    ) -> Result<(Self, Option<String>), IndexError> {
        let wanted = keyed(library.entries());
        let in_memory = || Self::new(each_part(&wanted, &IndexPart::in_memory)?, &wanted);
        let Some(cache) = cache else {
            return Ok((in_memory()?, None));
        };
        match cache::parts(cache, library.content_hash(), &wanted)
            .and_then(|parts| Self::new(parts, &wanted))
        {
            Ok(index) => Ok((index, None)),
            Err(error) => {
                let notice = format!(
                    "Search works, but each start is slower, because nothing can be kept in {} \
                     ({error}). Check that you can write to this folder.",
                    cache.display()
                );
                Ok((in_memory()?, Some(notice)))
            }
        }
    }

    /// The index of these entries, all of which are in one of the parts.
    pub(super) fn over(parts: Vec<IndexPart>, entries: &[Entry]) -> Result<Self, IndexError> {
        Self::new(parts, &keyed(entries))
    }

    /// Lays the parts over the library. Each entry must be in one of them.
    fn new(mut parts: Vec<IndexPart>, wanted: &[KeyedEntry<'_>]) -> Result<Self, IndexError> {
        let places = wanted.iter().zip(0..).map(|((key, _), place)| (*key, place));
        let mut places: HashMap<ContentKey, u32> = places.collect();
        let mut sections_of = vec![(0, 0); wanted.len()];
        let (mut first, mut words) = (0, [0_u64; FIELDS]);
        for part in &mut parts {
            part.first = first;
            part.entry_of.reserve_exact(part.sections() as usize);
            for record in &part.records {
                let place = places.remove(&record.key).unwrap_or(GONE);
                let end = first + record.sections;
                part.entry_of.extend((first..end).map(|_| place));
                if let Some(sections) = sections_of.get_mut(place as usize) {
                    *sections = (first, end);
                    for (sum, words) in words.iter_mut().zip(record.words) {
                        *sum += u64::from(words);
                    }
                }
                first = end;
            }
        }
        if !places.is_empty() {
            return Err(IndexError::Damaged);
        }
        let seen: u64 = sections_of.iter().map(|(first, end)| u64::from(end - first)).sum();
        let mean_lengths = std::array::from_fn(|field| {
            let documents = if field < HEADING { wanted.len() as f32 } else { seen as f32 };
            (words[field] as f32 / documents.max(1.0)).max(1.0)
        });
        let topics = topics(&parts, first)?;
        Ok(Self { parts, sections_of, sections: first, topics, mean_lengths })
    }

    /// Heading and text of a section; empty if it cannot be read.
    pub(super) fn section(&self, section: u32) -> (String, String) {
        let part = self.parts.partition_point(|part| part.first <= section).checked_sub(1);
        part.and_then(|at| self.parts.get(at))
            .map_or_else(Default::default, |part| part.section(section - part.first))
    }
}

/// What each section is about by its heading.
fn topics(parts: &[IndexPart], sections: u32) -> Result<Vec<Option<SectionTopic>>, IndexError> {
    let mut topics = vec![None; sections as usize];
    for part in parts {
        for topic in SectionTopic::ALL {
            let found = &mut |section| topics[(part.first + section) as usize] = Some(topic);
            part.each_about(topic, found)?;
        }
    }
    Ok(topics)
}

/// An entry and what it is indexed as.
type KeyedEntry<'e> = (ContentKey, &'e Entry);

fn keyed(entries: &[Entry]) -> Vec<KeyedEntry<'_>> {
    entries.iter().map(|entry| (ContentKey::of(entry), entry)).collect()
}

/// Shares entries out among parts, and builds those at the same time.
fn each_part<'e>(
    entries: &[KeyedEntry<'e>],
    build: &(impl Fn(&[KeyedEntry<'e>]) -> Result<IndexPart, IndexError> + Sync),
) -> Result<Vec<IndexPart>, IndexError> {
    let mut shares = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, (_, entry)) in entries.iter().enumerate() {
        bytes += entry.body.len();
        if bytes >= PART || at + 1 == entries.len() {
            shares.push(&entries[start..=at]);
            (start, bytes) = (at + 1, 0);
        }
    }
    if let [share] = shares.as_slice() {
        return Ok(vec![build(share)?]);
    }
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut built = Vec::new();
        while let Some(share) = shares.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
        {
            built.push(build(share));
        }
        built
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(shares.len());
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut built = work();
        for other in others {
            built.extend(other.join().unwrap_or_else(|_| vec![Err(IndexError::Damaged)]));
        }
        built.into_iter().collect()
    })
}
