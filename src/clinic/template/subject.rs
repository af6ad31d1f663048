//! What a meeting is about: a case, the worker, or the service. It decides who may read the note
//! and where it is counted.

use serde::{Deserialize, Serialize};

/// The key `about` of a template.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// Children and what happened: colleagues who were added to the vault read the completed note.
    #[default]
    Case,
    /// A worker, and what the work does to them: private to whoever holds the vault, unless it is
    /// shared with somebody by name; never counted with cases.
    Supervision,
    /// A service, a team or an area: names no case; read by colleagues, counted by itself.
    Service,
}

impl Subject {
    /// All, in the order they are offered.
    pub const EVERY: [Self; 3] = [Self::Case, Self::Supervision, Self::Service];

    /// As written in a template and in a note.
    pub fn code(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Supervision => "supervision",
            Self::Service => "service",
        }
    }

    /// Many of them, shown above a list.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Case => "cases",
            Self::Supervision => "supervision",
            Self::Service => "service",
        }
    }

    /// Whether the note is for whoever holds the vault alone, until somebody shares it.
    pub fn is_private(self) -> bool {
        self == Self::Supervision
    }

    /// Who opens a completed note besides whoever holds the vault, where that is not as usual.
    pub fn who_opens(self) -> Option<&'static str> {
        self.is_private()
            .then_some("Only the owner of the vault can open the note; members cannot.")
    }

    /// What is meant by `code`.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|one| one.code() == code)
    }

    /// What notes of this format are about where nothing says so: in templates and notes from
    /// before templates had the key.
    pub fn of_format(id: &str) -> Self {
        match id {
            "reflective-supervision" | "group-supervision" => Self::Supervision,
            "framework-audit" | "ng55-baseline" | "workforce-pulse" => Self::Service,
            _ => Self::Case,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::bundled_templates;

    #[test]
    fn every_bundled_format_says_what_it_is_about_as_notes_from_before_are_taken() {
        for one in bundled_templates() {
            let about = one.parse().unwrap_or_else(|_| panic!("{} does not parse", one.id)).about;
            assert_eq!(about.declared_subject, Some(Subject::of_format(one.id)), "{}", one.id);
            assert_eq!(about.subject(), Subject::of_format(one.id));
        }
    }

    #[test]
    fn a_code_comes_back_as_what_it_was_and_others_are_nothing() {
        for one in Subject::EVERY {
            assert_eq!(Subject::of_code(one.code()), Some(one));
        }
        assert_eq!(Subject::of_code("clinic"), None);
    }
}
