//! Where each control is in a form of a given width, and how far it must be scrolled.

use std::ops::Range;

use super::{
    control::{Control, ControlId, ControlKind},
    state::ClinicScreen,
    text_lint::nearest,
};
use crate::{
    app::editor::Layout,
    report::Why,
    text::{width, wrap},
};

/// A form laid out.
pub struct FormLayout {
    /// The controls in view or not, top to bottom.
    pub controls: Vec<Placed>,
    /// Lines of the whole form.
    pub height: usize,
}

/// Where a control stands.
pub struct Placed {
    /// Its place in the list of controls.
    pub at: usize,
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Columns it may use.
    pub columns: usize,
    /// Lines of label, hint and problem.
    pub label: Vec<(Part, String)>,
    /// Lines of what is filled in.
    pub body: Vec<String>,
    /// For text being typed: lines of the body and bytes in them that call for a second look.
    pub spots: Vec<(usize, Range<usize>, SpotLook)>,
    /// What to say of the one nearest the caret, below the body.
    pub below: Vec<String>,
    /// For text being typed: line and column of the caret in the body.
    pub caret: Option<(usize, usize)>,
    /// For a choice: line and column of the option under the cursor.
    pub option: Option<(usize, usize)>,
    /// Lines it takes, the blank one below it not counted.
    pub height: usize,
}

/// What a line above a control is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The question.
    Label,
    /// A line under it.
    Hint,
    /// What is missing.
    Problem,
}

/// What a place that calls for a second look is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpotLook {
    /// It may identify somebody.
    Identifier,
    /// There may be better words.
    Words,
}

/// The sentence about a finding takes no more lines than this.
const MAX_BELOW: usize = 3;

impl ClinicScreen {
    /// The form laid out to so many columns.
    pub fn layout(&self, columns: usize) -> FormLayout {
        let mut placed: Vec<Placed> = Vec::with_capacity(self.controls.len());
        let mut line = 0;
        let mut row_height = 0;
        for (at, control) in self.controls.iter().enumerate() {
            let (columns, left, starts_row) = room(control, columns);
            if starts_row {
                line += row_height;
                row_height = 0;
            }
            let one = self.place(at, control, line, left, columns);
            row_height = row_height.max(one.height + gap(control, self.controls.get(at + 1)));
            placed.push(one);
        }
        FormLayout { controls: placed, height: line + row_height }
    }

    /// Scrolls as little as needed so that the focus is in view, heading and caret included.
    pub fn scroll_to_focus(&mut self, columns: usize, height: usize) {
        let layout = self.layout(columns);
        let Some(one) = layout.controls.iter().find(|one| self.controls[one.at].id == self.focus)
        else {
            return;
        };
        let label = one.label.len();
        let (first, last) = match one.caret.or(one.option) {
            // Long text is scrolled by its caret, not by its first line; the sentence about a
            // finding in it is shown at the lower edge.
            Some((row, _)) if one.height > height => {
                let below = one.below.len().min(height.saturating_sub(1));
                (one.line + label + row, one.line + label + row + 1 + below)
            }
            _ => (one.line, one.line + one.height),
        };
        // The headings above the first control of a stage are shown with it.
        let is_first = layout
            .controls
            .iter()
            .find(|other| self.controls[other.at].takes_focus())
            .is_some_and(|other| other.at == one.at);
        let first = if is_first && one.line + one.height <= height { 0 } else { first };
        if first < self.top {
            self.top = first;
        } else if last > self.top + height {
            self.top = last - height;
        }
        self.top = self.top.min(layout.height.saturating_sub(height));
    }

    fn place(
        &self,
        at: usize,
        control: &Control,
        line: usize,
        column: usize,
        columns: usize,
    ) -> Placed {
        let mut label = Vec::new();
        let mut add = |part, text: &str| {
            label.extend(
                wrap(text, columns).into_iter().map(|range| (part, text[range].to_owned())),
            );
        };
        match control.kind {
            ControlKind::Reading => {}
            ControlKind::Button => {}
            // The words of the choice say it, close below the question.
            _ if matches!(control.id, ControlId::WhyMissing(_)) => {}
            _ if control.label.is_empty() => {}
            _ => add(Part::Label, &titled(control)),
        }
        if let Some(hint) = &control.hint {
            add(Part::Hint, hint);
        }
        let unfinished = self.unfinished.contains_key(&control.id);
        if let Some(problem) = control.problem.as_ref().filter(|_| self.show_missing) {
            add(Part::Problem, problem);
        } else if unfinished && control.id != self.focus {
            add(Part::Problem, &not_read(control));
        }
        let focused = control.id == self.focus;
        let is_text = matches!(control.kind, ControlKind::Text { .. });
        let typed = self.editor.as_ref().filter(|_| focused && is_text);
        let typed = typed.map(|editor| editor.layout(columns));
        let (body, caret, option) = self.body(control, focused, typed.as_ref(), columns);
        let mut placed = Placed {
            at,
            line,
            column,
            columns,
            label,
            body,
            spots: Vec::new(),
            below: Vec::new(),
            caret,
            option,
            height: 0,
        };
        if let Some(typed) = &typed {
            self.mark(typed, &mut placed);
        }
        placed.height = placed.label.len() + placed.body.len() + placed.below.len();
        placed
    }

    /// Marks what calls for a second look in the text being typed.
    fn mark(&self, typed: &Layout, placed: &mut Placed) {
        let spots = self.spotted.of(&typed.text);
        let Some(nearest) = nearest(spots.iter(), typed.at) else { return };
        let said = nearest.sentence(&typed.text);
        placed.below = lines(&said, placed.columns);
        placed.below.truncate(MAX_BELOW);
        let mut spots = spots.iter().peekable();
        for (row, line) in typed.lines.iter().enumerate() {
            while let Some(spot) = spots.peek().filter(|spot| spot.range.start < line.end) {
                let range = spot.range.start.max(line.start)..spot.range.end.min(line.end);
                let look = match spot.why {
                    Why::Identifier(_) => SpotLook::Identifier,
                    Why::Words { .. } => SpotLook::Words,
                };
                if range.start < range.end {
                    let range = range.start - line.start..range.end - line.start;
                    placed.spots.push((row, range, look));
                }
                if spot.range.end > line.end {
                    break;
                }
                spots.next();
            }
        }
    }

    pub(crate) fn focused_columns(&self, columns: usize) -> usize {
        self.focused().map_or(columns, |control| room(control, columns).0)
    }

    fn body(
        &self,
        control: &Control,
        focused: bool,
        typed: Option<&Layout>,
        columns: usize,
    ) -> Body {
        match &control.kind {
            ControlKind::Heading => (Vec::new(), None, None),
            ControlKind::Reading => (lines(&control.label, columns), None, None),
            ControlKind::Picture { drawn, .. } => {
                (drawn.iter().flat_map(|line| lines(line, columns)).collect(), None, None)
            }
            ControlKind::Button => (vec![format!("[ {} ]", control.label)], None, None),
            ControlKind::Text { text, .. } => match typed {
                Some(typed) => written(typed),
                None => {
                    let text = self.unfinished.get(&control.id).unwrap_or(text);
                    (lines(text, columns.saturating_sub(1)), None, None)
                }
            },
            ControlKind::Pick { options, many, in_a_row } => {
                let options = options.iter().map(|option| {
                    let mark = match (many, option.chosen) {
                        (false, true) => "(•)",
                        (false, false) => "( )",
                        (true, true) => "[x]",
                        (true, false) => "[ ]",
                    };
                    (format!("{mark} {}", option.text), option.definition.as_str())
                });
                picks(options, *in_a_row, columns, focused.then_some(self.option))
            }
        }
    }
}

type Body = (Vec<String>, Option<(usize, usize)>, Option<(usize, usize)>);

/// Columns a control may use, where it begins, and whether it is the first of its row.
fn room(control: &Control, columns: usize) -> (usize, usize, bool) {
    let indent = control.depth.min(3) * 2;
    let (column, of) = control.column;
    let room = columns.saturating_sub(indent).max(12);
    // Three cells side by side need room; on a narrow form they stand below each other.
    if of > 1 && room / of >= 18 {
        (room / of - 1, indent + column * (room / of), column == 0)
    } else {
        (room, indent, true)
    }
}

fn written(layout: &Layout) -> Body {
    let lines = layout.lines.iter().map(|range| layout.text[range.clone()].to_owned());
    (lines.collect(), Some(layout.caret), None)
}

fn picks<'a>(
    options: impl Iterator<Item = (String, &'a str)>,
    in_a_row: bool,
    columns: usize,
    cursor: Option<usize>,
) -> Body {
    let mut body: Vec<String> = Vec::new();
    let mut place = None;
    for (at, (text, definition)) in options.enumerate() {
        let room = body.last().is_some_and(|last| width(last) + 2 + width(&text) <= columns);
        let start = if in_a_row && room {
            let last = body.len() - 1;
            body[last].push_str("  ");
            let start = width(&body[last]);
            body[last].push_str(&text);
            (last, start)
        } else {
            let first = body.len();
            // A second line goes under the words, not under the mark.
            body.extend(hanging(&text, columns));
            (first, 0)
        };
        if cursor == Some(at) {
            place = Some(start);
            // What an option means is shown where the cursor is, not for all at once.
            if !definition.is_empty() {
                body.extend(hanging(&format!("    {definition}"), columns));
            }
        }
    }
    (body, None, place)
}

/// Columns of the mark before an option: `( ) `.
const MARK: usize = 4;

/// Lines whose first columns are a mark that the later lines leave free.
fn hanging(text: &str, columns: usize) -> Vec<String> {
    let at = text.char_indices().nth(MARK).map_or(0, |(at, _)| at);
    let (mark, words) = text.split_at(at);
    let lines = lines(words, columns.saturating_sub(MARK)).into_iter().enumerate();
    let blank = " ".repeat(MARK);
    lines.map(|(at, line)| format!("{}{line}", if at == 0 { mark } else { &blank })).collect()
}

fn lines(text: &str, columns: usize) -> Vec<String> {
    wrap(text, columns).into_iter().map(|range| text[range].to_owned()).collect()
}

fn titled(control: &Control) -> String {
    let mut text = control.label.clone();
    if control.required {
        // Never alone on a line.
        text.push_str("\u{a0}*");
    }
    if let Some(known) = &control.known {
        let word = known
            .chosen
            .as_ref()
            .and_then(|code| known.options.iter().find(|(other, _)| other == code))
            .map_or("F4: how do we know?", |(_, word)| word);
        text.push_str(&format!("  ({word})"));
    }
    text
}

fn not_read(control: &Control) -> String {
    let ControlKind::Text { form, .. } = control.kind else { return String::new() };
    form.unfinished().to_owned()
}

/// Blank lines below a control: none between a heading and what it heads, nor inside what belongs
/// together: one participant, those who place, a question and why it has no answer; and none at
/// the end, so that nothing more is promised there.
fn gap(control: &Control, next: Option<&Control>) -> usize {
    let goes_on = match control.id {
        ControlId::ParticipantLabel(_) | ControlId::ParticipantRole(_) => true,
        ControlId::Answer(_) => matches!(next.map(|next| &next.id), Some(ControlId::WhyMissing(_))),
        ControlId::Place(..) => {
            matches!(next.map(|next| &next.id), Some(ControlId::Place(..)))
        }
        _ => false,
    };
    usize::from(!goes_on && next.is_some() && !matches!(control.kind, ControlKind::Heading))
}
