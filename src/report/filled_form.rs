//! A form that one person filled in on a computer, on its way into a draft.
//!
//! Promises: an answer goes only to the question beside which it stands, in the copy of the group under
//! whose heading it stands, and a choice is never guessed; whatever could not be placed is named with
//! its place and its reason, and kept in the draft. It is kept at the end of the last text that is always
//! asked, marked as what it is: a note has no field outside its questions that is seen by whoever goes
//! through it, searched, checked for names and completed like every answer, and this one needs nothing
//! new in old or new notes. What does not fit there is refused as a whole, and nothing is saved.

mod ticks;
mod wording;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};

use self::{
    ticks::{Ticks, read_ticks},
    wording::{normalised, split_after},
};
use super::{
    blank_form::{
        BOX, FILLED_IN_BY, FORM, FORM_DATE, FormLayout, MISSING, TABLE_HEAD, blank_form, qualifier,
    },
    document::{ReportBlock, ReportDocument, TextRun},
};
use crate::{
    clinic::{
        Event, Item, ItemPlace, ItemType, Language, Refusal, RowId, Session, SessionEffect, Slot,
        Template, Value, WhyMissing, apply,
    },
    knowledge::{DocumentPart, DocumentText},
    text::{clean, parse_coming_date},
};

/// What stands before what could not be placed.
pub const NOT_PLACED: &str = "From the form, not placed:";

/// What became of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedForm {
    /// How many answers are in the draft.
    pub placed: usize,
    /// What is only in the text at the end of the draft.
    pub not_placed: Vec<NotPlaced>,
    /// The entries that an answer asks to be opened at once.
    pub urgent: Vec<String>,
}

/// A text of the form that is the answer to no question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotPlaced {
    /// Where it stands: the question with its copy, or the heading above.
    pub place: String,
    /// What stands there.
    pub text: String,
    /// Why it was not placed, as the end of a sentence.
    pub why: String,
}

/// Why a form was not imported. The draft is not changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FormError {
    /// The format is for a meeting.
    #[error(
        "“{0}” is a format for a meeting of several people. Only a form that one person fills in alone, such as consultation-request, can be imported."
    )]
    NotForOne(String),
    /// Nothing is filled in.
    #[error("Nothing is filled in in this form.")]
    Blank,
    /// More than a note can hold.
    #[error("The form holds more text than one field of a note can: {0}")]
    TooLong(Refusal),
}

/// Returns the id and version of the format that a document names as the form it is.
pub fn form_format(document: &DocumentText) -> Option<(String, String)> {
    let named =
        |line: &str| form_line(line).map(|(id, version)| (id.to_owned(), version.to_owned()));
    lines_of(document).filter_map(|line| named(&line)).last()
}

/// Returns the id and version of the format that a line of a form names.
fn form_line(line: &str) -> Option<(&str, &str)> {
    let (_, named) = line.rsplit_once(FORM)?;
    let mut words = named.split_whitespace();
    let (id, version) = (words.next()?, words.next()?);
    let is_version = version.starts_with(|c: char| c.is_ascii_digit());
    is_version.then(|| (id, version.trim_end_matches('.')))
}

/// Whether one of the first lines of a document is the title of a format.
pub fn has_title(document: &DocumentText, title: &str) -> bool {
    let title = normalised(title);
    lines_of(document).take(20).any(|line| normalised(&line) == title)
}

fn lines_of(document: &DocumentText) -> impl Iterator<Item = String> {
    document.parts.iter().flat_map(|part| {
        let texts: Vec<&str> = match part {
            DocumentPart::Line(text) => vec![text],
            DocumentPart::Table(rows) => {
                rows.iter().flatten().flatten().map(String::as_str).collect()
            }
        };
        texts.into_iter().flat_map(str::lines).map(str::to_owned).collect::<Vec<_>>()
    })
}

/// Checks that the form of a format can be imported: one person fills it in, and each of its questions
/// has one answer.
pub fn require_form_of_one(template: &Template) -> Result<(), FormError> {
    let has_answer = |item: &Item| {
        item.kind.takes_value() || matches!(item.kind, ItemType::Group | ItemType::Display)
    };
    let items = template.items();
    let fits = template.roles.len() == 1
        && keeper(template).is_some()
        && items.iter().all(|place| {
            has_answer(place.item) && !(place.item.repeats && place.rows_of.is_some())
        });
    let title = template.about.title.show(Language::En);
    fits.then_some(()).ok_or_else(|| FormError::NotForOne(title.to_owned()))
}

/// The last text that is asked once and always.
fn keeper(template: &Template) -> Option<&Item> {
    let is_always = |item: &Item| item.enable_when.is_empty() && item.for_each.is_none();
    let fits = |place: &ItemPlace<'_>| {
        place.item.kind == ItemType::Text
            && place.rows_of.is_none()
            && place.parent.is_none_or(is_always)
            && is_always(place.item)
            && place.item.qualifies.is_none()
            && place.item.calculated.is_none()
            && !place.item.read_only
    };
    template.items().into_iter().rfind(fits).map(|place| place.item)
}

/// Puts the answers of a form into a new session, and returns what became of them.
pub fn import_form(
    session: &mut Session,
    document: &DocumentText,
    today: Date,
    at: Timestamp,
) -> Result<ImportedForm, FormError> {
    let template = session.template().clone();
    require_form_of_one(&template)?;
    let mut reader = FormReader::new(&template);
    document.parts.iter().for_each(|part| reader.part(part));
    let mut filled = session.clone();
    let mut import = FormImport {
        session: &mut filled,
        template: &template,
        today,
        at,
        kept: String::new(),
        form: ImportedForm::default(),
    };
    import.form.not_placed = std::mem::take(&mut reader.not_placed);
    import.person(&reader.filled_in_by);
    import.answers(&mut reader);
    import.keep()?;
    let form = import.form;
    *session = filled;
    Ok(form)
}

/// The lines beside one question.
#[derive(Debug, Default)]
struct Answer {
    lines: Vec<String>,
    /// The heading or question as people find it in the form.
    place: String,
}

/// Sorts the lines of a form by the questions beside which they stand.
struct FormReader<'a> {
    template: &'a Template,
    /// Questions by their wording.
    questions: BTreeMap<String, Vec<ItemPlace<'a>>>,
    /// Wordings of repeating groups.
    groups: BTreeMap<String, &'a Item>,
    /// Lines of the blank form, without those with boxes.
    known: BTreeSet<String>,
    /// Lines of the blank form with boxes.
    boxes: BTreeSet<String>,
    /// Lines of the blank form that stand below a question.
    hints: BTreeSet<String>,
    /// For each repeating group, the copies so far and the headings above them.
    copies: BTreeMap<&'a str, Vec<String>>,
    /// Answers by question and copy.
    answers: BTreeMap<(&'a str, usize), Answer>,
    /// The heading or other line of the form that was read last.
    heading: String,
    /// The question of which lines are read, outside tables.
    open: Option<(&'a str, usize)>,
    filled_in_by: String,
    not_placed: Vec<NotPlaced>,
}

impl<'a> FormReader<'a> {
    fn new(template: &'a Template) -> Self {
        let languages = [Language::En, Language::Cy];
        let mut questions: BTreeMap<String, Vec<ItemPlace<'a>>> = BTreeMap::new();
        let mut groups = BTreeMap::new();
        for place in template.items() {
            for language in languages {
                let text = normalised(place.item.text.show(language));
                if place.item.repeats {
                    groups.insert(text, place.item);
                } else if place.item.kind.takes_value() && place.item.qualifies.is_none() {
                    let same = questions.entry(text).or_default();
                    if !same.iter().any(|one| one.item.id == place.item.id) {
                        same.push(place);
                    }
                }
            }
        }
        let layouts = [FormLayout::Lines, FormLayout::Tables];
        let forms = languages.into_iter().flat_map(|language| {
            layouts.map(|layout| blank_form(template, language, true, layout))
        });
        let lines = forms.flat_map(|form| form_lines(&form));
        let (boxes, known): (Vec<String>, Vec<String>) = lines.partition(|line| line.contains(BOX));
        let normal = |lines: Vec<String>| lines.iter().map(|line| normalised(line)).collect();
        let (known, boxes) = (normal(known), normal(boxes));
        Self {
            template,
            questions,
            groups,
            known,
            boxes,
            hints: hints(&blank_form(template, Language::En, false, FormLayout::Tables)),
            copies: BTreeMap::new(),
            answers: BTreeMap::new(),
            heading: String::new(),
            open: None,
            filled_in_by: String::new(),
            not_placed: Vec::new(),
        }
    }

    fn part(&mut self, part: &DocumentPart) {
        match part {
            DocumentPart::Line(text) => text.lines().for_each(|line| self.line(line)),
            DocumentPart::Table(rows) => self.table(rows),
        }
    }

    /// A line outside tables: a heading, a question of a form with lines to write on, or an answer to it.
    fn line(&mut self, line: &str) {
        let Some(line) = written(line) else { return };
        let words = normalised(&line);
        if let Some(group) = self.group_of(&words) {
            self.open = None;
            self.begin_copy(group, &line);
        } else if let Some((place, rest)) = self.question_of(&line) {
            let key = self.key_of(&place);
            if let Some(key) = self.begin_answer(key, &place, &[]) {
                self.open = Some(key);
                self.add(key, rest.as_deref().and_then(written));
            }
        } else if form_line(&line).is_some() {
            self.open = None;
        } else if self.is_stage(&words) {
            self.open = None;
            self.heading = line;
        } else if self.is_known(&line) {
            // Hints stand between a question and its answer; what is only to be read stands apart.
            if !self.hints.contains(&words) && !line.contains(BOX) {
                self.open = None;
            }
        } else if let Some(key) = self.open {
            self.add(key, Some(line));
        } else {
            let why = "it stands outside the tables";
            self.not_placed(self.heading.clone(), line, why);
        }
    }

    fn table(&mut self, rows: &[Vec<Option<String>>]) {
        self.open = None;
        let mut is_first = true;
        let mut last: Option<(&'a str, usize)> = None;
        for row in rows {
            let cells: Vec<Vec<String>> = row
                .iter()
                .map(|cell| cell.iter().flat_map(|text| text.lines()).filter_map(written).collect())
                .collect();
            let asked: Vec<(usize, ItemPlace<'a>)> = cells
                .iter()
                .enumerate()
                .flat_map(|(at, lines)| lines.iter().map(move |line| (at, line)))
                .filter_map(|(at, line)| Some((at, self.question_of(line)?.0)))
                .collect();
            let answers_follow =
                |at: usize| cells.iter().skip(at + 1).flatten().any(|line| !self.is_known(line));
            let shared =
                asked.windows(2).any(|two| two[0].0 == two[1].0 && answers_follow(two[0].0));
            if shared {
                let place =
                    asked.iter().map(|(_, place)| self.show(place.item)).collect::<Vec<_>>();
                let text = self.unknown_lines(&cells);
                self.not_placed(place.join(" / "), text, "it stands beside several questions");
                last = None;
                continue;
            }
            // One answer cell beside several rows: nobody knows to which of them it belongs.
            let is_merged = !asked.is_empty() && row.len() > 1 && row.last() == Some(&None);
            if is_merged
                && let Some(above) = last
                && let Some(answer) = self.answers.get_mut(&above)
            {
                let text = std::mem::take(&mut answer.lines).join("\n");
                let here = asked.iter().map(|(_, place)| place.item.text.show(Language::En));
                let place =
                    [answer.place.as_str()].into_iter().chain(here).collect::<Vec<_>>().join(" / ");
                self.not_placed(place, text, "its cell stands beside several questions");
                last = None;
                continue;
            }
            match asked.first() {
                Some((_, place)) => {
                    if std::mem::take(&mut is_first) {
                        self.begin_copy_of_table(place);
                    }
                    last = self.row(&cells);
                }
                None if self.is_head(&cells) => {}
                None => {
                    let is_free = cells.first().is_none_or(|lines| lines.is_empty());
                    let lines: Vec<String> = cells.iter().flatten().cloned().collect();
                    match last.filter(|_| is_free && !lines.is_empty()) {
                        Some(key) => lines.into_iter().for_each(|line| self.add(key, Some(line))),
                        None => self.other_row(&cells),
                    }
                }
            }
        }
    }

    /// A row with a question, and its answer; returns the last question.
    fn row(&mut self, cells: &[Vec<String>]) -> Option<(&'a str, usize)> {
        let mut open = None;
        let mut refused = false;
        for line in cells.iter().flatten() {
            if let Some((place, rest)) = self.question_of(line) {
                let key = self.key_of(&place);
                open = self.begin_answer(key, &place, cells);
                refused = open.is_none();
                if let Some(key) = open {
                    self.add(key, rest.as_deref().and_then(written));
                }
            } else if let Some(key) = open.filter(|_| !self.hints.contains(&normalised(line))) {
                self.add(key, Some(line.clone()));
            } else if open.is_none() && !refused && !self.is_known(line) {
                self.not_placed(self.heading.clone(), line.clone(), "it stands before a question");
            }
        }
        open
    }

    /// A row without a question of the form.
    fn other_row(&mut self, cells: &[Vec<String>]) {
        let first = cells.first().and_then(|lines| lines.first()).cloned().unwrap_or_default();
        let words = normalised(&first);
        let rest = || cells.iter().flatten().skip(1).cloned().collect::<Vec<_>>().join("\n");
        if let Some(group) = self.group_of(&words) {
            self.begin_copy(group, &first);
            self.not_placed(first, rest(), "it stands beside a heading");
        } else if words == normalised(FILLED_IN_BY) && self.filled_in_by.is_empty() {
            self.filled_in_by = rest();
        } else if words == normalised(FORM_DATE) {
            self.not_placed(FORM_DATE.to_owned(), rest(), "the draft has a date of its own");
        } else {
            let text = self.unknown_lines(cells);
            self.not_placed(self.heading.clone(), text, "the form asks no such question");
        }
    }

    fn is_head(&self, cells: &[Vec<String>]) -> bool {
        let heads = TABLE_HEAD.map(normalised);
        cells.iter().flatten().all(|line| heads.contains(&normalised(line)))
    }

    /// What stands in a row and not in the blank form; all of it if there is a question that is none of
    /// ours.
    fn unknown_lines(&self, cells: &[Vec<String>]) -> String {
        let lines = cells.iter().flatten();
        let lines = lines.filter(|line| !self.is_known(line));
        lines.cloned().collect::<Vec<_>>().join("\n")
    }

    /// Whether a line stands in the blank form, too: as it is, or with a box that nobody ticked.
    fn is_known(&self, line: &str) -> bool {
        let words = normalised(line);
        let is_box = line.contains(BOX) && !line.contains(ticks::is_ticked);
        self.known.contains(&words) || is_box && self.boxes.contains(&words)
    }

    fn is_stage(&self, words: &str) -> bool {
        let is_title = |language| {
            let mut stages = self.template.stages.iter().enumerate();
            stages.any(|(at, stage)| {
                let title = normalised(&format!("{}. {}", at + 1, stage.title.show(language)));
                let rest = words.strip_prefix(&title).map(str::trim);
                rest.is_some_and(|rest| rest.is_empty() || rest.contains("minute"))
            })
        };
        [Language::En, Language::Cy].into_iter().any(is_title)
    }

    fn show(&self, item: &Item) -> String {
        item.text.show(Language::En).to_owned()
    }

    fn not_placed(&mut self, place: String, text: String, why: &str) {
        if !text.trim().is_empty() {
            self.not_placed.push(NotPlaced { place, text, why: why.to_owned() });
        }
    }

    /// The question that a line is or begins with, and what follows it.
    fn question_of(&self, line: &str) -> Option<(ItemPlace<'a>, Option<String>)> {
        let whole = normalised(line);
        let (same, rest) = match self.questions.get(&whole) {
            Some(same) => (same, None),
            None => {
                let begins = |words: &&String| {
                    let rest = whole.strip_prefix(words.as_str());
                    rest.is_some_and(|rest| rest.starts_with(' '))
                };
                let words = self.questions.keys().filter(begins).max_by_key(|words| words.len())?;
                // An answer may begin like a question, but has no question mark there.
                let rest = split_after(line, words)?;
                if !rest.trim_start().starts_with(['?', ':', '*']) {
                    return None;
                }
                let rest = rest.trim_start_matches(['?', ':', '*', ' ']);
                (self.questions.get(words)?, Some(rest.to_owned()))
            }
        };
        let is_free = |place: &&ItemPlace<'a>| !self.answers.contains_key(&self.key_of(place));
        same.iter().find(is_free).or(same.first()).map(|place| (*place, rest))
    }

    /// The repeating group whose heading a line is.
    fn group_of(&self, words: &str) -> Option<&'a Item> {
        let title = words.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
        self.groups.get(title).copied()
    }

    fn begin_copy(&mut self, group: &'a Item, heading: &str) {
        self.copies.entry(&group.id).or_default().push(heading.to_owned());
        self.heading = heading.to_owned();
    }

    /// A table that asks again what was asked is of another copy, also without its heading.
    fn begin_copy_of_table(&mut self, place: &ItemPlace<'a>) {
        let key = self.key_of(place);
        if let Some(group) = place.rows_of.and_then(|id| self.template.item(id))
            && self.answers.contains_key(&key)
        {
            let number = self.copies.get(group.item.id.as_str()).map_or(1, Vec::len) + 1;
            let heading = format!("{} {number}", self.show(group.item));
            self.begin_copy(group.item, &heading);
        }
    }

    fn key_of(&self, place: &ItemPlace<'a>) -> (&'a str, usize) {
        let copies = place.rows_of.and_then(|group| self.copies.get(group));
        (place.item.id.as_str(), copies.map_or(0, |copies| copies.len().saturating_sub(1)))
    }

    /// Begins an answer; none if the question already had its row in this copy.
    fn begin_answer(
        &mut self,
        key: (&'a str, usize),
        place: &ItemPlace<'a>,
        cells: &[Vec<String>],
    ) -> Option<(&'a str, usize)> {
        let title = self.show(place.item);
        if let Some(group) = place.rows_of.filter(|group| !self.copies.contains_key(*group)) {
            let heading = self.template.item(group).map_or(String::new(), |at| self.show(at.item));
            self.copies.insert(group, vec![heading]);
        }
        let copy = place.rows_of.and_then(|group| self.copies.get(group)?.get(key.1));
        let title = copy.map_or(title.clone(), |copy| format!("{copy}, {title}"));
        if self.answers.contains_key(&key) {
            let text = self.unknown_lines(cells);
            self.not_placed(title, text, "the form asks this twice");
            return None;
        }
        self.answers.insert(key, Answer { lines: Vec::new(), place: title });
        Some(key)
    }

    fn add(&mut self, key: (&'a str, usize), line: Option<String>) {
        if let Some(answer) = self.answers.get_mut(&key) {
            answer.lines.extend(line);
        }
    }
}

/// A line as it is written, without lines to write on; none if nothing is.
fn written(line: &str) -> Option<String> {
    let line = clean(line);
    let line = line.trim().trim_start_matches("__").trim_matches('_').trim();
    line.chars().any(|c| !c.is_whitespace() && !matches!(c, '_' | '*')).then(|| line.to_owned())
}

/// The lines below the questions of a form.
fn hints(form: &ReportDocument) -> BTreeSet<String> {
    let rows = form.blocks.iter().filter_map(|block| match block {
        ReportBlock::Table { head, rows } if *head == TABLE_HEAD => Some(rows),
        _ => None,
    });
    let asked = rows.flatten().filter_map(|row| row.first());
    asked.flat_map(|question| question.lines().skip(1)).map(normalised).collect()
}

/// The lines of a document of ours.
fn form_lines(document: &ReportDocument) -> Vec<String> {
    let words = |runs: &[TextRun]| runs.iter().map(|run| run.text.as_str()).collect::<String>();
    let mut lines = vec![document.header.clone()];
    for block in &document.blocks {
        match block {
            ReportBlock::Heading { text, .. } => lines.push(text.clone()),
            ReportBlock::Paragraph(runs) => lines.push(words(runs)),
            ReportBlock::List(items) => lines.extend(items.iter().map(|item| words(item))),
            ReportBlock::Table { head, rows } => {
                let cells = head.iter().chain(rows.iter().flatten());
                lines.extend(cells.flat_map(|cell| cell.lines()).map(str::to_owned));
            }
            _ => {}
        }
    }
    lines
}

/// Puts answers into a session.
struct FormImport<'a> {
    session: &'a mut Session,
    template: &'a Template,
    today: Date,
    at: Timestamp,
    /// The answer to the question that also keeps what is not placed: it is given last, so that the
    /// note does not hold two versions of it.
    kept: String,
    form: ImportedForm,
}

impl<'a> FormImport<'a> {
    fn not_placed(&mut self, place: &str, text: &str, why: impl Into<String>) {
        if !text.trim().is_empty() {
            let (place, text) = (place.to_owned(), text.to_owned());
            self.form.not_placed.push(NotPlaced { place, text, why: why.into() });
        }
    }

    fn apply(&mut self, event: Event) -> Result<(), Refusal> {
        for effect in apply(self.session, event, self.at)? {
            if let SessionEffect::OpenEntry(entry) = effect {
                self.form.urgent.push(entry);
            }
        }
        Ok(())
    }

    /// Who filled the form in, as the profession of the only role.
    fn person(&mut self, label: &str) {
        let label = label.replace('\n', " ");
        let Some(role) = self.template.roles.first().filter(|_| !label.is_empty()) else { return };
        let event = Event::ParticipantAdded { role: role.id.clone(), label: label.clone() };
        if let Err(refusal) = self.apply(event) {
            self.not_placed(FILLED_IN_BY, &label, refusal.to_string());
        }
    }

    fn answers(&mut self, reader: &mut FormReader<'a>) {
        // Empty copies are left out, so that later ones move up.
        let mut rows = BTreeMap::new();
        for (group, copies) in &reader.copies {
            let has_answer = |copy: usize| {
                reader.answers.iter().any(|((item, of), answer)| {
                    let in_group =
                        self.template.item(item).is_some_and(|at| at.rows_of == Some(group));
                    in_group && *of == copy && self.says_something(item, answer)
                })
            };
            let filled: Vec<usize> = (0..copies.len()).filter(|copy| has_answer(*copy)).collect();
            for (number, copy) in filled.into_iter().enumerate() {
                if self.session.rows(group).len() <= number {
                    // A copy too many is refused with each of its answers below.
                    let _ = self.apply(Event::RowAdded { group: (*group).to_owned() });
                }
                rows.insert((*group, copy), self.session.rows(group).get(number).copied());
            }
        }
        for place in self.template.items() {
            let id = place.item.id.as_str();
            let copies: Vec<usize> = reader
                .answers
                .keys()
                .filter(|(item, _)| *item == id)
                .map(|(_, copy)| *copy)
                .collect();
            for copy in copies {
                let Some(answer) = reader.answers.remove(&(id, copy)) else { continue };
                let row = place.rows_of.map(|group| rows.get(&(group, copy)).copied().flatten());
                match row {
                    Some(None) if self.says_something(id, &answer) => {
                        let why = "a note has room for fewer of these";
                        self.not_placed(&answer.place, &answer.lines.join("\n"), why);
                    }
                    Some(None) => {}
                    row => self.answer(place.item, row.flatten(), answer),
                }
            }
        }
    }

    /// Whether the lines beside a question are more than its empty boxes.
    fn says_something(&self, id: &str, answer: &Answer) -> bool {
        let Some(place) = self.template.item(id) else { return true };
        let (own, known) = self.split(place.item, &answer.lines);
        let ticks =
            |item: &Item, lines: &[String]| read_ticks(lines, &wordings(item), true) != Ticks::None;
        let qualified = qualifier(self.template, place.item).is_some_and(|by| ticks(by, &known));
        qualified
            || if choices(place.item) {
                ticks(place.item, &own)
            } else {
                let says =
                    |(why, rest): (Option<WhyMissing>, String)| why.is_some() || !rest.is_empty();
                own.iter().any(|line| says(without_missing(place.item, line)))
            }
    }

    /// The lines of the answer, and those that say how it is known.
    fn split(&self, item: &Item, lines: &[String]) -> (Vec<String>, Vec<String>) {
        let asks = qualifier(self.template, item);
        let asks = asks.map(|by| {
            [Language::En, Language::Cy].map(|language| normalised(by.text.show(language)))
        });
        let (mut own, mut known) = (Vec::new(), Vec::new());
        for line in lines {
            let after = asks.iter().flatten().find_map(|words| split_after(line, words));
            match after {
                Some(after) => known.push(after.trim_start_matches(['?', ':', ' ']).to_owned()),
                None => own.push(line.clone()),
            }
        }
        (own, known)
    }

    fn answer(&mut self, item: &Item, row: Option<RowId>, answer: Answer) {
        let (own, known) = self.split(item, &answer.lines);
        self.give(item, row, &answer.place, own);
        let by = qualifier(self.template, item).cloned();
        if let Some(by) = by.filter(|_| !known.is_empty()) {
            let place = format!("{}, {}", answer.place, by.text.show(Language::En));
            self.give(&by, row, &place, known);
        }
    }

    fn give(&mut self, item: &Item, row: Option<RowId>, place: &str, lines: Vec<String>) {
        let mut missing = None;
        let lines: Vec<String> = lines
            .iter()
            .map(|line| {
                let (why, rest) = without_missing(item, line);
                missing = missing.or(why);
                rest
            })
            .filter(|line| !line.is_empty())
            .collect();
        let text = lines.join("\n");
        let value = match self.value(item, place, &lines) {
            Ok(Some(value)) => value,
            Ok(None) => match missing {
                Some(why) => Value::Missing(why),
                None => return,
            },
            Err(why) => return self.not_placed(place, &text, why),
        };
        if let Value::Text(text) = &value
            && keeper(self.template).is_some_and(|keeper| keeper.id == item.id)
        {
            self.kept.clone_from(text);
            return;
        }
        let slot = Slot { item: item.id.clone(), row };
        match self.apply(Event::Answered { slot, value: Some(value) }) {
            Ok(()) => self.form.placed += 1,
            Err(Refusal::Unknown { .. }) => {
                self.not_placed(place, &text, "after the other answers it is not asked");
            }
            Err(refusal) => self.not_placed(place, &text, refusal.to_string()),
        }
    }

    /// The answer that lines amount to; none if nothing is written.
    fn value(
        &mut self,
        item: &Item,
        place: &str,
        lines: &[String],
    ) -> Result<Option<Value>, String> {
        if choices(item) {
            let many = item.kind == ItemType::MultiChoice;
            let (options, beside) = match read_ticks(lines, &wordings(item), many) {
                Ticks::None => return Ok(None),
                Ticks::Unclear(why) => return Err(why.to_owned()),
                Ticks::Chosen { options, beside } => (options, beside),
            };
            self.not_placed(place, &beside, "it stands beside the answer that is ticked");
            let codes: Vec<String> =
                options.iter().filter_map(|at| codes(item).get(*at).cloned()).collect();
            let first = codes.first().cloned().unwrap_or_default();
            return Ok(Some(match item.kind {
                ItemType::Boolean => Value::Boolean(first == "true"),
                ItemType::Scale => Value::Integer(first.parse().unwrap_or_default()),
                ItemType::MultiChoice => Value::Choices(codes),
                _ => Value::Choice(first),
            }));
        }
        let text = lines.join(if item.kind == ItemType::String { " " } else { "\n" });
        if text.trim().is_empty() {
            return Ok(None);
        }
        let trimmed = text.trim();
        Ok(Some(match item.kind {
            ItemType::Integer => {
                let number = whole_number(trimmed);
                Value::Integer(number.ok_or("it is not a whole number in figures")?)
            }
            ItemType::Decimal => {
                let number = trimmed.replace(',', ".").parse::<f64>().ok();
                Value::Decimal(number.filter(|one| one.is_finite()).ok_or("it is not a number")?)
            }
            ItemType::Date => {
                let date = parse_coming_date(trimmed, self.today);
                Value::Date(date.ok_or("it is not a date, or more than a hundred years away")?)
            }
            _ => Value::Text(text),
        }))
    }

    /// Gives the last text its answer, with what was not placed at its end.
    fn keep(&mut self) -> Result<(), FormError> {
        let mut text = std::mem::take(&mut self.kept);
        self.form.placed += usize::from(!text.is_empty());
        if self.form.placed == 0 && self.form.not_placed.is_empty() {
            return Err(FormError::Blank);
        }
        if !self.form.not_placed.is_empty() {
            text.push_str(if text.is_empty() { "" } else { "\n\n" });
            text.push_str(NOT_PLACED);
        }
        for one in &self.form.not_placed {
            let place = if one.place.is_empty() { "" } else { ": " };
            text.push_str(&format!("\n- {}{place}{}", one.place, one.text));
        }
        let Some(item) = keeper(self.template).filter(|_| !text.is_empty()) else { return Ok(()) };
        let event = Event::Answered { slot: Slot::once(&item.id), value: Some(Value::Text(text)) };
        self.apply(event).map_err(FormError::TooLong)
    }
}

/// Whether the answer is one of a list.
fn choices(item: &Item) -> bool {
    matches!(
        item.kind,
        ItemType::Boolean | ItemType::Choice | ItemType::MultiChoice | ItemType::Scale
    )
}

/// The answers to choose from, as answers keep them.
fn codes(item: &Item) -> Vec<String> {
    match item.kind {
        ItemType::Boolean => ["true", "false"].map(str::to_owned).into(),
        ItemType::Scale => {
            let (low, high) = (item.min.unwrap_or(0.0) as i64, item.max.unwrap_or(10.0) as i64);
            (low..=high).map(|number| number.to_string()).collect()
        }
        _ => item.options.iter().map(|option| option.code.clone()).collect(),
    }
}

/// What people may write for each of [`codes`].
fn wordings(item: &Item) -> Vec<Vec<String>> {
    let languages = [Language::En, Language::Cy];
    let option_words = |code: &String| {
        let option = item.options.iter().find(|option| option.code == *code);
        let mut words = Vec::new();
        for language in languages {
            let Some(option) = option else { continue };
            let text = option.text.show(language);
            if let Some(means) = &option.definition {
                words.push(normalised(&format!("{text}: {}", means.show(language))));
            }
            words.push(normalised(text));
            if item.kind == ItemType::Scale {
                words.push(normalised(&format!("{code} {text}")));
            }
        }
        words
    };
    let all = codes(item);
    let words = all.iter().map(|code| match (item.kind, code.as_str()) {
        (ItemType::Boolean, "true") => vec!["yes".to_owned()],
        (ItemType::Boolean, _) => vec!["no".to_owned()],
        (ItemType::Scale, _) => [vec![code.clone()], option_words(code)].concat(),
        _ => option_words(code),
    });
    words.collect()
}

/// A line without the boxes for a missing answer, and which of them is ticked.
fn without_missing(item: &Item, line: &str) -> (Option<WhyMissing>, String) {
    let titles: Vec<Vec<String>> =
        MISSING.iter().map(|(_, title)| vec![normalised(title)]).collect();
    let all = titles.concat().join(" ");
    if !item.allow_missing || normalised(line) != all {
        return (None, line.to_owned());
    }
    match read_ticks(&[line.to_owned()], &titles, false) {
        Ticks::None => (None, String::new()),
        Ticks::Chosen { options, .. } => (options.first().map(|at| MISSING[*at].0), String::new()),
        Ticks::Unclear(_) => (None, line.to_owned()),
    }
}

/// A number in figures, with the words people put around an age.
fn whole_number(text: &str) -> Option<i64> {
    let text = text.trim_end_matches('.').to_lowercase();
    let words = text.strip_prefix("aged ").or(text.strip_prefix("age ")).unwrap_or(&text);
    let number = words.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = words[number.len()..].trim();
    let is_years = ["", "years", "year", "yrs", "yr", "y", "yo", "y/o", "years old", "year old"]
        .contains(&unit);
    number.trim().parse().ok().filter(|_| is_years)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clinic::bundled_template, knowledge::read_document_text, report::ExportFormat};

    fn template() -> Template {
        bundled_template("consultation-request").expect("bundled").parse().expect("it is sound")
    }

    fn session() -> Session {
        let (id, at) = (uuid::Uuid::nil(), Timestamp::UNIX_EPOCH);
        Session::start(template(), id, "HERON-42", false, at)
    }

    /// The blank form as it comes back from a word processor.
    fn blank() -> DocumentText {
        let form = blank_form(&template(), Language::En, true, FormLayout::Tables);
        read_document_text("form.docx", ExportFormat::Docx.write(&form).expect("written"))
            .expect("read")
    }

    fn rows(document: &mut DocumentText) -> impl Iterator<Item = &mut Vec<Option<String>>> {
        let tables = document.parts.iter_mut().filter_map(|part| match part {
            DocumentPart::Table(rows) => Some(rows),
            DocumentPart::Line(_) => None,
        });
        tables.flatten()
    }

    /// Writes into the answer cell of the first row of a question, from `skip` rows on.
    fn fill(document: &mut DocumentText, question: &str, skip: usize, answer: &str) {
        let asks = |row: &&mut Vec<Option<String>>| {
            row[0].as_ref().is_some_and(|cell| cell.starts_with(question))
        };
        let row = rows(document).filter(asks).nth(skip).expect("the question");
        row[1] = Some(answer.to_owned());
    }

    fn import(document: &DocumentText) -> (Session, Result<ImportedForm, FormError>) {
        let mut session = session();
        let today = jiff::civil::date(2026, 11, 30);
        let form = import_form(&mut session, document, today, Timestamp::UNIX_EPOCH);
        (session, form)
    }

    fn kept(session: &Session) -> String {
        session.answer(&Slot::once("going_well")).map(Value::plain).unwrap_or_default()
    }

    #[test]
    fn the_blank_form_of_every_layout_has_nothing_to_place_and_says_which_it_is() {
        let markdown = blank_form(&template(), Language::En, true, FormLayout::Lines);
        let markdown = ExportFormat::Markdown.write(&markdown).expect("written");
        let html = blank_form(&template(), Language::En, true, FormLayout::Tables);
        let html = ExportFormat::Html.write(&html).expect("written");
        for document in [
            blank(),
            read_document_text("form.md", markdown).expect("read"),
            read_document_text("form.html", html).expect("read"),
        ] {
            assert_eq!(import(&document).1, Err(FormError::Blank), "{document:#?}");
            let named = Some(("consultation-request".to_owned(), "2027.1".to_owned()));
            assert_eq!(form_format(&document), named);
        }
    }

    #[test]
    fn every_format_for_a_meeting_is_refused() {
        for one in crate::clinic::bundled_templates() {
            let template = one.parse().expect("it is sound");
            let is_for_one = require_form_of_one(&template).is_ok();
            assert_eq!(is_for_one, one.id == "consultation-request", "{}", one.id);
        }
    }

    #[test]
    fn answers_of_every_kind_find_their_question_and_the_urgent_one_is_named() {
        let mut form = blank();
        fill(&mut form, "Might any child", 0, "☒ Yes   ☐ No");
        fill(&mut form, "What is being done", 0, "The lead rings at 10.15.");
        fill(&mut form, "Age in years", 1, "aged 8");
        fill(
            &mut form,
            "What happened, in plain",
            0,
            "Once.\nHow do we know? ☐ Known   ☒ Reported   ☐ Assumed",
        );
        fill(&mut form, "Which manager", 0, "Team\nmanager");
        fill(&mut form, "Has your manager", 0, "[x] Yes [ ] No");
        fill(&mut form, "Filled in by", 0, "School nurse");
        let (session, imported) = import(&form);
        let imported = imported.expect("imported");
        assert_eq!((imported.placed, imported.not_placed), (7, vec![]));
        assert_eq!(imported.urgent, ["immediate-safety"]);
        let child = session.rows("children")[0];
        assert_eq!(session.answer(&Slot::in_row("child_age", child)), Some(&Value::Integer(8)));
        assert_eq!(session.rows("children").len(), 1, "the empty copy before it is left out");
        let known = Slot::in_row("what_happened_known", session.rows("behaviour")[0]);
        assert_eq!(session.answer(&known), Some(&Value::Choice("reported".to_owned())));
        let manager = session.answer(&Slot::once("manager_role"));
        assert_eq!(manager, Some(&Value::Text("Team manager".to_owned())));
        assert_eq!(session.participants()[0].label, "School nurse");
    }

    #[test]
    fn what_cannot_be_placed_is_named_with_its_place_and_kept_in_the_draft() {
        let mut form = blank();
        fill(&mut form, "What is going well", 0, "Football.");
        // Not asked, because nothing says that a child is in danger.
        fill(&mut form, "What is being done", 0, "The lead rings.");
        fill(&mut form, "Age in years", 0, "13 or 14");
        fill(&mut form, "Has your manager", 0, "☒ Yes   ☒ No");
        fill(
            &mut form,
            "What is this child’s legal",
            0,
            "☒ Another order or status: a care order in Wales",
        );
        rows(&mut form).next().expect("a row").push(Some("in the margin".to_owned()));
        form.parts.insert(1, DocumentPart::Line("Please ring me.".to_owned()));
        let (session, imported) = import(&form);
        let imported = imported.expect("imported");
        let kept = kept(&session);
        assert!(kept.starts_with("Football.\n\nFrom the form, not placed:\n- "), "{kept}");
        for (place, text) in [
            ("What is being done about it now?", "The lead rings."),
            ("Child 1, Age in years", "13 or 14"),
            ("Has your manager agreed to this request?", "☒ Yes   ☒ No"),
            ("Child 1, What is this child’s legal status?", "a care order in Wales"),
            ("", "Please ring me."),
        ] {
            let named = |one: &&NotPlaced| one.place == place && one.text == text;
            assert!(imported.not_placed.iter().any(|one| named(&one)), "{place}: {imported:#?}");
            assert!(kept.contains(text), "{text}: {kept}");
        }
        let child = session.rows("children")[0];
        let status = session.answer(&Slot::in_row("child_legal_status", child));
        assert_eq!(status, Some(&Value::Choice("other".to_owned())), "the tick counts");
        assert_eq!(session.answer(&Slot::in_row("child_age", child)), None);
        assert_eq!(session.answer(&Slot::once("manager_agrees")), None);
    }

    #[test]
    fn every_word_that_is_written_anywhere_is_in_the_draft() {
        // A word of its own in every cell, and one below each paragraph.
        let mut form = blank();
        let mut words = Vec::new();
        let mut word = || {
            words.push(format!("zebra{}end", words.len()));
            words.last().cloned().unwrap_or_default()
        };
        for row in rows(&mut form) {
            for cell in row.iter_mut().flatten() {
                cell.push_str(&format!("\n{}", word()));
            }
        }
        let parts = std::mem::take(&mut form.parts);
        for part in parts {
            form.parts.push(part);
            form.parts.push(DocumentPart::Line(word()));
        }
        let (session, imported) = import(&form);
        assert!(imported.is_ok_and(|form| form.placed > 10));
        let text = crate::clinic::to_document(&session);
        let lost: Vec<&String> = words.iter().filter(|word| !text.contains(*word)).collect();
        assert!(words.len() > 80 && lost.is_empty(), "{lost:?}");
    }

    #[test]
    fn a_row_that_comes_twice_or_has_no_heading_is_not_mixed_into_another_child() {
        let mut form = blank();
        fill(&mut form, "What is this child like", 0, "Quiet.");
        let twice = vec![Some("What is this child like?".to_owned()), Some("Loud.".to_owned())];
        let tables = form.parts.iter_mut().filter_map(|part| match part {
            DocumentPart::Table(rows) => Some(rows),
            DocumentPart::Line(_) => None,
        });
        let is_child = |rows: &&mut Vec<Vec<Option<String>>>| {
            rows.iter().flatten().flatten().any(|cell| cell.starts_with("Age in years"))
        };
        let child = tables.into_iter().find(is_child).expect("the table");
        let copy = DocumentPart::Table(vec![twice.clone()]);
        child.push(twice);
        let at = form
            .parts
            .iter()
            .position(|part| matches!(part, DocumentPart::Line(text) if text == "Child 2"));
        form.parts.insert(at.expect("the heading"), copy);
        let (session, imported) = import(&form);
        let imported = imported.expect("imported");
        assert_eq!(imported.not_placed.len(), 1, "{imported:#?}");
        assert_eq!(
            imported.not_placed[0].text,
            "What is this child like?\nLoud.".replace("What is this child like?\n", "")
        );
        let of = |at: usize| {
            let slot = Slot::in_row("child_picture", session.rows("children")[at]);
            session.answer(&slot).map(Value::plain).unwrap_or_default()
        };
        assert_eq!((of(0).as_str(), of(1).as_str()), ("Quiet.", "Loud."));
    }

    #[test]
    fn more_than_a_note_holds_is_refused_and_changes_nothing() {
        let mut form = blank();
        let row = vec![Some("Who else?".to_owned()), Some("nobody ".repeat(20))];
        form.parts.push(DocumentPart::Table(vec![row; 10_000]));
        let (session, imported) = import(&form);
        let said = imported.expect_err("too long").to_string();
        assert!(said.contains("more text than one field"), "{said}");
        assert!(session.is_untouched());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
        #[test]
        fn no_words_in_a_form_make_the_import_panic(cells in proptest::collection::vec("[☐☒x\\[\\]()_ :?*\\nYesNo0-9\u{202e}é]{0,24}", 1..8)) {
            let mut form = blank();
            for (row, cell) in rows(&mut form).zip(cells.iter().cycle()) {
                row[1] = Some(cell.clone());
            }
            let _ = import(&form);
        }
    }
}
