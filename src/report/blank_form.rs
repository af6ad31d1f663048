//! A template as a form to fill in, on paper or in a word processor, as a document that every format
//! writes: with boxes to tick, and lines or cells to write in.
//!
//! Promises: every question that takes an answer has a place for it; a question that is not always
//! asked says when it is; a placement is left to the meeting, where nobody sees it before the others
//! have placed too; the last line names the format and its version, by which a form that comes back is
//! recognised.

use super::document::{
    BlockList, ReportBlock, ReportDocument, SHORT_WRITING_LINE, TextRun, WRITING_LINE, emphasis,
    line, plain, strong,
};
use crate::{
    clinic::{
        EnableBehavior, Item, ItemPlace, ItemType, Language, LocalText, Operator, PlacementMethod,
        Scalar, Stage, Template, WhyMissing,
    },
    text::{clean, clean_line, counted},
};

/// An empty box.
pub(super) const BOX: &str = "☐";
/// Lines of a text.
const TEXT_LINES: usize = 4;
/// Rows of a list that can have any number.
const LIST_ROWS: usize = 4;
/// Copies of a group that repeats: most meetings have two.
const GROUP_COPIES: u32 = 2;
/// Why an answer is missing, as the form says it.
pub(super) const MISSING: [(WhyMissing, &str); 3] = [
    (WhyMissing::NotKnown, "Not known"),
    (WhyMissing::NotAsked, "Not asked"),
    (WhyMissing::Declined, "Declined"),
];
/// What stands before the id and version of the format.
pub(super) const FORM: &str = "Form:";
/// The heads of a table of questions.
pub(super) const TABLE_HEAD: [&str; 2] = ["Question", "Your answer"];
/// What the head of the form asks.
pub(super) const FORM_DATE: &str = "Date";
pub(super) const FILLED_IN_BY: &str = "Filled in by (role)";

/// Where the answers of a form are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormLayout {
    /// On lines below each question: text that is printed and filled in by hand.
    Lines,
    /// In the second column of tables, beside the question: what word processors keep when a form is
    /// filled in on a computer.
    Tables,
}

/// Returns the form, with or without what is read aloud.
pub fn blank_form(
    template: &Template,
    language: Language,
    with_scripts: bool,
    layout: FormLayout,
) -> ReportDocument {
    let mut form =
        BlankForm { template, language, layout, out: BlockList::default(), rows: vec![] };
    form.head();
    for (at, stage) in template.stages.iter().enumerate() {
        let minutes = counted(stage.minutes, "minute", "minutes");
        form.heading(2, &format!("{}. {} ({minutes})", at + 1, form.show(&stage.title)));
        if let Some(pause) = stage.pause {
            let pause = counted(pause, "minute", "minutes");
            form.say(&format!("First, a pause of {pause}."));
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
    let about = &template.about;
    form.say(&format!("{FORM} {} {}", clean_line(&about.id), clean_line(&about.version)));
    let title = form.show(&about.title);
    ReportDocument {
        header: format!("{title}. Confidential once it is filled in."),
        title,
        language,
        blocks: form.out.0,
    }
}

struct BlankForm<'a> {
    template: &'a Template,
    language: Language,
    layout: FormLayout,
    out: BlockList,
    /// Rows of the table of questions that is being put together.
    rows: Vec<Vec<String>>,
}

impl BlankForm<'_> {
    fn show(&self, text: &LocalText) -> String {
        clean_line(text.show(self.language)).trim().to_owned()
    }

    /// Adds a block, after the questions before it.
    fn push(&mut self, block: ReportBlock) {
        self.end_table();
        self.out.push(block);
    }

    fn end_table(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        if !rows.is_empty() {
            let head = TABLE_HEAD.map(str::to_owned).into();
            self.out.push(ReportBlock::Table { head, rows });
        }
    }

    fn paragraph<const N: usize>(&mut self, runs: [TextRun; N]) {
        self.push(ReportBlock::Paragraph(runs.into()));
    }

    fn say(&mut self, text: &str) {
        self.paragraph([plain(text)]);
    }

    fn heading(&mut self, level: u8, text: &str) {
        self.push(ReportBlock::Heading { level, text: text.to_owned() });
    }

    /// Adds lines to write on.
    fn lines(&mut self, count: usize) {
        (0..count).for_each(|_| self.say(WRITING_LINE));
    }

    fn list(&mut self, items: Vec<String>) {
        self.push(ReportBlock::List(items.into_iter().map(|item| vec![plain(item)]).collect()));
    }

    fn head(&mut self) {
        let about = &self.template.about;
        let (title, purpose) = (self.show(&about.title), self.show(&about.purpose));
        self.heading(1, &title);
        self.say(&purpose);
        self.paragraph([
            strong("Confidential once it is filled in."),
            plain(
                " Use roles and ages. Write no names, dates of birth, addresses or schools. If a \
                 child may be in danger, act first: call 999, or tell children’s social care.",
            ),
        ]);
        let minutes = counted(about.minutes, "minute", "minutes");
        self.say(&format!("{minutes}. * means that an answer is needed."));
        match self.layout {
            FormLayout::Lines => self.say(&format!(
                "{FORM_DATE}: {SHORT_WRITING_LINE}   {FILLED_IN_BY}: {SHORT_WRITING_LINE}"
            )),
            FormLayout::Tables => {
                self.rows =
                    [FORM_DATE, FILLED_IN_BY].map(|ask| vec![ask.into(), "\n".into()]).into();
            }
        }
    }

    fn script(&mut self, stage: &Stage) {
        let Some(script) = &stage.script else { return };
        let text = clean(script.show(self.language)).trim().to_owned();
        let is_aloud = self.template.roles.len() > 1;
        for (at, line) in text.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
            match at {
                0 if is_aloud => self.paragraph([strong("Read aloud: "), emphasis(line)]),
                _ => self.paragraph([emphasis(line)]),
            }
        }
    }

    fn people(&mut self) {
        self.heading(3, "Who is here?");
        let roles: Vec<String> =
            self.template.roles.iter().map(|role| self.show(&role.title)).collect();
        let roles = roles.join(", ");
        self.say(&format!("Profession and role today ({roles}), no names. Also apologies."));
        self.table(&["Profession", "Role today"], LIST_ROWS + 2);
    }

    fn item(&mut self, item: &Item, level: u8) {
        // It says how an answer is known, and stands with that answer.
        if item.qualifies.is_some() || item.calculated.is_some() {
            return;
        }
        let needed = if item.required && item.kind != ItemType::Group { " *" } else { "" };
        let text = self.show(&item.text);
        match item.kind {
            ItemType::Group => return self.group(item, level),
            ItemType::Display => {
                return match self.when(item) {
                    Some(when) => self.paragraph([emphasis(when), plain(format!(" {text}"))]),
                    None => self.say(&text),
                };
            }
            // They come from an earlier note.
            ItemType::LastActions | ItemType::LastPlacements => return,
            _ => {}
        }
        let when = self.when(item);
        let hint = item.hint.as_ref().or(item.entry_format.as_ref()).map(|hint| self.show(hint));
        if self.layout == FormLayout::Tables && item.kind.takes_value() {
            let question = [Some(format!("{text}{needed}")), when, hint];
            let question: Vec<String> = question.into_iter().flatten().collect();
            let answer = self.answer_cell(item);
            return self.rows.push(vec![question.join("\n"), answer]);
        }
        self.paragraph([strong(text), plain(needed)]);
        if let Some(when) = when {
            self.paragraph([emphasis(when)]);
        }
        if let Some(hint) = hint {
            self.say(&hint);
        }
        self.answer(item);
        for line in self.lines_below(item) {
            self.say(&line);
        }
    }

    /// What is ticked beside an answer: how it is known, or why there is none.
    fn lines_below(&self, item: &Item) -> Vec<String> {
        let mut lines = Vec::new();
        if item.allow_missing {
            let reasons = MISSING.map(|(_, title)| format!("{BOX} {title}"));
            lines.push(reasons.join("   "));
        }
        if let Some(known) = qualifier(self.template, item) {
            lines.push(format!("{} {}", self.show(&known.text), self.boxes(known).join("   ")));
        }
        lines
    }

    /// What stands in the cell of an answer. Line ends leave it free for as many lines.
    fn answer_cell(&self, item: &Item) -> String {
        let mut lines = match item.kind {
            ItemType::Text => vec![String::new(); TEXT_LINES],
            ItemType::Boolean => vec![format!("{BOX} Yes   {BOX} No")],
            ItemType::Choice | ItemType::MultiChoice => self.boxes(item),
            ItemType::Scale => self.points(item),
            _ => vec![String::new(); 2],
        };
        lines.extend(self.lines_below(item));
        lines.join("\n")
    }

    fn answer(&mut self, item: &Item) {
        match item.kind {
            ItemType::Text => self.lines(TEXT_LINES),
            ItemType::String => self.lines(1),
            ItemType::Integer | ItemType::Decimal | ItemType::Date => self.say(SHORT_WRITING_LINE),
            ItemType::Boolean => self.say(&format!("{BOX} Yes   {BOX} No")),
            ItemType::Choice | ItemType::MultiChoice => self.list(self.boxes(item)),
            ItemType::Scale => self.say(&self.points(item).join("   ")),
            ItemType::Rating => {
                let steps: Vec<String> =
                    item.options.iter().map(|step| self.show(&step.text)).collect();
                self.say(&format!(
                    "Each person places this alone, before anyone speaks: {}.",
                    steps.join(", ")
                ));
                self.say(&format!("Agreed placement: {SHORT_WRITING_LINE}"));
                self.say("Reasons, and views that differ:");
                self.lines(TEXT_LINES);
            }
            ItemType::Matrix => {
                let row =
                    |domain| vec![self.show(domain), String::new(), String::new(), String::new()];
                let rows = item.domains.iter().map(|domain| row(&domain.text)).collect();
                let head = ["", "Risk", "Need", "Strength"].map(str::to_owned).into();
                self.push(ReportBlock::Table { head, rows });
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
    }

    fn group(&mut self, item: &Item, level: u8) {
        let most = item.max_occurs.unwrap_or(GROUP_COPIES).max(1);
        let copies = if item.repeats { GROUP_COPIES.min(most) } else { 1 };
        let text = self.show(&item.text);
        for copy in 1..=copies {
            let number = if copies > 1 { format!(" {copy}") } else { String::new() };
            self.heading(level.min(3), &format!("{text}{number}"));
            if copy == 1 {
                if let Some(when) = self.when(item) {
                    self.paragraph([emphasis(when)]);
                }
                if let Some(hint) = &item.hint {
                    self.say(&self.show(hint));
                }
            }
            item.items.iter().for_each(|one| self.item(one, level + 1));
        }
        if item.repeats && most > copies {
            let text = text.to_lowercase();
            self.paragraph([emphasis(match self.layout {
                FormLayout::Lines => format!("For a further {text}: copy these questions."),
                FormLayout::Tables => {
                    format!("For a further {text}: copy the heading and the table.")
                }
            })]);
        }
        self.end_table();
    }

    fn table(&mut self, head: &[&str], rows: usize) {
        let rows = vec![vec![String::new(); head.len()]; rows];
        let head = head.iter().map(|name| (*name).to_owned()).collect();
        self.push(ReportBlock::Table { head, rows });
    }

    /// The points of a scale, each with its box, and its name if it has one.
    fn points(&self, item: &Item) -> Vec<String> {
        let (low, high) = (item.min.unwrap_or(0.0) as i64, item.max.unwrap_or(10.0) as i64);
        let point = |number: i64| {
            let name = item.options.iter().find(|one| one.code == number.to_string());
            let name = name.map_or(String::new(), |one| format!(" {}", self.show(&one.text)));
            format!("{BOX} {number}{name}")
        };
        (low..=high).map(point).collect()
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

/// Returns the question that asks how the answer to `item` is known.
pub(super) fn qualifier<'a>(template: &'a Template, item: &Item) -> Option<&'a Item> {
    let qualifies =
        |place: &ItemPlace<'a>| place.item.qualifies.as_deref() == Some(item.id.as_str());
    template.items().into_iter().find(qualifies).map(|place| place.item)
}

/// The format has no behaviour that is placed, so there are no cards for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” has no continuum on which behaviour is placed, so it has no placing cards.")]
pub struct NoCards(String);

/// Returns the cards that people show together when they place a behaviour: a page for each answer,
/// after a page for the facilitator.
pub fn placing_cards(template: &Template, language: Language) -> Result<ReportDocument, NoCards> {
    let show = |text: &LocalText| line(text.show(language));
    let title = show(&template.about.title);
    let rating = template.items().into_iter().map(|place| place.item);
    let rating = rating.into_iter().find(|item| item.kind == ItemType::Rating);
    let rating = rating.ok_or_else(|| NoCards(title.clone()))?;
    let stages = rating.options.iter().filter(|option| !option.exclusive).count();
    let mut out = BlockList::default();
    out.heading(1, format!("Placing cards: {title}"));
    out.say(
        "For the facilitator. Read this page before the meeting, and keep it apart from the cards.",
    );
    out.say(&format!("The question: {}", show(&rating.text)));
    out.heading(2, "Before the meeting");
    out.list([
        "Print one set of cards for each person who places, on one side of the paper. All sets look the same.".to_owned(),
        "Put a set, face down, at each place.".to_owned(),
    ]);
    out.heading(2, "In the meeting");
    for (number, step) in [
        "Name the behaviour that is placed. Take one behaviour at a time.",
        "Everybody chooses one card alone and lays it face down. Nobody speaks, and nobody explains yet.",
        "When all cards lie on the table, say “now”. Everybody turns their card at the same moment.",
        "Write down who placed it where, by their role today, before anybody changes a card.",
        "Hear the reasons, from the cards that lie furthest apart. Nobody has to give way.",
        "If people want to, take the cards back and place once more in the same way. Keep both rounds.",
        "Agree a placement, or write down that there is none. Write down the views that differ, with their reasons.",
    ]
    .into_iter()
    .enumerate()
    {
        let action = ReportBlock::Action { number: number + 1, what: step.to_owned(), details: vec![] };
        out.push(action);
    }
    out.heading(2, "Afterwards");
    out.say(&format!(
        "Type the placements in as they were shown. As the way of placing, choose “{}”.",
        PlacementMethod::Cards.title()
    ));
    let mut number = 0;
    for option in &rating.options {
        out.push(ReportBlock::PageBreak);
        let name = show(&option.text);
        if option.exclusive {
            out.heading(1, &name);
        } else {
            number += 1;
            out.heading(1, format!("{number}   {name}"));
            let (this, all) = (in_words(number), in_words(stages));
            out.paragraph([strong(format!("Stage {this} of {all}"))]);
        }
        if let Some(meaning) = &option.definition {
            out.say(&show(meaning));
        }
    }
    let header = format!("{title}: placing cards");
    Ok(ReportDocument { title: header.clone(), header, language, blocks: out.0 })
}

/// A small number in words; figures beyond.
fn in_words(number: usize) -> String {
    const WORDS: [&str; 10] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let word = number.checked_sub(1).and_then(|at| WORDS.get(at));
    word.map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clinic::{bundled_template, bundled_templates},
        report::formats::markdown,
    };

    fn template(id: &str) -> Template {
        bundled_template(id).expect("bundled").parse().expect("it is sound")
    }

    fn form(id: &str, with_scripts: bool) -> String {
        let form = blank_form(&template(id), Language::En, with_scripts, FormLayout::Lines);
        markdown::write(&form)
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
            "*A request is not a referral.",
            "own record.\n\nForm: consultation-request 2027.1\n",
            "Confidential once it is filled in.",
        ] {
            assert!(form.contains(part), "{part} is not in\n{form}");
        }
        assert!(!form.contains("Who is here?"), "the worker is alone");
    }

    /// The words of a document as they stand in it.
    fn text_of(document: &ReportDocument) -> String {
        let runs = |runs: &[TextRun]| runs.iter().map(|run| run.text.as_str()).collect::<String>();
        let mut out = String::new();
        for block in &document.blocks {
            let text = match block {
                ReportBlock::Heading { text, .. } => text.clone(),
                ReportBlock::Paragraph(text) => runs(text),
                ReportBlock::List(items) => {
                    items.iter().map(|item| runs(item)).collect::<Vec<_>>().join("\n")
                }
                ReportBlock::Table { head, rows } => {
                    let rows = rows.iter().chain([head]).map(|row| row.join("\n"));
                    rows.collect::<Vec<_>>().join("\n")
                }
                ReportBlock::Action { what, .. } => what.clone(),
                other => panic!("no block of a form: {other:?}"),
            };
            out.push_str(&format!("{text}\n"));
        }
        out
    }

    #[test]
    fn every_question_of_every_template_has_a_place_for_its_answer_and_shows_no_code() {
        for one in bundled_templates() {
            let template = one.parse().expect("it is sound");
            let lines = blank_form(&template, Language::En, false, FormLayout::Lines);
            let tables = blank_form(&template, Language::En, false, FormLayout::Tables);
            let all = format!("{}\n{}", text_of(&lines), text_of(&tables));
            for form in [text_of(&lines), text_of(&tables)] {
                assert!(
                    form.ends_with(&format!("\nForm: {} {}\n", one.id, template.about.version))
                );
            }
            for place in template.items() {
                let asked = place.item;
                let comes_by_itself = asked.calculated.is_some()
                    || matches!(asked.kind, ItemType::LastActions | ItemType::LastPlacements);
                let text = clean_line(asked.text.show(Language::En));
                let shown = all.matches(text.trim()).count();
                assert!(comes_by_itself || shown >= 2, "{}: {text}", one.id);
                let is_code = asked.id.contains('_');
                assert!(!is_code || !all.contains(&asked.id), "{}: {}", one.id, asked.id);
            }
            let script = template.stages.iter().find_map(|stage| stage.script.as_ref());
            let script = script.map_or("(none)", |script| script.show(Language::En).trim());
            let first = script.lines().next().unwrap_or_default();
            assert!(!all.contains(first), "{}: a script", one.id);
        }
    }

    #[test]
    fn the_matrix_the_placement_and_the_actions_of_a_peer_clinic_have_their_places() {
        let form = form("peer-case-clinic", false);
        for part in [
            "|  | Risk | Need | Strength |\n|---|---|---|---|\n| The behaviour |  |  |  |",
            "Each person places this alone, before anyone speaks: Typical, Inappropriate",
            "| What will be done | Who (role, agency) | By when | How we will know |",
            "| Profession | Role today |",
            "☐ Known",
        ] {
            assert!(form.contains(part), "{part} is not in\n{form}");
        }
    }

    #[test]
    fn a_form_for_a_computer_asks_in_tables_with_a_cell_for_each_answer() {
        let template = template("consultation-request");
        let form = blank_form(&template, Language::En, false, FormLayout::Tables);
        let rows: Vec<&Vec<String>> = form
            .blocks
            .iter()
            .filter_map(|block| match block {
                ReportBlock::Table { head, rows } if *head == TABLE_HEAD => Some(rows),
                _ => None,
            })
            .flatten()
            .collect();
        let answer = |question: &str| {
            let row = rows.iter().find(|row| row[0].starts_with(question));
            row.unwrap_or_else(|| panic!("{question} is not asked"))[1].as_str()
        };
        assert_eq!(answer("Why now? *\nWhat made you ask today"), "\n\n\n", "four free lines");
        assert_eq!(answer("Has your manager agreed"), "☐ Yes   ☐ No");
        assert!(answer("How was this child involved?").contains("☐ Both\n☐ Saw it"));
        let known = "\nHow do we know? ☐ Known   ☐ Reported   ☐ Assumed";
        assert!(answer("What happened, in plain words?").ends_with(known));
        let asked = |question: &str| rows.iter().filter(|row| row[0].starts_with(question)).count();
        assert_eq!((asked("Age in years"), asked("How do we know")), (2, 0));
    }

    #[test]
    fn cards_have_a_page_for_each_answer_with_its_number_name_and_meaning() {
        let cards = placing_cards(&template("peer-case-clinic"), Language::En).expect("cards");
        let pages = cards.blocks.split(|block| *block == ReportBlock::PageBreak);
        let pages: Vec<String> = pages
            .map(|blocks| text_of(&ReportDocument { blocks: blocks.to_vec(), ..cards.clone() }))
            .collect();
        assert_eq!(pages.len(), 7, "instructions, five stages, and not enough information");
        assert!(pages[0].contains("face down") && pages[0].contains("cards or fingers"));
        assert!(pages[3].starts_with("3   Problematic\nStage three of five\nUnusual for"));
        assert!(pages[6].starts_with("Not enough information\nToo much is missing"));
        let none = placing_cards(&template("consultation-request"), Language::En);
        let said = none.expect_err("nothing is placed").to_string();
        assert!(said.contains("“Consultation request” has no continuum"), "{said}");
    }
}
