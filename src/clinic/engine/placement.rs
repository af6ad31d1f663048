//! Placing on the continuum: collecting, revealed, second round, agreed.

use super::participants::unknown;
use super::{AuditLine, Edit, asked_item, filled, long_text, one_line, reason, restore_in};
use crate::clinic::form::completion::row_name;
use crate::clinic::rating::{
    Dissent, Outcome, PlacementMethod, Private, Rating, RatingState, Round, may_place, waiting,
};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{ActionDetails, Participant, Session};
use crate::clinic::template::value::{ParticipantId, Slot};
use crate::clinic::template::{ItemType, OptionDef};

const REVEAL_FIRST: Refusal =
    Refusal::NotNow { why: "The placements are not revealed yet. Reveal them first." };
const SHOWN_ALREADY: Refusal = Refusal::NotNow {
    why: "The placements are already revealed and cannot be changed. Open a second round to place again.",
};
const NO_SECOND_ROUND: Refusal =
    Refusal::NotNow { why: "No second round is open. Open one to place again." };

impl Edit<'_> {
    pub(super) fn choose_method(&mut self, method: PlacementMethod) {
        let old = Some(self.session.placing.title().to_owned());
        self.session.placing = method;
        let new = Some(method.title().to_owned());
        self.record(AuditLine::new("way of placing", old, new));
    }

    pub(super) fn place(
        &mut self,
        slot: &Slot,
        participant: ParticipantId,
        code: Private,
        wanted: RatingState,
    ) -> Result<(), Refusal> {
        check_step(self.session, slot, |option| option.code == code.code())?;
        if !may_place(self.session, known(self.session, participant)?) {
            let why = "Observers and people who are not present do not place behaviour.";
            return Err(Refusal::NotNow { why });
        }
        let rating = rating_of(self.session, slot)?;
        if rating.state != wanted {
            let first = wanted == RatingState::Collecting;
            return Err(if first { SHOWN_ALREADY } else { NO_SECOND_ROUND });
        }
        open_round(rating).ok_or(SHOWN_ALREADY)?.put(participant, code);
        // No line in the trail: its time and order would tell what nobody may know yet.
        Ok(())
    }

    pub(super) fn give_placement_reason(
        &mut self,
        slot: &Slot,
        participant: ParticipantId,
        reason: Private,
    ) -> Result<(), Refusal> {
        let reason = Private::new(&one_line(reason.code())?);
        let round = open_round(rating_of(self.session, slot)?).ok_or(SHOWN_ALREADY)?;
        // Neither who has placed nor why is in the trail.
        if reason.code().is_empty() || round.give_reason(participant, reason) {
            return Ok(());
        }
        Err(Refusal::NotNow { why: "A reason can be given only after placing." })
    }

    pub(super) fn withdraw_placement(
        &mut self,
        slot: &Slot,
        participant: ParticipantId,
    ) -> Result<(), Refusal> {
        let round = open_round(rating_of(self.session, slot)?).ok_or(SHOWN_ALREADY)?;
        // The same answer whether they had placed or not: it must tell nothing.
        round.withdraw(participant);
        Ok(())
    }

    pub(super) fn reveal(&mut self, slot: &Slot, why: Option<String>) -> Result<(), Refusal> {
        rating_of(self.session, slot)?;
        let rating = self.session.rating(slot).ok_or(REVEAL_FIRST)?;
        let round = rating.open_round().ok_or(SHOWN_ALREADY)?;
        let waiting = waiting(self.session, round).len();
        let asked = waiting + round.placed.len();
        let second = rating.state == RatingState::SecondRound;
        let unplaced = round.placed.is_empty();
        if unplaced && !second {
            let why =
                "Nobody has placed it yet. Place it first, or skip the stage and give a reason.";
            return Err(Refusal::NotNow { why });
        }
        let early = match why {
            _ if waiting == 0 => None,
            Some(why) => Some(reason(&why, "reveal before everyone is ready")?),
            None => return Err(Refusal::NotAllReady { waiting, asked }),
        };
        let way = self.session.placing;
        let rating = rating_of(self.session, slot)?;
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
        let new = self.session.rating(slot).and_then(|rating| {
            let round = if second { rating.second.as_ref()? } else { &rating.first };
            Some(distribution(self.session, slot, round))
        });
        let item = format!("{}.{}", slot.item, if second { "second round" } else { "round one" });
        let new = new.or_else(|| Some("nobody placed again".to_owned()));
        let line = AuditLine::new(&item, None, new).in_row(slot.row);
        self.record(AuditLine { why: early, ..line });
        Ok(())
    }

    pub(super) fn open_second_round(&mut self, slot: &Slot) -> Result<(), Refusal> {
        let rating = shown(self.session, slot)?;
        if rating.state != RatingState::Revealed {
            let why = if rating.state == RatingState::SecondRound {
                "A second round is already open."
            } else {
                "A placement is already agreed. To remove it, clear the answer. Then open a second round."
            };
            return Err(Refusal::NotNow { why });
        }
        if rating.second.is_some() {
            let why = "There has already been a second round. Record the agreed placement, or no agreement.";
            return Err(Refusal::NotNow { why });
        }
        rating.state = RatingState::SecondRound;
        rating.second = Some(Round::default());
        self.record_rating(slot, ".second round", (None, Some("opened".to_owned())));
        Ok(())
    }

    pub(super) fn agree(&mut self, slot: &Slot, outcome: Outcome) -> Result<(), Refusal> {
        asked_item(self.session, slot, |kind| kind == ItemType::Rating)?;
        if let Outcome::Placed(code) = &outcome {
            check_step(self.session, slot, |option| option.code == *code && !option.exclusive)?;
        }
        let rating = shown(self.session, slot)?;
        if rating.state == RatingState::SecondRound {
            return Err(REVEAL_FIRST);
        }
        let old = rating.outcome.replace(outcome.clone()).map(|old| old.code().to_owned());
        rating.state = RatingState::Agreed;
        self.record_rating(slot, "", (old, Some(outcome.code().to_owned())));
        if outcome == Outcome::NoAgreement {
            let number = row_name(self.session, slot);
            let what =
                format!("Decide how to resolve the placement the group did not agree on{number}");
            let why =
                "The group did not agree where this behaviour sits on the continuum.".to_owned();
            let details = ActionDetails { what, why, ..ActionDetails::default() };
            self.add_action_for(slot, details);
        }
        Ok(())
    }

    pub(super) fn reopen_placement(&mut self, slot: &Slot) -> Result<(), Refusal> {
        let rating = rating_of(self.session, slot)?;
        if rating.state != RatingState::Agreed {
            return Err(Refusal::NotNow { why: "There is no agreed placement to reopen." });
        }
        rating.state = RatingState::Revealed;
        let old = rating.outcome.take().map(|outcome| outcome.code().to_owned());
        self.record_rating(slot, "", (old, None));
        Ok(())
    }

    pub(super) fn write_basis(&mut self, slot: &Slot, text: &str) -> Result<(), Refusal> {
        let text = long_text(text)?;
        let rating = shown(self.session, slot)?;
        let (old, new) = (filled(&rating.basis), filled(&text));
        rating.basis = text;
        let item = format!("{}.basis", slot.item);
        self.record(AuditLine::new(&item, old, new).in_row(slot.row).typed());
        Ok(())
    }

    /// Records a differing view; a second one of the same person takes the place of the first.
    pub(super) fn record_dissent(&mut self, slot: &Slot, dissent: Dissent) -> Result<(), Refusal> {
        check_step(self.session, slot, |option| option.code == dissent.placement)?;
        known(self.session, dissent.participant)?;
        if dissent.reason.trim().is_empty() {
            return Err(Refusal::NoReason { to: "record a differing view" });
        }
        let list = &mut shown(self.session, slot)?.dissent;
        let is_theirs = is_of(dissent.participant);
        let index = list.iter().position(&is_theirs).unwrap_or(list.len());
        let change = restore_in(list, is_theirs, Some((index, dissent)), shown_dissent);
        self.record_rating(slot, ".dissent", change);
        Ok(())
    }

    pub(super) fn withdraw_dissent(
        &mut self,
        slot: &Slot,
        participant: ParticipantId,
    ) -> Result<(), Refusal> {
        let list = &mut shown(self.session, slot)?.dissent;
        let index = list.iter().position(is_of(participant));
        let index = index.ok_or_else(|| Refusal::Unknown { what: "dissent".to_owned() })?;
        let old = Some(shown_dissent(&list.remove(index)));
        self.record_rating(slot, ".dissent", (old, None));
        Ok(())
    }

    /// Writes a line about a part of the rating, such as `.dissent`, or about its outcome.
    fn record_rating(
        &mut self,
        slot: &Slot,
        part: &str,
        (old, new): (Option<String>, Option<String>),
    ) {
        let item = format!("{}{part}", slot.item);
        self.record(AuditLine::new(&item, old, new).in_row(slot.row));
    }

    /// Takes the rating of a removed row out. What was revealed or said stays in the trail.
    pub(super) fn forget_rating(&mut self, slot: &Slot, why: &str) {
        let Some(index) = self.session.ratings.iter().position(|rating| rating.slot == *slot)
        else {
            return;
        };
        let rating = self.session.ratings.remove(index);
        for (part, text) in audit_texts(&rating) {
            let item = format!("{}{part}", slot.item);
            let line = AuditLine::new(&item, Some(text), None).in_row(slot.row);
            self.record(line.because(why));
        }
    }

    /// Puts the rating of a row that comes back where it was, unrevealed placements too.
    pub(super) fn bring_rating_back(&mut self, rating: Rating, why: &str) {
        for (part, text) in audit_texts(&rating) {
            let item = format!("{}{part}", rating.slot.item);
            let line = AuditLine::new(&item, None, Some(text)).in_row(rating.slot.row);
            self.record(line.because(why));
        }
        self.session.ratings.retain(|one| one.slot != rating.slot);
        self.session.ratings.push(rating);
    }

    pub(super) fn put_basis(&mut self, slot: &Slot, text: String, why: &str) {
        let rating = self.session.ratings.iter_mut().find(|rating| rating.slot == *slot);
        let Some(rating) = rating else { return };
        let new = filled(&text);
        let old = filled(&std::mem::replace(&mut rating.basis, text));
        let item = format!("{}.basis", slot.item);
        self.record(AuditLine::new(&item, old, new).in_row(slot.row).because(why));
    }

    pub(super) fn put_dissent(
        &mut self,
        slot: &Slot,
        who: ParticipantId,
        dissent: Option<(usize, Dissent)>,
        why: &str,
    ) {
        let rating = self.session.ratings.iter_mut().find(|rating| rating.slot == *slot);
        let Some(rating) = rating else { return };
        let (old, new) = restore_in(&mut rating.dissent, is_of(who), dissent, shown_dissent);
        let item = format!("{}.dissent", slot.item);
        self.record(AuditLine::new(&item, old, new).in_row(slot.row).because(why));
    }
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

fn is_of(who: ParticipantId) -> impl Fn(&Dissent) -> bool {
    move |dissent| dissent.participant == who
}

fn shown_dissent(dissent: &Dissent) -> String {
    format!("{}: {}", dissent.placement, dissent.reason)
}

/// Refuses unless the rating in `slot` is asked and has an option that `is_it` finds.
fn check_step(
    session: &Session,
    slot: &Slot,
    is_it: impl Fn(&OptionDef) -> bool,
) -> Result<(), Refusal> {
    let item = asked_item(session, slot, |kind| kind == ItemType::Rating)?.item;
    if item.options.iter().any(is_it) {
        return Ok(());
    }
    let question = item.text.show(session.language).to_owned();
    let why = "choose one of the stages of the continuum".to_owned();
    Err(Refusal::WrongValue { question, why })
}

fn known(session: &Session, who: ParticipantId) -> Result<&Participant, Refusal> {
    session.participants.iter().find(|one| one.id == who).ok_or_else(unknown)
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

/// Returns what the audit trail may say of a rating: the outcome, its basis, differing views.
fn audit_texts(rating: &Rating) -> Vec<(&'static str, String)> {
    let outcome = rating.outcome.as_ref().map(|outcome| ("", outcome.code().to_owned()));
    let basis = filled(&rating.basis).map(|basis| (".basis", basis));
    let dissent = rating.dissent.iter().map(|one| (".dissent", shown_dissent(one)));
    outcome.into_iter().chain(basis).chain(dissent).collect()
}
