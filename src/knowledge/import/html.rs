//! HTML as Markdown: headings, paragraphs, lists, tables, links.
//!
//! The tags are read one after the other, without a tree, so that no nesting is too deep. Scripts
//! and styles are left out; nothing is ever fetched.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use super::markdown::{BlockKind, Markdown};

/// Tags whose content is not for reading.
const HIDDEN: [&[u8]; 7] =
    [b"script", b"style", b"title", b"noscript", b"textarea", b"iframe", b"noembed"];
/// Tags that begin and end a block.
const BLOCKS: [&[u8]; 20] = [
    b"p",
    b"div",
    b"section",
    b"article",
    b"header",
    b"footer",
    b"main",
    b"nav",
    b"aside",
    b"address",
    b"figure",
    b"figcaption",
    b"form",
    b"fieldset",
    b"pre",
    b"hr",
    b"dl",
    b"dt",
    b"dd",
    b"caption",
];

pub(super) fn read(html: &str) -> String {
    let mut emitter = DefaultEmitter::default();
    // Without it the text of a script would be taken for the text of the page.
    emitter.naively_switch_states(true);
    let mut page = HtmlReader::default();
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) if page.hidden.is_none() => page.start(&tag),
            Token::EndTag(tag) => page.end(&tag.name),
            Token::String(text) if page.hidden.is_none() => {
                page.markdown.inline.text(&String::from_utf8_lossy(&text.value));
            }
            _ => {}
        }
    }
    page.markdown.finish()
}

#[derive(Default)]
struct HtmlReader {
    markdown: Markdown,
    /// For each open list, the number of its next item if it is numbered.
    lists: Vec<Option<u64>>,
    hidden: Option<Vec<u8>>,
}

impl HtmlReader {
    fn start(&mut self, tag: &StartTag<()>) {
        let name = tag.name.as_slice();
        let attribute = |name: &[u8]| {
            tag.attributes.get(name).map(|value| String::from_utf8_lossy(&value.value).into_owned())
        };
        match name {
            _ if HIDDEN.contains(&name) && !tag.self_closing => self.hidden = Some(name.to_vec()),
            _ if BLOCKS.contains(&name) => self.markdown.flush(),
            [b'h', level @ b'1'..=b'6'] => self.markdown.open(BlockKind::Heading(level - b'0')),
            b"ul" | b"menu" => self.open_list(None),
            b"ol" => {
                let first = attribute(b"start").and_then(|first| first.trim().parse().ok());
                self.open_list(Some(first.unwrap_or(1)));
            }
            b"li" => {
                let depth = self.lists.len().saturating_sub(1);
                let number = self.lists.last_mut().and_then(|next| {
                    let number = *next;
                    *next = next.map(|number: u64| number.saturating_add(1));
                    number
                });
                self.markdown.open(BlockKind::Item(depth, number));
            }
            b"blockquote" => self.markdown.open(BlockKind::Quote),
            b"br" => self.markdown.line_break(),
            b"table" => self.markdown.open_table(),
            b"tr" => self.markdown.open_row(),
            b"td" | b"th" => self.markdown.open_cell(),
            b"a" => self.markdown.inline.open_link(&attribute(b"href").unwrap_or_default()),
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        if let Some(hidden) = &self.hidden {
            if hidden == name {
                self.hidden = None;
            }
            return;
        }
        match name {
            _ if BLOCKS.contains(&name) => self.markdown.flush(),
            [b'h', b'1'..=b'6'] | b"li" | b"blockquote" => self.markdown.open(self.around()),
            b"ul" | b"ol" | b"menu" => {
                self.lists.pop();
                self.markdown.open(self.around());
            }
            b"table" => self.markdown.close_table(),
            b"a" => self.markdown.inline.close_link(),
            _ => {}
        }
    }

    fn open_list(&mut self, first: Option<u64>) {
        self.markdown.flush();
        self.lists.push(first);
    }

    /// What text outside of any block is.
    fn around(&self) -> BlockKind {
        match self.lists.len() {
            0 => BlockKind::Paragraph,
            open => BlockKind::More(open - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_keeps_its_headings_lists_tables_and_links() {
        let html = "<!doctype html><title>Not this</title><style>p {}</style>\
            <h1>Thresholds</h1><p>Call <a href='tel:01632960123'>the&nbsp;duty  desk</a>.\
            <script>if (a < b) {}</script><h2>When</h2><ol start=2><li><p>First</p>\
            <ul><li>Inside</ul><li>Next</ol><table><tr><th>Level<th>Who<tr><td>1<td>DSL</table>";
        let expected = "## Thresholds\n\nCall [the duty desk](<tel:01632960123>).\n\n## When\n\n\
            2.  First\n    -   Inside\n3.  Next\n\n| Level | Who |\n|---|---|\n| 1 | DSL |\n";
        assert_eq!(read(html), expected);
    }

    #[test]
    fn nesting_however_deep_is_read_in_one_pass() {
        for tag in ["div", "ul><li", "table><tr><td", "b", "blockquote", "a href='https://a.b'"] {
            let text = read(&format!("{}deep", format!("<{tag}>").repeat(100_000)));
            assert!(text.contains("deep"), "{tag}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_page_makes_the_reader_panic(html in "[<>/a-h1-3lirtdoup =\"'&;!-]{0,120}", text in "\\PC{0,60}") {
            let _ = read(&html);
            let _ = read(&text);
        }
    }
}
