//! Which notes are due for review.

use std::collections::{BTreeSet, HashMap};

use jiff::{Timestamp, civil::Date};

use crate::{
    clinic::Status,
    vault::{NoteHead, NoteId, NoteRow},
};

/// Returns the notes whose review date has come: completed notes without a later completed note of
/// the same case.
pub(crate) fn reviews_due<'a>(
    notes: impl IntoIterator<Item = &'a NoteRow>,
    today: Date,
) -> BTreeSet<NoteId> {
    let is = |head: &NoteHead, statuses: [Status; 2]| {
        statuses.iter().any(|status| status.code() == head.status)
    };
    let complete = |head: &NoteHead| is(head, [Status::Completed, Status::Amended]);
    let heads = notes.into_iter().filter_map(|row| Some((row.id, row.head.as_ref().ok()?)));
    let heads: Vec<(NoteId, &NoteHead)> = heads.filter(|(_, head)| complete(head)).collect();
    let mut last: HashMap<&str, Timestamp> = HashMap::new();
    for (_, head) in &heads {
        let begun = last.entry(head.case_key.as_str()).or_insert(head.created);
        *begun = head.created.max(*begun);
    }
    let is_last = |head: &NoteHead| last.get(head.case_key.as_str()) == Some(&head.created);
    let is_due = |head: &NoteHead| head.next_review.is_some_and(|day| day <= today);
    heads.iter().filter(|(_, head)| is_due(head) && is_last(head)).map(|(id, _)| *id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::row;

    #[test]
    fn a_review_that_has_come_is_due_until_a_later_note_of_the_case_is_completed() {
        let today = "2026-11-22".parse().expect("a date");
        let old = Some("2026-11-01");
        let due = |rows: &[NoteRow]| -> Vec<bool> {
            let due = reviews_due(rows, today);
            rows.iter().map(|row| due.contains(&row.id)).collect()
        };
        let (done, open) = (Status::Completed, Status::InProgress);
        let first = row("OWL-1", "case", done, 1, old);
        let draft = row("OWL-1", "case", open, 2, old);
        assert_eq!(due(&[first.clone(), draft]), [true, false], "a draft takes over nothing");
        let second = row("OWL-1", "case", Status::Amended, 2, Some("2027-01-01"));
        assert_eq!(due(&[first.clone(), second]), [false, false]);
        let error = row("OWL-1", "case", Status::EnteredInError, 2, old);
        assert_eq!(due(&[error, first]), [false, true]);
        let rows = ["2026-11-22", "2026-11-23"].map(|day| row(day, "case", done, 1, Some(day)));
        assert_eq!(due(&rows), [true, false], "on its day, and not before");
        assert_eq!(due(&[row("OWL-9", "case", done, 1, None)]), [false]);
    }
}
