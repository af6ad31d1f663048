//! What a recorder presses: the peer case clinic of the worked example, typed key by key at 80x24. Letters
//! of answers are writing; every other key is a command, and there is a ceiling for those.

use serde::Deserialize;

use super::*;
use crate::{
    app::screens::clinic::{
        control::{ActionPart, Control, ControlId, ControlKind, Pick},
        layout::list_of,
    },
    clinic::{DissentView, Outcome, RowId, Slot, Value, rating_view},
    text::show_date,
};

/// Commands for the whole meeting. It only falls: a change that makes it fall lowers this number.
const MAX_COMMANDS: usize = 260;
/// Tab stops of risk, need and strength. It only falls.
const MAX_STOPS_OF_RISK: usize = 8;
/// What the group rests on where the example leaves the talk open.
const BASIS: &str = "Repeated, secret and with a promise; not freely agreed.";

/// Where people place, which only the file of the example tells before the reveal.
#[derive(Deserialize)]
struct Placements {
    rating: Vec<Placed>,
}

#[derive(Deserialize)]
struct Placed {
    row: Option<usize>,
    placements: Vec<String>,
}

struct Recorder {
    person: Person,
    example: Session,
    placements: Placements,
    commands: usize,
}

impl Recorder {
    fn new() -> Self {
        let bundled = &bundled_templates()[0];
        let template = bundled.parse().expect("it is sound");
        let session = Session::start(template, uuid::Uuid::nil(), "HERON-42", false, start());
        let mut person = Person::new();
        person.hears(Message::ClinicStarted(Ok(Box::new((Some(NoteId::random()), session)))));
        person.waits(2);
        let placements = toml::from_str(bundled.example).expect("it was played");
        Self { person, example: worked_case(), placements, commands: 0 }
    }

    fn session(&self) -> &Session {
        &self.person.clinic().session
    }

    fn command(&mut self, key: Key) {
        self.commands += 1;
        self.person.presses(key);
    }

    fn number(&mut self, at: Option<usize>) {
        let at = at.expect("it is there") + 1;
        self.command(Key::char(char::from_digit(at as u32, 10).expect("one digit")));
    }

    /// Selects an option of a dialog by its number, and confirms it.
    fn confirm(&mut self, at: Option<usize>) {
        self.number(at);
        self.command(Key::plain(Code::Enter));
    }

    fn writes(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' => self.command(Key::plain(Code::Enter)),
                c => drop(self.person.presses(Key::char(c))),
            }
        }
    }

    /// The slot of the example at the same place as this one in the meeting.
    fn there(&self, slot: &Slot) -> Slot {
        let group = self.session().template().item(&slot.item).and_then(|place| place.rows_of);
        let row = slot.row.zip(group).and_then(|(row, group)| {
            let at = self.session().rows(group).iter().position(|one| *one == row)?;
            self.example.rows(group).get(at).copied()
        });
        Slot { item: slot.item.clone(), row }
    }

    fn outcome(&self, slot: &Slot) -> Outcome {
        let view = rating_view(&self.example, &self.there(slot));
        let outcome = view.and_then(|view| view.outcome);
        outcome.unwrap_or(Outcome::Placed("problematic".to_owned()))
    }

    fn basis(&self, slot: &Slot) -> String {
        let view = rating_view(&self.example, &self.there(slot)).expect("it is placed");
        if view.basis.is_empty() { BASIS.to_owned() } else { view.basis }
    }

    fn next_dissent(&self, slot: &Slot) -> Option<DissentView> {
        let here = rating_view(self.session(), slot)?.dissent.len();
        rating_view(&self.example, &self.there(slot))?.dissent.into_iter().nth(here)
    }

    /// What is to be written in a field.
    fn text(&self, id: &ControlId) -> Option<String> {
        let text = match id {
            ControlId::Answer(slot) => match self.example.answer(&self.there(slot))? {
                Value::Missing(_) => return None,
                Value::Date(date) => show_date(*date),
                value => value.plain(),
            },
            ControlId::Cell(slot, domain, column) => {
                self.example.cell(slot, domain, *column)?.evidence.clone()
            }
            ControlId::Basis(slot) => self.basis(slot),
            ControlId::ActionPart(id, part) => {
                let at = self.session().actions().iter().position(|one| one.id == *id)?;
                let details = &self.example.actions().get(at)?.details;
                match part {
                    ActionPart::What => details.what.clone(),
                    ActionPart::Why => details.why.clone(),
                    ActionPart::Owner => details.owner.clone(),
                    ActionPart::Agency => details.agency.clone(),
                    ActionPart::By => details.by.map_or(String::new(), show_date),
                    ActionPart::Measure => details.measure.clone(),
                }
            }
            _ => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// The codes that are to be chosen; none where nothing is.
    fn codes(&self, id: &ControlId) -> Vec<String> {
        match id {
            ControlId::Answer(slot) => match self.example.answer(&self.there(slot)) {
                Some(Value::Choices(codes)) => codes.clone(),
                Some(Value::Boolean(yes)) => vec![if *yes { "yes" } else { "no" }.to_owned()],
                Some(value) => vec![value.plain()],
                None => Vec::new(),
            },
            ControlId::Agreed(slot) => vec![self.outcome(slot).code().to_owned()],
            ControlId::ParticipantRole(id) => {
                let at = self.session().participants().iter().position(|one| one.id == *id);
                let one = at.and_then(|at| self.example.participants().get(at));
                one.map(|one| one.role.clone()).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// How the answer there is known, by the example.
    fn known(&self, control: &Control) -> Option<String> {
        let known = control.known.as_ref()?;
        match (&control.id, &known.slot) {
            (_, Some(slot)) => self.example.answer(&self.there(slot)).map(Value::plain),
            (ControlId::Cell(slot, domain, column), None) => {
                let cell = self.example.cell(slot, domain, *column)?;
                cell.sureness.map(|one| one.title().to_owned())
            }
            _ => None,
        }
    }

    /// Whether something is to be done there.
    fn wants(&self, control: &Control) -> bool {
        let waits =
            |slot: &Slot| rating_view(self.session(), slot).map_or(0, |view| view.waiting.len());
        match (&control.id, &control.kind) {
            (_, ControlKind::Text { text, .. }) => {
                let known = control.known.as_ref().and_then(|known| known.chosen.clone());
                self.text(&control.id).is_some_and(|wanted| {
                    wanted != *text || control.known.is_some() && self.known(control) != known
                })
            }
            (_, ControlKind::Pick { options, .. }) => {
                let wanted = self.codes(&control.id);
                options.iter().any(|one| wanted.contains(&one.code) && !one.chosen)
            }
            (ControlId::AddRow(slot), _) => {
                let row: Option<RowId> = slot.row;
                let here = self.session().rows_within(&slot.item, row).len();
                here < self.example.rows_within(&slot.item, row).len()
            }
            (ControlId::AddAction(_), _) => {
                self.session().actions().len() < self.example.actions().len()
            }
            (ControlId::AddParticipant, _) => {
                self.session().participants().len() < self.example.participants().len()
            }
            (ControlId::Place(slot, who), _) => {
                let view = rating_view(self.session(), slot);
                view.is_some_and(|view| view.waiting.contains(who))
            }
            (ControlId::Reveal(slot), _) => waits(slot) == 0,
            (ControlId::AddDissent(slot), _) => self.next_dissent(slot).is_some(),
            _ => false,
        }
    }

    /// Does what is to be done in the field that has the focus.
    fn fills(&mut self, control: &Control) {
        match (&control.id, &control.kind) {
            (id, ControlKind::Text { text, .. }) => {
                let wanted = self.text(id).expect("it is wanted");
                if wanted != *text {
                    assert!(text.is_empty(), "{text}");
                    self.writes(&wanted);
                }
                for _ in 0..3 {
                    let control = self.person.clinic().focused().expect("the same").clone();
                    let Some(known) = &control.known else { break };
                    if known.chosen == self.known(&control) {
                        break;
                    }
                    self.command(Key::plain(Code::F(4)));
                }
            }
            (id, ControlKind::Pick { options, .. }) => {
                let wanted = self.codes(id);
                let is_open = |one: &&Pick| wanted.contains(&one.code) && !one.chosen;
                for option in options.iter().filter(is_open) {
                    let own: Option<u32> = option.code.parse().ok();
                    let at = options.iter().position(|one| one == option);
                    self.number(own.map(|number| number as usize - 1).or(at));
                }
            }
            (ControlId::AddParticipant, _) => self.adds_somebody(),
            (ControlId::Place(slot, who), _) => {
                let people = self.session().participants();
                let at = people.iter().position(|one| one.id == *who).expect("they are here");
                let rows = self.session().rows("behaviour");
                let row = rows.iter().position(|row| Some(*row) == slot.row).map(|at| at + 1);
                let placed = self.placements.rating.iter().find(|one| one.row == row);
                let code = placed.expect("it is placed").placements[at].clone();
                let steps = rating_view(self.session(), slot).expect("a rating").steps;
                self.command(Key::plain(Code::Enter));
                self.person.waits(1);
                self.confirm(steps.iter().position(|step| step.code == code));
            }
            (ControlId::AddDissent(slot), _) => {
                let view = self.next_dissent(slot).expect("it is wanted");
                let people = self.example.participants();
                let who = people.iter().position(|one| one.id == view.participant);
                let steps = rating_view(self.session(), slot).expect("a rating").steps;
                self.command(Key::plain(Code::Enter));
                self.confirm(who);
                self.confirm(steps.iter().position(|step| step.code == view.placement));
                self.writes(&view.reason);
                self.command(Key::plain(Code::Enter));
                self.confirm(Some(usize::from(view.attributed)));
            }
            _ => self.command(Key::plain(Code::Enter)),
        }
    }

    fn adds_somebody(&mut self) {
        let one = self.example.participants()[self.session().participants().len()].clone();
        self.command(Key::plain(Code::Enter));
        self.writes(&one.label);
        self.command(Key::plain(Code::Enter));
        if let Some(Dialog::Choose(_)) = &self.person.model.dialog {
            let roles = &self.session().template().roles;
            let at = roles.iter().position(|role| role.id == one.role);
            self.confirm(at);
        }
    }

    fn fills_the_stage(&mut self) {
        for _ in 0..300 {
            let control = self.person.clinic().focused().expect("a field").clone();
            if self.wants(&control) {
                self.fills(&control);
                assert!(self.person.model.dialog.is_none(), "{:?}", control.id);
                continue;
            }
            let controls = self.person.clinic().controls();
            let at = controls.iter().position(|one| one.id == control.id).expect("it is there");
            let next = controls[at..].iter().find(|one| self.wants(one));
            let in_list = |one: &Control| list_of(&one.id) == list_of(&control.id);
            let key = match next {
                Some(next) if list_of(&next.id).is_some() && in_list(next) => {
                    Key::plain(Code::Down)
                }
                Some(_) => Key::plain(Code::Tab),
                None if controls.iter().any(|one| self.wants(one)) => Key::shift(Code::Tab),
                None => return,
            };
            self.command(key);
            assert_ne!(self.person.clinic().focus, control.id, "{}", self.person.notice());
        }
        panic!("the stage has no end: {:?}", self.person.clinic().focus);
    }

    /// Everything of the example is in the note.
    fn assert_same_content(&self) {
        let own = self.session();
        for place in own.template().items() {
            let slots = match place.rows_of {
                Some(group) => {
                    own.rows(group).iter().map(|row| Slot::in_row(&place.item.id, *row)).collect()
                }
                None => vec![Slot::once(&place.item.id)],
            };
            for slot in slots {
                let (here, there) = (own.answer(&slot), self.example.answer(&self.there(&slot)));
                assert_eq!(here, there, "{slot:?}");
            }
        }
        let cells = |session: &Session| {
            let mut cells: Vec<String> = Vec::new();
            for place in session.template().items() {
                for domain in &place.item.domains {
                    for column in crate::clinic::Column::ALL {
                        let slot = Slot::once(&place.item.id);
                        cells.push(format!("{:?}", session.cell(&slot, &domain.code, column)));
                    }
                }
            }
            cells
        };
        assert_eq!(cells(own), cells(&self.example));
        let details = |session: &Session| {
            session.actions().iter().map(|one| one.details.clone()).collect::<Vec<_>>()
        };
        assert_eq!(details(own), details(&self.example));
        let people = |session: &Session| {
            let people = session.participants().iter();
            people.map(|one| (one.label.clone(), one.role.clone())).collect::<Vec<_>>()
        };
        assert_eq!(people(own), people(&self.example));
        for row in own.rows("behaviour") {
            let slot = Slot::in_row("placement", *row);
            let view = rating_view(own, &slot).expect("it is placed");
            assert_eq!(view.outcome, Some(self.outcome(&slot)));
            assert_eq!(view.basis, self.basis(&slot));
            assert!(self.next_dissent(&slot).is_none());
        }
    }
}

#[test]
fn the_worked_peer_clinic_takes_few_commands() {
    let mut recorder = Recorder::new();
    let stages = recorder.session().template().stages.len();
    let mut by_stage = Vec::new();
    for stage in 0..stages {
        let before = recorder.commands;
        assert_eq!(recorder.session().stage(), stage, "{}", recorder.person.notice());
        recorder.fills_the_stage();
        if stage + 1 < stages {
            recorder.command(Key::plain(Code::PageDown));
        }
        by_stage.push(recorder.commands - before);
    }
    recorder.assert_same_content();
    while recorder.person.clinic().focus != ControlId::Complete {
        recorder.command(Key::plain(Code::Tab));
    }
    recorder.command(Key::plain(Code::Enter));
    while recorder.person.model.dialog.is_some() {
        recorder.confirm(Some(1));
    }
    let status = recorder.session().status();
    assert_eq!(status, Status::Completed, "{}", recorder.person.notice());
    let commands = recorder.commands;
    assert!(commands <= MAX_COMMANDS, "{commands} commands, by stage {by_stage:?}");
}

#[test]
fn risk_need_and_strength_have_few_tab_stops() {
    let mut person = Person::in_a_clinic(None);
    let clinic = person.model.clinic.as_mut().expect("open");
    let stages = &clinic.session.template().stages;
    let stage = stages.iter().position(|one| one.id == "risk_need_strength").expect("a stage");
    let skipped = crate::clinic::Event::StageSkipped { reason: "placed another day".into() };
    let placing = crate::clinic::Event::StageOpened { stage: stage - 1 };
    for event in [placing, skipped] {
        clinic.apply_event(event, start()).expect("taken");
    }
    assert_eq!(clinic.session.stage(), stage);
    let mut stops = 1;
    while clinic.move_to_stop(true) {
        stops += 1;
    }
    assert!(stops <= MAX_STOPS_OF_RISK, "{stops}");
}
