//! Somebody who has the worked example before them and types what it says, question by question.

use serde::Deserialize;

use crate::conversation::{Conversation, Prompt};
use crate::{
    app::{
        ControlId, ControlKind, DissentChoice, DissentReason, Pick,
        screens::clinic::control::ActionPart,
    },
    clinic::{
        ActionDetails, BundledTemplate, DissentView, Outcome, ParticipantId, PlacementMethod,
        RowId, Session, Slot, Value, rating_view,
    },
    text::show_date,
};

/// Where people place, which only the file of the example tells before the reveal.
#[derive(Deserialize)]
struct Placements {
    #[serde(default)]
    rating: Vec<Placed>,
}

#[derive(Deserialize)]
struct Placed {
    row: Option<usize>,
    placements: Vec<String>,
}

/// What the group rests on where the example leaves the talk open.
const BASIS: &str = "Repeated, secret and with a promise; not freely agreed.";

pub(super) struct Scribe {
    example: Session,
    placements: Placements,
    /// Whether a long answer is to be ended now.
    ends: bool,
    /// Lines of a long answer still to be typed.
    more: Vec<String>,
}

impl Scribe {
    pub(super) fn of(one: &BundledTemplate, example: Session) -> Self {
        let placements = toml::from_str(one.example).expect("it was played");
        Self { example, placements, ends: false, more: Vec::new() }
    }

    /// What to type now.
    pub(super) fn line(&mut self, talk: &Conversation<'_>) -> String {
        if let Some(line) = self.more.pop() {
            return line;
        }
        if std::mem::take(&mut self.ends) {
            return ".".to_owned();
        }
        match &talk.prompt {
            Prompt::Question => self.answer(talk),
            Prompt::Known => self.known(talk).unwrap_or_default(),
            Prompt::Person => {
                let at = talk.session().participants().len();
                let next = self.example.participants().get(at);
                next.map_or(String::new(), |one| one.label.clone())
            }
            Prompt::PersonRole { label, .. } => {
                let one = self.example.participants().iter().find(|one| one.label == *label);
                let roles = &talk.session().template().roles;
                let at = roles.iter().position(|role| one.is_some_and(|one| one.role == role.id));
                number(at)
            }
            Prompt::Placing { slot, participant, .. } => self.placement(talk, slot, *participant),
            Prompt::Dissent(DissentChoice::Who { slot }) => {
                let next = self.next_dissent(talk, slot);
                number(next.and_then(|one| self.place_of(one.participant)))
            }
            Prompt::Dissent(DissentChoice::Where { slot, .. }) => {
                let next = self.next_dissent(talk, slot).map(|one| one.placement);
                let steps = rating_view(talk.session(), slot).map(|view| view.steps);
                number(
                    steps.and_then(|all| {
                        all.iter().position(|one| Some(&one.code) == next.as_ref())
                    }),
                )
            }
            Prompt::DissentReason(DissentReason { slot, .. }) => {
                self.next_dissent(talk, slot).map_or(String::new(), |one| one.reason)
            }
            Prompt::Dissent(DissentChoice::Named { asked: DissentReason { slot, .. }, .. }) => {
                let named = self.next_dissent(talk, slot).is_some_and(|one| one.attributed);
                if named { "y" } else { "" }.to_owned()
            }
            Prompt::CompleteFound
            | Prompt::CompleteAnyway
            | Prompt::PastDate { .. }
            | Prompt::Slash { .. } => "y".to_owned(),
            Prompt::EarlyReason { .. } | Prompt::GateReason | Prompt::Remove(_) => String::new(),
        }
    }

    fn answer(&mut self, talk: &Conversation<'_>) -> String {
        let control = talk.screen.focused().expect("a question is asked");
        match &control.kind {
            ControlKind::Text { one_line, .. } => {
                let text = self.text(talk, &control.id).unwrap_or_default();
                if text.is_empty() || *one_line {
                    return text;
                }
                self.ends = true;
                let mut lines: Vec<String> = text.lines().rev().map(str::to_owned).collect();
                let first = lines.pop().unwrap_or_default();
                self.more = lines;
                first
            }
            ControlKind::Pick { options, .. } => self.pick(talk, &control.id, options),
            _ => self.press(talk, &control.id),
        }
    }

    fn text(&self, talk: &Conversation<'_>, id: &ControlId) -> Option<String> {
        match id {
            ControlId::Answer(slot) => match self.example.answer(&self.there(talk, slot))? {
                Value::Missing(_) => None,
                Value::Date(date) => Some(show_date(*date)),
                value => Some(value.plain()),
            },
            ControlId::Cell(slot, domain, column) => {
                self.example.cell(slot, domain, *column).map(|cell| cell.evidence.clone())
            }
            ControlId::MatrixReason(slot) => self.example.matrix_reason(slot).map(str::to_owned),
            ControlId::Basis(slot) => {
                let view = rating_view(&self.example, &self.there(talk, slot))?;
                Some(view.basis).filter(|basis| !basis.is_empty()).or(Some(BASIS.to_owned()))
            }
            ControlId::ActionPart(id, part) => {
                let at = talk.session().actions().iter().position(|one| one.id == *id)?;
                let details = &self.example.actions().get(at)?.details;
                Some(part_of(details, *part))
            }
            ControlId::EarlierOutcome(_, note, id) => {
                Some(self.earlier(talk, *note, *id)?.outcome.clone())
            }
            _ => None,
        }
    }

    fn pick(&self, talk: &Conversation<'_>, id: &ControlId, options: &[Pick]) -> String {
        let codes: Vec<String> = match id {
            ControlId::Answer(slot) => match self.example.answer(&self.there(talk, slot)) {
                Some(Value::Choice(code)) => vec![code.clone()],
                Some(Value::Choices(codes)) => codes.clone(),
                Some(Value::Boolean(yes)) => vec![if *yes { "yes" } else { "no" }.to_owned()],
                Some(Value::Integer(number)) => return number.to_string(),
                _ => Vec::new(),
            },
            ControlId::WhyMissing(slot) => match self.example.answer(&self.there(talk, slot)) {
                Some(Value::Missing(why)) => vec![why.code().to_owned()],
                _ => Vec::new(),
            },
            ControlId::PlacementMethod(_)
                if self.example.placing() != PlacementMethod::default() =>
            {
                vec![self.example.placing().title().to_owned()]
            }
            ControlId::Agreed(slot) => {
                let view = rating_view(&self.example, &self.there(talk, slot));
                let outcome = view.and_then(|view| view.outcome);
                let outcome = outcome.unwrap_or(Outcome::Placed("problematic".to_owned()));
                vec![outcome.code().to_owned()]
            }
            ControlId::EarlierStatus(_, note, id) => self
                .earlier(talk, *note, *id)
                .map_or(Vec::new(), |details| vec![details.status.title().to_owned()]),
            _ => Vec::new(),
        };
        let chosen = codes.iter().filter_map(|code| {
            let at = options.iter().position(|option| option.code == *code)?;
            let own_numbers = options.iter().all(|one| one.code.parse::<i64>().is_ok());
            Some(if own_numbers { code.clone() } else { (at + 1).to_string() })
        });
        chosen.collect::<Vec<_>>().join(" ")
    }

    fn press(&self, talk: &Conversation<'_>, id: &ControlId) -> String {
        let wanted = match id {
            ControlId::AddRow(slot) => {
                let row = slot.row.and_then(|row| self.row_there(talk, &slot.item, row));
                let here = talk.session().rows_within(&slot.item, slot.row).len();
                here < self.example.rows_within(&slot.item, row).len()
            }
            ControlId::AddAction(item) => {
                let count = |session: &Session| {
                    session.actions().iter().filter(|one| one.item == *item).count()
                };
                count(talk.session()) < count(&self.example)
            }
            ControlId::AddDissent(slot) => self.next_dissent(talk, slot).is_some(),
            ControlId::Reveal(_) | ControlId::Complete => true,
            _ => false,
        };
        if wanted { "y" } else { "" }.to_owned()
    }

    /// How the example says that an answer is known.
    fn known(&self, talk: &Conversation<'_>) -> Option<String> {
        let control = talk.screen.focused()?;
        let known = control.known.as_ref()?;
        let code = match (&control.id, &known.slot) {
            (_, Some(slot)) => self.example.answer(&self.there(talk, slot))?.plain(),
            (ControlId::Cell(slot, domain, column), None) => {
                self.example.cell(slot, domain, *column)?.sureness?.title().to_owned()
            }
            _ => return None,
        };
        Some(number(known.options.iter().position(|(option, _)| *option == code)))
    }

    fn placement(&self, talk: &Conversation<'_>, slot: &Slot, who: ParticipantId) -> String {
        let at = talk.session().participants().iter().position(|one| one.id == who);
        let row = slot.row.and_then(|row| {
            let group = talk.session().template().item(&slot.item)?.rows_of?;
            Some(talk.session().rows(group).iter().position(|one| *one == row)? + 1)
        });
        let placed = self.placements.rating.iter().find(|one| one.row == row);
        let code = placed.zip(at).and_then(|(placed, at)| placed.placements.get(at));
        let view = rating_view(talk.session(), slot).expect("somebody places it");
        number(view.steps.iter().position(|step| Some(&step.code) == code))
    }

    fn next_dissent(&self, talk: &Conversation<'_>, slot: &Slot) -> Option<DissentView> {
        let here = rating_view(talk.session(), slot)?.dissent.len();
        rating_view(&self.example, &self.there(talk, slot))?.dissent.into_iter().nth(here)
    }

    fn place_of(&self, who: ParticipantId) -> Option<usize> {
        self.example.participants().iter().position(|one| one.id == who)
    }

    fn earlier(
        &self,
        talk: &Conversation<'_>,
        note: uuid::Uuid,
        id: crate::clinic::ActionId,
    ) -> Option<&ActionDetails> {
        let here = &talk.session().earlier()?.actions;
        let at = here.iter().position(|one| one.note == note && one.id == id)?;
        self.example.earlier()?.actions.get(at).map(|one| &one.details)
    }

    /// The slot of the example at the same place as this one in the meeting.
    fn there(&self, talk: &Conversation<'_>, slot: &Slot) -> Slot {
        let group = talk.session().template().item(&slot.item).and_then(|place| place.rows_of);
        let row = slot.row.zip(group).and_then(|(row, group)| self.row_in(talk, group, row));
        Slot { item: slot.item.clone(), row }
    }

    /// The row around the rows of a group, in the example.
    fn row_there(&self, talk: &Conversation<'_>, group: &str, row: RowId) -> Option<RowId> {
        let outer = talk.session().template().item(group)?.rows_of?;
        self.row_in(talk, outer, row)
    }

    fn row_in(&self, talk: &Conversation<'_>, group: &str, row: RowId) -> Option<RowId> {
        let at = talk.session().rows(group).iter().position(|one| *one == row)?;
        self.example.rows(group).get(at).copied()
    }
}

/// The number in front of a text; nothing if the text is not there.
fn number(at: Option<usize>) -> String {
    at.map_or(String::new(), |at| (at + 1).to_string())
}

fn part_of(details: &ActionDetails, part: ActionPart) -> String {
    match part {
        ActionPart::What => details.what.clone(),
        ActionPart::Why => details.why.clone(),
        ActionPart::Owner => details.owner.clone(),
        ActionPart::Agency => details.agency.clone(),
        ActionPart::By => details.by.map_or(String::new(), show_date),
        ActionPart::Measure => details.measure.clone(),
    }
}
