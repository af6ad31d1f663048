//! Placing on the continuum: collecting, revealed, second round, agreed.

use jiff::Timestamp;

use super::{ApplyResult, AuditLine, asked_item, long_text, reason, record, saved};
use crate::clinic::event::Event;
use crate::clinic::rating::{
    Dissent, Outcome, Private, Rating, RatingState, Round, may_place, waiting,
};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{ActionDetails, Session};
use crate::clinic::template::ItemType;
use crate::clinic::template::value::{ParticipantId, Slot};

const REVEAL_FIRST: Refusal =
    Refusal::NotNow { why: "The placements are not revealed yet. Reveal them first." };
const SHOWN_ALREADY: Refusal = Refusal::NotNow {
    why: "The placements are already revealed and cannot be changed. Open a second round to place again.",
};
const NO_SECOND_ROUND: Refusal =
    Refusal::NotNow { why: "No second round is open. Open one to place again." };

pub(super) fn apply(session: &mut Session, event: Event, at: Timestamp) -> ApplyResult {
    match event {
        Event::PlacementMethodChosen(way) => {
            let old = Some(session.placing.title().to_owned());
            session.placing = way;
            let new = Some(way.title().to_owned());
            record(
                session,
                at,
                AuditLine { item: "way of placing", old, new, ..AuditLine::default() },
            );
            saved()
        }
        Event::PlacedPrivately { slot, participant, code } => {
            place(session, &slot, participant, code, RatingState::Collecting)
        }
        Event::PlacedAgain { slot, participant, code } => {
            place(session, &slot, participant, code, RatingState::SecondRound)
        }
        Event::PlacementWithdrawn { slot, participant } => {
            let rating = rating_of(session, &slot)?;
            let round = open_round(rating).ok_or(SHOWN_ALREADY)?;
            // The same answer whether they had placed or not: it must tell nothing.
            round.withdraw(participant);
            saved()
        }
        Event::PlacementsRevealed { slot, reason } => reveal(session, &slot, reason, at),
        Event::SecondRoundOpened { slot } => second_round(session, &slot, at),
        Event::PlacementAgreed { slot, outcome } => agree(session, &slot, outcome, at),
        Event::PlacementReopened { slot } => {
            let rating = rating_of(session, &slot)?;
            if rating.state != RatingState::Agreed {
                return Err(Refusal::NotNow { why: "There is no agreed placement to reopen." });
            }
            rating.state = RatingState::Revealed;
            let old = rating.outcome.take().map(|outcome| outcome.code().to_owned());
            trail(session, at, &slot, old, None);
            saved()
        }
        Event::BasisWritten { slot, text } => {
            let text = long_text(&text)?;
            let rating = shown(session, &slot)?;
            let old = filled(&rating.basis);
            let new = filled(&text);
            rating.basis = text;
            let item = format!("{}.basis", slot.item);
            let line = AuditLine { item: &item, row: slot.row, old, new, why: None, typed: true };
            record(session, at, line);
            saved()
        }
        Event::DissentRecorded { slot, participant, placement, reason, attributed } => {
            let dissent =
                Dissent { participant, placement, reason: long_text(&reason)?, attributed };
            dissent_recorded(session, &slot, dissent, at)
        }
        Event::DissentWithdrawn { slot, participant } => {
            let rating = shown(session, &slot)?;
            let index = rating.dissent.iter().position(|one| one.participant == participant);
            let index = index.ok_or_else(|| Refusal::Unknown { what: "dissent".to_owned() })?;
            let old = Some(shown_dissent(&rating.dissent.remove(index)));
            trail_of(session, at, &slot, "dissent", old, None);
            saved()
        }
        other => super::misrouted(&other),
    }
}

fn place(
    session: &mut Session,
    slot: &Slot,
    participant: ParticipantId,
    code: Private,
    wanted: RatingState,
) -> ApplyResult {
    let item = asked_item(session, slot, |kind| kind == ItemType::Rating)?.item;
    if !item.options.iter().any(|option| option.code == code.code()) {
        return Err(Refusal::WrongValue {
            question: item.text.show(session.language).to_owned(),
            why: "choose one of the stages of the continuum".to_owned(),
        });
    }
    let who = session.participants.iter().find(|one| one.id == participant);
    let who = who.ok_or_else(|| Refusal::Unknown { what: "participant".to_owned() })?;
    if !may_place(session, who) {
        return Err(Refusal::NotNow {
            why: "Observers and people who are not present do not place behaviour.",
        });
    }
    let rating = rating_of(session, slot)?;
    match (rating.state, wanted) {
        (RatingState::Collecting, RatingState::Collecting)
        | (RatingState::SecondRound, RatingState::SecondRound) => {}
        (_, RatingState::Collecting) => return Err(SHOWN_ALREADY),
        _ => return Err(NO_SECOND_ROUND),
    }
    open_round(rating).ok_or(SHOWN_ALREADY)?.put(participant, code);
    // No line in the trail: its time and order would tell what nobody may know yet.
    saved()
}

fn reveal(session: &mut Session, slot: &Slot, why: Option<String>, at: Timestamp) -> ApplyResult {
    rating_of(session, slot)?;
    let rating = session.rating(slot).ok_or(REVEAL_FIRST)?;
    let round = rating.open_round().ok_or(SHOWN_ALREADY)?;
    let waiting = waiting(session, round).len();
    let asked = waiting + round.placed.len();
    let second = rating.state == RatingState::SecondRound;
    let unplaced = round.placed.is_empty();
    if unplaced && !second {
        return Err(Refusal::NotNow {
            why: "Nobody has placed it yet. Place it first, or skip the stage and give a reason.",
        });
    }
    let early = match why {
        _ if waiting == 0 => None,
        Some(why) => Some(reason(&why, "reveal before everyone is ready")?),
        None => return Err(Refusal::NotAllReady { waiting, asked }),
    };
    let way = session.placing;
    let rating = rating_of(session, slot)?;
    rating.state = RatingState::Revealed;
    if second && unplaced {
        // Nobody placed again: round one stands alone.
        rating.second = None;
    } else if let Some(round) =
        if second { rating.second.as_mut() } else { Some(&mut rating.first) }
    {
        round.asked = u32::try_from(asked).unwrap_or(u32::MAX);
        round.early.clone_from(&early);
        round.way = Some(way);
    }
    let new = session.rating(slot).and_then(|rating| {
        let round = if second { rating.second.as_ref()? } else { &rating.first };
        Some(distribution(session, slot, round))
    });
    let item = format!("{}.{}", slot.item, if second { "second round" } else { "round one" });
    let new = new.or_else(|| Some("nobody placed again".to_owned()));
    record(
        session,
        at,
        AuditLine { item: &item, row: slot.row, new, why: early, ..AuditLine::default() },
    );
    saved()
}

/// Counts per step, in the order of the continuum: the trail never says who.
fn distribution(session: &Session, slot: &Slot, round: &Round) -> String {
    let Some(place) = session.template.item(&slot.item) else { return String::new() };
    let counts = place.item.options.iter().filter_map(|option| {
        let count = round.placed.iter().filter(|one| one.code.code() == option.code).count();
        (count > 0).then(|| format!("{} {count}", option.code))
    });
    counts.collect::<Vec<_>>().join(", ")
}

fn second_round(session: &mut Session, slot: &Slot, at: Timestamp) -> ApplyResult {
    let rating = shown(session, slot)?;
    if rating.state != RatingState::Revealed {
        let why = if rating.state == RatingState::SecondRound {
            "A second round is already open."
        } else {
            "A placement is already agreed. Remove it first, then open a second round."
        };
        return Err(Refusal::NotNow { why });
    }
    if rating.second.is_some() {
        return Err(Refusal::NotNow {
            why: "There has already been a second round. Record the agreed placement, or no agreement.",
        });
    }
    rating.state = RatingState::SecondRound;
    rating.second = Some(Round::default());
    trail_of(session, at, slot, "second round", None, Some("opened".to_owned()));
    saved()
}

fn agree(session: &mut Session, slot: &Slot, outcome: Outcome, at: Timestamp) -> ApplyResult {
    let item = asked_item(session, slot, |kind| kind == ItemType::Rating)?.item;
    let title = item.text.show(session.language).to_owned();
    if let Outcome::Placed(code) = &outcome
        && !item.options.iter().any(|option| option.code == *code && !option.exclusive)
    {
        let why = "choose one of the stages of the continuum".to_owned();
        return Err(Refusal::WrongValue { question: title, why });
    }
    let rating = shown(session, slot)?;
    if rating.state == RatingState::SecondRound {
        return Err(REVEAL_FIRST);
    }
    let old = rating.outcome.replace(outcome.clone()).map(|old| old.code().to_owned());
    rating.state = RatingState::Agreed;
    trail(session, at, slot, old, Some(outcome.code().to_owned()));
    if outcome == Outcome::NoAgreement {
        let number = crate::clinic::form::completion::row_name(session, slot);
        super::action::add_for(
            session,
            slot,
            ActionDetails {
                what: format!(
                    "Decide how to resolve the placement the group did not agree on{number}"
                ),
                why: "The group did not agree where this behaviour sits on the continuum."
                    .to_owned(),
                ..ActionDetails::default()
            },
            at,
        );
    }
    saved()
}

fn dissent_recorded(
    session: &mut Session,
    slot: &Slot,
    dissent: Dissent,
    at: Timestamp,
) -> ApplyResult {
    let item = asked_item(session, slot, |kind| kind == ItemType::Rating)?.item;
    if !item.options.iter().any(|option| option.code == dissent.placement) {
        return Err(Refusal::WrongValue {
            question: item.text.show(session.language).to_owned(),
            why: "choose one of the stages of the continuum".to_owned(),
        });
    }
    if !session.participants.iter().any(|one| one.id == dissent.participant) {
        return Err(Refusal::Unknown { what: "participant".to_owned() });
    }
    if dissent.reason.trim().is_empty() {
        return Err(Refusal::NoReason { to: "record a differing view" });
    }
    let rating = shown(session, slot)?;
    let new = Some(shown_dissent(&dissent));
    let known = rating.dissent.iter().position(|one| one.participant == dissent.participant);
    let old = known.map(|index| shown_dissent(&rating.dissent.remove(index)));
    rating.dissent.insert(known.unwrap_or(rating.dissent.len()), dissent);
    trail_of(session, at, slot, "dissent", old, new);
    saved()
}

fn shown_dissent(dissent: &Dissent) -> String {
    format!("{}: {}", dissent.placement, dissent.reason)
}

/// The rating in `slot`, made if it is not there yet.
fn rating_of<'a>(session: &'a mut Session, slot: &Slot) -> Result<&'a mut Rating, Refusal> {
    asked_item(session, slot, |kind| kind == ItemType::Rating)?;
    let index = session.ratings.iter().position(|rating| rating.slot == *slot);
    let index = index.unwrap_or_else(|| {
        session.ratings.push(Rating::new(slot.clone()));
        session.ratings.len() - 1
    });
    Ok(&mut session.ratings[index])
}

/// As [`rating_of`], once its first round is revealed.
fn shown<'a>(session: &'a mut Session, slot: &Slot) -> Result<&'a mut Rating, Refusal> {
    let rating = rating_of(session, slot)?;
    if rating.state == RatingState::Collecting { Err(REVEAL_FIRST) } else { Ok(rating) }
}

fn open_round(rating: &mut Rating) -> Option<&mut Round> {
    match rating.state {
        RatingState::Collecting => Some(&mut rating.first),
        RatingState::SecondRound => rating.second.as_mut(),
        RatingState::Revealed | RatingState::Agreed => None,
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn trail(s: &mut Session, at: Timestamp, slot: &Slot, old: Option<String>, new: Option<String>) {
    record(s, at, AuditLine { item: &slot.item, row: slot.row, old, new, ..AuditLine::default() });
}

fn trail_of(
    session: &mut Session,
    at: Timestamp,
    slot: &Slot,
    part: &str,
    old: Option<String>,
    new: Option<String>,
) {
    let item = format!("{}.{part}", slot.item);
    record(session, at, AuditLine { item: &item, row: slot.row, old, new, ..AuditLine::default() });
}

/// Takes the rating of a removed row out. What was revealed or said stays in the trail.
pub(super) fn forget(session: &mut Session, slot: &Slot, at: Timestamp, because: &str) {
    let Some(index) = session.ratings.iter().position(|rating| rating.slot == *slot) else {
        return;
    };
    let rating = session.ratings.remove(index);
    for (part, text) in audit_texts(&rating) {
        let (item, why) = (format!("{}{part}", slot.item), Some(because.to_owned()));
        let old = Some(text);
        record(
            session,
            at,
            AuditLine { item: &item, row: slot.row, old, why, ..AuditLine::default() },
        );
    }
}

/// Puts the rating of a row that comes back where it was, unrevealed placements too.
pub(super) fn bring_back(session: &mut Session, rating: Rating, at: Timestamp, because: &str) {
    let (slot, lines) = (rating.slot.clone(), audit_texts(&rating));
    session.ratings.retain(|one| one.slot != slot);
    session.ratings.push(rating);
    for (part, text) in lines {
        let (item, why) = (format!("{}{part}", slot.item), Some(because.to_owned()));
        let new = Some(text);
        record(
            session,
            at,
            AuditLine { item: &item, row: slot.row, new, why, ..AuditLine::default() },
        );
    }
}

pub(super) fn put_basis(s: &mut Session, slot: &Slot, text: String, at: Timestamp, why: &str) {
    let Some(rating) = s.ratings.iter_mut().find(|rating| rating.slot == *slot) else { return };
    let new = filled(&text);
    let old = filled(&std::mem::replace(&mut rating.basis, text));
    let (item, why) = (format!("{}.basis", slot.item), Some(why.to_owned()));
    record(s, at, AuditLine { item: &item, row: slot.row, old, new, why, typed: false });
}

pub(super) fn put_dissent(
    session: &mut Session,
    slot: &Slot,
    who: ParticipantId,
    dissent: Option<(usize, Dissent)>,
    at: Timestamp,
    why: &str,
) {
    let rating = session.ratings.iter_mut().find(|rating| rating.slot == *slot);
    let Some(rating) = rating else { return };
    let known = rating.dissent.iter().position(|one| one.participant == who);
    let old = known.map(|index| shown_dissent(&rating.dissent.remove(index)));
    let new = dissent.as_ref().map(|(_, dissent)| shown_dissent(dissent));
    if let Some((index, dissent)) = dissent {
        rating.dissent.insert(index.min(rating.dissent.len()), dissent);
    }
    let (item, why) = (format!("{}.dissent", slot.item), Some(why.to_owned()));
    record(session, at, AuditLine { item: &item, row: slot.row, old, new, why, typed: false });
}

/// Returns what the audit trail may say of a rating: the outcome, its basis, differing views.
fn audit_texts(rating: &Rating) -> Vec<(&'static str, String)> {
    let outcome = rating.outcome.as_ref().map(|outcome| ("", outcome.code().to_owned()));
    let basis = filled(&rating.basis).map(|basis| (".basis", basis));
    let dissent = rating.dissent.iter().map(|one| (".dissent", shown_dissent(one)));
    outcome.into_iter().chain(basis).chain(dissent).collect()
}
