//! What stands around the text of an entry: its standing above, and below what else to read and
//! the sources.

use super::{Lead, Mark, Page, Piece, TextRole, piece};
use crate::{
    knowledge::{Document, Entry, Library, Nation, Overlay, Status, Target},
    text::{show_date, width},
};

/// Before whom to call, and before what is no longer in force.
const WARNING_SIGN: &str = "!";
/// Before the words for an entry that is in force.
const IN_FORCE_SIGN: &str = "✓";

impl Page {
    /// What a reader must know before the first word: whom to call, kind, where it holds, whether it is in force,
    /// when it was checked, and whose version it is.
    pub(super) fn standing(&mut self, library: &Library, entry: &Entry, columns: usize) {
        for (at, line) in entry.urgent_lines(library.home()).iter().enumerate() {
            let (role, lead, indent) = match at {
                0 => (TextRole::Urgent, Lead::Sign(WARNING_SIGN, TextRole::Urgent), 0),
                _ => (TextRole::Body, Lead::Nothing, width(WARNING_SIGN) + 1),
            };
            self.flow(vec![piece(line, role)], columns, lead, indent);
        }
        if entry.status != Status::Current {
            let title = |id: &String| {
                library.entry(id).map_or_else(|| id.clone(), |entry| entry.title.clone())
            };
            let by: Vec<String> = entry.superseded_by.iter().map(title).collect();
            let status = entry.status.name().to_uppercase();
            let text = if by.is_empty() {
                format!("{status}.")
            } else {
                format!("{status}. Read instead: {}.", by.join("; "))
            };
            let pieces = vec![piece(&text, TextRole::Superseded)];
            self.flow(pieces, columns, Lead::Sign(WARNING_SIGN, TextRole::Superseded), 0);
        }
        let overlay = library.overlay(entry);
        // An overlay is told in full below.
        let origin = entry.origin().filter(|_| overlay.is_none());
        self.facts(facts(entry, library.home()).into_iter().chain(origin), columns);
        if let Some(overlay) = overlay {
            self.flow(told(&overlay), columns, Lead::Nothing, 0);
        }
        self.blank();
        self.text_at = self.lines.len();
    }

    /// Puts facts with dots between them, as many on each line as fit: a fact is broken only if it is longer than a
    /// line.
    fn facts(&mut self, facts: impl Iterator<Item = String>, columns: usize) {
        let mut lines: Vec<String> = Vec::new();
        for fact in facts {
            match lines.last_mut().filter(|line| width(line) + width(&fact) + 3 <= columns) {
                Some(line) => line.push_str(&format!(" · {fact}")),
                None => lines.push(fact),
            }
        }
        for line in lines {
            let pieces = match line.split_once(IN_FORCE_SIGN) {
                None => vec![piece(&line, TextRole::Muted)],
                Some((before, after)) => vec![
                    piece(before, TextRole::Muted),
                    piece(IN_FORCE_SIGN, TextRole::InForce),
                    piece(after, TextRole::Muted),
                ],
            };
            self.flow(pieces, columns, Lead::Nothing, 0);
        }
    }

    /// The entries that lead to this one and are not named in it, as further links.
    pub(super) fn also_read(&mut self, library: &Library, entry: &Entry, columns: usize) {
        let others = library.also_read(entry);
        if others.is_empty() {
            return;
        }
        self.heading("See also", columns);
        for other in others {
            let at = self.links.len();
            self.links.push((usize::MAX, Target::Entry(other.id.clone())));
            let mark = Some(Mark::Link(at));
            let past = past(other);
            let pieces = vec![
                Piece { text: format!("({})\u{a0}", at + 1), role: TextRole::Muted, mark },
                Piece { text: other.title.clone(), role: TextRole::Link, mark },
                piece(&past, TextRole::Superseded),
            ];
            self.flow(pieces, columns, Lead::Marker("•"), 0);
        }
        self.blank();
    }

    /// The sources: those of footnotes by number, then the others.
    pub(super) fn sources(&mut self, entry: &Entry, document: &Document, columns: usize) {
        if entry.sources.is_empty() {
            return;
        }
        self.sources_at = Some(self.lines.len());
        self.source_count = entry.sources.len();
        self.heading("Sources", columns);
        let footnotes = document.footnotes.iter().map(|note| (Some(note.number), note.source));
        let unused = (0..entry.sources.len())
            .filter(|at| document.footnotes.iter().all(|note| note.source != *at))
            .map(|at| (None, at));
        for (number, at) in footnotes.chain(unused) {
            let Some(source) = entry.sources.get(at) else { continue };
            let marker = number.map_or("•".to_owned(), |number| format!("[{number}]"));
            let mark = number.map(Mark::Source);
            let said = format!("{}. {}, {}.", source.title, source.publisher, source.dated());
            let mut pieces = vec![Piece { text: said.clone(), role: TextRole::Body, mark }];
            if let Some(url) = &source.url {
                pieces.push(Piece { text: format!(" {url}"), role: TextRole::Muted, mark });
            }
            let first = self.lines.len();
            self.flow(pieces, columns, Lead::Marker(&marker), 0);
            if number.is_some() {
                self.sources.push((first..self.lines.len(), said));
            }
        }
    }

    fn heading(&mut self, words: &str, columns: usize) {
        self.headings.push((self.lines.len(), 2, words.to_owned()));
        self.flow(vec![piece(words, TextRole::Heading)], columns, Lead::Nothing, 0);
    }
}

/// A title for a list of what else to read, with the standing of what is no longer in force.
pub(in crate::app) fn title_in_list(entry: &Entry) -> String {
    format!("{}{}", entry.title, past(entry))
}

fn past(entry: &Entry) -> String {
    match entry.status {
        Status::Current => String::new(),
        status => format!(", {}", status.name()),
    }
}

/// Whose version it is, and what it takes the place of.
fn told(overlay: &Overlay<'_>) -> Vec<Piece> {
    let Overlay { pack, beneath, has_changed } = *overlay;
    let title = if pack.title.is_empty() { &pack.id } else { &pack.title };
    let version = match pack.version.as_str() {
        "" => String::new(),
        version => format!(", version {version}"),
    };
    let whose = format!("Local version from {title}{version}. ");
    let place = format!(
        "It replaces the built-in entry {}, checked {}, which is not shown.",
        beneath.id,
        show_date(beneath.reviewed)
    );
    let mut pieces = vec![piece(&whose, TextRole::Strong), piece(&place, TextRole::Body)];
    if has_changed {
        let changed = " The built-in entry has changed since this local version was made. Ask the \
                       maintainer of the pack to compare the two.";
        pieces.push(piece(changed, TextRole::Check));
    }
    pieces
}

/// Kind, where it holds, whether it is in force, and when it was checked.
fn facts(entry: &Entry, home: Nation) -> Vec<String> {
    let nations = home.list_from_here(&entry.nations);
    let mut facts = vec![entry.kind.name().to_owned(), nations];
    if entry.status == Status::Current && entry.imported.is_none() {
        facts.push(format!("{IN_FORCE_SIGN} in force"));
    }
    facts.push(entry.review_dates());
    facts
}
