//! Events of cited guidance.

use jiff::Timestamp;

use super::{ApplyResult, AuditLine, one_line, record, record_difference, saved};
use crate::clinic::event::Event;
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{Citation, Session};

const MAX_CITATIONS: usize = 200;

pub(super) fn apply(session: &mut Session, event: Event, at: Timestamp) -> ApplyResult {
    match event {
        Event::EntryCited { id, title, version } => {
            let citation = Citation {
                id: one_line(&id)?,
                title: one_line(&title)?,
                version: one_line(&version)?,
            };
            if citation.id.is_empty() {
                return Err(Refusal::Blank { what: "the id of the entry" });
            }
            let known = session.citations.iter().position(|one| one.id == citation.id);
            if known.is_none() && session.citations.len() >= MAX_CITATIONS {
                return Err(Refusal::TooMany { what: "citations", limit: MAX_CITATIONS });
            }
            let new = Some(format!("{} {}", citation.id, citation.version));
            let old = known.map(|index| session.citations.remove(index));
            let old = old.map(|one| format!("{} {}", one.id, one.version));
            session.citations.insert(known.unwrap_or(session.citations.len()), citation);
            record(session, at, AuditLine { item: "citation", old, new, ..AuditLine::default() });
        }
        Event::CitationRemoved { id } => {
            let index = session.citations.iter().position(|one| one.id == id);
            let index = index.ok_or(Refusal::Unknown { what: id })?;
            let one = session.citations.remove(index);
            let old = Some(format!("{} {}", one.id, one.version));
            record(session, at, AuditLine { item: "citation", old, ..AuditLine::default() });
        }
        other => return super::misrouted(&other),
    }
    saved()
}

/// Restores a citation at its place, or removes it.
pub(super) fn put_citation(
    session: &mut Session,
    id: &str,
    citation: Option<(usize, Citation)>,
    at: Timestamp,
    why: &str,
) {
    let told = |one: &Citation| format!("{} {}", one.id, one.version);
    let index = session.citations.iter().position(|one| one.id == id);
    let old = index.map(|index| told(&session.citations.remove(index)));
    let new = citation.as_ref().map(|(_, one)| told(one));
    if let Some((index, citation)) = citation {
        session.citations.insert(index.min(session.citations.len()), citation);
    }
    record_difference(session, "citation", None, (old, new), Some(why), at);
}
