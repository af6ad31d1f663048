//! Reads from a note what documents are made of, by the questions' ids.

use super::whole_note;
use crate::{
    clinic::{
        Action, Attendance, Citation, DissentView, Field, FieldKind, ItemType, Outcome, RatingView,
        RowId, Session, Subject, form,
    },
    knowledge::{Library, Status},
    report::document::{BlockList, ReportBlock, line, plain, strong},
    text::{LocalTime, counted, show_date},
};

/// Characters of a description on a page that should stay one page.
const EXCERPT: usize = 200;

/// A note, and how it is shown.
pub(super) struct NoteReader<'a> {
    pub(super) session: &'a Session,
    pub(super) attributed: bool,
    pub(super) local: &'a LocalTime,
    library: &'a Library,
    fields: Vec<Field>,
}

/// Where one behaviour was placed.
pub(super) struct PlacementText {
    /// Which of several it is: ` (1 of 2)`; blank for a single one.
    pub(super) number: String,
    pub(super) outcome: String,
    pub(super) basis: String,
    pub(super) chart: Option<ReportBlock>,
    /// Each: who, where, and why.
    pub(super) differing: Vec<String>,
}

impl<'a> NoteReader<'a> {
    pub(super) fn new(
        session: &'a Session,
        attributed: bool,
        local: &'a LocalTime,
        library: &'a Library,
    ) -> Self {
        let stages = 0..session.template().stages.len();
        let fields = stages.flat_map(|stage| form(session, stage)).collect();
        Self { session, attributed, local, library, fields }
    }

    pub(super) fn whole_note(&self) -> BlockList {
        whole_note::blocks(self.session, self.attributed, self.local)
    }

    /// What the stages hold, without anything that is not answered.
    pub(super) fn details(&self) -> BlockList {
        whole_note::details(self.session, self.attributed, self.local)
    }

    /// Returns the first answer to a question, as people read it.
    pub(super) fn answer(&self, item: &'static str) -> Option<&str> {
        self.answers(item).next().map(|(_, answer)| answer)
    }

    /// Returns the answers to a question, one for each row.
    pub(super) fn answers(
        &self,
        item: &'static str,
    ) -> impl Iterator<Item = (Option<RowId>, &str)> {
        let of_item = move |field: &&Field| field.slot.item == item && field.answered;
        self.fields.iter().filter(of_item).filter_map(|field| {
            let text = field.shown.as_deref().filter(|text| !text.trim().is_empty())?;
            Some((field.slot.row, text))
        })
    }

    /// Returns the answer to a question in one row.
    pub(super) fn in_row(&self, item: &'static str, row: RowId) -> Option<&str> {
        self.answers(item).find(|(of, _)| *of == Some(row)).map(|(_, answer)| answer)
    }

    /// Puts an answer under a name of ours; nothing if there is none.
    pub(super) fn put(&self, blocks: &mut BlockList, name: &str, item: &'static str) {
        if let Some(answer) = self.answer(item) {
            blocks.answer(name, None, Some(answer));
        }
    }

    /// Puts an answer behind a name of ours, in one paragraph; nothing if there is none.
    pub(super) fn put_short(&self, blocks: &mut BlockList, name: &str, item: &'static str) {
        if let Some(answer) = self.answer(item) {
            short(blocks, name, &excerpt(answer));
        }
    }

    /// Puts what happened: the beginning of each description, in a paragraph or under its name.
    pub(super) fn put_what_happened(&self, blocks: &mut BlockList, is_short: bool) {
        let told: Vec<&str> = self.answers("what_happened").map(|(_, text)| text).collect();
        for (at, text) in told.iter().enumerate() {
            let name = match told.len() {
                1 => "What happened".to_owned(),
                all => format!("What happened ({} of {all})", at + 1),
            };
            if is_short {
                short(blocks, &name, &excerpt(text));
            } else {
                blocks.answer(&name, None, Some(&excerpt(text)));
            }
        }
    }

    pub(super) fn placements(&self) -> Vec<PlacementText> {
        let ratings = self.fields.iter().filter_map(|field| match &field.kind {
            FieldKind::Rating(view) => Some((field, view)),
            _ => None,
        });
        let ratings: Vec<_> = ratings.collect();
        let number = |at: usize| match ratings.len() {
            1 => String::new(),
            all => format!(" ({} of {all})", at + 1),
        };
        let ratings = ratings.iter().enumerate();
        ratings.map(|(at, (field, view))| placement(number(at), &field.label, view)).collect()
    }

    /// Puts where the group placed each behaviour; `with_picture` adds the counts as a chart.
    pub(super) fn put_placements(&self, blocks: &mut BlockList, with_picture: bool) {
        for one in self.placements() {
            short(blocks, &format!("Agreed placement{}", one.number), &one.outcome);
            if let Some(ReportBlock::Chart(mut chart)) = one.chart.filter(|_| with_picture) {
                // The whole continuum is in the details.
                chart.is_brief = true;
                chart.rows.retain(|row| row.marked || row.counts.iter().any(|count| *count > 0));
                blocks.push(ReportBlock::Chart(chart));
            }
            if !one.basis.is_empty() {
                short(blocks, "Reasons for this placement", &one.basis);
            }
            for view in one.differing {
                short(blocks, "Differing view", &view);
            }
        }
    }

    /// Returns the actions in order of their date, without a date last.
    pub(super) fn actions(&self) -> Vec<&Action> {
        let mut actions: Vec<&Action> = self.session.actions().iter().collect();
        actions.sort_by_key(|action| (action.details.by.is_none(), action.details.by));
        actions
    }

    /// Puts the actions as a table, `with_measure` adds how people will know that they helped.
    pub(super) fn put_actions(&self, blocks: &mut BlockList, heading: &str, with_measure: bool) {
        let actions = self.actions();
        let items = self.session.template().items();
        if !items.iter().any(|place| place.item.kind == ItemType::Actions) {
            return;
        }
        blocks.heading(2, heading);
        if actions.is_empty() {
            return blocks.say("No actions were agreed.");
        }
        let rows = actions.iter().map(|action| {
            let details = &action.details;
            let by = details.by.map_or_else(|| "no date".to_owned(), show_date);
            [details.what.clone(), owner(action), by, details.measure.clone()]
        });
        if with_measure {
            return blocks.table(["What", "Who", "By", "How we will know"], rows.collect());
        }
        let rows = rows.map(|[what, who, by, _]| [what, who, by]).collect();
        blocks.table(["What", "Who", "By"], rows);
    }

    /// Returns when the meeting began.
    pub(super) fn day(&self) -> String {
        show_date(self.local.day(self.session.started()))
    }

    /// Returns who was there.
    pub(super) fn people(&self) -> Vec<String> {
        let people = self.session.participants().iter();
        let shown = people.map(|one| {
            let name = match one.label.trim() {
                "" => self.session.name_of(one.id, false),
                _ => self.session.name_of(one.id, true),
            };
            match one.attendance() {
                Attendance::Here => name,
                other => format!("{name}, {}", other.title()),
            }
        });
        shown.map(|name| line(&name)).collect()
    }

    /// Puts the facts of the meeting: when, what, and who or how many.
    pub(super) fn put_meeting(&self, blocks: &mut BlockList, with_people: bool) {
        let session = self.session;
        let format = session.template().about.title.show(session.language());
        let people = self.people();
        let count = match people.len() {
            0 => String::new(),
            some => format!(", {}", counted(some, "person", "people")),
        };
        let what = match self.session.template().about.subject() {
            Subject::Case => ". A consultation, not a referral",
            _ => "",
        };
        short(blocks, "Meeting", &format!("{format}, {}{count}{what}.", self.day()));
        if with_people {
            self.put_people(blocks);
        }
    }

    /// Puts who was there.
    pub(super) fn put_people(&self, blocks: &mut BlockList) {
        let people = self.people();
        if !people.is_empty() {
            short(blocks, "Present", &people.join("; "));
        }
    }

    /// Puts the guidance that the note cites, and how current it is today.
    pub(super) fn put_sources(&self, blocks: &mut BlockList) {
        let cited = self.session.citations();
        if cited.is_empty() {
            return;
        }
        blocks.heading(2, "Guidance used");
        blocks.list(cited.iter().map(|one| self.source(one)));
    }

    fn source(&self, cited: &Citation) -> String {
        let name = format!("{} ({}, version {})", cited.title, cited.id, cited.version);
        match self.library.entry(&cited.id) {
            None => format!("{name}: no longer in the knowledge base"),
            Some(entry) if entry.status != Status::Current => {
                format!("{name}: {} since", entry.status.name())
            }
            Some(entry) if entry.version != cited.version => {
                format!("{name}: changed since it was cited; {}", entry.review_dates())
            }
            Some(entry) => format!("{name}: {}", entry.review_dates()),
        }
    }

    /// Puts lines to sign.
    pub(super) fn put_sign_off(&self, blocks: &mut BlockList, who: &[&str]) {
        let rows = who.iter().map(|who| [(*who).to_owned(), String::new(), String::new()]);
        blocks.table(["Agreed by", "Name and signature", "Date"], rows.collect());
    }
}

/// A name of ours with what belongs to it, in one paragraph.
fn short(blocks: &mut BlockList, name: &str, text: &str) {
    blocks.paragraph([strong(format!("{name}:")), plain(format!(" {}", line(text)))]);
}

/// The owner of an action with the agency.
pub(super) fn owner(action: &Action) -> String {
    let details = &action.details;
    match (details.owner.trim(), details.agency.trim()) {
        ("", "") => "no owner".to_owned(),
        (owner, "") => owner.to_owned(),
        ("", agency) => agency.to_owned(),
        (owner, agency) => format!("{owner}, {agency}"),
    }
}

fn placement(number: String, label: &str, view: &RatingView) -> PlacementText {
    let step = |code: &str| {
        let found = view.steps.iter().find(|bar| bar.code == code);
        line(found.map_or(code, |bar| bar.text.as_str()))
    };
    let outcome = match &view.outcome {
        None => "not agreed".to_owned(),
        Some(Outcome::Placed(code)) => step(code),
        Some(Outcome::NoAgreement) => "no agreement".to_owned(),
        Some(Outcome::NotEnoughInformation) => "not enough information".to_owned(),
    };
    let differing = |view: &DissentView| {
        format!("{}: {}. {}", line(&view.who), step(&view.placement), view.reason.trim())
    };
    PlacementText {
        number,
        outcome,
        basis: view.basis.trim().to_owned(),
        chart: whole_note::picture(view, &format!("How people placed it. {label}")),
        differing: view.dissent.iter().map(differing).collect(),
    }
}

/// The beginning of a text, cut after a sentence or a word, and said to be cut.
pub(super) fn excerpt(text: &str) -> String {
    let text = line(text);
    let Some((cut, _)) = text.char_indices().nth(EXCERPT) else { return text };
    let start = &text[..cut];
    let sentence = start.rfind(['.', '!', '?']).filter(|at| *at > EXCERPT / 3).map(|at| at + 1);
    let end = sentence.or_else(|| start.rfind(' ')).unwrap_or(cut);
    format!("{} … (shortened)", start[..end].trim_end())
}
