//! A template as a form to fill in on paper: Markdown that also reads well as plain text, with boxes
//! to tick and lines to write on.
//!
//! Promises: every question that takes an answer has a place for it; a question that is not always
//! asked says when it is; a placement is left to the meeting, where nobody sees it before the others
//! have placed too.

use crate::{
    clinic::{
        EnableBehavior, Item, ItemType, Language, LocalText, Operator, Scalar, Stage, Template,
    },
    text::{clean, clean_line, counted},
};

/// An empty box.
const BOX: &str = "☐";
/// A line to write on.
const LINE: &str = "______________________________________________________________________";
/// Where a word or two is written.
const SHORT_LINE: &str = "____________________";
/// Lines of a text.
const TEXT_LINES: usize = 4;
/// Rows of a list that can have any number.
const LIST_ROWS: usize = 4;
/// Copies of a group that repeats: most meetings have two.
const GROUP_COPIES: u32 = 2;

/// Returns the form, with or without what is read aloud.
pub fn blank_form(template: &Template, language: Language, with_scripts: bool) -> String {
    let mut form = BlankForm { template, language, out: String::new() };
    form.head();
    for (at, stage) in template.stages.iter().enumerate() {
        let minutes = counted(stage.minutes, "minute", "minutes");
        form.heading(2, &format!("{}. {} ({minutes})", at + 1, form.show(&stage.title)));
        if let Some(pause) = stage.pause {
            let pause = counted(pause, "minute", "minutes");
            form.paragraph(&format!("First, a pause of {pause}."));
        }
        if with_scripts {
            form.script(stage);
        }
        stage.items.iter().for_each(|item| form.item(item, 3));
        // What one person fills in alone has one role.
        if at == 0 && template.roles.len() > 1 {
            form.people();
        }
    }
    form.out
}

struct BlankForm<'a> {
    template: &'a Template,
    language: Language,
    out: String,
}

impl BlankForm<'_> {
    fn show(&self, text: &LocalText) -> String {
        clean_line(text.show(self.language)).trim().to_owned()
    }

    /// Adds a line, with an empty one after it: in Markdown it is a paragraph.
    fn paragraph(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push_str("\n\n");
    }

    fn heading(&mut self, level: usize, text: &str) {
        self.paragraph(&format!("{} {text}", "#".repeat(level)));
    }

    /// Adds lines to write on.
    fn lines(&mut self, count: usize) {
        (0..count).for_each(|_| self.paragraph(LINE));
    }

    fn head(&mut self) {
        let about = &self.template.about;
        let (title, purpose) = (self.show(&about.title), self.show(&about.purpose));
        self.heading(1, &title);
        self.paragraph(&purpose);
        self.paragraph(
            "**Confidential once it is filled in.** Use roles and ages. Write no names, dates of birth, \
             addresses or schools. If a child may be in danger, act first: call 999, or tell \
             children’s social care.",
        );
        let minutes = counted(about.minutes, "minute", "minutes");
        let (id, version) = (clean_line(&about.id), clean_line(&about.version));
        self.paragraph(&format!(
            "{minutes}. Form: {id} {version}. * means that an answer is needed."
        ));
        self.paragraph(&format!("Date: {SHORT_LINE}   Filled in by (role): {SHORT_LINE}"));
    }

    fn script(&mut self, stage: &Stage) {
        let Some(script) = &stage.script else { return };
        let text = clean(script.show(self.language)).trim().to_owned();
        for line in text.lines() {
            self.out.push_str(if line.trim().is_empty() { ">" } else { "> " });
            self.out.push_str(line.trim());
            self.out.push('\n');
        }
        self.out.push('\n');
    }

    fn people(&mut self) {
        self.heading(3, "Who is here?");
        let roles: Vec<String> =
            self.template.roles.iter().map(|role| self.show(&role.title)).collect();
        let roles = roles.join(", ");
        self.paragraph(&format!("Profession and role today ({roles}), no names. Also apologies."));
        self.table(&["Profession", "Role today"], LIST_ROWS + 2);
    }

    fn item(&mut self, item: &Item, level: usize) {
        // It says how an answer is known, and stands with that answer.
        if item.qualifies.is_some() || item.calculated.is_some() {
            return;
        }
        let needed = if item.required && item.kind != ItemType::Group { " *" } else { "" };
        let text = self.show(&item.text);
        match item.kind {
            ItemType::Group => return self.group(item, level),
            ItemType::Display => {
                let when = self.when(item).map_or(String::new(), |when| format!("*{when}* "));
                return self.paragraph(&format!("{when}{text}"));
            }
            // They come from an earlier note.
            ItemType::LastActions | ItemType::LastPlacements => return,
            _ => self.paragraph(&format!("**{text}**{needed}")),
        }
        if let Some(when) = self.when(item) {
            self.paragraph(&format!("*{when}*"));
        }
        if let Some(hint) = item.hint.as_ref().or(item.entry_format.as_ref()) {
            let hint = self.show(hint);
            self.paragraph(&hint);
        }
        self.answer(item);
        let known = self.template.items().into_iter().map(|place| place.item);
        let known = known.filter(|other| other.qualifies.as_deref() == Some(&item.id));
        for item in known.cloned().collect::<Vec<_>>() {
            let (question, options) = (self.show(&item.text), self.boxes(&item));
            self.paragraph(&format!("{question} {}", options.join("   ")));
        }
    }

    fn answer(&mut self, item: &Item) {
        match item.kind {
            ItemType::Text => self.lines(TEXT_LINES),
            ItemType::String => self.lines(1),
            ItemType::Integer | ItemType::Decimal | ItemType::Date => self.paragraph(SHORT_LINE),
            ItemType::Boolean => self.paragraph(&format!("{BOX} Yes   {BOX} No")),
            ItemType::Choice | ItemType::MultiChoice => {
                for option in self.boxes(item) {
                    self.out.push_str(&format!("- {option}\n"));
                }
                self.out.push('\n');
            }
            ItemType::Scale => {
                let (low, high) = (item.min.unwrap_or(0.0) as i64, item.max.unwrap_or(10.0) as i64);
                let point = |number: i64| {
                    let name = item.options.iter().find(|one| one.code == number.to_string());
                    let name =
                        name.map_or(String::new(), |one| format!(" {}", self.show(&one.text)));
                    format!("{BOX} {number}{name}")
                };
                let points: Vec<String> = (low..=high).map(point).collect();
                self.paragraph(&points.join("   "));
            }
            ItemType::Rating => {
                let steps: Vec<String> =
                    item.options.iter().map(|step| self.show(&step.text)).collect();
                self.paragraph(&format!(
                    "Each person places this alone, before anyone speaks: {}.",
                    steps.join(", ")
                ));
                self.paragraph(&format!("Agreed placement: {SHORT_LINE}"));
                self.paragraph("Reasons, and views that differ:");
                self.lines(TEXT_LINES);
            }
            ItemType::Matrix => {
                self.out.push_str("| | Risk | Need | Strength |\n|---|---|---|---|\n");
                for domain in &item.domains {
                    let row = self.show(&domain.text);
                    self.out.push_str(&format!("| {row} | | | |\n"));
                }
                self.out.push('\n');
            }
            ItemType::Actions => {
                self.table(
                    &["What will be done", "Who (role, agency)", "By when", "How we will know"],
                    LIST_ROWS,
                );
            }
            ItemType::Group
            | ItemType::Display
            | ItemType::LastActions
            | ItemType::LastPlacements => {}
        }
        if item.allow_missing {
            self.paragraph(&format!("{BOX} Not known   {BOX} Not asked   {BOX} Declined"));
        }
    }

    fn group(&mut self, item: &Item, level: usize) {
        let most = item.max_occurs.unwrap_or(GROUP_COPIES).max(1);
        let copies = if item.repeats { GROUP_COPIES.min(most) } else { 1 };
        let text = self.show(&item.text);
        for copy in 1..=copies {
            let number = if copies > 1 { format!(" {copy}") } else { String::new() };
            self.heading(level.min(6), &format!("{text}{number}"));
            if copy == 1 {
                if let Some(when) = self.when(item) {
                    self.paragraph(&format!("*{when}*"));
                }
                if let Some(hint) = &item.hint {
                    let hint = self.show(hint);
                    self.paragraph(&hint);
                }
            }
            item.items.iter().for_each(|one| self.item(one, level + 1));
        }
        if item.repeats && most > copies {
            self.paragraph(&format!(
                "*For a further {}: copy these questions.*",
                text.to_lowercase()
            ));
        }
    }

    fn table(&mut self, head: &[&str], rows: usize) {
        self.out.push_str(&format!("| {} |\n", head.join(" | ")));
        self.out.push_str(&format!("|{}\n", "---|".repeat(head.len())));
        (0..rows).for_each(|_| self.out.push_str(&format!("|{}\n", " |".repeat(head.len()))));
        self.out.push('\n');
    }

    /// The answers of a choice, each with its box and what it means.
    fn boxes(&self, item: &Item) -> Vec<String> {
        let options = item.options.iter().map(|option| {
            let means = option.definition.as_ref().map(|words| format!(": {}", self.show(words)));
            format!("{BOX} {}{}", self.show(&option.text), means.unwrap_or_default())
        });
        options.collect()
    }

    /// When a question is asked, in a sentence; none if it always is, or depends on more than the
    /// answers of this form.
    fn when(&self, item: &Item) -> Option<String> {
        let conditions: Vec<String> = item
            .enable_when
            .iter()
            .map(|condition| {
                let asked = self.template.item(&condition.question)?.item;
                let question = self.show(&asked.text);
                let answers: Vec<String> = match &condition.answer {
                    Scalar::List(codes) => {
                        codes.iter().map(|code| self.answer_words(asked, code)).collect()
                    }
                    one => vec![self.answer_words(asked, one)],
                };
                let answers = answers.join("” or “");
                Some(match condition.operator {
                    Operator::Exists if condition.answer == Scalar::Boolean(false) => {
                        format!("“{question}” has no answer")
                    }
                    Operator::Exists => format!("“{question}” is answered"),
                    Operator::Equal | Operator::In => format!("“{question}” is “{answers}”"),
                    Operator::NotEqual => format!("“{question}” is not “{answers}”"),
                    Operator::Greater => format!("“{question}” is more than {answers}"),
                    Operator::Less => format!("“{question}” is less than {answers}"),
                    Operator::AtLeast => format!("“{question}” is {answers} or more"),
                    Operator::AtMost => format!("“{question}” is {answers} or less"),
                })
            })
            .collect::<Option<_>>()?;
        let any = item.enable_behavior == Some(EnableBehavior::Any);
        let joined = conditions.join(if any { ", or " } else { ", and " });
        (!joined.is_empty()).then(|| format!("Only if {joined}."))
    }

    fn answer_words(&self, asked: &Item, answer: &Scalar) -> String {
        match answer {
            Scalar::Boolean(true) => "Yes".to_owned(),
            Scalar::Boolean(false) => "No".to_owned(),
            Scalar::Integer(number) => number.to_string(),
            Scalar::Decimal(number) => number.to_string(),
            Scalar::Text(code) => {
                let option = asked.options.iter().find(|option| option.code == *code);
                option.map_or_else(|| clean_line(code), |option| self.show(&option.text))
            }
            Scalar::List(_) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::{bundled_template, bundled_templates};

    fn form(id: &str, with_scripts: bool) -> String {
        let template = bundled_template(id).expect("bundled").parse().expect("it is sound");
        blank_form(&template, Language::En, with_scripts)
    }

    #[test]
    fn a_consultation_request_can_be_printed_and_filled_on_paper() {
        let form = form("consultation-request", true);
        for part in [
            "# Consultation request\n",
            "☐ Yes   ☐ No",
            "**Why now?** *\n\nWhat made you ask today rather than last month?\n\n______",
            "### Child 1\n",
            "### Child 2\n",
            "*For a further child: copy these questions.*",
            "- ☐ Showed the behaviour\n",
            "**Age in years** *\n\nWrite the age, not a date of birth.\n\n____________________\n",
            "*Only if “Might any child be in danger now or later today?” is “Yes”.*",
            "> A request is not a referral.",
            "Confidential once it is filled in.",
        ] {
            assert!(form.contains(part), "{part} is not in\n{form}");
        }
        assert!(!form.contains("Who is here?"), "the worker is alone");
    }

    #[test]
    fn every_question_of_every_template_has_a_place_for_its_answer_and_shows_no_code() {
        for one in bundled_templates() {
            let template = one.parse().expect("it is sound");
            let form = blank_form(&template, Language::En, false);
            for place in template.items() {
                let asked = place.item;
                let comes_by_itself = asked.calculated.is_some()
                    || matches!(asked.kind, ItemType::LastActions | ItemType::LastPlacements);
                let text = clean_line(asked.text.show(Language::En));
                assert!(comes_by_itself || form.contains(text.trim()), "{}: {text}", one.id);
                let is_code = asked.id.contains('_');
                assert!(!is_code || !form.contains(&asked.id), "{}: {}", one.id, asked.id);
            }
            assert!(!form.contains("> "), "{}: a script", one.id);
        }
    }

    #[test]
    fn the_matrix_the_placement_and_the_actions_of_a_peer_clinic_have_their_places() {
        let form = form("peer-case-clinic", false);
        for part in [
            "| | Risk | Need | Strength |\n|---|---|---|---|\n| The behaviour | | | |",
            "Each person places this alone, before anyone speaks: Typical, Inappropriate",
            "| What will be done | Who (role, agency) | By when | How we will know |",
            "| Profession | Role today |",
            "☐ Known",
        ] {
            assert!(form.contains(part), "{part} is not in\n{form}");
        }
    }
}
