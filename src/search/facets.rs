//! Facets: the ways in which what was found can be narrowed, with how much each choice would leave.
//!
//! A count says how many entries pass every other filter and have this value, so that what is
//! offered is what would be shown.

use std::collections::HashMap;

use super::Filters;
use crate::knowledge::{AgeBand, Entry, Kind, Nation, Setting, Status};

/// One way of narrowing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// What sort of entry.
    Kind,
    /// Where it holds.
    Nation,
    /// For whom it is written.
    Setting,
    /// The age of the children it is about.
    Age,
    /// Whether it is in force.
    Status,
}

/// The values of every facet that would leave something, with how much.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    counts: [Vec<(&'static str, usize)>; 5],
    packs: Vec<(String, usize)>,
}

impl Facet {
    /// All, in the order they are shown.
    pub const ALL: [Self; 5] = [Self::Kind, Self::Nation, Self::Setting, Self::Age, Self::Status];

    /// The name, as in the search line's `kind:`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Nation => "nation",
            Self::Setting => "setting",
            Self::Age => "age",
            Self::Status => "status",
        }
    }

    /// The chosen value, if there is one.
    pub fn chosen(self, filters: &Filters) -> Option<&'static str> {
        match self {
            Self::Kind => filters.kind.map(Kind::name),
            Self::Nation => filters.nation.map(Nation::name),
            Self::Setting => filters.setting.map(Setting::name),
            Self::Age => filters.age.map(AgeBand::name),
            Self::Status => filters.status.map(Status::name),
        }
    }

    /// Chooses a value by its name. `None` and an unknown name remove the filter.
    pub fn choose(self, filters: &mut Filters, value: Option<&str>) {
        match self {
            Self::Kind => filters.kind = value.and_then(|name| name.parse().ok()),
            Self::Nation => filters.nation = value.and_then(|name| name.parse().ok()),
            Self::Setting => filters.setting = value.and_then(|name| name.parse().ok()),
            Self::Age => filters.age = value.and_then(|name| name.parse().ok()),
            Self::Status => filters.status = value.and_then(|name| name.parse().ok()),
        }
    }

    /// Every value that narrows; those that mean everything are left out.
    fn values(self) -> Vec<&'static str> {
        let names = match self {
            Self::Kind => Kind::NAMES,
            Self::Nation => Nation::NAMES,
            Self::Setting => Setting::NAMES,
            Self::Age => AgeBand::NAMES,
            Self::Status => Status::NAMES,
        };
        names
            .iter()
            .copied()
            .filter(|name| !matches!(*name, "any" | "UK" | "International"))
            .collect()
    }

    /// A filter of this facet alone.
    fn alone(self, value: Option<&str>) -> Filters {
        let mut alone = Filters::default();
        self.choose(&mut alone, value);
        alone
    }
}

impl Counts {
    /// Counts entries under filters.
    pub fn of<'a>(entries: impl Iterator<Item = &'a Entry>, filters: &Filters) -> Self {
        Self::of_many(entries.map(|entry| (entry, 1)), filters)
    }

    /// Counts entries under filters, each standing for so many that are alike.
    pub(super) fn of_many<'a>(
        entries: impl Iterator<Item = (&'a Entry, usize)>,
        filters: &Filters,
    ) -> Self {
        // Made once: a filter for what is chosen in each facet, and one for each of its values.
        let chosen = Facet::ALL.map(|facet| facet.alone(facet.chosen(filters)));
        let mut tallies = Facet::ALL.map(|facet| {
            let values = facet.values().into_iter();
            values.map(|name| (name, facet.alone(Some(name)), 0)).collect::<Vec<_>>()
        });
        // Packs have no closed list of values, so they are not a facet; the filter narrows all facets.
        let pack = Filters { pack: filters.pack.clone(), ..Filters::default() };
        let mut packs: Vec<(String, usize)> = Vec::new();
        for (entry, many) in entries {
            let mut failing = (0..chosen.len()).filter(|at| !chosen[*at].admit(entry));
            let only = match (failing.next(), failing.next()) {
                (None, _) => None,
                (Some(facet), None) => Some(facet),
                // Two filters keep it out: no single choice would bring it back.
                _ => continue,
            };
            if only.is_none() {
                match packs.iter_mut().find(|(id, _)| *id == entry.pack) {
                    Some((_, count)) => *count += many,
                    None => packs.push((entry.pack.clone(), many)),
                }
            }
            if !pack.admit(entry) {
                continue;
            }
            for (at, values) in tallies.iter_mut().enumerate() {
                if only.is_none_or(|only| only == at) {
                    for (_, filter, count) in values {
                        *count += if filter.admit(entry) { many } else { 0 };
                    }
                }
            }
        }
        let counts = tallies.map(|values| {
            let some = values.into_iter().filter(|(.., count)| *count > 0);
            some.map(|(name, _, count)| (name, count)).collect()
        });
        packs.sort_unstable();
        Self { counts, packs }
    }

    /// The values of a facet that would leave something, with how much.
    pub fn values(&self, facet: Facet) -> &[(&'static str, usize)] {
        &self.counts[facet as usize]
    }

    /// The packs, by id, with how much each would leave.
    pub fn packs(&self) -> &[(String, usize)] {
        &self.packs
    }

    /// How much one value would leave.
    pub fn count(&self, facet: Facet, value: &str) -> usize {
        self.values(facet).iter().find(|(name, _)| *name == value).map_or(0, |(_, count)| *count)
    }
}

/// Groups of entries that every filter treats alike. However many entries a query finds, each filter
/// is applied once to each group.
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

    pub(super) fn of(&self, place: usize) -> usize {
        self.of.get(place).map_or(0, |group| *group as usize)
    }

    /// How many of the entries at these places are in each group.
    pub(super) fn count(&self, places: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut counts = vec![0; self.one_of.len()];
        places.for_each(|place| counts[self.of(place)] += 1);
        counts
    }

    /// For each group one of its entries.
    pub(super) fn ones<'e>(&self, entries: &'e [Entry]) -> impl Iterator<Item = &'e Entry> {
        self.one_of.iter().filter_map(|place| entries.get(*place))
    }

    /// Which groups pass.
    pub(super) fn admitted(&self, entries: &[Entry], filters: &Filters) -> Vec<bool> {
        self.ones(entries).map(|entry| filters.admit(entry)).collect()
    }

    /// Which groups hold in a nation.
    pub(super) fn holding(&self, entries: &[Entry], nation: Nation) -> Vec<bool> {
        self.ones(entries).map(|entry| nation.is_among(&entry.nations)).collect()
    }

    /// Which groups are no longer in force.
    pub(super) fn past(&self, entries: &[Entry]) -> Vec<bool> {
        self.ones(entries).map(|entry| entry.status != Status::Current).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Library, sample_library};

    #[test]
    fn a_count_is_what_choosing_the_value_would_leave() {
        let library = sample_library();
        let mut filters = Filters::default();
        for facet in Facet::ALL {
            let counts = Counts::of(library.entries().iter(), &filters);
            for (value, count) in counts.values(facet) {
                let mut narrowed = filters.clone();
                facet.choose(&mut narrowed, Some(value));
                let left = library.entries().iter().filter(|entry| narrowed.admit(entry)).count();
                assert_eq!(left, *count, "{} {value}", facet.name());
            }
            let first = counts.values(facet).first().map(|(value, _)| *value);
            facet.choose(&mut filters, first);
            assert_eq!(facet.chosen(&filters), first);
        }
    }

    #[test]
    fn the_count_of_a_pack_heeds_every_filter_but_that_of_the_pack() {
        let mut entries = [0, 1, 2].map(|_| sample_library().entries()[0].clone());
        for (entry, pack) in entries.iter_mut().zip(["b", "a", "b"]) {
            entry.pack = pack.to_owned();
        }
        entries[2].kind = Kind::Myth;
        let filters = Filters {
            kind: Some(entries[0].kind),
            pack: Some("a".to_owned()),
            ..Filters::default()
        };
        let counts = Counts::of(entries.iter(), &filters);
        assert_eq!(counts.packs(), [("a".to_owned(), 1), ("b".to_owned(), 1)]);
        assert_eq!(counts.count(Facet::Kind, entries[0].kind.name()), 1);
    }

    #[test]
    fn values_that_mean_everything_are_not_offered() {
        let library = sample_library();
        let counts = Counts::of(library.entries().iter(), &Filters::default());
        assert_eq!(counts.count(Facet::Setting, "any") + counts.count(Facet::Nation, "UK"), 0);
    }

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
