//! Lines that begin with a slash: moving about, time, guidance.

use jiff::Timestamp;

use super::{Conversation, Ending, Prompt, answer::typed_number};
use crate::{
    clinic::{Event, clock},
    text::counted,
};

/// Minutes that `/extend` adds.
const MORE_MINUTES: u32 = 5;

/// What can be said after a slash, and what it does.
const COMMANDS: [(&str, &str); 18] = [
    ("help", "list these commands"),
    ("back", "go back to the previous question"),
    ("list", "list the questions in this stage with their answers"),
    ("go N", "go to question N in this stage"),
    ("clear", "clear this answer"),
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
    ("names LIST", "names to watch for, separated by commas (never saved)"),
    ("repeat", "ask this question again"),
    ("quit", "leave the clinic (the draft is saved)"),
];

impl Conversation<'_> {
    pub(super) fn command(&mut self, command: &str, now: Timestamp) {
        let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
        let rest = rest.trim();
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
            "names" => self.names(rest),
            "repeat" => {
                self.forget_steps();
                self.ask();
            }
            "quit" => self.ending = Some(Ending::Left),
            other => {
                let names = COMMANDS.map(|(name, _)| name.split(' ').next().unwrap_or(name));
                let far = |name: &&str| strsim::osa_distance(name, other);
                let near = names.into_iter().min_by_key(far).filter(|name| far(name) <= 2);
                let near = near.map_or(String::new(), |name| format!(" Did you mean /{name}?"));
                self.say(format!(
                    "There is no command “/{other}”.{near} /help lists the commands."
                ));
            }
        }
    }

    fn names(&mut self, list: &str) {
        self.screen.add_names(list);
        self.say(match self.screen.names().count() {
            0 => {
                "No names to watch for. Type /names and the names, separated by commas.".to_owned()
            }
            count => {
                format!(
                    "Names to watch for: {count}. They are never saved. /names - clears the list."
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
            Some(stage) => {
                self.apply_event(Event::StageOpened { stage }, now);
            }
            None => self.say(format!("Type a stage number from 1 to {of}.")),
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
