//! What the command line and the screens share: paths, settings, templates and packs on this
//! machine, notes of an open vault, and the queue that saves them.

pub(crate) mod bookmarks_file;
pub(crate) mod new_clinic;
pub(crate) mod notes;
pub(crate) mod packs;
pub(crate) mod paths;
pub(crate) mod retention;
pub mod save_queue;
pub(crate) mod settings;
pub(crate) mod templates;

pub use new_clinic::{begun_follow_ups, follow_up_clinic, head, new_clinic, practice_clinic};
pub use notes::{find_note, follow_up, list_actions, read_note};
pub use packs::{Shelf, ShelfError};
pub use paths::{PlaceError, Places, place};
pub use settings::{Settings, ThemeChoice};
pub use templates::{
    Found, find_template, is_template_file, local_formats, newer_template, read_template_text,
    templates_folder,
};
