//! Words of the language guide that sum up a child by one part of their life, outside quotation
//! marks, titles of sources and official names.

use std::ops::Range;

use super::{Check, passages::Passages};
use crate::text::wording::Wording;

/// The labels in a text, by place, each with what to write instead. What is quoted counts too.
pub fn labels_in(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let found = Wording::bundled().find_in_guidance(text).into_iter();
    found.map(|advice| (advice.range, advice.instead)).collect()
}

impl Check<'_> {
    /// The labels in the title, the summary and the body.
    pub(super) fn wording(&mut self, passages: &Passages) {
        for (key, value) in [("title", &self.entry.title), ("summary", &self.entry.summary)] {
            let line = self.line_of(key);
            let own = Passages::of_line(value);
            for (range, instead) in own.iter().flat_map(|all| labels_in(own.words(all))) {
                let words = &value[range];
                let place = self.file.text[line.clone()]
                    .find(words)
                    .map_or(line.clone(), |at| line.start + at..line.start + at + words.len());
                self.label(place, words, instead);
            }
        }
        let titles = self.titles();
        let body = &self.entry.body;
        for passage in passages.iter() {
            for (range, instead) in labels_in(passages.words(passage)) {
                let place = passage.range.start + range.start..passage.range.start + range.end;
                let in_title =
                    |title: &Range<usize>| title.start <= place.start && place.end <= title.end;
                if !titles.iter().any(in_title) {
                    let whole = self.body_at + place.start..self.body_at + place.end;
                    self.label(whole, &body[place], instead);
                }
            }
        }
    }

    /// Where the body names a source by its title or publisher.
    fn titles(&self) -> Vec<Range<usize>> {
        let names = self.entry.sources.iter().flat_map(|source| [&source.title, &source.publisher]);
        names
            .filter(|name| !name.is_empty())
            .flat_map(|name| self.entry.body.match_indices(name.as_str()))
            .map(|(at, name)| at..at + name.len())
            .collect()
    }

    fn label(&mut self, place: Range<usize>, words: &str, instead: &str) {
        self.problems.push(self.file.source.warning(
            "label",
            place,
            format!("“{words}” is a label that the language guide avoids."),
            format!("Write: {instead}. If you are quoting somebody, use quotation marks."),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Library;

    fn found(text: &str) -> Vec<&str> {
        labels_in(text).into_iter().map(|(range, _)| &text[range]).collect()
    }

    #[test]
    fn labels_are_found_in_the_plural_across_lines_and_in_capitals() {
        assert_eq!(
            found("Young sex\noffenders and the perpetrator's home"),
            ["sex\noffenders", "perpetrator"]
        );
        assert_eq!(found("THE VICTIM was attention-seeking"), ["VICTIM", "attention-seeking"]);
        assert_eq!(found("Young offenders re-offender"), ["Young offenders", "offender"]);
    }

    #[test]
    fn words_about_adults_about_help_and_of_official_names_are_no_labels() {
        for text in [
            "adult sex offenders",
            "a victim of crime",
            "victim support, victim-blaming",
            "a Young Offender Institution",
            "the Victims\u{2019} Code",
            "the Sex Offenders Register",
            "reoffending, predatory, experimenting",
        ] {
            assert_eq!(found(text), [] as [&str; 0], "{text}");
        }
        assert_eq!(found("Perpetrators must move."), ["Perpetrators"]);
    }

    #[test]
    fn every_label_is_one_the_language_guide_names() {
        let bundled = Library::bundled();
        let guide = bundled.entry("language-guide").expect("the guide").body.to_lowercase();
        for named in ["offender", "sex offender", "young offender", "perpetrator", "abuser"]
            .into_iter()
            .chain(["predator", "paedophile", "victim", "sexualised child", "promiscuous"])
            .chain(["lifestyle choice", "attention-seeking", "just experimenting"])
        {
            assert!(guide.contains(&format!("\"{named}\"")), "{named}");
            assert!(!found(named).is_empty(), "{named}");
        }
    }
}
