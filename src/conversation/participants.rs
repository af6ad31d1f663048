//! Who is here, what they place unseen, and whose view differs.

use jiff::Timestamp;

use super::{
    Conversation, Prompt,
    answer::{chosen, typed_number, yes},
    ask::{in_a_line, meaning},
};
use crate::{
    app::{AfterDissentChoice, ControlId, DissentChoice, DissentReason, earlier_people},
    clinic::{
        Attendance, Event, ParticipantId, PlacementMethod, Private, RatingState, Slot, rating_view,
    },
    text::{clean_line, counted},
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
            self.say(format!("{people} listed. Anyone else? Press Enter if not."));
            return;
        }
        let so_far =
            if here.is_empty() { String::new() } else { format!(" So far: {}.", here.join("; ")) };
        self.say(format!("{}. Who is here? Profession or role, no names.{so_far}", self.number()));
        self.say("   Type one person and press Enter. When everyone is listed, press Enter on an empty line.");
        self.say("   For somebody who is not here or came late, add it: “nurse, apologies” or “nurse, late”.");
        let earlier = earlier_people(&self.screen.session);
        let earlier: Vec<String> = earlier.iter().map(|one| one.label.clone()).collect();
        if !earlier.is_empty() {
            self.say(format!("   Last time: {}. To add them, type last.", earlier.join("; ")));
        }
    }

    /// Asks for the role today of each of the people of the earlier meeting.
    pub(super) fn name_earlier_people(&mut self, now: Timestamp) {
        let earlier = earlier_people(&self.screen.session);
        let labels = earlier.iter().map(|one| one.label.clone()).collect();
        self.ask_role(labels, now);
    }

    fn ask_role(&mut self, mut labels: Vec<String>, now: Timestamp) {
        if labels.is_empty() {
            return self.go_on(now);
        }
        let label = labels.remove(0);
        let (roles, before) = (self.roles(), self.role_before(&label));
        if roles.len() == 1 {
            // There is nothing to choose.
            return self.give_role("1", label, labels, now);
        }
        let words = roles.iter().map(|(code, title)| (code.as_str(), title.as_str(), false));
        let line = in_a_line(words);
        let before = before.and_then(|code| roles.iter().find(|(other, _)| *other == code));
        let before = before.map_or(String::new(), |(_, title)| {
            format!(" Last time: {title}; press Enter for the same.")
        });
        let who = with_attendance(&label).0;
        self.say(format!("   {who}: what is their role today? {line}{before}"));
        self.prompt = Prompt::PersonRole { label, next: labels };
    }

    /// The role of somebody in the earlier meeting.
    fn role_before(&self, label: &str) -> Option<String> {
        let earlier = earlier_people(&self.screen.session);
        earlier.iter().find(|one| one.label == label).map(|one| one.role.clone())
    }

    pub(super) fn name_person(&mut self, line: &str, now: Timestamp) {
        if line.is_empty() {
            return self.pass_over(now);
        }
        if line.eq_ignore_ascii_case("last") && !earlier_people(&self.screen.session).is_empty() {
            return self.name_earlier_people(now);
        }
        let labels = line.split(';').map(str::trim).filter(|label| !label.is_empty());
        let labels: Vec<String> = labels.map(str::to_owned).collect();
        if let Some(label) = labels.iter().find(|label| !is_profession(label)) {
            return self.say(format!(
                "“{label}” has no letters, so it is not listed. Type a profession or role, or press \
                 Enter when everyone is listed. /go and a number goes to a question."
            ));
        }
        self.ask_role(labels, now);
    }

    /// Takes a line that is not a role, where a role was asked for: somebody else of a pasted list, whose
    /// role is asked for next; or a role with a slip in it.
    fn take_other_than_role(&mut self, line: &str, label: String, mut next: Vec<String>) {
        let who = with_attendance(&label).0.to_owned();
        let roles = self.roles();
        let is_near = |title: &str| {
            let line = line.to_lowercase();
            let most = (line.chars().count() / 3).clamp(1, 3);
            strsim::osa_distance(&title.to_lowercase(), &line) <= most
        };
        let near = roles.iter().find(|(_, title)| is_near(title));
        if line == "-" && !next.is_empty() {
            let last = next.pop().unwrap_or_default();
            self.say(format!("Not listed: {last}. First the role of: {who}."));
        } else if near.is_none() && is_profession(line) {
            self.say(format!(
                "“{line}” is not a role, so it was taken as somebody else who is here; their role \
                 comes after. To leave it out, type -. First type the number in front of the role \
                 of: {who}."
            ));
            let labels = line.split(';').map(str::trim).filter(|label| is_profession(label));
            next.extend(labels.map(str::to_owned));
        } else {
            let near = near.map_or(String::new(), |(_, title)| format!(" Did you mean {title}?"));
            self.say(format!(
                "“{line}” is not a role.{near} Type the number in front of the role of: {who}. The \
                 next person comes after it."
            ));
        }
        self.prompt = Prompt::PersonRole { label, next };
    }

    pub(super) fn give_role(
        &mut self,
        line: &str,
        label: String,
        next: Vec<String>,
        now: Timestamp,
    ) {
        let (roles, before) = (self.roles(), self.role_before(&label));
        let role = match (before.filter(|_| line.is_empty()), chosen(line, &roles, false)) {
            (Some(role), _) => role,
            (None, Ok(at)) if !at.is_empty() => roles[at[0]].0.clone(),
            _ => return self.take_other_than_role(line, label, next),
        };
        let (label, attendance) = with_attendance(&label);
        let event = Event::ParticipantAdded { role: role.clone(), label: label.to_owned() };
        if self.apply_event(event, now)
            && attendance != Attendance::Here
            && let Some(one) = self.screen.session.participants().last().cloned()
        {
            let (id, label) = (one.id, one.label);
            self.apply_event(Event::ParticipantChanged { id, role, label, attendance }, now);
        }
        if next.is_empty() {
            self.screen.focus_on(ControlId::AddParticipant);
            self.ask_person();
        } else {
            self.ask_role(next, now);
        }
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
                format!(
                    "{number}. {who} showed a card or fingers. Type the number, from 1 to {of}."
                )
            }
            PlacementMethod::VideoCall => {
                format!("{number}. {who} sent or showed a number. Type it, from 1 to {of}.")
            }
            PlacementMethod::RoundTheTable => {
                format!("{number}. Ask {who} where they place it. Type the number, from 1 to {of}.")
            }
        });
        let by_chat = match self.screen.session.placing() {
            PlacementMethod::VideoCall => " /code lets everyone place through the chat.",
            _ => "",
        };
        self.say(format!(
            "   Press Enter to do this later. /repeat lists the answers again.{by_chat}"
        ));
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

    pub(super) fn ask_dissent(&mut self, choice: DissentChoice) {
        if self.screen.session.participants().is_empty() {
            self.say("First add who is here, in the first stage: /stage 1.");
            return;
        }
        self.offer_dissent(choice);
    }

    fn offer_dissent(&mut self, choice: DissentChoice) {
        if matches!(choice, DissentChoice::Named { .. }) {
            self.say("   Add their profession? Type y if they wish, or press Enter for their role today only.");
        } else {
            self.say(format!("   {} {}", choice.question(), choice.hint()).trim_end());
            let standing = choice.standing(&self.screen.session);
            for (at, option) in choice.options(&self.screen.session).iter().enumerate() {
                let mark = if standing == Some(at) { " (recorded)" } else { "" };
                self.say(format!("   {} {option}{mark}", at + 1));
            }
            if standing.is_some() {
                self.say("   Press Enter to keep it.");
            }
        }
        self.prompt = Prompt::Dissent(choice);
    }

    pub(super) fn choose_dissent(&mut self, line: &str, choice: DissentChoice, now: Timestamp) {
        let at = match &choice {
            DissentChoice::Named { .. } => Some(usize::from(yes(line))),
            choice if line.is_empty() => choice.standing(&self.screen.session),
            _ => typed_number(line),
        };
        let next = at.and_then(|at| choice.clone().choose(&self.screen.session, at));
        match (next, choice) {
            (Some(AfterDissentChoice::Choice(next)), _) => self.offer_dissent(next),
            (Some(AfterDissentChoice::Reason(asked)), _) => {
                match asked.said(&self.screen.session) {
                    Some(said) => {
                        self.say(format!("   Their reason so far: {}", clean_line(&said)));
                        self.say("   Their reason, in one line, or press Enter to keep it:");
                    }
                    None => self.say("   Their reason, in one line:"),
                }
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
        let said = asked.said(&self.screen.session).filter(|_| line.is_empty());
        let reason = said.unwrap_or_else(|| line.to_owned());
        if reason.is_empty() {
            return self.say("A differing view needs a reason. Type it in one line.");
        }
        self.offer_dissent(asked.give(reason));
    }

    fn label(&self, who: ParticipantId) -> String {
        let one = self.screen.session.participants().iter().find(|one| one.id == who);
        one.map_or(String::new(), |one| one.label.clone())
    }
}

/// Whether a text can say what somebody does: a number alone cannot.
fn is_profession(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// A profession without the word behind it that says whether somebody is here.
fn with_attendance(label: &str) -> (&str, Attendance) {
    let said = label.rsplit_once(',').and_then(|(label, word)| {
        let word = word.trim().to_lowercase();
        let attendance = match word.as_str() {
            "apologies" => Attendance::Apologies,
            "late" | "arrived late" => Attendance::Late,
            _ => return None,
        };
        Some((label.trim(), attendance))
    });
    said.unwrap_or((label, Attendance::Here))
}
