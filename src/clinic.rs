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

mod bundled;
pub(crate) mod case_key;
pub(crate) mod clock;
mod document;
mod engine;
mod event;
#[cfg(test)]
pub(crate) mod fixture;
mod follow_up;
pub(crate) mod form;
mod members_edition;
mod rating;
mod refusal;
mod session;
mod shareable_edition;
pub(crate) mod summary;
mod template;
mod template_diff;
mod template_lint;
mod worked_example;

pub use bundled::{BundledTemplate, MeetingFormat, bundled_template, bundled_templates, formats};
pub use case_key::case_key;
pub use clock::{ClockView, TimeRecovery, clock, time_recovery};
pub use document::{BrokenDocument, from_document, to_document};
#[cfg(test)]
pub(crate) use engine::model_tests::dice;
pub use engine::{
    ImportedHead, ImportedPart, ImportedPlacement, ImportedRound, ImportedView, Part, PartRefused,
    apply, import_note,
};
pub use event::{Event, SessionEffect};
pub use follow_up::{
    ActionState, ActionStatusIndex, FollowedUp, LatestAction, PlacementChange, ScaleChange,
    WhatChanged, followed_up, has_actions, what_changed,
};
pub use form::completion::{
    HiddenAnswer, Missing, StageNeeds, completion, hidden_answers, stage_needs,
};
pub use form::{Field, FieldKind, MatrixLine, OptionView, form};
pub(crate) use form::{answer_fields, are_words_used};
pub use members_edition::members_edition;
pub use rating::{
    Bar, Dissent, DissentView, Outcome, PictureLine, PlacementMethod, Private, RatingPicture,
    RatingState, RatingView, RoundView, rating_view,
};
pub use refusal::Refusal;
pub use session::{
    Action, ActionChange, ActionDetails, ActionStatus, Amendment, Attendance, Certainty, Change,
    Citation, ClockState, Column, Earlier, EarlierAction, EarlierPerson, EarlierPlacement,
    EarlierScale, ImportedFrom, IrreversibleChange, Leftover, LeftoverReason, MatrixCell,
    Participant, RemovedRow, RequestAnswer, RoleHolder, Session, Share, Shared, StageSkip, Status,
    UndoableChange, last_change_is_irreversible, next_redo, next_undo, removed_rows,
};
pub use shareable_edition::shareable_edition;
pub use summary::{Summary, summary};
pub use template::translated::{Language, LocalText};
pub use template::value::{
    ActionId, Condition, EnableBehavior, Operator, ParticipantId, RowId, Scalar, Slot, Value,
    WhyMissing,
};
pub use template::{
    Calculation, Constraint, ConstraintSeverity, DisabledDisplay, Item, ItemPlace, ItemType,
    Migration, Opens, OptionDef, Role, Sensitivity, Stage, Subject, Template, TemplateInfo,
    TemplateStatus,
};
pub use template_diff::{
    ChangeImpact, MigrationRefused, Moved, TemplateChange, check_revision, compare,
    is_newer_version, migrate, preview,
};
pub use template_lint::{Against, KnownEntry, ReadTemplate, check_template, check_together};
pub use worked_example::practice_session;
