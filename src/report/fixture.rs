//! Rows of the list of notes, for tests.

use jiff::Timestamp;

use crate::{
    clinic::Status,
    vault::{NoteHead, NoteId, NoteRow, NoteSource, Verified},
};

/// A completed note with this case key, of this kind, begun at a second and due for review on a day.
pub(crate) fn row(
    key: &str,
    kind: &str,
    status: Status,
    begun: i64,
    review: Option<&str>,
) -> NoteRow {
    let at = Timestamp::new(begun, 0).expect("a time");
    let head = NoteHead {
        kind: kind.to_owned(),
        case_key: key.to_owned(),
        title: "A meeting".to_owned(),
        template: "one 1".to_owned(),
        stage: String::new(),
        status: status.code().to_owned(),
        created: at,
        updated: at,
        next_review: review.map(|day| day.parse().expect("a date")),
        shared_with: Vec::new(),
        question: None,
    };
    let source = NoteSource::Revision(1);
    NoteRow { id: NoteId::random(), source, head: Ok(head), verified: Verified::Yes }
}
