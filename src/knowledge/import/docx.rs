//! DOCX as Markdown: headings, paragraphs, lists, tables, links.
//!
//! Three parts of the archive are read, in memory, each to a limit, and nothing is ever unpacked
//! to disk. Deleted text, comments, headers and pictures are left out.

use std::{
    collections::{HashMap, HashSet},
    io::{Cursor, Read},
};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use zip::{ZipArchive, result::ZipError};

use super::{
    ImportIssue,
    markdown::{BlockKind, Markdown},
};

/// What one part of the archive may grow to. A part of a real document has about 20 times the size
/// of its text.
const MAX_PART_BYTES: u64 = 32 * 1024 * 1024;

/// The deepest list a word processor makes.
const MAX_LIST_DEPTH: usize = 8;

/// Elements whose content is not for reading: what was deleted or moved away, what properties were
/// before a change, and second versions of drawings.
const HIDDEN: [&str; 6] =
    ["del", "moveFrom", "Fallback", "pPrChange", "rPrChange", "numberingChange"];

pub(super) fn read(bytes: &[u8]) -> Result<String, ImportIssue> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| {
        let message = "This is not a DOCX file, or it is protected with a password.";
        let advice = "Open it, save it as DOCX without a password, and add it again.";
        ImportIssue::new("damaged", message, advice)
    })?;
    let text = part(&mut archive, "word/document.xml")?.ok_or_else(damaged)?;
    let links = part(&mut archive, "word/_rels/document.xml.rels")?.unwrap_or_default();
    let numbering = part(&mut archive, "word/numbering.xml")?.unwrap_or_default();
    let mut document = DocxReader {
        links: read_links(&links)?,
        numbering: Numbering::read(&numbering)?,
        ..DocxReader::default()
    };
    walk(&text, |event| document.take(event))?;
    Ok(document.markdown.finish())
}

fn part(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &'static str,
) -> Result<Option<String>, ImportIssue> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(_) => return Err(damaged()),
    };
    let mut bytes = Vec::new();
    // The size an archive states is not to be relied on.
    file.take(MAX_PART_BYTES + 1).read_to_end(&mut bytes).map_err(|_| damaged())?;
    if bytes.len() as u64 > MAX_PART_BYTES {
        let message = format!("{name} in this file unpacks to more than 32 MiB.");
        let advice = "Split the document, or add its text as plain text.";
        return Err(ImportIssue::new("too-large", message, advice));
    }
    String::from_utf8(bytes).map(Some).map_err(|_| damaged())
}

/// The issue of a part that cannot be read.
fn damaged() -> ImportIssue {
    let message = "The DOCX file is damaged, or is not a word processor document.";
    ImportIssue::new("damaged", message, "Open it, save it as DOCX again, and add it again.")
}

/// Calls `take` with every event of a part.
fn walk(xml: &str, mut take: impl FnMut(&Event<'_>)) -> Result<(), ImportIssue> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return Ok(()),
            Ok(event) => take(&event),
            Err(_) => return Err(damaged()),
        }
    }
}

/// Returns the value of an attribute, whatever its prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

fn read_links(xml: &str) -> Result<HashMap<String, String>, ImportIssue> {
    let mut links = HashMap::new();
    walk(xml, |event| {
        if let Event::Start(element) | Event::Empty(element) = event
            && let (Some(id), Some(to)) = (attribute(element, "Id"), attribute(element, "Target"))
        {
            links.insert(id, to);
        }
    })?;
    Ok(links)
}

/// What `word/numbering.xml` says about the lists.
#[derive(Default)]
struct Numbering {
    form_of: HashMap<String, String>,
    /// Forms and depths that are not numbered.
    plain: HashSet<(String, usize)>,
}

impl Numbering {
    fn read(xml: &str) -> Result<Self, ImportIssue> {
        let mut numbering = Self::default();
        let (mut form, mut list, mut depth) = (String::new(), String::new(), 0);
        walk(xml, |event| {
            let (Event::Start(element) | Event::Empty(element)) = event else { return };
            let get = |name| attribute(element, name).unwrap_or_default();
            match element.local_name().as_ref() {
                "abstractNum" => form = get("abstractNumId"),
                "num" => list = get("numId"),
                "abstractNumId" => {
                    numbering.form_of.insert(list.clone(), get("val"));
                }
                "lvl" => depth = get("ilvl").parse().unwrap_or(0),
                "numFmt" if matches!(get("val").as_str(), "bullet" | "none") => {
                    numbering.plain.insert((form.clone(), depth));
                }
                _ => {}
            }
        })?;
        Ok(numbering)
    }

    /// Whether the items of a list at a depth have numbers. A list nobody described has none.
    fn is_numbered(&self, list: &str, depth: usize) -> bool {
        let form = self.form_of.get(list);
        form.is_some_and(|form| !self.plain.contains(&(form.clone(), depth)))
    }
}

#[derive(Default)]
struct Paragraph {
    /// The level of the heading it is.
    heading: Option<u8>,
    /// The list it is an item of.
    list: Option<String>,
    depth: usize,
}

#[derive(Default)]
struct DocxReader {
    markdown: Markdown,
    links: HashMap<String, String>,
    numbering: Numbering,
    /// The number an item of a list got last, by list, then by depth.
    counts: HashMap<String, Vec<u64>>,
    paragraph: Paragraph,
    /// How many elements that are not for reading are open.
    hidden: usize,
    in_text: bool,
}

impl DocxReader {
    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(_) if self.hidden > 0 => self.hidden += 1,
            Event::End(_) if self.hidden > 0 => self.hidden -= 1,
            _ if self.hidden > 0 => {}
            Event::Start(element) if HIDDEN.contains(&element.local_name().as_ref()) => {
                self.hidden = 1;
            }
            Event::Start(element) => self.start(element),
            Event::Empty(element) => {
                self.start(element);
                self.end(element.local_name().as_ref());
            }
            Event::End(element) => self.end(element.local_name().as_ref()),
            Event::Text(text) if self.in_text => self.markdown.inline.text(text),
            Event::CData(text) if self.in_text => self.markdown.inline.text(text),
            Event::GeneralRef(name) if self.in_text => {
                let named = quick_xml::escape::resolve_xml_entity(name);
                let numbered = name.resolve_char_ref().ok().flatten();
                match (named, numbered) {
                    (Some(text), _) => self.markdown.inline.text(text),
                    (None, Some(c)) => self.markdown.inline.text(c.encode_utf8(&mut [0; 4])),
                    (None, None) => {}
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        let value = || attribute(element, "val").unwrap_or_default();
        match element.local_name().as_ref() {
            "p" => {
                self.markdown.open(BlockKind::Paragraph);
                self.paragraph = Paragraph::default();
            }
            "pStyle" => {
                let style = value().to_ascii_lowercase();
                let level = style.strip_prefix("heading").map(|level| level.trim().parse().ok());
                self.paragraph.heading = match style.as_str() {
                    "title" => Some(1),
                    _ => level.flatten().filter(|level| (1..=9).contains(level)),
                };
            }
            "outlineLvl" => {
                let level = value().parse().ok().filter(|level| *level < 9);
                self.paragraph.heading = level.map(|level: u8| level + 1);
            }
            "ilvl" => self.paragraph.depth = value().parse().unwrap_or(0).min(MAX_LIST_DEPTH),
            // List 0 means that the paragraph is in no list.
            "numId" => self.paragraph.list = Some(value()).filter(|list| list != "0"),
            "pPr" => self.paragraph = Paragraph::default(),
            "t" => self.in_text = true,
            "tab" => self.markdown.inline.text(" "),
            "br" | "cr" => self.markdown.line_break(),
            "noBreakHyphen" => self.markdown.inline.text("-"),
            "hyperlink" => {
                let to = attribute(element, "id").and_then(|id| self.links.get(&id));
                if let Some(to) = to {
                    self.markdown.inline.open_link(to);
                }
            }
            "tbl" => self.markdown.open_table(),
            "tr" => self.markdown.open_row(),
            "tc" => self.markdown.open_cell(),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "pPr" => self.kind(),
            "p" => self.markdown.flush(),
            "t" => self.in_text = false,
            "hyperlink" => self.markdown.inline.close_link(),
            "tbl" => self.markdown.close_table(),
            _ => {}
        }
    }

    /// Says what the paragraph is, once all its properties are known.
    fn kind(&mut self) {
        let Paragraph { heading, list, depth } = std::mem::take(&mut self.paragraph);
        let kind = match (heading, list) {
            (Some(level), _) => BlockKind::Heading(level),
            (None, Some(list)) => {
                let number = self.numbering.is_numbered(&list, depth).then(|| {
                    let counts = self.counts.entry(list).or_default();
                    // What lies deeper begins anew.
                    counts.resize(depth + 1, 0);
                    counts[depth] += 1;
                    counts[depth]
                });
                BlockKind::Item(depth, number)
            }
            (None, None) => BlockKind::Paragraph,
        };
        self.markdown.open(kind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use zip::{ZipWriter, write::SimpleFileOptions};

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).expect("a part");
            writer.write_all(bytes).expect("in memory");
        }
        writer.finish().expect("an archive").into_inner()
    }

    fn document(body: &str) -> Vec<u8> {
        let text = format!("<w:document><w:body>{body}</w:body></w:document>");
        let links = "<Relationships><Relationship Id='r1' Target='https://example.org/'/>\
            </Relationships>";
        let numbering = "<w:numbering><w:abstractNum w:abstractNumId='7'><w:lvl w:ilvl='0'>\
            <w:numFmt w:val='decimal'/></w:lvl></w:abstractNum>\
            <w:num w:numId='2'><w:abstractNumId w:val='7'/></w:num></w:numbering>";
        archive(&[
            ("word/document.xml", text.as_bytes()),
            ("word/_rels/document.xml.rels", links.as_bytes()),
            ("word/numbering.xml", numbering.as_bytes()),
        ])
    }

    #[test]
    fn a_document_keeps_its_headings_lists_tables_and_links() {
        let item = |text: &str| {
            format!(
                "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='2'/></w:numPr></w:pPr>\
                 <w:r><w:t>{text}</w:t></w:r></w:p>"
            )
        };
        let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
        let body = format!(
            "<w:p><w:pPr><w:pStyle w:val='Heading1'/></w:pPr><w:r><w:t>Path &amp; way</w:t></w:r>\
             </w:p><w:p><w:r><w:t xml:space='preserve'>See </w:t></w:r><w:hyperlink r:id='r1'>\
             <w:r><w:t>here</w:t></w:r></w:hyperlink><w:del><w:r><w:delText>gone</w:delText></w:r>\
             </w:del></w:p>{}{}<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
            item("First"),
            item("Then"),
            cell("Level"),
            cell("Who"),
            cell("1"),
            cell("DSL"),
        );
        let expected = "## Path \\& way\n\nSee [here](<https://example.org/>)\n\n1.  First\n\
            2.  Then\n\n| Level | Who |\n|---|---|\n| 1 | DSL |\n";
        assert_eq!(read(&document(&body)).ok().as_deref(), Some(expected));
    }

    #[test]
    fn an_archive_that_unpacks_without_end_is_stopped() {
        let bomb = archive(&[("word/document.xml", &vec![b' '; 40 << 20])]);
        assert!(bomb.len() < 1 << 20);
        assert_eq!(read(&bomb).err().map(|fault| fault.code), Some("too-large"));
    }

    #[test]
    fn what_is_no_document_is_told_so() {
        let broken = document("<w:p></w:r>");
        for bytes in [&b"not a zip"[..], b"", &archive(&[("../../evil", b"x")]), &broken] {
            assert_eq!(read(bytes).err().map(|fault| fault.code), Some("damaged"));
        }
    }

    #[test]
    fn nesting_however_deep_is_read_in_one_pass() {
        let deep = "<w:tbl><w:tr><w:tc><w:p>".repeat(20_000);
        let close = "</w:p></w:tc></w:tr></w:tbl>".repeat(20_000);
        let body = format!("{deep}<w:r><w:t>deep</w:t></w:r>{close}");
        assert!(read(&document(&body)).is_ok_and(|text| text.contains("deep")));
    }

    proptest::proptest! {
        #[test]
        fn no_damage_makes_the_reader_panic(
            at in 0_usize..2000, with in 0_u8.., body in "[<>/wptblrc:=' 0-9]{0,80}",
        ) {
            let mut bytes = document("<w:p><w:r><w:t>Words</w:t></w:r></w:p>");
            let at = at % bytes.len();
            bytes[at] = with;
            let _ = read(&bytes);
            let _ = read(&bytes[..at]);
            let _ = read(&document(&body));
        }
    }
}
