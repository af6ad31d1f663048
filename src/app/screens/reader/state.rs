//! The reader: one entry or page of the guide at a time, with what was read before to go back to.

use crate::app::{
    action::KeyAction,
    editor::Editor,
    keymap::KeyContext,
    page::{Mark, Page, PageMatch, title_in_list},
};
use crate::knowledge::{Entry, Library, Target, guide_page};

/// Rows that the message about a footnote takes at most.
const FOOTNOTE_ROWS: usize = 4;

/// The state of the reader.
#[derive(Default)]
pub struct Reader {
    /// The id of the entry, or of the page of the guide, that is open.
    pub id: String,
    /// Its title.
    pub title: String,
    /// It laid out for the width of the page.
    pub page: Page,
    /// First line shown.
    pub top: usize,
    /// The chosen link, footnote mark or source.
    pub chosen: Option<Mark>,
    /// What else to read, with the link that leads there.
    pub related: Vec<(Option<usize>, String)>,
    /// What is looked for in the page, once asked.
    pub find: Option<Find>,
    /// The outline shown over a narrow page.
    pub outline_open: bool,
    /// Entries read before, with the line they were left at.
    before: Vec<(String, usize)>,
    /// Entries gone back from, nearest last.
    after: Vec<(String, usize)>,
    /// Where the reader was before going to the sources, and what was chosen there.
    left: Option<(usize, Option<Mark>)>,
    columns: usize,
}

/// Looking for words in the page.
pub struct Find {
    /// The words.
    pub words: Editor,
    /// Whether they are still being typed.
    pub typing: bool,
    /// The places.
    pub found: Vec<PageMatch>,
    /// Which place is shown.
    pub at: usize,
}

impl Reader {
    /// Opens an entry or a page of the guide; `None` if there is none with this id.
    pub fn open(library: &Library, id: &str, columns: usize) -> Option<Self> {
        let (title, page) = lay_out(library, id, columns)?;
        let entry = library.entry(id);
        let related = entry.map(|entry| related(library, entry, &page)).unwrap_or_default();
        Some(Self { id: id.to_owned(), title, related, page, columns, ..Self::default() })
    }

    /// Returns where keys are looked up before those of the screen, if anywhere.
    pub(crate) fn context(&self) -> Option<KeyContext> {
        match &self.find {
            Some(find) if find.typing => Some(KeyContext::ReaderFind),
            Some(_) => Some(KeyContext::ReaderMatches),
            None if self.is_at_source() => Some(KeyContext::ReaderSource),
            None => guide_page(&self.id).map(|_| KeyContext::GuidePage),
        }
    }

    /// Whether the source of a footnote is chosen.
    pub(crate) fn is_at_source(&self) -> bool {
        matches!(self.chosen, Some(Mark::Source(_)))
    }

    /// Lays the page out again if the width changed, keeping the place in the text.
    pub fn fit(&mut self, library: &Library, columns: usize) {
        if columns == self.columns {
            return;
        }
        let share = self.top as f64 / self.page.lines.len().max(1) as f64;
        if let Some((_, page)) = lay_out(library, &self.id, columns) {
            self.page = page;
            self.columns = columns;
            self.top = (share * self.page.lines.len() as f64) as usize;
            self.look();
        }
    }

    /// Returns the heading of the part in view; none before the first. At the end that is the last one, however far up
    /// it stands.
    pub fn part(&self, height: usize) -> Option<usize> {
        if self.top > 0 && self.top >= self.lowest(height) {
            return self.page.headings.len().checked_sub(1);
        }
        self.page.heading_at(self.top)
    }

    /// Returns the title of what Esc leads back to inside the reader: the entry that the guide was opened from.
    pub fn behind_guide<'a>(&self, library: &'a Library) -> Option<&'a str> {
        guide_page(&self.id)?;
        let before = self.before.iter().rev().find(|(id, _)| guide_page(id).is_none());
        before.and_then(|(id, _)| Some(library.entry(id)?.title.as_str()))
    }

    /// Follows a link to another entry; false if it leads outside or nowhere.
    pub fn follow(&mut self, library: &Library, link: usize) -> bool {
        let Some((_, Target::Entry(id))) = self.page.links.get(link) else { return false };
        let id = id.clone();
        self.go(library, &id)
    }

    /// Opens another entry here, keeping this one to go back to.
    pub fn go(&mut self, library: &Library, id: &str) -> bool {
        let Some(mut next) = Self::open(library, id, self.columns) else { return false };
        next.before = std::mem::take(&mut self.before);
        next.before.push((self.id.clone(), self.top));
        *self = next;
        true
    }

    /// Back to the entry read before; false if there is none.
    pub fn back(&mut self, library: &Library) -> bool {
        let Some((id, top)) = self.before.pop() else { return false };
        let (before, mut after) =
            (std::mem::take(&mut self.before), std::mem::take(&mut self.after));
        after.push((self.id.clone(), self.top));
        let Some(previous) = Self::open(library, &id, self.columns) else { return false };
        *self = Self { top, before, after, ..previous };
        true
    }

    /// From the guide back to the entry it was opened from; false if there is none.
    pub fn leave_guide(&mut self, library: &Library) -> bool {
        while guide_page(&self.id).is_some() {
            if !self.back(library) {
                return false;
            }
        }
        true
    }

    /// Forward again to the entry gone back from; false if there is none.
    pub fn forward(&mut self, library: &Library) -> bool {
        let Some((id, top)) = self.after.pop() else { return false };
        let after = std::mem::take(&mut self.after);
        let went = self.go(library, &id);
        (self.after, self.top) = (after, if went { top } else { self.top });
        went
    }

    /// To the sources, to that of the chosen footnote mark if there is one, and from there back to
    /// where the reader was.
    pub fn turn_to_sources(&mut self, height: usize) {
        if self.return_from_source(height) {
            return;
        }
        let Some(first) = self.page.sources_at else { return };
        self.left = Some((self.top, self.chosen));
        match self.chosen {
            Some(Mark::Note(at)) => {
                let source = self.page.notes.get(at).map(|(_, number)| Mark::Source(*number));
                self.chosen = source;
                let line = source.and_then(|source| self.page.line_of(source));
                self.show(line.unwrap_or(first), height);
            }
            _ => self.top = first.min(self.lowest(height)),
        }
    }

    /// From the sources back to the statement; false if the reader did not come from one.
    pub fn return_from_source(&mut self, height: usize) -> bool {
        let Some((top, chosen)) = self.left.take() else { return false };
        (self.top, self.chosen) = (top.min(self.lowest(height)), chosen);
        true
    }

    /// What the source of the chosen footnote mark says, with its number.
    pub fn chosen_source(&self) -> Option<(usize, &str)> {
        let Some(Mark::Note(at)) = self.chosen else { return None };
        let (_, number) = self.page.notes.get(at)?;
        let (_, said) = self.page.sources.get(number.checked_sub(1)?)?;
        Some((*number, said))
    }

    /// The paragraph of what is chosen or found in view, or else the first one in view, for
    /// copying.
    pub fn paragraph(&self, height: usize) -> String {
        let shown = self.top..self.top + height;
        let found = self.find.as_ref().and_then(|find| find.found.get(find.at));
        let marked = self.chosen.and_then(|mark| self.page.line_of(mark));
        let marked = marked.or(found.map(|place| place.line)).filter(|line| shown.contains(line));
        let is_heading = |line: &usize| self.page.headings.iter().any(|(at, ..)| at == line);
        let begins = |line: &usize| {
            !is_heading(line) && self.page.block_of(*line).is_some_and(|block| block.start == *line)
        };
        let first = self.top.max(self.page.text_at)..self.page.lines.len();
        let line = marked.or_else(|| first.clone().find(begins)).unwrap_or(first.start);
        self.page.block_of(line).map_or_else(String::new, |block| self.page.text(block))
    }

    fn lowest(&self, height: usize) -> usize {
        self.page.lines.len().saturating_sub(height)
    }

    /// The text under the heading that is in view, for copying: heading and lines.
    pub fn section(&self) -> String {
        let at = self.page.heading_at(self.top + 1);
        let first = at.map_or(0, |at| self.page.headings[at].0);
        let next = at.map_or(0, |at| at + 1);
        let end = self.page.headings.get(next).map_or(self.page.lines.len(), |(line, ..)| *line);
        self.page.text(first..end)
    }

    /// Scrolls, moves by headings, links and places found. `height` is the page's rows.
    pub fn handle_action(&mut self, action: KeyAction, height: usize) {
        match action {
            KeyAction::NextHeading => {
                let next = self.page.headings.iter().find(|(line, ..)| *line > self.top);
                self.top = next.map_or(self.top, |(line, ..)| *line);
            }
            KeyAction::PreviousHeading => {
                let previous = self.page.headings.iter().rfind(|(line, ..)| *line < self.top);
                self.top = previous.map_or(0, |(line, ..)| *line);
            }
            KeyAction::NextLink | KeyAction::PreviousLink => {
                self.choose(Mark::Link, action == KeyAction::NextLink, height);
            }
            KeyAction::NextNote | KeyAction::PreviousNote => {
                // From the sources the way goes on where it left the text.
                self.return_from_source(height);
                self.choose(Mark::Note, action == KeyAction::NextNote, height);
            }
            KeyAction::NextMatch | KeyAction::PreviousMatch => self.turn_match(action, height),
            _ => {}
        }
        self.top = action.scrolled(self.top, self.page.lines.len(), height);
    }

    /// Chooses the next mark of a kind, or the one before; from outside the view the first one in
    /// view.
    fn choose(&mut self, mark: fn(usize) -> Mark, forward: bool, height: usize) {
        let lines: Vec<usize> = (0..).map_while(|at| self.page.line_of(mark(at))).collect();
        let count = lines.len();
        if count == 0 {
            return;
        }
        let shown = self.top..self.top + height;
        let is_visible = |at: &usize| shown.contains(&lines[*at]);
        let chosen = (0..count).find(|at| self.chosen == Some(mark(*at)));
        let at = match chosen.filter(is_visible) {
            Some(at) if forward => (at + 1) % count,
            Some(at) => (at + count - 1) % count,
            None => (0..count).find(is_visible).or(chosen).unwrap_or(0),
        };
        (self.chosen, self.left) = (Some(mark(at)), None);
        // The message about a footnote will take rows at the bottom.
        let taken = if let Mark::Note(_) = mark(at) { FOOTNOTE_ROWS } else { 0 };
        self.show(lines[at], height.saturating_sub(taken).max(1));
        self.top = self.top.min(self.lowest(height));
    }

    fn turn_match(&mut self, action: KeyAction, height: usize) {
        let Some(find) = &mut self.find else { return };
        let count = find.found.len();
        if count == 0 {
            return;
        }
        find.at =
            if action == KeyAction::NextMatch { find.at + 1 } else { find.at + count - 1 } % count;
        let line = find.found[find.at].line;
        self.show(line, height);
    }

    /// Begins looking for words.
    pub fn start_find(&mut self) {
        let words = self.find.take().map(|find| find.words.text()).unwrap_or_default();
        self.find =
            Some(Find { words: Editor::one_line(&words), typing: true, found: Vec::new(), at: 0 });
        self.look();
    }

    /// Looks again after the words changed, and shows the first place at or below the top.
    pub fn find_changed(&mut self, height: usize) {
        self.look();
        let Some(find) = &mut self.find else { return };
        find.at = find.found.iter().position(|place| place.line >= self.top).unwrap_or(0);
        if let Some(line) = find.found.get(find.at).map(|place| place.line) {
            self.show(line, height);
        }
    }

    fn look(&mut self) {
        if let Some(find) = &mut self.find {
            find.found = self.page.find(&find.words.text());
            find.at = find.at.min(find.found.len().saturating_sub(1));
        }
    }

    /// Scrolls as little as needed, with a few lines of context, to show a line.
    fn show(&mut self, line: usize, height: usize) {
        if line < self.top || line >= self.top + height {
            self.top = line.saturating_sub(height / 3);
        }
        self.top = self.top.min(self.lowest(height));
    }
}

/// Returns the title and the page of an entry or of a page of the guide.
fn lay_out(library: &Library, id: &str, columns: usize) -> Option<(String, Page)> {
    if let Some(guide) = guide_page(id) {
        return Some((guide.title.to_owned(), Page::of_guide(guide, columns)));
    }
    let entry = library.entry(id)?;
    Some((entry.title.clone(), Page::with_title(library, entry, columns)))
}

/// What to read beside an entry, each with the link of its page that leads there.
fn related(library: &Library, entry: &Entry, page: &Page) -> Vec<(Option<usize>, String)> {
    let link_to = |id: &str| {
        page.links.iter().position(|(_, target)| matches!(target, Target::Entry(to) if to == id))
    };
    let related = library.related(entry).into_iter();
    related.map(|other| (link_to(&other.id), title_in_list(other))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{SAMPLE, library_of};

    const HEIGHT: usize = 10;

    fn reader() -> Reader {
        let filler = "Words that fill a line.\n\n".repeat(12);
        let text = SAMPLE.replace("Listen.[^b] More.[^check]", &format!(
            "Listen well.[^b] Again.[^a]\n\n{filler}| x | y |\n|---|---|\n| Row | Cell.[^b] |\n\n{filler}"
        ));
        let library = library_of(&[("one.md", &text)]);
        Reader::open(&library, "one", 60).expect("it is there")
    }

    fn chosen_line(reader: &Reader) -> String {
        let mark = reader.chosen.expect("something is chosen");
        let line = reader.page.line_of(mark).expect("it stands somewhere");
        assert!((reader.top..reader.top + HEIGHT).contains(&line), "{line} is out of view");
        reader.page.text(line..line + 1)
    }

    #[test]
    fn footnotes_are_chosen_one_by_one_and_round_again_in_text_and_tables() {
        let mut reader = reader();
        let mut lines = Vec::new();
        for _ in 0..5 {
            reader.handle_action(KeyAction::NextNote, HEIGHT);
            lines.push(chosen_line(&reader));
        }
        assert_eq!(lines[0], "Answer in short.[1]");
        assert_eq!(lines[1], "Listen well.[2] Again.[1]");
        assert_eq!(lines[2], lines[1]);
        assert!(lines[3] == "Row · Cell.[2]", "{lines:?}");
        assert_eq!(lines[4], lines[0]);
        reader.handle_action(KeyAction::PreviousNote, HEIGHT);
        assert_eq!(chosen_line(&reader), lines[3]);
    }

    #[test]
    fn from_a_footnote_to_its_source_and_back_to_the_very_statement() {
        let mut reader = reader();
        reader.handle_action(KeyAction::NextNote, HEIGHT);
        reader.handle_action(KeyAction::NextNote, HEIGHT);
        let before = (reader.top, reader.chosen);
        assert_eq!(reader.chosen_source(), Some((2, "Source B. NSPCC, 2019.")));
        reader.turn_to_sources(HEIGHT);
        assert_eq!(chosen_line(&reader), "[2] Source B. NSPCC, 2019.");
        reader.turn_to_sources(HEIGHT);
        assert_eq!((reader.top, reader.chosen), before);
        // From the source the next one follows on the statement it was left from.
        reader.turn_to_sources(HEIGHT);
        reader.handle_action(KeyAction::NextNote, HEIGHT);
        assert_eq!(reader.chosen, Some(Mark::Note(2)));
    }

    #[test]
    fn an_entry_without_footnotes_has_none_to_choose() {
        let text = SAMPLE.replace("[^a]", "").replace("[^b]", "");
        let library = library_of(&[("one.md", &text)]);
        let mut reader = Reader::open(&library, "one", 60).expect("it is there");
        reader.handle_action(KeyAction::NextNote, HEIGHT);
        assert_eq!((reader.chosen, reader.chosen_source()), (None, None));
    }

    #[test]
    fn the_paragraph_in_view_or_that_of_what_is_chosen_is_taken_whole() {
        let mut reader = reader();
        assert_eq!(reader.paragraph(HEIGHT), "Answer in short.[1]");
        reader.handle_action(KeyAction::NextHeading, HEIGHT);
        assert_eq!(reader.paragraph(HEIGHT), "Listen well.[2] Again.[1]");
        reader.handle_action(KeyAction::PageOn, HEIGHT);
        assert_eq!(reader.paragraph(HEIGHT), "Words that fill a line.");
        reader.handle_action(KeyAction::Top, HEIGHT);
        reader.handle_action(KeyAction::NextNote, HEIGHT);
        reader.handle_action(KeyAction::NextNote, HEIGHT);
        reader.top = 0;
        assert_eq!(reader.paragraph(HEIGHT), "Listen well.[2] Again.[1]");
        reader.handle_action(KeyAction::Bottom, usize::MAX / 2);
        assert!(!reader.paragraph(HEIGHT).is_empty());
    }
}
