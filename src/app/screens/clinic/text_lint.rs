//! What calls for a second look in a text while it is typed: possible identifiers, and words that
//! call for others.
//!
//! It advises and never blocks or changes anything by itself. Only the focused field is looked at,
//! only once its text changed, and then only the paragraphs that did, so that a long note stays
//! quick to write in.

use std::ops::Range;

use jiff::civil::Date;

use super::watched_names::Names;
use crate::text::{
    identifiers::{IdentifierKind, find_identifiers},
    wording::Advice,
};

/// A place in a text that calls for a second look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lint {
    /// Where it stands, in bytes of the text.
    pub range: Range<usize>,
    /// Why.
    pub why: Why,
}

/// Why a place calls for a second look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It may identify somebody.
    Identifier(IdentifierKind),
    /// There may be better words.
    Words {
        /// What to write, as the list of words says it.
        instead: String,
        /// What a key puts where, counted from the beginning of the range; none where the writer
        /// has to think.
        put: Option<(usize, String)>,
        /// Somebody's own words, which stay.
        quoted: bool,
    },
}

/// The places in a text, in order, apart.
pub(crate) fn spots(text: &str, names: &Names, today: Date) -> Vec<Lint> {
    let found = find_identifiers(text, &names.avoid, today).into_iter();
    let mut all: Vec<Lint> =
        found.map(|one| Lint { range: one.range, why: Why::Identifier(one.kind) }).collect();
    all.extend(names.wording().find(text).into_iter().map(|one| words(text, one)));
    // What may lead to a child comes before how something is put.
    all.sort_by_key(|spot| (spot.range.start, matches!(spot.why, Why::Words { .. })));
    let mut end = 0;
    all.retain(|spot| {
        let apart = spot.range.start >= end;
        end = if apart { spot.range.end } else { end };
        apart
    });
    all
}

fn words(text: &str, advice: Advice<'_>) -> Lint {
    let put = advice.in_place(text);
    let start = put.as_ref().map_or(advice.range.start, |(range, _)| range.start);
    let put = put.map(|(_, words)| (advice.range.start - start, words));
    let why = Why::Words { instead: advice.instead.to_owned(), put, quoted: advice.quoted };
    Lint { range: advice.range, why }
}

impl Lint {
    /// What to show below the field: what it is, and what to do. `said` is the text it is in.
    pub(crate) fn sentence(&self, said: &str) -> String {
        let range = self.putting().map_or(self.range.clone(), |(range, _)| range);
        let said = said.get(range).unwrap_or_default();
        let said = crate::text::shorten(&said.replace('\n', " "), 40);
        match &self.why {
            Why::Identifier(kind) => {
                let mut instead = kind.instead().to_owned();
                if let Some(first) = instead.get(..1).map(str::to_uppercase) {
                    instead.replace_range(..1, &first);
                }
                format!("Possible identifier: {}. {instead}.", kind.title())
            }
            Why::Words { instead, quoted: true, .. } => {
                format!("“{said}”: if you are quoting someone, keep it. Otherwise: {instead}.")
            }
            Why::Words { put: Some((_, put)), .. } => {
                format!("“{said}”: write “{put}” (F10: replace).")
            }
            Why::Words { instead, .. } => format!("“{said}”: {instead}."),
        }
    }

    /// What to put where, if other words do.
    pub(crate) fn putting(&self) -> Option<(Range<usize>, &str)> {
        match &self.why {
            Why::Words { put: Some((before, words)), .. } => {
                Some((self.range.start - before..self.range.end, words))
            }
            _ => None,
        }
    }
}

/// The places in the text of the focused field.
#[derive(Default)]
pub(crate) struct Lints {
    text: String,
    spots: Vec<Lint>,
}

impl Lints {
    /// Looks at a text, as far as it is not the one looked at last.
    pub(crate) fn look(&mut self, text: String, find: impl Fn(&str) -> Vec<Lint>) {
        if text == self.text {
            return;
        }
        let (old, new) = (self.text.as_bytes(), text.as_bytes());
        let same = old.iter().zip(new).take_while(|(one, other)| one == other).count();
        // A blank line ends a paragraph, and nothing that is looked for goes on behind one.
        let start = last_break(&new[..same]);
        let most = old.len().min(new.len()) - start;
        let tail = old.iter().rev().zip(new.iter().rev()).take(most);
        let tail = tail.take_while(|(one, other)| one == other).count();
        let end =
            first_break(&new[new.len() - tail..]).map_or(new.len(), |at| new.len() - tail + at);
        let old_end = old.len() - (new.len() - end);
        let mut spots: Vec<Lint> =
            self.spots.iter().filter(|spot| spot.range.end <= start).cloned().collect();
        let mut from = start;
        while from < end {
            let to = first_break(&new[from..end]).map_or(end, |at| from + at);
            spots.extend(find(&text[from..to]).into_iter().map(|spot| moved(spot, 0, from)));
            from = to;
        }
        let behind = self.spots.drain(..).filter(|spot| spot.range.start >= old_end);
        spots.extend(behind.map(|spot| moved(spot, old_end, end)));
        (self.text, self.spots) = (text, spots);
    }

    /// Those of `text`, if it is the one that was looked at.
    pub(crate) fn of(&self, text: &str) -> &[Lint] {
        if text == self.text { &self.spots } else { &[] }
    }
}

fn moved(spot: Lint, from: usize, to: usize) -> Lint {
    let at = |byte: usize| byte - from + to;
    Lint { range: at(spot.range.start)..at(spot.range.end), ..spot }
}

/// Behind the last blank line, or the beginning.
fn last_break(text: &[u8]) -> usize {
    text.windows(2).rposition(|two| two == b"\n\n").map_or(0, |at| at + 2)
}

/// Behind the first blank line.
fn first_break(text: &[u8]) -> Option<usize> {
    text.windows(2).position(|two| two == b"\n\n").map(|at| at + 2)
}

/// The one a writer means: the last that begins at or before the caret, else the next.
pub(crate) fn nearest<'a>(
    spots: impl DoubleEndedIterator<Item = &'a Lint> + Clone,
    caret: usize,
) -> Option<&'a Lint> {
    let before = spots.clone().rev().find(|spot| spot.range.start <= caret);
    before.or_else(|| spots.clone().next())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::text::identifiers::NamesToAvoid;

    fn find(text: &str) -> Vec<Lint> {
        let mut names = Names::default();
        names.avoid = NamesToAvoid::new(["Robin Ash"]);
        spots(text, &names, date(2026, 11, 22))
    }

    fn said(text: &str) -> Vec<String> {
        find(text).iter().map(|spot| spot.sentence(text)).collect()
    }

    #[test]
    fn each_place_is_met_with_what_it_is_and_what_to_write() {
        assert_eq!(
            said("The perpetrator, born 3 May 2012, met robin ash: “boys will be boys”."),
            [
                "“perpetrator”: write “child who displayed the behaviour” (F10: replace).",
                "Possible identifier: date of birth. Write the age in years.",
                "Possible identifier: name to watch for. Write the role, such as “Child A” or “the \
                 class teacher”.",
                "“boys will be boys”: if you are quoting someone, keep it. Otherwise: \
                 describe what was done, and how it affected the other child.",
            ]
        );
    }

    #[test]
    fn the_place_at_or_before_the_caret_is_meant_and_before_the_first_the_next() {
        let text = "victim and abuser";
        let found = find(text);
        let at = |caret| nearest(found.iter(), caret).map(|spot| spot.range.start);
        assert_eq!(
            (at(0), at(5), at(10), at(11), at(17)),
            (Some(0), Some(0), Some(0), Some(11), Some(11))
        );
        assert_eq!(nearest([].iter(), 3), None);
    }

    proptest! {
        #[test]
        fn looking_at_what_changed_finds_what_looking_at_all_finds(
            texts in proptest::collection::vec(
                "(victim |abuser|born 3 May 2012|LS1 4AP |\"|\n|\n\n|é|Robin Ash|, ){0,12}", 1..8)
        ) {
            let mut kept = Lints::default();
            for text in texts {
                kept.look(text.clone(), find);
                let mut afresh = Lints::default();
                afresh.look(text.clone(), find);
                prop_assert_eq!(kept.of(&text), afresh.of(&text));
                prop_assert!(kept.spots.iter().all(|spot| text.get(spot.range.clone()).is_some()));
            }
        }
    }
}
