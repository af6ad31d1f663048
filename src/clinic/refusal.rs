//! Why an event was not taken, and what can be done instead. The session is then unchanged.

use thiserror::Error;

use super::form::completion::Missing;
use super::session::Status;
use crate::text::counted;

/// An event the machine did not take.
#[derive(Clone, Debug, PartialEq, Error)]
#[expect(missing_docs, reason = "fields carry the names of what they hold")]
pub enum Refusal {
    /// Nothing in the template is called that, or not in that row.
    #[error("“{what}” could not be found. Open the stage again and choose from the list.")]
    Unknown { what: String },
    /// The value does not fit the item.
    #[error("That answer does not fit “{question}”: {why}.")]
    WrongValue { question: String, why: String },
    /// The item takes no answer of its own.
    #[error("“{question}” is filled in automatically and cannot be changed here.")]
    ReadOnly { question: String },
    /// Longer than a note can hold.
    #[error("That text is too long. One field can hold {limit} characters. Shorten it.")]
    TooLong { limit: usize },
    /// The fewest or most rows are reached.
    #[error("“{group}” {why}.")]
    Rows { group: String, why: String },
    /// As many as a session can hold.
    #[error("There are already {limit} {what}, the most that one note can hold.")]
    TooMany { what: &'static str, limit: usize },
    /// A reason is needed and was blank.
    #[error("To {to}, give a reason.")]
    NoReason { to: &'static str },
    /// A text is needed and was blank.
    #[error("Write {what} first.")]
    Blank { what: &'static str },
    /// The gate of a stage is not answered.
    #[error(
        "Before you leave “{title}”, answer “{}”. Or continue without answering and give a reason.",
        questions.join("”, “")
    )]
    GateClosed { stage: usize, title: String, questions: Vec<String> },
    /// The stage may not be skipped.
    #[error(
        "“{title}” cannot be skipped. Answer its questions, or leave the clinic: the draft is saved."
    )]
    NotSkippable { title: String },
    /// The stage is the last.
    #[error("This is the last stage. Complete the clinic, or go back.")]
    LastStage,
    /// The rating is not as far, or further.
    #[error("{why}")]
    NotNow { why: &'static str },
    /// Some have not placed yet.
    #[error(
        "{waiting} of {asked} people have not placed it yet. Wait for them, or give a reason to reveal now."
    )]
    NotAllReady { waiting: usize, asked: usize },
    /// The participant has left traces in the note.
    #[error("“{label}” has already placed behaviour or given a view, so they stay on the list.")]
    HasTakenPart { label: String },
    /// The note is closed.
    #[error("This note is {}. {}", status.title(), advice(*status))]
    Closed { status: Status },
    /// Errors block completion.
    #[error(
        "{} before you can complete: {}",
        counted(missing.len(), "answer still needed", "answers still needed"),
        first(missing)
    )]
    Incomplete { missing: Vec<Missing> },
    /// Warnings have to be acknowledged before completion.
    #[error(
        "{} before completing: {}",
        counted(warnings.len(), "point to check", "points to check"),
        first(warnings)
    )]
    Unacknowledged { warnings: Vec<Missing> },
}

fn advice(status: Status) -> &'static str {
    match status {
        Status::Stopped => "Resume the clinic to continue.",
        Status::EnteredInError => "It can no longer be changed.",
        _ => "It can no longer be edited. Add a correction and give a reason.",
    }
}

fn first(list: &[Missing]) -> String {
    let shown = list.iter().take(3).map(|one| one.message.as_str()).collect::<Vec<_>>().join("; ");
    if list.len() > 3 { format!("{shown}; and {} more.", list.len() - 3) } else { shown }
}
