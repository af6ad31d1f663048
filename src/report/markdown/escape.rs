//! Text that people typed, made so that no Markdown or HTML reader takes any of it for markup.

use crate::text::{clean, clean_line};

/// Returns text for the beginning of a line, with every character escaped that could be markup.
pub(super) fn inline(text: &str) -> String {
    escape(&clean_line(text), true)
}

/// Returns text for the rest of a line, where nothing can begin a list.
pub(super) fn within_line(text: &str) -> String {
    escape(&clean_line(text), false)
}

/// Returns text for paragraphs of its own: line ends become hard breaks, blank lines end paragraphs.
pub(super) fn block(text: &str) -> String {
    let cleaned = clean(text);
    let mut out = String::with_capacity(cleaned.len());
    let mut lines = cleaned.trim().split('\n').map(str::trim).peekable();
    while let Some(line) = lines.next() {
        out.push_str(&escape(line, true));
        match lines.peek() {
            None => {}
            Some(next) if line.is_empty() || next.is_empty() => out.push('\n'),
            // A backslash at the end of a line is Markdown's visible hard break.
            Some(_) => out.push_str("\\\n"),
        }
    }
    out
}

fn escape(line: &str, begins_line: bool) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    // "1." or "1)" begins a list.
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, c) in line.char_indices() {
        match c {
            // Entities hold in every reader, also in those that let HTML through.
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '!' | '|' | '~' | '^' | '$'
            | '=' => {
                out.push('\\');
                out.push(c);
            }
            '-' | '+' | ':' if at == 0 && begins_line => {
                out.push('\\');
                out.push(c);
            }
            '.' | ')'
                if begins_line && at == digits && digits > 0 && ends_word(&line[at + 1..]) =>
            {
                out.push('\\');
                out.push(c);
            }
            // Readers make links of bare addresses.
            ':' if line[at..].starts_with("://") => out.push_str("\\:"),
            '@' => out.push_str("\\@"),
            'w' | 'W' if line[at..].len() >= 4 && starts_www(&line[at..]) => {
                out.push_str("&#119;");
            }
            _ => out.push(c),
        }
    }
    out
}

fn ends_word(rest: &str) -> bool {
    rest.chars().next().is_none_or(char::is_whitespace)
}

fn starts_www(rest: &str) -> bool {
    rest.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("www."))
}
