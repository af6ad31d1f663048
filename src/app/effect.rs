//! What the screens ask to have done: data, performed by the workers and the terminal, answered with
//! messages.

use jiff::civil::Date;
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::{
    clinic::{ActionId, ActionStatus, Session},
    report::insight::Period,
    search::{Filters, Passage},
    services::{ExchangeRequest, RetentionRequest, bookmarks::BookmarkChange},
    vault::NoteId,
};

/// Something to be done outside.
pub enum Effect {
    /// Search the knowledge base; the newest question wins.
    Search {
        /// Counts the questions of this asker.
        generation: u64,
        /// What is typed.
        text: String,
        /// What is filtered.
        filters: Filters,
        /// Who asks.
        by: SearchOrigin,
    },
    /// Look for guidance on what is being written in a clinic; the newest passage wins.
    Suggest {
        /// Counts the passages.
        generation: u64,
        /// What is being written, and where.
        passage: Passage,
    },
    /// Keep a change of bookmarks or recent searches.
    SaveBookmark(BookmarkChange),
    /// Read the settings file.
    ReadSettings,
    /// Write one setting into the file.
    ChangeSetting {
        /// Its name.
        name: &'static str,
        /// Its value, as it is written there.
        value: &'static str,
    },
    /// Something for the vault worker to do.
    Vault(VaultRequest),
    /// Put text on the clipboard; never words of a note.
    Copy(String),
    /// Put words of a note on the clipboard, for a while.
    CopyFromNote(Zeroizing<String>),
    /// Take out of the clipboard what is there.
    EmptyClipboard,
    /// Hand a document to the system's printing command.
    Print(Zeroizing<Vec<u8>>),
    /// Give the terminal back and wait until the program is continued.
    Suspend,
    /// Draw the whole screen again.
    Redraw,
    /// Ring the terminal's bell.
    Ring,
}

/// A document to write into a file.
pub struct DocumentFile {
    /// The file, as it was typed.
    pub file: String,
    /// Its contents.
    pub contents: Zeroizing<Vec<u8>>,
    /// Whether a file of this name is replaced.
    pub replace: bool,
}

/// Something for the vault worker to do. Requests are done one after the other.
pub enum VaultRequest {
    /// See whether there is a vault.
    ReadVaultStatus,
    /// Draw six words for a new vault.
    OfferPassphrase,
    /// Create a vault sealed by this passphrase.
    CreateVault(SecretString),
    /// Note down that the recovery sheet was confirmed. A new one takes the place of the old one.
    ConfirmRecovery,
    /// Write the recovery sheet that is shown into a new file.
    SaveSheet {
        /// The file, as it was typed.
        file: String,
        /// The sheet.
        sheet: Zeroizing<String>,
    },
    /// Write a document into a file outside the vault, and then this note, which records it.
    WriteDocument {
        /// The document.
        document: DocumentFile,
        /// The note, if the document is of a note that can record it.
        recorded: Option<(NoteId, Box<Session>)>,
    },
    /// Make a new recovery sheet, which counts when it is confirmed.
    NewSheet,
    /// Open the vault.
    UnlockVault(SecretString),
    /// Close the vault, after everything is saved.
    LockVault {
        /// Text that has no place in a note yet: kept in memory, sealed, until the vault is open.
        aside: Zeroizing<Vec<String>>,
    },
    /// Begin a clinic: a new note, or the fictional worked case.
    StartClinic {
        /// The id of the meeting format.
        template: String,
        /// Walk through the worked case and save nothing.
        practice: bool,
    },
    /// Begin a follow-up of a completed note.
    StartFollowUp {
        /// Begin it although others were begun and not completed.
        another: bool,
        /// Its id or case key.
        note: String,
        /// The id of the meeting format, if it is not the usual one.
        template: Option<String>,
    },
    /// Read the meeting formats of a practice lead's own.
    ReadFormats,
    /// Keep a copy of a draft as it is on the disk, to be brought back if need be.
    KeepDraft(NoteId),
    /// List the notes.
    ListNotes,
    /// See what there is in the vault beside notes.
    InspectVault,
    /// Open every file of the vault and compare it with the ledger.
    CheckVault,
    /// Do something with the exchange.
    Exchange(ExchangeRequest),
    /// Do something with a note beside its text.
    Keep(RetentionRequest),
    /// Search the text of the notes; the newest question wins, and none is remembered.
    FindNotes {
        /// Counts the questions.
        generation: u64,
        /// What is typed.
        text: String,
    },
    /// List the actions of all notes.
    ListActions,
    /// Count the completed notes of these days.
    Count(Period),
    /// Record the status of an action.
    FollowUpAction {
        /// The note it was agreed in.
        note: NoteId,
        /// Which.
        action: ActionId,
        /// Where it stands now.
        status: ActionStatus,
        /// What came of it, or why it was dropped.
        outcome: String,
    },
    /// Change who does an action and by when.
    ReassignAction {
        /// The note it was agreed in.
        note: NoteId,
        /// Which.
        action: ActionId,
        /// The role that owns it now, and its agency.
        owner: (String, String),
        /// By when.
        by: Option<Date>,
    },
    /// Make the key of a round of placing through the chat of a call.
    BeginPlacing {
        /// The codes of the steps that people choose from.
        steps: Vec<String>,
    },
    /// Read the placements of the round in a chat.
    ReadChat(Zeroizing<String>),
    /// End the round, and its key with it.
    EndPlacing,
    /// Add a correction, with all of the note, beside what was completed.
    Amend {
        /// Which note.
        id: NoteId,
        /// All of it.
        session: Box<Session>,
    },
    /// Open a note.
    OpenNote(NoteId),
    /// Open the newest note with this case key or id.
    OpenNamed(String),
    /// Keep the working copy of a note.
    SaveDraft {
        /// Which note.
        id: NoteId,
        /// All of it.
        session: Box<Session>,
        /// Counts what was handed over; only the newest one saved means that all is saved.
        turn: u64,
    },
    /// Lock the note as a revision that never changes.
    Complete {
        /// Which note.
        id: NoteId,
        /// All of it.
        session: Box<Session>,
        /// Counts what was handed over; only the newest one saved means that all is saved.
        turn: u64,
    },
    /// End the program, after everything is saved; if something can't be, only when `anyway`.
    End {
        /// Leave even if something is not saved.
        anyway: bool,
    },
}

/// Which screen asked a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchOrigin {
    /// The search screen.
    SearchScreen,
    /// The guidance pane of a clinic.
    Guidance,
}
