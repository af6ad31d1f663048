//! What a clinic that was just completed agreed, and what to do before people leave the room.

use crate::{
    app::{
        action::KeyAction,
        page::{Lead, Page, TextRole, piece},
    },
    clinic::{Session, Subject},
    report::{Agreed, AgreedAction},
    text::{counted, width},
    vault::NoteId,
};

/// Columns of the names of decisions and of dates, with the blank behind them.
const NAMES: usize = 13;
/// Columns of what can be done, before its key.
const DOES: usize = 30;

/// What a clinic agreed, once it is complete.
pub struct CompletedScreen {
    /// The completed note; none after practice, of which nothing is saved.
    pub note: Option<NoteId>,
    /// The session that was completed.
    pub session: Session,
    /// The number of the revision that is saved.
    revision: u32,
    agreed: Agreed,
    /// What was agreed and who does what, and below it, unless it stands beside it, what to do next.
    pub page: Page,
    /// What to do next, where there is room for it beside the page.
    pub side: Option<Page>,
    /// First line shown.
    pub top: usize,
    /// Lines of the page that say what was agreed and who does what.
    summary: usize,
    columns: (usize, Option<usize>),
}

impl CompletedScreen {
    /// Opens the summary of a session that was saved as this revision of its note, or of a practice session.
    pub fn open(saved: Option<(NoteId, u32)>, session: Session) -> Self {
        Self {
            note: saved.map(|(note, _)| note),
            agreed: Agreed::of(&session),
            session,
            revision: saved.map_or(0, |(_, revision)| revision),
            page: Page::default(),
            side: None,
            top: 0,
            summary: 0,
            columns: (0, None),
        }
    }

    /// Returns what is complete.
    pub fn title(&self) -> String {
        format!("{} is complete", self.session.case_key())
    }

    /// Returns the format and how many were there.
    pub fn facts(&self) -> String {
        let title = self.session.template().about.title.show(self.session.language());
        let present = self.session.participants().iter().filter(|one| one.present).count();
        match present {
            0 => title.to_owned(),
            some => format!("{title} · {}", counted(some, "person", "people")),
        }
    }

    /// Returns what is saved; none after practice.
    pub fn saved(&self) -> Option<String> {
        self.note.map(|_| format!("Saved as revision {}", self.revision))
    }

    /// Lays it out again if the width changed: the page, and what stands beside it.
    pub fn fit(&mut self, columns: usize, side: Option<usize>) {
        if (columns, side) == self.columns {
            return;
        }
        self.columns = (columns, side);
        let mut page = Page::default();
        lay_out_agreed(&self.agreed, &mut page, columns);
        self.summary = page.lines.len();
        self.side = side.map(|columns| {
            let mut page = Page::default();
            self.lay_out_next(&mut page, columns);
            page
        });
        if self.side.is_none() {
            page.blank();
            self.lay_out_next(&mut page, columns);
        }
        self.page = page;
        self.top = self.top.min(self.page.lines.len().saturating_sub(1));
    }

    /// Returns what was agreed and who does what, as plain text.
    pub fn summary(&self) -> String {
        self.page.text(0..self.summary)
    }

    /// Scrolls. `height` is the page's rows.
    pub fn handle_action(&mut self, action: KeyAction, height: usize) {
        self.top = action.scrolled(self.top, self.page.lines.len(), height);
    }

    fn lay_out_next(&self, page: &mut Page, columns: usize) {
        let subject = self.session.template().about.subject();
        heading(page, "Before you leave the room", columns);
        let mut say = |text: &str| paragraph(page, text, TextRole::Body, columns, 0);
        if subject == Subject::Case {
            say("Decisions belong in the child’s own record, written by the case holder.");
        }
        if !self.agreed.actions.is_empty() {
            say("Tell those who own an action and were not here.");
        }
        say("Leave no paper behind.");
        page.blank();
        heading(page, "What next", columns);
        let practice = [
            ("Hand over a document", "h"),
            ("Read the whole note", "Enter"),
            ("Copy the summary", "c"),
        ];
        let is_request = self.session.is_request();
        let saved = [
            (if is_request { "Start a meeting from it" } else { "Begin the follow-up" }, "f"),
            ("Add a correction", "a"),
            ("How long it is kept", "k"),
            ("All actions", "F4"),
        ];
        let saved = saved.into_iter().filter(|_| self.note.is_some());
        for (does, key) in practice.into_iter().chain(saved) {
            let does = format!("{does}{}", " ".repeat(DOES.saturating_sub(width(does))));
            let pieces = vec![piece(&does, TextRole::Body), piece(key, TextRole::Heading)];
            page.flow(pieces, columns, Lead::Nothing, 0);
        }
        page.blank();
        let last = match (self.note, subject.who_opens()) {
            (None, _) => "Practice: nothing is saved.",
            (Some(_), Some(who)) => who,
            (Some(_), None) => "The note can no longer be edited. You can add corrections.",
        };
        paragraph(page, last, TextRole::Muted, columns, 0);
    }
}

/// Lays out what was agreed and who does what.
pub(in crate::app) fn lay_out_agreed(agreed: &Agreed, page: &mut Page, columns: usize) {
    let Agreed { placements, decisions, actions, support } = agreed;
    if !placements.is_empty() || !decisions.is_empty() {
        heading(page, "Agreed", columns);
    }
    for (at, one) in placements.iter().enumerate() {
        let name = match placements.len() {
            1 => "Placement".to_owned(),
            _ => format!("Placement {}", at + 1),
        };
        named(page, &name, &one.outcome, columns);
        paragraph(page, &one.basis, TextRole::Body, columns, NAMES);
        if !one.differing.is_empty() {
            let views = counted(one.differing.len(), "differing view", "differing views");
            let text = format!("! {views}: {}", one.differing.join(", "));
            paragraph(page, &text, TextRole::Check, columns, NAMES);
        }
    }
    for (name, answer) in decisions {
        named(page, name, answer, columns);
    }
    if !page.lines.is_empty() {
        page.blank();
    }
    heading(page, "Who does what", columns);
    for (at, action) in actions.iter().enumerate() {
        if at > 0 {
            page.blank();
        }
        lay_out_action(page, action, columns);
    }
    if actions.is_empty() {
        paragraph(page, "No actions were agreed.", TextRole::Body, columns, 0);
    }
    if let Some(support) = support {
        page.blank();
        heading(page, "And the people", columns);
        paragraph(page, support, TextRole::Body, columns, 0);
    }
}

fn lay_out_action(page: &mut Page, action: &AgreedAction, columns: usize) {
    let owner = if action.owner.is_empty() { "no owner" } else { &action.owner };
    let mut pieces = vec![piece(owner, TextRole::Body)];
    if !action.agency.is_empty() {
        pieces.push(piece(&format!(", {}", action.agency), TextRole::Muted));
    }
    page.flow(pieces, columns, Lead::Sign(&padded(&action.by), TextRole::Body), 0);
    paragraph(page, &action.what, TextRole::Body, columns, NAMES);
    if !action.measure.is_empty() {
        let known = format!("Known by: {}", action.measure);
        paragraph(page, &known, TextRole::Muted, columns, NAMES);
    }
}

fn heading(page: &mut Page, text: &str, columns: usize) {
    page.flow(vec![piece(text, TextRole::Heading)], columns, Lead::Nothing, 0);
}

/// A decision behind its name.
fn named(page: &mut Page, name: &str, answer: &str, columns: usize) {
    page.flow(
        vec![piece(answer, TextRole::Strong)],
        columns,
        Lead::Sign(&padded(name), TextRole::Muted),
        0,
    );
}

fn paragraph(page: &mut Page, text: &str, role: TextRole, columns: usize, indent: usize) {
    if !text.is_empty() {
        page.flow(vec![piece(text, role)], columns, Lead::Nothing, indent);
    }
}

/// A name or a date, as wide as all of them without the blank behind it.
fn padded(name: &str) -> String {
    format!("{name}{}", " ".repeat((NAMES - 1).saturating_sub(width(name))))
}
