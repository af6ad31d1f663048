//! A clinic on screen: the session, which control has the focus, what is being typed, and what is
//! not saved yet.
//!
//! Every keystroke goes into the session at once, so that what is on screen is what is saved. Text
//! that can't be an answer yet (half a date) waits in the control it was typed in.

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
};

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{
    chat_round::ChatRound,
    control::{Control, ControlId, ControlKind, TextForm},
    control_list::ControlList,
    controls::{controls, controls_of_text, slot_of},
    form_layout::KeptLayout,
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
        ActionDetails, Certainty, Event, IrreversibleChange, Refusal, Session,
        SessionEffect as Asked, Slot, StageNeeds, Template, Value, apply, are_words_used, clock,
        last_change_is_irreversible, rating_view, stage_needs,
    },
    report::WatchedNames,
    text::{LocalTime, clean, why_too_far},
    vault::NoteId,
};

/// A draft is saved this long after the first change that is not saved.
const SAVE_AFTER: SignedDuration = SignedDuration::from_secs(2);
/// Or after so many changes.
const SAVE_AFTER_CHANGES: usize = 50;

/// An Enter or a letter so soon after a clinic appeared was meant for what was there before it.
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

/// A text that could not be read as an answer.
pub(crate) struct UnreadText {
    /// Its stage.
    pub(crate) stage: usize,
    /// The field it waits in.
    pub(crate) control: ControlId,
    /// What is wrong with it.
    pub(crate) sentence: String,
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
    /// How far the form was scrolled before it made room for guidance.
    pub(super) before_guidance: Option<(usize, Option<(ControlId, usize)>)>,
    /// Whether what is missing is said beside each question.
    pub show_missing: bool,
    /// How we know the new answers of this stage, until one is set to something else.
    pub(crate) usual_certainty: Certainty,
    /// The guidance pane.
    pub guidance: Guidance,
    /// Somebody placing privately.
    pub placing: Option<Placing>,
    /// A round in which people place from other places.
    pub(crate) chat_round: Option<ChatRound>,
    /// A later version of the template, which the draft could be brought to.
    pub newer: Option<Box<Template>>,
    /// Today's date, from which dates such as “next Friday” are read.
    pub today: Date,
    /// Another window writes this note: here it is only read, and nothing can be changed.
    pub reads_only: bool,
    /// Text that can't be an answer yet, by the field it waits in.
    pub(crate) unfinished: BTreeMap<ControlId, String>,
    /// Whether a field was left since the last change: the next one is undone by itself.
    pub(super) has_left_field: bool,
    /// Whether a notice said that the last change cannot be undone.
    told_of_lasting: bool,
    /// When it came on screen, until somebody has pressed a key in it that answers nothing.
    appeared: Option<Timestamp>,
    /// When the clock on screen changes next.
    pub tick: Option<Timestamp>,
    unsaved_since: Option<Timestamp>,
    unsaved_changes: usize,
    turn: u64,
    pub(crate) controls: ControlList,
    /// What every stage needs, once it was asked for since the last change that could decide it.
    needs: OnceCell<Vec<StageNeeds>>,
    pub(super) kept: RefCell<KeptLayout>,
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
            before_guidance: None,
            show_missing: false,
            usual_certainty: Certainty::Reported,
            guidance: Guidance::default(),
            placing: None,
            chat_round: None,
            newer: None,
            today: LocalTime::default().day(now),
            reads_only: false,
            unfinished: BTreeMap::new(),
            has_left_field: false,
            told_of_lasting: false,
            appeared: Some(now),
            tick: None,
            unsaved_since: None,
            unsaved_changes: 0,
            turn: 0,
            controls: ControlList::default(),
            needs: OnceCell::new(),
            kept: RefCell::default(),
            spotted: Lints::default(),
            names: WatchedNames::default(),
        };
        // Refused only for a closed note, which has no clock to set.
        let _ = apply(&mut screen.session, Event::DraftOpened, now);
        screen.names.take_names_of(&screen.session);
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
        if !is_leafing(&event) && std::mem::take(&mut self.has_left_field) {
            let _ = apply(&mut self.session, Event::TypingEnded, now);
        }
        let stage = self.session.stage();
        self.told_of_lasting &= is_leafing(&event);
        let retyping = Retyping::of(&self.session, &event);
        let is_form_as_it_was = matches!(event, Event::TimePassed);
        let asked = apply(&mut self.session, event, now)?;
        // A clinic in which nobody wrote anything is not a draft yet.
        if asked.contains(&Asked::SaveDraft) && !self.session.is_untouched() && !self.reads_only {
            self.unsaved_since.get_or_insert(now);
            self.unsaved_changes += 1;
        }
        match retyping {
            _ if self.session.stage() != stage => self.enter_stage(),
            _ if is_form_as_it_was => {}
            Retyping::Answer(slot) if self.refresh_text(&slot) => {}
            Retyping::OtherText => self.refresh_controls(),
            Retyping::Answer(_) | Retyping::No => {
                self.needs.take();
                self.refresh_controls();
            }
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

    /// Whether a key was meant for what stood here before. One that answers nothing shows that the form
    /// has been seen.
    pub(crate) fn is_too_soon(&mut self, key: Key, now: Timestamp) -> bool {
        let soon = |at: Timestamp| {
            let since = now.duration_since(at);
            (SignedDuration::ZERO..TOO_SOON).contains(&since)
        };
        let is_letter = key.typed().is_some_and(char::is_alphabetic);
        let answers = key.code == Code::Enter || is_letter && !self.is_typing();
        let is_too_soon = answers && self.appeared.is_some_and(soon);
        if !is_too_soon {
            self.appeared = None;
        }
        is_too_soon
    }

    /// The first text of the meeting that could not be read as an answer: it is in no draft.
    pub(crate) fn unread(&self) -> Option<UnreadText> {
        if self.unfinished.is_empty() || self.note.is_none() || self.reads_only {
            return None;
        }
        let stages = 0..self.session.template().stages.len();
        let all = stages.flat_map(|stage| {
            controls(&self.session, stage).into_iter().map(move |control| (stage, control))
        });
        all.into_iter().find_map(|(stage, control)| {
            let typed = self.unfinished.get(&control.id)?;
            let ControlKind::Text { form, .. } = control.kind else { return None };
            let (typed, what) = (typed.trim(), form.wanted());
            let why = why_too_far(typed, self.today).filter(|_| form == TextForm::Date);
            let sentence = match why {
                Some(why) => format!("“{}”: {why}", control.label),
                None => format!("“{typed}” under “{}” is not {what}.", control.label),
            };
            Some(UnreadText { stage, control: control.id, sentence })
        })
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

    /// What a stage needs.
    pub fn needs(&self, stage: usize) -> StageNeeds {
        let stages = 0..self.session.template().stages.len();
        let all = || stages.map(|stage| stage_needs(&self.session, stage)).collect();
        self.needs.get_or_init(all).get(stage).copied().unwrap_or_default()
    }

    /// Shows the words of a text whose other words are shown already; false if more than that may have changed.
    fn refresh_text(&mut self, slot: &Slot) -> bool {
        let id = ControlId::Answer(slot.clone());
        let Some(at) = self.controls.iter().position(|control| control.id == id) else {
            return false;
        };
        let new = controls_of_text(&self.session, slot, self.controls[at].depth);
        let old = &self.controls[at..(at + new.len()).min(self.controls.len())];
        let is_like = |(old, new): (&Control, &Control)| {
            (&old.id, &old.label, &old.hint, old.required, &old.known, old.is_unconfirmed)
                == (&new.id, &new.label, &new.hint, new.required, &new.known, new.is_unconfirmed)
        };
        if new.is_empty() || new.len() != old.len() || !old.iter().zip(&new).all(is_like) {
            return false;
        }
        // Its limits are met now, or no longer.
        if old.iter().zip(&new).any(|(old, new)| old.problem != new.problem) {
            self.needs.take();
        }
        for (offset, control) in new.into_iter().enumerate() {
            self.controls.replace(at + offset, control);
        }
        true
    }

    fn controls_of_stage(&self) -> Vec<Control> {
        let mut controls = controls(&self.session, self.session.stage());
        if let Some(round) = &self.chat_round {
            round.show(&mut controls);
        }
        controls
    }

    fn enter_stage(&mut self) {
        self.needs.take();
        self.controls.show(self.controls_of_stage());
        self.top = 0;
        self.seen = None;
        self.show_missing = false;
        self.usual_certainty = Certainty::Reported;
        self.placing = None;
        self.guidance.stage_changed();
        if !self.focus_first(|_| true) {
            self.focus_on(ControlId::Complete);
        }
    }

    pub(crate) fn refresh_controls(&mut self) {
        let before = self.controls.iter().position(|control| control.id == self.focus);
        self.controls.show(self.controls_of_stage());
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

/// What an event does to the words of one text, where it was answered before and stays so: nothing that is needed
/// or asked changes with it.
enum Retyping {
    /// Only the answer in this slot, whose words are shown nowhere else on the stage.
    Answer(Slot),
    /// A text that belongs to something larger: a cell, an action, the reasons for a placement.
    OtherText,
    /// More than that, or something else.
    No,
}

impl Retyping {
    fn of(session: &Session, event: &Event) -> Self {
        // As the engine takes it.
        let is_written = |text: &str| !clean(text).trim().is_empty();
        let stays = |old: Option<&str>, new: &str| old.is_some_and(is_written) && is_written(new);
        let is_other = match event {
            Event::Answered { slot, value: Some(Value::Text(new)) } => {
                let Some(Value::Text(old)) = session.answer(slot) else { return Self::No };
                let is_alone = !are_words_used(session, session.stage(), slot);
                return if is_alone && stays(Some(old), new) {
                    Self::Answer(slot.clone())
                } else {
                    Self::No
                };
            }
            Event::MatrixCellWritten { slot, domain, column, evidence } => {
                let cell = session.cell(slot, domain, *column);
                stays(cell.map(|cell| cell.evidence.as_str()), evidence)
            }
            Event::MatrixReasonWritten { slot, reason } => {
                stays(session.matrix_reason(slot), reason)
            }
            Event::BasisWritten { slot, text } => {
                stays(rating_view(session, slot).map(|view| view.basis).as_deref(), text)
            }
            Event::ActionChanged { id, details } => {
                let texts = |one: &ActionDetails| {
                    [&one.what, &one.why, &one.owner, &one.agency, &one.measure, &one.outcome]
                        .map(|text| is_written(text))
                };
                session.actions().iter().find(|one| one.id == *id).is_some_and(|one| {
                    let old = &one.details;
                    texts(old) == texts(details)
                        && (old.by, old.status) == (details.by, details.status)
                })
            }
            _ => false,
        };
        if is_other { Self::OtherText } else { Self::No }
    }
}
