//! `caseclinic place`: places a behaviour from another place, sealed for the round of a meeting.
//!
//! Questions go to standard error and the sealed placement to standard output. Nothing is written to
//! the disk, no vault is needed, and no option takes the choice: it would stay in the history of the
//! shell.

use std::io::{BufRead as _, IsTerminal as _, Read as _, stdin};

use zeroize::Zeroizing;

use super::{
    CommandError, CommandResult, Context, ErrorKind,
    prompt::{NOT_TEXT, text_of},
};
use crate::{
    clinic::{ItemType, Language, OptionDef, Template, bundled_templates},
    services::{find_template, local_formats, templates_folder},
    text::{clean_line, width, wrap},
    vault::{MAX_IN_A_ROUND, MAX_REASON_BYTES, PlacingCode, SentPlacement},
};

/// Bytes of a typed line that are read.
const MAX_LINE_BYTES: u64 = 4096;
/// Columns of what is said, if the terminal is wider.
const MAX_COLUMNS: usize = 80;

#[derive(clap::Args, Clone, Debug)]
pub(crate) struct PlaceArgs {
    /// The code that the facilitator gave you
    #[arg(value_name = "CODE", required = true, num_args = 1..)]
    code: Vec<String>,
}

/// Asks for a placement, and prints it sealed.
pub(crate) fn run(args: &PlaceArgs, context: &mut Context) -> CommandResult {
    // A chat may have broken the code into several words.
    let code: PlacingCode = args.code.concat().parse().map_err(|error| {
        let hint = "Copy the whole code from the chat and try again.";
        CommandError::new(ErrorKind::Usage, format!("{error}")).hint(hint)
    })?;
    let steps = steps(&code, context)?;
    let mut asked = Asked { context };
    asked.say(
        "You choose alone, and nobody sees your choice before all of them are revealed. \
         Do not share your screen now.",
    )?;
    asked.list(&code, steps.as_deref())?;
    let person = asked.number(
        "Your number, in front of your profession in the facilitator’s list",
        MAX_IN_A_ROUND,
    )?;
    let step = asked.number("Where do you place it? Type the number", code.steps())?;
    let reason = asked.reason()?;
    let placement = SentPlacement { person, step, reason };
    let block = code.seal(&placement).map_err(|error| {
        CommandError::failed(format!("Your placement could not be encrypted: {error}."))
    })?;
    let chosen = steps.as_ref().and_then(|steps| steps.get(step - 1));
    let chosen = chosen.map_or(String::new(), |(text, _)| format!(" {text}"));
    asked.say(&format!("You are number {person}, and you chose {step}{chosen}."))?;
    asked.say(
        "Copy everything below, both lines with hyphens included, and paste it into the chat of the \
         call. To choose again, run the command again: the last one counts.",
    )?;
    context.print_text(&block)?;
    Ok(())
}

/// Text and meaning of each step, in the order of their numbers, if a template known here has this
/// continuum.
fn steps(code: &PlacingCode, context: &Context) -> CommandResult<Option<Vec<(String, String)>>> {
    let mut bundled = bundled_templates().iter().filter_map(|one| one.parse().ok());
    if let Some(steps) = bundled.find_map(|template| steps_in(&template, code)) {
        return Ok(Some(steps));
    }
    let folder = templates_folder(&context.paths()?);
    let local = local_formats(&folder).into_iter().filter_map(|one| one.format.ok());
    let mut local = local.filter_map(|one| find_template(&one.id, &folder).ok());
    Ok(local.find_map(|one| steps_in(&one.template, code)))
}

fn steps_in(template: &Template, code: &PlacingCode) -> Option<Vec<(String, String)>> {
    let items = template.items();
    let ratings = items.iter().filter(|place| place.item.kind == ItemType::Rating);
    ratings.into_iter().find_map(|place| {
        // As the facilitator sees them: what stands outside the continuum comes last.
        let (inside, outside): (Vec<_>, Vec<_>) =
            place.item.options.iter().partition(|one| !one.exclusive);
        let all: Vec<&OptionDef> = inside.into_iter().chain(outside).collect();
        let show = |one: &&OptionDef| {
            let means = one.definition.as_ref().map(|text| text.show(Language::En));
            (one.text.show(Language::En).to_owned(), means.unwrap_or_default().to_owned())
        };
        code.is_of(all.iter().map(|one| one.code.as_str())).then(|| all.iter().map(show).collect())
    })
}

/// Somebody who is asked, line by line.
struct Asked<'a> {
    context: &'a mut Context,
}

impl Asked<'_> {
    fn say(&mut self, text: &str) -> CommandResult {
        self.indented(text, 0)
    }

    fn indented(&mut self, text: &str, indent: usize) -> CommandResult {
        let columns = self.context.style.columns.unwrap_or(MAX_COLUMNS).min(MAX_COLUMNS);
        let indent = " ".repeat(indent);
        for part in wrap(text, columns.saturating_sub(width(&indent)).max(20)) {
            self.context.say(format!("{indent}{}", &text[part]))?;
        }
        Ok(())
    }

    fn list(&mut self, code: &PlacingCode, steps: Option<&[(String, String)]>) -> CommandResult {
        let Some(steps) = steps else {
            let of = code.steps();
            return self.say(&format!(
                "The stages of this meeting are not known here. Ask the facilitator to read them \
                 out with their numbers, 1 to {of}."
            ));
        };
        for (at, (text, means)) in steps.iter().enumerate() {
            self.say(&format!("{} {text}", at + 1))?;
            if !means.is_empty() {
                self.indented(means, 3)?;
            }
        }
        Ok(())
    }

    /// Asks until the answer is one of the numbers. Fails at the end of the input, and at once where no person
    /// types.
    fn number(&mut self, question: &str, of: usize) -> CommandResult<usize> {
        loop {
            let line = self.line(&format!("{question}: "))?;
            let number = line.trim().parse().ok().filter(|number| (1..=of).contains(number));
            if let Some(number) = number {
                return Ok(number);
            }
            let why = format!("Type a number from 1 to {of}.");
            if !stdin().is_terminal() {
                return Err(CommandError::new(ErrorKind::Usage, why));
            }
            self.say(&why)?;
        }
    }

    fn reason(&mut self) -> CommandResult<Zeroizing<String>> {
        self.say(
            "Why, in a few words? They are shown with the stage and without your number. No names, \
             and do not describe the act. To give no reason, press Enter.",
        )?;
        loop {
            let line = self.line("Why: ")?;
            let reason = Zeroizing::new(clean_line(&line));
            if SentPlacement::fits(&reason) {
                return Ok(reason);
            }
            let why = format!(
                "This is too long: it has {} letters, and at most {MAX_REASON_BYTES} fit. Say it in \
                 fewer words.",
                reason.len()
            );
            if !stdin().is_terminal() {
                return Err(CommandError::new(ErrorKind::Usage, why));
            }
            self.say(&why)?;
        }
    }

    fn line(&mut self, question: &str) -> CommandResult<Zeroizing<String>> {
        loop {
            self.context.ask_line(question)?;
            let mut bytes = Zeroizing::new(Vec::new());
            let read = stdin().lock().take(MAX_LINE_BYTES).read_until(b'\n', &mut bytes);
            if read.map_err(|error| format!("Your answer could not be read: {error}."))? == 0 {
                return Err(CommandError::failed(
                    "Nothing was placed: the input ended.".to_owned(),
                ));
            }
            if let Some(line) = text_of(&bytes) {
                return Ok(Zeroizing::new(line.trim_end().to_owned()));
            }
            if !stdin().is_terminal() {
                return Err(CommandError::new(ErrorKind::Usage, NOT_TEXT.to_owned()));
            }
            self.say(NOT_TEXT)?;
        }
    }
}
