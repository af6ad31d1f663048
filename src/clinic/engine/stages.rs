//! Moving through the meeting, and its clock. Back is never refused.

use super::{AuditLine, Edit, reason};
use crate::clinic::event::Event;
use crate::clinic::form::enablement::{is_answered, is_enabled};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{Session, StageSkip, slots};
use crate::text::counted;

const MAX_EXTENSION_MINUTES: u32 = 240;

impl Edit<'_> {
    pub(super) fn finish_stage(&mut self) -> Result<(), Refusal> {
        let next = next(self.session)?;
        let id = self.session.template.stages[self.session.stage].id.clone();
        // A stage that was skipped and is finished after all is no longer skipped.
        let skipped = |pass: &StageSkip| pass.skipped && pass.stage == id;
        let old =
            self.session.passes.iter().find(|pass| skipped(pass)).map(|pass| pass.reason.clone());
        self.session.passes.retain(|pass| !skipped(pass));
        gate(self.session, self.session.stage)?;
        self.record(AuditLine::new(&id, old, None));
        self.go_to_stage(next);
        Ok(())
    }

    pub(super) fn skip_stage(&mut self, why: &str) -> Result<(), Refusal> {
        let next = next(self.session)?;
        let stage = &self.session.template.stages[self.session.stage];
        if !stage.skippable {
            let title = stage.title.show(self.session.language).to_owned();
            return Err(Refusal::NotSkippable { title });
        }
        self.pass_stage(true, reason(why, "skip this stage")?);
        self.go_to_stage(next);
        Ok(())
    }

    pub(super) fn override_gate(&mut self, why: &str) -> Result<(), Refusal> {
        let next = next(self.session)?;
        self.pass_stage(false, reason(why, "continue without these answers")?);
        self.go_to_stage(next);
        Ok(())
    }

    pub(super) fn run_clock(&mut self, running: bool) {
        self.session.clock.running = running;
        self.record_clock(if running { "resumed" } else { "paused" });
    }

    pub(super) fn extend_stage(&mut self, minutes: u32) {
        let minutes = minutes.min(MAX_EXTENSION_MINUTES);
        self.session.clock.extend(self.session.stage, minutes);
        self.record_clock(&format!("extended by {}", counted(minutes, "minute", "minutes")));
    }

    pub(super) fn open_stage(&mut self, stage: usize) -> Result<(), Refusal> {
        if stage >= self.session.template.stages.len() {
            return Err(Refusal::Unknown { what: format!("stage {}", stage + 1) });
        }
        for between in self.session.furthest.max(self.session.stage)..stage {
            gate(self.session, between)?;
        }
        self.go_to_stage(stage);
        Ok(())
    }

    /// Takes a skipped stage up after all: it is no longer skipped, and open.
    pub(super) fn reopen_stage(&mut self, stage: usize) -> Result<(), Refusal> {
        let unknown = || Refusal::Unknown { what: format!("stage {}", stage + 1) };
        let id = self.session.template.stages.get(stage).ok_or_else(unknown)?.id.clone();
        let skipped = self.session.passes.iter().position(|pass| pass.skipped && pass.stage == id);
        let skipped = skipped.ok_or(Refusal::NotNow { why: "This stage was not skipped." })?;
        let old = Some(format!("skipped: {}", self.session.passes.remove(skipped).reason));
        let new = Some("reopened".to_owned());
        self.record(AuditLine::new(&id, old, new));
        self.go_to_stage(stage);
        Ok(())
    }

    pub(super) fn go_to_stage(&mut self, stage: usize) {
        let name = |session: &Session| {
            session.template.stages.get(session.stage).map(|stage| stage.id.clone())
        };
        let old = name(self.session);
        self.session.stage = stage;
        self.session.furthest = self.session.furthest.max(stage);
        let new = name(self.session);
        self.record(AuditLine::new("stage", old, new));
    }

    fn pass_stage(&mut self, skipped: bool, reason: String) {
        let stage = self.session.template.stages[self.session.stage].id.clone();
        let new = Some(if skipped { "skipped" } else { "gate overridden" }.to_owned());
        self.record(AuditLine::new(&stage, None, new).because(&reason));
        self.session.passes.retain(|pass| pass.stage != stage);
        self.session.passes.push(StageSkip { stage, skipped, reason });
    }

    fn record_clock(&mut self, what: &str) {
        self.record(AuditLine::new("clock", None, Some(what.to_owned())));
    }
}

/// Reading on in a closed note: every stage is open.
pub(super) fn leaf(session: &Session, event: &Event) -> Option<usize> {
    let last = session.template.stages.len().saturating_sub(1);
    match event {
        Event::StageReturned => Some(session.stage.saturating_sub(1)),
        Event::StageFinished => Some((session.stage + 1).min(last)),
        Event::StageOpened { stage } if *stage <= last => Some(*stage),
        _ => None,
    }
}

fn next(session: &Session) -> Result<usize, Refusal> {
    let next = session.stage + 1;
    if next < session.template.stages.len() { Ok(next) } else { Err(Refusal::LastStage) }
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
