//! Plain text as Markdown: paragraphs, list items, and short lines that stand alone as headings.

use super::markdown::{BlockKind, Markdown};

/// Characters a heading has at most.
const MAX_HEADING_LEN: usize = 60;
/// Lines of a paragraph are filled to at least this; shorter ones are lines of their own, such as
/// those of an address.
const FILLED: usize = 50;

pub(super) fn read(text: &str) -> String {
    let mut markdown = Markdown::default();
    let mut blocks = blocks(text).into_iter().peekable();
    while let Some(block) = blocks.next() {
        let before_text = blocks.peek().is_some_and(|next| !is_heading(next));
        if is_heading(&block) && before_text {
            markdown.open(BlockKind::Heading(2));
            markdown.inline.text(block[0]);
            continue;
        }
        let filled = block.iter().rev().skip(1).all(|line| line.chars().count() >= FILLED);
        markdown.open(BlockKind::Paragraph);
        for line in block {
            match item(line) {
                Some((number, rest)) => {
                    markdown.open(BlockKind::Item(0, number));
                    markdown.inline.text(rest);
                }
                None => {
                    if !filled {
                        markdown.line_break();
                    }
                    markdown.inline.text(" ");
                    markdown.inline.text(line);
                }
            }
        }
    }
    markdown.finish()
}

/// Lines that stand together.
fn blocks(text: &str) -> Vec<Vec<&str>> {
    let mut blocks = vec![Vec::new()];
    for line in text.lines().map(str::trim) {
        match blocks.last_mut() {
            Some(block) if !line.is_empty() => block.push(line),
            Some(block) if block.is_empty() => {}
            _ => blocks.push(Vec::new()),
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

fn is_heading(block: &[&str]) -> bool {
    let [line] = block else { return false };
    line.chars().count() <= MAX_HEADING_LEN
        && line.starts_with(char::is_alphanumeric)
        && !line.ends_with(['.', ',', ';', ':', '!', '?'])
        && item(line).is_none()
}

/// A line that begins like an item: its number if it has one, and its words.
fn item(line: &str) -> Option<(Option<u64>, &str)> {
    for mark in ["- ", "* ", "\u{2022} ", "\u{2013} "] {
        if let Some(rest) = line.strip_prefix(mark) {
            return Some((None, rest));
        }
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line[digits..].strip_prefix(". ").or_else(|| line[digits..].strip_prefix(") "))?;
    Some((Some(line[..digits].parse().ok()?), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_items_and_lines_of_an_address_are_told_from_prose() {
        let prose = "word ".repeat(12);
        let text = format!(
            "Duty desk\n\nCall us first, then write.\n{prose}\n{prose}\n\n1. Ring\n2) Write\n- Wait\n\nNorthmoor\r\n01632 960123\n"
        );
        let prose = prose.trim();
        let expected = format!(
            "## Duty desk\n\nCall us first, then write.\n\n{prose}\n\n{prose}\n\n1.  Ring\n2.  Write\n-   Wait\n\nNorthmoor\n\n01632 960123\n"
        );
        assert_eq!(read(&text), expected);
        assert_eq!(read(&format!("{prose}\n{prose}\nend.")), format!("{prose} {prose} end.\n"));
    }
}
