//! What still stands between a session and its completion, and where to go to put it right.

use std::collections::BTreeSet;

use super::enablement::{empty_columns, is_answered, is_enabled};
use crate::clinic::rating::{RatingState, rating_view};
use crate::clinic::session::{ActionStatus, Session, slots};
use crate::clinic::template::item::Content;
use crate::clinic::template::value::{Slot, Value};
use crate::clinic::template::{ConstraintSeverity, Item, ItemPlace};
use crate::text::{clean_line, shorten};

use ConstraintSeverity::{Error, Warning};

/// Most columns of an action that is named in a sentence.
const MAX_NAME_LEN: usize = 60;

/// One thing that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Index of the stage to go to.
    pub stage: usize,
    /// The field to go to.
    pub slot: Slot,
    /// Error: blocks completion. Warning: needs an acknowledgement.
    pub severity: ConstraintSeverity,
    /// What is missing, in a sentence without its full stop.
    pub message: String,
    /// Whether the field is answered, and what is missing is how we know it: set beside the answer.
    pub how_known: bool,
}

impl Missing {
    /// The message as a whole sentence.
    pub fn sentence(&self) -> String {
        let stop = if self.message.ends_with('?') { "" } else { "." };
        format!("{}{stop}", self.message)
    }
}

/// How many of the answers that a stage needs it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageNeeds {
    /// Answers that completing asks for.
    pub needed: usize,
    /// How many of them are there.
    pub answered: usize,
}

impl StageNeeds {
    /// Whether nothing more is needed.
    pub fn are_met(self) -> bool {
        self.answered == self.needed
    }
}

/// An answer whose question is no longer asked.
#[derive(Clone, Debug, PartialEq)]
pub struct HiddenAnswer {
    /// Where it belongs.
    pub slot: Slot,
    /// Its question.
    pub question: String,
    /// The answer.
    pub value: Value,
    /// The answer as a person reads it.
    pub shown: String,
}

/// Everything missing, in the order of the meeting. Errors refuse completion; warnings, among
/// them answers that will be left out and whatever a stage skipped with a reason lacks, ask to be
/// acknowledged.
pub fn completion(session: &Session) -> Vec<Missing> {
    let mut missing = Vec::new();
    for place in session.template().items() {
        for slot in slots(session, &place) {
            if is_enabled(session, &slot) {
                one(session, &place, &slot, &mut missing);
            }
        }
    }
    for one in &mut missing {
        let stage = session.template().stages.get(one.stage).map(|stage| stage.id.as_str());
        if session.passes().iter().any(|pass| pass.skipped && Some(pass.stage.as_str()) == stage) {
            one.severity = Warning;
        }
    }
    for hidden in hidden_answers(session) {
        let stage = session.template().item(&hidden.slot.item).map_or(0, |place| place.stage);
        let message = format!(
            "“{}” is no longer asked, so its answer will not be in the completed note",
            hidden.question
        );
        let (slot, severity) = (hidden.slot, Warning);
        missing.push(Missing { stage, slot, severity, message, how_known: false });
    }
    missing
}

/// Returns what a stage needs by the same rules as [`completion`]. An answer and how we know it are one.
pub fn stage_needs(session: &Session, stage: usize) -> StageNeeds {
    let mut missing = Vec::new();
    let mut needed = BTreeSet::new();
    for place in session.template().items().iter().filter(|place| place.stage == stage) {
        for slot in slots(session, place).into_iter().filter(|slot| is_enabled(session, slot)) {
            one(session, place, &slot, &mut missing);
            // A group does not count as an answer: its first row is there before anybody answers.
            if place.item.required && place.item.kind.content() != Content::Group {
                needed.insert(shown_at(place.item, &slot));
            }
        }
    }
    missing.retain(|one| one.severity == Error);
    let missing: BTreeSet<Slot> = missing.into_iter().map(|one| one.slot).collect();
    // What was begun and is not finished is needed too, though nobody had to begin it.
    let needed = needed.union(&missing).count();
    StageNeeds { needed, answered: needed - missing.len() }
}

/// Returns the field an answer is shown in: how we know an answer is shown beside that answer.
fn shown_at(item: &Item, slot: &Slot) -> Slot {
    match &item.qualifies {
        Some(other) => Slot { item: other.clone(), row: slot.row },
        None => slot.clone(),
    }
}

/// Answers that are kept but whose question is not asked now. Each can be kept as a line of the
/// note ([`Event::HiddenAnswerKept`](crate::clinic::Event::HiddenAnswerKept)); the rest is left out at
/// completion. What only the template filled in is not listed.
pub fn hidden_answers(session: &Session) -> Vec<HiddenAnswer> {
    let hidden = session.answers.iter().filter(|one| !is_enabled(session, &one.slot));
    hidden
        .filter_map(|one| {
            let place = session.template().item(&one.slot.item);
            let item = place.map(|place| place.item);
            // Without an answer it does not matter how it is known.
            let of = item.map(|item| shown_at(item, &one.slot)).filter(|of| *of != one.slot);
            if of.is_some_and(|of| session.answer(&of).is_none()) {
                return None;
            }
            let first = item.and_then(Item::first_value);
            let question =
                item.map_or(one.slot.item.as_str(), |item| item.text.show(session.language()));
            (first.as_ref() != Some(&one.value)).then(|| HiddenAnswer {
                slot: one.slot.clone(),
                question: format!("{question}{}", row_name(session, &one.slot)),
                value: one.value.clone(),
                shown: answer_text(session, item, &one.value),
            })
        })
        .collect()
}

/// Returns an answer as people read it; as codes where its item is gone.
pub(in crate::clinic) fn answer_text(
    session: &Session,
    item: Option<&Item>,
    value: &Value,
) -> String {
    item.map_or_else(|| value.plain(), |item| item.show(value, session.language()))
}

/// What one field lacks.
pub(in crate::clinic) fn problem_of(
    session: &Session,
    place: &ItemPlace<'_>,
    slot: &Slot,
) -> Vec<Missing> {
    let mut missing = Vec::new();
    one(session, place, slot, &mut missing);
    missing
}

fn one(session: &Session, place: &ItemPlace<'_>, slot: &Slot, missing: &mut Vec<Missing>) {
    let title = place.item.text.show(session.language());
    let how_known = place.item.qualifies.is_some();
    let at = shown_at(place.item, slot);
    let mut say = |severity, message: String| {
        let (stage, slot) = (place.stage, at.clone());
        missing.push(Missing { stage, slot, severity, message, how_known });
    };
    match place.item.kind.content() {
        Content::Rating => {
            if let Some(message) = rating_problem(session, place.item.required, title, slot) {
                say(Error, message);
            }
        }
        Content::Matrix => {
            let empty = empty_columns(session, slot);
            let names: Vec<String> = empty.iter().map(|one| one.title().to_lowercase()).collect();
            if let Some((last, rest)) = names.split_last().filter(|_| place.item.required) {
                let names = match rest {
                    [] => last.clone(),
                    rest => format!("{} and {last}", rest.join(", ")),
                };
                let message = format!(
                    "“{title}” has nothing under {names}: add evidence, or say why there is none"
                );
                say(Error, message);
            }
        }
        Content::Actions => actions(session, place, title, &mut say),
        Content::LastActions => {
            if place.item.required && !is_answered(session, slot) {
                let message = format!("“{title}”: record the outcome of each open action");
                say(Error, message);
            }
            let actions = session.earlier().map_or(&[][..], |earlier| &earlier.actions);
            let here = actions.iter().filter(|one| one.followed_up.is_some());
            for one in here.filter(|one| one.details.status == ActionStatus::Dropped) {
                if one.details.outcome.trim().is_empty() {
                    let what = shorten(&clean_line(&one.details.what), MAX_NAME_LEN);
                    say(Error, format!("“{what}” was dropped: give the reason"));
                }
            }
        }
        Content::Value(_) | Content::Group | Content::Display | Content::LastPlacements => {
            if place.item.required && !is_answered(session, slot) {
                let message = match &place.item.required_message {
                    Some(own) => own.show(session.language()).to_owned(),
                    None => unanswered(session, title, slot, &at),
                };
                say(Error, message);
            }
            let unmet =
                session.answer(slot).map(|value| place.item.unmet(value, session.language()));
            for (severity, message) in unmet.into_iter().flatten() {
                say(severity, message);
            }
        }
    }
}

/// Returns the message for a missing answer in `slot`, shown `at` its own field or another.
fn unanswered(session: &Session, title: &str, slot: &Slot, at: &Slot) -> String {
    let row = row_name(session, slot);
    let other = session.template().item(&at.item).filter(|_| at != slot);
    match other.map(|place| place.item.text.show(session.language())) {
        Some(answer) => format!("“{answer}”{row}: how do we know?"),
        None => format!("“{title}”{row} needs an answer"),
    }
}

fn rating_problem(session: &Session, required: bool, title: &str, slot: &Slot) -> Option<String> {
    let view = rating_view(session, slot)?;
    let row = row_name(session, slot);
    match view.state {
        RatingState::Agreed if view.basis.trim().is_empty() => {
            Some(format!("“{title}”{row}: give the reasons for this placement"))
        }
        RatingState::Agreed => None,
        RatingState::Collecting if !required && view.ready == 0 => None,
        RatingState::Collecting => {
            Some(format!("“{title}”{row}: the placements are not revealed yet"))
        }
        RatingState::SecondRound => {
            Some(format!("“{title}”{row}: the second round is not revealed yet"))
        }
        RatingState::Revealed => {
            Some(format!("“{title}”{row}: record the agreed placement, or no agreement"))
        }
    }
}

/// ` (2 of 3)` for a slot in a row.
pub(in crate::clinic) fn row_name(session: &Session, slot: &Slot) -> String {
    let group = session.template().item(&slot.item).and_then(|place| place.rows_of);
    let (Some(group), Some(row)) = (group, slot.row) else { return String::new() };
    let rows = session.rows_within(group, session.parent_row(row));
    match rows.iter().position(|one| *one == row) {
        Some(at) if rows.len() > 1 => format!(" ({} of {})", at + 1, rows.len()),
        _ => String::new(),
    }
}

fn actions(
    session: &Session,
    place: &ItemPlace<'_>,
    title: &str,
    say: &mut impl FnMut(ConstraintSeverity, String),
) {
    let own = || session.actions.iter().filter(|action| action.item == place.item.id);
    if place.item.required && !is_answered(session, &Slot::once(&place.item.id)) {
        say(Error, format!("“{title}” needs at least one action"));
    }
    for (at, action) in own().enumerate() {
        let number = at + 1;
        let details = &action.details;
        if details.what.trim().is_empty() {
            say(Error, format!("Action {number} does not say what will be done"));
        }
        if details.owner.trim().is_empty() {
            say(Error, format!("Action {number} has no owner"));
        }
        if details.by.is_none() && details.status == ActionStatus::Open {
            say(Warning, format!("Action {number} has no date"));
        }
        if details.status == ActionStatus::Dropped && details.outcome.trim().is_empty() {
            say(Error, format!("Action {number} was dropped: give the reason"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::fixture::Play;
    use crate::clinic::{bundled_templates, practice_session};

    fn needs(play: &Play, stage: usize) -> (usize, usize) {
        let StageNeeds { needed, answered } = stage_needs(&play.session, stage);
        (answered, needed)
    }

    #[test]
    fn a_stage_has_what_it_needs_only_when_all_of_it_is_answered() {
        let mut play = Play::start();
        assert_eq!(needs(&play, 0), (0, 2));
        play.answer("name", Value::Text("Optional".to_owned()));
        assert_eq!(needs(&play, 0), (0, 2));
        play.answer("danger", Value::Boolean(true));
        assert_eq!(needs(&play, 0), (1, 3), "what is asked now is needed too");
        play.answer("danger_done", Value::Text("Apart since ten".to_owned()));
        play.answer("question", Value::Text("How?".to_owned()));
        assert_eq!(needs(&play, 0), (3, 3));
        assert_eq!(needs(&play, 2), (0, 0), "it asks for nothing");
        assert!(stage_needs(&play.session, 2).are_met());
    }

    #[test]
    fn no_stage_of_a_new_meeting_counts_an_answer_before_one_is_given() {
        let now = "2026-11-22T12:00:00Z".parse().expect("a time");
        for id in ["peer-case-clinic", "follow-up-clinic", "quick-consultation", "safety-plan"] {
            let template = crate::clinic::bundled_template(id).expect("bundled").parse();
            let template = template.expect("it is sound");
            let session = Session::start(template, uuid::Uuid::nil(), "OAK-12", false, now);
            for stage in 0..session.template().stages.len() {
                assert_eq!(stage_needs(&session, stage).answered, 0, "{id} {stage}");
            }
        }
    }

    #[test]
    fn an_answer_and_how_we_know_it_are_one() {
        let mut play = Play::start();
        let before = needs(&play, 1);
        let row = play.session.rows("behaviour")[0];
        play.answer_in("what", row, Value::Text("A game".to_owned()));
        assert_eq!(needs(&play, 1), before);
        play.answer_in("what_known", row, Value::Choice("known".to_owned()));
        assert_eq!(needs(&play, 1), (before.0 + 1, before.1));
    }

    #[test]
    fn stages_lack_what_completing_asks_for_and_nothing_else() {
        let now = "2026-11-22T12:00:00Z".parse().expect("a time");
        for one in bundled_templates() {
            let template = one.parse().expect("it is sound");
            let session = practice_session(&template, one.example_file, one.example, now);
            let session = session.unwrap_or_else(|problem| panic!("{problem}"));
            let missing = completion(&session);
            for stage in 0..template.stages.len() {
                let lacks = missing.iter().any(|one| one.stage == stage && one.severity == Error);
                assert_eq!(stage_needs(&session, stage).are_met(), !lacks, "{} {stage}", one.id);
            }
        }
    }
}
