//! Moving through the meeting, and its clock. Back is never refused.

use jiff::Timestamp;

use super::{ApplyResult, AuditLine, reason, record, saved};
use crate::clinic::event::Event;
use crate::clinic::form::enablement::{is_answered, is_enabled};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{Session, StageSkip, slots};

const MAX_EXTENSION_LEN: u32 = 240;

pub(super) fn apply(session: &mut Session, event: Event, at: Timestamp) -> ApplyResult {
    match event {
        Event::StageReturned => go_to_stage(session, session.stage.saturating_sub(1), at),
        Event::StageOpened { stage } => open(session, stage, at),
        Event::StageFinished => {
            let next = next(session)?;
            let id = session.template.stages[session.stage].id.clone();
            // Whoever comes back to a skipped stage and finishes it has not skipped it.
            let skipped = |pass: &StageSkip| pass.skipped && pass.stage == id;
            let old = session.passes.iter().find(|pass| skipped(pass));
            let old = old.map(|pass| pass.reason.clone());
            session.passes.retain(|pass| !skipped(pass));
            gate(session, session.stage)?;
            record(session, at, AuditLine { item: &id, old, ..AuditLine::default() });
            go_to_stage(session, next, at)
        }
        Event::StageSkipped { reason: why } => {
            let next = next(session)?;
            let stage = &session.template.stages[session.stage];
            if !stage.skippable {
                let title = stage.title.show(session.language).to_owned();
                return Err(Refusal::NotSkippable { title });
            }
            pass(session, true, reason(&why, "skip this stage")?, at);
            go_to_stage(session, next, at)
        }
        Event::StageReopened { stage } => reopen(session, stage, at),
        Event::GateOverridden { reason: why } => {
            let next = next(session)?;
            pass(session, false, reason(&why, "continue without these answers")?, at);
            go_to_stage(session, next, at)
        }
        Event::ClockPaused => {
            session.clock.set_running(false);
            clock_line(session, at, "paused");
            saved()
        }
        Event::ClockResumed => {
            session.clock.set_running(true);
            clock_line(session, at, "resumed");
            saved()
        }
        Event::StageExtended { minutes } => {
            let minutes = minutes.min(MAX_EXTENSION_LEN);
            session.clock.extend(session.stage, minutes);
            clock_line(session, at, &format!("extended by {minutes} minutes"));
            saved()
        }
        other => super::misrouted(&other),
    }
}

/// Reading on in a closed note: every stage is open.
pub(super) fn leaf(session: &mut Session, event: &Event) -> Option<usize> {
    let last = session.template.stages.len().saturating_sub(1);
    match event {
        Event::StageReturned => Some(session.stage.saturating_sub(1)),
        Event::StageFinished => Some((session.stage + 1).min(last)),
        Event::StageOpened { stage } if *stage <= last => Some(*stage),
        _ => None,
    }
}

fn open(session: &mut Session, stage: usize, at: Timestamp) -> ApplyResult {
    if stage >= session.template.stages.len() {
        return Err(Refusal::Unknown { what: format!("stage {}", stage + 1) });
    }
    for between in session.furthest.max(session.stage)..stage {
        gate(session, between)?;
    }
    go_to_stage(session, stage, at)
}

/// Takes a skipped stage up after all: it is no longer skipped, and open.
fn reopen(session: &mut Session, stage: usize, at: Timestamp) -> ApplyResult {
    let unknown = || Refusal::Unknown { what: format!("stage {}", stage + 1) };
    let id = session.template.stages.get(stage).ok_or_else(unknown)?.id.clone();
    let skipped = session.passes.iter().position(|pass| pass.skipped && pass.stage == id);
    let skipped = skipped.ok_or(Refusal::NotNow { why: "This stage was not skipped." })?;
    let old = Some(format!("skipped: {}", session.passes.remove(skipped).reason));
    let new = Some("reopened".to_owned());
    record(session, at, AuditLine { item: &id, old, new, ..AuditLine::default() });
    go_to_stage(session, stage, at)
}

fn next(session: &Session) -> Result<usize, Refusal> {
    let next = session.stage + 1;
    if next < session.template.stages.len() { Ok(next) } else { Err(Refusal::LastStage) }
}

fn go_to_stage(session: &mut Session, stage: usize, at: Timestamp) -> ApplyResult {
    let name = |session: &Session, stage: usize| {
        session.template.stages.get(stage).map(|stage| stage.id.clone())
    };
    let old = name(session, session.stage);
    session.stage = stage;
    session.furthest = session.furthest.max(stage);
    let new = name(session, stage);
    record(session, at, AuditLine { item: "stage", old, new, ..AuditLine::default() });
    saved()
}

fn pass(session: &mut Session, skipped: bool, reason: String, at: Timestamp) {
    let stage = session.template.stages[session.stage].id.clone();
    let new = Some(if skipped { "skipped" } else { "gate overridden" }.to_owned());
    let why = Some(reason.clone());
    record(session, at, AuditLine { item: &stage, new, why, ..AuditLine::default() });
    session.passes.retain(|pass| pass.stage != stage);
    session.passes.push(StageSkip { stage, skipped, reason });
}

/// Refuses while an item of the stage's gate is asked and has no answer, unless the stage was
/// passed with a reason before.
fn gate(session: &Session, stage: usize) -> Result<(), Refusal> {
    let Some(at) = session.template.stages.get(stage) else { return Ok(()) };
    if session.passes.iter().any(|pass| pass.stage == at.id) {
        return Ok(());
    }
    let mut questions = Vec::new();
    for id in &at.gate {
        let Some(place) = session.template.item(id) else { continue };
        let open = slots(session, &place)
            .into_iter()
            .any(|slot| is_enabled(session, &slot) && !is_answered(session, &slot));
        if open {
            questions.push(place.item.text.show(session.language).to_owned());
        }
    }
    if questions.is_empty() {
        return Ok(());
    }
    let title = at.title.show(session.language).to_owned();
    Err(Refusal::GateClosed { stage, title, questions })
}

fn clock_line(session: &mut Session, at: Timestamp, what: &str) {
    let new = Some(what.to_owned());
    record(session, at, AuditLine { item: "clock", new, ..AuditLine::default() });
}
