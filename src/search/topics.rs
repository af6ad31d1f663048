//! Sections that answer only who asks for them: a line out of a list of pitfalls reads as advice,
//! and a figure does not say what to do.

use super::token::{stem, words};

/// What such a section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SectionTopic {
    /// What to avoid.
    Pitfalls,
    /// What studies found, and figures.
    Research,
}

impl SectionTopic {
    pub(super) const ALL: [Self; 2] = [Self::Pitfalls, Self::Research];

    /// What a heading announces.
    pub(super) fn of_heading(heading: &str) -> Option<Self> {
        let stems: Vec<String> = words(heading).map(|word| stem(&word.text)).collect();
        let has = |topic: &Self| stems.iter().any(|stem| topic.stems().contains(&stem.as_str()));
        Self::ALL.into_iter().find(has)
    }

    /// The word it is indexed under.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pitfalls => "pitfalls",
            Self::Research => "research",
        }
    }

    /// The stems that mark a heading.
    fn stems(self) -> &'static [&'static str] {
        match self {
            Self::Pitfalls => &["pitfal"],
            Self::Research => &["research", "evid", "figur", "studi", "survey", "statist", "mani"],
        }
    }

    /// Whether a query with this stem asks for it.
    pub(super) fn is_asked_with(self, stem: &str) -> bool {
        let also: &[&str] = match self {
            Self::Pitfalls => &["avoid", "mistak", "wrong"],
            Self::Research => &["number", "percentag", "common", "rate"],
        };
        self.stems().contains(&stem) || also.contains(&stem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_announces_pitfalls_and_research() {
        for (heading, topic) in [
            ("Pitfalls", Some(SectionTopic::Pitfalls)),
            ("What the research says", Some(SectionTopic::Research)),
            ("The figures, with what they measure", Some(SectionTopic::Research)),
            ("How many are girls?", Some(SectionTopic::Research)),
            ("What to do today", None),
        ] {
            assert_eq!(SectionTopic::of_heading(heading), topic, "{heading}");
        }
    }

    #[test]
    fn a_query_asks_for_them_with_these_words() {
        for word in ["pitfalls", "avoid", "mistakes", "wrong"] {
            assert!(SectionTopic::Pitfalls.is_asked_with(&stem(word)), "{word}");
        }
        for word in ["research", "evidence", "figures", "study", "statistics", "percentage"] {
            assert!(SectionTopic::Research.is_asked_with(&stem(word)), "{word}");
        }
    }
}
