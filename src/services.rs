//! What the command line and the screens share: paths, settings, templates and packs on this
//! machine, notes of an open vault, and the queue that saves them.

pub(crate) mod bookmarks;
pub(crate) mod new_clinic;
pub(crate) mod notes;
pub(crate) mod packs;
pub(crate) mod paths;
pub(crate) mod retention;
pub mod save_queue;
pub(crate) mod settings;
pub(crate) mod templates;

pub use bookmarks::{BookmarkChange, Reading};
pub use new_clinic::{
    BegunFollowUp, begun_follow_ups, follow_up_clinic, new_clinic, practice_clinic,
};
pub use notes::{NoteOpened, find_note, follow_up, head, list_actions, read_note};
pub use packs::{PackStore, PackStoreError};
pub use paths::{AppPaths, PathsError, place};
pub use retention::{Keeping, Kept, NamedNote};
pub use settings::{Settings, ThemeChoice};
pub use templates::{
    Found, LocalFormat, find_template, is_template_file, local_formats, newer_template,
    read_template_text, templates_folder,
};
