//! What stands below a question: its answer, or the field in which it is typed or chosen.

use std::ops::Range;

use jiff::civil::Date;

use super::{
    BETWEEN, FormPart, FormRole, Lines, RAIL, STATE, answer_columns, is_side_by_side, name_columns,
    part_of,
};
use crate::{
    app::{
        editor::Layout,
        screens::clinic::{
            control::{
                ActionPart, Control, ControlId, ControlKind, DateEcho, Known, Pick, TextForm,
            },
            controls::slot_of,
            state::ClinicScreen,
            text_lint::nearest,
        },
    },
    clinic::{ActionId, Attendance, Participant, ParticipantId},
    report::Why,
    text::{identifiers::IdentifierKind, width, wrap},
};

/// Said of an answer that was copied from a consultation request.
const FROM_REQUEST: &str = "From the request, not confirmed today.";
/// The same where the key works.
const FROM_REQUEST_FOCUSED: &str = "From the request, not confirmed today. Ctrl-F: confirm.";
/// Columns of the mark before an option: `( ) `.
const MARK: usize = 4;
/// Columns below which a meaning goes under its list and not beside it.
const MIN_MEANING: usize = 26;
/// The sentence about a finding takes no more lines than this.
const MAX_ADVICE: usize = 3;
/// Columns of a profession before the role, where people are listed.
const PROFESSION: usize = 27;

impl ClinicScreen {
    pub(super) fn field(
        &self,
        at: usize,
        control: &Control,
        focused: bool,
        room: usize,
        columns: usize,
        lines: &mut Lines,
    ) {
        let is_open = match part_of(&control.id) {
            Some(part @ (FormPart::Person(_) | FormPart::Action(_))) => self.is_open(&part),
            _ => true,
        };
        if !is_open {
            return match &control.id {
                ControlId::ParticipantLabel(id) => self.person(at, *id, lines),
                ControlId::ActionPart(id, ActionPart::What) => self.action(at, *id, room, lines),
                _ => {}
            };
        }
        // Where most is loud nothing leads, so of the questions only the one in focus is strong.
        let asked = if focused { FormRole::Question } else { FormRole::OtherQuestion };
        let why_missing = self.why_missing(at);
        let answered = is_answered(control) || why_missing.is_some();
        if matches!(control.id, ControlId::WhyMissing(_)) {
            let before = at.checked_sub(1).and_then(|at| self.controls.get(at));
            let is_near = focused || before.is_some_and(|before| before.id == self.focus);
            if before.is_some_and(is_answered) && !focused || !is_near && !is_answered(control) {
                return;
            }
            if focused {
                lines.paragraph(0, &control.label, lines.columns, FormRole::Hint);
            }
        } else if name_columns(control, columns) > 0 {
            // Its name is at the left.
            let (text, role) = state_of(control, answered, focused);
            lines.state(0, room, text, role);
        } else {
            lines.paragraph(0, &control.label, lines.columns, asked);
            let (text, role) = state_of(control, answered, focused);
            let is_narrow = room < STATE + 2 + width(&control.label);
            if !(is_narrow && is_side_by_side(control, columns)) {
                lines.state(0, room, text, role);
            }
        }
        let is_row = matches!(control.id, ControlId::Cell(..));
        if let Some(hint) = control.hint.as_ref().filter(|_| !is_row && (focused || !answered)) {
            lines.paragraph(0, hint, lines.columns, FormRole::Hint);
        }
        let from = lines.count;
        let waits = self.unfinished.get(&control.id);
        match &control.kind {
            ControlKind::Text { text, .. } => {
                let editor = self.editor.as_ref().filter(|_| focused);
                match editor {
                    Some(editor) => {
                        let typed = editor.layout(answer_columns(control, columns));
                        self.typed(&typed, room, lines);
                    }
                    // The reason for a missing answer is shown in its place.
                    None if why_missing.is_some() => {}
                    None => {
                        let text = waits.unwrap_or(text);
                        let echo = self.echo(control);
                        let day = echo.map_or_else(|| text.clone(), |echo| echo.day);
                        lines.answer(&day, FormRole::Answer);
                    }
                }
            }
            ControlKind::Pick { options, many, .. } if focused => {
                self.options(control, options, *many, room, lines);
            }
            ControlKind::Pick { options, many, .. } => {
                let is_decided = matches!(control.id, ControlId::Agreed(_));
                let role = if is_decided { FormRole::Question } else { FormRole::Answer };
                if answered {
                    lines.answer(&chosen_words(options, *many, lines.columns), role);
                } else if control.stands_in_a_row() {
                    let marked = options.iter().map(|option| marked(option, *many));
                    let columns = lines.columns.saturating_sub(RAIL);
                    for line in in_rows(marked, columns) {
                        lines.answer(&line, FormRole::Answer);
                    }
                } else {
                    lines.answer("", role);
                }
            }
            _ => {}
        }
        lines.rail(from, focused);
        if control.is_unconfirmed {
            let said = if focused { FROM_REQUEST_FOCUSED } else { FROM_REQUEST };
            lines.paragraph(RAIL, said, lines.columns.saturating_sub(RAIL), FormRole::Attention);
        }
        if let Some(hint) = control.hint.as_ref().filter(|_| is_row && focused) {
            lines.paragraph(RAIL, hint, lines.columns.saturating_sub(RAIL), FormRole::Hint);
        }
        lines.name(&control.label, name_columns(control, columns), asked);
        if let Some(echo) = self.echo(control) {
            let (text, role) = match echo.passed {
                Some(asked) => (asked, FormRole::Attention),
                None => (echo.day, FormRole::Hint),
            };
            if focused || role == FormRole::Attention {
                lines.paragraph(RAIL, &text, lines.columns.saturating_sub(RAIL), role);
            }
        }
        let problem = control.problem.as_ref().filter(|_| self.show_missing);
        let unread = waits.filter(|_| !focused).map(|typed| not_read(control, typed, self.today));
        if let Some(problem) = problem.or(unread.as_ref()) {
            lines.put(lines.count, 0, "!", FormRole::Problem);
            lines.paragraph(2, problem, lines.columns.saturating_sub(2), FormRole::Problem);
        }
    }

    /// How the text of a date is read.
    fn echo(&self, control: &Control) -> Option<DateEcho> {
        let ControlKind::Text { text, form, .. } = &control.kind else { return None };
        let editor = self.editor.as_ref().filter(|_| control.id == self.focus);
        match editor {
            Some(editor) => form.echo(&editor.text(), self.today),
            None => form.echo(self.unfinished.get(&control.id).unwrap_or(text), self.today),
        }
    }

    /// Why a question has no answer, if that was said.
    fn why_missing(&self, at: usize) -> Option<&Pick> {
        let Some(Control { id: ControlId::WhyMissing(slot), kind, .. }) = self.controls.get(at + 1)
        else {
            return None;
        };
        let ControlKind::Pick { options, .. } = kind else { return None };
        let is_its_own = slot_of(&self.controls[at].id) == Some(slot);
        options.iter().find(|option| is_its_own && option.chosen)
    }

    /// Text being typed, with what calls for a second look in it, and what to do about it.
    fn typed(&self, typed: &Layout, room: usize, lines: &mut Lines) {
        let from = lines.count;
        for range in &typed.lines {
            lines.put(lines.count, RAIL, &typed.text[range.clone()], FormRole::Answer);
            lines.count += 1;
        }
        let (row, column) = typed.caret;
        lines.cursor = Some((from + row, lines.column + RAIL + column));
        let spots = self.spotted.of(&typed.text);
        let Some(nearest) = nearest(spots.iter(), typed.at) else { return };
        let mut spots = spots.iter().peekable();
        let mut is_named = false;
        for (row, line) in typed.lines.iter().enumerate() {
            while let Some(spot) = spots.peek().filter(|spot| spot.range.start < line.end) {
                let range = spot.range.start.max(line.start)..spot.range.end.min(line.end);
                if range.start < range.end {
                    let column = RAIL + width(&typed.text[line.start..range.start]);
                    let role = match spot.why {
                        Why::Identifier(_) => FormRole::Identifier,
                        Why::Words { .. } => FormRole::Wording,
                    };
                    lines.put(from + row, column, &typed.text[range], role);
                }
                if let Why::Identifier(kind) = spot.why
                    && !is_named
                    && room > lines.columns
                {
                    is_named = true;
                    let word = format!("! {}", short_name(kind));
                    lines.state(from + row, room, &word, FormRole::Attention);
                }
                if spot.range.end > line.end {
                    break;
                }
                spots.next();
            }
        }
        let said = nearest.sentence(&typed.text);
        let columns = lines.columns.saturating_sub(RAIL);
        for range in wrap(&said, columns).into_iter().take(MAX_ADVICE) {
            lines.put(lines.count, RAIL, &said[range], FormRole::Advice);
            lines.count += 1;
        }
    }

    /// The options of the focused choice, and what the one under the cursor means.
    fn options(
        &self,
        control: &Control,
        options: &[Pick],
        many: bool,
        room: usize,
        lines: &mut Lines,
    ) {
        let from = lines.count;
        if control.stands_in_a_row() {
            let (mut line, mut column) = (from, RAIL);
            for (at, option) in options.iter().enumerate() {
                let text = marked(option, many);
                if column > RAIL && column + width(&text) > lines.columns {
                    (line, column) = (line + 1, RAIL);
                }
                self.option(at, option, many, line, column, &text, lines);
                column += width(&text) + BETWEEN;
            }
            lines.count = line + 1;
            return;
        }
        let longest = options.iter().map(|option| MARK + width(&option.text)).max().unwrap_or(0);
        let beside = RAIL + longest + BETWEEN;
        let has_meaning = options.iter().any(|option| !option.definition.is_empty());
        let is_beside = has_meaning && beside + MIN_MEANING <= room;
        let columns = if is_beside { longest } else { lines.columns.saturating_sub(RAIL) };
        for (at, option) in options.iter().enumerate() {
            let line = lines.count;
            let words: Vec<Range<usize>> = wrap(&option.text, columns.saturating_sub(MARK).max(1));
            for (row, range) in words.into_iter().enumerate() {
                let mark = if row == 0 { mark(option, many) } else { "   " };
                let text = format!("{mark} {}", &option.text[range]);
                let text = format!("{text}{}", " ".repeat(columns.saturating_sub(width(&text))));
                if row == 0 {
                    self.option(at, option, many, line, RAIL, &text, lines);
                } else {
                    let role = if at == self.option { FormRole::Cursor } else { FormRole::Answer };
                    lines.put(line + row, RAIL, text, role);
                }
                lines.count = line + row + 1;
            }
        }
        if !has_meaning {
            return;
        }
        // As high as the longest, so that nothing below moves with the cursor.
        let meaning_columns =
            if is_beside { room - beside } else { lines.columns.saturating_sub(RAIL + MARK) };
        let lines_of = |option: &Pick| wrap(&option.definition, meaning_columns);
        let highest = options
            .iter()
            .filter(|option| !option.definition.is_empty())
            .map(|option| lines_of(option).len())
            .max()
            .unwrap_or(0);
        let (top, column) = if is_beside { (from, beside) } else { (lines.count, RAIL + MARK) };
        let head = usize::from(is_beside);
        if let Some(option) =
            options.get(self.option).filter(|option| !option.definition.is_empty())
        {
            if is_beside {
                for range in wrap(&option.text, meaning_columns).into_iter().take(1) {
                    lines.put(top, column, &option.text[range], FormRole::Question);
                }
            }
            for (row, range) in lines_of(option).into_iter().enumerate() {
                lines.put(top + head + row, column, &option.definition[range], FormRole::Answer);
            }
        }
        lines.count = lines.count.max(top + head + highest);
    }

    #[expect(clippy::too_many_arguments)]
    fn option(
        &self,
        at: usize,
        option: &Pick,
        many: bool,
        line: usize,
        column: usize,
        text: &str,
        lines: &mut Lines,
    ) {
        let is_here = at == self.option;
        let role = if is_here { FormRole::Cursor } else { FormRole::Answer };
        lines.put(line, column, text, role);
        if option.chosen {
            lines.put(line, column, mark(option, many), FormRole::Heading);
        }
        if is_here {
            lines.cursor = Some((line, lines.column + column));
        }
    }

    /// Somebody who takes part, in one row.
    fn person(&self, at: usize, id: ParticipantId, lines: &mut Lines) {
        let text = |control: &Control| match &control.kind {
            ControlKind::Text { text, .. } => text.clone(),
            ControlKind::Pick { options, many, .. } => chosen_words(options, *many, usize::MAX),
            _ => String::new(),
        };
        let profession = self.controls.get(at).map(text).unwrap_or_default();
        let role = self.controls.iter().find(|one| one.id == ControlId::ParticipantRole(id));
        let role = role.map(text).unwrap_or_default();
        let one = self.session.participants().iter().find(|one| one.id == id);
        let role = match one.map(Participant::attendance) {
            None | Some(Attendance::Here) => role,
            Some(other) => format!("{role}, {}", other.title()),
        };
        let columns = lines.columns.saturating_sub(RAIL + width(&role) + 2);
        lines.paragraph(RAIL, &profession, columns, FormRole::Answer);
        let column = RAIL + PROFESSION.max(width(&profession).min(columns) + 2);
        lines.put(0, column, role, FormRole::Hint);
        lines.rail(0, false);
    }

    /// An action: what will be done, then who does it, where and by when.
    fn action(&self, at: usize, id: ActionId, room: usize, lines: &mut Lines) {
        let of_action = self.controls[at..]
            .iter()
            .take_while(|one| matches!(one.id, ControlId::ActionPart(other, _) if other == id));
        let written = |part| {
            let is_it = |one: &&Control| one.id == ControlId::ActionPart(id, part);
            match of_action.clone().find(is_it).map(|one| &one.kind) {
                Some(ControlKind::Text { text, .. }) => text.trim(),
                _ => "",
            }
        };
        let (what, owner) = (written(ActionPart::What), written(ActionPart::Owner));
        if what.is_empty() {
            lines.answer("Nothing is written yet.", FormRole::Hint);
        } else {
            lines.answer(what, FormRole::Answer);
        }
        let facts = facts_of(owner, written(ActionPart::Agency), written(ActionPart::By));
        if !facts.is_empty() {
            lines.answer(&facts, FormRole::Hint);
        }
        lines.rail(0, false);
        if let Some(typed) = self.unfinished.get(&ControlId::ActionPart(id, ActionPart::By)) {
            let said = format!(
                "By when: “{}”. {}",
                typed.trim(),
                TextForm::Date.unfinished(typed, self.today)
            );
            lines.put(lines.count, 0, "!", FormRole::Problem);
            lines.paragraph(2, &said, lines.columns.saturating_sub(2), FormRole::Problem);
        }
        if what.is_empty() || owner.is_empty() {
            lines.state(0, room, "needed", FormRole::Attention);
        }
    }
}

fn is_answered(control: &Control) -> bool {
    match &control.kind {
        ControlKind::Text { text, .. } => !text.trim().is_empty(),
        ControlKind::Pick { options, .. } => options.iter().any(|option| option.chosen),
        _ => false,
    }
}

/// What is shown at the right of a question.
fn state_of(control: &Control, answered: bool, focused: bool) -> (&str, FormRole) {
    let is_needed = control.required
        || matches!(control.id, ControlId::ActionPart(_, ActionPart::What | ActionPart::Owner));
    let known = control.known.as_ref();
    match known.and_then(chosen_word) {
        _ if is_needed && !answered => ("needed", FormRole::Attention),
        _ if control.is_unconfirmed => ("confirm", FormRole::Attention),
        Some(word) => (word, FormRole::Hint),
        None if known.is_some_and(|known| known.required) && answered => {
            ("F4: how?", FormRole::Attention)
        }
        None if known.is_some() && focused => ("F4: how?", FormRole::Hint),
        None if is_needed => ("✓", FormRole::Good),
        None => ("", FormRole::Hint),
    }
}

fn chosen_word(known: &Known) -> Option<&str> {
    let code = known.chosen.as_ref()?;
    known.options.iter().find(|(other, _)| other == code).map(|(_, word)| word.as_str())
}

fn mark(option: &Pick, many: bool) -> &'static str {
    match (many, option.chosen) {
        (false, true) => "(•)",
        (false, false) => "( )",
        (true, true) => "[x]",
        (true, false) => "[ ]",
    }
}

fn marked(option: &Pick, many: bool) -> String {
    format!("{} {}", mark(option, many), option.text)
}

/// Texts side by side, in as few rows as they fit into.
fn in_rows(texts: impl Iterator<Item = String>, columns: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for text in texts {
        match rows.last_mut() {
            Some(row) if width(row) + BETWEEN + width(&text) <= columns => {
                row.push_str(&" ".repeat(BETWEEN));
                row.push_str(&text);
            }
            _ => rows.push(text),
        }
    }
    rows
}

/// The answer of a choice in words: how many are ticked, where the words would fill the screen; a number with the
/// ends of its scale.
fn chosen_words(options: &[Pick], many: bool, columns: usize) -> String {
    let chosen: Vec<&str> =
        options.iter().filter(|one| one.chosen).map(|one| one.text.as_str()).collect();
    let words = chosen.join("; ");
    if many && width(&words) > columns.saturating_mul(2) {
        return format!("{} of {} ticked", chosen.len(), options.len());
    }
    let is_number = |text: &str| text.parse::<i64>().is_ok();
    match (options.first(), options.last()) {
        (Some(first), Some(last))
            if is_number(&words) && !is_number(&first.text) && !is_number(&last.text) =>
        {
            format!("{words}, from {} to {}", first.text, last.text)
        }
        _ => words,
    }
}

/// Who does an action, where and by when.
fn facts_of(owner: &str, agency: &str, by: &str) -> String {
    let by = if by.is_empty() { String::new() } else { format!("by {by}") };
    let facts: Vec<&str> =
        [owner, agency, &by].into_iter().filter(|fact| !fact.is_empty()).collect();
    facts.join(" · ")
}

/// How a possible identifier is called where there is little room.
fn short_name(kind: IdentifierKind) -> &'static str {
    match kind {
        IdentifierKind::Name | IdentifierKind::PersonName | IdentifierKind::Initials => "name",
        IdentifierKind::NhsNumber => "NHS no",
        IdentifierKind::PupilNumber => "UPN",
        IdentifierKind::NationalInsurance => "NI no",
        IdentifierKind::Postcode | IdentifierKind::PlaceName => "place",
        IdentifierKind::Phone => "phone",
        IdentifierKind::Email => "e-mail",
        IdentifierKind::WebAddress => "web",
        IdentifierKind::UserName => "user",
        IdentifierKind::DateOfBirth => "birth",
    }
}

fn not_read(control: &Control, typed: &str, today: Date) -> String {
    let ControlKind::Text { form, .. } = control.kind else { return String::new() };
    form.unfinished(typed, today)
}
