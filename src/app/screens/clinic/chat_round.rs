//! A round of placing from other places: who has which number, what the form shows of it, and what a
//! chat holds for it.

use std::collections::{BTreeMap, BTreeSet};

use super::control::{Control, ControlId};
use crate::{
    clinic::{Event, Participant, ParticipantId, Private, RatingState, Session, Slot, rating_view},
    text::counted,
    vault::{BlockFault, MAX_IN_A_ROUND, SentPlacement},
};

/// What the code is for, said where it is made.
const WHAT_A_CODE_DOES: &str = "Everyone runs `caseclinic place` with the code, chooses alone, and \
     pastes what it prints into the chat of the call. Nobody can read a choice in the chat.";

/// What to do with the code.
const HOW_TO_PLACE: &str = "Paste the code into the chat, and read out everyone’s number. Say: “Run \
     caseclinic place, then the code. Type your number, and choose alone. Paste what it prints into the \
     chat.” Nothing is shown until everyone is ready.";

/// What to do with the chat.
const HOW_TO_PASTE: &str = "Copy the whole chat, then paste it here. You can do this as often as you \
     like. It is read at once and not kept.";

/// A round in which people place from other places.
pub(crate) struct ChatRound {
    slot: Slot,
    again: bool,
    /// Who places, in the order of their numbers.
    people: Vec<ParticipantId>,
    /// The code, once it is made.
    code: Option<String>,
}

impl ChatRound {
    /// A round for the placement in `slot`, as far as it has come. Fails if nobody places.
    pub(crate) fn of(session: &Session, slot: &Slot) -> Result<Self, String> {
        let people: Vec<ParticipantId> = placing(session).map(|one| one.id).collect();
        let view = rating_view(session, slot).filter(|_| !people.is_empty());
        let view = view.ok_or_else(|| "First add the people who will place it.".to_owned())?;
        if people.len() > MAX_IN_A_ROUND {
            return Err(format!("A code works for at most {MAX_IN_A_ROUND} people."));
        }
        let again = view.state == RatingState::SecondRound;
        Ok(Self { slot: slot.clone(), again, people, code: None })
    }

    /// The code, once it is made.
    pub(crate) fn code(&self) -> Option<String> {
        self.code.clone()
    }

    /// Lets people place with this code.
    pub(super) fn open_with(&mut self, code: String) {
        self.code = Some(code);
    }

    /// What is placed.
    pub(crate) fn slot(&self) -> &Slot {
        &self.slot
    }

    /// The codes of the steps that people choose from, in the order of their numbers.
    pub(crate) fn steps(&self, session: &Session) -> Vec<String> {
        let view = rating_view(session, &self.slot);
        view.map_or_else(Vec::new, |view| view.steps.into_iter().map(|step| step.code).collect())
    }

    /// Everyone who places, with their number, in its order.
    pub(crate) fn numbered(&self, session: &Session) -> Vec<String> {
        let people = self.people.iter().enumerate();
        people.map(|(at, who)| format!("{} {}", at + 1, name(session, *who))).collect()
    }

    /// Gives people who came since the next numbers; numbers stay.
    pub(crate) fn let_in(&mut self, session: &Session) {
        let late = placing(session).map(|one| one.id);
        let late: Vec<_> = late.filter(|one| !self.people.contains(one)).collect();
        self.people.extend(late);
    }

    /// Whether people place in this round now.
    pub(crate) fn is_open(&self, session: &Session) -> bool {
        let state = rating_view(session, &self.slot).map(|view| view.state);
        state == Some(if self.again { RatingState::SecondRound } else { RatingState::Collecting })
    }

    /// The events that place what is in a report.
    pub(crate) fn events(&self, report: &ChatReport<'_>, session: &Session) -> Vec<Event> {
        let (slot, steps) = (&self.slot, self.steps(session));
        let mut events = Vec::new();
        for (participant, sent) in report.taken.values() {
            let Some(step) = steps.get(sent.step - 1) else { continue };
            let (slot, participant, code) = (slot.clone(), *participant, Private::new(step));
            let reason = Private::new(&sent.reason);
            events.push(if self.again {
                Event::PlacedAgain { slot: slot.clone(), participant, code }
            } else {
                Event::PlacedPrivately { slot: slot.clone(), participant, code }
            });
            if !sent.reason.is_empty() {
                events.push(Event::PlacementReasonGiven { slot, participant, reason });
            }
        }
        events
    }

    /// The blocks of a chat, sorted by the people of the round.
    pub(crate) fn report<'a>(
        &self,
        blocks: &'a [Result<SentPlacement, BlockFault>],
        session: &Session,
    ) -> ChatReport<'a> {
        let mut report = ChatReport::default();
        for block in blocks {
            let sent = match block {
                Ok(sent) => sent,
                Err(fault) => {
                    *report.faults.entry(*fault).or_default() += 1;
                    continue;
                }
            };
            let who = self.people.get(sent.person - 1).copied();
            let Some(who) = who.filter(|who| placing(session).any(|one| one.id == *who)) else {
                report.nobodys.insert(sent.person);
                continue;
            };
            let before = report.taken.insert(sent.person, (who, sent));
            if before.is_some_and(|(_, before)| before != sent) {
                report.several.insert(sent.person);
            }
        }
        report
    }

    /// How many had placed, and what is to be said now: who is still to place, then what needs a word
    /// with somebody.
    pub(crate) fn sentences(
        &self,
        report: &ChatReport<'_>,
        session: &Session,
        before: usize,
    ) -> Vec<String> {
        let Some(view) = rating_view(session, &self.slot) else { return Vec::new() };
        report.sentences(session, &view.waiting, before, view.ready)
    }

    /// How many have placed.
    pub(crate) fn ready(&self, session: &Session) -> usize {
        rating_view(session, &self.slot).map_or(0, |view| view.ready)
    }

    /// Puts the code and what is done with it where the code is offered, and the number of everyone in
    /// front of their profession.
    pub(super) fn show(&self, controls: &mut Vec<Control>) {
        let Some(code) = &self.code else { return };
        for control in controls.iter_mut() {
            if control.id == ControlId::Readiness(self.slot.clone()) {
                control.hint = Some(HOW_TO_PLACE.to_owned());
            }
            if let ControlId::Place(slot, who) = &control.id
                && *slot == self.slot
                && let Some(at) = self.people.iter().position(|one| one == who)
                && let Some((mark, label)) = control.label.split_once(' ')
            {
                control.label = format!("{mark} {} {label}", at + 1);
            }
        }
        let offered = ControlId::PlacingCode(self.slot.clone());
        let Some(at) = controls.iter().position(|control| control.id == offered) else { return };
        let shown = ControlId::Heading("placing code".to_owned());
        let parts = [
            Control::reading(shown, format!("Code: {code}")).depth(1),
            Control::button(offered, "Copy the code").depth(1),
            Control::button(ControlId::Chat(self.slot.clone()), "Paste the chat")
                .hint(HOW_TO_PASTE)
                .depth(1),
        ];
        controls.splice(at..=at, parts);
    }
}

/// The button that offers a code.
pub(super) fn offer(slot: &Slot, out: &mut Vec<Control>) {
    let id = ControlId::PlacingCode(slot.clone());
    let label = "Make a code for placing through the chat";
    out.push(Control::button(id, label).hint(WHAT_A_CODE_DOES).depth(1));
}

/// The people who place now, in the order they were added.
fn placing(session: &Session) -> impl Iterator<Item = &Participant> {
    let places = |one: &Participant| {
        one.present && session.template().role(&one.role).is_none_or(|role| role.places)
    };
    session.participants().iter().filter(move |one| places(one))
}

fn name(session: &Session, who: ParticipantId) -> String {
    let person = session.participants().iter().find(|one| one.id == who);
    person.map_or(String::new(), |one| one.label.clone())
}

/// What a chat holds for a round.
#[derive(Default)]
pub(crate) struct ChatReport<'a> {
    /// The last placement of each number, with whose it is.
    taken: BTreeMap<usize, (ParticipantId, &'a SentPlacement)>,
    /// Numbers that sent several placements which differ.
    several: BTreeSet<usize>,
    /// Numbers that are nobody's, or of somebody who has left.
    nobodys: BTreeSet<usize>,
    /// How many blocks could not be taken, and why.
    faults: BTreeMap<BlockFault, usize>,
}

impl ChatReport<'_> {
    fn sentences(
        &self,
        session: &Session,
        waiting: &[ParticipantId],
        before: usize,
        ready: usize,
    ) -> Vec<String> {
        let name = |who: ParticipantId| name(session, who);
        let all = ready + waiting.len();
        let mut first = format!("{ready} of {all} ready");
        if ready > before {
            first.push_str(&format!(", {} of them new", ready - before));
        }
        let waiting: Vec<String> = waiting.iter().map(|who| name(*who)).collect();
        first.push_str(&match waiting.len() {
            0 => ". Everyone has placed it.".to_owned(),
            _ => format!(". Still to place: {}.", waiting.join("; ")),
        });
        let mut said = vec![first];
        for number in &self.several {
            let Some((who, _)) = self.taken.get(number) else { continue };
            said.push(format!(
                "Number {number} ({}) sent more than one placement. The last one in the chat counts. \
                 Ask whether all are theirs: somebody may have typed a wrong number.",
                name(*who)
            ));
        }
        for number in &self.nobodys {
            said.push(format!(
                "Nobody who places here has the number {number}. Ask who sent it, and have them \
                 place again with their own number."
            ));
        }
        for (fault, count) in &self.faults {
            let blocks = counted(*count, "block", "blocks");
            said.push(match fault {
                BlockFault::CutOff => format!(
                    "{blocks} without an end. Copy the whole chat, up to its last line, and paste it \
                     again."
                ),
                BlockFault::Altered => format!(
                    "{blocks} not as sent: the chat may have changed the text. Have them paste it \
                     again, as a message of its own."
                ),
                BlockFault::OtherCode => format!(
                    "{blocks} made with another code, such as that of an earlier round. If it was \
                     meant for this round, have them place again with the code above."
                ),
                BlockFault::NoPlacement => format!(
                    "{blocks} with something else than a placement. Have them update caseclinic and \
                     place again."
                ),
            });
        }
        said
    }
}
