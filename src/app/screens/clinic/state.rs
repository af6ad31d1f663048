//! A clinic on screen: the session, which control has the focus, what is being typed, and what is
//! not saved yet.
//!
//! Every keystroke goes into the session at once, so that what is on screen is what is saved. Text
//! that can't be an answer yet (half a date) waits in the control it was typed in.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    control::{Control, ControlId},
    controls::{controls, slot_of},
    guidance::Guidance,
    private_placement::Placing,
    text_lint::Lints,
};
use crate::{
    app::{
        editor::Editor,
        key::{Code, Key},
    },
    clinic::{
        Event, IrreversibleChange, Refusal, Session, SessionEffect as Asked, Template, apply,
        clock, last_change_is_irreversible,
    },
    report::WatchedNames,
    vault::NoteId,
};

/// A draft is saved this long after the first change that is not saved.
const SAVE_AFTER: SignedDuration = SignedDuration::from_secs(2);
/// Or after so many changes.
const SAVE_AFTER_CHANGES: usize = 50;

/// An Enter so soon after a clinic appeared was meant for what was there before it.
const TOO_SOON: SignedDuration = SignedDuration::from_secs(1);

/// What a window says that cannot save.
pub(in crate::app) const READS_ONLY: Refusal = Refusal::NotNow {
    why: "Read-only: this note is open in another window. Nothing was changed here. Continue in the other window.",
};

/// Whether an event only turns the pages of a note.
fn is_leafing(event: &Event) -> bool {
    matches!(
        event,
        Event::StageFinished
            | Event::StageReturned
            | Event::StageOpened { .. }
            | Event::TimePassed
            | Event::DraftOpened
    )
}

/// A clinic on screen.
pub struct ClinicScreen {
    /// The note it is kept in; none for practice.
    pub note: Option<NoteId>,
    /// The meeting.
    pub session: Session,
    /// The control that has the focus.
    pub focus: ControlId,
    /// The text being typed there, if it takes text.
    pub editor: Option<Editor>,
    /// The option under the cursor there, if it takes a choice.
    pub option: usize,
    /// First line of the form in view.
    pub top: usize,
    /// The control that had the focus when the form was last scrolled to it, and the columns of the form then.
    pub(super) seen: Option<(ControlId, usize)>,
    /// Whether what is missing is said beside each question.
    pub show_missing: bool,
    /// The guidance pane.
    pub guidance: Guidance,
    /// Somebody placing privately.
    pub placing: Option<Placing>,
    /// A later version of the template, which the draft could be brought to.
    pub newer: Option<Box<Template>>,
    /// Another window writes this note: here it is only read, and nothing can be changed.
    pub reads_only: bool,
    /// Text that can't be an answer yet, by the field it waits in.
    pub(crate) unfinished: BTreeMap<ControlId, String>,
    /// Whether a notice said that the last change cannot be undone.
    told_of_lasting: bool,
    /// When it came on screen, until somebody has pressed a key in it that answers nothing.
    appeared: Option<Timestamp>,
    /// When the clock on screen changes next.
    pub tick: Option<Timestamp>,
    unsaved_since: Option<Timestamp>,
    unsaved_changes: usize,
    turn: u64,
    pub(crate) controls: Vec<Control>,
    pub(crate) spotted: Lints,
    pub(crate) names: WatchedNames,
}

impl ClinicScreen {
    /// Opens a session at its current stage.
    pub fn open(note: Option<NoteId>, session: Session, now: Timestamp) -> Self {
        let mut screen = Self {
            note,
            session,
            focus: ControlId::Complete,
            editor: None,
            option: 0,
            top: 0,
            seen: None,
            show_missing: false,
            guidance: Guidance::default(),
            placing: None,
            newer: None,
            reads_only: false,
            unfinished: BTreeMap::new(),
            told_of_lasting: false,
            appeared: Some(now),
            tick: None,
            unsaved_since: None,
            unsaved_changes: 0,
            turn: 0,
            controls: Vec::new(),
            spotted: Lints::default(),
            names: WatchedNames::default(),
        };
        // Refused only for a closed note, which has no clock to set.
        let _ = apply(&mut screen.session, Event::DraftOpened, now);
        screen.enter_stage();
        screen
    }

    /// The controls of the open stage.
    pub fn controls(&self) -> &[Control] {
        &self.controls
    }

    /// The focused control.
    pub fn focused(&self) -> Option<&Control> {
        self.controls.iter().find(|control| control.id == self.focus)
    }

    /// Tells the machine; on success the form follows what it shows now.
    pub fn apply_event(&mut self, event: Event, now: Timestamp) -> Result<Vec<Asked>, Refusal> {
        if self.reads_only && !is_leafing(&event) {
            return Err(READS_ONLY);
        }
        let stage = self.session.stage();
        self.told_of_lasting &= is_leafing(&event);
        let asked = apply(&mut self.session, event, now)?;
        // A clinic in which nobody wrote anything is not a draft yet.
        if asked.contains(&Asked::SaveDraft) && !self.session.is_untouched() && !self.reads_only {
            self.unsaved_since.get_or_insert(now);
            self.unsaved_changes += 1;
        }
        if self.session.stage() == stage {
            self.refresh();
        } else {
            self.enter_stage();
        }
        Ok(asked)
    }

    /// When something is to happen by itself: the draft is due, or the clock's next second while
    /// it is `shown`.
    pub fn deadline(&self, shown: bool) -> Option<Timestamp> {
        let save = self.note.and(self.unsaved_since).and_then(|at| at.checked_add(SAVE_AFTER).ok());
        [save, self.tick.filter(|_| shown)].into_iter().flatten().min()
    }

    /// Sets the clock's next change, while it runs: the next full second of the stage, or with
    /// reduced motion the next full minute; a bell that is due before then comes first.
    pub fn schedule_tick(&mut self, now: Timestamp, reduced_motion: bool) {
        let view = clock(&self.session, now);
        let step = if reduced_motion { 60_000 } else { 1000 };
        let into_step = view.stage_elapsed.as_millis() % step;
        let wait = SignedDuration::from_millis((step - into_step) as i64);
        let tick = now.checked_add(wait).ok();
        self.tick =
            (!view.paused).then(|| tick.into_iter().chain(view.next_deadline).min()).flatten();
    }

    /// The last change, if it cannot be undone and no notice said so since: Ctrl-Z then undoes
    /// nothing that was made before it.
    pub(crate) fn tell_of_lasting(&mut self) -> Option<IrreversibleChange> {
        let lasting = last_change_is_irreversible(&self.session).filter(|_| !self.told_of_lasting);
        self.told_of_lasting |= lasting.is_some();
        lasting
    }

    /// Whether an Enter was meant for what stood here before. Any other key shows that the form has
    /// been seen.
    pub(crate) fn is_enter_too_soon(&mut self, key: Key, now: Timestamp) -> bool {
        let soon = |at: Timestamp| {
            let since = now.duration_since(at);
            (SignedDuration::ZERO..TOO_SOON).contains(&since)
        };
        let is_too_soon = key == Key::plain(Code::Enter) && self.appeared.is_some_and(soon);
        if !is_too_soon {
            self.appeared = None;
        }
        is_too_soon
    }

    /// Counts what was handed over for saving.
    pub fn turn(&self) -> u64 {
        self.turn
    }

    /// Puts such text back into its fields.
    pub(crate) fn take_unfinished(&mut self, texts: Vec<(ControlId, String)>) {
        let is_here = texts.iter().any(|(control, _)| *control == self.focus);
        self.unfinished.extend(texts);
        if is_here {
            self.focus_on(self.focus.clone());
        }
    }

    /// Whether something typed is not handed over for saving yet.
    pub fn is_unsaved(&self) -> bool {
        self.note.is_some() && self.unsaved_since.is_some()
    }

    /// The session to save now, if its time has come or `anyway`.
    pub fn take_unsaved(&mut self, now: Timestamp, anyway: bool) -> Option<(NoteId, Session)> {
        let note = self.note?;
        let since = self.unsaved_since?;
        let waited = now.duration_since(since);
        // A clock set back must not put saving off.
        let due = waited >= SAVE_AFTER
            || waited < SignedDuration::ZERO
            || self.unsaved_changes >= SAVE_AFTER_CHANGES;
        if !due && !anyway {
            return None;
        }
        self.unsaved_since = None;
        self.unsaved_changes = 0;
        self.turn += 1;
        Some((note, self.session.clone()))
    }

    /// Goes on with the draft in its new version; it is saved as any other change.
    pub fn moved(&mut self, session: Session, now: Timestamp) {
        self.session = session;
        self.newer = None;
        // What could not be an answer in the old version has no field to wait in.
        self.unfinished.clear();
        self.unsaved_since.get_or_insert(now);
        self.unsaved_changes += 1;
        self.enter_stage();
    }

    fn enter_stage(&mut self) {
        self.controls = controls(&self.session, self.session.stage());
        self.top = 0;
        self.seen = None;
        self.show_missing = false;
        self.placing = None;
        self.guidance.stage_changed();
        if !self.focus_first(|_| true) {
            self.focus_on(ControlId::Complete);
        }
    }

    fn refresh(&mut self) {
        let before = self.controls.iter().position(|control| control.id == self.focus);
        self.controls = controls(&self.session, self.session.stage());
        if self.controls.iter().all(|control| control.id != self.focus) {
            // What had the focus is gone: the first control of the same item takes it (what was
            // just shown stands above it), else the nearest one.
            let slot = slot_of(&self.focus);
            let same =
                self.controls.iter().filter(|one| slot.is_some() && slot_of(&one.id) == slot);
            let near = before.unwrap_or(0).min(self.controls.len().saturating_sub(1));
            let next = same
                .chain(&self.controls[near.min(self.controls.len())..])
                .chain(self.controls[..near].iter().rev())
                .find(|control| control.takes_focus());
            if let Some(id) = next.map(|control| control.id.clone()) {
                self.focus_on(id);
            }
        }
    }
}
