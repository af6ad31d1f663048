//! Searching the full text of the notes on the list of clinics. Queries are remembered nowhere.

use std::sync::Arc;

use crate::app::{
    editor::Editor,
    effect::{Effect, VaultRequest},
    key::Key,
};
use crate::search::{Hit, Results};

/// The search line above the list, and what it found.
pub struct NoteSearch {
    /// What is typed.
    pub words: Editor,
    /// Whether keys go there.
    pub typing: bool,
    /// What the newest finished search found, or why it could not; `None` while nothing is typed.
    pub found: Option<Result<Arc<Results>, String>>,
    /// How many notes are read of how many, until all are.
    pub reading: Option<(usize, usize)>,
    generation: u64,
}

impl Default for NoteSearch {
    fn default() -> Self {
        Self {
            words: Editor::one_line(""),
            typing: false,
            found: None,
            reading: None,
            generation: 0,
        }
    }
}

impl NoteSearch {
    /// Whether the list shows what was found and not everything.
    pub fn is_on(&self) -> bool {
        self.typing || !self.words.is_blank()
    }

    /// Takes a key that may edit the words.
    pub(crate) fn handle_key(&mut self, key: Key) -> Vec<Effect> {
        let before = self.words.text();
        self.words.handle_key(key, usize::MAX);
        if self.words.text() == before { Vec::new() } else { self.ask() }
    }

    /// Takes pasted text.
    pub(crate) fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.words.insert(text);
        self.ask()
    }

    /// Asks for what is typed now; answers to older questions will be left aside.
    pub(crate) fn ask(&mut self) -> Vec<Effect> {
        self.generation += 1;
        if self.words.is_blank() {
            self.found = None;
            return Vec::new();
        }
        vec![Effect::Vault(VaultRequest::FindNotes {
            generation: self.generation,
            text: self.words.text(),
        })]
    }

    /// Takes an answer, unless a newer question was asked meanwhile. True if it is the newest.
    pub(crate) fn answered(
        &mut self,
        generation: u64,
        found: Result<Arc<Results>, String>,
    ) -> bool {
        let is_newest = generation == self.generation && !self.words.is_blank();
        if is_newest {
            self.found = Some(found);
        }
        is_newest
    }

    /// So many notes are read of so many.
    pub(crate) fn read(&mut self, done: usize, total: usize) {
        self.reading = (done < total).then_some((done, total));
    }

    /// Ends the search: the list shows everything again. False if there was none.
    pub(crate) fn end(&mut self) -> bool {
        let was_on = self.is_on();
        let generation = self.generation + 1;
        *self = Self { reading: self.reading, generation, ..Self::default() };
        was_on
    }

    /// What was found, best first; `None` while nothing was looked for.
    pub fn hits(&self) -> Option<&[Hit]> {
        Some(&self.found.as_ref()?.as_ref().ok()?.hits)
    }
}
