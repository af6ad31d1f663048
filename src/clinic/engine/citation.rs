//! Events of cited guidance.

use super::{AuditLine, Edit, restore_in};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::Citation;

const MAX_CITATIONS: usize = 200;

impl Edit<'_> {
    /// Cites an entry; one that is cited already gets the version given.
    pub(super) fn cite(&mut self, citation: Citation) -> Result<(), Refusal> {
        if citation.id.is_empty() {
            return Err(Refusal::Blank { what: "the id of the entry" });
        }
        let id = citation.id.clone();
        let known = self.session.citations.iter().position(|one| one.id == id);
        if known.is_none() && self.session.citations.len() >= MAX_CITATIONS {
            return Err(Refusal::TooMany { what: "citations", limit: MAX_CITATIONS });
        }
        let there = Some((known.unwrap_or(self.session.citations.len()), citation));
        let (old, new) = restore_in(&mut self.session.citations, |one| one.id == id, there, shown);
        self.record(AuditLine::new("citation", old, new));
        Ok(())
    }

    pub(super) fn remove_citation(&mut self, id: String) -> Result<(), Refusal> {
        let index = self.session.citations.iter().position(|one| one.id == id);
        let index = index.ok_or(Refusal::Unknown { what: id })?;
        let old = Some(shown(&self.session.citations.remove(index)));
        self.record(AuditLine::new("citation", old, None));
        Ok(())
    }

    /// Restores a citation at its place, or removes it.
    pub(super) fn put_citation(
        &mut self,
        id: &str,
        citation: Option<(usize, Citation)>,
        why: &str,
    ) {
        let (old, new) =
            restore_in(&mut self.session.citations, |one| one.id == id, citation, shown);
        self.record_difference(AuditLine::new("citation", old, new), Some(why));
    }
}

fn shown(citation: &Citation) -> String {
    format!("{} {}", citation.id, citation.version)
}
