//! Reads plain text: paragraphs, list items with their labels, and short lines that stand alone as
//! headings.

use super::{
    builder::{BlockKind, DocumentBuilder},
    model::ImportedDocument,
};

/// Characters a heading has at most.
const MAX_HEADING_LEN: usize = 60;
/// Lines of a paragraph are filled to at least this; shorter ones are lines of their own, such as
/// those of an address.
const FILLED: usize = 50;
const MAX_LIST_DEPTH: usize = 6;

pub(super) fn read(text: &str) -> ImportedDocument {
    let mut builder = DocumentBuilder::default();
    let blocks = blocks(text);
    let mut is_after_item = false;
    for (at, block) in blocks.iter().enumerate() {
        if builder.is_full() {
            break;
        }
        let next = blocks.get(at + 1);
        if is_heading(block, next, is_after_item) {
            builder.open(BlockKind::Heading(2));
            builder.text(block[0]);
            is_after_item = false;
            continue;
        }
        is_after_item = item(block[0]).is_some();
        paragraph(&mut builder, block);
    }
    builder.finish()
}

fn paragraph(builder: &mut DocumentBuilder, block: &[&str]) {
    let filled = block.iter().rev().skip(1).all(|line| line.trim().chars().count() >= FILLED);
    builder.open(BlockKind::Paragraph);
    let mut indents: Vec<usize> = Vec::new();
    for line in block {
        let indent = line.len() - line.trim_start().len();
        if let Some((label, rest)) = item(line) {
            indents.retain(|outer| *outer < indent);
            let depth = indents.len().min(MAX_LIST_DEPTH);
            indents.push(indent);
            builder.open(BlockKind::Item(depth, label.to_owned()));
            builder.text(rest);
            continue;
        }
        // A line indented below the words of an item goes on with them.
        let goes_on = indents.last().is_some_and(|outer| indent > *outer);
        if !filled && !goes_on {
            builder.line_break();
        }
        builder.text(" ");
        builder.text(line);
    }
}

/// Lines that stand together.
fn blocks(text: &str) -> Vec<Vec<&str>> {
    let mut blocks = vec![Vec::new()];
    for line in text.lines().map(str::trim_end) {
        let is_rule = line.trim().chars().count() > 2
            && line.trim().chars().all(|c| matches!(c, '-' | '=' | '_' | '*' | '~' | '#'));
        match blocks.last_mut() {
            // A line below a heading, or across the page.
            Some(block) if is_rule && block.len() == 1 => blocks.push(Vec::new()),
            Some(_) if is_rule => blocks.push(Vec::new()),
            Some(block) if !line.is_empty() => block.push(line),
            Some(block) if block.is_empty() => {}
            _ => blocks.push(Vec::new()),
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// Whether a block is a heading: a short line before text, with a number or without.
fn is_heading(block: &[&str], next: Option<&Vec<&str>>, is_after_item: bool) -> bool {
    let ([line], Some(next)) = (block, next) else { return false };
    let line = line.trim();
    let is_sentence = line.ends_with(['.', ',', ';', ':', '!', '?']);
    // A name and its value, such as a date.
    if line.chars().count() > MAX_HEADING_LEN || is_sentence || line.contains(": ") {
        return false;
    }
    let next_label = item(next[0]).map(|(label, _)| label);
    match item(line) {
        // An item among others that stand apart is not a heading.
        Some((label, rest)) => {
            label.starts_with(|c: char| c.is_ascii_digit())
                && rest.starts_with(char::is_uppercase)
                && !is_after_item
                && next_label.is_none_or(|next| is_part_of(next, label))
        }
        None => {
            // Of several short lines only the last before text is one.
            let is_next_short = matches!(next.as_slice(), [only] if is_short(only));
            line.starts_with(char::is_alphanumeric) && !is_next_short
        }
    }
}

fn is_short(line: &str) -> bool {
    let line = line.trim();
    line.chars().count() <= MAX_HEADING_LEN
        && line.starts_with(char::is_alphanumeric)
        && !line.ends_with(['.', ',', ';', ':', '!', '?'])
        && !line.contains(": ")
        && item(line).is_none()
}

/// A line that begins like an item: its label, which is empty for a bullet, and its words.
pub(super) fn item(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    for mark in ["- ", "* ", "\u{2022} ", "\u{2013} ", "\u{2022}", "\u{25CF} ", "o "] {
        if let Some(rest) = line.strip_prefix(mark).filter(|rest| !rest.trim().is_empty()) {
            return Some(("", rest.trim_start()));
        }
    }
    let (label, rest) = line.split_once(' ')?;
    let rest = rest.trim_start();
    // An amount or a time looks like the number of a clause, but no sentence begins behind it.
    let is_sentence = !label.ends_with(|c: char| c.is_ascii_digit())
        || rest.starts_with(|c: char| c.is_uppercase() || matches!(c, '“' | '‘' | '"'));
    (is_label(label) && is_sentence && !rest.is_empty()).then_some((label, rest))
}

/// Whether a label such as `2.1` stands below another such as `2.`
fn is_part_of(label: &str, of: &str) -> bool {
    let above = of.trim_end_matches(['.', ')']);
    label.strip_prefix(above).is_some_and(|rest| rest.len() > 1 && rest.starts_with('.'))
}

/// A heading without its number.
pub(super) fn without_label(heading: &str) -> &str {
    let heading = heading.trim();
    match heading.split_once(' ') {
        Some((label, rest)) if is_label(label) || label.parse::<u16>().is_ok() => rest.trim(),
        _ => heading,
    }
}

/// Whether a word is the label of an item: `1.`, `2)`, `2.1`, `2.1.`, `(a)`, `b)`, `iv.`.
pub(super) fn is_label(word: &str) -> bool {
    let inner = word.strip_prefix('(').unwrap_or(word);
    let closed = inner.strip_suffix([')', '.']);
    let (inner, is_closed) = (closed.unwrap_or(inner), closed.is_some());
    let parts: Vec<&str> = inner.split('.').collect();
    let is_number = |part: &&str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if parts.iter().all(is_number) {
        return is_closed || (parts.len() > 1 && parts.iter().all(|part| part.len() < 3));
    }
    let is_letter = inner.len() == 1 && inner.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_roman = inner.len() <= 5 && inner.bytes().all(|byte| b"ivx".contains(&byte));
    // A capital with a full stop begins a name.
    let is_initial = word.ends_with('.') && inner.bytes().all(|byte| byte.is_ascii_uppercase());
    is_closed && !inner.is_empty() && (is_letter || is_roman) && !is_initial
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::import::write::write;

    fn markdown(text: &str) -> String {
        write(&read(text)).expect("it is short")
    }

    #[test]
    fn headings_items_and_lines_of_an_address_are_told_from_prose() {
        let prose = "word ".repeat(12);
        let text = format!(
            "Duty desk\n\nCall us first, then write.\n{prose}\n{prose}\n\n1. Ring\n2) Write\n- Wait\n\nNorthmoor\r\n01632 960123\n"
        );
        let prose = prose.trim();
        let expected = format!(
            "## Duty desk\n\nCall us first, then write.\n\n{prose}\n\n{prose}\n\n1.  Ring\n-   2)\u{2002}Write\n-   Wait\n\nNorthmoor\n\n01632 960123\n"
        );
        assert_eq!(markdown(&text), expected);
        assert_eq!(markdown(&format!("{prose}\n{prose}\nend.")), format!("{prose} {prose} end.\n"));
    }

    #[test]
    fn clauses_keep_their_numbers_and_numbered_headings_are_headings() {
        let text = "Procedure\n=========\n\n1. Purpose\n\nWe act early.\n\n2. Referral\n\n\
            2.1 The lead rings the desk.\n2.2 The desk decides:\n    (a) today, or\n       at once\n    \
            (b) never alone.\n";
        let expected = "## Procedure\n\n## 1. Purpose\n\nWe act early.\n\n## 2. Referral\n\n\
            -   2.1\u{2002}The lead rings the desk.\n-   2.2\u{2002}The desk decides:\n    \
            -   (a)\u{2002}today, or at once\n    -   (b)\u{2002}never alone.\n";
        assert_eq!(markdown(text), expected);
    }

    #[test]
    fn no_time_amount_or_name_is_a_label() {
        for line in ["08.30 to 17.00", "2.5 million", "A. Jones", "i think", "999 first", "3.5"] {
            assert_eq!(item(line), None);
        }
    }
}
