//! The rows of the list: what was found, what is simply listed, and what is offered instead. Says
//! where each is, for drawing and for clicks.

use std::ops::Range;

use super::state::{Preview, SearchScreen};
use crate::{
    app::{
        action::KeyAction,
        geometry::{MARGIN, SearchParts},
        page::{Page, title_in_list},
    },
    knowledge::{Entry, Library, Status},
    search::{Filters, Hit},
    services::bookmarks::Bookmarks,
    text::wrap,
};

/// Offered whenever nothing is found: what must never be out of reach.
const ALWAYS_OFFERED: [&str; 2] = ["immediate-safety", "helplines"];

/// Where somebody new, or in a hurry, may begin.
const START_HERE: [&str; 4] =
    ["immediate-safety", "first-response", "helplines", "case-clinic-format"];

/// Lines that a title may take in the list.
const MAX_TITLE: usize = 3;
/// Lines of the summary that the chosen row shows without a preview.
const MAX_SUMMARY: usize = 2;

/// The room of the list.
#[derive(Clone, Copy, Debug)]
pub struct ListShape {
    /// Columns for text.
    pub columns: usize,
    /// Lines.
    pub height: usize,
    /// Whether the chosen row says more, since no preview does.
    pub opens: bool,
}

impl ListShape {
    /// The room that a layout has for the list.
    pub fn of(parts: &SearchParts) -> Self {
        Self {
            columns: usize::from(parts.list.width.saturating_sub(MARGIN + 1)),
            height: usize::from(parts.list.height),
            opens: parts.preview.is_none(),
        }
    }
}

/// The heading of all there is.
pub const EVERYTHING: &str = "Everything";

/// One row of the list.
pub struct Row<'a> {
    /// The line above it, where a part of the list begins.
    pub heading: Option<&'static str>,
    /// What it shows.
    pub shows: Shown<'a>,
    /// Whether it is the chosen one.
    pub is_chosen: bool,
    /// Whether its entry is bookmarked.
    pub is_marked: bool,
    /// Whether an empty line parts it from the row above.
    is_apart: bool,
}

/// What a row shows.
pub enum Shown<'a> {
    /// An entry, simply listed: its title.
    Listed(&'a Entry),
    /// An entry that was found: its title, and a line about it.
    Found(&'a Entry, &'a Hit),
    /// Something else to search for, with its number: one line.
    Instead(usize, &'a str),
}

/// The part of the list that is in view.
pub struct RowsInView {
    /// The rows, each with the first of its lines.
    pub rows: Vec<(usize, usize)>,
    /// How many rows are above them.
    pub above: usize,
    /// How many rows are below them.
    pub below: usize,
}

impl<'a> Row<'a> {
    fn of(shows: Shown<'a>) -> Self {
        Self { heading: None, shows, is_chosen: false, is_marked: false, is_apart: false }
    }

    /// The entry, if it shows one.
    pub fn entry(&self) -> Option<&'a Entry> {
        match self.shows {
            Shown::Listed(entry) | Shown::Found(entry, _) => Some(entry),
            Shown::Instead(..) => None,
        }
    }

    /// The lines of the title, as bytes of it; one without an end where it is too long.
    pub fn title(&self, shape: ListShape) -> Vec<Range<usize>> {
        self.entry().map_or_else(Vec::new, |entry| first_lines(&entry.title, shape, MAX_TITLE))
    }

    /// Whether a line below the title says what the entry is.
    pub fn has_facts(&self, shape: ListShape) -> bool {
        match self.shows {
            Shown::Found(..) | Shown::Listed(_) if shape.opens => self.is_chosen,
            Shown::Found(..) => true,
            // The preview says the rest.
            Shown::Listed(entry) => {
                self.is_marked || entry.is_local() || entry.status != Status::Current
            }
            Shown::Instead(..) => false,
        }
    }

    /// The lines of the summary, as bytes of it; one without an end where it goes on. A preview says
    /// more.
    pub fn summary(&self, shape: ListShape) -> Vec<Range<usize>> {
        let most = match self.shows {
            _ if !shape.opens => 0,
            _ if self.is_chosen => MAX_SUMMARY,
            Shown::Found(..) => 1,
            _ => 0,
        };
        self.entry().map_or_else(Vec::new, |entry| first_lines(&entry.summary, shape, most))
    }

    /// The section that answers, unless it would repeat the summary.
    pub fn section(&self) -> Option<&'a Hit> {
        match self.shows {
            Shown::Found(entry, hit) => (hit.snippet != entry.summary).then_some(hit),
            _ => None,
        }
    }

    /// How many lines it takes below its heading.
    pub fn lines_without_heading(&self, shape: ListShape) -> usize {
        let title = self.title(shape).len().max(1);
        let section = usize::from(self.section().is_some());
        title + usize::from(self.has_facts(shape)) + self.summary(shape).len() + section
    }

    fn lines(&self, shape: ListShape) -> usize {
        usize::from(self.heading.is_some()) + self.lines_without_heading(shape)
    }

    /// The rows in view: the chosen one near the middle, and below them a line for how many follow.
    pub fn in_view(rows: &[Self], shape: ListShape) -> RowsInView {
        let mut end = 0;
        let places: Vec<Range<usize>> = rows
            .iter()
            .map(|row| {
                let start = end + usize::from(row.is_apart);
                end = start + row.lines(shape);
                start..end
            })
            .collect();
        let room = if end > shape.height { shape.height.saturating_sub(1) } else { shape.height };
        let at = rows.iter().position(|row| row.is_chosen).unwrap_or(0);
        let Some(chosen) = places.get(at) else {
            return RowsInView { rows: Vec::new(), above: 0, below: 0 };
        };
        let middle = chosen.start.saturating_sub(room / 2).min(end.saturating_sub(room));
        let wanted = middle.max(chosen.end.saturating_sub(room)).min(chosen.start);
        let first = places.iter().position(|place| place.start >= wanted).unwrap_or(0);
        let top = places[first].start;
        let shown: Vec<(usize, usize)> = (first..rows.len())
            .take_while(|row| places[*row].end - top <= room || *row == at)
            .map(|row| (row, places[row].start - top))
            .collect();
        RowsInView { above: first, below: rows.len() - first - shown.len(), rows: shown }
    }

    /// The row that has a line of the list; a heading belongs to the row below it, an empty line to none.
    pub fn at_line(rows: &[Self], shape: ListShape, line: usize) -> Option<usize> {
        let mut shown = Self::in_view(rows, shape).rows.into_iter();
        shown
            .find(|(at, start)| (*start..start + rows[*at].lines(shape)).contains(&line))
            .map(|it| it.0)
    }
}

impl SearchScreen {
    /// The rows to show: hits; without a query the bookmarks, where to begin, and then every entry by
    /// title; and if nothing was found, what may help.
    pub fn rows<'a>(&'a self, library: &'a Library, reading: &'a Bookmarks) -> Vec<Row<'a>> {
        let mut rows = match &self.results {
            Some(results) if results.hits.is_empty() => self.offered(library),
            Some(results) => {
                let found = |hit: &'a Hit| Some(Shown::Found(library.entry(&hit.id)?, hit));
                results.hits.iter().filter_map(found).map(Row::of).collect()
            }
            None if !self.query.is_blank() => Vec::new(),
            None => self.listed(library, reading),
        };
        for (at, row) in rows.iter_mut().enumerate() {
            let id = row.entry().map_or("", |entry| &entry.id);
            row.is_marked = reading.is_marked(id);
            row.is_chosen = at == self.chosen;
            let is_found = matches!(row.shows, Shown::Found(..));
            row.is_apart = at > 0 && (is_found || row.heading.is_some());
        }
        rows
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
        let (Some(entry), Some(columns)) = (self.chosen_entry(library, reading), columns) else {
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
        let parts = [("Bookmarks", marked), ("Start here", beginning), (EVERYTHING, all)];
        let several = parts.iter().filter(|(_, entries)| !entries.is_empty()).count() > 1;
        let mut rows = Vec::new();
        for (heading, entries) in parts {
            let first = rows.len();
            rows.extend(entries.into_iter().map(|entry| Row::of(Shown::Listed(entry))));
            if let Some(row) = rows.get_mut(first).filter(|_| several) {
                row.heading = Some(heading);
            }
        }
        rows
    }

    fn offered<'a>(&'a self, library: &'a Library) -> Vec<Row<'a>> {
        let instead = self.instead.iter().enumerate();
        let mut rows: Vec<Row<'_>> =
            instead.map(|(at, text)| Row::of(Shown::Instead(at + 1, text))).collect();
        if let Some(first) = rows.first_mut() {
            first.heading = Some("Did you mean one of these? Press Enter or a number.");
        }
        let offers = rows.len();
        let always = ALWAYS_OFFERED.iter().filter_map(|id| library.entry(id));
        rows.extend(always.map(|entry| Row::of(Shown::Listed(entry))));
        if let Some(first) = rows.get_mut(offers) {
            first.heading = Some("Help at hand");
        }
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

/// The first so many lines of a text, as bytes of it; the last without an end where it goes on.
fn first_lines(text: &str, shape: ListShape, most: usize) -> Vec<Range<usize>> {
    let mut lines = wrap(text, shape.columns);
    if lines.len() > most {
        lines.truncate(most);
        lines.iter_mut().last().into_iter().for_each(|last| last.end = text.len());
    }
    lines
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
        let hit = sample_hit(entry);
        for (length, columns, opens) in [0, 1, 2, 5, 12]
            .into_iter()
            .flat_map(|length| [(20, true), (76, true), (38, false)].map(|(c, o)| (length, c, o)))
        {
            for (height, chosen) in
                [9, 12, 19].into_iter().flat_map(|h| (0..length).map(move |at| (h, at)))
            {
                let shape = ListShape { columns, height, opens };
                let rows: Vec<Row<'_>> = (0..length)
                    .map(|at| Row {
                        heading: [0, 7].contains(&at).then_some("A part"),
                        is_chosen: at == chosen,
                        is_apart: at > 0 && at % 3 != 1,
                        ..Row::of(if at % 3 == 1 {
                            Shown::Listed(entry)
                        } else {
                            Shown::Found(entry, &hit)
                        })
                    })
                    .collect();
                let shown = Row::in_view(&rows, shape);
                assert!(shown.rows.iter().any(|(at, _)| *at == chosen), "{chosen} of {length}");
                assert_eq!(shown.above + shown.rows.len() + shown.below, length);
                let mut lines = vec![None; height];
                for (at, start) in shown.rows {
                    let end = start + rows[at].lines(shape);
                    assert!(end <= height - usize::from(shown.below > 0), "{chosen} of {length}");
                    lines[start..end].fill(Some(at));
                }
                for (line, at) in lines.into_iter().enumerate() {
                    assert_eq!(Row::at_line(&rows, shape, line), at);
                }
            }
        }
    }

    fn sample_hit(entry: &Entry) -> Hit {
        Hit {
            id: entry.id.clone(),
            title: entry.title.clone(),
            kind: entry.kind,
            section: String::new(),
            status: entry.status,
            nations: Vec::new(),
            pack: String::new(),
            local: false,
            score: 1.0,
            snippet: String::new(),
            highlights: Vec::new(),
            title_highlights: Vec::new(),
        }
    }
}
