//! What the screens mean: a pure machine. `update` takes a message and the time, changes the
//! model, and returns effects as data.
//!
//! Nothing here draws, reads a file or a clock, or knows a terminal: a journey is a list of
//! messages and runs without one.

mod action;
mod actions;
pub mod clinic;
mod clinics;
mod dialog;
mod editor;
mod effect;
mod geometry;
mod hidden;
mod insight;
mod keeping;
mod key;
mod keymap;
mod lock;
mod message;
mod model;
mod note;
mod note_search;
mod page;
mod reader;
mod reading;
mod search;
mod starting;
pub(crate) mod update;
mod vault_dialog;
mod vault_screen;

pub use action::Action;
pub use actions::{ActionsScreen, TrackedAction, Which, in_order, take_newest, tracked};
pub use clinic::{
    Bettered, ClinicScreen, Control, ControlId, ControlKind, Guidance, GuidanceRow, LookedThrough,
    Names, Part, Pick, Place, Placed, Placing, SpotLook, Taken, TextForm, changed_guidance,
    each_text, look_at, look_through, slot_of,
};
pub use clinics::{ClinicsScreen, reviews_due};
pub use dialog::{Agree, Ask, Choose, Dialog, Palette, Purpose, help_lines};
pub use editor::{Editor, Layout};
pub use effect::Effect;
pub use geometry::{Area, LEAST, MESSAGE_ROWS, Size};
pub use hidden::Hidden;
pub use insight::{InsightScreen, Span};
pub use keeping::{Keeping, Kept, NamedNote};
pub use key::{Code, Key};
pub use keymap::{BINDINGS, Binding, Context, hints};
pub use lock::{Idle, LOCK_AFTER, Lock, LockState, LockedBy};
pub use message::{
    Asker, BegunFollowUp, Message, Mouse, NoteOpened, RecoveryShown, SaveLook, VaultLook,
};
use model::SecondLook;
pub use model::{Model, Notice, Screen};
pub use note::NoteScreen;
pub use note_search::NoteSearch;
pub use page::{Found, Line, Mark, Page, Piece, Role, standing};
pub use reader::{Find, Reader};
pub use reading::{Reading, ReadingChange};
pub use search::{Chip, ChipPart, Filter, Preview, Row, SearchScreen, Shown};
pub use starting::{LocalFormat, Offer, Starting};
pub use update::update;
pub use vault_dialog::{Step, Then, VaultDialog};
pub use vault_screen::{Checked, VaultLine, VaultLineSort, VaultScreen, VaultSeen};
