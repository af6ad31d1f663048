//! The index: one immutable directory per content, built aside and renamed into place.
//!
//! Opening never fails: a cache that is missing, damaged, of another version or not writable is
//! rebuilt, or the index is kept in memory. Nothing but bundled or installed guidance is ever
//! written here; notes never are.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use tantivy::{
    Directory, Index, IndexSettings, InvertedIndexReader, SegmentReader, TantivyDocument,
    columnar::Column,
    directory::{MmapDirectory, RamDirectory},
    fieldnorm::FieldNormReader,
    schema::{
        FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value,
    },
    store::StoreReader,
    tokenizer::TokenizerManager,
};

use super::token::IndexTokenizer;
use crate::knowledge::{Entry, Library, sections};

/// Changes whenever an index of the same content would look different.
const FORMAT: u32 = 2;
/// Bytes the writer may use for its hash table; a larger pack grows beyond it.
const ARENA: usize = 3_000_000;
/// Up to this size every opening verifies all checksums, which takes less than a millisecond.
const VERIFIED_UP_TO: u64 = 16 * 1024 * 1024;
/// Indexes of other contents that are kept beside the one in use.
const KEPT: usize = 2;
const PREFIX: &str = "index-";
const BUILDING: &str = ".building-";
/// Sections whose heading says that they only point elsewhere: their words are other entries'.
const POINTERS: [&str; 2] = ["related", "see also"];

/// The searched fields, in the order of [`FIELDS`].
pub(super) const FIELDS: usize = 5;
pub(super) const HEADING: usize = 3;
pub(super) const BODY: usize = 4;

/// One searched field, open.
pub(super) struct FieldIndex {
    pub(super) field: Field,
    pub(super) terms: Arc<InvertedIndexReader>,
    pub(super) lengths: FieldNormReader,
    /// Words per document, among the documents that have any.
    pub(super) mean_length: f32,
}

/// An open index. A document is a section; those of an entry stand together, and the first one
/// also carries title, aliases and summary.
pub(super) struct SectionIndex {
    /// Title, aliases, summary, heading, body.
    pub(super) fields: Vec<FieldIndex>,
    /// Every word as it is written, for spelling.
    pub(super) written: Arc<InvertedIndexReader>,
    /// The entry of a section, as a place in [`Library::entries`].
    pub(super) entry_of: Column<u64>,
    pub(super) sections: u32,
    store: StoreReader,
    heading_text: Field,
    body_text: Field,
}

/// Why an index could not be had from the cache.
#[derive(Debug, thiserror::Error)]
pub(super) enum IndexError {
    #[error("the search cache could not be used: {0}")]
    Io(#[from] io::Error),
    #[error("the search index could not be used: {0}")]
    Index(#[from] tantivy::TantivyError),
    #[error("the search index is damaged")]
    Damaged,
}

struct Layout {
    schema: Schema,
    searched: [Field; FIELDS],
    written: Field,
    entry: Field,
    heading_text: Field,
    body_text: Field,
}

impl Layout {
    fn new() -> Self {
        let mut schema = Schema::builder();
        let indexed = |tokenizer: &str, record| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(record),
            )
        };
        let stemmed = indexed("stemmed", IndexRecordOption::WithFreqsAndPositions);
        let searched = ["title", "aliases", "summary", "heading", "body"]
            .map(|name| schema.add_text_field(name, stemmed.clone()));
        let written =
            schema.add_text_field("written", indexed("written", IndexRecordOption::Basic));
        let entry = schema.add_u64_field("entry", FAST);
        let heading_text = schema.add_text_field("heading_text", STORED);
        let body_text = schema.add_text_field("body_text", STORED);
        Self { schema: schema.build(), searched, written, entry, heading_text, body_text }
    }
}

fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::default();
    tokenizers.register("stemmed", IndexTokenizer { stemmed: true });
    tokenizers.register("written", IndexTokenizer { stemmed: false });
    tokenizers
}

impl SectionIndex {
    /// The index of a library: from `cache` if it is there and sound, else built, in `cache` if
    /// that can be written, else in memory. The text says why it is in memory, if that was not
    /// asked for.
    pub(super) fn of(
        library: &Library,
        cache: Option<&Path>,
    ) -> Result<(Self, Option<String>), IndexError> {
        let Some(cache) = cache else {
            return Ok((Self::in_memory(library)?, None));
        };
        match Self::cached(library, cache) {
            Ok(index) => Ok((index, None)),
            Err(error) => {
                let notice = format!(
                    "{error}. Search works, but is prepared anew at each start; check that {} \
                     can be written.",
                    cache.display()
                );
                Ok((Self::in_memory(library)?, Some(notice)))
            }
        }
    }

    fn in_memory(library: &Library) -> Result<Self, IndexError> {
        Self::read(build(library, RamDirectory::create())?)
    }

    fn cached(library: &Library, cache: &Path) -> Result<Self, IndexError> {
        let home = cache.join(format!("{PREFIX}{FORMAT}-{}", library.content_hash()));
        if home.is_dir() {
            if let Ok(index) = Self::open(&home) {
                return Ok(index);
            }
            fs::remove_dir_all(&home)?;
        }
        fs::create_dir_all(cache)?;
        let aside = cache.join(format!("{BUILDING}{}", uuid::Uuid::new_v4()));
        fs::create_dir(&aside)?;
        let built = MmapDirectory::open(&aside)
            .map_err(tantivy::TantivyError::from)
            .map_err(IndexError::from)
            .and_then(|directory| build(library, directory).map(drop))
            // Fails if another process was faster; then its index is as good.
            .map(|()| fs::rename(&aside, &home).is_ok());
        if !matches!(built, Ok(true)) {
            // What is left over is removed by a later build at the latest.
            let _ = fs::remove_dir_all(&aside);
        }
        built?;
        remove_old(cache, &home);
        Self::open(&home)
    }

    fn open(home: &Path) -> Result<Self, IndexError> {
        let index = Index::open_in_dir(home)?;
        if folder_size(home)? <= VERIFIED_UP_TO && !index.validate_checksum()?.is_empty() {
            return Err(IndexError::Damaged);
        }
        Self::read(index)
    }

    fn read(index: Index) -> Result<Self, IndexError> {
        let layout = Layout::new();
        if index.schema() != layout.schema {
            return Err(IndexError::Damaged);
        }
        let segments = index.searchable_segments()?;
        let [segment] = segments.as_slice() else { return Err(IndexError::Damaged) };
        let reader = SegmentReader::open(segment)?;
        let mut fields = Vec::with_capacity(FIELDS);
        for field in layout.searched {
            let terms = reader.inverted_index(field)?;
            let lengths = reader.get_fieldnorms_reader(field)?;
            let words = terms.total_num_tokens() as f32;
            fields.push(FieldIndex { field, terms, lengths, mean_length: words });
        }
        let entry_of = reader.fast_fields().u64("entry")?;
        let sections = reader.max_doc();
        let entries = entry_of.max_value() as f32 + 1.0;
        for (at, field) in fields.iter_mut().enumerate() {
            let documents = if at < HEADING { entries } else { sections as f32 };
            field.mean_length = (field.mean_length / documents.max(1.0)).max(1.0);
        }
        Ok(Self {
            fields,
            written: reader.inverted_index(layout.written)?,
            entry_of,
            sections,
            store: reader.get_store_reader(4)?,
            heading_text: layout.heading_text,
            body_text: layout.body_text,
        })
    }

    /// Heading and text of a section; empty if it cannot be read.
    pub(super) fn section(&self, section: u32) -> (String, String) {
        let Ok(document) = self.store.get::<TantivyDocument>(section) else {
            return Default::default();
        };
        let text =
            |field| document.get_first(field).and_then(|value| value.as_str().map(str::to_owned));
        (text(self.heading_text).unwrap_or_default(), text(self.body_text).unwrap_or_default())
    }
}

fn build(library: &Library, directory: impl Directory) -> Result<Index, IndexError> {
    let layout = Layout::new();
    let settings =
        IndexSettings { docstore_compress_dedicated_thread: false, ..Default::default() };
    let mut writer = Index::builder()
        .schema(layout.schema.clone())
        .settings(settings)
        .tokenizers(tokenizers())
        .single_segment_index_writer(directory, ARENA)?;
    for (place, entry) in library.entries().iter().enumerate() {
        for document in documents(&layout, place, entry) {
            writer.add_document(document)?;
        }
    }
    Ok(writer.finalize()?)
}

fn documents(layout: &Layout, place: usize, entry: &Entry) -> Vec<TantivyDocument> {
    let [title, aliases, summary, heading, body] = layout.searched;
    let mut documents = Vec::new();
    for section in sections(entry) {
        if POINTERS.contains(&section.heading.to_lowercase().as_str()) {
            continue;
        }
        let mut document = TantivyDocument::new();
        let mut search = |field, text: &str| {
            document.add_text(field, text);
            document.add_text(layout.written, text);
        };
        if documents.is_empty() {
            search(title, &entry.title);
            search(summary, &entry.summary);
            for alias in &entry.aliases {
                search(aliases, alias);
            }
        } else {
            search(heading, &section.heading);
        }
        search(body, &section.text);
        document.add_u64(layout.entry, place as u64);
        document.add_text(layout.heading_text, &section.heading);
        document.add_text(layout.body_text, &section.text);
        documents.push(document);
    }
    documents
}

fn folder_size(folder: &Path) -> io::Result<u64> {
    let mut size = 0;
    for item in fs::read_dir(folder)? {
        size += item?.metadata()?.len();
    }
    Ok(size)
}

/// Removes indexes nobody is likely to ask for again, and builds that were broken off.
fn remove_old(cache: &Path, in_use: &Path) {
    let Ok(listing) = fs::read_dir(cache) else { return };
    let mut others: Vec<(SystemTime, PathBuf)> = Vec::new();
    for item in listing.flatten() {
        let name = item.file_name();
        let name = name.to_string_lossy();
        let Ok(changed) = item.metadata().and_then(|about| about.modified()) else { continue };
        if name.starts_with(PREFIX) && item.path() != in_use {
            others.push((changed, item.path()));
        } else if name.starts_with(BUILDING)
            && changed.elapsed().is_ok_and(|age| age > Duration::from_secs(3600))
        {
            // One that fails to go is tried again after the next build.
            let _ = fs::remove_dir_all(item.path());
        }
    }
    others.sort();
    others.reverse();
    for (_, path) in others.into_iter().skip(KEPT) {
        let _ = fs::remove_dir_all(path);
    }
}
