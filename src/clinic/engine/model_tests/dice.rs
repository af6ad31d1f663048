//! Events made of chance and of what the session shows, most of them sensible.

use jiff::civil::date;

use crate::clinic::session::slots;
use crate::clinic::{
    ActionDetails, ActionId, ActionStatus, Attendance, Certainty, Column, Event, Item, ItemType,
    Language, Outcome, ParticipantId, PlacementMethod, Private, RowId, Session, Slot, Value,
    WhyMissing, hidden_answers, removed_rows,
};

/// The same seed gives the same throws.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        // splitmix64, by Sebastiano Vigna, in the public domain.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    pub(crate) fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let at = self.below(list.len());
        list.get(at)
    }

    fn words(&mut self) -> String {
        const WORDS: [&str; 9] = [
            "",
            " ",
            "calm",
            "a secret game",
            "Ŵy",
            "'''\"\"\"",
            "a\u{0}b\u{1b}[2J\n#[end]",
            "AB123",
            "x",
        ];
        let word = self.pick(&WORDS).copied().unwrap_or_default().to_owned();
        if self.one_in(6) { format!("{word}{}", self.next() % 1000) } else { word }
    }

    fn reason(&mut self) -> String {
        if self.one_in(4) { String::new() } else { "there was a reason".to_owned() }
    }
}

/// Something that may happen next.
pub(crate) fn event(session: &Session, dice: &mut Dice) -> Event {
    match dice.below(100) {
        0..34 => answer(session, dice),
        34..44 => row(session, dice),
        44..54 => work(session, dice),
        54..70 => rating(session, dice),
        70..82 => {
            if dice.one_in(3) {
                Event::Redone
            } else {
                Event::Undone
            }
        }
        82..95 => moving(session, dice),
        95..98 => around(session, dice),
        _ => ending(dice),
    }
}

/// A slot of an item of the kinds wanted; now and then a slot that isn't there.
fn slot(
    session: &Session,
    dice: &mut Dice,
    wanted: impl Fn(ItemType) -> bool,
) -> (Slot, Option<Item>) {
    let items = session.template().items();
    let fitting: Vec<_> = items.iter().filter(|place| wanted(place.item.kind)).collect();
    let all: Vec<_> = items.iter().collect();
    let list = if dice.one_in(15) { &all } else { &fitting };
    let Some(place) = dice.pick(list) else { return (Slot::once("nothing"), None) };
    let there = slots(session, place);
    let there = dice.pick(&there).cloned();
    let item = Some(place.item.clone());
    if dice.one_in(20) || there.is_none() {
        let row = (!dice.one_in(3)).then(|| RowId(dice.below(12) as u32));
        return (Slot { item: place.item.id.clone(), row }, item);
    }
    (there.unwrap_or_else(|| Slot::once("nothing")), item)
}

fn one_value(kind: ItemType) -> bool {
    kind.takes_value()
}

fn answer(session: &Session, dice: &mut Dice) -> Event {
    let (slot, item) = slot(session, dice, one_value);
    let kind = item.as_ref().map_or(ItemType::Text, |item| item.kind);
    let value = match dice.below(20) {
        0..3 => None,
        3 => Some(Value::Missing(*dice.pick(&WhyMissing::ALL).unwrap_or(&WhyMissing::NotKnown))),
        4 => Some(value(ItemType::Decimal, item.as_ref(), dice)),
        5 => Some(value(ItemType::Text, item.as_ref(), dice)),
        _ => Some(value(kind, item.as_ref(), dice)),
    };
    Event::Answered { slot, value }
}

fn value(kind: ItemType, item: Option<&Item>, dice: &mut Dice) -> Value {
    let options = item.map_or(&[][..], |item| &item.options);
    let code = dice.pick(options).map_or("nothing".to_owned(), |option| option.code.clone());
    match kind {
        ItemType::Integer if dice.one_in(8) => Value::Integer(i64::MIN),
        ItemType::Integer => Value::Integer(dice.below(30) as i64),
        ItemType::Scale => Value::Integer(dice.below(6) as i64),
        ItemType::Decimal => {
            let odd = [f64::NAN, f64::INFINITY, f64::MAX, -0.0, 0.1, 7.0];
            Value::Decimal(dice.pick(&odd).copied().unwrap_or_default())
        }
        ItemType::Date => {
            Value::Date(date(2026 + dice.below(3) as i16, 1 + dice.below(12) as i8, 9))
        }
        ItemType::Boolean => Value::Boolean(dice.one_in(2)),
        ItemType::Choice => Value::Choice(code),
        ItemType::MultiChoice => {
            let other = dice.pick(options).map(|option| option.code.clone());
            Value::Choices(other.into_iter().chain([code]).take(dice.below(3)).collect())
        }
        ItemType::String | ItemType::Text => Value::Text(dice.words()),
        // No answer fits these; the engine refuses any.
        ItemType::Group
        | ItemType::Display
        | ItemType::Rating
        | ItemType::Matrix
        | ItemType::Actions
        | ItemType::LastActions
        | ItemType::LastPlacements => Value::Text(dice.words()),
    }
}

fn row(session: &Session, dice: &mut Dice) -> Event {
    let items = session.template().items();
    let groups: Vec<_> = items.iter().filter(|place| place.item.repeats).collect();
    let Some(place) = dice.pick(&groups) else { return Event::RowAdded { group: "none".into() } };
    let group = place.item.id.clone();
    let outer = place.rows_of.map_or(&[][..], |outer| session.rows(outer));
    match dice.below(6) {
        0..2 => match dice.pick(outer) {
            Some(row) => Event::RowAddedWithin { group, row: *row },
            None => Event::RowAdded { group },
        },
        2 => Event::RowAdded { group },
        3 => {
            let removed = removed_rows(session);
            let back = dice.pick(&removed).map(|one| (one.group.clone(), one.row));
            let (group, row) = back.unwrap_or((group, RowId(3)));
            Event::RowBroughtBack { group, row }
        }
        _ => {
            let rows = session.rows(&group);
            let row = dice.pick(rows).copied().unwrap_or(RowId(dice.below(9) as u32));
            Event::RowRemoved { group, row }
        }
    }
}

fn details(dice: &mut Dice) -> ActionDetails {
    let by = (!dice.one_in(3)).then(|| date(2027, 1 + dice.below(12) as i8, 1));
    let status = [ActionStatus::Open, ActionStatus::Done, ActionStatus::Dropped][dice.below(3)];
    let (what, owner, outcome) = (dice.words(), dice.words(), dice.words());
    ActionDetails { what, owner, by, status, outcome, ..ActionDetails::default() }
}

fn work(session: &Session, dice: &mut Dice) -> Event {
    let (matrix, item) = slot(session, dice, |kind| kind == ItemType::Matrix);
    let domains = item.map_or(Vec::new(), |item| item.domains);
    let domain = dice.pick(&domains).map_or("none".to_owned(), |domain| domain.code.clone());
    let column = Column::ALL[dice.below(3)];
    let action = dice.pick(session.actions()).map_or(ActionId(4), |action| action.id);
    match dice.below(12) {
        0..3 => Event::MatrixCellWritten { slot: matrix, domain, column, evidence: dice.words() },
        3 => {
            let sureness = Certainty::ALL.get(dice.below(4)).copied();
            Event::MatrixCertaintyGiven { slot: matrix, domain, column, sureness }
        }
        4 => Event::MatrixReasonWritten { slot: matrix, reason: dice.words() },
        5..7 => {
            let (slot, _) = slot(session, dice, |kind| kind == ItemType::Actions);
            Event::ActionAdded { item: slot.item, details: details(dice) }
        }
        7 if dice.one_in(3) => {
            let ActionDetails { owner, agency, by, .. } = details(dice);
            Event::ActionReassigned { id: action, owner, agency, by }
        }
        7 => Event::ActionChanged { id: action, details: details(dice) },
        8 => Event::ActionRemoved { id: action },
        9 => {
            let details = details(dice);
            let (status, outcome) = (details.status, details.outcome);
            let earlier = session.earlier().map_or(&[][..], |earlier| &earlier.actions);
            match dice.pick(earlier) {
                Some(one) => {
                    let (note, id) = (one.note, one.id);
                    Event::EarlierActionFollowedUp { note, id, status, outcome }
                }
                None => Event::ActionFollowedUp { id: action, status, outcome },
            }
        }
        10 => {
            let (id, version) = (dice.words(), dice.words());
            Event::EntryCited { id, title: "An entry".into(), version }
        }
        _ => {
            let cited = dice.pick(session.citations());
            Event::CitationRemoved { id: cited.map_or(String::new(), |one| one.id.clone()) }
        }
    }
}

fn who(session: &Session, dice: &mut Dice) -> ParticipantId {
    if dice.one_in(15) {
        return ParticipantId(dice.below(9) as u32);
    }
    dice.pick(session.participants()).map_or(ParticipantId(1), |one| one.id)
}

fn rating(session: &Session, dice: &mut Dice) -> Event {
    let (slot, item) = slot(session, dice, |kind| kind == ItemType::Rating);
    let options = item.map_or(Vec::new(), |item| item.options);
    let code = dice.pick(&options).map_or("none".to_owned(), |option| option.code.clone());
    let participant = who(session, dice);
    match dice.below(15) {
        14 => {
            let reason = Private::new(&dice.reason());
            Event::PlacementReasonGiven { slot, participant, reason }
        }
        0..4 => Event::PlacedPrivately { slot, participant, code: Private::new(&code) },
        4..6 => Event::PlacedAgain { slot, participant, code: Private::new(&code) },
        6 => Event::PlacementWithdrawn { slot, participant },
        7 | 8 => {
            let reason = (!dice.one_in(3)).then(|| dice.reason());
            Event::PlacementsRevealed { slot, reason }
        }
        9 => Event::SecondRoundOpened { slot },
        10 => {
            let all = [Outcome::Placed(code), Outcome::NoAgreement, Outcome::NotEnoughInformation];
            let outcome = all[dice.below(3)].clone();
            Event::PlacementAgreed { slot, outcome }
        }
        11 => Event::PlacementReopened { slot },
        12 => Event::BasisWritten { slot, text: dice.words() },
        _ if dice.one_in(3) => Event::DissentWithdrawn { slot, participant },
        _ => {
            let (placement, reason, attributed) = (code, dice.reason(), dice.one_in(2));
            Event::DissentRecorded { slot, participant, placement, reason, attributed }
        }
    }
}

fn moving(session: &Session, dice: &mut Dice) -> Event {
    let stage = dice.below(session.template().stages.len() + 1);
    match dice.below(14) {
        0..4 => Event::StageFinished,
        4..6 => Event::StageReturned,
        6 => Event::StageOpened { stage },
        7 => Event::StageSkipped { reason: dice.reason() },
        8 => Event::GateOverridden { reason: dice.reason() },
        9 => Event::StageReopened { stage },
        10 => Event::StageExtended { minutes: dice.next() as u32 },
        11 => [Event::ClockPaused, Event::ClockResumed][dice.below(2)].clone(),
        12 => [Event::TimePassed, Event::DraftOpened][dice.below(2)].clone(),
        _ => {
            let hidden = hidden_answers(session);
            let slot = dice.pick(&hidden).map_or(Slot::once("nothing"), |one| one.slot.clone());
            let leftover = dice.pick(session.leftovers()).map(|one| one.slot.clone());
            match dice.below(3) {
                0 => Event::HiddenAnswerKept { slot },
                1 => Event::HiddenAnswerLeftOut { slot },
                _ => Event::LeftoverReturned { slot: leftover.unwrap_or(slot) },
            }
        }
    }
}

fn around(session: &Session, dice: &mut Dice) -> Event {
    let role = dice.pick(&session.template().roles).map_or("chair".to_owned(), |r| r.id.clone());
    match dice.below(6) {
        0 | 1 => Event::ParticipantAdded { role, label: dice.words() },
        2 => {
            let (id, label) = (who(session, dice), dice.words());
            let attendance = Attendance::ALL[dice.below(3)];
            Event::ParticipantChanged { id, role, label, attendance }
        }
        3 => Event::ParticipantRemoved { id: who(session, dice) },
        4 => Event::LanguageChosen([Language::En, Language::Cy][dice.below(2)]),
        _ => Event::PlacementMethodChosen(PlacementMethod::ALL[dice.below(4)]),
    }
}

fn ending(dice: &mut Dice) -> Event {
    match dice.below(10) {
        0..2 => Event::ClinicCompleted { acknowledged: dice.one_in(2) },
        2 => Event::ClinicStopped { reason: dice.reason() },
        3..6 => Event::ClinicResumed,
        6 => Event::AmendmentWritten {
            role: dice.reason(),
            reason: dice.reason(),
            text: dice.words(),
        },
        7 => Event::Shared { with: dice.words(), key: dice.words(), reason: dice.reason() },
        8 => Event::HandedOver { what: dice.words() },
        _ => Event::MarkedEnteredInError { reason: dice.reason() },
    }
}
