//! A whole note looked through before it is completed or leaves the vault: possible identifiers and
//! words that call for others, and where they stand.
//!
//! It looks at everything people wrote that a note shows, also at reasons and differing views. What
//! it does not find may still identify somebody, and it says so.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::{
    control::{ControlId, ControlKind, TextForm},
    controls,
    state::ClinicScreen,
    text_lint::{Why, spots},
    watched_names::Names,
};
use crate::{
    clinic::{ActionDetails, FieldKind, Session, Value, form},
    text::shorten,
};

/// As many possible identifiers as are named one by one.
const MAX_NAMED: usize = 12;

/// As many findings as are said of a text that is about to be kept.
const MAX_SAID: usize = 2;
/// Columns of words that are named.
const MAX_NAMED_LEN: usize = 30;

/// What was found in a note.
#[derive(Default)]
pub struct NoteScan {
    /// What may identify somebody, in the order of the note.
    pub identifiers: Vec<Place>,
    /// Words that call for others; somebody's own words are left out.
    pub words: Vec<Place>,
    /// How many names were looked for.
    pub names: usize,
}

/// A place in a note.
pub struct Place {
    /// The stage it is in.
    pub stage: usize,
    /// The field, if it can be gone to.
    pub control: Option<ControlId>,
    /// The field's question.
    pub label: String,
    /// What it may be, or what to write.
    pub what: String,
    /// The words.
    pub said: String,
    /// Where they begin in the field's text.
    pub at: usize,
}

/// Looks through a note. `today` tells which dates may be dates of birth.
pub fn scan_note(session: &Session, names: &Names, today: Date) -> NoteScan {
    let mut found = NoteScan { names: names.count(), ..NoteScan::default() };
    for_each_text(session, &mut |stage, control: Option<&ControlId>, label: &str, text: &str| {
        for spot in spots(text, names, today) {
            let place = |what| Place {
                stage,
                control: control.cloned(),
                label: label.to_owned(),
                what,
                said: text[spot.range.clone()].replace('\n', " "),
                at: spot.range.start,
            };
            match spot.why {
                Why::Identifier(kind) => found.identifiers.push(place(kind.title().to_owned())),
                Why::Words { instead, quoted: false, .. } => found.words.push(place(instead)),
                Why::Words { .. } => {}
            }
        }
    });
    found
}

/// What calls for a second look in a text that is about to be kept, as sentences.
pub fn look_at(text: &str, names: &Names, today: Date) -> Option<String> {
    let found = spots(text, names, today);
    let mut said = Vec::new();
    for spot in &found {
        let words = shorten(&text[spot.range.clone()], MAX_NAMED_LEN);
        match &spot.why {
            Why::Identifier(kind) => said.push(format!("Possible {}: “{words}”.", kind.title())),
            Why::Words { instead, quoted: false, .. } => {
                said.push(format!("Suggested wording for “{words}”: {instead}."));
            }
            Why::Words { .. } => {}
        }
    }
    let more = said.len().saturating_sub(MAX_SAID);
    said.truncate(MAX_SAID);
    if more > 0 {
        said.push(format!("And {more} more."));
    }
    (!said.is_empty()).then(|| said.join(" "))
}

/// Calls back with every text that people wrote and a note shows: the stage, the field if it can be
/// gone to, its question, and the text.
pub fn for_each_text(
    session: &Session,
    look: &mut impl FnMut(usize, Option<&ControlId>, &str, &str),
) {
    for (stage, about) in session.template().stages.iter().enumerate() {
        for control in controls::controls(session, stage) {
            if let ControlKind::Text { text, form: TextForm::Free, .. } = &control.kind {
                look(stage, Some(&control.id), &control.label, text);
            }
        }
        for pass in session.passes().iter().filter(|pass| pass.stage == about.id) {
            look(stage, None, "Reason for continuing", &pass.reason);
        }
        for field in form(session, stage) {
            match &field.kind {
                FieldKind::Rating(view) => {
                    for round in [&view.first, &view.second].into_iter().flatten() {
                        let reason = round.early.as_deref().unwrap_or_default();
                        look(stage, None, "Reason for revealing placements early", reason);
                    }
                    for dissent in &view.dissent {
                        look(stage, None, "Differing view", &dissent.reason);
                    }
                }
                FieldKind::LastActions(actions) => {
                    for ActionDetails { what, why, owner, measure, outcome, .. } in
                        actions.iter().map(|one| &one.details)
                    {
                        for text in [what, why, owner, measure, outcome] {
                            look(stage, None, &field.label, text);
                        }
                    }
                }
                FieldKind::LastPlacements(placements) => {
                    for one in placements {
                        look(stage, None, &field.label, &one.about);
                    }
                }
                // Written before it could be read only.
                FieldKind::Line | FieldKind::Text if !field.editable => {
                    if let Some(Value::Text(text)) = &field.value {
                        look(stage, None, &field.label, text);
                    }
                }
                FieldKind::Actions(actions) => {
                    for one in actions {
                        look(stage, None, "Outcome of an action", &one.details.outcome);
                    }
                }
                _ => {}
            }
        }
    }
    let last = session.template().stages.len().saturating_sub(1);
    for one in session.leftovers() {
        look(last, None, &one.question, &one.text);
    }
    for one in session.amendments() {
        look(last, None, "Correction", &one.reason);
        look(last, None, "Correction", &one.text);
    }
    look(last, None, "Reason for stopping", session.stop_reason().unwrap_or_default());
}

impl ClinicScreen {
    /// Moves the focus to a place of the open stage, and the caret before the words.
    pub fn go_to_place(&mut self, place: &Place) {
        let Some(control) = &place.control else { return };
        self.focus_on(control.clone());
        if let Some(editor) = &mut self.editor {
            editor.go_to(place.at);
        }
    }
}

impl NoteScan {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.identifiers.is_empty() && self.words.is_empty()
    }

    /// The first place to go to, an identifier before a word.
    pub fn first(&self) -> Option<&Place> {
        let mut all = self.identifiers.iter().chain(&self.words);
        all.clone().find(|place| place.control.is_some()).or_else(|| all.next())
    }

    /// How many possible identifiers there are, as a sentence.
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

    /// What was found, line by line, in lines of so many columns where there is a limit.
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
        for place in self.identifiers.iter().take(MAX_NAMED) {
            let label = shorten(&place.label, (columns / 3).max(12));
            let line = format!("- “{label}”: {}, “{}”", place.what, place.said);
            lines.push(shorten(&line, columns));
        }
        match self.identifiers.len().saturating_sub(MAX_NAMED) {
            0 => {}
            more => lines.push(format!("… and {more} more.")),
        }
        lines
    }

    fn words_counted(&self) -> String {
        let mut labels: Vec<(&str, usize)> = Vec::new();
        for place in &self.words {
            match labels.iter_mut().find(|(label, _)| *label == place.label) {
                Some((_, count)) => *count += 1,
                None => labels.push((&place.label, 1)),
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
