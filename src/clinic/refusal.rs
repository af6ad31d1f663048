//! Why an event was not taken, and what can be done instead. The session is then unchanged.

use thiserror::Error;

use super::form::completion::Missing;
use super::session::Status;

/// An event the machine did not take.
#[derive(Clone, Debug, PartialEq, Error)]
#[expect(missing_docs, reason = "fields carry the names of what they hold")]
pub enum Refusal {
    /// Nothing in the template is called that, or not in that row.
    #[error("There is no “{what}” here. Open the stage again and choose from what it shows.")]
    Unknown { what: String },
    /// The value does not fit the item.
    #[error("That answer does not fit “{question}”: {why}.")]
    WrongValue { question: String, why: String },
    /// The item takes no answer of its own.
    #[error("“{question}” is filled in by the clinic and can’t be changed here.")]
    ReadOnly { question: String },
    /// Longer than a note can hold.
    #[error("That text is longer than one field can hold ({limit} characters). Shorten it.")]
    TooLong { limit: usize },
    /// The fewest or most rows are reached.
    #[error("“{group}” {why}.")]
    Rows { group: String, why: String },
    /// As many as a session can hold.
    #[error("There are already {limit} {what}, as many as one note can hold.")]
    TooMany { what: &'static str, limit: usize },
    /// A reason is needed and was blank.
    #[error("Give a reason to {to}.")]
    NoReason { to: &'static str },
    /// A text is needed and was blank.
    #[error("Write {what} first.")]
    Blank { what: &'static str },
    /// The gate of a stage is not answered.
    #[error(
        "Before leaving “{title}”, answer “{}”. Or go on without, with a reason.",
        questions.join("”, “")
    )]
    GateClosed { stage: usize, title: String, questions: Vec<String> },
    /// The stage may not be skipped.
    #[error("“{title}” can’t be skipped. Answer it, or stop the clinic with a reason.")]
    NotSkippable { title: String },
    /// There is no further stage.
    #[error("This is the last stage. Complete the clinic, or go back.")]
    LastStage,
    /// The rating is not as far, or further.
    #[error("{why}")]
    NotNow { why: &'static str },
    /// Some have not placed yet.
    #[error(
        "{waiting} of {asked} are still to place. Wait for them, or give a reason to show it now."
    )]
    NotAllReady { waiting: usize, asked: usize },
    /// The participant has left traces in the note.
    #[error("“{label}” has already taken part. Mark them as not present instead.")]
    HasTakenPart { label: String },
    /// The note is closed.
    #[error("This note is {}. {}", status.title(), advice(*status))]
    Closed { status: Status },
    /// Errors stand in the way of completion.
    #[error("{} to put right before completing: {}", missing.len(), first(missing))]
    Incomplete { missing: Vec<Missing> },
    /// Warnings stand in the way of completion.
    #[error("{} to read before completing: {}", warnings.len(), first(warnings))]
    Unacknowledged { warnings: Vec<Missing> },
}

fn advice(status: Status) -> &'static str {
    match status {
        Status::Stopped => "Resume it to go on.",
        Status::EnteredInError => "It is kept as it was.",
        _ => "Write an amendment with a reason.",
    }
}

fn first(list: &[Missing]) -> String {
    let shown = list.iter().take(3).map(|one| one.message.as_str()).collect::<Vec<_>>().join("; ");
    if list.len() > 3 { format!("{shown}; and {} more.", list.len() - 3) } else { shown }
}
