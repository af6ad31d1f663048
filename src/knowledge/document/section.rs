//! An entry's text by heading, as the index and the lint read it.

use super::{Block, IN_SHORT, Section, document, plain_text};
use crate::knowledge::Entry;

/// The body in parts by heading, as plain text; the opening answer is [`IN_SHORT`].
pub fn sections(entry: &Entry) -> Vec<Section> {
    let mut sections = vec![Section { heading: IN_SHORT.to_owned(), text: String::new() }];
    for block in &document(entry).blocks {
        let text = match block {
            Block::Heading { spans, .. } => {
                sections.push(Section { heading: plain_text(spans), text: String::new() });
                continue;
            }
            Block::Paragraph { spans } | Block::Quote { spans } | Block::ListItem { spans, .. } => {
                plain_text(spans)
            }
            Block::Code { lines, .. } => {
                lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
            }
            Block::Table { head, rows } => std::iter::once(head)
                .chain(rows)
                .map(|row| row.iter().map(|cell| plain_text(cell)).collect::<Vec<_>>().join(" · "))
                .collect::<Vec<_>>()
                .join("\n"),
        };
        // The line that explains check marks has no words of its own.
        let text = text.trim();
        if let Some(section) = sections.last_mut().filter(|_| !text.is_empty()) {
            if !section.text.is_empty() {
                section.text.push('\n');
            }
            section.text.push_str(text);
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::library::sample_entry;

    #[test]
    fn the_opening_answer_is_its_own_section() {
        let sections = sections(&entry("Answer.\n\n## More\n\n- a\n- b\n"));
        assert_eq!(sections[0], Section { heading: IN_SHORT.into(), text: "Answer.".into() });
        assert_eq!(sections[1], Section { heading: "More".into(), text: "a\nb".into() });
    }

    #[test]
    fn code_is_part_of_its_section_line_by_line() {
        let sections = sections(&entry("Type:\n\n```\ncaseclinic search\n  more\n```\n"));
        assert_eq!(sections[0].text, "Type:\ncaseclinic search\nmore");
    }

    fn entry(body: &str) -> Entry {
        Entry { body: body.to_owned().into(), ..sample_entry("one") }
    }
}
