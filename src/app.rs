//! What the screens mean: a pure machine. `update` takes a message and the time, changes the
//! model, and returns effects as data.
//!
//! Nothing here draws, reads a file or a clock, or knows a terminal: a journey is a list of
//! messages and runs without one.

mod action;
mod dialogs;
mod editor;
mod effect;
mod geometry;
mod key;
mod keymap;
mod message;
mod model;
mod notices;
mod page;
pub(crate) mod screens;
pub(crate) mod update;

pub use action::KeyAction;
pub use dialogs::dialog::{
    Agree, Ask, ChoiceIntent, Choose, CommandRow, ConfirmIntent, Dialog, Offer, Palette,
    RetentionText, TemplatePicker, TextIntent, help_lines,
};
pub use dialogs::prompts::{
    AfterDissentChoice, DissentChoice, DissentReason, REMOVAL_STAYS_ON_RECORD, ReasonFor, Removal,
};
pub use dialogs::scroll::{HelpPage, QUESTION_COLUMNS, READING_COLUMNS, SHEET_COLUMNS};
pub use dialogs::vault::{AfterUnlock, PasswordInput, VaultDialog, VaultStep};
pub use editor::{Editor, Layout};
pub use effect::{DocumentFile, Effect, SearchOrigin, VaultRequest};
pub use geometry::{Area, MARGIN, MAX_PROSE, MIN_SIZE, ScreenLayout, SearchParts, Size};
pub use key::{Code, Key};
pub use keymap::{
    BINDINGS, Binding, KeyChanges, KeyContext, KeyPattern, NamedAction, hints, named_actions,
};
pub use message::{Message, Mouse, RecoveryShown, SaveStatus, VaultOpening, VaultStatus};
use model::SecondLook;
pub use model::{Model, Notice};
pub use notices::{NoticeRows, NoticeSort};
pub use page::{Mark, Page, PageLine, PageMatch, Piece, TextRole};
pub use screens::Screen;
pub use screens::actions::state::{ActionsScreen, Which};
pub(crate) use screens::clinic::{
    chat_round::ChatRound, control::DateEcho, controls::earlier_people,
};
pub use screens::clinic::{
    control::{Control, ControlId, ControlKind, Pick, TextForm},
    controls::slot_of,
    field_lint::FixOutcome,
    form_layout::{FormPiece, FormRole},
    guidance::{Guidance, GuidanceRow, changed_guidance},
    keys::Taken,
    private_placement::Placing,
    state::ClinicScreen,
};
pub use screens::clinics::state::{ClinicsScreen, NoteGroup, NoteSearch};
pub use screens::completed::state::CompletedScreen;
pub use screens::hand_over::state::{
    HandOverLine, HandOverLineKind, HandOverRow, HandOverScreen, HandOverSource,
};
pub use screens::insight::state::{InsightScreen, Timespan};
pub use screens::locked::state::{Idle, Lock, LockState, LockedBy};
pub use screens::note::state::NoteScreen;
pub use screens::reader::state::{Find, Reader};
pub use screens::search::{
    chips::{Chip, ChipPart},
    rows::{EVERYTHING, ListShape, Row, Shown},
    state::{Filter, Preview, SearchScreen},
};
pub use screens::settings::state::{SettingRow, SettingsScreen};
pub use screens::vault::{
    exchange_state::ExchangePart,
    lines::{VaultLine, VaultLineSort},
    state::{Checked, VaultScreen, VaultSeen},
};
pub use update::update;
