//! What can be focused and filled in on a stage, flattened so that one form can draw and drive
//! every kind of item.

use jiff::civil::Date;
use uuid::Uuid;

use crate::{
    clinic::{
        ActionId, Column, Field, FieldKind, ParticipantId, RatingPicture, RowId, Slot, Value,
    },
    text::{DATE_FORMS, counted, parse_coming_date, show_day, why_too_far},
};

/// Which control; stable while the form around it changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ControlId {
    /// Text to read that belongs to an item.
    Reading(Slot),
    /// A heading or picture without an item of its own.
    Heading(String),
    /// Where everyone placed a behaviour.
    Picture(Slot),
    /// An answer.
    Answer(Slot),
    /// The reason why an answer is missing.
    WhyMissing(Slot),
    /// Adds a row to a group; the slot names the row around it, if the group is in one.
    AddRow(Slot),
    /// Takes a row out of a group.
    RemoveRow(String, RowId),
    /// One cell of a matrix.
    Cell(Slot, String, Column),
    /// Why a column of a matrix is empty.
    MatrixReason(Slot),
    /// Adds an action.
    AddAction(String),
    /// One part of an action.
    ActionPart(ActionId, ActionPart),
    /// Takes an action out.
    RemoveAction(ActionId),
    /// Status of an action of an earlier note; the slot is that of the list.
    EarlierStatus(Slot, Uuid, ActionId),
    /// Its outcome.
    EarlierOutcome(Slot, Uuid, ActionId),
    /// What somebody does for a living.
    ParticipantLabel(ParticipantId),
    /// The part somebody takes.
    ParticipantRole(ParticipantId),
    /// Whether somebody is here, came late or sent apologies.
    Attendance(ParticipantId),
    /// Takes somebody out.
    RemoveParticipant(ParticipantId),
    /// Adds somebody.
    AddParticipant,
    /// Adds the people of the earlier meeting.
    AddEarlierPeople,
    /// How placements of this behaviour are taken.
    PlacementMethod(Slot),
    /// How far the placing of a behaviour has come.
    Readiness(Slot),
    /// Somebody places a behaviour privately.
    Place(Slot, ParticipantId),
    /// Makes the code for placing through the chat of a call, then copies it.
    PlacingCode(Slot),
    /// Takes the chat of a call, with the placements in it.
    Chat(Slot),
    /// Shows all placements.
    Reveal(Slot),
    /// Opens the second round.
    SecondRound(Slot),
    /// What the group concluded.
    Agreed(Slot),
    /// What the conclusion rests on.
    Basis(Slot),
    /// Adds a differing view.
    AddDissent(Slot),
    /// Changes a differing view.
    ChangeDissent(Slot, ParticipantId),
    /// Takes a differing view back.
    RemoveDissent(Slot, ParticipantId),
    /// Completes the clinic.
    Complete,
}

/// The parts of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActionPart {
    /// What will be done.
    What,
    /// Why.
    Why,
    /// The role that owns it.
    Owner,
    /// Its agency.
    Agency,
    /// By when.
    By,
    /// How we will know that it helped.
    Measure,
}

/// One control.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// Which one.
    pub id: ControlId,
    /// The question or heading.
    pub label: String,
    /// A line under it.
    pub hint: Option<String>,
    /// What is wrong or missing.
    pub problem: Option<String>,
    /// Needed for completion.
    pub required: bool,
    /// How we know the answer, if that is asked: the control it is kept in and what it says now.
    pub known: Option<Known>,
    /// The answer was copied from a consultation request, and nobody in the meeting confirmed it.
    pub is_unconfirmed: bool,
    /// What it takes.
    pub kind: ControlKind,
    /// Column and number of columns, for controls side by side.
    pub column: (usize, usize),
    /// How deep in groups.
    pub depth: usize,
}

/// How we know an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The item that says so, or none for a cell of a matrix, which keeps it itself.
    pub slot: Option<Slot>,
    /// Codes and words to choose from.
    pub options: Vec<(String, String)>,
    /// The chosen code.
    pub chosen: Option<String>,
    /// Needed for completion, once there is an answer.
    pub required: bool,
}

/// What a control takes.
#[derive(Clone, Debug, PartialEq)]
pub enum ControlKind {
    /// Nothing: a heading.
    Heading,
    /// Nothing: text to read.
    Reading,
    /// Nothing: lines drawn as they stand, and the same for who hears them.
    Picture {
        /// Where everyone stood, if that is what it shows.
        picture: Option<RatingPicture>,
        /// On a screen, below it.
        drawn: Vec<String>,
        /// Line by line.
        said: Vec<String>,
        /// On a screen, at the right of its heading.
        aside: String,
        /// On a screen, in its place while the focus is at something else.
        folded: String,
    },
    /// Text.
    Text {
        /// As it stands.
        text: String,
        /// One line only.
        one_line: bool,
        /// What it must be read as.
        form: TextForm,
    },
    /// A choice.
    Pick {
        /// What there is to choose.
        options: Vec<Pick>,
        /// More than one may be chosen.
        many: bool,
        /// Drawn in one row.
        in_a_row: bool,
    },
    /// Something to do.
    Button,
}

/// What text must be read as before it is an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextForm {
    /// Any text.
    Free,
    /// A date.
    Date,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
}

impl TextForm {
    /// Returns the answer that a text amounts to, which is None for a blank one; None while the
    /// text is not an answer yet. Dates can be written as seen from `today`.
    pub(crate) fn value(self, text: &str, today: Date) -> Option<Option<Value>> {
        let trimmed = text.trim();
        let value = match self {
            Self::Free => return Some((!text.is_empty()).then(|| Value::Text(text.to_owned()))),
            _ if trimmed.is_empty() => return Some(None),
            Self::Date => Value::Date(parse_coming_date(trimmed, today)?),
            Self::Integer => Value::Integer(without_years(trimmed).parse().ok()?),
            Self::Decimal => {
                let number = trimmed.replace(',', ".").parse::<f64>().ok()?;
                Value::Decimal(Some(number).filter(|number| number.is_finite())?)
            }
        };
        Some(Some(value))
    }

    /// Returns how to write it, for a person who is asked line by line.
    pub(crate) fn example(self) -> Option<&'static str> {
        match self {
            Self::Date => Some("A date, such as 4 Dec, next Friday or in 2 weeks."),
            Self::Free | Self::Integer | Self::Decimal => None,
        }
    }

    /// Returns what to do about a text that is not an answer.
    pub(crate) fn advice(self, text: &str, today: Date) -> String {
        match self {
            Self::Date => why_too_far(text, today)
                .unwrap_or_else(|| format!("That is not a date. {DATE_FORMS}")),
            Self::Integer => "That is not a whole number. Use digits.".to_owned(),
            Self::Decimal => "That is not a number. Use digits.".to_owned(),
            Self::Free => "That cannot be recorded here. Type it again.".to_owned(),
        }
    }

    /// Returns what a text is read as.
    pub(crate) fn wanted(self) -> &'static str {
        match self {
            Self::Date => "a date",
            Self::Integer | Self::Decimal => "a number",
            Self::Free => "an answer",
        }
    }

    /// Returns what to do about a text that waits in its field because it is not an answer yet.
    pub(crate) fn unfinished(self, text: &str, today: Date) -> String {
        match self {
            Self::Date => why_too_far(text, today).map_or_else(
                || format!("Not a date, so nothing is recorded. {DATE_FORMS}"),
                |why| format!("{why} Nothing is recorded."),
            ),
            Self::Free | Self::Integer | Self::Decimal => {
                "Not a number, so nothing is recorded. Use digits.".to_owned()
            }
        }
    }

    /// Returns the day that a text is read as, with its weekday, and whether it has passed: most
    /// dates in a note are of something to come.
    pub(crate) fn echo(self, text: &str, today: Date) -> Option<DateEcho> {
        let date = if self == Self::Date { parse_coming_date(text, today)? } else { return None };
        let days = date.until(today).map_or(0, |span| span.get_days());
        let passed = (days > 0).then(|| {
            let ago = counted(i64::from(days), "day", "days");
            format!("{} was {ago} ago. Is this date right?", show_day(date))
        });
        Some(DateEcho { day: show_day(date), passed })
    }
}

/// A number as people write an age: “13 years”.
fn without_years(text: &str) -> &str {
    let number = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = text[number.len()..].trim().to_lowercase();
    let is_years =
        ["years", "year", "yrs", "yr", "y", "yo", "y/o", "years old", "year old"].contains(&&*unit);
    if is_years { number } else { text }
}

/// How a text was read as a date.
pub(crate) struct DateEcho {
    /// The day, with its weekday.
    pub(crate) day: String,
    /// What to ask about a day that has passed.
    pub(crate) passed: Option<String>,
}

/// More options than these stand one below the other.
const MAX_IN_A_ROW: usize = 3;

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// What goes into the answer.
    pub code: String,
    /// Shown.
    pub text: String,
    /// What it means, or blank.
    pub definition: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Pick {
    /// Something to choose that needs no explanation.
    pub fn new(code: impl Into<String>, text: impl Into<String>, chosen: bool) -> Self {
        Self { code: code.into(), text: text.into(), definition: String::new(), chosen }
    }
}

impl ControlKind {
    /// Lines that are said as they are drawn.
    pub fn lines(lines: Vec<String>) -> Self {
        let (aside, folded) = (String::new(), String::new());
        Self::Picture { picture: None, said: lines.clone(), drawn: lines, aside, folded }
    }

    /// A choice of one option, drawn in one row or one option below the other.
    pub fn one_of(options: impl IntoIterator<Item = Pick>, in_a_row: bool) -> Self {
        Self::Pick { options: options.into_iter().collect(), many: false, in_a_row }
    }
}

impl Control {
    /// A control with nothing but what it must have.
    pub fn new(id: ControlId, label: impl Into<String>, kind: ControlKind) -> Self {
        Self {
            id,
            label: label.into(),
            hint: None,
            problem: None,
            required: false,
            known: None,
            is_unconfirmed: false,
            kind,
            column: (0, 1),
            depth: 0,
        }
    }

    /// A heading without an item of its own.
    pub fn heading(id: String, label: impl Into<String>) -> Self {
        Self::new(ControlId::Heading(id), label, ControlKind::Heading)
    }

    /// The heading of a field, with its hint and what is wrong or missing.
    pub fn heading_of(field: &Field) -> Self {
        let heading = Self::heading(format!("{:?}", field.slot), &field.label);
        Self { hint: field.hint.clone(), problem: field.problem.clone(), ..heading }
    }

    /// Text to read.
    pub fn reading(id: ControlId, text: impl Into<String>) -> Self {
        Self::new(id, text, ControlKind::Reading)
    }

    /// Something to do.
    pub fn button(id: ControlId, label: impl Into<String>) -> Self {
        Self::new(id, label, ControlKind::Button)
    }

    /// Any text of one or many lines.
    pub fn text(id: ControlId, label: impl Into<String>, text: &str, one_line: bool) -> Self {
        let kind = ControlKind::Text { text: text.to_owned(), one_line, form: TextForm::Free };
        Self::new(id, label, kind)
    }

    /// The same with a line under it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same as one of several side by side.
    pub fn column(mut self, column: usize, of: usize) -> Self {
        self.column = (column, of);
        self
    }

    /// The same, deeper in groups.
    pub fn depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// Whether its options stand side by side on a screen: a few short ones, and numbers.
    pub(crate) fn stands_in_a_row(&self) -> bool {
        let ControlKind::Pick { options, in_a_row, .. } = &self.kind else { return false };
        let is_number = |option: &Pick| option.code.parse::<i64>().is_ok();
        *in_a_row && (options.len() <= MAX_IN_A_ROW || options.iter().all(is_number))
    }

    /// Whether it is answered by choosing.
    pub(crate) fn is_choice(&self) -> bool {
        matches!(self.kind, ControlKind::Pick { .. })
    }

    /// Returns the places of the options that say yes and no, if it has both.
    pub(crate) fn answers_yes_or_no(&self) -> Option<(usize, usize)> {
        let ControlKind::Pick { options, many: false, .. } = &self.kind else { return None };
        let at = |code: &str| options.iter().position(|option| option.code == code);
        Some((at("yes")?, at("no")?))
    }

    /// Whether the focus stops here.
    pub fn takes_focus(&self) -> bool {
        matches!(
            self.kind,
            ControlKind::Text { .. } | ControlKind::Pick { .. } | ControlKind::Button
        )
    }
}

/// Returns the heading of a group or of one of its rows.
pub(crate) fn group_heading(field: &Field) -> Control {
    let mut heading = Control { problem: None, ..Control::heading_of(field) }.depth(field.depth);
    if let FieldKind::Heading { row: Some((_, number, of)), .. } = field.kind {
        heading.label = format!("{} {number} of {of}", field.label);
        // The hint is shown once, above the first row.
        heading.hint.take_if(|_| number > 1);
    }
    heading
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_may_be_written_with_its_unit() {
        let today = "2026-11-22".parse().expect("a date");
        let read = |text| TextForm::Integer.value(text, today);
        for text in ["13", "13 years", " 13yrs ", "13 years old", "13 Years"] {
            assert_eq!(read(text), Some(Some(Value::Integer(13))), "{text}");
        }
        for text in ["13 months", "13 or 14 years", "years", "13 1/2 years", "about 13"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
