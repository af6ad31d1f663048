//! A session as one TOML text, and back.
//!
//! Promises: what is written reads back equal; a text that was cut short is refused, never taken
//! for a shorter note; every earlier shape is read. The text holds everything, unrevealed placements too: it is for sealing.

#[cfg(test)]
mod tests;

use thiserror::Error;

use super::session::{SCHEMA, Session};
use super::template::value::RowId;

const END: &str = "\n[end]\nbytes = ";

/// A stored text that is not a whole session.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BrokenDocument {
    /// The end is missing.
    #[error(
        "The end of this note is missing. Restore the note from a backup or a copy of the vault."
    )]
    CutShort,
    /// Written by a later version.
    #[error(
        "This note was saved by a newer version of caseclinic (format {0}). Update caseclinic to open it."
    )]
    Newer(i64),
    /// Not a session.
    #[error("This note cannot be read ({0}). Restore it from a backup or a copy of the vault.")]
    Unreadable(String),
}

/// The session as TOML, template and audit trail included.
pub fn to_document(session: &Session) -> String {
    let mut text = toml::to_string(session).expect(
        "a session holds only texts, whole numbers, finite numbers and keys that are texts",
    );
    let bytes = text.len();
    text.push_str(END);
    text.push_str(&bytes.to_string());
    text.push('\n');
    text
}

/// The session in `text`. Any text gives a session or a reason.
pub fn from_document(text: &str) -> Result<Session, BrokenDocument> {
    let at = text.rfind(END).ok_or(BrokenDocument::CutShort)?;
    let (body, end) = text.split_at(at);
    let length = end[END.len()..].strip_suffix('\n').and_then(|n| n.parse::<usize>().ok());
    if length != Some(body.len()) {
        return Err(BrokenDocument::CutShort);
    }
    let unreadable =
        |error: toml::de::Error| BrokenDocument::Unreadable(error.message().to_owned());
    let mut session: Session = match toml::from_str(body) {
        Ok(session) => session,
        Err(error) => {
            // A later format fails on its new keys; its number says so more plainly. It stands
            // before the first table.
            let head = body.split("\n[").next().unwrap_or_default();
            let head: toml::Table = toml::from_str(head).unwrap_or_default();
            return Err(match head.get("schema").and_then(toml::Value::as_integer) {
                Some(schema) if schema > i64::from(SCHEMA) => BrokenDocument::Newer(schema),
                _ => unreadable(error),
            });
        }
    };
    if session.schema > SCHEMA {
        return Err(BrokenDocument::Newer(i64::from(session.schema)));
    }
    // Earlier shapes lack parts that are then empty; from here on it is written in this one.
    session.schema = SCHEMA;
    check(&session).map_err(|why| BrokenDocument::Unreadable(why.to_owned()))?;
    Ok(session)
}

fn check(session: &Session) -> Result<(), &'static str> {
    let stages = session.template.stages.len();
    if session.stage >= stages || session.furthest >= stages {
        return Err("its current stage is not in its template");
    }
    if !session.clock.fits(stages) {
        return Err("its clock does not match its template");
    }
    if session.next_number > u32::MAX / 2 {
        return Err("the number of one of its parts is too high");
    }
    let numbers = session
        .rows
        .values()
        .flatten()
        .map(|row| row.0)
        .chain(session.participants.iter().map(|one| one.id.0))
        .chain(session.actions.iter().map(|one| one.id.0));
    let mut seen = std::collections::BTreeSet::new();
    for number in numbers {
        if !seen.insert(number) || number >= session.next_number {
            return Err("two of its parts have the same number");
        }
    }
    for (group, rows) in &session.rows {
        let outer = session.template.item(group).and_then(|place| place.rows_of);
        let outer = outer.map(|outer| session.rows(outer));
        let fits = |row: &RowId| match (outer, session.parent_row(*row)) {
            (None, None) => true,
            (Some(outer), Some(parent)) => outer.contains(&parent),
            _ => false,
        };
        if !rows.iter().all(fits) {
            return Err("one of its rows belongs to a row that does not exist");
        }
    }
    Ok(())
}
