//! A part of the index as bytes: for what is searched without a file of its own on the disk.

use std::path::PathBuf;

use tantivy::{
    Directory, Index,
    directory::{RamDirectory, error::OpenReadError},
};

use super::{
    IndexError, IndexPart,
    part::{ContentKey, EntryRecord, build, records_from_bytes, records_to_bytes, tokenizers},
};
use crate::knowledge::{Entry, Section};

/// The list of a directory's segments, by the name tantivy gives it.
const META: &str = "meta.json";

/// A part in memory that can be written down and read again.
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

    /// An open part of the same content.
    pub(in crate::search) fn open(&self) -> Result<IndexPart, IndexError> {
        IndexPart::new(&self.index, self.records.clone())
    }

    /// As bytes.
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

pub(in crate::search) fn put_number(out: &mut Vec<u8>, number: usize) {
    out.extend((number as u64).to_le_bytes());
}

pub(in crate::search) fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len());
    out.extend_from_slice(bytes);
}

pub(in crate::search) fn take_number(bytes: &mut &[u8]) -> Option<usize> {
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
