//! Guidance that follows the writing: what is being typed and chosen is looked at beside the form,
//! off the thread that draws, and what is worth a glance is shown.
//!
//! Nothing of it is kept: the words go to the search worker in memory and nowhere else.

use super::{
    control::{Control, ControlId, ControlKind},
    state::ClinicScreen,
};
use crate::{app::effect::Effect, search::Passage};

/// As much of the end of a text as is looked at, in characters: what one can still remember.
const MAX_PASSAGE_CHARS: usize = 400;
/// Chosen answers that are looked at, and how long their words may be.
const MAX_ANSWERS: usize = 4;
const MAX_ANSWER_LEN: usize = 40;

impl ClinicScreen {
    /// Asks for guidance on what is being written, whenever another word is finished or another
    /// answer chosen. While the pane has the keys it stands still, so that nothing moves under them.
    pub fn poll_guidance(&mut self) -> Vec<Effect> {
        if self.guidance.open || self.placing.is_some() {
            return Vec::new();
        }
        let passage = self.passage();
        self.guidance.following.ask(passage)
    }

    fn passage(&self) -> Passage {
        let Some(at) = self.controls().iter().position(|control| control.id == self.focus) else {
            return Passage::default();
        };
        let typed = match (&self.controls()[at].kind, &self.editor) {
            (ControlKind::Text { one_line: false, .. }, Some(editor)) => finished(&editor.text()),
            _ => String::new(),
        };
        // In a field where nothing is written yet, what was written last is still talked about.
        let last = &self.guidance.following.passage;
        let text = if typed.is_empty() { last.text.clone() } else { typed };
        let stage = self.session.template().stages.get(self.session.stage());
        let pinned = stage.map_or_else(Vec::new, |stage| stage.kb.clone());
        Passage { text, answers: self.answers_around(at), pinned }
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

/// The end of a text, in whole words: the one under the caret is not finished, and at the cut the
/// first one may be half of one.
fn finished(text: &str) -> String {
    let is_in_word = |c: char| c.is_alphanumeric() || matches!(c, '’' | '\'' | '-');
    let text = text.trim_end_matches(is_in_word);
    let skip = text.chars().count().saturating_sub(MAX_PASSAGE_CHARS);
    let end: String = text.chars().skip(skip).collect();
    let end = if skip > 0 { end.trim_start_matches(is_in_word) } else { &end };
    end.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Suggestion;

    #[test]
    fn only_finished_words_are_looked_at() {
        assert_eq!(
            finished("He took the tablet to his room and sh"),
            "He took the tablet to his room and"
        );
        assert_eq!(finished("He took it. "), "He took it.");
        assert!(finished("").is_empty() && finished("word").is_empty());
    }

    #[test]
    fn of_a_long_text_the_end_is_looked_at_and_no_half_word() {
        let text = format!("{} online grooming ", "filler ".repeat(5000));
        let end = finished(&text);
        assert!(end.chars().count() <= MAX_PASSAGE_CHARS && end.ends_with("online grooming"));
        assert!(end.starts_with("filler "), "{end}");
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
        let [Effect::Suggest { generation, passage }] = asked.as_slice() else {
            panic!("{} effects", asked.len())
        };
        assert_eq!(passage.text, "images on his tablet");
        assert!(!passage.pinned.is_empty(), "the stage counts");
        assert!(screen.poll_guidance().is_empty(), "the same words are not asked for again");
        let old = *generation;
        screen.write("images on his tablet shown ", now);
        assert_eq!(screen.poll_guidance().len(), 1);
        let late = Suggestion { id: "one".to_owned(), answer: "An answer.".to_owned() };
        screen.guidance.following.answered(old, vec![late]);
        assert!(screen.guidance.following.suggestions.is_empty(), "an older answer came too late");
        screen.guidance.open = true;
        screen.write("images on his tablet shown again ", now);
        assert!(screen.poll_guidance().is_empty());
        screen.guidance.open = false;
        screen.apply_event(Event::StageOpened { stage: 0 }, now).expect("it stands there");
        assert_eq!(screen.poll_guidance().len(), 1);
    }
}
