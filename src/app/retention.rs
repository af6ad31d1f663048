//! What happens to a note after its meeting, as data: how long it is kept, discarding and bringing
//! back, erasing.

use jiff::{Timestamp, civil::Date};

use crate::vault::{NoteId, Retention};

/// Something to be done with a note beside its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// Read what was said of how long it is kept.
    Read(NoteId),
    /// Say how long it is kept, in place of what was said before.
    Say(NoteId, Retention),
    /// List the notes of which somebody decides now whether they are still needed.
    ListDue,
    /// Put its draft into the trash.
    Discard(NoteId),
    /// List the discarded drafts.
    ListTrash,
    /// Bring the newest discarded draft back.
    BringBack(NoteId),
    /// Erase every revision, draft and cache of it, for this reason.
    Erase(NoteId, String),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// What was said of how long a note is kept.
    Said(NoteId, Retention),
    /// The notes whose review date has come, the earliest first.
    Due(Vec<NamedNote>),
    /// The discarded drafts, the newest first.
    Trash(Vec<NamedNote>),
    /// It is done: a sentence.
    Done(String),
}

/// A note by name, with what is to be known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedNote {
    /// Which note.
    pub id: NoteId,
    /// Its case key, or what is wrong with its file.
    pub name: String,
    /// In a few words.
    pub about: String,
}

/// What was said of how long a note is kept, in a few lines.
pub(super) fn in_words(kept: &Retention) -> String {
    let class = kept.class.as_deref().unwrap_or("not set");
    let review = kept.review.map_or_else(|| "not set".to_owned(), crate::text::show_date);
    let hold = kept.hold.as_ref().map_or_else(
        || "none".to_owned(),
        |hold| format!("since {}: {}", crate::text::show_date(day(hold.since)), hold.reason),
    );
    format!("Retention class: {class}\nRetention review date: {review}\nLegal hold: {hold}")
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(jiff::tz::TimeZone::system()).date()
}
