//! How often supervision was held, and nothing else. Nothing a worker said, including their
//! confidence, is in a figure.

use std::collections::BTreeMap;

use crate::clinic::Session;

use super::{
    figure::{Figure, SUPERVISION},
    gather::quarter,
    suppress::MIN_SHOWN,
    tally::{Case, FigureTally},
};

/// Completed supervision notes.
pub(super) struct Supervision {
    /// By the case key, which is the same for sessions that follow each other.
    threads: BTreeMap<String, Case>,
    held: FigureTally,
}

impl Supervision {
    pub(super) fn new() -> Self {
        Self { threads: BTreeMap::new(), held: FigureTally::new(&SUPERVISION, &[]) }
    }

    /// Counts one note.
    pub(super) fn add(&mut self, session: &Session) {
        let next = self.threads.len() as Case;
        let case = *self.threads.entry(session.case_key().to_owned()).or_insert(next);
        let (code, label) = quarter(session);
        self.held.add(&code, &label, case);
    }

    /// The figure; none while fewer than five series of supervision stand behind it.
    pub(super) fn figure(self) -> Option<Figure> {
        let enough = self.threads.len() as u64 >= MIN_SHOWN;
        enough.then(|| self.held.sorted().figure())
    }
}
