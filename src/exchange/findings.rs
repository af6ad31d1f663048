//! What somebody should know about the files of an exchange: a sentence each, with what to do.

use super::names::Author;
use crate::text::counted;

/// What kind of thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// A post that others wrote has not arrived.
    Gap,
    /// Posts are there that their author's list does not name, so one may be missing among them.
    Unlisted,
    /// A file is not what its name says.
    Mismatch,
    /// A file is not signed by whom it should be, or is no post.
    NotSigned,
    /// Somebody posts who has not been added, as far as is known here.
    NotListed,
    /// Somebody posted after they were removed.
    AfterRemoval,
    /// A file from a later version of this program.
    Newer,
    /// A file larger than any post.
    TooLarge,
    /// A file that the system does not let be read.
    Unreadable,
    /// A post that was signed for other readers or another place.
    WrongPlace,
    /// Two different posts have one number, or do not follow each other.
    Doubled,
    /// An older list was put in place of a newer one.
    OlderList,
    /// A file of an erased note came back.
    CameBack,
    /// A file that is no part of an exchange.
    Foreign,
    /// Something about the people.
    People,
    /// A file in the vault’s own record is damaged.
    Damaged,
}

/// Something to know, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What kind of thing it is.
    pub kind: FindingKind,
    /// The sentence.
    pub text: String,
}

impl Finding {
    pub(crate) fn new(kind: FindingKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// Posts of this person are missing, from the first number to the last.
    pub(crate) fn gap(title: &str, (first, last): (u64, u64)) -> Self {
        let which = if first == last {
            format!("Post {first} of {title} is missing.")
        } else {
            format!("Posts {first} to {last} of {title} are missing.")
        };
        Self::new(
            FindingKind::Gap,
            format!(
                "{which} Wait until everything has been copied, then sync again. If it is still \
                 missing then, ask them to sync: they send it once more."
            ),
        )
    }

    /// This many files carry numbers past the list of what this person posted.
    pub(crate) fn unlisted(title: &str, files: usize) -> Self {
        let which = counted(files, "file", "files");
        let verb = if files == 1 { "is" } else { "are" };
        Self::new(
            FindingKind::Unlisted,
            format!(
                "{which} among the posts of {title} {verb} not on their list yet and cannot be opened \
                 here, so a missing post may go unnoticed. Wait until everything has been copied, then \
                 sync again. If this does not end, ask them to sync."
            ),
        )
    }

    pub(crate) fn mismatch(file: &str, title: &str) -> Self {
        Self::new(
            FindingKind::Mismatch,
            format!(
                "{file} of {title} is not copied completely yet, or was changed, so it was not taken \
                 in. Wait until the copying has finished, then sync again."
            ),
        )
    }

    pub(crate) fn not_signed(file: &str, title: &str) -> Self {
        Self::new(
            FindingKind::NotSigned,
            format!(
                "{file} lies among the posts of {title} but was not signed by them, so it was not \
                 taken in. Somebody else put it there: tell a steward."
            ),
        )
    }

    pub(crate) fn not_listed(author: &Author, files: usize) -> Self {
        Self::new(
            FindingKind::NotListed,
            format!(
                "{} by somebody who is not on the list of people here (fingerprint {}). They are \
                 taken in once the statement of a steward has arrived that adds them.",
                counted(files, "post", "posts"),
                author.person.spoken()
            ),
        )
    }

    pub(crate) fn after_removal(file: &str, title: &str) -> Self {
        Self::new(
            FindingKind::AfterRemoval,
            format!(
                "{file} of {title} was not known when they were removed, so it does not count. If it \
                 matters, ask them for it in another way."
            ),
        )
    }

    pub(crate) fn newer(file: &str, title: &str) -> Self {
        Self::new(
            FindingKind::Newer,
            format!(
                "{file} of {title} was written by a newer version of caseclinic, so it was not taken \
                 in. Update caseclinic, then sync again."
            ),
        )
    }

    pub(crate) fn too_large(file: &str, title: &str, bytes: u64) -> Self {
        Self::new(
            FindingKind::TooLarge,
            format!(
                "{file} of {title} has {} MB, more than any post, so it was not read. It was not \
                 written by caseclinic: tell a steward.",
                bytes >> 20
            ),
        )
    }

    pub(crate) fn unreadable(file: &str, why: &std::io::Error) -> Self {
        let why = why.to_string();
        let why = why.split(" (os error").next().unwrap_or_default();
        Self::new(
            FindingKind::Unreadable,
            format!(
                "{file} cannot be read: {why}. Check that the stick, share or synchronised folder is \
                 connected and has everything on this computer, then sync again."
            ),
        )
    }

    pub(crate) fn wrong_place(file: &str, title: &str) -> Self {
        Self::new(
            FindingKind::WrongPlace,
            format!(
                "{file} among the posts of {title} was signed by them for another place or other \
                 readers, so it was not taken in. Somebody passed it on: tell a steward."
            ),
        )
    }

    pub(crate) fn doubled(title: &str, number: u64) -> Self {
        Self::new(
            FindingKind::Doubled,
            format!(
                "{title} posted number {number} twice, with different contents. Both are kept. A \
                 vault of theirs is in use on two computers: ask them which notes are missing from \
                 which, and to go on with one of them."
            ),
        )
    }

    pub(crate) fn does_not_follow(title: &str, number: u64) -> Self {
        Self::new(
            FindingKind::Doubled,
            format!(
                "Post {number} of {title} follows another post than the one that is here. Both are \
                 kept. A vault of theirs is in use on two computers, or was put back to an earlier \
                 day: ask them."
            ),
        )
    }

    pub(crate) fn cloned() -> Self {
        Self::new(
            FindingKind::Doubled,
            "This vault has posted from another computer, or from a copy that was put back. Its \
             posts are kept, and this computer posts under a name of its own from now on. Use one of \
             the two, and keep the other closed.",
        )
    }

    pub(crate) fn older_list(title: &str) -> Self {
        Self::new(
            FindingKind::OlderList,
            format!(
                "The list of what {title} posted was replaced by an older one. The newer one counts \
                 here. If this does not end, ask them to sync."
            ),
        )
    }

    pub(crate) fn came_back(file: &str, title: &str, is_own: bool) -> Self {
        let what =
            if is_own { "The next sync removes it." } else { "They remove it when they sync." };
        Self::new(
            FindingKind::CameBack,
            format!(
                "{file} of {title} belongs to a note that was erased, and is still there or came back. \
                 It was not taken in. {what}"
            ),
        )
    }

    pub(crate) fn foreign(files: usize, example: &str) -> Self {
        Self::new(
            FindingKind::Foreign,
            format!(
                "{} of the exchange, such as {example}. {} read. Conflict copies can be removed.",
                counted(files, "file is not part", "files are not part"),
                if files == 1 { "It is not" } else { "They are not" },
            ),
        )
    }
}
