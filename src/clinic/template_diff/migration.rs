//! A draft moving to a new version of its template.
//!
//! Promises: it works on a copy; an answer is moved, listed as a leftover, or left out because the
//! template says so, and every one of these is in the audit trail; placements that are not
//! revealed are moved whole or hold the draft back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use thiserror::Error;

use super::steps;
use crate::clinic::engine::{AuditLine, Edit, fitting};
use crate::clinic::form::calculated;
use crate::clinic::form::completion::{answer_text, row_name};
use crate::clinic::rating::{Outcome, Private, Rating, RatingState, Round};
use crate::clinic::session::{
    ActionDetails, Answer, Leftover, LeftoverReason, Session, Status, place_of, slots,
};
use crate::clinic::template::value::{RowId, Slot, Value};
use crate::clinic::template::{ItemType, Migration, Subject, Template};

/// Why a draft stays with the version it began with. It is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "fields carry the names of what they hold")]
pub enum MigrationRefused {
    /// Not a version of the same template.
    #[error(
        "“{to}” is a different meeting format, not a version of “{from}”. Start a new clinic with it."
    )]
    OtherTemplate { from: String, to: String },
    /// Other people could read the note.
    #[error(
        "This draft is about {}, and version {version} is about {}. That decides who can read the note, so it cannot change. Correct `about` in the template file, or start a new clinic with it.",
        from.plural(), to.plural()
    )]
    OtherSubject { from: Subject, to: Subject, version: String },
    /// The version it has.
    #[error("The draft already uses version {version}.")]
    SameVersion { version: String },
    /// A closed note keeps its version.
    #[error("This note is {}. It keeps the meeting format it was written with.", status.title())]
    Closed { status: Status },
    /// Placements nobody has revealed would lose their place.
    #[error(
        "“{question}” has placements that are not revealed. Reveal them first, then update the draft."
    )]
    BeingPlaced { question: String },
    /// The new version has no stages.
    #[error("The newer version has no stages. Fix the template file first.")]
    NoStages,
}

/// A copy of the draft with the new version of its template. What finds no place there is listed
/// in [`Session::leftovers`].
pub fn migrate(
    session: &Session,
    to: &Template,
    at: Timestamp,
) -> Result<Session, MigrationRefused> {
    let (old, new) = (&session.template().about, &to.about);
    if old.id != new.id && !new.replaces.contains(&old.id) {
        return Err(MigrationRefused::OtherTemplate { from: old.id.clone(), to: new.id.clone() });
    }
    if old.id == new.id && old.version == new.version {
        return Err(MigrationRefused::SameVersion { version: new.version.clone() });
    }
    if !matches!(session.status(), Status::InProgress | Status::Stopped) {
        return Err(MigrationRefused::Closed { status: session.status() });
    }
    let (from, about) = (old.subject(), new.subject());
    if from != about {
        let version = new.version.clone();
        return Err(MigrationRefused::OtherSubject { from, to: about, version });
    }
    if to.stages.is_empty() {
        return Err(MigrationRefused::NoStages);
    }
    let mut moving = Moving::begin(session, to, at);
    moving.rows();
    moving.answers();
    moving.placements()?;
    moving.matrix();
    moving.actions();
    Ok(moving.end())
}

struct Moving<'a> {
    from: &'a Session,
    next: Session,
    steps: Migration,
    at: Timestamp,
}

impl<'a> Moving<'a> {
    fn begin(from: &'a Session, to: &Template, at: Timestamp) -> Self {
        let steps = steps(from.template(), to);
        let mut next = from.clone();
        next.history.forget();
        next.template = to.clone().into();
        next.rows = BTreeMap::new();
        next.within.clear();
        next.answers.clear();
        next.calculated.clear();
        next.ratings.clear();
        next.matrix.clear();
        next.matrix_reasons.clear();
        let version =
            |about: &crate::clinic::TemplateInfo| Some(format!("{} {}", about.id, about.version));
        let (old, new) = (version(&from.template().about), version(&to.about));
        let line = AuditLine::new("template", old, new).because("moved to a newer version");
        Edit { session: &mut next, at }.record(line);
        let mut moving = Self { from, next, steps, at };
        moving.stages();
        for index in 0..moving.next.leftovers.len() {
            let slot = moving.slot(&moving.next.leftovers[index].slot);
            moving.next.leftovers[index].slot = slot;
        }
        moving
    }

    fn called(&self, id: &str) -> String {
        self.steps.rename.get(id).map_or(id, String::as_str).to_owned()
    }

    fn slot(&self, slot: &Slot) -> Slot {
        Slot { item: self.called(&slot.item), row: slot.row }
    }

    /// A code as the new version calls it; `item` by its new id.
    fn code(&self, item: &str, code: &str) -> String {
        let codes = self.steps.recode.get(item);
        codes.and_then(|codes| codes.get(code)).map_or(code, String::as_str).to_owned()
    }

    fn is_dropped(&self, slot: &Slot) -> bool {
        self.steps.drop.contains(&slot.item)
    }

    fn line(&mut self, item: &str, row: Option<RowId>, change: [Option<String>; 2], why: &str) {
        let [old, new] = change;
        let line = AuditLine::new(item, old, new).in_row(row).because(why);
        Edit { session: &mut self.next, at: self.at }.record(line);
    }

    /// Leaves something out because the template says so.
    fn leave_out(&mut self, slot: &Slot, text: String) {
        self.line(&slot.item, slot.row, [Some(text), None], "dropped by the newer version");
    }

    /// Keeps something that has no place any more as a line of the note.
    fn keep_leftover(&mut self, slot: &Slot, question: String, text: String) {
        self.keep_leftover_as(slot, question, text.clone(), text);
    }

    /// As [`Self::keep`]; `old` is what the trail says, codes and not labels.
    fn keep_leftover_as(&mut self, slot: &Slot, question: String, text: String, old: String) {
        if text.trim().is_empty() {
            return;
        }
        self.line(&slot.item, slot.row, [Some(old), None], LeftoverReason::NewVersion.title());
        let (slot, because) = (slot.clone(), LeftoverReason::NewVersion);
        self.next.leftovers.push(Leftover { slot, question, text, because, value: None });
    }

    fn question(&self, slot: &Slot) -> String {
        let item = self.from.template().item(&slot.item).map(|place| place.item);
        let title = item.map_or(slot.item.as_str(), |item| item.text.show(self.from.language()));
        format!("{title}{}", row_name(self.from, slot))
    }

    /// Where the meeting stands, its clock, and what was passed over: by the ids of stages.
    fn stages(&mut self) {
        let (old, new) = (&self.from.template().stages, &self.next.template.stages);
        let was =
            |at: usize| new.get(at).and_then(|stage| old.iter().position(|one| one.id == stage.id));
        let is = |at: usize| {
            let id = old.get(at).map(|stage| &stage.id);
            let found = new.iter().position(|one| Some(&one.id) == id);
            found.unwrap_or_else(|| at.min(new.len().saturating_sub(1)))
        };
        let stage = is(self.from.stage());
        let furthest = is(self.from.furthest()).max(stage);
        let clock = self.from.clock.moved(new.len(), was);
        let known = |id: &str| new.iter().any(|stage| stage.id == id);
        let (kept, gone): (Vec<_>, Vec<_>) =
            self.from.passes().iter().cloned().partition(|pass| known(&pass.stage));
        (self.next.stage, self.next.furthest, self.next.clock) = (stage, furthest, clock);
        self.next.passes = kept;
        for pass in gone {
            self.line(&pass.stage, None, [Some(pass.reason), None], "the stage was removed");
        }
    }

    /// Rows whose group is there still, in the same rows as before.
    fn rows(&mut self) {
        for place in self.from.template().items() {
            if !place.item.repeats {
                continue;
            }
            let (old, new) = (&place.item.id, self.called(&place.item.id));
            let around = self.from.template().groups_around(old);
            let around: Vec<String> = around.into_iter().map(|group| self.called(group)).collect();
            let fits = self.next.template.item(&new).is_some_and(|place| place.item.repeats)
                && self.next.template.groups_around(&new) == around;
            let rows = self.from.rows(old);
            if !fits {
                for row in rows {
                    self.line(
                        old,
                        Some(*row),
                        [Some("a row".into()), None],
                        "removed in the newer version",
                    );
                }
                continue;
            }
            // A row whose outer row found no place can't stand alone.
            let parents = |row: &RowId| self.from.parent_row(*row);
            let stands = |row: &&RowId| {
                parents(row)
                    .is_none_or(|outer| self.next.rows.values().any(|rows| rows.contains(&outer)))
            };
            let kept: Vec<RowId> = rows.iter().filter(stands).copied().collect();
            let within = self.from.within.iter().filter(|one| kept.contains(&one.row)).copied();
            let within: Vec<_> = within.collect();
            self.next.rows.insert(new, kept);
            self.next.within.extend(within);
        }
    }

    fn answers(&mut self) {
        for answer in self.from.answers.iter() {
            let Answer { slot, value } = &**answer;
            let item = self.from.template().item(&slot.item).map(|place| place.item);
            if self.is_dropped(slot) {
                self.leave_out(slot, value.plain());
                continue;
            }
            let there = self.slot(slot);
            let place = place_of(&self.next, &there).filter(|at| at.item.calculated.is_none());
            let moved = self.recoded(&there.item, value);
            let moved = place.and_then(|place| fitting(&self.next, place.item, moved).ok());
            let Some(moved) = moved else {
                let text = answer_text(self.from, item, value);
                self.keep_leftover_as(slot, self.question(slot), text, value.plain());
                continue;
            };
            if there.item != slot.item || moved != *value {
                let change = [Some(value.plain()), Some(moved.plain())];
                let why = format!("was “{}”", slot.item);
                self.line(&there.item, there.row, change, &why);
            }
            self.next.answers.push(Answer { slot: there, value: moved });
        }
    }

    fn recoded(&self, item: &str, value: &Value) -> Value {
        match value {
            Value::Choice(code) => Value::Choice(self.code(item, code)),
            Value::Choices(codes) => {
                Value::Choices(codes.iter().map(|code| self.code(item, code)).collect())
            }
            other => other.clone(),
        }
    }

    /// Ratings: whole, or as a line, or not at all.
    fn placements(&mut self) -> Result<(), MigrationRefused> {
        for rating in &self.from.ratings {
            let dropped = self.is_dropped(&rating.slot);
            if let Some(moved) = self.moved_rating(rating).filter(|_| !dropped) {
                self.next.ratings.push(moved);
                continue;
            }
            let question = self.question(&rating.slot);
            if rating.open_round().is_some_and(|round| !round.placed.is_empty()) {
                return Err(MigrationRefused::BeingPlaced { question });
            }
            let text = rating_text(rating);
            if !dropped {
                self.keep_leftover(&rating.slot, question, text);
            } else if !text.is_empty() {
                self.leave_out(&rating.slot, text);
            }
        }
        Ok(())
    }

    /// The rating with the names of the new version, if every one of them is there.
    fn moved_rating(&self, rating: &Rating) -> Option<Rating> {
        let slot = self.slot(&rating.slot);
        let place = place_of(&self.next, &slot).filter(|at| at.item.kind == ItemType::Rating)?;
        let code = |code: &str| {
            let code = self.code(&slot.item, code);
            place.item.options.iter().any(|one| one.code == code).then_some(code)
        };
        let round = |round: &Round| {
            let mut moved = round.clone();
            for placed in &mut moved.placed {
                placed.code = Private::new(&code(placed.code.code())?);
            }
            Some(moved)
        };
        let mut next = rating.clone();
        next.first = round(&rating.first)?;
        if let Some(second) = &rating.second {
            next.second = Some(round(second)?);
        }
        if let Some(Outcome::Placed(placed)) = &rating.outcome {
            next.outcome = Some(Outcome::Placed(code(placed)?));
        }
        for dissent in &mut next.dissent {
            dissent.placement = code(&dissent.placement)?;
        }
        next.slot = slot.clone();
        Some(next)
    }

    fn matrix(&mut self) {
        for cell in &self.from.matrix {
            if self.is_dropped(&cell.slot) {
                self.leave_out(&cell.slot, cell.evidence.clone());
                continue;
            }
            let mut moved = cell.clone();
            moved.slot = self.slot(&cell.slot);
            moved.domain = self.code(&moved.slot.item, &cell.domain);
            let place = place_of(&self.next, &moved.slot);
            let fits = place.is_some_and(|place| {
                place.item.kind == ItemType::Matrix
                    && place.item.domains.iter().any(|one| one.code == moved.domain)
            });
            if fits {
                self.next.matrix.push(moved);
            } else {
                let (title, column) = (self.question(&cell.slot), cell.column.title());
                let question = format!("{title}: {}, {}", cell.domain, column.to_lowercase());
                self.keep_leftover(&cell.slot, question, cell.evidence.clone());
            }
        }
        for reason in &self.from.matrix_reasons {
            let there = self.slot(&reason.slot);
            let place = place_of(&self.next, &there);
            let fits = place.is_some_and(|place| place.item.kind == ItemType::Matrix);
            let value = reason.value.clone();
            if self.is_dropped(&reason.slot) {
                self.leave_out(&reason.slot, value.plain());
            } else if fits {
                self.next.matrix_reasons.push(Answer { slot: there, value });
            } else {
                self.keep_leftover(&reason.slot, self.question(&reason.slot), value.plain());
            }
        }
    }

    /// Actions keep to their item, or move to the first that takes any.
    fn actions(&mut self) {
        let places = self.next.template.items();
        let takes = |id: &String| {
            let found = places.iter().find(|place| place.item.id == *id);
            found.is_some_and(|place| place.item.kind == ItemType::Actions)
        };
        let first = places.iter().find(|place| place.item.kind == ItemType::Actions);
        let first = first.map(|place| place.item.id.clone());
        let mut kept = Vec::new();
        let mut gone = Vec::new();
        for action in &self.from.actions {
            let mut moved = action.clone();
            let wanted = Some(self.called(&action.item)).filter(takes);
            match wanted.or_else(|| first.clone()) {
                Some(item) => {
                    moved.item = item;
                    moved.from = action.from.as_ref().map(|slot| self.slot(slot));
                    kept.push(moved);
                }
                None => gone.push(moved),
            }
        }
        self.next.actions = kept;
        for action in gone {
            let slot = Slot::once(&action.item);
            self.keep_leftover(&slot, self.question(&slot), action_text(&action.details));
        }
    }

    /// What the new version begins with where the old one had nothing.
    fn end(mut self) -> Session {
        let mut groups = Vec::new();
        let mut first = Vec::new();
        for place in self.next.template.items() {
            if place.item.repeats {
                let outer = place.rows_of.map(ToOwned::to_owned);
                groups.push((place.item.id.clone(), outer, place.item.min_occurs.unwrap_or(0)));
            }
            let value = place.item.first_value();
            let is_new = self.from.template().item(&place.item.id).is_none();
            if let Some(value) = value.filter(|_| is_new) {
                let slots = slots(&self.next, &place);
                first.extend(slots.into_iter().map(|slot| (slot, value.clone())));
            }
        }
        let mut next = Edit { session: &mut self.next, at: self.at };
        for (slot, value) in first.into_iter().filter(|(slot, _)| self.from.answer(slot).is_none())
        {
            if next.session.answer(&slot).is_none() {
                next.set_answer(&slot, Some(value), Some("from the template"));
            }
        }
        for (group, outer, fewest) in groups {
            next.session.rows.entry(group.clone()).or_default();
            let rows = outer.map_or(vec![None], |outer| {
                next.session.rows(&outer).iter().copied().map(Some).collect()
            });
            for row in rows {
                next.fill_up(&group, row, fewest);
            }
        }
        calculated::refresh(&mut self.next);
        self.next.updated = self.at.max(self.next.updated);
        self.next
    }
}

/// An action in one line.
fn action_text(details: &ActionDetails) -> String {
    let by = details.by.map(crate::text::show_date).unwrap_or_default();
    let parts = [&details.what, &details.why, &details.owner, &details.agency, &by];
    let filled = parts.into_iter().filter(|part| !part.trim().is_empty());
    filled.map(String::as_str).chain([details.status.title()]).collect::<Vec<_>>().join("; ")
}

/// What of a revealed rating can be kept as text: counts and conclusions, never who.
fn rating_text(rating: &Rating) -> String {
    let mut parts = Vec::new();
    if rating.state != RatingState::Collecting {
        let rounds =
            [("first round", Some(&rating.first)), ("second round", rating.second.as_ref())];
        for (name, round) in rounds {
            let Some(round) = round.filter(|round| !round.placed.is_empty()) else { continue };
            let mut counts: Vec<(&str, usize)> = Vec::new();
            for placed in &round.placed {
                let code = placed.code.code();
                match counts.iter_mut().find(|(known, _)| *known == code) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((code, 1)),
                }
            }
            counts.sort_unstable();
            let counts: Vec<String> =
                counts.into_iter().map(|(code, count)| format!("{code} {count}")).collect();
            parts.push(format!("{name}: {}", counts.join(", ")));
        }
    }
    if let Some(outcome) = &rating.outcome {
        parts.push(format!("agreed: {}", outcome.code()));
    }
    if !rating.basis.trim().is_empty() {
        parts.push(format!("reasons: {}", rating.basis.trim()));
    }
    for dissent in &rating.dissent {
        parts.push(format!("differing view: {}, {}", dissent.placement, dissent.reason.trim()));
    }
    parts.join("; ")
}
