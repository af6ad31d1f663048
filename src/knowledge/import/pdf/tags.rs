//! Tagged files: the structure that the program which made the file wrote into it.
//!
//! The structure is a tree of elements (headings, paragraphs, lists, tables, notes), and each names
//! the parts of pages that hold its words. It is followed to a fixed depth.

use std::collections::{HashMap, HashSet};

use hayro_interpret::hayro_syntax::{
    Pdf,
    object::{Array, Dict, Name, Object, ObjectIdentifier, String as PdfString},
};

use super::{
    decode_text,
    hyphens::{HYPHENS, Hyphens},
    layout::{is_bullet, is_leader, usual, write_word},
    lines::WIDE_GAP,
    page::{Page, Word},
};
use crate::knowledge::import::{
    builder::{BlockKind, DocumentBuilder},
    model::TableCell,
    plain::item,
};

const MAX_DEPTH: usize = 60;
const MAX_ELEMENTS: usize = 200_000;
/// Columns and rows that one cell may say it covers.
const MAX_SPAN: usize = 1000;
/// How much larger than the text the title is at least.
const TITLE_SIZE: f32 = 1.35;
/// The part of the words of a file that its structure must hold to be followed.
const MIN_COVERED: f32 = 0.9;

/// An element, or what it holds.
#[derive(Debug)]
enum Node {
    Element(Element),
    /// Words of a page: its number, and the name the words have on it.
    Words(usize, u32),
}

#[derive(Debug, Default)]
struct Element {
    role: String,
    alt: Option<String>,
    columns: usize,
    rows: usize,
    /// Where a link leads.
    link: Option<String>,
    nodes: Vec<Node>,
}

/// The structure of a file.
pub(super) struct Tags {
    root: Element,
}

struct TagReader<'a> {
    roles: Dict<'a>,
    pages: HashMap<ObjectIdentifier, usize>,
    seen: HashSet<ObjectIdentifier>,
    count: usize,
}

impl Tags {
    /// Reads the structure of a file that has one.
    pub(super) fn read(pdf: &Pdf) -> Option<Self> {
        let xref = pdf.xref();
        let catalog = xref.get::<Dict<'_>>(xref.root_id())?;
        let tree = catalog.get::<Dict<'_>>(b"StructTreeRoot".as_slice())?;
        let pages = pdf.pages().iter().enumerate();
        let mut reader = TagReader {
            roles: tree.get(b"RoleMap".as_slice()).unwrap_or_default(),
            pages: pages.filter_map(|(at, page)| Some((page.raw().obj_id()?, at))).collect(),
            seen: HashSet::new(),
            count: 0,
        };
        let mut root = Element::default();
        reader.nodes(&tree, None, 0, &mut root);
        (!root.nodes.is_empty()).then_some(Self { root })
    }

    /// Whether nearly all words of the pages are in the structure.
    pub(super) fn cover(&self, pages: &[Page]) -> bool {
        let mut named = HashSet::new();
        self.root.walk(&mut |page, id| {
            named.insert((page, id));
        });
        let (mut all, mut covered) = (0_usize, 0_usize);
        for (number, page) in pages.iter().enumerate() {
            for word in &page.words {
                all += word.text.len();
                if word.tag.is_some_and(|tag| named.contains(&(number, tag))) {
                    covered += word.text.len();
                }
            }
        }
        all > 0 && covered as f32 >= MIN_COVERED * all as f32
    }
}

impl Element {
    fn walk(&self, take: &mut impl FnMut(usize, u32)) {
        for node in &self.nodes {
            match node {
                Node::Element(element) => element.walk(take),
                Node::Words(page, id) => take(*page, *id),
            }
        }
    }

    fn find(&self, role: &str) -> Option<&Self> {
        self.elements().find(|element| element.role == role)
    }

    fn elements(&self) -> impl Iterator<Item = &Self> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Words(..) => None,
        })
    }
}

impl<'a> TagReader<'a> {
    /// Adds what an element holds to it.
    fn nodes(&mut self, dict: &Dict<'a>, page: Option<usize>, depth: usize, of: &mut Element) {
        if depth > MAX_DEPTH || self.count > MAX_ELEMENTS {
            return;
        }
        let page = self.page_of(dict).or(page);
        if let Some(id) = dict.get_ref(b"K".as_slice())
            && !self.is_new(id.into())
        {
            return;
        }
        match dict.get::<Object<'a>>(b"K".as_slice()) {
            Some(Object::Array(array)) => self.array(&array, page, depth, of),
            Some(kid) => self.node(kid, page, depth, of),
            None => {}
        }
    }

    fn array(&mut self, array: &Array<'a>, page: Option<usize>, depth: usize, of: &mut Element) {
        for (raw, kid) in array.raw_iter().zip(array.iter::<Object<'a>>()) {
            if raw.as_obj_ref().is_none_or(|id| self.is_new(id.into())) {
                self.node(kid, page, depth, of);
            }
        }
    }

    /// Whether an object was not met before: it would be read twice, or for ever.
    fn is_new(&mut self, id: ObjectIdentifier) -> bool {
        self.seen.insert(id)
    }

    fn page_of(&self, dict: &Dict<'a>) -> Option<usize> {
        match dict.get_ref(b"Pg".as_slice()) {
            Some(page) => self.pages.get(&page.into()).copied(),
            None => None,
        }
    }

    fn node(&mut self, kid: Object<'a>, page: Option<usize>, depth: usize, of: &mut Element) {
        self.count += 1;
        let dict = match kid {
            Object::Number(number) => {
                if let (Some(page), Ok(id)) = (page, u32::try_from(number.as_i64())) {
                    of.nodes.push(Node::Words(page, id));
                }
                return;
            }
            Object::Dict(dict) => dict,
            _ => return,
        };
        let sort = dict.get::<Name<'_>>(b"Type".as_slice());
        match sort.as_deref() {
            Some(b"MCR") => {
                let page = self.page_of(&dict).or(page);
                if let (Some(page), Some(id)) = (page, dict.get::<u32>(b"MCID".as_slice())) {
                    of.nodes.push(Node::Words(page, id));
                }
            }
            Some(b"OBJR") => {
                let annotation = dict.get::<Dict<'_>>(b"Obj".as_slice());
                of.link = of.link.take().or(annotation.and_then(|dict| super::page::target(&dict)));
            }
            _ => {
                let mut element = Element {
                    role: self.role(&dict),
                    alt: text(&dict, b"Alt"),
                    columns: span(&dict, b"ColSpan"),
                    rows: span(&dict, b"RowSpan"),
                    ..Element::default()
                };
                self.nodes(&dict, page, depth + 1, &mut element);
                of.nodes.push(Node::Element(element));
            }
        }
    }

    /// The standard role of an element, which may have a name of its own.
    fn role(&self, dict: &Dict<'a>) -> String {
        let name = dict.get::<Name<'_>>(b"S".as_slice());
        let mut name = name.map(|name| name.to_vec()).unwrap_or_default();
        for _ in 0..8 {
            if is_standard(&name) {
                break;
            }
            match self.roles.get::<Name<'_>>(name.as_slice()) {
                Some(next) => name = next.to_vec(),
                None => break,
            }
        }
        String::from_utf8_lossy(&name).into_owned()
    }
}

fn is_standard(name: &[u8]) -> bool {
    matches!(
        name,
        b"Title"
            | b"P"
            | b"L"
            | b"LI"
            | b"Lbl"
            | b"LBody"
            | b"Table"
            | b"TR"
            | b"TH"
            | b"TD"
            | b"Span"
            | b"Note"
            | b"FENote"
    ) || (name.len() == 2 && name[0] == b'H' && name[1].is_ascii_digit())
}

fn text(dict: &Dict<'_>, key: &[u8]) -> Option<String> {
    let text = dict.get::<PdfString<'_>>(key)?;
    Some(decode_text(text.as_bytes())).filter(|text| !text.trim().is_empty())
}

/// How many columns or rows a cell covers.
fn span(dict: &Dict<'_>, key: &[u8]) -> usize {
    let own = |dict: &Dict<'_>| dict.get::<u32>(key);
    let count = match dict.get::<Object<'_>>(b"A".as_slice()) {
        Some(Object::Dict(attributes)) => own(&attributes),
        Some(Object::Array(all)) => all.iter::<Dict<'_>>().find_map(|attributes| own(&attributes)),
        _ => None,
    };
    count.map_or(1, |count| (count as usize).clamp(1, MAX_SPAN))
}

/// Fills the document from the structure of a file.
pub(super) fn write(
    tags: &Tags,
    pages: Vec<Page>,
    hyphens: &Hyphens,
    builder: &mut DocumentBuilder,
) {
    let edges = pages.iter().map(edges).collect();
    let (size, _) = usual(&pages);
    let mut words: HashMap<(usize, u32), Vec<Word>> = HashMap::new();
    for (number, page) in pages.into_iter().enumerate() {
        for word in page.words {
            if let Some(tag) = word.tag {
                words.entry((number, tag)).or_default().push(word);
            }
        }
    }
    let mut writer = TagWriter {
        builder,
        hyphens,
        words,
        edges,
        notes: Vec::new(),
        lists: 0,
        in_item: false,
        in_quote: false,
        section: 0,
        title_size: TITLE_SIZE * size,
        last: None,
    };
    writer.notes(&tags.root);
    writer.blocks(&tags.root);
    writer.builder.flush();
}

/// Whether there is a space between two words of a line.
fn is_apart(before: &Word, word: &Word) -> bool {
    word.is_apart || word.left - before.right > 0.17 * word.size.min(before.size)
}

/// For lines that begin at the same place, how far to the right the longest goes.
fn edges(page: &Page) -> HashMap<i32, f32> {
    let mut edges: HashMap<i32, f32> = HashMap::new();
    let is_same_line = |before: &Word, word: &Word| {
        let gap = (word.left - before.right) / word.size;
        (word.base - before.base).abs() < 0.7 * word.size && (-0.5..WIDE_GAP).contains(&gap)
    };
    // In the order in which they are drawn, the words of two columns do not stand on one line.
    for line in page.words.chunk_by(is_same_line) {
        if let [first, .., last] = line {
            let edge = edges.entry((first.left / 4.0).round() as i32).or_insert(last.right);
            *edge = edge.max(last.right);
        }
    }
    edges
}

struct Note {
    name: String,
    label: String,
    is_marked: bool,
}

struct TagWriter<'a> {
    builder: &'a mut DocumentBuilder,
    hyphens: &'a Hyphens,
    words: HashMap<(usize, u32), Vec<Word>>,
    /// For each page.
    edges: Vec<HashMap<i32, f32>>,
    notes: Vec<Note>,
    lists: usize,
    in_item: bool,
    in_quote: bool,
    section: u8,
    /// The size of a first paragraph that is the title.
    title_size: f32,
    /// The word written last to the open block, and the one that began its line.
    last: Option<Last>,
}

#[derive(Clone)]
struct Last {
    page: usize,
    word: Word,
    /// Where its line begins.
    left: f32,
    /// The text of the line.
    text: String,
}

/// What an element is on the page.
enum Sort {
    Inline,
    Block,
    Group,
}

fn sort(role: &str) -> Sort {
    match role {
        "Span" | "Link" | "Reference" | "Em" | "Strong" | "Sub" | "Quote" | "Annot"
        | "BibEntry" | "Code" | "Lbl" | "Ruby" | "RB" | "RT" | "RP" | "Warichu" | "WT" | "WP"
        | "Form" | "InlineShape" => Sort::Inline,
        "P" | "H" | "H1" | "H2" | "H3" | "H4" | "H5" | "H6" | "Title" | "TOCI" | "Caption"
        | "LI" | "Table" | "Figure" | "Formula" | "Note" | "FENote" => Sort::Block,
        _ => Sort::Group,
    }
}

impl TagWriter<'_> {
    /// Writes the text of every note, before the marks that name them.
    fn notes(&mut self, element: &Element) {
        for inner in element.elements() {
            if !matches!(inner.role.as_str(), "Note" | "FENote") {
                self.notes(inner);
                continue;
            }
            let name = format!("note {}", self.notes.len());
            let label = inner.find("Lbl").map(|label| self.text_of(label));
            self.builder.open_note(&name);
            self.last = None;
            let label = match label.filter(|label| !label.is_empty()) {
                Some(label) => label,
                // The number may be the first word.
                None => self.take_first_word(inner).unwrap_or_default(),
            };
            for node in &inner.nodes {
                match node {
                    Node::Element(label) if label.role == "Lbl" => {}
                    Node::Element(element) => self.note_text(element),
                    Node::Words(page, id) => self.content(*page, *id, None),
                }
            }
            self.builder.close_note();
            let label = label.trim_matches(|c: char| !c.is_alphanumeric() && c != '*').to_owned();
            self.notes.push(Note { name, label, is_marked: false });
        }
    }

    fn note_text(&mut self, element: &Element) {
        for node in &element.nodes {
            match node {
                Node::Element(inner) if inner.role == "Lbl" => {}
                Node::Element(inner) => self.note_text(inner),
                Node::Words(page, id) => self.content(*page, *id, element.link.as_deref()),
            }
        }
        if matches!(sort(&element.role), Sort::Block) {
            self.builder.text(" ");
        }
    }

    /// Takes the number of a note from its words.
    fn take_first_word(&mut self, note: &Element) -> Option<String> {
        let mut first = None;
        note.walk(&mut |page, id| {
            first.get_or_insert((page, id));
        });
        let words = self.words.get_mut(&first?)?;
        let text = words.first()?.text.trim().to_owned();
        let is_mark = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_mark {
            words.remove(0);
        }
        is_mark.then_some(text)
    }

    fn text_of(&self, element: &Element) -> String {
        let mut text = String::new();
        let mut last: Option<&Word> = None;
        element.walk(&mut |page, id| {
            for word in self.words.get(&(page, id)).into_iter().flatten() {
                let is_same_line = |last: &Word| (last.base - word.base).abs() < 0.7 * word.size;
                if last.is_some_and(|last| !is_same_line(last) || is_apart(last, word)) {
                    text.push(' ');
                }
                text.push_str(&word.text);
                last = Some(word);
            }
        });
        text.trim().to_owned()
    }

    /// The kind of a block that is no heading.
    fn around(&self) -> BlockKind {
        match (self.in_item, self.in_quote) {
            (true, _) => BlockKind::ItemParagraph(self.lists.saturating_sub(1)),
            (false, true) => BlockKind::Quote,
            (false, false) => BlockKind::Paragraph,
        }
    }

    fn end_block(&mut self) {
        self.builder.flush();
        self.last = None;
    }

    /// Writes what an element holds as blocks.
    fn blocks(&mut self, element: &Element) {
        for node in &element.nodes {
            if self.builder.is_full() {
                return;
            }
            match node {
                Node::Words(page, id) => self.content(*page, *id, element.link.as_deref()),
                Node::Element(inner) => match sort(&inner.role) {
                    Sort::Inline => self.inline(inner, element.link.as_deref()),
                    Sort::Block => {
                        self.end_block();
                        self.block(inner);
                        self.end_block();
                    }
                    Sort::Group => {
                        self.end_block();
                        self.group(inner);
                        self.end_block();
                    }
                },
            }
        }
    }

    fn group(&mut self, element: &Element) {
        match element.role.as_str() {
            "Artifact" => {}
            "L" => {
                self.lists += 1;
                self.blocks(element);
                self.lists -= 1;
            }
            "BlockQuote" => {
                let outer = std::mem::replace(&mut self.in_quote, true);
                self.builder.open(self.around());
                self.blocks(element);
                self.in_quote = outer;
                self.end_block();
                self.builder.open(self.around());
            }
            "Sect" | "Part" | "Art" => {
                self.section += 1;
                self.blocks(element);
                self.section -= 1;
            }
            _ => self.blocks(element),
        }
    }

    fn block(&mut self, element: &Element) {
        match element.role.as_str() {
            "Note" | "FENote" => {}
            "Title" => self.heading(0, element),
            "H" => self.heading(self.section.clamp(1, 6), element),
            role if role.len() == 2 && role.starts_with('H') => {
                self.heading(role.as_bytes()[1] - b'0', element);
            }
            // Word processors tag the title as a paragraph.
            "P" if self.builder.document.blocks.is_empty() && self.is_title(element) => {
                self.heading(0, element);
            }
            "LI" => self.item(element),
            "Table" => self.table(element),
            "Figure" | "Formula" => {
                let has_words = !self.text_of(element).is_empty();
                if element.alt.is_some() || !has_words {
                    self.builder.picture(element.alt.as_deref().unwrap_or_default());
                    self.end_block();
                }
                self.blocks(element);
            }
            _ => self.blocks(element),
        }
    }

    /// Whether all words of an element are as large as those of a title.
    fn is_title(&self, element: &Element) -> bool {
        let mut sizes = Vec::new();
        element.walk(&mut |page, id| {
            let words = self.words.get(&(page, id)).into_iter().flatten();
            sizes.extend(words.map(|word| word.size));
        });
        !sizes.is_empty() && sizes.into_iter().all(|size| size >= self.title_size)
    }

    fn heading(&mut self, level: u8, element: &Element) {
        self.builder.open(BlockKind::Heading(level));
        self.blocks(element);
        self.end_block();
        self.builder.open(self.around());
    }

    fn item(&mut self, element: &Element) {
        let label = element.find("Lbl").map(|label| self.text_of(label));
        let depth = self.lists.saturating_sub(1);
        let outer = std::mem::replace(&mut self.in_item, true);
        let label = match label {
            Some(label) => Some(label),
            None => self.take_label(element),
        };
        let label = label.filter(|label| !is_bullet(label)).unwrap_or_default();
        self.builder.open(BlockKind::Item(depth, label));
        for node in &element.nodes {
            match node {
                Node::Element(inner) if inner.role == "Lbl" => {}
                Node::Element(inner) => match sort(&inner.role) {
                    Sort::Inline => self.inline(inner, None),
                    Sort::Block => {
                        self.end_block();
                        self.block(inner);
                        self.end_block();
                    }
                    // The body of an item goes on in its line.
                    Sort::Group if inner.role == "LBody" => self.blocks(inner),
                    Sort::Group => {
                        self.end_block();
                        self.group(inner);
                    }
                },
                Node::Words(page, id) => self.content(*page, *id, None),
            }
        }
        self.end_block();
        self.in_item = outer;
        // Items inside had a depth of their own.
        self.builder.open(self.around());
    }

    /// Takes the label of an item from the beginning of its words.
    fn take_label(&mut self, element: &Element) -> Option<String> {
        let mut first = None;
        element.walk(&mut |page, id| {
            let has_words = self.words.get(&(page, id)).is_some_and(|words| !words.is_empty());
            if has_words {
                first.get_or_insert((page, id));
            }
        });
        let text = self.text_of(element);
        let words = self.words.get_mut(&first?)?;
        let word = words.first()?.text.trim().to_owned();
        let is_label = is_bullet(&word)
            || item(&text).is_some_and(|(label, _)| !label.is_empty() && label == word);
        is_label.then(|| {
            words.remove(0);
            word
        })
    }

    fn table(&mut self, element: &Element) {
        let (lists, in_item) = (std::mem::take(&mut self.lists), std::mem::take(&mut self.in_item));
        self.builder.open_table();
        self.rows(element, false);
        self.builder.close_table();
        (self.lists, self.in_item) = (lists, in_item);
    }

    fn rows(&mut self, element: &Element, is_head: bool) {
        for inner in element.elements() {
            match inner.role.as_str() {
                "TR" => {
                    self.builder.open_row(is_head);
                    for cell in inner.elements() {
                        self.builder.open_cell(TableCell {
                            columns: cell.columns,
                            rows: cell.rows,
                            is_head: cell.role == "TH",
                            ..TableCell::default()
                        });
                        self.last = None;
                        self.blocks(cell);
                        self.last = None;
                        self.builder.close_cell();
                    }
                    self.builder.close_row();
                }
                "THead" => self.rows(inner, true),
                "TBody" | "TFoot" => self.rows(inner, false),
                _ => {
                    self.end_block();
                    self.blocks(inner);
                    self.end_block();
                }
            }
        }
    }

    fn inline(&mut self, element: &Element, link: Option<&str>) {
        let link = element.link.as_deref().or(link);
        let is_mark = matches!(element.role.as_str(), "Reference" | "Link" | "Lbl");
        if is_mark && element.find("Note").is_none() {
            let text = self.text_of(element);
            if self.mark(&text) {
                let mut right = None;
                element.walk(&mut |page, id| {
                    let words = self.words.get(&(page, id));
                    right = words.and_then(|words| words.last()).map(|word| word.right).or(right);
                });
                if let (Some(last), Some(right)) = (&mut self.last, right) {
                    last.word.right = right;
                }
                return;
            }
        }
        for node in &element.nodes {
            match node {
                Node::Words(page, id) => self.content(*page, *id, link),
                Node::Element(inner) => match sort(&inner.role) {
                    Sort::Inline => self.inline(inner, link),
                    Sort::Block if matches!(inner.role.as_str(), "Note" | "FENote") => {}
                    Sort::Block if inner.role == "Figure" => self.block(inner),
                    _ => self.blocks(inner),
                },
            }
        }
        if let (Some(alt), true) = (&element.alt, element.nodes.is_empty()) {
            self.builder.picture(alt);
        }
    }

    /// Writes the mark of a note, if a text is that of one.
    fn mark(&mut self, text: &str) -> bool {
        let text = text.trim_matches(|c: char| !c.is_alphanumeric() && c != '*');
        if text.is_empty() || text.len() > 4 || self.builder.in_note() {
            return false;
        }
        let at = self.notes.iter().position(|note| note.label == text && !note.is_marked);
        let at = at.or_else(|| self.notes.iter().position(|note| note.label == text));
        let Some(at) = at else { return false };
        self.notes[at].is_marked = true;
        self.builder.note_mark(&self.notes[at].name, text);
        true
    }

    /// Writes words of a page.
    fn content(&mut self, page: usize, id: u32, link: Option<&str>) {
        let words = self.words.get(&(page, id)).cloned().unwrap_or_default();
        for (at, mut word) in words.iter().cloned().enumerate() {
            if let Some(link) = link {
                word.link.get_or_insert_with(|| link.to_owned());
            }
            let next = words.get(at + 1);
            if !is_leader(&words, at) {
                self.word(page, word, next);
            }
        }
        self.builder.close_link();
    }

    fn word(&mut self, page: usize, word: Word, next: Option<&Word>) {
        let is_raised = |size: f32, base: f32, word: &Word| {
            word.size < 0.85 * size && base - word.base > 0.15 * size
        };
        let mut text = word.text.clone();
        let last = self.last.take();
        let is_same = last.as_ref().is_some_and(|last| {
            last.page == page && (last.word.base - word.base).abs() < 0.7 * last.word.size
        });
        let mut line = match &last {
            Some(last) if is_same => last.clone(),
            _ => Last { page, word: word.clone(), left: word.left, text: String::new() },
        };
        let mut is_above = false;
        match &last {
            Some(last) if is_same => {
                is_above = is_raised(last.word.size, last.word.base, &word);
                if is_apart(&last.word, &word) {
                    self.builder.text(" ");
                    line.text.push(' ');
                }
            }
            Some(last) => {
                let edge = self
                    .edges
                    .get(last.page)
                    .and_then(|edges| edges.get(&((last.left / 4.0).round() as i32)));
                let width = word.right - word.left + 0.6 * word.size;
                let has_room = edge.is_some_and(|edge| last.word.right + width < *edge);
                if has_room && last.page == page && word.base > last.word.base {
                    self.builder.line_break();
                }
                if !self.hyphens.joins(&last.text, &text) {
                    self.builder.text(" ");
                }
            }
            None => {}
        }
        line.text.push_str(&text);
        // The hyphen of a broken word is known by the word that follows.
        if let Some(next) = next.filter(|next| (next.base - word.base).abs() > 0.7 * word.size)
            && self.hyphens.drops(&line.text, &next.text)
        {
            text = text.trim_end_matches(HYPHENS).to_owned();
        }
        if is_above {
            if !self.mark(&text) {
                self.builder.superscript(&text);
            }
            line.word.right = word.right;
        } else {
            write_word(self.builder, &word, &text, false);
            line.word = word;
        }
        self.last = Some(line);
    }
}
