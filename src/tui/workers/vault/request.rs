//! What the keeper is asked, one after the other.

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::{
    clinic::{ActionId, ActionStatus, Session},
    report::insight::Period,
    services::Keeping,
    vault::NoteId,
};

/// What the keeper is asked.
pub(in crate::tui::workers) enum Order {
    Look,
    OfferPassphrase,
    Create(SecretString),
    ConfirmRecovery,
    Unlock(SecretString),
    Lock { aside: Zeroizing<Vec<String>> },
    StartClinic { template: String, practice: bool },
    StartFollowUp { note: String, template: Option<String>, another: bool },
    ReadFormats,
    KeepDraft(NoteId),
    List,
    Keep(Keeping),
    LookInto,
    Check,
    Find { generation: u64, text: String },
    ListActions,
    Count(Period),
    FollowUp { note: NoteId, action: ActionId, status: ActionStatus, outcome: String },
    Amend { id: NoteId, session: Box<Session> },
    Open(NoteId),
    OpenNamed(String),
    Save { id: NoteId, session: Box<Session>, turn: u64 },
    Complete { id: NoteId, session: Box<Session>, turn: u64 },
    End { anyway: bool },
}
