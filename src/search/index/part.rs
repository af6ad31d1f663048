//! A part of the index: some entries of a library, in one segment that is never changed.
//!
//! An entry lies in one part as a whole. One that has left the library or was changed since stays
//! in its part unseen, until so many have that the part is not worth keeping.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use sha2::{Digest, Sha256};
use tantivy::{
    Directory, DocId, Index, IndexSettings, InvertedIndexReader, SegmentReader, TantivyDocument,
    Term,
    directory::{MmapDirectory, RamDirectory, error::OpenReadError},
    fieldnorm::FieldNormReader,
    schema::{Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value},
    store::StoreReader,
    tokenizer::TokenizerManager,
};

use super::{FIELDS, IndexError};
use crate::{
    knowledge::{Entry, Section, sections},
    search::{
        ages::ages_in_heading,
        token::{IndexTokenizer, words},
        topics::SectionTopic,
    },
};

/// Bytes the writer may use for its hash table; a larger part grows beyond it.
const ARENA: usize = 3_000_000;
/// Up to this size every opening verifies all checksums, which takes milliseconds at most.
const VERIFIED_UP_TO: u64 = 16 * 1024 * 1024;
/// The file of the records.
const RECORDS: &str = "entries";
/// The list of a directory's segments, by the name tantivy gives it.
const META: &str = "meta.json";
/// Sections whose heading says that they only point elsewhere: their words are other entries'.
const POINTERS: [&str; 2] = ["related", "see also"];
/// Blocks of text, of 16 KB, that stay unpacked: the hits of one key are mostly those of the next.
const KEPT_BLOCKS: usize = 32;
/// The place of an entry that is no longer in the library.
pub(in crate::search) const GONE: u32 = u32::MAX;

/// Bytes of a record in its file.
const RECORD_BYTES: usize = 16 + 4 + 4 * FIELDS;
const CHECKSUM_BYTES: usize = 32;

/// One searched field of a part, open.
pub(in crate::search) struct FieldIndex {
    pub(in crate::search) field: Field,
    pub(in crate::search) terms: Arc<InvertedIndexReader>,
    pub(in crate::search) lengths: FieldNormReader,
}

impl FieldIndex {
    /// Calls back with each section whose field has the stem, and how often.
    pub(in crate::search) fn each_with(
        &self,
        stem: &str,
        found: &mut impl FnMut(DocId, u32),
    ) -> tantivy::Result<()> {
        let term = Term::from_field_text(self.field, stem);
        let option = IndexRecordOption::WithFreqs;
        let Some(mut blocks) = self.terms.read_block_postings(&term, option)? else {
            return Ok(());
        };
        while blocks.block_len() > 0 {
            for (section, times) in blocks.docs().iter().zip(blocks.freqs()) {
                found(*section, *times);
            }
            blocks.advance();
        }
        Ok(())
    }
}

/// An open part. A document is a section; those of an entry stand together, and the first one
/// also carries title, aliases and summary.
pub(in crate::search) struct IndexPart {
    /// Title, aliases, summary, heading, body.
    pub(in crate::search) fields: Vec<FieldIndex>,
    /// Every word as it is written, for spelling.
    pub(in crate::search) written: Arc<InvertedIndexReader>,
    /// What headings say of their sections: the topic by its name, and ages as [`age_term`].
    traits: FieldIndex,
    /// The number of its first section among those of all parts.
    pub(in crate::search) first: u32,
    /// The entry of each section, as a place in [`crate::knowledge::Library::entries`], or
    /// [`GONE`].
    pub(in crate::search) entry_of: Vec<u32>,
    pub(super) records: Vec<EntryRecord>,
    store: StoreReader,
    layout: IndexLayout,
}

struct IndexLayout {
    schema: Schema,
    searched: [Field; FIELDS],
    written: Field,
    traits: Field,
    heading_text: Field,
    body_text: Field,
}

impl IndexLayout {
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
        let traits =
            schema.add_text_field("traits", indexed("written", IndexRecordOption::WithFreqs));
        let heading_text = schema.add_text_field("heading_text", STORED);
        let body_text = schema.add_text_field("body_text", STORED);
        Self { schema: schema.build(), searched, written, traits, heading_text, body_text }
    }
}

fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::default();
    tokenizers.register("stemmed", IndexTokenizer::new(true));
    tokenizers.register("written", IndexTokenizer::new(false));
    tokenizers
}

impl IndexPart {
    pub(super) fn in_memory(entries: &[(ContentKey, &Entry)]) -> Result<Self, IndexError> {
        let (index, records) = build(entries, RamDirectory::create(), sections)?;
        Self::new(&index, records)
    }

    /// Builds a part of these entries in a folder, which must be there.
    pub(super) fn on_disk(
        entries: &[(ContentKey, &Entry)],
        folder: &Path,
    ) -> Result<Self, IndexError> {
        let directory = MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
        let (index, records) = build(entries, directory, sections)?;
        fs::write(folder.join(RECORDS), records_to_bytes(&records))?;
        Self::new(&index, records)
    }

    pub(super) fn open(folder: &Path) -> Result<Self, IndexError> {
        let records = Self::records_in(folder)?;
        let index = Index::open_in_dir(folder)?;
        if folder_size(folder)? <= VERIFIED_UP_TO && !index.validate_checksum()?.is_empty() {
            return Err(IndexError::Damaged);
        }
        Self::new(&index, records)
    }

    /// What the part in a folder holds, without opening it.
    pub(super) fn records_in(folder: &Path) -> Result<Vec<EntryRecord>, IndexError> {
        records_from_bytes(&fs::read(folder.join(RECORDS))?).ok_or(IndexError::Damaged)
    }

    pub(super) fn new(index: &Index, records: Vec<EntryRecord>) -> Result<Self, IndexError> {
        let layout = IndexLayout::new();
        if index.schema() != layout.schema {
            return Err(IndexError::Damaged);
        }
        let segments = index.searchable_segments()?;
        let [segment] = segments.as_slice() else { return Err(IndexError::Damaged) };
        let reader = SegmentReader::open(segment)?;
        let sections: u64 = records.iter().map(|record| u64::from(record.sections)).sum();
        if sections != u64::from(reader.max_doc()) {
            return Err(IndexError::Damaged);
        }
        let open = |field| -> tantivy::Result<FieldIndex> {
            let terms = reader.inverted_index(field)?;
            Ok(FieldIndex { field, terms, lengths: reader.get_fieldnorms_reader(field)? })
        };
        Ok(Self {
            fields: layout.searched.into_iter().map(open).collect::<Result<_, _>>()?,
            traits: open(layout.traits)?,
            written: reader.inverted_index(layout.written)?,
            first: 0,
            entry_of: Vec::new(),
            records,
            store: reader.get_store_reader(KEPT_BLOCKS)?,
            layout,
        })
    }

    pub(super) fn sections(&self) -> u32 {
        self.records.iter().map(|record| record.sections).sum()
    }

    /// Calls back with each section whose heading is about a topic.
    pub(super) fn each_about(
        &self,
        topic: SectionTopic,
        found: &mut impl FnMut(DocId),
    ) -> tantivy::Result<()> {
        self.traits.each_with(topic.name(), &mut |section, _| found(section))
    }

    /// Calls back with each section whose heading names an age.
    pub(in crate::search) fn each_for_age(
        &self,
        years: u8,
        found: &mut impl FnMut(DocId),
    ) -> tantivy::Result<()> {
        self.traits.each_with(&age_term(years), &mut |section, _| found(section))
    }

    /// Of the numbers of sections of all parts, those of this one, as documents.
    pub(in crate::search) fn own(&self, sections: &[u32]) -> Vec<u32> {
        let end = self.first + self.entry_of.len() as u32;
        let own = sections.iter().filter(|section| (self.first..end).contains(section));
        own.map(|section| section - self.first).collect()
    }

    /// Heading and text of a section; empty if it cannot be read.
    pub(super) fn section(&self, section: u32) -> (String, String) {
        let Ok(document) = self.store.get::<TantivyDocument>(section) else {
            return Default::default();
        };
        let text =
            |field| document.get_first(field).and_then(|value| value.as_str().map(str::to_owned));
        (
            text(self.layout.heading_text).unwrap_or_default(),
            text(self.layout.body_text).unwrap_or_default(),
        )
    }
}

/// Builds a segment of these entries, with the sections of each.
fn build(
    entries: &[(ContentKey, &Entry)],
    directory: impl Directory,
    mut sections: impl FnMut(&Entry) -> Vec<Section>,
) -> Result<(Index, Vec<EntryRecord>), IndexError> {
    let layout = IndexLayout::new();
    let settings =
        IndexSettings { docstore_compress_dedicated_thread: false, ..Default::default() };
    let mut writer = Index::builder()
        .schema(layout.schema.clone())
        .settings(settings)
        .tokenizers(tokenizers())
        .single_segment_index_writer(directory, ARENA)?;
    let mut records = Vec::with_capacity(entries.len());
    for &(key, entry) in entries {
        let mut record = EntryRecord { key, sections: 0, words: [0; FIELDS] };
        for section in sections(entry) {
            if !POINTERS.contains(&section.heading.to_lowercase().as_str()) {
                let opens = (record.sections == 0).then_some(entry);
                writer.add_document(document(&layout, opens, &section, &mut record))?;
            }
        }
        records.push(record);
    }
    Ok((writer.finalize()?, records))
}

/// A section, with what is said about the entry if it opens it.
fn document(
    layout: &IndexLayout,
    opens: Option<&Entry>,
    section: &Section,
    record: &mut EntryRecord,
) -> TantivyDocument {
    let mut document = TantivyDocument::new();
    let mut search = |field: usize, text: &str| {
        document.add_text(layout.searched[field], text);
        document.add_text(layout.written, text);
        record.words[field] += words(text).count() as u32;
    };
    match opens {
        Some(entry) => {
            search(0, &entry.title);
            entry.aliases.iter().for_each(|alias| search(1, alias));
            search(2, &entry.summary);
        }
        None => search(3, &section.heading),
    }
    search(4, &section.text);
    record.sections += 1;
    let topic = SectionTopic::of_heading(&section.heading).map(|topic| topic.name().to_owned());
    for text in topic.into_iter().chain(ages_in_heading(&section.heading).into_iter().map(age_term))
    {
        document.add_text(layout.traits, text);
    }
    document.add_text(layout.heading_text, &section.heading);
    document.add_text(layout.body_text, &section.text);
    document
}

/// The word under which a section about an age is indexed.
fn age_term(years: u8) -> String {
    format!("age{years}")
}

fn folder_size(folder: &Path) -> std::io::Result<u64> {
    fs::read_dir(folder)?.map(|item| Ok(item?.metadata()?.len())).sum()
}

/// What an entry was indexed as: the same for two entries exactly if id and text are, and the
/// program that read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ContentKey([u8; 16]);

impl ContentKey {
    pub(super) fn of(entry: &Entry) -> Self {
        let mut hash = Sha256::new();
        for text in [env!("CARGO_PKG_VERSION"), &entry.id, &entry.version] {
            hash.update(text.as_bytes());
            hash.update([0]);
        }
        Self(first_half(&hash.finalize()))
    }

    /// One name for several in a row, of 32 hexadecimal digits.
    pub(super) fn name_of(keys: impl Iterator<Item = Self>) -> String {
        let mut hash = Sha256::new();
        keys.for_each(|key| hash.update(key.0));
        first_half(&hash.finalize()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn first_half(hash: &[u8]) -> [u8; 16] {
    std::array::from_fn(|at| hash.get(at).copied().unwrap_or_default())
}

/// What a part knows of one of its entries.
///
/// With it an entry that did not change is known again without reading it, and the statistics of
/// those that are still in the library are exact, whatever else the part holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EntryRecord {
    pub(super) key: ContentKey,
    pub(super) sections: u32,
    /// Words of each searched field in all of its sections.
    pub(super) words: [u32; FIELDS],
}

fn records_to_bytes(records: &[EntryRecord]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(records.len() * RECORD_BYTES + CHECKSUM_BYTES);
    for record in records {
        bytes.extend(record.key.0);
        for number in std::iter::once(&record.sections).chain(&record.words) {
            bytes.extend(number.to_le_bytes());
        }
    }
    let checksum = Sha256::digest(&bytes);
    bytes.extend(checksum);
    bytes
}

/// The records in a file; nothing if it is not as it was written.
fn records_from_bytes(bytes: &[u8]) -> Option<Vec<EntryRecord>> {
    let (records, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM_BYTES)?)?;
    if Sha256::digest(records).as_slice() != checksum || records.len() % RECORD_BYTES != 0 {
        return None;
    }
    let number = |bytes: &[u8], at: usize| {
        let bytes = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
        u32::from_le_bytes(bytes.unwrap_or_default())
    };
    let record = |bytes: &[u8]| EntryRecord {
        key: ContentKey(first_half(bytes)),
        sections: number(bytes, 16),
        words: std::array::from_fn(|field| number(bytes, 20 + 4 * field)),
    };
    Some(records.chunks_exact(RECORD_BYTES).map(record).collect())
}

/// A part in memory that can be written down as bytes and read again: for what is searched without a
/// file of its own on the disk.
pub(in crate::search) struct Packed {
    index: Index,
    directory: RamDirectory,
    records: Vec<EntryRecord>,
}

impl Packed {
    /// Builds a part of these entries, each one section of text.
    pub(in crate::search) fn of(entries: &[(&Entry, &str)]) -> Result<Self, IndexError> {
        let directory = RamDirectory::create();
        let keyed: Vec<(ContentKey, &Entry)> =
            entries.iter().map(|(entry, _)| (ContentKey::of(entry), *entry)).collect();
        let mut texts = entries.iter().map(|(_, text)| *text);
        let sections = |_: &Entry| {
            let text = texts.next().unwrap_or_default().to_owned();
            vec![Section { heading: String::new(), text }]
        };
        let (index, records) = build(&keyed, directory.clone(), sections)?;
        Ok(Self { index, directory, records })
    }

    pub(in crate::search) fn open(&self) -> Result<IndexPart, IndexError> {
        IndexPart::new(&self.index, self.records.clone())
    }

    pub(in crate::search) fn write(&self, out: &mut Vec<u8>) -> Result<(), IndexError> {
        let mut names: Vec<PathBuf> =
            self.index.load_metas()?.list_segment_files().into_iter().collect();
        names.push(PathBuf::from(META));
        names.sort();
        put(out, &records_to_bytes(&self.records));
        let mut files = Vec::new();
        for name in names {
            let slice = match self.directory.open_read(&name) {
                Ok(slice) => slice,
                // A segment lists files it may have, such as one of deleted documents.
                Err(OpenReadError::FileDoesNotExist(_)) => continue,
                Err(error) => return Err(tantivy::TantivyError::from(error).into()),
            };
            files.push((name, slice.read_bytes()?));
        }
        put_number(out, files.len());
        for (name, bytes) in files {
            put(out, name.to_string_lossy().as_bytes());
            put(out, &bytes);
        }
        Ok(())
    }

    /// Takes a part off the front of the bytes.
    pub(in crate::search) fn read(bytes: &mut &[u8]) -> Result<Self, IndexError> {
        let records = take(bytes).and_then(records_from_bytes).ok_or(IndexError::Damaged)?;
        let directory = RamDirectory::create();
        for _ in 0..take_number(bytes).ok_or(IndexError::Damaged)? {
            let name = take(bytes).and_then(|name| std::str::from_utf8(name).ok());
            let name = name.ok_or(IndexError::Damaged)?;
            let file = take(bytes).ok_or(IndexError::Damaged)?;
            directory.atomic_write(name.as_ref(), file)?;
        }
        let mut index = Index::open(directory.clone())?;
        index.set_tokenizers(tokenizers());
        Ok(Self { index, directory, records })
    }
}

fn put_number(out: &mut Vec<u8>, number: usize) {
    out.extend((number as u64).to_le_bytes());
}

pub(in crate::search) fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len());
    out.extend_from_slice(bytes);
}

fn take_number(bytes: &mut &[u8]) -> Option<usize> {
    let (number, rest) = bytes.split_at_checked(8)?;
    *bytes = rest;
    usize::try_from(u64::from_le_bytes(number.try_into().ok()?)).ok()
}

pub(in crate::search) fn take<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = take_number(bytes)?;
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::sample_library;

    #[test]
    fn records_are_read_as_they_were_written_or_not_at_all() {
        let library = sample_library();
        let key = ContentKey::of(&library.entries()[0]);
        let records = [1, 7].map(|sections| EntryRecord {
            key,
            sections,
            words: [sections, 2, 3, 4, 70_000],
        });
        let bytes = records_to_bytes(&records);
        assert_eq!(records_from_bytes(&bytes).as_deref(), Some(records.as_slice()));
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(records_from_bytes(&damaged), None);
            assert_eq!(records_from_bytes(&bytes[..at]), None);
        }
        assert_eq!(records_from_bytes(&records_to_bytes(&[])), Some(Vec::new()));
    }
}
