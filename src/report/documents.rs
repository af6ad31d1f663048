//! The documents that leave the program: what each is for, and what it holds.
//!
//! Promises: all text is cleaned of control characters; nothing that is not revealed is in a
//! document; a placement or a differing view carries the role of its holder only, unless they or the
//! reader asked for more; a shareable copy holds nothing that its meeting format marks as an
//! identifier or as special-category information, and says what was left out.

mod action_slips;
mod case_file;
mod entry;
mod extract;
mod insight_report;
mod letter;
mod note_reader;
mod profile;
mod safety_plan;
mod supervision;
#[cfg(test)]
mod tests;
mod whole_note;

pub use entry::entry_document;
pub use insight_report::insight_document;

use self::note_reader::NoteReader;
use super::{
    document::{BlockList, ReportDocument, plain, strong},
    insight,
};
use crate::{
    clinic::{Session, Status, Subject, shareable_edition},
    knowledge::Library,
    text::{LocalTime, show_date},
};

/// Defines the documents, a row for each: variant, the word for it on the command line, its name,
/// what it is for, and what builds it.
macro_rules! document_kinds {
    ($($(#[$doc:meta])* $kind:ident: $code:literal, $name:literal, $about:literal, $build:expr;)+) => {
        /// A document that a note can become.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum DocumentKind {
            $($(#[$doc])* $kind,)+
        }

        impl DocumentKind {
            /// All documents, in the order they are offered.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// Returns the word for it on the command line.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$kind => $code,)+ }
            }

            /// Returns its name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ }
            }

            /// Returns what it is for, in a line.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$kind => $about,)+ }
            }

            fn blocks(self, reader: &NoteReader<'_>) -> BlockList {
                match self { $(Self::$kind => $build(reader),)+ }
            }
        }
    };
}

document_kinds! {
    /// A summary on page one, then the details by stage.
    CaseFile: "case-file", "Case-file document",
        "A summary on the first page, then the details", case_file::blocks;
    /// Half a page for the child's file.
    Extract: "extract", "Record extract",
        "Half a page for the child’s own record", extract::blocks;
    /// Written advice after a panel or a consultation.
    Letter: "letter", "Letter of advice",
        "What the group advises, and why", letter::blocks;
    /// What a family, a child or a school holds in the hand.
    SafetyPlan: "plan", "Safety plan",
        "The plan for the family: by place and time of day", safety_plan::blocks;
    /// A page for each owner.
    ActionSlips: "slips", "Action slips",
        "A page for each person who does something", action_slips::blocks;
    /// What is kept of a supervision.
    SupervisionRecord: "supervision", "Supervision record",
        "Decisions, actions and the next date, without the reflection", supervision::blocks;
    /// One page of a self-review.
    Profile: "profile", "One-page profile",
        "How many questions have each answer, and what comes next", profile::blocks;
    /// Everything, answered or not.
    WholeNote: "note", "Whole note",
        "Everything that was asked, answered or not", NoteReader::whole_note;
}

impl DocumentKind {
    /// Returns the document of this word.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// Returns the documents that this note can become; the first is the usual one.
    pub fn offered(session: &Session) -> Vec<Self> {
        let is_offered = |kind: &&Self| kind.fits(session);
        Self::ALL.iter().filter(is_offered).copied().collect()
    }

    /// Returns what leaves the vault, for the audit trail.
    pub fn handed_over(self, edition: Edition) -> String {
        edition.handed_over(self.name())
    }

    /// Whether the note has what the document is about.
    fn fits(self, session: &Session) -> bool {
        let subject = session.template().about.subject();
        let is_plan = session.template().item("place_kind").is_some();
        let is_audit = insight::profile(session).is_some();
        match self {
            Self::SafetyPlan => is_plan,
            Self::SupervisionRecord => subject == Subject::Supervision,
            Self::Profile => is_audit,
            Self::Extract => subject == Subject::Case && !session.is_request(),
            Self::Letter => subject == Subject::Case && !session.is_request() && !is_plan,
            Self::ActionSlips => !session.actions().is_empty(),
            Self::CaseFile | Self::WholeNote => true,
        }
    }

    /// Returns the document of a note.
    pub fn build(self, source: &DocumentSource<'_>) -> ReportDocument {
        let DocumentSource { session, edition, local, library } = *source;
        let (shared, left_out) = match edition {
            Edition::Shareable => {
                let (shared, left_out) = shareable_edition(session);
                (Some(shared), left_out)
            }
            _ => (None, Vec::new()),
        };
        let session = shared.as_ref().unwrap_or(session);
        let attributed = edition == Edition::Attributed;
        let reader = NoteReader::new(session, attributed, local, library);
        let mut blocks = self.blocks(&reader);
        if edition == Edition::Shareable {
            say_what_is_left_out(&mut blocks, &left_out);
        }
        ReportDocument {
            title: format!("{}: {}", self.name(), session.case_key()),
            header: header(session),
            language: session.language(),
            blocks: blocks.0,
        }
    }
}

/// For whom a document is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    /// For the child's record: people by role, placements as counts.
    #[default]
    Record,
    /// With professions and with who placed what.
    Attributed,
    /// For somebody outside: without identifiers and special-category answers.
    Shareable,
}

impl Edition {
    /// All editions; the first is the usual one.
    pub const ALL: [Self; 3] = [Self::Record, Self::Attributed, Self::Shareable];

    /// Returns the word for it on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Attributed => "attributed",
            Self::Shareable => "shareable",
        }
    }

    /// Returns its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Record => "The child’s record",
            Self::Attributed => "The record, with who placed what",
            Self::Shareable => "Somebody outside",
        }
    }

    /// Returns what is in it, in a line.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Record => "People by profession and role, placements as counts",
            Self::Attributed => "Adds who placed the behaviour where",
            Self::Shareable => "Without identifiers and special-category answers",
        }
    }

    /// Returns what leaves the vault, for the audit trail: its name and for whom it is.
    pub fn handed_over(self, what: &str) -> String {
        match self {
            Self::Record => what.to_owned(),
            Self::Attributed => format!("{what}, with who placed what"),
            Self::Shareable => format!("{what}, for somebody outside"),
        }
    }

    /// Returns the edition of this word.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|edition| edition.code() == code)
    }
}

/// What a document is built from.
#[derive(Clone, Copy)]
pub struct DocumentSource<'a> {
    /// The note.
    pub session: &'a Session,
    /// For whom.
    pub edition: Edition,
    /// The times it shows.
    pub local: &'a LocalTime,
    /// Where the guidance that it cites is looked up.
    pub library: &'a Library,
}

/// Returns a note with everything in it, for the screens and for those who read it whole.
pub fn whole_note(session: &Session, attributed: bool, local: &LocalTime) -> ReportDocument {
    ReportDocument {
        title: title(session),
        header: header(session),
        language: session.language(),
        blocks: whole_note::blocks(session, attributed, local).0,
    }
}

/// The format and the case.
fn title(session: &Session) -> String {
    let format = session.template().about.title.show(session.language());
    format!("{format}: {}", session.case_key())
}

fn header(session: &Session) -> String {
    let what = if session.is_practice() { "practice, fictional" } else { "confidential" };
    format!("{} · {what}", session.case_key())
}

/// What must be known before anything else.
fn warnings(reader: &NoteReader<'_>, blocks: &mut BlockList) {
    let session = reader.session;
    let draft = match session.status() {
        Status::EnteredInError => "Entered in error: do not rely on this note.",
        Status::InProgress => "Draft: the meeting is not complete, and this may still change.",
        _ => "",
    };
    let practice =
        if session.is_practice() { "Practice: everything here is fictional." } else { "" };
    let warning = format!("{practice} {draft}");
    if !warning.trim().is_empty() {
        blocks.paragraph([strong(warning.trim())]);
    }
    for line in imported_from(session, reader.local) {
        blocks.say(&line);
    }
}

/// Returns what is said of a note that came from a file.
fn imported_from(session: &Session, local: &LocalTime) -> Vec<String> {
    let Some(from) = session.imported() else { return Vec::new() };
    let day = |at| show_date(local.day(at));
    let (key, status) = (&from.case_key, from.status.title());
    let mut said = format!(
        "Imported on {} from a file that nobody signed. The file said: {key}, {status}, last changed {}.",
        day(from.at),
        day(from.updated)
    );
    if let Some(why) = &from.stopped_because {
        said.push_str(&format!(" Stopped because: {why}"));
    }
    let mut lines = vec![said];
    if !from.left_out.is_empty() {
        let questions = from.left_out.join("; ");
        lines.push(format!("The file left out the answers to: {questions}"));
    }
    lines
}

fn say_what_is_left_out(blocks: &mut BlockList, left_out: &[String]) {
    blocks.heading(2, "Left out of this copy");
    blocks.say(match left_out {
        [] => "Nothing was answered that has to be left out.",
        _ => {
            "This copy is for somebody outside. Answers to these questions are left out, because \
             they ask for details that could identify a child or for special-category information:"
        }
    });
    blocks.runs_list(left_out.iter().map(|question| vec![plain(question.as_str())]).collect());
    blocks
        .say("Read it once more before you hand it over: other answers are as people wrote them.");
}
