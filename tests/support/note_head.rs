//! The head of a note in a vault that no program keeps.

use caseclinic::vault::NoteHead;

pub(crate) fn head() -> NoteHead {
    NoteHead {
        kind: "clinic".to_owned(),
        case_key: "HERON-42".to_owned(),
        title: "A fictional case".to_owned(),
        template: "peer-case-clinic@1".to_owned(),
        stage: "open".to_owned(),
        status: "in-progress".to_owned(),
        created: jiff::Timestamp::UNIX_EPOCH,
        updated: jiff::Timestamp::UNIX_EPOCH,
        next_review: None,
        shared_with: Vec::new(),
        question: None,
    }
}
