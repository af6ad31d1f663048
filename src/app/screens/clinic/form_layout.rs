//! A form as it is laid out: where each control is and what its lines contain, and what is kept of that for
//! the next key.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;

use super::control::ControlId;
use crate::report::Lint;

/// Controls that one may be shown with: the one before it, itself, and the others of an action after it.
pub(super) const AROUND: usize = 8;

/// A form laid out.
#[derive(Debug, PartialEq)]
pub struct FormLayout {
    /// The controls in view or not, top to bottom.
    pub controls: Vec<Placed>,
    /// Lines of the whole form.
    pub height: usize,
}

/// Where a control stands.
#[derive(Debug, PartialEq)]
pub struct Placed {
    /// Its place in the list of controls.
    pub at: usize,
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Columns it may use.
    pub columns: usize,
    /// Lines it takes, the blank one below it not counted; 0 for what is folded into another one.
    pub height: usize,
    /// What its lines contain. Later pieces lie over earlier ones.
    pub pieces: Arc<[FormPiece]>,
    /// Line and column of the caret, or of the option under the cursor.
    pub cursor: Option<(usize, usize)>,
}

/// A piece of text in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormPiece {
    /// Its line within its control.
    pub line: usize,
    /// Its column within the form.
    pub column: usize,
    /// What it says.
    pub text: String,
    /// What it is.
    pub role: FormRole,
}

/// What a piece of a form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormRole {
    /// A heading, or the mark of the option that was picked.
    Heading,
    /// The question that has the focus, or what the group decided.
    Question,
    /// A question elsewhere.
    OtherQuestion,
    /// A hint, a fact, or what is offered by the way.
    Hint,
    /// An answer, an option, or text to read.
    Answer,
    /// The rail before an answer.
    Rail,
    /// The rail of the control that has the focus.
    FocusRail,
    /// The option or button under the cursor.
    Cursor,
    /// A button.
    Button,
    /// What is still needed, or calls for a second look.
    Attention,
    /// What is as it should be.
    Good,
    /// What is wrong or missing, and what to do in danger.
    Problem,
    /// Text being typed that may identify somebody.
    Identifier,
    /// Text being typed for which there may be better words.
    Wording,
    /// What to do about such text.
    Advice,
    /// The dots of a placement.
    Dots,
}

/// What the lines of a control contain, wherever they are in the form.
#[derive(Clone)]
pub(super) struct Contents {
    pub(super) height: usize,
    pub(super) pieces: Arc<[FormPiece]>,
    pub(super) cursor: Option<(usize, usize)>,
}

/// Everything that decides what the lines of a control contain that does not have the focus. Whatever `place`
/// looks at besides has to be added here.
#[derive(PartialEq)]
pub(super) struct ControlLook {
    /// The versions of the control, of the one before it and of those after it that it may be shown with.
    pub(super) around: [u64; AROUND],
    pub(super) columns: usize,
    pub(super) show_missing: bool,
    /// The part it belongs to has the focus.
    pub(super) is_open: bool,
    /// A button that Delete presses as well.
    pub(super) takes_delete: bool,
    pub(super) is_below_focus: bool,
    /// The picture of the placement that has the focus.
    pub(super) is_placed: bool,
    /// The heading of the list that has the focus.
    pub(super) is_of_list: bool,
    /// Text that can't be an answer yet.
    pub(super) waits: Option<String>,
    /// A date that has passed is asked about.
    pub(super) today: Date,
}

/// What was laid out last, control by control.
pub(super) type KeptContents = Vec<Option<(ControlLook, Contents)>>;

/// Everything that decides how a form is laid out.
#[derive(PartialEq)]
pub(super) struct LayoutState {
    pub(super) columns: usize,
    pub(super) versions: Vec<u64>,
    pub(super) focus: ControlId,
    pub(super) option: usize,
    /// The text being typed, and where its caret stands.
    pub(super) typed: Option<(String, usize)>,
    /// What calls for a second look in it.
    pub(super) spots: Vec<Lint>,
    pub(super) unfinished: BTreeMap<ControlId, String>,
    pub(super) show_missing: bool,
    pub(super) today: Date,
}

/// What was laid out last: as a whole, for the frame after a key, and control by control, for the next key.
#[derive(Default)]
pub(in crate::app) struct KeptLayout {
    pub(super) last: Option<(LayoutState, Arc<FormLayout>)>,
    pub(super) contents: KeptContents,
}
