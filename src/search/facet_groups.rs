//! Groups of entries that every filter treats alike. However many entries a query finds, each filter
//! is applied once to each group.

use std::collections::HashMap;

use super::Filters;
use crate::knowledge::{Entry, Status};

/// The group of each entry.
pub(super) struct FacetGroups {
    of: Vec<u32>,
    /// The place of one entry of each group.
    one_of: Vec<usize>,
}

impl FacetGroups {
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut known = HashMap::new();
        let (mut of, mut one_of) = (Vec::with_capacity(entries.len()), Vec::new());
        for (place, entry) in entries.iter().enumerate() {
            let nations = entry.nations.iter().fold(0_u32, |set, one| set | 1 << *one as u32);
            let settings = entry.settings.iter().fold(0_u32, |set, one| set | 1 << *one as u32);
            let ages = entry.ages.iter().fold(0_u32, |set, one| set | 1 << *one as u32);
            let alike = (entry.kind, nations, settings, ages, entry.status, entry.pack.as_str());
            of.push(*known.entry(alike).or_insert_with(|| {
                one_of.push(place);
                one_of.len() as u32 - 1
            }));
        }
        Self { of, one_of }
    }

    /// The class of the entry at a place.
    pub(super) fn of(&self, place: usize) -> usize {
        self.of.get(place).map_or(0, |class| *class as usize)
    }

    /// How many of the entries at these places are in each class.
    pub(super) fn count(&self, places: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut counts = vec![0; self.one_of.len()];
        places.for_each(|place| counts[self.of(place)] += 1);
        counts
    }

    /// For each class one of its entries.
    pub(super) fn ones<'e>(&self, entries: &'e [Entry]) -> impl Iterator<Item = &'e Entry> {
        self.one_of.iter().filter_map(|place| entries.get(*place))
    }

    /// Which groups pass.
    pub(super) fn admitted(&self, entries: &[Entry], filters: &Filters) -> Vec<bool> {
        self.ones(entries).map(|entry| filters.admit(entry)).collect()
    }

    /// Which groups are no longer in force.
    pub(super) fn past(&self, entries: &[Entry]) -> Vec<bool> {
        self.ones(entries).map(|entry| entry.status != Status::Current).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{knowledge::Library, search::Facet};

    #[test]
    fn entries_of_a_class_pass_the_same_filters() {
        let library = Library::bundled();
        let entries = library.entries();
        let groups = FacetGroups::new(entries);
        let values = ["practice", "England", "school", "0-9", "withdrawn", "guidance", "Wales"];
        for facet in Facet::ALL {
            for value in values {
                let mut filters = Filters::default();
                facet.choose(&mut filters, Some(value));
                let admitted = groups.admitted(entries, &filters);
                for (place, entry) in entries.iter().enumerate() {
                    assert_eq!(admitted[groups.of(place)], filters.admit(entry), "{value}");
                }
            }
        }
        let counts = groups.count(0..entries.len());
        assert_eq!(counts.iter().sum::<usize>(), entries.len());
        assert!(counts.len() < entries.len());
    }
}
