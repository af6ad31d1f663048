//! Words that are broken at the end of a line.

use std::collections::HashSet;

/// What stands at the end of a line for a word that goes on.
pub(super) const HYPHENS: [char; 3] = ['-', '\u{AD}', '\u{2010}'];
/// Beginnings of words that keep their hyphen.
const PREFIXES: [&str; 16] = [
    "anti", "co", "cross", "ex", "follow", "half", "inter", "long", "mid", "multi", "non", "post",
    "pre", "self", "short", "well",
];

/// The words of a document, which say how a broken one is written.
#[derive(Default)]
pub(super) struct Hyphens {
    words: HashSet<String>,
}

impl Hyphens {
    pub(super) fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let words = words.flat_map(|text| text.split(|c: char| !(c.is_alphanumeric() || c == '-')));
        Self { words: words.filter(|word| word.len() > 3).map(str::to_lowercase).collect() }
    }

    /// Whether two lines go on without a space between them.
    pub(super) fn joins(&self, line: &str, next: &str) -> bool {
        let line = line.trim_end();
        line.ends_with(HYPHENS)
            && line.trim_end_matches(HYPHENS).ends_with(char::is_alphanumeric)
            && next.trim_start().starts_with(|c: char| c.is_lowercase())
            && !["and ", "or ", "to "].iter().any(|word| next.trim_start().starts_with(word))
    }

    /// Whether the hyphen at the end of a line only breaks a word.
    pub(super) fn drops(&self, line: &str, next: &str) -> bool {
        if !self.joins(line, next) {
            return false;
        }
        let line = line.trim_end();
        if line.ends_with('\u{AD}') {
            return true;
        }
        let is_part = |c: char| !(c.is_alphanumeric() || c == '-');
        let start = line.trim_end_matches(HYPHENS);
        let start = start.rsplit(is_part).next().unwrap_or_default().to_lowercase();
        let end = next.trim_start().split(is_part).next().unwrap_or_default().to_lowercase();
        if self.words.contains(&format!("{start}{end}")) {
            return true;
        }
        let is_compound = self.words.contains(&format!("{start}-{end}"))
            || start.contains('-')
            || PREFIXES.contains(&start.as_str());
        // Two words of the document side by side are a compound; parts of words are not words.
        let are_words = self.words.contains(&start) && self.words.contains(&end);
        !is_compound && !are_words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_word_is_joined_and_a_compound_keeps_its_hyphen() {
        let hyphens = Hyphens::of(["safeguarding peer-on-peer abuse risk assessment"].into_iter());
        for (line, next, expected) in [
            ("the safe-", "guarding lead", "safeguarding"),
            ("an agree-", "ment of all", "agreement"),
            ("a multi-", "agency plan", "multi-agency"),
            ("on peer-on-", "peer abuse", "peer-on-peer"),
            ("a risk-", "assessment", "risk-assessment"),
            ("soft\u{AD}", "ness", "softness"),
        ] {
            assert!(hyphens.joins(line, next));
            let line = line.rsplit(' ').next().expect("a word");
            let start =
                if hyphens.drops(line, next) { line.trim_end_matches(HYPHENS) } else { line };
            let end = next.split(' ').next().expect("a word");
            assert_eq!(format!("{start}{end}"), expected);
        }
        assert!(!hyphens.joins("see page 3 -", "then"));
        assert!(!hyphens.joins("2025-", "26"));
    }
}
