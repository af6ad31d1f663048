//! A worked, fictional case, played into a session through the same events as a real one.
//!
//! Promises: nothing in an example can reach a session that a person could not have done. What an
//! earlier note left is written in the example, in the words of the template, and followed up
//! through events like everything: it holds only what a follow-up of a note would have carried over.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::Deserialize;
use toml::Spanned;
use uuid::Uuid;

use super::engine::apply;
use super::event::Event;
use super::rating::{Outcome, PlacementMethod, Private};
use super::session::{
    ActionDetails, ActionStatus, Certainty, Citation, Column, Earlier, EarlierAction,
    EarlierPlacement, EarlierScale, Session,
};
use super::template::value::{ActionId, ParticipantId, RowId, Scalar, Slot, Value};
use super::template::{Item, ItemType, Template};
use crate::text::{Problem, SourceFile};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    schema: Spanned<u32>,
    template: Spanned<String>,
    case_key: String,
    #[serde(default)]
    placing: PlacementMethod,
    #[serde(default)]
    participant: Vec<Spanned<Person>>,
    earlier: Option<Spanned<Before>>,
    rows: Option<Spanned<BTreeMap<String, usize>>>,
    #[serde(default)]
    answer: Vec<Spanned<Given>>,
    #[serde(default)]
    rating: Vec<Spanned<ExampleRating>>,
    #[serde(default)]
    cell: Vec<Spanned<ExampleCell>>,
    #[serde(default)]
    action: Vec<Spanned<ExampleAction>>,
    #[serde(default)]
    citation: Vec<Spanned<Citation>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    role: String,
    label: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    item: String,
    row: Option<usize>,
    value: Scalar,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleRating {
    item: String,
    row: Option<usize>,
    placements: Vec<String>,
    outcome: Option<String>,
    #[serde(default)]
    basis: String,
    #[serde(default)]
    dissent: Vec<Differing>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Differing {
    participant: usize,
    placement: String,
    reason: String,
    #[serde(default)]
    attributed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleCell {
    item: String,
    domain: String,
    column: Column,
    evidence: String,
    sureness: Option<Certainty>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleAction {
    item: String,
    what: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    agency: String,
    by: Option<Date>,
    #[serde(default)]
    measure: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Before {
    title: String,
    weeks: u16,
    #[serde(default)]
    placement: Vec<Placement>,
    #[serde(default)]
    scale: Vec<Scale>,
    #[serde(default)]
    action: Vec<EarlierExampleAction>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Placement {
    item: String,
    number: usize,
    outcome: String,
    about: String,
    basis: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scale {
    item: String,
    value: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EarlierExampleAction {
    what: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    agency: String,
    by: Option<Date>,
    #[serde(default)]
    measure: String,
    became: Option<ActionStatus>,
    #[serde(default)]
    outcome: String,
}

/// A practice session at its first stage, with everything the example at `name` prepares, its
/// clock starting at `now`. Placements without an outcome wait to be revealed.
pub fn practice_session(
    template: &Template,
    name: &str,
    example: &str,
    now: Timestamp,
) -> Result<Session, Box<Problem>> {
    let file = SourceFile::new(name, example);
    let parsed: Example = toml::from_str(example).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        let message = format!("{}.", error.message().trim_end_matches('.'));
        let advice = "Compare this line with a worked example in `clinic_templates/examples`.";
        file.error("wrong-value", span, message, advice)
    })?;
    if *parsed.schema.get_ref() != 1 {
        let message = "This version of caseclinic reads worked examples with schema 1.";
        let span = parsed.schema.span();
        return Err(file.error("schema", span, message, "Write `schema = 1`.").into());
    }
    if *parsed.template.get_ref() != template.about.id {
        let message = format!(
            "This example is for “{}”, not for “{}”.",
            parsed.template.get_ref(),
            template.about.id
        );
        let span = parsed.template.span();
        let advice = "Write the id of the template the example is for.";
        return Err(file.error("other-template", span, message, advice).into());
    }
    let session = Session::start(template.clone(), Uuid::nil(), &parsed.case_key, true, now);
    let mut player = Player { file, session, now, people: Vec::new() };
    player.play(parsed)?;
    // What the example prepared is where people begin: there is nothing of theirs to undo yet.
    player.session.history.forget();
    Ok(player.session)
}

struct Player {
    file: SourceFile,
    session: Session,
    now: Timestamp,
    people: Vec<ParticipantId>,
}

type ByteRange = std::ops::Range<usize>;

impl Player {
    fn play(&mut self, example: Example) -> Result<(), Box<Problem>> {
        self.event(Event::PlacementMethodChosen(example.placing), &(0..0))?;
        for person in example.participant {
            let (span, Person { role, label }) = apart(person);
            self.event(Event::ParticipantAdded { role, label }, &span)?;
            self.people.extend(self.session.participants().last().map(|one| one.id));
        }
        if let Some(before) = example.earlier {
            let (span, before) = apart(before);
            self.follow(before, &span)?;
        }
        if let Some(rows) = example.rows {
            let (span, rows) = apart(rows);
            for (group, count) in rows {
                while self.session.rows(&group).len() < count {
                    self.event(Event::RowAdded { group: group.clone() }, &span)?;
                }
            }
        }
        for given in example.answer {
            let (span, given) = apart(given);
            let slot = self.slot(&given.item, given.row, &span)?;
            let value = Some(self.value(&given, &span)?);
            self.event(Event::Answered { slot, value }, &span)?;
        }
        for placed in example.rating {
            let (span, placed) = apart(placed);
            self.rate(placed, &span)?;
        }
        for cell in example.cell {
            let (span, ExampleCell { item, domain, column, evidence, sureness }) = apart(cell);
            let slot = Slot::once(&item);
            let given = Event::MatrixCertaintyGiven {
                slot: slot.clone(),
                domain: domain.clone(),
                column,
                sureness,
            };
            self.event(Event::MatrixCellWritten { slot, domain, column, evidence }, &span)?;
            self.event(given, &span)?;
        }
        for task in example.action {
            let (span, task) = apart(task);
            let ExampleAction { item, what, why, owner, agency, by, measure } = task;
            let details =
                ActionDetails { what, why, owner, agency, by, measure, ..ActionDetails::default() };
            self.event(Event::ActionAdded { item, details }, &span)?;
        }
        for cited in example.citation {
            let (span, Citation { id, title, version }) = apart(cited);
            self.event(Event::EntryCited { id, title, version }, &span)?;
        }
        Ok(())
    }

    /// Lets the session follow what the example writes, and says what happened with its actions.
    fn follow(&mut self, before: Before, span: &ByteRange) -> Result<(), Box<Problem>> {
        let Before { title, weeks, placement, scale, action } = before;
        let note = Uuid::from_u128(1);
        let placements: Result<_, _> =
            placement.into_iter().map(|one| self.placed(one, span)).collect();
        let scales: Result<_, _> = scale.into_iter().map(|one| self.scaled(&one, span)).collect();
        let mut actions = Vec::new();
        let mut told = Vec::new();
        for (at, task) in action.into_iter().enumerate() {
            let EarlierExampleAction { what, owner, agency, by, measure, became, outcome } = task;
            let details =
                ActionDetails { what, owner, agency, by, measure, ..ActionDetails::default() };
            let id = ActionId(at as u32 + 1);
            let before = ActionStatus::Open;
            actions.push(EarlierAction { note, id, details, before, followed_up: None });
            let event = |status| Event::EarlierActionFollowedUp { note, id, status, outcome };
            told.extend(became.map(event));
        }
        let since = SignedDuration::from_hours(i64::from(weeks) * 7 * 24);
        self.session.earlier = Some(Earlier {
            note,
            case_key: self.session.case_key().to_owned(),
            revision: "revision 1".to_owned(),
            title,
            started: self.now.checked_sub(since).unwrap_or(self.now),
            actions,
            placements: placements?,
            scales: scales?,
            people: Vec::new(),
        });
        told.into_iter().try_for_each(|event| self.event(event, span))
    }

    fn placed(&self, one: Placement, span: &ByteRange) -> Result<EarlierPlacement, Box<Problem>> {
        let Placement { item, number, outcome, about, basis } = one;
        let rating = self.item_of_type(&item, ItemType::Rating, span)?;
        let step = rating.options.iter().find(|step| step.code == outcome).ok_or_else(|| {
            let message = format!("“{outcome}” is not an option of “{item}”.");
            self.file.error("wrong-value", span.clone(), message, "Use one of its codes.")
        })?;
        let shown = step.text.show(self.session.language()).to_owned();
        let outcome = Outcome::Placed(outcome);
        Ok(EarlierPlacement { item, number, about, outcome, shown, basis })
    }

    fn scaled(&self, one: &Scale, span: &ByteRange) -> Result<EarlierScale, Box<Problem>> {
        let scale = self.item_of_type(&one.item, ItemType::Scale, span)?;
        let question = scale.text.show(self.session.language()).to_owned();
        Ok(EarlierScale { item: one.item.clone(), question, value: one.value })
    }

    fn item_of_type(
        &self,
        id: &str,
        kind: ItemType,
        span: &ByteRange,
    ) -> Result<&Item, Box<Problem>> {
        let place = self.session.template().item(id);
        place.map(|place| place.item).filter(|item| item.kind == kind).ok_or_else(|| {
            let message = format!("This template has no item “{id}” of this type.");
            let advice = "Use the id of an item in the template.";
            self.file.error("unknown-item", span.clone(), message, advice).into()
        })
    }

    fn rate(&mut self, placed: ExampleRating, span: &ByteRange) -> Result<(), Box<Problem>> {
        let slot = self.slot(&placed.item, placed.row, span)?;
        for (at, code) in placed.placements.iter().enumerate() {
            let participant = self.person(at, span)?;
            let code = Private::new(code);
            self.event(Event::PlacedPrivately { slot: slot.clone(), participant, code }, span)?;
        }
        let Some(outcome) = placed.outcome else { return Ok(()) };
        self.event(Event::PlacementsRevealed { slot: slot.clone(), reason: None }, span)?;
        let outcome = match outcome.as_str() {
            "no_agreement" => Outcome::NoAgreement,
            "not_enough_information" => Outcome::NotEnoughInformation,
            _ => Outcome::Placed(outcome),
        };
        self.event(Event::PlacementAgreed { slot: slot.clone(), outcome }, span)?;
        self.event(Event::BasisWritten { slot: slot.clone(), text: placed.basis }, span)?;
        for differing in placed.dissent {
            let participant = self.person(differing.participant.wrapping_sub(1), span)?;
            let Differing { placement, reason, attributed, .. } = differing;
            let slot = slot.clone();
            let event = Event::DissentRecorded { slot, participant, placement, reason, attributed };
            self.event(event, span)?;
        }
        Ok(())
    }

    fn event(&mut self, event: Event, span: &ByteRange) -> Result<(), Box<Problem>> {
        apply(&mut self.session, event, self.now).map(drop).map_err(|refusal| {
            let advice = "Change the example to something a person could do in the program.";
            self.file.error("refused", span.clone(), refusal.to_string(), advice).into()
        })
    }

    fn person(&self, at: usize, span: &ByteRange) -> Result<ParticipantId, Box<Problem>> {
        self.people.get(at).copied().ok_or_else(|| {
            let message = "This line uses a participant who is not in the example.";
            let advice = "Add a `[[participant]]`, or use a lower number.";
            self.file.error("unknown-participant", span.clone(), message, advice).into()
        })
    }

    fn slot(&self, item: &str, row: Option<usize>, span: &ByteRange) -> Result<Slot, Box<Problem>> {
        let group = self.session.template().item(item).and_then(|place| place.rows_of);
        let row: Option<RowId> = match (group, row) {
            (Some(group), Some(row)) => {
                let found = self.session.rows(group).get(row.wrapping_sub(1)).copied();
                let missing = || {
                    let message = format!("“{group}” has no row {row}.");
                    let advice = "Raise the number for this group under `[rows]`.";
                    self.file.error("unknown-row", span.clone(), message, advice)
                };
                Some(found.ok_or_else(missing)?)
            }
            _ => None,
        };
        Ok(Slot { item: item.to_owned(), row })
    }

    fn value(&self, given: &Given, span: &ByteRange) -> Result<Value, Box<Problem>> {
        let kind = self.session.template().item(&given.item).map(|place| place.item.kind);
        let value = kind.unwrap_or(ItemType::Text).value_of(&given.value);
        value.ok_or_else(|| {
            let message = format!("This cannot be an answer to “{}”.", given.item);
            let advice = "Write an answer of the question’s type.";
            self.file.error("wrong-value", span.clone(), message, advice).into()
        })
    }
}

fn apart<T>(spanned: Spanned<T>) -> (ByteRange, T) {
    (spanned.span(), spanned.into_inner())
}
