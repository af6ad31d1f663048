//! What the tool knows: entries of guidance with their sources and standing, in packs of files.
//!
//! A broken file never takes the rest with it: it becomes a [`crate::text::Problem`] and
//! everything else keeps working. Nothing here writes a file, and nothing reads a clock.

mod bundled;
mod citation;
pub(crate) mod document;
mod entry;
mod folder;
mod front_matter;
mod guide;
mod import;
mod library;
mod lint;
mod pack;
mod pack_builder;
mod pack_cache;
mod pack_store;
mod terms;
mod thesaurus;
mod wordlist;

pub use citation::citation;
pub use document::{
    Block, CHECK_MARK, CHECK_NOTE, Document, Footnote, IN_SHORT, Link, OutlineItem, Section, Span,
    Target, document, plain_text, read_markdown, sections,
};
pub use entry::{BUNDLED_PACK, Entry, Source};
pub use guide::{GUIDE, GuidePage, guide_page};
pub use library::{Library, Overlay};
pub use lint::{check_bundled, check_installed, check_path, labels_in};
pub use pack::Pack;
pub use pack_builder::{BuiltPack, PackDefaults, build_pack};
pub use pack_store::{cache_file_of, folder_of, marker_file_of};
pub use terms::{AgeBand, Kind, Nation, Placement, Setting, Status, UnknownTerm};
pub use thesaurus::{Thesaurus, ThesaurusStep};

use jiff::civil::Date;

#[cfg(test)]
pub(crate) use library::{SAMPLE, library_of, sample_library};
