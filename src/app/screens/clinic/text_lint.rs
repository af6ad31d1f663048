//! Checks of the focused field while it is typed in: possible identifiers and suggested wording.
//!
//! A text is checked only after it changed, and then only the paragraphs that did, so that a long
//! note stays quick to write in.

use crate::report::Lint;

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

    /// Those of `text`, if it is the text that was looked at.
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
    use crate::report::WatchedNames;
    use crate::report::lint_text;

    fn find(text: &str) -> Vec<Lint> {
        let mut names = WatchedNames::default();
        names.add("Robin Ash");
        lint_text(text, &names, date(2026, 11, 22))
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
    fn names_places_and_initials_are_met_with_what_to_write() {
        assert_eq!(
            said("The Head Teacher told Jayden and Mrs K at Heathfield School."),
            [
                "Possible identifier: name. Use a role, such as “Child A” or “a teacher”.",
                "Possible identifier: initials. Use a role, such as “Child A” or “a teacher”.",
                "Possible identifier: name of a place. Write the kind of place, such as “the \
                 school”.",
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
