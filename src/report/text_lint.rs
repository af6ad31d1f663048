//! Places in a text, or in a whole note, that call for a second look: possible identifiers, and wording that labels.
//!
//! It advises only: it blocks nothing and changes nothing by itself.

use std::{fmt::Write as _, ops::Range, sync::Arc};

use jiff::civil::Date;
use zeroize::Zeroizing;

use super::note_texts::{NoteText, TextPlace, for_each_text};
use crate::{
    clinic::Session,
    knowledge::Library,
    text::{
        counted,
        identifiers::{IdentifierKind, NamesToAvoid, find_identifiers},
        shorten,
        wording::{Advice, Wording},
    },
};

/// Possible identifiers that are listed one by one.
const MAX_LISTED: usize = 12;
/// Findings that [`lint_summary`] quotes.
const MAX_QUOTED: usize = 2;
/// Columns of a quotation in [`lint_summary`].
const MAX_QUOTED_COLUMNS: usize = 30;

/// Names that must not be in a note, and the word lists that its wording is compared with.
///
/// The names are kept sealed with the draft and nowhere else: a list of the very names that a note
/// leaves out would turn a note without names into one with them. A debug print is left out: it would show them.
#[derive(Default)]
pub struct WatchedNames {
    listed: Vec<Zeroizing<String>>,
    avoid: NamesToAvoid,
    /// The bundled word list, if none.
    wording: Option<Arc<Wording>>,
}

impl WatchedNames {
    /// No names, and the words of a library's packs beside the bundled ones.
    pub fn for_words_of(library: &Library) -> Self {
        Self { wording: library.wording_of_packs().cloned(), ..Self::default() }
    }

    /// Compares wording with the words of a library's packs beside the bundled ones from now on.
    pub(crate) fn set_words_of(&mut self, library: &Library) {
        self.wording = library.wording_of_packs().cloned();
    }

    /// Takes the names that a draft was left with.
    pub(crate) fn take_names_of(&mut self, session: &Session) {
        self.list(session.watched_names().iter().map(String::as_str));
    }

    /// The names, for the draft.
    pub(crate) fn listed(&self) -> Vec<String> {
        self.listed.iter().map(|name| name.to_string()).collect()
    }

    /// How many names there are.
    pub fn count(&self) -> usize {
        self.listed.len()
    }

    /// Adds names, separated by commas; a dash alone removes all of them. Names that are too short
    /// to be looked for are left out.
    pub(crate) fn add(&mut self, list: &str) {
        if matches!(list.trim(), "-" | "–" | "—") {
            *self = Self { wording: self.wording.take(), ..Self::default() };
            return;
        }
        self.list(list.split([',', ';', '\n']).map(str::trim));
    }

    fn list<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        for name in names {
            let is_listed = self.listed.iter().any(|one| one.as_str() == name);
            if !is_listed && !NamesToAvoid::new([name]).is_empty() {
                self.listed.push(Zeroizing::new(name.to_owned()));
            }
        }
        self.avoid = NamesToAvoid::new(self.listed.iter().map(|one| one.as_str()));
    }
}

/// A place in a text that calls for a second look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lint {
    /// Its place, in bytes of the text.
    pub range: Range<usize>,
    /// Why.
    pub why: Why,
}

/// Why a place calls for a second look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It may identify somebody.
    Identifier(IdentifierKind),
    /// There may be better words.
    Words {
        /// What to write, as the word list says it.
        instead: String,
        /// How many bytes before the range the replacement begins, and its words; none where the
        /// writer has to think.
        put: Option<(usize, String)>,
        /// It is in quotation marks: somebody's own words, which stay.
        quoted: bool,
    },
}

/// Returns the places in a text, in order; they do not overlap. `today` tells which dates may be
/// dates of birth.
pub(crate) fn lint_text(text: &str, names: &WatchedNames, today: Date) -> Vec<Lint> {
    let found = find_identifiers(text, &names.avoid, today).into_iter();
    let mut all: Vec<Lint> =
        found.map(|one| Lint { range: one.range, why: Why::Identifier(one.kind) }).collect();
    let wording = names.wording.as_deref().unwrap_or_else(|| Wording::bundled());
    all.extend(wording.find(text).into_iter().map(|advice| wording_lint(text, advice)));
    // What may lead to a child comes before how something is put.
    all.sort_by_key(|lint| (lint.range.start, matches!(lint.why, Why::Words { .. })));
    let mut end = 0;
    all.retain(|lint| {
        let apart = lint.range.start >= end;
        end = if apart { lint.range.end } else { end };
        apart
    });
    all
}

fn wording_lint(text: &str, advice: Advice<'_>) -> Lint {
    let put = advice.replacement_in(text);
    let start = put.as_ref().map_or(advice.range.start, |(range, _)| range.start);
    let put = put.map(|(_, words)| (advice.range.start - start, words));
    let why = Why::Words { instead: advice.instead.to_owned(), put, quoted: advice.quoted };
    Lint { range: advice.range, why }
}

/// Returns the findings in a text that is about to be saved as sentences, or none if there are
/// none.
pub fn lint_summary(text: &str, names: &WatchedNames, today: Date) -> Option<String> {
    let mut said = Vec::new();
    for lint in lint_text(text, names, today) {
        let words = shorten(&text[lint.range], MAX_QUOTED_COLUMNS);
        match &lint.why {
            Why::Identifier(kind) => said.push(format!("Possible {}: “{words}”.", kind.title())),
            Why::Words { instead, quoted: false, .. } => {
                said.push(format!("Suggested wording for “{words}”: {instead}."));
            }
            Why::Words { .. } => {}
        }
    }
    let more = said.len().saturating_sub(MAX_QUOTED);
    said.truncate(MAX_QUOTED);
    if more > 0 {
        said.push(format!("And {more} more."));
    }
    (!said.is_empty()).then(|| said.join(" "))
}

impl Lint {
    /// The sentence below the field: what it is, and what to do. `text` is the text it is in.
    pub(crate) fn sentence(&self, text: &str) -> String {
        let range = self.replacement().map_or(self.range.clone(), |(range, _)| range);
        let said = text.get(range).unwrap_or_default();
        let said = shorten(&said.replace('\n', " "), 40);
        match &self.why {
            Why::Identifier(kind) => {
                let mut instead = kind.instead().to_owned();
                if let Some(first) = instead.get(..1).map(str::to_uppercase) {
                    instead.replace_range(..1, &first);
                }
                format!("Possible identifier: {}. {instead}.", kind.title())
            }
            Why::Words { instead, quoted: true, .. } => {
                format!("“{said}”: if you are quoting someone, keep it. Otherwise: {instead}.")
            }
            Why::Words { put: Some((_, put)), .. } => {
                format!("“{said}”: write “{put}” (F10: replace).")
            }
            Why::Words { instead, .. } => format!("“{said}”: {instead}."),
        }
    }

    /// The words to write and the range they replace, if the word list has any.
    pub(crate) fn replacement(&self) -> Option<(Range<usize>, &str)> {
        match &self.why {
            Why::Words { put: Some((before, words)), .. } => {
                Some((self.range.start - before..self.range.end, words))
            }
            _ => None,
        }
    }
}

/// The findings in a whole note, scanned before it is completed or leaves the vault: possible
/// identifiers and wording that labels, with their places.
///
/// Everything people wrote that a note shows is scanned, also reasons and differing views. What
/// the scan does not find may still identify somebody, and it says so.
#[derive(Default)]
pub struct NoteScan {
    /// Possible identifiers, in the order of the note.
    pub identifiers: Vec<ScanFinding>,
    /// Suggested changes of wording; quotations are left out.
    pub words: Vec<ScanFinding>,
    /// How many names were looked for.
    pub names: usize,
}

/// One finding.
pub struct ScanFinding {
    /// The stage it is in, from 0.
    pub stage: usize,
    /// The field it is in, if it can still be edited.
    pub place: Option<TextPlace>,
    /// The field's question.
    pub label: String,
    /// What it may be, or what to write instead.
    pub what: String,
    /// The words.
    pub said: String,
    /// The byte of the field's text where they begin.
    pub at: usize,
}

/// Scans a note. `today` tells which dates may be dates of birth.
pub fn scan_note(session: &Session, names: &WatchedNames, today: Date) -> NoteScan {
    let mut found = NoteScan { names: names.count(), ..NoteScan::default() };
    for_each_text(session, &mut |NoteText { stage, place, label, text }| {
        for lint in lint_text(text, names, today) {
            let finding = |what| ScanFinding {
                stage,
                place: place.cloned(),
                label: label.to_owned(),
                what,
                said: text[lint.range.clone()].replace('\n', " "),
                at: lint.range.start,
            };
            match lint.why {
                Why::Identifier(kind) => found.identifiers.push(finding(kind.title().to_owned())),
                Why::Words { instead, quoted: false, .. } => found.words.push(finding(instead)),
                Why::Words { .. } => {}
            }
        }
    });
    found
}

impl NoteScan {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.identifiers.is_empty() && self.words.is_empty()
    }

    /// The first finding to go to, identifiers before wording.
    pub fn first(&self) -> Option<&ScanFinding> {
        let mut all = self.identifiers.iter().chain(&self.words);
        all.clone().find(|finding| finding.place.is_some()).or_else(|| all.next())
    }

    /// The number of possible identifiers as a sentence.
    pub fn counted(&self) -> String {
        match self.identifiers.len() {
            0 => {
                "No possible identifiers found. Someone could still be recognised from the details."
                    .to_owned()
            }
            some => {
                let found = counted(some, "possible identifier", "possible identifiers");
                format!("{found} found.")
            }
        }
    }

    /// The findings, one to a line of at most `columns`.
    pub fn lines(&self, columns: usize) -> Vec<String> {
        let names = match self.names {
            0 => " No names to watch for were given.".to_owned(),
            1 => " Checked for 1 name to watch for.".to_owned(),
            many => format!(" Checked for {many} names to watch for."),
        };
        let mut lines = vec![format!("{}{names}", self.counted())];
        if !self.words.is_empty() {
            lines.push(self.words_counted());
        }
        for finding in self.identifiers.iter().take(MAX_LISTED) {
            let label = shorten(&finding.label, (columns / 3).max(12));
            let line = format!("- “{label}”: {}, “{}”", finding.what, finding.said);
            lines.push(shorten(&line, columns));
        }
        match self.identifiers.len().saturating_sub(MAX_LISTED) {
            0 => {}
            more => lines.push(format!("… and {more} more.")),
        }
        lines
    }

    fn words_counted(&self) -> String {
        let mut labels: Vec<(&str, usize)> = Vec::new();
        for finding in &self.words {
            match labels.iter_mut().find(|(label, _)| *label == finding.label) {
                Some((_, count)) => *count += 1,
                None => labels.push((&finding.label, 1)),
            }
        }
        let (one, many) = ("suggested change of wording", "suggested changes of wording");
        let mut line = counted(self.words.len(), one, many);
        for (at, (label, count)) in labels.iter().take(3).enumerate() {
            let times = if *count > 1 { format!(" ({count})") } else { String::new() };
            let joins = if at == 0 { ", in " } else { ", " };
            // A text in memory takes everything.
            let _ = write!(line, "{joins}“{}”{times}", shorten(label, 30));
        }
        line.push_str(if labels.len() > 3 { " and elsewhere." } else { "." });
        line
    }
}
