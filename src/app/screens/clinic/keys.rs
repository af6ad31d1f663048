//! Keys inside a form: moving between controls, typing, choosing.

use jiff::Timestamp;

use super::{
    control::{ActionPart, Control, ControlId, ControlKind},
    controls::slot_of,
    layout::list_of,
    state::{ClinicScreen, READS_ONLY},
    to_event,
};
use crate::{
    app::{
        action::KeyAction,
        editor::Editor,
        key::Key,
        keymap::{self, KeyContext},
    },
    clinic::{Event, ItemType, Missing, Refusal, RowId, SessionEffect as Asked, Slot, form},
    report::{ActionText, ScanFinding, TextPlace},
};

/// What became of a key.
pub enum Taken {
    /// It was of no use here.
    No,
    /// It moved something on screen.
    Moved,
    /// The machine was told; this is what it asks for.
    Applied(Result<Vec<Asked>, Refusal>),
    /// A button was pressed.
    Pressed(ControlId),
    /// A letter was typed on a button that adds something.
    TypedOn(ControlId, char),
    /// Text was pasted and some of it had to be left out.
    Cut,
    /// It changed nothing, and this is why.
    Said(&'static str),
}

/// Said where an option is chosen that is chosen already.
const IS_CHOSEN: &str = "This is already chosen. Tab: next field. Backspace: clear the answer.";
/// Said where no answer waits for it.
pub(super) const NOTHING_TO_CONFIRM: &str =
    "Ctrl-F works only in an answer from a consultation request that is not confirmed.";
/// Said where text is typed on a button.
const IS_A_BUTTON: &str = "Nothing can be typed on a button. Enter: press it. Tab: next field.";
/// Said where something is always chosen.
const STAYS_CHOSEN: &str = "This is already chosen. Tab: next field.";
/// Said where an answer that is always there would be cleared.
const IS_NEVER_EMPTY: &str = "This can be changed, but not left empty.";

fn choice_context(many: bool, in_a_row: bool) -> KeyContext {
    match (many, in_a_row) {
        (_, true) => KeyContext::RowChoice,
        (true, false) => KeyContext::MultiChoice,
        (false, false) => KeyContext::SingleChoice,
    }
}

impl ClinicScreen {
    /// Returns where keys are looked up before those of the screen.
    pub(crate) fn contexts(&self) -> Vec<KeyContext> {
        if self.placing.is_some() {
            return vec![KeyContext::Placing];
        }
        if self.guidance.open {
            return vec![KeyContext::GuidancePane];
        }
        let mut contexts = match self.focused().map(|control| &control.kind) {
            Some(ControlKind::Text { one_line: true, .. }) => {
                vec![KeyContext::LineField, KeyContext::Editing]
            }
            Some(ControlKind::Text { .. }) if list_of(&self.focus).is_some() => {
                vec![KeyContext::ListField, KeyContext::Editing]
            }
            Some(ControlKind::Text { .. }) => vec![KeyContext::TextField, KeyContext::Editing],
            Some(ControlKind::Pick { many, .. }) => {
                let in_a_row = self.focused().is_some_and(Control::stands_in_a_row);
                let clears =
                    self.focused().is_some_and(|control| to_event::clear(control).is_some());
                let choice = choice_context(*many, in_a_row);
                [choice].into_iter().chain(clears.then_some(KeyContext::ClearableChoice)).collect()
            }
            Some(ControlKind::Button) => vec![KeyContext::Button],
            _ => Vec::new(),
        };
        let Some(control) = self.focused() else { return contexts };
        if control.answers_yes_or_no().is_some() {
            contexts.insert(0, KeyContext::YesNoChoice);
        }
        if control.known.is_some() {
            contexts.insert(0, KeyContext::HowKnown);
        }
        if control.is_unconfirmed {
            contexts.insert(0, KeyContext::FromRequest);
        }
        contexts
    }

    /// Opens the first question that was added: its control is not among those `before`.
    pub fn focus_on_added(&mut self, before: &[ControlId]) {
        let first = self.controls().iter().find(|control| {
            let asks = matches!(control.kind, ControlKind::Text { .. } | ControlKind::Pick { .. });
            asks && !before.contains(&control.id)
        });
        if let Some(id) = first.map(|control| control.id.clone()) {
            self.focus_on(id);
        }
    }

    /// Moves the focus to a control, putting away what was typed in the last one.
    pub fn focus_on(&mut self, id: ControlId) {
        self.editor = None;
        self.has_left_field |= self.focus != id;
        self.focus = id;
        let Some(control) = self.focused() else { return };
        match &control.kind {
            ControlKind::Text { text, one_line, .. } => {
                let text = self.unfinished.get(&control.id).unwrap_or(text).clone();
                let editor =
                    if *one_line { Editor::one_line(&text) } else { Editor::many_lines(&text) };
                self.editor = Some(editor);
            }
            ControlKind::Pick { options, .. } => {
                self.option = options.iter().position(|option| option.chosen).unwrap_or(0);
            }
            _ => {}
        }
    }

    /// Moves the focus to the next or the previous control; false at either end.
    pub fn move_focus(&mut self, forward: bool) -> bool {
        let Some(at) = self.controls.iter().position(|control| control.id == self.focus) else {
            return false;
        };
        let next = if forward {
            self.controls[at + 1..].iter().find(|control| control.takes_focus())
        } else {
            self.controls[..at].iter().rfind(|control| control.takes_focus())
        };
        let Some(id) = next.map(|control| control.id.clone()) else { return false };
        self.focus_on(id);
        true
    }

    /// Opens guidance. The form may be scrolled in the room that is left for it.
    pub(super) fn open_guidance(&mut self) {
        self.before_guidance = Some((self.top, self.seen.clone()));
        self.guidance.open = true;
    }

    /// Goes back to the form, which is scrolled as it was before guidance was opened.
    pub(super) fn close_guidance(&mut self) {
        self.guidance.open = false;
        if let Some((top, seen)) = self.before_guidance.take()
            && seen.as_ref().is_some_and(|(focus, _)| *focus == self.focus)
        {
            (self.top, self.seen) = (top, seen);
        }
    }

    /// Moves the focus by one tab stop: past the other rows of a list. False at either end.
    pub(crate) fn move_to_stop(&mut self, forward: bool) -> bool {
        let list = list_of(&self.focus);
        let is_stop = |at: usize| {
            let row = |at: usize| self.controls.get(at).and_then(|control| list_of(&control.id));
            let here = row(at);
            let is_first = here.is_none() || at.checked_sub(1).and_then(row) != here;
            self.controls[at].takes_focus() && is_first && (here.is_none() || here != list)
        };
        let Some(at) = self.controls.iter().position(|control| control.id == self.focus) else {
            return false;
        };
        let next = if forward {
            (at + 1..self.controls.len()).find(|at| is_stop(*at))
        } else {
            (0..at).rev().find(|at| is_stop(*at))
        };
        let Some(id) = next.map(|at| self.controls[at].id.clone()) else { return false };
        self.focus_on(id);
        true
    }

    /// Moves the focus to the first control that fits; false if there is none.
    pub(crate) fn focus_first(&mut self, fits: impl Fn(&Control) -> bool) -> bool {
        let first = self.controls.iter().find(|control| control.takes_focus() && fits(control));
        let Some(id) = first.map(|control| control.id.clone()) else { return false };
        self.focus_on(id);
        true
    }

    /// Moves the focus to the field an event names: its own, the one it is shown beside, or the
    /// first one under its heading; nowhere if it is not here.
    pub fn focus_on_slot(&mut self, slot: &Slot) {
        let own = |control: &Control| slot_of(&control.id) == Some(slot);
        let beside = |control: &Control| {
            control.known.as_ref().is_some_and(|known| known.slot.as_ref() == Some(slot))
        };
        if self.focus_first(own) || self.focus_first(beside) {
            return;
        }
        let heading = ControlId::Heading(format!("{slot:?}"));
        let mut below = self.controls.iter().skip_while(|control| control.id != heading).skip(1);
        if let Some(id) = below.find(|control| control.takes_focus()).map(|one| &one.id) {
            self.focus_on(id.clone());
        }
    }

    /// Moves the focus to the first question the gate of the stage waits for, and says beside each
    /// what is missing.
    pub fn focus_on_gate(&mut self) {
        self.show_missing = true;
        let stage = self.session.stage();
        let Some(gate) = self.session.template().stages.get(stage).map(|one| &one.gate) else {
            return;
        };
        let mut fields = form(&self.session, stage).into_iter();
        let open = fields.find(|field| !field.answered && gate.contains(&field.slot.item));
        if let Some(field) = open {
            self.focus_on_slot(&field.slot);
        }
    }

    /// Moves the focus to what is missing, on its stage; an agreed placement lacks its basis.
    pub fn focus_on_missing(&mut self, missing: &Missing) {
        self.show_missing = true;
        let basis = ControlId::Basis(missing.slot.clone());
        if self.controls.iter().any(|control| control.id == basis) {
            return self.focus_on(basis);
        }
        self.focus_on_slot(&missing.slot);
    }

    /// The place of the focus in the list of controls.
    pub(super) fn place_of_focus(&self) -> usize {
        self.controls.iter().position(|control| control.id == self.focus).unwrap_or(0)
    }

    /// The last place in the list of controls that belongs to what is missing on this stage.
    pub(super) fn place_of_missing(&self, missing: &Missing) -> usize {
        let is_its = |control: &Control| slot_of(&control.id) == Some(&missing.slot);
        self.controls.iter().rposition(is_its).unwrap_or(0)
    }

    /// Moves the focus to the first field of a row; nowhere if none is here.
    pub fn focus_on_row(&mut self, row: RowId) {
        self.focus_first(|control| slot_of(&control.id).is_some_and(|slot| slot.row == Some(row)));
    }

    /// Moves the focus to a finding on the open stage, and the caret before its words.
    pub fn go_to_finding(&mut self, finding: &ScanFinding) {
        let Some(place) = &finding.place else { return };
        self.focus_on(control_of(place));
        if let Some(editor) = &mut self.editor {
            editor.go_to(finding.at);
        }
    }

    /// Takes a key in the focused control. `columns` is the width of the form.
    pub fn handle_key(&mut self, key: Key, columns: usize, now: Timestamp) -> Taken {
        let taken = self.key_in_focus(key, columns, now);
        self.know_new_answer(&taken, now);
        taken
    }

    fn know_new_answer(&mut self, taken: &Taken, now: Timestamp) {
        if let Taken::Applied(Ok(_)) | Taken::Cut = taken {
            self.know_as_usual(now);
        }
    }

    /// Records of the focused answer, if it is new, how we know it, as it is usual in this stage.
    pub fn know_as_usual(&mut self, now: Timestamp) {
        let is_answered = |control: &&Control| match &control.kind {
            ControlKind::Text { text, .. } => !text.trim().is_empty(),
            ControlKind::Pick { options, .. } => options.iter().any(|option| option.chosen),
            _ => true,
        };
        if let Some(control) = self.focused().filter(is_answered)
            && let Some(event) = to_event::know_as_usual(control, self.usual_certainty)
        {
            // Refused only where the answer itself was.
            let _ = self.apply_event(event, now);
        }
    }

    /// Whether answers of this stage are asked how we know them.
    pub(crate) fn asks_how_known(&self) -> bool {
        let stage = self.session.stage();
        let items = self.session.template().items();
        let mut here = items.iter().filter(|place| place.stage == stage);
        here.any(|place| place.item.qualifies.is_some() || place.item.kind == ItemType::Matrix)
    }

    fn key_in_focus(&mut self, key: Key, columns: usize, now: Timestamp) -> Taken {
        if self.is_too_soon(key, now) {
            return Taken::Moved;
        }
        let Some(control) = self.focused() else { return Taken::No };
        if keymap::own(KeyContext::Clinic, key) == Some(KeyAction::NextCertainty) {
            return match to_event::know(control) {
                Some(event) => Taken::Applied(self.apply_event(event, now)),
                None => Taken::No,
            };
        }
        if keymap::own(KeyContext::Clinic, key) == Some(KeyAction::ConfirmAnswer) {
            return match &control.id {
                ControlId::Answer(slot) if control.is_unconfirmed => {
                    let event = Event::AnswerConfirmed { slot: slot.clone() };
                    Taken::Applied(self.apply_event(event, now))
                }
                _ => Taken::Said(NOTHING_TO_CONFIRM),
            };
        }
        let is_removal = |context| keymap::own(context, key) == Some(KeyAction::RemovePart);
        if self.delete_removes()
            && self.contexts().into_iter().any(is_removal)
            && let Some(button) = self.removal()
        {
            return Taken::Pressed(button);
        }
        match &control.kind {
            ControlKind::Text { one_line, .. } => {
                let one_line = *one_line;
                self.type_key(key, one_line, columns, now)
            }
            ControlKind::Pick { options, many, .. } => {
                let context = choice_context(*many, control.stands_in_a_row());
                let count = options.len();
                if keymap::own(KeyContext::ClearableChoice, key) == Some(KeyAction::ClearChoice) {
                    return self.clear_choice(now);
                }
                match (control.answers_yes_or_no(), keymap::own(KeyContext::YesNoChoice, key)) {
                    (Some((yes, _)), Some(KeyAction::ChooseYes)) => self.choose_at(yes, now),
                    (Some((_, no)), Some(KeyAction::ChooseNo)) => self.choose_at(no, now),
                    _ => self.pick_key(context, key, count, now),
                }
            }
            // Text has spaces, and must not begin a placement.
            ControlKind::Button
                if matches!(self.focus, ControlId::Place(..)) && key.typed() == Some(' ') =>
            {
                Taken::Said("Press Enter to place for this person.")
            }
            ControlKind::Button => match keymap::own(KeyContext::Button, key) {
                Some(KeyAction::Choose) => Taken::Pressed(self.focus.clone()),
                Some(KeyAction::PreviousField) => self.step(false),
                Some(KeyAction::NextField) => self.step(true),
                _ => match (&self.focus, key.typed()) {
                    (
                        ControlId::AddParticipant | ControlId::AddAction(_) | ControlId::AddRow(_),
                        Some(letter),
                    ) => Taken::TypedOn(self.focus.clone(), letter),
                    (_, Some(_)) => Taken::Said(IS_A_BUTTON),
                    _ => Taken::No,
                },
            },
            _ => Taken::No,
        }
    }

    /// Takes pasted text in the focused control.
    pub fn paste(&mut self, text: &str, now: Timestamp) -> Taken {
        let Some(editor) = &mut self.editor else { return Taken::No };
        let cut = editor.insert(text);
        let taken = match self.commit(now) {
            Taken::Applied(Err(refusal)) => Taken::Applied(Err(refusal)),
            _ if cut => Taken::Cut,
            taken => taken,
        };
        self.know_new_answer(&taken, now);
        taken
    }

    /// Shows what stands in the session now, in place of what is being typed.
    pub fn show_again(&mut self) {
        self.unfinished.remove(&self.focus);
        self.focus_on(self.focus.clone());
    }

    /// Writes a whole answer into the focused control, in place of what stands there.
    pub fn write(&mut self, text: &str, now: Timestamp) -> Taken {
        // Whoever writes a whole answer writes it again: nothing waits to be finished.
        if !self.reads_only && self.event_of(text).is_none() {
            return Taken::Moved;
        }
        let Some(editor) = &mut self.editor else { return Taken::No };
        editor.set(text);
        self.commit(now)
    }

    /// Chooses the option at a place in the focused control.
    pub fn choose_at(&mut self, at: usize, now: Timestamp) -> Taken {
        self.option = at;
        self.choose(now)
    }

    fn type_key(&mut self, key: Key, one_line: bool, columns: usize, now: Timestamp) -> Taken {
        let columns = self.focused_columns(columns);
        let Some(editor) = &mut self.editor else { return Taken::No };
        let before = editor.text();
        if editor.handle_key(key, columns) {
            return if editor.text() == before { Taken::Moved } else { self.commit(now) };
        }
        let context = if one_line { KeyContext::LineField } else { KeyContext::TextField };
        match keymap::own(context, key) {
            Some(KeyAction::PreviousField) => self.step(false),
            Some(KeyAction::NextField) => self.step(true),
            _ => Taken::No,
        }
    }

    fn pick_key(&mut self, context: KeyContext, key: Key, count: usize, now: Timestamp) -> Taken {
        if let Some(at) = keymap::digit(key) {
            // A number chooses by its place; on a scale from 0 the number itself is meant.
            let by_code = self.focused().and_then(|control| match &control.kind {
                ControlKind::Pick { options, .. } => {
                    options.iter().position(|option| option.code == at.to_string())
                }
                _ => None,
            });
            let at = by_code.or(at.checked_sub(1)).filter(|at| *at < count);
            return at.map_or(Taken::No, |at| {
                self.option = at;
                self.choose(now)
            });
        }
        match keymap::own(context, key) {
            Some(KeyAction::Choose) => self.choose(now),
            Some(KeyAction::PreviousOption | KeyAction::Previous) if self.option > 0 => {
                self.option -= 1;
                Taken::Moved
            }
            Some(KeyAction::NextOption | KeyAction::Next) if self.option + 1 < count => {
                self.option += 1;
                Taken::Moved
            }
            Some(KeyAction::Previous | KeyAction::PreviousField) => self.step(false),
            Some(KeyAction::Next | KeyAction::NextField) => self.step(true),
            _ => Taken::No,
        }
    }

    fn choose(&mut self, now: Timestamp) -> Taken {
        let Some(control) = self.focused() else { return Taken::No };
        if to_event::is_chosen(control, self.option) {
            let can_be_cleared = to_event::clear(control).is_some();
            return Taken::Said(if can_be_cleared { IS_CHOSEN } else { STAYS_CHOSEN });
        }
        let event = to_event::pick(&self.session, control, self.option);
        event.map_or(Taken::No, |event| Taken::Applied(self.apply_event(event, now)))
    }

    /// Leaves out the answer of the focused choice.
    pub(crate) fn clear_choice(&mut self, now: Timestamp) -> Taken {
        let Some(control) = self.focused() else { return Taken::No };
        let ControlKind::Pick { options, .. } = &control.kind else { return Taken::No };
        if options.iter().all(|option| !option.chosen) {
            return Taken::Moved;
        }
        match to_event::clear(control) {
            Some(event) => Taken::Applied(self.apply_event(event, now)),
            None => Taken::Said(IS_NEVER_EMPTY),
        }
    }

    /// Returns a text of the focused control as an event; `None` while it is not an answer yet.
    fn event_of(&self, text: &str) -> Option<Event> {
        to_event::text(&self.session, self.focused()?, text.to_owned(), self.today)
    }

    /// Puts the text of the editor into the session. Text that is not an answer yet waits in its
    /// field; the answer that stood there before is cleared, because it is no longer what is shown.
    pub(crate) fn commit(&mut self, now: Timestamp) -> Taken {
        let Some(editor) = &self.editor else { return Taken::No };
        let text = editor.text();
        let event = self.event_of(&text);
        if event.is_none() && !self.reads_only {
            self.unfinished.insert(self.focus.clone(), text);
            let stands = |control: &&Control| matches!(&control.kind, ControlKind::Text { text, .. } if !text.is_empty());
            let cleared = self.focused().filter(stands).and_then(|_| self.event_of(""));
            return cleared
                .map_or(Taken::Moved, |event| Taken::Applied(self.apply_event(event, now)));
        }
        self.unfinished.remove(&self.focus);
        let outcome = event.map_or(Err(READS_ONLY), |event| self.apply_event(event, now));
        if self.reads_only {
            // What cannot be kept must not be shown as if it were.
            self.show_again();
        }
        Taken::Applied(outcome)
    }

    fn step(&mut self, forward: bool) -> Taken {
        self.move_focus(forward);
        Taken::Moved
    }

    /// Whether what is pressed belongs to typing in the focused control.
    pub fn is_typing(&self) -> bool {
        self.editor.is_some()
    }

    /// Tells the machine that its time passed, for its bells.
    pub fn time_passed(&mut self, now: Timestamp) -> Vec<Asked> {
        // Refused only once the note is closed, when no bell rings any more.
        self.apply_event(Event::TimePassed, now).unwrap_or_default()
    }
}

/// Returns the control of a text of the note.
fn control_of(place: &TextPlace) -> ControlId {
    match place.clone() {
        TextPlace::Answer(slot) => ControlId::Answer(slot),
        TextPlace::Cell(slot, domain, column) => ControlId::Cell(slot, domain, column),
        TextPlace::MatrixReason(slot) => ControlId::MatrixReason(slot),
        TextPlace::ActionPart(action, part) => {
            let part = match part {
                ActionText::What => ActionPart::What,
                ActionText::Why => ActionPart::Why,
                ActionText::Owner => ActionPart::Owner,
                ActionText::Agency => ActionPart::Agency,
                ActionText::Measure => ActionPart::Measure,
            };
            ControlId::ActionPart(action, part)
        }
        TextPlace::EarlierOutcome(slot, note, action) => {
            ControlId::EarlierOutcome(slot, note, action)
        }
        TextPlace::Basis(slot) => ControlId::Basis(slot),
        TextPlace::Profession(participant) => ControlId::ParticipantLabel(participant),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::screens::clinic::{
        control::{ControlKind, TextForm},
        controls::controls,
    };
    use crate::clinic::{bundled_templates, practice_session};
    use crate::report::for_each_text;

    #[test]
    fn every_text_that_can_be_edited_is_scanned_under_its_question_and_can_be_gone_to() {
        let now = "2026-11-22T12:00:00Z".parse().expect("a timestamp");
        for one in bundled_templates() {
            let template = one.parse().expect("it is sound");
            let session = practice_session(&template, one.example_file, one.example, now);
            let session = session.unwrap_or_else(|problem| panic!("{problem}"));
            let mut scanned = Vec::new();
            for_each_text(&session, &mut |one| {
                let control = one.place.map(control_of);
                let texts = (one.label.to_owned(), one.text.to_owned());
                scanned.extend(control.map(|control| (one.stage, control, texts)));
            });
            let mut shown = Vec::new();
            for stage in 0..template.stages.len() {
                for control in controls(&session, stage) {
                    if let ControlKind::Text { text, form: TextForm::Free, .. } = control.kind {
                        shown.push((stage, control.id, (control.label, text)));
                    }
                }
            }
            // A question that is not answered has no text.
            shown.retain(|(_, control, (_, text))| {
                !(matches!(control, ControlId::Answer(_)) && text.is_empty())
            });
            assert_eq!(scanned, shown, "{}", template.about.id);
        }
    }
}
