//! What a stage shows now, field by field, so that a screen only has to draw it.
//!
//! Items that are not asked now are not in it, unless their template protects them; their answers
//! are kept.

pub(crate) mod calculated;
pub(crate) mod completion;
pub(crate) mod enablement;

use super::rating::{RatingView, rating_view};
use super::session::{
    Action, Column, EarlierAction, EarlierPlacement, MatrixCell, RequestAnswer, Session, place_of,
};
use super::template::value::{Condition, Operator, RowId, Slot, Value};
use super::template::{Item, ItemPlace, ItemType, OptionDef, Sensitivity};
use completion::{problem_of, row_name};
use enablement::{is_answered, is_enabled, is_protected, is_read_only};

/// One thing a screen draws.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// What an event about it names.
    pub slot: Slot,
    /// How deep in groups: 0 at the top.
    pub depth: usize,
    /// What it is, with what is needed to draw it.
    pub kind: FieldKind,
    /// The question or heading.
    pub label: String,
    /// A short line under it.
    pub hint: Option<String>,
    /// Longer help.
    pub help: Option<String>,
    /// How the answer is written.
    pub entry_format: Option<String>,
    /// Takes an answer now. What does not is shown to be read: headings and texts, results,
    /// answers the template gives, and protected questions that are not asked.
    pub editable: bool,
    /// `Value::Missing` is an answer here: offer [`WhyMissing`](super::WhyMissing).
    pub may_be_missing: bool,
    /// Needed for completion.
    pub required: bool,
    /// Has an answer.
    pub answered: bool,
    /// The answer stands as it was copied from a consultation request.
    pub from_request: Option<RequestAnswer>,
    /// The answer, for items that have one value.
    pub value: Option<Value>,
    /// The answer as people read it.
    pub shown: Option<String>,
    /// What is wrong or missing; to be shown once the person has been there.
    pub problem: Option<String>,
    /// The item whose answer this one qualifies (how we know it); drawn beside that one.
    pub qualifies: Option<String>,
    /// What the answer may reveal.
    pub sensitivity: Option<Sensitivity>,
}

/// What a field is.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// Heading of a group, or of one row of it.
    Heading {
        /// For a row of a repeating group: the row, its number from 1, and how many there are.
        row: Option<(RowId, usize, usize)>,
        /// The row may be removed.
        removable: bool,
    },
    /// After the rows of a repeating group: a row may be added
    /// ([`Event::row_added`](super::Event::row_added)).
    AddRow {
        /// False when the most rows are reached.
        possible: bool,
    },
    /// Text to read.
    Display,
    /// One line of text.
    Line,
    /// Several lines of text.
    Text,
    /// A whole number.
    Integer {
        /// Smallest.
        min: Option<i64>,
        /// Largest.
        max: Option<i64>,
    },
    /// A number.
    Decimal,
    /// A date.
    Date,
    /// Yes or no.
    Boolean,
    /// One of several.
    Choice(Vec<OptionView>),
    /// Any of several.
    MultiChoice(Vec<OptionView>),
    /// A number between two ends; options may name some of its points.
    Scale {
        /// Left end.
        min: i64,
        /// Right end.
        max: i64,
        /// Words for points; the code is the number.
        points: Vec<OptionView>,
    },
    /// Placement of one behaviour: what may be seen of it.
    Rating(Box<RatingView>),
    /// Risk, need and strength per domain.
    Matrix {
        /// The lines.
        lines: Vec<MatrixLine>,
        /// Why a column is empty, if a reason was given.
        reason: String,
    },
    /// Actions.
    Actions(Vec<Action>),
    /// Actions of the earlier note; in a follow-up only.
    LastActions(Vec<EarlierAction>),
    /// What the earlier note agreed; in a follow-up only.
    LastPlacements(Vec<EarlierPlacement>),
}

/// One answer to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionView {
    /// What goes into the answer.
    pub code: String,
    /// Shown.
    pub text: String,
    /// What it means, or blank.
    pub definition: String,
    /// Stands alone.
    pub exclusive: bool,
}

/// One line of a matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixLine {
    /// The domain's code.
    pub domain: String,
    /// Its text.
    pub text: String,
    /// What belongs there, or blank.
    pub definition: String,
    /// The cells, in the order of [`Column::ALL`]; None while empty.
    pub cells: [Option<MatrixCell>; 3],
}

/// What `stage` shows now, in order; empty for a stage that does not exist.
pub fn form(session: &Session, stage: usize) -> Vec<Field> {
    let mut fields = Vec::new();
    if let Some(stage) = session.template().stages.get(stage) {
        for item in &stage.items {
            add(session, item, None, 0, &mut fields);
        }
    }
    fields
}

/// The field of a text as [`form`] shows it, and after it the fields that qualify its answer; all as if they were
/// in no group. Nothing for what is not asked now.
pub(crate) fn answer_fields(session: &Session, slot: &Slot) -> Vec<Field> {
    let own = place_of(session, slot).filter(|_| is_enabled(session, slot));
    let Some(own) = own.filter(|place| place.item.kind.is_text()) else { return Vec::new() };
    let qualifies = |place: &ItemPlace<'_>| place.item.qualifies.as_ref() == Some(&slot.item);
    let items = session.template().items();
    let mut fields = Vec::new();
    for place in std::iter::once(own).chain(items.into_iter().filter(qualifies)) {
        let slot = Slot { item: place.item.id.clone(), row: slot.row };
        if is_enabled(session, &slot) || is_protected(session, &slot) {
            let mut field =
                field(session, place.item, slot.clone(), kind(session, place.item, slot.row), 0);
            if place.item.for_each.is_some() {
                field.label.push_str(&row_name(session, &slot));
            }
            fields.push(field);
        }
    }
    fields
}

/// Whether the words of a text, and not only that there is one, decide or show anything on `stage` besides its own
/// field: a condition compares them, or a behaviour is placed there by its description.
pub(crate) fn are_words_used(session: &Session, stage: usize, slot: &Slot) -> bool {
    session.template().items().iter().any(|place| {
        let compares =
            |one: &Condition| one.question == slot.item && one.operator != Operator::Exists;
        let names = slot.row.is_some() && place.item.kind == ItemType::Rating;
        place.item.enable_when.iter().any(compares) || names && place.stage == stage
    })
}

fn add(session: &Session, item: &Item, row: Option<RowId>, depth: usize, out: &mut Vec<Field>) {
    if let (Some(group), None) = (&item.for_each, row) {
        for id in session.rows(group) {
            let from = out.len();
            add(session, item, Some(*id), depth, out);
            let name = row_name(session, &Slot::in_row(&item.id, *id));
            if let Some(first) = out.get_mut(from) {
                first.label.push_str(&name);
            }
        }
        return;
    }
    let slot = Slot { item: item.id.clone(), row };
    if !is_enabled(session, &slot) && !is_protected(session, &slot) {
        return;
    }
    if item.kind == ItemType::Group {
        return add_group(session, item, slot, depth, out);
    }
    out.push(field(session, item, slot, kind(session, item, row), depth));
}

fn add_group(session: &Session, item: &Item, slot: Slot, depth: usize, out: &mut Vec<Field>) {
    if !item.repeats {
        let heading = FieldKind::Heading { row: None, removable: false };
        let row = slot.row;
        out.push(field(session, item, slot, heading, depth));
        for inner in &item.items {
            add(session, inner, row, depth + 1, out);
        }
        return;
    }
    let rows = session.rows_within(&item.id, slot.row);
    let open = is_enabled(session, &slot) && !is_read_only(session, &slot);
    let removable = open && rows.len() > item.min_occurs.unwrap_or(0) as usize;
    for (at, id) in rows.iter().enumerate() {
        let heading = FieldKind::Heading { row: Some((*id, at + 1, rows.len())), removable };
        let mut heading = field(session, item, slot.clone(), heading, depth);
        heading.slot.row = Some(*id);
        out.push(heading);
        for inner in &item.items {
            add(session, inner, Some(*id), depth + 1, out);
        }
    }
    let possible = open && rows.len() < super::engine::max_rows(item);
    out.push(field(session, item, slot, FieldKind::AddRow { possible }, depth));
}

fn field(session: &Session, item: &Item, slot: Slot, kind: FieldKind, depth: usize) -> Field {
    let say = |words: &super::LocalText| words.show(session.language()).to_owned();
    let place = session.template().item(&item.id);
    let heading = matches!(kind, FieldKind::Heading { .. });
    let asked = heading || is_enabled(session, &slot);
    let to_read = matches!(
        kind,
        FieldKind::Heading { .. } | FieldKind::Display | FieldKind::LastPlacements(_)
    );
    let problem = place
        .filter(|_| !heading && asked)
        .and_then(|place: ItemPlace<'_>| problem_of(session, &place, &slot).into_iter().next())
        .map(|missing| missing.message);
    Field {
        depth,
        label: say(&item.text),
        hint: item.hint.as_ref().map(say),
        help: item.help.as_ref().map(say),
        entry_format: item.entry_format.as_ref().map(say),
        editable: asked && !to_read && !is_read_only(session, &slot),
        may_be_missing: item.allow_missing,
        required: item.required,
        from_request: Some(())
            .filter(|()| !heading && asked)
            .and_then(|()| session.request_answer(&slot)),
        answered: heading || asked && is_answered(session, &slot),
        shown: session.answer(&slot).map(|value| item.show_in_note(value, session.language())),
        value: session.answer(&slot).cloned(),
        problem,
        qualifies: item.qualifies.clone(),
        sensitivity: item.sensitivity,
        kind,
        slot,
    }
}

fn kind(session: &Session, item: &Item, row: Option<RowId>) -> FieldKind {
    let slot = Slot { item: item.id.clone(), row };
    match item.kind {
        ItemType::Group | ItemType::Display => FieldKind::Display,
        ItemType::String => FieldKind::Line,
        ItemType::Text => FieldKind::Text,
        ItemType::Integer => {
            FieldKind::Integer { min: item.min.map(|n| n as i64), max: item.max.map(|n| n as i64) }
        }
        ItemType::Decimal => FieldKind::Decimal,
        ItemType::Date => FieldKind::Date,
        ItemType::Boolean => FieldKind::Boolean,
        ItemType::Choice => FieldKind::Choice(options(session, &item.options)),
        ItemType::MultiChoice => FieldKind::MultiChoice(options(session, &item.options)),
        ItemType::Scale => FieldKind::Scale {
            min: item.min.map_or(0, |n| n as i64),
            max: item.max.map_or(10, |n| n as i64),
            points: options(session, &item.options),
        },
        ItemType::Rating => match rating_view(session, &slot) {
            Some(view) => FieldKind::Rating(Box::new(view)),
            None => FieldKind::Display,
        },
        ItemType::Matrix => FieldKind::Matrix {
            lines: item.domains.iter().map(|domain| line(session, &slot, domain)).collect(),
            reason: session.matrix_reason(&slot).unwrap_or_default().to_owned(),
        },
        ItemType::Actions => FieldKind::Actions(
            session.actions().iter().filter(|action| action.item == item.id).cloned().collect(),
        ),
        ItemType::LastActions => FieldKind::LastActions(
            session.earlier().map(|earlier| earlier.actions.clone()).unwrap_or_default(),
        ),
        ItemType::LastPlacements => FieldKind::LastPlacements(
            session.earlier().map(|earlier| earlier.placements.clone()).unwrap_or_default(),
        ),
    }
}

fn options(session: &Session, options: &[OptionDef]) -> Vec<OptionView> {
    options
        .iter()
        .map(|option| OptionView {
            code: option.code.clone(),
            text: option.text.show(session.language()).to_owned(),
            definition: definition(session, option),
            exclusive: option.exclusive,
        })
        .collect()
}

fn line(session: &Session, slot: &Slot, domain: &OptionDef) -> MatrixLine {
    MatrixLine {
        domain: domain.code.clone(),
        text: domain.text.show(session.language()).to_owned(),
        definition: definition(session, domain),
        cells: Column::ALL.map(|column| session.cell(slot, &domain.code, column).cloned()),
    }
}

fn definition(session: &Session, option: &OptionDef) -> String {
    option
        .definition
        .as_ref()
        .map_or(String::new(), |words| words.show(session.language()).to_owned())
}
