//! Words of the language guide that sum up a child by one part of their life, outside quotation
//! marks, titles of sources and official names.

use std::ops::Range;

use super::{Check, passages::Passages};

/// A label, and what the language guide says to write instead.
struct Label {
    words: &'static [&'static str],
    instead: &'static str,
}

const DISPLAYED: &str = "child who displayed the behaviour";
const REPORTED: &str = "child; say what was reported";
const WORRIED: &str = "behaviour that worried staff";
const POWER: &str = "say what is happening and who has power";

const fn label(words: &'static [&'static str], instead: &'static str) -> Label {
    Label { words, instead }
}

/// Longer ones before those that are part of them.
const LABELS: [Label; 17] = [
    label(&["sex", "offender"], REPORTED),
    label(&["sexual", "offender"], REPORTED),
    label(&["young", "offender"], REPORTED),
    label(&["juvenile", "offender"], REPORTED),
    label(&["offender"], REPORTED),
    label(&["perpetrator"], DISPLAYED),
    label(&["abuser"], DISPLAYED),
    label(&["predator"], DISPLAYED),
    label(&["paedophile"], DISPLAYED),
    label(&["victim"], "child who was harmed"),
    label(&["sexualised", "child"], WORRIED),
    label(&["sexualised", "children"], WORRIED),
    label(&["promiscuous"], POWER),
    label(&["lifestyle", "choice"], POWER),
    label(&["attention", "seeking"], "say what the child may need"),
    label(&["attention", "seeker"], "say what the child may need"),
    label(&["just", "experimenting"], "describe it; say why it seems typical or not"),
];
/// What follows "victim" where a child is not summed up by it.
const NOT_OF_A_CHILD: [&str; 6] = ["of", "support", "blaming", "personal", "services", "service"];

/// The labels in a text, by place, each with what to write instead. What is quoted counts too.
pub fn labels_in(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match LABELS.iter().find(|label| stands_at(label, text, &tokens, at)) {
            Some(label) => {
                let last = at + label.words.len() - 1;
                found.push((tokens[at].start..tokens[last].end, label.instead));
                at = last + 1;
            }
            None => at += 1,
        }
    }
    found
}

fn stands_at(label: &Label, text: &str, tokens: &[Range<usize>], at: usize) -> bool {
    let end = at + label.words.len();
    let Some(here) = tokens.get(at..end) else { return false };
    let last = label.words.len() - 1;
    let fits = here.iter().zip(label.words).enumerate().all(|(nth, (token, word))| {
        let given = text[token.clone()].to_lowercase();
        given == *word || (nth == last && given.strip_suffix('s') == Some(word))
    });
    if !fits {
        return false;
    }
    let before = &tokens[at.saturating_sub(2)..at];
    let is = |token: &Range<usize>, word: &str| text[token.clone()].eq_ignore_ascii_case(word);
    // The guide is about children.
    let of_adults = before.iter().any(|token| is(token, "adult"));
    let next = tokens.get(end);
    let of_help = label.words == ["victim"]
        && next.is_some_and(|next| NOT_OF_A_CHILD.iter().any(|word| is(next, word)));
    !of_adults && !of_help && !is_official(text, tokens, at..end)
}

/// Whether the words are part of a name: capitals throughout, and beside them another.
fn is_official(text: &str, tokens: &[Range<usize>], label: Range<usize>) -> bool {
    let is_name = |at: usize| {
        tokens.get(at).is_some_and(|token| {
            let mut chars = text[token.clone()].chars();
            chars.next().is_some_and(char::is_uppercase) && chars.any(char::is_lowercase)
        })
    };
    let joined = |at: usize| {
        tokens.get(at).zip(tokens.get(at + 1)).is_some_and(|(one, next)| {
            matches!(&text[one.end..next.start], " " | "-" | "' " | "’ ")
        })
    };
    let before = label.start.checked_sub(1).is_some_and(|at| is_name(at) && joined(at));
    let after = is_name(label.end) && joined(label.end - 1);
    label.clone().all(is_name) && (before || after)
}

/// The words of a text; those with a hyphen are two.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut tokens: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        match tokens.last_mut() {
            Some(last) if last.end == at => last.end = at + c.len_utf8(),
            _ => tokens.push(at..at + c.len_utf8()),
        }
    }
    tokens
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
            format!("\"{words}\" is a label that the language guide avoids"),
            format!("write: {instead}; or put the words in quotation marks if they are quoted"),
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
