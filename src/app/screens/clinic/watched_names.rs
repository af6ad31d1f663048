//! What a note is looked through for: words that call for others, and names that must not be in it,
//! of the children, their families, their school.
//!
//! Names are kept in memory while the clinic is on screen and are gone when it is left or the vault
//! is locked. They never enter the session, and so no file, export, list or record of changes: a
//! list of the very names a note leaves out would turn a note without names into one with them.
//! The price is that they are asked for again in the next sitting, and completing says if none
//! were given. A debug print never shows them.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::{
    knowledge::Library,
    text::{identifiers::NamesToAvoid, wording::Wording},
};

/// Names and words to look for in this sitting.
#[derive(Default)]
pub struct Names {
    listed: Vec<Zeroizing<String>>,
    pub(crate) avoid: NamesToAvoid,
    /// The bundled words, if none.
    wording: Option<Arc<Wording>>,
}

impl Names {
    /// No names, and the words of a library's packs beside the bundled ones.
    pub fn for_words_of(library: &Library) -> Self {
        Self { wording: library.wording_of_packs().cloned(), ..Self::default() }
    }

    /// The words that call for others.
    pub(crate) fn wording(&self) -> &Wording {
        self.wording.as_deref().unwrap_or_else(|| Wording::bundled())
    }

    /// Uses the words of a library's packs beside the bundled ones.
    pub(crate) fn take_words_of(&mut self, library: &Library) {
        self.wording = library.wording_of_packs().cloned();
    }

    /// Adds names separated by commas; a dash alone removes all of them. Leaves out names that are
    /// too short to look for.
    pub(crate) fn add(&mut self, list: &str) {
        if matches!(list.trim(), "-" | "–" | "—") {
            *self = Self { wording: self.wording.take(), ..Self::default() };
            return;
        }
        let names = list.split([',', ';', '\n']).map(str::trim);
        let known = |name: &str| self.listed.iter().any(|one| one.as_str() == name);
        let new = names.filter(|name| !NamesToAvoid::new([name]).is_empty() && !known(name));
        let new: Vec<_> = new.map(|name| Zeroizing::new(name.to_owned())).collect();
        self.listed.extend(new);
        self.avoid = NamesToAvoid::new(self.listed.iter().map(|one| one.as_str()));
    }

    /// How many names there are.
    pub fn count(&self) -> usize {
        self.listed.len()
    }
}
