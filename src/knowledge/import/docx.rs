//! Reads DOCX: headings, paragraphs, lists with their labels, tables, notes, links and descriptions
//! of pictures.
//!
//! The parts of the archive are read in memory, each to a limit, and nothing is ever unpacked to
//! disk. Deleted, struck-out and hidden text, comments, headers and pictures are left out.

mod numbering;
mod package;
mod styles;

use std::collections::HashMap;

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use self::{
    numbering::Numbering,
    package::{Package, Relations},
    styles::{RunFormat, Styles},
};
use super::{
    ImportIssue,
    builder::{BlockKind, DocumentBuilder},
    model::{ImportedDocument, TableCell, TextStyle},
    symbols::{is_symbol_font, pictograph},
};

/// Elements whose content is not for reading: what was deleted or moved away, what properties were
/// before a change, and second versions of drawings.
const NOT_READ: [&str; 8] = [
    "del",
    "moveFrom",
    "Fallback",
    "pPrChange",
    "rPrChange",
    "tblPrChange",
    "tcPrChange",
    "numberingChange",
];

pub(super) fn read(bytes: &[u8]) -> Result<ImportedDocument, ImportIssue> {
    let mut package = Package::open(bytes)?;
    let main = package.main_part()?;
    let text = package.part(&main)?.ok_or_else(damaged)?;
    let relations = package.relations_of(&main)?;
    let numbering = package.related(&relations, "numbering")?;
    let styles = package.related(&relations, "styles")?;
    let mut document = DocxReader {
        numbering: Numbering::read(&numbering)?,
        styles: Styles::read(&styles)?,
        relations,
        ..DocxReader::default()
    };
    document.builder.document.title = package.title()?;
    walk(&text, |event| document.take(event))?;
    for (sort, element) in [("footnotes", "footnote"), ("endnotes", "endnote")] {
        let notes = package.related(&document.relations, sort)?;
        document.notes = Some(element);
        walk(&notes, |event| document.take(event))?;
    }
    Ok(document.builder.finish())
}

/// The issue of a part that cannot be read.
fn damaged() -> ImportIssue {
    let message = "The DOCX file is damaged, or is not a word processor document.";
    ImportIssue::new("damaged", message, "Open it, save it as DOCX again, and add it again.")
}

/// Calls `take` with every event of a part, as long as it returns true.
fn walk(xml: &str, mut take: impl FnMut(&Event<'_>) -> bool) -> Result<(), ImportIssue> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return Ok(()),
            Ok(event) if take(&event) => {}
            Ok(_) => return Ok(()),
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

/// Whether an element that switches something switches it on.
fn is_on(element: &BytesStart<'_>) -> bool {
    !matches!(attribute(element, "val").as_deref(), Some("0" | "false" | "off" | "none"))
}

#[derive(Clone, Default)]
struct Paragraph {
    style: String,
    /// The level of the heading that its own properties make it; 10 for body text.
    outline: Option<u8>,
    list: Option<String>,
    depth: Option<usize>,
    /// Whether all that begins it was written.
    is_begun: bool,
}

#[derive(Default)]
struct DocxReader {
    builder: DocumentBuilder,
    relations: Relations,
    styles: Styles,
    numbering: Numbering,
    paragraph: Paragraph,
    /// The paragraphs that the text box being read stands in.
    outer: Vec<Paragraph>,
    run: RunFormat,
    /// How many elements that are not for reading are open.
    hidden: usize,
    /// Whether the last words were left out, and why.
    last_left_out: Option<LeftOutAs>,
    in_text: bool,
    in_paragraph_properties: bool,
    in_row_properties: bool,
    /// The words above the line that were read last.
    raised: Option<String>,
    /// The number of the note read last, by part and id.
    note_numbers: HashMap<String, usize>,
    /// The element of a note, while a part with notes is being read.
    notes: Option<&'static str>,
    /// For each open table, whether its style sets its first row apart.
    tables: Vec<bool>,
    /// Whether the picture being read has a description, or needs none.
    is_described: bool,
    /// Whether the form field being read is a box, and is ticked.
    ticked: Option<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LeftOutAs {
    StruckOut,
    Hidden,
}

impl DocxReader {
    /// Returns whether there is more to read.
    fn take(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Start(_) if self.hidden > 0 => self.hidden += 1,
            Event::End(_) if self.hidden > 0 => self.hidden -= 1,
            _ if self.hidden > 0 => {}
            Event::Start(element) if NOT_READ.contains(&element.local_name().as_ref()) => {
                self.hidden = 1;
            }
            Event::Start(element) => self.start(element),
            Event::Empty(element) => {
                self.start(element);
                self.end(element.local_name().as_ref());
            }
            Event::End(element) => self.end(element.local_name().as_ref()),
            Event::Text(text) if self.in_text => self.text(text),
            Event::CData(text) if self.in_text => self.text(text),
            Event::GeneralRef(name) if self.in_text => {
                let named = quick_xml::escape::resolve_xml_entity(name);
                let numbered = name.resolve_char_ref().ok().flatten();
                match (named, numbered) {
                    (Some(text), _) => self.text(text),
                    (None, Some(c)) => self.text(c.encode_utf8(&mut [0; 4])),
                    (None, None) => {}
                }
            }
            _ => {}
        }
        !self.builder.is_full()
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        let value = || attribute(element, "val").unwrap_or_default();
        let name = element.local_name();
        match name.as_ref() {
            "p" => {
                self.builder.open(BlockKind::Paragraph);
                self.paragraph = Paragraph::default();
            }
            "txbxContent" => {
                self.begin_paragraph();
                self.builder.flush();
                self.outer.push(std::mem::take(&mut self.paragraph));
            }
            "pPr" => self.in_paragraph_properties = true,
            "pStyle" => self.paragraph.style = value(),
            "outlineLvl" => {
                self.paragraph.outline = value().parse().ok().map(|level: u8| level.min(9) + 1);
            }
            "ilvl" => self.paragraph.depth = value().parse().ok(),
            "numId" => self.paragraph.list = Some(value()),
            "r" => self.run = RunFormat::default(),
            "rStyle" if !self.in_paragraph_properties => {
                self.run = self.styles.run_format(&value());
            }
            _ if !self.in_paragraph_properties && self.run.take(element) => {}
            "t" => self.in_text = true,
            "tab" if !self.in_paragraph_properties => self.text(" "),
            "br" | "cr" => self.builder.line_break(),
            "noBreakHyphen" => self.text("-"),
            "sym" => {
                let code =
                    attribute(element, "char").and_then(|c| u32::from_str_radix(&c, 16).ok());
                let font = attribute(element, "font").unwrap_or_default();
                let shown = code.and_then(char::from_u32).and_then(|c| pictograph(&font, c));
                if let Some(c) = shown {
                    self.words(c.encode_utf8(&mut [0; 4]));
                }
            }
            "checkBox" => self.ticked = Some(false),
            "default" | "checked" if self.ticked.is_some() => self.ticked = Some(is_on(element)),
            "docPr" => {
                let text = |name| attribute(element, name).filter(|text| !text.trim().is_empty());
                let description = text("descr").or_else(|| text("title")).unwrap_or_default();
                let is_hidden =
                    attribute(element, "hidden").is_some_and(|is| is != "0" && is != "false");
                self.describe(&description, is_hidden);
            }
            "decorative" => self.is_described |= is_on(element),
            // Drawings of old documents.
            "shape" => {
                self.is_described = false;
                let text = attribute(element, "alt").unwrap_or_default();
                self.describe(&text, false);
            }
            "pic" | "imagedata" if !std::mem::replace(&mut self.is_described, true) => {
                self.builder.picture("");
            }
            "hyperlink" => {
                let to = attribute(element, "id").and_then(|id| self.relations.target(&id));
                if let Some(to) = to {
                    self.begin_paragraph();
                    self.builder.open_link(&to);
                }
            }
            "footnoteReference" | "endnoteReference" => self.note_mark(element),
            "commentReference" => self.builder.document.left_out.comments += 1,
            sort @ ("footnote" | "endnote") if self.notes == Some(sort) => {
                // Lines between text and notes are notes of a sort of their own.
                let is_line = attribute(element, "type").is_some_and(|sort| sort != "normal");
                let id = attribute(element, "id").filter(|_| !is_line).unwrap_or_default();
                self.builder.open_note(&format!("{sort} {id}"));
            }
            "tbl" => {
                self.tables.push(false);
                self.builder.open_table();
            }
            "tblStyle" => {
                if let Some(table) = self.tables.last_mut() {
                    *table = self.styles.has_first_row(&value());
                }
            }
            "tblLook" => self.table_look(element),
            "tr" => self.builder.open_row(false),
            "trPr" => self.in_row_properties = true,
            "tblHeader" if is_on(element) => {
                if let Some(row) = self.builder.row_mut() {
                    row.is_head = true;
                }
            }
            "gridBefore" => {
                if let Some(row) = self.builder.row_mut() {
                    row.skipped = value().parse().unwrap_or(0);
                }
            }
            "del" if self.in_row_properties => self.builder.drop_row(),
            "hidden" if self.in_row_properties && is_on(element) => {
                self.builder.document.left_out.hidden += 1;
                self.builder.drop_row();
            }
            "tc" => self.builder.open_cell(TableCell::default()),
            "gridSpan" => {
                let columns = value().parse().unwrap_or(1);
                if let Some(cell) = self.builder.cell_mut() {
                    cell.columns = columns;
                }
            }
            "vMerge" => {
                let continues = value() != "restart";
                if let Some(cell) = self.builder.cell_mut() {
                    cell.continues = continues;
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "pPr" => self.in_paragraph_properties = false,
            "p" => {
                self.begin_paragraph();
                self.builder.flush();
                self.last_left_out = None;
            }
            "txbxContent" => {
                self.builder.open(BlockKind::Paragraph);
                self.paragraph = self.outer.pop().unwrap_or_default();
                self.paragraph.is_begun = true;
            }
            "r" => {
                self.end_raised();
                self.run = RunFormat::default();
            }
            "t" => self.in_text = false,
            "checkBox" => {
                let ticked = self.ticked.take();
                self.words(if ticked == Some(true) { "☒" } else { "☐" });
            }
            "hyperlink" => self.builder.close_link(),
            "footnote" | "endnote" if self.notes == Some(name) => self.builder.close_note(),
            "trPr" => self.in_row_properties = false,
            "tc" => self.builder.close_cell(),
            "tr" => self.builder.close_row(),
            "tbl" => {
                self.tables.pop();
                self.builder.close_table();
            }
            _ => {}
        }
    }

    /// Words as the format of their run has them.
    fn text(&mut self, text: &str) {
        match &self.run.font {
            Some(font) if is_symbol_font(font) => {
                let signs: String = text
                    .chars()
                    .filter_map(|c| if c == ' ' { Some(c) } else { pictograph(font, c) })
                    .collect();
                self.words(&signs);
            }
            _ => self.words(text),
        }
    }

    fn words(&mut self, text: &str) {
        let style = self.styles.paragraph_format(&self.paragraph.style);
        let is_word = text.chars().any(|c| !c.is_whitespace());
        let left_out = if self.run.is_hidden.or(style.is_hidden) == Some(true) {
            Some(LeftOutAs::Hidden)
        } else if self.run.is_struck_out() || style.is_struck_out() {
            Some(LeftOutAs::StruckOut)
        } else {
            None
        };
        if is_word {
            if let Some(why) = left_out.filter(|why| self.last_left_out != Some(*why)) {
                let counts = &mut self.builder.document.left_out;
                match why {
                    LeftOutAs::StruckOut => counts.struck_out += 1,
                    LeftOutAs::Hidden => counts.hidden += 1,
                }
            }
            self.last_left_out = left_out;
        }
        if left_out.is_some() {
            return self.builder.text(" ");
        }
        self.begin_paragraph();
        if self.run.is_raised {
            self.raised.get_or_insert_default().push_str(text);
            return;
        }
        let strong = self.run.is_strong.or(style.is_strong).unwrap_or(false);
        let emphasis = self.run.is_emphasis.unwrap_or(false);
        self.builder.look = TextStyle { strong, emphasis, code: false };
        self.builder.text(text);
        self.builder.look = TextStyle::default();
    }

    /// Writes what stood above the line.
    fn end_raised(&mut self) {
        if let Some(text) = self.raised.take() {
            self.builder.superscript(&text);
        }
    }

    /// Puts the description of a picture in its place, unless readers do not see the picture.
    fn describe(&mut self, text: &str, is_hidden: bool) {
        let style = self.styles.paragraph_format(&self.paragraph.style);
        if is_hidden || self.run.is_hidden.or(style.is_hidden) == Some(true) {
            self.builder.document.left_out.hidden += 1;
            self.is_described = true;
            return;
        }
        self.is_described = !text.trim().is_empty();
        if self.is_described {
            self.begin_paragraph();
            self.builder.picture(text);
        }
    }

    fn note_mark(&mut self, element: &BytesStart<'_>) {
        let Some(id) = attribute(element, "id") else { return };
        let name = element.local_name();
        let sort = name.as_ref().trim_end_matches("Reference");
        let name = format!("{sort} {id}");
        let next = self.note_numbers.len() + 1;
        let number = *self.note_numbers.entry(name.clone()).or_insert(next);
        self.begin_paragraph();
        self.builder.note_mark(&name, &number.to_string());
    }

    /// Has the first row of a table be its head if its style sets that apart.
    fn table_look(&mut self, element: &BytesStart<'_>) {
        let bits = attribute(element, "val").and_then(|val| u32::from_str_radix(&val, 16).ok());
        let first = match attribute(element, "firstRow") {
            Some(first) => matches!(first.as_str(), "1" | "true" | "on"),
            None => bits.is_some_and(|bits| bits & 0x20 != 0),
        };
        if let Some(table) = self.tables.last_mut() {
            *table &= first;
            self.builder.set_first_row_head(*table);
        }
    }

    /// Says what the paragraph is, once all its properties are known.
    fn begin_paragraph(&mut self) {
        if std::mem::replace(&mut self.paragraph.is_begun, true) {
            return;
        }
        let Paragraph { style, outline, list, depth, .. } = self.paragraph.clone();
        let of_style = self.styles.paragraph(&style);
        let level = outline.or(of_style.outline).filter(|level| *level < 10);
        // List 0 means that the paragraph is in no list.
        let list = list.or_else(|| of_style.list.clone()).filter(|list| list != "0");
        let depth = depth.or(of_style.depth);
        let depth = depth.or_else(|| self.numbering.depth_of_style(list.as_deref()?, &style));
        let depth = depth.unwrap_or(0);
        let label = list.and_then(|list| self.numbering.next_label(&list, depth));
        match (level, label, of_style.bullet) {
            (Some(level), label, _) => {
                self.builder.open(BlockKind::Heading(level));
                if let Some(label) = label.filter(|label| !label.is_empty()) {
                    self.builder.text(&label);
                    self.builder.text(" ");
                }
            }
            (None, Some(label), _) => self.builder.open(BlockKind::Item(depth, label)),
            (None, None, Some(depth)) => {
                self.builder.open(BlockKind::Item(depth, String::new()));
            }
            (None, None, None) => self.builder.open(BlockKind::Paragraph),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::import::write::write;
    use std::io::{Cursor, Write as _};
    use zip::{ZipWriter, write::SimpleFileOptions};

    fn markdown(bytes: &[u8]) -> Result<String, ImportIssue> {
        read(bytes).map(|document| write(&document).expect("it is short"))
    }

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
        assert_eq!(markdown(&document(&body)).ok().as_deref(), Some(expected));
    }

    #[test]
    fn parts_in_utf_16_are_read_whatever_says_that_they_are() {
        let text = "<w:document><w:p><w:r><w:t>Tŷ’r café</w:t></w:r></w:p></w:document>";
        let head = "<?xml version='1.0' encoding='UTF-16'?>";
        for (start, is_little) in [
            (format!("\u{FEFF}{head}"), true),
            (format!("\u{FEFF}{head}"), false),
            (head.to_owned(), true),
            (String::new(), false),
        ] {
            let units = start.encode_utf16().chain(text.encode_utf16());
            let bytes = |unit: u16| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() };
            let part: Vec<u8> = units.flat_map(bytes).collect();
            let read = markdown(&archive(&[("word/document.xml", &part)]));
            assert_eq!(read.as_deref(), Ok("Tŷ’r café\n"), "{start:?} {is_little}");
        }
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
        assert!(markdown(&document(&body)).is_ok_and(|text| text.contains("deep")));
    }

    proptest::proptest! {
        #[test]
        fn no_damage_makes_the_reader_panic(
            at in 0_usize..2000, with in 0_u8.., body in "[<>/wptblrc:=' 0-9]{0,80}",
        ) {
            let mut bytes = document("<w:p><w:r><w:t>Words</w:t></w:r></w:p>");
            let at = at % bytes.len();
            bytes[at] = with;
            let _ = markdown(&bytes);
            let _ = markdown(&bytes[..at]);
            let _ = markdown(&document(&body));
        }
    }
}
