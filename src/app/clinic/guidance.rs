//! The guidance pane: the entries pinned to the stage, or what is searched for beside the form.

use std::sync::Arc;

use crate::{
    app::{editor::Editor, effect::Effect, message::Asker},
    clinic::Session,
    knowledge::Library,
    search::{Filters, Results},
};

/// The guidance pane.
pub struct Guidance {
    /// Whether it has the keys.
    pub open: bool,
    /// What is searched for.
    pub query: Editor,
    /// What was found, if anything was searched for.
    pub results: Option<Arc<Results>>,
    /// Which row is chosen.
    pub chosen: usize,
    generation: u64,
}

/// One row of the pane.
pub struct GuidanceRow {
    /// The entry.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether the note cites it.
    pub cited: bool,
}

impl Default for Guidance {
    fn default() -> Self {
        Self { open: false, query: Editor::one_line(""), results: None, chosen: 0, generation: 0 }
    }
}

impl Guidance {
    /// The rows: what was found, or what the stage pins.
    pub fn rows(&self, session: &Session, library: &Library) -> Vec<GuidanceRow> {
        let cited = |id: &str| session.citations().iter().any(|one| one.id == id);
        let ids: Vec<&str> = match &self.results {
            Some(results) => results.hits.iter().map(|hit| hit.id.as_str()).collect(),
            None => session
                .template()
                .stages
                .get(session.stage())
                .map(|stage| stage.kb.iter().map(String::as_str).collect())
                .unwrap_or_default(),
        };
        ids.into_iter()
            .filter_map(|id| library.entry(id))
            .map(|entry| GuidanceRow {
                id: entry.id.clone(),
                title: entry.title.clone(),
                cited: cited(&entry.id),
            })
            .collect()
    }

    /// Asks for what is typed now.
    pub fn ask(&mut self) -> Vec<Effect> {
        self.generation += 1;
        self.chosen = 0;
        if self.query.is_blank() {
            self.results = None;
            return Vec::new();
        }
        vec![Effect::Search {
            generation: self.generation,
            text: self.query.text(),
            filters: Filters::default(),
            by: Asker::Guidance,
        }]
    }

    /// Takes an answer, unless a newer question was asked meanwhile.
    pub fn answered(&mut self, generation: u64, results: Arc<Results>) {
        if generation == self.generation {
            self.results = Some(results);
            self.chosen = 0;
        }
    }

    /// A new stage pins other entries; the search of the last one is over.
    pub(super) fn stage_changed(&mut self) {
        self.query.set("");
        self.results = None;
        self.chosen = 0;
        self.generation += 1;
    }
}
