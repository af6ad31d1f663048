//! The list of clinics: what the vault holds, newest first.

use super::action::Action;
use crate::vault::{NoteId, NoteRow};

/// The state of the list.
#[derive(Default)]
pub struct ClinicsScreen {
    /// The notes, once the vault is open.
    pub notes: Option<Vec<NoteRow>>,
    /// Which row is chosen.
    pub chosen: usize,
}

impl ClinicsScreen {
    /// Takes a fresh list, newest first, damaged ones last; the choice stays with its note.
    pub fn listed(&mut self, mut notes: Vec<NoteRow>) {
        let chosen = self.chosen_note();
        notes.sort_by_key(|row| std::cmp::Reverse(row.head.as_ref().ok().map(|head| head.updated)));
        self.chosen = chosen.and_then(|id| notes.iter().position(|row| row.id == id)).unwrap_or(0);
        self.notes = Some(notes);
    }

    /// Forgets everything: the vault was locked.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// The chosen note.
    pub fn chosen_note(&self) -> Option<NoteId> {
        self.notes.as_ref()?.get(self.chosen).map(|row| row.id)
    }

    /// Moves the choice by rows, staying inside the list.
    pub fn choose(&mut self, action: Action, page: usize) {
        let last = self.notes.as_ref().map_or(0, Vec::len).saturating_sub(1);
        self.chosen = match action {
            Action::Previous => self.chosen.saturating_sub(1),
            Action::Next => self.chosen + 1,
            Action::PageBack => self.chosen.saturating_sub(page),
            _ => self.chosen + page,
        }
        .min(last);
    }
}
