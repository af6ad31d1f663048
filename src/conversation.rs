//! A clinic as a conversation: one numbered question after the other, answered line by line.
//!
//! The same form and the same machine of the meeting as on the screens ([`ClinicScreen`]), put into
//! lines that only ever follow one another: for a screen reader, a pipe, or a terminal that can do
//! no more. Nothing is read or written here; lines go in ([`Conversation::handle_line`]), text comes out.
//! It never shows a placement that is not revealed, and it ends only when asked to.

mod answer;
mod ask;
mod chat;
mod commands;
mod completion;
mod participants;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, fmt::Write as _};

use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use crate::{
    app::{ChatRound, ClinicScreen, ControlId, DissentChoice, DissentReason, Removal},
    clinic::{
        Event, ParticipantId, Refusal, Session, SessionEffect as Asked, Slot, Value, rating_view,
        time_recovery,
    },
    text::LocalTime,
    vault::{NoteId, PlacingRound},
};

/// An Enter so soon after a written answer was meant for that answer, not for the next question.
const TOO_SOON: SignedDuration = SignedDuration::from_secs(1);

/// The guidance a conversation can show, wherever it comes from.
pub trait Guide {
    /// Title and version of an entry.
    fn title(&self, id: &str) -> Option<(String, String)>;
    /// A whole entry as text.
    fn entry(&self, id: &str) -> Option<String>;
    /// Ids and titles that answer some words, the best first.
    fn search(&self, words: &str) -> Vec<(String, String)>;
    /// Makes the key of a round of placing from other places, whose steps have these codes. An error
    /// says why it cannot.
    fn begin_placing(&self, steps: &[String]) -> Result<PlacingRound, String>;
    /// Has the clinic look for the words of installed packs, if there are any.
    fn prepare(&self, _: &mut ClinicScreen) {}
}

/// What a line led to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// What to say: lines, each with its end, and at last the next question.
    pub text: String,
    /// Whether the conversation is over, and how.
    pub ending: Option<Ending>,
}

/// How a conversation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The clinic is complete: its note is to be locked now.
    Completed,
    /// Left in the middle; the draft is kept.
    Left,
}

/// What the next line answers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Prompt {
    /// The question that has the focus.
    Question,
    /// How we know what was just answered.
    Known,
    /// Whether a date that has passed is right.
    PastDate { text: String },
    /// Whether a line that begins with a slash, and is not a command, is part of the answer.
    Slash { line: String, before: Box<Prompt> },
    /// Another person's profession.
    Person,
    /// Their role today, and who is asked about next.
    PersonRole { label: String, next: Vec<String> },
    /// A placement, typed unseen.
    Placing { slot: Slot, participant: ParticipantId, again: bool },
    /// Why placements are shown before everyone is ready.
    EarlyReason { slot: Slot },
    /// Why the meeting goes on although the gate of the stage is not answered.
    GateReason,
    /// The next choice about a differing view.
    Dissent(DissentChoice),
    /// Why somebody sees it differently.
    DissentReason(DissentReason),
    /// Whether something is to be removed.
    Remove(Removal),
    /// Whether to complete although something in the note calls for a second look.
    CompleteFound,
    /// Whether to complete although something is to be read first.
    CompleteAnyway,
}

/// A clinic as a conversation.
pub struct Conversation<'a> {
    screen: ClinicScreen,
    guide: &'a dyn Guide,
    local: LocalTime,
    prompt: Prompt,
    /// Lines of a long answer so far; none while none is being written.
    written: Option<Vec<String>>,
    /// Whether a person types at a terminal, where an Enter too many must not pass over a question.
    is_typed: bool,
    /// When the last written answer ended.
    answered_at: Option<Timestamp>,
    /// The needed question that one Enter was pressed at; a second one leaves it for later.
    passing: Option<ControlId>,
    /// The stage that was asked for, while a gate before it is closed.
    bound_for: Option<usize>,
    /// What was printed of this stage without being asked.
    printed: BTreeSet<String>,
    /// The round in which people place from other places; its key ends with it.
    round: Option<(ChatRound, PlacingRound)>,
    /// The lines of a chat so far; none while none is being pasted.
    chat: Option<Zeroizing<String>>,
    /// Entries that the last list of guidance named, by their numbers.
    offered: Vec<String>,
    out: String,
    ending: Option<Ending>,
}

impl<'a> Conversation<'a> {
    /// Begins, or goes on where the note stands. Answers with the first thing to say.
    pub fn begin(
        note: Option<NoteId>,
        session: Session,
        guide: &'a dyn Guide,
        local: LocalTime,
        now: Timestamp,
    ) -> (Self, Reply) {
        let mut conversation = Self {
            screen: ClinicScreen::open(note, session, now),
            guide,
            local,
            prompt: Prompt::Question,
            written: None,
            is_typed: false,
            answered_at: None,
            passing: None,
            bound_for: None,
            printed: BTreeSet::new(),
            round: None,
            chat: None,
            offered: Vec::new(),
            out: String::new(),
            ending: None,
        };
        conversation.screen.today = conversation.local.day(now);
        guide.prepare(&mut conversation.screen);
        conversation.welcome();
        conversation.begin_stage();
        conversation.focus_on_first_needed();
        conversation.ask();
        let reply = conversation.reply();
        (conversation, reply)
    }

    /// Lets an Enter that may be one too many pass over nothing: a person types at a terminal.
    pub fn expect_typing(&mut self) {
        self.is_typed = true;
    }

    /// Takes a line, without its end.
    pub fn handle_line(&mut self, line: &str, now: Timestamp) -> Reply {
        let line = crate::text::clean_line(line);
        if self.chat.is_some() {
            self.add_to_chat(&line, now);
            return self.reply();
        }
        for asked in self.screen.time_passed(now) {
            match asked {
                Asked::RingPauseOver => self.say("The pause is over. Welcome everyone back."),
                Asked::RingTwoMinutes => self.say("Two minutes left in this stage."),
                Asked::RingTimeUp => {
                    self.say("Time for this stage is up. /extend adds five minutes.");
                }
                _ => {}
            }
        }
        let answered_at = self.answered_at.take();
        if line.is_empty() && self.is_one_enter_too_many(answered_at, now) {
            self.say(
                "An Enter that came right after your last answer was ignored. This question is \
                 still open: answer it, or press Enter to continue.",
            );
            return self.reply();
        }
        self.answer_or_do(&line, now);
        self.end_round();
        self.reply()
    }

    fn answer_or_do(&mut self, line: &str, now: Timestamp) {
        match line.strip_prefix('/') {
            // Two slashes begin an answer that begins with one.
            Some(text) if text.starts_with('/') => self.answer(text, now),
            Some(command) => self.command(command, now),
            None => self.answer(line, now),
        }
    }

    /// Whether an empty line came right and so soon after a written answer that it was meant to end it.
    fn is_one_enter_too_many(&self, answered_at: Option<Timestamp>, now: Timestamp) -> bool {
        let since = answered_at.map(|at| now.duration_since(at));
        let is_soon = since.is_some_and(|since| (SignedDuration::ZERO..TOO_SOON).contains(&since));
        is_soon && self.is_typed && self.written.is_none() && self.prompt != Prompt::Known
    }

    /// Takes an empty line in the middle of a text that was pasted: it parts two paragraphs, where
    /// a typed one would end the answer. False if no long answer is being written.
    pub fn takes_blank_line(&mut self) -> bool {
        if self.chat.is_some() {
            return true;
        }
        let Some(lines) = &mut self.written else { return false };
        lines.push(String::new());
        true
    }

    /// Whether what is typed next must not be seen: somebody places privately.
    pub fn hides(&self) -> bool {
        self.chat.is_none() && matches!(self.prompt, Prompt::Placing { .. })
    }

    /// The meeting as it stands.
    pub fn session(&self) -> &Session {
        &self.screen.session
    }

    /// What is to be saved now: the note, the session and its turn.
    pub fn take_unsaved(&mut self, now: Timestamp) -> Option<(NoteId, Session, u64)> {
        let (note, session) = self.screen.take_unsaved(now, true)?;
        Some((note, session, self.screen.turn()))
    }

    fn reply(&mut self) -> Reply {
        Reply { text: std::mem::take(&mut self.out), ending: self.ending }
    }

    fn say(&mut self, line: impl AsRef<str>) {
        // A text in memory takes everything.
        let _ = writeln!(self.out, "{}", line.as_ref());
    }

    /// Tells the machine; what it refuses is said. True if it was taken.
    fn apply_event(&mut self, event: Event, now: Timestamp) -> bool {
        let stage = self.screen.session.stage();
        match self.screen.apply_event(event, now) {
            Ok(asked) => {
                self.follow(asked);
                if self.screen.session.stage() != stage {
                    if let Some(hint) = time_recovery(&self.screen.session, now) {
                        self.say(hint.sentence());
                    }
                    self.enter_stage();
                }
                true
            }
            Err(refusal) => {
                self.refused(refusal, now);
                false
            }
        }
    }

    fn follow(&mut self, asked: Vec<Asked>) {
        for one in asked {
            match one {
                Asked::OpenEntry(id) => {
                    self.say("Before anything else: who needs to be safe now?");
                    self.show_entry(&id);
                }
                Asked::Complete | Asked::Stop | Asked::Amend => {
                    self.ending = Some(Ending::Completed);
                }
                Asked::SaveDraft
                | Asked::RingPauseOver
                | Asked::RingTwoMinutes
                | Asked::RingTimeUp => {}
            }
        }
    }

    /// Says why something was not taken, and asks what is needed to go on.
    fn refused(&mut self, refusal: Refusal, now: Timestamp) {
        self.say(refusal.to_string());
        match refusal {
            Refusal::GateClosed { stage, .. } => {
                if self.screen.session.stage() != stage {
                    self.say(format!(
                        "So this is stage {} now. To continue without answering, type /next.",
                        stage + 1
                    ));
                    self.apply_event(Event::StageOpened { stage }, now);
                    return;
                }
                self.prompt = Prompt::GateReason;
                self.say(
                    "Type a reason to continue without answering, or press Enter to answer it.",
                );
            }
            Refusal::NotAllReady { .. } => {
                if let Some(slot) = crate::app::slot_of(&self.screen.focus).cloned() {
                    self.prompt = Prompt::EarlyReason { slot };
                    self.say("Type a reason to reveal them now, or press Enter to wait.");
                }
            }
            Refusal::Incomplete { missing } => self.list_missing(&missing, now),
            Refusal::Unacknowledged { warnings } => self.list_warnings(&warnings),
            _ => {}
        }
    }

    /// On to the next question, or out of the stage after the last one.
    fn go_on(&mut self, now: Timestamp) {
        self.prompt = Prompt::Question;
        while self.screen.move_focus(true) {
            if self.is_asked_in_turn() {
                return self.ask();
            }
        }
        self.finish_stage(now);
    }

    /// Passes over the question that has the focus. One that is still needed is never passed over
    /// unsaid, and where a person types only at the second Enter.
    fn pass_over(&mut self, now: Timestamp) {
        let focused = self.screen.focused();
        if focused.is_some_and(|control| control.required && control.problem.is_some()) {
            let id = Some(self.screen.focus.clone());
            if self.is_typed && self.passing != id {
                self.passing = id;
                return self.say(
                    "This answer is needed. Type it, or press Enter again to leave it for later.",
                );
            }
            self.say("Left for later. It is needed before you complete the note: /back returns.");
        }
        self.go_on(now);
    }

    fn finish_stage(&mut self, now: Timestamp) {
        self.apply_event(Event::StageFinished, now);
    }

    /// Whether the focused control is asked by itself. What takes something out, who has placed
    /// already, and why there would be no answer where there is one, is reached by number.
    fn is_asked_in_turn(&self) -> bool {
        match &self.screen.focus {
            ControlId::RemoveRow(..)
            | ControlId::RemoveAction(_)
            | ControlId::Attendance(_)
            | ControlId::RemoveParticipant(_)
            | ControlId::AddEarlierPeople
            | ControlId::ChangeDissent(..)
            | ControlId::RemoveDissent(..) => false,
            ControlId::WhyMissing(slot) => {
                matches!(self.screen.session.answer(slot), None | Some(Value::Missing(_)))
            }
            ControlId::Place(slot, who) => rating_view(&self.screen.session, slot)
                .is_some_and(|view| view.waiting.contains(who)),
            _ => true,
        }
    }
}
