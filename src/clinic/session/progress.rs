//! Whether a stage has been worked on, or was only passed.

use super::Session;
use crate::clinic::template::value::Value;
use crate::clinic::template::{Item, ItemType};

impl Session {
    /// Whether somebody answered, placed, named or decided anything in a stage; true of one that
    /// asks for nothing. What the template filled in is nobody's answer.
    pub fn is_worked_on(&self, stage: usize) -> bool {
        let items = self.template().items();
        let mut asking =
            items.iter().filter(|place| place.stage == stage && asks(place.item)).peekable();
        let names_people = stage == 0 && !self.template().roles.is_empty();
        if asking.peek().is_none() && !names_people {
            return true;
        }
        names_people && !self.participants.is_empty()
            || asking.any(|place| self.has_work_in(place.item))
    }

    fn has_work_in(&self, item: &Item) -> bool {
        let id = &item.id;
        let first = item.first_value();
        let is_given = |value: &Value| !value.is_blank() && first.as_ref() != Some(value);
        self.answers.iter().any(|one| one.slot.item == *id && is_given(&one.value))
            || self.ratings.iter().any(|one| one.slot.item == *id)
            || self.matrix.iter().any(|one| one.slot.item == *id)
            || self.matrix_reasons.iter().any(|one| one.slot.item == *id)
            || self.actions.iter().any(|one| one.item == *id)
            || item.kind == ItemType::LastActions
                && self
                    .earlier
                    .iter()
                    .flat_map(|one| &one.actions)
                    .any(|one| one.followed_up.is_some())
    }
}

fn asks(item: &Item) -> bool {
    item.kind.can_be_required() && item.calculated.is_none() && !item.read_only
}

#[cfg(test)]
mod tests {
    use crate::clinic::fixture::Play;
    use crate::clinic::{Event, Value, bundled_templates, practice_session};

    #[test]
    fn a_stage_is_worked_on_once_something_is_answered_in_it_and_not_by_passing_it() {
        for one in bundled_templates() {
            let mut play = Play::of(one.parse().expect("it is sound"));
            let stages = play.session.template().stages.len();
            for _ in 1..stages {
                play.did(Event::GateOverridden { reason: "a test of passing".to_owned() });
            }
            for stage in 0..stages {
                assert!(!play.session.is_worked_on(stage), "{} stage {}", one.id, stage + 1);
            }
            let template = one.parse().expect("it is sound");
            let worked = practice_session(&template, one.example_file, one.example, play.now);
            let worked = worked.expect("it fits");
            for stage in 0..stages {
                assert!(worked.is_worked_on(stage), "{} stage {}", one.id, stage + 1);
            }
        }
        let mut play = Play::start();
        play.answer("danger", Value::Boolean(false));
        assert!(play.session.is_worked_on(0) && !play.session.is_worked_on(1));
    }
}
