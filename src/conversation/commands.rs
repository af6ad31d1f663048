//! Lines that begin with a slash: moving about, time, guidance.

use jiff::Timestamp;

use super::{Conversation, Ending, Prompt, answer::typed_number};
use crate::{
    app::{ControlId, ControlKind, TextForm},
    clinic::{Event, UndoableChange, clock, next_redo, next_undo},
    text::counted,
};

/// Minutes that `/extend` adds.
const MORE_MINUTES: u32 = 5;

/// What can be said after a slash, and what it does.
const COMMANDS: [(&str, &str); 23] = [
    ("help", "list these commands"),
    ("back", "go back to the previous question"),
    ("list", "list the questions in this stage with their answers"),
    ("go N", "go to question N in this stage"),
    ("clear", "clear this answer"),
    ("confirm", "confirm this answer, which comes from a consultation request"),
    ("undo", "undo the last change"),
    ("redo", "redo what was undone"),
    ("next", "go to the next stage"),
    ("stage N", "go to stage N (you can always go back)"),
    ("skip REASON", "skip this stage"),
    ("script", "show the script to read aloud again"),
    ("time", "show the time used"),
    ("pause", "pause or restart the clock"),
    ("extend", "add five minutes to this stage"),
    ("guidance [WORDS]", "list guidance for this stage, or search for words"),
    ("read N", "read entry N in that list"),
    ("cite N", "cite entry N in the note"),
    ("names LIST", "names to watch for, separated by commas (deleted when the note is completed)"),
    ("code", "make a code, so that people on a video call can place through its chat"),
    ("chat", "take the placements from the chat that you paste next"),
    ("repeat", "ask this question again"),
    ("quit", "leave the clinic (the draft is saved)"),
];

/// Commands that only say something: a long answer that is being written goes on after them.
const ASIDE: [&str; 9] =
    ["help", "list", "time", "pause", "extend", "guidance", "read", "cite", "names"];

impl Conversation<'_> {
    pub(super) fn command(&mut self, command: &str, now: Timestamp) {
        let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
        if COMMANDS.iter().all(|(known, _)| known.split(' ').next() != Some(name)) {
            return self.no_command(command, now);
        }
        if let Prompt::Slash { line, before } = self.prompt.clone() {
            self.say(format!("Left out: “{line}”."));
            self.prompt = *before;
        }
        let goes_on = self.written.is_some() && ASIDE.contains(&name);
        if !goes_on {
            // Every line of it is part of the note already.
            self.written = None;
        }
        self.run(name, rest.trim(), now);
        if goes_on {
            self.say("Continue your answer. To finish it, press Enter on an empty line.");
        }
    }

    /// Says that there is no such command. Where words are being written, it may be one of them.
    fn no_command(&mut self, command: &str, now: Timestamp) {
        let name = command.split(' ').next().unwrap_or_default();
        let names = COMMANDS.map(|(known, _)| known.split(' ').next().unwrap_or(known));
        let far = |known: &&str| strsim::osa_distance(known, name);
        let most = (name.chars().count() / 2).min(2);
        let near = names.into_iter().min_by_key(far).filter(|known| far(known) <= most);
        let near = near.map_or(String::new(), |name| format!(" Did you mean /{name}?"));
        if let Prompt::Slash { line, before } = self.prompt.clone() {
            self.prompt = *before;
            self.answer(&line, now);
        }
        let is_text = match &self.prompt {
            Prompt::Question => self.screen.focused().is_some_and(|control| {
                matches!(control.kind, ControlKind::Text { form: TextForm::Free, .. })
            }),
            Prompt::Person
            | Prompt::EarlyReason { .. }
            | Prompt::GateReason
            | Prompt::DissentReason(_) => true,
            _ => false,
        };
        if !is_text {
            return self
                .say(format!("There is no command “/{name}”.{near} /help lists the commands."));
        }
        let line = format!("/{command}");
        self.say(format!(
            "“{line}” is not a command.{near} If it is part of your answer, type y. To leave it \
             out, press Enter."
        ));
        self.prompt = Prompt::Slash { line, before: Box::new(self.prompt.clone()) };
    }

    fn run(&mut self, name: &str, rest: &str, now: Timestamp) {
        match name {
            "help" => {
                for (name, does) in COMMANDS {
                    self.say(format!("/{name}: {does}"));
                }
            }
            "back" => self.back(now),
            "list" => self.list_stage(),
            "go" => self.go(rest),
            "clear" => self.clear(now),
            "confirm" => self.confirm(now),
            "undo" => self.undo(now),
            "redo" => self.redo(now),
            "next" => self.finish_stage(now),
            "stage" => self.stage(rest, now),
            "skip" => {
                self.apply_event(Event::StageSkipped { reason: rest.to_owned() }, now);
            }
            "script" => self.enter_stage(),
            "time" => self.time(now),
            "pause" => self.pause(now),
            "extend" => {
                if self.apply_event(Event::StageExtended { minutes: MORE_MINUTES }, now) {
                    self.say("Five minutes added to this stage.");
                }
            }
            "guidance" => self.guidance(rest),
            "read" => self.read(rest),
            "cite" => self.cite(rest, now),
            "names" => self.names(rest, now),
            "code" => self.code(),
            "chat" => self.begin_chat(),
            "repeat" => {
                self.forget_steps();
                self.ask();
            }
            _ => self.ending = Some(Ending::Left),
        }
    }

    /// Confirms an answer that comes from a consultation request, and goes on.
    fn confirm(&mut self, now: Timestamp) {
        let control = self.screen.focused().filter(|control| control.is_unconfirmed);
        let Some(ControlId::Answer(slot)) = control.map(|control| control.id.clone()) else {
            return self.say("No answer from a consultation request waits here.");
        };
        if self.apply_event(Event::AnswerConfirmed { slot }, now) {
            self.say("Confirmed.");
            self.go_on(now);
        }
    }

    /// Undoes the last change, unless it cannot be undone: nothing older goes in its place unnoticed.
    fn undo(&mut self, now: Timestamp) {
        match self.screen.tell_of_lasting() {
            Some(lasting) => {
                let older = next_undo(&self.screen.session).map_or_else(String::new, |step| {
                    format!(" /undo again undoes the change before it: {}.", step.title())
                });
                self.say(format!("{}{older}", lasting.sentence()));
            }
            None => {
                let step = next_undo(&self.screen.session);
                self.step(step, Event::Undone, ("Nothing to undo.", "Undone"), now);
            }
        }
    }

    fn redo(&mut self, now: Timestamp) {
        let step = next_redo(&self.screen.session);
        self.step(step, Event::Redone, ("Nothing to redo.", "Redone"), now);
    }

    /// Undoes or redoes a change, and asks the question it belongs to.
    fn step(
        &mut self,
        step: Option<UndoableChange>,
        event: Event,
        (nothing, done): (&str, &str),
        now: Timestamp,
    ) {
        let Some(step) = step else { return self.say(nothing) };
        if !self.apply_event(event, now) {
            return;
        }
        self.say(format!("{done}: {}.", step.title()));
        if let Some(stage) = step.stage.filter(|stage| *stage != self.screen.session.stage()) {
            self.apply_event(Event::StageOpened { stage }, now);
        }
        if let Some(slot) = &step.slot {
            self.screen.focus_on_slot(slot);
        }
        self.screen.show_again();
        self.ask();
    }

    fn names(&mut self, list: &str, now: Timestamp) {
        if let Err(refusal) = self.screen.add_names(list, now) {
            return self.say(refusal.to_string());
        }
        self.say(match self.screen.names().count() {
            0 => {
                "No names to watch for. Type /names and the names, separated by commas.".to_owned()
            }
            count => {
                format!(
                    "Names to watch for: {count}. The list is kept with the draft and deleted when \
                     you complete the note. /names - clears the list."
                )
            }
        });
    }

    fn back(&mut self, now: Timestamp) {
        self.prompt = Prompt::Question;
        while self.screen.move_focus(false) {
            if self.is_asked_in_turn() {
                return self.ask();
            }
        }
        self.apply_event(Event::StageReturned, now);
    }

    fn go(&mut self, number: &str) {
        let questions = self.screen.controls().iter().filter(|control| control.takes_focus());
        let ids: Vec<_> = questions.map(|control| control.id.clone()).collect();
        match typed_number(number).and_then(|at| ids.get(at)).cloned() {
            Some(id) => {
                self.screen.focus_on(id);
                self.ask();
            }
            None => {
                self.say(format!("This stage has questions 1 to {}. /list shows them.", ids.len()));
            }
        }
    }

    fn stage(&mut self, number: &str, now: Timestamp) {
        let of = self.screen.session.template().stages.len();
        match typed_number(number).filter(|stage| *stage < of) {
            Some(stage) if stage == self.screen.session.stage() => self.enter_stage(),
            Some(stage) => self.open_stage(stage, now),
            None => self.say(format!("Type a stage number from 1 to {of}.")),
        }
    }

    /// Goes to a stage. A closed gate in between is named first, and is where one then is.
    pub(super) fn open_stage(&mut self, stage: usize, now: Timestamp) {
        self.bound_for = None;
        let title = self.screen.session.template().stages.get(stage);
        let title = title.map(|stage| stage.title.show(self.screen.session.language()).to_owned());
        let (before, length) = (self.screen.session.stage(), self.out.len());
        let is_open = self.apply_event(Event::StageOpened { stage }, now);
        if !is_open && let Some(title) = title {
            let number = stage + 1;
            let why = format!("Stage {number}, {title}, is not open yet.\n");
            self.out.insert_str(length, &why);
            if self.screen.session.stage() == before {
                self.bound_for = Some(stage);
            }
        }
    }

    fn time(&mut self, now: Timestamp) {
        let view = clock(&self.screen.session, now);
        let minutes = |time: std::time::Duration| time.as_secs() / 60;
        let paused = if view.paused { " The clock is paused." } else { "" };
        let planned = |time| counted(minutes(time), "minute", "minutes");
        self.say(format!(
            "This stage: {} of {}. Whole clinic: {} of {}.{paused}",
            minutes(view.stage_elapsed),
            planned(view.stage_planned),
            minutes(view.total_elapsed),
            planned(view.total_planned),
        ));
    }

    fn pause(&mut self, now: Timestamp) {
        let paused = clock(&self.screen.session, now).paused;
        let event = if paused { Event::ClockResumed } else { Event::ClockPaused };
        if self.apply_event(event, now) {
            self.say(if paused { "The clock is running." } else { "The clock is paused." });
        }
    }

    fn guidance(&mut self, words: &str) {
        let found: Vec<(String, String)> = if words.is_empty() {
            let session = &self.screen.session;
            let pinned = session.template().stages.get(session.stage()).map(|one| one.kb.clone());
            let titled = |id: String| self.guide.title(&id).map(|(title, _)| (id, title));
            pinned.unwrap_or_default().into_iter().filter_map(titled).collect()
        } else {
            self.guide.search(words)
        };
        if found.is_empty() {
            self.say(if words.is_empty() {
                "No guidance is listed for this stage. To search: /guidance and your words."
            } else {
                "Nothing found. Try other words."
            });
        }
        for (at, (_, title)) in found.iter().enumerate() {
            self.say(format!("{} {title}", at + 1));
        }
        self.offered = found.into_iter().map(|(id, _)| id).collect();
    }

    fn offered(&mut self, number: &str) -> Option<String> {
        let id = typed_number(number).and_then(|at| self.offered.get(at)).cloned();
        if id.is_none() {
            self.say("Type /guidance first, then use the number in front of an entry.");
        }
        id
    }

    fn read(&mut self, number: &str) {
        if let Some(id) = self.offered(number) {
            self.show_entry(&id);
        }
    }

    fn cite(&mut self, number: &str, now: Timestamp) {
        let Some(id) = self.offered(number) else { return };
        let Some((title, version)) = self.guide.title(&id) else { return };
        if self.apply_event(Event::EntryCited { id, title: title.clone(), version }, now) {
            self.say(format!("Cited in the note: {title}."));
        }
    }

    pub(super) fn show_entry(&mut self, id: &str) {
        match self.guide.entry(id) {
            Some(text) => self.say(text.trim_end()),
            None => self.say(format!("There is no entry called “{id}” in the guidance.")),
        }
    }
}
