//! How a stage and its questions are put into lines.

use jiff::Timestamp;

use super::{Conversation, Prompt};
use crate::{
    app::{Control, ControlId, ControlKind, Pick, TextForm},
    text::counted,
};

impl Conversation<'_> {
    pub(super) fn welcome(&mut self) {
        let session = &self.screen.session;
        let (about, language) = (&session.template().about, session.language());
        let head = format!(
            "{} · {} · {}, {}\n{}",
            about.title.show(language),
            session.case_key(),
            counted(about.minutes, "minute", "minutes"),
            counted(session.template().stages.len(), "stage", "stages"),
            about.purpose.show(language)
        );
        self.say(head);
        if self.screen.session.is_practice() {
            self.say("PRACTICE: a fictional case. Nothing is saved.");
        }
        self.say(format!(
            "Answer each question and press Enter. A question with room for several lines says so, \
             and ends at an empty line. To keep an answer as it is, just press Enter. Commands begin with a slash: /help lists them, {}",
            self.leaving()
        ));
    }

    /// Says which stage begins and what can be read aloud, and asks its first question.
    pub(super) fn enter_stage(&mut self) {
        self.begin_stage();
        self.ask();
    }

    /// Says which stage begins and what can be read aloud, and goes to its first question.
    pub(super) fn begin_stage(&mut self) {
        self.printed.clear();
        let session = &self.screen.session;
        let (at, of) = (session.stage() + 1, session.template().stages.len());
        let Some(stage) = session.template().stages.get(session.stage()) else { return };
        let title = stage.title.show(session.language()).to_owned();
        let script = stage.script.as_ref().map(|words| words.show(session.language()).to_owned());
        let minutes = stage.minutes;
        self.say("");
        let minutes = counted(minutes, "minute", "minutes");
        self.say(format!("Stage {at} of {of}: {title}. {minutes}."));
        if let Some(script) = script {
            self.say("To read aloud:");
            for line in script.trim().lines() {
                self.say(if line.is_empty() { String::new() } else { format!("  {line}") });
            }
            self.say("End of script.");
        }
        while !self.is_asked_in_turn() && self.screen.move_focus(true) {}
    }

    /// Where a draft goes on: the first question of the stage that still needs an answer, else the
    /// first without one.
    pub(super) fn focus_on_first_needed(&mut self) {
        if self.screen.session.is_untouched() || self.screen.session.is_practice() {
            return;
        }
        let first = self.screen.focus.clone();
        let nobody_is_here = self.screen.session.participants().is_empty();
        let is_needed = |control: &Control| control.required && control.problem.is_some();
        let is_open = |control: &Control| match &control.kind {
            ControlKind::Text { text, .. } => text.trim().is_empty(),
            ControlKind::Pick { options, .. } => options.iter().all(|option| !option.chosen),
            _ => control.id == ControlId::AddParticipant && nobody_is_here,
        };
        let why = if self.focus_on_first(is_needed) {
            "the first that still needs an answer"
        } else {
            self.screen.focus_on(first.clone());
            self.say("Nothing that is needed is missing in this stage. /next goes on.");
            if !self.focus_on_first(is_open) {
                return self.screen.focus_on(first);
            }
            "the first without an answer"
        };
        if self.screen.focus != first {
            let number = self.number();
            self.say(format!(
                "You continue at question {number}, {why}. /list shows all questions of this stage."
            ));
        }
    }

    /// Goes on to the first question, from the focused one on, that is asked in turn and `wanted`;
    /// false if there is none.
    fn focus_on_first(&mut self, wanted: impl Fn(&Control) -> bool) -> bool {
        loop {
            if self.is_asked_in_turn() && self.screen.focused().is_some_and(&wanted) {
                return true;
            }
            if !self.screen.move_focus(true) {
                return false;
            }
        }
    }

    /// Asks what has the focus, after what stands above it.
    pub(super) fn ask(&mut self) {
        self.prompt = Prompt::Question;
        self.written = None;
        self.passing = None;
        let Some(at) = self.position() else { return };
        let above: Vec<Control> = self.screen.controls()[..at].to_vec();
        for control in above.iter().filter(|control| is_said(control)) {
            self.print_once(control);
        }
        let Some(control) = self.screen.focused().cloned() else { return };
        match &control.id {
            ControlId::AddParticipant => return self.ask_person(),
            ControlId::Place(slot, who) => return self.ask_placing(&slot.clone(), *who),
            _ => {}
        }
        self.say("");
        let needed = if control.required { " (needed)" } else { "" };
        self.say(format!("{}. {}{needed}", self.number(), control.label));
        if let Some(hint) = &control.hint {
            self.say(format!("   {hint}"));
        }
        if let Some(problem) = control.problem.as_ref().filter(|_| self.screen.show_missing) {
            let stop = if problem.ends_with('?') { "" } else { "." };
            self.say(format!("   Still needed: {problem}{stop}"));
        }
        if control.is_unconfirmed {
            self.say("   From the request, not confirmed today. Type /confirm to confirm it.");
        }
        match &control.kind {
            ControlKind::Text { text, one_line, form } => {
                if !text.trim().is_empty() {
                    let day = form.echo(text, self.screen.today).map(|echo| echo.day);
                    let text = day.unwrap_or_else(|| text.trim().replace('\n', " / "));
                    self.say(format!("   Current answer: {text}"));
                    self.say(if *form == TextForm::Free {
                        "   What you type is added to it. To empty it: /clear."
                    } else {
                        "   What you type replaces it. To empty it: /clear."
                    });
                }
                if let Some(example) = form.example() {
                    self.say(format!("   {example}"));
                }
                if *one_line && *form == TextForm::Free {
                    self.say("   In one line.");
                }
                if !*one_line {
                    let first = self.printed.insert("how a long answer ends".to_owned());
                    self.say(if first {
                        "   Write as many lines as you like. To finish, press Enter on an empty line."
                    } else {
                        "   To finish, press Enter on an empty line."
                    });
                }
            }
            ControlKind::Pick { options, many: false, in_a_row: true } => {
                let words =
                    options.iter().map(|one| (one.code.as_str(), one.text.as_str(), one.chosen));
                self.say(format!("   {}", in_a_line(words)));
            }
            ControlKind::Pick { options, many, .. } => {
                let is_step = matches!(control.id, ControlId::Agreed(_));
                let means = !(is_step && self.steps_are_known());
                self.list_options(options, *many, means);
            }
            ControlKind::Button => match control.id {
                ControlId::Reveal(_) => self.say("   Type y to reveal them."),
                ControlId::Complete => {
                    self.say(format!("   Type y to complete the clinic; {}", self.leaving()));
                }
                _ => self.say("   Type y for yes, or press Enter to continue."),
            },
            _ => {}
        }
    }

    /// Records how we know the answer that was just given, as is usual, and offers the other ways.
    pub(super) fn know_as_usual(&mut self, now: Timestamp) -> bool {
        self.screen.know_as_usual(now);
        self.ask_known()
    }

    /// Asks how we know the answer of the focused question.
    pub(super) fn ask_known(&mut self) -> bool {
        let Some(known) = self.screen.focused().and_then(|control| control.known.clone()) else {
            return false;
        };
        self.prompt = Prompt::Known;
        let ways = known.options.iter().enumerate();
        let mut ways: Vec<String> = ways
            .map(|(at, (code, text))| {
                let is_chosen = known.chosen.as_ref() == Some(code);
                if is_chosen { format!("Enter for {text}") } else { format!("{} {text}", at + 1) }
            })
            .collect();
        ways.sort_by_key(|way| !way.starts_with("Enter"));
        self.say(format!("   How do we know? {}.", ways.join(", ")));
        true
    }

    fn list_options(&mut self, options: &[Pick], many: bool, means: bool) {
        let own_numbers = options.iter().all(|option| option.code.parse::<i64>().is_ok());
        for (at, option) in options.iter().enumerate() {
            let number = if own_numbers { String::new() } else { format!("{} ", at + 1) };
            let chosen = if option.chosen { " (chosen)" } else { "" };
            let means = if means { meaning(&option.definition) } else { String::new() };
            self.say(format!("   {number}{}{chosen}{means}", option.text));
        }
        if many {
            self.say("   Type the numbers, separated by spaces.");
        }
    }

    /// Everything of the stage that can be answered, with its number and answer.
    pub(super) fn list_stage(&mut self) {
        let controls: Vec<Control> =
            self.screen.controls().iter().filter(|one| one.takes_focus()).cloned().collect();
        for (at, control) in controls.iter().enumerate() {
            let answer = match &control.kind {
                ControlKind::Text { text, .. } if text.trim().is_empty() => "–".to_owned(),
                ControlKind::Text { text, .. } => text.trim().replace('\n', " / "),
                ControlKind::Pick { options, .. } => {
                    let chosen: Vec<&str> = options
                        .iter()
                        .filter(|option| option.chosen)
                        .map(|option| option.text.as_str())
                        .collect();
                    if chosen.is_empty() { "–".to_owned() } else { chosen.join("; ") }
                }
                _ => String::new(),
            };
            let colon = if answer.is_empty() { "" } else { ": " };
            self.say(format!("{}. {}{colon}{answer}", at + 1, control.label));
        }
    }

    fn print_once(&mut self, control: &Control) {
        let indent = "   ".repeat(control.depth.min(1));
        let said = match &control.kind {
            ControlKind::Picture { said, .. } => said.as_slice(),
            _ => &[],
        };
        let mut lines = vec![format!("{indent}{}", control.label)];
        let below = control.hint.iter().chain(said);
        lines.extend(below.map(|line| format!("{indent}   {line}")));
        // A changed number is not a reason to say it again: one child more, one person placed.
        let first = said.first().unwrap_or(&control.label);
        let key: String = first.chars().filter(|c| !c.is_ascii_digit()).collect();
        if self.printed.insert(format!("{:?} {key}", control.id)) {
            self.say("");
            self.say(lines.join("\n"));
        }
    }

    /// What leaving means for this note.
    fn leaving(&self) -> &'static str {
        if self.screen.session.is_practice() {
            "/quit leaves."
        } else {
            "/quit leaves and saves the draft."
        }
    }

    fn position(&self) -> Option<usize> {
        self.screen.controls().iter().position(|control| control.id == self.screen.focus)
    }

    /// The number of the focused question within its stage.
    pub(super) fn number(&self) -> usize {
        let at = self.position().unwrap_or(0);
        self.screen.controls()[..at].iter().filter(|control| control.takes_focus()).count() + 1
    }
}

/// Whether what stands above a question is said before it. How far the placing has come is left to
/// the questions themselves, and so is who is here.
fn is_said(control: &Control) -> bool {
    let asks_itself = match &control.id {
        ControlId::Readiness(_) => true,
        ControlId::Heading(id) => id == "participants",
        _ => false,
    };
    !asks_itself && !control.takes_focus()
}

/// What an answer means, behind it.
pub(super) fn meaning(definition: &str) -> String {
    if definition.is_empty() { String::new() } else { format!(": {definition}") }
}

/// Short answers in one line: `1 Yes, 2 No.` An answer that is its own number is written once.
pub(super) fn in_a_line<'a>(options: impl Iterator<Item = (&'a str, &'a str, bool)>) -> String {
    let options = options.enumerate().map(|(at, (code, text, chosen))| {
        let number =
            if code.parse::<i64>().is_ok() { String::new() } else { format!("{} ", at + 1) };
        format!("{number}{text}{}", if chosen { " (chosen)" } else { "" })
    });
    format!("{}.", options.collect::<Vec<_>>().join(", "))
}
