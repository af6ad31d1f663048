//! From a line to an answer.

use jiff::Timestamp;

use super::{Conversation, Ending, Prompt};
use crate::{
    app::{
        Code, ControlId, ControlKind, DateEcho, DissentChoice, Key, REMOVAL_STAYS_ON_RECORD,
        ReasonFor, Removal, Taken, TextForm,
    },
    clinic::{ActionDetails, Event},
};

/// The line that ends a long answer, as an empty one does.
const END: &str = ".";

impl Conversation<'_> {
    pub(super) fn answer(&mut self, line: &str, now: Timestamp) {
        match self.prompt.clone() {
            Prompt::Question => self.answer_question(line, now),
            Prompt::Known => self.answer_known(line, now),
            Prompt::PastDate { text } => self.confirm_date(line, &text, now),
            Prompt::Slash { line: slash, before } => self.answer_slash(line, &slash, *before, now),
            Prompt::Person => self.name_person(line, now),
            Prompt::PersonRole { label, next } => self.give_role(line, label, next, now),
            Prompt::Placing { slot, participant, again } => {
                self.place(line, slot, participant, again, now);
            }
            Prompt::EarlyReason { slot } => {
                let shown = !line.is_empty() && {
                    let event = ReasonFor::RevealingEarly(slot).event(line.to_owned());
                    self.apply_event(event, now)
                };
                if !shown {
                    self.first_waiting();
                }
                self.ask();
            }
            Prompt::GateReason if line.is_empty() => {
                self.screen.focus_on_gate();
                self.ask();
            }
            Prompt::GateReason => {
                self.prompt = Prompt::Question;
                let next = self.screen.session.stage() + 1;
                let event = ReasonFor::OverridingGate.event(line.to_owned());
                let stage = self.bound_for.take().filter(|stage| *stage > next);
                if self.apply_event(event, now)
                    && let Some(stage) = stage
                {
                    self.open_stage(stage, now);
                }
            }
            Prompt::Dissent(choice) => self.choose_dissent(line, choice, now),
            Prompt::DissentReason(asked) => self.give_dissent_reason(line, asked),
            Prompt::Remove(what) => self.remove(yes(line), what, now),
            Prompt::CompleteFound => self.complete_found(line, now),
            Prompt::CompleteAnyway => self.complete_anyway(line, now),
        }
    }

    fn answer_question(&mut self, line: &str, now: Timestamp) {
        let Some(control) = self.screen.focused().cloned() else {
            self.ending = Some(Ending::Left);
            return;
        };
        match control.kind {
            ControlKind::Text { one_line: false, .. } => self.write_lines(line, now),
            ControlKind::Text { .. } | ControlKind::Pick { .. } if line.is_empty() => {
                self.pass_over(now);
            }
            ControlKind::Text { text, form, .. } => {
                let whole = if form == TextForm::Free { added(&text, line) } else { line.into() };
                self.write(&whole, form, now);
            }
            ControlKind::Pick { options, many, .. } => {
                let answers: Vec<(&str, &str)> =
                    options.iter().map(|one| (one.code.as_str(), one.text.as_str())).collect();
                match chosen(line, &answers, many) {
                    Ok(wanted) => {
                        let are: Vec<bool> = options.iter().map(|option| option.chosen).collect();
                        self.choose(&wanted, &are, many, now);
                    }
                    Err(why) => self.say(why.to_string()),
                }
            }
            ControlKind::Button if yes(line) => self.press(control.id, now),
            ControlKind::Button if control.id == ControlId::Complete => {
                self.say(
                    "Type y to complete the clinic, /back or /stage to change something, or /quit.",
                );
            }
            ControlKind::Button if line.is_empty() || no(line) => {
                if let ControlId::Reveal(_) = control.id {
                    self.say("Placements stay hidden until you type y.");
                }
                self.pass_over(now);
            }
            _ => self.say("Type y for yes, or press Enter to continue."),
        }
    }

    /// A line of a long answer, which is part of the note at once: whatever ends the conversation,
    /// it is kept. It is added to the answer that is there; a blank first line leaves that as it is.
    fn write_lines(&mut self, line: &str, now: Timestamp) {
        if self.written.is_none() && (line.is_empty() || line == END) {
            if !(self.stands_unsaid() && self.ask_known()) {
                self.pass_over(now);
            }
            return;
        }
        let before = self.focused_text();
        let lines = self.written.get_or_insert_with(|| before.lines().map(str::to_owned).collect());
        if line.is_empty() || line == END {
            let text = lines.join("\n");
            self.written = None;
            return self.write(text.trim_end(), TextForm::Free, now);
        }
        lines.push(line.to_owned());
        let text = lines.join("\n");
        if let Taken::Applied(Err(refusal)) = self.screen.write(text.trim_end(), now) {
            self.written.get_or_insert_default().pop();
            self.say(format!("{refusal} This line was not added."));
        }
    }

    /// Whether an answer stands here of which nobody said yet how it is known, though that is
    /// needed.
    fn stands_unsaid(&self) -> bool {
        let control = self.screen.focused();
        let known = control.and_then(|control| control.known.as_ref());
        let unsaid = known.is_some_and(|known| known.slot.is_some() && known.chosen.is_none());
        let is_written = |kind: &ControlKind| matches!(kind, ControlKind::Text { text, .. } if !text.trim().is_empty());
        unsaid && control.is_some_and(|control| is_written(&control.kind))
    }

    fn focused_text(&self) -> String {
        match self.screen.focused().map(|control| &control.kind) {
            Some(ControlKind::Text { text, .. }) => text.trim().to_owned(),
            _ => String::new(),
        }
    }

    fn write(&mut self, text: &str, form: TextForm, now: Timestamp) {
        match form.echo(text, self.screen.today) {
            Some(DateEcho { passed: Some(asked), .. }) => {
                self.say(format!("{asked} Type y to keep it, or type another date."));
                self.prompt = Prompt::PastDate { text: text.to_owned() };
            }
            _ => self.write_checked(text, form, now),
        }
    }

    /// A date that has passed is kept once somebody says so; another one takes its place.
    fn confirm_date(&mut self, line: &str, text: &str, now: Timestamp) {
        if yes(line) {
            self.prompt = Prompt::Question;
            self.write_checked(text, TextForm::Date, now);
        } else if line.is_empty() || no(line) {
            self.say("Not recorded.");
            self.ask();
        } else {
            self.prompt = Prompt::Question;
            self.write(line, TextForm::Date, now);
        }
    }

    /// A line that begins with a slash is part of the answer, or not. Any other text shows that the
    /// answer simply goes on.
    fn answer_slash(&mut self, line: &str, slash: &str, before: Prompt, now: Timestamp) {
        self.prompt = before;
        if line.is_empty() || no(line) {
            return self.say(format!("Left out: “{slash}”. Continue your answer."));
        }
        self.answer(slash, now);
        if !yes(line) {
            self.answer(line, now);
        }
    }

    fn write_checked(&mut self, text: &str, form: TextForm, now: Timestamp) {
        let stage = self.screen.session.stage();
        let echo = form.echo(text, self.screen.today);
        let before = self.focused_text();
        match self.screen.write(text, now) {
            Taken::Applied(Ok(asked)) => {
                self.answered_at = Some(now);
                if form == TextForm::Free && !before.is_empty() && before != text {
                    self.say(format!("   Answer now: {text}"));
                }
                if let Some(echo) = echo {
                    self.say(format!("   {}.", echo.day));
                }
                self.follow(asked);
                if self.screen.session.stage() == stage && !self.know_as_usual(now) {
                    self.go_on(now);
                }
            }
            Taken::Applied(Err(refusal)) => self.refused(refusal, now),
            _ => self.say(form.advice(text, self.screen.today)),
        }
    }

    fn choose(&mut self, wanted: &[usize], are: &[bool], many: bool, now: Timestamp) {
        // What goes out goes first, so that an answer that stands alone does not drop the others.
        let out = are.iter().enumerate().filter(|(at, is)| many && **is && !wanted.contains(at));
        let mut changes: Vec<usize> = out.map(|(at, _)| at).collect();
        changes.extend(wanted.iter().copied().filter(|at| !are.get(*at).copied().unwrap_or(true)));
        for at in changes {
            match self.screen.choose_at(at, now) {
                Taken::Applied(Ok(asked)) => self.follow(asked),
                Taken::Applied(Err(refusal)) => return self.refused(refusal, now),
                _ => {}
            }
        }
        if !self.know_as_usual(now) {
            self.go_on(now);
        }
    }

    /// Leaves out the answer of the focused question.
    pub(super) fn clear(&mut self, now: Timestamp) {
        let Some(control) = self.screen.focused().cloned() else { return };
        let known = control.known.as_ref().filter(|known| known.chosen.is_some());
        let known = known.and_then(|known| known.slot.clone());
        let is_known = known.is_some();
        if let Some(slot) = known {
            self.apply_event(Event::Answered { slot, value: None }, now);
        }
        match control.kind {
            ControlKind::Text { .. } => {
                if let Taken::Applied(Err(refusal)) = self.screen.write("", now) {
                    return self.refused(refusal, now);
                }
            }
            ControlKind::Pick { .. } => match self.screen.clear_choice(now) {
                Taken::Applied(Err(refusal)) => return self.refused(refusal, now),
                Taken::Said(why) => return self.say(why),
                _ => {}
            },
            _ => return self.say("There is no answer here to clear."),
        }
        let known = if is_known { ", and how it is known" } else { "" };
        self.say(format!("Cleared: your answer to “{}”{known}.", control.label));
        self.ask();
    }

    fn answer_known(&mut self, line: &str, now: Timestamp) {
        if line.is_empty() {
            return self.go_on(now);
        }
        let Some(known) = self.screen.focused().and_then(|control| control.known.clone()) else {
            return self.go_on(now);
        };
        let wanted = match chosen(line, &known.options, false) {
            Ok(wanted) => wanted.first().map(|at| &known.options[*at].0),
            Err(why) => return self.say(why.to_string()),
        };
        // The key of the screens goes from one way to the next; so does this, until it is there.
        for _ in 0..=known.options.len() {
            let now_known = self.screen.focused().and_then(|control| control.known.as_ref());
            if now_known.and_then(|known| known.chosen.as_ref()) == wanted {
                break;
            }
            if let Taken::Applied(Err(refusal)) =
                self.screen.handle_key(Key::plain(Code::F(4)), 80, now)
            {
                return self.refused(refusal, now);
            }
        }
        self.go_on(now);
    }

    pub(super) fn press(&mut self, id: ControlId, now: Timestamp) {
        match id {
            ControlId::AddRow(slot) => {
                self.add(Event::row_added(&slot), now);
            }
            ControlId::AddAction(item) => {
                let details = ActionDetails::default();
                let event = Event::ActionAdded { item, details };
                self.add(event, now);
            }
            ControlId::Reveal(slot) => {
                let event = Event::PlacementsRevealed { slot: slot.clone(), reason: None };
                if self.apply_event(event, now) {
                    self.screen.focus_on_slot(&slot);
                    self.ask();
                }
            }
            ControlId::SecondRound(slot) => {
                if self.apply_event(Event::SecondRoundOpened { slot }, now) {
                    self.first_waiting();
                    self.ask();
                }
            }
            ControlId::AddEarlierPeople => self.name_earlier_people(now),
            ControlId::AddDissent(slot) => self.ask_dissent(DissentChoice::Who { slot }),
            ControlId::ChangeDissent(slot, who) => {
                self.ask_dissent(DissentChoice::Where { slot, who });
            }
            ControlId::Complete => self.complete(now),
            id => {
                if let Some(what) = Removal::of(&id) {
                    if let Some(why) = what.refusal(&self.screen.session, now) {
                        return self.say(why.to_string());
                    }
                    self.prompt = Prompt::Remove(what);
                    self.say(format!(
                        "{REMOVAL_STAYS_ON_RECORD} Remove it? Type y, or press Enter to keep it."
                    ));
                }
            }
        }
    }

    /// Adds something, and asks the first question of it.
    fn add(&mut self, event: Event, now: Timestamp) {
        let ids = self.screen.controls().iter().map(|control| control.id.clone());
        let before: Vec<ControlId> = ids.collect();
        if self.apply_event(event, now) {
            self.screen.focus_on_added(&before);
            self.ask();
        }
    }

    fn remove(&mut self, yes: bool, what: Removal, now: Timestamp) {
        if yes && self.apply_event(what.event(), now) {
            self.say("Removed.");
        }
        self.ask();
    }
}

/// An answer of one line with more words behind those that are there.
fn added(text: &str, line: &str) -> String {
    let text = text.trim();
    if text.is_empty() { line.to_owned() } else { format!("{text} {line}") }
}

pub(super) fn yes(line: &str) -> bool {
    ["y", "yes"].iter().any(|word| line.eq_ignore_ascii_case(word))
}

fn no(line: &str) -> bool {
    ["n", "no"].iter().any(|word| line.eq_ignore_ascii_case(word))
}

/// A line that chooses nothing.
#[derive(Debug, thiserror::Error)]
#[error("“{word}” is not one of the answers. Type the number in front of an answer.")]
pub(super) struct NotAnAnswer {
    word: String,
}

/// The place in a list that a typed number means: lists begin with 1.
pub(super) fn typed_number(text: &str) -> Option<usize> {
    text.parse::<usize>().ok()?.checked_sub(1)
}

/// The places that a line chooses among codes with their texts: numbers, codes that are numbers, or
/// the beginning of the words.
pub(super) fn chosen<T: AsRef<str>>(
    line: &str,
    options: &[(T, T)],
    many: bool,
) -> Result<Vec<usize>, NotAnAnswer> {
    let own_numbers = options.iter().all(|(code, _)| code.as_ref().parse::<i64>().is_ok());
    let find = |word: &str| {
        if let Ok(number) = word.parse::<usize>() {
            return if own_numbers {
                options.iter().position(|(code, _)| code.as_ref().parse() == Ok(number))
            } else {
                typed_number(word).filter(|at| *at < options.len())
            };
        }
        let word = word.to_lowercase();
        let begins = |text: &T| text.as_ref().to_lowercase().starts_with(&word);
        let mut fitting =
            options.iter().enumerate().filter(|(_, (_, text))| !word.is_empty() && begins(text));
        let first = fitting.next().map(|(at, _)| at);
        first.filter(|_| fitting.next().is_none())
    };
    let words: Vec<&str> = if many && line.starts_with(|c: char| c.is_ascii_digit()) {
        line.split([' ', ',']).filter(|word| !word.is_empty()).collect()
    } else {
        vec![line.trim()]
    };
    let mut found = Vec::new();
    for word in words {
        match find(word) {
            Some(at) if !found.contains(&at) => found.push(at),
            Some(_) => {}
            None => return Err(NotAnAnswer { word: word.to_owned() }),
        }
    }
    Ok(found)
}
