//! The list of clinics: what the vault holds, newest first.

use super::{action::Action, note_search::NoteSearch};
use crate::vault::{NoteId, NoteRow};

/// The state of the list.
#[derive(Default)]
pub struct ClinicsScreen {
    /// The notes, once the vault is open.
    pub notes: Option<Vec<NoteRow>>,
    /// Which row is chosen.
    pub chosen: usize,
    /// The search in the text of the notes.
    pub search: NoteSearch,
}

impl ClinicsScreen {
    /// Takes a fresh list, newest first, damaged ones last; the choice stays with its note.
    pub fn listed(&mut self, mut notes: Vec<NoteRow>) {
        let chosen = self.chosen_note();
        notes.sort_by_key(|row| std::cmp::Reverse(row.head.as_ref().ok().map(|head| head.updated)));
        self.notes = Some(notes);
        self.choose_note(chosen);
    }

    /// The notes in view, in order: what was found, or all.
    pub fn shown(&self) -> Vec<NoteId> {
        let all = || self.notes.iter().flatten().map(|row| row.id).collect();
        self.search.notes().unwrap_or_else(all)
    }

    /// Moves the choice to a note, if it is in view.
    pub(super) fn choose_note(&mut self, note: Option<NoteId>) {
        let shown = self.shown();
        self.chosen = shown.iter().position(|id| Some(*id) == note).unwrap_or(0);
    }

    /// Forgets everything: the vault was locked.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// The chosen note.
    pub fn chosen_note(&self) -> Option<NoteId> {
        self.shown().get(self.chosen).copied()
    }

    /// Moves the choice by rows, staying inside the list.
    pub fn choose(&mut self, action: Action, page: usize) {
        let last = self.shown().len().saturating_sub(1);
        self.chosen = match action {
            Action::Previous => self.chosen.saturating_sub(1),
            Action::Next => self.chosen + 1,
            Action::PageBack => self.chosen.saturating_sub(page),
            _ => self.chosen + page,
        }
        .min(last);
    }
}
