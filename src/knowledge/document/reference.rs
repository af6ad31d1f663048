//! What an entry's text refers to, and where, for the lint.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::{
    Target,
    read::{options, target},
};

/// The footnote key that marks a statement as not checked against its source.
pub(crate) const CHECK: &str = "check";

/// Every footnote reference in a body, with its place.
pub(crate) fn footnote_keys(body: &str) -> Vec<(String, Range<usize>)> {
    Parser::new_ext(body, options())
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::FootnoteReference(key) => Some((key.into_string(), range)),
            _ => None,
        })
        .collect()
}

/// Every link in a body, with its place.
pub(crate) fn link_targets(body: &str) -> Vec<(Target, Range<usize>)> {
    Parser::new_ext(body, options())
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::Start(Tag::Link { dest_url, .. }) => Some((target(&dest_url), range)),
            _ => None,
        })
        .collect()
}
