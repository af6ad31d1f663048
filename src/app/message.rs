//! What the screens are told: keys, answers from the workers, signals, with what is known of the vault
//! and of saving. Time comes beside each message.

use std::sync::Arc;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{effect::SearchOrigin, key::Key, screens::vault::state::VaultSeen};
use crate::{
    clinic::Session,
    knowledge::Library,
    report::insight::CountedNotes,
    search::{Results, Suggestion},
    services::{
        ActionList, BegunFollowUp, Bookmarks, BookmarksError, ExchangeFailure, ExchangeReply,
        FileNotWritten, LocalFormat, NoteList, NoteOpened, RequestError, RetentionReply,
        SettingsSeen,
    },
    vault::{BlockFault, NoteId, SentPlacement, Verification},
};

/// Something that happened outside.
pub enum Message {
    /// A key was pressed.
    Pressed(Key),
    /// Text was pasted, as it came: it is cleaned before it goes anywhere.
    Pasted(String),
    /// The mouse was clicked or its wheel turned; sent only where the settings ask for it.
    Mouse(Mouse),
    /// The window changed its size.
    Resized {
        /// Columns.
        columns: u16,
        /// Rows.
        rows: u16,
    },
    /// The terminal answered a question about itself; the loop takes it.
    TerminalAnswered(String),
    /// A deadline came that the model had asked for.
    TimePassed,
    /// Bookmarks and recent searches are read, or why they are not.
    BookmarksRead(Result<Bookmarks, BookmarksError>),
    /// A bookmark or a search could not be kept.
    BookmarksNotSaved(BookmarksError),
    /// The settings, as they are in the file.
    SettingsRead(Box<SettingsSeen>),
    /// A setting was written into the file, or a sentence why it was not.
    SettingChanged {
        /// Its name.
        name: &'static str,
        /// The settings after it.
        seen: Result<Box<SettingsSeen>, String>,
    },
    /// The bundled knowledge is read.
    LibraryRead(Arc<Library>),
    /// The index can answer; a notice if something was not as it should be.
    IndexReady(Option<String>),
    /// An answer to a search.
    Searched {
        /// The question it answers.
        generation: u64,
        /// What was found.
        results: Arc<Results>,
        /// Which screen asked.
        by: SearchOrigin,
    },
    /// The guidance worth a glance beside a passage.
    Suggested {
        /// The passage it answers.
        generation: u64,
        /// The best first; none if nothing is.
        suggestions: Vec<Suggestion>,
    },
    /// What may be searched for instead, since the search screen's question found nothing.
    Offered {
        /// The question that found nothing.
        generation: u64,
        /// The nearest first.
        instead: Vec<String>,
    },
    /// What the vault looks like from outside.
    VaultStatusRead(VaultStatus),
    /// Six words for a new vault.
    PassphraseOffered(SecretString),
    /// The recovery sheet was written into this file, or why not.
    SheetSaved(Result<String, String>),
    /// The code of a round of placing through the chat, or why there is none.
    PlacingBegun(Result<String, String>),
    /// What is in a chat for the round, or why it cannot be read.
    ChatRead(Result<Vec<Result<SentPlacement, BlockFault>>, String>),
    /// A document was asked for.
    DocumentWritten {
        /// The file it is written into, or why it is not.
        written: Result<String, FileNotWritten>,
        /// The note that records it.
        recorded: Option<(NoteId, Box<Session>)>,
    },
    /// A document is with the printing command, or why it is not.
    Printed(Result<(), String>),
    /// A vault was created; the recovery sheet must be shown and confirmed.
    VaultCreated(RecoveryShown),
    /// The vault is open, and its keys are in this process: what that means, and what to do.
    KeysKeptHere(String),
    /// The vault is open.
    VaultOpened(VaultOpening),
    /// The passphrase was wrong, or the vault could not be opened: a sentence to show.
    VaultRefused(String),
    /// What was sealed in memory when the vault was locked, as it was handed over.
    Unsealed(Zeroizing<Vec<String>>),
    /// The vault is locked and its keys are gone from memory.
    VaultClosed,
    /// The keys are still there, because something could not be saved: a sentence.
    NotClosed(String),
    /// A clinic was begun: its note's id (none for practice) and its session.
    ClinicStarted(Result<Box<(Option<NoteId>, Session)>, RequestError>),
    /// Follow-ups of a note were begun and not completed: whether to go on with one is asked before
    /// another is begun.
    FollowUpsBegun {
        /// The note to be followed, as it was named.
        note: String,
        /// The meeting format, if it is not the usual one.
        template: Option<String>,
        /// What was begun, the newest first.
        begun: Vec<BegunFollowUp>,
    },
    /// The meeting formats of a practice lead's own.
    FormatsRead(Vec<LocalFormat>),
    /// A copy of the draft as it is on the disk is kept, or why not.
    DraftKept(Result<(), RequestError>),
    /// The notes there are.
    NotesListed(Result<NoteList, RequestError>),
    /// What there is to see of the vault.
    VaultSeen(Result<Box<VaultSeen>, RequestError>),
    /// So many calls to the folder of the exchange were made.
    ExchangeWorking(usize),
    /// The result of something done with the exchange, or why there is none.
    ExchangeDone(Result<Box<ExchangeReply>, ExchangeFailure>),
    /// So many notes are checked of so many.
    VaultChecking {
        /// How many.
        done: usize,
        /// Of how many.
        total: usize,
    },
    /// What the check of the vault found.
    VaultChecked(Box<Verification>),
    /// What came of something done with a note beside its text, or why nothing did.
    Kept(Result<RetentionReply, RequestError>),
    /// So many notes are read for searching; all of them once the two are the same.
    NotesRead {
        /// How many are read.
        done: usize,
        /// Of how many.
        total: usize,
    },
    /// An answer to a search in the notes, or a sentence why there is none.
    NotesFound {
        /// The question it answers.
        generation: u64,
        /// What was found; a hit's id is that of its note.
        results: Result<Arc<Results>, String>,
    },
    /// The actions of all notes.
    ActionsListed(Result<ActionList, RequestError>),
    /// What was counted.
    Counted(Result<Box<CountedNotes>, RequestError>),
    /// The status of an action is recorded, or why it is not.
    ActionFollowedUp(Result<(), RequestError>),
    /// A correction is locked beside its note.
    Amended {
        /// Which note.
        note: NoteId,
        /// As this revision.
        revision: u32,
    },
    /// A note was opened.
    NoteOpened(Result<Box<NoteOpened>, RequestError>),
    /// The state of saving changed.
    Saving(SaveStatus),
    /// A draft is on the disk.
    Saved {
        /// Which note.
        note: NoteId,
        /// The turn it was handed over with.
        turn: u64,
        /// When it was safe.
        at: jiff::Timestamp,
    },
    /// A note is completed as a write-once revision.
    Completed {
        /// Which note.
        note: NoteId,
        /// Its number.
        revision: u32,
    },
    /// Everything is saved, or given up: the program ends now.
    Ended,
    /// The program did not end because something is not saved: a sentence.
    EndRefused(String),
    /// Something was copied, or a sentence why not.
    Copied(Result<(), String>),
    /// A signal asked the program to end.
    EndAsked {
        /// Its number.
        signal: i32,
    },
    /// A signal asked the program to stand aside.
    SuspendAsked,
    /// The program goes on after standing aside.
    Continued,
    /// The terminal is gone.
    TerminalLost,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mouse {
    /// The first button was pressed on a cell, counted from the top left.
    Clicked {
        /// Column.
        column: u16,
        /// Row.
        row: u16,
    },
    /// The wheel went a step up.
    WheelUp,
    /// The wheel went a step down.
    WheelDown,
}

/// The vault as seen without a passphrase.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum VaultStatus {
    /// Nobody looked yet.
    #[default]
    Unknown,
    /// There is none.
    Missing,
    /// There is one, locked.
    Locked,
    /// It is open.
    Open,
    /// It can't be used: a sentence with what to do.
    Unusable(String),
}

/// How a vault was found when it was opened.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct VaultOpening {
    /// Why nothing can be saved from this window, if so.
    pub read_only: Option<String>,
    /// How the vault is older than what this computer saw of it, with advice.
    pub rollback: Option<String>,
    /// Nobody ever confirmed to have the recovery sheet.
    pub is_sheet_unconfirmed: bool,
}

/// A recovery sheet, to be shown once.
pub struct RecoveryShown {
    /// The sheet as it is written to a file.
    pub sheet: Zeroizing<String>,
    /// What is copied from it by hand.
    pub copied: Zeroizing<String>,
    /// Whether it replaces another sheet, as soon as it is confirmed.
    pub renewed: bool,
    /// The question for the part to be typed again.
    pub question: String,
    /// Whether what was typed is that part.
    pub confirms: Box<dyn Fn(&str) -> bool + Send>,
}

/// The one visible state of saving.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum SaveStatus {
    /// Nothing to save yet.
    #[default]
    Nothing,
    /// Being written.
    Saving,
    /// On the disk since then.
    Saved(jiff::Timestamp),
    /// Not on the disk: a sentence with the reason.
    NotSaved(String),
}
