//! Quotations in a text: somebody's own words.

use std::ops::Range;

/// Returns the ranges between quotation marks, in order, without overlaps. Marks pair within a
/// paragraph; a mark that is never closed quotes nothing.
pub(super) fn quoted(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    // Where a straight, a curly double and a single mark opened.
    let (mut straight, mut double, mut single) = (None, None, None);
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        match c {
            '\n' if next == '\n' => (straight, double, single) = (None, None, None),
            '"' => close_or_open(&mut straight, at, &mut found),
            '“' | '„' | '«' => double = Some(at),
            '”' | '»' => found.extend(double.take().map(|start| start..at)),
            '‘' | '\'' if !before.is_alphanumeric() && next.is_alphanumeric() => {
                single = single.or(Some(at));
            }
            '’' | '\'' if !next.is_alphanumeric() => {
                found.extend(single.take().map(|start| start..at));
            }
            _ => {}
        }
        before = c;
    }
    found.sort_by_key(|range| range.start);
    // A quotation inside another is part of it.
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

fn close_or_open(opened: &mut Option<usize>, at: usize, found: &mut Vec<Range<usize>>) {
    match opened.take() {
        Some(start) => found.push(start..at),
        None => *opened = Some(at),
    }
}
