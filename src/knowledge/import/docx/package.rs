//! The archive of a DOCX file: its parts, and how they refer to each other.

use std::{
    collections::HashMap,
    io::{Cursor, Read},
};

use encoding_rs::{Encoding, UTF_8};
use quick_xml::events::Event;
use zip::ZipArchive;

use super::{ImportIssue, attribute, damaged, walk};

/// What one part of the archive may grow to. A part of a real document has about 20 times the size
/// of its text.
const MAX_PART_BYTES: u64 = 32 * 1024 * 1024;
const MAIN_PART: &str = "word/document.xml";

pub(super) struct Package<'a>(ZipArchive<Cursor<&'a [u8]>>);

/// What a part refers to.
#[derive(Default)]
pub(super) struct Relations {
    /// The folder of the part, with a slash at its end.
    folder: String,
    /// Sorts and targets, by id.
    by_id: HashMap<String, (String, String)>,
}

impl Relations {
    /// The address that a link leads to.
    pub(super) fn target(&self, id: &str) -> Option<String> {
        self.by_id.get(id).map(|(_, target)| target.clone())
    }

    /// The path of the part of a sort.
    fn part(&self, sort: &str) -> Option<String> {
        let of_sort = |(of, _): &&(String, String)| of.rsplit('/').next() == Some(sort);
        let (_, target) = self.by_id.values().find(of_sort)?;
        Some(match target.strip_prefix('/') {
            Some(whole) => whole.to_owned(),
            None => normal(&format!("{}{target}", self.folder)),
        })
    }
}

/// A path without `.` and `..`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ImportIssue> {
        ZipArchive::new(Cursor::new(bytes)).map(Self).map_err(|_| {
            let message = "This is not a DOCX file, or it is protected with a password.";
            let advice = "Open it, save it as DOCX without a password, and add it again.";
            ImportIssue::new("damaged", message, advice)
        })
    }

    /// The path of the part with the text.
    pub(super) fn main_part(&mut self) -> Result<String, ImportIssue> {
        // A package that does not say has it where word processors put it.
        let stated = self.relations("_rels/.rels", String::new()).ok();
        let stated = stated.and_then(|relations| relations.part("officeDocument"));
        Ok(stated.filter(|path| self.find(path).is_some()).unwrap_or_else(|| MAIN_PART.to_owned()))
    }

    pub(super) fn relations_of(&mut self, part: &str) -> Result<Relations, ImportIssue> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.relations(&format!("{folder}_rels/{name}.rels"), folder)
    }

    fn relations(&mut self, path: &str, folder: String) -> Result<Relations, ImportIssue> {
        let mut relations = Relations { folder, ..Relations::default() };
        let xml = self.part(path)?.unwrap_or_default();
        walk(&xml, |event| {
            if let Event::Start(element) | Event::Empty(element) = event
                && let (Some(id), Some(target)) =
                    (attribute(element, "Id"), attribute(element, "Target"))
            {
                let sort = attribute(element, "Type").unwrap_or_default();
                relations.by_id.insert(id, (sort, target));
            }
            true
        })?;
        Ok(relations)
    }

    /// The part of a sort that another refers to; empty if there is none.
    pub(super) fn related(
        &mut self,
        relations: &Relations,
        sort: &str,
    ) -> Result<String, ImportIssue> {
        let path = relations.part(sort).filter(|path| self.find(path).is_some());
        let path = path.unwrap_or_else(|| format!("{}{sort}.xml", relations.folder));
        Ok(self.part(&path)?.unwrap_or_default())
    }

    /// The title that the properties of the document state.
    pub(super) fn title(&mut self) -> Result<Option<String>, ImportIssue> {
        let relations = self.relations("_rels/.rels", String::new()).unwrap_or_default();
        let path = relations.part("core-properties").unwrap_or("docProps/core.xml".to_owned());
        let xml = self.part(&path)?.unwrap_or_default();
        let (mut title, mut is_title) = (String::new(), false);
        // Properties that cannot be read do not keep the text from being read.
        let _ = walk(&xml, |event| {
            match event {
                Event::Start(element) => is_title = element.local_name().as_ref() == "title",
                Event::End(_) => is_title = false,
                Event::Text(text) if is_title => title.push_str(text),
                Event::GeneralRef(name) if is_title => {
                    title.push_str(quick_xml::escape::resolve_xml_entity(name).unwrap_or_default());
                }
                _ => {}
            }
            title.len() < 1000
        });
        Ok(Some(title.trim().to_owned()).filter(|title| !title.is_empty()))
    }

    fn find(&self, path: &str) -> Option<usize> {
        self.0.index_for_name(path).or_else(|| {
            self.0.file_names().position(|name| {
                name.is_ok_and(|name| name.replace('\\', "/").eq_ignore_ascii_case(path))
            })
        })
    }

    /// The text of a part in UTF-8 or UTF-16; `None` if there is no such part.
    pub(super) fn part(&mut self, path: &str) -> Result<Option<String>, ImportIssue> {
        let Some(at) = self.find(path) else { return Ok(None) };
        let file = self.0.by_index(at).map_err(|_| damaged())?;
        let mut bytes = Vec::new();
        // The size an archive states is not to be relied on.
        file.take(MAX_PART_BYTES + 1).read_to_end(&mut bytes).map_err(|_| damaged())?;
        if bytes.len() as u64 > MAX_PART_BYTES {
            let message = format!("{path} in this file unpacks to more than 32 MiB.");
            let advice = "Split the document, or add its text as plain text.";
            return Err(ImportIssue::new("too-large", message, advice));
        }
        decode_part(bytes).map(Some)
    }
}

fn decode_part(bytes: Vec<u8>) -> Result<String, ImportIssue> {
    let (encoding, mark) = match Encoding::for_bom(&bytes) {
        Some(found) => found,
        None if bytes.starts_with(b"<\0") => (encoding_rs::UTF_16LE, 0),
        None if bytes.starts_with(b"\0<") => (encoding_rs::UTF_16BE, 0),
        None => (named(&bytes).unwrap_or(UTF_8), 0),
    };
    if encoding == UTF_8 && mark == 0 {
        return String::from_utf8(bytes).map_err(|_| damaged());
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
    text.map(std::borrow::Cow::into_owned).ok_or_else(damaged)
}

/// The encoding that the first line of a part names.
fn named(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    let head = head.strip_prefix("<?xml")?.split("?>").next()?;
    let (_, rest) = head.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let label = rest.trim_start_matches(['"', '\'']).split(['"', '\'']).next()?;
    // A name that can be read at all is not in UTF-16.
    let is_wide = |encoding: &&Encoding| {
        *encoding == encoding_rs::UTF_16LE || *encoding == encoding_rs::UTF_16BE
    };
    Encoding::for_label(label.as_bytes()).filter(|encoding| !is_wide(encoding))
}
