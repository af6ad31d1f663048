//! The search screen: what is typed, what was found, what is chosen, and the ways of narrowing: those
//! with a closed list of values, and the pack.

use std::sync::Arc;

use crate::{
    app::{
        editor::Editor,
        effect::{Effect, SearchOrigin},
        key::Key,
        keymap::KeyContext,
        page::Page,
    },
    knowledge::{Library, Pack},
    search::{Counts, Facet, Filters, Results},
};

/// The state of the search screen.
#[derive(Default)]
pub struct SearchScreen {
    /// The search line.
    pub query: Editor,
    /// Which entries may be shown.
    pub filters: Filters,
    /// The filter that ← and → change.
    pub in_hand: Option<Filter>,
    /// What the newest finished search found; `None` while nothing is typed.
    pub results: Option<Arc<Results>>,
    /// What else might have been meant, if nothing was found.
    pub instead: Vec<String>,
    /// Which row is chosen.
    pub chosen: usize,
    /// Whether the index can answer yet.
    pub ready: bool,
    /// The chosen entry laid out, where there is room for it.
    pub preview: Option<Preview>,
    /// Whether an entry was read, or another screen was shown, since something was typed: the next
    /// letter begins a new search.
    pub is_selected: bool,
    /// Whether a clinic was open while it stood in the search line: it may be about the case.
    beside_case: bool,
    pub(crate) generation: u64,
}

/// An entry laid out for the preview. Kept from one drawing to the next: laying it out takes longer
/// than drawing it.
pub struct Preview {
    pub(super) id: String,
    pub(super) columns: usize,
    /// The entry laid out.
    pub page: Page,
    /// The titles of what else to read.
    pub related: Vec<String>,
}

impl SearchScreen {
    /// Returns where keys are looked up before those of the screen.
    pub(crate) fn contexts(&self) -> Vec<KeyContext> {
        let offers = (!self.instead.is_empty()).then_some(KeyContext::SearchOffers);
        let filter = self.in_hand.map(|_| KeyContext::SearchFilter);
        filter.into_iter().chain(offers).collect()
    }

    /// What each value of each filter would leave: of what was found, or of all there is.
    pub fn counts(&self, library: &Library) -> Counts {
        match &self.results {
            Some(results) => results.counts.clone(),
            None => Counts::of(library.entries().iter(), &self.filters),
        }
    }

    /// Notes whether a clinic is open beside what is typed. Once it was, only an empty line is
    /// free of the case again.
    pub fn stand_beside(&mut self, clinic_is_open: bool) {
        self.beside_case = !self.query.is_blank() && (clinic_is_open || self.beside_case);
    }

    /// Forgets what was typed beside a case.
    pub(crate) fn forget_case(&mut self) {
        if self.beside_case {
            self.query = Editor::default();
            self.ask();
        }
    }

    /// What is typed, if it is something to remember.
    pub fn to_remember(&self) -> Option<String> {
        (!self.beside_case && !self.query.is_blank()).then(|| self.query.text())
    }

    /// Takes a key that may edit the query.
    pub fn handle_key(&mut self, key: Key) -> Vec<Effect> {
        if std::mem::take(&mut self.is_selected) && key.typed().is_some() {
            self.query.set("");
        }
        if self.query.edit(key) { self.ask() } else { Vec::new() }
    }

    /// Takes pasted text into the query.
    pub fn paste(&mut self, text: &str) -> Vec<Effect> {
        if std::mem::take(&mut self.is_selected) {
            self.query.set("");
        }
        self.query.insert(text);
        self.ask()
    }

    /// Asks for what is typed now; answers to older questions will be left aside.
    pub fn ask(&mut self) -> Vec<Effect> {
        self.generation += 1;
        if self.query.is_blank() {
            self.results = None;
            self.instead.clear();
            self.chosen = 0;
            return Vec::new();
        }
        vec![Effect::Search {
            generation: self.generation,
            text: self.query.text(),
            filters: self.filters.clone(),
            by: SearchOrigin::SearchScreen,
        }]
    }

    /// Takes an answer, unless a newer question was asked meanwhile.
    pub fn answered(&mut self, generation: u64, results: Arc<Results>) {
        if generation == self.generation {
            self.results = Some(results);
            self.instead.clear();
            self.chosen = 0;
        }
    }

    /// Moves to the next filter (or the one before), and from the last back to the query.
    pub fn turn_filter(&mut self, library: &Library, forward: bool) {
        let all = Filter::all(library);
        let at = self.in_hand.and_then(|filter| all.iter().position(|one| *one == filter));
        let next = match (at, forward) {
            (None, true) => Some(0),
            (None, false) => Some(all.len() - 1),
            (Some(at), true) => Some(at + 1),
            (Some(at), false) => at.checked_sub(1),
        };
        self.in_hand = next.and_then(|at| all.get(at).copied());
    }

    /// Goes to the next value of a filter that would leave something (or the one before), and from
    /// the last to any.
    pub(crate) fn step(&mut self, library: &Library, filter: Filter, forward: bool) -> Vec<Effect> {
        let counts = self.counts(library);
        let mut values = vec![None];
        values.extend(filter.values(&counts).into_iter().map(|(value, _)| Some(value)));
        let chosen = filter.chosen(&self.filters);
        let at = values.iter().position(|value| *value == chosen).unwrap_or(0);
        let step = if forward { 1 } else { values.len() - 1 };
        filter.choose(&mut self.filters, values[(at + step) % values.len()]);
        self.chosen = 0;
        self.ask()
    }

    /// Esc: leaves the filters, empties the query, then the filters. False if there was nothing.
    pub fn clear(&mut self) -> bool {
        if self.in_hand.take().is_some() {
            return true;
        }
        if !self.query.text().is_empty() {
            self.query.set("");
        } else if self.filters != Filters::default() {
            self.filters = Filters::default();
        } else {
            return false;
        }
        self.ask();
        true
    }
}

/// One way of narrowing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// By a value of a closed list.
    Facet(Facet),
    /// By the pack an entry comes from.
    Pack,
}

impl Filter {
    /// All, in the order they are shown. Packs are a filter only where one is installed.
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
