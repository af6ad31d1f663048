//! A note that was written to a file, put together again as a draft.
//!
//! Promises: what the file says is taken only where a meeting could have come to it: an answer fits its
//! question, which is asked; a round is complete; a number is used once. Otherwise the part is named and
//! nothing is made. Nobody is said to have placed a behaviour whom the file does not name. The note is a
//! draft, and says from which file it came: completing it is the act of a person.

use std::collections::BTreeSet;

use jiff::Timestamp;
use uuid::Uuid;

use super::action::cleaned;
use super::{AuditLine, Edit, asked_item, fitting, long_text, one_line, reason};
use crate::clinic::document::{from_document, to_document};
use crate::clinic::form::calculated;
use crate::clinic::form::enablement::{is_enabled, is_protected};
use crate::clinic::rating::{
    Dissent, NOBODY, Outcome, PlacementMethod, Private, PrivatePlacement, Rating, RatingState,
    Round,
};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{
    Action, Amendment, Attendance, Certainty, Citation, Column, Earlier, IMPORTED, ImportedFrom,
    Leftover, LeftoverReason, Participant, RoleHolder, Session, StageSkip, place_of,
};
use crate::clinic::template::translated::Language;
use crate::clinic::template::value::{ParticipantId, RowId, Scalar, Slot, Value, WhyMissing};
use crate::clinic::template::{ItemType, Template};
use crate::text::clean_line;

/// Most parts of a note, far above what a meeting has.
const MAX_PARTS: usize = 20_000;
/// Most people who can have been asked in a round.
const MAX_ASKED: usize = 1000;
/// Numbers of rows and actions stay below it, so that there is room for more.
const MAX_NUMBER: u32 = 1_000_000;

/// What is known of the whole note.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "fields carry the names of what they hold")]
pub struct ImportedHead {
    pub template: Template,
    /// The version of the meeting format in the file is older: what has no place in the newer one is
    /// kept without its question.
    pub is_older: bool,
    pub id: Uuid,
    pub case_key: String,
    pub language: Language,
    pub placing: PlacementMethod,
    pub started: Timestamp,
    pub earlier: Option<Earlier>,
    pub from: ImportedFrom,
}

/// A part of the note, and where it stands in the file: in which list, and at which position.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "fields carry the names of what they hold")]
pub struct ImportedPart {
    pub list: &'static str,
    pub index: usize,
    pub part: Part,
}

/// What a part holds.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "fields carry the names of what they hold")]
pub enum Part {
    Person {
        role: String,
        label: String,
        attendance: Attendance,
    },
    Row {
        group: String,
        row: RowId,
        within: Option<RowId>,
    },
    Answer {
        slot: Slot,
        value: Option<Scalar>,
        missing: Option<WhyMissing>,
        question: String,
        shown: String,
    },
    Placement(ImportedPlacement),
    Cell {
        slot: Slot,
        domain: String,
        column: Column,
        evidence: String,
        certainty: Option<Certainty>,
        label: String,
    },
    MatrixReason {
        slot: Slot,
        reason: String,
    },
    Action(Action),
    Pass(StageSkip),
    Leftover(Leftover),
    Citation(Citation),
    Amendment(Amendment),
}

/// How a behaviour was placed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "fields carry the names of what they hold")]
pub struct ImportedPlacement {
    pub slot: Slot,
    pub question: String,
    pub state: RatingState,
    pub rounds: Vec<ImportedRound>,
    pub outcome: Option<Outcome>,
    pub basis: String,
    pub differing: Vec<ImportedView>,
}

/// A revealed round: how many chose each step, and who, if the file says it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "fields carry the names of what they hold")]
pub struct ImportedRound {
    pub number: u8,
    pub asked: usize,
    pub counts: Vec<(String, usize)>,
    pub early: Option<String>,
    pub way: Option<PlacementMethod>,
    pub placed: Option<Vec<(String, String)>>,
    /// Reasons that were sent with placements, each behind the code of its step.
    pub reasons: Vec<(String, String)>,
}

/// A differing view.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "fields carry the names of what they hold")]
pub struct ImportedView {
    pub who: String,
    pub code: String,
    pub reason: String,
}

/// The part of a file that no meeting could have come to, and why.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields carry the names of what they hold")]
pub struct PartRefused {
    pub list: &'static str,
    pub index: usize,
    pub why: String,
}

/// Returns the note as a draft at its last stage, or the first part that does not fit.
pub fn import_note(
    head: ImportedHead,
    parts: Vec<ImportedPart>,
    at: Timestamp,
) -> Result<Session, PartRefused> {
    let refused = |list, index, why: String| PartRefused { list, index, why };
    if parts.len() > MAX_PARTS {
        return Err(refused("answers", 0, "The file holds more than a note can.".to_owned()));
    }
    // An answer may be missing that others depend on, or the newer version asks something else.
    let is_lenient = head.is_older || !head.from.left_out.is_empty();
    let unplaced =
        if head.is_older { LeftoverReason::NewVersion } else { LeftoverReason::NoLongerAsked };
    let earlier = head.earlier.map(cleaned_earlier).transpose();
    let earlier = earlier.map_err(|why| refused("follows", 0, why.to_string()))?;
    let mut session = Session::start(head.template, head.id, &head.case_key, false, at);
    session.rows.values_mut().for_each(Vec::clear);
    session.within.clear();
    session.answers.clear();
    session.language = head.language;
    session.placing = head.placing;
    session.started = head.started;
    session.earlier = earlier;
    session.imported = Some(head.from);
    session.next_number = 1 + parts.iter().filter_map(|one| one.part.number()).max().unwrap_or(0);
    if session.next_number > MAX_NUMBER {
        return Err(refused("rows", 0, "A row or an action has too high a number.".to_owned()));
    }
    let mut import = Import { edit: Edit { session: &mut session, at } };
    let mut waiting = parts.clone();
    loop {
        let before = waiting.len();
        let mut still = Vec::new();
        let mut first = None;
        for one in waiting {
            match import.take(&one.part) {
                Ok(()) => {}
                // What asks it may come later.
                Err(why @ Refusal::Unknown { .. }) => {
                    first = first.or(Some(refused(one.list, one.index, why.to_string())));
                    still.push(one);
                }
                Err(why) => return Err(refused(one.list, one.index, why.to_string())),
            }
        }
        calculated::refresh(import.edit.session);
        waiting = still;
        let Some(why) = first else { break };
        if waiting.len() == before {
            if !is_lenient {
                let why_not = "It belongs to nothing that this note asks.";
                return Err(PartRefused { why: why_not.to_owned(), ..why });
            }
            let left = waiting.iter().filter_map(|one| one.part.leftover(unplaced));
            import.edit.session.leftovers.extend(left);
            break;
        }
    }
    if !is_lenient {
        for one in &parts {
            let why = "It does not follow from the other answers.";
            if !import.follows(&one.part) {
                return Err(refused(one.list, one.index, why.to_owned()));
            }
        }
    }
    import.end();
    // The same checks as when a vault is read.
    from_document(&to_document(&session)).map_err(|why| refused("rows", 0, why.to_string()))
}

impl Part {
    /// The highest number that it uses.
    fn number(&self) -> Option<u32> {
        match self {
            Self::Row { row, within, .. } => Some(row.0.max(within.map_or(0, |row| row.0))),
            Self::Action(action) => Some(action.id.0),
            _ => None,
        }
    }

    /// Returns it as text without its question, if it has any.
    fn leftover(&self, because: LeftoverReason) -> Option<Leftover> {
        let (slot, question, text) = match self {
            Self::Answer { slot, question, shown, .. } => (slot, question, shown.clone()),
            Self::Cell { slot, column, evidence, label, .. } => {
                (slot, label, format!("{}: {evidence}", column.title()))
            }
            Self::MatrixReason { slot, reason } => (slot, &slot.item, reason.clone()),
            Self::Placement(placed) => (&placed.slot, &placed.question, placed.told()),
            Self::Action(action) => {
                return Some(Leftover {
                    slot: Slot::once(&action.item),
                    question: "Action".to_owned(),
                    text: super::shown_action(&action.details),
                    because,
                    value: None,
                });
            }
            _ => return None,
        };
        let text = long_text(&text).ok().filter(|text| !text.trim().is_empty())?;
        let question = one_line(question).ok()?;
        Some(Leftover { slot: slot.clone(), question, text, because, value: None })
    }
}

impl ImportedPlacement {
    /// What it says, in a few lines.
    fn told(&self) -> String {
        let mut lines = Vec::new();
        for round in &self.rounds {
            let counts = round.counts.iter().filter(|(_, count)| *count > 0);
            let counts: Vec<_> = counts.map(|(code, count)| format!("{code} {count}")).collect();
            lines.push(format!("Round {}: {}", round.number, counts.join(", ")));
        }
        lines.extend(self.outcome.as_ref().map(|agreed| format!("Agreed: {}", agreed.code())));
        lines.push(self.basis.clone());
        let views = self.differing.iter();
        lines.extend(views.map(|one| format!("{}: {}, {}", one.who, one.code, one.reason)));
        lines.retain(|line| !line.trim().is_empty());
        lines.join("\n")
    }
}

/// Puts each reason beside a placement of its step. Whose it was is not in the file.
fn give_reasons(round: &mut Round, reasons: &[(String, String)]) -> Result<(), Refusal> {
    for (code, reason) in reasons {
        let reason = Private::new(&one_line(reason)?);
        let mut placed = round.placed.iter_mut();
        let one = placed.find(|one| one.code.code() == code && one.reason.is_none());
        let one =
            one.ok_or_else(|| wrong("There are more reasons for a stage than placements."))?;
        one.reason = Some(reason);
    }
    Ok(())
}

/// A note while its parts are put in.
struct Import<'a> {
    edit: Edit<'a>,
}

fn wrong(why: &'static str) -> Refusal {
    Refusal::NotNow { why }
}

fn unknown(what: &str) -> Refusal {
    Refusal::Unknown { what: what.to_owned() }
}

impl Import<'_> {
    fn take(&mut self, part: &Part) -> Result<(), Refusal> {
        match part.clone() {
            Part::Person { role, label, attendance } => self.person(role, &label, attendance),
            Part::Row { group, row, within } => self.row(&group, row, within),
            Part::Answer { slot, value, missing, .. } => self.answer(&slot, value, missing),
            Part::Placement(placed) => self.placement(placed),
            Part::Cell { slot, domain, column, evidence, certainty, .. } => {
                if self.edit.session.cell(&slot, &domain, column).is_some() {
                    return Err(wrong("This cell is in the file twice."));
                }
                self.edit.write_cell(&slot, &domain, column, &evidence)?;
                self.edit.set_certainty(&slot, &domain, column, certainty)
            }
            Part::MatrixReason { slot, reason } => self.edit.write_reason(&slot, &reason),
            Part::Action(action) => self.action(action),
            Part::Pass(pass) => {
                let stages = &self.edit.session.template.stages;
                if !stages.iter().any(|stage| stage.id == pass.stage) {
                    return Err(unknown(&pass.stage));
                }
                let reason = reason(&pass.reason, "leave a stage")?;
                self.edit.session.passes.push(StageSkip { reason, ..pass });
                Ok(())
            }
            Part::Leftover(one) => {
                let leftover = Leftover {
                    question: one_line(&one.question)?,
                    text: long_text(&one.text)?,
                    value: None,
                    ..one
                };
                self.edit.session.leftovers.push(leftover);
                Ok(())
            }
            Part::Citation(Citation { id, title, version }) => {
                let (id, title, version) = (one_line(&id)?, one_line(&title)?, one_line(&version)?);
                self.edit.cite(Citation { id, title, version })
            }
            Part::Amendment(one) => {
                let role = one_line(&one.role)?;
                let why = reason(&one.reason, "add a correction")?;
                let text = long_text(&one.text)?;
                let amendment = Amendment { at: one.at, role, reason: why, text };
                self.edit.session.amendments.push(amendment);
                Ok(())
            }
        }
    }

    fn person(&mut self, role: String, label: &str, attendance: Attendance) -> Result<(), Refusal> {
        let (present, late) = (attendance != Attendance::Apologies, attendance == Attendance::Late);
        if label.trim().is_empty() {
            // A copy for somebody outside tells nobody's profession.
            if self.edit.session.template.role(&role).is_none() {
                return Err(wrong("This role is not one of the meeting format."));
            }
            let id = ParticipantId(self.edit.session.number());
            let one = Participant { id, role, label: String::new(), present, late };
            self.edit.session.participants.push(one);
            return Ok(());
        }
        let before = self.edit.session.participants.len();
        self.edit.add_participant(role, label).map_err(|why| match why {
            Refusal::Unknown { .. } => wrong("This role is not one of the meeting format."),
            why => why,
        })?;
        if let Some(one) = self.edit.session.participants.get_mut(before) {
            (one.present, one.late) = (present, late);
        }
        Ok(())
    }

    fn row(&mut self, group: &str, row: RowId, within: Option<RowId>) -> Result<(), Refusal> {
        let session = &*self.edit.session;
        if session.rows.values().flatten().any(|one| *one == row) {
            return Err(wrong("This row is in the file twice."));
        }
        super::rows::room_for_one(session, group, within)?;
        let last = session.rows(group).len();
        self.edit.insert_row(group, row, last, within);
        Ok(())
    }

    fn answer(
        &mut self,
        slot: &Slot,
        value: Option<Scalar>,
        missing: Option<WhyMissing>,
    ) -> Result<(), Refusal> {
        let session = &*self.edit.session;
        let place = place_of(session, slot).filter(|place| place.item.kind.takes_value());
        let is_shown = is_enabled(session, slot) || is_protected(session, slot);
        let place = place.filter(|_| is_shown).ok_or_else(|| unknown(&slot.item))?;
        if place.item.calculated.is_some() {
            return Ok(());
        }
        if session.answers.get(slot).is_some() {
            return Err(wrong("This answer is in the file twice."));
        }
        let value = value_of(place.item.kind, value, missing);
        let value = value.ok_or(wrong("This is not an answer to its question."))?;
        let value = fitting(session, place.item, value)?;
        self.edit.session.answers.set(slot, Some(value));
        Ok(())
    }

    /// Whether what the file says was calculated is what follows from the answers.
    fn follows(&self, part: &Part) -> bool {
        let Part::Answer { slot, value, missing, .. } = part else { return true };
        let session = &*self.edit.session;
        let Some(place) = place_of(session, slot) else { return true };
        let value = value_of(place.item.kind, value.clone(), *missing);
        place.item.calculated.is_none() || session.answer(slot) == value.as_ref()
    }

    fn placement(&mut self, placed: ImportedPlacement) -> Result<(), Refusal> {
        let ImportedPlacement { slot, state, rounds, outcome, basis, differing, .. } = placed;
        let session = &*self.edit.session;
        let item = asked_item(session, &slot, |kind| kind == ItemType::Rating)?.item.clone();
        if session.rating(&slot).is_some() {
            return Err(wrong("This placement is in the file twice."));
        }
        let is_step = |code: &str| item.options.iter().any(|one| one.code == code);
        let numbers: Vec<u8> = rounds.iter().map(|round| round.number).collect();
        let fits = match state {
            RatingState::Collecting => numbers.is_empty() && outcome.is_none(),
            RatingState::SecondRound => numbers == [1] && outcome.is_none(),
            RatingState::Revealed => matches!(*numbers, [1] | [1, 2]) && outcome.is_none(),
            RatingState::Agreed => matches!(*numbers, [1] | [1, 2]) && outcome.is_some(),
        };
        if !fits {
            return Err(wrong("Its rounds do not match how far the placement had come."));
        }
        if let Some(Outcome::Placed(code)) = &outcome
            && !item.options.iter().any(|one| one.code == *code && !one.exclusive)
        {
            return Err(wrong("The agreed placement is not one of the stages."));
        }
        if state == RatingState::Collecting {
            return Ok(());
        }
        let mut rating = Rating::new(slot);
        (rating.state, rating.outcome, rating.basis) = (state, outcome, long_text(&basis)?);
        for round in rounds {
            let number = round.number;
            if !round.counts.iter().all(|(code, _)| is_step(code)) {
                return Err(wrong("A placement is not one of the stages."));
            }
            let order: Vec<_> = item.options.iter().map(|one| one.code.as_str()).collect();
            let round = self.round(round, &order)?;
            if number == 1 { rating.first = round } else { rating.second = Some(round) }
        }
        if state == RatingState::SecondRound {
            rating.second = Some(Round::default());
        }
        for view in differing {
            if !is_step(&view.code) {
                return Err(wrong("The placement of a differing view is not one of the stages."));
            }
            let reason = reason(&long_text(&view.reason)?, "record a differing view")?;
            let (participant, attributed) = self.holder(&view.who);
            rating.dissent.push(Dissent { participant, placement: view.code, reason, attributed });
        }
        self.edit.session.ratings.push(rating);
        Ok(())
    }

    fn round(&self, round: ImportedRound, order: &[&str]) -> Result<Round, Refusal> {
        let count = |code: &str| -> usize {
            let counts = round.counts.iter().filter(|(one, _)| one == code);
            counts.map(|(_, count)| *count).fold(0, usize::saturating_add)
        };
        let total = order.iter().map(|code| count(code)).fold(0, usize::saturating_add);
        if total > MAX_ASKED || round.asked > MAX_ASKED {
            return Err(wrong("More people placed it than a meeting can have."));
        }
        let early = round.early.as_deref().map(|why| reason(why, "reveal early")).transpose()?;
        let mut made =
            Round { placed: Vec::new(), asked: round.asked as u32, early, way: round.way };
        let Some(placed) = &round.placed else {
            for code in order {
                let one = || PrivatePlacement {
                    participant: NOBODY,
                    code: Private::new(code),
                    reason: None,
                };
                made.placed.extend((0..count(code)).map(|_| one()));
            }
            give_reasons(&mut made, &round.reasons)?;
            return Ok(made);
        };
        let mut named = BTreeSet::new();
        for (who, code) in placed {
            let participant = self.named(who).filter(|id| named.insert(*id)).unwrap_or(NOBODY);
            made.placed.push(PrivatePlacement {
                participant,
                code: Private::new(code),
                reason: None,
            });
        }
        made.placed.sort_by_key(|one| one.participant);
        let of = |code: &str| made.placed.iter().filter(|one| one.code.code() == code).count();
        if made.placed.len() != total || order.iter().any(|code| of(code) != count(code)) {
            return Err(wrong("The counts are not those of who placed it where."));
        }
        give_reasons(&mut made, &round.reasons)?;
        Ok(made)
    }

    /// The one participant who is called so with profession and role.
    fn named(&self, who: &str) -> Option<ParticipantId> {
        let session = &*self.edit.session;
        let people = session.participants.iter().filter(|one| !one.label.is_empty());
        people.map(|one| one.id).find(|id| session.name_of(*id, true) == who)
    }

    /// Who holds a differing view, and whether they asked to be named by their profession. Of a role
    /// that several people have, it stays open who.
    fn holder(&mut self, who: &str) -> (ParticipantId, bool) {
        let who = clean_line(who);
        if let Some(id) = self.named(&who) {
            return (id, true);
        }
        let session = &*self.edit.session;
        let ids = session.participants.iter().map(|one| one.id);
        let same: Vec<_> = ids.filter(|id| session.name_of(*id, false) == who).collect();
        if let [only] = *same {
            return (only, false);
        }
        let mut roles = session.template.roles.iter();
        let role = roles.find(|role| role.title.show(session.language) == who);
        let Some(role) = role.map(|role| role.id.clone()) else { return (NOBODY, false) };
        let id = ParticipantId(self.edit.session.number());
        let people = self.edit.session.imported.as_mut().map(|from| &mut from.people);
        people.into_iter().for_each(|people| people.push(RoleHolder { id, role: role.clone() }));
        (id, false)
    }

    fn action(&mut self, mut action: Action) -> Result<(), Refusal> {
        asked_item(self.edit.session, &Slot::once(&action.item), |kind| kind == ItemType::Actions)?;
        super::action::require_room(self.edit.session)?;
        action.details = cleaned(action.details)?;
        for change in &mut action.changes {
            (change.owner, change.agency) = (one_line(&change.owner)?, one_line(&change.agency)?);
        }
        self.edit.session.actions.push(action);
        Ok(())
    }

    /// Leaves the note as a draft that is all there, with one line that says where it came from.
    fn end(self) {
        let Edit { session, at } = self.edit;
        session.stage = session.template.stages.len().saturating_sub(1);
        session.furthest = session.stage;
        session.clock.running = false;
        session.updated = at;
        session.audit.clear();
        let from = session.imported.as_ref().map(|from| {
            let (key, note, status) = (&from.case_key, from.note, from.status.title());
            format!("from a file: {key}, {status}, last changed {}, note {note}", from.updated)
        });
        Edit { session, at }.record(AuditLine::new(IMPORTED, None, from));
        session.history.forget();
    }
}

fn value_of(kind: ItemType, value: Option<Scalar>, missing: Option<WhyMissing>) -> Option<Value> {
    match (value, missing) {
        (None, Some(why)) => Some(Value::Missing(why)),
        (Some(value), None) => kind.value_of(&value),
        _ => None,
    }
}

fn cleaned_earlier(mut earlier: Earlier) -> Result<Earlier, Refusal> {
    earlier.revision = one_line(&earlier.revision)?;
    earlier.title = one_line(&earlier.title)?;
    for action in &mut earlier.actions {
        action.details = cleaned(action.details.clone())?;
    }
    for placement in &mut earlier.placements {
        placement.about = one_line(&placement.about)?;
        placement.shown = one_line(&placement.shown)?;
        placement.basis = long_text(&placement.basis)?;
    }
    for scale in &mut earlier.scales {
        scale.question = one_line(&scale.question)?;
    }
    Ok(earlier)
}
