//! The rows of the list: what was found, what is simply listed, and what is offered instead. Says
//! where each is, for drawing and for clicks.

use super::state::{Preview, SearchScreen};
use crate::{
    app::{
        action::KeyAction,
        page::{Page, title_in_list},
    },
    knowledge::{Entry, Library},
    search::{Filters, Hit},
    services::bookmarks::Bookmarks,
};

/// Offered whenever nothing is found: what must never be out of reach.
const ALWAYS_OFFERED: [&str; 2] = ["immediate-safety", "helplines"];

/// Where somebody new, or in a hurry, may begin.
const START_HERE: [&str; 4] =
    ["immediate-safety", "first-response", "helplines", "case-clinic-format"];

/// One row of the list.
pub struct Row<'a> {
    /// The line above it, where a part of the list begins.
    pub heading: Option<&'static str>,
    /// What it shows.
    pub shows: Shown<'a>,
}

/// What a row shows.
pub enum Shown<'a> {
    /// An entry, simply listed: one line.
    Listed(&'a Entry),
    /// An entry that was found: two lines.
    Found(&'a Entry, &'a Hit),
    /// Something else to search for, with its number: one line.
    Instead(usize, &'a str),
}

impl<'a> Row<'a> {
    fn listed(entry: &'a Entry) -> Self {
        Self { heading: None, shows: Shown::Listed(entry) }
    }

    /// The entry, if it shows one.
    pub fn entry(&self) -> Option<&'a Entry> {
        match self.shows {
            Shown::Listed(entry) | Shown::Found(entry, _) => Some(entry),
            Shown::Instead(..) => None,
        }
    }

    fn lines(&self) -> usize {
        let shown = if matches!(self.shows, Shown::Found(..)) { 2 } else { 1 };
        shown + usize::from(self.heading.is_some())
    }

    /// The rows in view in a list of so many lines, each with the first of its lines: the chosen
    /// one near the middle.
    pub fn in_view(rows: &[Self], chosen: usize, height: usize) -> Vec<(usize, usize)> {
        let mut below = 0;
        let starts: Vec<usize> = rows
            .iter()
            .map(|row| {
                below += row.lines();
                below - row.lines()
            })
            .collect();
        let wanted = starts.get(chosen).map_or(0, |start| start.saturating_sub(height / 2));
        let top = wanted.min(below.saturating_sub(height));
        let first = starts.iter().position(|start| *start >= top).unwrap_or(0);
        let top = starts.get(first).copied().unwrap_or(0);
        let fits = |at: &usize| starts[*at] + rows[*at].lines() - top <= height;
        (first..rows.len()).take_while(fits).map(|at| (at, starts[at] - top)).collect()
    }

    /// The row that has a line of the list; a heading belongs to the row below it.
    pub fn at_line(rows: &[Self], chosen: usize, height: usize, line: usize) -> Option<usize> {
        let mut shown = Self::in_view(rows, chosen, height).into_iter();
        shown.find(|(at, start)| (*start..start + rows[*at].lines()).contains(&line)).map(|it| it.0)
    }
}

impl SearchScreen {
    /// The rows to show: hits; without a query the bookmarks, where to begin, and then every entry by
    /// title; and if nothing was found, what may help.
    pub fn rows<'a>(&'a self, library: &'a Library, reading: &'a Bookmarks) -> Vec<Row<'a>> {
        match &self.results {
            Some(results) if results.hits.is_empty() => self.offered(library),
            Some(results) => results
                .hits
                .iter()
                .filter_map(|hit| {
                    let shows = Shown::Found(library.entry(&hit.id)?, hit);
                    Some(Row { heading: None, shows })
                })
                .collect(),
            None if !self.query.is_blank() => Vec::new(),
            None => self.listed(library, reading),
        }
    }

    /// The chosen entry.
    pub fn chosen_entry<'a>(
        &'a self,
        library: &'a Library,
        reading: &'a Bookmarks,
    ) -> Option<&'a Entry> {
        self.rows(library, reading).get(self.chosen).and_then(Row::entry)
    }

    /// Lays the chosen entry out for a preview of so many columns, unless it already is; without
    /// columns there is no preview.
    pub fn fit(&mut self, library: &Library, reading: &Bookmarks, columns: Option<usize>) {
        let Some((columns, entry)) = columns.zip(self.chosen_entry(library, reading)) else {
            self.preview = None;
            return;
        };
        let is_there = |shown: &Preview| shown.id == entry.id && shown.columns == columns;
        if !self.preview.as_ref().is_some_and(is_there) {
            let page = Page::of(library, entry, columns);
            let related = library.related(entry).into_iter().map(title_in_list).collect();
            self.preview = Some(Preview { id: entry.id.clone(), columns, page, related });
        }
    }

    /// Moves the choice by rows, staying inside the list.
    pub fn choose(
        &mut self,
        library: &Library,
        reading: &Bookmarks,
        action: KeyAction,
        page: usize,
    ) {
        self.chosen = action.chosen(self.chosen, page, self.rows(library, reading).len());
    }

    fn listed<'a>(&'a self, library: &'a Library, reading: &'a Bookmarks) -> Vec<Row<'a>> {
        let admitted = |entry: &&Entry| self.filters.admit(entry);
        let known = |id: &String| library.entry(id);
        let marked: Vec<&Entry> =
            reading.bookmarks.iter().filter_map(known).filter(admitted).collect();
        // Whoever has set a filter is past the beginning.
        let beginning = START_HERE.iter().filter(|_| self.filters == Filters::default());
        let beginning: Vec<&Entry> = beginning.filter_map(|id| library.entry(id)).collect();
        let all: Vec<&Entry> = library.entries().iter().filter(admitted).collect();
        let parts = [("Bookmarks", marked), ("Start here", beginning), ("All entries", all)];
        let several = parts.iter().filter(|(_, entries)| !entries.is_empty()).count() > 1;
        let mut rows = Vec::new();
        for (heading, entries) in parts {
            let first = rows.len();
            rows.extend(entries.into_iter().map(Row::listed));
            if let Some(row) = rows.get_mut(first).filter(|_| several) {
                row.heading = Some(heading);
            }
        }
        rows
    }

    fn offered<'a>(&'a self, library: &'a Library) -> Vec<Row<'a>> {
        let instead = self.instead.iter().enumerate();
        let mut rows: Vec<Row<'_>> = instead
            .map(|(at, text)| Row { heading: None, shows: Shown::Instead(at + 1, text) })
            .collect();
        if let Some(first) = rows.first_mut() {
            first.heading = Some("Did you mean one of these? Press Enter or a number.");
        }
        let always = ALWAYS_OFFERED.iter().filter_map(|id| library.entry(id)).enumerate();
        rows.extend(always.map(|(at, entry)| Row {
            heading: (at == 0).then_some("Help at hand"),
            shows: Shown::Listed(entry),
        }));
        rows
    }

    /// How many bookmarks stand before everything else.
    fn marked_rows(&self, library: &Library, reading: &Bookmarks) -> usize {
        if self.results.is_some() || !self.query.is_blank() {
            return 0;
        }
        let marked = reading.bookmarks.iter().filter_map(|id| library.entry(id));
        marked.filter(|entry| self.filters.admit(entry)).count()
    }

    /// Keeps the choice with its entry when the bookmarks change from `before` to `after`.
    pub fn follow_bookmarks(&mut self, library: &Library, before: &Bookmarks, after: &Bookmarks) {
        let (was, is) = (self.marked_rows(library, before), self.marked_rows(library, after));
        if self.chosen >= was {
            self.chosen = self.chosen - was + is;
        }
        self.chosen = self.chosen.min(self.rows(library, after).len().saturating_sub(1));
    }

    /// What is offered at a place whose number is typed right behind the last word. Behind a blank it is part
    /// of what is searched for: “year 9”.
    pub fn numbered(&self, at: usize) -> Option<&str> {
        let results = self.results.as_ref()?;
        let typed = self.query.text();
        let is_answered = results.query == typed && results.hits.is_empty();
        (is_answered && !typed.ends_with(char::is_whitespace))
            .then(|| self.instead.get(at).map(String::as_str))?
    }

    /// Takes what may be searched for instead, unless a newer question was asked meanwhile.
    pub fn offer(&mut self, generation: u64, instead: Vec<String>) {
        if generation == self.generation {
            // Who has chosen a row already stays with it.
            if self.chosen > 0 {
                self.chosen += instead.len();
            }
            self.instead = instead;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::sample_library;

    #[test]
    fn the_preview_follows_the_choice_and_the_width_and_goes_when_there_is_no_room() {
        let library = sample_library();
        let mut screen = SearchScreen::default();
        screen.fit(&library, &Bookmarks::default(), Some(40));
        let lines = |screen: &SearchScreen| screen.preview.as_ref().map(|it| it.page.lines.len());
        let wide = lines(&screen);
        assert!(wide.is_some_and(|lines| lines > 0));
        screen.fit(&library, &Bookmarks::default(), Some(20));
        assert!(lines(&screen) > wide);
        screen.fit(&library, &Bookmarks::default(), None);
        assert_eq!(lines(&screen), None);
        screen.query.set("nothing is found yet");
        screen.fit(&library, &Bookmarks::default(), Some(40));
        assert_eq!(lines(&screen), None);
    }

    #[test]
    fn the_chosen_row_is_always_in_view_and_every_line_belongs_to_the_row_that_is_drawn_there() {
        let library = sample_library();
        let entry = &library.entries()[0];
        for length in 0..30 {
            let mut rows: Vec<Row<'_>> = (0..length).map(|_| Row::listed(entry)).collect();
            for at in [0, 7] {
                if let Some(row) = rows.get_mut(at) {
                    row.heading = Some("A part");
                }
            }
            for (height, chosen) in (8..20).flat_map(|h| (0..length).map(move |at| (h, at))) {
                let shown = Row::in_view(&rows, chosen, height);
                assert!(shown.iter().any(|(at, _)| *at == chosen), "{chosen} of {length}");
                for (at, start) in shown {
                    assert!(start + rows[at].lines() <= height);
                    for line in start..start + rows[at].lines() {
                        assert_eq!(Row::at_line(&rows, chosen, height, line), Some(at));
                    }
                }
            }
        }
    }
}
