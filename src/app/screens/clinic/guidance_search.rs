//! Guidance that follows the talk: what is being typed and chosen is put to the search beside the
//! form, off the thread that draws, and what it finds is shown with the words that led there.
//!
//! Nothing of it is kept: the words go to the search worker in memory and nowhere else.

use std::collections::BTreeSet;

use super::{
    control::{Control, ControlId, ControlKind},
    state::ClinicScreen,
};
use crate::{app::effect::Effect, text::fold};

/// As much of the end of a text as is listened to, in characters.
const HEARD: usize = 400;
/// Words of it that are asked for.
const MAX_WORDS: usize = 10;
/// Shorter words say little.
const MIN_WORD_CHARS: usize = 4;
/// Chosen answers that are asked for, and how long their words may be.
const MAX_ANSWERS: usize = 4;
const MAX_ANSWER_LEN: usize = 40;
impl ClinicScreen {
    /// Asks for guidance on what is being said, whenever another word is finished or another answer
    /// chosen. While the pane has the keys it stands still, so that nothing moves under them.
    pub fn poll_guidance(&mut self) -> Vec<Effect> {
        if self.guidance.open || self.placing.is_some() {
            return Vec::new();
        }
        let said = self.said();
        self.guidance.following.ask(said)
    }

    fn said(&self) -> String {
        let Some(at) = self.controls().iter().position(|control| control.id == self.focus) else {
            return String::new();
        };
        let mut words = Vec::new();
        if let (ControlKind::Text { one_line: false, .. }, Some(editor)) =
            (&self.controls()[at].kind, &self.editor)
        {
            words = last_words(&editor.text());
        }
        words.extend(self.answers_around(at));
        words.join(" ")
    }

    /// The chosen answers between the headings around a control.
    fn answers_around(&self, at: usize) -> Vec<String> {
        let controls = self.controls();
        let is_heading = |control: &Control| control.kind == ControlKind::Heading;
        let from = controls[..at].iter().rposition(is_heading).unwrap_or(0);
        let to = controls[at..].iter().position(is_heading).map_or(controls.len(), |to| at + to);
        let asked = controls[from..to]
            .iter()
            .filter(|control| matches!(control.id, ControlId::Answer(_) | ControlId::Agreed(_)));
        let chosen = asked.flat_map(|control| match &control.kind {
            // Yes and no, and numbers, say nothing without their question.
            ControlKind::Pick { options, in_a_row: false, .. } => options.as_slice(),
            _ => &[],
        });
        chosen
            .filter(|option| option.chosen && option.text.chars().count() <= MAX_ANSWER_LEN)
            .map(|option| option.text.clone())
            .take(MAX_ANSWERS)
            .collect()
    }
}

/// The last words of a text that are finished and long enough, each once, in their order.
fn last_words(text: &str) -> Vec<String> {
    let skip = text.chars().count().saturating_sub(HEARD);
    let heard: String = text.chars().skip(skip).collect();
    let is_in_word = |c: char| c.is_alphanumeric() || c == '’' || c == '\'';
    let mut words: Vec<&str> = heard.split(|c: char| !is_in_word(c)).collect();
    // The word under the caret is not finished, and at the cut the first one may be half of one.
    words.pop();
    if skip > 0 && !words.is_empty() {
        words.remove(0);
    }
    let mut known = BTreeSet::new();
    let mut last: Vec<String> = words
        .into_iter()
        .rev()
        .filter(|word| word.chars().count() >= MIN_WORD_CHARS && known.insert(fold(word)))
        .take(MAX_WORDS)
        .map(str::to_owned)
        .collect();
    last.reverse();
    last
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{app::SearchOrigin, search::Results};

    #[test]
    fn only_finished_words_that_say_something_are_heard() {
        assert_eq!(last_words("He took the tablet to his room and sh"), ["took", "tablet", "room"]);
        assert_eq!(last_words("Secret, secret. SECRET again and "), ["SECRET", "again"]);
        assert!(last_words("").is_empty() && last_words("word").is_empty());
    }

    #[test]
    fn of_a_long_text_the_end_is_heard_and_no_half_word() {
        let text = format!("{} online grooming ", "filler ".repeat(5000));
        let heard = last_words(&text);
        assert_eq!(heard, ["filler", "online", "grooming"]);
    }

    #[test]
    fn a_finished_word_asks_once_and_nothing_moves_while_the_pane_has_the_keys() {
        use crate::clinic::{Event, Session, Template, bundled_templates};
        let bundled = bundled_templates().first().expect("a template");
        let template = Template::parse(bundled.file, bundled.text).expect("it parses");
        let now = jiff::Timestamp::UNIX_EPOCH;
        let session = Session::start(template, uuid::Uuid::nil(), "HERON-42", false, now);
        let mut screen = ClinicScreen::open(None, session, now);
        let id = screen.controls().iter().find_map(|control| match &control.kind {
            ControlKind::Text { one_line: false, .. } => Some(control.id.clone()),
            _ => None,
        });
        screen.focus_on(id.expect("a field for text"));
        screen.write("images on his tablet sho", now);
        let asked = screen.poll_guidance();
        let [Effect::Search { generation, text, by: SearchOrigin::Following, .. }] =
            asked.as_slice()
        else {
            panic!("{} effects", asked.len())
        };
        assert_eq!(text, "images tablet");
        assert!(screen.poll_guidance().is_empty(), "the same words are not asked for again");
        let old = *generation;
        screen.write("images on his tablet shown ", now);
        assert_eq!(screen.poll_guidance().len(), 1);
        let results = Arc::new(Results::default());
        screen.guidance.following.answered(old, results);
        assert!(screen.guidance.following.results.is_none(), "an older answer came too late");
        screen.guidance.open = true;
        screen.write("images on his tablet shown again ", now);
        assert!(screen.poll_guidance().is_empty());
        screen.guidance.open = false;
        screen.apply_event(Event::StageOpened { stage: 0 }, now).expect("it stands there");
        assert_eq!(screen.poll_guidance().len(), 1);
    }
}
