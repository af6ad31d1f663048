//! Replacing found words in a text, with the article and the capital that the sentence needs.

use std::ops::Range;

use super::{Advice, WordingEntry};

/// The words that may replace those in `range`: singular or plural, and none before an apostrophe,
/// where a phrase of several words would own the wrong thing.
pub(super) fn replacement<'a>(
    text: &str,
    range: &Range<usize>,
    entry: &'a WordingEntry,
) -> Option<&'a str> {
    if text[range.end..].starts_with(['\'', '’']) {
        return None;
    }
    let many = text[range.clone()].ends_with(['s', 'S']);
    if many { entry.plural_replacement.as_deref() } else { entry.replacement.as_deref() }
}

impl Advice<'_> {
    /// Returns the range of `text` to replace and the words to write there. An “a” or “an” before
    /// the words is replaced too, and a capital is kept. `None` for quoted words, and for advice
    /// that needs more thought than other words.
    pub fn replacement_in(&self, text: &str) -> Option<(Range<usize>, String)> {
        let replacement = self.replacement.filter(|_| !self.quoted)?;
        let said = text.get(self.range.clone())?;
        let mut range = self.range.clone();
        let mut words = String::new();
        let before = &text[..range.start];
        let start = before.trim_end_matches(' ').rfind(|c: char| !c.is_alphabetic());
        let start =
            start.map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        let article = before[start..].trim_end_matches(' ');
        if article.eq_ignore_ascii_case("a") || article.eq_ignore_ascii_case("an") {
            range.start = start;
            words.push_str(&article[..1]);
            words.push_str(if replacement.starts_with(['a', 'e', 'i', 'o', 'u']) {
                "n "
            } else {
                " "
            });
        }
        let begins = said.starts_with(char::is_uppercase) && said.contains(char::is_lowercase);
        match replacement.chars().next().filter(|_| begins) {
            Some(first) => {
                words.extend(first.to_uppercase());
                words.push_str(&replacement[first.len_utf8()..]);
            }
            None => words.push_str(replacement),
        }
        Some((range, words))
    }
}

#[cfg(test)]
mod tests {
    use crate::text::wording::Wording;

    fn replaced(text: &str) -> Option<String> {
        let (range, words) = Wording::bundled().find(text).first()?.replacement_in(text)?;
        let mut text = text.to_owned();
        text.replace_range(range, &words);
        Some(text)
    }

    #[test]
    fn replacements_fit_the_sentence_around_them() {
        for (text, wanted) in [
            ("The perpetrator left.", "The child who displayed the behaviour left."),
            ("Perpetrators left.", "Children who displayed the behaviour left."),
            ("saw an offender there", "saw a child there"),
            ("An abuser, he said", "A child who displayed the behaviour, he said"),
            ("two victims", "two children who were harmed"),
            ("ŵ victim", "ŵ child who was harmed"),
        ] {
            assert_eq!(replaced(text).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_needs_thought_or_was_said_by_somebody_is_not_put_elsewhere() {
        for text in ["the victim’s home", "boys will be boys", "she said “the victim lied”"] {
            assert_eq!(replaced(text), None, "{text}");
        }
    }
}
