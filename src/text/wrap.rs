//! How wide text is in terminal columns, and how it breaks into lines.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Width in terminal columns.
pub fn width(text: &str) -> usize {
    // Most text is plain, and a form is measured again at every key.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.len();
    }
    UnicodeWidthStr::width(text)
}

/// At most `columns` wide; what is cut off is shown by `…`.
pub fn shorten(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    if columns == 0 {
        return String::new();
    }
    let mut out = String::new();
    let mut used = 0;
    for cluster in text.graphemes(true) {
        let wide = width(cluster);
        if used + wide > columns - 1 {
            break;
        }
        out.push_str(cluster);
        used += wide;
    }
    let mut out = out.trim_end().to_owned();
    out.push('…');
    out
}

/// Byte ranges of the lines of `text` broken at spaces to at most `columns`; a word wider than
/// that is broken inside. Line ends in the text are kept; an empty text is one empty line.
pub fn wrap(text: &str, columns: usize) -> Vec<Range<usize>> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut start = 0;
    for part in text.split('\n') {
        wrap_paragraph(part, start, columns, &mut lines);
        start += part.len() + 1;
    }
    lines
}

fn wrap_paragraph(part: &str, offset: usize, columns: usize, lines: &mut Vec<Range<usize>>) {
    let mut line_start = 0;
    // Where what is not blank ends in this line.
    let mut line_end = 0;
    let mut used = 0;
    let mut at = 0;
    while at < part.len() {
        let blank = part.len() - at - part[at..].trim_start().len();
        if blank > 0 {
            // Trailing blanks may hang over the edge.
            used += width(&part[at..at + blank]);
            at += blank;
            continue;
        }
        let end = part[at..].find(char::is_whitespace).map_or(part.len(), |blank| at + blank);
        let word = &part[at..end];
        let wide = width(word);
        if used + wide > columns {
            if line_end > line_start {
                lines.push(offset + line_start..offset + line_end);
                (line_start, used) = (at, 0);
            }
            for (inner, cluster) in word.grapheme_indices(true) {
                let wide = width(cluster);
                if used + wide > columns && at + inner > line_start {
                    lines.push(offset + line_start..offset + at + inner);
                    (line_start, used) = (at + inner, 0);
                }
                used += wide;
            }
        } else {
            used += wide;
        }
        (at, line_end) = (end, end);
    }
    lines.push(offset + line_start..offset + line_end.max(line_start));
}

/// Text broken to lines; an empty text has none.
pub fn paragraphs(text: &str, width: u16) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    wrap(text, usize::from(width)).into_iter().map(|range| text[range].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &str, columns: usize) -> Vec<&str> {
        wrap(text, columns).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn lines_break_at_spaces_and_keep_given_line_ends() {
        assert_eq!(lines("one two three\nfour", 8), ["one two", "three", "four"]);
    }

    #[test]
    fn punctuation_stays_with_its_word() {
        assert_eq!(lines("say when, then", 8), ["say", "when,", "then"]);
    }

    #[test]
    fn a_word_wider_than_the_line_is_broken_inside() {
        assert_eq!(lines("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
    }

    #[test]
    fn a_word_wider_than_the_line_begins_a_line_of_its_own() {
        assert_eq!(lines("ab cdefgh ij", 3), ["ab", "cde", "fgh", "ij"]);
        assert_eq!(lines("    abc", 3), ["    ", "abc"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_nothing_but_blanks_is_left_out(
            text in "([a-z]{1,9}[,.-]?| |  |\n|é|“a”|日本|\u{301}|👩‍👧){0,24}",
            columns in 2_usize..30,
        ) {
            let lines = wrap(&text, columns);
            let mut end = 0;
            for line in &lines {
                prop_assert!(text[end..line.start].chars().all(char::is_whitespace));
                prop_assert!(width(text[line.clone()].trim_end()) <= columns);
                end = line.end;
            }
            prop_assert!(text[end..].chars().all(char::is_whitespace));
            prop_assert!(lines.len() > text.matches('\n').count());
        }
    }

    #[test]
    fn an_empty_text_is_one_empty_line_and_a_blank_line_stays() {
        assert_eq!(lines("", 10), [""]);
        assert_eq!(lines("a\n\nb", 10), ["a", "", "b"]);
    }

    #[test]
    fn indentation_is_kept() {
        assert_eq!(lines("  ab cd", 5), ["  ab", "cd"]);
    }

    #[test]
    fn wide_characters_count_two_columns() {
        assert_eq!(lines("日本 語", 4), ["日本", "語"]);
        assert_eq!(width("日本"), 4);
    }

    #[test]
    fn no_line_is_wider_than_asked_and_nothing_is_lost() {
        let text = "Tell the designated lead at once; don’t view, copy or send it on. (Really.) averyveryverylongword";
        for columns in 1..40 {
            let kept: String = lines(text, columns).concat().replace(' ', "");
            assert_eq!(kept, text.replace(' ', ""), "at {columns}");
            assert!(lines(text, columns).iter().all(|line| width(line) <= columns), "at {columns}");
        }
    }

    #[test]
    fn shortening_says_that_something_is_missing() {
        assert_eq!(shorten("guidance", 5), "guid…");
        assert_eq!(shorten("guidance", 8), "guidance");
        assert_eq!(shorten("guidance", 0), "");
    }
}
