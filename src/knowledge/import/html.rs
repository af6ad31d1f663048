//! Reads HTML: headings, paragraphs, lists with their labels, tables, notes, links and descriptions
//! of pictures.
//!
//! The tags are read one after the other, without a tree, so that no nesting is too deep. Scripts,
//! struck-out and hidden text are left out; nothing is ever fetched.

mod css;

use std::collections::{HashSet, VecDeque};

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use self::css::{Css, Omission, omission_by, value_of};
use super::{
    builder::{BlockKind, DocumentBuilder},
    label::{NumberForm, number_label},
    model::{ImportedDocument, TableCell},
    symbols::{is_symbol_font, pictograph},
};

/// Tags whose content is not for reading.
const NOT_READ: [&str; 9] = [
    "script", "style", "title", "noscript", "textarea", "iframe", "noembed", "template", "datalist",
];
/// Tags that begin and end a block.
const BLOCKS: [&str; 21] = [
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "nav",
    "aside",
    "address",
    "figure",
    "figcaption",
    "form",
    "fieldset",
    "hr",
    "dl",
    "caption",
    "legend",
    "details",
    "summary",
    "option",
];
/// Tags that have no content.
const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];
/// Tags that hold blocks and always have an end tag.
const CONTAINERS: [&str; 11] =
    ["ul", "ol", "menu", "table", "div", "section", "article", "aside", "main", "dl", "blockquote"];
/// Tags that end where another of the sort, or the end of what they are in, follows.
const IMPLIED_END: [&str; 8] = ["p", "li", "td", "th", "tr", "dt", "dd", "option"];
const MAX_LIST_DEPTH: usize = 8;
/// Rows and columns that one cell may say it covers.
const MAX_SPAN: usize = 1000;
/// Bytes of the mark of a note.
const MAX_MARK_LEN: usize = 8;

/// Reads a page.
pub(super) fn read(html: &str) -> ImportedDocument {
    let mut reader = HtmlReader::default();
    reader.count_reversed(html);
    reader.read(html);
    reader.builder.document.is_page = true;
    reader.finish()
}

/// The element that is left out or is a note, until it ends.
struct Scope {
    name: String,
    /// Elements of its name inside it.
    same: usize,
    /// Other elements inside it that hold blocks.
    containers: usize,
}

/// What a tag is to the element that is open.
#[derive(PartialEq, Eq)]
enum ScopeEnd {
    /// It is inside.
    Open,
    /// It is its end tag.
    Ended,
    /// It stands outside: the element had no end tag.
    EndedBefore,
}

impl Scope {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), same: 0, containers: 0 }
    }

    fn is_implied(&self) -> bool {
        self.containers == 0 && IMPLIED_END.contains(&self.name.as_str())
    }

    fn start(&mut self, name: &str) -> ScopeEnd {
        let own = self.name.as_str();
        let is_block = BLOCKS.contains(&name)
            || CONTAINERS.contains(&name)
            || matches!(name, "li" | "tr" | "td" | "th" | "dt" | "dd" | "pre")
            || is_heading(name);
        let follows = match own {
            "p" => is_block,
            "td" | "th" => matches!(name, "td" | "th" | "tr" | "tbody" | "tfoot"),
            "tr" => matches!(name, "tr" | "tbody" | "tfoot"),
            "dt" | "dd" => matches!(name, "dt" | "dd"),
            own => own == name,
        };
        if self.is_implied() && follows {
            return ScopeEnd::EndedBefore;
        }
        if name == own && !VOID.contains(&name) {
            self.same += 1;
        } else if CONTAINERS.contains(&name) {
            self.containers += 1;
        }
        ScopeEnd::Open
    }

    fn end(&mut self, name: &str) -> ScopeEnd {
        if name == self.name {
            if self.same == 0 {
                return ScopeEnd::Ended;
            }
            self.same -= 1;
        } else if CONTAINERS.contains(&name) || matches!(name, "tr" | "td" | "th" | "li") {
            if self.is_implied() && !(self.name == "tr" && matches!(name, "td" | "th")) {
                return ScopeEnd::EndedBefore;
            }
            if CONTAINERS.contains(&name) {
                self.containers = self.containers.saturating_sub(1);
            }
        }
        ScopeEnd::Open
    }
}

struct OpenList {
    /// `None` for bullets.
    form: Option<NumberForm>,
    next: i64,
    step: i64,
}

#[derive(Default)]
struct OpenPageTable {
    /// Whether it only places what is in it.
    is_layout: bool,
    in_head: bool,
}

/// The mark of a note being read: where it leads, and its words.
struct OpenMark {
    target: String,
    text: String,
    is_mark: bool,
}

#[derive(Default)]
pub(super) struct HtmlReader {
    pub(super) builder: DocumentBuilder,
    css: Css,
    lists: Vec<OpenList>,
    tables: Vec<OpenPageTable>,
    /// What is being left out.
    unread: Option<Scope>,
    /// The content of a style sheet or title that is being left out.
    aside: String,
    title: Option<String>,
    /// The note being read.
    note: Option<Scope>,
    /// The targets of marks.
    noted: HashSet<String>,
    mark: Option<OpenMark>,
    /// What stands above the line.
    raised: Option<String>,
    pre: Option<String>,
    pub(super) strong: usize,
    pub(super) emphasis: usize,
    pub(super) code: usize,
    /// For each open element that may change the font, the font with signs.
    fonts: Vec<Option<String>>,
    /// The numbers of items of the lists that are counted down.
    reversed: VecDeque<i64>,
}

impl HtmlReader {
    /// Reads a page, or a part of one.
    pub(super) fn read(&mut self, html: &str) {
        let mut emitter = DefaultEmitter::default();
        // Without it the text of a script would be taken for the text of the page.
        emitter.naively_switch_states(true);
        for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
            match token {
                Token::StartTag(tag) => self.start(&tag),
                Token::EndTag(tag) => self.end(&String::from_utf8_lossy(&tag.name)),
                Token::String(text) => self.text(&String::from_utf8_lossy(&text.value)),
                _ => {}
            }
            if self.builder.is_full() {
                break;
            }
        }
    }

    pub(super) fn finish(mut self) -> ImportedDocument {
        self.end_raised();
        self.end_mark();
        self.end_pre();
        self.builder.document.title = self.title.take();
        self.builder.finish()
    }

    /// Whether what follows is left out.
    pub(super) fn is_unread(&self) -> bool {
        self.unread.is_some()
    }

    /// Counts the items of lists that are counted down.
    fn count_reversed(&mut self, html: &str) {
        if !html.contains("reversed") && !html.contains("REVERSED") {
            return;
        }
        let mut open: Vec<Option<usize>> = Vec::new();
        for Ok(token) in Tokenizer::new(html) {
            match token {
                Token::StartTag(tag) if matches!(tag.name.as_slice(), b"ol" | b"ul") => {
                    let is_reversed = tag.attributes.contains_key(b"reversed".as_slice());
                    open.push(is_reversed.then(|| {
                        self.reversed.push_back(0);
                        self.reversed.len() - 1
                    }));
                }
                Token::StartTag(tag) if tag.name.as_slice() == b"li" => {
                    let at = open.last().copied().flatten();
                    if let Some(count) = at.and_then(|at| self.reversed.get_mut(at)) {
                        *count += 1;
                    }
                }
                Token::EndTag(tag) if matches!(tag.name.as_slice(), b"ol" | b"ul") => {
                    open.pop();
                }
                _ => {}
            }
        }
    }

    fn start(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        let name = name.as_str();
        if let Some(unread) = &mut self.unread {
            if unread.start(name) == ScopeEnd::Open {
                return;
            }
            self.unread = None;
        }
        if self.note.as_mut().is_some_and(|note| note.start(name) != ScopeEnd::Open) {
            self.end_note();
        }
        let has = |name: &str| tag.attributes.contains_key(name.as_bytes());
        let attribute = |name: &str| {
            tag.attributes
                .get(name.as_bytes())
                .map(|value| String::from_utf8_lossy(&value.value).into_owned())
                .unwrap_or_default()
        };
        let style = attribute("style");
        if let Some(why) = self.why_unread(tag, name, &style, &attribute("class"), &attribute("id"))
        {
            if !VOID.contains(&name) {
                self.leave_out(name, why);
            }
            return;
        }
        if self.pre.is_some() && !matches!(name, "table" | "p" | "div") {
            if name == "br" {
                self.text("\n");
            }
            return;
        }
        if is_heading(name) || BLOCKS.contains(&name) {
            self.end_raised();
        }
        for id in [attribute("id"), attribute("name")] {
            if self.noted.contains(&id) && self.note.is_none() && !is_heading(name) {
                let is_inline = matches!(name, "a" | "span" | "sup" | "b" | "strong");
                self.note = Some(Scope::new(if is_inline { "p" } else { name }));
                self.builder.open_note(&id);
                break;
            }
        }
        match name {
            _ if BLOCKS.contains(&name) => {
                self.builder.flush();
                if self.lists.is_empty() {
                    self.builder.open(BlockKind::Paragraph);
                }
            }
            _ if is_heading(name) => {
                let level = name.as_bytes()[1] - b'0';
                self.builder.open(BlockKind::Heading(level));
            }
            "ul" | "menu" | "ol" => self.open_list(
                name,
                &attribute("type"),
                &style,
                attribute("start").trim().parse().ok(),
                has("reversed"),
            ),
            "li" => self.item(attribute("value").trim().parse().ok()),
            "dt" => self.builder.open(BlockKind::Item(self.lists.len(), String::new())),
            "dd" => self.builder.open(BlockKind::ItemParagraph(self.lists.len())),
            "blockquote" => self.builder.open(BlockKind::Quote),
            "br" => self.builder.line_break(),
            "pre" => self.pre = Some(String::new()),
            "table" => {
                let is_layout = matches!(attribute("role").as_str(), "presentation" | "none");
                self.tables.push(OpenPageTable { is_layout, in_head: false });
                if is_layout {
                    self.builder.flush();
                } else {
                    self.builder.open_table();
                }
            }
            "thead" | "tbody" | "tfoot" => {
                if let Some(table) = self.tables.last_mut() {
                    table.in_head = name == "thead";
                }
            }
            "tr" => self.open_row(),
            "td" | "th" => {
                let span = |text: String, all: usize| match text.trim().parse::<usize>() {
                    Ok(0) => all,
                    Ok(span) => span.min(MAX_SPAN),
                    Err(_) => 1,
                };
                let cell = TableCell {
                    columns: span(attribute("colspan"), 1),
                    rows: span(attribute("rowspan"), MAX_SPAN),
                    is_head: name == "th",
                    ..TableCell::default()
                };
                match self.tables.last() {
                    Some(table) if !table.is_layout => self.builder.open_cell(cell),
                    _ => self.builder.flush(),
                }
            }
            "a" => self.open_link(&attribute("href"), &attribute("class"), &attribute("role")),
            // An empty description says that a picture only decorates.
            "img" if !has("alt") || !attribute("alt").trim().is_empty() => {
                let names = ["alt", "aria-label", "title"].map(attribute);
                let description = names.iter().find(|name| !name.trim().is_empty());
                self.builder.picture(description.map_or("", String::as_str));
            }
            "svg" if has("aria-label") => self.builder.picture(&attribute("aria-label")),
            "input" => match attribute("type").to_ascii_lowercase().as_str() {
                "checkbox" | "radio" => self.text(if has("checked") { "☒ " } else { "☐ " }),
                _ => {}
            },
            "sup" => self.raised = Some(String::new()),
            "q" => self.text("“"),
            "b" | "strong" => self.strong += 1,
            "i" | "em" => self.emphasis += 1,
            "code" | "kbd" | "samp" => self.code += 1,
            "font" | "span" => {
                let font = value_of(&style, "font-family").unwrap_or_else(|| attribute("face"));
                let font =
                    font.split(',').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
                self.fonts.push(is_symbol_font(font).then(|| font.to_owned()));
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if let Some(unread) = &mut self.unread {
            match unread.end(name) {
                ScopeEnd::Open => return,
                ScopeEnd::Ended => {
                    self.unread = None;
                    match name {
                        "style" => self.css.read(&std::mem::take(&mut self.aside)),
                        "title" => {
                            let title = crate::text::clean_line(self.aside.trim());
                            self.title = self.title.take().or(Some(title));
                        }
                        _ => {}
                    }
                    return;
                }
                ScopeEnd::EndedBefore => self.unread = None,
            }
        }
        if self.pre.is_some() && name != "pre" {
            return;
        }
        if self.note.as_mut().is_some_and(|note| note.end(name) != ScopeEnd::Open) {
            self.end_note();
        }
        if is_heading(name) || BLOCKS.contains(&name) || matches!(name, "li" | "td" | "th") {
            self.end_raised();
        }
        match name {
            _ if BLOCKS.contains(&name) => self.builder.flush(),
            _ if is_heading(name) => self.builder.open(self.around()),
            "li" | "blockquote" | "dt" | "dd" => self.builder.open(self.around()),
            "ul" | "ol" | "menu" => {
                self.lists.pop();
                self.builder.open(self.around());
            }
            "pre" => self.end_pre(),
            "thead" => {
                if let Some(table) = self.tables.last_mut() {
                    table.in_head = false;
                }
            }
            "td" | "th" | "tr" => match self.tables.last() {
                Some(table) if table.is_layout => self.builder.flush(),
                Some(_) if name == "tr" => self.builder.close_row(),
                Some(_) => self.builder.close_cell(),
                None => {}
            },
            "table" => match self.tables.pop() {
                Some(table) if table.is_layout => self.builder.flush(),
                Some(_) => self.builder.close_table(),
                None => {}
            },
            "a" => {
                self.end_mark();
                self.builder.close_link();
            }
            "sup" => self.end_raised(),
            "q" => self.text("”"),
            "b" | "strong" => self.strong = self.strong.saturating_sub(1),
            "i" | "em" => self.emphasis = self.emphasis.saturating_sub(1),
            "code" | "kbd" | "samp" => self.code = self.code.saturating_sub(1),
            "font" | "span" => drop(self.fonts.pop()),
            _ => {}
        }
    }

    /// Words of the page.
    pub(super) fn text(&mut self, text: &str) {
        if let Some(unread) = &self.unread {
            if matches!(unread.name.as_str(), "style" | "title") {
                self.aside.push_str(text);
            }
            return;
        }
        if let Some(pre) = &mut self.pre {
            pre.push_str(text);
        } else if let Some(mark) = &mut self.mark {
            mark.text.push_str(text);
        } else if let Some(raised) = &mut self.raised {
            raised.push_str(text);
        } else if let Some(font) = self.fonts.last().and_then(Option::as_deref) {
            let sign = |c: char| if c.is_whitespace() { Some(c) } else { pictograph(font, c) };
            let signs: String = text.chars().filter_map(sign).collect();
            self.builder.text(&signs);
        } else {
            self.builder.look.strong = self.strong > 0;
            self.builder.look.emphasis = self.emphasis > 0;
            self.builder.look.code = self.code > 0;
            self.builder.text(text);
        }
    }

    /// Why an element is not for reading; the inner `None` if there is nothing to say about it.
    fn why_unread(
        &self,
        tag: &StartTag<()>,
        name: &str,
        style: &str,
        class: &str,
        id: &str,
    ) -> Option<Option<Omission>> {
        if NOT_READ.contains(&name) {
            return (!tag.self_closing).then_some(None);
        }
        if matches!(name, "html" | "body") {
            return None;
        }
        // The way back from a note to its mark.
        let href = tag.attributes.get(b"href".as_slice());
        if self.note.is_some() && name == "a" && href.is_some_and(|to| to.value.starts_with(b"#")) {
            return Some(None);
        }
        let has = |name: &[u8]| tag.attributes.contains_key(name);
        // A dialog is shown once something opens it.
        let is_hidden = has(b"hidden") || name == "dialog" && !has(b"open");
        match name {
            "del" | "s" | "strike" => Some(Some(Omission::StruckOut)),
            _ if is_hidden => Some(Some(Omission::Hidden)),
            _ => omission_by(style).or_else(|| self.css.omission(name, id, class)).map(Some),
        }
    }

    fn leave_out(&mut self, name: &str, why: Option<Omission>) {
        // Words on both sides stay apart.
        if why.is_some() {
            self.text(" ");
        }
        match why {
            Some(Omission::Hidden) => self.builder.document.left_out.hidden += 1,
            Some(Omission::StruckOut) => self.builder.document.left_out.struck_out += 1,
            None => {}
        }
        self.aside.clear();
        self.unread = Some(Scope::new(name));
    }

    fn open_list(
        &mut self,
        name: &str,
        form: &str,
        style: &str,
        start: Option<i64>,
        is_reversed: bool,
    ) {
        self.builder.flush();
        let of_style = value_of(style, "list-style-type").or_else(|| value_of(style, "list-style"));
        let of_style = of_style.map(|value| value.split(' ').next().unwrap_or_default().to_owned());
        let form = match (name, of_style.as_deref(), form) {
            ("ol", Some(form), _) | ("ol", None, form) => NumberForm::of_page(form),
            (_, Some(form), _) if !matches!(form, "none" | "" | "inside" | "outside") => {
                NumberForm::of_page(form).filter(|form| *form != NumberForm::Decimal)
            }
            _ => None,
        };
        let counted = if is_reversed { self.reversed.pop_front() } else { None };
        let next = start.or(counted).unwrap_or(1);
        self.lists.push(OpenList { form, next, step: if is_reversed { -1 } else { 1 } });
    }

    fn item(&mut self, value: Option<i64>) {
        let depth = self.lists.len().saturating_sub(1).min(MAX_LIST_DEPTH);
        let label = self.lists.last_mut().and_then(|list| {
            let number = value.unwrap_or(list.next);
            list.next = number.saturating_add(list.step);
            let form = list.form.filter(|form| *form != NumberForm::Nothing)?;
            Some(match u64::try_from(number) {
                Ok(number) => format!("{}.", number_label(number, form)),
                Err(_) => format!("{number}."),
            })
        });
        self.builder.open(BlockKind::Item(depth, label.unwrap_or_default()));
    }

    fn open_row(&mut self) {
        match self.tables.last() {
            Some(table) if !table.is_layout => {
                let in_head = table.in_head;
                self.builder.open_row(in_head);
            }
            _ => self.builder.flush(),
        }
    }

    /// A link within the page that looks like the mark of a note is one.
    fn open_link(&mut self, href: &str, class: &str, role: &str) {
        self.end_mark();
        let Some(target) = href.strip_prefix('#').filter(|target| !target.is_empty()) else {
            return self.builder.open_link(href);
        };
        let named = target.to_ascii_lowercase();
        let named = ["fn", "_ftn", "ftn", "_edn", "edn", "note", "footnote", "endnote"]
            .iter()
            .any(|start| named.trim_start_matches("cite_").starts_with(start));
        let is_mark =
            self.raised.is_some() || role == "doc-noteref" || class.contains("note") || named;
        self.mark = Some(OpenMark { target: target.to_owned(), text: String::new(), is_mark });
    }

    fn end_mark(&mut self) {
        let Some(mark) = self.mark.take() else { return };
        let text = mark.text.trim().to_owned();
        let is_short = !text.is_empty() && text.len() <= MAX_MARK_LEN && !text.contains(' ');
        if mark.is_mark && is_short && self.note.is_some() {
            // The way back from a note to its mark.
            return;
        }
        if mark.is_mark && is_short && self.pre.is_none() {
            self.builder.note_mark(&mark.target, &text);
            self.noted.insert(mark.target);
        } else {
            self.text(&mark.text);
        }
    }

    fn end_note(&mut self) {
        self.note = None;
        self.builder.close_note();
        self.builder.open(self.around());
    }

    fn end_raised(&mut self) {
        if let Some(text) = self.raised.take() {
            self.builder.superscript(&text);
        }
    }

    fn end_pre(&mut self) {
        if let Some(text) = self.pre.take() {
            self.builder.code(&text.replace('\t', "    "));
        }
    }

    /// What text outside of any block is.
    fn around(&self) -> BlockKind {
        match self.lists.len() {
            0 => BlockKind::Paragraph,
            open => BlockKind::ItemParagraph((open - 1).min(MAX_LIST_DEPTH)),
        }
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h', b'1'..=b'6'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::import::write::write;

    fn markdown(html: &str) -> String {
        write(&read(html)).expect("it is short")
    }

    #[test]
    fn a_page_keeps_its_headings_lists_tables_and_links() {
        let html = "<!doctype html><title>Not this</title><style>p {}</style>\
            <h1>Thresholds</h1><p>Call <a href='tel:01632960123'>the&nbsp;duty  desk</a>.\
            <script>if (a < b) {}</script><h2>When</h2><ol start=2><li><p>First</p>\
            <ul><li>Inside</ul><li>Next</ol><table><tr><th>Level<th>Who<tr><td>1<td>DSL</table>";
        let expected = "## Thresholds\n\nCall [the duty desk](<tel:01632960123>).\n\n### When\n\n\
            2.  First\n    -   Inside\n3.  Next\n\n| Level | Who |\n|---|---|\n| 1 | DSL |\n";
        assert_eq!(markdown(html), expected);
    }

    #[test]
    fn nesting_however_deep_is_read_in_one_pass() {
        for tag in [
            "div",
            "ul><li",
            "table><tr><td",
            "b",
            "blockquote",
            "a href='https://a.b'",
            "sup",
            "a href='#fn1'",
            "pre",
            "span",
            "td",
        ] {
            let text = markdown(&format!("{}deep", format!("<{tag}>").repeat(100_000)));
            assert!(text.contains("deep"), "{tag}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_page_makes_the_reader_panic(html in "[<>/a-h1-3lirtdoup =\"'&;!-]{0,120}", text in "\\PC{0,60}") {
            let _ = markdown(&html);
            let _ = markdown(&text);
        }
    }
}
