//! What the tool knows: entries of guidance with their sources and standing, in packs of files.
//!
//! A broken file never takes the rest with it: it becomes a [`crate::text::Problem`] and
//! everything else keeps working. Nothing here writes a file, and nothing reads a clock.

mod citation;
mod content;
pub(crate) mod document;
mod folder;
mod guide;
mod import;
mod library;
mod lint;
mod pack_builder;
mod pack_reader;
mod pack_store;
mod terms;
mod urgent;

pub use citation::citation;
pub use content::{BUNDLED_PACK, Entry, Pack, SameWords, Source, Thesaurus, ThesaurusStep};
pub(crate) use document::LABEL_END;
pub use document::{
    Block, CHECK_MARK, CHECK_NOTE, Document, Footnote, IN_SHORT, Link, OutlineItem, Section, Span,
    Target, document, plain_text, read_markdown, sections,
};
pub use guide::{GUIDE, GuidePage, guide_page};
pub use import::{DocumentPart, DocumentText, UnreadableDocument, read_document_text};
pub use import::{PDF_READER, PDF_READER_NOT_STARTED_BY_THE_PROGRAM, serve_pdf_reader};
pub use library::{Library, Overlay};
pub use lint::{NoteCounts, check_bundled, check_installed, check_path, count_notes, labels_in};
pub use pack_builder::{BuiltPack, PackDefaults, build_pack};
pub use pack_store::{cache_file_of, folder_of, marker_file_of};
pub use terms::{AgeBand, Kind, Nation, Placement, Setting, Status, UnknownTerm};

use jiff::civil::Date;

#[cfg(test)]
pub(crate) use library::{SAMPLE, library_of, sample_library};
