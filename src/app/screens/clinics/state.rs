//! The list of clinics: what the vault holds, in groups and newest first, and the search line above it.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use jiff::civil::Date;

use crate::{
    app::{
        action::KeyAction,
        editor::Editor,
        effect::{Effect, VaultRequest},
        key::Key,
    },
    clinic::{Status, Subject},
    report::due::reviews_due,
    search::{Hit, Results},
    services::{NoteAuthor, NoteList},
    vault::{NoteId, NoteRow},
};

/// What notes of a list have in common, in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteGroup {
    /// Drafts.
    InProgress,
    /// The day to review the plan has come.
    Due,
    /// Their files cannot be read.
    Damaged,
    /// All others: nothing is to be done.
    Completed,
}

impl NoteGroup {
    /// Returns its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::InProgress => "In progress",
            Self::Due => "Plan review due",
            Self::Damaged => "Damaged",
            Self::Completed => "Completed",
        }
    }
}

/// The state of the list.
#[derive(Default)]
pub struct ClinicsScreen {
    /// The notes, once the vault is open: the vault's own, and those that others sent.
    pub notes: Option<Vec<NoteRow>>,
    /// Who wrote those that others sent.
    pub authors: BTreeMap<NoteId, NoteAuthor>,
    /// Whether they were asked for since the vault was opened.
    pub(crate) is_asked: bool,
    /// Which are shown: those about this; all without.
    pub about: Option<Subject>,
    /// Which row is chosen.
    pub chosen: usize,
    /// The search in the text of the notes.
    pub search: NoteSearch,
    /// Notes whose plan was to be reviewed by the day the list was made.
    due: BTreeSet<NoteId>,
    /// The clinic that was open last, to be chosen as soon as it is listed.
    last_open: Option<NoteId>,
}

impl ClinicsScreen {
    /// Takes note of the clinic that is open: once it is left, it is the chosen one.
    pub(crate) fn follow(&mut self, note: Option<NoteId>) {
        self.last_open = note.or(self.last_open);
    }

    /// Takes a fresh list, by group and newest first; the choice stays with its note, or goes to the
    /// clinic that was left.
    pub fn listed(&mut self, list: NoteList, today: Date) {
        let NoteList { rows: mut notes, authors, .. } = list;
        self.authors = authors;
        let left = self.last_open.take_if(|id| notes.iter().any(|row| row.id == *id));
        let chosen = left.or(self.chosen_note());
        let in_view = |row: &NoteRow| Some(row.id) != left || shows(self.about, row);
        if !notes.iter().all(in_view) {
            self.about = None;
        }
        // Whoever wrote a plan reviews it.
        let is_own = |row: &&NoteRow| !self.authors.contains_key(&row.id);
        self.due = reviews_due(notes.iter().filter(is_own), today);
        notes.sort_by_key(|row| {
            let updated = row.head.as_ref().ok().map(|head| head.updated);
            (self.group(row), std::cmp::Reverse(updated))
        });
        self.notes = Some(notes);
        self.choose_note(chosen);
    }

    /// The group of a note.
    pub fn group(&self, row: &NoteRow) -> NoteGroup {
        match &row.head {
            Err(_) => NoteGroup::Damaged,
            // Nobody here goes on with it, whatever it says of itself.
            Ok(_) if self.authors.contains_key(&row.id) => NoteGroup::Completed,
            Ok(head) if head.status == Status::InProgress.code() => NoteGroup::InProgress,
            Ok(_) if self.due.contains(&row.id) => NoteGroup::Due,
            Ok(_) => NoteGroup::Completed,
        }
    }

    /// The notes that are shown of what they are about; a damaged one always is.
    pub fn rows(&self) -> Vec<&NoteRow> {
        self.notes.iter().flatten().filter(|row| shows(self.about, row)).collect()
    }

    /// What was found among those that are shown, best first; `None` while nothing was looked for.
    pub fn found(&self) -> Option<Vec<&Hit>> {
        self.found_about(self.about)
    }

    fn found_about(&self, about: Option<Subject>) -> Option<Vec<&Hit>> {
        let hits = self.search.hits()?;
        if about.is_none() {
            return Some(hits.iter().collect());
        }
        let rows = self.notes.iter().flatten().filter(|row| shows(about, row));
        let shown: HashSet<String> = rows.map(|row| row.id.to_string()).collect();
        Some(hits.iter().filter(|hit| shown.contains(&hit.id)).collect())
    }

    /// How many there would be of these: of what was found, or of all notes.
    pub fn count(&self, about: Option<Subject>) -> usize {
        match self.found_about(about) {
            Some(found) => found.len(),
            None => self.notes.iter().flatten().filter(|row| shows(about, row)).count(),
        }
    }

    /// Shows others: all, then those about cases, supervision and services, with the choice at the
    /// top.
    pub fn next_about(&mut self) {
        self.last_open = None;
        let all = [None].into_iter().chain(Subject::EVERY.map(Some));
        let mut after = all.clone().cycle().skip_while(|one| *one != self.about).skip(1);
        self.about = after.next().flatten();
        self.chosen = 0;
    }

    /// The notes in view, in order.
    pub fn shown(&self) -> Vec<NoteId> {
        match self.found() {
            Some(found) => found.iter().filter_map(|hit| hit.id.parse().ok()).collect(),
            None => self.rows().iter().map(|row| row.id).collect(),
        }
    }

    /// Whether any note is in view.
    pub(crate) fn has_rows(&self) -> bool {
        match self.found() {
            Some(found) => !found.is_empty(),
            None => self.notes.iter().flatten().any(|row| shows(self.about, row)),
        }
    }

    /// Moves the choice to a note, if it is in view.
    pub(crate) fn choose_note(&mut self, note: Option<NoteId>) {
        let shown = self.shown();
        self.chosen = shown.iter().position(|id| Some(*id) == note).unwrap_or(0);
    }

    /// The note that Enter opens: the clinic that was just left, even before it is listed.
    pub(crate) fn note_to_open(&self) -> Option<NoteId> {
        self.last_open.or(self.chosen_note())
    }

    /// The clinic that was left is not kept.
    pub(crate) fn left_nothing(&mut self) {
        self.last_open = None;
    }

    /// The chosen note.
    pub fn chosen_note(&self) -> Option<NoteId> {
        self.shown().get(self.chosen).copied()
    }

    /// Moves the choice by rows, staying inside the list.
    pub fn choose(&mut self, action: KeyAction, page: usize) {
        self.last_open = None;
        self.chosen = action.chosen(self.chosen, page, self.shown().len());
    }
}

fn shows(about: Option<Subject>, row: &NoteRow) -> bool {
    match (&row.head, about) {
        (Ok(head), Some(about)) => head.subject() == about,
        _ => true,
    }
}

/// The search line above the list, and what it found in the text of the notes. Queries are remembered
/// nowhere.
#[derive(Default)]
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

impl NoteSearch {
    /// Whether the list shows what was found and not everything.
    pub fn is_on(&self) -> bool {
        self.typing || !self.words.is_blank()
    }

    /// Takes a key that may edit the words.
    pub(crate) fn handle_key(&mut self, key: Key) -> Vec<Effect> {
        if self.words.edit(key) { self.ask() } else { Vec::new() }
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clinic::Status, report::fixture::row, vault::Damage};

    #[test]
    fn notes_about_cases_workers_and_services_are_told_apart_and_a_damaged_one_is_always_named() {
        let damage = Damage { file: "x".into(), why: String::new(), advice: String::new() };
        let damaged = NoteRow { head: Err(damage), ..row("", "", Status::Completed, 0, None) };
        let mut screen = ClinicsScreen::default();
        let notes = vec![
            row("OWL-1", "case", Status::Completed, 3, None),
            row("OWL-2", "supervision", Status::Completed, 2, None),
            row("OWL-3", "service", Status::Completed, 1, None),
            damaged,
        ];
        screen.listed(notes.into(), "2026-11-22".parse().expect("a date"));
        let keys = |screen: &ClinicsScreen| -> Vec<String> {
            let rows = screen.rows().into_iter();
            rows.filter_map(|row| Some(row.head.as_ref().ok()?.case_key.clone())).collect()
        };
        let mut seen = Vec::new();
        for _ in 0..4 {
            assert_eq!(screen.rows().len(), screen.count(screen.about));
            assert_eq!(keys(&screen).len() + 1, screen.rows().len());
            seen.push(keys(&screen).join(" "));
            screen.choose(KeyAction::PageOn, 9);
            screen.next_about();
        }
        assert_eq!(seen, ["OWL-1 OWL-2 OWL-3", "OWL-1", "OWL-2", "OWL-3"]);
        assert_eq!((screen.about, screen.chosen), (None, 0));
    }

    #[test]
    fn what_goes_on_comes_first_then_what_is_due_then_what_is_damaged_then_the_newest() {
        let damage = Damage { file: "x".into(), why: String::new(), advice: String::new() };
        let damaged = NoteRow { head: Err(damage), ..row("", "", Status::Completed, 0, None) };
        let mut screen = ClinicsScreen::default();
        let notes = vec![
            row("OWL-1", "case", Status::Completed, 1, None),
            row("OWL-2", "case", Status::Completed, 2, Some("2027-01-09")),
            damaged,
            row("OWL-3", "case", Status::Completed, 0, Some("2026-11-20")),
            row("OWL-4", "case", Status::InProgress, 0, Some("2026-11-20")),
        ];
        screen.listed(notes.into(), "2026-11-22".parse().expect("a date"));
        let rows: Vec<(NoteGroup, &str)> = screen
            .rows()
            .into_iter()
            .map(|row| {
                let key = row.head.as_ref().map_or("", |head| head.case_key.as_str());
                (screen.group(row), key)
            })
            .collect();
        assert_eq!(
            rows,
            [
                (NoteGroup::InProgress, "OWL-4"),
                (NoteGroup::Due, "OWL-3"),
                (NoteGroup::Damaged, ""),
                (NoteGroup::Completed, "OWL-2"),
                (NoteGroup::Completed, "OWL-1"),
            ]
        );
    }
}
