//! A whole note scanned before it is completed or leaves the vault: possible identifiers and
//! wording that labels, with their places.
//!
//! Everything people wrote that a note shows is scanned, also reasons and differing views. What
//! the scan does not find may still identify somebody, and it says so.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::{
    note_texts::{NoteText, TextPlace, for_each_text},
    text_lint::{WatchedNames, Why, lint_text},
};
use crate::{clinic::Session, text::shorten};

/// Possible identifiers that are listed one by one.
const MAX_LISTED: usize = 12;

/// The findings of a scan.
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
            1 => "1 possible identifier found.".to_owned(),
            many => format!("{many} possible identifiers found."),
        }
    }

    /// The findings, one to a line of at most `columns`.
    pub fn lines(&self, columns: usize) -> Vec<String> {
        let names = match self.names {
            0 => " No names to watch for were given.".to_owned(),
            1 => " 1 name to watch for was checked.".to_owned(),
            many => format!(" {many} names to watch for were checked."),
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
        let mut line = match self.words.len() {
            1 => "1 suggested change of wording".to_owned(),
            many => format!("{many} suggested changes of wording"),
        };
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
