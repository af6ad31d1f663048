//! What the command line and the screens share: paths, settings, templates and packs on this
//! machine, notes of an open vault, and the queue that saves them.

pub(crate) mod bookmarks;
pub(crate) mod exchange;
pub(crate) mod new_clinic;
pub(crate) mod notes;
pub(crate) mod packs;
pub(crate) mod paths;
pub(crate) mod print;
pub(crate) mod private_file;
pub(crate) mod received;
pub(crate) mod request_error;
pub(crate) mod retention;
pub mod save_queue;
pub(crate) mod settings;
pub(crate) mod templates;

pub use bookmarks::{BookmarkChange, Bookmarks, BookmarksError};
pub use exchange::{ExchangeFailure, ExchangeReply, ExchangeRequest, ExchangeSeen, Waiting};
pub use new_clinic::{
    BegunFollowUp, StartError, begun_follow_ups, find_imported, follow_up_clinic, free_case_key,
    new_clinic, practice_clinic,
};
pub use notes::{
    ActionList, FoundNote, NoteChoice, NoteDoubt, NoteError, NoteKind, NoteOpened, ReceivedAction,
    find_note, follow_up, head, list_actions, read_note, reassign, received_sessions, short_id,
    update_earlier_actions,
};
pub(crate) use notes::{RevisionBodies, correction, edition_of};
pub use packs::{PackStore, PackStoreError, library_of};
pub use paths::{AppPaths, PathsError, app_paths};
pub use private_file::FileNotWritten;
pub use received::{NoteAuthor, NoteList, ReceivedEdition};
pub use request_error::RequestError;
pub use retention::{NamedNote, RetentionReply, RetentionRequest};
pub use settings::{
    KeyRow, KeySettings, SETTINGS, SettingInfo, Settings, SettingsFile, SettingsSeen, ThemeChoice,
};
pub use templates::{
    LocalFormat, TemplateError, TemplateWithExample, find_template, is_template_file,
    local_formats, newer_template, read_template_text, templates_folder,
};
