//! Meetings: templates, sessions and the rules that run them.
//!
//! A pure machine. It promises that the same events at the same times give the same session, that
//! going back is never blocked, that no answer disappears without a line in the audit trail, that a
//! mistake in the form can be undone, and that a placement nobody has revealed can be read by
//! nobody. It never reads a file, a clock or a random number, and knows nothing of screens.
//!
//! A template is parsed ([`Template::parse`]) and pinned inside the [`Session`] it starts. Events
//! go in through [`apply`]; [`form`] says what a screen shows, [`rating_view`] what may be seen of
//! a rating, [`clock`] how time stands, [`completion`] what is still missing, and
//! [`to_document`]/[`from_document`] turn the whole into one TOML text and back.
//! [`Session::follow_up`] begins the next meeting about a case, [`what_changed`] compares the two;
//! [`compare`] compares two versions of a template, and [`migrate`] moves a draft between them.

mod answered;
mod bundled;
mod calculated;
mod case_key;
mod catching_up;
mod check;
mod clock;
mod completion;
mod condition;
mod document;
mod earlier;
mod event;
#[cfg(test)]
mod fixture;
mod history;
mod machine;
mod outline;
mod pattern;
mod practice;
mod rating;
mod refusal;
mod revision;
mod session;
mod source;
mod summary;
mod template;
mod value;
mod words;
mod work;

pub use bundled::{BundledTemplate, Format, bundled_template, bundled_templates, formats};
pub use case_key::case_key;
pub use catching_up::{CatchingUp, catching_up};
pub use check::{Against, KnownEntry, ReadTemplate, check_template, check_together};
pub use clock::{ClockState, ClockView, clock};
pub use completion::{HiddenAnswer, Missing, completion, hidden_answers};
pub use condition::{Condition, EnableBehavior, Operator, Scalar};
pub use document::{BrokenDocument, from_document, to_document};
pub use earlier::{
    Earlier, EarlierAction, EarlierPlacement, EarlierScale, FollowedUp, PlacementChange,
    ScaleChange, Standing, Told, WhatChanged, followed_up, tells_of_actions, what_changed,
};
pub use event::{Effect, Event};
pub use history::{
    Lasting, RemovedRow, Undoable, last_is_lasting, next_redo, next_undo, removed_rows,
};
pub use machine::apply;
pub use outline::{Field, FieldKind, MatrixLine, OptionView, form};
pub use practice::practice_session;
pub use rating::{
    Bar, Dissent, DissentView, Outcome, PictureLine, Private, RatingPicture, RatingState,
    RatingView, RoundView, WayOfPlacing, rating_view,
};
pub use refusal::Refusal;
pub use revision::{
    MigrationRefused, Moved, TemplateChange, Weight, check_revision, compare, is_newer_version,
    migrate, preview,
};
pub use session::{
    Amendment, Because, Change, Leftover, Participant, Pass, Session, Share, Status,
};
pub use summary::{Summary, summary};
pub use template::{
    About, Calculation, Constraint, DisabledDisplay, Item, ItemPlace, ItemType, Migration, Opens,
    OptionDef, Role, Sensitivity, Severity, Stage, Subject, Template, TemplateStatus,
};
pub use value::{ActionId, ParticipantId, RowId, Slot, Value, WhyMissing};
pub use words::{Language, Words};
pub use work::{Action, ActionDetails, ActionStatus, Citation, Column, MatrixCell, Sureness};
