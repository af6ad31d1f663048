//! Whether an entry begins with its answer, and how long it and its parts are.

use std::ops::Range;

use super::Check;

/// Words the opening answer may have.
const MAX_ANSWER_LEN: usize = 90;
/// Words a whole entry should have, at least and at most.
const BODY_WORDS: std::ops::RangeInclusive<usize> = 250..=900;
/// Characters that a summary may have: a list of hits shows no more.
const MAX_SUMMARY_LEN: usize = 200;

impl Check<'_> {
    /// Reports an opening answer that is missing or too long. An entry of a partnership's own pack
    /// needs none.
    pub(super) fn answer(&mut self) {
        if self.is_document() {
            return;
        }
        let sections = crate::knowledge::sections(self.entry);
        let answer = sections.first().map_or(0, |section| words(&section.text));
        let place = self.first_line();
        if answer == 0 && self.bundled.is_none() {
            self.problems.push(self.file.source.error(
                "no-answer",
                place,
                "The entry does not start with an answer.",
                "Write one to three sentences before the first heading.",
            ));
        } else if answer > MAX_ANSWER_LEN {
            self.problems.push(self.file.source.warning(
                "long-answer",
                place,
                format!("The opening answer has {answer} words."),
                format!("Use at most {MAX_ANSWER_LEN} words, and move the rest under a heading."),
            ));
        }
    }

    pub(super) fn length(&mut self) {
        let sections = crate::knowledge::sections(self.entry);
        let all: usize =
            sections.iter().map(|section| words(&section.heading) + words(&section.text)).sum();
        if !BODY_WORDS.contains(&all) {
            self.problems.push(self.file.source.warning(
                "length",
                self.first_line(),
                format!("The entry has {all} words."),
                format!("Aim for {} to {} words.", BODY_WORDS.start(), BODY_WORDS.end()),
            ));
        }
    }

    /// The line the text begins with.
    fn first_line(&self) -> Range<usize> {
        let start = self.body_at + leading_blank(&self.entry.body);
        start..start + self.entry.body.trim_start().find('\n').unwrap_or(0)
    }

    pub(super) fn summary(&mut self) {
        let length = self.entry.summary.chars().count();
        if length > MAX_SUMMARY_LEN {
            self.problems.push(self.file.source.warning(
                "long-summary",
                self.line_of("summary"),
                format!("The summary has {length} characters."),
                format!("Use at most {MAX_SUMMARY_LEN} characters, and put the rest in the body."),
            ));
        }
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

fn leading_blank(text: &str) -> usize {
    text.len() - text.trim_start().len()
}
