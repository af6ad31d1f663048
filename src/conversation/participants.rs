//! Who is here, what they place unseen, and whose view differs.

use jiff::Timestamp;

use super::{
    Conversation, Prompt,
    answer::{chosen, typed_number, yes},
    ask::{in_a_line, meaning},
};
use crate::{
    app::{AfterDissentChoice, ControlId, DissentChoice, DissentReason},
    clinic::{Event, ParticipantId, PlacementMethod, Private, RatingState, Slot, rating_view},
    text::counted,
};

/// Notes that the steps of a placement were said.
const STEPS: &str = "the steps";

impl Conversation<'_> {
    pub(super) fn ask_person(&mut self) {
        self.prompt = Prompt::Person;
        let people = self.screen.session.participants();
        let here: Vec<String> = people.iter().map(|one| one.label.clone()).collect();
        self.say("");
        if !self.printed.insert("who is here".to_owned()) {
            let people = counted(here.len(), "person", "people");
            self.say(format!("{people} here. Anyone else? Press Enter if not."));
            return;
        }
        let so_far =
            if here.is_empty() { String::new() } else { format!(" So far: {}.", here.join("; ")) };
        self.say(format!("{}. Who is here? Profession or role, no names.{so_far}", self.number()));
        self.say("   Type one person and press Enter. When everyone is listed, press Enter on an empty line.");
    }

    pub(super) fn name_person(&mut self, line: &str, now: Timestamp) {
        if line.is_empty() {
            return self.go_on(now);
        }
        self.prompt = Prompt::PersonRole { label: line.to_owned() };
        let roles = self.roles();
        let words = roles.iter().map(|(code, title)| (code.as_str(), title.as_str(), false));
        let line = in_a_line(words);
        self.say(format!("   Their role today? {line}"));
    }

    pub(super) fn give_role(&mut self, line: &str, label: String, now: Timestamp) {
        let roles = self.roles();
        let role = match chosen(line, &roles, false) {
            Ok(at) => at.first().map(|at| roles[*at].0.clone()),
            Err(why) => return self.say(why.to_string()),
        };
        let Some(role) = role else { return self.say("Type the number in front of a role.") };
        self.apply_event(Event::ParticipantAdded { role, label }, now);
        self.screen.focus_on(ControlId::AddParticipant);
        self.ask_person();
    }

    fn roles(&self) -> Vec<(String, String)> {
        let session = &self.screen.session;
        let language = session.language();
        let roles = session.template().roles.iter();
        roles.map(|role| (role.id.clone(), role.title.show(language).to_owned())).collect()
    }

    pub(super) fn ask_placing(&mut self, slot: &Slot, participant: ParticipantId) {
        let Some(view) = rating_view(&self.screen.session, slot) else { return };
        let again = view.state == RatingState::SecondRound;
        let who = self.label(participant);
        self.prompt = Prompt::Placing { slot: slot.clone(), participant, again };
        if self.printed.insert(format!("places {slot:?} {again}")) {
            let again = if again { " again" } else { "" };
            self.say("");
            self.say(format!(
                "Now everyone places it{again}, one by one. What you type is not shown. Nothing is revealed \
                 until everyone is ready."
            ));
        }
        // The steps are listed for the first who places in this stage, and whenever asked for.
        if self.printed.insert(STEPS.to_owned()) {
            for (at, step) in view.steps.iter().enumerate() {
                let means = meaning(&step.definition);
                self.say(format!("   {} {}{means}", at + 1, step.text));
            }
        }
        self.say("");
        let (number, of) = (self.number(), view.steps.len());
        self.say(match self.screen.session.placing() {
            PlacementMethod::PassTheKeyboard => {
                format!("{number}. {who} places this privately. Type a number from 1 to {of}.")
            }
            PlacementMethod::Cards => {
                format!("{number}. Card: {who}. Type its number, from 1 to {of}.")
            }
            PlacementMethod::RoundTheTable => {
                format!("{number}. Ask {who} where they place it. Type the number, from 1 to {of}.")
            }
        });
        self.say("   Press Enter to do this later. /repeat lists the answers again.");
    }

    /// Whether what the steps mean was said in this stage.
    pub(super) fn steps_are_known(&self) -> bool {
        self.printed.contains(STEPS)
    }

    /// Lets the steps of a placement be said again.
    pub(super) fn forget_steps(&mut self) {
        self.printed.remove(STEPS);
    }

    pub(super) fn place(
        &mut self,
        line: &str,
        slot: Slot,
        participant: ParticipantId,
        again: bool,
        now: Timestamp,
    ) {
        if line.is_empty() {
            return self.go_on(now);
        }
        let steps = rating_view(&self.screen.session, &slot).map(|view| view.steps);
        let steps = steps.unwrap_or_default();
        let at = typed_number(line);
        // What was typed is not repeated: the line may be on the screen for all to see.
        let Some(step) = at.and_then(|at| steps.get(at)) else {
            return self.say("That is not one of the numbers. Type one of them.");
        };
        let code = Private::new(&step.code);
        let event = if again {
            Event::PlacedAgain { slot, participant, code }
        } else {
            Event::PlacedPrivately { slot, participant, code }
        };
        if self.apply_event(event, now) {
            self.say("Placed.");
            self.go_on(now);
        }
    }

    /// Moves the focus to the first person who has not placed yet, where the focus is.
    pub(super) fn first_waiting(&mut self) {
        let Some(slot) = crate::app::slot_of(&self.screen.focus).cloned() else { return };
        let waiting =
            rating_view(&self.screen.session, &slot).and_then(|view| view.waiting.first().copied());
        if let Some(participant) = waiting {
            self.screen.focus_on(ControlId::Place(slot, participant));
        }
    }

    pub(super) fn ask_dissent(&mut self, slot: Slot) {
        if self.screen.session.participants().is_empty() {
            self.say("First add who is here, in the first stage: /stage 1.");
            return;
        }
        self.offer_dissent(DissentChoice::Who { slot });
    }

    fn offer_dissent(&mut self, choice: DissentChoice) {
        if matches!(choice, DissentChoice::Named { .. }) {
            self.say("   Add their profession? Type y if they wish, or press Enter for their role today only.");
        } else {
            self.say(format!("   {} {}", choice.question(), choice.hint()).trim_end());
            for (at, option) in choice.options(&self.screen.session).iter().enumerate() {
                self.say(format!("   {} {option}", at + 1));
            }
        }
        self.prompt = Prompt::Dissent(choice);
    }

    pub(super) fn choose_dissent(&mut self, line: &str, choice: DissentChoice, now: Timestamp) {
        let at = match &choice {
            DissentChoice::Named { .. } => Some(usize::from(yes(line))),
            _ => typed_number(line),
        };
        let next = at.and_then(|at| choice.clone().choose(&self.screen.session, at));
        match (next, choice) {
            (Some(AfterDissentChoice::Choice(next)), _) => self.offer_dissent(next),
            (Some(AfterDissentChoice::Reason(asked)), _) => {
                self.say("   Their reason, in one line:");
                self.prompt = Prompt::DissentReason(asked);
            }
            (Some(AfterDissentChoice::Event(event)), choice) => {
                self.apply_event(event, now);
                self.screen.focus_on(ControlId::AddDissent(choice.slot().clone()));
                self.ask();
            }
            (None, DissentChoice::Who { .. }) if line.is_empty() => self.ask(),
            (None, DissentChoice::Who { .. }) => {
                self.say("Type the number in front of a person, or press Enter for nobody.");
            }
            (None, _) => self.say("Type the number in front of an answer."),
        }
    }

    pub(super) fn give_dissent_reason(&mut self, line: &str, asked: DissentReason) {
        if line.is_empty() {
            return self.say("A differing view needs a reason. Type it in one line.");
        }
        self.offer_dissent(asked.give(line.to_owned()));
    }

    fn label(&self, who: ParticipantId) -> String {
        let one = self.screen.session.participants().iter().find(|one| one.id == who);
        one.map_or(String::new(), |one| one.label.clone())
    }
}
