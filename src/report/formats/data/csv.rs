//! The actions of a note as CSV, a line for each.

use crate::report::csv_line::push_line;

use super::NoteEdition;

const HEAD: [&str; 10] = [
    "case_key",
    "number",
    "what",
    "why",
    "owner",
    "agency",
    "by",
    "how_we_will_know",
    "status",
    "outcome",
];

/// Returns the actions as the contents of a CSV file. Dates are written `2026-11-24`.
pub(super) fn write(note: &NoteEdition<'_>) -> Vec<u8> {
    let mut out = String::new();
    push_line(&mut out, &HEAD);
    for (at, action) in note.actions().into_iter().enumerate() {
        let details = &action.details;
        let number = (at + 1).to_string();
        let by = details.by.map_or_else(String::new, |by| by.to_string());
        push_line(
            &mut out,
            &[
                note.session.case_key(),
                &number,
                &details.what,
                &details.why,
                &details.owner,
                &details.agency,
                &by,
                &details.measure,
                details.status.title(),
                &details.outcome,
            ],
        );
    }
    out.into_bytes()
}
