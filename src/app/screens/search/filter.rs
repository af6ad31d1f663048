//! The ways of narrowing on the search screen: those with a closed list of values, and the pack.

use crate::{
    knowledge::{Library, Pack},
    search::{Counts, Facet, Filters},
};

/// One way of narrowing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// By a value of a closed list.
    Facet(Facet),
    /// By the pack an entry comes from.
    Pack,
}

impl Filter {
    /// All, in the order they are shown. Without an installed pack there is no choice between packs.
    pub fn all(library: &Library) -> Vec<Self> {
        let several = library.packs().iter().any(|pack: &Pack| !pack.is_bundled());
        let pack = several.then_some(Self::Pack);
        Facet::ALL.into_iter().map(Self::Facet).chain(pack).collect()
    }

    /// The name, as in the search line's `kind:`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Facet(facet) => facet.name(),
            Self::Pack => "pack",
        }
    }

    /// The chosen value, if there is one.
    pub fn chosen(self, filters: &Filters) -> Option<&str> {
        match self {
            Self::Facet(facet) => facet.chosen(filters),
            Self::Pack => filters.pack.as_deref(),
        }
    }

    /// Chooses a value by its name; none lets everything through.
    pub fn choose(self, filters: &mut Filters, value: Option<&str>) {
        match self {
            Self::Facet(facet) => facet.choose(filters, value),
            Self::Pack => filters.pack = value.map(str::to_owned),
        }
    }

    /// The values that would leave something, with how much.
    pub fn values(self, counts: &Counts) -> Vec<(&str, usize)> {
        match self {
            Self::Facet(facet) => counts.values(facet).to_vec(),
            Self::Pack => counts.packs().iter().map(|(id, count)| (id.as_str(), *count)).collect(),
        }
    }
}
